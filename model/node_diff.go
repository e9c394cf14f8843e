package model

import (
	"context"
	"strings"

	"gpfsh/mmexec"
)

// Diff compares the node with another one, of the same cluster or of a second one: attributes, roles, state, licence,
// the node classes it is in, and each configuration parameter as it is set for it. Name, number and addresses are left
// out: they are never the same. It runs mmlscluster, mmgetstate -a, mmlslicense, mmlsnodeclass --all and mmlsconfig, for
// each of two clusters.
func (n *Node) Diff(ctx context.Context, with *Node) (Differences, error) {
	if n == nil || n.c == nil || with == nil || with.c == nil {
		return nil, errNil("node")
	}
	one, err := n.c.nodeObjects(ctx)
	if err != nil {
		return nil, err
	}
	two := one
	if with.c != n.c {
		if two, err = with.c.nodeObjects(ctx); err != nil {
			return nil, err
		}
	}
	before, err := one(ctx, n)
	if err != nil {
		return nil, err
	}
	after, err := two(ctx, with)
	if err != nil {
		return nil, err
	}
	list := before.Diff(after)
	for i := range list {
		list[i].Key = before.Key + " and " + after.Key
	}
	return list, nil
}

// nodeObjects returns what makes an object of a node that can be compared with that of another one.
func (c *Cluster) nodeObjects(ctx context.Context) (func(context.Context, *Node) (*StateObject, error), error) {
	c, err := c.askingOnce(ctx)
	if err != nil {
		return nil, err
	}
	if _, err := c.Nodes.List(ctx); err != nil {
		return nil, err
	}
	s := &State{}
	t := &stateTaker{ctx: ctx, c: c, s: s}
	t.nodes()
	classes, err := c.nodeClasses(true).Items(ctx)
	if err != nil {
		return nil, err
	}
	config, err := c.Config.Items(ctx)
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context, n *Node) (*StateObject, error) {
		node, err := c.Nodes.Get(ctx, n.Name)
		if err != nil {
			return nil, err
		}
		o := s.Object(StateObject{Kind: kindNode, Key: node.Name})
		if o == nil {
			return nil, &NotFoundError{Kind: kindNode, Name: n.Name}
		}
		for _, name := range []string{"name", "number", "daemonName", "ip"} {
			delete(o.Attributes, name)
		}
		for _, it := range config {
			if value, _ := it.Value.forNode(node.Name, node, classes); value != "" {
				o.Attributes["config."+it.Key] = value
			}
		}
		var in []string
		for _, it := range classes {
			for _, member := range it.Value.All {
				if sameHost(member, node.Name) || sameHost(member, node.DaemonName) {
					in = append(in, it.Key)
					break
				}
			}
		}
		o.Attributes["nodeClasses"] = strings.Join(in, ",")
		return o, nil
	}, nil
}

// askingOnce returns the same cluster, which asks each question once.
func (c *Cluster) askingOnce(ctx context.Context) (*Cluster, error) {
	return Connect(ctx, mmexec.Wrap(c.ex, mmexec.Cache(&mmexec.ReadCache{})), InZone(c.zone), WithClock(c.now), ResolvingNames(c.names), AtRelease(c.release), Patience(c.patience))
}
