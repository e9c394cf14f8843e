package mmexec

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestConfirm(t *testing.T) {
	no := errors.New("no")
	var asked []string
	inner := answers(mgrReply, "", 0)
	ex := Wrap(inner, Confirm(func(_ context.Context, cmd Command, class Class) error {
		asked = append(asked, cmd.Object+": "+class.Effect.String())
		if strings.HasSuffix(cmd.Object, "keep of mmfs1") {
			return no
		}
		return nil
	}))
	ctx := context.Background()
	_, err := Query(ctx, ex, lsMgr)
	require.NoError(t, err, "reading is not asked about")
	_, err = Do(ctx, ex, del("a"))
	require.NoError(t, err)
	_, err = Do(ctx, ex, del("keep"))
	var re *RefusedError
	require.ErrorAs(t, err, &re)
	assert.ErrorIs(t, err, no)
	assert.Equal(t, "mmdelsnapshot mmfs1 keep was not run: no", err.Error())
	assert.Equal(t, []string{"snapshot a of mmfs1: irreversible", "snapshot keep of mmfs1: irreversible"}, asked)
	assert.Equal(t, []string{"mmlsmgr -Y", "mmdelsnapshot mmfs1 a"}, inner.ran)
}

func TestReadOnly(t *testing.T) {
	on := true
	inner := answers(mgrReply, "", 0)
	ex := Wrap(inner, ReadOnly(func() bool { return on }))
	_, err := Do(context.Background(), ex, del("a"))
	assert.ErrorIs(t, err, ErrReadOnly)
	_, err = Query(context.Background(), ex, lsMgr)
	assert.NoError(t, err)
	on = false
	_, err = Do(context.Background(), ex, del("a"))
	assert.NoError(t, err)
	_, err = Do(context.Background(), Wrap(inner, ReadOnly(nil)), Command{Name: "mmnobodyknows"})
	assert.ErrorIs(t, err, ErrReadOnly)
}

func TestBreaker(t *testing.T) { // D4, D17
	now := time.Unix(0, 0)
	b := &Breaker{now: func() time.Time { return now }}
	inner := answers(mgrReply, "", 0)
	ex := Wrap(inner, b.Middleware())
	typed := context.Background()
	idle := Unattended(typed, CostManager)

	for _, cmd := range []Command{del("a"), {Name: "mmdf", Args: []string{"mmfs1", "-Y"}}, {Name: "mmgetstate", Args: []string{"-a", "-Y"}},
		{Name: "mmlssnapshot", Args: []string{"mmfs1", "-d", "-Y"}}, {Name: "mmlsnew", Args: []string{"-Y"}}} {
		_, err := ex.Run(idle, cmd)
		var re *RefusedError
		assert.ErrorAs(t, err, &re, cmd.String())
		_, err = ex.Run(typed, cmd)
		assert.NoError(t, err)
	}
	_, err := ex.Run(Unattended(typed, CostConfig), lsMgr)
	assert.ErrorContains(t, err, "costs: file system manager")
	_, err = ex.Run(idle, lsMgr)
	assert.NoError(t, err)

	good := inner.answer
	for _, failure := range []error{&TimeoutError{lsMgr, "15s"}, &UnreachableError{lsMgr, "ssh://a", errFull}} {
		inner.answer = func(context.Context, Command) (*Result, error) { return nil, failure }
		_, err = ex.Run(typed, lsMgr)
		require.ErrorIs(t, err, failure)
		inner.answer = good
		inner.ran = nil
		_, err = ex.Run(idle, lsMgr)
		require.ErrorIs(t, err, failure, "it says why it rests")
		assert.Empty(t, inner.ran)
		now = now.Add(61 * time.Second)
		_, err = ex.Run(idle, lsMgr)
		require.NoError(t, err, "after the rest it tries again")
	}
	inner.answer = func(context.Context, Command) (*Result, error) { return nil, &TimeoutError{lsMgr, "15s"} }
	_, _ = ex.Run(typed, lsMgr)
	inner.answer = good
	_, err = ex.Run(typed, lsMgr)
	require.NoError(t, err, "what is typed always passes")
	_, open := b.Open()
	assert.False(t, open, "and an answer ends the rest")

	inner.answer = func(context.Context, Command) (*Result, error) { return nil, context.Canceled }
	_, _ = ex.Run(typed, lsMgr)
	_, open = b.Open()
	assert.False(t, open, "an interrupt says nothing about the cluster")
}

func TestRetry(t *testing.T) { // D24
	var waits []time.Duration
	policy := RetryPolicy{Attempts: 4, First: time.Second, Longest: 3 * time.Second,
		sleep: func(_ context.Context, d time.Duration) error { waits = append(waits, d); return nil }}
	var told []error
	policy.Notify = func(_ Command, err error, _ time.Duration) { told = append(told, err) }
	locked := &Result{ExitCode: 1, Stderr: []byte("mmlsmgr: 6027-1229 Timed out waiting for lock. Try again later.\n")}
	noManager := &Result{ExitCode: 1, Stderr: []byte("Failed to determine file system manager.\n")}
	type step struct {
		res *Result
		err error
	}
	away := step{nil, &UnreachableError{lsMgr, "ssh://a", errFull}}
	good := step{&Result{Stdout: []byte(mgrReply)}, nil}
	run := func(cmd Command, steps ...step) (*fake, *Result, error) {
		waits, told = nil, nil
		i := 0
		inner := &fake{answer: func(context.Context, Command) (*Result, error) {
			s := steps[min(i, len(steps)-1)]
			i++
			return s.res, s.err
		}}
		res, err := Wrap(inner, Retry(policy)).Run(context.Background(), cmd)
		return inner, res, err
	}

	inner, res, err := run(lsMgr, step{locked, nil}, step{noManager, nil}, away, good)
	require.NoError(t, err)
	assert.Equal(t, mgrReply, string(res.Stdout))
	assert.Len(t, inner.ran, 4)
	assert.Equal(t, []time.Duration{time.Second, 2 * time.Second, 3 * time.Second}, waits)
	assert.Len(t, told, 3)

	inner, _, err = run(lsMgr, away)
	assert.Len(t, inner.ran, 4, "with a limit")
	assert.ErrorIs(t, err, errFull)

	for name, s := range map[string]step{
		"success":       good,
		"another cause": {&Result{ExitCode: 1, Stderr: []byte("mmlsmgr: no\n")}, nil},
		"missing":       {nil, &NotFoundError{lsMgr, "/bin"}},
		"timeout":       {nil, &TimeoutError{lsMgr, "15s"}},
		"interrupt":     {nil, context.Canceled},
		"planned":       {&Result{Planned: true}, nil},
	} {
		inner, _, _ = run(lsMgr, s)
		assert.Len(t, inner.ran, 1, name)
	}
	for _, s := range []step{away, {locked, nil}, {nil, &UnknownOutcomeError{Cmd: del("a"), Err: errFull}}} {
		inner, _, _ = run(del("a"), s)
		assert.Len(t, inner.ran, 1, "a changing command is never tried again")
	}

	t.Run("not once something was streamed", func(t *testing.T) {
		n := 0
		inner := &fake{answer: func(_ context.Context, cmd Command) (*Result, error) {
			n++
			_, _ = io.WriteString(cmd.Stdout, "half a li")
			return nil, away.err
		}}
		var out bytes.Buffer
		streamed := lsMgr
		streamed.Stdout = &out
		_, err := Wrap(inner, Retry(policy)).Run(context.Background(), streamed)
		assert.Error(t, err)
		assert.Equal(t, 1, n)
		assert.Equal(t, "half a li", out.String())
	})
	t.Run("not when the wait is interrupted", func(t *testing.T) {
		p := policy
		p.sleep = func(context.Context, time.Duration) error { return context.Canceled }
		inner := &fake{answer: func(context.Context, Command) (*Result, error) { return away.res, away.err }}
		_, err := Wrap(inner, Retry(p)).Run(context.Background(), lsMgr)
		assert.ErrorIs(t, err, context.Canceled)
		assert.Len(t, inner.ran, 1)
	})
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	assert.ErrorIs(t, sleep(ctx, time.Hour), context.Canceled)
	assert.NoError(t, sleep(context.Background(), time.Nanosecond))
}

func TestCache(t *testing.T) {
	var c ReadCache
	inner := answers(mgrReply, "", 0)
	ex := Wrap(inner, Cache(&c))
	ctx := context.Background()
	for range 3 {
		reply, err := Query(ctx, ex, lsMgr)
		require.NoError(t, err)
		assert.Len(t, reply.Rows, 1)
	}
	assert.Len(t, inner.ran, 1, "one question is asked once")
	_, err := Query(ctx, ex, Command{Name: "mmlsmgr", Args: []string{"mmfs1", "-Y"}})
	require.NoError(t, err)
	assert.Len(t, inner.ran, 2, "another question is another one")

	inner.ran = nil
	_, err = ex.Run(ctx, del("a"))
	require.NoError(t, err)
	_, err = Query(ctx, ex, lsMgr)
	require.NoError(t, err)
	assert.Equal(t, []string{"mmdelsnapshot mmfs1 a", "mmlsmgr -Y"}, inner.ran, "a change empties it")

	inner.ran = nil
	c.Clear()
	_, err = Query(ctx, ex, lsMgr)
	require.NoError(t, err)
	assert.Len(t, inner.ran, 1)

	inner.ran = nil
	var out bytes.Buffer
	streamed := lsMgr
	streamed.Stdout = &out
	_, err = ex.Run(ctx, streamed)
	require.NoError(t, err)
	assert.Len(t, inner.ran, 1, "streams pass")

	c.Clear()
	inner.ran = nil
	fails := answers("", "no\n", 1).answer
	inner.answer = fails
	for range 2 {
		_, err = Do(ctx, ex, lsMgr)
		assert.Error(t, err)
	}
	assert.Len(t, inner.ran, 2, "failures are not kept")

	f := func(data string) Command {
		file := File{"policy", []byte(data)}
		return Command{Name: "mmchpolicy", Args: []string{"fs", file.Ref(), "-I", "test"}, Files: []File{file}}
	}
	inner.ran, inner.answer = nil, answers("ok", "", 0).answer
	for _, cmd := range []Command{f("a"), f("b"), f("a")} {
		_, err = ex.Run(ctx, cmd)
		require.NoError(t, err)
	}
	assert.Len(t, inner.ran, 2, "what a file holds is part of the question")
}

func TestCacheAtTheSameTime(t *testing.T) {
	var c ReadCache
	var n atomic.Int32
	first, proceed := make(chan struct{}), make(chan struct{})
	inner := &fake{answer: func(ctx context.Context, cmd Command) (*Result, error) {
		if n.Add(1) == 1 {
			close(first)
			<-proceed
		}
		return &Result{Stdout: []byte(mgrReply)}, nil
	}}
	ex := Wrap(inner, Cache(&c))
	var wg sync.WaitGroup
	ask := func() {
		_, err := Query(context.Background(), ex, lsMgr)
		assert.NoError(t, err)
	}
	wg.Go(ask)
	<-first
	for range 5 {
		wg.Go(ask)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, err := ex.Run(ctx, lsMgr)
	assert.ErrorIs(t, err, context.Canceled, "who waits can leave")
	close(proceed)
	wg.Wait()
	assert.EqualValues(t, 1, n.Load())

	// An answer that was on its way when something changed is not kept.
	c.Clear()
	n.Store(0)
	first, proceed = make(chan struct{}), make(chan struct{})
	wg.Go(ask)
	<-first
	c.Clear()
	close(proceed)
	wg.Wait()
	ask()
	assert.EqualValues(t, 2, n.Load())

	// Whoever waited for a question that was interrupted asks it himself.
	c.Clear()
	first = make(chan struct{})
	interrupted := errors.New("interrupted")
	n.Store(0)
	inner.answer = func(ctx context.Context, _ Command) (*Result, error) {
		if n.Add(1) == 1 {
			close(first)
			<-ctx.Done()
			return nil, interrupted
		}
		return &Result{Stdout: []byte(mgrReply)}, nil
	}
	ctx, cancel = context.WithCancel(context.Background())
	defer cancel()
	wg.Go(func() {
		_, err := ex.Run(ctx, lsMgr)
		assert.ErrorIs(t, err, interrupted)
	})
	<-first
	wg.Go(ask)
	cancel()
	wg.Wait()
}

func TestAudit(t *testing.T) {
	t.Setenv("SUDO_USER", "alice")
	path := filepath.Join(t.TempDir(), "audit.log")
	log, err := OpenAudit(path)
	require.NoError(t, err)
	defer log.Close()
	inner := answers(mgrReply, "", 0)
	ex := Wrap(inner, Audit(log, "ssh://node1"))
	ctx := context.Background()
	_, err = Query(ctx, ex, lsMgr)
	require.NoError(t, err)
	_, err = ex.Run(ctx, del("a b"))
	require.NoError(t, err)
	secrets := Command{Name: "mmuserauth", Args: []string{"service", "create", "--password", "s3cret", "--pwd=s3cret", "--user", "x", "a=1,bindPassword=s3cret"},
		Stdin: []byte("s3cret"), Files: []File{{"keys", []byte("s3cret")}}}
	inner.answer = func(_ context.Context, cmd Command) (*Result, error) {
		return nil, &UnknownOutcomeError{Cmd: cmd, Node: "node2", PID: 5, Err: errFull}
	}
	_, err = ex.Run(ctx, secrets)
	require.Error(t, err)

	st, err := os.Stat(path)
	require.NoError(t, err)
	assert.Equal(t, os.FileMode(0o600), st.Mode().Perm())
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.NotContains(t, string(text), "s3cret", "secrets never")
	var events []AuditEvent
	for dec := json.NewDecoder(bytes.NewReader(text)); dec.More(); {
		var e AuditEvent
		require.NoError(t, dec.Decode(&e))
		events = append(events, e)
	}
	require.Len(t, events, 4, "reading is not written down")
	begin, end := events[0], events[1]
	assert.Equal(t, "begin", begin.Event)
	assert.Equal(t, []string{"mmdelsnapshot", "mmfs1", "a b"}, begin.Argv)
	assert.Equal(t, "snapshot a b of mmfs1", begin.Object)
	assert.Equal(t, "irreversible", begin.Effect)
	assert.Equal(t, "ssh://node1", begin.Target)
	assert.Contains(t, begin.User, "alice as ")
	assert.Equal(t, os.Getpid(), begin.PID)
	assert.Nil(t, begin.Exit)
	assert.Equal(t, "end", end.Event)
	assert.Equal(t, begin.Run, end.Run)
	assert.Equal(t, 0, *end.Exit)
	assert.Equal(t, "node1", end.Node)
	assert.Equal(t, []string{"mmuserauth", "service", "create", "--password", "***", "--pwd=***", "--user", "x", "a=1,bindPassword=***"}, events[2].Argv)
	assert.Nil(t, events[3].Exit, "its end is not known")
	assert.Equal(t, "node2", events[3].Node)
	assert.Contains(t, events[3].Error, "goes on")

	// It is appended to, and no one else may have a hand in it.
	again, err := OpenAudit(path)
	require.NoError(t, err)
	again.Close()
	more, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Equal(t, text, more)
	require.NoError(t, os.Chmod(path, 0o644))
	_, err = OpenAudit(path)
	assert.ErrorContains(t, err, "chmod 600")
	require.NoError(t, os.Symlink(path, path+".link"))
	_, err = OpenAudit(path + ".link")
	assert.Error(t, err)
	_, err = OpenAudit(t.TempDir())
	assert.Error(t, err)

	_, err = Wrap(inner, Audit(failingWriter{}, "")).Run(ctx, del("a"))
	var re *RefusedError
	require.ErrorAs(t, err, &re, "what cannot be written down is not run")
	assert.ErrorIs(t, err, errFull)
}

func TestRequireRelease(t *testing.T) {
	old := Release{4, 2, 0, 0}
	for _, c := range []struct {
		line string
		have Release
		says string
	}{
		{"mmqos class list mmfs1 -Y", Release{5, 0, 5, 0}, "the command mmqos needs release 5.1.0.0, this cluster has 5.0.5.0"},
		{"mmlscallback -Y", old, "the option -Y of mmlscallback"},
		{"mmlscallback", old, ""},
		{"mmlsfs mmfs1 -Y", old, ""},
		{"mmcrsnapshot mmfs1 a,b", old, "several snapshots"},
		{"mmcrsnapshot mmfs1 f:b", old, "Fileset:Snapshot"},
		{"mmcrsnapshot mmfs1 a -j f", old, ""},
		{"mmdelsnapshot mmfs1 a,b", Release{4, 2, 1, 0}, ""},
		{"mmshutdown -a --accept", Release{5, 2, 0, 0}, "--accept"},
		{"mmshutdown -a --accept", Release{6, 0, 0, 0}, ""},
		{"mmchfs mmfs1 --maintenance-mode=yes", old, "--maintenance-mode"},
		{"mmshutdown -a --accept", Release{}, ""},
	} {
		argv, err := SplitLine(c.line)
		require.NoError(t, err)
		cmd := Command{Name: argv[0], Args: argv[1:]}
		err = RequireRelease(c.have, cmd)
		if c.says == "" {
			assert.NoError(t, err, c.line)
			continue
		}
		var re *ReleaseError
		require.ErrorAs(t, err, &re, c.line)
		assert.Contains(t, err.Error(), c.says)

		inner := answers("", "", 0)
		_, err = Wrap(inner, CheckRelease(func() Release { return c.have })).Run(context.Background(), cmd)
		require.ErrorAs(t, err, &re)
		assert.Empty(t, inner.ran, "it is found before anything runs")
	}
}

func TestClusterRelease(t *testing.T) {
	const head = "mmlsconfig::HEADER:version:reserved:reserved:configParameter:value:nodeList:\n"
	ask := func(text string, exit int) (Release, error) {
		inner := answers(text, "", exit)
		r, err := ClusterRelease(context.Background(), inner)
		assert.Equal(t, []string{"mmlsconfig minReleaseLevel -Y"}, inner.ran)
		return r, err
	}
	r, err := ask(head+"mmlsconfig::0:1:::minReleaseLevel:5.1.9.0:node1:\nmmlsconfig::0:1:::minReleaseLevel:5.2.1.0::\n", 0)
	require.NoError(t, err)
	assert.Equal(t, Release{5, 2, 1, 0}, r)
	_, err = ask(head, 0)
	assert.ErrorContains(t, err, "no minReleaseLevel")
	_, err = ask(head+"mmlsconfig::0:1:::minReleaseLevel:LATEST::\n", 0)
	assert.Error(t, err)
	_, err = ask("", 1)
	assert.ErrorContains(t, err, "cannot learn the release")
}

func TestZone(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Skip("there are no time zones here")
	}
	data, err := os.ReadFile("/usr/share/zoneinfo/Europe/Berlin")
	if err != nil {
		t.Skip("there are no time zones here")
	}
	inner := &fake{put: map[string][]byte{"/etc/localtime": data}}
	zone, err := Zone(context.Background(), inner)
	require.NoError(t, err)
	summer, err := ParseTime("Mon Jul  1 12:00:00 2024", zone)
	require.NoError(t, err)
	assert.True(t, summer.Equal(time.Date(2024, 7, 1, 12, 0, 0, 0, berlin)), "D20: in the zone of the node, and its summer time")
	inner.put["/etc/localtime"] = []byte("noise")
	_, err = Zone(context.Background(), inner)
	assert.Error(t, err)
	zone, err = Zone(context.Background(), replayOf(t, "-- mmlsmgr --\n"))
	require.NoError(t, err)
	assert.Equal(t, time.UTC, zone)
}

type closer struct {
	Executor
	closed bool
}

func (c *closer) Close() error { c.closed = true; return errFull }

func TestCloseLooksBehindMiddleware(t *testing.T) {
	c := &closer{Executor: answers("", "", 0)}
	var p Plan
	var b Breaker
	ex := Wrap(c, Trace(io.Discard), TraceJSON(io.Discard), DryRun(&p), Record(io.Discard), Retry(RetryPolicy{}), Cache(&ReadCache{}),
		Audit(io.Discard, ""), Confirm(nil), ReadOnly(nil), b.Middleware(), CheckRelease(func() Release { return Release{} }))
	assert.ErrorIs(t, Close(ex), errFull)
	assert.True(t, c.closed)
	assert.NoError(t, Close(answers("", "", 0)))
	assert.NoError(t, Close(nil))
}
