package view

import (
	"go/ast"
	"go/token"
	"go/types"
	"strconv"
	"strings"
)

// predeclare puts into the package what its names stand for before it declares anything itself: names of the session,
// of the object model, packages used without an import. Only names that occur are looked up, so that an entry pays for
// what it mentions.
func (u *Unit) predeclare(root *ast.File, own map[string]bool) {
	w := u.world
	importNames := u.importNames()
	declaredTypes := u.typeNames()
	scope := u.pkg.Scope()
	insert := func(name string) {
		if name == "_" || own[name] || importNames[name] || scope.Lookup(name) != nil {
			return
		}
		if strings.HasPrefix(name, mark) {
			u.insertMarked(name)
			return
		}
		if n := u.scope.Lookup(name); n != nil {
			scope.Insert(n.Object)
			u.outer[n.Object] = n.Lowered
			return
		}
		if p, ok := u.scope.imports[name]; ok {
			scope.Insert(types.NewPkgName(token.NoPos, u.pkg, name, w.fill(p)))
			return
		}
		if name == errorName {
			if o := u.lastError(); o != nil {
				scope.Insert(o)
				return
			}
		}
		if o := w.predeclared(name); o != nil {
			scope.Insert(o)
			return
		}
		if p, ok := w.byPackageName(name); ok && types.Universe.Lookup(name) == nil {
			pn := types.NewPkgName(token.NoPos, u.pkg, name, w.fill(p))
			scope.Insert(pn)
		}
	}
	ast.Inspect(root, func(n ast.Node) bool {
		switch x := n.(type) {
		case *ast.CallExpr:
			u.markProcessing(x, own)
			// A function of the language that shares its name with a type, such as Cluster: the call means the
			// function, every other place the type.
			if id, ok := ast.Unparen(x.Fun).(*ast.Ident); ok && !own[id.Name] && u.scope.Lookup(id.Name) == nil && w.callable(id.Name) && !declaredTypes[id.Name] {
				u.rename(id)
			}
		case *ast.SelectorExpr:
			if id, ok := x.X.(*ast.Ident); ok {
				insert(id.Name)
			}
		case *ast.Ident:
			insert(x.Name)
		}
		return true
	})
}

// callable tells whether a name is both a function of the language and a type.
func (w *World) callable(name string) bool {
	if _, hidden := w.hidden(name); hidden {
		return true
	}
	if !w.hasLanguageFunc(name) {
		return false
	}
	for _, p := range w.dot {
		if v, ok := w.table(p)[name]; ok && isTypeValue(v) {
			return true
		}
	}
	return false
}

// insertMarked declares a name of ours: a wrapper, a function of the language at a call, an older variable.
func (u *Unit) insertMarked(name string) {
	scope := u.pkg.Scope()
	if name == lastName {
		u.insertLast()
		return
	}
	bare := strings.TrimPrefix(name, mark)
	if o := u.world.wrapper(name); o != nil {
		scope.Insert(o)
		return
	}
	if o := u.world.processingName(name); o != nil {
		scope.Insert(o)
		return
	}
	if f := u.world.languageFunc(bare); f != nil && u.world.callable(bare) {
		g := types.NewFunc(token.NoPos, f.Pkg(), name, f.Signature())
		u.world.funcs[g] = u.world.funcs[f]
		scope.Insert(g)
		return
	}
	if p, hidden := u.world.hidden(bare); hidden {
		u.world.convertName(p, bare)
		if f, ok := u.world.pkg(p).Scope().Lookup(bare).(*types.Func); ok {
			g := types.NewFunc(token.NoPos, f.Pkg(), name, f.Signature())
			nf := *u.world.funcs[f]
			nf.unmarked = true
			u.world.funcs[g] = &nf
			scope.Insert(g)
		}
		return
	}
	if n := u.scope.Lookup(bare); n != nil {
		v := types.NewVar(token.NoPos, u.pkg, name, n.Object.Type())
		scope.Insert(v)
		u.outer[v] = n.Lowered
	}
}

// importNames returns the names that import declarations of the unit bring into its files.
func (u *Unit) importNames() map[string]bool {
	names := map[string]bool{}
	for _, f := range u.files {
		for _, s := range f.imports {
			if s.Name != nil {
				names[s.Name.Name] = true
				continue
			}
			if p, err := strconv.Unquote(s.Path.Value); err == nil {
				if t, ok := u.world.tables[p]; ok {
					names[t.Name] = true
				}
			}
		}
	}
	return names
}

// typeNames returns the types that the unit declares itself.
func (u *Unit) typeNames() map[string]bool {
	names := map[string]bool{}
	for _, f := range u.files {
		for _, d := range f.decls {
			if g, ok := d.(*ast.GenDecl); ok && g.Tok == token.TYPE {
				for _, s := range g.Specs {
					names[s.(*ast.TypeSpec).Name.Name] = true
				}
			}
		}
	}
	return names
}

// isTypeExpr returns a test for expressions that are types, good enough to tell conversions from calls before the
// check. own holds the names that the unit declares at its top level.
func (u *Unit) isTypeExpr(own map[string]bool) func(ast.Expr) bool {
	typeNames := u.typeNames()
	var test func(ast.Expr) bool
	test = func(e ast.Expr) bool {
		switch x := e.(type) {
		case *ast.ParenExpr:
			return test(x.X)
		case *ast.StarExpr:
			return test(x.X)
		case *ast.ArrayType, *ast.MapType, *ast.ChanType, *ast.FuncType, *ast.StructType, *ast.InterfaceType:
			return true
		case *ast.IndexExpr:
			return test(x.X)
		case *ast.IndexListExpr:
			return test(x.X)
		case *ast.Ident:
			if typeNames[x.Name] {
				return true
			}
			if own[x.Name] || strings.HasPrefix(x.Name, mark) {
				return false
			}
			if n := u.scope.Lookup(x.Name); n != nil {
				_, ok := n.Object.(*types.TypeName)
				return ok
			}
			if u.world.callable(x.Name) {
				return false
			}
			for _, p := range u.world.dot {
				if v, ok := u.world.table(p)[x.Name]; ok {
					return isTypeValue(v)
				}
			}
			_, ok := types.Universe.Lookup(x.Name).(*types.TypeName)
			return ok
		case *ast.SelectorExpr:
			id, ok := x.X.(*ast.Ident)
			if !ok {
				return false
			}
			if p, ok := u.world.byPackageName(id.Name); ok && u.scope.Lookup(id.Name) == nil {
				if v, ok := u.world.table(p)[x.Sel.Name]; ok {
					return isTypeValue(v)
				}
			}
		}
		return false
	}
	return test
}

// lateMethod is a method declared on a type of an earlier entry. go/types cannot be shown such a declaration: it is
// checked as a function that takes the receiver first, and added to the type afterwards.
type lateMethod struct {
	decl *ast.FuncDecl // as the user wrote it
	fn   *ast.FuncDecl // as it is checked
}

func (u *Unit) takeLateMethods(root *ast.File) []lateMethod {
	declared := u.typeNames()
	var late []lateMethod
	for i, d := range root.Decls {
		fd, ok := d.(*ast.FuncDecl)
		if !ok || fd.Recv == nil || len(fd.Recv.List) != 1 {
			continue
		}
		base := receiverBase(fd.Recv.List[0].Type)
		if base == "" || declared[base] {
			continue
		}
		n := u.scope.Lookup(base)
		if n == nil {
			continue
		}
		if _, ok := n.Object.(*types.TypeName); !ok {
			continue
		}
		params := &ast.FieldList{Opening: fd.Type.Params.Opening, Closing: fd.Type.Params.Closing}
		params.List = append(params.List, fd.Recv.List...)
		params.List = append(params.List, fd.Type.Params.List...)
		if len(fd.Recv.List[0].Names) == 0 {
			recv := *fd.Recv.List[0]
			recv.Names = []*ast.Ident{{NamePos: recv.Pos(), Name: "_"}}
			params.List[0] = &recv
			for j, p := range fd.Type.Params.List {
				if len(p.Names) == 0 {
					q := *p
					q.Names = []*ast.Ident{{NamePos: p.Pos(), Name: "_"}}
					params.List[j+1] = &q
				}
			}
		}
		fn := &ast.FuncDecl{
			Name: &ast.Ident{NamePos: fd.Name.NamePos, Name: mark + base + mark + fd.Name.Name},
			Type: &ast.FuncType{Func: fd.Type.Func, Params: params, Results: fd.Type.Results},
			Body: fd.Body,
		}
		root.Decls[i] = fn
		late = append(late, lateMethod{fd, fn})
	}
	return late
}

func receiverBase(e ast.Expr) string {
	switch x := e.(type) {
	case *ast.StarExpr:
		return receiverBase(x.X)
	case *ast.ParenExpr:
		return receiverBase(x.X)
	case *ast.Ident:
		return x.Name
	}
	return ""
}

func (u *Unit) addLateMethods(late []lateMethod) {
	for _, m := range late {
		f, ok := u.info.Defs[m.fn.Name].(*types.Func)
		if !ok {
			continue
		}
		if u.declaredAlready(m.decl, f) {
			continue
		}
		u.late = append(u.late, lateFunc{m.decl, f})
	}
}

// declaredAlready says of a method that the type has: what calls it would go on with the old one.
func (u *Unit) declaredAlready(d *ast.FuncDecl, f *types.Func) bool {
	if f.Signature().Params().Len() == 0 {
		return false
	}
	t := types.Unalias(f.Signature().Params().At(0).Type())
	if p, ok := t.(*types.Pointer); ok {
		t = types.Unalias(p.Elem())
	}
	n, ok := t.(*types.Named)
	if !ok {
		return false
	}
	what := ""
	for m := range n.Methods() {
		if m.Name() == d.Name.Name {
			what = "method"
		}
	}
	if st, ok := n.Underlying().(*types.Struct); ok {
		for v := range st.Fields() {
			if v.Name() == d.Name.Name {
				what = "field"
			}
		}
	}
	if what == "" {
		return false
	}
	u.finding(u.fileOf(d.Pos()), d.Name, "%s has a %s %s already; declare the type again to give it another one", n.Obj().Name(), what, d.Name.Name)
	return true
}

// lateFunc is a checked late method, to be added to its type when the unit is declared.
type lateFunc struct {
	decl *ast.FuncDecl
	fn   *types.Func
}

// Commit adds what the unit declares to the scope, but for the names in without. It is called once the unit has been
// declared to the runner, whether or not it ran to its end: lowered names are spent in any case.
func (u *Unit) Commit(scope *Scope, without map[string]bool) {
	u.world.mu.Lock()
	defer u.world.mu.Unlock()
	names := map[string]*Name{}
	for name, o := range u.declared {
		if !without[name] && name != "_" {
			names[name] = &Name{Object: o, Lowered: u.loweredName(o)}
		}
	}
	for _, o := range u.declared {
		scope.used[u.loweredName(o)] = true
	}
	for name, texts := range u.declarations() {
		if _, own := u.declared[name]; own {
			scope.sources[name] = texts
		} else {
			scope.sources[name] = append(scope.sources[name], texts...) // methods of an earlier type
		}
	}
	for name := range names {
		if _, isVar := u.declared[name].(*types.Var); isVar {
			delete(scope.sources, name)
		}
	}
	scope.Declare(names)
	if u.mode == Entry {
		u.keepImports(scope)
	}
	for _, l := range u.late {
		sig := l.fn.Signature()
		recv := sig.Params().At(0)
		t := types.Unalias(recv.Type())
		if p, ok := t.(*types.Pointer); ok {
			t = types.Unalias(p.Elem())
		}
		n, ok := t.(*types.Named)
		if !ok {
			continue
		}
		var params []*types.Var
		for i := 1; i < sig.Params().Len(); i++ {
			params = append(params, sig.Params().At(i))
		}
		msig := types.NewSignatureType(types.NewVar(recv.Pos(), n.Obj().Pkg(), recv.Name(), recv.Type()), nil, nil, types.NewTuple(params...), sig.Results(), sig.Variadic())
		n.AddMethod(types.NewFunc(l.decl.Name.Pos(), n.Obj().Pkg(), l.decl.Name.Name, msig))
	}
}

// keepImports lets later entries use the packages under the names that an entry gave them.
func (u *Unit) keepImports(scope *Scope) {
	for _, f := range u.files {
		for _, s := range f.imports {
			p, err := strconv.Unquote(s.Path.Value)
			if err != nil || s.Name == nil || s.Name.Name == "_" || s.Name.Name == "." {
				continue
			}
			scope.imports[s.Name.Name] = p
			delete(scope.names, s.Name.Name)
		}
	}
}

// loweredName is the name that a declared object has in lowered code: its own, unless a session already gave that name
// to something else or the interpreter has a meaning for it.
func (u *Unit) loweredName(o types.Object) string {
	if name, ok := u.lowered[o]; ok {
		return name
	}
	name := o.Name()
	if u.prefix != "" {
		return u.prefix + name
	}
	if name == "main" || name == "init" || u.scope.taken(name) || types.Universe.Lookup(name) != nil {
		name += mark + strconv.Itoa(u.id)
	}
	u.lowered[o] = name
	return name
}

// Unreached returns the variables of the unit that had no value yet when it stopped at an offset of a source.
func (u *Unit) Unreached(fileName string, offset int) map[string]bool {
	names := map[string]bool{}
	for id, s := range u.moved {
		f := u.fileOf(s.Pos())
		if f.name == fileName && f.offset(s.End()) > offset {
			names[strings.TrimPrefix(id.Name, mark)] = true
		}
	}
	return names
}

// Declared returns the names that the unit declares at its top level.
func (u *Unit) Declared() []string { return sortedKeys(u.declared) }

// FirstStatement returns the place of the first thing that would run.
func (u *Unit) FirstStatement() (Finding, bool) {
	for _, f := range u.files {
		if len(f.stmts) > 0 {
			return f.finding(f.stmts[0].Pos(), f.stmts[0].End(), ""), true
		}
	}
	return Finding{}, false
}
