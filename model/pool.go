package model

import (
	"context"

	"gpfsh/mmexec"
	"gpfsh/mmexec/handlers"
)

// Pool is a storage pool of a file system, from mmlspool. Sizes and free space are those of its disks, with all replicas
// of files counted.
type Pool struct {
	Name        string  `json:"name" col:"NAME"`
	ID          int     `json:"id" col:"ID,wide"`
	BlockSize   Bytes   `json:"blockSize" col:"BLOCK SIZE,minor"` // NotAsked in releases that do not print it
	Data        bool    `json:"data" col:"DATA"`                  // has disks that hold data
	Metadata    bool    `json:"metadata" col:"METADATA"`          // has disks that hold metadata
	DataSize    Bytes   `json:"dataSize" col:"DATA SIZE"`         // of the disks that hold data
	DataFree    Bytes   `json:"dataFree" col:"DATA FREE"`         // in whole blocks
	DataUsedPct Percent `json:"dataUsedPct" col:"DATA%"`          //
	MetaSize    Bytes   `json:"metaSize" col:"META SIZE"`         // of the disks that hold metadata
	MetaFree    Bytes   `json:"metaFree" col:"META FREE"`         // in whole blocks
	MetaUsedPct Percent `json:"metaUsedPct" col:"META%"`          //
	Filesystem  string  `json:"filesystem" col:"-"`               // name of the file system

	// Disks are the disks of the pool.
	Disks Disks `json:"-"`
	// Callbacks are those that are bound to the storage pool.
	Callbacks  Callbacks `json:"-"`
	PoolEvents `json:"-"`

	fs *Filesystem
	reading
}

// String returns the name of the storage pool.
func (p *Pool) String() string {
	if p == nil {
		return ""
	}
	return p.Name
}

func (p *Pool) ready() error {
	if p == nil || p.fs == nil {
		return errNil(kindPool)
	}
	return p.fs.local()
}

// Refresh reads the storage pool again. It runs mmlspool.
func (p *Pool) Refresh(ctx context.Context) error {
	if err := p.ready(); err != nil {
		return err
	}
	fresh, err := p.fs.Pools.Get(ctx, p.Name)
	if err != nil {
		return err
	}
	*p = *fresh
	return nil
}

// Pools are the storage pools of a file system by name, read by mmlspool. External pools, which policies define, are
// not among them.
type Pools struct {
	Collection[*Pool]
	fs *Filesystem
}

func (fs *Filesystem) pools() Pools {
	return Pools{Collection[*Pool]{&source[*Pool]{
		c:     fs.c,
		kind:  kindPool,
		of:    fs.Name,
		ready: fs.local,
		list:  fs.listPools,
		handle: func(key string) (*Pool, bool) {
			if mmexec.CheckPoolName(key) != nil {
				return nil, false
			}
			return fs.pool(key), true
		},
	}}, fs}
}

// pool returns a storage pool of which nothing is known but its name.
func (fs *Filesystem) pool(name string) *Pool {
	none := percentOf(NotAsked, NotAsked)
	p := &Pool{
		Name: name, Filesystem: fs.Name, Disks: fs.disks().InPool(name), fs: fs,
		BlockSize: NotAsked, DataSize: NotAsked, DataFree: NotAsked, DataUsedPct: none,
		MetaSize: NotAsked, MetaFree: NotAsked, MetaUsedPct: none,
	}
	at := &callbackPlace{c: fs.c, scope: handlers.Scope{Filesystem: fs.Name, Pool: name}, ready: fs.local}
	p.Callbacks, p.PoolEvents = at.callbacks(), poolEvents(at)
	return p
}

func (fs *Filesystem) listPools(ctx context.Context) ([]Item[*Pool], error) {
	res, err := fs.c.run(ctx)(mmexec.MmLsPool(fs.Name, mmexec.LsPoolOptions{}))
	if err != nil {
		return nil, fs.c.explain(ctx, err)
	}
	parsed, err := mmexec.ParseMmLsPool(res.Stdout)
	if err != nil {
		return nil, err
	}
	items := make([]Item[*Pool], len(parsed.Pools))
	for i, from := range parsed.Pools {
		p := fs.pool(from.Name)
		p.ID = from.ID
		if from.BlockSize > 0 {
			p.BlockSize = Bytes(from.BlockSize)
		}
		p.Data, p.Metadata = from.Data, from.Meta
		p.DataSize, p.DataFree, p.DataUsedPct = poolSpace(from.Data, from.TotalDataKB, from.FreeDataKB)
		p.MetaSize, p.MetaFree, p.MetaUsedPct = poolSpace(from.Meta, from.TotalMetaKB, from.FreeMetaKB)
		items[i] = Item[*Pool]{p.Name, p}
	}
	return items, nil
}

// poolSpace returns the space of one kind of disks; none of it means anything where a pool has no such disks.
func poolSpace(there bool, totalKB, freeKB uint64) (size, free Bytes, used Percent) {
	if !there {
		return NotAsked, NotAsked, percentOf(NotAsked, NotAsked)
	}
	size, free = Bytes(totalKB)*KiB, Bytes(freeKB)*KiB
	return size, free, percentOf(int64(size-free), int64(size))
}

// Where returns the storage pools for which keep is true.
func (p Pools) Where(keep func(*Pool) bool) Pools {
	p.Collection = p.where(keep)
	return p
}

// Match returns the storage pools whose names match a pattern: * stands for any text, ? for one character.
func (p Pools) Match(pattern string) Pools {
	p.Collection = p.match(pattern)
	return p
}
