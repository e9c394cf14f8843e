package prompt

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"gpfsh/mmexec/lazyregexp"
)

// The bytes of keys as the line editor knows them.
const (
	keyCtrlC   = "\x03"
	keyCtrlD   = "\x04"
	keyTab     = "\t"
	keyBackTab = "\x1b[Z"
	keyEnter   = "\r"
	keyEscape  = "\x1b"
	keySpace   = " "
	keyCtrlZ   = "\x1a"
	// keyNone redraws and does nothing else; a chosen suggestion is taken over.
	keyNone = "\x1b[E"

	pasteBegin = "\x1b[200~"
	pasteEnd   = "\x1b[201~"
)

// Pasted line ends and tabs stand in the line as characters of their own, each one cell wide, because the editor knows
// one line only. They come from the private use area, so no text that somebody means holds them.
const (
	lineEnd = '\uF70A'
	tabStop = '\uF709'
)

// show returns a text as it stands in the line; take returns what the line means.
func showLine(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n':
			return lineEnd
		case r == '\t':
			return tabStop
		case isControl(r) || r == utf8.RuneError:
			return -1
		}
		return r
	}, text)
}

func takeLine(line string) string {
	return strings.Map(func(r rune) rune {
		switch r {
		case lineEnd:
			return '\n'
		case tabStop:
			return '\t'
		}
		return r
	}, line)
}

// nextKey splits the first key off what a terminal sent: a run of text, a control character, an escape sequence, or a
// whole paste. n is 0 when more must come before it is known what it is; final says that no more will come.
func nextKey(in []byte, final bool) (key []byte, n int) {
	if len(in) == 0 {
		return nil, 0
	}
	switch c := in[0]; {
	case c == 0x1b:
		return escapeKey(in, final)
	case c < ' ' || c == 0x7f:
		return in[:1], 1
	}
	return textRun(in, final)
}

// textRun takes everything up to the next key that is no text.
func textRun(in []byte, final bool) ([]byte, int) {
	n := 0
	for n < len(in) && in[n] >= ' ' && in[n] != 0x7f {
		if !utf8.FullRune(in[n:]) && !final {
			break // the rest of the character is still to come
		}
		_, size := utf8.DecodeRune(in[n:])
		n += size
	}
	return in[:n], n
}

// escapeKey takes an escape sequence: CSI and SS3 sequences, a key with Alt, a paste, or the Escape key itself.
func escapeKey(in []byte, final bool) ([]byte, int) {
	if len(in) == 1 {
		if final {
			return in, 1
		}
		return nil, 0
	}
	if bytes.HasPrefix(in, []byte(pasteBegin)) {
		end := bytes.Index(in, []byte(pasteEnd))
		if end < 0 {
			return nil, 0 // a paste always ends, however long it takes
		}
		return in[:end+len(pasteEnd)], end + len(pasteEnd)
	}
	switch in[1] {
	case '[':
		return csiKey(in, final)
	case 'O':
		if len(in) >= 3 {
			return in[:3], 3
		}
	case 0x1b:
		return in[:1], 1
	default:
		_, size := utf8.DecodeRune(in[1:])
		if utf8.FullRune(in[1:]) {
			return in[:1+size], 1 + size
		}
	}
	if final {
		return in, len(in)
	}
	return nil, 0
}

// csiKey takes ESC [ with its parameters and its final byte. The Linux console sends ESC [ [ A for function keys.
func csiKey(in []byte, final bool) ([]byte, int) {
	i := 2
	if i < len(in) && in[i] == '[' {
		i++
	}
	for i < len(in) && in[i] >= 0x20 && in[i] <= 0x3f {
		i++
	}
	if i < len(in) {
		return in[:i+1], i + 1
	}
	if final {
		return in, len(in)
	}
	return nil, 0
}

// pasted returns the text of a paste as one entry: line ends as Unix has them, without the prompts of a copied session,
// without an empty end.
func pasted(key []byte) string {
	text := strings.TrimSuffix(strings.TrimPrefix(string(key), pasteBegin), pasteEnd)
	text = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(text)
	return WithoutPrompts(strings.TrimRight(text, "\n"))
}

// Prompts as a copied session shows them: before an entry, and before its further lines. A name alone is not enough,
// because a comparison looks like one; a real cluster is told by its dots.
var (
	copiedPrompt       = lazyregexp.New(`^(?:gpfsh|sim|[\w.-]+\(sim\)|[a-z0-9-]+(?:\.[a-z0-9-]+)+)(?: dry)?(?: ro)?(?: [^\s>"()]+)?> `)
	copiedContinuation = lazyregexp.New(`^ *\.\.\. ?`)
)

// WithoutPrompts takes the prompts off a text that was copied from a session, and what the session has answered. A text
// that does not begin with a prompt stays as it is.
func WithoutPrompts(text string) string {
	if !copiedPrompt.MatchString(text) {
		return text
	}
	var kept []string
	for line := range strings.SplitSeq(text, "\n") {
		for _, re := range []*lazyregexp.Regexp{copiedPrompt, copiedContinuation} {
			if p := re.FindString(line); p != "" {
				kept = append(kept, line[len(p):])
				break
			}
		}
	}
	return strings.Join(kept, "\n")
}
