package mmsim

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"

	"gpfsh/mmexec"
)

// performLive runs the handler of a command that prints while it works. It is given the published state, which it must
// not change. What it prints goes on at once where the caller listens, and its context ends with that of the caller,
// with the cluster, and when nobody can read any more.
func (c *Cluster) performLive(ctx context.Context, cmd mmexec.Command, def *command, args []string) (*mmexec.Result, error) {
	st, err := c.view(def.need())
	if err != nil {
		return nil, &mmexec.UnreachableError{Cmd: cmd, Target: c.target(), Err: err}
	}
	run := c.newCall(st)
	run.cmd, run.stdin = def, cmd.Stdin
	working, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	ended := make(chan struct{})
	defer close(ended)
	go func() {
		select {
		case <-c.closed:
			stop(errClosed)
		case <-ended:
		}
	}()
	var out io.Writer = &run.out
	if cmd.Stdout != nil && !st.MessageIDs { // ids are put in when all lines are there
		out = &passOn{w: cmd.Stdout, broken: func(err error) {
			stop(fmt.Errorf("cannot pass on the output of %s: %w", cmd, err))
		}}
	}
	var failed error
	row := *def
	row.run = func(k *call) int {
		var exit int
		exit, failed = def.live(working, c, k, out)
		return exit
	}
	exit := row.dispatch(run, args)
	if cause := context.Cause(working); failed == nil && cause != nil && ctx.Err() == nil {
		return nil, cause // all is done, but not all of it was heard
	}
	if failed != nil {
		var lost *mmexec.UnknownOutcomeError
		if errors.As(failed, &lost) {
			lost.Cmd = cmd
		}
		if cause := context.Cause(working); cause != nil && ctx.Err() == nil {
			return nil, cause
		}
		return nil, failed
	}
	return run.result(cmd, exit), nil
}

// passOn hands output to the one who waits for it and tells once when that fails.
type passOn struct {
	mu     sync.Mutex
	w      io.Writer
	err    error
	broken func(error)
}

func (p *passOn) Write(data []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.err != nil {
		return 0, p.err
	}
	n, err := p.w.Write(data)
	if err != nil {
		p.err = err
		p.broken(err)
	}
	return n, err
}
