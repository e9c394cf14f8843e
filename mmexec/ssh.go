package mmexec

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"
)

// SSHOption sets how commands run on nodes behind ssh.
type SSHOption func(*sshTransport)

// WithSSHConfig uses a configuration file of the ssh client instead of the user's own.
func WithSSHConfig(file string) SSHOption {
	return func(s *sshTransport) { s.client = append(s.client, "-F", file) }
}

// WithSSHClient uses another ssh client than "ssh".
func WithSSHClient(name string) SSHOption {
	return func(s *sshTransport) { s.client[0] = name }
}

// WithRemoteBinDir sets where the nodes have the commands; it is [DefaultBinDir] unless set.
func WithRemoteBinDir(dir string) SSHOption {
	return func(s *sshTransport) { s.bindir = dir }
}

// WithConnectTimeout sets how long a node may take to answer before the next one is asked, 10 s unless set.
func WithConnectTimeout(d time.Duration) SSHOption {
	return func(s *sshTransport) { s.connect = d }
}

// WithSSH applies an option of the local transport (sudo, deadlines, limits) to the commands on the nodes.
func WithSSH(o LocalOption) SSHOption {
	return func(s *sshTransport) { o(&s.settings) }
}

type sshTransport struct {
	settings
	hosts   []string
	bindir  string
	client  []string
	connect time.Duration

	greeting sync.Mutex

	mu      sync.Mutex
	current int               // the host that answered last
	greeted map[string]bool   // hosts that have a shared connection
	dir     string            // of the sockets of shared connections
	placed  map[string]string // private files: path -> host
}

// NewSSH returns an executor that runs commands on a node of the cluster through the OpenSSH client: the first of hosts
// ("node", "user@node", as the configuration of ssh knows it) that answers. Nothing is asked on a terminal: keys have to
// do. One connection per node is shared by all commands. Close the executor (it is an [io.Closer]) to end it.
//
// A reading command ends with its connection. A changing command begins only when the connection is known to stand and
// is on its own from then on: when the connection is lost or the context ends, the error is an [UnknownOutcomeError],
// and its Wait learns the end from the node.
func NewSSH(hosts []string, opts ...SSHOption) (Executor, error) {
	s := &sshTransport{
		settings: newSettings(), hosts: hosts, bindir: DefaultBinDir, client: []string{"ssh"}, connect: 10 * time.Second,
		greeted: make(map[string]bool), placed: make(map[string]string),
	}
	for _, o := range opts {
		o(s)
	}
	if len(hosts) == 0 {
		return nil, &NameError{Kind: "host", Reason: "none was given"}
	}
	for _, h := range hosts {
		if err := checkHost(h); err != nil {
			return nil, err
		}
	}
	if !path.IsAbs(s.bindir) {
		return nil, &NameError{Kind: "directory of commands", Name: s.bindir, Reason: "it must be an absolute path"}
	}
	return s, nil
}

// checkHost keeps a host from becoming an option of ssh.
func checkHost(h string) error {
	user, host, ok := strings.Cut(h, "@")
	if !ok {
		user, host = "", h
	}
	if strings.ContainsAny(user, " \t\r\n'\"`$;&|<>()") || strings.HasPrefix(user, "-") || ok && user == "" {
		return &NameError{Kind: "user", Name: user, Reason: "it is no name of a user for ssh"}
	}
	return nodeRule.check(host)
}

// Close ends the shared connections.
func (s *sshTransport) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.dir == "" {
		return nil
	}
	for h := range s.greeted {
		c := exec.Command(s.client[0], append(s.options(h), "-O", "exit", "--", h)...)
		c.WaitDelay = s.grace
		_ = c.Run() // a connection that is gone already is as good
	}
	s.greeted = make(map[string]bool)
	err := os.RemoveAll(s.dir)
	s.dir = ""
	return err
}

// options are the options of the ssh client for one host; mu is held.
func (s *sshTransport) options(host string) []string {
	seconds := max(1, int(s.connect/time.Second))
	o := append([]string{}, s.client[1:]...)
	o = append(o, "-T", "-x", "-a", "-o", "BatchMode=yes", "-o", fmt.Sprintf("ConnectTimeout=%d", seconds), "-o", "ServerAliveInterval=15", "-o", "ServerAliveCountMax=4",
		"-o", "ClearAllForwardings=yes", "-o", "PermitLocalCommand=no", "-o", "LogLevel=ERROR")
	if s.dir != "" {
		socket := ""
		for i, h := range s.hosts {
			if h == host {
				socket = filepath.Join(s.dir, fmt.Sprint(i))
			}
		}
		o = append(o, "-o", "ControlMaster=auto", "-o", "ControlPath="+strings.ReplaceAll(socket, "%", "%%"), "-o", "ControlPersist=600")
	}
	return o
}

// control makes the directory of the sockets; mu is held. Without one every command has its own connection.
func (s *sshTransport) control() {
	if s.dir != "" {
		return
	}
	dir, err := os.MkdirTemp("", "gpfsh-ssh-")
	if err == nil && len(dir) > 80 { // the path of a socket is short
		os.Remove(dir)
		dir, err = os.MkdirTemp("/tmp", "gpfsh-ssh-")
	}
	if err == nil {
		s.dir = dir
	}
}

func newMark() string {
	b := make([]byte, 12)
	_, _ = rand.Read(b) // never fails
	return "gpfsh-" + hex.EncodeToString(b)
}

// session is one script that runs on a node.
type session struct {
	host   string
	c      *exec.Cmd
	in     io.WriteCloser
	stderr *markedErr
	ended  chan struct{} // closed when ssh has ended
	broken chan error    // the reader of standard output takes no more
}

// open starts a script on a host. Its standard output goes to w.
func (s *sshTransport) open(host, mark, script string, w io.Writer) (*session, error) {
	s.mu.Lock()
	s.control()
	args := append(s.options(host), "--", host, "/bin/sh")
	s.mu.Unlock()
	c := exec.Command(s.client[0], args...)
	c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	c.WaitDelay = s.grace
	c.Env = append(os.Environ(), s.env...)
	in, err := c.StdinPipe()
	if err != nil {
		return nil, err
	}
	x := &session{host: host, c: c, in: in, stderr: newMarkedErr(mark, s.maxOutput), ended: make(chan struct{}), broken: make(chan error, 1)}
	c.Stdout = &afterMark{mark: mark, w: w, fail: func(err error) { x.broken <- err }}
	c.Stderr = x.stderr
	if err := c.Start(); err != nil {
		return nil, err
	}
	go func() {
		_ = c.Wait() // the script reports how it ended, ssh itself is not asked
		close(x.ended)
	}()
	go func() {
		_, _ = io.WriteString(in, script) // fails only when the connection does
	}()
	return x, nil
}

// stop ends a session: the end of its input tells the script, and after the grace time ssh is killed.
func (x *session) stop(grace time.Duration) {
	x.in.Close()
	t := time.NewTimer(grace)
	defer t.Stop()
	select {
	case <-x.ended:
	case <-t.C:
		// Not the whole group: the shared connection of all sessions may have begun as a child of this one.
		_ = x.c.Process.Kill()
		<-x.ended
	}
}

// await waits for a report of the script with one of the words, for the end of the session, or for ctx.
func (x *session) await(ctx context.Context, words ...string) error {
	for {
		select {
		case e := <-x.stderr.events:
			for _, w := range words {
				if e.word == w {
					return nil
				}
			}
		case <-x.ended:
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// onHosts does something on the host that answered last, and on the others while hosts do not answer. do returns an
// unreachable error when nothing was begun there.
func (s *sshTransport) onHosts(ctx context.Context, cmd Command, do func(host string) error) error {
	s.mu.Lock()
	first := s.current
	s.mu.Unlock()
	var all []error
	for i := range s.hosts {
		n := (first + i) % len(s.hosts)
		err := s.greet(ctx, s.hosts[n])
		if err == nil {
			err = do(s.hosts[n])
		}
		var away *awayError
		if !errors.As(err, &away) {
			s.mu.Lock()
			s.current = n
			s.mu.Unlock()
			return err
		}
		s.mu.Lock()
		delete(s.greeted, s.hosts[n])
		s.mu.Unlock()
		all = append(all, fmt.Errorf("%s: %w", s.hosts[n], away.err))
		if err := ctx.Err(); err != nil {
			return fmt.Errorf("%s was stopped: %w", cmd, err)
		}
	}
	return &UnreachableError{Cmd: cmd, Target: "ssh://" + strings.Join(s.hosts, ","), Err: errors.Join(all...)}
}

// greet opens the shared connection to a host. One at a time: commands that come together would each open their own.
func (s *sshTransport) greet(ctx context.Context, host string) error {
	s.greeting.Lock()
	defer s.greeting.Unlock()
	s.mu.Lock()
	known := s.greeted[host]
	s.mu.Unlock()
	if known {
		return nil
	}
	mark := newMark()
	x, rep, err := s.script(ctx, host, mark, greetScript(mark), io.Discard, nil)
	switch {
	case err != nil:
		return err
	case !rep.ended:
		return x.away()
	}
	s.mu.Lock()
	s.greeted[host] = true
	s.mu.Unlock()
	return nil
}

// awayError says that a host did not answer and that nothing was begun there.
type awayError struct{ err error }

// Error returns the reason.
func (e *awayError) Error() string { return e.err.Error() }

// away explains a session that did not begin.
func (x *session) away() error {
	reason := x.stderr.report().before
	if reason == "" {
		reason = "the connection ended at once"
	}
	return &awayError{errors.New(strings.Join(strings.Fields(reason), " "))}
}

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

// Put writes a private file on the node.
func (s *sshTransport) Put(ctx context.Context, name string, data []byte) (string, error) {
	var file string
	err := s.onHosts(ctx, fileCommand("put", name), func(host string) error {
		var err error
		file, err = s.putOn(ctx, host, name, data)
		return err
	})
	return file, err
}

// fileCommand stands for work on files in messages.
func fileCommand(verb, name string) Command { return Command{Name: verb, Args: []string{name}} }

func (s *sshTransport) putOn(ctx context.Context, host, name string, data []byte) (string, error) {
	mark, name := newMark(), safeName(name)
	x, rep, err := s.script(ctx, host, mark, putScript(mark, name, len(data)), io.Discard, data)
	switch {
	case err != nil:
		return "", err
	case rep.dir == "":
		return "", x.away()
	case !rep.ended:
		return "", fmt.Errorf("cannot write the private file %s on %s: %s", name, host, strings.TrimSpace(string(rep.said)))
	}
	file := path.Join(rep.dir, name)
	s.mu.Lock()
	s.placed[file] = host
	s.mu.Unlock()
	return file, nil
}

// Get reads a file of the node.
func (s *sshTransport) Get(ctx context.Context, file string) ([]byte, error) {
	if err := checkAbsPath("file", file); err != nil {
		return nil, err
	}
	mark := newMark()
	out := &capped{max: maxFile}
	err := s.onHosts(ctx, fileCommand("get", file), func(host string) error {
		x, rep, err := s.script(ctx, host, mark, getScript(mark, file), out, nil)
		switch {
		case err != nil:
			return err
		case rep.missing:
			return &os.PathError{Op: "read", Path: host + ":" + file, Err: os.ErrNotExist}
		case !rep.ended && rep.before != "":
			return x.away()
		case !rep.ended:
			return &UnreachableError{Cmd: fileCommand("get", file), Target: "ssh://" + host, Err: errConnectionLost}
		case rep.status != 0:
			return fmt.Errorf("cannot read %s on %s: %s", file, host, rep.before)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return out.bytes(), nil
}

// Remove removes a file that Put made.
func (s *sshTransport) Remove(ctx context.Context, file string) error {
	s.mu.Lock()
	host, ok := s.placed[file]
	s.mu.Unlock()
	if !ok {
		return fmt.Errorf("%s is not a private file of this session: not removed", file)
	}
	return s.removeOn(ctx, host, file)
}

func (s *sshTransport) removeOn(ctx context.Context, host, file string) error {
	s.mu.Lock()
	delete(s.placed, file)
	s.mu.Unlock()
	mark := newMark()
	_, rep, err := s.script(ctx, host, mark, removeScript(mark, file), io.Discard, nil)
	if err == nil && (!rep.ended || rep.status != 0) {
		err = fmt.Errorf("cannot remove %s on %s: %s", file, host, rep.before)
	}
	return err
}

// script runs one of the short scripts that work on files and waits for its end.
func (s *sshTransport) script(ctx context.Context, host, mark, text string, w io.Writer, input []byte) (*session, report, error) {
	x, err := s.open(host, mark, text, w)
	if err != nil {
		return nil, report{}, &awayError{err}
	}
	if input != nil {
		if err := x.await(ctx, "ready"); err == nil {
			go func() { _, _ = x.in.Write(input) }()
		}
	}
	select {
	case <-x.ended:
		x.in.Close()
	case err := <-x.broken:
		x.stop(s.grace)
		return x, report{}, err
	case <-ctx.Done():
		x.stop(s.grace)
		return x, report{}, fmt.Errorf("stopped: %w", context.Cause(ctx))
	}
	return x, x.stderr.report(), nil
}
