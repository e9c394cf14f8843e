package mmsim

import (
	"slices"
)

// poolSums are the sizes of a storage pool in KiB.
type poolSums struct{ data, freeData, meta, freeMeta, fragments, total, free int64 }

// sums adds up the disks of a pool.
func (f *Filesystem) sums(pool string) poolSums {
	var s poolSums
	for i := range f.Disks {
		d := &f.Disks[i]
		if d.Pool != pool {
			continue
		}
		s.total += d.SizeKB
		s.free += d.FreeKB
		s.fragments += d.FragmentKB
		if d.Data {
			s.data += d.SizeKB
			s.freeData += d.FreeKB
		}
		if d.Metadata {
			s.meta += d.SizeKB
			s.freeMeta += d.FreeKB
		}
	}
	return s
}

// mmlspool prints the table of storage pools; it has no -Y form.
func mmlspool(c *call) int {
	f, code := c.managed()
	if code != 0 {
		return code
	}
	wanted := splitList(c.operand(1))
	if len(wanted) == 1 && wanted[0] == "all" {
		wanted = nil
	}
	for _, name := range wanted {
		if f.pool(name) == nil {
			return c.failDaemon(2, "Storage pool %s not found.", name) // unverified: wording and exit status
		}
	}
	c.printf("Storage pools in file system at '%s':\n", f.Attrs.MountPoint)
	c.printf("Name                    Id   BlkSize Data Meta Total Data in (KB)   Free Data in (KB)   Total Meta in (KB)    Free Meta in (KB)\n")
	for i := range f.Pools {
		p := &f.Pools[i]
		if len(wanted) > 0 && !slices.Contains(wanted, p.Name) {
			continue
		}
		s := f.sums(p.Name)
		c.printf("%s %9d %9s %4s %4s %14d %14d (%3d%%) %14d %14d (%3d%%)\n", pad(p.Name, 16), p.ID, blockSize(p.BlockSize), lowerYesNo(s.data > 0), lowerYesNo(s.meta > 0),
			s.data, s.freeData, percent(s.freeData, s.data), s.meta, s.freeMeta, percent(s.freeMeta, s.meta))
	}
	return 0
}

// blockSize writes a block size as the table does: "8 MB", "256 KB".
func blockSize(bytes int) string {
	if bytes >= 1<<20 && bytes%(1<<20) == 0 {
		return itoa(bytes>>20) + " MB"
	}
	return itoa(bytes>>10) + " KB"
}

// percent is the rounded percentage, 0 of nothing.
func percent(part, whole int64) int64 {
	if whole == 0 {
		return 0
	}
	return (part*100 + whole/2) / whole
}
