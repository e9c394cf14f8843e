package mmsim

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"gpfsh/mmexec"
	"gpfsh/mmexec/handlers"
)

// happening is something that happened, for which callbacks may be registered.
type happening struct {
	name string
	node int // where it happens; for a global event the callbacks run on all nodes
	vars map[string]string
	args []string // of the script of mmhealth, for its events
}

// knownEvents lists the events that callbacks can be registered for.
func knownEvents() []string {
	var names []string
	for _, e := range mmexec.CallbackEvents() {
		names = append(names, e.Name)
	}
	return names
}

// raise notes an event on a node; vars are pairs of a variable and its value.
func (c *call) raise(name string, node int, vars ...string) {
	e := happening{name: name, node: node, vars: map[string]string{}}
	for i := 0; i+1 < len(vars); i += 2 {
		e.vars[vars[i]] = vars[i+1]
	}
	c.events = append(c.events, e)
}

// quotaEvent raises an event of the quota manager, which is the file system manager.
func (c *call) quotaEvent(name string, f *Filesystem, q *Quota) {
	fileset := q.Fileset
	switch {
	case q.Type == QuotaFileset:
		fileset = q.Name
	case fileset == "":
		fileset = "root"
	}
	number := func(n int64) string { return strconv.FormatInt(n, 10) }
	vars := []string{
		"fsName", f.Name, "filesetName", fileset, "quotaID", number(q.ID), "quotaType", string(q.Type), "quotaOwnerName", c.quotaName(q),
		"blockUsage", number(q.Block.Used), "blockQuota", number(q.Block.Soft), "blockLimit", number(q.Block.Hard),
		"filesUsage", number(q.Files.Used), "filesQuota", number(q.Files.Soft), "filesLimit", number(q.Files.Hard),
	}
	if name == "filesetLimitExceeded" {
		what := "blockQuotaExceeded"
		if q.Block.Grace.IsZero() {
			what = "inodeQuotaExceeded"
		}
		vars = append(vars, "quotaEventType", what, "filesetSize", number(q.Block.Used), "softLimit", number(q.Block.Soft), "hardLimit", number(q.Block.Hard),
			"inodeUsage", number(q.Files.Used), "inodeQuota", number(q.Files.Soft), "inodeLimit", number(q.Files.Hard))
	}
	c.raise(name, cmp.Or(f.Manager, c.st.ClusterManager), vars...)
}

// CallbackRun is one run of the command of a callback.
type CallbackRun struct {
	Callback string   // its identifier
	Event    string   // the event that it is run for
	Node     string   // the node it runs on, as the cluster sees it (short admin name)
	Argv     []string // the command and its parameters, variables filled in
	Sync     bool     // the event waits for it
	Timeout  time.Duration
	OnError  string // continue, shutdown, quorumLoss: what follows when a synchronous one fails
}

// runCallbacks runs the callbacks of the events: before the change those that come before it and that it waits for,
// after it all others.
func (c *Cluster) runCallbacks(run *call, before bool) {
	for _, e := range run.events {
		if e.name == handlers.HealthEvent {
			if !before {
				c.runHealth(run.st, e)
			}
			continue
		}
		pre := strings.HasPrefix(e.name, "pre") && !strings.HasPrefix(e.name, "preRG")
		for _, cb := range run.st.callbacksFor(e.name) {
			if (pre && cb.Sync) != before {
				continue
			}
			for _, node := range run.st.callbackNodes(cb, e) {
				r := CallbackRun{
					Callback: cb.Name, Event: e.name, Node: shortName(node.AdminName), Argv: run.st.callbackArgv(cb, e, node),
					Sync: cb.Sync, Timeout: time.Duration(cb.Timeout) * time.Second, OnError: cb.OnError,
				}
				if err := c.runCallback(r); err != nil && cb.Sync {
					run.afterFailure(cb, node.Number)
				}
			}
		}
	}
}

// afterFailure does what --onerror asks for when a synchronous callback failed.
func (c *call) afterFailure(cb Callback, number int) {
	if strings.EqualFold(cb.OnError, "shutdown") {
		if n := c.st.node(number); n != nil && n.State != NodeDown {
			c.st.unmountAll(number)
			n.State = NodeDown
			c.st.settleQuorum()
			c.amended = true
		}
	}
}

// callbacksFor lists the callbacks of an event, those with a priority first, in the order of their priority.
func (s *State) callbacksFor(name string) []Callback {
	var list []Callback
	for _, cb := range s.Callbacks {
		if slices.ContainsFunc(cb.Events, func(e string) bool { return strings.EqualFold(e, name) }) {
			list = append(list, cb)
		}
	}
	priority := func(cb Callback) float64 {
		p, err := strconv.ParseFloat(cb.Priority, 64)
		if err != nil || p == 0 {
			return 1e9
		}
		return p
	}
	slices.SortStableFunc(list, func(a, b Callback) int { return cmp.Compare(priority(a), priority(b)) })
	return list
}

// callbackNodes are the nodes that a callback runs on for an event.
func (s *State) callbackNodes(cb Callback, e happening) []*Node {
	known, _ := mmexec.FindCallbackEvent(e.name)
	global := known.Global()
	allowed := func(int) bool { return true }
	if cb.Nodes != "" {
		k := &call{parsed: &parsed{}, st: s, files: func(string) ([]byte, bool) { return nil, false }}
		numbers, err := k.resolveNodes(cb.Nodes)
		allowed = func(n int) bool { return err == nil && slices.Contains(numbers, n) }
	}
	var nodes []*Node
	for i := range s.Nodes {
		n := &s.Nodes[i]
		if allowed(n.Number) && (global && n.State != NodeDown || !global && n.Number == e.node) {
			nodes = append(nodes, n)
		}
	}
	return nodes
}

// callbackArgv fills the variables into the parameters of a callback. The parameters are joined and split at blanks
// after that, as the real ones are.
func (s *State) callbackArgv(cb Callback, e happening, node *Node) []string {
	vars := map[string]string{
		"eventName": e.name, "myNode": node.AdminName, "clusterName": s.Name, "clusterManager": s.nodeName(s.ClusterManager),
		"upNodes": s.nodeList(func(n *Node) bool { return n.State != NodeDown }), "downNodes": s.nodeList(func(n *Node) bool { return n.State == NodeDown }),
		"quorumNodes": s.nodeList(func(n *Node) bool { return n.Quorum && n.State != NodeDown }),
	}
	for k, v := range e.vars {
		vars[k] = v
	}
	return append([]string{cb.Command}, strings.Fields(s.expand(strings.Join(cb.Params, " "), vars))...)
}

// expand replaces %name and %name.qualifier. A variable without a value in this event becomes UNDEFINED.
func (s *State) expand(text string, vars map[string]string) string {
	var b strings.Builder
	for text != "" {
		i := strings.IndexByte(text, '%')
		if i < 0 || i+1 >= len(text) {
			b.WriteString(text)
			break
		}
		b.WriteString(text[:i])
		text = text[i+1:]
		if text[0] == '%' {
			b.WriteByte('%')
			text = text[1:]
			continue
		}
		n := 0
		for n < len(text) && (text[n] >= 'a' && text[n] <= 'z' || text[n] >= 'A' && text[n] <= 'Z') {
			n++
		}
		name := text[:n]
		text = text[n:]
		if name == "" {
			b.WriteByte('%')
			continue
		}
		value := "UNDEFINED"
		for k, v := range vars {
			if strings.EqualFold(k, name) && v != "" {
				value = v
			}
		}
		for _, q := range []string{".shortName", ".name", ".ip"} {
			if rest, ok := strings.CutPrefix(text, q); ok {
				value, text = s.qualified(value, q), rest
				break
			}
		}
		b.WriteString(value)
	}
	return b.String()
}

// qualified turns node names into another form of them.
func (s *State) qualified(list, qualifier string) string {
	names := strings.Split(list, ",")
	for i, name := range names {
		if n := s.nodeNamed(name); n != nil {
			names[i] = map[string]string{".shortName": shortName(n.AdminName), ".name": n.AdminName, ".ip": n.IP}[qualifier]
		}
	}
	return strings.Join(names, ",")
}

func (s *State) nodeName(number int) string {
	if n := s.node(number); n != nil {
		return n.AdminName
	}
	return ""
}

func (s *State) nodeList(fits func(*Node) bool) string {
	var names []string
	for i := range s.Nodes {
		if fits(&s.Nodes[i]) {
			names = append(names, s.Nodes[i].AdminName)
		}
	}
	return strings.Join(names, ",")
}
