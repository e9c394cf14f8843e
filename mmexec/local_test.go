package mmexec

import (
	"bytes"
	"context"
	"errors"
	"io"
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

// bin is a folder of commands made for a test.
type bin struct {
	t   *testing.T
	dir string
}

func newBin(t *testing.T) bin {
	t.Helper()
	if _, err := os.Stat("/bin/sh"); err != nil {
		t.Skip("there is no /bin/sh to write test commands for")
	}
	t.Setenv("TMPDIR", t.TempDir())
	return bin{t, t.TempDir()}
}

// command adds a command that is a shell script.
func (b bin) command(name, script string) {
	b.t.Helper()
	require.NoError(b.t, os.WriteFile(filepath.Join(b.dir, name), []byte("#!/bin/sh\n"+script+"\n"), 0o755))
}

// fifo makes a named pipe: opening it on both sides is how a test and a command meet.
func (b bin) fifo(name string) string {
	b.t.Helper()
	path := filepath.Join(b.dir, name)
	require.NoError(b.t, syscall.Mkfifo(path, 0o600))
	return path
}

func (b bin) local(opts ...LocalOption) Executor {
	return NewLocal(b.dir, append([]LocalOption{WithGrace(time.Second)}, opts...)...)
}

// leftovers are the private files and outputs that are still there.
func leftovers(t *testing.T) []string {
	t.Helper()
	entries, err := os.ReadDir(os.Getenv("TMPDIR"))
	require.NoError(t, err)
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

func TestLocalRuns(t *testing.T) {
	b := newBin(t)
	b.command("mmlsmgr", `printf '%s\n' "$#" "$@"; echo oops >&2; exit 3`)
	args := []string{"a b", "", "$(reboot)", "x;y", "--", "\n", "'", "\xff"}
	res, err := b.local().Run(context.Background(), Command{Name: "mmlsmgr", Args: args})
	require.NoError(t, err)
	assert.Equal(t, "8\n"+strings.Join(args, "\n")+"\n", string(res.Stdout), "no shell reads the arguments")
	assert.Equal(t, "oops\n", string(res.Stderr))
	assert.Equal(t, 3, res.ExitCode)
	assert.Equal(t, "", res.Node)
	assert.False(t, res.Planned)
}

func TestLocalEnvironment(t *testing.T) {
	b := newBin(t)
	t.Setenv("LC_NUMERIC", "de_DE.UTF-8")
	t.Setenv("LANG", "de_DE.UTF-8")
	t.Setenv("KEEP_ME", "yes")
	b.command("mmlsmgr", `echo "$LC_ALL|$LC_NUMERIC|$LANG|$KEEP_ME|$ADDED"; if read x; then echo input; else echo closed; fi; ps -o pgid= -p $$ 2>/dev/null | tr -d ' '; echo $$`)
	res, err := b.local(WithEnv("ADDED=1")).Run(context.Background(), Command{Name: "mmlsmgr"})
	require.NoError(t, err)
	lines := strings.Split(strings.TrimSpace(string(res.Stdout)), "\n")
	assert.Equal(t, "C|||yes|1", lines[0], "D21: the locale of the reference")
	assert.Equal(t, "closed", lines[1], "standard input is closed")
	if len(lines) == 4 {
		assert.Equal(t, lines[3], lines[2], "a process group of its own")
	}
}

func TestLocalStdinAndFiles(t *testing.T) {
	b := newBin(t)
	script := `cat; stat -c '%a' "$2"; stat -c '%a' "$(dirname "$2")"; cat "$2"; echo "$2" >&2`
	b.command("mmlsmgr", script) // reads
	b.command("mmchpolicy", script)
	f := File{Name: "my policy/../x", Data: []byte("RULE 'x'\n")}
	for _, name := range []string{"mmlsmgr", "mmchpolicy"} {
		ex := b.local()
		res, err := ex.Run(context.Background(), Command{Name: name, Args: []string{"fs", f.Ref()}, Files: []File{f}, Stdin: []byte("input\n")})
		require.NoError(t, err)
		assert.Equal(t, "input\n600\n700\nRULE 'x'\n", string(res.Stdout))
		path := strings.TrimSpace(string(res.Stderr))
		assert.NotContains(t, filepath.Base(path), " ")
		assert.NoFileExists(t, path, "private files are removed afterwards")
		assert.Empty(t, leftovers(t))
	}
}

func TestLocalPutGetRemove(t *testing.T) {
	b := newBin(t)
	ex := b.local()
	ctx := context.Background()
	path, err := ex.Put(ctx, "list", []byte("a\x00b"))
	require.NoError(t, err)
	other, err := ex.Put(ctx, "list", nil)
	require.NoError(t, err)
	assert.NotEqual(t, path, other)
	data, err := ex.Get(ctx, path)
	require.NoError(t, err)
	assert.Equal(t, "a\x00b", string(data))
	st, err := os.Stat(path)
	require.NoError(t, err)
	assert.Equal(t, os.FileMode(0o600), st.Mode().Perm())
	require.NoError(t, ex.Remove(ctx, path))
	assert.Error(t, ex.Remove(ctx, path), "once")
	assert.ErrorContains(t, ex.Remove(ctx, "/etc/hostname"), "not a private file")
	require.NoError(t, ex.Remove(ctx, other))
	assert.Empty(t, leftovers(t))
	_, err = ex.Get(ctx, path)
	assert.ErrorIs(t, err, os.ErrNotExist)
}

func TestLocalMissingAndForbidden(t *testing.T) {
	b := newBin(t)
	var nf *NotFoundError
	_, err := b.local().Run(context.Background(), Command{Name: "mmlsmgr"})
	require.ErrorAs(t, err, &nf)
	assert.Equal(t, b.dir, nf.Dir)

	require.NoError(t, os.WriteFile(filepath.Join(b.dir, "mmlsmgr"), []byte("#!/bin/sh\n"), 0o600))
	for _, name := range []string{"mmlsmgr"} {
		var pe *PermissionError
		_, err = b.local().Run(context.Background(), Command{Name: name})
		require.ErrorAs(t, err, &pe)
		assert.Contains(t, err.Error(), "not permitted")
	}
	require.NoError(t, os.WriteFile(filepath.Join(b.dir, "mmdelfs"), []byte("#!/bin/sh\n"), 0o600))
	f := File{Name: "f"}
	var pe *PermissionError
	_, err = b.local().Run(context.Background(), Command{Name: "mmdelfs", Args: []string{f.Ref()}, Files: []File{f}})
	require.ErrorAs(t, err, &pe)
	assert.Empty(t, leftovers(t), "a command that did not start leaves nothing")

	for _, name := range []string{"", "../mmlsmgr", "/bin/sh", "-c", "a b", ".hidden"} {
		_, err := b.local().Run(context.Background(), Command{Name: name})
		assert.ErrorContains(t, err, "not the name of a command", name)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, err = b.local().Run(ctx, Command{Name: "mmlsmgr"})
	assert.ErrorIs(t, err, context.Canceled)
}

func TestLocalSignal(t *testing.T) {
	b := newBin(t)
	for _, name := range []string{"mmlsmgr", "mmdelfs"} {
		b.command(name, `kill -9 $$`)
		res, err := b.local().Run(context.Background(), Command{Name: name})
		require.NoError(t, err)
		assert.Equal(t, "killed", res.Signal)
		assert.Equal(t, 137, res.ExitCode)
	}
}

// hanging is a reading command that hangs together with a process it started. The pipe is open as long as one of them
// lives.
func (b bin) hanging(name string) (started func(), gone func()) {
	pipe := b.fifo(name + ".pipe")
	b.command(name, `exec 3>`+pipe+`
trap '' HUP
( trap '' TERM; while :; do sleep 1000; done ) &
echo started >&3
while :; do sleep 1000; done`)
	opened := make(chan *os.File, 1)
	return func() {
			r, err := os.Open(pipe) // waits for the command
			if !assert.NoError(b.t, err) {
				return
			}
			line := make([]byte, len("started\n"))
			_, err = io.ReadFull(r, line)
			assert.NoError(b.t, err)
			opened <- r
		}, func() {
			r := <-opened
			_, err := io.ReadAll(r) // returns when the last of them is gone
			require.NoError(b.t, err)
			r.Close()
		}
}

func TestLocalReadingCommandDiesWithItsGroup(t *testing.T) {
	b := newBin(t)
	started, gone := b.hanging("mmlsmgr")
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	go func() { started(); cancel() }()
	_, err := b.local(WithGrace(100*time.Millisecond)).Run(ctx, Command{Name: "mmlsmgr"})
	require.ErrorIs(t, err, context.Canceled)
	gone()
}

func TestLocalDeadline(t *testing.T) {
	b := newBin(t)
	started, gone := b.hanging("mmlscluster")
	var wg sync.WaitGroup
	wg.Go(started)
	_, err := b.local(WithGrace(100*time.Millisecond), WithDeadline(CostConfig, time.Second)).Run(context.Background(), Command{Name: "mmlscluster"})
	var te *TimeoutError
	require.ErrorAs(t, err, &te)
	assert.Equal(t, "1s", te.After)
	wg.Wait()
	gone()
}

func TestLocalDefaultDeadlines(t *testing.T) {
	s := newSettings() // D17
	assert.Equal(t, map[Cost]time.Duration{CostConfig: 15 * time.Second, CostManager: time.Minute, CostAllNodes: 2 * time.Minute}, s.deadlines)
}

func TestLocalChangingCommandIsNeverStopped(t *testing.T) { // D1
	b := newBin(t)
	started, proceed := b.fifo("started"), b.fifo("proceed")
	b.command("mmdelfileset", `echo before; : >`+started+`; read x <`+proceed+`; echo after "$3"; cat "$3"; exit 7`)
	f := File{Name: "list", Data: []byte("content\n")}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	go func() {
		r, err := os.Open(started)
		if err == nil {
			r.Close()
		}
		cancel()
	}()
	_, err := b.local(WithDeadline(CostScan, time.Nanosecond)).Run(ctx, Command{Name: "mmdelfileset", Args: []string{"mmfs1", "proj", f.Ref()}, Files: []File{f}})
	var u *UnknownOutcomeError
	require.ErrorAs(t, err, &u)
	assert.ErrorIs(t, err, context.Canceled)
	assert.NotZero(t, u.PID)
	assert.NoError(t, syscall.Kill(u.PID, 0), "it goes on")
	out, err := os.ReadFile(filepath.Join(u.Output, "stdout"))
	require.NoError(t, err)
	assert.Equal(t, "before\n", string(out), "what it says can be read meanwhile")

	waiting, stop := context.WithCancel(context.Background())
	stop()
	_, err = u.Wait(waiting)
	assert.ErrorIs(t, err, context.Canceled)

	w, err := os.OpenFile(proceed, os.O_WRONLY, 0)
	require.NoError(t, err)
	_, err = w.WriteString("go\n")
	require.NoError(t, err)
	w.Close()
	res, err := u.Wait(context.Background())
	require.NoError(t, err)
	assert.Equal(t, 7, res.ExitCode)
	assert.Contains(t, string(res.Stdout), "content", "its private file was there until its end")
	assert.Empty(t, leftovers(t))
}

func TestLocalBackgroundProcessOfAChange(t *testing.T) {
	b := newBin(t)
	pipe := b.fifo("pipe")
	// A daemon that keeps the output open must not keep us waiting.
	b.command("mmstartup", `( exec 3<`+pipe+`; read x <&3 ) & echo started`)
	res, err := b.local().Run(context.Background(), Command{Name: "mmstartup", Args: []string{"-a"}})
	require.NoError(t, err)
	assert.Equal(t, "started\n", string(res.Stdout))
	w, err := os.OpenFile(pipe, os.O_WRONLY, 0)
	require.NoError(t, err)
	w.Close()
}

func TestLocalBackgroundProcessOfARead(t *testing.T) {
	b := newBin(t)
	pipe := b.fifo("pipe")
	b.command("mmlsmgr", `( exec 3<`+pipe+`; read x <&3 ) & echo said`)
	res, err := b.local(WithGrace(50*time.Millisecond)).Run(context.Background(), Command{Name: "mmlsmgr"})
	require.NoError(t, err)
	assert.Equal(t, "said\n", string(res.Stdout))
	w, err := os.OpenFile(pipe, os.O_WRONLY, 0)
	require.NoError(t, err)
	w.Close()
}

func TestLocalMuchOutput(t *testing.T) {
	b := newBin(t)
	b.command("mmlsmgr", `while echo 0123456789012345678901234567890123456789; do :; done`)
	_, err := b.local(WithMaxOutput(1<<16)).Run(context.Background(), Command{Name: "mmlsmgr", Args: []string{"-Y"}})
	var oe *OutputError
	require.ErrorAs(t, err, &oe)
	assert.EqualValues(t, 1<<16, oe.Max)
	assert.Equal(t, "mmlsmgr -Y", oe.Cmd.String())

	// A command that is over at once said too much all the same: its answer is not cut short in silence.
	b.command("mmlsfs", `echo 0123456789`)
	for range 20 {
		_, err = b.local(WithMaxOutput(5)).Run(context.Background(), Command{Name: "mmlsfs"})
		require.ErrorAs(t, err, &oe)
	}

	b.command("mmdelfs", `i=0; while [ $i -lt 2000 ]; do echo 0123456789; i=$((i+1)); done; echo last`)
	res, err := b.local(WithMaxOutput(100)).Run(context.Background(), Command{Name: "mmdelfs"})
	require.NoError(t, err, "a change is not judged by how much it says")
	assert.True(t, strings.HasSuffix(string(res.Stdout), "last\n"))
	assert.Len(t, res.Stdout, 100)
}

func TestLocalStreams(t *testing.T) {
	b := newBin(t)
	b.command("mmlsmgr", `echo 'mmlsmgr:filesystemManager:HEADER:version:reserved:reserved:filesystem:manager:'
i=0; while [ $i -lt 3000 ]; do echo "mmlsmgr:filesystemManager:0:1:::fs$i:node1:"; i=$((i+1)); done`)
	n := 0
	for row, err := range Stream(context.Background(), b.local(WithMaxOutput(10)), lsMgr) {
		require.NoError(t, err)
		n += len(row.Get("manager"))
	}
	assert.Equal(t, 3000*len("node1"), n, "a stream has no limit")

	b.command("mmlsmgr", `echo 'mmlsmgr:filesystemManager:HEADER:version:reserved:reserved:filesystem:manager:'
while echo "mmlsmgr:filesystemManager:0:1:::fs:node1:"; do :; done`)
	for _, err := range Stream(context.Background(), b.local(), lsMgr) {
		require.NoError(t, err)
		break
	}

	var out bytes.Buffer
	b.command("mmdelfs", `echo streamed`)
	res, err := b.local().Run(context.Background(), Command{Name: "mmdelfs", Stdout: &out})
	require.NoError(t, err)
	assert.Empty(t, res.Stdout)
	assert.Equal(t, "streamed\n", out.String())
}

func TestLocalSudo(t *testing.T) {
	b := newBin(t)
	b.command("sudo", `printf "%s " "$@"`)
	t.Setenv("PATH", b.dir+":"+os.Getenv("PATH"))
	b.command("mmlsmgr", `echo plain`)
	b.command("mmdelfs", `echo plain`)
	ex := b.local(WithSudo(func(name string) bool { return name == "mmdelfs" }))
	res, err := ex.Run(context.Background(), Command{Name: "mmdelfs", Args: []string{"x"}})
	require.NoError(t, err)
	assert.Equal(t, "-n "+b.dir+"/mmdelfs x ", string(res.Stdout), "D21: sudo -n and the absolute path, nothing else")
	res, err = ex.Run(context.Background(), lsMgr)
	require.NoError(t, err)
	assert.Equal(t, "plain\n", string(res.Stdout))
}

func TestLocalWriterThatFails(t *testing.T) {
	b := newBin(t)
	b.command("mmlsmgr", `while echo x; do :; done`)
	_, err := b.local().Run(context.Background(), Command{Name: "mmlsmgr", Stdout: failingWriter{}})
	assert.ErrorIs(t, err, errFull)
}

var errFull = errors.New("full")

type failingWriter struct{}

func (failingWriter) Write([]byte) (int, error) { return 0, errFull }

func TestLocalManyAtOnce(t *testing.T) {
	b := newBin(t)
	b.command("mmlsmgr", `cat "$1"`)
	ex := b.local()
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			f := File{Name: "f", Data: []byte{byte('a' + i)}}
			res, err := ex.Run(context.Background(), Command{Name: "mmlsmgr", Args: []string{f.Ref()}, Files: []File{f}})
			if assert.NoError(t, err) {
				assert.Equal(t, f.Data, res.Stdout)
			}
		})
	}
	wg.Wait()
	assert.Empty(t, leftovers(t))
}

func TestCheckSudo(t *testing.T) { // D21
	b := newBin(t)
	t.Setenv("PATH", b.dir+":"+os.Getenv("PATH"))
	b.command("sudo", `[ "$1 $2" = "-n -l" ] || exit 3; case "$3" in */mmlsfs) exit 0;; esac; exit 1`)
	refused, err := CheckSudo(context.Background(), "", "mmlsfs", "mmdelfs")
	require.NoError(t, err)
	assert.Equal(t, []string{"mmdelfs"}, refused)
	_, err = CheckSudo(context.Background(), "", "-x")
	assert.Error(t, err)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, err = CheckSudo(ctx, b.dir, "mmlsfs")
	assert.ErrorIs(t, err, context.Canceled)
	t.Setenv("PATH", t.TempDir())
	_, err = CheckSudo(context.Background(), "", "mmlsfs")
	assert.ErrorContains(t, err, "cannot ask sudo")
}
