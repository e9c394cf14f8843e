package mmsim

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestPdiskIsReplaced(t *testing.T) {
	state, err := NewState(Profile{Name: "ess"})
	require.NoError(t, err)
	c := New(WithState(state))
	t.Cleanup(func() { c.Close() })
	notOK := func() int { return strings.Count(ok(t, c, "mmvdisk pdisk list --rg all --not-ok -Y"), ":pdisk:0:") }
	assert.Equal(t, 2, notOK())
	assert.Equal(t, 24, strings.Count(ok(t, c, "mmvdisk pdisk list --recovery-group all -Y"), ":pdisk:0:"))
	assert.Contains(t, ok(t, c, "mmvdisk pdisk list --recovery-group all --replace"), "dead/replace")
	assert.Contains(t, ok(t, c, "mmvdisk recoverygroup list -Y"), ":RG001:yes:essio1-hs.ess.example.net:ess_nc:yes:")
	assert.Contains(t, ok(t, c, "mmvdisk vdiskset list -Y"), ":vs_fs1:RG001,RG002:fs1:created:")

	refused := func(line, why string) {
		t.Helper()
		res := run(t, c, line)
		assert.NotZero(t, res.ExitCode, line)
		assert.Contains(t, string(res.Stderr), why)
	}
	replace := "mmvdisk pdisk replace --recovery-group RG001 --pdisk e1s07"
	refused(replace, "has not been prepared")
	refused("mmvdisk pdisk replace --prepare --recovery-group RG002 --pdisk e2s03", "is not marked for replacement")
	refused("mmvdisk pdisk replace --prepare --recovery-group RG001 --pdisk e9s99", "does not exist in recovery group 'RG001'")
	refused("mmvdisk pdisk list --recovery-group RG7", "Recovery group 'RG7' does not exist")
	refused("mmvdisk pdisk list", "Missing arguments")
	refused("mmvdisk server list", "Incorrect option: server list")
	ok(t, c, replace+" --prepare")
	ok(t, c, replace+" --cancel")
	refused(replace, "has not been prepared")
	ok(t, c, replace+" --prepare")
	before, err := c.State()
	require.NoError(t, err)
	ok(t, c, replace)
	assert.Equal(t, 1, notOK())
	assert.Equal(t, "dead/replace", before.RecoveryGroups[0].Pdisks[6].State, "a state that was handed out stays as it was")
	assert.Contains(t, ok(t, c, "mmvdisk recoverygroup list -Y"), ":RG001:yes:essio1-hs.ess.example.net:ess_nc:no:")
}
