package show

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"reflect"
	"strings"
)

// document writes a value as JSON or YAML.
func (r *Writer) document(ctx context.Context, v any) error {
	n, err := tree(ctx, v)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	if r.Format == YAML {
		writeYAML(&b, n, 0, false)
	} else {
		writeJSON(&b, n, "")
		b.WriteByte('\n')
	}
	text := b.String()
	if r.Terminal {
		text = escapeActing(text)
	}
	if r.Code != nil {
		text = r.Code(r.Format, text)
	}
	_, err = io.WriteString(r.Out, text)
	return err
}

// escapeActing writes what a terminal would act on as JSON and YAML can say it in their strings.
func escapeActing(text string) string {
	bad := func(r rune) bool { return r != '\n' && acts(r) }
	if strings.IndexFunc(text, bad) < 0 {
		return text
	}
	var b strings.Builder
	for _, r := range text {
		if bad(r) {
			fmt.Fprintf(&b, `\u%04x`, r)
			continue
		}
		b.WriteRune(r)
	}
	return b.String()
}

// writeJSON writes indented JSON with the members in their order.
func writeJSON(b *bytes.Buffer, n any, indent string) {
	deeper := indent + "  "
	switch x := n.(type) {
	case object:
		if len(x) == 0 {
			b.WriteString("{}")
			return
		}
		b.WriteByte('{')
		for i, m := range x {
			separate(b, i, deeper)
			b.WriteString(jsonText(m.key) + ": ")
			writeJSON(b, m.value, deeper)
		}
		b.WriteString("\n" + indent + "}")
	case []any:
		if len(x) == 0 {
			b.WriteString("[]")
			return
		}
		b.WriteByte('[')
		for i, e := range x {
			separate(b, i, deeper)
			writeJSON(b, e, deeper)
		}
		b.WriteString("\n" + indent + "]")
	default:
		b.WriteString(jsonText(x))
	}
}

func separate(b *bytes.Buffer, i int, indent string) {
	if i > 0 {
		b.WriteByte(',')
	}
	b.WriteString("\n" + indent)
}

// jsonText is a scalar in JSON, with < and & as they are.
func jsonText(v any) string {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return `""` // unreachable: a tree holds nothing that has no JSON
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// csv writes members as rows under a line of names; anything else as one row.
func (r *Writer) csv(ctx context.Context, v any) error {
	rv := reflect.ValueOf(v)
	rows, ok, err := members(ctx, rv)
	if err != nil {
		return err
	}
	if !ok {
		rows = rowSet{items: []item{{value: rv}}}
	}
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	if err := writeCSV(w, rows); err != nil {
		return err
	}
	w.Flush()
	text := b.String()
	if r.Terminal {
		text = PrintableText(text)
	}
	_, err = io.WriteString(r.Out, text)
	return err
}

func writeCSV(w *csv.Writer, rows rowSet) error {
	st, ok := elemStruct(rows)
	if !ok && len(rows.items) == 0 && rows.elem != nil {
		st, ok = declaredStruct(rows.elem)
	}
	if !ok && rows.only == nil {
		for _, it := range rows.items {
			text, err := machineText(it.value)
			if err != nil {
				return err
			}
			record := []string{text}
			if rows.keyed {
				record = []string{it.key, text}
			}
			if err := w.Write(record); err != nil {
				return err
			}
		}
		return nil
	}
	var fs []field
	var head []string
	shown := rows.only
	if shown == nil {
		shown = fields(st)
	}
	for _, f := range shown {
		if f.json != "" {
			fs, head = append(fs, f), append(head, f.json)
		}
	}
	if err := w.Write(head); err != nil {
		return err
	}
	for _, it := range rows.items {
		record := make([]string, len(fs))
		if _, ok := structOf(it.value); ok || rows.only != nil {
			for i, f := range fs {
				text, err := machineText(f.value(it))
				if err != nil {
					return err
				}
				record[i] = text
			}
		}
		if err := w.Write(record); err != nil {
			return err
		}
	}
	return nil
}

// declaredStruct is the type of the members of a collection that has none.
func declaredStruct(t reflect.Type) (reflect.Type, bool) {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	return t, t.Kind() == reflect.Struct && len(fields(t)) > 0
}

// machineText is a value as one exact text: numbers without units, lists joined by spaces, objects as JSON.
func machineText(v reflect.Value) (string, error) {
	n, err := node(v, maxDepth)
	if err != nil {
		return "", err
	}
	return flat(n), nil
}

func flat(n any) string {
	switch x := n.(type) {
	case nil:
		return ""
	case string:
		return x
	case json.Number:
		return x.String()
	case []any:
		parts := make([]string, len(x))
		for i, e := range x {
			parts[i] = flat(e)
		}
		return strings.Join(parts, " ")
	}
	var b bytes.Buffer
	writeJSON(&b, n, "")
	var compact bytes.Buffer
	if err := json.Compact(&compact, b.Bytes()); err != nil {
		return b.String()
	}
	return compact.String()
}
