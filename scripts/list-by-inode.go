#!/usr/bin/env -S gpfsh run
// Writes path and size of the files of a fileset in the order of their inodes: that in which they are read fastest.
// gpfsh --cluster sim:DIR run list-by-inode.go [FILESYSTEM FILESET]

where, name := "mmfs1", "home"
if args := Args(); len(args) == 2 {
	where, name = args[0], args[1]
}
files := Cluster().Filesystems[where].Filesets[name].Files(policy.Nodes("nsdServers"))

type entry struct {
	inode, size int64
	path        string
}
var list []entry
for f := range files {
	list = append(list, entry{f.Inode, f.Size, f.Path})
}
slices.SortFunc(list, func(a, b entry) int { return cmp.Compare(a.inode, b.inode) })
for _, e := range list {
	fmt.Printf("%q,%d\n", e.path, e.size)
}
