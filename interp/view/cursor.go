package view

import (
	"go/ast"
	"go/scanner"
	"go/token"
	"go/types"
	"slices"
	"strconv"
	"strings"
)

// CursorKind says what may stand at a cursor.
type CursorKind int

// The kinds of places.
const (
	CursorNone CursorKind = iota
	CursorIdent
	CursorMember
	CursorKey
	CursorText // in a string that is an argument
)

// Cursor is what a source allows at a place in it.
type Cursor struct {
	Kind    CursorKind
	Start   int // where the word to be completed begins
	Prefix  string
	Members []Member
	Path    []Step // for keys: how to reach the collection without running anything of the user's
	Closed  bool   // the key's quote and bracket follow already
	Call    *Call  // the innermost call that the cursor is an argument of
}

// Member is one name that may stand at a cursor.
type Member struct {
	Name   string
	Kind   string
	Type   string
	Doc    string
	Params []string
	// Commands are the mm commands that the documentation of a method names; help fills them in.
	Commands []string
	Fits     bool // it is, or makes, a value of the type that is wanted here
}

// Step is one step of a path; one of its fields is set.
type Step struct{ Root, Field, Key string }

// cursorName is the word that stands at the cursor for the time of a check.
const cursorName = mark + "cursor"

// At returns what may stand at an offset of a source.
func (w *World) At(scope *Scope, src string, offset int) Cursor {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.at(scope, src, offset)
}

func (w *World) at(scope *Scope, src string, offset int) Cursor {
	offset = min(max(offset, 0), len(src))
	toks, open := scanBefore(src[:offset])
	if open.kind == openComment || open.kind == openOther {
		return Cursor{}
	}
	if open.kind == openString {
		return w.keyAt(scope, src, offset, toks, open)
	}
	c := Cursor{Kind: CursorIdent, Start: offset}
	if n := len(toks); n > 0 && (toks[n-1].tok == token.IDENT || toks[n-1].tok.IsKeyword()) && toks[n-1].end == offset {
		c.Start, c.Prefix = toks[n-1].start, src[toks[n-1].start:offset]
		toks = toks[:n-1]
	}
	if n := len(toks); n > 0 && toks[n-1].tok == token.PERIOD {
		c.Kind = CursorMember
		if n > 1 && toks[n-2].tok == token.INT { // 1. is a number
			return Cursor{}
		}
	} else if n > 0 && (toks[n-1].tok == token.INT || toks[n-1].tok == token.FLOAT) && toks[n-1].end == c.Start && c.Prefix == "" {
		return Cursor{}
	}
	u := w.checkAt(scope, src[:c.Start]+cursorName, toks)
	switch c.Kind {
	case CursorMember:
		c.Members = u.membersAt()
	default:
		c.Members = u.namesAt()
		path := u.cursorNode(func(n ast.Node) bool {
			id, ok := n.(*ast.Ident)
			return ok && id.Name == cursorName
		})
		c.Call = u.callAt(path)
		if fields := u.fieldsAt(path); fields != nil {
			c.Members, c.Call = fields, nil
			return c
		}
		if t := u.wantedAt(path); t != nil {
			fits := w.fitting(t)
			for i := range c.Members {
				c.Members[i].Fits = fits[c.Members[i].Name]
			}
		}
	}
	return c
}

type scannedToken struct {
	tok        token.Token
	start, end int
}

type openKind int

const (
	openNothing openKind = iota
	openString
	openComment
	openOther
)

// openToken is the token that the cursor stands inside of.
type openToken struct {
	kind  openKind
	start int
}

// scanBefore returns the tokens before a cursor and what it stands in.
func scanBefore(text string) ([]scannedToken, openToken) {
	var s scanner.Scanner
	fset := token.NewFileSet()
	tf := fset.AddFile("", fset.Base(), len(text))
	bad := ""
	s.Init(tf, []byte(text), func(_ token.Position, msg string) { bad = msg }, scanner.ScanComments)
	var toks []scannedToken
	for {
		bad = ""
		pos, t, lit := s.Scan()
		start := tf.Offset(pos)
		if t == token.EOF {
			return toks, openToken{}
		}
		if t == token.SEMICOLON && lit == "\n" {
			if start >= len(text) {
				continue // the text goes on behind the cursor
			}
			toks = append(toks, scannedToken{t, start, start})
			continue
		}
		if lit == "" {
			lit = t.String()
		}
		end := start + len(lit)
		switch {
		case t == token.COMMENT:
			if strings.HasPrefix(lit, "//") && end >= len(text) || strings.Contains(bad, "not terminated") {
				return toks, openToken{openComment, start}
			}
			continue
		case t == token.STRING && strings.Contains(bad, "not terminated"):
			return toks, openToken{openString, start}
		case t == token.CHAR && strings.Contains(bad, "not terminated"):
			return toks, openToken{openOther, start}
		}
		toks = append(toks, scannedToken{t, start, end})
	}
}

// closers returns what the tokens leave open, closed: the text that makes the source whole.
func closers(toks []scannedToken) string {
	var stack []byte
	for _, t := range toks {
		switch t.tok {
		case token.LPAREN:
			stack = append(stack, ')')
		case token.LBRACK:
			stack = append(stack, ']')
		case token.LBRACE:
			stack = append(stack, '}')
		case token.RPAREN, token.RBRACK, token.RBRACE:
			if len(stack) > 0 {
				stack = stack[:len(stack)-1]
			}
		}
	}
	slices.Reverse(stack)
	var b strings.Builder
	for _, c := range stack {
		b.WriteByte(c) // without a line end: a literal would want a comma before it
	}
	return b.String()
}

// needsBlock tells whether the tokens end in the header of a statement that needs a block behind it.
func needsBlock(toks []scannedToken) bool {
	depth := 0
	for i := len(toks) - 1; i >= 0; i-- {
		switch toks[i].tok {
		case token.RPAREN, token.RBRACK, token.RBRACE:
			depth++
		case token.LPAREN, token.LBRACK, token.LBRACE:
			depth--
			if depth < 0 && toks[i].tok == token.LBRACE {
				return false
			}
		case token.SEMICOLON:
			if depth == 0 && toks[i].start == toks[i].end {
				return false
			}
		case token.IF, token.FOR, token.SWITCH:
			if depth <= 0 {
				return true
			}
		}
	}
	return false
}

// checkAt checks an unfinished source as far as it goes.
func (w *World) checkAt(scope *Scope, text string, toks []scannedToken) *Unit {
	whole := text
	rest := closers(toks)
	if needsBlock(toks) {
		i := strings.IndexAny(rest, "}\n")
		if i < 0 {
			i = len(rest)
		}
		rest = rest[:i] + " {}" + rest[i:]
	}
	u := w.parse(scope, 0, Entry, []Text{{Name: "cursor", Text: whole + rest}})
	u.Findings, u.findings = nil, nil
	errs := u.typecheck(nil, true)
	u, _, _ = u.expand([]Text{{Name: "cursor", Text: whole + rest}}, errs, shorthandEdits)
	if u.info == nil { // what was written in short is refused written in full
		u.Findings, u.findings = nil, nil
		u.typecheck(nil, true)
	}
	return u
}

// cursorNode finds the name at the cursor and the nodes above it.
func (u *Unit) cursorNode(match func(ast.Node) bool) []ast.Node {
	var path []ast.Node
	var found []ast.Node
	look := func(root ast.Node) {
		ast.Inspect(root, func(n ast.Node) bool {
			if found != nil {
				return false
			}
			if n == nil {
				path = path[:len(path)-1]
				return true
			}
			path = append(path, n)
			if match(n) {
				found = slices.Clone(path)
			}
			return true
		})
		path = nil
	}
	for _, f := range u.files {
		f.each(look)
	}
	return found
}

func (u *Unit) membersAt() []Member {
	path := u.cursorNode(func(n ast.Node) bool {
		s, ok := n.(*ast.SelectorExpr)
		return ok && s.Sel.Name == cursorName
	})
	if path == nil {
		return nil
	}
	sel := path[len(path)-1].(*ast.SelectorExpr)
	if id, ok := sel.X.(*ast.Ident); ok {
		if pn, ok := u.info.Uses[id].(*types.PkgName); ok {
			return u.packageMembers(pn.Imported())
		}
	}
	tv, ok := u.info.Types[sel.X]
	if !ok || tv.Type == nil || tv.Type == types.Typ[types.Invalid] {
		return nil
	}
	var list []Member
	for _, o := range u.world.members(tv.Type) {
		list = append(list, u.member(o))
	}
	return list
}

func (u *Unit) packageMembers(p *types.Package) []Member {
	u.world.fill(p.Path())
	var list []Member
	for _, name := range p.Scope().Names() {
		if o := p.Scope().Lookup(name); o.Exported() {
			list = append(list, u.member(o))
		}
	}
	return list
}

// namesAt returns the names in scope at the cursor.
func (u *Unit) namesAt() []Member {
	w := u.world
	seen := map[string]bool{}
	var list []Member
	add := func(m Member) {
		if !seen[m.Name] && !strings.HasPrefix(m.Name, mark) && m.Name != "_" {
			seen[m.Name] = true
			list = append(list, m)
		}
	}
	path := u.cursorNode(func(n ast.Node) bool {
		id, ok := n.(*ast.Ident)
		return ok && id.Name == cursorName
	})
	if path != nil {
		pos := path[len(path)-1].Pos()
		for _, s := range u.info.Scopes {
			if !s.Contains(pos) {
				continue
			}
			for _, name := range s.Names() {
				if o := s.Lookup(name); o.Pos() < pos {
					add(u.member(o))
				}
			}
		}
	}
	for _, name := range sortedKeys(u.declared) {
		add(u.member(u.declared[name]))
	}
	for _, name := range u.scope.Names() {
		add(u.member(u.scope.Lookup(name).Object))
	}
	for _, name := range w.predeclaredNames() {
		if m, ok := u.predeclaredMember(name); ok {
			add(m)
		}
	}
	if w.hasLanguageFunc("Cluster") {
		add(Member{Name: clusterName, Kind: "var", Type: "*Cluster", Doc: "the cluster, as Cluster() is"})
	}
	if w.short.Filesystems != nil {
		for _, name := range w.short.Filesystems() {
			if token.IsIdentifier(name) {
				add(Member{Name: name, Kind: "var", Type: "*Filesystem", Doc: "the file system, as Cluster().Filesystems[" + strconv.Quote(name) + "] is"})
			}
		}
	}
	for _, p := range w.order {
		add(Member{Name: w.tables[p].Name, Kind: "package", Type: p})
	}
	for _, name := range types.Universe.Names() {
		kind := "builtin"
		if _, ok := types.Universe.Lookup(name).(*types.TypeName); ok {
			kind = "type"
		}
		add(Member{Name: name, Kind: kind})
	}
	for t := token.BREAK; t <= token.VAR; t++ {
		add(Member{Name: t.String(), Kind: "keyword"})
	}
	return list
}

// predeclaredMember describes what a name stands for before the user declares anything.
func (u *Unit) predeclaredMember(name string) (Member, bool) {
	if f := u.world.languageFunc(name); f != nil {
		return u.member(f), true
	}
	if o := u.world.predeclared(name); o != nil {
		return u.member(o), true
	}
	return Member{}, false
}

// Warm converts and describes what the first completion needs, name by name, so that others are let in between. It is
// for sessions that somebody is about to type in.
func (w *World) Warm() {
	w.mu.Lock()
	u := w.parse(NewScope(), 0, Entry, nil)
	names := w.predeclaredNames()
	w.mu.Unlock()
	for _, name := range names {
		w.mu.Lock()
		u.predeclaredMember(name)
		w.mu.Unlock()
	}
}

// member describes an object. Those of the packages are the same for every unit and described once.
func (u *Unit) member(o types.Object) Member {
	w := u.world
	if o.Pkg() == nil {
		return u.memberOfUnit(o)
	}
	if _, native := w.tables[o.Pkg().Path()]; !native {
		return u.memberOfUnit(o)
	}
	m, ok := w.described[o]
	if !ok {
		m = u.memberOfUnit(o)
		w.described[o] = m
	}
	return m
}

func (u *Unit) memberOfUnit(o types.Object) Member {
	doc := u.world.DocOf(o)
	m := Member{Name: strings.TrimPrefix(o.Name(), mark), Doc: firstSentence(doc.Text)}
	qualifier := func(p *types.Package) string { return p.Name() }
	m.Type = u.clean(types.TypeString(o.Type(), qualifier))
	switch o := o.(type) {
	case *types.Func:
		m.Kind = "func"
		if o.Signature().Recv() != nil {
			m.Kind = "method"
		}
		m.Params = doc.Params
		if nf := u.world.funcs[o]; nf != nil && nf.ctx && len(m.Params) > o.Signature().Params().Len() {
			m.Params = m.Params[1:]
		}
		m.Type = u.signatureShown(o.Signature(), m.Params)
	case *types.Var:
		m.Kind = "var"
		if o.IsField() {
			m.Kind = "field"
		}
	case *types.Const:
		m.Kind = "const"
	case *types.TypeName:
		m.Kind = "type"
		m.Type = u.clean(types.TypeString(o.Type().Underlying(), qualifier))
	case *types.PkgName:
		m.Kind, m.Type = "package", o.Imported().Path()
	}
	return m
}

// signatureShown prints a signature with the parameter names of its source.
func (u *Unit) signatureShown(s *types.Signature, names []string) string {
	qualifier := func(p *types.Package) string { return p.Name() }
	var ps, rs []string
	for i := range s.Params().Len() {
		p := s.Params().At(i)
		name := p.Name()
		if i < len(names) && names[i] != "" {
			name = names[i]
		}
		t := types.TypeString(p.Type(), qualifier)
		if s.Variadic() && i == s.Params().Len()-1 {
			t = "..." + strings.TrimPrefix(t, "[]")
		}
		ps = append(ps, strings.TrimSpace(name+" "+t))
	}
	for r := range s.Results().Variables() {
		rs = append(rs, types.TypeString(r.Type(), qualifier))
	}
	out := "(" + strings.Join(ps, ", ") + ")"
	switch len(rs) {
	case 0:
	case 1:
		out += " " + rs[0]
	default:
		out += " (" + strings.Join(rs, ", ") + ")"
	}
	return u.clean(out)
}

func firstSentence(text string) string {
	if i := strings.IndexByte(text, '\n'); i >= 0 {
		text = text[:i]
	}
	if i := strings.Index(text, ". "); i >= 0 {
		text = text[:i+1]
	}
	return text
}

// keyAt handles a cursor inside a string: the key of a collection.
func (w *World) keyAt(scope *Scope, src string, offset int, toks []scannedToken, open openToken) Cursor {
	n := len(toks)
	if n > 0 && (toks[n-1].tok == token.LPAREN || toks[n-1].tok == token.COMMA || toks[n-1].tok == token.LBRACE || toks[n-1].tok == token.COLON) {
		return w.stringAt(scope, src, offset, toks, open)
	}
	if n == 0 || toks[n-1].tok != token.LBRACK || toks[n-1].end != open.start {
		return Cursor{}
	}
	c := Cursor{Kind: CursorKey, Start: open.start + 1, Prefix: src[open.start+1 : offset]}
	quote := src[open.start : open.start+1]
	c.Closed = strings.HasPrefix(src[offset:], quote)
	key := strconv.Quote(cursorName)
	u := w.checkAt(scope, src[:open.start]+key, toks)
	path := u.cursorNode(func(n ast.Node) bool {
		ix, ok := n.(*ast.IndexExpr)
		if !ok {
			return false
		}
		lit, ok := ix.Index.(*ast.BasicLit)
		return ok && lit.Value == key
	})
	if path == nil {
		return Cursor{}
	}
	x := path[len(path)-1].(*ast.IndexExpr).X
	if tv, ok := u.info.Types[x]; !ok || !w.IsCollection(tv.Type) {
		return Cursor{}
	}
	c.Path = u.path(x)
	return c
}

// path reduces an expression to steps that can be followed without running the user's code; nil when it is not of that
// form.
func (u *Unit) path(e ast.Expr) []Step {
	switch x := ast.Unparen(unwrapped(e, u.wraps)).(type) {
	case *ast.Ident:
		if o := u.info.Uses[x]; o != nil {
			if n := u.scope.Lookup(x.Name); n != nil && n.Object == o {
				if _, ok := o.(*types.Var); ok {
					return []Step{{Root: x.Name}}
				}
			}
		}
	case *ast.SelectorExpr:
		if sel := u.info.Selections[x]; sel != nil && sel.Kind() == types.FieldVal {
			if p := u.path(x.X); p != nil {
				return append(p, Step{Field: x.Sel.Name})
			}
		}
	case *ast.IndexExpr:
		tv := u.info.Types[x.X]
		lit, ok := x.Index.(*ast.BasicLit)
		if !ok || lit.Kind != token.STRING || tv.Type == nil || !u.world.IsCollection(tv.Type) {
			return nil
		}
		key, err := strconv.Unquote(lit.Value)
		if p := u.path(x.X); p != nil && err == nil && key != "" {
			return append(p, Step{Key: key})
		}
	case *ast.CallExpr:
		if id, ok := ast.Unparen(x.Fun).(*ast.Ident); ok && len(x.Args) == 0 {
			if f, ok := u.info.Uses[id].(*types.Func); ok {
				if nf := u.world.funcs[f]; nf != nil && nf.session {
					return []Step{{Root: nf.name}}
				}
			}
		}
	}
	return nil
}
