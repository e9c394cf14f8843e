package mmexec

import (
	"context"
	"io"
	"strings"
	"time"
)

// Executor reaches one node of a cluster: it runs mm commands there and keeps private files there.
//
// An Executor does not judge what a command says: Run returns a Result for every command that ran, whatever its exit
// status, and an error only when the command could not be run or its end could not be learned (see
// [UnreachableError], [NotFoundError], [UnknownOutcomeError] and the errors of the context). Whether a command
// succeeded is decided by [Do].
type Executor interface {
	// Run runs one command and waits for its end. The transport puts the command's files on the node first and
	// removes them afterwards.
	Run(ctx context.Context, cmd Command) (*Result, error)

	// Put writes a private file (mode 0600 in a directory of mode 0700) on the node that runs the commands and
	// returns its path there. The name is only a hint that makes the path readable.
	Put(ctx context.Context, name string, data []byte) (path string, err error)
	// Get reads a file on that node.
	Get(ctx context.Context, path string) ([]byte, error)
	// Remove removes a file that Put made.
	Remove(ctx context.Context, path string) error
}

// Middleware wraps an Executor with one more concern: tracing, dry run, recording.
type Middleware func(Executor) Executor

// Wrap applies middlewares around ex; the first of them sees a command first.
func Wrap(ex Executor, mw ...Middleware) Executor {
	for i := len(mw) - 1; i >= 0; i-- {
		ex = mw[i](ex)
	}
	return ex
}

// Command is one mm command line. It is always an argument vector, never a line for a shell.
type Command struct {
	// Name is the command word without a directory: "mmlsfs".
	Name string
	// Args are the arguments. An argument that holds the Ref of one of Files gets the path of that file on the
	// node in its place.
	Args []string
	// Stdin is what the command reads; nil means that its standard input is closed.
	Stdin []byte
	// Files are private files the command needs on the node that runs it: policies, stanzas, ACLs, lists.
	Files []File

	// Stdout, when set, receives standard output while the command runs; Result.Stdout then stays empty. Replies
	// without a bound on their size (quotas of 100,000 users) are read this way.
	Stdout io.Writer

	// Cluster names the cluster that the command is for, where a session works with several and it is not for the first
	// of them: "ssh://ess1". It is not part of the command line.
	Cluster string

	// Stoppable says that the command can be stopped at any time, whatever its class: it leaves nothing half done, as a
	// policy whose scripts only read. Others that change something are never stopped.
	Stoppable bool
	// Detach leaves the command to itself: Run returns when it has begun, and Result.Job says which job it is. An
	// executor that is no [JobKeeper] waits for its end.
	Detach bool
	// StopsJob is the job that the command interrupts, see [StopJob]; nil for none.
	StopsJob *JobRecord

	// Object says what the command is about, for plans, audit and messages: "snapshot nightly of mmfs1".
	Object string
	// Reason says why it is run, when there is more to say than the command itself does.
	Reason string
	// Identity is what the object was when the command was made (the id and creation time of a snapshot, the id of a
	// fileset), so that a plan that is carried out later can tell whether the name still means the same.
	Identity []Field
}

// File is a private file that travels with a command.
type File struct {
	Name string // a readable name, without a directory: "policy"
	Data []byte
}

// Ref is the text that stands for the path of the file in the arguments of a command.
func (f File) Ref() string { return "\x00file:" + f.Name + "\x00" }

// Argv returns the command word and its arguments. References to files are shown as the name of the file in angle
// brackets.
func (c Command) Argv() []string {
	argv := make([]string, 0, len(c.Args)+1)
	argv = append(argv, c.Name)
	for _, a := range c.Args {
		for _, f := range c.Files {
			a = strings.ReplaceAll(a, f.Ref(), "<"+f.Name+">")
		}
		argv = append(argv, a)
	}
	return argv
}

// WithPaths returns the arguments with the references to files replaced by the paths given for them, in the order of
// Files.
func (c Command) WithPaths(paths []string) []string {
	args := make([]string, len(c.Args))
	for i, a := range c.Args {
		for j, f := range c.Files {
			a = strings.ReplaceAll(a, f.Ref(), paths[j])
		}
		args[i] = a
	}
	return args
}

// String returns the command as a POSIX shell would need it typed.
func (c Command) String() string { return QuoteArgv(c.Argv()) }

// Result is what a command left behind.
type Result struct {
	Stdout   []byte
	Stderr   []byte
	ExitCode int           // 0 is success for most commands; see Do
	Signal   string        // the signal that ended the command, "" if none
	Duration time.Duration // wall time on our side
	Node     string        // where it ran: "" for this machine
	Job      *JobRecord    // of a command that was left to itself; nil for others
	Planned  bool          // true when a dry run recorded the command instead of running it
}

// Close ends what an executor holds open, connections for example. It looks behind middleware.
func Close(ex Executor) error {
	for ex != nil {
		if c, ok := ex.(io.Closer); ok {
			return c.Close()
		}
		w, ok := ex.(interface{ Unwrap() Executor })
		if !ok {
			return nil
		}
		ex = w.Unwrap()
	}
	return nil
}
