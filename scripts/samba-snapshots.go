#!/usr/bin/env -S gpfsh run
// Takes a snapshot of every fileset that can have one, named so that Windows lists it under "Previous Versions".
// gpfsh --cluster sim run samba-snapshots.go [FILESYSTEM]

name := "mmfs1"
if args := Args(); len(args) > 0 {
	name = args[0]
}
fs := Cluster().Filesystems[name]

// The name says when it was, in UTC. What other programs keep for themselves is theirs to protect.
stamp := time.Now().UTC().Format("@GMT-2006.01.02-15.04.05")
ours := fs.Filesets.Independent().Where(func(f *Fileset) bool { return f.Status == Linked && f.ManagedBy == "" })
for _, s := range ours.NewSnapshots(stamp) {
	print("snapshot of", s.Fileset)
}
