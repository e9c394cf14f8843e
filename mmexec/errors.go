package mmexec

import (
	"context"
	"errors"
	"fmt"
)

// CommandError says that a command ran and did not succeed.
type CommandError struct {
	Cmd      Command
	ExitCode int
	Signal   string
	// Cause is the line that names the cause, without the command's own prefix: not the closing line that only
	// points at "previous error messages".
	Cause string
	// ID is the message id (6027-NNNN) where the release prints one, "" otherwise.
	ID string
	// Kind is the sort of failure, as far as the message is known.
	Kind   Kind
	Stdout []byte
	Stderr []byte
	Node   string
}

// Error starts with the cause and ends with the command and its exit status.
func (e *CommandError) Error() string {
	how := fmt.Sprintf("exit status %d", e.ExitCode)
	if e.Signal != "" {
		how = "ended by signal " + e.Signal
	}
	cause := e.Cause
	if cause == "" {
		cause = "the command gave no reason"
	}
	return fmt.Sprintf("%s (%s: %s)", cause, e.Cmd, how)
}

// PermissionError says that the caller may not run a command or may not run it for this object.
type PermissionError struct{ *CommandError }

// Error says what was refused and what to do.
func (e *PermissionError) Error() string { return "not permitted: " + e.CommandError.Error() }

// Unwrap returns the refused command.
func (e *PermissionError) Unwrap() error { return e.CommandError }

// DownError says that the daemon of Storage Scale does not run on the node that was asked, or that it waits for quorum.
type DownError struct{ *CommandError }

// Error says what was found and where.
func (e *DownError) Error() string {
	where := "this node"
	if e.Node != "" {
		where = e.Node
	}
	return fmt.Sprintf("Storage Scale does not answer on %s: %s", where, e.CommandError.Error())
}

// Unwrap returns the command that was not answered.
func (e *DownError) Unwrap() error { return e.CommandError }

// UnreachableError says that no node of the cluster could be asked, or that Storage Scale does not answer there.
type UnreachableError struct {
	Cmd    Command
	Target string // "ssh://nsd01", "this machine"
	Err    error
}

// Error names the target and the reason.
func (e *UnreachableError) Error() string {
	return fmt.Sprintf("cannot reach %s: %v (%s)", e.Target, e.Err, e.Cmd)
}

// Unwrap returns the reason.
func (e *UnreachableError) Unwrap() error { return e.Err }

// NotFoundError says that there is no such command where commands are looked for.
type NotFoundError struct {
	Cmd Command
	Dir string // where it was looked for
}

// Error names the command and the directory.
func (e *NotFoundError) Error() string {
	return fmt.Sprintf("no command %s in %s (is Storage Scale installed there?)", e.Cmd.Name, e.Dir)
}

// UnknownOutcomeError says that a changing command was started and that its end could not be learned: the connection
// was lost, or the caller stopped waiting for it. It is never repeated.
type UnknownOutcomeError struct {
	Cmd  Command
	Node string
	PID  int // 0 when not known
	Err  error
	// Output is the directory on the node with the files stdout and stderr that the command goes on to write, "" when
	// there is none. It is removed when its end is learned.
	Output string

	later func(context.Context) (*Result, error)
}

// Wait waits for the end of the command after all, where that can be learned. Otherwise it returns the error itself.
func (e *UnknownOutcomeError) Wait(ctx context.Context) (*Result, error) {
	if e.later == nil {
		return nil, e
	}
	return e.later(ctx)
}

// Error says that the command may still run, and where.
func (e *UnknownOutcomeError) Error() string {
	where := "this machine"
	if e.Node != "" {
		where = e.Node
	}
	if e.PID != 0 {
		where = fmt.Sprintf("%s, process %d", where, e.PID)
	}
	return fmt.Sprintf("stopped waiting for %s; it goes on (%s): %v", e.Cmd, where, e.Err)
}

// Unwrap returns why waiting ended.
func (e *UnknownOutcomeError) Unwrap() error { return e.Err }

// TimeoutError says that a reading command did not answer within its deadline and was stopped.
type TimeoutError struct {
	Cmd   Command
	After string // "15s"
}

// Error names the deadline and the usual cause.
func (e *TimeoutError) Error() string {
	return fmt.Sprintf("%s did not answer within %s: the cluster may have no quorum, or a file system manager is busy", e.Cmd, e.After)
}

// OutputError says that a reading command wrote more than is held for one command; it was stopped.
type OutputError struct {
	Cmd Command
	Max int64 // bytes
}

// Error names the limit.
func (e *OutputError) Error() string {
	return fmt.Sprintf("%s wrote more than %d bytes and was stopped: ask for less, or read it as a stream", e.Cmd, e.Max)
}

// FormatError says that a reply was not of the form that the command promises.
type FormatError struct {
	Cmd    Command
	Line   int // 1-based line of the reply, 0 when it concerns the whole
	Reason string
}

// Error names the command, the line and what was wrong with it.
func (e *FormatError) Error() string {
	if e.Line > 0 {
		return fmt.Sprintf("cannot read the reply of %s: line %d: %s", e.Cmd, e.Line, e.Reason)
	}
	return fmt.Sprintf("cannot read the reply of %s: %s", e.Cmd, e.Reason)
}

// ErrPlanned is the error of reading something that exists only in the plan of a dry run.
var ErrPlanned = errors.New("planned only: this object is part of a dry run and does not exist on the cluster")
