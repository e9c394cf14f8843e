package model

import (
	"context"
	"fmt"
	"strings"

	"gpfsh/mmexec"
)

// Nodes are the nodes of a cluster by their admin node names, read by mmlscluster. A node is found by any of its names:
// admin or daemon name, long or short, number, or address.
type Nodes struct {
	Collection[*Node]
	c *Cluster
}

func (c *Cluster) nodes() Nodes {
	return Nodes{Collection[*Node]{&source[*Node]{
		c:    c,
		kind: kindNode,
		list: c.listNodes,
		find: findNode,
		handle: func(key string) (*Node, bool) {
			if mmexec.CheckNodeName(key) != nil {
				return nil, false
			}
			return c.Node(key), true
		},
	}}, c}
}

func (c *Cluster) listNodes(ctx context.Context) ([]Item[*Node], error) {
	reply, err := c.query(ctx)(mmexec.MmLsCluster(mmexec.LsClusterOptions{}))
	if err != nil {
		return nil, err
	}
	var items []Item[*Node]
	at := make(map[int]*Node)
	for _, row := range reply.Section("clusterNode") {
		n := c.readNode(row)
		at[n.Number] = n
		items = append(items, Item[*Node]{n.Name, n})
	}
	for _, row := range reply.Section("cesNode") {
		if n := at[int(number(row.Get("nodeNumber")))]; n != nil {
			n.CESGroup, n.CESIPs = rowText(row, "cesGroup"), fields(row.Get("cesIpList"), ",")
		}
	}
	for _, row := range reply.Section("commentNode") {
		if n := at[int(number(row.Get("nodeNumber")))]; n != nil {
			n.Comment = row.Get("comment_enc")
		}
	}
	return items, nil
}

// findNode finds the one node that a name stands for. A name of one sort wins over the same name of a later sort: an
// admin name over a daemon name, a long name over a short one.
func findNode(items []Item[*Node], name string) (*Node, bool, error) {
	for tier := range (&Node{}).names() {
		var found []*Node
		var keys []string
		for _, it := range items {
			if strings.EqualFold(it.Value.names()[tier], name) && name != "" {
				found, keys = append(found, it.Value), append(keys, it.Key)
			}
		}
		switch len(found) {
		case 0:
		case 1:
			return found[0], true, nil
		default:
			return nil, false, &AmbiguousError{Kind: kindNode, Name: name, Keys: keys}
		}
	}
	return nil, false, nil
}

// Where returns the nodes for which keep is true.
func (n Nodes) Where(keep func(*Node) bool) Nodes {
	n.Collection = n.where(keep)
	return n
}

// Match returns the nodes whose admin names match a pattern: * stands for any text, ? for one character.
func (n Nodes) Match(pattern string) Nodes {
	n.Collection = n.match(pattern)
	return n
}

// Quorum returns the quorum nodes.
func (n Nodes) Quorum() Nodes { return n.Where(func(n *Node) bool { return n.Quorum }) }

// Managers returns the nodes that may manage file systems and the cluster.
func (n Nodes) Managers() Nodes { return n.Where(func(n *Node) bool { return n.Manager }) }

// WithRole returns the nodes that have a role: quorum, manager, perfmon, ces, gateway …
func (n Nodes) WithRole(role string) Nodes {
	return n.Where(func(n *Node) bool { return n.HasRole(role) })
}

// InState returns the nodes whose daemon is in a state. Besides mmlscluster it runs mmgetstate -a, which asks all
// nodes; one that does not answer is Unknown.
func (n Nodes) InState(state NodeState) Nodes {
	c := n.c
	n.Collection = n.whereAsking(func(ctx context.Context) (func(*Node) bool, error) {
		states, err := c.nodeStates(ctx)
		if err != nil {
			return nil, err
		}
		return func(n *Node) bool { return states[n.Number].state() == state }, nil
	})
	return n
}

// Up returns the nodes whose daemon is ready; see [Nodes.InState].
func (n Nodes) Up() Nodes { return n.InState(Active) }

// Down returns the nodes whose daemon does not run; see [Nodes.InState].
func (n Nodes) Down() Nodes { return n.InState(Down) }

// Unknown returns the nodes that do not answer; see [Nodes.InState].
func (n Nodes) Unknown() Nodes { return n.InState(Unknown) }

// Local returns the node that runs the commands. It runs mmgetstate for the node itself, and mmlscluster.
func (n Nodes) Local(ctx context.Context) (*Node, error) {
	items, err := n.Items(ctx)
	if err != nil {
		return nil, err
	}
	reply, err := n.c.query(ctx)(mmexec.MmGetState(mmexec.ThisNode()))
	if err != nil {
		return nil, err
	}
	for _, row := range reply.Rows {
		for _, it := range items {
			if it.Value.Number == int(number(row.Get("nodeNumber"))) {
				return it.Value, nil
			}
		}
	}
	return nil, fmt.Errorf("the node that runs the commands is not among the nodes of the cluster")
}

// States returns the state of the daemon on each node. It runs mmlscluster, because mmgetstate leaves out the nodes
// that it cannot reach, and mmgetstate -a, which asks all nodes.
func (n Nodes) States(ctx context.Context) ([]*NodeStatus, error) {
	nodes, err := n.List(ctx)
	if err != nil {
		return nil, err
	}
	states, err := n.c.nodeStates(ctx)
	if err != nil {
		return nil, err
	}
	list := make([]*NodeStatus, len(nodes))
	for i, node := range nodes {
		s := states[node.Number]
		if s == nil {
			s = &NodeStatus{State: Unknown}
		}
		s.Name, s.Number = node.Name, node.Number
		list[i] = s
	}
	return list, nil
}

// nodeStates returns the states of the nodes that answer, by their numbers: the names differ from command to command.
func (c *Cluster) nodeStates(ctx context.Context) (map[int]*NodeStatus, error) {
	reply, err := c.query(ctx)(mmexec.MmGetState(mmexec.AllNodes()))
	if err != nil {
		return nil, err
	}
	states := make(map[int]*NodeStatus, len(reply.Rows))
	for _, row := range reply.Rows {
		states[int(number(row.Get("nodeNumber")))] = &NodeStatus{
			State:      word(ParseNodeState, row.Get("state")),
			Quorum:     row.Get("quorum"),
			NodesUp:    int(number(row.Get("nodesUp"))),
			TotalNodes: int(number(row.Get("totalNodes"))),
			Remarks:    row.Get("remarks"),
		}
	}
	return states, nil
}

func (s *NodeStatus) state() NodeState {
	if s == nil {
		return Unknown
	}
	return s.State
}

// Startup starts the Storage Scale daemon on the nodes of a view. It runs mmstartup once, after mmlscluster for their
// names. It is refused on a collection that is no view: see [Cluster.Startup] for all nodes.
func (n Nodes) Startup(ctx context.Context) error {
	on, err := n.each(ctx, "start")
	if err != nil || on.IsZero() {
		return err
	}
	_, err = n.c.run(ctx)(mmexec.MmStartup(on, mmexec.StartupOptions{}))
	return err
}

// Shutdown unmounts the file systems on the nodes of a view and stops their Storage Scale daemons. It runs mmshutdown
// once, after mmlscluster for their names. It is refused on a collection that is no view: see [Cluster.Shutdown] for all
// nodes.
func (n Nodes) Shutdown(ctx context.Context, options ...ShutdownOption) error {
	on, err := n.each(ctx, "stop")
	if err != nil || on.IsZero() {
		return err
	}
	_, err = n.c.run(ctx)(shutdown(on, options))
	return err
}

// each returns the nodes of a view for a command that does something to them.
func (n Nodes) each(ctx context.Context, what string) (mmexec.NodeSpec, error) {
	names, err := n.memberNames(ctx, what)
	if err != nil || len(names) == 0 {
		return mmexec.NodeSpec{}, err
	}
	return mmexec.OnNodes(names...), nil
}

// memberNames returns the admin names of the nodes of a view to which something is to be done.
func (n Nodes) memberNames(ctx context.Context, what string) ([]string, error) {
	items, err := n.members(ctx, what)
	names := make([]string, len(items))
	for i, it := range items {
		names[i] = it.Key
	}
	return names, err
}
