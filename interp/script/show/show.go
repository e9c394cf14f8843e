// Package show writes values for people and for programs: collections and lists as tables, objects as property sheets,
// everything as JSON, YAML or CSV.
//
// It knows no kind of object: what a collection is follows from its methods, what a column is from the tags of the
// fields (`col:"HEADER[,wide|main|minor|prose]"` and `json:"name"`). A collection is shown with one command, an object with
// none; a cluster, which has no data of its own, with the one that tells what it is.
package show

import (
	"context"
	"fmt"
	"io"
	"reflect"
	"strings"
	"time"
)

// Writer writes values.
type Writer struct {
	Out io.Writer // results, and nothing else
	Err io.Writer // notices

	Format Format
	// Width is the width of the terminal that Out goes to; 0 when it goes elsewhere. Only tables for a terminal are
	// shortened to fit.
	Width int
	// Terminal says that Out is a terminal, where control characters of a text must not get.
	Terminal bool
	// Paint gives text on Out its look, PaintNotice that on Err. Without them text is plain.
	Paint, PaintNotice func(Look, string) string
	// ReadAt, when set, says when an object was read, the zero time when that is not known: a sheet tells its age, by Now,
	// when that is more than a few seconds.
	ReadAt func(object any) time.Time
	Now    func() time.Time
	// ASCII says that the terminal shows no other characters.
	ASCII bool
	// Draw, when set, takes the drawings instead of Out.
	Draw func(Drawing)
	// Code gives a document in JSON or YAML its colours; Text does so with the text of a value. Either may be nil.
	Code func(f Format, text string) string
	Text func(v any, text string) string
	// Late, when set, takes the notices that belong below what is written to Out: whoever holds Out back sets it.
	Late io.Writer
}

// Arranged is a value and how it is to be shown: which columns, in which order, how many rows.
type Arranged interface {
	Value() any           // what is shown
	Conditions() []string // that members must fulfil
	Columns() []string    // the fields to show; none means those that matter
	Order() []string      // the fields to order by; a minus stands before those that begin with the largest
	Limit() int           // how many members are shown; 0 means all
	IsTree() bool         // the value is shown with what is inside it
	IsWide() bool         // all columns are shown
}

// Drawing is a value that is drawn for people. In machine formats it is what its method Records, if it has one, returns.
type Drawing interface{ Draw(Canvas) string }

// Canvas is what a drawing is drawn on.
type Canvas struct {
	Width int  // in columns; 0 is unknown
	ASCII bool // show no other characters
	Paint func(Look, string) string
}

// UTF8 says whether the locale of an environment has characters beyond ASCII, and the terminal may be asked for them.
func UTF8(getenv func(string) string) bool {
	if getenv("TERM") == "dumb" {
		return false
	}
	for _, name := range []string{"LC_ALL", "LC_CTYPE", "LANG"} {
		if v := strings.ToLower(getenv(name)); v != "" {
			return strings.Contains(v, "utf-8") || strings.Contains(v, "utf8")
		}
	}
	return false
}

func (r *Writer) paint(l Look, text string) string {
	if r.Paint == nil || l == Plain || text == "" {
		return text
	}
	return r.Paint(l, text)
}

func (r *Writer) paintNotice(l Look, text string) string {
	if r.PaintNotice == nil {
		return text
	}
	return r.PaintNotice(l, text)
}

// Value writes one value. A collection is asked for its members with the context.
func (r *Writer) Value(ctx context.Context, v any) error {
	if w, ok := v.(Arranged); ok && w.IsTree() && r.Format.People() {
		return r.inside(ctx, w.Value())
	}
	if d, ok := v.(Drawing); ok && r.Format.People() {
		if r.Draw != nil {
			r.Draw(d)
			return nil
		}
		_, err := io.WriteString(r.Out, d.Draw(Canvas{Width: r.Width, ASCII: r.ASCII, Paint: r.Paint}))
		return err
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
func (r *Writer) Values(ctx context.Context, vs []any) error {
	for _, v := range vs {
		if err := r.Value(ctx, v); err != nil {
			return err
		}
	}
	return nil
}

// show writes a value for people.
func (r *Writer) show(ctx context.Context, v any) error {
	rv := reflect.ValueOf(v)
	if p, ok := v.(pager); ok && r.Format != Table && r.Format != Wide && !isNil(rv) {
		return r.page(p)
	}
	rows, ok, err := members(ctx, rv)
	if err != nil {
		return err
	}
	if ok {
		err := r.table(rows)
		if n, is := noticer(v); is && n.Notice() != "" {
			r.notice(n.Notice())
		}
		return err
	}
	if w, isView := v.(Arranged); isView {
		return r.show(ctx, w.Value())
	}
	if isSheet(rv) {
		if err := r.identity(ctx, rv); err != nil {
			return err
		}
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
		text = PrintableText(text)
	}
	if r.Text != nil {
		text = r.Text(v, text)
	}
	_, err = fmt.Fprintln(r.Out, text)
	return err
}

// identity writes what an object without any data of its own tells of itself when it is asked, with its method Info. A
// cluster is one: it is shown with one command, and without its answer by what can be asked of it.
func (r *Writer) identity(ctx context.Context, v reflect.Value) error {
	s, _ := structOf(v)
	if len(fields(s.Type())) > 0 {
		return nil
	}
	info := v.MethodByName("Info")
	if !info.IsValid() || info.Type().NumIn() != 1 || info.Type().In(0) != contextType || info.Type().NumOut() != 2 || info.Type().Out(1) != errorType {
		return nil
	}
	out := info.Call([]reflect.Value{reflect.ValueOf(ctx)})
	if err, _ := out[1].Interface().(error); err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		r.notice(strings.TrimSpace(err.Error()))
		return nil
	}
	return r.sheet(out[0])
}

// names writes the key of each member, or of the object, one per line.
func (r *Writer) names(ctx context.Context, v any) error {
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
		if r.Terminal {
			key = Printable(key)
		}
		if _, err := fmt.Fprintln(r.Out, key); err != nil {
			return err
		}
	}
	return nil
}

// notice writes what belongs below the values.
func (r *Writer) notice(text string) {
	out := r.Err
	if r.Late != nil {
		out = r.Late
	}
	fmt.Fprintln(out, r.paintNotice(Dim, text))
}

func noticer(v any) (Noticer, bool) {
	if w, ok := v.(Arranged); ok {
		v = w.Value()
	}
	n, ok := v.(Noticer)
	return n, ok
}
