package interp

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gpfsh/interp/run"
	"gpfsh/model"
)

func TestProgramOfSeveralFiles(t *testing.T) {
	var out bytes.Buffer
	s := onDemo(t, &out, "-n", "3", "rest")
	err := s.Run(context.Background(), []Source{
		{Name: "main.go", Text: `package main

import (
	"flag"
	"fmt"
	"os"
)

var (
	total = count(names)
	names = []string{"a", "b"}
	n     = flag.Int("n", 1, "how many")
)

func init() { fmt.Println("init", total) }

func main() {
	flag.Parse()
	fmt.Println(*n, flag.Args(), len(os.Args), Args())
	for name := range Cluster().Filesystems {
		show(name)
	}
	os.Exit(len(names) + 1)
}
`},
		{Name: "lib.go", Text: `package main

import "fmt"

func init() { fmt.Println("second init") }

func count(list []string) int { return len(list) }

func show(name string) { fmt.Println("fs", name) }
`},
	})
	var exit *run.Exit
	require.ErrorAs(t, err, &exit)
	assert.Equal(t, 3, exit.Code)
	assert.Equal(t, "init 2\nsecond init\n3 [rest] 4 [-n 3 rest]\nfs mmfs1\nfs mmfs2\n", out.String())
}

func TestSnippetReadsItsInput(t *testing.T) {
	var out bytes.Buffer
	s := onDemo(t, &out)
	r, w, err := os.Pipe()
	require.NoError(t, err)
	defer r.Close()
	_, err = w.WriteString("one\ntwo\n")
	require.NoError(t, err)
	require.NoError(t, w.Close())
	s.opts.Stdin = r
	s.runner = s.newRunner()
	require.NoError(t, s.Run(context.Background(), []Source{{Name: "x.go", Text: "lines := bufio.NewScanner(os.Stdin)\nfor lines.Scan() { print(strings.ToUpper(lines.Text())) }\n"}}))
	assert.Equal(t, "ONE\nTWO\n", out.String())
}

func TestNothingRunsWhenTheLastLineDoesNotCheck(t *testing.T) {
	var out bytes.Buffer
	s := onDemo(t, &out)
	err := s.Run(context.Background(), []Source{{Name: "x.go", Text: "print(\"first\")\nCluster().Filesystems[\"mmfs1\"].Snapshots.Delete(\"global-snapshot1\")\nprint(1 + \"x\")\n"}})
	var ce *CheckError
	require.ErrorAs(t, err, &ce)
	assert.Equal(t, 3, ce.Diagnostics[0].Line)
	assert.Empty(t, out.String())
}

// TestStopsInsideNativeCode: a function of the user's that native code calls for each of many files stops and panics as
// anywhere else.
func TestStopsInsideNativeCode(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "one"), []byte("1"), 0o600))
	var out bytes.Buffer
	s := onDemo(t, &out)
	run := func(body string) error {
		return s.Run(context.Background(), []Source{{Name: "x.go", Text: fmt.Sprintf("Scan(%q).Each(func(f *filelist.File) error {\n\t%s\n\treturn nil\n})\n", dir, body)}})
	}
	err := run(`Cluster().Filesystems["nosuch"].Mount()`)
	var stop *StopError
	require.ErrorAs(t, err, &stop)
	assert.False(t, stop.Panic)
	assert.Equal(t, 2, stop.At.Line)
	var missing *model.NotFoundError
	require.ErrorAs(t, err, &missing)

	err = run(`var m map[string]int; m["x"] = 1`)
	require.ErrorAs(t, err, &stop)
	assert.True(t, stop.Panic)
	assert.Contains(t, err.Error(), "one", "the file at which it happened")
}
