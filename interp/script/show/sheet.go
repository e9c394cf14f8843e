package show

import (
	"fmt"
	"reflect"
	"strings"
	"time"

	"github.com/mattn/go-runewidth"

	"gpfsh/policy/spell"
)

// sheet writes an object: a line per piece of data, and at the end the collections that it has, without asking them.
func (r *Writer) sheet(v reflect.Value) error {
	s, _ := structOf(v)
	type line struct {
		label, text string
		look        Look
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
			fmt.Fprintf(&b, "%s%s\n", pad, r.paint(Header, l.label))
			continue
		}
		fill := strings.Repeat(" ", width-2*l.indent-runewidth.StringWidth(l.label))
		for i, part := range r.wrap(l.text, width+len(gap)) {
			if i > 0 {
				b.WriteString(strings.Repeat(" ", width+len(gap)) + r.paint(l.look, part) + "\n")
				continue
			}
			fmt.Fprintf(&b, "%s%s%s%s%s\n", pad, r.paint(Header, l.label), fill, gap, r.paint(l.look, part))
		}
	}
	if names := children(s.Type()); len(names) > 0 {
		for i, part := range r.wrap(strings.Join(names, ", "), len("has ")) {
			lead := "has "
			if i > 0 {
				lead = "    "
			}
			fmt.Fprintf(&b, "%s\n", r.paint(Dim, lead+part))
		}
	}
	if text := r.age(v); text != "" {
		fmt.Fprintf(&b, "%s\n", r.paint(Dim, text))
	}
	_, err := fmt.Fprint(r.Out, b.String())
	return err
}

// fresh is for how long nobody needs to be told that an object was not read just now.
const fresh = 5 * time.Second

// age says how old the data of an object are; "" when they are fresh, or nobody knows.
func (r *Writer) age(v reflect.Value) string {
	for v.Kind() == reflect.Interface {
		v = v.Elem()
	}
	if r.ReadAt == nil || !v.IsValid() || !v.CanInterface() {
		return ""
	}
	now := time.Now
	if r.Now != nil {
		now = r.Now
	}
	at := r.ReadAt(v.Interface())
	age := now().Sub(at)
	if at.IsZero() || age < fresh {
		return ""
	}
	n, unit := int64(age/time.Second), "second"
	switch {
	case age >= 48*time.Hour:
		n, unit = int64(age/(24*time.Hour)), "day"
	case age >= 2*time.Hour:
		n, unit = int64(age/time.Hour), "hour"
	case age >= 2*time.Minute:
		n, unit = int64(age/time.Minute), "minute"
	}
	return fmt.Sprintf("as read %s ago, %s", spell.Count(n, unit), at.Format(time.DateTime))
}

// wrap breaks a text that begins at a column.
func (r *Writer) wrap(text string, column int) []string {
	if r.Width == 0 {
		return []string{text}
	}
	return Wrap(text, r.Width-column)
}

// Wrap breaks a text into lines of a width, behind commas and blanks where it can. Where there is next to no room, it
// stays one line.
func Wrap(text string, room int) []string {
	if room < minColumn {
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

// Fields returns what an object has in its fields, as a table shows it, by their names; nil for what is no object. What
// is not set is "".
func Fields(value any) func(name string) string {
	s, ok := structOf(reflect.ValueOf(value))
	if !ok {
		return nil
	}
	return func(name string) string {
		f := s.FieldByName(name)
		if !f.IsValid() || !f.CanInterface() || f.IsZero() {
			return ""
		}
		return cellText(f)
	}
}
