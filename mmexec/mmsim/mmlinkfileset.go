package mmsim

import (
	"os"
	"path"
	"path/filepath"
	"strings"
)

func mmlinkfileset(c *call) int {
	f, code := c.managed()
	if code != 0 {
		return code
	}
	fset := f.fileset(c.operand(1))
	if fset == nil {
		return c.filesetNotFound(c.operand(1))
	}
	if fset.Status == FilesetLinked {
		return c.failDaemon(17, "Fileset %s is already linked.", fset.Name) // unverified: wording
	}
	at := c.get("-J")
	if at == "" {
		// Without -J the junction is made in the current directory, and that is not in the file system here.
		at = "./" + fset.Name
	}
	junction, parent, code := c.junction(f, fset, at)
	if code != 0 {
		return code
	}
	from := f.filesetDir(fset)
	fset.Status, fset.Junction, fset.Parent = FilesetLinked, junction, parent.ID
	c.change(f, treeChange{Op: treeMove, Path: from, To: f.filesetDir(fset)})
	if fset.AFM != nil {
		c.raise("afmFilesetLink", f.Manager, "fsName", f.Name, "filesetName", fset.Name)
	}
	c.printf("Fileset %s linked at %s\n", fset.Name, f.path(fset))
	return 0
}

// junction checks a junction path: where it lies below the root, and the fileset that will be the parent.
func (c *call) junction(f *Filesystem, fset *Fileset, at string) (junction string, parent *Fileset, code int) {
	if f.mountedAt(c.st.LocalNode) == nil {
		return "", nil, c.failDaemon(19, "ERROR: file system not mounted. Mount file system %s and retry command.", f.Name)
	}
	at = path.Clean(at)
	junction, inside := f.locate(at)
	if !inside || junction == "/" {
		return "", nil, c.failDaemon(22, "%s is not a GPFS file system object.", at)
	}
	if dir := f.real(junction); dir != "" {
		if _, err := os.Lstat(dir); err == nil {
			return "", nil, c.failDaemon(17, "Junction path %s already exists.", at) // unverified: wording
		}
		if info, err := os.Stat(filepath.Dir(dir)); err != nil || !info.IsDir() {
			// unverified: wording; the directory of a junction has to be there.
			return "", nil, c.failDaemon(2, "%s: No such file or directory", path.Dir(at))
		}
	}
	for i := range f.Filesets {
		other := &f.Filesets[i]
		if other.Status != FilesetLinked {
			continue
		}
		if other.Junction == junction {
			return "", nil, c.failDaemon(17, "Junction path %s already exists.", at) // unverified: wording
		}
		if within(other.Junction, path.Dir(junction)) && (parent == nil || len(other.Junction) > len(parent.Junction)) {
			parent = other
		}
	}
	if parent == nil {
		parent = f.fileset("root")
	}
	if !fset.Independent && parent.InodeSpace != fset.InodeSpace {
		// unverified: wording.
		return "", nil, c.failDaemon(22, "Fileset %s cannot be linked at %s: a dependent fileset can be linked only within its own inode space.", fset.Name, at)
	}
	return junction, parent, 0
}

// within tells whether a path is a junction or lies below it.
func within(junction, p string) bool {
	return junction == "/" || p == junction || strings.HasPrefix(p, junction+"/")
}
