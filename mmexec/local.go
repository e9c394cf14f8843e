package mmexec

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"
)

// DefaultBinDir is where Storage Scale keeps its commands.
const DefaultBinDir = "/usr/lpp/mmfs/bin"

// LocalOption sets how commands run on this machine.
type LocalOption func(*settings)

// settings are what the transports have in common.
type settings struct {
	sudo      func(name string) bool
	deadlines map[Cost]time.Duration
	maxOutput int64
	grace     time.Duration
	env       []string
	spool     string // of jobs
}

// WithSpool sets the directory in which the node keeps jobs: /var/tmp/gpfsh-jobs-UID unless set.
func WithSpool(dir string) LocalOption {
	return func(s *settings) { s.spool = dir }
}

func newSettings() settings {
	return settings{
		sudo: func(string) bool { return false },
		deadlines: map[Cost]time.Duration{
			CostConfig: 15 * time.Second, CostManager: 60 * time.Second, CostAllNodes: 120 * time.Second,
		},
		maxOutput: 256 << 20,
		grace:     3 * time.Second,
	}
}

// WithSudo runs the commands for which need returns true by "sudo -n" with their absolute path.
func WithSudo(need func(name string) bool) LocalOption {
	return func(s *settings) { s.sudo = need }
}

// WithDeadline sets how long a reading command of a cost class may take; 0 means as long as it likes. The defaults are
// 15 s for the configuration, 60 s for a manager, 120 s for all nodes and no deadline for scans. Changing commands
// never have one.
func WithDeadline(c Cost, d time.Duration) LocalOption {
	return func(s *settings) { s.deadlines[c] = d }
}

// WithMaxOutput sets how many bytes of output are held for one command, 256 MiB unless set. A command that writes to
// Command.Stdout is not bound by it.
func WithMaxOutput(n int64) LocalOption {
	return func(s *settings) { s.maxOutput = n }
}

// WithGrace sets how long a stopped command may take to end itself before it is killed.
func WithGrace(d time.Duration) LocalOption {
	return func(s *settings) { s.grace = d }
}

// WithEnv adds variables ("NAME=value") to the environment of the commands.
func WithEnv(env ...string) LocalOption {
	return func(s *settings) { s.env = append(s.env, env...) }
}

type local struct {
	settings
	bindir string
	files  privateDir
}

// NewLocal returns an executor that runs the commands of this machine, those in bindir ("" for [DefaultBinDir]).
//
// Every command runs in a process group of its own with closed standard input and LC_ALL=C. A reading command is
// stopped with its whole group when the context ends or its deadline passes. A changing command is never stopped: when
// the context ends, Run returns an [UnknownOutcomeError] with the process number and the command goes on.
func NewLocal(bindir string, opts ...LocalOption) Executor {
	if bindir == "" {
		bindir = DefaultBinDir
	}
	if abs, err := filepath.Abs(bindir); err == nil {
		bindir = abs
	}
	l := &local{settings: newSettings(), bindir: bindir}
	for _, o := range opts {
		o(&l.settings)
	}
	return l
}

// Put writes a private file into a directory of this process.
func (l *local) Put(_ context.Context, name string, data []byte) (string, error) {
	return l.files.put(name, data)
}

// Get reads a file of this machine.
func (l *local) Get(_ context.Context, path string) ([]byte, error) { return readFile(path) }

// Remove removes a file that Put made.
func (l *local) Remove(_ context.Context, path string) error { return l.files.remove(path) }

// Run runs one command.
func (l *local) Run(ctx context.Context, cmd Command) (*Result, error) {
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("%s was not run: %w", cmd, err)
	}
	if err := checkCommandName(cmd.Name); err != nil {
		return nil, err
	}
	if cmd.StopsJob != nil {
		return l.shell().stop(ctx, cmd)
	}
	path := filepath.Join(l.bindir, cmd.Name)
	if cmd.Name == remoteShell {
		path = remoteShellPath
		if found, err := exec.LookPath(remoteShell); err == nil {
			path = found
		}
	}
	if _, err := os.Stat(path); errors.Is(err, os.ErrNotExist) {
		return nil, &NotFoundError{Cmd: cmd, Dir: filepath.Dir(path)}
	}
	if cmd.Detach {
		return l.startJob(ctx, cmd, path)
	}
	paths, remove, err := putFiles(ctx, l, cmd)
	if err != nil {
		return nil, err
	}
	argv := append([]string{path}, cmd.WithPaths(paths)...)
	if l.sudo(cmd.Name) {
		argv = append([]string{"sudo", "-n"}, argv...)
	}
	r := runner{settings: l.settings, cmd: cmd, argv: argv, env: append(commandEnv(os.Environ()), l.env...), cleanup: remove, target: "this machine"}
	return r.run(ctx)
}

// commandEnv is the environment of this process with the locale of the reference, as numbers with a decimal comma or
// translated messages could not be read, and in the zone of the node, see [Zone].
func commandEnv(env []string) []string {
	clean := make([]string, 0, len(env)+1)
	for _, kv := range env {
		name, _, _ := strings.Cut(kv, "=")
		if name == "TZ" || name == "LANG" || name == "LANGUAGE" || strings.HasPrefix(name, "LC_") {
			continue
		}
		clean = append(clean, kv)
	}
	return append(clean, "LC_ALL=C")
}

func checkCommandName(name string) error {
	if name == "" || !commandWord(name) || strings.HasPrefix(name, "-") || strings.HasPrefix(name, ".") {
		return fmt.Errorf("%q is not the name of a command: give the word alone, without a directory", name)
	}
	return nil
}

// runner is one run of one process that stands for a command: the command itself, or ssh on the way to it.
type runner struct {
	settings
	cmd     Command
	argv    []string
	env     []string
	node    string
	target  string
	cleanup func()
}

func (r *runner) run(ctx context.Context) (*Result, error) {
	class := ClassifyCommand(r.cmd)
	if class.Effect == Reads || r.cmd.Stoppable {
		return r.read(ctx, class)
	}
	return r.change(ctx)
}

func (r *runner) process(stdout, stderr *os.File) *exec.Cmd {
	c := exec.Command(r.argv[0], r.argv[1:]...)
	c.Env = r.env
	c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	c.Stdout, c.Stderr = stdout, stderr
	if r.cmd.Stdin != nil {
		c.Stdin = strings.NewReader(string(r.cmd.Stdin))
		// A command that ends without reading all of its input must not keep us waiting.
		c.WaitDelay = r.grace
	}
	return c
}

// startError explains why a process could not be started.
func (r *runner) startError(err error) error {
	switch {
	case errors.Is(err, os.ErrPermission):
		return &PermissionError{&CommandError{Cmd: r.cmd, ExitCode: 126, Cause: err.Error(), Kind: KindPermission, Node: r.node}}
	case errors.Is(err, exec.ErrNotFound), errors.Is(err, os.ErrNotExist):
		return &NotFoundError{Cmd: r.cmd, Dir: filepath.Dir(r.argv[0])}
	}
	return fmt.Errorf("cannot start %s: %w", r.cmd, err)
}

// read runs a reading command. Its output comes through pipes, and it is stopped when nobody waits for it any more.
func (r *runner) read(ctx context.Context, class Class) (*Result, error) {
	defer r.cleanup()
	outR, outW, err := os.Pipe()
	if err != nil {
		return nil, fmt.Errorf("cannot start %s: %w", r.cmd, err)
	}
	defer outR.Close()
	errR, errW, err := os.Pipe()
	if err != nil {
		outW.Close()
		return nil, fmt.Errorf("cannot start %s: %w", r.cmd, err)
	}
	defer errR.Close()
	start := time.Now()
	c := r.process(outW, errW)
	err = c.Start()
	outW.Close()
	errW.Close()
	if err != nil {
		return nil, r.startError(err)
	}

	stdout, stderr := &capped{w: r.cmd.Stdout, max: r.maxOutput}, &capped{max: min(r.maxOutput, 16<<20)}
	drained := make(chan error, 2)
	go func() { _, err := io.Copy(stdout, outR); drained <- err }()
	go func() { _, err := io.Copy(stderr, errR); drained <- err }()
	exited := make(chan error, 1)
	go func() { exited <- c.Wait() }()

	var deadline <-chan time.Time
	limit := r.deadlines[class.Cost]
	if limit > 0 {
		t := time.NewTimer(limit)
		defer t.Stop()
		deadline = t.C
	}
	var why, readErr error
	left := 2
	done := ctx.Done()
	for waiting := true; waiting; {
		select {
		case err := <-drained:
			left--
			if err != nil && readErr == nil {
				readErr = err // the reader of the output is gone, or there is too much of it
				r.stop(c, exited)
				waiting = false
			}
		case err := <-exited:
			exited <- err
			waiting = false
		case <-done:
			why = fmt.Errorf("%s was stopped: %w", r.cmd, context.Cause(ctx))
			r.stop(c, exited)
			waiting = false
		case <-deadline:
			why = &TimeoutError{Cmd: r.cmd, After: limit.String()}
			r.stop(c, exited)
			waiting = false
		}
	}
	// Something that the command left in the background may hold the pipes; what it says later is not the reply.
	late, all := wait(drained, left, r.grace)
	if !all {
		outR.Close()
		errR.Close()
	}
	if readErr == nil {
		readErr = late // it ended before anybody saw that there is too much of it
	}
	if why != nil {
		return nil, why
	}
	if readErr != nil {
		var tooMuch *OutputError
		if errors.As(readErr, &tooMuch) {
			tooMuch.Cmd = r.cmd
			return nil, tooMuch
		}
		return nil, fmt.Errorf("the output of %s was not taken: %w", r.cmd, readErr)
	}
	res := r.result(<-exited, start)
	res.Stdout, res.Stderr = stdout.bytes(), stderr.bytes()
	return res, nil
}

// wait waits for readers of the output, and returns the first error of theirs. all is false when the time was over before.
func wait(drained <-chan error, left int, grace time.Duration) (first error, all bool) {
	if left == 0 {
		return nil, true
	}
	t := time.NewTimer(grace)
	defer t.Stop()
	for ; left > 0; left-- {
		select {
		case err := <-drained:
			if first == nil {
				first = err
			}
		case <-t.C:
			return first, false
		}
	}
	return first, true
}

// stop ends a reading command with everything it started: politely, and after the grace time by force.
func (r *runner) stop(c *exec.Cmd, exited chan error) {
	for _, sig := range []syscall.Signal{syscall.SIGTERM, syscall.SIGKILL} {
		// A command under sudo belongs to root and may not let itself be signalled; then waiting just ends.
		_ = syscall.Kill(-c.Process.Pid, sig)
		t := time.NewTimer(r.grace)
		select {
		case err := <-exited:
			t.Stop()
			_ = syscall.Kill(-c.Process.Pid, syscall.SIGKILL) // what it left behind in its group
			exited <- err
			return
		case <-t.C:
		}
	}
	exited <- errors.New("not ended")
}

// change runs a changing command. Its output goes to files: it must be able to write on when this process is gone.
func (r *runner) change(ctx context.Context) (*Result, error) {
	dir, err := os.MkdirTemp("", "gpfsh-run-")
	if err != nil {
		r.cleanup()
		return nil, fmt.Errorf("cannot start %s: %w", r.cmd, err)
	}
	finish := func() { os.RemoveAll(dir); r.cleanup() }
	create := func(name string) (*os.File, error) {
		return os.OpenFile(filepath.Join(dir, name), os.O_RDWR|os.O_CREATE|os.O_APPEND|os.O_EXCL, 0o600)
	}
	stdout, err := create("stdout")
	if err != nil {
		finish()
		return nil, fmt.Errorf("cannot start %s: %w", r.cmd, err)
	}
	defer stdout.Close()
	stderr, err := create("stderr")
	if err != nil {
		finish()
		return nil, fmt.Errorf("cannot start %s: %w", r.cmd, err)
	}
	defer stderr.Close()

	start := time.Now()
	c := r.process(stdout, stderr)
	if r.cmd.Stdin != nil {
		// A pipe from this process would break with it.
		in, err := create("stdin")
		if err != nil {
			finish()
			return nil, fmt.Errorf("cannot start %s: %w", r.cmd, err)
		}
		defer in.Close()
		if _, err := in.Write(r.cmd.Stdin); err != nil {
			finish()
			return nil, fmt.Errorf("cannot start %s: %w", r.cmd, err)
		}
		if _, err := in.Seek(0, io.SeekStart); err != nil {
			finish()
			return nil, fmt.Errorf("cannot start %s: %w", r.cmd, err)
		}
		c.Stdin = in
	}
	if err := c.Start(); err != nil {
		finish()
		return nil, r.startError(err)
	}
	pid := c.Process.Pid

	ended := make(chan struct{})
	var res *Result
	var runErr error
	go func() {
		res = r.result(c.Wait(), start)
		res.Stdout, runErr = readCapped(filepath.Join(dir, "stdout"), r.maxOutput)
		if runErr == nil {
			res.Stderr, runErr = readCapped(filepath.Join(dir, "stderr"), r.maxOutput)
		}
		finish()
		close(ended)
	}()
	select {
	case <-ended:
		if runErr == nil && r.cmd.Stdout != nil {
			_, runErr = r.cmd.Stdout.Write(res.Stdout)
			res.Stdout = nil
		}
		if runErr != nil {
			return nil, fmt.Errorf("%s ended with exit status %d, but its output cannot be read: %w", r.cmd, res.ExitCode, runErr)
		}
		return res, nil
	case <-ctx.Done():
		return nil, &UnknownOutcomeError{
			Cmd: r.cmd, Node: r.node, PID: pid, Err: context.Cause(ctx), Output: dir,
			later: func(ctx context.Context) (*Result, error) {
				select {
				case <-ended:
					return res, runErr
				case <-ctx.Done():
					return nil, ctx.Err()
				}
			},
		}
	}
}

// result makes the Result of a process that ended.
func (r *runner) result(waitErr error, start time.Time) *Result {
	res := &Result{Duration: time.Since(start), Node: r.node}
	var exit *exec.ExitError
	switch {
	case errors.As(waitErr, &exit):
		res.ExitCode = exit.ExitCode()
		if ws, ok := exit.Sys().(syscall.WaitStatus); ok && ws.Signaled() {
			res.Signal = ws.Signal().String()
			res.ExitCode = 128 + int(ws.Signal())
		}
	case errors.Is(waitErr, exec.ErrWaitDelay):
	case waitErr != nil && !errors.Is(waitErr, syscall.EPIPE):
		res.ExitCode = -1
	}
	return res
}

// capped collects output up to a limit, or passes it on to a writer without one.
type capped struct {
	w   io.Writer
	max int64

	mu  sync.Mutex // something that a command left behind may still write when the command is over
	buf []byte
}

// Write collects or passes on.
func (c *capped) Write(p []byte) (int, error) {
	if c.w != nil {
		return c.w.Write(p)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if int64(len(c.buf)+len(p)) > c.max {
		return 0, &OutputError{Max: c.max}
	}
	c.buf = append(c.buf, p...)
	return len(p), nil
}

// bytes returns what was collected so far.
func (c *capped) bytes() []byte {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.buf
}

func readCapped(path string, most int64) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	// The end of what a changing command said is what tells how it went: of too much output the beginning is cut.
	if st, err := f.Stat(); err == nil && st.Size() > most {
		if _, err := f.Seek(-most, io.SeekEnd); err != nil {
			return nil, err
		}
	}
	return io.ReadAll(f)
}
