package commands

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"go/token"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"gpfsh/cmd/gpfsh/internal/connect"
	"gpfsh/cmd/gpfsh/internal/prompt"
	"gpfsh/cmd/gpfsh/internal/shell"
	"gpfsh/cmd/gpfsh/internal/style"
	"gpfsh/completer"
	"gpfsh/interp"
	"gpfsh/interp/script/show"
)

// runShell is gpfsh without a command.
func runShell(ctx context.Context, a *app, args []string) error {
	if len(args) > 0 {
		return &usageError{fmt.Sprintf("the shell takes no arguments: %s", strings.Join(args, " "))}
	}
	ctx, stop := ended(ctx)
	defer stop()
	interactive := isTerminal(a.Stdin) && !a.hasCode
	a.attended = interactive
	choice := connect.Choose(a.cluster, a.Getenv)
	s, err := a.open(ctx, choice, nil)
	if err != nil {
		return err
	}
	defer s.Close()

	history, fresh := a.history(interactive)
	if interactive {
		go s.Warm() // while nobody has typed anything
		s.askName(ctx, time.Second)
	}
	if interactive && fresh && a.teacher == nil {
		a.greet(s)
	} else if choice.Implied {
		a.choose()
	}

	var editor *prompt.Editor
	complete := completer.New(s, completer.Options{Ready: func() {
		if editor != nil {
			editor.Redraw()
		}
	}})
	sh := shell.New(shell.Options{
		Language: &measured{Session: s.Session, a: a, s: s}, Render: a.render, Complete: complete, History: history, DryRun: s, Changes: s.stack.Changes,
		Confirmation: s.confirmer, Measure: a.measure, Ran: s.ran, Config: s.config, ConfigKeys: settingKeys(),
		Interactive: interactive, ReadOnly: a.readOnly, Simulated: s.target.Simulated, Saved: s.target.Saved, Cluster: s.clusterName, Others: s.others, Answered: s.answered,
		Plain: a.plain, Listen: a.meter.Listen, Companion: a.companion(),
	})
	if interactive {
		a.render.Out, a.render.Err = a.transcript.tee(a.render.Out), a.transcript.tee(a.render.Err)
		sh.Transcript = &a.transcript
		if p := newPager(a.Stdin, a.Stdout, a.pagerCommand()); p != nil {
			sh.Pager = p
		}
		a.startUp(ctx, sh)
	}
	if interactive && isTerminal(a.Stdout) && !style.Dumb(a.Getenv) {
		editor, err = prompt.NewEditor(prompt.EditorOptions{
			In: a.Stdin, Out: a.Stdout, History: history, Styles: a.render.Styles, Complete: sh.Completions, EditorCommand: cmp.Or(a.Getenv("VISUAL"), a.Getenv("EDITOR")),
		})
		if err != nil {
			fmt.Fprintf(a.Stderr, "gpfsh: no line editing: %v\n", err)
		}
	}
	sh.Reader = a.plain()
	switch {
	case a.hasCode:
		sh.Reader = prompt.NewPlain(strings.NewReader(a.code), nil)
	case editor != nil:
		sh.Reader = editor
	}
	err = sh.Run(ctx)
	if err == nil && a.dryRun && !interactive {
		err = a.printPlan(s)
	}
	var signal *prompt.SignalError
	if err != nil && !errors.As(err, &signal) {
		return shown{err}
	}
	return err
}

// measured is a session that looks how wide the terminal is before each entry.
type measured struct {
	*interp.Session
	a       *app
	s       *session
	changes int64
}

// Eval runs one entry.
func (m *measured) Eval(ctx context.Context, src interp.Source) (*interp.Outcome, error) {
	m.s.forgetAnswers()
	m.s.answered()
	out, err := m.s.Eval(ctx, src)
	if n := m.s.stack.Changes(); n != m.changes {
		m.changes = n
		m.s.forgetNames()
	}
	m.a.measure()
	return out, err
}

// plain makes the reader for pipes and for terminals that can do no more. Its prompt is no result.
func (a *app) plain() prompt.LineReader {
	if isTerminal(a.Stdin) {
		return prompt.NewPlain(a.Stdin, a.Stderr)
	}
	return prompt.NewPlain(a.Stdin, nil)
}

// history opens the history of somebody who sits there. A history that cannot be read is no reason not to start.
func (a *app) history(interactive bool) (h *prompt.History, fresh bool) {
	path := ""
	if interactive {
		path = prompt.HistoryPath(a.Getenv)
	}
	h, fresh, err := prompt.OpenHistory(path)
	if err != nil {
		fmt.Fprintf(a.Stderr, "gpfsh: %v\n", err)
	}
	return h, fresh
}

// greet says hello to who is here for the first time, in five lines at most.
func (a *app) greet(s *session) {
	where := fmt.Sprintf("This is the cluster %s: what you type is done there; :dry on rehearses.", s.clusterName())
	more := ""
	switch {
	case !s.target.Saved.IsZero():
		where = fmt.Sprintf("This is the cluster %s as it was saved %s: it can be looked at and not changed.", s.clusterName(), s.target.Saved.Format("2006-01-02 15:04"))
	case s.target.Simulated:
		where = "This cluster is simulated, nothing is real; --cluster reaches a real one."
		more = " gpfsh learn has lessons."
	}
	example := "cluster.Filesystems"
	if names := s.filesystemNames(); len(names) > 0 && token.IsIdentifier(names[0]) {
		example = names[0] + ".Snapshots"
	}
	a.measure()
	lines := []string{
		a.render.ErrStyles.Apply(style.Strong, "gpfsh, the object shell of IBM Storage Scale"),
		where,
		fmt.Sprintf("Try:  cluster.Health()   %s   cluster.Nodes.Down()", example),
		"Tab completes, ? behind a name explains it, :help lists the rest, Ctrl-D leaves." + more,
	}
	for _, l := range lines {
		parts := []string{l}
		if a.render.Width > 0 {
			parts = show.Wrap(l, a.render.Width)
		}
		for _, p := range parts {
			fmt.Fprintln(a.Stderr, p)
		}
	}
}

// ended returns a context that ends with the signals that end programs. Ctrl-C is not one of them in a shell.
func ended(ctx context.Context) (context.Context, func()) {
	ctx, cancel := context.WithCancelCause(ctx)
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGQUIT)
	go func() {
		select {
		case s := <-signals:
			signal.Stop(signals) // the next one ends the program at once
			cancel(&prompt.SignalError{Signal: s.(syscall.Signal)})
		case <-ctx.Done():
		}
	}()
	return ctx, func() {
		signal.Stop(signals)
		cancel(nil)
	}
}
