package mmsim

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
)

// What follows happens to a cluster without a command: hardware fails, people fill pools. Events are raised as by the
// real thing.

// happen changes the state, raises events, and reports what could not be done.
func (c *Cluster) happen(do func(*call) error) error {
	var failed error
	err := c.transact(func(run *call) {
		before := run.st.Clone()
		if failed = do(run); failed != nil {
			run.st, run.events, run.trees = before, nil, nil
		}
	})
	return errors.Join(failed, err)
}

// NodeDown lets a node lose power, or, when it is unreachable, the network around it: its daemon is gone for the rest of
// the cluster.
func (c *Cluster) NodeDown(name string, unreachable bool) error {
	return c.happen(func(run *call) error {
		n := run.st.nodeNamed(name)
		if n == nil {
			return fmt.Errorf("no node %q in the cluster", name)
		}
		before := run.quorumPicture()
		run.unmountNode(n.Number, "forced")
		n.State, n.Unreachable = NodeDown, unreachable
		run.st.settleQuorum()
		run.raiseQuorum(before)
		return nil
	})
}

// NodeBack brings a node back: it can be reached again, and its daemon can be started.
func (c *Cluster) NodeBack(name string) error {
	return c.happen(func(run *call) error {
		n := run.st.nodeNamed(name)
		if n == nil {
			return fmt.Errorf("no node %q in the cluster", name)
		}
		n.Unreachable = false
		return nil
	})
}

// DiskDown lets a disk fail: the file system marks it down.
func (c *Cluster) DiskDown(fs, disk string) error {
	return c.happen(func(run *call) error {
		f, d, err := run.disk(fs, disk)
		if err != nil {
			return err
		}
		if d.Availability == "down" {
			return nil
		}
		d.Availability = "down"
		run.raise("diskFailure", f.Manager, "diskName", d.NSD, "fsName", f.Name)
		run.raiseHealth(f.Manager, "disk_down", "DISK", d.NSD, "ERROR", "FAILED", "the disk "+d.NSD+" is down")
		return nil
	})
}

// disk finds a disk of a file system.
func (c *call) disk(fs, disk string) (*Filesystem, *Disk, error) {
	f := c.st.filesystem(fs)
	if f == nil {
		return nil, nil, fmt.Errorf("no file system %q in the cluster: it has %v", fs, c.st.filesystemNames())
	}
	i := slices.IndexFunc(f.Disks, func(d Disk) bool { return d.NSD == disk })
	if i < 0 {
		return nil, nil, fmt.Errorf("no disk %q in %s: it has %v", disk, f.Name, f.diskNames())
	}
	return f, &f.Disks[i], nil
}

// FillPool sets how full a storage pool is, in percent. From 90 on lowDiskSpace is raised, at 100 noDiskSpace.
func (c *Cluster) FillPool(fs, pool string, percent int) error {
	if percent < 0 || percent > 100 {
		return fmt.Errorf("a pool cannot be %d %% full", percent)
	}
	return c.happen(func(run *call) error {
		f := run.st.filesystem(fs)
		if f == nil {
			return fmt.Errorf("no file system %q in the cluster: it has %v", fs, run.st.filesystemNames())
		}
		if f.pool(pool) == nil {
			return fmt.Errorf("no pool %q in %s: it has %v", pool, f.Name, f.poolNames())
		}
		for i := range f.Disks {
			if d := &f.Disks[i]; d.Pool == pool {
				d.FreeKB = d.SizeKB * int64(100-percent) / 100
			}
		}
		manager := cmp.Or(f.Manager, run.st.ClusterManager)
		switch {
		case percent == 100:
			run.raise("noDiskSpace", manager, "fsName", f.Name, "storagePool", pool, "filesetName", "root", "reason", "diskspace") // unverified: word of the reason
		case percent >= 90:
			run.raise("lowDiskSpace", manager, "fsName", f.Name, "storagePool", pool)
		}
		return nil
	})
}

// Raise raises an event of a node (the cluster manager when node is "") with its variables: pairs of a name without the
// percent sign and a value. It is for the events that nothing in the simulator leads to: AFM, RAID, deadlocks.
func (c *Cluster) Raise(event, node string, vars ...string) error {
	i := slices.IndexFunc(knownEvents(), sameFold(event))
	if i < 0 {
		return fmt.Errorf("no event %q: there are %v", event, knownEvents())
	}
	return c.happen(func(run *call) error {
		number := run.st.ClusterManager
		if node != "" {
			n := run.st.nodeNamed(node)
			if n == nil {
				return fmt.Errorf("no node %q in the cluster", node)
			}
			number = n.Number
		}
		run.raise(knownEvents()[i], number, vars...)
		return nil
	})
}
