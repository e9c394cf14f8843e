package filelist

import (
	"bytes"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"
)

// seenFile is what an independent walk finds.
type seenFile struct {
	path string
	st   *syscall.Stat_t
}

// walk finds all regular files below a directory.
func walk(t *testing.T, root string) []seenFile {
	t.Helper()
	var out []seenFile
	require.NoError(t, filepath.WalkDir(root, func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.Type().IsRegular() {
			fi, err := d.Info()
			if err != nil {
				return err
			}
			out = append(out, seenFile{p, fi.Sys().(*syscall.Stat_t)})
		}
		return nil
	}))
	return out
}

// madeTree makes a tree of about 400 files.
func madeTree(t *testing.T) string {
	t.Helper()
	root := t.TempDir()
	rnd := rand.New(rand.NewPCG(9, 9))
	for i := range 400 {
		dir := root
		for level := range rnd.IntN(5) {
			dir = filepath.Join(dir, fmt.Sprintf("d%d-%d", level, rnd.IntN(3)))
		}
		require.NoError(t, os.MkdirAll(dir, 0o755))
		name := filepath.Join(dir, fmt.Sprintf("f%d%s", i, []string{".dat", ".TMP", "", ".new\nline", ".\xff"}[rnd.IntN(5)]))
		require.NoError(t, os.WriteFile(name, bytes.Repeat([]byte{byte(i % 3)}, rnd.IntN(3)*100), 0o640))
		require.NoError(t, os.Chtimes(name, time.Time{}, time.Now().Add(-time.Duration(rnd.IntN(1000))*24*time.Hour)))
		if i%7 == 0 {
			require.NoError(t, os.Link(name, name+".hard"))
		}
	}
	require.NoError(t, os.Symlink("nowhere", filepath.Join(root, "link")))
	require.NoError(t, os.MkdirAll(filepath.Join(root, ".snapshots", "s1"), 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(root, ".snapshots", "s1", "old"), []byte("x"), 0o600))
	return root
}

func withoutSnapshots(files []seenFile) []seenFile {
	return slices.DeleteFunc(files, func(f seenFile) bool { return strings.Contains(f.path, "/.snapshots/") })
}

func TestScanAgreesWithAWalk(t *testing.T) {
	root := madeTree(t)
	files := withoutSnapshots(walk(t, root))
	want, bytes, kbs := map[string]string{}, int64(0), int64(0)
	for _, f := range files {
		want[f.path] = fmt.Sprint(f.st.Size, f.st.Blocks/2, f.st.Uid, f.st.Gid, f.st.Nlink, f.st.Ino, f.st.Mtim.Nano()/1000, "-rw-r-----")
		bytes += f.st.Size
		kbs += f.st.Blocks / 2
	}
	got := map[string]string{}
	q := Scan(root).Resolve(noNames())
	report, err := q.Each(t.Context(), func(f *File) error {
		got[f.Path] = fmt.Sprint(f.Size, f.KBAllocated, f.UserID, f.GroupID, f.NLink, f.Inode, f.Modify.UnixMicro(), f.Mode)
		assert.Equal(t, "file", f.Type)
		assert.Equal(t, filepath.Base(f.Path), f.Name)
		assert.False(t, f.Has(PoolName))
		return nil
	})
	require.NoError(t, err)
	assert.Empty(t, gocmp.Diff(want, got))
	assert.EqualValues(t, len(files), report.Used)
	assert.Equal(t, report.Read, report.Used+report.Skipped+report.Rejected)

	table, err := q.Stats(t.Context(), Sum(KBAllocated))
	require.NoError(t, err)
	assert.Equal(t, []int64{int64(len(files)), bytes, kbs}, []int64{table.Rows[0].Values[0].Int(), table.Rows[0].Values[1].Int(), table.Rows[0].Values[2].Int()})

	inside, err := Scan(filepath.Join(root, ".snapshots", "s1")).Count(t.Context())
	require.NoError(t, err)
	assert.EqualValues(t, 1, inside)

	all, err := q.DirectoriesPlus().By(Type).Count(t.Context())
	require.NoError(t, err)
	row, found := all.Get("symlink")
	require.True(t, found)
	assert.EqualValues(t, 1, row.Values[0].Int())
	row, _ = all.Get("directory")
	assert.Positive(t, row.Values[0].Int())

	skipped, err := q.Skip("d0-0", "d0-1", "d0-2").Count(t.Context())
	require.NoError(t, err)
	top := 0
	for _, f := range files {
		if filepath.Dir(f.path) == root {
			top++
		}
	}
	assert.EqualValues(t, top, skipped)
	_, err = Lists("x").Skip("y").Count(t.Context())
	assert.Error(t, err)
}

func TestLinksOnce(t *testing.T) {
	root := madeTree(t)
	inodes := map[uint64]int64{}
	for _, f := range withoutSnapshots(walk(t, root)) {
		inodes[f.st.Ino] = f.st.Size
	}
	want := int64(0)
	for _, size := range inodes {
		want += size
	}
	table, err := Scan(root).LinksOnce().Workers(3).Stats(t.Context())
	require.NoError(t, err)
	assert.Equal(t, []int64{int64(len(inodes)), want}, []int64{table.Rows[0].Values[0].Int(), table.Rows[0].Values[1].Int()})
}

func TestScanKnowsWhatItCannotTell(t *testing.T) {
	for _, a := range []Attr{FilesetName, PoolName, Heat, Misc, Generation, SnapID, Extra("x")} {
		_, err := Scan(t.TempDir()).By(a).Count(t.Context())
		var attrErr *AttrError
		require.ErrorAs(t, err, &attrErr, a)
		assert.Contains(t, err.Error(), "take a list of mmapplypolicy")
	}
	_, err := Scan("").Count(t.Context())
	assert.Error(t, err)
	_, err = Scan("/no such directory").Count(t.Context())
	assert.ErrorIs(t, err, fs.ErrNotExist)
}

func TestExtendedAttributesOfADirectory(t *testing.T) {
	root := t.TempDir()
	for name, project := range map[string]string{"a": "red", "b": "red", "c": "blue", "d": ""} {
		require.NoError(t, os.WriteFile(filepath.Join(root, name), []byte("12345"), 0o600))
		if project != "" {
			if err := unix.Lsetxattr(filepath.Join(root, name), "user.project", []byte(project), 0); err != nil {
				t.Skipf("no user attributes here: %v", err)
			}
		}
	}
	table, err := Scan(root).By(XAttr("user.project")).Sum(t.Context(), Size)
	require.NoError(t, err)
	assert.Equal(t, []string{"USER.PROJECT", "SIZE", "FILES"}, table.Header())
	row, found := table.Get("red")
	require.True(t, found)
	assert.EqualValues(t, 10, row.Values[0].Int())
	_, found = table.Get("(unknown)")
	assert.True(t, found)
	n, err := Scan(root).Where(`XAttr("user.project") == "blue" || !Known(XAttr("user.project"))`).Count(t.Context())
	require.NoError(t, err)
	assert.EqualValues(t, 2, n)
}

func TestTreeAddsUpAsDuDoes(t *testing.T) {
	root := madeTree(t)
	files := withoutSnapshots(walk(t, root))
	for depth := range 5 {
		type sums struct{ files, bytes, kbs int64 }
		want := map[string]sums{}
		for _, f := range files {
			for dir := filepath.Dir(f.path); ; dir = filepath.Dir(dir) {
				rel, err := filepath.Rel(root, dir)
				require.NoError(t, err)
				level := 0
				if rel != "." {
					level = 1 + strings.Count(rel, "/")
				}
				if level <= depth {
					s := want[dir]
					want[dir] = sums{s.files + 1, s.bytes + f.st.Size, s.kbs + f.st.Blocks/2}
				}
				if dir == root {
					break
				}
			}
		}
		got := map[string]sums{}
		usage, err := Scan(root).Tree(t.Context(), depth)
		require.NoError(t, err)
		for _, u := range usage {
			got[u.Path] = sums{u.Files, u.Size.Int(), u.Allocated.Int()}
		}
		assert.Empty(t, gocmp.Diff(want, got, gocmp.AllowUnexported(sums{})), "depth %d", depth)
		assert.Equal(t, root, usage[0].Path)
		assert.Zero(t, usage[0].Depth)
	}
	_, err := Scan(root).Tree(t.Context(), -1)
	assert.Error(t, err)

	usage, err := Lists(writeList(t, []byte("1 1 0   -- /a/b/c\n1 1 0   -- /a/d\n1 1 0   -- /e\n"))).Tree(t.Context(), 1)
	require.NoError(t, err)
	require.Len(t, usage, 2)
	assert.Equal(t, []DirUsage{{Path: "/", Files: 3}, {Path: "/a", Depth: 1, Files: 2}}, usage)
}

func TestHistogram(t *testing.T) {
	data := []byte("1 1 0  0 -- /a\n1 1 0  5000 -- /b\n1 1 0  5001 -- /c\n1 1 0  1048576 -- /d\n")
	q := Lists(writeList(t, data)).Show("size")
	bins, err := q.Histogram(t.Context(), Size)
	require.NoError(t, err)
	var classes []string
	for _, b := range bins {
		classes = append(classes, fmt.Sprintf("%s: %d, %d", b.Class, b.Files, b.Size.Int()))
	}
	assert.Equal(t, []string{
		"< 1: 1, 0", "1 - 4KiB: 0, 0", "4KiB - 16KiB: 2, 10001", "16KiB - 64KiB: 0, 0", "64KiB - 256KiB: 0, 0", "256KiB - 1MiB: 0, 0",
		"1MiB - 4MiB: 1, 1048576",
	}, classes)
	bins, err = q.Histogram(t.Context(), Size, "1KiB", "1MiB")
	require.NoError(t, err)
	require.Len(t, bins, 3)
	assert.Equal(t, ">= 1MiB", bins[2].Class)
	_, err = q.Histogram(t.Context(), PoolName)
	assert.Error(t, err)

	ages, err := Scan(madeTree(t)).Histogram(t.Context(), Modify, "1d", "100d", "1y")
	require.NoError(t, err)
	assert.Len(t, ages, 4)
	pairs, err := Lists(writeList(t, []byte("1 1 0  nlink=2 -- /a\n1 1 0   -- /b\n"))).Show("key=value").Histogram(t.Context(), NLink)
	require.NoError(t, err)
	require.Len(t, pairs, 2)
	assert.Equal(t, "(unknown)", pairs[0].Class)
	assert.Equal(t, "1 - 10", pairs[1].Class)
}

func TestObjectsThatVanishAreReported(t *testing.T) {
	root := t.TempDir()
	for i := range 10 {
		require.NoError(t, os.WriteFile(filepath.Join(root, fmt.Sprint(i)), nil, 0o600))
	}
	removed := false
	r, err := Scan(root).Workers(1).Match(func(f *File) bool {
		if !removed {
			removed = true
			for i := range 10 {
				if name := filepath.Join(root, fmt.Sprint(i)); name != f.Path {
					require.NoError(t, os.Remove(name))
				}
			}
		}
		return true
	}).Run(t.Context(), Job{})
	require.NoError(t, err)
	assert.EqualValues(t, 1, r.Report.Used)
	assert.EqualValues(t, 9, r.Report.Rejected)
	assert.EqualValues(t, 9, r.Report.Vanished)
	assert.Equal(t, r.Report.Read, r.Report.Used+r.Report.Skipped+r.Report.Rejected)
	assert.Contains(t, r.Report.Rejects[0].Reason, "no such file")
}
