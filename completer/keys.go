package completer

import (
	"context"
	"fmt"
	"slices"
	"sort"
	"strconv"
	"strings"
	"time"

	"gpfsh/interp"
	"gpfsh/mmexec"
)

// keys completes the key of a collection: names that there are, and patterns for several of them.
func (c *Completer) keys(res *Result, src string, cur interp.Cursor, asked bool) {
	if len(cur.Path) == 0 || cur.Start == 0 {
		return
	}
	quote := src[cur.Start-1]
	suffix := ""
	if !cur.Closed {
		suffix = string(quote) + "]"
	}
	if n := len(cur.Path); n > 1 && cur.Path[n-1].Field == "Quotas" {
		c.quotaKeys(res, cur.Path, cur.Prefix, quote, suffix, asked)
		return
	}
	c.named(res, cur.Path, cur.Prefix, quote, suffix, asked, true)
}

// quotaKeys completes the key of a quota without asking who has any: what kind it is, the filesets of the file system, and
// the owners whose quotas the session has read before.
func (c *Completer) quotaKeys(res *Result, quotas interp.Path, typed string, quote byte, suffix string, asked bool) {
	if name, ok := strings.CutPrefix(typed, "fileset/"); ok {
		c.named(res, append(slices.Clone(quotas[:len(quotas)-1]), interp.Step{Field: "Filesets"}), name, quote, suffix, asked, false)
		for i := range res.Suggestions {
			res.Suggestions[i].Text = "fileset/" + res.Suggestions[i].Text
		}
		return
	}
	for _, kind := range []string{"user/", "group/", "fileset/"} {
		if begins(kind, typed) {
			res.Suggestions = append(res.Suggestions, Suggestion{Text: kind, Kind: "key", Doc: "and a name; in a fileset: proj:" + kind})
		}
	}
	c.quotaOwners(res, quotas, typed, quote, suffix)
}

// quotaOwners suggests the owners of quotas that were read before.
func (c *Completer) quotaOwners(res *Result, quotas interp.Path, typed string, quote byte, suffix string) {
	v, err := c.names.resolve(Unattended(context.Background(), mmexec.CostConfig), quotas)
	if err != nil {
		return
	}
	read, ok := v.(interface {
		OwnersRead() ([][]string, time.Time)
	})
	if !ok {
		return
	}
	lists, at := read.OwnersRead()
	doc := ageText(c.opts.Now().Sub(at))
	typed = unquoted(typed, quote)
	add := func(key string) bool {
		if len(res.Suggestions) >= c.opts.Max {
			return false
		}
		res.Suggestions = append(res.Suggestions, Suggestion{Text: quotedText(key, quote) + suffix, Kind: "key", Doc: doc})
		return true
	}
	found := false
	for _, keys := range lists {
		for _, key := range keys[sort.SearchStrings(keys, typed):] {
			if !strings.HasPrefix(key, typed) || !add(key) {
				break
			}
			found = true
		}
	}
	if found || typed == "" {
		return
	}
	// Nobody is called so: a name alone, or a part of one.
	for _, keys := range lists {
		for _, key := range keys {
			if strings.Contains(key, typed) && !add(key) {
				return
			}
		}
	}
}

// named suggests the names of a collection that fit what was typed inside a string.
func (c *Completer) named(res *Result, p interp.Path, typed string, quote byte, suffix string, asked, withPatterns bool) {
	keys, age, done := c.names.look(p, asked)
	doc := ageText(age)
	typed = unquoted(typed, quote)
	res.Pending = res.Pending || !done
	res.More = res.More || !asked && len(keys) == 0
	add := func(text, kind, doc string) {
		if len(res.Suggestions) < c.opts.Max {
			res.Suggestions = append(res.Suggestions, Suggestion{Text: quotedText(text, quote) + suffix, Kind: kind, Doc: doc})
		}
	}
	if withPatterns && strings.ContainsAny(typed, "*?") {
		// What was typed is a pattern: what it stands for is worth seeing.
		for _, k := range keys {
			if globs(typed, k) {
				add(k, "key", doc)
			}
		}
		return
	}
	for _, i := range rank(len(keys), typed, func(i int) (string, int) { return keys[i], 0 }) {
		add(keys[i], "key", doc)
	}
	if withPatterns {
		for _, p := range patterns(keys, typed) {
			add(p.text, "pattern", fmt.Sprintf("the %d that begin so", p.count))
		}
	}
}

// ageText says how old names are, when they were not learned just now.
func ageText(age time.Duration) string {
	if age < 5*time.Second {
		return ""
	}
	return fmt.Sprintf("read %s ago", age.Round(time.Second))
}

// unquoted is what a text means that is being typed inside a string.
func unquoted(typed string, quote byte) string {
	if quote == '"' {
		if s, err := strconv.Unquote(`"` + typed + `"`); err == nil {
			return s
		}
	}
	return typed
}

// quotedText is a text as it stands in the source behind its opening quote.
func quotedText(text string, quote byte) string {
	if quote != '"' {
		return text
	}
	q := strconv.Quote(text)
	return q[1 : len(q)-1]
}

type pattern struct {
	text  string
	count int
}

// maxPatterns is how many patterns are suggested at most: the longest list of names has few families.
const maxPatterns = 4

// patterns returns patterns for families of names: those that share what stands before a dash, a dot or an underscore
// behind what was typed.
func patterns(names []string, typed string) []pattern {
	var order []string
	counts := make(map[string]int)
	for _, n := range names {
		if !strings.HasPrefix(n, typed) || n == typed {
			continue
		}
		i := strings.IndexAny(n[len(typed):], "-._")
		if i < 0 {
			continue
		}
		family := n[:len(typed)+i+1]
		if counts[family] == 0 {
			order = append(order, family)
		}
		counts[family]++
	}
	var list []pattern
	for _, f := range order {
		if counts[f] > 1 && len(list) < maxPatterns {
			list = append(list, pattern{f + "*", counts[f]})
		}
	}
	return list
}

// globs matches a name with a pattern in which * stands for any text and ? for any letter.
func globs(pattern, name string) bool {
	for pattern != "" {
		switch pattern[0] {
		case '*':
			for i := 0; i <= len(name); i++ {
				if globs(pattern[1:], name[i:]) {
					return true
				}
			}
			return false
		case '?':
			if name == "" {
				return false
			}
			r := len(string([]rune(name)[:1]))
			pattern, name = pattern[1:], name[r:]
		default:
			if name == "" || pattern[0] != name[0] {
				return false
			}
			pattern, name = pattern[1:], name[1:]
		}
	}
	return name == ""
}
