package model

import (
	"cmp"
	"slices"
	"strings"
)

// Verdict is the result of a check.
type Verdict string

// The results of checks, the worst first.
const (
	Refuses Verdict = "NO"       // this is a reason why it does not work
	Warns   Verdict = "WARNING"  // it works, and soon or for others it may not
	Untold  Verdict = "NOT TOLD" // commands do not tell
	Passes  Verdict = "OK"
)

// String returns the word.
func (v Verdict) String() string { return string(v) }

func (v Verdict) rank() int {
	return slices.Index([]Verdict{Refuses, Warns, Untold, Passes}, v)
}

// Check is one of the things that were looked at to answer a question.
type Check struct {
	Name    string  `json:"name" col:"CHECK"` // what was looked at: "user quota"
	Verdict Verdict `json:"verdict" col:"VERDICT"`
	Finding string  `json:"finding" col:"FINDING,prose"`     // what was found
	Mend    string  `json:"mend,omitempty" col:"MEND,prose"` // the command that mends it; "" where none does
	// Drains says, of a check before maintenance, that draining the node mends it.
	Drains bool `json:"drains,omitempty" col:"-"`
}

// String returns the check as one line.
func (c Check) String() string {
	s := string(c.Verdict) + " " + c.Name + ": " + c.Finding
	if c.Mend != "" {
		s += " | " + c.Mend
	}
	return s
}

// Checks are checks, the worst first.
type Checks []Check

// String returns one line for each.
func (c Checks) String() string {
	lines := make([]string, len(c))
	for i, check := range c {
		lines[i] = check.String()
	}
	return strings.Join(lines, "\n")
}

// Worst returns the result that decides: that of the first check, Passes where there is none.
func (c Checks) Worst() Verdict {
	if len(c) == 0 {
		return Passes
	}
	return c[0].Verdict
}

// Where returns the checks for which keep is true.
func (c Checks) Where(keep func(Check) bool) Checks {
	kept := Checks{}
	for _, check := range c {
		if keep != nil && keep(check) {
			kept = append(kept, check)
		}
	}
	return kept
}

func (c *Checks) add(name string, v Verdict, finding, mend string) {
	*c = append(*c, Check{Name: name, Verdict: v, Finding: finding, Mend: mend})
}

// ordered puts the worst first and leaves equals in the order in which they were looked at.
func (c Checks) ordered() Checks {
	slices.SortStableFunc(c, func(a, b Check) int { return cmp.Compare(a.Verdict.rank(), b.Verdict.rank()) })
	return c
}
