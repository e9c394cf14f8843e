package model

import (
	"context"
	"fmt"
	"strings"
	"time"

	"gpfsh/mmexec"
	"gpfsh/mmexec/lazyregexp"
)

// Snapshots are snapshots by name, read by mmlssnapshot: the global ones of a file system, those of one fileset, or all
// of them. Among all, the key of a fileset snapshot is fileset:snapshot; a global one has its bare name.
type Snapshots struct {
	Collection[*Snapshot]
	fs      *Filesystem
	scope   snapshotScope
	fileset string
	sizes   bool
}

type snapshotScope int

const (
	globalSnapshots snapshotScope = iota
	filesetSnapshots
	allSnapshots
)

func (fs *Filesystem) snapshots(scope snapshotScope, fileset string) Snapshots {
	return Snapshots{fs: fs, scope: scope, fileset: fileset}.collected()
}

// collected returns the snapshots with the collection that asks for them, and with the view that was made of it.
func (s Snapshots) collected() Snapshots {
	fs, scope, fileset := s.fs, s.scope, s.fileset
	of := fs.Name
	if scope == filesetSnapshots {
		of = "fileset " + fileset + " of " + fs.Name
	}
	src := &source[*Snapshot]{
		c:     fs.c,
		kind:  kindSnapshot,
		of:    of,
		ready: fs.local,
		list:  s.list,
		handle: func(key string) (*Snapshot, bool) {
			ref := s.ref(key)
			if mmexec.CheckSnapshotName(ref.Name) != nil {
				return nil, false
			}
			return fs.snapshot(ref), true
		},
	}
	if old := s.src; old != nil {
		src.patterns, src.filters, src.err = old.patterns, old.filters, old.err
	}
	s.Collection = Collection[*Snapshot]{src}
	return s
}

// snapshot returns a snapshot of which nothing is known but its name.
func (fs *Filesystem) snapshot(ref mmexec.SnapshotRef) *Snapshot {
	return &Snapshot{
		Name: ref.Name, Fileset: ref.Fileset, Filesystem: fs.Name, Data: NotAsked, Metadata: NotAsked,
		ManagedBy: managedBy(ref.Fileset, ref.Name), fs: fs,
	}
}

func (s Snapshots) list(ctx context.Context) ([]Item[*Snapshot], error) {
	which := mmexec.LsSnapshotOptions{Data: s.sizes}
	if s.scope == filesetSnapshots {
		which.Filesets = []string{s.fileset}
	}
	reply, err := s.fs.c.query(ctx)(mmexec.MmLsSnapshot(s.fs.Name, which))
	if err != nil {
		return nil, s.fs.c.explain(ctx, err)
	}
	items := make([]Item[*Snapshot], 0, len(reply.Rows))
	for _, row := range reply.Rows {
		snap := s.fs.readSnapshot(row, s.sizes)
		switch {
		case s.scope == globalSnapshots && snap.Fileset != "":
			continue
		case s.scope == allSnapshots:
			items = append(items, Item[*Snapshot]{snap.Key(), snap})
		default:
			items = append(items, Item[*Snapshot]{snap.Name, snap})
		}
	}
	return items, nil
}

// readSnapshot reads a row of mmlssnapshot. Without -d the sizes are printed as 0 and mean nothing.
//
// unverified: the name of the column with the time of expiration; it equals the creation time where there is none.
func (fs *Filesystem) readSnapshot(row mmexec.Row, sizes bool) *Snapshot {
	snap := fs.snapshot(mmexec.SnapshotRef{Fileset: rowText(row, "fileset"), Name: row.Get("directory")})
	snap.ID = number(row.Get("snapID"))
	snap.Status = word(ParseSnapshotStatus, row.Get("status"))
	snap.Created = fs.c.moment(row.Get("created"))
	for _, column := range []string{"expirationTime", "expiration"} {
		if t := fs.c.moment(row.Get(column)); t.After(snap.Created) {
			snap.Expires = t
		}
	}
	if sizes {
		snap.Data, snap.Metadata = rowKB(row, "data"), rowKB(row, "metadata")
	}
	return snap
}

// ref takes a key apart.
func (s Snapshots) ref(key string) mmexec.SnapshotRef {
	if s.scope == allSnapshots {
		if fileset, name, ok := strings.Cut(key, ":"); ok {
			return mmexec.SnapshotRef{Fileset: fileset, Name: name}
		}
	}
	return mmexec.SnapshotRef{Fileset: s.fileset, Name: key}
}

// Where returns the snapshots for which keep is true.
func (s Snapshots) Where(keep func(*Snapshot) bool) Snapshots {
	s.Collection = s.where(keep)
	return s
}

// Match returns the snapshots whose keys match a pattern: * stands for any text, ? for one character.
func (s Snapshots) Match(pattern string) Snapshots {
	s.Collection = s.match(pattern)
	return s
}

// OlderThan returns the snapshots that were made longer ago than that. The age is taken in the zone of the cluster.
func (s Snapshots) OlderThan(age time.Duration) Snapshots {
	return s.Where(func(snap *Snapshot) bool { return !snap.Created.IsZero() && snap.Age() > age })
}

// NewerThan returns the snapshots that were made less long ago than that.
func (s Snapshots) NewerThan(age time.Duration) Snapshots {
	return s.Where(func(snap *Snapshot) bool { return !snap.Created.IsZero() && snap.Age() < age })
}

// WithSizes returns the snapshots with the storage that only they hold. They are read by mmlssnapshot -d, which takes
// long and burdens the file system.
func (s Snapshots) WithSizes() Snapshots {
	if s.fs == nil {
		return s
	}
	s.sizes = true
	return s.collected()
}

// Unmanaged returns the snapshots that belong to no other program, as far as their names tell.
func (s Snapshots) Unmanaged() Snapshots {
	return s.Where(func(snap *Snapshot) bool { return snap.ManagedBy == "" })
}

// SnapshotOption is an option of making a snapshot: [Expires], [ExpiresAt].
type SnapshotOption interface{ newSnapshot(*snapshotSpec) }

type snapshotSpec struct {
	expires time.Time
	after   time.Duration
}

type expires time.Duration

func (o expires) newSnapshot(s *snapshotSpec) { s.after = time.Duration(o) }

// Expires keeps a new snapshot from being deleted for some time, by anybody: a storage administrator cannot take that
// back. It is rounded up to whole seconds.
func Expires(after time.Duration) SnapshotOption { return expires(after) }

type expiresAt time.Time

func (o expiresAt) newSnapshot(s *snapshotSpec) { s.expires = time.Time(o) }

// ExpiresAt keeps a new snapshot from being deleted before a moment, by anybody.
func ExpiresAt(moment time.Time) SnapshotOption { return expiresAt(moment) }

// New makes a snapshot. It runs mmcrsnapshot, and mmlssnapshot to read what was made. Among all snapshots of a file
// system the name may be fileset:name.
func (s Snapshots) New(ctx context.Context, name string, options ...SnapshotOption) (*Snapshot, error) {
	if err := s.check(); err != nil {
		return nil, err
	}
	ref := s.ref(name)
	until, err := s.fs.c.expiration(options)
	if err != nil {
		return nil, err
	}
	snap := s.fs.snapshot(ref)
	res, err := s.fs.c.run(ctx)(mmexec.MmCrSnapshot(s.fs.Name, []mmexec.SnapshotRef{ref}, mmexec.CrSnapshotOptions{Expires: until}))
	if err != nil {
		return nil, s.explain(ctx, snap, err)
	}
	if res.Planned {
		snap.planned = true
		return snap, nil
	}
	snap.ID, snap.Status, snap.Expires = createdID(res.Stdout), Valid, until
	return snap.readBack(ctx), nil
}

// Ensure returns the snapshot of that name and whether it was made now. It runs mmlssnapshot, and mmcrsnapshot when
// there is none. How long an existing one is kept is not changed.
func (s Snapshots) Ensure(ctx context.Context, name string, options ...SnapshotOption) (snap *Snapshot, changed bool, err error) {
	snap, found, err := s.Lookup(ctx, name)
	if err != nil || found {
		return snap, false, err
	}
	snap, err = s.New(ctx, name, options...)
	return snap, err == nil, err
}

// expiration returns the moment in the cluster's zone before which a new snapshot cannot be deleted; the zero time for
// none.
func (c *Cluster) expiration(options []SnapshotOption) (time.Time, error) {
	var spec snapshotSpec
	for _, o := range options {
		o.newSnapshot(&spec)
	}
	now := c.now().In(c.zone)
	until := spec.expires
	if spec.after != 0 {
		until = now.Add(spec.after + Second - 1).Truncate(Second)
	}
	if until.IsZero() {
		return until, nil
	}
	if !until.After(now) {
		return until, fmt.Errorf("a snapshot cannot expire at %s: that is in the past", until.Format(time.DateTime))
	}
	return until.In(c.zone), nil
}

var createdWithID = lazyregexp.New(`created with id (\d+)`)

// createdID finds the id in what a command says of the object that it made.
func createdID(said []byte) int64 {
	if m := createdWithID.FindSubmatch(said); m != nil {
		return number(string(m[1]))
	}
	return 0
}

// readBack reads what was made. The snapshot is there whether that works or not, so a failure does not count.
func (s *Snapshot) readBack(ctx context.Context) *Snapshot {
	if fresh, err := s.readAgain(ctx, false); err == nil && fresh != nil {
		return fresh
	}
	return s
}

// readAgain reads one snapshot; nil when there is none of the name.
func (s *Snapshot) readAgain(ctx context.Context, sizes bool) (*Snapshot, error) {
	only := mmexec.LsSnapshotOptions{Snapshots: []mmexec.SnapshotRef{s.ref()}, Data: sizes}
	reply, err := s.fs.c.query(ctx)(mmexec.MmLsSnapshot(s.fs.Name, only))
	if err != nil {
		return nil, err
	}
	for _, row := range reply.Rows {
		if fresh := s.fs.readSnapshot(row, sizes); fresh.Key() == s.Key() {
			return fresh, nil
		}
	}
	return nil, nil
}
