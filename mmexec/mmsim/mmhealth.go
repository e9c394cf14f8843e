package mmsim

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// The states of health, from the best to the worst.
func healthStates() []string {
	return []string{"HEALTHY", "CHECKING", "TIPS", "DEGRADED", "UNKNOWN", "DEPEND", "FAILED"}
}

// health is the state of one entity of a component on a node, and the event that explains it.
type health struct {
	component, entity, kind, state string
	since                          time.Time
	event, message, arguments      string
}

// worse returns the worse of two states.
func worse(a, b string) string {
	if slices.Index(healthStates(), b) > slices.Index(healthStates(), a) {
		return b
	}
	return a
}

// nodeHealth tells the health of a node from the state of the cluster and the events that are set.
func (c *call) nodeHealth(n *Node) []health {
	name := shortName(n.AdminName)
	healthy := func(component, entity, kind string) health {
		return health{component: component, entity: entity, kind: kind, state: "HEALTHY", since: c.now.Add(-35 * 24 * time.Hour)}
	}
	list := []health{healthy("GPFS", name, "NODE"), healthy("NETWORK", name, "NODE")}
	switch n.State {
	case NodeDown:
		list[0].state, list[0].event, list[0].message = "FAILED", "gpfs_down", "The IBM Storage Scale service process not running on this node." // unverified: wording
	case NodeArbitrating:
		list[0].state, list[0].event, list[0].message = "FAILED", "quorum_down", "The node is not able to reach enough quorum nodes/disks to work properly." // unverified: wording
	}
	for i := range c.st.Filesystems {
		f := &c.st.Filesystems[i]
		if f.mountedAt(n.Number) == nil && f.Attrs.Automount != "yes" {
			continue
		}
		h := healthy("FILESYSTEM", f.Name, "FILESYSTEM")
		if f.mountedAt(n.Number) == nil {
			h.state, h.event, h.arguments = "DEGRADED", "unmounted_fs_check", f.Name
			h.message = "The filesystem " + f.Name + " is probably needed, but not mounted" // unverified: wording
		}
		list = append(list, h)
	}
	list = append(list, c.diskHealth(n, healthy)...)
	if n.CES {
		list = append(list, healthy("CES", name, "NODE"))
	}
	if n.Perfmon {
		list = append(list, healthy("PERFMON", name, "NODE"))
	}
	for _, e := range c.st.HealthEvents {
		if e.Node == n.Number {
			list = append(list, health{component: e.Component, entity: e.Entity, kind: "NODE", state: e.State, since: e.Since, event: e.Name, message: e.Message})
		}
	}
	return list
}

// diskHealth tells the health of the disks that a node serves.
func (c *call) diskHealth(n *Node, healthy func(component, entity, kind string) health) []health {
	var list []health
	for i := range c.st.Filesystems {
		for j := range c.st.Filesystems[i].Disks {
			d := &c.st.Filesystems[i].Disks[j]
			nsd := c.st.nsd(d.NSD)
			if nsd == nil || !slices.Contains(nsd.Servers, n.AdminName) {
				continue
			}
			h := healthy("DISK", d.NSD, "NSD")
			switch {
			case d.Availability != "up":
				h.state, h.event, h.arguments, h.message = "FAILED", "disk_down", d.NSD, "Disk "+d.NSD+" is reported as not up." // unverified: wording
			case d.Status != "ready":
				h.state, h.event, h.arguments, h.message = "DEGRADED", "disk_not_ready", d.NSD, "Disk "+d.NSD+" has status "+d.Status+"." // unverified: name and wording
			}
			list = append(list, h)
		}
	}
	return list
}

func mmhealth(c *call) int {
	switch what := c.operand(0) + " " + c.operand(1); what {
	case "node show":
		return c.healthNodeShow()
	case "cluster show":
		return c.healthClusterShow()
	case "node eventlog":
		return c.healthEventLog()
	case "event show", "thresholds list", "event list":
		return 0 // nothing is hidden, and no threshold is set
	default:
		return c.usage("Incorrect option: " + what)
	}
}

// healthNodes are the nodes that a command is about.
func (c *call) healthNodes() ([]int, bool) {
	if !c.has("-N") {
		return []int{c.st.LocalNode}, true
	}
	numbers, err := c.resolveNodes(c.get("-N"))
	if err != nil {
		c.fail("%s", err)
		return nil, false
	}
	return numbers, true
}

func (c *call) healthNodeShow() int {
	numbers, ok := c.healthNodes()
	if !ok {
		return 1
	}
	only := strings.ToUpper(c.operand(2))
	notOK := c.any("--unhealthy", "--not-ok")
	if c.has("-Y") {
		c.healthHeaders()
	}
	for _, number := range numbers {
		n := c.st.node(number)
		if n.Unreachable {
			c.say("%s: ssh: connect to host %s port 22: Connection timed out", shortName(n.AdminName), n.AdminName)
			continue
		}
		list := slices.DeleteFunc(c.nodeHealth(n), func(h health) bool {
			return only != "" && only != "NODE" && h.component != only || notOK && h.state == "HEALTHY"
		})
		if c.has("-Y") {
			c.healthRows(n, list)
		} else {
			c.healthTable(n, list)
		}
	}
	return 0
}

// healthHeaders prints the headers of both record types before any row.
func (c *call) healthHeaders() {
	state := []string{"node", "component", "entityname", "entitytype", "status", "laststatuschange"}
	event := []string{"node", "component", "entityname", "entitytype", "event", "arguments", "activesince", "identifier", "ishidden"}
	if c.st.atLeast(5, 1, 0) {
		event = append(event, "message", "eventtype", "severity") // unverified: that the header of 5.1 has them as its rows do
	}
	if c.st.atLeast(5, 2, 0) {
		state = append(state, "lastcheck")
		event = append(event, "fullidentifier")
	}
	w := c.y()
	w.header("State", state...)
	w.header("Event", event...)
}

func (c *call) healthRows(n *Node, list []health) {
	w, name := c.y(), shortName(n.AdminName)
	stamp := func(t time.Time) string { return t.In(c.st.location()).Format("2006-01-02 15:04:05.000000 MST") }
	overall := "HEALTHY"
	for _, h := range list {
		overall = worse(overall, h.state)
	}
	list = append([]health{{component: "NODE", entity: name, kind: "NODE", state: overall, since: c.now.Add(-2 * 24 * time.Hour)}}, list...)
	for _, h := range list {
		values := []any{name, h.component, h.entity, h.kind, h.state, stamp(h.since)}
		if c.st.atLeast(5, 2, 0) {
			values = append(values, stamp(c.now))
		}
		w.row("State", values...)
		if h.event == "" {
			continue
		}
		values = []any{name, h.component, h.entity, h.kind, h.event, h.arguments, stamp(h.since), h.entity, "no"}
		if c.st.atLeast(5, 1, 0) {
			severity := map[string]string{"FAILED": "ERROR", "DEGRADED": "WARNING", "TIPS": "TIP"}[h.state]
			kind := "STATE_CHANGE"
			if severity == "TIP" {
				kind = "TIP"
			}
			values = append(values, h.message, kind, severity)
		}
		if c.st.atLeast(5, 2, 0) {
			values = append(values, h.component+"."+h.event+"."+h.entity) // unverified: form of the full identifier
		}
		w.row("Event", values...)
	}
}

func (c *call) healthTable(n *Node, list []health) {
	overall := "HEALTHY"
	type line struct {
		component, state string
		since            time.Time
		reasons          []string
	}
	var lines []line
	for _, h := range list {
		overall = worse(overall, h.state)
		i := slices.IndexFunc(lines, func(l line) bool { return l.component == h.component })
		if i < 0 {
			lines = append(lines, line{h.component, "HEALTHY", h.since, nil})
			i = len(lines) - 1
		}
		lines[i].state = worse(lines[i].state, h.state)
		if h.event != "" {
			reason := h.event
			if h.arguments != "" {
				reason += "(" + h.arguments + ")"
			}
			lines[i].reasons = append(lines[i].reasons, reason)
		}
	}
	c.printf("\nNode name:      %s\nNode status:    %s\nStatus Change:  2 days ago\n\n", shortName(n.AdminName), overall)
	c.printf("Component      Status        Status Change     Reasons & Notices\n%s\n", strings.Repeat("-", 78))
	for _, l := range lines {
		reasons := "-"
		if len(l.reasons) > 0 {
			reasons = strings.Join(l.reasons, ", ")
		}
		c.printf("%s %s %s %s\n", pad(l.component, 14), pad(l.state, 13), pad(fmt.Sprintf("%d days ago", int(c.now.Sub(l.since)/(24*time.Hour))), 17), reasons)
	}
}

// healthClusterShow counts the entities of each component over all nodes.
func (c *call) healthClusterShow() int {
	type count struct{ total, failed, degraded, healthy, other int }
	counts := map[string]*count{}
	var order []string
	add := func(component, state string) {
		k := counts[component]
		if k == nil {
			k = &count{}
			counts[component] = k
			order = append(order, component)
		}
		k.total++
		switch state {
		case "FAILED":
			k.failed++
		case "DEGRADED":
			k.degraded++
		case "HEALTHY":
			k.healthy++
		default:
			k.other++
		}
	}
	type entity struct{ component, name string }
	states := map[entity]string{}
	var entities []entity
	for i := range c.st.Nodes {
		n := &c.st.Nodes[i]
		overall := "HEALTHY"
		for _, h := range c.nodeHealth(n) {
			overall = worse(overall, h.state)
			e := entity{h.component, h.entity}
			if _, seen := states[e]; !seen {
				states[e] = "HEALTHY"
				entities = append(entities, e)
			}
			states[e] = worse(states[e], h.state)
		}
		if n.Unreachable {
			overall = "UNKNOWN"
		}
		add("NODE", overall)
	}
	for _, e := range entities {
		add(e.component, states[e])
	}
	if c.has("-Y") {
		w := c.y()
		w.header("Summary", "component", "entityname", "total", "failed", "degraded", "healthy", "other")
		for _, name := range order {
			k := counts[name]
			w.row("Summary", name, "", k.total, k.failed, k.degraded, k.healthy, k.other)
		}
		return 0
	}
	c.printf("\nComponent           Total         Failed       Degraded        Healthy          Other\n%s\n", strings.Repeat("-", 85))
	for _, name := range order {
		k := counts[name]
		c.printf("%s %10d %14d %14d %14d %14d\n", pad(name, 14), k.total, k.failed, k.degraded, k.healthy, k.other)
	}
	return 0
}

func (c *call) healthEventLog() int {
	numbers, ok := c.healthNodes()
	if !ok {
		return 1
	}
	for _, number := range numbers {
		n := c.st.node(number)
		c.printf("Node name:      %s\nTimestamp                         Event Name                             Severity             Details\n", shortName(n.AdminName))
		for _, h := range c.nodeHealth(n) {
			if h.event == "" {
				continue
			}
			severity := "WARNING"
			if h.state == "FAILED" {
				severity = "ERROR"
			}
			c.printf("%s   %s %s %s\n", h.since.In(c.st.location()).Format("2006-01-02 15:04:05.000000 MST"), pad(h.event, 38), pad(severity, 7), h.message)
		}
	}
	return 0
}
