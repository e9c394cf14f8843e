package mmexec

import (
	"slices"
	"strconv"
	"strings"
)

// LsNodeClassOptions are the options of mmlsnodeclass. Without any of them the classes of users are listed.
type LsNodeClassOptions struct {
	Classes []string // only these
	System  bool     // --system: only those of the system
	All     bool     // --all: those of users and of the system
}

// MmLsNodeClass lists node classes and their members: mmlsnodeclass [--all] -Y.
func MmLsNodeClass(o LsNodeClassOptions) (Command, error) {
	var args []string
	switch {
	case len(o.Classes) > 0 && (o.System || o.All), o.System && o.All:
		return Command{}, &OptionError{"mmlsnodeclass", "choose named classes, those of the system or all, not several of these"}
	case len(o.Classes) > 0:
		if err := nodeClassRule.checkAll(o.Classes); err != nil {
			return Command{}, err
		}
		args = append(args, strings.Join(o.Classes, ","))
	case o.System:
		args = append(args, "--system")
	case o.All:
		args = append(args, "--all")
	}
	return Command{Name: "mmlsnodeclass", Args: append(args, "-Y"), Object: "node classes"}, nil
}

// MmGetState asks nodes for the state of their daemon: mmgetstate -a -Y. Nodes that cannot be reached are missing in
// the reply of releases up to now.
func MmGetState(on NodeSpec) (Command, error) {
	if on.IsZero() {
		return Command{}, &OptionError{"mmgetstate", "say which nodes"}
	}
	if err := on.withoutClass("mmgetstate", "mount"); err != nil {
		return Command{}, err
	}
	args, err := on.args()
	if err != nil {
		return Command{}, err
	}
	return Command{Name: "mmgetstate", Args: append(args, "-Y"), Object: on.String()}, nil
}

// StartupOptions are the options of mmstartup.
type StartupOptions struct {
	Env []string // -E: "NAME=value", for the daemon
}

// MmStartup starts the daemon on nodes: mmstartup -N nodes.
func MmStartup(on NodeSpec, o StartupOptions) (Command, error) {
	args, err := daemonNodes("mmstartup", on)
	if err != nil {
		return Command{}, err
	}
	for _, kv := range o.Env {
		name, _, ok := strings.Cut(kv, "=")
		if !ok || attributeRule.check(name) != nil || strings.ContainsAny(kv, "\x00\n\r") {
			return Command{}, &OptionError{"mmstartup", "want NAME=value for the daemon, not " + Quote(kv)}
		}
		args = append(args, "-E", kv)
	}
	return Command{Name: "mmstartup", Args: args, Object: on.String()}, nil
}

// ShutdownOptions are the options of mmshutdown.
type ShutdownOptions struct {
	UnmountTimeout int // -t: seconds to wait for unmounts before the daemon goes down anyway; 0 leaves it to the command
	// AcceptQuorumLoss switches off the question of releases from 6.0 whether to go on when the cluster would lose
	// quorum (--accept). Without it such a shutdown is refused.
	AcceptQuorumLoss bool
}

// MmShutdown unmounts all file systems on nodes and stops the daemon there: mmshutdown -N nodes.
func MmShutdown(on NodeSpec, o ShutdownOptions) (Command, error) {
	nodes, err := daemonNodes("mmshutdown", on)
	if err != nil {
		return Command{}, err
	}
	var args []string
	if o.UnmountTimeout < 0 {
		return Command{}, &OptionError{"mmshutdown", "the time to wait for unmounts cannot be negative"}
	}
	if o.UnmountTimeout > 0 {
		args = append(args, "-t", strconv.Itoa(o.UnmountTimeout))
	}
	args = append(args, nodes...)
	if o.AcceptQuorumLoss {
		args = append(args, "--accept")
	}
	return Command{Name: "mmshutdown", Args: args, Object: on.String()}, nil
}

func daemonNodes(command string, on NodeSpec) ([]string, error) {
	if on.IsZero() {
		return nil, &OptionError{command, "say on which nodes"}
	}
	if err := on.withoutClass(command, "mount"); err != nil {
		return nil, err
	}
	return on.args()
}

// MmLsMgr lists the cluster manager and the managers of file systems, of all when none is named: mmlsmgr [Device...] -Y.
func MmLsMgr(devices ...string) (Command, error) {
	var args []string
	for _, d := range devices {
		d, err := device(d)
		if err != nil {
			return Command{}, err
		}
		args = append(args, d)
	}
	return Command{Name: "mmlsmgr", Args: append(args, "-Y"), Object: "managers"}, nil
}

// MmLsConfig lists configuration attributes, all that were set when none is named: mmlsconfig [Attribute,...] -Y.
func MmLsConfig(attributes ...string) (Command, error) {
	var args []string
	if len(attributes) > 0 {
		if err := attributeRule.checkAll(attributes); err != nil {
			return Command{}, err
		}
		args = append(args, strings.Join(slices.Clone(attributes), ","))
	}
	return Command{Name: "mmlsconfig", Args: append(args, "-Y"), Object: "configuration"}, nil
}
