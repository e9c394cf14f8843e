#!/usr/bin/env -S gpfsh run
// How much space does a directory use, without what matches some patterns? A test run of a policy tells; nothing is listed.
// gpfsh --cluster sim run directory-size.go [DIRECTORY [PATTERN...]]

fs := Cluster().Filesystems["mmfs1"]
dir, patterns := fs.MountPoint, []string{"*/.snapshots/*", "*.tmp"}
if args := Args(); len(args) > 0 {
	dir, patterns = args[0], append(args[1:], patterns[0])
}

var unwanted []policy.Criterion
for _, p := range patterns {
	unwanted = append(unwanted, policy.Path.Like(p))
}
p := policy.New(
	policy.List("size", "skip").KeepOff().Directories().Where(policy.Or(unwanted...)),
	policy.List("size", "count").Directories())
sum := Cluster().RunPolicy(p, OnPath(dir), TestOnly, Nodes("nsd01", "nsd02", "node1"))
use, _ := sum.Rule("count")
fmt.Printf("%d KB in %d files and directories below %s\n", use.KBChosen, use.Chosen, dir)
