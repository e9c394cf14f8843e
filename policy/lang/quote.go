package lang

import "strings"

// Quote writes a value as a string of the policy language, so that m4 and the policy parser together read exactly that
// value, whatever is in it. macros are the names that are defined where the string will stand (nil: only m4's own).
//
// Values without anything special come out as 'value'. Where m4 would see a quote, a comment or one of its macros, the
// value is put into m4 quotes: '[a/*b]'. A value with lone brackets needs other quotes for as long as it lasts.
//
// A zero byte cannot be written; use [Quotable] to ask.
func Quote(value string, macros map[string]Macro) string {
	text := strings.ReplaceAll(value, "'", "''")
	if !needsM4Quotes(text, macros) {
		return "'" + text + "'"
	}
	if balanced(text) {
		return "'" + m4QuoteOpen + text + m4QuoteClose + "'"
	}
	open, end := freeQuotes(text)
	return "'changequote(" + open + "," + end + ")" + open + text + end + "changequote(" + m4QuoteOpen + "," + m4QuoteClose + ")'"
}

// Quotable says whether a value can stand in a policy: all bytes but zero can.
func Quotable(value string) bool { return strings.IndexByte(value, 0) < 0 }

// Comment writes a text as a comment. An end of comment inside the text is taken apart.
func Comment(text string) string {
	return "/* " + strings.ReplaceAll(strings.TrimSpace(text), "*/", "* /") + " */"
}

// needsM4Quotes says whether m4 would change the text.
func needsM4Quotes(text string, macros map[string]Macro) bool {
	if strings.ContainsAny(text, m4QuoteOpen+m4QuoteClose) || strings.Contains(text, m4CommentOpen) {
		return true
	}
	for i := 0; i < len(text); {
		if !isWordStart(text[i]) {
			i++
			continue
		}
		j := i
		for j < len(text) && isWordPart(text[j]) {
			j++
		}
		word := text[i:j]
		if _, ok := macros[word]; ok {
			return true
		}
		if is, bare := isM4Builtin(word); is && (bare || j < len(text) && text[j] == '(') {
			return true
		}
		i = j
	}
	return false
}

func balanced(text string) bool {
	depth := 0
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '[':
			depth++
		case ']':
			if depth--; depth < 0 {
				return false
			}
		}
	}
	return depth == 0
}

// freeQuotes makes a pair of m4 quotes that the text does not hold. The two share no character and neither begins as it
// ends, so they cannot be read out of the end of the text either.
func freeQuotes(text string) (open, end string) {
	for n := 1; ; n++ {
		open, end = "{"+strings.Repeat(";", n), strings.Repeat(":", n)+"}"
		if !strings.Contains(text, open) && !strings.Contains(text, end) {
			return open, end
		}
	}
}
