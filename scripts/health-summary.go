#!/usr/bin/env -S gpfsh run
// Which components are not well on all nodes, and which nodes are down or do not answer?
// gpfsh --cluster sim run health-summary.go

for _, h := range Cluster().Health() {
	if h.Healthy < h.Total {
		print(h.Component, "healthy:", h.Healthy, "of", h.Total, "failed:", h.Failed, "degraded:", h.Degraded)
	}
}
print("nodes down:", Cluster().Nodes.Down())
print("nodes that do not answer:", Cluster().Nodes.Unknown())
