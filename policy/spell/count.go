package spell

import (
	"strconv"
	"strings"
)

// Count is a number with its noun: "1 node", "2 node classes". Where a word more has to agree with the number, both
// forms are given: Count(n, "rule is", "rules are").
func Count[N int | int64](n N, one string, several ...string) string {
	return strconv.FormatInt(int64(n), 10) + " " + Of(n, one, several...)
}

// Of is the noun of [Count] alone.
func Of[N int | int64](n N, one string, several ...string) string {
	switch {
	case n == 1:
		return one
	case len(several) > 0:
		return several[0]
	}
	return Plural(one)
}

// Plural is the plural of a regular noun.
func Plural(noun string) string {
	switch {
	case strings.HasSuffix(noun, "s"):
		return noun + "es"
	case len(noun) > 1 && noun[len(noun)-1] == 'y' && !strings.ContainsRune("aeou", rune(noun[len(noun)-2])):
		return strings.TrimSuffix(noun, "y") + "ies"
	}
	return noun + "s"
}
