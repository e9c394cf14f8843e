package interp

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestDryRunHoldsFiles: while a dry run is on, files and programs are held back as the commands of the cluster are.
func TestDryRunHoldsFiles(t *testing.T) {
	dir := t.TempDir()
	kept := filepath.Join(dir, "kept")
	require.NoError(t, os.WriteFile(kept, []byte("x"), 0o600))
	var out bytes.Buffer
	s := onDemo(t, &out)
	text := fmt.Sprintf(`dir := %q
DryRun(true)
os.Remove(dir + "/kept")
os.RemoveAll(dir)
os.Mkdir(dir+"/new dir", 0o755)
os.WriteFile(dir+"/file", []byte("x"), 0o644)
f := os.Create(dir + "/created")
fmt.Fprintln(f, "into nothing")
f.Close()
r := os.OpenFile(dir+"/kept", os.O_RDONLY, 0)
r.Close()
exec.Command("touch", dir+"/touched").Run()
Cluster().Filesystems["mmfs1"].Snapshots.Delete("global-snapshot1")
Really(func() { os.WriteFile(dir+"/really", nil, 0o644) })
DryRun(false)
print(Plan())
`, dir)
	require.NoError(t, s.Run(context.Background(), []Source{{Name: "x.go", Text: text}}))
	want := fmt.Sprintf(`rm -- %[1]s/kept
rm -rf -- %[1]s
mkdir -m 755 -- '%[1]s/new dir'
tee -- %[1]s/file
tee -- %[1]s/created
touch %[1]s/touched
mmdelsnapshot mmfs1 global-snapshot1
`, dir)
	assert.Equal(t, want, out.String())
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	assert.Equal(t, []string{"kept", "really"}, names)
}

// TestDryRunCannotBeGotAround tries what a script could think of.
func TestDryRunCannotBeGotAround(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"a temporary file", `f := os.CreateTemp(dir, "x*"); f.WriteString("x"); f.Chmod(0o600); f.Truncate(0); f.Close()`, "mktemp -- DIR/xXXXXXX\nchmod 600 -- DIR/xXXXXXX\ntruncate -s 0 -- DIR/xXXXXXX\n"},
		{"a temporary directory", `d := os.MkdirTemp(dir, "d"); os.WriteFile(d+"/f", nil, 0o600)`, "mktemp -d -- DIR/dXXXXXX\ntee -- DIR/dXXXXXX/f\n"},
		{"a directory copied", `os.CopyFS(dir+"/copy", os.DirFS(dir))`, "cp -R -- DIR/. DIR/copy\n"},
		{"a file opened to be read", `f := os.Open(dir + "/kept"); f.Chmod(0); f.Chown(0, 0); f.Close()`, "chmod 0 -- DIR/kept\nchown 0:0 -- DIR/kept\n"},
		{"a file opened for both", `f := os.OpenFile(dir+"/kept", os.O_RDWR, 0); f.Write([]byte("new")); f.Close()`, "tee -a -- DIR/kept\n"},
		{"deferred", `func() { f := os.Open(dir + "/kept"); defer f.Close(); defer f.Chmod(0) }()`, "chmod 0 -- DIR/kept\n"},
		{"an embedded file", "type F struct { *os.File; n int }\nf := F{os.Open(dir + \"/kept\"), 1}; f.Chmod(0)", "chmod 0 -- DIR/kept\n"},
		{"an interface of the user's", "type C interface { Chmod(os.FileMode) error }\nvar c C = os.Open(dir + \"/kept\"); c.Chmod(0)", "chmod 0 -- DIR/kept\n"},
		{"a renamed import", `import myos "os"` + "\n" + `myos.Remove(dir + "/kept")`, "rm -- DIR/kept\n"},
		{"a function value", `f := os.Remove; f(dir + "/kept")`, "rm -- DIR/kept\n"},
		{"functions in a map", `m := map[string]func(string) error{"x": os.RemoveAll}; m["x"](dir)`, "rm -rf -- DIR\n"},
		{"a command made by hand", `c := exec.Cmd{Path: "/bin/touch", Args: []string{"touch", dir + "/made"}}; c.Run()`, "touch DIR/made\n"},
		{"a command changed later", `c := exec.Command("true"); c.Path = "/bin/touch"; c.Args = []string{"touch", dir + "/made"}; c.Start(); c.Wait()`, "touch DIR/made\n"},
		{"its output", `out := exec.Command("sh", "-c", "touch "+dir+"/made; echo x").Output(); print(len(out))`, "0\nsh -c 'touch DIR/made; echo x'\n"},
		{"its pipe", `c := exec.Command("sh", "-c", "touch "+dir+"/made"); p := c.StdoutPipe(); c.Start(); io.ReadAll(p); c.Wait()`, "sh -c 'touch DIR/made'\n"},
		{"an interface around a command", "type R interface { Run() error }\nvar r R = exec.Command(\"touch\", dir+\"/made\"); r.Run()", "touch DIR/made\n"},
		{"a log", `log.SetOutput(os.Create(dir + "/log")); log.Print("x"); log.SetOutput(os.Stderr)`, "tee -- DIR/log\n"},
		{"a template", `f := os.Create(dir + "/page"); template.Must(template.New("").Parse("x")).Execute(f, nil)`, "tee -- DIR/page\n"},
		{"a goroutine", `var wg sync.WaitGroup; wg.Add(1); go func() { defer wg.Done(); os.Remove(dir + "/kept") }(); wg.Wait()`, "rm -- DIR/kept\n"},
		{"a process", `p := os.FindProcess(1 << 30); p.Kill(); p.Signal(os.Interrupt)`, "kill -9 1073741824\nkill -s 2 1073741824\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			kept := filepath.Join(dir, "kept")
			require.NoError(t, os.WriteFile(kept, []byte("x"), 0o640))
			var out bytes.Buffer
			s := onDemo(t, &out)
			imports, text := "", tt.text
			if strings.HasPrefix(text, "import") {
				imports, text, _ = strings.Cut(text, "\n")
			}
			require.NoError(t, s.Run(context.Background(), []Source{{Name: "x.go", Text: fmt.Sprintf("%s\ndir := %q\nDryRun(true)\n%s\nDryRun(false)\nfmt.Println(Plan())\n", imports, dir, text)}}))
			assert.Equal(t, strings.ReplaceAll(tt.want, "DIR", dir), out.String())
			entries, err := os.ReadDir(dir)
			require.NoError(t, err)
			require.Len(t, entries, 1)
			data, err := os.ReadFile(kept)
			require.NoError(t, err)
			assert.Equal(t, "x", string(data))
			info, err := os.Stat(kept)
			require.NoError(t, err)
			assert.Equal(t, os.FileMode(0o640), info.Mode())
		})
	}
}

// TestWhatNothingHoldsBackIsRefused: names that would change something past a dry run do not check.
func TestWhatNothingHoldsBackIsRefused(t *testing.T) {
	for _, text := range []string{
		`os.StartProcess("/bin/true", nil, nil)`, `r := os.OpenRoot("/tmp"); r.Remove("x")`, `os.NewFile(9, "x").WriteString("x")`,
		`e := mmexec.NewLocal("/bin"); print(e)`, `f := os.Open("/dev/null"); g := f.Chmod; g(0)`, `c := exec.Command("true"); r := c.Run; r()`,
	} {
		var out bytes.Buffer
		s := onDemo(t, &out)
		err := s.Run(context.Background(), []Source{{Name: "x.go", Text: text}})
		var check *CheckError
		require.ErrorAs(t, err, &check, text)
		assert.Contains(t, err.Error(), "dry run", text)
	}
}
