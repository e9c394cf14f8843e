#!/usr/bin/env -S gpfsh run
// Which filesets will soon be unable to take new files?
// gpfsh --cluster sim run near-inode-limit.go [PERCENT]

limit := Percent(90)
if args := Args(); len(args) > 0 {
	limit = Percent(strconv.ParseFloat(args[0], 64))
}
for name, fs := range Cluster().Filesystems {
	for _, f := range fs.Filesets.Where(func(f *Fileset) bool { return f.InodesUsedPct > limit }) {
		fmt.Printf("%s %s: %s of %d inodes used, %d left\n", name, f.Name, f.InodesUsedPct, f.MaxInodes, f.MaxInodes-f.UsedInodes)
	}
}
