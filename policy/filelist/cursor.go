package filelist

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"strings"
)

// Cursor reads files batch by batch, at the pace of whoever asks. It belongs to one goroutine, and has to be closed.
//
//	c := files.Open(ctx)
//	defer c.Close()
//	for batch := c.Next(); batch != nil; batch = c.Next() { … }
//	err := c.Close()
type Cursor struct {
	next   func() ([]File, bool)
	stop   func()
	batch  []File
	before int64 // files of earlier batches
	report Report
	err    error
}

var errClosed = errors.New("closed before the end")

// Open begins to read the files. What goes wrong is told by Close.
func (f Files) Open(ctx context.Context) *Cursor {
	c := &Cursor{}
	c.next, c.stop = iter.Pull(func(yield func([]File) bool) {
		c.report, c.err = f.Batches(ctx, func(files []File) error {
			if !yield(files) {
				return errClosed
			}
			return nil
		})
	})
	return c
}

// Next returns the next files, nil when there are no more. The slice is used again by the next call; a File that is to
// stay is copied.
func (c *Cursor) Next() []File {
	c.before += int64(len(c.batch))
	c.batch, _ = c.next()
	return c.batch
}

// Keep returns a copy of the i-th file of the batch that lives on.
func (c *Cursor) Keep(i int) *File { return c.batch[i].Clone() }

// Clone returns a copy of a file that stays when its batch is used again.
func (f *File) Clone() *File {
	c := *f
	return &c
}

// Number returns the number of the i-th file of the batch among all files, from 1.
func (c *Cursor) Number(i int) int64 { return c.before + int64(i) + 1 }

// At says at which file of the batch something happened: a panic or an error becomes a [*RecordPanic].
func (c *Cursor) At(i int, value any) any {
	if c == nil || i < 0 || i >= len(c.batch) {
		return value
	}
	if p, isRecord := value.(*RecordPanic); isRecord {
		return p
	}
	return &RecordPanic{Value: value, File: c.batch[i], Index: c.before + int64(i)}
}

// Close ends the reading and returns the error that it ended with. That not all was read is none.
func (c *Cursor) Close() error {
	c.stop()
	c.batch = nil
	if errors.Is(c.err, errClosed) {
		return nil
	}
	return c.err
}

// Report says what was read until now; all of it after Close.
func (c *Cursor) Report() Report { return c.report }

// Named returns the attribute that [File.Attr] means by a name: one of those that have a field, an extended attribute
// ("user.project"), or an own key of ShowSQL.
func Named(name string) Attr {
	if _, err := parseAttr(Attr(name)); err == nil {
		return Attr(name)
	}
	if space, _, dotted := strings.Cut(name, "."); dotted {
		switch space {
		case "user", "system", "trusted", "security", "gpfs", "dmapi":
			return XAttr(name)
		}
	}
	return Extra(name)
}

// Attr returns the text of an attribute by its name: an own key of ShowSQL, an extended attribute, or one of those that
// have a field. What is not known is "".
func (f *File) Attr(name string) string {
	if v, own := f.Extra[name]; own {
		return v
	}
	a, err := parseAttr(Attr(name))
	if err != nil || !f.Has(a.name) {
		return ""
	}
	switch a.name {
	case Path:
		return f.Path
	case Name:
		return f.Name
	case Ext:
		return strings.ToLower(string(extension([]byte(f.Path))))
	case Type:
		return f.Type
	case Size:
		return fmt.Sprint(f.Size)
	case KBAllocated:
		return fmt.Sprint(f.KBAllocated)
	case User:
		return f.User
	case UserID:
		return fmt.Sprint(f.UserID)
	case Group:
		return f.Group
	case GroupID:
		return fmt.Sprint(f.GroupID)
	case FilesetName:
		return f.Fileset
	case PoolName:
		return f.Pool
	case Access:
		return formatTime(f.Access.UnixMicro())
	case Modify:
		return formatTime(f.Modify.UnixMicro())
	case Change:
		return formatTime(f.Change.UnixMicro())
	case Create:
		return formatTime(f.Create.UnixMicro())
	case Expire:
		return formatTime(f.Expire.UnixMicro())
	case Mode:
		return f.Mode
	case NLink:
		return fmt.Sprint(f.NLink)
	case Inode:
		return fmt.Sprint(f.Inode)
	case Generation:
		return fmt.Sprint(f.Generation)
	case SnapID:
		return fmt.Sprint(f.SnapID)
	case SnapName:
		return f.SnapName
	case Misc:
		return f.Misc
	case Heat:
		return fmt.Sprint(f.Heat)
	}
	return ""
}
