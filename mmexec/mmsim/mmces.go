package mmsim

import (
	"slices"
	"strings"
)

// cesNodes lists the protocol nodes.
func (s *State) cesNodes() []*Node {
	var nodes []*Node
	for i := range s.Nodes {
		if s.Nodes[i].CES {
			nodes = append(nodes, &s.Nodes[i])
		}
	}
	return nodes
}

// mmces shows and moves protocol services: address, node, service and state.
func mmces(c *call) int {
	nodes := c.st.cesNodes()
	if len(nodes) == 0 {
		return c.fail("CES is not enabled on any node.") // unverified: wording
	}
	switch what := c.operand(0) + " " + c.operand(1); what {
	case "service list":
		c.printf("Enabled services: NFS SMB\n")
		if c.any("-a", "--all") {
			for _, n := range nodes {
				c.printf("%s:  NFS is running, SMB is running\n", shortName(n.AdminName))
			}
		} else {
			c.printf("NFS is running, SMB is running\n")
		}
	case "node list":
		c.printf("Node Number   Node Name   Node Groups   Node Flags\n------------- ----------- ------------- ------------ \n")
		for _, n := range nodes {
			c.printf("%s %s %s %s\n", pad(itoa(n.Number), 13), pad(shortName(n.AdminName), 11), pad(n.CESGroup, 13), n.cesFlags())
		}
	case "address list":
		c.cesAddresses(nodes)
	case "state show", "state cluster":
		c.cesState(nodes)
	case "node suspend", "node resume":
		return c.cesSuspend(c.operand(1) == "suspend")
	case "address move", "address add", "address remove":
		return c.cesAddress(c.operand(1))
	default:
		return c.usage("Incorrect option: " + what)
	}
	return 0
}

// cesFlags are the flags of a protocol node.
func (n *Node) cesFlags() string {
	switch {
	case n.CESSuspended:
		return "Suspended" // unverified: spelling
	case n.State == NodeDown:
		return "Failed" // unverified: spelling
	}
	return "none"
}

func (c *call) cesAddresses(nodes []*Node) {
	c.printf("Address        Node     Ces Group   Attributes\n-------------- -------- ----------- ------------\n")
	type address struct{ ip, node string }
	var list []address
	for _, n := range nodes {
		for _, ip := range n.CESIPs {
			list = append(list, address{ip, shortName(n.AdminName)})
		}
	}
	slices.SortFunc(list, func(a, b address) int { return strings.Compare(a.ip, b.ip) })
	for _, a := range list {
		c.printf("%s %s none        none\n", pad(a.ip, 14), pad(a.node, 8))
	}
}

func (c *call) cesState(nodes []*Node) {
	health := func(n *Node) string {
		switch {
		case n.CESSuspended:
			return "SUSPENDED"
		case n.State != NodeActive:
			return "FAILED"
		}
		return "HEALTHY"
	}
	if c.has("-Y") {
		w := &yWriter{c: c, command: "mmcesstate"}
		w.header("", "NODE", "AUTH", "BLOCK", "NETWORK", "AUTH_OBJ", "NFS", "OBJ", "SMB", "CES")
		for _, n := range nodes {
			h := health(n)
			w.row("", shortName(n.AdminName), h, "DISABLED", h, "DISABLED", h, "DISABLED", h, h)
		}
		return
	}
	c.printf("NODE       AUTH       BLOCK      NETWORK    AUTH_OBJ   NFS        OBJ        SMB        CES\n")
	for _, n := range nodes {
		h := pad(health(n), 10)
		c.printf("%s %s DISABLED   %s DISABLED   %s DISABLED   %s %s\n", pad(shortName(n.AdminName), 10), h, h, h, h, strings.TrimSpace(h))
	}
}

// cesSuspend takes protocol nodes out of service, or back: their addresses move to the others.
func (c *call) cesSuspend(suspend bool) int {
	numbers, ok := c.targets()
	if !ok {
		return 1
	}
	for _, number := range numbers {
		n := c.st.node(number)
		if !n.CES {
			return c.fail("Node %s is not a CES node.", shortName(n.AdminName)) // unverified: wording
		}
		n.CESSuspended = suspend
		if suspend {
			c.st.spreadAddresses(n)
		}
		c.printf("Node %s now in %s state.\n", shortName(n.AdminName), map[bool]string{true: "suspended", false: "active"}[suspend]) // unverified: wording
	}
	return 0
}

// spreadAddresses gives the addresses of a protocol node to those that serve with the fewest.
func (s *State) spreadAddresses(from *Node) {
	var left []string
	for _, ip := range from.CESIPs {
		var to *Node
		for _, n := range s.cesNodes() {
			if n != from && !n.CESSuspended && n.State == NodeActive && (to == nil || len(n.CESIPs) < len(to.CESIPs)) {
				to = n
			}
		}
		if to == nil {
			left = append(left, ip)
			continue
		}
		to.CESIPs = append(slices.Clone(to.CESIPs), ip)
	}
	from.CESIPs = left
}

// cesAddress adds, removes and moves protocol addresses.
func (c *call) cesAddress(verb string) int {
	ips := splitList(c.get("--ces-ip"))
	if len(ips) == 0 {
		return c.usage("Missing arguments.")
	}
	var to *Node
	if name := c.get("--ces-node"); name != "" {
		to = c.st.nodeNamed(name)
		switch {
		case to == nil:
			return c.fail("Incorrect node name: %s", name) // unverified: wording
		case !to.CES || to.CESSuspended:
			return c.fail("Node %s cannot host CES addresses.", shortName(to.AdminName)) // unverified: wording
		}
	}
	if verb == "move" && to == nil {
		return c.usage("Missing arguments.")
	}
	for _, ip := range ips {
		var at *Node
		for _, n := range c.st.cesNodes() {
			if slices.Contains(n.CESIPs, ip) {
				at = n
			}
		}
		switch {
		case verb == "add" && at != nil:
			return c.fail("The CES address %s is already assigned.", ip) // unverified: wording
		case verb != "add" && at == nil:
			return c.fail("The CES address %s does not exist.", ip) // unverified: wording
		}
		if at != nil {
			at.CESIPs = slices.DeleteFunc(slices.Clone(at.CESIPs), func(have string) bool { return have == ip })
		}
		if verb == "remove" {
			continue
		}
		if to == nil {
			to = c.st.cesNodes()[0]
		}
		to.CESIPs = append(slices.Clone(to.CESIPs), ip)
	}
	return 0
}

// mmsmb shows SMB shares. unverified: the names of the fields; no -Y form was captured.
func mmsmb(c *call) int {
	if c.operand(0) != "export" || c.operand(1) != "list" {
		return c.usage("Incorrect option: " + c.operand(0) + " " + c.operand(1))
	}
	if c.has("-Y") {
		w := &yWriter{c: c, command: "mmcessmblsexport"}
		w.header("", "export", "path", "browseable", "guest ok", "smb encrypt")
		for _, e := range c.st.SMBExports {
			w.row("", e.Name, e.Path, "yes", "no", "auto")
		}
		return 0
	}
	c.printf("export   path                 browseable   guest ok   smb encrypt\n")
	for _, e := range c.st.SMBExports {
		c.printf("%s %s %s %s auto\n", pad(e.Name, 8), pad(e.Path, 20), pad("yes", 12), pad("no", 10))
	}
	return 0
}
