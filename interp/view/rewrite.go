package view

import (
	"cmp"
	"slices"
	"strings"
)

// rewriting is a source that was made from another by replacing pieces of it. Places in the new text lead back to the
// text that somebody typed, so that messages show that.
type rewriting struct {
	text  string // before
	from  *rewriting
	edits []edit // in order
}

// edit replaces text[start:end].
type edit struct {
	start, end int
	text       string
}

// Edit replaces a piece of a text.
type Edit struct {
	Start, End int
	Text       string
}

// Rewrite applies edits that do not overlap. Findings show the text as it was before.
func (t Text) Rewrite(edits []Edit) Text {
	list := make([]edit, len(edits))
	for i, e := range edits {
		list[i] = edit{e.Start, e.End, e.Text}
	}
	return t.rewrite(list)
}

// rewrite applies edits that do not overlap. Two at one place are applied in the order given.
func (t Text) rewrite(edits []edit) Text {
	slices.SortStableFunc(edits, func(a, b edit) int { return cmp.Compare(a.start, b.start) })
	var b strings.Builder
	at := 0
	for _, e := range edits {
		b.WriteString(t.Text[at:e.start])
		b.WriteString(e.text)
		at = e.end
	}
	b.WriteString(t.Text[at:])
	return Text{Name: t.Name, Text: b.String(), from: &rewriting{text: t.Text, from: t.from, edits: edits}}
}

// back returns where an offset of the new text comes from. What was put in comes from where it was put.
func (r *rewriting) back(off int) int {
	shift := 0 // of the new text against the old, behind the edits so far
	for _, e := range r.edits {
		begin := e.start + shift
		if off < begin {
			break
		}
		if off < begin+len(e.text) {
			return e.start
		}
		shift += len(e.text) - (e.end - e.start)
	}
	return off - shift
}

// typed returns the text that somebody typed and the offset in it of an offset of the source.
func (f *file) typed(off int) (string, int) {
	text := f.text
	for r := f.from; r != nil; r = r.from {
		off = min(max(r.back(off), 0), len(r.text))
		text = r.text
	}
	return text, off
}
