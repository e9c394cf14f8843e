package mmsim

import (
	"os"
	"slices"
)

func mmdelfileset(c *call) int {
	f, code := c.managed()
	if code != 0 {
		return code
	}
	name := c.operand(1)
	fset := f.fileset(name)
	if fset == nil {
		return c.filesetNotFound(name)
	}
	if code := c.refuseFilesetDeletion(f, fset); code != 0 {
		return code
	}
	if fset.AFM != nil {
		c.raise("afmFilesetDelete", f.Manager, "fsName", f.Name, "filesetName", fset.Name)
	}
	c.change(f, treeChange{Op: treeRemove, Path: f.filesetDir(fset)})
	c.printf("Checking fileset ...\nChecking fileset complete.\nDeleting user files ...\n")
	c.printf(" 100.00 %% complete on %s  (%10d inodes with total %10d MB data processed)\n", c.st.ctime(c.now),
		max(fset.AllocInodes, fset.UsedInodes), fset.DataKB/1024)
	c.printf("Deleting fileset ...\nFileset %s deleted.\n", name)
	f.Quotas = slices.DeleteFunc(f.Quotas, func(q Quota) bool {
		return q.Type == QuotaFileset && q.ID == int64(fset.ID) || q.Type != QuotaFileset && q.FilesetID == fset.ID && q.Fileset == name
	})
	if latest := f.latestHolding(fset); latest != 0 {
		fset.Status, fset.Junction, fset.Parent, fset.LatestSnap = FilesetDeleted, "", -1, latest
		fset.UsedInodes, fset.DataKB = 0, 0
		return 0
	}
	f.Filesets = slices.DeleteFunc(f.Filesets, func(other Fileset) bool { return other.ID == fset.ID })
	return 0
}

// refuseFilesetDeletion checks what stands against deleting a fileset. unverified: wording of all of them.
func (c *call) refuseFilesetDeletion(f *Filesystem, fset *Fileset) int {
	if fset.ID == 0 {
		return c.failDaemon(22, "The root fileset cannot be deleted.")
	}
	if fset.Status == FilesetLinked {
		return c.failDaemon(16, "Fileset %s must be unlinked to be deleted.", fset.Name)
	}
	if fset.Independent {
		for i := range f.Filesets {
			if other := &f.Filesets[i]; other.ID != fset.ID && other.InodeSpace == fset.InodeSpace && other.Status != FilesetDeleted {
				return c.failDaemon(39, "Fileset %s cannot be deleted because it has dependent filesets: %s", fset.Name, other.Name)
			}
		}
		for i := range f.Snapshots {
			if f.Snapshots[i].Fileset == fset.Name {
				return c.failDaemon(39, "Fileset %s cannot be deleted because it has fileset snapshots: %s", fset.Name, f.Snapshots[i].Name)
			}
		}
	}
	if f.Data != "" {
		if path, ok := c.immutableBelow(f.filesetDir(fset)); ok {
			// unverified: wording; immutable files outlive everything but their expiration.
			return c.failDaemon(1, "Fileset %s contains immutable files and cannot be deleted: %s", fset.Name, path)
		}
	}
	if (fset.UsedInodes > 1 || f.Data != "" && !emptyTree(f.filesetDir(fset), f.hidden())) && !c.has("-f") {
		return c.failDaemon(39, "Fileset %s contains user files, but can be deleted with the -f option.", fset.Name)
	}
	return 0
}

// emptyTree tells whether a fileset's real directory holds nothing of its users.
func emptyTree(dir string, hidden []string) bool {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return true
	}
	return !slices.ContainsFunc(entries, func(e os.DirEntry) bool { return !slices.Contains(hidden, e.Name()) })
}

// holds tells whether a snapshot contains a fileset: it is younger than the fileset, older than its deletion, and of the
// whole file system or of the same inode space.
func (s *Snapshot) holds(fset *Fileset) bool {
	switch {
	case s.ID < fset.FirstSnap, fset.Status == FilesetDeleted && s.ID > fset.LatestSnap:
		return false
	default:
		return s.Fileset == "" || s.InodeSpace == fset.InodeSpace
	}
}

// latestHolding is the id of the latest snapshot that holds a fileset, 0 for none.
func (f *Filesystem) latestHolding(fset *Fileset) int {
	latest := 0
	for i := range f.Snapshots {
		if s := &f.Snapshots[i]; s.holds(fset) {
			latest = max(latest, s.ID)
		}
	}
	return latest
}
