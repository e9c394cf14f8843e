package model

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"gpfsh/mmexec"
)

// ParameterTruth is what a configuration parameter is set to for a node and what holds there.
type ParameterTruth struct {
	Name string `json:"name" col:"NAME"`
	Node string `json:"node" col:"NODE"` // as mmgetstate names it
	// State says in words how the two stand to each other: "as configured", "waits for restart", "not configured" for one
	// that was changed for the time being, "no answer" for a node that told nothing, see NoAnswer.
	State      string `json:"state" col:"STATE"`
	Configured string `json:"configured" col:"CONFIGURED"` // what mmlsconfig has for the node; "" for nothing, so the default holds
	Scope      string `json:"scope" col:"SCOPE,wide"`      // for whom: a node class or the node; "" for the whole cluster
	Effective  string `json:"effective" col:"EFFECTIVE"`   // what mmdiag says holds; "" where it does not tell
	Differs    bool   `json:"differs" col:"DIFFERS,wide"`  // what holds is not what is configured
	// Waits says that the configured value takes effect when the daemon starts again; the other way a value can differ is
	// that it was changed for the time being.
	Waits bool `json:"waits" col:"WAITS FOR RESTART,wide"`
	// NoAnswer is why nothing is known of the node; such a row is of no parameter.
	NoAnswer string `json:"noAnswer,omitempty" col:"NO ANSWER,wide"`
}

// String returns the parameter with what is set and what holds.
func (p *ParameterTruth) String() string {
	if p == nil {
		return ""
	}
	if p.NoAnswer != "" {
		return fmt.Sprintf("%s: no answer: %s", p.Node, p.NoAnswer)
	}
	return fmt.Sprintf("%s on %s: %s, in effect %s", p.Name, p.Node, orNothing(p.Configured), orNothing(p.Effective))
}

// ConfigTruth compares the configuration with what is in effect on the node that runs the commands; with others, which
// are the same cluster seen from other nodes ([Cluster.SeenFrom]), on those as well, for a daemon tells of itself only.
// Parameters that are set and those that the daemon says were changed are listed, the ones that differ first; a node that
// does not answer is a row before them that says why. It runs mmlsconfig,
// mmlscluster and mmlsnodeclass --all once, and on each node mmgetstate and mmdiag --config.
func (c *Cluster) ConfigTruth(ctx context.Context, others ...*Cluster) ([]*ParameterTruth, error) {
	configured, err := c.Config.List(ctx)
	if err != nil {
		return nil, err
	}
	nodes, err := c.Nodes.Items(ctx)
	if err != nil {
		return nil, err
	}
	classes, err := c.NodeClasses.WithSystem().Items(ctx)
	if err != nil {
		return nil, err
	}
	list := []*ParameterTruth{}
	answers, err := askAll(ctx, c, others, func(from *Cluster) ([]*ParameterTruth, error) {
		name, err := from.here(ctx)
		if err != nil {
			return nil, err
		}
		node, _, err := findNode(nodes, name)
		if err != nil {
			return nil, err
		}
		effective, changed, err := from.effective(ctx)
		if err != nil {
			return nil, fmt.Errorf("what is in effect on %s is not known: %w", name, err)
		}
		return truths(name, node, configured, classes, effective, changed), nil
	})
	if err != nil {
		return nil, err
	}
	var silent []*ParameterTruth
	for _, a := range answers {
		if a.err != nil {
			silent = append(silent, &ParameterTruth{Node: a.name(), NoAnswer: a.why(), State: "no answer"})
			continue
		}
		list = append(list, a.value...)
	}
	slices.SortStableFunc(list, func(a, b *ParameterTruth) int {
		switch {
		case a.Differs == b.Differs:
			return strings.Compare(a.Name, b.Name)
		case a.Differs:
			return -1
		}
		return 1
	})
	for _, p := range list {
		switch {
		case p.Waits:
			p.State = "waits for restart"
		case p.Differs:
			p.State = "not configured"
		default:
			p.State = "as configured"
		}
	}
	return append(silent, list...), nil
}

// effective returns what the daemon of the node that runs the commands goes by, and which of it was changed from the
// default.
//
// unverified: that any mark in the column changed means a changed value.
func (c *Cluster) effective(ctx context.Context) (values TextMap, changed map[string]bool, err error) {
	reply, err := c.query(ctx)(mmexec.MmDiag("config"))
	if err != nil {
		return nil, nil, err
	}
	values, changed = make(TextMap), make(map[string]bool)
	for _, row := range reply.Section("config") {
		name := strings.ToLower(row.Get("name"))
		values[name] = row.Get("value")
		changed[name] = strings.TrimSpace(row.Get("changed")) != ""
	}
	return values, changed, nil
}

func truths(name string, node *Node, configured []*Parameter, classes []Item[*NodeClass], effective TextMap, changed map[string]bool) []*ParameterTruth {
	var list []*ParameterTruth
	set := make(map[string]bool)
	for _, p := range configured {
		value, scope := p.forNode(name, node, classes)
		t := &ParameterTruth{Name: p.Name, Node: name, Configured: value, Scope: scope}
		holds, told := effective[strings.ToLower(p.Name)]
		t.Effective = holds
		set[strings.ToLower(p.Name)] = true
		if told && value != "" && !sameSetting(value, holds) {
			t.Differs, t.Waits = true, true
		}
		if value == "" && !(told && changed[strings.ToLower(p.Name)]) {
			continue // set for other nodes only
		}
		if value == "" {
			t.Differs = true
		}
		list = append(list, t)
	}
	for key, holds := range effective {
		if changed[key] && !set[key] {
			list = append(list, &ParameterTruth{Name: key, Node: name, Effective: holds, Differs: true})
		}
	}
	return list
}

// forNode returns the value of the parameter that holds for a node, and the scope that it is of. The last scope that
// names the node wins.
//
// unverified: which of several scopes wins.
func (p *Parameter) forNode(name string, node *Node, classes []Item[*NodeClass]) (value, scope string) {
	value = p.Value
	named := func(s string) bool { return sameHost(s, name) || node != nil && slices.Contains(node.names(), s) }
	for _, s := range p.Scopes {
		for _, on := range s.Nodes {
			in := named(on)
			for _, it := range classes {
				if strings.EqualFold(it.Key, on) {
					in = in || slices.ContainsFunc(it.Value.All, named)
				}
			}
			if in {
				value, scope = s.Value, on
			}
		}
	}
	return value, scope
}

// sameSetting compares a value as it was typed with one as the daemon prints it: amounts may be written out.
func sameSetting(a, b string) bool {
	if strings.EqualFold(a, b) {
		return true
	}
	x, err := ParseBytes(a)
	y, err2 := ParseBytes(b)
	if err == nil && err2 == nil {
		return x == y
	}
	truth := func(s string) string {
		switch strings.ToLower(s) {
		case "yes", "1", "enable", "on", "true":
			return "yes"
		case "no", "0", "disable", "off", "false":
			return "no"
		}
		return strings.Join(strings.Fields(strings.ToLower(s)), " ")
	}
	return truth(a) == truth(b)
}
