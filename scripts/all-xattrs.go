#!/usr/bin/env -S gpfsh run
// Which extended attributes are there at all, and on how many files?
// gpfsh --cluster sim run all-xattrs.go [DIRECTORY]

files := Cluster().Filesystems["mmfs1"].FilesBelow(append(Args(), "/")[0], Nodes("nsd01", "nsd02", "node1")).
	ShowSQL("'xattrs=' || GetXattrs('user.*', 'key,')")
names := MapReduce("xattrs", func(f *File) map[string]int {
	found := map[string]int{}
	for _, name := range strings.Split(f.Attr("xattrs"), ",") {
		if name != "" {
			found[name] = 1
		}
	}
	return found
}).Run(files)
for _, name := range slices.Sorted(maps.Keys(names)) {
	fmt.Printf("%9d %s\n", names[name], name)
}
