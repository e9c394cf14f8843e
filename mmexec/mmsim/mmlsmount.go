package mmsim

import (
	"fmt"
	"strings"
)

func mmlsmount(c *call) int {
	if len(c.operands) == 0 && !c.has("-F") {
		return c.usage("Missing arguments.")
	}
	var systems []listed
	names := []string{c.operand(0)}
	if c.has("-F") {
		data, ok := c.files(c.get("-F"))
		if !ok {
			return c.fail("Cannot read %s.", c.get("-F")) // unverified: wording
		}
		names = strings.Fields(string(data))
	}
	for _, name := range names {
		found, ok := c.listed(name)
		if !ok {
			return 1
		}
		systems = append(systems, found...)
	}
	if c.has("-Y") {
		w := c.y()
		// unverified: the names of the fields; captured is one row, without its header.
		w.header("", "localDevName", "realDevName", "owningCluster", "totalNodes", "nodeIP", "nodeName", "clusterName", "mountMode")
		for _, l := range systems {
			for _, m := range c.shownMounts(l) {
				w.row("", l.name, l.fs.Name, c.owner(l), len(c.shownMounts(l)), m.ip, m.name, m.cluster, m.mode)
			}
		}
		return 0
	}
	for _, l := range systems {
		mmlsmountHuman(c, l)
	}
	return 0
}

// owner is the cluster that a file system belongs to.
func (c *call) owner(l listed) string {
	if l.remote != nil {
		return l.remote.Cluster
	}
	return c.st.Name
}

// mountedNode is a node as mmlsmount shows it.
type mountedNode struct{ ip, name, cluster, mode string }

// shownMounts lists who has the file system mounted, as far as -C asks for it: the nodes of this cluster by default.
func (c *call) shownMounts(l listed) []mountedNode {
	var nodes []mountedNode
	for _, m := range l.fs.Mounts {
		shown := mountedNode{ip: m.IP, name: m.NodeName, cluster: m.Cluster, mode: m.Mode}
		if n := c.st.node(m.Node); n != nil {
			shown.ip, shown.name, shown.cluster = n.IP, shortName(n.DaemonName), c.st.Name
		}
		if !c.has("-C") || c.wantsCluster(shown.cluster) {
			nodes = append(nodes, shown)
		}
	}
	return nodes
}

func (c *call) wantsCluster(name string) bool {
	for _, want := range splitList(c.get("-C")) {
		if want == "all" || want == name || want == "all_remote" && name != c.st.Name {
			return true
		}
	}
	return false
}

func mmlsmountHuman(c *call, l listed) {
	name := l.name
	if l.remote != nil {
		name += " (" + l.remote.Cluster + ":" + l.fs.Name + ")"
	}
	nodes := c.shownMounts(l)
	switch {
	case len(nodes) == 0:
		c.printf("File system %s is not mounted.\n", name) // unverified: wording
	case !c.has("-L"):
		c.printf("File system %s is mounted on %d nodes.\n", name, len(nodes))
	default:
		c.printf("%s\n", strings.Repeat(" ", 70))
		c.printf("File system %s is mounted on %d nodes:\n", name, len(nodes))
		for _, n := range nodes {
			c.printf("  %s %s %s\n", pad(n.ip, 15), pad(n.name, 25), pad(n.cluster, 25)+n.readOnly())
		}
	}
}

func (n mountedNode) readOnly() string {
	if n.mode == "RO" {
		return fmt.Sprintf(" (%s)", strings.ToLower(n.mode)) // unverified: mark of a read-only mount
	}
	return ""
}
