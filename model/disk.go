package model

import (
	"context"

	"gpfsh/mmexec"
)

// Disk is an NSD that a file system uses, from mmlsdisk.
type Disk struct {
	Name         string       `json:"name" col:"NAME"`                        // the name of its NSD
	Status       DiskStatus   `json:"status" col:"STATUS"`                    // what it is used for
	Availability Availability `json:"availability" col:"AVAILABILITY"`        // whether it can be read and written
	Pool         string       `json:"pool" col:"POOL"`                        // name of its storage pool
	FailureGroup string       `json:"failureGroup" col:"FAILURE GROUP,minor"` // a number, -1 for none, or "rack,bay,node"
	Data         bool         `json:"data" col:"DATA"`                        // holds data
	Metadata     bool         `json:"metadata" col:"METADATA"`                // holds metadata
	Descriptor   bool         `json:"descriptor" col:"DESCRIPTOR,wide"`       // holds a descriptor of the file system, as remarks "desc" say
	Size         Bytes        `json:"size" col:"SIZE,main"`                   //
	ID           int64        `json:"id" col:"ID,wide"`                       // in the file system
	UID          string       `json:"uid" col:"-"`                            // identity of the disk
	Driver       string       `json:"driver" col:"-"`                         // "nsd"
	SectorSize   Bytes        `json:"sectorSize" col:"-"`                     //
	ThinType     string       `json:"thinType,omitempty" col:"-"`             // kind of thin provisioning; "" for none
	Remarks      string       `json:"remarks,omitempty" col:"-"`              // as mmlsdisk prints them
	Quorum       *DiskQuorum  `json:"quorum,omitempty" col:"-"`               // votes of the disks that hold descriptors; nil where it is not printed
	Filesystem   string       `json:"filesystem" col:"-"`                     // name of the file system

	fs *Filesystem
	reading
}

// DiskQuorum is how many of the disks with a descriptor of the file system have to be there. mmlsdisk prints it with
// every disk.
type DiskQuorum struct {
	Disks int `json:"disks"` // disks that hold a descriptor
	Read  int `json:"read"`  // needed to read
	Write int `json:"write"` // needed to write
}

// String returns the name of the disk.
func (d *Disk) String() string {
	if d == nil {
		return ""
	}
	return d.Name
}

func (d *Disk) ready() error {
	if d == nil || d.fs == nil {
		return errNil(kindDisk)
	}
	return d.fs.local()
}

// NotReady reports whether the disk is not in normal use: its status is not ready, or it is not up.
func (d *Disk) NotReady() bool { return d != nil && (d.Status != Ready || d.Availability != Up) }

// Refresh reads the disk again. It runs mmlsdisk.
func (d *Disk) Refresh(ctx context.Context) error {
	if err := d.ready(); err != nil {
		return err
	}
	fresh, err := d.fs.Disks.Get(ctx, d.Name)
	if err != nil {
		return err
	}
	*d = *fresh
	return nil
}

// NSD returns the NSD that the disk is. It runs mmlsnsd.
func (d *Disk) NSD(ctx context.Context) (*NSD, error) {
	if err := d.ready(); err != nil {
		return nil, err
	}
	return d.fs.c.NSDs.Get(ctx, d.Name)
}

// Disks are the disks of a file system by the names of their NSDs, read by mmlsdisk.
type Disks struct {
	Collection[*Disk]
	fs *Filesystem
}

func (fs *Filesystem) disks() Disks {
	return Disks{Collection[*Disk]{&source[*Disk]{
		c:     fs.c,
		kind:  kindDisk,
		of:    fs.Name,
		ready: fs.local,
		list: func(ctx context.Context) ([]Item[*Disk], error) {
			reply, err := fs.c.query(ctx)(mmexec.MmLsDisk(fs.Name, mmexec.LsDiskOptions{}))
			if err != nil {
				return nil, fs.c.explain(ctx, err)
			}
			items := make([]Item[*Disk], 0, len(reply.Rows))
			for _, row := range reply.Rows {
				d := fs.readDisk(row)
				items = append(items, Item[*Disk]{d.Name, d})
			}
			return items, nil
		},
		handle: func(key string) (*Disk, bool) {
			if mmexec.CheckDiskName(key) != nil {
				return nil, false
			}
			return &Disk{Name: key, Size: NotAsked, SectorSize: NotAsked, Filesystem: fs.Name, fs: fs}, true
		},
	}}, fs}
}

// readDisk reads a row of mmlsdisk.
func (fs *Filesystem) readDisk(row mmexec.Row) *Disk {
	d := &Disk{
		Name:         row.Get("nsdName"),
		Status:       word(ParseDiskStatus, row.Get("status")),
		Availability: word(ParseAvailability, row.Get("availability")),
		Pool:         row.Get("storagePool"),
		FailureGroup: row.Get("failureGroup"),
		Data:         yes(row.Get("data")),
		Metadata:     yes(row.Get("metadata")),
		Descriptor:   row.Get("remarks") == "desc",
		Size:         rowKB(row, "diskSizeKB"),
		ID:           number(row.Get("diskID")),
		UID:          row.Get("diskUID"),
		Driver:       row.Get("driverType"),
		SectorSize:   plainBytes(row.Get("sectorSize")),
		ThinType:     rowText(row, "thinDiskType"),
		Remarks:      row.Get("remarks"),
		Filesystem:   fs.Name,
		fs:           fs,
	}
	if row.Has("numQuorumDisks") {
		d.Quorum = &DiskQuorum{
			Disks: int(number(row.Get("numQuorumDisks"))),
			Read:  int(number(row.Get("readQuorumValue"))),
			Write: int(number(row.Get("writeQuorumValue"))),
		}
	}
	return d
}

// Where returns the disks for which keep is true.
func (d Disks) Where(keep func(*Disk) bool) Disks {
	d.Collection = d.where(keep)
	return d
}

// Match returns the disks whose names match a pattern: * stands for any text, ? for one character.
func (d Disks) Match(pattern string) Disks {
	d.Collection = d.match(pattern)
	return d
}

// NotReady returns the disks that are not in normal use: their status is not ready, or they are not up.
func (d Disks) NotReady() Disks { return d.Where((*Disk).NotReady) }

// InPool returns the disks of a storage pool.
func (d Disks) InPool(pool string) Disks {
	return d.Where(func(d *Disk) bool { return d.Pool == pool })
}
