package lang

import (
	"fmt"
	"strings"
)

// like checks the pattern of a LIKE.
func (c *checker) like(e *Like) {
	t := c.typ(e.X)
	if t != String && t != Unknown && t != Null {
		c.addf(e.X.Bounds(), Error, CodeType, "write VARCHAR(…) around it", "LIKE compares strings, but this is %s", t)
	}
	if p := c.typ(e.Pattern); p != String && p != Unknown && p != Null {
		c.addf(e.Pattern.Bounds(), Error, CodeType, "", "the pattern of LIKE is a string, not %s", p)
	}
	if e.Escape != nil {
		c.typ(e.Escape)
		if s, ok := Strip(e.Escape).(*StringLit); ok && len(s.Value) != 1 {
			c.add(s.Span, Error, CodePattern, "ESCAPE names one character", "")
		}
	}
	pat, ok := Strip(e.Pattern).(*StringLit)
	if !ok {
		return
	}
	if _, constant := Strip(e.X).(*StringLit); constant {
		c.add(e.Span, Warning, CodePattern, "two constants are compared", "attributes stand without quotes: NAME LIKE '%.tmp'")
		return
	}
	if strings.ContainsAny(pat.Value, "%_") {
		c.misc(e, pat)
		return
	}
	hint := "% stands for any text, _ for one byte"
	if strings.ContainsAny(pat.Value, "*?") {
		c.add(pat.Span, Warning, CodePattern, "* and ? are ordinary characters in LIKE", hint)
		return
	}
	c.add(pat.Span, Note, CodePattern, "LIKE without a wildcard compares the whole text", hint)
}

// misc checks letters that are asked of MISC_ATTRIBUTES.
func (c *checker) misc(e *Like, pat *StringLit) {
	a, ok := Strip(e.X).(*Attr)
	if !ok || upperASCII(a.Name) != "MISC_ATTRIBUTES" || e.Escape != nil {
		return
	}
	for i := 0; i < len(pat.Value); i++ {
		ch := pat.Value[i]
		if ch == '%' || ch == '_' || knownMiscLetter(ch) {
			continue
		}
		hint := ""
		if ch == 'C' {
			hint = "compressed files have a small c"
		}
		c.addf(pat.Span, Warning, CodePattern, hint, "MISC_ATTRIBUTES never holds the letter %q", string(ch))
		return
	}
	if n := strings.Count(pat.Value, "%"); n == 1 && len(pat.Value) == 2 {
		c.addf(pat.Span, Note, CodePattern, "'%"+strings.Trim(pat.Value, "%")+"%' finds the letter anywhere", "the letter is looked for at one end of the letters only")
	}
}

// units finds numbers that were meant in another unit.
func (c *checker) units(e *Binary, x, y Type) {
	left, right := Strip(e.X), Strip(e.Y)
	if _, isNumber := number(left); isNumber {
		left, right = right, left
		x, y = y, x
	}
	n, ok := number(right)
	if !ok || n == 0 {
		return
	}
	if n < 0 {
		n = -n
	}
	if b, ok := left.(*Binary); ok && b.Op == "-" && isDays(b.X) && isDays(b.Y) && n > 36500 {
		c.addf(right.Bounds(), Warning, CodeUnit, "DAYS counts days, not seconds", "%g days are %d years", n, int(n/365.25))
	}
	if lit, ok := right.(*NumberLit); ok && x == Duration && y.Number() && lit.Int() && n <= 366 {
		c.addf(right.Bounds(), Warning, CodeUnit, fmt.Sprintf("write INTERVAL '%g' DAYS, or DAYS(CURRENT_TIMESTAMP) - DAYS(ACCESS_TIME)", n),
			"the difference of two timestamps counts seconds: %g is %g seconds", n, n)
	}
}

func isDays(e Expr) bool {
	call, ok := Strip(e).(*CallExpr)
	return ok && upperASCII(call.Func) == "DAYS"
}

// bracketsLost finds a string whose brackets m4 removed, where they were meant to stay: '[abc]' comes out as 'abc'.
func (c *checker) bracketsLost(e *StringLit) {
	x := c.pol.Expansion
	first, last := x.origin(e.Span.Start), x.origin(max(e.Span.Start, e.Span.End-1))
	if first.frame != nil || last.frame != nil || first.file != x.main || last.file != x.main {
		return
	}
	for _, a := range x.atoms {
		if a.call != "" || a.span.Start <= first.off || a.span.End > last.off {
			continue
		}
		inner := x.main.text[min(a.span.Start+1, a.span.End):max(a.span.Start+1, a.span.End-1)]
		if !needsM4Quotes(inner, x.Macros) {
			c.addf(e.Span, Warning, CodePattern, "write ["+Span{first.off, last.off + 1}.In(x.main.text)+"]",
				"m4 removes the brackets: this is read as '%s'", e.Value)
			return
		}
	}
}

// edges finds macros whose text falls apart in an expression: define(a,x OR y) used as a AND z.
func (c *checker) edges(e Expr, parent string) {
	op := ""
	switch e := e.(type) {
	case *Binary:
		op = e.Op
	case *Unary:
		op = e.Op
	case *Like, *In, *Between, *IsNull:
		op = "LIKE"
	}
	if op != "" {
		c.edge(e.Bounds(), op, parent)
	}
	for _, child := range Children(e) {
		c.edges(child, op)
	}
}

func (c *checker) edge(span Span, op, parent string) {
	if op == parent && (op == "AND" || op == "OR" || op == "+" || op == "*" || op == "||") {
		return
	}
	x := c.pol.Expansion
	check := func(fr *frame) {
		for ; fr != nil; fr = fr.parent {
			if _, own := x.Macros[fr.name]; !own || c.edged[fr] {
				continue
			}
			s := c.frameSpan(fr)
			inside := s.Start <= span.Start && span.End <= s.End
			around := span.Start <= s.Start && s.End <= span.End
			if inside || around || s.End <= span.Start || span.End <= s.Start {
				continue
			}
			c.edged[fr] = true
			f := c.pol.Finding(span, Warning, CodeMacroEdge, fmt.Sprintf("the text of macro %s falls apart: %s takes a part of it", fr.name, op),
				"put the body of the macro into parentheses: define("+fr.name+",(…))")
			f.Place = fr.file.place(fr.off)
			f.End = fr.file.place(fr.off + len(fr.name))
			f.Source = fr.file.line(f.Place.Line)
			f.Calls = callsOf(fr.parent)
			c.findings = append(c.findings, f)
		}
	}
	check(x.origin(span.Start).frame)
	check(x.origin(max(span.Start, span.End-1)).frame)
}

// frameSpan is the part of the expanded text that a macro call made, without blanks around it.
func (c *checker) frameSpan(fr *frame) Span {
	x := c.pol.Expansion
	if c.frames == nil {
		c.frames = map[*frame]Span{}
		for i, s := range x.segments {
			end := len(x.Text)
			if i+1 < len(x.segments) {
				end = x.segments[i+1].start
			}
			for f, n := s.frame, 0; f != nil && n < maxCallDepth; f, n = f.parent, n+1 {
				span, ok := c.frames[f]
				if !ok {
					span = Span{s.start, end}
				}
				c.frames[f] = Span{min(span.Start, s.start), max(span.End, end)}
			}
		}
	}
	s := c.frames[fr]
	for s.Start < s.End && isSpace(x.Text[s.Start]) {
		s.Start++
	}
	for s.End > s.Start && isSpace(x.Text[s.End-1]) {
		s.End--
	}
	return s
}
