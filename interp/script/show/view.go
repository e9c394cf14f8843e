package show

import (
	"cmp"
	"context"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"
)

// UnknownFieldError says that a view names a field that its members do not have.
type UnknownFieldError struct {
	Name string
	Have []string
}

// Error lists the fields that there are.
func (e *UnknownFieldError) Error() string {
	return fmt.Sprintf("no field %s: there are %s", e.Name, strings.Join(e.Have, ", "))
}

// viewMembers returns the members of what a view shows, ordered and cut as it says.
func viewMembers(ctx context.Context, w Arranged) (rows rowSet, ok bool, err error) {
	inner := reflect.ValueOf(w.Value())
	rows, ok, err = members(ctx, inner)
	if err != nil {
		return rows, false, err
	}
	if !ok {
		if len(w.Columns()) == 0 {
			return rows, false, nil
		}
		rows = rowSet{items: []item{{value: inner}}, noun: "values"} // an object as one row
	}
	rows.wide = w.IsWide()
	if len(rows.items) == 0 {
		return rows, true, nil
	}
	if rows, err = keep(rows, w.Conditions()); err != nil {
		return rows, false, err
	}
	if order := w.Order(); len(order) > 0 {
		if err := sortRows(rows, order); err != nil {
			return rows, false, err
		}
	}
	if n := w.Limit(); n > 0 && n < len(rows.items) {
		rows.items = rows.items[:n]
	}
	for _, name := range w.Columns() {
		f, err := rows.fieldNamed(name)
		if err != nil {
			return rows, false, err
		}
		rows.only = append(rows.only, f)
	}
	return rows, true, nil
}

// sortRows orders members by fields; those without a value come last.
func sortRows(rows rowSet, order []string) error {
	type by struct {
		field
		down bool
	}
	var bys []by
	for _, name := range order {
		name, down := strings.CutPrefix(name, "-")
		f, err := rows.fieldNamed(name)
		if err != nil {
			return err
		}
		bys = append(bys, by{f, down})
	}
	slices.SortStableFunc(rows.items, func(a, b item) int {
		for _, k := range bys {
			va, vb := k.value(a), k.value(b)
			if ea, eb := isUnknown(va), isUnknown(vb); ea != eb {
				if ea {
					return 1
				}
				return -1
			}
			c := compare(va, vb)
			if k.down {
				c = -c
			}
			if c != 0 {
				return c
			}
		}
		return 0
	})
	return nil
}

// isUnknown tells a value that stands for none: it is shown as such.
func isUnknown(v reflect.Value) bool {
	text := cellText(v)
	return text == nothing
}

func compare(a, b reflect.Value) int {
	if !a.IsValid() || !b.IsValid() {
		return 0
	}
	if a.Type() == timeType && b.Type() == timeType && a.CanInterface() && b.CanInterface() {
		return a.Interface().(time.Time).Compare(b.Interface().(time.Time))
	}
	switch {
	case a.CanInt() && b.CanInt():
		return cmp.Compare(a.Int(), b.Int())
	case a.CanUint() && b.CanUint():
		return cmp.Compare(a.Uint(), b.Uint())
	case a.CanFloat() && b.CanFloat():
		return cmp.Compare(a.Float(), b.Float())
	}
	if a.CanInterface() && b.CanInterface() {
		x, xok := amount(a.Interface())
		y, yok := amount(b.Interface())
		if xok && yok {
			return cmp.Compare(x, y)
		}
	}
	return strings.Compare(cellText(a), cellText(b))
}

// amount returns the number that a cell of a table is.
func amount(v any) (float64, bool) {
	switch x := v.(type) {
	case Text:
		return textNumber(string(x))
	case interface{ Float() float64 }:
		return x.Float(), true
	}
	return 0, false
}

// scalarField finds what members have that are no objects: a key and a value.
func (rows rowSet) scalarField(name string) (field, bool) {
	switch {
	case strings.EqualFold(name, "key") && rows.keyed:
		return field{name: "Key", header: "KEY", json: "key", typ: reflect.TypeFor[string](), scalar: scalarKey}, true
	case strings.EqualFold(name, "value"):
		return field{name: "Value", header: "VALUE", json: "value", typ: rows.elem, scalar: scalarValue}, true
	}
	return field{}, false
}

// fieldNamed finds a field of the members by its Go name, the header of its column or its name in machine formats,
// whatever the case of its letters; a method without parameters will do as well.
func (rows rowSet) fieldNamed(name string) (field, error) {
	st, ok := elemStruct(rows)
	if !ok {
		if f, ok := rows.scalarField(name); ok {
			return f, nil
		}
		have := []string{"Value"}
		if rows.keyed {
			have = []string{"Key", "Value"}
		}
		return field{}, &UnknownFieldError{Name: name, Have: have}
	}
	all := fields(st)
	for _, f := range all {
		if strings.EqualFold(f.name, name) || strings.EqualFold(f.header, name) || strings.EqualFold(f.json, name) {
			if f.header == "" {
				f.header = strings.ToUpper(words(f.name))
			}
			if f.json == "" {
				f.json = lowerCamel(f.name)
			}
			return f, nil
		}
	}
	if outer, inner, found := strings.Cut(name, "."); found {
		for _, f := range all {
			if !strings.EqualFold(f.name, outer) || f.typ.Kind() != reflect.Struct {
				continue
			}
			sub := rowSet{items: []item{{value: reflect.Zero(f.typ)}}}
			in, err := sub.fieldNamed(inner)
			if err != nil || in.method != "" {
				return field{}, err
			}
			in.index = append(slices.Clone(f.index), in.index...)
			in.name, in.header, in.json = f.name+"."+in.name, strings.ToUpper(words(f.name))+" "+in.header, f.json+"."+in.json
			return in, nil
		}
	}
	pt := reflect.PointerTo(st)
	for i := range pt.NumMethod() {
		m := pt.Method(i)
		if strings.EqualFold(m.Name, name) && m.Type.NumIn() == 1 && m.Type.NumOut() == 1 {
			return field{name: m.Name, method: m.Name, header: strings.ToUpper(words(m.Name)), json: lowerCamel(m.Name), typ: m.Type.Out(0)}, nil
		}
	}
	have := make([]string, len(all))
	for i, f := range all {
		have[i] = f.name
	}
	return field{}, &UnknownFieldError{Name: name, Have: have}
}

// value returns what a member has in the field.
func (f field) value(it item) reflect.Value {
	switch f.scalar {
	case scalarKey:
		return reflect.ValueOf(it.key)
	case scalarValue:
		return it.value
	}
	s, ok := structOf(it.value)
	if !ok {
		return reflect.Value{}
	}
	if f.method == "" {
		return s.FieldByIndex(f.index)
	}
	v := it.value
	for v.Kind() == reflect.Interface {
		v = v.Elem()
	}
	if v.Kind() != reflect.Pointer {
		p := reflect.New(v.Type())
		p.Elem().Set(v)
		v = p
	}
	return v.MethodByName(f.method).Call(nil)[0]
}

// onlyNode is a member in a machine format, with the fields of the view.
func (rows rowSet) onlyNode(it item) (any, error) {
	var o object
	for _, f := range rows.only {
		n, err := node(f.value(it), maxDepth)
		if err != nil {
			return nil, err
		}
		o = append(o, member{f.json, n})
	}
	return o, nil
}
