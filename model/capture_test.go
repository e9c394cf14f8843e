package model_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gpfsh/model"
)

// equal compares objects by their data fields: collections and parents have no values of their own.
func equal(t *testing.T, want, got any) {
	t.Helper()
	opts := cmp.Options{
		cmpopts.IgnoreUnexported(model.Filesystem{}, model.Fileset{}, model.Snapshot{}, model.Node{}, model.NodeClass{},
			model.Disk{}, model.NSD{}, model.Pool{}, model.Quota{}),
		cmpopts.IgnoreTypes(model.Filesets{}, model.Snapshots{}, model.Disks{}, model.Pools{}, model.Quotas{}, model.Callbacks{},
			model.ClusterEvents{}, model.FilesetEvents{}, model.FilesystemEvents{}, model.NodeClassEvents{}, model.NodeEvents{}, model.PoolEvents{}),
		cmpopts.IgnoreFields(model.Quota{}, "UsedPct"), // BlockUsedPct has a test of its own
		cmpopts.EquateEmpty(),
		cmp.Comparer(func(a, b model.Percent) bool { return a == b || !a.Known() && !b.Known() }),
		cmp.Comparer(func(a, b time.Time) bool { return a.Equal(b) }),
	}
	if diff := cmp.Diff(want, got, opts); diff != "" {
		t.Errorf("objects differ (-want +got):\n%s", diff)
	}
}

func TestCapturedCluster(t *testing.T) {
	c := captured(t, map[string]string{"mmlscluster -Y": "ibm-install-infra/mmlscluster.txt"})
	info, err := c.Info(t.Context())
	require.NoError(t, err)
	equal(t, &model.ClusterInfo{
		Name: "cluster.domain.com", ID: "2936932203756487754", UIDDomain: "cluster.domain.com",
		RemoteShell: "/usr/bin/ssh", RemoteFileCopy: "/usr/bin/scp", Repository: "CCR",
		PrimaryServer: "server-1.domain.com", NodeCount: 4, QuorumNodes: 3,
	}, info)

	nodes, err := c.Nodes.List(t.Context())
	require.NoError(t, err)
	perfmon := []string{"perfmon"}
	equal(t, []*model.Node{
		{Name: "server-1.domain.com", Number: 1, DaemonName: "server-1.domain.com", IP: "10.0.0.1", Quorum: true, Roles: perfmon},
		{Name: "server-3.domain.com", Number: 2, DaemonName: "server-3.domain.com", IP: "10.0.0.4", Quorum: true, Manager: true, Roles: perfmon},
		{Name: "server-4.domain.com", Number: 3, DaemonName: "server-4.domain.com", IP: "10.0.0.4", Quorum: true, Manager: true, Roles: perfmon},
		{Name: "server-2.domain.com", Number: 4, DaemonName: "server-2.domain.com", IP: "10.0.0.2", Roles: perfmon},
	}, nodes)

	for name, want := range map[string]string{
		"server-3.domain.com": "server-3.domain.com", "server-3": "server-3.domain.com", "SERVER-2": "server-2.domain.com",
		"4": "server-2.domain.com", "10.0.0.1": "server-1.domain.com",
	} {
		n, err := c.Nodes.Get(t.Context(), name)
		require.NoError(t, err, name)
		assert.Equal(t, want, n.Name, name)
	}
	_, err = c.Nodes.Get(t.Context(), "10.0.0.4") // two nodes of the capture have it
	var twice *model.AmbiguousError
	require.ErrorAs(t, err, &twice)
	assert.Equal(t, []string{"server-3.domain.com", "server-4.domain.com"}, twice.Keys)
	_, err = c.Nodes.Get(t.Context(), "server")
	assert.EqualError(t, err, `no node "server"; there are server-1.domain.com, server-3.domain.com, server-4.domain.com, server-2.domain.com`)
}

func TestCapturedFilesystem(t *testing.T) {
	c := captured(t, map[string]string{"mmlsfs FS1 -Y": "ibm-install-infra/mmlsfs-all.txt"})
	fs, err := c.Filesystems.Get(t.Context(), "FS1")
	require.NoError(t, err)
	v := model.ParseFormatVersion("22.00 (5.0.4.0)")
	equal(t, &model.Filesystem{
		Name: "FS1", MountPoint: "/ibm/FS1", AutomaticMount: model.MountAtStart, BlockSize: 4 * model.MiB,
		Replication: model.Replicas{Data: 1, MaxData: 2, Metadata: 2, MaxMetadata: 2, Strict: model.ReplicateWhenPossible},
		MaxInodes:   513024,
		Version:     model.Version{Current: v, Original: v, Local: v, Manager: v, Highest: v},
		Created:     time.Date(2020, time.February, 21, 1, 36, 21, 0, time.UTC),
		UID:         "090B5475:5E4F9685",
		Blocks: model.Blocks{
			Fragment: 8 * model.KiB, Inode: 4 * model.KiB, Indirect: 32 * model.KiB, SubblocksPerBlock: 512,
			Allocation: "scatter", Logfile: 32 * model.MiB,
		},
		Features: model.Features{
			ACLs: model.NFSv4ACLs, Locking: model.NFSv4Locks, AccessTimes: model.RelativeAccessTimes, ExactMtime: true,
			FastEA: true, RapidRepair: true, Aligned4K: true, EstimatedNodes: 100,
		},
		PoolNames: []string{"system"}, DiskNames: []string{"nsd1", "nsd2"},
	}, fs)
	assert.Equal(t, "data 1/2, metadata 2/2", fs.Replication.String())
	assert.Equal(t, "none", fs.Quota.String())
	assert.True(t, fs.Version.Current.AtLeast(model.Release{V: 5, R: 0, M: 4}))
}

func TestCapturedFilesystemNames(t *testing.T) {
	c := captured(t, map[string]string{
		"mmlsfs all_local -T -Y": "puppet-gpfs/mmlsfs-T.txt",
		"mmlsfs all -T -Y":       "ibm-install-infra/mmlsfs-all.txt",
	})
	names, err := c.Filesystems.Names(t.Context())
	require.NoError(t, err)
	assert.Equal(t, []string{"test"}, names)
	names, err = c.AllFilesystems.Names(t.Context())
	require.NoError(t, err)
	assert.Equal(t, []string{"FS1"}, names, "one name however many attributes there are")
}

func TestCapturedFilesets(t *testing.T) {
	t.Run("4.2.3", func(t *testing.T) {
		c := captured(t, map[string]string{"mmlsfileset test -Y": "puppet-gpfs/mmlsfileset.txt"})
		fs, ok := c.Filesystems.Handle("test")
		require.True(t, ok)
		got, err := fs.Filesets.List(t.Context())
		require.NoError(t, err)
		equal(t, []*model.Fileset{
			{
				Name: "root", Status: model.Linked, Path: "/fs/test", ID: 0, ParentID: -1, RootInode: 3,
				Created:     time.Date(2017, time.August, 14, 16, 8, 3, 0, time.UTC),
				Independent: true, InodeSpace: 0, UsedInodes: 65792 - 61784, MaxInodes: 65792, AllocInodes: 65792, FreeInodes: 61784,
				InodesUsedPct: 100 * (65792 - 61784.0) / 65792, Inodes: model.NotAsked, Data: model.NotAsked,
				Comment: "root fileset", IAMMode: "off", PermChange: model.ChmodAndSetACL, Filesystem: "test",
			},
			{
				Name: "test3", Status: model.Linked, Path: "/fs/test/test3", ID: 1, ParentID: 0, RootInode: 131075,
				Created:     time.Date(2017, time.August, 24, 15, 47, 4, 0, time.UTC),
				Independent: true, InodeSpace: 1, UsedInodes: 1, MaxInodes: 2000000, AllocInodes: 1000000, FreeInodes: 999999,
				InodesUsedPct: 100 / 2000000.0, Inodes: model.NotAsked, Data: model.NotAsked,
				IAMMode: "off", PermChange: model.ChmodAndSetACL, Filesystem: "test",
			},
		}, got)
	})

	t.Run("5.1", func(t *testing.T) {
		c := captured(t, map[string]string{"mmlsfileset gpfs1 -Y": "mmoxi/mmlsfileset.txt"})
		fs, ok := c.Filesystems.Handle("gpfs1")
		require.True(t, ok)
		items, err := fs.Filesets.Items(t.Context())
		require.NoError(t, err)
		assert.Equal(t, "public work data_foo data_db data_db_foo", keys(items))
		none := model.Count(model.NotAsked)
		independent := func(f model.Fileset, most, alloc, free model.Count) *model.Fileset {
			f.Independent, f.MaxInodes, f.AllocInodes, f.FreeInodes, f.UsedInodes = true, most, alloc, free, alloc-free
			f.InodesUsedPct = model.Percent(100 * float64(alloc-free) / float64(most))
			return &f
		}
		want := []*model.Fileset{
			independent(model.Fileset{Name: "public", Path: "/gpfs1/public", ID: 271, RootInode: 73014444035, InodeSpace: 136,
				Created: time.Date(2021, time.October, 29, 14, 18, 40, 0, time.UTC)}, 20971520, 5251072, 4719472),
			independent(model.Fileset{Name: "work", Path: "/gpfs1/work", ID: 269, RootInode: 72477573123, InodeSpace: 135,
				Created: time.Date(2021, time.October, 29, 14, 7, 35, 0, time.UTC)}, 295313408, 260063232, 151587111),
			independent(model.Fileset{Name: "data_foo", Path: "/gpfs1/data/foo", ID: 126, RootInode: 103079215107, InodeSpace: 192,
				Comment: "end of project: 2026-11", Created: time.Date(2023, time.December, 5, 10, 44, 5, 0, time.UTC)}, 20000768, 1032192, 1031235),
			independent(model.Fileset{Name: "data_db", Path: "/gpfs1/data/db", ID: 49, RootInode: 13421772803, InodeSpace: 25,
				Comment: "end of project: 2042-12", Created: time.Date(2021, time.October, 29, 13, 47, 2, 0, time.UTC)}, 20971520, 5251072, 3342079),
			{Name: "data_db_foo", Path: "/gpfs1/data/db/foo", ID: 84, RootInode: 13422254080, InodeSpace: 25, ParentID: 49,
				Comment: "end of project: 2030-12", Created: time.Date(2024, time.March, 18, 13, 41, 34, 0, time.UTC),
				UsedInodes: none, MaxInodes: none, AllocInodes: none, FreeInodes: none, InodesUsedPct: -1},
		}
		for i, w := range want {
			w.Status, w.IAMMode, w.PermChange, w.PermInherit = model.Linked, "off", model.ChmodAndSetACL, model.InheritACLOnly
			w.Inodes, w.Data, w.Filesystem = none, model.NotAsked, "gpfs1"
			got := items[i].Value
			if !w.Independent {
				assert.False(t, got.InodesUsedPct.Known(), "a dependent fileset has no inodes of its own")
				w.InodesUsedPct = got.InodesUsedPct
			}
			equal(t, w, got)
		}
	})
}

func TestCapturedNSDs(t *testing.T) {
	c := captured(t, map[string]string{
		"mmlsnsd -Y":    "ibm-install-infra/mmlsnsd.txt",
		"mmlsnsd -X -Y": "mmoxi/mmlsnsd.txt",
	})
	got, err := c.NSDs.List(t.Context())
	require.NoError(t, err)
	nsd := func(name, fs, volume, first, second string) *model.NSD {
		return &model.NSD{Name: name, Filesystem: fs, VolumeID: volume, Servers: []string{first + ".domain.com", second + ".domain.com"}}
	}
	equal(t, []*model.NSD{
		nsd("nsd1", "FS1", "090B54755E4F84E6", "server-3", "server-4"),
		nsd("nsd2", "FS1", "090B54765E4F84E8", "server-4", "server-3"),
		nsd("nsd3", "FS2", "090B54755E4F84EA", "server-3", "server-4"),
		nsd("nsd4", "FS2", "090B54765E4F84EC", "server-4", "server-3"),
	}, got)

	got, err = c.NSDs.Devices().List(t.Context())
	require.NoError(t, err)
	free := func(name, server, device string) *model.NSD {
		return &model.NSD{Name: name, VolumeID: "0A0A14155C7041BA", Servers: []string{server},
			Paths: []model.NSDPath{{Node: server, Device: device, DeviceType: "dmm", Remarks: "server node"}}}
	}
	equal(t, []*model.NSD{
		free("disk1", "filer1", "/dev/dm-1"), free("disk2", "filer2", "/dev/dm-2"), free("disk3", "filer3", "/dev/dm-3"),
	}, got)
	n, err := c.NSDs.Devices().Free().Len(t.Context())
	require.NoError(t, err)
	assert.Equal(t, 3, n)
}

func TestCapturedDisks(t *testing.T) {
	c := captured(t, map[string]string{
		"mmlsdisk gpfs -Y":  "gpfstraining/mmlsdisk-Y.txt",
		"mmlsdisk gpfs1 -Y": "mmoxi/mmlsdisk.txt",
	})
	fs, _ := c.Filesystems.Handle("gpfs")
	got, err := fs.Disks.List(t.Context())
	require.NoError(t, err)
	disk := func(name string, id int64, pool, remarks string, kb model.Bytes, uid string) *model.Disk {
		return &model.Disk{
			Name: name, Status: model.Ready, Availability: model.Up, Pool: pool, FailureGroup: "-1",
			Data: pool == "nlsas", Metadata: pool == "system", Descriptor: remarks == "desc", Remarks: remarks,
			Size: kb * model.KiB, ID: id, UID: uid, Driver: "nsd", SectorSize: 512,
			Quorum: &model.DiskQuorum{Disks: 5, Read: 3, Write: 3}, Filesystem: "gpfs",
		}
	}
	equal(t, []*model.Disk{
		disk("GPFS_MD_LUN01", 1, "system", "desc", 387826316, "C0A8F6FB5E72304E"),
		disk("GPFS_MD_LUN02", 2, "system", "desc", 387815832, "C0A8F6FB5E723050"),
		disk("GPFS_DATA_LUN01", 3, "nlsas", "desc", 31210004736, "C0A8F6FB5E723052"),
		disk("GPFS_DATA_LUN02", 4, "nlsas", "", 31210004736, "C0A8F6FB5E723054"),
		disk("GPFS_MD_LUN03", 5, "system", "desc", 387815832, "C0A8F6FC63877608"),
		disk("GPFS_MD_LUN04", 6, "system", "desc", 387805344, "C0A8F6FC6387760C"),
		disk("GPFS_DATA_LUN03", 7, "nlsas", "", 31209994240, "C0A8F6FC6387760A"),
		disk("GPFS_DATA_LUN04", 8, "nlsas", "", 31209994240, "C0A8F6FC6387760E"),
	}, got)

	other, _ := c.Filesystems.Handle("gpfs1")
	items, err := other.Disks.NotReady().Items(t.Context())
	require.NoError(t, err)
	assert.Equal(t, "disk2 disk3 disk4", keys(items))
	assert.Equal(t, model.Availability(model.Down), items[0].Value.Availability)
	assert.Equal(t, model.Recovering, items[1].Value.Availability)
	assert.Equal(t, model.Unrecovered, items[2].Value.Availability)
}

func TestCapturedQuotas(t *testing.T) {
	c := captured(t, map[string]string{
		"mmrepquota -Y -n test":  "puppet-gpfs/mmrepquota.txt",
		"mmrepquota -Y -n gpfs1": "mmoxi/mmrepquota.txt",
	})
	fs, _ := c.Filesystems.Handle("test")
	items, err := fs.Quotas.Items(t.Context())
	require.NoError(t, err)
	assert.Equal(t, "root:user/root qtest1:user/root test3:user/tdockendorf root:group/root qtest1:group/root test3:group/sysp "+
		"fileset/root fileset/test3 fileset/qtest1", keys(items))

	quota := func(of model.QuotaType, id int64, name, fileset string, used model.Bytes, entry model.QuotaEntry, remarks string) *model.Quota {
		q := &model.Quota{
			Type: of, ID: id, Name: name, Fileset: fileset, BlockUsage: used, BlockSoft: model.Unlimited, BlockHard: model.Unlimited,
			BlockGrace: model.NoGrace, FilesUsage: 1, FilesSoft: model.Unlimited, FilesHard: model.Unlimited,
			FilesGrace: model.NoGrace, Entry: entry, Remarks: remarks, On: true, Filesystem: "test",
		}
		q.Owner = q.Key()
		return q
	}
	initial := model.InitialEntry
	want := []*model.Quota{
		quota(model.UserQuota, 0, "root", "root", 256*model.KiB, initial, "i"),
		quota(model.UserQuota, 0, "root", "qtest1", 0, initial, "i"),
		quota(model.UserQuota, 20821, "tdockendorf", "test3", 0, initial, "i"),
		quota(model.GroupQuota, 0, "root", "root", 256*model.KiB, initial, "i"),
		quota(model.GroupQuota, 0, "root", "qtest1", 0, initial, "i"),
		quota(model.GroupQuota, 103, "sysp", "test3", 0, initial, "i"),
		quota(model.FilesetQuota, 0, "root", "", 256*model.KiB, initial, "i"),
		quota(model.FilesetQuota, 1, "test3", "", 0, "", "N/A"),
		quota(model.FilesetQuota, 2, "qtest1", "", 0, model.ExplicitEntry, "e"),
	}
	for _, i := range []int{1, 4} {
		want[i].BlockInDoubt, want[i].FilesInDoubt = 10*model.MiB, 39
	}
	want[8].BlockSoft, want[8].BlockHard = model.TiB, model.TiB
	want[8].FilesSoft, want[8].FilesHard = 400000, 400000
	for i, w := range want {
		equal(t, w, items[i].Value)
	}

	other, _ := c.Filesystems.Handle("gpfs1")
	items, err = other.Quotas.Items(t.Context())
	require.NoError(t, err)
	assert.Equal(t, "fileset/name1 fileset1:user/uid:62347", keys(items), "an owner without a name is shown by its id")
	assert.Equal(t, 950235440*model.KiB, items[0].Value.BlockUsage)
	assert.Equal(t, 406372448*model.KiB, items[0].Value.BlockInDoubt)
	assert.Equal(t, 4*model.TiB, items[0].Value.BlockSoft)
	assert.Equal(t, 5*model.TiB, items[0].Value.BlockHard)
	assert.InDelta(t, 100*float64(950235440+406372448)/5368709120, float64(items[0].Value.BlockUsedPct()), 1e-9)
}

func TestCapturedPools(t *testing.T) {
	c := captured(t, map[string]string{"mmlspool gpfs1": "mmoxi/mmlspool.txt"})
	fs, _ := c.Filesystems.Handle("gpfs1")
	got, err := fs.Pools.List(t.Context())
	require.NoError(t, err)
	require.Len(t, got, 4)
	equal(t, &model.Pool{
		Name: "nvme", ID: 65537, BlockSize: 8 * model.MiB, Data: true, DataSize: 162531639296 * model.KiB,
		DataFree: 114505474048 * model.KiB, DataUsedPct: model.Percent(100 * (162531639296 - 114505474048) / 162531639296.0),
		MetaSize: model.NotAsked, MetaFree: model.NotAsked, MetaUsedPct: got[1].MetaUsedPct, Filesystem: "gpfs1",
	}, got[1])
	assert.False(t, got[1].MetaUsedPct.Known(), "a pool without metadata has no share of it in use")
	assert.Equal(t, 42*model.KiB, got[3].MetaFree)
}

func TestCapturedManagers(t *testing.T) {
	c := captured(t, map[string]string{"mmlsmgr -Y": "mmoxi/mmlsmgr.txt", "mmlsmgr gpfs2 -Y": "mmoxi/mmlsmgr.txt"})
	name, err := c.Manager(t.Context())
	require.NoError(t, err)
	assert.Equal(t, "filer1", name)
	fs, _ := c.Filesystems.Handle("gpfs2")
	name, err = fs.Manager(t.Context())
	require.NoError(t, err)
	assert.Equal(t, "filer3", name)
}

func TestCapturedState(t *testing.T) {
	c := captured(t, map[string]string{"mmgetstate -N filer1 -Y": "mmoxi/mmgetstate.txt"})
	n, ok := c.Nodes.Handle("filer1")
	require.True(t, ok)
	state, err := n.State(t.Context())
	require.NoError(t, err)
	assert.Equal(t, model.Active, state)
}
