package policy

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"gpfsh/policy/spell"
)

// Page returns the summary as a page for people: what came of each rule, the pools before and after, what was done.
func (s *Summary) Page() string {
	if s == nil {
		return ""
	}
	if s.Planned {
		return "planned: nothing was run\n"
	}
	var b strings.Builder
	if len(s.Rules) > 0 {
		rows := [][]string{{"RULE", "MATCHED", "ON DISK", "CHOSEN", "ON DISK"}}
		for _, r := range s.Rules {
			rows = append(rows, []string{cmp.Or(r.Name, "rule "+strconv.Itoa(r.Number)), count64(r.Hits), sizeOfKB(r.KBHit), count64(r.Chosen), sizeOfKB(r.KBChosen)})
		}
		writeRows(&b, rows)
		b.WriteByte('\n')
	}
	if len(s.Pools) > 0 {
		rows := [][]string{{"POOL", "SIZE", "FULL", "AFTERWARDS"}}
		for _, p := range s.Pools {
			row := []string{p.Pool, sizeOfKB(p.KBTotal), percentOf(p), "-"}
			for _, q := range s.Predicted {
				if q.Pool == p.Pool {
					row[3] = percentOf(q)
				}
			}
			rows = append(rows, row)
		}
		writeRows(&b, rows)
		b.WriteByte('\n')
	}
	fmt.Fprintf(&b, "scanned: %s, %s, %s; %d without a rule", spell.Count(s.Files, "file"), spell.Count(s.Directories, "directory"),
		spell.Count(s.Others, "other"), s.NoRule)
	if s.Skipped > 0 {
		fmt.Fprintf(&b, "; %d could not be read", s.Skipped)
	}
	b.WriteByte('\n')
	if s.Done > 0 || s.Failed > 0 {
		fmt.Fprintf(&b, "done: %s, %d failed\n", spell.Count(s.Done, "file"), s.Failed)
	}
	for _, line := range append(s.Errors[:len(s.Errors):len(s.Errors)], s.Warnings...) {
		b.WriteString(line + "\n")
	}
	return b.String()
}

// writeRows writes rows in columns, all but the first to the right.
func writeRows(b *strings.Builder, rows [][]string) {
	widths := make([]int, len(rows[0]))
	for _, row := range rows {
		for i, cell := range row {
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	for _, row := range rows {
		for i, cell := range row {
			if i == 0 {
				fmt.Fprintf(b, "%-*s", widths[i], cell)
			} else {
				fmt.Fprintf(b, "  %*s", widths[i], cell)
			}
		}
		b.WriteByte('\n')
	}
}

func count64(n int64) string { return strconv.FormatInt(n, 10) }

func percentOf(p PoolUse) string {
	if p.KBTotal == 0 {
		return "-"
	}
	return strconv.FormatFloat(p.Percent, 'f', 1, 64) + " %"
}

// sizeOfKB is an amount of KB with the largest unit that leaves a number of 1 or more.
func sizeOfKB(kb int64) string {
	n, unit := float64(kb), 0
	for ; n >= 1024 && unit < 4; unit++ {
		n /= 1024
	}
	text := strings.TrimSuffix(strconv.FormatFloat(n, 'f', 1, 64), ".0")
	return text + " " + string("KMGTP"[unit]) + "iB"
}
