package model_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gpfsh/mmexec"
	"gpfsh/mmexec/mmsim"
	"gpfsh/model"
)

// TestChangesRunTheseCommands says for each change which commands it runs. In a dry run nothing is changed, so the
// cluster is the same for each.
func TestChangesRunTheseCommands(t *testing.T) {
	plan := &mmexec.Plan{}
	plan.SetEnabled(true)
	sim := mmsim.New()
	t.Cleanup(func() { sim.Close() })
	c := connect(t, mmexec.Wrap(sim, mmexec.DryRun(plan)),
		model.WithClock(func() time.Time { return time.Date(2024, time.May, 14, 7, 30, 7, 0, time.UTC) }))
	ctx := t.Context()
	fs, _ := c.Filesystems.Handle("mmfs1")
	home, _ := fs.Filesets.Handle("home")
	snap, _ := fs.Snapshots.Handle("s1")
	own, _ := home.Snapshots.Handle("s2")
	node1, err := c.Nodes.Get(ctx, "node1")
	require.NoError(t, err)

	for name, test := range map[string]struct {
		do   func() error
		want []string
	}{
		"snapshot":              {func() error { return second(fs.Snapshots.New(ctx, "x")) }, []string{"mmcrsnapshot mmfs1 x"}},
		"snapshot of fileset":   {func() error { return second(home.Snapshots.New(ctx, "x")) }, []string{"mmcrsnapshot mmfs1 x -j home"}},
		"snapshot among all":    {func() error { return second(fs.AllSnapshots.New(ctx, "home:x")) }, []string{"mmcrsnapshot mmfs1 x -j home"}},
		"snapshot that expires": {func() error { return second(fs.Snapshots.New(ctx, "x", model.Expires(2*model.Day))) }, []string{"mmcrsnapshot mmfs1 x --expiration-time 2024-05-16-07:30:07"}},
		"snapshot until": {func() error {
			return second(fs.Snapshots.New(ctx, "x", model.ExpiresAt(time.Date(2024, 6, 1, 0, 0, 0, 0, time.UTC))))
		}, []string{"mmcrsnapshot mmfs1 x --expiration-time 2024-06-01-00:00:00"}},
		"snapshot gone":            {func() error { return snap.Delete(ctx) }, []string{"mmdelsnapshot mmfs1 s1"}},
		"snapshot gone, options":   {func() error { return snap.Delete(ctx, model.On("nsdNodes"), model.QoS(model.Maintenance)) }, []string{"mmdelsnapshot mmfs1 s1 -N nsdNodes --qos maintenance"}},
		"fileset snapshot gone":    {func() error { return own.Delete(ctx) }, []string{"mmdelsnapshot mmfs1 s2 -j home"}},
		"snapshots gone by name":   {func() error { return fs.Snapshots.Delete(ctx, "a", "b", "c") }, []string{"mmdelsnapshot mmfs1 a,b,c"}},
		"fileset snapshots gone":   {func() error { return home.Snapshots.Delete(ctx, "a", "b") }, []string{"mmdelsnapshot mmfs1 home:a,home:b"}},
		"snapshots of all gone":    {func() error { return fs.AllSnapshots.Delete(ctx, "a", "home:b") }, []string{"mmdelsnapshot mmfs1 a,home:b"}},
		"snapshots of a view gone": {func() error { return fs.AllSnapshots.OlderThan(10 * model.Day).DeleteAll(ctx) }, []string{"mmdelsnapshot mmfs1 global-snapshot1,proj-beta:n-20240501,proj-alpha:audit-2024"}},
		"managed snapshot gone":    {func() error { return fs.AllSnapshots.Match("*:@GMT-*").DeleteAll(ctx, model.EvenIfManaged()) }, []string{"mmdelsnapshot mmfs1 @GMT-2024.05.13-22.00.00 -j home"}},
		"nothing in the view":      {func() error { return fs.Snapshots.Match("nothing-*").DeleteAll(ctx) }, nil},

		"fileset": {func() error { return second(fs.Filesets.New(ctx, "x")) }, []string{"mmcrfileset mmfs1 x"}},
		"independent fileset": {func() error {
			return second(fs.Filesets.New(ctx, "x", model.Independent(), model.InodeLimit(1e6, 5e5), model.Comment("PI: ü")))
		}, []string{"mmcrfileset mmfs1 x -t 'PI: ü' --inode-space new --inode-limit 1000000:500000"}},
		"dependent and linked": {func() error {
			return second(fs.Filesets.New(ctx, "x", model.InInodeSpaceOf("home"), model.Link("/gpfs/mmfs1/home/x")))
		}, []string{"mmcrfileset mmfs1 x --inode-space home", "mmlinkfileset mmfs1 x -J /gpfs/mmfs1/home/x"}},
		"fileset, permissions": {func() error {
			return second(fs.Filesets.New(ctx, "x", model.AllowPermissionChange(model.ChmodOnly), model.AllowPermissionInherit(model.InheritACLOnly)))
		}, []string{"mmcrfileset mmfs1 x --allow-permission-change chmodOnly --allow-permission-inherit inheritAclOnly"}},
		"cache": {func() error {
			return second(fs.Filesets.New(ctx, "x", model.Independent(), model.AFMAttributes(model.TextMap{"afmTarget": "nfs://h/p", "afmMode": "ro"})))
		}, []string{"mmcrfileset mmfs1 x -p afmMode=ro -p afmTarget=nfs://h/p --inode-space new"}},
		"link":            {func() error { return home.Link(ctx, "/gpfs/mmfs1/h") }, []string{"mmlinkfileset mmfs1 home -J /gpfs/mmfs1/h"}},
		"unlink":          {func() error { return home.Unlink(ctx) }, []string{"mmunlinkfileset mmfs1 home"}},
		"unlink by force": {func() error { return home.Unlink(ctx, model.Force()) }, []string{"mmunlinkfileset mmfs1 home -f"}},
		"fileset gone":    {func() error { return home.Delete(ctx) }, []string{"mmdelfileset mmfs1 home"}},
		"fileset gone with all": {func() error {
			return home.Delete(ctx, model.UnlinkFirst(model.Force()), model.WithContents(), model.QoS(model.Other))
		}, []string{"mmunlinkfileset mmfs1 home -f", "mmdelfileset mmfs1 home -f --qos other"}},
		"filesets gone":        {func() error { return fs.Filesets.Delete(ctx, "a", "b") }, []string{"mmdelfileset mmfs1 a", "mmdelfileset mmfs1 b"}},
		"filesets of a view":   {func() error { return fs.Filesets.Match("proj-alpha*").DeleteAll(ctx, model.WithContents()) }, []string{"mmdelfileset mmfs1 proj-alpha -f", "mmdelfileset mmfs1 proj-alpha-raw -f"}},
		"rename fileset":       {func() error { return home.Rename(ctx, "users") }, []string{"mmchfileset mmfs1 home -j users"}},
		"change fileset":       {func() error { return home.Change(ctx, model.Comment(""), model.InodeLimit(2e6)) }, []string{"mmchfileset mmfs1 home -t '' --inode-limit 2000000"}},
		"no change of fileset": {func() error { return home.Change(ctx) }, nil},

		"mount point": {func() error { return fs.Change(ctx, model.MountPoint("/gpfs1")) }, []string{"mmchfs mmfs1 -T /gpfs1"}},
		"several changes": {func() error {
			return fs.Change(ctx, model.DefaultDataReplicas(2), model.AutomaticMount(model.MountByHand), model.InodeLimit(5e6))
		}, []string{"mmchfs mmfs1 -A no -r 2 --inode-limit 5000000"}},
		"changes alone": {func() error {
			return fs.Change(ctx, model.AccountQuotas(true), model.MountOptions("nodev"), model.MaintenanceMode(true))
		}, []string{"mmchfs mmfs1 -o nodev", "mmchfs mmfs1 -Q yes", "mmchfs mmfs1 --maintenance-mode yes"}},
		"all in words": {func() error {
			return fs.Change(ctx, model.ReplicateStrictly(model.ReplicateAlways), model.ACLSemantics(model.NFSv4ACLs), model.LockingSemantics(model.PosixLocks), model.AccessTime(model.RelativeAccessTimes))
		}, []string{"mmchfs mmfs1 -D posix -k nfs4 -K always -S relatime"}},
		"all in switches": {func() error {
			return fs.Change(ctx, model.ExactMtime(false), model.DMAPI(true), model.FilesetDF(true), model.PerFilesetQuotas(false), model.RapidRepair(true), model.AutoInodeLimit(false), model.FlushOnClose(true), model.NFSv4OwnerWriteACL(true), model.InodeSegmentManager(false))
		}, []string{"mmchfs mmfs1 -E no -z yes --filesetdf --noperfileset-quota --rapid-repair --noauto-inode-limit --flush-on-close --nfs4-owner-write-acl yes --inode-segment-mgr no"}},
		"all in numbers": {func() error {
			return fs.Change(ctx, model.DefaultMetadataReplicas(2), model.LogReplicas(2), model.EstimatedNodes(64), model.MountPriority(0), model.LogfileSize(32*model.MiB), model.WriteCacheThreshold(64*model.KiB), model.DriveLetter("G"))
		}, []string{"mmchfs mmfs1 -L 32M -m 2 -n 64 -t G --log-replicas 2 --mount-priority 0 --write-cache-threshold 65536"}},
		"newer format":     {func() error { return fs.Change(ctx, model.UpgradeFormat()) }, []string{"mmchfs mmfs1 -V full"}},
		"compatible":       {func() error { return fs.Change(ctx, model.UpgradeFormatCompatibly()) }, []string{"mmchfs mmfs1 -V compat"}},
		"rename":           {func() error { return fs.Rename(ctx, "mmfs3") }, []string{"mmchfs mmfs1 -W mmfs3"}},
		"mount":            {func() error { return fs.Mount(ctx) }, []string{"mmmount mmfs1"}},
		"mount everywhere": {func() error { return fs.Mount(ctx, model.Everywhere(), model.WithMountOptions("ro")) }, []string{"mmmount mmfs1 -o ro -a"}},
		"mount elsewhere":  {func() error { return fs.Mount(ctx, model.On("node1", "compute"), model.AtMountPoint("/mnt")) }, []string{"mmmount mmfs1 /mnt -N node1,compute"}},
		"unmount":          {func() error { return fs.Unmount(ctx, model.On("node1"), model.Force()) }, []string{"mmumount mmfs1 -f -N node1"}},
		"mount all":        {func() error { return c.Mount(ctx, model.Everywhere()) }, []string{"mmmount all_local -a"}},
		"unmount all":      {func() error { return c.Unmount(ctx, model.Everywhere()) }, []string{"mmumount all_local -a"}},

		"start a node": {func() error { return node1.Startup(ctx) }, []string{"mmstartup -N node1.hpc.example.org"}},
		"stop a node":  {func() error { return node1.Shutdown(ctx) }, []string{"mmshutdown -N node1.hpc.example.org"}},
		"stop a node now": {func() error {
			return node1.Shutdown(ctx, model.UnmountTimeout(90*time.Second), model.AcceptQuorumLoss())
		}, []string{"mmshutdown -t 90 -N node1.hpc.example.org --accept"}},
		"start some": {func() error { return c.Nodes.Down().Startup(ctx) }, []string{"mmstartup -N node5.hpc.example.org"}},
		"stop some":  {func() error { return c.Nodes.Match("ces*").Shutdown(ctx) }, []string{"mmshutdown -N ces01.hpc.example.org,ces02.hpc.example.org"}},
		"start all":  {func() error { return c.Startup(ctx) }, []string{"mmstartup -a"}},
		"stop all":   {func() error { return c.Shutdown(ctx) }, []string{"mmshutdown -a"}},
	} {
		t.Run(name, func(t *testing.T) {
			plan.Reset()
			require.NoError(t, test.do())
			var got []string
			for _, e := range plan.Entries() {
				got = append(got, e.String())
			}
			assert.Equal(t, test.want, got)
		})
	}
}

func TestChangesThatAreRefusedBeforeTheyRun(t *testing.T) {
	c, s := simulated(t)
	ctx := t.Context()
	fs, _ := c.Filesystems.Handle("mmfs1")
	home, _ := fs.Filesets.Handle("home")
	root, _ := fs.Filesets.Handle("root")
	for want, do := range map[string]func() error{
		"it is empty":                            func() error { return second(fs.Snapshots.New(ctx, "")) },
		"begins with a dash":                     func() error { return second(fs.Snapshots.New(ctx, "-x")) },
		"is not allowed":                         func() error { return second(fs.Snapshots.New(ctx, "a,b")) },
		"is in the past":                         func() error { return second(fs.Snapshots.New(ctx, "x", model.ExpiresAt(time.Unix(0, 0)))) },
		"refused to delete all snapshots":        func() error { return fs.Snapshots.DeleteAll(ctx) },
		"refused to delete all filesets":         func() error { return fs.Filesets.DeleteAll(ctx) },
		"refused to start all nodes":             func() error { return c.Nodes.Startup(ctx) },
		"refused to stop all nodes":              func() error { return c.Nodes.Shutdown(ctx) },
		"in a view of snapshots":                 func() error { return fs.Snapshots.Match("*").Delete(ctx, "x") },
		"in a view of filesets":                  func() error { return fs.Filesets.Match("*").Delete(ctx, "x") },
		`snapshot "home:@GMT-1" belongs to SMB`:  func() error { return home.Snapshots.Delete(ctx, "@GMT-1") },
		`snapshot ".mmbackupSnap1" belongs to b`: func() error { return fs.Snapshots.Delete(ctx, "x", ".mmbackupSnap1") },
		"On needs at least one node":             func() error { return fs.Snapshots.Match("*").DeleteAll(ctx, model.On()) },
		"say on which nodes":                     func() error { return fs.Mount(ctx, model.On()) },
		"keeps this name for itself":             func() error { return second(fs.Filesets.New(ctx, "root")) },
		"needs an absolute path":                 func() error { return second(fs.Filesets.New(ctx, "x", model.Link("x"))) },
		"has an inode limit":                     func() error { return second(fs.Filesets.New(ctx, "x", model.InodeLimit(1e6))) },
		"say Independent()":                      func() error { return second(fs.Filesets.New(ctx, "x", model.InInodeSpaceOf("new"))) },
		"is a number of inodes":                  func() error { return home.Change(ctx, model.InodeLimit(0)) },
		"one number, or two":                     func() error { return home.Change(ctx, model.InodeLimit(3, 2, 1)) },
		"cannot be allocated beforehand":         func() error { return home.Change(ctx, model.InodeLimit(3, 5)) },
		"must be an absolute path":               func() error { return home.Link(ctx, "x") },
		"can be neither unlinked nor deleted":    func() error { return root.Delete(ctx, model.WithContents()) },
		"cannot be the name of a fileset":        func() error { return home.Rename(ctx, "") },
		`"x" cannot be the name of a mount poin`: func() error { return fs.Change(ctx, model.MountPoint("x")) },
		"MountPoint needs a value":               func() error { return fs.Change(ctx, model.MountPoint("")) },
		"the number of data replicas cannot":     func() error { return fs.Change(ctx, model.DefaultDataReplicas(0)) },
		"-A takes yes, no, automount":            func() error { return fs.Change(ctx, model.AutomaticMount("sometimes")) },
		"a set of file systems":                  func() error { return fs.Rename(ctx, "all") },
	} {
		s.ran()
		err := do()
		require.ErrorContains(t, err, want)
		for _, line := range s.ran() {
			assert.Regexp(t, "^mmls", line, "%s: nothing that changes anything was run", want)
		}
	}
}

func TestNewObjectsAreReadBack(t *testing.T) {
	c, s := simulated(t)
	ctx := t.Context()
	fs, _ := c.Filesystems.Handle("mmfs1")
	snap, err := fs.Snapshots.New(ctx, "nightly")
	require.NoError(t, err)
	assert.Equal(t, []string{"mmcrsnapshot mmfs1 nightly", "mmlssnapshot mmfs1 -s nightly -Y"}, s.ran())
	assert.Equal(t, "nightly", snap.Name)
	assert.Positive(t, snap.ID)
	assert.Equal(t, model.Valid, snap.Status)
	assert.Equal(t, "2024-05-14 09:30:07", snap.Created.Format(time.DateTime), "in the zone of the cluster")
	assert.Equal(t, model.Bytes(model.NotAsked), snap.Data, "not 0: it was not asked for")
	require.NoError(t, snap.Refresh(ctx))
	require.NoError(t, snap.Delete(ctx))
	_, found, err := fs.Snapshots.Lookup(ctx, "nightly")
	require.NoError(t, err)
	assert.False(t, found)

	s.ran()
	f, err := fs.Filesets.New(ctx, "p42", model.Independent(), model.InodeLimit(2e6), model.Link("/gpfs/mmfs1/p42"), model.Comment("PI Smith"))
	require.NoError(t, err)
	assert.Equal(t, []string{
		"mmcrfileset mmfs1 p42 -t 'PI Smith' --inode-space new --inode-limit 2000000",
		"mmlinkfileset mmfs1 p42 -J /gpfs/mmfs1/p42", "mmlsfileset mmfs1 p42 -Y",
	}, s.ran())
	assert.Equal(t, model.Linked, f.Status)
	assert.Equal(t, "/gpfs/mmfs1/p42", f.Path)
	assert.True(t, f.Independent)
	assert.Equal(t, "PI Smith", f.Comment)

	own, err := f.Snapshots.New(ctx, "first")
	require.NoError(t, err)
	assert.Equal(t, "p42:first", own.Key())
	names, err := f.Snapshots.Names(ctx)
	require.NoError(t, err)
	assert.Equal(t, []string{"first"}, names)
	global, err := fs.Snapshots.Names(ctx)
	require.NoError(t, err)
	assert.NotContains(t, global, "first", "snapshots of filesets are not those of the file system")
	require.NoError(t, f.Snapshots.Delete(ctx, "first"))

	require.NoError(t, f.Unlink(ctx))
	assert.Equal(t, model.Unlinked, f.Status)
	assert.Empty(t, f.Path)
	require.NoError(t, f.Delete(ctx))
	_, found, err = fs.Filesets.Lookup(ctx, "p42")
	require.NoError(t, err)
	assert.False(t, found)
}

func TestRefusalsOfTheCluster(t *testing.T) {
	c, s := simulated(t)
	ctx := t.Context()
	fs, _ := c.Filesystems.Handle("mmfs1")
	home, _ := fs.Filesets.Handle("home")

	_, err := fs.Snapshots.New(ctx, "global-snapshot1")
	var exists *model.ExistsError
	require.ErrorAs(t, err, &exists)
	assert.Equal(t, "global-snapshot1", exists.Name)
	var refused *mmexec.CommandError
	require.ErrorAs(t, err, &refused)

	err = fs.Snapshots.Delete(ctx, "TemporarySnapshot", "gone")
	var missing *model.NotFoundError
	require.ErrorAs(t, err, &missing)
	assert.Equal(t, "gone", missing.Name, "of several the one that is missing is named")
	assert.Contains(t, missing.Names, "TemporarySnapshot")

	_, err = home.Snapshots.Get(ctx, "gone")
	assert.ErrorContains(t, err, `no snapshot "gone" in fileset home of mmfs1; there are n-20240512, n-20240513`)

	_, err = fs.Filesets.New(ctx, "home")
	require.ErrorAs(t, err, &exists)
	assert.Equal(t, "fileset", exists.Kind)

	gone, _ := fs.Filesets.Handle("gone")
	require.ErrorAs(t, gone.Unlink(ctx), &missing)
	assert.Equal(t, "fileset", missing.Kind)
	assert.Contains(t, missing.Names, "home")

	err = home.Delete(ctx)
	require.ErrorAs(t, err, &refused)
	assert.Equal(t, mmexec.KindInUse, refused.Kind, "a linked fileset is not deleted")

	f, err := fs.Filesets.New(ctx, "half", model.Link("/gpfs/mmfs1/home"))
	require.ErrorContains(t, err, "fileset half was made but not linked")
	require.NotNil(t, f)
	assert.Equal(t, model.Unlinked, f.Status)
	require.NoError(t, f.Delete(ctx))

	s.ran()
	err = fs.Change(ctx, model.MountPoint("/gpfs1"))
	var mounted *model.MountedError
	require.ErrorAs(t, err, &mounted)
	require.ErrorAs(t, err, &refused)
	assert.Len(t, mounted.Nodes, 17)
	assert.Contains(t, err.Error(), `file system "mmfs1" is mounted on 17 nodes: nsd01-ib, nsd02-ib, `)
	assert.Contains(t, err.Error(), refused.Cause, "the words of the command are not lost")
	assert.Equal(t, []string{"mmchfs mmfs1 -T /gpfs1", "mmlsmount mmfs1 -L -Y"}, s.ran())

	other, err := c.Filesystems.Get(ctx, "mmfs2")
	require.NoError(t, err)
	require.NoError(t, other.Change(ctx, model.MountPoint("/gpfs2")))
	assert.Equal(t, "/gpfs2", other.MountPoint)
	require.NoError(t, other.Refresh(ctx))
	assert.Equal(t, "/gpfs2", other.MountPoint)
}

func TestDryRunOfTheSeed(t *testing.T) {
	plan := &mmexec.Plan{}
	sim := mmsim.New()
	t.Cleanup(func() { sim.Close() })
	c := connect(t, mmexec.Wrap(sim, mmexec.DryRun(plan)))
	ctx := t.Context()
	plan.SetEnabled(true)
	fs, err := c.Filesystems.Get(ctx, "mmfs1")
	require.NoError(t, err)
	snaps, err := fs.Snapshots.List(ctx)
	require.NoError(t, err)
	for _, s := range snaps {
		require.NoError(t, s.Delete(ctx))
	}
	assert.Equal(t, "mmdelsnapshot mmfs1 global-snapshot1\nmmdelsnapshot mmfs1 TemporarySnapshot", trimLine(plan.String()))
	n, err := fs.Snapshots.Len(ctx)
	require.NoError(t, err)
	assert.Equal(t, 2, n, "both still exist")
}

func TestPlannedObjects(t *testing.T) {
	plan := &mmexec.Plan{}
	plan.SetEnabled(true)
	sim := mmsim.New()
	t.Cleanup(func() { sim.Close() })
	c := connect(t, mmexec.Wrap(sim, mmexec.DryRun(plan)))
	ctx := t.Context()
	fs, _ := c.Filesystems.Handle("mmfs1")

	f, err := fs.Filesets.New(ctx, "p42", model.Independent(), model.Link("/gpfs/mmfs1/p42"))
	require.NoError(t, err)
	assert.True(t, f.Planned())
	var planned *model.PlannedError
	require.ErrorAs(t, f.Refresh(ctx), &planned)
	require.ErrorIs(t, planned, mmexec.ErrPlanned)
	assert.ErrorContains(t, planned, `fileset "p42" is planned only`)

	snap, err := fs.Snapshots.New(ctx, "s")
	require.NoError(t, err)
	assert.True(t, snap.Planned())
	require.ErrorIs(t, snap.Refresh(ctx), mmexec.ErrPlanned)
	require.NoError(t, snap.Delete(ctx))
	require.NoError(t, f.Change(ctx, model.Comment("c")))
	require.NoError(t, f.Unlink(ctx))
	require.NoError(t, f.Delete(ctx))
	assert.Equal(t, `mmcrfileset mmfs1 p42 --inode-space new
mmlinkfileset mmfs1 p42 -J /gpfs/mmfs1/p42
mmcrsnapshot mmfs1 s
mmdelsnapshot mmfs1 s
mmchfileset mmfs1 p42 -t c
mmunlinkfileset mmfs1 p42
mmdelfileset mmfs1 p42`, trimLine(plan.String()))
	require.NoError(t, fs.Change(ctx, model.MountPoint("/x")))
	assert.Empty(t, fs.MountPoint, "a plan does not change the object")
}

func TestObjectsShowWhatWasChanged(t *testing.T) {
	c := connect(t, answer(func(mmexec.Command) *mmexec.Result { return said("") }))
	ctx := t.Context()
	fs, _ := c.Filesystems.Handle("mmfs1")
	home, _ := fs.Filesets.Handle("home")
	home.UsedInodes = 1000
	require.NoError(t, home.Change(ctx, model.Comment("c"), model.InodeLimit(4000), model.AllowPermissionChange(model.ChmodOnly)))
	assert.Equal(t, "c", home.Comment)
	assert.Equal(t, model.Count(4000), home.MaxInodes)
	assert.InDelta(t, 25, float64(home.InodesUsedPct), 0)
	assert.Equal(t, model.ChmodOnly, home.PermChange)
	require.NoError(t, home.Link(ctx, "/gpfs/h"))
	assert.Equal(t, model.Linked, home.Status)
	require.NoError(t, home.Rename(ctx, "users"))
	assert.Equal(t, "users", home.Name)

	require.NoError(t, fs.Change(ctx, model.DefaultDataReplicas(2), model.FilesetDF(true), model.MaintenanceMode(true), model.InodeLimit(7), model.MountOptions("nodev")))
	assert.Equal(t, 2, fs.Replication.Data)
	assert.True(t, fs.Quota.FilesetDF && fs.Features.Maintenance)
	assert.Equal(t, model.Count(7), fs.MaxInodes)
	require.NoError(t, fs.Change(ctx, model.MountOptions("DEFAULT")))
	assert.Empty(t, fs.MountOptions)
}

func TestChangesStopWhenCancelled(t *testing.T) {
	c, _ := simulated(t)
	fs, _ := c.Filesystems.Handle("mmfs1")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := fs.Snapshots.New(ctx, "x")
	require.ErrorIs(t, err, context.Canceled)
	_, err = fs.Snapshots.Get(ctx, "x")
	require.ErrorIs(t, err, context.Canceled)
	_, err = c.Filesystems.List(ctx)
	require.ErrorIs(t, err, context.Canceled)
}

func trimLine(s string) string {
	for len(s) > 0 && s[len(s)-1] == '\n' {
		s = s[:len(s)-1]
	}
	return s
}
