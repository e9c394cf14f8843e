package mmsim

import (
	"cmp"
)

func mmrestorefs(c *call) int {
	f, code := c.managed()
	if code != 0 {
		return code
	}
	fileset, name := c.get("-j"), c.operand(1)
	if before, after := splitSnapshot(name); before != "" && fileset == "" {
		fileset, name = before, after
	}
	var fset *Fileset
	if fileset != "" {
		if fset = f.fileset(fileset); fset == nil {
			return c.filesetNotFound(fileset)
		}
	}
	s := f.snapshot(fileset, name)
	switch {
	case s == nil && fileset != "":
		return c.failDaemon(2, "Fileset %s in file system %s does not contain snapshot %s, err = 2", fileset, f.Name, name)
	case s == nil:
		return c.failDaemon(2, "File system %s does not contain a snapshot %s, rc=2.", f.Name, name)
	case !c.st.atLeast(4, 1, 1) && len(f.Mounts) > 0:
		return c.failDaemon(16, "Cannot restore snapshot. %s is mounted on %d nodes and in use on %d nodes.", f.Name, len(f.Mounts), len(f.Mounts))
	case c.st.atLeast(4, 1, 1) && len(f.Mounts) == 0:
		return c.failDaemon(19, "ERROR: file system not mounted. Mount file system %s and retry command.", f.Name)
	case s.Quotas && len(f.Attrs.QuotaTypes) == 0:
		// unverified: wording
		return c.failDaemon(22, "Restoring snapshot %s requires user, group and fileset quotas to be enabled.\nYou must run: mmchfs %s -Q yes", name, f.Name)
	case !s.Quotas && len(f.Attrs.QuotaTypes) > 0:
		// unverified: wording
		return c.failDaemon(22, "Restoring snapshot %s requires user, group and fileset quotas to be disabled.\nYou must run: mmchfs %s -Q no", name, f.Name)
	case s.Status != "Valid":
		return c.failDaemon(22, "Cannot restore snapshot %s which is in state %s.", name, s.Status) // unverified: wording
	case fset != nil && fset.Status != FilesetLinked:
		return c.failDaemon(22, "Fileset %s is not linked.", fset.Name) // unverified: wording
	case fset != nil && fset.NoSnapRestore:
		return c.failDaemon(1, "Fileset %s does not allow its snapshots to be restored.", fset.Name) // unverified: wording
	}
	if dir := f.snapshotDir(s); dir != "" {
		cut, into := f.junctionsBelow(s)
		c.change(f, treeChange{Op: treeRestore, Path: dir, To: f.snapshotSource(s), Note: f.snapshotNote(s), Skip: f.hidden(), Cut: cut, Into: into})
	}
	label := snapshotTarget{fileset, name}.label()
	// unverified: wording of the progress.
	c.printf("Restoring snapshot %s to %s ...\n", label, cmp.Or(fileset, f.Name))
	c.printf("Restoring inodes ...\n 100.00 %% complete on %s  (%10d inodes with total %10d MB data processed)\n", c.st.ctime(c.now), 4096, s.DataKB/1024)
	c.printf("Restore of snapshot %s completed successfully.\n", label)
	return 0
}

// junctionsBelow are the linked filesets that a restore must not touch, because the snapshot does not hold them, and
// those that it holds.
func (f *Filesystem) junctionsBelow(s *Snapshot) (cut, into []string) {
	for i := range f.Filesets {
		fset := &f.Filesets[i]
		switch {
		case fset.Status != FilesetLinked || fset.Junction == "/":
		case s.holds(fset):
			into = append(into, f.filesetDir(fset))
		default:
			cut = append(cut, f.filesetDir(fset))
		}
	}
	return cut, into
}
