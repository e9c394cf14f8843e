#!/usr/bin/env -S gpfsh run
// Restarts Storage Scale on the nodes of a class, one after the other; stops before one that the cluster cannot spare.
// gpfsh --cluster sim run rolling-restart.go [CLASS]

name := "nsdServers"
if args := Args(); len(args) > 0 {
	name = args[0]
}
class := Cluster().NodeClasses[name]
members := Cluster().Nodes.Where(func(n *Node) bool { return slices.Contains(class.All, n.DaemonName) || slices.Contains(class.All, n.Name) })

// Before each node Rolling asks its preflight: would the quorum hold, does somebody else serve its disks, does nobody
// wait on it? What can be moved away is moved; Return starts it again and waits until it is active.
steps, err := members.Rolling(func(n *Node) error {
	print("restarting", n, "with", len(Cluster().Nodes.Quorum().Up()), "quorum nodes up")
	n.Shutdown()
	return n.WaitFor(Down)
})
for _, step := range steps {
	print(step)
}
if err != nil {
	Fail("%v", err)
}
