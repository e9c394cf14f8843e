package run

import (
	"encoding/json"
	"fmt"
	"go/types"
	"reflect"
	"strings"
)

// Encoders and templates look into values natively: they see fields as the interpreter names them, and no embedding.
// Plain values have the shape that the user gave them.

// shaper makes plain types and values.
type shaper struct {
	b      *boxes
	decode bool // plain values are read into, and copied back
	show   bool // for people: unexported fields too
	open   map[types.Type]bool
}

// shape returns the plain type of a type.
func (s *shaper) shape(t types.Type, native reflect.Type) reflect.Type {
	if s.own(t) {
		if s.decode {
			return reflect.TypeFor[json.RawMessage]()
		}
		return reflect.TypeFor[any]()
	}
	if types.IsInterface(t) && !s.decode || !ofView(t) {
		return native
	}
	switch u := t.Underlying().(type) {
	case *types.Struct:
		if !ofView(t) || native.Kind() != reflect.Struct || native.NumField() != u.NumFields() {
			return native
		}
		if s.open[t] {
			if s.decode {
				return reflect.TypeFor[json.RawMessage]()
			}
			return reflect.TypeFor[any]()
		}
		s.open[t] = true
		defer delete(s.open, t)
		var fields []reflect.StructField
		used := map[string]bool{}
		for i := range u.NumFields() {
			if !s.has(u.Field(i)) {
				continue
			}
			f := u.Field(i)
			name := exported(f.Name())
			if used[name] {
				continue
			}
			used[name] = true
			field := reflect.StructField{Name: name, Type: s.shape(f.Type(), native.Field(i).Type), Tag: reflect.StructTag(u.Tag(i))}
			field.Anonymous = f.Embedded() && (field.Type.Kind() == reflect.Struct || field.Type.Kind() == reflect.Pointer && field.Type.Elem().Kind() == reflect.Struct) && field.Type.NumMethod() == 0
			fields = append(fields, field)
		}
		return reflect.StructOf(fields)
	case *types.Pointer:
		e := s.shape(u.Elem(), native.Elem())
		if e == reflect.TypeFor[any]() || e == reflect.TypeFor[json.RawMessage]() {
			return e
		}
		return reflect.PointerTo(e)
	case *types.Slice:
		return reflect.SliceOf(s.shape(u.Elem(), native.Elem()))
	case *types.Array:
		return reflect.ArrayOf(native.Len(), s.shape(u.Elem(), native.Elem()))
	case *types.Map:
		return reflect.MapOf(native.Key(), s.shape(u.Elem(), native.Elem()))
	}
	return native
}

func (s *shaper) has(f *types.Var) bool { return s.show || f.Exported() || f.Embedded() }

func exported(name string) string {
	if name == "" || name == "_" {
		return "X_"
	}
	return strings.ToUpper(name[:1]) + name[1:]
}

// own tells a type of the user's that encodes itself.
func (s *shaper) own(t types.Type) bool {
	if !ofUser(t) || types.IsInterface(t) {
		return false
	}
	names := []string{"MarshalJSON", "MarshalText"}
	if s.decode {
		names = []string{"UnmarshalJSON", "UnmarshalText"}
		if _, ok := types.Unalias(t).(*types.Pointer); !ok {
			t = types.NewPointer(t)
		}
	}
	if s.show {
		names = []string{"Error", "String"}
	}
	for _, name := range names {
		if o, _, _ := types.LookupFieldOrMethod(t, false, nil, name); o != nil {
			if _, ok := o.(*types.Func); ok {
				return true
			}
		}
	}
	return false
}

// plain makes the plain value of a value.
func (s *shaper) plain(t types.Type, v reflect.Value, want reflect.Type) reflect.Value {
	out := reflect.New(want).Elem()
	if !v.IsValid() {
		return out
	}
	if want == v.Type() {
		out.Set(v)
		return out
	}
	if want == reflect.TypeFor[json.RawMessage]() {
		return out // what is read replaces what was there
	}
	if want == reflect.TypeFor[any]() {
		if v.Kind() == reflect.Pointer && v.IsNil() {
			return out
		}
		if s.show && s.own(t) {
			out.Set(reflect.ValueOf(fmt.Sprint(s.b.make(s.b.opts.Types.TypeID(t), v.Interface()))))
			return out
		}
		out.Set(reflect.ValueOf(s.b.make(s.b.opts.Types.TypeID(t), v.Interface())))
		return out
	}
	switch u := t.Underlying().(type) {
	case *types.Struct:
		for i := range u.NumFields() {
			if f := u.Field(i); s.has(f) {
				if to := out.FieldByName(exported(f.Name())); to.IsValid() {
					to.Set(s.plain(f.Type(), v.Field(i), to.Type()))
				}
			}
		}
	case *types.Pointer:
		if !v.IsNil() {
			p := reflect.New(want.Elem())
			p.Elem().Set(s.plain(u.Elem(), v.Elem(), want.Elem()))
			out.Set(p)
		}
	case *types.Slice:
		if !v.IsNil() {
			out.Set(reflect.MakeSlice(want, v.Len(), v.Len()))
			for i := range v.Len() {
				out.Index(i).Set(s.plain(u.Elem(), v.Index(i), want.Elem()))
			}
		}
	case *types.Array:
		for i := range v.Len() {
			out.Index(i).Set(s.plain(u.Elem(), v.Index(i), want.Elem()))
		}
	case *types.Map:
		if !v.IsNil() {
			out.Set(reflect.MakeMap(want))
			for _, k := range v.MapKeys() {
				out.SetMapIndex(k, s.plain(u.Elem(), v.MapIndex(k), want.Elem()))
			}
		}
	}
	return out
}

// back copies what was read into a plain value to where it belongs.
func (s *shaper) back(t types.Type, from, to reflect.Value) error {
	if from.Type() == to.Type() {
		to.Set(from)
		return nil
	}
	if raw, ok := from.Interface().(json.RawMessage); ok {
		if len(raw) == 0 {
			return nil
		}
		return s.b.readOwn(t, raw, to)
	}
	switch u := t.Underlying().(type) {
	case *types.Struct:
		for i := range u.NumFields() {
			if f := u.Field(i); s.has(f) {
				if src := from.FieldByName(exported(f.Name())); src.IsValid() {
					if err := s.back(f.Type(), src, to.Field(i)); err != nil {
						return err
					}
				}
			}
		}
	case *types.Pointer:
		if from.IsNil() {
			to.SetZero()
			return nil
		}
		if to.IsNil() {
			to.Set(reflect.New(to.Type().Elem()))
		}
		return s.back(u.Elem(), from.Elem(), to.Elem())
	case *types.Slice:
		if from.IsNil() {
			to.SetZero()
			return nil
		}
		list := reflect.MakeSlice(to.Type(), from.Len(), from.Len())
		for i := range from.Len() {
			if err := s.back(u.Elem(), from.Index(i), list.Index(i)); err != nil {
				return err
			}
		}
		to.Set(list)
	case *types.Array:
		for i := range from.Len() {
			if err := s.back(u.Elem(), from.Index(i), to.Index(i)); err != nil {
				return err
			}
		}
	case *types.Map:
		if from.IsNil() {
			to.SetZero()
			return nil
		}
		m := reflect.MakeMap(to.Type())
		for _, k := range from.MapKeys() {
			e := reflect.New(to.Type().Elem()).Elem()
			if err := s.back(u.Elem(), from.MapIndex(k), e); err != nil {
				return err
			}
			m.SetMapIndex(k, e)
		}
		to.Set(m)
	}
	return nil
}

// readOwn reads JSON into a value whose type reads itself, or that refers to its own type.
func (b *boxes) readOwn(t types.Type, raw json.RawMessage, to reflect.Value) error {
	if p, ok := types.Unalias(t).(*types.Pointer); ok {
		if string(raw) == "null" {
			to.SetZero()
			return nil
		}
		if to.IsNil() {
			to.Set(reflect.New(to.Type().Elem()))
		}
		return b.readOwn(p.Elem(), raw, to.Elem())
	}
	box := Box{b, b.opts.Types.TypeID(types.NewPointer(t)), to.Addr().Interface()}
	if m, ok := box.method("UnmarshalJSON"); ok {
		if f, ok := m.Interface().(func([]byte) error); ok {
			return f(raw)
		}
	}
	if m, ok := box.method("UnmarshalText"); ok {
		if f, ok := m.Interface().(func([]byte) error); ok {
			var text string
			if err := json.Unmarshal(raw, &text); err != nil {
				return err
			}
			return f([]byte(text))
		}
	}
	return (&jsonTarget{b, t, to}).UnmarshalJSON(raw)
}

// MarshalJSON implements json.Marshaler.
func (b Box) MarshalJSON() ([]byte, error) {
	if m, ok := b.method("MarshalJSON"); ok {
		if f, ok := m.Interface().(func() ([]byte, error)); ok {
			return f()
		}
	}
	if m, ok := b.method("MarshalText"); ok {
		if f, ok := m.Interface().(func() ([]byte, error)); ok {
			text, err := f()
			if err != nil {
				return nil, err
			}
			return json.Marshal(string(text))
		}
	}
	return json.Marshal(b.shaped(&shaper{b: b.b, open: map[types.Type]bool{}}))
}

func (b Box) shaped(s *shaper) any {
	t, v := b.typ(), reflect.ValueOf(b.v)
	if t == nil || !v.IsValid() {
		return b.v
	}
	return s.plain(t, v, s.shape(t, v.Type())).Interface()
}

// jsonTarget is a variable of the user's that JSON is read into.
type jsonTarget struct {
	b  *boxes
	t  types.Type
	to reflect.Value
}

// UnmarshalJSON implements json.Unmarshaler.
func (j *jsonTarget) UnmarshalJSON(data []byte) error {
	s := &shaper{b: j.b, decode: true, open: map[types.Type]bool{}}
	if s.own(j.t) {
		return j.b.readOwn(j.t, data, j.to)
	}
	want := s.shape(j.t, j.to.Type())
	p := reflect.New(want)
	p.Elem().Set(s.plain(j.t, j.to, want))
	if err := json.Unmarshal(data, p.Interface()); err != nil {
		return err
	}
	return s.back(j.t, p.Elem(), j.to)
}

// jsonInto returns what encoders read into instead of a variable of the user's.
func (b *boxes) jsonInto(t int, p any) any {
	p = rawValue(p)
	v := reflect.ValueOf(p)
	if t < 0 && v.Kind() == reflect.Pointer {
		t = b.recognise(v.Type().Elem())
	}
	typ := b.opts.Types.Type(t)
	if typ == nil || v.Kind() != reflect.Pointer || v.IsNil() {
		return p
	}
	return &jsonTarget{b, typ, v.Elem()}
}

// show returns a value as it is shown to people: one with a text of its own as that, another in the shape it has.
func show(v any) any {
	b, ok := open(v)
	if !ok {
		return v
	}
	s := &shaper{b: b.b, show: true, open: map[types.Type]bool{}}
	if t := b.typ(); t != nil && s.own(t) {
		return fmt.Sprint(v)
	}
	return b.shaped(s)
}

// plainFor is the value that a template looks into.
func (b *boxes) plainFor(t int, v any) any {
	if box, ok := open(v); ok {
		return box.shaped(&shaper{b: b, open: map[types.Type]bool{}})
	}
	if t < 0 {
		return v
	}
	typ := b.opts.Types.Type(t)
	if typ == nil || types.IsInterface(typ) {
		return v
	}
	return Box{b, t, v}.shaped(&shaper{b: b, open: map[types.Type]bool{}})
}
