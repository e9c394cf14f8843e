package filelist

import (
	"bytes"
	"cmp"
	"go/ast"
	"go/token"
	"math"
	"strconv"
	"time"
)

func float64frombits(v int64) float64 { return math.Float64frombits(uint64(v)) }

func yearOf(us int64) int64 { return int64(time.UnixMicro(us).UTC().Year()) }

func (c *compiler) literal(n *ast.BasicLit) (expr, error) {
	switch n.Kind {
	case token.INT:
		v, err := strconv.ParseInt(n.Value, 0, 64)
		if err != nil {
			return expr{}, c.errorf(n, "%s does not fit into 64 bits", n.Value)
		}
		return intConst(intExpr, v), nil
	case token.FLOAT:
		v, err := strconv.ParseFloat(n.Value, 64)
		if err != nil {
			return expr{}, c.errorf(n, "%s is no number", n.Value)
		}
		return floatConst(v), nil
	case token.STRING:
		s, err := strconv.Unquote(n.Value)
		if err != nil {
			return expr{}, c.errorf(n, "%s is no text", n.Value)
		}
		return textConst(s), nil
	}
	return expr{}, c.errorf(n, "texts stand in double quotes or backquotes")
}

func (c *compiler) unary(n *ast.UnaryExpr) (expr, error) {
	x, err := c.expr(n.X)
	if err != nil {
		return expr{}, err
	}
	switch {
	case n.Op == token.NOT && x.kind == boolExpr:
		x.b, x.nb = x.nb, x.b
		return x, nil
	case n.Op == token.SUB && (x.kind == intExpr || x.kind == durationExpr):
		if x.constant {
			return intConst(x.kind, -x.ci), nil
		}
		i := x.i
		return expr{kind: x.kind, needs: x.needs, i: func(r *rec) int64 { return -i(r) }}, nil
	case n.Op == token.SUB && x.kind == floatExpr:
		if x.constant {
			return floatConst(-x.cf), nil
		}
		f := x.f
		return expr{kind: floatExpr, needs: x.needs, f: func(r *rec) float64 { return -f(r) }}, nil
	case n.Op == token.ADD && x.kind != boolExpr && x.kind != textExpr:
		return x, nil
	}
	return expr{}, c.errorf(n, "%s cannot stand before %s", n.Op, x.kind)
}

func (c *compiler) binary(n *ast.BinaryExpr) (expr, error) {
	x, err := c.expr(n.X)
	if err != nil {
		return expr{}, err
	}
	y, err := c.expr(n.Y)
	if err != nil {
		return expr{}, err
	}
	switch n.Op {
	case token.LAND, token.LOR:
		if x.kind != boolExpr || y.kind != boolExpr {
			return expr{}, c.errorf(n, "%s stands between two conditions, not between %s and %s", n.Op, x.kind, y.kind)
		}
		a, b, na, nb := x.b, y.b, x.nb, y.nb
		both := expr{kind: boolExpr, needs: x.needs | y.needs}
		if n.Op == token.LAND {
			both.b = func(r *rec) bool { return a(r) && b(r) }
			both.nb = func(r *rec) bool { return na(r) || nb(r) }
		} else {
			both.b = func(r *rec) bool { return a(r) || b(r) }
			both.nb = func(r *rec) bool { return na(r) && nb(r) }
		}
		return both, nil
	case token.EQL, token.NEQ, token.LSS, token.LEQ, token.GTR, token.GEQ:
		return c.compare(n, x, y)
	case token.ADD, token.SUB, token.MUL, token.QUO, token.REM:
		return c.arithmetic(n, x, y)
	}
	return expr{}, c.errorf(n, "%s cannot stand in a condition", n.Op)
}

// compare compiles a comparison. It does not hold when either side is unknown.
func (c *compiler) compare(n *ast.BinaryExpr, x, y expr) (expr, error) {
	x, y, err := c.alike(n, x, y)
	if err != nil {
		return expr{}, err
	}
	needs := x.needs | y.needs
	switch {
	case x.kind == boolExpr:
		if n.Op != token.EQL && n.Op != token.NEQ {
			return expr{}, c.errorf(n, "conditions are not larger or smaller")
		}
		a, b, equal := x.b, y.b, n.Op == token.EQL
		return condition(needs, func(r *rec) bool { return (a(r) == b(r)) == equal }), nil
	case x.kind == textExpr:
		a, b, holds := x.s, y.s, holdsFor(n.Op)
		if n.Op == token.EQL {
			return condition(needs, func(r *rec) bool { return bytes.Equal(a(r), b(r)) }), nil
		}
		return condition(needs, func(r *rec) bool { return holds(bytes.Compare(a(r), b(r))) }), nil
	case x.kind == floatExpr:
		a, b, holds := x.f, y.f, holdsFor(n.Op)
		return condition(needs, func(r *rec) bool { return holds(cmp.Compare(a(r), b(r))) }), nil
	}
	return condition(needs, compareInts(n.Op, x, y)), nil
}

// compareInts has a function of its own for the comparison with a constant, by far the most frequent one.
func compareInts(op token.Token, x, y expr) func(*rec) bool {
	a, b, v := x.i, y.i, y.ci
	if y.constant {
		switch op {
		case token.EQL:
			return func(r *rec) bool { return a(r) == v }
		case token.GTR:
			return func(r *rec) bool { return a(r) > v }
		case token.LSS:
			return func(r *rec) bool { return a(r) < v }
		}
	}
	holds := holdsFor(op)
	return func(r *rec) bool { return holds(cmp.Compare(a(r), b(r))) }
}

func holdsFor(op token.Token) func(int) bool {
	switch op {
	case token.EQL:
		return func(c int) bool { return c == 0 }
	case token.NEQ:
		return func(c int) bool { return c != 0 }
	case token.LSS:
		return func(c int) bool { return c < 0 }
	case token.LEQ:
		return func(c int) bool { return c <= 0 }
	case token.GTR:
		return func(c int) bool { return c > 0 }
	}
	return func(c int) bool { return c >= 0 }
}

// alike makes two sides comparable: a number and a number with a fraction, a time and its text.
func (c *compiler) alike(n *ast.BinaryExpr, x, y expr) (expr, expr, error) {
	var err error
	switch {
	case x.kind == y.kind:
		return x, y, nil
	case x.kind == timeExpr && y.kind == textExpr && y.constant:
		y, err = c.date(n.Y, y.cs)
		return x, y, err
	case y.kind == timeExpr && x.kind == textExpr && x.constant:
		x, err = c.date(n.X, x.cs)
		return x, y, err
	case x.kind == floatExpr && y.kind == intExpr, x.kind == intExpr && y.kind == floatExpr:
		return x.float(), y.float(), nil
	}
	hint := ""
	if x.kind == timeExpr && y.kind == durationExpr || y.kind == timeExpr && x.kind == durationExpr {
		hint = "; Age(Access) is a duration"
	}
	if x.kind == durationExpr && y.kind == intExpr || x.kind == intExpr && y.kind == durationExpr {
		hint = "; write the unit: 90*Day"
	}
	return x, y, c.errorf(n, "%s and %s cannot be compared%s", x.kind, y.kind, hint)
}

// date reads a constant time: a date, or a date and time, in UTC.
func (c *compiler) date(at ast.Node, s string) (expr, error) {
	us, end := parseTime([]byte(s), 0)
	if end == 0 || end != len(s) {
		return expr{}, c.errorf(at, "%q is no time: write \"2026-05-01\" or \"2026-05-01 12:00:00\"", s)
	}
	return intConst(timeExpr, us), nil
}

func (c *compiler) arithmetic(n *ast.BinaryExpr, x, y expr) (expr, error) {
	kind, good := resultKind(n.Op, x.kind, y.kind)
	if !good {
		return expr{}, c.errorf(n, "%s cannot stand between %s and %s", n.Op, x.kind, y.kind)
	}
	if kind == floatExpr || (x.kind == floatExpr || y.kind == floatExpr) {
		return c.floatArithmetic(n, kind, x.float(), y.float())
	}
	if y.constant && y.ci == 0 && (n.Op == token.QUO || n.Op == token.REM) {
		return expr{}, c.errorf(n, "division by zero")
	}
	op := n.Op
	a, b := x.i, y.i
	eval := func(r *rec) int64 { return intOp(op, a(r), b(r)) }
	if x.constant && y.constant {
		return intConst(kind, eval(nil)), nil
	}
	return expr{kind: kind, needs: x.needs | y.needs, i: eval}, nil
}

func (c *compiler) floatArithmetic(n *ast.BinaryExpr, kind exprKind, x, y expr) (expr, error) {
	op, a, b := n.Op, x.f, y.f
	eval := func(r *rec) float64 { return floatOp(op, a(r), b(r)) }
	if kind.integer() { // 1.5 * GiB, 0.5 * Day
		out := expr{kind: kind, needs: x.needs | y.needs, i: func(r *rec) int64 { return int64(eval(r)) }}
		if x.constant && y.constant {
			return intConst(kind, int64(eval(nil))), nil
		}
		return out, nil
	}
	if x.constant && y.constant {
		return floatConst(eval(nil)), nil
	}
	return expr{kind: floatExpr, needs: x.needs | y.needs, f: eval}, nil
}

// intOp computes; a division by zero, which only data can bring, gives zero.
func intOp(op token.Token, a, b int64) int64 {
	switch op {
	case token.ADD:
		return a + b
	case token.SUB:
		return a - b
	case token.MUL:
		return a * b
	}
	if b == 0 {
		return 0
	}
	if op == token.QUO {
		return a / b
	}
	return a % b
}

func floatOp(op token.Token, a, b float64) float64 {
	switch op {
	case token.ADD:
		return a + b
	case token.SUB:
		return a - b
	case token.MUL:
		return a * b
	case token.QUO:
		return a / b
	}
	return math.Mod(a, b)
}

// resultKind returns the type of an arithmetic expression.
func resultKind(op token.Token, x, y exprKind) (exprKind, bool) {
	number := func(k exprKind) bool { return k == intExpr || k == floatExpr }
	switch {
	case number(x) && number(y):
		if x == floatExpr || y == floatExpr {
			return floatExpr, op != token.REM || x == y
		}
		return intExpr, true
	case x == durationExpr && number(y) && (op == token.MUL || op == token.QUO),
		number(x) && y == durationExpr && op == token.MUL:
		return durationExpr, true
	case x == durationExpr && y == durationExpr:
		if op == token.QUO {
			return intExpr, true
		}
		return durationExpr, op == token.ADD || op == token.SUB
	case x == timeExpr && y == timeExpr:
		return durationExpr, op == token.SUB
	case x == timeExpr && y == durationExpr:
		return timeExpr, op == token.ADD || op == token.SUB
	case x == durationExpr && y == timeExpr:
		return timeExpr, op == token.ADD
	}
	return noExpr, false
}
