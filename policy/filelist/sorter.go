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

// sortWriter takes records from one goroutine. Its memory is reserved at once, which costs nothing before it is used:
// growing would leave twice as much behind.
type sortWriter struct {
	s     *sorter
	arena []byte
	recs  []sortedRec
}

// sortedRec is where a record lies, with its first bytes at hand for comparing.
type sortedRec struct {
	prefix uint64
	at     int
	length int
}

const sortedRecSize = 24

// add adds a record, which is copied.
func (w *sortWriter) add(rec []byte) error {
	if w.arena == nil {
		w.arena = make([]byte, 0, max(w.s.memory*5/8, len(rec)))
		w.recs = make([]sortedRec, 0, w.s.memory*3/8/sortedRecSize+1)
	}
	if len(w.arena)+len(rec) > cap(w.arena) || len(w.recs) == cap(w.recs) {
		if err := w.spill(); err != nil {
			return err
		}
	}
	w.recs = append(w.recs, sortedRec{prefix(rec), len(w.arena), len(rec)})
	w.arena = append(w.arena, rec...)
	return nil
}

// bytes returns a record.
func (w *sortWriter) bytes(r sortedRec) []byte { return w.arena[r.at : r.at+r.length] }

// sort puts the records in order.
func (w *sortWriter) sort() {
	slices.SortFunc(w.recs, func(a, b sortedRec) int {
		if a.prefix != b.prefix {
			return cmp.Compare(a.prefix, b.prefix)
		}
		return bytes.Compare(w.bytes(a), w.bytes(b))
	})
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
	w.sort()
	for _, r := range w.recs {
		n := binary.PutUvarint(size[:], uint64(r.length))
		if _, err = out.Write(size[:n]); err != nil {
			break
		}
		if _, err = out.Write(w.bytes(r)); err != nil {
			break
		}
	}
	if err == nil {
		err = out.Flush()
	}
	if err != nil {
		return fmt.Errorf("cannot sort on disk: %w; TempDir names another place", err)
	}
	w.arena, w.recs = w.arena[:0], w.recs[:0]
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
		w.sort()
		i := 0
		h = append(h, &mergeSource{next: func() ([]byte, error) {
			if i == len(w.recs) {
				return nil, io.EOF
			}
			i++
			return w.bytes(w.recs[i-1]), nil
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
	stop := prog.watch(ctx, f.in.String(), f.progress)
	defer stop()
	return in.read(ctx, &intake{
		sc: sc, workers: len(s.writers), progress: prog, plus: f.plus,
		consumer: func(i int) consumer { return workers[i] },
	})
}
