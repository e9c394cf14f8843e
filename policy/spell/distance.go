// Package spell helps messages with words: how far one is from another, for "did you mean", and how many there are of a
// thing.
package spell

// Distance is the number of letters to add, drop, replace or swap with their neighbour to make one word of another.
func Distance(a, b string) int { return Within(a, b, max(len(a), len(b))) }

// Within is [Distance], or stop when it is that much or more: the more that words differ, the sooner it is found out.
func Within(a, b string, stop int) int {
	x, y := []rune(a), []rune(b)
	if len(x)-len(y) >= stop || len(y)-len(x) >= stop {
		return stop
	}
	before, prev, cur := make([]int, len(y)+1), make([]int, len(y)+1), make([]int, len(y)+1)
	for j := range prev {
		prev[j] = j
	}
	for i := 1; i <= len(x); i++ {
		cur[0] = i
		least := i
		for j := 1; j <= len(y); j++ {
			cost := 1
			if x[i-1] == y[j-1] {
				cost = 0
			}
			cur[j] = min(prev[j]+1, cur[j-1]+1, prev[j-1]+cost)
			if i > 1 && j > 1 && x[i-1] == y[j-2] && x[i-2] == y[j-1] {
				cur[j] = min(cur[j], before[j-2]+1)
			}
			least = min(least, cur[j])
		}
		if least > stop { // a swap can still save one
			return stop
		}
		before, prev, cur = prev, cur, before
	}
	return min(prev[len(y)], stop)
}
