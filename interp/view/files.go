package view

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"reflect"
	"strings"

	"gpfsh/interp/batch"
)

// A set of files is shown as a function that can be ranged over: for f := range files. It is read in batches, natively;
// the loop goes over them without leaving the interpreter, and keeps count so that a panic names its record.

// filesPackage has the sets of files.
const filesPackage = "gpfsh/policy/filelist"

// isFiles tells the type of a set of files, see filelist.Files.
func isFiles(t reflect.Type) bool {
	if t.Kind() != reflect.Struct || !inView(t) {
		return false
	}
	open, ok := t.MethodByName("Open")
	if !ok || open.Type.NumIn() != 2 || !isContext(open.Type.In(1)) || open.Type.NumOut() != 1 {
		return false
	}
	next, ok := open.Type.Out(0).MethodByName("Next")
	return ok && next.Type.NumOut() == 1 && next.Type.Out(0).Kind() == reflect.Slice
}

// fileOf is the type of one file of a set.
func fileOf(t reflect.Type) reflect.Type {
	open, _ := t.MethodByName("Open")
	next, _ := open.Type.Out(0).MethodByName("Next")
	return next.Type.Out(0).Elem()
}

// filesType is what the view shows of a set of files: func(yield func(*File) bool).
func (w *World) filesType(t reflect.Type) types.Type {
	f := types.NewParam(token.NoPos, nil, "", types.NewPointer(w.typ(fileOf(t))))
	boolean := types.NewParam(token.NoPos, nil, "", types.Typ[types.Bool])
	yield := types.NewSignatureType(nil, nil, nil, types.NewTuple(f), types.NewTuple(boolean), false)
	return types.NewSignatureType(nil, nil, nil, types.NewTuple(types.NewParam(token.NoPos, nil, "yield", yield)), nil, false)
}

// IsFiles tells whether a type of the view is a set of files.
func (w *World) IsFiles(t types.Type) bool {
	n, ok := types.Unalias(t).(*types.Named)
	if !ok {
		return false
	}
	rt := w.native[n.Obj()]
	return rt != nil && isFiles(rt)
}

// overFiles tells a loop over a set of files.
func (l *lowerer) overFiles(x *ast.RangeStmt) bool { return l.w.IsFiles(l.rangedOver(x)) }

// rangedOver is the type of what a loop goes over.
func (l *lowerer) rangedOver(x *ast.RangeStmt) types.Type {
	t := l.typeOf(unwrapped(x.X, l.u.wraps))
	if tuple, ok := t.(*types.Tuple); ok && tuple.Len() > 0 { // a call whose error is elided
		t = tuple.At(0).Type()
	}
	return t
}

// rangesFiles tells whether a function body has a loop over files of its own.
func (l *lowerer) rangesFiles(list []ast.Stmt) bool {
	found := false
	for _, s := range list {
		ast.Inspect(s, func(n ast.Node) bool {
			switch x := n.(type) {
			case *ast.FuncLit:
				return false
			case *ast.RangeStmt:
				found = found || l.overFiles(x)
			}
			return !found
		})
	}
	return found
}

// rangeFiles lowers a loop over files.
func (l *lowerer) rangeFiles(x *ast.RangeStmt) {
	if l.export {
		l.exportFiles(x)
		return
	}
	c, b, i := l.unique("c"), l.unique("b"), l.unique("i")
	traced := l.funcs[len(l.funcs)-1].files
	if traced {
		// The function tells from these at which file it panicked. A loop inside a loop gives them back.
		c, i = mark+"c", mark+"i"
	}
	before := ""
	if traced && l.inFilesLoop() {
		oc, oi := l.unique("c"), l.unique("i")
		l.write(oc + ", " + oi + " := " + c + ", " + i + "; ")
		before = "; " + c + ", " + i + " = " + oc + ", " + oi
	}
	assign := " := "
	if traced {
		assign = " = "
	}
	l.write(c + assign)
	l.emit(x.X)
	l.write(".Open(" + l.context() + "); ")
	f := &frame{kind: loopFrame, files: c, brk: l.unique("break"), cont: l.unique("continue")}
	body := l.captureOutput(func() {
		file := "&" + b + "[" + i + "]"
		if x.Key != nil && l.escapes(x) {
			file = c + ".Keep(" + i + ")"
		}
		l.write("{ ")
		if l.mayTakeLong(x.Body) {
			l.write(l.poll())
		}
		l.write(l.bindRange(x, file, ""))
		if id, ok := x.Key.(*ast.Ident); ok && x.Tok == token.DEFINE && id.Name != "_" {
			l.write("_ = " + id.Name + "; ")
		}
		l.in(f, func() { l.block(x.Body) })
		l.write("}")
	})
	index := ""
	if traced {
		index = i
	}
	compiled, otherwise := l.compiledLoop(l.compileFiles(x), c, index, "")
	l.write(compiled)
	if f.breaks {
		l.write(f.brk + ": ")
	}
	l.write(fmt.Sprintf("for %s := %s.Next(); %s != nil; %s = %s.Next() { ", b, c, b, b, c))
	if f.continues {
		l.write(f.cont + ": ")
	}
	l.write(fmt.Sprintf("for %s%s0; %s < len(%s); %s++ ", i, assign, i, b, i))
	l.write(body)
	l.write(fmt.Sprintf(" }%s; if %se := %s.Close(); %se != nil { %s.Stop(%d, %se) }%s", otherwise, mark, c, mark, rt, l.site(x.X), mark, before))
}

// compileFiles compiles a loop over files whose variable is its own, nil when the interpreter has to run it.
func (l *lowerer) compileFiles(x *ast.RangeStmt) *batch.Loop {
	if !l.listsFiles(l.rangedOver(x)) || x.Key != nil && x.Tok != token.DEFINE {
		return nil
	}
	var file types.Object
	if id, ok := x.Key.(*ast.Ident); ok {
		file = l.u.info.Defs[id]
	}
	loop, _ := batch.Compile(l.batchSource(), file, x.Body)
	return loop
}

// captureOutput returns what fn writes.
func (l *lowerer) captureOutput(fn func()) string {
	out := l.out
	l.out = &strings.Builder{}
	fn()
	text := l.out.String()
	l.out = out
	return text
}

// inFilesLoop tells whether a loop over files is around the place at hand, in the same function.
func (l *lowerer) inFilesLoop() bool {
	for _, f := range l.frames {
		if f.files != "" {
			return true
		}
	}
	return false
}

// mayTakeLong tells whether a turn of a loop over files can take long: it calls something, or loops itself. The others
// are over before an interrupt that comes between two batches is late.
func (l *lowerer) mayTakeLong(b *ast.BlockStmt) bool {
	long := false
	ast.Inspect(b, func(n ast.Node) bool {
		switch x := n.(type) {
		case *ast.CallExpr:
			tv := l.u.info.Types[x.Fun]
			long = long || !tv.IsType() && !tv.IsBuiltin()
		case *ast.ForStmt, *ast.RangeStmt, *ast.SelectStmt, *ast.SendStmt:
			long = true
		}
		return !long
	})
	return long
}

// closing is what closes the loops over files that a return leaves.
func (l *lowerer) closing() string {
	text := ""
	for i := len(l.frames) - 1; i >= 0; i-- {
		if f := l.frames[i]; f.files != "" {
			text += f.files + ".Close(); "
		}
	}
	return text
}

// escapes tells whether the variable of a loop over files is used otherwise than for its fields and methods: then the
// file may be kept, and gets memory of its own. The others lie in a batch that is used again.
func (l *lowerer) escapes(x *ast.RangeStmt) bool {
	id, ok := x.Key.(*ast.Ident)
	if !ok || x.Tok != token.DEFINE {
		return true
	}
	o := l.u.info.Defs[id]
	if o == nil {
		return false
	}
	found := false
	ast.Inspect(x.Body, func(n ast.Node) bool {
		use, ok := n.(*ast.Ident)
		if !ok || l.u.info.Uses[use] != o {
			return !found
		}
		p := l.parents[use]
		sel, ok := p.(*ast.SelectorExpr)
		if !ok || sel.X != ast.Expr(use) {
			found = true
			return false
		}
		// The address of a field, and a method that is not called, keep it.
		switch q := l.parents[sel].(type) {
		case *ast.UnaryExpr:
			found = found || q.Op == token.AND
		case *ast.CallExpr:
			return !found
		}
		if s := l.u.info.Selections[sel]; s != nil && s.Kind() != types.FieldVal {
			found = true
		}
		return !found
	})
	if found {
		return true
	}
	// A function literal may run when the batch is gone.
	ast.Inspect(x.Body, func(n ast.Node) bool {
		if f, ok := n.(*ast.FuncLit); ok {
			ast.Inspect(f, func(n ast.Node) bool {
				if use, ok := n.(*ast.Ident); ok && l.u.info.Uses[use] == o {
					found = true
				}
				return !found
			})
			return false
		}
		return !found
	})
	return found
}

// exportFiles writes the loop for the toolchain: with the error that the view takes away.
func (l *lowerer) exportFiles(x *ast.RangeStmt) {
	l.musts[0] = true
	e := l.unique("err")
	name := "_"
	bind := ""
	if id, ok := x.Key.(*ast.Ident); ok && x.Tok == token.DEFINE {
		name = id.Name
	} else if x.Key != nil {
		name = l.unique("file")
		bind = l.bindRange(x, name, "")
	}
	l.write("for " + name + ", " + e + " := range ")
	l.emit(x.X)
	l.write(".All(ctx) {\nmust0(" + e + ")\n")
	if x.Key != nil && name != "_" && l.escapes(x) {
		l.write(name + " = " + name + ".Clone()\n")
	}
	if bind != "" {
		l.write(strings.TrimSuffix(bind, "; ") + "\n")
	}
	l.block(x.Body)
	l.write("}")
}
