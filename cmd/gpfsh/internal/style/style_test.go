package style

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestEnabled(t *testing.T) {
	tests := []struct {
		name     string
		mode     Mode
		terminal bool
		env      map[string]string
		want     bool
	}{
		{"a terminal", Auto, true, map[string]string{"TERM": "xterm"}, true},
		{"a pipe", Auto, false, map[string]string{"TERM": "xterm"}, false},
		{"a dumb terminal", Auto, true, map[string]string{"TERM": "dumb"}, false},
		{"no terminal type", Auto, true, nil, false},
		{"NO_COLOR", Auto, true, map[string]string{"TERM": "xterm", "NO_COLOR": "1"}, false},
		{"NO_COLOR wins over force", Auto, true, map[string]string{"TERM": "xterm", "NO_COLOR": "1", "CLICOLOR_FORCE": "1"}, false},
		{"forced into a pipe", Auto, false, map[string]string{"CLICOLOR_FORCE": "1"}, true},
		{"not forced by 0", Auto, false, map[string]string{"CLICOLOR_FORCE": "0"}, false},
		{"the flag wins over NO_COLOR", Always, false, map[string]string{"NO_COLOR": "1"}, true},
		{"the flag wins over force", Never, true, map[string]string{"TERM": "xterm", "CLICOLOR_FORCE": "1"}, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			assert.Equal(t, tt.want, Enabled(tt.mode, tt.terminal, func(k string) string { return tt.env[k] }))
		})
	}
}

func TestParseMode(t *testing.T) {
	m, err := ParseMode("always")
	require.NoError(t, err)
	assert.Equal(t, Always, m)
	_, err = ParseMode("sometimes")
	assert.ErrorContains(t, err, `"sometimes"`)
}

func TestApply(t *testing.T) {
	assert.Equal(t, "down", Styles{}.Apply(Bad, "down"))
	assert.Equal(t, "\x1b[31mdown\x1b[0m", Styles{On: true}.Apply(Bad, "down"))
	assert.Equal(t, "", Styles{On: true}.Apply(Bad, ""))
}

func TestPrintable(t *testing.T) {
	assert.Equal(t, "proj-ü", Printable("proj-ü"))
	assert.Equal(t, `a\x1b[2Jb\n`, Printable("a\x1b[2Jb\n"))
	assert.Equal(t, "a\n\tb\\x1b", PrintableText("a\n\tb\x1b"))
}
