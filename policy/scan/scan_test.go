//go:build linux

package scan_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"sort"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"

	"gpfsh/policy/scan"
)

// seen collects what a walk reports.
type seen struct {
	mu    sync.Mutex
	paths []string
}

func (s *seen) add(e *scan.Entry) error {
	p := string(e.Path(nil))
	s.mu.Lock()
	s.paths = append(s.paths, p)
	s.mu.Unlock()
	return nil
}

func (s *seen) sorted() []string {
	sort.Strings(s.paths)
	return s.paths
}

// oddTree makes a tree with what real trees have: names with blanks, newlines, bytes that are no UTF-8, hard links,
// links, pipes, sparse files, empty directories.
func oddTree(t *testing.T) string {
	t.Helper()
	root := t.TempDir()
	for _, dir := range []string{"a", "a/b", "a/b/c", "empty", "with blank", "new\nline", " -- ", "\xff\xfe", "…"} {
		require.NoError(t, os.MkdirAll(filepath.Join(root, dir), 0o755))
		if dir == "empty" {
			continue
		}
		for _, name := range []string{"x", ".hidden", "..dots", "a -- b", "quote'\"", "back\\slash", "tab\there", "\x01\x80"} {
			require.NoError(t, os.WriteFile(filepath.Join(root, dir, name), []byte(name), 0o640))
		}
	}
	require.NoError(t, os.Link(filepath.Join(root, "a/x"), filepath.Join(root, "a/b/hard")))
	require.NoError(t, os.Symlink("a", filepath.Join(root, "link-to-dir")))
	require.NoError(t, os.Symlink("nowhere", filepath.Join(root, "dangling")))
	require.NoError(t, os.Symlink("..", filepath.Join(root, "a/up")))
	require.NoError(t, syscall.Mkfifo(filepath.Join(root, "pipe"), 0o600))
	require.NoError(t, os.Truncate(filepath.Join(root, "a/b/x"), 1<<30))
	return root
}

func walkDir(t *testing.T, root string) []string {
	t.Helper()
	var paths []string
	require.NoError(t, filepath.WalkDir(root, func(p string, _ fs.DirEntry, err error) error {
		paths = append(paths, p)
		return err
	}))
	sort.Strings(paths)
	return paths
}

func TestScanSeesEveryNameOnce(t *testing.T) {
	root := oddTree(t)
	want := walkDir(t, root)
	for _, workers := range []int{0, 1, 2, 7} {
		t.Run(fmt.Sprint(workers, " workers"), func(t *testing.T) {
			var got seen
			var count atomic.Int64
			stats, err := scan.Scan(t.Context(), root, scan.Options{Workers: workers, Seen: &count}, got.add)
			require.NoError(t, err)
			assert.Empty(t, cmp.Diff(want, got.sorted()))
			assert.EqualValues(t, len(want), stats.Entries)
			assert.EqualValues(t, len(want), count.Load())
			assert.Equal(t, stats.Entries, stats.Files+stats.Dirs+stats.Links+stats.Others)
			assert.EqualValues(t, 10, stats.Dirs)
			assert.EqualValues(t, 3, stats.Links)
			assert.EqualValues(t, 1, stats.Others)
			assert.Zero(t, stats.Vanished+stats.Unreadable)
		})
	}
}

func TestStatAgreesWithLstat(t *testing.T) {
	root := oddTree(t)
	_, err := scan.Scan(t.Context(), root, scan.Options{Workers: 1}, func(e *scan.Entry) error {
		path := string(e.Path(nil))
		fi, err := os.Lstat(path)
		require.NoError(t, err)
		st := fi.Sys().(*syscall.Stat_t)
		assert.Zero(t, e.Info.Have, path)
		require.NoError(t, e.Stat(scan.MaskAll))
		i := e.Info
		assert.Equal(t, fi.Name(), string(e.Name))
		assert.Equal(t, uint16(st.Mode), i.Mode, path)
		assert.Equal(t, uint32(st.Nlink), i.NLink, path)
		assert.Equal(t, []uint32{st.Uid, st.Gid}, []uint32{i.UID, i.GID}, path)
		assert.Equal(t, st.Ino, i.Inode, path)
		assert.Equal(t, []int64{st.Size, st.Blocks}, []int64{i.Size, i.Blocks}, path)
		assert.Equal(t, []uint64{st.Dev, st.Rdev}, []uint64{i.Dev, i.RDev}, path)
		assert.Equal(t, fi.ModTime().UTC(), i.MTime.Time(), path)
		assert.Equal(t, st.Atim.Nano()/1000, i.ATime.Micro(), path)
		assert.Equal(t, st.Ctim.Nano()/1000, i.CTime.Micro(), path)
		if e.Depth > 0 {
			assert.Equal(t, st.Ino, e.Inode, path)
		}
		switch {
		case fi.Mode().IsRegular():
			assert.Equal(t, scan.Regular, e.Type, path)
		case fi.IsDir():
			assert.Equal(t, scan.Directory, e.Type, path)
		case fi.Mode()&fs.ModeSymlink != 0:
			assert.Equal(t, scan.Symlink, e.Type, path)
			target, err := e.Readlink([]byte("-> "))
			require.NoError(t, err)
			want, err := os.Readlink(path)
			require.NoError(t, err)
			assert.Equal(t, "-> "+want, string(target))
		default:
			assert.Equal(t, scan.Pipe, e.Type, path)
		}
		rel, err := filepath.Rel(root, path)
		require.NoError(t, err)
		if e.Depth == 0 {
			rel = ""
		}
		assert.Equal(t, rel, string(e.Rel(nil)))
		assert.Equal(t, strings.Count(path, "/")-strings.Count(root, "/"), e.Depth, path)
		return nil
	})
	require.NoError(t, err)
}

func TestLargeDirectoryIsSharedAndComplete(t *testing.T) {
	root := t.TempDir()
	const files = 12000
	for i := range files {
		f, err := os.Create(filepath.Join(root, fmt.Sprintf("file-with-a-name-of-some-length-%06d", i)))
		require.NoError(t, err)
		require.NoError(t, f.Close())
	}
	var got seen
	stats, err := scan.Scan(t.Context(), root, scan.Options{Workers: 4}, func(e *scan.Entry) error {
		if err := e.Stat(scan.MaskSize); err != nil {
			return err
		}
		return got.add(e)
	})
	require.NoError(t, err)
	assert.EqualValues(t, files, stats.Files)
	assert.Empty(t, cmp.Diff(walkDir(t, root), got.sorted()))
}

func TestNothingIsAllocatedPerObject(t *testing.T) {
	root := t.TempDir()
	const files = 3000
	for i := range files {
		require.NoError(t, os.WriteFile(filepath.Join(root, fmt.Sprint(i)), nil, 0o600))
	}
	buf := make([]byte, 0, 4096)
	allocs := testing.AllocsPerRun(3, func() {
		_, err := scan.Scan(context.Background(), root, scan.Options{Workers: 1}, func(e *scan.Entry) error {
			buf = e.Path(buf[:0])
			return e.Stat(scan.MaskBasic)
		})
		if err != nil {
			t.Error(err)
		}
	})
	assert.Less(t, allocs, float64(files/10))
}

func TestPathsLongerThanTheKernelTakes(t *testing.T) {
	root := t.TempDir()
	fd, err := unix.Open(root, unix.O_PATH|unix.O_DIRECTORY, 0)
	require.NoError(t, err)
	name := strings.Repeat("d", 200)
	const levels = 70 // 14 KB, more than three times what one path may have
	for range levels {
		require.NoError(t, unix.Mkdirat(fd, name, 0o755))
		next, err := unix.Openat(fd, name, unix.O_PATH|unix.O_DIRECTORY, 0)
		require.NoError(t, err)
		unix.Close(fd)
		fd = next
	}
	f, err := unix.Openat(fd, "bottom", unix.O_CREAT|unix.O_WRONLY, 0o600)
	require.NoError(t, err)
	unix.Close(f)
	unix.Close(fd)

	found := ""
	stats, err := scan.Scan(t.Context(), root, scan.Options{}, func(e *scan.Entry) error {
		if err := e.Stat(scan.MaskSize); err != nil {
			return err
		}
		if string(e.Name) == "bottom" {
			found = string(e.Path(nil))
		}
		return nil
	})
	require.NoError(t, err)
	assert.EqualValues(t, levels+1, stats.Dirs)
	assert.Equal(t, root+strings.Repeat("/"+name, levels)+"/bottom", found)
	assert.Empty(t, stats.Errors)
}

func TestObjectsThatVanish(t *testing.T) {
	root := t.TempDir()
	for _, dir := range []string{"gone", "swapped", "stays"} {
		require.NoError(t, os.MkdirAll(filepath.Join(root, dir, "sub"), 0o755))
	}
	require.NoError(t, os.WriteFile(filepath.Join(root, "file"), nil, 0o600))
	outside := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(outside, "secret"), nil, 0o600))

	var reported []string
	var got seen
	stats, err := scan.Scan(t.Context(), root, scan.Options{
		Workers: 1, OnError: func(e *scan.Error) { reported = append(reported, filepath.Base(e.Path)) },
	}, func(e *scan.Entry) error {
		path := string(e.Path(nil))
		switch string(e.Name) {
		case "gone":
			require.NoError(t, os.RemoveAll(path))
		case "swapped":
			require.NoError(t, os.RemoveAll(path))
			require.NoError(t, os.Symlink(outside, path))
		case "file":
			require.NoError(t, os.Remove(path))
			err := e.Stat(scan.MaskSize)
			assert.ErrorIs(t, err, fs.ErrNotExist)
			var scanErr *scan.Error
			require.ErrorAs(t, err, &scanErr)
			assert.Equal(t, "statx", scanErr.Op)
			assert.Equal(t, path, scanErr.Path)
		}
		return got.add(e)
	})
	require.NoError(t, err)
	assert.EqualValues(t, 3, stats.Vanished)
	assert.Zero(t, stats.Unreadable)
	assert.ElementsMatch(t, []string{"gone", "swapped", "file"}, reported)
	assert.Len(t, stats.Errors, 3)
	for _, p := range got.paths {
		assert.NotContains(t, p, "secret")
	}
	assert.Contains(t, got.paths, filepath.Join(root, "stays/sub"))
}

func TestSkippingAndDepth(t *testing.T) {
	root := oddTree(t)
	require.NoError(t, os.MkdirAll(filepath.Join(root, "a/.snapshots/s1/deep"), 0o755))

	var got seen
	stats, err := scan.Scan(t.Context(), root, scan.Options{Skip: []string{".snapshots"}}, func(e *scan.Entry) error {
		_ = got.add(e)
		if string(e.Name) == "b" {
			return scan.SkipDir
		}
		return nil
	})
	require.NoError(t, err)
	assert.EqualValues(t, 1, stats.Skipped)
	for _, p := range got.paths {
		assert.NotContains(t, p, ".snapshots")
		assert.NotContains(t, p, "/a/b/")
	}
	assert.Contains(t, got.paths, filepath.Join(root, "a/b"))

	var shallow seen
	_, err = scan.Scan(t.Context(), root, scan.Options{MaxDepth: 1}, shallow.add)
	require.NoError(t, err)
	entries, err := os.ReadDir(root)
	require.NoError(t, err)
	assert.Len(t, shallow.paths, len(entries)+1)
}

func TestRoots(t *testing.T) {
	root := oddTree(t)
	file := filepath.Join(root, "a/x")
	t.Run("a file", func(t *testing.T) {
		calls := 0
		stats, err := scan.Scan(t.Context(), file, scan.Options{}, func(e *scan.Entry) error {
			calls++
			assert.Equal(t, file, string(e.Path(nil)))
			assert.Equal(t, "x", string(e.Name))
			assert.Equal(t, scan.Regular, e.Type)
			require.NoError(t, e.Stat(scan.MaskNLink))
			assert.EqualValues(t, 2, e.Info.NLink)
			return nil
		})
		require.NoError(t, err)
		assert.Equal(t, 1, calls)
		assert.EqualValues(t, 1, stats.Files)
	})
	t.Run("a link to a directory", func(t *testing.T) {
		var got seen
		_, err := scan.Scan(t.Context(), filepath.Join(root, "link-to-dir"), scan.Options{}, got.add)
		require.NoError(t, err)
		assert.Contains(t, got.paths, filepath.Join(root, "link-to-dir/b/c/x"))
	})
	t.Run("slashes at the end", func(t *testing.T) {
		var got seen
		_, err := scan.Scan(t.Context(), root+"//", scan.Options{}, got.add)
		require.NoError(t, err)
		assert.Empty(t, cmp.Diff(walkDir(t, root), got.sorted()))
	})
	t.Run("the root of all", func(t *testing.T) {
		var got seen
		_, err := scan.Scan(t.Context(), "/", scan.Options{MaxDepth: 1}, got.add)
		require.NoError(t, err)
		assert.Contains(t, got.paths, "/")
		assert.Contains(t, got.paths, "/tmp")
	})
	t.Run("missing", func(t *testing.T) {
		_, err := scan.Scan(t.Context(), filepath.Join(root, "no such"), scan.Options{}, func(*scan.Entry) error { return nil })
		assert.ErrorIs(t, err, fs.ErrNotExist)
	})
}

func TestWalkEnds(t *testing.T) {
	root := oddTree(t)
	t.Run("by an error of the function", func(t *testing.T) {
		stop := errors.New("enough")
		var calls atomic.Int64
		_, err := scan.Scan(t.Context(), root, scan.Options{Workers: 1}, func(*scan.Entry) error {
			if calls.Add(1) == 5 {
				return stop
			}
			return nil
		})
		assert.Equal(t, stop, err)
		assert.EqualValues(t, 5, calls.Load())
	})
	t.Run("by its context", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		_, err := scan.Scan(ctx, root, scan.Options{Workers: 2}, func(e *scan.Entry) error {
			cancel()
			for ctx.Err() == nil {
				runtime.Gosched()
			}
			return nil
		})
		assert.ErrorIs(t, err, context.Canceled)
		_, err = scan.Scan(ctx, root, scan.Options{}, func(*scan.Entry) error {
			t.Error("called after the context had ended")
			return nil
		})
		assert.ErrorIs(t, err, context.Canceled)
	})
	t.Run("by a panic", func(t *testing.T) {
		assert.PanicsWithValue(t, "mine", func() {
			_, _ = scan.Scan(t.Context(), root, scan.Options{Workers: 3}, func(e *scan.Entry) error {
				if string(e.Name) == "c" {
					panic("mine")
				}
				return nil
			})
		})
	})
}

func TestXattrs(t *testing.T) {
	root := t.TempDir()
	file := filepath.Join(root, "f")
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	long := strings.Repeat("v", 1000)
	if err := unix.Lsetxattr(file, "user.project", []byte(long), 0); err != nil {
		t.Skipf("no user attributes here: %v", err)
	}
	require.NoError(t, unix.Lsetxattr(root, "user.top", []byte("1"), 0))
	for _, start := range []string{root, file} {
		_, err := scan.Scan(t.Context(), start, scan.Options{}, func(e *scan.Entry) error {
			name, want := "user.project", long
			if e.Type == scan.Directory {
				name, want = "user.top", "1"
			}
			value, found, err := e.Xattr(name, nil)
			require.NoError(t, err)
			assert.True(t, found)
			assert.Equal(t, want, string(value))
			names, err := e.Xattrs(nil)
			require.NoError(t, err)
			assert.Contains(t, strings.Split(string(names), "\x00"), name)
			_, found, err = e.Xattr("user.other", nil)
			require.NoError(t, err)
			assert.False(t, found)
			return nil
		})
		require.NoError(t, err)
	}
}

// TestUnreadableDirectories walks as another user than root, in a process of its own, since root may read everything.
func TestUnreadableDirectories(t *testing.T) {
	const marker = "GPFSH_SCAN_UNPRIVILEGED"
	if root := os.Getenv(marker); root != "" {
		walkUnreadable(t, root)
		return
	}
	root := t.TempDir()
	for _, dir := range []string{root, filepath.Dir(root)} { // both are the test's own
		require.NoError(t, os.Chmod(dir, 0o755))
	}
	require.NoError(t, os.MkdirAll(filepath.Join(root, "open/sub"), 0o755))
	require.NoError(t, os.MkdirAll(filepath.Join(root, "closed/sub"), 0o755))
	require.NoError(t, os.Chmod(filepath.Join(root, "closed"), 0))
	t.Cleanup(func() { _ = os.Chmod(filepath.Join(root, "closed"), 0o755) })
	if os.Geteuid() != 0 {
		walkUnreadable(t, root)
		return
	}
	// The test binary lies where others may not look; /proc/self/exe finds it all the same.
	child, err := os.StartProcess("/proc/self/exe", []string{os.Args[0], "-test.run=^TestUnreadableDirectories$"}, &os.ProcAttr{
		Dir: "/", Env: append(os.Environ(), marker+"="+root), Files: []*os.File{nil, os.Stderr, os.Stderr},
		Sys: &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}},
	})
	if err != nil {
		t.Skipf("cannot become another user here: %v", err)
	}
	state, err := child.Wait()
	require.NoError(t, err)
	assert.True(t, state.Success(), "the walk as another user")
}

func walkUnreadable(t *testing.T, root string) {
	var got seen
	stats, err := scan.Scan(t.Context(), root, scan.Options{}, got.add)
	require.NoError(t, err)
	assert.EqualValues(t, 1, stats.Unreadable)
	assert.Zero(t, stats.Vanished)
	require.Len(t, stats.Errors, 1)
	assert.ErrorIs(t, stats.Errors[0], fs.ErrPermission)
	assert.Equal(t, filepath.Join(root, "closed"), stats.Errors[0].Path)
	assert.Contains(t, got.paths, filepath.Join(root, "open/sub"))
	assert.Contains(t, got.paths, filepath.Join(root, "closed"))
}

// BenchmarkScan reports objects in a second for names alone and with a stat; bench.sh compares with find.
func BenchmarkScan(b *testing.B) {
	root := b.TempDir()
	const dirs, files = 40, 50
	for d := range dirs {
		dir := filepath.Join(root, fmt.Sprint("directory-", d))
		require.NoError(b, os.Mkdir(dir, 0o755))
		for f := range files {
			require.NoError(b, os.WriteFile(filepath.Join(dir, fmt.Sprint("file-", f)), nil, 0o600))
		}
	}
	for name, mask := range map[string]scan.Mask{"names": 0, "stat": scan.MaskSize} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				stats, err := scan.Scan(b.Context(), root, scan.Options{}, func(e *scan.Entry) error { return e.Stat(mask) })
				if err != nil || stats.Files != dirs*files {
					b.Fatal(stats, err)
				}
			}
			b.ReportMetric(float64(b.N*(dirs*files+dirs+1))/b.Elapsed().Seconds()/1e6, "Mobjects/s")
		})
	}
}
