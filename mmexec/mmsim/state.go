package mmsim

import (
	"slices"
	"strings"
	"time"
)

// Clone returns a copy that shares nothing that a command changes: lists of structures are copied, short lists of words
// inside them are not, for commands only replace those as a whole.
func (s *State) Clone() *State {
	c := *s
	c.Nodes = slices.Clone(s.Nodes)
	c.NodeClasses = slices.Clone(s.NodeClasses)
	for i := range c.NodeClasses {
		c.NodeClasses[i].Nodes = slices.Clone(c.NodeClasses[i].Nodes)
		c.NodeClasses[i].Classes = slices.Clone(c.NodeClasses[i].Classes)
	}
	c.Config = slices.Clone(s.Config)
	c.NSDs = slices.Clone(s.NSDs)
	c.Filesystems = slices.Clone(s.Filesystems)
	for i := range c.Filesystems {
		c.Filesystems[i] = c.Filesystems[i].clone()
	}
	c.RemoteClusters = slices.Clone(s.RemoteClusters)
	c.RemoteFilesystems = slices.Clone(s.RemoteFilesystems)
	for i := range c.RemoteFilesystems {
		c.RemoteFilesystems[i].FS = c.RemoteFilesystems[i].FS.clone()
	}
	c.Callbacks = slices.Clone(s.Callbacks)
	c.NFSExports = slices.Clone(s.NFSExports)
	c.SMBExports = slices.Clone(s.SMBExports)
	c.Members = slices.Clone(s.Members)
	c.Waiters = slices.Clone(s.Waiters)
	c.HealthEvents = slices.Clone(s.HealthEvents)
	c.RecoveryGroups = cloneGroups(s.RecoveryGroups)
	c.VdiskSets = slices.Clone(s.VdiskSets)
	c.Faults = slices.Clone(s.Faults)
	c.Jobs = slices.Clone(s.Jobs)
	return &c
}

func (f Filesystem) clone() Filesystem {
	f.Pools = slices.Clone(f.Pools)
	f.Disks = slices.Clone(f.Disks)
	f.Filesets = slices.Clone(f.Filesets)
	f.Snapshots = slices.Clone(f.Snapshots)
	f.Quotas = slices.Clone(f.Quotas)
	f.DefaultQuotas = slices.Clone(f.DefaultQuotas)
	f.Mounts = slices.Clone(f.Mounts)
	f.QoS.Classes = slices.Clone(f.QoS.Classes)
	return f
}

// location is the zone of the node that runs the commands.
func (s *State) location() *time.Location { return time.FixedZone(s.Zone.Name, s.Zone.Offset) }

// ctime formats a time the way the C library's ctime does, without a zone, as all mm commands print it.
func (s *State) ctime(t time.Time) string {
	return t.In(s.location()).Format("Mon Jan _2 15:04:05 2006")
}

// stamp formats a time the way date does, as the long-running commands begin their lines.
func (s *State) stamp(t time.Time) string {
	return t.In(s.location()).Format("Mon Jan _2 15:04:05 MST 2006")
}

// node finds a node by its number.
func (s *State) node(number int) *Node {
	for i := range s.Nodes {
		if s.Nodes[i].Number == number {
			return &s.Nodes[i]
		}
	}
	return nil
}

// nodeNamed finds a node by any of its names: admin or daemon, long or short, or its daemon address.
func (s *State) nodeNamed(name string) *Node {
	for i := range s.Nodes {
		if s.Nodes[i].named(name) {
			return &s.Nodes[i]
		}
	}
	return nil
}

func (n *Node) named(name string) bool {
	return strings.EqualFold(name, n.AdminName) || strings.EqualFold(name, n.DaemonName) ||
		strings.EqualFold(name, shortName(n.AdminName)) || strings.EqualFold(name, shortName(n.DaemonName)) ||
		name == n.IP
}

// shortName is a host name without its domain.
func shortName(name string) string {
	short, _, _ := strings.Cut(name, ".")
	return short
}

// filesystem finds a file system of this cluster; the operand may be fs or /dev/fs.
func (s *State) filesystem(device string) *Filesystem {
	name := deviceName(device)
	for i := range s.Filesystems {
		if s.Filesystems[i].Name == name {
			return &s.Filesystems[i]
		}
	}
	return nil
}

// remote finds a file system of another cluster by its local name.
func (s *State) remote(device string) *RemoteFilesystem {
	name := deviceName(device)
	for i := range s.RemoteFilesystems {
		if s.RemoteFilesystems[i].LocalName == name {
			return &s.RemoteFilesystems[i]
		}
	}
	return nil
}

// deviceName strips the /dev/ that every Device operand may carry.
func deviceName(device string) string { return strings.TrimPrefix(device, "/dev/") }

// nsd finds an NSD by its name.
func (s *State) nsd(name string) *NSD {
	for i := range s.NSDs {
		if s.NSDs[i].Name == name {
			return &s.NSDs[i]
		}
	}
	return nil
}

// nsdUser returns the file system that uses an NSD, nil for a free one.
func (s *State) nsdUser(name string) *Filesystem {
	for i := range s.Filesystems {
		for j := range s.Filesystems[i].Disks {
			if s.Filesystems[i].Disks[j].NSD == name {
				return &s.Filesystems[i]
			}
		}
	}
	return nil
}

// quorumDefined and quorumUp count the quorum nodes there are and those whose daemon runs.
func (s *State) quorumDefined() int {
	n := 0
	for i := range s.Nodes {
		if s.Nodes[i].Quorum {
			n++
		}
	}
	return n
}

func (s *State) quorumUp() int {
	n := 0
	for i := range s.Nodes {
		if s.Nodes[i].Quorum && s.Nodes[i].State != NodeDown {
			n++
		}
	}
	return n
}

// quorumNeeded is the majority of the quorum nodes.
func (s *State) quorumNeeded() int { return s.quorumDefined()/2 + 1 }

// hasQuorum tells whether the daemons may work.
func (s *State) hasQuorum() bool { return s.quorumUp() >= s.quorumNeeded() }

// settleQuorum makes the daemons follow the number of quorum nodes that run: without quorum they wait and nothing stays
// mounted; with it they are active, and managers that went away are replaced.
func (s *State) settleQuorum() {
	quorum := s.hasQuorum()
	for i := range s.Nodes {
		n := &s.Nodes[i]
		switch {
		case n.State == NodeDown:
		case quorum:
			n.State = NodeActive
		default:
			n.State = NodeArbitrating
			s.unmountAll(n.Number)
		}
	}
	if !quorum {
		s.ClusterManager = 0
		for i := range s.Filesystems {
			s.Filesystems[i].Manager = 0
		}
		return
	}
	if m := s.node(s.ClusterManager); m == nil || m.State != NodeActive {
		s.ClusterManager = s.firstActive(func(n *Node) bool { return n.Quorum })
	}
	for i := range s.Filesystems {
		f := &s.Filesystems[i]
		if m := s.node(f.Manager); f.Manager != 0 && (m == nil || m.State != NodeActive) {
			f.Manager = s.firstActive(func(n *Node) bool { return n.Manager })
		}
	}
}

// firstActive returns the number of the first active node that fits, or of any active node, or 0.
func (s *State) firstActive(fits func(*Node) bool) int {
	for i := range s.Nodes {
		if n := &s.Nodes[i]; n.State == NodeActive && fits(n) {
			return n.Number
		}
	}
	for i := range s.Nodes {
		if n := &s.Nodes[i]; n.State == NodeActive {
			return n.Number
		}
	}
	return 0
}

// unmountAll takes every mount of a node away.
func (s *State) unmountAll(number int) {
	gone := func(m Mount) bool { return m.Node == number }
	for i := range s.Filesystems {
		s.Filesystems[i].Mounts = slices.DeleteFunc(s.Filesystems[i].Mounts, gone)
	}
	for i := range s.RemoteFilesystems {
		s.RemoteFilesystems[i].FS.Mounts = slices.DeleteFunc(s.RemoteFilesystems[i].FS.Mounts, gone)
	}
}

// mountNames lists the admin names of the nodes that have the file system mounted, in the order of the mounts.
func (s *State) mountNames(f *Filesystem) []string {
	var names []string
	for _, m := range f.Mounts {
		if n := s.node(m.Node); n != nil {
			names = append(names, n.AdminName)
		} else {
			names = append(names, m.NodeName)
		}
	}
	return names
}

// mountedAt returns the mount of a node, nil when it has none.
func (f *Filesystem) mountedAt(number int) *Mount {
	for i := range f.Mounts {
		if f.Mounts[i].Node == number && number != 0 {
			return &f.Mounts[i]
		}
	}
	return nil
}

// fileset finds a fileset that is not deleted.
func (f *Filesystem) fileset(name string) *Fileset {
	for i := range f.Filesets {
		if f.Filesets[i].Name == name && f.Filesets[i].Status != FilesetDeleted {
			return &f.Filesets[i]
		}
	}
	return nil
}

// filesetID finds a fileset by its id, deleted or not.
func (f *Filesystem) filesetID(id int) *Fileset {
	for i := range f.Filesets {
		if f.Filesets[i].ID == id {
			return &f.Filesets[i]
		}
	}
	return nil
}

// filesetAt finds the fileset linked at an absolute path.
func (f *Filesystem) filesetAt(path string) *Fileset {
	for i := range f.Filesets {
		if fs := &f.Filesets[i]; fs.Status == FilesetLinked && f.path(fs) == path {
			return fs
		}
	}
	return nil
}

// path is where a linked fileset shows.
func (f *Filesystem) path(fs *Fileset) string {
	if fs.Junction == "/" {
		return f.Attrs.MountPoint
	}
	return f.Attrs.MountPoint + fs.Junction
}

// snapshot finds a snapshot; fileset is "" for a global one.
func (f *Filesystem) snapshot(fileset, name string) *Snapshot {
	for i := range f.Snapshots {
		if f.Snapshots[i].Name == name && f.Snapshots[i].Fileset == fileset {
			return &f.Snapshots[i]
		}
	}
	return nil
}

// pool finds a storage pool.
func (f *Filesystem) pool(name string) *Pool {
	for i := range f.Pools {
		if f.Pools[i].Name == name {
			return &f.Pools[i]
		}
	}
	return nil
}

// poolNames lists the pools in the order of the file system.
func (f *Filesystem) poolNames() []string {
	names := make([]string, len(f.Pools))
	for i := range f.Pools {
		names[i] = f.Pools[i].Name
	}
	return names
}

// diskNames lists the disks in the order of the file system.
func (f *Filesystem) diskNames() []string {
	names := make([]string, len(f.Disks))
	for i := range f.Disks {
		names[i] = f.Disks[i].NSD
	}
	return names
}

// maxInodes sums the limits of all inode spaces.
func (f *Filesystem) maxInodes() int64 {
	var n int64
	for i := range f.Filesets {
		if f.Filesets[i].Status != FilesetDeleted {
			n += f.Filesets[i].MaxInodes
		}
	}
	return n
}

// maxSnapshotID is the highest id given so far.
func (f *Filesystem) maxSnapshotID() int { return f.NextSnapshotID - 1 }
