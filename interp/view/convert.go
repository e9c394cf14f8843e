package view

import (
	"go/constant"
	"go/token"
	"go/types"
	"reflect"
	"slices"
	"strings"
)

var (
	errorType    = types.Universe.Lookup("error").Type()
	errorReflect = reflect.TypeFor[error]()
	constValue   = reflect.TypeFor[constant.Value]()
)

func isContext(t reflect.Type) bool { return t.PkgPath() == "context" && t.Name() == "Context" }

// isTypeValue tells a type of a symbol table from a variable: types are nil pointers that stand for themselves.
func isTypeValue(v reflect.Value) bool {
	return v.Kind() == reflect.Pointer && !v.CanAddr() && v.IsNil()
}

// fill converts all names of a package.
func (w *World) fill(p string) *types.Package {
	q := w.pkg(p)
	if w.filled[p] {
		return q
	}
	w.filled[p] = true
	if text, ok := w.sources[p]; ok {
		w.pkgs[p] = w.checkSource(p, text)
		return w.pkgs[p]
	}
	for name := range w.table(p) {
		w.convertName(p, name)
	}
	q.MarkComplete()
	if p == policyPackage {
		w.fillProcessing()
	}
	return q
}

// convertName puts one name of a package into its scope.
func (w *World) convertName(p, name string) {
	q := w.pkg(p)
	s := q.Scope()
	if strings.HasPrefix(name, "_") || s.Lookup(name) != nil {
		return
	}
	v, ok := w.table(p)[name]
	if !ok {
		return
	}
	t := v.Type()
	switch {
	case isTypeValue(v):
		ct := w.typ(t.Elem())
		if s.Lookup(name) == nil { // a named type of the package inserts itself
			tn := types.NewTypeName(token.NoPos, q, name, nil)
			types.NewAlias(tn, ct)
			s.Insert(tn)
		}
	case t.Kind() == reflect.Func && !v.CanAddr():
		f, _ := w.function(q, name, t, strings.HasPrefix(p, viewPrefix))
		s.Insert(f)
	case t.Implements(constValue):
		c := v.Interface().(constant.Value)
		s.Insert(types.NewConst(token.NoPos, q, name, untyped(c), c))
	case v.CanAddr():
		s.Insert(types.NewVar(token.NoPos, q, name, w.typ(t)))
	default:
		ct := w.typ(t)
		if c := constantOf(v); c != nil {
			s.Insert(types.NewConst(token.NoPos, q, name, ct, c))
		} else {
			s.Insert(types.NewVar(token.NoPos, q, name, ct))
		}
	}
}

func untyped(c constant.Value) types.Type {
	switch c.Kind() {
	case constant.Float:
		return types.Typ[types.UntypedFloat]
	case constant.String:
		return types.Typ[types.UntypedString]
	case constant.Bool:
		return types.Typ[types.UntypedBool]
	}
	return types.Typ[types.UntypedInt]
}

func constantOf(v reflect.Value) constant.Value {
	switch v.Kind() {
	case reflect.Bool:
		return constant.MakeBool(v.Bool())
	case reflect.String:
		return constant.MakeString(v.String())
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return constant.MakeInt64(v.Int())
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		return constant.MakeUint64(v.Uint())
	case reflect.Float32, reflect.Float64:
		return constant.MakeFloat64(v.Float())
	}
	return nil
}

var basicKinds = map[reflect.Kind]types.BasicKind{
	reflect.Bool: types.Bool, reflect.String: types.String,
	reflect.Int: types.Int, reflect.Int8: types.Int8, reflect.Int16: types.Int16, reflect.Int32: types.Int32, reflect.Int64: types.Int64,
	reflect.Uint: types.Uint, reflect.Uint8: types.Uint8, reflect.Uint16: types.Uint16, reflect.Uint32: types.Uint32, reflect.Uint64: types.Uint64,
	reflect.Uintptr: types.Uintptr, reflect.Float32: types.Float32, reflect.Float64: types.Float64,
	reflect.Complex64: types.Complex64, reflect.Complex128: types.Complex128, reflect.UnsafePointer: types.UnsafePointer,
}

// typ converts a native type to the one that the view shows.
func (w *World) typ(t reflect.Type) types.Type {
	if t == errorReflect {
		return errorType
	}
	if t.Name() != "" && t.PkgPath() != "" {
		return w.namedType(t)
	}
	return w.underlying(t, nil)
}

func (w *World) namedType(t reflect.Type) types.Type {
	if n := w.named[t]; n != nil {
		return n
	}
	pkg := w.pkg(t.PkgPath())
	name := t.Name()
	if a := w.aliasOf(t); a != "" {
		name = a
	}
	if i := strings.IndexByte(name, '['); i > 0 {
		name = name[:i] // an instance of a generic type that no alias names: it can be used, not written
	}
	tn := types.NewTypeName(token.NoPos, pkg, name, nil)
	n := types.NewNamed(tn, nil, nil)
	w.named[t] = n
	w.native[tn] = t
	if _, ok := w.table(t.PkgPath())[name]; ok && pkg.Scope().Lookup(name) == nil {
		pkg.Scope().Insert(tn)
	}
	var methods []string
	if t.Kind() != reflect.Interface {
		methods = w.methodNames(t)
	}
	if get := collectionGet(t, methods); get != nil {
		w.collections[tn] = true
		n.SetUnderlying(types.NewMap(w.typ(get.In(1)), w.typ(get.Out(0))))
	} else if isFiles(t) {
		n.SetUnderlying(w.filesType(t))
	} else {
		n.SetUnderlying(w.underlying(t, n))
	}
	if t.Kind() != reflect.Interface {
		w.addMethods(t, n, methods)
	}
	return n
}

// addMethods converts the methods of a type, whose names are those of methodNames.
func (w *World) addMethods(t reflect.Type, n *types.Named, names []string) {
	pkg := n.Obj().Pkg()
	pt := reflect.PointerTo(t)
	zero := reflect.Zero(pt)
	for i, name := range names {
		name, byPointer := strings.CutPrefix(name, "*")
		var recv types.Type = n
		if byPointer {
			recv = types.NewPointer(n)
		}
		f, _ := w.method(pkg, name, zero.Method(i).Type(), 0, types.NewVar(token.NoPos, pkg, "", recv), docName(t, n))
		n.AddMethod(f)
	}
	if !inView(t) {
		return
	}
	// Reflection does not list unexported methods of concrete types. Every interface of the package that the type
	// implements tells which ones it must have; without them options would not be options to go/types.
	seen := map[string]bool{}
	for _, it := range w.closedOf(t.PkgPath()) {
		if !pt.Implements(it) {
			continue
		}
		var recv types.Type = n
		if !t.Implements(it) {
			recv = types.NewPointer(n)
		}
		for i := range it.NumMethod() {
			m := it.Method(i)
			if m.PkgPath == "" || seen[m.Name] {
				continue
			}
			seen[m.Name] = true
			sig := w.signature(m.Type, 0, types.NewVar(token.NoPos, pkg, "", recv), true, nil)
			n.AddMethod(types.NewFunc(token.NoPos, w.pkg(m.PkgPath), m.Name, sig))
		}
	}
}

// methodNames returns the names of the methods of a pointer to a type in the order of reflection, with a star before
// those that the type itself does not have: from the tables, see symbols.Package, or else from reflection.
func (w *World) methodNames(t reflect.Type) []string {
	p := t.PkgPath()
	table, ok := w.methods[p]
	if !ok {
		if f := w.tables[p].Methods; f != nil {
			table = f()
		}
		w.methods[p] = table
	}
	pt := reflect.PointerTo(t)
	for _, name := range []string{t.Name(), w.aliasOf(t)} {
		if v, ok := w.table(p)[name]; ok && v.Type() == pt {
			if names := strings.Fields(table[name]); len(names) == pt.NumMethod() {
				return names
			}
		}
	}
	var names []string
	for m := range pt.Methods() {
		if _, byValue := t.MethodByName(m.Name); byValue {
			names = append(names, m.Name)
		} else {
			names = append(names, "*"+m.Name)
		}
	}
	return names
}

// closedOf returns the interfaces of a package that have unexported methods, by name.
func (w *World) closedOf(p string) []reflect.Type {
	list, ok := w.closed[p]
	if ok {
		return list
	}
	list = w.tableTypes(p, func(t reflect.Type) bool {
		if t.Kind() != reflect.Interface {
			return false
		}
		for m := range t.Methods() {
			if m.PkgPath != "" {
				return true
			}
		}
		return false
	})
	w.closed[p] = list
	return list
}

// tableTypes returns those types of a package's table that are wanted, by name.
func (w *World) tableTypes(p string, wanted func(reflect.Type) bool) []reflect.Type {
	var list []reflect.Type
	for name, v := range w.table(p) {
		if !strings.HasPrefix(name, "_") && isTypeValue(v) && wanted(v.Type().Elem()) {
			list = append(list, v.Type().Elem())
		}
	}
	slices.SortFunc(list, func(a, b reflect.Type) int { return strings.Compare(a.Name(), b.Name()) })
	return list
}

// docName is the name under which a type is documented: that of the generic type for its instances.
func docName(t reflect.Type, n *types.Named) string {
	if generic, _, ok := strings.Cut(t.Name(), "["); ok {
		return generic
	}
	return n.Obj().Name()
}

// method converts a method from its native type, whose first parameters may have to be skipped.
func (w *World) method(pkg *types.Package, name string, t reflect.Type, skip int, recv *types.Var, typeName string) (*types.Func, *nativeFunc) {
	nf := &nativeFunc{doc: typeName + "." + name, name: name}
	view := pkg != nil && strings.HasPrefix(pkg.Path(), viewPrefix)
	f := types.NewFunc(token.NoPos, pkg, name, w.signature(t, skip, recv, view, nf))
	w.funcs[f] = nf
	return f, nf
}

func (w *World) function(pkg *types.Package, name string, t reflect.Type, view bool) (*types.Func, *nativeFunc) {
	nf := &nativeFunc{doc: name, name: name}
	f := types.NewFunc(token.NoPos, pkg, name, w.signature(t, 0, nil, view, nf))
	w.funcs[f] = nf
	return f, nf
}

// signature converts a function type from its parameter number skip on. In the view a leading context disappears, of
// the function and of the functions it takes; the trailing error stays.
func (w *World) signature(t reflect.Type, skip int, recv *types.Var, view bool, nf *nativeFunc) *types.Signature {
	var params, results []*types.Var
	for i := skip; i < t.NumIn(); i++ {
		in := t.In(i)
		if view && i == skip && isContext(in) && !(t.IsVariadic() && i == t.NumIn()-1) {
			if nf != nil {
				nf.ctx = true
			}
			continue
		}
		var pt types.Type
		if view && in.Kind() == reflect.Func && in.Name() == "" {
			if in.NumIn() > 0 && isContext(in.In(0)) && nf != nil {
				if nf.callbacks == nil {
					nf.callbacks = map[int]bool{}
				}
				nf.callbacks[len(params)] = true
			}
			pt = w.signature(in, 0, nil, true, nil)
		} else if local, ok := carrier(in); view && ok && nf != nil {
			if nf.carriers == nil {
				nf.carriers = map[int]reflect.Type{}
			}
			nf.carriers[len(params)] = in
			pt = w.signature(local, 0, nil, true, nil)
		} else {
			pt = w.typ(in)
			if view && nf != nil && t.IsVariadic() && i == t.NumIn()-1 {
				nf.parts = w.partCarrier(in.Elem())
			}
		}
		params = append(params, types.NewParam(token.NoPos, nil, "", pt))
	}
	for i := range t.NumOut() {
		results = append(results, types.NewParam(token.NoPos, nil, "", w.typ(t.Out(i))))
	}
	return types.NewSignatureType(recv, nil, nil, types.NewTuple(params...), types.NewTuple(results...), t.IsVariadic())
}

func (w *World) underlying(t reflect.Type, self *types.Named) types.Type {
	switch t.Kind() {
	case reflect.Array:
		return types.NewArray(w.typ(t.Elem()), int64(t.Len()))
	case reflect.Slice:
		return types.NewSlice(w.typ(t.Elem()))
	case reflect.Map:
		return types.NewMap(w.typ(t.Key()), w.typ(t.Elem()))
	case reflect.Pointer:
		return types.NewPointer(w.typ(t.Elem()))
	case reflect.Chan:
		dir := types.SendRecv
		switch t.ChanDir() {
		case reflect.RecvDir:
			dir = types.RecvOnly
		case reflect.SendDir:
			dir = types.SendOnly
		}
		return types.NewChan(dir, w.typ(t.Elem()))
	case reflect.Func:
		return w.signature(t, 0, nil, false, nil)
	case reflect.Struct:
		return w.structType(t, self)
	case reflect.Interface:
		return w.interfaceType(t)
	}
	return types.Typ[basicKinds[t.Kind()]]
}

// structType converts the exported fields. Others cannot be reached from a source, and their types would draw half of
// the program into the view; an unexported embedded struct stays for what it promotes.
func (w *World) structType(t reflect.Type, self *types.Named) types.Type {
	var fields []*types.Var
	for i := range t.NumField() {
		f := t.Field(i)
		if !f.IsExported() && (!f.Anonymous || f.Type.Kind() != reflect.Struct) {
			continue
		}
		var pkg *types.Package
		switch {
		case f.PkgPath != "":
			pkg = w.pkg(f.PkgPath)
		case self != nil:
			pkg = self.Obj().Pkg()
		}
		v := types.NewField(token.NoPos, pkg, f.Name, w.typ(f.Type), f.Anonymous)
		if self != nil {
			w.fields[v] = self.Obj().Name() + "." + f.Name
		}
		fields = append(fields, v)
	}
	return types.NewStruct(fields, nil)
}

func (w *World) interfaceType(t reflect.Type) types.Type {
	view := t.Name() != "" && inView(t)
	if w.partCarrier(t) != nil {
		return types.NewInterfaceType(nil, nil).Complete()
	}
	var methods []*types.Func
	for i := range t.NumMethod() {
		m := t.Method(i)
		pkg := w.pkg(m.PkgPath)
		if pkg == nil {
			pkg = w.pkg(t.PkgPath())
		}
		nf := &nativeFunc{doc: t.Name() + "." + m.Name, name: m.Name}
		f := types.NewFunc(token.NoPos, pkg, m.Name, w.signature(m.Type, 0, nil, view, nf))
		w.funcs[f] = nf
		methods = append(methods, f)
	}
	return types.NewInterfaceType(methods, nil).Complete()
}
