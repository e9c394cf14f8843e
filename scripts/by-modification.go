#!/usr/bin/env -S gpfsh run
// Writes the paths of all files and directories below a directory, the one that was changed last first.
// gpfsh --cluster sim run by-modification.go [DIRECTORY [FILE]]

type Entry struct {
	Path string
	When time.Time
}

files := Cluster().Filesystems["mmfs1"].FilesBelow(append(Args(), "/")[0], Nodes("nsd01", "nsd02", "node1")).DirectoriesPlus()
list := MapReduce("by_modification", func(f *File) []Entry { return []Entry{{f.Path, f.Modify}} }).Run(files)
slices.SortFunc(list, func(a, b Entry) int {
	if c := b.When.Compare(a.When); c != 0 {
		return c
	}
	return strings.Compare(a.Path, b.Path)
})

var text strings.Builder
for _, e := range list {
	fmt.Fprintf(&text, "%q\n", e.Path)
}
if args := Args(); len(args) > 1 {
	os.WriteFile(args[1], []byte(text.String()), 0o644)
} else {
	fmt.Print(text.String())
}
