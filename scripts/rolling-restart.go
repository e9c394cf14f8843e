#!/usr/bin/env -S gpfsh run
// Restarts Storage Scale on the nodes of a class, one after the other, and stops when the quorum is in danger.
// gpfsh --cluster sim run rolling-restart.go [CLASS]

name := "nsdServers"
if args := Args(); len(args) > 0 {
	name = args[0]
}
for _, member := range Cluster().NodeClasses[name].All {
	restart(Cluster().Nodes[member])
}

// restart restarts one node when the cluster can spare it.
func restart(node *Node) {
	quorum := Cluster().Nodes.Quorum()
	up := len(quorum.Up())
	if left := up - 1; node.Quorum && left <= len(quorum)/2 {
		Fail("%s must not stop: only %d of %d quorum nodes would be left", node, left, len(quorum))
	}
	if disks := onlyServer(node); len(disks) > 0 {
		Fail("%s must not stop: nobody else serves %v", node, disks)
	}
	print("restarting", node, "with", up, "of", len(quorum), "quorum nodes up")
	node.Shutdown()
	node.WaitFor(Down)
	node.Startup()
	node.WaitFor(Active)
}

// onlyServer returns the disks that no other node that is up serves.
func onlyServer(node *Node) []string {
	up := Cluster().Nodes.Up().Names()
	var alone []string
	for _, nsd := range Cluster().NSDs.ServedBy(node.Name) {
		others := slices.DeleteFunc(slices.Clone(nsd.Servers), func(s string) bool {
			return s == node.Name || !slices.Contains(up, s)
		})
		if len(others) == 0 {
			alone = append(alone, nsd.Name)
		}
	}
	return alone
}
