package mmexec

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
)

// Plan is the list of the commands that a dry run recorded instead of running them. It is safe for concurrent use. The
// zero value is an empty plan that is not enabled.
type Plan struct {
	mu      sync.Mutex
	enabled bool
	deep    bool
	entries []PlanEntry
	put     map[string]File // files that were put on the node beforehand, by their path there
}

// PlanEntry is one planned command.
type PlanEntry struct {
	Argv   []string
	Object string
	Reason string
	Effect Effect
	// Identity is what the object was when the command was planned.
	Identity []Field
	Files    []File // private files that the command needs, with their contents
	Stdin    []byte

	cmd Command
}

// Destructive tells whether the command cannot be taken back or takes something away from users.
func (e PlanEntry) Destructive() bool { return e.Effect >= StopsUsers }

// Command returns the command as it was to be run.
func (e PlanEntry) Command() Command { return e.cmd }

// String returns the command as one line for a POSIX shell; one that is for another cluster than that of the session
// says so in a comment.
func (e PlanEntry) String() string {
	if e.cmd.Cluster != "" {
		return QuoteArgv(e.Argv) + " # on " + e.cmd.Cluster
	}
	return QuoteArgv(e.Argv)
}

// Enabled tells whether commands are recorded instead of run.
func (p *Plan) Enabled() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.enabled
}

// SetEnabled begins or ends the dry run; what was recorded stays.
func (p *Plan) SetEnabled(on bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.enabled = on
}

// SetDeep lets a dry run run reading commands even when they scan a whole file system (mmapplypolicy -I test). They are
// recorded otherwise.
func (p *Plan) SetDeep(on bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.deep = on
}

// Entries returns the planned commands in their order.
func (p *Plan) Entries() []PlanEntry {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.entries)
}

// Len returns the number of planned commands.
func (p *Plan) Len() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.entries)
}

// Reset forgets what was recorded.
func (p *Plan) Reset() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.entries = nil
}

// String returns the commands one per line, as a shell would need them typed.
func (p *Plan) String() string {
	var b strings.Builder
	for _, e := range p.Entries() {
		b.WriteString(e.String())
		b.WriteByte('\n')
	}
	return b.String()
}

// WriteScript writes the plan as a shell script that stops at the first command that fails. Files travel in it, so it
// can be kept and run later; files that no shell can write, with NUL bytes, are an error.
func (p *Plan) WriteScript(w io.Writer) error {
	var b strings.Builder
	b.WriteString("#!/bin/sh\nset -eu\n")
	b.WriteString("PATH=" + DefaultBinDir + ":$PATH\n")
	entries := p.Entries()
	for _, e := range entries {
		if e.cmd.Cluster != "" {
			return fmt.Errorf("%s: a script is for one cluster", e)
		}
	}
	if slices.ContainsFunc(entries, func(e PlanEntry) bool { return len(e.Files) > 0 }) {
		b.WriteString("umask 077\ngpfsh_files=$(mktemp -d)\ntrap 'rm -rf \"$gpfsh_files\"' EXIT\n")
	}
	for n, e := range entries {
		b.WriteByte('\n')
		for _, comment := range []string{e.Object, e.Reason} {
			if comment != "" {
				b.WriteString("# " + strings.Join(strings.Fields(comment), " ") + "\n")
			}
		}
		if e.Destructive() {
			b.WriteString("# " + e.Effect.String() + "\n")
		}
		line := QuotePosix(e.cmd.Name)
		if bytes.IndexByte(e.Stdin, 0) >= 0 {
			return fmt.Errorf("the input of %s has NUL bytes: it cannot be part of a script", e)
		}
		for _, f := range e.cmd.Files {
			if bytes.IndexByte(f.Data, 0) >= 0 {
				return fmt.Errorf("the file %s of %s has NUL bytes: it cannot be part of a script", f.Name, e)
			}
			name := fmt.Sprintf("\"$gpfsh_files\"/%s", QuotePosix(fmt.Sprintf("%d-%s", n+1, safeName(f.Name))))
			b.WriteString(printfInto(f.Data, name))
		}
		for _, a := range e.cmd.Args {
			line += " " + scriptArg(n, a, e.cmd.Files)
		}
		switch {
		case len(e.Stdin) > 0:
			b.WriteString(strings.TrimSuffix(printfInto(e.Stdin, ""), "\n") + " | ")
		default:
			line += " </dev/null"
		}
		b.WriteString(line + "\n")
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// scriptArg quotes one argument; references to files become their paths in the script's own directory.
func scriptArg(n int, arg string, files []File) string {
	for _, f := range files {
		before, after, found := strings.Cut(arg, f.Ref())
		if !found {
			continue
		}
		path := fmt.Sprintf("\"$gpfsh_files\"/%s", QuotePosix(fmt.Sprintf("%d-%s", n+1, safeName(f.Name))))
		s := path
		if before != "" {
			s = QuotePosix(before) + s
		}
		if after != "" {
			s += scriptArg(n, after, files)
		}
		return s
	}
	return QuotePosix(arg)
}

// printfInto writes the printf that reproduces data byte for byte. A here-document could not: it always ends a line.
func printfInto(data []byte, into string) string {
	s := "printf %s " + QuotePosix(string(data))
	if into != "" {
		s += " >" + into
	}
	return s + "\n"
}

// Add records a command that something other than an executor held back: a change of files, a program.
func (p *Plan) Add(cmd Command, effect Effect) { p.record(cmd, effect) }

func (p *Plan) record(cmd Command, effect Effect) {
	p.mu.Lock()
	defer p.mu.Unlock()
	cmd = p.withPutFiles(cmd)
	p.entries = append(p.entries, PlanEntry{
		Argv: cmd.Argv(), Object: cmd.Object, Reason: cmd.Reason, Effect: effect, Identity: cmd.Identity,
		Files: cmd.Files, Stdin: cmd.Stdin, cmd: cmd,
	})
}

// withPutFiles turns paths of files that were put on the node into files of the command: the path is gone when the
// plan is carried out later, the contents are not.
func (p *Plan) withPutFiles(cmd Command) Command {
	cmd.Args, cmd.Files = slices.Clone(cmd.Args), slices.Clone(cmd.Files)
	for i, a := range cmd.Args {
		for path, f := range p.put {
			if strings.Contains(a, path) {
				cmd.Args[i] = strings.ReplaceAll(cmd.Args[i], path, f.Ref())
				cmd.Files = append(cmd.Files, f)
			}
		}
	}
	return cmd
}

func (p *Plan) notePut(path string, f File) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.put == nil {
		p.put = make(map[string]File)
	}
	p.put[path] = f
}

func (p *Plan) forgetPut(path string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.put, path)
}

// holds tells whether a command is to be recorded instead of run.
func (p *Plan) holds(c Class) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.enabled && (c.Effect != Reads || c.Heavy && !p.deep)
}

// DryRun makes a middleware that, while the plan is enabled, records changing commands in it and answers them with a
// planned Result. Reading commands pass. What changes is decided by the catalogue alone.
func DryRun(p *Plan) Middleware {
	return func(next Executor) Executor { return &dryRun{Executor: next, plan: p} }
}

type dryRun struct {
	Executor
	plan *Plan
}

// Unwrap returns the executor behind it.
func (d *dryRun) Unwrap() Executor { return d.Executor }

// Run records or runs a command.
func (d *dryRun) Run(ctx context.Context, cmd Command) (*Result, error) {
	class := ClassifyCommand(cmd)
	if !d.plan.holds(class) {
		return d.Executor.Run(ctx, cmd)
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	d.plan.record(cmd, class.Effect)
	return &Result{Planned: true}, nil
}

// Put puts the file, which reading commands may need, and remembers it for the plan.
func (d *dryRun) Put(ctx context.Context, name string, data []byte) (string, error) {
	path, err := d.Executor.Put(ctx, name, data)
	if err == nil && d.plan.Enabled() {
		d.plan.notePut(path, File{Name: name, Data: data})
	}
	return path, err
}

// Remove removes the file.
func (d *dryRun) Remove(ctx context.Context, path string) error {
	d.plan.forgetPut(path)
	return d.Executor.Remove(ctx, path)
}

// Rehearsing tells whether an executor records changes instead of making them now: a dry run is in front of it, and on.
func Rehearsing(ex Executor) bool {
	for ex != nil {
		if d, ok := ex.(*dryRun); ok && d.plan.Enabled() {
			return true
		}
		w, ok := ex.(interface{ Unwrap() Executor })
		if !ok {
			return false
		}
		ex = w.Unwrap()
	}
	return false
}

// Remote tells whether the commands of an executor run on another machine, whose files are not those of this one.
func Remote(ex Executor) bool {
	for ex != nil {
		if r, ok := ex.(interface{ Remote() bool }); ok {
			return r.Remote()
		}
		w, ok := ex.(interface{ Unwrap() Executor })
		if !ok {
			return false
		}
		ex = w.Unwrap()
	}
	return false
}
