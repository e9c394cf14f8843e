package filelist

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"
)

func pathsOf(list []entry) []string {
	var paths []string
	for _, e := range list {
		paths = append(paths, e.path)
	}
	return paths
}

func TestEveryRecordIsReadOnceWhateverTheBlocks(t *testing.T) {
	list := entries(1, 150)
	data := listOf(list)
	for _, block := range []int64{1, 7, 100, 1000, 4096, 1 << 20} {
		for _, workers := range []int{1, 2, 5} {
			t.Run(fmt.Sprintf("%d bytes, %d workers", block, workers), func(t *testing.T) {
				var got []string
				report, err := query(t, data, block).Workers(workers).Each(t.Context(), func(f *File) error {
					got = append(got, f.Path)
					return nil
				})
				require.NoError(t, err)
				assert.Empty(t, cmp.Diff(pathsOf(list), got))
				assert.Equal(t, Report{Read: 150, Used: 150, Bytes: int64(len(data))}, report)
			})
		}
	}
}

func TestStreamsGiveTheSameAsFiles(t *testing.T) {
	list := entries(2, 20_000) // more than one piece
	data := listOf(list)
	for name, r := range map[string]io.Reader{
		"whole": bytes.NewReader(data), "halves": iotest.HalfReader(bytes.NewReader(data)), "with the end": iotest.DataErrReader(bytes.NewReader(data)),
	} {
		t.Run(name, func(t *testing.T) {
			var got []string
			q := Stream(r).Show(entryLayout).Escaped(EscapePercent).Workers(3)
			report, err := q.Each(t.Context(), func(f *File) error {
				got = append(got, f.Path)
				return nil
			})
			require.NoError(t, err)
			assert.Empty(t, cmp.Diff(pathsOf(list), got))
			assert.EqualValues(t, len(data), report.Bytes)
			_, err = q.Count(t.Context())
			assert.ErrorContains(t, err, "read before")
		})
	}
	_, err := Stream(iotest.ErrReader(errors.New("the wire broke"))).Count(t.Context())
	assert.ErrorContains(t, err, "the wire broke")
}

func TestPipe(t *testing.T) {
	list := entries(3, 3000)
	path := filepath.Join(t.TempDir(), "pipe")
	require.NoError(t, unix.Mkfifo(path, 0o600))
	go func() { _ = os.WriteFile(path, listOf(list), 0) }()
	n, err := Lists(path).Count(t.Context())
	require.NoError(t, err)
	assert.EqualValues(t, 3000, n)
}

func TestBadRecordsAreCountedAndNamed(t *testing.T) {
	good := string(listOf(entries(4, 2)))
	first, second, _ := strings.Cut(good, "\n")
	data := first + "\n" + "garbage\n" + "\n" + "1 2 0  x -- /a\n" + second + "1 2 0  5/1/1000/2026-01-02%2003%3A04%3A05.0000"
	for _, block := range []int64{10, 1 << 20} {
		t.Run(fmt.Sprint(block), func(t *testing.T) {
			r, err := query(t, []byte(data), block).Run(t.Context(), Job{By: []Attr{UserID}, Do: []Agg{Sum(Size)}})
			require.NoError(t, err)
			rep := r.Report
			assert.EqualValues(t, 6, rep.Read)
			assert.EqualValues(t, 2, rep.Used)
			assert.EqualValues(t, 4, rep.Rejected)
			assert.EqualValues(t, 1, rep.Truncated)
			assert.False(t, rep.Complete())
			assert.Equal(t, rep.Read, rep.Used+rep.Skipped+rep.Rejected)
			require.Len(t, rep.Rejects, 4)
			assert.Equal(t, "garbage", rep.Rejects[0].Text)
			assert.EqualValues(t, len(first)+1, rep.Rejects[0].Offset)
			assert.Contains(t, rep.Rejects[0].Reason, "does not begin with")
			assert.Contains(t, rep.Rejects[1].Reason, "empty")
			assert.Contains(t, rep.Rejects[3].Reason, "cut off")
			assert.Contains(t, r.Tables[0].String(), "4 rejected, 1 cut off")
		})
	}
	t.Run("a path may be cut, so it does not count", func(t *testing.T) {
		n, err := Lists(writeList(t, []byte("1 2 0   -- /a\n1 2 0   -- /gpfs/very/lo"))).Count(t.Context())
		require.NoError(t, err)
		assert.EqualValues(t, 1, n)
	})
	t.Run("lengths tell in the record format", func(t *testing.T) {
		q := Lists(writeList(t, []byte("0:0:1:1:0:1:0:1:2!/a:1!p\n0:0:1:1:0:1:0:1:2!/b:1!p"))).Format(FormatRecord)
		n, err := q.Count(t.Context())
		require.NoError(t, err)
		assert.EqualValues(t, 2, n)
	})
	t.Run("only the first are kept", func(t *testing.T) {
		r, err := query(t, []byte(strings.Repeat("x\n", 1000)), 16).Run(t.Context(), Job{})
		require.NoError(t, err)
		assert.EqualValues(t, 1000, r.Report.Rejected)
		require.Len(t, r.Report.Rejects, keptRejects)
		assert.LessOrEqual(t, r.Report.Rejects[0].Offset, r.Report.Rejects[1].Offset)
	})
}

func TestRecordsThatAreTooLong(t *testing.T) {
	long := "1 2 0   -- /" + strings.Repeat("x", maxRecord+blockSize)
	data := []byte("1 2 0   -- /a\n" + long + "\n1 2 0   -- /b\n")
	for name, q := range map[string]Files{"list": Lists(writeList(t, data)), "stream": Stream(bytes.NewReader(data))} {
		t.Run(name, func(t *testing.T) {
			r, err := q.Workers(2).Run(t.Context(), Job{})
			require.NoError(t, err)
			assert.EqualValues(t, 2, r.Report.Used, "%v", r.Report)
			assert.EqualValues(t, 1, r.Report.Rejected, "%v", r.Report)
			assert.EqualValues(t, 14, r.Report.Rejects[0].Offset)
		})
	}
}

func TestEmptyAndMissingLists(t *testing.T) {
	n, err := Lists(writeList(t, nil), writeList(t, []byte("1 2 0   -- /a\n")), writeList(t, nil)).Count(t.Context())
	require.NoError(t, err)
	assert.EqualValues(t, 1, n)
	n, err = Lists().Count(t.Context())
	require.NoError(t, err)
	assert.Zero(t, n)
	_, err = Lists("/no such list").Count(t.Context())
	assert.ErrorIs(t, err, fs.ErrNotExist)
	_, err = Files{}.Count(t.Context())
	assert.ErrorIs(t, err, errNoInput)
	_, err = Lists(t.TempDir()).Count(t.Context())
	assert.Error(t, err, "a directory is no list")
}

// TestAListThatShrinks truncates the list under the reader's hands: the mapped pages behind its new end fault.
func TestAListThatShrinks(t *testing.T) {
	path := writeList(t, bytes.Repeat([]byte("1 2 0   -- /some/path/of/a/file\n"), 50_000))
	cut := false
	_, err := Lists(path).Workers(1).Match(func(*File) bool {
		if !cut {
			cut = true
			require.NoError(t, os.Truncate(path, 100))
		}
		return true
	}).Count(t.Context())
	assert.ErrorContains(t, err, "changed while it was read")
}

func TestAListThatIsDeletedWhileItIsRead(t *testing.T) {
	path := writeList(t, bytes.Repeat([]byte("1 2 0   -- /some/path/of/a/file\n"), 50_000))
	gone := false
	n, err := Lists(path).Workers(1).Match(func(*File) bool {
		if !gone {
			gone = true
			require.NoError(t, os.Remove(path))
		}
		return true
	}).Count(t.Context())
	require.NoError(t, err)
	assert.EqualValues(t, 50_000, n)
}

func TestPathLists(t *testing.T) {
	n, err := Lists(writeList(t, []byte("/a\n/b c\nlast"))).Format(FormatPaths).Where(`Len(Path) > 2`).Count(t.Context())
	require.NoError(t, err)
	assert.EqualValues(t, 2, n)
	var got []string
	_, err = Stream(strings.NewReader("/a\x00/new\nline\x00")).Format(FormatPaths).Escaped(EscapeNone).Null().Each(t.Context(), func(f *File) error {
		got = append(got, f.Path)
		return nil
	})
	require.NoError(t, err)
	assert.Equal(t, []string{"/a", "/new\nline"}, got)
}

func TestCancelInTheMiddle(t *testing.T) {
	data := listOf(entries(5, 20_000))
	for name, q := range map[string]Files{
		"list": query(t, data, 1000), "stream": Stream(bytes.NewReader(data)).Show(entryLayout).Escaped(EscapePercent),
	} {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			_, err := q.Match(func(*File) bool { cancel(); return true }).Count(ctx)
			assert.ErrorIs(t, err, context.Canceled)
		})
	}
	t.Run("a stream that says nothing", func(t *testing.T) {
		r, w := io.Pipe()
		defer w.Close()
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		_, err := Stream(r).Count(ctx)
		assert.ErrorIs(t, err, context.Canceled)
	})
}

// TestReadingWithoutMapping reads where files cannot be mapped.
func TestReadingWithoutMapping(t *testing.T) {
	data := listOf(entries(6, 50))
	f, err := os.Open(writeList(t, data))
	require.NoError(t, err)
	defer f.Close()
	var w window
	o := &openList{path: f.Name(), size: int64(len(data))}
	got, err := w.read(o, f, 5, 500)
	require.NoError(t, err)
	assert.Equal(t, string(data[5:500]), string(got))
	_, err = w.read(o, f, 5, int64(len(data))+1)
	assert.ErrorContains(t, err, "changed while it was read")
}
