package commands

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"gpfsh/cmd/gpfsh/internal/connect"
	"gpfsh/interp"
	"gpfsh/mmexec"
	"gpfsh/mmexec/handlers"
	"gpfsh/model"
)

const callbackUsage = `callback needs to know what to do:
  gpfsh callback list                              all callbacks, handlers and those of others
  gpfsh callback show ID                           one of them, with the source of a handler
  gpfsh callback test ID [--last] [NAME=VALUE]…    run a handler without any event, with values that are made up
  gpfsh callback logs ID [NODE]…                   what a handler has logged
  gpfsh callback remove ID… [--even-if-managed]    take callbacks away
  gpfsh callback check                             which nodes lack handlers, and what is left over
  gpfsh callback sync                              give the nodes what they lack, remove what is left over`

// runCallback is gpfsh callback: the handlers of events. Its verbs run and node are for Storage Scale and for other
// nodes.
func runCallback(ctx context.Context, a *app, args []string) error {
	if len(args) == 0 {
		return &usageError{callbackUsage}
	}
	if args[0] == "node" {
		return callbackNode(ctx, a, args[1:])
	}
	verbs := map[string]func(context.Context, *app, *session, []string) error{
		"list": callbackList, "show": callbackShow, "test": callbackTest, "logs": callbackLogs, "remove": callbackRemove, "check": callbackCheck, "sync": callbackSync,
	}
	verb, ok := verbs[args[0]]
	if !ok {
		return &usageError{fmt.Sprintf("no command %q of callback; there are check, list, logs, remove, show, sync, test", args[0])}
	}
	s, err := a.open(ctx, a.choose(), nil)
	if err != nil {
		return err
	}
	defer s.Close()
	ctx, stop := interruptible(ctx)
	defer stop()
	return errors.Join(verb(ctx, a, s, args[1:]), a.printPlan(s))
}

// show writes values as -e does.
func (a *app) show(ctx context.Context, values ...any) error {
	a.measure()
	return a.render.Values(ctx, values)
}

func noArguments(verb string, args []string) error {
	if len(args) > 0 {
		return &usageError{"callback " + verb + " takes no arguments"}
	}
	return nil
}

func callbackList(ctx context.Context, a *app, s *session, args []string) error {
	if err := noArguments("list", args); err != nil {
		return err
	}
	return a.show(ctx, s.cluster.Callbacks.WithHealth())
}

// callbackOf finds a callback by the first argument.
func callbackOf(ctx context.Context, s *session, verb string, args []string) (*model.Callback, error) {
	if len(args) == 0 {
		return nil, &usageError{"callback " + verb + " needs the identifier of a callback: gpfsh callback list shows them"}
	}
	cb, found, err := s.cluster.Callbacks.Lookup(ctx, args[0])
	if err != nil || found {
		return cb, err
	}
	return s.cluster.Callbacks.WithHealth().Get(ctx, args[0])
}

func callbackShow(ctx context.Context, a *app, s *session, args []string) error {
	if len(args) > 1 {
		return &usageError{"callback show takes one identifier"}
	}
	cb, err := callbackOf(ctx, s, "show", args)
	if err != nil {
		return err
	}
	if err := a.show(ctx, cb); err != nil || !cb.Handler {
		return err
	}
	source, err := cb.HandlerSource(ctx)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(a.Stdout, "\n%s\n", strings.TrimRight(source, "\n"))
	return err
}

func callbackTest(ctx context.Context, a *app, s *session, args []string) error {
	fs := flag.NewFlagSet("callback test", flag.ContinueOnError)
	last := fs.Bool("last", false, "")
	words, err := subFlags(fs, args)
	if err != nil {
		return err
	}
	cb, err := callbackOf(ctx, s, "test", words)
	if err != nil {
		return err
	}
	values := words[1:]
	if *last {
		recorded, err := cb.LastValues(ctx)
		if err != nil {
			return err
		}
		values = append(recorded, values...)
	}
	out, err := cb.Test(ctx, values...)
	if err != nil {
		return err
	}
	_, err = io.WriteString(a.Stdout, out)
	return err
}

func callbackLogs(ctx context.Context, a *app, s *session, args []string) error {
	cb, err := callbackOf(ctx, s, "logs", args)
	if err != nil {
		return err
	}
	lines, err := cb.Log(ctx, args[1:]...)
	if err != nil {
		return err
	}
	for _, l := range lines {
		if _, err := fmt.Fprintln(a.Stdout, l); err != nil {
			return err
		}
	}
	return nil
}

func callbackRemove(ctx context.Context, a *app, s *session, args []string) error {
	fs := flag.NewFlagSet("callback remove", flag.ContinueOnError)
	managed := fs.Bool("even-if-managed", false, "")
	ids, err := subFlags(fs, args)
	if err != nil {
		return err
	}
	if len(ids) == 0 {
		return &usageError{"callback remove needs the identifiers of callbacks: gpfsh callback list shows them"}
	}
	var options []model.CallbackDeleteOption
	if *managed {
		options = append(options, model.EvenIfManaged())
	}
	for _, id := range ids {
		cb, err := callbackOf(ctx, s, "remove", []string{id})
		if err != nil {
			return err
		}
		left, err := cb.Delete(ctx, options...)
		if err != nil {
			return err
		}
		for _, l := range left {
			fmt.Fprintf(a.Stderr, "gpfsh: %s may still have the files of %s (%s): gpfsh callback sync removes them when it is back\n", l.Node, id, l.Problem)
		}
	}
	return nil
}

func callbackCheck(ctx context.Context, a *app, s *session, args []string) error {
	if err := noArguments("check", args); err != nil {
		return err
	}
	list, err := s.cluster.Callbacks.Check(ctx)
	if err != nil {
		return err
	}
	if err := a.show(ctx, list); err != nil {
		return err
	}
	wrong := 0
	for _, c := range list {
		if c.State != "ok" {
			wrong++
		}
	}
	if wrong > 0 {
		return fmt.Errorf("%d of %d are not as they should be: gpfsh callback sync repairs what can be reached", wrong, len(list))
	}
	return nil
}

func callbackSync(ctx context.Context, a *app, s *session, args []string) error {
	if err := noArguments("sync", args); err != nil {
		return err
	}
	list, err := s.cluster.Callbacks.Repair(ctx)
	if err != nil {
		return err
	}
	if len(list) == 0 {
		fmt.Fprintln(a.Stderr, "gpfsh: every node has its handlers, and no others")
		return nil
	}
	return a.show(ctx, list)
}

// callbackNode serves other nodes: it keeps, shows and removes the handlers of this one.
func callbackNode(ctx context.Context, a *app, args []string) error {
	r, err := handlers.ParseNodeRequest(args)
	if err != nil {
		return &usageError{err.Error()}
	}
	s := handlers.NewDir("", r.Dir)
	if r.Verb != handlers.Test {
		return r.Serve(s, a.Stdin, a.Stdout)
	}
	run, done, err := a.handlerRun(s, r.Args[0], r.Args[1:])
	if err != nil {
		return err
	}
	defer done()
	run.Test = a.Stdout
	return interp.RunHandler(ctx, run)
}

// handlerRun is how a handler of this node runs: what it changes is written down beside its log, and what takes
// something away is bounded as in every program.
func (a *app) handlerRun(s *handlers.Dir, id string, args []string) (interp.HandlerRun, func(), error) {
	target, err := connect.Open(connect.Choose(a.cluster, a.Getenv).Spec, connect.Settings{Timeout: a.timeout, Program: a.Program})
	if err != nil {
		return interp.HandlerRun{}, nil, err
	}
	audit, err := mmexec.OpenAudit(filepath.Join(s.Path(id), "audit.jsonl"))
	if err != nil {
		target.Close()
		return interp.HandlerRun{}, nil, err
	}
	limit := &connect.Limit{}
	stack := &connect.Stack{
		Audit: audit, Target: target.Name + ", handler " + id, Retry: !target.Simulated,
		Confirm: func(_ context.Context, d connect.Destructive) error { return limit.Ask(d) },
	}
	done := func() {
		target.Close()
		audit.Close()
	}
	return interp.HandlerRun{Store: s, ID: id, Args: args, Executor: stack.Wrap(target.Executor), Connect: target.Options}, done, nil
}

// The longest that a handler whose limit is not known yet may take.
const handlerStart = 20 * time.Second

// runHandler is gpfsh callback run DIR ARGUMENT…: what Storage Scale runs, by the script of the handler. It always ends,
// and with 0 unless the registration asked for something else.
func runHandler(ctx context.Context, sys System, dir string, args []string) int {
	id, store := filepath.Base(dir), handlers.NewDir("", filepath.Dir(dir))
	note := func(format string, words ...any) {
		stamp := time.Now().Format("2006-01-02T15:04:05.000Z07:00 ")
		_ = store.Append(id, []byte(stamp+fmt.Sprintf(format, words...)+"\n"))
	}
	onError, limit := 0, handlerStart
	if h, err := store.Get(id); err == nil {
		if limit = h.Limit; h.Sync && h.OnError == "shutdown" {
			onError = 1
		}
	}
	// Interpreted code that does not end is ended with the process. RunHandler has said so before, when it could.
	time.AfterFunc(limit+500*time.Millisecond, func() {
		note("ended by force, the time limit is %s", limit)
		os.Exit(onError)
	})
	a := &app{System: sys, options: defaults()}
	run, done, err := a.handlerRun(store, id, args)
	if err != nil {
		note("not run: %v", err)
		return onError
	}
	defer done()
	defer func() {
		if p := recover(); p != nil {
			note("failed: %v", p)
		}
	}()
	if err := interp.RunHandler(ctx, run); err != nil {
		return onError
	}
	return 0
}
