package mmsim

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"sync"

	"gpfsh/mmexec"
)

// privateDir is where the node keeps the private files of its callers, as their paths show it.
const privateDir = "/var/mmfs/tmp/gpfsh"

// privateFiles are the files that callers put on the node. A cluster in memory keeps them in memory: nobody but its
// commands reads them. One in a directory keeps them in files that no other user can read.
type privateFiles struct {
	mu     sync.Mutex
	next   int
	byPath map[string][]byte
	dir    string // "" in memory
}

// filesDir is where a state directory has its private files.
func filesDir(dir string) string { return filepath.Join(dir, "files") }

// Put keeps a private file for the commands and returns the path under which they find it.
func (c *Cluster) Put(ctx context.Context, name string, data []byte) (string, error) {
	if err := ctx.Err(); err != nil {
		return "", err
	}
	return c.files.put(name, data)
}

// Get reads a private file, or another file of the node: a list that a command wrote.
func (c *Cluster) Get(ctx context.Context, path string) ([]byte, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if data, ok := c.files.private(path); ok {
		return data, nil
	}
	if path == zonePath || path == daemonLogPath {
		st, err := c.view(0)
		if err != nil {
			return nil, err
		}
		if path == zonePath {
			return st.Zone.zoneFile(), nil
		}
		return st.daemonLog(st.node(st.LocalNode), c.now(st)), nil
	}
	return os.ReadFile(path)
}

// Remove removes a private file. Other files are not its business.
func (c *Cluster) Remove(ctx context.Context, path string) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if !c.files.remove(path) {
		return &fs.PathError{Op: "remove", Path: path, Err: fs.ErrNotExist}
	}
	return nil
}

// place puts the files that travel with a command on the node and returns its arguments with their paths, and what
// removes the files again.
func (c *Cluster) place(cmd mmexec.Command) (args []string, remove func(), err error) {
	var paths []string
	remove = func() {
		for _, p := range paths {
			c.files.remove(p)
		}
	}
	for _, f := range cmd.Files {
		p, err := c.files.put(f.Name, f.Data)
		if err != nil {
			remove()
			return nil, nil, err
		}
		paths = append(paths, p)
	}
	return cmd.WithPaths(paths), remove, nil
}

func (p *privateFiles) put(name string, data []byte) (string, error) {
	name = strings.Map(func(r rune) rune {
		if r == '/' || r == 0 || r == '\n' {
			return '_'
		}
		return r
	}, name)
	if name == "" || name == "." || name == ".." {
		name = "file"
	}
	if p.dir != "" {
		return p.write(name, data)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.byPath == nil {
		p.byPath = map[string][]byte{}
	}
	p.next++
	at := path.Join(privateDir, strconv.Itoa(p.next), name)
	p.byPath[at] = bytes.Clone(data)
	return at, nil
}

// write makes a real private file.
func (p *privateFiles) write(name string, data []byte) (string, error) {
	err := os.MkdirAll(p.dir, 0o700)
	if err != nil {
		return "", fmt.Errorf("cannot keep a private file: %w", err)
	}
	dir, err := os.MkdirTemp(p.dir, "")
	if err != nil {
		return "", fmt.Errorf("cannot keep a private file: %w", err)
	}
	at := filepath.Join(dir, name)
	if err := os.WriteFile(at, data, 0o600); err != nil {
		return "", fmt.Errorf("cannot keep a private file: %w", err)
	}
	return at, nil
}

// private reads a file in memory.
func (p *privateFiles) private(path string) ([]byte, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	data, ok := p.byPath[path]
	return bytes.Clone(data), ok
}

// read is what a command sees of the node's files: the private ones, and those of the machine.
func (p *privateFiles) read(path string) ([]byte, bool) {
	if data, ok := p.private(path); ok {
		return data, true
	}
	data, err := os.ReadFile(path)
	return data, err == nil
}

func (p *privateFiles) remove(path string) bool {
	if p.dir != "" {
		own := filepath.Dir(filepath.Dir(path)) == p.dir
		return own && os.Remove(path) == nil && os.Remove(filepath.Dir(path)) == nil
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	_, ok := p.byPath[path]
	delete(p.byPath, path)
	return ok
}

func (p *privateFiles) clear() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.byPath = nil
	return nil
}
