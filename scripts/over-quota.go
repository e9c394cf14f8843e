#!/usr/bin/env -S gpfsh run
// Who is over a soft limit, and who cannot write any more because the time is over?
// gpfsh --cluster sim run over-quota.go [FILESYSTEM]

name := "mmfs1"
if args := Args(); len(args) > 0 {
	name = args[0]
}
over := Cluster().Filesystems[name].Quotas.Exceeded()

counts := map[string]int{}
for _, q := range over {
	counts[string(q.Type)]++
}
print("over a soft limit:", counts["user"], "users,", counts["group"], "groups,", counts["fileset"], "filesets")

for _, q := range over.Where(func(q *Quota) bool { return q.BlockGrace.Expired() || q.FilesGrace.Expired() }) {
	print("cannot write any more:", q.Type, q.ID, "in", q.Fileset, "with", q.BlockUsage, "of", q.BlockSoft)
}
