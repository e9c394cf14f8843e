//go:build linux

package scan

import (
	"strconv"
	"syscall"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// Type is the type of an object, the letter that ls -l begins with.
type Type byte

// The types of objects.
const (
	Unknown   Type = 0
	Regular   Type = '-'
	Directory Type = 'd'
	Symlink   Type = 'l'
	Pipe      Type = 'p'
	Socket    Type = 's'
	Block     Type = 'b'
	Char      Type = 'c'
)

// String returns the word for the type.
func (t Type) String() string {
	switch t {
	case Regular:
		return "file"
	case Directory:
		return "directory"
	case Symlink:
		return "symlink"
	case Pipe:
		return "pipe"
	case Socket:
		return "socket"
	case Block:
		return "block device"
	case Char:
		return "character device"
	}
	return "unknown"
}

// direntTypes maps d_type of a directory entry.
var direntTypes = [16]Type{
	unix.DT_REG: Regular, unix.DT_DIR: Directory, unix.DT_LNK: Symlink, unix.DT_FIFO: Pipe,
	unix.DT_SOCK: Socket, unix.DT_BLK: Block, unix.DT_CHR: Char,
}

func typeOfMode(mode uint16) Type { return direntTypes[mode>>12] }

// Mask names attributes of an object. The bits are those of statx(2).
type Mask uint32

// The attributes that a stat can be asked for. Device, device of a device node and block size come with any of them.
const (
	MaskType   Mask = unix.STATX_TYPE
	MaskMode   Mask = unix.STATX_MODE
	MaskNLink  Mask = unix.STATX_NLINK
	MaskUID    Mask = unix.STATX_UID
	MaskGID    Mask = unix.STATX_GID
	MaskATime  Mask = unix.STATX_ATIME
	MaskMTime  Mask = unix.STATX_MTIME
	MaskCTime  Mask = unix.STATX_CTIME
	MaskInode  Mask = unix.STATX_INO
	MaskSize   Mask = unix.STATX_SIZE
	MaskBlocks Mask = unix.STATX_BLOCKS
	MaskBTime  Mask = unix.STATX_BTIME
	MaskBasic  Mask = unix.STATX_BASIC_STATS
	MaskAll    Mask = MaskBasic | MaskBTime
)

// Time is a time stamp of an object.
type Time struct {
	Sec  int64
	Nsec uint32
}

// Time returns the time stamp in UTC.
func (t Time) Time() time.Time { return time.Unix(t.Sec, int64(t.Nsec)).UTC() }

// Micro returns the time stamp in microseconds since 1970, the resolution of file lists.
func (t Time) Micro() int64 { return t.Sec*1e6 + int64(t.Nsec/1e3) }

// Info holds the attributes that [Entry.Stat] has read.
type Info struct {
	Have      Mask   // what the fields below hold
	Mode      uint16 // type and permission bits, as st_mode
	NLink     uint32
	UID       uint32
	GID       uint32
	Inode     uint64
	Size      int64  // bytes
	Blocks    int64  // of 512 bytes
	BlockSize uint32 // the preferred size of transfers, bytes
	Dev       uint64 // the device that holds the object
	RDev      uint64 // the device that a device node stands for
	ATime     Time
	MTime     Time
	CTime     Time
	BTime     Time // creation; only where Have says so, not every file system keeps it
}

// Entry is one object of a walk. It is valid, with all it refers to, only during the call that it is handed to.
type Entry struct {
	Name   []byte // the leaf name, any bytes but '/' and 0; for the root the last part of its path
	Type   Type   // never Unknown
	Inode  uint64 // as the directory has it; that of the covered directory at a mount point, 0 for the root before Stat
	Depth  int    // 0 for the root, 1 for what is in it
	Worker int    // which goroutine calls: 0 to Workers-1, never twice at the same time
	Info   Info   // what Stat has read; empty before

	w     *worker
	dirfd int
	flags int // for statx: how the name is to be looked up
	cname *byte
}

// Stat reads attributes into Info: one statx(2) relative to the open directory, none when they are there already. It
// does not follow symbolic links. A failure is counted and reported before it is returned, so a function that can do
// without this object returns nil and the walk goes on.
func (e *Entry) Stat(mask Mask) error {
	if mask&^e.Info.Have == 0 {
		return nil
	}
	if errno := e.stat(mask); errno != 0 {
		return e.w.fail("statx", e.Path(nil), errno)
	}
	return nil
}

func (e *Entry) stat(mask Mask) syscall.Errno {
	st := &e.w.stx
	for {
		_, _, errno := syscall.Syscall6(unix.SYS_STATX, uintptr(e.dirfd), uintptr(unsafe.Pointer(e.cname)),
			uintptr(e.flags|e.w.s.statFlags), uintptr(mask), uintptr(unsafe.Pointer(st)), 0)
		if errno == syscall.EINTR {
			continue
		}
		if errno != 0 {
			return errno
		}
		break
	}
	i := &e.Info
	// What the file system does not keep (a birth time) would otherwise be asked for again and again.
	i.Have |= Mask(st.Mask)&MaskAll | mask&^MaskBTime
	i.Mode, i.NLink, i.UID, i.GID = st.Mode, st.Nlink, st.Uid, st.Gid
	i.Inode, i.Size, i.Blocks, i.BlockSize = st.Ino, int64(st.Size), int64(st.Blocks), st.Blksize
	i.Dev, i.RDev = unix.Mkdev(st.Dev_major, st.Dev_minor), unix.Mkdev(st.Rdev_major, st.Rdev_minor)
	i.ATime, i.MTime = Time{st.Atime.Sec, st.Atime.Nsec}, Time{st.Mtime.Sec, st.Mtime.Nsec}
	i.CTime, i.BTime = Time{st.Ctime.Sec, st.Ctime.Nsec}, Time{st.Btime.Sec, st.Btime.Nsec}
	return 0
}

// Path appends the full path of the object to buf: the root as it was given, then the names below it.
func (e *Entry) Path(buf []byte) []byte {
	if e.Depth == 0 {
		return append(buf, e.w.s.root...)
	}
	buf = append(buf, e.w.s.prefix...)
	buf = append(buf, e.w.rel...)
	return append(buf, e.Name...)
}

// Rel appends the path of the object below the root to buf; nothing for the root itself.
func (e *Entry) Rel(buf []byte) []byte {
	if e.Depth == 0 {
		return buf
	}
	buf = append(buf, e.w.rel...)
	return append(buf, e.Name...)
}

// Readlink appends the target of a symbolic link to buf.
func (e *Entry) Readlink(buf []byte) ([]byte, error) {
	for size := 256; ; size *= 2 {
		buf = grow(buf, size)
		free := buf[len(buf):cap(buf)]
		n, _, errno := syscall.Syscall6(unix.SYS_READLINKAT, uintptr(e.dirfd), uintptr(unsafe.Pointer(e.cname)),
			uintptr(unsafe.Pointer(&free[0])), uintptr(len(free)), 0, 0)
		if errno != 0 {
			return buf, e.w.fail("readlinkat", e.Path(nil), errno)
		}
		if int(n) < len(free) {
			return buf[:len(buf)+int(n)], nil
		}
	}
}

// Xattr appends the value of an extended attribute to buf. found is false when the object has none of that name, or
// its file system has none at all.
func (e *Entry) Xattr(name string, buf []byte) (value []byte, found bool, err error) {
	value, errno := e.xattr(buf, func(path string, dest []byte) (int, error) { return unix.Lgetxattr(path, name, dest) })
	switch errno {
	case 0:
		return value, true, nil
	case unix.ENODATA, unix.ENOTSUP:
		return buf, false, nil
	}
	return buf, false, e.w.fail("lgetxattr", e.Path(nil), errno)
}

// Xattrs appends the names of the extended attributes to buf, each with a 0 behind it.
func (e *Entry) Xattrs(buf []byte) ([]byte, error) {
	names, errno := e.xattr(buf, unix.Llistxattr)
	if errno != 0 && errno != unix.ENOTSUP {
		return buf, e.w.fail("llistxattr", e.Path(nil), errno)
	}
	return names, nil
}

// xattr calls a function of the lgetxattr family. They know nothing of open directories; the directory of open files
// in /proc gives them one, and keeps the path short.
func (e *Entry) xattr(buf []byte, call func(path string, dest []byte) (int, error)) ([]byte, syscall.Errno) {
	path := "/proc/self/fd/" + strconv.Itoa(e.dirfd)
	switch {
	case e.Depth > 0:
		path += "/" + string(e.Name)
	default:
		path += "/." // the root: a directory, or Scan would have no open directory for it
		if e.Type != Directory {
			path = e.w.s.root
		}
	}
	for size := 256; ; size *= 2 {
		buf = grow(buf, size)
		n, err := call(path, buf[len(buf):cap(buf)])
		if err == nil {
			return buf[:len(buf)+n], 0
		}
		errno, ok := err.(syscall.Errno)
		if !ok {
			errno = syscall.EIO
		}
		if errno != syscall.ERANGE || size > 1<<20 {
			return buf, errno
		}
	}
}

// grow makes room for at least n more bytes.
func grow(buf []byte, n int) []byte {
	if cap(buf)-len(buf) >= n {
		return buf
	}
	return append(make([]byte, 0, 2*cap(buf)+n), buf...)
}
