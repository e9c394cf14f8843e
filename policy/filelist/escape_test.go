package filelist

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestEscapeDecode(t *testing.T) {
	tests := []struct {
		name    string
		escape  Escape
		in      string
		want    string
		invalid bool
	}{
		{"percent: nothing escaped", EscapePercent, "/a/b-c_d.e~f", "/a/b-c_d.e~f", false},
		{"percent: all sorts", EscapePercent, "/a%20b%2Fc%0A%25%c3%A9", "/a b/c\n%é", false},
		{"percent: backslashes mean nothing", EscapePercent, `/a\n\\`, `/a\n\\`, false},
		{"percent: cut off", EscapePercent, "/a%2", "", true},
		{"percent: no digits", EscapePercent, "/a%zz", "", true},
		{"percent: alone", EscapePercent, "%", "", true},
		{"backslash: newline", EscapeBackslash, `/two\nlines`, "/two\nlines", false},
		{"backslash: backslash", EscapeBackslash, `/file\\name`, `/file\name`, false},
		{"backslash: backslash and n", EscapeBackslash, `/a\\n`, `/a\n`, false},
		{"backslash: another letter", EscapeBackslash, `/a\tb`, `/a\tb`, false},
		{"backslash: at the end", EscapeBackslash, `/a\`, `/a\`, false},
		{"newline: a doubled backslash is two", EscapeNewline, `/file\\name`, `/file\\name`, false},
		{"newline: with a newline it is one", EscapeNewline, `/file\\name\nx`, "/file\\name\nx", false},
		{"newline: backslash before n", EscapeNewline, `/a\\nb`, `/a\\nb`, false},
		{"none", EscapeNone, `/a\n%20`, `/a\n%20`, false},
		{"empty", EscapePercent, "", "", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var buf []byte
			got, valid := tt.escape.decode([]byte(tt.in), &buf)
			assert.Equal(t, !tt.invalid, valid)
			if valid {
				assert.Equal(t, tt.want, string(got))
			}
		})
	}
}

func TestEscapeAppend(t *testing.T) {
	assert.Equal(t, "/a%20b%25%0A", string(EscapePercent.Append(nil, []byte("/a b%\n"), "/")))
	assert.Equal(t, "%2Fa+b", string(EscapePercent.Append(nil, []byte("/a+b"), "+@#")))
	assert.Equal(t, `/a\\b\nc`, string(EscapeBackslash.Append(nil, []byte("/a\\b\nc"), "")))
	assert.Equal(t, `/a\b`, string(EscapeNewline.Append(nil, []byte(`/a\b`), "")))
	assert.Equal(t, `x/a\\b\n`, string(EscapeNewline.Append([]byte("x"), []byte("/a\\b\n"), "")))
}

func TestEscapeNames(t *testing.T) {
	for e := EscapeBackslash; e <= EscapeNone; e++ {
		text, err := e.MarshalText()
		require.NoError(t, err)
		var back Escape
		require.NoError(t, back.UnmarshalText(text))
		assert.Equal(t, e, back)
	}
	var e Escape
	assert.Error(t, e.UnmarshalText([]byte("rot13")))
	assert.Equal(t, "Escape(99)", Escape(99).String())
}

func FuzzEscapeRoundTrip(f *testing.F) {
	for _, s := range []string{"/gpfs/a b", "/two\nlines", `\\n`, "\\", "%41", "\xff\x00", `a\n\`, ""} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		for _, e := range []Escape{EscapePercent, EscapeBackslash, EscapeNewline} {
			// Without a newline this form cannot tell \n from a backslash and an n: it is ambiguous by design.
			if e == EscapeNewline && !bytes.ContainsRune(text, '\n') && hasEscapedNewline(text) {
				continue
			}
			written := e.Append(nil, text, "/")
			assert.NotContains(t, string(written), "\n")
			var buf []byte
			got, valid := e.decode(written, &buf)
			require.True(t, valid)
			require.Equal(t, string(text), string(got), "%s: %q", e, written)
		}
		var buf []byte
		EscapePercent.decode(text, &buf)
	})
}
