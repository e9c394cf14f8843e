package policy

import (
	"errors"

	"gpfsh/policy/lang"
)

// Criterion is a condition on files. Criteria are made by the methods of attributes, by [SQL], and of other criteria by
// [And], [Or] and [Not]. What is wrong with one is told by the text of the rule it stands in.
type Criterion struct {
	expr lang.Expr
	err  error
}

// SQL is a condition written in the policy language. Words that are no attributes are taken for macros of the policy that
// the condition will stand in.
func SQL(condition string) Criterion {
	x, err := parse(condition)
	return Criterion{x, err}
}

// Text is the condition as policy text.
func (c Criterion) Text() (string, error) { return Value(c).Text() }

// String is the condition as policy text, or what is wrong with it.
func (c Criterion) String() string { return show(c.Text()) }

// And holds where all of the criteria hold.
func And(criteria ...Criterion) Criterion { return join("AND", criteria) }

// Or holds where one of the criteria holds.
func Or(criteria ...Criterion) Criterion { return join("OR", criteria) }

// Not holds where the criterion is false. Where something is NULL, neither holds.
func Not(c Criterion) Criterion {
	if c.err != nil || c.expr == nil {
		return Criterion{err: Value(c).problem()}
	}
	return Criterion{expr: &lang.Unary{Op: "NOT", X: c.expr}}
}

// And holds where this and the other criteria hold.
func (c Criterion) And(more ...Criterion) Criterion { return And(append([]Criterion{c}, more...)...) }

// Or holds where this or one of the other criteria holds.
func (c Criterion) Or(more ...Criterion) Criterion { return Or(append([]Criterion{c}, more...)...) }

func join(op string, criteria []Criterion) Criterion {
	var out Criterion
	for _, c := range criteria {
		if c.err != nil || c.expr == nil {
			out.err = errors.Join(out.err, Value(c).problem())
			continue
		}
		if out.expr == nil {
			out.expr = c.expr
			continue
		}
		out.expr = &lang.Binary{Op: op, X: out.expr, Y: c.expr}
	}
	if len(criteria) == 0 {
		out.err = errors.New(op + " of no criteria")
	}
	if out.err != nil {
		out.expr = nil
	}
	return out
}
