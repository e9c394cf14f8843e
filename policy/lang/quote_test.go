package lang

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var odd = []string{"plain", "it's", "''", "a[b]c", "[", "]", "][", "[[", "/* x", "*/", "/*", "dnl", "define(x,y)", "include(/etc/passwd)", "is_old", "a\nb", "%_\\", "{;", ":}", "{;[:}", "a{", "]:",
	"RULE 'x' DELETE", "caf\xc3\xa9 \xff\xfe", "changequote", "$1", "#", "syscmd(id)", "", " ", "'changequote({;,:}){;[:}'"}

// A value that is written into a policy is read back as it was, and nothing around it changes.
func checkQuoted(t *testing.T, value string) {
	t.Helper()
	macros := map[string]Macro{"is_old": {Name: "is_old"}, "x": {Name: "x"}}
	text := "define([is_old],[RULE 'gotcha' DELETE])define([x],['])RULE 'a' EXCLUDE WHERE NAME = " + Quote(value, macros) + " AND NAME <> '[[z]]'\n" +
		Comment(value) + "\nRULE 'b' EXCLUDE WHERE NAME = 'y'\n"
	p := Parse(Source{Text: text}, Options{})
	require.NoError(t, p.Err(), text)
	require.Len(t, p.Rules, 2, text)
	and := p.Rules[0].Where.(*Binary)
	assert.Equal(t, value, and.X.(*Binary).Y.(*StringLit).Value)
	assert.Equal(t, "[z]", and.Y.(*Binary).Y.(*StringLit).Value)
	assert.Equal(t, "RULE 'b' EXCLUDE WHERE NAME = 'y'", p.Rules[1].String())
}

func TestQuote(t *testing.T) {
	for _, value := range odd {
		checkQuoted(t, value)
	}
	assert.Equal(t, "'%.tmp'", Quote("%.tmp", nil), "what needs no care gets none")
	assert.Equal(t, "'it''s'", Quote("it's", nil))
	assert.Equal(t, "'[a[b]]'", Quote("a[b]", nil))
}

func TestQuoteAgreesWithM4(t *testing.T) {
	for _, value := range odd {
		out, err := realM4(t, Quote(value, nil))
		require.NoError(t, err)
		assert.Equal(t, "'"+strings.ReplaceAll(value, "'", "''")+"'", out, "%q", value)
	}
}

func FuzzQuote(f *testing.F) {
	for _, value := range odd {
		f.Add(value)
	}
	f.Fuzz(func(t *testing.T, value string) {
		if len(value) <= 4096 && Quotable(value) {
			checkQuoted(t, value)
		}
	})
}
