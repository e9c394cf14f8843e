#!/usr/bin/env -S gpfsh run
// Which files are hot? An expression of one's own in the list becomes an attribute of the files.
// gpfsh --cluster sim run file-heat.go [DIRECTORY]

type Heat struct {
	Path  string
	Value string
}

fs := Cluster().Filesystems["mmfs1"]
files := fs.FilesBelow(append(Args(), "/")[0], Nodes("nsd01", "nsd02", "node1")).ShowSQL("'fileheat=' || varchar(FILE_HEAT)")
heat := MapReduce("heat", func(f *File) []Heat { return []Heat{{f.Path, f.Attr("fileheat")}} }).Run(files)
slices.SortFunc(heat, func(a, b Heat) int { return strings.Compare(a.Path, b.Path) })
for _, h := range heat {
	fmt.Printf("%s %q\n", h.Value, h.Path)
}
