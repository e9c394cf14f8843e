#!/usr/bin/env -S gpfsh run
// Makes an independent fileset with room for so many files, and links it at a path below the mount point.
// gpfsh --cluster sim run create-fileset.go [FILESYSTEM NAME PATH INODES]

where, name, path, inodes := "mmfs1", "media-01", "media/01", Count(200_000)
if args := Args(); len(args) == 4 {
	n := strconv.ParseInt(args[3], 10, 64)
	where, name, path, inodes = args[0], args[1], args[2], Count(n)
}
fs := Cluster().Filesystems[where]

f := fs.Filesets.New(name, Independent(), InodeLimit(inodes, inodes/2), Link(fs.MountPoint+"/"+path), Comment("made by create-fileset"))
print(f.Name, "is linked at", f.Path)
print("inodes:", f.AllocInodes, "allocated of", f.MaxInodes)
