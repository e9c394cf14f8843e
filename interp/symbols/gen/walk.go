package main

import "go/types"

// nameOf returns the name of a named type or alias, nil for others.
func nameOf(t types.Type) *types.TypeName {
	switch t := t.(type) {
	case *types.Alias:
		return t.Obj()
	case *types.Named:
		return t.Obj()
	}
	return nil
}

// walk calls visit for each named type and alias that typ is made of, and goes on to what is inside those for which
// visit returns true: type arguments, fields, methods.
func walk(typ types.Type, visit func(types.Type) bool) {
	w := &walker{visit: visit, seen: map[types.Type]bool{}}
	w.walk(typ)
}

type walker struct {
	visit func(types.Type) bool
	seen  map[types.Type]bool
}

func (w *walker) walk(typ types.Type) {
	if typ == nil || w.seen[typ] {
		return
	}
	w.seen[typ] = true
	switch t := typ.(type) {
	case *types.Alias:
		if w.visit(t) {
			w.walk(t.Rhs())
		}
	case *types.Named:
		if w.visit(t) {
			for a := range t.TypeArgs().Types() {
				w.walk(a)
			}
			w.methods(t)
			w.walk(t.Underlying())
		}
	case *types.Pointer:
		w.walk(t.Elem())
	case *types.Slice:
		w.walk(t.Elem())
	case *types.Array:
		w.walk(t.Elem())
	case *types.Chan:
		w.walk(t.Elem())
	case *types.Map:
		w.walk(t.Key())
		w.walk(t.Elem())
	case *types.Signature:
		w.tuple(t.Params())
		w.tuple(t.Results())
	case *types.Struct:
		for f := range t.Fields() {
			if f.Exported() || f.Embedded() {
				w.walk(f.Type())
			}
		}
	case *types.Interface:
		for m := range t.Methods() {
			w.walk(m.Type())
		}
	}
}

// methods walks the exported methods of a type, promoted ones included.
func (w *walker) methods(t *types.Named) {
	if types.IsInterface(t) {
		return // walked as the underlying type
	}
	for sel := range types.NewMethodSet(types.NewPointer(t)).Methods() {
		if sel.Obj().Exported() {
			w.walk(sel.Type())
		}
	}
}

func (w *walker) tuple(t *types.Tuple) {
	for v := range t.Variables() {
		w.walk(v.Type())
	}
}
