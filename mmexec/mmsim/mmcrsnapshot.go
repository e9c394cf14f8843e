package mmsim

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// maxGlobalSnapshots is how many global snapshots a file system can hold.
const maxGlobalSnapshots = 256

// snapshotTarget is one snapshot that a command line names.
type snapshotTarget struct{ fileset, name string }

// label is the snapshot as messages name it: ":name" for a global one.
func (t snapshotTarget) label() string { return t.fileset + ":" + t.name }

// snapshotTargets reads the three usages: f:s,g:t · s,t -j f · s -j f,g.
func (c *call) snapshotTargets() ([]snapshotTarget, int) {
	var targets []snapshotTarget
	names, filesets := splitList(c.operand(1)), splitList(c.get("-j"))
	if old := !c.st.atLeast(4, 2, 1); old && (len(names) > 1 || len(filesets) > 1 || strings.Contains(c.operand(1), ":")) {
		// Lists and Fileset:Snapshot came with 4.2.1.
		return nil, c.usage("Incorrect option: " + c.operand(1)) // unverified: wording
	}
	if len(filesets) > 1 && len(names) > 1 {
		// unverified: wording; the pages list no such usage.
		return nil, c.usage("Incorrect option: -j " + c.get("-j"))
	}
	for _, spec := range names {
		fileset, name := splitSnapshot(spec)
		if !c.has("-j") {
			targets = append(targets, snapshotTarget{fileset, name})
			continue
		}
		if fileset != "" {
			return nil, c.usage("Incorrect option: -j " + c.get("-j")) // unverified: wording
		}
		for _, in := range filesets {
			targets = append(targets, snapshotTarget{in, name})
		}
	}
	if len(targets) == 0 {
		return nil, c.usage("Missing arguments.")
	}
	return targets, 0
}

func mmcrsnapshot(c *call) int {
	f, code := c.managed()
	if code != 0 {
		return code
	}
	targets, code := c.snapshotTargets()
	if code != 0 {
		return code
	}
	expires, code := c.expiration()
	if code != 0 {
		return code
	}
	for _, t := range targets {
		if code := c.refuseSnapshot(f, t); code != 0 {
			return code
		}
	}
	recent := c.st.atLeast(4, 2, 0)
	for _, t := range targets {
		if recent {
			c.printf("Flushing dirty data for snapshot %s...\n", t.label())
		} else {
			c.printf("Writing dirty data to disk.\n")
		}
	}
	c.printf("Quiescing all file system operations.\n")
	if !recent {
		c.printf("Writing dirty data to disk again.\n")
	}
	for _, t := range targets {
		s := Snapshot{Name: t.name, ID: f.NextSnapshotID, Fileset: t.fileset, Status: "Valid", Created: c.now, Expires: expires, Quotas: len(f.Attrs.QuotaTypes) > 0}
		if owner := f.fileset(t.fileset); owner != nil {
			s.InodeSpace = owner.InodeSpace
		}
		f.NextSnapshotID++
		f.addSnapshot(s)
		c.takeSnapshot(f, &s)
		c.raise("snapshotCreated", f.Manager, "fsName", f.Name, "snapshotName", s.Name, "snapshotID", itoa(s.ID), "filesetName", s.Fileset)
		label := t.label()
		if !recent {
			label = t.name
		}
		c.printf("Snapshot %s created with id %d.\n", label, s.ID)
	}
	return 0
}

// addSnapshot keeps the order of the listing: global snapshots, then those of filesets, each by age.
func (f *Filesystem) addSnapshot(s Snapshot) {
	at := len(f.Snapshots)
	if s.Fileset == "" {
		if i := slices.IndexFunc(f.Snapshots, func(other Snapshot) bool { return other.Fileset != "" }); i >= 0 {
			at = i
		}
	}
	f.Snapshots = slices.Insert(f.Snapshots, at, s)
}

// refuseSnapshot checks what stands against a new snapshot.
func (c *call) refuseSnapshot(f *Filesystem, t snapshotTarget) int {
	if t.fileset != "" {
		fset := f.fileset(t.fileset)
		if fset == nil {
			return c.filesetNotFound(t.fileset)
		}
		if !fset.Independent {
			// unverified: wording.
			return c.failDaemon(22, "Fileset %s is not an independent fileset; only independent filesets can have snapshots.", t.fileset)
		}
	}
	if t.name == "" || strings.ContainsAny(t.name, "/\\ \t\n") || len(t.name) > 255 {
		return c.failDaemon(22, "Incorrect snapshot name %s.", t.name) // unverified: wording
	}
	if f.Attrs.DMAPI {
		return c.failDaemon(1, "Cannot create a snapshot in a DM enabled file system, rc=1.")
	}
	if f.snapshot(t.fileset, t.name) != nil {
		return c.failDaemon(17, "Snapshot name %s already exists.", t.name) // unverified: wording and exit status
	}
	global := 0
	for i := range f.Snapshots {
		s := &f.Snapshots[i]
		if s.Fileset != t.fileset {
			continue
		}
		global++
		switch s.Status {
		case "Invalid":
			return c.failDaemon(22, "Previous snapshot %s is not valid and must be deleted before a new snapshot may be created.", s.Name)
		case "RestoreInProgress":
			return c.failDaemon(22, "Previous snapshot %s must be restored before a new snapshot may be created.", s.Name)
		}
	}
	if global >= maxGlobalSnapshots {
		return c.failDaemon(28, "Cannot create a new snapshot until an existing one is deleted. File system %s has a limit of %d online snapshots.",
			f.Name, maxGlobalSnapshots)
	}
	return 0
}

// expiration reads --expiration-time yyyy-mm-dd-hh:mm[:ss] in the zone of the cluster.
func (c *call) expiration() (time.Time, int) {
	value := c.get("--expiration-time")
	if value == "" {
		return time.Time{}, 0
	}
	for _, layout := range []string{"2006-01-02-15:04:05", "2006-01-02-15:04"} {
		if t, err := time.ParseInLocation(layout, value, c.st.location()); err == nil {
			return t, 0
		}
	}
	return time.Time{}, c.usage("Incorrect option: --expiration-time " + value) // unverified: wording
}

func itoa(n int) string { return strconv.Itoa(n) }
