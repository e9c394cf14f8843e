package mmexec

import (
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"
)

// ClusterNode is what identifies a node. Its admin and daemon names may differ ("nsd01" and "nsd01-ib"); commands take
// either, show either, and only the number is sure to be the same everywhere.
type ClusterNode struct {
	Number int
	Admin  string // the name for arguments of commands
	Daemon string
	IP     string // of the daemon
}

// NodesOf reads the nodes of a reply of mmlscluster.
func NodesOf(reply *Reply) ([]ClusterNode, error) {
	var nodes []ClusterNode
	for _, row := range reply.Section("clusterNode") {
		n, err := strconv.Atoi(row.Get("nodeNumber"))
		if err != nil {
			return nil, &FormatError{Cmd: Command{Name: row.Command()}, Reason: fmt.Sprintf("%q is no number of a node", row.Get("nodeNumber"))}
		}
		node := ClusterNode{Number: n, Admin: row.Get("adminNodeName"), Daemon: row.Get("daemonNodeName"), IP: row.Get("ipAddress")}
		if node.Admin == "" {
			node.Admin = node.Daemon
		}
		nodes = append(nodes, node)
	}
	return nodes, nil
}

// NodeResolver finds nodes by any of the names that commands print or take: number, admin and daemon name, long or
// short, address. It is immutable and safe for concurrent use.
type NodeResolver struct {
	nodes []ClusterNode
	names map[string][]int // lower-case name -> positions in nodes; more than one when a short name is shared
	class func(name string) ([]string, bool)
	local string
}

// NewNodeResolver returns a resolver for the nodes of a cluster. class returns the members of a node class by its name,
// which has no letter case, and may be nil. local is a name of the node that runs the commands, for "localhost"; it may
// be "".
func NewNodeResolver(nodes []ClusterNode, class func(name string) ([]string, bool), local string) *NodeResolver {
	r := &NodeResolver{nodes: slices.Clone(nodes), names: make(map[string][]int), class: class, local: local}
	add := func(name string, i int) {
		name = strings.ToLower(name)
		if name != "" && !slices.Contains(r.names[name], i) {
			r.names[name] = append(r.names[name], i)
		}
	}
	for i, n := range r.nodes {
		add(strconv.Itoa(n.Number), i)
		for _, name := range []string{n.Admin, n.Daemon} {
			add(name, i)
		}
		add(canonicalIP(n.IP), i)
	}
	// A short name counts only where no node has it as its whole name.
	shorts := make(map[string][]int)
	for i, n := range r.nodes {
		for _, name := range []string{n.Admin, n.Daemon} {
			short, _, isLong := strings.Cut(strings.ToLower(name), ".")
			if _, taken := r.names[short]; isLong && !taken && !slices.Contains(shorts[short], i) && canonicalIP(name) == "" {
				shorts[short] = append(shorts[short], i)
			}
		}
	}
	for short, list := range shorts {
		r.names[short] = list
	}
	return r
}

// UnknownNodeError says that no node, or more than one, has a name.
type UnknownNodeError struct {
	Name  string
	Among []string // the nodes that share it; none when nobody has it
}

// Error says which.
func (e *UnknownNodeError) Error() string {
	if len(e.Among) > 0 {
		return fmt.Sprintf("more than one node is called %q: %s", e.Name, strings.Join(e.Among, ", "))
	}
	return fmt.Sprintf("no node of the cluster is called %q", e.Name)
}

// Node finds one node by any of its names.
func (r *NodeResolver) Node(name string) (ClusterNode, error) {
	key := strings.ToLower(strings.TrimSpace(name))
	if key == "localhost" && r.local != "" {
		key = strings.ToLower(r.local)
	}
	if ip := canonicalIP(key); ip != "" {
		key = ip
	}
	list := r.names[key]
	if len(list) == 0 {
		// A long name where the cluster knows the short one.
		if short, _, isLong := strings.Cut(key, "."); isLong && canonicalIP(key) == "" {
			for _, i := range r.names[short] {
				if strings.EqualFold(r.nodes[i].Admin, short) || strings.EqualFold(r.nodes[i].Daemon, short) {
					list = append(list, i)
				}
			}
		}
	}
	switch len(list) {
	case 0:
		return ClusterNode{}, &UnknownNodeError{Name: name}
	case 1:
		return r.nodes[list[0]], nil
	}
	e := &UnknownNodeError{Name: name}
	for _, i := range list {
		e.Among = append(e.Among, r.nodes[i].Admin)
	}
	return ClusterNode{}, e
}

// Expand finds all nodes of a list as -N takes it: names, ranges of numbers ("3-8"), node classes, "all". Every node
// comes once, in the order of the list.
func (r *NodeResolver) Expand(list string) ([]ClusterNode, error) {
	return r.expand(list, 0)
}

func (r *NodeResolver) expand(list string, depth int) ([]ClusterNode, error) {
	if depth > 8 { // classes hold classes one level deep
		return nil, fmt.Errorf("the node class %q contains itself", list)
	}
	var nodes []ClusterNode
	add := func(more ...ClusterNode) {
		for _, n := range more {
			if !slices.ContainsFunc(nodes, func(o ClusterNode) bool { return o.Number == n.Number }) {
				nodes = append(nodes, n)
			}
		}
	}
	for _, word := range strings.Split(list, ",") {
		word = strings.TrimSpace(word)
		if word == "" {
			return nil, &NameError{Kind: "node", Reason: "it is empty"}
		}
		node, err := r.Node(word)
		if err == nil {
			add(node)
			continue
		}
		if low, high, ok := numberRange(word); ok {
			found := false
			for _, n := range r.nodes { // numbers have gaps
				if n.Number >= low && n.Number <= high {
					add(n)
					found = true
				}
			}
			if found {
				continue
			}
		}
		if strings.EqualFold(word, "all") {
			add(r.nodes...)
			continue
		}
		if r.class != nil {
			if members, ok := r.class(word); ok {
				for _, m := range members {
					more, err := r.expand(m, depth+1)
					if err != nil {
						return nil, err
					}
					add(more...)
				}
				continue
			}
		}
		return nil, err
	}
	return nodes, nil
}

func numberRange(s string) (low, high int, ok bool) {
	a, b, ok := strings.Cut(s, "-")
	if !ok {
		return 0, 0, false
	}
	low, err1 := strconv.Atoi(a)
	high, err2 := strconv.Atoi(b)
	return low, high, err1 == nil && err2 == nil && low <= high
}

func canonicalIP(s string) string {
	ip, err := netip.ParseAddr(s)
	if err != nil {
		return ""
	}
	return ip.Unmap().String()
}

// AdminNames returns the names for the arguments of commands.
func AdminNames(nodes []ClusterNode) []string {
	names := make([]string, len(nodes))
	for i, n := range nodes {
		names[i] = n.Admin
	}
	return names
}
