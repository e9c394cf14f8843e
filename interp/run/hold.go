package run

import (
	"context"
	"io/fs"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"time"
)

// held are the functions of os and os/exec that change files or run programs. While a dry run is on they are recorded
// as the command that does the same, and not performed; they answer as if they had been.
func (o Options) held() map[string]any {
	hold := func(argv ...string) bool { return o.Hold != nil && o.Hold(argv, nil) }
	null := func(flag int) (*os.File, error) {
		return os.OpenFile(os.DevNull, flag&^(os.O_CREATE|os.O_EXCL|os.O_TRUNC), 0)
	}
	writes := func(flag int) bool { return flag&(os.O_WRONLY|os.O_RDWR|os.O_CREATE|os.O_TRUNC|os.O_APPEND) != 0 }
	return map[string]any{
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
				return null(os.O_RDWR)
			}
			return os.Create(name)
		},
		"OsOpenFile": func(name string, flag int, perm fs.FileMode) (*os.File, error) {
			if writes(flag) && hold("tee", "-a", "--", name) {
				return null(flag)
			}
			return os.OpenFile(name, flag, perm)
		},
		"ExecCommand": func(name string, arg ...string) *exec.Cmd {
			if hold(append([]string{name}, arg...)...) {
				return exec.Command("true")
			}
			return exec.Command(name, arg...)
		},
		"ExecCommandContext": func(ctx context.Context, name string, arg ...string) *exec.Cmd {
			if hold(append([]string{name}, arg...)...) {
				return exec.CommandContext(ctx, "true")
			}
			return exec.CommandContext(ctx, name, arg...)
		},
	}
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
