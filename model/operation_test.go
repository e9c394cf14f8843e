package model_test

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gpfsh/mmexec"
	"gpfsh/mmexec/mmsim"
	"gpfsh/model"
)

// TestOperationsRunTheseCommands goes on with the table of TestChangesRunTheseCommands for everything that the daily
// changes are not.
func TestOperationsRunTheseCommands(t *testing.T) {
	plan := &mmexec.Plan{}
	plan.SetEnabled(true)
	sim := mmsim.New()
	t.Cleanup(func() { sim.Close() })
	book := &phoneBook{users: map[int64]string{1001: "alice", 1002: "bob"}, groups: map[int64]string{2001: "hpc"}}
	c := connect(t, mmexec.Wrap(sim, mmexec.DryRun(plan)), model.ResolvingNames(book),
		model.WithClock(func() time.Time { return time.Date(2024, time.May, 14, 7, 30, 7, 0, time.UTC) }))
	ctx := t.Context()
	fs, _ := c.Filesystems.Handle("mmfs1")
	home, err := fs.Filesets.Get(ctx, "home")
	require.NoError(t, err)
	snap, _ := fs.Snapshots.Handle("s1")
	own, _ := home.Snapshots.Handle("s2")
	disk, _ := fs.Disks.Handle("data03")
	pool, _ := fs.Pools.Handle("data")
	nsd, _ := c.NSDs.Handle("spare01")
	rack, _ := c.NodeClasses.Handle("rack1")
	alice, _ := fs.Quotas.Handle("home:user/alice")
	node1, err := c.Nodes.Get(ctx, "node1")
	require.NoError(t, err)
	pagepool, _ := c.Config.Handle("pagepool")
	file := c.File("/gpfs/mmfs1/home/x y")
	spare := model.DiskStanza{NSD: "spare01", Usage: model.DataOnly, FailureGroup: "1", Pool: "data"}

	for name, test := range map[string]struct {
		do   func() error
		want []string
	}{
		"configuration": {func() error {
			return c.Config.Change(ctx, model.Settings{"pagepool": "16G", "maxMBpS": "6000"}, model.On("nsdNodes", "node7"), model.Now())
		}, []string{"mmchconfig maxMBpS=6000,pagepool=16G -i -N nsdNodes,node7"}},
		"parameter":            {func() error { return pagepool.Change(ctx, "8G", model.NowOnly()) }, []string{"mmchconfig pagepool=8G -I"}},
		"parameter by default": {func() error { return pagepool.Reset(ctx, model.On("node7")) }, []string{"mmchconfig pagepool=DEFAULT -N node7"}},
		"no configuration":     {func() error { return c.Config.Change(ctx, nil) }, nil},
		"manager":              {func() error { return fs.MoveManager(ctx, "nsd01") }, []string{"mmchmgr mmfs1 nsd01"}},
		"cluster manager":      {func() error { return c.MoveManager(ctx, "") }, []string{"mmchmgr -c"}},
		"restripe": {func() error {
			return second(fs.Restripe(ctx, model.Rebalance, model.On("nsdNodes"), model.QoS(model.Maintenance)))
		}, []string{"mmrestripefs mmfs1 -b -N nsdNodes --qos maintenance"}},
		"restripe strictly": {func() error { return second(fs.Restripe(ctx, model.RebalanceStrictly, model.OnlyMetadata())) }, []string{"mmrestripefs mmfs1 -b --strict --metadata-only"}},
		"compare replicas":  {func() error { return second(fs.Restripe(ctx, model.CompareReplicasOnly)) }, []string{"mmrestripefs mmfs1 --check-conflicting-replicas --read-only"}},
		"restripe a pool":   {func() error { return second(pool.Restripe(ctx, model.RestoreReplicas)) }, []string{"mmrestripefs mmfs1 -r -P data"}},
		"destroy":           {func() error { return fs.Delete(ctx, model.Confirm("mmfs1")) }, []string{"mmdelfs mmfs1"}},
		"make": {func() error {
			return second(c.Filesystems.New(ctx, "new1", model.NewFilesystem{Disks: []model.DiskStanza{spare}, BlockSize: 4 * model.MiB, MountPoint: "/new1", MaxDataReplicas: 2, Quotas: true, PerFilesetQuotas: true}, model.Confirm("new1")))
		}, []string{"mmcrfs new1 -F '<stanza>' -B 4M -Q yes -R 2 -T /new1 --perfileset-quota"}},
		"snapshot directories": {func() error {
			return fs.ChangeSnapshotDirs(ctx, model.GlobalSnapshotDir(".snap"), model.FilesetSnapshotDir(".fsnap"), model.SnapshotDirsEverywhere(true), model.GlobalSnapshotsInAllFilesets(false))
		}, []string{"mmsnapdir mmfs1 --global-snapdir .snap --fileset-snapdir .fsnap -a --show-global-snapshots rootfileset"}},
		"relink":                {func() error { return home.Relink(ctx, "/gpfs/mmfs1/h") }, []string{"mmunlinkfileset mmfs1 home", "mmlinkfileset mmfs1 home -J /gpfs/mmfs1/h"}},
		"archive mode":          {func() error { return home.RaiseIAMMode(ctx, "advisory") }, []string{"mmchfileset mmfs1 home --iam-mode advisory"}},
		"snapshots of filesets": {func() error { return second(fs.Filesets.Independent().Match("proj-*").NewSnapshots(ctx, "x")) }, []string{"mmcrsnapshot mmfs1 proj-alpha:x,proj-beta:x"}},
		"fileset as wanted": {func() error {
			_, _, err := fs.Filesets.Ensure(ctx, "home", model.Independent(), model.Link("/gpfs/mmfs1/home"))
			return err
		}, nil},
		"fileset to be changed": {func() error {
			_, _, err := fs.Filesets.Ensure(ctx, "proj-beta", model.InodeLimit(2e6), model.Comment("more"))
			return err
		}, []string{"mmchfileset mmfs1 proj-beta -t more --inode-limit 2000000"}},
		"fileset to be made":     {func() error { _, _, err := fs.Filesets.Ensure(ctx, "p42", model.Link("/gpfs/mmfs1/p42")); return err }, []string{"mmcrfileset mmfs1 p42", "mmlinkfileset mmfs1 p42 -J /gpfs/mmfs1/p42"}},
		"limit rounded up":       {func() error { _, _, err := fs.Filesets.Ensure(ctx, "proj-beta", model.InodeLimit(1e6)); return err }, nil},
		"snapshot that there is": {func() error { _, _, err := fs.Snapshots.Ensure(ctx, "global-snapshot1"); return err }, nil},
		"snapshot to be made":    {func() error { _, _, err := fs.Snapshots.Ensure(ctx, "x"); return err }, []string{"mmcrsnapshot mmfs1 x"}},
		"restore":                {func() error { return second(snap.Restore(ctx, model.On("nsdNodes"))) }, []string{"mmrestorefs mmfs1 s1 -N nsdNodes"}},
		"restore a fileset":      {func() error { return second(own.Restore(ctx)) }, []string{"mmrestorefs mmfs1 s2 -j home"}},

		"quota": {func() error {
			return alice.Change(ctx, model.Block(9*model.TiB, 10*model.TiB), model.Files(1e6, model.Unlimited))
		}, []string{"mmsetquota mmfs1:home --user alice --block 9T:10T --files 1000000:0"}},
		"soft limit alone":   {func() error { return alice.Change(ctx, model.BlockSoft(90*model.GiB)) }, []string{"mmsetquota mmfs1:home --user alice --block 90G:120G"}},
		"hard limit alone":   {func() error { return alice.Change(ctx, model.FilesHard(2e6)) }, []string{"mmsetquota mmfs1:home --user alice --files 1000000:2000000"}},
		"no limits":          {func() error { return alice.Delete(ctx) }, []string{"mmsetquota mmfs1:home --user alice --block 0:0 --files 0:0"}},
		"quota of somebody":  {func() error { return second(fs.Quotas.New(ctx, "user/uid:4711", model.Block(model.GiB, 2*model.GiB))) }, []string{"mmsetquota mmfs1 --user 4711 --block 1G:2G"}},
		"quota of a group":   {func() error { return second(fs.Quotas.New(ctx, "group/hpc", model.Files(10, 20))) }, []string{"mmsetquota mmfs1 --group hpc --files 10:20"}},
		"quota of a fileset": {func() error { return second(fs.Quotas.New(ctx, "fileset/proj-beta", model.BlockHard(7*model.TiB))) }, []string{"mmsetquota mmfs1:proj-beta --block 3T:7T"}},
		"quotas of a view": {func() error {
			return home.Quotas.Users().Match("home:user/[ab]*").Change(ctx, model.Block(model.TiB, model.TiB))
		}, []string{"mmsetquota mmfs1:home --user alice,bob --block 1T:1T"}},
		"one by one": {func() error {
			return home.Quotas.Users().Match("home:user/[ab]*").Change(ctx, model.BlockHard(model.TiB))
		}, []string{"mmsetquota mmfs1:home --user alice --block 100G:1T", "mmsetquota mmfs1:home --user bob --block 100G:1T"}},
		"quota as wanted": {func() error {
			_, _, err := fs.Quotas.Ensure(ctx, "home:user/alice", model.Block(100*model.GiB, 120*model.GiB))
			return err
		}, nil},
		"quota to be changed": {func() error {
			_, _, err := fs.Quotas.Ensure(ctx, "home:user/alice", model.BlockHard(130*model.GiB))
			return err
		}, []string{"mmsetquota mmfs1:home --user alice --block 100G:130G"}},
		"default quota": {func() error {
			return home.Quotas.ChangeDefault(ctx, model.UserQuota, model.Block(model.GiB, 2*model.GiB))
		}, []string{"mmsetquota mmfs1:home --default user --block 1G:2G"}},
		"grace": {func() error {
			return fs.Quotas.ChangeGrace(ctx, model.GroupQuota, model.BlockGrace(2*model.Week), model.FilesGrace(model.Day))
		}, []string{"mmsetquota mmfs1 --grace group --block 14days --files 1days"}},
		"quotas on":    {func() error { return fs.Quotas.Enable(ctx) }, []string{"mmquotaon mmfs1"}},
		"quotas off":   {func() error { return fs.Quotas.Disable(ctx, model.UserQuota, model.FilesetQuota) }, []string{"mmquotaoff -u -j mmfs1"}},
		"defaults on":  {func() error { return home.Quotas.EnableDefaults(ctx, model.GroupQuota) }, []string{"mmdefquotaon -g mmfs1:home"}},
		"defaults off": {func() error { return fs.Quotas.DisableDefaults(ctx) }, []string{"mmdefquotaoff mmfs1"}},
		"check quotas": {func() error { return second(fs.Quotas.CheckUsage(ctx)) }, []string{"mmcheckquota mmfs1"}},

		"add a node": {func() error {
			return second(c.Nodes.New(ctx, "node13-ib", model.QuorumNode(true), model.ManagerNode(true), model.AdminName("node13"), model.WithLicense(model.ServerLicense), model.AcceptLicense()))
		}, []string{"mmaddnode -N node13-ib:quorum-manager:node13:server --accept"}},
		"add a plain node": {func() error { return second(c.Nodes.New(ctx, "node13")) }, []string{"mmaddnode -N node13"}},
		"remove a node":    {func() error { return node1.Delete(ctx) }, []string{"mmdelnode -N node1.hpc.example.org"}},
		"remove nodes":     {func() error { return c.Nodes.Delete(ctx, "node2-ib", "22") }, []string{"mmdelnode -N node2.hpc.example.org,node3.hpc.example.org"}},
		"change a node": {func() error {
			return node1.Change(ctx, model.QuorumNode(true), model.ManagerNode(false), model.GatewayNode(true), model.PerfmonNode(false), model.CESNode(true), model.CESGroup("g1"), model.SNMPNode(false), model.AdminInterface("n1"), model.NodeComment("new"))
		}, []string{"mmchnode --quorum --client --gateway --noperfmon --ces-enable --ces-group=g1 --nosnmp-agent --admin-interface=n1 --comment new -N node1.hpc.example.org"}},
		"change nodes": {func() error {
			return c.Nodes.Match("ces*").Change(ctx, model.CESNode(false), model.CESGroup(""), model.DaemonInterface("c"))
		}, []string{"mmchnode --ces-disable --noces-group --daemon-interface=c -N ces01.hpc.example.org,ces02.hpc.example.org"}},
		"license":         {func() error { return node1.ChangeLicense(ctx, model.ClientLicense, model.AcceptLicense()) }, []string{"mmchlicense client --accept -N node1.hpc.example.org"}},
		"licenses":        {func() error { return c.Nodes.Managers().ChangeLicense(ctx, model.ServerLicense) }, []string{"mmchlicense server -N nsd01.hpc.example.org,nsd02.hpc.example.org"}},
		"class":           {func() error { return second(c.NodeClasses.New(ctx, "gpu", "node1", "rack1")) }, []string{"mmcrnodeclass gpu -N node1,rack1"}},
		"class gone":      {func() error { return c.NodeClasses.Delete(ctx, "a", "b") }, []string{"mmdelnodeclass a,b"}},
		"this class gone": {func() error { return rack.Delete(ctx) }, []string{"mmdelnodeclass rack1"}},
		"class grows":     {func() error { return rack.Add(ctx, "node5") }, []string{"mmchnodeclass rack1 add -N node5"}},
		"class shrinks":   {func() error { return rack.Remove(ctx, "node5", "node6") }, []string{"mmchnodeclass rack1 delete -N node5,node6"}},
		"class replaced":  {func() error { return rack.Replace(ctx, "node7") }, []string{"mmchnodeclass rack1 replace -N node7"}},
		"class changed":   {func() error { return rack.ChangeNodes(ctx, model.GatewayNode(true)) }, []string{"mmchnode --gateway -N rack1"}},
		"class started":   {func() error { return rack.Startup(ctx) }, []string{"mmstartup -N rack1"}},
		"class stopped":   {func() error { return rack.Shutdown(ctx) }, []string{"mmshutdown -N rack1"}},

		"cache by name": {func() error {
			return second(fs.Filesets.NewCache(ctx, "c1", model.Cache{Target: "nfs://gw1/p", Mode: model.SingleWriter, Attributes: model.TextMap{"afmAsyncDelay": "30"}}))
		}, []string{"mmcrfileset mmfs1 c1 -p afmAsyncDelay=30 -p afmMode=sw -p afmTarget=nfs://gw1/p --inode-space new"}},
		"independent":   {func() error { return second(fs.Filesets.NewIndependent(ctx, "i1", model.InodeLimit(1e5))) }, []string{"mmcrfileset mmfs1 i1 --inode-space new --inode-limit 100000"}},
		"cache started": {func() error { return second(home.AFMAct(ctx, model.AFMStart)) }, []string{"mmafmctl mmfs1 start -j home"}},
		"QoS": {func() error {
			return fs.EnableQoS(ctx, model.QoSLimits{Pool: "*", Maintenance: 300, Other: model.Unlimited})
		}, []string{"mmchqos mmfs1 --enable 'pool=*,maintenance=300IOPS,other=unlimited'"}},
		"QoS of a pool":   {func() error { return pool.ChangeQoS(ctx, 500, 0) }, []string{"mmchqos mmfs1 --enable pool=data,maintenance=500IOPS"}},
		"no QoS":          {func() error { return fs.DisableQoS(ctx) }, []string{"mmchqos mmfs1 --disable"}},
		"managed fileset": {func() error { return fs.Filesets.Match("pvc-*").DeleteAll(ctx, model.EvenIfManaged()) }, []string{"mmdelfileset mmfs1 pvc-5f9d2c71-8a34-4c0e-b1d7-2f6e90a4c318"}},
		"by their names":  {func() error { return errors.Join(c.Node("n1").Shutdown(ctx), c.Filesystem("/dev/mmfs2").Mount(ctx)) }, []string{"mmshutdown -N n1", "mmmount mmfs2"}},

		"suspend":       {func() error { return disk.Suspend(ctx) }, []string{"mmchdisk mmfs1 suspend -d data03"}},
		"resume":        {func() error { return disk.Resume(ctx) }, []string{"mmchdisk mmfs1 resume -d data03"}},
		"stop a disk":   {func() error { return disk.Stop(ctx) }, []string{"mmchdisk mmfs1 stop -d data03"}},
		"empty":         {func() error { return disk.Empty(ctx) }, []string{"mmchdisk mmfs1 empty -d data03"}},
		"start a disk":  {func() error { return second(disk.Start(ctx, model.On("nsd01"))) }, []string{"mmchdisk mmfs1 start -d data03 -N nsd01"}},
		"start disks":   {func() error { return second(fs.Disks.Start(ctx)) }, []string{"mmchdisk mmfs1 start -a"}},
		"start some":    {func() error { return second(fs.Disks.NotReady().Start(ctx)) }, []string{"mmchdisk mmfs1 start -d 'data03;data05'"}},
		"resume all":    {func() error { return second(fs.Disks.Resume(ctx)) }, []string{"mmchdisk mmfs1 resume -a"}},
		"use of a disk": {func() error { return disk.ChangeUse(ctx, model.DataOnly, "7") }, []string{"mmchdisk mmfs1 change -F '<stanza>'"}},
		"remove a disk": {func() error { return second(disk.Delete(ctx, model.QoS(model.Maintenance))) }, []string{"mmdeldisk mmfs1 data03 --qos maintenance"}},
		"remove disks":  {func() error { return second(fs.Disks.Delete(ctx, "data03", "data05")) }, []string{"mmdeldisk mmfs1 'data03;data05'"}},
		"remove some":   {func() error { return second(fs.Disks.InPool("capacity").DeleteAll(ctx)) }, []string{"mmdeldisk mmfs1 'cap01;cap02'"}},
		"add a disk":    {func() error { return second(fs.Disks.Add(ctx, spare)) }, []string{"mmadddisk mmfs1 -F '<stanza>'"}},
		"replace":       {func() error { return second(disk.Replace(ctx, spare)) }, []string{"mmrpldisk mmfs1 data03 -F '<stanza>'"}},
		"new NSD": {func() error {
			return c.NSDs.New(ctx, model.DiskStanza{NSD: "n1", Device: "/dev/sdb", Servers: []string{"nsd01", "nsd02"}})
		}, []string{"mmcrnsd -F '<stanza>'"}},
		"NSDs gone":   {func() error { return c.NSDs.Delete(ctx, "a", "b") }, []string{"mmdelnsd 'a;b'"}},
		"NSD gone":    {func() error { return nsd.Delete(ctx) }, []string{"mmdelnsd spare01"}},
		"NSD servers": {func() error { return nsd.ChangeServers(ctx, "nsd02", "nsd01") }, []string{"mmchnsd -F '<stanza>'"}},

		"file": {func() error {
			return file.Change(ctx, model.InPool("data"), model.DataReplicas(2), model.MetadataReplicas(2), model.Deferred())
		}, []string{"mmchattr -P data -r 2 -m 2 -I defer '/gpfs/mmfs1/home/x y'"}},
		"file kept": {func() error {
			return file.Change(ctx, model.Immutable(true), model.AppendOnly(false), model.Compression("z"), model.KeepUntil(time.Date(2030, 1, 2, 3, 4, 5, 0, time.UTC)), model.MaxDataReplicas(2), model.MaxMetadataReplicas(2))
		}, []string{"mmchattr -i yes -a no --compression z --expiration-time 2030-01-02@03:04:05 -R 2 -M 2 '/gpfs/mmfs1/home/x y'"}},
		"file attributes":  {func() error { return file.SetAttributes(ctx, model.TextMap{"user.b": "2", "user.a": "1"}) }, []string{"mmchattr --set-attr user.a=1 '/gpfs/mmfs1/home/x y'", "mmchattr --set-attr user.b=2 '/gpfs/mmfs1/home/x y'"}},
		"file attribute":   {func() error { return file.DeleteAttributes(ctx, "user.a") }, []string{"mmchattr --delete-attr user.a '/gpfs/mmfs1/home/x y'"}},
		"file restriped":   {func() error { return file.Restripe(ctx, model.CompareReplicasOnly) }, []string{"mmrestripefile -c --read-only '/gpfs/mmfs1/home/x y'"}},
		"ACL":              {func() error { return file.ChangeACL(ctx, model.ParseACL("#owner:root\nuser::rwxc\n")) }, []string{"mmputacl -i '<acl>' '/gpfs/mmfs1/home/x y'"}},
		"ACL of new files": {func() error { return file.ChangeDefaultACL(ctx, model.ParseACL("user::rwxc\n")) }, []string{"mmputacl -d -i '<acl>' '/gpfs/mmfs1/home/x y'"}},
		"no ACL":           {func() error { return file.DeleteACL(ctx) }, []string{"mmdelacl '/gpfs/mmfs1/home/x y'"}},
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
	for _, j := range jobsOf(t, c) {
		assert.True(t, j.Planned() && j.Done(), "%s was not started", j)
	}
}

func TestOperationsThatAreRefusedBeforeTheyRun(t *testing.T) {
	c, s := simulated(t)
	ctx := t.Context()
	fs, _ := c.Filesystems.Handle("mmfs1")
	home, _ := fs.Filesets.Handle("home")
	disk, _ := fs.Disks.Handle("data03")
	alice, _ := fs.Quotas.Handle("home:user/alice")
	node, _ := c.Nodes.Handle("node1")
	pagepool, _ := c.Config.Handle("pagepool")
	for want, do := range map[string]func() error{
		"commas separate parameters":                 func() error { return pagepool.Change(ctx, "1,x=2") },
		"the name of a configuration parameter":      func() error { return c.Config.Change(ctx, model.Settings{"-i": "1"}) },
		"needs a mode":                               func() error { return second(fs.Restripe(ctx, "")) },
		`add Confirm("mmfs1")`:                       func() error { return fs.Delete(ctx) },
		`to destroy file system mmfs1 its name`:      func() error { return fs.Delete(ctx, model.Confirm("mmfs2")) },
		`add Confirm("x")`:                           func() error { return second(c.Filesystems.New(ctx, "x", model.NewFilesystem{})) },
		"there is no disk to work on":                func() error { return second(c.Filesystems.New(ctx, "x", model.NewFilesystem{}, model.Confirm("x"))) },
		"needs the device":                           func() error { return c.NSDs.New(ctx, model.DiskStanza{NSD: "n1"}) },
		`cannot be the pool of disk n1`:              func() error { return second(fs.Disks.Add(ctx, model.DiskStanza{NSD: "n1", Pool: "a b"})) },
		"refused to delete all disks":                func() error { return second(fs.Disks.DeleteAll(ctx)) },
		"is not allowed":                             func() error { return c.NodeClasses.Delete(ctx, "a", "b,c") },
		`cannot be the name of a junction`:           func() error { return home.Relink(ctx, "h") },
		"refused to make snapshots of all fil":       func() error { return second(fs.Filesets.NewSnapshots(ctx, "x")) },
		"a limit of storage cannot be 0 B":           func() error { return alice.Change(ctx, model.BlockHard(0)) },
		"is above the hard limit":                    func() error { return alice.Change(ctx, model.Block(2*model.TiB, model.TiB)) },
		"cannot tell the present limits":             func() error { return second(fs.Quotas.New(ctx, "home:user/zora", model.BlockHard(model.TiB))) },
		"is no key of a quota":                       func() error { return second(fs.Quotas.New(ctx, "alice", model.Block(1, 1))) },
		"need both limits of a pair":                 func() error { return fs.Quotas.ChangeDefault(ctx, model.UserQuota, model.BlockSoft(model.TiB)) },
		"there is no grace period":                   func() error { return fs.Quotas.ChangeGrace(ctx, model.UserQuota) },
		"refused to change all quotas":               func() error { return fs.Quotas.Change(ctx, model.Block(1, 1)) },
		"limits are enforced in whole file syste":    func() error { return home.Quotas.Enable(ctx) },
		`there is no type of quotas "x"`:             func() error { return fs.Quotas.Enable(ctx, "x") },
		"refused to license all nodes":               func() error { return c.Nodes.ChangeLicense(ctx, model.ServerLicense) },
		`there is no licence "gold"`:                 func() error { return node.ChangeLicense(ctx, "gold") },
		"refused to change all nodes":                func() error { return c.Nodes.Change(ctx, model.QuorumNode(true)) },
		`no node "nowhere"`:                          func() error { return c.Nodes.Delete(ctx, "node1", "nowhere") },
		"are kept for system node classes":           func() error { return second(c.NodeClasses.New(ctx, "gpuNodes", "node1")) },
		"must be absolute":                           func() error { return c.File("x").Change(ctx, model.Immutable(true)) },
		"needs a name space in front":                func() error { return c.File("/x").SetAttributes(ctx, model.TextMap{"a": "b"}) },
		"an empty access control list":               func() error { return c.File("/x").ChangeACL(ctx, nil) },
		"a file cannot be restriped":                 func() error { return c.File("/x").Restripe(ctx, model.ChangeReplicas) },
		"cannot be the failureGroup of disk data":    func() error { return disk.ChangeUse(ctx, "", "1 2") },
		"belongs to CSI, which counts on it":         func() error { return fs.Filesets.Delete(ctx, "pvc-1") },
		"a cache needs a target":                     func() error { return second(fs.Filesets.NewCache(ctx, "x", model.Cache{Mode: "ro"})) },
		"there is no mode of a cache":                func() error { return second(fs.Filesets.NewCache(ctx, "x", model.Cache{Target: "gpfs:///x"})) },
		"cannot be done to a cache":                  func() error { return second(home.AFMAct(ctx, "x")) },
		"operations per second are no bound":         func() error { return fs.EnableQoS(ctx, model.QoSLimits{Pool: "data", Other: -1}) },
		"is dependent, and cannot become indepe":     func() error { _, _, err := fs.Filesets.Ensure(ctx, "scratch", model.Independent()); return err },
		"is independent, and cannot become dep":      func() error { _, _, err := fs.Filesets.Ensure(ctx, "home", model.InInodeSpaceOf("root")); return err },
		"is linked at /gpfs/mmfs1/home, not at /g/h": func() error { _, _, err := fs.Filesets.Ensure(ctx, "home", model.Link("/g/h")); return err },
	} {
		s.ran()
		err := do()
		require.ErrorContains(t, err, want)
		for _, line := range s.ran() {
			assert.Regexp(t, "^(mmls|mmrepquota)", line, "%s: nothing that changes anything was run", want)
		}
	}
	assert.Empty(t, jobsOf(t, c), "nothing was started")
}

func TestPlansHoldWhatObjectsWere(t *testing.T) {
	plan := &mmexec.Plan{}
	plan.SetEnabled(true)
	sim := mmsim.New()
	t.Cleanup(func() { sim.Close() })
	c := connect(t, mmexec.Wrap(sim, mmexec.DryRun(plan)))
	ctx := t.Context()
	fs, err := c.Filesystems.Get(ctx, "mmfs1")
	require.NoError(t, err)
	snap, err := fs.Snapshots.Get(ctx, "global-snapshot1")
	require.NoError(t, err)
	require.NoError(t, snap.Delete(ctx))
	home, err := fs.Filesets.Get(ctx, "home")
	require.NoError(t, err)
	require.NoError(t, home.Unlink(ctx))
	require.NoError(t, fs.Snapshots.Match("*").DeleteAll(ctx))
	require.NoError(t, second(fs.Disks.Add(ctx, model.DiskStanza{NSD: "spare01", Usage: model.DataOnly, Pool: "data"})))

	entries := plan.Entries()
	require.Len(t, entries, 4)
	assert.Equal(t, []mmexec.Field{{Name: "id", Value: "407"}, {Name: "created", Value: "2024-04-28T22:15:07Z"}}, entries[0].Identity)
	assert.Equal(t, []mmexec.Field{{Name: "id", Value: "1"}, {Name: "created", Value: "2021-04-04T10:11:07Z"}}, entries[1].Identity)
	assert.Len(t, entries[2].Identity, 4)
	assert.Equal(t, "TemporarySnapshot id", entries[2].Identity[2].Name)
	require.Len(t, entries[3].Files, 1)
	assert.Equal(t, "%nsd:\n  nsd=spare01\n  usage=dataOnly\n  pool=data\n", string(entries[3].Files[0].Data))
	assert.NotContains(t, entries[3].String(), "/tmp")
}
