package model_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gpfsh/mmexec"
	"gpfsh/model"
)

// sick is an executor on which one file system never answers.
type sick struct {
	answer
	device string
}

func (s sick) Run(ctx context.Context, cmd mmexec.Command) (*mmexec.Result, error) {
	if cmd.Name == "mmlsfs" && cmd.Args[0] == s.device {
		<-ctx.Done()
		return nil, ctx.Err()
	}
	return s.answer.Run(ctx, cmd)
}

func TestOneSickFilesystemDoesNotHideTheOthers(t *testing.T) {
	c := connect(t, sick{many(3), "fs1"}, model.Patience(20*time.Millisecond))
	items, err := c.Filesystems.Items(t.Context())
	require.NoError(t, err)
	require.Equal(t, "fs0 fs1 fs2", keys(items))
	assert.NoError(t, items[0].Value.Unanswered)
	assert.NoError(t, items[2].Value.Unanswered)
	silent := items[1].Value
	require.ErrorIs(t, silent.Unanswered, context.DeadlineExceeded)
	require.ErrorContains(t, silent.Unanswered, "fs1 did not answer within 20ms")
	assert.Equal(t, "/fs", silent.MountPoint, "what the configuration has is shown")
	n, err := silent.Snapshots.Len(t.Context())
	require.NoError(t, err)
	assert.Equal(t, 3, n, "its collections work")

	names, err := c.Filesystems.Names(t.Context())
	require.NoError(t, err)
	assert.Len(t, names, 3)
}

func TestFilesystemsAreReadAtOnce(t *testing.T) {
	s := &spy{Executor: many(50)}
	c := connect(t, s)
	list, err := c.Filesystems.List(t.Context())
	require.NoError(t, err)
	assert.Len(t, list, 50)
	assert.Len(t, s.ran(), 51, "the names and each file system")
}

func TestRemoteFilesystems(t *testing.T) {
	c, s := simulated(t)
	ctx := t.Context()
	names, err := c.Filesystems.Names(ctx)
	require.NoError(t, err)
	assert.Equal(t, []string{"mmfs1", "mmfs2"}, names)
	names, err = c.AllFilesystems.Names(ctx)
	require.NoError(t, err)
	assert.Equal(t, []string{"mmfs1", "mmfs2", "archive"}, names)

	fs, err := c.AllFilesystems.Get(ctx, "archive")
	require.NoError(t, err)
	assert.True(t, fs.Remote)
	s.ran()
	var foreign *model.NotLocalError
	for _, err := range []error{
		second(fs.Snapshots.List(ctx)), second(fs.Filesets.List(ctx)), second(fs.Disks.List(ctx)), second(fs.Pools.List(ctx)),
		second(fs.Quotas.List(ctx)), fs.Change(ctx, model.MountPoint("/x")), second(fs.Manager(ctx)), second(fs.Snapshots.New(ctx, "x")),
	} {
		require.ErrorAs(t, err, &foreign)
		assert.Equal(t, "archive", foreign.Filesystem)
	}
	assert.Empty(t, s.ran(), "refused before anything runs")
	mounts, err := fs.MountedOn(ctx)
	require.NoError(t, err)
	assert.NotEmpty(t, mounts)

	items, err := c.AllFilesystems.Items(ctx)
	require.NoError(t, err)
	assert.Equal(t, "mmfs1 mmfs2 archive", keys(items))
	assert.False(t, items[0].Value.Remote)
	assert.True(t, items[2].Value.Remote)
}

func TestRemoteFilesystemToldByTheCommand(t *testing.T) {
	c := connect(t, answer(func(cmd mmexec.Command) *mmexec.Result {
		return refuse(cmd, 1, "File system arc belongs to cluster archive.example.org. The option -T is not allowed for remote file systems.")
	}))
	fs, _ := c.Filesystems.Handle("arc")
	err := fs.Change(t.Context(), model.MountPoint("/x"))
	var foreign *model.NotLocalError
	require.ErrorAs(t, err, &foreign)
	assert.Equal(t, "archive.example.org", foreign.Owner)
	var refused *mmexec.CommandError
	assert.ErrorAs(t, err, &refused)
}

func TestErrorsOfTheNodePassThrough(t *testing.T) {
	for name, test := range map[string]struct {
		cause  string
		target func(error) bool
	}{
		"not permitted": {"Operation not permitted", func(err error) bool { var e *mmexec.PermissionError; return errors.As(err, &e) }},
		"daemon down":   {"GPFS is down on this node.", func(err error) bool { var e *mmexec.DownError; return errors.As(err, &e) }},
	} {
		s := &spy{Executor: answer(func(cmd mmexec.Command) *mmexec.Result { return refuse(cmd, 1, test.cause) })}
		c := connect(t, s)
		_, err := c.Filesystems.Get(t.Context(), "mmfs1")
		assert.True(t, test.target(err), "%s: %v", name, err)
		fs, _ := c.Filesystems.Handle("mmfs1")
		_, err = fs.Filesets.Get(t.Context(), "home")
		assert.True(t, test.target(err), "%s: %v", name, err)
		assert.Len(t, s.ran(), 2, "%s: no second command looks for names", name)
	}
}

func TestMountsWithoutAHeader(t *testing.T) {
	c := connect(t, answer(func(mmexec.Command) *mmexec.Result {
		return said("mmlsmount::0:1:::tape:tapefs:arc.example.org:2:192.0.2.2:arc2:arc.example.org:RW:\n" +
			"mmlsmount::0:1:::tape:tapefs:arc.example.org:2:192.0.2.9:n9:hpc.example.org:RO:\n")
	}))
	fs, _ := c.AllFilesystems.Handle("tape")
	mounts, err := fs.MountedOn(t.Context())
	require.NoError(t, err)
	equal(t, []*model.Mount{
		{Node: "arc2", IP: "192.0.2.2", Cluster: "arc.example.org", Access: "RW", Filesystem: "tape"},
		{Node: "n9", IP: "192.0.2.9", Cluster: "hpc.example.org", Remote: true, Access: "RO", Filesystem: "tape"},
	}, mounts)
}

func TestSeveralBlockSizes(t *testing.T) {
	c := connect(t, answer(func(mmexec.Command) *mmexec.Result {
		return said(`mmlsfs::HEADER:version:reserved:reserved:deviceName:fieldName:data:remarks:
mmlsfs::0:1:::fs1:minFragmentSize:8192:system pool:
mmlsfs::0:1:::fs1:minFragmentSize:131072:other pools:
mmlsfs::0:1:::fs1:blockSize:262144:system pool:
mmlsfs::0:1:::fs1:blockSize:4194304:other pools:
mmlsfs::0:1:::fs1:quotasEnforced:user;group:
mmlsfs::0:1:::fs1:someNewThing:42::
`)
	}))
	fs, err := c.Filesystems.Get(t.Context(), "/dev/fs1")
	require.NoError(t, err)
	assert.Equal(t, "fs1", fs.Name)
	assert.Equal(t, 4*model.MiB, fs.BlockSize)
	assert.Equal(t, []model.PoolBlocks{
		{Pools: "system pool", BlockSize: 256 * model.KiB, Fragment: 8 * model.KiB},
		{Pools: "other pools", BlockSize: 4 * model.MiB, Fragment: 128 * model.KiB},
	}, fs.Blocks.PerPool)
	assert.Equal(t, "user,group", fs.Quota.String())
	assert.Equal(t, model.TextMap{"someNewThing": "42"}, fs.Other, "what has no field is kept")
}
