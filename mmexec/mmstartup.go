package mmexec

import (
	"strconv"
	"strings"
)

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
