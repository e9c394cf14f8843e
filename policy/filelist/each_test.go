package filelist

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestBatches(t *testing.T) {
	list := entries(50, 5000)
	var sizes []int
	n := 0
	report, err := query(t, listOf(list), 100_000).Where("Size > 100").Attrs(Size, User).Batches(t.Context(), func(files []File) error {
		sizes = append(sizes, len(files))
		for i := range files {
			assert.Equal(t, "", files[i].Path, "not asked for")
			assert.False(t, files[i].Has(Path))
			assert.True(t, files[i].Has(Size))
			assert.EqualValues(t, -1, files[i].KBAllocated)
			assert.Equal(t, fmt.Sprint("uid:", files[i].UserID), files[i].User)
		}
		n += len(files)
		return nil
	})
	require.NoError(t, err)
	want := 0
	for _, e := range list {
		want += btoi(e.size > 100)
	}
	assert.Equal(t, want, n)
	assert.EqualValues(t, want, report.Used)
	for _, s := range sizes {
		assert.LessOrEqual(t, s, batchSize)
	}
	_, err = Lists("x").Attrs("sise").Batches(t.Context(), nil)
	assert.ErrorContains(t, err, "did you mean")
}

func TestAnErrorNamesTheRecord(t *testing.T) {
	list := entries(51, 2000)
	data := listOf(list)
	stop := errors.New("this one")
	n := 0
	report, err := query(t, data, 10_000).Each(t.Context(), func(*File) error {
		if n++; n == 1234 {
			return stop
		}
		return nil
	})
	assert.ErrorIs(t, err, stop)
	assert.ErrorContains(t, err, fmt.Sprintf("record 1234, %q", list[1233].path))
	assert.Equal(t, 1234, n, "nothing is called afterwards")
	assert.GreaterOrEqual(t, report.Read, int64(1234))
}

func TestAPanicNamesTheRecord(t *testing.T) {
	list := entries(52, 2000)
	data := listOf(list)
	caught := func(fn func()) (p *RecordPanic) {
		defer func() { p, _ = recover().(*RecordPanic) }()
		fn()
		return nil
	}
	n := 0
	p := caught(func() {
		_, _ = query(t, data, 10_000).Each(t.Context(), func(*File) error {
			if n++; n == 1500 {
				panic("boom")
			}
			return nil
		})
	})
	require.NotNil(t, p)
	assert.EqualValues(t, 1499, p.Index)
	assert.Equal(t, list[1499].path, p.File.Path)
	assert.ErrorContains(t, p, "panic at record 1500")
	assert.NoError(t, p.Unwrap())

	boom := errors.New("boom")
	p = caught(func() {
		_, _ = query(t, data, 10_000).Workers(3).Match(func(f *File) bool {
			if f.Inode == 1777 {
				panic(boom)
			}
			return true
		}).Count(t.Context())
	})
	require.NotNil(t, p)
	assert.Equal(t, list[777].path, p.File.Path)
	assert.ErrorIs(t, p, boom)

	p = caught(func() {
		_, _ = Scan(t.TempDir()).DirectoriesPlus().Match(func(*File) bool { panic("in a scan") }).Count(t.Context())
	})
	require.NotNil(t, p)
	assert.Equal(t, "in a scan", p.Value)
}

func TestAll(t *testing.T) {
	list := entries(53, 3000)
	data := listOf(list)
	i := 0
	for f, err := range query(t, data, 5000).Attrs(Path).All(t.Context()) {
		require.NoError(t, err)
		require.Equal(t, list[i].path, f.Path)
		if i++; i == 1000 {
			break
		}
	}
	assert.Equal(t, 1000, i)
	var last error
	for _, err := range Lists("/no such list").All(t.Context()) {
		last = err
	}
	assert.Error(t, last)
}

func TestMatchSeesWholeFiles(t *testing.T) {
	list := entries(54, 1000)
	var calls atomic.Int64
	n, err := query(t, listOf(list), 3000).Where("UserID == 1003").Match(func(f *File) bool {
		calls.Add(1)
		return f.Pool == "data" && f.Size == list[f.Inode-1000].size && f.Path == list[f.Inode-1000].path
	}).Count(t.Context())
	require.NoError(t, err)
	want, asked := int64(0), int64(0)
	for _, e := range list {
		asked += int64(btoi(e.uid == 1003))
		want += int64(btoi(e.uid == 1003 && e.pool == "data"))
	}
	assert.Equal(t, want, n)
	assert.Equal(t, asked, calls.Load(), "Where comes first")
}

func TestNames(t *testing.T) {
	var calls atomic.Int64
	never := make(chan struct{})
	t.Cleanup(func() { close(never) })
	names := NewNames(func(_ context.Context, group bool, id int64) string {
		calls.Add(1)
		switch {
		case id >= 9000:
			<-never // a directory service that does not answer
		case group && id == 5:
			return "staff"
		case !group && id == 5:
			return "alice"
		}
		return ""
	}, time.Millisecond)
	slow := NewNames(names.lookup, time.Hour)
	for range 3 {
		assert.Equal(t, []string{"alice", "staff", "uid:7", "gid:7"}, []string{slow.user(5), slow.group(5), slow.user(7), slow.group(7)})
	}
	assert.EqualValues(t, 4, calls.Load(), "each is asked for once")
	for id := range int64(20) {
		assert.Equal(t, fmt.Sprint("uid:", 9000+id), names.user(9000+id))
	}
	assert.EqualValues(t, 4+namePatience, calls.Load(), "a service that does not answer is left alone")
	assert.Equal(t, "uid:1", (*Names)(nil).user(1))
	assert.Equal(t, "root", LocalNames().user(0))
}

func TestProgress(t *testing.T) {
	data := listOf(entries(55, 2000))
	var last Progress
	_, err := query(t, data, 5000).Progress(func(p Progress) { last = p }).Count(t.Context())
	require.NoError(t, err)
	assert.Equal(t, "reading", last.Phase)
	assert.EqualValues(t, 2000, last.Records)
	assert.EqualValues(t, len(data), last.Bytes)
	assert.Equal(t, 1.0, last.Done())
	assert.Positive(t, last.Rate())
	assert.Equal(t, -1.0, Progress{}.Done())
	assert.Zero(t, Progress{}.Rate())
}

func TestQueriesAreValues(t *testing.T) {
	data := listOf(entries(56, 500))
	all := query(t, data, 3000)
	some := all.Where("UserID == 1001")
	other := all.Where("UserID == 1002")
	a, err := all.Count(t.Context())
	require.NoError(t, err)
	b, err := some.Count(t.Context())
	require.NoError(t, err)
	c, err := other.Where("Size >= 0").Count(t.Context())
	require.NoError(t, err)
	assert.EqualValues(t, 500, a)
	assert.Less(t, b+c, a)
	assert.Contains(t, some.By(User).String(), "where UserID == 1001 by user")
	assert.Equal(t, "files below /gpfs/p42", Scan("/gpfs/p42").String())
	assert.Equal(t, "no files", Files{}.String())
	assert.Contains(t, Stream(&bytes.Buffer{}).String(), "stream")
}

// A context that ends stops the function at the next batch, however much was read ahead.
func TestNothingIsHandedOnAfterTheEndOfTheContext(t *testing.T) {
	list := entries(8, 5000)
	calls := 0
	ctx, cancel := context.WithCancel(t.Context())
	_, err := query(t, listOf(list), 1<<20).Workers(1).Attrs(Path).Batches(ctx, func([]File) error {
		calls++
		cancel()
		return nil
	})
	assert.ErrorIs(t, err, context.Canceled)
	assert.Equal(t, 1, calls)
}
