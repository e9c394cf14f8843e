//go:build linux

package scan

import (
	"bytes"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// open opens the directory at hand relative to the root. The kernel takes paths of 4095 bytes at most, so a longer one
// is gone in steps.
func (w *worker) open() (int, syscall.Errno) {
	s := w.s
	if len(w.rel) == 0 {
		return w.openat(s.rootfd, []byte(".\x00"), s.openFlags)
	}
	rest := w.path[:len(w.rel)] // the slash at its end becomes the 0
	end := len(rest) - 1
	rest[end] = 0
	defer func() { w.path[end] = '/' }()
	at := s.rootfd
	for len(rest) > pathMax {
		cut := bytes.LastIndexByte(rest[:pathMax], '/')
		if cut <= 0 {
			return -1, syscall.ENAMETOOLONG
		}
		rest[cut] = 0
		fd, errno := w.openat(at, rest[:cut+1], unix.O_PATH|unix.O_DIRECTORY|unix.O_NOFOLLOW|unix.O_CLOEXEC)
		rest[cut] = '/'
		if at != s.rootfd {
			unix.Close(at)
		}
		if errno != 0 {
			return -1, errno
		}
		at, rest = fd, rest[cut+1:]
	}
	fd, errno := w.openat(at, rest, s.openFlags)
	if at != s.rootfd {
		unix.Close(at)
	}
	return fd, errno
}

// openat opens a path that ends in 0. No part of it may have become a symbolic link since its directory was read; where
// the kernel cannot promise that (before 5.6), only the last part is looked after.
func (w *worker) openat(dirfd int, path []byte, flags int) (int, syscall.Errno) {
	for {
		var fd uintptr
		var errno syscall.Errno
		if w.s.noOpenat2.Load() {
			fd, _, errno = syscall.Syscall6(unix.SYS_OPENAT, uintptr(dirfd), uintptr(unsafe.Pointer(&path[0])), uintptr(flags), 0, 0, 0)
		} else {
			w.how = unix.OpenHow{Flags: uint64(flags), Resolve: unix.RESOLVE_NO_SYMLINKS}
			fd, _, errno = syscall.Syscall6(unix.SYS_OPENAT2, uintptr(dirfd), uintptr(unsafe.Pointer(&path[0])),
				uintptr(unsafe.Pointer(&w.how)), unsafe.Sizeof(w.how), 0, 0)
			// Some sandboxes answer EPERM to system calls that they do not know.
			if errno == syscall.ENOSYS || errno == syscall.EPERM && flags&unix.O_NOATIME == 0 {
				w.s.noOpenat2.Store(true)
				continue
			}
		}
		switch {
		case errno == 0:
			return int(fd), 0
		case errno == syscall.EINTR:
		case errno == syscall.EPERM && flags&unix.O_NOATIME != 0:
			flags &^= unix.O_NOATIME
		default:
			return -1, errno
		}
	}
}

func getdents(fd int, buf []byte) (int, syscall.Errno) {
	for {
		n, _, errno := syscall.Syscall(unix.SYS_GETDENTS64, uintptr(fd), uintptr(unsafe.Pointer(&buf[0])), uintptr(len(buf)))
		switch errno {
		case 0:
			return int(n), 0
		case syscall.EINTR:
		default:
			return 0, errno
		}
	}
}

// ptr returns the address of buf[at]. Records of getdents64 are aligned to eight bytes.
func ptr(buf []byte, at int) unsafe.Pointer { return unsafe.Pointer(&buf[at]) }
