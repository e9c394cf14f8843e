#!/usr/bin/env -S gpfsh run
// Makes a project with a part for each storage pool: an independent fileset, and dependent ones inside it.
// gpfsh --cluster sim run project-tree.go [NAME POOL...]

name := "proj-epsilon"
parts := []string{"data", "capacity"}
if args := Args(); len(args) > 1 {
	name, parts = args[0], args[1:]
}
fs := Cluster().Filesystems["mmfs1"]

head := fs.Filesets.New(name, Independent(), Link(fs.MountPoint+"/proj/"+name), InodeLimit(500_000))
for _, part := range parts {
	if _, ok := fs.Pools[part]; !ok {
		Fail("%s has no storage pool %s", fs, part)
	}
	fs.Filesets.New(name+"-"+part, InInodeSpaceOf(head.Name), Link(head.Path+"/"+part), Comment("for pool "+part))
}

for _, f := range fs.Filesets.Match(name + "*") {
	print(f.Name, "at", f.Path, "in inode space", f.InodeSpace)
}
