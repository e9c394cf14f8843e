package filelist

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func listFile(t *testing.T, list []entry) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "list")
	require.NoError(t, os.WriteFile(path, listOf(list), 0o600))
	return path
}

func TestCursorReadsBatchesAndNumbersThem(t *testing.T) {
	list := entries(7, 5000)
	files := Lists(listFile(t, list)).Show(entryLayout).Escaped(EscapePercent).Attrs(Path, Size)
	c := files.Open(t.Context())
	n := int64(0)
	for b := c.Next(); b != nil; b = c.Next() {
		for i := range b {
			n++
			require.Equal(t, n, c.Number(i))
			require.Equal(t, list[n-1].path, b[i].Path)
		}
	}
	require.NoError(t, c.Close())
	assert.EqualValues(t, len(list), c.Report().Read)

	// Ending early is no error, and what was read is told.
	c = files.Open(t.Context())
	b := c.Next()
	kept := c.Keep(0)
	at := c.At(3, "boom").(*RecordPanic)
	assert.Equal(t, b[3].Path, at.File.Path)
	assert.EqualValues(t, 3, at.Index)
	assert.Equal(t, "x", c.At(-1, "x"))
	require.NoError(t, c.Close())
	assert.Equal(t, list[0].path, kept.Path)

	ctx, cancel := context.WithCancel(t.Context())
	c = files.Open(ctx)
	c.Next()
	cancel()
	for c.Next() != nil {
	}
	assert.ErrorIs(t, c.Close(), context.Canceled)
}

// listing lists what it is given.
type listing struct {
	path     string
	asked    []Request
	removed  int
	failWith error
}

func (l *listing) String() string { return "files of the test" }

func (l *listing) List(_ context.Context, r Request) ([]string, func(), error) {
	l.asked = append(l.asked, r)
	return []string{l.path}, func() { l.removed++ }, l.failWith
}

func TestListedAsksForWhatIsNeeded(t *testing.T) {
	path := filepath.Join(t.TempDir(), "list")
	require.NoError(t, os.WriteFile(path, []byte("10 1 0  5/1000 -- /g/a\n11 1 0  7/1001 -- /g/b%20c\n"), 0o600))
	l := &listing{path: path}
	sum, err := Listed(l, "/g").Where("UserID == 1001").Sum(t.Context(), Size)
	require.NoError(t, err)
	assert.EqualValues(t, 7, sum.Int())
	sql, err := l.asked[0].Show.SQL()
	require.NoError(t, err)
	assert.Equal(t, "VARCHAR(FILE_SIZE) || '/' || VARCHAR(USER_ID)", sql)
	assert.Equal(t, 1, l.removed)

	// Fetched once, read twice.
	f, remove, err := Listed(l, "/g").Attrs(Size, UserID, Path).Fetch(t.Context())
	require.NoError(t, err)
	for range 2 {
		n, err := f.Count(t.Context())
		require.NoError(t, err)
		assert.EqualValues(t, 2, n)
	}
	assert.Len(t, l.asked, 2)
	remove()
	assert.Equal(t, 2, l.removed)

	l.failWith = errors.New("no quorum")
	_, err = Listed(l, "/g").Count(t.Context())
	assert.ErrorContains(t, err, "no quorum")

	_, err = Lists(path).ShowSQL("'a=1'").Count(t.Context())
	assert.ErrorContains(t, err, "only its policy engine")
}

func TestOwnExpressionsBecomeAttributes(t *testing.T) {
	path := filepath.Join(t.TempDir(), "list")
	require.NoError(t, os.WriteFile(path, []byte("10 1 0  fileheat=0.5%20depth=3 -- /g/a\n"), 0o600))
	seen := 0
	_, err := Listed(&listing{path: path}, "/g").ShowSQL("…").Attrs(Path, Heat, Extra("depth")).Each(t.Context(), func(f *File) error {
		seen++
		assert.Equal(t, "3", f.Attr("depth"))
		assert.Equal(t, "0.5", f.Attr("fileheat"))
		assert.Equal(t, "/g/a", f.Attr("PATH_NAME"))
		assert.Empty(t, f.Attr("nothing"))
		return nil
	})
	require.NoError(t, err)
	assert.Equal(t, 1, seen)
}
