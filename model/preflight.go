package model

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"gpfsh/mmexec"
	"gpfsh/policy/spell"
)

// Preflight says what stands against taking a node out of service, from [Node.Preflight].
type Preflight struct {
	Node   string `json:"node" col:"NODE"`
	Safe   bool   `json:"safe" col:"SAFE"`       // nothing stands against it
	Drains bool   `json:"drains" col:"DRAINS"`   // nothing would, once the node is drained; see [Node.Drain]
	Checks Checks `json:"checks" col:"FINDINGS"` // what was looked at, reasons against it first

	facts *siteFacts
	node  *Node
}

// String returns the answer and one line for each check.
func (p *Preflight) String() string {
	if p == nil {
		return ""
	}
	return p.answer() + "\n" + p.Checks.String()
}

func (p *Preflight) answer() string {
	switch {
	case p.Safe:
		return p.Node + " can be taken out of service"
	case p.Drains:
		return p.Node + " can be taken out of service once it is drained"
	}
	return p.Node + " must stay in service"
}

// PreflightError says that a node must not be taken out of service.
type PreflightError struct{ Preflight *Preflight }

// Error names the reasons.
func (e *PreflightError) Error() string {
	var reasons []string
	for _, c := range e.Preflight.Checks {
		if c.Verdict == Refuses && !c.Drains {
			reasons = append(reasons, c.Finding)
		}
	}
	return "node " + e.Preflight.Node + " must stay in service: " + strings.Join(reasons, "; ")
}

// How long a thread may wait before it stands against maintenance: it may be one that other nodes wait for.
const longWait = Minute

// siteFacts is what has to be known of a cluster to judge about one of its nodes.
type siteFacts struct {
	nodes       []Item[*Node]
	states      map[int]*NodeStatus
	clusterMgr  string
	managers    []Item[string] // file system, node
	nsds        []Item[*NSD]
	mounts      []*Mount
	tiebreakers bool
	waiters     []*NodeWaiter
}

// facts asks the cluster. It runs mmlscluster, mmgetstate -a, mmlsmgr, mmlsnsd, mmlsmount, mmlsconfig and mmlsnode -N
// waiters.
func (c *Cluster) facts(ctx context.Context) (*siteFacts, error) {
	f := &siteFacts{}
	var err error
	if f.nodes, err = c.Nodes.Items(ctx); err != nil {
		return nil, err
	}
	if f.states, err = c.nodeStates(ctx); err != nil {
		return nil, err
	}
	managers, err := c.query(ctx)(mmexec.MmLsMgr())
	if err != nil {
		return nil, err
	}
	for _, row := range managers.Section("clusterManager") {
		f.clusterMgr = row.Get("manager")
	}
	for _, row := range managers.Section("filesystemManager") {
		f.managers = append(f.managers, Item[string]{row.Get("filesystem"), row.Get("manager")})
	}
	if f.nsds, err = c.NSDs.Items(ctx); err != nil {
		return nil, err
	}
	if f.mounts, err = c.Mounts(ctx); err != nil {
		return nil, err
	}
	tie, found, err := c.Config.Lookup(ctx, "tiebreakerDisks")
	if err != nil {
		return nil, err
	}
	f.tiebreakers = found && tie.Value != "" && !strings.EqualFold(tie.Value, "no")
	f.waiters, err = c.nodeWaiters(ctx)
	return f, err
}

// find returns the node that a command names in any way; nil for none.
func (f *siteFacts) find(name string) *Node {
	n, found, err := findNode(f.nodes, name)
	if err != nil || !found {
		return nil
	}
	return n
}

func (f *siteFacts) active(n *Node) bool { return n != nil && f.states[n.Number].state() == Active }

// other returns an active node other than one, of which something is true; nil for none.
func (f *siteFacts) other(than *Node, is func(*Node) bool) *Node {
	for _, it := range f.nodes {
		if it.Value.Number != than.Number && f.active(it.Value) && is(it.Value) {
			return it.Value
		}
	}
	return nil
}

// Preflight looks at what stands against taking the node out of service: would quorum hold, is it the only way to an NSD
// and what of each file system would be left, does it manage file systems or the cluster, does it serve protocol
// addresses, is it the only AFM gateway, do threads wait on it.
//
// It runs mmlscluster, mmgetstate -a, mmlsmgr, mmlsnsd, mmlsmount, mmlsconfig and mmlsnode -N waiters; mmlsfs and
// mmlsdisk for each file system of which it is the only way to a disk; mmlsfileset for each where it is the only gateway.
func (n *Node) Preflight(ctx context.Context) (*Preflight, error) {
	if err := n.ready(); err != nil {
		return nil, err
	}
	facts, err := n.c.facts(ctx)
	if err != nil {
		return nil, err
	}
	return n.c.preflight(ctx, n.Name, facts)
}

func (c *Cluster) preflight(ctx context.Context, name string, facts *siteFacts) (*Preflight, error) {
	me := facts.find(name)
	if me == nil {
		return nil, c.Nodes.missing(ctx, name, nil)
	}
	p := &Preflight{Node: me.Name, facts: facts, node: me, Checks: Checks{}}
	switch state := facts.states[me.Number].state(); state {
	case Active:
	case Down:
		p.Checks.add("state", Passes, me.Name+" is down already: nobody counts on it", "")
		p.Safe, p.Drains = true, true
		return p, nil
	default:
		// A node that administration does not reach may well serve disks.
		p.Checks.add("state", Refuses, fmt.Sprintf("%s is %s: it may be in service all the same", me.Name, state), "")
	}
	p.quorum()
	p.managers()
	p.protocols()
	p.mounts()
	p.waiters()
	if err := p.disks(ctx, c); err != nil {
		return nil, err
	}
	if err := p.gateway(ctx, c); err != nil {
		return nil, err
	}
	p.Safe, p.Drains = true, true
	for _, check := range p.Checks {
		if check.Verdict == Refuses {
			p.Safe = false
			p.Drains = p.Drains && check.Drains
		}
	}
	p.Checks = p.Checks.ordered()
	return p, nil
}

func (p *Preflight) quorum() {
	if !p.node.Quorum {
		p.Checks.add("quorum", Passes, p.node.Name+" is no quorum node", "")
		return
	}
	all, left := 0, 0
	for _, it := range p.facts.nodes {
		if !it.Value.Quorum {
			continue
		}
		all++
		if it.Value.Number != p.node.Number && p.facts.active(it.Value) {
			left++
		}
	}
	needed := all/2 + 1
	if p.facts.tiebreakers {
		needed = 1
	}
	finding := fmt.Sprintf("%d of %s would be left, %d are needed", left, spell.Count(all, "quorum node"), needed)
	switch {
	case left < needed:
		p.Checks.add("quorum", Refuses, finding+": every file system would be lost to all nodes", "")
	case left == needed:
		p.Checks.add("quorum", Warns, finding+": no other one may fail meanwhile", "")
	default:
		p.Checks.add("quorum", Passes, finding, "")
	}
}

func (p *Preflight) managers() {
	roles := 0
	if m := p.facts.find(p.facts.clusterMgr); m != nil && m.Number == p.node.Number {
		roles++
		p.role("cluster manager", p.node.Name+" manages the cluster", "-c", p.facts.other(p.node, func(n *Node) bool { return n.Quorum }))
	}
	for _, it := range p.facts.managers {
		if m := p.facts.find(it.Value); m != nil && m.Number == p.node.Number {
			roles++
			p.role("file system manager", p.node.Name+" manages file system "+it.Key, it.Key, p.facts.other(p.node, func(n *Node) bool { return n.Manager }))
		}
	}
	if roles == 0 {
		p.Checks.add("manager", Passes, p.node.Name+" manages neither the cluster nor a file system", "")
	}
}

// role adds that the node manages something, and who could do so in its place.
func (p *Preflight) role(name, finding, what string, other *Node) {
	check := Check{Name: name, Verdict: Refuses, Finding: finding}
	if other == nil {
		check.Finding += ", and no other active node can"
	} else {
		check.Drains, check.Mend = true, line("mmchmgr", what, other.Name)
	}
	p.Checks = append(p.Checks, check)
}

func (p *Preflight) protocols() {
	switch other := p.facts.other(p.node, func(n *Node) bool { return n.HasRole("ces") }); {
	case !p.node.HasRole("ces"):
	case len(p.node.CESIPs) == 0:
		p.Checks.add("protocol addresses", Passes, p.node.Name+" serves no protocol address", "")
	case other == nil:
		p.Checks.add("protocol addresses", Refuses, fmt.Sprintf("%s serves %s, and no other active protocol node can", p.node.Name, strings.Join(p.node.CESIPs, ", ")), "")
	default:
		p.Checks = append(p.Checks, Check{Name: "protocol addresses", Verdict: Refuses, Drains: true,
			Finding: fmt.Sprintf("%s serves %s", p.node.Name, strings.Join(p.node.CESIPs, ", ")), Mend: line("mmces", "node", "suspend", "-N", p.node.Name)})
	}
}

func (p *Preflight) mounts() {
	var mounted []string
	for _, m := range p.facts.mounts {
		if n := p.facts.find(m.Node); n != nil && n.Number == p.node.Number && !slices.Contains(mounted, m.Filesystem) {
			mounted = append(mounted, m.Filesystem)
		}
	}
	if len(mounted) > 0 {
		p.Checks.add("mounts", Warns, p.node.Name+" has mounted "+strings.Join(mounted, ", ")+": programs on it lose them", "")
	}
}

func (p *Preflight) waiters() {
	var longest *NodeWaiter
	count := 0
	for _, w := range p.facts.waiters {
		if n := p.facts.find(w.Node); n == nil || n.Number != p.node.Number {
			continue
		}
		count++
		if longest == nil || w.Waits > longest.Waits {
			longest = w
		}
	}
	switch {
	case longest == nil:
		p.Checks.add("waiters", Passes, "no thread waits on "+p.node.Name, "")
	case longest.Waits >= longWait:
		p.Checks.add("waiters", Refuses, fmt.Sprintf("%s on %s, %s for %s: %s", spell.Count(count, "thread waits", "threads wait"), p.node.Name, longest.Thread, longest.Waits.Truncate(time.Second), longest.Reason), "")
	default:
		p.Checks.add("waiters", Warns, fmt.Sprintf("%s on %s, the longest for %s", spell.Count(count, "thread waits", "threads wait"), p.node.Name, longest.Waits.Truncate(time.Millisecond)), "")
	}
}

// gateway looks at caches where no other gateway would be left.
func (p *Preflight) gateway(ctx context.Context, c *Cluster) error {
	if !p.node.HasRole("gateway") {
		return nil
	}
	if other := p.facts.other(p.node, func(n *Node) bool { return n.HasRole("gateway") }); other != nil {
		p.Checks.add("gateway", Warns, "caches that "+p.node.Name+" serves move to "+other.Name+" and go through recovery", "")
		return nil
	}
	names, err := c.Filesystems.Names(ctx)
	if err != nil {
		return err
	}
	var caches []string
	for _, name := range names {
		found, err := c.Filesystem(name).Filesets.Caches().Names(ctx)
		if err != nil {
			return err
		}
		for _, f := range found {
			caches = append(caches, name+":"+f)
		}
	}
	if len(caches) == 0 {
		p.Checks.add("gateway", Passes, "there are no caches that "+p.node.Name+" serves", "")
		return nil
	}
	p.Checks.add("gateway", Refuses, p.node.Name+" is the only active gateway of "+strings.Join(caches, ", "), "")
	return nil
}
