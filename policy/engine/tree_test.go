package engine

import (
	"fmt"
	"math/rand"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"
)

// oddNames are names that real trees have.
var oddNames = []string{"with space", "it's", `quo"te`, "new\nline", "a -- b", " lead", "trail ", "back\\slash", "-dash", "*star*", "[brackets]", "per%cent", "under_score", "caf\xc3\xa9",
	"bad\xff\xfeutf8", "tab\there", "semi;colon", "$HOME", "#hash", "~", "..dots", "UPPER.TMP", "x" + strings.Repeat("long", 50)}

var suffixes = []string{"", ".tmp", ".log", ".c", ".h", ".TMP", ".tar.gz", ".mp4", ".bak", ".save", ".o"}

// makeTree makes a tree of files of all kinds: sizes, ages, odd names, deep paths, hard links, symbolic links, holes.
func makeTree(t testing.TB, root string, files int, seed int64) {
	t.Helper()
	rnd := rand.New(rand.NewSource(seed))
	dirs := []string{root}
	for range files/50 + 3 {
		d := filepath.Join(dirs[rnd.Intn(len(dirs))], name(rnd))
		if len(d) > 3500 || os.Mkdir(d, 0o755) != nil {
			continue
		}
		dirs = append(dirs, d)
	}
	deep := root
	for range 40 {
		deep = filepath.Join(deep, "deep")
		require.NoError(t, os.Mkdir(deep, 0o755))
	}
	dirs = append(dirs, deep)
	var made []string
	for len(made) < files {
		p := filepath.Join(dirs[rnd.Intn(len(dirs))], name(rnd))
		if _, err := os.Lstat(p); err == nil {
			p += fmt.Sprint(len(made))
		}
		switch k := rnd.Intn(100); {
		case k < 4 && len(made) > 0:
			if os.Link(made[rnd.Intn(len(made))], p) != nil {
				continue
			}
		case k < 7:
			require.NoError(t, os.Symlink("target"+name(rnd), p))
		case k < 8:
			require.NoError(t, unix.Mkfifo(p, 0o600))
		default:
			f, err := os.OpenFile(p, os.O_CREATE|os.O_WRONLY|os.O_EXCL, os.FileMode(rnd.Intn(0o1000)))
			require.NoError(t, err)
			switch rnd.Intn(4) {
			case 0:
				require.NoError(t, f.Truncate(rnd.Int63n(1<<32)))
			case 1, 2:
				_, err = f.Write(make([]byte, rnd.Intn(20000)))
				require.NoError(t, err)
			}
			require.NoError(t, f.Close())
			at := now.Add(-time.Duration(rnd.Int63n(int64(500 * day)))).Truncate(time.Microsecond)
			mt := now.Add(-time.Duration(rnd.Int63n(int64(500 * day)))).Truncate(time.Microsecond)
			require.NoError(t, os.Chtimes(p, at, mt))
		}
		made = append(made, p)
	}
}

func name(rnd *rand.Rand) string {
	n := fmt.Sprintf("f%d", rnd.Intn(1<<20))
	if rnd.Intn(4) == 0 {
		n = oddNames[rnd.Intn(len(oddNames))] + n[:2]
	}
	return n + suffixes[rnd.Intn(len(suffixes))]
}
