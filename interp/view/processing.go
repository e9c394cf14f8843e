package view

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"strings"
)

// The computations over files are generic in package policy, and the interpreter cannot have generic functions that are
// native. Here they are declared for the check as Go has them; lowered code calls the instances for any value, and takes
// the result through a pointer to a variable of its own type.

// policyPackage has the computations over files.
const policyPackage = "gpfsh/policy"

// processingText declares them as the view shows them. A call of MapReduce with fewer arguments means the declaration
// whose name has as many marks before it.
const processingText = `package policy

import "gpfsh/policy/filelist"

type Processing[T any] struct{ _ int }

func (p *Processing[T]) Run(files filelist.Files) (result T, err error)
func (p *Processing[T]) Report() filelist.Report
func (p *Processing[T]) Name() string
func (p *Processing[T]) String() string

func ListProcessing[T any](name string, process func(files filelist.Files) T) *Processing[T]

func MapReduce[V, A, R any](name string, mapping func(f *filelist.File) V, combine func(acc A, v V) A, reduce func(a, b A) A, initial A, output func(acc A) R) *Processing[R]
func ǃǃMapReduce[V any](name string, mapping func(f *filelist.File) V) *Processing[V]
func ǃǃǃMapReduce[V any](name string, mapping func(f *filelist.File) V, reduce func(a, b V) V) *Processing[V]
func ǃǃǃǃMapReduce[V, A any](name string, mapping func(f *filelist.File) V, combine func(acc A, v V) A, reduce func(a, b A) A) *Processing[A]
func ǃǃǃǃǃMapReduce[V, A any](name string, mapping func(f *filelist.File) V, combine func(acc A, v V) A, reduce func(a, b A) A, initial A) *Processing[A]
`

// processingCalls are the functions of that text, by their names without marks.
var processingCalls = map[string]bool{"ListProcessing": true, "MapReduce": true}

// hasProcessing tells whether the world has the package.
func (w *World) hasProcessing() bool {
	_, has := w.tables[policyPackage]
	_, files := w.tables[filesPackage]
	return has && files
}

// fillProcessing puts the declarations into the scope of their package, once.
func (w *World) fillProcessing() {
	if w.processing != nil || !w.hasProcessing() {
		return
	}
	w.processing = map[string]types.Object{}
	w.erased = map[*types.TypeName]bool{}
	w.fill(filesPackage)
	pkg := w.pkg(policyPackage)
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, "processing", processingText, parser.SkipObjectResolution)
	if err != nil {
		panic(err) // the text above is ours
	}
	cfg := types.Config{Importer: w, Error: func(error) {}, IgnoreFuncBodies: true}
	_ = types.NewChecker(&cfg, fset, pkg, nil).Files([]*ast.File{f})
	for _, d := range f.Decls {
		var name string
		switch d := d.(type) {
		case *ast.FuncDecl:
			if d.Recv == nil {
				name = d.Name.Name
			}
		case *ast.GenDecl:
			if ts, ok := d.Specs[0].(*ast.TypeSpec); ok {
				name = ts.Name.Name
			}
		}
		o := pkg.Scope().Lookup(name)
		switch o := o.(type) {
		case *types.Func:
			w.processing[name] = o
			bare := strings.TrimLeft(name, mark)
			w.funcs[o] = &nativeFunc{doc: bare, name: bare}
		case *types.TypeName:
			w.processing[name] = o
			w.erased[o] = true
			if n, ok := o.Type().(*types.Named); ok {
				for m := range n.Methods() {
					w.funcs[m] = &nativeFunc{doc: name + "." + m.Name(), name: m.Name(), ctx: m.Name() == "Run"}
				}
			}
		}
	}
}

// processingName returns the declaration that a name means without a package.
func (w *World) processingName(name string) types.Object {
	if !processingCalls[strings.TrimLeft(name, mark)] && name != "Processing" {
		return nil
	}
	w.fillProcessing()
	return w.processing[name]
}

// markProcessing marks the name of a called function by the number of its arguments.
func (u *Unit) markProcessing(c *ast.CallExpr, own map[string]bool) {
	if n := len(c.Args); n >= 2 && n <= 5 {
		var id *ast.Ident
		switch f := ast.Unparen(c.Fun).(type) {
		case *ast.Ident:
			if own[f.Name] || u.scope.Lookup(f.Name) != nil {
				return
			}
			id = f
		case *ast.SelectorExpr:
			if p, ok := f.X.(*ast.Ident); !ok || p.Name != "policy" {
				return
			}
			id = f.Sel
		}
		if id != nil && id.Name == "MapReduce" && u.world.hasProcessing() {
			u.renamed[id] = id.Name
			id.Name = strings.Repeat(mark, n) + id.Name
		}
	}
}

// processingCall lowers what has to do with computations over files. It tells whether it has.
func (l *lowerer) processingCall(x *ast.CallExpr) bool {
	f, ok := l.callee(x).(*types.Func)
	if !ok || f.Pkg() == nil || f.Pkg().Path() != policyPackage || l.w.processing == nil {
		return false
	}
	if recv := f.Signature().Recv(); recv != nil {
		if l.export || f.Name() != "Run" || !l.isProcessing(recv.Type()) {
			return false
		}
		l.runProcessing(x)
		return true
	}
	name := strings.TrimLeft(f.Name(), mark)
	if !processingCalls[name] || l.w.processing[f.Name()] != types.Object(f) {
		return false
	}
	if name == "ListProcessing" {
		l.listProcessing(x)
	} else {
		l.mapReduce(x)
	}
	return true
}

func (l *lowerer) isProcessing(t types.Type) bool {
	if p, ok := types.Unalias(t).(*types.Pointer); ok {
		t = p.Elem()
	}
	n, ok := types.Unalias(t).(*types.Named)
	return ok && l.w.erased[n.Origin().Obj()]
}

// runProcessing lowers p.Run(files): the result comes through a pointer.
func (l *lowerer) runProcessing(x *ast.CallExpr) {
	results := resultsOf(l.typeOf(x))
	t := l.typeText(results[0], x.Pos())
	body := fmt.Sprintf("(p *%s, files %s) (%s, error) { var v %s; err := p.Into(%s, files, &v); return v, err }",
		l.qualified(policyPackage, "Processing"), l.qualified(filesPackage, "Files"), t, t, l.context())
	l.helper("run", body, l.writable(results[0]))
	l.write("(")
	l.emit(ast.Unparen(unwrapped(x.Fun, l.u.wraps)).(*ast.SelectorExpr).X)
	l.write(", ")
	l.emit(x.Args[0])
	l.write(")")
}

// anyOr is a type as native code has it: any value in lowered code, itself in a program.
func (l *lowerer) anyOr(t types.Type, at token.Pos) string {
	if l.export {
		return l.typeText(t, at)
	}
	return "interface{}"
}

// origin writes what native code is told of functions beside their values.
func (l *lowerer) origin(source string, fns ...ast.Expr) {
	l.write(", " + l.qualified(policyPackage, "Origin") + "{")
	sep := ""
	if source != "" {
		l.write(fmt.Sprintf("Source: %s", quoted(source)))
		sep = ", "
	}
	if attrs := l.attributes(fns...); attrs != nil {
		l.write(sep + "Attrs: []" + l.qualified(filesPackage, "Attr") + "{")
		for i, a := range attrs {
			if i > 0 {
				l.write(", ")
			}
			l.write(fmt.Sprintf("%q", a))
		}
		l.write("}")
	}
	l.write("})")
}

// quoted writes a text as a literal, readable where it can be.
func quoted(s string) string {
	if strings.Contains(s, "\n") && !strings.ContainsAny(s, "`\r") {
		return "`" + s + "`"
	}
	return fmt.Sprintf("%q", s)
}

// listProcessing lowers ListProcessing(name, process).
func (l *lowerer) listProcessing(x *ast.CallExpr) {
	t := l.processedType(x)
	l.write(l.qualified(policyPackage, "ListProcessing") + "(")
	l.emit(x.Args[0])
	l.write(fmt.Sprintf(", func(_ %s, %sfiles %s) (%s, error) { var %sv %s = ", l.qualified("context", "Context"), l.own(), l.qualified(filesPackage, "Files"),
		l.anyOr(t, x.Pos()), l.own(), l.typeText(t, x.Pos())))
	l.function(x.Args[1])
	l.write(fmt.Sprintf("(%sfiles); return %sv, nil }", l.own(), l.own()))
	l.origin("", x.Args[1])
}

// function writes a function that is called at once. The interpreter cannot call one whose name stands in parentheses.
func (l *lowerer) function(e ast.Expr) {
	if _, plain := ast.Unparen(unwrapped(e, l.u.wraps)).(*ast.Ident); plain {
		l.emit(e)
		return
	}
	l.write("(")
	l.emit(e)
	l.write(")")
}

// own is what begins names of ours.
func (l *lowerer) own() string {
	if l.export {
		return ""
	}
	return mark
}

// processedType is T of the *Processing[T] that a call makes.
func (l *lowerer) processedType(x *ast.CallExpr) types.Type {
	p, ok := types.Unalias(l.typeOf(x)).(*types.Pointer)
	if !ok {
		return types.Typ[types.Invalid]
	}
	n, ok := types.Unalias(p.Elem()).(*types.Named)
	if !ok || n.TypeArgs().Len() != 1 {
		return types.Typ[types.Invalid]
	}
	return n.TypeArgs().At(0)
}
