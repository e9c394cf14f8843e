package show

import (
	"context"
	"fmt"
	"reflect"
)

// Members are the members of a collection, a list, a map or a table, with the fields that they have.
type Members struct{ rows rowSet }

// MembersOf returns the members of a value as it would be shown, ordered and cut as a view says. ok is false for a value
// that has none. A collection is asked for them with the context.
func MembersOf(ctx context.Context, v any) (m *Members, ok bool, err error) {
	rows, ok, err := members(ctx, reflect.ValueOf(v))
	if err != nil || !ok {
		return nil, false, err
	}
	return &Members{rows}, true, nil
}

// Len returns the number of members.
func (m *Members) Len() int { return len(m.rows.items) }

// Noun is what the members are called together: "snapshots".
func (m *Members) Noun() string { return m.rows.noun }

// Keyed says whether the members have keys.
func (m *Members) Keyed() bool { return m.rows.keyed }

// Key returns the key of a member; its name where it has none.
func (m *Members) Key(i int) string {
	it := m.rows.items[i]
	if m.rows.keyed {
		return it.key
	}
	return objectName(it.value)
}

// Value returns a member.
func (m *Members) Value(i int) any { return m.rows.items[i].value.Interface() }

// Field is one piece of data that members have.
type Field struct {
	Name   string // in Go
	Header string // of its column; "" for what is no column
	Type   reflect.Type
	f      field
}

// Fields returns the fields that members have in common; none where they are no objects.
func (m *Members) Fields() []Field {
	st, ok := elemStruct(m.rows)
	if !ok {
		return nil
	}
	shown := m.rows.only
	if shown == nil {
		shown = fields(st)
	}
	var list []Field
	for _, f := range shown {
		list = append(list, Field{Name: f.name, Header: f.header, Type: f.typ, f: f})
	}
	return list
}

// Field returns the field with a name: its name in Go, the header of its column or its name in machine formats, or a
// method without parameters.
func (m *Members) Field(name string) (Field, error) {
	f, err := m.rows.fieldNamed(name)
	if err != nil {
		return Field{}, err
	}
	return Field{Name: f.name, Header: f.header, Type: f.typ, f: f}, nil
}

// In returns what a member has in a field; nil where that is not known.
func (m *Members) In(f Field, i int) any {
	v := f.f.value(m.rows.items[i])
	if !v.IsValid() || !v.CanInterface() || isNil(v) {
		return nil
	}
	return v.Interface()
}

// records is a table that returns its rows as a slice of structs.
type records interface{ Records() any }

// Noticer is a value with something to say beside what it shows: records that were left out.
type Noticer interface{ Notice() string }

// tableMembers returns the rows of a value that is a table: one that makes records of itself, or a struct with the
// fields Columns and Rows, of texts.
func tableMembers(ctx context.Context, v reflect.Value) (rows rowSet, ok bool, err error) {
	if !v.CanInterface() {
		return rows, false, nil
	}
	if t, is := v.Interface().(records); is {
		rows, ok, err = members(ctx, reflect.ValueOf(t.Records()))
		rows.noun = "rows"
		return rows, ok, err
	}
	s, is := structOf(v)
	if !is {
		return rows, false, nil
	}
	columns, lines := s.FieldByName("Columns"), s.FieldByName("Rows")
	if !columns.IsValid() || !lines.IsValid() || s.NumField() != 2 {
		return rows, false, nil
	}
	names, is := columns.Interface().([]string)
	cells, too := lines.Interface().([][]string)
	if !is || !too || len(names) == 0 {
		return rows, false, nil
	}
	return textRows(names, cells), true, nil
}

// Text is a cell of a table of texts. It is put to the right, and ordered as a number, where its column holds numbers.
type Text string

// textRows makes structs of the rows of a table of texts.
func textRows(names []string, cells [][]string) rowSet {
	fields := make([]reflect.StructField, len(names))
	for i, n := range names {
		typ := reflect.TypeFor[string]()
		if numbersOnly(cells, i) {
			typ = reflect.TypeFor[Text]()
		}
		fields[i] = reflect.StructField{
			Name: fmt.Sprintf("C%d", i), Type: typ,
			Tag: reflect.StructTag(fmt.Sprintf("name:%q col:%q json:%q", n, n, n)),
		}
	}
	st := reflect.StructOf(fields)
	rows := rowSet{elem: st, noun: "rows"}
	for _, line := range cells {
		row := reflect.New(st).Elem()
		for i := range names {
			if i < len(line) {
				row.Field(i).SetString(line[i])
			}
		}
		rows.items = append(rows.items, item{value: row})
	}
	return rows
}

// numbersOnly says whether every cell of a column that is not empty is a decimal number.
func numbersOnly(cells [][]string, column int) bool {
	some := false
	for _, line := range cells {
		if column >= len(line) || line[column] == "" {
			continue
		}
		if _, ok := textNumber(line[column]); !ok {
			return false
		}
		some = true
	}
	return some
}
