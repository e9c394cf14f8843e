package mmexec

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
)

// maxFile bounds what Get reads.
const maxFile = 256 << 20

// privateDir keeps private files on this machine: one directory of mode 0700, made when the first file comes and
// removed with the last one.
type privateDir struct {
	mu     sync.Mutex
	path   string
	serial int
	files  map[string]bool
}

func (d *privateDir) put(name string, data []byte) (string, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.path == "" {
		dir, err := os.MkdirTemp("", "gpfsh-") // 0700
		if err != nil {
			return "", fmt.Errorf("cannot make a directory for private files: %w", err)
		}
		d.path, d.files = dir, make(map[string]bool)
	}
	d.serial++
	path := filepath.Join(d.path, fmt.Sprintf("%d-%s", d.serial, safeName(name)))
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return "", fmt.Errorf("cannot write the private file %s: %w", name, err)
	}
	_, err = f.Write(data)
	if err := errors.Join(err, f.Close()); err != nil {
		os.Remove(path)
		return "", fmt.Errorf("cannot write the private file %s: %w", name, err)
	}
	d.files[path] = true
	return path, nil
}

func (d *privateDir) remove(path string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if !d.files[path] {
		return fmt.Errorf("%s is not a private file of this session: not removed", path)
	}
	delete(d.files, path)
	err := os.Remove(path)
	if errors.Is(err, os.ErrNotExist) {
		err = nil
	}
	if len(d.files) == 0 {
		os.Remove(d.path)
		d.path = ""
	}
	return err
}

// putFiles puts the files of a command through the Put of its executor and returns their paths, and what removes them.
func putFiles(ctx context.Context, ex Executor, cmd Command) (paths []string, remove func(), err error) {
	remove = func() {
		for _, p := range paths {
			// The files are removed also when the caller has stopped waiting.
			_ = ex.Remove(context.WithoutCancel(ctx), p)
		}
	}
	for _, f := range cmd.Files {
		p, err := ex.Put(ctx, f.Name, f.Data)
		if err != nil {
			remove()
			return nil, func() {}, err
		}
		paths = append(paths, p)
	}
	return paths, remove, nil
}

// safeName makes a file name of a hint: letters, digits, dots and dashes, and not too long.
func safeName(hint string) string {
	s := strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', r == '.', r == '-', r == '_':
			return r
		}
		return '_'
	}, hint)
	if len(s) > 40 {
		s = s[:40]
	}
	if strings.Trim(s, "._") == "" {
		return "file"
	}
	return s
}

func readFile(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err == nil && len(data) > maxFile {
		return nil, fmt.Errorf("%s is larger than %d MiB: not read", path, maxFile>>20)
	}
	return data, err
}
