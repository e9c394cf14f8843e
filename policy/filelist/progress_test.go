package filelist

import (
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	telling "gpfsh/policy/progress"
)

// heard is a listener that keeps what it hears.
type heard struct {
	mu    sync.Mutex
	last  telling.State
	ended int
}

func (h *heard) Report(_ uint64, s telling.State) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.last = s
}

func (h *heard) End(uint64) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.ended++
}

func TestProgressIsToldToWhoeverListens(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"a", "b", "c"} {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte("x"), 0o600))
	}
	var h heard
	ctx := telling.With(t.Context(), &h)
	_, err := Scan(dir).By(Ext).Count(ctx)
	require.NoError(t, err)
	assert.Equal(t, 1, h.ended)
	assert.Equal(t, "files below "+dir, h.last.Work)
	assert.Equal(t, int64(4), h.last.Count, "the directory is read as well")
	assert.Equal(t, "files", h.last.Noun)

	own := Progress{}
	_, err = Scan(dir).Progress(func(p Progress) { own = p }).Count(ctx)
	require.NoError(t, err)
	assert.Equal(t, int64(4), own.Records)
	assert.Equal(t, 1, h.ended, "a function of its own hears it alone")
}
