// Package symbols holds the tables of what scripts can see: for each package its values, its documentation and the
// names of parameters, all of it generated from the packages themselves.
package symbols

import "reflect"

// Package is one package that scripts can import.
type Package struct {
	Path string // "gpfsh/model", "strings"
	Name string // "model"

	// Values returns the exported names in the convention of Yaegi: a function or a pointer to a variable as it is, a
	// constant as a value (untyped ones as go/constant values), a type as a nil pointer to it, and for each interface
	// X a wrapper type under the name _X. It builds the table at the call, so that a package costs nothing until
	// it is used.
	Values func() map[string]reflect.Value

	// Docs returns what the source says of each name: "Snapshots", "Snapshot.Delete", "MountPoint".
	Docs func() map[string]Doc
}

// Doc is what the source says of one name.
type Doc struct {
	Text   string   // the doc comment, unwrapped: paragraphs separated by an empty line
	Params []string // the names of a function's parameters, without a receiver
	// Results are the names of its results, "" for unnamed ones.
	Results []string
}
