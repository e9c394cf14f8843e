package filelist

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// equalsOracle groups by contents the simple way; further names of a file do not count.
func equalsOracle(t *testing.T, root string, least int64) map[string][]string {
	t.Helper()
	groups, inodes := map[string][]string{}, map[uint64]string{}
	files := walk(t, root)
	slices.SortFunc(files, func(a, b seenFile) int { return strings.Compare(a.path, b.path) })
	for _, f := range files {
		if _, known := inodes[f.st.Ino]; known || f.st.Size < least {
			continue
		}
		inodes[f.st.Ino] = f.path
		data, err := os.ReadFile(f.path)
		require.NoError(t, err)
		sum := sha256.Sum256(data)
		key := hex.EncodeToString(sum[:])
		groups[key] = append(groups[key], f.path)
	}
	for k, g := range groups {
		if len(g) < 2 {
			delete(groups, k)
		}
	}
	return groups
}

func TestDuplicatesAgreeWithHashingEverything(t *testing.T) {
	root := madeTree(t)
	rnd := rand.New(rand.NewPCG(2, 2))
	for i := range 60 { // longer than a beginning: equal beginnings, some with equal ends
		data := bytes.Repeat([]byte("x"), headSize+1000)
		copy(data[headSize+rnd.IntN(900):], fmt.Sprint(i%9))
		require.NoError(t, os.WriteFile(filepath.Join(root, fmt.Sprintf("long%02d", i)), data, 0o600))
	}
	want := equalsOracle(t, root, 1)
	for _, memory := range []int64{0, 2000} { // in memory, and with many files on disk
		t.Run(fmt.Sprint("memory ", memory), func(t *testing.T) {
			temp := t.TempDir()
			var phases []string
			d, err := Scan(root).Skip("none").Workers(3).TempDir(temp, memory).Progress(func(p Progress) { phases = append(phases, p.Phase) }).
				Duplicates(t.Context(), DuplicateOptions{})
			require.NoError(t, err)
			got, files, wasted := map[string][]string{}, int64(0), int64(0)
			for _, g := range d.Groups {
				got[g.Hash] = g.Paths
				files += g.Count
				wasted += g.Size.Int() * (g.Count - 1)
				assert.Equal(t, g.Size.Int()*(g.Count-1), g.Wasted.Int())
			}
			assert.Empty(t, gocmp.Diff(want, got))
			assert.EqualValues(t, len(want), d.Total)
			assert.Equal(t, files, d.Files)
			assert.Equal(t, wasted, d.Wasted.Int())
			assert.Zero(t, d.Unreadable)
			assert.Contains(t, phases, "comparing contents")
			left, err := os.ReadDir(temp)
			require.NoError(t, err)
			assert.Empty(t, left)
			assert.True(t, slices.IsSortedFunc(d.Groups, func(a, b DuplicateGroup) int { return b.Wasted.compare(a.Wasted) }))
		})
	}
	few, err := Scan(root).Duplicates(t.Context(), DuplicateOptions{MaxGroups: 1, MaxPaths: 2})
	require.NoError(t, err)
	require.Len(t, few.Groups, 1)
	assert.Len(t, few.Groups[0].Paths, 2)
	assert.EqualValues(t, len(want), few.Total)
	assert.Contains(t, few.String(), "groups of equals")
}

func TestDuplicatesBySizeReadNothing(t *testing.T) {
	list := entries(30, 3000)
	for i := range list {
		list[i].size = int64(i % 1000)
		list[i].path = fmt.Sprintf("/no/such/file%d", i)
		if i%10 == 0 && i > 0 { // another name of the file before
			list[i].inode, list[i].size = list[i-1].inode, list[i-1].size
		}
	}
	want := map[int64]map[int64]bool{}
	for _, e := range list {
		if e.size >= 10 {
			if want[e.size] == nil {
				want[e.size] = map[int64]bool{}
			}
			want[e.size][e.inode] = true
		}
	}
	for _, memory := range []int64{0, 10_000} {
		var totals Duplicates
		got := map[int64]int64{}
		err := query(t, listOf(list), 5000).TempDir(t.TempDir(), memory).DuplicatesEach(t.Context(), DuplicateOptions{MinSize: 10, SizeOnly: true}, &totals,
			func(g DuplicateGroup) error {
				got[g.Size.Int()] = g.Count
				assert.Empty(t, g.Hash)
				return nil
			})
		require.NoError(t, err)
		groups := 0
		for size, inodes := range want {
			if len(inodes) > 1 {
				groups++
				assert.EqualValues(t, len(inodes), got[size], size)
			}
		}
		assert.Len(t, got, groups)
		assert.EqualValues(t, len(list), totals.Report.Read)
	}
}

func TestDuplicatesThatCannotBeRead(t *testing.T) {
	root := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(root, name)
		require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
		return path
	}
	write("a", "same")
	write("b", "same")
	gone, grown, linked := write("gone", "same"), write("grown", "same"), write("linked", "same")
	var list bytes.Buffer
	for i, name := range []string{"a", "b", "gone", "grown", "linked"} {
		fmt.Fprintf(&list, "%d 1 0  4 -- %s/%s\n", i, root, name)
	}
	require.NoError(t, os.Remove(gone))
	require.NoError(t, os.WriteFile(grown, []byte("longer"), 0o600))
	require.NoError(t, os.Remove(linked))
	require.NoError(t, os.Symlink(filepath.Join(root, "a"), linked))
	d, err := Lists(writeList(t, list.Bytes())).Show("size").Duplicates(t.Context(), DuplicateOptions{})
	require.NoError(t, err)
	require.Len(t, d.Groups, 1)
	assert.Equal(t, []string{filepath.Join(root, "a"), filepath.Join(root, "b")}, d.Groups[0].Paths)
	assert.EqualValues(t, 3, d.Unreadable)
}

func TestDuplicatesEnd(t *testing.T) {
	root := madeTree(t)
	ctx, cancel := context.WithCancel(t.Context())
	_, err := Scan(root).Match(func(*File) bool { cancel(); return true }).Duplicates(ctx, DuplicateOptions{})
	assert.ErrorIs(t, err, context.Canceled)
	stop := errors.New("enough")
	var totals Duplicates
	err = Scan(root).DuplicatesEach(t.Context(), DuplicateOptions{}, &totals, func(DuplicateGroup) error { return stop })
	assert.Equal(t, stop, err)
	_, err = Scan(root).TempDir("/no such directory", 1000).Duplicates(t.Context(), DuplicateOptions{})
	assert.ErrorContains(t, err, "cannot sort on disk")
	_, err = Lists(writeList(t, nil)).Duplicates(t.Context(), DuplicateOptions{})
	assert.ErrorContains(t, err, "size")
}

func TestCompareDirectories(t *testing.T) {
	root := t.TempDir()
	before, after := filepath.Join(root, "before"), filepath.Join(root, "after")
	require.NoError(t, os.MkdirAll(filepath.Join(before, "d"), 0o755))
	for _, name := range []string{"same", "grows", "touched", "goes", "moves", "d/deep"} {
		require.NoError(t, os.WriteFile(filepath.Join(before, name), []byte(name), 0o600))
	}
	// Hard links keep the inodes, as a snapshot does.
	old := map[string]File{}
	_, err := Scan(before).Each(t.Context(), func(f *File) error { old[f.Path] = *f; return nil })
	require.NoError(t, err)
	list := func(dir string) []byte {
		var b bytes.Buffer
		_, err := Scan(dir).Workers(1).Each(t.Context(), func(f *File) error {
			fmt.Fprintf(&b, "%d 1 0  %d:%s -- %s\n", f.Inode, f.Size, f.Modify.Format("2006-01-02 15:04:05.000000"), f.Path)
			return nil
		})
		require.NoError(t, err)
		return b.Bytes()
	}
	first := list(before)
	require.NoError(t, os.Rename(before, after))
	require.NoError(t, os.WriteFile(filepath.Join(after, "grows"), []byte("it has grown"), 0o600))
	require.NoError(t, os.Chtimes(filepath.Join(after, "touched"), old[filepath.Join(before, "touched")].Modify, old[filepath.Join(before, "touched")].Modify.Add(1000)))
	require.NoError(t, os.Rename(filepath.Join(after, "moves"), filepath.Join(after, "d/moved")))
	require.NoError(t, os.WriteFile(filepath.Join(after, "new"), []byte("new one"), 0o600))
	require.NoError(t, os.Remove(filepath.Join(after, "goes")))
	second := list(after)

	q := func(data []byte, dir string) Files { return Lists(writeList(t, data)).Show("size:modify").Under(dir) }
	c, err := Compare(t.Context(), q(first, before), q(second, after).TempDir(t.TempDir(), 100))
	require.NoError(t, err)
	var got []string
	for _, d := range c.Items {
		got = append(got, fmt.Sprintf("%s %s %s %s %s", d.What, d.Path, d.From, d.Before, d.After))
	}
	want := []string{"moved d/moved moves 5 B 5 B", "deleted goes  4 B -", "changed grows  5 B 12 B", "created new  - 7 B"}
	// A time that differs by less than a microsecond is the same; the file system may have truncated it.
	if len(got) == 5 {
		want = append(want, "changed touched  7 B 7 B")
	}
	assert.Empty(t, gocmp.Diff(want, got))
	assert.EqualValues(t, []int64{1, 1, 1}, []int64{c.Created, c.Deleted, c.Moved})
	assert.EqualValues(t, 12-5+7-4, c.Growth.Int())
	assert.Contains(t, c.String(), "1 created, 1 deleted")

	same, err := Compare(t.Context(), Scan(after), Scan(after))
	require.NoError(t, err)
	assert.Empty(t, same.Items)
	assert.EqualValues(t, 6, same.Unchanged)
}

// TestCompareAgreesWithMaps changes a made-up list at random and compares with maps.
func TestCompareAgreesWithMaps(t *testing.T) {
	old := entries(40, 3000)
	rnd := rand.New(rand.NewPCG(4, 4))
	var now []entry
	want := map[string]int64{}
	growth := int64(0)
	for _, e := range old {
		switch rnd.IntN(6) {
		case 0:
			want["deleted"]++
			growth -= e.size
			continue
		case 1:
			want["changed"]++
			growth += 10
			e.size += 10
		case 2:
			want["moved"]++
			e.path = "/gpfs/fs1/elsewhere" + e.path
		case 3: // another file in the place of this one: its inode is used again
			want["deleted"]++
			want["created"]++
			e.gen++
		default:
			want["unchanged"]++
		}
		now = append(now, e)
	}
	rnd.Shuffle(len(now), func(i, j int) { now[i], now[j] = now[j], now[i] })
	a, b := query(t, listOf(old), 4000).Under("/gpfs/fs1"), query(t, listOf(now), 4000).Under("/gpfs/fs1")
	c, err := Compare(t.Context(), a.TempDir(t.TempDir(), 50_000), b)
	require.NoError(t, err)
	got := map[string]int64{"created": c.Created, "deleted": c.Deleted, "changed": c.Changed, "moved": c.Moved, "unchanged": c.Unchanged}
	assert.Empty(t, gocmp.Diff(want, got))
	assert.Equal(t, growth, c.Growth.Int())
	assert.Len(t, c.Items, int(c.Created+c.Deleted+c.Changed+c.Moved))
	assert.EqualValues(t, len(old), c.Before.Used)
	assert.EqualValues(t, len(now), c.After.Used)
}

func TestCompareFilesWithSeveralNames(t *testing.T) {
	line := func(inode int, path string) string {
		return fmt.Sprintf("%d 1 0  5:2026-01-01 00:00:00 -- /r/%s\n", inode, path)
	}
	q := func(lines ...string) Files {
		return Lists(writeList(t, []byte(strings.Join(lines, "")))).Show("size:modify").Under("/r")
	}
	c, err := Compare(t.Context(), q(line(1, "a"), line(1, "b"), line(1, "c")), q(line(1, "b"), line(1, "x"), line(1, "y"), line(1, "z")))
	require.NoError(t, err)
	var got []string
	for _, d := range c.Items {
		got = append(got, strings.TrimSpace(d.What+" "+d.Path+" "+d.From))
	}
	assert.Equal(t, []string{"moved x a", "moved y c", "created z"}, got)
	assert.EqualValues(t, 1, c.Unchanged)
	assert.Zero(t, c.Growth.Int(), "a further name is no further file")
}
