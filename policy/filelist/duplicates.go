package filelist

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"io"
	"math/bits"
	"os"
	"slices"
	"sync"
	"sync/atomic"

	"golang.org/x/sys/unix"
)

// DuplicateOptions say what counts as the same. The zero value compares the contents of all files that are not empty.
type DuplicateOptions struct {
	// MinSize leaves out smaller files; 0 means 1: empty files are all the same.
	MinSize int64
	// SizeOnly takes files of the same size for the same and reads none of them.
	SizeOnly bool
	// MaxGroups bounds the groups that are kept, those that waste most; 0 means 1000. The totals count all.
	MaxGroups int
	// MaxPaths bounds the paths that are kept of a group; 0 means 1000. Its count counts all.
	MaxPaths int
}

// Duplicates is what Files.Duplicates has found.
type Duplicates struct {
	Groups []DuplicateGroup `json:"groups"` // those that waste most, the largest waste first
	Files  int64            `json:"files"`  // how many files have an equal, all of them
	Wasted Value            `json:"wasted"` // bytes that would be free if each were there once
	Total  int64            `json:"total"`  // how many groups there are
	// Unreadable counts the files whose contents could not be compared: gone, changed in size since, or not permitted.
	Unreadable int64  `json:"unreadable"`
	Report     Report `json:"report"`
}

// DuplicateGroup is files with equal contents.
type DuplicateGroup struct {
	Size   Value    `col:"SIZE" json:"size"`     // of each
	Count  int64    `col:"FILES" json:"count"`   // different files; a further name of one does not count
	Wasted Value    `col:"WASTED" json:"wasted"` // bytes that would be free if it were there once
	Hash   string   `col:"SHA256,wide" json:"hash,omitempty"`
	Paths  []string `col:"PATHS" json:"paths"`
}

// String returns the totals in one line.
func (d *Duplicates) String() string {
	return fmt.Sprintf("%d files in %d groups of equals, %s wasted; %d could not be read (%s)", d.Files, d.Total, d.Wasted, d.Unreadable, d.Report)
}

// Duplicates finds files with equal contents: first those of equal size, then, of these, those whose beginnings are
// equal, and then those with the same SHA-256. A file with several names counts once. Contents are read where this
// process runs, so the paths must be those of this node. Memory stays flat: what does not fit is sorted on disk, see
// TempDir.
func (f Files) Duplicates(ctx context.Context, o DuplicateOptions) (*Duplicates, error) {
	var d Duplicates
	maxGroups := o.MaxGroups
	if maxGroups <= 0 {
		maxGroups = 1000
	}
	wasted := total{}
	err := f.DuplicatesEach(ctx, o, &d, func(g DuplicateGroup) error {
		wasted.add(g.Wasted.Int())
		d.Groups = append(d.Groups, g)
		if len(d.Groups) >= 2*maxGroups {
			d.Groups = mostWasteful(d.Groups, maxGroups)
		}
		return nil
	})
	d.Groups = mostWasteful(d.Groups, maxGroups)
	d.Wasted = wasted.value(KindBytes)
	if err != nil {
		return nil, err
	}
	return &d, nil
}

func mostWasteful(groups []DuplicateGroup, n int) []DuplicateGroup {
	slices.SortFunc(groups, func(a, b DuplicateGroup) int {
		if c := b.Wasted.compare(a.Wasted); c != 0 {
			return c
		}
		return slices.Compare(a.Paths, b.Paths)
	})
	return slices.Clip(groups[:min(n, len(groups))])
}

// DuplicatesEach calls a function with every group, in the order of size and contents, and keeps none. The counts are
// left in totals.
func (f Files) DuplicatesEach(ctx context.Context, o DuplicateOptions, totals *Duplicates, fn func(DuplicateGroup) error) error {
	least := max(o.MinSize, 1)
	if o.MaxPaths <= 0 {
		o.MaxPaths = 1000
	}
	opts := f.runOptions()
	bySize := newSorter(opts, opts.workers)
	defer bySize.close()
	attrs := []Attr{Size, Inode, Path}
	device := false
	if _, isTree := f.in.(*tree); isTree {
		attrs, device = append(attrs, DeviceID), true
	}
	var err error
	totals.Report, err = f.sortInto(ctx, bySize, attrs, func(r *rec, buf []byte) ([]byte, bool) {
		if r.num[idSize] < least || !r.has.has(idSize) {
			return buf, false
		}
		k := fileKey{size: uint64(r.num[idSize]), inode: uint64(r.num[idInode]), path: r.text(idPath)}
		if device {
			k.device = uint64(r.num[idDevice])
		}
		return k.append(buf), true
	})
	if err != nil {
		return err
	}
	g := &grouper{o: o, totals: totals, fn: fn}
	if o.SizeOnly {
		if err := bySize.each(ctx, g.take); err != nil {
			return err
		}
		return g.finish()
	}
	byHead, err := hashStage(ctx, f, bySize, totals, false)
	if err != nil {
		return err
	}
	defer byHead.close()
	byHash, err := hashStage(ctx, f, byHead, totals, true)
	if err != nil {
		return err
	}
	defer byHash.close()
	if err := byHash.each(ctx, g.take); err != nil {
		return err
	}
	return g.finish()
}

// fileKey is what files are sorted by while duplicates are sought: equals are neighbours, and so are the names of one
// file.
type fileKey struct {
	size          uint64
	hash          [sha256.Size]byte
	device, inode uint64
	path          []byte
}

const fileKeyFixed = 8 + sha256.Size + 16

func (k *fileKey) append(buf []byte) []byte {
	buf = binary.BigEndian.AppendUint64(buf, k.size)
	buf = append(buf, k.hash[:]...)
	buf = binary.BigEndian.AppendUint64(buf, k.device)
	buf = binary.BigEndian.AppendUint64(buf, k.inode)
	return append(buf, k.path...)
}

func (k *fileKey) parse(b []byte) {
	k.size = binary.BigEndian.Uint64(b)
	copy(k.hash[:], b[8:])
	k.device = binary.BigEndian.Uint64(b[8+sha256.Size:])
	k.inode = binary.BigEndian.Uint64(b[16+sha256.Size:])
	k.path = b[fileKeyFixed:]
}

// alike says whether two keys belong to the same group, and same whether they are the same file.
func alike(a, b []byte) bool { return string(a[:8+sha256.Size]) == string(b[:8+sha256.Size]) }
func same(a, b []byte) bool  { return string(a[:fileKeyFixed]) == string(b[:fileKeyFixed]) }

// grouper makes groups of sorted keys.
type grouper struct {
	o      DuplicateOptions
	totals *Duplicates
	fn     func(DuplicateGroup) error
	last   []byte
	paths  []string
	count  int64
}

func (g *grouper) take(key []byte) error {
	switch {
	case g.last != nil && same(g.last, key):
		return nil // another name of the same file
	case g.last == nil || !alike(g.last, key):
		if err := g.finish(); err != nil {
			return err
		}
	}
	g.count++
	if g.count == 1 {
		g.paths = g.paths[:0]
	}
	if len(g.paths) < g.o.MaxPaths {
		g.paths = append(g.paths, string(key[fileKeyFixed:]))
	}
	g.last = append(g.last[:0], key...)
	return nil
}

// finish hands the group at hand on when there are equals in it.
func (g *grouper) finish() error {
	n := g.count
	g.count = 0
	if n < 2 {
		return nil
	}
	var k fileKey
	k.parse(g.last)
	group := DuplicateGroup{Size: intValue(KindBytes, int64(k.size)), Count: n, Paths: slices.Clone(g.paths)}
	slices.Sort(group.Paths)
	hi, lo := bits.Mul64(k.size, uint64(n-1))
	group.Wasted = total{lo: lo, hi: int64(hi)}.value(KindBytes)
	if !g.o.SizeOnly {
		group.Hash = hex.EncodeToString(k.hash[:])
	}
	g.totals.Files += n
	g.totals.Total++
	return g.fn(group)
}

// headSize is how much of a file is read to tell it from others of its size.
const headSize = 16 << 10

// hashStage reads what has an equal so far: the beginnings, or all of it when whole is set. Files that are no longer
// than a beginning are read once.
func hashStage(ctx context.Context, f Files, from *sorter, totals *Duplicates, whole bool) (*sorter, error) {
	o := f.runOptions()
	to := newSorter(o, o.workers)
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	prog := &progress{}
	prog.enter("comparing beginnings")
	if whole {
		prog.enter("comparing contents")
	}
	defer prog.watch(ctx, f.in.String(), f.progress)()
	jobs := make(chan []byte, 4*o.workers)
	var unreadable atomic.Int64
	var wg sync.WaitGroup
	for _, w := range to.writers {
		wg.Go(func() {
			h := &hasher{whole: whole, prog: prog}
			for old := range jobs {
				if ctx.Err() != nil {
					continue
				}
				key, readable := h.hash(ctx, old)
				if !readable {
					unreadable.Add(1)
					continue
				}
				if err := w.add(key); err != nil {
					cancel(err)
				}
			}
		})
	}
	err := feedEquals(ctx, from, jobs)
	close(jobs)
	wg.Wait()
	totals.Unreadable += unreadable.Load()
	if cause := context.Cause(ctx); cause != nil {
		err = cause
	}
	if err != nil {
		to.close()
		return nil, err
	}
	return to, nil
}

// feedEquals sends every file that has an equal, once for all its names.
func feedEquals(ctx context.Context, from *sorter, jobs chan<- []byte) error {
	var first, last []byte // first waits until a second file comes
	send := func(key []byte) error {
		select {
		case jobs <- bytes.Clone(key):
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return from.each(ctx, func(key []byte) error {
		switch {
		case last != nil && same(last, key):
			return nil
		case last == nil || !alike(last, key):
			first = append(first[:0], key...)
		default:
			if len(first) > 0 {
				if err := send(first); err != nil {
					return err
				}
				first = first[:0]
			}
			if err := send(key); err != nil {
				return err
			}
		}
		last = append(last[:0], key...)
		return nil
	})
}

// hasher hashes contents. It belongs to one goroutine.
type hasher struct {
	whole bool
	prog  *progress
	buf   []byte
	key   []byte
}

// hash returns the key of a file with the hash of its beginning or of all of it.
func (h *hasher) hash(ctx context.Context, old []byte) (key []byte, readable bool) {
	var k fileKey
	k.parse(old)
	if h.whole && k.size <= headSize {
		return old, true // the beginning was all of it
	}
	sum, err := h.contents(ctx, string(k.path), int64(k.size))
	if err != nil {
		return nil, false
	}
	k.hash = sum
	h.key = k.append(h.key[:0])
	h.prog.records.Add(1)
	return h.key, true
}

func (h *hasher) contents(ctx context.Context, path string, size int64) (sum [sha256.Size]byte, err error) {
	// Neither a link nor a pipe that has taken the place of the file may be followed or waited for.
	f, err := os.OpenFile(path, os.O_RDONLY|unix.O_NOFOLLOW|unix.O_NONBLOCK, 0)
	if err != nil {
		return sum, err
	}
	defer f.Close()
	fi, err := f.Stat()
	if err != nil {
		return sum, err
	}
	if !fi.Mode().IsRegular() || fi.Size() != size {
		return sum, fmt.Errorf("%s has changed", path)
	}
	if h.buf == nil {
		h.buf = make([]byte, 256<<10)
	}
	want := size
	if !h.whole {
		want = min(want, headSize)
	}
	digest := sha256.New()
	n, err := io.CopyBuffer(digest, &contextReader{ctx, io.LimitReader(f, want)}, h.buf)
	h.prog.bytes.Add(n)
	if err == nil && n != want {
		err = fmt.Errorf("%s has changed", path)
	}
	digest.Sum(sum[:0])
	return sum, err
}

// contextReader ends with its context.
type contextReader struct {
	ctx context.Context
	r   io.Reader
}

func (c *contextReader) Read(p []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	return c.r.Read(p)
}
