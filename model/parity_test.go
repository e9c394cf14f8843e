package model_test

import (
	"context"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"reflect"
	"strings"
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
	for _, test := range parityRows(c) {
		t.Run(test.what, func(t *testing.T) {
			s.ran()
			require.NoError(t, test.do(t.Context()))
			assert.Equal(t, test.want, s.ran())
		})
	}
}

// parityRow is something to do, and the commands that it takes.
type parityRow struct {
	what string
	do   func(ctx context.Context) error
	want []string
}

func parityRows(c *model.Cluster) []parityRow {
	fs := c.Filesystem("mmfs1")
	home, _ := fs.Filesets.Handle("home")
	dependent, _ := fs.Filesets.Handle("scratch")
	users, _ := c.NodeClasses.Handle("rack1")
	disk, _ := fs.Disks.Handle("data03")
	pool, _ := fs.Pools.Handle("data")
	snap, _ := fs.Snapshots.Handle("global-snapshot1")
	root, _ := fs.Filesets.Handle("root")
	return []parityRow{
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
		{"objects are named as well as taken", func(ctx context.Context) error { return snap.Delete(ctx) }, []string{"mmdelsnapshot mmfs1 global-snapshot1"}},
		{"place of a snapshot", func(ctx context.Context) error { return second(snap.Path(ctx)) }, []string{"mmsnapdir mmfs1 -q", "mmlsfs mmfs1 -Y"}},
		{"snapshots of the root fileset", func(ctx context.Context) error { return second(root.Snapshots.New(ctx, "r")) }, []string{"mmcrsnapshot mmfs1 r -j root"}},
		{"limits of storage", func(ctx context.Context) error {
			return second(fs.Quotas.New(ctx, "home:user/alice", model.BlockSoft(model.TiB), model.BlockHard(2*model.TiB)))
		}, []string{"mmsetquota mmfs1:home --user alice --block 1T:2T"}},
		{"grace and what is in doubt", func(ctx context.Context) error { return second(fs.Quotas.Exceeded().List(ctx)) }, []string{"mmrepquota -Y -n mmfs1"}},
		{"inodes and limits together", func(ctx context.Context) error {
			return second(fs.EnsureProject(ctx, model.Project{Name: "proj-beta", Path: "/gpfs/mmfs1/proj/beta", MaxInodes: 2e6, FilesSoft: 1e6, FilesHard: 2e6}))
		}, []string{
			"mmlsfileset mmfs1 proj-beta -Y", "mmchfileset mmfs1 proj-beta --inode-limit 2000000",
			"mmrepquota -Y -n -j mmfs1", "mmsetquota mmfs1:proj-beta --files 1000000:2000000",
		}},
		{"state of the quorum", func(ctx context.Context) error { return second(c.Nodes.States(ctx)) }, []string{"mmlscluster -Y", "mmgetstate -a -Y"}},
		{"tiebreaker disks", func(ctx context.Context) error {
			_, _, err := c.Config.Lookup(ctx, "tiebreakerDisks")
			return err
		}, []string{"mmlsconfig -Y"}},
		{"quality of service as it was", func(ctx context.Context) error { return fs.DisableQoS(ctx) }, []string{"mmchqos mmfs1 --disable"}},
		// The demo has neither files nor RAID: what is asked is what counts.
		{"virtual disks", func(ctx context.Context) error { _, _ = c.VdiskSets(ctx); return nil }, []string{"mmvdisk vdiskset list -Y"}},
		{"attributes of a file", func(ctx context.Context) error { _ = c.File("/f").Refresh(ctx); return nil }, []string{"mmlsattr -L /f"}},
		{"extended attributes read", func(ctx context.Context) error { _, _ = c.File("/f").Attributes(ctx); return nil }, []string{"mmlsattr -L -d /f"}},
		{"extended attributes removed", func(ctx context.Context) error { return c.File("/f").DeleteAttributes(ctx, "user.owner") }, []string{"mmchattr --delete-attr user.owner /f"}},
		{"members added and taken out", func(ctx context.Context) error {
			return errors.Join(users.Add(ctx, "n9"), users.Remove(ctx, "n9"))
		}, []string{"mmchnodeclass rack1 add -N n9", "mmchnodeclass rack1 delete -N n9"}},
		{"resume a disk", func(ctx context.Context) error { return disk.Resume(ctx) }, []string{"mmchdisk mmfs1 resume -d data03"}},
		{"nodes by their licences", func(ctx context.Context) error { return second(c.Nodes.ServerLicensed().Names(ctx)) }, []string{"mmlscluster -Y", "mmlslicense -Y"}},
		{"comment of a fileset", func(ctx context.Context) error { return dependent.Change(ctx, model.Comment("x")) }, []string{"mmchfileset mmfs1 scratch -t x"}},
	}
}

// checklist is what users of the earlier objects could do, by number: for each the rows above that do it and the Go
// calls. What concerns policies and callbacks (65 to 100) is not the business of objects.
func checklist() map[int]struct{ rows, calls string } {
	type entry = struct{ rows, calls string }
	return map[int]entry{
		1:   {"identity of the cluster", "Connect"},
		2:   {"identity of the cluster", "Cluster.Info"},
		3:   {"identity of the cluster", "Cluster.Info, ClusterInfo.PrimaryServer, ClusterInfo.Repository"},
		4:   {"cluster manager", "Cluster.Manager"},
		5:   {"members by their names", "Cluster.Filesystems, Cluster.Nodes, Cluster.NSDs, Cluster.NodeClasses"},
		6:   {"stop the cluster with a time-out", "Cluster.Shutdown, UnmountTimeout"},
		7:   {"any object by its name", "Cluster.Filesystem, Cluster.Node, Cluster.File, Filesets.Handle"},
		8:   {"is it there|members by their names", "Snapshots.Get, Snapshots.Lookup, Snapshots.Items, Snapshots.Names, Snapshots.Len, Snapshots.Map"},
		9:   {"new and delete by collection", "Snapshots.New, Snapshots.Delete, Snapshot.Delete"},
		10:  {"objects are named as well as taken|new and delete by collection", "Snapshot.Delete, Snapshots.Delete"},
		11:  {"several changes at once", "Fileset.Change, Filesystem.Change, Node.Change"},
		12:  {"attributes of a file system", "Filesystem.Name"},
		13:  {"attributes of a file system", "Filesystem.Version, FormatVersion.Compare"},
		14:  {"change a file system", "Filesystem.Change, MountPoint"},
		15:  {"restripe a file system", "Filesystem.Restripe"},
		16:  {"names of snapshot directories", "Filesystem.SnapshotDirs, Filesystem.ChangeSnapshotDirs"},
		17:  {"", "Connect"}, // private files are the executor's: there is no path to set
		18:  {"independent fileset with limits", "Filesets.NewIndependent, InodeLimit"},
		19:  {"dependent fileset", "Filesets.New, InInodeSpaceOf"},
		20:  {"cache", "Filesets.NewCache"},
		21:  {"attribute of a cache", "Fileset.Change, AFMAttributes"},
		22:  {"link|relink by force", "Fileset.Link, Fileset.Relink, Fileset.Unlink, Force"},
		23:  {"rename a fileset|comment of a fileset", "Fileset.Rename, Comment"},
		24:  {"independent fileset with limits|dependent fileset|cache", "Filesets.New, Independent, CacheOf"},
		25:  {"delete a fileset with everything", "Fileset.Delete, UnlinkFirst, WithContents, QoS"},
		26:  {"independent filesets", "Filesets.Independent, Filesets.Dependent, Filesets.Caches"},
		27:  {"names of snapshot directories", "Filesystem.ChangeSnapshotDirs, FilesetSnapshotDir"},
		28:  {"limits of inodes", "Fileset.MaxInodes, Fileset.AllocInodes, InodeLimit"},
		29:  {"global snapshot", "Filesystem.Snapshots, Snapshots.New"},
		30:  {"fileset snapshot|snapshots of a fileset", "Fileset.Snapshots"},
		31:  {"snapshots of a fileset", "Snapshot.Status, Snapshot.Created, Snapshot.ID, Snapshot.Fileset"},
		32:  {"what snapshots hold", "Snapshots.WithSizes, Snapshot.ReadSizes"},
		33:  {"place of a snapshot", "Snapshot.Path"},
		34:  {"delete a snapshot on some nodes", "Snapshots.DeleteAll, On, QoS"},
		35:  {"snapshots of the root fileset|global snapshot", "Fileset.Snapshots, Filesystem.Snapshots"},
		36:  {"snapshot for Windows", "Snapshots.New"},
		37:  {"all quotas|quotas of users|quotas of groups|quota of a fileset", "Filesystem.Quotas, Fileset.Quota"},
		38:  {"limits of storage|limits of a fileset", "BlockSoft, BlockHard, Block, Files"},
		39:  {"grace and what is in doubt", "Quota.BlockGrace, Quota.BlockInDoubt, Quotas.GracePeriods"},
		40:  {"quotas of users|quotas of groups|quota of a fileset", "Quotas.Users, Quotas.Groups, Quotas.Filesets"},
		41:  {"limits of a fileset", "Quotas.New"},
		42:  {"all quotas", "Quotas.List, Quotas.Limited"}, // always one command; what has no limit is there
		43:  {"inodes and limits together", "Filesystem.EnsureProject"},
		44:  {"add a node|remove a node|roles of a node", "Nodes.New, Node.Delete, Node.Change"},
		45:  {"roles of a node", "QuorumNode, ManagerNode, GatewayNode, CESNode, SNMPNode, PerfmonNode"},
		46:  {"configuration of a node", "Config.Change, On, Node.Config"},
		47:  {"any object by its name", "Node.Startup, Node.Shutdown, Node.WaitFor"},
		48:  {"licences of nodes|nodes by their licences", "Node.ChangeLicense, Nodes.ServerLicensed, Nodes.WronglyLicensed"},
		49:  {"the local node|nodes that are up|state of the quorum|tiebreaker disks", "Nodes.Local, Nodes.Up, Nodes.States, Config.Lookup"},
		50:  {"node class|members of a node class|members added and taken out", "NodeClasses.New, NodeClass.Add, NodeClass.Remove, NodeClass.Replace, NodeClass.Delete"},
		51:  {"roles of a node class|stop a node class", "NodeClass.ChangeNodes, NodeClass.Shutdown"},
		52:  {"node class", "NodeClasses.New, On"},
		53:  {"storage pools and their disks", "Pool.Disks, Pool.Data, Pool.Metadata"},
		54:  {"limits of a storage pool|quality of service as it was", "Pool.ChangeQoS, Filesystem.QoS, Filesystem.DisableQoS"},
		55:  {"restripe a storage pool", "Pool.Restripe"},
		56:  {"NSDs and their servers|free NSDs", "NSDs.ServedBy, NSDs.Free, NSD.Servers, NSD.VolumeID"},
		57:  {"virtual disks", "Cluster.VdiskSets, Cluster.Pdisks, Cluster.RecoveryGroups"},
		58:  {"state of disks", "Disks.NotReady, Disk.Status, Disk.Availability"},
		59:  {"suspend a disk|resume a disk", "Disk.Suspend, Disk.Resume"},
		60:  {"attributes of a file", "File.Refresh"},
		61:  {"change a file", "File.Change, InPool, DataReplicas, Immutable, AppendOnly"},
		62:  {"compress a file", "Compression, Deferred"},
		63:  {"restripe a file", "File.Restripe"},
		64:  {"extended attributes of a file|extended attributes read|extended attributes removed", "File.SetAttributes, File.Attributes, File.DeleteAttributes"},
		101: {"add a node", "Node.Delete"}, // the plan is package mmexec's; every row above is planned by it
		103: {"members by their names", "Filesystems.Names"},
		104: {"is it there", "NotFoundError.Names, ExistsError.Err"},
	}
}

// TestTheChecklistIsComplete proves that nothing of the list is left out, that the rows it names are there, and that the
// calls it names exist.
func TestTheChecklistIsComplete(t *testing.T) {
	sim := mmsim.New()
	t.Cleanup(func() { sim.Close() })
	rows := make(map[string]bool)
	for _, r := range parityRows(connect(t, sim)) {
		assert.False(t, rows[r.what], "%s is there twice", r.what)
		rows[r.what] = true
	}
	list := checklist()
	for n := 1; n <= 64; n++ {
		assert.Contains(t, list, n)
	}
	functions := exportedFunctions(t)
	for n, entry := range list {
		for _, row := range strings.Split(entry.rows, "|") {
			assert.True(t, row == "" || rows[row], "%d: there is no row %q", n, row)
		}
		for _, call := range strings.Split(entry.calls, ", ") {
			typ, member, ok := strings.Cut(call, ".")
			if !ok {
				assert.True(t, functions[call], "%d: there is no function %s", n, call)
				continue
			}
			of, known := objectTypes()[typ]
			require.True(t, known, "%d: %s", n, call)
			_, method := reflect.PointerTo(of).MethodByName(member)
			_, field := of.FieldByName(member)
			assert.True(t, method || field, "%d: there is no %s", n, call)
		}
	}
}

func objectTypes() map[string]reflect.Type {
	types := make(map[string]reflect.Type)
	for _, v := range []any{
		model.Cluster{}, model.ClusterInfo{}, model.Filesystem{}, model.Filesystems{}, model.Fileset{}, model.Filesets{}, model.Snapshot{}, model.Snapshots{},
		model.Quota{}, model.Quotas{}, model.Node{}, model.Nodes{}, model.NodeClass{}, model.NodeClasses{}, model.Pool{}, model.Disk{}, model.Disks{},
		model.NSD{}, model.NSDs{}, model.File{}, model.Config{}, model.FormatVersion{}, model.NotFoundError{}, model.ExistsError{},
	} {
		types[reflect.TypeOf(v).Name()] = reflect.TypeOf(v)
	}
	return types
}

// exportedFunctions returns the names of the functions of the package.
func exportedFunctions(t *testing.T) map[string]bool {
	t.Helper()
	names := make(map[string]bool)
	files, err := filepath.Glob("*.go")
	require.NoError(t, err)
	for _, name := range files {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		require.NoError(t, err)
		for _, d := range file.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && f.Recv == nil {
				names[f.Name.Name] = true
			}
		}
	}
	return names
}
