package mmsim

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"
)

// gpfsFile is a file of a simulated file system.
type gpfsFile struct {
	shown    string // as the command line names it
	real     string
	fs       *Filesystem
	fileset  *Fileset // nil in a snapshot of a fileset that is gone
	snapshot string
	info     fs.FileInfo
}

// file finds the file that a path names. It reports a refusal itself.
func (c *call) file(path string) (*gpfsFile, int) {
	abs := path
	if !filepath.IsAbs(abs) {
		if wd, err := os.Getwd(); err == nil {
			abs = filepath.Join(wd, path)
		}
	}
	var at *Filesystem
	var below string
	for i := range c.st.Filesystems {
		f := &c.st.Filesystems[i]
		if b, ok := f.locate(abs); ok && (at == nil || len(f.Attrs.MountPoint) > len(at.Attrs.MountPoint)) {
			at, below = f, b
		}
	}
	if at == nil {
		return nil, c.failDaemon(22, "%s is not a GPFS file system object.", path)
	}
	if at.mountedAt(c.st.LocalNode) == nil {
		return nil, c.failDaemon(19, "ERROR: file system not mounted. Mount file system %s and retry command.", at.Name)
	}
	real := at.real(below)
	info, err := os.Lstat(real)
	if real == "" || err != nil {
		return nil, c.failDaemon(2, "%s: No such file or directory", path)
	}
	f := &gpfsFile{shown: path, real: real, fs: at, info: info}
	f.fileset, f.snapshot = at.owners(below)
	return f, 0
}

// owners are the fileset and the snapshot that a path below the root belongs to.
func (f *Filesystem) owners(below string) (fset *Fileset, snapshot string) {
	for i := range f.Filesets {
		other := &f.Filesets[i]
		if other.Status == FilesetLinked && within(other.Junction, below) && (fset == nil || len(other.Junction) > len(fset.Junction)) {
			fset = other
		}
	}
	parts := strings.Split(below, "/")
	for i, p := range parts {
		if (p == f.Snapdir.GlobalName || p == f.Snapdir.FilesetName) && i+1 < len(parts) {
			snapshot = parts[i+1]
		}
	}
	return fset, snapshot
}

// pool is the storage pool of a file: where mmchattr put it, else the first pool for data.
func (f *gpfsFile) pool() string {
	if p := fileAttr(f.real, attrPool); p != "" {
		return p
	}
	if f.info.IsDir() {
		return "system"
	}
	for _, d := range f.fs.Disks {
		if d.Data {
			return d.Pool
		}
	}
	return "system"
}

func mmlsattr(c *call) int {
	code := 0
	header := false
	for _, path := range c.operands {
		f, failed := c.file(path)
		if failed != 0 {
			code = failed
			continue
		}
		if c.has("-L") {
			c.longAttributes(f)
			continue
		}
		if !header {
			c.printf("  replication factors\nmetadata(max) data(max) file    [flags]\n------------- --------- ---------------\n")
			header = true
		}
		a := &f.fs.Attrs
		c.printf("%7d (%3d) %3d (%3d) %s\n", a.MetadataReplicas, a.MaxMetadataReplicas, a.DataReplicas, a.MaxDataReplicas, f.shown)
	}
	return code
}

func (c *call) longAttributes(f *gpfsFile) {
	a := &f.fs.Attrs
	line := func(label, value string) { c.printf("%s %s\n", pad(label+":", 21), value) }
	yes := func(name string) string {
		if fileAttr(f.real, name) == "yes" {
			return "yes"
		}
		return "no"
	}
	line("file name", f.shown)
	line("metadata replication", itoa(a.MetadataReplicas)+" max "+itoa(a.MaxMetadataReplicas))
	if !f.info.IsDir() {
		line("data replication", itoa(a.DataReplicas)+" max "+itoa(a.MaxDataReplicas))
	}
	line("immutable", yes(attrImmutable))
	line("appendOnly", yes(attrAppendOnly))
	line("flags", "")
	line("storage pool name", f.pool())
	fileset := "root"
	if f.fileset != nil {
		fileset = f.fileset.Name
	}
	line("fileset name", fileset)
	line("snapshot name", f.snapshot)
	line("creation time", c.st.ctime(f.changed()))
	misc := "ARCHIVE"
	if f.info.IsDir() {
		misc = "DIRECTORY"
	}
	line("Misc attributes", misc)
	line("Encrypted", "no")
	if c.any("-X", "-d", "--dump-attr") {
		for _, name := range fileAttrs(f.real) {
			line(name, `"`+fileAttr(f.real, name)+`"`)
		}
	}
}

// changed stands for the creation time, which directory trees of this machine do not keep.
func (f *gpfsFile) changed() time.Time {
	if st, ok := f.info.Sys().(*syscall.Stat_t); ok {
		return time.Unix(st.Ctim.Sec, st.Ctim.Nsec)
	}
	return f.info.ModTime()
}

func mmchattr(c *call) int {
	if len(c.order) == 0 {
		return c.usage("Missing arguments.")
	}
	for flag, allowed := range map[string][]string{"-i": {"yes", "no"}, "-a": {"yes", "no"}, "-I": {"yes", "defer"}, "-D": {"yes", "no"}} {
		if c.has(flag) && !slices.Contains(allowed, c.get(flag)) {
			return c.usage("Incorrect option: " + flag + " " + c.get(flag)) // unverified: wording
		}
	}
	for _, path := range c.operands {
		f, code := c.file(path)
		if code != 0 {
			return code
		}
		if code := c.changeAttributes(f); code != 0 {
			return code
		}
	}
	return 0
}

// writable refuses files in snapshots and on read-only mounts.
func (c *call) writable(f *gpfsFile) int {
	if m := f.fs.mountedAt(c.st.LocalNode); f.snapshot != "" || m != nil && m.Mode == "RO" {
		return c.failDaemon(30, "File system is read-only.")
	}
	return 0
}

// changeAttributes changes one file. It writes to the file itself, not to the state.
func (c *call) changeAttributes(f *gpfsFile) int {
	if code := c.writable(f); code != 0 {
		return code
	}
	if fileAttr(f.real, attrImmutable) == "yes" && !c.has("-i") {
		return c.failDaemon(1, "%s: Operation not permitted", f.shown) // unverified: wording
	}
	if p := c.get("-P"); c.has("-P") {
		if f.fs.pool(p) == nil {
			return c.failDaemon(22, "Storage pool %s not found.", p) // unverified: wording and exit status
		}
		if err := setFileAttr(f.real, attrPool, p); err != nil {
			return c.failDaemon(95, "%s", err)
		}
	}
	for flag, name := range map[string]string{"-i": attrImmutable, "-a": attrAppendOnly} {
		if !c.has(flag) {
			continue
		}
		value := ""
		if c.get(flag) == "yes" {
			value = "yes"
		}
		if err := setFileAttr(f.real, name, value); err != nil {
			return c.failDaemon(95, "%s", err)
		}
	}
	for _, kv := range c.values["--set-attr"] {
		name, value, _ := strings.Cut(kv, "=")
		if !strings.HasPrefix(name, "user.") {
			return c.failDaemon(22, "%s: attributes outside user. are not simulated", name)
		}
		if err := setFileAttr(f.real, name, strings.Trim(value, `"`)); err != nil {
			return c.failDaemon(95, "%s", err)
		}
	}
	for _, name := range c.values["--delete-attr"] {
		if err := setFileAttr(f.real, name, ""); err != nil {
			return c.failDaemon(95, "%s", err)
		}
	}
	return 0
}
