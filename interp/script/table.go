package script

import (
	"slices"
	"strings"

	"github.com/mattn/go-runewidth"
)

// Table is the answer of a command as data.
type Table struct {
	Columns []string   `json:"columns"`
	Rows    [][]string `json:"rows"` // each as long as Columns
}

// Len returns the number of rows.
func (t *Table) Len() int {
	if t == nil {
		return 0
	}
	return len(t.Rows)
}

// Column returns the values of a column from top to bottom. Upper and lower case are the same; a column that the table
// does not have is nil.
func (t *Table) Column(name string) []string {
	if t == nil {
		return nil
	}
	i := slices.IndexFunc(t.Columns, func(c string) bool { return strings.EqualFold(c, name) })
	if i < 0 {
		return nil
	}
	values := make([]string, len(t.Rows))
	for n, row := range t.Rows {
		if i < len(row) {
			values[n] = row[i]
		}
	}
	return values
}

// Records returns each row as a map from column to value.
func (t *Table) Records() []map[string]string {
	if t == nil {
		return nil
	}
	records := make([]map[string]string, len(t.Rows))
	for n, row := range t.Rows {
		records[n] = make(map[string]string, len(t.Columns))
		for i, c := range t.Columns {
			if i < len(row) {
				records[n][c] = row[i]
			}
		}
	}
	return records
}

// String returns the table as text: a line with the columns, then a line for each row, aligned by spaces.
func (t *Table) String() string {
	if t == nil || len(t.Columns) == 0 {
		return ""
	}
	width := make([]int, len(t.Columns))
	lines := append([][]string{t.Columns}, t.Rows...)
	for _, row := range lines {
		for i, v := range row[:min(len(row), len(width))] {
			width[i] = max(width[i], runewidth.StringWidth(v))
		}
	}
	var b strings.Builder
	for n, row := range lines {
		if n > 0 {
			b.WriteByte('\n')
		}
		var line strings.Builder
		for i, v := range row[:min(len(row), len(width))] {
			if i > 0 {
				line.WriteString("  ")
			}
			line.WriteString(runewidth.FillRight(v, width[i]))
		}
		b.WriteString(strings.TrimRight(line.String(), " "))
	}
	return b.String()
}
