package model_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestMethodsNameTheirCommands proves that everything that reaches the cluster says in its documentation which command
// it runs, or leads to where that is said.
func TestMethodsNameTheirCommands(t *testing.T) {
	says := regexp.MustCompile(`\bmm[a-z]{3,}|\[[A-Z]\w+\.[A-Z]\w+\]`)
	set := token.NewFileSet()
	names, err := filepath.Glob("*.go")
	require.NoError(t, err)
	count := 0
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(set, name, nil, parser.ParseComments)
		require.NoError(t, err)
		for _, d := range file.Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok || !f.Name.IsExported() || f.Recv == nil || !receiver(f).IsExported() || len(f.Type.Params.List) == 0 {
				continue
			}
			sel, ok := f.Type.Params.List[0].Type.(*ast.SelectorExpr)
			if !ok || sel.Sel.Name != "Context" {
				continue
			}
			// Collections are asked by the command that their type names; waiting asks nobody.
			if slices.Contains([]string{"Collection", "Job", "Resolver", "GroupResolver"}, receiver(f).Name) {
				continue
			}
			count++
			assert.Regexp(t, says, f.Doc.Text(), "%s: %s.%s", set.Position(f.Pos()), receiver(f).Name, f.Name)
		}
	}
	assert.Greater(t, count, 150)
}
