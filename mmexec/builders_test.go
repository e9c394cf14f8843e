package mmexec

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// build is one row of an argv test: what is built, and the whole line it must come to.
type build struct {
	name string
	cmd  func() (Command, error)
	want string // "" for a refusal
	says string // part of the refusal
}

func check(t *testing.T, rows []build) {
	t.Helper()
	for _, r := range rows {
		t.Run(r.name, func(t *testing.T) {
			cmd, err := r.cmd()
			if r.want == "" {
				require.Error(t, err)
				assert.Contains(t, err.Error(), r.says)
				assert.Empty(t, cmd.Name, "a refused command is not half built")
				return
			}
			require.NoError(t, err)
			assert.Equal(t, r.want, cmd.String())
			assert.NotEmpty(t, cmd.Object, "every command says what it is about")
			class := Classify(cmd.Argv())
			assert.True(t, class.Known || class.Effect != Reads, "the catalogue knows what the builders build")
			if cmd.HasY() {
				assert.True(t, class.Known, "the catalogue knows every option of %s", cmd)
				assert.Equal(t, Reads, class.Effect)
			}
		})
	}
}

func lsFs(dev string, flags ...string) func() (Command, error) {
	return func() (Command, error) { return MmLsFs(dev, LsFsOptions{Attributes: flags}) }
}

func TestMmLsCluster(t *testing.T) {
	check(t, []build{
		{"defaults", func() (Command, error) { return MmLsCluster(LsClusterOptions{}) }, "mmlscluster -Y", ""},
		{"comments", func() (Command, error) { return MmLsCluster(LsClusterOptions{Comments: true}) }, "mmlscluster -Y --comment", ""},
	})
}

func TestMmLsFs(t *testing.T) {
	check(t, []build{
		{"defaults", lsFs("mmfs1"), "mmlsfs mmfs1 -Y", ""},
		{"names of all", lsFs("all", "-T"), "mmlsfs all -T -Y", ""},
		{"remote", lsFs("all_remote", "-T"), "mmlsfs all_remote -T -Y", ""},
		{"device path", lsFs("/dev/mmfs1", "--inode-limit", "-B"), "mmlsfs /dev/mmfs1 --inode-limit -B -Y", ""},
		{"unknown flag", lsFs("mmfs1", "-x"), "", "no attribute flag"},
		{"flag that is a value", lsFs("mmfs1", "mmfs2"), "", "no attribute flag"},
		{"no name", lsFs(""), "", "empty"},
		{"name that is an option", lsFs("-Y"), "", "option"},
	})
}

func chFs(o ChFsOptions) func() (Command, error) {
	return func() (Command, error) { return MmChFs("mmfs1", o) }
}

func TestMmChFs(t *testing.T) {
	seven := 7
	check(t, []build{
		{"nothing", chFs(ChFsOptions{}), "", "nothing to change"},
		{"mount point", chFs(ChFsOptions{MountPoint: "/gpfs/a b"}), "mmchfs mmfs1 -T '/gpfs/a b'", ""},
		{"relative mount point", chFs(ChFsOptions{MountPoint: "gpfs"}), "", "absolute"},
		{"all", chFs(ChFsOptions{
			AutomaticMount: "no", LockingSemantic: "nfs4", ExactMtime: On, ACLSemantics: "all", StrictReplication: "always", LogFileSize: "8M",
			MetadataReplicas: 2, NumNodes: 64, MountOptions: "nodev", DataReplicas: 1, SuppressAtime: "relatime", MountPoint: "/m", DriveLetter: "Z",
			FormatVersion: "compat", DMAPI: Off, InodeLimit: InodeLimit{1000, 500}, LogReplicas: 2, MountPriority: &seven, WriteCacheThreshold: &seven,
			FilesetDf: On, PerfilesetQuota: Off, RapidRepair: On, AutoInodeLimit: Off, FlushOnClose: On, NFS4OwnerWrite: Off, InodeSegmentMgr: On,
		}), "mmchfs mmfs1 -A no -D nfs4 -E yes -k all -K always -L 8M -m 2 -n 64 -o nodev -r 1 -S relatime -T /m -t Z -V compat -z no " +
			"--inode-limit 1000:500 --log-replicas 2 --mount-priority 7 --write-cache-threshold 7 --filesetdf --noperfileset-quota --rapid-repair " +
			"--noauto-inode-limit --flush-on-close --nfs4-owner-write-acl no --inode-segment-mgr yes", ""},
		{"quota", chFs(ChFsOptions{Quota: On}), "mmchfs mmfs1 -Q yes", ""},
		{"quota is alone", chFs(ChFsOptions{Quota: On, MountPoint: "/m"}), "", "command of their own"},
		{"rename", chFs(ChFsOptions{NewName: "mmfs9"}), "mmchfs mmfs1 -W mmfs9", ""},
		{"rename to a set", chFs(ChFsOptions{NewName: "all"}), "", "set of file systems"},
		{"maintenance", chFs(ChFsOptions{MaintenanceMode: On, MaintenanceWait: true}), "mmchfs mmfs1 --maintenance-mode yes --wait", ""},
		{"maintenance ends", chFs(ChFsOptions{MaintenanceMode: Off, MaintenanceWait: true}), "mmchfs mmfs1 --maintenance-mode no", ""},
		{"value of an option", chFs(ChFsOptions{AutomaticMount: "sometimes"}), "", "yes, no, automount"},
		{"value that is an option", chFs(ChFsOptions{MountOptions: "-W x"}), "", "does not take"},
		{"replicas", chFs(ChFsOptions{DataReplicas: 9}), "", "1 to 3"},
		{"inode limit", chFs(ChFsOptions{InodeLimit: InodeLimit{Prealloc: 5}}), "", "maximum"},
		{"inode limit upside down", chFs(ChFsOptions{InodeLimit: InodeLimit{Max: 4, Prealloc: 5}}), "", "beforehand"},
	})
}

func TestMmMount(t *testing.T) {
	mount := func(on NodeSpec, o MountOptions) func() (Command, error) {
		return func() (Command, error) { return MmMount("mmfs1", on, o) }
	}
	umount := func(on NodeSpec, o UmountOptions) func() (Command, error) {
		return func() (Command, error) { return MmUmount("mmfs1", on, o) }
	}
	check(t, []build{
		{"everywhere", mount(AllNodes(), MountOptions{}), "mmmount mmfs1 -a", ""},
		{"here", mount(ThisNode(), MountOptions{}), "mmmount mmfs1", ""},
		{"nodes", mount(OnNodes("node1", "3-8", "nsdNodes"), MountOptions{}), "mmmount mmfs1 -N node1,3-8,nsdNodes", ""},
		{"options", mount(OnNodes("node1"), MountOptions{MountPoint: "/m", Options: "ro"}), "mmmount mmfs1 /m -o ro -N node1", ""},
		{"no nodes", mount(NodeSpec{}, MountOptions{}), "", "which nodes"},
		{"an empty name is not all nodes", mount(OnNodes(""), MountOptions{}), "", "empty"},
		{"an empty list is not all nodes", mount(OnNodes(), MountOptions{}), "", "which nodes"},
		{"unmount", umount(AllNodes(), UmountOptions{}), "mmumount mmfs1 -a", ""},
		{"unmount by force", umount(OnNodes("node1"), UmountOptions{Force: true}), "mmumount mmfs1 -f -N node1", ""},
		{"unmount remote", umount(NodeSpec{}, UmountOptions{Force: true, Cluster: "all_remote"}), "mmumount mmfs1 -f -C all_remote", ""},
		{"unmount remote politely", umount(NodeSpec{}, UmountOptions{Cluster: "c2"}), "", "force"},
		{"unmount nowhere", umount(NodeSpec{}, UmountOptions{}), "", "which nodes"},
		{"list", func() (Command, error) { return MmLsMount("all", LsMountOptions{}) }, "mmlsmount all -L -Y", ""},
		{"list remote", func() (Command, error) { return MmLsMount("mmfs1", LsMountOptions{Clusters: []string{"all"}}) }, "mmlsmount mmfs1 -L -C all -Y", ""},
	})
}

func TestMmFileset(t *testing.T) {
	ls := func(o LsFilesetOptions) func() (Command, error) {
		return func() (Command, error) { return MmLsFileset("mmfs1", o) }
	}
	cr := func(name string, o CrFilesetOptions) func() (Command, error) {
		return func() (Command, error) { return MmCrFileset("mmfs1", name, o) }
	}
	ch := func(name string, o ChFilesetOptions) func() (Command, error) {
		return func() (Command, error) { return MmChFileset("mmfs1", name, o) }
	}
	comment, none := "PI Smith: 50% ü", ""
	check(t, []build{
		{"list", ls(LsFilesetOptions{}), "mmlsfileset mmfs1 -Y", ""},
		{"list some", ls(LsFilesetOptions{Filesets: []string{"root", "proj"}, Deleted: true}), "mmlsfileset mmfs1 root,proj --deleted -Y", ""},
		{"list expensive", ls(LsFilesetOptions{Junction: "/gpfs/p", Inodes: true, Data: true, AFM: true}), "mmlsfileset mmfs1 -J /gpfs/p -d -i --afm -Y", ""},
		{"list with a comma in a name", ls(LsFilesetOptions{Filesets: []string{"a,b"}}), "", "not allowed"},
		{"make", cr("proj", CrFilesetOptions{}), "mmcrfileset mmfs1 proj", ""},
		{"make independent", cr("proj", CrFilesetOptions{
			Comment: comment, InodeSpace: "new", InodeLimit: InodeLimit{2000000, 100000}, PermissionChange: "chmodAndSetacl",
			PermissionInherit: "inheritAclOnly", AFM: []AFMAttribute{{"afmMode", "ro"}, {"afmTarget", "nfs://home/x"}},
		}), "mmcrfileset mmfs1 proj -p afmMode=ro -p afmTarget=nfs://home/x -t 'PI Smith: 50% ü' --inode-space new --inode-limit 2000000:100000 " +
			"--allow-permission-change chmodAndSetAcl --allow-permission-inherit inheritAclOnly", ""},
		{"limit of a dependent one", cr("proj", CrFilesetOptions{InodeLimit: InodeLimit{Max: 1}}), "", "independent"},
		{"make root", cr("root", CrFilesetOptions{}), "", "keeps this name"},
		{"change", ch("proj", ChFilesetOptions{
			NewName: "proj2", Comment: &comment, InodeLimit: InodeLimit{Max: 10}, PermissionChange: "chmodOnly", IAMMode: "advisory",
			AFM: []AFMAttribute{{"afmAsyncDelay", "15"}},
		}), "mmchfileset mmfs1 proj -p afmAsyncDelay=15 -j proj2 -t 'PI Smith: 50% ü' --allow-permission-change chmodOnly --inode-limit 10 --iam-mode advisory", ""},
		{"remove a comment", ch("proj", ChFilesetOptions{Comment: &none}), "mmchfileset mmfs1 proj -t ''", ""},
		{"change nothing", ch("proj", ChFilesetOptions{}), "", "nothing to change"},
		{"rename root", ch("root", ChFilesetOptions{NewName: "x"}), "", "root fileset"},
		{"limit of root", ch("root", ChFilesetOptions{InodeLimit: InodeLimit{Max: 9}}), "mmchfileset mmfs1 root --inode-limit 9", ""},
		{"link", func() (Command, error) { return MmLinkFileset("mmfs1", "proj", "/gpfs/proj") }, "mmlinkfileset mmfs1 proj -J /gpfs/proj", ""},
		{"link to nowhere", func() (Command, error) { return MmLinkFileset("mmfs1", "proj", "") }, "", "absolute"},
		{"unlink", func() (Command, error) { return MmUnlinkFileset("mmfs1", "proj", UnlinkFilesetOptions{}) }, "mmunlinkfileset mmfs1 proj", ""},
		{"unlink by force", func() (Command, error) { return MmUnlinkFileset("mmfs1", "proj", UnlinkFilesetOptions{Force: true}) }, "mmunlinkfileset mmfs1 proj -f", ""},
		{"delete", func() (Command, error) { return MmDelFileset("mmfs1", "proj", DelFilesetOptions{}) }, "mmdelfileset mmfs1 proj", ""},
		{"delete all in it", func() (Command, error) {
			return MmDelFileset("mmfs1", "proj", DelFilesetOptions{Force: true, QoS: "maintenance"})
		}, "mmdelfileset mmfs1 proj -f --qos maintenance", ""},
		{"delete root", func() (Command, error) { return MmDelFileset("mmfs1", "root", DelFilesetOptions{}) }, "", "root fileset"},
	})
}

func TestMmSnapshot(t *testing.T) {
	global, inProj := SnapshotRef{Name: "s1"}, SnapshotRef{"proj", "s1"}
	cr := func(o CrSnapshotOptions, s ...SnapshotRef) func() (Command, error) {
		return func() (Command, error) { return MmCrSnapshot("mmfs1", s, o) }
	}
	del := func(o DelSnapshotOptions, s ...SnapshotRef) func() (Command, error) {
		return func() (Command, error) { return MmDelSnapshot("mmfs1", s, o) }
	}
	ls := func(o LsSnapshotOptions) func() (Command, error) {
		return func() (Command, error) { return MmLsSnapshot("mmfs1", o) }
	}
	check(t, []build{
		{"list", ls(LsSnapshotOptions{}), "mmlssnapshot mmfs1 -Y", ""},
		{"list of a fileset", ls(LsSnapshotOptions{Filesets: []string{"proj"}, Data: true}), "mmlssnapshot mmfs1 -d -j proj -Y", ""},
		{"list some", ls(LsSnapshotOptions{Snapshots: []SnapshotRef{global, inProj}}), "mmlssnapshot mmfs1 -s s1,proj:s1 -Y", ""},
		{"list global ones", ls(LsSnapshotOptions{Global: true}), "mmlssnapshot mmfs1 -s global -Y", ""},
		{"list by two ways", ls(LsSnapshotOptions{Global: true, Filesets: []string{"a"}}), "", "not several"},

		{"F12: a global one is a bare name", cr(CrSnapshotOptions{}, global), "mmcrsnapshot mmfs1 s1", ""},
		{"F11: one of a fileset is -j", cr(CrSnapshotOptions{}, inProj), "mmcrsnapshot mmfs1 s1 -j proj", ""},
		{"F12, F13: many are one list", cr(CrSnapshotOptions{}, global, inProj, SnapshotRef{"home", "s1"}), "mmcrsnapshot mmfs1 s1,proj:s1,home:s1", ""},
		{"expiration", cr(CrSnapshotOptions{Expires: time.Date(2031, 2, 3, 4, 5, 6, 0, time.UTC)}, global), "mmcrsnapshot mmfs1 s1 --expiration-time 2031-02-03-04:05:06", ""},
		{"none", cr(CrSnapshotOptions{}), "", "none was given"},
		{"twice", cr(CrSnapshotOptions{}, global, global), "", "twice"},
		{"a colon in the name", cr(CrSnapshotOptions{}, SnapshotRef{Name: "a:b"}), "", "not allowed"},
		{"a comma in the fileset of one", cr(CrSnapshotOptions{}, SnapshotRef{"a,b", "s"}), "mmcrsnapshot mmfs1 s -j a,b", ""},

		{"delete", del(DelSnapshotOptions{}, global), "mmdelsnapshot mmfs1 s1", ""},
		{"delete of a fileset", del(DelSnapshotOptions{}, inProj), "mmdelsnapshot mmfs1 s1 -j proj", ""},
		{"delete many", del(DelSnapshotOptions{Nodes: OnNodes("helpers"), QoS: "other"}, global, inProj), "mmdelsnapshot mmfs1 s1,proj:s1 -N helpers --qos other", ""},
		{"delete on all nodes", del(DelSnapshotOptions{Nodes: AllNodes()}, global), "mmdelsnapshot mmfs1 s1 -N all", ""},
		{"delete with a wrong class", del(DelSnapshotOptions{QoS: "fast"}, global), "", "maintenance, other"},
	})
}

func TestMmDisks(t *testing.T) {
	check(t, []build{
		{"disks", func() (Command, error) { return MmLsDisk("mmfs1", LsDiskOptions{}) }, "mmlsdisk mmfs1 -Y", ""},
		{"some disks", func() (Command, error) {
			return MmLsDisk("mmfs1", LsDiskOptions{Disks: []string{"d1", "d2"}, Paths: true})
		}, "mmlsdisk mmfs1 -d 'd1;d2' -m -Y", ""},
		{"all paths", func() (Command, error) { return MmLsDisk("mmfs1", LsDiskOptions{AllPaths: true}) }, "mmlsdisk mmfs1 -M -Y", ""},
		{"both paths", func() (Command, error) { return MmLsDisk("mmfs1", LsDiskOptions{AllPaths: true, Paths: true}) }, "", "not for both"},
		{"a list in a name", func() (Command, error) { return MmLsDisk("mmfs1", LsDiskOptions{Disks: []string{"d1;d2"}}) }, "", "not allowed"},
		{"NSDs", func() (Command, error) { return MmLsNsd(LsNsdOptions{}) }, "mmlsnsd -Y", ""},
		{"free NSDs", func() (Command, error) { return MmLsNsd(LsNsdOptions{Free: true, Devices: true}) }, "mmlsnsd -F -X -Y", ""},
		{"NSDs of one", func() (Command, error) { return MmLsNsd(LsNsdOptions{Filesystem: "mmfs1"}) }, "mmlsnsd -f mmfs1 -Y", ""},
		{"some NSDs", func() (Command, error) { return MmLsNsd(LsNsdOptions{Disks: []string{"d1", "d2"}}) }, "mmlsnsd -d 'd1;d2' -Y", ""},
		{"NSDs two ways", func() (Command, error) { return MmLsNsd(LsNsdOptions{Free: true, Filesystem: "x"}) }, "", "not several"},
		{"pools", func() (Command, error) { return MmLsPool("mmfs1", LsPoolOptions{}) }, "mmlspool mmfs1", ""},
		{"some pools", func() (Command, error) { return MmLsPool("mmfs1", LsPoolOptions{Pools: []string{"system", "data"}}) }, "mmlspool mmfs1 system,data", ""},
		{"space", func() (Command, error) { return MmDf("mmfs1", DfOptions{}) }, "mmdf mmfs1 -Y", ""},
		{"space of a pool", func() (Command, error) { return MmDf("mmfs1", DfOptions{Pool: "data", QoS: "other"}) }, "mmdf mmfs1 -P data --qos other -Y", ""},
		{"attributes of files", func() (Command, error) { return MmLsAttr([]string{"/gpfs/a b"}, LsAttrOptions{Names: true}) }, "mmlsattr -L -d '/gpfs/a b'", ""},
		{"policy", func() (Command, error) { return MmLsPolicy("mmfs1", LsPolicyOptions{Text: true}) }, "mmlspolicy mmfs1 -L", ""},
		{"licences", func() (Command, error) { return MmLsLicense(LsLicenseOptions{}) }, "mmlslicense -Y", ""},
	})
}

func TestMmNodes(t *testing.T) {
	check(t, []build{
		{"state of all", func() (Command, error) { return MmGetState(AllNodes()) }, "mmgetstate -a -Y", ""},
		{"state here", func() (Command, error) { return MmGetState(ThisNode()) }, "mmgetstate -Y", ""},
		{"state of some", func() (Command, error) { return MmGetState(OnNodes("node1")) }, "mmgetstate -N node1 -Y", ""},
		{"state of nobody", func() (Command, error) { return MmGetState(NodeSpec{}) }, "", "which nodes"},
		{"state of mount", func() (Command, error) { return MmGetState(OnNodes("Mount")) }, "", "does not take the node class"},
		{"startup", func() (Command, error) { return MmStartup(OnNodes("node1"), StartupOptions{}) }, "mmstartup -N node1", ""},
		{"startup with environment", func() (Command, error) { return MmStartup(AllNodes(), StartupOptions{Env: []string{"A=b c"}}) }, "mmstartup -a -E 'A=b c'", ""},
		{"startup with no environment", func() (Command, error) { return MmStartup(AllNodes(), StartupOptions{Env: []string{"A"}}) }, "", "NAME=value"},
		{"F1: shutdown never accepts by itself", func() (Command, error) { return MmShutdown(OnNodes("node1"), ShutdownOptions{}) }, "mmshutdown -N node1", ""},
		{"shutdown", func() (Command, error) {
			return MmShutdown(OnNodes("node1"), ShutdownOptions{UnmountTimeout: 90, AcceptQuorumLoss: true})
		}, "mmshutdown -t 90 -N node1 --accept", ""},
		{"shutdown of nobody", func() (Command, error) { return MmShutdown(OnNodes(), ShutdownOptions{}) }, "", "which nodes"},
		{"shutdown of an option", func() (Command, error) { return MmShutdown(OnNodes("-a"), ShutdownOptions{}) }, "", "option"},
		{"managers", func() (Command, error) { return MmLsMgr() }, "mmlsmgr -Y", ""},
		{"managers of some", func() (Command, error) { return MmLsMgr("mmfs1", "mmfs2") }, "mmlsmgr mmfs1 mmfs2 -Y", ""},
		{"configuration", func() (Command, error) { return MmLsConfig() }, "mmlsconfig -Y", ""},
		{"some configuration", func() (Command, error) { return MmLsConfig("pagepool", "maxblocksize") }, "mmlsconfig pagepool,maxblocksize -Y", ""},
		{"node classes", func() (Command, error) { return MmLsNodeClass(LsNodeClassOptions{}) }, "mmlsnodeclass -Y", ""},
		{"all node classes", func() (Command, error) { return MmLsNodeClass(LsNodeClassOptions{All: true}) }, "mmlsnodeclass --all -Y", ""},
		{"system node classes", func() (Command, error) { return MmLsNodeClass(LsNodeClassOptions{System: true}) }, "mmlsnodeclass --system -Y", ""},
		{"some node classes", func() (Command, error) { return MmLsNodeClass(LsNodeClassOptions{Classes: []string{"a", "b"}}) }, "mmlsnodeclass a,b -Y", ""},
	})
}

func TestMmQuota(t *testing.T) {
	rep := func(dev string, o RepQuotaOptions) func() (Command, error) {
		return func() (Command, error) { return MmRepQuota(dev, o) }
	}
	set := func(target QuotaTarget, o SetQuotaOptions) func() (Command, error) {
		target.Device = "mmfs1"
		return func() (Command, error) { return MmSetQuota(target, o) }
	}
	block := SetQuotaOptions{Block: &Limits{9 << 40, 10 << 40}}
	check(t, []build{
		{"D6: report by number, -Y first", rep("mmfs1", RepQuotaOptions{}), "mmrepquota -Y -n mmfs1", ""},
		{"report all", rep("all", RepQuotaOptions{}), "mmrepquota -Y -n -a", ""},
		{"report users", rep("mmfs1", RepQuotaOptions{Kinds: []QuotaKind{UserQuota}, Exact: true}), "mmrepquota -Y -n -u -e mmfs1", ""},
		{"report users and groups in a fileset", rep("mmfs1", RepQuotaOptions{Kinds: []QuotaKind{GroupQuota, UserQuota}, Fileset: "proj"}), "mmrepquota -Y -n -u -g mmfs1:proj", ""},
		{"report filesets", rep("mmfs1", RepQuotaOptions{Kinds: []QuotaKind{FilesetQuota}}), "mmrepquota -Y -n -j mmfs1", ""},
		{"report the three kinds", rep("mmfs1", RepQuotaOptions{Kinds: []QuotaKind{FilesetQuota, GroupQuota, UserQuota}}), "mmrepquota -Y -n mmfs1", ""},
		{"report two that do not go together", rep("mmfs1", RepQuotaOptions{Kinds: []QuotaKind{FilesetQuota, UserQuota}}), "", "alone or with both"},
		{"report filesets in a fileset", rep("mmfs1", RepQuotaOptions{Kinds: []QuotaKind{FilesetQuota}, Fileset: "proj"}), "", "user and group"},

		{"F2: soft and hard always together", set(QuotaTarget{Users: []string{"alice"}}, block), "mmsetquota mmfs1 --user alice --block 9T:10T", ""},
		{"F2: a soft limit alone has a hard limit of none in words", set(QuotaTarget{Users: []string{"alice"}}, SetQuotaOptions{Block: &Limits{Soft: 1 << 30}}),
			"mmsetquota mmfs1 --user alice --block 1G:0", ""},
		{"lists", set(QuotaTarget{Groups: []string{"a", "1234"}, Fileset: "proj"}, SetQuotaOptions{Files: &Limits{1000000, 2000000}}),
			"mmsetquota mmfs1:proj --group a,1234 --files 1000000:2000000", ""},
		{"names of a directory service", set(QuotaTarget{Users: []string{`DOM\alice smith`}}, block), `mmsetquota mmfs1 --user 'DOM\alice smith' --block 9T:10T`, ""},
		{"a fileset", set(QuotaTarget{Fileset: "proj"}, SetQuotaOptions{Block: &Limits{}, Files: &Limits{}}), "mmsetquota mmfs1:proj --block 0:0 --files 0:0", ""},
		{"odd sizes", set(QuotaTarget{Fileset: "proj"}, SetQuotaOptions{Block: &Limits{1, 3<<30 + 1024}}), "mmsetquota mmfs1:proj --block 1K:3145729K", ""},
		{"default", set(QuotaTarget{Default: UserQuota, Fileset: "proj"}, block), "mmsetquota mmfs1:proj --default user --block 9T:10T", ""},
		{"F3: the default of filesets", set(QuotaTarget{Default: FilesetQuota}, block), "mmsetquota mmfs1 --default fileset --block 9T:10T", ""},
		{"F3: not inside a fileset", set(QuotaTarget{Default: FilesetQuota, Fileset: "proj"}, block), "", "not to a fileset"},
		{"nobody", set(QuotaTarget{}, block), "", "whose limits"},
		{"two sorts", set(QuotaTarget{Users: []string{"a"}, Groups: []string{"b"}}, block), "", "not several"},
		{"no limit", set(QuotaTarget{Fileset: "proj"}, SetQuotaOptions{}), "", "no limit"},
		{"soft above hard", set(QuotaTarget{Fileset: "proj"}, SetQuotaOptions{Block: &Limits{2, 1}}), "", "above"},
		{"F3: inode limits of old releases", set(QuotaTarget{Fileset: "proj"}, SetQuotaOptions{Files: &Limits{0, 200_000_000}, Release: Release{5, 1, 2, 0}}), "", "needs release 5.1.3.0"},
		{"inode limits of new releases", set(QuotaTarget{Fileset: "proj"}, SetQuotaOptions{Files: &Limits{0, 200_000_000}, Release: Release{5, 1, 3, 0}}),
			"mmsetquota mmfs1:proj --files 0:200000000", ""},
		{"grace", func() (Command, error) {
			return MmSetGrace("mmfs1", UserQuota, SetGraceOptions{Block: 7 * 24 * time.Hour, Files: 90 * time.Minute})
		}, "mmsetquota mmfs1 --grace user --block 7days --files 90minutes", ""},
		{"no grace", func() (Command, error) { return MmSetGrace("mmfs1", UserQuota, SetGraceOptions{}) }, "", "no grace"},
	})
}

// Names that could become something else on a command line, in a list or in a shell.
var hostileNames = []string{
	"", "-Y", "--accept", "a b", "a\tb", "a\nb", "a\x00b", "\xff\xfe", strings.Repeat("n", 300), "a/b", "$(reboot)", "`reboot`",
}

func TestNamesAreCheckedBeforeAnythingRuns(t *testing.T) {
	builders := map[string]func(string) (Command, error){
		"file system":     func(n string) (Command, error) { return MmLsFs(n, LsFsOptions{}) },
		"fileset":         func(n string) (Command, error) { return MmCrFileset("mmfs1", n, CrFilesetOptions{}) },
		"linked fileset":  func(n string) (Command, error) { return MmLinkFileset("mmfs1", n, "/a") },
		"listed filesets": func(n string) (Command, error) { return MmLsFileset("mmfs1", LsFilesetOptions{Filesets: []string{n}}) },
		"node":            func(n string) (Command, error) { return MmShutdown(OnNodes(n), ShutdownOptions{}) },
		"disk":            func(n string) (Command, error) { return MmLsDisk("mmfs1", LsDiskOptions{Disks: []string{n}}) },
		"attribute":       func(n string) (Command, error) { return MmLsConfig(append([]string{"a"}, n)...) },
		"quota fileset": func(n string) (Command, error) {
			return MmSetQuota(QuotaTarget{Device: "mmfs1", Fileset: "x" + n, Users: []string{"a\n" + n}}, SetQuotaOptions{Block: &Limits{}})
		},
	}
	for kind, b := range builders {
		for _, name := range hostileNames {
			cmd, err := b(name)
			assert.Error(t, err, "%s %q", kind, name)
			assert.Empty(t, cmd.Args)
		}
	}
	// A snapshot name may hold what a shell takes amiss; it stays one argument.
	cmd, err := MmCrSnapshot("mmfs1", []SnapshotRef{{Name: "$(reboot);'x'"}}, CrSnapshotOptions{})
	require.NoError(t, err)
	assert.Equal(t, []string{"mmcrsnapshot", "mmfs1", "$(reboot);'x'"}, cmd.Argv())
	assert.Equal(t, `mmcrsnapshot mmfs1 '$(reboot);'\''x'\'''`, cmd.String())

	var ne *NameError
	_, err = MmCrFileset("mmfs1", "a b", CrFilesetOptions{})
	require.ErrorAs(t, err, &ne)
	assert.Equal(t, "fileset", ne.Kind)
}

func TestNameRules(t *testing.T) {
	good := map[string][]string{
		"file system": {"mmfs1", "/dev/mmfs1", "gpfs.1_a-b"},
		"fileset":     {"root", "proj:1", "pvc-123", "ü", "a.b", strings.Repeat("n", 255)},
		"snapshot":    {"nightly", "@GMT-2024.05.01-00.00.00", ".mmbackupSnap1", "-"[:0] + "x"},
		"node":        {"node1", "10.0.0.1", "3-8", "fe80::1", "nsd01.hpc.example.org"},
		"node class":  {"helpers"},
		"pool":        {"system", "data"},
		"callback":    {"tell-me"},
	}
	bad := map[string][]string{
		"file system": {"all", "all_local", "all_remote", "a:b", "/gpfs/a"},
		"fileset":     {"a*", "a?", "a#", "a[", `a\b`, "a|b", "a&b", "a(b)", strings.Repeat("n", 256)},
		"snapshot":    {"a/b", "a:b", "a,b", ".", ".."},
		"node":        {"a,b", "a;b"},
		"node class":  {"fastnodes", "ALL", "mount"},
		"pool":        {"a*", "a,b", "a'b"},
		"callback":    {"a,b", "a:b", "a;b", "a b", "a\tb", "all", "user", "system", "gpfsGrow", "mmGrow", strings.Repeat("n", 256)},
	}
	checks := map[string]func(string) error{
		"file system": CheckFilesystemName, "fileset": CheckFilesetName, "snapshot": CheckSnapshotName, "node": CheckNodeName,
		"node class": CheckNewNodeClassName, "pool": CheckPoolName, "callback": CheckNewCallbackName,
	}
	for kind, names := range good {
		for _, n := range names {
			assert.NoError(t, checks[kind](n), "%s %q", kind, n)
		}
	}
	for kind, names := range bad {
		for _, n := range names {
			assert.Error(t, checks[kind](n), "%s %q", kind, n)
		}
	}
	assert.NoError(t, CheckNodeClassName("nsdNodes"), "a system class may be asked for")
	assert.NoError(t, CheckDiskName("nsd_1"))
	assert.NoError(t, CheckCallbackName("gpfsRecoveryGroup"), "what Storage Scale registered may be looked at")
	assert.Error(t, CheckNewFilesetName("new"))
}

func TestNodeSpec(t *testing.T) {
	assert.Equal(t, "all nodes", AllNodes().String())
	assert.Equal(t, "this node", ThisNode().String())
	assert.Equal(t, "node a", OnNodes("a").String())
	assert.Equal(t, "nodes a,b", OnNodes("a", "b").String())
	assert.Equal(t, "no nodes", NodeSpec{}.String())
	assert.True(t, NodeSpec{}.IsZero())
}
