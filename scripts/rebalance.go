#!/usr/bin/env -S gpfsh run
// Rebalances a file system gently. The job goes on when this ends: Jobs() finds it from any later session.
// gpfsh --cluster sim run rebalance.go [FILESYSTEM]

name := "mmfs2"
if args := Args(); len(args) == 1 {
	name = args[0]
}
Cluster().Filesystems[name].Restripe(Rebalance, QoS(Maintenance))
for _, job := range Jobs() {
	print(job, job.State, job.Complete)
}
