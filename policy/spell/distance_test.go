package spell_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"gpfsh/policy/spell"
)

func TestDistance(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want int
	}{
		{"", "", 0}, {"a", "", 1}, {"", "abc", 3}, {"same", "same", 0}, {"FILE_SIZ", "FILE_SIZE", 1}, {"SIZE", "SIEZ", 1},
		{"kitten", "sitting", 3}, {"ab", "ba", 1}, {"größe", "grösse", 2}, {"abcdef", "ghijkl", 6}, {"ca", "abc", 3},
	} {
		assert.Equal(t, c.want, spell.Distance(c.a, c.b), "%q %q", c.a, c.b)
		assert.Equal(t, c.want, spell.Distance(c.b, c.a), "%q %q", c.b, c.a)
		for stop := range 8 {
			assert.Equal(t, min(c.want, stop), spell.Within(c.a, c.b, stop), "%q %q within %d", c.a, c.b, stop)
		}
	}
}
