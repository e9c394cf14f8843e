package shell

import (
	"context"
	"errors"
	"fmt"
	"go/parser"
	"io"
	"os"
	"strconv"
	"strings"
	"time"

	"gpfsh/cmd/gpfsh/internal/style"
	"gpfsh/interp"
	"gpfsh/policy/spell"
)

var discard = io.Discard

// worked is an entry that ran to its end, as a script would have it.
type worked struct {
	text  string
	shown string // the expression whose value it showed, "" for none
	kept  string // the variable that keeps that value for _
	added bool   // it is no entry, but something that the script needs
}

// note keeps an entry for :save. plain is the entry without what only the prompt understands; showed says that its value
// was shown, which a script has to say.
func (s *Shell) note(plain string, showed bool) {
	plain = s.withoutError(s.withoutLast(plain))
	w := worked{text: plain}
	if _, err := parser.ParseExpr(plain); err == nil && showed {
		w.text, w.shown = "Show("+plain+")", plain
	}
	s.worked = append(s.worked, w)
}

// withoutLast gives _ in an entry the name of a variable that the script keeps the value in.
func (s *Shell) withoutLast(plain string) string {
	if !interp.UsesLast(plain) {
		return plain
	}
	for i := len(s.worked) - 1; i >= 0; i-- {
		w := &s.worked[i]
		if w.shown == "" {
			continue
		}
		if w.kept == "" {
			w.kept = fmt.Sprintf("last%d", i+1)
			w.text = w.kept + " := " + w.shown + "\nShow(" + w.kept + ")"
		}
		return interp.WithLast(plain, w.kept)
	}
	return plain
}

// withoutError gives _err in an entry the name of a variable of the script. The entry that failed is no part of the script:
// running it again would make something happen that did not happen here. Its error stands in its place, by its words.
func (s *Shell) withoutError(plain string) string {
	name := "failed" + strconv.Itoa(s.failures)
	with, own := interp.WithError(plain, name)
	if s.ownError = s.ownError || own; s.ownError {
		return plain
	}
	if with == plain || s.failedKept == name {
		return with
	}
	s.failedKept = name
	text := "var " + name + " error"
	if s.failed != nil {
		err := s.failed
		var stop *interp.StopError
		if errors.As(err, &stop) && stop.Err != nil {
			err = stop.Err
		}
		text = "// What failed here was not saved: this is its error, and of that the words alone.\n" +
			name + " := errors.New(" + strconv.Quote(err.Error()) + ")"
	}
	s.worked = append(s.worked, worked{text: text, added: true})
	return with
}

// save writes the entries that worked as a script.
func (s *Shell) save(_ context.Context, path string) error {
	if path == "" {
		return &UsageError{"say where: :save FILE"}
	}
	if len(s.worked) == 0 {
		return errors.New("there is nothing to save yet")
	}
	var b strings.Builder
	b.WriteString("#!/usr/bin/env -S gpfsh run\n")
	for _, w := range s.worked {
		b.WriteString(w.text + "\n")
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o755)
	if err != nil {
		return fmt.Errorf("the session is not saved: %w", err)
	}
	_, werr := f.WriteString(b.String())
	if err := errors.Join(werr, f.Close()); err != nil {
		return err
	}
	n := len(s.worked)
	for _, w := range s.worked {
		if w.added {
			n--
		}
	}
	fmt.Fprintf(s.Render.Err, "%s saved; gpfsh check %s says what is still to be done\n", spell.Count(n, "entry"), path)
	return nil
}

// load runs the entries of a file as if they were typed.
func (s *Shell) load(ctx context.Context, path string) error {
	if path == "" {
		return &UsageError{"which one? say :load FILE"}
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("cannot read the entries: %w", err)
	}
	src := string(text)
	if strings.HasPrefix(src, "#!") {
		_, src, _ = strings.Cut(src, "\n")
	}
	pending := ""
	for line := range strings.Lines(src) {
		pending += line
		if strings.TrimSpace(pending) == "" {
			pending = ""
			continue
		}
		if s.Language.Incomplete(pending) {
			continue
		}
		entry := strings.TrimRight(pending, "\n")
		pending = ""
		if name, arg, ok := s.meta(entry); ok {
			if err := s.command(ctx, name, arg); err != nil {
				return errShown
			}
			continue
		}
		if err := s.entry(ctx, entry); err != nil {
			return errShown
		}
	}
	if strings.TrimSpace(pending) != "" {
		return s.entry(ctx, pending)
	}
	return nil
}

// errShown is the error of a command that has shown its errors already.
var errShown = errors.New("stopped at the first error")

// wide shows an expression with all columns.
func (s *Shell) wide(ctx context.Context, expr string) error {
	if expr == "" {
		return &UsageError{"of what? say :wide EXPRESSION"}
	}
	format := s.Render.Format
	s.Render.Format = "wide"
	defer func() { s.Render.Format = format }()
	return s.shown(s.entry(ctx, expr))
}

// shown turns an error that was shown already into one that is not shown again.
func (s *Shell) shown(err error) error {
	if err == nil {
		return nil
	}
	return &shownError{err}
}

type shownError struct{ error }

// Unwrap returns the error that was shown.
func (e *shownError) Unwrap() error { return e.error }

// time runs an entry and tells how long it took.
func (s *Shell) time(ctx context.Context, expr string) error {
	if expr == "" {
		return &UsageError{"of what? say :time EXPRESSION"}
	}
	before := time.Now()
	err := s.entry(ctx, expr)
	took := time.Since(before)
	n := 0
	var waited time.Duration
	for _, r := range s.Ran() {
		if !r.Time.Before(before) && !r.Unasked {
			n++
			waited += r.Took
		}
	}
	text := took.Round(100 * time.Microsecond).String()
	if n > 0 {
		text += fmt.Sprintf(", of it %s in %s", waited.Round(100*time.Microsecond), spell.Count(n, "command"))
	}
	fmt.Fprintln(s.Render.Err, s.Render.ErrStyles.Apply(style.Dim, text))
	return s.shown(err)
}

// wtf shows the last error with everything behind it.
func (s *Shell) wtf(context.Context, string) error {
	if s.lastErr == nil {
		fmt.Fprintln(s.Render.Err, "nothing has failed yet")
		return nil
	}
	for err, depth := s.lastErr, 0; err != nil && depth < 20; depth++ {
		text := strings.ReplaceAll(style.PrintableText(err.Error()), "\n", "\n    ")
		fmt.Fprintf(s.Render.Out, "%T\n    %s\n", err, text)
		switch x := err.(type) {
		case interface{ Unwrap() error }:
			err = x.Unwrap()
		case interface{ Unwrap() []error }:
			err = nil
			if list := x.Unwrap(); len(list) > 0 {
				err = list[len(list)-1]
			}
		default:
			err = nil
		}
	}
	var stop *interp.StopError
	if errors.As(s.lastErr, &stop) {
		for _, d := range stop.Chain {
			fmt.Fprintln(s.Render.Out, d)
		}
	}
	return nil
}

// transcript begins or ends writing what is typed and shown to a file.
func (s *Shell) transcript(_ context.Context, arg string) error {
	if s.Transcript == nil || arg == "" {
		return &UsageError{"say :transcript FILE or :transcript off"}
	}
	if arg == "off" {
		return s.Transcript.Stop()
	}
	return s.Transcript.Start(arg)
}

// Load runs the entries of a file. Their errors are shown, and end it.
func (s *Shell) Load(ctx context.Context, path string) error { return s.load(ctx, path) }
