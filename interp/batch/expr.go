package batch

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"reflect"
	"unsafe"
)

func (c *compiler) typeOf(e ast.Expr) types.Type {
	e = c.Unwrap(ast.Unparen(e))
	if tv, ok := c.Info.Types[e]; ok && tv.Type != nil {
		t := tv.Type
		// A call whose error is left out has a tuple of both.
		if tuple, ok := t.(*types.Tuple); ok {
			c.decline("a call of " + tuple.String())
		}
		return t
	}
	if id, ok := e.(*ast.Ident); ok {
		if o := c.Info.ObjectOf(id); o != nil {
			return o.Type()
		}
	}
	c.decline("an expression without a type")
	return nil
}

// one is 1 in a type.
func (c *compiler) one(t types.Type) *value { return c.constant(constant.MakeInt64(1), c.layout(t)) }

// converted compiles an expression whose place wants a type, which a constant or nil takes on.
func (c *compiler) converted(e ast.Expr, t types.Type, site int) *value {
	e = ast.Unparen(c.Unwrap(ast.Unparen(e)))
	tv := c.Info.Types[e]
	if tv.Value != nil {
		return c.constant(tv.Value, c.layout(t))
	}
	if tv.IsNil() {
		return c.zero(c.layout(t))
	}
	v := c.value(e, site)
	rt := c.layout(t)
	if v.class != classOf(rt) || !sameLayout(v.rt, rt) {
		c.decline("a value that is converted where it stands")
	}
	return v
}

// value compiles an expression.
func (c *compiler) value(e ast.Expr, site int) *value {
	e = ast.Unparen(c.Unwrap(ast.Unparen(e)))
	tv := c.Info.Types[e]
	if tv.Value != nil {
		return c.constant(tv.Value, c.layout(types.Default(tv.Type)))
	}
	switch x := e.(type) {
	case *ast.Ident:
		return c.load(c.layout(c.typeOf(x)), c.place(x, site))
	case *ast.SelectorExpr:
		return c.selector(x, site)
	case *ast.IndexExpr:
		return c.index(x, site)
	case *ast.SliceExpr:
		return c.substring(x, site)
	case *ast.StarExpr:
		return c.load(c.layout(c.typeOf(x)), c.place(x, site))
	case *ast.UnaryExpr:
		return c.unary(x, site)
	case *ast.BinaryExpr:
		return c.binaryExpr(x, site)
	case *ast.CallExpr:
		return c.callExpr(x, site)
	case *ast.CompositeLit:
		return c.literal(x, site)
	}
	c.decline("an expression of this kind")
	return nil
}

// place compiles the address of a variable, of a field, or of an element of a slice.
func (c *compiler) place(e ast.Expr, site int) func(*machine) unsafe.Pointer {
	switch x := ast.Unparen(e).(type) {
	case *ast.Ident:
		o := c.Info.ObjectOf(x)
		slot, ok := c.slots[o]
		if !ok {
			c.decline("the name " + x.Name)
		}
		return func(m *machine) unsafe.Pointer { return m.mem[slot] }
	case *ast.StarExpr:
		return deref(c.value(x.X, site))
	case *ast.SelectorExpr:
		at, offset, _ := c.member(x, site)
		if at == nil {
			c.decline("an attribute of the file that is changed")
		}
		if offset == 0 {
			return at
		}
		return func(m *machine) unsafe.Pointer { return unsafe.Add(at(m), offset) }
	case *ast.IndexExpr:
		if p, ok := c.typeOf(x.X).Underlying().(*types.Array); ok {
			var base func(*machine) unsafe.Pointer
			switch ast.Unparen(x.X).(type) {
			case *ast.Ident, *ast.SelectorExpr, *ast.IndexExpr:
				base = c.inMemory(x.X, site) // the place itself, or an element of a map, which is only read
			default:
				c.decline("an element of a computed array")
			}
			i := c.value(x.Index, site).integer()
			size, n := c.layout(p.Elem()).Size(), int(p.Len())
			return func(m *machine) unsafe.Pointer {
				at := base(m)
				k := i(m)
				_ = make([]struct{}, n)[k] // panics as Go does
				return unsafe.Add(at, uintptr(k)*size)
			}
		}
		if _, ok := c.typeOf(x.X).Underlying().(*types.Slice); ok {
			base := c.value(x.X, site)
			i := c.value(x.Index, site).integer()
			size := base.rt.Elem().Size()
			return func(m *machine) unsafe.Pointer {
				h := (*sliceHeader)(base.p(m))
				n := i(m)
				_ = make([]struct{}, h.len)[n] // panics as Go does
				return unsafe.Add(h.data, uintptr(n)*size)
			}
		}
	}
	c.decline("a place of this kind")
	return nil
}

// deref is what a pointer points to; the nil pointer panics as in Go.
func deref(v *value) func(*machine) unsafe.Pointer {
	v.want(pointer)
	f := v.p
	return func(m *machine) unsafe.Pointer {
		p := f(m)
		if p == nil {
			panicNil()
		}
		return p
	}
}

//go:noinline
func panicNil() {
	var p *int
	*p = 0
}

//go:noinline
func panicNilMap(m map[int]int) { m[0] = 0 }

// member compiles what a selector names: the address of its struct, and where the field lies in it. The address is nil
// for a field of the file.
func (c *compiler) member(x *ast.SelectorExpr, site int) (at func(*machine) unsafe.Pointer, offset uintptr, rt reflect.Type) {
	sel := c.Info.Selections[x]
	if sel == nil || sel.Kind() != types.FieldVal {
		c.decline("the selector " + x.Sel.Name)
	}
	if id, ok := ast.Unparen(x.X).(*ast.Ident); ok && c.file[c.Info.ObjectOf(id)] {
		f, ok := c.File.FieldByName(x.Sel.Name)
		if !ok || len(f.Index) != 1 || !sameLayout(f.Type, c.layout(sel.Type())) {
			c.decline("the attribute " + x.Sel.Name)
		}
		if f.Type.Kind() == reflect.Map {
			c.decline("the attributes of a file as a map") // each file has another
		}
		return nil, f.Offset, f.Type
	}
	t := c.typeOf(x.X)
	var base func(*machine) unsafe.Pointer
	if p, ok := t.Underlying().(*types.Pointer); ok {
		base = deref(c.value(x.X, site))
		t = p.Elem()
	} else {
		base = c.inMemory(x.X, site)
	}
	for i, n := range sel.Index() {
		if i > 0 {
			if p, ok := t.Underlying().(*types.Pointer); ok {
				from, off := base, offset
				base = deref(&value{class: pointer, p: func(m *machine) unsafe.Pointer { return *(*unsafe.Pointer)(unsafe.Add(from(m), off)) }})
				offset, t = 0, p.Elem()
			}
		}
		s, ok := t.Underlying().(*types.Struct)
		if !ok || isTime(t) {
			c.decline("the field " + x.Sel.Name)
		}
		offset += c.layout(t).Field(n).Offset
		t = s.Field(n).Type()
	}
	return base, offset, c.layout(t)
}

// inMemory is the address of a value that lies somewhere, to be read.
func (c *compiler) inMemory(e ast.Expr, site int) func(*machine) unsafe.Pointer {
	v := c.value(e, site)
	v.want(memory)
	return v.p
}

func (c *compiler) selector(x *ast.SelectorExpr, site int) *value {
	at, offset, rt := c.member(x, site)
	if at == nil {
		return c.field(rt, offset)
	}
	return c.load(rt, func(m *machine) unsafe.Pointer { return unsafe.Add(at(m), offset) })
}

func (c *compiler) mapOf(e ast.Expr) *mapType {
	if _, ok := c.typeOf(e).Underlying().(*types.Map); !ok {
		return nil
	}
	return c.mapType(c.layout(c.typeOf(e)))
}

// element compiles what finds an element of a map. A nil one has none, and panics when one is added.
func (c *compiler) element(x *ast.IndexExpr, t *mapType, add bool, site int) func(*machine) (*shadow, *cell) {
	of := c.value(x.X, site)
	of.want(pointer)
	key := c.converted(x.Index, c.typeOf(x.X).Underlying().(*types.Map).Key(), site)
	return c.find(of.p, key, t, add)
}

func (c *compiler) find(of func(*machine) unsafe.Pointer, key *value, t *mapType, add bool) func(*machine) (*shadow, *cell) {
	cache := c.loop.maps
	c.loop.maps++
	open := func(m *machine) *shadow {
		p := of(m)
		if p == nil {
			if add {
				panicNilMap(nil)
			}
			return nil
		}
		return m.shadowOf(cache, p, t)
	}
	switch t.key {
	case integer:
		k := key.integer()
		return func(m *machine) (*shadow, *cell) {
			n := k(m)
			s := open(m)
			if s == nil {
				return nil, nil
			}
			return s, s.ints.at(n, s, add)
		}
	case text:
		k := key.text()
		return func(m *machine) (*shadow, *cell) {
			n := k(m)
			s := open(m)
			if s == nil {
				return nil, nil
			}
			return s, s.texts.at(n, s, add)
		}
	}
	slot := c.newLocal(t.rt.Key())
	store := c.store(t.rt.Key(), key)
	return func(m *machine) (*shadow, *cell) {
		p := m.mem[slot]
		store(m, p)
		s := open(m)
		if s == nil {
			return nil, nil
		}
		buf := t.encode(m.caches[cache].buf[:0], p)
		m.caches[cache].buf = buf
		return s, s.atRecord(buf, p, add)
	}
}

// extra compiles a look-up in the map of texts that a file has.
func (c *compiler) extra(x *ast.IndexExpr, site int) *value {
	sel, ok := ast.Unparen(x.X).(*ast.SelectorExpr)
	if !ok {
		return nil
	}
	if id, ok := ast.Unparen(sel.X).(*ast.Ident); !ok || !c.file[c.Info.ObjectOf(id)] {
		return nil
	}
	f, ok := c.File.FieldByName(sel.Sel.Name)
	if !ok || f.Type != reflect.TypeFor[map[string]string]() {
		return nil
	}
	key := c.value(x.Index, site)
	k, offset := key.text(), f.Offset
	return &value{rt: reflect.TypeFor[string](), class: text, calls: key.calls, s: func(m *machine) string {
		return (*(*map[string]string)(unsafe.Add(m.file, offset)))[k(m)]
	}}
}

func (c *compiler) index(x *ast.IndexExpr, site int) *value {
	if v := c.extra(x, site); v != nil {
		return v
	}
	if t := c.mapOf(x.X); t != nil {
		find := c.element(x, t, false, site)
		zero := t.zero
		return c.load(t.rt.Elem(), func(m *machine) unsafe.Pointer {
			if _, e := find(m); e != nil && e.present {
				return e.mem
			}
			return zero
		})
	}
	if b, ok := c.typeOf(x.X).Underlying().(*types.Basic); ok && b.Info()&types.IsString != 0 {
		s, i := c.value(x.X, site).text(), c.value(x.Index, site).integer()
		return &value{rt: reflect.TypeFor[byte](), class: integer, i: func(m *machine) int64 { return int64(s(m)[i(m)]) }}
	}
	return c.load(c.layout(c.typeOf(x)), c.place(x, site))
}

func (c *compiler) substring(x *ast.SliceExpr, site int) *value {
	b, ok := c.typeOf(x.X).Underlying().(*types.Basic)
	if !ok || b.Info()&types.IsString == 0 {
		c.decline("a part of a slice")
	}
	s := c.value(x.X, site)
	bound := func(e ast.Expr) func(*machine) int64 {
		if e == nil {
			return nil
		}
		return c.value(e, site).integer()
	}
	lo, hi := bound(x.Low), bound(x.High)
	of := s.text()
	out := &value{rt: s.rt, class: text}
	switch {
	case lo == nil && hi == nil:
		out.s = of
	case hi == nil:
		out.s = func(m *machine) string { return of(m)[lo(m):] }
	case lo == nil:
		out.s = func(m *machine) string { return of(m)[:hi(m)] }
	default:
		out.s = func(m *machine) string { return of(m)[lo(m):hi(m)] }
	}
	return out
}

func (c *compiler) unary(x *ast.UnaryExpr, site int) *value {
	switch x.Op {
	case token.NOT:
		b := c.value(x.X, site)
		f := b.boolean()
		return &value{rt: b.rt, class: boolean, calls: b.calls, b: func(m *machine) bool { return !f(m) }}
	case token.ADD:
		return c.value(x.X, site)
	case token.SUB:
		v := c.value(x.X, site)
		if v.class == float {
			f := v.f
			return &value{rt: v.rt, class: float, calls: v.calls, f: func(m *machine) float64 { return -f(m) }}
		}
		return c.binary(token.SUB, fixedInt(v.rt, 0), v, v.rt)
	case token.XOR:
		v := c.value(x.X, site)
		return c.binary(token.XOR, v, fixedInt(v.rt, wrap(v.rt.Kind(), -1)), v.rt)
	case token.AND:
		if lit, ok := ast.Unparen(x.X).(*ast.CompositeLit); ok {
			v := c.literal(lit, site)
			v.want(memory)
			rt, from, copyAll := v.rt, v.p, copier(v.rt)
			return &value{rt: reflect.PointerTo(rt), class: pointer, calls: v.calls, p: func(m *machine) unsafe.Pointer {
				p := reflect.New(rt).UnsafePointer()
				copyAll(p, from(m))
				return p
			}}
		}
	}
	c.decline("the operator " + x.Op.String())
	return nil
}

func (c *compiler) binaryExpr(x *ast.BinaryExpr, site int) *value {
	boolType := reflect.TypeFor[bool]()
	switch x.Op {
	case token.LAND, token.LOR:
		a, b := c.value(x.X, site), c.value(x.Y, site)
		f, g := a.boolean(), b.boolean()
		out := &value{rt: boolType, class: boolean, calls: a.calls || b.calls}
		if x.Op == token.LAND {
			out.b = func(m *machine) bool { return f(m) && g(m) }
		} else {
			out.b = func(m *machine) bool { return f(m) || g(m) }
		}
		return out
	case token.SHL, token.SHR:
		t := c.typeOf(x)
		l := c.converted(x.X, t, site)
		r := c.converted(x.Y, types.Default(c.typeOf(x.Y)), site)
		return c.binary(x.Op, l, r, c.layout(t))
	case token.EQL, token.NEQ, token.LSS, token.LEQ, token.GTR, token.GEQ:
		t := c.typeOf(x.X)
		if tv := c.Info.Types[ast.Unparen(c.Unwrap(x.X))]; tv.Value != nil || tv.IsNil() {
			t = c.typeOf(x.Y)
		}
		a, b := c.converted(x.X, t, site), c.converted(x.Y, t, site)
		if a.class == memory {
			c.decline("a comparison of values of this type")
		}
		return &value{rt: boolType, class: boolean, calls: a.calls || b.calls, b: c.compare(x.Op, a, b)}
	}
	t := c.typeOf(x)
	return c.binary(x.Op, c.converted(x.X, t, site), c.converted(x.Y, t, site), c.layout(t))
}

// literal compiles a struct or a map that is written out.
func (c *compiler) literal(x *ast.CompositeLit, site int) *value {
	t := c.typeOf(x)
	if _, ok := t.Underlying().(*types.Pointer); ok {
		c.decline("a literal of a pointer") // &T left out inside another literal
	}
	rt := c.layout(t)
	switch u := t.Underlying().(type) {
	case *types.Struct:
		if isTime(t) {
			break
		}
		slot := c.newLocal(rt)
		clearAll, zero := copier(rt), reflect.New(rt).UnsafePointer()
		type part struct {
			offset uintptr
			store  func(*machine, unsafe.Pointer)
		}
		var parts []part
		calls := false
		for i, e := range x.Elts {
			n := i
			if kv, ok := e.(*ast.KeyValueExpr); ok {
				id, ok := kv.Key.(*ast.Ident)
				if !ok {
					c.decline("a literal of this kind")
				}
				n = -1
				for j := range u.NumFields() {
					if u.Field(j) == c.Info.ObjectOf(id) || u.Field(j).Name() == id.Name {
						n = j
					}
				}
				if n < 0 {
					c.decline("a literal of this kind")
				}
				e = kv.Value
			}
			v := c.converted(e, u.Field(n).Type(), site)
			calls = calls || v.calls
			f := rt.Field(n)
			parts = append(parts, part{f.Offset, c.store(f.Type, v)})
		}
		full := len(parts) == u.NumFields()
		return &value{rt: rt, class: memory, calls: calls, p: func(m *machine) unsafe.Pointer {
			p := m.mem[slot]
			if !full {
				clearAll(p, zero)
			}
			for i := range parts {
				parts[i].store(m, unsafe.Add(p, parts[i].offset))
			}
			return p
		}}
	case *types.Map:
		if len(x.Elts) == 0 {
			return newMap(rt)
		}
		return c.mapLiteral(x, u, rt, site)
	case *types.Slice, *types.Array:
		return c.listLiteral(x, rt, site)
	}
	c.decline("a literal of this kind")
	return nil
}

func (c *compiler) listLiteral(x *ast.CompositeLit, rt reflect.Type, site int) *value {
	elemType := types.Type(nil)
	switch u := c.typeOf(x).Underlying().(type) {
	case *types.Slice:
		elemType = u.Elem()
	case *types.Array:
		elemType = u.Elem()
	}
	out := &value{rt: rt, class: memory}
	var stores []func(*machine, unsafe.Pointer)
	for _, e := range x.Elts {
		if _, ok := e.(*ast.KeyValueExpr); ok {
			c.decline("a literal with indices")
		}
		v := c.converted(e, elemType, site)
		out.calls = out.calls || v.calls
		stores = append(stores, c.store(rt.Elem(), v))
	}
	slot, size, n := c.newLocal(rt), rt.Elem().Size(), len(stores)
	fill := func(m *machine, data unsafe.Pointer) {
		for i, store := range stores {
			store(m, unsafe.Add(data, uintptr(i)*size))
		}
	}
	if rt.Kind() == reflect.Array {
		clearAll, zero := copier(rt), reflect.New(rt).UnsafePointer()
		out.p = func(m *machine) unsafe.Pointer {
			p := m.mem[slot]
			clearAll(p, zero)
			fill(m, p)
			return p
		}
		return out
	}
	out.p = func(m *machine) unsafe.Pointer {
		data := reflect.MakeSlice(rt, n, n).UnsafePointer()
		fill(m, data)
		h := (*sliceHeader)(m.mem[slot])
		h.data, h.len, h.cap = data, n, n
		return m.mem[slot]
	}
	return out
}

// mapLiteral compiles a map with elements: it is made, and they are set.
func (c *compiler) mapLiteral(x *ast.CompositeLit, u *types.Map, rt reflect.Type, site int) *value {
	t := c.mapType(rt)
	made := c.newLocal(rt)
	at := func(m *machine) unsafe.Pointer { return *(*unsafe.Pointer)(m.mem[made]) }
	type pair struct {
		find  func(*machine) (*shadow, *cell)
		store func(*machine, unsafe.Pointer)
		slot  int
	}
	var pairs []pair
	for _, e := range x.Elts {
		kv, ok := e.(*ast.KeyValueExpr)
		if !ok {
			c.decline("a literal of this kind")
		}
		k, v := c.converted(kv.Key, u.Key(), site), c.converted(kv.Value, u.Elem(), site)
		if k.calls || v.calls {
			c.decline("a call of a function in a map that is written out")
		}
		pairs = append(pairs, pair{c.find(at, k, t, true), c.store(rt.Elem(), v), c.newLocal(rt.Elem())})
	}
	copyElem := t.copy
	return &value{rt: rt, class: pointer, p: func(m *machine) unsafe.Pointer {
		*(*unsafe.Pointer)(m.mem[made]) = reflect.MakeMap(rt).UnsafePointer()
		for _, p := range pairs {
			p.store(m, m.mem[p.slot])
			s, e := p.find(m)
			copyElem(e.mem, m.mem[p.slot])
			s.set(e)
		}
		return at(m)
	}}
}

func newMap(rt reflect.Type) *value {
	return &value{rt: rt, class: pointer, p: func(*machine) unsafe.Pointer { return reflect.MakeMap(rt).UnsafePointer() }}
}
