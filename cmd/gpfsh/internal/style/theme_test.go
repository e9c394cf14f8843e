package style

import (
	"math"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestThemeFor(t *testing.T) {
	tests := []struct {
		name, chosen string
		env          map[string]string
		want         Theme
	}{
		{"few colours", "", map[string]string{"TERM": "linux"}, Basic},
		{"many colours", "", map[string]string{"TERM": "xterm-256color"}, Any},
		{"a dark background", "", map[string]string{"TERM": "rxvt-256color", "COLORFGBG": "15;0"}, Dark},
		{"a light background", "", map[string]string{"TERM": "rxvt-256color", "COLORFGBG": "0;default;15"}, Light},
		{"an unknown background", "", map[string]string{"TERM": "xterm-256color", "COLORFGBG": "default;default"}, Any},
		{"chosen", "light", map[string]string{"TERM": "xterm"}, Light},
		{"the environment wins", "light", map[string]string{ThemeVariable: "dark"}, Dark},
		{"basic on purpose", "basic", map[string]string{"TERM": "xterm-256color"}, Basic},
		{"nonsense in the environment", "dark", map[string]string{ThemeVariable: "pink"}, Dark},
	}
	for _, tt := range tests {
		assert.Equal(t, tt.want, ThemeFor(tt.chosen, func(k string) string { return tt.env[k] }), tt.name)
	}
	_, err := ParseTheme("pink")
	assert.ErrorContains(t, err, "use auto, dark, light, any or basic")
}

// luminance is that of one of the 256 colours, as WCAG defines it.
func luminance(t *testing.T, c string) float64 {
	t.Helper()
	n, err := strconv.Atoi(strings.TrimPrefix(c, "38;5;"))
	require.NoError(t, err)
	require.GreaterOrEqual(t, n, 16, "the first sixteen are the user's")
	part := func(v int) float64 {
		f := float64(v) / 255
		if f <= 0.04045 {
			return f / 12.92
		}
		return math.Pow((f+0.055)/1.055, 2.4)
	}
	if n >= 232 {
		return part(8 + 10*(n-232))
	}
	level := func(v int) int {
		if v == 0 {
			return 0
		}
		return 55 + 40*v
	}
	n -= 16
	return 0.2126*part(level(n/36)) + 0.7152*part(level(n/6%6)) + 0.0722*part(level(n%6))
}

func TestColoursAreLegible(t *testing.T) {
	contrast := func(a, b float64) float64 { return (max(a, b) + 0.05) / (min(a, b) + 0.05) }
	const black, grey, white, cream = 0.0, 0.0137, 1.0, 0.91 // grey is #1e1e1e, cream #fdf6e3
	for theme, palette := range palettes {
		backgrounds, least := []float64{black, grey}, 4.5
		switch theme {
		case Light:
			backgrounds = []float64{white, cream}
		case Any:
			backgrounds, least = []float64{black, white}, 3.0
		}
		for style, colour := range palette {
			for _, bg := range backgrounds {
				assert.GreaterOrEqual(t, contrast(luminance(t, colour), bg), least, "theme %s, style %s, background %v", theme, style, bg)
			}
		}
	}
}

func TestThemesKeepWhatIsNoColour(t *testing.T) {
	dark := Styles{On: true, Theme: Dark}
	assert.Equal(t, "\x1b[1;38;5;203mx\x1b[0m", dark.Apply(Error, "x"))
	assert.Equal(t, "\x1b[38;5;203mx\x1b[0m", dark.Apply(Bad, "x"))
	assert.Equal(t, "\x1b[1mx\x1b[0m", dark.Apply(Strong, "x"))
	assert.Equal(t, "\x1b[7mx\x1b[0m", dark.Apply("7", "x"))
}

func TestCode(t *testing.T) {
	on := Styles{On: true}
	for l, texts := range map[Language][]string{
		JSON:   {"{\n  \"a\": [1, -2.5e3, true, null],\n  \"b\": \"x\\\"y\"\n}\n", `{"open": "`},
		YAML:   {"- name: \"yes\"\n  size: 12\n  none: null\n  path: /gpfs/a\n", ":"},
		Policy: {"RULE 'x' MIGRATE FROM POOL 'a' WEIGHT(CURRENT_TIMESTAMP) /* why\nnot */ WHERE KB_ALLOCATED > 10\n-- end\r\n", "rule 'open", "/*"},
		Mm:     {"mmchfileset mmfs1 'a b' --inode-limit 10:5 # why\nmmdelsnapshot mmfs1 x", "'open"},
		Go:     {"package main\n\nfunc main() { print(`a\nb`, 1) } // end\n"},
	} {
		for _, text := range texts {
			got := on.Code(l, text)
			assert.Equal(t, text, Strip(got), "nothing but colour is added")
			for line := range strings.Lines(got) {
				assert.Equal(t, strings.Count(line, "\x1b[0m")*2, strings.Count(line, "\x1b["), "styles end with their line: %q", line)
			}
			assert.Equal(t, text, Styles{}.Code(l, text))
		}
	}
	assert.Equal(t, "words", on.Code("", "words"))
	assert.Contains(t, on.Code(Policy, "rule 'x' where size > 1"), "\x1b[35mrule\x1b[0m", "keywords in any case")
	assert.Contains(t, on.Code(Mm, "mmlsfs mmfs1 -T"), "\x1b[35mmmlsfs\x1b[0m mmfs1 \x1b[34m-T\x1b[0m", "names of file systems are no commands")
	assert.Contains(t, on.Code(JSON, `{"a": "b"}`), "\x1b[34m\"a\"\x1b[0m: \x1b[32m\"b\"\x1b[0m")
}
