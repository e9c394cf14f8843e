package main

import (
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestThePromptTellsWhichClustersThereAre proves that the prompt names further clusters and a saved state, and that an
// answer of another cluster says so.
func TestThePromptTellsWhichClustersThereAre(t *testing.T) {
	home := t.TempDir()
	site := filepath.Join(home, "site")
	run := func(args ...string) {
		path, err := exec.LookPath("gpfsh")
		require.NoError(t, err)
		require.NoError(t, exec.Command(path, args...).Run())
	}
	run("sim", "init", site)
	saved := filepath.Join(home, "monday.yaml")
	run("--cluster", "sim", "state", "save", saved)
	term := open(t, home)
	term.CursorLine(at)
	term.Type("other := Connect(\"sim:" + site + "\")\r")
	term.CursorLine("hpc(sim)+hpc(sim:site)>")
	term.Type("other.Filesystems[\"mmfs1\"].MountPoint\r")
	term.Shows("answered by hpc.example.org (sim:" + site + ")")
	term.Type("mmfs1.Name\r")
	term.CursorLine("hpc(sim)+hpc(sim:site)>")
	term.Type("\x04")
	require.Zero(t, term.Exits())

	term = open(t, home, "--cluster", "state:"+saved)
	term.CursorLine("hpc(saved 2024-05-14 09:30)>")
	term.Type("mmfs1.Snapshots.New(\"x\")\r")
	term.Shows("a saved state can only be read")
	term.CursorLine("hpc(saved 2024-05-14 09:30)>")
	term.Type("\x04")
	require.Zero(t, term.Exits())
}
