#!/usr/bin/env -S gpfsh run
// Several clusters side by side: this one and those named, as ssh://HOST, sim:DIR or state:FILE.
// gpfsh --cluster sim run side-by-side.go [CLUSTER...]

clusters := []*Cluster{Cluster()}
for _, name := range Args() {
	clusters = append(clusters, Connect(name))
}
fmt.Printf("%-20s %-8s %9s %12s %8s  %s\n", "CLUSTER", "RELEASE", "NODES UP", "FILE SYSTEMS", "FILESETS", "FULLEST POOL")
for _, c := range clusters {
	filesets, fullest, where := 0, Percent(0), ""
	for name, fs := range c.Filesystems {
		filesets += len(fs.Filesets)
		for _, pool := range fs.Pools {
			if pool.DataUsedPct > fullest {
				fullest, where = pool.DataUsedPct, name+" "+pool.Name
			}
		}
	}
	up := fmt.Sprintf("%d of %d", len(c.Nodes.Up()), len(c.Nodes))
	fmt.Printf("%-20s %-8s %9s %12d %8d  %s %s\n", c.Name(), c.Release(), up, len(c.Filesystems), filesets, where, fullest)
}
