package mmsim

import (
	"path/filepath"
	"strconv"
	"strings"
)

// sideDir is the directory, in the root of the tree behind a file system, that holds what the file system does not
// show: the roots of filesets that are not linked, and notes about snapshots.
const sideDir = ".gpfs-sim"

// treeChange is something to be done to a directory tree after the state says so. Doing it twice is as good as doing it
// once, so that what a killed process began can be done again; the changes of one command never touch the same path.
type treeChange struct {
	Op   treeOp   `json:"op"`
	Path string   `json:"path"`
	To   string   `json:"to,omitempty"`
	Mode uint32   `json:"mode,omitempty"`
	Note string   `json:"note,omitempty"` // file with the modes of a snapshot
	Skip []string `json:"skip,omitempty"` // names of directories that snapshots leave out
	Cut  []string `json:"cut,omitempty"`  // directories left alone: filesets that the snapshot does not hold, which it shows empty
	Into []string `json:"into,omitempty"` // directories that a restore empties but keeps: filesets with snapshots of their own
}

type treeOp string

const (
	treeMkdir    treeOp = "mkdir"
	treeMove     treeOp = "move"
	treeRemove   treeOp = "remove"
	treeSnapshot treeOp = "snapshot"
	treeRestore  treeOp = "restore"
)

// real is the path in the real directory of a path below the root of the file system, "" when there is none.
func (f *Filesystem) real(below string) string {
	if f.Data == "" {
		return ""
	}
	return filepath.Join(f.Data, below)
}

// side is a path in the side directory.
func (f *Filesystem) side(elem ...string) string {
	return filepath.Join(append([]string{f.Data, sideDir}, elem...)...)
}

// locate turns an absolute path as users of the cluster see it into the path below the root of the file system: what is
// behind its mount point, or behind its real directory.
func (f *Filesystem) locate(path string) (below string, ok bool) {
	path = filepath.Clean(path)
	for _, root := range []string{f.Attrs.MountPoint, f.Data} {
		if root == "" {
			continue
		}
		if path == root {
			return "/", true
		}
		if rest, ok := strings.CutPrefix(path, root+"/"); ok {
			return "/" + rest, true
		}
	}
	return "", false
}

// filesetDir is the real directory of a fileset, linked or not.
func (f *Filesystem) filesetDir(fset *Fileset) string {
	if fset.Status == FilesetLinked {
		return f.real(fset.Junction)
	}
	return f.side("filesets", strconv.Itoa(fset.ID))
}

// snapshotDir is the real directory of a snapshot, "" when there is none.
func (f *Filesystem) snapshotDir(s *Snapshot) string {
	if f.Data == "" {
		return ""
	}
	if s.Fileset == "" {
		return f.real(f.Snapdir.GlobalName + "/" + s.Name)
	}
	if fset := f.fileset(s.Fileset); fset != nil {
		return filepath.Join(f.filesetDir(fset), f.Snapdir.FilesetName, s.Name)
	}
	return ""
}

// snapshotNote is the file with the modes that files have in a snapshot, where nothing may be written.
func (f *Filesystem) snapshotNote(s *Snapshot) string { return f.side("modes", strconv.Itoa(s.ID)) }

// snapshotSource is the real directory that a snapshot is of.
func (f *Filesystem) snapshotSource(s *Snapshot) string {
	if s.Fileset == "" {
		return f.Data
	}
	if fset := f.fileset(s.Fileset); fset != nil {
		return f.filesetDir(fset)
	}
	return ""
}

// hidden are the names of directories that are no part of the user's data.
func (f *Filesystem) hidden() []string {
	return []string{sideDir, f.Snapdir.GlobalName, f.Snapdir.FilesetName}
}

// otherSpaces are the real directories of the filesets linked below a fileset that belong to other inode spaces.
func (f *Filesystem) otherSpaces(s *Snapshot) []string {
	if s.Fileset == "" {
		return nil
	}
	var dirs []string
	for i := range f.Filesets {
		if fset := &f.Filesets[i]; fset.Status == FilesetLinked && fset.InodeSpace != s.InodeSpace && fset.Junction != "/" {
			dirs = append(dirs, f.filesetDir(fset))
		}
	}
	return dirs
}

// change notes something to be done to the tree of a file system; without a real directory there is nothing to do.
func (c *call) change(f *Filesystem, t treeChange) {
	if f.Data != "" {
		c.trees = append(c.trees, t)
	}
}

// takeSnapshot and dropSnapshot note the changes of a snapshot's directory.
func (c *call) takeSnapshot(f *Filesystem, s *Snapshot) {
	c.change(f, treeChange{
		Op: treeSnapshot, Path: f.snapshotSource(s), To: f.snapshotDir(s), Note: f.snapshotNote(s), Skip: f.hidden(), Cut: f.otherSpaces(s),
	})
}

func (c *call) dropSnapshot(f *Filesystem, s *Snapshot) {
	if dir := f.snapshotDir(s); dir != "" {
		c.change(f, treeChange{Op: treeRemove, Path: dir})
		c.change(f, treeChange{Op: treeRemove, Path: f.snapshotNote(s)})
	}
}
