// Package shell is the loop of the interactive shell: it reads entries, runs them, shows their values, and goes on
// whatever happens.
package shell

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"sync/atomic"

	"github.com/mattn/go-runewidth"

	"gpfsh/cmd/gpfsh/internal/prompt"
	"gpfsh/cmd/gpfsh/internal/render"
	"gpfsh/cmd/gpfsh/internal/style"
	"gpfsh/completer"
	"gpfsh/interp"
)

// Language is what the shell asks of a session of the language.
type Language interface {
	completer.Language
	Eval(ctx context.Context, src interp.Source) (*interp.Outcome, error)
	Incomplete(src string) bool
	// Reset forgets everything that was declared.
	Reset()
	// Abandon makes an Eval return though its code goes on.
	Abandon()
}

// DryRun is the rehearsal of the session.
type DryRun interface {
	On() bool
	// Set turns it on or off; the error says why it cannot be.
	Set(on bool) error
	// Plan returns the planned commands, one a line.
	Plan() string
}

// Options say what a shell works with.
type Options struct {
	Language Language
	Reader   prompt.LineReader
	Render   *render.Renderer
	Complete *completer.Completer
	History  *prompt.History
	DryRun   DryRun
	// Changes returns how many commands have changed the cluster so far.
	Changes func() int64

	// Interactive says that somebody sits there: errors do not end the shell.
	Interactive bool
	ReadOnly    bool
	Simulated   bool
	// Cluster returns the name of the cluster for the prompt, as far as it is known.
	Cluster func() string
	// Companion goes along with the session; nil for nobody.
	Companion Companion
	// Plain makes another reader when the line editor fails.
	Plain func() prompt.LineReader
}

// Shell is one session at the prompt.
type Shell struct {
	Options
	quit atomic.Bool
}

// New makes a shell.
func New(o Options) *Shell { return &Shell{Options: o} }

// entryName is what an entry is called in messages.
const entryName = "prompt"

// Run reads and runs entries until the input ends. It returns the error of the last entry when nobody sits there to
// have read it, and why the shell ended when it was not asked to.
func (s *Shell) Run(ctx context.Context) error {
	defer func() { s.Reader.Close() }()
	if s.Interactive {
		// Between two lines nobody waits for Ctrl-C; it must not end the shell then.
		unheard := make(chan os.Signal, 1)
		signal.Notify(unheard, os.Interrupt)
		defer signal.Stop(unheard)
	}
	if s.Companion != nil {
		s.Companion.Begin()
	}
	pending := ""
	for !s.quit.Load() {
		line, err := s.Reader.Read(ctx, s.prompt(pending))
		switch {
		case errors.Is(err, prompt.ErrInterrupted):
			pending = ""
			continue
		case errors.Is(err, io.EOF):
			if pending != "" {
				return s.unfinished(ctx, pending)
			}
			return nil
		case err != nil:
			if ctx.Err() != nil {
				return context.Cause(ctx)
			}
			if s.Plain == nil {
				return err
			}
			s.warn(err)
			s.Reader.Close()
			s.Reader, s.Plain = s.Plain(), nil
			continue
		}
		src := pending + line
		pending = ""
		if strings.TrimSpace(src) == "" {
			continue
		}
		if name, args, ok := meta(src); ok {
			s.remember(src)
			err = s.command(ctx, name, args)
		} else {
			if s.Language.Incomplete(src) {
				pending = src + "\n"
				continue
			}
			s.remember(src)
			err = s.entry(ctx, src)
		}
		if err != nil && !s.Interactive {
			return err
		}
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
	}
	return nil
}

// unfinished runs what the input has ended in the middle of, for its error to be shown. At the prompt it is dropped.
func (s *Shell) unfinished(ctx context.Context, src string) error {
	if s.Interactive {
		return nil
	}
	return s.entry(ctx, src)
}

func (s *Shell) remember(src string) {
	if s.History == nil || !s.Interactive {
		return
	}
	if err := s.History.Add(src); err != nil {
		s.warn(err)
	}
}

func (s *Shell) warn(err error) {
	fmt.Fprintf(s.Render.Err, "gpfsh: %v\n", err)
}

// entry runs one entry and shows its values. Errors are shown here.
func (s *Shell) entry(ctx context.Context, src string) error {
	before := s.Changes()
	err := s.interruptible(ctx, func(ctx context.Context) error {
		out, err := s.Language.Eval(ctx, interp.Source{Name: entryName, Text: src})
		if err != nil {
			return err
		}
		return s.Render.Values(ctx, out.Values)
	})
	s.Complete.Entered(s.Changes() != before)
	if err != nil {
		s.Render.Error(err)
	}
	s.accompany(ctx)
	return err
}

// interruptible runs f with a context that Ctrl-C ends. The terminal is not raw while f runs, so that Ctrl-C is a signal
// then. An entry that does not end is abandoned at the third.
func (s *Shell) interruptible(ctx context.Context, f func(context.Context) error) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	interrupts := make(chan os.Signal, 4)
	signal.Notify(interrupts, os.Interrupt)
	done := make(chan struct{})
	finished := make(chan struct{})
	go func() {
		defer close(finished)
		for n := 1; ; n++ {
			select {
			case <-done:
				return
			case <-interrupts:
			}
			switch n {
			case 1:
				cancel(interp.ErrInterrupted)
			case 2:
				fmt.Fprintln(s.Render.Err, "gpfsh: waiting for the entry to end; Ctrl-C again gives it up, and with it the variables of the session")
			default:
				s.Language.Abandon()
			}
		}
	}()
	defer func() {
		signal.Stop(interrupts)
		close(done)
		<-finished
	}()
	err := f(ctx)
	if err != nil && context.Cause(ctx) == interp.ErrInterrupted && errors.Is(err, context.Canceled) && !errors.Is(err, interp.ErrInterrupted) {
		return fmt.Errorf("%w: %w", interp.ErrInterrupted, err)
	}
	return err
}

// prompt returns what stands before the next line: the cluster, whether it is real, and what becomes of changes.
func (s *Shell) prompt(pending string) prompt.Prompt {
	name := s.Cluster()
	look := style.Real
	if s.Simulated {
		look = style.Prompt
		name, _, _ = strings.Cut(name, ".")
		if name != "sim" {
			name += "(sim)"
		}
	}
	text := style.Printable(name)
	if s.DryRun.On() {
		text += " dry"
	}
	if s.ReadOnly {
		text += " ro"
	}
	text += "> "
	if pending != "" {
		width := runewidth.StringWidth(text)
		text = strings.Repeat(" ", max(0, width-4)) + "... "
	}
	return prompt.Prompt{Text: text, Style: look, Before: pending}
}

// Completions returns what may stand at offset in an entry; it is what the line editor asks.
func (s *Shell) Completions(src string, offset int, asked bool) completer.Result {
	if strings.HasPrefix(src, ":") {
		return s.completeCompanion(completeMeta(src, offset), src, offset)
	}
	return s.Complete.Complete(src, offset, asked)
}
