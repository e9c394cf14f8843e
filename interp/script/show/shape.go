package show

import (
	"context"
	"encoding"
	"encoding/json"
	"fmt"
	"reflect"
	"sort"
	"strings"
	"time"
	"unicode"
)

// item is one member of a collection, a map or a slice.
type item struct {
	key   string // "" in slices
	value reflect.Value
}

// rowSet is what a value of several members comes down to.
type rowSet struct {
	items []item
	keyed bool         // the keys mean something: collections and maps
	elem  reflect.Type // the type of the members as declared
	noun  string       // what the members are called together: "snapshots"
	only  []field      // the fields to show, when a view names them
	wide  bool         // the view wants all columns
}

var (
	contextType   = reflect.TypeFor[context.Context]()
	errorType     = reflect.TypeFor[error]()
	stringerType  = reflect.TypeFor[fmt.Stringer]()
	timeType      = reflect.TypeFor[time.Time]()
	marshalerType = reflect.TypeFor[json.Marshaler]()
	textCell      = reflect.TypeFor[Text]()
	textType      = reflect.TypeFor[encoding.TextMarshaler]()
)

// members returns the members of a collection, map or slice; ok is false for everything else.
func members(ctx context.Context, v reflect.Value) (rows rowSet, ok bool, err error) {
	for v.IsValid() && v.Kind() == reflect.Interface && !v.IsNil() {
		v = v.Elem()
	}
	if !v.IsValid() || (v.Kind() == reflect.Pointer && v.IsNil()) {
		return rowSet{}, false, nil
	}
	if v.CanInterface() {
		if w, ok := v.Interface().(Arranged); ok {
			return viewMembers(ctx, w)
		}
	}
	if isCollection(v.Type()) {
		rows, err = collectionItems(ctx, v)
		return rows, true, err
	}
	if rows, ok, err = tableMembers(ctx, v); ok || err != nil {
		return rows, ok, err
	}
	switch v.Kind() {
	case reflect.Slice, reflect.Array:
		if isText(v) || v.Type().Implements(stringerType) {
			return rowSet{}, false, nil
		}
		rows = rowSet{elem: v.Type().Elem(), noun: plural(v.Type().Elem())}
		for i := range v.Len() {
			rows.items = append(rows.items, item{value: v.Index(i)})
		}
		return rows, true, nil
	case reflect.Map:
		if v.Type().Implements(stringerType) {
			return rowSet{}, false, nil
		}
		rows = rowSet{elem: v.Type().Elem(), keyed: true, noun: "entries"}
		for iter := v.MapRange(); iter.Next(); {
			rows.items = append(rows.items, item{key: cellText(iter.Key()), value: iter.Value()})
		}
		sort.SliceStable(rows.items, func(i, j int) bool { return rows.items[i].key < rows.items[j].key })
		return rows, true, nil
	}
	return rowSet{}, false, nil
}

// isCollection recognises the generic shape of the model: Items(ctx) ([]Item, error), where Item has Key and Value.
func isCollection(t reflect.Type) bool {
	m, ok := t.MethodByName("Items")
	if !ok || m.Type.NumIn() != 2 || m.Type.In(1) != contextType {
		return false
	}
	if m.Type.NumOut() != 2 || m.Type.Out(1) != errorType || m.Type.Out(0).Kind() != reflect.Slice {
		return false
	}
	it := m.Type.Out(0).Elem()
	if it.Kind() != reflect.Struct {
		return false
	}
	key, ok := it.FieldByName("Key")
	if !ok || key.Type.Kind() != reflect.String {
		return false
	}
	_, ok = it.FieldByName("Value")
	return ok
}

func collectionItems(ctx context.Context, v reflect.Value) (rowSet, error) {
	out := v.MethodByName("Items").Call([]reflect.Value{reflect.ValueOf(ctx)})
	if err, _ := out[1].Interface().(error); err != nil {
		return rowSet{}, err
	}
	list := out[0]
	value, _ := list.Type().Elem().FieldByName("Value")
	rows := rowSet{keyed: true, elem: value.Type, noun: words(typeName(v.Type()))}
	for i := range list.Len() {
		it := list.Index(i)
		rows.items = append(rows.items, item{key: it.FieldByName("Key").String(), value: it.FieldByName("Value")})
	}
	return rows, nil
}

// field is one piece of data of an object.
type field struct {
	name   string // the Go name
	json   string // the name in machine formats; "" keeps it out of them
	header string // the header of its column; "" keeps it out of tables
	wide   bool   // only in wide tables
	prose  bool   // a text that is shown whole
	rank   rank   // of its column
	index  []int
	typ    reflect.Type
	method string // without parameters, that yields the value instead
	scalar int    // the key or the value of a member that is no object
}

const (
	scalarKey = iota + 1
	scalarValue
)

// fields returns the data fields of a struct type, in the order of the source; fields of embedded structs stand where
// the struct does. When no field has a col tag, all of them are columns.
func fields(t reflect.Type) []field {
	all, tagged := appendFields(nil, t, nil)
	if !tagged {
		for i := range all {
			all[i].header = strings.ToUpper(words(all[i].name))
		}
	}
	return all
}

func appendFields(all []field, t reflect.Type, at []int) ([]field, bool) {
	tagged := false
	for i := range t.NumField() {
		sf := t.Field(i)
		index := append(append([]int(nil), at...), i)
		if isCollection(sf.Type) || sf.Anonymous && sf.Tag.Get("json") == "-" { // collections that several kinds have in common
			continue
		}
		if sf.Anonymous && sf.Type.Kind() == reflect.Struct && !isLeaf(sf.Type) && sf.Tag.Get("json") == "" {
			var in bool
			all, in = appendFields(all, sf.Type, index)
			tagged = tagged || in
			continue
		}
		if !sf.IsExported() || sf.Type.Kind() == reflect.Func || sf.Type.Kind() == reflect.Chan {
			continue
		}
		f := field{name: sf.Name, index: index, typ: sf.Type}
		if name, ok := sf.Tag.Lookup("name"); ok { // columns of a table that are called what they like
			f.name = name
		}
		jsonTag, hasJSON := sf.Tag.Lookup("json")
		f.json, _, _ = strings.Cut(jsonTag, ",")
		switch {
		case f.json == "-":
			f.json = ""
		case f.json == "" || !hasJSON:
			f.json = lowerCamel(sf.Name)
		}
		if col, ok := sf.Tag.Lookup("col"); ok {
			tagged = true
			header, opt, _ := strings.Cut(col, ",")
			if header == "" {
				header = strings.ToUpper(words(sf.Name))
			}
			if header != "-" {
				f.header, f.wide, f.prose = header, opt == "wide", opt == "prose"
			}
			f.rank = rankOf(f, opt)
		}
		all = append(all, f)
	}
	return all, tagged
}

// children returns the names of the collections that an object has.
func children(t reflect.Type) []string {
	var names []string
	for i := range t.NumField() {
		if sf := t.Field(i); sf.IsExported() && !sf.Anonymous && isCollection(sf.Type) {
			names = append(names, sf.Name)
		}
	}
	return names
}

// isLeaf says that a struct type is one piece of data, not an object: times, and what can write itself.
func isLeaf(t reflect.Type) bool {
	return t == timeType || implements(t, stringerType) || implements(t, textType) || implements(t, marshalerType)
}

func implements(t, iface reflect.Type) bool {
	return t.Implements(iface) || t.Kind() != reflect.Pointer && t.Kind() != reflect.Interface && reflect.PointerTo(t).Implements(iface)
}

// structOf follows pointers and interfaces to a struct.
func structOf(v reflect.Value) (reflect.Value, bool) {
	for v.IsValid() && (v.Kind() == reflect.Pointer || v.Kind() == reflect.Interface) {
		if v.IsNil() {
			return reflect.Value{}, false
		}
		v = v.Elem()
	}
	return v, v.IsValid() && v.Kind() == reflect.Struct
}

// isSheet says whether a value is an object: a struct with data fields or collections. A struct that can write itself counts only
// when its fields are marked as columns.
func isSheet(v reflect.Value) bool {
	if v.IsValid() && v.Type().Implements(errorType) {
		return false
	}
	s, ok := structOf(v)
	if !ok {
		return false
	}
	if !isLeaf(s.Type()) {
		return len(fields(s.Type())) > 0 || len(children(s.Type())) > 0
	}
	_, tagged := appendFields(nil, s.Type(), nil)
	return tagged
}

// objectName returns the name of an object: its field Name or ID, its text otherwise.
func objectName(v reflect.Value) string {
	if s, ok := structOf(v); ok {
		for _, name := range []string{"Name", "ID", "Number"} {
			if f := s.FieldByName(name); f.IsValid() && f.CanInterface() {
				return cellText(f)
			}
		}
	}
	return cellText(v)
}

func typeName(t reflect.Type) string {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	name, _, _ := strings.Cut(t.Name(), "[")
	return name
}

// words splits a Go name into lower-case words: NodeClasses is "node classes". Abbreviations keep their capitals: NSDs.
func words(name string) string {
	rs := []rune(name)
	var parts []string
	start := 0
	for i := 1; i <= len(rs); i++ {
		if i < len(rs) && !splitsAt(rs, i) {
			continue
		}
		w := string(rs[start:i])
		if !isAbbreviation(w) {
			w = strings.ToLower(w)
		}
		parts = append(parts, w)
		start = i
	}
	return strings.Join(parts, " ")
}

func splitsAt(rs []rune, i int) bool {
	if !unicode.IsUpper(rs[i]) {
		return false
	}
	if !unicode.IsUpper(rs[i-1]) {
		return true
	}
	// The last capital of a run begins a word, unless only a plural s follows: NSDList, NSDs.
	return i+1 < len(rs) && unicode.IsLower(rs[i+1]) && !(rs[i+1] == 's' && (i+2 == len(rs) || unicode.IsUpper(rs[i+2])))
}

func isAbbreviation(w string) bool {
	w = strings.TrimSuffix(w, "s")
	return len(w) > 1 && strings.ToUpper(w) == w
}

// plural is what values of a type are called together.
func plural(t reflect.Type) string {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	name := typeName(t)
	switch {
	case name == "" || t.PkgPath() == "":
		return "values"
	case strings.HasSuffix(name, "s"):
		return words(name) + "es"
	case strings.HasSuffix(name, "y") && !strings.HasSuffix(name, "ey"):
		return words(strings.TrimSuffix(name, "y")) + "ies"
	}
	return words(name + "s")
}

func lowerCamel(name string) string {
	rs := []rune(name)
	for i := range rs {
		if !unicode.IsUpper(rs[i]) || i > 0 && i+1 < len(rs) && unicode.IsLower(rs[i+1]) {
			break
		}
		rs[i] = unicode.ToLower(rs[i])
	}
	return string(rs)
}
