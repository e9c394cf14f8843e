package script

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gpfsh/mmexec"
)

func environment(pairs map[string]string) func(string) string {
	return func(name string) string { return pairs[name] }
}

// recording writes a recording of two commands and returns its path.
func recording(t *testing.T) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "session.txtar")
	text := "-- mmlssnapshot mmfs1 -Y --\nmmlssnapshot::HEADER:version:reserved:reserved:directory:\n" +
		"mmlssnapshot::0:1:::nightly:\n"
	require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
	return file
}

func TestProgramIsRehearsed(t *testing.T) {
	var out bytes.Buffer
	env := environment(map[string]string{"GPFSH_CLUSTER": "sim", "GPFSH_DRY_RUN": "1"})
	s, err := program(t.Context(), env, []string{"/tmp/prog", "a", "-n"}, &out)
	require.NoError(t, err)
	assert.Equal(t, []string{"a", "-n"}, s.Args())
	require.NotNil(t, s.Cluster())

	_, err = s.Mm(t.Context(), `mmcrfileset mmfs1 p42 -t "PI: O'Neil"`)
	require.NoError(t, err)
	assert.Equal(t, "mmcrfileset mmfs1 p42 -t 'PI: O'\\''Neil'\n", out.String())
	assert.Equal(t, 1, s.Plan().Len())
}

func TestProgramWorksOnTheClusterOfTheEnvironment(t *testing.T) {
	var out bytes.Buffer
	s, err := program(t.Context(), environment(map[string]string{"GPFSH_CLUSTER": "replay:" + recording(t)}), nil, &out)
	require.NoError(t, err)
	got, err := s.Mm(t.Context(), "mmlssnapshot mmfs1")
	require.NoError(t, err)
	assert.Equal(t, [][]string{{"nightly"}}, got.Rows)
	assert.Empty(t, out.String())
	assert.Empty(t, s.Args())
}

func TestTargets(t *testing.T) {
	for _, s := range []string{"local:" + t.TempDir(), "sim", "replay:" + recording(t)} {
		ex, _, err := target(s)
		require.NoError(t, err, s)
		assert.NotNil(t, ex, s)
	}
	for s, want := range map[string]string{
		"nfs:x":           "GPFSH_CLUSTER",
		"replay:":         "GPFSH_CLUSTER",
		"replay:/none":    "cannot read the recording",
		"local:/none/bin": "there is no directory /none/bin",
		"sim:/none/dir":   "/none/dir",
	} {
		_, _, err := target(s)
		assert.ErrorContains(t, err, want, s)
	}
	if _, err := os.Stat(mmexec.DefaultBinDir); err != nil {
		_, _, err := target("")
		assert.ErrorContains(t, err, "set GPFSH_CLUSTER", "nothing is simulated unasked")
	}
}

func TestSwitches(t *testing.T) {
	for _, on := range []string{"1", "yes", "true", "on"} {
		assert.True(t, isSet(on), on)
	}
	for _, off := range []string{"", "0", "no", "False", "off"} {
		assert.False(t, isSet(off), off)
	}
}
