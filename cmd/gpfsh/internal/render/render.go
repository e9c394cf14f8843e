// Package render shows values of the object model, and errors, to people and to programs.
//
// It knows no kind of object: what a collection is follows from its methods, what a column is from the tags of the
// fields (`col:"HEADER[,wide]"` and `json:"name"`). A collection is shown with one command, an object with none.
package render

import (
	"context"
	"fmt"
	"io"
	"reflect"
	"strings"

	"gpfsh/cmd/gpfsh/internal/style"
	"gpfsh/interp/script"
)

// Renderer writes values and errors.
type Renderer struct {
	Out io.Writer // results, and nothing else
	Err io.Writer // notices and errors

	Format Format
	// Width is the width of the terminal that Out goes to; 0 when it goes elsewhere. Only tables for a terminal are
	// shortened to fit.
	Width int
	// Terminal says that Out is a terminal, where control characters of a text must not get.
	Terminal bool
	// Styles and ErrStyles are those of Out and Err.
	Styles style.Styles
	// Late, when set, takes the notices that belong below what is written to Out: whoever holds Out back sets it.
	Late      io.Writer
	ErrStyles style.Styles
}

// Value writes one value. A collection is asked for its members with the context.
func (r *Renderer) Value(ctx context.Context, v any) error {
	if w, ok := v.(script.View); ok && w.IsTree() && (r.Format == Auto || r.Format == Table || r.Format == Wide) {
		return r.inside(ctx, w.Value())
	}
	switch r.Format {
	case JSON, YAML:
		return r.document(ctx, v)
	case CSV:
		return r.csv(ctx, v)
	case Name:
		return r.names(ctx, v)
	}
	return r.show(ctx, v)
}

// Values writes the values of an entry, one after the other.
func (r *Renderer) Values(ctx context.Context, vs []any) error {
	for _, v := range vs {
		if err := r.Value(ctx, v); err != nil {
			return err
		}
	}
	return nil
}

// show writes a value for people.
func (r *Renderer) show(ctx context.Context, v any) error {
	rv := reflect.ValueOf(v)
	rows, ok, err := members(ctx, rv)
	if err != nil {
		return err
	}
	if ok {
		return r.table(rows)
	}
	if w, isView := v.(script.View); isView {
		return r.show(ctx, w.Value())
	}
	if isSheet(rv) {
		return r.sheet(rv)
	}
	text := "nil"
	if rv.IsValid() && !isNil(rv) {
		text = strings.TrimSuffix(valueText(rv), "\n")
		if text == "" {
			return nil
		}
	}
	if r.Terminal {
		text = style.PrintableText(text)
	}
	_, err = fmt.Fprintln(r.Out, text)
	return err
}

// names writes the key of each member, or of the object, one per line.
func (r *Renderer) names(ctx context.Context, v any) error {
	rv := reflect.ValueOf(v)
	rows, ok, err := members(ctx, rv)
	if err != nil {
		return err
	}
	if !ok {
		_, err = fmt.Fprintln(r.Out, objectName(rv))
		return err
	}
	for _, it := range rows.items {
		key := it.key
		if !rows.keyed {
			key = objectName(it.value)
		}
		if _, err := fmt.Fprintln(r.Out, key); err != nil {
			return err
		}
	}
	return nil
}

// People says whether what is written is for people rather than for programs.
func (r *Renderer) People() bool {
	return r.Format == "" || r.Format == Auto || r.Format == Table || r.Format == Wide
}
