package batch

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"reflect"
	"time"
	"unsafe"

	"gpfsh/policy/filelist"
)

// builtin returns the name of the builtin function that a call means, "" when it means none.
func (c *compiler) builtin(x *ast.CallExpr) string {
	id, ok := ast.Unparen(x.Fun).(*ast.Ident)
	if !ok {
		return ""
	}
	if b, ok := c.Info.Uses[id].(*types.Builtin); ok {
		return b.Name()
	}
	return ""
}

func (c *compiler) callExpr(x *ast.CallExpr, site int) *value {
	if tv := c.Info.Types[x.Fun]; tv.IsType() && len(x.Args) == 1 {
		from := types.Default(c.typeOf(x.Args[0]))
		to := c.layout(tv.Type)
		v := c.value(x.Args[0], site)
		if _, ok := from.Underlying().(*types.Basic); ok && v.class == integer && classOf(to) == text {
			c.decline("a number as a text")
		}
		return c.convert(v, to)
	}
	if name := c.builtin(x); name != "" {
		return c.builtinCall(name, x, site)
	}
	var fn *types.Func
	var recv ast.Expr
	switch f := ast.Unparen(c.Unwrap(x.Fun)).(type) {
	case *ast.Ident:
		fn, _ = c.Info.Uses[f].(*types.Func)
	case *ast.SelectorExpr:
		if sel := c.Info.Selections[f]; sel != nil {
			if sel.Kind() == types.MethodVal && len(sel.Index()) == 1 {
				fn, _ = sel.Obj().(*types.Func)
				recv = f.X
			}
		} else {
			fn, _ = c.Info.Uses[f.Sel].(*types.Func)
		}
	}
	if fn == nil || fn.Pkg() == nil {
		c.decline("a call of this kind")
	}
	if fn.Pkg().Path() == "main" {
		return c.inline(fn, x, recv, site)
	}
	return c.nativeCall(fn, recv, x, site)
}

func (c *compiler) builtinCall(name string, x *ast.CallExpr, site int) *value {
	rt := c.layout(c.typeOf(x))
	switch name {
	case "len":
		switch u := c.typeOf(x.Args[0]).Underlying().(type) {
		case *types.Basic:
			s := c.value(x.Args[0], site).text()
			return &value{rt: rt, class: integer, i: func(m *machine) int64 { return int64(len(s(m))) }}
		case *types.Slice:
			p := c.inMemory(x.Args[0], site)
			return &value{rt: rt, class: integer, i: func(m *machine) int64 { return int64((*sliceHeader)(p(m)).len) }}
		case *types.Array:
			n := u.Len()
			return &value{rt: rt, class: integer, i: func(*machine) int64 { return n }}
		case *types.Map:
			t := c.mapType(c.layout(u))
			of := c.value(x.Args[0], site)
			of.want(pointer)
			cache := c.loop.maps
			c.loop.maps++
			return &value{rt: rt, class: integer, i: func(m *machine) int64 {
				p := of.p(m)
				if p == nil {
					return 0
				}
				return int64(m.shadowOf(cache, p, t).len)
			}}
		}
	case "min", "max":
		t := c.typeOf(x)
		out := c.converted(x.Args[0], t, site)
		for _, a := range x.Args[1:] {
			out = c.extreme(name, out, c.converted(a, t, site))
		}
		return out
	case "make":
		if _, ok := c.typeOf(x).Underlying().(*types.Map); ok && len(x.Args) == 1 {
			return newMap(rt)
		}
	case "append":
		return c.appendCall(x, rt, site)
	case "new":
		if len(x.Args) == 1 && c.Info.Types[x.Args[0]].IsType() {
			elem := rt.Elem()
			return &value{rt: rt, class: pointer, p: func(*machine) unsafe.Pointer { return reflect.New(elem).UnsafePointer() }}
		}
	}
	c.decline("the function " + name)
	return nil
}

// appendCall compiles an append as a value.
func (c *compiler) appendCall(x *ast.CallExpr, rt reflect.Type, site int) *value {
	from := c.converted(x.Args[0], c.typeOf(x), site)
	from.want(memory)
	slot := c.newLocal(rt)
	at := func(m *machine) unsafe.Pointer { return m.mem[slot] }
	out := &value{rt: rt, class: memory, calls: from.calls}
	var steps []func(*machine)
	elem := c.typeOf(x).Underlying().(*types.Slice).Elem()
	if x.Ellipsis.IsValid() {
		more := c.converted(x.Args[1], c.typeOf(x), site)
		more.want(memory)
		out.calls = out.calls || more.calls
		kept := c.newLocal(rt)
		store := c.store(rt, more)
		out.p = func(m *machine) unsafe.Pointer {
			p := from.p(m)
			*(*sliceHeader)(m.mem[slot]) = *(*sliceHeader)(p)
			store(m, m.mem[kept])
			list := reflect.NewAt(rt, m.mem[slot]).Elem()
			list.Set(reflect.AppendSlice(list, reflect.NewAt(rt, m.mem[kept]).Elem()))
			return m.mem[slot]
		}
		return out
	}
	var computed []func(*machine)
	for _, a := range x.Args[1:] {
		v := c.converted(a, elem, site)
		out.calls = out.calls || v.calls
		kept := c.newLocal(rt.Elem())
		store, copyElem := c.store(rt.Elem(), v), copier(rt.Elem())
		computed = append(computed, func(m *machine) { store(m, m.mem[kept]) })
		steps = append(steps, appendStep(rt, at, func(m *machine, p unsafe.Pointer) { copyElem(p, m.mem[kept]) }))
	}
	out.p = func(m *machine) unsafe.Pointer {
		p := from.p(m)
		*(*sliceHeader)(m.mem[slot]) = *(*sliceHeader)(p)
		for _, f := range computed {
			f(m)
		}
		for _, f := range steps {
			f(m)
		}
		return m.mem[slot]
	}
	return out
}

// extreme is the smaller or the larger of two.
func (c *compiler) extreme(name string, x, y *value) *value {
	out := &value{rt: x.rt, class: x.class, calls: x.calls || y.calls}
	low := name == "min"
	switch x.class {
	case integer:
		a, b, u := x.i, y.i, unsigned(x.rt.Kind())
		out.i = func(m *machine) int64 {
			p, q := a(m), b(m)
			less := p < q
			if u {
				less = uint64(p) < uint64(q)
			}
			if less == low {
				return p
			}
			return q
		}
	case float:
		a, b := x.f, y.f
		if low {
			out.f = func(m *machine) float64 { return min(a(m), b(m)) }
		} else {
			out.f = func(m *machine) float64 { return max(a(m), b(m)) }
		}
	case text:
		a, b := x.s, y.s
		if low {
			out.s = func(m *machine) string { return min(a(m), b(m)) }
		} else {
			out.s = func(m *machine) string { return max(a(m), b(m)) }
		}
	default:
		c.decline("the function " + name)
	}
	return out
}

func (c *compiler) deleteCall(x *ast.CallExpr, site int) func(*machine) {
	t := c.mapOf(x.Args[0])
	if t == nil {
		c.decline("a delete of this kind")
	}
	find := c.element(&ast.IndexExpr{X: x.Args[0], Index: x.Args[1]}, t, false, site)
	return func(m *machine) {
		if s, e := find(m); s != nil {
			s.delete(e)
		}
	}
}

func (c *compiler) resultType(fn *types.Func) types.Type {
	return fn.Signature().Results().At(0).Type()
}

// maxCalls is how deep functions of the user's may call each other.
const maxCalls = 8

// inline compiles the body of a function of the user's in place of its call.
func (c *compiler) inline(fn *types.Func, x *ast.CallExpr, recv ast.Expr, site int) *value {
	sig := fn.Signature()
	if recv != nil || sig.Recv() != nil || sig.TypeParams().Len() > 0 || sig.Variadic() || sig.Results().Len() != 1 || len(x.Args) != sig.Params().Len() || len(c.calls) >= maxCalls {
		c.decline("a call of " + fn.Name())
	}
	for _, k := range c.calls {
		if k.fn == fn {
			c.decline("a function that calls itself")
		}
	}
	d := c.Decl(fn)
	if d == nil || d.Body == nil {
		c.decline("a call of " + fn.Name())
	}
	if r := d.Type.Results.List[0]; len(r.Names) > 0 {
		c.decline("a named result")
	}
	var args []func(*machine)
	i := 0
	for _, f := range d.Type.Params.List {
		for _, name := range f.Names {
			c.parameter(c.Info.Defs[name], x.Args[i], &args, site)
			i++
		}
	}
	if i != len(x.Args) {
		c.decline("parameters without names")
	}
	return c.inBody(fn, d.Body.List, args, site)
}

// parameter gives a parameter its argument. The file at hand is passed as it is.
func (c *compiler) parameter(o types.Object, arg ast.Expr, args *[]func(*machine), site int) {
	if id, ok := ast.Unparen(arg).(*ast.Ident); ok && c.file[c.Info.ObjectOf(id)] {
		if o != nil {
			c.file[o] = true
		}
		return
	}
	if o == nil {
		c.decline("a blank parameter")
	}
	rt := c.layout(o.Type())
	store := c.store(rt, c.converted(arg, o.Type(), site))
	slot := c.newLocal(rt)
	c.slots[o] = slot
	*args = append(*args, func(m *machine) { store(m, m.mem[slot]) })
}

// inBody compiles the statements of a function whose parameters are set by args.
func (c *compiler) inBody(fn *types.Func, list []ast.Stmt, args []func(*machine), site int) *value {
	rt := c.layout(c.resultType(fn))
	slot := c.newLocal(rt)
	run := c.into(body{fn: fn, list: list, result: c.resultType(fn)}, slot, site)
	out := c.load(rt, func(m *machine) unsafe.Pointer {
		for _, f := range args {
			f(m)
		}
		run(m)
		m.site = site
		return m.mem[slot]
	})
	out.calls = true
	return out
}

// nativePackages are those whose functions may be called: they only compute.
var nativePackages = map[string]bool{"strings": true, "path": true, "path/filepath": true, "time": true, "math": true, "strconv": true, "unicode": true}

// nativeCall compiles a call of a function of Go's library.
func (c *compiler) nativeCall(fn *types.Func, recv ast.Expr, x *ast.CallExpr, site int) *value {
	sig := fn.Signature()
	if fn.Pkg().Path() == "fmt" {
		return c.sprint(fn, x, site)
	}
	if recv != nil {
		if id, ok := ast.Unparen(recv).(*ast.Ident); ok && c.file[c.Info.ObjectOf(id)] {
			return c.fileCall(fn, x, site)
		}
	}
	if !nativePackages[fn.Pkg().Path()] || fn.Name() == "Sleep" || sig.Variadic() || sig.Results().Len() != 1 || len(x.Args) != sig.Params().Len() {
		c.decline("a call of " + fn.FullName())
	}
	f := c.Native(fn)
	if !f.IsValid() {
		c.decline("a call of " + fn.FullName())
	}
	var args []*value
	if recv != nil {
		r := sig.Recv().Type()
		if _, ok := r.Underlying().(*types.Pointer); ok {
			c.decline("a call of " + fn.FullName())
		}
		args = append(args, c.converted(recv, r, site))
	}
	for i, a := range x.Args {
		args = append(args, c.converted(a, sig.Params().At(i).Type(), site))
	}
	rt := c.layout(c.resultType(fn))
	v := &value{rt: rt, class: classOf(rt)}
	for _, a := range args {
		v.calls = v.calls || a.calls
	}
	slot := 0
	if v.class == memory {
		slot = c.newLocal(rt)
	}
	if !bind(v, f, args, slot) {
		c.decline("a call of " + fn.FullName())
	}
	return v
}

// bind makes v the call of a native function of one of the known signatures. A time or a list that it returns goes to a
// variable.
func bind(v *value, f reflect.Value, args []*value, slot int) bool {
	s := func(i int) func(*machine) string { return args[i].text() }
	n := func(i int) func(*machine) int64 { return args[i].integer() }
	x := func(i int) func(*machine) float64 { return args[i].float() }
	t := func(i int) func(*machine) unsafe.Pointer {
		args[i].want(memory)
		return args[i].p
	}
	at := func(p unsafe.Pointer) time.Time { return *(*time.Time)(p) }
	list := func(m *machine, l []string) unsafe.Pointer {
		p := m.mem[slot]
		*(*[]string)(p) = l
		return p
	}
	give := func(m *machine, t time.Time) unsafe.Pointer {
		p := m.mem[slot]
		*(*time.Time)(p) = t
		return p
	}
	switch f := f.Interface().(type) {
	case func(string) string:
		a := s(0)
		v.s = func(m *machine) string { return f(a(m)) }
	case func(string) bool:
		a := s(0)
		v.b = func(m *machine) bool { return f(a(m)) }
	case func(string, string) string:
		a, b := s(0), s(1)
		v.s = func(m *machine) string { p := a(m); return f(p, b(m)) }
	case func(string, string) bool:
		a, b := s(0), s(1)
		v.b = func(m *machine) bool { p := a(m); return f(p, b(m)) }
	case func(string, string) int:
		a, b := s(0), s(1)
		v.i = func(m *machine) int64 { p := a(m); return int64(f(p, b(m))) }
	case func(string) []string:
		a := s(0)
		v.p = func(m *machine) unsafe.Pointer { return list(m, f(a(m))) }
	case func(string, string) []string:
		a, b := s(0), s(1)
		v.p = func(m *machine) unsafe.Pointer { p := a(m); return list(m, f(p, b(m))) }
	case func(string, string, int) []string:
		a, b, d := s(0), s(1), n(2)
		v.p = func(m *machine) unsafe.Pointer { p, q := a(m), b(m); return list(m, f(p, q, int(d(m)))) }
	case func(string, byte) int:
		a, b := s(0), n(1)
		v.i = func(m *machine) int64 { p := a(m); return int64(f(p, byte(b(m)))) }
	case func(string, rune) int:
		a, b := s(0), n(1)
		v.i = func(m *machine) int64 { p := a(m); return int64(f(p, rune(b(m)))) }
	case func(string, string, string) string:
		a, b, d := s(0), s(1), s(2)
		v.s = func(m *machine) string { p, q := a(m), b(m); return f(p, q, d(m)) }
	case func(string, int) string:
		a, b := s(0), n(1)
		v.s = func(m *machine) string { p := a(m); return f(p, int(b(m))) }
	case func(int) string:
		a := n(0)
		v.s = func(m *machine) string { return f(int(a(m))) }
	case func(int64, int) string:
		a, b := n(0), n(1)
		v.s = func(m *machine) string { p := a(m); return f(p, int(b(m))) }
	case func(float64) float64:
		a := x(0)
		v.f = func(m *machine) float64 { return f(a(m)) }
	case func(float64, float64) float64:
		a, b := x(0), x(1)
		v.f = func(m *machine) float64 { p := a(m); return f(p, b(m)) }
	case func(time.Time) bool:
		a := t(0)
		v.b = func(m *machine) bool { return f(at(a(m))) }
	case func(time.Time) int:
		a := t(0)
		v.i = func(m *machine) int64 { return int64(f(at(a(m)))) }
	case func(time.Time) int64:
		a := t(0)
		v.i = func(m *machine) int64 { return f(at(a(m))) }
	case func(time.Time) time.Month:
		a := t(0)
		v.i = func(m *machine) int64 { return int64(f(at(a(m)))) }
	case func(time.Time) time.Weekday:
		a := t(0)
		v.i = func(m *machine) int64 { return int64(f(at(a(m)))) }
	case func(time.Time) time.Duration:
		a := t(0)
		v.i = func(m *machine) int64 { return int64(f(at(a(m)))) }
	case func(time.Time, time.Time) bool:
		a, b := t(0), t(1)
		v.b = func(m *machine) bool { p := at(a(m)); return f(p, at(b(m))) }
	case func(time.Time, time.Time) time.Duration:
		a, b := t(0), t(1)
		v.i = func(m *machine) int64 { p := at(a(m)); return int64(f(p, at(b(m)))) }
	case func(time.Time) time.Time:
		a := t(0)
		v.p = func(m *machine) unsafe.Pointer { return give(m, f(at(a(m)))) }
	case func(time.Time, time.Duration) time.Time:
		a, b := t(0), n(1)
		v.p = func(m *machine) unsafe.Pointer { p := at(a(m)); return give(m, f(p, time.Duration(b(m)))) }
	case func() time.Time:
		v.p = func(m *machine) unsafe.Pointer { return give(m, f()) }
	case func(time.Time, string) string:
		a, b := t(0), s(1)
		v.s = func(m *machine) string { p := at(a(m)); return f(p, b(m)) }
	case func(time.Duration) float64:
		a := n(0)
		v.f = func(m *machine) float64 { return f(time.Duration(a(m))) }
	case func(time.Duration) int64:
		a := n(0)
		v.i = func(m *machine) int64 { return f(time.Duration(a(m))) }
	case func(time.Duration) string:
		a := n(0)
		v.s = func(m *machine) string { return f(time.Duration(a(m))) }
	case func(time.Month) string:
		a := n(0)
		v.s = func(m *machine) string { return f(time.Month(a(m))) }
	case func(time.Weekday) string:
		a := n(0)
		v.s = func(m *machine) string { return f(time.Weekday(a(m))) }
	default:
		return false
	}
	return true
}

// fileCall compiles a call of a method of the file at hand.
func (c *compiler) fileCall(fn *types.Func, x *ast.CallExpr, site int) *value {
	m, ok := reflect.PointerTo(c.File).MethodByName(fn.Name())
	if !ok || len(x.Args) != 1 || fn.Signature().Variadic() {
		c.decline("a call of " + fn.FullName())
	}
	arg := c.converted(x.Args[0], fn.Signature().Params().At(0).Type(), site)
	out := &value{calls: arg.calls}
	switch f := m.Func.Interface().(type) {
	case func(*filelist.File, string) string:
		a := arg.text()
		out.rt, out.class = reflect.TypeFor[string](), text
		out.s = func(m *machine) string { return f((*filelist.File)(m.file), a(m)) }
	case func(*filelist.File, filelist.Attr) bool:
		a := arg.text()
		out.rt, out.class = reflect.TypeFor[bool](), boolean
		out.b = func(m *machine) bool { return f((*filelist.File)(m.file), filelist.Attr(a(m))) }
	default:
		c.decline("a call of " + fn.FullName())
	}
	return out
}

// sprint compiles fmt.Sprint and fmt.Sprintf of values of Go's own types: those of the user's may have methods that the
// interpreter knows.
func (c *compiler) sprint(fn *types.Func, x *ast.CallExpr, site int) *value {
	if fn.Name() != "Sprint" && fn.Name() != "Sprintf" || x.Ellipsis.IsValid() {
		c.decline("a call of " + fn.FullName())
	}
	var args []func(*machine) any
	calls := false
	for _, a := range x.Args {
		t := types.Default(c.typeOf(a))
		if _, ok := types.Unalias(t).(*types.Basic); !ok {
			c.decline("a value of a named type that is printed")
		}
		v := c.converted(a, t, site)
		calls = calls || v.calls
		rt, slot := v.rt, c.newLocal(v.rt)
		store := c.store(rt, v)
		args = append(args, func(m *machine) any {
			store(m, m.mem[slot])
			return reflect.NewAt(rt, m.mem[slot]).Elem().Interface()
		})
	}
	list := func(m *machine) []any {
		l := make([]any, len(args))
		for i, a := range args {
			l[i] = a(m)
		}
		return l
	}
	out := &value{rt: reflect.TypeFor[string](), class: text, calls: calls}
	if fn.Name() == "Sprint" {
		out.s = func(m *machine) string { return fmt.Sprint(list(m)...) }
		return out
	}
	format := c.converted(x.Args[0], types.Typ[types.String], site).text()
	args = args[1:]
	out.s = func(m *machine) string { f := format(m); return fmt.Sprintf(f, list(m)...) }
	return out
}

// results compiles an assignment of the results of a native function that has several.
func (c *compiler) results(x *ast.AssignStmt, site int) func(*machine) {
	call, ok := ast.Unparen(c.Unwrap(x.Rhs[0])).(*ast.CallExpr)
	if !ok || len(x.Rhs) != 1 {
		c.decline("an assignment of this kind")
	}
	sel, ok := ast.Unparen(c.Unwrap(call.Fun)).(*ast.SelectorExpr)
	if !ok {
		c.decline("a call with several results")
	}
	fn, ok := c.Info.Uses[sel.Sel].(*types.Func)
	if !ok || fn.Pkg() == nil || !nativePackages[fn.Pkg().Path()] || c.Info.Selections[sel] != nil {
		c.decline("a call with several results")
	}
	var arg []func(*machine) string
	for _, a := range call.Args {
		arg = append(arg, c.converted(a, types.Typ[types.String], site).text())
	}
	first, second, found := c.newLocal(basicTypes[types.String]), c.newLocal(basicTypes[types.String]), c.newLocal(basicTypes[types.Bool])
	var run func(*machine)
	native := c.Native(fn)
	if !native.IsValid() {
		c.decline("a call of " + fn.FullName())
	}
	slots := []int{first, second, found}
	switch f := native.Interface().(type) {
	case func(string, string) (string, string, bool): // strings.Cut
		run = func(m *machine) {
			s := arg[0](m)
			*(*string)(m.mem[first]), *(*string)(m.mem[second]), *(*bool)(m.mem[found]) = f(s, arg[1](m))
		}
	case func(string, string) (string, bool): // strings.CutPrefix
		slots = []int{first, found}
		run = func(m *machine) {
			s := arg[0](m)
			*(*string)(m.mem[first]), *(*bool)(m.mem[found]) = f(s, arg[1](m))
		}
	case func(string) (string, string): // path.Split
		run = func(m *machine) { *(*string)(m.mem[first]), *(*string)(m.mem[second]) = f(arg[0](m)) }
	}
	if run == nil || len(x.Lhs) > len(slots) {
		c.decline("a call of " + fn.FullName())
	}
	steps := []func(*machine){run}
	for i, lhs := range x.Lhs {
		id, ok := ast.Unparen(lhs).(*ast.Ident)
		if !ok {
			c.decline("an assignment of several values to computed places")
		}
		if id.Name == "_" {
			continue
		}
		slot := slots[i]
		rt := c.loop.locals[slot-len(c.loop.varTypes)]
		steps = append(steps, c.assignTo(lhs, rt, c.load(rt, func(m *machine) unsafe.Pointer { return m.mem[slot] }), x.Tok == token.DEFINE, site))
	}
	return func(m *machine) {
		for _, f := range steps {
			f(m)
		}
	}
}
