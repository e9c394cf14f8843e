package prompt

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"gpfsh/cmd/gpfsh/internal/style"
)

func plainText(s string) string {
	var b strings.Builder
	for {
		before, after, found := strings.Cut(s, "\x1b[")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		_, s, _ = strings.Cut(after, "m")
	}
}

func TestHighlight(t *testing.T) {
	h := &highlighter{styles: style.Styles{On: true}}
	assert.Equal(t, "\x1b[35mfor\x1b[0m x := \x1b[35mrange\x1b[0m f(\x1b[32m\"a\"\x1b[0m, \x1b[36m0x1f\x1b[0m) \x1b[2m// c\x1b[0m",
		h.colour(`for x := range f("a", 0x1f) // c`))
	assert.Equal(t, `forge := "for"`, plainText(h.colour(`forge := "for"`)))
	assert.NotContains(t, h.colour("forge"), "\x1b")
	assert.Equal(t, "\x1b[1m:dry\x1b[0m on", h.colour(":dry on"))

	assert.Equal(t, "\x1b[1m:time\x1b[0m f(\x1b[36m1\x1b[0m)", h.colour(":time f(1)"), "behind a command stands an expression")
	assert.Contains(t, h.colour("mmlsfileset mmfs1 -L"), "\x1b", "mm commands have colours of their own")
	assert.Equal(t, "mmfs1 := \x1b[36m3\x1b[0m", h.colour("mmfs1 := 3"))
	h.before = "x := `begun\n"
	assert.Equal(t, "\x1b[32mfor it`\x1b[0m + \x1b[36m1\x1b[0m", h.colour("for it` + 1"), "what was begun goes on")
	assert.Equal(t, "ends` :dry", plainText(h.colour("ends` :dry")))
	h.before = ""

	for _, text := range []string{
		`Cluster().Filesystems["mm`, "`raw", `'x`, "/* open", "\"a\\", "ü日本", "x = 1.5e3", "@#$?", "a\"b\\\"c\"", "",
	} {
		assert.Equal(t, text, plainText(h.colour(text)), "nothing is lost of what is not finished")
	}
	assert.Equal(t, "for {↵⇥f()↵}", plainText(h.colour(showLine("for {\n\tf()\n}"))))
	assert.Equal(t, "a↵b", (&highlighter{}).colour(showLine("a\nb")))
}

func BenchmarkHighlight(b *testing.B) {
	h := &highlighter{styles: style.Styles{On: true}}
	for i := 0; b.Loop(); i++ {
		h.text = ""
		h.colour(`for _, s := range Cluster().Filesystems["mmfs1"].Snapshots { if s.Created.Before(t) { s.Delete() } }`)
	}
}
