package filelist

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
)

// Difference is one file that is not the same in two sets of files. Paths are below the roots of the sets.
type Difference struct {
	What   string `col:"CHANGE" json:"change"` // "created", "deleted", "changed", "moved"
	Path   string `col:"PATH" json:"path"`     // where it is, or was when it is deleted
	From   string `col:"FROM" json:"from,omitempty"`
	Before Value  `col:"SIZE BEFORE" json:"size_before"` // bytes
	After  Value  `col:"SIZE AFTER" json:"size_after"`   // bytes
	Inode  int64  `col:"INODE,wide" json:"inode"`
}

// Changes is what Compare has found.
type Changes struct {
	Created   int64 `col:"CREATED" json:"created"`
	Deleted   int64 `col:"DELETED" json:"deleted"`
	Changed   int64 `col:"CHANGED" json:"changed"` // another size or another time of modification
	Moved     int64 `col:"MOVED" json:"moved"`     // the same file under another path
	Unchanged int64 `col:"UNCHANGED" json:"unchanged"`
	// Growth is how many bytes there are more than before.
	Growth Value `col:"GROWTH" json:"growth"`
	// Items are the differences in the order of their paths, the first 100,000; CompareEach has all.
	Items  []Difference `col:"-" json:"items"`
	Before Report       `col:"-" json:"before"`
	After  Report       `col:"-" json:"after"`
}

// keptDifferences bounds the differences that Compare keeps.
const keptDifferences = 100_000

// String returns the counts in one line.
func (c *Changes) String() string {
	return fmt.Sprintf("%d created, %d deleted, %d changed, %d moved, %d unchanged, growth %s",
		c.Created, c.Deleted, c.Changed, c.Moved, c.Unchanged, c.Growth)
}

// Compare finds what is different between two sets of files: two snapshots, two lists of the same directory at
// different times. A file is the same when inode and generation are (in a directory: inode and time of creation), so a
// file that was moved is found. Paths are compared below the roots of the sets; Under sets them for lists. Both sets need
// Size and Modify. Memory stays flat but for the differences that are kept.
func Compare(ctx context.Context, before, after Files) (*Changes, error) {
	c := &Changes{}
	err := CompareEach(ctx, before, after, c, func(d Difference) error {
		if len(c.Items) < keptDifferences {
			c.Items = append(c.Items, d)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	slices.SortFunc(c.Items, func(a, b Difference) int { return strings.Compare(a.Path, b.Path) })
	return c, nil
}

// CompareEach calls a function with every difference, in no useful order, and keeps none. The counts are left in
// totals.
func CompareEach(ctx context.Context, before, after Files, totals *Changes, fn func(Difference) error) error {
	o := before.runOptions()
	s := newSorter(o, o.workers)
	defer s.close()
	var err error
	if totals.Before, err = before.sortSide(ctx, s, 0); err != nil {
		return err
	}
	if totals.After, err = after.Workers(o.workers).sortSide(ctx, s, 1); err != nil {
		return err
	}
	c := &comparison{totals: totals, fn: fn}
	if err := s.each(ctx, c.take); err != nil {
		return err
	}
	if err := c.finish(); err != nil {
		return err
	}
	totals.Growth = c.growth.value(KindBytes)
	return nil
}

// sideFixed is the length of what stands before the path in a record: identity, then the rest of what is compared.
const sideFixed = 16

// sortSide gives one side to the sorter. The side is the last byte, so that equal paths are neighbours.
func (f Files) sortSide(ctx context.Context, s *sorter, side byte) (Report, error) {
	root := []byte(strings.TrimRight(f.root, "/"))
	attrs := []Attr{Inode, Size, Modify, Path}
	identity := idGeneration
	if _, isTree := f.in.(*tree); isTree {
		attrs, identity = append(attrs, Create), idCreate
	} else {
		attrs = append(attrs, Generation)
	}
	return f.sortInto(ctx, s, attrs, func(r *rec, buf []byte) ([]byte, bool) {
		buf = binary.BigEndian.AppendUint64(buf, uint64(r.num[idInode]))
		id := int64(0)
		if r.has.has(identity) {
			id = r.num[identity]
		}
		buf = binary.BigEndian.AppendUint64(buf, uint64(id))
		path, _ := below(r.text(idPath), root)
		buf = append(append(buf, path...), 0, side)
		buf = binary.BigEndian.AppendUint64(buf, uint64(r.num[idSize]))
		return binary.BigEndian.AppendUint64(buf, uint64(r.num[idModify])), true
	})
}

// side is one name of a file on one side.
type side struct {
	path         string
	size, modify int64
}

// comparison compares the names of one file at a time.
type comparison struct {
	totals *Changes
	fn     func(Difference) error
	last   []byte // the identity at hand
	names  [2][]side
	growth total
}

func (c *comparison) take(rec []byte) error {
	if !bytes.Equal(c.last, rec[:sideFixed]) {
		if err := c.finish(); err != nil {
			return err
		}
		c.last = append(c.last[:0], rec[:sideFixed]...)
	}
	end := len(rec) - 18
	s := side{
		path: string(rec[sideFixed:end]),
		size: int64(binary.BigEndian.Uint64(rec[end+2:])), modify: int64(binary.BigEndian.Uint64(rec[end+10:])),
	}
	c.names[rec[end+1]] = append(c.names[rec[end+1]], s)
	return nil
}

// finish compares all names of one file. Those on one side only are paired in their order: they were moved.
func (c *comparison) finish() error {
	before, after := c.names[0], c.names[1]
	c.names[0], c.names[1] = before[:0], after[:0]
	if len(before)+len(after) == 0 {
		return nil
	}
	if len(before) > 0 {
		c.growth.add(-before[0].size)
	}
	if len(after) > 0 {
		c.growth.add(after[0].size)
	}
	inode := int64(binary.BigEndian.Uint64(c.last))
	var gone, come []side
	for len(before) > 0 || len(after) > 0 {
		switch {
		case len(after) == 0 || len(before) > 0 && before[0].path < after[0].path:
			gone, before = append(gone, before[0]), before[1:]
		case len(before) == 0 || after[0].path < before[0].path:
			come, after = append(come, after[0]), after[1:]
		default:
			if err := c.compare(inode, before[0], after[0]); err != nil {
				return err
			}
			before, after = before[1:], after[1:]
		}
	}
	for i := range max(len(gone), len(come)) {
		d := Difference{Inode: inode}
		switch {
		case i >= len(come):
			d.What, d.Path, d.Before = "deleted", gone[i].path, intValue(KindBytes, gone[i].size)
			c.totals.Deleted++
		case i >= len(gone):
			d.What, d.Path, d.After = "created", come[i].path, intValue(KindBytes, come[i].size)
			c.totals.Created++
		default:
			d.What, d.Path, d.From = "moved", come[i].path, gone[i].path
			d.Before, d.After = intValue(KindBytes, gone[i].size), intValue(KindBytes, come[i].size)
			c.totals.Moved++
		}
		if err := c.fn(d); err != nil {
			return err
		}
	}
	return nil
}

func (c *comparison) compare(inode int64, before, after side) error {
	if before.size == after.size && before.modify == after.modify {
		c.totals.Unchanged++
		return nil
	}
	c.totals.Changed++
	return c.fn(Difference{
		What: "changed", Path: after.path, Inode: inode,
		Before: intValue(KindBytes, before.size), After: intValue(KindBytes, after.size),
	})
}
