#!/usr/bin/env -S gpfsh run
// How full are the storage pools? This is the cheap answer, which reads no allocation maps.
// gpfsh --cluster sim run pool-usage.go

for name, fs := range Cluster().Filesystems {
	for pool, p := range fs.Pools {
		if p.Data {
			fmt.Printf("%s %-9s data      %8s of %8s free, %s used\n", name, pool, p.DataFree, p.DataSize, p.DataUsedPct)
		}
		if p.Metadata {
			fmt.Printf("%s %-9s metadata  %8s of %8s free, %s used\n", name, pool, p.MetaFree, p.MetaSize, p.MetaUsedPct)
		}
	}
}
