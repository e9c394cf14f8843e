package model

import (
	"context"
	"strings"

	"gpfsh/mmexec"
)

// NodeClass is a named set of nodes, from mmlsnodeclass. Its name stands wherever commands take nodes.
type NodeClass struct {
	Name    string   `json:"name" col:"NAME"`
	Classes []string `json:"classes" col:"CLASSES"` // node classes inside it
	Nodes   []string `json:"nodes" col:"NODES"`     // nodes of its own, by the names that mmlsnodeclass prints
	All     []string `json:"all" col:"-"`           // its own nodes and those of the classes inside it

	// Callbacks are those that run on the nodes of the class.
	Callbacks       Callbacks `json:"-"`
	NodeClassEvents `json:"-"`

	c      *Cluster
	unborn bool // made in a dry run
	reading
}

// String returns the name of the node class.
func (n *NodeClass) String() string {
	if n == nil {
		return ""
	}
	return n.Name
}

// NodeClasses are node classes by name, read by mmlsnodeclass: those that users made, or all.
type NodeClasses struct {
	Collection[*NodeClass]
	c *Cluster
}

func (c *Cluster) nodeClasses(all bool) NodeClasses {
	return NodeClasses{Collection[*NodeClass]{&source[*NodeClass]{
		c:    c,
		kind: kindNodeClass,
		list: func(ctx context.Context) ([]Item[*NodeClass], error) {
			reply, err := c.query(ctx)(mmexec.MmLsNodeClass(mmexec.LsNodeClassOptions{All: all}))
			if err != nil {
				return nil, err
			}
			items := make([]Item[*NodeClass], 0, len(reply.Rows))
			for _, row := range reply.Rows {
				n := c.readNodeClass(row)
				items = append(items, Item[*NodeClass]{n.Name, n})
			}
			return items, nil
		},
		// Names of node classes are the same in any case: manuals write clientNodes and clientnodes.
		find: func(items []Item[*NodeClass], key string) (*NodeClass, bool, error) {
			for _, it := range items {
				if strings.EqualFold(it.Key, key) {
					return it.Value, true, nil
				}
			}
			return nil, false, nil
		},
		handle: func(key string) (*NodeClass, bool) {
			if mmexec.CheckNodeClassName(key) != nil {
				return nil, false
			}
			return (&NodeClass{Name: key, c: c}).withEvents(), true
		},
	}}, c}
}

// readNodeClass reads a row of mmlsnodeclass.
//
// unverified: the name of the first column; programs take it by its position, which is the first. memberClasses,
// memberNodes and allMembers are names that programs look for.
func (c *Cluster) readNodeClass(row mmexec.Row) *NodeClass {
	n := &NodeClass{
		Name:    row.Value(0),
		Classes: fields(row.Get("memberClasses"), ","),
		Nodes:   fields(row.Get("memberNodes"), ","),
		All:     fields(row.Get("allMembers"), ","),
		c:       c,
	}
	return n.withEvents()
}

// withEvents adds the callbacks of the nodes in the node class.
func (n *NodeClass) withEvents() *NodeClass {
	at := &callbackPlace{c: n.c, class: n.Name}
	n.Callbacks, n.NodeClassEvents = at.callbacks(), nodeClassEvents(at)
	return n
}

// Where returns the node classes for which keep is true.
func (n NodeClasses) Where(keep func(*NodeClass) bool) NodeClasses {
	n.Collection = n.where(keep)
	return n
}

// Match returns the node classes whose names match a pattern: * stands for any text, ? for one character.
func (n NodeClasses) Match(pattern string) NodeClasses {
	n.Collection = n.match(pattern)
	return n
}

// WithSystem returns the node classes of users together with those that Storage Scale keeps itself, such as
// quorumNodes. They are read by mmlsnodeclass --all.
func (n NodeClasses) WithSystem() NodeClasses {
	if n.c == nil {
		return n
	}
	all := n.c.nodeClasses(true)
	n.Collection = n.with(func(s *source[*NodeClass]) { s.list = all.src.list })
	return n
}
