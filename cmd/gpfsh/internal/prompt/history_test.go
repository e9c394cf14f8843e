package prompt

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func open(t *testing.T, path string) *History {
	t.Helper()
	h, _, err := OpenHistory(path)
	require.NoError(t, err)
	return h
}

func TestHistoryPath(t *testing.T) {
	env := func(m map[string]string) func(string) string { return func(k string) string { return m[k] } }
	assert.Equal(t, "/s/gpfsh/history", HistoryPath(env(map[string]string{"XDG_STATE_HOME": "/s", "HOME": "/h"})))
	assert.Equal(t, "/h/.local/state/gpfsh/history", HistoryPath(env(map[string]string{"XDG_STATE_HOME": "s", "HOME": "/h"})))
	assert.Empty(t, HistoryPath(env(nil)))
}

func TestHistoryIsKept(t *testing.T) {
	path := filepath.Join(t.TempDir(), "state", "gpfsh", "history")
	h, fresh, err := OpenHistory(path)
	require.NoError(t, err)
	assert.True(t, fresh)
	for _, e := range []string{"a", "b", " secret", "", "b", `s := "x\ny"`, "for {\n\tf()\n}", "a"} {
		require.NoError(t, h.Add(e))
	}
	want := []string{"b", `s := "x\ny"`, "for {\n\tf()\n}", "a"}
	assert.Equal(t, want, h.Entries())

	info, err := os.Stat(path)
	require.NoError(t, err)
	assert.Equal(t, os.FileMode(0o600), info.Mode().Perm())
	dir, err := os.Stat(filepath.Dir(path))
	require.NoError(t, err)
	assert.Equal(t, os.FileMode(0o700), dir.Mode().Perm())

	h, fresh, err = OpenHistory(path)
	require.NoError(t, err)
	assert.False(t, fresh)
	assert.Equal(t, want, h.Entries())
}

func TestHistoryIsShared(t *testing.T) {
	path := filepath.Join(t.TempDir(), "history")
	one, two := open(t, path), open(t, path)
	require.NoError(t, one.Add("1"))
	require.NoError(t, two.Add("2"))
	require.NoError(t, one.Add("3"))
	assert.Equal(t, []string{"1", "2", "3"}, open(t, path).Entries())
}

func TestHistorySurvivesDamage(t *testing.T) {
	path := filepath.Join(t.TempDir(), "history")
	require.NoError(t, os.WriteFile(path, []byte("good\n\xff\xfe\x00\n\n\x1b[2J\nalso good\r\n"+strings.Repeat("x", 3*historyEntry)+"\nunfinished"), 0o644))
	h := open(t, path)
	assert.Equal(t, []string{"good", "also good", "unfinished"}, h.Entries())
	require.NoError(t, h.Add("next"))
	assert.Equal(t, []string{"good", "also good", "unfinished", "next"}, open(t, path).Entries())
	info, err := os.Stat(path)
	require.NoError(t, err)
	assert.Equal(t, os.FileMode(0o600), info.Mode().Perm(), "others must not read what was typed")
}

func TestHistoryOfYears(t *testing.T) {
	path := filepath.Join(t.TempDir(), "history")
	line := strings.Repeat("y", 99)
	require.NoError(t, os.WriteFile(path, []byte(strings.Repeat(line+"\n", historyBytes/100+1000)+"last\n"), 0o600))
	assert.Equal(t, []string{line, "last"}, open(t, path).Entries())
}

func TestHistoryFailsSoftly(t *testing.T) {
	dir := t.TempDir()
	h, _, err := OpenHistory(dir) // a directory cannot be read as a file
	require.Error(t, err)
	require.NoError(t, h.Add("kept in memory"))
	assert.Equal(t, []string{"kept in memory"}, h.Entries())

	file := filepath.Join(dir, "file")
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	h = &History{path: filepath.Join(file, "history")}
	require.Error(t, h.Add("a"), "the file cannot be made")
	require.NoError(t, h.Add("b"), "it is said once")
	assert.Equal(t, []string{"a", "b"}, h.Entries())

	h, _, err = OpenHistory("")
	require.NoError(t, err)
	require.NoError(t, h.Add("a"))
}

func FuzzDecodeEntry(f *testing.F) {
	f.Add("a")
	f.Add(`a\nb\\`)
	f.Add("\xff")
	f.Fuzz(func(t *testing.T, line string) {
		if entry, ok := decodeEntry(line); ok {
			again, ok := decodeEntry(encodeEntry(entry))
			assert.True(t, ok || len(entry) > historyEntry)
			if ok {
				assert.Equal(t, entry, again)
			}
		}
	})
}
