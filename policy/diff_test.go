package policy

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestLineDiff(t *testing.T) {
	for _, c := range []struct{ a, b, want string }{
		{"", "", ""},
		{"a\n", "a \n\n", ""},
		{"", "a", "+ a\n"},
		{"a\nb", "", "- a\n- b\n"},
		{"a\nb\nc\nd\ne\nf\n", "a\nB\nc\nd\ne\nf\ng\n", "  a\n- b\n+ B\n  c\n  …\n  f\n+ g\n"},
		{"a\nx\nb\ny\n", "a\nb\nz\ny\n", "  a\n- x\n  b\n+ z\n  y\n"},
	} {
		assert.Equal(t, c.want, lineDiff(c.a, c.b), "%q %q", c.a, c.b)
	}
	many := strings.Repeat("x\n", 1) + strings.Repeat("a\n", 3000) + "end\n"
	other := strings.Repeat("x\n", 1) + strings.Repeat("b\n", 3000) + "end\n"
	d := lineDiff(many, other)
	assert.Equal(t, 6000, strings.Count(d, "a\n")+strings.Count(d, "b\n"), "too much to compare line by line is told as replaced")
	assert.True(t, strings.HasPrefix(d, "  x\n- a\n") && strings.HasSuffix(d, "+ b\n  end\n"))
}
