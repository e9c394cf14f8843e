package model

import (
	"context"
	"strings"

	"gpfsh/mmexec"
)

// License is a kind of licence of nodes.
type License string

// The licences.
const (
	ServerLicense License = "server"
	ClientLicense License = "client"
	FPOLicense    License = "fpo"
)

// ParseLicense reads a kind of licence, whatever its case.
func ParseLicense(s string) (License, error) {
	return parseWord("licence", s, ServerLicense, ClientLicense, FPOLicense)
}

// String returns the word of mmchlicense.
func (l License) String() string { return string(l) }

// NodeLicense is the licence of a node, from mmlslicense.
type NodeLicense struct {
	Node       string  `json:"node" col:"NODE"`             // as mmlslicense names it
	Required   License `json:"required" col:"REQUIRED"`     // what its roles need
	Designated License `json:"designated" col:"DESIGNATED"` // what it was given; "none" for nothing
}

// String returns the node and its licence.
func (l *NodeLicense) String() string {
	if l == nil {
		return ""
	}
	return l.Node + " " + string(l.Designated)
}

// Sufficient reports whether the licence covers what the node needs.
func (l *NodeLicense) Sufficient() bool {
	return l != nil && (l.Designated == l.Required || l.Designated == ServerLicense || l.Designated == FPOLicense && l.Required == ClientLicense)
}

// Licenses returns the licences of the nodes. It runs mmlslicense.
//
// unverified: that every row is about one node; rows without a name are left out.
func (c *Cluster) Licenses(ctx context.Context) ([]*NodeLicense, error) {
	reply, err := c.query(ctx)(mmexec.MmLsLicense(mmexec.LsLicenseOptions{}))
	if err != nil {
		return nil, err
	}
	list := make([]*NodeLicense, 0, len(reply.Rows))
	for _, row := range reply.Rows {
		if node := rowText(row, "nodeName"); node != "" {
			list = append(list, &NodeLicense{
				Node:       node,
				Required:   word(ParseLicense, row.Get("requiredLicense")),
				Designated: word(ParseLicense, row.Get("designatedLicense")),
			})
		}
	}
	return list, nil
}

// Licensed returns the nodes that were given a licence. Besides mmlscluster it runs mmlslicense.
func (n Nodes) Licensed(as License) Nodes {
	return n.byLicense(func(l *NodeLicense) bool { return l != nil && l.Designated == as })
}

// ServerLicensed returns the nodes with server licences; see [Nodes.Licensed].
func (n Nodes) ServerLicensed() Nodes { return n.Licensed(ServerLicense) }

// ClientLicensed returns the nodes with client licences; see [Nodes.Licensed].
func (n Nodes) ClientLicensed() Nodes { return n.Licensed(ClientLicense) }

// FPOLicensed returns the nodes with FPO licences; see [Nodes.Licensed].
func (n Nodes) FPOLicensed() Nodes { return n.Licensed(FPOLicense) }

// WronglyLicensed returns the nodes whose licences do not cover what they need. Besides mmlscluster it runs
// mmlslicense.
func (n Nodes) WronglyLicensed() Nodes {
	return n.byLicense(func(l *NodeLicense) bool { return l == nil || !l.Sufficient() })
}

func (n Nodes) byLicense(keep func(*NodeLicense) bool) Nodes {
	c := n.c
	n.Collection = n.whereAsking(func(ctx context.Context) (func(*Node) bool, error) {
		list, err := c.Licenses(ctx)
		if err != nil {
			return nil, err
		}
		at := make(map[string]*NodeLicense, len(list))
		for _, l := range list {
			at[strings.ToLower(l.Node)] = l
		}
		return func(n *Node) bool {
			for _, name := range n.names() {
				if l := at[strings.ToLower(name)]; l != nil {
					return keep(l)
				}
			}
			return keep(nil)
		}, nil
	})
	return n
}

// LicenseOption is an option of giving licences: [AcceptLicense].
type LicenseOption interface{ license(*licenseSpec) }

type licenseSpec struct{ accept bool }

// AcceptLicenseOption serves giving licences and adding nodes.
type AcceptLicenseOption interface {
	LicenseOption
	NodeNewOption
}

type acceptLicense struct{}

func (acceptLicense) license(s *licenseSpec) { s.accept = true }
func (acceptLicense) newNode(s *nodeSpec)    { s.accept = true }

// AcceptLicense accepts the terms of the licence that is given (--accept). Without it the command asks, and is refused.
func AcceptLicense() AcceptLicenseOption { return acceptLicense{} }

// ChangeLicense gives the node a licence. It runs mmchlicense, which is refused unless [AcceptLicense] is given.
func (n *Node) ChangeLicense(ctx context.Context, to License, options ...LicenseOption) error {
	if err := n.ready(); err != nil {
		return err
	}
	return n.c.license(ctx, to, []string{n.Name}, options)
}

// ChangeLicense gives the nodes of a view a licence. It runs mmlscluster for their names and mmchlicense once, which is
// refused unless [AcceptLicense] is given. It is refused on a collection that is no view.
func (n Nodes) ChangeLicense(ctx context.Context, to License, options ...LicenseOption) error {
	names, err := n.memberNames(ctx, "license")
	if err != nil || len(names) == 0 {
		return err
	}
	return n.c.license(ctx, to, names, options)
}

func (c *Cluster) license(ctx context.Context, to License, nodes []string, options []LicenseOption) error {
	var spec licenseSpec
	for _, o := range options {
		o.license(&spec)
	}
	license, err := ParseLicense(string(to))
	args := arguments(string(license)).fail(err).flag(spec.accept, "--accept").nodes(target{named: true, nodes: nodes})
	_, err = c.run(ctx)(args.of("mmchlicense", "licences of "+strings.Join(nodes, ",")))
	return err
}
