package model

import (
	"context"

	"gpfsh/mmexec"
)

// Usage is how much of a file system is used, from mmdf or, with fewer figures, from mmlspool.
type Usage struct {
	Filesystem  string     `json:"filesystem" col:"FILE SYSTEM"`
	Size        Bytes      `json:"size" col:"SIZE"`                  // of all disks
	Free        Bytes      `json:"free" col:"FREE"`                  // in whole blocks
	Fragments   Bytes      `json:"fragments" col:"FRAGMENTS,wide"`   // free in parts of blocks
	UsedPct     Percent    `json:"usedPct" col:"USED%"`              //
	UsedInodes  Count      `json:"usedInodes" col:"INODES"`          // of all inode spaces
	FreeInodes  Count      `json:"freeInodes" col:"-"`               // allocated and not used
	AllocInodes Count      `json:"allocInodes" col:"ALLOCATED,wide"` //
	MaxInodes   Count      `json:"maxInodes" col:"MAX INODES"`       //
	Data        *Space     `json:"data,omitempty" col:"-"`           // disks that hold data; nil where mmdf makes no difference
	Metadata    *Space     `json:"metadata,omitempty" col:"-"`       // disks that hold metadata; nil where mmdf makes no difference
	Pools       []Space    `json:"pools" col:"-"`                    // by storage pool
	Disks       []DiskFree `json:"disks" col:"-"`                    // by disk
}

// Space is the space of some disks.
type Space struct {
	Name       string  `json:"name"` // the storage pool, "data" or "metadata"
	Size       Bytes   `json:"size"`
	Free       Bytes   `json:"free"`      // in whole blocks
	Fragments  Bytes   `json:"fragments"` // free in parts of blocks
	UsedPct    Percent `json:"usedPct"`
	LargestNew Bytes   `json:"largestNew"` // largest disk that a storage pool takes; NotAsked for sums of other kinds
}

// DiskFree is the space of one disk.
type DiskFree struct {
	Name         string  `json:"name"`
	Pool         string  `json:"pool"`
	FailureGroup string  `json:"failureGroup"`
	Data         bool    `json:"data"`
	Metadata     bool    `json:"metadata"`
	Size         Bytes   `json:"size"`
	Free         Bytes   `json:"free"`      // in whole blocks
	Fragments    Bytes   `json:"fragments"` // free in parts of blocks
	UsedPct      Percent `json:"usedPct"`
}

// String returns how much is used of how much.
func (u *Usage) String() string {
	if u == nil {
		return ""
	}
	return (u.Size - u.Free).String() + " of " + u.Size.String()
}

// Usage returns how much of the file system is used, by storage pool, from a cheap source: it runs mmlspool. Inodes are
// not among it, see MaxInodes and [Filesystem.Filesets]; nor are single disks and fragments, see [Filesystem.DiskUsage].
func (fs *Filesystem) Usage(ctx context.Context) (*Usage, error) {
	pools, err := fs.Pools.List(ctx)
	if err != nil {
		return nil, err
	}
	none := percentOf(NotAsked, NotAsked)
	u := &Usage{
		Filesystem: fs.Name, Fragments: NotAsked, UsedPct: none, UsedInodes: NotAsked, FreeInodes: NotAsked, AllocInodes: NotAsked,
		MaxInodes: NotAsked, Pools: []Space{}, Disks: []DiskFree{},
	}
	data := Space{Name: "data", Fragments: NotAsked, LargestNew: NotAsked, UsedPct: none}
	metadata := Space{Name: "metadata", Fragments: NotAsked, LargestNew: NotAsked, UsedPct: none}
	for _, p := range pools {
		// Disks that hold both are counted in both columns, so a pool is as large as the larger one.
		size, free := p.DataSize, p.DataFree
		if p.MetaSize > size {
			size, free = p.MetaSize, p.MetaFree
		}
		u.Pools = append(u.Pools, Space{Name: p.Name, Size: size, Free: free, Fragments: NotAsked, LargestNew: NotAsked, UsedPct: used(free, size)})
		for _, part := range []struct {
			sum        *Space
			size, free Bytes
		}{{&data, p.DataSize, p.DataFree}, {&metadata, p.MetaSize, p.MetaFree}} {
			if part.size.Known() && part.free.Known() {
				part.sum.Size, part.sum.Free = part.sum.Size+part.size, part.sum.Free+part.free
			}
		}
		if size.Known() && free.Known() {
			u.Size, u.Free = u.Size+size, u.Free+free
		}
	}
	data.UsedPct, metadata.UsedPct, u.UsedPct = used(data.Free, data.Size), used(metadata.Free, metadata.Size), used(u.Free, u.Size)
	u.Data, u.Metadata = &data, &metadata
	return u, nil
}

func used(free, size Bytes) Percent {
	if !size.Known() || !free.Known() {
		return percentOf(NotAsked, NotAsked)
	}
	return percentOf(int64(size-free), int64(size))
}

// DiskUsage reads how much of the file system is used, by pool and by disk. It runs mmdf, which reads the allocation maps
// of all disks: it is expensive and nothing to be repeated often. See [Filesystem.Pools] for a cheap answer.
func (fs *Filesystem) DiskUsage(ctx context.Context) (*Usage, error) {
	if err := fs.local(); err != nil {
		return nil, err
	}
	reply, err := fs.c.query(ctx)(mmexec.MmDf(fs.Name, mmexec.DfOptions{}))
	if err != nil {
		return nil, fs.c.explain(ctx, err)
	}
	none := percentOf(NotAsked, NotAsked)
	u := &Usage{
		Filesystem: fs.Name, Size: NotAsked, Free: NotAsked, Fragments: NotAsked, UsedPct: none,
		UsedInodes: NotAsked, FreeInodes: NotAsked, AllocInodes: NotAsked, MaxInodes: NotAsked, Pools: []Space{}, Disks: []DiskFree{},
	}
	for _, row := range reply.Rows {
		switch row.Section() {
		case "fsTotal":
			s := readSpace(row, "", "fsSize")
			u.Size, u.Free, u.Fragments, u.UsedPct = s.Size, s.Free, s.Fragments, s.UsedPct
		case "poolTotal":
			s := readSpace(row, row.Get("poolName"), "poolSize")
			s.LargestNew = rowKB(row, "maxDiskSize")
			u.Pools = append(u.Pools, s)
		case "data":
			s := readSpace(row, "data", "totalData")
			u.Data = &s
		case "metadata":
			s := readSpace(row, "metadata", "totalMetadata")
			u.Metadata = &s
		case "inode":
			u.UsedInodes, u.FreeInodes = rowCount(row, "usedInodes"), rowCount(row, "freeInodes")
			u.AllocInodes, u.MaxInodes = rowCount(row, "allocatedInodes"), rowCount(row, "maxInodes")
		case "nsd":
			s := readSpace(row, row.Get("nsdName"), "diskSize")
			u.Disks = append(u.Disks, DiskFree{
				Name: s.Name, Pool: row.Get("storagePool"), FailureGroup: row.Get("failureGroup"),
				Data: yes(row.Get("data")), Metadata: yes(row.Get("metadata")),
				Size: s.Size, Free: s.Free, Fragments: s.Fragments, UsedPct: s.UsedPct,
			})
		}
	}
	return u, nil
}

func readSpace(row mmexec.Row, name, size string) Space {
	s := Space{
		Name: name, Size: rowKB(row, size), Free: rowKB(row, "freeBlocks"), Fragments: rowKB(row, "freeFragments"), LargestNew: NotAsked,
		UsedPct: percentOf(NotAsked, NotAsked),
	}
	if s.Size.Known() && s.Free.Known() {
		s.UsedPct = percentOf(int64(s.Size-s.Free), int64(s.Size))
	}
	return s
}
