package prompt

import (
	"strings"
	"sync"

	"github.com/alecthomas/chroma/v2"

	"gpfsh/cmd/gpfsh/internal/style"
	"gpfsh/mmexec/lazyregexp"
)

// highlighter colours what is typed.
type highlighter struct {
	styles style.Styles
	// before are the lines of the entry that were read already: a text in backquotes, or a comment, may go on.
	before string
	once   sync.Once
	lexer  chroma.Lexer
	mm     chroma.Lexer
	// The last text and its colours: a key press draws the same text more than once.
	text, coloured string
}

// colour returns the text of a line with colours, one cell for each of its own.
func (h *highlighter) colour(line string) string {
	if !h.styles.On {
		return visible(line)
	}
	key := h.before + "\x00" + line
	if key == h.text {
		return h.coloured
	}
	h.once.Do(func() { h.lexer, h.mm = style.Lexer(style.Go), style.Lexer(style.Mm) })
	h.text, h.coloured = key, h.line(takeLine(line))
	return h.coloured
}

// mmStart begins the line of an mm command.
var mmStart = lazyregexp.New(`^(?:sudo\s+)?(?:/usr/lpp/mmfs/bin/)?mm[a-z0-9]+\s+[\w/-]`)

func (h *highlighter) line(text string) string {
	switch {
	case h.before != "":
	case strings.HasPrefix(text, ":"):
		// A command of the shell, and mostly an expression behind it.
		word, rest, _ := strings.Cut(text, " ")
		if rest != "" {
			rest = " " + rest
		}
		lexer := h.lexer
		if mmStart.MatchString(strings.TrimSpace(rest)) {
			lexer = h.mm
		}
		return h.styles.Apply(style.Strong, visible(showLine(word))) + h.tokens(lexer, "", rest)
	case mmStart.MatchString(text):
		return h.tokens(h.mm, "", text)
	}
	return h.tokens(h.lexer, h.before, text)
}

// tokens colours a text that goes on behind another one, which is not shown.
func (h *highlighter) tokens(lexer chroma.Lexer, before, text string) string {
	it, err := lexer.Tokenise(nil, before+text)
	if err != nil {
		return visible(showLine(text))
	}
	var b strings.Builder
	skip := len(before)
	for tok := it(); tok != chroma.EOF; tok = it() {
		value := tok.Value
		if n := min(skip, len(value)); n > 0 {
			value, skip = value[n:], skip-n
		}
		if value != "" {
			b.WriteString(h.styles.Apply(style.Token(tok.Type), visible(showLine(value))))
		}
	}
	return b.String()
}

// visible shows the characters that stand for line ends and tabs.
func visible(line string) string {
	return strings.NewReplacer(string(lineEnd), "↵", string(tabStop), "⇥").Replace(line)
}
