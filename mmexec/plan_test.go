package mmexec

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func del(name string) Command {
	return Command{Name: "mmdelsnapshot", Args: []string{"mmfs1", name}, Object: "snapshot " + name + " of mmfs1", Reason: "older than 30 days", Identity: []Field{{"id", "7"}}}
}

func TestDryRun(t *testing.T) {
	var p Plan
	inner := answers(mgrReply, "", 0)
	ex := Wrap(inner, DryRun(&p))
	ctx := context.Background()

	_, err := Do(ctx, ex, del("a"))
	require.NoError(t, err)
	assert.Equal(t, []string{"mmdelsnapshot mmfs1 a"}, inner.ran, "not enabled: all passes")

	p.SetEnabled(true)
	inner.ran = nil
	_, err = Query(ctx, ex, lsMgr)
	require.NoError(t, err, "reading passes")
	for _, name := range []string{"global-snapshot1", "with blank"} {
		res, err := Do(ctx, ex, del(name))
		require.NoError(t, err)
		assert.True(t, res.Planned)
		assert.Zero(t, res.ExitCode)
		assert.Empty(t, res.Stdout)
	}
	_, err = Query(ctx, ex, Command{Name: "mmnobodyknows", Args: []string{"-Y"}})
	assert.ErrorIs(t, err, ErrPlanned, "an unknown command counts as changing")
	assert.Equal(t, []string{"mmlsmgr -Y"}, inner.ran)

	assert.Equal(t, "mmdelsnapshot mmfs1 global-snapshot1\nmmdelsnapshot mmfs1 'with blank'\nmmnobodyknows -Y\n", p.String())
	entries := p.Entries()
	require.Len(t, entries, 3)
	e := entries[0]
	assert.Equal(t, []string{"mmdelsnapshot", "mmfs1", "global-snapshot1"}, e.Argv)
	assert.Equal(t, "snapshot global-snapshot1 of mmfs1", e.Object)
	assert.Equal(t, "older than 30 days", e.Reason)
	assert.Equal(t, []Field{{"id", "7"}}, e.Identity)
	assert.Equal(t, Irreversible, e.Effect)
	assert.True(t, e.Destructive())
	assert.Equal(t, del("global-snapshot1"), e.Command())
	assert.False(t, entries[2].Destructive())

	p.SetEnabled(false)
	assert.Equal(t, 3, p.Len(), "what was recorded stays")
	p.Reset()
	assert.Empty(t, p.Entries())
	assert.Equal(t, "", p.String())

	p.SetEnabled(true)
	cancelled, cancel := context.WithCancel(ctx)
	cancel()
	_, err = Do(cancelled, ex, del("x"))
	assert.ErrorIs(t, err, context.Canceled)
	assert.Zero(t, p.Len())
}

func TestDryRunHoldsScansBack(t *testing.T) { // F8
	var p Plan
	p.SetEnabled(true)
	inner := answers("", "", 0)
	ex := Wrap(inner, DryRun(&p))
	f := File{Name: "policy", Data: []byte("RULE 'a' LIST 'l'\n")}
	test := Command{Name: "mmapplypolicy", Args: []string{"mmfs1", "-P", f.Ref(), "-I", "test"}, Files: []File{f}}
	res, err := Do(context.Background(), ex, test)
	require.NoError(t, err)
	assert.True(t, res.Planned)
	assert.Equal(t, "mmapplypolicy mmfs1 -P '<policy>' -I test\n", p.String())
	assert.Equal(t, Reads, p.Entries()[0].Effect)

	p.SetDeep(true)
	res, err = Do(context.Background(), ex, test)
	require.NoError(t, err)
	assert.False(t, res.Planned)

	f.Data = []byte("RULE 'a' LIST 'l' WHERE SetXattr('a','b')\n")
	test.Files = []File{f}
	res, err = Do(context.Background(), ex, test)
	require.NoError(t, err)
	assert.True(t, res.Planned, "a policy that writes is not run, however deep")
}

func TestDryRunRemembersFiles(t *testing.T) {
	var p Plan
	p.SetEnabled(true)
	inner := answers("", "", 0)
	ex := Wrap(inner, DryRun(&p))
	ctx := context.Background()
	path, err := ex.Put(ctx, "stanza", []byte("%nsd: x\n"))
	require.NoError(t, err)
	_, err = Do(ctx, ex, Command{Name: "mmadddisk", Args: []string{"mmfs1", "-F", path}})
	require.NoError(t, err)
	require.NoError(t, ex.Remove(ctx, path))
	assert.Empty(t, inner.put)
	e := p.Entries()[0]
	require.Len(t, e.Files, 1)
	assert.Equal(t, "%nsd: x\n", string(e.Files[0].Data), "D2: the plan carries the contents")
	assert.Equal(t, "mmadddisk mmfs1 -F '<stanza>'", e.String())
}

func TestDryRunConcurrently(t *testing.T) {
	var p Plan
	p.SetEnabled(true)
	ex := Wrap(answers("", "", 0), DryRun(&p))
	var wg sync.WaitGroup
	for range 50 {
		wg.Go(func() {
			_, err := Do(context.Background(), ex, del("x"))
			assert.NoError(t, err)
			_ = p.String()
		})
	}
	wg.Wait()
	assert.Equal(t, 50, p.Len())
}

func TestPlanScript(t *testing.T) {
	if _, err := exec.LookPath("sh"); err != nil {
		t.Skip("there is no sh to run the script with")
	}
	var p Plan
	p.SetEnabled(true)
	ex := Wrap(answers("", "", 0), DryRun(&p))
	policy := File{Name: "my policy", Data: []byte("RULE 'it''s' SET POOL \"$HOME\"\n`x`\\n no end")}
	cmds := []Command{
		{Name: "mmchpolicy", Args: []string{"mmfs1", policy.Ref(), "-t", "it's\nnew"}, Files: []File{policy}, Object: "policy of\nmmfs1"},
		{Name: "mmputacl", Args: []string{"/gpfs/a b"}, Stdin: []byte("user::rwxc\n")},
		{Name: "mmdelsnapshot", Args: []string{"mmfs1", "$(reboot)"}},
	}
	for _, c := range cmds {
		_, err := Do(context.Background(), ex, c)
		require.NoError(t, err)
	}
	dir := t.TempDir()
	script := filepath.Join(dir, "plan.sh")
	f, err := os.Create(script)
	require.NoError(t, err)
	require.NoError(t, p.WriteScript(f))
	require.NoError(t, f.Close())
	text, err := os.ReadFile(script)
	require.NoError(t, err)
	assert.True(t, strings.HasPrefix(string(text), "#!/bin/sh\nset -eu\n"))
	assert.Contains(t, string(text), "# policy of mmfs1\n")
	assert.Contains(t, string(text), "# irreversible\n")

	// The script does what the plan says, to the byte.
	shim := "#!/bin/sh\nprintf '<%s>' \"$(basename \"$0\")\" \"$@\" >>" + dir + "/log\n[ \"$(basename \"$0\")\" = mmchpolicy ] && { stat -c '%a' \"$2\" >>" + dir + "/log; cat \"$2\" >>" + dir + "/log; }\ncat >>" + dir + "/log\n:\n"
	for _, name := range []string{"mmchpolicy", "mmputacl", "mmdelsnapshot"} {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(shim), 0o755))
	}
	c := exec.Command("sh", script)
	c.Env = append(os.Environ(), "PATH="+dir+":"+os.Getenv("PATH"), "TMPDIR="+dir)
	out, err := c.CombinedOutput()
	require.NoError(t, err, string(out))
	log, err := os.ReadFile(filepath.Join(dir, "log"))
	require.NoError(t, err)
	got := regexp.MustCompile(`<[^<>]*/1-my_policy>`).ReplaceAllString(string(log), "<FILE>")
	assert.Equal(t, "<mmchpolicy><mmfs1><FILE><-t><it's\nnew>600\n"+string(policy.Data)+"<mmputacl></gpfs/a b>user::rwxc\n<mmdelsnapshot><mmfs1><$(reboot)>", got)

	// set -e: what follows a failure is not run.
	require.NoError(t, os.WriteFile(filepath.Join(dir, "mmchpolicy"), []byte("#!/bin/sh\nexit 1\n"), 0o755))
	require.NoError(t, os.Remove(filepath.Join(dir, "log")))
	c = exec.Command("sh", script)
	c.Env = append(os.Environ(), "PATH="+dir+":"+os.Getenv("PATH"), "TMPDIR="+dir)
	assert.Error(t, c.Run())
	assert.NoFileExists(t, filepath.Join(dir, "log"))

	p.Reset()
	_, err = Do(context.Background(), ex, Command{Name: "mmputacl", Args: []string{"/a"}, Stdin: []byte("a\x00b")})
	require.NoError(t, err)
	assert.ErrorContains(t, p.WriteScript(&bytes.Buffer{}), "NUL")
}

func TestTrace(t *testing.T) {
	var out bytes.Buffer
	var p Plan
	seconds := regexp.MustCompile(`\d+\.\d{3}s`)
	inner := answers(mgrReply, "", 0)
	ex := Wrap(inner, Trace(&out), DryRun(&p))
	ctx := context.Background()
	run := func(cmd Command) string {
		out.Reset()
		_, _ = ex.Run(ctx, cmd)
		return seconds.ReplaceAllString(out.String(), "0.000s")
	}
	assert.Equal(t, "+ mmlsmgr -Y    0.000s  on node1\n", run(lsMgr))
	inner.answer = answers("", "", 0).answer
	p.SetEnabled(true)
	assert.Equal(t, "+ mmdelsnapshot mmfs1 'a b'    0.000s  planned\n", run(del("a b")))
	p.SetEnabled(false)
	with := func(res *Result, err error) {
		inner.answer = func(context.Context, Command) (*Result, error) { return res, err }
	}
	with(&Result{ExitCode: 17}, nil)
	assert.Equal(t, "+ mmlsmgr -Y    0.000s  exit 17\n", run(lsMgr))
	with(&Result{}, nil)
	assert.Equal(t, "+ mmlsmgr -Y    0.000s\n", run(lsMgr))
	with(&Result{Signal: "killed", ExitCode: 137}, nil)
	assert.Equal(t, "+ mmlsmgr -Y    0.000s  signal killed\n", run(lsMgr))
	with(nil, &UnknownOutcomeError{Cmd: lsMgr, PID: 5})
	assert.Equal(t, "+ mmlsmgr -Y    0.000s  goes on, process 5\n", run(lsMgr))
	with(nil, &TimeoutError{lsMgr, "15s"})
	assert.Equal(t, "+ mmlsmgr -Y    0.000s  stopped after 15s\n", run(lsMgr))
	with(nil, context.Canceled)
	assert.Equal(t, "+ mmlsmgr -Y    0.000s  interrupted\n", run(lsMgr))
	with(nil, &NotFoundError{lsMgr, "/bin"})
	assert.Equal(t, "+ mmlsmgr -Y    0.000s  not run\n", run(lsMgr))
}

func TestTraceJSON(t *testing.T) {
	var out bytes.Buffer
	inner := answers("", "", 3)
	ex := Wrap(inner, TraceJSON(&out))
	_, _ = ex.Run(context.Background(), del("a b"))
	inner.answer = func(context.Context, Command) (*Result, error) { return nil, &NotFoundError{lsMgr, "/bin"} }
	_, _ = ex.Run(context.Background(), lsMgr)
	var got []map[string]any
	for dec := json.NewDecoder(&out); dec.More(); {
		var line map[string]any
		require.NoError(t, dec.Decode(&line))
		_, err := time.Parse(time.RFC3339Nano, line["time"].(string))
		require.NoError(t, err)
		delete(line, "time")
		delete(line, "seconds")
		got = append(got, line)
	}
	assert.Equal(t, []map[string]any{
		{"argv": []any{"mmdelsnapshot", "mmfs1", "a b"}, "object": "snapshot a b of mmfs1", "node": "node1", "exit": 3.0},
		{"argv": []any{"mmlsmgr", "-Y"}, "exit": -1.0, "error": "no command mmlsmgr in /bin (is Storage Scale installed there?)"},
	}, got)
}
