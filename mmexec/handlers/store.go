package handlers

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"

	"gpfsh/mmexec"
)

// Store is where a node has its handlers.
type Store interface {
	// Put writes a handler; one of that name is replaced, its log stays.
	Put(h *Handler) error
	// Get reads a handler and checks that nobody else could have changed it.
	Get(id string) (*Handler, error)
	// List tells of all handlers, broken ones among them.
	List() ([]Copy, error)
	// Remove takes a handler away with everything that belongs to it. One that is not there is no error.
	Remove(id string) error

	// Log returns what the handler has logged, the oldest first.
	Log(id string) ([]byte, error)
	// Append adds to the log.
	Append(id string, text []byte) error
	// Keep replaces a small file of the handler, one caller at a time: change is given what it holds.
	Keep(id, name string, change func(old []byte) []byte) error
}

// The files that Keep keeps.
const (
	LastFile  = "last.json"  // the values of the last event
	StormFile = "storm.json" // see Allow
)

// Copy is a handler as a node has it.
type Copy struct {
	ID      string `json:"id"`
	Version int    `json:"version,omitempty"`
	Sum     string `json:"sum,omitempty"`
	Problem string `json:"problem,omitempty"` // why it cannot be run
}

// Dir is the store of a node in a directory.
type Dir struct {
	root string // what stands in front of every path: "" but for simulated nodes
	dir  string
}

// NewDir returns the store in a directory; "" is DefaultDir. root stands in front of every path: it is "" for the node
// that this program runs on, and a directory for a simulated node.
func NewDir(root, dir string) *Dir { return &Dir{root, dirOf(dir)} }

func (d *Dir) at(id string, file ...string) string {
	return filepath.Join(append([]string{d.root, d.dir, id}, file...)...)
}

// Put writes a handler.
func (d *Dir) Put(h *Handler) error {
	if err := h.Check(); err != nil {
		return err
	}
	dir := d.at(h.ID)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("cannot keep handler %s: %w", h.ID, err)
	}
	if err := mmexec.CheckOwned(dir); err != nil {
		return fmt.Errorf("cannot keep handler %s where others could change it: %w", h.ID, err)
	}
	plain := *h
	plain.Source = ""
	var err error
	write := func(name string, data []byte, mode os.FileMode) {
		if err == nil {
			err = writeFile(filepath.Join(dir, name), data, mode)
		}
	}
	if h.Source != "" {
		write("handler.go", []byte(h.Source), 0o600)
	}
	write("run", h.Script(), 0o700)
	if h.Health() {
		write("health", nil, 0o600)
	}
	write("handler.json", plain.Marshal(), 0o600)
	if err == nil && h.Health() {
		err = d.chain()
	}
	if err != nil {
		return fmt.Errorf("cannot keep handler %s: %w", h.ID, err)
	}
	return nil
}

// writeFile replaces a file as a whole.
func writeFile(path string, data []byte, mode os.FileMode) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".new-")
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	err = errors.Join(err, f.Chmod(mode), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		os.Remove(f.Name())
	}
	return err
}

// Get reads a handler.
func (d *Dir) Get(id string) (*Handler, error) {
	file := d.at(id, "handler.json")
	data, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("there is no handler %s in %s: %w", id, filepath.Join(d.root, d.dir), fs.ErrNotExist)
	}
	if err != nil {
		return nil, fmt.Errorf("cannot read handler %s: %w", id, err)
	}
	for _, name := range []string{"handler.json", "handler.go", "run"} {
		if err := mmexec.CheckOwned(d.at(id, name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("handler %s is refused, others could have changed it: %w", id, err)
		}
	}
	source, err := os.ReadFile(d.at(id, "handler.go"))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("cannot read handler %s: %w", id, err)
	}
	h, err := unmarshalWith(data, string(source))
	if err != nil {
		return nil, err
	}
	if h.ID != id {
		return nil, fmt.Errorf("the directory %s holds handler %s", d.at(id), h.ID)
	}
	if _, err := os.Stat(d.at(id, "run")); err != nil {
		return nil, fmt.Errorf("handler %s has no script to be run by: %w", id, err)
	}
	return h, nil
}

// List tells of all handlers.
func (d *Dir) List() ([]Copy, error) {
	entries, err := os.ReadDir(filepath.Join(d.root, d.dir))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var list []Copy
	for _, e := range entries {
		if !e.IsDir() {
			continue
		}
		list = append(list, copyOf(e.Name(), d.Get))
	}
	return list, nil
}

func copyOf(id string, get func(string) (*Handler, error)) Copy {
	h, err := get(id)
	if err != nil {
		return Copy{ID: id, Problem: err.Error()}
	}
	return Copy{ID: id, Version: h.Version, Sum: h.Sum}
}

// Remove takes a handler away.
func (d *Dir) Remove(id string) error {
	if err := checkID(id); err != nil {
		return err
	}
	if err := os.RemoveAll(d.at(id)); err != nil {
		return fmt.Errorf("cannot remove handler %s: %w", id, err)
	}
	// The directories go when they are empty; others may use them.
	os.Remove(filepath.Join(d.root, d.dir))
	os.Remove(filepath.Dir(filepath.Join(d.root, d.dir)))
	return d.unchain()
}

// checkID keeps what is no identifier from becoming a path.
func checkID(id string) error {
	if id == "" || id == "." || id == ".." || strings.ContainsAny(id, "/\x00") {
		return fmt.Errorf("%q is no name of a handler", id)
	}
	return nil
}

// chain makes mmhealth run the handlers of health events, and after them the script that was there before.
func (d *Dir) chain() error {
	at, before := filepath.Join(d.root, ChainPath), filepath.Join(d.root, BeforePath)
	have, err := os.ReadFile(at)
	switch {
	case err == nil && strings.Contains(string(have), chainMark):
	case err == nil:
		if _, err := os.Stat(before); err == nil {
			return fmt.Errorf("%s is not the script of gpfsh, but %s is there already: put one of them away", ChainPath, BeforePath)
		}
		if err := os.Rename(at, before); err != nil {
			return err
		}
	case !errors.Is(err, fs.ErrNotExist):
		return err
	}
	if err := os.MkdirAll(filepath.Dir(at), 0o755); err != nil {
		return err
	}
	return writeFile(at, ChainScript(), 0o755)
}

// unchain undoes chain when there are no handlers of health events any more.
func (d *Dir) unchain() error {
	if found, _ := filepath.Glob(d.at("*", "health")); len(found) > 0 {
		return nil
	}
	at, before := filepath.Join(d.root, ChainPath), filepath.Join(d.root, BeforePath)
	have, err := os.ReadFile(at)
	if err != nil || !strings.Contains(string(have), chainMark) {
		return nil // nothing of ours
	}
	if err := os.Rename(before, at); errors.Is(err, fs.ErrNotExist) {
		return os.Remove(at)
	} else if err != nil {
		return fmt.Errorf("cannot put %s back: %w", BeforePath, err)
	}
	return nil
}

// Log returns what the handler has logged.
func (d *Dir) Log(id string) ([]byte, error) {
	var all []byte
	found := false
	for n := MaxLogs; n >= 0; n-- {
		data, err := os.ReadFile(d.at(id, logName(n)))
		if err == nil {
			all, found = append(all, data...), true
		} else if !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
	}
	if _, err := os.Stat(d.at(id)); !found && err != nil {
		return nil, fmt.Errorf("there is no handler %s here: %w", id, err)
	}
	return all, nil
}

func logName(n int) string {
	if n == 0 {
		return "log"
	}
	return fmt.Sprintf("log.%d", n)
}

// Append adds to the log, which is put away first when it has grown too large.
func (d *Dir) Append(id string, text []byte) error {
	return d.locked(id, func() error {
		file := d.at(id, "log")
		if info, err := os.Stat(file); err == nil && info.Size() >= MaxLog {
			for n := MaxLogs; n > 0; n-- {
				_ = os.Rename(d.at(id, logName(n-1)), d.at(id, logName(n)))
			}
		}
		f, err := os.OpenFile(file, os.O_WRONLY|os.O_APPEND|os.O_CREATE|syscall.O_NOFOLLOW, 0o600)
		if err != nil {
			return err
		}
		_, err = f.Write(text)
		return errors.Join(err, f.Close())
	})
}

// locked runs do while no other process does, on the same handler.
func (d *Dir) locked(id string, do func() error) error {
	if err := checkID(id); err != nil {
		return err
	}
	f, err := os.Open(d.at(id))
	if err != nil {
		return err
	}
	defer f.Close()
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX); err != nil {
		return err
	}
	return do()
}

// Keep replaces a small file of the handler.
func (d *Dir) Keep(id, name string, change func(old []byte) []byte) error {
	return d.locked(id, func() error {
		old, err := os.ReadFile(d.at(id, name))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		return writeFile(d.at(id, name), change(old), 0o600)
	})
}

// Memory is the store of a node that exists in memory only. The zero value is empty.
type Memory struct {
	mu    sync.Mutex
	all   map[string]*Handler
	files map[string][]byte // id/name
}

// Put keeps a handler.
func (m *Memory) Put(h *Handler) error {
	if err := h.Check(); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.all == nil {
		m.all, m.files = map[string]*Handler{}, map[string][]byte{}
	}
	kept := *h
	m.all[h.ID] = &kept
	return nil
}

// Get returns a handler.
func (m *Memory) Get(id string) (*Handler, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	h, ok := m.all[id]
	if !ok {
		return nil, fmt.Errorf("there is no handler %s here: %w", id, fs.ErrNotExist)
	}
	kept := *h
	return &kept, h.Check()
}

// List tells of all handlers.
func (m *Memory) List() ([]Copy, error) {
	m.mu.Lock()
	ids := slices.Sorted(maps.Keys(m.all))
	m.mu.Unlock()
	var list []Copy
	for _, id := range ids {
		list = append(list, copyOf(id, m.Get))
	}
	return list, nil
}

// Remove takes a handler away.
func (m *Memory) Remove(id string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.all, id)
	maps.DeleteFunc(m.files, func(name string, _ []byte) bool { return path.Dir(name) == id })
	return nil
}

// Log returns what the handler has logged.
func (m *Memory) Log(id string) ([]byte, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.all[id] == nil {
		return nil, fmt.Errorf("there is no handler %s here: %w", id, fs.ErrNotExist)
	}
	return slices.Clone(m.files[id+"/log"]), nil
}

// Append adds to the log.
func (m *Memory) Append(id string, text []byte) error {
	return m.Keep(id, "log", func(old []byte) []byte { return append(old, text...) })
}

// Keep replaces a small file of the handler.
func (m *Memory) Keep(id, name string, change func(old []byte) []byte) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.all[id] == nil {
		return fmt.Errorf("there is no handler %s here: %w", id, fs.ErrNotExist)
	}
	m.files[id+"/"+name] = change(m.files[id+"/"+name])
	return nil
}

// Last returns the values of the last event that a handler was run for.
func Last(s Store, id string) (data []byte, err error) {
	err = s.Keep(id, LastFile, func(old []byte) []byte { data = slices.Clone(old); return old })
	if err == nil && len(data) == 0 {
		err = io.EOF
	}
	return data, err
}

// Path is the directory of a handler, as this machine sees it.
func (d *Dir) Path(id string) string { return d.at(id) }
