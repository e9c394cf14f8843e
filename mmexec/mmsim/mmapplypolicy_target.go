package mmsim

import (
	"context"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"

	"gpfsh/policy/engine"
	"gpfsh/policy/scan"
)

// policyTarget is what a policy is run on.
type policyTarget struct {
	fs *Filesystem
	// below is the directory, counted from the root of the file system; in a snapshot the one that it was made of.
	below string
	// shown is its path as rules, lists and messages have it, real where it lies, "" where nothing lies.
	shown, real string
	// snapshot is what the files belong to; nil in the live file system.
	snapshot *Snapshot
	readOnly bool
	scope    string
	depth    int
}

// findTarget finds the file system or directory of the operand. Paths are shown below the mount point, unless the
// operand is a path in the real directory: then they are shown as they are on this machine.
func (r *policyRun) findTarget() int {
	name := r.operand(0)
	root := ""
	if r.st.filesystem(name) == nil && r.st.remote(name) == nil && (strings.Contains(name, "/") || isDir(name)) {
		abs, err := filepath.Abs(name)
		if err != nil {
			return r.failDaemon(2, "%s", err)
		}
		if !r.daemon() {
			return 1
		}
		for i := range r.st.Filesystems {
			f := &r.st.Filesystems[i]
			if below, ok := f.locate(abs); ok && (r.fs == nil || len(f.Attrs.MountPoint) > len(r.fs.Attrs.MountPoint)) {
				r.fs, r.below = f, below
				root = strings.TrimSuffix(abs, strings.TrimSuffix(below, "/"))
			}
		}
		if r.fs == nil {
			return r.failDaemon(22, "%s is not a GPFS file system object.", name)
		}
	} else {
		f, code := r.managed()
		if code != 0 {
			return code
		}
		r.fs, r.below = f, "/"
	}
	m := r.fs.mountedAt(r.st.LocalNode)
	if m == nil {
		return r.failDaemon(19, "ERROR: file system not mounted. Mount file system %s and retry command.", r.fs.Name)
	}
	if root == "" {
		root = r.fs.Attrs.MountPoint
	}
	r.readOnly = m.Mode == "RO"
	r.shown, r.real = path.Join(root, r.below), r.fs.real(r.below)
	r.inSnapshot()
	if snap := r.get("-S"); r.has("-S") {
		if code := r.enterSnapshot(root, snap); code != 0 {
			return code
		}
	}
	if r.snapshot != nil {
		r.readOnly = true
	}
	switch info, err := os.Stat(r.real); {
	case r.real == "" && !r.knownDirectory(), r.real != "" && err != nil:
		return r.failDaemon(2, "%s: No such file or directory", name)
	case r.real != "" && !info.IsDir():
		return r.failDaemon(20, "%s: Not a directory", name) // unverified: wording
	}
	return 0
}

// knownDirectory tells whether a directory is there for certain though nothing lies behind the file system.
func (r *policyRun) knownDirectory() bool {
	if r.below == "/" {
		return true
	}
	fset, _ := r.fs.owners(r.below)
	return fset != nil && fset.Junction == r.below
}

// inSnapshot recognizes a directory that lies in a snapshot.
func (r *policyRun) inSnapshot() {
	f := r.fs
	parts := strings.Split(strings.Trim(r.below, "/"), "/")
	for i, p := range parts {
		if p != f.Snapdir.GlobalName && p != f.Snapdir.FilesetName || i+1 >= len(parts) {
			continue
		}
		at := "/" + strings.Join(parts[:i], "/")
		fileset := ""
		if fset, _ := f.owners(at); i > 0 && fset != nil {
			fileset = fset.Name
		}
		if s := f.snapshot(fileset, parts[i+1]); s != nil {
			r.snapshot, r.below = s, path.Join(append([]string{at}, parts[i+2:]...)...)
			return
		}
	}
}

// enterSnapshot goes to the same directory in a snapshot: one of its fileset, or a global one.
func (r *policyRun) enterSnapshot(root, name string) int {
	f := r.fs
	at := "/"
	s := f.snapshot("", name)
	if fset, _ := f.owners(r.below); fset != nil && fset.Name != "root" {
		if own := f.snapshot(fset.Name, name); own != nil {
			s, at = own, fset.Junction
		}
	}
	if s == nil || r.snapshot != nil {
		return r.failDaemon(2, "File system %s does not contain a snapshot %s, rc=2.", f.Name, name)
	}
	dir := f.Snapdir.GlobalName
	if s.Fileset != "" {
		dir = f.Snapdir.FilesetName
	}
	rest := strings.TrimPrefix(r.below, at)
	r.snapshot = s
	r.shown = path.Join(root, at, dir, s.Name, rest)
	if f.Data != "" {
		r.real = filepath.Join(f.snapshotDir(s), rest)
	}
	return 0
}

// onMachine is where a file of the command line lies on this machine: there, or else in the directory behind the file
// system whose mount point its path begins with.
func (r *policyRun) onMachine(file string) string {
	if file == "" {
		return ""
	}
	if _, err := os.Lstat(file); err == nil || r.fs.Data == "" || isDir(filepath.Dir(file)) {
		return file
	}
	if below, ok := r.fs.locate(file); ok {
		return r.fs.real(below)
	}
	return file
}

// policySource gives the objects of the target, under the paths that rules see.
type policySource struct {
	inner   engine.Source
	target  *policyTarget
	inScope func(o engine.Object) bool
	missing int64 // paths of -i that are not in the target
}

// source is what the policy is run on; own is the name of a directory that the run itself makes.
func (r *policyRun) source(own string) engine.Source {
	s := &policySource{target: &r.policyTarget}
	switch {
	case r.real == "":
		s.inner, s.missing = engine.Paths(nil), int64(len(r.list))
	case r.list != nil:
		var paths []engine.InputPath
		for _, p := range r.list {
			if at, ok := r.inTarget(p.Path); ok {
				if r.snapshot != nil {
					p.Inode = 0 // nothing comes in the place of a file there, and the copy has another one
				}
				paths = append(paths, engine.InputPath{Path: at, Inode: p.Inode})
			} else {
				s.missing++
			}
		}
		s.inner = engine.Paths(paths)
	default:
		s.inner = engine.Directory(r.real, scan.Options{Skip: append(r.fs.hidden(), own), MaxDepth: r.depth})
	}
	site := r.opts.Site.(*policySite)
	switch r.scope {
	case "fileset":
		s.inScope = func(o engine.Object) bool { return site.fileset(o).ID == site.base.ID }
	case "inodespace":
		s.inScope = func(o engine.Object) bool { return site.fileset(o).InodeSpace == site.base.InodeSpace }
	}
	return s
}

// inTarget finds the real path of a path of an input list.
func (r *policyRun) inTarget(p string) (string, bool) {
	p = filepath.Clean(p)
	for _, root := range []string{r.shown, r.real} {
		if rest, ok := strings.CutPrefix(p, root); ok && (rest == "" || rest[0] == '/') {
			return r.real + rest, true
		}
	}
	if below, ok := r.fs.locate(p); ok && r.snapshot == nil && within(r.below, below) {
		return r.fs.real(below), true
	}
	return "", false
}

func (s *policySource) Workers() int { return s.inner.Workers() }

func (s *policySource) Each(ctx context.Context, fn func(worker int, o engine.Object) error) (scan.Stats, error) {
	type own struct {
		o policyObject
		n scan.Stats
		_ [64]byte // goroutines do not share cache lines
	}
	workers := make([]own, s.Workers())
	all, err := s.inner.Each(ctx, func(worker int, o engine.Object) error {
		w := &workers[worker]
		w.o.Object, w.o.target = o, s.target
		if s.inScope != nil && !s.inScope(&w.o) {
			return nil
		}
		w.n.Entries++
		switch o.Type() {
		case scan.Regular:
			w.n.Files++
		case scan.Directory:
			w.n.Dirs++
		case scan.Symlink:
			w.n.Links++
		default:
			w.n.Others++
		}
		return fn(worker, &w.o)
	})
	all.Entries, all.Files, all.Dirs, all.Links, all.Others = 0, 0, 0, 0, 0
	for i := range workers {
		n := &workers[i].n
		all.Entries, all.Files, all.Dirs = all.Entries+n.Entries, all.Files+n.Files, all.Dirs+n.Dirs
		all.Links, all.Others = all.Links+n.Links, all.Others+n.Others
	}
	all.Vanished += s.missing
	return all, err
}

// policyObject is an object under the path that rules see.
type policyObject struct {
	engine.Object
	target *policyTarget
}

// Path implements [engine.Object].
func (o *policyObject) Path(buf []byte) []byte {
	t := o.target
	if t.shown == t.real {
		return o.Object.Path(buf)
	}
	var room [512]byte
	at := o.Object.Path(room[:0])
	return append(append(buf, t.shown...), at[len(t.real):]...)
}

// Inode implements [engine.Object]: in a snapshot it is that of the file, not that of the copy which the simulation keeps.
func (o *policyObject) Inode() uint64 {
	if o.target.snapshot != nil {
		var room [24]byte
		if v, found, err := o.Xattr(attrInode, room[:0]); err == nil && found {
			if n, err := strconv.ParseUint(string(v), 10, 64); err == nil {
				return n
			}
		}
	}
	return o.Object.Inode()
}

// rest appends what follows the target in the path of the object, beginning with a slash; nothing for the target itself.
func (o *policyObject) rest(buf []byte) []byte {
	return o.Object.Path(buf)[len(o.target.real):]
}
