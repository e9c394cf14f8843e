#!/usr/bin/env -S gpfsh run
// Gives a fileset a tenth more inodes and the file limits that go with them: what a quota callback would call.
// gpfsh --cluster sim run raise-limits.go [FILESYSTEM FILESET]

where, name := "mmfs1", "proj-beta"
if args := Args(); len(args) == 2 {
	where, name = args[0], args[1]
}
fs := Cluster().Filesystems[where]
f := fs.Filesets[name]
if !f.Independent {
	Fail("%s has no inodes of its own: raise the fileset of inode space %d", name, f.InodeSpace)
}

f.Change(InodeLimit(f.MaxInodes + f.MaxInodes/10))
f.Refresh()
f.Quota().Change(Files(f.MaxInodes*9/10, f.MaxInodes))

quota := f.Quota()
print(name, "may have", quota.FilesSoft, "files,", quota.FilesHard, "for a while")
