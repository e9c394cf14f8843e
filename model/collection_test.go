package model_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gpfsh/mmexec"
	"gpfsh/model"
)

func TestCollectionAsksOnceForEachQuestion(t *testing.T) {
	c, s := simulated(t)
	ctx := t.Context()
	fs, err := c.Filesystems.Get(ctx, "mmfs1")
	require.NoError(t, err)
	require.Equal(t, []string{"mmlsfs mmfs1 -Y"}, s.ran())

	list := "mmlssnapshot mmfs1 -Y"
	snap, err := fs.Snapshots.Get(ctx, "global-snapshot1")
	require.NoError(t, err)
	assert.Equal(t, "global-snapshot1", snap.Name)
	assert.Equal(t, []string{list}, s.ran())

	snaps, err := fs.Snapshots.List(ctx)
	require.NoError(t, err)
	assert.Len(t, snaps, 2)
	assert.Equal(t, []string{list}, s.ran())

	names, err := fs.Snapshots.Names(ctx)
	require.NoError(t, err)
	assert.Equal(t, []string{"global-snapshot1", "TemporarySnapshot"}, names, "in the order of the command")
	assert.Equal(t, []string{list}, s.ran())

	n, err := fs.Snapshots.Len(ctx)
	require.NoError(t, err)
	assert.Equal(t, 2, n)
	assert.Equal(t, []string{list}, s.ran())

	m, err := fs.Snapshots.Map(ctx)
	require.NoError(t, err)
	assert.Equal(t, "TemporarySnapshot", m["TemporarySnapshot"].Name)
	assert.Equal(t, []string{list}, s.ran())

	_, found, err := fs.Snapshots.Lookup(ctx, "nowhere")
	require.NoError(t, err)
	assert.False(t, found)
	assert.Equal(t, []string{list}, s.ran())
}

func TestOneFilesetIsAskedForByName(t *testing.T) {
	c, s := simulated(t)
	fs, ok := c.Filesystems.Handle("mmfs1")
	require.True(t, ok)
	assert.Empty(t, s.ran(), "a handle asks nothing")
	f, err := fs.Filesets.Get(t.Context(), "proj-alpha")
	require.NoError(t, err)
	assert.Equal(t, "/gpfs/mmfs1/proj/alpha", f.Path)
	assert.Equal(t, []string{"mmlsfileset mmfs1 proj-alpha -Y"}, s.ran())

	deleted, err := fs.Filesets.Where(func(f *model.Fileset) bool { return f.Status == model.Deleted }).List(t.Context())
	require.NoError(t, err)
	require.Len(t, deleted, 1)
	s.ran()
	again, err := fs.Filesets.Get(t.Context(), deleted[0].Name)
	require.NoError(t, err)
	assert.Equal(t, deleted[0].ID, again.ID)
	assert.Equal(t, []string{"mmlsfileset mmfs1 -Y"}, s.ran(), "the name of a deleted fileset cannot stand in a command")
}

func TestMissingNamesAreToldWithThoseThereAre(t *testing.T) {
	c, s := simulated(t)
	ctx := t.Context()
	fs, _ := c.Filesystems.Handle("mmfs1")
	for _, test := range []struct {
		ask  func() error
		text string
		runs []string
	}{
		{
			func() error { _, err := c.Filesystems.Get(ctx, "mmfs9"); return err },
			`no file system "mmfs9"; there are mmfs1, mmfs2`,
			[]string{"mmlsfs mmfs9 -Y", "mmlsfs all_local -T -Y"},
		},
		{
			func() error { _, err := c.Filesystems.Get(ctx, "all"); return err },
			`no file system "all"; there are mmfs1, mmfs2`,
			[]string{"mmlsfs all_local -T -Y"},
		},
		{
			func() error { _, err := c.Filesystems.Get(ctx, "-Y"); return err },
			`no file system "-Y"; there are mmfs1, mmfs2`,
			[]string{"mmlsfs all_local -T -Y"},
		},
		{
			func() error { _, err := fs.Snapshots.Get(ctx, "Temporary"); return err },
			`no snapshot "Temporary" in mmfs1; there are global-snapshot1, TemporarySnapshot`,
			[]string{"mmlssnapshot mmfs1 -Y", "mmlssnapshot mmfs1 -Y"},
		},
		{
			func() error { _, err := fs.Pools.Get(ctx, "gold"); return err },
			`no storage pool "gold" in mmfs1; there are system, data, capacity`,
			[]string{"mmlspool mmfs1", "mmlspool mmfs1"},
		},
		{
			func() error { _, err := c.NodeClasses.Get(ctx, "rack2"); return err },
			`no node class "rack2"; there are nsdServers, compute, protocol, rack1, service`,
			[]string{"mmlsnodeclass -Y", "mmlsnodeclass -Y"},
		},
		{
			func() error { f, _ := c.Filesystems.Handle("mmfs9"); _, err := f.Snapshots.List(ctx); return err },
			`no file system "mmfs9"; there are mmfs1, mmfs2, archive`,
			[]string{"mmlssnapshot mmfs9 -Y", "mmlsfs all -T -Y"},
		},
	} {
		err := test.ask()
		var missing *model.NotFoundError
		require.ErrorAs(t, err, &missing, test.text)
		assert.EqualError(t, err, test.text)
		assert.Equal(t, test.runs, s.ran(), test.text)
	}

	_, err := fs.Filesets.Get(ctx, "proj-gamma")
	var missing *model.NotFoundError
	require.ErrorAs(t, err, &missing)
	assert.Contains(t, missing.Names, "proj-alpha")
	var refused *mmexec.CommandError
	require.ErrorAs(t, err, &refused, "the refusal of the command is kept")
	assert.Equal(t, []string{"mmlsfileset mmfs1 proj-gamma -Y"}, s.ran()[:1])
}

func TestManyNamesAreToldByLikeness(t *testing.T) {
	e := &model.NotFoundError{Kind: "fileset", Name: "proj-0713", In: "mmfs1"}
	for i := range 1000 {
		e.Names = append(e.Names, fmt.Sprintf("proj-%04d", i))
	}
	assert.True(t, strings.HasPrefix(e.Error(), `no fileset "proj-0713" in mmfs1; there are proj-0713, `), e.Error())
	assert.True(t, strings.HasSuffix(e.Error(), ` and 988 more`), e.Error())
	assert.EqualError(t, &model.NotFoundError{Kind: "NSD", Name: "x"}, `no NSD "x"; there are none`)
	assert.EqualError(t, &model.NotFoundError{Kind: "NSD", Name: "x", Names: []string{"y"}}, `no NSD "x"; there is y`)
	assert.EqualError(t, &model.NotFoundError{Kind: "NSD", Name: "x", Unlisted: errors.New("no quorum")},
		`no NSD "x" (which there are could not be learned: no quorum)`)
}

func TestViewsAreLazyAndOfTheSameKind(t *testing.T) {
	c, s := simulated(t)
	ctx := t.Context()
	fs, _ := c.Filesystems.Handle("mmfs1")

	view := fs.AllSnapshots.Match("proj-alpha:*").Where(func(s *model.Snapshot) bool { return s.ManagedBy == "" })
	assert.Empty(t, s.ran())
	items, err := view.Items(ctx)
	require.NoError(t, err)
	assert.Equal(t, "proj-alpha:n-20240512 proj-alpha:audit-2024", keys(items))
	assert.Equal(t, []string{"mmlssnapshot mmfs1 -Y"}, s.ran())

	_, err = view.Get(ctx, "home:n-20240512")
	assert.EqualError(t, err, `no snapshot "home:n-20240512" in mmfs1; there are proj-alpha:n-20240512, proj-alpha:audit-2024`)
	_, found, err := fs.Filesets.Match("proj-*").Lookup(ctx, "home")
	require.NoError(t, err)
	assert.False(t, found, "a view does not have what it leaves out")

	names, err := c.Filesystems.Match("*2").Names(ctx)
	require.NoError(t, err)
	assert.Equal(t, []string{"mmfs2"}, names)

	_, err = fs.Snapshots.Match("[").List(ctx)
	assert.ErrorContains(t, err, `cannot match names with "["`)
	_, err = fs.Snapshots.Where(nil).List(ctx)
	assert.ErrorContains(t, err, "Where needs a function")

	old, err := fs.AllSnapshots.OlderThan(10 * model.Day).Names(ctx)
	require.NoError(t, err)
	assert.Equal(t, []string{"global-snapshot1", "proj-beta:n-20240501", "proj-alpha:audit-2024"}, old)
	young, err := fs.AllSnapshots.NewerThan(model.Day).Names(ctx)
	require.NoError(t, err)
	assert.Equal(t, []string{"TemporarySnapshot", "home:@GMT-2024.05.13-22.00.00", "proj-alpha:.mmbackupSnap1715639402"}, young)
}

func TestViewStopsWhenItsTestIsCancelled(t *testing.T) {
	c, _ := simulated(t)
	fs, _ := c.Filesystems.Handle("mmfs1")
	ctx, cancel := context.WithCancel(t.Context())
	_, err := fs.Snapshots.Where(func(*model.Snapshot) bool { cancel(); return true }).List(ctx)
	assert.ErrorIs(t, err, context.Canceled, "the answer of a test that was cancelled does not count")
}

func TestZeroValuesAnswerWithErrors(t *testing.T) {
	ctx := t.Context()
	var snaps model.Snapshots
	_, err := snaps.Get(ctx, "x")
	assert.ErrorContains(t, err, "belongs to no cluster")
	_, _, err = snaps.Lookup(ctx, "x")
	require.Error(t, err)
	_, err = snaps.List(ctx)
	require.Error(t, err)
	_, err = snaps.Items(ctx)
	require.Error(t, err)
	_, err = snaps.Names(ctx)
	require.Error(t, err)
	_, err = snaps.Len(ctx)
	require.Error(t, err)
	_, err = snaps.Map(ctx)
	require.Error(t, err)
	_, ok := snaps.Handle("x")
	assert.False(t, ok)
	_, err = snaps.Where(func(*model.Snapshot) bool { return true }).Match("*").OlderThan(model.Day).List(ctx)
	require.Error(t, err)
	_, err = snaps.New(ctx, "x")
	require.Error(t, err)
	require.Error(t, snaps.Delete(ctx, "x"))
	require.Error(t, snaps.DeleteAll(ctx))
	_, err = model.Filesets{}.New(ctx, "x")
	require.Error(t, err)
	require.Error(t, model.Filesets{}.Delete(ctx, "x"))
	_, err = model.Quotas{}.User("alice").List(ctx)
	require.Error(t, err)
	_, err = model.Nodes{}.Down().List(ctx)
	require.Error(t, err)
	_, err = model.Nodes{}.States(ctx)
	require.Error(t, err)
	require.Error(t, model.Nodes{}.Startup(ctx))
	_, err = model.NodeClasses{}.WithSystem().List(ctx)
	require.Error(t, err)
	_, err = model.NSDs{}.Devices().List(ctx)
	require.Error(t, err)
	_, err = model.Disks{}.NotReady().List(ctx)
	require.Error(t, err)
	_, err = model.Pools{}.List(ctx)
	require.Error(t, err)
	_, err = model.Filesystems{}.List(ctx)
	require.Error(t, err)
	_, err = model.Config{}.On("x").List(ctx)
	require.Error(t, err)
}

func TestNilObjectsAnswerWithErrors(t *testing.T) {
	ctx := t.Context()
	var (
		c    *model.Cluster
		fs   *model.Filesystem
		f    *model.Fileset
		snap *model.Snapshot
		node *model.Node
		disk *model.Disk
		nsd  *model.NSD
		pool *model.Pool
		q    *model.Quota
	)
	for _, err := range []error{
		second(c.Info(ctx)), second(c.Name(ctx)), second(c.Manager(ctx)), c.Startup(ctx), c.Shutdown(ctx), c.Mount(ctx), c.Unmount(ctx),
		fs.Refresh(ctx), fs.Change(ctx, model.MountPoint("/x")), fs.Mount(ctx), fs.Unmount(ctx), second(fs.MountedOn(ctx)), second(fs.Manager(ctx)), fs.Rename(ctx, "x"),
		f.Refresh(ctx), f.Change(ctx), f.Link(ctx, "/x"), f.Unlink(ctx), f.Delete(ctx), f.Rename(ctx, "x"), second(f.Quota(ctx)),
		snap.Refresh(ctx), snap.Delete(ctx), node.Refresh(ctx), second(node.State(ctx)), node.Startup(ctx), node.Shutdown(ctx),
		disk.Refresh(ctx), second(disk.NSD(ctx)), nsd.Refresh(ctx), pool.Refresh(ctx), q.Refresh(ctx),
		(&model.Snapshot{Name: "x"}).Delete(ctx), (&model.Fileset{}).Delete(ctx), (&model.Node{}).Shutdown(ctx), (&model.Cluster{}).Shutdown(ctx),
	} {
		assert.ErrorContains(t, err, "belongs to no cluster")
	}
	for _, o := range []fmt.Stringer{fs, f, snap, node, disk, nsd, pool, q} {
		assert.Empty(t, o.String())
	}
	assert.False(t, fs.Planned() || f.Planned() || snap.Planned() || disk.NotReady() || nsd.Free() || q.Exceeded() || q.Limited() || node.HasRole("quorum"))
	assert.Zero(t, snap.Age())
	assert.False(t, q.BlockUsedPct().Known())
}

func second[T any](_ T, err error) error { return err }

func TestObjectsKnowWhenTheyWereRead(t *testing.T) {
	ctx := t.Context()
	c, _ := simulated(t)
	begin := time.Now()
	fs, err := c.Filesystems.Get(ctx, "mmfs1")
	require.NoError(t, err)
	read := func(object any, err error) time.Time {
		t.Helper()
		require.NoError(t, err)
		at := model.ReadAt(object)
		assert.WithinRange(t, at, begin, time.Now(), "%T", object)
		return at
	}
	first := read(fs, nil)
	for _, o := range []func() (any, error){
		func() (any, error) { return fs.Filesets.Get(ctx, "home") },
		func() (any, error) { return fs.Pools.Get(ctx, "data") },
		func() (any, error) { return fs.Snapshots.Get(ctx, "global-snapshot1") },
		func() (any, error) { list, err := fs.Disks.List(ctx); return list[0], err },
		func() (any, error) { list, err := fs.Quotas.List(ctx); return list[0], err },
		func() (any, error) { return c.Nodes.Get(ctx, "node1") },
		func() (any, error) { return c.NodeClasses.Get(ctx, "rack1") },
		func() (any, error) { list, err := c.NSDs.List(ctx); return list[0], err },
		func() (any, error) { return c.Callbacks.Get(ctx, "notifyLowSpace") },
		func() (any, error) { return c.Config.Get(ctx, "pagepool") },
	} {
		read(o())
	}
	require.NoError(t, fs.Refresh(ctx))
	assert.True(t, read(fs, nil).After(first))
	assert.Zero(t, model.ReadAt(c.Filesystem("mmfs1")), "nothing of it was read")
	assert.Zero(t, model.ReadAt((*model.Pool)(nil)))
	assert.Zero(t, model.ReadAt(7))
}
