package model_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gpfsh/model"
	"gpfsh/policy"
)

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
