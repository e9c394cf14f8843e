package mmsim

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"gpfsh/mmexec"
)

// Cluster is a simulated cluster. It implements [mmexec.Executor] and is safe for concurrent use: reading commands see
// the state as it was when they began, changing commands run one after the other.
type Cluster struct {
	state   atomic.Pointer[State] // what reading commands see
	change  sync.Mutex            // held by the one command that changes the state
	clock   func() time.Time      // nil: the state's own clock
	latency func(argv []string) time.Duration

	files privateFiles

	closed   chan struct{}
	close    sync.Once
	detached sync.WaitGroup // changing commands that nobody waits for any more
}

var _ mmexec.Executor = (*Cluster)(nil)

// Option sets one property of a new Cluster.
type Option func(*Cluster)

// WithState begins with a state of the caller's instead of the demo site. The Cluster keeps a copy.
func WithState(s *State) Option { return func(c *Cluster) { c.state.Store(s.Clone()) } }

// WithClock sets the clock of the cluster, which decides creation times and grace periods. Without it the clock stands
// at State.Now.
func WithClock(now func() time.Time) Option { return func(c *Cluster) { c.clock = now } }

// WithLatency makes commands take their time. A reading command is given up as soon as its context ends; a changing one
// goes on without its caller, who gets an [mmexec.UnknownOutcomeError], and takes effect in the end.
func WithLatency(of func(argv []string) time.Duration) Option {
	return func(c *Cluster) { c.latency = of }
}

// New returns a simulated cluster in memory: the demo site, unless an option says otherwise.
func New(opts ...Option) *Cluster {
	c := &Cluster{closed: make(chan struct{})}
	for _, o := range opts {
		o(c)
	}
	if c.state.Load() == nil {
		c.state.Store(DemoState())
	}
	return c
}

// State returns a copy of the state as it is now.
func (c *Cluster) State() *State { return c.state.Load().Clone() }

// Update changes the state directly, as no command could: a disk fails, a node loses power. It runs alone among the
// changing commands; if change returns an error, nothing is changed.
func (c *Cluster) Update(change func(*State) error) error {
	c.change.Lock()
	defer c.change.Unlock()
	next := c.state.Load().Clone()
	if err := change(next); err != nil {
		return err
	}
	c.state.Store(next)
	return nil
}

// Settle waits until every changing command that went on without its caller has ended.
func (c *Cluster) Settle() { c.detached.Wait() }

// Close ends the commands that are still asleep, without effect, and removes the private files.
func (c *Cluster) Close() error {
	c.close.Do(func() { close(c.closed) })
	c.detached.Wait()
	return c.files.clear()
}

// Run runs one command. See [mmexec.Executor] for what is an error and what is a result.
func (c *Cluster) Run(ctx context.Context, cmd mmexec.Command) (*mmexec.Result, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	def, ok := commandTable()[cmd.Name]
	if !ok {
		return nil, &mmexec.NotFoundError{Cmd: cmd, Dir: "the simulated cluster"}
	}
	args, remove, err := c.place(cmd)
	if err != nil {
		return nil, err
	}
	changes := def.changesState(args)
	work := func() *mmexec.Result {
		defer remove()
		return c.perform(def, args, cmd.Stdin)
	}
	start := time.Now()
	res, err := c.await(ctx, cmd, changes, remove, work)
	if err != nil {
		return nil, err
	}
	res.Duration = time.Since(start)
	if cmd.Stdout != nil {
		if _, err := cmd.Stdout.Write(res.Stdout); err != nil {
			return nil, fmt.Errorf("cannot pass on the output of %s: %w", cmd, err)
		}
		res.Stdout = nil
	}
	return res, nil
}

// await lets the command sleep its latency and then work.
func (c *Cluster) await(ctx context.Context, cmd mmexec.Command, changes bool, remove func(), work func() *mmexec.Result) (*mmexec.Result, error) {
	var delay time.Duration
	if c.latency != nil {
		delay = c.latency(cmd.Argv())
	}
	if delay <= 0 {
		return work(), nil
	}
	timer := time.NewTimer(delay)
	if !changes {
		defer timer.Stop()
		defer remove()
		select {
		case <-timer.C:
			return work(), nil
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-c.closed:
			return nil, errClosed
		}
	}
	done := make(chan *mmexec.Result, 1)
	c.detached.Go(func() {
		defer timer.Stop()
		select {
		case <-timer.C:
			done <- work()
		case <-c.closed:
			remove()
			close(done)
		}
	})
	select {
	case res, ok := <-done:
		if !ok {
			return nil, errClosed
		}
		return res, nil
	case <-ctx.Done():
		return nil, &mmexec.UnknownOutcomeError{Cmd: cmd, Node: shortName(c.state.Load().localName()), Err: ctx.Err()}
	}
}

var errClosed = errors.New("the simulated cluster was closed while the command ran")

// perform runs the handler on the state: on the published one when it only reads, on a copy that then replaces it when
// it changes something.
func (c *Cluster) perform(def *command, args []string, stdin []byte) *mmexec.Result {
	if !def.changesState(args) {
		return c.handle(def, c.state.Load(), args, stdin)
	}
	c.change.Lock()
	defer c.change.Unlock()
	next := c.state.Load().Clone()
	res := c.handle(def, next, args, stdin)
	c.state.Store(next)
	return res
}

func (c *Cluster) handle(def *command, st *State, args []string, stdin []byte) *mmexec.Result {
	run := &call{cmd: def, st: st, now: c.now(st), stdin: stdin, files: c.files.read}
	exit := def.dispatch(run, args)
	return &mmexec.Result{
		Stdout:   bytes.Clone(run.out.Bytes()),
		Stderr:   bytes.Clone(run.err.Bytes()),
		ExitCode: exit,
		Node:     shortName(st.localName()),
	}
}

// now is the time on the cluster.
func (c *Cluster) now(st *State) time.Time {
	switch {
	case c.clock != nil:
		return c.clock()
	case st.Now.IsZero():
		return time.Now()
	default:
		return st.Now
	}
}

// localName is the admin name of the node that runs the commands.
func (s *State) localName() string {
	if n := s.node(s.LocalNode); n != nil {
		return n.AdminName
	}
	return ""
}
