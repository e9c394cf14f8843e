package view

import (
	"go/ast"
	"go/token"
	"strings"
)

// wrapper is the syntactic pass before the check: around each call it puts a wrapper that accepts the number of values
// its place wants, with or without a trailing error (see prelude.go). It changes the tree in place.
type wrapper struct {
	isType func(ast.Expr) bool // tells conversions from calls
	counts map[token.Pos]int   // values wanted by arguments that are spread, by closing parenthesis; found by an earlier check
	wraps  map[*ast.CallExpr]int
	only   map[*ast.CallExpr]*ast.CallExpr // a wrapper that is the only argument -> the call it is an argument of
	funcs  []*ast.FuncType
}

// wrapFile wraps the calls of the declarations and statements given.
func (w *wrapper) wrapNode(n ast.Node) {
	if n != nil {
		w.visit(n)
	}
}

func (w *wrapper) wrap(e ast.Expr, want int) ast.Expr {
	if e == nil || want < 1 || want > maxWrapped {
		return e
	}
	call, ok := ast.Unparen(e).(*ast.CallExpr)
	if !ok || !w.wrappable(call) {
		return e
	}
	if c, ok := w.counts[call.Rparen]; ok {
		want = c
	}
	wrapped := &ast.CallExpr{
		Fun:    &ast.Ident{NamePos: e.Pos(), Name: wrapperName(want)},
		Lparen: e.Pos(), Args: []ast.Expr{e}, Rparen: e.End() - 1,
	}
	w.wraps[wrapped] = want
	return wrapped
}

// wrappable leaves out what is not a call of a function: conversions and builtins, whose constness a wrapper would take.
func (w *wrapper) wrappable(c *ast.CallExpr) bool {
	if _, done := w.wraps[c]; done {
		return false
	}
	if id, ok := ast.Unparen(c.Fun).(*ast.Ident); ok && (builtinFuncs[id.Name] || strings.HasPrefix(id.Name, mark)) {
		return false
	}
	return !w.isType(c.Fun)
}

var builtinFuncs = map[string]bool{
	"append": true, "cap": true, "clear": true, "close": true, "complex": true, "copy": true, "delete": true, "imag": true,
	"len": true, "make": true, "max": true, "min": true, "new": true, "panic": true, "print": true, "println": true,
	"real": true, "recover": true,
}

func (w *wrapper) one(e *ast.Expr) { *e = w.wrap(*e, 1) }

func (w *wrapper) each(list []ast.Expr) {
	for i := range list {
		list[i] = w.wrap(list[i], 1)
	}
}

// values wraps the right side of an assignment to n places.
func (w *wrapper) values(list []ast.Expr, n int) {
	if len(list) == 1 {
		list[0] = w.wrap(list[0], n)
		return
	}
	w.each(list)
}

func (w *wrapper) visit(n ast.Node) {
	switch x := n.(type) {
	case *ast.FuncDecl:
		w.funcs = append(w.funcs, x.Type)
		defer func() { w.funcs = w.funcs[:len(w.funcs)-1] }()
	case *ast.FuncLit:
		w.funcs = append(w.funcs, x.Type)
		defer func() { w.funcs = w.funcs[:len(w.funcs)-1] }()
	case *ast.GenDecl:
		if x.Tok != token.VAR {
			return
		}
	case *ast.ArrayType, *ast.FuncType, *ast.StructType, *ast.InterfaceType:
		return
	}
	children(n, w.visit)
	switch x := n.(type) {
	case *ast.AssignStmt:
		w.values(x.Rhs, len(x.Lhs))
	case *ast.ValueSpec:
		w.values(x.Values, len(x.Names))
	case *ast.ReturnStmt:
		k := 0
		if len(w.funcs) > 0 && w.funcs[len(w.funcs)-1].Results != nil {
			k = w.funcs[len(w.funcs)-1].Results.NumFields()
		}
		w.values(x.Results, k)
	case *ast.CallExpr:
		w.each(x.Args)
		if len(x.Args) == 1 {
			if arg, ok := x.Args[0].(*ast.CallExpr); ok && w.wraps[arg] > 0 {
				w.only[arg] = x
			}
		}
		w.one(&x.Fun)
	case *ast.SelectorExpr:
		w.one(&x.X)
	case *ast.IndexExpr:
		w.one(&x.X)
		w.one(&x.Index)
	case *ast.SliceExpr:
		w.one(&x.X)
		w.one(&x.Low)
		w.one(&x.High)
		w.one(&x.Max)
	case *ast.StarExpr:
		w.one(&x.X)
	case *ast.UnaryExpr:
		w.one(&x.X)
	case *ast.BinaryExpr:
		w.one(&x.X)
		w.one(&x.Y)
	case *ast.KeyValueExpr:
		w.one(&x.Key)
		w.one(&x.Value)
	case *ast.CompositeLit:
		w.each(x.Elts)
	case *ast.TypeAssertExpr:
		w.one(&x.X)
	case *ast.RangeStmt:
		w.one(&x.X)
	case *ast.IfStmt:
		w.one(&x.Cond)
	case *ast.ForStmt:
		w.one(&x.Cond)
	case *ast.SwitchStmt:
		w.one(&x.Tag)
	case *ast.CaseClause:
		w.each(x.List)
	case *ast.SendStmt:
		w.one(&x.Chan)
		w.one(&x.Value)
	}
}

// children calls v for the direct children of a node.
func children(n ast.Node, v func(ast.Node)) {
	first := true
	ast.Inspect(n, func(c ast.Node) bool {
		if first {
			first = false
			return true
		}
		if c != nil {
			v(c)
		}
		return false
	})
}

// unwrapped returns the expression below a wrapper.
func unwrapped(e ast.Expr, wraps map[*ast.CallExpr]int) ast.Expr {
	if c, ok := e.(*ast.CallExpr); ok {
		if _, ok := wraps[c]; ok {
			return c.Args[0]
		}
	}
	return e
}
