package interp

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"

	"gpfsh/mmexec/mmsim"
)

// scriptsOnFiles are the scripts that look at files, with their arguments: they run on a demo cluster in a directory
// with a small tree of files. FILES in an argument is the directory behind the file system mmfs1.
var scriptsOnFiles = map[string][]string{
	"age-classes":     nil,
	"delete-by-xattr": {"FILES", "user.delete-me", "really"},
	"delete-unread":   {"*.ptc", strconv.Itoa(os.Getuid()), "90", "really"},
	"list-by-inode":   nil,
	"list-tree":       {"FILES/home"},
	"pool-users":      nil,
	"tag-file":        {"FILES/home/alice/results.csv"},
}

// scriptsElsewhere are the scripts that want arguments or another cluster than the demo site.
var scriptsElsewhere = map[string]struct {
	profile string
	args    []string
	before  func(*mmsim.State) // what has happened to the cluster
}{
	"replace-disk": {"ess", nil, nil},
	"side-by-side": {"demo", []string{"sim:ess"}, nil},
	"config-truth": {"demo", nil, func(st *mmsim.State) {
		st.Config = append(st.Config, mmsim.ConfigEntry{Name: "maxFilesToCache", Value: "1M", Scope: []string{"node7"}, Pending: true, Waiting: []int{31}})
	}},
	"trouble": {"demo", nil, func(st *mmsim.State) {
		st.Waiters = append(st.Waiters, mmsim.Waiter{Node: 31, Thread: "NSDThread", Reason: "for I/O completion on disk data02", Since: st.Now.Add(-90 * time.Second)})
		for i := range st.Nodes {
			if st.Nodes[i].Number == 26 {
				st.Nodes[i].Expelled = true
			}
		}
	}},
}

// onSite is a session for a script: on a demo cluster in memory, or where the script looks at files on one in a
// directory; files is that of mmfs1 then.
func onSite(t *testing.T, script string, out *bytes.Buffer) (s *Session, files string) {
	t.Helper()
	if other, ok := scriptsElsewhere[script]; ok {
		sim := ofProfile(t, other.profile)
		if other.before != nil {
			require.NoError(t, sim.Update(func(st *mmsim.State) error { other.before(st); return nil }))
		}
		return onCluster(t, sim, out, other.args...), ""
	}
	args, ok := scriptsOnFiles[script]
	if !ok {
		return onDemo(t, out), ""
	}
	sim, files := siteWithFiles(t)
	given := make([]string, len(args))
	for i, a := range args {
		given[i] = string(bytes.ReplaceAll([]byte(a), []byte("FILES"), []byte(files)))
	}
	return onCluster(t, sim, out, given...), files
}

// inAnyOrder are scripts whose lines come in an order that depends on this machine.
var inAnyOrder = map[string]bool{"list-by-inode": true}

// siteWithFiles makes a demo cluster in a directory, with files in the tree of mmfs1. Its clock goes: ages count from now.
func siteWithFiles(t *testing.T) (*mmsim.Cluster, string) {
	t.Helper()
	top := t.TempDir()
	t.Cleanup(func() { // who is not root cannot remove what is in the read-only directories of snapshots
		_ = filepath.WalkDir(top, func(path string, d fs.DirEntry, err error) error {
			if err == nil && d.IsDir() {
				_ = os.Chmod(path, 0o700)
			}
			return nil
		})
	})
	dir := filepath.Join(top, "site")
	require.NoError(t, mmsim.Init(dir, mmsim.DemoState(), nil))
	sim, err := mmsim.Open(dir, mmsim.WithClock(time.Now))
	require.NoError(t, err)
	t.Cleanup(func() { sim.Close() })
	files := filepath.Join(dir, "data", "mmfs1")
	for _, f := range []struct {
		path string
		kb   int
		days int // since it was read and written
		mark bool
	}{
		{"home/alice/results.csv", 64, 2, false},
		{"home/alice/old.ptc", 128, 200, false},
		{"home/alice/new.ptc", 16, 10, false},
		{"home/bob/notes with a blank.txt", 4, 40, false},
		{"home/bob/old.tmp", 32, 400, true},
		{"scratch/run1/out.dat", 256, 20, true},
		{"scratch/run1/core.ptc", 512, 120, false},
		{"proj/alpha/model.nc", 1024, 1, false},
	} {
		path := filepath.Join(files, f.path)
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(t, os.WriteFile(path, make([]byte, f.kb<<10), 0o644))
		if f.mark {
			err := unix.Setxattr(path, "user.delete-me", []byte("yes"), 0)
			if errors.Is(err, unix.ENOTSUP) {
				t.Skip("no user attributes here")
			}
			require.NoError(t, err)
		}
		at := time.Now().Add(-time.Duration(f.days) * 24 * time.Hour)
		require.NoError(t, os.Chtimes(path, at, at))
	}
	return sim, files
}
