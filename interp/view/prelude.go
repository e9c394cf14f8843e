package view

import (
	"fmt"
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

// wrapper returns the wrapper of a name, nil when it is that of none.
func (w *World) wrapper(name string) *types.Func {
	pkg := w.pkg("prelude")
	if f, ok := pkg.Scope().Lookup(name).(*types.Func); ok {
		return f
	}
	k, err := strconv.Atoi(strings.TrimPrefix(name, mark))
	if err != nil || k < 1 || k > maxWrapped || name != wrapperName(k) {
		return nil
	}
	// func ǃ2[T0, T1 any](v0 T0, v1 T1, rest ...error) (T0, T1)
	var typeParams []*types.TypeParam
	var params, results []*types.Var
	constraint := types.Universe.Lookup("any").Type()
	for i := range k {
		t := types.NewTypeParam(types.NewTypeName(token.NoPos, pkg, fmt.Sprintf("T%d", i), nil), constraint)
		typeParams = append(typeParams, t)
		params = append(params, types.NewParam(token.NoPos, pkg, fmt.Sprintf("v%d", i), t))
		results = append(results, types.NewParam(token.NoPos, pkg, "", t))
	}
	params = append(params, types.NewParam(token.NoPos, pkg, "rest", types.NewSlice(errorType)))
	f := types.NewFunc(token.NoPos, pkg, name, types.NewSignatureType(nil, nil, typeParams, types.NewTuple(params...), types.NewTuple(results...), true))
	pkg.Scope().Insert(f)
	return f
}
