package style

import (
	"strings"
	"sync"

	"github.com/alecthomas/chroma/v2"
)

// Language is what a text is written in.
type Language string

// The languages that are coloured.
const (
	Go     Language = "go"
	Policy Language = "policy" // the rules of mmapplypolicy
	JSON   Language = "json"
	YAML   Language = "yaml"
	Mm     Language = "mm" // command lines
)

// Lexer makes the lexer of a language. All are our own and forgiving of what is not finished: the lexers of chroma are
// all read when one of them is, which every start would wait for.
func Lexer(l Language) chroma.Lexer {
	return chroma.MustNewLexer(&chroma.Config{Name: "gpfsh " + string(l), DotAll: true, CaseInsensitive: l == Policy}, func() chroma.Rules {
		return chroma.Rules{"root": rules[l]}
	})
}

var rules = map[Language][]chroma.Rule{
	Go: {
		{Pattern: `\s+`, Type: chroma.TextWhitespace},
		{Pattern: `//[^\n]*`, Type: chroma.CommentSingle},
		{Pattern: `/\*.*?(\*/|\z)`, Type: chroma.CommentMultiline},
		{Pattern: chroma.Words(``, `\b`, "break", "case", "chan", "const", "continue", "default", "defer", "else",
			"fallthrough", "for", "func", "go", "goto", "if", "import", "interface", "map", "package", "range", "return",
			"select", "struct", "switch", "type", "var"), Type: chroma.Keyword},
		{Pattern: chroma.Words(``, `\b`, "true", "false", "nil", "iota"), Type: chroma.KeywordConstant},
		{Pattern: "`[^`]*`?", Type: chroma.LiteralStringBacktick},
		{Pattern: `"(\\.|[^"\\\n])*"?`, Type: chroma.LiteralString},
		{Pattern: `'(\\.|[^'\\\n])*'?`, Type: chroma.LiteralStringChar},
		{Pattern: `\d[\w.]*`, Type: chroma.LiteralNumber},
		{Pattern: `[^\W\d]\w*(?=\()`, Type: chroma.NameFunction},
		{Pattern: `[^\W\d]\w*`, Type: chroma.NameOther},
		{Pattern: `.`, Type: chroma.Punctuation},
	},
	Policy: {
		{Pattern: `\s+`, Type: chroma.TextWhitespace},
		{Pattern: `/\*.*?(\*/|\z)`, Type: chroma.CommentMultiline},
		{Pattern: `--[^\n]*`, Type: chroma.CommentSingle},
		{Pattern: `'([^']|'')*'?`, Type: chroma.LiteralString},
		{Pattern: `"[^"\n]*"?`, Type: chroma.LiteralString},
		{Pattern: chroma.Words(``, `\b`, "RULE", "SET", "STGPOOL", "POOL", "MIGRATE", "DELETE", "LIST", "EXTERNAL", "EXCLUDE", "RESTORE", "COMPRESS",
			"ENCRYPTION", "CHANGE", "GROUP", "FROM", "TO", "THRESHOLD", "WEIGHT", "LIMIT", "REPLICATE", "FOR", "FILESET", "WHERE", "SHOW", "SIZE", "ACTION",
			"EXEC", "OPTS", "ESCAPE", "WHEN", "IS", "DIRECTORIES_PLUS", "SNAPS", "AND", "OR", "NOT", "LIKE", "IN", "BETWEEN", "CASE", "THEN", "ELSE", "END", "NULL",
			"AS", "CAST", "INTERVAL", "DAYS", "HOURS", "MINUTES", "SECONDS", "DEFINE"), Type: chroma.Keyword},
		{Pattern: `\d[\w.]*%?`, Type: chroma.LiteralNumber},
		{Pattern: `[^\W\d]\w*(?=\s*\()`, Type: chroma.NameFunction},
		{Pattern: `[^\W\d]\w*`, Type: chroma.NameOther},
		{Pattern: `.`, Type: chroma.Punctuation},
	},
	JSON: {
		{Pattern: `\s+`, Type: chroma.TextWhitespace},
		{Pattern: `"(\\.|[^"\\])*"?(?=\s*:)`, Type: chroma.NameTag},
		{Pattern: `"(\\.|[^"\\])*"?`, Type: chroma.LiteralString},
		{Pattern: `-?\d[\w.+-]*`, Type: chroma.LiteralNumber},
		{Pattern: chroma.Words(``, `\b`, "true", "false", "null"), Type: chroma.KeywordConstant},
		{Pattern: `.`, Type: chroma.Punctuation},
	},
	YAML: {
		{Pattern: `"(\\.|[^"\\])*"(?=:)`, Type: chroma.NameTag},
		{Pattern: `[\w./%-]+(?=:(\s|\z))`, Type: chroma.NameTag},
		{Pattern: `"(\\.|[^"\\])*"?`, Type: chroma.LiteralString},
		{Pattern: `(?<=[:-] )-?\d[\d.e+-]*(?=\n|\z)`, Type: chroma.LiteralNumber},
		{Pattern: `(?<=[:-] )(true|false|null)(?=\n|\z)`, Type: chroma.KeywordConstant},
		{Pattern: `\s+`, Type: chroma.TextWhitespace},
		{Pattern: `[^\s":]+`, Type: chroma.Text},
		{Pattern: `.`, Type: chroma.Punctuation},
	},
	Mm: {
		{Pattern: `#[^\n]*`, Type: chroma.CommentSingle},
		{Pattern: `\s+`, Type: chroma.TextWhitespace},
		{Pattern: `(?<=(\A|\n)[^\S\n]*(sudo )?)(/[^\s]*/)?mm[a-z0-9]+\b`, Type: chroma.Keyword}, // at the beginning of a line
		{Pattern: `(?<!\S)--?[A-Za-z][\w-]*`, Type: chroma.NameAttribute},
		{Pattern: `'[^']*'?`, Type: chroma.LiteralString},
		{Pattern: `"(\\.|[^"\\])*"?`, Type: chroma.LiteralString},
		{Pattern: `[^\s'"]+`, Type: chroma.Text},
		{Pattern: `.`, Type: chroma.Punctuation},
	},
}

// Token returns the style of a token. Names stay plain: they are most of what there is to read.
func Token(t chroma.TokenType) Style {
	switch {
	case t.InCategory(chroma.Keyword):
		return "35"
	case t == chroma.NameTag, t == chroma.NameAttribute:
		return "34"
	case t.InSubCategory(chroma.LiteralString):
		return "32"
	case t.InSubCategory(chroma.LiteralNumber):
		return "36"
	case t.InCategory(chroma.Comment):
		return Dim
	}
	return Plain
}

// lexers are made when they are needed.
var lexers = func() map[Language]func() chroma.Lexer {
	all := map[Language]func() chroma.Lexer{}
	for l := range rules {
		all[l] = sync.OnceValue(func() chroma.Lexer { return Lexer(l) })
	}
	return all
}()

// Code returns a text in a language with colours. Its lines stay as they are, and so does what no lexer understands.
func (s Styles) Code(l Language, text string) string {
	lexer, ok := lexers[l]
	if !s.On || text == "" || !ok {
		return text
	}
	it, err := lexer().Tokenise(&chroma.TokeniseOptions{State: "root"}, text)
	if err != nil {
		return text
	}
	var b strings.Builder
	for tok := it(); tok != chroma.EOF; tok = it() {
		// A style ends with its line: pagers show lines one by one.
		for i, line := range strings.Split(tok.Value, "\n") {
			if i > 0 {
				b.WriteByte('\n')
			}
			b.WriteString(s.Apply(Token(tok.Type), line))
		}
	}
	return b.String()
}
