#!/usr/bin/env -S gpfsh run
// Writes path and size of every file below a directory of this machine: for small trees, without the policy engine.
// gpfsh --cluster sim run list-tree.go [DIRECTORY]

dir := "."
if args := Args(); len(args) > 0 {
	dir = args[0]
}
filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
	switch {
	case err != nil:
		return err
	case entry.Name() == ".snapshots": // the same files again
		return filepath.SkipDir
	case entry.Type().IsRegular():
		info := entry.Info()
		fmt.Printf("%q,%d\n", path, info.Size())
	}
	return nil
})
