package view

import (
	"fmt"
	"go/ast"
	"go/types"
	"strings"

	"gpfsh/interp/batch"
)

// A map-reduce is lowered to a loop over the files of a part, which is in one piece with its functions where it can be, and
// the same loop is source that travels to other nodes.

// reduction is a call of MapReduce taken apart.
type reduction struct {
	name, mapping, combine, reduce, initial, output ast.Expr

	v, a, r types.Type
	inlined *inlined
}

func isNil(e ast.Expr) bool {
	id, ok := e.(*ast.Ident)
	return ok && id.Name == "nil"
}

func (l *lowerer) reduction(x *ast.CallExpr) *reduction {
	r := &reduction{name: x.Args[0], mapping: x.Args[1]}
	switch len(x.Args) {
	case 3:
		r.reduce = x.Args[2]
	case 4, 5, 6:
		r.combine, r.reduce = x.Args[2], x.Args[3]
		if len(x.Args) > 4 {
			r.initial = x.Args[4]
		}
		if len(x.Args) > 5 {
			r.output = x.Args[5]
		}
	}
	for _, e := range []*ast.Expr{&r.combine, &r.reduce, &r.initial, &r.output} {
		if *e != nil && isNil(ast.Unparen(*e)) {
			*e = nil
		}
	}
	if sig, ok := l.typeOf(r.mapping).Underlying().(*types.Signature); ok && sig.Results().Len() == 1 {
		r.v = sig.Results().At(0).Type()
	} else {
		r.v = types.Typ[types.Invalid]
	}
	r.r = l.processedType(x)
	r.a = l.typeArgument(x, 1)
	if r.a == nil {
		r.a = r.v
	}
	return r
}

// single tells a computation whose first value begins: a smallest value would else never be larger than nothing.
func (r *reduction) single() bool {
	return r.combine == nil && r.reduce != nil && r.initial == nil && r.output == nil
}

// typeArgument is a type that go/types has found for a type parameter of a called function, nil when it has fewer.
func (l *lowerer) typeArgument(x *ast.CallExpr, n int) types.Type {
	var id *ast.Ident
	switch f := ast.Unparen(unwrapped(x.Fun, l.u.wraps)).(type) {
	case *ast.Ident:
		id = f
	case *ast.SelectorExpr:
		id = f.Sel
	}
	if args := l.u.info.Instances[id].TypeArgs; id != nil && args.Len() > n {
		return args.At(n)
	}
	return nil
}

// travelling says why values of a type cannot go to another node, "" when they can.
func (l *lowerer) travelling(t types.Type, seen map[types.Type]bool) string {
	t = types.Unalias(t)
	if seen[t] {
		return ""
	}
	seen[t] = true
	if n, ok := t.(*types.Named); ok && n.Obj().Pkg() != nil && n.Obj().Pkg().Path() == "time" && n.Obj().Name() == "Time" {
		return ""
	}
	switch u := t.Underlying().(type) {
	case *types.Signature:
		return "a function"
	case *types.Chan:
		return "a channel"
	case *types.Pointer:
		return "a pointer"
	case *types.Interface:
		return "an interface, which could hold anything"
	case *types.Slice:
		return l.travelling(u.Elem(), seen)
	case *types.Array:
		return l.travelling(u.Elem(), seen)
	case *types.Map:
		if why := l.travelling(u.Key(), seen); why != "" {
			return why
		}
		return l.travelling(u.Elem(), seen)
	case *types.Struct:
		for f := range u.Fields() {
			if !f.Exported() {
				return "the field " + f.Name() + ", which begins with a small letter"
			}
			if why := l.travelling(f.Type(), seen); why != "" {
				return why
			}
		}
	}
	return ""
}

// mapReduce lowers a call of MapReduce: the loop over the files is lowered code, and the same loop is source that
// travels.
func (l *lowerer) mapReduce(x *ast.CallExpr) {
	r := l.reduction(x)
	if why := l.travelling(r.a, map[types.Type]bool{}); why != "" {
		l.refuse(x.Args[1], "what a part of the files comes to travels between nodes, and %s holds %s: use numbers, texts, lists, maps and structs of them", l.u.clean(types.TypeString(r.a, qualifyUser)), why)
		return
	}
	if r.combine == nil && !types.Identical(r.a, r.v) {
		l.refuse(x, "without combine a value is what a part comes to: they are %s and %s", l.u.clean(types.TypeString(r.v, qualifyUser)), l.u.clean(types.TypeString(r.a, qualifyUser)))
		return
	}
	source, ok := l.reductionSource(x, r)
	if !ok {
		return
	}
	if l.export {
		l.exportReduction(x, r, source)
		return
	}
	at := x.Pos()
	a, o := l.typeText(r.a, at), mark
	single := r.single()
	acc, accAny := a, "interface{}"
	if single {
		acc = "[]" + a
	}
	as := func(v, t string) string { return v + ".(" + t + ")" }
	l.write(l.qualified(policyPackage, "Fold") + "(")
	l.emit(r.name)
	l.write(fmt.Sprintf(", func(%sctx %s, %sfiles %s, %sin %s) (%s, error) { ", o, l.qualified("context", "Context"), o, l.qualified(filesPackage, "Files"), o, accAny, accAny))
	l.foldBody(x, r, as(o+"in", acc), single)
	l.write(" }, ")
	switch {
	case single:
		l.write(fmt.Sprintf("func(%sa, %sb %s) %s { %sx, %sy := %s, %s; if len(%sx) == 0 { return %sy }; if len(%sy) == 0 { return %sx }; var %sv %s = ", o, o, accAny, accAny,
			o, o, as(o+"a", acc), as(o+"b", acc), o, o, o, o, o, a))
		l.function(r.reduce)
		l.write(fmt.Sprintf("(%sx[0], %sy[0]); return %s{%sv} }", o, o, acc, o))
	case r.reduce == nil:
		l.write("nil")
	default:
		l.write(fmt.Sprintf("func(%sa, %sb %s) %s { var %sv %s = ", o, o, accAny, accAny, o, a))
		l.function(r.reduce)
		l.write(fmt.Sprintf("(%s, %s); return %sv }", as(o+"a", a), as(o+"b", a), o))
	}
	l.write(fmt.Sprintf(", func() %s { var %sv %s", accAny, o, acc))
	switch {
	case r.initial != nil:
		l.write(" = ")
		l.emit(r.initial)
	case isMap(r.a) && !single:
		l.write(" = " + a + "{}")
	}
	l.write(fmt.Sprintf("; return %sv }, ", o))
	switch {
	case single:
		l.write(fmt.Sprintf("func(%sa %s) %s { var %sv %s; if %sx := %s; len(%sx) > 0 { %sv = %sx[0] }; return %sv }", o, accAny, accAny, o, a, o, as(o+"a", acc), o, o, o, o))
	case r.output == nil:
		l.write("nil")
	default:
		l.write(fmt.Sprintf("func(%sa %s) %s { var %sv %s = ", o, accAny, accAny, o, l.typeText(r.r, at)))
		l.function(r.output)
		l.write(fmt.Sprintf("(%s); return %sv }", as(o+"a", a), o))
	}
	l.origin(source, r.mapping)
}

func isMap(t types.Type) bool {
	_, ok := t.Underlying().(*types.Map)
	return ok
}

// exportReduction writes the call for the toolchain, where the functions are generic.
func (l *lowerer) exportReduction(x *ast.CallExpr, r *reduction, source string) {
	orNil := func(e ast.Expr) {
		l.write(", ")
		if e == nil {
			l.write("nil")
			return
		}
		l.emit(e)
	}
	if r.initial == nil && r.combine == nil && r.output == nil {
		l.write(l.qualified(policyPackage, "Reduce") + "(")
		l.emit(r.name)
		orNil(r.mapping)
		orNil(r.reduce)
		l.origin(source, r.mapping)
		return
	}
	l.write(l.qualified(policyPackage, "MapReduce"))
	if r.combine == nil || r.output == nil {
		l.write("[" + l.typeText(r.v, x.Pos()) + ", " + l.typeText(r.a, x.Pos()) + ", " + l.typeText(r.r, x.Pos()) + "]")
	}
	l.write("(")
	l.emit(r.name)
	orNil(r.mapping)
	orNil(r.combine)
	orNil(r.reduce)
	switch {
	case r.initial != nil:
		orNil(r.initial)
	case isMap(r.a):
		l.write(", " + l.typeText(r.a, x.Pos()) + "{}")
	default:
		l.write(", *new(" + l.typeText(r.a, x.Pos()) + ")")
	}
	orNil(r.output)
	l.origin(source, r.mapping)
}

// foldBody writes the loop of a reduction.
func (l *lowerer) foldBody(x *ast.CallExpr, r *reduction, in string, single bool) {
	o := l.own()
	st := &funcState{name: "a map-reduce", traced: true, files: true}
	l.funcs = append(l.funcs, st)
	l.prologue(x)
	l.write(o + "acc := " + in + "; ")
	if !single {
		r.inlined = l.inlinable(r)
	}
	if r.inlined != nil {
		l.foldLoop(x, r, single)
		return
	}
	l.guarded = true
	l.write("var " + o + "map " + l.typeText(l.typeOf(r.mapping), x.Pos()) + " = ")
	l.emit(r.mapping)
	l.write("; ")
	if add := r.adding(); add != nil {
		l.write("var " + o + "add " + l.typeText(l.typeOf(add), x.Pos()) + " = ")
		l.emit(add)
		l.write("; ")
	}
	l.guarded = false
	l.foldLoop(x, r, single)
}

// foldLoop writes the loop itself, and the end of the function.
func (l *lowerer) foldLoop(x *ast.CallExpr, r *reduction, single bool) {
	o := l.own()
	file := fmt.Sprintf("&%sb[%si]", o, o)
	if l.mayKeep(r.mapping) {
		file = fmt.Sprintf("%sc.Keep(%si)", o, o)
	}
	loop, _ := batch.CompileFold(l.batchSource(), batch.Fold{Mapping: r.mapping, Adding: r.adding(), Single: single, Accumulator: r.a, Value: r.v, At: x})
	compiled, otherwise := "", ""
	if !l.export {
		compiled, otherwise = l.compiledLoop(loop, o+"c", o+"i", o+"acc")
	}
	l.write(o + "c = " + o + "files.Open(" + o + "ctx); " + compiled)
	l.write(fmt.Sprintf("for %[1]sb := %[1]sc.Next(); %[1]sb != nil; %[1]sb = %[1]sc.Next() { for %[1]si = 0; %[1]si < len(%[1]sb); %[1]si++ { ", o) + l.poll())
	l.foldStep(r, file, o+"acc", single)
	l.write(" } }" + otherwise)
	l.write(fmt.Sprintf("; %[1]serr := %[1]sc.Close(); return %[1]sacc, %[1]serr", o))
	l.funcs = l.funcs[:len(l.funcs)-1]
}

// inlined are the two functions of a map-reduce as literals that end in their only return: their statements can stand in
// the loop, which spares two calls for each file.
type inlined struct{ mapping, combine *ast.FuncLit }

func (l *lowerer) inlinable(r *reduction) *inlined {
	one := func(e ast.Expr) *ast.FuncLit {
		if e == nil {
			return nil
		}
		f, ok := ast.Unparen(unwrapped(e, l.u.wraps)).(*ast.FuncLit)
		if !ok || len(f.Body.List) == 0 || f.Type.Results == nil || f.Type.Results.NumFields() != 1 || len(f.Type.Results.List[0].Names) > 0 {
			return nil
		}
		last, ok := f.Body.List[len(f.Body.List)-1].(*ast.ReturnStmt)
		if !ok || len(last.Results) != 1 {
			return nil
		}
		plain := true
		ast.Inspect(f.Body, func(n ast.Node) bool {
			switch x := n.(type) {
			case *ast.ReturnStmt:
				plain = plain && x == last
			case *ast.DeferStmt, *ast.LabeledStmt, *ast.FuncLit, *ast.GoStmt:
				plain = false
			case *ast.RangeStmt:
				plain = plain && !l.overFunc(x) && !l.overFiles(x)
			}
			return plain
		})
		if !plain {
			return nil
		}
		return f
	}
	in := &inlined{one(r.mapping), one(r.combine)}
	if in.mapping == nil || in.combine == nil {
		return nil
	}
	return in
}

// inlineStep writes the statements of both functions.
func (l *lowerer) inlineStep(r *reduction, file, acc string) {
	v := mark + "value"
	l.write("var " + v + " " + l.typeText(r.v, r.mapping.Pos()) + "; ")
	l.inline(r.inlined.mapping, v, file)
	l.inline(r.inlined.combine, acc, acc, v)
}

// inline writes the statements of a literal with its parameters as variables, and its result assigned.
func (l *lowerer) inline(f *ast.FuncLit, to string, args ...string) {
	l.write("{ ")
	i := 0
	var names, values []string
	for _, field := range f.Type.Params.List {
		for _, name := range field.Names {
			if name.Name != "_" {
				names = append(names, name.Name)
				values = append(values, args[i])
			}
			i++
		}
		if len(field.Names) == 0 {
			i++
		}
	}
	for i, name := range names {
		l.write(name + " := " + values[i] + "; _ = " + name + "; ")
	}
	l.outside(func() {
		cur := f.Body.Lbrace + 1
		for _, s := range f.Body.List {
			l.gap(cur, s.Pos())
			if ret, ok := s.(*ast.ReturnStmt); ok {
				l.marker(s)
				l.write(to + " = ")
				l.emit(ret.Results[0])
			} else {
				l.statement(s)
			}
			cur = s.End()
		}
	})
	l.write(" }; ")
}

// adding is the function that adds a value: combine, else reduce, nil when neither was given.
func (r *reduction) adding() ast.Expr {
	if r.combine != nil {
		return r.combine
	}
	return r.reduce
}

// foldStep writes what is done with one file.
func (l *lowerer) foldStep(r *reduction, file, acc string, single bool) {
	o := l.own()
	if r.inlined != nil {
		l.inlineStep(r, file, acc)
		return
	}
	value := func() {
		l.write(o + "map(" + file + ")")
	}
	add := func(to string) { l.write(o + "add(" + to + ", ") }
	switch {
	case single:
		l.write("if len(" + acc + ") == 0 { " + acc + " = append(" + acc + ", ")
		value()
		l.write(") } else { " + acc + "[0] = ")
		add(acc + "[0]")
		value()
		l.write(") }")
	case r.adding() != nil:
		l.write(acc + " = ")
		add(acc)
		value()
		l.write(")")
	default:
		v := o + "value"
		l.write(v + " := ")
		value()
		l.write("; " + addStatement(r.a, acc, v))
	}
}

// addStatement adds a value to an accumulator of the same type, where nobody has said how. "" means that there is no way.
func addStatement(t types.Type, acc, v string) string {
	switch u := t.Underlying().(type) {
	case *types.Basic:
		if u.Info()&(types.IsNumeric|types.IsString) != 0 {
			return acc + " += " + v
		}
	case *types.Slice:
		return acc + " = append(" + acc + ", " + v + "...)"
	case *types.Map:
		if inner := addStatement(u.Elem(), acc+"[k]", "e"); strings.HasPrefix(inner, acc+"[k]") {
			return "for k, e := range " + v + " { " + inner + " }"
		}
		switch e := u.Elem().Underlying().(type) {
		case *types.Basic:
			if e.Kind() == types.Bool {
				return "for k, e := range " + v + " { " + acc + "[k] = " + acc + "[k] || e }"
			}
		case *types.Struct:
			if e.NumFields() == 0 {
				return "for k, e := range " + v + " { " + acc + "[k] = e }"
			}
		}
	}
	return ""
}

// qualifyUser names packages as sources do.
func qualifyUser(p *types.Package) string {
	if p.Path() == "main" {
		return ""
	}
	return p.Name()
}

// reductionSource is the source that travels: the function handler(files Files, acc A) A, with all that it needs.
func (l *lowerer) reductionSource(x *ast.CallExpr, r *reduction) (string, bool) {
	var parts []string
	mapping, ok := l.travelName(r.mapping, "Map", &parts)
	if !ok {
		return "", false
	}
	step := ""
	single := r.single()
	t := l.u.clean(types.TypeString(r.a, qualifyUser))
	if add := r.adding(); add != nil {
		name, ok := l.travelName(add, "Combine", &parts)
		if !ok {
			return "", false
		}
		step = "acc = " + name + "(acc, " + mapping + "(f))"
		if single {
			step = "if len(acc) == 0 { acc = append(acc, " + mapping + "(f)) } else { acc[0] = " + name + "(acc[0], " + mapping + "(f)) }"
			t = "[]" + t
		}
	} else {
		how := addStatement(r.a, "acc", "value")
		if how == "" {
			l.refuse(x, "values of type %s have no sum: say how they are put together, with a reduce", t)
			return "", false
		}
		step = "value := " + mapping + "(f); " + how
	}
	// What stands on one line has one place: that of the call.
	parts = append(parts, placed(l.file, x.Pos(), "func "+TravelName+"(files Files, acc "+t+") "+t+" { for f := range files { "+step+" }; return acc }"))
	return l.withDeclarations(x, strings.Join(parts, "\n\n"), false, true)
}

// travelName is how source that travels calls a function: a literal becomes a declaration in parts.
func (l *lowerer) travelName(e ast.Expr, role string, parts *[]string) (string, bool) {
	switch f := ast.Unparen(unwrapped(e, l.u.wraps)).(type) {
	case *ast.FuncLit:
		if !l.takesNothingAlong(f) {
			return "", false
		}
		name := TravelName + role
		*parts = append(*parts, placed(l.file, f.Pos(), "func "+name+strings.TrimPrefix(l.text(f.Pos(), f.End()), "func")))
		return name, true
	case *ast.Ident:
		if fn, ok := l.u.info.Uses[f].(*types.Func); ok && fn.Pkg() != nil && fn.Pkg().Path() == "main" {
			return strings.TrimPrefix(f.Name, mark), true
		}
	case *ast.SelectorExpr:
		if id, ok := f.X.(*ast.Ident); ok {
			if p, ok := l.u.info.Uses[id].(*types.PkgName); ok {
				if _, isFunc := l.u.info.Uses[f.Sel].(*types.Func); isFunc {
					return p.Imported().Name() + "." + f.Sel.Name, true
				}
			}
		}
	}
	l.refuse(e, "a function that travels is written here, or declared with a name: its source goes along, a value cannot")
	return "", false
}

// mayKeep tells whether a mapping may keep the file that it is given.
func (l *lowerer) mayKeep(e ast.Expr) bool {
	u := &fileUses{l: l, attrs: map[string]bool{}, seen: map[types.Object]bool{}}
	u.function(e)
	return u.whole
}
