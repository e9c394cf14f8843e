package view

import (
	"fmt"
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"strconv"
	"strings"
)

// emit writes a node, lowered.
func (l *lowerer) emit(n ast.Node) {
	if e, ok := n.(ast.Expr); ok && l.emitConverted(e) {
		return
	}
	switch x := n.(type) {
	case *ast.Ident:
		l.ident(x)
	case *ast.SelectorExpr:
		l.selector(x)
	case *ast.CallExpr:
		l.call(x)
	case *ast.IndexExpr:
		l.index(x)
	case *ast.IndexListExpr:
		if tv := l.u.info.Types[x]; tv.IsType() && !l.constraint && l.dynamic(tv.Type) {
			l.write("interface{}")
			return
		}
		if l.genericFunc(x.X) {
			return
		}
		if !l.sourceType(x, x.X) {
			l.splice(x)
		}
	case *ast.UnaryExpr:
		if x.Op == token.ARROW && !l.export {
			l.receive(x, 1)
			return
		}
		if l.known(x) {
			return
		}
		l.splice(x)
	case *ast.BinaryExpr:
		if l.known(x) {
			return
		}
		if l.literalInList(x) {
			defer l.apart(x)()
		}
		if l.madeBefore(x.Op, x.X) || l.madeBefore(x.Op, x.Y) {
			l.operands(x)
			return
		}
		if !l.signedShift(x.Op, x.Y) {
			l.splice(x)
			return
		}
		l.emit(x.X)
		l.write(l.text(x.X.End(), x.Y.Pos()))
		l.shiftCount(x.Y)
	case *ast.FuncLit:
		l.funcLit(x)
	case *ast.CompositeLit:
		l.composite(x)
	case *ast.KeyValueExpr:
		l.keyValue(x)
	case *ast.TypeAssertExpr:
		if x.Type == nil || l.export {
			l.splice(x)
			return
		}
		l.assertion(x, 1)
	case *ast.InterfaceType:
		if !l.constraint && l.dynamic(l.typeOf(x)) {
			l.write("interface{}")
			return
		}
		l.splice(x)
	case *ast.BlockStmt:
		l.write("{ ")
		l.block(x)
		l.write("}")
	case ast.Stmt:
		l.stmt(x)
	case *ast.ValueSpec:
		l.valueSpec(x)
	case *ast.TypeSpec:
		l.typeSpec(x)
	case *ast.Field:
		l.field(x)
	default:
		l.splice(n)
	}
}

func (l *lowerer) object(id *ast.Ident) types.Object {
	if o := l.u.info.Uses[id]; o != nil {
		return o
	}
	return l.u.info.Defs[id]
}

// pointed returns the pointer of (*p).A, nil for what is no field of one.
func (l *lowerer) pointed(x *ast.SelectorExpr, sel *types.Selection) ast.Expr {
	star, ok := ast.Unparen(x.X).(*ast.StarExpr)
	if !ok || l.export || sel.Kind() != types.FieldVal {
		return nil
	}
	p, ok := l.typeOf(unwrapped(star.X, l.u.wraps)).(*types.Pointer)
	if !ok {
		return nil
	}
	if _, ok := p.Elem().Underlying().(*types.Struct); !ok {
		return nil
	}
	if _, ok := ast.Unparen(star.X).(*ast.StarExpr); ok {
		return nil
	}
	return star.X
}

// madeBefore tells an operand of && or || in which something is written out, a map or a struct: the interpreter begins
// behind it then, with what was not made.
func (l *lowerer) madeBefore(op token.Token, e ast.Expr) bool {
	if l.export || op != token.LAND && op != token.LOR {
		return false
	}
	found := false
	ast.Inspect(e, func(n ast.Node) bool {
		switch n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.CompositeLit:
			found = true
		}
		return !found
	})
	return found
}

// signedShift tells a shift whose count may be negative, which panics; the interpreter would shift by something.
func (l *lowerer) signedShift(op token.Token, count ast.Expr) bool {
	switch op {
	case token.SHL, token.SHR, token.SHL_ASSIGN, token.SHR_ASSIGN:
	default:
		return false
	}
	b, ok := l.typeOf(unwrapped(count, l.u.wraps)).Underlying().(*types.Basic)
	return ok && !l.export && b.Info()&types.IsUnsigned == 0 && l.u.info.Types[count].Value == nil
}

// known writes a truth value that is known before anything runs. The interpreter goes astray in operations of such.
func (l *lowerer) known(x ast.Expr) bool {
	tv := l.u.info.Types[x]
	if l.export || tv.Value == nil || tv.Value.Kind() != constant.Bool {
		return false
	}
	text := tv.Value.ExactString()
	if _, basic := types.Unalias(tv.Type).(*types.Basic); !basic {
		text = l.typeText(tv.Type, x.Pos()) + "(" + text + ")"
	}
	l.write(text)
	return true
}

// literalInList tells an operation with a function literal in it that is an element of a list which is written out: the
// interpreter cannot have it there, and it gets a function of its own.
func (l *lowerer) literalInList(x *ast.BinaryExpr) bool {
	if l.export {
		return false
	}
	n := l.parents[x]
	for {
		switch n.(type) {
		case *ast.ParenExpr, *ast.UnaryExpr, *ast.KeyValueExpr:
			n = l.parents[n]
			continue
		}
		break
	}
	if _, ok := n.(*ast.CompositeLit); !ok {
		return false
	}
	found := false
	ast.Inspect(x, func(n ast.Node) bool {
		_, lit := n.(*ast.FuncLit)
		found = found || lit
		return !found
	})
	return found
}

// operands writes && and || with each operand in a function of its own.
func (l *lowerer) operands(x *ast.BinaryExpr) {
	l.operand(x, x.X)
	l.write(" " + x.Op.String() + " ")
	l.operand(x, x.Y)
}

func (l *lowerer) operand(of *ast.BinaryExpr, e ast.Expr) {
	if l.madeBefore(of.Op, e) {
		defer l.apart(of)() // the operands have its type
	}
	l.emit(e)
}

func (l *lowerer) shiftCount(count ast.Expr) {
	l.write(rt + ".Count(int64(")
	l.emit(count)
	l.write("))")
}

// funcLit writes a function literal. The interpreter holds a lock of the function around it while deferred calls run, and
// takes the same one when a literal made there returns: where calls are deferred, literals are made in a function of
// their own.
func (l *lowerer) funcLit(x *ast.FuncLit) {
	n := len(l.funcs)
	if !l.export && n > 0 && l.funcs[n-1].defers && !l.calledAtOnce(x) {
		defer l.apart(x)()
	}
	l.write("func")
	l.emit(x.Type.Params)
	if x.Type.Results != nil {
		l.write(" ")
		l.emit(x.Type.Results)
	}
	l.write(" ")
	l.funcBody(x.Body, "a function literal")
}

// apart puts what is written until its end into a function of its own, which is called at once.
func (l *lowerer) apart(x ast.Expr) (end func()) {
	l.write("func() " + l.typeText(types.Default(l.typeOf(x)), x.Pos()) + " { return ")
	return func() { l.write(" }()") }
}

// calledAtOnce tells a literal that is called where it stands.
func (l *lowerer) calledAtOnce(x *ast.FuncLit) bool {
	var n ast.Node = x
	for {
		p := l.parents[n]
		if _, ok := p.(*ast.ParenExpr); ok {
			n = p
			continue
		}
		c, ok := p.(*ast.CallExpr)
		return ok && ast.Node(c.Fun) == n
	}
}

func (l *lowerer) ident(x *ast.Ident) {
	o := l.object(x)
	if _, isType := o.(*types.TypeName); isType && !l.constraint && l.dynamic(o.Type()) {
		l.write("interface{}")
		return
	}
	l.write(l.identText(x, o))
	if inst, ok := l.u.info.Instances[x]; ok && !l.export {
		l.instance(x, inst)
	}
}

// instance writes the type arguments that go/types inferred; the interpreter infers some of them wrongly.
func (l *lowerer) instance(x *ast.Ident, inst types.Instance) {
	if _, isFunc := l.object(x).(*types.Func); !isFunc {
		return
	}
	var args []string
	sig, _ := l.object(x).Type().(*types.Signature)
	for i := range inst.TypeArgs.Len() {
		t := inst.TypeArgs.At(i)
		if sig != nil && i < sig.TypeParams().Len() && l.dynamic(t) {
			if it, ok := sig.TypeParams().At(i).Constraint().Underlying().(*types.Interface); ok && it.NumMethods() > 0 {
				l.refuse(x, "a generic function that calls methods of its type parameter cannot take the interface %s here; give it a concrete type", l.u.clean(types.TypeString(t, nil)))
			}
		}
		args = append(args, l.typeText(t, x.Pos()))
	}
	l.write("[" + strings.Join(args, ", ") + "]")
}

func (l *lowerer) identText(x *ast.Ident, o types.Object) string {
	switch o := o.(type) {
	case nil:
		return strings.TrimPrefix(x.Name, mark)
	case *types.PkgName:
		p := o.Imported().Path()
		l.imports[p] = true
		if l.export {
			l.aliases[x.Name] = p
			return x.Name
		}
		return Alias(p)
	case *types.Func:
		if nf := l.w.funcs[o]; nf != nil && nf.session {
			return l.sessionValue() + "." + nf.name
		} else if nf != nil && nf.unmarked {
			return l.qualified(o.Pkg().Path(), nf.name)
		}
	case *types.Var:
		if o.IsField() {
			return l.fieldName(o)
		}
	}
	if o.Pkg() != nil && o.Pkg().Path() != "main" && o.Parent() == o.Pkg().Scope() {
		return l.qualified(o.Pkg().Path(), o.Name())
	}
	if o.Pkg() == nil || o.Pkg().Path() != "main" {
		return x.Name
	}
	return l.objectName(o)
}

// sessionValue is the value whose methods are the functions of the language.
func (l *lowerer) sessionValue() string {
	if l.export {
		return "sess"
	}
	return rt + ".Sess"
}

// fieldName is the lowered name of a field: embedding a type of the session names the field after the lowered type.
func (l *lowerer) fieldName(v *types.Var) string {
	if v.Embedded() && !l.export {
		t := types.Unalias(v.Type())
		if p, ok := t.(*types.Pointer); ok {
			t = types.Unalias(p.Elem())
		}
		if n, ok := t.(*types.Named); ok && n.Obj().Pkg() != nil && n.Obj().Pkg().Path() == "main" {
			return l.objectName(n.Obj())
		}
	}
	return v.Name()
}

func (l *lowerer) selector(x *ast.SelectorExpr) {
	if id, ok := x.X.(*ast.Ident); ok {
		if pn, ok := l.u.info.Uses[id].(*types.PkgName); ok {
			p := pn.Imported().Path()
			if why, ok := refused[p+"."+x.Sel.Name]; ok && !l.export {
				l.refuse(x, "%s.%s %s", id.Name, x.Sel.Name, why)
				return
			}
			if name, ok := replaced[p+"."+x.Sel.Name]; ok && !l.export {
				l.write(rt + "." + name)
				return
			}
			if _, ok := l.w.sources[p]; ok && !l.export {
				l.generic[p] = true
				l.write(l.sourceRef(p, x.Sel))
				if inst, ok := l.u.info.Instances[x.Sel]; ok {
					l.instance(x.Sel, inst)
				}
				return
			}
			l.imports[p] = true
			if l.export {
				l.aliases[id.Name] = p
				l.write(id.Name + "." + x.Sel.Name)
				return
			}
			l.write(Alias(p) + "." + x.Sel.Name)
			if inst, ok := l.u.info.Instances[x.Sel]; ok {
				l.instance(x.Sel, inst)
			}
			return
		}
	}
	sel := l.u.info.Selections[x]
	if sel == nil {
		l.splice(x)
		return
	}
	if p := l.pointed(x, sel); p != nil {
		// The interpreter cannot have (*p).A as an element of a list that is written out; p.A is the same.
		l.emit(p)
		l.write("." + l.fieldName(sel.Obj().(*types.Var)))
		return
	}
	if sel.Kind() == types.MethodVal {
		if path, ok := l.dispatch(x, sel); ok {
			l.bound(x.Sel.Name, sel.Type().(*types.Signature), x.Pos(), func() {
				l.emit(x.X)
				l.write(path)
			})
			return
		}
	}
	if name := l.replacedMethod(sel); name != "" {
		l.refuse(x, "%s can be called here, but not kept as a value: a dry run holds it back; use a function literal", x.Sel.Name)
		return
	}
	switch sel.Kind() {
	case types.MethodVal:
		if call, ok := l.parents[x].(*ast.CallExpr); !ok || call.Fun != ast.Expr(x) {
			if p, ok := l.parents[x].(*ast.ParenExpr); !ok || !l.isCallee(p) {
				l.methodValue(x, sel)
				return
			}
		}
	case types.MethodExpr:
		l.methodExpr(x, sel)
		return
	}
	l.emit(x.X)
	l.write(l.text(x.X.End(), x.Sel.Pos()))
	if v, ok := sel.Obj().(*types.Var); ok {
		l.write(l.fieldName(v))
		return
	}
	l.write(x.Sel.Name)
}

// genericFunc writes a generic function with all of its type arguments where the source gives some of them.
func (l *lowerer) genericFunc(e ast.Expr) bool {
	if l.export {
		return false
	}
	id, ok := e.(*ast.Ident)
	if se, isSel := e.(*ast.SelectorExpr); isSel {
		id, ok = se.Sel, true
	}
	if !ok {
		return false
	}
	if _, isFunc := l.object(id).(*types.Func); !isFunc {
		return false
	}
	if _, generic := l.u.info.Instances[id]; !generic {
		return false
	}
	l.emit(e)
	return true
}

// sourceRef names something of a generic package: a function by its lowered name, a type by what it stands for.
func (l *lowerer) sourceRef(p string, sel *ast.Ident) string {
	if tn, ok := l.u.info.Uses[sel].(*types.TypeName); ok {
		if inst, ok := l.u.info.Instances[sel]; ok {
			return l.typeText(inst.Type, sel.Pos())
		}
		if _, ok := tn.Type().Underlying().(*types.Interface); ok {
			return sourceName(p, sel.Name) // a constraint
		}
		return l.typeText(tn.Type(), sel.Pos())
	}
	return sourceName(p, sel.Name)
}

func (l *lowerer) isCallee(e ast.Expr) bool {
	for {
		switch p := l.parents[e].(type) {
		case *ast.ParenExpr:
			e = p
		case *ast.CallExpr:
			return p.Fun == e
		default:
			return false
		}
	}
}

func (l *lowerer) takesContext(o types.Object) bool {
	f, ok := o.(*types.Func)
	if !ok {
		return false
	}
	nf := l.w.funcs[f.Origin()]
	return nf != nil && nf.ctx
}

// forward returns parameter declarations, parameter names for a call, and the results of a signature, for a function
// that passes its arguments on.
func (l *lowerer) forward(sig *types.Signature, at token.Pos) (decl, args []string, results string) {
	for i := range sig.Params().Len() {
		name := fmt.Sprintf("%sa%d", mark, i)
		if l.export {
			name = fmt.Sprintf("a%d", i)
		}
		t := sig.Params().At(i).Type()
		if sl, ok := t.(*types.Slice); ok && sig.Variadic() && i == sig.Params().Len()-1 {
			decl = append(decl, name+" ..."+l.typeText(sl.Elem(), at))
			args = append(args, name+"...")
			continue
		}
		decl = append(decl, name+" "+l.typeText(t, at))
		args = append(args, name)
	}
	var rs []string
	for r := range sig.Results().Variables() {
		rs = append(rs, l.typeText(r.Type(), at))
	}
	if len(rs) > 0 {
		results = " (" + strings.Join(rs, ", ") + ")"
	}
	return decl, args, results
}

func returning(results string) string {
	if results == "" {
		return ""
	}
	return "return "
}

// methodValue writes x.M, not called, as a closure: the receiver is bound now, the context when it is called.
func (l *lowerer) methodValue(x *ast.SelectorExpr, sel *types.Selection) {
	ctx := l.takesContext(sel.Obj())
	if l.export && !ctx {
		l.splice(x)
		return
	}
	sig := sel.Type().(*types.Signature)
	decl, args, results := l.forward(sig, x.Pos())
	if ctx {
		args = append([]string{l.context()}, args...)
	}
	fn := "func(" + strings.Join(decl, ", ") + ")" + results
	recv := mark + "r"
	if l.export {
		recv = "r"
	}
	recvType := l.typeText(l.typeOf(x.X), x.Pos())
	addr := ""
	if needsAddress(l.typeOf(x.X), sel) {
		recvType, addr = "*"+recvType, "&"
	}
	l.write("func(" + recv + " " + recvType + ") " + fn + " { return " + fn + " { " + returning(results) + recv + "." + x.Sel.Name + "(" + strings.Join(args, ", ") + ") } }(" + addr)
	l.emit(x.X)
	l.write(")")
}

func needsAddress(t types.Type, sel *types.Selection) bool {
	f, ok := sel.Obj().(*types.Func)
	if !ok {
		return false
	}
	recv := f.Signature().Recv()
	if recv == nil {
		return false
	}
	if _, ok := types.Unalias(recv.Type()).(*types.Pointer); !ok {
		return false
	}
	_, isPtr := types.Unalias(t).Underlying().(*types.Pointer)
	return !isPtr && !types.IsInterface(t)
}

// methodExpr writes T.M as a function literal that takes the receiver first.
func (l *lowerer) methodExpr(x *ast.SelectorExpr, sel *types.Selection) {
	ctx := l.takesContext(sel.Obj())
	if l.export && !ctx {
		l.splice(x)
		return
	}
	sig := sel.Type().(*types.Signature) // receiver first
	decl, args, results := l.forward(sig, x.Pos())
	call := args[1:]
	if ctx {
		call = append([]string{l.context()}, call...)
	}
	l.write("func(" + strings.Join(decl, ", ") + ")" + results + " { " + returning(results))
	if recv := sig.Params().At(0).Type(); l.dynamic(recv) {
		var params []*types.Var
		for i := 1; i < sig.Params().Len(); i++ {
			params = append(params, sig.Params().At(i))
		}
		l.bound(x.Sel.Name, types.NewSignatureType(nil, nil, nil, types.NewTuple(params...), sig.Results(), sig.Variadic()), x.Pos(), func() { l.write(args[0]) })
	} else {
		l.write(strings.TrimSuffix(args[0], "...") + "." + x.Sel.Name)
	}
	l.write("(" + strings.Join(call, ", ") + ") }")
}

// stopOnError writes what fn writes, a call with a trailing error, so that the error stops the statement and the other
// values stay.
func (l *lowerer) stopOnError(n ast.Node, results []types.Type, fn func()) {
	if l.export {
		l.musts[len(results)] = true
		l.write(fmt.Sprintf("must%d(", len(results)))
		fn()
		l.write(")")
		return
	}
	var params, names, ts []string
	spelled := true
	for i, t := range results {
		names = append(names, fmt.Sprintf("v%d", i))
		ts = append(ts, l.typeText(t, n.Pos()))
		params = append(params, names[i]+" "+ts[i])
		spelled = spelled && l.writable(t)
	}
	params = append(params, "err error")
	res := strings.Join(ts, ", ")
	if len(ts) > 1 {
		res = "(" + res + ")"
	}
	body := fmt.Sprintf("(%s) %s { if err != nil { %s.Stop(%d, err) }; return %s }", strings.Join(params, ", "), res, rt, l.site(n), strings.Join(names, ", "))
	if !spelled {
		l.write("func" + body + "(")
		fn()
		l.write(")")
		return
	}
	// A declared function costs half of what a literal does, and the interpreter has gaps around called literals. One
	// for each place, because a call that spreads several values leaves no room for an argument that names the place.
	name := fmt.Sprintf("%ss%d", mark, len(l.sites.list)-1)
	l.helpers.WriteString("func " + name + body + "\n")
	l.write(name + "(")
	fn()
	l.write(")")
}

// sourceType writes an instance of a type of a generic package, such as iter.Seq[int], as what it stands for.
func (l *lowerer) sourceType(x, base ast.Expr) bool {
	tv, ok := l.u.info.Types[x]
	sel, isSel := base.(*ast.SelectorExpr)
	if !ok || !tv.IsType() || !isSel || l.export {
		return false
	}
	o := l.u.info.Uses[sel.Sel]
	if o == nil || o.Pkg() == nil || l.w.sources[o.Pkg().Path()] == "" {
		return false
	}
	l.write(l.typeText(tv.Type, x.Pos()))
	return true
}

// index lowers a look-up in a collection.
func (l *lowerer) index(x *ast.IndexExpr) {
	if l.sourceType(x, x.X) {
		return
	}
	if tv := l.u.info.Types[x]; tv.IsType() && !l.constraint && l.dynamic(tv.Type) {
		l.write("interface{}")
		return
	}
	if l.genericFunc(x.X) {
		return
	}
	t := l.typeOf(x.X)
	if !l.w.IsCollection(t) {
		l.splice(x)
		return
	}
	l.stopOnError(x, []types.Type{t.Underlying().(*types.Map).Elem()}, func() { l.lookup(x, "Get") })
}

func (l *lowerer) lookup(x *ast.IndexExpr, method string) {
	l.emit(x.X)
	l.write("." + method + "(" + l.context() + ", ")
	l.emit(x.Index)
	l.write(")")
}

func (l *lowerer) composite(x *ast.CompositeLit) {
	if l.w.IsCollection(l.typeOf(x)) {
		l.refuse(x, "a collection is what the cluster has: it cannot be written as a literal; use its New")
		return
	}
	l.splice(x)
}

// typeSpec writes a type declaration. The interpreter tells types apart by their structure alone; a tag on the first
// field of a struct makes its structure its own.
func (l *lowerer) typeSpec(x *ast.TypeSpec) {
	if o := l.u.info.Defs[x.Name]; o != nil && !l.export && endless(o.Type()) {
		l.refuse(x.Name, "a type that is made of itself cannot be run here unless a struct is in between: struct { next %s }", x.Name.Name)
		return
	}
	if o := l.u.info.Defs[x.Name]; o != nil && l.dynamic(o.Type()) && x.Assign == 0 {
		it := o.Type().Underlying().(*types.Interface)
		if it.IsMethodSet() {
			l.write(l.identText(x.Name, o))
			if x.TypeParams != nil {
				l.constraints(x.TypeParams)
			}
			l.write(" interface{}")
			return
		}
		l.constraint = true
		l.write(l.identText(x.Name, o))
		l.spliceFrom(x, x.Name.End(), x.End())
		l.constraint = false
		return
	}
	st, ok := x.Type.(*ast.StructType)
	if ok && !l.export && x.Assign == 0 && len(st.Fields.List) > 0 {
		l.seq++
		l.tagged = st.Fields.List[0]
		tag := fmt.Sprintf("%s.%d.%d", x.Name.Name, l.u.id, l.seq)
		l.tag = fmt.Sprintf("gpfsh:%q", tag)
		if o := l.u.info.Defs[x.Name]; o != nil && x.TypeParams == nil {
			l.sites.types.tag(tag, o.Type())
		}
	}
	l.splice(x)
}

// endless tells a type that is made of itself with no struct in between.
func endless(t types.Type) bool {
	n, ok := types.Unalias(t).(*types.Named)
	if !ok {
		return false
	}
	seen := map[types.Type]bool{}
	var has func(t types.Type) bool
	has = func(t types.Type) bool {
		t = types.Unalias(t)
		if t == types.Type(n) {
			return true
		}
		if seen[t] {
			return false
		}
		seen[t] = true
		switch t := t.(type) {
		case *types.Named:
			if t.Obj().Pkg() != n.Obj().Pkg() {
				return false
			}
			return has(t.Underlying())
		case *types.Struct:
		default:
			for part := range partsOf(t) {
				if has(part) {
					return true
				}
			}
		}
		return false
	}
	return has(n.Underlying())
}

func (l *lowerer) field(x *ast.Field) {
	embedded := ""
	if len(x.Names) == 0 {
		if n, ok := types.Unalias(l.typeOf(x.Type)).(*types.Named); ok && l.dynamic(n) && l.inStruct(x) {
			embedded = l.objectName(n.Obj()) + " "
		}
	}
	l.write(embedded)
	if len(x.Names) == 0 && !l.export && l.isParam(x) {
		l.write(l.unique("u") + " ") // the interpreter miscounts parameters without a name
	}
	if x != l.tagged {
		l.splice(x)
		return
	}
	tag := l.tag
	end := x.End()
	if x.Tag != nil {
		if old, err := strconv.Unquote(x.Tag.Value); err == nil {
			tag = old + " " + tag
		}
		end = x.Type.End()
	}
	l.tagged = nil
	l.spliceFrom(x, x.Pos(), end)
	l.write(" " + strconv.Quote(tag))
}

// isParam tells a parameter of a function that has a body.
func (l *lowerer) isParam(x *ast.Field) bool {
	list := l.parents[x]
	t, ok := l.parents[list].(*ast.FuncType)
	if !ok || ast.Node(t.Params) != list {
		return false
	}
	switch f := l.parents[t].(type) {
	case *ast.FuncDecl:
		return f.Body != nil
	case *ast.FuncLit:
		return true
	}
	return false
}

func (l *lowerer) inStruct(x *ast.Field) bool {
	list := l.parents[x]
	_, ok := l.parents[list].(*ast.StructType)
	return ok
}

func (l *lowerer) keyValue(x *ast.KeyValueExpr) {
	if id, ok := x.Key.(*ast.Ident); ok {
		if v, ok := l.u.info.Uses[id].(*types.Var); ok && v.IsField() {
			l.write(l.fieldName(v))
			l.write(l.text(x.Key.End(), x.Value.Pos()))
			l.emit(x.Value)
			return
		}
	}
	l.splice(x)
}
