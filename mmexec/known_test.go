package mmexec

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestKnown(t *testing.T) {
	names := KnownCommands()
	assert.IsIncreasing(t, names)
	assert.Contains(t, names, "mmlsfileset")

	options, value := KnownOptions([]string{"mmlssnapshot", "mmfs1"})
	assert.Contains(t, options, "-j")
	assert.True(t, value["-j"])
	assert.False(t, value["-d"])
	options, _ = KnownOptions([]string{"mmunheardof"})
	assert.Empty(t, options)
	options, _ = KnownOptions(nil)
	assert.Empty(t, options)

	assert.ElementsMatch(t, []string{"node", "cluster", "event", "thresholds", "config"}, NextWords([]string{"mmhealth"}))
	assert.ElementsMatch(t, []string{"show", "eventlog"}, NextWords([]string{"mmhealth", "node"}))
	assert.Contains(t, NextWords([]string{"mmafmctl", "mmfs1"}), "getstate")
	assert.Empty(t, NextWords([]string{"mmlsfs"}))
}
