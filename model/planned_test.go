package model_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gpfsh/mmexec"
	"gpfsh/mmexec/mmsim"
	"gpfsh/model"
)

// TestPlannedObjectsAreNotMistaken proves that what was made in a dry run cannot delete its namesake when the dry run is
// over.
func TestPlannedObjectsAreNotMistaken(t *testing.T) {
	plan := &mmexec.Plan{}
	plan.SetEnabled(true)
	sim := mmsim.New()
	t.Cleanup(func() { sim.Close() })
	s := &spy{Executor: sim}
	c := connect(t, mmexec.Wrap(s, mmexec.DryRun(plan)))
	ctx := t.Context()
	fs := c.Filesystem("mmfs1")
	snap, err := fs.Snapshots.New(ctx, "nightly")
	require.NoError(t, err)
	set, err := fs.Filesets.New(ctx, "p42")
	require.NoError(t, err)
	class, err := c.NodeClasses.New(ctx, "gpus", "node1")
	require.NoError(t, err)
	node, err := c.Nodes.New(ctx, "node99")
	require.NoError(t, err)
	require.NoError(t, snap.Delete(ctx), "within the dry run they can be changed further")
	require.NoError(t, set.Link(ctx, "/gpfs/mmfs1/p42"))
	require.NoError(t, class.Add(ctx, "node2"))
	require.NoError(t, node.Change(ctx, model.QuorumNode(true)))
	assert.Equal(t, 8, plan.Len())

	// Somebody makes objects of the same names, and the dry run is switched off.
	plan.SetEnabled(false)
	_, err = fs.Snapshots.New(ctx, "nightly")
	require.NoError(t, err)
	_, err = fs.Filesets.New(ctx, "p42")
	require.NoError(t, err)
	_, err = c.NodeClasses.New(ctx, "gpus", "node1")
	require.NoError(t, err)
	s.ran()
	for what, do := range map[string]func() error{
		"snapshot":    func() error { return snap.Delete(ctx) },
		"fileset":     func() error { return set.Delete(ctx) },
		"its link":    func() error { return set.Link(ctx, "/gpfs/mmfs1/p42") },
		"its comment": func() error { return set.Change(ctx, model.Comment("x")) },
		"class":       func() error { return class.Delete(ctx) },
	} {
		var planned *model.PlannedError
		require.ErrorAs(t, do(), &planned, what)
		require.ErrorIs(t, planned, mmexec.ErrPlanned)
		assert.True(t, planned.Replaced)
		assert.Contains(t, planned.Error(), "by now the cluster has one of that name")
	}
	for _, line := range s.ran() {
		assert.Regexp(t, "^mmls", line, "nothing that changes anything was run")
	}
}
