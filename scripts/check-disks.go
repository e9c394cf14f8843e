#!/usr/bin/env -S gpfsh run
// Which disks are not in normal use, and which storage pools have failure groups of unequal size?
// gpfsh --cluster sim run check-disks.go

for name, fs := range Cluster().Filesystems {
	for _, d := range fs.Disks.NotReady() {
		print(name, d.Name, "is", d.Status, "and", d.Availability)
	}
	for pool := range fs.Pools {
		sizes := map[string]Bytes{}
		for _, d := range fs.Disks.InPool(pool) {
			sizes[d.FailureGroup] += d.Size
		}
		var least, most Bytes = EiB, 0
		for _, size := range sizes {
			least, most = min(least, size), max(most, size)
		}
		if least < most {
			print(name, "pool", pool, "is uneven: failure groups have from", least, "to", most)
		}
	}
}
