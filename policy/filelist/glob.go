package filelist

import (
	"bytes"
	"fmt"
	"strings"
	"unicode/utf8"
)

// compileGlob compiles a pattern with *, ?, [set], [^set] and backslash. It matches whole texts; * and ? match slashes
// as well, since the text may be a path.
func compileGlob(pattern string) (func([]byte) bool, error) {
	const special = `*?[\`
	if body, found := strings.CutPrefix(pattern, "*"); found && !strings.ContainsAny(body, special) {
		suffix := []byte(body)
		return func(s []byte) bool { return bytes.HasSuffix(s, suffix) }, nil
	}
	if body, found := strings.CutSuffix(pattern, "*"); found && !strings.ContainsAny(body, special) {
		prefix := []byte(body)
		return func(s []byte) bool { return bytes.HasPrefix(s, prefix) }, nil
	}
	tokens, err := globTokens(pattern)
	if err != nil {
		return nil, err
	}
	return func(s []byte) bool { return globMatch(tokens, s) }, nil
}

// globToken matches one character, or any run of them.
type globToken struct {
	star   bool
	any    bool
	char   rune
	ranges []rune // pairs; nil for a plain character
	negate bool
}

func globTokens(pattern string) ([]globToken, error) {
	var tokens []globToken
	rs := []rune(pattern)
	for i := 0; i < len(rs); i++ {
		switch rs[i] {
		case '*':
			if n := len(tokens); n == 0 || !tokens[n-1].star {
				tokens = append(tokens, globToken{star: true})
			}
		case '?':
			tokens = append(tokens, globToken{any: true})
		case '[':
			t, end, err := globSet(rs, i+1, pattern)
			if err != nil {
				return nil, err
			}
			tokens = append(tokens, t)
			i = end
		case '\\':
			if i++; i == len(rs) {
				return nil, fmt.Errorf("pattern %q ends in a backslash", pattern)
			}
			tokens = append(tokens, globToken{char: rs[i]})
		default:
			tokens = append(tokens, globToken{char: rs[i]})
		}
	}
	return tokens, nil
}

// globSet reads a set that begins at rs[i], behind its bracket, and returns where its closing bracket stands.
func globSet(rs []rune, i int, pattern string) (globToken, int, error) {
	t := globToken{ranges: []rune{}}
	if i < len(rs) && (rs[i] == '^' || rs[i] == '!') {
		t.negate = true
		i++
	}
	for first := true; i < len(rs) && (rs[i] != ']' || first); first = false {
		lo := rs[i]
		hi := lo
		if i+2 < len(rs) && rs[i+1] == '-' && rs[i+2] != ']' {
			hi = rs[i+2]
			i += 2
		}
		t.ranges = append(t.ranges, lo, hi)
		i++
	}
	if i >= len(rs) {
		return t, i, fmt.Errorf("pattern %q: a bracket is not closed", pattern)
	}
	return t, i, nil
}

func (t *globToken) matches(c rune) bool {
	if t.any {
		return true
	}
	if t.ranges == nil {
		return c == t.char
	}
	for i := 0; i < len(t.ranges); i += 2 {
		if c >= t.ranges[i] && c <= t.ranges[i+1] {
			return !t.negate
		}
	}
	return t.negate
}

// globMatch goes back to the last star only: what an earlier one took need never be taken back.
func globMatch(tokens []globToken, s []byte) bool {
	at, t := 0, 0
	star, mark := -1, 0
	for at < len(s) {
		if t < len(tokens) && tokens[t].star {
			star, mark = t, at
			t++
			continue
		}
		c, size := rune(s[at]), 1
		if c >= utf8.RuneSelf {
			c, size = utf8.DecodeRune(s[at:])
		}
		if t < len(tokens) && tokens[t].matches(c) {
			at += size
			t++
			continue
		}
		if star < 0 {
			return false
		}
		_, size = utf8.DecodeRune(s[mark:])
		mark += size
		at, t = mark, star+1
	}
	for t < len(tokens) && tokens[t].star {
		t++
	}
	return t == len(tokens)
}
