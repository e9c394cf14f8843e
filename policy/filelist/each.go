package filelist

import (
	"context"
	"fmt"
)

// RecordPanic is what a panic of a user's function becomes, raised again on the goroutine of the caller: it names the
// file at which it happened.
type RecordPanic struct {
	Value any   // what the function panicked with
	File  File  // the file
	Index int64 // how many files the function had seen before; -1 when several goroutines call it
}

// Error names the file.
func (p *RecordPanic) Error() string {
	if p.Index < 0 {
		return fmt.Sprintf("panic at %q: %v", p.File.Path, p.Value)
	}
	return fmt.Sprintf("panic at record %d, %q: %v", p.Index+1, p.File.Path, p.Value)
}

// Stopped is an error that ended the work at the file, with the number of the record and the path.
func (p *RecordPanic) Stopped(err error) error {
	return fmt.Errorf("record %d, %q: %w", p.Index+1, p.File.Path, err)
}

// PanicValue returns what the function panicked with.
func (p *RecordPanic) PanicValue() any { return p.Value }

// Unwrap returns the value of the panic when it is an error.
func (p *RecordPanic) Unwrap() error {
	err, _ := p.Value.(error)
	return err
}

// matcher asks a user's functions about records.
type matcher struct {
	fns   []func(*File) bool
	fill  *filler
	batch []File
}

func newMatcher(fns []func(*File) bool, e *env) *matcher {
	if len(fns) == 0 {
		return nil
	}
	return &matcher{fns: fns, fill: newFiller(e.sc)}
}

func (m *matcher) matches(r *rec) bool {
	m.batch = m.fill.fill(m.batch[:0], r)
	m.fill.finish(m.batch)
	for _, fn := range m.fns {
		if !m.ask(fn) {
			return false
		}
	}
	return true
}

func (m *matcher) ask(fn func(*File) bool) bool {
	defer wrapPanic(func() (*File, int64) { return &m.batch[0], -1 })
	return fn(&m.batch[0])
}

// wrapPanic is deferred around a user's function.
func wrapPanic(at func() (*File, int64)) {
	v := recover()
	if v == nil {
		return
	}
	if err, isError := v.(*RecordPanic); isError {
		panic(err)
	}
	f, index := at()
	panic(&RecordPanic{Value: v, File: *f, Index: index})
}

// batchSize is how many files are handed over at once: enough to make the crossing cheap, few enough to stay in cache.
const batchSize = 1024

// eachBlock is the size of the blocks of a list that become batches of files, which are three times as large.
const eachBlock = 128 << 10

// delivery is a batch of files on its way to the caller.
type delivery struct {
	piece int64
	files []File
}

// batcher is the consumer that makes batches.
type batcher struct {
	where filter
	match *matcher
	fill  *filler
	files []File
	free  <-chan []File
	out   func(delivery) error
}

func (b *batcher) take(r *rec) (bool, error) {
	if b.where != nil && !b.where(r) || b.match != nil && !b.match.matches(r) {
		return false, nil
	}
	b.files = b.fill.fill(b.files, r)
	return true, nil
}

func (b *batcher) flush(piece int64) error {
	b.fill.finish(b.files)
	files := b.files
	select {
	case b.files = <-b.free:
	default:
		b.files = make([]File, 0, len(files)+len(files)/8)
	}
	return b.out(delivery{piece: piece, files: files})
}

// Batches calls a function with files, many at a time, on the caller's goroutine. Files of lists come in the order of
// the lists, those of a directory in none. The slice is used again after the call; a File that is to stay is copied. An
// error of the function ends the reading and is returned. The report says what was read until then.
func (f Files) Batches(ctx context.Context, fn func(files []File) error) (Report, error) {
	if f.err != nil {
		return Report{}, f.err
	}
	sc, _, err := f.compile(nil)
	if err != nil {
		return Report{}, err
	}
	if err := f.available(sc); err != nil {
		return Report{}, err
	}
	in, err := f.input()
	if err != nil {
		return Report{}, err
	}
	if l, isLists := in.(*lists); isLists && l.block == 0 {
		l.block = eachBlock
	}
	if e, isEngine := in.(*engine); isEngine {
		e.block = eachBlock
	}
	if err := in.prepare(sc); err != nil {
		return Report{}, err
	}
	o := f.runOptions()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	ch := make(chan delivery, 2*o.workers)
	free := make(chan []File, 4*o.workers)
	workers := make([]*batcher, o.workers)
	for i := range workers {
		env := f.env(sc)
		where, err := env.compileWhere(f.where)
		if err != nil {
			return Report{}, err
		}
		workers[i] = &batcher{
			where: where, match: newMatcher(f.match, &env), fill: newFiller(sc), free: free,
			out: func(d delivery) error {
				select {
				case ch <- d:
					return nil
				case <-ctx.Done():
					return ctx.Err()
				}
			},
		}
	}
	return f.deliver(ctx, cancel, in, &intake{
		sc: sc, workers: o.workers, plus: o.plus, consumer: func(i int) consumer { return workers[i] },
	}, ch, free, fn)
}

// readingEnd is what the reading side ends with.
type readingEnd struct {
	report Report
	err    error
	caught any
}

// deliver reads in the background and calls the function here.
func (f Files) deliver(ctx context.Context, cancel context.CancelFunc, in input, take *intake, ch chan delivery, free chan<- []File, fn func([]File) error) (Report, error) {
	take.progress = &progress{}
	stop := take.progress.watch(ctx, in.String(), f.progress)
	defer stop()
	end := make(chan readingEnd, 1)
	go func() {
		var e readingEnd
		defer func() {
			e.caught = recover()
			end <- e
			close(ch)
		}()
		e.report, e.err = in.read(ctx, take)
	}()
	var failed error
	func() {
		// Whatever happens in the function, the readers are stopped and waited for.
		defer func() {
			cancel()
			for range ch {
			}
		}()
		failed = inOrder(ctx, ch, free, f.ordered(), fn)
	}()
	e := <-end
	f.tally.note(e.report)
	if e.caught != nil {
		panic(e.caught)
	}
	if failed != nil {
		return e.report, failed
	}
	return e.report, e.err
}

func (f Files) ordered() bool {
	_, isTree := f.in.(*tree)
	return !isTree
}

// inOrder hands batches on, in the order of their pieces when asked for. Pieces that come early wait; there are few,
// since readers take them in order.
func inOrder(ctx context.Context, ch <-chan delivery, free chan<- []File, ordered bool, fn func([]File) error) error {
	next := int64(0)
	early := map[int64]delivery{}
	give := func(files []File) error {
		all := files
		for len(files) > 0 {
			// What was read ahead is not handed on when nobody wants it any more.
			if err := ctx.Err(); err != nil {
				return err
			}
			n := min(batchSize, len(files))
			if err := fn(files[:n:n]); err != nil {
				return err
			}
			files = files[n:]
		}
		select {
		case free <- all[:0]:
		default:
		}
		return nil
	}
	for d := range ch {
		if !ordered {
			if err := give(d.files); err != nil {
				return err
			}
			continue
		}
		early[d.piece] = d
		for {
			d, there := early[next]
			if !there {
				break
			}
			delete(early, next)
			next++
			if err := give(d.files); err != nil {
				return err
			}
		}
	}
	return nil
}

// Each calls a function with every file, on the caller's goroutine; see Batches for their order, and for files that are
// to stay. An error of the
// function is returned with the number of the record and its path, a panic is raised again as a [*RecordPanic].
func (f Files) Each(ctx context.Context, fn func(*File) error) (Report, error) {
	index := int64(0)
	return f.Batches(ctx, func(files []File) error {
		i := 0
		defer wrapPanic(func() (*File, int64) { return &files[i], index })
		for ; i < len(files); i++ {
			if err := fn(&files[i]); err != nil {
				return fmt.Errorf("record %d, %q: %w", index+1, files[i].Path, err)
			}
			index++
		}
		return nil
	})
}

// All returns the files for a range statement. After an error, which comes with an empty file, it ends.
func (f Files) All(ctx context.Context) func(yield func(*File, error) bool) {
	return func(yield func(*File, error) bool) {
		stopped := false
		_, err := f.Batches(ctx, func(files []File) error {
			for i := range files {
				if !yield(&files[i], nil) {
					stopped = true
					return context.Canceled
				}
			}
			return nil
		})
		if err != nil && !stopped {
			yield(&File{}, err)
		}
	}
}
