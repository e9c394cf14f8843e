package lang

import (
	"fmt"
	"strings"
)

// What stands in a rule: its verb and its clauses.

func (p *parser) verb(r *Rule) {
	t := p.cur()
	if !isVerb(t) {
		hint := "a rule says SET POOL, MIGRATE, DELETE, EXCLUDE, LIST, RESTORE, GROUP POOL, EXTERNAL POOL, EXTERNAL LIST, ENCRYPTION …"
		if s := closest(t.upper, verbs, 2); t.kind == tokWord && s != "" {
			hint = "did you mean " + s + "?"
		}
		p.fail(fmt.Sprintf("what the rule does is expected, but here is %s", t.describe()), hint)
		return
	}
	p.next()
	switch t.upper {
	case "SET":
		p.set(r)
	case "GROUP":
		r.Kind = GroupPool
		p.expect("POOL")
		p.groupPool(r)
	case "MIGRATE":
		r.Kind = Migrate
	case "DELETE":
		r.Kind = Delete
	case "EXCLUDE":
		r.Kind = Exclude
	case "LIST":
		r.Kind = List
		r.Object = p.name("a list")
	case "RESTORE":
		r.Kind = Restore
	case "EXTERNAL":
		r.Kind = ExternalPool
		if p.accept("LIST") {
			r.Kind = ExternalList
		} else {
			p.expect("POOL")
		}
		r.Object = p.name("an external " + map[Kind]string{ExternalPool: "pool", ExternalList: "list"}[r.Kind])
	case "ENCRYPTION":
		r.Kind = Encryption
		p.encryption(r)
	case "CHANGE":
		r.Kind = ChangeEncryptionKeys
		p.expect("ENCRYPTION")
		p.expect("KEYS")
		p.expect("FROM")
		r.FromKey = p.str("the key that is replaced")
		p.expect("TO")
		r.ToKey = p.str("the new key")
	}
}

func (p *parser) set(r *Rule) {
	switch t := p.next(); {
	case t.is("POOL"):
		r.Kind = SetPool
		r.Object = p.name("a pool")
	case t.is("SNAP_POOL"):
		r.Kind = SetSnapPool
		r.Object = p.name("a pool")
	case t.is("ENCRYPTION"):
		r.Kind = SetEncryption
		if p.accept("EXCLUDE") {
			r.ExcludeFromList = true
			return
		}
		r.Specs = p.names("an encryption specification")
	default:
		p.failAt(t, CodeSyntax, fmt.Sprintf("POOL, SNAP_POOL or ENCRYPTION is expected, but here is %s", t.describe()), "")
	}
}

func (p *parser) groupPool(r *Rule) {
	if !p.cur().is("IS") {
		r.Object = p.name("a group pool")
	}
	p.expect("IS")
	for {
		m := Member{Pool: p.name("a pool")}
		if p.accept("LIMIT") {
			m.Limit = p.inParens()
		}
		r.Members = append(r.Members, m)
		if p.failed || !p.accept("THEN") {
			return
		}
	}
}

func (p *parser) encryption(r *Rule) {
	r.Object = p.name("an encryption specification")
	p.expect("IS")
	p.expect("ALGO")
	r.Algo = p.str("the algorithm")
	if p.accept("COMBINE") {
		r.Combine = p.str("how keys are combined")
	}
	if p.accept("WRAP") {
		r.Wrap = p.str("how keys are wrapped")
	}
	p.expect("KEYS")
	p.expectOp("(")
	for {
		k := p.str("a key")
		if k == nil {
			return
		}
		r.Keys = append(r.Keys, k)
		if !p.acceptOp(",") {
			break
		}
	}
	p.expectOp(")")
}

// clauseAt says which clause begins at the current token.
func (p *parser) clauseAt() Clause {
	t := p.cur()
	if t.kind != tokWord {
		return 0
	}
	switch t.upper {
	case "WHEN":
		return ClauseWhen
	case "EXCLUDE":
		return ClauseExclude
	case "DIRECTORIES_PLUS":
		return ClauseDirectoriesPlus
	case "COMPRESS":
		return ClauseCompress
	case "FROM":
		return ClauseFrom
	case "THRESHOLD":
		return ClauseThreshold
	case "WEIGHT":
		return ClauseWeight
	case "TO":
		return ClauseTo
	case "LIMIT":
		return ClauseLimit
	case "REPLICATE":
		return ClauseReplicate
	case "FOR":
		return ClauseFileset
	case "SHOW":
		return ClauseShow
	case "SIZE":
		return ClauseSize
	case "ACTION":
		return ClauseAction
	case "WHERE":
		return ClauseWhere
	case "EXEC":
		return ClauseExec
	case "OPTS":
		return ClauseOpts
	case "ESCAPE":
		return ClauseEscape
	}
	return 0
}

func (p *parser) clauses(r *Rule) {
	for !p.failed {
		t := p.cur()
		if t.kind == tokEOF || t.is("RULE") || t.op(";") {
			return
		}
		c := p.clauseAt()
		if c == 0 {
			p.fail(fmt.Sprintf("a clause or the next RULE is expected, but here is %s", t.describe()), p.clauseHint(r, t))
			return
		}
		if !r.Kind.allows(c) {
			p.failAt(t, CodeClause, fmt.Sprintf("a rule with %s has no %s clause", r.Kind, c), p.clauseHint(r, t))
			return
		}
		if _, twice := r.Part(c); twice {
			p.failAt(t, CodeDuplicate, fmt.Sprintf("Keyword '%s' begins a second %s clause - only one is allowed.", t.text, c), "")
			return
		}
		p.next()
		p.clause(r, c)
		if !p.failed {
			p.part(r, c, t.span.Start)
		}
	}
}

func (p *parser) clauseHint(r *Rule, t token) string {
	var known []string
	for _, c := range r.Kind.Clauses() {
		if c != ClauseVerb && c != ClauseWhen {
			known = append(known, strings.Fields(c.String())[0])
		}
	}
	if s := closest(t.upper, known, 2); t.kind == tokWord && s != "" && p.clauseAt() == 0 {
		return "did you mean " + s + "?"
	}
	if isVerb(t) {
		return "is the word RULE missing before it?"
	}
	if len(known) == 0 {
		return ""
	}
	return "it can have " + strings.Join(known, ", ")
}

func (p *parser) inParens() Expr {
	p.expectOp("(")
	e := p.expr()
	p.expectOp(")")
	return e
}

func (p *parser) clause(r *Rule, c Clause) {
	switch c {
	case ClauseExclude:
		r.ExcludeFromList = true
	case ClauseDirectoriesPlus:
		r.DirectoriesPlus = true
	case ClauseCompress:
		p.expectOp("(")
		r.Compress = p.str("the kind of compression")
		p.expectOp(")")
	case ClauseFrom:
		p.expect("POOL")
		r.From = p.name("a pool")
	case ClauseTo:
		p.expect("POOL")
		r.To = p.name("a pool")
	case ClauseThreshold:
		p.threshold(r)
	case ClauseWeight:
		r.Weight = p.inParens()
	case ClauseLimit:
		r.Limit = p.inParens()
	case ClauseReplicate:
		r.Replicate = p.inParens()
	case ClauseFileset:
		p.expect("FILESET")
		p.expectOp("(")
		r.Filesets = p.names("a fileset")
		if t := p.cur(); t.kind == tokString {
			p.fail(fmt.Sprintf("“)” or a comma is expected, but here is %s", t.describe()), "names of filesets are separated by commas")
		}
		p.expectOp(")")
	case ClauseShow:
		r.Show = p.show()
	case ClauseSize:
		if p.cur().kind == tokNumber {
			r.Size = p.primary()
		} else {
			r.Size = p.inParens()
		}
	case ClauseAction:
		r.Action = p.inParens()
	case ClauseWhere:
		r.Where = p.expr()
	case ClauseExec:
		r.Exec = p.str("the script")
	case ClauseOpts:
		r.Opts = p.str("the options of the script")
	case ClauseEscape:
		r.Escape = p.str("the characters")
	}
}

func (p *parser) threshold(r *Rule) {
	r.Threshold = &Threshold{}
	if r.Kind == ExternalList {
		r.Threshold.Class = p.str("the resource class")
		return
	}
	p.expectOp("(")
	for {
		r.Threshold.Args = append(r.Threshold.Args, p.expr())
		if len(r.Threshold.Args) == 3 || !p.acceptOp(",") {
			break
		}
	}
	p.expectOp(")")
}

// show reads SHOW(['text'] expression): a string with an expression right behind it is the text.
func (p *parser) show() *Show {
	p.expectOp("(")
	s := &Show{}
	if t := p.cur(); t.kind == tokString && p.startsOperand(p.peek(1)) {
		p.next()
		s.Prefix = &Name{Value: t.text, Span: t.span}
	}
	s.Expr = p.expr()
	p.expectOp(")")
	return s
}

func (p *parser) startsOperand(t token) bool {
	switch t.kind {
	case tokString, tokNumber:
		return true
	case tokWord:
		return !reserved[t.upper] || t.upper == "CASE" || t.upper == "NOT" && !p.peek(2).is("LIKE") && !p.peek(2).is("IN") && !p.peek(2).is("BETWEEN")
	case tokOp:
		return t.text == "("
	}
	return false
}
