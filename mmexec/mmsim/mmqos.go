package mmsim

import (
	"slices"
	"strings"
)

// mmchqos sets the quality of service of a file system.
func mmchqos(c *call) int {
	f, code := c.managed()
	if code != 0 {
		return code
	}
	switch {
	case c.has("--disable"):
		f.QoS = QoS{}
		c.printf("QOS configuration has been installed and broadcast to all nodes.\n") // unverified: wording
		return 0
	case !c.has("--enable"):
		return c.usage("Missing arguments.")
	}
	q := QoS{Enabled: true, Classes: slices.Clone(f.QoS.Classes)}
	if c.has("--reset") {
		q.Classes = nil
	}
	for _, operand := range c.operands[1:] {
		parts := splitList(operand)
		name, pool, _ := strings.Cut(parts[0], "=")
		if name != "pool" || pool != "*" && f.pool(pool) == nil {
			return c.failDaemon(22, "Storage pool %s not found.", pool) // unverified: wording and exit status
		}
		for _, setting := range parts[1:] {
			class, limit, ok := strings.Cut(setting, "=")
			if _, err := parseSize(strings.TrimSuffix(limit, "IOPS")); !ok || err != nil && limit != "unlimited" {
				return c.usage("Incorrect option: " + setting) // unverified: wording
			}
			q.Classes = slices.DeleteFunc(q.Classes, func(have QoSClass) bool { return have.Pool == pool && have.Class == class })
			q.Classes = append(q.Classes, QoSClass{Pool: pool, Class: class, Limit: limit})
		}
	}
	f.QoS = q
	c.printf("Adjusted QOS Class specification: %s\nQOS configuration has been installed and broadcast to all nodes.\n", f.QoS.specification()) // unverified: wording
	return 0
}

// specification is the configuration as the commands write it.
func (q QoS) specification() string {
	var pools []string
	byPool := map[string][]string{}
	for _, k := range q.Classes {
		if byPool[k.Pool] == nil {
			pools = append(pools, k.Pool)
		}
		byPool[k.Pool] = append(byPool[k.Pool], k.Class+"="+k.Limit)
	}
	if len(pools) == 0 {
		return "pool=*,other=inf,maintenance=inf"
	}
	for i, p := range pools {
		pools[i] = "pool=" + p + "," + strings.Join(byPool[p], ",")
	}
	return strings.Join(pools, ":")
}

// mmlsqos shows the quality of service of a file system.
func mmlsqos(c *call) int {
	f, code := c.managed()
	if code != 0 {
		return code
	}
	q := f.QoS
	if c.has("-Y") {
		w := c.y()
		w.header("status", "enabled", "throttling", "monitoring", "fineStatsSecs", "idStats")
		w.header("config", "config_enc")
		w.header("values", "values_enc")
		w.header("stats", "pool", "timeEpoch", "class", "iops", "ioql", "qsdl", "et", "MBs")
		w.row("status", lowerYesNo(q.Enabled), lowerYesNo(q.Enabled), lowerYesNo(q.Enabled), 0, "no")
		if q.Enabled {
			w.row("config", q.specification())
			w.row("values", q.specification())
		}
		return 0
	}
	if !q.Enabled {
		c.printf("QOS config:: disabled\nQOS status:: throttling inactive, monitoring inactive\n") // unverified: wording
		return 0
	}
	c.printf("QOS config:: enabled -- %s\nQOS values:: %s\nQOS status:: throttling active, monitoring active\n", q.specification(), q.specification()) // unverified: wording
	return 0
}

// mmexpelnode keeps a node out of the cluster, or lets it back.
func mmexpelnode(c *call) int {
	if !c.daemon() {
		return 1
	}
	if c.any("-l", "--list") {
		c.printf("Node List\n---------------------\n") // unverified: wording
		for i := range c.st.Nodes {
			if n := &c.st.Nodes[i]; n.Expelled {
				c.printf("%s (%s)\n", n.IP, shortName(n.DaemonName))
			}
		}
		return 0
	}
	if !c.has("-N") {
		return c.usage("Missing arguments.")
	}
	numbers, err := c.resolveNodes(c.get("-N"))
	if err != nil {
		return c.fail("%s", err)
	}
	before := c.quorumPicture()
	for _, number := range numbers {
		n := c.st.node(number)
		back := c.any("-r", "--reset")
		switch {
		case !back && number == c.st.LocalNode:
			return c.fail("A node cannot expel itself.") // unverified: wording
		case back:
			n.Expelled = false
			if n.State == NodeDown && !n.Unreachable {
				n.State = NodeArbitrating
			}
		default:
			n.Expelled = true
			c.unmountNode(number, "forced")
			n.State = NodeDown
		}
	}
	c.st.settleQuorum()
	c.raiseQuorum(before)
	return 0
}
