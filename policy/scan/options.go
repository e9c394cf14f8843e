//go:build linux

package scan

import (
	"fmt"
	"io/fs"
	"sync/atomic"
	"syscall"
)

// Options say how a tree is walked. The zero value walks all of it with one goroutine per processor.
type Options struct {
	// Workers is the number of goroutines; 0 means one per processor. More can pay where a stat waits for a network.
	Workers int
	// OneFilesystem keeps the walk on the device of the root: directories where something else is mounted are
	// reported but not entered.
	OneFilesystem bool
	// MaxDepth bounds the depth of the objects reported: 1 means those in the root itself. 0 means no bound.
	MaxDepth int
	// Skip names directories that are neither reported nor entered, at any depth below the root: ".snapshots".
	Skip []string
	// Cached lets the file system answer stats from what it has cached instead of asking its servers
	// (AT_STATX_DONT_SYNC).
	Cached bool
	// OnError hears of every object that could not be read, vanished ones included. It may be called from several
	// goroutines at once, and the error is its to keep. Stats counts them all and keeps the first few.
	OnError func(*Error)
	// Seen, when set, grows while the walk runs: the number of objects so far, for a progress bar.
	Seen *atomic.Int64
}

// SkipDir is returned by the function given to [Scan] for a directory that is not to be entered. It is the same value
// as [fs.SkipDir].
var SkipDir = fs.SkipDir

// Stats is what a walk met.
type Stats struct {
	Entries    int64 `col:"OBJECTS" json:"objects"`       // objects handed to the function, the root included
	Files      int64 `col:"FILES" json:"files"`           // regular files among them
	Dirs       int64 `col:"DIRECTORIES" json:"dirs"`      // directories among them
	Links      int64 `col:"LINKS" json:"links"`           // symbolic links among them
	Others     int64 `col:"OTHERS" json:"others"`         // devices, pipes, sockets among them
	Skipped    int64 `col:"SKIPPED" json:"skipped"`       // directories left out because of Options.Skip
	Vanished   int64 `col:"VANISHED" json:"vanished"`     // objects that were listed, and gone when they were to be read
	Unreadable int64 `col:"UNREADABLE" json:"unreadable"` // objects that could not be read for any other reason
	// Errors are the first errors met, at most 20.
	Errors []*Error `col:"-" json:"errors,omitempty"`
}

const keptErrors = 20

func (s *Stats) add(o *Stats) {
	s.Entries += o.Entries
	s.Files += o.Files
	s.Dirs += o.Dirs
	s.Links += o.Links
	s.Others += o.Others
	s.Skipped += o.Skipped
	s.Vanished += o.Vanished
	s.Unreadable += o.Unreadable
	for _, e := range o.Errors {
		if len(s.Errors) < keptErrors {
			s.Errors = append(s.Errors, e)
		}
	}
}

func (s *Stats) countType(t Type) {
	s.Entries++
	switch t {
	case Regular:
		s.Files++
	case Directory:
		s.Dirs++
	case Symlink:
		s.Links++
	default:
		s.Others++
	}
}

// Error says what could not be read.
type Error struct {
	Op   string // the system call: "openat", "getdents", "statx"
	Path string // the full path, as bytes in a string
	Err  syscall.Errno
}

// Error returns the path and the reason.
func (e *Error) Error() string { return fmt.Sprintf("%q: %s: %s", e.Path, e.Op, e.Err) }

// Unwrap returns the errno.
func (e *Error) Unwrap() error { return e.Err }

// Vanished says whether the object was gone when it was to be read.
// A directory that something else has taken the place of counts as gone.
func (e *Error) Vanished() bool {
	switch e.Err {
	case syscall.ENOENT, syscall.ESTALE:
		return true
	case syscall.ENOTDIR, syscall.ELOOP:
		return e.Op == "openat"
	}
	return false
}

// MarshalText writes the error as its text, so that statistics can be written as JSON.
func (e *Error) MarshalText() ([]byte, error) { return []byte(e.Error()), nil }
