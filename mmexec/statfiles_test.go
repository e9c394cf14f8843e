package mmexec_test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gpfsh/mmexec"
)

// TestStatFilesAsTheProgramPrintsThem runs the words of the command here, as the shell of a node would.
func TestStatFilesAsTheProgramPrintsThem(t *testing.T) {
	if _, err := os.Stat("/usr/bin/stat"); err != nil {
		t.Skip("there is no /usr/bin/stat here")
	}
	dir := t.TempDir()
	odd := filepath.Join(dir, "it's\nodd 7")
	require.NoError(t, os.WriteFile(odd, []byte("hello"), 0o640))
	at := time.Unix(1700000000, 123456789)
	require.NoError(t, os.Chtimes(odd, at, at))
	cmd, err := mmexec.StatFiles("node1", odd, filepath.Join(dir, "none"), dir, filepath.Join(odd, "below"))
	require.NoError(t, err)
	assert.Equal(t, mmexec.Reads, mmexec.ClassifyCommand(cmd).Effect)
	_, argv, ok := mmexec.OnNode(cmd)
	require.True(t, ok)

	here := exec.CommandContext(context.Background(), argv[0], argv[1:]...)
	here.Env = append(os.Environ(), "LC_ALL=C")
	var res mmexec.Result
	res.Stdout, err = here.Output()
	var exit *exec.ExitError
	require.ErrorAs(t, err, &exit)
	res.ExitCode, res.Stderr = exit.ExitCode(), exit.Stderr
	list, err := mmexec.ParseStatFiles(&res)
	require.NoError(t, err)
	require.Len(t, list, 2)
	assert.Equal(t, odd, list[0].Path)
	assert.Equal(t, int64(5), list[0].Size)
	assert.True(t, list[0].Modified.Equal(at), list[0].Modified)
	assert.Equal(t, uint32(0o100640), list[0].Mode)
	assert.Equal(t, uint32(0o040000), list[1].Mode&0o170000, "a directory")

	_, err = mmexec.StatFiles("node1", "relative")
	require.ErrorContains(t, err, "must be absolute")
	_, err = mmexec.ParseStatFiles(&mmexec.Result{Stderr: []byte("stat: cannot statx '/x': Permission denied\n")})
	require.EqualError(t, err, "stat: cannot statx '/x': Permission denied")
	_, err = mmexec.ParseStatFiles(&mmexec.Result{Stdout: []byte("what\x00")})
	require.ErrorContains(t, err, "not known")
}
