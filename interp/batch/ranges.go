package batch

import (
	"go/ast"
	"go/token"
	"go/types"
	"reflect"
	"unicode/utf8"
	"unsafe"
)

// Loops inside the loop over files: over a few parts of a path, the elements of a histogram, the keys of a map. They ask
// now and then whether the statement was interrupted.

// pollEvery is how many turns go by between two questions.
const pollEvery = 1 << 12

func (m *machine) turn() {
	if m.turns++; m.turns%pollEvery == 0 {
		m.poll()
	}
}

// runBody runs the statements of a loop; leaving tells that the loop ends, with what for the statements around it.
func runBody(list []stmt, m *machine) (leaving bool, with control) {
	m.turn()
	switch c := runAll(list, m); c {
	case leave:
		return true, next
	case giveBack:
		return true, c
	}
	return false, next
}

func (c *compiler) forStmt(x *ast.ForStmt, site int) func(*machine) control {
	simple := func(s ast.Stmt) func(*machine) {
		if s == nil {
			return func(*machine) {}
		}
		run := c.statement(s, site)
		return func(m *machine) { run(m) }
	}
	init := simple(x.Init)
	cond := func(*machine) bool { return true }
	if x.Cond != nil {
		cond = c.value(x.Cond, site).boolean()
	}
	body := c.block(x.Body.List)
	post := simple(x.Post)
	return func(m *machine) control {
		for init(m); cond(m); post(m) {
			if leaving, with := runBody(body, m); leaving {
				return with
			}
			m.site = site
		}
		return next
	}
}

// rangeStmt compiles a loop over a number, a list, an array, a text or a map.
func (c *compiler) rangeStmt(x *ast.RangeStmt, site int) func(*machine) control {
	switch u := c.typeOf(x.X).Underlying().(type) {
	case *types.Basic:
		if u.Info()&types.IsInteger != 0 {
			return c.rangeInt(x, site)
		}
		if u.Info()&types.IsString != 0 {
			return c.rangeText(x, site)
		}
	case *types.Slice, *types.Array:
		return c.rangeList(x, site)
	case *types.Map:
		return c.rangeMap(x, u, site)
	}
	c.decline("a loop of this kind")
	return nil
}

// bound gives a variable of a loop the value in a slot.
func (c *compiler) bound(lhs ast.Expr, x *ast.RangeStmt, slot int, rt reflect.Type, site int) func(*machine) {
	if id, ok := lhs.(*ast.Ident); lhs == nil || ok && id.Name == "_" {
		return func(*machine) {}
	}
	if x.Tok == token.ASSIGN {
		rt2 := c.layout(c.placeType(lhs))
		if !sameLayout(rt, rt2) {
			c.decline("a variable of another type in the head of a loop")
		}
	}
	v := c.load(rt, func(m *machine) unsafe.Pointer { return m.mem[slot] })
	return c.assignTo(lhs, rt, v, x.Tok == token.DEFINE, site)
}

func (c *compiler) rangeInt(x *ast.RangeStmt, site int) func(*machine) control {
	t := types.Default(c.typeOf(x.X))
	if x.Key != nil {
		if id, ok := x.Key.(*ast.Ident); !ok || id.Name != "_" {
			t = c.placeType(x.Key)
		}
	}
	rt := c.layout(t)
	end := c.converted(x.X, t, site).integer()
	slot := c.newLocal(rt)
	bind := c.bound(x.Key, x, slot, rt, site)
	body := c.block(x.Body.List)
	k := rt.Kind()
	return func(m *machine) control {
		n := end(m)
		for i := int64(0); i < n; i++ {
			storeInt(k, m.mem[slot], i)
			bind(m)
			if leaving, with := runBody(body, m); leaving {
				return with
			}
		}
		return next
	}
}

func (c *compiler) rangeText(x *ast.RangeStmt, site int) func(*machine) control {
	s := c.value(x.X, site).text()
	intType, runeType := reflect.TypeFor[int](), reflect.TypeFor[rune]()
	at, char := c.newLocal(intType), c.newLocal(runeType)
	bindKey, bindValue := c.bound(x.Key, x, at, intType, site), c.bound(x.Value, x, char, runeType, site)
	body := c.block(x.Body.List)
	return func(m *machine) control {
		s := s(m)
		for i := 0; i < len(s); {
			r, size := utf8.DecodeRuneInString(s[i:])
			*(*int)(m.mem[at]), *(*rune)(m.mem[char]) = i, r
			i += size
			bindKey(m)
			bindValue(m)
			if leaving, with := runBody(body, m); leaving {
				return with
			}
		}
		return next
	}
}

func (c *compiler) rangeList(x *ast.RangeStmt, site int) func(*machine) control {
	rt := c.layout(c.typeOf(x.X))
	from := c.inMemory(x.X, site)
	elem, intType := rt.Elem(), reflect.TypeFor[int]()
	// The list as it was when the loop began: a slice by its header, an array by its elements.
	list := c.newLocal(rt)
	copyAll := copier(rt)
	at, value := c.newLocal(intType), c.newLocal(elem)
	copyElem := copier(elem)
	bindKey := c.bound(x.Key, x, at, intType, site)
	bindValue := c.bound(x.Value, x, value, elem, site)
	body := c.block(x.Body.List)
	size := elem.Size()
	return func(m *machine) control {
		copyAll(m.mem[list], from(m))
		data, n := m.mem[list], 0
		if rt.Kind() == reflect.Slice {
			h := (*sliceHeader)(data)
			data, n = h.data, h.len
		} else {
			n = rt.Len()
		}
		for i := range n {
			*(*int)(m.mem[at]) = i
			copyElem(m.mem[value], unsafe.Add(data, uintptr(i)*size))
			bindKey(m)
			bindValue(m)
			if leaving, with := runBody(body, m); leaving {
				return with
			}
		}
		return next
	}
}

func (c *compiler) rangeMap(x *ast.RangeStmt, u *types.Map, site int) func(*machine) control {
	t := c.mapType(c.layout(u))
	of := c.value(x.X, site)
	of.want(pointer)
	each := c.eachElement(of.p, t)
	key, value := c.newLocal(t.rt.Key()), c.newLocal(t.rt.Elem())
	bindKey := c.bound(x.Key, x, key, t.rt.Key(), site)
	bindValue := c.bound(x.Value, x, value, t.rt.Elem(), site)
	body := c.block(x.Body.List)
	copyElem := t.copy
	return func(m *machine) control {
		result := next
		each(m, func(k reflect.Value, e *cell) bool {
			reflect.NewAt(t.rt.Key(), m.mem[key]).Elem().Set(k)
			copyElem(m.mem[value], e.mem)
			bindKey(m)
			bindValue(m)
			leaving, with := runBody(body, m)
			result = with
			return !leaving
		})
		return result
	}
}

// eachElement compiles what goes over the elements that a map has when it begins, and still has when their turn comes.
func (c *compiler) eachElement(of func(*machine) unsafe.Pointer, t *mapType) func(*machine, func(reflect.Value, *cell) bool) {
	cache := c.loop.maps
	c.loop.maps++
	return func(m *machine, yield func(reflect.Value, *cell) bool) {
		p := of(m)
		if p == nil {
			return
		}
		s := m.shadowOf(cache, p, t)
		s.flush()
		for _, k := range s.m.MapKeys() {
			if e := s.at(k); e != nil && e.present && !yield(k, e) {
				return
			}
		}
	}
}

// at finds the element of a key.
func (s *shadow) at(k reflect.Value) *cell {
	switch s.key {
	case integer:
		if unsigned(s.keyKind) {
			return s.ints.at(int64(k.Uint()), s, false)
		}
		return s.ints.at(k.Int(), s, false)
	case text:
		return s.texts.at(k.String(), s, false)
	}
	p := reflect.New(s.rt.Key())
	p.Elem().Set(k)
	return s.atRecord(s.encode(nil, p.UnsafePointer()), p.UnsafePointer(), false)
}
