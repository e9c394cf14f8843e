package mmexec

import (
	"context"
	"errors"
	"fmt"
	"path"
	"strings"
)

// catPath is what reads a file on another node.
const catPath = "/bin/cat"

// OtherNode returns an executor whose commands run on another node of the cluster, through the remote shell of the node
// that ex reaches: what a daemon tells of itself only is asked this way. It is for commands that read; files cannot
// travel with them. A node that does not answer gives an [*UnreachableError].
func OtherNode(ex Executor, node string) (Executor, error) {
	if ex == nil {
		return nil, errors.New("another node is reached through a node of the cluster, and there is none")
	}
	if err := CheckNodeName(node); err != nil {
		return nil, err
	}
	return &otherNode{through: ex, node: node}, nil
}

type otherNode struct {
	through Executor
	node    string
}

// sshFailed is the exit status with which ssh says that it did not get there. No mm command is known to end so.
const sshFailed = 255

// Run runs the command on the other node.
func (o *otherNode) Run(ctx context.Context, cmd Command) (*Result, error) {
	if len(cmd.Files) > 0 || cmd.Detach || cmd.StopsJob != nil || ClassifyCommand(cmd).Effect != Reads {
		return nil, fmt.Errorf("%s is not run on %s: only commands that read are run on other nodes", cmd, o.node)
	}
	return o.run(ctx, cmd, path.Join(DefaultBinDir, cmd.Name), cmd.Args)
}

func (o *otherNode) run(ctx context.Context, cmd Command, program string, args []string) (*Result, error) {
	far, err := RunOnNode(o.node, cmd.Stdin, program, args...)
	if err != nil {
		return nil, err
	}
	far.Stdout, far.Cluster, far.Reason = cmd.Stdout, cmd.Cluster, cmd.Reason
	res, err := o.through.Run(ctx, far)
	if err != nil {
		return nil, err
	}
	res.Node = o.node
	switch {
	case res.ExitCode == sshFailed:
		return nil, &UnreachableError{Cmd: cmd, Target: "node " + o.node, Err: errors.New(saidOrStatus(res))}
	case res.ExitCode == 127:
		return nil, &NotFoundError{Cmd: cmd, Dir: path.Dir(program) + " of node " + o.node}
	}
	return res, nil
}

func saidOrStatus(res *Result) string {
	if said := strings.TrimSpace(string(res.Stderr)); said != "" {
		return said
	}
	return fmt.Sprintf("the remote shell ended with exit status %d", res.ExitCode)
}

// Get reads a file on the other node.
func (o *otherNode) Get(ctx context.Context, file string) ([]byte, error) {
	if !path.IsAbs(file) {
		return nil, fmt.Errorf("cannot read %q on %s: the path must be absolute", file, o.node)
	}
	res, err := o.run(ctx, Command{Name: "cat", Args: []string{file}, Object: file + " on " + o.node}, catPath, []string{file})
	if err != nil {
		return nil, err
	}
	if res.ExitCode != 0 {
		return nil, fmt.Errorf("cannot read %s on %s: %s", file, o.node, saidOrStatus(res))
	}
	return res.Stdout, nil
}

// Put is refused.
func (o *otherNode) Put(context.Context, string, []byte) (string, error) {
	return "", fmt.Errorf("no file is put on %s: only commands that read are run on other nodes", o.node)
}

// Remove is refused.
func (o *otherNode) Remove(context.Context, string) error {
	return fmt.Errorf("no file is removed on %s: only commands that read are run on other nodes", o.node)
}
