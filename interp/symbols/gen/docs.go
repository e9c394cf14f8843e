package main

import (
	"bytes"
	"go/ast"
	"go/doc/comment"
	"go/token"
	"go/types"
	"slices"
	"strings"
)

// docIndex holds the comments of all loaded packages by package, then by name: "Snapshots", "Snapshot.Delete".
type docIndex map[string]map[string]string

func newDocIndex(pkgs []*loaded) docIndex {
	idx := docIndex{}
	for _, p := range pkgs {
		idx[p.path] = comments(p.files)
	}
	return idx
}

// comments returns the comments of the declarations of a package. The empty name stands for the package itself.
func comments(files []*ast.File) map[string]string {
	found := map[string]string{}
	note := func(name string, groups ...*ast.CommentGroup) {
		for _, g := range groups {
			if text := g.Text(); text != "" && found[name] == "" {
				found[name] = text
			}
		}
	}
	for _, f := range files {
		note("", f.Doc)
		for _, d := range f.Decls {
			switch d := d.(type) {
			case *ast.FuncDecl:
				name := d.Name.Name
				if d.Recv != nil {
					name = receiver(d.Recv) + "." + name
				}
				note(name, d.Doc)
			case *ast.GenDecl:
				for _, s := range d.Specs {
					noteSpec(note, d, s)
				}
			}
		}
	}
	return found
}

func noteSpec(note func(string, ...*ast.CommentGroup), d *ast.GenDecl, s ast.Spec) {
	switch s := s.(type) {
	case *ast.TypeSpec:
		docs := []*ast.CommentGroup{s.Doc, s.Comment}
		if !d.Lparen.IsValid() {
			docs = []*ast.CommentGroup{d.Doc, s.Doc, s.Comment}
		}
		note(s.Name.Name, docs...)
		noteFields(note, s.Name.Name, s.Type)
	case *ast.ValueSpec:
		for _, n := range s.Names {
			docs := []*ast.CommentGroup{s.Doc, s.Comment}
			// The comment of a whole group speaks for a member only if that has none of its own.
			note(n.Name, append(docs, d.Doc)...)
		}
	}
}

// noteFields notes the comments of the fields of a struct or the methods of an interface.
func noteFields(note func(string, ...*ast.CommentGroup), typ string, expr ast.Expr) {
	var list *ast.FieldList
	switch t := expr.(type) {
	case *ast.StructType:
		list = t.Fields
	case *ast.InterfaceType:
		list = t.Methods
	default:
		return
	}
	for _, f := range list.List {
		for _, n := range f.Names {
			note(typ+"."+n.Name, f.Doc, f.Comment)
		}
		if len(f.Names) == 0 {
			note(typ+"."+receiver(&ast.FieldList{List: []*ast.Field{f}}), f.Doc, f.Comment)
		}
	}
}

// receiver returns the name of the type of a receiver or embedded field.
func receiver(l *ast.FieldList) string {
	expr := l.List[0].Type
	for {
		switch t := expr.(type) {
		case *ast.StarExpr:
			expr = t.X
		case *ast.ParenExpr:
			expr = t.X
		case *ast.IndexExpr:
			expr = t.X
		case *ast.IndexListExpr:
			expr = t.X
		case *ast.SelectorExpr:
			return t.Sel.Name
		case *ast.Ident:
			return t.Name
		default:
			return ""
		}
	}
}

// text returns the documentation of a package in the form that readDocs of package symbols reads: a line
// "@name|parameters|results", then the text.
func (idx docIndex) text(p *loaded) []byte {
	w := &docWriter{idx: idx, pkg: p}
	w.record("", nil, idx[p.path][""])
	scope := p.types.Scope()
	for _, name := range scope.Names() {
		obj := scope.Lookup(name)
		if !obj.Exported() {
			continue
		}
		sig, _ := obj.Type().Underlying().(*types.Signature)
		if _, isVar := obj.(*types.Var); isVar {
			sig = nil
		}
		w.record(name, sig, idx[p.path][name])
		if tn, ok := obj.(*types.TypeName); ok {
			w.members(tn)
		}
	}
	return w.buf.Bytes()
}

type docWriter struct {
	idx docIndex
	pkg *loaded
	buf bytes.Buffer
}

// members writes the fields and methods of a type, promoted ones too: who asks for the documentation of
// Snapshots.Get need not know where it is declared.
func (w *docWriter) members(tn *types.TypeName) {
	if s, ok := tn.Type().Underlying().(*types.Struct); ok {
		origin := declaredName(tn.Type(), tn)
		for f := range s.Fields() {
			if f.Exported() {
				w.record(tn.Name()+"."+f.Name(), nil, w.idx.of(origin, f.Name()))
			}
		}
	}
	typ := types.Unalias(tn.Type())
	if !types.IsInterface(typ) {
		typ = types.NewPointer(typ)
	}
	var sels []*types.Selection
	for sel := range types.NewMethodSet(typ).Methods() {
		if sel.Obj().Exported() {
			sels = append(sels, sel)
		}
	}
	slices.SortFunc(sels, func(a, b *types.Selection) int { return strings.Compare(a.Obj().Name(), b.Obj().Name()) })
	for _, sel := range sels {
		m := sel.Obj().(*types.Func)
		from := tn
		if recv := m.Signature().Recv(); recv != nil {
			from = declaredName(recv.Type(), tn)
		}
		w.record(tn.Name()+"."+m.Name(), m.Signature(), w.idx.of(from, m.Name()))
	}
}

// declaredName returns the name under which a type was declared: that of a pointer's element, of a generic type for its
// instance, of the original for an alias. A type without a name is documented under fallback.
func declaredName(t types.Type, fallback *types.TypeName) *types.TypeName {
	t = types.Unalias(t)
	if p, ok := t.(*types.Pointer); ok {
		t = types.Unalias(p.Elem())
	}
	if n, ok := t.(*types.Named); ok {
		return n.Obj()
	}
	return fallback
}

// of returns the comment of a member of a type.
func (idx docIndex) of(typ *types.TypeName, member string) string {
	if typ.Pkg() == nil {
		return ""
	}
	return idx[typ.Pkg().Path()][typ.Name()+"."+member]
}

func (w *docWriter) record(name string, sig *types.Signature, text string) {
	var params, results []string
	if sig != nil {
		params, results = names(sig.Params()), names(sig.Results())
	}
	text = w.unwrap(text)
	if name == "" && text == "" || text == "" && len(params)+len(results) == 0 {
		return
	}
	w.buf.WriteString("@" + name + "|" + strings.Join(params, ",") + "|" + strings.Join(results, ",") + "\n")
	for line := range strings.Lines(text) {
		if strings.HasPrefix(line, "@") || strings.HasPrefix(line, `\`) {
			w.buf.WriteByte('\\')
		}
		w.buf.WriteString(line)
	}
}

// names returns the names of parameters or results, "_" for those without one.
func names(t *types.Tuple) []string {
	list := make([]string, 0, t.Len())
	for v := range t.Variables() {
		name := v.Name()
		if name == "" {
			name = "_"
		}
		list = append(list, name)
	}
	return list
}

// unwrap returns a comment with one line for each paragraph, and references to names as plain words.
func (w *docWriter) unwrap(text string) string {
	if text == "" {
		return ""
	}
	p := &comment.Parser{
		LookupSym: func(recv, name string) bool { return token.IsExported(name) && (recv == "" || token.IsExported(recv)) },
	}
	return string((&comment.Printer{TextWidth: -1}).Text(p.Parse(text)))
}
