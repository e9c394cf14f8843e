package view

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"sort"
	"strings"
	"sync"

	"gpfsh/interp/batch"
)

// Lowered is a unit as the runner wants it: plain Go for the interpreter, to be declared once, and the functions to
// call after that.
type Lowered struct {
	Imports []string // packages to import, each under its Alias
	Decls   string   // declarations: variables, types, functions
	Calls   []string // functions without parameters to call, in order

	// Generic are generic packages to declare before, once in a session, those that others need first.
	Generic []Generic
}

// Generic is a lowered generic package.
type Generic struct {
	Path string
	*Lowered
}

// Site is one place of a source at which a running unit may stop.
type Site struct {
	File   string
	Line   int
	Col    int
	EndCol int
	Source string // the source line
	Func   string // the function it is in, "" at the top level
	Offset int
}

// Sites is the table of the places, of the types, and of the compiled loops of a session. Lowered code names them by number.
type Sites struct {
	list  []Site
	types typeTable

	loopsMu sync.Mutex
	loops   []*batch.Loop // compiled loops, by their numbers
}

// At returns the site of a number.
func (s *Sites) At(n int) (Site, bool) {
	if n < 0 || n >= len(s.list) {
		return Site{}, false
	}
	return s.list[n], true
}

func (s *Sites) add(site Site) int {
	s.list = append(s.list, site)
	return len(s.list) - 1
}

// Alias is the name under which lowered code imports a package; no source can clash with it.
func Alias(path string) string {
	return mark + strings.NewReplacer("/", "_", ".", "_", "-", "_").Replace(path)
}

// RT is the import path of the native helpers that lowered code calls.
const RT = "gpfsh/interp/rt"

const rt = mark + "rt"

// Lower turns a checked unit into code for the runner. A refusal of something that can be checked but not run comes
// back as findings.
func (u *Unit) Lower(sites *Sites) (*Lowered, []Finding) {
	u.world.mu.Lock()
	defer u.world.mu.Unlock()
	sites.begin()
	l := u.newLowerer(sites)
	return l.unit(), l.findings
}

type lowerer struct {
	u        *Unit
	w        *World
	export   bool
	sites    *Sites
	out      *strings.Builder
	helpers  strings.Builder
	imports  map[string]bool
	parents  map[ast.Node]ast.Node
	file     *file
	funcs    []*funcState
	frames   []*frame // what break, continue and return can leave, the innermost last
	label    string   // the label of the statement at hand
	results  []string // variables for what is returned from inside a range over a function
	again    ast.Stmt // a branch or return that is done again behind such a range
	seq      int
	findings []Finding
	impls    map[types.Object]string // functions that are called through variables -> their own names
	tagged   *ast.Field              // the field that gets the tag of its struct
	tag      string
	generic  map[string]bool // generic packages that are used
	untraced bool            // keeps no markers: the places are not the user's
	guarded  bool            // the function literal at hand needs no guard of its own: that around it takes its panics

	conv       map[ast.Expr]conversion // values that become interface values where they stand
	converting map[ast.Expr]bool
	boxes      map[types.Type]bool
	methods    strings.Builder // gives the runner the methods of types
	constraint bool            // inside the constraints of type parameters

	// Export only.
	musts       map[int]bool          // which helpers are used
	lists       map[int]bool          // those that make a list of the values of a call
	packageVars map[types.Object]bool // variables of a snippet that its functions use
	used        map[types.Object]bool
	aliases     map[string]string // names of imports -> paths, where they differ from the package's
}

// funcState is the function whose body is being lowered.
type funcState struct {
	name   string
	traced bool // keeps a marker of its current statement
	defers bool // has deferred calls of the user

	files bool // has loops over files, and keeps which file is at hand

	goroutine bool // nobody is above it to take its panic
}

func (u *Unit) newLowerer(sites *Sites) *lowerer {
	l := &lowerer{
		u: u, w: u.world, sites: sites, out: &strings.Builder{}, imports: map[string]bool{}, parents: map[ast.Node]ast.Node{}, musts: map[int]bool{}, aliases: map[string]string{}, generic: map[string]bool{},
		conv: map[ast.Expr]conversion{}, converting: map[ast.Expr]bool{}, boxes: map[types.Type]bool{}, lists: map[int]bool{},
	}
	for _, f := range u.files {
		f.each(l.addParents)
	}
	return l
}

func (l *lowerer) addParents(root ast.Node) {
	var stack []ast.Node
	ast.Inspect(root, func(n ast.Node) bool {
		if n == nil {
			stack = stack[:len(stack)-1]
			return true
		}
		if len(stack) > 0 {
			l.parents[n] = stack[len(stack)-1]
		}
		stack = append(stack, n)
		return true
	})
}

// unit lowers everything: variables first, then declarations, then a function for each part that runs.
func (l *lowerer) unit() *Lowered {
	u := l.u
	l.findConversions()
	l.lateMethods()
	var vars, decls strings.Builder
	for _, name := range sortedKeys(u.declared) {
		if v, ok := u.declared[name].(*types.Var); ok && name != "_" {
			fmt.Fprintf(&vars, "var %s %s\n", u.loweredName(v), l.typeText(v.Type(), v.Pos()))
		}
	}
	funcs := l.functionVars(&vars)
	var calls []string
	var inits []string
	for i, f := range u.files {
		l.file = f
		for _, d := range f.decls {
			l.out = &strings.Builder{}
			l.topDecl(d, &inits)
			if l.out.Len() > 0 {
				decls.WriteString(l.out.String())
				decls.WriteByte('\n')
			}
		}
		if f.program || len(f.stmts) == 0 {
			continue
		}
		name := fmt.Sprintf("%sentry%d_%d", mark, u.id, i)
		l.out = &strings.Builder{}
		l.funcs = append(l.funcs, &funcState{traced: true, defers: hasDefer(f.stmts), files: l.rangesFiles(f.stmts)})
		l.write("func " + name + "() { ")
		l.prologue(f.stmts[0])
		l.statements(f.stmts)
		l.write("\n}\n")
		l.funcs = l.funcs[:len(l.funcs)-1]
		decls.WriteString(l.out.String())
		calls = append(calls, name)
	}
	if name, text := l.initVars(); name != "" {
		decls.WriteString(text)
		calls = append([]string{name}, calls...)
	}
	if funcs != "" {
		name := fmt.Sprintf("%sfuncs%d", mark, u.id)
		decls.WriteString("func " + name + "() { " + funcs + "}\n")
		calls = append([]string{name}, calls...)
	}
	if l.methods.Len() > 0 {
		name := fmt.Sprintf("%smethods%d", mark, u.id)
		decls.WriteString("func " + name + "() {\n" + l.methods.String() + "}\n")
		calls = append([]string{name}, calls...)
	}
	calls = append(calls, inits...)
	if m, ok := u.declared["main"].(*types.Func); ok && u.isProgram() {
		calls = append(calls, u.loweredName(m))
	}
	imports := make([]string, 0, len(l.imports))
	for p := range l.imports {
		imports = append(imports, p)
	}
	sort.Strings(imports)
	low := &Lowered{Imports: imports, Decls: vars.String() + l.helpers.String() + decls.String(), Calls: calls}
	for _, p := range sortedKeys(l.generic) {
		g := Generic{p, l.w.lowerSource(p)}
		low.Generic = append(low.Generic, g.Generic...)
		low.Generic = append(low.Generic, g)
	}
	return low
}

// functionVars gives each function that an entry declares a variable, so that functions of earlier entries call the new
// one when it is declared again with the same signature. It returns the assignments.
func (l *lowerer) functionVars(vars *strings.Builder) string {
	u := l.u
	if u.mode != Entry || u.prefix != "" {
		return ""
	}
	l.impls = map[types.Object]string{}
	var assigns strings.Builder
	for _, name := range sortedKeys(u.declared) {
		f, ok := u.declared[name].(*types.Func)
		if !ok || f.Signature().TypeParams().Len() > 0 || !l.hasDecl(f) {
			continue
		}
		fresh := true
		if old := u.scope.Lookup(name); old != nil {
			if g, ok := old.Object.(*types.Func); ok && types.Identical(g.Type(), f.Type()) {
				u.lowered[f], fresh = old.Lowered, false
			}
		}
		v := u.loweredName(f)
		l.impls[f] = fmt.Sprintf("%s%sf%d", v, mark, u.id)
		if fresh {
			fmt.Fprintf(vars, "var %s %s\n", v, l.typeText(f.Type(), f.Pos()))
		}
		fmt.Fprintf(&assigns, "%s = %s; ", v, l.impls[f])
	}
	return assigns.String()
}

func (l *lowerer) hasDecl(f *types.Func) bool {
	for _, file := range l.u.files {
		for _, d := range file.decls {
			if fd, ok := d.(*ast.FuncDecl); ok && l.u.info.Defs[fd.Name] == types.Object(f) {
				return true
			}
		}
	}
	return false
}

func (u *Unit) isProgram() bool {
	return slices.ContainsFunc(u.files, func(f *file) bool { return f.program })
}

// initVars makes the function that initialises the package variables of a program, in the order of the language.
func (l *lowerer) initVars() (name, text string) {
	if !l.u.isProgram() {
		return "", ""
	}
	l.out = &strings.Builder{}
	l.funcs = append(l.funcs, &funcState{traced: true})
	any := false
	name = fmt.Sprintf("%sinit%d", mark, l.u.id)
	l.write("func " + name + "() { ")
	l.prologue(nil)
	for _, in := range l.u.info.InitOrder {
		if l.isMoved(in.Lhs) {
			continue
		}
		any = true
		l.file = l.u.fileOf(in.Rhs.Pos())
		l.marker(in.Rhs)
		for i, v := range in.Lhs {
			if i > 0 {
				l.write(", ")
			}
			if v.Name() == "_" {
				l.write("_")
			} else {
				l.write(l.u.loweredName(v))
			}
		}
		l.write(" = ")
		l.emit(in.Rhs)
		l.write("; ")
	}
	l.write("}\n")
	l.funcs = l.funcs[:len(l.funcs)-1]
	if !any {
		return "", ""
	}
	return name, l.out.String()
}

func (l *lowerer) isMoved(vars []*types.Var) bool {
	for id := range l.u.moved {
		if o := l.u.info.Defs[id]; o != nil && slices.ContainsFunc(vars, func(v *types.Var) bool { return v == o }) {
			return true
		}
	}
	return false
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	return keys
}

// topDecl lowers one declaration at the top level.
func (l *lowerer) topDecl(d ast.Decl, inits *[]string) {
	switch d := d.(type) {
	case *ast.FuncDecl:
		name := d.Name.Name
		switch o := l.u.info.Defs[d.Name].(type) {
		case *types.Func:
			if d.Recv == nil {
				name = l.u.loweredName(o)
				if impl := l.impls[o]; impl != "" {
					name = impl
				}
			}
		}
		if d.Recv == nil && d.Name.Name == "init" {
			name = fmt.Sprintf("%suserinit%d_%d", mark, l.u.id, len(*inits))
			*inits = append(*inits, name)
		}
		l.funcDecl(d, name)
	case *ast.GenDecl:
		if d.Tok == token.IMPORT || d.Tok == token.VAR {
			return // variables are declared by their types, and assigned where they stand
		}
		if d.Tok == token.CONST && l.constants(d) {
			return
		}
		l.splice(d)
	}
}

func (l *lowerer) funcDecl(d *ast.FuncDecl, name string) {
	l.write("func ")
	if d.Recv != nil {
		l.emit(d.Recv)
		l.write(" ")
	}
	if d.Recv == nil {
		l.write(name)
	} else {
		l.write(d.Name.Name)
	}
	if d.Type.TypeParams != nil {
		l.constraints(d.Type.TypeParams)
	}
	l.emit(d.Type.Params)
	if d.Type.Results != nil {
		l.write(" ")
		l.emit(d.Type.Results)
	}
	if d.Body == nil {
		return
	}
	l.write(" ")
	shown := d.Name.Name
	if d.Recv != nil && len(d.Recv.List) == 1 {
		shown = types.ExprString(d.Recv.List[0].Type) + "." + shown
	}
	l.funcBody(d.Body, shown)
}

// constraints writes the type parameters of a declaration.
func (l *lowerer) constraints(f *ast.FieldList) {
	for _, p := range f.List {
		if it, ok := under(l.typeOf(p.Type)).(*types.Interface); ok && !l.export {
			for e := range it.EmbeddedTypes() {
				if ofTypeParam(e) {
					l.refuse(p.Type, "a constraint that is made of another type parameter cannot be run here")
				}
			}
		}
	}
	l.constraint = true
	l.emit(f)
	l.constraint = false
}

// funcBody lowers the body of a function: a poll for cancellation, the marker of the current statement, and what turns
// a panic into one that knows its place.
func (l *lowerer) funcBody(b *ast.BlockStmt, name string) {
	st := &funcState{name: name, defers: hasDefer(b.List)}
	st.traced = !l.untraced && (st.defers || !trivialBody(b))
	st.files = st.traced && l.rangesFiles(b.List)
	l.funcs = append(l.funcs, st)
	if l.guarded && !st.defers && !st.files {
		// The function around it takes panics, and has the marker.
		l.guarded, st.traced = false, true
		l.write("{ ")
		l.zeroResults(b)
		l.outside(func() { l.block(b) })
		l.write("}")
		l.guarded = true
		l.funcs = l.funcs[:len(l.funcs)-1]
		return
	}
	l.write("{ ")
	if !l.export {
		l.write("if *" + rt + ".S { " + rt + ".Cancel() }; ")
	}
	l.zeroResults(b)
	l.prologue(firstOf(b))
	l.outside(func() { l.block(b) })
	l.write("}")
	l.funcs = l.funcs[:len(l.funcs)-1]
}

// zeroResults gives the named results of the function with this body their zero values: the interpreter begins with what
// the call before it, at the same place, has returned.
func (l *lowerer) zeroResults(b *ast.BlockStmt) {
	var t *ast.FuncType
	switch f := l.parents[b].(type) {
	case *ast.FuncDecl:
		t = f.Type
	case *ast.FuncLit:
		t = f.Type
	}
	if t == nil || t.Results == nil || l.export {
		return
	}
	for _, f := range t.Results.List {
		for _, id := range f.Names {
			o := l.u.info.Defs[id]
			if o == nil || id.Name == "_" {
				continue
			}
			zero := zeroText(o.Type())
			if zero == "" {
				zero = l.unique("z")
				l.write("var " + zero + " " + l.typeText(o.Type(), id.Pos()) + "; ")
			}
			l.emit(id)
			l.write(" = " + zero + "; ")
		}
	}
}

// zeroText is the zero value of a type as a literal, "" where it has none.
func zeroText(t types.Type) string {
	if isTypeParam(t) {
		return ""
	}
	switch u := t.Underlying().(type) {
	case *types.Basic:
		switch info := u.Info(); {
		case info&types.IsNumeric != 0:
			return "0"
		case info&types.IsString != 0:
			return `""`
		case info&types.IsBoolean != 0:
			return "false"
		}
	case *types.Pointer, *types.Slice, *types.Map, *types.Chan, *types.Signature, *types.Interface:
		return "nil"
	}
	return ""
}

// trivialBody tells a body of one simple statement: a predicate, an accessor. It keeps no marker of its own, because
// the guard would cost more than the work.
func trivialBody(b *ast.BlockStmt) bool {
	if len(b.List) == 0 {
		return true
	}
	if len(b.List) > 1 {
		return false
	}
	switch b.List[0].(type) {
	case *ast.ReturnStmt, *ast.ExprStmt, *ast.IncDecStmt:
		return true
	}
	return false
}

// firstOf is the first statement of a body, or the body.
func firstOf(b *ast.BlockStmt) ast.Node {
	if len(b.List) > 0 {
		return b.List[0]
	}
	return b
}

// prologue writes what a function begins with that keeps a marker of its statement. The marker is at the first one, where the
// function stands until one comes that can fail by itself: an interrupt may come before.
func (l *lowerer) prologue(first ast.Node) {
	st := l.funcs[len(l.funcs)-1]
	if l.export || !st.traced {
		return
	}
	at := 0
	if first != nil {
		at = l.site(first)
	}
	l.write(fmt.Sprintf("%sp := %d; ", mark, at))
	pass := rt + ".Re("
	if st.files {
		l.write("var " + mark + "c *" + l.qualified(filesPackage, "Cursor") + "; " + mark + "i := -1; ")
		if !st.goroutine {
			pass = rt + ".ReAt(" + mark + "c, " + mark + "i, "
		}
	}
	if st.goroutine {
		// One deferred call does both: the interpreter would lose a second one behind a panic.
		pass = rt + ".Lost("
	}
	if st.defers {
		// The interpreter keeps the arguments of a deferred call where they are, so that a loop changes them, and
		// loses the other deferred calls when one panics: the list of them is native.
		l.write(mark + "d := " + rt + ".Defers(); ")
		l.write("defer func() { if " + mark + "r := " + mark + "d.Run(recover()); " + mark + "r != nil { " + pass + mark + "p, " + mark + "r) } }(); ")
		return
	}
	l.write("defer func() { if " + mark + "r := recover(); " + mark + "r != nil { " + pass + mark + "p, " + mark + "r) } }(); ")
}

// hasDefer tells whether statements defer something in their own function.
func hasDefer(list []ast.Stmt) bool {
	found := false
	for _, s := range list {
		ast.Inspect(s, func(n ast.Node) bool {
			switch n.(type) {
			case *ast.FuncLit:
				return false
			case *ast.DeferStmt:
				found = true
			}
			return !found
		})
	}
	return found
}

func (l *lowerer) write(s string) { l.out.WriteString(s) }

// text returns the source between two positions of the current file.
func (l *lowerer) text(from, to token.Pos) string {
	a, b := l.file.offset(from), l.file.offset(to)
	if a >= b {
		return ""
	}
	return l.file.text[a:b]
}

// splice writes the source of a node with its children lowered.
func (l *lowerer) splice(n ast.Node) { l.spliceFrom(n, n.Pos(), n.End()) }

func (l *lowerer) spliceFrom(n ast.Node, from, to token.Pos) {
	var kids []ast.Node
	children(n, func(c ast.Node) { kids = append(kids, c) })
	sort.SliceStable(kids, func(i, j int) bool { return kids[i].Pos() < kids[j].Pos() })
	cur := from
	for _, k := range kids {
		if k.Pos() < cur || k.End() > to {
			continue
		}
		l.write(l.text(cur, k.Pos()))
		l.emit(k)
		cur = k.End()
	}
	l.write(l.text(cur, to))
}

// site enters the place of a node into the table.
func (l *lowerer) site(n ast.Node) int {
	pos, end := n.Pos(), n.End()
	f := l.file.finding(pos, end, "")
	name := ""
	if len(l.funcs) > 0 {
		name = l.funcs[len(l.funcs)-1].name
	}
	return l.sites.add(Site{File: f.File, Line: f.Line, Col: f.Col, EndCol: f.EndCol, Source: f.Source, Func: name, Offset: l.file.offset(pos)})
}

func (l *lowerer) refuse(n ast.Node, format string, args ...any) {
	l.findings = append(l.findings, l.file.finding(n.Pos(), n.End(), fmt.Sprintf(format, args...)))
}

func (l *lowerer) unique(stem string) string {
	l.seq++
	if l.export {
		return fmt.Sprintf("%s%d", stem, l.seq)
	}
	return fmt.Sprintf("%s%s%d", mark, stem, l.seq)
}

func (l *lowerer) typeOf(e ast.Expr) types.Type {
	if tv, ok := l.u.info.Types[e]; ok {
		return tv.Type
	}
	return types.Typ[types.Invalid]
}

// resultsOf returns the result types of a call.
func resultsOf(t types.Type) []types.Type {
	switch t := t.(type) {
	case nil:
		return nil
	case *types.Tuple:
		list := make([]types.Type, t.Len())
		for i := range list {
			list[i] = t.At(i).Type()
		}
		return list
	}
	return []types.Type{t}
}

func isError(t types.Type) bool { return types.Identical(t, errorType) }

// context is the text of the statement's context in lowered code.
func (l *lowerer) context() string {
	if l.export {
		return "ctx"
	}
	return rt + ".C()"
}
