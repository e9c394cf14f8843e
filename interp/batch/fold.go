package batch

import (
	"go/ast"
	"go/token"
	"go/types"
	"reflect"
	"unsafe"
)

// Fold is the step of a map-reduce: a value is made of each file, and added to what the files before came to.
type Fold struct {
	// Mapping makes the value: a function literal, or the name of a function of the user's.
	Mapping ast.Expr
	// Adding adds a value: func(acc, v) acc. nil means that they are summed up.
	Adding ast.Expr
	// Single says that the first value is the beginning: the accumulator is a slice of none or one.
	Single bool

	Accumulator types.Type // what the files come to
	Value       types.Type
	At          ast.Node // the call
}

// CompileFold compiles the loop of a map-reduce. Its first variable is the accumulator.
func CompileFold(s Source, f Fold) (*Loop, string) {
	acc := types.NewVar(token.NoPos, nil, Accumulator.Name(), f.Accumulator)
	if f.Single {
		acc = types.NewVar(token.NoPos, nil, Accumulator.Name(), types.NewSlice(f.Accumulator))
	}
	outer := []types.Object{acc}
	for _, e := range []ast.Expr{f.Mapping, f.Adding} {
		if lit, ok := literalOf(s, e); ok {
			for _, o := range outerVars(s, nil, lit) {
				if _, known := indexOf(outer, o); !known {
					outer = append(outer, o)
				}
			}
		}
	}
	l, why := compiled(s, outer, func(c *compiler) []stmt { return c.fold(f) })
	if l != nil {
		l.Vars[0] = Accumulator
	}
	return l, why
}

func indexOf(list []types.Object, o types.Object) (int, bool) {
	for i, x := range list {
		if x == o {
			return i, true
		}
	}
	return 0, false
}

func literalOf(s Source, e ast.Expr) (*ast.FuncLit, bool) {
	if e == nil {
		return nil, false
	}
	lit, ok := ast.Unparen(s.Unwrap(ast.Unparen(e))).(*ast.FuncLit)
	return lit, ok
}

// body is a function of the user's: its parameters, and its statements.
type body struct {
	fn     *types.Func // nil for a literal
	params []types.Object
	list   []ast.Stmt
	result types.Type
}

func (c *compiler) function(e ast.Expr) body {
	var b body
	var ft *ast.FuncType
	if lit, ok := literalOf(c.Source, e); ok {
		ft, b.list = lit.Type, lit.Body.List
	} else {
		id, ok := ast.Unparen(c.Unwrap(ast.Unparen(e))).(*ast.Ident)
		if !ok {
			c.decline("a function of this kind")
		}
		b.fn, _ = c.Info.Uses[id].(*types.Func)
		if b.fn == nil || b.fn.Pkg() == nil || b.fn.Pkg().Path() != "main" || b.fn.Signature().TypeParams().Len() > 0 {
			c.decline("a function of this kind")
		}
		d := c.Decl(b.fn)
		if d == nil || d.Body == nil {
			c.decline("the function " + id.Name)
		}
		ft, b.list = d.Type, d.Body.List
	}
	for _, f := range ft.Params.List {
		for _, name := range f.Names {
			b.params = append(b.params, c.Info.Defs[name])
		}
		if len(f.Names) == 0 {
			b.params = append(b.params, nil)
		}
	}
	if ft.Results == nil || ft.Results.NumFields() != 1 || len(ft.Results.List[0].Names) > 0 {
		c.decline("results with names")
	}
	b.result = c.Info.Types[ft.Results.List[0].Type].Type
	return b
}

// into compiles the statements of a function whose result goes to a variable.
func (c *compiler) into(b body, slot, site int) func(*machine) {
	c.calls = append(c.calls, call{fn: b.fn, site: site, result: slot, t: b.result})
	list := c.block(b.list)
	c.calls = c.calls[:len(c.calls)-1]
	return func(m *machine) { runAll(list, m) }
}

func (c *compiler) fold(f Fold) []stmt {
	const acc = 0
	site := c.site(f.At)
	mapping := c.function(f.Mapping)
	if len(mapping.params) != 1 {
		c.decline("a mapping of this kind")
	}
	if o := mapping.params[0]; o != nil {
		c.file[o] = true
	}
	if f.Adding == nil {
		return []stmt{{act(c.sum(f, mapping, acc, site)), site}}
	}
	rt := c.layout(f.Value)
	v := c.newLocal(rt)
	toValue := c.into(mapping, v, site)
	adding := c.function(f.Adding)
	if len(adding.params) != 2 {
		c.decline("a combine of this kind")
	}
	place := func(i, slot int) {
		if o := adding.params[i]; o != nil {
			c.slots[o] = slot
		}
	}
	place(1, v)
	if !f.Single {
		place(0, acc)
		add := c.into(adding, acc, site)
		return []stmt{{act(func(m *machine) { toValue(m); add(m) }), site}}
	}
	sum := c.newLocal(c.layout(f.Accumulator))
	place(0, sum)
	add := c.into(adding, sum, site)
	copyAll := copier(rt)
	first := appendStep(c.loop.varTypes[acc], func(m *machine) unsafe.Pointer { return m.mem[acc] }, func(m *machine, p unsafe.Pointer) { copyAll(p, m.mem[v]) })
	return []stmt{{act(func(m *machine) {
		toValue(m)
		h := (*sliceHeader)(m.mem[acc])
		if h.len == 0 {
			first(m)
			return
		}
		copyAll(m.mem[sum], h.data)
		add(m)
		copyAll(h.data, m.mem[sum])
	}), site}}
}

// sum adds values of which nobody has said how: numbers and texts, and maps of them.
func (c *compiler) sum(f Fold, mapping body, acc, site int) func(*machine) {
	rt := c.layout(f.Accumulator)
	switch classOf(rt) {
	case integer, float, text:
		v := c.newLocal(rt)
		toValue := c.into(mapping, v, site)
		at := func(slot int) *value {
			return c.load(rt, func(m *machine) unsafe.Pointer { return m.mem[slot] })
		}
		store := c.store(rt, c.binary(token.ADD, at(acc), at(v), rt))
		return func(m *machine) { toValue(m); store(m, m.mem[acc]) }
	}
	switch {
	case rt.Kind() == reflect.Slice:
		v := c.newLocal(rt)
		toValue := c.into(mapping, v, site)
		return func(m *machine) {
			toValue(m)
			list := reflect.NewAt(rt, m.mem[acc]).Elem()
			list.Set(reflect.AppendSlice(list, reflect.NewAt(rt, m.mem[v]).Elem()))
		}
	case rt.Kind() != reflect.Map:
		c.decline("a sum of this kind")
	}
	switch classOf(rt.Elem()) {
	case integer, float, text:
	default:
		c.decline("a sum of this kind")
	}
	// The map that is made of each file is written out: its pairs are added without making it.
	n := len(mapping.list)
	var lit *ast.CompositeLit
	if n > 0 {
		if ret, ok := mapping.list[n-1].(*ast.ReturnStmt); ok && len(ret.Results) == 1 {
			lit, _ = ast.Unparen(c.Unwrap(ast.Unparen(ret.Results[0]))).(*ast.CompositeLit)
		}
	}
	if lit == nil || returns(mapping.list) > 1 {
		return c.sumMaps(mapping, acc, rt, site)
	}
	c.calls = append(c.calls, call{fn: mapping.fn, site: site, result: -1})
	before := c.block(mapping.list[:n-1])
	at := c.site(mapping.list[n-1])
	t := c.mapType(rt)
	u := f.Accumulator.Underlying().(*types.Map)
	// All keys and values are computed before the first is added: one that panics leaves nothing behind.
	var computed, adds []func(*machine)
	var keys []*value
	local := func(e ast.Expr, t types.Type) *value {
		kt := c.layout(t)
		slot := c.newLocal(kt)
		store := c.store(kt, c.converted(e, t, at))
		computed = append(computed, func(m *machine) { store(m, m.mem[slot]) })
		return c.load(kt, func(m *machine) unsafe.Pointer { return m.mem[slot] })
	}
	for _, e := range lit.Elts {
		kv, ok := e.(*ast.KeyValueExpr)
		if !ok {
			c.decline("a literal of this kind")
		}
		k, v := local(kv.Key, u.Key()), local(kv.Value, u.Elem())
		keys = append(keys, k)
		find := c.find(func(m *machine) unsafe.Pointer { return *(*unsafe.Pointer)(m.mem[acc]) }, k, t, true)
		adds = append(adds, c.addTo(t, find, token.ADD, v))
	}
	overridden := make([]func(*machine) bool, len(keys))
	for i, k := range keys {
		overridden[i] = c.equalsAny(k, keys[i+1:])
	}
	c.calls = c.calls[:len(c.calls)-1]
	return func(m *machine) {
		runAll(before, m)
		m.site = at
		for _, f := range computed {
			f(m)
		}
		for i, add := range adds {
			if !overridden[i](m) {
				add(m)
			}
		}
	}
}

// returns counts the return statements.
func returns(list []ast.Stmt) int {
	n := 0
	for _, s := range list {
		ast.Inspect(s, func(x ast.Node) bool {
			if _, ok := x.(*ast.ReturnStmt); ok {
				n++
			}
			return true
		})
	}
	return n
}

// sumMaps adds the elements of a map that is made of each file.
func (c *compiler) sumMaps(mapping body, acc int, rt reflect.Type, site int) func(*machine) {
	t := c.mapType(rt)
	v, key, value := c.newLocal(rt), c.newLocal(rt.Key()), c.newLocal(rt.Elem())
	toValue := c.into(mapping, v, site)
	at := func(slot int) func(*machine) unsafe.Pointer {
		return func(m *machine) unsafe.Pointer { return m.mem[slot] }
	}
	mapAt := func(slot int) func(*machine) unsafe.Pointer {
		return func(m *machine) unsafe.Pointer { return *(*unsafe.Pointer)(m.mem[slot]) }
	}
	each := c.eachElement(mapAt(v), t)
	find := c.find(mapAt(acc), c.load(rt.Key(), at(key)), t, true)
	add := c.addTo(t, find, token.ADD, c.load(rt.Elem(), at(value)))
	copyElem := t.copy
	return func(m *machine) {
		toValue(m)
		each(m, func(k reflect.Value, e *cell) bool {
			reflect.NewAt(rt.Key(), m.mem[key]).Elem().Set(k)
			copyElem(m.mem[value], e.mem)
			add(m)
			return true
		})
	}
}

// equalsAny tells whether a key of a literal stands there again, later: the last one counts.
func (c *compiler) equalsAny(k *value, later []*value) func(*machine) bool {
	var equal []func(*machine) bool
	for _, l := range later {
		equal = append(equal, c.compare(token.EQL, k, l))
	}
	return func(m *machine) bool {
		for _, f := range equal {
			if f(m) {
				return true
			}
		}
		return false
	}
}
