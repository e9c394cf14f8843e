// Package ptytest drives a program through a pseudo-terminal, as a person would: it types, looks at the screen, and waits
// until the screen shows what it should.
package ptytest

import (
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/creack/pty"
	"golang.org/x/sys/unix"
)

// patience is how long a program may take to show something. It is long because it only passes when a test fails.
const patience = 30 * time.Second

// Terminal is a terminal with a program on it.
type Terminal struct {
	t      testing.TB
	master *os.File
	slave  *os.File // held open, so that the terminal outlives the program
	cmd    *exec.Cmd
	before unix.Termios

	mu     sync.Mutex
	cond   *sync.Cond
	screen *Screen
	raw    strings.Builder
	exited bool
	code   int
}

// Start runs a program on a terminal of the given size.
func Start(t testing.TB, cols, rows int, cmd *exec.Cmd) *Terminal {
	t.Helper()
	master, slave, err := pty.Open()
	if err != nil {
		t.Fatalf("no pseudo-terminal: %v", err)
	}
	tt := &Terminal{t: t, master: master, slave: slave, cmd: cmd, screen: NewScreen(cols, rows)}
	tt.cond = sync.NewCond(&tt.mu)
	if err := pty.Setsize(master, &pty.Winsize{Cols: uint16(cols), Rows: uint16(rows)}); err != nil {
		t.Fatalf("cannot set the size of the terminal: %v", err)
	}
	tt.before = tt.State()
	cmd.Stdin, cmd.Stdout, cmd.Stderr = slave, slave, slave
	cmd.SysProcAttr = &unix.SysProcAttr{Setsid: true, Setctty: true}
	if err := cmd.Start(); err != nil {
		t.Fatalf("cannot start %s: %v", cmd.Path, err)
	}
	go tt.read()
	go tt.wait()
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		slave.Close()
		master.Close()
	})
	return tt
}

func (tt *Terminal) read() {
	buf := make([]byte, 4096)
	for {
		n, err := tt.master.Read(buf)
		tt.mu.Lock()
		_, _ = tt.screen.Write(buf[:n])
		tt.raw.Write(buf[:n])
		tt.cond.Broadcast()
		tt.mu.Unlock()
		if err != nil {
			return
		}
	}
}

func (tt *Terminal) wait() {
	_ = tt.cmd.Wait()
	tt.mu.Lock()
	defer tt.mu.Unlock()
	tt.exited, tt.code = true, tt.cmd.ProcessState.ExitCode()
	tt.cond.Broadcast()
}

// Type sends keys to the program.
func (tt *Terminal) Type(keys string) {
	tt.t.Helper()
	if _, err := tt.master.WriteString(keys); err != nil {
		tt.t.Fatalf("cannot type %q: %v", keys, err)
	}
}

// Signal sends a signal to the program.
func (tt *Terminal) Signal(s os.Signal) {
	tt.t.Helper()
	if err := tt.cmd.Process.Signal(s); err != nil {
		tt.t.Fatalf("cannot send %v: %v", s, err)
	}
}

// Resize changes the size of the window.
func (tt *Terminal) Resize(cols, rows int) {
	tt.t.Helper()
	tt.mu.Lock()
	tt.screen.resize(cols, rows)
	tt.mu.Unlock()
	if err := pty.Setsize(tt.master, &pty.Winsize{Cols: uint16(cols), Rows: uint16(rows)}); err != nil {
		tt.t.Fatalf("cannot set the size of the terminal: %v", err)
	}
}

// Screen returns what the terminal shows.
func (tt *Terminal) Screen() string {
	tt.mu.Lock()
	defer tt.mu.Unlock()
	return tt.screen.String()
}

// Raw returns everything that the program has written, with the sequences for the terminal.
func (tt *Terminal) Raw() string {
	tt.mu.Lock()
	defer tt.mu.Unlock()
	return tt.raw.String()
}

// Until waits until the screen is as it should be.
func (tt *Terminal) Until(what string, is func(screen string) bool) {
	tt.t.Helper()
	if !tt.await(func() bool { return is(tt.screen.String()) }) {
		tt.t.Fatalf("the terminal does not show %s:\n%s", what, tt.frame())
	}
}

// Shows waits until the screen shows a text somewhere.
func (tt *Terminal) Shows(text string) {
	tt.t.Helper()
	tt.Until(text, func(screen string) bool { return strings.Contains(screen, text) })
}

// Wrote waits until everything that the program has written, with the sequences for the terminal, is as it should be.
func (tt *Terminal) Wrote(what string, is func(raw string) bool) {
	tt.t.Helper()
	if !tt.await(func() bool { return is(tt.raw.String()) }) {
		tt.t.Fatalf("the program does not write %s:\n%q", what, tt.Raw())
	}
}

// Line waits until the last line of the screen that shows something is this one.
func (tt *Terminal) Line(text string) {
	tt.t.Helper()
	tt.Until("as last line "+text, func(screen string) bool {
		return screen[strings.LastIndexByte(screen, '\n')+1:] == text
	})
}

// CursorLine waits until the line in which the cursor stands is this one.
func (tt *Terminal) CursorLine(text string) {
	tt.t.Helper()
	ok := tt.await(func() bool {
		row, _ := tt.screen.Cursor()
		lines := strings.Split(tt.screen.String(), "\n")
		return row < len(lines) && lines[row] == text || row >= len(lines) && text == ""
	})
	if !ok {
		tt.t.Fatalf("the cursor does not stand in the line %q:\n%s", text, tt.frame())
	}
}

// Exits waits for the end of the program and returns its exit status.
func (tt *Terminal) Exits() int {
	tt.t.Helper()
	if !tt.await(func() bool { return tt.exited }) {
		tt.t.Fatalf("the program does not end:\n%s", tt.frame())
	}
	tt.mu.Lock()
	defer tt.mu.Unlock()
	return tt.code
}

// Before returns how the terminal was set before the program began.
func (tt *Terminal) Before() unix.Termios { return tt.before }

// State returns how the terminal is set.
func (tt *Terminal) State() unix.Termios {
	tt.t.Helper()
	st, err := unix.IoctlGetTermios(int(tt.master.Fd()), getTermios)
	if err != nil {
		tt.t.Fatalf("cannot ask for the state of the terminal: %v", err)
	}
	return *st
}

// await waits for a condition that depends on the screen or the end of the program.
func (tt *Terminal) await(done func() bool) bool {
	tt.mu.Lock()
	defer tt.mu.Unlock()
	late := false
	timer := time.AfterFunc(patience, func() {
		tt.mu.Lock()
		late = true
		tt.cond.Broadcast()
		tt.mu.Unlock()
	})
	defer timer.Stop()
	for !done() {
		if late {
			return false
		}
		tt.cond.Wait()
	}
	return true
}

func (tt *Terminal) frame() string {
	tt.mu.Lock()
	defer tt.mu.Unlock()
	row, col := tt.screen.Cursor()
	bar := strings.Repeat("-", tt.screen.cols)
	end := ""
	if tt.exited {
		end = "\n(the program has ended)"
	}
	return bar + "\n" + tt.screen.String() + "\n" + bar + "\ncursor at " + strconv.Itoa(row) + "," + strconv.Itoa(col) + end
}
