package view

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"strings"
)

// overFunc tells a range over a function that is lowered to a call.
func (l *lowerer) overFunc(x *ast.RangeStmt) bool {
	_, ok := under(l.typeOf(x.X)).(*types.Signature)
	return ok && !l.export && !l.overFiles(x)
}

// poll is what a loop begins each turn with.
func (l *lowerer) poll() string {
	if l.export {
		return ""
	}
	return "if *" + rt + ".S { " + rt + ".Cancel() }; "
}

func (l *lowerer) loopBody(b *ast.BlockStmt, first string) {
	l.write("{ " + l.poll() + first)
	l.in(&frame{kind: loopFrame}, func() { l.block(b) })
	l.write("}")
}

// rangeStmt lowers a loop over something.
func (l *lowerer) rangeStmt(x *ast.RangeStmt) {
	t := l.typeOf(x.X)
	if l.w.IsCollection(t) {
		l.rangeCollection(x, "")
		return
	}
	if l.overFiles(x) {
		l.rangeFiles(x)
		return
	}
	if l.export {
		l.splice(x)
		return
	}
	switch u := t.Underlying().(type) {
	case *types.Basic:
		if u.Info()&types.IsInteger != 0 {
			l.rangeInt(x, t)
			return
		}
		if u.Info()&types.IsString != 0 {
			l.rangeText(x)
			return
		}
	case *types.Signature:
		l.rangeFunc(x, u)
		return
	case *types.Chan:
		l.rangeChan(x, u, "")
		return
	}
	if x.Tok == token.ASSIGN {
		// The interpreter declares variables of its own where it should assign.
		k, v := l.unique("k"), ""
		l.write("for " + k)
		if x.Value != nil {
			v = l.unique("v")
			l.write(", " + v)
		}
		l.write(" := range ")
		l.emit(x.X)
		l.write(" ")
		l.loopBody(x.Body, "_ = "+k+"; "+l.bindRange(x, k, v))
		return
	}
	fresh := ""
	if x.Tok == token.DEFINE {
		fresh = l.freshCopies(x.Body, x.Key, x.Value)
	}
	l.spliceHead(x, x.Pos(), x.Body.Lbrace)
	l.loopBody(x.Body, fresh)
}

// rangeCollection asks the collection for its members once, in the order of the command.
func (l *lowerer) rangeCollection(x *ast.RangeStmt, label string) {
	item := l.unique("item")
	bind := l.bindRange(x, item+".Key", item+".Value")
	if l.export {
		l.musts[1] = true
		if bind == "" {
			l.write(label + "for range must1(")
		} else {
			l.write(label + "for _, " + item + " := range must1(")
		}
		l.emit(x.X)
		l.write(".Items(ctx)) {")
		if bind != "" {
			l.write("\n" + strings.TrimSuffix(bind, "; "))
			if len(x.Body.List) > 0 && !strings.Contains(l.text(x.Body.Lbrace, x.Body.List[0].Pos()), "\n") {
				l.write("\n")
			}
		}
		l.block(x.Body)
		l.write("}")
		return
	}
	items := l.unique("items")
	l.write(items + ", " + mark + "e := ")
	l.emit(x.X)
	l.write(fmt.Sprintf(".Items(%s); if %se != nil { %s.Stop(%d, %se) }; ", l.context(), mark, rt, l.site(x.X), mark))
	l.write(label + "for _, " + item + " := range " + items + " ")
	l.loopBody(x.Body, "_ = "+item+"; "+bind)
}

// bindRange assigns key and value of a lowered range to the names the loop has for them.
func (l *lowerer) bindRange(x *ast.RangeStmt, key, value string) string {
	var lhs, rhs []string
	add := func(e ast.Expr, v string) {
		if e == nil {
			return
		}
		if id, ok := e.(*ast.Ident); ok && id.Name == "_" {
			return
		}
		out := l.out
		l.out = &strings.Builder{}
		l.emit(e)
		lhs = append(lhs, l.out.String())
		rhs = append(rhs, v)
		l.out = out
	}
	add(x.Key, key)
	if value != "" {
		add(x.Value, value)
	}
	if len(lhs) == 0 {
		return ""
	}
	return strings.Join(lhs, ", ") + " " + x.Tok.String() + " " + strings.Join(rhs, ", ") + "; "
}

func (l *lowerer) rangeInt(x *ast.RangeStmt, t types.Type) {
	if x.Key != nil {
		if kt := l.keyType(x.Key); kt != nil {
			t = kt
		}
	}
	text := l.typeText(types.Default(t), x.Pos())
	i, n := l.unique("i"), l.unique("n")
	l.write(fmt.Sprintf("for %s, %s := %s(0), %s(", i, n, text, text))
	l.emit(x.X)
	l.write(fmt.Sprintf("); %s < %s; %s++ ", i, n, i))
	l.loopBody(x.Body, l.bindRange(x, i, ""))
}

// rangeText goes over the characters of a text. The interpreter takes a byte that is no character for three.
func (l *lowerer) rangeText(x *ast.RangeStmt) {
	i, s := l.unique("i"), l.unique("s")
	l.write(fmt.Sprintf("for %s, %s := %s.Text(string(", i, s, rt))
	l.emit(x.X)
	l.write(fmt.Sprintf(")); %s < len(%s); %s += %s.Width(%s, %s) ", i, s, i, rt, s, i))
	first, value := "", ""
	if x.Value != nil {
		value = l.unique("r")
		first = fmt.Sprintf("%s := %s.Rune(%s, %s); _ = %s; ", value, rt, s, i, value)
	}
	l.loopBody(x.Body, first+l.bindRange(x, i, value))
}

func (l *lowerer) keyType(e ast.Expr) types.Type {
	if id, ok := e.(*ast.Ident); ok {
		if o := l.u.info.Defs[id]; o != nil {
			return o.Type()
		}
		if o := l.u.info.Uses[id]; o != nil {
			return o.Type()
		}
		return nil
	}
	return l.typeOf(e)
}

func (l *lowerer) rangeChan(x *ast.RangeStmt, ch *types.Chan, label string) {
	c, v, ok := l.unique("c"), l.unique("v"), l.unique("ok")
	elem := l.typeText(ch.Elem(), x.Pos())
	l.write(c + " := ")
	l.emit(x.X)
	l.write("; " + label + "for { " + l.poll() + fmt.Sprintf("%s, %s := ", v, ok))
	l.helper("recv", fmt.Sprintf("(c <-chan %s) (%s, bool) { var z %s; ok := %s.Recv(c, &z); return z, ok }", elem, elem, elem, rt), l.writable(ch.Elem()))
	l.write("(" + c + "); if !" + ok + " { break }; _ = " + v + "; " + l.bindRange(x, v, ""))
	l.in(&frame{kind: loopFrame}, func() { l.block(x.Body) })
	l.write("}")
}

func (l *lowerer) forStmt(x *ast.ForStmt) {
	if l.export {
		l.splice(x)
		return
	}
	fresh := ""
	if a, ok := x.Init.(*ast.AssignStmt); ok && a.Tok == token.DEFINE {
		fresh = l.freshCopies(x.Body, a.Lhs...)
		for _, e := range a.Lhs {
			if id, ok := e.(*ast.Ident); ok && fresh != "" && l.captured(x.Body, id) && l.assignedIn(x.Body, id) {
				l.refuse(id, "%s is both changed in the loop and kept by a function literal: give the literal a copy of its own (%s := %s)", id.Name, id.Name, id.Name)
			}
		}
	}
	l.spliceHead(x, x.Pos(), x.Body.Lbrace)
	l.loopBody(x.Body, fresh)
}

// freshCopies declares, per turn, copies of the loop variables that function literals keep: the interpreter has one
// variable for all turns.
func (l *lowerer) freshCopies(body *ast.BlockStmt, vars ...ast.Expr) string {
	var b strings.Builder
	for _, e := range vars {
		id, ok := e.(*ast.Ident)
		if !ok || id.Name == "_" || !l.captured(body, id) {
			continue
		}
		fmt.Fprintf(&b, "%s := %s; ", id.Name, id.Name)
	}
	return b.String()
}

// captured tells whether a variable lives on beyond its turn: a function literal uses it, or its address is taken.
func (l *lowerer) captured(body *ast.BlockStmt, id *ast.Ident) bool {
	o := l.u.info.Defs[id]
	found := false
	var inLit int
	var visit func(n ast.Node)
	visit = func(n ast.Node) {
		switch x := n.(type) {
		case *ast.FuncLit:
			inLit++
			children(x, visit)
			inLit--
			return
		case *ast.UnaryExpr:
			if y, ok := ast.Unparen(x.X).(*ast.Ident); ok && x.Op == token.AND && l.u.info.Uses[y] == o {
				found = true
			}
		case *ast.Ident:
			if inLit > 0 && l.u.info.Uses[x] == o {
				found = true
			}
		}
		children(n, visit)
	}
	visit(body)
	return found
}

func (l *lowerer) assignedIn(body *ast.BlockStmt, id *ast.Ident) bool {
	o := l.u.info.Defs[id]
	found := false
	ast.Inspect(body, func(n ast.Node) bool {
		switch x := n.(type) {
		case *ast.AssignStmt:
			for _, e := range x.Lhs {
				if y, ok := ast.Unparen(e).(*ast.Ident); ok && l.u.info.Uses[y] == o {
					found = true
				}
			}
		case *ast.IncDecStmt:
			if y, ok := ast.Unparen(x.X).(*ast.Ident); ok && l.u.info.Uses[y] == o {
				found = true
			}
		}
		return !found
	})
	return found
}
