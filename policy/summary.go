package policy

import (
	"bytes"
	"io"
	"strconv"
	"strings"
	"time"

	"gpfsh/mmexec/lazyregexp"
)

// Summary is what a run said, in numbers.
type Summary struct {
	// Planned says that a dry run has recorded the command instead of running it.
	Planned bool `json:"planned,omitempty"`
	// At is CURRENT_TIMESTAMP of the run.
	At time.Time `json:"at,omitzero"`
	// Pools are the pools as they were, Predicted as they will be.
	Pools     []PoolUse `json:"pools,omitempty"`
	Predicted []PoolUse `json:"predicted,omitempty"`
	// InodesUsed of InodesTotal were in use; 0 when it was not said.
	InodesUsed  int64 `json:"inodes_used,omitempty"`
	InodesTotal int64 `json:"inodes_total,omitempty"`
	// Files, Directories and Others are what was scanned, Skipped what could not be read.
	Files       int64 `json:"files"`
	Directories int64 `json:"directories"`
	Others      int64 `json:"others"`
	Skipped     int64 `json:"skipped"`
	// Rules are the rules with what they matched and chose.
	Rules []RuleUse `json:"rules,omitempty"`
	// NoRule are objects that no rule applied to.
	NoRule int64 `json:"no_rule,omitempty"`
	// Done are files that were migrated, deleted or handed to scripts; Failed those with errors.
	Done   int64 `json:"done"`
	Failed int64 `json:"failed"`
	// Errors and Warnings are the lines that begin with [E] and [W].
	Errors   []string `json:"errors,omitempty"`
	Warnings []string `json:"warnings,omitempty"`
}

// Rule finds a rule of the summary by its name.
func (s *Summary) Rule(name string) (RuleUse, bool) {
	for _, r := range s.Rules {
		if r.Name == name {
			return r, true
		}
	}
	return RuleUse{}, false
}

// PoolUse is how full a pool is.
type PoolUse struct {
	Pool       string  `json:"pool" col:"POOL"`
	KBOccupied int64   `json:"kb_occupied" col:"KB OCCUPIED"`
	KBTotal    int64   `json:"kb_total" col:"KB TOTAL"`
	Percent    float64 `json:"percent" col:"PERCENT"`
}

// RuleUse is what came of a rule.
type RuleUse struct {
	Number   int    `json:"number" col:"RULE"`
	Name     string `json:"name" col:"NAME"`
	Hits     int64  `json:"hits" col:"HITS"`
	KBHit    int64  `json:"kb_hit" col:"KB HIT"`
	Chosen   int64  `json:"chosen" col:"CHOSEN"`
	KBChosen int64  `json:"kb_chosen" col:"KB CHOSEN"`
	// KBIll is data that lie in the wrong place already.
	KBIll int64 `json:"kb_ill" col:"KB ILL"`
	// Text is the rule with its expressions left out.
	Text string `json:"text" col:"TEXT"`
}

// Progress is a line of the command with a time.
type Progress struct {
	At time.Time
	// Text is what the line says, Count the first number in it.
	Text  string
	Count int64
}

// ParseSummary reads what mmapplypolicy printed.
func ParseSummary(output []byte) *Summary {
	w := newSummaryWriter(&runOptions{})
	_, _ = w.Write(output)
	return w.finish()
}

// summaryWriter reads the output while it comes.
type summaryWriter struct {
	s       *Summary
	o       *runOptions
	rest    []byte
	pools   *[]PoolUse
	inRules bool
}

func newSummaryWriter(o *runOptions) *summaryWriter { return &summaryWriter{s: &Summary{}, o: o} }

// maxLine bounds a line that has no end.
const maxLine = 1 << 20

// Write implements io.Writer.
func (w *summaryWriter) Write(p []byte) (int, error) {
	if w.o.output != nil {
		if n, err := w.o.output.Write(p); err != nil {
			return n, err
		} else if n < len(p) {
			return n, io.ErrShortWrite
		}
	}
	w.rest = append(w.rest, p...)
	for {
		i := bytes.IndexByte(w.rest, '\n')
		if i < 0 {
			if len(w.rest) > maxLine {
				w.rest = w.rest[:0]
			}
			return len(p), nil
		}
		w.line(string(w.rest[:i]))
		w.rest = append(w.rest[:0], w.rest[i+1:]...)
	}
}

func (w *summaryWriter) finish() *Summary {
	if len(w.rest) > 0 {
		w.line(string(w.rest))
		w.rest = nil
	}
	return w.s
}

var (
	poolLine     = lazyregexp.New(`^(\S+)\s+(-?\d+)\s+(\d+)\s+(-?[\d.,]+)%`)
	ruleLine     = lazyregexp.New(`^\s*(\d+)\s+(\d+)\s+(\d+)\s+(\d+)\s+(\d+)\s+(\d+)\s+(RULE\b.*)$`)
	ruleName     = lazyregexp.New(`^RULE\s+'((?:[^']|'')*)'`)
	inodeLine    = lazyregexp.New(`^\[I\] (\d+) of (\d+) inodes used`)
	scanLine     = lazyregexp.New(`Directories scan: (\d+) files, (\d+) directories, (\d+) other objects, (\d+) 'skipped'`)
	nowLine      = lazyregexp.New(`CURRENT_TIMESTAMP = (\d{4}-\d\d-\d\d@\d\d:\d\d:\d\d) UTC`)
	progressLine = lazyregexp.New(`^\[I\] (\d{4}-\d\d-\d\d@\d\d:\d\d:\d\d(?:\.\d+)?) (.*)$`)
	noRuleLine   = lazyregexp.New(`objects with no applicable rules: (\d+)`)
	totalLine    = lazyregexp.New(`A total of (\d+) files have been migrated, deleted or processed`)
	skippedLine  = lazyregexp.New(`^\s*(\d+) 'skipped' files and/or errors`)
	digits       = lazyregexp.New(`\d+`)
)

func number64(s string) int64 {
	n, _ := strconv.ParseInt(s, 10, 64)
	return n
}

func (w *summaryWriter) line(line string) {
	line = strings.TrimSuffix(line, "\r")
	s := w.s
	switch {
	case strings.Contains(line, "Current Data Pool Utilization"):
		w.pools, w.inRules = &s.Pools, false
		return
	case strings.Contains(line, "Predicted Data Pool Utilization"):
		w.pools, w.inRules = &s.Predicted, false
		return
	case strings.Contains(line, "Summary of Rule Applicability"):
		w.pools, w.inRules = nil, true
		return
	case strings.HasPrefix(line, "Pool_Name"):
		return
	}
	if m := poolLine.FindStringSubmatch(line); m != nil && w.pools != nil {
		percent, _ := strconv.ParseFloat(strings.ReplaceAll(m[4], ",", "."), 64)
		*w.pools = append(*w.pools, PoolUse{m[1], number64(m[2]), number64(m[3]), percent})
		return
	}
	w.pools = nil
	if m := ruleLine.FindStringSubmatch(line); m != nil && w.inRules {
		r := RuleUse{Number: int(number64(m[1])), Hits: number64(m[2]), KBHit: number64(m[3]), Chosen: number64(m[4]), KBChosen: number64(m[5]), KBIll: number64(m[6]), Text: m[7]}
		if n := ruleName.FindStringSubmatch(m[7]); n != nil {
			r.Name = strings.ReplaceAll(n[1], "''", "'")
		}
		s.Rules = append(s.Rules, r)
		return
	}
	w.facts(line)
}

// facts reads the lines that stand alone.
func (w *summaryWriter) facts(line string) {
	s := w.s
	if m := inodeLine.FindStringSubmatch(line); m != nil {
		s.InodesUsed, s.InodesTotal = number64(m[1]), number64(m[2])
	}
	if m := scanLine.FindStringSubmatch(line); m != nil {
		s.Files, s.Directories, s.Others, s.Skipped = number64(m[1]), number64(m[2]), number64(m[3]), number64(m[4])
	}
	if m := nowLine.FindStringSubmatch(line); m != nil {
		s.At, _ = time.Parse("2006-01-02@15:04:05", m[1])
	}
	if m := noRuleLine.FindStringSubmatch(line); m != nil {
		s.NoRule = number64(m[1])
	}
	if m := totalLine.FindStringSubmatch(line); m != nil {
		s.Done = number64(m[1])
	}
	if m := skippedLine.FindStringSubmatch(line); m != nil {
		s.Failed = number64(m[1])
	}
	switch {
	case strings.HasPrefix(line, "[E"):
		s.Errors = append(s.Errors, line)
	case strings.HasPrefix(line, "[W"):
		s.Warnings = append(s.Warnings, line)
	}
	if m := progressLine.FindStringSubmatch(line); m != nil && w.o.progress != nil {
		at, _ := time.Parse("2006-01-02@15:04:05.999", m[1])
		w.o.progress(Progress{At: at, Text: m[2], Count: number64(digits.FindString(m[2]))})
	}
}
