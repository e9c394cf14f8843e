package run

import (
	"errors"
	"fmt"
	"go/types"
	"reflect"
	"strings"
	"sync"
)

// Box is a value of a type of the user's as an interface value: the interpreter's own values say nothing of their type
// and have no methods. Two boxes are equal when type and value are.
type Box struct {
	b *boxes
	t int // number of the type
	v any // the interpreter's value
}

// errorBox is the box of a type that is an error.
type errorBox struct{ Box }

// errorsBox is the box of an error that wraps several.
type errorsBox struct{ errorBox }

// boxer is any kind of box.
type boxer interface{ box() Box }

func (b Box) box() Box { return b }

// boxes knows the types and the methods of boxed values.
type boxes struct {
	opts Options
	held map[string]any // see heldMethods

	mu      sync.Mutex
	methods map[methodKey]reflect.Value // functions that take a pointer to the receiver first
	facts   map[int]*typeFacts
}

type methodKey struct {
	t    int
	name string
}

// typeFacts is what is asked again and again of a type.
type typeFacts struct {
	typ          types.Type
	named        int // number of the type, or of the type it points to
	error, multi bool
}

func newBoxes(o Options) *boxes {
	return &boxes{opts: o, methods: map[methodKey]reflect.Value{}, facts: map[int]*typeFacts{}}
}

func (b *boxes) factsOf(t int) *typeFacts {
	b.mu.Lock()
	defer b.mu.Unlock()
	if f := b.facts[t]; f != nil {
		return f
	}
	f := &typeFacts{typ: b.opts.Types.Type(t), named: t}
	if f.typ == nil {
		return f
	}
	if p, ok := types.Unalias(f.typ).(*types.Pointer); ok {
		f.named = b.opts.Types.TypeID(p.Elem())
	}
	f.error = types.Implements(f.typ, errorInterface)
	if o, _, _ := types.LookupFieldOrMethod(f.typ, false, nil, "Unwrap"); o != nil {
		if sig, ok := o.Type().(*types.Signature); ok && sig.Results().Len() == 1 {
			_, f.multi = sig.Results().At(0).Type().(*types.Slice)
		}
	}
	if _, ok := types.Unalias(f.typ).(*types.Named); ok || f.named != t {
		b.facts[t] = f
	}
	return f
}

var errorInterface = types.Universe.Lookup("error").Type().Underlying().(*types.Interface)

// register notes a method of a type, a function that takes a pointer to the receiver first.
func (b *boxes) register(t int, name string, f any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.methods[methodKey{t, name}] = reflect.ValueOf(f)
	b.facts = map[int]*typeFacts{}
}

// make boxes a value of a type; of -1, a type that only the value knows, it boxes what it can recognise.
func (b *boxes) make(t int, v any) any {
	if _, done := v.(boxer); done {
		return v
	}
	if t < 0 {
		if t = b.recognise(reflect.TypeOf(v)); t < 0 {
			return v
		}
	}
	box := Box{b, t, v}
	f := b.factsOf(t)
	switch {
	case f.error && f.multi:
		return errorsBox{errorBox{box}}
	case f.error:
		return errorBox{box}
	}
	return box
}

// recognise finds the type of the user's that the tag of a struct names.
func (b *boxes) recognise(t reflect.Type) int {
	pointers := 0
	for t != nil && t.Kind() == reflect.Pointer {
		t = t.Elem()
		pointers++
	}
	if t == nil || t.Kind() != reflect.Struct || t.NumField() == 0 {
		return -1
	}
	tag, ok := t.Field(0).Tag.Lookup("gpfsh")
	if !ok {
		return -1
	}
	typ := b.opts.Types.Tagged(tag)
	if typ == nil {
		return -1
	}
	for range pointers {
		typ = types.NewPointer(typ)
	}
	return b.opts.Types.TypeID(typ)
}

// open returns the box of a value, also of one that stands for a native interface.
func open(v any) (Box, bool) {
	if x, ok := v.(boxer); ok {
		return x.box(), true
	}
	r := reflect.ValueOf(v)
	if r.Kind() != reflect.Struct {
		return Box{}, false
	}
	f := r.FieldByName("IValue")
	if !f.IsValid() || !f.CanInterface() {
		return Box{}, false
	}
	x, ok := f.Interface().(boxer)
	if !ok {
		return Box{}, false
	}
	return x.box(), true
}

func (b Box) typ() types.Type { return b.b.opts.Types.Type(b.t) }

// method returns a method bound to the value.
func (b Box) method(name string) (reflect.Value, bool) {
	facts := b.b.factsOf(b.t)
	b.b.mu.Lock()
	f, ok := b.b.methods[methodKey{facts.named, name}]
	b.b.mu.Unlock()
	if b.typ() == nil {
		return reflect.Value{}, false
	}
	if !ok {
		return b.promoted(name)
	}
	if o, _, _ := types.LookupFieldOrMethod(b.typ(), false, mainPackage(b.typ()), name); o == nil {
		return reflect.Value{}, false
	}
	recv := reflect.ValueOf(b.v)
	if facts.named == b.t {
		// The methods take a pointer; a value in an interface cannot be changed by them.
		p := reflect.New(f.Type().In(0).Elem())
		p.Elem().Set(recv)
		recv = p
	}
	t := f.Type()
	var in, out []reflect.Type
	for i := 1; i < t.NumIn(); i++ {
		in = append(in, t.In(i))
	}
	for i := range t.NumOut() {
		out = append(out, t.Out(i))
	}
	return reflect.MakeFunc(reflect.FuncOf(in, out, t.IsVariadic()), func(args []reflect.Value) []reflect.Value {
		args = append([]reflect.Value{recv}, args...)
		if t.IsVariadic() {
			return f.CallSlice(args)
		}
		return f.Call(args)
	}), true
}

// promoted returns a method of an embedded field; types that are declared in functions have no others.
func (b Box) promoted(name string) (reflect.Value, bool) {
	o, index, _ := types.LookupFieldOrMethod(b.typ(), false, mainPackage(b.typ()), name)
	if _, ok := o.(*types.Func); !ok || len(index) < 2 {
		return reflect.Value{}, false
	}
	t, v := b.typ(), reflect.ValueOf(b.v)
	for _, i := range index[:len(index)-1] {
		if p, ok := t.Underlying().(*types.Pointer); ok {
			t, v = p.Elem(), v.Elem()
		}
		st, ok := t.Underlying().(*types.Struct)
		if !ok || v.Kind() != reflect.Struct || i >= v.NumField() {
			return reflect.Value{}, false
		}
		t, v = st.Field(i).Type(), v.Field(i)
	}
	if !v.CanInterface() {
		return reflect.Value{}, false
	}
	if inner, ok := open(v.Interface()); ok {
		return inner.method(name)
	}
	if ofUser(t) && !types.IsInterface(t) {
		return Box{b.b, b.b.opts.Types.TypeID(t), v.Interface()}.method(name)
	}
	m := b.b.nativeMethod(v.Interface(), name)
	return m, m.IsValid()
}

func mainPackage(t types.Type) *types.Package {
	if p, ok := types.Unalias(t).(*types.Pointer); ok {
		t = p.Elem()
	}
	if n, ok := types.Unalias(t).(*types.Named); ok {
		return n.Obj().Pkg()
	}
	return nil
}

// text calls a method without parameters that returns a string.
func (b Box) text(name string) (string, bool) {
	if m, ok := b.method(name); ok {
		if f, ok := m.Interface().(func() string); ok {
			return f(), true
		}
	}
	return "", false
}

// Error calls the value's own method.
func (e errorBox) Error() string {
	s, _ := e.text("Error")
	return s
}

// Unwrap calls the value's own method; without one it wraps nothing.
func (e errorBox) Unwrap() error {
	if m, ok := e.method("Unwrap"); ok {
		if f, ok := m.Interface().(func() error); ok {
			return f()
		}
	}
	return nil
}

// Is calls the value's own method; without one it is no other error.
func (e errorBox) Is(target error) bool {
	if m, ok := e.method("Is"); ok {
		if f, ok := m.Interface().(func(error) bool); ok {
			return f(target)
		}
	}
	return false
}

// Unwrap calls the value's own method.
func (e errorsBox) Unwrap() []error {
	if m, ok := e.method("Unwrap"); ok {
		if f, ok := m.Interface().(func() []error); ok {
			return f()
		}
	}
	return nil
}

// is tells whether a value is of a type.
func (b *boxes) is(t int, v any) bool {
	if v == nil {
		return false
	}
	want := b.opts.Types.Type(t)
	box, boxed := open(v)
	if want == nil {
		return false
	}
	if it, ok := want.Underlying().(*types.Interface); ok {
		if boxed {
			return box.typ() != nil && types.Implements(box.typ(), it)
		}
		if it.NumMethods() == 0 {
			return true
		}
		return b.nativeImplements(reflect.TypeOf(v), it)
	}
	if boxed {
		return box.t == t
	}
	if !ofUser(want) {
		have := b.opts.Types.Native(reflect.TypeOf(v))
		return have != nil && types.Identical(have, want)
	}
	return b.recognise(reflect.TypeOf(v)) == t
}

func (b *boxes) nativeImplements(t reflect.Type, it *types.Interface) bool {
	have := b.opts.Types.Native(t)
	return have != nil && types.Implements(have, it)
}

// ofUser tells a type that the user declared, or a pointer to one.
func ofUser(t types.Type) bool {
	t = types.Unalias(t)
	if p, ok := t.(*types.Pointer); ok {
		t = types.Unalias(p.Elem())
	}
	n, ok := t.(*types.Named)
	return ok && n.Obj().Pkg() != nil && n.Obj().Pkg().Path() == "main"
}

// as stores a value behind a pointer when it is of the type that the pointer's variable has; t is -1 where only the
// variable knows it.
func (b *boxes) as(t int, v, p any) bool {
	z := reflect.ValueOf(p).Elem()
	if v == nil {
		return false
	}
	if t < 0 {
		raw := rawValue(v)
		if z.Kind() == reflect.Interface && z.NumMethod() == 0 {
			z.Set(reflect.ValueOf(v))
			return true
		}
		r := reflect.ValueOf(raw)
		if !r.IsValid() || r.Type() != z.Type() {
			return false
		}
		z.Set(r)
		return true
	}
	// What is neither boxed nor of the user's is told by its native type.
	if _, boxed := open(v); !boxed && z.Kind() != reflect.Interface {
		if want := b.opts.Types.Type(t); want != nil && !ofUser(want) {
			r := reflect.ValueOf(v)
			if r.Type() != z.Type() {
				return false
			}
			z.Set(r)
			return true
		}
	}
	if !b.is(t, v) {
		return false
	}
	b.store(v, z)
	return true
}

// store puts a value into a variable that it fits.
func (b *boxes) store(v any, z reflect.Value) {
	if v == nil {
		z.SetZero()
		return
	}
	box, boxed := open(v)
	switch {
	case z.Kind() != reflect.Interface:
		z.Set(reflect.ValueOf(rawValue(v)))
	case z.NumMethod() == 0:
		if boxed {
			v = b.make(box.t, box.v)
		}
		z.Set(reflect.ValueOf(v))
	case reflect.TypeOf(v).Implements(z.Type()):
		z.Set(reflect.ValueOf(v))
	case boxed:
		z.Set(b.wrapper(z.Type(), box))
	default:
		panic(typeError{fmt.Sprintf("interface conversion: %T is not %s", v, z.Type())})
	}
}

// wrapper makes a boxed value stand for a native interface.
func (b *boxes) wrapper(t reflect.Type, box Box) reflect.Value {
	if v := b.make(box.t, box.v); reflect.TypeOf(v).Implements(t) {
		return reflect.ValueOf(v)
	}
	table, _, ok := b.opts.Table(t.PkgPath())
	w, found := table["_"+t.Name()]
	if !ok || !found {
		panic(typeError{fmt.Sprintf("a value of type %s cannot stand for %s here", typeName(box.typ()), t)})
	}
	s := reflect.New(w.Type().Elem()).Elem()
	s.FieldByName("IValue").Set(reflect.ValueOf(b.make(box.t, box.v)))
	for i := range s.NumField() {
		name, isMethod := strings.CutPrefix(s.Type().Field(i).Name, "W")
		m, has := box.method(name)
		if !isMethod || !has {
			continue
		}
		s.Field(i).Set(fit(m, s.Field(i).Type()))
	}
	return s
}

// fit makes a function of the user's one that native code calls, with a context that the view leaves out.
func fit(f reflect.Value, t reflect.Type) reflect.Value {
	if f.Type().AssignableTo(t) {
		return f
	}
	return reflect.MakeFunc(t, func(args []reflect.Value) []reflect.Value {
		args = args[len(args)-f.Type().NumIn():]
		if f.Type().IsVariadic() {
			return f.CallSlice(args)
		}
		return f.Call(args)
	})
}

// bind stores the method of an interface value behind a pointer to a function variable.
func (b *boxes) bind(v any, name string, p any) {
	z := reflect.ValueOf(p).Elem()
	if v == nil {
		panic(errNilDereference)
	}
	if box, ok := open(v); ok {
		if m, ok := box.method(name); ok {
			z.Set(fit(m, z.Type()))
			return
		}
	}
	m := b.nativeMethod(v, name)
	if !m.IsValid() {
		panic(typeError{fmt.Sprintf("interface conversion: %T has no method %s", v, name)})
	}
	if m.Type().AssignableTo(z.Type()) {
		z.Set(m)
		return
	}
	z.Set(reflect.MakeFunc(z.Type(), func(args []reflect.Value) []reflect.Value {
		out := m.Call(args)
		for i := range out {
			// The method returns a native type where the interface of the user has one of its own.
			r := reflect.New(z.Type().Out(i)).Elem()
			r.Set(out[i])
			out[i] = r
		}
		return out
	}))
}

// typeError is the panic of an assertion that fails.
type typeError struct{ text string }

// Error returns Go's own words.
func (e typeError) Error() string { return e.text }

// RuntimeError marks it as an error of the language.
func (typeError) RuntimeError() {}

// mustAs is as, or the panic of the language.
func (b *boxes) mustAs(t int, v, p any, from string) {
	if b.as(t, v, p) {
		return
	}
	want := reflect.TypeOf(p).Elem().String()
	typ := b.opts.Types.Type(t)
	if typ != nil {
		want = typeName(typ)
	}
	if v == nil {
		if typ != nil && types.IsInterface(typ) {
			from = "interface"
		}
		panic(typeError{"interface conversion: " + from + " is nil, not " + want})
	}
	have := b.nameOf(v)
	if typ != nil && types.IsInterface(typ) {
		missing := ""
		if box, ok := open(v); ok && box.typ() != nil {
			if m, _ := types.MissingMethod(box.typ(), typ.Underlying().(*types.Interface), true); m != nil {
				missing = ": missing method " + m.Name()
			}
		} else if native := b.opts.Types.Native(reflect.TypeOf(v)); native != nil {
			if m, _ := types.MissingMethod(native, typ.Underlying().(*types.Interface), true); m != nil {
				missing = ": missing method " + m.Name()
			}
		}
		panic(typeError{"interface conversion: " + have + " is not " + want + missing})
	}
	panic(typeError{"interface conversion: " + from + " is " + have + ", not " + want})
}

// nameOf is the name of a value's type.
func (b *boxes) nameOf(v any) string {
	if box, ok := open(v); ok {
		return typeName(box.typ())
	}
	return fmt.Sprintf("%T", v)
}

func typeName(t types.Type) string {
	if t == nil {
		return "a type"
	}
	return types.TypeString(t, func(p *types.Package) string { return p.Name() })
}

// rawValue takes a value out of its box.
func rawValue(v any) any {
	if b, ok := open(v); ok {
		return b.v
	}
	return v
}

// errorsAs is errors.As for a type of the user's.
func (b *boxes) errorsAs(t int, err error, target any) bool {
	if target == nil {
		panic("errors: target cannot be nil")
	}
	for _, e := range errorChain(err) {
		if b.is(t, e) {
			b.store(e, reflect.ValueOf(target).Elem())
			return true
		}
		if box, ok := open(e); ok {
			if m, ok := box.method("As"); ok {
				if f, ok := m.Interface().(func(any) bool); ok && f(target) {
					return true
				}
			}
		}
	}
	return false
}

// errorChain returns what an error wraps, itself first.
func errorChain(err error) []error {
	var list []error
	var walk func(error)
	walk = func(err error) {
		if err == nil {
			return
		}
		list = append(list, err)
		if x, ok := err.(interface{ Unwrap() []error }); ok {
			for _, e := range x.Unwrap() {
				walk(e)
			}
			return
		}
		walk(errors.Unwrap(err))
	}
	walk(err)
	return list
}
