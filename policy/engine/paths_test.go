package engine

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"
)

func TestPathsAreASource(t *testing.T) {
	dir := t.TempDir()
	for _, n := range []string{"a", "b", "two\nlines"} {
		require.NoError(t, os.WriteFile(filepath.Join(dir, n), nil, 0o600))
	}
	inode := func(name string) uint64 {
		var st unix.Stat_t
		require.NoError(t, unix.Lstat(filepath.Join(dir, name), &st))
		return st.Ino
	}
	expert := func(inode uint64, path string) string { return fmt.Sprintf("%x:1f:%d!%s", inode, len(path), path) }
	list := filepath.Join(dir, "list")
	require.NoError(t, os.WriteFile(list, []byte(dir+"/a\n\n"+dir+"/gone\n"+expert(inode("two\nlines"), dir+"/two\nlines")+"\x00"+
		expert(inode("b"), dir+"/b")+"\n"+expert(inode("b"), dir+"/a")+"\n"+dir+"/b"), 0o600))
	paths, err := ReadPaths(list)
	require.NoError(t, err)
	r := mustRun(t, "RULE 'a' LIST 'l' WHERE NAME = 'b'", Paths(paths), Options{})
	assert.Equal(t, int64(2), r.Rules[0].Hit.Files)
	assert.Equal(t, int64(4), r.Scan.Files, "the one in two lines among them")
	assert.Equal(t, int64(2), r.Scan.Vanished, "one is gone, in the place of one stands another file")
}

func TestInputListsThatAreNone(t *testing.T) {
	for _, text := range []string{"a\n", "/a\nb", "1:2:3!b/c\n", "1:2:3!/bcd\n", "1:2:9!/bc\n", "g:2:2!/b\n", "1:g:2!/b\n", "1:2:-2!/b\n", "1:2:/b\n", "1:2:0!/b\n"} {
		_, err := ParsePaths([]byte(text))
		assert.ErrorContains(t, err, "neither an absolute path nor INODE:GENERATION:LENGTH!PATH", "%q", text)
	}
	_, err := ParsePaths([]byte("/a\n/b\nc\n"))
	assert.ErrorContains(t, err, "record 3 ")
}

func FuzzParsePaths(f *testing.F) {
	f.Add([]byte("/a\n1f:2:3!/a\n\n"))
	f.Add([]byte("ffffffffffffffff:0:1!/\x00/"))
	f.Fuzz(func(t *testing.T, data []byte) {
		paths, err := ParsePaths(data)
		if err != nil {
			return
		}
		for _, p := range paths {
			if p.Path == "" || p.Path[0] != '/' {
				t.Fatalf("%q: %q", data, p.Path)
			}
		}
	})
}
