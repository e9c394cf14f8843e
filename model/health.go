package model

import (
	"context"
	"strconv"
	"strings"
	"time"

	"gpfsh/mmexec"
)

// HealthState is the state of a component, from mmhealth.
type HealthState string

// The states of components.
const (
	Healthy  HealthState = "HEALTHY"
	Checking HealthState = "CHECKING" // not known yet
	Tips     HealthState = "TIPS"     // works, and could be set up better
	Degraded HealthState = "DEGRADED" // works in part
	Failed   HealthState = "FAILED"   // does not work
	Depend   HealthState = "DEPEND"   // does not work because something else fails
)

// ParseHealthState reads a state of a component, whatever its case.
func ParseHealthState(s string) (HealthState, error) {
	return parseWord("state of a component", s, Healthy, Checking, Tips, Degraded, Failed, Depend)
}

// String returns the word of mmhealth.
func (s HealthState) String() string { return string(s) }

// HealthSummary is the health of one component over all nodes, from mmhealth cluster show.
type HealthSummary struct {
	Component string `json:"component" col:"COMPONENT"` // NODE, GPFS, NETWORK, FILESYSTEM …
	Entity    string `json:"entity,omitempty" col:"-"`  // where one is named
	Total     int    `json:"total" col:"TOTAL"`
	Failed    int    `json:"failed" col:"FAILED"`
	Degraded  int    `json:"degraded" col:"DEGRADED"`
	Healthy   int    `json:"healthy" col:"HEALTHY"`
	Other     int    `json:"other" col:"OTHER"`
}

// String returns the component and what is wrong with it.
func (h *HealthSummary) String() string {
	if h == nil {
		return ""
	}
	return h.Component + ": " + strconv.Itoa(h.Failed) + " failed, " + strconv.Itoa(h.Degraded) + " degraded"
}

// Health returns the health of the components over all nodes. It runs mmhealth cluster show.
func (c *Cluster) Health(ctx context.Context) ([]*HealthSummary, error) {
	reply, err := c.query(ctx)(arguments("cluster", "show", "-Y").of("mmhealth", "health of the cluster"))
	if err != nil {
		return nil, err
	}
	list := []*HealthSummary{}
	for _, row := range reply.Section("Summary") {
		n := func(column string) int { return int(number(row.Get(column))) }
		list = append(list, &HealthSummary{
			Component: row.Get("component"), Entity: rowText(row, "entityname"),
			Total: n("total"), Failed: n("failed"), Degraded: n("degraded"), Healthy: n("healthy"), Other: n("other"),
		})
	}
	return list, nil
}

// Health is the health of one component on one node, from mmhealth node show.
type Health struct {
	Node      string      `json:"node" col:"NODE"`
	Component string      `json:"component" col:"COMPONENT"`
	Entity    string      `json:"entity" col:"ENTITY"` // what of the component: a file system, a disk, an interface; the node itself
	Type      string      `json:"type" col:"TYPE,wide"`
	State     HealthState `json:"state" col:"STATE"`
	Since     time.Time   `json:"since,omitzero" col:"SINCE"`
}

// String returns the component and its state.
func (h *Health) String() string {
	if h == nil {
		return ""
	}
	return h.Component + " " + h.Entity + " " + string(h.State)
}

// HealthEvent is something that mmhealth noticed and that still holds, from mmhealth node show.
type HealthEvent struct {
	Node      string    `json:"node" col:"NODE"`
	Component string    `json:"component" col:"COMPONENT"`
	Entity    string    `json:"entity" col:"ENTITY"`
	Name      string    `json:"name" col:"EVENT"`
	Arguments string    `json:"arguments" col:"-"`
	Message   string    `json:"message" col:"MESSAGE,prose"` // releases before 5.1 do not print it
	Severity  string    `json:"severity" col:"SEVERITY"`
	Type      string    `json:"type" col:"-"` // STATE_CHANGE, TIP, INFO
	Since     time.Time `json:"since,omitzero" col:"SINCE"`
	Hidden    bool      `json:"hidden" col:"-"`
}

// String returns the name of the event and what it is about.
func (e *HealthEvent) String() string {
	if e == nil {
		return ""
	}
	return e.Name + " " + e.Entity
}

// Health returns the health of the components on the node. It runs mmhealth node show.
func (n *Node) Health(ctx context.Context) ([]*Health, error) {
	reply, err := n.health(ctx)
	if err != nil {
		return nil, err
	}
	list := []*Health{}
	for _, row := range reply.Section("State") {
		list = append(list, &Health{
			Node: row.Get("node"), Component: row.Get("component"), Entity: row.Get("entityname"), Type: row.Get("entitytype"),
			State: word(ParseHealthState, row.Get("status")), Since: n.c.healthTime(row.Get("laststatuschange")),
		})
	}
	return list, nil
}

// HealthEvents returns what mmhealth noticed on the node and still holds. It runs mmhealth node show.
func (n *Node) HealthEvents(ctx context.Context) ([]*HealthEvent, error) {
	reply, err := n.health(ctx)
	if err != nil {
		return nil, err
	}
	list := []*HealthEvent{}
	for _, row := range reply.Section("Event") {
		list = append(list, &HealthEvent{
			Node: row.Get("node"), Component: row.Get("component"), Entity: row.Get("entityname"), Name: row.Get("event"),
			Arguments: rowText(row, "arguments"), Message: row.Get("message"), Severity: row.Get("severity"), Type: row.Get("eventtype"),
			Since: n.c.healthTime(row.Get("activesince")), Hidden: yes(row.Get("ishidden")),
		})
	}
	return list, nil
}

func (n *Node) health(ctx context.Context) (*mmexec.Reply, error) {
	if err := n.ready(); err != nil {
		return nil, err
	}
	args := arguments("node", "show").nodes(target{named: true, nodes: []string{n.Name}}).add("-Y")
	return n.c.query(ctx)(args.of("mmhealth", "health of node "+n.Name))
}

// healthTime reads a time of mmhealth: "2020-01-27 09:35:21.859186 EST". The zone is that of the cluster; its
// abbreviation stands for more than one.
func (c *Cluster) healthTime(s string) time.Time {
	words := strings.Fields(s)
	if len(words) < 2 {
		return time.Time{}
	}
	t, err := time.ParseInLocation("2006-01-02 15:04:05", words[0]+" "+words[1], c.zone)
	if err != nil {
		return time.Time{}
	}
	return t
}
