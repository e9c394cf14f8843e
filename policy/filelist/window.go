package filelist

import (
	"fmt"
	"io"
	"os"
	"runtime"
	"runtime/debug"

	"unsafe"

	"golang.org/x/sys/unix"
)

// window is a part of a list in memory: mapped where that works, read otherwise. Parts are mapped and unmapped one after
// the other, so that a large list does not make the process look large. It belongs to one goroutine.
type window struct {
	mapped []byte // from the page that the part begins in
	buf    []byte
}

// view returns the bytes from one offset to another. They hold until the next call.
func (w *window) view(o *openList, from, to int64) ([]byte, error) {
	w.unmap()
	f, err := o.open()
	if err != nil {
		return nil, fmt.Errorf("cannot read the list: %w", err)
	}
	page := int64(os.Getpagesize())
	begin := from - from%page
	// Unmapped memory behind the end of a list that has shrunk is a fault, not an error: see guard. Asking for the pages
	// at once is cheaper than a fault for each few of them.
	m, err := unix.Mmap(int(f.Fd()), begin, int(to-begin), unix.PROT_READ, unix.MAP_SHARED|unix.MAP_POPULATE)
	if err == nil {
		w.mapped = m
		return m[from-begin:], nil
	}
	return w.read(o, f, from, to)
}

// read is for file systems that cannot map.
func (w *window) read(o *openList, f *os.File, from, to int64) ([]byte, error) {
	if int64(cap(w.buf)) < to-from {
		w.buf = make([]byte, to-from)
	}
	n, err := f.ReadAt(w.buf[:to-from], from)
	if int64(n) == to-from {
		return w.buf[:n], nil
	}
	if err == nil || err == io.EOF {
		return nil, o.shrank()
	}
	return nil, fmt.Errorf("cannot read the list: %w", err)
}

func (o *openList) shrank() error {
	return fmt.Errorf("the list %s changed while it was read: it had %d bytes at first", o.path, o.size)
}

func (w *window) unmap() {
	if w.mapped != nil {
		_ = unix.Munmap(w.mapped)
		w.mapped = nil
	}
}

func (w *window) close() { w.unmap() }

// guard is deferred around work on a view. It turns a fault in mapped memory, which is how a list that shrinks or
// vanishes shows, into an error.
func (w *window) guard(o *openList, err *error) {
	v := recover()
	if v == nil {
		return
	}
	if fault, isFault := v.(interface {
		runtime.Error
		Addr() uintptr
	}); isFault && w.holds(fault.Addr()) {
		*err = o.shrank()
		return
	}
	panic(v)
}

// holds says whether an address lies in the mapped part.
func (w *window) holds(addr uintptr) bool {
	if len(w.mapped) == 0 {
		return false
	}
	begin := uintptr(unsafe.Pointer(unsafe.SliceData(w.mapped)))
	page := uintptr(os.Getpagesize())
	return addr >= begin && addr < begin+(uintptr(len(w.mapped))+page-1)/page*page
}

// faultsPanic lets faults in mapped memory be recovered on this goroutine, until the function that it returns is called.
func faultsPanic() (restore func()) {
	old := debug.SetPanicOnFault(true)
	return func() { debug.SetPanicOnFault(old) }
}
