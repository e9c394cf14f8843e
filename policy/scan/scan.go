//go:build linux

package scan

import (
	"bytes"
	"context"
	"fmt"
	"path"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"

	"golang.org/x/sys/unix"
)

// Scan walks the tree below root and calls fn for the root and for every object below it, in no particular order and
// from several goroutines at once; Entry.Worker tells them apart. The root itself may be a symbolic link, and may be
// something else than a directory; links below it are reported and not followed. Every name of a file with several is
// reported.
//
// fn returns [SkipDir] for a directory that is not to be entered. Any other error ends the walk and is returned, as is
// the end of the context. A panic of fn is raised again on the caller's goroutine. What could not be read is no error
// of the walk: Stats tells. The only other error is that of a root that cannot be opened.
func Scan(ctx context.Context, root string, o Options, fn func(*Entry) error) (Stats, error) {
	s, err := newScanner(root, o, fn)
	if err != nil {
		return Stats{}, err
	}
	defer unix.Close(s.rootfd)
	if err := ctx.Err(); err != nil {
		return Stats{}, err
	}
	release := context.AfterFunc(ctx, func() { s.halt(ctx.Err()) })
	defer release()

	workers := make([]*worker, s.workers)
	var wg sync.WaitGroup
	for i := range workers {
		w := &worker{s: s, id: i}
		w.entry = Entry{w: w, Worker: i}
		workers[i] = w
		wg.Go(w.run)
	}
	wg.Wait()
	var total Stats
	for _, w := range workers {
		total.add(&w.stats)
	}
	if s.panicked {
		panic(s.panicValue)
	}
	return total, s.err
}

// scanner is what the workers of one walk share.
type scanner struct {
	root      string // as given, without slashes at its end
	prefix    string // what stands before a path below the root: the root and a slash
	rootName  string
	rootfd    int
	rootType  Type
	dev       uint64 // of the root, for OneFilesystem
	o         Options
	skip      map[string]bool
	fn        func(*Entry) error
	workers   int
	statFlags int
	openFlags int
	noOpenat2 atomic.Bool
	bufs      sync.Pool
	halted    atomic.Bool
	idle      atomic.Int32 // how many workers wait for work

	mu         sync.Mutex
	wake       sync.Cond
	queue      []work
	done       bool
	err        error
	panicked   bool
	panicValue any
}

func newScanner(root string, o Options, fn func(*Entry) error) (*scanner, error) {
	s := &scanner{o: o, fn: fn, workers: o.Workers}
	if s.workers <= 0 {
		s.workers = runtime.GOMAXPROCS(0)
	}
	s.wake.L = &s.mu
	s.bufs.New = func() any { b := make([]byte, direntBuffer); return &b }
	s.root = strings.TrimRight(root, "/")
	s.prefix = s.root + "/"
	if s.root == "" && root != "" {
		s.root = "/"
	}
	s.rootName = path.Base(s.root)
	if len(o.Skip) > 0 {
		s.skip = make(map[string]bool, len(o.Skip))
		for _, name := range o.Skip {
			s.skip[name] = true
		}
	}
	s.statFlags = unix.AT_SYMLINK_NOFOLLOW | unix.AT_NO_AUTOMOUNT
	if o.Cached {
		s.statFlags |= unix.AT_STATX_DONT_SYNC
	}
	s.openFlags = unix.O_RDONLY | unix.O_DIRECTORY | unix.O_NOFOLLOW | unix.O_CLOEXEC | unix.O_NONBLOCK
	if unix.Geteuid() == 0 {
		s.openFlags |= unix.O_NOATIME // a walk is not a use of the directories; only owners may say so
	}
	fd, err := unix.Open(root, unix.O_PATH|unix.O_CLOEXEC, 0)
	if err != nil {
		return nil, fmt.Errorf("cannot scan %q: %w", root, err)
	}
	var st unix.Stat_t
	if err := unix.Fstat(fd, &st); err != nil {
		unix.Close(fd)
		return nil, fmt.Errorf("cannot scan %q: %w", root, err)
	}
	s.rootfd, s.dev, s.rootType = fd, st.Dev, typeOfMode(uint16(st.Mode))
	s.queue = []work{{first: true}}
	return s, nil
}

// halt ends the walk; the first reason counts.
func (s *scanner) halt(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.err == nil {
		s.err = err
	}
	s.halted.Store(true)
	s.done = true
	s.wake.Broadcast()
}

// take returns work that others gave away, waiting for it. ok is false when the walk is over.
func (s *scanner) take() (it work, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.idle.Add(1)
	for !s.done && len(s.queue) == 0 {
		if int(s.idle.Load()) == s.workers {
			s.done = true
			s.wake.Broadcast()
			break
		}
		s.wake.Wait()
	}
	if s.done {
		return work{}, false
	}
	s.idle.Add(-1)
	it = s.queue[len(s.queue)-1]
	s.queue[len(s.queue)-1] = work{}
	s.queue = s.queue[:len(s.queue)-1]
	return it, true
}

// give offers work to those who wait.
func (s *scanner) give(its ...work) {
	s.mu.Lock()
	s.queue = append(s.queue, its...)
	s.mu.Unlock()
	s.wake.Broadcast()
}

// work is a directory to be read, or a part of a large one that somebody else has read.
type work struct {
	node  *node   // the directory; nil for the root
	part  *[]byte // entries as getdents64 wrote them, for a part
	dir   *openDir
	first bool // the beginning: the root itself
}

// node is a directory below the root. A chain of names instead of a path: the paths of a deep tree would fill the
// memory.
type node struct {
	parent *node
	name   string
	depth  int
}

// openDir is an open directory with parts that several workers work on.
type openDir struct {
	fd   int
	refs atomic.Int32
}

func (d *openDir) release() {
	if d.refs.Add(-1) == 0 {
		unix.Close(d.fd)
	}
}

const (
	direntBuffer = 128 << 10
	partMinimum  = 16 << 10 // entries worth handing to somebody else
	pathMax      = 4096     // with the 0 at its end
	nameOffset   = 19       // of d_name in struct linux_dirent64
)

// worker is one goroutine of a walk. Its own directories are a stack, so that the number of those waiting stays near
// depth times width, not the width of the whole level.
type worker struct {
	s     *scanner
	id    int
	stack []work
	stats Stats
	entry Entry
	path  []byte // backing of rel, with room for a 0 at its end
	rel   []byte // the path of the directory at hand below the root, with a slash at its end; empty for the root
	stx   unix.Statx_t
	how   unix.OpenHow
}

func (w *worker) run() {
	defer func() {
		if v := recover(); v != nil {
			w.s.mu.Lock()
			if !w.s.panicked {
				w.s.panicked, w.s.panicValue = true, v
			}
			w.s.mu.Unlock()
			w.s.halt(nil)
		}
	}()
	for {
		it, ok := w.next()
		if !ok {
			return
		}
		w.do(it)
	}
}

func (w *worker) next() (work, bool) {
	if n := len(w.stack); n > 0 && !w.s.halted.Load() {
		it := w.stack[n-1]
		w.stack[n-1] = work{}
		w.stack = w.stack[:n-1]
		return it, true
	}
	return w.s.take()
}

// share gives the older half of the stack away when somebody waits: the older directories are the larger ones.
func (w *worker) share() {
	if len(w.stack) < 2 || w.s.idle.Load() == 0 {
		return
	}
	half := len(w.stack) / 2
	w.s.give(w.stack[:half]...)
	rest := copy(w.stack, w.stack[half:])
	clear(w.stack[rest:])
	w.stack = w.stack[:rest]
}

func (w *worker) do(it work) {
	switch {
	case it.first:
		w.visitRoot()
	case it.part != nil:
		defer it.dir.release()
		w.enter(it.node)
		w.entries(it.node, it.dir.fd, *it.part)
		*it.part = (*it.part)[:cap(*it.part)]
		w.s.bufs.Put(it.part)
	default:
		w.enter(it.node)
		w.readDir(it.node)
	}
}

func (w *worker) visitRoot() {
	s, e := w.s, &w.entry
	e.Name, e.Type, e.Inode, e.Depth = []byte(s.rootName), s.rootType, 0, 0
	e.dirfd, e.flags, e.cname = s.rootfd, unix.AT_EMPTY_PATH, new(byte)
	w.seen(1)
	if !w.visit() {
		return
	}
	if e.Type == Directory {
		w.stack = append(w.stack, work{})
	}
}

// enter makes rel the path of the directory.
func (w *worker) enter(n *node) {
	size := 0
	for d := n; d != nil; d = d.parent {
		size += len(d.name) + 1
	}
	if cap(w.path) < size+1 {
		w.path = make([]byte, 2*size+256)
	}
	w.path = w.path[:cap(w.path)]
	at := size
	for d := n; d != nil; d = d.parent {
		at--
		w.path[at] = '/'
		at -= len(d.name)
		copy(w.path[at:], d.name)
	}
	w.rel = w.path[:size]
}

// dirPath returns the full path of the directory at hand.
func (w *worker) dirPath() []byte {
	if len(w.rel) == 0 {
		return []byte(w.s.root)
	}
	return append([]byte(w.s.prefix), w.rel[:len(w.rel)-1]...)
}

func (w *worker) readDir(n *node) {
	s := w.s
	fd, errno := w.open()
	if errno != 0 {
		_ = w.fail("openat", w.dirPath(), errno)
		return
	}
	dir := &openDir{fd: fd}
	dir.refs.Store(1)
	defer dir.release()
	if s.o.OneFilesystem {
		var st unix.Stat_t
		if err := unix.Fstat(fd, &st); err == nil && st.Dev != s.dev {
			return
		}
	}
	buf := s.bufs.Get().(*[]byte)
	defer func() { s.bufs.Put(buf) }()
	for !s.halted.Load() {
		size, errno := getdents(fd, *buf)
		if errno != 0 {
			_ = w.fail("getdents", w.dirPath(), errno)
			return
		}
		if size == 0 {
			return
		}
		// A single directory of millions would keep the others waiting for its one reader.
		if size >= partMinimum && s.idle.Load() > 0 && len(w.stack) == 0 {
			part := (*buf)[:size:direntBuffer]
			dir.refs.Add(1)
			s.give(work{node: n, part: &part, dir: dir})
			fresh := make([]byte, direntBuffer)
			buf = &fresh
			continue
		}
		w.entries(n, fd, (*buf)[:size])
	}
}

// entries hands the objects of one buffer of getdents64 to the function.
func (w *worker) entries(n *node, fd int, buf []byte) {
	s, e := w.s, &w.entry
	depth := 1
	if n != nil {
		depth = n.depth + 1
	}
	e.dirfd, e.flags, e.Depth = fd, 0, depth
	seen := int64(0)
	for len(buf) > nameOffset {
		reclen := int(*(*uint16)(ptr(buf, 16)))
		if reclen <= nameOffset || reclen > len(buf) {
			_ = w.fail("getdents", w.dirPath(), syscall.EIO)
			return
		}
		rec := buf[:reclen]
		buf = buf[reclen:]
		length := bytes.IndexByte(rec[nameOffset:], 0)
		if length <= 0 || rec[nameOffset] == '.' && (length == 1 || length == 2 && rec[nameOffset+1] == '.') {
			continue
		}
		e.Name = rec[nameOffset : nameOffset+length : nameOffset+length]
		e.cname = &rec[nameOffset]
		e.Inode = *(*uint64)(ptr(rec, 0))
		e.Type = direntTypes[rec[18]&15]
		if e.Type == Unknown && !w.findType() {
			continue
		}
		if e.Type == Directory && s.skip[string(e.Name)] {
			w.stats.Skipped++
			continue
		}
		seen++
		enter := w.visit()
		if s.halted.Load() {
			return
		}
		if enter && e.Type == Directory && (s.o.MaxDepth == 0 || depth < s.o.MaxDepth) {
			w.stack = append(w.stack, work{node: &node{parent: n, name: string(e.Name), depth: depth}})
		}
	}
	w.seen(seen)
	w.share()
}

// findType asks for the type of an object where its directory does not tell.
func (w *worker) findType() bool {
	e := &w.entry
	e.Info = Info{}
	if e.Stat(MaskType) != nil {
		return false
	}
	e.Type = typeOfMode(e.Info.Mode)
	return true
}

// visit calls the function and says whether a directory is to be entered.
func (w *worker) visit() bool {
	e := &w.entry
	w.stats.countType(e.Type)
	err := w.s.fn(e)
	if e.Info.Have != 0 {
		e.Info = Info{}
	}
	if err == nil {
		return true
	}
	if err != SkipDir {
		w.s.halt(err)
	}
	return false
}

func (w *worker) seen(n int64) {
	if w.s.o.Seen != nil {
		w.s.o.Seen.Add(n)
	}
}

// fail counts and reports what could not be read.
func (w *worker) fail(op string, path []byte, errno syscall.Errno) error {
	e := &Error{Op: op, Path: string(path), Err: errno}
	if e.Vanished() {
		w.stats.Vanished++
	} else {
		w.stats.Unreadable++
	}
	if len(w.stats.Errors) < keptErrors {
		w.stats.Errors = append(w.stats.Errors, e)
	}
	if w.s.o.OnError != nil {
		w.s.o.OnError(e)
	}
	return e
}
