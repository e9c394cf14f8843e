package model

import (
	"context"
	"errors"
	"fmt"
)

// DrainOption is an option of draining nodes: [EvenIfRefused].
type DrainOption interface{ drain(*drainSpec) }

type drainSpec struct{ anyway bool }

type evenIfRefused struct{}

func (evenIfRefused) drain(s *drainSpec) { s.anyway = true }

// EvenIfRefused drains a node although something stands against taking it out of service.
func EvenIfRefused() DrainOption { return evenIfRefused{} }

// Drain takes from the node what others can take over: it moves the managers of file systems and of the cluster to other
// nodes and its protocol addresses as well. It runs what [Node.Preflight] runs, mmchmgr for each, and mmces node suspend.
// The node stays up. It is refused with a [*PreflightError] when something stands against taking the node out of service
// that draining does not mend. The result is what was found before.
func (n *Node) Drain(ctx context.Context, options ...DrainOption) (*Preflight, error) {
	if err := n.changeable(ctx); err != nil {
		return nil, err
	}
	p, err := n.Preflight(ctx)
	if err != nil {
		return nil, err
	}
	return p, n.c.drain(ctx, p, options)
}

func (c *Cluster) drain(ctx context.Context, p *Preflight, options []DrainOption) error {
	var spec drainSpec
	for _, o := range options {
		o.drain(&spec)
	}
	if !p.Drains && !spec.anyway {
		return &PreflightError{p}
	}
	me, facts := p.node, p.facts
	if !facts.active(me) {
		return nil
	}
	if m := facts.find(facts.clusterMgr); m != nil && m.Number == me.Number {
		if other := facts.other(me, func(n *Node) bool { return n.Quorum }); other != nil {
			if err := c.MoveManager(ctx, other.Name); err != nil {
				return err
			}
		}
	}
	for _, it := range facts.managers {
		m := facts.find(it.Value)
		other := facts.other(me, func(n *Node) bool { return n.Manager })
		if m == nil || m.Number != me.Number || other == nil {
			continue
		}
		if err := c.Filesystem(it.Key).MoveManager(ctx, other.Name); err != nil {
			return err
		}
	}
	if me.HasRole("ces") && len(me.CESIPs) > 0 {
		return me.Suspend(ctx)
	}
	return nil
}

// Return puts the node back into service: it starts the daemon, waits until it is ready, and lets it serve protocol
// addresses again. It runs mmlscluster, mmstartup, mmgetstate every two seconds, and mmces node resume on a protocol
// node. Managers stay where they are. File systems that are mounted automatically come back by themselves.
func (n *Node) Return(ctx context.Context) error {
	if err := n.Refresh(ctx); err != nil {
		return err
	}
	if err := n.Startup(ctx); err != nil {
		return err
	}
	if err := n.WaitFor(ctx, Active); err != nil {
		return err
	}
	if n.HasRole("ces") {
		return n.Resume(ctx)
	}
	return nil
}

// RollingStep is what became of one node of a rolling operation.
type RollingStep struct {
	Node      string     `json:"node" col:"NODE"`
	Result    string     `json:"result" col:"RESULT"` // "done", "refused", "failed"; "not begun" for those behind a failure
	Reason    string     `json:"reason,omitempty" col:"REASON"`
	Preflight *Preflight `json:"-" col:"-"`
}

// String returns the node and what became of it.
func (s *RollingStep) String() string {
	if s == nil {
		return ""
	}
	return s.Node + " " + s.Result
}

// Rolling does something to the nodes of a view, one after the other, such as a restart or an update: before each it
// asks [Node.Preflight] and drains the node, and afterwards it puts it back into service; work is what is done between.
// It stops at the first node that must stay in service, with a [*PreflightError], and at the first failure; the steps
// say how far it came. It runs the commands of [Node.Drain] and [Node.Return] for each. It is refused on a collection
// that is no view.
//
//	c.Nodes.Match("nsd*").Rolling(ctx, func(n *model.Node) error { return n.Shutdown(ctx) })
func (n Nodes) Rolling(ctx context.Context, work func(*Node) error, options ...DrainOption) ([]*RollingStep, error) {
	items, err := n.members(ctx, "work on")
	if err != nil {
		return nil, err
	}
	if work == nil {
		return nil, errors.New("Rolling needs a function that says what to do to each node")
	}
	steps := make([]*RollingStep, len(items))
	for i, it := range items {
		steps[i] = &RollingStep{Node: it.Key, Result: "not begun"}
	}
	for i, it := range items {
		if err := n.c.roll(ctx, it.Value, steps[i], work, options); err != nil {
			steps[i].Reason = err.Error()
			return steps, fmt.Errorf("stopped at node %s, the %s of %d: %w", it.Key, ordinal(i+1), len(items), err)
		}
	}
	return steps, nil
}

func (c *Cluster) roll(ctx context.Context, n *Node, step *RollingStep, work func(*Node) error, options []DrainOption) error {
	step.Result = "failed"
	p, err := n.Drain(ctx, options...)
	step.Preflight = p
	var no *PreflightError
	if errors.As(err, &no) {
		step.Result = "refused"
	}
	if err != nil {
		return err
	}
	if err := work(n); err != nil {
		return err
	}
	if err := n.Return(ctx); err != nil {
		return err
	}
	step.Result = "done"
	return nil
}

func ordinal(n int) string {
	suffix := "th"
	if n%100 < 11 || n%100 > 13 {
		switch n % 10 {
		case 1:
			suffix = "st"
		case 2:
			suffix = "nd"
		case 3:
			suffix = "rd"
		}
	}
	return fmt.Sprint(n) + suffix
}
