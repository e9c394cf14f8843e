package view

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strconv"
	"strings"

	"gpfsh/mmexec/lazyregexp"
)

// Described is what there is to say of an expression, a type or a package.
type Described struct {
	Kind     string   // "value", "type", "func", "method", "package", "const", "keyword"
	Type     string   // the type, or the signature
	Doc      string   // all of the documentation of the name, or of the type where the name has none
	Commands []string // the mm commands that the documentation names
	Key      string   // for collections: the type of the members
	Fields   []Member
	Children []Member // fields that are collections
	Methods  []Member
	Values   []Member // constants of the type
	Options  []Member // constructors that fit the options of a function, those of several types together
	Path     []Step   // how to reach the value without running anything, where that can be
	Example  string   // something to type next
}

// mmCommand finds the commands that documentation names.
var mmCommand = lazyregexp.New(`\bmm[a-z]{3,}[a-z0-9]*\b`)

// commandsIn returns the mm commands that a text names, each once.
func commandsIn(text string) []string {
	var list []string
	for _, c := range mmCommand.FindAllString(text, -1) {
		if !slices.Contains(list, c) && c != "mmap" {
			list = append(list, c)
		}
	}
	return list
}

// Describe says what an expression is, without running it. The findings say why it is nothing.
func (w *World) Describe(scope *Scope, id int, src string) (Described, []Finding) {
	w.mu.Lock()
	defer w.mu.Unlock()
	src = strings.TrimSpace(src)
	if p, ok := w.byPackageName(src); ok && scope.Lookup(src) == nil {
		d := Described{Kind: "package", Type: p, Doc: w.doc(p, "").Text}
		u := w.check(scope, id, Entry, []Text{{Name: "prompt", Text: ""}})
		d.Methods = u.packageMembers(w.fill(p))
		return d, nil
	}
	// A function that is named only is no value that an entry could show.
	u := w.check(scope, id, Entry, []Text{{Name: "prompt", Text: "_ = " + src}})
	if !u.OK() && isTypeMessage(u.Findings) {
		u = w.check(scope, id, Entry, []Text{{Name: "prompt", Text: "var _ " + src}})
	}
	if !u.OK() {
		plain := w.check(scope, id, Entry, []Text{{Name: "prompt", Text: src}})
		if !plain.OK() {
			return Described{}, plain.Findings
		}
		u = plain
	}
	e := u.described()
	if e == nil {
		return Described{}, []Finding{{File: "prompt", Line: 1, Col: 1, Msg: "there is nothing to say about a statement", Source: src}}
	}
	return u.describe(e, src), nil
}

func isTypeMessage(list []Finding) bool {
	return slices.ContainsFunc(list, func(f Finding) bool { return strings.Contains(f.Msg, "is not an expression") })
}

// described returns the expression of an entry that is to be described.
func (u *Unit) described() ast.Expr {
	if len(u.files) == 0 || len(u.files[0].stmts) == 0 {
		return nil
	}
	switch s := u.files[0].stmts[len(u.files[0].stmts)-1].(type) {
	case *ast.AssignStmt:
		if len(s.Rhs) == 1 {
			return unwrapped(s.Rhs[0], u.wraps)
		}
	case *ast.ExprStmt:
		return unwrapped(s.X, u.wraps)
	case *ast.DeclStmt:
		if g, ok := s.Decl.(*ast.GenDecl); ok && g.Tok == token.VAR && len(g.Specs) == 1 {
			return g.Specs[0].(*ast.ValueSpec).Type
		}
	}
	return nil
}

func (u *Unit) describe(e ast.Expr, src string) Described {
	e = ast.Unparen(e)
	d := Described{Kind: "value", Path: u.path(e)}
	var o types.Object
	switch x := e.(type) {
	case *ast.Ident:
		o = u.info.Uses[x]
	case *ast.SelectorExpr:
		if s := u.info.Selections[x]; s != nil {
			o = s.Obj()
		} else {
			o = u.info.Uses[x.Sel]
		}
	}
	t := u.typeOf(e)
	tv := u.info.Types[e]
	if o != nil {
		d.Doc = u.world.DocOf(o).Text
	}
	if f, ok := o.(*types.Func); ok {
		m := u.member(f)
		d.Kind, d.Type = m.Kind, m.Type
		d.Options = u.options(f.Signature())
		d.Commands = commandsIn(d.Doc)
		d.Example = src + u.callExample(m.Params, f.Signature())
		if res := f.Signature().Results(); res.Len() > 0 && f.Signature().Params().Len() == 0 {
			u.describeMembers(&d, res.At(0).Type()) // what it returns is what one goes on with
		}
		return d
	}
	if t == nil {
		return d
	}
	d.Type = u.typeShown(t)
	if c, ok := o.(*types.Const); ok {
		d.Kind = "const"
		d.Type += " = " + c.Val().String()
	}
	if tv.IsType() {
		d.Kind = "type"
		if s, ok := types.Unalias(t).Underlying().(*types.Basic); ok {
			d.Type = s.Name()
		}
	}
	if n := namedOf(t); n != nil {
		text := u.world.DocOf(n.Obj()).Text
		if d.Doc == "" {
			d.Doc = text
		} else if text != "" && !strings.Contains(d.Doc, text) {
			d.Doc += "\n\n" + text
		}
	}
	d.Commands = commandsIn(d.Doc)
	u.describeMembers(&d, t)
	d.Example = u.example(src, t, d)
	return d
}

func namedOf(t types.Type) *types.Named {
	if p, ok := types.Unalias(t).(*types.Pointer); ok {
		t = p.Elem()
	}
	n, _ := types.Unalias(t).(*types.Named)
	return n
}

// describeMembers adds the fields, children and methods of a type, and the constants of it.
func (u *Unit) describeMembers(d *Described, t types.Type) {
	w := u.world
	if w.IsCollection(t) {
		if m, ok := types.Unalias(t).Underlying().(*types.Map); ok {
			d.Key = u.typeShown(m.Elem())
		}
	}
	for _, o := range w.members(t) {
		m := u.member(o)
		m.Doc = w.DocOf(o).Text
		if f, ok := o.(*types.Func); ok {
			m.Commands = commandsIn(m.Doc)
			m.Doc = firstSentence(m.Doc)
			m.Type = u.signatureShown(f.Signature(), m.Params)
			d.Methods = append(d.Methods, m)
			continue
		}
		m.Doc = firstSentence(m.Doc)
		if w.IsCollection(o.Type()) {
			d.Children = append(d.Children, m)
			continue
		}
		if v := u.valuesOf(o.Type()); len(v) > 0 {
			m.Params = v
		}
		d.Fields = append(d.Fields, m)
	}
	for _, name := range u.valuesOf(t) {
		d.Values = append(d.Values, u.member(w.predeclared(name)))
	}
}

// valuesOf returns the names of the constants of an enumeration.
func (u *Unit) valuesOf(t types.Type) []string {
	if b, ok := types.Unalias(t).Underlying().(*types.Basic); !ok || b.Info()&types.IsString == 0 {
		return nil // the constants of numbers are units
	}
	return sortedKeys(u.world.fitting(t))
}

// options returns the constructors that fit the options of a function.
func (u *Unit) options(sig *types.Signature) []Member {
	if !sig.Variadic() {
		return nil
	}
	t := paramType(sig, sig.Params().Len()-1, false)
	if !types.IsInterface(t) {
		return nil
	}
	var list []Member
	for _, name := range sortedKeys(u.world.fitting(t)) {
		if o := u.world.predeclared(name); o != nil {
			list = append(list, u.member(o))
		}
	}
	return list
}

// callExample is a call with the names of the parameters as values, and one of the options.
func (u *Unit) callExample(names []string, sig *types.Signature) string {
	var args []string
	for i := range sig.Params().Len() {
		if sig.Variadic() && i == sig.Params().Len()-1 {
			if options := u.options(sig); i == 0 && len(options) > 0 {
				if f, ok := u.world.predeclared(options[0].Name).(*types.Func); ok {
					args = append(args, f.Name()+u.callExample(options[0].Params, f.Signature()))
				}
			}
			break
		}
		name := sig.Params().At(i).Name()
		if i < len(names) {
			name = names[i]
		}
		if b, ok := sig.Params().At(i).Type().Underlying().(*types.Basic); ok {
			switch {
			case b.Info()&types.IsString != 0:
				name = strconv.Quote(name)
			case b.Info()&types.IsBoolean != 0:
				name = "true"
			case b.Info()&types.IsNumeric != 0:
				name = "1"
			}
			if values := u.valuesOf(sig.Params().At(i).Type()); len(values) > 0 {
				name = values[0]
			}
		}
		args = append(args, name)
	}
	return "(" + strings.Join(args, ", ") + ")"
}

// example is what one may want to type next: a condition on a collection, a child of an object.
func (u *Unit) example(src string, t types.Type, d Described) string {
	if u.world.IsCollection(t) {
		m, ok := types.Unalias(t).Underlying().(*types.Map)
		if !ok || !slices.ContainsFunc(d.Methods, func(m Member) bool { return m.Name == "Where" }) {
			return ""
		}
		example := ""
		for _, o := range u.world.members(m.Elem()) {
			if v, ok := o.(*types.Var); ok {
				if values := u.valuesOf(v.Type()); len(values) > 0 && (example == "" || v.Name() == "Status" || v.Name() == "State") {
					example = src + `.Where("` + v.Name() + " == " + values[0] + `")`
				}
			}
		}
		return example
	}
	if d.Kind == "value" && len(d.Children) > 0 {
		return src + "." + d.Children[0].Name
	}
	return ""
}
