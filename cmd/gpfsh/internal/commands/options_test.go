package commands

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gpfsh/interp/script/show"
)

func TestParse(t *testing.T) {
	script := filepath.Join(t.TempDir(), "x.go")
	require.NoError(t, os.WriteFile(script, nil, 0o600))
	for _, tt := range []struct {
		args    string
		command string
		rest    []string
	}{
		{"", "", nil},
		{"-n --cluster sim", "", nil},
		{"run --dry-run x.go -n --cluster a", "run", []string{"x.go", "-n", "--cluster", "a"}},
		{"--cluster=sim run -- -x.go -n", "run", []string{"-x.go", "-n"}},
		{"run - a", "run", []string{"-", "a"}},
		{script + " -n", "run", []string{script, "-n"}},
		{"check a.go --trace b.go", "check", []string{"a.go", "b.go"}},
		{"-ojson help run", "help", []string{"run"}},
	} {
		_, cmd, rest, err := parse(strings.Fields(tt.args), defaults())
		require.NoError(t, err, tt.args)
		name := ""
		if cmd != nil {
			name = cmd.name
		}
		assert.Equal(t, tt.command, name, tt.args)
		assert.Equal(t, tt.rest, rest, tt.args)
	}

	o, _, rest, err := parse([]string{"-e", "-1", "--output", "json", "-n", "--cluster=local:/a=b", "--trace"}, defaults())
	require.NoError(t, err)
	assert.Equal(t, "-1", o.code, "code may begin with a minus")
	assert.Equal(t, show.JSON, o.output)
	assert.Equal(t, "local:/a=b", o.cluster)
	assert.True(t, o.dryRun && o.trace && !o.readOnly)
	assert.Empty(t, rest)
}

func TestEveryOptionAndCommandIsExplained(t *testing.T) {
	var help strings.Builder
	require.NoError(t, writeHelp(&help))
	seen := map[string]bool{}
	for _, o := range optionTable() {
		assert.NotEmpty(t, o.help)
		for _, name := range []string{"-" + o.short, "--" + o.long} {
			if name == "-" || name == "--" {
				continue
			}
			assert.False(t, seen[name], "%s is there twice", name)
			seen[name] = true
			assert.Contains(t, help.String(), name)
		}
	}
	for _, c := range commandTable() {
		assert.NotEmpty(t, c.help)
		assert.Contains(t, help.String(), "gpfsh [OPTION...] "+c.name)
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"", "-e 1", "run x -n", "--cluster=sim", "-o", "--", "-=", "--=x", "-nx"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, line string) {
		_, _, _, err := parse(strings.Split(line, " "), defaults())
		var use *usageError
		if err != nil && !errors.As(err, &use) {
			t.Errorf("%q: %v is not about the usage", line, err)
		}
	})
}
