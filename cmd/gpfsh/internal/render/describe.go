package render

import (
	"fmt"
	"slices"
	"strings"

	"github.com/mattn/go-runewidth"

	"gpfsh/cmd/gpfsh/internal/style"
	"gpfsh/interp"
	"gpfsh/interp/script/show"
)

// common are the methods that every collection has; they are named on one line.
var common = []string{"Get", "Handle", "Items", "Len", "List", "Lookup", "Map", "Match", "Names", "Where", "String", "Planned", "MarshalJSON", "UnmarshalJSON", "MarshalText", "UnmarshalText"}

// Describe writes what there is to say of an expression. value is what it stands for, as far as it is known without
// asking anybody; nil when it is not. With only set, only the methods are listed, all of them.
func (r *Renderer) Describe(expr string, d interp.Description, value any, only bool) error {
	var b strings.Builder
	h := &describer{r: r, b: &b}
	head := r.Styles.Apply(style.Strong, expr)
	what := d.Kind + " " + d.Type
	switch d.Kind {
	case "value":
		what = d.Type
		if d.Key != "" {
			what += ", a collection of " + d.Key
		}
	case "method", "func":
		what = d.Kind + " " + d.Type
	}
	fmt.Fprintf(&b, "%s  %s\n", head, what)
	if !only {
		h.text(d.Doc)
		if len(d.Commands) > 0 {
			h.heading("Commands", strings.Join(d.Commands, ", "))
		}
		for i, o := range d.Options { // what they make is clear from where they stand
			if k := strings.LastIndex(o.Type, ") "); k >= 0 {
				d.Options[i].Type = o.Type[:k+1]
			}
		}
		h.list("Options", d.Options, nil)
		h.list("Values", d.Values, nil)
		h.list("Fields", d.Fields, show.Fields(value))
		h.list("Collections", d.Children, nil)
	}
	var methods []interp.Member
	var folded []string
	for _, m := range d.Methods {
		if !only && slices.Contains(common, m.Name) && d.Kind != "package" {
			folded = append(folded, m.Name)
			continue
		}
		methods = append(methods, m)
	}
	title := "Methods"
	if d.Kind == "package" {
		title = "Names"
	}
	h.list(title, methods, nil)
	if len(folded) > 0 {
		h.text("Also " + strings.Join(folded, ", ") + ".")
	}
	if d.Example != "" && !only {
		h.heading("Example", d.Example)
	}
	_, err := fmt.Fprint(r.Out, b.String())
	return err
}

type describer struct {
	r *Renderer
	b *strings.Builder
}

// text writes paragraphs; lines that begin with a tab are examples and stay as they are.
func (h *describer) text(doc string) {
	if doc == "" {
		return
	}
	for _, line := range strings.Split(doc, "\n") {
		if line == "" || line[0] == '\t' {
			h.b.WriteString(line + "\n")
			continue
		}
		for _, part := range h.r.wrap(line, 0) {
			h.b.WriteString(part + "\n")
		}
	}
}

func (h *describer) heading(title, text string) {
	fmt.Fprintf(h.b, "%s  %s\n", h.r.Styles.Apply(style.Header, title), text)
}

// gap is what stands between two columns.
const gap = 2

// maxName is the width that names may have before their documentation begins on a line of its own.
const maxName = 38

func (h *describer) list(title string, list []interp.Member, value func(string) string) {
	if len(list) == 0 {
		return
	}
	h.b.WriteString(h.r.Styles.Apply(style.Header, title) + "\n")
	width := 0
	names := make([]string, len(list))
	bare := 0
	for _, m := range list {
		if m.Kind == "field" || m.Kind == "var" {
			bare = max(bare, runewidth.StringWidth(m.Name))
		}
	}
	for i, m := range list {
		names[i] = nameShown(m, bare)
		if w := runewidth.StringWidth(names[i]); w <= maxName {
			width = max(width, w)
		}
	}
	for i, m := range list {
		doc := docShown(m)
		if value != nil {
			if v := value(m.Name); v != "" {
				doc = strings.TrimSpace("= " + v + "  " + doc)
			}
		}
		name := names[i]
		line := "  " + h.r.Styles.Apply(style.Strong, m.Name) + strings.TrimPrefix(name, m.Name)
		if doc == "" {
			h.b.WriteString(line + "\n")
			continue
		}
		column := 2 + width + gap
		if runewidth.StringWidth(name) > width {
			h.b.WriteString(line + "\n")
			line = strings.Repeat(" ", column)
		} else {
			line += strings.Repeat(" ", width-runewidth.StringWidth(name)+gap)
		}
		for k, part := range h.r.wrap(doc, column) {
			if k > 0 {
				line = strings.Repeat(" ", column)
			}
			h.b.WriteString(line + part + "\n")
		}
	}
}

// nameShown is the name of a member with its signature, or its type in a column behind the longest name.
func nameShown(m interp.Member, longest int) string {
	switch m.Kind {
	case "method", "func":
		return m.Name + Signature(m.Type)
	case "const", "type":
		return m.Name
	}
	return m.Name + strings.Repeat(" ", max(0, longest-runewidth.StringWidth(m.Name))+gap) + m.Type
}

// Signature leaves the error out of the results of a function: it stops the statement unless it is taken.
func Signature(typ string) string {
	typ = strings.TrimPrefix(typ, "func")
	if before, ok := strings.CutSuffix(typ, " error"); ok {
		return before
	}
	open := strings.LastIndex(typ, " (")
	if results, ok := strings.CutSuffix(typ, ", error)"); ok && open >= 0 && !strings.Contains(results[open+2:], ",") {
		return typ[:open] + " " + results[open+2:]
	}
	return typ
}

// docShown is one line about a member: what it is, which values it has, which commands it runs.
func docShown(m interp.Member) string {
	doc := m.Doc
	if rest, ok := strings.CutPrefix(doc, m.Name+" "); ok {
		for _, verb := range []string{"is ", "are ", "returns "} {
			if r, ok := strings.CutPrefix(rest, verb); ok {
				rest = r
				break
			}
		}
		doc = rest
	}
	if len(m.Params) > 0 && m.Kind == "field" {
		doc = strings.TrimSpace(doc + " (" + strings.Join(m.Params, ", ") + ")")
	}
	if len(m.Commands) > 0 {
		doc = strings.TrimSpace(doc + "  [" + strings.Join(m.Commands, ", ") + "]")
	}
	return doc
}
