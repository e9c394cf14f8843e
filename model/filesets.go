package model

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"gpfsh/mmexec"
)

// Filesets are the filesets of a file system by name, read by mmlsfileset.
type Filesets struct {
	Collection[*Fileset]
	fs *Filesystem
}

func (fs *Filesystem) filesets() Filesets {
	return Filesets{Collection[*Fileset]{&source[*Fileset]{
		c:     fs.c,
		kind:  kindFileset,
		of:    fs.Name,
		ready: fs.local,
		list:  func(ctx context.Context) ([]Item[*Fileset], error) { return fs.listFilesets(ctx) },
		one: func(ctx context.Context, key string) (*Fileset, error) {
			items, err := fs.listFilesets(ctx, key)
			if err != nil {
				return nil, err
			}
			for _, it := range items {
				if it.Key == key {
					return it.Value, nil
				}
			}
			return nil, &NotFoundError{Kind: kindFileset, Name: key, In: fs.Name}
		},
		handle: func(key string) (*Fileset, bool) {
			if mmexec.CheckFilesetName(key) != nil {
				return nil, false
			}
			return fs.fileset(key), true
		},
	}}, fs}
}

// listFilesets reads all filesets, or the ones that are named.
func (fs *Filesystem) listFilesets(ctx context.Context, names ...string) ([]Item[*Fileset], error) {
	reply, err := fs.c.query(ctx)(mmexec.MmLsFileset(fs.Name, mmexec.LsFilesetOptions{Filesets: names}))
	if err != nil {
		return nil, fs.c.explain(ctx, err)
	}
	items := make([]Item[*Fileset], 0, len(reply.Rows))
	for _, row := range reply.Rows {
		f := fs.readFileset(row)
		items = append(items, Item[*Fileset]{f.Name, f})
	}
	return items, nil
}

// Where returns the filesets for which keep is true.
func (f Filesets) Where(keep func(*Fileset) bool) Filesets {
	f.Collection = f.where(keep)
	return f
}

// Match returns the filesets whose names match a pattern: * stands for any text, ? for one character.
func (f Filesets) Match(pattern string) Filesets {
	f.Collection = f.match(pattern)
	return f
}

// Independent returns the filesets that have an inode space of their own.
func (f Filesets) Independent() Filesets {
	return f.Where(func(f *Fileset) bool { return f.Independent && f.Status != Deleted })
}

// Dependent returns the filesets that live in the inode space of another one.
func (f Filesets) Dependent() Filesets {
	return f.Where(func(f *Fileset) bool { return !f.Independent && f.Status != Deleted })
}

// Caches returns the filesets that cache another file system (AFM).
func (f Filesets) Caches() Filesets {
	return f.Where(func(f *Fileset) bool { return f.AFM != nil })
}

// FilesetNewOption is an option of making a fileset: [Independent], [InInodeSpaceOf], [Link], [Mode], [RootACL], and those of
// [FilesetOption].
type FilesetNewOption interface{ newFileset(*filesetSpec) }

// FilesetChangeOption is an option of changing a fileset, one of those of [FilesetOption].
type FilesetChangeOption interface{ changeFileset(*filesetSpec) }

// FilesetOption is an option of making and of changing a fileset: [Comment], [InodeLimit], [AllowPermissionChange],
// [AllowPermissionInherit], [AFMAttributes].
type FilesetOption interface {
	FilesetNewOption
	FilesetChangeOption
}

// filesetSpec collects what a fileset is to be.
type filesetSpec struct {
	make   mmexec.CrFilesetOptions
	change mmexec.ChFilesetOptions
	link   string
	acl    *ACL
	apply  []func(*Fileset) // what the object looks like after a change
	err    error
}

// filesetOption makes an option of two parts: what it means for a new fileset, and for one that there is.
type filesetOption struct{ make, change func(*filesetSpec) }

func (o filesetOption) newFileset(s *filesetSpec)    { o.make(s) }
func (o filesetOption) changeFileset(s *filesetSpec) { o.change(s) }

// Comment sets the comment of a fileset (-t): fewer than 256 bytes.
func Comment(text string) FilesetOption {
	return filesetOption{
		func(s *filesetSpec) { s.make.Comment = text },
		func(s *filesetSpec) {
			s.change.Comment = &text
			s.apply = append(s.apply, func(f *Fileset) { f.Comment = text })
		},
	}
}

// AllowPermissionChange sets how the permissions of files in a fileset may be changed (--allow-permission-change).
func AllowPermissionChange(mode PermissionChange) FilesetOption {
	return filesetOption{
		func(s *filesetSpec) { s.make.PermissionChange = string(mode) },
		func(s *filesetSpec) {
			s.change.PermissionChange = string(mode)
			s.apply = append(s.apply, func(f *Fileset) { f.PermChange = mode })
		},
	}
}

// AllowPermissionInherit sets which permissions new files in a fileset get (--allow-permission-inherit; since release
// 5.1).
func AllowPermissionInherit(mode PermissionInherit) FilesetOption {
	return filesetOption{
		func(s *filesetSpec) { s.make.PermissionInherit = string(mode) },
		func(s *filesetSpec) {
			s.change.PermissionInherit = string(mode)
			s.apply = append(s.apply, func(f *Fileset) { f.PermInherit = mode })
		},
	}
}

// AFMAttributes sets attributes of a cache by their names in Storage Scale (-p): afmTarget and afmMode make a cache of
// a new fileset. The value "default" takes an attribute back.
func AFMAttributes(attributes TextMap) FilesetOption {
	var list []mmexec.AFMAttribute
	for _, name := range slices.Sorted(maps.Keys(attributes)) {
		list = append(list, mmexec.AFMAttribute{Name: name, Value: attributes[name]})
	}
	return filesetOption{
		func(s *filesetSpec) { s.make.AFM = append(s.make.AFM, list...) },
		func(s *filesetSpec) {
			s.change.AFM = append(s.change.AFM, list...)
			s.apply = append(s.apply, func(f *Fileset) {
				for _, a := range list {
					if f.AFM != nil && f.AFM.Attributes != nil && a.Value != "default" {
						f.AFM.Attributes[a.Name] = a.Value
					}
				}
			})
		},
	}
}

// InodeLimitOption serves file systems and filesets.
type InodeLimitOption interface {
	FilesetOption
	FilesystemOption
}

type inodeLimit struct {
	limit mmexec.InodeLimit
	err   error
}

func (o inodeLimit) newFileset(s *filesetSpec) {
	s.make.InodeLimit, s.err = o.limit, errors.Join(s.err, o.err)
}

func (o inodeLimit) changeFileset(s *filesetSpec) {
	s.change.InodeLimit, s.err = o.limit, errors.Join(s.err, o.err)
	s.apply = append(s.apply, func(f *Fileset) {
		f.MaxInodes = Count(o.limit.Max)
		f.InodesUsedPct = percentOf(int64(f.UsedInodes), int64(f.MaxInodes))
	})
}

func (o inodeLimit) filesystem(s *filesystemSpec) {
	s.together.InodeLimit, s.any, s.err = o.limit, true, errors.Join(s.err, o.err)
	s.apply = append(s.apply, func(fs *Filesystem) { fs.MaxInodes = Count(o.limit.Max) })
}

// InodeLimit sets the most inodes there can be, and how many are allocated beforehand (--inode-limit): of an
// independent fileset, or of the root inode space of a file system.
func InodeLimit(most Count, allocated ...Count) InodeLimitOption {
	var o inodeLimit
	switch {
	case !most.Known() || most <= 0:
		o.err = fmt.Errorf("an inode limit is a number of inodes, not %s", most)
	case len(allocated) > 1 || len(allocated) == 1 && (!allocated[0].Known() || allocated[0] < 0):
		o.err = errors.New("an inode limit is one number, or two: the most there can be and how many are allocated beforehand")
	default:
		o.limit.Max = uint64(most)
		if len(allocated) == 1 {
			o.limit.Prealloc = uint64(allocated[0])
		}
	}
	return o
}

type filesetNewOption func(*filesetSpec)

func (o filesetNewOption) newFileset(s *filesetSpec) { o(s) }

// Independent makes a fileset with an inode space of its own (--inode-space new): it can have snapshots and a limit of
// inodes.
func Independent() FilesetNewOption {
	return filesetNewOption(func(s *filesetSpec) { s.make.InodeSpace = "new" })
}

// InInodeSpaceOf makes a dependent fileset in the inode space of an independent one (--inode-space). It is that of root
// unless set.
func InInodeSpaceOf(fileset string) FilesetNewOption {
	return filesetNewOption(func(s *filesetSpec) {
		s.make.InodeSpace = fileset
		if fileset == "new" {
			s.err = errors.Join(s.err, errors.New("no fileset is called new: for an inode space of its own say Independent()"))
		}
		s.err = errors.Join(s.err, mmexec.CheckFilesetName(fileset))
	})
}

// Link links a new fileset at a directory that must not exist yet: an absolute path below the mount point. It runs
// mmlinkfileset.
func Link(path string) FilesetNewOption {
	return filesetNewOption(func(s *filesetSpec) {
		s.link = path
		if !strings.HasPrefix(path, "/") {
			s.err = errors.Join(s.err, fmt.Errorf("cannot link a fileset at %q: a junction needs an absolute path", path))
		}
	})
}

// Mode sets the permissions of the directory in which a new fileset begins, up to 0o777; it must be linked, by [Link]. It
// runs mmputacl; see [File.ChangeMode]. No command of Storage Scale sets the owner of a directory.
func Mode(mode uint32) FilesetNewOption {
	return filesetNewOption(func(s *filesetSpec) {
		acl, err := modeACL(mode)
		s.acl, s.err = acl, errors.Join(s.err, err)
	})
}

// RootACL gives the directory in which a new fileset begins an access control list; it must be linked, by [Link]. It
// runs mmputacl. A list that names a group lets its members in although the directory belongs to root.
func RootACL(acl *ACL) FilesetNewOption {
	return filesetNewOption(func(s *filesetSpec) {
		s.acl = acl
		if acl == nil || strings.TrimSpace(acl.Text) == "" {
			s.err = errors.Join(s.err, errors.New("an empty access control list cannot be given to a fileset"))
		}
	})
}

// New makes a fileset: a dependent one in the inode space of root unless options say otherwise. It runs mmcrfileset,
// mmlinkfileset when [Link] is given, mmputacl when [Mode] or [RootACL] is, and mmlsfileset to read what was made. When
// the fileset was made and could not be linked or opened, both it and the error are returned. The root directory of a
// new fileset belongs to root, mode 0700 unless said otherwise.
func (f Filesets) New(ctx context.Context, name string, options ...FilesetNewOption) (*Fileset, error) {
	if err := f.check(); err != nil {
		return nil, err
	}
	var spec filesetSpec
	for _, o := range options {
		o.newFileset(&spec)
	}
	if spec.acl != nil && spec.link == "" {
		spec.err = errors.Join(spec.err, errors.New("Mode and RootACL need Link: only a linked fileset has a directory"))
	}
	if spec.err != nil {
		return nil, fmt.Errorf("cannot make fileset %s: %w", name, spec.err)
	}
	made := f.fs.fileset(name)
	res, err := f.fs.c.run(ctx)(mmexec.MmCrFileset(f.fs.Name, name, spec.make))
	if err != nil {
		return nil, f.explain(ctx, name, err)
	}
	made.planned = res.Planned
	made.ID, made.Status = createdID(res.Stdout), Unlinked
	if spec.link != "" {
		if err := made.link(ctx, spec.link); err != nil {
			return made, fmt.Errorf("fileset %s was made but not linked: %w", name, err)
		}
		if spec.acl != nil {
			if err := f.fs.c.File(spec.link).ChangeACL(ctx, spec.acl); err != nil {
				return made, fmt.Errorf("fileset %s was made and linked, but its permissions were not set: %w", name, err)
			}
		}
	}
	if made.planned {
		return made, nil
	}
	// The fileset is there whether it can be read or not, so a failure does not count.
	if items, err := f.fs.listFilesets(ctx, name); err == nil {
		for _, it := range items {
			if it.Key == name {
				made.replace(it.Value)
			}
		}
	}
	return made, nil
}

// Delete deletes filesets by their names for good; they must be empty and not linked. It runs mmdelfileset for each and
// stops at the first that is refused. See [Fileset.Delete] for more.
func (f Filesets) Delete(ctx context.Context, name string, more ...string) error {
	if err := f.check(); err != nil {
		return err
	}
	if f.filtered() {
		return errors.New("cannot delete by name in a view of filesets: take the name from the whole collection, or use DeleteAll")
	}
	for _, n := range append([]string{name}, more...) {
		if err := f.fs.fileset(n).Delete(ctx); err != nil {
			return err
		}
	}
	return nil
}

// DeleteAll deletes the filesets of a view for good. It runs mmlsfileset, and mmdelfileset for each; it stops at the
// first that is refused. It is refused on a collection that is no view.
func (f Filesets) DeleteAll(ctx context.Context, options ...FilesetDeleteOption) error {
	items, err := f.members(ctx, "delete")
	if err != nil {
		return err
	}
	for _, it := range items {
		if err := it.Value.Delete(ctx, options...); err != nil {
			return err
		}
	}
	return nil
}

// explain turns a refusal about a fileset into the error that says what the matter is.
func (f Filesets) explain(ctx context.Context, name string, err error) error {
	switch kindOf(err) {
	case mmexec.KindExists:
		return &ExistsError{Kind: kindFileset, Name: name, In: f.fs.Name, Err: err}
	case mmexec.KindNotFound:
		if unknownFilesystem.MatchString(cause(err)) {
			break
		}
		e := &NotFoundError{Kind: kindFileset, Name: name, In: f.fs.Name, Err: err}
		e.Names, e.Unlisted = f.fs.Filesets.Names(ctx)
		if !slices.Contains(e.Names, name) {
			return e
		}
	}
	return f.fs.c.explain(ctx, err)
}
