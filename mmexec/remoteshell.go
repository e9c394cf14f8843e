package mmexec

import (
	"fmt"
	"path"
	"slices"
	"strings"
)

// remoteShell is the one command beside those of Storage Scale that executors run: what it takes to reach a node other
// than the one that runs the commands. Storage Scale itself needs it between its nodes, without a password.
//
// unverified: that ssh is the remote shell of the cluster. mmlscluster names it; clusters with another one, or with sudo
// wrappers, are not served.
const remoteShell = "ssh"

// remoteShellPath is where the nodes have it.
const remoteShellPath = "/usr/bin/ssh"

// remoteOptions make the remote shell answer or fail, and never ask.
func remoteOptions() []string {
	return []string{"-T", "-o", "BatchMode=yes", "-o", "ConnectTimeout=10"}
}

// RunOnNode makes a command that runs a program on a node of the cluster, through the remote shell of the node that
// runs the commands. The program is an absolute path; no word of it is read by a shell.
func RunOnNode(node string, stdin []byte, program string, args ...string) (Command, error) {
	if err := CheckNodeName(node); err != nil {
		return Command{}, err
	}
	if !path.IsAbs(program) {
		return Command{}, fmt.Errorf("cannot run %q on %s: the path of the program must be absolute", program, node)
	}
	// The login shell of the node reads the line: every shell reads single quotes alike.
	words := make([]string, 0, len(args)+1)
	for _, w := range append([]string{program}, args...) {
		words = append(words, QuotePosix(w))
	}
	return Command{
		Name: remoteShell, Args: append(remoteOptions(), node, strings.Join(words, " ")),
		Stdin: stdin, Object: "node " + node,
	}, nil
}

// OnNode takes a command that RunOnNode made apart.
func OnNode(cmd Command) (node string, argv []string, ok bool) {
	options := remoteOptions()
	if cmd.Name != remoteShell || len(cmd.Args) != len(options)+2 || !slices.Equal(cmd.Args[:len(options)], options) {
		return "", nil, false
	}
	argv, err := SplitLine(cmd.Args[len(options)+1])
	return cmd.Args[len(options)], argv, err == nil && len(argv) > 0
}

// classifyRemote tells what a command of RunOnNode does: an mm command does there what it does here, and those that read
// a file or the handlers of a node change nothing.
func classifyRemote(argv []string) Class {
	unknown := Class{Effect: Changes, Cost: CostAllNodes}
	_, words, ok := OnNode(Command{Name: argv[0], Args: argv[1:]})
	switch {
	case !ok:
		return unknown
	case path.Dir(words[0]) == DefaultBinDir:
		return Classify(words)
	case words[0] == catPath:
		return Class{Effect: Reads, Cost: CostConfig, Known: true}
	case words[0] == statPath:
		return Class{Effect: Reads, Cost: CostManager, Known: true}
	}
	if len(words) < 4 || words[1] != "callback" || words[2] != "node" {
		return unknown
	}
	c := Class{Effect: Changes, Cost: CostAllNodes, Known: true}
	if slices.Contains([]string{"list", "get", "last", "log"}, words[3]) {
		c.Effect = Reads
	}
	return c
}
