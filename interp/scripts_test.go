package interp

import (
	"bytes"
	"context"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gpfsh/interp/script"
	"gpfsh/mmexec"
	"gpfsh/mmexec/mmsim"
	"gpfsh/model"
)

var update = flag.Bool("update", false, "write the output of the example scripts into scripts/testdata")

func exampleScripts(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("../scripts/*.go")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	return files
}

// onDemo is a session on a fresh demo cluster.
func onDemo(t *testing.T, out *bytes.Buffer, args ...string) *Session {
	t.Helper()
	return onCluster(t, mmsim.New(), out, args...)
}

// onCluster is a session on a simulated cluster.
func onCluster(t *testing.T, sim *mmsim.Cluster, out *bytes.Buffer, args ...string) *Session {
	t.Helper()
	plan := &mmexec.Plan{}
	ex := mmexec.Wrap(sim, mmexec.DryRun(plan))
	state, err := sim.State()
	require.NoError(t, err)
	c, err := model.Connect(t.Context(), ex, model.InZone(time.FixedZone(state.Zone.Name, state.Zone.Offset)), model.WithClock(func() time.Time { return state.Now }))
	require.NoError(t, err)
	connect := func(ctx context.Context, profile string) (*model.Cluster, error) {
		return model.Connect(ctx, mmexec.Wrap(ofProfile(t, strings.TrimPrefix(profile, "sim:")), mmexec.DryRun(plan)))
	}
	s, err := New(Options{Script: script.NewSession(script.Options{Cluster: c, Executor: ex, Plan: plan, Args: args, Connect: connect}), Stdout: out, Stderr: out})
	require.NoError(t, err)
	t.Cleanup(s.Close)
	return s
}

// ofProfile is a simulated cluster of a profile.
func ofProfile(t *testing.T, name string) *mmsim.Cluster {
	t.Helper()
	state, err := mmsim.NewState(mmsim.Profile{Name: name})
	require.NoError(t, err)
	return mmsim.New(mmsim.WithState(state))
}

// TestExampleScripts runs every script of the folder scripts on a demo cluster of its own and compares what it prints.
func TestExampleScripts(t *testing.T) {
	t.Setenv("LC_ALL", "C.UTF-8") // charts are drawn with what the locale has
	t.Setenv("TERM", "xterm")
	for _, file := range exampleScripts(t) {
		name := strings.TrimSuffix(filepath.Base(file), ".go")
		t.Run(name, func(t *testing.T) {
			text, err := os.ReadFile(file)
			require.NoError(t, err)
			lines := strings.Split(string(text), "\n")
			require.GreaterOrEqual(t, len(lines), 3)
			assert.Equal(t, "#!/usr/bin/env -S gpfsh run", lines[0])
			assert.True(t, strings.HasPrefix(lines[1], "// "), "the second line says what the script does")
			assert.True(t, strings.HasPrefix(lines[2], "// gpfsh "), "the third line says how to call it")

			var out bytes.Buffer
			s, place := onSite(t, name, &out)
			require.NoError(t, s.Run(context.Background(), []Source{{Name: file, Text: string(text)}}))
			golden := filepath.Join("..", "scripts", "testdata", name+".txt")
			got := out.String()
			if place != "" {
				got = strings.ReplaceAll(got, place, "/gpfs/mmfs1")
			}
			if inAnyOrder[name] {
				lines := strings.SplitAfter(got, "\n")
				slices.Sort(lines)
				got = strings.Join(lines, "")
			}
			if *update {
				require.NoError(t, os.WriteFile(golden, []byte(got), 0o644))
			}
			want, err := os.ReadFile(golden)
			require.NoError(t, err, "go test ./interp -run ExampleScripts -update writes it")
			assert.Equal(t, string(want), got)
		})
	}
}

// TestExportedScriptsAreVetted exports every script and has go vet look at the programs, in a module of their own.
func TestExportedScriptsAreVetted(t *testing.T) {
	if testing.Short() {
		t.Skip("runs go vet")
	}
	goTool, err := exec.LookPath("go")
	if err != nil {
		t.Skip("the go command is not installed")
	}
	root, err := filepath.Abs("..")
	require.NoError(t, err)
	dir := t.TempDir()
	mod, err := os.ReadFile(filepath.Join(root, "go.mod"))
	require.NoError(t, err)
	scratch := strings.Replace(string(mod), "module gpfsh\n", "module scratch\n", 1)
	scratch = scratch[:strings.Index(scratch, "\ntool ")] + "\nrequire gpfsh v0.0.0\n\nreplace gpfsh => " + root + "\n"
	require.NoError(t, os.WriteFile(filepath.Join(dir, "go.mod"), []byte(scratch), 0o644))
	sum, err := os.ReadFile(filepath.Join(root, "go.sum"))
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "go.sum"), sum, 0o644))
	var out bytes.Buffer
	s := onDemo(t, &out)
	for _, file := range exampleScripts(t) {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		program, err := s.Export(Source{Name: filepath.Base(file), Text: string(text)})
		require.NoError(t, err, file)
		sub := filepath.Join(dir, strings.TrimSuffix(filepath.Base(file), ".go"))
		require.NoError(t, os.Mkdir(sub, 0o755))
		require.NoError(t, os.WriteFile(filepath.Join(sub, "main.go"), program, 0o644))
	}
	cmd := exec.Command(goTool, "vet", "-mod=mod", "./...")
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOFLAGS=", "GOPROXY=off", "GOWORK=off")
	text, err := cmd.CombinedOutput()
	require.NoError(t, err, string(text))
}
