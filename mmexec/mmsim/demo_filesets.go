package mmsim

import "time"

// demoFilesets are the filesets of mmfs1. Ids have gaps: filesets came and went.
func demoFilesets() []Fileset {
	fileset := func(id int, name, junction string, created time.Time) Fileset {
		f := Fileset{
			Name: name, ID: id, Status: FilesetLinked, Junction: junction, Created: created,
			PermChange: "chmodAndSetacl", PermInherit: "inheritAclOnly", IAMMode: "off",
		}
		if junction == "" {
			f.Status, f.Parent = FilesetUnlinked, -1
		}
		return f
	}
	independent := func(f Fileset, space int, most, alloc, used, dataKB int64) Fileset {
		f.Independent, f.InodeSpace, f.RootInode = true, space, int64(space)<<19+3
		f.MaxInodes, f.AllocInodes, f.UsedInodes, f.DataKB = most, alloc, used, dataKB
		return f
	}
	dependent := func(f Fileset, parent, space int, inode, used, dataKB int64) Fileset {
		f.Parent, f.InodeSpace, f.RootInode, f.UsedInodes, f.DataKB = parent, space, inode, used, dataKB
		return f
	}
	root := independent(fileset(0, "root", "/", time.Date(2021, time.February, 19, 14, 3, 41, 0, time.FixedZone("CET", 3600))), 0, 32<<20, 1024000, 311522, 1<<28)
	root.RootInode, root.Parent, root.Comment = 3, -1, "root fileset"

	home := independent(fileset(1, "home", "/home", demoTime(time.January, 4, 10, 11).AddDate(-3, 3, 0)), 1, 50<<20, 20<<20, 17340211, 7<<30)
	alpha := independent(fileset(2, "proj-alpha", "/proj/alpha", demoTime(time.January, 9, 9, 2).AddDate(-2, 0, 0)), 2, 10<<20, 4<<20, 3120044, 9<<30)
	alpha.Comment = "PI: Grünwald, end of project: 2026-11"
	alphaRaw := dependent(fileset(3, "proj-alpha-raw", "/proj/alpha/raw", demoTime(time.January, 9, 9, 20).AddDate(-2, 0, 0)), 2, 2, 2<<19+4102, 80213, 3<<30)
	full := independent(fileset(5, "proj-beta", "/proj/beta", demoTime(time.March, 22, 16, 45).AddDate(-1, 0, 0)), 3, 1000448, 1000448, 990443, 2<<30)
	full.Comment = "inodes are nearly used up"
	scratch := dependent(fileset(6, "scratch", "/scratch", demoTime(time.June, 1, 8, 0).AddDate(-2, 0, 0)), 0, 0, 524290, 20417, 21<<30)
	retired := independent(fileset(7, "retired-gamma", "", demoTime(time.September, 30, 12, 31).AddDate(-3, 0, 0)), 4, 2<<20, 512000, 201733, 1<<30)
	retired.Comment = "unlinked, keep until 2025"
	old := dependent(fileset(8, "old-proj", "", demoTime(time.May, 19, 10, 5).AddDate(-2, 0, 0)), 0, 0, 528391, 0, 0)
	old.Status, old.Parent, old.LatestSnap = FilesetDeleted, -1, 407
	long := independent(fileset(9, "collaboration-with-a-name-of-exactly-sixty-characters-in-all", "/proj/collab", demoTime(time.February, 2, 15, 9)), 5, 1<<20, 102400, 5120, 1<<26)
	pvc := independent(fileset(10, "pvc-5f9d2c71-8a34-4c0e-b1d7-2f6e90a4c318", "/csi/pvc-5f9d2c71-8a34-4c0e-b1d7-2f6e90a4c318", demoTime(time.April, 17, 13, 58)), 6, 100352, 100352, 812, 1<<22)
	long.FirstSnap, pvc.FirstSnap = 408, 408
	pvc.Comment = "Fileset created by IBM Container Storage Interface driver"
	return []Fileset{root, home, alpha, alphaRaw, full, scratch, retired, old, long, pvc}
}

// demoSnapshots are the snapshots of mmfs1: two global ones, and those of its independent filesets.
func demoSnapshots() []Snapshot {
	space := map[string]int{"home": 1, "proj-alpha": 2, "proj-beta": 3}
	snap := func(id int, fileset, name string, created time.Time, dataKB, metadataKB int64) Snapshot {
		return Snapshot{Name: name, ID: id, Fileset: fileset, InodeSpace: space[fileset], Status: "Valid", Created: created, DataKB: dataKB, MetadataKB: metadataKB, Quotas: true}
	}
	expiring := snap(416, "proj-alpha", "audit-2024", demoTime(time.May, 2, 12, 0), 1048576, 65536)
	expiring.Expires = demoTime(time.December, 31, 23, 59)
	stale := snap(398, "proj-beta", "n-20240501", demoTime(time.May, 1, 2, 0), 0, 0)
	stale.Status = "DeleteRequired"
	return []Snapshot{
		snap(407, "", "global-snapshot1", demoTime(time.April, 28, 22, 15), 3145728, 524288),
		snap(420, "", "TemporarySnapshot", demoTime(time.May, 13, 23, 5), 262144, 40960),
		stale,
		snap(409, "home", "n-20240512", demoTime(time.May, 12, 2, 0), 901120, 73728),
		snap(417, "home", "n-20240513", demoTime(time.May, 13, 2, 0), 770048, 69632),
		snap(418, "home", "@GMT-2024.05.13-22.00.00", demoTime(time.May, 14, 0, 0), 81920, 8192),
		snap(412, "proj-alpha", "n-20240512", demoTime(time.May, 12, 2, 1), 2202009, 32768),
		expiring,
		snap(419, "proj-alpha", ".mmbackupSnap1715639402", demoTime(time.May, 14, 0, 30), 40960, 4096),
	}
}

// demoQuotas are the quota entries of mmfs1, in KiB. With per-fileset quotas users and groups have one entry for each
// fileset in which they own something.
func demoQuotas() []Quota {
	const gib = 1 << 20 // in KiB
	grace := demoNow().Add(2*24*time.Hour + 5*time.Hour)
	entry := func(t QuotaType, id int64, name string, fileset string, fid int, remarks string, block, files Usage) Quota {
		return Quota{Type: t, ID: id, Name: name, Fileset: fileset, FilesetID: fid, Remarks: remarks, Block: block, Files: files}
	}
	use := func(used, soft, hard, doubt int64) Usage {
		return Usage{Used: used, Soft: soft, Hard: hard, InDoubt: doubt}
	}
	over := func(u Usage, until time.Time) Usage { u.Grace = until; return u }
	return []Quota{
		entry(QuotaUser, 0, "root", "root", 0, "i", use(268435456, 0, 0, 0), use(311522, 0, 0, 0)),
		entry(QuotaUser, 0, "root", "home", 1, "i", use(0, 0, 0, 0), use(1, 0, 0, 0)),
		entry(QuotaUser, 1001, "alice", "home", 1, "e", over(use(104*gib, 100*gib, 120*gib, 2*gib), grace), use(812345, 1000000, 1200000, 40)),
		entry(QuotaUser, 1002, "bob", "home", 1, "e", over(use(112*gib, 100*gib, 120*gib, 0), demoNow().Add(-3*24*time.Hour)), use(1020, 1000000, 1200000, 0)),
		entry(QuotaUser, 1003, "carol", "home", 1, "d_fset", use(3*gib, 100*gib, 120*gib, 0), over(use(1104200, 1000000, 1200000, 0), demoNow().Add(6*24*time.Hour+time.Hour))),
		entry(QuotaUser, 1001, "alice", "proj-alpha", 2, "i", use(4096*gib, 0, 0, 8*gib), use(2040221, 0, 0, 20)),
		entry(QuotaUser, 1002, "bob", "proj-alpha", 2, "i", use(911*gib, 0, 0, 0), use(810001, 0, 0, 0)),
		entry(QuotaUser, 1017, "", "proj-alpha", 2, "i", use(77*gib, 0, 0, 0), use(4411, 0, 0, 0)), // left the university
		entry(QuotaUser, 1003, "carol", "scratch", 6, "e", use(512*gib, 1024*gib, 2048*gib, 1*gib), use(20201, 0, 0, 0)),
		entry(QuotaGroup, 0, "root", "root", 0, "i", use(268435456, 0, 0, 0), use(311522, 0, 0, 0)),
		entry(QuotaGroup, 5000, "staff", "home", 1, "i", use(219*gib, 0, 0, 0), use(1917566, 0, 0, 0)),
		entry(QuotaGroup, 5001, "alpha", "proj-alpha", 2, "e", over(use(5084*gib, 5000*gib, 6000*gib, 8*gib), demoNow().Add(23*time.Hour+40*time.Minute)), use(2854633, 4000000, 5000000, 20)),
		entry(QuotaGroup, 5002, "visu", "scratch", 6, "i", use(512*gib, 0, 0, 0), use(20201, 0, 0, 0)),
		entry(QuotaFileset, 0, "root", "", 0, "i", use(1<<28, 0, 0, 0), use(311522, 0, 0, 0)),
		entry(QuotaFileset, 1, "home", "", 0, "e", use(7<<30, 10<<30, 12<<30, 2*gib), use(17340211, 0, 0, 40)),
		entry(QuotaFileset, 2, "proj-alpha", "", 0, "e", over(use(9<<30, 8<<30, 10<<30, 8*gib), demoNow().Add(4*24*time.Hour)), use(3120044, 0, 0, 20)),
		entry(QuotaFileset, 3, "proj-alpha-raw", "", 0, "i", use(3<<30, 0, 0, 0), use(80213, 0, 0, 0)),
		entry(QuotaFileset, 5, "proj-beta", "", 0, "e", use(2<<30, 3<<30, 4<<30, 0), use(990443, 0, 0, 0)),
		entry(QuotaFileset, 6, "scratch", "", 0, "i", use(21<<30, 0, 0, 1*gib), use(20417, 0, 0, 0)),
		entry(QuotaFileset, 9, "collaboration-with-a-name-of-exactly-sixty-characters-in-all", "", 0, "d_fset", use(1<<26, 1<<30, 1<<30, 0), use(5120, 100000, 100000, 0)),
		entry(QuotaFileset, 10, "pvc-5f9d2c71-8a34-4c0e-b1d7-2f6e90a4c318", "", 0, "e", use(1<<22, 10*gib, 10*gib, 0), use(812, 0, 0, 0)),
	}
}
