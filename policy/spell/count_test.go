package spell_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"gpfsh/policy/spell"
)

func TestCount(t *testing.T) {
	for want, got := range map[string]string{
		"0 nodes": spell.Count(0, "node"), "1 node": spell.Count(1, "node"), "2 node classes": spell.Count(2, "node class"),
		"-1 bytes": spell.Count(-1, "byte"), "5000000000 inodes": spell.Count(int64(5e9), "inode"), "3 entries": spell.Count(3, "entry"),
		"2 days": spell.Count(2, "day"), "2 keys": spell.Count(2, "key"), "1 rule is": spell.Count(1, "rule is", "rules are"), "7 rules are": spell.Count(7, "rule is", "rules are"),
		"record": spell.Of(1, "record"), "records": spell.Of(0, "record"), "directories": spell.Plural("directory"),
	} {
		assert.Equal(t, want, got)
	}
}
