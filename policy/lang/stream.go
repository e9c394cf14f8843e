package lang

import "strings"

// stream is the input of the macro stage: the rest of the written text below what macros put in front of it.
type stream struct {
	stack []piece
}

func (s *stream) push(ps []piece) {
	for i := len(ps) - 1; i >= 0; i-- {
		if ps[i].text != "" {
			s.stack = append(s.stack, ps[i])
		}
	}
}

func (s *stream) empty() bool { return len(s.stack) == 0 }

func (s *stream) top() (piece, bool) {
	if len(s.stack) == 0 {
		return piece{}, false
	}
	return s.stack[len(s.stack)-1], true
}

func (s *stream) peek() byte {
	if len(s.stack) == 0 {
		return 0
	}
	return s.stack[len(s.stack)-1].text[0]
}

func (s *stream) advance(n int) {
	i := len(s.stack) - 1
	if n == len(s.stack[i].text) {
		s.stack = s.stack[:i]
		return
	}
	s.stack[i] = s.stack[i].slice(n, len(s.stack[i].text))
}

func (s *stream) hasPrefix(want string) bool {
	for i := len(s.stack) - 1; i >= 0; i-- {
		t := s.stack[i].text
		if len(t) >= len(want) {
			return strings.HasPrefix(t, want)
		}
		if !strings.HasPrefix(want, t) {
			return false
		}
		want = want[len(t):]
	}
	return want == ""
}

// runUntil is the number of bytes (at least 1) of the top piece before one of the stop bytes.
func (s *stream) runUntil(stop ...byte) int {
	t := s.stack[len(s.stack)-1].text
	n := 1
	for ; n < len(t); n++ {
		for _, c := range stop {
			if t[n] == c {
				return n
			}
		}
	}
	return n
}

func flat(ps []piece) string {
	switch len(ps) {
	case 0:
		return ""
	case 1:
		return ps[0].text
	}
	var b strings.Builder
	for _, p := range ps {
		b.WriteString(p.text)
	}
	return b.String()
}

// appendPiece appends and joins what stood together before.
func appendPiece(out *[]piece, p piece) {
	if p.text == "" {
		return
	}
	if n := len(*out); n > 0 {
		if q := &(*out)[n-1]; !q.fixed && !p.fixed && q.file == p.file && q.frame == p.frame &&
			q.off+len(q.text) == p.off && p.off+len(p.text) <= len(p.file.text) {
			q.text = q.file.text[q.off : p.off+len(p.text)]
			return
		}
	}
	*out = append(*out, p)
}

// cut takes the bytes [from, to) out of a text in pieces.
func cut(ps []piece, from, to int) []piece {
	var out []piece
	at := 0
	for _, p := range ps {
		a, b := max(from-at, 0), min(to-at, len(p.text))
		if a < b {
			out = append(out, p.slice(a, b))
		}
		at += len(p.text)
	}
	return out
}

// reframe says of every piece that it came out of the call. What came out of other calls when the macro was defined came
// out of those first.
func reframe(ps []piece, fr *frame) []piece {
	out := make([]piece, len(ps))
	var last, joined *frame
	for i, p := range ps {
		if p.frame == nil {
			p.frame = fr
		} else {
			if p.frame != last {
				last, joined = p.frame, joinFrames(p.frame, fr, maxCallsShown)
			}
			p.frame = joined
		}
		out[i] = p
	}
	return out
}

func joinFrames(inner, outer *frame, limit int) *frame {
	if inner == nil || limit == 0 {
		return outer
	}
	f := *inner
	f.parent = joinFrames(inner.parent, outer, limit-1)
	f.rescans = f.parent.rescans
	return &f
}

// reframeEmpty does so for pieces that did not come out of a call before: an argument keeps its own story.
func reframeEmpty(ps []piece, fr *frame) []piece {
	out := make([]piece, len(ps))
	for i, p := range ps {
		if p.frame == nil {
			p.frame = fr
		}
		out[i] = p
	}
	return out
}

func isSpace(c byte) bool {
	return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\v' || c == '\f'
}

func isWordStart(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_'
}

func isWordPart(c byte) bool { return isWordStart(c) || c >= '0' && c <= '9' }
