package script

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gpfsh/mmexec"
)

// rehearsed returns a session whose commands go through a dry run, and the executor behind it.
func rehearsed(o Options) (*Session, *answers) {
	ex := &answers{replies: map[string]string{
		"mmlssnapshot mmfs1 -Y":       "mmlssnapshot::HEADER:version:reserved:reserved:directory:\n",
		"mmcrsnapshot mmfs1 nightly":  "",
		"mmdelsnapshot mmfs1 nightly": "",
	}}
	o.Plan = new(mmexec.Plan)
	o.Executor = mmexec.Wrap(ex, mmexec.DryRun(o.Plan))
	return NewSession(o), ex
}

func mm(t *testing.T, s *Session, line string) *Table {
	t.Helper()
	table, err := s.Mm(t.Context(), line)
	require.NoError(t, err)
	return table
}

func TestDryRunRecordsWhatChanges(t *testing.T) {
	s, ex := rehearsed(Options{})
	s.DryRun(true)
	assert.Empty(t, s.Plan().String())

	mm(t, s, "mmlssnapshot mmfs1")
	assert.Empty(t, mm(t, s, "mmcrsnapshot mmfs1 nightly").Columns)
	mm(t, s, `mmcrfileset mmfs1 p42 -t "PI: O'Neil"`)

	assert.Equal(t, []string{"mmlssnapshot mmfs1 -Y"}, ex.asked, "only what reads was run")
	commands := []string{"mmcrsnapshot mmfs1 nightly", `mmcrfileset mmfs1 p42 -t 'PI: O'\''Neil'`}
	assert.Equal(t, commands, s.Plan().Commands())
	assert.Equal(t, strings.Join(commands, "\n"), s.Plan().String())
	assert.Equal(t, 2, s.Plan().Len())
	assert.Equal(t, mmexec.Changes, s.Plan().Entries()[0].Effect)
	assert.Contains(t, s.Plan().Script(), "mmcrsnapshot mmfs1 nightly </dev/null\n")

	data, err := json.Marshal(s.Plan())
	require.NoError(t, err)
	var list []struct {
		Command string
		Argv    []string
	}
	require.NoError(t, json.Unmarshal(data, &list))
	require.Len(t, list, 2)
	assert.Equal(t, "mmcrsnapshot mmfs1 nightly", list[0].Command)
	assert.Equal(t, []string{"mmcrfileset", "mmfs1", "p42", "-t", "PI: O'Neil"}, list[1].Argv)

	s.DryRun(false)
	mm(t, s, "mmcrsnapshot mmfs1 nightly")
	assert.Equal(t, 2, s.Plan().Len(), "the plan stays to be read")
	assert.Equal(t, "mmcrsnapshot mmfs1 nightly", ex.asked[len(ex.asked)-1])

	s.DryRun(true)
	assert.Zero(t, s.Plan().Len(), "a new dry run begins a new plan")
	mm(t, s, "mmdelsnapshot mmfs1 nightly")
	s.DryRun(true)
	assert.Equal(t, 1, s.Plan().Len(), "it was on already")
}

func TestARehearsalStaysOne(t *testing.T) {
	s, ex := rehearsed(Options{Rehearsal: true})
	mm(t, s, "mmcrsnapshot mmfs1 nightly")
	s.DryRun(false)
	mm(t, s, "mmdelsnapshot mmfs1 nightly")
	s.DryRun(true)
	assert.Equal(t, 2, s.Plan().Len())
	assert.Empty(t, ex.asked)
}

func TestASessionWithoutAPlan(t *testing.T) {
	s := NewSession(Options{Rehearsal: true})
	s.DryRun(true)
	assert.Empty(t, s.Plan().String())
	assert.Empty(t, s.Plan().Commands())
	assert.NotContains(t, s.Plan().Script(), "mmfs1")
	data, err := json.Marshal(s.Plan())
	require.NoError(t, err)
	assert.Equal(t, "[]", string(data))
}
