// Package batch runs the bodies of loops over files without the interpreter.
//
// A loop over files is where a source of the user's spends its time: it goes through millions of records, and each
// operation of the interpreter costs as much as reading a record. Most bodies are made of few things: attributes of the
// file, numbers and texts, conditions, and sums in variables and maps. [Compile] makes native closures of such a body,
// from its checked syntax tree; [Loop.Run] goes through the batches of a cursor with them and works on the variables of
// the interpreter in place. What it does not know it declines, and the interpreter runs the loop as it stands.
//
// Both ways mean the same. A panic of a body happens after the same effects, at the same record and statement; runtime
// errors are those of Go itself. What may differ is unspecified in Go too: the order of the keys of a map.
package batch
