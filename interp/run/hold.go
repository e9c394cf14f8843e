package run

import (
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// held are the functions of os and os/exec that change files or run programs. While a dry run is on they are recorded
// as the command that does the same, and not performed; they answer as if they had been.
func (r *runtimeState) held(o Options) map[string]any {
	hold := func(argv ...string) bool { return o.Hold != nil && o.Hold(argv, nil) }
	return map[string]any{
		"HoldFile": func(name string) bool { return hold("tee", "--", name) },
		"OsRemove": func(name string) error {
			return unless(hold("rm", "--", name), func() error { return os.Remove(name) })
		},
		"OsRemoveAll": func(path string) error {
			return unless(hold("rm", "-rf", "--", path), func() error { return os.RemoveAll(path) })
		},
		"OsMkdir": func(name string, perm fs.FileMode) error {
			return unless(hold("mkdir", "-m", octal(perm), "--", name), func() error { return os.Mkdir(name, perm) })
		},
		"OsMkdirAll": func(path string, perm fs.FileMode) error {
			return unless(hold("mkdir", "-p", "-m", octal(perm), "--", path), func() error { return os.MkdirAll(path, perm) })
		},
		"OsRename": func(from, to string) error {
			return unless(hold("mv", "--", from, to), func() error { return os.Rename(from, to) })
		},
		"OsLink": func(old, name string) error {
			return unless(hold("ln", "--", old, name), func() error { return os.Link(old, name) })
		},
		"OsSymlink": func(old, name string) error {
			return unless(hold("ln", "-s", "--", old, name), func() error { return os.Symlink(old, name) })
		},
		"OsChmod": func(name string, mode fs.FileMode) error {
			return unless(hold("chmod", octal(mode), "--", name), func() error { return os.Chmod(name, mode) })
		},
		"OsChown": func(name string, uid, gid int) error {
			return unless(hold("chown", owner(uid, gid), "--", name), func() error { return os.Chown(name, uid, gid) })
		},
		"OsLchown": func(name string, uid, gid int) error {
			return unless(hold("chown", "-h", owner(uid, gid), "--", name), func() error { return os.Lchown(name, uid, gid) })
		},
		"OsTruncate": func(name string, size int64) error {
			return unless(hold("truncate", "-s", strconv.FormatInt(size, 10), "--", name), func() error { return os.Truncate(name, size) })
		},
		"OsChtimes": func(name string, atime, mtime time.Time) error {
			return unless(hold("touch", "-d", mtime.Format(time.RFC3339Nano), "--", name), func() error { return os.Chtimes(name, atime, mtime) })
		},
		"OsWriteFile": func(name string, data []byte, perm fs.FileMode) error {
			return unless(o.Hold != nil && o.Hold([]string{"tee", "--", name}, data), func() error { return os.WriteFile(name, data, perm) })
		},
		"OsCreate": func(name string) (*os.File, error) {
			if hold("tee", "--", name) {
				return nowhere(name)
			}
			return os.Create(name)
		},
		"OsOpenFile": func(name string, flag int, perm fs.FileMode) (*os.File, error) {
			if flag&(os.O_WRONLY|os.O_RDWR|os.O_CREATE|os.O_TRUNC|os.O_APPEND) != 0 && hold("tee", "-a", "--", name) {
				return nowhere(name)
			}
			return os.OpenFile(name, flag, perm)
		},
		"OsCreateTemp": func(dir, pattern string) (*os.File, error) {
			if hold("mktemp", "--", temporary(dir, pattern)) {
				return nowhere(temporary(dir, pattern))
			}
			return os.CreateTemp(dir, pattern)
		},
		"OsMkdirTemp": func(dir, pattern string) (string, error) {
			if hold("mktemp", "-d", "--", temporary(dir, pattern)) {
				return temporary(dir, pattern), nil
			}
			return os.MkdirTemp(dir, pattern)
		},
		"OsCopyFS": func(dir string, from fs.FS) error {
			return unless(hold("cp", "-R", "--", fmt.Sprint(from)+"/.", dir), func() error { return os.CopyFS(dir, from) })
		},

		"FileChmod": func(f *os.File, mode fs.FileMode) error {
			return unless(f != nil && hold("chmod", octal(mode), "--", f.Name()), func() error { return f.Chmod(mode) })
		},
		"FileChown": func(f *os.File, uid, gid int) error {
			return unless(f != nil && hold("chown", owner(uid, gid), "--", f.Name()), func() error { return f.Chown(uid, gid) })
		},
		"FileTruncate": func(f *os.File, size int64) error {
			return unless(f != nil && hold("truncate", "-s", strconv.FormatInt(size, 10), "--", f.Name()), func() error { return f.Truncate(size) })
		},
		"ProcessKill": func(p *os.Process) error {
			return unless(p != nil && hold("kill", "-9", strconv.Itoa(p.Pid)), func() error { return p.Kill() })
		},
		"ProcessSignal": func(p *os.Process, sig os.Signal) error {
			return unless(p != nil && hold("kill", "-s", signalName(sig), strconv.Itoa(p.Pid)), func() error { return p.Signal(sig) })
		},
		"CmdStart": func(c *exec.Cmd) error {
			instead(c, o.Hold)
			return r.start(c)
		},
		"CmdRun": func(c *exec.Cmd) error {
			instead(c, o.Hold)
			return r.run(c)
		},
		"CmdWait": r.waitFor,
		"CmdOutput": func(c *exec.Cmd) ([]byte, error) {
			instead(c, o.Hold)
			return r.output(c)
		},
		"CmdCombinedOutput": func(c *exec.Cmd) ([]byte, error) {
			instead(c, o.Hold)
			return r.combinedOutput(c)
		},
	}
}

// instead lets a program that is held back be one that does nothing, so that its pipes and its end are as usual.
func instead(c *exec.Cmd, hold func(argv []string, stdin []byte) bool) {
	if c == nil || hold == nil {
		return
	}
	argv := c.Args
	if len(argv) == 0 {
		argv = []string{c.Path}
	}
	if !hold(argv, nil) {
		return
	}
	c.Path, c.Args, c.Dir, c.Err = "/bin/true", []string{"true"}, "", nil
	if path, err := exec.LookPath("true"); err == nil {
		c.Path = path
	}
}

// nowhere returns a file under a name that is never written.
func nowhere(name string) (*os.File, error) {
	fd, err := syscall.Open(os.DevNull, syscall.O_RDWR|syscall.O_CLOEXEC, 0)
	if err != nil {
		return nil, &fs.PathError{Op: "open", Path: os.DevNull, Err: err}
	}
	return os.NewFile(uintptr(fd), name), nil
}

// temporary is the name under which a held-back temporary file or directory goes.
func temporary(dir, pattern string) string {
	if dir == "" {
		dir = os.TempDir()
	}
	before, after, _ := strings.Cut(pattern, "*")
	return filepath.Join(dir, before+"XXXXXX"+after)
}

func signalName(s os.Signal) string {
	if n, ok := s.(syscall.Signal); ok {
		return strconv.Itoa(int(n))
	}
	return fmt.Sprint(s)
}

// heldMethods are methods that native code would find by their names.
var heldMethods = map[reflect.Type]map[string]string{
	reflect.TypeFor[*os.File]():    {"Chmod": "FileChmod", "Chown": "FileChown", "Truncate": "FileTruncate"},
	reflect.TypeFor[*os.Process](): {"Kill": "ProcessKill", "Signal": "ProcessSignal"},
	reflect.TypeFor[*exec.Cmd]():   {"Start": "CmdStart", "Run": "CmdRun", "Wait": "CmdWait", "Output": "CmdOutput", "CombinedOutput": "CmdCombinedOutput"},
}

// nativeMethod returns a method of a native value, the held-back form where there is one.
func (b *boxes) nativeMethod(v any, name string) reflect.Value {
	r := reflect.ValueOf(v)
	held, ok := heldMethods[r.Type()][name]
	if !ok {
		return r.MethodByName(name)
	}
	f := reflect.ValueOf(b.held[held])
	return reflect.MakeFunc(r.MethodByName(name).Type(), func(args []reflect.Value) []reflect.Value {
		return f.Call(append([]reflect.Value{r}, args...))
	})
}

func unless(held bool, do func() error) error {
	if held {
		return nil
	}
	return do()
}

func octal(m fs.FileMode) string { return strconv.FormatUint(uint64(m.Perm()), 8) }

func owner(uid, gid int) string {
	var b strings.Builder
	if uid >= 0 {
		b.WriteString(strconv.Itoa(uid))
	}
	if gid >= 0 {
		b.WriteString(":" + strconv.Itoa(gid))
	}
	return b.String()
}
