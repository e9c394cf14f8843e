package policy

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gpfsh/mmexec"
	"gpfsh/policy/engine"
	"gpfsh/policy/lang"
	"gpfsh/policy/scan"
)

// fake is a node that answers what it is told to.
type fake struct {
	ran       []string
	files     []string
	installed string
	answer    func(cmd mmexec.Command) *mmexec.Result
}

func (f *fake) Run(_ context.Context, cmd mmexec.Command) (*mmexec.Result, error) {
	f.ran = append(f.ran, strings.Join(cmd.Argv(), " "))
	for _, file := range cmd.Files {
		f.files = append(f.files, string(file.Data))
	}
	if f.answer != nil {
		if r := f.answer(cmd); r != nil {
			if cmd.Stdout != nil {
				_, _ = cmd.Stdout.Write(r.Stdout)
				r.Stdout = nil
			}
			return r, nil
		}
	}
	switch {
	case cmd.Name == "mmlspolicy" && f.installed == "":
		return &mmexec.Result{Stdout: []byte("No policy file was installed for file system 'mmfs1'.\n")}, nil
	case cmd.Name == "mmlspolicy":
		return &mmexec.Result{Stdout: []byte(f.installed)}, nil
	case cmd.Name == "mmchpolicy" && strings.HasSuffix(f.ran[len(f.ran)-1], "-I yes"):
		f.installed = string(cmd.Files[0].Data)
	}
	return &mmexec.Result{}, nil
}

func (f *fake) Put(context.Context, string, []byte) (string, error) { return "", nil }
func (f *fake) Get(context.Context, string) ([]byte, error)         { return nil, nil }
func (f *fake) Remove(context.Context, string) error                { return nil }

func TestRunCommands(t *testing.T) {
	p, err := New(List("l", "a").Where(Name.Is("x")), ExternalList("l", ""))
	require.NoError(t, err)
	n := Nodes("nsd01", "nsd02")
	for want, c := range map[string]struct {
		target  Target
		act     Act
		options []RunOption
	}{
		"mmapplypolicy mmfs1 -P <policy> -I test -L 1 -N nsd01,nsd02 --qos maintenance --single-instance":           {OnFilesystem("mmfs1"), TestOnly, nil},
		"mmapplypolicy /gpfs/a b -P <policy> -I defer -L 0 -N nsd01,nsd02 --qos other -f /tmp/x":                    {OnPath("/gpfs/a b"), DeferIt, []RunOption{ListsTo("/tmp/x"), Level(0), QoS("other"), AllowSeveral()}},
		"mmapplypolicy mmfs1 -P <policy> -I yes -L 1 -N nsd01,nsd02 --qos maintenance --single-instance -S nightly": {OnSnapshot("mmfs1", "nightly"), DoIt, nil},
		"mmapplypolicy mmfs1 -P <policy> -I prepare -L 1 -N nsd01,nsd02 --qos maintenance --single-instance -M A=b -B 1000 -m 4 -n 5 -a 6 -A 7 -g /g -s /s -D 2024-02-28@11:00:00 --scope inodespace --choice-algorithm fast --maxdepth 3 --sort-buffer-size 5% -e -q --allow-scan-on-remote --silent-on-delete --split-filelists-by-weight --split-margin 0.5 -i /i -r /r --max-merge-files 8 --max-sort-bytes 9 --sort-command /usr/bin/sort --other-sort-options -S1G": {OnFilesystem("mmfs1"), PrepareOnly,
			[]RunOption{Given("A", "b"), BatchFiles(1000), ScriptThreads(4), DirectoryThreads(5), ScanThreads(6), Buckets(7), SharedDir("/g"), LocalDir("/s"), AsOf(time.Date(2024, 2, 28, 12, 0, 0, 0, time.FixedZone("", 3600))),
				Scope("inodespace"), Choice("fast"), MaxDepth(3), SortBuffer("5%"), Reevaluate(), RoundRobin(), OnRemote(), SilentOnDelete(), SplitByWeight(), SplitMargin(0.5), InputFrom("/i"), RecordsFrom("/r"), MaxMergeFiles(8), MaxSortBytes(9), SortCommand("/usr/bin/sort"), SortOptions("-S1G")}},
	} {
		cmd, err := p.Command(c.target, c.act, append([]RunOption{n}, c.options...)...)
		require.NoError(t, err, want)
		assert.Equal(t, want, strings.Join(cmd.Argv(), " "))
		assert.Equal(t, p.Text(), string(cmd.Files[0].Data))
	}
}

func TestRunsThatAreRefused(t *testing.T) {
	p, err := New(Delete("d").Where(Name.Is("x")))
	require.NoError(t, err)
	empty, err := Parse("")
	require.NoError(t, err)
	n := Nodes("n1")
	for message, f := range map[string]func() error{
		"name the nodes":          func() error { _, err := p.Command(OnFilesystem("fs"), TestOnly); return err },
		"no target":               func() error { _, err := p.Command(Target{}, TestOnly, n); return err },
		"not the absolute path":   func() error { _, err := p.Command(OnPath("mmfs1"), TestOnly, n); return err },
		"nothing in a snapshot":   func() error { _, err := p.Command(OnSnapshot("fs", "s"), DoIt, n); return err },
		"test, yes, defer":        func() error { _, err := p.Command(OnFilesystem("fs"), "", n); return err },
		"-L is 0 to 6":            func() error { _, err := p.Command(OnFilesystem("fs"), TestOnly, n, Level(7)); return err },
		"wants a positive number": func() error { _, err := p.Command(OnFilesystem("fs"), TestOnly, n, BatchFiles(0)); return err },
		"--scope is":              func() error { _, err := p.Command(OnFilesystem("fs"), TestOnly, n, Scope("x")); return err },
		"--choice-algorithm is":   func() error { _, err := p.Command(OnFilesystem("fs"), TestOnly, n, Choice("x")); return err },
		"--qos is":                func() error { _, err := p.Command(OnFilesystem("fs"), TestOnly, n, QoS("x")); return err },
		"cannot be used":          func() error { _, err := p.Command(OnFilesystem("fs"), TestOnly, n, ListsTo("")); return err },
		"no rules":                func() error { _, err := empty.Command(OnFilesystem("fs"), TestOnly, n); return err },
	} {
		assert.ErrorContains(t, f(), message)
	}
}

// What the engine prints is read back as it was.
func TestRunReadsTheSummary(t *testing.T) {
	dir := t.TempDir()
	for _, n := range []string{"a.tmp", "b.tmp", "c"} {
		require.NoError(t, os.WriteFile(filepath.Join(dir, n), make([]byte, 5000), 0o600))
	}
	p, err := New(Exclude("it's kept").Where(Name.Is("c")), Delete("del").Where(Name.Like("*.tmp")), List("l").Where(Name.Is("c")))
	require.NoError(t, err)
	var printed bytes.Buffer
	_, err = engine.Run(t.Context(), lang.Parse(lang.Source{Text: p.Text()}, lang.Options{}), engine.Directory(dir, scan.Options{}), engine.Options{
		Console: &printed, Level: 1, Pools: []engine.Pool{{Name: "system", Total: 1000, Used: 500}}, InodesUsed: 5, InodesTotal: 10, Now: time.Date(2024, 2, 28, 12, 0, 0, 0, time.UTC),
	})
	require.NoError(t, err)
	printed.WriteString("[E:-1] something failed\n[W] mind this\n")
	ex := &fake{answer: func(mmexec.Command) *mmexec.Result { return &mmexec.Result{Stdout: printed.Bytes()} }}
	var lines []Progress
	var copied bytes.Buffer
	s, err := p.Run(t.Context(), ex, OnPath(dir), TestOnly, Nodes("n1"), OnProgress(func(p Progress) { lines = append(lines, p) }), OutputTo(&copied))
	require.NoError(t, err)
	assert.Equal(t, printed.String(), copied.String())
	assert.Equal(t, int64(3), s.Files)
	assert.Equal(t, int64(1), s.Directories)
	assert.Equal(t, int64(5), s.InodesUsed)
	assert.Equal(t, "2024-02-28 12:00:00 +0000 UTC", s.At.String())
	assert.Equal(t, []PoolUse{{"system", 500, 1000, 50}}, s.Pools)
	require.Len(t, s.Predicted, 1)
	require.Len(t, s.Rules, 3)
	del, ok := s.Rule("del")
	require.True(t, ok)
	assert.Equal(t, int64(2), del.Chosen)
	assert.Positive(t, del.KBChosen)
	kept, ok := s.Rule("it's kept")
	require.True(t, ok)
	assert.Equal(t, int64(1), kept.Hits)
	assert.Zero(t, kept.Chosen)
	assert.Equal(t, []string{"[E:-1] something failed"}, s.Errors)
	assert.Equal(t, []string{"[W] mind this"}, s.Warnings)
	require.NotEmpty(t, lines)
	assert.Equal(t, int64(4), lines[0].Count)
	assert.Contains(t, lines[0].Text, "Directory entries scanned")
}

func TestParseSummaryForms(t *testing.T) {
	s := ParseSummary([]byte("[I] GPFS Current Data Pool Utilization in KB and %\r\nsp1     5120    19531264        0,026214%\n[I] x\nsp2 1 2 3%\n" +
		"[I] Summary of Rule Applicability and File Choices:\n Rule#      Hit_Cnt          KB_Hit          Chosen       KB_Chosen          KB_Ill    Rule\n" +
		"     0          100          512000             100          512000               7    RULE 'findImmutable' LIST 'x' FOR FILESET(.) WHERE(.)\n     1 1 2 3 4 5 RULE LIST 'y'\n" +
		"[I] A total of 12 files have been migrated, deleted or processed by an EXTERNAL EXEC/script;\n        3 'skipped' files and/or errors."))
	assert.Equal(t, []PoolUse{{"sp1", 5120, 19531264, 0.026214}}, s.Pools)
	assert.Equal(t, []RuleUse{{0, "findImmutable", 100, 512000, 100, 512000, 7, "RULE 'findImmutable' LIST 'x' FOR FILESET(.) WHERE(.)"}, {1, "", 1, 2, 3, 4, 5, "RULE LIST 'y'"}}, s.Rules)
	assert.Equal(t, int64(12), s.Done)
	assert.Equal(t, int64(3), s.Failed)
	_, ok := s.Rule("none")
	assert.False(t, ok)
}

func TestPlacement(t *testing.T) {
	ctx := t.Context()
	ex := &fake{installed: "/* ours */\nRULE 'hot' SET POOL 'gold' WHERE NAME LIKE '%.hot'\nRULE 'default' SET POOL 'silver'\n"}
	before := ex.installed
	p, err := LoadPlacement(ctx, ex, "mmfs1")
	require.NoError(t, err)
	assert.True(t, p.Installed())
	assert.False(t, p.Changed())
	p.History = filepath.Join(t.TempDir(), "history")
	r, err := p.Rule("default")
	require.NoError(t, err)
	require.NoError(t, p.Put(r.Limit(95)))
	require.NoError(t, p.Add(SetPool("bronze", "last")))
	assert.True(t, p.Changed())
	ex.ran = nil
	require.NoError(t, p.Save(ctx, Described("more room")))
	assert.Equal(t, []string{"mmlspolicy mmfs1 -L", "mmchpolicy mmfs1 <policy> -I test", "mmchpolicy mmfs1 <policy> -t more room -I yes"}, ex.ran)
	assert.Equal(t, strings.Replace(before, "'silver'", "'silver' LIMIT(95)", 1)+"RULE 'last' SET POOL 'bronze'\n", ex.installed)
	assert.False(t, p.Changed())
	versions, err := p.Versions()
	require.NoError(t, err)
	require.Len(t, versions, 1)
	kept, err := os.ReadFile(versions[0].Path)
	require.NoError(t, err)
	assert.Equal(t, before, string(kept))
	same, err := p.SameAs(versions[0].Path)
	require.NoError(t, err)
	assert.False(t, same)
	require.NoError(t, p.ReadFile(versions[0].Path))
	assert.Equal(t, before, p.Text())
	out := filepath.Join(t.TempDir(), "out.pol")
	require.NoError(t, p.WriteFile(out, false))
	assert.ErrorIs(t, p.WriteFile(out, false), os.ErrExist)
	require.NoError(t, p.WriteFile(out, true))
}

func TestPlacementSaveIsGuarded(t *testing.T) {
	ctx := t.Context()
	ex := &fake{installed: "RULE 'default' SET POOL 'silver'\n"}
	p, err := LoadPlacement(ctx, ex, "mmfs1")
	require.NoError(t, err)
	require.NoError(t, p.Put(SetPool("gold", "default").Limit(90)))
	assert.ErrorContains(t, p.Save(ctx), "WithoutDefault")
	require.NoError(t, p.Put(SetPool("gold", "default")))

	ex.installed = "RULE 'theirs' SET POOL 'x'\n"
	var changed *ChangedError
	require.ErrorAs(t, p.Save(ctx), &changed)
	assert.Equal(t, ex.installed, changed.Now)
	require.NoError(t, p.Save(ctx, OverOthers()))
	assert.Equal(t, "RULE 'default' SET POOL 'gold'\n", ex.installed)

	ex.answer = func(cmd mmexec.Command) *mmexec.Result {
		if cmd.Name == "mmchpolicy" {
			return &mmexec.Result{ExitCode: 1, Stderr: []byte("mmchpolicy: no\n")}
		}
		return nil
	}
	require.NoError(t, p.Put(SetPool("bronze", "default")))
	ex.ran = nil
	require.Error(t, p.Save(ctx))
	assert.Equal(t, []string{"mmlspolicy mmfs1 -L", "mmchpolicy mmfs1 <policy> -I test"}, ex.ran, "what fails the test is not installed")

	ex.answer, ex.installed = nil, ""
	p, err = LoadPlacement(ctx, ex, "mmfs1")
	require.NoError(t, err)
	assert.False(t, p.Installed())
	assert.ErrorContains(t, p.Save(ctx), "no rules")
	require.NoError(t, p.Add(SetPool("system", "default")))
	require.NoError(t, p.Save(ctx))
	assert.Equal(t, "RULE 'default' SET POOL 'system'\n", ex.installed)
}

// Ctrl-C kills a run whose scripts only read. One that sets attributes on the way is a change like any other.
func TestARunThatSetsAttributesIsNotStopped(t *testing.T) {
	stoppable := RunOption{set: func(o *runOptions) { o.stop = true }}
	for text, want := range map[string]bool{
		"RULE 'l' EXTERNAL LIST 'l' EXEC '/bin/true'\nRULE 'r' LIST 'l' WHERE NAME LIKE '%.tmp'\n":                   true,
		"RULE 'l' EXTERNAL LIST 'l' EXEC '/bin/true'\nRULE 'r' LIST 'l' SHOW('set=' || SetXattr('user.tag','on'))\n": false,
		"RULE 'l' EXTERNAL LIST 'l' EXEC '/bin/true'\nRULE 'r' LIST 'l' ACTION(SETXATTR('user.tag','on'))\n":         false,
		"define(x, `syscmd(`date')')\nRULE 'l' EXTERNAL LIST 'l' EXEC '/bin/true'\nRULE 'r' LIST 'l'\n":              false,
	} {
		p, err := Parse(text)
		require.NoError(t, err, text)
		cmd, err := p.Command(OnFilesystem("mmfs1"), DoIt, Nodes("node1"), stoppable)
		require.NoError(t, err, text)
		assert.Equal(t, want, cmd.Stoppable, text)
	}
}
