package view

import (
	"fmt"
	"go/ast"
	"go/scanner"
	"go/token"
	"go/types"
	"reflect"
	"regexp"
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

// A parameter may also take a function among other things: New(CallbackID("x"), func() { … }). In the model its type is
// an interface that one source-carrying struct implements, whose field Local is of type any. The view shows the
// interface without its methods, so that every function is one; what else is given is checked by lowering.

// partCarrier returns the source-carrying struct that stands for functions among the values of an interface.
func (w *World) partCarrier(t reflect.Type) reflect.Type {
	if t.Kind() != reflect.Interface || t.Name() == "" || !inView(t) {
		return nil
	}
	if c, ok := w.partTypes[t]; ok {
		return c
	}
	var found reflect.Type
	for _, c := range w.partCarriersOf(t.PkgPath()) {
		if c.Implements(t) {
			found = c
		}
	}
	w.partTypes[t] = found
	return found
}

// partCarriersOf returns the source-carrying structs of a package, by name.
func (w *World) partCarriersOf(p string) []reflect.Type {
	list, ok := w.carriers[p]
	if ok {
		return list
	}
	list = w.tableTypes(p, isPartCarrier)
	w.carriers[p] = list
	return list
}

func isPartCarrier(t reflect.Type) bool {
	if t.Kind() != reflect.Struct {
		return false
	}
	src, ok := t.FieldByName("Source")
	if !ok || src.Type.Kind() != reflect.String {
		return false
	}
	f, ok := t.FieldByName("Local")
	return ok && f.Type.Kind() == reflect.Interface && f.Type.NumMethod() == 0
}

// checker is what a source-carrying struct may have, to say why its function does not fit the object whose method takes
// it: to is a zero value of the object.
type checker interface{ CheckHandler(to any) error }

// part writes an argument of a parameter that takes functions among other things.
func (l *lowerer) part(x *ast.CallExpr, a ast.Expr, t reflect.Type) {
	inner := ast.Unparen(unwrapped(a, l.u.wraps))
	at := l.typeOf(inner)
	if at == nil {
		l.emit(a)
		return
	}
	if _, isFunc := at.Underlying().(*types.Signature); !isFunc {
		if !l.implementsPart(at, t) {
			l.refuse(a, "this takes a function, or a value made for it such as %s, not a %s", l.partExample(t), types.TypeString(at, types.RelativeTo(nil)))
			return
		}
		l.emit(a)
		return
	}
	source, ok := l.travelSource(a)
	if !ok {
		return
	}
	value := reflect.New(t).Elem()
	value.FieldByName("Source").SetString(source)
	if c, ok := value.Interface().(checker); ok {
		if err := c.CheckHandler(l.receiver(x)); err != nil {
			l.refuse(a, "%s", err)
			return
		}
	}
	l.write(l.qualified(t.PkgPath(), t.Name()) + "{Source: " + strconv.Quote(source))
	if _, ok := t.FieldByName("At"); ok && !l.export {
		if at := l.writtenAt(a); at != "" {
			l.write(", At: " + strconv.Quote(at))
		}
	}
	l.write(", Local: ")
	l.emit(a)
	l.write("}")
}

// writtenAt says where the parameters of a function begin, empty for one of an earlier entry.
func (l *lowerer) writtenAt(a ast.Expr) string {
	var params *ast.FieldList
	switch f := ast.Unparen(unwrapped(a, l.u.wraps)).(type) {
	case *ast.FuncLit:
		params = f.Type.Params
	case *ast.Ident:
		for _, file := range l.u.files {
			for _, d := range file.decls {
				if fn, ok := d.(*ast.FuncDecl); ok && fn.Recv == nil && fn.Name.Name == f.Name {
					params = fn.Type.Params
				}
			}
		}
	}
	if params == nil {
		return ""
	}
	f := l.u.fileOf(params.Opening)
	line, col := f.place(f.offset(params.Opening))
	return fmt.Sprintf("%s:%d:%d", f.name, line, col)
}

// receiver returns a zero value of the object whose method is called, nil where there is none.
func (l *lowerer) receiver(x *ast.CallExpr) any {
	sel, ok := ast.Unparen(unwrapped(x.Fun, l.u.wraps)).(*ast.SelectorExpr)
	if !ok {
		return nil
	}
	n, ok := types.Unalias(l.typeOf(sel.X)).(*types.Named)
	if !ok {
		return nil
	}
	native := l.w.native[n.Obj()]
	if native == nil {
		return nil
	}
	return reflect.Zero(native).Interface()
}

// implementsPart tells whether a value that is no function may be given.
func (l *lowerer) implementsPart(t types.Type, carrier reflect.Type) bool {
	t = types.Unalias(t)
	pointer := false
	if p, ok := t.(*types.Pointer); ok {
		t, pointer = types.Unalias(p.Elem()), true
	}
	n, ok := t.(*types.Named)
	if !ok {
		return false
	}
	native := l.w.native[n.Obj()]
	if native == nil {
		return false
	}
	if pointer {
		native = reflect.PointerTo(native)
	}
	if native.Kind() == reflect.Interface && l.w.partCarrier(native) == carrier {
		return true
	}
	for part, c := range l.w.partTypes {
		if c == carrier && native.Implements(part) {
			return true
		}
	}
	return false
}

// partExample names a function that makes a value for such a parameter.
func (l *lowerer) partExample(carrier reflect.Type) string {
	best := "an option"
	for name, v := range l.w.table(carrier.PkgPath()) {
		if t := v.Type(); t.Kind() == reflect.Func && t.NumIn() == 1 && t.NumOut() == 1 && l.w.partTypes[t.Out(0)] == carrier && (best == "an option" || name+"(…)" < best) {
			best = name + "(…)"
		}
	}
	return best
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
	text, self := "", false
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
			var texts []string
			for _, d := range decl {
				texts = append(texts, unplaced(d))
			}
			text, self = renamedFunc(strings.Join(texts, "\n\n"), f.Name), f.Name == TravelName
		}
	}
	if text == "" {
		l.refuse(a, "a function that travels is written here, or declared with a name: its source goes along, a value cannot")
		return "", false
	}
	return l.withDeclarations(a, text, self, false)
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

// withDeclarations puts the declarations in front that a text names, and those that they name. self says that the text
// is the declaration of the name under which it travels, places that the declarations keep saying where they were written.
func (l *lowerer) withDeclarations(at ast.Node, text string, self, places bool) (string, bool) {
	own := l.u.declarations()
	taken := map[string]bool{TravelName: self}
	var parts []string
	var add func(names []string) bool
	add = func(names []string) bool {
		for _, name := range names {
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
			if name == TravelName {
				l.refuse(at, "the function travels under the name %s and cannot call another one of that name: give that one another name", TravelName)
				return false
			}
			taken[name] = true
			for _, d := range decls {
				if !add(identifiers(d)) {
					return false
				}
				if !places {
					d = unplaced(d)
				}
				parts = append(parts, d)
			}
		}
		return true
	}
	if !add(used(text)) {
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

// AtComment begins a line of source that travels, which says where the text behind it was written: file and line.
const AtComment = "//gpfsh:at "

// placed writes in front of a text where it was written.
func placed(f *file, pos token.Pos, text string) string {
	line, _ := f.place(f.offset(pos))
	return fmt.Sprintf("%s%s:%d\n%s", AtComment, f.name, line, text)
}

// unplaced is the text without that.
func unplaced(text string) string {
	if strings.HasPrefix(text, AtComment) {
		_, text, _ = strings.Cut(text, "\n")
	}
	return text
}

// declarations returns the source of what the unit declares, by name, each with its place; methods stand with their type.
func (u *Unit) declarations() map[string][]string {
	out := map[string][]string{}
	for _, f := range u.files {
		for _, d := range f.decls {
			text := placed(f, d.Pos(), f.text[f.offset(d.Pos()):f.offset(d.End())])
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

// used returns the words of a text that may name something, without the names of the functions that it declares.
func used(text string) []string {
	declared := regexp.MustCompile(`(?m)^func \w+`)
	return identifiers(declared.ReplaceAllString(text, "func"))
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
