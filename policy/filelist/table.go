package filelist

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// Table is the result of a job: one row for each group, or for each file of a Top. Rows are in the order of the first
// computed column, largest first; in that of the classes where the only key is a class or a time.
type Table struct {
	Name    string   `json:"name,omitempty"` // of the job
	Columns []Column `json:"columns"`
	Rows    []Row    `json:"rows"`
	Report  Report   `json:"report"`

	keys    int
	ordered bool // by their key
}

// Column describes a column of a table.
type Column struct {
	Header string `json:"header"` // "USER"
	JSON   string `json:"name"`   // the name in machine formats: "user"
	Kind   Kind   `json:"-"`
}

// Row is one line of a table.
type Row struct {
	Keys   []string `json:"keys"`   // what the files of the group have in common
	Values []Value  `json:"values"` // what was computed of them

	order []cell
}

// cells returns all cells of a row.
func (r *Row) cells() []Value {
	all := make([]Value, 0, len(r.Keys)+len(r.Values))
	for _, k := range r.Keys {
		all = append(all, textValue(k))
	}
	return append(all, r.Values...)
}

// Len returns the number of rows.
func (t *Table) Len() int {
	if t == nil {
		return 0
	}
	return len(t.Rows)
}

// Header returns the headers of the columns.
func (t *Table) Header() []string {
	h := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		h[i] = c.Header
	}
	return h
}

// Cells returns the rows as people read them.
func (t *Table) Cells() [][]string {
	rows := make([][]string, len(t.Rows))
	for i := range t.Rows {
		for _, v := range t.Rows[i].cells() {
			rows[i] = append(rows[i], v.String())
		}
	}
	return rows
}

// Get returns the row with these keys. found is false when there is none.
func (t *Table) Get(keys ...string) (row Row, found bool) {
	for _, r := range t.Rows {
		if slices.Equal(r.Keys, keys) {
			return r, true
		}
	}
	return Row{}, false
}

// Top returns a table of the first n rows.
func (t *Table) Top(n int) *Table {
	out := *t
	out.Rows = t.Rows[:max(min(n, len(t.Rows)), 0)]
	return &out
}

// Sort returns the table in the order of a column, given by its header or its name, largest first; texts in
// alphabetical order. A column that is not there leaves the order as it is.
func (t *Table) Sort(column string) *Table {
	at := slices.IndexFunc(t.Columns, func(c Column) bool {
		return strings.EqualFold(c.Header, column) || strings.EqualFold(c.JSON, column)
	})
	if at < 0 {
		return t
	}
	out := *t
	out.Rows, out.ordered = slices.Clone(t.Rows), false
	slices.SortStableFunc(out.Rows, func(a, b Row) int {
		if at < len(a.Keys) {
			return strings.Compare(a.Keys[at], b.Keys[at])
		}
		v, w := a.Values[at-len(a.Keys)], b.Values[at-len(b.Keys)]
		if v.kind == KindText {
			return v.compare(w)
		}
		return w.compare(v)
	})
	return &out
}

// Value returns the cell of a row by the header or the name of its column, nothing when there is no such column.
func (t *Table) Value(r Row, column string) Value {
	for i, c := range t.Columns {
		if strings.EqualFold(c.Header, column) || strings.EqualFold(c.JSON, column) {
			if i < len(r.Keys) {
				return textValue(r.Keys[i])
			}
			if i -= len(r.Keys); i < len(r.Values) {
				return r.Values[i]
			}
		}
	}
	return Value{}
}

// sort puts the rows into their first order.
func (t *Table) sort(keys []*keyColumn) {
	ordered := len(keys) == 1 && keys[0].attr.ordered()
	t.ordered = ordered
	slices.SortFunc(t.Rows, func(a, b Row) int {
		if !ordered && len(a.Values) > 0 {
			if c := b.Values[0].compare(a.Values[0]); c != 0 {
				return c
			}
		}
		for i := range a.order {
			if a.order[i].num != b.order[i].num {
				return btoi(a.order[i].num > b.order[i].num) - btoi(a.order[i].num < b.order[i].num)
			}
			if c := strings.Compare(a.order[i].text, b.order[i].text); c != 0 {
				return c
			}
		}
		return 0
	})
}

// sortGroups puts the groups of a list of files into the order of their keys and leaves the order within them.
func (t *Table) sortGroups() {
	slices.SortStableFunc(t.Rows, func(a, b Row) int { return slices.Compare(a.Keys, b.Keys) })
}

// String returns the table as text, with numbers to the right. Records that were rejected are said below it.
func (t *Table) String() string {
	if t == nil {
		return ""
	}
	cells := append([][]string{t.Header()}, t.Cells()...)
	widths := make([]int, len(t.Columns))
	for _, row := range cells {
		for i, c := range row {
			widths[i] = max(widths[i], utf8.RuneCountInString(c))
		}
	}
	var b strings.Builder
	for _, row := range cells {
		line := ""
		for i, c := range row {
			pad := strings.Repeat(" ", widths[i]-utf8.RuneCountInString(c))
			if i > 0 {
				line += "  "
			}
			if i >= t.keys && t.Columns[i].Kind != KindText && t.Columns[i].Kind != KindNone {
				line += pad + printable(c)
			} else {
				line += printable(c) + pad
			}
		}
		b.WriteString(strings.TrimRight(line, " ") + "\n")
	}
	if t.Report.Rejected > 0 {
		fmt.Fprintf(&b, "(%s)\n", t.Report)
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// printable replaces control characters, which a name may have and a terminal would obey.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if r < 0x20 || r == 0x7f {
			return '?'
		}
		return r
	}, s)
}

// MarshalJSON writes an array with an object for each row.
func (t *Table) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('[')
	for i := range t.Rows {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteByte('{')
		for j, v := range t.Rows[i].cells() {
			if j > 0 {
				b.WriteByte(',')
			}
			name, err := json.Marshal(t.Columns[j].JSON)
			if err != nil {
				return nil, err
			}
			value, err := json.Marshal(v)
			if err != nil {
				return nil, err
			}
			b.Write(name)
			b.WriteByte(':')
			b.Write(value)
		}
		b.WriteByte('}')
	}
	b.WriteByte(']')
	return b.Bytes(), nil
}

// Records returns the rows as a slice of structs, one field for each column with col and json tags, for programs that
// show values by their fields.
func (t *Table) Records() any {
	fields := make([]reflect.StructField, len(t.Columns))
	for i, c := range t.Columns {
		typ := reflect.TypeFor[Value]()
		if i < t.keys || c.Kind == KindText {
			typ = reflect.TypeFor[string]()
		} else if c.Kind == KindTime {
			typ = reflect.TypeFor[time.Time]()
		}
		fields[i] = reflect.StructField{
			Name: fmt.Sprintf("C%d", i), Type: typ,
			Tag: reflect.StructTag(fmt.Sprintf("col:%q json:%q", c.Header, c.JSON)),
		}
	}
	rows := reflect.MakeSlice(reflect.SliceOf(reflect.StructOf(fields)), len(t.Rows), len(t.Rows))
	for i := range t.Rows {
		for j, v := range t.Rows[i].cells() {
			f := rows.Index(i).Field(j)
			switch f.Interface().(type) {
			case string:
				f.SetString(v.text)
			case time.Time:
				f.Set(reflect.ValueOf(v.Time()))
			default:
				f.Set(reflect.ValueOf(v))
			}
		}
	}
	return rows.Interface()
}

// Notice says what the table does not show: records that were rejected. "" when there is nothing to say.
func (t *Table) Notice() string {
	if t == nil || t.Report.Rejected == 0 {
		return ""
	}
	return t.Report.String()
}

// Ordered says whether the rows are in the order of their key, a class or a time, and not in that of a result.
func (t *Table) Ordered() bool { return t != nil && t.ordered }
