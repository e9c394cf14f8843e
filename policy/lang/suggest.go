package lang

import (
	"strconv"

	"gpfsh/policy/spell"
)

// closest finds the word that was most likely meant: at most limit edits away, "" when there is none.
func closest(word string, known []string, limit int) string {
	best, dist := "", limit+1
	for _, k := range known {
		if d := spell.Within(word, k, dist); d < dist {
			best, dist = k, d
		}
	}
	return best
}

func itoa(n int) string { return strconv.Itoa(n) }
