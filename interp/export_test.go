package interp

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestExport(t *testing.T) {
	s, _ := toySession(t)
	out, err := s.Export(Source{Name: "x.go", Text: `#!/usr/bin/env -S gpfsh run
// Delete what is old.

fs := FS("mmfs1")
for name, s := range fs.Snaps {
	if s.ID > 1 { // young
		s.Delete()
	}
	fmt.Println(name)
}
for _, s := range fs.Snaps { fmt.Println(s.Name) }
s, err := fs.Snaps.New("x", Comment("hi"))
if s, ok := fs.Snaps["x"]; ok { fmt.Println(s) }
u, n := s.Usage()
limit := 3
unused := 1
defer s.Delete()
show(fs.Snaps["x"])
d := s.Delete
err = d()
fmt.Println(u, n, len(fs.Snaps), strconv.Atoi("5"))

// show shows.
func show(s *Snap) error {
	fmt.Println(s, limit)
	return s.Delete()
}
`})
	require.NoError(t, err)
	text := string(out)
	for _, want := range []string{
		"// Delete what is old.\n",
		"fs := must1(sess.FS(ctx, \"mmfs1\"))",
		"for _, item1 := range must1(fs.Snaps.Items(ctx)) {\n\t\tname, s := item1.Key, item1.Value\n",
		"if s.ID > 1 { // young\n\t\t\tmust0(s.Delete(ctx))",
		"s, err := fs.Snaps.New(ctx, \"x\", toy.Comment(\"hi\"))",
		"if s, ok := must2(fs.Snaps.Lookup(ctx, \"x\")); ok {",
		"u, n := must2(s.Usage(ctx))",
		"limit = 3", "var limit int",
		"_ = unused",
		"defer func(r *toy.Snap) { must0(r.Delete(ctx)) }(s)",
		"must0(show(must1(fs.Snaps.Get(ctx, \"x\"))))",
		"err = d()",
		"must1(fs.Snaps.Len(ctx)), must1(strconv.Atoi(\"5\"))",
		"// show shows.\nfunc show(s *toy.Snap) error {",
		"return s.Delete(ctx)",
	} {
		assert.Contains(t, text, want)
	}
	assert.NotContains(t, text, "ǃ")
	assert.Equal(t, 1, strings.Count(text, "// show shows."))
}
