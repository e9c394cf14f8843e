#!/usr/bin/env -S gpfsh run
// How much space do files of each kind take, by the extension of their names?
// gpfsh --cluster sim run type-sizes.go [DIRECTORY]

files := Cluster().Filesystems["mmfs1"].FilesBelow(append(Args(), "/")[0], Nodes("nsd01", "nsd02", "node1"))
sizes := MapReduce("types", func(f *File) map[string]int64 {
	return map[string]int64{strings.ToLower(path.Ext(f.Name)): f.Size}
}).Run(files)
for _, ext := range slices.SortedFunc(maps.Keys(sizes), func(a, b string) int { return cmp.Compare(sizes[b], sizes[a]) }) {
	fmt.Printf("%-10s %12d\n", cmp.Or(ext, "(none)"), sizes[ext])
}
