// Package generic holds the generic packages of the standard library for the interpreter, as source: generic functions
// have no value that a symbol table could hold. The packages below it are real ones, with the names of the
// library's and type parameters for elements alone, which is what the interpreter can instantiate; their text is checked and lowered like a source of the user's, when one imports them.
package generic

import _ "embed"

// Package is one of them.
type Package struct {
	Path, Text string
}

//go:embed slices/slices.go
var slicesText string

//go:embed maps/maps.go
var mapsText string

//go:embed cmp/cmp.go
var cmpText string

//go:embed iter/iter.go
var iterText string

// Packages returns all of them.
func Packages() []Package {
	return []Package{{"cmp", cmpText}, {"iter", iterText}, {"maps", mapsText}, {"slices", slicesText}}
}
