package model

import (
	"context"
	"errors"
	"fmt"

	"gpfsh/mmexec"
)

// Relink moves the fileset to another place in the name space. It runs mmunlinkfileset and mmlinkfileset. In between its
// files are not there; programs that back up by path take them for deleted and made anew, and exports inside it stop
// working. When linking fails the fileset stays unlinked, and the error says so.
func (f *Fileset) Relink(ctx context.Context, path string, options ...FilesetUnlinkOption) error {
	if err := f.changeable(ctx); err != nil {
		return err
	}
	if _, err := mmexec.MmLinkFileset(f.fs.Name, f.Name, path); err != nil {
		return err // found before anything is unlinked
	}
	old := f.Path
	if err := f.unlink(ctx, options); err != nil {
		return err
	}
	if err := f.link(ctx, path); err != nil {
		return fmt.Errorf("fileset %s was unlinked from %s and could not be linked again: %w", f.Name, old, err)
	}
	return nil
}

// RaiseIAMMode sets the integrated archive mode: advisory, noncompliant, compliant or compliant-plus. It can only be
// raised. It runs mmchfileset --iam-mode.
func (f *Fileset) RaiseIAMMode(ctx context.Context, mode string) error {
	if err := f.changeable(ctx); err != nil {
		return err
	}
	res, err := f.fs.c.run(ctx)(identified(f.identity()...)(mmexec.MmChFileset(f.fs.Name, f.Name, mmexec.ChFilesetOptions{IAMMode: mode})))
	if err != nil {
		return f.fs.Filesets.explain(ctx, f.Name, err)
	}
	if !res.Planned {
		f.IAMMode = mode
	}
	return nil
}

// ReadUse counts the inodes and the storage of the fileset itself, and sets Inodes and Data. It runs mmlsfileset -d -i,
// which takes long and burdens the file system.
func (f *Fileset) ReadUse(ctx context.Context) error {
	if err := f.ready(); err != nil {
		return err
	}
	how := mmexec.LsFilesetOptions{Filesets: []string{f.Name}, Data: true, Inodes: true}
	reply, err := f.fs.c.query(ctx)(mmexec.MmLsFileset(f.fs.Name, how))
	if err != nil {
		return f.fs.Filesets.explain(ctx, f.Name, err)
	}
	for _, row := range reply.Rows {
		if row.Get("filesetName") == f.Name {
			f.replace(f.fs.readFileset(row))
			return nil
		}
	}
	return f.fs.Filesets.missing(ctx, f.Name, nil)
}

// NewSnapshots makes a snapshot of the same name of each fileset of a view, such as fs.Filesets.Independent(). It runs
// mmlsfileset and one mmcrsnapshot for all of them, so that the file system is stopped only once. It is refused on a
// collection that is no view, which would include filesets that can have no snapshots.
func (f Filesets) NewSnapshots(ctx context.Context, name string, options ...SnapshotOption) ([]*Snapshot, error) {
	items, err := f.members(ctx, "make snapshots of")
	if err != nil || len(items) == 0 {
		return nil, err
	}
	until, err := f.fs.c.expiration(options)
	if err != nil {
		return nil, err
	}
	if len(items) > 1 {
		if err := f.fs.c.needs(manySnapshots, "making several snapshots in one command"); err != nil {
			return nil, err
		}
	}
	refs := make([]mmexec.SnapshotRef, len(items))
	made := make([]*Snapshot, len(items))
	for i, it := range items {
		refs[i] = mmexec.SnapshotRef{Fileset: it.Value.Name, Name: name}
		made[i] = f.fs.snapshot(refs[i])
		made[i].Expires = until
	}
	res, err := f.fs.c.run(ctx)(mmexec.MmCrSnapshot(f.fs.Name, refs, mmexec.CrSnapshotOptions{Expires: until}))
	if err != nil {
		return nil, f.fs.AllSnapshots.explain(ctx, made[0], err, made[1:]...)
	}
	for _, s := range made {
		if s.planned = res.Planned; !s.planned {
			s.Status = Valid
		}
	}
	return made, nil
}

// Ensure makes the fileset, or changes what of it is not as the options say, and returns it and whether anything was
// changed. It runs mmlsfileset, and what [Filesets.New] or [Fileset.Change] run where there is a difference. A fileset
// that is linked elsewhere, or of the other kind, is an error: see [Fileset.Relink].
func (f Filesets) Ensure(ctx context.Context, name string, options ...FilesetNewOption) (fileset *Fileset, changed bool, err error) {
	have, found, err := f.Lookup(ctx, name)
	if err != nil {
		return nil, false, err
	}
	return f.ensure(ctx, name, have, found, options)
}

// ensure is Ensure for a fileset that was looked up.
func (f Filesets) ensure(ctx context.Context, name string, have *Fileset, found bool, options []FilesetNewOption) (fileset *Fileset, changed bool, err error) {
	if !found {
		fileset, err = f.New(ctx, name, options...)
		return fileset, fileset != nil, err
	}
	var spec filesetSpec
	for _, o := range options {
		o.newFileset(&spec)
	}
	if spec.err != nil {
		return nil, false, spec.err
	}
	if err := have.conflicts(spec); err != nil {
		return have, false, err
	}
	if difference := have.difference(spec); len(difference) > 0 {
		if err := have.Change(ctx, difference...); err != nil {
			return have, false, err
		}
		changed = true
	}
	if spec.link != "" && have.Status != Linked {
		if err := have.Link(ctx, spec.link); err != nil {
			return have, changed, err
		}
		changed = true
	}
	return have, changed, nil
}

// conflicts says what of a fileset cannot be made as it is wanted.
func (f *Fileset) conflicts(spec filesetSpec) error {
	var err error
	if wanted := spec.make.InodeSpace == "new"; wanted && !f.Independent {
		err = errors.Join(err, fmt.Errorf("fileset %s is dependent, and cannot become independent", f.Name))
	}
	if spec.make.InodeSpace != "" && spec.make.InodeSpace != "new" && f.Independent {
		err = errors.Join(err, fmt.Errorf("fileset %s is independent, and cannot become dependent", f.Name))
	}
	if spec.link != "" && f.Status == Linked && f.Path != spec.link {
		err = errors.Join(err, fmt.Errorf("fileset %s is linked at %s, not at %s: Relink moves it", f.Name, f.Path, spec.link))
	}
	return err
}

// inodeRounding is more than a limit of inodes is rounded up by.
//
// unverified: the unit; limits of 20,000,000 and 1,000,000 were seen as 20000768 and 1000448, multiples of 1,024.
const inodeRounding = 64 << 10

// difference returns the changes that make a fileset as it is wanted.
func (f *Fileset) difference(spec filesetSpec) []FilesetChangeOption {
	var d []FilesetChangeOption
	if c := spec.make.Comment; c != "" && c != f.Comment {
		d = append(d, Comment(c))
	}
	if p := PermissionChange(spec.make.PermissionChange); p != "" && p != f.PermChange {
		d = append(d, AllowPermissionChange(p))
	}
	if p := PermissionInherit(spec.make.PermissionInherit); p != "" && p != f.PermInherit {
		d = append(d, AllowPermissionInherit(p))
	}
	// What is allocated grows by itself, so only the limit counts; it is rounded up to what can be allocated.
	if most := Count(spec.make.InodeLimit.Max); most > 0 && (f.MaxInodes < most || f.MaxInodes >= most+inodeRounding) {
		d = append(d, InodeLimit(most))
	}
	afm := make(TextMap)
	for _, a := range spec.make.AFM {
		// The target is given at creation only, and the mode is printed in other words than it is given.
		if a.Name != "afmTarget" && a.Name != "afmMode" && (f.AFM == nil || f.AFM.Attributes[a.Name] != a.Value) {
			afm[a.Name] = a.Value
		}
	}
	if len(afm) > 0 {
		d = append(d, AFMAttributes(afm))
	}
	return d
}
