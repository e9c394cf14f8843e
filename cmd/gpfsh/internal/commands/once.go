package commands

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

func onceOptions() []option {
	return []option{
		{long: "once", help: "leave at once when the same is running already, for cron; the exit status is 3 then", set: func(o *options, _ string) error {
			o.once = true
			return nil
		}},
		{long: "once-ok", help: "like --once, with the exit status 0", set: func(o *options, _ string) error {
			o.once, o.onceOK = true, true
			return nil
		}},
	}
}

// busyError says that the same is running already.
type busyError struct {
	what string
	pid  string
}

// Error names it.
func (e *busyError) Error() string {
	if e.pid == "" {
		return e.what + " is running already"
	}
	return fmt.Sprintf("%s is running already (process %s)", e.what, e.pid)
}

// single holds the only place for something that must not run twice at a time on this machine, for this user. The place
// is free again when the process ends, however it does.
func (a *app) single(what string) (release func(), err error) {
	dir := a.Getenv("XDG_RUNTIME_DIR")
	if dir == "" {
		dir = os.TempDir()
	}
	dir = filepath.Join(dir, fmt.Sprintf("gpfsh-once-%d", os.Getuid()))
	if err := os.Mkdir(dir, 0o700); err != nil && !errors.Is(err, os.ErrExist) {
		return nil, fmt.Errorf("cannot tell whether it is running already: %w", err)
	}
	// Others can make a directory of that name in a place that everybody shares.
	info, err := os.Lstat(dir)
	if err != nil {
		return nil, fmt.Errorf("cannot tell whether it is running already: %w", err)
	}
	if st, ok := info.Sys().(*syscall.Stat_t); !ok || !info.IsDir() || int(st.Uid) != os.Getuid() || info.Mode().Perm() != 0o700 {
		return nil, fmt.Errorf("cannot tell whether it is running already: %s is not a directory of this user alone", dir)
	}
	path := filepath.Join(dir, fmt.Sprintf("%x.lock", sha256.Sum256([]byte(what)))[:24])
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR|syscall.O_NOFOLLOW, 0o600)
	if err != nil {
		return nil, fmt.Errorf("cannot tell whether it is running already: %w", err)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		defer f.Close()
		if !errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, fmt.Errorf("cannot tell whether it is running already: %w", err)
		}
		pid := make([]byte, 32)
		n, _ := f.Read(pid)
		return nil, &busyError{what, strings.TrimSpace(string(pid[:n]))}
	}
	_ = f.Truncate(0)
	_, _ = fmt.Fprintln(f, os.Getpid())
	return func() { f.Close() }, nil // the file stays: to remove it would let two in
}
