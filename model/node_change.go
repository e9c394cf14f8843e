package model

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"gpfsh/mmexec"
)

// NodeNewOption is an option of adding a node: [QuorumNode], [ManagerNode], [AdminName], [WithLicense],
// [AcceptLicense].
type NodeNewOption interface{ newNode(*nodeSpec) }

// NodeChangeOption is a change of a node: [QuorumNode], [ManagerNode], [GatewayNode], [PerfmonNode], [SNMPNode],
// [CESNode], [CESGroup], [AdminInterface], [DaemonInterface], [NodeComment].
type NodeChangeOption interface{ changeNode(*argv) }

// NodeRoleOption serves adding and changing nodes.
type NodeRoleOption interface {
	NodeNewOption
	NodeChangeOption
}

type nodeSpec struct {
	roles   []string
	admin   string
	license License
	accept  bool
}

type nodeRole struct {
	added   string // in the description of a new node
	on, off string // options of mmchnode
	wanted  bool
}

func (r nodeRole) newNode(s *nodeSpec) { s.roles = append(s.roles, r.added) }

func (r nodeRole) changeNode(a *argv) { a.flag(r.wanted, r.on).flag(!r.wanted, r.off) }

// QuorumNode makes a node a quorum node, or takes that away (--quorum, --nonquorum).
func QuorumNode(on bool) NodeRoleOption {
	r := nodeRole{added: "quorum", on: "--quorum", off: "--nonquorum", wanted: on}
	if !on {
		r.added = "nonquorum"
	}
	return r
}

// ManagerNode lets a node manage file systems and the cluster, or takes that away (--manager, --client).
func ManagerNode(on bool) NodeRoleOption {
	r := nodeRole{added: "manager", on: "--manager", off: "--client", wanted: on}
	if !on {
		r.added = "client"
	}
	return r
}

type nodeNewOption func(*nodeSpec)

func (o nodeNewOption) newNode(s *nodeSpec) { o(s) }

// AdminName sets the admin node name of a new node, where it differs from its daemon node name.
func AdminName(name string) NodeNewOption {
	return nodeNewOption(func(s *nodeSpec) { s.admin = name })
}

// WithLicense gives a new node a licence; see [AcceptLicense].
func WithLicense(license License) NodeNewOption {
	return nodeNewOption(func(s *nodeSpec) { s.license = license })
}

type nodeChange func(*argv)

func (o nodeChange) changeNode(a *argv) { o(a) }

func nodeSwitch(on bool, option, opposite string) NodeChangeOption {
	return nodeChange(func(a *argv) { a.flag(on, option).flag(!on, opposite) })
}

// GatewayNode makes a node an AFM gateway, or takes that away (--gateway, --nogateway).
func GatewayNode(on bool) NodeChangeOption { return nodeSwitch(on, "--gateway", "--nogateway") }

// PerfmonNode lets a node collect performance data, or takes that away (--perfmon, --noperfmon).
func PerfmonNode(on bool) NodeChangeOption { return nodeSwitch(on, "--perfmon", "--noperfmon") }

// SNMPNode makes a node the SNMP agent, or takes that away (--snmp-agent, --nosnmp-agent).
func SNMPNode(on bool) NodeChangeOption { return nodeSwitch(on, "--snmp-agent", "--nosnmp-agent") }

// CESNode makes a node a protocol node, or takes that away (--ces-enable, --ces-disable).
func CESNode(on bool) NodeChangeOption { return nodeSwitch(on, "--ces-enable", "--ces-disable") }

// CESGroup puts a protocol node into a group of addresses (--ces-group); "" takes it out (--noces-group).
func CESGroup(group string) NodeChangeOption {
	return nodeChange(func(a *argv) {
		if group == "" {
			a.add("--noces-group")
			return
		}
		a.fail(mmexec.CheckNodeClassName(group)).add("--ces-group=" + group)
	})
}

// AdminInterface sets the host name or address that administration commands use (--admin-interface).
func AdminInterface(host string) NodeChangeOption {
	return nodeChange(func(a *argv) { a.fail(mmexec.CheckNodeName(host)).add("--admin-interface=" + host) })
}

// DaemonInterface sets the host name or address that the daemon uses (--daemon-interface). The daemon must be down.
func DaemonInterface(host string) NodeChangeOption {
	return nodeChange(func(a *argv) { a.fail(mmexec.CheckNodeName(host)).add("--daemon-interface=" + host) })
}

// NodeComment sets the comment of a node (--comment; since release 5.1).
//
// unverified: which release brought it.
func NodeComment(text string) NodeChangeOption {
	return nodeChange(func(a *argv) { a.add("--comment").text("a comment", text) })
}

// Change changes the roles and interfaces of the node. It runs mmchnode once for all options.
func (n *Node) Change(ctx context.Context, options ...NodeChangeOption) error {
	if err := n.changeable(ctx); err != nil || len(options) == 0 {
		return err
	}
	return n.c.changeNodes(ctx, []string{n.Name}, options)
}

// Change changes the roles of the nodes of a view. It runs mmlscluster for their names and mmchnode once. It is refused
// on a collection that is no view.
func (n Nodes) Change(ctx context.Context, options ...NodeChangeOption) error {
	names, err := n.memberNames(ctx, "change")
	if err != nil || len(names) == 0 || len(options) == 0 {
		return err
	}
	return n.c.changeNodes(ctx, names, options)
}

func (c *Cluster) changeNodes(ctx context.Context, nodes []string, options []NodeChangeOption) error {
	args := arguments()
	for _, o := range options {
		o.changeNode(args)
	}
	args.nodes(target{named: true, nodes: nodes})
	_, err := c.run(ctx)(args.of("mmchnode", nodesObject(nodes)))
	return err
}

func nodesObject(nodes []string) string {
	if len(nodes) == 1 {
		return "node " + nodes[0]
	}
	return "nodes " + strings.Join(nodes, ",")
}

// New adds a node to the cluster, by its daemon node name. It runs mmaddnode, and mmlscluster to read what was added.
// The node needs a licence afterwards: see [WithLicense] and [Node.ChangeLicense].
func (n Nodes) New(ctx context.Context, name string, options ...NodeNewOption) (*Node, error) {
	if err := n.check(); err != nil {
		return nil, err
	}
	var spec nodeSpec
	for _, o := range options {
		o.newNode(&spec)
	}
	args := arguments().fail(mmexec.CheckNodeName(name))
	if spec.admin != "" {
		args.fail(mmexec.CheckNodeName(spec.admin))
	}
	if strings.Contains(name+spec.admin, ":") {
		args.fail(fmt.Errorf("a node is added by name, not by an address with colons: %q", name))
	}
	// NodeName:Designations:AdminNodeName:License, from the right as short as it can be.
	desc := strings.TrimRight(strings.Join([]string{name, strings.Join(spec.roles, "-"), spec.admin, string(spec.license)}, ":"), ":")
	args.add("-N", desc).flag(spec.accept, "--accept")
	res, err := n.c.run(ctx)(args.of("mmaddnode", "node "+name))
	if err != nil {
		return nil, err
	}
	made := (&Node{Name: name, DaemonName: name, c: n.c, unborn: res.Planned}).withEvents()
	if spec.admin != "" {
		made.Name = spec.admin
	}
	if res.Planned {
		return made, nil
	}
	// The node is there whether it can be read or not, so a failure does not count.
	if fresh, err := n.c.Nodes.Get(ctx, made.Name); err == nil {
		return fresh, nil
	}
	return made, nil
}

// Delete removes the node from the cluster. It runs mmdelnode. The daemon must be down, and the node must serve no NSD.
func (n *Node) Delete(ctx context.Context) error {
	if err := n.changeable(ctx); err != nil {
		return err
	}
	return n.c.deleteNodes(ctx, []string{n.Name})
}

// Delete removes nodes from the cluster by any of their names. It runs mmlscluster for their admin names and mmdelnode
// once.
func (n Nodes) Delete(ctx context.Context, name string, more ...string) error {
	if n.filtered() {
		return errors.New("cannot delete by name in a view of nodes: take the name from the whole collection")
	}
	items, err := n.Items(ctx)
	if err != nil {
		return err
	}
	var names []string
	for _, key := range append([]string{name}, more...) {
		node, found, err := findNode(items, key)
		switch {
		case err != nil:
			return err
		case !found:
			return n.missing(ctx, key, nil)
		}
		names = append(names, node.Name)
	}
	return n.c.deleteNodes(ctx, names)
}

func (c *Cluster) deleteNodes(ctx context.Context, nodes []string) error {
	args := arguments().nodes(target{named: true, nodes: nodes})
	_, err := c.run(ctx)(args.of("mmdelnode", nodesObject(nodes)))
	return err
}

// The time between two looks at the state of a node.
const stateInterval = 2 * time.Second

// WaitFor waits until the daemon on the node is in a state: Active after a start, Down after a stop. It runs mmgetstate
// every two seconds, and ends with the context. After a start or stop that a dry run recorded there is nothing to wait
// for, and it returns at once.
func (n *Node) WaitFor(ctx context.Context, state NodeState) error {
	if err := n.ready(); err != nil || n.planned {
		return err
	}
	for {
		now, err := n.State(ctx)
		if err != nil || now == state {
			return err
		}
		timer := time.NewTimer(stateInterval)
		select {
		case <-ctx.Done():
			timer.Stop()
			return fmt.Errorf("node %s is %s, not %s: %w", n.Name, now, state, ctx.Err())
		case <-timer.C:
		}
	}
}

// Config returns the configuration parameters that have a value of their own for the node by its name. It runs
// mmlsconfig; see [Config.Change] with [On] for setting them.
func (n *Node) Config(ctx context.Context) ([]*Parameter, error) {
	if err := n.ready(); err != nil {
		return nil, err
	}
	names := n.names()
	return n.c.Config.Where(func(p *Parameter) bool {
		for _, name := range names {
			if name != "" && p.on(name) {
				return true
			}
		}
		return false
	}).List(ctx)
}
