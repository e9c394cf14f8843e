package lang

import "sort"

// segmentAt is the segment that holds the byte at off of the expanded text; -1 in an empty text.
func (e *Expansion) segmentAt(off int) int {
	return sort.Search(len(e.segments), func(i int) bool { return e.segments[i].start > off }) - 1
}

// origin is where the byte at off was written. The end of the text is the place after its last byte.
func (e *Expansion) origin(off int) piece {
	if off >= len(e.Text) && len(e.Text) > 0 {
		p := e.origin(len(e.Text) - 1)
		if p.frame == nil && !p.fixed {
			p.off++
		}
		return p
	}
	i := e.segmentAt(off)
	if i < 0 {
		return piece{file: e.main, off: len(e.main.text)}
	}
	s := e.segments[i]
	p := s.piece
	p.text = ""
	if !p.fixed {
		p.off += off - s.start
	}
	return p
}

// Place is where the byte at off of the expanded text was written.
func (e *Expansion) Place(off int) Place {
	p := e.origin(off)
	return p.file.place(p.off)
}

// Calls are the macro calls that brought the byte at off into the expanded text, the innermost first.
func (e *Expansion) Calls(off int) []Call { return callsOf(e.origin(off).frame) }

// written is the range of the written text that the expanded span comes from: macro calls and quoted texts are taken
// whole. direct says that it begins in the written text itself, not inside a macro.
func (e *Expansion) written(span Span) (out Span, direct bool) {
	first := e.origin(span.Start)
	direct = first.frame == nil && !first.fixed && first.file == e.main
	out.Start = e.outermost(first)
	last := e.origin(max(span.Start, span.End-1))
	out.End = e.outermost(last)
	if last.frame == nil && !last.fixed {
		out.End++
	}
	if a := e.atomAt(out.Start); a != nil {
		direct = false
		out.Start = a.span.Start
	}
	if a := e.atomAt(e.outermost(last)); a != nil {
		out.End = a.span.End
	}
	return out, direct
}

func (e *Expansion) outermost(p piece) int {
	if p.frame == nil {
		return p.off
	}
	f := p.frame
	for f.parent != nil {
		f = f.parent
	}
	return f.off
}

// atomAt is the macro call or quoted text that covers a byte of the written text.
func (e *Expansion) atomAt(off int) *atom {
	i := sort.Search(len(e.atoms), func(i int) bool { return e.atoms[i].span.End > off })
	if i < len(e.atoms) && e.atoms[i].span.Start <= off {
		return &e.atoms[i]
	}
	return nil
}
