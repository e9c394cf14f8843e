package engine

import (
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gpfsh/policy/lang"
)

// A limit on the size of files is the nearest to a full disk that a test can have.
func fullDisk(t *testing.T, bytes uint64, f func()) {
	t.Helper()
	signal.Ignore(syscall.SIGXFSZ)
	defer signal.Reset(syscall.SIGXFSZ)
	var old syscall.Rlimit
	require.NoError(t, syscall.Getrlimit(syscall.RLIMIT_FSIZE, &old))
	require.NoError(t, syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: bytes, Max: old.Max}))
	f()
	require.NoError(t, syscall.Setrlimit(syscall.RLIMIT_FSIZE, &old))
}

func TestAFullDiskStopsTheRun(t *testing.T) {
	var files []file
	for i := range 3000 {
		files = append(files, file{path: fmt.Sprintf("/f/%s%04d", strings.Repeat("x", 100), i), kb: int64(i)})
	}
	s := newShelf(files...)
	run := func(rule string, o Options) error {
		o.Now, o.Site = now, s
		pol := lang.Parse(lang.Source{Text: "RULE EXTERNAL LIST 'l' EXEC '/x'\n" + rule}, lang.Options{})
		require.NoError(t, pol.Err())
		_, err := Run(t.Context(), pol, s, o)
		return err
	}
	const plain, weighted = "RULE 'a' LIST 'l'", "RULE 'a' LIST 'l' WEIGHT(KB_ALLOCATED)"
	for name, c := range map[string]struct {
		rule string
		o    Options
	}{
		"a list that is written as it comes": {plain, Options{Mode: Defer}},
		"a list in order":                    {weighted, Options{Mode: Defer}},
		"candidates sorted on disk":          {weighted, Options{Mode: Defer, Memory: 1 << 16}},
		"records":                            {weighted, Options{Mode: Prepare}},
		"the files for a script":             {plain, Options{Mode: Yes, Scripts: &scripts{}, Batch: 2000}},
	} {
		t.Run(name, func(t *testing.T) {
			dir, work := t.TempDir(), t.TempDir()
			c.o.WorkDir = work
			if c.o.Mode != Yes {
				c.o.ListPrefix = dir
			}
			fullDisk(t, 64<<10, func() { assert.ErrorIs(t, run(c.rule, c.o), syscall.EFBIG) })
			for _, d := range []string{dir, work} {
				left, err := os.ReadDir(d)
				require.NoError(t, err)
				assert.Empty(t, left, "half a list would look like a whole one")
			}
			require.NoError(t, run(c.rule, c.o), "with room it goes")
		})
	}
}
