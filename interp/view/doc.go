// Package view is the shell view of the object model: Go with three rules that make it an administrator's language.
//
// Collections are maps, the context is implied, and an error stops the statement unless it is taken. The package turns
// the symbol tables into types of go/types that show just that, checks a source against them with one run of go/types,
// and lowers what checks to plain Go by splicing text into the user's source, so that lines stay true. Nothing in here
// runs anything; check, export and completion need no interpreter.
package view
