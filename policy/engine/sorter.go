package engine

import (
	"bufio"
	"cmp"
	"container/heap"
	"encoding/binary"
	"errors"
	"io"
	"os"
	"slices"
	"sync"
	"sync/atomic"
)

// sortKey is the order of candidates: by group, then the larger weight first, then by inode.
type sortKey struct {
	group uint32
	// weight is a number that is smaller for larger weights.
	weight uint64
	inode  uint64
}

func (k sortKey) compare(o sortKey) int {
	switch {
	case k.group != o.group:
		return cmp.Compare(k.group, o.group)
	case k.weight != o.weight:
		return cmp.Compare(k.weight, o.weight)
	}
	return cmp.Compare(k.inode, o.inode)
}

// sorter sorts candidates. What does not fit into memory goes to files.
type sorter struct {
	dir     string
	perBuf  int
	mu      sync.Mutex
	files   []*os.File
	spilled atomic.Int64
	buffers []*sortBuffer
}

func newSorter(dir string, memory int64, workers int) *sorter {
	s := &sorter{dir: dir, perBuf: int(max(memory/int64(workers), 1<<16))}
	for range workers {
		s.buffers = append(s.buffers, &sortBuffer{s: s})
	}
	return s
}

// sortBuffer belongs to one goroutine.
type sortBuffer struct {
	s     *sorter
	data  []byte
	items []sortItem
}

type sortItem struct {
	key    sortKey
	at, to int
}

const sortItemSize = 40

func (b *sortBuffer) add(key sortKey, record []byte) error {
	if len(b.data)+len(record)+sortItemSize*(len(b.items)+1) > b.s.perBuf && len(b.items) > 0 {
		if err := b.spill(); err != nil {
			return err
		}
	}
	at := len(b.data)
	b.data = append(b.data, record...)
	b.items = append(b.items, sortItem{key, at, len(b.data)})
	return nil
}

func (b *sortBuffer) sort() {
	slices.SortFunc(b.items, func(x, y sortItem) int {
		if c := x.key.compare(y.key); c != 0 {
			return c
		}
		return slices.Compare(b.data[x.at:x.to], b.data[y.at:y.to])
	})
}

// spill writes the buffer to a file, sorted. The file has no name any more when it is written, so nothing is left behind
// by a run that is killed.
func (b *sortBuffer) spill() error {
	b.sort()
	f, err := os.CreateTemp(b.s.dir, "policy.sort.*")
	if err != nil {
		return err
	}
	if err := os.Remove(f.Name()); err != nil {
		return errors.Join(err, f.Close())
	}
	w := bufio.NewWriterSize(f, 1<<18)
	var head []byte
	for _, it := range b.items {
		head = binary.AppendUvarint(head[:0], uint64(it.key.group))
		head = binary.BigEndian.AppendUint64(head, it.key.weight)
		head = binary.AppendUvarint(head, it.key.inode)
		head = binary.AppendUvarint(head, uint64(it.to-it.at))
		_, _ = w.Write(head)
		_, _ = w.Write(b.data[it.at:it.to])
	}
	if err := w.Flush(); err != nil {
		return errors.Join(err, f.Close())
	}
	b.s.spilled.Add(int64(len(b.data)))
	b.s.mu.Lock()
	b.s.files = append(b.s.files, f)
	b.s.mu.Unlock()
	b.data, b.items = b.data[:0], b.items[:0]
	return nil
}

// run is a sorted sequence that is being merged.
type run struct {
	key    sortKey
	record []byte
	next   func() (sortKey, []byte, error)
}

type runHeap []*run

func (h runHeap) Len() int { return len(h) }
func (h runHeap) Less(i, j int) bool {
	if c := h[i].key.compare(h[j].key); c != 0 {
		return c < 0
	}
	return slices.Compare(h[i].record, h[j].record) < 0
}
func (h runHeap) Swap(i, j int) { h[i], h[j] = h[j], h[i] }
func (h *runHeap) Push(x any)   { *h = append(*h, x.(*run)) }
func (h *runHeap) Pop() any {
	old := *h
	x := old[len(old)-1]
	*h = old[:len(old)-1]
	return x
}

// each calls fn for all candidates in order. A record holds only during the call.
func (s *sorter) each(fn func(sortKey, []byte) error) error {
	var h runHeap
	push := func(next func() (sortKey, []byte, error)) error {
		key, record, err := next()
		if err == io.EOF {
			return nil
		}
		if err == nil {
			h = append(h, &run{key, record, next})
		}
		return err
	}
	for _, b := range s.buffers {
		b.sort()
		if err := push(b.reader()); err != nil {
			return err
		}
	}
	for _, f := range s.files {
		if _, err := f.Seek(0, io.SeekStart); err != nil {
			return err
		}
		if err := push(fileReader(f)); err != nil {
			return err
		}
	}
	heap.Init(&h)
	for len(h) > 0 {
		r := h[0]
		if err := fn(r.key, r.record); err != nil {
			return err
		}
		var err error
		if r.key, r.record, err = r.next(); err == io.EOF {
			heap.Pop(&h)
		} else if err != nil {
			return err
		} else {
			heap.Fix(&h, 0)
		}
	}
	return nil
}

func (b *sortBuffer) reader() func() (sortKey, []byte, error) {
	i := 0
	return func() (sortKey, []byte, error) {
		if i == len(b.items) {
			return sortKey{}, nil, io.EOF
		}
		it := b.items[i]
		i++
		return it.key, b.data[it.at:it.to], nil
	}
}

func fileReader(f *os.File) func() (sortKey, []byte, error) {
	r := bufio.NewReaderSize(f, 1<<18)
	var record []byte
	return func() (sortKey, []byte, error) {
		var key sortKey
		group, err := binary.ReadUvarint(r)
		if err != nil {
			return key, nil, err
		}
		key.group = uint32(group)
		var w [8]byte
		if _, err := io.ReadFull(r, w[:]); err != nil {
			return key, nil, noEOF(err)
		}
		key.weight = binary.BigEndian.Uint64(w[:])
		if key.inode, err = binary.ReadUvarint(r); err != nil {
			return key, nil, noEOF(err)
		}
		n, err := binary.ReadUvarint(r)
		if err != nil {
			return key, nil, noEOF(err)
		}
		record = slices.Grow(record[:0], int(n))[:n]
		_, err = io.ReadFull(r, record)
		return key, record, noEOF(err)
	}
}

func noEOF(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}

// close gives memory and disk space back.
func (s *sorter) close() {
	for _, f := range s.files {
		_ = f.Close()
	}
	s.files, s.buffers = nil, nil
}
