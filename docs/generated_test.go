package docs

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"gpfsh/interp/conformance"
	"gpfsh/interp/phrasebook"
	"gpfsh/interp/symbols"
	"gpfsh/mmexec"
)

const languageHead = `# The language

Go, as the specification has it, with the three rules of the shell view: collections are maps, the context is implied, an
error stops the statement unless it is taken. A script is checked as a whole before anything runs. What the interpreter
underneath cannot do is refused with a sentence; what it does wrongly is translated. The tests run every row below at the
prompt and, where it works, as an exported program, and compare.

This page is made from the table of the language (` + "`interp/conformance/rows.txt`" + `) and from the documentation of the
functions: ` + "`go test ./docs -update`" + `.
`

// TestLanguagePage keeps the page of the language in step with its table.
func TestLanguagePage(t *testing.T) {
	var b strings.Builder
	b.WriteString(languageHead)

	b.WriteString("\n## Functions\n\nBesides those of Go, of the object model (`Block`, `Independent`, `Link` …) and of the package `policy`:\n\n| function | does |\n|---|---|\n")
	p, ok := symbols.Lookup("gpfsh/interp/script")
	require.True(t, ok)
	session := 0
	documented := p.Docs()
	for _, name := range slices.Sorted(maps.Keys(documented)) {
		method, ok := strings.CutPrefix(name, "Session.")
		if !ok || method == "Print" {
			continue
		}
		session++
		doc := documented[name]
		params := slices.DeleteFunc(slices.Clone(doc.Params), func(p string) bool { return p == "ctx" })
		fmt.Fprintf(&b, "| `%s(%s)` | %s |\n", method, strings.Join(params, ", "), cell(firstSentence(doc.Text)))
	}
	require.Greater(t, session, 10)

	groups := map[string][]conformance.Row{}
	var order []string
	for _, r := range conformance.Rows() {
		group, _, _ := strings.Cut(r.Name, ":")
		if groups[group] == nil {
			order = append(order, group)
		}
		groups[group] = append(groups[group], r)
	}
	b.WriteString(aroundLanguage)
	b.WriteString("\n## Constructs\n\n*works*: as in Go. *lowered*: works, by a detour that nobody sees. *refused*: with the sentence beside it.\n\n| construct | here | |\n|---|---|---|\n")
	for _, g := range order {
		for _, r := range groups[g] {
			fmt.Fprintf(&b, "| %s | %s | %s |\n", cell(r.Name), r.Status, cell(code(r.Check)))
		}
	}
	page(t, "language.md", b.String())
}

const fromMMHead = `# From mm commands to gpfsh

Type the mm command as you always have: the shell runs it, and shows its expression. ` + "`:how mmcrsnapshot`" + ` answers from the
same table. Names in the examples are those of the simulated cluster. The tests run every expression in a dry run and see
that the command it stands for is the one that runs.

This page is made from the table of the shell (` + "`interp/phrasebook`" + `) and the catalogue of commands (` + "`mmexec`" + `):
` + "`go test ./docs -update`" + `.
`

// TestFromMMPage keeps the page of the mm commands in step with the table of the shell and with the catalogue.
func TestFromMMPage(t *testing.T) {
	var b strings.Builder
	b.WriteString(fromMMHead)
	group, told := "", map[string]bool{}
	for _, p := range phrasebook.All() {
		if p.Group != group {
			group = p.Group
			fmt.Fprintf(&b, "\n## %s\n\n| mm command | expression | |\n|---|---|---|\n", group)
		}
		told[p.Command()] = true
		note := p.Note
		if p.Runs != "" {
			note = strings.TrimPrefix(note+"; runs "+p.Runs, "; ")
		}
		fmt.Fprintf(&b, "| `%s` | `%s` | %s |\n", cell(p.Line()), cell(p.Expr()), cell(note))
	}
	b.WriteString("\n## Without an object\n\nThe function `Mm` runs any command and shows its answer as a table, under the same dry run, confirmation and audit:\n`Mm(\"mmlsmgr\")`. These commands of the catalogue have no expression of their own.\n\n| command | effect |\n|---|---|\n")
	for _, name := range mmexec.KnownCommands() {
		if !told[name] {
			fmt.Fprintf(&b, "| `%s` | %s |\n", name, effect(name))
		}
	}
	page(t, "from-mm.md", b.String())
}

func effect(name string) string {
	return strings.ToLower(fmt.Sprint(mmexec.Classify([]string{name}).Effect))
}

func cell(s string) string { return strings.NewReplacer("|", `\|`, "\n", " ").Replace(s) }

func code(s string) string {
	if s == "" {
		return ""
	}
	return "`" + strings.ReplaceAll(s, "`", "'") + "`"
}

// firstSentence is the first sentence of a documentation text.
func firstSentence(text string) string {
	text = strings.Join(strings.Fields(text), " ")
	if i := strings.Index(text, ". "); i >= 0 {
		text = text[:i+1]
	}
	return strings.TrimSuffix(text, ":")
}

// aroundLanguage is what the page about the language says of scripts and sessions.
const aroundLanguage = `
## Scripts and sessions

* A script is a file, with or without package main, or a directory of several files.
* A library of one's own is a folder or a file below ~/.config/gpfsh/lib: lib/sweep/*.go or lib/sweep.go is
  import "lib/sweep". It is used only if nobody else can write it.
* At the prompt _ is the value that was shown last and _err the error of the last entry that failed.
* A dry run holds back what changes files or starts programs by os and os/exec, and the plan lists it. A file that was
  opened for writing before the dry run was turned on is still written.
* Ctrl-C ends every form that waits. A program that does not end at it is left running and told of.
* The methods of a type are those that it was declared with and those added later; one that is there is not replaced.
* A template sees the fields of the user's types, not their methods.
`
