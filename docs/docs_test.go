// Package docs holds the tests of the documentation: what is generated from the code is compared with it.
package docs

import (
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"sort"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "write the generated pages")

const unverifiedHead = `# What is unverified

No Storage Scale was at hand when gpfsh was written. What it knows comes from IBM's documentation, from captured output
of real clusters and from reports of people who run them. The places below rest on less than that: a recollection, an
analogy, a guess. Each is marked in the code; this page is made from those marks
(` + "`go test ./docs -update`" + `). A capture that settles one of them is the most useful contribution there is.

`

var mark = regexp.MustCompile(`// unverified: ?(.*)`)

// TestUnverified keeps the page in step with the marks in the code.
func TestUnverified(t *testing.T) {
	type guess struct{ place, text string }
	byDir := map[string][]guess{}
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && path != ".." && (strings.HasPrefix(d.Name(), ".") || strings.HasPrefix(d.Name(), "_") || d.Name() == "testdata") {
			return filepath.SkipDir
		}
		if !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		rel, _ := filepath.Rel("..", path)
		lines := strings.Split(string(text), "\n")
		for i, line := range lines {
			m := mark.FindStringSubmatch(line)
			if m == nil {
				continue
			}
			words := m[1]
			// A mark on a line of its own goes on in the comment lines below it.
			if strings.HasPrefix(strings.TrimSpace(line), "//") {
				for _, next := range lines[i+1:] {
					next = strings.TrimSpace(next)
					if !strings.HasPrefix(next, "// ") || mark.MatchString(next) {
						break
					}
					words += " " + strings.TrimPrefix(next, "// ")
				}
			}
			dir := filepath.ToSlash(filepath.Dir(rel))
			byDir[dir] = append(byDir[dir], guess{filepath.Base(rel), words})
		}
		return nil
	})
	require.NoError(t, err)
	var b strings.Builder
	b.WriteString(unverifiedHead)
	dirs := make([]string, 0, len(byDir))
	for d := range byDir {
		dirs = append(dirs, d)
	}
	sort.Strings(dirs)
	for _, d := range dirs {
		fmt.Fprintf(&b, "## %s\n\n", d)
		for _, g := range byDir[d] {
			fmt.Fprintf(&b, "* `%s`: %s\n", g.place, g.text)
		}
		b.WriteString("\n")
	}
	page(t, "unverified.md", b.String())
}

// page compares a generated page with the file, or writes it.
func page(t *testing.T, name, want string) {
	t.Helper()
	want = strings.TrimRight(want, "\n") + "\n"
	if *update {
		require.NoError(t, os.WriteFile(name, []byte(want), 0o644))
	}
	got, err := os.ReadFile(name)
	require.NoError(t, err)
	assert.True(t, want == string(got), "%s is stale: go test ./docs -update", name)
}
