package engine

import (
	"context"
	"errors"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"

	"gpfsh/policy/scan"
)

// Object is one object of a file system while it is shown to the rules. It and all that it returns hold only until the
// next one.
type Object interface {
	// Name is the leaf name.
	Name() []byte
	Type() scan.Type
	Inode() uint64
	// Path appends the absolute path to buf.
	Path(buf []byte) []byte
	// Info reads the attributes named, unless they are there already.
	Info(mask scan.Mask) (*scan.Info, error)
	// Xattr appends the value of an extended attribute to buf.
	Xattr(name string, buf []byte) (value []byte, found bool, err error)
	// Xattrs appends the names of the extended attributes to buf, each with a 0 behind it.
	Xattrs(buf []byte) ([]byte, error)
}

// Source gives the objects that a policy is run on.
type Source interface {
	// Workers is the number of goroutines that call.
	Workers() int
	// Each calls fn for every object, from several goroutines at once; worker tells them apart.
	Each(ctx context.Context, fn func(worker int, o Object) error) (scan.Stats, error)
}

// Directory is a tree of files. The directory itself is one of its objects.
func Directory(root string, o scan.Options) Source { return &dirSource{root: root, opts: o} }

type dirSource struct {
	root string
	opts scan.Options
}

// String is the directory.
func (d *dirSource) String() string { return d.root }

func (d *dirSource) Workers() int {
	if d.opts.Workers > 0 {
		return d.opts.Workers
	}
	return defaultWorkers()
}

func (d *dirSource) Each(ctx context.Context, fn func(worker int, o Object) error) (scan.Stats, error) {
	root, err := filepath.Abs(d.root)
	if err != nil {
		return scan.Stats{}, err
	}
	opts := d.opts
	opts.Workers = d.Workers()
	objects := make([]entryObject, opts.Workers)
	return scan.Scan(ctx, root, opts, func(e *scan.Entry) error {
		o := &objects[e.Worker]
		o.e = e
		return fn(e.Worker, o)
	})
}

// entryObject is an entry of a walk.
type entryObject struct {
	e *scan.Entry
	_ [56]byte // one cache line each
}

func (o *entryObject) Name() []byte           { return o.e.Name }
func (o *entryObject) Type() scan.Type        { return o.e.Type }
func (o *entryObject) Inode() uint64          { return o.e.Inode }
func (o *entryObject) Path(buf []byte) []byte { return o.e.Path(buf) }

func (o *entryObject) Info(mask scan.Mask) (*scan.Info, error) {
	err := o.e.Stat(mask)
	return &o.e.Info, err
}

func (o *entryObject) Xattr(name string, buf []byte) ([]byte, bool, error) {
	return o.e.Xattr(name, buf)
}

func (o *entryObject) Xattrs(buf []byte) ([]byte, error) { return o.e.Xattrs(buf) }

// pathObject is an object that was named by its path.
type pathObject struct {
	path  string
	shown string // to rules, where it differs from path
	info  scan.Info
}

func newPathObject(path string) (*pathObject, error) {
	var st unix.Statx_t
	if err := unix.Statx(unix.AT_FDCWD, path, unix.AT_SYMLINK_NOFOLLOW, unix.STATX_BASIC_STATS|unix.STATX_BTIME, &st); err != nil {
		return nil, &os.PathError{Op: "statx", Path: path, Err: err}
	}
	at := func(t unix.StatxTimestamp) scan.Time { return scan.Time{Sec: t.Sec, Nsec: t.Nsec} }
	return &pathObject{path: path, info: scan.Info{
		Have: scan.Mask(st.Mask), Mode: st.Mode, NLink: st.Nlink, UID: st.Uid, GID: st.Gid, Inode: st.Ino, Size: int64(st.Size), Blocks: int64(st.Blocks),
		BlockSize: st.Blksize, Dev: unix.Mkdev(st.Dev_major, st.Dev_minor), RDev: unix.Mkdev(st.Rdev_major, st.Rdev_minor),
		ATime: at(st.Atime), MTime: at(st.Mtime), CTime: at(st.Ctime), BTime: at(st.Btime),
	}}, nil
}

func (o *pathObject) Name() []byte  { return []byte(filepath.Base(o.path)) }
func (o *pathObject) Inode() uint64 { return o.info.Inode }

func (o *pathObject) Path(buf []byte) []byte {
	if o.shown != "" {
		return append(buf, o.shown...)
	}
	return append(buf, o.path...)
}

func (o *pathObject) Type() scan.Type {
	switch o.info.Mode & unix.S_IFMT {
	case unix.S_IFREG:
		return scan.Regular
	case unix.S_IFDIR:
		return scan.Directory
	case unix.S_IFLNK:
		return scan.Symlink
	case unix.S_IFIFO:
		return scan.Pipe
	case unix.S_IFSOCK:
		return scan.Socket
	case unix.S_IFBLK:
		return scan.Block
	}
	return scan.Char
}

func (o *pathObject) Info(scan.Mask) (*scan.Info, error) { return &o.info, nil }

func (o *pathObject) Xattr(name string, buf []byte) ([]byte, bool, error) {
	for size := 256; ; size *= 4 {
		value := make([]byte, size)
		n, err := unix.Lgetxattr(o.path, name, value)
		switch {
		case err == nil:
			return append(buf, value[:n]...), true, nil
		case errors.Is(err, unix.ERANGE) && size < 1<<20:
		case errors.Is(err, unix.ENODATA), errors.Is(err, unix.ENOTSUP):
			return buf, false, nil
		default:
			return buf, false, err
		}
	}
}

func (o *pathObject) Xattrs(buf []byte) ([]byte, error) {
	names := make([]byte, 64<<10)
	n, err := unix.Llistxattr(o.path, names)
	if errors.Is(err, unix.ENOTSUP) {
		return buf, nil
	}
	if err != nil {
		return buf, err
	}
	return append(buf, names[:n]...), nil
}
