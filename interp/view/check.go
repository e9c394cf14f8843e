package view

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"sort"
	"strings"
)

// Mode says what a source is.
type Mode int

// The modes.
const (
	// Entry is something typed at the prompt: its last expression is shown, unused variables are no error.
	Entry Mode = iota
	// Script is a file: an expression that is not used is an error, an unused variable a warning.
	Script
)

// Text is one source to check.
type Text struct {
	Name string
	Text string

	from *rewriting // what the text was made of, nil when somebody wrote it so
}

// Finding is one thing to say about a source.
type Finding struct {
	File    string
	Line    int // from 1
	Col     int // from 1, in bytes
	EndCol  int // one past the end of the expression on its line
	Msg     string
	Hint    string
	Source  string // the source line
	Warning bool
}

// Unit is one or more sources that were checked together.
type Unit struct {
	world *World
	scope *Scope
	mode  Mode
	id    int // number of the entry, part of lowered names

	fset  *token.FileSet
	files []*file
	pkg   *types.Package
	info  *types.Info
	wraps map[*ast.CallExpr]int
	only  map[*ast.CallExpr]*ast.CallExpr // see wrapper

	moved    map[*ast.Ident]ast.Stmt    // variables of snippets, checked as package variables
	outer    map[types.Object]string    // objects of the session -> lowered name
	shown    map[*ast.ExprStmt]ast.Expr // the expression statement whose value is shown
	unused   map[types.Object]bool      // variables declared and not used
	unusedAt map[token.Pos]bool         // and where: those of type switches are no objects
	declared map[string]types.Object    // what the unit adds to the session
	late     []lateFunc
	findings []Finding
	renamed  map[*ast.Ident]string
	last     *Name                   // what keeps the value that is shown
	prefix   string                  // of lowered names, for generic packages
	lowered  map[types.Object]string // names in lowered code, see loweredName

	Findings   []Finding
	Incomplete bool // the source ends too early
}

// OK tells whether the unit may run: there is nothing but warnings.
func (u *Unit) OK() bool {
	return !slices.ContainsFunc(u.Findings, func(f Finding) bool { return !f.Warning })
}

// Check checks sources together against the names of the scope. It declares nothing; see Unit.Names.
func (w *World) Check(scope *Scope, id int, mode Mode, texts ...Text) *Unit {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.check(scope, id, mode, texts)
}

func (w *World) check(scope *Scope, id int, mode Mode, texts []Text) *Unit {
	u := w.parse(scope, id, mode, texts)
	if len(u.Findings) > 0 {
		return u
	}
	errs := u.typecheck(nil, true)
	u, texts, errs = u.expand(texts, errs, shorthandEdits)
	if counts := u.spreads(); len(counts) > 0 {
		v := w.parse(scope, id, mode, texts)
		verrs := v.typecheck(counts, true)
		u, errs = v, verrs
	}
	if slices.ContainsFunc(errs, func(e types.Error) bool {
		return (strings.Contains(e.Msg, mark) || arity.MatchString(e.Msg)) && u.aboutWrapper(e)
	}) {
		errs = u.plainErrors(errs, texts)
	}
	u.report(errs)
	u.tooEarly()
	if u.OK() {
		u.rules()
		u.advise()
	}
	u.sortFindings()
	return u
}

func (w *World) parse(scope *Scope, id int, mode Mode, texts []Text) *Unit {
	u := &Unit{
		world: w, scope: scope, mode: mode, id: id, fset: token.NewFileSet(),
		moved: map[*ast.Ident]ast.Stmt{}, outer: map[types.Object]string{}, shown: map[*ast.ExprStmt]ast.Expr{},
		unused: map[types.Object]bool{}, unusedAt: map[token.Pos]bool{}, declared: map[string]types.Object{},
		lowered: map[types.Object]string{}, renamed: map[*ast.Ident]string{},
	}
	for _, t := range texts {
		f, errs := parseFile(u.fset, t.Name, t.Text)
		f.from = t.from
		u.files = append(u.files, f)
		if mode == Entry && strings.Contains(t.Text, "_") {
			u.lastValues(f)
		}
		seen := map[int]bool{}
		for _, e := range errs {
			// What follows from the first error at the end of the text, or at one place, says nothing new.
			if len(seen) > 0 && (seen[e.offset] || len(seen) >= 10 || e.incomplete && !u.Incomplete) {
				continue
			}
			seen[e.offset] = true
			u.Incomplete = u.Incomplete || e.incomplete
			line, col := f.place(e.offset)
			u.Findings = append(u.Findings, Finding{File: f.name, Line: line, Col: col, EndCol: col, Msg: e.msg, Source: f.line(line)})
		}
	}
	// A text that only ends too early has one thing to say; what follows from it would mislead.
	if u.Incomplete {
		u.Incomplete = len(u.Findings) > 0
	}
	return u
}

// typecheck assembles the package and runs go/types over it once.
func (u *Unit) typecheck(counts map[token.Pos]int, wrapped bool) []types.Error {
	u.pkg = types.NewPackage("main", "main")
	root := u.assemble()
	own := topLevelNames(root)

	w := &wrapper{isType: u.isTypeExpr(own), counts: counts, wraps: map[*ast.CallExpr]int{}, only: map[*ast.CallExpr]*ast.CallExpr{}}
	if wrapped {
		for _, d := range root.Decls {
			w.wrapNode(d)
		}
	}
	u.wraps, u.only = w.wraps, w.only
	u.predeclare(root, own)

	u.info = &types.Info{
		Types: map[ast.Expr]types.TypeAndValue{}, Selections: map[*ast.SelectorExpr]*types.Selection{},
		Uses: map[*ast.Ident]types.Object{}, Defs: map[*ast.Ident]types.Object{},
		Implicits: map[ast.Node]types.Object{}, Instances: map[*ast.Ident]types.Instance{}, Scopes: map[ast.Node]*types.Scope{},
	}
	late := u.takeLateMethods(root)
	var errs []types.Error
	cfg := types.Config{Importer: u.world, Error: func(err error) {
		if te, ok := err.(types.Error); ok {
			errs = append(errs, te)
		}
	}}
	func() {
		// go/types is trusted with every text a person can type; a crash of it must not end the shell.
		defer func() {
			if r := recover(); r != nil {
				errs = append(errs, types.Error{Fset: u.fset, Pos: root.Pos(), Msg: fmt.Sprintf("this cannot be checked (internal error: %v)", r)})
			}
		}()
		_ = types.NewChecker(&cfg, u.fset, u.pkg, u.info).Files([]*ast.File{root})
	}()
	for id, name := range u.renamed {
		id.Name = name // positions end where names do
	}
	u.addLateMethods(late)
	for _, name := range u.pkg.Scope().Names() {
		o := u.pkg.Scope().Lookup(name)
		if own[name] && !strings.HasPrefix(name, mark) && u.owns(o) {
			u.declared[name] = o
		}
	}
	return errs
}

func (u *Unit) owns(o types.Object) bool {
	return slices.ContainsFunc(u.files, func(f *file) bool { return f.has(o.Pos()) })
}

// assemble makes one file of all sources: declarations, the variables of snippets as package variables, and for each
// snippet one function with its statements.
func (u *Unit) assemble() *ast.File {
	root := &ast.File{Name: ast.NewIdent("main"), Package: 1, FileStart: 1, FileEnd: token.Pos(u.fset.Base())}
	var body []ast.Decl
	imported := map[string]bool{}
	for i, f := range u.files {
		d := &ast.GenDecl{Tok: token.IMPORT}
		for _, s := range f.imports {
			// All files are checked as one; what two of them import is imported once.
			key := s.Path.Value
			if s.Name != nil {
				key = s.Name.Name + " " + key
			}
			if !imported[key] {
				imported[key] = true
				d.TokPos = s.Pos()
				d.Specs = append(d.Specs, s)
				root.Imports = append(root.Imports, s)
			}
		}
		if len(d.Specs) > 0 {
			root.Decls = append(root.Decls, d)
		}
		body = append(body, f.decls...)
		if f.program {
			continue
		}
		vars, stmts := u.moveVariables(f)
		body = append(body, vars...)
		name := ast.NewIdent(fmt.Sprintf("%sentry%d", mark, i))
		fd := &ast.FuncDecl{Name: name, Type: &ast.FuncType{Params: &ast.FieldList{}}, Body: &ast.BlockStmt{List: stmts}}
		if len(f.stmts) > 0 {
			name.NamePos = f.stmts[0].Pos()
			fd.Type.Func = f.stmts[0].Pos()
			fd.Type.Params.Opening, fd.Type.Params.Closing = f.stmts[0].Pos(), f.stmts[0].Pos()
			fd.Body.Lbrace = f.stmts[0].Pos()
			fd.Body.Rbrace = f.stmts[len(f.stmts)-1].End()
		}
		body = append(body, fd)
	}
	root.Decls = append(root.Decls, body...)
	return root
}

// moveVariables turns the top-level variable declarations of a snippet into package variables, so that functions of the
// snippet see them, whatever stands first, and go/types finds their types in any order. The statements that remain are
// the ones to check inside the entry.
func (u *Unit) moveVariables(f *file) (vars []ast.Decl, stmts []ast.Stmt) {
	seen := map[string]bool{}
	var before []ast.Node // what runs before the declarations at hand; names in it mean older variables
	for i, s := range f.stmts {
		switch x := s.(type) {
		case *ast.AssignStmt:
			if x.Tok == token.DEFINE && identsOnly(x.Lhs) {
				d, assign := u.moveDefine(x, seen)
				if d == nil {
					u.finding(f, x, "no new variables on left side of :=")
					continue
				}
				u.older(x.Lhs, append(slices.Clone(before), exprNodes(x.Rhs)...), seen)
				for _, l := range x.Lhs {
					seen[l.(*ast.Ident).Name] = true
				}
				vars = append(vars, d)
				if assign != nil {
					stmts = append(stmts, assign)
				}
				before = append(before, s)
				continue
			}
		case *ast.DeclStmt:
			if g, ok := x.Decl.(*ast.GenDecl); ok && g.Tok == token.VAR {
				for _, sp := range g.Specs {
					vs := sp.(*ast.ValueSpec)
					var lhs []ast.Expr
					for _, n := range vs.Names {
						lhs = append(lhs, n)
						u.moved[n] = s
					}
					u.older(lhs, append(slices.Clone(before), exprNodes(vs.Values)...), seen)
					for _, n := range vs.Names {
						if seen[n.Name] && n.Name != "_" {
							u.finding(f, n, "%s redeclared in this text", n.Name)
						}
						seen[n.Name] = true
					}
				}
				vars = append(vars, g)
				before = append(before, s)
				continue
			}
		case *ast.ExprStmt:
			if u.mode == Entry && i == len(f.stmts)-1 {
				if !f.trailer {
					u.shown[x] = x.X
				}
				if !u.statementCall(x.X) {
					stmts = append(stmts, &ast.AssignStmt{Lhs: []ast.Expr{&ast.Ident{NamePos: x.Pos(), Name: "_"}}, TokPos: x.Pos(), Tok: token.ASSIGN, Rhs: []ast.Expr{x.X}})
					continue
				}
			}
		}
		stmts = append(stmts, s)
		before = append(before, s)
	}
	return vars, stmts
}

func (u *Unit) moveDefine(x *ast.AssignStmt, seen map[string]bool) (*ast.GenDecl, ast.Stmt) {
	vs := &ast.ValueSpec{Values: x.Rhs}
	assign := &ast.AssignStmt{Tok: token.ASSIGN, TokPos: x.TokPos}
	fresh := false
	for _, l := range x.Lhs {
		id := l.(*ast.Ident)
		if id.Name != "_" && seen[id.Name] {
			tmp := &ast.Ident{NamePos: id.NamePos, Name: fmt.Sprintf("%st%d", mark, id.NamePos)}
			vs.Names = append(vs.Names, tmp)
			assign.Lhs = append(assign.Lhs, id)
			assign.Rhs = append(assign.Rhs, &ast.Ident{NamePos: id.NamePos, Name: tmp.Name})
			continue
		}
		fresh = fresh || id.Name != "_"
		u.moved[id] = x
		vs.Names = append(vs.Names, id)
	}
	if !fresh {
		return nil, nil
	}
	d := &ast.GenDecl{Tok: token.VAR, TokPos: x.Pos(), Specs: []ast.Spec{vs}}
	if len(assign.Lhs) == 0 {
		return d, nil
	}
	return d, assign
}

// older renames, in what runs before variables are declared, their names where they stand for variables of earlier
// entries: x := x + 1 is a new x made from the old one.
func (u *Unit) older(lhs []ast.Expr, nodes []ast.Node, seen map[string]bool) {
	names := map[string]bool{}
	for _, l := range lhs {
		name := l.(*ast.Ident).Name
		if n := u.scope.Lookup(name); n != nil && !seen[name] {
			if _, ok := n.Object.(*types.Var); ok {
				names[name] = true
			}
		}
	}
	if len(names) == 0 {
		return
	}
	for _, n := range nodes {
		u.renameUses(n, names)
	}
}

func (u *Unit) renameUses(n ast.Node, names map[string]bool) {
	ast.Inspect(n, func(n ast.Node) bool {
		switch x := n.(type) {
		case *ast.SelectorExpr:
			u.renameUses(x.X, names)
			return false
		case *ast.CompositeLit:
			keyed := false
			switch x.Type.(type) {
			case *ast.MapType, *ast.ArrayType:
				keyed = true
			}
			for _, e := range x.Elts {
				if kv, ok := e.(*ast.KeyValueExpr); ok && !keyed {
					u.renameUses(kv.Value, names)
					continue
				}
				u.renameUses(e, names)
			}
			return false
		case *ast.Ident:
			if names[x.Name] {
				u.rename(x)
			}
		}
		return true
	})
}

// rename gives a name its mark for the time of the check.
func (u *Unit) rename(id *ast.Ident) {
	u.renamed[id] = id.Name
	id.Name = mark + id.Name
}

func exprNodes(list []ast.Expr) []ast.Node {
	nodes := make([]ast.Node, len(list))
	for i, e := range list {
		nodes[i] = e
	}
	return nodes
}

func identsOnly(list []ast.Expr) bool {
	return !slices.ContainsFunc(list, func(e ast.Expr) bool { _, ok := e.(*ast.Ident); return !ok })
}

// statementCall tells whether an expression may stand as a statement in Go: a call of a function.
func (u *Unit) statementCall(e ast.Expr) bool {
	c, ok := ast.Unparen(e).(*ast.CallExpr)
	if !ok {
		return false
	}
	if id, ok := ast.Unparen(c.Fun).(*ast.Ident); ok {
		switch id.Name {
		case "append", "cap", "complex", "imag", "len", "make", "max", "min", "new", "real":
			return false
		}
	}
	return !u.isTypeExpr(nil)(c.Fun)
}

func topLevelNames(f *ast.File) map[string]bool {
	names := map[string]bool{}
	for _, d := range f.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			if d.Recv == nil {
				names[d.Name.Name] = true
			}
		case *ast.GenDecl:
			for _, s := range d.Specs {
				switch s := s.(type) {
				case *ast.TypeSpec:
					names[s.Name.Name] = true
				case *ast.ValueSpec:
					for _, n := range s.Names {
						names[n.Name] = true
					}
				}
			}
		}
	}
	return names
}

func (u *Unit) finding(f *file, n ast.Node, format string, args ...any) {
	u.findings = append(u.findings, f.finding(n.Pos(), n.End(), fmt.Sprintf(format, args...)))
}

func (f *file) finding(pos, end token.Pos, msg string) Finding {
	off, to := f.offset(pos), f.offset(end)
	line, col := f.place(off)
	endLine, endCol := f.place(to)
	if endLine != line {
		endCol = len(f.line(line)) + 1
	}
	return Finding{File: f.name, Line: line, Col: col, EndCol: endCol, Msg: msg, Source: f.line(line)}
}

// fileOf returns the source that a position is in.
func (u *Unit) fileOf(p token.Pos) *file {
	for _, f := range u.files {
		if f.has(p) {
			return f
		}
	}
	return u.files[0]
}

func (u *Unit) sortFindings() {
	u.Findings = append(u.Findings, u.findings...)
	u.findings = nil
	sort.SliceStable(u.Findings, func(i, j int) bool {
		a, b := u.Findings[i], u.Findings[j]
		if a.File != b.File {
			return false // files keep the order they were given in
		}
		if a.Line != b.Line {
			return a.Line < b.Line
		}
		return a.Col < b.Col
	})
	u.Findings = slices.CompactFunc(u.Findings, func(a, b Finding) bool {
		return a.Line == b.Line && a.Col == b.Col && a.Msg == b.Msg && a.File == b.File
	})
}
