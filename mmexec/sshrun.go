package mmexec

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"
	"syscall"
	"time"
)

// Run runs one command on a node.
func (s *sshTransport) Run(ctx context.Context, cmd Command) (*Result, error) {
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("%s was not run: %w", cmd, err)
	}
	if err := checkCommandName(cmd.Name); err != nil {
		return nil, err
	}
	for _, a := range cmd.WithPaths(make([]string, len(cmd.Files))) {
		if strings.Contains(a, "\x00") {
			return nil, &OptionError{cmd.Name, "an argument has a NUL byte"}
		}
	}
	switch {
	case cmd.StopsJob != nil:
		return s.shell(cmd.StopsJob.Node).stop(ctx, cmd)
	case cmd.Detach:
		return s.startJob(ctx, cmd)
	}
	class := ClassifyCommand(cmd)
	var res *Result
	down := 0
	for {
		err := s.onHosts(ctx, cmd, func(host string) error {
			var err error
			res, err = s.runOn(ctx, host, cmd, class)
			return err
		})
		if err != nil {
			return nil, err
		}
		// A node whose daemon is down cannot answer for the cluster, another one may.
		if down++; class.Effect != Reads || res.ExitCode == 0 || down >= len(s.hosts) || diagnose(nil, res.Stderr).kind != KindDown {
			return res, nil
		}
		s.mu.Lock()
		s.current = (s.current + 1) % len(s.hosts)
		s.mu.Unlock()
	}
}

func (s *sshTransport) runOn(ctx context.Context, host string, cmd Command, class Class) (*Result, error) {
	files := cmd.Files
	if cmd.Stdin != nil {
		files = append(append([]File{}, files...), File{Name: "stdin", Data: cmd.Stdin})
	}
	var paths []string
	remove := func() {
		for _, p := range paths {
			_ = s.removeOn(context.WithoutCancel(ctx), host, p)
		}
	}
	for _, f := range files {
		p, err := s.putOn(ctx, host, f.Name, f.Data)
		if err != nil {
			remove()
			return nil, err
		}
		paths = append(paths, p)
	}
	r := remoteCommand{mark: newMark(), path: path.Join(s.bindir, cmd.Name)}
	if cmd.Name == remoteShell {
		r.path = remoteShellPath
	}
	r.words = append([]string{r.path}, cmd.WithPaths(paths)...)
	if s.sudo(cmd.Name) {
		r.words = append([]string{"sudo", "-n"}, r.words...)
	}
	if cmd.Stdin != nil {
		r.stdin = paths[len(paths)-1]
	}
	if class.Effect == Reads {
		defer remove()
		return s.read(ctx, host, cmd, class, r)
	}
	res, err := s.change(ctx, host, cmd, r)
	var unknown *UnknownOutcomeError
	if !errors.As(err, &unknown) {
		remove()
		return res, err
	}
	// A command that goes on needs its files until its end.
	end := unknown.later
	unknown.later = func(ctx context.Context) (*Result, error) {
		res, err := end(ctx)
		if err == nil {
			remove()
		}
		return res, err
	}
	return res, err
}

// read runs a reading command. It is stopped when ctx ends, its deadline passes, or its output is not wanted.
func (s *sshTransport) read(ctx context.Context, host string, cmd Command, class Class, r remoteCommand) (*Result, error) {
	start := time.Now()
	out := &capped{w: cmd.Stdout, max: s.maxOutput}
	x, err := s.open(host, r.mark, r.readScript(), out)
	if err != nil {
		return nil, &awayError{err}
	}
	var deadline <-chan time.Time
	limit := s.deadlines[class.Cost]
	if limit > 0 {
		t := time.NewTimer(limit)
		defer t.Stop()
		deadline = t.C
	}
	select {
	case <-x.ended:
		x.in.Close()
	case err := <-x.broken:
		x.stop(s.grace)
		var tooMuch *OutputError
		if errors.As(err, &tooMuch) {
			tooMuch.Cmd = cmd
			return nil, tooMuch
		}
		return nil, fmt.Errorf("the output of %s was not taken: %w", cmd, err)
	case <-ctx.Done():
		x.stop(s.grace)
		return nil, fmt.Errorf("%s was stopped: %w", cmd, context.Cause(ctx))
	case <-deadline:
		x.stop(s.grace)
		return nil, &TimeoutError{Cmd: cmd, After: limit.String()}
	}
	rep := x.stderr.report()
	switch {
	case rep.missing, rep.denied:
		return nil, s.notRunnable(cmd, host, rep)
	case !rep.started:
		return nil, x.away()
	case !rep.ended:
		return nil, &UnreachableError{Cmd: cmd, Target: "ssh://" + host, Err: errConnectionLost}
	}
	res := remoteResult(rep, host, start)
	res.Stdout = out.bytes()
	return res, nil
}

var errConnectionLost = errors.New("the connection was lost")

func (s *sshTransport) notRunnable(cmd Command, host string, rep report) error {
	if rep.missing {
		return &NotFoundError{Cmd: cmd, Dir: host + ":" + s.bindir}
	}
	return &PermissionError{&CommandError{Cmd: cmd, ExitCode: 126, Cause: "it may not be executed", Kind: KindPermission, Node: host}}
}

// change runs a changing command and waits for its end, but not longer than ctx lasts.
func (s *sshTransport) change(ctx context.Context, host string, cmd Command, r remoteCommand) (*Result, error) {
	start := time.Now()
	out := &capped{max: s.maxOutput}
	x, err := s.open(host, r.mark, r.changeScript(), out)
	if err != nil {
		return nil, &awayError{err}
	}
	// Up to here nothing has changed and everything may be given up.
	if err := x.await(ctx, "ready", "missing", "forbidden"); err != nil {
		x.stop(s.grace)
		return nil, fmt.Errorf("%s was not run: %w", cmd, context.Cause(ctx))
	}
	rep := x.stderr.report()
	switch {
	case rep.missing, rep.denied:
		<-x.ended
		return nil, s.notRunnable(cmd, host, rep)
	case rep.dir == "":
		return nil, x.away()
	}
	if ctx.Err() != nil {
		x.stop(s.grace)
		return nil, fmt.Errorf("%s was not run: %w", cmd, context.Cause(ctx))
	}
	_, _ = io.WriteString(x.in, "go\n")
	// From here on it may run: whatever happens now, it is not begun again.
	if err := x.await(ctx, "started"); err == nil {
		select {
		case <-x.ended:
		case <-ctx.Done():
		}
	} else if ctx.Err() != nil {
		// Nobody waits any more, but what is left behind has to be told with its process.
		told, cancel := context.WithTimeout(context.WithoutCancel(ctx), s.grace)
		_ = x.await(told, "started")
		cancel()
	}
	rep = x.stderr.report()
	if rep.ended {
		<-x.ended
		x.in.Close()
		return s.changed(cmd, host, rep, out, start)
	}
	why := context.Cause(ctx)
	if why == nil {
		why = errConnectionLost
	}
	return nil, s.unknown(cmd, host, x, out, rep, why, start)
}

func (s *sshTransport) changed(cmd Command, host string, rep report, out *capped, start time.Time) (*Result, error) {
	res := remoteResult(rep, host, start)
	res.Stdout = out.bytes()
	if cmd.Stdout != nil {
		if _, err := cmd.Stdout.Write(res.Stdout); err != nil {
			return nil, fmt.Errorf("%s ended with exit status %d, but its output was not taken: %w", cmd, res.ExitCode, err)
		}
		res.Stdout = nil
	}
	return res, nil
}

// unknown lets a changing command go on. Its end comes over the connection that still stands, or is asked for when
// somebody waits for it.
func (s *sshTransport) unknown(cmd Command, host string, x *session, out *capped, rep report, why error, start time.Time) error {
	e := &UnknownOutcomeError{Cmd: cmd, Node: host, PID: rep.pid, Err: why, Output: rep.dir}
	e.later = func(ctx context.Context) (*Result, error) {
		select {
		case <-x.ended:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
		if now := x.stderr.report(); now.ended {
			return s.changed(Command{}, host, now, out, start)
		}
		return s.collect(ctx, e, start)
	}
	return e
}

// collect asks the node for the end of a command that was left to itself.
func (s *sshTransport) collect(ctx context.Context, e *UnknownOutcomeError, start time.Time) (*Result, error) {
	mark := newMark()
	out := &capped{max: s.maxOutput}
	x, err := s.open(e.Node, mark, collectScript(mark, e.Output), out)
	if err != nil {
		return nil, &UnreachableError{Cmd: e.Cmd, Target: "ssh://" + e.Node, Err: err}
	}
	select {
	case <-x.ended:
		x.in.Close()
	case <-ctx.Done():
		x.stop(s.grace)
		return nil, ctx.Err()
	}
	rep := x.stderr.report()
	switch {
	case rep.missing:
		return nil, e // its output was collected or removed already
	case !rep.started:
		var away *awayError
		errors.As(x.away(), &away)
		return nil, &UnreachableError{Cmd: e.Cmd, Target: "ssh://" + e.Node, Err: away.err}
	case !rep.ended:
		return nil, &UnreachableError{Cmd: e.Cmd, Target: "ssh://" + e.Node, Err: errConnectionLost}
	}
	return s.changed(Command{}, e.Node, rep, out, start)
}

func remoteResult(rep report, host string, start time.Time) *Result {
	res := &Result{ExitCode: rep.status, Stderr: rep.said, Node: host, Duration: time.Since(start)}
	// A shell reports a signal as a status above 128.
	switch sig := syscall.Signal(rep.status - 128); sig {
	case syscall.SIGHUP, syscall.SIGINT, syscall.SIGQUIT, syscall.SIGILL, syscall.SIGABRT, syscall.SIGBUS, syscall.SIGFPE, syscall.SIGKILL,
		syscall.SIGSEGV, syscall.SIGPIPE, syscall.SIGTERM:
		res.Signal = sig.String()
	}
	return res
}

// Remote says that commands run on another machine; see [Remote].
func (s *sshTransport) Remote() bool { return true }
