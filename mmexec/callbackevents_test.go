package mmexec

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestCallbackEvents(t *testing.T) {
	seen := map[string]bool{}
	var global []string
	for _, e := range CallbackEvents() {
		assert.False(t, seen[e.Name], "%s is there twice", e.Name)
		seen[e.Name] = true
		assert.NotEmpty(t, e.When, e.Name)
		for _, name := range e.Variables {
			v, ok := FindCallbackVariable(name)
			assert.True(t, ok, "%s has the variable %s, which the table of variables lacks", e.Name, name)
			assert.Equal(t, v.Name, name)
		}
		assert.False(t, e.RAID && e.Sync, "the daemon must not wait at %s", e.Name)
		assert.Equal(t, e.RAID, raidEvent(e.Name))
		if e.Global() {
			global = append(global, e.Name)
		}
	}
	assert.ElementsMatch(t, []string{
		"afmFilesetExpired", "afmFilesetUnexpired", "nodeJoin", "nodeLeave", "quorumReached", "quorumLoss", "quorumNodeJoin", "quorumNodeLeave",
		"clusterManagerTakeOver",
	}, global)
	assert.NotContains(t, seen, "healthEvent", "health events come another way")
	for _, name := range GeneralVariables() {
		_, ok := FindCallbackVariable(name)
		assert.True(t, ok, name)
	}

	e, ok := FindCallbackEvent("afmprepopend")
	assert.True(t, ok)
	assert.Equal(t, "afmPrepopEnd", e.Name)
	v, ok := FindCallbackVariable("%quotaId")
	assert.True(t, ok)
	assert.Equal(t, "quotaID", v.Name)

	before, _ := FindCallbackEvent("preUnmount")
	takeover, _ := FindCallbackEvent("preRGTakeover")
	assert.True(t, before.Before())
	assert.False(t, takeover.Before())
	for name, want := range map[string]bool{"preMount": true, "preRGTakeover": true, "quorumLoss": true, "quorumNodeJoin": true, "mount": false, "nodeLeave": false} {
		e, _ := FindCallbackEvent(name)
		assert.Equal(t, want, e.Unreachable(), name)
	}
	for _, name := range []string{"preMount", "mount", "preUnmount", "unmount", "startup", "shutdown", "quorumLoss", "quorumNodeJoin", "diskFailure", "noDiskSpace"} {
		e, _ := FindCallbackEvent(name)
		assert.True(t, e.Offline(), name)
	}
}
