package prompt

import (
	"unicode"

	goprompt "github.com/c-bata/go-prompt"
)

// The keys that go-prompt has no binding for: moving and deleting by the words of a programme, which end at dots and
// brackets.
func bindings() []goprompt.Option {
	left := func(b *goprompt.Buffer) { b.CursorLeft(wordLeft(b)) }
	right := func(b *goprompt.Buffer) { b.CursorRight(wordRight(b)) }
	return []goprompt.Option{
		goprompt.OptionAddKeyBind(
			goprompt.KeyBind{Key: goprompt.ControlLeft, Fn: left},
			goprompt.KeyBind{Key: goprompt.ControlRight, Fn: right},
		),
		goprompt.OptionAddASCIICodeBind(
			goprompt.ASCIICodeBind{ASCIICode: []byte("\x1bb"), Fn: left},
			goprompt.ASCIICodeBind{ASCIICode: []byte("\x1bf"), Fn: right},
			goprompt.ASCIICodeBind{ASCIICode: []byte("\x1b[1;3D"), Fn: left},
			goprompt.ASCIICodeBind{ASCIICode: []byte("\x1b[1;3C"), Fn: right},
			goprompt.ASCIICodeBind{ASCIICode: []byte("\x1b\x7f"), Fn: func(b *goprompt.Buffer) { b.DeleteBeforeCursor(wordLeft(b)) }},
			goprompt.ASCIICodeBind{ASCIICode: []byte("\x1bd"), Fn: func(b *goprompt.Buffer) {
				n := wordRight(b)
				b.CursorRight(n)
				b.DeleteBeforeCursor(n)
			}},
		),
	}
}

func isBound(key string) bool {
	switch key {
	case "\x1bb", "\x1bf", "\x1b[1;3D", "\x1b[1;3C", "\x1b\x7f", "\x1bd":
		return true
	}
	return false
}

func wordLeft(b *goprompt.Buffer) int {
	rs := []rune(b.Document().TextBeforeCursor())
	i := len(rs)
	for i > 0 && !isWord(rs[i-1]) {
		i--
	}
	for i > 0 && isWord(rs[i-1]) {
		i--
	}
	return len(rs) - i
}

func wordRight(b *goprompt.Buffer) int {
	rs := []rune(b.Document().TextAfterCursor())
	i := 0
	for i < len(rs) && !isWord(rs[i]) {
		i++
	}
	for i < len(rs) && isWord(rs[i]) {
		i++
	}
	return i
}

func isWord(r rune) bool { return r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r) }
