package model_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gpfsh/mmexec"
	"gpfsh/mmexec/handlers"
	"gpfsh/mmexec/mmsim"
	"gpfsh/model"
)

func function(source string) model.CallbackPart { return model.HandlerFunc{Source: source} }

func TestCallbacksAreRegisteredByTheseCommands(t *testing.T) {
	ctx := t.Context()
	c, ex := simulated(t)
	fs := c.Filesystem("mmfs1")
	fset, err := fs.Filesets.Get(ctx, "proj-beta")
	require.NoError(t, err)
	pool, err := fs.Pools.Get(ctx, "data")
	require.NoError(t, err)
	node, err := c.Nodes.Get(ctx, "node1")
	require.NoError(t, err)
	class, err := c.NodeClasses.Get(ctx, "rack1")
	require.NoError(t, err)
	nothing := function("func handler() {}")
	id := model.CallbackID("h")
	tests := []struct {
		made func() (*model.Callback, error)
		want string // of mmaddcallback, between --event and the version
		then string // behind it
	}{
		{func() (*model.Callback, error) { return c.OnStartup.New(ctx, id, nothing) }, "startup --async", "eventName=%eventName"},
		{func() (*model.Callback, error) {
			return c.OnStartup.New(ctx, nothing, id, model.On("node1", "node2"), model.Priority(2.5))
		}, "startup --priority 2.5 --async -N node1,node2", "eventName=%eventName"},
		{func() (*model.Callback, error) {
			return fs.OnMount.New(ctx, id, model.Synchronous(5*time.Second), model.ShutDownOnFailure(), nothing)
		}, "mount --sync --timeout 5 --onerror shutdown", "for=mmfs1 eventName=%eventName fsName=%fsName"},
		{func() (*model.Callback, error) { return fset.OnSnapshotCreated.New(ctx, id, nothing) },
			"snapshotCreated --async", "for=mmfs1:fileset:proj-beta eventName=%eventName filesetName=%filesetName fsName=%fsName"},
		{func() (*model.Callback, error) { return pool.OnLowDiskSpace.New(ctx, id, nothing) },
			"lowDiskSpace --async", "for=mmfs1:pool:data eventName=%eventName fsName=%fsName storagePool=%storagePool"},
		{func() (*model.Callback, error) { return node.OnShutdown.New(ctx, id, nothing) },
			"shutdown --async -N node1.hpc.example.org", "eventName=%eventName"},
		{func() (*model.Callback, error) { return node.OnNodeLeave.New(ctx, id, nothing) },
			"nodeLeave --async", "for=node:node1.hpc.example.org eventName=%eventName eventNode=%eventNode"},
		{func() (*model.Callback, error) { return class.OnStartup.New(ctx, id, nothing) }, "startup --async -N rack1", "eventName=%eventName"},
		{func() (*model.Callback, error) {
			return c.Callbacks.New(ctx, id, model.ForEvents("Startup", "shutdown"), function("func handler(eventName, reason string) {}"))
		}, "startup,shutdown --async", "eventName=%eventName reason=%reason"},
		{func() (*model.Callback, error) {
			return c.OnDiskFailure.New(ctx, id, model.RunCommand("/sbin/page", "%diskName of %fsName"))
		}, "diskFailure --async", "diskName=%diskName fsName=%fsName eventName=%eventName"},
	}
	for _, tt := range tests {
		ex.ran()
		cb, err := tt.made()
		require.NoError(t, err, tt.want)
		lines := ex.ran()
		add := lines[len(lines)-1]
		words := strings.Split(add, " --parms ")
		assert.Equal(t, "mmaddcallback h --command /var/mmfs/gpfsh/handlers/h/run --event "+tt.want, words[0])
		assert.Regexp(t, `^gpfsh=1\.[0-9a-f]{12}$`, words[1])
		assert.Equal(t, tt.then, strings.Join(words[2:], " "))
		assert.Equal(t, []string{"node6.hpc.example.org"}, cb.Lacking)

		// What is listed is what was made.
		listed, err := c.Callbacks.Get(ctx, "h")
		require.NoError(t, err)
		listed.Lacking = cb.Lacking
		assert.Equal(t, fmt.Sprintf("%+v", []any{cb.For, cb.Nodes, cb.Sync, cb.Timeout, cb.Version, cb.Parms, cb.Priority}),
			fmt.Sprintf("%+v", []any{listed.For, listed.Nodes, listed.Sync, listed.Timeout, listed.Version, listed.Parms, listed.Priority}))
		_, err = listed.Delete(ctx)
		require.NoError(t, err)
	}
}

func TestCallbacksOfObjects(t *testing.T) {
	ctx := t.Context()
	c, _ := simulated(t)
	fs := c.Filesystem("mmfs1")
	fset, err := fs.Filesets.Get(ctx, "proj-beta")
	require.NoError(t, err)
	other, err := fs.Filesets.Get(ctx, "proj-alpha")
	require.NoError(t, err)
	node, err := c.Nodes.Get(ctx, "node1")
	require.NoError(t, err)
	add := func(cb *model.Callback, err error) { t.Helper(); require.NoError(t, err) }
	run := model.RunCommand("/sbin/page")
	add(c.OnSnapshotCreated.New(ctx, model.CallbackID("every"), run))
	add(fs.OnSnapshotCreated.New(ctx, model.CallbackID("fs"), run))
	add(fset.OnSnapshotCreated.New(ctx, model.CallbackID("fset"), run))
	add(node.OnMount.New(ctx, model.CallbackID("node"), run))
	names := func(list []string, err error) string {
		t.Helper()
		require.NoError(t, err)
		return strings.Join(list, " ")
	}
	assert.Equal(t, "notifyLowSpace GUI_CALLBACK_AFM every fs fset node", names(c.Callbacks.Names(ctx)))
	assert.Equal(t, "fs fset", names(fs.Callbacks.Names(ctx)))
	assert.Equal(t, "fset", names(fset.Callbacks.Names(ctx)))
	assert.Equal(t, "node", names(node.Callbacks.Names(ctx)))
	assert.Equal(t, "every fs fset", names(fset.OnSnapshotCreated.Names(ctx)))
	assert.Equal(t, "every fs", names(other.OnSnapshotCreated.Names(ctx)))
	assert.Equal(t, "every fs fset", names(fs.OnSnapshotCreated.Names(ctx)))
	assert.Equal(t, "every", names(c.Filesystem("mmfs2").OnSnapshotCreated.Names(ctx)))
	assert.Equal(t, "notifyLowSpace", names(fs.OnLowDiskSpace.Names(ctx)), "what others registered runs for every file system")

	cb, err := c.Callbacks.Get(ctx, "GUI_CALLBACK_AFM")
	require.NoError(t, err)
	_, err = cb.Delete(ctx)
	var managed *model.ManagedError
	require.ErrorAs(t, err, &managed)
	_, err = cb.Delete(ctx, model.EvenIfManaged())
	require.NoError(t, err)
	_, err = c.OnSnapshotCreated.New(ctx, model.CallbackID("every"), run)
	var exists *model.ExistsError
	require.ErrorAs(t, err, &exists)
	_, err = (&model.Callback{}).Delete(ctx)
	require.Error(t, err)
	var none model.Callbacks
	_, err = none.New(ctx, run)
	require.ErrorContains(t, err, "belong to no object")
}

func TestRefusedCallbacksLeaveNothingBehind(t *testing.T) {
	ctx := t.Context()
	sim := mmsim.New()
	t.Cleanup(func() { sim.Close() })
	_, err := sim.AddFault(mmsim.Fault{Command: "mmaddcallback", Kind: mmsim.FaultFail, Exit: 1, Stderr: "mmaddcallback: no\n"})
	require.NoError(t, err)
	c := connect(t, sim)
	_, err = c.OnStartup.New(ctx, model.CallbackID("h"), model.RunCommand("/sbin/page"))
	require.ErrorContains(t, err, "mmaddcallback")
	list, err := c.Callbacks.Check(ctx)
	require.NoError(t, err)
	assert.True(t, slices.ContainsFunc(list, func(cp *model.HandlerCopy) bool { return cp.State == "no answer" }))
	assert.False(t, slices.ContainsFunc(list, func(cp *model.HandlerCopy) bool { return cp.ID == "h" }), fmt.Sprint(list))

	// No node has gpfsh.
	away := connect(t, answer(func(cmd mmexec.Command) *mmexec.Result {
		if cmd.Name == "ssh" {
			return &mmexec.Result{ExitCode: 127, Stderr: []byte("sh: 1: /opt/gpfsh: not found\n")}
		}
		res, err := sim.Run(ctx, cmd)
		require.NoError(t, err)
		return res
	}), model.HandlersBy("/opt/gpfsh"))
	_, err = away.OnStartup.New(ctx, model.RunCommand("/sbin/page"))
	require.ErrorContains(t, err, "node nsd01.hpc.example.org has no /opt/gpfsh: gpfsh has to be installed on every node")
}

func TestHandlerArguments(t *testing.T) {
	at := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	h := &handlers.Handler{Events: []string{"softQuotaExceeded"}}
	values := map[string]string{"eventName": "softQuotaExceeded", "fsName": "mmfs1", "blockUsage": "2048", "blockQuota": "1024", "blockLimit": "0", "filesUsage": "7", "upNodes": "a,b"}
	h.Source = "func handler(e SoftQuotaExceededEvent) {}"
	args, err := model.HandlerArguments(h, values, at)
	require.NoError(t, err)
	e := args[0].(model.SoftQuotaExceededEvent)
	assert.Equal(t, []any{"mmfs1", 2 * model.MiB, 1 * model.MiB, model.Bytes(model.Unlimited), model.Count(7), at, []string{"a", "b"}},
		[]any{e.FsName, e.BlockUsage, e.BlockQuota, e.BlockLimit, e.FilesUsage, e.Time, e.UpNodes})
	assert.Equal(t, []any{"", int64(-1), model.Count(model.NotAsked), []string(nil), "1024"}, []any{e.FilesetName, e.QuotaID, e.FilesLimit, e.DownNodes, e.Values["blockQuota"]},
		"what is not told is not 0")

	h.Source = "func handler(blockUsage, filesetName string, blockQuota model.Bytes, upNodes []string) error { return nil }"
	args, err = model.HandlerArguments(h, values, at)
	require.NoError(t, err)
	assert.Equal(t, []any{"2048", "", 1 * model.MiB, []string{"a", "b"}}, args)

	h.Source = "func handler() {}"
	args, err = model.HandlerArguments(h, values, at)
	require.NoError(t, err)
	assert.Empty(t, args)
	h.Source = "func handler( {"
	_, err = model.HandlerArguments(h, values, at)
	require.ErrorContains(t, err, "cannot be read")
}
