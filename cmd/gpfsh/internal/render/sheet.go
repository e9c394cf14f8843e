package render

import (
	"fmt"
	"reflect"
	"strings"

	"github.com/mattn/go-runewidth"

	"gpfsh/cmd/gpfsh/internal/style"
)

// sheet writes an object: a line per piece of data, and at the end the collections that it has, without asking them.
func (r *Renderer) sheet(v reflect.Value) error {
	s, _ := structOf(v)
	type line struct {
		label, text string
		look        style.Style
		indent      int
	}
	var lines []line
	var add func(s reflect.Value, indent int)
	add = func(s reflect.Value, indent int) {
		for _, f := range fields(s.Type()) {
			fv := s.FieldByIndex(f.index)
			if in, ok := structOf(fv); ok && f.typ.Kind() == reflect.Struct && !isLeaf(in.Type()) {
				lines = append(lines, line{label: f.name, indent: indent})
				add(in, indent+1)
				continue
			}
			l := line{label: f.name, text: cellText(fv), indent: indent}
			if isState(f) {
				l.look = stateStyle(l.text)
			}
			lines = append(lines, l)
		}
	}
	add(s, 0)

	width := 0
	for _, l := range lines {
		if l.text != "" {
			width = max(width, 2*l.indent+runewidth.StringWidth(l.label))
		}
	}
	var b strings.Builder
	for _, l := range lines {
		pad := strings.Repeat("  ", l.indent)
		if l.text == "" {
			fmt.Fprintf(&b, "%s%s\n", pad, r.Styles.Apply(style.Header, l.label))
			continue
		}
		fill := strings.Repeat(" ", width-2*l.indent-runewidth.StringWidth(l.label))
		for i, part := range r.wrap(l.text, width+len(gap)) {
			if i > 0 {
				b.WriteString(strings.Repeat(" ", width+len(gap)) + r.Styles.Apply(l.look, part) + "\n")
				continue
			}
			fmt.Fprintf(&b, "%s%s%s%s%s\n", pad, r.Styles.Apply(style.Header, l.label), fill, gap, r.Styles.Apply(l.look, part))
		}
	}
	if names := children(s.Type()); len(names) > 0 {
		for i, part := range r.wrap(strings.Join(names, ", "), len("has ")) {
			lead := "has "
			if i > 0 {
				lead = "    "
			}
			fmt.Fprintf(&b, "%s\n", r.Styles.Apply(style.Dim, lead+part))
		}
	}
	_, err := fmt.Fprint(r.Out, b.String())
	return err
}

// wrap breaks a text that begins at a column into lines that fit the terminal, behind commas and blanks where it can.
// What goes elsewhere stays on one line.
func (r *Renderer) wrap(text string, column int) []string {
	room := r.Width - column
	if r.Width == 0 || room < minColumn {
		return []string{text}
	}
	var lines []string
	for runewidth.StringWidth(text) > room {
		head := runewidth.Truncate(text, room, "")
		if i := strings.LastIndexAny(head, ", "); i > room/4 {
			head = head[:i+1]
		}
		lines = append(lines, strings.TrimRight(head, " "))
		text = strings.TrimLeft(text[len(head):], " ")
	}
	return append(lines, text)
}
