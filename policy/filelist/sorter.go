package filelist

import (
	"bufio"
	"bytes"
	"cmp"
	"container/heap"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"sync"
)

// defaultMemory is how much a sort keeps in memory before it writes to disk.
const defaultMemory = 64 << 20

// sorter sorts byte strings of any number in memory that does not grow with them: what does not fit is written to files
// that are merged at the end. Each of several goroutines has a [sortWriter] of its own.
type sorter struct {
	dir    string
	memory int

	mu      sync.Mutex
	runs    []*os.File
	writers []*sortWriter
}

// newSorter makes a sorter for so many writers. The files have no names while they are used, so that nothing is left of
// them however the process ends.
func newSorter(o options, writers int) *sorter {
	memory := o.memory
	if memory <= 0 {
		memory = defaultMemory
	}
	s := &sorter{dir: o.tempDir, memory: int(memory) / max(writers, 1)}
	for range writers {
		s.writers = append(s.writers, &sortWriter{s: s})
	}
	return s
}

// sortWriter takes records from one goroutine.
type sortWriter struct {
	s     *sorter
	arena []byte
	ends  []int
}

// add adds a record, which is copied.
func (w *sortWriter) add(rec []byte) error {
	w.arena = append(w.arena, rec...)
	w.ends = append(w.ends, len(w.arena))
	if cap(w.arena)+16*len(w.ends) < w.s.memory || len(w.arena)+24*len(w.ends) < w.s.memory*3/4 {
		return nil
	}
	return w.spill()
}

// sorted returns the records of the writer in order.
func (w *sortWriter) sorted() []sortedRec {
	recs := make([]sortedRec, len(w.ends))
	start := 0
	for i, end := range w.ends {
		b := w.arena[start:end]
		recs[i] = sortedRec{prefix: prefix(b), at: start, end: end}
		start = end
	}
	slices.SortFunc(recs, func(a, b sortedRec) int {
		if a.prefix != b.prefix {
			return cmp.Compare(a.prefix, b.prefix)
		}
		return bytes.Compare(w.arena[a.at:a.end], w.arena[b.at:b.end])
	})
	return recs
}

// sortedRec is where a record lies, with its first bytes at hand for comparing.
type sortedRec struct {
	prefix  uint64
	at, end int
}

func prefix(b []byte) uint64 {
	if len(b) >= 8 {
		return binary.BigEndian.Uint64(b)
	}
	var p [8]byte
	copy(p[:], b)
	return binary.BigEndian.Uint64(p[:])
}

// spill writes the records to a file of their own.
func (w *sortWriter) spill() error {
	f, err := os.CreateTemp(w.s.dir, "gpfsh-sort-*")
	if err != nil {
		return fmt.Errorf("cannot sort on disk: %w", err)
	}
	if err := os.Remove(f.Name()); err != nil {
		f.Close()
		return fmt.Errorf("cannot sort on disk: %w", err)
	}
	w.s.mu.Lock()
	w.s.runs = append(w.s.runs, f)
	w.s.mu.Unlock()
	out := bufio.NewWriterSize(f, 256<<10)
	var size [binary.MaxVarintLen64]byte
	for _, r := range w.sorted() {
		n := binary.PutUvarint(size[:], uint64(r.end-r.at))
		if _, err = out.Write(size[:n]); err != nil {
			break
		}
		if _, err = out.Write(w.arena[r.at:r.end]); err != nil {
			break
		}
	}
	if err == nil {
		err = out.Flush()
	}
	if err != nil {
		return fmt.Errorf("cannot sort on disk: %w; TempDir names another place", err)
	}
	w.arena, w.ends = w.arena[:0], w.ends[:0]
	return nil
}

// close gives the files back.
func (s *sorter) close() {
	for _, f := range s.runs {
		f.Close()
	}
	s.runs = nil
}

// mergeSource is one sorted sequence of records.
type mergeSource struct {
	rec    []byte
	prefix uint64
	next   func() ([]byte, error) // io.EOF at the end
}

type mergeHeap []*mergeSource

func (h mergeHeap) Len() int { return len(h) }
func (h mergeHeap) Less(i, j int) bool {
	if h[i].prefix != h[j].prefix {
		return h[i].prefix < h[j].prefix
	}
	return bytes.Compare(h[i].rec, h[j].rec) < 0
}
func (h mergeHeap) Swap(i, j int) { h[i], h[j] = h[j], h[i] }
func (h *mergeHeap) Push(x any)   { *h = append(*h, x.(*mergeSource)) }
func (h *mergeHeap) Pop() any {
	old := *h
	last := old[len(old)-1]
	*h = old[:len(old)-1]
	return last
}

// each calls the function with every record, in order. The record holds during the call.
func (s *sorter) each(ctx context.Context, fn func(rec []byte) error) error {
	var h mergeHeap
	for _, w := range s.writers {
		recs := w.sorted()
		i := 0
		h = append(h, &mergeSource{next: func() ([]byte, error) {
			if i == len(recs) {
				return nil, io.EOF
			}
			r := recs[i]
			i++
			return w.arena[r.at:r.end], nil
		}})
	}
	for _, f := range s.runs {
		if _, err := f.Seek(0, io.SeekStart); err != nil {
			return fmt.Errorf("cannot sort on disk: %w", err)
		}
		in := bufio.NewReaderSize(f, 128<<10)
		var buf []byte
		h = append(h, &mergeSource{next: func() ([]byte, error) {
			n, err := binary.ReadUvarint(in)
			if err != nil {
				return nil, err
			}
			buf = slices.Grow(buf[:0], int(n))[:n]
			_, err = io.ReadFull(in, buf)
			return buf, err
		}})
	}
	live := h[:0]
	for _, m := range h {
		more, err := m.advance()
		if err != nil {
			return err
		}
		if more {
			live = append(live, m)
		}
	}
	h = live
	heap.Init(&h)
	for n := 0; len(h) > 0; n++ {
		if n%4096 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		if err := fn(h[0].rec); err != nil {
			return err
		}
		more, err := h[0].advance()
		if err != nil {
			return err
		}
		if more {
			heap.Fix(&h, 0)
		} else {
			heap.Pop(&h)
		}
	}
	return nil
}

func (m *mergeSource) advance() (more bool, err error) {
	m.rec, err = m.next()
	switch {
	case errors.Is(err, io.EOF):
		return false, nil
	case err != nil:
		return false, fmt.Errorf("cannot sort on disk: %w", err)
	}
	m.prefix = prefix(m.rec)
	return true, nil
}

// sortingConsumer is the consumer that gives a record of its own making to a sorter.
type sortingConsumer struct {
	where filter
	match *matcher
	key   func(r *rec, buf []byte) (rec []byte, used bool)
	to    *sortWriter
	buf   []byte
}

func (c *sortingConsumer) take(r *rec) (bool, error) {
	if c.where != nil && !c.where(r) || c.match != nil && !c.match.matches(r) {
		return false, nil
	}
	var used bool
	if c.buf, used = c.key(r, c.buf[:0]); !used {
		return false, nil
	}
	return true, c.to.add(c.buf)
}

func (c *sortingConsumer) flush(int64) error { return nil }

// sortInto reads the files into a sorter, as records that a function makes of them.
func (f Files) sortInto(ctx context.Context, s *sorter, attrs []Attr, key func(r *rec, buf []byte) ([]byte, bool)) (Report, error) {
	if f.err != nil {
		return Report{}, f.err
	}
	sc, _, err := f.compile(nil)
	if err != nil {
		return Report{}, err
	}
	for _, a := range attrs {
		if _, err := sc.resolve(a); err != nil {
			return Report{}, err
		}
	}
	if len(f.match) > 0 {
		if err := f.available(sc); err != nil {
			return Report{}, err
		}
	}
	in, err := f.input()
	if err != nil {
		return Report{}, err
	}
	if err := in.prepare(sc); err != nil {
		return Report{}, err
	}
	var workers []*sortingConsumer
	for _, to := range s.writers {
		env := f.env(sc)
		where, err := env.compileWhere(f.where)
		if err != nil {
			return Report{}, err
		}
		workers = append(workers, &sortingConsumer{where: where, match: newMatcher(f.match, &env), key: key, to: to})
	}
	prog := &progress{}
	stop := prog.watch(f.progress)
	defer stop()
	return in.read(ctx, &intake{
		sc: sc, workers: len(s.writers), progress: prog, plus: f.plus,
		consumer: func(i int) consumer { return workers[i] },
	})
}
