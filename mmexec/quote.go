package mmexec

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// QuoteArgv joins an argument vector to one line for a POSIX shell, quoting only what needs it.
func QuoteArgv(argv []string) string {
	var b strings.Builder
	for i, a := range argv {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(Quote(a))
	}
	return b.String()
}

// Quote returns one argument as a POSIX shell needs it typed, on one line. Text of harmless characters stays as it is;
// anything else is put in single quotes, in which no character has a meaning. Text that does not print, with line ends
// or bytes that are no UTF-8, is written with escapes as $'...', which shells and POSIX know since 2024.
func Quote(s string) string {
	switch {
	case s == "":
		return "''"
	case !prints(s):
		return quoteEscaped(s)
	}
	for i := 0; i < len(s); i++ {
		if !plain(s[i]) {
			return QuotePosix(s)
		}
	}
	return s
}

// QuotePosix quotes one argument for any POSIX shell, however old: single quotes around what is not plain. The result may
// span lines.
func QuotePosix(s string) string {
	if s != "" {
		harmless := true
		for i := 0; i < len(s) && harmless; i++ {
			harmless = plain(s[i])
		}
		if harmless {
			return s
		}
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}

func quoteEscaped(s string) string {
	var b strings.Builder
	b.WriteString("$'")
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError && n == 1, r < ' ', r >= 0x7f && r < 0xa0, r == '\u2028', r == '\u2029':
			for _, c := range []byte(s[i : i+n]) {
				switch c {
				case '\n':
					b.WriteString(`\n`)
				case '\t':
					b.WriteString(`\t`)
				default:
					// Three octal digits end by themselves; hexadecimal ones would take in what follows.
					fmt.Fprintf(&b, `\%03o`, c)
				}
			}
		case r == '\'' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		default:
			b.WriteString(s[i : i+n])
		}
		i += n
	}
	b.WriteByte('\'')
	return b.String()
}

func prints(s string) bool {
	if !utf8.ValidString(s) {
		return false
	}
	for _, r := range s {
		if r < ' ' || r >= 0x7f && r < 0xa0 || r == '\u2028' || r == '\u2029' {
			return false
		}
	}
	return true
}

func plain(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.IndexByte("_-./:,=+@%", c) >= 0
}
