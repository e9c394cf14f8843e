package connect

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gpfsh/completer"
	"gpfsh/mmexec"
)

func TestChoose(t *testing.T) {
	env := func(v string) func(string) string {
		return func(k string) string {
			if k == Variable {
				return v
			}
			return ""
		}
	}
	assert.Equal(t, Choice{Spec: "replay:x"}, Choose("replay:x", env("sim")))
	assert.Equal(t, Choice{Spec: "sim"}, Choose("", env("sim")))
	if _, err := os.Stat(mmexec.DefaultBinDir); err != nil {
		assert.Equal(t, Choice{Spec: "sim", Implied: true}, Choose("", env("")))
	}
}

func TestOpen(t *testing.T) {
	dir := t.TempDir()
	recording := filepath.Join(dir, "r.txtar")
	require.NoError(t, os.WriteFile(recording, []byte("-- mmlscluster -Y --\nmmlscluster:clusterSummary:HEADER:\n"), 0o600))
	for _, spec := range []string{"sim", "replay:" + recording, "local:" + dir, "ssh://root@nsd01,nsd02", "ssh://nsd01"} {
		target, err := Open(spec, Settings{})
		require.NoError(t, err, spec)
		assert.NotNil(t, target.Executor, spec)
		assert.NoError(t, target.Close(), spec)
	}
	for spec, says := range map[string]string{
		"moon": "use one of", "replay": "replay:FILE", "replay:" + dir + "/none": "none", "local:" + dir + "/none": "no Storage Scale",
		"sim:" + dir + "/none": "cannot open", "": "unknown cluster",
		"ssh": "ssh needs a node", "ssh:nsd01": "ssh needs a node", "ssh://": "ssh needs a node", "ssh://-oProxyCommand=x": "cannot reach",
		"ssh://a b@nsd01": "cannot reach", "ssh://nsd01,": "cannot reach",
	} {
		_, err := Open(spec, Settings{})
		assert.ErrorContains(t, err, says, spec)
	}
}

func TestRemoteRoot(t *testing.T) {
	assert.True(t, remoteRoot("root", 1000))
	assert.True(t, remoteRoot("", 0))
	assert.False(t, remoteRoot("", 1000))
	assert.False(t, remoteRoot("alice", 0))
}

func TestLocalRunsAsRootWhatNeedsRoot(t *testing.T) {
	dir := t.TempDir()
	for name, mode := range map[string]os.FileMode{"mmlspool": 0o755, "mmlsfs": 0o550} {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), nil, mode))
	}
	need := needsRoot(dir)
	assert.False(t, need("mmlspool"))
	assert.True(t, need("mmlsfs"))
	assert.False(t, need("mmnone"), "what is not there is not there for root either")
}

// recorder notes what reaches the cluster.
type recorder struct {
	mmexec.Executor
	runs []string
}

func (r *recorder) Run(_ context.Context, cmd mmexec.Command) (*mmexec.Result, error) {
	r.runs = append(r.runs, cmd.String())
	return &mmexec.Result{}, nil
}

var (
	read   = mmexec.Command{Name: "mmlscluster", Args: []string{"-Y"}}
	change = mmexec.Command{Name: "mmdelsnapshot", Args: []string{"mmfs1", "x"}}
)

func TestTimeout(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "mmlscluster"), []byte("#!/bin/sh\nexec sleep 1000\n"), 0o755))
	target, err := Open("local:"+dir, Settings{Timeout: time.Millisecond})
	require.NoError(t, err)
	_, err = target.Executor.Run(context.Background(), read)
	var late *mmexec.TimeoutError
	assert.ErrorAs(t, err, &late)
}

func TestRecord(t *testing.T) {
	ctx := context.Background()
	var record bytes.Buffer
	s := &Stack{Plan: new(mmexec.Plan), Record: &record}
	target, err := Open("sim", Settings{})
	require.NoError(t, err)
	ex := s.Wrap(target.Executor)
	want, err := ex.Run(ctx, read)
	require.NoError(t, err)
	s.Plan.SetEnabled(true)
	_, err = ex.Run(ctx, change)
	require.NoError(t, err)

	path := filepath.Join(t.TempDir(), "record")
	require.NoError(t, os.WriteFile(path, record.Bytes(), 0o600))
	target, err = Open("replay:"+path, Settings{})
	require.NoError(t, err)
	got, err := target.Executor.Run(ctx, read)
	require.NoError(t, err)
	assert.Equal(t, string(want.Stdout), string(got.Stdout))
	_, err = target.Executor.Run(ctx, change)
	assert.Error(t, err, "what was only planned has no answer")
}

func TestStack(t *testing.T) {
	ctx := context.Background()
	var trace bytes.Buffer
	s := &Stack{Plan: new(mmexec.Plan), Trace: &trace}
	var r recorder
	ex := s.Wrap(&r)

	_, err := ex.Run(ctx, change)
	require.NoError(t, err)
	_, err = ex.Run(ctx, read)
	require.NoError(t, err)
	assert.Equal(t, int64(1), s.Changes())
	assert.Contains(t, trace.String(), "mmdelsnapshot mmfs1 x")

	trace.Reset()
	s.Plan.SetEnabled(true)
	_, err = ex.Run(ctx, change)
	require.NoError(t, err)
	assert.Equal(t, "mmdelsnapshot mmfs1 x\n", s.Plan.String())
	assert.Contains(t, trace.String(), "planned")
	assert.Equal(t, int64(1), s.Changes(), "what is planned has changed nothing")

	trace.Reset()
	unasked := completer.Unattended(ctx, mmexec.CostManager)
	_, err = ex.Run(unasked, change)
	require.Error(t, err)
	assert.Equal(t, 1, s.Plan.Len(), "what nobody typed is not planned")
	_, err = ex.Run(unasked, read)
	require.NoError(t, err)
	assert.Empty(t, trace.String(), "what nobody typed is not traced")
	assert.Equal(t, []string{"mmdelsnapshot mmfs1 x", "mmlscluster -Y", "mmlscluster -Y"}, r.runs)
}

func TestReadOnly(t *testing.T) {
	ctx := context.Background()
	s := &Stack{Plan: new(mmexec.Plan), ReadOnly: true}
	var r recorder
	ex := s.Wrap(&r)
	_, err := ex.Run(ctx, change)
	var refused *ReadOnlyError
	require.ErrorAs(t, err, &refused)
	assert.EqualError(t, err, "refused because of --readonly: mmdelsnapshot mmfs1 x")
	_, err = ex.Run(ctx, read)
	require.NoError(t, err)
	s.Plan.SetEnabled(true)
	_, err = ex.Run(ctx, change)
	require.NoError(t, err, "rehearsing is not changing")
	assert.Equal(t, []string{"mmlscluster -Y"}, r.runs)
}

// answering is a cluster that answers by command line; everything else ends well and says nothing.
type answering struct {
	mmexec.Executor
	answers map[string]string
	fail    error
	runs    []string
}

func (a *answering) Run(_ context.Context, cmd mmexec.Command) (*mmexec.Result, error) {
	a.runs = append(a.runs, cmd.String())
	if a.fail != nil {
		return nil, a.fail
	}
	return &mmexec.Result{Stdout: []byte(a.answers[cmd.String()])}, nil
}

const config = "mmlsconfig::HEADER:version:reserved:reserved:configParameter:value:nodeList:\nmmlsconfig::0:1:::minReleaseLevel:4.2.3.0::\n"

func TestWhatTheReleaseDoesNotHaveIsNotRun(t *testing.T) {
	ctx := context.Background()
	maintenance := mmexec.Command{Name: "mmchfs", Args: []string{"mmfs1", "--maintenance-mode", "yes"}}
	a := &answering{answers: map[string]string{"mmlsconfig minReleaseLevel -Y": config}}
	ex := (&Stack{Plan: new(mmexec.Plan)}).Wrap(a)
	_, err := ex.Run(ctx, change)
	require.NoError(t, err)
	for range 2 {
		_, err = ex.Run(ctx, maintenance)
		var old *mmexec.ReleaseError
		require.ErrorAs(t, err, &old)
		assert.Contains(t, err.Error(), "the option --maintenance-mode of mmchfs needs release 5.0.3.0, this cluster has 4.2.3.0")
	}
	assert.Equal(t, []string{"mmdelsnapshot mmfs1 x", "mmlsconfig minReleaseLevel -Y"}, a.runs, "it is asked for once, and not before it matters")

	// What was learned on the way is not asked for, and a change of the release is noticed.
	a = &answering{answers: map[string]string{"mmlsconfig -Y": config}}
	ex = (&Stack{}).Wrap(a)
	_, err = ex.Run(ctx, mmexec.Command{Name: "mmlsconfig", Args: []string{"-Y"}})
	require.NoError(t, err)
	_, err = ex.Run(ctx, maintenance)
	require.Error(t, err)
	_, err = ex.Run(ctx, mmexec.Command{Name: "mmchconfig", Args: []string{"release=LATEST"}})
	require.NoError(t, err)
	_, err = ex.Run(ctx, maintenance)
	require.NoError(t, err, "it is not known now")
	assert.Equal(t, []string{"mmlsconfig -Y", "mmchconfig release=LATEST", "mmlsconfig minReleaseLevel -Y", maintenance.String()}, a.runs)
}

func TestTheSameIsAskedOnce(t *testing.T) {
	ctx := context.Background()
	a := &answering{}
	s := &Stack{Cache: &mmexec.ReadCache{}}
	ex := s.Wrap(a)
	for _, cmd := range []mmexec.Command{read, read, change, read, read} {
		_, err := ex.Run(ctx, cmd)
		require.NoError(t, err)
	}
	assert.Equal(t, []string{read.String(), change.String(), read.String()}, a.runs)
	assert.Len(t, s.Journal.Entries(), 3, "what was not run is not among what was")
}

func TestUnattendedWorkRests(t *testing.T) {
	a := &answering{fail: &mmexec.TimeoutError{Cmd: read, After: "15s"}}
	ex := (&Stack{}).Wrap(a)
	_, err := ex.Run(context.Background(), read)
	require.Error(t, err)
	unasked := completer.Unattended(context.Background(), mmexec.CostManager)
	_, err = ex.Run(unasked, read)
	require.ErrorContains(t, err, "unattended work rests")
	assert.Len(t, a.runs, 1)
	a.fail = nil
	_, err = ex.Run(context.Background(), read)
	require.NoError(t, err)
	_, err = ex.Run(unasked, read)
	require.NoError(t, err, "the first answer ends the rest")
}

func TestSettleAsksForTheZone(t *testing.T) {
	for spec, options := range map[string]int{"local:" + t.TempDir(): 1, "sim": 3} {
		target, err := Open(spec, Settings{})
		require.NoError(t, err)
		require.NoError(t, target.Settle(context.Background()))
		assert.Len(t, target.Options, options, spec)
		target.Close()
	}
}
