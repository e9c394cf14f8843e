package main

import (
	"bytes"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "write the results into the documentation")

// block is a fenced block of a document.
type block struct {
	kind    string // sh, gpfsh, go, text
	why     string // what follows a colon: why it is not run
	text    string
	line    int
	section string
}

var fence = regexp.MustCompile("^```(\\w*) ?(.*)$")

func blocks(text string) []block {
	var list []block
	var open *block
	section := ""
	for i, line := range strings.Split(text, "\n") {
		m := fence.FindStringSubmatch(line)
		switch {
		case open != nil && line == "```":
			list = append(list, *open)
			open = nil
		case open != nil:
			open.text += line + "\n"
		case m != nil:
			kind, why, _ := strings.Cut(m[2], ":")
			open = &block{kind: strings.TrimSpace(m[1] + " " + kind), why: strings.TrimSpace(why), line: i + 1, section: section}
		case strings.HasPrefix(line, "## "):
			section = line[3:]
		}
	}
	return list
}

// documents are those whose blocks are run. Command lines are run by sh, one block after the other in a directory of
// their own that has the scripts; what stands in blocks called gpfsh is typed at the prompt, the blocks of a section in
// one session. A block called text behind them is what comes out. "sh real: why" is not run, and says why.
var documents = []string{"README.md", "CONTRIBUTING.md", "docs/architecture.md", "docs/file-lists.md", "docs/from-arcapix.md", "docs/from-mm.md", "docs/language.md", "docs/command-line.md"}

func TestDocumentation(t *testing.T) {
	root, err := filepath.Abs("../..")
	require.NoError(t, err)
	for _, name := range documents {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(root, filepath.FromSlash(name))
			data, err := os.ReadFile(path)
			require.NoError(t, err)
			text := string(data)
			list := blocks(text)
			got := results(t, root, list)
			if *update {
				require.NoError(t, os.WriteFile(path, []byte(withResults(text, list, got)), 0o644))
				return
			}
			for i, b := range list {
				if i > 0 && shows(list[i-1], b) {
					assert.Equal(t, strings.TrimSpace(b.text), strings.TrimSpace(got[i-1]), "%s:%d is stale: go test ./cmd/gpfsh -run Documentation -update", name, b.line)
				}
			}
		})
	}
}

// shows tells whether a block is what comes out of the one before it.
func shows(before, b block) bool {
	return b.kind == "text" && before.section == b.section && (before.kind == "sh" || before.kind == "gpfsh")
}

// results runs the blocks and returns what each printed on standard output.
func results(t *testing.T, root string, list []block) map[int]string {
	got := map[int]string{}
	dir := t.TempDir()
	remove := func(path string) error {
		// Directories of snapshots are read only.
		_ = filepath.WalkDir(path, func(path string, d fs.DirEntry, err error) error {
			if err == nil && d.IsDir() {
				_ = os.Chmod(path, 0o700)
			}
			return nil
		})
		return os.RemoveAll(path)
	}
	t.Cleanup(func() { _ = remove(filepath.Join(dir, "site")) })
	require.NoError(t, os.Symlink(filepath.Join(root, "scripts"), filepath.Join(dir, "scripts")))
	bin := t.TempDir()
	gpfsh, err := exec.LookPath("gpfsh")
	require.NoError(t, err)
	// What is told to whoever has a clone and Go is done with the program that is tested.
	shim := "#!/bin/sh\ncase \"$*\" in\n\"run ./cmd/gpfsh\"*) shift 2; exec " + gpfsh + " \"$@\" ;;\n\"build -o gpfsh ./cmd/gpfsh\") exit 0 ;;\n" +
		"test\\ *|generate\\ *) exit 0 ;;\n*) echo \"go $*: not known to the test\" >&2; exit 1 ;;\nesac\n"
	require.NoError(t, os.WriteFile(filepath.Join(bin, "go"), []byte(shim), 0o755))
	run := func(b block, stdin string, argv ...string) string {
		cmd := exec.Command(argv[0], argv[1:]...)
		cmd.Dir = dir
		cmd.Env = []string{"HOME=" + dir, "PATH=" + bin + ":" + filepath.Dir(gpfsh) + ":/usr/bin:/bin", "LANG=C.UTF-8", "TERM=dumb"}
		cmd.Stdin = strings.NewReader(stdin)
		var out, errs bytes.Buffer
		cmd.Stdout, cmd.Stderr = &out, &errs
		assert.NoError(t, cmd.Run(), "the block in line %d: %s\n%s", b.line, b.text, errs.String())
		return out.String()
	}
	for i := 0; i < len(list); i++ {
		b := list[i]
		switch b.kind {
		case "sh":
			require.NoError(t, remove(filepath.Join(dir, "site")))
			got[i] = run(b, "", "sh", "-e", "-c", b.text)
		case "sh real":
			assert.NotEmpty(t, b.why, "line %d does not say why it is not run", b.line)
			run(b, "", "sh", "-n", "-c", b.text)
		case "gpfsh":
			if _, done := got[i]; done {
				break
			}
			// The blocks of a section are one session.
			var places []int
			var typed strings.Builder
			for j := i; j < len(list); j++ {
				if list[j].kind == "gpfsh" && list[j].section == b.section {
					places = append(places, j)
					fmt.Fprintf(&typed, "%s\nprint(%q)\n", list[j].text, "\x01")
				}
			}
			parts := strings.Split(run(b, typed.String(), "gpfsh", "--cluster", "sim"), "\x01\n")
			for n, j := range places {
				if n < len(parts) {
					got[j] = parts[n]
				}
			}
		case "go", "go example", "text", "txtar":
		default:
			t.Errorf("line %d: a block is sh, sh real, gpfsh, go, text or txtar, not %q", b.line, b.kind)
		}
	}
	return got
}

// withResults puts what was printed into the text.
func withResults(text string, list []block, got map[int]string) string {
	lines := strings.Split(text, "\n")
	for i := len(list) - 1; i > 0; i-- {
		b := list[i]
		if !shows(list[i-1], b) {
			continue
		}
		end := b.line
		for lines[end] != "```" {
			end++
		}
		body := strings.Split(strings.TrimRight(got[i-1], "\n"), "\n")
		lines = append(lines[:b.line:b.line], append(body, lines[end:]...)...)
	}
	return strings.Join(lines, "\n")
}
