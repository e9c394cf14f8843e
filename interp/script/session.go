// Package script holds the functions of the language that are neither model nor policy: the session's cluster, dry
// run and its plan, the arguments, any mm command as data. The shell shows the methods of [Session] as plain functions,
// with the context implied:
//
//	Cluster().Filesystems["mmfs1"].Snapshots
//	Mm("mmvdisk pdisk list --recovery-group all")
//
// A program that gpfsh export has written calls them on a session of its own, which [Main] makes.
package script

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"sync/atomic"

	"gpfsh/interp/script/show"
	"gpfsh/mmexec"
	"gpfsh/model"
)

// Options say what a session works with.
type Options struct {
	// Cluster is what the function Cluster returns.
	Cluster *model.Cluster
	// Executor runs the lines of Mm. It is the one that the cluster was connected with, so that dry run, confirmation
	// and trace hold for them as well.
	Executor mmexec.Executor
	// Plan is where the dry run of the executor records (see mmexec.DryRun). A session without one cannot rehearse.
	Plan *mmexec.Plan
	// Rehearsal says that whoever started the program asked for a dry run: the plan is enabled, and the program
	// cannot leave the dry run.
	Rehearsal bool
	// Args are the arguments of the script, without its name.
	Args []string
	// Connect reaches another cluster; nil means that the session has only one.
	Connect func(ctx context.Context, cluster string) (*model.Cluster, error)
	// Stdout is where Print and Show write; nil leaves it to whoever runs the program: WriteTo.
	Stdout io.Writer
	// Show returns what shows values on w; nil means plainly, and as wide as the terminal is.
	Show func(w io.Writer) *show.Writer
	// Exit ends the program; nil means os.Exit. The shell sets it to end a script and not itself.
	Exit func(code int)
}

// Session is what the functions of the language work with. It may be used by several goroutines.
type Session struct {
	opts   Options
	really atomic.Int32 // calls of Really that run
}

// NewSession returns a session that works with what the options say.
func NewSession(o Options) *Session {
	if o.Exit == nil {
		o.Exit = os.Exit
	}
	if o.Rehearsal && o.Plan != nil {
		o.Plan.SetEnabled(true)
	}
	o.Args = slices.Clone(o.Args)
	return &Session{opts: o}
}

// WriteTo makes a session write on w what it was not told where to write. Whoever runs a program calls it once, before.
func WriteTo(s *Session, w io.Writer) {
	if s != nil && s.opts.Stdout == nil {
		s.opts.Stdout = w
	}
}

func (s *Session) stdout() io.Writer {
	if s.opts.Stdout == nil {
		return os.Stdout
	}
	return s.opts.Stdout
}

// Cluster returns the cluster that the session works on.
func (s *Session) Cluster() *model.Cluster { return s.opts.Cluster }

// Filesystem returns the file system with the name, as Cluster().Filesystems[name] does.
func (s *Session) Filesystem(ctx context.Context, name string) (*model.Filesystem, error) {
	if s.opts.Cluster == nil {
		return nil, errNoCluster
	}
	return s.opts.Cluster.Filesystems.Get(ctx, name)
}

// Node returns the node with the name, as Cluster().Nodes[name] does.
func (s *Session) Node(ctx context.Context, name string) (*model.Node, error) {
	if s.opts.Cluster == nil {
		return nil, errNoCluster
	}
	return s.opts.Cluster.Nodes.Get(ctx, name)
}

// Args returns the arguments of the script, without its name.
func (s *Session) Args() []string { return slices.Clone(s.opts.Args) }

// Exit ends the script with an exit status: 0 for success. Like os.Exit it runs no deferred functions.
func (s *Session) Exit(code int) { s.opts.Exit(code) }

// Fail returns an error with the formatted text. As a statement it ends the script there, because an error that nobody
// takes does: Fail("no fileset %s", name).
func (s *Session) Fail(format string, args ...any) error { return fmt.Errorf(format, args...) }

// errNoCluster is the error of a session that was made without a cluster.
var errNoCluster = errors.New("no cluster: the session is not connected to one")
