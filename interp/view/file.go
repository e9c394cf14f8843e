package view

import (
	"go/ast"
	"go/parser"
	"go/scanner"
	"go/token"
	"sort"
	"strings"
)

// file is one source, parsed. A snippet (no package clause) is taken apart into its imports, its declarations and its
// statements, which may stand in any order; each part is parsed from the whole text with the other parts blanked out,
// so that every position stays true.
type file struct {
	name    string
	text    string
	lines   []int // offsets of line starts
	program bool  // has a package clause of its own
	from    *rewriting

	fset    *token.FileSet
	imports []*ast.ImportSpec
	decls   []ast.Decl // types, constants, functions; of a program its variables as well
	stmts   []ast.Stmt // of a snippet: what runs, in order
	spans   []span     // the token files of this source and where their text begins
	trailer bool       // the last statement ends in a semicolon
}

// span maps positions of one token.File to offsets of the source.
type span struct {
	tf     *token.File
	header int // bytes that stand before the source in the parsed text, all on the first line
}

// syntaxError is a parse error at an offset of the source.
type syntaxError struct {
	offset     int
	msg        string
	incomplete bool
}

// header stands before a parsed snippet; all headers have one length.
const (
	declHeader = "package main;            "
	stmtHeader = "package main;func " + mark + "(){  "
)

// parseFile parses a source. Parse errors come back sorted by position; the file then holds what could be parsed.
func parseFile(fset *token.FileSet, name, text string) (*file, []syntaxError) {
	f := &file{name: name, text: text, fset: fset, lines: lineStarts(text)}
	body := blankShebang(text)
	items := splitItems(body)
	if len(items) > 0 && items[0].kind == itemPackage {
		f.program = true
		return f, f.parseProgram(body)
	}
	var errs []syntaxError
	parse := func(header, trailer string, kind itemKind) *ast.File {
		blanked := blankOthers(body, items, kind)
		if kind != itemStmt && strings.TrimSpace(blanked) == "" {
			return nil
		}
		af, err := parser.ParseFile(fset, name, header+blanked+trailer, parser.SkipObjectResolution|parser.AllErrors)
		if af == nil {
			return nil
		}
		f.spans = append(f.spans, span{fset.File(af.FileStart), len(header)})
		errs = append(errs, f.syntaxErrors(err, len(header))...)
		return af
	}
	if af := parse(declHeader, "", itemImport); af != nil {
		f.imports = af.Imports
	}
	if af := parse(declHeader, "", itemDecl); af != nil {
		f.decls = af.Decls
	}
	if af := parse(stmtHeader, "\n}", itemStmt); af != nil {
		for _, d := range af.Decls {
			if fd, ok := d.(*ast.FuncDecl); ok && fd.Name.Name == mark && fd.Body != nil {
				f.stmts = fd.Body.List
			}
		}
	}
	f.trailer = endsInSemicolon(body)
	sort.SliceStable(errs, func(i, j int) bool { return errs[i].offset < errs[j].offset })
	return f, errs
}

func (f *file) parseProgram(body string) []syntaxError {
	af, err := parser.ParseFile(f.fset, f.name, body, parser.SkipObjectResolution|parser.AllErrors)
	if af == nil {
		return f.syntaxErrors(err, 0)
	}
	f.spans = append(f.spans, span{f.fset.File(af.FileStart), 0})
	f.imports = af.Imports
	for _, d := range af.Decls {
		if g, ok := d.(*ast.GenDecl); ok && g.Tok == token.IMPORT {
			continue
		}
		f.decls = append(f.decls, d)
	}
	return f.syntaxErrors(err, 0)
}

func (f *file) syntaxErrors(err error, header int) []syntaxError {
	list, ok := err.(scanner.ErrorList)
	if !ok {
		return nil
	}
	end := len(strings.TrimRight(f.text, " \t\r\n;"))
	var errs []syntaxError
	for _, e := range list {
		off := min(max(e.Pos.Offset-header, 0), len(f.text))
		errs = append(errs, syntaxError{
			offset:     min(off, end),
			msg:        plainSyntax(e.Msg),
			incomplete: off >= end || strings.Contains(e.Msg, "not terminated"),
		})
	}
	return errs
}

// plainSyntax removes from a parser message what concerns the text around the snippet.
func plainSyntax(msg string) string {
	return strings.NewReplacer("found 'EOF'", "found the end of the text", "(and 1 more errors)", "").Replace(msg)
}

// each visits the top level of the source: its declarations, then its statements.
func (f *file) each(visit func(ast.Node)) {
	for _, d := range f.decls {
		visit(d)
	}
	for _, s := range f.stmts {
		visit(s)
	}
}

// offset returns the offset in the source of a position.
func (f *file) offset(p token.Pos) int {
	for _, s := range f.spans {
		if base := s.tf.Base(); int(p) >= base && int(p) <= base+s.tf.Size() {
			return min(max(int(p)-base-s.header, 0), len(f.text))
		}
	}
	return 0
}

// has tells whether a position belongs to this source.
func (f *file) has(p token.Pos) bool {
	for _, s := range f.spans {
		if base := s.tf.Base(); int(p) >= base && int(p) <= base+s.tf.Size() {
			return true
		}
	}
	return false
}

// place returns line and column, both from 1, of an offset.
func (f *file) place(off int) (line, col int) {
	lines := f.lines
	if f.from != nil {
		var text string
		text, off = f.typed(off)
		lines = lineStarts(text)
	}
	i := sort.Search(len(lines), func(i int) bool { return lines[i] > off }) - 1
	return i + 1, off - lines[i] + 1
}

// line returns the text of a line, from 1, without its end.
func (f *file) line(n int) string {
	text, lines := f.text, f.lines
	if f.from != nil {
		text, _ = f.typed(0)
		lines = lineStarts(text)
	}
	if n < 1 || n > len(lines) {
		return ""
	}
	s := text[lines[n-1]:]
	if i := strings.IndexByte(s, '\n'); i >= 0 {
		s = s[:i]
	}
	return strings.TrimRight(s, "\r")
}

func lineStarts(text string) []int {
	starts := []int{0}
	for i := 0; i < len(text); i++ {
		if text[i] == '\n' {
			starts = append(starts, i+1)
		}
	}
	return starts
}

// blankShebang blanks a first line that begins with "#!".
func blankShebang(text string) string {
	if !strings.HasPrefix(text, "#!") {
		return text
	}
	i := strings.IndexByte(text, '\n')
	if i < 0 {
		i = len(text)
	}
	return strings.Repeat(" ", i) + text[i:]
}

type itemKind int

const (
	itemStmt itemKind = iota
	itemDecl
	itemImport
	itemPackage
)

// item is one top-level piece of a source.
type item struct {
	kind       itemKind
	start, end int // offsets; the end is behind the item's semicolon, when it has one
}

// splitItems finds the top-level pieces of a source by its tokens alone, so that it works for what does not parse.
func splitItems(text string) []item {
	var s scanner.Scanner
	fset := token.NewFileSet()
	tf := fset.AddFile("", fset.Base(), len(text))
	s.Init(tf, []byte(text), func(token.Position, string) {}, 0)

	type tok struct {
		off int
		t   token.Token
	}
	var items []item
	var cur []tok
	depth := 0
	flush := func(end int) {
		if len(cur) == 0 {
			if end > 0 && text[end-1] == ';' { // an empty statement is a statement
				items = append(items, item{itemStmt, end - 1, end})
			}
			return
		}
		toks := make([]token.Token, len(cur))
		for i, t := range cur {
			toks[i] = t.t
		}
		items = append(items, item{kindOf(toks), cur[0].off, end})
		cur = cur[:0]
	}
	for {
		pos, t, lit := s.Scan()
		off := tf.Offset(pos)
		if t == token.EOF {
			flush(len(text))
			return items
		}
		switch t {
		case token.LPAREN, token.LBRACK, token.LBRACE:
			depth++
		case token.RPAREN, token.RBRACK, token.RBRACE:
			depth--
		case token.SEMICOLON:
			if depth <= 0 {
				end := off
				if lit == ";" {
					end++
				}
				flush(min(end, len(text)))
				depth = 0
				continue
			}
		}
		cur = append(cur, tok{off, t})
	}
}

func kindOf(toks []token.Token) itemKind {
	switch toks[0] {
	case token.PACKAGE:
		return itemPackage
	case token.IMPORT:
		return itemImport
	case token.TYPE, token.CONST:
		return itemDecl
	case token.FUNC:
		if len(toks) > 1 && toks[1] == token.IDENT {
			return itemDecl
		}
		// func (r T) Name( is a method, func (x int) int { a literal.
		depth := 0
		for i, t := range toks[1:] {
			switch t {
			case token.LPAREN:
				depth++
			case token.RPAREN:
				depth--
			}
			if depth == 0 {
				rest := toks[i+2:]
				if len(rest) > 1 && rest[0] == token.IDENT && rest[1] == token.LPAREN {
					return itemDecl
				}
				break
			}
		}
	}
	return itemStmt
}

// blankOthers returns the text with everything blanked that does not belong to items of the kind; line ends stay.
func blankOthers(text string, items []item, kind itemKind) string {
	b := []byte(text)
	for _, it := range items {
		if it.kind == kind {
			continue
		}
		for i := it.start; i < it.end; i++ {
			if b[i] != '\n' {
				b[i] = ' '
			}
		}
	}
	return string(b)
}

func endsInSemicolon(text string) bool {
	var s scanner.Scanner
	fset := token.NewFileSet()
	tf := fset.AddFile("", fset.Base(), len(text))
	s.Init(tf, []byte(text), func(token.Position, string) {}, 0)
	last := false
	for {
		_, t, lit := s.Scan()
		if t == token.EOF {
			return last
		}
		if t != token.SEMICOLON || lit == ";" {
			last = t == token.SEMICOLON
		}
	}
}
