package mmexec

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
)

// RefusedError says that a command was not run because something on our side stood against it.
type RefusedError struct {
	Cmd Command
	Err error
}

// Error names the command and the reason.
func (e *RefusedError) Error() string { return fmt.Sprintf("%s was not run: %v", e.Cmd, e.Err) }

// Unwrap returns the reason.
func (e *RefusedError) Unwrap() error { return e.Err }

// ErrReadOnly is the reason why a changing command is refused in a session that only reads.
var ErrReadOnly = errors.New("this session only reads")

// guard asks before a command runs.
type guard struct {
	Executor
	ask func(ctx context.Context, cmd Command, class Class) error
}

// Unwrap returns the executor behind it.
func (g *guard) Unwrap() Executor { return g.Executor }

// Run runs a command that is let through.
func (g *guard) Run(ctx context.Context, cmd Command) (*Result, error) {
	if err := g.ask(ctx, cmd, ClassifyCommand(cmd)); err != nil {
		return nil, &RefusedError{Cmd: cmd, Err: err}
	}
	return g.Executor.Run(ctx, cmd)
}

// Confirm makes a middleware that asks before every changing command. ask returns an error to refuse it. Behind
// [DryRun] it is not asked about commands that are recorded only.
func Confirm(ask func(ctx context.Context, cmd Command, class Class) error) Middleware {
	return func(next Executor) Executor {
		return &guard{next, func(ctx context.Context, cmd Command, class Class) error {
			if class.Effect == Reads {
				return nil
			}
			return ask(ctx, cmd, class)
		}}
	}
}

// ReadOnly makes a middleware that refuses changing commands while on returns true; nil means always.
func ReadOnly(on func() bool) Middleware {
	return func(next Executor) Executor {
		return &guard{next, func(_ context.Context, _ Command, class Class) error {
			if class.Effect != Reads && (on == nil || on()) {
				return ErrReadOnly
			}
			return nil
		}}
	}
}

type unattendedKey struct{}

// Unattended marks work that nobody typed: completion, refreshing, watching. Such work runs reading commands only, up
// to the given cost, when the [Breaker] is in the way.
func Unattended(ctx context.Context, most Cost) context.Context {
	return context.WithValue(ctx, unattendedKey{}, most)
}

// Breaker keeps unattended work away from a cluster that does not answer: after a command ran into its deadline, or a
// node could not be reached, or unattended work was not answered in its time, unattended commands fail at once for a while. Typed commands always pass, and the first
// one that is answered ends the break. It is safe for concurrent use; the zero value rests for a minute.
type Breaker struct {
	Rest time.Duration // how long unattended work rests; 0 means a minute

	mu    sync.Mutex
	until time.Time
	why   error
	now   func() time.Time // for tests
}

func (b *Breaker) clock() time.Time {
	if b.now != nil {
		return b.now()
	}
	return time.Now()
}

// Open tells whether unattended work rests, and why.
func (b *Breaker) Open() (why error, open bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.why, b.clock().Before(b.until)
}

// Middleware puts the breaker before an executor.
func (b *Breaker) Middleware() Middleware {
	return func(next Executor) Executor { return &breaker{next, b} }
}

type breaker struct {
	Executor
	b *Breaker
}

// Unwrap returns the executor behind it.
func (x *breaker) Unwrap() Executor { return x.Executor }

// Run runs a command unless it is unattended and may not.
func (x *breaker) Run(ctx context.Context, cmd Command) (*Result, error) {
	most, unattended := ctx.Value(unattendedKey{}).(Cost)
	if unattended {
		class := ClassifyCommand(cmd)
		if class.Effect != Reads || class.Cost > most || class.Heavy {
			return nil, &RefusedError{cmd, fmt.Errorf("nobody typed it, and it %s and costs: %s", class.Effect, class.Cost)}
		}
		if why, open := x.b.Open(); open {
			return nil, &RefusedError{cmd, fmt.Errorf("the cluster did not answer lately, unattended work rests: %w", why)}
		}
	}
	res, err := x.Executor.Run(ctx, cmd)
	var timeout *TimeoutError
	var away *UnreachableError
	x.b.mu.Lock()
	defer x.b.mu.Unlock()
	switch {
	case errors.As(err, &timeout), errors.As(err, &away), unattended && errors.Is(err, context.DeadlineExceeded):
		rest := x.b.Rest
		if rest == 0 {
			rest = time.Minute
		}
		x.b.until, x.b.why = x.b.clock().Add(rest), err
	case err == nil && !res.Planned:
		x.b.until, x.b.why = time.Time{}, nil
	}
	return res, err
}

// CheckRelease makes a middleware that refuses commands, options and the -Y form that the release of the cluster does
// not have. release returns that of the cluster; while it is unknown everything passes.
func CheckRelease(release func() Release) Middleware {
	return func(next Executor) Executor {
		return &guard{next, func(_ context.Context, cmd Command, _ Class) error { return RequireRelease(release(), cmd) }}
	}
}
