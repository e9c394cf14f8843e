package policy

import "strings"

// lineDiff tells how two texts differ: lines that only the first has with "-" before them, those that only the second
// has with "+", in order, and with " " the line before and after each change, so that one sees where it is. It is empty
// when they are the same but for blanks at the ends.
func lineDiff(a, b string) string {
	x, y := diffLines(a), diffLines(b)
	type line struct {
		mark byte
		text string
	}
	var all []line
	common := longestCommon(x, y)
	i, j := 0, 0
	for _, c := range append(common, [2]int{len(x), len(y)}) {
		for ; i < c[0]; i++ {
			all = append(all, line{'-', x[i]})
		}
		for ; j < c[1]; j++ {
			all = append(all, line{'+', y[j]})
		}
		if c[0] < len(x) {
			all = append(all, line{' ', x[c[0]]})
			i, j = i+1, j+1
		}
	}
	var out strings.Builder
	changed := func(i int) bool { return i >= 0 && i < len(all) && all[i].mark != ' ' }
	shown := -1
	for i, l := range all {
		if !changed(i) && !changed(i-1) && !changed(i+1) {
			continue
		}
		if shown >= 0 && shown < i-1 {
			out.WriteString("  …\n")
		}
		shown = i
		out.WriteString(strings.TrimRight(string(l.mark)+" "+l.text, " ") + "\n")
	}
	return out.String()
}

func diffLines(s string) []string {
	var lines []string
	for l := range strings.Lines(strings.TrimRight(s, " \t\r\n")) {
		lines = append(lines, strings.TrimRight(l, " \t\r\n"))
	}
	return lines
}

// mostCompared bounds the table of the comparison; beyond, a change is told as all lines that lie between the same
// beginning and the same end.
const mostCompared = 1 << 22

// longestCommon pairs the lines that two texts have in common, in order.
func longestCommon(x, y []string) [][2]int {
	var head, tail [][2]int
	for len(head) < min(len(x), len(y)) && x[len(head)] == y[len(head)] {
		head = append(head, [2]int{len(head), len(head)})
	}
	from, n, m := len(head), len(x), len(y)
	for n > from && m > from && x[n-1] == y[m-1] {
		n, m = n-1, m-1
	}
	for i := n; i < len(x); i++ {
		tail = append(tail, [2]int{i, m + i - n})
	}
	rows, cols := n-from+1, m-from+1
	if rows*cols > mostCompared {
		return append(head, tail...)
	}
	// best is the length of the longest common rest from a line of each on.
	best := make([]int32, rows*cols)
	for i := rows - 2; i >= 0; i-- {
		for j := cols - 2; j >= 0; j-- {
			if x[from+i] == y[from+j] {
				best[i*cols+j] = best[(i+1)*cols+j+1] + 1
			} else {
				best[i*cols+j] = max(best[(i+1)*cols+j], best[i*cols+j+1])
			}
		}
	}
	for i, j := 0, 0; i < rows-1 && j < cols-1; {
		switch {
		case x[from+i] == y[from+j]:
			head = append(head, [2]int{from + i, from + j})
			i, j = i+1, j+1
		case best[(i+1)*cols+j] >= best[i*cols+j+1]:
			i++
		default:
			j++
		}
	}
	return append(head, tail...)
}
