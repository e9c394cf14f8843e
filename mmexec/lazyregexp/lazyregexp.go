// Package lazyregexp holds regular expressions that are compiled when they are first used: a program does not wait, when
// it starts, for those that it has no use for.
package lazyregexp

import (
	"os"
	"regexp"
	"strings"
	"sync"
)

// Regexp is a regular expression. Its methods are those of regexp.Regexp.
type Regexp struct {
	compile func() *regexp.Regexp
}

// New returns the regular expression of a text, which must be one: as regexp.MustCompile does, its first use panics
// otherwise.
func New(text string) *Regexp {
	re := &Regexp{sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(text) })}
	if inTest {
		re.compile() // so that every test finds one that does not compile
	}
	return re
}

var inTest = len(os.Args) > 0 && strings.HasSuffix(os.Args[0], ".test")

// String returns the text.
func (r *Regexp) String() string { return r.compile().String() }

// Match is that of regexp.Regexp, as are all that follow.
func (r *Regexp) Match(b []byte) bool { return r.compile().Match(b) }

// MatchString tells whether a string has a match.
func (r *Regexp) MatchString(s string) bool { return r.compile().MatchString(s) }

// FindString returns the first match.
func (r *Regexp) FindString(s string) string { return r.compile().FindString(s) }

// FindStringIndex returns where the first match is.
func (r *Regexp) FindStringIndex(s string) []int { return r.compile().FindStringIndex(s) }

// FindSubmatch returns the first match and its groups.
func (r *Regexp) FindSubmatch(b []byte) [][]byte { return r.compile().FindSubmatch(b) }

// FindStringSubmatch returns the first match and its groups.
func (r *Regexp) FindStringSubmatch(s string) []string { return r.compile().FindStringSubmatch(s) }

// FindStringSubmatchIndex returns where the first match and its groups are.
func (r *Regexp) FindStringSubmatchIndex(s string) []int {
	return r.compile().FindStringSubmatchIndex(s)
}

// FindAllString returns the first n matches, all of them when n is negative.
func (r *Regexp) FindAllString(s string, n int) []string { return r.compile().FindAllString(s, n) }

// FindAllStringIndex returns where the first n matches are.
func (r *Regexp) FindAllStringIndex(s string, n int) [][]int {
	return r.compile().FindAllStringIndex(s, n)
}

// FindAllSubmatch returns the first n matches and their groups.
func (r *Regexp) FindAllSubmatch(b []byte, n int) [][][]byte {
	return r.compile().FindAllSubmatch(b, n)
}

// FindAllStringSubmatch returns the first n matches and their groups.
func (r *Regexp) FindAllStringSubmatch(s string, n int) [][]string {
	return r.compile().FindAllStringSubmatch(s, n)
}

// ReplaceAllString replaces all matches, with $1 for a group.
func (r *Regexp) ReplaceAllString(s, with string) string {
	return r.compile().ReplaceAllString(s, with)
}

// ReplaceAllStringFunc replaces each match by what f makes of it.
func (r *Regexp) ReplaceAllStringFunc(s string, f func(string) string) string {
	return r.compile().ReplaceAllStringFunc(s, f)
}
