package mmexec

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestSSHRuns(t *testing.T) {
	s := newSSHSite(t)
	s.node("node1")
	ex := s.connect([]string{"node1"})
	ctx := context.Background()
	for _, name := range []string{"mmlsmgr", "mmdelfs"} { // a reading and a changing one
		s.command(name, `printf '<%s>' "$@"; printf 'no line end' >&2; printf '%s' "$LC_ALL$LANG$TZ" >&2; if read x; then echo input >&2; fi; exit 42`)
		res, err := ex.Run(ctx, Command{Name: name, Args: awkwardArgs()})
		require.NoError(t, err)
		assert.Equal(t, "<"+strings.Join(awkwardArgs(), "><")+">", string(res.Stdout), "no shell reads the arguments")
		assert.Equal(t, "no line endC", string(res.Stderr))
		assert.Equal(t, 42, res.ExitCode)
		assert.Equal(t, "node1", res.Node)

		s.command(name, `:`)
		res, err = ex.Run(ctx, Command{Name: name})
		require.NoError(t, err)
		assert.Empty(t, res.Stdout)
		assert.Empty(t, res.Stderr)
		assert.Zero(t, res.ExitCode)

		s.command(name, `kill -KILL $$`)
		res, err = ex.Run(ctx, Command{Name: name})
		require.NoError(t, err)
		assert.Equal(t, "killed", res.Signal)

		s.command(name, `exit 255`)
		res, err = ex.Run(ctx, Command{Name: name})
		require.NoError(t, err, "255 of the command is not 255 of ssh")
		assert.Equal(t, 255, res.ExitCode)

		s.command(name, `cat; cat "$1"; stat -c '%a' "$1"; stat -c '%a' "$(dirname "$1")"; echo "$1" >&2`)
		f := File{Name: "a policy", Data: []byte("RULE 'x'\n")}
		res, err = ex.Run(ctx, Command{Name: name, Args: []string{f.Ref()}, Files: []File{f}, Stdin: []byte("in\x00put\n")})
		require.NoError(t, err)
		assert.Equal(t, "in\x00put\nRULE 'x'\n600\n700\n", string(res.Stdout))
		assert.NoFileExists(t, strings.TrimSpace(string(res.Stderr)))
		assert.Empty(t, s.leftovers())

		_, err = ex.Run(ctx, Command{Name: name, Args: []string{"a\x00b"}})
		assert.ErrorContains(t, err, "NUL")
	}
	var nf *NotFoundError
	for _, name := range []string{"mmlscluster", "mmdelnode"} {
		_, err := ex.Run(ctx, Command{Name: name})
		require.ErrorAs(t, err, &nf)
		assert.Equal(t, "node1:"+s.dir, nf.Dir)
		_, err = ex.Run(ctx, Command{Name: "../" + name})
		assert.ErrorContains(t, err, "not the name")
	}
	cancelled, cancel := context.WithCancel(ctx)
	cancel()
	_, err := ex.Run(cancelled, lsMgr)
	assert.ErrorIs(t, err, context.Canceled)
}

func awkwardArgs() []string {
	var args []string
	for _, a := range awkward {
		if !strings.Contains(a, "\x00") {
			args = append(args, a)
		}
	}
	return append(args, "gpfsh-123 exit 0", "}", "$(touch /tmp/gpfsh-was-here)")
}

func TestSSHFiles(t *testing.T) {
	s := newSSHSite(t)
	s.node("node1")
	ex := s.connect([]string{"node1"})
	ctx := context.Background()
	big := bytes.Repeat([]byte("0123456789abcdef\x00\n'"), 50_000)
	for _, data := range [][]byte{nil, {}, []byte("x"), []byte("no end"), []byte("\x00\xff\n}\n"), big} {
		path, err := ex.Put(ctx, "list of ü", data)
		require.NoError(t, err)
		st, err := os.Stat(path)
		require.NoError(t, err)
		assert.Equal(t, os.FileMode(0o600), st.Mode().Perm())
		st, err = os.Stat(filepath.Dir(path))
		require.NoError(t, err)
		assert.Equal(t, os.FileMode(0o700), st.Mode().Perm())
		back, err := ex.Get(ctx, path)
		require.NoError(t, err)
		assert.True(t, bytes.Equal(data, back))
		require.NoError(t, ex.Remove(ctx, path))
		assert.ErrorContains(t, ex.Remove(ctx, path), "not a private file")
	}
	assert.Empty(t, s.leftovers())
	_, err := ex.Get(ctx, "/no/such/file")
	assert.ErrorIs(t, err, os.ErrNotExist)
	_, err = ex.Get(ctx, "relative")
	assert.Error(t, err)
	_, err = ex.Get(ctx, s.dir)
	assert.ErrorContains(t, err, "cannot read")
	hostile := filepath.Join(s.dir, "a 'b' $(reboot)")
	require.NoError(t, os.WriteFile(hostile, []byte("ok"), 0o600))
	data, err := ex.Get(ctx, hostile)
	require.NoError(t, err)
	assert.Equal(t, "ok", string(data))
	assert.ErrorContains(t, ex.Remove(ctx, hostile), "not a private file")
}

func TestSSHQueryAndStream(t *testing.T) {
	s := newSSHSite(t)
	s.node("node1")
	ex := s.connect([]string{"node1"}, WithSSH(WithMaxOutput(1<<20)))
	s.command("mmlsmgr", `echo 'mmlsmgr:filesystemManager:HEADER:version:reserved:reserved:filesystem:manager:'
i=0; while [ $i -lt 500 ]; do echo "mmlsmgr:filesystemManager:0:1:::fs$i:node1:"; i=$((i+1)); done`)
	reply, err := Query(context.Background(), ex, lsMgr)
	require.NoError(t, err)
	assert.Len(t, reply.Rows, 500)
	n := 0
	for _, err := range Stream(context.Background(), ex, lsMgr) {
		require.NoError(t, err)
		n++
	}
	assert.Equal(t, 500, n)

	s.command("mmlsmgr", `echo 'mmlsmgr:filesystemManager:HEADER:version:reserved:reserved:filesystem:manager:'
while echo "mmlsmgr:filesystemManager:0:1:::fs:node1:"; do :; done`)
	for _, err := range Stream(context.Background(), ex, lsMgr) {
		require.NoError(t, err)
		break // the endless command is stopped
	}
	_, err = Query(context.Background(), ex, lsMgr)
	var oe *OutputError
	require.ErrorAs(t, err, &oe)

	// Many at the same time share connections, more than one of them takes.
	s.command("mmlsmgr", `echo "$1"`)
	var wg sync.WaitGroup
	for i := range 12 {
		wg.Go(func() {
			res, err := ex.Run(context.Background(), Command{Name: "mmlsmgr", Args: []string{fmt.Sprint(i)}})
			if assert.NoError(t, err) {
				assert.Equal(t, fmt.Sprintln(i), string(res.Stdout))
			}
		})
	}
	wg.Wait()
}

func TestSSHReadingCommandDies(t *testing.T) {
	s := newSSHSite(t)
	p := s.node("node1")
	ex := s.connect([]string{"node1"})

	t.Run("when it is stopped", func(t *testing.T) {
		started, gone := s.hanging("mmlsmgr")
		ctx, cancel := context.WithCancel(context.Background())
		defer cancel()
		go func() { started(); cancel() }()
		_, err := ex.Run(ctx, lsMgr)
		require.ErrorIs(t, err, context.Canceled)
		gone()
	})
	t.Run("at its deadline", func(t *testing.T) {
		started, gone := s.hanging("mmlscluster")
		var wg sync.WaitGroup
		wg.Go(started)
		ex := s.connect([]string{"node1"}, WithSSH(WithDeadline(CostConfig, time.Second)))
		_, err := ex.Run(context.Background(), Command{Name: "mmlscluster", Args: []string{"-Y"}})
		var te *TimeoutError
		require.ErrorAs(t, err, &te)
		wg.Wait()
		gone()
	})
	t.Run("when the connection is lost", func(t *testing.T) {
		started, gone := s.hanging("mmlsconfig")
		go func() { started(); p.cut() }()
		_, err := ex.Run(context.Background(), Command{Name: "mmlsconfig", Args: []string{"-Y"}})
		var ue *UnreachableError
		require.ErrorAs(t, err, &ue)
		assert.ErrorIs(t, err, errConnectionLost)
		gone()
	})
	t.Run("and the next one connects again", func(t *testing.T) {
		s.command("mmlsmgr", `echo again`)
		res, err := ex.Run(context.Background(), Command{Name: "mmlsmgr"})
		require.NoError(t, err)
		assert.Equal(t, "again\n", string(res.Stdout))
	})
}

// leftAlone is a changing command that waits for a word of the test in its middle.
func (s *sshSite) leftAlone(name string) (started func(), proceed func()) {
	begin, end := s.fifo(name+".begin"), s.fifo(name+".end")
	s.command(name, `echo before; echo warning >&2; : >`+begin+`; read x <`+end+`; echo after; cat "$3"; exit 7`)
	return func() {
			if r, err := os.Open(begin); assert.NoError(s.t, err) {
				r.Close()
			}
		}, func() {
			w, err := os.OpenFile(end, os.O_WRONLY, 0)
			require.NoError(s.t, err)
			_, err = w.WriteString("go\n")
			require.NoError(s.t, err)
			w.Close()
		}
}

func TestSSHChangingCommandGoesOn(t *testing.T) { // D1, D24
	s := newSSHSite(t)
	p := s.node("node1")
	ctx := context.Background()
	unknown := func(t *testing.T, err error) *UnknownOutcomeError {
		var u *UnknownOutcomeError
		require.ErrorAs(t, err, &u)
		assert.Equal(t, "node1", u.Node)
		assert.NotZero(t, u.PID)
		assert.NoError(t, syscall.Kill(u.PID, 0), "it goes on")
		out, err := os.ReadFile(filepath.Join(u.Output, "stdout"))
		require.NoError(t, err)
		assert.Equal(t, "before\n", string(out))
		return u
	}
	learned := func(t *testing.T, u *UnknownOutcomeError) {
		res, err := u.Wait(ctx)
		require.NoError(t, err)
		assert.Equal(t, 7, res.ExitCode)
		assert.Equal(t, "before\nafter\nlist\n", string(res.Stdout))
		assert.Equal(t, "warning\n", string(res.Stderr))
		assert.Equal(t, "node1", res.Node)
		assert.NoDirExists(t, u.Output)
		assert.Empty(t, s.leftovers(), "private files stay until the end and not longer")
	}
	list := File{Name: "list", Data: []byte("list\n")}
	change := func(name string) Command {
		return Command{Name: name, Args: []string{"mmfs1", "a", list.Ref()}, Files: []File{list}}
	}

	t.Run("when nobody waits any more", func(t *testing.T) {
		ex := s.connect([]string{"node1"})
		started, proceed := s.leftAlone("mmdelfileset")
		waiting, cancel := context.WithCancel(ctx)
		defer cancel()
		go func() { started(); cancel() }()
		_, err := ex.Run(waiting, change("mmdelfileset"))
		u := unknown(t, err)
		assert.ErrorIs(t, err, context.Canceled)
		_, err = u.Wait(waiting)
		assert.ErrorIs(t, err, context.Canceled)
		proceed()
		learned(t, u)
	})
	t.Run("when the connection is lost", func(t *testing.T) {
		ex := s.connect([]string{"node1"})
		started, proceed := s.leftAlone("mmdelsnapshot")
		go func() { started(); p.cut() }()
		_, err := ex.Run(ctx, change("mmdelsnapshot"))
		u := unknown(t, err)
		assert.ErrorIs(t, err, errConnectionLost)
		proceed()
		learned(t, u)
		_, err = u.Wait(ctx)
		assert.Equal(t, u, err, "the end is learned once")
	})
	t.Run("when it is waited for over a new connection", func(t *testing.T) {
		ex := s.connect([]string{"node1"})
		started, proceed := s.leftAlone("mmdeldisk")
		go func() { started(); p.cut() }()
		_, err := ex.Run(ctx, change("mmdeldisk"))
		u := unknown(t, err)
		done := make(chan struct{})
		go func() { defer close(done); learned(t, u) }()
		proceed()
		<-done
	})
}

func TestSSHNextHost(t *testing.T) {
	s := newSSHSite(t)
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	s.host("dead", closed.Addr().String())
	closed.Close()
	silent, err := net.Listen("tcp", "127.0.0.1:0") // accepts and says nothing
	require.NoError(t, err)
	t.Cleanup(func() { silent.Close() })
	s.host("silent", silent.Addr().String())
	s.node("node2")
	s.command("mmlsmgr", `echo here`)
	s.command("mmdelfs", `echo gone >>`+s.dir+`/log`)
	ctx := context.Background()

	ex := s.connect([]string{"dead", "silent", "node2"}, WithConnectTimeout(time.Second))
	res, err := ex.Run(ctx, Command{Name: "mmlsmgr"})
	require.NoError(t, err)
	assert.Equal(t, "node2", res.Node)
	_, err = ex.Run(ctx, Command{Name: "mmdelfs"})
	require.NoError(t, err)
	log, err := os.ReadFile(s.dir + "/log")
	require.NoError(t, err)
	assert.Equal(t, "gone\n", string(log), "a change is made once")

	ex = s.connect([]string{"dead", "unknown-host.invalid"}, WithConnectTimeout(time.Second))
	for _, cmd := range []Command{lsMgr, {Name: "mmdelfs"}} {
		_, err = ex.Run(ctx, cmd)
		var ue *UnreachableError
		require.ErrorAs(t, err, &ue)
		assert.Equal(t, "ssh://dead,unknown-host.invalid", ue.Target)
		assert.Contains(t, err.Error(), "dead: ")
	}
	_, err = ex.Put(ctx, "x", nil)
	var ue *UnreachableError
	assert.ErrorAs(t, err, &ue)
}

func TestSSHNodeThatIsDown(t *testing.T) { // W13
	s := newSSHSite(t)
	s.node("node1")
	s.node("node2")
	// The fake commands cannot tell which name they were reached by: the first one to be asked is down.
	s.command("mmlsmgr", `if [ ! -e `+s.dir+`/asked ]; then : >`+s.dir+`/asked; echo "mmlsmgr: GPFS is down on this node." >&2; exit 1; fi; echo up`)
	ex := s.connect([]string{"node1", "node2"})
	res, err := ex.Run(context.Background(), Command{Name: "mmlsmgr"})
	require.NoError(t, err)
	assert.Equal(t, "node2", res.Node)
	assert.Equal(t, "up\n", string(res.Stdout))

	s.command("mmlsmgr", `echo "mmlsmgr: GPFS is down on this node." >&2; exit 1`)
	res, err = ex.Run(context.Background(), Command{Name: "mmlsmgr"})
	require.NoError(t, err)
	assert.Equal(t, 1, res.ExitCode, "down everywhere is an answer too")
	s.command("mmdelfs", `echo x >>`+s.dir+`/log; echo "mmdelfs: GPFS is down on this node." >&2; exit 1`)
	_, err = ex.Run(context.Background(), Command{Name: "mmdelfs"})
	require.NoError(t, err)
	log, err := os.ReadFile(s.dir + "/log")
	require.NoError(t, err)
	assert.Equal(t, "x\n", string(log))
}

func TestSSHRefusesWrongKeys(t *testing.T) {
	s := newSSHSite(t)
	s.node("node1")
	text, err := os.ReadFile(s.config)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(s.config, append([]byte("Host node1\nHostKeyAlias somebody-else\n"), text...), 0o600))
	_, err = s.connect([]string{"node1"}).Run(context.Background(), lsMgr)
	var ue *UnreachableError
	require.ErrorAs(t, err, &ue)
	assert.Contains(t, err.Error(), "Host key verification failed")
}

func TestSSHSudo(t *testing.T) {
	s := newSSHSite(t)
	s.node("node1")
	s.command("mmdelfs", `echo plain`)
	ex := s.connect([]string{"node1"}, WithSSH(WithSudo(func(string) bool { return true })))
	s.command("sudo", `printf "%s " "$@"`)
	// The node's PATH is its own, so what the script would run is looked at.
	r := remoteCommand{mark: "m", path: s.dir + "/mmdelfs", words: []string{"sudo", "-n", s.dir + "/mmdelfs", "it's"}}
	assert.Contains(t, r.changeScript(), "sudo -n "+s.dir+"/mmdelfs 'it'\\''s' </dev/null")
	assert.Contains(t, r.readScript(), "sudo -n "+s.dir+"/mmdelfs 'it'\\''s' </dev/null")
	_, err := ex.Run(context.Background(), Command{Name: "mmdelfs"})
	assert.NoError(t, err, "with or without sudo on this machine it ran to its end")
}

func TestSSHHosts(t *testing.T) {
	for _, hosts := range [][]string{nil, {""}, {"-oProxyCommand=reboot"}, {"a b"}, {"user@"}, {"@host"}, {"-l@host"}, {"us er@host"}, {"a;b"}, {"a", "-b"}, {"a'b"}} {
		_, err := NewSSH(hosts)
		assert.Error(t, err, "%q", hosts)
	}
	for _, h := range []string{"node1", "root@node1.example.org", "fe80::1", "a_b"} {
		_, err := NewSSH([]string{h})
		assert.NoError(t, err, h)
	}
	_, err := NewSSH([]string{"a"}, WithRemoteBinDir("bin"))
	assert.Error(t, err)
	ex, err := NewSSH([]string{"a"}, WithSSHClient("/no/such/ssh"))
	require.NoError(t, err)
	_, err = ex.Run(context.Background(), lsMgr)
	var ue *UnreachableError
	assert.ErrorAs(t, err, &ue)
	assert.NoError(t, ex.(io.Closer).Close())
}

func TestMarks(t *testing.T) {
	m := newMarkedErr("M", 20)
	for _, piece := range []string{"Welcome\nM sta", "rted 77\nsaid ", "this\nM exit 3 more\n\nM exi", "t 4\nlater\n"} {
		_, err := m.Write([]byte(piece))
		require.NoError(t, err)
	}
	r := m.report()
	assert.True(t, r.started)
	assert.Equal(t, 77, r.pid)
	assert.Equal(t, "Welcome", r.before)

	var out bytes.Buffer
	a := &afterMark{mark: "M", w: &out, fail: func(error) {}}
	for _, piece := range []string{"motd\n", "M", "\nreal ", "output\nM\n"} {
		_, err := a.Write([]byte(piece))
		require.NoError(t, err)
	}
	assert.Equal(t, "real output\nM\n", out.String())
	_, err := a.Write(bytes.Repeat([]byte("x"), 1<<21))
	require.NoError(t, err)
	assert.NotEqual(t, newMark(), newMark())
	assert.False(t, errors.Is(errConnectionLost, context.Canceled))
}
