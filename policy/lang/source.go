package lang

import (
	"fmt"
	"sort"
	"strings"
)

// Source is a policy text as it was written.
type Source struct {
	// Name is what messages call the text: a file name, or "policy of mmfs1".
	Name string
	// Text is the text before m4.
	Text string
}

// Define is a macro that is set before the text is read: mmapplypolicy -M name=value.
type Define struct {
	Name, Value string
}

// Options say how a text is read.
type Options struct {
	// Defines are the -M definitions, in order.
	Defines []Define
	// Include reads the file that include(path) names. Without it include() is reported and stands for nothing.
	Include func(path string) (string, error)
}

// Place is a position in a text that a person wrote.
type Place struct {
	// File is the name of the [Source], the path of an included file, or "-M NAME".
	File string `json:"file"`
	// Line counts from 1, Col counts bytes from 1.
	Line int `json:"line"`
	Col  int `json:"col"`
	// Offset counts bytes from 0.
	Offset int `json:"offset"`
}

// String is file:line:col.
func (p Place) String() string { return fmt.Sprintf("%s:%d:%d", p.File, p.Line, p.Col) }

// Span is a range of bytes: of the expanded text in the syntax tree, of the written text in an [Item].
type Span struct {
	Start, End int
}

// Len is the number of bytes.
func (s Span) Len() int { return s.End - s.Start }

// In cuts the span out of a text.
func (s Span) In(text string) string { return text[s.Start:s.End] }

// sourceFile is a text with the starts of its lines.
type sourceFile struct {
	name  string
	text  string
	lines []int
}

func newSourceFile(name, text string) *sourceFile {
	f := &sourceFile{name: name, text: text, lines: []int{0}}
	for i := 0; i < len(text); i++ {
		if text[i] == '\n' {
			f.lines = append(f.lines, i+1)
		}
	}
	return f
}

func (f *sourceFile) place(off int) Place {
	off = max(0, min(off, len(f.text)))
	line := sort.Search(len(f.lines), func(i int) bool { return f.lines[i] > off }) - 1
	return Place{File: f.name, Line: line + 1, Col: off - f.lines[line] + 1, Offset: off}
}

// line returns the text of a line (from 1) without its end.
func (f *sourceFile) line(n int) string {
	if n < 1 || n > len(f.lines) {
		return ""
	}
	text := f.text[f.lines[n-1]:]
	if i := strings.IndexByte(text, '\n'); i >= 0 {
		text = text[:i]
	}
	return strings.TrimSuffix(text, "\r")
}
