package script

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"

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
// local, local:BINDIR, sim, sim:DIR or replay:FILE; without it, the program works on the cluster that this machine belongs to.
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
	ex, options, err := target(getenv("GPFSH_CLUSTER"))
	if err != nil {
		return nil, err
	}
	plan := new(mmexec.Plan)
	ex = mmexec.Wrap(ex, announce(stdout), mmexec.DryRun(plan))
	cluster, err := model.Connect(ctx, ex, options...)
	if err != nil {
		return nil, err
	}
	o := Options{Cluster: cluster, Executor: ex, Plan: plan, Rehearsal: isSet(getenv("GPFSH_DRY_RUN"))}
	o.Connect = func(ctx context.Context, spec string) (*model.Cluster, error) {
		ex, options, err := target(spec)
		if err != nil {
			return nil, err
		}
		return model.Connect(ctx, mmexec.Wrap(ex, announce(stdout), mmexec.DryRun(plan)), options...)
	}
	if len(args) > 0 {
		o.Args = args[1:]
	}
	return NewSession(o), nil
}

// target returns the executor for what GPFSH_CLUSTER says, and what the model has to know of it.
func target(s string) (mmexec.Executor, []model.ConnectOption, error) {
	kind, rest, _ := strings.Cut(s, ":")
	switch {
	case s == "" || kind == "local":
		return local(rest)
	case kind == "sim":
		return simulated(rest)
	case kind == "replay" && rest != "":
		f, err := os.Open(rest)
		if err != nil {
			return nil, nil, fmt.Errorf("cannot read the recording: %w", err)
		}
		defer f.Close()
		ex, err := mmexec.NewReplay(f)
		return ex, nil, err
	}
	return nil, nil, fmt.Errorf("GPFSH_CLUSTER is %q: it can be local, local:BINDIR, sim, sim:DIR or replay:FILE", s)
}

// local returns the executor of this machine. Commands that only root may run go through sudo: Storage Scale leaves the
// others to everybody.
func local(bindir string) (mmexec.Executor, []model.ConnectOption, error) {
	if bindir == "" {
		bindir = mmexec.DefaultBinDir
	}
	if info, err := os.Stat(bindir); err != nil || !info.IsDir() {
		return nil, nil, fmt.Errorf("no Storage Scale on this machine: there is no directory %s; set GPFSH_CLUSTER", bindir)
	}
	var options []mmexec.LocalOption
	if _, err := exec.LookPath("sudo"); err == nil && os.Geteuid() != 0 {
		options = append(options, mmexec.WithSudo(func(name string) bool {
			info, err := os.Stat(filepath.Join(bindir, name))
			return err == nil && info.Mode().Perm()&0o001 == 0
		}))
	}
	return mmexec.NewLocal(bindir, options...), nil, nil
}

// simulated returns the demo cluster, or the simulated cluster in a directory. Its times are those of its own zone.
func simulated(dir string) (mmexec.Executor, []model.ConnectOption, error) {
	c := mmsim.New()
	if dir != "" {
		var err error
		if c, err = mmsim.Open(dir); err != nil {
			return nil, nil, fmt.Errorf("cannot open the simulated cluster in %s: %w", dir, err)
		}
	}
	st, err := c.State()
	if err != nil {
		return nil, nil, fmt.Errorf("cannot read the simulated cluster: %w", err)
	}
	options := []model.ConnectOption{model.InZone(time.FixedZone(st.Zone.Name, st.Zone.Offset)), model.ResolvingNames(c.People())}
	if !st.Now.IsZero() {
		options = append(options, model.WithClock(func() time.Time { return st.Now }))
	}
	return c, options, nil
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

// Unwrap returns the executor behind it.
func (a *announcer) Unwrap() mmexec.Executor { return a.Executor }

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
