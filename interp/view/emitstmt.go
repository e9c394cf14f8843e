package view

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"
)

// block writes the inside of a block, from behind its brace to before the closing one.
func (l *lowerer) block(b *ast.BlockStmt) {
	cur := b.Lbrace + 1
	switch head := l.parents[b].(type) {
	case *ast.IfStmt, *ast.ForStmt, *ast.RangeStmt:
		l.keepHead(head) // the others do it in a clause
	}
	for _, s := range b.List {
		l.gap(cur, s.Pos())
		l.statement(s)
		if l.export {
			l.keepUsed(s)
		}
		cur = s.End()
	}
	l.gap(cur, b.Rbrace)
}

// statements writes the statements of a snippet, which have no braces around them.
func (l *lowerer) statements(list []ast.Stmt) {
	for i, s := range list {
		if i > 0 {
			l.separate(list[i-1].End(), s.Pos())
		}
		l.statement(s)
	}
}

// separate writes as many line ends as stand between two positions of a snippet, where declarations were taken out.
func (l *lowerer) separate(from, to token.Pos) {
	n := strings.Count(l.text(from, to), "\n")
	if n == 0 {
		l.write("; ")
		return
	}
	l.write(strings.Repeat("\n", n))
}

// gap writes the source between statements: comments, line ends, semicolons.
func (l *lowerer) gap(from, to token.Pos) { l.write(l.text(from, to)) }

// statement writes one statement of a list, its marker before it.
func (l *lowerer) statement(s ast.Stmt) {
	switch x := s.(type) {
	case *ast.LabeledStmt:
		l.marker(x.Stmt)
		if l.labelled(x) {
			return
		}
		if r, ok := x.Stmt.(*ast.RangeStmt); !ok || !l.overFunc(r) && (l.export || !l.overFiles(r)) {
			l.write(l.text(x.Pos(), x.Stmt.Pos())) // a label that nothing jumps to would be refused
			switch x.Stmt.(type) {
			case *ast.ForStmt, *ast.RangeStmt, *ast.SwitchStmt:
			default:
				l.write(l.poll()) // a goto may lead here again and again
			}
		}
		l.label = x.Label.Name
		l.stmt(x.Stmt)
		l.label = ""
		return
	case *ast.EmptyStmt:
		return
	case *ast.CaseClause:
		l.stmt(s)
		return
	}
	l.marker(s)
	l.stmt(s)
}

// switchStmt writes a switch. The interpreter falls through to the wrong clause where the default stands among the
// others: it is written last.
func (l *lowerer) switchStmt(x *ast.SwitchStmt) {
	last := len(x.Body.List) - 1
	middle := -1
	falls := make([]bool, last+1)
	for i, s := range x.Body.List {
		c := s.(*ast.CaseClause)
		if c.List == nil && i < last {
			middle = i
		}
		if n := len(c.Body); n > 0 {
			b, ok := c.Body[n-1].(*ast.BranchStmt)
			falls[i] = ok && b.Tok == token.FALLTHROUGH
		}
	}
	if l.export || middle < 0 || !slices.Contains(falls, true) {
		l.splice(x)
		return
	}
	if falls[middle] || middle > 0 && falls[middle-1] {
		l.refuse(x.Body.List[middle], "fallthrough into or out of a default that does not stand last cannot be run here; let it stand last")
		return
	}
	l.spliceHead(x, x.Pos(), x.Body.Lbrace)
	l.write("{\n")
	for i, s := range x.Body.List {
		if i != middle {
			l.statement(s)
			l.write("\n")
		}
	}
	l.statement(x.Body.List[middle])
	l.write("\n}")
}

// exportTypeSwitch writes a type switch as it stands; what it looks at is no statement.
func (l *lowerer) exportTypeSwitch(x *ast.TypeSwitchStmt) {
	e, ok := x.Assign.(*ast.ExprStmt)
	if a, bound := x.Assign.(*ast.AssignStmt); bound && l.u.unusedAt[a.Lhs[0].Pos()] {
		e, ok = &ast.ExprStmt{X: a.Rhs[0]}, true
	}
	if !ok {
		l.splice(x)
		return
	}
	l.write("switch ")
	if x.Init != nil {
		l.emit(x.Init)
		l.write("; ")
	}
	l.emit(e.X)
	l.write(" {")
	l.block(x.Body)
	l.write("}")
}

// labelled writes a labelled statement whose lowered form has something before the statement that gets the label.
func (l *lowerer) labelled(x *ast.LabeledStmt) bool {
	label := x.Label.Name + ": "
	switch s := x.Stmt.(type) {
	case *ast.RangeStmt:
		t := l.typeOf(s.X)
		ch, isChan := under(t).(*types.Chan)
		switch {
		case l.w.IsCollection(t):
			l.label = x.Label.Name
			l.rangeCollection(s, label)
			return true
		case isChan && !l.export:
			l.label = x.Label.Name
			l.rangeChan(s, ch, label)
			return true
		}
	case *ast.TypeSwitchStmt:
		if !l.export {
			l.label = x.Label.Name
			l.typeSwitch(s, label)
			return true
		}
	case *ast.SelectStmt:
		if !l.export {
			l.label = x.Label.Name
			l.selectStmt(s, label)
			return true
		}
	}
	return false
}

// marker notes the statement that is about to run, where it can fail at all.
func (l *lowerer) marker(n ast.Node) {
	if l.export || len(l.funcs) == 0 || !l.funcs[len(l.funcs)-1].traced || !l.mayFail(n) {
		return
	}
	l.write(fmt.Sprintf("%sp = %d; ", mark, l.site(n)))
}

// mayFail tells whether the part of a statement that runs at its own place can panic or stop: the header of a compound
// statement, not its body.
func (l *lowerer) mayFail(n ast.Node) bool {
	switch x := n.(type) {
	case *ast.BlockStmt, *ast.EmptyStmt, *ast.BranchStmt:
		return false
	case *ast.IfStmt:
		return l.anyFails(x.Init, x.Cond)
	case *ast.ForStmt:
		return l.anyFails(x.Init, x.Cond, x.Post)
	case *ast.RangeStmt:
		return l.anyFails(x.X)
	case *ast.SwitchStmt:
		return true
	}
	return l.anyFails(n)
}

func (l *lowerer) anyFails(nodes ...ast.Node) bool {
	found := false
	for _, n := range nodes {
		switch v := n.(type) {
		case nil:
			continue
		case ast.Stmt:
			if v == nil {
				continue
			}
		}
		if isNilNode(n) {
			continue
		}
		ast.Inspect(n, func(n ast.Node) bool {
			switch x := n.(type) {
			case *ast.FuncLit:
				return false
			case *ast.CallExpr:
				if tv, ok := l.u.info.Types[x.Fun]; !ok || !tv.IsType() {
					found = true
				}
			case *ast.IndexExpr, *ast.SliceExpr, *ast.StarExpr, *ast.TypeAssertExpr, *ast.SendStmt, *ast.CompositeLit:
				found = true
			case *ast.SelectorExpr:
				if sel := l.u.info.Selections[x]; sel != nil {
					found = true
				}
			case *ast.BinaryExpr:
				switch x.Op {
				case token.QUO, token.REM, token.SHL, token.SHR, token.EQL, token.NEQ:
					found = true
				}
			case *ast.AssignStmt:
				switch x.Tok {
				case token.QUO_ASSIGN, token.REM_ASSIGN, token.SHL_ASSIGN, token.SHR_ASSIGN:
					found = true
				}
			case *ast.UnaryExpr:
				if x.Op == token.ARROW {
					found = true
				}
			}
			return !found
		})
	}
	return found
}

func isNilNode(n ast.Node) bool {
	switch x := n.(type) {
	case ast.Expr:
		return x == nil
	case ast.Stmt:
		return x == nil
	}
	return n == nil
}

// stmt writes a statement without a marker.
func (l *lowerer) stmt(s ast.Stmt) {
	switch x := s.(type) {
	case *ast.ExprStmt:
		l.exprStmt(x)
	case *ast.AssignStmt:
		l.assign(x)
	case *ast.DeclStmt:
		l.declStmt(x)
	case *ast.DeferStmt:
		l.deferred("defer", x.Call)
	case *ast.GoStmt:
		l.deferred("go", x.Call)
	case *ast.RangeStmt:
		l.rangeStmt(x)
	case *ast.ForStmt:
		l.forStmt(x)
	case *ast.SendStmt:
		l.send(x)
	case *ast.SelectStmt:
		if l.export {
			l.splice(x)
			return
		}
		l.selectStmt(x, "")
	case *ast.TypeSwitchStmt:
		if l.export {
			l.exportTypeSwitch(x)
			return
		}
		l.typeSwitch(x, "")
	case *ast.CaseClause:
		l.clause(x, x.Colon, x.Body)
	case *ast.CommClause:
		l.clause(x, x.Colon, x.Body)
	case *ast.BranchStmt:
		l.branch(x)
	case *ast.ReturnStmt:
		l.returns(x)
	case *ast.SwitchStmt:
		l.in(&frame{kind: switchFrame}, func() { l.switchStmt(x) })
	case *ast.BlockStmt:
		l.emit(x) // with the markers of its statements
	default:
		l.splice(s)
	}
}

// clause writes a case clause: its head, then its statements with their markers.
func (l *lowerer) clause(x ast.Node, colon token.Pos, body []ast.Stmt) {
	l.spliceHead(x, x.Pos(), colon+1)
	if body, ok := l.parents[x].(*ast.BlockStmt); ok && len(body.List) > 0 && body.List[0] == x {
		l.keepHead(l.parents[body])
	}
	l.keepHead(x)
	cur := colon + 1
	for _, s := range body {
		l.gap(cur, s.Pos())
		if cur == colon+1 {
			l.write(" ")
		}
		l.statement(s)
		if l.export {
			l.keepUsed(s)
		}
		cur = s.End()
	}
	l.gap(cur, x.End())
}

// spliceHead writes the source of a node up to a position, lowering the children that end before it.
func (l *lowerer) spliceHead(n ast.Node, from, to token.Pos) {
	cur := from
	children(n, func(c ast.Node) {
		if c.Pos() < cur || c.End() > to {
			return
		}
		l.write(l.text(cur, c.Pos()))
		l.emit(c)
		cur = c.End()
	})
	l.write(l.text(cur, to))
}

func (l *lowerer) exprStmt(x *ast.ExprStmt) {
	if _, ok := l.u.shown[x]; ok && !l.export && l.showable(x.X) {
		l.show(x)
		return
	}
	call, ok := ast.Unparen(x.X).(*ast.CallExpr)
	if !ok {
		if l.export {
			l.write("_ = ")
		}
		l.emit(x.X)
		return
	}
	results := resultsOf(l.typeOf(call))
	tv := l.u.info.Types[call.Fun]
	if n := len(results); n > 0 && isError(results[n-1]) && !tv.IsBuiltin() && !tv.IsType() && !l.printing(call) {
		if l.export {
			l.stopOnError(call, results[:n-1], func() { l.call(call) })
			return
		}
		l.write("if " + strings.Repeat("_, ", n-1) + mark + "e := ")
		l.call(call)
		l.write(fmt.Sprintf("; %se != nil { %s.Stop(%d, %se) }", mark, rt, l.site(call), mark))
		return
	}
	l.emit(x.X)
}

// printing tells the functions of fmt whose results nobody takes.
func (l *lowerer) printing(c *ast.CallExpr) bool {
	f, ok := l.callee(c).(*types.Func)
	return ok && f.Pkg() != nil && f.Pkg().Path() == "fmt" && (strings.HasPrefix(f.Name(), "Print") || strings.HasPrefix(f.Name(), "Fprint"))
}

// showable tells whether an expression statement has a value to show.
func (l *lowerer) showable(e ast.Expr) bool {
	call, ok := ast.Unparen(e).(*ast.CallExpr)
	if !ok {
		return true
	}
	tv := l.u.info.Types[call]
	if tv.IsVoid() || l.printing(call) {
		return false
	}
	results := resultsOf(tv.Type)
	if n := len(results); n > 0 && isError(results[n-1]) {
		results = results[:n-1]
	}
	return len(results) > 0
}

func (l *lowerer) show(x *ast.ExprStmt) {
	call, ok := ast.Unparen(x.X).(*ast.CallExpr)
	results := resultsOf(l.typeOf(x.X))
	kept := ""
	if len(results) == 1 {
		if kept = l.keeping(x.X); kept != "" {
			l.write(kept + " = ")
			l.emit(x.X)
			l.write("; ")
		}
	}
	l.write(rt + ".Show(")
	defer l.write(")")
	if n := len(results); ok && n > 1 && isError(results[n-1]) {
		l.stopOnError(call, results[:n-1], func() { l.call(call) })
		return
	}
	if t := l.typeOf(x.X); len(results) == 1 {
		l.convert(t, types.NewInterfaceType(nil, nil), x.Pos(), func() {
			if kept != "" {
				l.write(kept)
				return
			}
			l.emit(x.X)
		})
		return
	}
	l.emit(x.X)
}

func (l *lowerer) topLevel(s ast.Stmt) bool { return l.parents[s] == nil }

func (l *lowerer) assign(x *ast.AssignStmt) {
	for _, e := range x.Lhs {
		if ix, ok := e.(*ast.IndexExpr); ok && l.w.IsCollection(l.typeOf(ix.X)) {
			l.refuse(ix, "a collection is read-only: assigning would change nothing on the cluster; use its New, or Change of the object")
			return
		}
	}
	tok := x.Tok.String()
	if x.Tok == token.DEFINE && l.topLevel(x) && (!l.export || l.packageAssign(x)) {
		tok = "="
	}
	if tok == ":=" && l.redeclares(x) {
		l.redeclare(x)
		return
	}
	for i, e := range x.Lhs {
		if i > 0 {
			l.write(", ")
		}
		l.emit(e)
	}
	l.write(" " + tok + " ")
	if tok == "=" && len(x.Lhs) == 1 && l.madeInPlace(x.Lhs[0], x.Rhs[0]) {
		l.write("*&") // the variable is copied into, not replaced by what was made
	}
	if l.signedShift(x.Tok, x.Rhs[0]) {
		l.shiftCount(x.Rhs[0])
		return
	}
	if len(x.Lhs) == 2 && len(x.Rhs) == 1 && l.commaOk(x.Rhs[0], x) {
		return
	}
	l.values(x.Rhs, l.placeTypes(x.Lhs))
}

// madeInPlace tells the assignment of a struct that is written out. The interpreter puts what it made in the place of the
// variable, which those that have its address, or keep it in a function literal, do not see.
func (l *lowerer) madeInPlace(lhs, rhs ast.Expr) bool {
	if _, ok := ast.Unparen(rhs).(*ast.CompositeLit); !ok || l.export {
		return false
	}
	t := l.placeTypes([]ast.Expr{lhs})[0]
	if t == nil {
		return false
	}
	_, ok := t.Underlying().(*types.Struct)
	return ok
}

// redeclares tells a definition that assigns to a variable of the same block too, of values that stand beside each
// other or of an element of a map: the interpreter would declare it anew.
func (l *lowerer) redeclares(x *ast.AssignStmt) bool {
	if l.export || len(x.Lhs) < 2 {
		return false
	}
	if len(x.Rhs) == 1 {
		ix, ok := ast.Unparen(x.Rhs[0]).(*ast.IndexExpr)
		if !ok || l.w.IsCollection(l.typeOf(ix.X)) {
			return false
		}
	}
	return slices.ContainsFunc(x.Lhs, func(e ast.Expr) bool { return l.assignedAgain(e) })
}

// assignedAgain tells a name on the left of a definition that is declared already.
func (l *lowerer) assignedAgain(e ast.Expr) bool {
	id, ok := e.(*ast.Ident)
	return ok && id.Name != "_" && l.u.info.Defs[id] == nil && l.u.info.Uses[id] != nil
}

// redeclare writes such a definition: all values first, then variable by variable.
func (l *lowerer) redeclare(x *ast.AssignStmt) {
	temps := make([]string, len(x.Lhs))
	for i := range temps {
		temps[i] = l.unique("v")
	}
	if len(x.Rhs) == 1 {
		l.write(strings.Join(temps, ", ") + " := ")
		l.emit(x.Rhs[0])
		l.write("; ")
	} else {
		for i, t := range l.placeTypes(x.Lhs) {
			if t == nil {
				t = types.Default(l.typeOf(unwrapped(x.Rhs[i], l.u.wraps)))
			}
			l.write("var " + temps[i] + " " + l.typeText(t, x.Pos()) + " = ")
			l.emit(x.Rhs[i])
			l.write("; ")
		}
	}
	for i, e := range x.Lhs {
		if id, ok := e.(*ast.Ident); ok && id.Name == "_" {
			l.write("_ = " + temps[i] + "; ")
			continue
		}
		l.emit(e)
		if l.assignedAgain(e) {
			l.write(" = ")
		} else {
			l.write(" := ")
		}
		l.write(temps[i] + "; ")
	}
}

// values writes the right side of an assignment to places of the types given. Beside a call or a literal the interpreter
// forgets the other values of a statement: they are made one by one then, inside a function that returns them all.
func (l *lowerer) values(list []ast.Expr, to []types.Type) {
	if len(list) < 2 || l.export || !slices.ContainsFunc(list, makes) {
		for i, e := range list {
			if i > 0 {
				l.write(", ")
			}
			l.emit(e)
		}
		return
	}
	ts := make([]string, len(list))
	for i, e := range list {
		t := to[i]
		if t == nil {
			t = l.typeOf(e)
		}
		ts[i] = l.typeText(t, e.Pos())
	}
	l.write("func() (" + strings.Join(ts, ", ") + ") { ")
	l.oneByOne(list, ts)
	l.write(" }()")
}

// oneByOne gives each value a variable of its own and returns them.
func (l *lowerer) oneByOne(list []ast.Expr, ts []string) {
	names := make([]string, len(list))
	for i, e := range list {
		names[i] = fmt.Sprintf("%sv%d", mark, i)
		l.write("var " + names[i] + " " + ts[i] + " = ")
		l.emit(e)
		l.write("; ")
	}
	l.write("return " + strings.Join(names, ", "))
}

// makes tells an expression that calls or makes something.
func makes(e ast.Expr) bool {
	found := false
	ast.Inspect(e, func(n ast.Node) bool {
		switch x := n.(type) {
		case *ast.CallExpr, *ast.CompositeLit, *ast.FuncLit:
			found = true
		case *ast.UnaryExpr:
			found = found || x.Op == token.ARROW
		}
		return !found
	})
	return found
}

// placeTypes are the types of what is assigned to; nil where the blank identifier stands.
func (l *lowerer) placeTypes(list []ast.Expr) []types.Type {
	ts := make([]types.Type, len(list))
	for i, e := range list {
		if id, ok := e.(*ast.Ident); ok {
			if o := l.object(id); o != nil && id.Name != "_" {
				ts[i] = o.Type()
			}
			continue
		}
		ts[i] = l.typeOf(e)
	}
	return ts
}

func (l *lowerer) nameTypes(list []*ast.Ident) []types.Type {
	exprs := make([]ast.Expr, len(list))
	for i, id := range list {
		exprs[i] = id
	}
	return l.placeTypes(exprs)
}

// packageAssign tells whether a statement of an exported snippet gives package variables their values.
func (l *lowerer) packageAssign(x *ast.AssignStmt) bool {
	for _, id := range declaredBy(x) {
		if l.packageVars[l.u.info.Defs[id]] {
			return true
		}
	}
	return false
}

// commaOk lowers the forms with a second value that are no calls: look-ups in collections and receives.
func (l *lowerer) commaOk(e ast.Expr, n ast.Node) bool {
	switch r := ast.Unparen(e).(type) {
	case *ast.IndexExpr:
		t := l.typeOf(r.X)
		if !l.w.IsCollection(t) {
			return false
		}
		elem := t.Underlying().(*types.Map).Elem()
		l.stopOnError(r, []types.Type{elem, types.Typ[types.Bool]}, func() { l.lookup(r, "Lookup") })
		return true
	case *ast.UnaryExpr:
		if r.Op == token.ARROW && !l.export {
			l.receive(r, 2)
			return true
		}
	case *ast.TypeAssertExpr:
		if !l.export {
			l.assertion(r, 2)
			return true
		}
	}
	return false
}

func (l *lowerer) declStmt(x *ast.DeclStmt) {
	g, ok := x.Decl.(*ast.GenDecl)
	if ok && g.Tok == token.CONST && l.constants(g) {
		return
	}
	if !ok || g.Tok != token.VAR || !l.topLevel(x) || l.export && !l.packageVars[l.firstVar(g)] {
		l.splice(x)
		return
	}
	// Session variables are declared beside the entry; here they get their values.
	sep := ""
	for _, s := range g.Specs {
		vs := s.(*ast.ValueSpec)
		if len(vs.Values) == 0 {
			continue
		}
		l.write(sep)
		for i, n := range vs.Names {
			if i > 0 {
				l.write(", ")
			}
			l.emit(n)
		}
		l.write(" = ")
		if len(vs.Names) == 2 && len(vs.Values) == 1 && l.commaOk(vs.Values[0], vs) {
			sep = "; "
			continue
		}
		l.values(vs.Values, l.nameTypes(vs.Names))
		sep = "; "
	}
}

func (l *lowerer) firstVar(g *ast.GenDecl) types.Object {
	for _, s := range g.Specs {
		if vs, ok := s.(*ast.ValueSpec); ok && len(vs.Names) > 0 {
			return l.u.info.Defs[vs.Names[0]]
		}
	}
	return nil
}

func (l *lowerer) valueSpec(x *ast.ValueSpec) {
	if len(x.Names) == 2 && len(x.Values) == 1 {
		switch v := ast.Unparen(x.Values[0]).(type) {
		case *ast.IndexExpr:
			if l.w.IsCollection(l.typeOf(v.X)) {
				l.spliceHead(x, x.Pos(), x.Values[0].Pos())
				l.commaOk(v, x)
				return
			}
		case *ast.TypeAssertExpr, *ast.UnaryExpr:
			l.spliceHead(x, x.Pos(), x.Values[0].Pos())
			if !l.commaOk(x.Values[0], x) {
				l.emit(x.Values[0])
			}
			return
		}
	}
	if len(x.Values) > 1 {
		l.spliceHead(x, x.Pos(), x.Values[0].Pos())
		l.values(x.Values, l.nameTypes(x.Names))
		return
	}
	l.splice(x)
}

// send lowers ch <- v so that it ends with the statement.
func (l *lowerer) send(x *ast.SendStmt) {
	if l.export {
		l.splice(x)
		return
	}
	l.write(rt + ".Send(")
	l.sendArgs(x)
	l.write(")")
}

func (l *lowerer) sendArgs(x *ast.SendStmt) {
	l.emit(x.Chan)
	l.write(", ")
	if ch, ok := under(l.typeOf(x.Chan)).(*types.Chan); ok && l.u.info.Types[x.Value].Value != nil && !types.IsInterface(ch.Elem()) {
		l.write(l.typeText(ch.Elem(), x.Pos()) + "(")
		l.emit(x.Value)
		l.write(")")
		return
	}
	l.emit(x.Value)
}

// selectStmt lowers a select to a native one, which ends with the statement, and a switch on what it chose.
func (l *lowerer) selectStmt(x *ast.SelectStmt, label string) {
	sel := l.unique("sel")
	l.write(sel + " := " + rt + ".NewSelect(); ")
	for _, s := range x.Body.List {
		switch c := s.(*ast.CommClause).Comm.(type) {
		case nil:
			l.write(sel + ".Default(); ")
		case *ast.SendStmt:
			l.write(sel + ".Send(")
			l.sendArgs(c)
			l.write("); ")
		case *ast.ExprStmt:
			l.received(sel, c.X)
		case *ast.AssignStmt:
			l.received(sel, c.Rhs[0])
		}
	}
	if len(x.Body.List) == 0 {
		l.write(sel + ".Wait()")
		return
	}
	l.write(label + "switch " + sel + ".Wait() { ")
	n := 0
	l.in(&frame{kind: switchFrame}, func() {
		for _, s := range x.Body.List {
			c := s.(*ast.CommClause)
			if c.Comm == nil {
				l.write("case -1: ")
			} else {
				l.write(fmt.Sprintf("case %d: ", n))
				n++
			}
			if a, ok := c.Comm.(*ast.AssignStmt); ok {
				l.got(sel, a)
			}
			cur := c.Colon + 1
			for _, s := range c.Body {
				l.gap(cur, s.Pos())
				l.statement(s)
				cur = s.End()
			}
			l.gap(cur, c.End())
			l.write("\n")
		}
	})
	l.write("}")
}

func (l *lowerer) received(sel string, e ast.Expr) {
	l.write(sel + ".Recv(")
	if u, ok := ast.Unparen(unwrapped(e, l.u.wraps)).(*ast.UnaryExpr); ok && u.Op == token.ARROW {
		l.emit(u.X)
	}
	l.write("); ")
}

// got writes the assignment of what a select received.
func (l *lowerer) got(sel string, a *ast.AssignStmt) {
	u, ok := ast.Unparen(unwrapped(a.Rhs[0], l.u.wraps)).(*ast.UnaryExpr)
	if !ok {
		return
	}
	ch, ok := under(l.typeOf(u.X)).(*types.Chan)
	if !ok {
		return
	}
	v, okName := l.unique("v"), l.unique("ok")
	l.write(fmt.Sprintf("var %s %s; %s := %s.Got(&%s); _ = %s; ", v, l.typeText(ch.Elem(), a.Pos()), okName, sel, v, okName))
	to := l.placeTypes(a.Lhs)
	for i, e := range a.Lhs {
		if id, ok := e.(*ast.Ident); ok && id.Name == "_" {
			continue
		}
		l.emit(e)
		l.write(" " + a.Tok.String() + " ")
		if i == 1 {
			l.write(okName + "; ")
			continue
		}
		l.convert(ch.Elem(), to[0], a.Pos(), func() { l.write(v) })
		l.write("; ")
	}
}
