package mmsim

import (
	"bytes"
	"fmt"
	"go/format"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var quoted = regexp.MustCompile(`"(?:[^"\\]|\\.)*"`)

// collectUnverified reads the remarks in the sources. A remark behind code is about the text in that line; one in a line
// of its own is about the text in the next lines.
func collectUnverified(t *testing.T) []Unverified {
	t.Helper()
	files, err := filepath.Glob("*.go")
	require.NoError(t, err)
	var list []Unverified
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") || file == "unverified_table.go" || file == "doc.go" {
			continue
		}
		data, err := os.ReadFile(file)
		require.NoError(t, err)
		lines := strings.Split(string(data), "\n")
		set := token.NewFileSet()
		parsed, err := parser.ParseFile(set, file, data, parser.ParseComments)
		require.NoError(t, err)
		for _, group := range parsed.Comments {
			remark := strings.Join(strings.Fields(group.Text()), " ")
			_, what, ok := strings.Cut(remark, "unverified:")
			if !ok {
				continue
			}
			first, last := set.Position(group.Pos()), set.Position(group.End())
			u := Unverified{Command: strings.TrimSuffix(file, ".go"), What: strings.TrimSuffix(strings.TrimSpace(what), ".")}
			if before := strings.TrimSpace(lines[first.Line-1][:first.Column-1]); before != "" {
				u.Text = longest(quoted.FindAllString(before, -1))
			} else {
				for i := last.Line; i < len(lines) && i < last.Line+3 && u.Text == ""; i++ {
					u.Text = longest(quoted.FindAllString(lines[i], -1))
				}
			}
			list = append(list, u)
		}
	}
	return list
}

// longest picks the literal that is the text rather than an argument.
func longest(literals []string) string {
	text := ""
	for _, l := range literals {
		if s, err := strconv.Unquote(l); err == nil && len(s) > len(text) {
			text = s
		}
	}
	return strings.TrimSpace(text)
}

// TestAboutIsComplete compares the table with the remarks. MMSIM_UPDATE=1 writes it anew.
func TestAboutIsComplete(t *testing.T) {
	want := collectUnverified(t)
	if os.Getenv("MMSIM_UPDATE") != "" {
		var b bytes.Buffer
		b.WriteString("package mmsim\n\n// unverifiedTable is what About lists. TestAboutIsComplete writes it: MMSIM_UPDATE=1 go test -run AboutIsComplete\n")
		fmt.Fprintf(&b, "func unverifiedTable() []Unverified {\nreturn []Unverified{\n")
		for _, u := range want {
			fmt.Fprintf(&b, "\t{%q, %q, %q},\n", u.Command, u.What, u.Text)
		}
		b.WriteString("}\n}\n")
		out, err := format.Source(b.Bytes())
		require.NoError(t, err)
		require.NoError(t, os.WriteFile("unverified_table.go", out, 0o644))
		return
	}
	assert.Empty(t, cmp.Diff(want, About()), "write the table anew: MMSIM_UPDATE=1 go test ./mmexec/mmsim -run AboutIsComplete")
	for _, u := range want {
		assert.NotEmpty(t, u.What, "%v", u)
	}
}
