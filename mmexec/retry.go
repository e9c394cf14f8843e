package mmexec

import (
	"context"
	"errors"
	"io"
	"time"
)

// RetryPolicy says how often and how patiently reading commands are tried again.
type RetryPolicy struct {
	Attempts int           // all together; 0 means 4
	First    time.Duration // before the second attempt; it doubles each time; 0 means half a second
	Longest  time.Duration // the longest wait between attempts; 0 means 10 s

	// Notify, when set, is told before each wait.
	Notify func(cmd Command, err error, wait time.Duration)

	sleep func(context.Context, time.Duration) error // for tests
}

// Retry makes a middleware that tries a reading command again when it failed for a reason that passes: the
// configuration is locked, a manager is being appointed, the connection was lost. Changing commands are never tried
// again: one that was lost on its way may have been carried out.
func Retry(p RetryPolicy) Middleware {
	if p.Attempts == 0 {
		p.Attempts = 4
	}
	if p.First == 0 {
		p.First = 500 * time.Millisecond
	}
	if p.Longest == 0 {
		p.Longest = 10 * time.Second
	}
	if p.sleep == nil {
		p.sleep = sleep
	}
	return func(next Executor) Executor { return &retry{next, p} }
}

func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

type retry struct {
	Executor
	policy RetryPolicy
}

// Unwrap returns the executor behind it.
func (r *retry) Unwrap() Executor { return r.Executor }

// Run runs a command, a reading one more than once if need be.
func (r *retry) Run(ctx context.Context, cmd Command) (*Result, error) {
	if ClassifyCommand(cmd).Effect != Reads {
		return r.Executor.Run(ctx, cmd)
	}
	wrote := &countingWriter{}
	if cmd.Stdout != nil {
		wrote.w = cmd.Stdout
		cmd.Stdout = wrote
	}
	wait := r.policy.First
	for attempt := 1; ; attempt++ {
		res, err := r.Executor.Run(ctx, cmd)
		why := passing(cmd, res, err)
		// What a reader has seen already cannot be taken back.
		if why == nil || attempt >= r.policy.Attempts || wrote.n > 0 || ctx.Err() != nil {
			return res, err
		}
		if r.policy.Notify != nil {
			r.policy.Notify(cmd, why, wait)
		}
		if err := r.policy.sleep(ctx, wait); err != nil {
			return nil, err
		}
		wait = min(2*wait, r.policy.Longest)
	}
}

// passing returns the failure of a command when its reason is one that passes by itself.
func passing(cmd Command, res *Result, err error) error {
	var away *UnreachableError
	if err != nil {
		if errors.As(err, &away) {
			return err
		}
		return nil
	}
	if res.Planned {
		return nil
	}
	failed := judge(cmd, res, res.Stdout, true)
	var ce *CommandError
	if errors.As(failed, &ce) && (ce.Kind == KindLocked || ce.Kind == KindNoManager) {
		return failed
	}
	return nil
}

type countingWriter struct {
	w io.Writer
	n int64
}

// Write passes on and counts.
func (c *countingWriter) Write(p []byte) (int, error) {
	n, err := c.w.Write(p)
	c.n += int64(n)
	return n, err
}
