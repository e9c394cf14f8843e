// Package shell is the loop of the interactive shell: it reads entries, runs them, shows their values, and goes on
// whatever happens.
package shell

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/mattn/go-runewidth"

	"gpfsh/cmd/gpfsh/internal/connect"
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
	// Correct returns an entry with the capitals that it lacks.
	Correct(src string) string
	// Plain returns an entry without what only the prompt understands.
	Plain(src string) string
	// Describe says what an expression is and runs nothing.
	Describe(src string) (interp.Description, error)
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
	// Grouped is Plan with comments between commands of different kinds.
	Grouped() string
	// Summary counts them: "3 create, 1 change, 2 destroy".
	Summary() string
	// Save writes the plan to a file that is not there yet and returns the number of commands.
	Save(path string) (int, error)
	// Apply shows the plan, asks, checks that what it was based on still holds, and carries it out.
	Apply(ctx context.Context) error
}

// Confirmation is what asks before commands that take something away.
type Confirmation interface {
	On() bool
	// Set turns it on or off; the error says why it cannot be.
	Set(on bool) error
	// Entry begins a new entry: what was answered for all of the last one is forgotten.
	Entry()
}

// Transcript writes what is typed and shown to a file.
type Transcript interface {
	Start(path string) error
	Stop() error
	// Typed adds what was typed.
	Typed(prompt, text string)
	// Shown adds what was shown elsewhere: in a pager.
	Shown(text []byte)
}

// Pager shows a text that is longer than the screen.
type Pager interface {
	// Fits says whether the screen has room for the text.
	Fits(text []byte) bool
	Page(ctx context.Context, text []byte) error
}

// Options say what a shell works with.
type Options struct {
	Language Language
	Reader   prompt.LineReader
	Render   *render.Renderer
	Complete *completer.Completer
	History  *prompt.History
	DryRun   DryRun
	// Confirmation asks before commands that take something away; nil when nothing asks.
	Confirmation Confirmation
	// Transcript and Pager may be nil.
	Transcript Transcript
	Pager      Pager
	// Ran returns the commands of the session.
	Ran func() []connect.Ran
	// Config is :config; ConfigKeys are its keys.
	Config     func(arg string) error
	ConfigKeys []string
	// Measure looks how wide the terminal is; it is called before anything is shown. It may be nil.
	Measure func()
	// Listen returns a context whose long work is shown until end is called; nil shows none.
	Listen func(ctx context.Context) (listening context.Context, end func())
	// Changes returns how many commands have changed the cluster so far.
	Changes func() int64

	// Interactive says that somebody sits there: errors do not end the shell.
	Interactive bool
	ReadOnly    bool
	Simulated   bool
	// Saved is when the saved state was taken that stands for the cluster; zero for a cluster that can be asked.
	Saved time.Time
	// Cluster returns the name of the cluster for the prompt, as far as it is known.
	Cluster func() string
	// Others returns the names of the further clusters, Answered which of several clusters have answered since the
	// entry began. Both may be nil.
	Others, Answered func() []string
	// Companion goes along with the session; nil for nobody.
	Companion Companion
	// Plain makes another reader when the line editor fails.
	Plain func() prompt.LineReader
}

// Shell is one session at the prompt.
type Shell struct {
	Options
	quit atomic.Bool

	worked []worked // what :save writes
	// The error of the last entry that failed, how many have, the variable that a saved script keeps it in, and whether
	// the session has a variable _err of its own.
	failed     error
	failures   int
	failedKept string
	ownError   bool
	lastErr    error
	showed     bool    // the last entry had a value, and it was shown
	way        []place // to where the shell stands in the tree of objects
	back       []place // to where it stood before
}

// New makes a shell.
func New(o Options) *Shell {
	if o.Ran == nil {
		o.Ran = func() []connect.Ran { return nil }
	}
	return &Shell{Options: o}
}

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
		if s.Transcript != nil {
			s.Transcript.Typed(s.prompt("").Text, src)
		}
		if s.Measure != nil {
			s.Measure()
		}
		src = s.relative(src)
		if name, arg, ok := s.meta(src); ok {
			s.remember(src)
			err = s.command(ctx, name, arg)
		} else if expr, ok := asksHelp(src); ok {
			s.remember(src)
			err = s.command(ctx, "doc", expr)
		} else {
			_, _, isMm := s.mmLine(src)
			if !isMm && s.Language.Incomplete(src) {
				pending = src + "\n"
				continue
			}
			if !isMm {
				src = s.correct(src)
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

// paste reads lines up to one with a dot, or to the end of the input, and runs them as one entry.
func (s *Shell) paste(ctx context.Context, _ string) error {
	fmt.Fprintln(s.Render.Err, "paste, then end with a line that is a dot, or with Ctrl-D")
	var lines []string
	for {
		line, err := s.Reader.Read(ctx, prompt.Prompt{Text: "| "})
		switch {
		case errors.Is(err, prompt.ErrInterrupted):
			return nil
		case err != nil && !errors.Is(err, io.EOF):
			return err
		}
		if err == nil && strings.TrimSpace(line) != "." {
			lines = append(lines, line)
			continue
		}
		src := prompt.WithoutPrompts(strings.Join(lines, "\n"))
		if strings.TrimSpace(src) == "" {
			return nil
		}
		src = s.correct(src)
		s.remember(src)
		return s.shown(s.entry(ctx, src))
	}
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

// correct gives names behind dots the capitals that they lack, and says so.
func (s *Shell) correct(src string) string {
	fixed := s.Language.Correct(src)
	if fixed != src && s.Interactive {
		fmt.Fprintln(s.Render.Err, s.Render.ErrStyles.Apply(style.Dim, fixed))
	}
	return fixed
}

// fail shows an error of a command of the shell, unless it was shown.
func (s *Shell) fail(err error) {
	var shown *shownError
	var check *interp.CheckError
	var stop *interp.StopError
	switch {
	case errors.As(err, &shown), errors.Is(err, errShown):
	case errors.As(err, &check), errors.As(err, &stop), errors.Is(err, interp.ErrInterrupted):
		s.lastErr = err
		s.Render.Error(err)
	default:
		s.warn(err)
	}
}

// entry runs one entry and shows its values. Errors are shown here.
func (s *Shell) entry(ctx context.Context, src string) error {
	before := s.Changes()
	hint := ""
	if mm, expr, ok := s.mmLine(src); ok {
		src, hint = mm, expr
	}
	plain := src
	if s.Interactive {
		plain = s.Language.Plain(src)
	}
	if s.Confirmation != nil {
		s.Confirmation.Entry()
	}
	begun := time.Now()
	err := s.paged(ctx, func() error {
		return s.interruptible(ctx, func(ctx context.Context) error { return s.evaluate(ctx, src) })
	})
	s.Complete.Entered(s.Changes() != before)
	s.tellChanges(begun)
	if err != nil {
		s.lastErr, s.failed, s.failures = err, err, s.failures+1
		s.Render.Error(err)
		s.accompany(ctx)
		return err
	}
	if hint != "" && s.Interactive {
		fmt.Fprintln(s.Render.Err, s.Render.ErrStyles.Apply(style.Dim, "here: "+hint))
	}
	if s.Interactive {
		s.note(plain, s.showed)
	}
	s.accompany(ctx)
	return nil
}

// paged shows what f writes a screen at a time when it is longer than the screen. What was written before an error is
// shown as it is.
func (s *Shell) paged(ctx context.Context, f func() error) error {
	if s.Pager == nil {
		return f()
	}
	var b, late bytes.Buffer
	out := s.Render.Out
	s.Render.Out, s.Render.Late = &b, &late
	err := f()
	s.Render.Out, s.Render.Late = out, nil
	defer func() { _, _ = s.Render.Err.Write(late.Bytes()) }()
	if err != nil || s.Pager.Fits(b.Bytes()) {
		_, werr := out.Write(b.Bytes())
		return errors.Join(err, werr)
	}
	if s.Transcript != nil {
		s.Transcript.Shown(b.Bytes())
	}
	if perr := s.Pager.Page(ctx, b.Bytes()); perr != nil {
		s.warn(perr)
	}
	return nil
}

// notice writes a line that belongs below the values.
func (s *Shell) notice(text string) error {
	out := s.Render.Err
	if s.Render.Late != nil {
		out = s.Render.Late
	}
	_, err := fmt.Fprintln(out, s.Render.ErrStyles.Apply(style.Dim, style.Printable(text)))
	return err
}

// sayWhoAnswered tells of an answer which cluster it is from, where it is not from the first one alone.
func (s *Shell) sayWhoAnswered() error {
	if s.Answered == nil || !s.Interactive {
		return nil
	}
	if from := s.Answered(); len(from) > 0 {
		return s.notice("answered by " + strings.Join(from, " and "))
	}
	return nil
}

// evaluate runs an entry and writes its values.
func (s *Shell) evaluate(ctx context.Context, src string) error {
	begun := time.Now()
	s.showed = false
	if s.Listen != nil {
		var end func()
		ctx, end = s.Listen(ctx)
		defer end()
	}
	out, err := s.Language.Eval(ctx, interp.Source{Name: entryName, Text: src})
	if err != nil {
		return err
	}
	if len(out.Values) == 1 && s.Interactive && s.Render.People() && len(s.changedSince(begun)) > 0 {
		if line := objectLine(out.Values[0]); line != "" {
			_, err := fmt.Fprintln(s.Render.Out, style.Printable(line))
			return errors.Join(err, s.sayWhoAnswered())
		}
	}
	s.showed = len(out.Values) == 1
	return errors.Join(s.Render.Values(ctx, out.Values), s.sayWhoAnswered())
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
	switch {
	case !s.Saved.IsZero():
		look = style.Prompt
		name, _, _ = strings.Cut(name, ".")
		name += "(saved " + s.Saved.Format("2006-01-02 15:04") + ")"
	case s.Simulated:
		look = style.Prompt
		name, _, _ = strings.Cut(name, ".")
		if name != "sim" {
			name += "(sim)"
		}
	}
	text := style.Printable(name)
	if s.Others != nil {
		for _, other := range s.Others() {
			text += "+" + style.Printable(other)
		}
	}
	if s.DryRun.On() {
		text += " dry"
	}
	if s.ReadOnly {
		text += " ro"
	}
	if len(s.way) > 0 {
		text += " " + s.shortPlace()
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
		return s.completeCompanion(s.completeMeta(src, offset, asked), src, offset)
	}
	if strings.HasPrefix(src, "?") && offset > 0 {
		n := len(src) - len(strings.TrimLeft(src, "? "))
		if offset < n {
			return completer.Result{Start: offset}
		}
		res := s.Complete.Complete(src[n:], offset-n, asked)
		res.Start += n
		return res
	}
	return s.completeEntry(src, offset, asked)
}

// completeEntry completes an entry of the language, or the line of an mm command.
func (s *Shell) completeEntry(src string, offset int, asked bool) completer.Result {
	typed := src[:offset]
	if strings.HasPrefix(src, ".") && len(s.way) > 0 {
		here := s.here()
		res := s.Complete.Complete(here+src, offset+len(here), asked)
		res.Start -= len(here)
		return res
	}
	if word, arg, ok := strings.Cut(typed, " "); ok && (word == "cd" || word == "ls") {
		return s.completePlace(arg, offset)
	}
	if _, _, isMm := s.mmLine(typed); isMm && strings.ContainsAny(typed, " \t") {
		return s.Complete.MmLine(src, offset, asked)
	}
	res := s.Complete.Complete(src, offset, asked)
	if mmWord.MatchString(typed) {
		// A file system may be called so as well.
		res.Suggestions = slices.DeleteFunc(res.Suggestions, func(s completer.Suggestion) bool { return !strings.HasPrefix(s.Text, typed) })
		res.Suggestions = append(res.Suggestions, s.Complete.MmLine(src, offset, asked).Suggestions...)
		res.Start = 0
	}
	return res
}
