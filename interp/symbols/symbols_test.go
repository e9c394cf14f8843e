package symbols_test

import (
	"go/ast"
	"go/constant"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gpfsh/interp/symbols"
)

func TestEveryTableHoldsWhatItsNamesPromise(t *testing.T) {
	paths := map[string]bool{}
	for _, p := range symbols.All() {
		assert.False(t, paths[p.Path], "%s is listed twice", p.Path)
		paths[p.Path] = true
		t.Run(p.Path, func(t *testing.T) {
			values := p.Values()
			require.NotEmpty(t, values)
			for name, v := range values {
				require.True(t, v.IsValid(), name)
				if of, ok := strings.CutPrefix(name, "_"); ok {
					checkWrapper(t, values, of, v.Type())
					continue
				}
				assert.True(t, token.IsExported(name), name)
			}
		})
	}
	for _, p := range symbols.All() {
		for _, need := range p.Needs {
			assert.True(t, paths[need], "%s needs %s", p.Path, need)
		}
	}
}

// TestMethodsAreThoseOfReflection: what reads the types of the tables trusts the names to stand in its order.
func TestMethodsAreThoseOfReflection(t *testing.T) {
	for _, p := range symbols.All() {
		methods := map[string]string{}
		if p.Methods != nil {
			methods = p.Methods()
		}
		for name, v := range p.Values() {
			typ := v.Type()
			if typ.Kind() != reflect.Pointer || v.CanAddr() || !v.IsNil() || strings.HasPrefix(name, "_") ||
				typ.Elem().Kind() == reflect.Interface || typ.Elem().PkgPath() != p.Path {
				continue
			}
			var want []string
			for m := range typ.Methods() {
				if _, byValue := typ.Elem().MethodByName(m.Name); byValue {
					want = append(want, m.Name)
				} else {
					want = append(want, "*"+m.Name)
				}
			}
			assert.Equal(t, strings.Join(want, " "), methods[name], "%s.%s: run go generate ./interp/symbols", p.Path, name)
		}
	}
}

// checkWrapper checks the shape that the interpreter fills: the value first, then a function for each method.
func checkWrapper(t *testing.T, values map[string]reflect.Value, name string, ptr reflect.Type) {
	t.Helper()
	require.Contains(t, values, name)
	iface, wrap := values[name].Type().Elem(), ptr.Elem()
	assert.Equal(t, reflect.Interface, iface.Kind(), name)
	assert.True(t, wrap.Implements(iface), "the wrapper of %s", name)
	require.Equal(t, iface.NumMethod()+1, wrap.NumField(), name)
	assert.Equal(t, "IValue", wrap.Field(0).Name)
	for i := 1; i < wrap.NumField(); i++ {
		m, ok := iface.MethodByName(strings.TrimPrefix(wrap.Field(i).Name, "W"))
		require.True(t, ok, "%s.%s", name, wrap.Field(i).Name)
		assert.Equal(t, m.Type, wrap.Field(i).Type, "%s.%s", name, m.Name)
	}
}

func TestEveryPackageIsDocumented(t *testing.T) {
	for _, p := range symbols.All() {
		values, docs := p.Values(), p.Docs()
		require.NotEmpty(t, docs, p.Path)
		assert.NotEmpty(t, docs[""].Text, "package comment of %s", p.Path)
		for name, v := range values {
			if v.Kind() == reflect.Func && !v.CanAddr() {
				assert.Len(t, docs[name].Params, v.Type().NumIn(), "%s.%s", p.Path, name)
				assert.Len(t, docs[name].Results, v.Type().NumOut(), "%s.%s", p.Path, name)
			}
		}
	}
}

func TestValuesFollowTheConventionOfTheInterpreter(t *testing.T) {
	lookup := func(path, name string) reflect.Value {
		p, ok := symbols.Lookup(path)
		require.True(t, ok, path)
		v, ok := p.Values()[name]
		require.True(t, ok, "%s.%s", path, name)
		return v
	}

	assert.Equal(t, []string{"a", "b"}, lookup("strings", "Fields").Call([]reflect.Value{reflect.ValueOf("a b")})[0].Interface())

	args := lookup("os", "Args")
	assert.True(t, args.CanAddr(), "a variable is the variable itself")
	assert.Equal(t, &os.Args, args.Addr().Interface())

	huge := lookup("math", "MaxUint64").Interface().(constant.Value)
	assert.Equal(t, "18446744073709551615", huge.ExactString(), "an untyped constant keeps its whole value")
	pi := lookup("math", "Pi").Interface().(constant.Value)
	assert.Equal(t, constant.Float, pi.Kind())

	assert.Equal(t, os.O_CREATE, lookup("os", "O_CREATE").Interface(), "a typed constant has its value")
	assert.Equal(t, reflect.TypeFor[*fs.FileInfo](), lookup("os", "FileInfo").Type(), "an alias is the type it stands for")

	_, ok := symbols.Lookup("net/http")
	assert.False(t, ok)
}

func TestDocs(t *testing.T) {
	docs := func(path string) map[string]symbols.Doc {
		p, ok := symbols.Lookup(path)
		require.True(t, ok, path)
		return p.Docs()
	}

	split := docs("strings")["Split"]
	assert.Equal(t, []string{"s", "sep"}, split.Params)
	assert.Equal(t, []string{""}, split.Results)
	assert.True(t, strings.HasPrefix(split.Text, "Split slices s into all substrings separated by sep and returns a slice of "+
		"the substrings between those separators.\n\n"), "paragraphs are unwrapped: %q", split.Text)

	buf := docs("bufio")
	assert.Equal(t, []string{"delim"}, buf["Reader.ReadString"].Params)
	assert.Equal(t, buf["Reader.ReadString"], buf["ReadWriter.ReadString"], "promoted methods stand under the outer type")

	assert.Equal(t, []string{"p"}, docs("io")["Reader.Read"].Params, "methods of interfaces")
	assert.Equal(t, "Path is the path of the command to run.", strings.Split(docs("os/exec")["Cmd.Path"].Text, "\n")[0], "fields")
	assert.Equal(t, docs("io/fs")["FileInfo.ModTime"], docs("os")["FileInfo.ModTime"], "aliases of types elsewhere")
	assert.NotEmpty(t, docs("os")["O_APPEND"].Text, "constants commented at the end of their line")
}

// TestTablesAreWhole reads the sources of our own packages, so that a forgotten go generate is told by name.
func TestTablesAreWhole(t *testing.T) {
	for _, p := range symbols.All() {
		dir, ok := strings.CutPrefix(p.Path, "gpfsh/")
		if !ok {
			continue
		}
		values := p.Values()
		for _, name := range exportedNames(t, filepath.Join("..", "..", filepath.FromSlash(dir))) {
			_, ok := values[name] // the whole table would be printed by Contains
			assert.True(t, ok, "%s.%s is not in the table: run go generate ./interp/symbols", p.Path, name)
		}
	}
}

// exportedNames returns the exported names that a table has to hold, from the source alone: all but what is generic or
// an iterator.
func exportedNames(t *testing.T, dir string) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	require.NoError(t, err)
	var names []string
	note := func(id *ast.Ident) {
		if id.IsExported() {
			names = append(names, id.Name)
		}
	}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
		require.NoError(t, err)
		for _, d := range f.Decls {
			switch d := d.(type) {
			case *ast.FuncDecl:
				if d.Recv == nil && d.Type.TypeParams == nil && !mentionsPackage(d.Type, "iter") {
					note(d.Name)
				}
			case *ast.GenDecl:
				for _, s := range d.Specs {
					switch s := s.(type) {
					case *ast.ValueSpec:
						for _, id := range s.Names {
							note(id)
						}
					case *ast.TypeSpec:
						if s.TypeParams == nil && !isConstraint(s.Type) {
							note(s.Name)
						}
					}
				}
			}
		}
	}
	return names
}

func mentionsPackage(n ast.Node, pkg string) bool {
	found := false
	ast.Inspect(n, func(n ast.Node) bool {
		if sel, ok := n.(*ast.SelectorExpr); ok {
			if id, ok := sel.X.(*ast.Ident); ok && id.Name == pkg {
				found = true
			}
		}
		return true
	})
	return found
}

func isConstraint(e ast.Expr) bool {
	i, ok := e.(*ast.InterfaceType)
	if !ok {
		return false
	}
	for _, m := range i.Methods.List {
		switch m.Type.(type) {
		case *ast.BinaryExpr, *ast.UnaryExpr:
			return true
		}
	}
	return false
}
