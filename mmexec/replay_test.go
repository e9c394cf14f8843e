package mmexec

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func replayOf(t *testing.T, text string) Executor {
	t.Helper()
	ex, err := NewReplay(strings.NewReader(text))
	require.NoError(t, err)
	return ex
}

func TestReplay(t *testing.T) {
	ex := replayOf(t, `A comment before the first file.
-- mmlsmgr -Y --
mmlsmgr:clusterManager:HEADER:version:reserved:reserved:manager:
mmlsmgr:clusterManager:0:1:::node1:
-- mmlsfs nofs -Y (stderr) --
mmlsfs: File system nofs is not known to the GPFS cluster.
mmlsfs: Command failed. Examine previous error messages to determine cause.
-- mmlsfs nofs -Y (exit 1) --
-- mmlsfs 'a fs' -T -Y --
said
-- mmgetstate -Y (base64) --
bm8gbGluZSBlbmQ=
-- mmgetstate -Y (stderr, base64) --
LS0geCAtLQo=
-- mmdf mmfs1 -Y (signal killed) --
-- file /var/mmfs/notes --
notes
`)
	ctx := context.Background()
	reply, err := Query(ctx, ex, lsMgr)
	require.NoError(t, err)
	assert.Equal(t, "node1", reply.Rows[0].Get("manager"))

	_, err = Query(ctx, ex, Command{Name: "mmlsfs", Args: []string{"nofs", "-Y"}})
	var ce *CommandError
	require.ErrorAs(t, err, &ce)
	assert.Equal(t, 1, ce.ExitCode)
	assert.Equal(t, KindNotFound, ce.Kind)

	res, err := ex.Run(ctx, Command{Name: "mmlsfs", Args: []string{"a fs", "-T", "-Y"}})
	require.NoError(t, err)
	assert.Equal(t, "said\n", string(res.Stdout))
	res, err = ex.Run(ctx, Command{Name: "mmgetstate", Args: []string{"-Y"}})
	require.NoError(t, err)
	assert.Equal(t, "no line end", string(res.Stdout))
	assert.Equal(t, "-- x --\n", string(res.Stderr))
	res, err = ex.Run(ctx, Command{Name: "mmdf", Args: []string{"mmfs1", "-Y"}})
	require.NoError(t, err)
	assert.Equal(t, "killed", res.Signal)

	data, err := ex.Get(ctx, "/var/mmfs/notes")
	require.NoError(t, err)
	assert.Equal(t, "notes\n", string(data))
	_, err = ex.Get(ctx, "/etc/passwd")
	assert.ErrorIs(t, err, os.ErrNotExist)
	path, err := ex.Put(ctx, "x", []byte("y"))
	require.NoError(t, err)
	data, err = ex.Get(ctx, path)
	require.NoError(t, err)
	assert.Equal(t, "y", string(data))
	assert.NoError(t, ex.Remove(ctx, path))
	assert.Error(t, ex.Remove(ctx, "/var/mmfs/notes"))

	cancelled, cancel := context.WithCancel(ctx)
	cancel()
	_, err = ex.Run(cancelled, lsMgr)
	assert.ErrorIs(t, err, context.Canceled)

	_, err = ex.Run(ctx, Command{Name: "mmlsmgr", Args: []string{"-Y"}, Stdout: failingWriter{}})
	assert.ErrorIs(t, err, errFull)
}

func TestReplayInTurn(t *testing.T) {
	ex := replayOf(t, `-- mmlsmount mmfs1 --
File system mmfs1 is not mounted.
-- mmlsmount mmfs1 --
-- mmlsmount mmfs1 (stderr) --
busy
-- mmlsmount mmfs1 (exit 16) --
-- mmlsmount mmfs1 --
File system mmfs1 is mounted on 2 nodes.
`)
	var got []string
	for range 4 {
		res, err := ex.Run(context.Background(), Command{Name: "mmlsmount", Args: []string{"mmfs1"}})
		require.NoError(t, err)
		got = append(got, string(res.Stdout)+string(res.Stderr))
	}
	const last = "File system mmfs1 is mounted on 2 nodes.\n"
	assert.Equal(t, []string{"File system mmfs1 is not mounted.\n", "busy\n", last, last}, got)
}

func TestReplayNotRecorded(t *testing.T) {
	ex := replayOf(t, "-- mmlsfs all -T -Y --\n-- mmlsfs mmfs1 -Y --\n-- mmlscluster -Y --\n")
	_, err := ex.Run(context.Background(), Command{Name: "mmlsfs", Args: []string{"mmfs2", "-Y"}})
	var nr *NotRecordedError
	require.ErrorAs(t, err, &nr)
	assert.Equal(t, []string{"mmlsfs all -T -Y", "mmlsfs mmfs1 -Y"}, nr.Near)
	assert.Contains(t, err.Error(), "mmlsfs mmfs2 -Y; near ones")
	_, err = ex.Run(context.Background(), Command{Name: "mmrepquota"})
	require.ErrorAs(t, err, &nr)
	assert.Empty(t, nr.Near)
}

func TestReplayBadRecordings(t *testing.T) {
	for text, says := range map[string]string{
		"":                               "no command",
		"-- mmlsfs 'a --\n":              "not closed",
		"-- mmlsfs (exit x) --\n":        "exit N",
		"-- mmlsfs (what) --\n":          "unknown mark",
		"-- mmlsfs (base64) --\n***\n":   "base64",
		"-- file a b --\n-- mmlsfs --\n": "one path",
		"-- mmlsfs; reboot --\n":         "operator",
	} {
		_, err := NewReplay(strings.NewReader(text))
		require.ErrorIs(t, err, ErrRecording, text)
		assert.Contains(t, err.Error(), says)
	}
	_, err := NewReplay(failingReader{})
	assert.ErrorIs(t, err, errFull)
}

type failingReader struct{}

func (failingReader) Read([]byte) (int, error) { return 0, errFull }

func TestRecordAndReplay(t *testing.T) {
	odd := []Command{
		{Name: "mmlsfs", Args: []string{"mm fs", "", "it's", "-Y"}},
		{Name: "mmlsfs", Args: []string{"new\nline", "\xff", "(exit 3)"}},
		{Name: "mmlsfs", Args: []string{"--", "-- x --", "#"}},
		{Name: "mmchpolicy", Args: []string{"fs", File{Name: "policy"}.Ref()}, Files: []File{{Name: "policy", Data: []byte("x")}}},
	}
	outputs := []Result{
		{Stdout: []byte("plain\n")},
		{Stdout: []byte("no line end")},
		{Stdout: []byte("-- mmlsfs mmfs1 --\n"), Stderr: []byte("\x00\xff\n"), ExitCode: 22},
		{Stderr: []byte("only errors\n"), ExitCode: 137, Signal: "killed"},
		{Stdout: []byte("with\r\ncarriage\n")},
		{},
	}
	var rec bytes.Buffer
	inner := &fake{put: map[string][]byte{"/a b": []byte("file\n")}}
	ex := Wrap(inner, Record(&rec))
	ctx := context.Background()
	for _, cmd := range odd {
		for _, out := range outputs {
			inner.answer = func(context.Context, Command) (*Result, error) { return &out, nil }
			_, err := ex.Run(ctx, cmd)
			require.NoError(t, err)
		}
	}
	_, err := ex.Get(ctx, "/a b")
	require.NoError(t, err)

	// What is not an answer is not recorded.
	size := rec.Len()
	inner.answer = func(context.Context, Command) (*Result, error) { return &Result{Planned: true}, nil }
	_, err = ex.Run(ctx, del("x"))
	require.NoError(t, err)
	inner.answer = func(context.Context, Command) (*Result, error) { return nil, errFull }
	_, err = ex.Run(ctx, del("x"))
	require.ErrorIs(t, err, errFull)
	assert.Equal(t, size, rec.Len())

	again, err := NewReplay(&rec)
	require.NoError(t, err)
	for _, cmd := range odd {
		for _, want := range outputs {
			got, err := again.Run(ctx, cmd)
			require.NoError(t, err)
			assert.Equal(t, string(want.Stdout), string(got.Stdout))
			assert.Equal(t, string(want.Stderr), string(got.Stderr))
			assert.Equal(t, want.ExitCode, got.ExitCode)
			assert.Equal(t, want.Signal, got.Signal)
		}
	}
	data, err := again.Get(ctx, "/a b")
	require.NoError(t, err)
	assert.Equal(t, "file\n", string(data))
}

func TestRecordStreams(t *testing.T) {
	var rec bytes.Buffer
	inner := &fake{answer: func(_ context.Context, cmd Command) (*Result, error) {
		_, err := io.WriteString(cmd.Stdout, mgrReply)
		return &Result{}, err
	}}
	n := 0
	for _, err := range Stream(context.Background(), Wrap(inner, Record(&rec)), lsMgr) {
		require.NoError(t, err)
		n++
	}
	assert.Equal(t, 1, n)
	reply, err := Query(context.Background(), replayOf(t, rec.String()), lsMgr)
	require.NoError(t, err)
	assert.Len(t, reply.Rows, 1)
}

func TestRecordThatFails(t *testing.T) {
	res, err := Wrap(answers("x\n", "", 0), Record(failingWriter{})).Run(context.Background(), lsMgr)
	require.ErrorIs(t, err, errFull)
	assert.ErrorContains(t, err, "ran, but")
	assert.NotNil(t, res)
}

func TestReplayConcurrently(t *testing.T) {
	ex := replayOf(t, "-- mmlsmgr -Y --\n"+mgrReply+"-- mmlsmgr -Y --\n"+mgrReply)
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			_, err := Query(context.Background(), ex, lsMgr)
			assert.NoError(t, err)
		})
	}
	wg.Wait()
}

func FuzzReplay(f *testing.F) {
	f.Add([]byte("-- mmlsfs a -Y --\nx\n-- mmlsfs a -Y (stderr) --\ny\n-- mmlsfs a -Y (exit 3) --\n"))
	f.Add([]byte("-- mmlsfs 'a (exit 1)' $'\\n' (base64) --\neA==\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		ex, err := NewReplay(bytes.NewReader(data))
		if err != nil {
			if !errors.Is(err, ErrRecording) {
				t.Fatal(err)
			}
			return
		}
		for _, line := range ex.(*replay).order {
			argv, err := SplitLine(line)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := ex.Run(context.Background(), Command{Name: argv[0], Args: argv[1:]}); err != nil {
				t.Fatal(err)
			}
		}
	})
}
