#!/usr/bin/env -S gpfsh run
// Which commands would delete all snapshots of a file system? Nothing is deleted.
// gpfsh --cluster sim run rehearse-cleanup.go

fs := Cluster().Filesystems["mmfs1"]

DryRun(true)
for _, s := range fs.Snapshots {
	s.Delete()
}
DryRun(false)

print(Plan())
print("still there:", fs.Snapshots)
