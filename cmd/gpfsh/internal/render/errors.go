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
		at, words := stop.At, commandWords(err, stop.At.Message)
		at.Message = words.message
		writeDiagnostic(&b, st, at)
		for _, d := range stop.Chain {
			writeLine(&b, fmt.Sprintf("\tcalled from %s:%d:%d: %s", d.File, d.Line, d.Col, strings.TrimSpace(d.Source)))
		}
		words.write(&b, st)
	default:
		words := commandWords(err, err.Error())
		writeLine(&b, "gpfsh: "+words.message)
		words.write(&b, st)
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

// failure is what there is to say of a failed command: the message, kept short, and what stands below it.
type failure struct {
	message string
	command string   // the command and how it ended; "" when the message says it
	said    []string // by the command itself, as far as the message does not say it
}

// commandWords takes what a failed command said out of a message that carries it at its end.
func commandWords(err error, message string) failure {
	var failed *mmexec.CommandError
	if !errors.As(err, &failed) {
		return failure{message: message}
	}
	w := failure{message: message}
	if short, ok := strings.CutSuffix(message, ": "+failed.Error()); ok {
		w.message = short
	}
	if !strings.Contains(w.message, failed.Cmd.String()) {
		w.command = fmt.Sprintf("%s: %s", failed.Cmd, outcome(failed))
	}
	text := failed.Stderr
	if len(strings.TrimSpace(string(text))) == 0 {
		text = failed.Stdout
	}
	for line := range strings.Lines(string(text)) {
		line = strings.TrimRight(line, " \r\n")
		told := strings.TrimSpace(strings.TrimPrefix(line, failed.Cmd.Name+":"))
		if told == "" || strings.Contains(w.message, told) || strings.HasPrefix(told, "Command failed. Examine previous") {
			continue
		}
		w.said = append(w.said, line)
	}
	return w
}

func (w failure) write(b *strings.Builder, st style.Styles) {
	lines := w.said
	if w.command != "" {
		lines = append([]string{w.command}, lines...)
	}
	for _, line := range lines {
		b.WriteString("  " + st.Apply(style.Dim, style.Printable(line)) + "\n")
	}
}

func outcome(e *mmexec.CommandError) string {
	if e.Signal != "" {
		return "ended by signal " + e.Signal
	}
	return fmt.Sprintf("exit status %d", e.ExitCode)
}
