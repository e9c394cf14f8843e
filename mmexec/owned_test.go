package mmexec_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gpfsh/mmexec"
)

func TestCheckOwnedTrustsNoFileThatOthersCouldChange(t *testing.T) {
	dir, err := filepath.EvalSymlinks(t.TempDir())
	require.NoError(t, err)
	file := filepath.Join(dir, "run", "code")
	require.NoError(t, os.Mkdir(filepath.Dir(file), 0o700))
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	require.NoError(t, mmexec.CheckOwned(file))

	link := filepath.Join(t.TempDir(), "link")
	require.NoError(t, os.Symlink(file, link))
	require.NoError(t, mmexec.CheckOwned(link))
	t.Chdir(dir)
	for _, tt := range []struct {
		at         string
		mode, back os.FileMode
	}{{file, 0o620, 0o600}, {file, 0o602, 0o600}, {filepath.Dir(file), 0o770, 0o700}, {dir, 0o707, 0o700}} {
		require.NoError(t, os.Chmod(tt.at, tt.mode))
		for _, by := range []string{file, link, "run/code"} {
			assert.EqualError(t, mmexec.CheckOwned(by), fmt.Sprintf("others may write to %s (mode %04o): chmod go-w %s", tt.at, tt.mode, tt.at), by)
		}
		require.NoError(t, os.Chmod(tt.at, tt.back))
	}
	require.NoError(t, os.Chmod(dir, 0o777|os.ModeSticky))
	assert.NoError(t, mmexec.CheckOwned(file), "others can add to it and take nothing away, as in /tmp")
	require.NoError(t, os.Chmod(file, 0o622|os.ModeSticky))
	assert.ErrorContains(t, mmexec.CheckOwned(file), "others may write to "+file, "the sticky bit means nothing on a file")
	require.NoError(t, os.Chmod(file, 0o600))
	assert.ErrorIs(t, mmexec.CheckOwned(filepath.Join(dir, "none")), os.ErrNotExist)

	if os.Getuid() != 0 {
		return // only root can give files away
	}
	for _, at := range []string{file, filepath.Dir(file)} {
		require.NoError(t, os.Chown(at, 12345, -1))
		for _, by := range []string{file, link} {
			assert.EqualError(t, mmexec.CheckOwned(by), at+" belongs to user 12345, neither to root nor to you")
		}
		require.NoError(t, os.Chown(at, 0, -1))
	}
}
