package mmsim

import (
	"strings"
)

// mmlsnode prints the node sets of the cluster; it has no -Y form.
//
// unverified: the table; programs that read it take the words of the line.
func mmlsnode(c *call) int {
	if c.get("-N") == "waiters" {
		c.nodeWaiters()
		return 0
	}
	if c.has("-N") {
		numbers, err := c.resolveNodes(c.get("-N"))
		if err != nil {
			return c.fail("%s", err)
		}
		var names []string
		for _, n := range numbers {
			names = append(names, c.st.node(n).DaemonName)
		}
		c.printf("%s\n", strings.Join(names, " "))
		return 0
	}
	if c.has("-C") && c.get("-C") != "." && c.get("-C") != c.st.Name {
		return c.fail("Remote cluster %s is not defined.", c.get("-C"))
	}
	var names []string
	for i := range c.st.Nodes {
		names = append(names, shortName(c.st.Nodes[i].DaemonName))
	}
	c.printf("GPFS nodeset    Node list\n-------------   -------------------------------------------------------\n")
	c.printf("   %s %s\n", pad(shortName(c.st.Name), 12), strings.Join(names, " "))
	return 0
}

// nodeWaiters prints the waiters of all nodes whose daemon is up, the node in front, as mmdiag prints those of one.
//
// unverified: the form of the lines; the manual shows none.
func (c *call) nodeWaiters() {
	for i, w := range c.st.Waiters {
		n := c.st.node(w.Node)
		if n == nil || n.State != NodeActive || n.Unreachable {
			continue
		}
		c.printf("%s:  Waiting %.4f sec since %s, monitored, thread %d %s: %s\n", shortName(n.DaemonName), c.now.Sub(w.Since).Seconds(),
			w.Since.In(c.st.location()).Format("15:04:05"), 3000+i, w.Thread, w.Reason)
	}
}
