package model

import (
	"context"
	"strings"
	"time"

	"gpfsh/mmexec"
	"gpfsh/mmexec/handlers"
)

// Fileset is a fileset of a file system, from mmlsfileset.
type Fileset struct {
	Name          string            `json:"name" col:"NAME"` // in parentheses when it is deleted but still in a snapshot
	Status        FilesetStatus     `json:"status" col:"STATUS"`
	Path          string            `json:"path" col:"PATH"` // the junction; "" when it is not linked
	ID            int64             `json:"id" col:"ID"`
	ParentID      int64             `json:"parentID" col:"-"` // id of the fileset that its junction is in; -1 for none
	RootInode     int64             `json:"rootInode" col:"-"`
	Created       time.Time         `json:"created,omitzero" col:"CREATED,wide"` // in the zone of the cluster
	Independent   bool              `json:"independent" col:"INDEPENDENT"`       // has an inode space of its own
	InodeSpace    int64             `json:"inodeSpace" col:"INODE SPACE,wide"`   // id of the inode space it lives in
	UsedInodes    Count             `json:"usedInodes" col:"INODES"`             // of the inode space: allocated less free; NotAsked for a dependent one
	MaxInodes     Count             `json:"maxInodes" col:"MAX INODES"`          // of the inode space; NotAsked for a dependent one
	AllocInodes   Count             `json:"allocInodes" col:"ALLOCATED,wide"`    // of the inode space; NotAsked for a dependent one
	FreeInodes    Count             `json:"freeInodes" col:"-"`                  // allocated and not used; NotAsked for a dependent one
	InodesUsedPct Percent           `json:"inodesUsedPct" col:"INODES%"`         // used of the most there can be
	Inodes        Count             `json:"inodes" col:"-"`                      // in the fileset itself; NotAsked unless counted (expensive)
	Data          Bytes             `json:"data" col:"-"`                        // in the fileset itself; NotAsked unless counted (expensive)
	Comment       string            `json:"comment" col:"COMMENT"`               //
	IAMMode       string            `json:"iamMode" col:"-"`                     // integrated archive mode: off, advisory, noncompliant, compliant, compliant-plus
	AFM           *AFM              `json:"afm,omitempty" col:"-"`               // nil for a fileset that is no cache
	PermChange    PermissionChange  `json:"permChange" col:"-"`                  // how permissions may be changed
	PermInherit   PermissionInherit `json:"permInherit,omitempty" col:"-"`       // which permissions new files get; "" in releases before 5.1
	NoRestore     bool              `json:"noRestore" col:"-"`                   // snapshots of it must not be restored
	// ManagedBy names the program that made the fileset and counts on it: "CSI", "the audit log"; "" for none that is known.
	// It is told by its name.
	ManagedBy  string `json:"managedBy,omitempty" col:"MANAGED BY"`
	SnapID     int64  `json:"snapID" col:"-"`     // latest snapshot that holds it when it is deleted; 0 else
	Filesystem string `json:"filesystem" col:"-"` // name of the file system

	// Snapshots are the snapshots of the fileset itself. Only independent ones have any.
	Snapshots Snapshots `json:"-"`
	// Quotas are the quotas of users and groups inside the fileset. There are some only where the file system has
	// quotas per fileset.
	Quotas Quotas `json:"-"`
	// Callbacks are those that are bound to the fileset.
	Callbacks     Callbacks `json:"-"`
	FilesetEvents `json:"-"`

	fs      *Filesystem
	planned bool
	reading
}

// AFM are the attributes of a fileset that caches another file system.
type AFM struct {
	Target        string  `json:"target"` // what it caches: nfs://server/path, gpfs:///path
	Mode          string  `json:"mode"`   // as mmlsfileset has it: read-only, single-writer …
	State         string  `json:"state"`
	Gateway       string  `json:"gateway,omitempty"` // node that serves it
	NeedsRecovery bool    `json:"needsRecovery"`
	NeedsResync   bool    `json:"needsResync"`
	Attributes    TextMap `json:"attributes"` // all attributes that are set, by their names: afmAsyncDelay …
}

// fileset returns a fileset of which nothing is known but its name.
func (fs *Filesystem) fileset(name string) *Fileset {
	f := &Fileset{
		Name: name, Filesystem: fs.Name, ParentID: -1, fs: fs,
		UsedInodes: NotAsked, MaxInodes: NotAsked, AllocInodes: NotAsked, FreeInodes: NotAsked,
		Inodes: NotAsked, Data: NotAsked, InodesUsedPct: percentOf(NotAsked, NotAsked),
	}
	f.ManagedBy = filesetManagedBy(name)
	f.Snapshots = fs.snapshots(filesetSnapshots, name)
	f.Quotas = fs.quotas(name)
	at := &callbackPlace{c: fs.c, scope: handlers.Scope{Filesystem: fs.Name, Fileset: name}, ready: fs.local}
	f.Callbacks, f.FilesetEvents = at.callbacks(), filesetEvents(at)
	return f
}

// filesetManagedBy tells by their names which filesets other programs count on.
//
// unverified: the names that the CSI driver and the file audit log give.
func filesetManagedBy(name string) string {
	switch {
	case strings.HasPrefix(name, "pvc-"), strings.HasPrefix(name, "primary-fileset-"), name == "spectrum-scale-csi-volume-store":
		return "CSI"
	case strings.HasPrefix(name, ".audit_log"):
		return "the audit log"
	}
	return ""
}

// String returns the name of the fileset.
func (f *Fileset) String() string {
	if f == nil {
		return ""
	}
	return f.Name
}

// Planned reports whether the fileset exists only in the plan of a dry run.
func (f *Fileset) Planned() bool { return f != nil && f.planned }

func (f *Fileset) ready() error {
	switch {
	case f == nil || f.fs == nil:
		return errNil(kindFileset)
	case f.planned:
		return &PlannedError{Kind: kindFileset, Name: f.Name}
	}
	return f.fs.local()
}

// changeable is ready but for planned filesets: what is planned can be changed further in the same plan.
func (f *Fileset) changeable(ctx context.Context) error {
	if err := f.ready(); err != nil && !f.Planned() {
		return err
	}
	return f.plannedStill(ctx)
}

// Refresh reads the fileset again. It runs mmlsfileset.
func (f *Fileset) Refresh(ctx context.Context) error {
	if err := f.ready(); err != nil {
		return err
	}
	fresh, err := f.fs.Filesets.Get(ctx, f.Name)
	if err != nil {
		return err
	}
	f.replace(fresh)
	return nil
}

func (f *Fileset) replace(fresh *Fileset) {
	*f = *fresh
	f.Snapshots, f.Quotas = f.fs.snapshots(filesetSnapshots, f.Name), f.fs.quotas(f.Name)
}

// readFileset reads a row of mmlsfileset.
func (fs *Filesystem) readFileset(row mmexec.Row) *Fileset {
	f := fs.fileset(row.Get("filesetName"))
	f.Status = word(ParseFilesetStatus, row.Get("status"))
	f.Path = rowText(row, "path")
	f.ID = number(row.Get("id"))
	if parent := rowText(row, "parentId"); parent != "" {
		f.ParentID = number(parent)
	}
	f.RootInode = number(row.Get("rootInode"))
	f.Created = fs.c.moment(row.Get("created"))
	f.Comment = row.Get("comment")
	f.InodeSpace = number(row.Get("inodeSpace"))
	f.Independent = yes(row.Get("isInodeSpaceOwner"))
	if f.Independent {
		// Printed as 0 for dependent filesets, where they have no meaning.
		f.MaxInodes, f.AllocInodes, f.FreeInodes = rowCount(row, "maxInodes"), rowCount(row, "allocInodes"), rowCount(row, "freeInodes")
		if f.AllocInodes.Known() && f.FreeInodes.Known() {
			f.UsedInodes = f.AllocInodes - f.FreeInodes
		}
		f.InodesUsedPct = percentOf(int64(f.UsedInodes), int64(f.MaxInodes))
	}
	f.Inodes, f.Data = rowCount(row, "inodes"), rowKB(row, "dataInKB")
	f.IAMMode = row.Get("filesetMode")
	f.PermChange = word(ParsePermissionChange, rowText(row, "permChangeFlag"))
	f.PermInherit = word(ParsePermissionInherit, rowText(row, "permInheritFlag"))
	f.NoRestore = yes(row.Get("preventSnapshotRestore"))
	f.SnapID = number(row.Get("snapId"))
	f.AFM = readAFM(row)
	return f
}

// readAFM collects the attributes of a cache, which come and go with releases; nil when none is set.
func readAFM(row mmexec.Row) *AFM {
	if rowText(row, "afmTarget") == "" && rowText(row, "afmMode") == "" {
		return nil
	}
	a := &AFM{
		Target: rowText(row, "afmTarget"), Mode: rowText(row, "afmMode"), State: rowText(row, "afmState"),
		Gateway:       rowText(row, "afmGatewayNode"),
		NeedsRecovery: yes(row.Get("afmNeedsRecovery")), NeedsResync: yes(row.Get("afmNeedsResync")),
		Attributes: make(TextMap),
	}
	for _, field := range row.Fields() {
		if len(field.Name) > 3 && strings.EqualFold(field.Name[:3], "afm") && field.Value != "-" && field.Value != "" {
			a.Attributes[field.Name] = field.Value
		}
	}
	return a
}

// Link gives the fileset its place in the name space: a directory that must not exist yet, as an absolute path below
// the mount point. It runs mmlinkfileset.
func (f *Fileset) Link(ctx context.Context, path string) error {
	if err := f.changeable(ctx); err != nil {
		return err
	}
	return f.link(ctx, path)
}

func (f *Fileset) link(ctx context.Context, path string) error {
	res, err := f.fs.c.run(ctx)(identified(f.identity()...)(mmexec.MmLinkFileset(f.fs.Name, f.Name, path)))
	if err != nil {
		return f.fs.Filesets.explain(ctx, f.Name, err)
	}
	if !res.Planned {
		f.Status, f.Path = Linked, path
	}
	return nil
}

// FilesetUnlinkOption is an option of unlinking a fileset: [Force].
type FilesetUnlinkOption interface{ unlinkFileset(*filesetGone) }

// Unlink takes the fileset out of the name space; its files stay. It runs mmunlinkfileset. Programs that back up by
// path see an unlinked fileset as deleted and let its backups expire, and exports inside it stop working. It is refused
// while files are open unless [Force] is given.
func (f *Fileset) Unlink(ctx context.Context, options ...FilesetUnlinkOption) error {
	if err := f.changeable(ctx); err != nil {
		return err
	}
	return f.unlink(ctx, options)
}

func (f *Fileset) unlink(ctx context.Context, options []FilesetUnlinkOption) error {
	var spec filesetGone
	for _, o := range options {
		o.unlinkFileset(&spec)
	}
	how := mmexec.UnlinkFilesetOptions{Force: spec.forceUnlink}
	res, err := f.fs.c.run(ctx)(identified(f.identity()...)(mmexec.MmUnlinkFileset(f.fs.Name, f.Name, how)))
	if err != nil {
		return f.fs.Filesets.explain(ctx, f.Name, err)
	}
	if !res.Planned {
		f.Status, f.Path, f.ParentID = Unlinked, "", -1
	}
	return nil
}

// Rename gives the fileset another name. It runs mmchfileset -j.
func (f *Fileset) Rename(ctx context.Context, name string) error {
	if err := f.changeable(ctx); err != nil {
		return err
	}
	if name == "" {
		return mmexec.CheckNewFilesetName(name)
	}
	res, err := f.fs.c.run(ctx)(identified(f.identity()...)(mmexec.MmChFileset(f.fs.Name, f.Name, mmexec.ChFilesetOptions{NewName: name})))
	if err != nil {
		return f.fs.Filesets.explain(ctx, f.Name, err)
	}
	if !res.Planned {
		f.Name = name
		f.Snapshots, f.Quotas = f.fs.snapshots(filesetSnapshots, name), f.fs.quotas(name)
	}
	return nil
}

// Change changes the fileset. It runs mmchfileset once for all options.
func (f *Fileset) Change(ctx context.Context, options ...FilesetChangeOption) error {
	if err := f.changeable(ctx); err != nil {
		return err
	}
	var spec filesetSpec
	for _, o := range options {
		o.changeFileset(&spec)
	}
	if len(options) == 0 || spec.err != nil {
		return spec.err
	}
	res, err := f.fs.c.run(ctx)(identified(f.identity()...)(mmexec.MmChFileset(f.fs.Name, f.Name, spec.change)))
	if err != nil {
		return f.fs.Filesets.explain(ctx, f.Name, err)
	}
	if !res.Planned {
		for _, apply := range spec.apply {
			apply(f)
		}
	}
	return nil
}

// FilesetDeleteOption is an option of deleting a fileset: [WithContents], [UnlinkFirst], [EvenIfManaged], [QoS].
type FilesetDeleteOption interface{ deleteFileset(*filesetGone) }

// filesetGone says how a fileset is unlinked and deleted.
type filesetGone struct {
	forceUnlink bool
	unlink      bool
	contents    bool
	managedToo  bool
	qos         QoSClass
}

type withContents struct{}

func (withContents) deleteFileset(s *filesetGone) { s.contents = true }

// WithContents deletes a fileset with the files that are in it (-f). Without it only an empty fileset is deleted.
func WithContents() FilesetDeleteOption { return withContents{} }

type unlinkFirst []FilesetUnlinkOption

func (o unlinkFirst) deleteFileset(s *filesetGone) {
	s.unlink = true
	for _, u := range o {
		u.unlinkFileset(s)
	}
}

// UnlinkFirst unlinks a fileset before it is deleted, by mmunlinkfileset; see [Fileset.Unlink] for what that means.
func UnlinkFirst(options ...FilesetUnlinkOption) FilesetDeleteOption { return unlinkFirst(options) }

// Delete deletes the fileset for good. It runs mmdelfileset. A fileset that is linked is refused unless [UnlinkFirst]
// is given, one that has files unless [WithContents] is, and one that belongs to another program with a [*ManagedError]
// unless [EvenIfManaged] is.
func (f *Fileset) Delete(ctx context.Context, options ...FilesetDeleteOption) error {
	if err := f.changeable(ctx); err != nil {
		return err
	}
	var spec filesetGone
	for _, o := range options {
		o.deleteFileset(&spec)
	}
	if f.ManagedBy != "" && !spec.managedToo {
		return &ManagedError{Kind: kindFileset, Name: f.Name, By: f.ManagedBy}
	}
	if spec.unlink {
		var how []FilesetUnlinkOption
		if spec.forceUnlink {
			how = append(how, Force())
		}
		if err := f.unlink(ctx, how); err != nil {
			return err
		}
	}
	how := mmexec.DelFilesetOptions{Force: spec.contents, QoS: string(spec.qos)}
	if _, err := f.fs.c.run(ctx)(identified(f.identity()...)(mmexec.MmDelFileset(f.fs.Name, f.Name, how))); err != nil {
		return f.fs.Filesets.explain(ctx, f.Name, err)
	}
	return nil
}

// Quota returns the quota of the fileset itself, what all its files together may use. It runs mmrepquota -j.
func (f *Fileset) Quota(ctx context.Context) (*Quota, error) {
	if err := f.ready(); err != nil {
		return nil, err
	}
	return f.fs.Quotas.Filesets().Get(ctx, "fileset/"+f.Name)
}
