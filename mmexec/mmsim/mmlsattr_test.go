package mmsim

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gpfsh/mmexec"
)

func TestAttributesThatUsersGiveAreShownAndDeleted(t *testing.T) {
	b := newPolicyBench(t, false)
	file := b.write("a.dat", 1)
	b.attr(file, "user.project", "alpha")
	run := func(name string, args ...string) string {
		res, err := b.c.Run(t.Context(), mmexec.Command{Name: name, Args: args})
		require.NoError(t, err)
		require.Zero(t, res.ExitCode, string(res.Stderr))
		return string(res.Stdout)
	}
	shown := run("mmlsattr", "-L", "-d", file)
	assert.Contains(t, shown, `user.project:         "alpha"`)
	run("mmchattr", "--set-attr", "user.owner=alice", "--delete-attr", "user.project", "-P", "capacity", file)
	shown = run("mmlsattr", "-L", "-d", file)
	assert.NotContains(t, shown, "user.project")
	assert.Contains(t, shown, `user.owner:           "alice"`)
	assert.NotContains(t, shown, "user.gpfs", "what the simulator notes down is no attribute of the file")
	assert.FileExists(t, filepath.Join(b.data, "a.dat"))
}
