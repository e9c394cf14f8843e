package prompt

import (
	"strings"
	"sync"

	"github.com/alecthomas/chroma/v2"

	"gpfsh/cmd/gpfsh/internal/style"
)

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
	h.once.Do(func() { h.lexer = style.Lexer(style.Go) })
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
		b.WriteString(h.styles.Apply(style.Token(tok.Type), visible(showLine(tok.Value))))
	}
	return b.String()
}

// visible shows the characters that stand for line ends and tabs.
func visible(line string) string {
	return strings.NewReplacer(string(lineEnd), "↵", string(tabStop), "⇥").Replace(line)
}
