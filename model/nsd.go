package model

import (
	"context"
	"slices"

	"gpfsh/mmexec"
)

// NSD is a network shared disk, from mmlsnsd.
type NSD struct {
	Name       string   `json:"name" col:"NAME"`
	Filesystem string   `json:"filesystem" col:"FILE SYSTEM"`   // the file system that uses it; "" for a free one
	Servers    []string `json:"servers" col:"SERVERS"`          // nodes that serve it, the preferred one first; none when it is directly attached
	VolumeID   string   `json:"volumeID" col:"VOLUME ID,minor"` // its identity, written on the disk
	ThinType   string   `json:"thinType,omitempty" col:"-"`     // kind of thin provisioning; "" for none
	// Paths are the devices under which nodes see the disk. They are asked of all servers, and empty unless Devices did.
	Paths []NSDPath `json:"paths,omitempty" col:"-"`

	c *Cluster
	reading
}

// NSDPath is the device of an NSD on a node.
type NSDPath struct {
	Node       string `json:"node"`
	Device     string `json:"device"`     // /dev/dm-1
	DeviceType string `json:"deviceType"` // dmm, generic, nvme …
	Remarks    string `json:"remarks"`    // such as "server node"
}

// String returns the name of the NSD.
func (n *NSD) String() string {
	if n == nil {
		return ""
	}
	return n.Name
}

// Free reports whether no file system uses the NSD.
func (n *NSD) Free() bool { return n != nil && n.Filesystem == "" }

func (n *NSD) ready() error {
	if n == nil || n.c == nil {
		return errNil(kindNSD)
	}
	return nil
}

// Refresh reads the NSD again. It runs mmlsnsd.
func (n *NSD) Refresh(ctx context.Context) error {
	if err := n.ready(); err != nil {
		return err
	}
	fresh, err := n.c.NSDs.Get(ctx, n.Name)
	if err != nil {
		return err
	}
	*n = *fresh
	return nil
}

// NSDs are network shared disks by name, read by mmlsnsd.
type NSDs struct {
	Collection[*NSD]
	c *Cluster
}

func (c *Cluster) nsds() NSDs {
	return NSDs{Collection[*NSD]{&source[*NSD]{
		c:    c,
		kind: kindNSD,
		list: func(ctx context.Context) ([]Item[*NSD], error) { return c.listNSDs(ctx, mmexec.LsNsdOptions{}) },
		handle: func(key string) (*NSD, bool) {
			if mmexec.CheckDiskName(key) != nil {
				return nil, false
			}
			return &NSD{Name: key, c: c}, true
		},
	}}, c}
}

func (c *Cluster) listNSDs(ctx context.Context, which mmexec.LsNsdOptions) ([]Item[*NSD], error) {
	reply, err := c.query(ctx)(mmexec.MmLsNsd(which))
	if err != nil {
		return nil, err
	}
	return c.readNSDs(reply.Section("nsd")), nil
}

// readNSDs reads the rows of mmlsnsd. With -X there is a row for each node that sees a disk, without there is one row
// for each disk.
func (c *Cluster) readNSDs(rows []mmexec.Row) []Item[*NSD] {
	items := make([]Item[*NSD], 0, len(rows))
	at := make(map[string]*NSD)
	for _, row := range rows {
		name := row.Get("diskName")
		n := at[name]
		if n == nil {
			n = &NSD{
				Name:       name,
				Filesystem: rowText(row, "fileSystem"),
				VolumeID:   row.Get("volumeId"),
				ThinType:   rowText(row, "thinDisk"),
				c:          c,
			}
			at[name] = n
			items = append(items, Item[*NSD]{name, n})
		}
		servers := fields(row.Get("serverList"), ",")
		if !row.Has("localDiskName") {
			n.Servers = servers
			continue
		}
		// With -X the list names the node of the row.
		for _, s := range servers {
			if !slices.Contains(n.Servers, s) && row.Get("remarks") == "server node" {
				n.Servers = append(n.Servers, s)
			}
			n.Paths = append(n.Paths, NSDPath{
				Node: s, Device: row.Get("localDiskName"), DeviceType: row.Get("deviceType"), Remarks: row.Get("remarks"),
			})
		}
	}
	return items
}

// Where returns the NSDs for which keep is true.
func (n NSDs) Where(keep func(*NSD) bool) NSDs {
	n.Collection = n.where(keep)
	return n
}

// Match returns the NSDs whose names match a pattern: * stands for any text, ? for one character.
func (n NSDs) Match(pattern string) NSDs {
	n.Collection = n.match(pattern)
	return n
}

// Free returns the NSDs that no file system uses.
func (n NSDs) Free() NSDs { return n.Where((*NSD).Free) }

// ServedBy returns the NSDs that a node serves; the name is the one that mmlsnsd prints, or its first part.
func (n NSDs) ServedBy(node string) NSDs {
	return n.Where(func(n *NSD) bool {
		return slices.ContainsFunc(n.Servers, func(s string) bool { return s == node || shortName(s) == node })
	})
}

// Devices returns the NSDs with the devices under which nodes see them. They are read by mmlsnsd -X, which asks all
// servers.
func (n NSDs) Devices() NSDs {
	c := n.c
	n.Collection = n.with(func(s *source[*NSD]) {
		s.list = func(ctx context.Context) ([]Item[*NSD], error) {
			return c.listNSDs(ctx, mmexec.LsNsdOptions{Devices: true})
		}
	})
	return n
}
