// Package interp is Go for the shell: it checks, runs, exports and completes what people type.
//
// The source is checked by go/types against the shell view of the object model (package view), lowered by text
// insertions, and run on Yaegi (package run). What does not check runs nothing.
package interp

import (
	"fmt"
	"io"
	"strings"

	"gpfsh/interp/script"
	"gpfsh/interp/view"
)

// Options say what a session works with.
type Options struct {
	// Script holds the functions of the language: the cluster, dry run, the plan, the arguments.
	Script *script.Session
	// Filesystems returns the names that may stand alone for file systems; it must be quick. It may be nil.
	Filesystems func() []string
	// Library is the folder of the packages that a source imports as "lib/NAME"; "" for none. Trusted says why a file of
	// one may not be used; nil trusts all.
	Library string
	Trusted func(path string) error
	// Args are what os.Args holds for a script: its name and its arguments. Nil means the name "gpfsh" and the
	// arguments of Script.
	Args []string
	// Stdin, Stdout and Stderr are those of the interpreted program.
	Stdin  io.Reader
	Stdout io.Writer
	Stderr io.Writer

	interpret bool // loops over files are not compiled
}

// Source is one text to check or run.
type Source struct {
	Name string // a file name, or what stands for it in messages: "prompt"
	Text string
}

// Outcome is what an entry left behind.
type Outcome struct {
	// Values are the values of the entry's last expression statement; nil when the entry ends in a statement that
	// has no value, or in a semicolon.
	Values []any
}

// Severity tells errors, which keep the source from running, from warnings.
type Severity int

// The severities.
const (
	Error Severity = iota
	Warning
)

// Diagnostic is one finding in a source.
type Diagnostic struct {
	File     string
	Line     int // 1-based
	Col      int // 1-based, in bytes
	EndCol   int // one past the last column of the expression on that line; Col when unknown
	Message  string
	Hint     string // what to do: "did you mean Filesystems?"; "" when there is nothing to say
	Source   string // the source line
	Severity Severity
}

// String returns file:line:col: message, the form that editors read.
func (d Diagnostic) String() string {
	msg := d.Message
	if d.Hint != "" {
		msg += "; " + d.Hint
	}
	return fmt.Sprintf("%s:%d:%d: %s", d.File, d.Line, d.Col, msg)
}

// Text returns the diagnostic with its source line and a caret under the expression.
func (d Diagnostic) Text() string { return d.String() + "\n" + excerpt(d.Source, d.Col, d.EndCol) }

// CheckError says that a source does not check. Nothing of it was run.
type CheckError struct {
	Diagnostics []Diagnostic
	// Incomplete is true when the source ends too early: more lines could make it whole.
	Incomplete bool
}

// Error returns one line per finding.
func (e *CheckError) Error() string {
	lines := make([]string, len(e.Diagnostics))
	for i, d := range e.Diagnostics {
		lines[i] = d.String()
	}
	return strings.Join(lines, "\n")
}

// StopError says that an error, or a panic, stopped a running source, and where.
type StopError struct {
	At    Diagnostic   // the place; its Message is the text of the error
	Chain []Diagnostic // the calls that led there, innermost first, when there are any
	Panic bool         // a Go panic rather than an error that was not taken
	Err   error        // the error itself; for a panic an error that says so

	top view.Site // the statement at the top level
}

// Error returns the place and the text of the error.
func (e *StopError) Error() string { return e.At.String() }

// Unwrap returns the error that stopped the source.
func (e *StopError) Unwrap() error { return e.Err }

// ErrInterrupted is wrapped by the StopError of a source that was cancelled.
var ErrInterrupted = fmt.Errorf("interrupted")

// excerpt returns the source line and, below, a caret line. Tabs of the line are kept so that the caret stands right
// wherever tabs stop.
func excerpt(line string, col, end int) string {
	if line == "" || col < 1 || col > len(line)+1 {
		return "\t" + line
	}
	var pad strings.Builder
	for _, r := range line[:col-1] {
		if r == '\t' {
			pad.WriteByte('\t')
			continue
		}
		pad.WriteByte(' ')
	}
	n := 1
	if end > col && end <= len(line)+1 {
		n = len([]rune(line[col-1 : end-1]))
	}
	return "\t" + line + "\n\t" + pad.String() + strings.Repeat("^", max(n, 1))
}

// CursorKind says what may stand at a cursor.
type CursorKind int

// The kinds of places a cursor can be in.
const (
	CursorNone   CursorKind = iota // nothing to complete: inside a comment, a number, a plain string
	CursorIdent                    // a name in scope
	CursorMember                   // a field or method behind a dot
	CursorKey                      // a key of a collection inside ["…
	CursorText                     // inside a string that is an argument of a call
)

// Member is one name that may stand at a cursor.
type Member struct {
	Name   string
	Kind   string // "field", "method", "func", "var", "const", "type", "package", "keyword"
	Type   string // the type or signature as the shell view shows it
	Doc    string // one line of documentation
	Params []string
	// Commands are the mm commands that the documentation of a method names; only Describe fills them in.
	Commands []string
	Fits     bool // it is, or makes, a value of the type that is wanted at the cursor
}

// Call is the innermost call that a cursor stands in.
type Call struct {
	Name  string // of the function as it is written: fs.Change
	Type  string // its signature
	Doc   string // one line of documentation
	Param string // the parameter at the cursor with its type: "options ...FilesystemOption"
	// Object is, for a method, the chain of steps to the object that it is called on; empty when it cannot be followed
	// without running the user's code.
	Object Path
	// Within is the Object of the call around this one: that of fs.Mount( in fs.Mount(On("
	Within Path
	// Fields are the names of columns that an argument may name: those of filesets in Cols(fs.Filesets, "
	Fields []string
	// Key is, in the value of a map literal, its key: pagepool in Settings{"pagepool": "
	Key string
}

// Cursor describes the place of a cursor in a source.
type Cursor struct {
	Kind   CursorKind
	Start  int    // offset in the source at which the word to be completed begins
	Prefix string // the word so far, from Start to the cursor
	// Members are the names by static type, all of them, whatever the prefix.
	Members []Member
	// Path is set for CursorKey: the expression that yields the collection, reduced to steps that can be followed
	// without running the user's code. Empty when the expression is not of that form.
	Path Path
	// Closed is true when the key's closing quote and bracket already follow the cursor.
	Closed bool
	// Call is the innermost call that the cursor is an argument of, nil outside of calls.
	Call *Call
}

// Path is a chain of steps from a session variable or a session function to a value.
type Path []Step

// Step is one step of a Path. Exactly one of the fields is set.
type Step struct {
	Root  string // a session variable, or "Cluster" for the session's cluster
	Field string // a field of the object
	Key   string // a member of the collection
}
