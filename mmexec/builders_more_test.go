package mmexec

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// made makes a row out of a builder call that needs no closure of its own.
func made(cmd Command, err error) func() (Command, error) {
	return func() (Command, error) { return cmd, err }
}

func group(n int) *int { return &n }

func TestStanzaFile(t *testing.T) {
	f, err := StanzaFile([]NSDStanza{
		{NSD: "d1", Device: "/dev/sdb", Servers: []string{"n1", "n2"}, Usage: "dataOnly", FailureGroup: group(-1), Pool: "data", ThinDisk: "nvme"},
		{NSD: "d2"},
	}, []PoolStanza{{"data", 4 << 20, "scatter"}})
	require.NoError(t, err)
	assert.Equal(t, "%pool:\n  pool=data\n  blockSize=4M\n  layoutMap=scatter\n%nsd:\n  device=/dev/sdb\n  nsd=d1\n  servers=n1,n2\n  usage=dataOnly\n"+
		"  failureGroup=-1\n  pool=data\n  thinDiskType=nvme\n%nsd:\n  nsd=d2\n", string(f.Data))
	assert.Equal(t, "stanza", f.Name)
	for name, d := range map[string]NSDStanza{
		"a name":          {NSD: "d 1"},
		"no name":         {},
		"a device":        {NSD: "d1", Device: "/dev/sdb\n%nsd: nsd=other"},
		"a blank":         {NSD: "d1", Device: "/dev/a b"},
		"a server":        {NSD: "d1", Servers: []string{"a,b"}},
		"a usage":         {NSD: "d1", Usage: "everything"},
		"a pool":          {NSD: "d1", Pool: "a*"},
		"a failure group": {NSD: "d1", FailureGroup: group(4001)},
		"a thin disk":     {NSD: "d1", ThinDisk: "maybe"},
	} {
		_, err := StanzaFile([]NSDStanza{d}, nil)
		assert.Error(t, err, name)
	}
	_, err = StanzaFile(nil, nil)
	assert.Error(t, err)
	_, err = StanzaFile(nil, []PoolStanza{{Pool: "data", Layout: "neat"}})
	assert.Error(t, err)
}

func TestMmDiskCommands(t *testing.T) {
	d1 := NSDStanza{NSD: "d1", Device: "/dev/sdb", FailureGroup: group(1)}
	job := DiskJobOptions{Nodes: OnNodes("n1", "n2"), QoS: "maintenance"}
	check(t, []build{
		{"make NSDs", made(MmCrNsd([]NSDStanza{d1}, CrNsdOptions{})), "mmcrnsd -F '<stanza>'", ""},
		{"make NSDs over others", made(MmCrNsd([]NSDStanza{d1}, CrNsdOptions{Overwrite: true})), "mmcrnsd -F '<stanza>' -v no", ""},
		{"make NSDs of nothing", made(MmCrNsd([]NSDStanza{{NSD: "d1"}}, CrNsdOptions{})), "", "needs the device"},
		{"change NSDs", made(MmChNsd([]NSDStanza{{NSD: "d1", Servers: []string{"n1"}}})), "mmchnsd -F '<stanza>'", ""},
		{"delete NSDs", made(MmDelNsd("d1", "d2")), "mmdelnsd 'd1;d2'", ""},
		{"delete no NSDs", made(MmDelNsd()), "", "none was given"},
		{"F10: add disks by stanzas", made(MmAddDisk("mmfs1", []NSDStanza{d1}, nil, AddDiskOptions{})), "mmadddisk mmfs1 -F '<stanza>'", ""},
		{"add disks", made(MmAddDisk("mmfs1", []NSDStanza{d1}, nil, AddDiskOptions{job, true, true})), "mmadddisk mmfs1 -F '<stanza>' -r -v no -N n1,n2 --qos maintenance", ""},
		{"delete disks", made(MmDelDisk("mmfs1", []string{"d1", "d2"}, DelDiskOptions{})), "mmdeldisk mmfs1 'd1;d2'", ""},
		{"delete disks, all options", made(MmDelDisk("mmfs1", []string{"d1"}, DelDiskOptions{job, true, false, true, true})), "mmdeldisk mmfs1 d1 -c -p -b -N n1,n2 --qos maintenance", ""},
		{"delete disks two ways", made(MmDelDisk("mmfs1", []string{"d1"}, DelDiskOptions{Rebalance: true, Restore: true})), "", "not both"},
		{"delete a list in a name", made(MmDelDisk("mmfs1", []string{"d1;d2"}, DelDiskOptions{})), "", "not allowed"},
		{"replace a disk", made(MmRplDisk("mmfs1", "d1", NSDStanza{NSD: "d9"}, job)), "mmrpldisk mmfs1 d1 -F '<stanza>' -N n1,n2 --qos maintenance", ""},
		{"start all disks", made(MmChDisk("mmfs1", DiskStart, nil, job)), "mmchdisk mmfs1 start -a -N n1,n2 --qos maintenance", ""},
		{"stop a disk", made(MmChDisk("mmfs1", DiskStop, []string{"d1"}, DiskJobOptions{})), "mmchdisk mmfs1 stop -d d1", ""},
		{"no disks are not all disks to stop", made(MmChDisk("mmfs1", DiskStop, nil, DiskJobOptions{})), "", "which disks"},
		{"an unknown verb", made(MmChDisk("mmfs1", "explode", []string{"d1"}, DiskJobOptions{})), "", "takes start"},
		{"change disks", made(MmChDiskStanzas("mmfs1", []NSDStanza{{NSD: "d1", Usage: "descOnly"}})), "mmchdisk mmfs1 change -F '<stanza>'", ""},
	})
	cmd, err := MmAddDisk("mmfs1", []NSDStanza{d1}, nil, AddDiskOptions{})
	require.NoError(t, err)
	require.Len(t, cmd.Files, 1)
	assert.Contains(t, string(cmd.Files[0].Data), "nsd=d1")
	assert.Equal(t, "disks d1 of mmfs1", cmd.Object)
}

func TestMmFsLife(t *testing.T) {
	d := []NSDStanza{{NSD: "d1"}}
	check(t, []build{
		{"make", made(MmCrFs("mmfs3", d, nil, CrFsOptions{})), "mmcrfs mmfs3 -F '<stanza>'", ""},
		{"make with all", made(MmCrFs("mmfs3", d, nil, CrFsOptions{
			AutomaticMount: "no", BlockSize: 4 << 20, LockingSemantic: "nfs4", ExactMtime: On, InodeSize: 4096, Allocation: "scatter", ACLSemantics: "all",
			StrictReplication: "no", LogFileSize: 32 << 20, MetadataReplicas: 2, MaxMetadataReplicas: 3, NumNodes: 100, Quota: On, DataReplicas: 1, MaxDataReplicas: 2,
			SuppressAtime: "relatime", MountPoint: "/gpfs/c", Overwrite: true, DMAPI: Off, FilesetDf: On, InodeLimit: InodeLimit{1000, 10}, MetadataBlockSize: 1 << 20,
			MountPriority: 3, PerfilesetQuota: On, Version: "5.0.5.0",
		})), "mmcrfs mmfs3 -F '<stanza>' -A no -B 4M -D nfs4 -E yes -i 4K -j scatter -k all -K no -L 32M -m 2 -M 3 -n 100 -Q yes -r 1 -R 2 -S relatime " +
			"-T /gpfs/c -v no -z no --filesetdf --inode-limit 1000:10 --metadata-block-size 1M --mount-priority 3 --perfileset-quota --version 5.0.5.0", ""},
		{"make with too many replicas", made(MmCrFs("mmfs3", d, nil, CrFsOptions{DataReplicas: 3, MaxDataReplicas: 2})), "", "more than the maximum"},
		{"make all", made(MmCrFs("all", d, nil, CrFsOptions{})), "", "set of file systems"},
		{"delete", made(MmDelFs("mmfs3", DelFsOptions{})), "mmdelfs mmfs3", ""},
		{"delete what is damaged", made(MmDelFs("mmfs3", DelFsOptions{Damaged: true})), "mmdelfs mmfs3 -p", ""},
		{"delete all", made(MmDelFs("all", DelFsOptions{})), "", "set of file systems"},
		{"restripe", made(MmRestripeFs("mmfs1", Rebalance, RestripeOptions{})), "mmrestripefs mmfs1 -b", ""},
		{"restripe with all", made(MmRestripeFs("mmfs1", Rebalance, RestripeOptions{Nodes: OnNodes("n1"), QoS: "other", Pool: "data", MetadataOnly: true, Strict: true})),
			"mmrestripefs mmfs1 -b --strict -P data -N n1 --metadata-only --qos other", ""},
		{"F26: compare", made(MmRestripeFs("mmfs1", CompareReplicas, RestripeOptions{ReadOnly: true})), "mmrestripefs mmfs1 --check-conflicting-replicas --read-only", ""},
		{"F26: compare on an old release", made(MmRestripeFs("mmfs1", CompareReplicas, RestripeOptions{Release: Release{5, 0, 3, 0}})), "mmrestripefs mmfs1 -c", ""},
		{"F26: a mode is needed", made(MmRestripeFs("mmfs1", "", RestripeOptions{})), "", "the mode takes"},
		{"restripe wrongly", made(MmRestripeFs("mmfs1", RestoreReplicas, RestripeOptions{Strict: true})), "", "rebalancing only"},
		{"restripe files", made(MmRestripeFile(RelocateBlocks, "/gpfs/a", "/gpfs/b")), "mmrestripefile -l /gpfs/a /gpfs/b", ""},
		{"restripe no files", made(MmRestripeFile(Rebalance)), "", "no file"},
		{"manager", made(MmChMgr("mmfs1", "n1")), "mmchmgr mmfs1 n1", ""},
		{"cluster manager", made(MmChMgr("", "")), "mmchmgr -c", ""},
		{"snapshot directories", made(MmSnapDirQuery("mmfs1")), "mmsnapdir mmfs1 -q", ""},
		{"snapshot directories everywhere", made(MmSnapDir("mmfs1", SnapDirOptions{On, "allfilesets", ".g", ".f"})),
			"mmsnapdir mmfs1 -a --show-global-snapshots allfilesets --fileset-snapdir .f --global-snapdir .g", ""},
		{"snapshot directories, nothing", made(MmSnapDir("mmfs1", SnapDirOptions{})), "", "nothing to change"},
		{"restore", made(MmRestoreFs("mmfs1", SnapshotRef{Name: "s"}, RestoreFsOptions{})), "mmrestorefs mmfs1 s", ""},
		{"restore a fileset", made(MmRestoreFs("mmfs1", SnapshotRef{"proj", "s"}, RestoreFsOptions{OnNodes("n1")})), "mmrestorefs mmfs1 s -j proj -N n1", ""},
	})
}

func TestMmClusterLife(t *testing.T) {
	check(t, []build{
		{"configure", made(MmChConfig([]ConfigSetting{{"pagepool", "16G"}, {"maxblocksize", "DEFAULT"}}, ChConfigOptions{})), "mmchconfig pagepool=16G,maxblocksize=DEFAULT", ""},
		{"configure now", made(MmChConfig([]ConfigSetting{{"pagepool", "16G"}}, ChConfigOptions{NowAndLater, OnNodes("nsdNodes")})), "mmchconfig pagepool=16G -i -N nsdNodes", ""},
		{"configure nothing", made(MmChConfig(nil, ChConfigOptions{})), "", "nothing to change"},
		{"configure more than meant", made(MmChConfig([]ConfigSetting{{"a", "1,release=LATEST"}}, ChConfigOptions{})), "", "comma"},
		{"add a node", made(MmAddNode("n9", AddNodeOptions{})), "mmaddnode -N n9", ""},
		{"F1: accept a licence only when told", made(MmAddNode("n9", AddNodeOptions{true, true, "n9-adm", "server", true})), "mmaddnode -N n9:manager-quorum:n9-adm:server --accept", ""},
		{"add a node with an admin name", made(MmAddNode("n9", AddNodeOptions{AdminName: "n9-adm"})), "mmaddnode -N n9::n9-adm", ""},
		{"add nodes in a name", made(MmAddNode("n9:quorum", AddNodeOptions{})), "", "colons"},
		{"delete nodes", made(MmDelNode(OnNodes("n8", "n9"))), "mmdelnode -N n8,n9", ""},
		{"delete all nodes", made(MmDelNode(AllNodes())), "", "delete the cluster"},
		{"delete no nodes", made(MmDelNode(NodeSpec{})), "", "which nodes"},
		{"roles", made(MmChNode(OnNodes("n1"), ChNodeOptions{Quorum: On, Manager: Off, Perfmon: On, Gateway: Off, SNMPAgent: On, CES: Off, CESGroup: "g", LeaveCESGroup: true,
			AdminInterface: "a1", DaemonInterface: "d1"})), "mmchnode --quorum --client --perfmon --nogateway --snmp-agent --ces-disable --ces-group=g --noces-group " +
			"--admin-interface=a1 --daemon-interface=d1 -N n1", ""},
		{"no role", made(MmChNode(OnNodes("n1"), ChNodeOptions{})), "", "nothing to change"},
		{"one interface for two", made(MmChNode(OnNodes("n1", "n2"), ChNodeOptions{AdminInterface: "a"})), "", "of one node"},
		{"licence", made(MmChLicense("server", OnNodes("n1"), false)), "mmchlicense server -N n1", ""},
		{"licence accepted", made(MmChLicense("client", AllNodes(), true)), "mmchlicense client --accept -N all", ""},
		{"licence to kill", made(MmChLicense("kill", OnNodes("n1"), false)), "", "takes client"},
		{"expel", made(MmExpelNode(OnNodes("n1"), false)), "mmexpelnode -N n1", ""},
		{"F27: let all join again", made(MmExpelNode(AllNodes(), true)), "mmexpelnode -r -N all", ""},
		{"expel all", made(MmExpelNode(AllNodes(), false)), "", "cannot be expelled"},
		{"make a class", made(MmCrNodeClass("helpers", OnNodes("n1", "n2"))), "mmcrnodeclass helpers -N n1,n2", ""},
		{"make a class of the system", made(MmCrNodeClass("fastNodes", OnNodes("n1"))), "", "system node classes"},
		{"change a class", made(MmChNodeClass("helpers", DeleteMembers, OnNodes("n1"))), "mmchnodeclass helpers delete -N n1", ""},
		{"delete classes", made(MmDelNodeClass("a", "b")), "mmdelnodeclass a,b", ""},
	})
}

func TestMmQuotaLife(t *testing.T) {
	check(t, []build{
		{"of the caller", made(MmLsQuota("mmfs1", LsQuotaOptions{})), "mmlsquota -Y mmfs1", ""},
		{"of a user in a fileset", made(MmLsQuota("mmfs1", LsQuotaOptions{User: "alice", Fileset: "proj", All: true, Exact: true})), "mmlsquota -Y -u alice -v -e mmfs1:proj", ""},
		{"of a group", made(MmLsQuota("mmfs1", LsQuotaOptions{Group: "hpc"})), "mmlsquota -Y -g hpc mmfs1", ""},
		{"of a fileset", made(MmLsQuota("mmfs1", LsQuotaOptions{Fileset: "proj"})), "mmlsquota -Y -j proj mmfs1", ""},
		{"of two", made(MmLsQuota("mmfs1", LsQuotaOptions{User: "a", Group: "b"})), "", "or for a group"},
		{"on", made(MmQuotaOn("mmfs1")), "mmquotaon mmfs1", ""},
		{"on for some", made(MmQuotaOn("mmfs1", FilesetQuota, UserQuota)), "mmquotaon -u -j mmfs1", ""},
		{"off", made(MmQuotaOff("mmfs1", GroupQuota)), "mmquotaoff -g mmfs1", ""},
		{"off for nobody", made(MmQuotaOff("mmfs1", "dogs")), "", "not \"dogs\""},
		{"defaults on", made(MmDefQuotaOn("mmfs1", DefQuotaOptions{Kinds: []QuotaKind{UserQuota}, Fileset: "proj", Existing: true})), "mmdefquotaon -u -d mmfs1:proj", ""},
		{"defaults of filesets in a fileset", made(MmDefQuotaOn("mmfs1", DefQuotaOptions{Kinds: []QuotaKind{FilesetQuota}, Fileset: "proj"})), "", "only"},
		{"defaults off", made(MmDefQuotaOff("mmfs1", DefQuotaOptions{})), "mmdefquotaoff mmfs1", ""},
		{"count", made(MmCheckQuota("mmfs1", CheckQuotaOptions{})), "mmcheckquota mmfs1", ""},
		{"count in a fileset", made(MmCheckQuota("mmfs1", CheckQuotaOptions{"proj", OnNodes("n1"), "other"})), "mmcheckquota -N n1 --qos other mmfs1:proj", ""},
	})
}

func TestMmCallbacks(t *testing.T) {
	first, much := 1.5, 10.5
	check(t, []build{
		{"asynchronous", made(MmAddCallback("tell", AddCallbackOptions{Command: "/var/mmfs/tell", Events: []string{"lowDiskSpace", "noDiskSpace"}})),
			"mmaddcallback tell --command /var/mmfs/tell --event lowDiskSpace,noDiskSpace --async", ""},
		{"F21: one variable per --parms", made(MmAddCallback("tell", AddCallbackOptions{Command: "/t", Events: []string{"mount"}, Priority: &first, Sync: true,
			Timeout: 5 * time.Second, OnError: "continue", Nodes: OnNodes("servers"), Parms: []string{"event=%eventName", "fs=%fsName"}})),
			"mmaddcallback tell --command /t --event mount --priority 1.5 --sync --timeout 5 --onerror continue -N servers --parms event=%eventName --parms fs=%fsName", ""},
		{"D16: never wait without a limit", made(MmAddCallback("tell", AddCallbackOptions{Command: "/t", Events: []string{"mount"}, Sync: true})), "", "1 to 10 s"},
		{"F20: never wait at RAID events", made(MmAddCallback("tell", AddCallbackOptions{Command: "/t", Events: []string{"pdFailed"}, Sync: true, Timeout: time.Second})), "", "must not wait"},
		{"F19: no tiebreaker", made(MmAddCallback("tell", AddCallbackOptions{Command: "/t", Events: []string{"tiebreakerCheck"}})), "", "by hand"},
		{"F17: no health events", made(MmAddCallback("tell", AddCallbackOptions{Command: "/t", Events: []string{"healthEvent"}})), "", "eventsCallback"},
		{"F21: quorumLoss goes with tiebreakerCheck only", made(MmAddCallback("tell", AddCallbackOptions{Command: "/t", Events: []string{"mount"}, Sync: true, Timeout: time.Second, OnError: "quorumLoss"})), "", "continue, shutdown"},
		{"a priority out of range", made(MmAddCallback("tell", AddCallbackOptions{Command: "/t", Events: []string{"mount"}, Priority: &much})), "", "between 0 and 10"},
		{"a name that is kept", made(MmAddCallback("mmTell", AddCallbackOptions{Command: "/t", Events: []string{"mount"}})), "", "kept for Storage Scale"},
		{"no events", made(MmAddCallback("tell", AddCallbackOptions{Command: "/t"})), "", "which events"},
		{"no path", made(MmAddCallback("tell", AddCallbackOptions{Command: "t", Events: []string{"mount"}})), "", "absolute"},
		{"delete", made(MmDelCallback("a", "b")), "mmdelcallback a,b", ""},
		{"list", made(MmLsCallback()), "mmlscallback", ""},
		{"list all", made(MmLsCallback("all")), "mmlscallback all", ""},
		{"list some", made(MmLsCallback("a", "b")), "mmlscallback a,b", ""},
	})
	assert.False(t, raidEvent("daemon"))
	assert.True(t, raidEvent("rgTakeover"))
}

func TestMmPolicies(t *testing.T) {
	rules := []byte("RULE 'a' LIST 'l'\n")
	run := func(target PolicyTarget, o ApplyPolicyOptions) func() (Command, error) {
		return made(MmApplyPolicy(target, rules, o))
	}
	helpers := OnNodes("helpers")
	check(t, []build{
		{"install", made(MmChPolicy("mmfs1", rules, ChPolicyOptions{Name: "night"})), "mmchpolicy mmfs1 '<policy>' -t night", ""},
		{"test", made(MmChPolicy("mmfs1", rules, ChPolicyOptions{Test: true})), "mmchpolicy mmfs1 '<policy>' -I test", ""},
		{"remove", made(MmChPolicyDefault("mmfs1")), "mmchpolicy mmfs1 DEFAULT", ""},
		{"D12, D14: always -P, nodes, QoS, one at a time", run(OnFilesystem("mmfs1"), ApplyPolicyOptions{Mode: PolicyTest, Nodes: helpers}),
			"mmapplypolicy mmfs1 -P '<policy>' -I test -N helpers --qos maintenance --single-instance", ""},
		{"all", run(OnPath("/gpfs/a b").InSnapshot("s1"), ApplyPolicyOptions{
			Mode: PolicyDefer, Nodes: OnNodes("n1", "n2"), GlobalDir: "/gpfs/.tmp", LocalDir: "/tmp", ListPrefix: "/tmp/l", Macros: map[string]string{"b": "2", "a": "1"},
			MaxFiles: 10000, Threads: 4, ScanThreads: 5, DirThreads: 6, Level: 3, Scope: "fileset", Choice: "fast", Date: time.Date(2024, 5, 1, 2, 3, 4, 0, time.UTC),
			QoS: "other", SeveralAtOnce: true, SplitByWeight: true, ExtraArguments: []string{"--maxdepth", "3"},
		}), "mmapplypolicy '/gpfs/a b' -P '<policy>' -I defer -N n1,n2 -g /gpfs/.tmp -s /tmp -f /tmp/l -M a=1 -M b=2 -B 10000 -m 4 -a 5 -n 6 -L 3 --scope fileset " +
			"--choice-algorithm fast -D 2024-05-01@02:03:04 -S s1 --qos other --split-filelists-by-weight --maxdepth 3", ""},
		{"D14: no mode", run(OnFilesystem("mmfs1"), ApplyPolicyOptions{Nodes: helpers}), "", "how far"},
		{"D12: no nodes", run(OnFilesystem("mmfs1"), ApplyPolicyOptions{Mode: PolicyTest}), "", "which nodes"},
		{"D12: this node is no choice", run(OnFilesystem("mmfs1"), ApplyPolicyOptions{Mode: PolicyTest, Nodes: ThisNode()}), "", "which nodes"},
		{"D14: no target", run(PolicyTarget{}, ApplyPolicyOptions{Mode: PolicyTest, Nodes: helpers}), "", "which file system"},
		{"D14: a path is a path", run(OnPath("mmfs1"), ApplyPolicyOptions{Mode: PolicyTest, Nodes: helpers}), "", "absolute"},
		{"D14: no second mode", run(OnFilesystem("mmfs1"), ApplyPolicyOptions{Mode: PolicyTest, Nodes: helpers, ExtraArguments: []string{"-I", "yes"}}), "", "cannot be added"},
		{"D14: no rules", made(MmApplyPolicy(OnFilesystem("mmfs1"), []byte(" \n"), ApplyPolicyOptions{Mode: PolicyTest, Nodes: helpers})), "", "empty"},

		{"attributes", made(MmChAttr([]string{"/gpfs/a"}, ChAttrOptions{MetadataReplicas: 2, DataReplicas: 2, Pool: "data", Immutable: On, AppendOnly: Off,
			Expires: time.Date(2031, 1, 2, 3, 4, 5, 0, time.UTC), Compression: "z", Set: []Field{{"user.x", "a b"}}, Delete: []string{"user.y"}, Defer: true})),
			"mmchattr -m 2 -r 2 -P data -I defer -i yes -a no --set-attr 'user.x=a b' --delete-attr user.y --compression z --expiration-time 2031-01-02@03:04:05 /gpfs/a", ""},
		{"no attribute", made(MmChAttr([]string{"/gpfs/a"}, ChAttrOptions{Defer: true})), "", "nothing to change"},
		{"no file", made(MmChAttr(nil, ChAttrOptions{Pool: "data"})), "", "no file"},
		{"a file that is an option", made(MmChAttr([]string{"-P"}, ChAttrOptions{Pool: "data"})), "", "absolute"},
		{"print an ACL", made(MmGetACL("/gpfs/a", ACLOptions{true, "nfs4"})), "mmgetacl -d -k nfs4 /gpfs/a", ""},
		{"set an ACL", made(MmPutACL("/gpfs/a", []byte("user::rwxc\n"), ACLOptions{})), "mmputacl -i '<acl>' /gpfs/a", ""},
		{"delete an ACL", made(MmDelACL("/gpfs/a", ACLOptions{Default: true})), "mmdelacl -d /gpfs/a", ""},
	})
	cmd, err := MmApplyPolicy(OnFilesystem("mmfs1"), []byte("RULE 'd' DELETE\n"), ApplyPolicyOptions{Mode: PolicyDefer, Nodes: helpers})
	require.NoError(t, err)
	assert.Equal(t, Irreversible, ClassifyCommand(cmd).Effect)
}

func TestMmServices(t *testing.T) {
	check(t, []build{
		{"health of nodes", made(MmHealthNode(OnNodes("n1"), "")), "mmhealth node show -N n1 -Y", ""},
		{"health of a component here", made(MmHealthNode(ThisNode(), "GPFS")), "mmhealth node show GPFS -Y", ""},
		{"health of the cluster", made(MmHealthCluster("")), "mmhealth cluster show -Y", ""},
		{"health of a component", made(MmHealthCluster("NODE")), "mmhealth cluster show NODE -Y", ""},
		{"events", made(MmHealthEvents(AllNodes(), "day")), "mmhealth node eventlog --day -N all -Y", ""},
		{"events of a year", made(MmHealthEvents(AllNodes(), "year")), "", "hour, day"},
		{"waiters", made(MmDiag("waiters")), "mmdiag --waiters -Y", ""},
		{"nonsense", made(MmDiag("nonsense")), "", "cannot be asked"},
		{"nothing", made(MmDiag("")), "", "cannot be asked"},
		{"F29: waiters of all", made(MmLsWaiters()), "mmlsnode -N waiters -L", ""},
		{"QoS", made(MmLsQos("mmfs1")), "mmlsqos mmfs1 -Y", ""},
		{"limit", made(MmChQos("mmfs1", On, ChQosOptions{OnNodes("n1"), []QosClass{{"*", "maintenance", "1000"}, {"data", "other", "unlimited"}}})),
			"mmchqos mmfs1 --enable -N n1 'pool=*,maintenance=1000' pool=data,other=unlimited", ""},
		{"no limit", made(MmChQos("mmfs1", Off, ChQosOptions{})), "mmchqos mmfs1 --disable", ""},
		{"limit of words", made(MmChQos("mmfs1", On, ChQosOptions{Classes: []QosClass{{"data", "other", "a lot"}}})), "", "no number"},
		{"neither", made(MmChQos("mmfs1", Unchanged, ChQosOptions{})), "", "on or off"},
		{"AFM", made(MmAfmState("mmfs1", "cache")), "mmafmctl mmfs1 getstate -j cache -Y", ""},
		{"AFM of all", made(MmAfmState("mmfs1", "")), "mmafmctl mmfs1 getstate -Y", ""},
		{"AFM resync", made(MmAfmCtl("mmfs1", AfmResync, "cache")), "mmafmctl mmfs1 resync -j cache", ""},
		{"AFM nonsense", made(MmAfmCtl("mmfs1", "evaporate", "cache")), "", "the action takes"},
		{"remote clusters", made(MmRemoteClusterShow()), "mmremotecluster show all", ""},
		{"remote file systems", made(MmRemoteFsShow()), "mmremotefs show all", ""},
		{"access", made(MmAuthShow()), "mmauth show all", ""},
		{"protocol nodes", made(MmCesList("node")), "mmces node list -Y", ""},
		{"protocol things", made(MmCesList("thing")), "", "node, address"},
		{"protocol state", made(MmCesState()), "mmces state show -a -Y", ""},
		{"move an address", made(MmCesAddressMove("10.0.0.1", "ces2")), "mmces address move --ces-ip 10.0.0.1 --ces-node ces2", ""},
		{"suspend", made(MmCesSuspend(OnNodes("ces1"), true)), "mmces node suspend -N ces1", ""},
		{"resume", made(MmCesSuspend(OnNodes("ces1"), false)), "mmces node resume -N ces1", ""},
		{"exports", made(MmNfsExports()), "mmnfs export list -Y", ""},
		{"shares", made(MmSmbExports()), "mmsmb export list -Y", ""},
	})
}
