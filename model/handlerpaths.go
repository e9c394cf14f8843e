package model

import (
	"context"
	"fmt"
	"go/ast"
	"go/constant"
	"go/parser"
	"go/token"
	"go/types"
	"path"
	"slices"
	"strconv"
	"strings"

	"gpfsh/mmexec"
	"gpfsh/mmexec/handlers"
)

// HandlerPathError says that a handler uses a path of a file system, at an event when that may not answer: what touches
// such a path hangs, and what waits for the handler with it.
type HandlerPathError struct {
	Event      string
	Path       string // as far as it is known
	Filesystem string
	MountPoint string
	Place      string // where it is used: prompt:1:40, or line 2 of the handler
}

// Error names the path, its place and the file system.
func (e *HandlerPathError) Error() string {
	at := ""
	if e.Place != "" {
		at = " (" + e.Place + ")"
	}
	return fmt.Sprintf("a handler of %s must not use %s%s: it is in file system %s, mounted at %s, which may not answer then, and the handler would hang",
		e.Event, strconv.Quote(e.Path), at, e.Filesystem, e.MountPoint)
}

// keepsOff refuses a handler that uses paths of file systems at events when these may not answer. Mount points are read
// from the configuration, by mmlsfs all -T, only for a handler that has a path in it at all.
func (c *Cluster) keepsOff(ctx context.Context, h *handlers.Handler, f *HandlerFunc) error {
	i := slices.IndexFunc(h.Events, func(name string) bool {
		e, _ := mmexec.FindCallbackEvent(name)
		return e.Unreachable()
	})
	if i < 0 {
		return nil
	}
	var texts []handlerText
	if f != nil {
		texts = f.paths()
	}
	for n := range h.Command {
		place := "argument " + strconv.Itoa(n)
		if n == 0 {
			place = "the command"
		}
		texts = append(texts, handlerText{func(fs string) string { return h.Args(map[string]string{"fsName": fs})[n] }, place})
	}
	if h.Dir != "" {
		texts = append(texts, handlerText{func(string) string { return h.Dir }, "InSharedDir"})
	}
	texts = slices.DeleteFunc(texts, func(t handlerText) bool { return !path.IsAbs(t.about("x")) })
	if len(texts) == 0 {
		return nil
	}
	mounts, err := c.filesystemNames(ctx, "all")
	if err != nil {
		return fmt.Errorf("it cannot be told whether a path in the handler of %s is in a file system: %w", h.Events[i], err)
	}
	about := []string{h.Scope.Filesystem}
	if about[0] == "" {
		for _, m := range mounts {
			about = append(about, m.Key)
		}
	}
	for _, t := range texts {
		for _, name := range about {
			p := t.about(name)
			for _, m := range mounts {
				if under(p, m.Value) {
					return &HandlerPathError{Event: h.Events[i], Path: p, Filesystem: m.Key, MountPoint: m.Value, Place: t.place}
				}
			}
		}
	}
	return nil
}

// under tells whether a path, however written, is a directory or in it.
func under(p, dir string) bool {
	return path.IsAbs(dir) && below(path.Clean(p), path.Clean(dir)) // else a drive letter, or none
}

// handlerText is a text that a handler uses, as far as it is known beforehand, for an event about a file system.
type handlerText struct {
	about func(fs string) string
	place string
}

// paths returns the texts in the functions of the source that begin with a slash.
func (f HandlerFunc) paths() []handlerText {
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "handler", "package handler\n"+f.Source, 0)
	if err != nil {
		return nil // which is said elsewhere
	}
	// Names of gpfsh are not known here. What has none of them in it has its value all the same.
	known := &types.Info{Types: map[ast.Expr]types.TypeAndValue{}, Defs: map[*ast.Ident]types.Object{}, Uses: map[*ast.Ident]types.Object{}}
	check := types.Config{Error: func(error) {}}
	_, _ = check.Check("handler", fset, []*ast.File{file}, known)
	var list []handlerText
	for _, d := range file.Decls {
		fn, ok := d.(*ast.FuncDecl)
		if !ok || fn.Body == nil {
			continue
		}
		r := textReader{known: known}
		if fn.Recv == nil && fn.Name.Name == handlerName {
			for _, p := range fn.Type.Params.List {
				for _, name := range p.Names {
					r.params = append(r.params, known.Defs[name])
				}
			}
		}
		ast.Inspect(fn.Body, func(n ast.Node) bool {
			x, ok := n.(ast.Expr)
			if !ok {
				return true
			}
			parts, _ := r.read(x)
			if len(parts) == 0 || !strings.HasPrefix(parts[0], "/") {
				return true
			}
			about := func(fs string) string { return strings.ReplaceAll(strings.Join(parts, ""), fsNameHere, fs) }
			list = append(list, handlerText{about, f.place(fset, fn, x.Pos())})
			return false
		})
	}
	return list
}

// place says where something in the source was written.
func (f HandlerFunc) place(fset *token.FileSet, fn *ast.FuncDecl, pos token.Pos) string {
	if fn.Name.Name != handlerName || fn.Recv != nil {
		return "in the function " + fn.Name.Name
	}
	at, paren := fset.Position(pos), fset.Position(fn.Type.Params.Opening)
	words := strings.Split(f.At, ":")
	if n := len(words); n >= 3 {
		line, lerr := strconv.Atoi(words[n-2])
		col, cerr := strconv.Atoi(words[n-1])
		if lerr == nil && cerr == nil {
			if at.Line > paren.Line {
				col = at.Column
			} else {
				col += at.Column - paren.Column
			}
			return fmt.Sprintf("%s:%d:%d", strings.Join(words[:n-2], ":"), line+at.Line-paren.Line, col)
		}
	}
	return fmt.Sprintf("line %d, column %d of its source", at.Line-1, at.Column)
}

// fsNameHere stands in a text for the name of the file system that the event tells of.
const fsNameHere = "\x00"

// textReader finds out what texts in a function are.
type textReader struct {
	known  *types.Info
	params []types.Object // of the handler
}

// read returns what is known of a text, from its beginning on; whole says that there is no more of it.
func (r textReader) read(x ast.Expr) (parts []string, whole bool) {
	if v := r.known.Types[x].Value; v != nil && v.Kind() == constant.String {
		return []string{constant.StringVal(v)}, true
	}
	switch x := x.(type) {
	case *ast.ParenExpr:
		return r.read(x.X)
	case *ast.BinaryExpr:
		if x.Op == token.ADD {
			return r.row([]ast.Expr{x.X, x.Y}, "")
		}
	case *ast.Ident:
		if r.isParam(x) && strings.EqualFold(x.Name, "fsName") {
			return []string{fsNameHere}, true
		}
	case *ast.SelectorExpr:
		if id, ok := x.X.(*ast.Ident); ok && r.isParam(id) && x.Sel.Name == fieldOf("fsName") {
			return []string{fsNameHere}, true
		}
	case *ast.CallExpr:
		switch typeText(x.Fun) {
		case "path.Join", "filepath.Join":
			return r.row(x.Args, "/")
		case "fmt.Sprintf", "Sprintf":
			return r.format(x.Args)
		}
	}
	return nil, false
}

// row reads texts one behind the other.
func (r textReader) row(list []ast.Expr, between string) (parts []string, whole bool) {
	for i, x := range list {
		if i > 0 && between != "" {
			parts = append(parts, between)
		}
		more, whole := r.read(x)
		parts = append(parts, more...)
		if !whole {
			return parts, false
		}
	}
	return parts, true
}

// format reads the arguments of Sprintf up to the first verb that is not a plain %s or %v.
func (r textReader) format(args []ast.Expr) (parts []string, whole bool) {
	if len(args) == 0 {
		return nil, false
	}
	first, whole := r.read(args[0])
	if !whole {
		return nil, false
	}
	rest, args := strings.Join(first, ""), args[1:]
	for {
		text, verb, found := strings.Cut(rest, "%")
		parts = append(parts, text)
		switch {
		case !found:
			return parts, true
		case strings.HasPrefix(verb, "%"):
			parts = append(parts, "%")
		case (strings.HasPrefix(verb, "s") || strings.HasPrefix(verb, "v")) && len(args) > 0:
			more, whole := r.read(args[0])
			if parts = append(parts, more...); !whole {
				return parts, false
			}
			args = args[1:]
		default:
			return parts, false
		}
		rest = verb[1:]
	}
}

func (r textReader) isParam(id *ast.Ident) bool {
	o := r.known.Uses[id]
	return o != nil && slices.Contains(r.params, o)
}
