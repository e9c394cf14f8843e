package mmsim

import (
	"fmt"
	"slices"
	"strings"
)

func mmdf(c *call) int {
	f, code := c.managed()
	if code != 0 {
		return code
	}
	pools := f.poolNames()
	if name := c.get("-P"); name != "" {
		if f.pool(name) == nil {
			return c.failDaemon(2, "Storage pool %s not found.", name) // unverified: wording and exit status
		}
		pools = []string{name}
	}
	if c.has("-Y") {
		mmdfY(c, f, pools)
	} else {
		mmdfHuman(c, f, pools)
	}
	return 0
}

// df are the totals of a file system by what the disks hold.
type df struct{ total, data, meta, free, freeData, freeMeta, frag, fragData, fragMeta int64 }

func (f *Filesystem) df(pools []string) df {
	var t df
	for i := range f.Disks {
		d := &f.Disks[i]
		if !slices.Contains(pools, d.Pool) {
			continue
		}
		t.total, t.free, t.frag = t.total+d.SizeKB, t.free+d.FreeKB, t.frag+d.FragmentKB
		if d.Data {
			t.data, t.freeData, t.fragData = t.data+d.SizeKB, t.freeData+d.FreeKB, t.fragData+d.FragmentKB
		}
		if d.Metadata {
			t.meta, t.freeMeta, t.fragMeta = t.meta+d.SizeKB, t.freeMeta+d.FreeKB, t.fragMeta+d.FragmentKB
		}
	}
	return t
}

// mixed tells whether data and metadata lie on different disks, so that they are summed apart.
func (f *Filesystem) mixed() bool {
	return slices.ContainsFunc(f.Disks, func(d Disk) bool { return d.Data != d.Metadata })
}

func mmdfY(c *call, f *Filesystem, pools []string) {
	w := c.y()
	w.header("nsd", "nsdName", "storagePool", "diskSize", "failureGroup", "metadata", "data", "freeBlocks", "freeBlocksPct",
		"freeFragments", "freeFragmentsPct", "diskAvailableForAlloc")
	w.header("poolTotal", "poolName", "poolSize", "freeBlocks", "freeBlocksPct", "freeFragments", "freeFragmentsPct", "maxDiskSize")
	w.header("data", "totalData", "freeBlocks", "freeBlocksPct", "freeFragments", "freeFragmentsPct")
	w.header("metadata", "totalMetadata", "freeBlocks", "freeBlocksPct", "freeFragments", "freeFragmentsPct")
	w.header("fsTotal", "fsSize", "freeBlocks", "freeBlocksPct", "freeFragments", "freeFragmentsPct")
	w.header("inode", "usedInodes", "freeInodes", "allocatedInodes", "maxInodes")
	kinds := !c.any("-F", "-d", "-m")
	if kinds || c.has("-d") || c.has("-m") {
		for _, pool := range pools {
			for i := range f.Disks {
				d := &f.Disks[i]
				if d.Pool != pool || c.has("-d") && !d.Data || c.has("-m") && !d.Metadata {
					continue
				}
				w.row("nsd", d.NSD, d.Pool, d.SizeKB, d.FailureGroup, yesNo(d.Metadata), yesNo(d.Data), d.FreeKB, percent(d.FreeKB, d.SizeKB),
					d.FragmentKB, percent(d.FragmentKB, d.SizeKB), d.unavailable())
			}
			s := f.sums(pool)
			w.row("poolTotal", pool, s.total, s.free, percent(s.free, s.total), s.fragments, percent(s.fragments, s.total), f.pool(pool).MaxDiskKB)
		}
		t := f.df(pools)
		if f.mixed() {
			w.row("data", t.data, t.freeData, percent(t.freeData, t.data), t.fragData, percent(t.fragData, t.data))
			w.row("metadata", t.meta, t.freeMeta, percent(t.freeMeta, t.meta), t.fragMeta, percent(t.fragMeta, t.meta))
		}
		w.row("fsTotal", t.total, t.free, percent(t.free, t.total), t.frag, percent(t.frag, t.total))
	}
	if kinds && !c.has("-P") || c.has("-F") {
		used, alloc, most := f.inodes()
		w.row("inode", used, alloc-used, alloc, most)
	}
}

// unavailable marks a disk that new blocks are not allocated on.
func (d *Disk) unavailable() string {
	if d.Status == "ready" && d.Availability == "up" {
		return ""
	}
	return "*" // unverified: the mark in the -Y form; the human form ends such a line with it
}

// inodes adds up all inode spaces.
func (f *Filesystem) inodes() (used, alloc, most int64) {
	for i := range f.Filesets {
		if fset := &f.Filesets[i]; fset.Independent && fset.Status != FilesetDeleted {
			used, alloc, most = used+fset.UsedInodes, alloc+fset.AllocInodes, most+fset.MaxInodes
		}
	}
	return used, alloc, most
}

func mmdfHuman(c *call, f *Filesystem, pools []string) {
	c.printf("disk                disk size  failure holds    holds           free in KB          free in KB\n")
	c.printf("name                    in KB    group metadata data        in full blocks        in fragments\n")
	c.printf("--------------- ------------- -------- -------- ----- -------------------- -------------------\n")
	line := func(name string, size int64, group, meta, data string, free, frag int64, mark string) {
		c.printf("%s %13d %8s %s %s %14d (%3d%%) %12d (%2d%%) %s\n", pad(name, 15), size, group, pad(meta, 8), pad(data, 5), free, percent(free, size), frag, percent(frag, size), mark)
	}
	for _, pool := range pools {
		c.printf("Disks in storage pool: %s (Maximum disk size allowed is %s)\n", pool, diskSize(f.pool(pool).MaxDiskKB))
		for i := range f.Disks {
			d := &f.Disks[i]
			if d.Pool == pool && (!c.has("-d") || d.Data) && (!c.has("-m") || d.Metadata) {
				line(d.NSD, d.SizeKB, itoa(d.FailureGroup), yesNo(d.Metadata), yesNo(d.Data), d.FreeKB, d.FragmentKB, d.unavailable())
			}
		}
		s := f.sums(pool)
		c.printf("                -------------                         -------------------- -------------------\n")
		line("(pool total)", s.total, "", "", "", s.free, s.fragments, "")
		c.printf("\n")
	}
	rule := "                =============                         ==================== ===================\n"
	t := f.df(pools)
	c.printf("%s", rule)
	if f.mixed() {
		line("(data)", t.data, "", "", "", t.freeData, t.fragData, "")
		line("(metadata)", t.meta, "", "", "", t.freeMeta, t.fragMeta, "")
		c.printf("%s", rule)
	}
	line("(total)", t.total, "", "", "", t.free, t.frag, "")
	used, alloc, most := f.inodes()
	c.printf("\nInode Information\n-----------------\n")
	for _, l := range []struct {
		label string
		n     int64
	}{
		{"Total number of used inodes in all Inode spaces:", used}, {"Total number of free inodes in all Inode spaces:", alloc - used},
		{"Total number of allocated inodes in all Inode spaces:", alloc}, {"Total of Maximum number of inodes in all Inode spaces:", most},
	} {
		c.printf("%s %11d\n", pad(l.label, 55), l.n)
	}
}

// diskSize writes a disk size as mmdf does: "15.87 GB".
func diskSize(kb int64) string {
	size, unit := float64(kb), "KB"
	for _, next := range []string{"MB", "GB", "TB"} {
		if size < 1024 {
			break
		}
		size, unit = size/1024, next
	}
	return strings.TrimSuffix(fmt.Sprintf("%.2f", size), ".00") + " " + unit
}
