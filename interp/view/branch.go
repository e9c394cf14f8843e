package view

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"
)

// The interpreter has no range over functions. The body of such a loop becomes a function literal, and what leaves the
// body - break, continue to an outer loop, return - becomes a code that is looked at behind the call.

// frame is something that break, continue or return can leave.
type frame struct {
	kind  frameKind
	label string

	// Of a range over a function:
	// Of a range over files:
	files             string // the variable of its cursor
	brk, cont         string // labels
	breaks, continues bool   // they are used

	state string       // the variable that holds the code
	exits []*frameExit // how its body is left, in the order of their codes from 2 on
}

type frameKind int

const (
	loopFrame frameKind = iota
	switchFrame
	yieldFrame // a range over a function
)

// frameExit is one way out of the body of a range over a function.
type frameExit struct {
	stmt ast.Stmt // a branch or a return, to be done again outside
}

// in lowers something inside a frame.
func (l *lowerer) in(f *frame, body func()) {
	f.label, l.label = l.label, ""
	l.frames = append(l.frames, f)
	body()
	l.frames = l.frames[:len(l.frames)-1]
}

// outside lowers a function body: no frame around it can be left from inside.
func (l *lowerer) outside(body func()) {
	frames, label, results := l.frames, l.label, l.results
	l.frames, l.label = nil, ""
	body()
	l.frames, l.label, l.results = frames, label, results
}

// branch lowers break and continue.
func (l *lowerer) branch(x *ast.BranchStmt) {
	if x.Tok == token.GOTO {
		for _, f := range l.frames {
			if f.kind == yieldFrame || f.files != "" {
				l.refuse(x, "goto cannot leave a loop over a function here")
				return
			}
		}
		l.splice(x)
		return
	}
	if x.Tok == token.FALLTHROUGH {
		l.splice(x)
		return
	}
	for i := len(l.frames) - 1; i >= 0; i-- {
		f := l.frames[i]
		target := x.Label != nil && f.label == x.Label.Name ||
			x.Label == nil && (x.Tok == token.BREAK || f.kind != switchFrame)
		switch {
		case target && f.files != "" && !l.export:
			if x.Tok == token.BREAK {
				f.breaks = true
				l.write("break " + f.brk)
			} else {
				f.continues = true
				l.write("continue " + f.cont)
			}
			return
		case target && f.kind != yieldFrame:
			l.splice(x)
			return
		case target && x.Tok == token.CONTINUE:
			l.write("return true")
			return
		case target:
			l.write("{ " + f.state + " = 1; return false }")
			return
		case f.kind == yieldFrame:
			l.leave(f, x)
			return
		}
	}
	l.splice(x)
}

// leave leaves the body of a range over a function, to do a statement again behind it.
func (l *lowerer) leave(f *frame, s ast.Stmt) {
	code := 0
	for i, e := range f.exits {
		if e.stmt == s {
			code = i + 2
		}
	}
	if code == 0 {
		f.exits = append(f.exits, &frameExit{s})
		code = len(f.exits) + 1
	}
	l.write(fmt.Sprintf("{ %s = %d; return false }", f.state, code))
}

// returns lowers a return: inside the body of a range over a function the values wait in variables of the function.
func (l *lowerer) returns(x *ast.ReturnStmt) {
	var inner *frame
	for _, f := range l.frames {
		if f.kind == yieldFrame {
			inner = f
		}
	}
	if inner == nil && l.closing() != "" && l.again == nil && !l.export {
		if len(x.Results) == 0 {
			l.write("{ " + l.closing() + "return }")
			return
		}
		if sig := l.enclosing(x); sig != nil && sig.Results().Len() == len(x.Results) {
			ts := l.resultTexts(sig, x.Pos())
			names := make([]string, len(ts))
			l.write("{ ")
			for i, e := range x.Results {
				names[i] = fmt.Sprintf("%sv%d", mark, i)
				l.write("var " + names[i] + " " + ts[i] + " = ")
				l.emit(e)
				l.write("; ")
			}
			l.write(l.closing() + "return " + strings.Join(names, ", ") + " }")
			return
		}
	}
	if inner == nil {
		if len(l.results) > 0 && l.again == ast.Stmt(x) && len(x.Results) > 0 {
			l.write("return " + strings.Join(l.results, ", "))
			return
		}
		if sig := l.enclosing(x); sig != nil && !l.export && len(x.Results) > 1 && sig.Results().Len() == len(x.Results) && slices.ContainsFunc(x.Results, makes) {
			l.write("{ ")
			l.oneByOne(x.Results, l.resultTexts(sig, x.Pos()))
			l.write(" }")
			return
		}
		l.splice(x)
		return
	}
	if len(x.Results) > 0 && l.again != ast.Stmt(x) {
		l.write(strings.Join(l.results, ", ") + " = ")
		var ts []types.Type
		if sig := l.enclosing(x); sig != nil && sig.Results().Len() == len(x.Results) {
			for r := range sig.Results().Variables() {
				ts = append(ts, r.Type())
			}
		} else {
			ts = make([]types.Type, len(x.Results))
		}
		l.values(x.Results, ts)
		l.write("; ")
	}
	l.leave(inner, x)
}

func (l *lowerer) resultTexts(sig *types.Signature, at token.Pos) []string {
	var ts []string
	for r := range sig.Results().Variables() {
		ts = append(ts, l.typeText(r.Type(), at))
	}
	return ts
}

// rangeFunc lowers a loop over a function.
func (l *lowerer) rangeFunc(x *ast.RangeStmt, sig *types.Signature) {
	yield, ok := sig.Params().At(0).Type().Underlying().(*types.Signature)
	if !ok {
		l.splice(x)
		return
	}
	f := &frame{kind: yieldFrame, state: l.unique("st")}
	l.write("{ " + f.state + " := 0; ")
	outermost := true
	for _, g := range l.frames {
		outermost = outermost && g.kind != yieldFrame
	}
	if outermost {
		l.results = nil
		if ft := l.enclosing(x); ft != nil {
			for i := range ft.Results().Len() {
				name := l.unique("res")
				l.results = append(l.results, name)
				l.write("var " + name + " " + l.typeText(ft.Results().At(i).Type(), x.Pos()) + "; _ = " + name + "; ")
			}
		}
	}
	var params, names []string
	for i := range yield.Params().Len() {
		name := l.unique("v")
		names = append(names, name)
		params = append(params, name+" "+l.typeText(yield.Params().At(i).Type(), x.Pos()))
	}
	if _, plain := x.X.(*ast.Ident); plain {
		l.emit(x.X) // the interpreter cannot call a function whose name stands in parentheses
	} else {
		l.write("(")
		l.emit(x.X)
		l.write(")")
	}
	l.write("(func(" + strings.Join(params, ", ") + ") bool { " + l.poll())
	key, value := "", ""
	if len(names) > 0 {
		key = names[0]
	}
	if len(names) > 1 {
		value = names[1]
	}
	l.write(l.bindRange(x, key, value))
	l.in(f, func() { l.block(x.Body) })
	l.write("; return true }); ")
	for i, e := range f.exits {
		l.write(fmt.Sprintf("if %s == %d { ", f.state, i+2))
		again := l.again
		l.again = e.stmt
		switch s := e.stmt.(type) {
		case *ast.BranchStmt:
			l.branch(s)
		case *ast.ReturnStmt:
			l.returns(s)
		}
		l.again = again
		l.write(" }; ")
	}
	l.write("}")
}

// enclosing returns the signature of the function that a node is in, nil at the top level of a snippet.
func (l *lowerer) enclosing(n ast.Node) *types.Signature {
	for p := l.parents[n]; p != nil; p = l.parents[p] {
		switch f := p.(type) {
		case *ast.FuncLit:
			sig, _ := l.typeOf(f).(*types.Signature)
			return sig
		case *ast.FuncDecl:
			return l.declared(f)
		}
	}
	return nil
}

// declared returns the signature of a declaration, nil when it did not check.
func (l *lowerer) declared(f *ast.FuncDecl) *types.Signature {
	if o, ok := l.u.info.Defs[f.Name].(*types.Func); ok {
		return o.Signature()
	}
	for _, late := range l.u.late {
		if late.decl == f {
			return late.fn.Signature()
		}
	}
	return nil
}
