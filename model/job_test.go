package model_test

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gpfsh/mmexec"
	"gpfsh/mmexec/mmsim"
	"gpfsh/model"
)

// session connects to the cluster in a directory, as a later session does.
func session(t *testing.T, dir string, mw ...mmexec.Middleware) (*model.Cluster, *mmsim.Cluster) {
	t.Helper()
	sim, err := mmsim.Open(dir)
	require.NoError(t, err)
	t.Cleanup(func() { sim.Close() })
	return connect(t, mmexec.Wrap(sim, mw...)), sim
}

func TestJobsOutliveTheirSession(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "site")
	require.NoError(t, mmsim.Init(dir, mmsim.DemoState(), nil))
	ctx := t.Context()
	c, sim := session(t, dir)
	require.NoError(t, sim.SetLongWork(time.Hour))
	job, err := c.Filesystem("mmfs1").Restripe(ctx, model.Rebalance, model.QoS(model.Maintenance))
	require.NoError(t, err)
	assert.Equal(t, model.JobRuns, job.State)
	gone, err := c.Filesystem("mmfs1").Disks.Delete(ctx, "cap01")
	require.NoError(t, err)
	require.NoError(t, sim.Close())

	// A later session lists them, with progress and QoS; disks that are being deleted say so.
	c, sim = session(t, dir)
	list := jobsOf(t, c)
	require.Len(t, list, 2)
	assert.Equal(t, job.ID, list[0].ID)
	assert.Equal(t, "mmrestripefs mmfs1 -b --qos maintenance", list[0].Command)
	assert.Equal(t, "maintenance", list[0].QoS)
	assert.Equal(t, "file system mmfs1", list[0].Object)
	assert.True(t, list[0].Progress().Known())
	assert.False(t, list[0].Done())
	require.Error(t, list[0].Forget(ctx), "what runs is not forgotten")
	disk, err := c.Filesystem("mmfs1").Disks.Get(ctx, "cap01")
	require.NoError(t, err)
	assert.Equal(t, model.DiskStatus("being emptied"), disk.Status)

	// It is stopped from there where that does no harm, after a rehearsal that only says so.
	plan := &mmexec.Plan{}
	plan.SetEnabled(true)
	rehearsed, _ := session(t, dir, mmexec.DryRun(plan))
	again, err := rehearsed.Job(ctx, gone.ID)
	require.NoError(t, err)
	require.NoError(t, again.Stop(ctx))
	assert.Regexp(t, `^kill -INT -- -\d+\n$`, plan.String())
	assert.False(t, jobsOf(t, c)[1].Done())
	stop, err := c.Job(ctx, gone.ID)
	require.NoError(t, err)
	require.NoError(t, stop.Stop(ctx))
	assert.Equal(t, model.JobStopped, stop.State)
	require.ErrorContains(t, stop.Stop(ctx), "does not run")
	_, err = c.Job(ctx, 77)
	var missing *model.NotFoundError
	require.ErrorAs(t, err, &missing)
	assert.Equal(t, []string{"1", "2"}, missing.Names)

	// What must come to its end is not stopped.
	back, err := c.Filesystem("mmfs1").Disks.Get(ctx, "data03")
	require.NoError(t, err)
	starts, err := back.Start(ctx)
	require.NoError(t, err)
	require.ErrorContains(t, starts.Stop(ctx), "must come to its end")

	// The end is there for whoever looks next, with what it did.
	require.NoError(t, sim.Update(func(st *mmsim.State) error {
		for i := range st.Jobs {
			st.Jobs[i].Lasts = 0
		}
		return nil
	}))
	last, _ := session(t, dir)
	list = jobsOf(t, last)
	require.Len(t, list, 3)
	assert.Equal(t, model.JobDone, list[0].State)
	assert.InDelta(t, 100, float64(list[0].Complete), 0)
	assert.Contains(t, list[0].Output(), "Scan completed successfully.")
	require.NoError(t, list[0].Wait(ctx))
	require.Error(t, list[1].Wait(ctx), "it was interrupted")
	disk, err = last.Filesystem("mmfs1").Disks.Get(ctx, "data03")
	require.NoError(t, err)
	assert.Equal(t, model.Up, disk.Availability)
	for _, j := range list {
		require.NoError(t, j.Forget(ctx))
	}
	assert.Empty(t, jobsOf(t, last))
}

func TestJobsThatAreRefusedOrPlanned(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "site")
	require.NoError(t, mmsim.Init(dir, mmsim.DemoState(), nil))
	ctx := t.Context()
	plan := &mmexec.Plan{}
	c, sim := session(t, dir, mmexec.DryRun(plan))
	require.NoError(t, sim.SetLongWork(time.Hour))
	_, err := c.Filesystem("mmfs1").Disks.Delete(ctx, "nothere")
	require.ErrorContains(t, err, "nothere")
	assert.Empty(t, jobsOf(t, c), "what was refused is no job")

	plan.SetEnabled(true)
	job, err := c.Filesystem("mmfs1").Restripe(ctx, model.Rebalance)
	require.NoError(t, err)
	assert.True(t, job.Planned())
	require.NoError(t, job.Wait(ctx), "there is nothing to wait for")
	assert.Equal(t, "mmrestripefs mmfs1 -b\n", plan.String())
	assert.Empty(t, jobsOf(t, c))
}
