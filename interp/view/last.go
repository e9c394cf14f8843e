package view

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strconv"
	"strings"
)

// At the prompt _ is the value that was shown last, and _err the error of the last entry that failed. In Go _ is never
// a value, so nothing is lost by it.

const (
	lastName  = mark + "last"
	errorName = "_err"
)

// lastValues gives each _ that stands for a value a name that can be checked.
func (u *Unit) lastValues(f *file) {
	blank := map[*ast.Ident]bool{} // where it means nothing, as in Go
	skip := func(list ...ast.Expr) {
		for _, e := range list {
			if id, ok := e.(*ast.Ident); ok {
				blank[id] = true
			}
		}
	}
	f.each(func(root ast.Node) {
		ast.Inspect(root, func(n ast.Node) bool {
			switch x := n.(type) {
			case *ast.AssignStmt:
				if x.Tok == token.ASSIGN || x.Tok == token.DEFINE {
					skip(x.Lhs...)
				}
			case *ast.RangeStmt:
				skip(x.Key, x.Value)
			case *ast.ValueSpec:
				for _, id := range x.Names {
					blank[id] = true
				}
			case *ast.Field:
				for _, id := range x.Names {
					blank[id] = true
				}
			case *ast.TypeSpec:
				blank[x.Name] = true
			case *ast.FuncDecl:
				blank[x.Name] = true
			case *ast.LabeledStmt:
				blank[x.Label] = true
			case *ast.Ident:
				if x.Name == "_" && !blank[x] {
					u.renamed[x] = x.Name
					x.Name = lastName
				}
			}
			return true
		})
	})
}

// insertLast declares the last value.
func (u *Unit) insertLast() {
	if l := u.scope.last; l != nil {
		v := types.NewVar(token.NoPos, u.pkg, lastName, l.Object.Type())
		u.pkg.Scope().Insert(v)
		u.outer[v] = l.Lowered
	}
}

// lastError declares the last error.
func (u *Unit) lastError() types.Object {
	if u.mode != Entry || u.prefix != "" {
		return nil
	}
	v := types.NewVar(token.NoPos, u.pkg, errorName, errorType)
	u.outer[v] = rt + ".LastError()"
	return v
}

// keeping returns the variable that keeps the value that an entry shows; "" where its type cannot be written.
func (l *lowerer) keeping(e ast.Expr) string {
	t := l.typeOf(e)
	if b, ok := t.(*types.Basic); ok && b.Info()&types.IsUntyped != 0 {
		if t = types.Default(t); t == types.Typ[types.UntypedNil] {
			return ""
		}
	}
	if tup, ok := t.(*types.Tuple); ok {
		if tup.Len() != 1 {
			return ""
		}
		t = tup.At(0).Type()
	}
	if t == nil || !l.writable(t) || !l.nameable(t, map[types.Type]bool{}) {
		return ""
	}
	found := len(l.findings)
	text := l.typeText(t, e.Pos())
	if len(l.findings) > found {
		l.findings = l.findings[:found]
		return ""
	}
	name := l.unique("kept") + "_" + strconv.Itoa(l.u.id)
	l.helpers.WriteString("var " + name + " " + text + "\n")
	l.u.last = &Name{Object: types.NewVar(token.NoPos, l.u.pkg, "_", t), Lowered: name}
	return name
}

// nameable tells a type that lowered code can name: what it is made of stands in the table of a package.
func (l *lowerer) nameable(t types.Type, seen map[types.Type]bool) bool {
	t = types.Unalias(t)
	if seen[t] {
		return true
	}
	seen[t] = true
	switch t := t.(type) {
	case *types.Named:
		pkg := t.Obj().Pkg()
		for a := range t.TypeArgs().Types() {
			if !l.nameable(a, seen) {
				return false
			}
		}
		switch {
		case pkg == nil || pkg.Path() == "main":
			return true
		case l.w.sources[pkg.Path()] != "":
			return l.nameable(t.Underlying(), seen)
		}
		_, ok := l.w.table(pkg.Path())[t.Obj().Name()]
		return ok
	default:
		for part := range partsOf(t) {
			if !l.nameable(part, seen) {
				return false
			}
		}
	}
	return true
}

// KeepLast makes the value that the unit has shown the last one of the session.
func (u *Unit) KeepLast(scope *Scope) {
	if u.last != nil {
		scope.last = u.last
	}
}

// UsesLast tells whether an entry names the last value, and WithLast gives it a name that a script can have.
func UsesLast(src string) bool { return WithLast(src, "x") != src }

// WithLast returns an entry with the last value under a name.
func WithLast(src, name string) string {
	if !strings.Contains(src, "_") {
		return src
	}
	fset := token.NewFileSet()
	f, errs := parseFile(fset, "", src)
	if len(errs) > 0 {
		return src
	}
	u := &Unit{renamed: map[*ast.Ident]string{}}
	u.lastValues(f)
	var edits []edit
	for id := range u.renamed {
		at := f.offset(id.Pos())
		edits = append(edits, edit{at, at + 1, name})
	}
	return Text{Text: src}.rewrite(edits).Text
}

// WithError returns an entry with the last error, _err, under a name that a script can have. An entry that
// declares the name itself is not changed; own says that it does so for the rest of the session.
func WithError(src, name string) (with string, own bool) {
	if !strings.Contains(src, errorName) {
		return src, false
	}
	f, errs := parseFile(token.NewFileSet(), "", src)
	if len(errs) > 0 {
		return src, false
	}
	var edits []edit
	declared := false
	is := func(e ast.Expr) bool {
		id, ok := e.(*ast.Ident)
		return ok && id.Name == errorName
	}
	var look func(n ast.Node) bool
	look = func(n ast.Node) bool {
		switch x := n.(type) {
		case *ast.SelectorExpr:
			ast.Inspect(x.X, look)
			return false
		case *ast.AssignStmt:
			declared = declared || x.Tok == token.DEFINE && slices.ContainsFunc(x.Lhs, is)
		case *ast.RangeStmt:
			declared = declared || x.Tok == token.DEFINE && (is(x.Key) || is(x.Value))
		case *ast.ValueSpec:
			for _, id := range x.Names {
				declared = declared || is(id)
			}
		case *ast.Field:
			for _, id := range x.Names {
				declared = declared || is(id)
			}
		case *ast.Ident:
			if is(x) {
				at := f.offset(x.Pos())
				edits = append(edits, edit{at, at + len(errorName), name})
			}
		}
		return true
	}
	f.each(func(root ast.Node) { ast.Inspect(root, look) })
	if !declared {
		return Text{Text: src}.rewrite(edits).Text, false
	}
	f.each(func(n ast.Node) {
		if d, ok := n.(*ast.DeclStmt); ok {
			n = d.Decl
		}
		switch x := n.(type) {
		case *ast.AssignStmt:
			own = own || x.Tok == token.DEFINE && slices.ContainsFunc(x.Lhs, is)
		case *ast.GenDecl:
			for _, spec := range x.Specs {
				if v, ok := spec.(*ast.ValueSpec); ok {
					own = own || slices.ContainsFunc(v.Names, func(id *ast.Ident) bool { return is(id) })
				}
			}
		}
	})
	return src, own
}
