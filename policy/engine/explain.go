package engine

import (
	"fmt"
	"math"
	"strings"

	"gpfsh/policy/lang"
	"gpfsh/policy/scan"
)

// Explanation tells of one object, rule by rule, why the rule applies or not.
type Explanation struct {
	Path  string            `json:"path"`
	Type  string            `json:"type"`
	Rules []RuleExplanation `json:"rules"`
	// Placement is where a new file of this name, fileset and owner would go; nil when the policy has no SET POOL rule that
	// takes it.
	Placement *PlacementExplanation `json:"placement,omitempty"`
}

// PlacementExplanation is a pool that a placement rule chooses.
type PlacementExplanation struct {
	Pool string `json:"pool"`
	// Rule is the name of the rule.
	Rule string `json:"rule,omitempty"`
}

// RuleExplanation is what one rule does with the object.
type RuleExplanation struct {
	Number int    `json:"number"`
	Name   string `json:"name,omitempty"`
	Text   string `json:"text"`
	Line   int    `json:"line"`
	// Applies says that the rule takes the object; Reason why, or why not.
	Applies bool   `json:"applies"`
	Reason  string `json:"reason"`
	// Steps are the expressions of the rule with their values, the inner ones behind the outer ones.
	Steps []Step `json:"steps,omitempty"`

	rule *lang.Rule
}

// Rule is the rule itself.
func (r *RuleExplanation) Rule() *lang.Rule { return r.rule }

// Step is an expression with its value for the object.
type Step struct {
	// Clause is the clause that the expression stands in, Depth how deep inside it.
	Clause string `json:"clause"`
	Depth  int    `json:"depth"`
	Text   string `json:"text"`
	Value  string `json:"value"`
}

// Explain shows one object to the rules and tells what each of them makes of it. Nothing is changed.
func (p *Program) Explain(path string) (*Explanation, error) {
	o, err := newPathObject(path)
	if err != nil {
		return nil, err
	}
	p.mask |= scan.MaskBlocks
	e := newEval(p, 0)
	x := &Explanation{Path: path, Type: o.Type().String()}
	moved := ""
	taken := map[int]string{}
	for _, r := range p.rules {
		e.show(o)
		place := p.pol.Expansion.Place(r.src.Span.Start)
		re := RuleExplanation{Number: r.number, Name: r.src.Name.Text(), Text: r.src.String(), Line: place.Line, rule: r.src}
		re.Applies, re.Reason = p.verdict(e, r, o)
		if e.err != nil {
			return nil, e.err
		}
		re.Steps = p.steps(e, r)
		name := "rule " + itoa(int64(r.number))
		if re.Name != "" {
			name = "rule '" + re.Name + "'"
		}
		switch {
		case !re.Applies:
		case r.list >= 0 && taken[r.list] != "":
			re.Applies, re.Reason = false, taken[r.list]+" has taken it for the list before"
		case r.list >= 0:
			taken[r.list] = name
			re.Reason = "a candidate of list '" + p.lists[r.list] + "'"
			if r.exclude {
				re.Reason = "kept off list '" + p.lists[r.list] + "'"
			}
		case moved != "":
			re.Applies, re.Reason = false, moved+" has taken it before"
		default:
			moved = name
			re.Reason = map[lang.Kind]string{lang.Migrate: "a candidate for migration", lang.Delete: "a candidate for deletion", lang.Exclude: "excluded from migration and deletion"}[r.kind]
		}
		x.Rules = append(x.Rules, re)
	}
	e.show(o)
	to, found := p.Place(NewFile{Name: string(o.Name()), Fileset: e.detail(WantFileset).Fileset, UID: o.info.UID, GID: o.info.GID})
	if found && e.err == nil {
		x.Placement = &PlacementExplanation{Pool: to.Pool, Rule: to.Rule.Name.Text()}
	}
	return x, nil
}

// verdict says whether a rule applies, other rules aside.
func (p *Program) verdict(e *eval, r *rule, o Object) (bool, string) {
	if r.skip {
		if r.threshold {
			if use, known := p.poolUse(r.from); known && use < r.high {
				return false, fmt.Sprintf("pool %s is %.2f%% full, THRESHOLD wants %g%%", r.from, use, r.high)
			}
			return false, "THRESHOLD is not reached, or its quota is not known"
		}
		return false, "WHEN is not true"
	}
	if o.Type() != scan.Regular && !r.plus {
		return false, "not a regular file, and the rule has no DIRECTORIES_PLUS"
	}
	for _, c := range r.conds {
		switch got := c.b(e); {
		case got == isTrue:
		case c.clause == lang.ClauseFrom && !r.fromExternal:
			return false, fmt.Sprintf("it lies in pool %s, not in %s", e.detail(WantPool).Pool, r.from)
		case c.clause == lang.ClauseFrom:
			return false, "it has no data in external pool " + r.from
		case c.clause == lang.ClauseFileset:
			return false, fmt.Sprintf("it belongs to fileset %s", e.detail(WantFileset).Fileset)
		case c.clause == lang.ClauseThreshold:
			return false, "the quota is below the THRESHOLD"
		case got == isUnknown:
			return false, "WHERE is NULL: something that it asks for is not known of the object"
		default:
			return false, "WHERE is false"
		}
	}
	return true, ""
}

// steps evaluates every part of every expression.
func (p *Program) steps(e *eval, r *rule) []Step {
	var out []Step
	for _, part := range r.src.Exprs() {
		var walk func(x lang.Expr, depth int)
		walk = func(x lang.Expr, depth int) {
			if inner, ok := x.(*lang.Paren); ok {
				walk(inner.X, depth)
				return
			}
			out = append(out, Step{Clause: part.Clause.String(), Depth: depth, Text: lang.ExprString(x), Value: p.valueOf(e, r, x)})
			if depth > 40 {
				return
			}
			for _, child := range lang.Children(x) {
				if !literalExpr(child) {
					walk(child, depth+1)
				}
			}
		}
		if !literalExpr(part.Expr) {
			walk(part.Expr, 0)
		}
	}
	return out
}

// literalExpr says that an expression tells its value itself.
func literalExpr(x lang.Expr) bool {
	switch lang.Strip(x).(type) {
	case *lang.StringLit, *lang.NumberLit, *lang.BoolLit, *lang.NullLit:
		return true
	}
	return false
}

// valueOf is the value of an expression for the object at hand, as text.
func (p *Program) valueOf(e *eval, r *rule, x lang.Expr) string {
	c := &compiler{prog: p, rulesrc: r.src, clause: lang.ClauseWhere}
	v := c.expr(x)
	if c.err != nil {
		return "?"
	}
	switch v.typ {
	case lang.Bool:
		return [...]string{"FALSE", "TRUE", "NULL"}[v.b(e)]
	case lang.Null:
		return "NULL"
	case lang.String:
		s, ok := v.s(e)
		if !ok {
			return "NULL"
		}
		return "'" + strings.ReplaceAll(visiblePath(s), "'", "''") + "'"
	case lang.Float:
		f, ok := v.f(e)
		switch {
		case !ok:
			return "NULL"
		case f == math.Trunc(f) && math.Abs(f) < 1e15:
			return fmt.Sprintf("%.1f", f)
		}
		return fmt.Sprintf("%g", f)
	}
	n, ok := v.i(e)
	if !ok {
		return "NULL"
	}
	switch v.typ {
	case lang.Timestamp:
		return string(appendTimestamp(nil, n, ' '))
	case lang.Duration:
		return fmt.Sprintf("%.2f days", float64(n)/microsPerDay)
	}
	return itoa(n)
}
