package mmsim

import (
	"fmt"
	"slices"
	"strings"
)

func mmaddnode(c *call) int {
	if !c.has("-N") {
		return c.usage("Missing arguments.")
	}
	words := splitList(c.get("-N"))
	if lines, ok := c.nodeFile(c.get("-N")); ok {
		words = lines
	}
	var fresh []Node
	for _, word := range words {
		parts := append(strings.Split(word, ":"), "", "", "")
		n := Node{
			Number: c.st.NextNodeNumber + len(fresh), DaemonName: parts[0], AdminName: parts[0], State: NodeDown, IP: fmt.Sprintf("10.99.%d.%d", len(c.st.Nodes)/250, (len(c.st.Nodes)+len(fresh))%250+1),
			License: parts[3],
		}
		if parts[2] != "" {
			n.AdminName = parts[2]
		}
		for _, role := range strings.Split(parts[1], "-") {
			switch role {
			case "quorum":
				n.Quorum = true
			case "manager":
				n.Manager = true
			case "", "client", "nonquorum":
			default:
				return c.fail("Incorrect node designation specified: %s", role) // unverified: wording
			}
		}
		if c.st.nodeNamed(n.AdminName) != nil || c.st.nodeNamed(n.DaemonName) != nil {
			return c.fail("Node %s was not added to the cluster. The node appears to already belong to a GPFS cluster.", n.DaemonName)
		}
		fresh = append(fresh, n)
	}
	lacks := false
	for i := range fresh {
		c.stamped("Processing node %s", fresh[i].DaemonName)
		if c.has("--accept") && fresh[i].License == "" {
			fresh[i].License = "client"
		}
		lacks = lacks || fresh[i].License == "" || fresh[i].License != "server" && (fresh[i].Quorum || fresh[i].Manager)
	}
	c.st.Nodes = append(c.st.Nodes, fresh...)
	c.st.NextNodeNumber += len(fresh)
	c.st.settleQuorum()
	c.say("Command successfully completed")
	if lacks {
		c.say("Warning: Not all nodes have proper GPFS license designations.\n    Use the mmchlicense command to designate licenses as needed.")
	}
	c.propagate()
	return 0
}

func mmdelnode(c *call) int {
	var numbers []int
	switch {
	case c.has("-a"):
		for i := range c.st.Nodes {
			numbers = append(numbers, c.st.Nodes[i].Number)
		}
	case c.has("-N"):
		var err error
		if numbers, err = c.resolveNodes(c.get("-N")); err != nil {
			return c.fail("%s", err)
		}
	default:
		return c.usage("Missing arguments.")
	}
	if len(numbers) == len(c.st.Nodes) && len(c.st.Filesystems) > 0 {
		return c.fail("This GPFS cluster contains file systems. You cannot delete the last node.")
	}
	c.errorf("Verifying GPFS is stopped on all affected nodes ...\n")
	quorum := c.st.quorumDefined()
	for _, number := range numbers {
		n := c.st.node(number)
		if n.State != NodeDown {
			return c.fail("GPFS is still running on node %s.", shortName(n.AdminName)) // unverified: wording
		}
		for i := range c.st.NSDs {
			if slices.Contains(c.st.NSDs[i].Servers, n.AdminName) {
				return c.fail("Node %s is an NSD server for disk %s.", shortName(n.AdminName), c.st.NSDs[i].Name) // unverified: wording
			}
		}
		if n.Quorum {
			quorum--
		}
		if number == c.st.LocalNode {
			return c.fail("The node on which the command runs cannot be deleted.") // unverified: wording; a node can delete itself only when it is the last
		}
	}
	if quorum < 1 {
		return c.fail("At least one quorum node is required.") // unverified: wording
	}
	gone := func(number int) bool { return slices.Contains(numbers, number) }
	c.st.Nodes = slices.DeleteFunc(c.st.Nodes, func(n Node) bool { return gone(n.Number) })
	for i := range c.st.NodeClasses {
		c.st.NodeClasses[i].Nodes = slices.DeleteFunc(c.st.NodeClasses[i].Nodes, gone)
	}
	c.st.settleQuorum()
	c.say("Command successfully completed")
	c.propagate()
	return 0
}
