package model

import (
	"context"
	"slices"
	"strings"

	"gpfsh/mmexec"
)

// CESNodeStatus is a protocol node, from mmces node list.
type CESNodeStatus struct {
	Node      string   `json:"node" col:"NODE"` // as mmces names it
	Number    int      `json:"number" col:"NUMBER"`
	Groups    []string `json:"groups" col:"GROUPS"` // groups of its addresses
	Flags     []string `json:"flags" col:"FLAGS"`   // Suspended, Failed …; none for a node in service
	Suspended bool     `json:"suspended" col:"-"`   // somebody took it out of service
}

// String returns the name of the node.
func (n *CESNodeStatus) String() string {
	if n == nil {
		return ""
	}
	return n.Node
}

// CESAddress is an address that clients of the protocols use, from mmces address list.
type CESAddress struct {
	Address    string   `json:"address" col:"ADDRESS"`
	Node       string   `json:"node" col:"NODE"`   // that serves it now, as mmces names it; "" for none
	Group      string   `json:"group" col:"GROUP"` // "" for none
	Attributes []string `json:"attributes" col:"ATTRIBUTES"`
}

// String returns the address.
func (a *CESAddress) String() string {
	if a == nil {
		return ""
	}
	return a.Address
}

// CESService is a protocol service on one node, from mmces service list.
type CESService struct {
	Node    string `json:"node" col:"NODE"` // as mmces names it; "" for the node that was asked
	Service string `json:"service" col:"SERVICE"`
	State   string `json:"state" col:"STATE"` // "running", "not running"
}

// String returns the service and its state.
func (s *CESService) String() string {
	if s == nil {
		return ""
	}
	return s.Service + " is " + s.State
}

// CESNodes returns the protocol nodes. It runs mmces node list.
func (c *Cluster) CESNodes(ctx context.Context) ([]*CESNodeStatus, error) {
	lines, err := c.cesTable(ctx, "node")
	if err != nil {
		return nil, err
	}
	list := []*CESNodeStatus{}
	for _, w := range lines {
		n := &CESNodeStatus{Number: int(number(w[0])), Groups: []string{}, Flags: fields(w[len(w)-1], ",")}
		if len(w) > 1 {
			n.Node = w[1]
		}
		if len(w) > 3 {
			n.Groups = fields(w[2], ",")
		}
		n.Suspended = slices.ContainsFunc(n.Flags, func(f string) bool { return strings.EqualFold(f, "suspended") })
		list = append(list, n)
	}
	return list, nil
}

// CESAddresses returns the addresses that clients of the protocols use, and which node serves each. It runs mmces address
// list.
func (c *Cluster) CESAddresses(ctx context.Context) ([]*CESAddress, error) {
	lines, err := c.cesTable(ctx, "address")
	if err != nil {
		return nil, err
	}
	list := []*CESAddress{}
	for _, w := range lines {
		if len(w) < 4 {
			continue
		}
		none := func(s string) string {
			if s == "none" || s == "unassigned" {
				return ""
			}
			return s
		}
		list = append(list, &CESAddress{Address: w[0], Node: none(w[1]), Group: none(w[2]), Attributes: fields(strings.Join(w[3:], ","), ",")})
	}
	return list, nil
}

// cesTable returns the words of the lines of a table of mmces, without its head. That is the form that was seen.
func (c *Cluster) cesTable(ctx context.Context, what string) ([][]string, error) {
	res, err := c.run(ctx)(arguments(what, "list").of("mmces", "protocol "+what+"s"))
	if err != nil {
		return nil, err
	}
	var table [][]string
	body := false
	for line := range strings.Lines(string(res.Stdout)) {
		w := strings.Fields(line)
		if body && len(w) > 1 {
			table = append(table, w)
		}
		body = body || strings.HasPrefix(strings.TrimSpace(line), "---")
	}
	return table, nil
}

// CESServices returns the protocol services and whether they run, on all protocol nodes. It runs mmces service list -a,
// which asks all of them.
//
// unverified: the form of a service that does not run.
func (c *Cluster) CESServices(ctx context.Context) ([]*CESService, error) {
	res, err := c.run(ctx)(arguments("service", "list", "-a").of("mmces", "protocol services"))
	if err != nil {
		return nil, err
	}
	list := []*CESService{}
	for line := range strings.Lines(string(res.Stdout)) {
		if strings.HasPrefix(line, "Enabled services") {
			continue
		}
		node, rest, ok := strings.Cut(line, ":")
		if !ok {
			node, rest = "", line
		}
		for part := range strings.SplitSeq(rest, ",") {
			service, state, is := strings.Cut(strings.TrimSpace(part), " is ")
			if is {
				list = append(list, &CESService{Node: strings.TrimSpace(node), Service: service, State: state})
			}
		}
	}
	return list, nil
}

// SMBShare is a directory that protocol nodes export over SMB, from mmsmb export list.
type SMBShare struct {
	Name    string  `json:"name" col:"NAME"`
	Path    string  `json:"path" col:"PATH"`
	Options TextMap `json:"options" col:"-"` // everything that is printed, by its name
}

// String returns the name of the share.
func (s *SMBShare) String() string {
	if s == nil {
		return ""
	}
	return s.Name
}

// SMBShares returns the directories that protocol nodes export over SMB. It runs mmsmb export list.
//
// unverified: the names of the columns; that the share is called export, name or netname.
func (c *Cluster) SMBShares(ctx context.Context) ([]*SMBShare, error) {
	reply, err := c.query(ctx)(mmexec.MmSmbExports())
	if err != nil {
		return nil, err
	}
	list := []*SMBShare{}
	for _, row := range reply.Rows {
		s := &SMBShare{Path: row.Get("path"), Options: make(TextMap)}
		for _, f := range row.Fields() {
			if f.Value != "" && !strings.EqualFold(f.Name, "reserved") {
				s.Options[f.Name] = f.Value
			}
		}
		for _, column := range []string{"export", "name", "netname", "sharename"} {
			if s.Name == "" {
				s.Name = row.Get(column)
			}
		}
		if s.Name != "" || s.Path != "" {
			list = append(list, s)
		}
	}
	return list, nil
}

// Suspend takes a protocol node out of service: its addresses move to other nodes. It runs mmces node suspend.
func (n *Node) Suspend(ctx context.Context) error { return n.ces(ctx, true) }

// Resume puts a protocol node back into service. It runs mmces node resume.
func (n *Node) Resume(ctx context.Context) error { return n.ces(ctx, false) }

func (n *Node) ces(ctx context.Context, suspend bool) error {
	if err := n.changeable(ctx); err != nil {
		return err
	}
	_, err := n.c.run(ctx)(mmexec.MmCesSuspend(mmexec.OnNodes(n.Name), suspend))
	return err
}

// MoveCESAddress moves a protocol address to a node. It runs mmces address move. Which node serves it now is not changed in the
// object: see [Cluster.CESAddresses].
func (c *Cluster) MoveCESAddress(ctx context.Context, address CESAddress, to *Node) error {
	if err := to.ready(); err != nil {
		return err
	}
	_, err := c.run(ctx)(mmexec.MmCesAddressMove(address.Address, to.Name))
	return err
}
