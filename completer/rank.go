package completer

import (
	"sort"
	"strings"

	"gpfsh/interp"
)

// match says how well a name fits what was typed; the smaller the better.
type match int

const (
	matchPrefix match = iota
	matchFold         // a prefix but for the case of letters
	matchInside
	matchLoose // its letters stand in the name in their order
	matchNone
)

func fits(name, typed, folded string) match {
	if strings.HasPrefix(name, typed) {
		return matchPrefix
	}
	low := strings.ToLower(name)
	switch i := strings.Index(low, folded); {
	case i == 0:
		return matchFold
	case i > 0:
		return matchInside
	case inOrder(low, folded):
		return matchLoose
	}
	return matchNone
}

func inOrder(name, typed string) bool {
	for _, r := range typed {
		i := strings.IndexRune(name, r)
		if i < 0 {
			return false
		}
		name = name[i+1:]
	}
	return true
}

// rank returns the indexes of the names that fit what was typed, best first; what it is not a prefix of is found only
// when it is a prefix of nothing. Names that fit equally are sorted by their weight; those of equal weight keep their order.
func rank(n int, typed string, name func(int) (string, int)) []int {
	folded := strings.ToLower(typed)
	type hit struct {
		index, weight int
		fit           match
	}
	var hits []hit
	best := matchNone
	for i := range n {
		text, weight := name(i)
		if m := fits(text, typed, folded); m != matchNone {
			hits = append(hits, hit{i, weight, m})
			best = min(best, m)
		}
	}
	sort.SliceStable(hits, func(i, j int) bool {
		if hits[i].fit != hits[j].fit {
			return hits[i].fit < hits[j].fit
		}
		return hits[i].weight < hits[j].weight
	})
	found := make([]int, 0, len(hits))
	for _, h := range hits {
		if h.fit > max(best, matchFold) {
			break
		}
		found = append(found, h.index)
	}
	return found
}

// memberRank is kindRank with the collections of single events behind all others: there are dozens of them.
func memberRank(m interp.Member) int {
	if m.Kind == "field" && len(m.Name) > 2 && strings.HasPrefix(m.Name, "On") && m.Name[2] >= 'A' && m.Name[2] <= 'Z' {
		return 3
	}
	return kindRank(m.Kind)
}

// kindRank puts data before what can be done with it, and the language's own words last.
func kindRank(kind string) int {
	switch kind {
	case "field", "var":
		return 0
	case "method", "func":
		return 1
	case "const":
		return 2
	case "keyword":
		return 4
	}
	return 3
}
