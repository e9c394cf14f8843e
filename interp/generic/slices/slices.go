// Package slices has functions for slices of any type.
package slices

import (
	"cmp"
	"iter"
	"sort"
)

// Sort sorts x in ascending order.
func Sort[E cmp.Ordered](x []E) {
	sort.Slice(x, func(i, j int) bool { return x[i] < x[j] })
}

// SortFunc sorts x by a comparison.
func SortFunc[E any](x []E, compare func(a, b E) int) {
	sort.Slice(x, func(i, j int) bool { return compare(x[i], x[j]) < 0 })
}

// SortStableFunc sorts x by a comparison and keeps the order of equal elements.
func SortStableFunc[E any](x []E, compare func(a, b E) int) {
	sort.SliceStable(x, func(i, j int) bool { return compare(x[i], x[j]) < 0 })
}

// IsSorted tells whether x is in ascending order.
func IsSorted[E cmp.Ordered](x []E) bool {
	for i := len(x) - 1; i > 0; i-- {
		if x[i] < x[i-1] {
			return false
		}
	}
	return true
}

// BinarySearch returns where target stands, or would stand, in the sorted x, and whether it does.
func BinarySearch[E cmp.Ordered](x []E, target E) (int, bool) {
	i := sort.Search(len(x), func(i int) bool { return x[i] >= target })
	return i, i < len(x) && x[i] == target
}

// BinarySearchFunc is BinarySearch by a comparison.
func BinarySearchFunc[E, T any](x []E, target T, compare func(E, T) int) (int, bool) {
	i := sort.Search(len(x), func(i int) bool { return compare(x[i], target) >= 0 })
	return i, i < len(x) && compare(x[i], target) == 0
}

// Contains tells whether v is in s.
func Contains[E comparable](s []E, v E) bool {
	for _, e := range s {
		if e == v {
			return true
		}
	}
	return false
}

// ContainsFunc tells whether f holds for an element of s.
func ContainsFunc[E any](s []E, f func(E) bool) bool {
	for _, e := range s {
		if f(e) {
			return true
		}
	}
	return false
}

// Index returns where v stands in s first, or -1.
func Index[E comparable](s []E, v E) int {
	for i, e := range s {
		if e == v {
			return i
		}
	}
	return -1
}

// IndexFunc returns the first index for whose element f holds, or -1.
func IndexFunc[E any](s []E, f func(E) bool) int {
	for i, e := range s {
		if f(e) {
			return i
		}
	}
	return -1
}

// Equal tells whether two slices hold the same.
func Equal[E comparable](s1, s2 []E) bool {
	if len(s1) != len(s2) {
		return false
	}
	for i, e := range s1 {
		if e != s2[i] {
			return false
		}
	}
	return true
}

// Max returns the greatest element; x must not be empty.
func Max[E cmp.Ordered](x []E) E {
	if len(x) == 0 {
		panic("slices.Max: empty list")
	}
	m := x[0]
	for _, e := range x {
		if e > m || e != e {
			m = e
		}
	}
	return m
}

// Min returns the least element; x must not be empty.
func Min[E cmp.Ordered](x []E) E {
	if len(x) == 0 {
		panic("slices.Min: empty list")
	}
	m := x[0]
	for _, e := range x {
		if e < m || e != e {
			m = e
		}
	}
	return m
}

// MaxFunc returns the greatest element by a comparison; x must not be empty.
func MaxFunc[E any](x []E, compare func(a, b E) int) E {
	if len(x) == 0 {
		panic("slices.MaxFunc: empty list")
	}
	m := x[0]
	for _, e := range x {
		if compare(e, m) > 0 {
			m = e
		}
	}
	return m
}

// MinFunc returns the least element by a comparison; x must not be empty.
func MinFunc[E any](x []E, compare func(a, b E) int) E {
	if len(x) == 0 {
		panic("slices.MinFunc: empty list")
	}
	m := x[0]
	for _, e := range x {
		if compare(e, m) < 0 {
			m = e
		}
	}
	return m
}

// Reverse reverses s.
func Reverse[E any](s []E) {
	for i, j := 0, len(s)-1; i < j; i, j = i+1, j-1 {
		s[i], s[j] = s[j], s[i]
	}
}

// Clone returns a copy of s.
func Clone[E any](s []E) []E {
	if s == nil {
		return nil
	}
	r := make([]E, len(s))
	copy(r, s)
	return r
}

// Insert inserts values at index i.
func Insert[E any](s []E, i int, v ...E) []E {
	_ = s[i:]
	r := make([]E, 0, len(s)+len(v))
	r = append(r, s[:i]...)
	r = append(r, v...)
	r = append(r, s[i:]...)
	return r
}

// Delete removes the elements s[i:j].
func Delete[E any](s []E, i, j int) []E {
	_ = s[i:j:len(s)]
	return append(s[:i], s[j:]...)
}

// DeleteFunc removes the elements for which del holds.
func DeleteFunc[E any](s []E, del func(E) bool) []E {
	r := s[:0]
	for _, e := range s {
		if !del(e) {
			r = append(r, e)
		}
	}
	return r
}

// Compact removes repeated elements that stand beside each other.
func Compact[E comparable](s []E) []E {
	if len(s) < 2 {
		return s
	}
	r := s[:1]
	for _, e := range s[1:] {
		if e != r[len(r)-1] {
			r = append(r, e)
		}
	}
	return r
}

// Concat puts slices together.
func Concat[E any](list ...[]E) []E {
	var r []E
	for _, s := range list {
		r = append(r, s...)
	}
	return r
}

// Values iterates over the elements of s.
func Values[E any](s []E) iter.Seq[E] {
	return func(yield func(E) bool) {
		for _, e := range s {
			if !yield(e) {
				return
			}
		}
	}
}

// All iterates over indexes and elements of s.
func All[E any](s []E) iter.Seq2[int, E] {
	return func(yield func(int, E) bool) {
		for i, e := range s {
			if !yield(i, e) {
				return
			}
		}
	}
}

// Backward iterates over indexes and elements of s from its end.
func Backward[E any](s []E) iter.Seq2[int, E] {
	return func(yield func(int, E) bool) {
		for i := len(s) - 1; i >= 0; i-- {
			if !yield(i, s[i]) {
				return
			}
		}
	}
}

// Chunk iterates over parts of s of up to n elements.
func Chunk[E any](s []E, n int) iter.Seq[[]E] {
	if n < 1 {
		panic("slices.Chunk: the size must be at least 1")
	}
	return func(yield func([]E) bool) {
		for i := 0; i < len(s); i += n {
			if !yield(s[i:min(i+n, len(s))]) {
				return
			}
		}
	}
}

// Collect makes a slice of what seq yields.
func Collect[E any](seq iter.Seq[E]) []E {
	var r []E
	seq(func(e E) bool {
		r = append(r, e)
		return true
	})
	return r
}

// Sorted makes a sorted slice of what seq yields.
func Sorted[E cmp.Ordered](seq iter.Seq[E]) []E {
	r := Collect(seq)
	Sort(r)
	return r
}

// SortedFunc makes a slice of what seq yields, sorted by a comparison.
func SortedFunc[E any](seq iter.Seq[E], compare func(E, E) int) []E {
	r := Collect(seq)
	SortFunc(r, compare)
	return r
}
