package main

import (
	"bytes"
	"fmt"
	"go/types"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// generatedWith is the language version whose standard library the tables list.
const generatedWith = "go1.26"

func TestGeneratedFilesAreUpToDate(t *testing.T) {
	pkgs, err := load("..", packages)
	require.NoError(t, err)
	files, err := generate(pkgs)
	require.NoError(t, err)

	sameLibrary := strings.HasPrefix(runtime.Version()+".", generatedWith+".")
	for name, want := range files {
		if strings.Contains(name, "std_") && !sameLibrary {
			continue
		}
		got, err := os.ReadFile(filepath.Join("..", name))
		require.NoError(t, err, "run go generate ./interp/symbols")
		assert.True(t, bytes.Equal(want, got), "%s is stale: run go generate ./interp/symbols", name)
	}
	stale, err := leftovers("..", files)
	require.NoError(t, err)
	assert.Empty(t, stale, "run go generate ./interp/symbols")
}

// TestScriptsCanNameWhatTheyGet checks the rules that our own packages keep so that scripts can write down the type of
// every value they are given.
func TestScriptsCanNameWhatTheyGet(t *testing.T) {
	var ours []string
	for _, path := range packages {
		if own(path) {
			ours = append(ours, path)
		}
	}
	pkgs, err := load("..", ours)
	require.NoError(t, err)
	for _, p := range pkgs {
		t.Run(p.path, func(t *testing.T) {
			assert.Empty(t, unnameable(p))
			assert.Empty(t, missingWrappers(p))
		})
	}
}

// unnameable returns the exported functions, methods and fields whose values have a type that cannot be written outside:
// an unexported one, or an instance of a generic type for which the table has no name.
func unnameable(p *loaded) []string {
	named := map[string]bool{}
	for _, n := range instances(p.types) {
		named[types.TypeString(n, nil)] = true
	}
	aliases := exportedAliases(p.types)
	var found []string
	check := func(where string, typ types.Type) {
		walk(typ, func(t types.Type) bool {
			obj := nameOf(t)
			if obj.Pkg() == nil || !own(obj.Pkg().Path()) {
				return false
			}
			if !obj.Exported() {
				found = append(found, fmt.Sprintf("%s: type %s is not exported", where, obj.Name()))
			}
			if n, ok := t.(*types.Named); ok && n.TypeArgs().Len() > 0 && !hasAlias(aliases, n) && !named[types.TypeString(n, nil)] {
				found = append(found, fmt.Sprintf("%s: type %s has no name", where, types.TypeString(n, types.RelativeTo(p.types))))
			}
			return false
		})
	}
	results := func(where string, sig *types.Signature) {
		for v := range sig.Results().Variables() {
			check(where, v.Type())
		}
	}
	scope := p.types.Scope()
	for _, name := range scope.Names() {
		obj := scope.Lookup(name)
		if !obj.Exported() || unusable(obj) {
			continue
		}
		switch obj := obj.(type) {
		case *types.Func:
			results(name, obj.Signature())
		case *types.Var:
			check(name, obj.Type())
		case *types.TypeName:
			if s, ok := obj.Type().Underlying().(*types.Struct); ok {
				for f := range s.Fields() {
					if f.Exported() && !f.Embedded() {
						check(name+"."+f.Name(), f.Type())
					}
				}
			}
			typ := obj.Type()
			if !types.IsInterface(typ) {
				typ = types.NewPointer(typ)
			}
			for sel := range types.NewMethodSet(typ).Methods() {
				if m := sel.Obj().(*types.Func); m.Exported() {
					results(name+"."+m.Name(), m.Signature())
				}
			}
		}
	}
	return found
}

// missingWrappers returns the interfaces of a package that scripts could implement but for which there is no wrapper.
func missingWrappers(p *loaded) []string {
	have := map[string]bool{}
	for _, w := range newTable(p).wrappers {
		have[w.name] = true
	}
	var missing []string
	for _, name := range p.types.Scope().Names() {
		obj, ok := p.types.Scope().Lookup(name).(*types.TypeName)
		if !ok || !obj.Exported() || obj.IsAlias() || unusable(obj) {
			continue
		}
		if i, ok := obj.Type().Underlying().(*types.Interface); ok && !sealed(i) && !have[name] {
			missing = append(missing, name)
		}
	}
	return missing
}

// sealed reports whether an interface has an unexported method, so that only its own package can implement it.
func sealed(i *types.Interface) bool {
	for m := range i.Methods() {
		if !m.Exported() {
			return true
		}
	}
	return false
}
