package mmsim

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/sys/unix"
)

// Attributes that Storage Scale keeps with a file lie in user attributes of the real one.
const (
	attrImmutable  = "user.gpfs.immutable"
	attrAppendOnly = "user.gpfs.appendOnly"
	attrPool       = "user.gpfs.pool"
	attrFlags      = "user.gpfs.flags" // letters of MISC_ATTRIBUTES: V of a file that a tape library has taken
	attrInode      = "user.gpfs.inode" // in a snapshot, that of the file that was copied
	attrHeat       = "user.gpfs.heat"  // FILE_HEAT, a number
)

// fileAttr reads an attribute of a real file, "" when it has none.
func fileAttr(path, name string) string {
	buf := make([]byte, 256)
	n, err := unix.Lgetxattr(path, name, buf)
	if err != nil {
		return ""
	}
	return string(buf[:n])
}

// fileAttrs are the names of the attributes that users have given a real file, in alphabetical order.
func fileAttrs(path string) []string {
	buf := make([]byte, 64<<10) // the kernel's bound
	n, err := unix.Llistxattr(path, buf)
	if err != nil {
		return nil
	}
	names := strings.FieldsFunc(string(buf[:n]), func(r rune) bool { return r == 0 })
	names = slices.DeleteFunc(names, func(name string) bool {
		return !strings.HasPrefix(name, "user.") || strings.HasPrefix(name, "user.gpfs.")
	})
	slices.Sort(names)
	return names
}

// setFileAttr writes an attribute of a real file; an empty value removes it.
func setFileAttr(path, name, value string) error {
	if value == "" {
		err := unix.Lremovexattr(path, name)
		if err != nil && err != unix.ENODATA {
			return &fs.PathError{Op: "removexattr", Path: path, Err: err}
		}
		return nil
	}
	if err := unix.Lsetxattr(path, name, []byte(value), 0); err != nil {
		return &fs.PathError{Op: "setxattr", Path: path, Err: err}
	}
	return nil
}

// openBelow finds a file below a real directory that some process of this machine has open.
func openBelow(dir string) (path string, open bool) {
	links, _ := filepath.Glob("/proc/[0-9]*/fd/*")
	more, _ := filepath.Glob("/proc/[0-9]*/cwd")
	for _, link := range append(links, more...) {
		if target, err := os.Readlink(link); err == nil && (target == dir || strings.HasPrefix(target, dir+"/")) {
			return target, true
		}
	}
	return "", false
}

// immutableBelow finds an immutable file below a real directory.
func (c *call) immutableBelow(dir string) (path string, found bool) {
	_ = filepath.WalkDir(dir, func(p string, d fs.DirEntry, err error) error {
		if err == nil && fileAttr(p, attrImmutable) == "yes" {
			path, found = p, true
			return fs.SkipAll
		}
		return nil
	})
	return path, found
}
