package prompt

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func split(in string, final bool) (keys []string, rest string) {
	buf := []byte(in)
	for {
		key, n := nextKey(buf, final)
		if n == 0 {
			return keys, string(buf)
		}
		keys = append(keys, string(key))
		buf = buf[n:]
	}
}

func TestNextKey(t *testing.T) {
	for _, tt := range []struct {
		in   string
		want []string
		rest string
	}{
		{"abc", []string{"abc"}, ""},
		{"a\tb\r", []string{"a", "\t", "b", "\r"}, ""},
		{"one\rtwo\r", []string{"one", "\r", "two", "\r"}, ""},
		{"日本", []string{"日本"}, ""},
		{"日\xe6\x9c", []string{"日"}, "\xe6\x9c"},
		{"\x1b[A\x1bOB", []string{"\x1b[A", "\x1bOB"}, ""},
		{"\x1b[1;5Cx", []string{"\x1b[1;5C", "x"}, ""},
		{"\x1b[[A", []string{"\x1b[[A"}, ""},
		{"\x1b[15~\x1b[3~", []string{"\x1b[15~", "\x1b[3~"}, ""},
		{"\x1bb\x1b\x7f", []string{"\x1bb", "\x1b\x7f"}, ""},
		{"\x1b", nil, "\x1b"},
		{"\x1b[", nil, "\x1b["},
		{"\x1b[1;", nil, "\x1b[1;"},
		{"\x1b\x1b[A", []string{"\x1b", "\x1b[A"}, ""},
		{"a\x1b[200~x\ry\x1b[201~b", []string{"a", "\x1b[200~x\ry\x1b[201~", "b"}, ""},
		{"\x1b[200~x\r", nil, "\x1b[200~x\r"},
	} {
		keys, rest := split(tt.in, false)
		assert.Equal(t, tt.want, keys, "%q", tt.in)
		assert.Equal(t, tt.rest, rest, "%q", tt.in)
	}
	for in, want := range map[string][]string{"\x1b": {"\x1b"}, "\x1b[": {"\x1b["}, "\x1bO": {"\x1bO"}, "\xe6": {"\xe6"}} {
		keys, _ := split(in, true)
		assert.Equal(t, want, keys, "%q when nothing follows", in)
	}
}

func TestPasted(t *testing.T) {
	for in, want := range map[string]string{
		"gpfsh> one": "one", "hpc(sim) dry> x := 1\r\nhpc(sim) dry> x\r1\r": "x := 1\nx",
		"site.example.org ro> for {\r                 ... f()\r                 ... }\rok": "for {\nf()\n}",
		"hpc(sim) mmfs1/Filesets> .Len()":                                                  ".Len()", "fs.ID> c": "fs.ID> c", "ab> c": "ab> c", "x > 3\rgpfsh> y": "x > 3\ngpfsh> y",
		"one": "one", "one\r": "one", "a\r\nb\rc\n\n": "a\nb\nc", "\tindented": "\tindented",
	} {
		assert.Equal(t, want, pasted([]byte(pasteBegin+in+pasteEnd)))
	}
}

func TestShowAndTakeLine(t *testing.T) {
	const text = "for {\n\tf(\"ü\")\n}"
	shown := showLine(text)
	assert.NotContains(t, shown, "\n")
	assert.Equal(t, text, takeLine(shown))
	assert.Equal(t, "ab", showLine("a\x1b\x00b"), "what would drive the terminal does not get there")
}

func FuzzNextKey(f *testing.F) {
	for _, s := range []string{"abc\r", "\x1b[A", "\x1b[200~x\x1b[201~", "\xff\x1b", "日\x1bO"} {
		f.Add(s, true)
	}
	f.Fuzz(func(t *testing.T, in string, final bool) {
		keys, rest := split(in, final)
		all := ""
		for _, k := range keys {
			assert.NotEmpty(t, k)
			all += k
		}
		assert.Equal(t, in, all+rest, "no byte is lost")
		if final && rest != "" {
			assert.Contains(t, rest, pasteBegin)
		}
	})
}
