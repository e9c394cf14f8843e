package mmexec

import (
	"slices"
	"strings"
)

// AddNodeOptions are the options of mmaddnode.
type AddNodeOptions struct {
	Quorum    bool
	Manager   bool
	AdminName string // the name for administration, when it differs
	License   string // client or server
	// AcceptLicense accepts the licence agreement for the node (--accept).
	AcceptLicense bool
}

// MmAddNode adds a node to the cluster: mmaddnode -N name:designations:admin:licence.
func MmAddNode(name string, o AddNodeOptions) (Command, error) {
	l := newLine("mmaddnode")
	l.fail(nodeRule.check(name)).refuse(strings.Contains(name, ":"), "a new node needs a name, not an address with colons")
	var roles []string
	for _, r := range []struct {
		on   bool
		word string
	}{{o.Manager, "manager"}, {o.Quorum, "quorum"}} {
		if r.on {
			roles = append(roles, r.word)
		}
	}
	if o.AdminName != "" {
		l.fail(nodeRule.check(o.AdminName)).refuse(strings.Contains(o.AdminName, ":"), "the admin name cannot be an address with colons")
	}
	if o.License != "" {
		l.fail(oneOf(l.name, "the licence", o.License, "client", "server"))
	}
	desc := strings.TrimRight(strings.Join([]string{name, strings.Join(roles, "-"), o.AdminName, o.License}, ":"), ":")
	return l.add("-N", desc).flag(o.AcceptLicense, "--accept").command("node " + name)
}

// MmDelNode takes nodes out of the cluster: mmdelnode -N nodes. The daemon must be down on them.
func MmDelNode(on NodeSpec) (Command, error) {
	return newLine("mmdelnode").refuse(on.all, "delete the cluster rather than all of its nodes").needNodes(on).command(on.String())
}

// ChNodeOptions are the changes that mmchnode makes. Empty fields change nothing.
type ChNodeOptions struct {
	Quorum          Switch
	Manager         Switch
	Perfmon         Switch
	Gateway         Switch // of AFM
	SNMPAgent       Switch
	CES             Switch
	CESGroup        string
	LeaveCESGroup   bool
	AdminInterface  string // of one node only
	DaemonInterface string // of one node only
}

// MmChNode changes the roles of nodes: mmchnode --quorum ... -N nodes.
func MmChNode(on NodeSpec, o ChNodeOptions) (Command, error) {
	l := newLine("mmchnode").
		toggle(o.Quorum, "--quorum", "--nonquorum").toggle(o.Manager, "--manager", "--client").
		toggle(o.Perfmon, "--perfmon", "--noperfmon").toggle(o.Gateway, "--gateway", "--nogateway").
		toggle(o.SNMPAgent, "--snmp-agent", "--nosnmp-agent").toggle(o.CES, "--ces-enable", "--ces-disable")
	if o.CESGroup != "" {
		l.fail(nodeClassRule.check(o.CESGroup)).add("--ces-group=" + o.CESGroup)
	}
	l.flag(o.LeaveCESGroup, "--noces-group")
	for _, i := range []struct{ option, name string }{{"--admin-interface", o.AdminInterface}, {"--daemon-interface", o.DaemonInterface}} {
		if i.name != "" {
			l.fail(nodeRule.check(i.name)).refuse(len(on.names) != 1, "%s is of one node", i.option).add(i.option + "=" + i.name)
		}
	}
	l.refuse(len(l.args) == 0, "there is nothing to change")
	return l.needNodes(on).command(on.String())
}

// MmChLicense designates licences: mmchlicense client|server [--accept] -N nodes. Without acceptance the command asks,
// and is refused.
func MmChLicense(license string, on NodeSpec, accept bool) (Command, error) {
	l := newLine("mmchlicense")
	return l.fail(oneOf(l.name, "the licence", license, "client", "server", "fpo")).add(license).flag(accept, "--accept").needNodes(on).
		command("licences of " + on.String())
}

// MmExpelNode expels nodes from the cluster, or lets them join again: mmexpelnode [-r] -N nodes.
func MmExpelNode(on NodeSpec, rejoin bool) (Command, error) {
	return newLine("mmexpelnode").flag(rejoin, "-r").refuse(on.all && !rejoin, "all nodes cannot be expelled").needNodes(on).command(on.String())
}

// MmCrNodeClass makes a node class: mmcrnodeclass Class -N nodes.
func MmCrNodeClass(name string, on NodeSpec) (Command, error) {
	return newLine("mmcrnodeclass").fail(CheckNewNodeClassName(name)).add(name).needNodes(on).command("node class " + name)
}

// ClassChange is what mmchnodeclass does with members.
type ClassChange string

// The changes of node classes.
const (
	AddMembers     ClassChange = "add"
	DeleteMembers  ClassChange = "delete"
	ReplaceMembers ClassChange = "replace"
)

// MmChNodeClass changes the members of a node class: mmchnodeclass Class add|delete|replace -N nodes.
func MmChNodeClass(name string, how ClassChange, on NodeSpec) (Command, error) {
	l := newLine("mmchnodeclass").list(nodeClassRule, ",", name)
	return l.fail(oneOf(l.name, "the change", string(how), "add", "delete", "replace")).add(string(how)).needNodes(on).command("node class " + name)
}

// MmDelNodeClass deletes node classes: mmdelnodeclass Class,...
func MmDelNodeClass(names ...string) (Command, error) {
	return newLine("mmdelnodeclass").list(nodeClassRule, ",", names...).command("node classes " + strings.Join(slices.Clone(names), ","))
}

// MmChMgr moves the manager of a file system, or of the cluster when dev is "", to a node; "" lets the command choose:
// mmchmgr Device|-c [Node].
func MmChMgr(dev, node string) (Command, error) {
	l := newLine("mmchmgr")
	object := "cluster manager"
	if dev == "" {
		l.add("-c")
	} else {
		l.device(dev)
		object = "manager of " + dev
	}
	if node != "" {
		l.list(nodeRule, ",", node)
	}
	return l.command(object)
}
