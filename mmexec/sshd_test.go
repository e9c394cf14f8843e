package mmexec

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// sshSite is a real sshd on the loopback interface with one key that opens it. Connections to it go through proxies
// that a test can cut.
type sshSite struct {
	bin
	addr   string
	config string // of the client
	tmp    string // TMPDIR of the nodes
}

func newSSHSite(t *testing.T) *sshSite {
	t.Helper()
	sshd, err := exec.LookPath("sshd")
	if err != nil {
		if sshd, err = exec.LookPath("/usr/sbin/sshd"); err != nil {
			t.Skip("sshd is not installed: the ssh transport is not tested against a real one")
		}
	}
	for _, tool := range []string{"ssh", "ssh-keygen"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("%s is not installed", tool)
		}
	}
	if os.Getuid() == 0 {
		// Where no service manager makes it, sshd misses the directory that it locks itself into.
		if err := os.MkdirAll("/run/sshd", 0o755); err != nil {
			t.Skipf("sshd cannot run here: %v", err)
		}
	}
	s := &sshSite{bin: newBin(t)}
	dir := t.TempDir()
	s.tmp = t.TempDir()
	for _, key := range []string{"host", "user"} {
		out, err := exec.Command("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", filepath.Join(dir, key)).CombinedOutput()
		require.NoError(t, err, string(out))
	}
	pub, err := os.ReadFile(filepath.Join(dir, "user.pub"))
	require.NoError(t, err)
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
		return path
	}
	authorized := write("authorized_keys", string(pub))
	var c *exec.Cmd
	for range 5 { // the port may be taken between choosing and using it
		l, err := net.Listen("tcp", "127.0.0.1:0")
		require.NoError(t, err)
		s.addr = l.Addr().String()
		l.Close()
		_, port, _ := net.SplitHostPort(s.addr)
		config := write("sshd_config", fmt.Sprintf("ListenAddress 127.0.0.1\nPort %s\nHostKey %s\nAuthorizedKeysFile %s\nPidFile none\nUsePAM no\n"+
			"StrictModes no\nPasswordAuthentication no\nPermitRootLogin yes\nMaxSessions 4\nMaxStartups 100\nSetEnv TMPDIR=%s\n",
			port, filepath.Join(dir, "host"), authorized, s.tmp))
		c = exec.Command(sshd, "-D", "-e", "-f", config)
		var log bytes.Buffer
		c.Stderr = &log
		require.NoError(t, c.Start())
		if s.answers(c) {
			break
		}
		_ = c.Process.Kill()
		_ = c.Wait()
		c = nil
		t.Logf("sshd: %s", log.String())
	}
	if c == nil {
		t.Skip("sshd does not run here")
	}
	t.Cleanup(func() { _ = c.Process.Kill(); _ = c.Wait() })
	hostKey, err := os.ReadFile(filepath.Join(dir, "host.pub"))
	require.NoError(t, err)
	known := write("known_hosts", "node "+string(hostKey))
	s.config = write("ssh_config", fmt.Sprintf("Host *\nIdentityFile %s\nIdentitiesOnly yes\nUserKnownHostsFile %s\nGlobalKnownHostsFile none\nStrictHostKeyChecking yes\nHostKeyAlias node\n",
		filepath.Join(dir, "user"), known))
	return s
}

func (s *sshSite) answers(c *exec.Cmd) bool {
	for range 200 {
		if conn, err := net.Dial("tcp", s.addr); err == nil {
			defer conn.Close()
			greeting := make([]byte, 4)
			_, err := io.ReadFull(conn, greeting)
			return err == nil && string(greeting) == "SSH-"
		}
		if c.Process.Signal(syscall.Signal(0)) != nil {
			return false
		}
		time.Sleep(10 * time.Millisecond) // until it listens
	}
	return false
}

// node makes a node of the cluster: a name that reaches the one sshd through a proxy.
func (s *sshSite) node(name string) *proxy {
	s.t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(s.t, err)
	p := &proxy{l: l, to: s.addr}
	go p.serve()
	s.t.Cleanup(func() { l.Close(); p.cut() })
	s.host(name, l.Addr().String())
	return p
}

// host adds a name with an address to the configuration of the client.
func (s *sshSite) host(name, addr string) {
	s.t.Helper()
	host, port, err := net.SplitHostPort(addr)
	require.NoError(s.t, err)
	text, err := os.ReadFile(s.config)
	require.NoError(s.t, err)
	text = append([]byte(fmt.Sprintf("Host %s\nHostName %s\nPort %s\n", name, host, port)), text...)
	require.NoError(s.t, os.WriteFile(s.config, text, 0o600))
}

func (s *sshSite) connect(hosts []string, opts ...SSHOption) Executor {
	s.t.Helper()
	opts = append([]SSHOption{WithSSHConfig(s.config), WithRemoteBinDir(s.dir), WithSSH(WithGrace(5 * time.Second))}, opts...)
	ex, err := NewSSH(hosts, opts...)
	require.NoError(s.t, err)
	s.t.Cleanup(func() { _ = ex.(io.Closer).Close() })
	return ex
}

// leftovers are private files and outputs on the nodes.
func (s *sshSite) leftovers() []string {
	entries, err := os.ReadDir(s.tmp)
	require.NoError(s.t, err)
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

// proxy forwards connections until it is cut.
type proxy struct {
	l     net.Listener
	to    string
	mu    sync.Mutex
	conns []net.Conn
}

func (p *proxy) serve() {
	for {
		in, err := p.l.Accept()
		if err != nil {
			return
		}
		out, err := net.Dial("tcp", p.to)
		if err != nil {
			in.Close()
			continue
		}
		p.mu.Lock()
		p.conns = append(p.conns, in, out)
		p.mu.Unlock()
		go func() { _, _ = io.Copy(out, in); out.Close() }()
		go func() { _, _ = io.Copy(in, out); in.Close() }()
	}
}

// cut loses all connections.
func (p *proxy) cut() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, c := range p.conns {
		c.Close()
	}
	p.conns = nil
}
