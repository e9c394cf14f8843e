// Package run runs lowered Go on Yaegi, behind an interface that another interpreter could stand behind.
//
// What Yaegi cannot be trusted with is kept away from it: each entry is declared as a function of its own name and
// called once, cancellation is a flag that lowered loops and functions poll, because Yaegi's own way of cancelling
// kills the closures of earlier entries, and places of panics come from markers in the lowered code.
package run
