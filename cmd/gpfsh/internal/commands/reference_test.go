package commands

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gpfsh/cmd/gpfsh/internal/shell"
)

var update = flag.Bool("update", false, "write docs/command-line.md")

// TestTheManualPageHasTheOptionsOfEachCommand: what gpfsh help COMMAND says is on the page too.
func TestTheManualPageHasTheOptionsOfEachCommand(t *testing.T) {
	var page strings.Builder
	require.NoError(t, manPage(&page))
	_, text, _ := strings.Cut(page.String(), ".SH COMMANDS\n")
	text, _, _ = strings.Cut(text, ".SH OPTIONS\n")
	words := strings.NewReplacer(`\-`, "-", `\e`, `\`, `\&`, "").Replace(text)
	options := 0
	for _, c := range commandTable() {
		_, own, found := strings.Cut(words, "\n.B "+strings.TrimRight(c.name+" "+c.args, " ")+"\n")
		require.True(t, found, c.name)
		if c.options != nil {
			for _, o := range c.options() {
				options++
				assert.Contains(t, own, "\n.B "+strings.TrimRight(strings.Join(o.names(), ", ")+" "+o.arg, " ")+"\n"+capital(o.help), c.name)
			}
		}
		for line := range strings.Lines(c.more) {
			assert.Contains(t, own, strings.ReplaceAll(line, "…", "..."), c.name)
		}
	}
	assert.Positive(t, options)
	assert.NotRegexp(t, `[^\x00-\x7f]`, page.String(), "troff reads ASCII")
	for _, verb := range []string{"policy test", "sim init DIR", "callback remove ID"} {
		name, _, _ := strings.Cut(verb, " ")
		assert.NotEmpty(t, findCommand(name).more, verb)
	}
}

// TestReferenceIsFresh keeps the page of the command line in step with the tables that the help is made of.
func TestReferenceIsFresh(t *testing.T) {
	path := filepath.Join("..", "..", "..", "..", "docs", "command-line.md")
	want := reference()
	if *update {
		require.NoError(t, os.WriteFile(path, []byte(want), 0o644))
	}
	got, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Equal(t, want, string(got), "docs/command-line.md is stale: go test ./cmd/gpfsh/internal/commands -update")
}

// reference is the page, made of the tables.
func reference() string {
	var b strings.Builder
	cell := func(s string) string { return strings.NewReplacer("|", `\|`, "\n", " ").Replace(s) }
	table := func(title string, heads [2]string, rows func(row func(what, help string))) {
		fmt.Fprintf(&b, "\n## %s\n\n| %s | %s |\n|---|---|\n", title, heads[0], heads[1])
		rows(func(what, help string) { fmt.Fprintf(&b, "| `%s` | %s |\n", cell(what), cell(help)) })
	}
	b.WriteString("# The command line\n\n" +
		"Made from the tables in the program by `go test ./cmd/gpfsh/internal/commands -update`. `gpfsh help COMMAND` says the same.\n")
	table("Commands", [2]string{"gpfsh", "does"}, func(row func(string, string)) {
		row("gpfsh", "open the shell")
		row("gpfsh -e CODE", "run code, print its value")
		for _, c := range commandTable() {
			row("gpfsh "+strings.TrimRight(c.name+" "+c.args, " "), c.help)
		}
	})
	table("Options", [2]string{"option", "does"}, func(row func(string, string)) {
		for _, o := range optionTable() {
			row(strings.TrimRight(strings.Join(o.names(), ", ")+" "+o.arg, " "), o.help)
		}
	})
	table("Options of one command, behind it", [2]string{"option", "does"}, func(row func(string, string)) {
		for _, c := range commandTable() {
			if c.options == nil {
				continue
			}
			for _, o := range c.options() {
				row(strings.TrimRight(c.name+" "+strings.Join(o.names(), ", ")+" "+o.arg, " "), o.help)
			}
		}
	})
	for _, usage := range []struct{ title, text string }{{"Policies", policyUsage}, {"Simulated clusters", simUsage}, {"What goes wrong on them: `gpfsh sim fault DIR …`", faultUsage}} {
		_, lines, _ := strings.Cut(usage.text, "\n")
		fmt.Fprintf(&b, "\n## %s\n\n```text\n%s\n```\n", usage.title, strings.TrimRight(lines, "\n"))
	}
	table("Commands of the shell", [2]string{"typed", "does"}, func(row func(string, string)) {
		for _, c := range shell.CommandHelp() {
			row(c[0], c[1])
		}
	})
	table("Settings, in `~/.config/gpfsh/config.toml`", [2]string{"key", "is"}, func(row func(string, string)) {
		for _, s := range settings() {
			row(s.key+" = "+s.kind, s.help)
		}
	})
	table("Environment", [2]string{"variable", "is"}, func(row func(string, string)) {
		for line := range strings.Lines(shell.EnvironmentHelp) {
			name, text, _ := strings.Cut(strings.TrimSpace(line), "  ")
			row(name, strings.TrimSpace(text))
		}
	})
	table("Exit status", [2]string{"status", "means"}, func(row func(string, string)) {
		row("0", "done")
		row("1", "failed while running")
		row("2", "usage, or code that does not check; nothing was run")
		row("130", "interrupted")
	})
	return b.String()
}
