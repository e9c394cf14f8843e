package connect

import (
	"context"
	"fmt"
	"io"
	"sync"
	"sync/atomic"

	"gpfsh/completer"
	"gpfsh/mmexec"
	"gpfsh/policy/progress"
)

// Stack is what stands between the object model and the commands of a target.
type Stack struct {
	// Plan takes the commands of a dry run.
	Plan *mmexec.Plan
	// Trace, when set, gets a line for each command that somebody asked for.
	Trace io.Writer
	// ReadOnly refuses all commands that change something.
	ReadOnly bool
	// Record, when set, gets what every command answers, in the form that replay reads.
	Record io.Writer

	// Audit, when set, gets every command that changes something, before and after it runs; Target names the cluster
	// there. A command that cannot be written down is not run.
	Audit  io.Writer
	Target string
	// Cluster is what the commands carry in their field of that name: for the further clusters of a session.
	Cluster string
	// Cache, when set, answers the same question of one entry from the first time it was asked.
	Cache *mmexec.ReadCache
	// Retry tries a reading command again that failed for a reason that passes.
	Retry bool

	// Confirm, when set, is asked before each command that takes something away; its error keeps the command from being run.
	Confirm func(ctx context.Context, d Destructive) error
	// Journal remembers the commands of the session.
	Journal Journal

	changes  atomic.Int64
	releases releases
	breaker  mmexec.Breaker
	asking   sync.Mutex // one question at a time
}

// Wrap builds the executor of a session. From the outside in: what nobody typed is held to reading; what is only
// explained goes no further; what was asked a moment ago is not asked again, and what the release does not have is
// refused; each command is remembered and traced, also one that is only planned; a dry run plans before read-only can
// refuse; what takes something away is confirmed; what has changed the cluster is counted; and what the cluster itself
// answers is recorded. Audit, the rest that unattended work takes from a cluster that does not answer, and retries stand
// next to the cluster: what was refused before never reached it.
func (s *Stack) Wrap(ex mmexec.Executor) mmexec.Executor {
	mw := []mmexec.Middleware{s.address, completer.Guard(), explain}
	if s.Cache != nil {
		mw = append(mw, mmexec.Cache(s.Cache))
	}
	mw = append(mw, s.releases.middleware, s.Journal.middleware)
	if s.Trace != nil {
		mw = append(mw, attended(mmexec.Trace(s.Trace)))
	}
	if s.Plan != nil {
		mw = append(mw, mmexec.DryRun(s.Plan))
	}
	if s.ReadOnly {
		mw = append(mw, readOnly)
	}
	mw = append(mw, s.confirm, s.count, waiting)
	if s.Audit != nil {
		mw = append(mw, mmexec.Audit(s.Audit, s.Target))
	}
	mw = append(mw, s.breaker.Middleware())
	if s.Retry {
		mw = append(mw, mmexec.Retry(mmexec.RetryPolicy{}))
	}
	if s.Record != nil {
		mw = append(mw, mmexec.Record(s.Record))
	}
	return mmexec.Wrap(ex, mw...)
}

// address names the cluster that the commands are for.
func (s *Stack) address(next mmexec.Executor) mmexec.Executor {
	if s.Cluster == "" {
		return next
	}
	return &onRun{next, func(ctx context.Context, cmd mmexec.Command) (*mmexec.Result, error) {
		cmd.Cluster = s.Cluster
		return next.Run(ctx, cmd)
	}}
}

func (s *Stack) confirm(next mmexec.Executor) mmexec.Executor {
	return &onRun{next, func(ctx context.Context, cmd mmexec.Command) (*mmexec.Result, error) {
		if d, ok := Destroys(cmd); ok && s.Confirm != nil {
			s.asking.Lock()
			err := s.Confirm(ctx, d)
			s.asking.Unlock()
			if err != nil {
				return nil, err
			}
		}
		return next.Run(ctx, cmd)
	}}
}

// waiting tells those who listen which command the session waits for.
func waiting(next mmexec.Executor) mmexec.Executor {
	return &onRun{next, func(ctx context.Context, cmd mmexec.Command) (*mmexec.Result, error) {
		if work := progress.Begin(ctx); work != nil && !completer.IsUnattended(ctx) {
			defer work.End()
			work.Report(progress.State{Work: cmd.String(), Phase: "waiting for", Part: -1})
		}
		return next.Run(ctx, cmd)
	}}
}

// Changes returns how many commands that change something were run.
func (s *Stack) Changes() int64 { return s.changes.Load() }

func (s *Stack) count(next mmexec.Executor) mmexec.Executor {
	return &onRun{next, func(ctx context.Context, cmd mmexec.Command) (*mmexec.Result, error) {
		if mmexec.ClassifyCommand(cmd).Effect != mmexec.Reads {
			s.changes.Add(1)
		}
		return next.Run(ctx, cmd)
	}}
}

// ReadOnlyError says that a command would change something and --readonly forbids it.
type ReadOnlyError struct{ Cmd mmexec.Command }

// Error names the command.
func (e *ReadOnlyError) Error() string {
	return fmt.Sprintf("refused because of --readonly: %s", e.Cmd)
}

func readOnly(next mmexec.Executor) mmexec.Executor {
	return &onRun{next, func(ctx context.Context, cmd mmexec.Command) (*mmexec.Result, error) {
		if mmexec.ClassifyCommand(cmd).Effect != mmexec.Reads {
			return nil, &ReadOnlyError{cmd}
		}
		return next.Run(ctx, cmd)
	}}
}

// attended applies a middleware to what somebody asked for only: a line of trace in the middle of what is being typed
// helps nobody.
func attended(mw mmexec.Middleware) mmexec.Middleware {
	return func(next mmexec.Executor) mmexec.Executor {
		wrapped := mw(next)
		return &onRun{wrapped, func(ctx context.Context, cmd mmexec.Command) (*mmexec.Result, error) {
			if completer.IsUnattended(ctx) {
				return next.Run(ctx, cmd)
			}
			return wrapped.Run(ctx, cmd)
		}}
	}
}

// onRun is an executor with another Run.
type onRun struct {
	mmexec.Executor
	run func(context.Context, mmexec.Command) (*mmexec.Result, error)
}

// Unwrap returns the executor behind it.
func (o *onRun) Unwrap() mmexec.Executor { return o.Executor }

// Run runs a command.
func (o *onRun) Run(ctx context.Context, cmd mmexec.Command) (*mmexec.Result, error) {
	return o.run(ctx, cmd)
}
