package prompt

import (
	"errors"
	"os"
	"sync"
	"time"

	goprompt "github.com/c-bata/go-prompt"
	"golang.org/x/sys/unix"
	"golang.org/x/term"
)

// stop says why reading a line ended without a line.
type stop int

const (
	stopNot       stop = iota
	stopInterrupt      // Ctrl-C
	stopEnd            // the terminal is gone
	stopRedraw         // the window has another size, or the program was in the background
	stopSuspend        // Ctrl-Z
	stopSignal         // a signal ends the program
	stopEdit           // the entry is edited elsewhere
)

const (
	idleWait   = time.Minute           // for a key; what is no key wakes the keyboard
	escapeWait = 30 * time.Millisecond // for the rest of an escape sequence
)

// keyboard reads keys from the terminal. It gives go-prompt one key at a time and the next one only when the last is
// drawn, so that nothing is lost of what is typed ahead or pasted, and it knows what a key meets: Enter takes over a
// chosen suggestion instead of running the line.
type keyboard struct {
	in     *os.File
	screen *screen

	// special takes keys before anything else does; k.mu is held.
	special func(k *keyboard, key string) (out string, ends, taken bool)

	saved *term.State // of the terminal, as it was found
	bell  [2]*os.File // a pipe: what is written into it wakes the keyboard

	mu      sync.Mutex
	given   sync.Cond // busy has become true
	reading bool      // go-prompt has begun to ask for keys
	pending []byte    // from the terminal, not given out yet
	busy    bool      // a key was given out and is not drawn yet
	held    bool      // the line has ended: the rest is for the next one
	last    string    // the key given out last
	why     stop
	wake    bool // something else than a key asks for a drawing
}

var errNoKey = errors.New("no key")

// newKeyboard notes the state of the terminal before anything changes it.
func newKeyboard(in *os.File, s *screen) (*keyboard, error) {
	saved, err := term.GetState(int(in.Fd()))
	if err != nil {
		return nil, err
	}
	k := &keyboard{in: in, screen: s, saved: saved}
	k.given.L = &k.mu
	if k.bell[0], k.bell[1], err = os.Pipe(); err != nil {
		return nil, err
	}
	s.drawn = k.drawn
	s.mark = func() string {
		if why, _ := k.state(); why == stopInterrupt {
			return "^C"
		}
		return ""
	}
	return k, nil
}

// close gives the pipe back.
func (k *keyboard) close() {
	k.bell[0].Close()
	k.bell[1].Close()
}

// drawn says that the last key is on the screen. It returns when there is another one: go-prompt would look for it a
// hundred times a second.
func (k *keyboard) drawn() {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.busy = false
	for k.reading && !k.busy {
		k.given.Wait()
	}
}

// Setup makes the terminal raw for a line. What the terminal was set to meanwhile is what it goes back to.
func (k *keyboard) Setup() error {
	k.mu.Lock()
	k.reading, k.held, k.busy, k.why, k.last = false, false, false, stopNot, ""
	k.mu.Unlock()
	k.screen.mute = false
	saved, err := term.MakeRaw(int(k.in.Fd()))
	if err != nil {
		return err
	}
	k.saved = saved
	_, err = k.screen.out.Write([]byte("\x1b[?2004h")) // pastes are announced
	return err
}

// TearDown gives the terminal back as it was.
func (k *keyboard) TearDown() error {
	k.mu.Lock()
	k.reading = false
	k.mu.Unlock()
	_, werr := k.screen.out.Write([]byte("\x1b[?2004l"))
	return errors.Join(term.Restore(int(k.in.Fd()), k.saved), werr)
}

// GetWinSize returns the size of the window. The height is a white lie: a line longer than the window would make
// go-prompt clear the screen and refuse to work.
func (k *keyboard) GetWinSize() *goprompt.WinSize {
	width, _ := k.size()
	return &goprompt.WinSize{Row: 1 << 15, Col: uint16(width)}
}

func (k *keyboard) size() (width, height int) {
	width, height, err := term.GetSize(int(k.in.Fd()))
	if err != nil || width <= 0 || height <= 0 {
		return 80, 24
	}
	return width, height
}

// Read returns the next key, or an error when there is none yet.
func (k *keyboard) Read() ([]byte, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.held || k.busy {
		return nil, errNoKey
	}
	if !k.reading {
		k.reading = true
		return k.give(keyNone, false), nil // the first one, so that drawn is called
	}
	if k.why != stopNot {
		return k.give(keyNone, true), nil
	}
	if key, ok := k.next(false); ok {
		return key, nil
	}
	wait := idleWait
	if len(k.pending) > 0 {
		wait = escapeWait
	}
	late, err := k.fill(wait)
	switch {
	case err != nil:
		k.why = stopEnd
		return k.give(keyNone, true), nil
	case k.why != stopNot:
		return k.give(keyNone, true), nil
	}
	if key, ok := k.next(late); ok {
		return key, nil
	}
	if k.wake && !k.screen.selected.Load() {
		k.wake = false
		return k.give(keyNone, false), nil
	}
	return nil, errNoKey
}

// fill waits for more bytes, or for the bell; late is true when neither has come. k.mu is given back meanwhile.
func (k *keyboard) fill(wait time.Duration) (late bool, err error) {
	k.mu.Unlock()
	defer k.mu.Lock()
	fds := []unix.PollFd{{Fd: int32(k.in.Fd()), Events: unix.POLLIN}, {Fd: int32(k.bell[0].Fd()), Events: unix.POLLIN}}
	n, err := unix.Poll(fds, int(wait.Milliseconds()))
	if errors.Is(err, unix.EINTR) {
		return false, nil
	}
	if err != nil || n == 0 {
		return true, err
	}
	buf := make([]byte, 4096)
	if fds[1].Revents != 0 {
		if _, err := k.bell[0].Read(buf); err != nil {
			return false, err
		}
	}
	if fds[0].Revents == 0 {
		return false, nil
	}
	n, err = unix.Read(int(k.in.Fd()), buf)
	if errors.Is(err, unix.EINTR) || errors.Is(err, unix.EAGAIN) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	if n == 0 {
		return false, errors.New("the terminal is gone")
	}
	k.pending = append(k.pending, buf[:n]...)
	return false, nil
}

// ring wakes the keyboard; k.mu is held.
func (k *keyboard) ring() { _, _ = k.bell[1].Write([]byte{0}) }

// next gives out the next key of what has come.
func (k *keyboard) next(final bool) ([]byte, bool) {
	for {
		key, n := nextKey(k.pending, final)
		if n == 0 {
			return nil, false
		}
		text := string(key)
		k.pending = k.pending[n:]
		if out, ends := k.meaning(text); out != "" {
			return k.give(out, ends), true
		}
	}
}

// meaning returns the key that go-prompt is to see for a key, "" for none, and whether the line ends with it.
func (k *keyboard) meaning(key string) (out string, ends bool) {
	if k.special != nil {
		if out, ends, taken := k.special(k, key); taken {
			return out, ends
		}
	}
	switch {
	case len(key) > len(pasteBegin) && key[:len(pasteBegin)] == pasteBegin:
		return showLine(pasted([]byte(key))), false
	case key == keyEnter || key == "\n":
		if k.screen.selected.Load() {
			return keyNone, false // takes over the suggestion
		}
		return keyEnter, true
	case key == keyCtrlC:
		k.why = stopInterrupt
		return key, true
	case key == keyCtrlZ:
		k.why = stopSuspend
		return keyNone, true
	case key[0] == 0x1b:
		if goprompt.GetKey([]byte(key)) == goprompt.NotDefined && !isBound(key) {
			return "", false // go-prompt would write it into the line
		}
		return key, false
	}
	return key, false
}

func (k *keyboard) give(key string, ends bool) []byte {
	k.last, k.busy, k.held = key, true, ends
	k.given.Broadcast()
	return []byte(key)
}

// end makes the line end without a line.
func (k *keyboard) end(why stop) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.why == stopNot {
		k.why = why
	}
	k.ring()
}

// redraw asks for a drawing when the next key is still to come.
func (k *keyboard) redraw() {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.wake = true
	k.ring()
}

// press puts a key that nobody pressed before those that are still to be read.
func (k *keyboard) press(key string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.pending = append([]byte(key), k.pending...)
	k.ring()
}

// state returns why the line ended, and the last key.
func (k *keyboard) state() (why stop, last string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.why, k.last
}

var _ goprompt.ConsoleParser = (*keyboard)(nil)
