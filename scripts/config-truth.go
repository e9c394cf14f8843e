#!/usr/bin/env -S gpfsh run
// Where does what holds differ from what is configured, on which node, and what waits for a restart there?
// gpfsh --cluster sim run config-truth.go [NODE...]

c := Cluster()
nodes := []string{"nsd01", "node7", "node6"}
if args := Args(); len(args) > 0 {
	nodes = args
}
for _, p := range c.ConfigTruth(c.SeenFrom(nodes...)...) {
	switch {
	case p.NoAnswer != "":
		fmt.Printf("%-8s no answer: %s\n", p.Node, p.NoAnswer)
	case p.Waits:
		fmt.Printf("%-8s %s: %s is configured, %s holds until the daemon restarts\n", p.Node, p.Name, p.Configured, p.Effective)
	case p.Differs:
		fmt.Printf("%-8s %s: %s holds and is not configured\n", p.Node, p.Name, p.Effective)
	case p.Scope != "":
		fmt.Printf("%-8s %s: %s, set for %s\n", p.Node, p.Name, p.Effective, p.Scope)
	}
}
