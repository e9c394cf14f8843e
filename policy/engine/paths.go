package engine

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"

	"golang.org/x/sys/unix"

	"gpfsh/policy/scan"
)

// InputPath is an object that an input list names: mmapplypolicy -i.
type InputPath struct {
	Path string
	// Inode is the inode that the list expects to find there, 0 when it does not say. An object with another one is not
	// the one that was meant, and counts as vanished.
	Inode uint64
}

// Paths are objects that are named one by one: mmapplypolicy -i. Objects that do not exist are counted as vanished.
func Paths(paths []InputPath) Source { return pathSource(paths) }

// ReadPaths reads an input list, see [ParsePaths].
func ReadPaths(file string) ([]InputPath, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	paths, err := ParsePaths(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return paths, nil
}

// ParsePaths reads an input list. Each record is an absolute path, or INODE:GENERATION:LENGTH!PATH with the inode and the
// generation in hexadecimal, as the record format has them. Records end with a newline; a path whose length is given can
// have newlines in it, and ends with a newline or a zero byte.
//
// unverified: that the numbers are hexadecimal; the pages only show the form of the record.
func ParsePaths(data []byte) ([]InputPath, error) {
	var paths []InputPath
	for len(data) > 0 {
		if c := data[0]; c == '\n' || c == 0 {
			data = data[1:]
			continue
		}
		if data[0] == '/' {
			end := bytes.IndexByte(data, '\n')
			if end < 0 {
				end = len(data)
			}
			paths = append(paths, InputPath{Path: string(data[:end])})
			data = data[end:]
			continue
		}
		p, rest, ok := expertPath(data)
		if !ok {
			line, _, _ := bytes.Cut(data, []byte("\n"))
			return nil, fmt.Errorf("record %d is neither an absolute path nor INODE:GENERATION:LENGTH!PATH: %.60q", len(paths)+1, line)
		}
		paths, data = append(paths, p), rest
	}
	return paths, nil
}

func expertPath(data []byte) (p InputPath, rest []byte, ok bool) {
	f := bytes.SplitN(data[:min(len(data), 80)], []byte(":"), 3)
	if len(f) != 3 {
		return p, nil, false
	}
	inode, err1 := strconv.ParseUint(string(f[0]), 16, 64)
	_, err2 := strconv.ParseUint(string(f[1]), 16, 64)
	length, _, found := bytes.Cut(f[2], []byte("!"))
	size, err3 := strconv.Atoi(string(length))
	at := len(f[0]) + len(f[1]) + len(length) + 3
	if errors.Join(err1, err2, err3) != nil || !found || size < 1 || size > len(data)-at || data[at] != '/' {
		return p, nil, false
	}
	rest = data[at+size:]
	if len(rest) > 0 && rest[0] != '\n' && rest[0] != 0 {
		return p, nil, false
	}
	return InputPath{Path: string(data[at : at+size]), Inode: inode}, rest, true
}

type pathSource []InputPath

func (p pathSource) Workers() int { return 1 }

func (p pathSource) Each(ctx context.Context, fn func(worker int, o Object) error) (scan.Stats, error) {
	var stats scan.Stats
	for _, in := range p {
		if err := ctx.Err(); err != nil {
			return stats, err
		}
		o, err := newPathObject(in.Path)
		if err == nil && in.Inode != 0 && in.Inode != o.Inode() {
			err = unix.ESTALE
		}
		if err != nil {
			if errors.Is(err, unix.ENOENT) || errors.Is(err, unix.ESTALE) {
				stats.Vanished++
			} else {
				stats.Unreadable++
			}
			continue
		}
		stats.Entries++
		switch o.Type() {
		case scan.Regular:
			stats.Files++
		case scan.Directory:
			stats.Dirs++
		case scan.Symlink:
			stats.Links++
		default:
			stats.Others++
		}
		if err := fn(0, o); err != nil && !errors.Is(err, scan.SkipDir) {
			return stats, err
		}
	}
	return stats, nil
}

// readAt reads up to the next terminator; the last record may have none.
func readAt(r interface {
	ReadSlice(delim byte) ([]byte, error)
}, buf []byte, end byte) ([]byte, error) {
	buf = buf[:0]
	for {
		part, err := r.ReadSlice(end)
		buf = append(buf, part...)
		switch {
		case err == nil:
			return buf[:len(buf)-1], nil
		case err == io.EOF && len(buf) > 0:
			return buf, errNoEnd
		case err == io.EOF:
			return nil, io.EOF
		case len(buf) > longestRecord:
			return nil, fmt.Errorf("a record has more than %d bytes", longestRecord)
		case len(part) == 0:
			return nil, err
		}
	}
}
