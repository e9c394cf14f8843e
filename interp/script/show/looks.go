package show

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Look says what a piece of text is. Whoever owns the terminal decides how that looks; see [Writer.Paint].
type Look int

// The looks.
const (
	Plain   Look = iota
	Header       // headers of tables, labels of sheets
	Dim          // what can be skipped
	Strong       // what the eye should find first
	Good         // in order
	Warning      // between good and bad
	Bad          // not as it should be
)

// Printable returns text without characters that a terminal would act on, or that would turn the text around them: they
// are written as Go writes them. Bytes that are no text are written as \xff. Names in a cluster can hold anything.
func Printable(text string) string { return printable(text, "") }

// PrintableText is Printable for text of several lines: line ends and tabs stay.
func PrintableText(text string) string { return printable(text, "\n\t") }

func printable(text, keep string) string {
	if strings.IndexFunc(text, func(r rune) bool { return r == utf8.RuneError || acts(r) }) < 0 {
		return text
	}
	var b strings.Builder
	for i := 0; i < len(text); {
		r, n := utf8.DecodeRuneInString(text[i:])
		switch {
		case r == utf8.RuneError && n == 1:
			fmt.Fprintf(&b, `\x%02x`, text[i])
		case acts(r) && !strings.ContainsRune(keep, r):
			q := fmt.Sprintf("%+q", string(r))
			b.WriteString(q[1 : len(q)-1])
		default:
			b.WriteString(text[i : i+n])
		}
		i += n
	}
	return b.String()
}

// acts says whether a terminal does something else with a character than show it: control characters, line separators,
// and what changes the direction of the text that follows.
func acts(r rune) bool {
	if r < 0x7f {
		return r < ' '
	}
	if r < 0xa0 {
		return true
	}
	switch {
	case r == 0x061c, r >= 0x200b && r <= 0x200f && r != 0x200c && r != 0x200d, r >= 0x2028 && r <= 0x202e, r >= 0x2060 && r <= 0x206f, r == 0xfeff:
		return true
	}
	return unicode.Is(unicode.Cc, r) || r >= 0xfff9 && r <= 0xfffb
}
