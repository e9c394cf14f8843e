// Package iter has the types of iterators.
package iter

// Seq passes values to yield until it returns false.
type Seq[V any] func(yield func(V) bool)

// Seq2 passes pairs of values to yield until it returns false.
type Seq2[K, V any] func(yield func(K, V) bool)
