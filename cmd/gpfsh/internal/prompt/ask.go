package prompt

import (
	"context"
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/sys/unix"
)

// Ask asks a question on a terminal that is not raw and returns the line that answers it. What was typed before the
// question does not answer it. The error is [ErrInterrupted] when the context ends first, io.EOF when the terminal is
// gone.
func Ask(ctx context.Context, in *os.File, out io.Writer, question string) (string, error) {
	bell, ring, err := os.Pipe()
	if err != nil {
		return "", err
	}
	defer bell.Close()
	defer ring.Close()
	defer context.AfterFunc(ctx, func() { _, _ = ring.Write([]byte{0}) })()

	forgetTyped(int(in.Fd()))
	if _, err := fmt.Fprint(out, question); err != nil {
		return "", err
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
			return "", err
		}
		if fds[1].Revents != 0 {
			fmt.Fprintln(out)
			return "", ErrInterrupted
		}
		n, err := unix.Read(int(in.Fd()), buf)
		if err == unix.EINTR || err == unix.EAGAIN {
			continue
		}
		if err != nil || n <= 0 {
			return "", io.EOF
		}
		line = append(line, buf[:n]...)
		if text, _, ended := strings.Cut(string(line), "\n"); ended {
			return strings.TrimSpace(text), nil
		}
	}
}
