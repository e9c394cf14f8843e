#!/usr/bin/env -S gpfsh run
// Which nodes may be taken out of service now, and what stands against the others?
// gpfsh --cluster sim run may-it-leave.go [PATTERN]

pattern := "*01*"
if args := Args(); len(args) == 1 {
	pattern = args[0]
}
for _, node := range Cluster().Nodes.Match(pattern) {
	print(node.Preflight().Page())
}
