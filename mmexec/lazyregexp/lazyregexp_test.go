package lazyregexp_test

import (
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"

	"gpfsh/mmexec/lazyregexp"
)

func TestRegexp(t *testing.T) {
	re := lazyregexp.New(`(\w+)=(\d+)`)
	var users sync.WaitGroup
	for range 4 {
		users.Go(func() { assert.Equal(t, []string{"a=1", "a", "1"}, re.FindStringSubmatch("x a=1 b=2")) })
	}
	users.Wait()
	assert.Equal(t, `(\w+)=(\d+)`, re.String())
	assert.True(t, re.Match([]byte("a=1")))
	assert.False(t, re.MatchString("a"))
	assert.Equal(t, "a=1", re.FindString("x a=1"))
	assert.Equal(t, []int{2, 5}, re.FindStringIndex("x a=1"))
	assert.Equal(t, []int{2, 5, 2, 3, 4, 5}, re.FindStringSubmatchIndex("x a=1"))
	assert.Equal(t, [][]byte{[]byte("a=1"), []byte("a"), []byte("1")}, re.FindSubmatch([]byte("a=1")))
	assert.Equal(t, []string{"a=1", "b=2"}, re.FindAllString("a=1 b=2", -1))
	assert.Equal(t, [][]int{{0, 3}, {4, 7}}, re.FindAllStringIndex("a=1 b=2", -1))
	assert.Len(t, re.FindAllSubmatch([]byte("a=1 b=2"), -1), 2)
	assert.Len(t, re.FindAllStringSubmatch("a=1 b=2", 1), 1)
	assert.Equal(t, "1=a", re.ReplaceAllString("a=1", "$2=$1"))
	assert.Equal(t, "<a=1>", re.ReplaceAllStringFunc("a=1", func(s string) string { return "<" + s + ">" }))
}

// What is not a regular expression is found by the tests of the package that has it, though nothing matches with it.
func TestBad(t *testing.T) {
	assert.Panics(t, func() { lazyregexp.New(`(`) })
}
