package filelist

import (
	"bytes"
	"fmt"
)

// Escape says how names and SHOW texts are written in a list.
type Escape int

// The ways of writing. What a list uses depends on the ESCAPE clause of its EXTERNAL LIST or EXTERNAL POOL rule.
const (
	// EscapeBackslash is a rule without ESCAPE: a newline is \n, a backslash is \\. A backslash in front of anything
	// else stands for itself.
	EscapeBackslash Escape = iota
	// EscapePercent is ESCAPE '%', with or without more characters: %XX for all but letters, digits, -_.~ and these.
	EscapePercent
	// EscapeNewline is a rule without ESCAPE of a release that doubles backslashes only in texts with a newline.
	EscapeNewline
	// EscapeNone takes names as they are. A newline in a name then ends the record.
	EscapeNone
)

var escapeNames = [...]string{"backslash", "percent", "newline", "none"}

// String returns the name of the way of writing.
func (e Escape) String() string {
	if e < 0 || int(e) >= len(escapeNames) {
		return fmt.Sprintf("Escape(%d)", int(e))
	}
	return escapeNames[e]
}

// MarshalText writes the name.
func (e Escape) MarshalText() ([]byte, error) { return []byte(e.String()), nil }

// UnmarshalText reads the name.
func (e *Escape) UnmarshalText(text []byte) error {
	for i, n := range escapeNames {
		if n == string(text) {
			*e = Escape(i)
			return nil
		}
	}
	return fmt.Errorf("no way of escaping is called %q", text)
}

// Append writes text as a list has it. keep are the characters that ESCAPE '%…' names beside the percent sign.
func (e Escape) Append(dst, text []byte, keep string) []byte {
	switch e {
	case EscapePercent:
		const hex = "0123456789ABCDEF"
		for _, c := range text {
			if unreserved[c] || bytes.IndexByte([]byte(keep), c) >= 0 {
				dst = append(dst, c)
			} else {
				dst = append(dst, '%', hex[c>>4], hex[c&15])
			}
		}
		return dst
	case EscapeNewline:
		if bytes.IndexByte(text, '\n') < 0 {
			return append(dst, text...)
		}
	case EscapeNone:
		return append(dst, text...)
	}
	for _, c := range text {
		switch c {
		case '\n':
			dst = append(dst, '\\', 'n')
		case '\\':
			dst = append(dst, '\\', '\\')
		default:
			dst = append(dst, c)
		}
	}
	return dst
}

// unreserved are the characters that ESCAPE '%' leaves alone.
var unreserved = func() (t [256]bool) {
	for c := range 256 {
		b := byte(c)
		t[c] = b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b >= '0' && b <= '9' || bytes.IndexByte([]byte("-_.~"), b) >= 0
	}
	return t
}()

// decode returns the text that src stands for: src itself when nothing is escaped, else a text in buf, which it may
// grow. ok is false when src is not validly escaped.
func (e Escape) decode(src []byte, buf *[]byte) (text []byte, ok bool) {
	switch e {
	case EscapePercent:
		i := bytes.IndexByte(src, '%')
		if i < 0 {
			return src, true
		}
		return decodePercent(src, i, buf)
	case EscapeBackslash:
		i := bytes.IndexByte(src, '\\')
		if i < 0 {
			return src, true
		}
		return decodeBackslash(src, i, buf), true
	case EscapeNewline:
		if i := bytes.IndexByte(src, '\\'); i >= 0 && hasEscapedNewline(src[i:]) {
			return decodeBackslash(src, i, buf), true
		}
	}
	return src, true
}

func decodePercent(src []byte, i int, buf *[]byte) ([]byte, bool) {
	out := append((*buf)[:0], src[:i]...)
	for i < len(src) {
		c := src[i]
		if c != '%' {
			out = append(out, c)
			i++
			continue
		}
		if i+2 >= len(src) {
			return nil, false
		}
		hi, lo := unhex[src[i+1]], unhex[src[i+2]]
		if hi|lo > 15 {
			return nil, false
		}
		out = append(out, hi<<4|lo)
		i += 3
	}
	*buf = out
	return out, true
}

// unhex maps hexadecimal digits; 255 for what is none.
var unhex = func() (t [256]byte) {
	for i := range t {
		t[i] = 255
	}
	for i, c := range []byte("0123456789abcdef") {
		t[c] = byte(i)
	}
	for i, c := range []byte("ABCDEF") {
		t[c] = byte(10 + i)
	}
	return t
}()

func decodeBackslash(src []byte, i int, buf *[]byte) []byte {
	out := append((*buf)[:0], src[:i]...)
	for ; i < len(src); i++ {
		c := src[i]
		if c == '\\' && i+1 < len(src) {
			switch src[i+1] {
			case 'n':
				c = '\n'
				i++
			case '\\':
				i++
			}
		}
		out = append(out, c)
	}
	*buf = out
	return out
}

// hasEscapedNewline says whether a text would hold a newline if it were escaped.
func hasEscapedNewline(src []byte) bool {
	for i := 0; i+1 < len(src); i++ {
		if src[i] != '\\' {
			continue
		}
		if src[i+1] == 'n' {
			return true
		}
		if src[i+1] == '\\' {
			i++
		}
	}
	return false
}
