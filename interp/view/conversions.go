package view

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"
)

// hiddenPackages are those whose functions keep or print what they get as an interface value: they get the box. Others
// look into the value, and get it as it is.
var hiddenPackages = map[string]bool{
	"fmt": true, "log": true, "container/heap": true, "container/list": true, "context": true, "sync": true, "sync/atomic": true,
	"encoding/json": true, scriptPath: true, "main": true,
}

// takesBoxes tells whether a function gets a box for an empty interface.
func takesBoxes(f *types.Func) bool {
	if f == nil || f.Pkg() == nil {
		return true
	}
	if f.Pkg().Path() == "fmt" && strings.Contains(f.Name(), "can") { // Scan, Sscan, Fscan …
		return false
	}
	return hiddenPackages[f.Pkg().Path()]
}

// converter finds the places of a unit at which values become interface values.
type converter struct {
	l *lowerer
	f *file
}

func (l *lowerer) findConversions() {
	if l.export || l.untraced {
		return
	}
	for _, f := range l.u.files {
		c := &converter{l, f}
		f.each(func(n ast.Node) { c.walk(n, nil) })
	}
}

func (c *converter) typeOf(e ast.Expr) types.Type {
	if tv, ok := c.l.u.info.Types[e]; ok {
		return tv.Type
	}
	if id, ok := e.(*ast.Ident); ok {
		if o := c.l.object(id); o != nil {
			return o.Type()
		}
	}
	return nil
}

func (c *converter) one(e ast.Expr, to types.Type) {
	if from := c.typeOf(e); c.l.converts(from, to) {
		c.l.conv[e] = conversion{from: from, to: to}
	}
}

// several converts the values of one call; places that take anything are nil.
func (c *converter) several(e ast.Expr, tos []types.Type) {
	tup, ok := c.typeOf(e).(*types.Tuple)
	if !ok {
		return
	}
	conv := conversion{tos: tos}
	needed := false
	for i := range tup.Len() {
		conv.froms = append(conv.froms, tup.At(i).Type())
		needed = needed || i < len(tos) && c.l.converts(tup.At(i).Type(), tos[i])
	}
	if needed && len(tos) == tup.Len() {
		c.l.conv[e] = conv
	}
}

func (c *converter) list(exprs []ast.Expr, tos []types.Type) {
	if len(exprs) == 1 && len(tos) > 1 {
		c.several(exprs[0], tos)
		return
	}
	for i, e := range exprs {
		if i < len(tos) && tos[i] != nil {
			c.one(e, tos[i])
		}
	}
}

func (c *converter) walk(n ast.Node, sig *types.Signature) {
	switch x := n.(type) {
	case *ast.FuncDecl:
		sig = c.l.declared(x)
	case *ast.FuncLit:
		if s, ok := c.typeOf(x).(*types.Signature); ok {
			sig = s
		}
	case *ast.AssignStmt:
		if x.Tok == token.ASSIGN || x.Tok == token.DEFINE {
			c.list(x.Rhs, c.l.placeTypes(x.Lhs))
		}
	case *ast.ValueSpec:
		c.list(x.Values, c.l.nameTypes(x.Names))
	case *ast.ReturnStmt:
		if sig != nil {
			var tos []types.Type
			for r := range sig.Results().Variables() {
				tos = append(tos, r.Type())
			}
			c.list(x.Results, tos)
		}
	case *ast.CallExpr:
		if _, wrapped := c.l.u.wraps[x]; !wrapped {
			c.call(x)
		}
	case *ast.CompositeLit:
		c.elements(x)
	case *ast.IndexExpr:
		if m, ok := under(c.typeOf(x.X)).(*types.Map); ok {
			c.one(x.Index, m.Key())
		}
	case *ast.SendStmt:
		if ch, ok := under(c.typeOf(x.Chan)).(*types.Chan); ok {
			c.one(x.Value, ch.Elem())
		}
	case *ast.BinaryExpr:
		if x.Op == token.EQL || x.Op == token.NEQ {
			c.compared(x.X, x.Y)
		}
	case *ast.SwitchStmt:
		if x.Tag != nil {
			for _, s := range x.Body.List {
				for _, e := range s.(*ast.CaseClause).List {
					c.compared(x.Tag, e)
				}
			}
		}
	}
	children(n, func(k ast.Node) { c.walk(k, sig) })
}

func (c *converter) compared(a, b ast.Expr) {
	at, bt := c.typeOf(a), c.typeOf(b)
	if at == nil || bt == nil {
		return
	}
	switch {
	case types.IsInterface(at) && !types.IsInterface(bt):
		c.one(b, at)
	case types.IsInterface(bt) && !types.IsInterface(at):
		c.one(a, bt)
	}
}

func (c *converter) call(x *ast.CallExpr) {
	tv, ok := c.l.u.info.Types[x.Fun]
	if !ok {
		return
	}
	if tv.IsType() {
		if len(x.Args) == 1 {
			c.one(x.Args[0], tv.Type)
		}
		return
	}
	if tv.IsBuiltin() {
		c.builtin(x)
		return
	}
	sig, ok := under(tv.Type).(*types.Signature)
	if !ok {
		return
	}
	f, _ := c.l.callee(x).(*types.Func)
	if len(x.Args) == 1 && sig.Params().Len() > 1 || len(x.Args) == 1 && sig.Variadic() {
		if tup, ok := c.typeOf(x.Args[0]).(*types.Tuple); ok {
			var tos []types.Type
			for i := range tup.Len() {
				tos = append(tos, paramType(sig, i, false))
			}
			c.several(x.Args[0], tos)
			return
		}
	}
	for i, a := range x.Args {
		to := paramType(sig, i, x.Ellipsis.IsValid())
		if it, ok := to.Underlying().(*types.Interface); ok && it.NumMethods() == 0 && !isTypeParam(to) && !takesBoxes(f) {
			continue // see rawArgument
		}
		c.one(a, to)
	}
}

func (c *converter) builtin(x *ast.CallExpr) {
	id, ok := ast.Unparen(x.Fun).(*ast.Ident)
	if !ok {
		return
	}
	empty := types.NewInterfaceType(nil, nil)
	switch id.Name {
	case "append":
		if sl, ok := under(c.typeOf(x)).(*types.Slice); ok && !x.Ellipsis.IsValid() {
			for _, a := range x.Args[1:] {
				c.one(a, sl.Elem())
			}
		}
	case "panic", "print", "println":
		for _, a := range x.Args {
			if tup, ok := c.typeOf(a).(*types.Tuple); ok {
				c.several(a, slices.Repeat([]types.Type{empty}, tup.Len()))
				continue
			}
			c.one(a, empty)
		}
	case "delete":
		if m, ok := under(c.typeOf(x.Args[0])).(*types.Map); ok && len(x.Args) == 2 {
			c.one(x.Args[1], m.Key())
		}
	}
}

func (c *converter) elements(x *ast.CompositeLit) {
	each := func(elem, key types.Type) {
		for _, e := range x.Elts {
			if kv, ok := e.(*ast.KeyValueExpr); ok {
				if key != nil {
					c.one(kv.Key, key)
				}
				e = kv.Value
			}
			c.one(e, elem)
		}
	}
	switch t := under(c.typeOf(x)).(type) {
	case *types.Slice:
		each(t.Elem(), nil)
	case *types.Array:
		each(t.Elem(), nil)
	case *types.Map:
		each(t.Elem(), t.Key())
	case *types.Struct:
		for i, e := range x.Elts {
			if kv, ok := e.(*ast.KeyValueExpr); ok {
				if id, ok := kv.Key.(*ast.Ident); ok {
					if v, ok := c.l.u.info.Uses[id].(*types.Var); ok {
						c.one(kv.Value, v.Type())
					}
				}
				continue
			}
			if i < t.NumFields() {
				c.one(e, t.Field(i).Type())
			}
		}
	}
}

// rawArgument writes an argument for native code that looks into it: as it is, or, for packages that read names and
// methods of it, as what it stands for. It returns false when there is nothing to do.
func (l *lowerer) rawArgument(f *types.Func, x *ast.CallExpr, i int, a ast.Expr) bool {
	if f == nil || f.Pkg() == nil || l.untraced {
		return false
	}
	sig, ok := l.typeOf(x.Fun).Underlying().(*types.Signature)
	if !ok {
		return false
	}
	to := paramType(sig, i, x.Ellipsis.IsValid())
	if it, ok := to.Underlying().(*types.Interface); !ok || it.NumMethods() > 0 || isTypeParam(to) {
		return false
	}
	from := l.typeOf(a)
	p, isPtr := from.Underlying().(*types.Pointer)
	switch path := f.Pkg().Path(); {
	case path == "encoding/json" && (f.Name() == "Unmarshal" || f.Name() == "Decode"):
		if !isPtr || !l.boxed(p.Elem()) && !ofTypeParam(p.Elem()) {
			return false
		}
		l.write(fmt.Sprintf("%s.JSONInto(%d, ", rt, l.typeID(p.Elem())))
	case path == "text/template" && strings.HasPrefix(f.Name(), "Execute"):
		if !types.IsInterface(from) && !l.boxed(from) {
			return false
		}
		l.write(fmt.Sprintf("%s.Plain(%d, ", rt, l.typeID(from)))
	case takesBoxes(f) || !types.IsInterface(from):
		return false
	default:
		l.write(rt + ".Raw(")
	}
	l.emit(a)
	l.write(")")
	return true
}
