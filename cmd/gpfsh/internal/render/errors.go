package render

import (
	"errors"
	"fmt"
	"strings"

	"gpfsh/cmd/gpfsh/internal/style"
	"gpfsh/interp"
	"gpfsh/mmexec"
)

// Error writes an error to Err: where in the source it arose, with the source line and a caret, and, when an mm
// command failed, what the command itself said.
func (r *Renderer) Error(err error) {
	var b strings.Builder
	st := r.ErrStyles
	var check *interp.CheckError
	var stop *interp.StopError
	switch {
	case errors.As(err, &check):
		for _, d := range check.Diagnostics {
			writeDiagnostic(&b, st, d)
		}
		if len(check.Diagnostics) == 0 {
			writeLine(&b, "gpfsh: the source does not check")
		}
	case errors.As(err, &stop):
		writeDiagnostic(&b, st, stop.At)
		for _, d := range stop.Chain {
			writeLine(&b, fmt.Sprintf("\tcalled from %s:%d:%d: %s", d.File, d.Line, d.Col, strings.TrimSpace(d.Source)))
		}
		writeCommand(&b, st, err, stop.At.Message)
	default:
		writeLine(&b, "gpfsh: "+err.Error())
		writeCommand(&b, st, err, err.Error())
	}
	fmt.Fprint(r.Err, b.String())
}

// Diagnostics writes findings, errors and warnings, in the form that editors read.
func (r *Renderer) Diagnostics(ds []interp.Diagnostic) {
	var b strings.Builder
	for _, d := range ds {
		writeDiagnostic(&b, r.ErrStyles, d)
	}
	fmt.Fprint(r.Err, b.String())
}

func writeDiagnostic(b *strings.Builder, st style.Styles, d interp.Diagnostic) {
	if d.Severity == interp.Warning {
		d.Message = "warning: " + d.Message
	}
	if d.File == "" && d.Line == 0 {
		writeLine(b, "gpfsh: "+d.Message)
		return
	}
	lines := strings.Split(d.Text(), "\n")
	head := lines[0]
	place := fmt.Sprintf("%s:%d:%d:", d.File, d.Line, d.Col)
	if rest, ok := strings.CutPrefix(head, place); ok {
		head = st.Apply(style.Strong, place) + style.Printable(rest)
	}
	b.WriteString(head + "\n")
	if d.Source == "" {
		return
	}
	for i, line := range lines[1:] {
		if strings.Trim(line, "\t ^") == "" && i > 0 {
			caret := strings.TrimLeft(line, "\t ")
			line = line[:len(line)-len(caret)] + st.Apply(style.Error, caret)
		} else {
			line = style.PrintableText(line)
		}
		b.WriteString(line + "\n")
	}
}

func writeLine(b *strings.Builder, text string) {
	b.WriteString(style.PrintableText(text) + "\n")
}

// writeCommand adds what a failed command said, as far as the message does not say it already.
func writeCommand(b *strings.Builder, st style.Styles, err error, message string) {
	var failed *mmexec.CommandError
	if !errors.As(err, &failed) {
		return
	}
	if !strings.Contains(message, failed.Cmd.String()) {
		writeLine(b, st.Apply(style.Dim, fmt.Sprintf("  %s: %s", failed.Cmd, outcome(failed))))
	}
	words := failed.Stderr
	if len(strings.TrimSpace(string(words))) == 0 {
		words = failed.Stdout
	}
	said := strings.Split(strings.TrimRight(string(words), "\n"), "\n")
	if len(said) == 1 && (said[0] == "" || strings.Contains(message, strings.TrimSpace(withoutCommand(said[0], failed.Cmd.Name)))) {
		return
	}
	for _, line := range said {
		b.WriteString(st.Apply(style.Dim, "  "+style.Printable(strings.TrimRight(line, "\r"))) + "\n")
	}
}

func outcome(e *mmexec.CommandError) string {
	if e.Signal != "" {
		return "ended by signal " + e.Signal
	}
	return fmt.Sprintf("exit status %d", e.ExitCode)
}

func withoutCommand(line, name string) string {
	return strings.TrimPrefix(line, name+":")
}
