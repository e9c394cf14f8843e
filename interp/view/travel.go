package view

import (
	"fmt"
	"go/ast"
	"go/scanner"
	"go/token"
	"go/types"
	"reflect"
	"strconv"
	"strings"
)

// A function that travels - to another node, to a later process - goes as source. In the model its parameter is a
// struct with the fields Source, the text, and Local, the function for use in this process; the view shows the type of
// Local, and lowering fills in both. What the function takes from around it must be able to go along: declared
// functions, types and constants can, variables cannot.

// carrier returns the function type of a source-carrying struct.
func carrier(t reflect.Type) (local reflect.Type, ok bool) {
	if t.Kind() != reflect.Struct || !inView(t) {
		return nil, false
	}
	src, ok := t.FieldByName("Source")
	if !ok || src.Type.Kind() != reflect.String {
		return nil, false
	}
	f, ok := t.FieldByName("Local")
	if !ok || f.Type.Kind() != reflect.Func {
		return nil, false
	}
	return f.Type, true
}

// TravelName is the name of the function in the source that travels.
const TravelName = "handler"

// travels writes an argument for a source-carrying parameter.
func (l *lowerer) travels(x *ast.CallExpr, i int, a ast.Expr, t reflect.Type) {
	source, ok := l.travelSource(a)
	if !ok {
		return
	}
	l.write(l.qualified(t.PkgPath(), t.Name()) + "{Source: " + strconv.Quote(source))
	if _, ok := t.FieldByName("Name"); ok {
		l.write(", Name: " + strconv.Quote(TravelName))
	}
	l.write(", Local: ")
	if local, _ := carrier(t); local.NumIn() > 0 && isContext(local.In(0)) {
		l.callback(x, i, a)
	} else {
		l.emit(a)
	}
	l.write("}")
}

// travelSource returns the source of a function that travels: the declarations it needs, and itself under TravelName.
func (l *lowerer) travelSource(a ast.Expr) (string, bool) {
	text := ""
	switch f := ast.Unparen(unwrapped(a, l.u.wraps)).(type) {
	case *ast.FuncLit:
		if !l.takesNothingAlong(f) {
			return "", false
		}
		text = "func " + TravelName + strings.TrimPrefix(l.text(f.Pos(), f.End()), "func")
	case *ast.Ident:
		if fn, ok := l.u.info.Uses[f].(*types.Func); ok && fn.Pkg() != nil && fn.Pkg().Path() == "main" {
			decl, ok := l.u.declarations()[f.Name]
			if !ok {
				decl = l.u.scope.sources[f.Name]
			}
			text = renamedFunc(strings.Join(decl, "\n\n"), f.Name)
		}
	}
	if text == "" {
		l.refuse(a, "a function that travels is written here, or declared with a name: its source goes along, a value cannot")
		return "", false
	}
	return l.withDeclarations(a, text)
}

// takesNothingAlong refuses variables from outside the literal, by name and place.
func (l *lowerer) takesNothingAlong(f *ast.FuncLit) bool {
	ok := true
	ast.Inspect(f, func(n ast.Node) bool {
		id, isIdent := n.(*ast.Ident)
		if !isIdent {
			return true
		}
		v, isVar := l.u.info.Uses[id].(*types.Var)
		if !isVar || v.IsField() || v.Pkg() == nil || v.Pkg().Path() != "main" {
			return true
		}
		// Positions of earlier entries are those of other texts.
		_, earlier := l.u.scope.objects[v]
		if !earlier && f.Pos() <= v.Pos() && v.Pos() < f.End() {
			return true
		}
		where := "in an earlier entry"
		if !earlier && l.u.owns(v) {
			df := l.u.fileOf(v.Pos())
			line, _ := df.place(df.offset(v.Pos()))
			where = fmt.Sprintf("on line %d", line)
		}
		l.refuse(id, "the function travels and cannot take the variable %s along (declared %s): give it a constant, or compute it inside", strings.TrimPrefix(id.Name, mark), where)
		ok = false
		return true
	})
	return ok
}

// withDeclarations puts the declarations in front that a text names, and those that they name.
func (l *lowerer) withDeclarations(at ast.Node, text string) (string, bool) {
	own := l.u.declarations()
	taken := map[string]bool{}
	var parts []string
	var add func(text string) bool
	add = func(text string) bool {
		for _, name := range identifiers(text) {
			if taken[name] {
				continue
			}
			decls, ok := own[name]
			if !ok {
				decls, ok = l.u.scope.sources[name]
			}
			if !ok {
				continue
			}
			taken[name] = true
			for _, d := range decls {
				if !add(d) {
					return false
				}
				parts = append(parts, d)
			}
		}
		return true
	}
	if !add(text) {
		return "", false
	}
	for _, p := range parts {
		for _, name := range identifiers(p) {
			if n := l.u.scope.Lookup(name); n != nil {
				if _, isVar := n.Object.(*types.Var); isVar && !taken[name] {
					l.refuse(at, "the function travels and calls something that uses the variable %s of the session, which cannot go along", name)
					return "", false
				}
			}
		}
	}
	return strings.Join(append(parts, text), "\n\n"), true
}

// declarations returns the source of what the unit declares, by name; methods stand with their type.
func (u *Unit) declarations() map[string][]string {
	out := map[string][]string{}
	for _, f := range u.files {
		for _, d := range f.decls {
			text := f.text[f.offset(d.Pos()):f.offset(d.End())]
			switch d := d.(type) {
			case *ast.FuncDecl:
				name := d.Name.Name
				if d.Recv != nil && len(d.Recv.List) == 1 {
					name = receiverBase(d.Recv.List[0].Type)
				}
				out[name] = append(out[name], text)
			case *ast.GenDecl:
				if d.Tok == token.VAR || d.Tok == token.IMPORT {
					continue
				}
				for _, s := range d.Specs {
					switch s := s.(type) {
					case *ast.TypeSpec:
						out[s.Name.Name] = append([]string{text}, out[s.Name.Name]...)
					case *ast.ValueSpec:
						for _, n := range s.Names {
							out[n.Name] = append(out[n.Name], text)
						}
					}
				}
			}
		}
	}
	return out
}

// identifiers returns the words of a text that may name something.
func identifiers(text string) []string {
	var s scanner.Scanner
	fset := token.NewFileSet()
	s.Init(fset.AddFile("", fset.Base(), len(text)), []byte(text), func(token.Position, string) {}, 0)
	var names []string
	for {
		_, t, lit := s.Scan()
		if t == token.EOF {
			return names
		}
		if t == token.IDENT {
			names = append(names, lit)
		}
	}
}

// renamedFunc gives a declared function the name that travels.
func renamedFunc(text, name string) string {
	if rest, ok := strings.CutPrefix(text, "func "+name); ok {
		return "func " + TravelName + rest
	}
	return ""
}
