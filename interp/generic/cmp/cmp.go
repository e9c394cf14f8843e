// Package cmp compares ordered values.
package cmp

// Ordered is any type that < works on.
type Ordered interface {
	~int | ~int8 | ~int16 | ~int32 | ~int64 | ~uint | ~uint8 | ~uint16 | ~uint32 | ~uint64 | ~uintptr | ~float32 | ~float64 | ~string
}

// Less tells whether x is less than y; NaN is less than any other number.
func Less[T Ordered](x, y T) bool { return (x != x && y == y) || x < y }

// Compare returns -1, 0 or +1 as x is less than, equal to or greater than y.
func Compare[T Ordered](x, y T) int {
	xNaN, yNaN := x != x, y != y
	if xNaN {
		if yNaN {
			return 0
		}
		return -1
	}
	if yNaN || x > y {
		return 1
	}
	if x < y {
		return -1
	}
	return 0
}

// Or returns the first value that is not the zero value.
func Or[T comparable](vals ...T) T {
	var zero T
	for _, v := range vals {
		if v != zero {
			return v
		}
	}
	return zero
}
