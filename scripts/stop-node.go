#!/usr/bin/env -S gpfsh run
// Stops Storage Scale on a node and says what its state is then.
// gpfsh --cluster sim run stop-node.go [NODE]

name := "node1"
if args := Args(); len(args) > 0 {
	name = args[0]
}
node := Cluster().Nodes[name]
node.Shutdown()
print(node.Name, "is", node.State())
