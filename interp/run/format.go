package run

import (
	"fmt"
	"go/types"
	"io"
	"reflect"
	"slices"
	"strings"
)

// Format implements fmt.Formatter: the value as Go prints one of its type, with the methods and the field names that
// the user gave it.
func (b Box) Format(f fmt.State, verb rune) {
	b.b.print(f, verb, b.typ(), reflect.ValueOf(b.v), 0, true)
}

// print prints a value of a type. Methods are not called for what only unexported fields lead to, as in Go.
func (b *boxes) print(f fmt.State, verb rune, t types.Type, v reflect.Value, depth int, methods bool) {
	if t == nil || !v.IsValid() {
		io.WriteString(f, "<nil>")
		return
	}
	if methods && b.printOwn(f, verb, t, v) {
		return
	}
	if !ofView(t) && !types.IsInterface(t) {
		b.printNative(f, verb, v, methods)
		return
	}
	switch u := t.Underlying().(type) {
	case *types.Pointer:
		if v.Kind() == reflect.Pointer && !v.IsNil() && depth == 0 && verb != 'p' {
			switch u.Elem().Underlying().(type) {
			case *types.Struct, *types.Slice, *types.Array, *types.Map:
				io.WriteString(f, "&")
				b.print(f, verb, u.Elem(), v.Elem(), depth+1, methods)
				return
			}
		}
		if v.Kind() == reflect.Pointer && v.IsNil() && verb == 'v' {
			io.WriteString(f, "<nil>")
			return
		}
		fmt.Fprintf(f, fmt.FormatString(f, verb), v.Interface())
	case *types.Struct:
		if v.Kind() == reflect.Struct && ofView(t) {
			b.printStruct(f, verb, t, u, v, depth, methods)
			return
		}
		b.printNative(f, verb, v, methods)
	case *types.Slice:
		if e, ok := u.Elem().Underlying().(*types.Basic); ok && e.Kind() == types.Uint8 && strings.ContainsRune("sqxX", verb) {
			fmt.Fprintf(f, fmt.FormatString(f, verb), v.Bytes())
			return
		}
		b.printList(f, verb, t, u.Elem(), v, depth, methods)
	case *types.Array:
		b.printList(f, verb, t, u.Elem(), v, depth, methods)
	case *types.Map:
		b.printMap(f, verb, t, u, v, depth, methods)
	case *types.Interface:
		if v.Kind() == reflect.Interface {
			v = v.Elem()
		}
		if !v.IsValid() {
			io.WriteString(f, "<nil>")
			return
		}
		if box, ok := open(v.Interface()); ok {
			b.print(f, verb, box.typ(), reflect.ValueOf(box.v), depth+1, methods)
			return
		}
		b.printNative(f, verb, v, methods)
	default:
		b.printNative(f, verb, v, methods)
	}
}

// printOwn prints by the methods of a type of the user's.
func (b *boxes) printOwn(f fmt.State, verb rune, t types.Type, v reflect.Value) bool {
	if !ofUser(t) || types.IsInterface(t) || !v.CanInterface() {
		return false
	}
	box := Box{b, b.opts.Types.TypeID(t), v.Interface()}
	if m, ok := box.method("Format"); ok {
		if format, ok := m.Interface().(func(fmt.State, rune)); ok {
			format(f, verb)
			return true
		}
	}
	if f.Flag('#') && verb == 'v' {
		if s, ok := box.text("GoString"); ok {
			io.WriteString(f, s)
			return true
		}
		return false
	}
	if !strings.ContainsRune("vsxXq", verb) {
		return false
	}
	for _, name := range []string{"Error", "String"} {
		if m, ok := box.method(name); ok {
			if _, ok := m.Interface().(func() string); !ok {
				continue
			}
			if v.Kind() == reflect.Pointer && v.IsNil() {
				io.WriteString(f, "<nil>")
				return true
			}
			s, _ := box.text(name)
			fmt.Fprintf(f, fmt.FormatString(f, verb), s)
			return true
		}
	}
	return false
}

// printNative prints what has no type of the user's.
func (b *boxes) printNative(f fmt.State, verb rune, v reflect.Value, methods bool) {
	if !methods {
		// Without its methods: the value of the basic type below.
		if t := basicType(v.Kind()); t != nil && v.Type() != t {
			v = v.Convert(t)
		}
	}
	if !v.CanInterface() {
		return
	}
	fmt.Fprintf(f, fmt.FormatString(f, verb), v.Interface())
}

func basicType(k reflect.Kind) reflect.Type {
	switch k {
	case reflect.Bool:
		return reflect.TypeFor[bool]()
	case reflect.String:
		return reflect.TypeFor[string]()
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return reflect.TypeFor[int64]()
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		return reflect.TypeFor[uint64]()
	case reflect.Float32:
		return reflect.TypeFor[float32]()
	case reflect.Float64:
		return reflect.TypeFor[float64]()
	}
	return nil
}

// ofView tells a type of the user's, or one without a name, from one of a native package.
func ofView(t types.Type) bool {
	n, ok := types.Unalias(t).(*types.Named)
	return !ok || n.Obj().Pkg() != nil && n.Obj().Pkg().Path() == "main"
}

func (b *boxes) printStruct(f fmt.State, verb rune, t types.Type, u *types.Struct, v reflect.Value, depth int, methods bool) {
	sharp := f.Flag('#') && verb == 'v'
	if sharp {
		io.WriteString(f, typeName(t))
	}
	io.WriteString(f, "{")
	for i := range u.NumFields() {
		if i > 0 {
			if sharp {
				io.WriteString(f, ", ")
			} else {
				io.WriteString(f, " ")
			}
		}
		field := u.Field(i)
		if sharp || f.Flag('+') && verb == 'v' {
			io.WriteString(f, field.Name()+":")
		}
		if i < v.NumField() {
			b.print(f, verb, field.Type(), v.Field(i), depth+1, methods && field.Exported())
		}
	}
	io.WriteString(f, "}")
}

func (b *boxes) printList(f fmt.State, verb rune, t, elem types.Type, v reflect.Value, depth int, methods bool) {
	open, sep, end := "[", " ", "]"
	if f.Flag('#') && verb == 'v' {
		if v.Kind() == reflect.Slice && v.IsNil() {
			io.WriteString(f, typeName(t)+"(nil)")
			return
		}
		open, sep, end = typeName(t)+"{", ", ", "}"
	}
	io.WriteString(f, open)
	for i := range v.Len() {
		if i > 0 {
			io.WriteString(f, sep)
		}
		b.print(f, verb, elem, v.Index(i), depth+1, methods)
	}
	io.WriteString(f, end)
}

func (b *boxes) printMap(f fmt.State, verb rune, t types.Type, u *types.Map, v reflect.Value, depth int, methods bool) {
	open, sep, end := "map[", " ", "]"
	if f.Flag('#') && verb == 'v' {
		open, sep, end = typeName(t)+"{", ", ", "}"
	}
	io.WriteString(f, open)
	keys := v.MapKeys()
	slices.SortFunc(keys, compareKeys)
	for i, k := range keys {
		if i > 0 {
			io.WriteString(f, sep)
		}
		b.print(f, verb, u.Key(), k, depth+1, methods)
		io.WriteString(f, ":")
		b.print(f, verb, u.Elem(), v.MapIndex(k), depth+1, methods)
	}
	io.WriteString(f, end)
}

// compareKeys orders the keys of a map as fmt does, for the kinds that occur.
func compareKeys(a, b reflect.Value) int {
	for a.Kind() == reflect.Interface {
		a = a.Elem()
	}
	for b.Kind() == reflect.Interface {
		b = b.Elem()
	}
	if !a.IsValid() || !b.IsValid() || a.Kind() != b.Kind() {
		return 0
	}
	switch {
	case a.CanInt():
		return compareOrdered(a.Int(), b.Int())
	case a.CanUint():
		return compareOrdered(a.Uint(), b.Uint())
	case a.CanFloat():
		return compareOrdered(a.Float(), b.Float())
	}
	switch a.Kind() {
	case reflect.String:
		return strings.Compare(a.String(), b.String())
	case reflect.Bool:
		if a.Bool() == b.Bool() {
			return 0
		}
		if b.Bool() {
			return -1
		}
		return 1
	case reflect.Struct:
		for i := range a.NumField() {
			if c := compareKeys(a.Field(i), b.Field(i)); c != 0 {
				return c
			}
		}
	case reflect.Array:
		for i := range a.Len() {
			if c := compareKeys(a.Index(i), b.Index(i)); c != 0 {
				return c
			}
		}
	}
	return 0
}

func compareOrdered[T int64 | uint64 | float64](a, b T) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// typeVerbs gives the verb %T the names of types of the user's.
func (b *boxes) typeVerbs(format string, args []any) (string, []any) {
	if !strings.Contains(format, "T") {
		return format, args
	}
	var out strings.Builder
	next := 0
	args = slices.Clone(args)
	for i := 0; i < len(format); i++ {
		out.WriteByte(format[i])
		if format[i] != '%' {
			continue
		}
		for i++; i < len(format) && strings.IndexByte("+-# 0123456789.*", format[i]) >= 0; i++ {
			if format[i] == '*' {
				next++
			}
			out.WriteByte(format[i])
		}
		switch {
		case i == len(format):
		case format[i] == '[':
			return format, args // arguments out of order: fmt knows better
		case format[i] == '%':
			out.WriteByte('%')
		case format[i] == 'T' && next < len(args) && args[next] != nil:
			args[next] = b.nameOf(args[next])
			out.WriteByte('s')
			next++
		default:
			out.WriteByte(format[i])
			next++
		}
	}
	return out.String(), args
}
