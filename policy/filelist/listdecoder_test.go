package filelist

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// decodeOne decodes a record and returns what it holds of some attributes.
func decodeOne(t *testing.T, rd reading, line string, attrs ...Attr) (File, reason) {
	t.Helper()
	names := NewNames(nil, time.Second)
	names.failed = namePatience
	sc := newSchema(names)
	for _, a := range attrs {
		_, err := sc.resolve(a)
		require.NoError(t, err)
	}
	d, err := newDecoder(rd, sc)
	require.NoError(t, err)
	var r rec
	if why := d.decode([]byte(line), &r); why != accepted {
		return File{}, why
	}
	fl := newFiller(sc)
	files := fl.fill(nil, &r)
	fl.finish(files)
	return files[0], accepted
}

func layoutOf(t *testing.T, text string) Layout {
	t.Helper()
	if text == "" {
		return Layout{}
	}
	l, err := ParseLayout(text)
	require.NoError(t, err)
	return l
}

func TestListDecoder(t *testing.T) {
	at := time.Date(2026, 1, 2, 3, 4, 5, 6000, time.UTC)
	tests := []struct {
		name   string
		escape Escape
		layout string
		line   string
		attrs  []Attr
		want   File
		reason reason
	}{
		{
			name: "no SHOW", line: "40001 800100200 0   -- /gpfs/fs1/one", attrs: []Attr{Path, Inode, Generation, SnapID},
			want: File{Path: "/gpfs/fs1/one", Name: "one", Inode: 40001, Generation: 800100200},
		},
		{
			name: "colons", layout: "userid:size:kb", line: "5100200300 1900100200 7  1007:70001:160 -- /gpfs/fs2/ann/x", attrs: []Attr{KBAllocated, Path},
			want: File{Path: "/gpfs/fs2/ann/x", Name: "x", KBAllocated: 160},
		},
		{
			name: "blanks, and dashes in the path", layout: "size nlink", line: "1 1 0  4096 1 -- /path/with -- dashes", attrs: []Attr{Size, NLink, Path},
			want: File{Path: "/path/with -- dashes", Name: "with -- dashes", Size: 4096, NLink: 1},
		},
		{
			name: "a time with its blank among blanks", layout: "size modify nlink", line: "1 1 0  4096 2026-01-02 03:04:05.000006 3 -- /a",
			attrs: []Attr{Modify, NLink}, want: File{Modify: at, NLink: 3},
		},
		{
			name: "a time with its blank, fields behind it not wanted", layout: "size:modify:nlink", line: "1 1 0  4096:2026-01-02 03:04:05.000006:3 -- /a",
			attrs: []Attr{Modify}, want: File{Modify: at},
		},
		{
			name: "a time with its blank, not wanted itself", layout: "size:modify:nlink", line: "1 1 0  4096:2026-01-02 03:04:05.000006:3 -- /a",
			attrs: []Attr{NLink}, want: File{NLink: 3},
		},
		{
			name: "percent, separator left alone", escape: EscapePercent, layout: "size/modify/pool/mode",
			line:  "1 1 0  10/2026-01-02%2003%3A04%3A05.000006/fast%20pool/-rw-r--r-- -- /a%20b%0A%25",
			attrs: []Attr{Size, Modify, PoolName, Type, Mode, Path},
			want:  File{Size: 10, Modify: at, Pool: "fast pool", Mode: "-rw-r--r--", Type: "file", Path: "/a b\n%", Name: "a b\n%"},
		},
		{
			name: "percent, separator escaped", escape: EscapePercent, layout: "size|modify|pool",
			line: "1 1 0  10%7C2026-01-02%2003%3A04%3A05.000006%7Csystem -- /a", attrs: []Attr{Size, Modify, PoolName},
			want: File{Size: 10, Modify: at, Pool: "system"},
		},
		{
			name: "all of the path escaped", escape: EscapePercent, line: "1 1 0   -- %2Fa%2Fb", attrs: []Attr{Path},
			want: File{Path: "/a/b", Name: "b"},
		},
		{
			name: "backslashes", line: `1 1 0   -- /a\\b\nc `, attrs: []Attr{Path}, want: File{Path: "/a\\b\nc ", Name: "a\\b\nc "},
		},
		{
			name: "pairs", layout: "key=value", line: "1 1 0  path=/x y fileheat=1.5 MODIFICATION_TIME=2026-01-02 03:04:05.000006 filesize=12 colour=deep blue -- /a",
			attrs: []Attr{Heat, Modify, Size, Extra("colour")},
			want:  File{Heat: 1.5, Modify: at, Size: 12, Extra: map[string]string{"colour": "deep blue"}},
		},
		{
			name: "pairs, some missing", layout: "key=value", line: "1 1 0  filesize=12 -- /a", attrs: []Attr{Heat, Size},
			want: File{Size: 12},
		},
		{name: "a field that is NULL", layout: "size:kb", line: "1 1 0  :7 -- /a", attrs: []Attr{Size, KBAllocated}, want: File{KBAllocated: 7}},
		{name: "64 bits", line: "18446744073709551615 4294967295 1   -- /a", attrs: []Attr{Inode, Generation, SnapID}, want: File{Inode: -1, Generation: 4294967295, SnapID: 1}},
		{name: "an unknown SHOW text", line: "1 1 0  what ever -- /a -- b", attrs: []Attr{Path}, want: File{Path: "/a -- b", Name: "a -- b"}},
		{name: "a fraction", layout: "size", line: "1 1 0  12.000 -- /a", attrs: []Attr{Size}, want: File{Size: 12}},
		{name: "negative", layout: "size", line: "1 1 0  -12 -- /a", attrs: []Attr{Size}, want: File{Size: -12}},

		{name: "empty", line: "", reason: rejectEmpty},
		{name: "no numbers", line: "hello", reason: rejectNumbers},
		{name: "two numbers", line: "1 2  -- /a", reason: rejectNumbers},
		{name: "one blank", line: "1 2 3 -- /a", reason: rejectBlanks},
		{name: "no separator", line: "1 2 3  x /a", reason: rejectSeparator},
		{name: "no path", line: "1 2 3   -- ", reason: rejectPath},
		{name: "a relative path", line: "1 2 3   -- a", reason: rejectPath},
		{name: "cut in the numbers", line: "1 2", reason: rejectNumbers},
		{name: "cut in the separator", line: "1 2 3   -", reason: rejectSeparator},
		{name: "letters for a number", layout: "size:kb", line: "1 1 0  many:7 -- /a", attrs: []Attr{Size}, reason: rejectField},
		{name: "a number that does not fit", layout: "size:kb", line: "1 1 0  99999999999999999999:7 -- /a", attrs: []Attr{Size}, reason: rejectField},
		{name: "too few fields", layout: "size:kb", line: "1 1 0  12 -- /a", attrs: []Attr{KBAllocated}, reason: rejectFields},
		{name: "too many fields", layout: "size:kb", line: "1 1 0  12:1:2 -- /a", attrs: []Attr{KBAllocated}, reason: rejectFields},
		{name: "broken escape", escape: EscapePercent, line: "1 1 0   -- /a%2", attrs: []Attr{Path}, reason: rejectEscape},
		{name: "an inode that does not fit", line: "99999999999999999999 1 0   -- /a", attrs: []Attr{Inode}, reason: rejectNumbers},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, why := decodeOne(t, reading{escape: tt.escape, layout: layoutOf(t, tt.layout)}, tt.line, tt.attrs...)
			require.Equal(t, tt.reason, why, "%v", why)
			if why != accepted {
				return
			}
			tt.want.has = got.has
			assert.Empty(t, cmp.Diff(tt.want, unset(got), cmp.AllowUnexported(File{}), cmpopts.EquateEmpty()))
		})
	}
}

// unset makes numbers that were not asked for zero, so that tests can leave them out.
func unset(f File) File {
	for _, n := range []*int64{&f.Size, &f.KBAllocated, &f.UserID, &f.GroupID, &f.NLink, &f.Inode, &f.Generation, &f.SnapID} {
		if *n == -1 && (n != &f.Inode || !f.has.has(idInode)) {
			*n = 0
		}
	}
	if f.Heat == -1 {
		f.Heat = 0
	}
	if !f.has.has(idInode) {
		f.Inode = 0
	}
	return f
}

func TestCountedFields(t *testing.T) {
	l, err := NewLayout(Size, XAttr("user.a"), XAttr("user.b"))
	require.NoError(t, err)
	require.Equal(t, []Attr{Size, XAttr("user.a"), XAttr("user.b")}, l.Fields)
	for value, want := range map[string]map[string]string{
		"7/3/a/b/2/x%20 -- /p":     {"user.a": "a/b", "user.b": "x "},
		"7/-/2/xy -- /p":           {"user.b": "xy"},
		"7/0//- -- /p":             {"user.a": ""},
		"7/5/a%2F%0A%25-/- -- /p":  {"user.a": "a/\n%-"},
		"7/4/%20--/1/%20 -- /p":    nil, // 4 characters reach into the next field
		"7/9999/x/- -- /p":         nil,
		"7/x/x/- -- /p":            nil,
		"7/ -- /p":                 nil,
		"7/4/%20--%20/1/- -- /p -": {"user.a": " -- ", "user.b": "-"},
	} {
		for _, attrs := range [][]Attr{{XAttr("user.a"), XAttr("user.b")}, {XAttr("user.b")}} {
			f, why := decodeOne(t, reading{escape: EscapePercent, layout: l}, "1 1 0  "+value, attrs...)
			if want == nil {
				assert.NotEqual(t, accepted, why, value)
				continue
			}
			require.Equal(t, accepted, why, value)
			for _, a := range attrs {
				key := string(a[len("xattr:"):])
				got, has := f.Extra[key]
				wanted, wants := want[key]
				assert.Equal(t, wants, has, "%s %s", value, a)
				assert.Equal(t, wanted, got, "%s %s", value, a)
				assert.Equal(t, wants, f.Has(a))
			}
		}
	}
}

func TestDecoderRefusesWhatTheListDoesNotHave(t *testing.T) {
	for _, tt := range []struct {
		rd   reading
		attr Attr
	}{
		{reading{layout: Layout{Fields: []Attr{Size}}}, Access},
		{reading{}, XAttr("user.x")},
		{reading{format: FormatPaths}, Inode},
		{reading{format: FormatRecord}, Size},
	} {
		sc := newSchema(nil)
		_, err := sc.resolve(tt.attr)
		require.NoError(t, err)
		_, err = newDecoder(tt.rd, sc)
		var attrErr *AttrError
		require.ErrorAs(t, err, &attrErr, tt.attr)
		assert.Equal(t, tt.attr, attrErr.Attr)
	}
}

// sampleDir returns the folder with captured lists.
func sampleDir(t *testing.T) string {
	t.Helper()
	dir := os.Getenv("GPFSH_CAPTURES")
	if dir == "" {
		t.Skip("GPFSH_CAPTURES is not set: captured output is not available")
	}
	dir = filepath.Join(dir, "..", "filelists")
	if _, err := os.Stat(dir); err != nil {
		t.Skip("no captured file lists beside GPFSH_CAPTURES")
	}
	return dir
}

func TestCapturedLists(t *testing.T) {
	dir := sampleDir(t)
	tests := []struct {
		file    string
		escape  Escape
		format  Format
		layout  string
		attr    Attr
		records int64
		check   func(t *testing.T, files []File)
	}{
		{file: "01-no-show-xattr.list", records: 1, attr: Path},
		{file: "02-show-uid-size-kb.list", layout: "userid:size:kb", records: 12, attr: Size, check: func(t *testing.T, files []File) {
			sum := int64(0)
			for _, f := range files {
				sum += f.Size
			}
			assert.EqualValues(t, 5*64451+17749+282+428571+1584+101+6780, sum)
			assert.EqualValues(t, 72733306044, files[0].Inode)
		}},
		{file: "03-size-nlink-synthetic.list", layout: "size nlink", records: 5, attr: NLink, check: func(t *testing.T, files []File) {
			assert.Equal(t, "/path/with -- dashes", files[4].Path)
		}},
		{file: "06-receiver.list", records: 1, attr: Path},
		{
			file: "08-escape-percent-slash-derived.list", escape: EscapePercent, records: 5, attr: Size,
			layout: "size|access|modify|change|userid|groupid|mode|fileset|pool|nlink",
			check: func(t *testing.T, files []File) {
				var names []string
				for _, f := range files {
					names = append(names, f.Name)
					assert.Equal(t, "proj", f.Fileset)
					assert.Equal(t, "system", f.Pool)
					assert.Equal(t, "-rw-r--r--", f.Mode)
					assert.Equal(t, time.Date(2026, 1, 3, 4, 5, 6, 0, time.UTC), f.Modify)
				}
				assert.Equal(t, []string{"a b.txt", "odd -- name", "two\nlines", "100%", "café"}, names)
			},
		},
		{file: "09-no-escape-backslash-newline-derived.list", records: 4, attr: Path, check: func(t *testing.T, files []File) {
			var names []string
			for _, f := range files {
				names = append(names, f.Name)
			}
			assert.Equal(t, []string{`file\name`, "two\nlines", "trailing blank ", "a -- b"}, names)
		}},
		{file: "10-record-format-derived.rec", format: FormatRecord, records: 4, attr: PoolName, check: func(t *testing.T, files []File) {
			assert.Equal(t, "/gpfs/fs1/b c", files[1].Path)
			assert.Equal(t, "system", files[1].Pool)
			assert.EqualValues(t, 0x920b, files[1].Inode)
			assert.EqualValues(t, 0x2000, files[1].KBAllocated)
		}},
	}
	for _, tt := range tests {
		t.Run(tt.file, func(t *testing.T) {
			q := Lists(filepath.Join(dir, tt.file)).Escaped(tt.escape).Format(tt.format)
			if tt.layout != "" {
				q = q.Show(tt.layout)
			}
			var files []File
			report, err := q.Each(t.Context(), func(f *File) error {
				assert.True(t, f.Has(tt.attr))
				files = append(files, *f)
				return nil
			})
			require.NoError(t, err)
			assert.Equal(t, tt.records, report.Read, "%+v", report.Rejects)
			assert.Equal(t, tt.records, report.Used)
			if tt.check != nil {
				tt.check(t, files)
			}
		})
	}
}

func TestCapturedRecordsAreWrittenAsTheyWereRead(t *testing.T) {
	data, err := os.ReadFile(filepath.Join(sampleDir(t), "10-record-format-derived.rec"))
	require.NoError(t, err)
	weights := []string{}
	for line := range bytes.Lines(data) {
		line = bytes.TrimSuffix(line, []byte("\n"))
		r, err := ParseRecord(line)
		require.NoError(t, err)
		assert.Equal(t, string(line), string(r.Append(nil)))
		weights = append(weights, fmt.Sprint(r.Weight))
	}
	assert.Equal(t, []string{"+Inf", "100", "5", "-1"}, weights)
}

func FuzzListDecoder(f *testing.F) {
	f.Add("1 2 0  1007:70001:160 -- /gpfs/fs2/ann/x", "userid:size:kb", uint8(0))
	f.Add("1 2 0  10/2026-01-02%2003%3A04%3A05.000006/x/-rw-r--r-- -- /a%20b", "size/modify/pool/mode", uint8(1))
	f.Add("1 2 0  4096 1 -- /path/with -- dashes", "size nlink", uint8(0))
	f.Add("1 2 0  a=b c=d -- /x", "key=value", uint8(3))
	f.Add("0:3fe6ffffffffffff:00000000000a0001:2b0304c2:0:1:0:1:11!/gpfs/fs7/z:4!tape", "size", uint8(4))
	f.Fuzz(func(t *testing.T, line, layout string, mode uint8) {
		l, err := ParseLayout(layout)
		if err != nil {
			return
		}
		rd := reading{layout: l, escape: Escape(mode % 4), format: Format(mode / 4 % 3)}
		sc := newSchema(nil)
		for _, a := range append([]Attr{Path, Inode}, l.Fields...) {
			if _, err := sc.resolve(a); err != nil {
				t.Fatal(err)
			}
		}
		if d, err := newDecoder(rd, sc); err == nil {
			var r rec
			d.decode([]byte(line), &r)
		}
		// What the path alone costs must not be judged otherwise than what all fields cost, as far as the path goes.
		only := newSchema(nil)
		_, err = only.resolve(Path)
		require.NoError(t, err)
		d, err := newDecoder(rd, only)
		require.NoError(t, err)
		var r rec
		if d.decode([]byte(line), &r) == accepted {
			require.NotEmpty(t, r.text(idPath))
		}
	})
}
