package lang

import "fmt"

// maxNesting is how deep expressions may be nested.
const maxNesting = 400

// Policy is a parsed policy text.
type Policy struct {
	Source    Source
	Expansion *Expansion
	// Rules are the rules that could be read, in the order of the expanded text.
	Rules []*Rule
	// Findings say why the text is not a policy, or what the macro stage had to say. [Check] knows more.
	Findings []Finding
}

// Parse reads a policy. It goes on after an error, with the next rule; [Policy.Err] says whether there was one.
func Parse(src Source, opts Options) *Policy {
	return parseExpansion(src, Expand(src, opts))
}

func parseExpansion(src Source, e *Expansion) *Policy {
	p := &parser{pol: &Policy{Source: src, Expansion: e, Findings: e.Findings[:len(e.Findings):len(e.Findings)]}}
	p.toks = scan(e.Text, p.report)
	p.policy()
	return p.pol
}

// Err is a [*SyntaxError] when the text is not a policy: the cluster would refuse it.
func (p *Policy) Err() error {
	var fatal []Finding
	for _, f := range p.Findings {
		if f.Severity == Fatal {
			fatal = append(fatal, f)
		}
	}
	if fatal == nil {
		return nil
	}
	return &SyntaxError{Findings: fatal}
}

// Finding makes a finding about a span of the expanded text.
func (p *Policy) Finding(span Span, sev Severity, code, message, hint string) Finding {
	e := p.Expansion
	first := e.origin(span.Start)
	f := Finding{Severity: sev, Code: code, Message: message, Hint: hint, Place: first.file.place(first.off), Calls: callsOf(first.frame)}
	f.Source = first.file.line(f.Place.Line)
	last := e.origin(max(span.Start, span.End-1))
	f.End = first.file.place(first.off + 1)
	// The end is told only where it lies in the same text: a span can run into a macro and out of it.
	if last.file == first.file && last.off >= first.off && !last.fixed {
		f.End = last.file.place(last.off + min(1, span.Len()))
	}
	return f
}

// ParseExpr reads a text that is one expression. Words that are neither attributes nor macros given in opts stay as they
// are: they may be macros of the policy that the expression is for.
func ParseExpr(src Source, opts Options) (Expr, error) {
	e := Expand(src, opts)
	p := &parser{pol: &Policy{Source: src, Expansion: e, Findings: e.Findings[:len(e.Findings):len(e.Findings)]}}
	p.toks = scan(e.Text, p.report)
	x := p.expr()
	if t := p.cur(); t.kind != tokEOF {
		p.fail(fmt.Sprintf("the end of the expression is expected, but here is %s", t.describe()), "")
	}
	if err := p.pol.Err(); err != nil {
		return nil, err
	}
	return x, nil
}

type parser struct {
	pol    *Policy
	toks   []token
	i      int
	depth  int
	failed bool
}

// maxFindings bounds what is told about a text that is no policy at all.
const maxFindings = 200

func (p *parser) report(span Span, sev Severity, code, message, hint string) {
	if len(p.pol.Findings) >= maxFindings {
		return
	}
	p.pol.Findings = append(p.pol.Findings, p.pol.Finding(span, sev, code, message, hint))
}

// cur is the token to be read. After a failure there is nothing more to be read, so every loop ends.
func (p *parser) cur() token { return p.peek(0) }

func (p *parser) peek(n int) token {
	if p.failed || p.i+n >= len(p.toks) {
		return p.toks[len(p.toks)-1]
	}
	return p.toks[p.i+n]
}

func (p *parser) next() token {
	t := p.cur()
	if !p.failed && p.i < len(p.toks)-1 {
		p.i++
	}
	return t
}

// end is where the last token that was read ends.
func (p *parser) end() int {
	if p.i == 0 {
		return 0
	}
	return p.toks[p.i-1].span.End
}

func (p *parser) accept(word string) bool {
	if p.cur().is(word) {
		p.next()
		return true
	}
	return false
}

func (p *parser) acceptOp(op string) bool {
	if p.cur().op(op) {
		p.next()
		return true
	}
	return false
}

// fail ends the rule. A character that was reported before is not reported again.
func (p *parser) fail(message, hint string) {
	p.failAt(p.cur(), CodeSyntax, message, hint)
}

func (p *parser) failAt(t token, code, message, hint string) {
	if p.failed {
		return
	}
	if t.kind != tokBad {
		p.report(t.span, Fatal, code, message, hint)
	}
	p.failed = true
}

func (p *parser) expectOp(op string) {
	if !p.acceptOp(op) {
		p.fail(fmt.Sprintf("“%s” is expected, but here is %s", op, p.cur().describe()), "")
	}
}

func (p *parser) expect(word string) {
	if !p.accept(word) {
		p.fail(fmt.Sprintf("%s is expected, but here is %s", word, p.cur().describe()), "")
	}
}

func (p *parser) policy() {
	for {
		for p.acceptOp(";") {
		}
		t := p.cur()
		if t.kind == tokEOF {
			return
		}
		if t.is("RULE") {
			if r := p.rule(); r != nil {
				p.pol.Rules = append(p.pol.Rules, r)
			}
		} else {
			hint := "every rule begins with the word RULE"
			if t.kind == tokWord {
				if s := closest(t.upper, []string{"RULE"}, 1); s != "" {
					hint = "did you mean RULE?"
				} else if p.i == 0 || !p.toks[p.i-1].is("RULE") {
					hint += "; a macro that is not defined?"
				}
			}
			p.fail(fmt.Sprintf("a rule is expected, but here is %s", t.describe()), hint)
		}
		if p.failed {
			p.recover()
		}
	}
}

// recover goes on with the next word RULE, so that one mistake is one message.
func (p *parser) recover() {
	p.failed = false
	p.depth = 0
	for p.cur().kind != tokEOF && !p.startsRule() {
		p.next()
	}
}

func (p *parser) startsRule() bool {
	if !p.cur().is("RULE") {
		return false
	}
	t := p.peek(1)
	return t.kind == tokString || t.kind == tokWord || t.kind == tokNumber
}

var verbs = []string{"SET", "GROUP", "MIGRATE", "DELETE", "EXCLUDE", "LIST", "RESTORE", "EXTERNAL", "ENCRYPTION", "CHANGE"}

func isVerb(t token) bool {
	if t.kind != tokWord {
		return false
	}
	for _, v := range verbs {
		if t.upper == v {
			return true
		}
	}
	return false
}

func (p *parser) rule() *Rule {
	start := p.next().span.Start
	r := &Rule{}
	r.Name = p.ruleName()
	if p.cur().is("WHEN") {
		at := p.next().span.Start
		r.When = p.expr()
		p.part(r, ClauseWhen, at)
	}
	at := p.cur().span.Start
	p.verb(r)
	if p.failed {
		return nil
	}
	p.part(r, ClauseVerb, at)
	p.clauses(r)
	if p.failed {
		return nil
	}
	r.Span = Span{start, p.end()}
	return r
}

func (p *parser) part(r *Rule, c Clause, start int) {
	r.Parts = append(r.Parts, Part{c, Span{start, p.end()}})
}

// ruleName reads the name of a rule, if it has one. A bare word that is a verb is the verb, unless the verb follows.
func (p *parser) ruleName() *Name {
	t := p.cur()
	switch {
	case t.kind == tokString:
		p.next()
		return &Name{Value: t.text, Span: t.span}
	case t.kind == tokNumber, t.kind == tokWord && !t.is("WHEN") && !isVerb(t):
		return p.bareword()
	case isVerb(t) && t.upper == p.peek(1).upper && p.peek(1).kind == tokWord:
		return p.bareword()
	}
	return nil
}

// bareword reads a name without quotes. It may hold digits, dots and hyphens: year-old, 3month-old.
func (p *parser) bareword() *Name {
	t := p.cur()
	text := p.pol.Expansion.Text
	end := t.span.Start
	for end < len(text) && (isWordPart(text[end]) || text[end] == '.' || text[end] == '-') {
		end++
	}
	for end > t.span.Start && (text[end-1] == '-' || text[end-1] == '.') && end > t.span.End {
		end--
	}
	for p.cur().kind != tokEOF && p.cur().span.Start < end {
		if last := p.next(); last.span.End > end {
			end = last.span.End
		}
	}
	return &Name{Value: text[t.span.Start:end], Span: Span{t.span.Start, end}}
}

// name reads the name of a pool, list or fileset: a string, a bare word, or one of them in parentheses.
func (p *parser) name(what string) *Name {
	switch t := p.cur(); {
	case t.op("("):
		p.next()
		n := p.name(what)
		p.expectOp(")")
		return n
	case t.kind == tokString:
		p.next()
		return &Name{Value: t.text, Span: t.span}
	case t.kind == tokNumber, t.kind == tokWord && !t.is("RULE"):
		return p.bareword()
	}
	p.fail(fmt.Sprintf("the name of %s is expected, but here is %s", what, p.cur().describe()), "names stand in single quotes")
	return nil
}

func (p *parser) str(what string) *Name {
	t := p.cur()
	if t.kind != tokString {
		p.fail(fmt.Sprintf("%s is expected in single quotes, but here is %s", what, t.describe()), "")
		return nil
	}
	p.next()
	return &Name{Value: t.text, Span: t.span}
}

func (p *parser) names(what string) []*Name {
	var out []*Name
	for {
		n := p.name(what)
		if n == nil {
			return out
		}
		out = append(out, n)
		if !p.acceptOp(",") {
			return out
		}
	}
}
