package model_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gpfsh/mmexec"
	"gpfsh/model"
	"gpfsh/policy"
)

func TestPlacementPolicyOfAFilesystem(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "policies")
	c, spy := simulated(t, model.KeepingPolicies(dir))
	fs := c.Filesystem("mmfs1")
	p, err := fs.Placement(t.Context())
	require.NoError(t, err)
	assert.Equal(t, []string{"mmlspolicy mmfs1 -L"}, spy.ran())
	was := p.Text()
	require.NoError(t, p.Insert("default", policy.SetPool("capacity", "logs").Where(policy.Name.Like("*.log"))))
	assert.Equal(t, "  RULE 'bulk' SET POOL 'capacity' FOR FILESET ('scratch')\n+ RULE 'logs' SET POOL 'capacity' WHERE NAME LIKE '%.log'\n  RULE 'default' SET POOL 'data'\n", p.Changes())
	require.NoError(t, p.Save(t.Context()))
	assert.Equal(t, []string{"mmlspolicy mmfs1 -L", "mmchpolicy mmfs1 '<policy>' -I test", "mmchpolicy mmfs1 '<policy>' -I yes"}, spy.ran())
	again, err := fs.Placement(t.Context())
	require.NoError(t, err)
	assert.Equal(t, p.Text(), again.Text())

	versions, err := again.Versions()
	require.NoError(t, err)
	require.Len(t, versions, 1)
	kept, err := os.ReadFile(versions[0].Path)
	require.NoError(t, err)
	assert.Equal(t, was, string(kept))
	d, err := again.Compare(versions[0].Path)
	require.NoError(t, err)
	assert.Contains(t, d, "+ RULE 'logs'")
	require.NoError(t, again.ReadFile(versions[0].Path))
	require.NoError(t, again.Save(t.Context()), "an earlier version can be installed again")

	err = p.Save(t.Context())
	var changed *policy.ChangedError
	require.ErrorAs(t, err, &changed)
	assert.ErrorContains(t, err, "- RULE 'logs'", "it says what the other one changed")
}

func TestPlacementPolicyInADryRun(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "policies")
	_, spy := simulated(t)
	plan := new(mmexec.Plan)
	plan.SetEnabled(true)
	c := connect(t, mmexec.Wrap(spy, mmexec.DryRun(plan)), model.KeepingPolicies(dir))
	p, err := c.Filesystem("mmfs1").Placement(t.Context())
	require.NoError(t, err)
	require.NoError(t, p.Remove("bulk"))
	require.NoError(t, p.Save(t.Context()))
	left, err := filepath.Glob(dir + "/*")
	require.NoError(t, err)
	assert.Empty(t, left, "nothing was replaced, so nothing is kept")
	assert.True(t, p.Changed())
}

func TestPoliciesRunOnWhatTheObjectIs(t *testing.T) {
	c, spy := simulated(t)
	fs := c.Filesystem("mmfs1")
	p, err := policy.New(policy.List("all", "every"))
	require.NoError(t, err)
	nodes := policy.Nodes("node1")
	sum, err := fs.RunPolicy(t.Context(), p, policy.TestOnly, nodes)
	require.NoError(t, err)
	assert.Equal(t, "every", sum.Rules[0].Name)
	home, err := fs.Filesets.Get(t.Context(), "home")
	require.NoError(t, err)
	spy.ran()
	const rest = " -N node1 --qos maintenance --single-instance"
	_, err = home.RunPolicy(t.Context(), p, policy.TestOnly, nodes)
	require.NoError(t, err)
	_, err = home.RunPolicy(t.Context(), p, policy.TestOnly, nodes, policy.Scope("inodespace"))
	require.NoError(t, err)
	assert.Equal(t, []string{
		"mmapplypolicy /gpfs/mmfs1/home -P '<policy>' -I test -L 1" + rest + " --scope fileset",
		"mmapplypolicy /gpfs/mmfs1/home -P '<policy>' -I test -L 1" + rest + " --scope inodespace",
	}, spy.ran(), "an option that is given replaces the one that the fileset brings")
	snap, err := fs.Snapshots.Get(t.Context(), "global-snapshot1")
	require.NoError(t, err)
	spy.ran()
	_, err = snap.RunPolicy(t.Context(), p, policy.TestOnly, nodes)
	require.NoError(t, err)
	assert.Equal(t, []string{"mmapplypolicy mmfs1 -P '<policy>' -I test -L 1" + rest + " -S global-snapshot1"}, spy.ran())

	job, err := c.StartPolicy(t.Context(), p, policy.OnPath("/gpfs/mmfs1/home"), policy.TestOnly, nodes)
	require.NoError(t, err)
	require.NoError(t, job.Wait(t.Context()))
	assert.Equal(t, "every", policy.ParseSummary([]byte(job.Output())).Rules[0].Name)

	_, err = c.Filesystem("nosuch").RunPolicy(t.Context(), p, policy.TestOnly, nodes)
	var missing *model.NotFoundError
	assert.ErrorAs(t, err, &missing)
	_, err = (&model.Fileset{}).RunPolicy(t.Context(), p, policy.TestOnly, nodes)
	assert.Error(t, err)
}

func TestPlacementIsThePolicyThatIsInstalled(t *testing.T) {
	c, s := simulated(t)
	ctx := t.Context()
	p, err := c.Filesystem("mmfs1").Placement(ctx)
	require.NoError(t, err)
	assert.Equal(t, []string{"mmlspolicy mmfs1 -L"}, s.ran())
	assert.NotEmpty(t, p.Rules())

	_, err = c.Filesystem("mmfs9").Placement(ctx)
	var missing *model.NotFoundError
	require.ErrorAs(t, err, &missing)
	assert.Contains(t, missing.Names, "mmfs1")
}

func TestRunPolicyNamesItsTargetAndItsNodes(t *testing.T) {
	c, s := simulated(t)
	ctx := t.Context()
	p, err := policy.New(policy.List("old").Where(policy.Name.Like("*.tmp")))
	require.NoError(t, err)

	_, err = c.Filesystem("mmfs1").RunPolicy(ctx, p, policy.TestOnly)
	assert.ErrorContains(t, err, "name the nodes")
	assert.Empty(t, s.ran(), "nothing is run when it is not said where")

	sum, err := c.Filesystem("mmfs1").RunPolicy(ctx, p, policy.TestOnly, policy.Nodes("nsdServers"))
	require.NoError(t, err)
	assert.Len(t, sum.Rules, 1)
	_, err = c.RunPolicy(ctx, p, policy.OnSnapshot("mmfs1", "global-snapshot1"), policy.TestOnly, policy.Nodes("nsd01"))
	require.NoError(t, err)
	assert.Equal(t, []string{
		"mmapplypolicy mmfs1 -P '<policy>' -I test -L 1 -N nsdServers --qos maintenance --single-instance",
		"mmapplypolicy mmfs1 -P '<policy>' -I test -L 1 -N nsd01 --qos maintenance --single-instance -S global-snapshot1",
	}, s.ran())

	_, err = c.RunPolicy(ctx, nil, policy.OnFilesystem("mmfs1"), policy.TestOnly)
	assert.Error(t, err)
}
