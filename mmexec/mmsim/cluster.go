package mmsim

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"gpfsh/mmexec"
	"gpfsh/mmexec/handlers"
)

// Cluster is a simulated cluster. It implements [mmexec.Executor] and is safe for concurrent use: reading commands see
// the state as it was when they began, changing commands run one after the other. A cluster in a directory is shared by
// all processes that opened it.
type Cluster struct {
	state  atomic.Pointer[State] // in memory: what reading commands see
	store  *store                // in a directory
	change sync.Mutex            // held by the one command of this process that changes the state

	clock    func() time.Time // nil: the state's own clock
	latency  func(argv []string) time.Duration
	callback func(CallbackRun) error // runs all callbacks; nil: as WithCallbacks says
	handler  func(context.Context, HandlerRun) error

	disksMu     sync.Mutex
	disks       map[string]*handlers.Memory // the local disks of the nodes of a cluster in memory
	handlersRun sync.WaitGroup
	ending      chan struct{} // closed when handlers must end
	endOnce     sync.Once

	files privateFiles
	user  caller

	closed   chan struct{}
	close    sync.Once
	detached sync.WaitGroup // changing commands that nobody waits for any more
	crash    func(stage string)
}

var _ mmexec.Executor = (*Cluster)(nil)

// Option sets one property of a Cluster.
type Option func(*Cluster)

// WithState begins with a state of the caller's instead of the demo site. The Cluster keeps a copy.
func WithState(s *State) Option { return func(c *Cluster) { c.state.Store(s.Clone()) } }

// WithClock sets the clock of the cluster, which decides creation times and grace periods. Without it the clock stands
// at State.Now, or is the clock of the machine when State.Now is zero.
func WithClock(now func() time.Time) Option { return func(c *Cluster) { c.clock = now } }

// WithLatency makes commands take their time. A reading command is given up as soon as its context ends; a changing one
// goes on without its caller, who gets an [mmexec.UnknownOutcomeError], and takes effect in the end.
func WithLatency(of func(argv []string) time.Duration) Option {
	return func(c *Cluster) { c.latency = of }
}

// WithCallbacks says how the commands of callbacks are run. Without it a cluster in memory runs the handlers of gpfsh
// only, see [WithHandlers], and one in a directory runs them on this machine, with the files of their node.
func WithCallbacks(run func(CallbackRun) error) Option {
	return func(c *Cluster) { c.callback = run }
}

// WithUser makes a user other than root give the commands.
func WithUser(name string, uid int64) Option {
	return func(c *Cluster) { c.user = caller{name, uid} }
}

// New returns a simulated cluster in memory: the demo site, unless an option says otherwise.
func New(opts ...Option) *Cluster {
	c := &Cluster{closed: make(chan struct{}), ending: make(chan struct{}), crash: func(string) {}}
	for _, o := range opts {
		o(c)
	}
	if c.state.Load() == nil {
		c.state.Store(DemoState())
	}
	return c
}

// Open returns the simulated cluster in a directory that [Init] made.
func Open(dir string, opts ...Option) (*Cluster, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	c := &Cluster{store: &store{dir: dir}, closed: make(chan struct{}), ending: make(chan struct{}), crash: func(string) {}}
	c.files.dir = filesDir(dir)
	for _, o := range opts {
		o(c)
	}
	if _, err := c.store.readManifest(); err != nil {
		return nil, err
	}
	return c, nil
}

// State returns a copy of the state as it is now.
func (c *Cluster) State() (*State, error) {
	st, err := c.view(wantAll)
	if err != nil {
		return nil, err
	}
	return st.Clone(), nil
}

// view returns the state as it is now, with the parts that are needed. It is shared and must not be changed.
func (c *Cluster) view(need want) (*State, error) {
	if c.store == nil {
		return c.state.Load(), nil
	}
	st, _, err := c.store.load(need)
	return st, err
}

// Settle waits until every changing command that went on without its caller has ended, and every handler.
func (c *Cluster) Settle() {
	c.handlersRun.Wait()
	c.detached.Wait()
}

// Close ends the commands that are still asleep, without effect, and removes the private files of a cluster in memory.
func (c *Cluster) Close() error {
	c.endHandlers()
	c.close.Do(func() { close(c.closed) })
	c.detached.Wait()
	return c.files.clear()
}

// Run runs one command. See [mmexec.Executor] for what is an error and what is a result.
func (c *Cluster) Run(ctx context.Context, cmd mmexec.Command) (*mmexec.Result, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if cmd.Name == "ssh" {
		return c.remote(ctx, cmd)
	}
	if cmd.StopsJob != nil {
		return c.stopJob(cmd)
	}
	def, ok := commandTable()[cmd.Name]
	if !ok {
		return nil, &mmexec.NotFoundError{Cmd: cmd, Dir: "the simulated cluster"}
	}
	if err := c.finishJobs(ctx); err != nil {
		return nil, err
	}
	if cmd.Detach {
		return c.startJob(ctx, cmd)
	}
	args, remove, err := c.place(cmd)
	if err != nil {
		return nil, err
	}
	changes := def.changesState(args)
	fault, err := c.strike(cmd)
	if err != nil {
		remove()
		return nil, &mmexec.UnreachableError{Cmd: cmd, Target: c.target(), Err: err}
	}
	work := func() (*mmexec.Result, error) {
		defer remove()
		return c.performFaulty(ctx, cmd, def, args, fault)
	}
	start := time.Now()
	if fault != nil && fault.Kind == FaultHang {
		defer remove()
		return nil, c.hang(ctx, cmd, changes)
	}
	res, err := c.await(ctx, cmd, changes, fault, remove, work)
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

// outcome is what a command came to.
type outcome struct {
	res *mmexec.Result
	err error
}

// await lets the command sleep its latency and then work.
func (c *Cluster) await(ctx context.Context, cmd mmexec.Command, changes bool, fault *Fault, remove func(), work func() (*mmexec.Result, error)) (*mmexec.Result, error) {
	delay := c.delay(cmd)
	if fault != nil {
		delay += fault.Delay
	}
	if delay <= 0 {
		return work()
	}
	timer := time.NewTimer(delay)
	if !changes {
		defer timer.Stop()
		select {
		case <-timer.C:
			return work()
		case <-ctx.Done():
			remove()
			return nil, ctx.Err()
		case <-c.closed:
			remove()
			return nil, errClosed
		}
	}
	done := make(chan outcome, 1)
	c.detached.Go(func() {
		defer timer.Stop()
		select {
		case <-timer.C:
			res, err := work()
			done <- outcome{res, err}
		case <-c.closed:
			remove()
			done <- outcome{err: errClosed}
		}
	})
	select {
	case o := <-done:
		return o.res, o.err
	case <-ctx.Done():
		return nil, &mmexec.UnknownOutcomeError{Cmd: cmd, Node: c.localName(), Err: ctx.Err()}
	}
}

var errClosed = errors.New("the simulated cluster was closed while the command ran")

// localName is the short name of the node that runs the commands.
func (c *Cluster) localName() string {
	st, err := c.view(0)
	if err != nil {
		return ""
	}
	return shortName(st.localName())
}

// perform runs the handler on the state: on the published one when it only reads, on a copy that then replaces it when
// it changes something.
func (c *Cluster) perform(ctx context.Context, cmd mmexec.Command, def *command, args []string) (*mmexec.Result, error) {
	if def.live != nil {
		return c.performLive(ctx, cmd, def, args)
	}
	var exit int
	var run *call
	handle := func(k *call) {
		k.cmd, k.stdin, run = def, cmd.Stdin, k
		exit = def.dispatch(k, args)
	}
	var err error
	switch {
	case c.store != nil && def.countsFiles(args):
		err = c.transact(func(k *call) {
			if err := k.observe(); err != nil {
				k.errorf("%v\n", err)
			}
			handle(k)
		})
	case def.changesState(args):
		err = c.transact(handle)
	default:
		var st *State
		if st, err = c.view(def.need()); err == nil {
			handle(c.newCall(st))
		}
	}
	if err != nil {
		return nil, &mmexec.UnreachableError{Cmd: cmd, Target: c.target(), Err: err}
	}
	return run.result(cmd, exit), nil
}

// result is what a run of a command came to.
func (run *call) result(cmd mmexec.Command, exit int) *mmexec.Result {
	stdout, stderr := bytes.Clone(run.out.Bytes()), bytes.Clone(run.err.Bytes())
	if run.st.MessageIDs {
		stderr = withIDs(cmd.Name, stderr)
		if !bytes.Contains(stdout, []byte(":HEADER:")) {
			stdout = withIDs(cmd.Name, stdout)
		}
	}
	return &mmexec.Result{
		Stdout:   stdout,
		Stderr:   stderr,
		ExitCode: exit,
		Node:     shortName(run.st.localName()),
	}
}

// performFaulty performs a command as far as its fault lets it.
func (c *Cluster) performFaulty(ctx context.Context, cmd mmexec.Command, def *command, args []string, fault *Fault) (*mmexec.Result, error) {
	if fault == nil || fault.Kind == FaultSlow {
		return c.perform(ctx, cmd, def, args)
	}
	if fault.Kind == FaultFail || fault.Kind == FaultLock && fault.Delay == 0 {
		return c.failWith(fault, cmd), nil
	}
	res, err := c.perform(ctx, cmd, def, args)
	switch {
	case err != nil:
		return nil, err
	case fault.Kind == FaultDrop:
		return nil, c.dropped(cmd, def.changesState(args))
	default: // it got the lock in the end
		chatter := fmt.Sprintf("%s: The main GPFS cluster configuration file is locked.  Retrying ...\n%s: Lock creation successful.\n", cmd.Name, cmd.Name)
		res.Stderr = append([]byte(chatter), res.Stderr...)
		return res, nil
	}
}

// target names the cluster in messages.
func (c *Cluster) target() string {
	if c.store == nil {
		return "the simulated cluster"
	}
	return "the simulated cluster in " + c.store.dir
}

func (c *Cluster) newCall(st *State) *call {
	run := &call{parsed: &parsed{}, st: st, now: c.now(st), files: c.files.read, user: c.user}
	if c.store != nil {
		run.dataDir = filepath.Join(c.store.dir, "data")
	}
	return run
}

// transact runs a handler on a copy of the state, makes the copy the state, does what is to be done to directory trees,
// and runs the callbacks of the events.
func (c *Cluster) transact(handle func(*call)) error {
	c.change.Lock()
	defer c.change.Unlock()
	if c.store == nil {
		run := c.newCall(c.state.Load().Clone())
		handle(run)
		c.runCallbacks(run, true)
		c.state.Store(run.st)
		c.runCallbacks(run, false)
		if run.amended {
			c.state.Store(run.st)
		}
		return errors.Join(applyTrees(run.trees)...)
	}
	unlock, err := c.store.lock()
	if err != nil {
		return err
	}
	defer unlock()
	old, m, err := c.store.load(wantAll)
	if err != nil {
		return err
	}
	if m, err = c.recover(m); err != nil {
		return err
	}
	run := c.newCall(old.Clone())
	handle(run)
	c.runCallbacks(run, true)
	if m, err = c.publish(m, old, run.st, run.trees); err != nil {
		return err
	}
	// An mm command in a callback that the event waits for would wait for this lock, and in a real cluster for worse.
	c.runCallbacks(run, false)
	if run.amended {
		_, err = c.publish(m, nil, run.st, nil)
	}
	return err
}

// publish commits a state and does its tree changes.
func (c *Cluster) publish(m *manifest, old, next *State, trees []treeChange) (*manifest, error) {
	c.crash("before commit")
	nm, err := c.store.commit(m, old, next, trees)
	if err != nil {
		return nil, err
	}
	c.crash("after commit")
	return c.recover(nm)
}

// recover does the tree changes that the manifest still has pending.
func (c *Cluster) recover(m *manifest) (*manifest, error) {
	if len(m.Pending) == 0 {
		return m, nil
	}
	failed := applyTrees(m.Pending)
	c.crash("after trees")
	m.Pending = nil
	if err := c.store.replaceManifest(m); err != nil {
		return nil, err
	}
	return m, errors.Join(failed...)
}

// applyTrees does tree changes in their order. One that fails does not hold up the others: the state has moved on.
func applyTrees(trees []treeChange) []error {
	var failed []error
	for _, t := range trees {
		if err := t.apply(); err != nil && !errors.Is(err, os.ErrNotExist) {
			failed = append(failed, fmt.Errorf("the command took effect, but the directory tree could not follow: %w", err))
		}
	}
	return failed
}

// Update changes the state directly, as no command could: a disk fails, a node loses power. It runs alone among the
// changing commands; if change returns an error, nothing is changed.
func (c *Cluster) Update(change func(*State) error) error {
	var failed error
	err := c.transact(func(run *call) {
		before := run.st.Clone()
		if failed = change(run.st); failed != nil {
			run.st = before
		}
	})
	return errors.Join(failed, err)
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
