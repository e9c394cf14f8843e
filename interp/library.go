package interp

import (
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/scanner"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"gpfsh/interp/view"
)

// A library is a package of the user's own below a folder that Options names: import "lib/cleanup" is the folder
// cleanup, or the file cleanup.go, there. Its files are checked and run with the source that imports them, under names
// of their own: Old of package cleanup is cleanup_Old in there, and cleanup.Old in every message.

// libraryPrefix begins the import paths of libraries.
const libraryPrefix = "lib/"

// library is one package that a session has loaded.
type library struct {
	path, name string
	names      map[string]bool // what it declares at its top level
	texts      []view.Text
}

// libraryError says why a library cannot be used; the place is the import.
type libraryError struct {
	file string
	text string
	at   int
	err  error
}

func (e *libraryError) Error() string { return e.err.Error() }
func (e *libraryError) Unwrap() error { return e.err }

// diagnostic is the finding that the error is.
func (e *libraryError) diagnostic() Diagnostic {
	before := e.text[:e.at]
	line := strings.Count(before, "\n") + 1
	start := strings.LastIndexByte(before, '\n') + 1
	source, _, _ := strings.Cut(e.text[start:], "\n")
	return Diagnostic{File: e.file, Line: line, Col: e.at - start + 1, EndCol: e.at - start + 2, Message: e.err.Error(), Source: source}
}

// importSpec is one import of a library in a source.
type importSpec struct {
	start, end int // of the specification; of the whole declaration when it is alone in one
	path, name string
	at         int // of the path
}

// withLibraries returns the sources with the libraries that they import, those first. known are the libraries that a
// session has already.
func (s *Session) withLibraries(files []Source, known map[string]*library) ([]view.Text, map[string]*library, error) {
	b := &libraryBuilder{dir: s.opts.Library, trusted: s.opts.Trusted, loaded: map[string]*library{}, known: known}
	texts := make([]view.Text, len(files))
	for i, f := range files {
		t, err := b.rewrite(view.Text{Name: f.Name, Text: f.Text}, true)
		if err != nil {
			return nil, nil, err
		}
		texts[i] = t
	}
	var all []view.Text
	for _, l := range b.order {
		all = append(all, l.texts...)
	}
	return append(all, texts...), b.loaded, nil
}

type libraryBuilder struct {
	dir     string
	trusted func(path string) error
	loaded  map[string]*library
	known   map[string]*library
	order   []*library
	opening []string
}

// rewrite takes the imports of libraries out of a source and gives the names of libraries the form that they have in
// the unit.
func (b *libraryBuilder) rewrite(t view.Text, session bool) (view.Text, error) {
	imports := libraryImports(t.Text)
	used := map[string]*library{}
	if session {
		for _, l := range b.known {
			used[l.name] = l // imported by an earlier entry
		}
	}
	var edits []view.Edit
	for _, im := range imports {
		l, err := b.load(im.path)
		if err != nil {
			return t, &libraryError{t.Name, t.Text, im.at, err}
		}
		name := im.name
		if name == "" {
			name = l.name
		}
		used[name] = l
		edits = append(edits, view.Edit{Start: im.start, End: im.end, Text: ""})
	}
	if len(used) == 0 {
		return t, nil
	}
	for _, sel := range selectors(t.Text) {
		l := used[sel.x]
		switch {
		case l == nil:
		case l.names[sel.sel] && ast.IsExported(sel.sel):
			edits = append(edits, view.Edit{Start: sel.start, End: sel.end, Text: l.name + "_" + sel.sel})
		case len(imports) > 0 && l.names[sel.sel]:
			return t, &libraryError{t.Name, t.Text, sel.start, fmt.Errorf("%s is not exported by %s: it begins with a small letter", sel.sel, l.path)}
		case len(imports) > 0:
			return t, &libraryError{t.Name, t.Text, sel.start, fmt.Errorf("undefined: %s.%s", sel.x, sel.sel)}
		}
	}
	return t.Rewrite(edits), nil
}

// load reads a library, once.
func (b *libraryBuilder) load(path string) (*library, error) {
	if l := b.known[path]; l != nil {
		return l, nil
	}
	if l := b.loaded[path]; l != nil {
		return l, nil
	}
	if slices.Contains(b.opening, path) {
		return nil, fmt.Errorf("%s imports itself: %s", path, strings.Join(append(b.opening, path), " imports "))
	}
	if b.dir == "" {
		return nil, errors.New("there is no folder for libraries here: ~/.config/gpfsh/lib is it, where there is a home")
	}
	b.opening = append(b.opening, path)
	defer func() { b.opening = b.opening[:len(b.opening)-1] }()
	files, err := libraryFiles(filepath.Join(b.dir, filepath.FromSlash(strings.TrimPrefix(path, libraryPrefix))))
	if err != nil {
		return nil, err
	}
	l := &library{path: path, names: map[string]bool{}}
	fset := token.NewFileSet()
	var parsed []*ast.File
	for _, file := range files {
		if b.trusted != nil {
			if err := b.trusted(file); err != nil {
				return nil, fmt.Errorf("the library is not used: %w", err)
			}
		}
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		f, err := parser.ParseFile(fset, file, text, parser.ParseComments)
		if err != nil {
			return nil, err
		}
		if l.name == "" {
			l.name = f.Name.Name
		}
		if f.Name.Name != l.name {
			return nil, fmt.Errorf("%s has the packages %s and %s", path, l.name, f.Name.Name)
		}
		if l.name == "main" {
			return nil, fmt.Errorf("%s is package main: a library needs a name of its own", file)
		}
		for _, name := range topLevel(f) {
			l.names[name] = true
		}
		parsed = append(parsed, f)
		l.texts = append(l.texts, view.Text{Name: file, Text: string(text)})
	}
	for i, f := range parsed {
		edits := renames(fset, f, l)
		t, err := b.rewriteLibrary(l.texts[i], edits)
		if err != nil {
			return nil, err
		}
		l.texts[i] = t
	}
	b.loaded[path] = l
	b.order = append(b.order, l)
	return l, nil
}

// rewriteLibrary is rewrite for a file of a library, whose own names change too.
func (b *libraryBuilder) rewriteLibrary(t view.Text, edits []view.Edit) (view.Text, error) {
	used := map[string]*library{}
	for _, im := range libraryImports(t.Text) {
		l, err := b.load(im.path)
		if err != nil {
			return t, err
		}
		name := im.name
		if name == "" {
			name = l.name
		}
		used[name] = l
		edits = append(edits, view.Edit{Start: im.start, End: im.end})
	}
	for _, sel := range selectors(t.Text) {
		if l := used[sel.x]; l != nil && l.names[sel.sel] && ast.IsExported(sel.sel) {
			edits = append(edits, view.Edit{Start: sel.start, End: sel.end, Text: l.name + "_" + sel.sel})
		}
	}
	return t.Rewrite(edits), nil
}

// libraryFiles returns the Go files of a library: those of its folder, or the one of its name.
func libraryFiles(path string) ([]string, error) {
	if info, err := os.Stat(path + ".go"); err == nil && info.Mode().IsRegular() {
		return []string{path + ".go"}, nil
	}
	entries, err := os.ReadDir(path)
	if err != nil {
		return nil, fmt.Errorf("no such library: there is neither %s nor %s.go", path, path)
	}
	var files []string
	for _, e := range entries {
		if name := e.Name(); e.Type().IsRegular() && filepath.Ext(name) == ".go" && !strings.HasSuffix(name, "_test.go") {
			files = append(files, filepath.Join(path, name))
		}
	}
	if len(files) == 0 {
		return nil, fmt.Errorf("no such library: %s holds no Go files", path)
	}
	return files, nil
}

// topLevel returns the names that a file declares.
func topLevel(f *ast.File) []string {
	var names []string
	for _, d := range f.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			if d.Recv == nil && d.Name.Name != "init" {
				names = append(names, d.Name.Name)
			}
		case *ast.GenDecl:
			for _, s := range d.Specs {
				switch s := s.(type) {
				case *ast.TypeSpec:
					names = append(names, s.Name.Name)
				case *ast.ValueSpec:
					for _, id := range s.Names {
						if id.Name != "_" {
							names = append(names, id.Name)
						}
					}
				}
			}
		}
	}
	return names
}

// renames returns the edits that give the package's own names in a file their form in the unit.
func renames(fset *token.FileSet, f *ast.File, l *library) []view.Edit {
	own := map[*ast.Ident]bool{}
	for _, id := range f.Unresolved {
		own[id] = l.names[id.Name]
	}
	fields := map[*ast.Ident]bool{} // keys of structs are not resolved, though the parser may think so
	ast.Inspect(f, func(n ast.Node) bool {
		lit, ok := n.(*ast.CompositeLit)
		if !ok {
			return true
		}
		switch lit.Type.(type) {
		case *ast.ArrayType, *ast.MapType:
			return true
		}
		for _, e := range lit.Elts {
			if kv, ok := e.(*ast.KeyValueExpr); ok {
				if id, ok := kv.Key.(*ast.Ident); ok {
					fields[id] = true
				}
			}
		}
		return true
	})
	var edits []view.Edit
	ast.Inspect(f, func(n ast.Node) bool {
		switch x := n.(type) {
		case *ast.Ident:
			top := x.Obj != nil && f.Scope.Lookup(x.Name) == x.Obj
			if (top || own[x]) && l.names[x.Name] && !fields[x] && x != f.Name {
				at := fset.Position(x.Pos()).Offset
				edits = append(edits, view.Edit{Start: at, End: at, Text: l.name + "_"})
			}
		}
		return true
	})
	return edits
}

type selector struct {
	x, sel     string
	start, end int
}

// token is one token of a source with its place.
type sourceToken struct {
	tok        token.Token
	lit        string
	start, end int
}

func tokens(text string) []sourceToken {
	var s scanner.Scanner
	fset := token.NewFileSet()
	f := fset.AddFile("", fset.Base(), len(text))
	s.Init(f, []byte(text), func(token.Position, string) {}, 0)
	var list []sourceToken
	for {
		pos, tok, lit := s.Scan()
		if tok == token.EOF {
			return list
		}
		at := f.Offset(pos)
		n := len(lit)
		if n == 0 || tok == token.SEMICOLON && lit == "\n" {
			n = len(tok.String())
		}
		list = append(list, sourceToken{tok, lit, at, min(at+n, len(text))})
	}
}

// selectors finds x.sel in a source, where x is a name.
func selectors(text string) []selector {
	var list []selector
	toks := tokens(text)
	for i := 0; i+2 < len(toks); i++ {
		if toks[i].tok == token.IDENT && toks[i+1].tok == token.PERIOD && toks[i+2].tok == token.IDENT && (i == 0 || toks[i-1].tok != token.PERIOD) {
			list = append(list, selector{toks[i].lit, toks[i+2].lit, toks[i].start, toks[i+2].end})
		}
	}
	return list
}

// libraryImports finds the imports of libraries in a source.
func libraryImports(text string) []importSpec {
	if !strings.Contains(text, `"`+libraryPrefix) {
		return nil
	}
	var list []importSpec
	toks := tokens(text)
	for i := 0; i < len(toks); i++ {
		if toks[i].tok != token.IMPORT {
			continue
		}
		group := i+1 < len(toks) && toks[i+1].tok == token.LPAREN
		from := toks[i].start
		j := i + 1
		if group {
			j++
		}
		for ; j < len(toks); j++ {
			spec := importSpec{start: toks[j].start}
			if !group {
				spec.start = from
			}
			if toks[j].tok == token.IDENT && j+1 < len(toks) {
				spec.name = toks[j].lit
				j++
			}
			if toks[j].tok == token.STRING {
				spec.path, _ = strconv.Unquote(toks[j].lit)
				spec.at, spec.end = toks[j].start, toks[j].end
				if strings.HasPrefix(spec.path, libraryPrefix) {
					list = append(list, spec)
				}
			}
			if !group || toks[j].tok == token.RPAREN {
				break
			}
		}
		i = j
	}
	return list
}

// plainNames gives the names of libraries in a message the form that the source has.
func plainNames(msg string, libs map[string]*library) string {
	for _, l := range libs {
		msg = strings.ReplaceAll(msg, l.name+"_", l.name+".")
	}
	return msg
}
