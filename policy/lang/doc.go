// Package lang reads and writes the policy language of IBM Storage Scale: the rules that mmchpolicy installs and
// mmapplypolicy runs.
//
// A policy text passes through m4 first, so everything here knows two texts: the one a person wrote, and the one that
// m4 made of it. [Expand] does what m4 does and keeps a map between the two; [Parse] reads the rules of the expanded
// text; every position that is told to a person is a place in the text that was written, with the macro calls that led
// there.
//
//	p := lang.Parse(lang.Source{Name: "tier.pol", Text: text}, lang.Options{})
//	if err := p.Err(); err != nil { … }            // not a policy
//	for _, r := range p.Rules { fmt.Println(r) }   // one rule, one line, clauses in the documented order
//
// [Check] finds what is wrong or doubtful in a policy. [Load] gives a [Document], in which rules can be changed,
// inserted, disabled and enabled while every other byte of the text stays as it was. [Format] lays a text out anew.
//
// The language: keywords, attributes and functions are read without regard to case; strings stand in single quotes, a
// quote inside is doubled, a backslash is an ordinary character; comments are /* … */ and do not nest. Clauses of a
// rule are read in any order, each at most once, and printed in the order of the documentation.
package lang
