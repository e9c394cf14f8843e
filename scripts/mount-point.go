#!/usr/bin/env -S gpfsh run
// Changes the default mount point of a file system that is not mounted.
// gpfsh --cluster sim run mount-point.go [FILESYSTEM PATH]

name, path := "mmfs2", "/gpfs2"
if args := Args(); len(args) == 2 {
	name, path = args[0], args[1]
}

fs := Cluster().Filesystems[name]
print(name, "was at", fs.MountPoint)
fs.Change(MountPoint(path))
print(name, "is at", Cluster().Filesystems[name].MountPoint)
