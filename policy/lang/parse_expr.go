package lang

import "fmt"

// reserved words cannot be the name of an attribute.
var reserved = map[string]bool{
	"RULE": true, "WHERE": true, "WHEN": true, "THEN": true, "ELSE": true, "END": true, "CASE": true, "AND": true, "OR": true, "NOT": true,
	"LIKE": true, "IN": true, "BETWEEN": true, "IS": true, "ESCAPE": true, "NULL": true, "TRUE": true, "FALSE": true, "FROM": true, "TO": true,
	"FOR": true, "SHOW": true, "WEIGHT": true, "LIMIT": true, "THRESHOLD": true, "INTERVAL": true, "SELECT": true,
}

// intervalUnits are the words that make a number of an interval, and an interval of a number.
var intervalUnits = map[string]string{
	"SECOND": "SECONDS", "SECONDS": "SECONDS", "MINUTE": "MINUTES", "MINUTES": "MINUTES",
	"HOUR": "HOURS", "HOURS": "HOURS", "DAY": "DAYS", "DAYS": "DAYS",
}

func (p *parser) enter() bool {
	p.depth++
	if p.depth > maxNesting {
		p.fail("the expression is nested too deeply", "")
		return false
	}
	return true
}

func (p *parser) leave() { p.depth-- }

func (p *parser) span(x Expr) Span { return Span{x.Bounds().Start, p.end()} }

// expr = and { OR and }.
func (p *parser) expr() Expr {
	if !p.enter() {
		return &NullLit{}
	}
	defer p.leave()
	x := p.and()
	for p.accept("OR") {
		y := p.and()
		x = &Binary{Op: "OR", X: x, Y: y, Span: p.span(x)}
	}
	return x
}

func (p *parser) and() Expr {
	x := p.not()
	for p.accept("AND") {
		y := p.not()
		x = &Binary{Op: "AND", X: x, Y: y, Span: p.span(x)}
	}
	return x
}

func (p *parser) not() Expr {
	t := p.cur()
	if !t.is("NOT") {
		return p.predicate()
	}
	if !p.enter() {
		return &NullLit{}
	}
	defer p.leave()
	p.next()
	x := p.not()
	return &Unary{Op: "NOT", X: x, Span: Span{t.span.Start, p.end()}}
}

func (p *parser) predicate() Expr {
	x := p.concat()
	for !p.failed {
		t := p.cur()
		if t.kind == tokOp {
			switch t.text {
			case "=", "==", "!=", "<>", "<", ">", "<=", ">=":
				p.next()
				y := p.concat()
				x = &Binary{Op: t.text, X: x, Y: y, Span: p.span(x)}
				continue
			}
			return x
		}
		not := false
		if t.is("NOT") {
			if n := p.peek(1); !n.is("LIKE") && !n.is("IN") && !n.is("BETWEEN") {
				return x
			}
			p.next()
			not = true
		}
		switch {
		case p.accept("LIKE"):
			l := &Like{Not: not, X: x, Pattern: p.concat()}
			if p.accept("ESCAPE") {
				l.Escape = p.concat()
			}
			l.Span = p.span(x)
			x = l
		case p.accept("IN"):
			in := &In{Not: not, X: x}
			p.expectOp("(")
			in.List = p.exprs()
			p.expectOp(")")
			in.Span = p.span(x)
			x = in
		case p.accept("BETWEEN"):
			b := &Between{Not: not, X: x, Low: p.concat()}
			p.expect("AND")
			b.High = p.concat()
			b.Span = p.span(x)
			x = b
		case p.accept("IS"):
			is := &IsNull{X: x, Not: p.accept("NOT")}
			p.expect("NULL")
			is.Span = p.span(x)
			x = is
		default:
			return x
		}
	}
	return x
}

func (p *parser) exprs() []Expr {
	var out []Expr
	for {
		out = append(out, p.expr())
		if !p.acceptOp(",") {
			return out
		}
	}
}

func (p *parser) concat() Expr {
	x := p.sum()
	for p.acceptOp("||") {
		y := p.sum()
		x = &Binary{Op: "||", X: x, Y: y, Span: p.span(x)}
	}
	return x
}

func (p *parser) sum() Expr {
	x := p.product()
	for {
		op := p.cur()
		if !op.op("+") && !op.op("-") {
			return x
		}
		p.next()
		y := p.product()
		x = &Binary{Op: op.text, X: x, Y: y, Span: p.span(x)}
	}
}

func (p *parser) product() Expr {
	x := p.power()
	for {
		op := p.cur()
		if !op.op("*") && !op.op("/") && !op.op("%") {
			return x
		}
		p.next()
		y := p.power()
		x = &Binary{Op: op.text, X: x, Y: y, Span: p.span(x)}
	}
}

// power binds tighter than * and groups to the left.
// unverified: the rank and the grouping of ** are not documented.
func (p *parser) power() Expr {
	x := p.unary()
	for p.acceptOp("**") {
		y := p.unary()
		x = &Binary{Op: "**", X: x, Y: y, Span: p.span(x)}
	}
	return x
}

func (p *parser) unary() Expr {
	op := p.cur()
	if !op.op("-") && !op.op("+") {
		return p.qualified()
	}
	if !p.enter() {
		return &NullLit{}
	}
	defer p.leave()
	p.next()
	x := p.unary()
	return &Unary{Op: op.text, X: x, Span: Span{op.span.Start, p.end()}}
}

// qualified reads (a - b) SECONDS(12,6).
func (p *parser) qualified() Expr {
	x := p.primary()
	for {
		t := p.cur()
		unit := intervalUnits[t.upper]
		if t.kind != tokWord || unit == "" {
			return x
		}
		p.next()
		q := &Qualified{X: x, Unit: unit}
		if p.acceptOp("(") {
			for {
				n := p.next()
				if n.kind != tokNumber {
					p.failAt(n, CodeSyntax, fmt.Sprintf("a number is expected, but here is %s", n.describe()), "")
					break
				}
				q.Params = append(q.Params, n.text)
				if !p.acceptOp(",") {
					break
				}
			}
			p.expectOp(")")
		}
		q.Span = p.span(x)
		x = q
	}
}

func (p *parser) primary() Expr {
	t := p.cur()
	switch {
	case t.kind == tokString:
		p.next()
		return &StringLit{Value: t.text, Span: t.span}
	case t.kind == tokNumber:
		p.next()
		return &NumberLit{Text: t.text, Span: t.span}
	case t.op("("):
		if !p.enter() {
			return &NullLit{}
		}
		defer p.leave()
		p.next()
		x := p.expr()
		p.expectOp(")")
		return &Paren{X: x, Span: Span{t.span.Start, p.end()}}
	case t.kind == tokWord:
		return p.wordExpr(t)
	}
	hint := ""
	if t.kind == tokEOF {
		hint = "the policy ends in the middle of a rule"
	}
	p.fail(fmt.Sprintf("an expression is expected, but here is %s", t.describe()), hint)
	return &NullLit{Span: t.span}
}

func (p *parser) wordExpr(t token) Expr {
	switch t.upper {
	case "TRUE", "FALSE":
		p.next()
		return &BoolLit{Value: t.upper == "TRUE", Span: t.span}
	case "NULL":
		p.next()
		return &NullLit{Span: t.span}
	case "CASE":
		return p.caseExpr()
	case "INTERVAL":
		return p.interval()
	}
	if reserved[t.upper] {
		p.fail(fmt.Sprintf("an expression is expected, but here is %s", t.describe()), "")
		return &NullLit{Span: t.span}
	}
	p.next()
	if !p.acceptOp("(") {
		return &Attr{Name: t.text, Span: t.span}
	}
	call := &CallExpr{Func: t.text}
	if !p.acceptOp(")") {
		call.Args = p.exprs()
		p.expectOp(")")
	}
	call.Span = Span{t.span.Start, p.end()}
	return call
}

func (p *parser) caseExpr() Expr {
	if !p.enter() {
		return &NullLit{}
	}
	defer p.leave()
	start := p.next().span.Start
	c := &Case{}
	if !p.cur().is("WHEN") {
		c.Operand = p.expr()
	}
	for p.accept("WHEN") {
		w := When{Cond: p.expr()}
		p.expect("THEN")
		w.Then = p.expr()
		c.Whens = append(c.Whens, w)
	}
	if len(c.Whens) == 0 {
		p.fail(fmt.Sprintf("WHEN is expected, but here is %s", p.cur().describe()), "CASE WHEN condition THEN value … END")
	}
	if p.accept("ELSE") {
		c.Else = p.expr()
	}
	p.expect("END")
	c.Span = Span{start, p.end()}
	return c
}

func (p *parser) interval() Expr {
	start := p.next().span.Start
	i := &Interval{}
	sign := p.cur()
	if sign.op("-") || sign.op("+") {
		p.next()
	}
	switch t := p.next(); t.kind {
	case tokString:
		i.Value = &StringLit{Value: t.text, Span: t.span}
	case tokNumber:
		i.Value = &NumberLit{Text: t.text, Span: t.span}
	default:
		p.failAt(t, CodeSyntax, fmt.Sprintf("the length of the interval is expected, but here is %s", t.describe()), "INTERVAL '7' DAYS")
		return i
	}
	if sign.op("-") {
		i.Value = &Unary{Op: "-", X: i.Value, Span: Span{sign.span.Start, p.end()}}
	}
	t := p.next()
	if i.Unit = intervalUnits[t.upper]; t.kind != tokWord || i.Unit == "" {
		p.failAt(t, CodeSyntax, fmt.Sprintf("SECONDS, MINUTES, HOURS or DAYS is expected, but here is %s", t.describe()), "INTERVAL '7' DAYS")
	}
	i.Span = Span{start, p.end()}
	return i
}
