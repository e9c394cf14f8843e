#!/usr/bin/env -S gpfsh run
// What is going on? Waiters of all nodes with what they concern, nodes that are kept out, and the last of the logs.
// gpfsh --cluster sim run trouble.go [NODE...]

c := Cluster()
for _, w := range c.NodeWaiters(Over(30 * Second)) {
	about := strings.Join(strings.Fields(w.Filesystem+" "+w.NSD+" "+w.For), ", ")
	fmt.Printf("waiter   %s for %s: %s, %s (%s)\n", w.Node, w.Waits.Round(Second), w.Thread, w.Reason, cmp.Or(about, "nothing named"))
}
for _, e := range c.Expelled() {
	fmt.Printf("kept out %s (%s)\n", e.Node, e.IP)
}
for _, line := range c.Log(20, c.SeenFrom(Args()...)...) {
	if line.Severity != "I" {
		fmt.Println("log     ", line)
	}
}
