package mmexec

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// equal compares structures and shows how they differ.
func equal(t *testing.T, want, got any) {
	t.Helper()
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("difference (-want +got):\n%s", d)
	}
}

func TestParseMmLsPool(t *testing.T) {
	got, err := ParseMmLsPool([]byte("Storage pools in file system at '/gpfs/a':\n" +
		"Name                    Id   BlkSize Data Meta Total Data in (KB)   Free Data in (KB)   Total Meta in (KB)    Free Meta in (KB)\n" +
		"a_very_long_name_of_a_pool 65537 256 KB  yes   no 100 50 ( 50%) 0 0 (  0%)\n"))
	require.NoError(t, err)
	equal(t, Pools{"/gpfs/a", []Pool{{"a_very_long_name_of_a_pool", 65537, 256 << 10, true, false, 100, 50, 50, 0, 0, 0}}}, got)

	got, err = ParseMmLsPool([]byte("Storage pools in file system at '/gpfs/a':\nName            Id\nsystem          0\n"))
	require.NoError(t, err)
	equal(t, []Pool{{Name: "system"}}, got.Pools)

	for _, bad := range []string{"", "mmlspool: something else\n", "Name Id\nsystem 0 8 MB no\n", "Name Id\nsystem zero\n", "Name Id\ns 0 8 XB no yes 0 0 (0%) 0 0 (0%)\n"} {
		_, err := ParseMmLsPool([]byte(bad))
		var fe *FormatError
		assert.ErrorAs(t, err, &fe, "%q", bad)
	}
}

func TestParseMmLsPoolCaptures(t *testing.T) {
	parse := func(name string) Pools {
		got, err := ParseMmLsPool([]byte(capture(t, name)))
		require.NoError(t, err)
		return got
	}
	equal(t, Pools{"/gpfs1", []Pool{
		{"system", 0, 8 << 20, false, true, 0, 0, 0, 25004867584, 9798959104, 39},
		{"nvme", 65537, 8 << 20, true, false, 162531639296, 114505474048, 70, 0, 0, 0},
		{"nlsas", 65538, 8 << 20, true, false, 1997953957888, 1981410271232, 99, 0, 0, 0},
		{"dangerzone", 65538, 8 << 20, true, true, 42, 42, 100, 42, 42, 100},
	}}, parse("mmoxi/mmlspool.txt"))
	equal(t, Pools{"/ibm/fs1", []Pool{
		{"system", 0, 4 << 20, true, true, 5242880, 1118208, 21, 5242880, 1171456, 22},
		{"capacity", 65537, 4 << 20, true, false, 20971520, 20824064, 99, 0, 0, 0},
	}}, parse("storagescalevagrant/mmlspool-2019.txt"))
	equal(t, Pools{"/ibm/fs1", []Pool{
		{"system", 0, 4 << 20, true, true, 5242880, 1101824, 21, 5242880, 1155072, 22},
		{"capacity", 65537, 4 << 20, true, false, 20971520, 20824064, 99, 0, 0, 0},
	}}, parse("storagescalevagrant/mmlspool-2pools.txt"))
	equal(t, Pools{"/ibm/fs1", []Pool{
		{"system", 0, 4 << 20, true, true, 5242880, 1114112, 21, 5242880, 1167360, 22},
	}}, parse("storagescalevagrant/mmlspool.txt"))
}

func TestParseMmDf(t *testing.T) {
	got, err := ParseMmDf([]byte("disk                disk size  failure holds    holds              free KB             free KB\n" +
		"name                    in KB    group metadata data        in full blocks        in fragments\n" +
		"--------------- ------------- -------- -------- ----- -------------------- -------------------\n" +
		"Disks in storage pool: system (Maximum disk size allowed is 1.1 TB)\n" +
		"a_disk_whose_name_is_wider 1000 -1 yes no 900 ( 90%) 10 ( 1%) *\n" +
		"d2 1000 1 yes yes 900 (90%) 10 (100%)*\n" +
		"                -------------                         -------------------- -------------------\n" +
		"(pool total)             2000                                  1800 ( 90%)            20 ( 1%)\n" +
		"(total)             2000                                  1800 ( 90%)            20 ( 1%)\n\n" +
		"Inode Information\n-----------------\n" +
		"Total number of used inodes in all Inode spaces:            4\n" +
		"Total number of free inodes in all Inode spaces:            6\n" +
		"Total number of allocated inodes in all Inode spaces:      10\n" +
		"Total of Maximum number of inodes in all Inode spaces:     20\n"))
	require.NoError(t, err)
	equal(t, []DfDisk{
		{"a_disk_whose_name_is_wider", "system", 1000, -1, true, false, Free{900, 90, 10, 1}, true},
		{"d2", "system", 1000, 1, true, true, Free{900, 90, 10, 100}, true},
	}, got.Disks)
	equal(t, []DfTotal{{"system", 2000, Free{1800, 90, 20, 1}, "1.1 TB"}}, got.Pools)
	equal(t, []uint64{4, 6, 10, 20}, []uint64{got.UsedInodes, got.FreeInodes, got.AllocatedInodes, got.MaxInodes})

	_, err = ParseMmDf([]byte("mmdf: nothing here\n"))
	assert.Error(t, err)
	_, err = ParseMmDf([]byte("Disks in storage pool: system\nnsd1 10 1 Yes\n"))
	assert.ErrorContains(t, err, "line 2")
}

func TestParseMmDfCaptures(t *testing.T) {
	got, err := ParseMmDf([]byte(capture(t, "storagescalevagrant/mmdf-2pools.txt")))
	require.NoError(t, err)
	disk := func(name, pool string, size uint64, meta bool, blocks uint64, pct int, frag uint64, fpct int) DfDisk {
		return DfDisk{name, pool, size, 1, meta, true, Free{blocks, pct, frag, fpct}, false}
	}
	equal(t, Df{
		Disks: []DfDisk{
			disk("nsd1", "system", 1048576, true, 233472, 22, 11640, 1), disk("nsd2", "system", 1048576, true, 221184, 21, 11640, 1),
			disk("nsd3", "system", 1048576, true, 229376, 22, 11384, 1), disk("nsd4", "system", 1048576, true, 204800, 20, 11128, 1),
			disk("nsd5", "system", 1048576, true, 212992, 20, 11128, 1),
			disk("nsd6", "capacity", 10485760, false, 10412032, 99, 8056, 0), disk("nsd7", "capacity", 10485760, false, 10412032, 99, 8056, 0),
		},
		Pools: []DfTotal{
			{"system", 5242880, Free{1101824, 21, 56920, 1}, "15.87 GB"},
			{"capacity", 20971520, Free{20824064, 99, 16112, 0}, "322.37 GB"},
		},
		Data:       &DfTotal{Name: "(data)", SizeKB: 26214400, Free: Free{21925888, 84, 73032, 0}},
		Metadata:   &DfTotal{Name: "(metadata)", SizeKB: 5242880, Free: Free{1101824, 21, 56920, 1}},
		Total:      &DfTotal{Name: "(total)", SizeKB: 26214400, Free: Free{21925888, 84, 73032, 0}},
		UsedInodes: 4108, FreeInodes: 103412, AllocatedInodes: 107520, MaxInodes: 107520,
	}, got)

	got, err = ParseMmDf([]byte(capture(t, "storagescalevagrant/mmdf.txt")))
	require.NoError(t, err)
	equal(t, Df{
		Disks: []DfDisk{
			disk("nsd3", "system", 1048576, true, 229376, 22, 11384, 1), disk("nsd4", "system", 1048576, true, 204800, 20, 11128, 1),
			disk("nsd5", "system", 1048576, true, 217088, 21, 11128, 1), disk("nsd2", "system", 1048576, true, 225280, 21, 11640, 1),
			disk("nsd1", "system", 1048576, true, 237568, 23, 11640, 1),
		},
		Pools:      []DfTotal{{"system", 5242880, Free{1114112, 21, 56920, 1}, "15.87 GB"}},
		Total:      &DfTotal{Name: "(total)", SizeKB: 5242880, Free: Free{1114112, 21, 56920, 1}},
		UsedInodes: 4108, FreeInodes: 103412, AllocatedInodes: 107520, MaxInodes: 107520,
	}, got)
}

func TestParseMmGetState(t *testing.T) {
	got, err := ParseMmGetState([]byte("\n Node number  Node name       Quorum  Nodes up  Total nodes  GPFS state  Remarks    \n" +
		"------------------------------------------------------------------------------------\n" +
		"       1      node1              1*        2          3       active      quorum node\n" +
		"       7      node7              1*        2          3       down\n"))
	require.NoError(t, err)
	equal(t, []NodeState{
		{1, "node1", "active", "1*", 2, 3, "quorum node"}, {7, "node7", "down", "1*", 2, 3, ""},
	}, got.Nodes)
	_, err = ParseMmGetState([]byte("mmgetstate: no\n"))
	assert.Error(t, err)
}

func TestParseMmGetStateCaptures(t *testing.T) {
	parse := func(name string) States {
		got, err := ParseMmGetState([]byte(capture(t, name)))
		require.NoError(t, err)
		return got
	}
	state := func(n int, name, state string) NodeState { return NodeState{Number: n, Name: name, State: state} }
	equal(t, States{Nodes: []NodeState{
		state(1, "gpfs01", "active"), state(2, "gpfs02", "active"), state(155, "n131", "active"), state(156, "n095", "active"),
		state(183, "master", "active"), state(184, "login01", "active"), state(185, "login02", "active"),
		state(187, "n096", "active"), state(188, "n097", "active"),
	}}, parse("gpfstraining/mmgetstate-av.txt"))
	equal(t, States{Nodes: []NodeState{
		state(1, "worker02", "active"), state(2, "worker03", "active"), state(3, "worker04", "active"), state(4, "worker01", "active"),
	}}, parse("cnsa-helm/mmgetstate-a.txt"))
	equal(t, States{Nodes: []NodeState{
		state(1, "gpfs1", "arbitrating"), state(2, "gpfs2", "arbitrating"), state(3, "gpfs3", "arbitrating"),
	}}, parse("kckenneth/mmgetstate-a-arbitrating.txt"))
	equal(t, States{Unreachable: []string{"n114"}}, parse("gpfstraining/mmgetstate-av-unreachable.txt"))
	whole, err := ParseMmGetState([]byte(capture(t, "gpfstraining/mmgetstate-av.txt") + capture(t, "gpfstraining/mmgetstate-av-unreachable.txt")))
	require.NoError(t, err)
	assert.Len(t, whole.Nodes, 9)
	equal(t, []string{"n114"}, whole.Unreachable)
}

func TestParseMmLsNodeClass(t *testing.T) {
	got, err := ParseMmLsNodeClass([]byte("Node Class Name       Members\n" +
		"--------------------- ------------\n" +
		"helpers               node1,node2,\n" +
		"                      node3\n" +
		"empty\n"))
	require.NoError(t, err)
	equal(t, []NodeClass{{"helpers", []string{"node1", "node2", "node3"}}, {"empty", []string{}}}, got)
}

func TestParseMmLsNodeClassCapture(t *testing.T) {
	got, err := ParseMmLsNodeClass([]byte(capture(t, "gpfstraining/mmlsnodeclass.txt")))
	require.NoError(t, err)
	equal(t, []NodeClass{
		{"opaServers", []string{"gpfs01", "gpfs02", "n095", "n097", "n098", "n099", "n101", "n103", "n104", "..."}},
		{"compute", []string{"n131", "n095", "n097", "n098", "n099", "n101", "n103", "n104", "n106", "..."}},
		{"service", []string{"gpfs01", "gpfs02"}},
		{"ibServers", []string{"gpfs01", "gpfs02", "n131", "n132", "n133", "n134", "n135", "n136", "..."}},
	}, got)
}

func TestParseMmLsMount(t *testing.T) {
	got, err := ParseMmLsMount([]byte("\nFile system mmfs1 is mounted on 2 nodes:\n" +
		"  10.0.0.1        node1                     cluster1.example.org\n" +
		"  10.0.0.2        node2\n" +
		"File system mmfs2 is not mounted.\n"))
	require.NoError(t, err)
	equal(t, []Mount{
		{Device: "mmfs1", Count: 2, Nodes: []MountNode{{"10.0.0.1", "node1", "cluster1.example.org"}, {"10.0.0.2", "node2", ""}}},
		{Device: "mmfs2"},
	}, got)
	_, err = ParseMmLsMount([]byte("something else\n"))
	assert.Error(t, err)
}

func TestParseMmLsMountCaptures(t *testing.T) {
	parse := func(name string) []Mount {
		got, err := ParseMmLsMount([]byte(capture(t, name)))
		require.NoError(t, err)
		return got
	}
	const ess, ocp = "ess3k-2a1.scale.ibm.com", "ibm-spectrum-scale.ocp2.scale.ibm.com"
	equal(t, []Mount{{"fs1", ess, "essfs1", 7, []MountNode{
		{"10.0.10.102", "ess3k-2b1.scale.ibm.com", ess}, {"10.0.10.100", ess, ess}, {"10.0.10.110", "ess3k-gui.scale.ibm.com", ess},
		{"10.0.10.22", "worker02", ocp}, {"10.0.10.23", "worker03", ocp}, {"10.0.10.24", "worker04", ocp}, {"10.0.10.21", "worker01", ocp},
	}}}, parse("cnsa-helm/mmlsmount-all-L-remote.txt"))
	equal(t, []Mount{
		{"fs12", "GSS.cluster", "fs12", 31, nil}, {"fs34", "GSS.cluster", "fs34", 31, nil}, {"fs56", "GSS.cluster", "fs56", 31, nil},
	}, parse("gpfs-goodies/mmlsmount-all-remote.txt"))
	equal(t, []Mount{{"fs12", "", "", 7, nil}, {"fs34", "", "", 7, nil}, {"fs56", "", "", 7, nil}}, parse("gpfs-goodies/mmlsmount-all.txt"))
	equal(t, []Mount{{"fs1", "", "", 1, nil}}, parse("storagescalevagrant/mmlsmount-all.txt"))
	equal(t, []Mount{{"fs1", "", "", 1, nil}}, parse("storagescalevagrant/mmlsmount-all-2019.txt"))
}

func TestParseMmLsAttr(t *testing.T) {
	got, err := ParseMmLsAttr([]byte("file name:            /gpfs/a: b\n" +
		"metadata replication: 2 max 3\n" +
		"data replication:     1 max 3\n" +
		"immutable:            yes\n" +
		"appendOnly:           no\n" +
		"indefiniteRetention:  yes\n" +
		"expiration Time:      Wed Jan  1 00:00:00 2031\n" +
		"flags:                illreplicated,illplaced\n" +
		"storage pool name:    data\n" +
		"fileset name:         root\n" +
		"snapshot name:        nightly\n" +
		"creation time:        Mon Feb 27 11:16:26 2023\n" +
		"Misc attributes:      ARCHIVE READONLY\n" +
		"Encrypted:            yes\n" +
		"\nfile name:            /gpfs/b\n" +
		"metadata replication: 1 max 2\n"))
	require.NoError(t, err)
	require.Len(t, got, 2)
	a := got[0]
	assert.Len(t, a.All, 14)
	a.All = nil
	equal(t, FileAttr{
		Name: "/gpfs/a: b", MetadataReplicas: 2, MaxMetadataReplicas: 3, DataReplicas: 1, MaxDataReplicas: 3, Immutable: true,
		IndefiniteRetention: true, Expires: "Wed Jan  1 00:00:00 2031", Flags: []string{"illreplicated", "illplaced"}, Pool: "data",
		Fileset: "root", Snapshot: "nightly", Created: "Mon Feb 27 11:16:26 2023", Misc: []string{"ARCHIVE", "READONLY"}, Encrypted: true,
	}, a)
	_, err = ParseMmLsAttr([]byte("Operation not permitted\n"))
	assert.Error(t, err)
	_, err = ParseMmLsAttr([]byte("file name: x\nmetadata replication: lots\n"))
	assert.ErrorContains(t, err, "line 2")
}

func TestParseMmLsAttrCaptures(t *testing.T) {
	for name, want := range map[string]FileAttr{
		"dirscape/mmlsattr-L-dir.txt": {Name: "/home/jdoe42", MetadataReplicas: 1, MaxMetadataReplicas: 2, Flags: []string{}, Pool: "system",
			Fileset: "home", Created: "Mon Feb 27 11:16:26 2023", Misc: []string{"DIRECTORY"}},
		"dirscape/mmlsattr-L-dir2.txt": {Name: "/project/hpc", MetadataReplicas: 1, MaxMetadataReplicas: 2, Flags: []string{}, Pool: "system",
			Fileset: "project-hpc", Created: "Wed Dec 23 05:34:10 2020", Misc: []string{"DIRECTORY"}},
	} {
		got, err := ParseMmLsAttr([]byte(capture(t, name)))
		require.NoError(t, err)
		require.Len(t, got, 1)
		assert.Len(t, got[0].All, 11)
		got[0].All = nil
		equal(t, want, got[0])
	}
}

func TestParseMmLsCallback(t *testing.T) {
	got, err := ParseMmLsCallback([]byte("tell\n\tcommand       = /var/mmfs/tell\n\tpriority      = 10\n\tevent         = lowDiskSpace,noDiskSpace\n" +
		"\tnode          = servers\n\tsync          = true\n\ttimeout       = 5\n\tonError       = continue\n\tparms         = %eventName %fsName=x\n\n"))
	require.NoError(t, err)
	require.Len(t, got, 1)
	assert.Len(t, got[0].All, 8)
	got[0].All = nil
	equal(t, Callback{
		ID: "tell", Command: "/var/mmfs/tell", Events: []string{"lowDiskSpace", "noDiskSpace"}, Nodes: "servers", Priority: "10", Sync: true,
		Timeout: "5", OnError: "continue", Parms: "%eventName %fsName=x",
	}, got[0])
	_, err = ParseMmLsCallback([]byte("\tcommand = x\n"))
	assert.Error(t, err)
}

func TestParseMmLsCallbackCapture(t *testing.T) {
	got, err := ParseMmLsCallback([]byte(capture(t, "ibm-docs/mmlscallback.txt")))
	require.NoError(t, err)
	equal(t, []Callback{
		{ID: "test1", Command: "/tmp/myScript", Events: []string{"startup"}, All: []Field{{"command", "/tmp/myScript"}, {"event", "startup"}}},
		{ID: "test2", Command: "/tmp/myScript2", Events: []string{"shutdown"}, Parms: "%upNodes",
			All: []Field{{"command", "/tmp/myScript2"}, {"event", "shutdown"}, {"parms", "%upNodes"}}},
	}, got)
}

func TestParseMmLsPolicy(t *testing.T) {
	got, err := ParseMmLsPolicy([]byte("Policy for file system '/dev/mmfs1':\n" +
		"   Installed by root@node1.example.org on Tue Mar 30 15:06:20 2021.\n" +
		"   First line of policy 'place.pol' is:\n/* where files go */\n"))
	require.NoError(t, err)
	equal(t, InstalledPolicy{"/dev/mmfs1", "root@node1.example.org", "Tue Mar 30 15:06:20 2021", "place.pol", "/* where files go */", false}, got)

	none := "No policy file was installed for file system 'mmfs1'.\nData will be stored in pool 'system'.\n"
	got, err = ParseMmLsPolicy([]byte(none))
	require.NoError(t, err)
	equal(t, InstalledPolicy{Device: "mmfs1", None: true}, got)
	_, installed := ParsePolicyText([]byte(none))
	assert.False(t, installed)

	const text = "/* :HEADER: */\nRULE 'a' SET POOL 'system'\n"
	is, installed := ParsePolicyText([]byte(text))
	assert.True(t, installed)
	assert.Equal(t, text, is)

	_, err = ParseMmLsPolicy(nil)
	assert.Error(t, err)
}

func TestParseMmLsLicense(t *testing.T) {
	got, err := ParseMmLsLicense([]byte("\n Node name           Required license    Designated license\n" +
		"-------------------------------------------------------\n" +
		"node1               server              server\n" +
		"node2               server              client              *\n" +
		"\n Summary information\n---------------------\n" +
		"Number of nodes defined in the cluster:                          2\n" +
		"Number of nodes with server license designation:                 1\n" +
		"Number of nodes still requiring server license designation:      1\n"))
	require.NoError(t, err)
	equal(t, []NodeLicense{{"node1", "server", "server", false}, {"node2", "server", "client", true}}, got.Nodes)
	assert.Equal(t, 2, got.Defined)
	assert.Equal(t, 1, got.RequiringServer)
	_, err = ParseMmLsLicense([]byte("\n"))
	assert.Error(t, err)
}

func TestParseMmLsLicenseCapture(t *testing.T) {
	got, err := ParseMmLsLicense([]byte(capture(t, "gpfstraining/mmlslicense.txt")))
	require.NoError(t, err)
	equal(t, Licenses{
		Counts: []LicenseCount{
			{"Number of nodes defined in the cluster", 85}, {"Number of nodes with server license designation", 2},
			{"Number of nodes with FPO license designation", 0}, {"Number of nodes with client license designation", 83},
			{"Number of nodes still requiring server license designation", 0}, {"Number of nodes still requiring client license designation", 0},
		},
		Defined: 85, Server: 2, Client: 83, Edition: "IBM Spectrum Scale Standard Edition",
	}, got)
}

func TestParseMmLsConfig(t *testing.T) {
	got, err := ParseMmLsConfig([]byte("Configuration data for cluster c1.example.org:\n-------------------------------\n" +
		"clusterName c1.example.org\nautoload yes\n[nsdNodes]\npagepool 16G\n[node1,node2]\npagepool 32G\n[common]\nsubnets 10.0.0.0/c1;c2 10.1.0.0\nemptyOne\n" +
		"\nFile systems in cluster c1.example.org:\n-------------------------------\n/dev/mmfs1\n/dev/mmfs2\n"))
	require.NoError(t, err)
	equal(t, Config{
		Cluster: "c1.example.org",
		Values: []ConfigValue{
			{"clusterName", "c1.example.org", nil}, {"autoload", "yes", nil}, {"pagepool", "16G", []string{"nsdNodes"}},
			{"pagepool", "32G", []string{"node1", "node2"}}, {"subnets", "10.0.0.0/c1;c2 10.1.0.0", nil}, {"emptyOne", "", nil},
		},
		Filesystems: []string{"/dev/mmfs1", "/dev/mmfs2"},
	}, got)

	got, err = ParseMmLsConfig([]byte("pagepool 1G  \npagepool 4G [nsdNodes]\n"))
	require.NoError(t, err)
	equal(t, []ConfigValue{{"pagepool", "1G", nil}, {"pagepool", "4G", []string{"nsdNodes"}}}, got.Values)

	got, err = ParseMmLsConfig([]byte("Configuration data for cluster c:\n---\nFile systems in cluster c:\n---\n(none)\n"))
	require.NoError(t, err)
	assert.Empty(t, got.Filesystems)
}

func TestParseTime(t *testing.T) {
	zone := time.FixedZone("EST", -5*3600)
	for in, want := range map[string]string{
		"Tue Dec  5 10:41:35 2023":       "2023-12-05T10:41:35-05:00",
		"Wed May 18 10:41:35 2016":       "2016-05-18T10:41:35-05:00",
		"Wed May 18 10:41:35 EST 2016":   "2016-05-18T10:41:35-05:00",
		"2020-01-27 09:35:21.859186 EST": "2020-01-27T09:35:21.859186-05:00",
		"2021-09-23_15:31:33-0400":       "2021-09-23T15:31:33-04:00",
		"2023-01-02-03:04":               "2023-01-02T03:04:00-05:00",
	} {
		got, err := ParseTime(in, zone)
		if assert.NoError(t, err, in) {
			assert.Equal(t, want, got.Format(time.RFC3339Nano), in)
		}
	}
	_, err := ParseTime("-", zone)
	assert.Error(t, err)
}

func TestSize(t *testing.T) {
	for _, c := range []struct {
		number, unit string
		want         uint64
	}{{"8", "MB", 8 << 20}, {"256", "KB", 256 << 10}, {"1,5", "GiB", 3 << 29}, {"7", "", 7}, {"7", "B", 7}, {"2", "T", 2 << 40}} {
		got, err := size(c.number, c.unit)
		if assert.NoError(t, err) {
			assert.Equal(t, c.want, got, c)
		}
	}
	_, err := size("x", "MB")
	assert.Error(t, err)
	_, err = size("-1", "MB")
	assert.Error(t, err)
	_, err = size("1", "XB")
	assert.Error(t, err)
}

func FuzzHuman(f *testing.F) {
	f.Add([]byte("Storage pools in file system at '/x':\nName Id\nsystem 0 8 MB no yes 0 0 (  0%) 1 1 ( 39%)\n"))
	f.Add([]byte("Disks in storage pool: a (Maximum disk size allowed is 1 GB)\nd 1 1 Yes No 1 (1%) 1 (1%)*\n(pool total) 1 1 (1%) 1 (1%)\nNumber of used inodes: 4\n"))
	f.Add([]byte("Node number Node name GPFS state\n--\n1 a active\nThe following nodes could not be reached:\nx\n"))
	f.Add([]byte("Node Class Name Members\n--- ---\na b,c\n d\n"))
	f.Add([]byte("File system a (b:c) is mounted on 2 nodes:\n 1 2 3\nFile system b is not mounted.\n"))
	f.Add([]byte("file name: x\nmetadata replication: 1 max 2\nflags: a,b\n"))
	f.Add([]byte("a\n\tcommand = b\n\tevent = c,d\n"))
	f.Add([]byte("Policy for file system '/dev/a':\n Installed by a on b.\n First line of policy 'p' is:\nx\n"))
	f.Add([]byte("Number of nodes defined: 3\nSummary information\na b c *\n"))
	f.Add([]byte("Configuration data for cluster a:\nb c\n[d]\ne f\nFile systems in cluster a:\n(none)\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		// Whatever comes, the readers return; what they do not know is an error and never a panic.
		_, _ = ParseMmLsPool(data)
		_, _ = ParseMmDf(data)
		_, _ = ParseMmGetState(data)
		_, _ = ParseMmLsNodeClass(data)
		_, _ = ParseMmLsMount(data)
		_, _ = ParseMmLsAttr(data)
		_, _ = ParseMmLsCallback(data)
		_, _ = ParseMmLsPolicy(data)
		_, _ = ParseMmLsLicense(data)
		_, _ = ParseMmLsConfig(data)
	})
}
