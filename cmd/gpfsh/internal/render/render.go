// Package render shows values, errors and help on the terminal, or wherever standard output goes. How values are laid
// out is the business of package show; here they get their colours.
package render

import (
	"context"
	"io"

	"gpfsh/cmd/gpfsh/internal/style"
	"gpfsh/interp/script"
	"gpfsh/interp/script/show"
	"gpfsh/model"
	"gpfsh/policy"
)

// Renderer writes values and errors.
type Renderer struct {
	Out io.Writer // results, and nothing else
	Err io.Writer // notices and errors

	Format show.Format
	// Width is the width of the terminal that Out goes to; 0 when it goes elsewhere. Only tables for a terminal are
	// shortened to fit.
	Width int
	// Terminal says that Out is a terminal, where control characters of a text must not get.
	Terminal bool
	// ASCII says that the terminal shows no other characters.
	ASCII bool
	// Draw, when set, takes charts instead of Out.
	Draw func(show.Drawing)
	// Styles and ErrStyles are those of Out and Err.
	Styles style.Styles
	// Late, when set, takes the notices that belong below what is written to Out: whoever holds Out back sets it.
	Late      io.Writer
	ErrStyles style.Styles
}

// Writer returns what writes values as the renderer does.
func (r *Renderer) Writer() *show.Writer {
	w := &show.Writer{Out: r.Out, Err: r.Err, Format: r.Format, Width: r.Width, Terminal: r.Terminal, Late: r.Late, ASCII: r.ASCII, Draw: r.Draw, ReadAt: model.ReadAt}
	if r.Styles.On {
		w.Paint = r.Styles.Paint
	}
	if r.Styles.On && r.Terminal { // documents that go elsewhere are for programs
		w.Code = func(f show.Format, text string) string { return r.Styles.Code(style.Language(f), text) }
		w.Text = func(v any, text string) string { return r.Styles.Code(languageOf(v), text) }
	}
	if r.ErrStyles.On {
		w.PaintNotice = r.ErrStyles.Paint
	}
	return w
}

// languageOf says what the text of a value is written in; "" for words.
func languageOf(v any) style.Language {
	switch v.(type) {
	case *policy.Policy, policy.Rule, policy.Criterion:
		return style.Policy
	case script.Plan:
		return style.Mm
	}
	return ""
}

// Value writes one value. A collection is asked for its members with the context.
func (r *Renderer) Value(ctx context.Context, v any) error { return r.Writer().Value(ctx, v) }

// Values writes the values of an entry, one after the other.
func (r *Renderer) Values(ctx context.Context, vs []any) error { return r.Writer().Values(ctx, vs) }

// People says whether what is written is for people rather than for programs.
func (r *Renderer) People() bool { return r.Format.People() }

// wrap breaks a text that begins at a column into lines that fit the terminal. What goes elsewhere stays on one line.
func (r *Renderer) wrap(text string, column int) []string {
	if r.Width == 0 {
		return []string{text}
	}
	return show.Wrap(text, r.Width-column)
}
