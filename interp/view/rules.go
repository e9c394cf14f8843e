package view

import (
	"go/ast"
	"go/token"
	"go/types"
	"strings"
)

// rules finds what go/types accepts and the view does not: places where a live collection would have to become a plain
// map, or an object of the model an interface that knows nothing of the context its methods take.
func (u *Unit) rules() {
	for _, f := range u.files {
		r := &ruler{u: u, f: f}
		f.each(func(n ast.Node) { r.walk(n, nil) })
	}
	for _, e := range u.shown {
		u.notCalled(e)
	}
	for id, inst := range u.info.Instances {
		if strings.HasPrefix(id.Name, mark) {
			continue // a wrapper of ours
		}
		for t := range inst.TypeArgs.Types() {
			if u.world.IsCollection(t) {
				u.finding(u.fileOf(id.Pos()), id, "a generic function cannot take a live collection; pass its List() or Map()")
			}
		}
	}
}

// notCalled says of a method that stands alone what was probably meant: its value shows nothing.
func (u *Unit) notCalled(e ast.Expr) {
	x, ok := ast.Unparen(e).(*ast.SelectorExpr)
	if !ok {
		return
	}
	sel := u.info.Selections[x]
	if sel == nil || sel.Kind() != types.MethodVal {
		return
	}
	f := u.fileOf(x.Pos())
	fd := f.finding(x.Sel.Pos(), x.Sel.End(), x.Sel.Name+" is a method and has to be called: "+x.Sel.Name+"(…)")
	var names []string
	for _, m := range u.world.members(u.info.Types[x.X].Type) {
		if v, ok := m.(*types.Var); ok && v.IsField() {
			names = append(names, m.Name())
		}
	}
	fd.Hint = didYouMean(nearest(x.Sel.Name, names))
	u.Findings = append(u.Findings, fd)
}

type ruler struct {
	u *Unit
	f *file
}

func (r *ruler) typeOf(e ast.Expr) types.Type {
	if tv, ok := r.u.info.Types[unwrapped(e, r.u.wraps)]; ok {
		return tv.Type
	}
	return nil
}

// walk visits a node; sig is the function it is in.
func (r *ruler) walk(n ast.Node, sig *types.Signature) {
	switch x := n.(type) {
	case *ast.FuncDecl:
		if o, ok := r.u.info.Defs[x.Name].(*types.Func); ok {
			sig = o.Signature()
		}
	case *ast.FuncLit:
		if s, ok := r.typeOf(x).(*types.Signature); ok {
			sig = s
		}
	case *ast.AssignStmt:
		if x.Tok == token.ASSIGN {
			for i, e := range x.Rhs {
				if len(x.Lhs) == len(x.Rhs) {
					r.assigned(e, r.typeOf(x.Lhs[i]))
				}
			}
		}
	case *ast.ValueSpec:
		if x.Type != nil {
			for _, v := range x.Values {
				r.assigned(v, r.typeOf(x.Type))
			}
		}
	case *ast.ReturnStmt:
		if sig != nil && sig.Results().Len() == len(x.Results) {
			for i, e := range x.Results {
				r.assigned(e, sig.Results().At(i).Type())
			}
		}
	case *ast.CallExpr:
		if _, wrapped := r.u.wraps[x]; !wrapped {
			r.callArgs(x)
		}
	case *ast.CompositeLit:
		r.elements(x)
	case *ast.SendStmt:
		if ch, ok := under(r.typeOf(x.Chan)).(*types.Chan); ok {
			r.assigned(x.Value, ch.Elem())
		}
	case *ast.BinaryExpr:
		if x.Op == token.EQL || x.Op == token.NEQ {
			for _, e := range []ast.Expr{x.X, x.Y} {
				if t := r.typeOf(e); t != nil && r.u.world.IsCollection(t) {
					r.u.finding(r.f, x, "a live collection is never nil and cannot be compared; use len(…)")
					break
				}
			}
		}
	}
	children(n, func(c ast.Node) { r.walk(c, sig) })
}

func under(t types.Type) types.Type {
	if t == nil {
		return nil
	}
	return t.Underlying()
}

func (r *ruler) callArgs(x *ast.CallExpr) {
	tv, ok := r.u.info.Types[x.Fun]
	if !ok || tv.IsType() || tv.IsBuiltin() {
		return
	}
	sig, ok := under(tv.Type).(*types.Signature)
	if !ok {
		return
	}
	for i, a := range x.Args {
		r.assigned(a, paramType(sig, i, x.Ellipsis.IsValid()))
	}
}

func (r *ruler) elements(x *ast.CompositeLit) {
	switch t := under(r.typeOf(x)).(type) {
	case *types.Slice:
		r.values(x.Elts, t.Elem())
	case *types.Array:
		r.values(x.Elts, t.Elem())
	case *types.Map:
		r.values(x.Elts, t.Elem())
	case *types.Struct:
		for i, e := range x.Elts {
			if kv, ok := e.(*ast.KeyValueExpr); ok {
				if id, ok := kv.Key.(*ast.Ident); ok {
					if v, ok := r.u.info.Uses[id].(*types.Var); ok {
						r.assigned(kv.Value, v.Type())
					}
				}
				continue
			}
			if i < t.NumFields() {
				r.assigned(e, t.Field(i).Type())
			}
		}
	}
}

func (r *ruler) values(elts []ast.Expr, to types.Type) {
	for _, e := range elts {
		if kv, ok := e.(*ast.KeyValueExpr); ok {
			e = kv.Value
		}
		r.assigned(e, to)
	}
}

// assigned judges one implicit conversion.
func (r *ruler) assigned(e ast.Expr, to types.Type) {
	from := r.typeOf(e)
	if from == nil || to == nil || types.Identical(from, to) {
		return
	}
	e = unwrapped(e, r.u.wraps)
	coll := r.u.world.IsCollection(from)
	if r.u.world.IsCollection(to) && !coll {
		if b, ok := from.(*types.Basic); ok && b.Kind() == types.UntypedNil {
			r.u.finding(r.f, e, "a live collection is never nil")
			return
		}
		r.u.finding(r.f, e, "%s is a plain map, not a live collection of the cluster", types.ExprString(e))
		return
	}
	it, isInterface := to.Underlying().(*types.Interface)
	if !isInterface {
		if coll {
			r.u.finding(r.f, e, "%s is a live collection, not a plain map; use .Map() for a copy of it", r.u.clean(types.ExprString(e)))
		}
		return
	}
	if n, ok := types.Unalias(to).(*types.Named); ok {
		if rt := r.u.world.native[n.Obj()]; rt != nil && inView(rt) {
			return // an interface of the model: its methods take the context natively as well
		}
	}
	for m := range it.Methods() {
		o, _, _ := types.LookupFieldOrMethod(from, true, m.Pkg(), m.Name())
		if f, ok := o.(*types.Func); ok {
			if nf := r.u.world.funcs[f]; nf != nil && nf.ctx {
				r.u.finding(r.f, e, "%s cannot stand for the interface %s: its method %s asks the cluster; give a function literal instead", r.u.clean(types.ExprString(e)), r.u.clean(types.TypeString(to, nil)), m.Name())
				return
			}
		}
	}
}
