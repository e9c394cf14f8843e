package run

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// What blocks natively ends with the statement all the same: it is waited for beside the interrupt.

// wait runs f and returns when f has ended or the statement has been interrupted, which unwinds it. What f does goes on
// then, and late is called when it has ended.
func (r *runtimeState) wait(f, late func()) {
	done, release := r.interrupted()
	defer release()
	var mu sync.Mutex
	left := false
	ended := make(chan struct{})
	go func() {
		f()
		mu.Lock()
		defer mu.Unlock()
		if left && late != nil {
			late()
		}
		close(ended)
	}()
	select {
	case <-ended:
		if r.context().Err() != nil {
			r.cancel() // it ended because what it waited for was interrupted
		}
		return
	case <-done:
	}
	mu.Lock()
	select {
	case <-ended:
		mu.Unlock()
		return
	default:
		left = true
	}
	mu.Unlock()
	r.cancel()
}

func (r *runtimeState) waitGroup(wg *sync.WaitGroup) { r.wait(wg.Wait, nil) }

func (r *runtimeState) lock(mu *sync.Mutex) {
	if !mu.TryLock() {
		r.wait(mu.Lock, mu.Unlock)
	}
}

func (r *runtimeState) lockRW(mu *sync.RWMutex) {
	if !mu.TryLock() {
		r.wait(mu.Lock, mu.Unlock)
	}
}

func (r *runtimeState) rlockRW(mu *sync.RWMutex) {
	if !mu.TryRLock() {
		r.wait(mu.RLock, mu.RUnlock)
	}
}

// waitCond waits for a condition. Whoever waits holds the lock afterwards, also one that is interrupted: its deferred
// calls will unlock it.
func (r *runtimeState) waitCond(c *sync.Cond) {
	done, release := r.interrupted()
	defer release()
	ended := make(chan struct{})
	go func() {
		c.Wait()
		close(ended)
	}()
	select {
	case <-ended:
		return
	case <-done:
	}
	for {
		c.Broadcast() // all of them look at what they wait for, as they must
		select {
		case <-ended:
			r.cancel()
			return
		case <-time.After(5 * time.Millisecond):
		}
	}
}

// reader reads a file and gives up when the statement is interrupted.
type reader struct {
	*os.File
	r *runtimeState
}

// errInterruptedRead is what a read returns that was interrupted; the code that reads is about to be unwound.
var errInterruptedRead = errors.New("interrupted")

// Read waits until there is something to read.
func (f reader) Read(p []byte) (int, error) {
	if f.File == nil {
		return 0, os.ErrInvalid
	}
	done, release := f.r.interrupted()
	defer release()
	for {
		ready, err := readable(f.File, 50*time.Millisecond)
		if ready || err != nil {
			return f.File.Read(p)
		}
		select {
		case <-done:
			return 0, errInterruptedRead
		default:
		}
	}
}

// WriteTo hides the one of the file, which would read past this.
func (f reader) WriteTo(w io.Writer) (int64, error) { return io.Copy(w, struct{ io.Reader }{f}) }

// readable waits for a while until a read of a file would not block.
func readable(f *os.File, patience time.Duration) (ready bool, err error) {
	conn, err := f.SyscallConn()
	if err != nil {
		return true, err
	}
	cerr := conn.Control(func(fd uintptr) {
		var n int
		n, err = unix.Poll([]unix.PollFd{{Fd: int32(fd), Events: unix.POLLIN}}, int(patience.Milliseconds()))
		if errors.Is(err, unix.EINTR) {
			err = nil
		}
		ready = n > 0
	})
	return ready, errors.Join(err, cerr)
}

// start starts a program that is told when the statement is interrupted.
func (r *runtimeState) start(c *exec.Cmd) error {
	if err := c.Start(); err != nil {
		return err
	}
	r.onInterrupt(func() { r.end(c.Process) })
	return nil
}

// end asks a program to end, as Ctrl-C does and then as kill does.
func (r *runtimeState) end(p *os.Process) {
	if p == nil || p.Signal(syscall.SIGINT) != nil {
		return
	}
	time.Sleep(signalEvery)
	_ = p.Signal(syscall.SIGTERM)
}

// signalEvery is how long a program may take to end at each of the signals that it gets.
const signalEvery = 250 * time.Millisecond

// waitFor waits for a program. One that does not end at an interrupt is left running, and told of.
func (r *runtimeState) waitFor(c *exec.Cmd) error {
	if c.Process == nil {
		return c.Wait()
	}
	done, release := r.interrupted()
	defer release()
	ended := make(chan error, 1)
	go func() { ended <- c.Wait() }()
	select {
	case err := <-ended:
		return err
	case <-done:
	}
	select {
	case err := <-ended:
		r.cancel()
		return err
	case <-time.After(3 * signalEvery):
	}
	fmt.Fprintf(r.stderr, "gpfsh: %s does not end and still runs: process %d\n", c.Path, c.Process.Pid)
	r.cancel()
	return errInterruptedRead
}

func (r *runtimeState) run(c *exec.Cmd) error {
	if err := r.start(c); err != nil {
		return err
	}
	return r.waitFor(c)
}

func (r *runtimeState) output(c *exec.Cmd) ([]byte, error) {
	if c.Stdout != nil {
		return nil, errors.New("exec: Stdout already set")
	}
	var out, errs bytes.Buffer
	c.Stdout = &out
	capture := c.Stderr == nil
	if capture {
		c.Stderr = &errs
	}
	err := r.run(c)
	var exit *exec.ExitError
	if capture && errors.As(err, &exit) {
		exit.Stderr = errs.Bytes()
	}
	return out.Bytes(), err
}

func (r *runtimeState) combinedOutput(c *exec.Cmd) ([]byte, error) {
	if c.Stdout != nil || c.Stderr != nil {
		return nil, errors.New("exec: Stdout or Stderr already set")
	}
	var out bytes.Buffer
	c.Stdout, c.Stderr = &out, &out
	err := r.run(c)
	return out.Bytes(), err
}

// onInterrupt calls f when the statement that runs is interrupted.
func (r *runtimeState) onInterrupt(f func()) {
	s := r.cur.Load()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.interrupts = append(s.interrupts, f)
}

// blocking are the functions of the standard library that may block for long.
func (r *runtimeState) blocking(o Options) map[string]any {
	stdin := func() io.Reader {
		if f, ok := o.Stdin.(*os.File); ok {
			return reader{f, r}
		}
		return o.Stdin
	}
	return map[string]any{
		"WaitGroupWait": r.waitGroup, "CondWait": r.waitCond, "MutexLock": r.lock, "RWMutexLock": r.lockRW, "RWMutexRLock": r.rlockRW,
		"Reader":   func(f *os.File) io.Reader { return reader{f, r} },
		"FileRead": func(f *os.File, p []byte) (int, error) { return reader{f, r}.Read(p) },
		"Scan":     func(a ...any) (int, error) { return fmt.Fscan(stdin(), a...) },
		"Scanf":    func(format string, a ...any) (int, error) { return fmt.Fscanf(stdin(), format, a...) },
		"Scanln":   func(a ...any) (int, error) { return fmt.Fscanln(stdin(), a...) },
		"ProcessWait": func(p *os.Process) (st *os.ProcessState, err error) {
			r.wait(func() { st, err = p.Wait() }, nil)
			return st, err
		},
		"OsOpen": func(name string) (*os.File, error) {
			return waited(r, func() (*os.File, error) { return os.Open(name) })
		},
		"OsReadFile": func(name string) ([]byte, error) {
			return waited(r, func() ([]byte, error) { return os.ReadFile(name) })
		},
		"OsReadDir": func(name string) ([]os.DirEntry, error) {
			return waited(r, func() ([]os.DirEntry, error) { return os.ReadDir(name) })
		},
		"OsStat": func(name string) (os.FileInfo, error) {
			return waited(r, func() (os.FileInfo, error) { return os.Stat(name) })
		},
		"OsLstat": func(name string) (os.FileInfo, error) {
			return waited(r, func() (os.FileInfo, error) { return os.Lstat(name) })
		},
		"IoPipe": func() (*io.PipeReader, *io.PipeWriter) {
			pr, pw := io.Pipe()
			r.onInterrupt(func() {
				_ = pr.CloseWithError(errInterruptedRead)
				_ = pw.CloseWithError(errInterruptedRead)
			})
			return pr, pw
		},
		"OsPipe": func() (*os.File, *os.File, error) {
			pr, pw, err := os.Pipe()
			if err == nil {
				r.onInterrupt(func() {
					_ = pr.SetDeadline(time.Now())
					_ = pw.SetDeadline(time.Now())
				})
			}
			return pr, pw, err
		},
	}
}

// waited runs a call that a sick file system may keep for ever.
func waited[T any](r *runtimeState, f func() (T, error)) (T, error) {
	type result struct {
		v   T
		err error
	}
	c := make(chan result, 1)
	r.wait(func() {
		v, err := f()
		c <- result{v, err}
	}, nil)
	select {
	case res := <-c:
		return res.v, res.err
	default:
		var zero T
		return zero, errInterruptedRead
	}
}
