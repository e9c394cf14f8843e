package mmsim

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// apply does a tree change, or finds it done.
func (t treeChange) apply() error {
	switch t.Op {
	case treeMkdir:
		if err := os.MkdirAll(filepath.Dir(t.Path), 0o755); err != nil {
			return err
		}
		if err := os.Mkdir(t.Path, fs.FileMode(t.Mode)); err != nil && !errors.Is(err, fs.ErrExist) {
			return err
		}
		return os.Chmod(t.Path, fs.FileMode(t.Mode))
	case treeMove:
		if _, err := os.Lstat(t.Path); errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err := os.MkdirAll(filepath.Dir(t.To), 0o755); err != nil {
			return err
		}
		return os.Rename(t.Path, t.To)
	case treeRemove:
		return removeTree(t.Path)
	case treeSnapshot:
		return t.snapshot()
	case treeRestore:
		return t.restore()
	}
	return fmt.Errorf("unknown change of a tree: %q", t.Op)
}

// removeTree removes a tree whose directories may be read-only.
func removeTree(root string) error {
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.IsDir() {
			return os.Chmod(path, 0o700)
		}
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		return err
	})
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return os.RemoveAll(root)
}

// snapshot copies a tree as it is now to a read-only one. The copy gets its name when it is complete.
func (t treeChange) snapshot() error {
	if _, err := os.Lstat(t.To); err == nil {
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(t.To), 0o755); err != nil {
		return err
	}
	tmp := filepath.Join(filepath.Dir(t.To), ".new-"+filepath.Base(t.To))
	if err := removeTree(tmp); err != nil {
		return err
	}
	var modes strings.Builder
	err := copyTree(t.Path, tmp, treeCopy{
		skip: t.Skip, cut: t.Cut, inodes: true,
		mode: func(rel string, mode fs.FileMode) fs.FileMode {
			if mode&0o222 != 0 {
				fmt.Fprintf(&modes, "%o\t%s\n", unixMode(mode), strconv.Quote(rel))
			}
			return mode &^ 0o222
		},
	})
	if err != nil {
		return fmt.Errorf("cannot copy %s for a snapshot: %w", t.Path, err)
	}
	if err := os.MkdirAll(filepath.Dir(t.Note), 0o700); err != nil {
		return err
	}
	if err := os.WriteFile(t.Note, []byte(modes.String()), 0o600); err != nil {
		return err
	}
	return os.Rename(tmp, t.To)
}

// restore makes a tree again what it was in a snapshot.
func (t treeChange) restore() error {
	modes := map[string]fs.FileMode{}
	note, err := os.ReadFile(t.Note)
	if err != nil {
		return err
	}
	for line := range strings.Lines(string(note)) {
		mode, quoted, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "\t")
		bits, errMode := strconv.ParseUint(mode, 8, 32)
		rel, errName := strconv.Unquote(quoted)
		if errMode == nil && errName == nil {
			modes[rel] = fileMode(uint32(bits))
		}
	}
	if err := t.emptyDir(t.To); err != nil {
		return err
	}
	return copyTree(t.Path, t.To, treeCopy{into: true, mode: func(rel string, mode fs.FileMode) fs.FileMode {
		if m, ok := modes[rel]; ok {
			return m
		}
		return mode
	}})
}

// emptyDir removes what is in a directory, except hidden directories, what is cut, and what is only emptied.
func (t treeChange) emptyDir(dir string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	for _, e := range entries {
		path := filepath.Join(dir, e.Name())
		above := func(other string) bool { return other == path || strings.HasPrefix(other, path+"/") }
		switch {
		case slices.Contains(t.Skip, e.Name()) || slices.Contains(t.Cut, path):
		case slices.ContainsFunc(t.Cut, above) || slices.ContainsFunc(t.Into, above):
			err = t.emptyDir(path)
		default:
			err = removeTree(path)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// treeCopy says how copyTree copies.
type treeCopy struct {
	skip []string // names of directories to leave out
	cut  []string // paths of directories to copy empty
	into bool     // the target may exist
	// inodes notes of each copy which inode it is one of: a file has the same in all snapshots.
	inodes bool
	mode   func(rel string, mode fs.FileMode) fs.FileMode
}

// copyTree copies a tree with modes, times and, where allowed, owners. Modes of directories are set last, for they may
// forbid writing.
func copyTree(from, to string, o treeCopy) error {
	type dir struct {
		path string
		info fs.FileInfo
		mode fs.FileMode
	}
	var dirs []dir
	err := filepath.WalkDir(from, func(path string, d fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) && path != from {
			return nil // gone while we walk
		}
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		if d.IsDir() && rel != "." && slices.Contains(o.skip, d.Name()) {
			return fs.SkipDir
		}
		info, err := d.Info()
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil {
			return err
		}
		target := filepath.Join(to, rel)
		mode := o.mode(rel, info.Mode())
		switch {
		case d.IsDir():
			if err := os.Mkdir(target, 0o700); err != nil && (!o.into || !errors.Is(err, fs.ErrExist)) {
				return err
			}
			if o.inodes {
				_ = setFileAttr(target, attrInode, inodeOf(path))
			}
			dirs = append(dirs, dir{target, info, mode})
			if slices.Contains(o.cut, path) {
				return fs.SkipDir
			}
			return nil
		case info.Mode().IsRegular():
			inode := ""
			if o.inodes {
				inode = inodeOf(path)
			}
			if err := copyFile(path, target, mode, inode); err != nil {
				return err
			}
		case info.Mode()&fs.ModeSymlink != 0:
			link, err := os.Readlink(path)
			if err != nil {
				return err
			}
			if err := os.Symlink(link, target); err != nil {
				return err
			}
		case info.Mode()&fs.ModeNamedPipe != 0:
			if err := unix.Mkfifo(target, uint32(mode.Perm())); err != nil {
				return err
			}
		default:
			return nil // sockets and devices are nothing that a training ground restores
		}
		keepOwner(target, info)
		return keepTime(target, info)
	})
	if err != nil {
		return err
	}
	for _, d := range slices.Backward(dirs) {
		keepOwner(d.path, d.info)
		if err := os.Chmod(d.path, d.mode); err != nil {
			return err
		}
		if err := keepTime(d.path, d.info); err != nil {
			return err
		}
	}
	return nil
}

// copyFile copies a file, sharing its blocks where the file system can: a later write to one of them leaves the other
// as it was, which a hard link would not. inode is noted of it unless it is "".
func copyFile(from, to string, mode fs.FileMode, inode string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	if unix.IoctlFileClone(int(out.Fd()), int(in.Fd())) != nil {
		_, err = io.Copy(out, in)
	}
	if err == nil { // attributes first: its mode may forbid to write them
		copyAttrs(from, to)
		if inode != "" {
			// Where there are no user attributes, copies are files of their own.
			_ = setFileAttr(to, attrInode, inode)
		}
		err = out.Chmod(mode)
	}
	if cerr := out.Close(); err == nil {
		err = cerr
	}
	return err
}

// copyAttrs copies the user attributes of a file; a file system without them loses nothing that matters.
func copyAttrs(from, to string) {
	buf := make([]byte, 4096)
	n, err := unix.Listxattr(from, buf)
	if err != nil {
		return
	}
	for name := range strings.SplitSeq(strings.TrimRight(string(buf[:n]), "\x00"), "\x00") {
		if !strings.HasPrefix(name, "user.") {
			continue
		}
		value := make([]byte, 4096)
		if n, err := unix.Getxattr(from, name, value); err == nil {
			_ = unix.Setxattr(to, name, value[:n], 0)
		}
	}
}

// keepOwner gives the copy the owner of the original, which only root can.
func keepOwner(path string, info fs.FileInfo) {
	if uid, gid, ok := ownerOf(info); ok {
		_ = os.Lchown(path, uid, gid)
	}
}

func keepTime(path string, info fs.FileInfo) error {
	ts := unix.NsecToTimespec(info.ModTime().UnixNano())
	err := unix.UtimesNanoAt(unix.AT_FDCWD, path, []unix.Timespec{ts, ts}, unix.AT_SYMLINK_NOFOLLOW)
	if err != nil {
		return &fs.PathError{Op: "utimes", Path: path, Err: err}
	}
	return nil
}

// unixMode and fileMode translate between Go's and Unix's permission bits.
func unixMode(m fs.FileMode) uint32 {
	bits := uint32(m.Perm())
	for flag, bit := range specialBits() {
		if m&flag != 0 {
			bits |= bit
		}
	}
	return bits
}

func fileMode(bits uint32) fs.FileMode {
	m := fs.FileMode(bits & 0o777)
	for flag, bit := range specialBits() {
		if bits&bit != 0 {
			m |= flag
		}
	}
	return m
}

func specialBits() map[fs.FileMode]uint32 {
	return map[fs.FileMode]uint32{fs.ModeSetuid: 0o4000, fs.ModeSetgid: 0o2000, fs.ModeSticky: 0o1000}
}
