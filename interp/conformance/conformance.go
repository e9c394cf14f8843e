// Package conformance holds the table of the language: constructs, and what becomes of each of them here. The tests of
// package interp run every row; the help prints them.
package conformance

import (
	_ "embed"
	"strings"
)

//go:embed rows.txt
var rows string

// Row is one construct.
type Row struct {
	Name   string // "for: range over an integer"
	Status string // "works", "lowered" or "refused"
	Source string
	Output string // what it prints
	Check  string // what the check says, when it is refused
}

// Rows returns the table.
func Rows() []Row {
	var list []Row
	for part := range strings.SplitSeq(rows, "\n== ") {
		head, body, ok := strings.Cut(part, "\n")
		name, status, found := strings.Cut(head, " | ")
		if !ok || !found {
			continue // the comment above the first row
		}
		r := Row{Name: name, Status: status}
		var src, out, check []string
		for line := range strings.SplitSeq(strings.TrimRight(body, "\n"), "\n") {
			switch {
			case strings.HasPrefix(line, "-- "):
				out = append(out, line[3:])
			case strings.HasPrefix(line, "-! "):
				check = append(check, line[3:])
			default:
				src = append(src, line)
			}
		}
		r.Source, r.Output, r.Check = strings.Join(src, "\n"), strings.Join(out, "\n"), strings.Join(check, "\n")
		list = append(list, r)
	}
	return list
}
