package script

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"sync"
	"syscall"

	"gpfsh/mmexec"
	"gpfsh/mmexec/mmsim"
	"gpfsh/model"
)

// Main returns the session of a program and the context that Ctrl-C cancels; a second Ctrl-C ends the program at once.
// It is made for programs that gpfsh export has written:
//
//	var sess, ctx = script.Main()
//
// The environment says what the program works with, because its arguments are its own. GPFSH_CLUSTER is the cluster:
// local, local:BINDIR, sim or replay:FILE; without it, the program works on the cluster that this machine belongs to.
// With GPFSH_DRY_RUN=1 the program is rehearsed: each command that would change the cluster is printed on standard
// output instead of being run. What cannot be connected ends the program with exit status 2.
func Main() (*Session, context.Context) {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop)
	s, err := program(ctx, os.Getenv, os.Args, os.Stdout)
	if err != nil {
		fmt.Fprintf(os.Stderr, "%s: %v\n", filepath.Base(os.Args[0]), err)
		os.Exit(2)
	}
	return s, ctx
}

// program returns the session that environment and arguments ask for.
func program(ctx context.Context, getenv func(string) string, args []string, stdout io.Writer) (*Session, error) {
	ex, err := target(getenv("GPFSH_CLUSTER"))
	if err != nil {
		return nil, err
	}
	plan := new(mmexec.Plan)
	ex = mmexec.Wrap(ex, announce(stdout), mmexec.DryRun(plan))
	cluster, err := model.Connect(ctx, ex)
	if err != nil {
		return nil, err
	}
	o := Options{Cluster: cluster, Executor: ex, Plan: plan, Rehearsal: isSet(getenv("GPFSH_DRY_RUN"))}
	if len(args) > 0 {
		o.Args = args[1:]
	}
	return NewSession(o), nil
}

// target returns the executor for what GPFSH_CLUSTER says.
func target(s string) (mmexec.Executor, error) {
	kind, rest, _ := strings.Cut(s, ":")
	switch {
	case s == "":
		if _, err := os.Stat(mmexec.DefaultBinDir); err != nil {
			return nil, fmt.Errorf("no cluster: Storage Scale is not installed on this machine (%w); set GPFSH_CLUSTER to local:BINDIR, sim or replay:FILE", err)
		}
		return mmexec.NewLocal(""), nil
	case kind == "local":
		return mmexec.NewLocal(rest), nil
	case s == "sim":
		return mmsim.New(), nil
	case kind == "replay" && rest != "":
		f, err := os.Open(rest)
		if err != nil {
			return nil, fmt.Errorf("cannot read the recording: %w", err)
		}
		defer f.Close()
		return mmexec.NewReplay(f)
	}
	return nil, fmt.Errorf("GPFSH_CLUSTER is %q: it can be local, local:BINDIR, sim or replay:FILE", s)
}

// isSet reads a switch in the environment.
func isSet(s string) bool {
	switch strings.ToLower(s) {
	case "", "0", "no", "false", "off":
		return false
	}
	return true
}

// announce makes a middleware that prints each command that a dry run recorded, as a shell would need it typed.
func announce(w io.Writer) mmexec.Middleware {
	var mu sync.Mutex
	return func(next mmexec.Executor) mmexec.Executor { return &announcer{Executor: next, mu: &mu, w: w} }
}

type announcer struct {
	mmexec.Executor
	mu *sync.Mutex
	w  io.Writer
}

// Run runs a command and prints it if it was only recorded.
func (a *announcer) Run(ctx context.Context, cmd mmexec.Command) (*mmexec.Result, error) {
	res, err := a.Executor.Run(ctx, cmd)
	if err == nil && res.Planned {
		a.mu.Lock()
		defer a.mu.Unlock()
		if _, err := fmt.Fprintln(a.w, cmd); err != nil {
			return nil, fmt.Errorf("cannot print the plan: %w", err)
		}
	}
	return res, err
}
