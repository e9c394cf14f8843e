// Package policy writes, edits and installs policies of IBM Storage Scale.
//
// Conditions and rules are values, made of the names of the policy language and printed as its text:
//
//	old := policy.Age(policy.Access).Over(90 * 24 * time.Hour)
//	r := policy.Migrate("tier").From("system").To("data").
//		Threshold(90, 80).Weight(policy.Age(policy.Access)).
//		Where(old, policy.Name.Like("*.dat"))
//	text, err := r.Text()
//
// Whatever a name, a pattern or a comment holds, it stays a name, a pattern, a comment: quotes, brackets, comment ends,
// words that m4 knows and newlines are written so that they are read back as they were.
//
// A [Policy] is a text with its rules. It keeps comments, macros, layout and disabled rules; putting a changed rule back
// changes the clauses that differ and not a byte elsewhere. The language itself, with its parser and checker, is package
// lang; package engine runs policies on directories.
package policy
