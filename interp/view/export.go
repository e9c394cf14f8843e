package view

import (
	"fmt"
	"go/ast"
	"go/format"
	"go/token"
	"go/types"
	"maps"
	"slices"
	"sort"
	"strings"
)

// Export turns a checked unit of one source into a program for the ordinary toolchain: the context is written out, an
// error that the source does not take stops the program, collections are asked by their methods.
func (u *Unit) Export() ([]byte, []Finding) {
	u.world.mu.Lock()
	defer u.world.mu.Unlock()
	l := u.newLowerer(&Sites{})
	l.export = true
	text := l.program()
	if len(l.findings) > 0 {
		return nil, l.findings
	}
	out, err := format.Source([]byte(text))
	if err != nil {
		f := u.files[0]
		return []byte(text), []Finding{{File: f.name, Line: 1, Col: 1, Msg: "this cannot be exported: " + err.Error(), Source: f.line(1)}}
	}
	return out, nil
}

// scriptPath is the package that exported programs get their cluster from.
const scriptPath = viewPrefix + "interp/script"

func (l *lowerer) program() string {
	u := l.u
	f := u.files[len(u.files)-1] // libraries stand before it
	l.imports[scriptPath] = true
	l.packageVars = l.sharedVars(f)
	l.used = usedObjects(u.info)

	var decls strings.Builder
	for _, f := range u.files {
		l.file = f
		for _, d := range f.decls {
			l.out = &strings.Builder{}
			if doc := leadingComment(f.text, f.offset(d.Pos())); doc != "" {
				l.write(doc + "\n")
			}
			l.exportDecl(d)
			decls.WriteString(l.out.String() + "\n\n")
		}
	}
	l.file = f
	for _, name := range sortedKeys(u.declared) {
		if v, ok := u.declared[name].(*types.Var); ok && l.packageVars[v] {
			fmt.Fprintf(&decls, "var %s %s\n\n", v.Name(), l.typeText(v.Type(), v.Pos()))
		}
	}
	body := ""
	if !f.program {
		l.out = &strings.Builder{}
		l.funcs = append(l.funcs, &funcState{})
		l.exportStatements(f)
		l.funcs = l.funcs[:len(l.funcs)-1]
		body = l.out.String()
	}
	return l.assembleProgram(decls.String(), body)
}

func (l *lowerer) assembleProgram(decls, body string) string {
	f := l.u.files[len(l.u.files)-1]
	l.imports["errors"] = true
	l.imports["fmt"] = true
	l.imports["os"] = true
	var b strings.Builder
	fmt.Fprintf(&b, "// Exported by gpfsh from %s.\npackage main\n\nimport (\n", f.name)
	for _, p := range sortedImports(l.imports) {
		name := ""
		for pn := range l.aliases {
			if l.aliases[pn] == p && pn != l.packageName(p) {
				name = pn + " "
			}
		}
		fmt.Fprintf(&b, "\t%s%q\n", name, p)
	}
	b.WriteString(")\n\n// sess holds the functions of the language, ctx ends when the program is interrupted.\nvar sess, ctx = script.Main()\n\n")
	if f.program {
		b.WriteString(decls)
	} else {
		b.WriteString("func main() {\n\tdefer report()\n")
		b.WriteString(body)
		b.WriteString("\n}\n\n")
		b.WriteString(decls)
	}
	b.WriteString(stopHelpers)
	l.musts[0] = true // the others call it
	counts := make([]int, 0, len(l.musts))
	for n := range l.musts {
		counts = append(counts, n)
	}
	slices.Sort(counts)
	for _, n := range counts {
		b.WriteString(mustHelper(n))
	}
	for _, n := range slices.Sorted(maps.Keys(l.lists)) {
		b.WriteString(listHelper(n))
	}
	return b.String()
}

func sortedImports(m map[string]bool) []string {
	list := make([]string, 0, len(m))
	for p := range m {
		list = append(list, p)
	}
	sort.Slice(list, func(i, j int) bool {
		a, b := strings.Contains(list[i], "."), strings.Contains(list[j], ".")
		if a != b {
			return b
		}
		return list[i] < list[j]
	})
	return list
}

const stopHelpers = `// stopped is the panic of an error that nobody took.
type stopped struct{ error }

// report ends the program with the error that stopped it.
func report() {
	r := recover()
	if r == nil {
		return
	}
	var s stopped
	if err, ok := r.(error); ok && errors.As(err, &s) {
		fmt.Fprintln(os.Stderr, s.error)
		os.Exit(1)
	}
	panic(r)
}

`

// mustHelper is the helper that stops on the error behind n values.
func mustHelper(n int) string {
	if n == 0 {
		return "func must0(err error) {\n\tif err != nil {\n\t\tpanic(stopped{err})\n\t}\n}\n\n"
	}
	var tps, ps, vs []string
	for i := range n {
		tps = append(tps, fmt.Sprintf("T%d", i))
		ps = append(ps, fmt.Sprintf("v%d T%d", i, i))
		vs = append(vs, fmt.Sprintf("v%d", i))
	}
	res := strings.Join(tps, ", ")
	if n > 1 {
		res = "(" + res + ")"
	}
	return fmt.Sprintf("func must%d[%s any](%s, err error) %s {\n\tmust0(err)\n\treturn %s\n}\n\n", n, strings.Join(tps, ", "), strings.Join(ps, ", "), res, strings.Join(vs, ", "))
}

// listHelper is the helper that makes a list of the n values of a call.
func listHelper(n int) string {
	var ps, vs []string
	for i := range n {
		ps = append(ps, fmt.Sprintf("v%d", i))
		vs = append(vs, fmt.Sprintf("v%d", i))
	}
	return fmt.Sprintf("func list%d(%s any) []any { return []any{%s} }\n\n", n, strings.Join(ps, ", "), strings.Join(vs, ", "))
}

// exportDecl writes a declaration of the source.
func (l *lowerer) exportDecl(d ast.Decl) {
	switch d := d.(type) {
	case *ast.FuncDecl:
		main := d.Recv == nil && d.Name.Name == "main" && l.u.isProgram()
		if !main {
			l.funcDecl(d, d.Name.Name)
			return
		}
		l.write("func main() {\n\tdefer report()\n")
		l.funcs = append(l.funcs, &funcState{})
		l.block(d.Body)
		l.funcs = l.funcs[:len(l.funcs)-1]
		l.write("}")
	case *ast.GenDecl:
		if d.Tok != token.IMPORT {
			l.splice(d)
		}
	}
}

// exportStatements writes the statements of a snippet with the comments between them.
func (l *lowerer) exportStatements(f *file) {
	text := blankOthers(blankShebang(f.text), splitItemsWithDocs(blankShebang(f.text)), itemStmt)
	cur := 0
	for _, s := range f.stmts {
		l.write(squeeze(text[cur:f.offset(s.Pos())]))
		l.statement(s)
		l.keepUsed(s)
		cur = f.offset(s.End())
	}
	l.write(squeeze(text[cur:]))
}

// squeeze removes the blank space that declarations leave behind when they are taken out.
func squeeze(gap string) string {
	lines := strings.Split(gap, "\n")
	var out []string
	blank := 0
	for i, line := range lines {
		trimmed := strings.TrimSpace(line)
		if trimmed == "" && i > 0 && i < len(lines)-1 {
			if blank++; blank > 1 {
				continue
			}
		} else {
			blank = 0
		}
		out = append(out, trimmed)
	}
	return strings.Join(out, "\n")
}

// splitItemsWithDocs is splitItems with the comment lines directly above a declaration as part of it.
func splitItemsWithDocs(text string) []item {
	items := splitItems(text)
	for i := range items {
		if items[i].kind != itemStmt {
			items[i].start -= len(leadingText(text, items[i].start))
		}
	}
	return items
}

// leadingComment returns the comment lines that end directly above an offset.
func leadingComment(text string, off int) string { return strings.TrimSpace(leadingText(text, off)) }

func leadingText(text string, off int) string {
	start := off
	for {
		lineStart := strings.LastIndexByte(text[:start], '\n') + 1
		if strings.TrimSpace(text[lineStart:start]) != "" || lineStart == 0 {
			return text[start:off]
		}
		prev := strings.LastIndexByte(text[:lineStart-1], '\n') + 1
		if !strings.HasPrefix(strings.TrimSpace(text[prev:lineStart-1]), "//") {
			return text[start:off]
		}
		start = prev
	}
}

// sharedVars finds the variables of a snippet that its functions use: they become package variables of the program.
func (l *lowerer) sharedVars(f *file) map[types.Object]bool {
	shared := map[types.Object]bool{}
	for _, d := range f.decls {
		ast.Inspect(d, func(n ast.Node) bool {
			if id, ok := n.(*ast.Ident); ok {
				if v, ok := l.u.info.Uses[id].(*types.Var); ok && l.u.declared[v.Name()] == types.Object(v) {
					shared[v] = true
				}
			}
			return true
		})
	}
	// A statement declares all of its variables in one way.
	for again := true; again; {
		again = false
		for id, s := range l.u.moved {
			if !shared[l.u.info.Defs[id]] {
				continue
			}
			for other, t := range l.u.moved {
				if o := l.u.info.Defs[other]; t == s && o != nil && other.Name != "_" && !shared[o] {
					shared[o], again = true, true
				}
			}
		}
	}
	return shared
}

// usedObjects returns the objects whose value something reads.
func usedObjects(info *types.Info) map[types.Object]bool {
	used := map[types.Object]bool{}
	for _, o := range info.Uses {
		used[o] = true
	}
	return used
}

// keepUsed writes what keeps the toolchain from refusing variables that nothing uses.
func (l *lowerer) keepUsed(s ast.Stmt) {
	for _, id := range declaredBy(s) {
		o := l.u.info.Defs[id]
		if o == nil || id.Name == "_" || l.packageVars[o] {
			continue
		}
		if _, moved := l.u.moved[id]; moved && !l.used[o] || l.u.unused[o] {
			l.write("\n_ = " + id.Name)
		}
	}
}

// keepHead does that for what the head of a statement declares, in its body.
func (l *lowerer) keepHead(n ast.Node) {
	if !l.export {
		return
	}
	var ids []*ast.Ident
	switch x := n.(type) {
	case *ast.IfStmt:
		ids = declaredBy(x.Init)
	case *ast.ForStmt:
		ids = declaredBy(x.Init)
	case *ast.SwitchStmt:
		ids = declaredBy(x.Init)
	case *ast.TypeSwitchStmt:
		ids = declaredBy(x.Init)
	case *ast.CommClause:
		ids = declaredBy(x.Comm)
	case *ast.RangeStmt:
		for _, e := range []ast.Expr{x.Key, x.Value} {
			if id, ok := e.(*ast.Ident); ok && x.Tok == token.DEFINE {
				ids = append(ids, id)
			}
		}
	}
	for _, id := range ids {
		if o := l.u.info.Defs[id]; o != nil && id.Name != "_" && l.u.unused[o] {
			l.write("\n_ = " + id.Name + "; ")
		}
	}
}

func declaredBy(s ast.Stmt) []*ast.Ident {
	var ids []*ast.Ident
	switch x := s.(type) {
	case *ast.AssignStmt:
		if x.Tok == token.DEFINE {
			for _, e := range x.Lhs {
				if id, ok := e.(*ast.Ident); ok {
					ids = append(ids, id)
				}
			}
		}
	case *ast.DeclStmt:
		if g, ok := x.Decl.(*ast.GenDecl); ok && g.Tok == token.VAR {
			for _, sp := range g.Specs {
				ids = append(ids, sp.(*ast.ValueSpec).Names...)
			}
		}
	}
	return ids
}
