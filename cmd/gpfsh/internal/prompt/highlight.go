package prompt

import (
	"strings"
	"sync"

	"github.com/alecthomas/chroma/v2"

	"gpfsh/cmd/gpfsh/internal/style"
)

// newLexer makes the lexer of what is typed: Go, forgiving of what is not finished yet. It is our own because the
// lexers of chroma are all read when one of them is, which every start would wait for.
func newLexer() chroma.Lexer {
	return chroma.MustNewLexer(&chroma.Config{Name: "gpfsh", DotAll: true}, func() chroma.Rules {
		return chroma.Rules{"root": {
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
		}}
	})
}

// highlighter colours what is typed.
type highlighter struct {
	styles style.Styles
	once   sync.Once
	lexer  chroma.Lexer
	// The last text and its colours: a key press draws the same text more than once.
	text, coloured string
}

// colour returns the text of a line with colours, one cell for each of its own.
func (h *highlighter) colour(line string) string {
	if !h.styles.On {
		return visible(line)
	}
	if line == h.text {
		return h.coloured
	}
	h.once.Do(func() { h.lexer = newLexer() })
	h.text, h.coloured = line, h.tokens(takeLine(line))
	return h.coloured
}

func (h *highlighter) tokens(text string) string {
	if strings.HasPrefix(text, ":") {
		word, rest, _ := strings.Cut(text, " ")
		if rest != "" {
			rest = " " + rest
		}
		return h.styles.Apply(style.Strong, visible(showLine(word))) + visible(showLine(rest))
	}
	it, err := h.lexer.Tokenise(nil, text)
	if err != nil {
		return visible(showLine(text))
	}
	var b strings.Builder
	for tok := it(); tok != chroma.EOF; tok = it() {
		b.WriteString(h.styles.Apply(tokenStyle(tok.Type), visible(showLine(tok.Value))))
	}
	return b.String()
}

// tokenStyle keeps to the colours that are legible on dark and on light backgrounds. Names stay plain: they are most of
// what is typed.
func tokenStyle(t chroma.TokenType) style.Style {
	switch {
	case t.InCategory(chroma.Keyword):
		return "35"
	case t.InSubCategory(chroma.LiteralString):
		return "32"
	case t.InSubCategory(chroma.LiteralNumber):
		return "36"
	case t.InCategory(chroma.Comment):
		return style.Dim
	}
	return style.Plain
}

// visible shows the characters that stand for line ends and tabs.
func visible(line string) string {
	return strings.NewReplacer(string(lineEnd), "↵", string(tabStop), "⇥").Replace(line)
}
