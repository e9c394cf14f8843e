package main

import (
	"bytes"
	"fmt"
	"go/constant"
	"go/format"
	"go/types"
	"maps"
	"math/big"
	"path"
	"slices"
	"strings"
)

// table collects what is written about one package.
type table struct {
	pkg      *loaded
	imports  map[string]string // path -> the name used for it in the file
	values   []entry           // functions, variables and constants
	types    []entry
	wrappers []wrapper
	methods  []entry // the methods of the types that have some, see methodNames
}

// entry is one line of the table: a name and the expression of its value.
type entry struct{ name, expr string }

// wrapper is the type that lets an interpreted value stand for an interface.
type wrapper struct {
	name    string // of the interface
	typ     string // of the wrapper
	methods []method
}

// method is one method of a wrapper, in source form.
type method struct {
	name      string
	params    string // "(a0 string, a1 ...int)"
	results   string
	args      string // "(a0, a1...)"
	hasResult bool
}

// newTable sorts the exported names of a package into a table.
func newTable(p *loaded) *table {
	t := &table{pkg: p, imports: map[string]string{"reflect": "reflect"}}
	scope := p.types.Scope()
	for _, name := range scope.Names() {
		if obj := scope.Lookup(name); obj.Exported() && !unusable(obj) {
			t.add(obj)
		}
	}
	if own(p.path) {
		taken := map[string]bool{}
		for _, n := range instances(p.types) {
			expr := "reflect.ValueOf((*" + types.TypeString(n, t.qualify) + ")(nil))"
			name := instanceName(n, taken)
			t.types = append(t.types, entry{name, expr})
			t.addMethods(name, n)
		}
	}
	return t
}

// unusable reports whether a name cannot be in a table or would be of no use: generic functions and types have no
// value, constraints are no types of values, and iterators cannot be ranged over by the interpreter.
func unusable(obj types.Object) bool {
	switch obj := obj.(type) {
	case *types.Func:
		sig := obj.Signature()
		return sig.TypeParams().Len() > 0 || mentionsIterator(sig)
	case *types.TypeName:
		switch typ := obj.Type().(type) {
		case *types.Alias:
			if typ.TypeParams().Len() > 0 {
				return true
			}
		case *types.Named:
			if typ.TypeParams().Len() > 0 {
				return true
			}
		}
		i, ok := obj.Type().Underlying().(*types.Interface)
		return ok && !i.IsMethodSet()
	}
	return false
}

// mentionsIterator reports whether a parameter or result is an iterator of package iter.
func mentionsIterator(sig *types.Signature) bool {
	for _, tuple := range []*types.Tuple{sig.Params(), sig.Results()} {
		for v := range tuple.Variables() {
			n, ok := types.Unalias(v.Type()).(*types.Named)
			if ok && n.Obj().Pkg() != nil && n.Obj().Pkg().Path() == "iter" {
				return true
			}
		}
	}
	return false
}

func (t *table) add(obj types.Object) {
	qualified := t.qualify(obj.Pkg()) + "." + obj.Name()
	switch obj := obj.(type) {
	case *types.Const:
		t.values = append(t.values, entry{obj.Name(), "reflect.ValueOf(" + t.constant(obj, qualified) + ")"})
	case *types.Func:
		t.values = append(t.values, entry{obj.Name(), "reflect.ValueOf(" + qualified + ")"})
	case *types.Var:
		t.values = append(t.values, entry{obj.Name(), "reflect.ValueOf(&" + qualified + ").Elem()"})
	case *types.TypeName:
		t.types = append(t.types, entry{obj.Name(), "reflect.ValueOf((*" + qualified + ")(nil))"})
		t.addMethods(obj.Name(), types.Unalias(obj.Type()))
		if w, ok := t.wrapper(obj); ok {
			t.wrappers = append(t.wrappers, w)
		}
	}
}

// addMethods notes the methods of a type of the package, interfaces aside.
func (t *table) addMethods(name string, typ types.Type) {
	n, ok := typ.(*types.Named)
	if !ok || n.Obj().Pkg() != t.pkg.types || types.IsInterface(n) {
		return
	}
	if names := methodNames(n); len(names) > 0 {
		t.methods = append(t.methods, entry{name, strings.Join(names, " ")})
	}
}

// methodNames returns the names of the exported methods that a pointer to a type has, in order, with a star before those
// that the type itself does not have.
func methodNames(n *types.Named) []string {
	var names []string
	values := types.NewMethodSet(n)
	for sel := range types.NewMethodSet(types.NewPointer(n)).Methods() {
		m := sel.Obj()
		switch {
		case !m.Exported():
		case values.Lookup(m.Pkg(), m.Name()) == nil:
			names = append(names, "*"+m.Name())
		default:
			names = append(names, m.Name())
		}
	}
	return names
}

// constant returns the expression of a constant. A typed constant is left to the compiler, which knows its value on each
// platform. An untyped one is written as a literal, for a Go value could not hold all of them.
func (t *table) constant(c *types.Const, qualified string) string {
	if b, ok := c.Type().(*types.Basic); !ok || b.Info()&types.IsUntyped == 0 {
		return qualified
	}
	var text, kind string
	switch val := c.Val(); val.Kind() {
	case constant.String:
		text, kind = val.ExactString(), "STRING"
	case constant.Int:
		text, kind = val.ExactString(), "INT"
	case constant.Float:
		text, kind = floatText(val), "FLOAT"
	default:
		return qualified
	}
	return fmt.Sprintf("%s.MakeFromLiteral(%q, %s.%s, 0)", t.use("go/constant", "constant"), text, t.use("go/token", "token"), kind)
}

func floatText(val constant.Value) string {
	switch v := constant.Val(val).(type) {
	case *big.Float:
		return v.Text('g', int(v.Prec()))
	case *big.Rat:
		f := new(big.Float).SetPrec(512).SetRat(v)
		return f.Text('g', 155) // 512 bits are 154 digits
	}
	return val.ExactString()
}

// wrapper returns the wrapper of an interface. An interface with an unexported method has none, for nobody but its own
// package can implement it; nor has the alias of an interface of another package, for it is looked up there.
func (t *table) wrapper(obj *types.TypeName) (wrapper, bool) {
	i, ok := obj.Type().Underlying().(*types.Interface)
	if !ok {
		return wrapper{}, false
	}
	n, ok := types.Unalias(obj.Type()).(*types.Named)
	if !ok || n.Obj().Pkg() != t.pkg.types || n.TypeArgs().Len() > 0 {
		return wrapper{}, false
	}
	w := wrapper{name: obj.Name(), typ: "_" + strings.ReplaceAll(t.pkg.path, "/", "_") + "_" + obj.Name()}
	for m := range i.Methods() {
		if !m.Exported() || !writable(m.Signature(), t.pkg.types) {
			return wrapper{}, false
		}
		w.methods = append(w.methods, t.method(m))
	}
	return w, true
}

func (t *table) method(m *types.Func) method {
	sig := m.Signature()
	n := sig.Params().Len()
	params, args := make([]string, n), make([]string, n)
	for i := range n {
		args[i] = fmt.Sprintf("a%d", i)
		typ := sig.Params().At(i).Type()
		if sig.Variadic() && i == n-1 {
			params[i] = args[i] + " ..." + types.TypeString(typ.(*types.Slice).Elem(), t.qualify)
			args[i] += "..."
			continue
		}
		params[i] = args[i] + " " + types.TypeString(typ, t.qualify)
	}
	var results []string
	for v := range sig.Results().Variables() {
		results = append(results, types.TypeString(v.Type(), t.qualify))
	}
	return method{
		name:      m.Name(),
		params:    "(" + strings.Join(params, ", ") + ")",
		results:   "(" + strings.Join(results, ", ") + ")",
		args:      "(" + strings.Join(args, ", ") + ")",
		hasResult: len(results) > 0,
	}
}

// writable reports whether all types of a signature can be written outside of their packages.
func writable(sig *types.Signature, home *types.Package) bool {
	ok := true
	for _, tuple := range []*types.Tuple{sig.Params(), sig.Results()} {
		for v := range tuple.Variables() {
			walk(v.Type(), func(typ types.Type) bool {
				if obj := nameOf(typ); obj != nil && obj.Pkg() != nil && !obj.Exported() {
					ok = false
				}
				return false // names are opaque: their insides need not be written
			})
		}
	}
	return ok
}

// qualify returns the name that a package has in the file.
func (t *table) qualify(p *types.Package) string { return t.use(p.Path(), p.Name()) }

// use notes an import and returns its name in the file, one that no other import has.
func (t *table) use(pkgPath, name string) string {
	if used, ok := t.imports[pkgPath]; ok {
		return used
	}
	for taken := true; taken; {
		taken = false
		for _, other := range t.imports {
			if other == name {
				name, taken = name+"_", true
			}
		}
	}
	t.imports[pkgPath] = name
	return name
}

// source returns the Go file of the table.
func (t *table) source() ([]byte, error) {
	var b bytes.Buffer
	b.WriteString(header)
	// Old names stay usable in scripts for as long as their packages keep them.
	b.WriteString("//lint:file-ignore SA1019 the table lists all names, the deprecated ones too\n\n")
	b.WriteString("package symbols\n\nimport (\n")
	for _, p := range slices.Sorted(maps.Keys(t.imports)) {
		if name := t.imports[p]; name != path.Base(p) {
			fmt.Fprintf(&b, "%s ", name)
		}
		fmt.Fprintf(&b, "%q\n", p)
	}
	fmt.Fprintf(&b, ")\n\n// %s returns the names of package %s.\n", valuesFunc(t.pkg.path), t.pkg.path)
	fmt.Fprintf(&b, "func %s() map[string]reflect.Value {\nreturn map[string]reflect.Value{\n", valuesFunc(t.pkg.path))
	for _, e := range t.values {
		fmt.Fprintf(&b, "%q: %s,\n", e.name, e.expr)
	}
	b.WriteString("\n")
	for _, e := range t.types {
		fmt.Fprintf(&b, "%q: %s,\n", e.name, e.expr)
	}
	b.WriteString("\n")
	for _, w := range t.wrappers {
		fmt.Fprintf(&b, "%q: reflect.ValueOf((*%s)(nil)),\n", "_"+w.name, w.typ)
	}
	b.WriteString("}\n}\n")
	if len(t.methods) > 0 {
		fmt.Fprintf(&b, "\n// %s returns the methods of the types of package %s.\n", methodsFunc(t.pkg.path), t.pkg.path)
		fmt.Fprintf(&b, "func %s() map[string]string {\nreturn map[string]string{\n", methodsFunc(t.pkg.path))
		for _, e := range t.methods {
			fmt.Fprintf(&b, "%q: %q,\n", e.name, e.expr)
		}
		b.WriteString("}\n}\n")
	}
	for _, w := range t.wrappers {
		w.write(&b)
	}
	return format.Source(b.Bytes())
}

func (w wrapper) write(b *bytes.Buffer) {
	fmt.Fprintf(b, "\n// %s lets a value of the interpreter stand for %s.\ntype %s struct {\nIValue any\n", w.typ, w.name, w.typ)
	for _, m := range w.methods {
		fmt.Fprintf(b, "W%s func%s %s\n", m.name, m.params, m.results)
	}
	b.WriteString("}\n")
	for _, m := range w.methods {
		fmt.Fprintf(b, "\nfunc (w %s) %s%s %s {\n", w.typ, m.name, m.params, m.results)
		if m.name == "String" && m.params == "()" && m.results == "(string)" {
			// The interpreter prints wrapped values whose String it has not set.
			b.WriteString("if w.WString == nil {\nreturn \"\"\n}\n")
		}
		if m.hasResult {
			b.WriteString("return ")
		}
		fmt.Fprintf(b, "w.W%s%s\n}\n", m.name, m.args)
	}
}

// valuesFunc returns the name of the function that holds the table of a package.
func valuesFunc(pkgPath string) string { return funcName(pkgPath) + "Values" }

// methodsFunc returns the name of the function that holds the methods of the types of a package.
func methodsFunc(pkgPath string) string { return funcName(pkgPath) + "Methods" }

func funcName(pkgPath string) string {
	words := strings.Split(fileName(pkgPath), "_")
	for i, w := range words[1:] {
		words[i+1] = strings.ToUpper(w[:1]) + w[1:]
	}
	return strings.Join(words, "")
}
