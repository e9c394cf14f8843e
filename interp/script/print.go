package script

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"reflect"
	"strings"

	"golang.org/x/term"

	"gpfsh/interp/script/show"
	"gpfsh/model"
)

// Print prints values for people on standard output, separated by blanks: collections as the names they hold, what is
// not there as "nothing", views and charts as Show shows them. The builtin print means this.
func (s *Session) Print(ctx context.Context, values ...any) error {
	return Fprint(ctx, s, s.stdout(), values...)
}

// Show shows values on standard output as the shell shows them: collections, lists and tables as tables, objects as
// property sheets, charts as drawings; with --output in another format.
func (s *Session) Show(ctx context.Context, values ...any) error {
	return Fshow(ctx, s, s.stdout(), values...)
}

// Fshow is Show to a writer.
func Fshow(ctx context.Context, s *Session, w io.Writer, values ...any) error {
	return s.writer(w).Values(ctx, values)
}

// Fprint is Print to a writer.
func Fprint(ctx context.Context, s *Session, w io.Writer, values ...any) error {
	var b strings.Builder
	begun := false
	for _, v := range values {
		if shown(v) {
			if begun {
				b.WriteByte('\n')
			}
			begun = false
			if _, err := io.WriteString(w, b.String()); err != nil {
				return err
			}
			b.Reset()
			if err := Fshow(ctx, s, w, v); err != nil {
				return err
			}
			continue
		}
		text, err := text(ctx, v)
		if err != nil {
			return err
		}
		if begun {
			b.WriteByte(' ')
		}
		b.WriteString(text)
		begun = true
	}
	if begun || len(values) == 0 {
		b.WriteByte('\n')
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// shown says whether a value is more than words.
func shown(v any) bool {
	switch v.(type) {
	case View, Chart:
		return true
	}
	return false
}

// writer returns what shows values on w: what the session was given for it, or as it suits a terminal.
func (s *Session) writer(w io.Writer) *show.Writer {
	if s != nil && s.opts.Show != nil {
		return s.opts.Show(w)
	}
	out := &show.Writer{Out: w, Err: os.Stderr, ASCII: !show.UTF8(os.Getenv), ReadAt: model.ReadAt}
	if f, ok := w.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		out.Terminal = true
		if width, _, err := term.GetSize(int(f.Fd())); err == nil {
			out.Width = width
		}
	}
	return out
}

// plainly returns a value as text for a place that has no width.
func plainly(ctx context.Context, v any, format show.Format) ([]byte, error) {
	var b bytes.Buffer
	err := (&show.Writer{Out: &b, Err: io.Discard, Format: format, ASCII: !show.UTF8(os.Getenv)}).Value(ctx, v)
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), err
}

func text(ctx context.Context, v any) (string, error) {
	type collection interface {
		Names(ctx context.Context) ([]string, error)
		Len(ctx context.Context) (int, error)
	}
	if c, ok := v.(collection); ok {
		names, err := c.Names(ctx)
		return strings.Join(names, ","), err
	}
	if r := reflect.ValueOf(v); r.Kind() == reflect.Pointer && r.IsNil() {
		return "nothing", nil
	}
	return fmt.Sprint(v), nil
}
