package filelist

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// whereRecord is what the expressions of the tests are asked about. Its heat and its pool are unknown.
const whereRecord = `10 20 3  5000000/1000/2025-12-01%2012%3A00%3A00.000000/2/-rw-r--r--/4/blue -- /gpfs/p42/run%201/Sample.TMP` + "\n"

func whereQuery(t *testing.T) Files {
	t.Helper()
	l := Layout{Fields: []Attr{Size, UserID, Modify, NLink, Mode, XAttr("user.colour")}, Counted: true}
	names := NewNames(func(_ context.Context, group bool, id int64) string {
		if id == 1000 && !group {
			return "alice"
		}
		return ""
	}, time.Minute)
	return Lists(writeList(t, []byte(whereRecord))).Layout(l).Escaped(EscapePercent).Under("/gpfs").Resolve(names).
		At(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC))
}

func TestWhere(t *testing.T) {
	q := whereQuery(t)
	tests := map[string]bool{
		`Size > 1*MiB`:                              true,
		`Size > 5*MiB`:                              false,
		`Size == 5000000`:                           true,
		`Size != 5000000`:                           false,
		`Size <= 5e6`:                               true,
		`Size < 4.9e6`:                              false,
		`Size >= 5000000 && Size < 5000001`:         true,
		`FILE_SIZE > 4_999_999`:                     true,
		`Size/1000 == 5000 && Size%7 == 5`:          true,
		`Size + 1 > 5000000`:                        true,
		`-Size < 0`:                                 true,
		`Size > 1.5*MiB`:                            true,
		`0 < Size`:                                  true,
		`User == "alice"`:                           true,
		`User != "bob"`:                             true,
		`UserID == 1000`:                            true,
		`In(User, "bob", "alice")`:                  true,
		`In(UserID, 1, 2)`:                          false,
		`Name == "Sample.TMP"`:                      true,
		`Ext == "tmp"`:                              true,
		`Path == "/gpfs/p42/run 1/Sample.TMP"`:      true,
		`Like(Name, "*.TMP")`:                       true,
		`Like(Name, "Sam*")`:                        true,
		`Like(Name, "S?mple.[A-Z]*")`:               true,
		`Like(Name, "sample*")`:                     false,
		`Like(Path, "/gpfs/*/Sample*")`:             true,
		`Match(Name, "^S.*P$")`:                     true,
		`Contains(Path, "run 1")`:                   true,
		`HasPrefix(Path, "/gpfs/p42/")`:             true,
		`HasSuffix(Lower(Name), ".tmp")`:            true,
		`Len(Name) == 10`:                           true,
		`Dir(1) == "/gpfs/p42"`:                     true,
		`Dir(0) == "/gpfs/p42/run 1"`:               true,
		`Depth == 2`:                                true,
		`Age(Modify) > 30*Day`:                      true,
		`Age(Modify) > 31*Day`:                      false,
		`Age(Modify) > 0.5*Hour`:                    true,
		`Age(Modify)/Day == 30`:                     true,
		`Modify < "2025-12-02"`:                     true,
		`Modify < Date("2025-12-01 12:00:00")`:      false,
		`"2025-12-01" < Modify`:                     true,
		`Now() - Modify > 4*Week`:                   true,
		`Modify + 1*Year > Now()`:                   true,
		`Year(Modify) == 2025`:                      true,
		`Type == "file"`:                            true,
		`Mode == "-rw-r--r--"`:                      true,
		`NLink == 2 && Inode == 10`:                 true,
		`SnapID == 3 || false`:                      true,
		`XAttr("user.colour") == "blue"`:            true,
		`XAttr("user.colour") > "azure"`:            true,
		`(Size > 1) == true`:                        true,
		`!(Size > 1)`:                               false,
		`!!(Size > 1)`:                              true,
		`!(Size > 1 && UserID == 7)`:                true,
		`!(Size < 1 || UserID == 7)`:                true,
		"Match(Path, `\\.TMP$`)":                    true,
		`Known(Size)`:                               true,
		`In(Dir(1), "/gpfs/p42")`:                   true,
		`Like(Name, "*") && Like(Name, "*a*p*T?P")`: true,
	}
	for text, want := range tests {
		t.Run(text, func(t *testing.T) {
			n, err := q.Where(text).Count(t.Context())
			require.NoError(t, err)
			assert.Equal(t, want, n == 1)
		})
	}
	n, err := q.Where("Size > 1", "UserID == 1000").Where(`Ext == "tmp"`).Count(t.Context())
	require.NoError(t, err)
	assert.EqualValues(t, 1, n)
}

func TestUnknownIsNeitherTrueNorFalse(t *testing.T) {
	q := Lists(writeList(t, []byte("1 1 0  size=5 -- /a\n"))).Show("key=value")
	for text, want := range map[string]bool{
		`Heat > 1`: false, `!(Heat > 1)`: false, `Heat > 1 || Size == 5`: true, `!(Heat > 1 && Size == 5)`: false, `!(Heat > 1 && Size == 6)`: true,
		`!(Heat > 1 || Size == 5)`: false, `PoolName == "x"`: false, `PoolName != "x"`: false, `Known(Heat)`: false, `!Known(Heat)`: true,
		`Extra("a") == ""`: false, `Age(Access) > 1*Day`: false, `!(Age(Access) > 1*Day)`: false,
	} {
		n, err := q.Where(text).Count(t.Context())
		require.NoError(t, err, text)
		assert.Equal(t, want, n == 1, text)
	}
}

func TestWhereSaysWhatIsWrongAndWhere(t *testing.T) {
	tests := []struct {
		text    string
		column  int
		message string
	}{
		{`Sise > 5`, 1, `did you mean "size"?`},
		{`Size > "5"`, 1, "a number and a text cannot be compared"},
		{`Size >`, 7, "expected operand"},
		{`Size`, 1, "this is a number, not a condition"},
		{`Size && true`, 1, "stands between two conditions"},
		{`Name == 'x'`, 9, "double quotes"},
		{`Name == 'xy'`, 9, "double quotes"},
		{`Age(Size) > 1*Day`, 5, "this is a number, not a time"},
		{`Access > 90*Day`, 1, "Age(Access)"},
		{`Age(Access) > 90`, 1, "write the unit"},
		{`Like(Name)`, 1, `write Like(Name, "*.tmp")`},
		{`Like(Name, "[a")`, 12, "bracket is not closed"},
		{`Like(Name, Path)`, 12, "pattern in quotes"},
		{`Match(Name, "(")`, 13, "missing closing"},
		{`Matches(Name, "x")`, 1, "no function Matches; there are Age"},
		{`Modify < "yesterday"`, 10, "is no time"},
		{`Size/0 > 1`, 1, "division by zero"},
		{`Size + Name > 1`, 1, "+ cannot stand between"},
		{`!Size`, 1, "! cannot stand before a number"},
		{`func() {}`, 1, "cannot stand"},
		{`f.Size > 1`, 1, "cannot stand in a condition"},
		{`f.x(1)`, 1, "only functions can be called"},
		{`In(Name, Path)`, 10, "constants"},
		{`Size > 99999999999999999999`, 8, "64 bits"},
		{`Dir("x") == "y"`, 5, "write Dir(2)"},
		{`Size & 1 == 1`, 1, "& cannot stand"},
		{``, 1, "expected operand"},
	}
	q := whereQuery(t)
	for _, tt := range tests {
		t.Run(tt.text, func(t *testing.T) {
			_, err := q.Where(tt.text).Count(t.Context())
			var exprErr *ExprError
			require.ErrorAs(t, err, &exprErr)
			assert.Equal(t, tt.column, exprErr.Column, exprErr)
			assert.Contains(t, exprErr.Message, tt.message)
			lines := strings.Split(err.Error(), "\n")
			if tt.text != "" {
				require.Len(t, lines, 3)
				assert.Equal(t, tt.column, strings.IndexByte(lines[2], '^')) // behind a tab
			}
		})
	}
}

func TestGlob(t *testing.T) {
	tests := []struct {
		pattern, text string
		want          bool
	}{
		{"*", "", true}, {"**", "x", true}, {"", "", true}, {"", "x", false}, {"a?c", "abc", true}, {"a?c", "ac", false},
		{"?", "é", true}, {"?", "\xff", true}, {"[a-c]x", "bx", true}, {"[^a-c]x", "bx", false}, {"[!a-c]x", "dx", true},
		{"[]]", "]", true}, {"[a-]", "-", true}, {`\*`, "*", true}, {`\*`, "x", false}, {"*a*b*", "xxaxxbxx", true}, {"*a*b*", "xxbxxaxx", false},
		{"*.tmp", ".tmp", true}, {"a*", "b", false}, {"*é", "café", true}, {"x*y*z", "xyz", true}, {"x*y*z", "xz", false},
	}
	for _, tt := range tests {
		match, err := compileGlob(tt.pattern)
		require.NoError(t, err, tt.pattern)
		assert.Equal(t, tt.want, match([]byte(tt.text)), "%q %q", tt.pattern, tt.text)
	}
	for _, bad := range []string{"[", "[a", `x\`, "[^"} {
		_, err := compileGlob(bad)
		assert.Error(t, err, bad)
	}
	// Many stars must not take for ever.
	match, err := compileGlob(strings.Repeat("*a", 30) + "b")
	require.NoError(t, err)
	assert.False(t, match([]byte(strings.Repeat("a", 5000))))
}

func FuzzWhere(f *testing.F) {
	for _, s := range []string{
		`Size > 1*MiB && User == "alice"`, `Like(Name, "*[a-z]?")`, `!(Age(Access) > 90*Day) || In(Ext, "a", "b")`, `Match(Path, "^/x")`,
		`Dir(2) == "/a" && Modify < "2026-01-01"`, `-5.5*Size/3 > Depth`, `XAttr("a") == Lower(Extra("b"))`, `Size % 0 == 1`, `Known(Pool)`,
	} {
		f.Add(s, "/a/b.c")
	}
	f.Fuzz(func(t *testing.T, text, path string) {
		e := env{sc: newSchema(noNames()), names: noNames()}
		keep, err := e.compile(text)
		if err != nil {
			return
		}
		var r rec
		keep(&r)
		r.setText(idPath, []byte(path))
		r.setText(idType, []byte("-"))
		for i := range numIDs {
			r.setNum(i, int64(len(path)))
		}
		keep(&r)
		if match, err := compileGlob(text); err == nil {
			match([]byte(path))
		}
	})
}
