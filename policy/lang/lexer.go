package lang

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

type tokenKind uint8

const (
	tokEOF tokenKind = iota
	tokWord
	tokString
	tokNumber
	tokOp
	// tokBad is a character that is not part of the language; it was reported.
	tokBad
)

type token struct {
	kind tokenKind
	span Span
	// text is a word as written, an operator, a number, or the value of a string.
	text string
	// upper is a word in capitals.
	upper string
}

func (t token) is(word string) bool { return t.kind == tokWord && t.upper == word }

func (t token) op(op string) bool { return t.kind == tokOp && t.text == op }

// describe names the token in a message.
func (t token) describe() string {
	switch t.kind {
	case tokEOF:
		return "the end of the policy"
	case tokString:
		s := t.text
		if len(s) > 40 {
			s = s[:40] + "…"
		}
		return "'" + s + "'"
	}
	return "“" + t.text + "”"
}

// typographic are characters that word processors and manuals put in the place of ASCII ones.
var typographic = map[rune]struct {
	ascii byte
	name  string
}{
	'‘': {'\'', "a typographic quote"}, '’': {'\'', "a typographic quote"}, '‚': {'\'', "a typographic quote"}, '‛': {'\'', "a typographic quote"},
	'′': {'\'', "a prime"}, '´': {'\'', "an accent"}, '＇': {'\'', "a wide quote"},
	'“': {'\'', "a typographic quote"}, '”': {'\'', "a typographic quote"}, '„': {'\'', "a typographic quote"},
	'–': {'-', "an en dash"}, '—': {'-', "an em dash"}, '−': {'-', "a minus sign that is not ASCII"}, '‐': {'-', "a typographic hyphen"},
	'‑': {'-', "a no-break hyphen"}, '\u00ad': {'-', "a soft hyphen"},
	'\u00a0': {' ', "a no-break space"}, '\u2007': {' ', "a figure space"}, '\u202f': {' ', "a narrow no-break space"}, '\u3000': {' ', "a wide space"},
	'\u200b': {' ', "a zero-width space"}, '\ufeff': {' ', "a byte order mark"}, '\u2028': {' ', "a line separator"},
	'×': {'*', "a multiplication sign"}, '∗': {'*', "an asterisk that is not ASCII"},
	'＜': {'<', "a wide sign"}, '＞': {'>', "a wide sign"}, '＝': {'=', "a wide sign"}, '（': {'(', "a wide parenthesis"}, '）': {')', "a wide parenthesis"}, '，': {',', "a wide comma"},
}

type lexer struct {
	text   string
	i      int
	tokens []token
	report func(span Span, sev Severity, code, message, hint string)
}

// scan cuts a text into tokens. The last one is tokEOF.
func scan(text string, report func(span Span, sev Severity, code, message, hint string)) []token {
	l := &lexer{text: text, report: report}
	for l.next() {
	}
	l.tokens = append(l.tokens, token{kind: tokEOF, span: Span{len(text), len(text)}})
	return l.tokens
}

func (l *lexer) add(kind tokenKind, start int) {
	t := token{kind: kind, span: Span{start, l.i}, text: l.text[start:l.i]}
	if kind == tokWord {
		t.upper = upperASCII(t.text)
	}
	l.tokens = append(l.tokens, t)
}

func (l *lexer) next() bool {
	for l.i < len(l.text) && isSpace(l.text[l.i]) {
		l.i++
	}
	if l.i >= len(l.text) {
		return false
	}
	start := l.i
	c := l.text[l.i]
	switch {
	case strings.HasPrefix(l.text[l.i:], "/*"):
		l.comment()
	case isWordStart(c):
		for l.i < len(l.text) && isWordPart(l.text[l.i]) {
			l.i++
		}
		l.add(tokWord, start)
	case isDigit(c) || c == '.' && l.i+1 < len(l.text) && isDigit(l.text[l.i+1]):
		l.number()
	case c == '\'':
		l.str(1)
	default:
		l.other()
	}
	return true
}

func (l *lexer) comment() {
	start := l.i
	if n := strings.Index(l.text[start+2:], "*/"); n >= 0 {
		l.i = start + 2 + n + 2
		return
	}
	l.i = len(l.text)
	l.report(Span{start, start + 2}, Fatal, CodeSyntax, "a comment is not closed", "comments end with */")
}

func (l *lexer) digits() {
	for l.i < len(l.text) && isDigit(l.text[l.i]) {
		l.i++
	}
}

func (l *lexer) number() {
	start := l.i
	l.digits()
	if l.i < len(l.text) && l.text[l.i] == '.' {
		l.i++
		l.digits()
	}
	if l.i < len(l.text) && (l.text[l.i] == 'e' || l.text[l.i] == 'E') {
		j := l.i + 1
		if j < len(l.text) && (l.text[j] == '+' || l.text[j] == '-') {
			j++
		}
		if j < len(l.text) && isDigit(l.text[j]) {
			l.i = j
			l.digits()
		}
	}
	l.add(tokNumber, start)
}

// str reads a string whose opening quote has n bytes. A typographic quote opens a string as well, so that one finding
// is told about it and not a dozen.
func (l *lexer) str(n int) {
	start := l.i
	l.i += n
	var b strings.Builder
	ascii := n == 1
	for {
		rest := l.text[l.i:]
		if rest == "" {
			l.report(Span{start, start + n}, Fatal, CodeSyntax, "a string is not closed", "a quote inside a string is doubled: 'it''s'")
			break
		}
		if rest[0] == '\'' {
			if len(rest) > 1 && rest[1] == '\'' && ascii {
				b.WriteByte('\'')
				l.i += 2
				continue
			}
			l.i++
			break
		}
		if !ascii {
			if r, size := utf8.DecodeRuneInString(rest); typographic[r].ascii == '\'' {
				l.i += size
				break
			}
			if rest[0] == '\n' {
				break
			}
		}
		k := 1
		for k < len(rest) && rest[k] != '\'' && (ascii || rest[k] < utf8.RuneSelf && rest[k] != '\n') {
			k++
		}
		b.WriteString(rest[:k])
		l.i += k
	}
	l.tokens = append(l.tokens, token{kind: tokString, span: Span{start, l.i}, text: b.String()})
}

var operators = []string{"<>", "<=", ">=", "==", "!=", "||", "**", "(", ")", ",", "=", "<", ">", "+", "-", "*", "/", "%", ";"}

func (l *lexer) other() {
	start := l.i
	rest := l.text[start:]
	for _, op := range operators {
		if strings.HasPrefix(rest, op) {
			l.i += len(op)
			l.add(tokOp, start)
			return
		}
	}
	r, size := utf8.DecodeRuneInString(rest)
	if t, ok := typographic[r]; ok {
		span := Span{start, start + size}
		message := fmt.Sprintf("%s (U+%04X) stands where ASCII %q belongs", t.name, r, string(t.ascii))
		hint := "text copied from a manual or a mail; type it again on the keyboard"
		switch t.ascii {
		case '\'':
			message = fmt.Sprintf("%s (U+%04X) is not a quote of the language", t.name, r)
			hint = "write ' before and after the string; manuals and mail programs change it"
			l.str(size)
			span.End = l.i
		case ' ':
			l.i += size
		default:
			l.i += size
			l.tokens = append(l.tokens, token{kind: tokOp, span: span, text: string(t.ascii)})
		}
		l.report(span, Fatal, CodeTypographic, message, hint)
		return
	}
	l.i += size
	if r >= utf8.RuneSelf {
		l.foreign()
	}
	switch {
	case strings.HasPrefix(rest, "..."):
		l.i = start + 3
		l.add(tokBad, start)
		l.report(Span{start, l.i}, Fatal, CodeSyntax, "“...” stands for something that was left out", "write out what belongs there")
		return
	case rest[0] == '"':
		l.report(Span{start, l.i}, Fatal, CodeBadCharacter, "a double quote is not a quote of the language", "strings stand in single quotes")
	case rest[0] == '`':
		l.report(Span{start, l.i}, Fatal, CodeBadCharacter, "a back quote is not a quote of the language", "strings stand in single quotes")
	case rest[0] == '#':
		if n := strings.IndexByte(rest, '\n'); n >= 0 {
			l.i = start + n
		} else {
			l.i = len(l.text)
		}
		l.report(Span{start, start + 1}, Fatal, CodeBadCharacter, "# does not begin a comment", "comments stand between /* and */")
		return
	case rest[0] == '[' || rest[0] == ']':
		l.report(Span{start, l.i}, Fatal, CodeBadCharacter, fmt.Sprintf("%q is not part of the language", r), "[ and ] are the quotes of m4")
	case r == utf8.RuneError && size == 1:
		l.report(Span{start, l.i}, Fatal, CodeBadCharacter, fmt.Sprintf("byte 0x%02X is not part of the language", rest[0]), "")
	case rest[0] == '$' || rest[0] == '{' || rest[0] == '}':
		l.report(Span{start, l.i}, Fatal, CodeBadCharacter, fmt.Sprintf("%q is not part of the language", r), "a template that was not filled in?")
	default:
		l.report(Span{start, l.i}, Fatal, CodeBadCharacter, fmt.Sprintf("character %q (U+%04X) is not part of the language", r, r), "")
	}
	l.add(tokBad, start)
}

// foreign goes on to the end of a run of characters that the language does not have: one finding is enough for it.
func (l *lexer) foreign() {
	for l.i < len(l.text) {
		r, size := utf8.DecodeRuneInString(l.text[l.i:])
		if _, known := typographic[r]; known || r < utf8.RuneSelf {
			return
		}
		l.i += size
	}
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

// upperASCII folds as the language does: A to Z only.
func upperASCII(s string) string {
	for i := 0; i < len(s); i++ {
		if s[i] >= 'a' && s[i] <= 'z' {
			b := []byte(s)
			for ; i < len(b); i++ {
				if b[i] >= 'a' && b[i] <= 'z' {
					b[i] -= 'a' - 'A'
				}
			}
			return string(b)
		}
	}
	return s
}
