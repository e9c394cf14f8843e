package interp

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gpfsh/interp/conformance"
	"gpfsh/interp/script"
	"gpfsh/mmexec"
)

// TestExportedRowsBehaveTheSame builds every row of the table as an exported program and compares what it prints with
// what the table says, and programs by chance with what they print here. All are put into one program, a package each, so
// that one link serves all.
func TestExportedRowsBehaveTheSame(t *testing.T) {
	if testing.Short() {
		t.Skip("builds a program of many packages")
	}
	goTool, err := exec.LookPath("go")
	if err != nil {
		t.Skip("the go command is not installed")
	}
	root, err := filepath.Abs("..")
	require.NoError(t, err)
	// Inside the module, so that its dependencies are there without a network; the name keeps ./... from seeing it.
	dir, err := os.MkdirTemp(root, "_export")
	require.NoError(t, err)
	t.Cleanup(func() { os.RemoveAll(dir) })

	s, err := New(Options{Script: script.NewSession(script.Options{Plan: &mmexec.Plan{}})})
	require.NoError(t, err)
	defer s.Close()
	base := "gpfsh/" + filepath.Base(dir)
	var imports, calls strings.Builder
	var rows []conformance.Row
	for _, row := range append(conformance.Rows(), programsByChance(t)...) {
		if row.Status == "refused" {
			continue
		}
		i := len(rows)
		rows = append(rows, row)
		out, err := s.Export(Source{Name: "row", Text: row.Source})
		require.NoError(t, err, row.Name)
		text := strings.Replace(string(out), "package main\n", fmt.Sprintf("package row%d\n", i), 1)
		text = strings.Replace(text, "var sess, ctx = script.Main()", "var sess, ctx = script.NewSession(script.Options{}), context.Background()\n\nvar _, _ = sess, ctx", 1)
		text = strings.Replace(text, "import (", "import (\n\t\"context\"", 1)
		if strings.Count(text, "\t\"context\"\n") > 1 {
			text = strings.Replace(text, "\t\"context\"\n", "", 1)
		}
		text = strings.Replace(text, "func main() {", "func Main() {", 1)
		require.NoError(t, os.MkdirAll(filepath.Join(dir, fmt.Sprintf("row%d", i)), 0o755))
		require.NoError(t, os.WriteFile(filepath.Join(dir, fmt.Sprintf("row%d", i), "row.go"), []byte(text), 0o644))
		fmt.Fprintf(&imports, "\t\"%s/row%d\"\n", base, i)
		fmt.Fprintf(&calls, "\tfmt.Println(\"\\x01%d\")\n\trow%d.Main()\n", i, i)
	}
	main := "package main\n\nimport (\n\t\"fmt\"\n" + imports.String() + ")\n\nfunc main() {\n" + calls.String() + "}\n"
	require.NoError(t, os.WriteFile(filepath.Join(dir, "main.go"), []byte(main), 0o644))

	cmd := exec.Command(goTool, "run", "./"+filepath.Base(dir))
	cmd.Dir = root
	var stdout, stderr strings.Builder
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	require.NoError(t, cmd.Run(), stderr.String())
	parts := strings.Split(stdout.String(), "\x01")[1:]
	require.Len(t, parts, len(rows))
	for i, part := range parts {
		_, got, _ := strings.Cut(part, "\n")
		got = strings.ReplaceAll(got, fmt.Sprintf("row%d.", i), "main.") // the names of types
		assert.Equal(t, rows[i].Output, strings.TrimRight(got, "\n"), rows[i].Name)
	}
}

// programsByChance are rows of programs that were made by chance, with what they print when they are interpreted.
// CHANCE=FROM:TO makes those of other seeds.
func programsByChance(t *testing.T) []conformance.Row {
	t.Helper()
	from, to := 0, 16
	if text := os.Getenv("CHANCE"); text != "" {
		_, err := fmt.Sscanf(text, "%d:%d", &from, &to)
		require.NoError(t, err)
	}
	var rows []conformance.Row
	for seed := from; seed < to; seed++ {
		source := []Source{{Name: "program.go", Text: chanceProgram(uint64(seed))}}
		var out bytes.Buffer
		s, err := New(Options{Script: script.NewSession(script.Options{Plan: &mmexec.Plan{}}), Stdout: &out, Stderr: &out})
		require.NoError(t, err)
		defer s.Close()
		if slices.ContainsFunc(s.Check(source), func(d Diagnostic) bool { return d.Severity == Error }) {
			continue // a constant division by zero, and the like
		}
		if err := s.Run(t.Context(), source); err != nil {
			fmt.Fprintln(&out, "failed:", err)
		}
		rows = append(rows, conformance.Row{Name: fmt.Sprintf("by chance %d", seed), Source: source[0].Text, Output: strings.TrimRight(out.String(), "\n")})
	}
	return rows
}
