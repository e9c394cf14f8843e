package mmsim

import (
	"slices"
	"strings"
	"time"
)

func mmlssnapshot(c *call) int {
	f, code := c.managed()
	if code != 0 {
		return code
	}
	snapshots, code := c.chosenSnapshots(f)
	if code != 0 {
		return code
	}
	if len(snapshots) == 0 {
		c.printf("No snapshots in file system %s\n", f.Name)
		return 0
	}
	if !c.has("-Y") {
		return mmlssnapshotHuman(c, f, snapshots)
	}
	fields := []string{"filesystemName", "directory", "snapID", "status", "created", "quotas", "data", "metadata", "fileset", "snapType"}
	retention := c.st.atLeast(5, 1, 0)
	if retention {
		fields = append(fields, "expirationTime") // unverified: its place in the header
	}
	w := c.y()
	w.header("", fields...)
	for _, s := range snapshots {
		data, metadata := int64(0), int64(0)
		if c.has("-d") {
			data, metadata = s.DataKB, s.MetadataKB
		}
		values := []any{f.Name, s.Name, s.ID, s.Status, c.st.ctime(s.Created), "", data, metadata, s.Fileset, ""}
		if retention {
			values = append(values, c.st.ctime(s.expiration()))
		}
		w.row("", values...)
	}
	return 0
}

// expiration is the time shown: without retention it equals the creation time.
func (s *Snapshot) expiration() time.Time {
	if s.Expires.IsZero() {
		return s.Created
	}
	return s.Expires
}

// chosenSnapshots applies -s and -j.
func (c *call) chosenSnapshots(f *Filesystem) ([]*Snapshot, int) {
	var all []*Snapshot
	for i := range f.Snapshots {
		all = append(all, &f.Snapshots[i])
	}
	switch want := c.get("-s"); {
	case c.has("-j"):
		names := splitList(c.get("-j"))
		for _, name := range names {
			if f.fileset(name) == nil {
				return nil, c.filesetNotFound(name)
			}
		}
		return slices.DeleteFunc(all, func(s *Snapshot) bool { return !slices.Contains(names, s.Fileset) }), 0
	case !c.has("-s"), want == "all":
		return all, 0
	case want == "global":
		return slices.DeleteFunc(all, func(s *Snapshot) bool { return s.Fileset != "" }), 0
	default:
		var chosen []*Snapshot
		for _, spec := range splitList(want) {
			fileset, name := splitSnapshot(spec)
			s := f.snapshot(fileset, name)
			if s == nil {
				return nil, c.failDaemon(2, "Snapshot named %s does not exist.", spec) // unverified: wording and exit status
			}
			chosen = append(chosen, s)
		}
		return chosen, 0
	}
}

// splitSnapshot takes [[Fileset]:]Snapshot apart.
func splitSnapshot(spec string) (fileset, name string) {
	if before, after, ok := strings.Cut(spec, ":"); ok {
		return before, after
	}
	return "", spec
}

// mmlssnapshotHuman prints the table. unverified: columns of a current release without -d.
func mmlssnapshotHuman(c *call, f *Filesystem, snapshots []*Snapshot) int {
	title := "Snapshots in file system " + f.Name + ":"
	if c.has("-d") {
		title += " [data and metadata in KB]"
	}
	c.printf("%s\n%s %s %s %s", title, pad("Directory", 24), pad("SnapId", 8), pad("Status", 15), pad("Created", 24))
	retention := c.st.atLeast(5, 1, 0)
	if retention {
		c.printf(" %s", pad("ExpirationTime", 24))
	}
	if c.has("-d") {
		c.printf(" %11s %9s", "Data", "Metadata")
	}
	c.printf("  Fileset\n")
	for _, s := range snapshots {
		c.printf("%s %s %s %s", pad(s.Name, 24), pad(itoa(s.ID), 8), pad(s.Status, 15), pad(c.st.ctime(s.Created), 24))
		if retention {
			c.printf(" %s", pad(c.st.ctime(s.expiration()), 24))
		}
		if c.has("-d") {
			c.printf(" %11d %9d", s.DataKB, s.MetadataKB)
		}
		c.printf("  %s\n", s.Fileset)
	}
	return 0
}
