package prompt

import (
	"context"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"gpfsh/cmd/gpfsh/internal/style"
)

// pasteWait is how long the rest of a paste may be behind its first line.
const pasteWait = 20 * time.Millisecond

// Ask asks a question on a terminal that is not raw and returns the line that answers it. What was typed before the
// question does not answer it, and neither does a text that is pasted: the question is asked again. The error is
// [ErrInterrupted] when the context ends first, io.EOF when the terminal is gone.
func Ask(ctx context.Context, in *os.File, out io.Writer, question string) (string, error) {
	if !style.Dumb(os.Getenv) {
		fmt.Fprint(out, "\x1b[?2004h") // pastes are announced
		defer fmt.Fprint(out, "\x1b[?2004l")
	}
	for {
		line, pasted, err := askOnce(ctx, in, out, question)
		if err != nil || !pasted {
			return line, err
		}
		fmt.Fprintln(out, "what is pasted is no answer")
	}
}

func askOnce(ctx context.Context, in *os.File, out io.Writer, question string) (answer string, pasted bool, err error) {
	bell, ring, err := os.Pipe()
	if err != nil {
		return "", false, err
	}
	defer bell.Close()
	defer ring.Close()
	defer context.AfterFunc(ctx, func() { _, _ = ring.Write([]byte{0}) })()

	forgetTyped(int(in.Fd()))
	if _, err := fmt.Fprint(out, question); err != nil {
		return "", false, err
	}
	var line []byte
	buf := make([]byte, 256)
	for {
		fds := []unix.PollFd{{Fd: int32(in.Fd()), Events: unix.POLLIN}, {Fd: int32(bell.Fd()), Events: unix.POLLIN}}
		_, err := unix.Poll(fds, -1)
		if err == unix.EINTR {
			continue
		}
		if err != nil {
			return "", false, err
		}
		if fds[1].Revents != 0 {
			fmt.Fprintln(out)
			return "", false, ErrInterrupted
		}
		n, err := unix.Read(int(in.Fd()), buf)
		if err == unix.EINTR || err == unix.EAGAIN {
			continue
		}
		if err != nil || n <= 0 {
			return "", false, io.EOF
		}
		line = append(line, buf[:n]...)
		if text, more, ended := strings.Cut(string(line), "\n"); ended {
			pasted = more != "" || strings.Contains(text, pasteBegin) || strings.Contains(text, pasteEnd) || waits(in)
			if pasted {
				forgetTyped(int(in.Fd()))
			}
			return strings.TrimSpace(text), pasted, nil
		}
	}
}

// waits tells whether more has come than was read: nobody types a second line that fast.
func waits(in *os.File) bool {
	fds := []unix.PollFd{{Fd: int32(in.Fd()), Events: unix.POLLIN}}
	n, err := unix.Poll(fds, int(pasteWait.Milliseconds()))
	return err == nil && n > 0 && fds[0].Revents&unix.POLLIN != 0
}
