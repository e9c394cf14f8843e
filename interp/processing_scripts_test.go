package interp

import (
	"crypto/md5"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"os/user"
	"path/filepath"
	"slices"
	"sort"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"

	"gpfsh/mmexec"
	"gpfsh/mmexec/mmsim"
)

// both runs a script of the folder scripts on the tree, in one process and on three nodes, and expects the same twice.
func (s *site) both(name, want string, args ...string) {
	s.t.Helper()
	file := filepath.Join("..", "scripts", name)
	text, err := os.ReadFile(file)
	require.NoError(s.t, err)
	for _, spread := range []bool{false, true} {
		got, err := s.run(s.t.Context(), s.session(spread, args...), string(text))
		require.NoError(s.t, err, "%s, spread: %v", name, spread)
		assert.Equal(s.t, want, got, "%s, spread: %v", name, spread)
		assert.Empty(s.t, s.leftovers())
	}
}

func (s *site) xattr(path, name, value string) {
	s.t.Helper()
	if err := unix.Setxattr(filepath.Join(s.tree, path), name, []byte(value), 0); err != nil {
		s.t.Skipf("no user attributes here: %v", err)
	}
}

// objects goes over everything in the tree, the root first.
func (s *site) objects(fn func(path string, info fs.FileInfo)) {
	s.t.Helper()
	require.NoError(s.t, filepath.WalkDir(s.tree, func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (strings.HasPrefix(d.Name(), ".mm") || d.Name() == ".gpfs-sim" || d.Name() == ".snapshots") {
			return filepath.SkipDir
		}
		info, err := d.Info()
		fn(p, info)
		return err
	}))
}

func kb(info fs.FileInfo) int64 { return (info.Sys().(*syscall.Stat_t).Blocks + 1) / 2 }

func TestScriptCountsFilesPerUser(t *testing.T) {
	s := newSite(t)
	if os.Getuid() == 0 { // others than the one that runs the tests, one of them without a name
		for i, p := range []string{"home/alice/f00.dat", "home/alice/f01.tmp", "home/bob/deep/er/f02.txt"} {
			require.NoError(t, os.Chown(filepath.Join(s.tree, p), 1+3_000_000*(i/2), -1))
		}
	}
	counts := map[string]int{}
	s.walk(func(_ string, info fs.FileInfo) {
		id := strconv.Itoa(int(info.Sys().(*syscall.Stat_t).Uid))
		if u, err := user.LookupId(id); err == nil {
			id = u.Username
		} else {
			id = "uid:" + id
		}
		counts[id]++
	})
	want := ""
	for _, name := range slices.Sorted(maps.Keys(counts)) {
		want += fmt.Sprintf("%-12s %9d\n", name, counts[name])
	}
	s.both("files-per-user.go", want)
}

func TestScriptSumsTypesAndTemporaryFiles(t *testing.T) {
	s := newSite(t)
	types, temp := map[string]int64{}, int64(0)
	s.walk(func(p string, info fs.FileInfo) {
		types[strings.ToLower(filepath.Ext(p))] += info.Size()
		if strings.HasSuffix(p, ".tmp") {
			temp += info.Size()
		}
	})
	names := make([]string, 0, len(types))
	for ext := range types {
		names = append(names, ext)
	}
	slices.SortFunc(names, func(a, b string) int { return int(types[b] - types[a]) })
	want := ""
	for _, ext := range names {
		want += fmt.Sprintf("%-10s %12d\n", ext, types[ext])
	}
	s.both("type-sizes.go", want)
	s.both("temp-files.go", fmt.Sprintf("%d bytes in *.tmp\n", temp))
}

func TestScriptCountsSizes(t *testing.T) {
	s := newSite(t)
	var bins [8]int
	s.walk(func(_ string, info fs.FileInfo) {
		n := 0
		for limit := int64(64); n < 7 && info.Size() >= limit; limit *= 8 {
			n++
		}
		bins[n]++
	})
	want, limit := "", 64
	for _, n := range bins[:7] {
		want += fmt.Sprintf("below %10d bytes %9d\n", limit, n)
		limit *= 8
	}
	s.both("size-histogram.go", want+fmt.Sprintf("more                   %9d\n", bins[7]))
}

func TestScriptFindsDuplicates(t *testing.T) {
	s := newSite(t)
	same := map[[md5.Size]byte][]string{}
	s.walk(func(p string, info fs.FileInfo) {
		if info.Size() == 0 {
			return
		}
		data, err := os.ReadFile(p)
		require.NoError(t, err)
		sum := md5.Sum(data)
		same[sum] = append(same[sum], p)
	})
	var groups []string
	for _, paths := range same {
		if len(paths) > 1 {
			sort.Strings(paths)
			groups = append(groups, fmt.Sprintf("%q\n", paths))
		}
	}
	sort.Strings(groups)
	require.NotEmpty(t, groups)
	s.both("find-duplicates.go", strings.Join(groups, ""))
}

func TestScriptOrdersByModification(t *testing.T) {
	s := newSite(t)
	type entry struct {
		path string
		at   int64
	}
	// What a run leaves changes the time of the root: it is not asked for.
	var list []entry
	for _, dir := range []string{"proj"} {
		require.NoError(t, filepath.WalkDir(filepath.Join(s.tree, dir), func(p string, d fs.DirEntry, err error) error {
			require.NoError(t, err)
			info, err := d.Info()
			list = append(list, entry{p, info.ModTime().UnixMicro()})
			return err
		}))
	}
	slices.SortFunc(list, func(a, b entry) int {
		if a.at != b.at {
			return int(max(min(b.at-a.at, 1), -1))
		}
		return strings.Compare(a.path, b.path)
	})
	want := ""
	for _, e := range list {
		want += fmt.Sprintf("%q\n", e.path)
	}
	s.both("by-modification.go", want, "/proj")
}

func TestScriptListsSizes(t *testing.T) {
	s := newSite(t)
	want := map[string]int64{}
	s.objects(func(p string, info fs.FileInfo) {
		if strings.HasPrefix(p, filepath.Join(s.tree, "home")) {
			want[p] = info.Size()
		}
	})
	// A list processing is one computation in one place, and its function writes a file here: it has one mode, whatever
	// the nodes could do.
	text, err := os.ReadFile("../scripts/list-sizes.go")
	require.NoError(t, err)
	out := filepath.Join(t.TempDir(), "out")
	got, err := s.run(t.Context(), s.session(true, "/home", out), string(text))
	require.NoError(t, err)
	assert.Equal(t, fmt.Sprintln(len(want), "objects"), got)
	data, err := os.ReadFile(out)
	require.NoError(t, err)
	for p, size := range want {
		line := fmt.Sprintf("%s,%d\n", p, size)
		if strings.ContainsAny(p, "\n\",") {
			line = fmt.Sprintf("\"%s\",%d\n", p, size)
		}
		assert.Contains(t, string(data), line)
	}
}

func TestScriptFindsMigratedFiles(t *testing.T) {
	s := newSite(t)
	s.xattr("proj/alpha/f01.tmp", "user.gpfs.flags", "MV")
	s.xattr("proj/alpha/f00.dat", "user.gpfs.flags", "V")
	s.xattr("home/alice/f05.dat", "user.gpfs.flags", "V")
	s.xattr("home/alice/f06.tmp", "user.gpfs.flags", "M")
	s.both("migrated-files.go", s.tree+"/home/alice\n    \"f05.dat\"\n"+s.tree+"/proj/alpha\n    \"f00.dat\"\n    \"f01.tmp\"\n")
}

func TestScriptShowsHeat(t *testing.T) {
	s := newSite(t)
	s.xattr("proj/alpha/f01.tmp", "user.gpfs.heat", "0.25")
	var paths []string
	s.walk(func(p string, _ fs.FileInfo) {
		if strings.HasPrefix(p, s.tree+"/proj/alpha/") {
			paths = append(paths, p)
		}
	})
	sort.Strings(paths)
	text, err := os.ReadFile("../scripts/file-heat.go")
	require.NoError(t, err)
	got, err := s.run(t.Context(), s.session(false, "/proj/alpha"), string(text))
	require.NoError(t, err)
	lines := strings.Split(strings.TrimSpace(got), "\n")
	require.Len(t, lines, len(paths))
	for i, p := range paths {
		heat, quoted, _ := strings.Cut(lines[i], " ")
		assert.Equal(t, strconv.Quote(p), quoted)
		f, err := strconv.ParseFloat(heat, 64)
		require.NoError(t, err, lines[i])
		assert.Equal(t, map[bool]float64{true: 0.25}[strings.HasSuffix(p, "/f01.tmp")], f, lines[i])
	}
	s.both("file-heat.go", got, "/proj/alpha")
}

func TestScriptsReadAndWriteXattrs(t *testing.T) {
	s := newSite(t)
	s.xattr("proj/alpha/f00.dat", "user.owner", "x")
	s.xattr("proj/alpha/f01.tmp", "user.owner", "y")
	s.xattr("home/alice/f01.tmp", "user.checksum", "z")
	s.both("all-xattrs.go", "        1 user.checksum\n        2 user.owner\n")

	n := 0
	s.walk(func(p string, _ fs.FileInfo) {
		if strings.HasPrefix(p, s.tree+"/proj/") {
			n++
		}
	})
	s.both("tag-tree.go", fmt.Sprintf("%d files have user.project now, 0 have not\n", n), "/proj")
	s.walk(func(p string, _ fs.FileInfo) {
		buf := make([]byte, 10)
		size, err := unix.Getxattr(p, "user.project", buf)
		if strings.HasPrefix(p, s.tree+"/proj/") {
			require.NoError(t, err, p)
			assert.Equal(t, "alpha", string(buf[:size]))
		} else {
			assert.Error(t, err, p)
		}
	})
}

func TestScriptsTellTheSizeOfDirectoriesAndFilesets(t *testing.T) {
	s := newSite(t)
	var all, home, files, inHome int64
	s.objects(func(p string, info fs.FileInfo) {
		if strings.HasPrefix(p, s.tree+"/proj") && !strings.HasSuffix(p, ".tmp") {
			all += kb(info)
			files++
		}
		if strings.HasPrefix(p, s.tree+"/home") {
			home += kb(info)
			inHome++
		}
	})
	s.both("directory-size.go", fmt.Sprintf("%d KB in %d files and directories below %s/proj\n", all, files, s.tree), s.tree+"/proj", "*.tmp")
	s.both("fileset-usage.go", fmt.Sprintf("%d KB in %d files and directories of fileset home\n", home, inHome), "home")
}

func TestScriptComparesSnapshots(t *testing.T) {
	s := newSite(t)
	c, err := mmsim.Open(s.dir)
	require.NoError(t, err)
	defer c.Close()
	snapshot := func(name string) {
		res, err := c.Run(t.Context(), mmexec.Command{Name: "mmcrsnapshot", Args: []string{"mmfs1", name}})
		require.NoError(t, err)
		require.Zero(t, res.ExitCode, "%s", res.Stderr)
	}
	kept := 0
	s.walk(func(string, fs.FileInfo) { kept++ })
	snapshot("monday")
	require.NoError(t, os.Remove(filepath.Join(s.tree, "proj/alpha/f01.tmp")))
	require.NoError(t, os.WriteFile(filepath.Join(s.tree, "proj/alpha/new file"), []byte("x"), 0o644))
	snapshot("tuesday")
	text, err := os.ReadFile("../scripts/snapshot-diff.go")
	require.NoError(t, err)
	for _, spread := range []bool{false, true} {
		got, err := s.run(t.Context(), s.session(spread, "monday", "tuesday"), string(text))
		require.NoError(t, err, "spread: %v", spread)
		assert.Equal(t, fmt.Sprintf("created  \"proj/alpha/new file\"\ndeleted  \"proj/alpha/f01.tmp\"\n%d unchanged\n", kept-1), got, "spread: %v", spread)
	}
}
