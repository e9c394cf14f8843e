#!/usr/bin/env -S gpfsh run
// Takes a snapshot, lets a backup read it, deletes it again, also when the backup fails.
// gpfsh --cluster sim run backup-snapshot.go [FILESYSTEM]

name := "mmfs1"
if args := Args(); len(args) > 0 {
	name = args[0]
}
fs := Cluster().Filesystems[name]

snapshot := fs.Snapshots.New("ForTheBackup")
defer snapshot.Delete()

backup(snapshot)

// backup stands for what really reads the files.
func backup(s *Snapshot) {
	print("reading snapshot", s.Name, "of", name)
}
