// Package symbols holds the tables of what scripts can see: for each package its values, its documentation and the
// names of parameters, all of it generated from the packages themselves.
package symbols

import "reflect"

// Package is one package that scripts can import.
type Package struct {
	Path string // "gpfsh/model", "strings"
	Name string // "model"

	// Needs are the other packages whose interfaces occur in the API of this one. A value of a script stands for such an
	// interface through the wrapper in the table of the package that declares the interface.
	Needs []string

	// Values returns the exported names in the convention of Yaegi: a function or a pointer to a variable as it is, a
	// constant as a value (untyped ones as go/constant values), a type as a nil pointer to it, and for each interface
	// X a wrapper type under the name _X. An instance of a generic type that the package hands out without giving it a
	// name stands under a made-up one: Item[*Snapshot] under Item_Snapshot. It builds the table at the call, so that a
	// package costs nothing until it is used.
	Values func() map[string]reflect.Value

	// Methods returns, for each type with methods that has a name in Values, the names of the exported methods of a pointer
	// to it, in the order of reflection, separated by spaces; before one that the type itself does not have stands a star.
	// Reflection knows them too, but makes a function type, with the receiver as its first parameter, for each method
	// whose name it is asked for. Nil stands for none.
	Methods func() map[string]string

	// Docs returns what the source says of each name: "Snapshots", "Snapshot.Delete", "MountPoint", and under "" of the
	// package. Promoted methods stand under the outer type too. A name of which the source says nothing has no entry.
	Docs func() map[string]Doc
}

// Doc is what the source says of one name.
type Doc struct {
	Text   string   // the doc comment, unwrapped: paragraphs separated by an empty line
	Params []string // the names of a function's parameters, without a receiver
	// Results are the names of its results, "" for unnamed ones.
	Results []string
}
