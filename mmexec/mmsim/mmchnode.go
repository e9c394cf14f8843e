package mmsim

import (
	"slices"
	"strings"
)

func mmchnode(c *call) int {
	if file := c.get("-S") + c.get("--spec-file"); file != "" {
		return c.changeNodesFromFile(file)
	}
	if !c.has("-N") {
		return c.usage("Missing arguments.")
	}
	return c.changeNodes(c.parsed)
}

// changeNodesFromFile carries out a specification file: a node and its change options on each line.
func (c *call) changeNodesFromFile(file string) int {
	data, ok := c.files(file)
	if !ok {
		return c.fail("Cannot read %s.", file) // unverified: wording
	}
	for line := range strings.Lines(string(data)) {
		words := strings.Fields(line)
		if len(words) == 0 || strings.HasPrefix(words[0], "#") {
			continue
		}
		p, err := parseOptions(c.cmd.options).parse(append(words[1:], "-N", words[0]))
		if err != nil {
			return c.usage(err.Error())
		}
		if code := c.changeNodes(p); code != 0 {
			return code
		}
	}
	return 0
}

// changeNodes carries out the change options for the nodes of -N. Where options contradict each other the last one wins.
func (c *call) changeNodes(p *parsed) int {
	numbers, err := c.resolveNodes(p.get("-N"))
	if err != nil {
		return c.fail("%s", err)
	}
	for _, unique := range []string{"--admin-interface", "--daemon-interface"} {
		if p.has(unique) && len(numbers) > 1 {
			return c.fail("Option %s can be specified for one node only.", unique) // unverified: wording
		}
	}
	for _, number := range numbers {
		if code := c.refuseNodeChange(p, c.st.node(number)); code != 0 {
			return code
		}
	}
	for _, number := range numbers {
		n := c.st.node(number)
		c.stamped("Processing node %s", n.AdminName)
		for _, flag := range p.order {
			c.changeNode(n, flag, p.get(flag))
		}
	}
	c.st.settleQuorum()
	c.propagate()
	return 0
}

// refuseNodeChange applies the rules for one node. unverified: wording of all refusals.
func (c *call) refuseNodeChange(p *parsed, n *Node) int {
	switch {
	case n.Unreachable:
		return c.fail("%s: ssh: connect to host %s port 22: Connection timed out", shortName(n.AdminName), n.AdminName)
	case p.has("--nonquorum") && n.Quorum && c.st.quorumDefined() == 1:
		return c.fail("At least one quorum node is required.")
	case p.any("--quorum") && n.License == "client":
		return c.fail("Node %s does not have a GPFS server license designation.", shortName(n.AdminName))
	case p.has("--daemon-interface") && n.State != NodeDown:
		return c.fail("GPFS must be stopped on node %s to change its daemon interface.", shortName(n.AdminName))
	case p.has("--ces-enable") && c.st.CESSharedRoot == "":
		return c.fail("The cesSharedRoot configuration attribute is not set.")
	}
	for _, flag := range []string{"--admin-interface", "--daemon-interface"} {
		if name := p.get(flag); name != "" {
			if other := c.st.nodeNamed(name); other != nil && other != n {
				return c.fail("Node %s already belongs to the GPFS cluster.", name)
			}
		}
	}
	return 0
}

func (c *call) changeNode(n *Node, flag, value string) {
	switch flag {
	case "--manager", "--client":
		n.Manager = flag == "--manager"
	case "--quorum", "--nonquorum":
		n.Quorum = flag == "--quorum"
	case "--perfmon", "--noperfmon":
		n.Perfmon = flag == "--perfmon"
	case "--gateway", "--nogateway":
		n.Gateway = flag == "--gateway"
	case "--snmp-agent", "--nosnmp-agent":
		n.SNMP = flag == "--snmp-agent"
	case "--ces-enable", "--ces-disable":
		n.CES = flag == "--ces-enable"
		if !n.CES {
			n.CESIPs, n.CESGroup = nil, ""
		}
	case "--ces-group":
		n.CESGroup = value
	case "--noces-group":
		n.CESGroup = ""
	case "--admin-interface":
		n.AdminName = value
	case "--daemon-interface":
		n.DaemonName = value
	case "--comment":
		n.Comment = value
	}
}

// mmchlicense designates licenses.
func mmchlicense(c *call) int {
	kind := c.operand(0)
	if !slices.Contains([]string{"client", "server", "fpo"}, kind) || !c.has("-N") {
		return c.usage("Missing arguments.")
	}
	numbers, err := c.resolveNodes(c.get("-N"))
	if err != nil {
		return c.fail("%s", err)
	}
	for _, number := range numbers {
		if n := c.st.node(number); kind == "client" && n.requiredLicense(c.st) == "server" {
			return c.fail("Node %s requires a GPFS server license.", shortName(n.AdminName)) // unverified: wording
		}
	}
	c.printf("\nThe following nodes will be designated as possessing GPFS %s licenses:\n", kind)
	for _, number := range numbers {
		c.printf("\t%s\n", c.st.node(number).AdminName)
	}
	if !c.has("--accept") {
		c.printf("Please confirm that you accept the terms of the IBM Storage Scale %s Licensing Agreement.\nDo you accept? (yes/no) ", kind) // unverified: wording
		if answer := strings.ToLower(strings.TrimSpace(string(c.stdin))); answer != "yes" && answer != "y" {
			c.printf("\n")
			return c.fail("The license was not accepted.") // unverified: wording
		}
		c.printf("\n")
	}
	for _, number := range numbers {
		c.st.node(number).License = kind
	}
	c.say("Command successfully completed")
	c.propagate()
	return 0
}

// requiredLicense is the license that the roles of a node ask for.
func (n *Node) requiredLicense(s *State) string {
	if n.Quorum || n.Manager || n.CES || n.Gateway {
		return "server"
	}
	for i := range s.NSDs {
		if slices.Contains(s.NSDs[i].Servers, n.AdminName) {
			return "server"
		}
	}
	return "client"
}

func mmlslicense(c *call) int {
	var servers, clients, fpo, lackServer, lackClient int
	for i := range c.st.Nodes {
		n := &c.st.Nodes[i]
		switch n.License {
		case "server":
			servers++
		case "fpo":
			fpo++
		case "client":
			clients++
		}
		switch required := n.requiredLicense(c.st); {
		case required == "server" && n.License != "server":
			lackServer++
		case n.License == "":
			lackClient++
		}
	}
	if c.has("-Y") {
		w := c.y()
		w.header("", "nodeName", "requiredLicense", "designatedLicense", "totalNodes", "licensedServers", "licensedClients", "unlicensedServers", "unlicensedClients", "licensedFpo")
		for i := range c.st.Nodes {
			n := &c.st.Nodes[i]
			w.row("", n.DaemonName, n.requiredLicense(c.st), n.License, len(c.st.Nodes), servers, clients, lackServer, lackClient, fpo)
		}
		return 0
	}
	if c.has("-L") {
		c.printf(" Node name                           Required license  Designated license\n---------------------------------------------------------------------------\n")
		for i := range c.st.Nodes {
			n := &c.st.Nodes[i]
			mark := ""
			if n.requiredLicense(c.st) == "server" && n.License != "server" {
				mark = " *"
			}
			c.printf(" %s %s %s%s\n", pad(n.DaemonName, 35), pad(n.requiredLicense(c.st), 17), n.License, mark)
		}
	}
	c.printf("\n Summary information \n---------------------\n")
	for _, line := range []struct {
		label string
		n     int
	}{
		{"Number of nodes defined in the cluster:", len(c.st.Nodes)}, {"Number of nodes with server license designation:", servers},
		{"Number of nodes with FPO license designation:", fpo}, {"Number of nodes with client license designation:", clients},
		{"Number of nodes still requiring server license designation:", lackServer}, {"Number of nodes still requiring client license designation:", lackClient},
	} {
		c.printf("%s %5d\n", pad(line.label, 60), line.n)
	}
	c.printf("This node runs IBM Storage Scale Advanced Edition\n") // unverified: the edition line of this release
	return 0
}

func mmchmgr(c *call) int {
	if !c.daemon() {
		return 1
	}
	to := 0
	if name := c.operand(len(c.operands) - 1); len(c.operands) == 2 || c.has("-c") && len(c.operands) == 1 {
		n := c.st.nodeNamed(name)
		switch {
		case n == nil:
			return c.fail("Incorrect node name: %s", name) // unverified: wording
		case n.State != NodeActive:
			return c.failDaemon(19, "Node %s is not active.", shortName(n.AdminName)) // unverified: wording
		}
		to = n.Number
	}
	if c.has("-c") {
		old := c.st.node(c.st.ClusterManager)
		if to == 0 {
			to = c.st.firstActive(func(n *Node) bool { return n.Quorum && n.Number != c.st.ClusterManager })
		}
		if n := c.st.node(to); !n.Quorum {
			return c.failDaemon(22, "Node %s is not a quorum node.", shortName(n.AdminName)) // unverified: wording
		}
		c.st.ClusterManager = to
		// unverified: wording.
		c.printf("Appointing node %s as cluster manager\nNode %s has taken over as cluster manager\n", c.managerName(to), c.managerName(to))
		if old == nil || old.Number != to {
			c.raise("clusterManagerTakeOver", to)
		}
		return 0
	}
	if len(c.operands) == 0 {
		return c.usage("Missing arguments.")
	}
	f, ok := c.device()
	if !ok {
		return 1
	}
	if to == 0 {
		to = c.st.firstActive(func(n *Node) bool { return n.Manager && n.Number != f.Manager })
	}
	c.printf("Sending migrate request to current manager node %s.\n", c.managerName(f.Manager))
	c.printf("Node %s resigned as manager for %s.\nNode %s appointed as manager for %s.\n", c.managerName(f.Manager), f.Name, c.managerName(to), f.Name)
	f.Manager = to
	return 0
}

// managerName names a manager as the messages do: its address and its short daemon name.
func (c *call) managerName(number int) string {
	if n := c.st.node(number); n != nil {
		return n.IP + " (" + shortName(n.DaemonName) + ")"
	}
	return "none"
}
