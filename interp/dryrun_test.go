package interp

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestDryRunHoldsFiles: while a dry run is on, files and programs are held back as the commands of the cluster are.
func TestDryRunHoldsFiles(t *testing.T) {
	dir := t.TempDir()
	kept := filepath.Join(dir, "kept")
	require.NoError(t, os.WriteFile(kept, []byte("x"), 0o600))
	var out bytes.Buffer
	s := onDemo(t, &out)
	text := fmt.Sprintf(`dir := %q
DryRun(true)
os.Remove(dir + "/kept")
os.RemoveAll(dir)
os.Mkdir(dir+"/new dir", 0o755)
os.WriteFile(dir+"/file", []byte("x"), 0o644)
f := os.Create(dir + "/created")
fmt.Fprintln(f, "into nothing")
f.Close()
r := os.OpenFile(dir+"/kept", os.O_RDONLY, 0)
r.Close()
exec.Command("touch", dir+"/touched").Run()
Cluster().Filesystems["mmfs1"].Snapshots.Delete("global-snapshot1")
Really(func() { os.WriteFile(dir+"/really", nil, 0o644) })
DryRun(false)
print(Plan())
`, dir)
	require.NoError(t, s.Run(context.Background(), []Source{{Name: "x.go", Text: text}}))
	want := fmt.Sprintf(`rm -- %[1]s/kept
rm -rf -- %[1]s
mkdir -m 755 -- '%[1]s/new dir'
tee -- %[1]s/file
tee -- %[1]s/created
touch %[1]s/touched
mmdelsnapshot mmfs1 global-snapshot1
`, dir)
	assert.Equal(t, want, out.String())
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	assert.Equal(t, []string{"kept", "really"}, names)
}
