package filelist

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// entry is a file of a made-up list, for oracles that know nothing of decoders.
type entry struct {
	inode, gen, size, kb, uid, nlink int64
	modify                           time.Time
	pool, path                       string
}

// entries makes files with all that names can have.
func entries(seed uint64, n int) []entry {
	rnd := rand.New(rand.NewPCG(seed, 1))
	odd := []string{"plain", "with blank", " -- ", "new\nline", `back\slash`, `\n`, "per%cent", "%41", "\xff\xfe", "é…", "'\"", "tab\t", "-", "end "}
	exts := []string{".dat", ".TMP", ".tmp", "", ".tar.gz", ".", ".h5"}
	out := make([]entry, n)
	for i := range out {
		dir := "/gpfs/fs1"
		for range rnd.IntN(4) {
			dir += "/" + odd[rnd.IntN(len(odd))]
		}
		out[i] = entry{
			inode: int64(1000 + i), gen: rnd.Int64N(1 << 31), size: rnd.Int64N(1 << (1 + rnd.IntN(40))), uid: 1000 + rnd.Int64N(7), nlink: 1 + rnd.Int64N(2),
			modify: time.UnixMicro(rnd.Int64N(1_700_000_000_000_000)).UTC(), pool: []string{"system", "data", "fast pool"}[rnd.IntN(3)],
			path: fmt.Sprintf("%s/%s%d%s", dir, odd[rnd.IntN(len(odd))], i, exts[rnd.IntN(len(exts))]),
		}
		out[i].kb = (out[i].size + 1023) / 1024
	}
	return out
}

// entryLayout is what listOf writes.
const entryLayout = "size/kb/userid/modify/nlink/pool"

// listOf writes entries as a rule with ESCAPE '%/' does.
func listOf(list []entry) []byte {
	var b bytes.Buffer
	for _, e := range list {
		show := fmt.Sprintf("%d/%d/%d/%s/%d/%s", e.size, e.kb, e.uid, e.modify.Format("2006-01-02 15:04:05.000000"), e.nlink, e.pool)
		fmt.Fprintf(&b, "%d %d 0  %s -- %s\n", e.inode, e.gen, EscapePercent.Append(nil, []byte(show), "/"), EscapePercent.Append(nil, []byte(e.path), "/"))
	}
	return b.Bytes()
}

func writeList(t testing.TB, data []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "list.files")
	require.NoError(t, os.WriteFile(path, data, 0o600))
	return path
}

// noNames resolves nothing.
func noNames() *Names {
	return NewNames(func(context.Context, bool, int64) string { return "" }, time.Minute)
}

// query reads a made-up list, in blocks so small that records lie across them.
func query(t testing.TB, data []byte, block int64) Files {
	t.Helper()
	f := Lists(writeList(t, data)).Show(entryLayout).Escaped(EscapePercent).Resolve(noNames()).At(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC))
	f.in.(*lists).block = block
	return f
}
