package engine

import (
	"math"
	"strings"

	"gpfsh/policy/lang"
)

func (c *compiler) binary(x *lang.Binary) code {
	l, r := c.expr(x.X), c.expr(x.Y)
	if c.err != nil {
		return l
	}
	switch x.Op {
	case "AND", "OR":
		c.bool(l, x.X)
		c.bool(r, x.Y)
		if x.Op == "AND" {
			return and(l, r)
		}
		return or(l, r)
	case "||":
		return c.concat(c.str(l, x.X), c.str(r, x.Y))
	case "=", "==", "!=", "<>", "<", ">", "<=", ">=":
		return c.compare(x.Op, l, r, x)
	}
	return c.arithmetic(x, l, r)
}

func (c *compiler) concat(l, r code) code {
	if c.err != nil {
		return l
	}
	a, b := l.s, r.s
	return code{typ: lang.String, constant: l.constant && r.constant, cost: l.cost + r.cost + 10, s: func(e *eval) (string, bool) {
		x, ok := a(e)
		if !ok {
			return "", false
		}
		y, ok := b(e)
		if !ok {
			return "", false
		}
		at := len(e.arena)
		if len(x) > 0 && at >= len(x) && view(e.arena[at-len(x):]) == x && &e.arena[at-len(x)] == stringData(x) {
			// x is what was written last: y goes behind it.
			e.arena = append(e.arena, y...)
			return e.text(at - len(x)), true
		}
		e.arena = append(append(e.arena, x...), y...)
		return e.text(at), true
	}}
}

// compare compiles a comparison: numbers with numbers, strings byte by byte, times with times, conditions with each
// other.
func (c *compiler) compare(op string, l, r code, x lang.Expr) code {
	if c.err != nil {
		return l
	}
	out := code{typ: lang.Bool, constant: l.constant && r.constant, cost: l.cost + r.cost + 2}
	switch {
	case l.typ == lang.Null || r.typ == lang.Null:
		return constBool(isUnknown)
	case l.typ == lang.String && r.typ == lang.String:
		out.b = compareStrings(op, l.s, r.s)
	case l.typ == r.typ && (l.typ == lang.Int || l.typ == lang.Timestamp || l.typ == lang.Duration):
		out.b = compareInts(op, l, r)
	case isNumeric(l.typ) && isNumeric(r.typ):
		if l.typ == lang.Duration && r.constant && r.typ == lang.Int {
			// An interval with whole seconds.
			n, _ := r.i(newEval(c.prog, 0))
			if n < math.MaxInt64/1000000 && n > math.MinInt64/1000000 {
				out.b = compareInts(op, l, constInt(lang.Duration, n*1e6))
				break
			}
		}
		out.b = compareFloats(op, c.float(l, x).f, c.float(r, x).f)
	case l.typ == lang.Bool && r.typ == lang.Bool:
		num := func(v code) code {
			return code{typ: lang.Int, i: func(e *eval) (int64, bool) {
				t := v.b(e)
				return int64(t), t != isUnknown
			}}
		}
		out.b = compareInts(op, num(l), num(r))
	default:
		c.fail(x, "%s is compared with %s", l.typ, r.typ)
	}
	return out
}

func compareStrings(op string, a, b func(*eval) (string, bool)) func(*eval) truth {
	return func(e *eval) truth {
		x, ok := a(e)
		if !ok {
			return isUnknown
		}
		y, ok := b(e)
		if !ok {
			return isUnknown
		}
		switch op {
		case "=", "==":
			return truthOf(x == y)
		case "!=", "<>":
			return truthOf(x != y)
		}
		return ordered(op, strings.Compare(x, y))
	}
}

func ordered(op string, c int) truth {
	switch op {
	case "=", "==":
		return truthOf(c == 0)
	case "!=", "<>":
		return truthOf(c != 0)
	case "<":
		return truthOf(c < 0)
	case ">":
		return truthOf(c > 0)
	case "<=":
		return truthOf(c <= 0)
	}
	return truthOf(c >= 0)
}

func compareInts(op string, l, r code) func(*eval) truth {
	a := l.i
	if r.constant {
		y, ok := r.i(nil)
		if !ok {
			return func(*eval) truth { return isUnknown }
		}
		switch op {
		case ">":
			return func(e *eval) truth {
				x, ok := a(e)
				if !ok {
					return isUnknown
				}
				return truthOf(x > y)
			}
		case "<":
			return func(e *eval) truth {
				x, ok := a(e)
				if !ok {
					return isUnknown
				}
				return truthOf(x < y)
			}
		}
	}
	b := r.i
	return func(e *eval) truth {
		x, ok := a(e)
		if !ok {
			return isUnknown
		}
		y, ok := b(e)
		if !ok {
			return isUnknown
		}
		switch {
		case x < y:
			return ordered(op, -1)
		case x > y:
			return ordered(op, 1)
		}
		return ordered(op, 0)
	}
}

func compareFloats(op string, a, b func(*eval) (float64, bool)) func(*eval) truth {
	return func(e *eval) truth {
		x, ok := a(e)
		if !ok {
			return isUnknown
		}
		y, ok := b(e)
		if !ok {
			return isUnknown
		}
		switch {
		case x < y:
			return ordered(op, -1)
		case x > y:
			return ordered(op, 1)
		}
		return ordered(op, 0)
	}
}

// arithmetic compiles + - * / % **.
// unverified: integers are divided to integers, and a division by zero is NULL.
func (c *compiler) arithmetic(x *lang.Binary, l, r code) code {
	if l.typ == lang.Null || r.typ == lang.Null {
		return nullCode(lang.Null)
	}
	out := code{constant: l.constant && r.constant, cost: l.cost + r.cost + 2}
	add := x.Op == "+" || x.Op == "-"
	micro := func(v code, at lang.Expr) code {
		if v.typ == lang.Timestamp || v.typ == lang.Duration {
			return v
		}
		f := c.float(v, at).f
		return code{i: func(e *eval) (int64, bool) {
			n, ok := f(e)
			return toInt(n * 1e6), ok
		}}
	}
	switch {
	case l.typ == lang.Timestamp && r.typ == lang.Timestamp && x.Op == "-":
		out.typ = lang.Duration
	case l.typ == lang.Timestamp && isNumeric(r.typ) && add, isNumeric(l.typ) && r.typ == lang.Timestamp && x.Op == "+":
		out.typ = lang.Timestamp
	case l.typ == lang.Duration && isNumeric(r.typ) && add, isNumeric(l.typ) && r.typ == lang.Duration && add:
		out.typ = lang.Duration
	case l.typ == lang.Int && r.typ == lang.Int:
		out.typ = lang.Int
		out.i = intOp(x.Op, l.i, r.i)
		return out
	case isNumeric(l.typ) && isNumeric(r.typ):
		out.typ = lang.Float
		out.f = floatOp(x.Op, c.float(l, x.X).f, c.float(r, x.Y).f)
		return out
	default:
		c.fail(x, "%s cannot be done with %s and %s", x.Op, l.typ, r.typ)
		return out
	}
	out.i = intOp(x.Op, micro(l, x.X).i, micro(r, x.Y).i)
	return out
}

func intOp(op string, a, b func(*eval) (int64, bool)) func(*eval) (int64, bool) {
	switch op {
	case "-":
		return func(e *eval) (int64, bool) {
			x, ok := a(e)
			if !ok {
				return 0, false
			}
			y, ok := b(e)
			return x - y, ok
		}
	case "+":
		return func(e *eval) (int64, bool) {
			x, ok := a(e)
			if !ok {
				return 0, false
			}
			y, ok := b(e)
			return x + y, ok
		}
	}
	return func(e *eval) (int64, bool) {
		x, ok := a(e)
		if !ok {
			return 0, false
		}
		y, ok := b(e)
		if !ok {
			return 0, false
		}
		switch op {
		case "*":
			return x * y, true
		case "/":
			if y == 0 {
				return 0, false
			}
			if y == -1 {
				return -x, true
			}
			return x / y, true
		case "%":
			return modInt(x, y)
		}
		return toInt(math.Pow(float64(x), float64(y))), true
	}
}

func modInt(x, y int64) (int64, bool) {
	switch y {
	case 0:
		return 0, false
	case -1:
		return 0, true
	}
	return x % y, true
}

func floatOp(op string, a, b func(*eval) (float64, bool)) func(*eval) (float64, bool) {
	return func(e *eval) (float64, bool) {
		x, ok := a(e)
		if !ok {
			return 0, false
		}
		y, ok := b(e)
		if !ok {
			return 0, false
		}
		switch op {
		case "+":
			return x + y, true
		case "-":
			return x - y, true
		case "*":
			return x * y, true
		case "/":
			return x / y, y != 0
		case "%":
			return math.Mod(x, y), y != 0
		}
		return math.Pow(x, y), true
	}
}

func (c *compiler) in(x *lang.In) code {
	v := c.expr(x.X)
	load, ref := c.once(v)
	constant := v.constant
	var out code
	texts := map[string]bool{}
	for i, item := range x.List {
		w := c.expr(item)
		if c.err != nil {
			return w
		}
		if v.typ == lang.String && w.typ == lang.String && w.constant {
			s, _ := w.s(newEval(c.prog, 0))
			texts[s] = true
		}
		constant = constant && w.constant
		eq := c.compare("=", ref, w, item)
		if c.err != nil {
			return eq
		}
		if i == 0 {
			out = eq
		} else {
			out = or(out, eq)
		}
	}
	if len(texts) == len(x.List) && len(texts) > 4 {
		s := v.s
		out = code{typ: lang.Bool, constant: v.constant, cost: v.cost + 20, b: func(e *eval) truth {
			t, ok := s(e)
			if !ok {
				return isUnknown
			}
			return truthOf(texts[t])
		}}
		return negate(out, x.Not)
	}
	return negate(loaded(load, out, constant), x.Not)
}
