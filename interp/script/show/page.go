package show

import (
	"fmt"
	"strings"

	"github.com/mattn/go-runewidth"
)

// pager is a value that has a page of its own for people: an answer to a question rather than an object. Its lines are
// broken below the last of the columns that blanks separate. Where a table or a document is asked for, its data are
// shown like those of others.
type pager interface{ Page() string }

// page writes the page of a value.
func (r *Writer) page(p pager) error {
	var b strings.Builder
	for line := range strings.Lines(strings.TrimSuffix(p.Page(), "\n")) {
		line = strings.TrimRight(line, "\n ")
		if r.Terminal {
			line = PrintableText(line)
		}
		column := 0
		if i := strings.LastIndex(line, gap); i >= 0 {
			column = runewidth.StringWidth(line[:i+len(gap)])
		}
		head, body := line[:columnStart(line)], line[columnStart(line):]
		look := verdictStyle(head)
		for i, part := range r.wrap(body, column) {
			if i > 0 {
				head = strings.Repeat(" ", column)
			}
			b.WriteString(r.paintFirst(look, head) + part + "\n")
		}
	}
	_, err := fmt.Fprint(r.Out, b.String())
	return err
}

// columnStart is where the last column of a line begins.
func columnStart(line string) int {
	if i := strings.LastIndex(line, gap); i >= 0 {
		return i + len(gap)
	}
	return 0
}

// verdictStyle is the look of a line that begins with a verdict in capitals.
func verdictStyle(line string) Look {
	switch {
	case strings.HasPrefix(line, "NO "), strings.HasPrefix(line, "CRITICAL "):
		return Bad
	case strings.HasPrefix(line, "WARNING "), strings.HasPrefix(line, "NOT TOLD "), strings.HasPrefix(line, "UNKNOWN "):
		return Warning
	}
	return Plain
}

// paintFirst paints the first column of a line.
func (r *Writer) paintFirst(look Look, head string) string {
	word, rest, ok := strings.Cut(head, gap)
	if !ok || look == Plain {
		return head
	}
	return r.paint(look, word) + gap + rest
}
