package engine

import (
	"strings"
	"unsafe"

	"gpfsh/policy/lang"
)

func stringData(s string) *byte { return unsafe.StringData(s) }

// pattern is a pattern of LIKE, taken apart: texts between the % signs. A text can hold _ wildcards.
type pattern struct {
	parts []part
	// open says that the pattern begins, ends with %.
	openStart, openEnd bool
	// least is the number of bytes that a match has at least.
	least int
	// fold compares ASCII letters without case: the pattern has small ones.
	fold bool
}

type part struct {
	text string
	// any marks the bytes of text that stand for any byte; nil when there are none.
	any []bool
}

// parsePattern reads a pattern. A byte behind the escape byte stands for itself.
func parsePattern(s string, escape byte, hasEscape bool) pattern {
	var p pattern
	var text []byte
	var wild []bool
	any := false
	flush := func() {
		if len(text) > 0 {
			pt := part{text: string(text)}
			if any {
				pt.any = append([]bool(nil), wild...)
			}
			p.parts = append(p.parts, pt)
			p.least += len(text)
		}
		text, wild, any = text[:0], wild[:0], false
	}
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case hasEscape && c == escape && i+1 < len(s):
			i++
			text = append(text, s[i])
			wild = append(wild, false)
		case c == '%':
			if i == 0 {
				p.openStart = true
			}
			flush()
			p.openEnd = true
			continue
		case c == '_':
			text = append(text, '_')
			wild = append(wild, true)
			any = true
		default:
			text = append(text, c)
			wild = append(wild, false)
		}
		p.openEnd = false
	}
	flush()
	return p
}

func lower(c byte) byte {
	if c >= 'A' && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}

// at says whether the part stands at the beginning of s, which is long enough.
func (pt *part) at(s string, fold bool) bool {
	if pt.any == nil && !fold {
		return s[:len(pt.text)] == pt.text
	}
	for i := 0; i < len(pt.text); i++ {
		c := s[i]
		if fold {
			c = lower(c)
		}
		if c != pt.text[i] && (pt.any == nil || !pt.any[i]) {
			return false
		}
	}
	return true
}

// index finds the part in s, -1 when it is not there.
func (pt *part) index(s string, fold bool) int {
	if pt.any == nil && !fold {
		return strings.Index(s, pt.text)
	}
	for i := 0; i+len(pt.text) <= len(s); i++ {
		if pt.at(s[i:], fold) {
			return i
		}
	}
	return -1
}

func (p *pattern) match(s string) bool {
	if len(s) < p.least {
		return false
	}
	parts := p.parts
	if len(parts) == 0 {
		return p.openEnd || s == ""
	}
	if !p.openStart {
		first := &parts[0]
		if !first.at(s, p.fold) {
			return false
		}
		s = s[len(first.text):]
		parts = parts[1:]
		if len(parts) == 0 {
			return p.openEnd || s == ""
		}
	}
	if !p.openEnd {
		last := &parts[len(parts)-1]
		if len(s) < len(last.text) || !last.at(s[len(s)-len(last.text):], p.fold) {
			return false
		}
		s = s[:len(s)-len(last.text)]
		parts = parts[:len(parts)-1]
	}
	for i := range parts {
		n := parts[i].index(s, p.fold)
		if n < 0 {
			return false
		}
		s = s[n+len(parts[i].text):]
	}
	return true
}

func (c *compiler) like(x *lang.Like) code {
	if v, ok := c.miscLike(x); ok {
		return v
	}
	pat := c.str(c.expr(x.Pattern), x.Pattern)
	if c.err != nil {
		return pat
	}
	if v, ok := c.likeLowered(x, pat); ok {
		return v
	}
	v := c.str(c.expr(x.X), x.X)
	if c.err != nil {
		return v
	}
	esc := constString("")
	if x.Escape != nil {
		if esc = c.str(c.expr(x.Escape), x.Escape); c.err != nil {
			return v
		}
	}
	if !pat.constant || !esc.constant {
		return negate(code{typ: lang.Bool, cost: v.cost + pat.cost + 200, b: func(e *eval) truth {
			s, ok1 := v.s(e)
			p, ok2 := pat.s(e)
			q, ok3 := esc.s(e)
			if !ok1 || !ok2 || !ok3 {
				return isUnknown
			}
			m := parseEscaped(p, q)
			return truthOf(m.match(s))
		}}, x.Not)
	}
	e := newEval(c.prog, 0)
	text, ok1 := pat.s(e)
	q, ok2 := esc.s(e)
	if !ok1 || !ok2 {
		return constBool(isUnknown)
	}
	return negate(matching(v, parseEscaped(text, q)), x.Not)
}

// matching compares a string with a pattern.
func matching(v code, p pattern) code {
	s := v.s
	return code{typ: lang.Bool, constant: v.constant, cost: v.cost + 4 + 4*len(p.parts), b: func(e *eval) truth {
		t, ok := s(e)
		if !ok {
			return isUnknown
		}
		return truthOf(p.match(t))
	}}
}

func parseEscaped(p, escape string) pattern {
	if escape == "" {
		return parsePattern(p, 0, false)
	}
	return parsePattern(p, escape[0], true)
}

// likeLowered compiles LOWER(x) LIKE 'pattern' with a pattern in small letters: x is compared as it is, without regard to
// case, and no text is made.
func (c *compiler) likeLowered(x *lang.Like, pat code) (code, bool) {
	call, ok := lang.Strip(x.X).(*lang.CallExpr)
	if !ok || len(call.Args) != 1 || !strings.EqualFold(call.Func, "LOWER") || !pat.constant || x.Escape != nil {
		return code{}, false
	}
	text, ok := pat.s(newEval(c.prog, 0))
	if !ok || text != strings.ToLower(text) {
		return code{}, false
	}
	v := c.str(c.expr(call.Args[0]), call.Args[0])
	if c.err != nil {
		return v, true
	}
	p := parsePattern(text, 0, false)
	p.fold = true
	return negate(matching(v, p), x.Not), true
}
