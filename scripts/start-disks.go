#!/usr/bin/env -S gpfsh run
// Brings disks that are down back into use: what to do when servers or cables are well again.
// gpfsh --cluster sim run start-disks.go

for name, fs := range Cluster().Filesystems {
	down := fs.Disks.Where(func(d *Disk) bool { return d.Availability == Down })
	if len(down) == 0 {
		continue
	}
	print(name, "starting", down)
	down.Start().Wait()
	print(name, "still down:", len(down))
}
