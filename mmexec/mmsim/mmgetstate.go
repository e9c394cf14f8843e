package mmsim

import (
	"slices"
	"strings"
)

func mmgetstate(c *call) int {
	numbers, ok := c.targets()
	if !ok {
		return 1
	}
	var lost []string
	numbers = slices.DeleteFunc(numbers, func(number int) bool {
		n := c.st.node(number)
		if n.Unreachable {
			lost = append(lost, shortName(n.AdminName))
		}
		return n.Unreachable
	})
	if c.has("-Y") {
		mmgetstateY(c, numbers)
	} else {
		mmgetstateHuman(c, numbers)
	}
	if len(lost) > 0 {
		// unverified: that this goes to standard error and leaves the exit status alone.
		c.say("The following nodes could not be reached:\n\n%s", strings.Join(lost, "\n"))
	}
	return 0
}

func mmgetstateY(c *call, numbers []int) {
	fields := []string{"nodeName", "nodeNumber", "state", "quorum", "nodesUp", "totalNodes", "remarks", "cnfsState"}
	short, full := c.st.atLeast(5, 1, 0), c.st.atLeast(5, 2, 0)
	if short {
		fields = append(fields, "daemonShortName")
	}
	if full {
		fields = append(fields, "daemonNodeName")
	}
	w := c.y()
	w.header("", fields...)
	quorum, up, total := c.quorumFigures()
	for _, number := range numbers {
		n := c.st.node(number)
		values := []any{shortName(n.AdminName), n.Number, string(n.State)}
		if n.State == NodeDown {
			values = append(values, 0, 0, 0) // unverified: what a daemon that is down shows here
		} else {
			values = append(values, quorum, up, total)
		}
		values = append(values, n.quorumRemark(), "(undefined)")
		if short {
			values = append(values, shortName(n.DaemonName))
		}
		if full {
			values = append(values, n.DaemonName)
		}
		w.row("", values...)
	}
}

func (n *Node) quorumRemark() string {
	if n.Quorum {
		return "quorum node"
	}
	return ""
}

// quorumFigures are the quorum that is needed, the nodes that are up, and all nodes.
func (c *call) quorumFigures() (quorum, up, total int) {
	for i := range c.st.Nodes {
		if c.st.Nodes[i].State == NodeActive {
			up++
		}
	}
	return c.st.quorumNeeded(), up, len(c.st.Nodes)
}

func mmgetstateHuman(c *call, numbers []int) {
	name := len("Node name      ")
	for _, number := range numbers {
		name = max(name, len(shortName(c.st.node(number).AdminName)))
	}
	quorum, up, total := c.quorumFigures()
	header := " Node number  " + pad("Node name", name) + "  GPFS state  "
	if c.has("-L") {
		header = " Node number  " + pad("Node name", name) + "  Quorum  Nodes up  Total nodes  GPFS state   Remarks    "
	}
	c.printf("\n%s\n%s\n", header, strings.Repeat("-", len(header)))
	for _, number := range numbers {
		n := c.st.node(number)
		if !c.has("-L") {
			c.printf("%12d  %s  %s\n", n.Number, pad(shortName(n.AdminName), name), n.State)
			continue
		}
		q, u, t := quorum, up, total
		if n.State == NodeDown {
			q, u, t = 0, 0, 0
		}
		c.printf("%12d  %s  %5d  %8d  %10d   %s %s\n", n.Number, pad(shortName(n.AdminName), name), q, u, t, pad(string(n.State), 12), n.quorumRemark())
	}
	if c.has("-s") {
		mmgetstateSummary(c)
	}
}

func mmgetstateSummary(c *call) {
	quorum, up, total := c.quorumFigures()
	c.printf("\n Summary information \n---------------------\n")
	// unverified: wording and columns of the lines of -s.
	c.printf("Number of nodes defined in the cluster:         %4d\n", total)
	c.printf("Number of local nodes active in the cluster:    %4d\n", up)
	c.printf("Number of remote nodes joined in this cluster:  %4d\n", 0)
	c.printf("Number of quorum nodes defined in the cluster:  %4d\n", c.st.quorumDefined())
	c.printf("Number of quorum nodes active in the cluster:   %4d\n", c.st.quorumUp())
	c.printf("Quorum = %d, Quorum %s\n", quorum, map[bool]string{true: "achieved", false: "not achieved"}[c.st.hasQuorum()])
}
