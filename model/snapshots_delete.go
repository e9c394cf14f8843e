package model

import (
	"context"
	"errors"

	"gpfsh/mmexec"
)

// SnapshotDeleteOption is an option of deleting snapshots: [EvenIfManaged], [On], [QoS].
type SnapshotDeleteOption interface{ deleteSnapshot(*snapshotDeletionSpec) }

type snapshotDeletionSpec struct {
	target
	managedToo bool
	qos        QoSClass
}

// EvenIfManagedOption serves deleting snapshots, filesets and callbacks, and retiring projects.
type EvenIfManagedOption interface {
	SnapshotDeleteOption
	FilesetDeleteOption
	CallbackDeleteOption
	RetireOption
}

type evenIfManaged struct{}

func (evenIfManaged) deleteSnapshot(s *snapshotDeletionSpec) { s.managedToo = true }
func (evenIfManaged) deleteFileset(s *filesetGone)           { s.managedToo = true }
func (evenIfManaged) deleteCallback(s *callbackGone)         { s.managed = true }

// EvenIfManaged deletes snapshots, filesets or callbacks although they belong to another program, which counts on them.
func EvenIfManaged() EvenIfManagedOption { return evenIfManaged{} }

// Delete deletes snapshots by their names for good. It runs mmdelsnapshot, once for all of them. Snapshots that belong
// to other programs are refused with a [*ManagedError]; see [Snapshot.Delete].
func (s Snapshots) Delete(ctx context.Context, name string, more ...string) error {
	if err := s.check(); err != nil {
		return err
	}
	var gone []*Snapshot
	for _, key := range append([]string{name}, more...) {
		gone = append(gone, s.fs.snapshot(s.ref(key)))
	}
	if s.filtered() {
		return errors.New("cannot delete by name in a view of snapshots: take the name from the whole collection, or use DeleteAll")
	}
	return s.fs.deleteSnapshots(ctx, gone, nil)
}

// DeleteAll deletes the snapshots of a view for good, such as fs.Snapshots.OlderThan(30*Day). It runs mmlssnapshot and
// mmdelsnapshot once. It is refused on a collection that is no view.
func (s Snapshots) DeleteAll(ctx context.Context, options ...SnapshotDeleteOption) error {
	items, err := s.members(ctx, "delete")
	if err != nil || len(items) == 0 {
		return err
	}
	gone := make([]*Snapshot, len(items))
	for i, it := range items {
		gone[i] = it.Value
	}
	return s.fs.deleteSnapshots(ctx, gone, options)
}

// The kernel takes no single argument beyond 128 KiB; longer lists of names are deleted by several commands.
const longestList = 100_000

// deleteSnapshots deletes snapshots of the file system in one command.
func (fs *Filesystem) deleteSnapshots(ctx context.Context, gone []*Snapshot, options []SnapshotDeleteOption) error {
	if err := fs.local(); err != nil {
		return err
	}
	var spec snapshotDeletionSpec
	for _, o := range options {
		o.deleteSnapshot(&spec)
	}
	for _, s := range gone {
		if s.ManagedBy != "" && !spec.managedToo {
			return &ManagedError{Kind: kindSnapshot, Name: s.Key(), By: s.ManagedBy}
		}
	}
	how := mmexec.DelSnapshotOptions{Nodes: spec.spec(mmexec.NodeSpec{}), QoS: string(spec.qos)}
	if spec.named && len(spec.nodes) == 0 {
		return errors.New("On needs at least one node")
	}
	if len(gone) > 1 {
		if err := fs.c.needs(manySnapshots, "deleting several snapshots in one command"); err != nil {
			return err
		}
	}
	for len(gone) > 0 {
		var refs []mmexec.SnapshotRef
		for length := 0; len(refs) < len(gone) && length < longestList; {
			ref := gone[len(refs)].ref()
			length += len(ref.String()) + 1
			refs = append(refs, ref)
		}
		var were []mmexec.Field
		for _, s := range gone[:len(refs)] {
			prefix := ""
			if len(refs) > 1 {
				prefix = s.Key() + " "
			}
			were = append(were, s.identity(prefix)...)
		}
		if _, err := fs.c.run(ctx)(identified(were...)(mmexec.MmDelSnapshot(fs.Name, refs, how))); err != nil {
			return fs.AllSnapshots.explain(ctx, gone[0], err, gone[1:len(refs)]...)
		}
		gone = gone[len(refs):]
	}
	return nil
}

// explain turns a refusal about snapshots into the error that says what the matter is.
func (s Snapshots) explain(ctx context.Context, snap *Snapshot, err error, more ...*Snapshot) error {
	fs := s.fs
	switch kindOf(err) {
	case mmexec.KindExists:
		return &ExistsError{Kind: kindSnapshot, Name: snap.Key(), In: fs.Name, Err: err}
	case mmexec.KindNotFound:
		if unknownFilesystem.MatchString(cause(err)) {
			return fs.c.explain(ctx, err)
		}
		names, lerr := fs.AllSnapshots.Names(ctx)
		if lerr != nil {
			return &NotFoundError{Kind: kindSnapshot, Name: snap.Key(), In: fs.Name, Unlisted: lerr, Err: err}
		}
		there := make(map[string]bool, len(names))
		for _, n := range names {
			there[n] = true
		}
		for _, missing := range append([]*Snapshot{snap}, more...) {
			if !there[missing.Key()] {
				return &NotFoundError{Kind: kindSnapshot, Name: missing.Key(), In: fs.Name, Names: names, Err: err}
			}
		}
	}
	return fs.c.explain(ctx, err)
}
