package view

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"strconv"
	"strings"
)

// The wrappers ǃ1, ǃ2 … take as many values as their number says and any number of errors behind them. Around a call
// they let one check by go/types accept both f() (T) and f() (T, error) where one value is wanted; which of the two it
// was decides, afterwards, whether the error stops the statement. The names begin with a letter that no keyboard has.
const (
	mark       = "ǃ"
	maxWrapped = 8
)

func wrapperName(k int) string { return mark + strconv.Itoa(k) }

func preludeScope() *types.Scope {
	var b strings.Builder
	b.WriteString("package prelude\n")
	for k := 1; k <= maxWrapped; k++ {
		var tps, ps, rs []string
		for i := range k {
			tps = append(tps, fmt.Sprintf("T%d", i))
			ps = append(ps, fmt.Sprintf("v%d T%d", i, i))
			rs = append(rs, fmt.Sprintf("T%d", i))
		}
		fmt.Fprintf(&b, "func %s[%s any](%s, rest ...error) (%s)\n", wrapperName(k), strings.Join(tps, ", "), strings.Join(ps, ", "), strings.Join(rs, ", "))
	}
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, "prelude", b.String(), 0)
	if err != nil {
		panic(err) // the text above is ours
	}
	cfg := types.Config{IgnoreFuncBodies: true, Error: func(error) {}}
	pkg, _ := cfg.Check("prelude", fset, []*ast.File{f}, nil)
	return pkg.Scope()
}
