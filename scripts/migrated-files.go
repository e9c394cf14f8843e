#!/usr/bin/env -S gpfsh run
// Which files below a directory has a tape library taken, directory by directory? The policy engine lists only those.
// gpfsh --cluster sim run migrated-files.go [DIRECTORY]

migrated := policy.Matching(policy.Flags.Contains("V"))
byDir := ListProcessing("migrated", func(files Files) map[string][]string {
	dirs := map[string][]string{}
	for f := range files {
		dir := path.Dir(f.Path)
		dirs[dir] = append(dirs[dir], path.Base(f.Path))
	}
	return dirs
}).Run(Cluster().Filesystems["mmfs1"].FilesBelow(append(Args(), "/")[0], Nodes("nsd01", "nsd02", "node1"), migrated))
for _, dir := range slices.Sorted(maps.Keys(byDir)) {
	fmt.Println(dir)
	for _, name := range slices.Sorted(slices.Values(byDir[dir])) {
		fmt.Printf("    %q\n", name)
	}
}
