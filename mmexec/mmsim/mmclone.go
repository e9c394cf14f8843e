package mmsim

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// A clone keeps in attributes of its own whether it is a parent, how deep it is, and the inode of its parent.
const (
	attrCloneParent = "user.gpfs.clone.parent" // "yes" for a parent
	attrCloneDepth  = "user.gpfs.clone.depth"
	attrCloneInode  = "user.gpfs.clone.inode"
)

// mmclone makes and shows file clones. It writes to files, not to the state.
func mmclone(c *call) int {
	verb := c.operand(0)
	files := c.operands[min(1, len(c.operands)):]
	want := map[string][2]int{"snap": {1, 2}, "copy": {2, 2}, "split": {1, -1}, "redirect": {1, -1}, "show": {1, -1}}
	limits, ok := want[verb]
	switch {
	case !ok:
		return c.usage("Incorrect option: " + verb)
	case len(files) < limits[0] || limits[1] > 0 && len(files) > limits[1]:
		return c.usage("Missing arguments.")
	}
	switch verb {
	case "snap":
		return c.cloneSnap(files)
	case "copy":
		return c.cloneCopy(files[0], files[1])
	case "show":
		c.printf("Parent  Depth   Parent inode   File name\n------  -----  --------------  ---------\n")
	}
	for _, path := range files {
		f, code := c.file(path)
		if code != 0 {
			return code
		}
		if verb == "show" {
			depth := fileAttr(f.real, attrCloneDepth)
			parent := "no"
			if fileAttr(f.real, attrCloneParent) == "yes" {
				parent = "yes"
			}
			if depth == "" && parent == "no" {
				parent = ""
			}
			c.printf("%6s  %5s  %14s  %s\n", parent, depth, fileAttr(f.real, attrCloneInode), path)
			continue
		}
		for _, name := range []string{attrCloneDepth, attrCloneInode} {
			if err := setFileAttr(f.real, name, ""); err != nil {
				return c.failDaemon(95, "%s", err)
			}
		}
	}
	return 0
}

// cloneSnap makes a read-only parent of a file: beside it, or of the file itself.
func (c *call) cloneSnap(files []string) int {
	f, code := c.file(files[0])
	if code != 0 {
		return code
	}
	if len(files) == 1 {
		if err := os.Chmod(f.real, f.info.Mode()&^0o222); err != nil {
			return c.failDaemon(1, "%s", err)
		}
		return c.markClone(f.real, "yes", "0", "")
	}
	target, code := c.newFile(files[1])
	if code != 0 {
		return code
	}
	if err := copyFile(f.real, target, f.info.Mode()&^0o222, ""); err != nil {
		return c.failDaemon(5, "%s", err)
	}
	if code := c.markClone(target, "yes", "0", ""); code != 0 {
		return code
	}
	return c.markClone(f.real, "", "1", inodeOf(target))
}

// cloneCopy makes a file that shares what its parent holds.
func (c *call) cloneCopy(from, to string) int {
	f, code := c.file(from)
	if code != 0 {
		return code
	}
	if fileAttr(f.real, attrCloneParent) != "yes" {
		return c.failDaemon(22, "%s is not a clone parent.", from) // unverified: wording
	}
	target, code := c.newFile(to)
	if code != 0 {
		return code
	}
	if err := copyFile(f.real, target, f.info.Mode()|0o200, ""); err != nil {
		return c.failDaemon(5, "%s", err)
	}
	depth, _ := strconv.Atoi(fileAttr(f.real, attrCloneDepth))
	return c.markClone(target, "", strconv.Itoa(depth+1), inodeOf(f.real))
}

func (c *call) markClone(path, parent, depth, inode string) int {
	for name, value := range map[string]string{attrCloneParent: parent, attrCloneDepth: depth, attrCloneInode: inode} {
		if err := setFileAttr(path, name, value); err != nil {
			return c.failDaemon(95, "%s", err)
		}
	}
	return 0
}

// newFile is the real path of a file that must not be there yet.
func (c *call) newFile(path string) (string, int) {
	dir, code := c.file(filepath.Dir(path))
	if code != 0 {
		return "", code
	}
	target := filepath.Join(dir.real, filepath.Base(path))
	if _, err := os.Lstat(target); err == nil {
		return "", c.failDaemon(17, "%s: File exists", path) // unverified: wording
	}
	return target, 0
}

func inodeOf(path string) string {
	var st syscall.Stat_t
	if syscall.Lstat(path, &st) != nil {
		return ""
	}
	return strings.TrimSpace(strconv.FormatUint(st.Ino, 10))
}
