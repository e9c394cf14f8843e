package view

import (
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
)

// checkSource makes the package of a generic package's text.
func (w *World) checkSource(path, text string) *types.Package {
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, path, text, parser.SkipObjectResolution)
	if err != nil {
		return types.NewPackage(path, path) // the text is ours; a test parses it
	}
	cfg := types.Config{Importer: w, Error: func(error) {}, IgnoreFuncBodies: true}
	pkg, _ := cfg.Check(path, fset, []*ast.File{f}, nil)
	return pkg
}

// sourceName is the lowered name of a function of a generic package.
func sourceName(path, name string) string { return mark + path + "_" + name }

// lowerSource lowers a generic package; deps are the generic packages that it needs itself.
func (w *World) lowerSource(path string) *Lowered {
	// As a snippet of declarations: the package clause is blanked, positions do not matter.
	text := []byte(w.sources[path])
	for i := range text {
		if text[i] == '\n' && string(text[max(0, i-len("package "+path)):i]) == "package "+path {
			for j := i - len("package "+path); j < i; j++ {
				text[j] = ' '
			}
			break
		}
	}
	u := w.check(NewScope(), 0, Script, []Text{{Name: path, Text: string(text)}})
	u.prefix = mark + path + "_"
	l := u.newLowerer(&Sites{})
	l.untraced = true
	return l.unit()
}
