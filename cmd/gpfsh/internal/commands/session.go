package commands

import (
	"context"
	"fmt"
	"os"
	"sync"
	"time"

	"golang.org/x/term"

	"gpfsh/cmd/gpfsh/internal/connect"
	"gpfsh/cmd/gpfsh/internal/render"
	"gpfsh/cmd/gpfsh/internal/style"
	"gpfsh/completer"
	"gpfsh/interp"
	"gpfsh/interp/run"
	"gpfsh/interp/script"
	"gpfsh/mmexec"
	"gpfsh/model"
)

// session is a session of the language on a cluster.
type session struct {
	*interp.Session
	script  *script.Session
	cluster *model.Cluster
	target  *connect.Target
	stack   *connect.Stack
	plan    *mmexec.Plan
	record  *os.File
	locked  bool // the dry run cannot be left

	mu   sync.Mutex
	name string // of the cluster, once it is known
}

// open connects to the chosen cluster and starts a session on it. Nothing is run.
func (a *app) open(ctx context.Context, choice connect.Choice, args []string) (*session, error) {
	target, err := a.reach(choice)
	if err != nil {
		return nil, &usageError{err.Error()}
	}
	s := &session{target: target, plan: new(mmexec.Plan), name: target.Name, locked: a.dryRun}
	s.stack = &connect.Stack{Plan: s.plan, ReadOnly: a.readOnly}
	if a.trace {
		s.stack.Trace = a.Stderr
	}
	if a.record != "" {
		// A recording holds what the cluster answers: names of people, paths. It is for nobody else.
		if s.record, err = os.OpenFile(a.record, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600); err != nil {
			return nil, &usageError{fmt.Sprintf("cannot write the recording: %v", err)}
		}
		s.stack.Record = s.record
	}
	ex := s.stack.Wrap(target.Executor)
	if s.cluster, err = model.Connect(ctx, ex, target.Options...); err != nil {
		return nil, err
	}
	s.script = script.NewSession(script.Options{
		Executor: ex, Cluster: s.cluster, Plan: s.plan, Rehearsal: a.dryRun, Args: args, Exit: run.PanicExit,
	})
	if s.Session, err = interp.New(interp.Options{Script: s.script, Stdin: a.Stdin, Stdout: a.Stdout, Stderr: a.Stderr}); err != nil {
		return nil, err
	}
	return s, nil
}

// bare starts a session without a cluster, for what runs nothing.
func (a *app) bare() (*interp.Session, error) {
	return interp.New(interp.Options{Script: script.NewSession(script.Options{}), Stdin: a.Stdin, Stdout: a.Stdout, Stderr: a.Stderr})
}

// Close ends the session and gives the cluster back.
func (s *session) Close() {
	s.Session.Close()
	s.target.Close()
	if s.record != nil {
		s.record.Close()
	}
}

// askName learns the name of the cluster, waiting for a short while only: a cluster without a quorum must not keep
// anybody from the prompt.
func (s *session) askName(ctx context.Context, patience time.Duration) {
	known := make(chan struct{})
	go func() {
		defer close(known)
		ctx, cancel := context.WithTimeout(completer.Unattended(ctx, mmexec.CostConfig), 15*time.Second)
		defer cancel()
		info, err := s.cluster.Info(ctx)
		if err != nil || info.Name == "" {
			return
		}
		s.mu.Lock()
		defer s.mu.Unlock()
		s.name = info.Name
	}()
	select {
	case <-known:
	case <-time.After(patience):
	}
}

func (s *session) clusterName() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.name
}

// The dry run of the session, as the shell sees it.

// On says whether changes are planned only.
func (s *session) On() bool { return s.plan.Enabled() }

// Set turns the dry run on or off.
func (s *session) Set(on bool) error {
	if s.locked && !on {
		return fmt.Errorf("the shell was started with --dry-run: start it without to make changes")
	}
	s.script.DryRun(on)
	return nil
}

// Plan returns the planned commands, one a line.
func (s *session) Plan() string { return s.plan.String() }

func isTerminal(f *os.File) bool { return f != nil && term.IsTerminal(int(f.Fd())) }

func (a *app) newRenderer() *render.Renderer {
	r := &render.Renderer{Out: a.Stdout, Err: a.Stderr, Format: a.output, Terminal: isTerminal(a.Stdout)}
	r.Styles.On = style.Enabled(a.color, r.Terminal, a.Getenv)
	r.ErrStyles.On = style.Enabled(a.color, isTerminal(a.Stderr), a.Getenv)
	return r
}

// measure takes the width of the terminal: it may change between two entries.
func (a *app) measure() {
	a.render.Width = 0
	if a.render.Terminal {
		if width, _, err := term.GetSize(int(a.Stdout.Fd())); err == nil {
			a.render.Width = width
		}
	}
}

var _ completer.Language = (*interp.Session)(nil)
