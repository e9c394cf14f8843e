package mmsim

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"gpfsh/policy/engine"
	"gpfsh/policy/filelist"
)

// policyWork carries out what rules chose. Files are changed without the lock of the cluster, as their users change
// them; what that means for the pools is told to the cluster in the end.
type policyWork struct {
	run   *policyRun
	acted atomic.Bool

	mu    sync.Mutex
	moved map[string]int64 // KiB that came to a pool, or left it
}

// locate is where a path that rules see lies on this machine.
func (w *policyWork) locate(shown string) string {
	t := &w.run.policyTarget
	return t.real + strings.TrimPrefix(shown, t.shown)
}

// file looks at a file that is to be changed.
func (w *policyWork) file(shown string) (at, pool string, kb int64, err error) {
	if w.run.readOnly {
		return "", "", 0, reason(unix.EROFS)
	}
	at = w.locate(shown)
	info, err := os.Lstat(at)
	if err != nil {
		return "", "", 0, reason(err)
	}
	f := &gpfsFile{real: at, fs: w.run.fs, info: info}
	if st, ok := info.Sys().(*syscall.Stat_t); ok {
		kb = (st.Blocks + 1) / 2
	}
	w.acted.Store(true)
	return at, f.pool(), kb, nil
}

// Migrate implements [engine.Mover]. Replicas and compression leave no trace.
func (w *policyWork) Migrate(path, pool string, _ int, _ string, deferred bool) error {
	at, from, kb, err := w.file(path)
	if err != nil || pool == "" || pool == from {
		return err
	}
	if err := setFileAttr(at, attrPool, pool); err != nil {
		return reason(err)
	}
	if !deferred {
		w.account(from, -kb)
		w.account(pool, kb)
	}
	return nil
}

// Delete implements [engine.Mover].
func (w *policyWork) Delete(path string) error {
	at, pool, kb, err := w.file(path)
	if err != nil {
		return err
	}
	for _, name := range []string{attrImmutable, attrAppendOnly} {
		if fileAttr(at, name) == "yes" {
			return reason(unix.EPERM)
		}
	}
	for i := range w.run.fs.Filesets {
		if fset := &w.run.fs.Filesets[i]; fset.Status == FilesetLinked && w.run.fs.filesetDir(fset) == at {
			return reason(unix.EPERM) // a junction goes with mmunlinkfileset only
		}
	}
	info, err := os.Lstat(at)
	if err == nil {
		err = os.Remove(at)
	}
	if err != nil {
		return reason(err)
	}
	if st, ok := info.Sys().(*syscall.Stat_t); ok && !info.IsDir() && st.Nlink == 1 {
		w.account(pool, -kb)
	}
	return nil
}

// act carries out the ACTION of a rule. Block groups and write affinity are nothing that a directory tree has.
func (w *policyWork) act(path string, a engine.Action) error {
	at, _, _, err := w.file(path)
	if err != nil || !strings.EqualFold(a.Func, "SETXATTR") || len(a.Args) != 2 {
		return err
	}
	if !strings.HasPrefix(a.Args[0], "user.") {
		return errors.New("attributes outside user. are not simulated")
	}
	return reason(setFileAttr(at, a.Args[0], a.Args[1]))
}

// reason is why something failed, without the real path: the file was named before.
func reason(err error) error {
	var errno syscall.Errno
	if !errors.As(err, &errno) {
		return err
	}
	text := errno.Error()
	return errors.New(strings.ToUpper(text[:1]) + text[1:])
}

func (w *policyWork) account(pool string, kb int64) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.moved[pool] += kb
}

// settle books what was moved and deleted on the disks of the pools. Only for this the state is locked.
func (w *policyWork) settle() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	changed := false
	for _, kb := range w.moved {
		changed = changed || kb != 0
	}
	if !changed {
		return nil
	}
	return w.run.cluster.Update(func(st *State) error {
		f := st.filesystem(w.run.fs.Name)
		if f == nil {
			return nil
		}
		for _, pool := range sortedKeys(w.moved) {
			f.book(pool, w.moved[pool])
		}
		return nil
	})
}

// book takes space from the disks of a pool, or gives it back.
func (f *Filesystem) book(pool string, kb int64) {
	for i := range f.Disks {
		d := &f.Disks[i]
		if d.Pool != pool || !d.Data || kb == 0 {
			continue
		}
		free := min(max(d.FreeKB-kb, 0), d.SizeKB)
		kb -= d.FreeKB - free
		d.FreeKB = free
	}
}

// NodeVariable in the environment of a script names the simulated node that it runs on.
const NodeVariable = "MMSIM_NODE"

// Run implements [engine.Scripts]: scripts run on this machine, whichever node is meant.
func (w *policyWork) Run(ctx context.Context, node string, argv []string, out io.Writer) (int, error) {
	if argv[1] != "TEST" {
		w.acted.Store(true)
		if err := w.relocate(argv[0], argv[2]); err != nil {
			return 0, err
		}
	}
	cmd := exec.CommandContext(ctx, argv[0], argv[1:]...)
	cmd.Stdout, cmd.Stderr = out, out
	cmd.Env = append(os.Environ(), NodeVariable+"="+node)
	// What the script has started ends with it.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.WaitDelay = time.Second
	err := cmd.Run()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return exit.ExitCode(), nil
	}
	return 0, err
}

// relocate makes the paths of a list those of this machine: a script cannot reach files below a mount point that is
// only simulated.
func (w *policyWork) relocate(script, list string) error {
	t := &w.run.policyTarget
	if t.shown == t.real {
		return nil
	}
	data, err := os.ReadFile(list)
	if err != nil {
		return err
	}
	plain := filelist.EscapeBackslash.Append(nil, []byte(t.real), "")
	for _, rule := range w.run.pol.Rules {
		if keep := rule.Escape.Text(); rule.Exec.Text() == script && strings.HasPrefix(keep, "%") && strings.Contains(keep, "/") {
			plain = filelist.EscapePercent.Append(nil, []byte(t.real), keep[1:])
		}
	}
	forms := []struct{ shown, real []byte }{
		{[]byte(t.shown), plain},
		{filelist.EscapePercent.Append(nil, []byte(t.shown), ""), filelist.EscapePercent.Append(nil, []byte(t.real), "")},
	}
	var b bytes.Buffer
	for line := range bytes.Lines(data) {
		for _, form := range forms {
			at := bytes.Index(line, slices.Concat([]byte(" -- "), form.shown))
			if at >= 0 {
				at += len(" -- ")
				line = slices.Concat(line[:at], form.real, line[at+len(form.shown):])
				break
			}
		}
		b.Write(line)
	}
	return os.WriteFile(list, b.Bytes(), 0o600)
}
