package model_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gpfsh/mmexec"
	"gpfsh/mmexec/mmsim"
	"gpfsh/model"
)

// TestWhatAdministratorsDo goes through what the administrators of such clusters are used to doing with objects, and
// proves for each which commands it takes in all, reading ones included. What changes the cluster is planned only.
func TestWhatAdministratorsDo(t *testing.T) {
	plan := &mmexec.Plan{}
	plan.SetEnabled(true)
	sim := mmsim.New()
	t.Cleanup(func() { sim.Close() })
	s := &spy{Executor: mmexec.Wrap(sim, mmexec.DryRun(plan))}
	c := connect(t, s)
	fs := c.Filesystem("mmfs1")
	home, _ := fs.Filesets.Handle("home")
	dependent, _ := fs.Filesets.Handle("scratch")
	users, _ := c.NodeClasses.Handle("rack1")
	disk, _ := fs.Disks.Handle("data03")
	pool, _ := fs.Pools.Handle("data")

	for _, test := range []struct {
		what string
		do   func(ctx context.Context) error
		want []string
	}{
		{"identity of the cluster", func(ctx context.Context) error { return second(c.Info(ctx)) }, []string{"mmlscluster -Y"}},
		{"cluster manager", func(ctx context.Context) error { return second(c.Manager(ctx)) }, []string{"mmlsmgr -Y"}},
		{"stop the cluster with a time-out", func(ctx context.Context) error { return c.Shutdown(ctx, model.UnmountTimeout(model.Minute)) }, []string{"mmshutdown -t 60 -a"}},
		{"any object by its name", func(ctx context.Context) error { return c.Node("n1").Startup(ctx) }, []string{"mmstartup -N n1"}},
		{"members by their names", func(ctx context.Context) error { return second(c.Filesystems.Names(ctx)) }, []string{"mmlsfs all_local -T -Y"}},
		{"is it there", func(ctx context.Context) error { return second(fs.Snapshots.Len(ctx)) }, []string{"mmlssnapshot mmfs1 -Y"}},
		{"new and delete by collection", func(ctx context.Context) error { return fs.Snapshots.Delete(ctx, "a") }, []string{"mmdelsnapshot mmfs1 a"}},
		{"several changes at once", func(ctx context.Context) error {
			return home.Change(ctx, model.Comment("c"), model.AllowPermissionChange(model.ChmodOnly))
		}, []string{"mmchfileset mmfs1 home -t c --allow-permission-change chmodOnly"}},
		{"attributes of a file system", func(ctx context.Context) error { return second(c.Filesystems.Get(ctx, "mmfs1")) }, []string{"mmlsfs mmfs1 -Y"}},
		{"change a file system", func(ctx context.Context) error { return fs.Change(ctx, model.MountOptions("nodev")) }, []string{"mmchfs mmfs1 -o nodev"}},
		{"restripe a file system", func(ctx context.Context) error { return second(fs.Restripe(ctx, model.MoveToPools)) }, []string{"mmrestripefs mmfs1 -p"}},
		{"names of snapshot directories", func(ctx context.Context) error { return fs.ChangeSnapshotDirs(ctx, model.FilesetSnapshotDir(".snap")) }, []string{"mmsnapdir mmfs1 --fileset-snapdir .snap"}},
		{"independent fileset with limits", func(ctx context.Context) error {
			return second(fs.Filesets.NewIndependent(ctx, "p", model.InodeLimit(2e6, 1e6)))
		}, []string{"mmcrfileset mmfs1 p --inode-space new --inode-limit 2000000:1000000"}},
		{"dependent fileset", func(ctx context.Context) error {
			return second(fs.Filesets.New(ctx, "d", model.InInodeSpaceOf("home")))
		}, []string{"mmcrfileset mmfs1 d --inode-space home"}},
		{"cache", func(ctx context.Context) error {
			return second(fs.Filesets.NewCache(ctx, "c", model.Cache{Target: "gpfs:///mmfs2/p", Mode: model.ReadOnlyCache}))
		}, []string{"mmcrfileset mmfs1 c -p afmMode=ro -p afmTarget=gpfs:///mmfs2/p --inode-space new"}},
		{"attribute of a cache", func(ctx context.Context) error {
			return home.Change(ctx, model.AFMAttributes(model.TextMap{"afmNumReadThreads": "4"}))
		}, []string{"mmchfileset mmfs1 home -p afmNumReadThreads=4"}},
		{"link", func(ctx context.Context) error { return dependent.Link(ctx, "/gpfs/mmfs1/s") }, []string{"mmlinkfileset mmfs1 scratch -J /gpfs/mmfs1/s"}},
		{"relink by force", func(ctx context.Context) error { return dependent.Relink(ctx, "/gpfs/mmfs1/s", model.Force()) }, []string{"mmunlinkfileset mmfs1 scratch -f", "mmlinkfileset mmfs1 scratch -J /gpfs/mmfs1/s"}},
		{"rename a fileset", func(ctx context.Context) error { return dependent.Rename(ctx, "tmp") }, []string{"mmchfileset mmfs1 scratch -j tmp"}},
		{"delete a fileset with everything", func(ctx context.Context) error {
			return home.Delete(ctx, model.UnlinkFirst(model.Force()), model.WithContents(), model.QoS(model.Maintenance))
		}, []string{"mmunlinkfileset mmfs1 home -f", "mmdelfileset mmfs1 home -f --qos maintenance"}},
		{"independent filesets", func(ctx context.Context) error { return second(fs.Filesets.Independent().Names(ctx)) }, []string{"mmlsfileset mmfs1 -Y"}},
		{"limits of inodes", func(ctx context.Context) error { return home.Change(ctx, model.InodeLimit(6e7)) }, []string{"mmchfileset mmfs1 home --inode-limit 60000000"}},
		{"global snapshot", func(ctx context.Context) error { return second(fs.Snapshots.New(ctx, "g")) }, []string{"mmcrsnapshot mmfs1 g"}},
		{"fileset snapshot", func(ctx context.Context) error { return second(home.Snapshots.New(ctx, "f")) }, []string{"mmcrsnapshot mmfs1 f -j home"}},
		{"snapshots of a fileset", func(ctx context.Context) error { return second(home.Snapshots.List(ctx)) }, []string{"mmlssnapshot mmfs1 -j home -Y"}},
		{"what snapshots hold", func(ctx context.Context) error { return second(fs.Snapshots.WithSizes().List(ctx)) }, []string{"mmlssnapshot mmfs1 -d -Y"}},
		{"delete a snapshot on some nodes", func(ctx context.Context) error {
			return fs.Snapshots.Match("Temp*").DeleteAll(ctx, model.On("nsdNodes"), model.QoS(model.Other))
		}, []string{"mmlssnapshot mmfs1 -Y", "mmdelsnapshot mmfs1 TemporarySnapshot -N nsdNodes --qos other"}},
		{"snapshot for Windows", func(ctx context.Context) error { return second(home.Snapshots.New(ctx, "@GMT-2024.05.14-07.30.07")) }, []string{"mmcrsnapshot mmfs1 @GMT-2024.05.14-07.30.07 -j home"}},
		{"snapshot of every fileset", func(ctx context.Context) error {
			return second(fs.Filesets.Independent().Match("proj*").NewSnapshots(ctx, "x"))
		}, []string{"mmlsfileset mmfs1 -Y", "mmcrsnapshot mmfs1 proj-alpha:x,proj-beta:x"}},
		{"all quotas", func(ctx context.Context) error { return second(fs.Quotas.List(ctx)) }, []string{"mmrepquota -Y -n mmfs1"}},
		{"quotas of users", func(ctx context.Context) error { return second(fs.Quotas.Users().List(ctx)) }, []string{"mmrepquota -Y -n -u mmfs1"}},
		{"quotas of groups", func(ctx context.Context) error { return second(fs.Quotas.Groups().List(ctx)) }, []string{"mmrepquota -Y -n -g mmfs1"}},
		{"quota of a fileset", func(ctx context.Context) error { return second(home.Quota(ctx)) }, []string{"mmrepquota -Y -n -j mmfs1"}},
		{"limits of a fileset", func(ctx context.Context) error {
			return second(fs.Quotas.New(ctx, "fileset/home", model.Files(1e6, 1.2e6)))
		}, []string{"mmsetquota mmfs1:home --files 1000000:1200000"}},
		{"add a node", func(ctx context.Context) error { return second(c.Nodes.New(ctx, "n9", model.ManagerNode(true))) }, []string{"mmaddnode -N n9:manager"}},
		{"remove a node", func(ctx context.Context) error { return c.Node("n1").Delete(ctx) }, []string{"mmdelnode -N n1"}},
		{"roles of a node", func(ctx context.Context) error {
			return c.Node("n1").Change(ctx, model.QuorumNode(true), model.GatewayNode(true), model.PerfmonNode(true))
		}, []string{"mmchnode --quorum --gateway --perfmon -N n1"}},
		{"configuration of a node", func(ctx context.Context) error {
			return c.Config.Change(ctx, model.Settings{"pagepool": "8G"}, model.On("n1"))
		}, []string{"mmchconfig pagepool=8G -N n1"}},
		{"licences of nodes", func(ctx context.Context) error { return c.Node("n1").ChangeLicense(ctx, model.FPOLicense) }, []string{"mmchlicense fpo -N n1"}},
		{"the local node", func(ctx context.Context) error { return second(c.Nodes.Local(ctx)) }, []string{"mmlscluster -Y", "mmgetstate -Y"}},
		{"nodes that are up", func(ctx context.Context) error { return second(c.Nodes.Up().Len(ctx)) }, []string{"mmlscluster -Y", "mmgetstate -a -Y"}},
		{"node class", func(ctx context.Context) error { return second(c.NodeClasses.New(ctx, "x", "n1", "rack1")) }, []string{"mmcrnodeclass x -N n1,rack1"}},
		{"members of a node class", func(ctx context.Context) error { return users.Replace(ctx, "n1") }, []string{"mmchnodeclass rack1 replace -N n1"}},
		{"stop a node class", func(ctx context.Context) error { return users.Shutdown(ctx) }, []string{"mmshutdown -N rack1"}},
		{"roles of a node class", func(ctx context.Context) error { return users.ChangeNodes(ctx, model.ManagerNode(false)) }, []string{"mmchnode --client -N rack1"}},
		{"storage pools and their disks", func(ctx context.Context) error { return second(pool.Disks.List(ctx)) }, []string{"mmlsdisk mmfs1 -Y"}},
		{"limits of a storage pool", func(ctx context.Context) error { return pool.ChangeQoS(ctx, 300, model.Unlimited) }, []string{"mmchqos mmfs1 --enable pool=data,maintenance=300IOPS,other=unlimited"}},
		{"restripe a storage pool", func(ctx context.Context) error {
			return second(pool.Restripe(ctx, model.Rebalance, model.QoS(model.Maintenance)))
		}, []string{"mmrestripefs mmfs1 -b -P data --qos maintenance"}},
		{"NSDs and their servers", func(ctx context.Context) error { return second(c.NSDs.ServedBy("nsd01").List(ctx)) }, []string{"mmlsnsd -Y"}},
		{"free NSDs", func(ctx context.Context) error { return second(c.NSDs.Free().List(ctx)) }, []string{"mmlsnsd -Y"}},
		{"state of disks", func(ctx context.Context) error { return second(fs.Disks.NotReady().List(ctx)) }, []string{"mmlsdisk mmfs1 -Y"}},
		{"suspend a disk", func(ctx context.Context) error { return disk.Suspend(ctx) }, []string{"mmchdisk mmfs1 suspend -d data03"}},
		{"change a file", func(ctx context.Context) error {
			return c.File("/f").Change(ctx, model.InPool("data"), model.Immutable(true))
		}, []string{"mmchattr -P data -i yes /f"}},
		{"compress a file", func(ctx context.Context) error {
			return c.File("/f").Change(ctx, model.Compression("z"), model.Deferred())
		}, []string{"mmchattr --compression z -I defer /f"}},
		{"restripe a file", func(ctx context.Context) error { return c.File("/f").Restripe(ctx, model.RestoreReplicas) }, []string{"mmrestripefile -r /f"}},
		{"extended attributes of a file", func(ctx context.Context) error {
			return c.File("/f").SetAttributes(ctx, model.TextMap{"user.owner": "PI Smith"})
		}, []string{"mmchattr --set-attr 'user.owner=PI Smith' /f"}},
	} {
		t.Run(test.what, func(t *testing.T) {
			s.ran()
			require.NoError(t, test.do(t.Context()))
			assert.Equal(t, test.want, s.ran())
		})
	}
}
