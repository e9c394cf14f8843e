package lang

import "strconv"

// closest finds the word that was most likely meant: at most limit edits away, "" when there is none.
func closest(word string, known []string, limit int) string {
	best, dist := "", limit+1
	for _, k := range known {
		if d := distance(word, k, dist); d < dist {
			best, dist = k, d
		}
	}
	return best
}

// distance is the number of single-character edits and swaps between two words, or at least stop when it is that many.
func distance(a, b string, stop int) int {
	if len(a)-len(b) >= stop || len(b)-len(a) >= stop {
		return stop
	}
	before, prev, cur := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range prev {
		prev[j] = j
	}
	for i := 1; i <= len(a); i++ {
		cur[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			cur[j] = min(prev[j]+1, cur[j-1]+1, prev[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				cur[j] = min(cur[j], before[j-2]+1)
			}
		}
		before, prev, cur = prev, cur, before
	}
	return prev[len(b)]
}

func itoa(n int) string { return strconv.Itoa(n) }
