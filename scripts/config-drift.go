#!/usr/bin/env -S gpfsh run
// Which nodes have configuration of their own, and where does it differ from that of the cluster?
// gpfsh --cluster sim run config-drift.go

drift := Cluster().Config.Where(func(p *Parameter) bool { return len(p.Scopes) > 0 })
for name, p := range drift {
	for _, scope := range p.Scopes {
		for _, node := range scope.Nodes {
			kind := "node"
			if _, ok := Cluster().NodeClasses[node]; ok {
				kind = "class"
			}
			fmt.Printf("%-18s %-8s on %s %s (cluster: %s)\n", name, scope.Value, kind, node, cmp.Or(p.Value, "not set"))
		}
	}
}
