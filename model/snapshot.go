package model

import (
	"context"
	"strings"
	"time"

	"gpfsh/mmexec"
)

// Snapshot is a snapshot of a file system or of an independent fileset, from mmlssnapshot.
type Snapshot struct {
	Name    string         `json:"name" col:"NAME"`
	Fileset string         `json:"fileset,omitempty" col:"FILESET"` // "" for a global snapshot
	ID      int64          `json:"id" col:"ID"`
	Status  SnapshotStatus `json:"status" col:"STATUS"`
	Created time.Time      `json:"created,omitzero" col:"CREATED,main"` // in the zone of the cluster
	// Expires is when the snapshot may be deleted at the earliest; the zero time when it may be at any time.
	Expires time.Time `json:"expires,omitzero" col:"EXPIRES,wide"`
	// Data and Metadata are the storage that only the snapshot holds. They are expensive to find out and NotAsked
	// unless Sizes did.
	Data     Bytes `json:"data" col:"DATA,wide"`
	Metadata Bytes `json:"metadata" col:"METADATA,wide"`
	// ManagedBy names the program that made the snapshot and counts on it: "backup", "AFM", "CSI", "SMB"; "" for none
	// that is known. It is told by the names of snapshot and fileset.
	ManagedBy  string `json:"managedBy,omitempty" col:"MANAGED BY"`
	Filesystem string `json:"filesystem" col:"-"`

	fs      *Filesystem
	planned bool
	reading
}

// String returns the name of the snapshot.
func (s *Snapshot) String() string {
	if s == nil {
		return ""
	}
	return s.Name
}

// Key returns the name that the snapshot has among all snapshots of its file system: its own for a global snapshot,
// fileset:name for that of a fileset.
func (s *Snapshot) Key() string {
	if s == nil {
		return ""
	}
	return s.ref().String()
}

func (s *Snapshot) ref() mmexec.SnapshotRef {
	return mmexec.SnapshotRef{Fileset: s.Fileset, Name: s.Name}
}

// Planned reports whether the snapshot exists only in the plan of a dry run.
func (s *Snapshot) Planned() bool { return s != nil && s.planned }

// Age returns how long ago the snapshot was made; 0 when that is not known.
func (s *Snapshot) Age() time.Duration {
	if s == nil || s.fs == nil || s.Created.IsZero() {
		return 0
	}
	return s.fs.c.now().Sub(s.Created)
}

func (s *Snapshot) ready() error {
	switch {
	case s == nil || s.fs == nil:
		return errNil(kindSnapshot)
	case s.planned:
		return &PlannedError{Kind: kindSnapshot, Name: s.Key()}
	}
	return s.fs.local()
}

// Refresh reads the snapshot again. It runs mmlssnapshot.
func (s *Snapshot) Refresh(ctx context.Context) error {
	if err := s.ready(); err != nil {
		return err
	}
	fresh, err := s.fs.AllSnapshots.Get(ctx, s.Key())
	if err != nil {
		return err
	}
	*s = *fresh
	return nil
}

// Delete deletes the snapshot for good. It runs mmdelsnapshot. A snapshot that belongs to another program is refused
// with a [*ManagedError] unless [EvenIfManaged] is given.
func (s *Snapshot) Delete(ctx context.Context, options ...SnapshotDeleteOption) error {
	if err := s.ready(); err != nil && !s.Planned() {
		return err
	}
	if err := s.plannedStill(ctx); err != nil {
		return err
	}
	return s.fs.deleteSnapshots(ctx, []*Snapshot{s}, options)
}

// managedBy tells by their names which snapshots other programs count on.
//
// unverified: the names that AFM and the CSI driver give; those of mmbackup and of SMB are documented.
func managedBy(fileset, name string) string {
	switch {
	case strings.HasPrefix(strings.TrimPrefix(name, "."), "mmbackupSnap"):
		return "backup"
	case strings.HasPrefix(name, "psnap"), strings.HasPrefix(name, ".afm"), strings.HasPrefix(name, "afm"):
		return "AFM"
	case strings.HasPrefix(name, "@GMT-"):
		return "SMB"
	case strings.HasPrefix(fileset, "pvc-"):
		return "CSI"
	}
	return ""
}
