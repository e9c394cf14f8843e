// Package prompt reads what people type.
//
// A [LineReader] is the seam behind which the line editor lives: [Editor] for terminals, [Plain] for pipes and for
// terminals that cannot place the cursor. Whatever happens, the terminal is as it was found while anything but the
// editor runs.
package prompt

import (
	"context"
	"errors"
	"fmt"
	"os"
	"syscall"

	"gpfsh/cmd/gpfsh/internal/style"
)

// LineReader reads lines.
type LineReader interface {
	// Read returns the next line without its end. The line may hold line ends of its own when it was pasted or comes
	// from the history. It returns io.EOF at the end of the input, [ErrInterrupted] when the line was given up, and a
	// [*SignalError] when the program is to end.
	Read(ctx context.Context, p Prompt) (string, error)
	// Close gives back what the reader holds.
	Close() error
}

// Prompt is what stands before a line.
type Prompt struct {
	Text  string
	Style style.Style
	// Before are the lines of the entry that were read already: the line is a continuation.
	Before string
}

// ErrInterrupted says that a line was given up by Ctrl-C. Nothing of it is to be run.
var ErrInterrupted = errors.New("given up")

// ForgetTyped drops what was typed on a terminal and not read yet, before another program reads from it.
func ForgetTyped(in *os.File) { forgetTyped(int(in.Fd())) }

// SignalError says that a signal asked the program to end while it read.
type SignalError struct{ Signal syscall.Signal }

// Error names the signal.
func (e *SignalError) Error() string { return fmt.Sprintf("ended by signal: %v", e.Signal) }
