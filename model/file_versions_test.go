package model_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gpfsh/mmexec"
	"gpfsh/mmexec/mmsim"
	"gpfsh/model"
)

// onTree is a simulated cluster whose file system mmfs1 is a real directory.
func onTree(t *testing.T) (c *model.Cluster, sim *mmsim.Cluster, tree string) {
	t.Helper()
	dir := t.TempDir()
	tree = filepath.Join(dir, "tree")
	require.NoError(t, os.MkdirAll(tree, 0o755))
	require.NoError(t, mmsim.InitProfile(filepath.Join(dir, "cluster"), mmsim.Profile{Name: "demo"}, map[string]string{"mmfs1": tree}))
	sim, err := mmsim.Open(filepath.Join(dir, "cluster"))
	require.NoError(t, err)
	t.Cleanup(func() { sim.Close() })
	return connect(t, sim), sim, tree
}

func TestVersionsOfAFile(t *testing.T) {
	ctx := t.Context()
	c, sim, tree := onTree(t)
	fs, err := c.Filesystems.Get(ctx, "mmfs1")
	require.NoError(t, err)
	home, err := fs.Filesets.Get(ctx, "home")
	require.NoError(t, err)
	require.Equal(t, tree+"/home", home.Path)
	own := filepath.Join(tree, "home", "report.txt")
	write := func(text string, at time.Time) {
		t.Helper()
		require.NoError(t, os.MkdirAll(filepath.Dir(own), 0o755))
		require.NoError(t, os.WriteFile(own, []byte(text), 0o640))
		require.NoError(t, os.Chtimes(own, at, at))
	}
	monday, tuesday := time.Date(2024, 5, 13, 8, 0, 0, 0, time.UTC), time.Date(2024, 5, 14, 8, 0, 0, 0, time.UTC)
	_, err = fs.Snapshots.New(ctx, "before")
	require.NoError(t, err)
	write("one", monday)
	_, err = fs.Snapshots.New(ctx, "all-1")
	require.NoError(t, err)
	write("two two", tuesday)
	_, err = home.Snapshots.New(ctx, "home-1")
	require.NoError(t, err)
	require.NoError(t, os.Remove(own))

	type version struct {
		Snapshot string
		Size     model.Bytes
		Modified time.Time
		Path     string
	}
	short := func(file string) map[string]version {
		t.Helper()
		list, err := c.File(file).Versions(ctx)
		require.NoError(t, err)
		out := map[string]version{}
		for i, v := range list {
			assert.False(t, i > 0 && v.Taken.After(list[i-1].Taken), "the newest comes first")
			out[v.Snapshot] = version{v.Snapshot, v.Size, v.Modified.UTC(), v.Path}
		}
		return out
	}
	assert.Equal(t, map[string]version{
		"all-1":       {"all-1", 3, monday, tree + "/.snapshots/all-1/home/report.txt"},
		"home:home-1": {"home:home-1", 7, tuesday, tree + "/home/.snapshots/home-1/report.txt"},
	}, short(tree+"/home/report.txt"), "a file that is gone has versions all the same")
	assert.Empty(t, short(tree+"/home/never.txt"))
	assert.Empty(t, short(tree+"/scratch/report.txt"))

	_, err = mmexec.Do(ctx, sim, mmexec.Command{Name: "mmsnapdir", Args: []string{"mmfs1", "--fileset-snapdir", ".snap", "--global-snapdir", ".all"}})
	require.NoError(t, err)
	assert.Equal(t, tree+"/home/.snap/home-1/report.txt", short(tree + "/home/report.txt")["home:home-1"].Path)
	assert.Equal(t, tree+"/.all/all-1/home/report.txt", short(tree + "/home/../home/report.txt")["all-1"].Path)

	_, err = c.File(tree + "/.all/all-1/home/report.txt").Versions(ctx)
	require.ErrorContains(t, err, "is in a snapshot itself")
	_, err = c.File("/etc/hosts").Versions(ctx)
	require.ErrorContains(t, err, "below no default mount point")
	_, err = (*model.File)(nil).Versions(ctx)
	require.Error(t, err)
	_, err = sim.Run(ctx, mmexec.Command{Name: "mmumount", Args: []string{"mmfs1", "-a"}}) // one node does not answer
	require.NoError(t, err)
	_, err = c.File(tree + "/home/report.txt").Versions(ctx)
	require.ErrorContains(t, err, "no node of this cluster has mmfs1 mounted")
}
