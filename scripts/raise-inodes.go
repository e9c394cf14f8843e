#!/usr/bin/env -S gpfsh run
// Gives filesets that are nearly out of inodes a fifth more, up to a bound.
// gpfsh --cluster sim run raise-inodes.go [FILESYSTEM]

const bound = Count(20_000_000)

name := "mmfs1"
if args := Args(); len(args) > 0 {
	name = args[0]
}
fs := Cluster().Filesystems[name]

full := fs.Filesets.Independent().Where(func(f *Fileset) bool { return f.InodesUsedPct >= 80 && f.MaxInodes < bound })
for _, f := range full {
	before := f.MaxInodes
	f.Change(InodeLimit(min(before+before/5, bound)))
	f.Refresh()
	print(f.Name, "from", before, "to", f.MaxInodes, "inodes, now", f.InodesUsedPct, "used")
}
