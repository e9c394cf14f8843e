package batch

import (
	"go/constant"
	"go/token"
	"reflect"
	"unsafe"
)

// value is a compiled expression: what computes it, in the form of its class.
type value struct {
	rt    reflect.Type
	class class
	calls bool // a function of the user's is called in it

	i func(*machine) int64
	f func(*machine) float64
	s func(*machine) string
	b func(*machine) bool
	p func(*machine) unsafe.Pointer // a pointer, or the address of a value in memory

	fixed bool // i is always number
	n     int64
}

func (v *value) want(k class) {
	if v.class != k {
		panic(declined{"a value of another kind"})
	}
}

func (v *value) integer() func(*machine) int64 { v.want(integer); return v.i }
func (v *value) boolean() func(*machine) bool  { v.want(boolean); return v.b }
func (v *value) text() func(*machine) string   { v.want(text); return v.s }
func (v *value) float() func(*machine) float64 { v.want(float); return v.f }

// run computes a value that nobody takes.
func (v *value) run(m *machine) {
	switch v.class {
	case integer:
		v.i(m)
	case float:
		v.f(m)
	case text:
		v.s(m)
	case boolean:
		v.b(m)
	default:
		v.p(m)
	}
}

func fixedInt(rt reflect.Type, n int64) *value {
	return &value{rt: rt, class: integer, i: func(*machine) int64 { return n }, fixed: true, n: n}
}

// constant is the value of a constant expression in a type.
func (c *compiler) constant(v constant.Value, rt reflect.Type) *value {
	out := &value{rt: rt, class: classOf(rt)}
	switch out.class {
	case integer:
		v = constant.ToInt(v)
		n, ok := constant.Int64Val(v)
		if !ok {
			u, ok := constant.Uint64Val(v)
			if !ok {
				c.decline("a constant that does not fit")
			}
			n = int64(u)
		}
		return fixedInt(rt, n)
	case float:
		f, _ := constant.Float64Val(v)
		if rt.Kind() == reflect.Float32 {
			f = float64(float32(f))
		}
		out.f = func(*machine) float64 { return f }
	case text:
		s := constant.StringVal(v)
		out.s = func(*machine) string { return s }
	case boolean:
		b := constant.BoolVal(v)
		out.b = func(*machine) bool { return b }
	default:
		c.decline("a constant of this type")
	}
	return out
}

// zero is the zero value of a type.
func (c *compiler) zero(rt reflect.Type) *value {
	mem := reflect.New(rt).UnsafePointer()
	return c.load(rt, func(*machine) unsafe.Pointer { return mem })
}

// load is what lies at an address.
func (c *compiler) load(rt reflect.Type, at func(*machine) unsafe.Pointer) *value {
	v := &value{rt: rt, class: classOf(rt)}
	switch v.class {
	case integer:
		switch k := rt.Kind(); {
		case rt.Size() == 8:
			v.i = func(m *machine) int64 { return *(*int64)(at(m)) }
		default:
			v.i = func(m *machine) int64 { return loadInt(k, at(m)) }
		}
	case float:
		if rt.Kind() == reflect.Float32 {
			v.f = func(m *machine) float64 { return float64(*(*float32)(at(m))) }
		} else {
			v.f = func(m *machine) float64 { return *(*float64)(at(m)) }
		}
	case text:
		v.s = func(m *machine) string { return *(*string)(at(m)) }
	case boolean:
		v.b = func(m *machine) bool { return *(*bool)(at(m)) }
	case pointer:
		v.p = func(m *machine) unsafe.Pointer { return *(*unsafe.Pointer)(at(m)) }
	case memory:
		v.p = at
	}
	return v
}

// field is what lies in the file at hand.
func (c *compiler) field(rt reflect.Type, offset uintptr) *value {
	v := c.load(rt, func(m *machine) unsafe.Pointer { return unsafe.Add(m.file, offset) })
	switch {
	case v.class == integer && rt.Size() == 8:
		v.i = func(m *machine) int64 { return *(*int64)(unsafe.Add(m.file, offset)) }
	case v.class == text:
		v.s = func(m *machine) string { return *(*string)(unsafe.Add(m.file, offset)) }
	}
	return v
}

// store is what puts a value at an address.
func (c *compiler) store(rt reflect.Type, v *value) func(*machine, unsafe.Pointer) {
	v.want(classOf(rt))
	switch v.class {
	case integer:
		f, k := v.i, rt.Kind()
		if rt.Size() == 8 {
			return func(m *machine, p unsafe.Pointer) { *(*int64)(p) = f(m) }
		}
		return func(m *machine, p unsafe.Pointer) { storeInt(k, p, f(m)) }
	case float:
		f := v.f
		if rt.Kind() == reflect.Float32 {
			return func(m *machine, p unsafe.Pointer) { *(*float32)(p) = float32(f(m)) }
		}
		return func(m *machine, p unsafe.Pointer) { *(*float64)(p) = f(m) }
	case text:
		f := v.s
		return func(m *machine, p unsafe.Pointer) { *(*string)(p) = f(m) }
	case boolean:
		f := v.b
		return func(m *machine, p unsafe.Pointer) { *(*bool)(p) = f(m) }
	case pointer:
		f := v.p
		return func(m *machine, p unsafe.Pointer) { *(*unsafe.Pointer)(p) = f(m) }
	}
	f, copyAll := v.p, copier(rt)
	return func(m *machine, p unsafe.Pointer) { copyAll(p, f(m)) }
}

// binary compiles an arithmetic operation, whose result is of the type given. Division by zero panics as Go does.
func (c *compiler) binary(op token.Token, x, y *value, rt reflect.Type) *value {
	out := &value{rt: rt, class: classOf(rt), calls: x.calls || y.calls}
	switch out.class {
	case text:
		a, b := x.text(), y.text()
		if op == token.ADD {
			out.s = func(m *machine) string { return a(m) + b(m) }
			return out
		}
	case float:
		a, b := x.float(), y.float()
		var f func(m *machine) float64
		switch op {
		case token.ADD:
			f = func(m *machine) float64 { return a(m) + b(m) }
		case token.SUB:
			f = func(m *machine) float64 { return a(m) - b(m) }
		case token.MUL:
			f = func(m *machine) float64 { return a(m) * b(m) }
		case token.QUO:
			f = func(m *machine) float64 { return a(m) / b(m) }
		}
		if f != nil {
			out.f = f
			if rt.Kind() == reflect.Float32 {
				out.f = func(m *machine) float64 { return float64(float32(f(m))) }
			}
			return out
		}
	case integer:
		out.i = intOp(op, x.integer(), y.integer(), rt.Kind(), y)
		if out.i != nil {
			return out
		}
	}
	c.decline("the operator " + op.String())
	return nil
}

func intOp(op token.Token, a, b func(*machine) int64, k reflect.Kind, y *value) func(*machine) int64 {
	var f func(*machine) int64
	u := unsigned(k)
	switch op {
	case token.ADD:
		f = func(m *machine) int64 { return a(m) + b(m) }
	case token.SUB:
		f = func(m *machine) int64 { return a(m) - b(m) }
	case token.MUL:
		f = func(m *machine) int64 { return a(m) * b(m) }
	case token.QUO:
		switch {
		case u:
			f = func(m *machine) int64 { return int64(uint64(a(m)) / uint64(b(m))) }
		case y.fixed && y.n > 0:
			n := y.n
			f = func(m *machine) int64 { return a(m) / n }
		default:
			f = func(m *machine) int64 { return a(m) / b(m) }
		}
	case token.REM:
		if u {
			f = func(m *machine) int64 { return int64(uint64(a(m)) % uint64(b(m))) }
		} else {
			f = func(m *machine) int64 { return a(m) % b(m) }
		}
	case token.AND:
		f = func(m *machine) int64 { return a(m) & b(m) }
	case token.OR:
		f = func(m *machine) int64 { return a(m) | b(m) }
	case token.XOR:
		f = func(m *machine) int64 { return a(m) ^ b(m) }
	case token.AND_NOT:
		f = func(m *machine) int64 { return a(m) &^ b(m) }
	case token.SHL, token.SHR:
		count := shiftCount(b, y)
		switch {
		case op == token.SHL:
			f = func(m *machine) int64 { v := a(m); return v << count(m) }
		case u:
			f = func(m *machine) int64 { v := uint64(a(m)); return int64(v >> count(m)) }
		default:
			f = func(m *machine) int64 { v := a(m); return v >> count(m) }
		}
	default:
		return nil
	}
	switch k {
	case reflect.Int, reflect.Int64, reflect.Uint, reflect.Uint64, reflect.Uintptr:
		return f
	}
	return func(m *machine) int64 { return wrap(k, f(m)) }
}

// shiftCount is the right side of a shift; a negative one panics as in Go.
func shiftCount(b func(*machine) int64, y *value) func(*machine) uint64 {
	if unsigned(y.rt.Kind()) {
		return func(m *machine) uint64 { return uint64(b(m)) }
	}
	return func(m *machine) uint64 {
		n := b(m)
		_ = int64(0) << n
		return uint64(n)
	}
}

// compare compiles a comparison.
func (c *compiler) compare(op token.Token, x, y *value) func(*machine) bool {
	if x.class != y.class {
		c.decline("a comparison of two kinds")
	}
	var f func(*machine) bool
	switch x.class {
	case integer:
		f = compareInts(op, x, y)
	case float:
		f = ordered(op, x.f, y.f)
	case text:
		f = ordered(op, x.s, y.s)
	case boolean:
		a, b := x.b, y.b
		switch op {
		case token.EQL:
			f = func(m *machine) bool { return a(m) == b(m) }
		case token.NEQ:
			f = func(m *machine) bool { return a(m) != b(m) }
		}
	case pointer:
		a, b := x.p, y.p
		switch op {
		case token.EQL:
			f = func(m *machine) bool { return a(m) == b(m) }
		case token.NEQ:
			f = func(m *machine) bool { return a(m) != b(m) }
		}
	}
	if f == nil {
		c.decline("a comparison of values of this type")
	}
	return f
}

func compareInts(op token.Token, x, y *value) func(*machine) bool {
	a, b := x.i, y.i
	if unsigned(x.rt.Kind()) && x.rt.Size() == 8 {
		return ordered(op, func(m *machine) uint64 { return uint64(a(m)) }, func(m *machine) uint64 { return uint64(b(m)) })
	}
	if n := y.n; y.fixed {
		switch op {
		case token.EQL:
			return func(m *machine) bool { return a(m) == n }
		case token.NEQ:
			return func(m *machine) bool { return a(m) != n }
		case token.LSS:
			return func(m *machine) bool { return a(m) < n }
		case token.LEQ:
			return func(m *machine) bool { return a(m) <= n }
		case token.GTR:
			return func(m *machine) bool { return a(m) > n }
		case token.GEQ:
			return func(m *machine) bool { return a(m) >= n }
		}
	}
	return ordered(op, a, b)
}

func ordered[T int64 | uint64 | float64 | string](op token.Token, a, b func(*machine) T) func(*machine) bool {
	switch op {
	case token.EQL:
		return func(m *machine) bool { return a(m) == b(m) }
	case token.NEQ:
		return func(m *machine) bool { return a(m) != b(m) }
	case token.LSS:
		return func(m *machine) bool { return a(m) < b(m) }
	case token.LEQ:
		return func(m *machine) bool { return a(m) <= b(m) }
	case token.GTR:
		return func(m *machine) bool { return a(m) > b(m) }
	case token.GEQ:
		return func(m *machine) bool { return a(m) >= b(m) }
	}
	return nil
}

// convert compiles a conversion between types of numbers, or of the same layout.
func (c *compiler) convert(v *value, rt reflect.Type) *value {
	to := classOf(rt)
	out := *v
	out.rt = rt
	switch {
	case v.class == integer && to == integer:
		f, k := v.i, rt.Kind()
		if v.fixed {
			out.n = wrap(k, v.n)
			n := out.n
			out.i = func(*machine) int64 { return n }
			return &out
		}
		if rt.Size() < 8 {
			out.i = func(m *machine) int64 { return wrap(k, f(m)) }
		}
		return &out
	case v.class == integer && to == float:
		f := v.i
		out.class, out.i, out.fixed = float, nil, false
		if unsigned(v.rt.Kind()) {
			out.f = func(m *machine) float64 { return float64(uint64(f(m))) }
		} else {
			out.f = func(m *machine) float64 { return float64(f(m)) }
		}
		if rt.Kind() == reflect.Float32 {
			c.decline("a conversion to float32")
		}
		return &out
	case v.class == float && to == integer:
		f, k := v.f, rt.Kind()
		if unsigned(k) {
			c.decline("a conversion to an unsigned number")
		}
		out.class, out.f = integer, nil
		out.i = func(m *machine) int64 { return wrap(k, int64(f(m))) }
		return &out
	case v.class == float && to == float:
		f := v.f
		if rt.Kind() == reflect.Float32 {
			out.f = func(m *machine) float64 { return float64(float32(f(m))) }
		}
		return &out
	case v.class == to && (to == text || to == boolean || sameLayout(v.rt, rt)):
		return &out
	}
	c.decline("a conversion of this kind")
	return nil
}
