package view

import (
	"go/ast"
	"go/scanner"
	"go/token"
	"go/types"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"gpfsh/mmexec/lazyregexp"
)

// Names of the prompt that stand for longer expressions, as long as nothing else has the name.
const (
	clusterName     = "cluster"
	clusterText     = "Cluster()"
	filesystemsText = "Cluster().Filesystems"
)

// Shorthands says which names of the world's cluster may stand alone in an entry.
type Shorthands struct {
	// Filesystems returns the names of the file systems, quickly: from memory, or the configuration. It may be nil.
	Filesystems func() []string
}

// SetShorthands sets the names that may stand alone. It is to be called before the first check.
func (w *World) SetShorthands(s Shorthands) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.short = s
}

// maxRewrites bounds the rounds of rewriting: each makes the types known that the next one needs.
const maxRewrites = 8

// expand rewrites what is written in short, as long as the check finds something of it, and checks again.
func (u *Unit) expand(texts []Text, errs []types.Error, edits func(u *Unit, errs []types.Error, i int) []edit) (*Unit, []Text, []types.Error) {
	for range maxRewrites {
		if len(errs) == 0 || len(u.Findings) > 0 {
			break
		}
		next := slices.Clone(texts)
		changed := false
		for i := range next {
			if es := edits(u, errs, i); len(es) > 0 {
				next[i] = next[i].rewrite(es)
				changed = true
			}
		}
		if !changed {
			break
		}
		texts = next
		u = u.world.parse(u.scope, u.id, u.mode, texts)
		if len(u.Findings) > 0 {
			break
		}
		errs = u.typecheck(nil, true)
	}
	return u, texts, errs
}

// shorthandEdits returns what is to be replaced in a file: short names at the prompt, and conditions written as strings.
func shorthandEdits(u *Unit, errs []types.Error, i int) []edit {
	f := u.files[i]
	edits := u.conditionEdits(f)
	if u.mode == Entry {
		edits = append(edits, u.nameEdits(f, errs)...)
	}
	return edits
}

// nameEdits replaces names that are not defined otherwise: cluster, and the names of file systems.
func (u *Unit) nameEdits(f *file, errs []types.Error) []edit {
	var edits []edit
	for _, e := range errs {
		name, ok := strings.CutPrefix(e.Msg, "undefined: ")
		if !ok || !f.has(e.Pos) || strings.Contains(name, ".") {
			continue
		}
		off := f.offset(e.Pos)
		if !strings.HasPrefix(f.text[off:], name) {
			continue
		}
		if text := u.world.standsFor(name); text != "" {
			edits = append(edits, edit{off, off + len(name), text})
		}
	}
	slices.SortFunc(edits, func(a, b edit) int { return a.start - b.start })
	return slices.CompactFunc(edits, func(a, b edit) bool { return a.start == b.start })
}

// standsFor returns the expression that a short name stands for, or "".
func (w *World) standsFor(name string) string {
	if !w.hasLanguageFunc("Cluster") {
		return ""
	}
	switch {
	case name == clusterName:
		return clusterText
	case w.short.Filesystems != nil && slices.Contains(w.short.Filesystems(), name):
		return filesystemsText + "[" + strconv.Quote(name) + "]"
	}
	return ""
}

// conditionEdits turns strings where a condition on an object is wanted into functions of the object:
//
//	fs.Filesets.Where("Status == Linked")
//	fs.Filesets.Where(func(it *Fileset) bool { return it.Status == Linked })
func (u *Unit) conditionEdits(f *file) []edit {
	var edits []edit
	look := func(n ast.Node) {
		ast.Inspect(n, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok || !f.has(call.Pos()) {
				return true
			}
			for i, a := range call.Args {
				lit, ok := ast.Unparen(unwrapped(a, u.wraps)).(*ast.BasicLit)
				if !ok || lit.Kind != token.STRING {
					continue
				}
				if elem, ok := u.conditionOn(call, i); ok {
					edits = append(edits, u.condition(f, lit, elem)...)
				}
			}
			return true
		})
	}
	for _, d := range f.decls {
		look(d)
	}
	for _, s := range f.stmts {
		look(s)
	}
	return edits
}

// conditionOn returns the type that a parameter is a condition on: V of func(V) bool of a method of the object model.
func (u *Unit) conditionOn(call *ast.CallExpr, i int) (types.Type, bool) {
	sel, ok := ast.Unparen(unwrapped(call.Fun, u.wraps)).(*ast.SelectorExpr)
	if !ok {
		return nil, false
	}
	s := u.info.Selections[sel]
	if s == nil || s.Kind() != types.MethodVal || s.Obj().Pkg() == nil || !strings.HasPrefix(s.Obj().Pkg().Path(), viewPrefix) {
		return nil, false
	}
	sig := s.Obj().(*types.Func).Signature()
	if i >= sig.Params().Len() || sig.Variadic() && i >= sig.Params().Len()-1 {
		return nil, false
	}
	keep, ok := sig.Params().At(i).Type().Underlying().(*types.Signature)
	if !ok || keep.Params().Len() != 1 || keep.Results().Len() != 1 || !types.Identical(keep.Results().At(0).Type(), types.Typ[types.Bool]) {
		return nil, false
	}
	return keep.Params().At(0).Type(), true
}

// condition returns the edits that make one string a function. The text of the string stays where it is, so that every
// place in it stays true.
func (u *Unit) condition(f *file, lit *ast.BasicLit, elem types.Type) []edit {
	typ, ok := u.writtenType(elem)
	if !ok || strings.Contains(lit.Value, cursorName) {
		return nil
	}
	start := f.offset(lit.Pos())
	if !strings.HasPrefix(f.text[start:], lit.Value) {
		return nil
	}
	inner, unescape := stringBody(lit.Value)
	shifted := func(e edit) edit { return edit{start + 1 + e.start, start + 1 + e.end, e.text} }
	names, ok := scanNames(inner)
	if !ok {
		return nil
	}
	it := "it"
	for slices.ContainsFunc(names, func(n scannedName) bool { return n.text == it }) {
		it += "s"
	}
	edits := []edit{{start, start + 1, "func(" + it + " " + typ + ") bool { return "}}
	for _, e := range unescape {
		edits = append(edits, shifted(e))
	}
	for _, n := range names {
		before, after := u.memberOf(n, elem, it)
		if before != "" {
			edits = append(edits, shifted(edit{n.start, n.start, before}))
		}
		if after != "" {
			edits = append(edits, shifted(edit{n.end, n.end, after}))
		}
	}
	end := start + len(lit.Value)
	return append(edits, edit{end - 1, end, " }"})
}

// memberOf says what is put around a name inside a condition: the object before its fields and methods, and the
// parentheses behind a method that is not called.
func (u *Unit) memberOf(n scannedName, elem types.Type, it string) (before, after string) {
	if n.selected || n.key {
		return "", ""
	}
	known := u.means(n.text)
	for _, o := range u.world.members(elem) {
		if o.Name() != n.text {
			if !known && strings.EqualFold(o.Name(), n.text) {
				return it + ".", "" // the message then says how it is written
			}
			continue
		}
		if fn, ok := o.(*types.Func); ok && !n.called && fn.Signature().Params().Len() == 0 {
			after = "()"
		}
		return it + ".", after
	}
	if r, _ := utf8.DecodeRuneInString(n.text); !unicode.IsUpper(r) || n.called {
		return "", ""
	}
	if known {
		return "", ""
	}
	return it + ".", "" // a field that is not there: the message then names those that are
}

// means tells whether a name stands for something without an object before it.
func (u *Unit) means(name string) bool {
	_, isPackage := u.world.byPackageName(name)
	return isPackage || u.declared[name] != nil || u.scope.Lookup(name) != nil || u.world.predeclared(name) != nil ||
		types.Universe.Lookup(name) != nil
}

// writtenType returns a type as an entry can name it; false when it cannot.
func (u *Unit) writtenType(t types.Type) (string, bool) {
	star := ""
	if p, ok := types.Unalias(t).(*types.Pointer); ok {
		star, t = "*", p.Elem()
	}
	n, ok := types.Unalias(t).(*types.Named)
	if !ok || n.Obj().Pkg() == nil || !slices.Contains(u.world.dot, n.Obj().Pkg().Path()) || n.TypeArgs() != nil {
		return "", false
	}
	name := n.Obj().Name()
	if u.declared[name] != nil || u.scope.Lookup(name) != nil {
		return "", false
	}
	return star + name, true
}

// scannedName is a name in a text, with what stands around it.
type scannedName struct {
	text       string
	start, end int
	selected   bool // behind a dot
	called     bool // before a parenthesis
	key        bool // before a colon
}

// scanNames finds the names of an expression; false when the text is none that can stand on one line.
func scanNames(text string) ([]scannedName, bool) {
	var s scanner.Scanner
	fset := token.NewFileSet()
	tf := fset.AddFile("", fset.Base(), len(text))
	fine := true
	s.Init(tf, []byte(text), func(token.Position, string) { fine = false }, scanner.ScanComments)
	var names []scannedName
	last := token.ILLEGAL
	for {
		pos, t, lit := s.Scan()
		if t == token.EOF {
			return names, fine && strings.TrimSpace(text) != ""
		}
		if t == token.COMMENT {
			return nil, false
		}
		if n := len(names); n > 0 && last == token.IDENT {
			names[n-1].called = t == token.LPAREN
			names[n-1].key = t == token.COLON
		}
		if t == token.IDENT {
			off := tf.Offset(pos)
			names = append(names, scannedName{text: lit, start: off, end: off + len(lit), selected: last == token.PERIOD})
		}
		last = t
	}
}

// stringBody returns the text between the quotes of a literal, with escapes blanked to the characters they stand for,
// and the edits that do so.
func stringBody(lit string) (string, []edit) {
	inner := lit[1 : len(lit)-1]
	if lit[0] == '`' {
		return inner, nil
	}
	var edits []edit
	b := []byte(inner)
	for i := 0; i < len(inner); {
		r, multi, rest, err := strconv.UnquoteChar(inner[i:], '"')
		n := len(inner[i:]) - len(rest)
		if err != nil {
			break
		}
		if inner[i] == '\\' {
			char := string(r)
			if !multi {
				char = string([]byte{byte(r)})
			}
			edits = append(edits, edit{i, i + n, char})
			// The scanner sees the character and blanks: names keep their places.
			copy(b[i:], char+strings.Repeat(" ", n-len(char)))
		}
		i += n
	}
	return string(b), edits
}

// insteadHint is what go/types says of a name that differs in the case of its letters only.
var insteadHint = lazyregexp.New(`but does have (?:field|method) (\w+)\)`)

// Correct returns an entry with the names behind dots written as the object model writes them: a capital is what most
// of them lack. The entry is returned as it is when nothing can be corrected.
func (w *World) Correct(scope *Scope, id int, src string) string {
	w.mu.Lock()
	defer w.mu.Unlock()
	texts := []Text{{Name: "prompt", Text: src}}
	u := w.parse(scope, id, Entry, texts)
	if len(u.Findings) > 0 {
		return src
	}
	errs := u.typecheck(nil, true)
	u, texts, _ = u.expand(texts, errs, func(u *Unit, errs []types.Error, i int) []edit {
		if edits := u.caseEdits(u.files[i], errs); len(edits) > 0 {
			return edits
		}
		return shorthandEdits(u, errs, i)
	})
	return withEdits(corrected(src, texts[0]), u.patternEdits())
}

// patternEdits make of a key that is a pattern the view that it means: fs.Filesets["proj-*"] is
// fs.Filesets.Match("proj-*"). The offsets are those of the text that somebody typed.
func (u *Unit) patternEdits() []edit {
	var edits []edit
	look := func(f *file) func(ast.Node) {
		return func(root ast.Node) {
			ast.Inspect(root, func(n ast.Node) bool {
				ix, ok := n.(*ast.IndexExpr)
				if !ok {
					return true
				}
				lit, ok := ix.Index.(*ast.BasicLit)
				if !ok || lit.Kind != token.STRING || !strings.ContainsAny(lit.Value, "*?") || !f.has(lit.Pos()) {
					return true
				}
				of := u.typeOf(ast.Unparen(unwrapped(ix.X, u.wraps)))
				if of == nil || !u.world.IsCollection(of) || types.NewMethodSet(of).Lookup(nil, "Match") == nil {
					return true
				}
				text, start := f.typed(f.offset(ix.Lbrack))
				_, end := f.typed(f.offset(ix.Rbrack))
				if start < end && end < len(text) && text[start] == '[' && text[end] == ']' {
					edits = append(edits, edit{start, start + 1, ".Match("}, edit{end, end + 1, ")"})
				}
				return true
			})
		}
	}
	for _, f := range u.files {
		f.each(look(f))
	}
	slices.SortFunc(edits, func(a, b edit) int { return a.start - b.start })
	return edits
}

func withEdits(src string, edits []edit) string {
	for _, e := range slices.Backward(edits) {
		if e.end <= len(src) {
			src = src[:e.start] + e.text + src[e.end:]
		}
	}
	return src
}

// caseEdits returns the corrections of letters.
func (u *Unit) caseEdits(f *file, errs []types.Error) []edit {
	var edits []edit
	for _, e := range errs {
		m := insteadHint.FindStringSubmatch(e.Msg)
		sel := u.selectorAt(e)
		if m == nil || sel == nil || !f.has(e.Pos) || !strings.EqualFold(sel.Sel.Name, m[1]) {
			continue
		}
		off := f.offset(e.Pos)
		edits = append(edits, edit{off, off + len(sel.Sel.Name), m[1]})
	}
	return edits
}

// corrected applies to a source only those of its rewritings that change the case of letters.
func corrected(src string, t Text) string {
	var all []*rewriting
	for r := t.from; r != nil; r = r.from {
		all = append(all, r)
	}
	out := []byte(src)
	for i, r := range all {
		for _, e := range r.edits {
			if !strings.EqualFold(r.text[e.start:e.end], e.text) {
				continue
			}
			at := e.start
			for _, older := range all[i+1:] {
				at = older.back(at)
			}
			if end := at + len(e.text); end <= len(out) && strings.EqualFold(string(out[at:end]), e.text) {
				copy(out[at:end], e.text)
			}
		}
	}
	return string(out)
}

// Plain returns an entry with the short names of the prompt written in full.
func (w *World) Plain(scope *Scope, id int, src string) string {
	w.mu.Lock()
	defer w.mu.Unlock()
	texts := []Text{{Name: "prompt", Text: src}}
	u := w.parse(scope, id, Entry, texts)
	if len(u.Findings) > 0 {
		return src
	}
	errs := u.typecheck(nil, true)
	_, texts, _ = u.expand(texts, errs, func(u *Unit, errs []types.Error, i int) []edit { return u.nameEdits(u.files[i], errs) })
	return texts[0].Text
}
