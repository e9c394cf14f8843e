package mmsim

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"golang.org/x/sys/unix"
)

// storeFormat is the format of a state directory. A newer format is refused.
const storeFormat = 1

// A state directory holds
//
//	state.json   the manifest: a generation number and the names of the parts that make up the state
//	parts/       the parts; a part is written once, under a name of its own, and never changed
//	lock         held (flock) by the one process that changes the state
//	data/        the directory trees behind the file systems, unless they lie elsewhere
//	files/       private files of callers (mode 0700)
//
// A change writes the parts that differ, then replaces the manifest by rename. Whoever reads sees one manifest and the
// parts it names, so it sees the state before the change or after it, whatever happens to the one who changes. What has
// to be done to directory trees is written into the manifest with the new state and done afterwards; the next process
// that takes the lock does what a killed one left undone.
type store struct {
	dir string

	mu     sync.Mutex
	cached map[string]any // decoded parts by file name; they are shared and never changed
}

// manifest is state.json.
type manifest struct {
	Format     int               `json:"format"`
	Generation int64             `json:"generation"`
	Parts      map[string]string `json:"parts"` // part -> file name in parts/
	Pending    []treeChange      `json:"pending,omitempty"`
}

// want says which large parts of the state a command needs. The small one is always there.
type want uint8

const (
	wantFilesets want = 1 << iota
	wantSnapshots
	wantQuotas

	wantAll = wantFilesets | wantSnapshots | wantQuotas
)

func (s *store) manifestPath() string { return filepath.Join(s.dir, "state.json") }
func (s *store) partPath(name string) string {
	return filepath.Join(s.dir, "parts", name)
}

// readManifest reads what the state is made of now.
func (s *store) readManifest() (*manifest, error) {
	data, err := os.ReadFile(s.manifestPath())
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("no simulated cluster in %s (make one with gpfsh sim init): %w", s.dir, err)
	}
	if err != nil {
		return nil, fmt.Errorf("cannot read the simulated cluster: %w", err)
	}
	var m manifest
	if err := json.Unmarshal(data, &m); err != nil {
		return nil, fmt.Errorf("cannot read %s: %w", s.manifestPath(), err)
	}
	if m.Format != storeFormat {
		return nil, fmt.Errorf("%s has format %d, this gpfsh reads format %d: use the gpfsh that made it, or make the cluster anew",
			s.manifestPath(), m.Format, storeFormat)
	}
	return &m, nil
}

// load returns the state as it is now, with the parts that are wanted. The state is shared: it must not be changed.
func (s *store) load(need want) (*State, *manifest, error) {
	var err error
	// A part can be removed between reading the manifest and reading the part: there is a newer manifest then.
	for range 100 {
		var m *manifest
		if m, err = s.readManifest(); err != nil {
			return nil, nil, err
		}
		var st *State
		if st, err = s.assemble(m, need); err == nil {
			return st, m, nil
		}
		if !errors.Is(err, fs.ErrNotExist) {
			break
		}
	}
	return nil, nil, fmt.Errorf("cannot read the simulated cluster in %s: %w", s.dir, err)
}

// assemble puts a state together from its parts.
func (s *store) assemble(m *manifest, need want) (*State, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	fresh := map[string]any{}
	base, err := readPart(s, m, fresh, "cluster", decodeJSON[State])
	if err != nil {
		return nil, err
	}
	st := *base
	st.Filesystems = slices.Clone(base.Filesystems)
	for i := range st.Filesystems {
		f := &st.Filesystems[i]
		if f.Data != "" && !filepath.IsAbs(f.Data) {
			f.Data = filepath.Join(s.dir, f.Data)
		}
		if need&wantFilesets != 0 {
			p, err := readPart(s, m, fresh, partName(f, "filesets"), decodeJSON[[]Fileset])
			if err != nil {
				return nil, err
			}
			f.Filesets = *p
		}
		if need&wantSnapshots != 0 {
			p, err := readPart(s, m, fresh, partName(f, "snapshots"), decodeJSON[[]Snapshot])
			if err != nil {
				return nil, err
			}
			f.Snapshots = *p
		}
		if need&wantQuotas != 0 {
			p, err := readPart(s, m, fresh, partName(f, "quotas"), decodeQuotas)
			if err != nil {
				return nil, err
			}
			f.Quotas = *p
		}
	}
	// Parts that this state does not use but its manifest names stay in the cache; all others are outdated.
	for _, file := range m.Parts {
		if p, ok := s.cached[file]; ok {
			fresh[file] = p
		}
	}
	s.cached = fresh
	return &st, nil
}

// readPart returns a decoded part, from the cache when its file is known.
func readPart[T any](s *store, m *manifest, fresh map[string]any, part string, decode func([]byte) (*T, error)) (*T, error) {
	file, ok := m.Parts[part]
	if !ok {
		return nil, fmt.Errorf("%s names no part %s", s.manifestPath(), part)
	}
	if p, ok := s.cached[file].(*T); ok {
		fresh[file] = p
		return p, nil
	}
	data, err := os.ReadFile(s.partPath(file))
	if err != nil {
		return nil, err
	}
	p, err := decode(data)
	if err != nil {
		return nil, fmt.Errorf("cannot read %s: %w", s.partPath(file), err)
	}
	fresh[file] = p
	return p, nil
}

func decodeJSON[T any](data []byte) (*T, error) {
	v := new(T)
	return v, json.Unmarshal(data, v)
}

// partName is the name of a large part of a file system.
func partName(f *Filesystem, kind string) string { return f.Name + "." + kind }

// base is the state without its large parts. Trees in the state directory are named relative to it, so that it can be
// moved.
func (s *store) base(st *State) *State {
	b := *st
	b.Filesystems = slices.Clone(st.Filesystems)
	for i := range b.Filesystems {
		f := &b.Filesystems[i]
		f.Filesets, f.Snapshots, f.Quotas = nil, nil, nil
		if rel, err := filepath.Rel(s.dir, f.Data); err == nil && f.Data != "" && filepath.IsLocal(rel) {
			f.Data = rel
		}
	}
	return &b
}

// commit makes next the state, with the tree changes that are still to be done. old is the state that next was made
// from, nil for a new directory. The caller holds the lock.
func (s *store) commit(m *manifest, old, next *State, pending []treeChange) (*manifest, error) {
	nm := &manifest{Format: storeFormat, Parts: map[string]string{}, Pending: pending}
	if m != nil {
		nm.Generation = m.Generation
	}
	nm.Generation++
	put := func(part string, changed bool, encode func() ([]byte, error)) error {
		if old != nil && !changed && m.Parts[part] != "" {
			nm.Parts[part] = m.Parts[part]
			return nil
		}
		data, err := encode()
		if err != nil {
			return err
		}
		file := fmt.Sprintf("%d.%s", nm.Generation, part)
		nm.Parts[part] = file
		return writeFile(s.partPath(file), data)
	}
	same := func(get func(*State) ([]byte, error)) bool {
		if old == nil {
			return false
		}
		a, errA := get(old)
		b, errB := get(next)
		return errA == nil && errB == nil && bytes.Equal(a, b)
	}
	encodeBase := func(st *State) ([]byte, error) { return json.MarshalIndent(s.base(st), "", " ") }
	if err := put("cluster", !same(encodeBase), func() ([]byte, error) { return encodeBase(next) }); err != nil {
		return nil, err
	}
	for i := range next.Filesystems {
		f := &next.Filesystems[i]
		var was Filesystem
		if old != nil {
			if o := old.filesystem(f.Name); o != nil {
				was = *o
			}
		}
		for _, p := range []struct {
			kind   string
			equal  bool
			encode func() ([]byte, error)
		}{
			{"filesets", slices.EqualFunc(was.Filesets, f.Filesets, sameFileset), func() ([]byte, error) { return encodeList(f.Filesets) }},
			{"snapshots", slices.Equal(was.Snapshots, f.Snapshots), func() ([]byte, error) { return encodeList(f.Snapshots) }},
			{"quotas", slices.Equal(was.Quotas, f.Quotas), func() ([]byte, error) { return encodeQuotas(f.Quotas), nil }},
		} {
			if err := put(partName(f, p.kind), !p.equal, p.encode); err != nil {
				return nil, err
			}
		}
	}
	if m != nil && len(pending) == 0 && maps.Equal(m.Parts, nm.Parts) {
		return m, nil // nothing changed
	}
	if err := s.replaceManifest(nm); err != nil {
		return nil, err
	}
	s.sweep(nm)
	return nm, nil
}

// sameFileset compares filesets by what they say; the attributes of a cache are behind a pointer.
func sameFileset(a, b Fileset) bool {
	if a.AFM != nil && b.AFM != nil && *a.AFM == *b.AFM {
		a.AFM = b.AFM
	}
	return a == b
}

// encodeList writes one element a line, so that a state can be read and compared by eye.
func encodeList[T any](list []T) ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('[')
	for i := range list {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteByte('\n')
		data, err := json.Marshal(&list[i])
		if err != nil {
			return nil, err
		}
		b.Write(data)
	}
	b.WriteString("\n]\n")
	return b.Bytes(), nil
}

// replaceManifest is the moment at which a change happens.
func (s *store) replaceManifest(m *manifest) error {
	data, err := json.MarshalIndent(m, "", " ")
	if err != nil {
		return err
	}
	if err := syncDir(filepath.Join(s.dir, "parts")); err != nil {
		return err
	}
	tmp := s.manifestPath() + ".new"
	if err := writeFile(tmp, append(data, '\n')); err != nil {
		return err
	}
	if err := os.Rename(tmp, s.manifestPath()); err != nil {
		return fmt.Errorf("cannot replace the state: %w", err)
	}
	return syncDir(s.dir)
}

// sweep removes the parts that no manifest names any more: outdated ones, and those of a process that was killed.
func (s *store) sweep(m *manifest) {
	entries, err := os.ReadDir(filepath.Join(s.dir, "parts"))
	if err != nil {
		return
	}
	used := map[string]bool{}
	for _, file := range m.Parts {
		used[file] = true
	}
	for _, e := range entries {
		if !used[e.Name()] {
			_ = os.Remove(s.partPath(e.Name())) // a part that stays costs only space
		}
	}
}

// lock waits for the right to change the state and returns what gives it back. The kernel gives back what a killed
// process held.
func (s *store) lock() (unlock func(), err error) {
	f, err := os.OpenFile(filepath.Join(s.dir, "lock"), os.O_RDWR|os.O_CREATE|unix.O_CLOEXEC, 0o600)
	if err != nil {
		return nil, fmt.Errorf("cannot lock the simulated cluster: %w", err)
	}
	for {
		err = unix.Flock(int(f.Fd()), unix.LOCK_EX)
		if !errors.Is(err, unix.EINTR) {
			break
		}
	}
	if err != nil {
		f.Close()
		return nil, fmt.Errorf("cannot lock the simulated cluster: %w", err)
	}
	return func() { f.Close() }, nil
}

// writeFile writes a file and makes it last.
func writeFile(path string, data []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return fmt.Errorf("cannot write the state: %w", err)
	}
	_, err = f.Write(data)
	if err == nil {
		err = f.Sync()
	}
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		return fmt.Errorf("cannot write the state: %w", err)
	}
	return nil
}

// syncDir makes the names in a directory last.
func syncDir(path string) error {
	d, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("cannot write the state: %w", err)
	}
	defer d.Close()
	if err := d.Sync(); err != nil && !errors.Is(err, unix.EINVAL) { // some file systems cannot sync directories
		return fmt.Errorf("cannot write the state: %w", err)
	}
	return nil
}

// validName tells whether a file system can be called so: its parts are named after it.
func validName(name string) bool {
	return name != "" && len(name) <= 100 && !strings.ContainsAny(name, "/:. \t\n") && name[0] != '-'
}
