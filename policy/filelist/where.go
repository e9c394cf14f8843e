package filelist

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/scanner"
	"go/token"
	"strings"
)

// ExprError says what is wrong with the expression of a Where, and where.
type ExprError struct {
	Expr    string
	Column  int // 1-based, in bytes
	Message string
}

// Error returns the message, the expression, and a caret under the place.
func (e *ExprError) Error() string {
	line, col := e.Expr, e.Column
	if strings.ContainsAny(line, "\n\t") {
		return fmt.Sprintf("Where, column %d: %s: %s", col, e.Message, line)
	}
	return fmt.Sprintf("Where, column %d: %s\n\t%s\n\t%s^", col, e.Message, line, strings.Repeat(" ", max(col-1, 0)))
}

// filter decides whether a record counts. It belongs to one goroutine.
type filter func(*rec) bool

// env is what expressions are compiled in.
type env struct {
	sc    *schema
	now   int64 // microseconds
	root  []byte
	names *Names
}

// compileWhere compiles conditions that must all hold. Each worker compiles its own: the functions keep buffers.
func (e *env) compileWhere(conditions []string) (filter, error) {
	var all filter
	for _, text := range conditions {
		one, err := e.compile(text)
		if err != nil {
			return nil, err
		}
		if before := all; before != nil {
			all = func(r *rec) bool { return before(r) && one(r) }
		} else {
			all = one
		}
	}
	return all, nil
}

func (e *env) compile(text string) (filter, error) {
	fset := token.NewFileSet()
	tree, err := parser.ParseExprFrom(fset, "", text, 0)
	if err != nil {
		return nil, syntaxError(text, err)
	}
	c := &compiler{env: e, text: text, fset: fset}
	x, err := c.expr(tree)
	if err != nil {
		return nil, err
	}
	if x.kind != boolExpr {
		return nil, c.errorf(tree, "this is %s, not a condition", x.kind)
	}
	return x.b, nil
}

func syntaxError(text string, err error) error {
	e := &ExprError{Expr: text, Column: 1, Message: err.Error()}
	if list, isList := err.(scanner.ErrorList); isList && len(list) > 0 {
		e.Column, e.Message = list[0].Pos.Column, list[0].Msg
	}
	if strings.Contains(text, "'") {
		e.Message += `; texts stand in double quotes or backquotes`
	}
	return e
}

// exprKind is the type of an expression.
type exprKind uint8

const (
	noExpr exprKind = iota
	boolExpr
	intExpr
	floatExpr
	textExpr
	timeExpr
	durationExpr
)

func (k exprKind) String() string {
	return [...]string{"nothing", "a condition", "a number", "a number", "a text", "a time", "a duration"}[k]
}

// number says whether values of the kind are held as integers.
func (k exprKind) integer() bool { return k == intExpr || k == timeExpr || k == durationExpr }

// expr is a compiled expression. The function of its kind is set; unknown values are told by needs: an expression has
// a value when the record has all of these.
type expr struct {
	kind  exprKind
	needs set
	b     func(*rec) bool  // whether a condition holds
	nb    func(*rec) bool  // whether its negation holds: of something unknown neither does
	i     func(*rec) int64 // integers; times and durations in microseconds
	f     func(*rec) float64
	s     func(*rec) []byte

	constant bool
	ci       int64
	cf       float64
	cs       string
}

func intConst(kind exprKind, v int64) expr {
	return expr{kind: kind, constant: true, ci: v, i: func(*rec) int64 { return v }}
}

func floatConst(v float64) expr {
	return expr{kind: floatExpr, constant: true, cf: v, f: func(*rec) float64 { return v }}
}

func textConst(s string) expr {
	b := []byte(s)
	return expr{kind: textExpr, constant: true, cs: s, s: func(*rec) []byte { return b }}
}

func boolConst(v bool) expr { return condition(0, func(*rec) bool { return v }) }

// condition makes an expression of a test that can be made when the record has all that it needs.
func condition(needs set, test func(*rec) bool) expr {
	return expr{
		kind: boolExpr, needs: needs,
		b:  func(r *rec) bool { return r.has&needs == needs && test(r) },
		nb: func(r *rec) bool { return r.has&needs == needs && !test(r) },
	}
}

// float returns the expression as a floating-point one.
func (x expr) float() expr {
	if x.kind == floatExpr {
		return x
	}
	y := expr{kind: floatExpr, needs: x.needs, constant: x.constant, cf: float64(x.ci)}
	i := x.i
	y.f = func(r *rec) float64 { return float64(i(r)) }
	return y
}

type compiler struct {
	*env
	text string
	fset *token.FileSet
}

func (c *compiler) errorf(at ast.Node, format string, args ...any) error {
	return &ExprError{Expr: c.text, Column: c.fset.Position(at.Pos()).Column, Message: fmt.Sprintf(format, args...)}
}

func (c *compiler) expr(n ast.Expr) (expr, error) {
	switch n := n.(type) {
	case *ast.ParenExpr:
		return c.expr(n.X)
	case *ast.BasicLit:
		return c.literal(n)
	case *ast.Ident:
		return c.ident(n)
	case *ast.UnaryExpr:
		return c.unary(n)
	case *ast.BinaryExpr:
		return c.binary(n)
	case *ast.CallExpr:
		return c.call(n)
	}
	return expr{}, c.errorf(n, "this cannot stand in a condition")
}

// constants of expressions. Durations are in microseconds.
var (
	sizeConsts = map[string]int64{
		"KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30, "TiB": 1 << 40, "PiB": 1 << 50, "EiB": 1 << 60,
	}
	durationConsts = map[string]int64{
		"Second": second, "Minute": minute, "Hour": hour, "Day": day, "Week": 7 * day, "Year": year,
	}
)

func (c *compiler) ident(n *ast.Ident) (expr, error) {
	if v, found := sizeConsts[n.Name]; found {
		return intConst(intExpr, v), nil
	}
	if v, found := durationConsts[n.Name]; found {
		return intConst(durationExpr, v), nil
	}
	switch n.Name {
	case "true", "false":
		return boolConst(n.Name == "true"), nil
	}
	return c.attribute(n, Attr(n.Name))
}

// attribute compiles the value of an attribute.
func (c *compiler) attribute(at ast.Node, name Attr) (expr, error) {
	a, err := c.sc.resolve(name)
	if err != nil {
		return expr{}, c.errorf(at, "%v", err)
	}
	x := expr{needs: 1 << a.id}
	i := a.id
	switch {
	case a.derive == deriveAge || a.derive == deriveClass:
		return expr{}, c.errorf(at, "a class cannot be compared: compare the attribute itself")
	case a.derive == deriveDepth:
		root := c.root
		x.kind, x.i = intExpr, func(r *rec) int64 { return depthOf(r.text(idPath), root) }
	case a.derive == deriveYear:
		x.kind, x.i = intExpr, func(r *rec) int64 { return yearOf(r.num[i]) }
	case a.derive == deriveMonth:
		return expr{}, c.errorf(at, "a month cannot be compared: compare with Date(\"2026-05-01\")")
	case a.kind == KindText:
		x.kind, x.s = textExpr, c.textOf(a)
	case a.kind == KindFloat:
		x.kind, x.f = floatExpr, func(r *rec) float64 { return float64frombits(r.num[i]) }
	case a.kind == KindTime:
		x.kind, x.i = timeExpr, func(r *rec) int64 { return r.num[i] }
	default:
		x.kind, x.i = intExpr, func(r *rec) int64 { return r.num[i] }
	}
	return x, nil
}

// textOf returns the function that gives the text of an attribute.
func (e *env) textOf(a attr) func(*rec) []byte {
	i := a.id
	switch a.derive {
	case deriveName:
		return func(r *rec) []byte { return base(r.text(idPath)) }
	case deriveExt:
		buf := make([]byte, 0, 32)
		return func(r *rec) []byte {
			buf = appendLower(buf[:0], extension(r.text(idPath)))
			return buf
		}
	case deriveDir:
		root, n := e.root, a.n
		return func(r *rec) []byte { return dirOf(r.text(idPath), root, n) }
	case deriveUser, deriveGroup:
		// The same few numbers come again and again; the shared table has a lock.
		cache := map[int64][]byte{}
		names, group := e.names, a.derive == deriveGroup
		return func(r *rec) []byte {
			v := r.num[i]
			name, known := cache[v]
			if !known {
				name = []byte(names.name(group, v))
				cache[v] = name
			}
			return name
		}
	case deriveType:
		words := map[byte][]byte{}
		return func(r *rec) []byte {
			letter := r.text(idType)
			word, known := words[letter[0]]
			if !known {
				word = []byte(typeWord(letter))
				words[letter[0]] = word
			}
			return word
		}
	}
	return func(r *rec) []byte { return r.text(i) }
}

// appendLower appends the text in lower case. Only ASCII letters change: names are bytes.
func appendLower(dst, b []byte) []byte {
	for _, c := range b {
		if c >= 'A' && c <= 'Z' {
			c |= 0x20
		}
		dst = append(dst, c)
	}
	return dst
}
