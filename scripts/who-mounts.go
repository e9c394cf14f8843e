#!/usr/bin/env -S gpfsh run
// Which file systems are mounted where, and which nodes lack one that should be there?
// gpfsh --cluster sim run who-mounts.go

up := Cluster().Nodes.Up()
for name, fs := range Cluster().Filesystems {
	has := map[string]bool{}
	for _, m := range fs.MountedOn() {
		has[m.IP] = true
	}
	print(name, "is mounted on", len(has), "nodes")
	if fs.AutomaticMount != MountAtStart {
		continue
	}
	for _, n := range up {
		if !has[n.IP] {
			print("  not on", n)
		}
	}
}
