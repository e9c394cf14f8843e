#!/usr/bin/env -S gpfsh run
// Gives a fileset a tenth more inodes, and the limits that go with them, whenever it exceeds its soft limit of files.
// gpfsh --cluster sim run grow-on-quota.go [FILESYSTEM FILESET]

where, name := "mmfs1", "proj-beta"
if args := Args(); len(args) == 2 {
	where, name = args[0], args[1]
}
f := Cluster().Filesystems[where].Filesets[name]
if !f.Independent {
	Fail("%s has no inodes of its own: take the fileset of inode space %d", name, f.InodeSpace)
}

// grow runs on the manager of the file system, with what Storage Scale says is over its limit.
func grow(fsName, filesetName string) {
	f := Cluster().Filesystems[fsName].Filesets[filesetName]
	f.Change(InodeLimit(f.MaxInodes + f.MaxInodes/10))
	f.Refresh()
	f.Quota().Change(Files(limits(f.MaxInodes)))
	print(filesetName, "has", f.MaxInodes, "inodes now")
}

func limits(inodes Count) (soft, hard Count) { return inodes * 9 / 10, inodes }

// The handler comes before the limit: what is over it already is told once, when the limit is set.
cb := f.OnSoftQuotaExceeded.New(CallbackID("grow-"+name), grow)
soft, hard := limits(f.MaxInodes)
f.Quota().Change(Files(soft, hard))
print(cb.ID, "runs when", cb.For, "has more than", soft, "files")
