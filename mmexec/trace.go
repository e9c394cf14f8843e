package mmexec

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"
)

// Trace makes a middleware that writes one line per command on w, for people:
//
//   - mmlsfs mmfs1 -Y    0.003s
//   - mmdelfileset mmfs1 proj    0.210s  exit 17
//
// What makes a line unusual stands behind the time: the node, an exit status other than 0, a dry run, an error.
func Trace(w io.Writer) Middleware {
	var mu sync.Mutex
	return traceWith(func(cmd Command, res *Result, err error, took time.Duration) {
		var b strings.Builder
		fmt.Fprintf(&b, "+ %s    %.3fs", cmd, took.Seconds())
		if res != nil {
			switch {
			case res.Planned:
				b.WriteString("  planned")
			case res.Signal != "":
				b.WriteString("  signal " + res.Signal)
			case res.ExitCode != 0:
				fmt.Fprintf(&b, "  exit %d", res.ExitCode)
			}
			if res.Node != "" {
				b.WriteString("  on " + res.Node)
			}
		}
		if err != nil {
			b.WriteString("  " + traceError(err))
		}
		b.WriteByte('\n')
		mu.Lock()
		defer mu.Unlock()
		_, _ = io.WriteString(w, b.String())
	})
}

// TraceJSON makes a middleware that writes one JSON object per command and line on w.
func TraceJSON(w io.Writer) Middleware {
	var mu sync.Mutex
	return traceWith(func(cmd Command, res *Result, err error, took time.Duration) {
		line := struct {
			Time    time.Time `json:"time"`
			Argv    []string  `json:"argv"`
			Object  string    `json:"object,omitempty"`
			Node    string    `json:"node,omitempty"`
			Exit    int       `json:"exit"`
			Signal  string    `json:"signal,omitempty"`
			Planned bool      `json:"planned,omitempty"`
			Seconds float64   `json:"seconds"`
			Error   string    `json:"error,omitempty"`
		}{Time: time.Now().Add(-took), Argv: cmd.Argv(), Object: cmd.Object, Seconds: took.Seconds()}
		if res != nil {
			line.Node, line.Exit, line.Signal, line.Planned = res.Node, res.ExitCode, res.Signal, res.Planned
		}
		if err != nil {
			line.Exit, line.Error = -1, err.Error()
		}
		mu.Lock()
		defer mu.Unlock()
		// A line that cannot be written must not stop the command that it is about.
		_ = json.NewEncoder(w).Encode(line)
	})
}

func traceError(err error) string {
	var unknown *UnknownOutcomeError
	var timeout *TimeoutError
	switch {
	case errors.As(err, &unknown):
		return fmt.Sprintf("goes on, process %d", unknown.PID)
	case errors.As(err, &timeout):
		return "stopped after " + timeout.After
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return "interrupted"
	}
	return "not run"
}

type tracer struct {
	Executor
	report func(Command, *Result, error, time.Duration)
}

func traceWith(report func(Command, *Result, error, time.Duration)) Middleware {
	return func(next Executor) Executor { return &tracer{Executor: next, report: report} }
}

// Unwrap returns the executor behind it.
func (t *tracer) Unwrap() Executor { return t.Executor }

// Run runs a command and reports it.
func (t *tracer) Run(ctx context.Context, cmd Command) (*Result, error) {
	start := time.Now()
	res, err := t.Executor.Run(ctx, cmd)
	t.report(cmd, res, err, time.Since(start))
	return res, err
}
