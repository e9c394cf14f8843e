package mmsim

import (
	"slices"
)

func mmdelsnapshot(c *call) int {
	f, code := c.managed()
	if code != 0 {
		return code
	}
	targets, code := c.snapshotTargets()
	if code != 0 {
		return code
	}
	if c.has("-N") && c.get("-N") != "mount" {
		if _, err := c.resolveNodes(c.get("-N")); err != nil {
			return c.fail("%s", err)
		}
	}
	for _, t := range targets {
		s := f.snapshot(t.fileset, t.name)
		switch {
		case s == nil && t.fileset != "":
			return c.failDaemon(2, "Fileset %s in file system %s does not contain snapshot %s, err = 2", t.fileset, f.Name, t.name)
		case s == nil:
			return c.failDaemon(2, "File system %s does not contain global snapshot %s, err = 2", f.Name, t.name)
		case s.Expires.After(c.now):
			// unverified: wording; unexpired snapshots are refused.
			return c.failDaemon(1, "Snapshot %s has not expired and cannot be deleted before %s.", t.name, c.st.ctime(s.Expires))
		case s.Status == "RestoreInProgress":
			return c.failDaemon(22, "Cannot delete snapshot %s which is in state %s.", t.name, s.Status)
		}
	}
	for _, t := range targets {
		c.deleteSnapshot(f, t)
	}
	return 0
}

func (c *call) deleteSnapshot(f *Filesystem, t snapshotTarget) {
	s := f.snapshot(t.fileset, t.name)
	inodes := int64(0)
	for i := range f.Filesets {
		if fset := &f.Filesets[i]; s.holds(fset) {
			inodes += fset.AllocInodes
		}
	}
	c.dropSnapshot(f, s)
	c.printf("Invalidating snapshot files in %s...\nDeleting files in snapshot %s...\n", t.label(), t.label())
	c.printf(" 100.00 %% complete on %s  (%10d inodes with total %10d MB data processed)\n", c.st.ctime(c.now), inodes, s.DataKB/1024)
	c.printf("Invalidating snapshot files in %s/F/...\nDelete snapshot %s successful.\n", t.label(), t.label())
	f.Snapshots = slices.DeleteFunc(f.Snapshots, func(other Snapshot) bool { return other.Name == t.name && other.Fileset == t.fileset })
	// A deleted fileset goes with the last snapshot that holds it.
	f.Filesets = slices.DeleteFunc(f.Filesets, func(fset Fileset) bool {
		return fset.Status == FilesetDeleted && f.latestHolding(&fset) == 0
	})
	for i := range f.Filesets {
		if fset := &f.Filesets[i]; fset.Status == FilesetDeleted {
			fset.LatestSnap = f.latestHolding(fset)
		}
	}
}
