#!/usr/bin/env -S gpfsh run
// Which threads have waited longer than some seconds on this node, and for what?
// gpfsh --cluster sim run long-waiters.go [SECONDS]

limit := 30 * Second
if args := Args(); len(args) > 0 {
	limit = time.Duration(strconv.Atoi(args[0])) * Second
}
node := Cluster().Nodes.Local()
for _, w := range Cluster().Waiters() {
	if w.Waits > limit {
		print(node, w.Thread, "for", w.Waits.Round(Second), "because of", w.Reason)
	}
}
