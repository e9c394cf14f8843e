package mmexec

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"syscall"
)

// nodeShell runs the scripts that keep jobs on one node: through ssh, or on this machine.
type nodeShell struct {
	settings
	node   string // "" for this machine
	target string
	open   func(mark, script string, w io.Writer) (*session, error)
}

func (l *local) shell() nodeShell {
	return nodeShell{l.settings, "", "this machine", func(mark, script string, w io.Writer) (*session, error) {
		c := exec.Command("/bin/sh")
		c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
		c.WaitDelay = l.grace
		c.Env = append(commandEnv(os.Environ()), l.env...)
		return openSession(c, "", mark, script, w, l.maxOutput)
	}}
}

func (s *sshTransport) shell(host string) nodeShell {
	return nodeShell{s.settings, host, "ssh://" + host, func(mark, script string, w io.Writer) (*session, error) {
		return s.open(host, mark, script, w)
	}}
}

func (l *local) startJob(ctx context.Context, cmd Command, path string) (*Result, error) {
	// The files are the job's own: it removes them, when this process may be long gone.
	var private privateDir
	files := append([]File{}, cmd.Files...)
	if cmd.Stdin != nil {
		files = append(files, File{Name: "stdin", Data: cmd.Stdin})
	}
	var paths []string
	remove := func() {
		for _, p := range paths {
			_ = private.remove(p)
		}
	}
	for _, f := range files {
		p, err := private.put(f.Name, f.Data)
		if err != nil {
			remove()
			return nil, err
		}
		paths = append(paths, p)
	}
	stdin := ""
	if cmd.Stdin != nil {
		stdin = paths[len(paths)-1]
	}
	r := remoteCommand{mark: newMark(), path: path, words: append([]string{path}, cmd.WithPaths(paths)...), stdin: stdin}
	if l.sudo(cmd.Name) {
		r.words = append([]string{"sudo", "-n"}, r.words...)
	}
	res, err := l.shell().start(ctx, cmd, r, paths)
	if errors.Is(err, errNotBegun) {
		remove()
	}
	return res, err
}

func (s *sshTransport) startJob(ctx context.Context, cmd Command) (*Result, error) {
	var res *Result
	err := s.onHosts(ctx, cmd, func(host string) error {
		files := cmd.Files
		if cmd.Stdin != nil {
			files = append(append([]File{}, files...), File{Name: "stdin", Data: cmd.Stdin})
		}
		var paths []string
		for _, f := range files {
			p, err := s.putOn(ctx, host, f.Name, f.Data)
			if err != nil {
				return err
			}
			paths = append(paths, p)
		}
		r := remoteCommand{mark: newMark(), path: s.bindir + "/" + cmd.Name}
		r.words = append([]string{r.path}, cmd.WithPaths(paths)...)
		if s.sudo(cmd.Name) {
			r.words = append([]string{"sudo", "-n"}, r.words...)
		}
		if cmd.Stdin != nil {
			r.stdin = paths[len(paths)-1]
		}
		var err error
		res, err = s.shell(host).start(ctx, cmd, r, paths)
		if errors.Is(err, errNotBegun) {
			for _, p := range paths {
				_ = s.removeOn(context.WithoutCancel(ctx), host, p)
			}
		}
		return err
	})
	return res, err
}

// errNotBegun marks the errors after which it is known that nothing was begun.
var errNotBegun = errors.New("nothing was begun")

type notBegun struct{ error }

// Is recognises the mark.
func (notBegun) Is(target error) bool { return target == errNotBegun }

// Unwrap returns the reason.
func (e notBegun) Unwrap() error { return e.error }

// start begins a job. Until the word "go" nothing has happened; after it, whatever happens here, the job is there or it
// is not, and is not begun again.
func (h nodeShell) start(ctx context.Context, cmd Command, r remoteCommand, files []string) (*Result, error) {
	record, err := json.Marshal(newRecord(cmd))
	if err != nil {
		return nil, notBegun{err}
	}
	out := &capped{max: h.maxOutput}
	x, err := h.open(r.mark, startJobScript(h.spool, r, record, files), out)
	if err != nil {
		return nil, notBegun{&awayError{err}}
	}
	if err := x.await(ctx, "ready", "missing", "forbidden"); err != nil {
		x.stop(h.grace)
		return nil, notBegun{fmt.Errorf("%s was not run: %w", cmd, context.Cause(ctx))}
	}
	rep := x.stderr.report()
	switch {
	case rep.missing:
		<-x.ended
		return nil, notBegun{&NotFoundError{Cmd: cmd, Dir: dirOf(r.path)}}
	case rep.denied:
		<-x.ended
		return nil, notBegun{&PermissionError{&CommandError{Cmd: cmd, ExitCode: 126, Cause: "it may not be executed", Kind: KindPermission, Node: h.node}}}
	case rep.dir == "":
		if rep.before != "" && h.node == "" {
			return nil, notBegun{fmt.Errorf("%s was not run: the job cannot be kept: %s", cmd, rep.before)}
		}
		return nil, notBegun{x.away()}
	}
	_, _ = io.WriteString(x.in, "go\n")
	select {
	case <-x.ended:
		x.in.Close()
	case <-ctx.Done():
		x.in.Close()
		return nil, &UnknownOutcomeError{Cmd: cmd, Node: h.node, Err: context.Cause(ctx), Output: rep.dir}
	}
	rep = x.stderr.report()
	if !rep.ended {
		return nil, &UnknownOutcomeError{Cmd: cmd, Node: h.node, Err: errConnectionLost, Output: rep.dir}
	}
	return startedJob(out.bytes(), rep.said, h.node)
}

// script runs a script that only works on what is kept of jobs.
func (h nodeShell) script(ctx context.Context, text func(mark string) string) ([]byte, report, error) {
	mark := newMark()
	out := &capped{max: h.maxOutput}
	x, err := h.open(mark, text(mark), out)
	if err != nil {
		return nil, report{}, &awayError{err}
	}
	select {
	case <-x.ended:
		x.in.Close()
	case err := <-x.broken:
		x.stop(h.grace)
		return nil, report{}, err
	case <-ctx.Done():
		x.stop(h.grace)
		return nil, report{}, fmt.Errorf("stopped: %w", context.Cause(ctx))
	}
	rep := x.stderr.report()
	if !rep.ended && !rep.missing {
		return nil, rep, x.away()
	}
	return bytes.Clone(out.bytes()), rep, nil
}

func (h nodeShell) list(ctx context.Context) ([]JobRecord, error) {
	out, _, err := h.script(ctx, func(mark string) string { return listJobsScript(h.spool, mark) })
	if err != nil {
		return nil, err
	}
	return parseJobs(out, h.node)
}

func (h nodeShell) output(ctx context.Context, id int) (stdout, stderr []byte, err error) {
	out, rep, err := h.script(ctx, func(mark string) string { return jobScript(h.spool, mark, id, jobOutput) })
	switch {
	case err != nil:
		return nil, nil, err
	case rep.missing:
		return nil, nil, &NoJobError{id, h.node}
	}
	return out, rep.said, nil
}

func (h nodeShell) forget(ctx context.Context, id int) error {
	_, rep, err := h.script(ctx, func(mark string) string { return jobScript(h.spool, mark, id, jobForget) })
	switch {
	case err != nil:
		return err
	case rep.missing:
		return &NoJobError{id, h.node}
	}
	return jobProblem("forget", id, rep.status, rep.said)
}

// stop interrupts a job.
func (h nodeShell) stop(ctx context.Context, cmd Command) (*Result, error) {
	id := cmd.StopsJob.ID
	_, rep, err := h.script(ctx, func(mark string) string { return jobScript(h.spool, mark, id, jobStop) })
	switch {
	case err != nil:
		return nil, err
	case rep.missing:
		return nil, &NoJobError{id, h.node}
	}
	return &Result{Node: h.node, ExitCode: rep.status, Stderr: rep.said}, nil
}

// Jobs returns the jobs of this machine.
func (l *local) Jobs(ctx context.Context) ([]JobRecord, error) { return l.shell().list(ctx) }

// JobOutput returns what a job has said so far.
func (l *local) JobOutput(ctx context.Context, r JobRecord) (stdout, stderr []byte, err error) {
	return l.shell().output(ctx, r.ID)
}

// ForgetJob removes what is kept of a job that has ended.
func (l *local) ForgetJob(ctx context.Context, r JobRecord) error { return l.shell().forget(ctx, r.ID) }

// Jobs returns the jobs of the nodes that answer; each keeps its own.
func (s *sshTransport) Jobs(ctx context.Context) ([]JobRecord, error) {
	var list []JobRecord
	var failed []error
	for _, host := range s.hosts {
		found, err := s.jobsOn(ctx, host)
		if err != nil {
			failed = append(failed, fmt.Errorf("%s: %w", host, err))
			continue
		}
		list = append(list, found...)
	}
	if len(failed) == len(s.hosts) {
		return nil, &UnreachableError{Cmd: fileCommand("jobs", ""), Target: "ssh", Err: errors.Join(failed...)}
	}
	return list, nil
}

func (s *sshTransport) jobsOn(ctx context.Context, host string) ([]JobRecord, error) {
	if err := s.greet(ctx, host); err != nil {
		return nil, err
	}
	return s.shell(host).list(ctx)
}

// JobOutput returns what a job has said so far.
func (s *sshTransport) JobOutput(ctx context.Context, r JobRecord) (stdout, stderr []byte, err error) {
	return s.shell(s.nodeOf(r)).output(ctx, r.ID)
}

// ForgetJob removes what is kept of a job that has ended.
func (s *sshTransport) ForgetJob(ctx context.Context, r JobRecord) error {
	return s.shell(s.nodeOf(r)).forget(ctx, r.ID)
}

// nodeOf is the node that keeps a job: the one that answered last when the record names none.
func (s *sshTransport) nodeOf(r JobRecord) string {
	if r.Node != "" {
		return r.Node
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.hosts[s.current]
}
