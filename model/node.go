package model

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"gpfsh/mmexec"
)

// Node is a node of the cluster, from mmlscluster.
type Node struct {
	Name       string   `json:"name" col:"NAME"`           // the admin node name, which commands take
	Number     int      `json:"number" col:"NUMBER,minor"` // its number in the cluster
	DaemonName string   `json:"daemonName" col:"DAEMON NAME,minor"`
	IP         string   `json:"ip" col:"IP"`                  // of the daemon
	Quorum     bool     `json:"quorum" col:"QUORUM"`          // its vote counts
	Manager    bool     `json:"manager" col:"MANAGER"`        // it may manage file systems and the cluster
	Roles      []string `json:"roles" col:"ROLES"`            // further roles: perfmon, ces, gateway …
	AdminLogin string   `json:"adminLogin,omitempty" col:"-"` // the user of remote commands, where it is not root
	CESIPs     []string `json:"cesIPs,omitempty" col:"-"`     // protocol addresses it serves at the moment
	CESGroup   string   `json:"cesGroup,omitempty" col:"-"`   // group of its protocol addresses
	Comment    string   `json:"comment,omitempty" col:"-"`    // as mmlscluster --comment shows it, where it comes along

	// Callbacks are those that run on the node, or are about it.
	Callbacks  Callbacks `json:"-"`
	NodeEvents `json:"-"`

	c *Cluster
	// planned says that the last start or stop was recorded in a dry run: there is no other state to wait for then.
	planned bool
	unborn  bool // added in a dry run
	reading
}

// NodeStatus is the state of the daemon on a node, from mmgetstate.
type NodeStatus struct {
	Name       string    `json:"name" col:"NAME"`             // the admin node name
	Number     int       `json:"number" col:"NUMBER"`         // its number in the cluster
	State      NodeState `json:"state" col:"STATE"`           // Unknown when it could not be reached
	Quorum     string    `json:"quorum" col:"QUORUM,wide"`    // quorum nodes needed; with a star where tiebreaker disks count
	NodesUp    int       `json:"nodesUp" col:"NODES UP,wide"` // quorum nodes that it sees
	TotalNodes int       `json:"totalNodes" col:"TOTAL,wide"` // nodes that it counts, those of remote clusters among them
	Remarks    string    `json:"remarks" col:"REMARKS"`       // such as "quorum node"
}

// String returns the name of the node and its state.
func (s *NodeStatus) String() string {
	if s == nil {
		return ""
	}
	return s.Name + " " + string(s.State)
}

// String returns the admin name of the node.
func (n *Node) String() string {
	if n == nil {
		return ""
	}
	return n.Name
}

func (n *Node) ready() error {
	if n == nil || n.c == nil {
		return errNil(kindNode)
	}
	return nil
}

func (n *Node) changeable(ctx context.Context) error {
	if err := n.ready(); err != nil {
		return err
	}
	return n.plannedStill(ctx)
}

// HasRole reports whether the node has a role, whatever its case: quorum, manager, perfmon, ces, gateway …
func (n *Node) HasRole(role string) bool {
	if n == nil {
		return false
	}
	switch strings.ToLower(role) {
	case "quorum":
		return n.Quorum
	case "manager":
		return n.Manager
	}
	return slices.ContainsFunc(n.Roles, func(r string) bool { return strings.EqualFold(r, role) })
}

// Refresh reads the node again. It runs mmlscluster.
func (n *Node) Refresh(ctx context.Context) error {
	if err := n.ready(); err != nil {
		return err
	}
	fresh, err := n.c.Nodes.Get(ctx, n.Name)
	if err != nil {
		return err
	}
	*n = *fresh
	return nil
}

// State returns the state of the daemon on the node. It runs mmgetstate; a node that cannot be reached is Unknown.
func (n *Node) State(ctx context.Context) (NodeState, error) {
	if err := n.ready(); err != nil {
		return "", err
	}
	reply, err := n.c.query(ctx)(mmexec.MmGetState(mmexec.OnNodes(n.Name)))
	if err != nil {
		return "", err
	}
	for _, row := range reply.Rows {
		if n.Number == 0 || int(number(row.Get("nodeNumber"))) == n.Number {
			return word(ParseNodeState, row.Get("state")), nil
		}
	}
	return Unknown, nil
}

// Startup starts the Storage Scale daemon on the node. It runs mmstartup. It is no error when it runs already.
func (n *Node) Startup(ctx context.Context) error {
	if err := n.changeable(ctx); err != nil {
		return err
	}
	return n.turned(n.c.run(ctx)(mmexec.MmStartup(mmexec.OnNodes(n.Name), mmexec.StartupOptions{})))
}

// turned notes whether a start or stop was planned only.
func (n *Node) turned(res *mmexec.Result, err error) error {
	if err == nil {
		n.planned = res.Planned
	}
	return err
}

// Shutdown unmounts the file systems on the node and stops its Storage Scale daemon. It runs mmshutdown.
func (n *Node) Shutdown(ctx context.Context, options ...ShutdownOption) error {
	if err := n.changeable(ctx); err != nil {
		return err
	}
	return n.turned(n.c.run(ctx)(shutdown(mmexec.OnNodes(n.Name), options)))
}

// readNode reads a row of section clusterNode of mmlscluster.
func (c *Cluster) readNode(row mmexec.Row) *Node {
	n := &Node{
		Name:       row.Get("adminNodeName"),
		Number:     int(number(row.Get("nodeNumber"))),
		DaemonName: row.Get("daemonNodeName"),
		IP:         row.Get("ipAddress"),
		Roles:      fields(row.Get("otherNodeRolesAlias"), ","),
		AdminLogin: rowText(row, "adminLoginName"),
		c:          c,
	}
	n.Quorum, n.Manager = designation(row.Get("designation"))
	return n.withEvents()
}

// withEvents adds the callbacks of the node.
func (n *Node) withEvents() *Node {
	at := &callbackPlace{c: n.c, node: n.Name}
	n.Callbacks, n.NodeEvents = at.callbacks(), nodeEvents(at)
	return n
}

// designation tells whether a node is a quorum node and whether it may be a manager.
func designation(s string) (quorum, manager bool) {
	lower := strings.ToLower(s)
	quorum = strings.Contains(lower, "quorum") && !strings.Contains(lower, "nonquorum")
	return quorum, strings.Contains(lower, "manager")
}

// names returns the names of a node in the order in which they count, each with the tier it belongs to.
func (n *Node) names() []string {
	return []string{n.Name, n.DaemonName, strconv.Itoa(n.Number), n.IP, shortName(n.Name), shortName(n.DaemonName)}
}

// shortName returns a host name without its domain. An address has none.
func shortName(host string) string {
	short, _, _ := strings.Cut(host, ".")
	if short == "" || strings.Trim(short, "0123456789") == "" || strings.Contains(host, ":") {
		return host
	}
	return short
}
