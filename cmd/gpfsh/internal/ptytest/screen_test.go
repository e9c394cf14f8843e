package ptytest

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestScreen(t *testing.T) {
	for _, tt := range []struct{ name, in, want string }{
		{"text", "ab\r\ncd", "ab\ncd"},
		{"colour", "\x1b[1;31mab\x1b[0m", "ab"},
		{"wrap", "1234567890abc", "1234567890\nabc"},
		{"no wrap before the next character", "1234567890\r\nabc", "1234567890\nabc"},
		{"wide characters wrap whole", "123456789日", "123456789\n日"},
		{"moves", "abc\x1b[2Dx\x1b[By\x1b[Az", "axcz\n  y"},
		{"erase down", "ab\r\ncd\x1b[A\r\x1b[J", ""},
		{"erase to the end of the line", "abc\x1b[2D\x1b[K", "a"},
		{"scrolling", "1\r\n2\r\n3\r\n4\r\n5", "2\n3\n4\n5"},
		{"home and clear", "abc\x1b[2J\x1b[Hx\x1b[2;3Hy", "x\n  y"},
		{"titles", "a\x1b]2;title\x07b", "ab"},
		{"index", "a\x1bDb\x1bMc", "a c\n b"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := NewScreen(10, 4)
			_, _ = s.Write([]byte(tt.in))
			assert.Equal(t, tt.want, s.String())
			s = NewScreen(10, 4)
			for i := range len(tt.in) {
				_, _ = s.Write([]byte(tt.in[i : i+1]))
			}
			assert.Equal(t, tt.want, s.String(), "byte by byte")
		})
	}
}
