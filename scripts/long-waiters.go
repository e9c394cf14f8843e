#!/usr/bin/env -S gpfsh run
// Which threads have waited longer than some seconds, on which node, and for what?
// gpfsh --cluster sim run long-waiters.go [SECONDS]

limit := 30 * Second
if args := Args(); len(args) > 0 {
	limit = time.Duration(strconv.Atoi(args[0])) * Second
}
for _, w := range Cluster().NodeWaiters() {
	if w.Waits > limit {
		fmt.Printf("%-24s %6s  %s: %s\n", w.Node, w.Waits.Round(Second), w.Thread, w.Reason)
	}
}
