#!/usr/bin/env -S gpfsh run
// What does each project use of what it may use, in storage and files?
// gpfsh --cluster sim run quota-report.go [PATTERN]

pattern := "proj-*"
if args := Args(); len(args) > 0 {
	pattern = args[0]
}
fs := Cluster().Filesystems["mmfs1"]

fmt.Printf("%-16s %9s %10s %10s %6s  %s\n", "PROJECT", "USED", "SOFT", "HARD", "USED%", "GRACE")
for _, q := range fs.Quotas.Filesets().Match("fileset/" + pattern) {
	fmt.Printf("%-16s %9s %10s %10s %6s  %s\n", q.Name, q.BlockUsage, q.BlockSoft, q.BlockHard, q.BlockUsedPct(), q.BlockGrace)
}
