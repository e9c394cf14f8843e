package mmsim

import (
	"strconv"
	"strings"
)

// atLeast tells whether the cluster's release is the given one or a later one.
func (s *State) atLeast(version, release, mod int) bool {
	have := releaseNumbers(s.Release)
	for i, want := range [3]int{version, release, mod} {
		if have[i] != want {
			return have[i] > want
		}
	}
	return true
}

// releaseNumbers reads the leading numbers of "5.1.9.2".
func releaseNumbers(release string) [4]int {
	var numbers [4]int
	for i, word := range strings.SplitN(release, ".", 4) {
		numbers[i], _ = strconv.Atoi(word)
	}
	return numbers
}
