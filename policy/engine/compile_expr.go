package engine

import (
	"math"
	"strconv"

	"gpfsh/policy/lang"
)

var minusInf = math.Inf(-1)

func itoa(n int64) string { return strconv.FormatInt(n, 10) }

func constString(s string) code {
	return code{typ: lang.String, constant: true, s: func(*eval) (string, bool) { return s, true }}
}

func constInt(typ lang.Type, n int64) code {
	return code{typ: typ, constant: true, i: func(*eval) (int64, bool) { return n, true }}
}

func constFloat(f float64) code {
	return code{typ: lang.Float, constant: true, f: func(*eval) (float64, bool) { return f, true }}
}

func constBool(t truth) code {
	return code{typ: lang.Bool, constant: true, b: func(*eval) truth { return t }}
}

// nullCode is NULL as a value of a type.
func nullCode(typ lang.Type) code {
	return code{typ: typ, constant: true,
		b: func(*eval) truth { return isUnknown },
		i: func(*eval) (int64, bool) { return 0, false },
		f: func(*eval) (float64, bool) { return 0, false },
		s: func(*eval) (string, bool) { return "", false },
	}
}

// expr compiles an expression. After an error the result means nothing.
func (c *compiler) expr(x lang.Expr) code {
	v := c.raw(x)
	if c.err == nil && v.constant {
		v = c.fold(v)
	}
	return v
}

// fold computes a constant once.
func (c *compiler) fold(v code) code {
	e := newEval(c.prog, 0)
	switch v.typ {
	case lang.Bool:
		return constBool(v.b(e))
	case lang.Float:
		if f, ok := v.f(e); ok {
			return constFloat(f)
		}
	case lang.String:
		if s, ok := v.s(e); ok {
			return constString(s)
		}
	case lang.Null:
		return v
	default:
		if n, ok := v.i(e); ok {
			return constInt(v.typ, n)
		}
	}
	return nullCode(v.typ)
}

func (c *compiler) raw(x lang.Expr) code {
	switch x := x.(type) {
	case *lang.StringLit:
		return constString(x.Value)
	case *lang.NumberLit:
		if x.Int() {
			if n, err := strconv.ParseInt(x.Text, 10, 64); err == nil {
				return constInt(lang.Int, n)
			}
		}
		return constFloat(x.Float())
	case *lang.BoolLit:
		return constBool(truthOf(x.Value))
	case *lang.NullLit:
		return nullCode(lang.Null)
	case *lang.Paren:
		return c.expr(x.X)
	case *lang.Attr:
		return c.attr(x)
	case *lang.CallExpr:
		return c.call(x)
	case *lang.Unary:
		return c.unary(x)
	case *lang.Binary:
		return c.binary(x)
	case *lang.Like:
		return c.like(x)
	case *lang.In:
		return c.in(x)
	case *lang.Between:
		v := c.expr(x.X)
		load, ref := c.once(v)
		lo, hi := c.expr(x.Low), c.expr(x.High)
		low := c.compare(">=", ref, lo, x)
		high := c.compare("<=", ref, hi, x)
		if c.err != nil {
			return low
		}
		return negate(loaded(load, and(low, high), v.constant && lo.constant && hi.constant), x.Not)
	case *lang.IsNull:
		return c.isNull(x)
	case *lang.Case:
		return c.caseExpr(x)
	case *lang.Interval:
		return c.interval(x)
	case *lang.Qualified:
		return c.qualified(x)
	}
	c.fail(x, "an expression that cannot be run")
	return code{}
}

// bool is the condition of a value. Only conditions are conditions, and NULL, which is unknown.
func (c *compiler) bool(v code, x lang.Expr) func(*eval) truth {
	if c.err == nil && v.typ != lang.Bool && v.typ != lang.Null {
		c.fail(x, "a condition is wanted, but this is %s", v.typ)
	}
	return v.b
}

// float makes a floating-point number of a number or an interval (in seconds).
func (c *compiler) float(v code, x lang.Expr) code {
	switch v.typ {
	case lang.Float, lang.Null:
		v.typ = lang.Float
		return v
	case lang.Int:
		i := v.i
		return code{typ: lang.Float, constant: v.constant, cost: v.cost + 1, f: func(e *eval) (float64, bool) {
			n, ok := i(e)
			return float64(n), ok
		}}
	case lang.Duration:
		i := v.i
		return code{typ: lang.Float, constant: v.constant, cost: v.cost + 1, f: func(e *eval) (float64, bool) {
			n, ok := i(e)
			return float64(n) / 1e6, ok
		}}
	}
	if c.err == nil {
		c.fail(x, "a number is wanted, but this is %s", v.typ)
	}
	return v
}

// int makes an integer of a number, cutting off what is behind the point.
func (c *compiler) int(v code, x lang.Expr) code {
	if v.typ == lang.Int || v.typ == lang.Null {
		v.typ = lang.Int
		return v
	}
	f := c.float(v, x)
	if c.err != nil {
		return v
	}
	return code{typ: lang.Int, constant: v.constant, cost: v.cost + 1, i: func(e *eval) (int64, bool) {
		n, ok := f.f(e)
		return toInt(n), ok
	}}
}

// toInt cuts a float to an integer; what does not fit becomes the nearest that does.
func toInt(f float64) int64 {
	switch {
	case f >= math.MaxInt64:
		return math.MaxInt64
	case f <= math.MinInt64:
		return math.MinInt64
	case f != f:
		return 0
	}
	return int64(f)
}

func (c *compiler) str(v code, x lang.Expr) code {
	if v.typ == lang.Null {
		v.typ = lang.String
	}
	if c.err == nil && v.typ != lang.String {
		c.fail(x, "a string is wanted, but this is %s; VARCHAR(…) makes one", v.typ)
	}
	return v
}

func (c *compiler) time(v code, x lang.Expr) code {
	if v.typ == lang.Null {
		v.typ = lang.Timestamp
	}
	if c.err == nil && v.typ != lang.Timestamp {
		c.fail(x, "a timestamp is wanted, but this is %s", v.typ)
	}
	return v
}

func negate(v code, not bool) code {
	if !not {
		return v
	}
	b := v.b
	return code{typ: lang.Bool, constant: v.constant, cost: v.cost, b: func(e *eval) truth {
		switch b(e) {
		case isFalse:
			return isTrue
		case isTrue:
			return isFalse
		}
		return isUnknown
	}}
}

func and(x, y code) code {
	if y.cost < x.cost {
		x, y = y, x
	}
	a, b := x.b, y.b
	return code{typ: lang.Bool, constant: x.constant && y.constant, cost: x.cost + y.cost/2, b: func(e *eval) truth {
		l := a(e)
		if l == isFalse {
			return isFalse
		}
		r := b(e)
		if r == isFalse || l == isTrue {
			return r
		}
		return isUnknown
	}}
}

func or(x, y code) code {
	if y.cost < x.cost {
		x, y = y, x
	}
	a, b := x.b, y.b
	return code{typ: lang.Bool, constant: x.constant && y.constant, cost: x.cost + y.cost/2, b: func(e *eval) truth {
		l := a(e)
		if l == isTrue {
			return isTrue
		}
		r := b(e)
		if r == isTrue || l == isFalse {
			return r
		}
		return isUnknown
	}}
}

func (c *compiler) unary(x *lang.Unary) code {
	v := c.expr(x.X)
	if c.err != nil {
		return v
	}
	if x.Op == "NOT" {
		c.bool(v, x.X)
		v.typ = lang.Bool
		return negate(v, true)
	}
	switch v.typ {
	case lang.Null:
		return v
	case lang.Int, lang.Duration:
		if x.Op == "-" {
			i := v.i
			v.i = func(e *eval) (int64, bool) {
				n, ok := i(e)
				return -n, ok
			}
		}
		return v
	case lang.Float:
		if x.Op == "-" {
			f := v.f
			v.f = func(e *eval) (float64, bool) {
				n, ok := f(e)
				return -n, ok
			}
		}
		return v
	}
	c.fail(x, "%s wants a number, but this is %s", x.Op, v.typ)
	return v
}

func (c *compiler) isNull(x *lang.IsNull) code {
	v := c.expr(x.X)
	if c.err != nil {
		return v
	}
	var null func(e *eval) bool
	switch v.typ {
	case lang.Null:
		return constBool(truthOf(!x.Not))
	case lang.Bool:
		null = func(e *eval) bool { return v.b(e) == isUnknown }
	case lang.Float:
		null = func(e *eval) bool { _, ok := v.f(e); return !ok }
	case lang.String:
		null = func(e *eval) bool { _, ok := v.s(e); return !ok }
	default:
		null = func(e *eval) bool { _, ok := v.i(e); return !ok }
	}
	not := x.Not
	return code{typ: lang.Bool, constant: v.constant, cost: v.cost, b: func(e *eval) truth { return truthOf(null(e) != not) }}
}

func (c *compiler) interval(x *lang.Interval) code {
	v := c.expr(x.Value)
	if s, ok := lang.Strip(x.Value).(*lang.StringLit); ok {
		n, err := strconv.ParseFloat(s.Value, 64)
		if err != nil {
			c.fail(x.Value, "%q is not the length of an interval", s.Value)
			return v
		}
		v = constFloat(n)
	}
	if u, ok := x.Value.(*lang.Unary); ok {
		if s, ok := u.X.(*lang.StringLit); ok {
			n, err := strconv.ParseFloat(s.Value, 64)
			if err != nil {
				c.fail(x.Value, "%q is not the length of an interval", s.Value)
				return v
			}
			c.err = nil
			v = constFloat(-n)
		}
	}
	f := c.float(v, x.Value)
	if c.err != nil {
		return v
	}
	n, _ := f.f(newEval(c.prog, 0))
	return constInt(lang.Duration, toInt(n*float64(unitMicros[x.Unit])))
}

var unitMicros = map[string]int64{"SECONDS": 1e6, "MINUTES": 60e6, "HOURS": 3600e6, "DAYS": 86400e6}

// qualified makes a number of an interval: how many of the unit it has.
func (c *compiler) qualified(x *lang.Qualified) code {
	v := c.expr(x.X)
	if c.err != nil {
		return v
	}
	unit := float64(unitMicros[x.Unit]) / 1e6
	f := c.float(v, x.X)
	if c.err != nil {
		return v
	}
	return code{typ: lang.Float, constant: v.constant, cost: v.cost + 1, f: func(e *eval) (float64, bool) {
		n, ok := f.f(e)
		return n / unit, ok
	}}
}

func (c *compiler) caseExpr(x *lang.Case) code {
	type branch struct {
		when func(*eval) truth
		then code
		at   lang.Expr
	}
	var branches []branch
	out := code{typ: lang.Null, constant: true}
	take := func(v code, at lang.Expr) {
		out.constant = out.constant && v.constant
		out.cost = max(out.cost, v.cost)
		switch {
		case c.err != nil || v.typ == lang.Null || v.typ == out.typ:
		case out.typ == lang.Null:
			out.typ = v.typ
		case isNumeric(out.typ) && isNumeric(v.typ):
			out.typ = lang.Float
		default:
			c.fail(at, "one branch of CASE is %s, this one %s", out.typ, v.typ)
		}
	}
	var operand code
	load := func(*eval) {}
	if x.Operand != nil {
		v := c.expr(x.Operand)
		out.constant = v.constant
		load, operand = c.once(v)
	}
	cost := 0
	for _, w := range x.Whens {
		cond := c.expr(w.Cond)
		if x.Operand != nil && c.err == nil {
			cond = c.compare("=", operand, cond, w.Cond)
		}
		then := c.expr(w.Then)
		if c.err != nil {
			return out
		}
		take(then, w.Then)
		branches = append(branches, branch{c.bool(cond, w.Cond), then, w.Then})
		out.constant = out.constant && (cond.constant || x.Operand != nil && isConstant(w.Cond))
		cost += cond.cost
	}
	last := nullCode(lang.Null)
	if x.Else != nil {
		last = c.expr(x.Else)
		take(last, x.Else)
	}
	if c.err != nil {
		return out
	}
	out.cost += cost
	whens := make([]func(*eval) truth, len(branches))
	thens := make([]code, len(branches)+1)
	for i, b := range branches {
		whens[i] = b.when
		thens[i] = c.as(b.then, out.typ, b.at)
	}
	thens[len(branches)] = c.as(last, out.typ, x)
	pick := func(e *eval) *code {
		load(e)
		for i, w := range whens {
			if w(e) == isTrue {
				return &thens[i]
			}
		}
		return &thens[len(whens)]
	}
	out.b = func(e *eval) truth { return pick(e).b(e) }
	out.i = func(e *eval) (int64, bool) { return pick(e).i(e) }
	out.f = func(e *eval) (float64, bool) { return pick(e).f(e) }
	out.s = func(e *eval) (string, bool) { return pick(e).s(e) }
	return out
}

func isNumeric(t lang.Type) bool { return t.Number() || t == lang.Duration }

// as converts a value to the type of a CASE.
func (c *compiler) as(v code, t lang.Type, x lang.Expr) code {
	switch {
	case v.typ == lang.Null:
		return nullCode(t)
	case t == lang.Float:
		return c.float(v, x)
	}
	return v
}
