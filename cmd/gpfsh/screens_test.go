package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gpfsh/cmd/gpfsh/internal/ptytest"
)

// screens are what the README shows of the shell: what is typed, and what the screen shows then. The simulated cluster
// has a clock of its own, so that a screen is the same every time. go test ./cmd/gpfsh -run Screens -update takes them anew.
var screens = map[string]func(term *ptytest.Terminal){
	"completion": func(term *ptytest.Terminal) {
		term.Type("mmfs1.Change(A")
		term.Shows("AutomaticMount(")
		term.Type("\t")
		term.Shows("now ")
	},
	"rehearsal": func(term *ptytest.Terminal) {
		term.Type(":dry on\r")
		term.CursorLine("hpc(sim) dry>")
		term.Type("mmfs1.Snapshots.New(\"pre-upgrade\")\r")
		term.Shows("\nplanned: mmcrsnapshot")
		term.CursorLine("hpc(sim) dry>")
		term.Type("mmfs1.Filesets[\"proj-beta\"].Snapshots.OlderThan(10*Day).DeleteAll()\r")
		term.Shows("\nplanned: mmdelsnapshot")
		term.CursorLine("hpc(sim) dry>")
		term.Type(":plan\r")
		term.Shows("\n1 create, ")
		term.CursorLine("hpc(sim) dry>")
	},
	"places": func(term *ptytest.Terminal) {
		term.Type("cd mmfs1/filesets/home\r")
		term.CursorLine("hpc(sim) mmfs1/Filesets/home>")
		term.Type(".Snapshots\r")
		term.Shows("@GMT-")
		term.CursorLine("hpc(sim) mmfs1/Filesets/home>")
		term.Type(":how mmdelsnapshot mmfs1 home:n-20240512\r")
		term.Shows("\nmmfs1.Filesets[")
		term.CursorLine("hpc(sim) mmfs1/Filesets/home>")
	},
}

func TestScreens(t *testing.T) {
	path := filepath.Join("..", "..", "README.md")
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	readme := string(data)
	for name, typed := range screens {
		term := sized(t, 100, 24)
		term.CursorLine(at)
		typed(term)
		got := strings.TrimRight(term.Screen(), "\n") + "\n"
		place := regexp.MustCompile("(?s)(<!-- screen " + name + " -->\n\n```text\n)(.*?)(```\n)")
		m := place.FindStringSubmatch(readme)
		require.NotNil(t, m, "the README has no place for the screen %s", name)
		if *update {
			readme = strings.Replace(readme, m[0], m[1]+got+m[3], 1)
			continue
		}
		assert.Equal(t, m[2], got, "the screen %s in the README is stale: go test ./cmd/gpfsh -run Screens -update", name)
	}
	if *update {
		require.NoError(t, os.WriteFile(path, []byte(readme), 0o644))
	}
}
