package mmsim

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"os"
	"path"
	"strings"
	"sync"

	"gpfsh/mmexec"
)

// privateDir is where the node keeps the private files of its callers, as their paths show it.
const privateDir = "/var/mmfs/tmp/gpfsh"

// privateFiles are the files that callers put on the node. They live in memory: nobody but the commands reads them.
type privateFiles struct {
	mu     sync.Mutex
	next   int
	byPath map[string][]byte
}

// Put keeps a private file for the commands and returns the path under which they find it.
func (c *Cluster) Put(ctx context.Context, name string, data []byte) (string, error) {
	if err := ctx.Err(); err != nil {
		return "", err
	}
	return c.files.put(name, data), nil
}

// Get reads a private file.
func (c *Cluster) Get(ctx context.Context, path string) ([]byte, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	data, ok := c.files.private(path)
	if !ok {
		return nil, &fs.PathError{Op: "open", Path: path, Err: fs.ErrNotExist}
	}
	return data, nil
}

// Remove removes a private file.
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
	paths := make([]string, len(cmd.Files))
	for i, f := range cmd.Files {
		paths[i] = c.files.put(f.Name, f.Data)
	}
	return cmd.WithPaths(paths), func() {
		for _, p := range paths {
			c.files.remove(p)
		}
	}, nil
}

func (p *privateFiles) put(name string, data []byte) string {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.byPath == nil {
		p.byPath = map[string][]byte{}
	}
	p.next++
	name = strings.Map(func(r rune) rune {
		if r == '/' || r == 0 || r == '\n' {
			return '_'
		}
		return r
	}, name)
	at := path.Join(privateDir, fmt.Sprintf("%d.%s", p.next, name))
	p.byPath[at] = bytes.Clone(data)
	return at
}

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
