package mmexec

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// keeps proves what every executor that keeps jobs has to do. other returns an executor as a later session has it.
func keeps(t *testing.T, b bin, spool string, ex Executor, other func() Executor) {
	ctx := context.Background()
	gate := b.fifo("gate")
	b.command("mmrestripefs", `printf '%s|' "$@"; echo " 42.00 % complete on Tue May 14"; echo warned >&2; read x <`+gate+`; echo done; exit 3`)
	b.command("mmdeldisk", "cat \"$2\"; cat; echo mmdeldisk: no such disk >&2; exit 2")
	b.command("mmchdisk", "trap 'echo interrupted; exit 130' INT; echo begun; while :; do sleep 0.1; done")

	// It goes on by itself, with its arguments as they are.
	args := []string{"mmfs1", "-b", "a b'c", "$(touch harm)"}
	res, err := ex.Run(ctx, Command{Name: "mmrestripefs", Args: args, Object: "file system mmfs1", Detach: true})
	require.NoError(t, err)
	require.NotNil(t, res.Job)
	assert.True(t, res.Job.Running)
	assert.Equal(t, 1, res.Job.ID)
	assert.Equal(t, append([]string{"mmrestripefs"}, args...), res.Job.Argv)

	// Any later session knows it.
	later, ok := KeeperOf(Wrap(other(), Trace(&strings.Builder{})))
	require.True(t, ok)
	list, err := later.Jobs(ctx)
	require.NoError(t, err)
	require.Len(t, list, 1)
	assert.True(t, list[0].Running)
	assert.Equal(t, "file system mmfs1", list[0].Object)
	require.Eventually(t, func() bool {
		list, err = later.Jobs(ctx)
		return err == nil && strings.Contains(list[0].Last, "42.00 % complete")
	}, 20*time.Second, 20*time.Millisecond)
	assert.NotEmpty(t, list[0].User)
	stdout, stderr, err := later.JobOutput(ctx, list[0])
	require.NoError(t, err)
	assert.Contains(t, string(stdout), "mmfs1|-b|a b'c|$(touch harm)|")
	assert.Equal(t, "warned\n", string(stderr))
	require.Error(t, later.ForgetJob(ctx, list[0]), "what runs is not forgotten")

	// How it ended is known as well.
	require.NoError(t, os.WriteFile(gate, []byte("go\n"), 0))
	require.Eventually(t, func() bool {
		list, err = later.Jobs(ctx)
		return err == nil && !list[0].Running
	}, 20*time.Second, 20*time.Millisecond)
	assert.Equal(t, 3, list[0].Exit)
	assert.WithinDuration(t, time.Now(), list[0].Ended, time.Hour)

	// What is refused says so at once; private files go with the command and are gone after it.
	file := File{Name: "stanza", Data: []byte("%nsd\n")}
	res, err = ex.Run(ctx, Command{Name: "mmdeldisk", Args: []string{"-F", file.Ref()}, Files: []File{file}, Stdin: []byte("yes\n"), Detach: true})
	require.NoError(t, err)
	assert.Equal(t, 2, res.Job.ID)
	assert.False(t, res.Job.Running)
	assert.Equal(t, 2, res.ExitCode)
	assert.Equal(t, "%nsd\nyes\n", string(res.Stdout))
	assert.Contains(t, string(res.Stderr), "no such disk")
	for _, name := range leftovers(t) {
		assert.True(t, strings.HasPrefix(name, "gpfsh-ssh-"), "%s is left over", name)
	}

	// It can be interrupted.
	res, err = ex.Run(ctx, Command{Name: "mmchdisk", Args: []string{"mmfs1", "start", "-a"}, Detach: true})
	require.NoError(t, err)
	stop, err := StopJob(*res.Job)
	require.NoError(t, err)
	assert.True(t, strings.HasPrefix(stop.String(), "kill -INT -- -"))
	assert.NotEqual(t, Reads, ClassifyCommand(stop).Effect)
	stopped, err := other().Run(ctx, stop)
	require.NoError(t, err)
	assert.Zero(t, stopped.ExitCode, string(stopped.Stderr))
	require.Eventually(t, func() bool {
		list, err = later.Jobs(ctx)
		return err == nil && len(list) == 3 && !list[2].Running
	}, 20*time.Second, 20*time.Millisecond)
	assert.Equal(t, 130, list[2].Exit)
	_, err = StopJob(list[2])
	require.Error(t, err, "there is nothing to stop any more")

	// A number that another process has now is not taken for it.
	require.NoError(t, os.WriteFile(filepath.Join(spool, "2", "pid"), []byte("1\n"), 0o600))
	require.NoError(t, os.Remove(filepath.Join(spool, "2", "exit")))
	list, err = later.Jobs(ctx)
	require.NoError(t, err)
	assert.False(t, list[1].Running)
	assert.Equal(t, -1, list[1].Exit, "nobody knows how it ended")

	for _, r := range list {
		require.NoError(t, later.ForgetJob(ctx, r))
	}
	list, err = later.Jobs(ctx)
	require.NoError(t, err)
	assert.Empty(t, list)
	var gone *NoJobError
	_, _, err = later.JobOutput(ctx, JobRecord{ID: 1})
	require.ErrorAs(t, err, &gone)
	info, err := os.Stat(spool)
	require.NoError(t, err)
	assert.Equal(t, os.FileMode(0o700), info.Mode().Perm())

	_, err = ex.Run(ctx, Command{Name: "mmnone", Detach: true})
	var missing *NotFoundError
	require.ErrorAs(t, err, &missing)
}

func TestLocalKeepsJobs(t *testing.T) {
	b := newBin(t)
	spool := filepath.Join(t.TempDir(), "jobs")
	open := func() Executor { return b.local(WithSpool(spool)) }
	keeps(t, b, spool, open(), open)

	// A place that is not this user's alone is not used.
	link := filepath.Join(t.TempDir(), "link")
	require.NoError(t, os.Symlink(spool, link))
	_, err := b.local(WithSpool(link)).Run(context.Background(), Command{Name: "mmdeldisk", Args: []string{"a", "b"}, Detach: true})
	require.ErrorContains(t, err, "is not a directory of this user alone")
	list, err := b.local(WithSpool(link)).(JobKeeper).Jobs(context.Background())
	require.NoError(t, err)
	assert.Empty(t, list)
}

// TestJobsThroughSSH goes the way through ssh with a client that is only a shell.
func TestJobsThroughSSH(t *testing.T) {
	b := newBin(t)
	client := filepath.Join(t.TempDir(), "ssh")
	require.NoError(t, os.WriteFile(client, []byte("#!/bin/sh\nexec /bin/sh\n"), 0o755))
	spool := filepath.Join(t.TempDir(), "jobs")
	open := func() Executor {
		ex, err := NewSSH([]string{"nsd01"}, WithSSHClient(client), WithRemoteBinDir(b.dir), WithSSH(WithSpool(spool)), WithSSH(WithGrace(time.Second)))
		require.NoError(t, err)
		t.Cleanup(func() { _ = Close(ex) })
		return ex
	}
	keeps(t, b, spool, open(), open)
}

func TestSSHKeepsJobs(t *testing.T) {
	s := newSSHSite(t)
	s.node("nsd01")
	spool := filepath.Join(t.TempDir(), "jobs")
	open := func() Executor { return s.connect([]string{"nsd01"}, WithSSH(WithSpool(spool))) }
	keeps(t, s.bin, spool, open(), open)
}
