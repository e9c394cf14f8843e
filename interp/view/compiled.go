package view

import (
	"fmt"
	"go/ast"
	"go/types"
	"reflect"
	"strings"

	"gpfsh/interp/batch"
	"gpfsh/policy/filelist"
)

// Loops over files whose bodies only compute are compiled, see package batch. Lowered code has such a loop twice: the
// helper runs the compiled one, and says so when it cannot.

// Loop returns the compiled loop of a number in lowered code, nil when there is none.
func (s *Sites) Loop(n int) *batch.Loop {
	s.loopsMu.Lock()
	defer s.loopsMu.Unlock()
	if n < 0 || n >= len(s.loops) {
		return nil
	}
	return s.loops[n]
}

func (s *Sites) addLoop(l *batch.Loop) int {
	s.loopsMu.Lock()
	defer s.loopsMu.Unlock()
	s.loops = append(s.loops, l)
	return len(s.loops) - 1
}

// listsFiles tells a set of the files that package batch knows.
func (l *lowerer) listsFiles(t types.Type) bool {
	n, ok := types.Unalias(t).(*types.Named)
	return ok && l.w.native[n.Obj()] != nil && fileOf(l.w.native[n.Obj()]) == reflect.TypeFor[filelist.File]()
}

func (l *lowerer) batchSource() batch.Source {
	return batch.Source{
		Info: l.u.info,
		File: reflect.TypeFor[filelist.File](),
		Unwrap: func(e ast.Expr) ast.Expr {
			return unwrapped(e, l.u.wraps)
		},
		Site: func(n ast.Node, in *types.Func) int {
			if in == nil {
				return l.site(n)
			}
			l.funcs = append(l.funcs, &funcState{name: in.Name()})
			defer func() { l.funcs = l.funcs[:len(l.funcs)-1] }()
			return l.site(n)
		},
		Native: l.nativeFunc,
		Decl:   l.fixedDecl,
	}
}

// nativeFunc returns a function or method of a native package.
func (l *lowerer) nativeFunc(f *types.Func) reflect.Value {
	recv := f.Signature().Recv()
	if recv == nil {
		return l.w.table(f.Pkg().Path())[f.Name()]
	}
	n, ok := types.Unalias(recv.Type()).(*types.Named)
	if !ok || l.w.native[n.Obj()] == nil || replacedMethods[methodKey(f)] != "" {
		return reflect.Value{}
	}
	m, ok := l.w.native[n.Obj()].MethodByName(f.Name())
	if !ok {
		return reflect.Value{}
	}
	return m.Func
}

// fixedDecl returns the declaration of a function that is called by its name: an entry calls those that a later one may
// declare again through variables. It is one of the file at hand, so that places in it can be told.
func (l *lowerer) fixedDecl(f *types.Func) *ast.FuncDecl {
	if l.impls[f] != "" {
		return nil
	}
	for _, d := range l.file.decls {
		if fd, ok := d.(*ast.FuncDecl); ok && l.u.info.Defs[fd.Name] == types.Object(f) {
			return fd
		}
	}
	return nil
}

// compiledLoop writes the head of a loop that has been compiled, and what ends it behind the other form. Both are empty
// when there is none.
func (l *lowerer) compiledLoop(loop *batch.Loop, cursor, index, accumulator string) (before, after string) {
	if loop == nil {
		return "", ""
	}
	site := "nil"
	if l.funcs[len(l.funcs)-1].traced {
		site = "&" + mark + "p"
	}
	if index == "" {
		index = "new(int)"
	} else {
		index = "&" + index
	}
	var vars strings.Builder
	for _, v := range loop.Vars {
		if v == batch.Accumulator {
			vars.WriteString(", &" + accumulator)
			continue
		}
		if v.Pkg() == nil || v.Pkg().Path() != "main" {
			return "", ""
		}
		vars.WriteString(", &" + l.objectName(v))
	}
	return fmt.Sprintf("if !%s.Loop(%d, %s, %s, %s%s) { ", rt, l.sites.addLoop(loop), cursor, index, site, vars.String()), " }"
}
