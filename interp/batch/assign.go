package batch

import (
	"go/ast"
	"go/token"
	"go/types"
	"reflect"
	"unsafe"
)

// assign compiles an assignment.
func (c *compiler) assign(x *ast.AssignStmt, site int) func(*machine) {
	switch x.Tok {
	case token.ASSIGN, token.DEFINE:
	default:
		return c.update(x.Lhs[0], opOf[x.Tok], func() *value {
			t := c.typeOf(x.Lhs[0])
			if x.Tok == token.SHL_ASSIGN || x.Tok == token.SHR_ASSIGN {
				t = types.Default(c.typeOf(x.Rhs[0]))
			}
			return c.converted(x.Rhs[0], t, site)
		}(), site)
	}
	if len(x.Lhs) == 2 && len(x.Rhs) == 1 {
		return c.commaOk(x, site)
	}
	if len(x.Lhs) != len(x.Rhs) {
		return c.results(x, site)
	}
	if len(x.Lhs) == 1 {
		if f := c.appending(x, site); f != nil {
			return f
		}
		rt, v := c.assigned(x.Lhs[0], x.Rhs[0], site)
		if rt == nil {
			return func(m *machine) { v.run(m) }
		}
		return c.assignTo(x.Lhs[0], rt, v, x.Tok == token.DEFINE, site)
	}
	// All values are computed before the first is assigned.
	var steps, sets []func(*machine)
	for i := range x.Lhs {
		rt, v := c.assigned(x.Lhs[i], x.Rhs[i], site)
		if rt == nil {
			steps = append(steps, v.run)
			continue
		}
		if ix, ok := ast.Unparen(x.Lhs[i]).(*ast.IndexExpr); ok && !simple(ix.Index) {
			c.decline("an assignment of several values to computed places")
		}
		slot := c.newLocal(rt)
		store := c.store(rt, v)
		steps = append(steps, func(m *machine) { store(m, m.mem[slot]) })
		kept := c.load(rt, func(m *machine) unsafe.Pointer { return m.mem[slot] })
		sets = append(sets, c.assignTo(x.Lhs[i], rt, kept, x.Tok == token.DEFINE, site))
	}
	steps = append(steps, sets...)
	return func(m *machine) {
		for _, f := range steps {
			f(m)
		}
	}
}

// simple tells an index that no assignment of the same statement changes.
func simple(e ast.Expr) bool {
	switch x := ast.Unparen(e).(type) {
	case *ast.BasicLit:
		return true
	case *ast.SelectorExpr:
		_, ok := x.X.(*ast.Ident)
		return ok
	}
	return false
}

var opOf = map[token.Token]token.Token{
	token.ADD_ASSIGN: token.ADD, token.SUB_ASSIGN: token.SUB, token.MUL_ASSIGN: token.MUL, token.QUO_ASSIGN: token.QUO, token.REM_ASSIGN: token.REM,
	token.AND_ASSIGN: token.AND, token.OR_ASSIGN: token.OR, token.XOR_ASSIGN: token.XOR, token.AND_NOT_ASSIGN: token.AND_NOT,
	token.SHL_ASSIGN: token.SHL, token.SHR_ASSIGN: token.SHR,
}

// assigned is the value of one place of an assignment. The type is nil for the blank name.
func (c *compiler) assigned(lhs, rhs ast.Expr, site int) (reflect.Type, *value) {
	if id, ok := ast.Unparen(lhs).(*ast.Ident); ok && id.Name == "_" {
		t := types.Default(c.typeOf(rhs))
		return nil, c.converted(rhs, t, site)
	}
	t := c.placeType(lhs)
	return c.layout(t), c.converted(rhs, t, site)
}

func (c *compiler) placeType(lhs ast.Expr) types.Type {
	if id, ok := ast.Unparen(lhs).(*ast.Ident); ok {
		if o := c.Info.Defs[id]; o != nil {
			return o.Type()
		}
	}
	return c.typeOf(lhs)
}

// assignTo stores a value in a place.
func (c *compiler) assignTo(lhs ast.Expr, rt reflect.Type, v *value, define bool, site int) func(*machine) {
	lhs = ast.Unparen(lhs)
	if id, ok := lhs.(*ast.Ident); ok && define {
		if o := c.Info.Defs[id]; o != nil {
			slot := c.newLocal(rt)
			c.slots[o] = slot
			store := c.store(rt, v)
			return func(m *machine) { store(m, m.mem[slot]) }
		}
	}
	if ix, ok := lhs.(*ast.IndexExpr); ok {
		if mt := c.mapOf(ix.X); mt != nil {
			find := c.element(ix, mt, true, site)
			store := c.store(rt, v)
			if v.class == memory || v.calls {
				// The value is computed before the element is made: it may read it.
				slot := c.newLocal(rt)
				copyElem := mt.copy
				return func(m *machine) {
					store(m, m.mem[slot])
					s, e := find(m)
					copyElem(e.mem, m.mem[slot])
					s.set(e)
				}
			}
			return func(m *machine) {
				s, e := find(m)
				store(m, e.mem)
				s.set(e)
			}
		}
	}
	place := c.place(lhs, site)
	store := c.store(rt, v)
	if rt.Kind() == reflect.Struct && rt != timeType || v.calls {
		// The value may read what it is assigned to.
		slot := c.newLocal(rt)
		copyAll := copier(rt)
		return func(m *machine) {
			store(m, m.mem[slot])
			copyAll(place(m), m.mem[slot])
		}
	}
	return func(m *machine) { store(m, place(m)) }
}

// update compiles x op= v.
func (c *compiler) update(lhs ast.Expr, op token.Token, v *value, site int) func(*machine) {
	lhs = ast.Unparen(lhs)
	rt := c.layout(c.typeOf(lhs))
	if ix, ok := lhs.(*ast.IndexExpr); ok {
		if mt := c.mapOf(ix.X); mt != nil {
			find := c.element(ix, mt, true, site)
			return c.addTo(mt, find, op, v)
		}
	}
	place := c.place(lhs, site)
	if add, ok := c.fastAdd(rt, op, v); ok {
		return func(m *machine) {
			n := add(m)
			*(*int64)(place(m)) += n
		}
	}
	slot := c.newLocal(reflect.PointerTo(rt))
	load := c.load(rt, func(m *machine) unsafe.Pointer { return *(*unsafe.Pointer)(m.mem[slot]) })
	store := c.store(rt, c.binary(op, load, v, rt))
	if v.calls {
		c.decline("a call of a function in an update")
	}
	return func(m *machine) {
		p := place(m)
		*(*unsafe.Pointer)(m.mem[slot]) = p
		store(m, p)
	}
}

// addTo compiles an update of an element of a map. The element is found before the operation, which may panic: it is in
// the map when that has been done.
func (c *compiler) addTo(t *mapType, find func(*machine) (*shadow, *cell), op token.Token, v *value) func(*machine) {
	rt := t.rt.Elem()
	if add, ok := c.fastAdd(rt, op, v); ok {
		return func(m *machine) {
			n := add(m)
			s, e := find(m)
			*(*int64)(e.mem) += n
			if e.present {
				e.changed = true
				return
			}
			s.set(e)
		}
	}
	slot, at := c.newLocal(reflect.PointerTo(rt)), c.newLocal(rt)
	load := c.load(rt, func(m *machine) unsafe.Pointer { return *(*unsafe.Pointer)(m.mem[slot]) })
	store := c.store(rt, c.binary(op, load, v, rt))
	copyElem := t.copy
	return func(m *machine) {
		s, e := find(m)
		*(*unsafe.Pointer)(m.mem[slot]) = e.mem
		store(m, m.mem[at])
		copyElem(e.mem, m.mem[at])
		s.set(e)
	}
}

// fastAdd is the commonest update: a sum of whole numbers of 64 bits.
func (c *compiler) fastAdd(rt reflect.Type, op token.Token, v *value) (func(*machine) int64, bool) {
	if classOf(rt) != integer || rt.Size() != 8 || op != token.ADD && op != token.SUB {
		return nil, false
	}
	f := v.integer()
	if op == token.SUB {
		return func(m *machine) int64 { return -f(m) }, true
	}
	return f, true
}

// commaOk compiles v, ok := m[k].
func (c *compiler) commaOk(x *ast.AssignStmt, site int) func(*machine) {
	ix, ok := ast.Unparen(c.Unwrap(x.Rhs[0])).(*ast.IndexExpr)
	if !ok {
		return c.results(x, site)
	}
	mt := c.mapOf(ix.X)
	if mt == nil {
		c.decline("an assignment of this kind")
	}
	find := c.element(ix, mt, false, site)
	rt, okType := mt.rt.Elem(), reflect.TypeFor[bool]()
	slot, okSlot := c.newLocal(reflect.PointerTo(rt)), c.newLocal(okType)
	zero := mt.zero
	sets := []func(*machine){func(m *machine) {
		_, e := find(m)
		if e == nil || !e.present {
			*(*unsafe.Pointer)(m.mem[slot]), *(*bool)(m.mem[okSlot]) = zero, false
			return
		}
		*(*unsafe.Pointer)(m.mem[slot]), *(*bool)(m.mem[okSlot]) = e.mem, true
	}}
	to := func(lhs ast.Expr, t reflect.Type, v *value) {
		if id, ok := ast.Unparen(lhs).(*ast.Ident); ok && id.Name == "_" {
			return
		}
		if _, ok := ast.Unparen(lhs).(*ast.Ident); !ok {
			c.decline("an assignment of several values to computed places")
		}
		sets = append(sets, c.assignTo(lhs, t, v, x.Tok == token.DEFINE, site))
	}
	to(x.Lhs[0], rt, c.load(rt, func(m *machine) unsafe.Pointer { return *(*unsafe.Pointer)(m.mem[slot]) }))
	to(x.Lhs[1], okType, c.load(okType, func(m *machine) unsafe.Pointer { return m.mem[okSlot] }))
	return func(m *machine) {
		for _, f := range sets {
			f(m)
		}
	}
}

// appending compiles x = append(x, v…), nil when it is not that.
func (c *compiler) appending(x *ast.AssignStmt, site int) func(*machine) {
	call, ok := ast.Unparen(c.Unwrap(x.Rhs[0])).(*ast.CallExpr)
	if !ok || c.builtin(call) != "append" {
		return nil
	}
	if x.Tok == token.DEFINE || call.Ellipsis.IsValid() || len(call.Args) != 2 || !c.same(x.Lhs[0], call.Args[0]) {
		return nil
	}
	t := c.typeOf(x.Lhs[0])
	rt := c.layout(t)
	v := c.converted(call.Args[1], t.Underlying().(*types.Slice).Elem(), site)
	if v.calls {
		return nil
	}
	if ix, ok := ast.Unparen(x.Lhs[0]).(*ast.IndexExpr); ok {
		if mt := c.mapOf(ix.X); mt != nil {
			find := c.element(ix, mt, true, site)
			slot := c.newLocal(reflect.PointerTo(rt))
			step := appendStep(rt, func(m *machine) unsafe.Pointer { return *(*unsafe.Pointer)(m.mem[slot]) }, c.store(rt.Elem(), v))
			return func(m *machine) {
				s, e := find(m)
				*(*unsafe.Pointer)(m.mem[slot]) = e.mem
				step(m)
				s.set(e)
			}
		}
	}
	return appendStep(rt, c.place(x.Lhs[0], site), c.store(rt.Elem(), v))
}

// same tells two expressions that mean the same place: names, fields and elements, without calls.
func (c *compiler) same(a, b ast.Expr) bool {
	a, b = ast.Unparen(a), ast.Unparen(b)
	switch x := a.(type) {
	case *ast.Ident:
		y, ok := b.(*ast.Ident)
		return ok && c.Info.ObjectOf(x) == c.Info.ObjectOf(y)
	case *ast.SelectorExpr:
		y, ok := b.(*ast.SelectorExpr)
		return ok && x.Sel.Name == y.Sel.Name && c.same(x.X, y.X)
	case *ast.IndexExpr:
		y, ok := b.(*ast.IndexExpr)
		return ok && c.same(x.X, y.X) && c.same(x.Index, y.Index)
	case *ast.BasicLit:
		y, ok := b.(*ast.BasicLit)
		return ok && x.Value == y.Value
	}
	return false
}

// sliceHeader is how a slice lies in memory.
type sliceHeader struct {
	data     unsafe.Pointer
	len, cap int
}

func appendStep(rt reflect.Type, place func(*machine) unsafe.Pointer, store func(*machine, unsafe.Pointer)) func(*machine) {
	size := rt.Elem().Size()
	return func(m *machine) {
		p := place(m)
		h := (*sliceHeader)(p)
		if h.len == h.cap {
			reflect.NewAt(rt, p).Elem().Grow(1)
		}
		store(m, unsafe.Add(h.data, uintptr(h.len)*size))
		h.len++
	}
}
