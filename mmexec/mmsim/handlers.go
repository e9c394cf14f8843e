package mmsim

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"gpfsh/mmexec"
	"gpfsh/mmexec/handlers"
)

// Every simulated node has a local disk for the handlers of gpfsh: in memory, or a directory below the one of the
// cluster. What a callback runs is looked for there first, and then on this machine.

// HandlerRun is one run of a handler in a cluster in memory, which no process of its own could reach.
type HandlerRun struct {
	Cluster *Cluster
	Node    string // short admin name
	Store   handlers.Store
	ID      string
	Args    []string  // as the command is registered, variables filled in
	Test    io.Writer // takes what a handler prints that is only tried out; nil else
}

// WithHandlers says who runs the handlers of gpfsh in a cluster in memory. Without it they are kept, and not run.
func WithHandlers(run func(context.Context, HandlerRun) error) Option {
	return func(c *Cluster) { c.handler = run }
}

// The longest that Close waits for handlers that run.
const handlersGrace = 3 * time.Second

// nodeRoot is where the local disk of a node is, of a cluster in a directory. What all nodes share is a node of its own.
func (c *Cluster) nodeRoot(short string) string { return filepath.Join(c.store.dir, "nodes", short) }

const sharedRoot = "shared"

// handlersOf is where a node has its handlers.
func (c *Cluster) handlersOf(short, dir string) handlers.Store {
	shared := dir != "" && dir != handlers.DefaultDir
	if c.store != nil {
		if shared {
			short = sharedRoot
		}
		return handlers.NewDir(c.nodeRoot(short), dir)
	}
	key := short
	if shared {
		key = dir
	}
	c.disksMu.Lock()
	defer c.disksMu.Unlock()
	if c.disks == nil {
		c.disks = map[string]*handlers.Memory{}
	}
	if c.disks[key] == nil {
		c.disks[key] = &handlers.Memory{}
	}
	return c.disks[key]
}

// remote runs a program on a node, as ssh does: gpfsh is the only program there, for the handlers of the node.
func (c *Cluster) remote(ctx context.Context, cmd mmexec.Command) (*mmexec.Result, error) {
	start := time.Now()
	st, err := c.view(0)
	if err != nil {
		return nil, &mmexec.UnreachableError{Cmd: cmd, Target: c.target(), Err: err}
	}
	var out, failed bytes.Buffer
	exit := c.serveNode(ctx, st, cmd, &out, &failed)
	if cmd.Stdout != nil {
		if _, err := cmd.Stdout.Write(out.Bytes()); err != nil {
			return nil, fmt.Errorf("cannot pass on the output of %s: %w", cmd, err)
		}
		out.Reset()
	}
	return &mmexec.Result{Stdout: out.Bytes(), Stderr: failed.Bytes(), ExitCode: exit, Node: shortName(st.localName()), Duration: time.Since(start)}, nil
}

func (c *Cluster) serveNode(ctx context.Context, st *State, cmd mmexec.Command, out, failed io.Writer) (exit int) {
	name, argv, ok := mmexec.OnNode(cmd)
	if !ok {
		fmt.Fprintf(failed, "ssh: this is not simulated: %s\n", cmd)
		return 255
	}
	node := st.nodeNamed(name)
	switch {
	case node == nil:
		fmt.Fprintf(failed, "ssh: Could not resolve hostname %s: Name or service not known\n", name)
		return 255
	case node.Unreachable:
		fmt.Fprintf(failed, "ssh: connect to host %s port 22: No route to host\n", name)
		return 255
	case path.Dir(argv[0]) == mmexec.DefaultBinDir:
		return c.runThere(node, path.Base(argv[0]), argv[1:], out, failed)
	case len(argv) == 2 && argv[0] == "/bin/cat":
		if argv[1] != daemonLogPath {
			fmt.Fprintf(failed, "cat: %s: No such file or directory\n", argv[1])
			return 1
		}
		_, _ = out.Write(st.daemonLog(node, c.now(st)))
		return 0
	case len(argv) > 4 && argv[0] == "/usr/bin/stat" && argv[1] == "--printf" && argv[3] == "--":
		return st.statFiles(node, argv[4:], out, failed)
	case len(argv) < 4 || argv[1] != "callback" || argv[2] != "node":
		fmt.Fprintf(failed, "%s: command not found\n", argv[0])
		return 127
	}
	r, err := handlers.ParseNodeRequest(argv[3:])
	if err == nil {
		short := shortName(node.AdminName)
		s := c.handlersOf(short, r.Dir)
		if r.Verb == handlers.Test {
			err = c.testHandler(ctx, argv[0], short, s, r, out)
		} else {
			err = r.Serve(s, bytes.NewReader(cmd.Stdin), out)
		}
	}
	if err != nil {
		fmt.Fprintf(failed, "gpfsh: %v\n", err)
		return 1
	}
	return 0
}

// runThere runs a command that reads on another node: what a daemon tells of itself is that node's.
func (c *Cluster) runThere(node *Node, name string, args []string, out, failed io.Writer) (exit int) {
	def, ok := commandTable()[name]
	if !ok {
		fmt.Fprintf(failed, "%s: command not found\n", name)
		return 127
	}
	if def.changesState(args) {
		fmt.Fprintf(failed, "%s: changing from another node is not simulated\n", name)
		return 1
	}
	st, err := c.view(def.need())
	if err != nil {
		fmt.Fprintf(failed, "%s: %v\n", name, err)
		return 1
	}
	there := *st
	there.LocalNode = node.Number
	run := c.newCall(&there)
	run.cmd = def
	exit = def.dispatch(run, args)
	_, _ = out.Write(run.out.Bytes())
	_, _ = failed.Write(run.err.Bytes())
	return exit
}

// testHandler tries a handler out.
func (c *Cluster) testHandler(ctx context.Context, program, short string, s handlers.Store, r handlers.NodeRequest, out io.Writer) error {
	if c.store == nil {
		if c.handler == nil {
			return errors.New("nobody runs handlers in this simulated cluster")
		}
		return c.handler(ctx, HandlerRun{Cluster: c, Node: short, Store: s, ID: r.Args[0], Args: r.Args[1:], Test: out})
	}
	dir := r.Dir
	root := c.nodeRoot(short)
	if dir == "" {
		dir = handlers.DefaultDir
	} else if dir != handlers.DefaultDir {
		root = c.nodeRoot(sharedRoot)
	}
	words := append([]string{"callback", "node", "test", "--dir", filepath.Join(root, dir)}, r.Args...)
	cmd := exec.CommandContext(ctx, program, words...)
	cmd.Env = append(os.Environ(), c.environment()...)
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = out, &said
	cmd.WaitDelay = time.Second
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("%w: %s", err, strings.TrimSpace(said.String()))
	}
	return nil
}

// environment makes a child work with this cluster.
func (c *Cluster) environment() []string { return []string{"GPFSH_CLUSTER=sim:" + c.store.dir} }

// runCallback runs the command of a callback on its node.
func (c *Cluster) runCallback(r CallbackRun) error {
	if len(r.Argv) == 0 {
		return nil
	}
	dir, id, ours := handlers.IDOf(r.Argv[0])
	if c.store == nil {
		if !ours || c.handler == nil {
			if c.callback == nil {
				return nil
			}
			return c.callback(r)
		}
		return c.runHandler(r, HandlerRun{Cluster: c, Node: r.Node, Store: c.handlersOf(r.Node, dir), ID: id, Args: r.Argv[1:]})
	}
	if c.callback != nil {
		return c.callback(r)
	}
	for _, root := range []string{c.nodeRoot(r.Node), c.nodeRoot(sharedRoot)} {
		at := filepath.Join(root, r.Argv[0])
		if _, err := os.Stat(at); err == nil {
			r.Argv = append([]string{at}, r.Argv[1:]...)
			break
		}
	}
	return execCallback(r, c.environment()...)
}

// runHandler runs a handler in this process. One that nobody waits for goes on while the cluster does.
func (c *Cluster) runHandler(r CallbackRun, h HandlerRun) error {
	if _, err := h.Store.Get(h.ID); err != nil {
		return err // the script of the handler is not there
	}
	ctx, cancel := context.WithCancel(context.Background())
	stop := func() {
		select {
		case <-c.ending:
			cancel()
		case <-ctx.Done():
		}
	}
	if r.Sync {
		defer cancel()
		if r.Timeout > 0 {
			limited, done := context.WithTimeout(ctx, r.Timeout)
			defer done()
			return c.handler(limited, h)
		}
		return c.handler(ctx, h)
	}
	go stop()
	c.handlersRun.Go(func() {
		defer cancel()
		_ = c.handler(ctx, h) // its log says what went wrong
	})
	return nil
}

// raiseHealth tells a node of the change of a component's state, as mmhealth does.
//
// unverified: the names of the events and what they say.
func (c *call) raiseHealth(node int, event, component, identifier, severity, state, message string) {
	zone := c.st.Zone.Name
	at := c.now.In(time.FixedZone(zone, c.st.Zone.Offset))
	c.events = append(c.events, happening{name: handlers.HealthEvent, node: node, args: []string{
		"1", at.Format("2006-01-02"), at.Format("15:04:05"), zone, event, component, identifier, severity, state, message, identifier,
	}})
}

// runHealth runs the one script of mmhealth on a node, or the handlers that it would run.
func (c *Cluster) runHealth(st *State, e happening) {
	n := st.node(e.node)
	if n == nil {
		return
	}
	short := shortName(n.AdminName)
	if c.store != nil {
		at := filepath.Join(c.nodeRoot(short), handlers.ChainPath)
		if _, err := os.Stat(at); err == nil && c.callback == nil {
			_ = execCallback(CallbackRun{Node: short, Argv: append([]string{at}, e.args...)}, c.environment()...) // mmhealth does not look
		}
		return
	}
	if c.handler == nil {
		return
	}
	s := c.handlersOf(short, "")
	list, _ := s.List()
	for _, cp := range list {
		if h, err := s.Get(cp.ID); err == nil && h.Health() {
			_ = c.runHandler(CallbackRun{Node: short}, HandlerRun{Cluster: c, Node: short, Store: s, ID: cp.ID, Args: e.args})
		}
	}
}

// endHandlers waits a while for handlers that run, and stops them then.
func (c *Cluster) endHandlers() {
	done := make(chan struct{})
	go func() { c.handlersRun.Wait(); close(done) }()
	timer := time.NewTimer(handlersGrace)
	defer timer.Stop()
	select {
	case <-done:
	case <-timer.C:
	}
	c.endOnce.Do(func() { close(c.ending) })
	<-done
}

// execCallback runs the command of a callback on this machine. One that nobody waits for goes on by itself, also when
// the command that raised the event has ended.
func execCallback(r CallbackRun, env ...string) error {
	if len(r.Argv) == 0 {
		return nil
	}
	ctx := context.Background()
	if r.Sync && r.Timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, r.Timeout)
		defer cancel()
	}
	cmd := exec.CommandContext(ctx, r.Argv[0], r.Argv[1:]...)
	cmd.Env = append(slices.Clone(os.Environ()), env...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if !r.Sync {
		if err := cmd.Start(); err != nil {
			return err
		}
		go cmd.Wait() //nolint:errcheck // nobody waits for it
		return nil
	}
	cmd.WaitDelay = time.Second
	if err := cmd.Run(); err != nil {
		return errors.Join(err, ctx.Err())
	}
	return nil
}
