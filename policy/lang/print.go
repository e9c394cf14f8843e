package lang

import (
	"strconv"
	"strings"
)

// Printer writes rules and expressions as policy text.
type Printer struct {
	// Macros are the macros that are defined where the text will stand: strings that hold their names are protected.
	Macros map[string]Macro
	// Multiline puts every clause on a line of its own.
	Multiline bool
}

// String is the rule in one line, its clauses in the documented order.
func (r *Rule) String() string { return (&Printer{}).Rule(r) }

// ExprString is the expression as policy text.
func ExprString(e Expr) string { return (&Printer{}).Expr(e) }

// Equal says whether two rules say the same: positions, the order of clauses, letter case and blanks do not count.
func Equal(a, b *Rule) bool { return a.String() == b.String() }

// EqualExpr says whether two expressions are written alike but for positions, letter case and outer parentheses.
func EqualExpr(a, b Expr) bool {
	if a == nil || b == nil {
		return a == nil && b == nil
	}
	return ExprString(Strip(a)) == ExprString(Strip(b))
}

// Layout is the rule with its clauses on lines of their own where it would be longer than width.
func (p *Printer) Layout(r *Rule, width int) string {
	one := *p
	one.Multiline = false
	if text := one.Rule(r); len(text) <= width {
		return text
	}
	one.Multiline = true
	return one.Rule(r)
}

// Rule writes a rule.
func (p *Printer) Rule(r *Rule) string {
	head := []string{"RULE"}
	if r.Name != nil {
		head = append(head, p.quote(r.Name))
	}
	if r.When != nil {
		// What stands behind WHEN is an expression that has its parentheses of its own.
		head = append(head, "WHEN "+p.Expr(r.When))
	}
	head = append(head, p.verb(r))
	var rest []string
	for _, c := range r.Kind.Clauses() {
		if c != ClauseWhen && c != ClauseVerb {
			if text := p.clause(r, c); text != "" {
				rest = append(rest, text)
			}
		}
	}
	if len(rest) == 0 {
		return strings.Join(head, " ")
	}
	sep := " "
	if p.Multiline {
		sep = "\n  "
	}
	return strings.Join(head, " ") + sep + strings.Join(rest, sep)
}

func (p *Printer) quote(n *Name) string { return Quote(n.Text(), p.Macros) }

func (p *Printer) quotes(ns []*Name) string {
	out := make([]string, len(ns))
	for i, n := range ns {
		out[i] = p.quote(n)
	}
	return strings.Join(out, ",")
}

// call writes WORD(x).
func (p *Printer) call(word string, x Expr) string {
	return word + "(" + p.Expr(x) + ")"
}

func (p *Printer) verb(r *Rule) string {
	var b strings.Builder
	b.WriteString(r.Kind.String())
	switch r.Kind {
	case SetPool, SetSnapPool, List, ExternalPool, ExternalList:
		b.WriteString(" " + p.quote(r.Object))
	case GroupPool:
		if r.Object != nil {
			b.WriteString(" " + p.quote(r.Object))
		}
		for i, m := range r.Members {
			word := " THEN "
			if i == 0 {
				word = " IS "
			}
			b.WriteString(word + p.quote(m.Pool))
			if m.Limit != nil {
				b.WriteString(" " + p.call("LIMIT", m.Limit))
			}
		}
	case Encryption:
		b.WriteString(" " + p.quote(r.Object) + " IS ALGO " + p.quote(r.Algo))
		if r.Combine != nil {
			b.WriteString(" COMBINE " + p.quote(r.Combine))
		}
		if r.Wrap != nil {
			b.WriteString(" WRAP " + p.quote(r.Wrap))
		}
		b.WriteString(" KEYS(" + p.quotes(r.Keys) + ")")
	case SetEncryption:
		if r.ExcludeFromList {
			b.WriteString(" EXCLUDE")
		} else {
			b.WriteString(" " + p.quotes(r.Specs))
		}
	case ChangeEncryptionKeys:
		b.WriteString(" FROM " + p.quote(r.FromKey) + " TO " + p.quote(r.ToKey))
	}
	return b.String()
}

// Clause writes one clause of a rule, "" when the rule does not have it. [ClauseVerb] is the verb with what it is about.
func (p *Printer) Clause(r *Rule, c Clause) string {
	switch c {
	case ClauseVerb:
		return p.verb(r)
	case ClauseWhen:
		if r.When == nil {
			return ""
		}
		return "WHEN " + p.Expr(r.When)
	}
	return p.clause(r, c)
}

// clause writes one clause, "" when the rule does not have it.
func (p *Printer) clause(r *Rule, c Clause) string {
	word := c.String()
	name := func(n *Name) string {
		if n == nil {
			return ""
		}
		return word + " " + p.quote(n)
	}
	expr := func(e Expr) string {
		if e == nil {
			return ""
		}
		return p.call(word, e)
	}
	switch c {
	case ClauseExclude:
		if r.ExcludeFromList {
			return word
		}
	case ClauseDirectoriesPlus:
		if r.DirectoriesPlus {
			return word
		}
	case ClauseCompress:
		if r.Compress != nil {
			return word + "(" + p.quote(r.Compress) + ")"
		}
	case ClauseFrom:
		return name(r.From)
	case ClauseTo:
		return name(r.To)
	case ClauseThreshold:
		return p.threshold(r.Threshold)
	case ClauseWeight:
		return expr(r.Weight)
	case ClauseLimit:
		return expr(r.Limit)
	case ClauseReplicate:
		return expr(r.Replicate)
	case ClauseFileset:
		if len(r.Filesets) > 0 {
			return word + "(" + p.quotes(r.Filesets) + ")"
		}
	case ClauseShow:
		if r.Show != nil {
			return p.show(r.Show)
		}
	case ClauseSize:
		if r.Size == nil {
			return ""
		}
		if n, ok := r.Size.(*NumberLit); ok && (r.Kind == ExternalPool || r.Kind == ExternalList) {
			return word + " " + n.Text
		}
		return expr(r.Size)
	case ClauseAction:
		return expr(r.Action)
	case ClauseWhere:
		if r.Where != nil {
			return word + " " + p.Expr(r.Where)
		}
	case ClauseExec:
		return name(r.Exec)
	case ClauseOpts:
		return name(r.Opts)
	case ClauseEscape:
		return name(r.Escape)
	}
	return ""
}

func (p *Printer) threshold(t *Threshold) string {
	switch {
	case t == nil:
		return ""
	case t.Class != nil:
		return "THRESHOLD " + p.quote(t.Class)
	}
	args := make([]string, len(t.Args))
	for i, a := range t.Args {
		args[i] = p.Expr(a)
	}
	return "THRESHOLD(" + strings.Join(args, ",") + ")"
}

func (p *Printer) show(s *Show) string {
	text := p.Expr(s.Expr)
	if s.Prefix == nil {
		return "SHOW(" + text + ")"
	}
	if c := text[0]; c == '-' || c == '+' || strings.HasPrefix(text, "NOT ") {
		text = "(" + text + ")"
	}
	return "SHOW(" + p.quote(s.Prefix) + " " + text + ")"
}

// Ranks of operators: what binds tighter has the higher one.
const (
	rankOr = iota + 1
	rankAnd
	rankNot
	rankCompare
	rankConcat
	rankSum
	rankProduct
	rankPower
	rankUnary
	rankPrimary
)

func rankOf(op string) int {
	switch op {
	case "OR":
		return rankOr
	case "AND":
		return rankAnd
	case "||":
		return rankConcat
	case "+", "-":
		return rankSum
	case "*", "/", "%":
		return rankProduct
	case "**":
		return rankPower
	}
	return rankCompare
}

// Expr writes an expression, with parentheses where the tree needs them.
func (p *Printer) Expr(e Expr) string {
	var b strings.Builder
	p.expr(&b, e, rankOr)
	return b.String()
}

func (p *Printer) expr(b *strings.Builder, e Expr, rank int) {
	own := rankPrimary
	switch e := e.(type) {
	case *Binary:
		own = rankOf(e.Op)
	case *Unary:
		own = rankUnary
		if e.Op == "NOT" {
			own = rankNot
		}
	case *Like, *In, *Between, *IsNull:
		own = rankCompare
	}
	if own < rank {
		b.WriteByte('(')
		p.expr(b, e, rankOr)
		b.WriteByte(')')
		return
	}
	switch e := e.(type) {
	case *StringLit:
		b.WriteString(Quote(e.Value, p.Macros))
	case *NumberLit:
		b.WriteString(e.Text)
	case *BoolLit:
		b.WriteString(strings.ToUpper(strconv.FormatBool(e.Value)))
	case *NullLit:
		b.WriteString("NULL")
	case *Attr:
		b.WriteString(e.canonical())
	case *CallExpr:
		name := e.Func
		if f, ok := LookupFunction(name); ok {
			name = f.Name
		}
		b.WriteString(name + "(")
		p.list(b, e.Args)
		b.WriteByte(')')
	case *Unary:
		b.WriteString(e.Op)
		if _, again := e.X.(*Unary); again || e.Op == "NOT" {
			b.WriteByte(' ')
		}
		p.expr(b, e.X, own)
	case *Binary:
		p.expr(b, e.X, own)
		b.WriteString(" " + e.Op + " ")
		p.expr(b, e.Y, own+1)
	default:
		p.special(b, e)
	}
}

// special writes the predicates and forms that are written with words.
func (p *Printer) special(b *strings.Builder, e Expr) {
	word := func(not bool, w string) {
		if not {
			w = "NOT " + w
		}
		b.WriteString(" " + w + " ")
	}
	switch e := e.(type) {
	case *Like:
		p.expr(b, e.X, rankCompare)
		word(e.Not, "LIKE")
		p.expr(b, e.Pattern, rankConcat)
		if e.Escape != nil {
			b.WriteString(" ESCAPE ")
			p.expr(b, e.Escape, rankConcat)
		}
	case *In:
		p.expr(b, e.X, rankCompare)
		word(e.Not, "IN")
		b.WriteByte('(')
		p.list(b, e.List)
		b.WriteByte(')')
	case *Between:
		p.expr(b, e.X, rankCompare)
		word(e.Not, "BETWEEN")
		p.expr(b, e.Low, rankConcat)
		b.WriteString(" AND ")
		p.expr(b, e.High, rankConcat)
	case *IsNull:
		p.expr(b, e.X, rankCompare)
		if e.Not {
			b.WriteString(" IS NOT NULL")
		} else {
			b.WriteString(" IS NULL")
		}
	case *Case:
		b.WriteString("CASE")
		if e.Operand != nil {
			b.WriteByte(' ')
			p.expr(b, e.Operand, rankOr)
		}
		for _, w := range e.Whens {
			b.WriteString(" WHEN ")
			p.expr(b, w.Cond, rankOr)
			b.WriteString(" THEN ")
			p.expr(b, w.Then, rankOr)
		}
		if e.Else != nil {
			b.WriteString(" ELSE ")
			p.expr(b, e.Else, rankOr)
		}
		b.WriteString(" END")
	case *Interval:
		b.WriteString("INTERVAL ")
		p.expr(b, e.Value, rankUnary)
		b.WriteString(" " + e.Unit)
	case *Qualified:
		p.expr(b, e.X, rankPrimary)
		b.WriteString(" " + e.Unit)
		if len(e.Params) > 0 {
			b.WriteString("(" + strings.Join(e.Params, ",") + ")")
		}
	case *Paren:
		b.WriteByte('(')
		p.expr(b, e.X, rankOr)
		b.WriteByte(')')
	}
}

func (p *Printer) list(b *strings.Builder, es []Expr) {
	for i, e := range es {
		if i > 0 {
			b.WriteByte(',')
		}
		p.expr(b, e, rankOr)
	}
}

func (e *Attr) canonical() string {
	up := upperASCII(e.Name)
	if _, ok := LookupAttribute(up); ok {
		return up
	}
	if _, ok := constants[up]; ok {
		return up
	}
	return e.Name
}
