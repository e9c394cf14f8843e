#!/usr/bin/env -S gpfsh run
// What file systems are there, and what snapshots do they have?
// gpfsh --cluster sim run look-around.go

for name, fs := range Cluster().Filesystems {
	print(name, "at", fs.MountPoint)
	for snapshot, s := range fs.Snapshots {
		print("  ", snapshot, s.Status, s.Created.Format("2006-01-02"))
	}
}
