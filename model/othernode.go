package model

import (
	"context"
	"errors"
	"sync"

	"gpfsh/mmexec"
)

// askedAtOnce is how many nodes are asked at the same time.
const askedAtOnce = 8

// SeenFrom returns the cluster as other nodes of it see it: what is asked of it is run there, through the remote shell of
// the node that runs the commands. [Cluster.ConfigTruth], [Cluster.Log] and [Cluster.Upgrade] take such, for a daemon
// tells of itself only. Without names they are all nodes but the one that runs the commands. It only reads: changes are
// refused. Without names it runs mmgetstate and mmlscluster, otherwise nothing.
func (c *Cluster) SeenFrom(ctx context.Context, nodes ...string) ([]*Cluster, error) {
	if c == nil || c.ex == nil {
		return nil, errNil("cluster")
	}
	if len(nodes) == 0 {
		own, err := c.here(ctx)
		if err != nil {
			return nil, err
		}
		all, err := c.Nodes.List(ctx)
		if err != nil {
			return nil, err
		}
		for _, n := range all {
			if !sameHost(n.Name, own) && !sameHost(n.DaemonName, own) {
				nodes = append(nodes, n.Name)
			}
		}
	}
	list := make([]*Cluster, 0, len(nodes))
	for _, node := range nodes {
		ex, err := mmexec.OtherNode(c.ex, node)
		if err != nil {
			return nil, err
		}
		from, err := Connect(ctx, ex, InZone(c.zone), WithClock(c.now), ResolvingNames(c.names), Patience(c.patience))
		if err != nil {
			return nil, err
		}
		from.seenFrom = node
		list = append(list, from)
	}
	return list, nil
}

// told is what a node told, or why it did not.
type told[T any] struct {
	node  string // the name by which it was asked; "" for the node that runs the commands
	value T
	err   error
}

// askAll asks the cluster and the same cluster seen from other nodes, several at a time. A node that does not answer is
// one without an answer; only the first, which runs the commands, and an end of the context fail the whole.
func askAll[T any](ctx context.Context, c *Cluster, others []*Cluster, ask func(*Cluster) (T, error)) ([]told[T], error) {
	answers := make([]told[T], 1+len(others))
	var wg sync.WaitGroup
	limit := make(chan struct{}, askedAtOnce)
	for i, from := range append([]*Cluster{c}, others...) {
		if from == nil || from.ex == nil {
			return nil, errNil("cluster")
		}
		wg.Go(func() {
			limit <- struct{}{}
			defer func() { <-limit }()
			a := &answers[i]
			a.node = from.seenFrom
			a.value, a.err = ask(from)
		})
	}
	wg.Wait()
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return answers, answers[0].err
}

// why is the reason in one line: what the remote shell or the command said.
func (t *told[T]) why() string {
	err := t.err
	if down := (*mmexec.DownError)(nil); errors.As(err, &down) {
		return "Storage Scale does not answer there: " + oneLine(shortCause(err))
	}
	var unreachable *mmexec.UnreachableError
	if errors.As(err, &unreachable) && unreachable.Err != nil {
		err = unreachable.Err
	}
	return oneLine(err.Error())
}

// name is how the node that did not answer is called.
func (t *told[T]) name() string {
	if t.node == "" {
		return "a node"
	}
	return shortName(t.node)
}
