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

// WithSSH applies an option of the local transport (sudo, deadlines, limits) to the commands on the nodes. WithEnv is
// about the ssh client: the commands have the environment that the node gives them.
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
	return openSession(c, host, mark, script, w, s.maxOutput)
}

// openSession starts a shell that reads a script, here or on the other side of ssh.
func openSession(c *exec.Cmd, host, mark, script string, w io.Writer, most int64) (*session, error) {
	in, err := c.StdinPipe()
	if err != nil {
		return nil, err
	}
	x := &session{host: host, c: c, in: in, stderr: newMarkedErr(mark, most), ended: make(chan struct{}), broken: make(chan error, 1)}
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
