package view

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strconv"
	"strings"
)

// Call is the innermost call that a cursor stands in.
type Call struct {
	Name   string   // of the function as it is written: fs.Change
	Type   string   // its signature
	Doc    string   // the first sentence of its documentation
	Param  string   // the parameter at the cursor, with its type
	Object []Step   // for a method: how to reach the object without running anything of the user's
	Within []Step   // the object of the call around this one
	Fields []string // of what is shown, where columns are named: Cols(fs.Filesets, "…
	Key    string   // in the value of a map: its key
	names  []string // of the parameters
}

// callAt describes the call that the innermost of the nodes above a cursor is an argument of.
func (u *Unit) callAt(path []ast.Node) *Call {
	call, i := u.argumentAt(path)
	if call == nil {
		return nil
	}
	fun := ast.Unparen(unwrapped(call.Fun, u.wraps))
	sig, ok := u.typeOf(fun).(*types.Signature)
	if !ok {
		return nil
	}
	c := &Call{Name: u.clean(types.ExprString(u.plain(fun)))}
	switch f := fun.(type) {
	case *ast.SelectorExpr:
		if s := u.info.Selections[f]; s != nil {
			c.Object = u.path(f.X)
			u.describeCall(c, s.Obj(), sig)
		} else {
			u.describeCall(c, u.info.Uses[f.Sel], sig)
		}
	case *ast.Ident:
		u.describeCall(c, u.info.Uses[f], sig)
	default:
		c.Type = u.signatureShown(sig, nil)
	}
	if n := sig.Params().Len(); n > 0 && (i < n || sig.Variadic()) {
		p := sig.Params().At(min(i, n-1))
		name, t := p.Name(), u.typeShown(p.Type())
		if k := min(i, n-1); k < len(c.names) {
			name = c.names[k]
		}
		if sig.Variadic() && i >= n-1 {
			t = "..." + strings.TrimPrefix(t, "[]")
		}
		c.Param = strings.TrimSpace(name + " " + t)
	}
	c.Within = u.objectAround(path, call)
	c.Fields = u.fieldsNamed(fun, call)
	return c
}

// objectAround is the object that the nearest method call around a call is made on.
func (u *Unit) objectAround(path []ast.Node, inner *ast.CallExpr) []Step {
	seen := false
	for _, n := range slices.Backward(path) {
		call, ok := n.(*ast.CallExpr)
		if !ok || !seen {
			seen = seen || ok && call == inner
			continue
		}
		if sel, ok := ast.Unparen(unwrapped(call.Fun, u.wraps)).(*ast.SelectorExpr); ok {
			if p := u.path(sel.X); p != nil {
				return p
			}
		}
	}
	return nil
}

// columnCalls are the functions and methods that take the names of columns.
var columnCalls = map[string]bool{"Cols": true, "Sort": true, "Largest": true, "Top": true}

// fieldsNamed returns the names of the columns that a call may name: the fields of the members of a collection or a
// list. It is nil for other calls.
func (u *Unit) fieldsNamed(fun ast.Expr, call *ast.CallExpr) []string {
	var of types.Type
	switch f := fun.(type) {
	case *ast.Ident:
		if columnCalls[f.Name] && len(call.Args) > 0 {
			of = u.typeOf(ast.Unparen(unwrapped(call.Args[0], u.wraps)))
		}
	case *ast.SelectorExpr:
		if columnCalls[f.Sel.Name] {
			of = u.shownType(ast.Unparen(unwrapped(f.X, u.wraps)))
		}
	}
	if of == nil {
		return nil
	}
	switch x := of.Underlying().(type) {
	case *types.Map:
		of = x.Elem()
	case *types.Slice:
		of = x.Elem()
	}
	var names []string
	var fields func(t types.Type, depth int)
	fields = func(t types.Type, depth int) {
		if p, ok := t.Underlying().(*types.Pointer); ok {
			t = p.Elem()
		}
		st, ok := t.Underlying().(*types.Struct)
		if !ok || depth > 4 {
			return
		}
		for f := range st.Fields() {
			switch {
			case f.Embedded():
				fields(f.Type(), depth+1)
			case f.Exported() && !u.world.IsCollection(f.Type()) && !slices.Contains(names, f.Name()):
				names = append(names, f.Name())
			}
		}
	}
	fields(of, 0)
	return names
}

// shownType is the type of what a chain of views shows: Cols(fs.Filesets, "Name").Sort( shows filesets.
func (u *Unit) shownType(e ast.Expr) types.Type {
	call, ok := e.(*ast.CallExpr)
	if !ok {
		return u.typeOf(e)
	}
	switch f := ast.Unparen(unwrapped(call.Fun, u.wraps)).(type) {
	case *ast.Ident:
		if (columnCalls[f.Name] || f.Name == "Wide") && len(call.Args) > 0 {
			return u.typeOf(ast.Unparen(unwrapped(call.Args[0], u.wraps)))
		}
	case *ast.SelectorExpr:
		if columnCalls[f.Sel.Name] || f.Sel.Name == "Wide" {
			return u.shownType(ast.Unparen(unwrapped(f.X, u.wraps)))
		}
	}
	return u.typeOf(e)
}

// fieldsAt returns the fields that a struct literal does not set yet, for a cursor where a field may stand; nil
// elsewhere.
func (u *Unit) fieldsAt(path []ast.Node) []Member {
	n := len(path)
	if n < 2 {
		return nil
	}
	lit, ok := path[n-2].(*ast.CompositeLit)
	if !ok || lit.Type == path[n-1] {
		return nil
	}
	of := u.typeOf(lit)
	if of == nil {
		return nil
	}
	st, ok := of.Underlying().(*types.Struct)
	if !ok {
		return nil
	}
	set := map[string]bool{}
	for _, e := range lit.Elts {
		if kv, ok := e.(*ast.KeyValueExpr); ok {
			if id, ok := kv.Key.(*ast.Ident); ok {
				set[id.Name] = true
			}
		}
	}
	list := []Member{}
	for f := range st.Fields() {
		if f.Exported() && !set[f.Name()] {
			m := u.member(f)
			m.Fits = true
			list = append(list, m)
		}
	}
	return list
}

// mapAt describes a cursor in a key or a value of a map that is being written: Settings{"pagepool": "…
func (u *Unit) mapAt(path []ast.Node) *Call {
	for k := len(path) - 1; k > 0; k-- {
		lit, ok := path[k-1].(*ast.CompositeLit)
		if !ok {
			continue
		}
		if lit.Type == nil {
			return nil
		}
		c := &Call{Name: u.clean(types.ExprString(lit.Type)), Param: "key"}
		if kv, ok := path[k].(*ast.KeyValueExpr); ok && k+1 < len(path) && path[k+1] == kv.Value {
			c.Param = "value"
			if key, ok := kv.Key.(*ast.BasicLit); ok && key.Kind == token.STRING {
				c.Key, _ = strconv.Unquote(key.Value)
			}
		}
		return c
	}
	return nil
}

func (u *Unit) describeCall(c *Call, o types.Object, sig *types.Signature) {
	if o == nil {
		c.Type = u.signatureShown(sig, nil)
		return
	}
	m := u.member(o)
	c.Type, c.Doc, c.names = m.Type, m.Doc, m.Params
	if !strings.HasPrefix(c.Type, "(") {
		c.Type = u.signatureShown(sig, m.Params)
	}
}

// plain returns an expression without the wrappers on its way, for printing.
func (u *Unit) plain(e ast.Expr) ast.Expr {
	switch x := unwrapped(e, u.wraps).(type) {
	case *ast.SelectorExpr:
		return &ast.SelectorExpr{X: u.plain(x.X), Sel: x.Sel}
	case *ast.CallExpr:
		return &ast.CallExpr{Fun: u.plain(x.Fun), Args: x.Args}
	case *ast.IndexExpr:
		return &ast.IndexExpr{X: u.plain(x.X), Index: x.Index}
	default:
		return x
	}
}

// argumentAt returns the innermost call that the cursor is an argument of, and which one it is.
func (u *Unit) argumentAt(path []ast.Node) (*ast.CallExpr, int) {
	for k := len(path) - 1; k > 0; k-- {
		call, ok := path[k-1].(*ast.CallExpr)
		if !ok {
			if _, isFunc := path[k].(*ast.FuncLit); isFunc {
				return nil, 0
			}
			continue
		}
		if _, isWrapper := u.wraps[call]; isWrapper {
			continue
		}
		for i, a := range call.Args {
			if a == path[k] {
				return call, i
			}
		}
	}
	return nil, 0
}

// wantedAt returns the type that is wanted at the cursor: of the parameter, of the other side of a comparison or an
// assignment, of the value that cases are compared with; nil when anything may stand there.
func (u *Unit) wantedAt(path []ast.Node) types.Type {
	for k := len(path) - 1; k > 0; k-- {
		at, ok := path[k].(ast.Expr)
		if !ok {
			return nil
		}
		switch p := path[k-1].(type) {
		case *ast.ParenExpr:
			continue
		case *ast.BinaryExpr:
			if p.Op != token.EQL && p.Op != token.NEQ && p.Op != token.LSS && p.Op != token.GTR && p.Op != token.LEQ && p.Op != token.GEQ || p.Y != at {
				return nil
			}
			return u.typeOf(unwrapped(p.X, u.wraps))
		case *ast.CallExpr:
			if _, isWrapper := u.wraps[p]; isWrapper {
				continue
			}
			for i, a := range p.Args {
				if a != at {
					continue
				}
				if sig, ok := u.typeOf(unwrapped(p.Fun, u.wraps)).(*types.Signature); ok && sig.Params().Len() > 0 && (i < sig.Params().Len() || sig.Variadic()) {
					return paramType(sig, i, false)
				}
			}
			return nil
		case *ast.AssignStmt:
			for i, r := range p.Rhs {
				if r == at && i < len(p.Lhs) && p.Tok == token.ASSIGN {
					return u.typeOf(p.Lhs[i])
				}
			}
			return nil
		case *ast.CaseClause:
			for j := k - 2; j >= 0; j-- {
				if s, ok := path[j].(*ast.SwitchStmt); ok {
					return u.typeOf(unwrapped(s.Tag, u.wraps))
				}
			}
			return nil
		default:
			return nil
		}
	}
	return nil
}

func (u *Unit) typeOf(e ast.Expr) types.Type {
	if e == nil {
		return nil
	}
	tv, ok := u.info.Types[e]
	if !ok || tv.Type == types.Typ[types.Invalid] {
		if id, isName := e.(*ast.Ident); isName {
			if o := u.info.Uses[id]; o != nil {
				return o.Type()
			}
		}
		return nil
	}
	if tup, ok := tv.Type.(*types.Tuple); ok {
		if tup.Len() == 0 {
			return nil
		}
		return tup.At(0).Type()
	}
	return tv.Type
}

func (u *Unit) typeShown(t types.Type) string {
	return u.clean(types.TypeString(t, func(p *types.Package) string { return p.Name() }))
}

// fitting returns the names of the world that make or are a value of a type of the object model: the constants of an
// enumeration, the constructors of an option, true and false. Other types have none: too much fits.
func (w *World) fitting(t types.Type) map[string]bool {
	if types.Identical(t, types.Typ[types.Bool]) {
		return map[string]bool{"true": true, "false": true}
	}
	n, ok := types.Unalias(t).(*types.Named)
	if !ok || n.Obj().Pkg() == nil || !strings.HasPrefix(n.Obj().Pkg().Path(), viewPrefix) {
		return nil
	}
	path := n.Obj().Pkg().Path()
	if !slices.Contains(w.dot, path) {
		return nil
	}
	option, isOption := n.Underlying().(*types.Interface)
	_, isBasic := n.Underlying().(*types.Basic)
	if !isOption && !isBasic || isOption && option.NumMethods() == 0 {
		return nil
	}
	fits := map[string]bool{}
	scope := w.fill(path).Scope()
	for _, name := range scope.Names() {
		switch o := scope.Lookup(name).(type) {
		case *types.Const:
			fits[name] = o.Exported() && types.Identical(o.Type(), n)
		case *types.Func:
			res := o.Signature().Results()
			if !isOption || res.Len() != 1 || !types.IsInterface(res.At(0).Type()) {
				continue
			}
			fits[name] = types.Identical(res.At(0).Type(), n) || types.AssignableTo(res.At(0).Type(), n)
		}
	}
	for name, ok := range fits {
		if !ok {
			delete(fits, name)
		}
	}
	return fits
}

// stringAt handles a cursor inside a string that is no key: a condition on an object, or the argument of a call.
func (w *World) stringAt(scope *Scope, src string, offset int, toks []scannedToken, open openToken) Cursor {
	lit := `"` + cursorName + `"`
	u := w.checkAt(scope, src[:open.start]+lit, toks)
	path := u.cursorNode(func(n ast.Node) bool {
		l, ok := n.(*ast.BasicLit)
		return ok && l.Value == lit
	})
	if path == nil {
		return Cursor{}
	}
	inner := src[open.start+1 : offset]
	closed := strings.HasPrefix(src[offset:], src[open.start:open.start+1])
	if m := u.mapAt(path); m != nil {
		return Cursor{Kind: CursorText, Start: open.start + 1, Prefix: inner, Call: m, Closed: closed}
	}
	call, i := u.argumentAt(path)
	if call == nil {
		return Cursor{}
	}
	if elem, ok := u.conditionOn(call, i); ok {
		if c, ok := w.conditionAt(scope, u, src[:open.start], inner, elem); ok {
			c.Start += offset
			return c
		}
	}
	return Cursor{Kind: CursorText, Start: open.start + 1, Prefix: inner, Call: u.callAt(path), Closed: closed}
}

// conditionAt returns what may stand at the end of the beginning of a condition; Start is relative to that end.
func (w *World) conditionAt(scope *Scope, u *Unit, before, inner string, elem types.Type) (Cursor, bool) {
	typ, ok := u.writtenType(elem)
	if !ok {
		return Cursor{}, false
	}
	names, _ := scanNames(inner)
	var edits []edit
	atName := false // a name that is being typed belongs to the object, or is a value to compare with
	for _, n := range names {
		if n.end == len(inner) && !n.selected {
			atName = true
			continue
		}
		if b, a := u.memberOf(n, elem, "it"); b != "" {
			edits = append(edits, edit{n.start, n.start, b})
			if a != "" {
				edits = append(edits, edit{n.end, n.end, a})
			}
		}
	}
	text := before + "func(it " + typ + ") bool { return " + Text{Text: inner}.rewrite(edits).Text
	c := w.at(scope, text, len(text))
	if c.Kind == CursorNone {
		return c, false
	}
	c.Start = -len(c.Prefix)
	c.Call = nil
	if c.Kind == CursorIdent && (atName || c.Prefix == "") {
		fits := slices.DeleteFunc(slices.Clone(c.Members), func(m Member) bool { return !m.Fits })
		members := make([]Member, 0, 32)
		if len(fits) == 0 {
			for _, o := range w.members(elem) {
				m := u.member(o)
				fn, isFunc := o.(*types.Func)
				if isFunc && (fn.Signature().Params().Len() > 0 || fn.Signature().Results().Len() == 0 || fn.Name() == "String") || w.IsCollection(o.Type()) {
					continue
				}
				members = append(members, m)
			}
		}
		c.Kind, c.Members = CursorMember, append(fits, members...)
	}
	return c, true
}
