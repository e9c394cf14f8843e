package mmsim

import (
	"fmt"
	"time"
)

// demoZone is the zone of the demo site: not UTC, so that nobody forgets to ask for it.
func demoZone() Zone { return Zone{Name: "CEST", Offset: 2 * 60 * 60} }

// demoTime is a time on the demo site's clock.
func demoTime(month time.Month, day, hour, minute int) time.Time {
	zone := demoZone()
	return time.Date(2024, month, day, hour, minute, 7, 0, time.FixedZone(zone.Name, zone.Offset))
}

// demoNow is where the clock of the demo site stands: Tue May 14 09:30:07 2024.
func demoNow() time.Time { return demoTime(time.May, 14, 9, 30) }

// DemoState returns the demo site: a cluster as a real site has it after some years, not as it was planned.
func DemoState() *State {
	s := &State{
		Release:         "5.1.9.2",
		MinReleaseLevel: "5.1.8.0", // one behind: nobody ran mmchconfig release=LATEST after the last update
		Name:            "hpc.example.org",
		ID:              "7231498302175943021",
		UIDDomain:       "hpc.example.org",
		RemoteShell:     "/usr/bin/ssh",
		RemoteCopy:      "/usr/bin/scp",
		Zone:            demoZone(),
		Now:             demoNow(),
		LocalNode:       3,
		ClusterManager:  1,
		NextNodeNumber:  44,
		CESSharedRoot:   "/gpfs/mmfs1/ces",
		Nodes:           demoNodes(),
		Config:          demoConfig(),
		NSDs:            demoNSDs(),
		Filesystems:     []Filesystem{demoMmfs1(), demoMmfs2()},
		RemoteClusters: []RemoteCluster{{
			Name: "archive.example.org", ContactNodes: []string{"arc01-ib.archive.example.org", "arc02-ib.archive.example.org"},
			Digest: "4be1c03f9a7d25e86a1f0c92d3377bde58c61409e6f2ab3517d0cc48af92e613",
		}},
		RemoteFilesystems: []RemoteFilesystem{demoArchive()},
		NodeClasses: []NodeClass{
			{Name: "nsdServers", Nodes: []int{1, 2}},
			{Name: "compute", Nodes: []int{20, 21, 22, 25, 26, 27, 31, 32, 40, 41, 42, 43}},
			{Name: "protocol", Nodes: []int{5, 6}},
			{Name: "rack1", Nodes: []int{20, 21, 22, 25}},
			{Name: "service", Nodes: []int{3, 8}, Classes: []string{"protocol"}},
		},
		Members: []Member{
			{"alice", "staff"}, {"alice", "alpha"}, {"bob", "staff"}, {"bob", "alpha"}, {"carol", "staff"}, {"carol", "visu"},
		},
		Callbacks:  demoCallbacks(),
		SMBExports: []SMBExport{{Name: "home", Path: "/gpfs/mmfs1/home"}},
		NFSExports: []NFSExport{{Path: "/gpfs/mmfs1/proj/alpha", Clients: []NFSClient{{Client: "10.20.0.0/24", Access: "RW", Squash: "ROOT_SQUASH"}}}},
		Waiters: []Waiter{
			{Node: 3, Thread: "RebuildWorkThread", Reason: "waiting on a condition to change", Since: demoNow().Add(-47 * time.Second)},
			{Node: 3, Thread: "CommandMsgHandlerThread", Reason: "waiting for quiesce of snapshot operation", Since: demoNow().Add(-312 * time.Second)},
		},
		HealthEvents: []HealthEvent{
			{Node: 8, Component: "GPFS", Entity: "gw01", Name: "total_memory_small", State: "TIPS", Since: demoNow().AddDate(0, 0, -41), Message: "The total memory is less than the recommended value."},
			{Node: 5, Component: "NETWORK", Entity: "ces01", Name: "network_link_down", State: "DEGRADED", Since: demoNow().AddDate(0, 0, -2), Message: "Physical link of the network adapter ens2f1 is down."},
		},
	}
	return s
}

func demoNodes() []Node {
	node := func(number int, name, ip string, roles func(*Node)) Node {
		n := Node{
			Number: number, AdminName: name + ".hpc.example.org", DaemonName: name + "-ib.hpc.example.org", IP: ip,
			License: "client", State: NodeActive,
		}
		if roles != nil {
			roles(&n)
		}
		return n
	}
	server := func(n *Node) { n.Quorum, n.Manager, n.Perfmon, n.License = true, true, true, "server" }
	nodes := []Node{
		node(1, "nsd01", "10.10.1.1", server),
		node(2, "nsd02", "10.10.1.2", server),
		node(3, "mgmt01", "10.10.1.3", func(n *Node) { n.Quorum, n.Perfmon, n.License = true, true, "server" }),
		node(5, "ces01", "10.10.1.5", func(n *Node) { n.CES, n.Perfmon, n.License, n.CESIPs = true, true, "server", []string{"10.20.0.51"} }),
		node(6, "ces02", "10.10.1.6", func(n *Node) {
			n.CES, n.Perfmon, n.License, n.CESIPs = true, true, "server", []string{"10.20.0.52", "10.20.0.53"}
		}),
		node(8, "gw01", "10.10.1.8", func(n *Node) { n.Gateway, n.License, n.Comment = true, "server", "AFM gateway: home is archive" }),
		node(11, "login01", "10.10.1.11", func(n *Node) { n.Perfmon = true }),
	}
	for i, number := range []int{20, 21, 22, 25, 26, 27, 31, 32, 40, 41, 42, 43} {
		nodes = append(nodes, node(number, fmt.Sprintf("node%d", i+1), fmt.Sprintf("10.10.2.%d", number), nil))
	}
	for i := range nodes {
		switch nodes[i].Number {
		case 26:
			nodes[i].State, nodes[i].Comment = NodeDown, "memory replaced, waits for burn-in"
		case 27:
			nodes[i].State, nodes[i].Unreachable = NodeDown, true
		case 41:
			nodes[i].Release = "5.1.7.1"
		}
	}
	return nodes
}

func demoConfig() []ConfigEntry {
	return []ConfigEntry{
		{Name: "pagepool", Value: "4G"},
		{Name: "pagepool", Value: "64G", Scope: []string{"nsdServers"}},
		{Name: "pagepool", Value: "2G", Scope: []string{"node7"}}, // the drift: a test that was never undone
		{Name: "maxblocksize", Value: "16M"},
		{Name: "maxMBpS", Value: "6000"},
		{Name: "maxMBpS", Value: "24000", Scope: []string{"nsdServers"}},
		{Name: "maxFilesToCache", Value: "128k"},
		{Name: "maxStatCache", Value: "128k"},
		{Name: "worker1Threads", Value: "256"},
		{Name: "verbsRdma", Value: "enable"},
		{Name: "verbsPorts", Value: "mlx5_0", Scope: []string{"nsdServers", "compute"}},
		{Name: "adminMode", Value: "central"},
		{Name: "autoload", Value: "yes"},
		{Name: "unmountOnDiskFail", Value: "meta", Scope: []string{"compute"}},
		{Name: "cesSharedRoot", Value: "/gpfs/mmfs1/ces"},
	}
}

func demoNSDs() []NSD {
	var nsds []NSD
	add := func(name string, server int, sizeKB int64, device string) {
		servers := []string{"nsd01.hpc.example.org", "nsd02.hpc.example.org"}
		if server == 2 {
			servers[0], servers[1] = servers[1], servers[0]
		}
		nsds = append(nsds, NSD{
			Name: name, VolumeID: fmt.Sprintf("0A0A010%d65%06X", server, 0x41b2c7+len(nsds)*2), Servers: servers,
			Device: device, DeviceType: "dmm", SizeKB: sizeKB,
		})
	}
	for i, d := range append(demoDisks1(), demoDisks2()...) {
		add(d.NSD, 1+i%2, d.SizeKB, fmt.Sprintf("/dev/dm-%d", i+2))
	}
	add("spare01", 1, 15<<30, "/dev/dm-40")
	nsds[len(nsds)-1].Usage, nsds[len(nsds)-1].FailureGroup, nsds[len(nsds)-1].Pool = "dataOnly", 1, "data"
	return nsds
}

// demoDisks1 are the disks of mmfs1: metadata on NVMe, two data pools, failure groups of unequal size, one disk down
// and one being emptied.
func demoDisks1() []Disk {
	const tib = 1 << 30 // in KiB
	disk := func(name, pool string, group int, sizeKB, freeKB int64) Disk {
		return Disk{
			NSD: name, FailureGroup: group, Metadata: pool == "system", Data: pool != "system", Status: "ready", Availability: "up",
			Pool: pool, SizeKB: sizeKB, FreeKB: freeKB, FragmentKB: sizeKB / 1024,
		}
	}
	disks := []Disk{
		disk("nvme01", "system", 1, 3*tib, 2*tib+tib/8), disk("nvme02", "system", 1, 3*tib, 2*tib+tib/8),
		disk("nvme03", "system", 2, 3*tib, 2*tib+tib/8), disk("nvme04", "system", 2, 3*tib, 2*tib+tib/8),
		disk("data01", "data", 1, 15*tib, 4*tib), disk("data02", "data", 1, 15*tib, 4*tib-tib/3), disk("data03", "data", 1, 15*tib, 4*tib),
		disk("data04", "data", 2, 15*tib, 3*tib), disk("data05", "data", 2, 15*tib, 11*tib),
		disk("cap01", "capacity", 1, 120*tib, 66*tib), disk("cap02", "capacity", 2, 120*tib, 67*tib),
	}
	for i := range disks {
		d := &disks[i]
		d.ID = i + 1
		d.Descriptor = d.NSD == "nvme01" || d.NSD == "nvme03" || d.NSD == "data01"
		switch d.NSD {
		case "data03":
			d.Availability = "down"
		case "data05":
			d.Status = "being emptied"
		}
	}
	return disks
}

// demoDisks2 are the disks of mmfs2.
func demoDisks2() []Disk {
	const tib = 1 << 30 // in KiB
	return []Disk{
		{NSD: "sas01", ID: 1, FailureGroup: 1, Metadata: true, Data: true, Status: "ready", Availability: "up", Pool: "system", Descriptor: true, SizeKB: 8 * tib, FreeKB: 5 * tib, FragmentKB: tib / 512},
		{NSD: "sas02", ID: 2, FailureGroup: 2, Metadata: true, Data: true, Status: "ready", Availability: "up", Pool: "system", Descriptor: true, SizeKB: 8 * tib, FreeKB: 5 * tib, FragmentKB: tib / 512},
		{NSD: "sata01", ID: 3, FailureGroup: 1, Data: true, Status: "ready", Availability: "up", Pool: "bulk", Descriptor: true, SizeKB: 64 * tib, FreeKB: 61 * tib, FragmentKB: tib / 512},
		{NSD: "sata02", ID: 4, FailureGroup: 2, Data: true, Status: "ready", Availability: "up", Pool: "bulk", SizeKB: 64 * tib, FreeKB: 61 * tib, FragmentKB: tib / 512},
	}
}

func demoAttrs(mountPoint string, created time.Time) FSAttrs {
	return FSAttrs{
		InodeSize: 4096, MinFragmentSize: 8192, IndirectBlockSize: 32768, BlockSize: 4 << 20, SubblocksPerFullBlock: 512,
		MetadataReplicas: 2, MaxMetadataReplicas: 2, DataReplicas: 1, MaxDataReplicas: 2, BlockAllocation: "scatter",
		FileLocking: "nfs4", ACL: "all", NumNodes: 64, Version: "31.00 (5.1.8.0)", VersionOriginal: "22.00 (5.0.4.0)",
		CreateTime: created, LogfileSize: 32 << 20, ExactMtime: true, SuppressAtime: "relatime", StrictReplication: "whenpossible",
		FastEA: true, Is4KAligned: true, RapidRepair: true, Automount: "yes", MountOptions: "none", MountPoint: mountPoint,
		AutoInodeLimit: true,
	}
}

func demoMmfs1() Filesystem {
	f := Filesystem{
		Name: "mmfs1", Attrs: demoAttrs("/gpfs/mmfs1", time.Date(2021, time.February, 19, 14, 3, 41, 0, time.FixedZone("CET", 3600))),
		Manager: 2, Snapdir: Snapdir{GlobalName: ".snapshots", FilesetName: ".snapshots"},
		Pools: []Pool{
			{Name: "system", BlockSize: 4 << 20, MaxDiskKB: 25 << 30},
			{Name: "data", ID: 65537, BlockSize: 4 << 20, MaxDiskKB: 134 << 30},
			{Name: "capacity", ID: 65538, BlockSize: 4 << 20, MaxDiskKB: 1100 << 30},
		},
		Disks: demoDisks1(), Filesets: demoFilesets(), Snapshots: demoSnapshots(), Quotas: demoQuotas(),
		NextFilesetID: 12, NextSnapshotID: 421, NextInodeSpace: 7, NextDiskID: 12,
		Policy: Policy{Name: "placement.pol", InstalledBy: "root@mgmt01.hpc.example.org", InstalledAt: demoTime(time.March, 4, 11, 20), Text: demoPolicy},
	}
	f.Attrs.QuotaTypes = []string{"user", "group", "fileset"}
	f.Attrs.QuotaEnforced = []string{"user", "group", "fileset"}
	f.Attrs.PerfilesetQuota, f.Attrs.FilesetDF = true, true
	f.Attrs.UID = "0A0A0101:602FB8BD"
	for _, n := range []int{1, 2, 3, 5, 6, 8, 11, 20, 21, 22, 25, 31, 32, 40, 41, 42, 43} {
		mode := "RW"
		if n == 43 {
			mode = "RO"
		}
		f.Mounts = append(f.Mounts, Mount{Node: n, Mode: mode, Point: "/gpfs/mmfs1"})
	}
	return f
}

// demoPolicy is the installed placement policy of mmfs1.
const demoPolicy = `/* Placement of mmfs1: home and projects on data, bulk filesets on capacity */
RULE 'bulk' SET POOL 'capacity' FOR FILESET ('scratch')
RULE 'default' SET POOL 'data'
`

// demoMmfs2 is a file system that is mounted nowhere.
func demoMmfs2() Filesystem {
	created := time.Date(2023, time.November, 7, 9, 12, 55, 0, time.FixedZone("CET", 3600))
	f := Filesystem{
		Name: "mmfs2", Attrs: demoAttrs("/gpfs/mmfs2", created), Snapdir: Snapdir{GlobalName: ".snapshots", FilesetName: ".snapshots"},
		Pools: []Pool{
			{Name: "system", BlockSize: 1 << 20, MaxDiskKB: 67 << 30},
			{Name: "bulk", ID: 65537, BlockSize: 1 << 20, MaxDiskKB: 520 << 30},
		},
		Disks: demoDisks2(),
		Filesets: []Fileset{
			{Name: "root", RootInode: 3, Status: FilesetLinked, Junction: "/", Parent: -1, Created: created, Comment: "root fileset", Independent: true,
				MaxInodes: 16 << 20, AllocInodes: 512000, UsedInodes: 88213, DataKB: 9 << 30, PermChange: "chmodAndSetacl", PermInherit: "inheritAclOnly", IAMMode: "off"},
			{Name: "backup", ID: 1, RootInode: 1<<19 + 3, Status: FilesetLinked, Junction: "/backup", Created: created.Add(27 * time.Minute), InodeSpace: 1, Independent: true,
				MaxInodes: 4 << 20, AllocInodes: 204800, UsedInodes: 20117, DataKB: 2 << 30, PermChange: "chmodAndSetacl", PermInherit: "inheritAclOnly", IAMMode: "off"},
		},
		Snapshots: []Snapshot{
			{Name: ".mmbackupSnap1715639401", ID: 7, Status: "Valid", Created: demoTime(time.May, 14, 0, 30), DataKB: 51840, MetadataKB: 4096},
			{Name: "before-move", ID: 3, Status: "DeleteRequired", Created: demoTime(time.January, 9, 17, 2)},
		},
		NextFilesetID: 2, NextSnapshotID: 8, NextInodeSpace: 2, NextDiskID: 5,
	}
	f.Attrs.Automount, f.Attrs.BlockSize, f.Attrs.SubblocksPerFullBlock = "no", 1<<20, 128
	f.Attrs.UID = "0A0A0102:6549F1D7"
	return f
}

// demoArchive is a file system of another cluster; its name there is not its name here.
func demoArchive() RemoteFilesystem {
	created := time.Date(2020, time.July, 1, 8, 15, 2, 0, time.FixedZone("CEST", 7200))
	fs := Filesystem{
		Name: "arcfs", Attrs: demoAttrs("/gpfs/arcfs", created), Manager: 0,
		Pools: []Pool{{Name: "system", BlockSize: 4 << 20, MaxDiskKB: 100 << 30}},
		Disks: []Disk{{NSD: "arc_vd1", ID: 1, FailureGroup: 1, Metadata: true, Data: true, Status: "ready", Availability: "up", Pool: "system", SizeKB: 900 << 30, FreeKB: 210 << 30}},
		Filesets: []Fileset{{Name: "root", RootInode: 3, Status: FilesetLinked, Junction: "/", Parent: -1, Created: created, Comment: "root fileset", Independent: true,
			MaxInodes: 64 << 20, AllocInodes: 8 << 20, UsedInodes: 7 << 20, PermChange: "chmodAndSetacl", PermInherit: "inheritAclOnly", IAMMode: "off"}},
		NextFilesetID: 1, NextSnapshotID: 1, NextInodeSpace: 1, NextDiskID: 2,
	}
	fs.Attrs.UID = "0A1E0001:5EFC2A16"
	for _, n := range []int{3, 8, 11} {
		fs.Mounts = append(fs.Mounts, Mount{Node: n, Mode: "RW", Point: "/gpfs/archive"})
	}
	for i, name := range []string{"arc01", "arc02"} {
		fs.Mounts = append(fs.Mounts, Mount{NodeName: name, IP: fmt.Sprintf("10.30.0.%d", i+1), Cluster: "archive.example.org", Mode: "RW", Point: "/gpfs/arcfs"})
	}
	return RemoteFilesystem{
		LocalName: "archive", Cluster: "archive.example.org", MountPoint: "/gpfs/archive", Options: "rw", Automount: "no", FS: fs,
	}
}

func demoCallbacks() []Callback {
	return []Callback{
		{Name: "notifyLowSpace", Command: "/usr/local/sbin/gpfs-lowspace", Events: []string{"lowDiskSpace", "noDiskSpace"}, Params: []string{"%eventName %fsName %storagePool"}},
		{Name: "GUI_CALLBACK_AFM", Command: "/usr/lpp/mmfs/gui/callbacks/global/afm.sh", Events: []string{"afmFilesetExpired"}, Params: []string{"%eventName %fsName %filesetName"}},
	}
}
