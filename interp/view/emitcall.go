package view

import (
	"fmt"
	"go/ast"
	"go/constant"
	"go/types"
	"strings"
)

// call lowers a call, or a wrapper around one.
func (l *lowerer) call(x *ast.CallExpr) {
	if want, ok := l.u.wraps[x]; ok {
		inner := x.Args[0]
		results := resultsOf(l.typeOf(inner))
		if n := len(results); n == want+1 && isError(results[n-1]) {
			l.stopOnError(ast.Unparen(inner), results[:n-1], func() { l.emit(inner) })
			return
		}
		l.emit(inner)
		return
	}
	if l.builtin(x) || l.conversion(x) || l.errorsAs(x) || l.processingCall(x) {
		return
	}
	if l.dispatchedCall(x) || l.replacedCall(x) {
		return
	}
	l.emit(x.Fun)
	l.arguments(x, l.calleeContext(x))
}

// dispatchedCall writes the call of a method of an interface of the user's as one call: the interpreter loses its way
// where the result of a call is called inside an expression.
func (l *lowerer) dispatchedCall(x *ast.CallExpr) bool {
	se, ok := ast.Unparen(x.Fun).(*ast.SelectorExpr)
	if !ok || l.export {
		return false
	}
	sel := l.u.info.Selections[se]
	if sel == nil || sel.Kind() != types.MethodVal {
		return false
	}
	path, ok := l.dispatch(se, sel)
	if !ok {
		return false
	}
	for _, a := range x.Args {
		if _, several := l.typeOf(a).(*types.Tuple); several {
			return false
		}
	}
	sig := sel.Type().(*types.Signature)
	plain := types.NewSignatureType(nil, nil, nil, sig.Params(), sig.Results(), sig.Variadic())
	decl, args, results := l.forward(plain, x.Pos())
	l.helper("call", fmt.Sprintf("(%s) %s { var f %s; %s.Bind(v, %q, &f); %sf(%s) }", strings.Join(append([]string{"v interface{}"}, decl...), ", "),
		results, l.typeText(plain, x.Pos()), rt, se.Sel.Name, returning(results), strings.Join(args, ", ")), l.writable(plain))
	l.write("(")
	l.emit(se.X)
	l.write(path)
	for i, a := range x.Args {
		l.write(", ")
		l.argument(x, i, a)
	}
	if x.Ellipsis.IsValid() {
		l.write("...")
	}
	l.write(")")
	return true
}

// errorsAs lowers errors.As for a type of the user's, which native code cannot recognise.
func (l *lowerer) errorsAs(x *ast.CallExpr) bool {
	f, ok := l.callee(x).(*types.Func)
	if !ok || l.export || f.Pkg() == nil || f.Pkg().Path() != "errors" || f.Name() != "As" || len(x.Args) != 2 {
		return false
	}
	p, ok := types.Unalias(l.typeOf(x.Args[1])).(*types.Pointer)
	if !ok || !l.boxed(p.Elem()) && !l.dynamic(p.Elem()) {
		return false
	}
	l.write(fmt.Sprintf("%s.ErrorsAs(%d, ", rt, l.typeID(p.Elem())))
	l.emit(x.Args[0])
	l.write(", ")
	l.emit(x.Args[1])
	l.write(")")
	return true
}

// calleeContext returns the context argument a callee takes natively, "" when it takes none.
func (l *lowerer) calleeContext(x *ast.CallExpr) string {
	if l.takesContext(l.callee(x)) {
		return l.context()
	}
	return ""
}

// callee returns the function or method that a call names, nil for function values.
func (l *lowerer) callee(x *ast.CallExpr) types.Object {
	switch f := ast.Unparen(unwrapped(x.Fun, l.u.wraps)).(type) {
	case *ast.Ident:
		return l.u.info.Uses[f]
	case *ast.SelectorExpr:
		if sel := l.u.info.Selections[f]; sel != nil {
			if sel.Kind() == types.MethodVal {
				return sel.Obj()
			}
			return nil
		}
		return l.u.info.Uses[f.Sel]
	}
	return nil
}

// arguments writes the arguments with their parentheses, the context before them.
func (l *lowerer) arguments(x *ast.CallExpr, ctx string) {
	if len(x.Args) == 0 {
		l.write("(" + ctx + ")")
		return
	}
	l.write("(")
	if ctx != "" {
		l.write(ctx + ", ")
	}
	cur := x.Lparen + 1
	for i, a := range x.Args {
		l.write(l.text(cur, a.Pos()))
		l.argument(x, i, a)
		cur = a.End()
	}
	l.write(l.text(cur, x.Rparen+1))
}

// argument writes one argument, adapted to what a native function expects of it.
func (l *lowerer) argument(x *ast.CallExpr, i int, a ast.Expr) {
	if f, ok := l.callee(x).(*types.Func); ok {
		if nf := l.w.funcs[f]; nf != nil && nf.carriers[i] != nil {
			l.travels(x, i, a, nf.carriers[i])
			return
		}
	}
	if f, ok := l.callee(x).(*types.Func); ok && !x.Ellipsis.IsValid() {
		if nf := l.w.funcs[f]; nf != nil && nf.parts != nil && i >= f.Type().(*types.Signature).Params().Len()-1 {
			l.part(x, a, nf.parts)
			return
		}
	}
	if f, ok := l.callee(x).(*types.Func); ok && !l.export {
		if nf := l.w.funcs[f]; nf != nil && nf.callbacks[i] {
			l.callback(x, i, a)
			return
		}
		if l.rawArgument(f, x, i, a) || l.readsFile(f, x, i, a) {
			return
		}
	} else if ok {
		if nf := l.w.funcs[f]; nf != nil && nf.callbacks[i] {
			l.callback(x, i, a)
			return
		}
	}
	l.emit(a)
}

// callback adapts a function that a native function calls with a context which the view leaves out.
func (l *lowerer) callback(x *ast.CallExpr, i int, a ast.Expr) {
	sig, ok := l.typeOf(x.Fun).Underlying().(*types.Signature)
	if !ok || i >= sig.Params().Len() {
		l.emit(a)
		return
	}
	fn, ok := sig.Params().At(i).Type().Underlying().(*types.Signature)
	if id, isNil := ast.Unparen(a).(*ast.Ident); !ok || isNil && id.Name == "nil" {
		l.emit(a)
		return
	}
	decl, args, results := l.forward(fn, a.Pos())
	decl = append([]string{"_ " + l.qualified("context", "Context")}, decl...)
	l.write("func(" + strings.Join(decl, ", ") + ")" + results + " { " + returning(results) + "(")
	l.emit(a)
	l.write(")(" + strings.Join(args, ", ") + ") }")
}

// conversion refuses conversions of collections and lowers the rest.
func (l *lowerer) conversion(x *ast.CallExpr) bool {
	tv, ok := l.u.info.Types[x.Fun]
	if !ok || !tv.IsType() {
		return false
	}
	if len(x.Args) == 1 {
		arg := l.typeOf(unwrapped(x.Args[0], l.u.wraps))
		if (l.w.IsCollection(tv.Type) || l.w.IsCollection(arg)) && !types.Identical(tv.Type, arg) && !types.IsInterface(tv.Type) {
			l.refuse(x, "a live collection cannot be converted; use .Map() for a copy of it")
			return true
		}
	}
	l.splice(x)
	return true
}

// builtin lowers the calls of builtin functions that mean something else here, or that the interpreter lacks.
func (l *lowerer) builtin(x *ast.CallExpr) bool {
	id, ok := ast.Unparen(x.Fun).(*ast.Ident)
	if !ok {
		return false
	}
	b, ok := l.u.info.Uses[id].(*types.Builtin)
	if !ok {
		return false
	}
	coll := len(x.Args) > 0 && l.w.IsCollection(l.typeOf(unwrapped(x.Args[0], l.u.wraps)))
	switch b.Name() {
	case "len":
		if coll {
			l.stopOnError(x, []types.Type{types.Typ[types.Int]}, func() {
				l.emit(x.Args[0])
				l.write(".Len(" + l.context() + ")")
			})
			return true
		}
	case "delete":
		if coll {
			l.refuse(x, "a collection is read-only: delete would change nothing on the cluster; use its Delete, or Delete of the object")
			return true
		}
		if m, ok := under(l.typeOf(x.Args[0])).(*types.Map); ok && len(x.Args) == 2 && !l.export && l.u.info.Types[x.Args[1]].Value != nil && !types.IsInterface(m.Key()) {
			// The interpreter does not give a constant the type of the keys.
			l.write("delete(")
			l.emit(x.Args[0])
			l.write(", " + l.typeText(m.Key(), x.Pos()) + "(")
			l.emit(x.Args[1])
			l.write("))")
			return true
		}
	case "clear":
		if coll {
			l.refuse(x, "a collection is read-only: clear would change nothing on the cluster; use Delete")
			return true
		}
		if !l.export {
			l.clearBuiltin(x)
			return true
		}
	case "make":
		if l.w.IsCollection(l.typeOf(x)) {
			l.refuse(x, "a collection is what the cluster has: it cannot be made; use its New for a new member")
			return true
		}
	case "new":
		if !l.export && len(x.Args) == 1 && !l.u.info.Types[x.Args[0]].IsType() {
			l.newOfValue(x)
			return true
		}
	case "min", "max":
		if !l.export {
			l.minMax(x, b.Name())
			return true
		}
	case "recover":
		if !l.export {
			l.write(rt + ".Recover()")
			return true
		}
	case "print", "println":
		if l.export {
			l.musts[0] = true
			l.write("must0(sess.Print")
			if len(x.Args) == 1 {
				if tup, ok := l.typeOf(x.Args[0]).(*types.Tuple); ok {
					l.lists[tup.Len()] = true
					l.write(fmt.Sprintf("(ctx, list%d(", tup.Len()))
					l.emit(x.Args[0])
					l.write(")...))")
					return true
				}
			}
			l.arguments(x, "ctx")
			l.write(")")
			return true
		}
		l.write(rt + ".Print")
		l.arguments(x, "")
		return true
	}
	return false
}

// helper declares a native-typed helper function beside the entry and returns its name, or writes it as a literal
// where its types cannot be spelled there.
func (l *lowerer) helper(stem, signatureAndBody string, spelled bool) {
	if !spelled {
		l.write("func" + signatureAndBody)
		return
	}
	name := l.unique(stem) + fmt.Sprintf("_%d", l.u.id)
	l.helpers.WriteString("func " + name + signatureAndBody + "\n")
	l.write(name)
}

func (l *lowerer) minMax(x *ast.CallExpr, name string) {
	tv := l.u.info.Types[x]
	t := l.typeText(tv.Type, x.Pos())
	if tv.Value != nil && (tv.Value.Kind() == constant.Int || tv.Value.Kind() == constant.String) {
		if b, ok := tv.Type.(*types.Basic); ok && b.Info()&types.IsUntyped != 0 {
			t = "" // it takes the type of its place
		}
		l.write(t + "(" + tv.Value.ExactString() + ")")
		return
	}
	op := "<"
	if name == "max" {
		op = ">"
	}
	nan := ""
	if b, ok := tv.Type.Underlying().(*types.Basic); ok && b.Info()&types.IsFloat != 0 {
		nan = "if b != b { return b }; if a != a { return a }; "
	}
	body := fmt.Sprintf("(a %s, rest ...%s) %s { for _, b := range rest { %sif b %s a { a = b } }; return a }", t, t, t, nan, op)
	l.helper(name, body, l.writable(tv.Type))
	l.arguments(x, "")
}

func (l *lowerer) clearBuiltin(x *ast.CallExpr) {
	t := l.typeOf(x.Args[0])
	text := l.typeText(t, x.Pos())
	switch t.Underlying().(type) {
	case *types.Map:
		l.helper("clear", fmt.Sprintf("(m %s) { for k := range m { delete(m, k) } }", text), l.writable(t))
	case *types.Slice:
		elem := l.typeText(t.Underlying().(*types.Slice).Elem(), x.Pos())
		l.helper("clear", fmt.Sprintf("(s %s) { var zero %s; for i := range s { s[i] = zero } }", text, elem), l.writable(t))
	}
	l.arguments(x, "")
}

// newOfValue lowers new(expr), which the interpreter does not know.
func (l *lowerer) newOfValue(x *ast.CallExpr) {
	p, ok := l.typeOf(x).(*types.Pointer)
	if !ok {
		l.splice(x)
		return
	}
	t := l.typeText(p.Elem(), x.Pos())
	l.helper("new", fmt.Sprintf("(v %s) *%s { return &v }", t, t), l.writable(p.Elem()))
	l.arguments(x, "")
}

// receive lowers <-ch so that it ends with the statement: want is 1, or 2 where the second value is taken.
func (l *lowerer) receive(x *ast.UnaryExpr, want int) {
	ch, ok := l.typeOf(unwrapped(x.X, l.u.wraps)).Underlying().(*types.Chan)
	if !ok {
		l.splice(x)
		return
	}
	elem := l.typeText(ch.Elem(), x.Pos())
	body := fmt.Sprintf("(c <-chan %s) %s { var z %s; %s.Recv(c, &z); return z }", elem, elem, elem, rt)
	if want == 2 {
		body = fmt.Sprintf("(c <-chan %s) (%s, bool) { var z %s; ok := %s.Recv(c, &z); return z, ok }", elem, elem, elem, rt)
	}
	l.helper("recv", body, l.writable(ch.Elem()))
	l.write("(")
	l.emit(x.X)
	l.write(")")
}

// deferred lowers defer and go statements: the function, its receiver and its arguments are evaluated now, an error of
// the call stops the statement or the goroutine, and a panic in one deferred call does not keep the others from running.
func (l *lowerer) deferred(keyword string, c *ast.CallExpr) {
	open, shut := keyword+" ", ""
	switch {
	case l.export:
	default:
		if keyword == "defer" {
			open, shut = mark+"d.Add(", ")"
		}
		// In a frame of its own: the interpreter keeps a function literal where the statement stands, and writes there
		// again when it ends, at a time when a loop may have put the next one there.
		l.write("func() { ")
		defer l.write(" }()")
	}
	results := resultsOf(l.typeOf(c))
	fails := len(results) > 0 && isError(results[len(results)-1])
	lit, isLit := ast.Unparen(c.Fun).(*ast.FuncLit)
	if isLit && !fails && (len(c.Args) == 0 || keyword == "go" || l.export) {
		l.write(open + "func")
		l.emit(lit.Type.Params)
		if lit.Type.Results != nil && (keyword == "go" || l.export) {
			l.write(" ")
			l.emit(lit.Type.Results)
		}
		l.write(" { ")
		switch {
		case lit.Type.Results != nil && keyword == "defer" && !l.export:
			l.emit(lit)
			l.write("()")
		case keyword == "go":
			l.inFunc("a goroutine", lit.Body, true)
		default:
			l.inFunc("a deferred function", lit.Body, false)
		}
		l.write(" }")
		if shut == "" {
			l.arguments(c, "")
		}
		l.write(shut)
		return
	}
	if l.builtinCallee(c) && (l.export || keyword == "go") {
		l.write(keyword + " ")
		if id := ast.Unparen(c.Fun).(*ast.Ident); l.export && (id.Name == "print" || id.Name == "println") {
			l.write("sess.Print")
			l.arguments(c, "ctx")
			return
		}
		l.call(c)
		return
	}
	sig, ok := l.typeOf(c.Fun).Underlying().(*types.Signature)
	if !ok || l.export && !fails && !l.takesContext(l.callee(c)) {
		l.write(keyword + " ")
		l.splice(c)
		return
	}
	d := l.delayed(c, sig)
	l.write(open + "func(" + strings.Join(d.params, ", ") + ") ")
	if shut != "" {
		l.write("func() { return func() ")
	}
	l.write("{ " + l.guard(keyword))
	switch {
	case fails && l.export:
		l.stopOnError(c, results[:len(results)-1], d.call)
	case fails:
		l.write("if " + strings.Repeat("_, ", len(results)-1) + mark + "e := ")
		d.call()
		l.write(fmt.Sprintf("; %se != nil { %s.Stop(%d, %se) }", mark, rt, l.site(c), mark))
	default:
		d.call()
	}
	l.write(" }")
	if shut != "" {
		l.write(" }")
	}
	l.write("(")
	for i, v := range d.values {
		if i > 0 {
			l.write(", ")
		}
		v()
	}
	l.write(")" + shut)
}

func (l *lowerer) builtinCallee(c *ast.CallExpr) bool {
	id, ok := ast.Unparen(c.Fun).(*ast.Ident)
	if !ok {
		return false
	}
	_, ok = l.u.info.Uses[id].(*types.Builtin)
	return ok
}

// delayedCall is a call taken apart: what is evaluated now becomes parameters, the rest is the call of them.
type delayedCall struct {
	params []string
	values []func() // write the arguments for the parameters
	first  string   // a receiver that goes before the arguments
	call   func()   // writes the call
}

func (l *lowerer) delayed(c *ast.CallExpr, sig *types.Signature) delayedCall {
	pre := mark
	if l.export {
		pre = ""
	}
	var d delayedCall
	fun := l.delayedFunc(c, sig, pre, &d)
	var args []string
	if d.first != "" {
		args = append(args, d.first)
	}
	if l.takesContext(l.callee(c)) {
		args = append(args, l.context())
	}
	for i, a := range c.Args {
		name := fmt.Sprintf("%sa%d", pre, i)
		d.params = append(d.params, name+" "+l.typeText(paramType(sig, i, c.Ellipsis.IsValid()), c.Pos()))
		d.values = append(d.values, func() { l.argument(c, i, a) })
		if c.Ellipsis.IsValid() && i == len(c.Args)-1 {
			name += "..."
		}
		args = append(args, name)
	}
	d.call = func() {
		fun()
		l.write("(" + strings.Join(args, ", ") + ")")
	}
	return d
}

// delayedFunc takes the function of a delayed call apart and returns what writes its name.
func (l *lowerer) delayedFunc(c *ast.CallExpr, sig *types.Signature, pre string, d *delayedCall) func() {
	se, ok := ast.Unparen(c.Fun).(*ast.SelectorExpr)
	dispatched := false
	if ok && l.u.info.Selections[se] != nil && l.u.info.Selections[se].Kind() == types.MethodVal {
		_, dispatched = l.dispatch(se, l.u.info.Selections[se])
	}
	if ok && !dispatched && l.u.info.Selections[se] != nil && l.replacedMethod(l.u.info.Selections[se]) != "" {
		sel := l.u.info.Selections[se]
		d.params = append(d.params, pre+"r "+l.typeText(sel.Obj().(*types.Func).Signature().Recv().Type(), c.Pos()))
		d.values = append(d.values, func() { l.methodReceiver(se, sel) })
		d.first = pre + "r"
		return func() { l.write(rt + "." + l.replacedMethod(sel)) }
	}
	if ok && !dispatched && l.u.info.Selections[se] != nil && l.u.info.Selections[se].Kind() == types.MethodVal {
		recv := l.typeOf(unwrapped(se.X, l.u.wraps))
		if tup, ok := recv.(*types.Tuple); ok {
			recv = tup.At(0).Type()
		}
		text, addr := l.typeText(recv, c.Pos()), ""
		if needsAddress(recv, l.u.info.Selections[se]) {
			text, addr = "*"+text, "&"
		}
		d.params = append(d.params, pre+"r "+text)
		d.values = append(d.values, func() {
			l.write(addr)
			l.emit(se.X)
		})
		return func() { l.write(pre + "r." + se.Sel.Name) }
	}
	if f, ok := l.callee(c).(*types.Func); ok && !dispatched && f.Signature().Recv() == nil || l.builtinCallee(c) {
		return func() { l.emitCallee(c) }
	}
	d.params = append(d.params, pre+"f "+l.typeText(sig, c.Pos()))
	d.values = append(d.values, func() { l.emit(c.Fun) })
	return func() { l.write(pre + "f") }
}

// emitCallee writes the name of a declared function; of a builtin what stands for it.
func (l *lowerer) emitCallee(c *ast.CallExpr) {
	if id, ok := ast.Unparen(c.Fun).(*ast.Ident); ok && l.builtinCallee(c) && (id.Name == "print" || id.Name == "println") {
		l.write(rt + ".Print")
		return
	}
	l.emit(c.Fun)
}

// guard is what a goroutine begins with, so that its panic does not end the process.
func (l *lowerer) guard(keyword string) string {
	if l.export || keyword != "go" {
		return ""
	}
	return "defer func() { if " + mark + "r := recover(); " + mark + "r != nil { " + rt + ".Lost(-1, " + mark + "r) } }(); "
}

// inFunc lowers the statements of a function body whose braces the caller writes.
func (l *lowerer) inFunc(name string, b *ast.BlockStmt, goroutine bool) {
	st := &funcState{name: name, defers: hasDefer(b.List), traced: true, files: l.rangesFiles(b.List), goroutine: goroutine}
	l.funcs = append(l.funcs, st)
	l.prologue(firstOf(b))
	l.outside(func() { l.block(b) })
	l.funcs = l.funcs[:len(l.funcs)-1]
}

func paramType(sig *types.Signature, i int, spread bool) types.Type {
	n := sig.Params().Len()
	if sig.Variadic() && i >= n-1 {
		t := sig.Params().At(n - 1).Type()
		if sl, ok := t.(*types.Slice); ok && !spread {
			return sl.Elem()
		}
		return t
	}
	if i < n {
		return sig.Params().At(i).Type()
	}
	return types.Typ[types.Invalid]
}
