package filelist

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
	"sync/atomic"
)

// consumer takes the records of one worker. It belongs to one goroutine at a time.
type consumer interface {
	// take takes one record, which holds only during the call. It says whether the record counts, or was left out as
	// asked. An error ends the whole reading.
	take(r *rec) (used bool, err error)
	// flush is called after each piece of the input, with the number of the piece.
	flush(piece int64) error
}

// input is where records come from.
type input interface {
	// read hands all records to consumers, one for each worker. need says what the records must hold.
	read(ctx context.Context, in *intake) (Report, error)
	// prepare says whether the input can have what the schema needs.
	prepare(sc *schema) error
	// String names the input for people.
	String() string
}

// intake is what an input works with.
type intake struct {
	sc       *schema
	workers  int
	consumer func(worker int) consumer
	progress *progress
	plus     bool // directories and other objects count as well
}

const (
	blockSize   = 2 << 20   // of a list, for one worker at a time
	blockMargin = 64 << 10  // behind a block, for the record that goes on there
	pieceSize   = 512 << 10 // of a stream
	maxRecord   = 16 << 20  // a record longer than that is none
)

// lists is the input of list files.
type lists struct {
	paths []string
	rd    reading
	block int64 // the size of a block; 0 means blockSize
}

func (l *lists) blockSize() int64 {
	if l.block > 0 {
		return l.block
	}
	return blockSize
}

func (l *lists) String() string {
	if len(l.paths) == 1 {
		return "list " + l.paths[0]
	}
	return fmt.Sprintf("%d lists", len(l.paths))
}

func (l *lists) prepare(sc *schema) error {
	_, err := newDecoder(l.rd, sc)
	return err
}

// openList is a list that is being read. It is opened by the first worker that comes to it, and closed by the last.
type openList struct {
	path   string
	size   int64
	block  int64 // the size of a block
	first  int64 // the number of its first block
	blocks int64

	left atomic.Int64 // blocks that are still to be read
	once sync.Once
	file *os.File
	err  error
}

func (o *openList) open() (*os.File, error) {
	o.once.Do(func() { o.file, o.err = os.Open(o.path) })
	return o.file, o.err
}

// done closes the list after its last block.
func (o *openList) done() {
	if o.left.Add(-1) == 0 && o.file != nil {
		o.file.Close()
	}
}

func (l *lists) read(ctx context.Context, in *intake) (Report, error) {
	var open []*openList
	blocks, total := int64(0), int64(0)
	for _, path := range l.paths {
		fi, err := os.Stat(path)
		if err != nil {
			return Report{}, fmt.Errorf("cannot read the list: %w", err)
		}
		if !fi.Mode().IsRegular() {
			return l.readStream(ctx, in)
		}
		o := &openList{path: path, size: fi.Size(), first: blocks, block: l.blockSize()}
		o.blocks = (o.size + o.block - 1) / o.block
		o.left.Store(o.blocks)
		open = append(open, o)
		blocks += o.blocks
		total += o.size
	}
	defer func() { // what a failure has left open
		for _, o := range open {
			if o.file != nil {
				o.file.Close()
			}
		}
	}()
	in.progress.total.Store(total)
	var next atomic.Int64
	return runWorkers(ctx, in, func(ctx context.Context, w *lister) error {
		var win window
		defer win.close()
		defer faultsPanic()()
		at := 0
		for ctx.Err() == nil {
			block := next.Add(1) - 1
			if block >= blocks {
				return nil
			}
			for block >= open[at].first+open[at].blocks {
				at++
			}
			if err := w.block(open[at], block-open[at].first, &win); err != nil {
				return err
			}
			win.close()
			open[at].done()
			if err := w.out.flush(block); err != nil {
				return err
			}
			w.report.flushTo(in.progress)
		}
		return ctx.Err()
	}, l.rd)
}

// readStream reads a list that is no regular file: a pipe.
func (l *lists) readStream(ctx context.Context, in *intake) (Report, error) {
	if len(l.paths) > 1 {
		return Report{}, errors.New("several lists must be regular files; read a pipe by itself")
	}
	f, err := os.Open(l.paths[0])
	if err != nil {
		return Report{}, fmt.Errorf("cannot read the list: %w", err)
	}
	defer f.Close()
	return (&stream{r: f, name: l.paths[0], rd: l.rd}).read(ctx, in)
}

// lister is one worker that reads lists.
type lister struct {
	dec    decoder
	out    consumer
	rec    rec
	rd     reading
	report workerReport
}

// workerReport is a report with what of it progress has seen already.
type workerReport struct {
	Report
	shownRecords, shownBytes int64
}

func (w *workerReport) flushTo(p *progress) {
	p.records.Add(w.Read - w.shownRecords)
	p.bytes.Add(w.Bytes - w.shownBytes)
	w.shownRecords, w.shownBytes = w.Read, w.Bytes
}

// runWorkers runs one goroutine for each worker and adds up their reports. The first error ends all of them; a panic is
// raised again on the caller's goroutine.
func runWorkers(ctx context.Context, in *intake, run func(context.Context, *lister) error, rd reading) (Report, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	workers := make([]*lister, in.workers)
	for i := range workers {
		dec, err := newDecoder(rd, in.sc)
		if err != nil {
			return Report{}, err
		}
		workers[i] = &lister{dec: dec, out: in.consumer(i), rd: rd}
	}
	var wg sync.WaitGroup
	var caught panicValue
	for _, w := range workers {
		wg.Go(func() {
			defer caught.recover(cancel)
			if err := run(ctx, w); err != nil {
				cancel(err)
			}
		})
	}
	wg.Wait()
	caught.rethrow()
	var total Report
	for _, w := range workers {
		total.add(&w.report.Report)
		w.report.flushTo(in.progress)
	}
	if cause := context.Cause(ctx); cause != nil {
		return total, cause
	}
	return total, nil
}

// panicValue carries the first panic of several goroutines to the one that waits for them.
type panicValue struct {
	mu    sync.Mutex
	set   bool
	value any
}

var errPanicked = errors.New("panicked")

func (p *panicValue) recover(cancel context.CancelCauseFunc) {
	if v := recover(); v != nil {
		p.mu.Lock()
		if !p.set {
			p.set, p.value = true, v
		}
		p.mu.Unlock()
		cancel(errPanicked)
	}
}

func (p *panicValue) rethrow() {
	if p.set {
		panic(p.value)
	}
}

// block reads the records that begin in one block of a list. A record belongs to the block that its first byte is in.
func (w *lister) block(o *openList, number int64, win *window) (err error) {
	start := number * o.block
	end := min(start+o.block, o.size)
	w.report.Bytes += end - start
	from := max(start-1, 0) // the byte before tells whether a record begins with the block
	defer win.guard(o, &err)
	data, err := win.view(o, from, min(end+blockMargin, o.size))
	if err != nil {
		return err
	}
	at := 0
	if start > 0 {
		i := bytes.IndexByte(data[:end-from], w.rd.terminator)
		if i < 0 || int64(i)+1+from >= end {
			return nil // all of the block lies inside one record, or the next begins behind it
		}
		at = i + 1
	}
	// The last record may go on behind the block.
	last := end - from
	for data[last-1] != w.rd.terminator && from+last < o.size {
		if i := bytes.IndexByte(data[last:], w.rd.terminator); i >= 0 {
			last += int64(i) + 1
			break
		}
		last = int64(len(data))
		if from+last == o.size || last > maxRecord+o.block {
			break
		}
		if data, err = win.view(o, from, min(from+2*last, o.size)); err != nil {
			return err
		}
	}
	return w.records(data[at:last], o.path, from+int64(at))
}

// records decodes whole records. Only the last may lack its terminator: then it is cut off.
func (w *lister) records(data []byte, source string, offset int64) error {
	at := 0
	for at < len(data) {
		n := bytes.IndexByte(data[at:], w.rd.terminator)
		var why reason
		line := data[at:]
		if n >= 0 {
			line = data[at : at+n]
			if why = rejectLong; n <= maxRecord {
				why = w.dec.decode(line, &w.rec)
			}
		} else {
			n = len(line)
			why = w.unfinished(line)
		}
		w.report.Read++
		if why == accepted {
			used, err := w.out.take(&w.rec)
			if err != nil {
				return err
			}
			if used {
				w.report.Used++
			} else {
				w.report.Skipped++
			}
		} else {
			w.report.reject(source, offset+int64(at), why, line)
		}
		at += n + 1
	}
	return nil
}

// unfinished judges a last record without a terminator. A path that may have been cut is none; a record of the record
// format tells by its lengths, and lists of paths are often written by hand.
func (w *lister) unfinished(line []byte) reason {
	if len(line) > maxRecord {
		return rejectLong
	}
	why := w.dec.decode(line, &w.rec)
	if w.rd.format == FormatPaths && why == accepted {
		return accepted
	}
	if w.rd.format == FormatRecord && why == accepted {
		return accepted
	}
	return rejectTruncated
}

// stream is the input of one list that is read from beginning to end.
type stream struct {
	r    io.Reader
	name string
	rd   reading
	once atomic.Bool
}

func (s *stream) String() string { return "stream " + s.name }

func (s *stream) prepare(sc *schema) error {
	_, err := newDecoder(s.rd, sc)
	return err
}

// piece is a part of a stream, cut between two records.
type piece struct {
	number int64
	offset int64
	data   []byte
}

func (s *stream) read(ctx context.Context, in *intake) (Report, error) {
	if s.once.Swap(true) {
		return Report{}, errors.New("the stream was read before; let one Run compute all that is wanted")
	}
	pieces := make(chan piece, in.workers)
	free := make(chan []byte, 2*in.workers+2)
	producerCtx, stop := context.WithCancel(ctx)
	var wg sync.WaitGroup
	var readErr error
	wg.Go(func() {
		defer close(pieces)
		readErr = s.cut(producerCtx, pieces, free)
	})
	report, err := runWorkers(ctx, in, func(ctx context.Context, w *lister) error {
		for {
			select {
			case <-ctx.Done():
				return ctx.Err()
			case p, more := <-pieces:
				if !more {
					return nil
				}
				w.report.Bytes += int64(len(p.data))
				if err := w.records(p.data, s.name, p.offset); err != nil {
					return err
				}
				if err := w.out.flush(p.number); err != nil {
					return err
				}
				w.report.flushTo(in.progress)
				select {
				case free <- p.data[:0]:
				default:
				}
			}
		}
	}, s.rd)
	stop()
	// A reader that blocks is left behind when the work was cancelled: nothing can wake it.
	if err == nil {
		wg.Wait()
		err = readErr
	}
	return report, err
}

// cut reads the stream and sends pieces that end between two records.
func (s *stream) cut(ctx context.Context, out chan<- piece, free <-chan []byte) error {
	var number, offset int64
	var rest []byte
	discard := false // inside a record that is too long: it was sent, and counted, by its beginning
	for {
		var buf []byte
		select {
		case buf = <-free:
		default:
			buf = make([]byte, 0, pieceSize+64<<10)
		}
		buf = append(buf, rest...)
		buf, end, err := s.fillPiece(buf)
		if discard {
			if end < 0 && err == nil {
				offset += int64(len(buf))
				rest = rest[:0]
				continue
			}
			i := bytes.IndexByte(buf, s.rd.terminator)
			if i < 0 {
				i = len(buf) - 1
			}
			offset += int64(i) + 1
			rest = append(rest[:0], buf[i+1:]...)
			discard = false
			if err == nil {
				continue
			}
			buf = append(buf[:0], rest...)
		}
		discard = end < 0 && err == nil
		if end < 0 || err != nil {
			end = len(buf) - 1 // all of it: what is not finished is counted as cut off
		}
		rest = append(rest[:0], buf[end+1:]...)
		if end >= 0 {
			select {
			case out <- piece{number, offset, buf[:end+1]}:
			case <-ctx.Done():
				return ctx.Err()
			}
			number++
			offset += int64(end) + 1
		}
		switch {
		case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
			return nil
		case err != nil:
			return fmt.Errorf("cannot read %s: %w", s.name, err)
		}
	}
}

// fillPiece reads until buf holds a good piece with a terminator in it, and returns where the last one stands; -1 when
// there is none at the end of the stream or in all that a record can be.
func (s *stream) fillPiece(buf []byte) ([]byte, int, error) {
	for known := 0; ; known = len(buf) {
		if cap(buf)-len(buf) < 64<<10 {
			buf = append(make([]byte, 0, 2*cap(buf)), buf...)
		}
		limit := max(pieceSize, len(buf)+64<<10)
		n, err := io.ReadAtLeast(s.r, buf[len(buf):limit:limit], limit-len(buf))
		buf = buf[:len(buf)+n]
		if end := bytes.LastIndexByte(buf[known:], s.rd.terminator); end >= 0 {
			return buf, known + end, err
		}
		if err != nil || len(buf) > maxRecord {
			return buf, -1, err
		}
	}
}
