package view

import (
	"go/ast"
	"go/constant"
	"go/types"
	"slices"
)

// attributes finds out which attributes of files functions read, so that the policy engine lists those and nothing else.
// nil means that it cannot be told: then files have all that can be had.
func (l *lowerer) attributes(fns ...ast.Expr) []string {
	u := &fileUses{l: l, attrs: map[string]bool{}, seen: map[types.Object]bool{}}
	for _, fn := range fns {
		u.function(fn)
	}
	if u.all || u.whole {
		return nil
	}
	if len(u.attrs) == 0 {
		return []string{"path"} // something has to be there
	}
	names := sortedKeys(u.attrs)
	return slices.Compact(names)
}

// fileUses collects what functions do with files.
type fileUses struct {
	l     *lowerer
	attrs map[string]bool
	all   bool // more than can be told from the text
	whole bool // a file goes somewhere as a whole
	seen  map[types.Object]bool
}

func (u *fileUses) function(e ast.Expr) {
	switch f := ast.Unparen(unwrapped(e, u.l.u.wraps)).(type) {
	case *ast.FuncLit:
		u.body(f.Body)
	case *ast.Ident:
		u.declared(u.l.u.info.Uses[f])
	default:
		u.all, u.whole = true, true
	}
}

// declared goes into a function of this unit.
func (u *fileUses) declared(o types.Object) {
	f, ok := o.(*types.Func)
	if !ok || u.seen[f] {
		return
	}
	u.seen[f] = true
	for _, file := range u.l.u.files {
		for _, d := range file.decls {
			if fd, ok := d.(*ast.FuncDecl); ok && u.l.u.info.Defs[fd.Name] == types.Object(f) && fd.Body != nil {
				u.body(fd.Body)
				return
			}
		}
	}
	u.all, u.whole = true, true // of an earlier entry, or native
}

func (u *fileUses) isFile(t types.Type) bool {
	if t == nil {
		return false
	}
	t = types.Unalias(t)
	if p, ok := t.(*types.Pointer); ok {
		t = types.Unalias(p.Elem())
	}
	n, ok := t.(*types.Named)
	if !ok {
		return false
	}
	rt := u.l.w.native[n.Obj()]
	return rt != nil && rt.PkgPath() == filesPackage && rt.Name() == "File"
}

func (u *fileUses) body(b *ast.BlockStmt) {
	l := u.l
	ast.Inspect(b, func(n ast.Node) bool {
		switch x := n.(type) {
		case *ast.SelectorExpr:
			if u.isFile(l.typeOf(unwrapped(x.X, l.u.wraps))) {
				u.member(x)
				if _, plain := x.X.(*ast.Ident); plain {
					return false
				}
			}
		case *ast.RangeStmt:
			// The set itself, and the variable of the loop, are no uses.
			if l.overFiles(x) {
				u.skip(x)
				return false
			}
		case *ast.CallExpr:
			if f, ok := l.callee(x).(*types.Func); ok && f.Pkg() != nil && f.Pkg().Path() == "main" {
				// A function of this text is looked into; the file that it is given is no use by itself.
				u.declared(f)
				for _, a := range x.Args {
					if id, ok := ast.Unparen(unwrapped(a, l.u.wraps)).(*ast.Ident); ok && (u.isFile(l.typeOf(id)) || l.w.IsFiles(l.typeOf(id))) {
						continue
					}
					u.expr(a)
				}
				return false
			}
		case *ast.Ident:
			if o := l.u.info.Uses[x]; o != nil {
				if v, ok := o.(*types.Var); ok && !v.IsField() {
					if u.isFile(v.Type()) {
						u.whole = true
					}
					u.all = u.all || l.w.IsFiles(v.Type())
				}
			}
		}
		return true
	})
}

func (u *fileUses) expr(e ast.Expr) {
	u.body(&ast.BlockStmt{List: []ast.Stmt{&ast.ExprStmt{X: e}}})
}

// skip goes into a loop over files without its head.
func (u *fileUses) skip(x *ast.RangeStmt) {
	if _, plain := ast.Unparen(unwrapped(x.X, u.l.u.wraps)).(*ast.Ident); !plain {
		u.all = true // files that are narrowed or had elsewhere
	}
	u.body(x.Body)
}

// member notes a field or a method of a file.
func (u *fileUses) member(x *ast.SelectorExpr) {
	l := u.l
	switch sel := l.u.info.Selections[x]; {
	case sel == nil:
		u.all = true
	case sel.Kind() == types.FieldVal && x.Sel.Name == "Extra":
		u.all = true
	case sel.Kind() == types.FieldVal:
		u.attrs[x.Sel.Name] = true
	case x.Sel.Name == "Attr" || x.Sel.Name == "Has":
		call, ok := l.parents[x].(*ast.CallExpr)
		if !ok || len(call.Args) != 1 {
			u.all = true
			return
		}
		tv := l.u.info.Types[unwrapped(call.Args[0], l.u.wraps)]
		if tv.Value == nil || tv.Value.Kind() != constant.String {
			u.all = true
			return
		}
		u.attrs[constant.StringVal(tv.Value)] = true
	default:
		u.whole = true
	}
}
