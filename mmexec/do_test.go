package mmexec

import (
	"context"
	"errors"
	"io"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// fake answers every command with a function and remembers what it was asked.
type fake struct {
	mu     sync.Mutex
	answer func(ctx context.Context, cmd Command) (*Result, error)
	ran    []string
	put    map[string][]byte
}

func (f *fake) Run(ctx context.Context, cmd Command) (*Result, error) {
	f.mu.Lock()
	f.ran = append(f.ran, cmd.String())
	f.mu.Unlock()
	return f.answer(ctx, cmd)
}

func (f *fake) Put(_ context.Context, name string, data []byte) (string, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.put == nil {
		f.put = make(map[string][]byte)
	}
	f.put["/node/"+name] = data
	return "/node/" + name, nil
}

func (f *fake) Get(_ context.Context, path string) ([]byte, error) { return f.put[path], nil }

func (f *fake) Remove(_ context.Context, path string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.put, path)
	return nil
}

func answers(stdout, stderr string, exit int) *fake {
	return &fake{answer: func(context.Context, Command) (*Result, error) {
		return &Result{Stdout: []byte(stdout), Stderr: []byte(stderr), ExitCode: exit, Node: "node1"}, nil
	}}
}

const (
	mgrReply = "mmlsmgr:clusterManager:HEADER:version:reserved:reserved:manager:\nmmlsmgr:clusterManager:0:1:::node1:\n"
	pointer  = ": Command failed. Examine previous error messages to determine cause.\n"
)

var lsMgr = Command{Name: "mmlsmgr", Args: []string{"-Y"}}

func TestDoJudges(t *testing.T) {
	fileset := Command{Name: "mmlsfileset", Args: []string{"mmfs1", "-Y"}}
	quota := Command{Name: "mmlsquota", Args: []string{"-Y"}}
	snapshots := Command{Name: "mmlssnapshot", Args: []string{"mmfs1", "-Y"}}
	del := Command{Name: "mmdelfileset", Args: []string{"mmfs1", "proj"}}
	for _, c := range []struct {
		name           string
		cmd            Command
		stdout, stderr string
		exit           int
		cause          string // "" for success
		id             string
		kind           Kind
	}{
		{name: "a reply", cmd: lsMgr, stdout: mgrReply},
		{name: "a warning beside a reply", cmd: lsMgr, stdout: mgrReply, stderr: "mmlsmgr: something slow\n"},
		{name: "a header alone", cmd: quota, stdout: "mmlsquota:user:HEADER:version:reserved:reserved:filesystemName:\n"},
		{name: "rows without a header", cmd: Command{Name: "mmlsmount", Args: []string{"all", "-Y"}}, stdout: "mmlsmount::0:1:::a:b:c:1:2:3:4:RW:\n"},
		{name: "no -Y, no header", cmd: del, stdout: "Fileset proj deleted.\n"},
		{name: "none, in words", cmd: snapshots, stdout: "No snapshots in file system mmfs1\n"},
		{name: "none, as an error", cmd: Command{Name: "mmlsfs", Args: []string{"all", "-Y"}}, stderr: "mmlsfs: No file systems were found.\nmmlsfs" + pointer, exit: 1},

		{name: "exit status 0 and a failure", cmd: quota, stderr: "No quota enabled file system found.\nmmlsquota: tslsquota  -Y  failed. Error code 22.\nmmlsquota" + pointer,
			cause: "No quota enabled file system found."},
		{name: "exit status 0 and a failure beside a header", cmd: lsMgr, stdout: mgrReply, stderr: "Something broke.\nmmlsmgr" + pointer, cause: "Something broke."},
		{name: "not known", cmd: fileset, stderr: "mmlsfileset: File system mmfs1 is not known to the GPFS cluster.\nmmlsfileset" + pointer, exit: 1,
			cause: "File system mmfs1 is not known to the GPFS cluster.", kind: KindNotFound},
		{name: "with its id", cmd: fileset, stderr: "mmlsfileset: 6027-1388 File system mmfs1 is not known to the GPFS cluster.\nmmlsfileset: 6027-1639 Command failed. Examine previous error messages to determine cause.\n", exit: 1,
			cause: "File system mmfs1 is not known to the GPFS cluster.", id: "6027-1388", kind: KindNotFound},
		{name: "of the daemon with severity", cmd: del, stderr: "GPFS: 6027-2612 [E:2] Snapshot named x does not exist.\n", exit: 2,
			cause: "Snapshot named x does not exist.", id: "6027-2612", kind: KindNotFound},
		{name: "two blanks behind failed.", cmd: del, stderr: "Fileset proj must be unlinked to be deleted.\nmmdelfileset: Command failed.  Examine previous error messages to determine cause.\n", exit: 16,
			cause: "Fileset proj must be unlinked to be deleted.", kind: KindInUse},
		{name: "chatter around the cause", cmd: Command{Name: "mmchconfig", Args: []string{"a=b"}}, exit: 1,
			stderr: "mmchconfig: The main GPFS cluster configuration file is locked.  Retrying ...\nmmchconfig: Invalid value b for a.\nmmchconfig" + pointer, cause: "Invalid value b for a."},
		{name: "usage", cmd: del, stderr: "mmdelfileset: Incorrect option: -x\nUsage:\n  mmdelfileset Device FilesetName [-f]\n", exit: 1, cause: "Incorrect option: -x", kind: KindUsage},
		{name: "marked as an error", cmd: del, stderr: "[E] The disk is full.\n[I] Done so far: 3\n", exit: 1, cause: "The disk is full."},
		{name: "with a time stamp", cmd: del, stderr: "Tue Dec  5 10:41:35 CET 2023: mmdelfileset: Nothing works\n", exit: 1, cause: "Nothing works"},
		{name: "only on standard output", cmd: del, stdout: "Fileset proj contains user files, but can be deleted with the -f option.\n", exit: 1,
			cause: "Fileset proj contains user files, but can be deleted with the -f option.", kind: KindInUse},
		{name: "without a word", cmd: del, exit: 3, cause: "the command gave no reason"},
		{name: "lock", cmd: del, stderr: "Timed out waiting for lock. Try again later.\n", exit: 1, cause: "Timed out waiting for lock. Try again later.", kind: KindLocked},
	} {
		t.Run(c.name, func(t *testing.T) {
			res, err := Do(context.Background(), answers(c.stdout, c.stderr, c.exit), c.cmd)
			require.NotNil(t, res)
			if c.cause == "" {
				assert.NoError(t, err)
				return
			}
			var ce *CommandError
			require.ErrorAs(t, err, &ce)
			assert.True(t, strings.HasPrefix(err.Error(), c.cause), "the cause comes first: %s", err)
			assert.Equal(t, c.id, ce.ID)
			assert.Equal(t, c.kind, ce.Kind)
			assert.Equal(t, c.exit, ce.ExitCode)
			assert.Equal(t, "node1", ce.Node)
			assert.Equal(t, c.stderr, string(ce.Stderr), "nothing of what was said is lost")
		})
	}
}

func TestDoPermission(t *testing.T) {
	for _, stderr := range []string{
		"Operation not permitted\nmmlsquota: tslsquota  -u root failed. Error code 1.\nmmlsquota" + pointer,
		"No filesets found owned by this user alice\nmmlsfileset: tslsfileset failed. Error code 2.\nmmlsfileset" + pointer,
		"mmchfs: 6027-314 [E] mmchfs requires root authority to execute.\n",
		"sudo: a password is required\n",
		"Sorry, user alice is not allowed to execute '/usr/lpp/mmfs/bin/mmlsfs' as root on node1.\n",
	} {
		for _, exit := range []int{0, 1} { // D22: some builds exit with 0
			if exit == 0 && !strings.Contains(stderr, "Command failed") {
				continue
			}
			_, err := Query(context.Background(), answers("", stderr, exit), Command{Name: "mmlsfileset", Args: []string{"mmfs1", "-Y"}})
			var pe *PermissionError
			require.ErrorAs(t, err, &pe, stderr)
			assert.True(t, strings.HasPrefix(err.Error(), "not permitted: "))
			var ce *CommandError
			assert.ErrorAs(t, err, &ce)
		}
	}
}

func TestDoDown(t *testing.T) {
	for stderr, cause := range map[string]string{
		"Failed to connect to file system daemon: No such process\nmmlsquota: GPFS is down on this node.\nmmlsquota" + pointer:                                                                "Failed to connect to file system daemon: No such process",
		"mmlsfs: 6027-725 The mmfsd daemon is not ready to handle commands yet. Waiting for quorum.\nmmlsfs: 6027-1639 Command failed. Examine previous error messages to determine cause.\n": "The mmfsd daemon is not ready",
		"mmdelfs: GPFS is down on this node.\nmmdelfs" + pointer: "GPFS is down on this node.",
	} {
		_, err := Do(context.Background(), answers("", stderr, 1), lsMgr)
		var de *DownError
		require.ErrorAs(t, err, &de, stderr)
		assert.Contains(t, err.Error(), cause)
		assert.Contains(t, err.Error(), "on node1")
	}
}

func TestDoCapturedErrors(t *testing.T) {
	for name, want := range map[string]string{
		"dirscape/mmlsquota-no-default-fs.stderr.txt":  "No quota enabled file system found.",
		"dirscape/mmlsquota-u-root-denied.stderr.txt":  "Operation not permitted",
		"dirscape/mmlsfileset-unprivileged.stderr.txt": "No filesets found owned by this user jdoe42",
		"dirscape/mmlsquota-gpfs-down.stderr.txt":      "Failed to connect to file system daemon: No such process",
		"gpfstraining/mmgetstate-av-unreachable.txt":   "", // no failure: it stands below a table
		"gpfstraining/mmgetstate-av.txt":               "",
		"storagescalevagrant/mmadddisk.txt":            "",
		"cn-aix-notes/mmadddisk-msgids.txt":            "",
		"cnsa-helm/mmdelfileset.txt":                   "",
		"dirscape/mmlsquota-j-no-limits.txt":           "",
	} {
		stderr := capture(t, name)
		for _, exit := range []int{0, 1} {
			if want == "" && exit == 1 {
				continue
			}
			_, err := Do(context.Background(), answers("", stderr, exit), Command{Name: "mmwhatever"})
			if want == "" {
				assert.NoError(t, err, name)
				continue
			}
			var ce *CommandError
			require.ErrorAs(t, err, &ce, name)
			assert.Equal(t, want, ce.Cause)
		}
	}
}

func TestDoFormat(t *testing.T) {
	var fe *FormatError
	_, err := Do(context.Background(), answers("", "", 0), lsMgr)
	require.ErrorAs(t, err, &fe)
	assert.Contains(t, err.Error(), "empty")
	_, err = Do(context.Background(), answers("Cluster manager node: 10.0.0.1 (node1)\n", "", 0), lsMgr)
	require.ErrorAs(t, err, &fe)
	assert.Contains(t, err.Error(), "HEADER")
}

func TestDoSignal(t *testing.T) {
	ex := &fake{answer: func(context.Context, Command) (*Result, error) {
		return &Result{Signal: "killed", ExitCode: 137, Stdout: []byte(mgrReply)}, nil
	}}
	_, err := Do(context.Background(), ex, lsMgr)
	var ce *CommandError
	require.ErrorAs(t, err, &ce)
	assert.Contains(t, err.Error(), "ended by signal killed")
}

func TestQuery(t *testing.T) {
	reply, err := Query(context.Background(), answers("note\n"+mgrReply, "said\n", 0), lsMgr)
	require.NoError(t, err)
	assert.Equal(t, "node1", reply.Section("clusterManager")[0].Get("manager"))
	assert.Equal(t, []string{"note"}, reply.Notes)
	assert.Equal(t, "said\n", string(reply.Result.Stderr))

	broken := errors.New("broken")
	_, err = Query(context.Background(), &fake{answer: func(context.Context, Command) (*Result, error) { return nil, broken }}, lsMgr)
	assert.ErrorIs(t, err, broken)
}

func TestQueryPlanned(t *testing.T) {
	planned := &fake{answer: func(context.Context, Command) (*Result, error) { return &Result{Planned: true}, nil }}
	res, err := Do(context.Background(), planned, lsMgr)
	require.NoError(t, err)
	assert.True(t, res.Planned)
	_, err = Query(context.Background(), planned, lsMgr)
	assert.ErrorIs(t, err, ErrPlanned)
	for _, err := range Stream(context.Background(), planned, lsMgr) {
		assert.ErrorIs(t, err, ErrPlanned)
	}
}

// slow writes a reply line by line to the writer of the command, until its context ends.
func slow(lines int, stderr string, exit int) (*fake, chan struct{}) {
	stopped := make(chan struct{})
	return &fake{answer: func(ctx context.Context, cmd Command) (*Result, error) {
		defer close(stopped)
		_, _ = io.WriteString(cmd.Stdout, "*** title\nmmlsmgr:filesystemManager:HEADER:version:reserved:reserved:filesystem:manager:\n")
		for i := range lines {
			if _, err := io.WriteString(cmd.Stdout, "mmlsmgr:filesystemManager:0:1:::fs"+strings.Repeat("x", i%7)+":node1:\n"); err != nil {
				return nil, err
			}
			if err := ctx.Err(); err != nil {
				return nil, err
			}
		}
		return &Result{Stderr: []byte(stderr), ExitCode: exit}, nil
	}}, stopped
}

func TestStream(t *testing.T) {
	t.Run("all rows", func(t *testing.T) {
		ex, _ := slow(1000, "", 0)
		n := 0
		for row, err := range Stream(context.Background(), ex, lsMgr) {
			require.NoError(t, err)
			assert.Equal(t, "node1", row.Get("manager"))
			n++
		}
		assert.Equal(t, 1000, n)
	})
	t.Run("leaving early stops the command", func(t *testing.T) {
		ex, stopped := slow(1<<30, "", 0)
		n := 0
		for _, err := range Stream(context.Background(), ex, lsMgr) {
			require.NoError(t, err)
			if n++; n == 3 {
				break
			}
		}
		<-stopped
	})
	t.Run("a failure is the last element", func(t *testing.T) {
		ex, _ := slow(2, "The manager went away.\nmmlsmgr"+pointer, 1)
		var last error
		n := 0
		for _, err := range Stream(context.Background(), ex, lsMgr) {
			if last = err; err == nil {
				n++
			}
		}
		assert.Equal(t, 2, n)
		assert.ErrorContains(t, last, "The manager went away.")
	})
	t.Run("an executor that does not stream", func(t *testing.T) {
		n := 0
		for row, err := range Stream(context.Background(), answers(mgrReply, "", 0), lsMgr) {
			require.NoError(t, err)
			assert.Equal(t, "node1", row.Get("manager"))
			n++
		}
		assert.Equal(t, 1, n)
	})
	t.Run("none, in words", func(t *testing.T) {
		for _, err := range Stream(context.Background(), answers("No snapshots in file system mmfs1\n", "", 0), Command{Name: "mmlssnapshot", Args: []string{"-Y"}}) {
			t.Errorf("nothing was to come: %v", err)
		}
	})
	t.Run("nothing at all is an error", func(t *testing.T) {
		n := 0
		for _, err := range Stream(context.Background(), answers("", "", 0), lsMgr) {
			n++
			var fe *FormatError
			assert.ErrorAs(t, err, &fe)
		}
		assert.Equal(t, 1, n)
	})
	t.Run("cut in the middle of a line", func(t *testing.T) {
		var last error
		for _, err := range Stream(context.Background(), answers("a::HEADER:version:reserved:reserved:x:y:\na::0:1:::1", "", 0), Command{Name: "a", Args: []string{"-Y"}}) {
			last = err
		}
		assert.ErrorContains(t, last, "middle of this line")
	})
	t.Run("a command that could not run", func(t *testing.T) {
		var last error
		ex := &fake{answer: func(_ context.Context, cmd Command) (*Result, error) { return nil, &NotFoundError{cmd, "/bin"} }}
		for _, err := range Stream(context.Background(), ex, lsMgr) {
			last = err
		}
		var nf *NotFoundError
		assert.ErrorAs(t, last, &nf)
	})
	t.Run("cancelled from outside", func(t *testing.T) {
		ctx, cancel := context.WithCancel(context.Background())
		defer cancel()
		ex, stopped := slow(1<<30, "", 0)
		var last error
		for _, err := range Stream(ctx, ex, lsMgr) {
			cancel()
			last = err
		}
		<-stopped
		assert.ErrorIs(t, last, context.Canceled)
	})
}

func TestErrorTexts(t *testing.T) {
	cmd := Command{Name: "mmdelfs", Args: []string{"mm fs1"}}
	gone := errors.New("gone")
	for want, err := range map[string]error{
		"cannot reach ssh://node1: gone (mmdelfs 'mm fs1')":                                              &UnreachableError{cmd, "ssh://node1", gone},
		"no command mmdelfs in /bin (is Storage Scale installed there?)":                                 &NotFoundError{cmd, "/bin"},
		"stopped waiting for mmdelfs 'mm fs1'; it goes on (node1, process 7): gone":                      &UnknownOutcomeError{Cmd: cmd, Node: "node1", PID: 7, Err: gone},
		"stopped waiting for mmdelfs 'mm fs1'; it goes on (this machine): gone":                          &UnknownOutcomeError{Cmd: cmd, Err: gone},
		"cannot read the reply of mmdelfs 'mm fs1': line 3: why":                                         &FormatError{cmd, 3, "why"},
		"cannot read the reply of mmdelfs 'mm fs1': why":                                                 &FormatError{cmd, 0, "why"},
		"why (mmdelfs 'mm fs1': exit status 5)":                                                          &CommandError{Cmd: cmd, Cause: "why", ExitCode: 5},
		"mmdelfs 'mm fs1' wrote more than 5 bytes and was stopped: ask for less, or read it as a stream": &OutputError{cmd, 5},
		"-Y of mmlsx needs release 5.1.0.0, this cluster has 4.2.3.22":                                   &ReleaseError{"-Y of mmlsx", release51, Release{4, 2, 3, 22}},
	} {
		assert.Equal(t, want, err.Error())
	}
	u := &UnknownOutcomeError{Cmd: cmd, Err: gone}
	assert.ErrorIs(t, u, gone)
	_, err := u.Wait(context.Background())
	assert.Equal(t, u, err, "what cannot be learned cannot be waited for")
	assert.ErrorContains(t, &TimeoutError{cmd, (15 * time.Second).String()}, "did not answer within 15s")
}
