package view

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"iter"
	"reflect"
	"strings"
)

// The interpreter knows types by their structure alone, and loses the methods of a value that it hands to native code.
// So a value of the user's that becomes an interface value is put into a box, natively: the box says which type it has,
// and native code that prints, compares or encodes it asks the box. Interfaces that the user declares are empty
// interfaces in lowered code; assertions, type switches and calls of their methods ask the box as well.

// Native returns the type that the view shows for a native one.
func (w *World) Native(t reflect.Type) types.Type {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.typ(t)
}

// dynamic tells an interface that is an empty one in lowered code: one with methods that no native code knows.
func (l *lowerer) dynamic(t types.Type) bool {
	if t == nil || l.export || l.untraced {
		return false
	}
	t = types.Unalias(t)
	if _, ok := t.(*types.TypeParam); ok {
		return false
	}
	it, ok := t.Underlying().(*types.Interface)
	if !ok || it.NumMethods() == 0 {
		return false
	}
	if n, ok := t.(*types.Named); ok {
		return n.Obj().Pkg() != nil && n.Obj().Pkg().Path() == "main"
	}
	return true
}

// nativeInterface tells an interface with methods that native code knows too.
func (l *lowerer) nativeInterface(t types.Type) bool {
	it, ok := t.Underlying().(*types.Interface)
	return ok && it.NumMethods() > 0 && !l.dynamic(t)
}

// boxed tells a type whose values go into a box when they become interface values: one that the native type does not
// tell from others.
func (l *lowerer) boxed(t types.Type) bool {
	if yes, ok := l.boxes[t]; ok {
		return yes
	}
	yes := ownType(t, map[types.Type]bool{})
	l.boxes[t] = yes
	return yes
}

// ownType tells a type that the user declared, or that is made of such.
func ownType(t types.Type, seen map[types.Type]bool) bool {
	t = types.Unalias(t)
	if seen[t] {
		return false
	}
	seen[t] = true
	switch t := t.(type) {
	case *types.Named:
		return t.Obj().Pkg() != nil && t.Obj().Pkg().Path() == "main"
	case *types.Pointer:
		return ownType(t.Elem(), seen)
	case *types.Slice:
		return ownType(t.Elem(), seen)
	case *types.Array:
		return ownType(t.Elem(), seen)
	case *types.Map:
		return ownType(t.Key(), seen) || ownType(t.Elem(), seen)
	case *types.Chan:
		return ownType(t.Elem(), seen)
	case *types.Struct:
		return t.NumFields() > 0
	}
	return false
}

func isTypeParam(t types.Type) bool { _, ok := types.Unalias(t).(*types.TypeParam); return ok }

// ofTypeParam tells a type that is not the same in all instances of the function it is in.
func ofTypeParam(t types.Type) bool {
	seen := map[types.Type]bool{}
	var has func(t types.Type) bool
	has = func(t types.Type) bool {
		t = types.Unalias(t)
		if seen[t] {
			return false
		}
		seen[t] = true
		switch t := t.(type) {
		case *types.TypeParam:
			return true
		case *types.Named:
			for a := range t.TypeArgs().Types() {
				if has(a) {
					return true
				}
			}
		default:
			for part := range partsOf(t) {
				if has(part) {
					return true
				}
			}
		}
		return false
	}
	return has(t)
}

// partsOf are the types that a type without a name is written with.
func partsOf(t types.Type) iter.Seq[types.Type] {
	return func(yield func(types.Type) bool) {
		switch t := t.(type) {
		case *types.Map:
			_ = yield(t.Key()) && yield(t.Elem())
		case interface{ Elem() types.Type }: // pointers, slices, arrays, channels
			yield(t.Elem())
		case *types.Signature:
			for _, list := range []*types.Tuple{t.Params(), t.Results()} {
				for v := range list.Variables() {
					if !yield(v.Type()) {
						return
					}
				}
			}
		case *types.Struct:
			for f := range t.Fields() {
				if !yield(f.Type()) {
					return
				}
			}
		}
	}
}

// typeID is the number of a type in lowered code; -1 stands for what is only known at run time.
func (l *lowerer) typeID(t types.Type) int {
	if ofTypeParam(t) {
		return -1
	}
	l.giveMethods(t)
	return l.sites.types.id(t)
}

// converts tells whether a value changes its form when it becomes an interface value.
func (l *lowerer) converts(from, to types.Type) bool {
	if from == nil || to == nil || isTypeParam(to) || !types.IsInterface(to) {
		return false
	}
	if b, ok := from.(*types.Basic); ok && b.Info()&types.IsUntyped != 0 {
		return false
	}
	if _, ok := from.(*types.Tuple); ok {
		return false
	}
	if isTypeParam(from) || ofTypeParam(from) && !types.IsInterface(from) {
		return true
	}
	if types.IsInterface(from) {
		return l.dynamic(from) && l.nativeInterface(to)
	}
	return l.boxed(from)
}

// convert writes what value writes, a value of one type, as a value of an interface type. at is where types are named.
func (l *lowerer) convert(from, to types.Type, at token.Pos, value func()) {
	switch {
	case !l.converts(from, to):
		value()
		return
	case !l.nativeInterface(to):
		l.write(fmt.Sprintf("%s.Box(%d, ", rt, l.typeID(from)))
	default:
		n := l.typeText(to, at)
		how := fmt.Sprintf("%s.Conv(v, &z)", rt)
		if !types.IsInterface(from) || isTypeParam(from) {
			how = fmt.Sprintf("%s.Conv(%s.Box(%d, v), &z)", rt, rt, l.typeID(from))
		}
		l.helper("as", fmt.Sprintf("(v %s) %s { var z %s; %s; return z }", l.typeText(from, at), n, n, how), l.writable(from) && l.writable(to))
		l.write("(")
	}
	value()
	l.write(")")
}

// conversion is a value that becomes an interface value where it stands; of several values the ones of a call.
type conversion struct {
	from, to   types.Type
	froms, tos []types.Type
}

// emitConverted writes an expression as what its place wants. It returns false when nothing is to be done.
func (l *lowerer) emitConverted(e ast.Expr) bool {
	c, ok := l.conv[e]
	if !ok || l.converting[e] {
		return false
	}
	l.converting[e] = true
	defer delete(l.converting, e)
	if c.froms == nil {
		l.convert(c.from, c.to, e.Pos(), func() { l.emit(e) })
		return true
	}
	var params, results, values []string
	spelled := true
	out := l.out
	for i, from := range c.froms {
		to := c.tos[i]
		if to == nil {
			to = from
		}
		name := fmt.Sprintf("v%d", i)
		params = append(params, name+" "+l.typeText(from, e.Pos()))
		results = append(results, l.typeText(to, e.Pos()))
		spelled = spelled && l.writable(from) && l.writable(to)
		l.out = &strings.Builder{}
		l.convert(from, to, e.Pos(), func() { l.write(name) })
		values = append(values, l.out.String())
	}
	l.out = out
	l.helper("as", "("+strings.Join(params, ", ")+") ("+strings.Join(results, ", ")+") { return "+strings.Join(values, ", ")+" }", spelled)
	l.write("(")
	l.emit(e)
	l.write(")")
	return true
}

// assertion writes x.(T); want is 1, or 2 where the second value is taken.
func (l *lowerer) assertion(x *ast.TypeAssertExpr, want int) {
	s, t := l.typeOf(x.X), l.typeOf(x.Type)
	st, tt := l.typeText(s, x.Pos()), l.typeText(t, x.Pos())
	id := l.typeID(t)
	body := fmt.Sprintf("(v %s) (%s, bool) { var z %s; ok := %s.As(%d, v, &z); return z, ok }", st, tt, tt, rt, id)
	if want == 1 {
		body = fmt.Sprintf("(v %s) %s { var z %s; %s.MustAs(%d, v, &z, %q); return z }", st, tt, tt, rt, id, interfaceShown(s))
	}
	l.helper("assert", body, l.writable(s) && l.writable(t))
	l.write("(")
	l.emit(x.X)
	l.write(")")
}

// interfaceShown is how Go's own messages name an interface.
func interfaceShown(t types.Type) string {
	if n, ok := types.Unalias(t).(*types.Named); ok {
		return types.TypeString(n, func(p *types.Package) string { return p.Name() })
	}
	if it, ok := t.Underlying().(*types.Interface); ok && it.NumMethods() == 0 {
		return "interface {}"
	}
	return "interface"
}

// typeSwitch lowers a type switch to a switch without a value.
func (l *lowerer) typeSwitch(x *ast.TypeSwitchStmt, label string) {
	var e ast.Expr
	switch a := x.Assign.(type) {
	case *ast.ExprStmt:
		e = a.X
	case *ast.AssignStmt:
		e = a.Rhs[0]
	}
	assert := ast.Unparen(e).(*ast.TypeAssertExpr)
	open := x.Init != nil
	if open {
		l.write("{ ")
		l.emit(x.Init)
		l.write("; ")
	}
	v := l.unique("e")
	l.write(label + "switch " + v + " := ")
	l.emit(assert.X)
	l.write("; { ")
	if l.used == nil {
		l.used = usedObjects(l.u.info)
	}
	l.in(&frame{kind: switchFrame}, func() {
		for _, s := range x.Body.List {
			l.typeClause(s.(*ast.CaseClause), v, l.typeOf(assert.X))
			l.write("\n")
		}
	})
	l.write("}")
	if open {
		l.write(" }")
	}
}

func (l *lowerer) typeClause(c *ast.CaseClause, v string, s types.Type) {
	if c.List == nil {
		l.write("default: ")
	} else {
		l.write("case ")
	}
	for i, e := range c.List {
		if i > 0 {
			l.write(" || ")
		}
		tv := l.u.info.Types[e]
		switch {
		case tv.IsNil():
			l.write(v + " == nil")
		case ofTypeParam(tv.Type):
			l.write(fmt.Sprintf("func() bool { var z %s; return %s.As(-1, %s, &z) }()", l.typeText(tv.Type, e.Pos()), rt, v))
		default:
			l.write(fmt.Sprintf("%s.Is(%d, %s)", rt, l.typeID(tv.Type), v))
		}
	}
	if c.List != nil {
		l.write(": ")
	}
	if o := l.u.info.Implicits[c]; o != nil && l.used[o] {
		name := l.objectName(o)
		if len(c.List) == 1 && !l.u.info.Types[c.List[0]].IsNil() {
			t := o.Type()
			l.write(fmt.Sprintf("var %s %s; %s.As(%d, %s, &%s); ", name, l.typeText(t, c.Pos()), rt, l.typeID(t), v, name))
		} else {
			l.write(fmt.Sprintf("var %s %s = %s; ", name, l.typeText(s, c.Pos()), v))
		}
	}
	cur := c.Colon + 1
	for _, s := range c.Body {
		l.gap(cur, s.Pos())
		l.statement(s)
		cur = s.End()
	}
	l.gap(cur, c.End())
}

// dispatch tells a method of an interface of the user's, and the steps from the operand to the interface value.
func (l *lowerer) dispatch(x *ast.SelectorExpr, sel *types.Selection) (path string, ok bool) {
	t := l.typeOf(x.X)
	index := sel.Index()
	for _, i := range index[:len(index)-1] {
		if p, isPtr := t.Underlying().(*types.Pointer); isPtr {
			t = p.Elem()
		}
		st, isStruct := t.Underlying().(*types.Struct)
		if !isStruct {
			return "", false
		}
		f := st.Field(i)
		path += "." + l.fieldName(f)
		t = f.Type()
	}
	return path, l.dynamic(t)
}

// bound writes the method of an interface value that value writes.
func (l *lowerer) bound(name string, sig *types.Signature, at token.Pos, value func()) {
	ft := l.typeText(types.NewSignatureType(nil, nil, nil, sig.Params(), sig.Results(), sig.Variadic()), at)
	l.helper("bind", fmt.Sprintf("(v interface{}) %s { var f %s; %s.Bind(v, %q, &f); return f }", ft, ft, rt, name), l.writable(sig))
	l.write("(")
	value()
	l.write(")")
}

// giveMethods gives the runner the methods of the user's types that a type is made of, once in a session.
func (l *lowerer) giveMethods(t types.Type) {
	seen := map[types.Type]bool{}
	var walk func(t types.Type)
	walk = func(t types.Type) {
		t = types.Unalias(t)
		if seen[t] {
			return
		}
		seen[t] = true
		switch t := t.(type) {
		case *types.Named:
			if t.Obj().Pkg() == nil || t.Obj().Pkg().Path() != "main" || ofTypeParam(t) {
				return
			}
			if !types.IsInterface(t) && l.writable(t) && l.sites.types.firstSeen(l.sites.types.id(t)) {
				l.methodsOf(t)
			}
			for a := range t.TypeArgs().Types() {
				walk(a)
			}
			walk(t.Underlying())
		case *types.Pointer:
			walk(t.Elem())
		case *types.Slice:
			walk(t.Elem())
		case *types.Array:
			walk(t.Elem())
		case *types.Map:
			walk(t.Key())
			walk(t.Elem())
		case *types.Struct:
			for f := range t.Fields() {
				walk(f.Type())
			}
		}
	}
	walk(t)
}

func (l *lowerer) methodsOf(t *types.Named) {
	ms := types.NewMethodSet(types.NewPointer(t))
	for sel := range ms.Methods() {
		f := sel.Obj().(*types.Func)
		if !f.Exported() && f.Pkg() != nil && f.Pkg().Path() != "main" {
			continue
		}
		l.giveMethod(t, f, sel.Type().(*types.Signature), sel.Index())
	}
}

// giveMethod writes the registration of one method. What is promoted is called where it is.
func (l *lowerer) giveMethod(t *types.Named, f *types.Func, sig *types.Signature, index []int) {
	if !l.writable(types.NewSignatureType(nil, nil, nil, sig.Params(), sig.Results(), sig.Variadic())) {
		return
	}
	out := l.out
	l.out = &strings.Builder{}
	defer func() { l.out = out }()
	at := t.Obj().Pos()
	decl, args, results := l.forward(types.NewSignatureType(nil, nil, nil, sig.Params(), sig.Results(), sig.Variadic()), at)
	recv, field := "v", types.Type(t)
	native := false
	for _, i := range index[:len(index)-1] {
		if p, ok := field.Underlying().(*types.Pointer); ok {
			field = p.Elem()
		}
		st, ok := field.Underlying().(*types.Struct)
		if !ok || native {
			break // a native type has the methods that it promotes itself
		}
		v := st.Field(i)
		recv += "." + l.fieldName(v)
		field = v.Type()
		base := types.Unalias(field)
		if p, ok := base.(*types.Pointer); ok {
			base = types.Unalias(p.Elem())
		}
		n, ok := base.(*types.Named)
		native = ok && (n.Obj().Pkg() == nil || n.Obj().Pkg().Path() != "main")
	}
	l.write(fmt.Sprintf("%s.Method(%d, %q, func(%s) %s { %s", rt, l.sites.types.id(t), f.Name(), strings.Join(append([]string{"v *" + l.typeText(t, at)}, decl...), ", "), results, returning(results)))
	if l.takesContext(f) {
		args = append([]string{rt + ".C()"}, args...)
	}
	if l.dynamic(field) {
		l.bound(f.Name(), sig, at, func() { l.write(recv) })
	} else {
		l.write(recv + "." + f.Name())
	}
	l.write("(" + strings.Join(args, ", ") + ") })\n")
	l.methods.WriteString(l.out.String())
}

// lateMethods gives the runner methods that were added to types of earlier entries.
func (l *lowerer) lateMethods() {
	if l.export || l.untraced {
		return
	}
	for _, late := range l.u.late {
		sig := late.fn.Signature()
		if sig.Params().Len() == 0 {
			continue
		}
		t := types.Unalias(sig.Params().At(0).Type())
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
		f := types.NewFunc(late.decl.Name.Pos(), n.Obj().Pkg(), late.decl.Name.Name, nil)
		l.giveMethod(n, f, types.NewSignatureType(nil, nil, nil, types.NewTuple(params...), sig.Results(), sig.Variadic()), []int{0})
	}
}
