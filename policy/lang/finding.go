package lang

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/mattn/go-runewidth"
)

// Severity says how bad a finding is.
type Severity int

// The severities. Fatal: the text is not a policy, the cluster would refuse it. Error: it is one, but does something
// else than it says, or nothing. Warning: doubtful. Note: worth knowing.
const (
	Note Severity = iota
	Warning
	Error
	Fatal
)

func (s Severity) String() string {
	switch s {
	case Note:
		return "note"
	case Warning:
		return "warning"
	case Error:
		return "error"
	case Fatal:
		return "not a policy"
	}
	return fmt.Sprintf("severity %d", int(s))
}

// MarshalText writes the severity as a word.
func (s Severity) MarshalText() ([]byte, error) {
	return []byte(strings.ReplaceAll(s.String(), " ", "-")), nil
}

// Codes of findings: stable words for filters and tests.
const (
	CodeSyntax        = "syntax"
	CodeBadCharacter  = "bad-character"
	CodeTypographic   = "typographic"
	CodeClause        = "clause"
	CodeDuplicate     = "duplicate-clause"
	CodeMacro         = "macro"
	CodeMacroEdge     = "macro-edge"
	CodeInclude       = "include"
	CodeNoRules       = "no-rules"
	CodeTooLong       = "too-long"
	CodeUnknownName   = "unknown-attribute"
	CodeUnknownFunc   = "unknown-function"
	CodeArguments     = "arguments"
	CodeType          = "type"
	CodeUnit          = "unit"
	CodePattern       = "pattern"
	CodeRange         = "range"
	CodeThreshold     = "threshold-order"
	CodeUnreachable   = "unreachable"
	CodeNeverMatches  = "never-matches"
	CodeNoExternal    = "no-external-list"
	CodeRedefined     = "redefined"
	CodeUnused        = "unused"
	CodeNoDefault     = "no-default"
	CodeNoWhere       = "delete-without-where"
	CodePlacement     = "placement-attribute"
	CodeNoTarget      = "no-target"
	CodeUnknownPool   = "unknown-pool"
	CodeUnknownFset   = "unknown-fileset"
	CodeSideEffect    = "side-effect"
	CodeExec          = "exec"
	CodeUnnamed       = "unnamed"
	CodeSameName      = "same-name"
	CodeUnknownSpec   = "unknown-specification"
	CodeCaseSensitive = "case"
)

// Finding is something wrong or doubtful in a policy text.
type Finding struct {
	Severity Severity `json:"severity"`
	Code     string   `json:"code"`
	// Message says what is the matter, Hint what to write instead ("" if that is plain).
	Message string `json:"message"`
	Hint    string `json:"hint,omitempty"`
	// Place is where the text at fault was written (in a macro: the place in its definition); End is the place after it.
	Place Place `json:"place"`
	End   Place `json:"end"`
	// Calls are the macro calls that lead there, the innermost first.
	Calls []Call `json:"calls,omitempty"`
	// Source is the line of Place.
	Source string `json:"source,omitempty"`
}

// String is the finding in one line: file:line:col: severity: message.
func (f Finding) String() string {
	return fmt.Sprintf("%s: %s: %s", f.Place, f.Severity, f.Message)
}

// Render is the finding with the line it speaks of, a caret, the hint and the macro calls.
func (f Finding) Render() string {
	var b strings.Builder
	b.WriteString(f.String())
	b.WriteByte('\n')
	f.excerpt(&b)
	for _, c := range f.Calls {
		fmt.Fprintf(&b, "    in macro %s, used at %s\n", c.Macro, c.Place)
	}
	if f.Hint != "" {
		b.WriteString("    hint: " + f.Hint + "\n")
	}
	return b.String()
}

// maxExcerpt is how much of a long line is shown: it fits a terminal of 80 columns.
const maxExcerpt = 74

// excerpt writes the line with the caret below it; of a long line the part around it.
func (f *Finding) excerpt(b *strings.Builder) {
	if f.Source == "" {
		return
	}
	line := f.Source
	col := min(f.Place.Col-1, len(line))
	end := len(line)
	if f.End.File == f.Place.File && f.End.Line == f.Place.Line {
		end = min(max(f.End.Col-1, col), len(line))
	}
	if len(line) > maxExcerpt {
		from := max(0, min(col-maxExcerpt/2, len(line)-maxExcerpt))
		for i := 0; i < utf8.UTFMax && from > 0 && !utf8.RuneStart(line[from]); i++ {
			from--
		}
		to := min(len(line), max(from+maxExcerpt, col))
		for i := 0; i < utf8.UTFMax && to < len(line) && !utf8.RuneStart(line[to]); i++ {
			to++
		}
		line, col, end = line[from:to], col-from, min(end, to)-from
	}
	b.WriteString("    " + visible(line) + "\n    ")
	for _, r := range line[:col] {
		if r == '\t' {
			b.WriteByte('\t')
			continue
		}
		b.WriteString(strings.Repeat(" ", runewidth.StringWidth(visible(string(r)))))
	}
	b.WriteString(strings.Repeat("^", max(1, runewidth.StringWidth(visible(line[col:end])))))
	b.WriteByte('\n')
}

// visible replaces what a terminal would obey rather than show.
func visible(s string) string {
	return strings.Map(func(r rune) rune {
		if r != '\t' && (r < ' ' || r == 0x7f || r >= 0x80 && r < 0xa0) {
			return '?'
		}
		return r
	}, s)
}

// Worst is the highest severity among the findings, and false when there are none.
func Worst(findings []Finding) (Severity, bool) {
	worst, any := Note, false
	for _, f := range findings {
		worst, any = max(worst, f.Severity), true
	}
	return worst, any
}

// SyntaxError says that a text is not a policy.
type SyntaxError struct {
	Findings []Finding
}

// Error is the first finding in one line, and how many more there are.
func (e *SyntaxError) Error() string {
	if len(e.Findings) == 0 {
		return "not a policy"
	}
	s := e.Findings[0].String()
	if h := e.Findings[0].Hint; h != "" {
		s += " (" + h + ")"
	}
	if n := len(e.Findings) - 1; n > 0 {
		s += fmt.Sprintf(" (and %d more)", n)
	}
	return s
}
