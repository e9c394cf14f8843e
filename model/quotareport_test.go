package model_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gpfsh/mmexec"
	"gpfsh/mmexec/mmsim"
	"gpfsh/model"
)

func names() *phoneBook {
	return &phoneBook{users: map[int64]string{0: "root", 1001: "alice", 1002: "bob", 1003: "carol"}, groups: map[int64]string{0: "root", 5000: "staff", 5001: "alpha", 5002: "visu"}}
}

func TestStandings(t *testing.T) {
	c, s := simulated(t, model.ResolvingNames(names()))
	fs := c.Filesystem("mmfs1")
	list, err := fs.Quotas.Standings(t.Context(), 80)
	require.NoError(t, err)
	assert.Equal(t, []string{"mmrepquota -Y -n mmfs1"}, s.ran(), "one command for all")
	require.NotEmpty(t, list)
	assert.Equal(t, "home:user/bob", list[0].Key, "who can write nothing more stands first")
	assert.Equal(t, model.Refuses, list[0].Standing)
	assert.Contains(t, list[0].What, "the grace period is over")
	assert.Equal(t, "mmsetquota mmfs1:home --user bob --block 135G:135G", list[0].Mend)
	assert.Equal(t, "proj-alpha:group/alpha", list[1].Key, "then by the grace that is left")
	assert.Equal(t, "23 hours", list[1].Grace.String())
	var all []string
	for _, q := range list {
		all = append(all, q.Key)
	}
	assert.Contains(t, all, "home:user/alice")
	assert.Contains(t, all, "fileset/proj-alpha")
	assert.NotContains(t, all, "user/root")
	gone, err := fs.Quotas.Unresolved().Names(t.Context())
	require.NoError(t, err)
	assert.Equal(t, []string{"proj-alpha:user/uid:1017"}, gone)
	more, err := fs.Quotas.Standings(t.Context(), 1)
	require.NoError(t, err)
	assert.Greater(t, len(more), len(list))
}

func TestQuotasThatHaveToBeCounted(t *testing.T) {
	c, s, _ := maintained(t, func(st *mmsim.State) { st.Filesystems[0].QuotaOutdated = true }, nil)
	old, err := c.Filesystem("mmfs1").Quotas.Outdated(t.Context())
	require.NoError(t, err)
	assert.True(t, old)
	assert.Equal(t, []string{"mmrepquota -Y -n -j mmfs1"}, s.ran())
	c, _ = simulated(t)
	old, err = c.Filesystem("mmfs1").Quotas.Outdated(t.Context())
	require.NoError(t, err)
	assert.False(t, old)
}

// TestQuotasAsCSV proves that what was written out changes nothing when it is read back, and that a changed list is
// previewed and costs one command for each change.
func TestQuotasAsCSV(t *testing.T) {
	plan := &mmexec.Plan{}
	plan.SetEnabled(true)
	sim := mmsim.New()
	t.Cleanup(func() { sim.Close() })
	s := &spy{Executor: mmexec.Wrap(sim, mmexec.DryRun(plan))}
	c := connect(t, s, model.ResolvingNames(names()))
	ctx := t.Context()
	fs := c.Filesystem("mmfs1")
	text, err := fs.Quotas.CSV(ctx)
	require.NoError(t, err)
	assert.Contains(t, text, "key,id,block_soft,block_hard,files_soft,files_hard,block_used,files_used\n")
	assert.Contains(t, text, "home:user/alice,1001,100G,120G,1000000,1200000,104G,812345\n")
	same, err := fs.Quotas.Preview(ctx, text)
	require.NoError(t, err)
	assert.Empty(t, same.Changes)
	assert.Equal(t, strings.Count(text, "\n")-1, same.Same)

	s.ran()
	changed := strings.Replace(text, "home:user/alice,1001,100G,120G", "home:user/alice,1001,200G,240G", 1)
	changed = strings.Replace(changed, "proj-alpha:user/uid:1017,1017,unlimited,unlimited", "proj-alpha:user/uid:1017,1017,1T,1T", 1)
	changed += "home:user/dora,,50G,,,\n"
	changed = strings.Replace(changed, "home:user/dora,,50G,,,\n", "home:user/dora,1099,50G,60G,,,,\nhome:user/eve,1098,unlimited,0,0,0,,\n", 1)
	preview, err := fs.Quotas.Preview(ctx, changed)
	require.NoError(t, err)
	assert.Equal(t, []string{"mmrepquota -Y -n mmfs1"}, s.ran(), "a preview changes nothing")
	require.Len(t, preview.Changes, 3)
	assert.Equal(t, "home:user/alice: 100 GiB:120 GiB, 1000000:1200000 files → 200 GiB:240 GiB, 1000000:1200000 files", preview.Changes[0].String())
	assert.Contains(t, preview.String(), "home:user/dora: (nothing) → 50 GiB:60 GiB, unlimited:unlimited files")
	assert.Contains(t, preview.String(), "3 quotas of mmfs1 to change")
	require.NoError(t, preview.Apply(ctx))
	assert.Equal(t, "mmsetquota mmfs1:home --user alice --block 200G:240G --files 1000000:1200000\n"+
		"mmsetquota mmfs1:proj-alpha --user 1017 --block 1T:1T --files 0:0\n"+
		"mmsetquota mmfs1:home --user dora --block 50G:60G\n", plan.String())

	// A soft limit alone keeps the hard one; a name that is not known here is found by its number.
	nameless := connect(t, s)
	only, err := nameless.Filesystem("mmfs1").Quotas.Preview(ctx, "key,id,block_soft\nhome:user/alice,1001,90G\n")
	require.NoError(t, err)
	require.Len(t, only.Changes, 1)
	assert.Equal(t, "mmsetquota mmfs1:home --user 1001 --block 90G:120G", only.Changes[0].Command)

	for want, bad := range map[string]string{
		"has no column key":              "id\n1\n",
		`has a column "name"`:            "key,name\n",
		"cannot read the list":           "",
		"line 2: \"alice\" is no key":    "key\nalice\n",
		"line 3: user/a is also in line": "key\nuser/a\nuser/a\n",
		"could be decimal or binary":     "key,block_hard\nuser/a,1TB\n",
		"is no number of files":          "key,files_hard\nuser/a,x\n",
		"is no id":                       "key,id\nuser/a,x\n",
		"line 2: mmsetquota":             "key,block_soft,block_hard\nhome:user/x,2T,1T\n",
		"wrong number of fields":         "key,id\nuser/a\n",
		"block_hard cannot be -1":        "key,block_hard\nuser/a,-1\n",
	} {
		_, err := fs.Quotas.Preview(ctx, bad)
		require.ErrorContains(t, err, want, bad)
	}
}

func FuzzQuotaList(f *testing.F) {
	f.Add("key,id,block_soft,block_hard\nuser/a,1,1T,2T\n")
	f.Add("key\n\"user/a\n")
	f.Add("#x\nkey,files_soft\nfileset/p,0\n")
	c, _ := simulated(f)
	fs := c.Filesystem("mmfs1")
	f.Fuzz(func(t *testing.T, list string) {
		changes, err := fs.Quotas.Preview(t.Context(), list)
		if err == nil {
			_ = changes.String()
		}
	})
}
