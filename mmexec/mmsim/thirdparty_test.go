package mmsim

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestDriversOfOthers lets programs that were written for the real commands use the installed entries: the GPFS drivers
// of OpenStack Manila and Cinder (Debian packages python3-manila and python3-cinder).
func TestDriversOfOthers(t *testing.T) {
	for _, tt := range []struct{ name, script, says string }{
		{"manila", "manila_driver.py", "manila is content"},
		{"cinder", "cinder_driver.py", "cinder is content"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			python := pythonWith(t, tt.name)
			root := t.TempDir()
			dir := filepath.Join(t.TempDir(), "cluster")
			bin := filepath.Join(t.TempDir(), "bin")
			st := DemoState()
			f := &st.Filesystems[0]
			f.Filesets, f.Snapshots, f.Quotas = f.Filesets[:1], nil, nil
			require.NoError(t, Init(dir, st, map[string]string{"mmfs1": root}))
			t.Cleanup(func() { _ = removeTree(root) })
			require.NoError(t, InstallEntries(bin, os.Args[0], dir))
			// df is how the drivers learn the device of a path.
			df := "#!/bin/sh\necho 'Filesystem 1B-blocks Used Available Use% Mounted on'\necho 'mmfs1 82463372083200 54975581388800 27487790694400 67% " + root + "'\n"
			require.NoError(t, os.WriteFile(filepath.Join(bin, "df"), []byte(df), 0o755))

			cmd := exec.Command(python, filepath.Join("testdata", tt.script), root)
			cmd.Env = append(os.Environ(), "PATH="+bin+":/usr/bin:/bin", "PYTHONWARNINGS=ignore", "PYTHONDONTWRITEBYTECODE=1")
			out, err := cmd.CombinedOutput()
			require.NoError(t, err, "%s", out)
			assert.Contains(t, string(out), tt.says)
		})
	}
}

// pythonWith finds a Python that has a package, or skips the test.
func pythonWith(t *testing.T, name string) string {
	t.Helper()
	for _, python := range []string{"python3", "/usr/bin/python3"} {
		probe := "import importlib.util, sys; sys.exit(importlib.util.find_spec('" + name + "') is None)"
		if exec.Command(python, "-c", probe).Run() == nil {
			return python
		}
	}
	t.Skipf("no Python here has the package %s", name)
	return ""
}
