package shell

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gpfsh/cmd/gpfsh/internal/connect"
	"gpfsh/cmd/gpfsh/internal/prompt"
	"gpfsh/cmd/gpfsh/internal/render"
	"gpfsh/completer"
	"gpfsh/interp"
	"gpfsh/interp/script"
	"gpfsh/mmexec"
	"gpfsh/model"
)

// language is a language in which an entry is what it says: "fail" fails, what ends in { goes on.
type language struct {
	entries []string
	resets  int
}

func (l *language) Eval(ctx context.Context, src interp.Source) (*interp.Outcome, error) {
	l.entries = append(l.entries, src.Text)
	switch {
	case src.Text == "fail":
		return nil, errors.New("it failed")
	case strings.HasPrefix(src.Text, "x :="):
		return &interp.Outcome{}, nil
	}
	return &interp.Outcome{Values: []any{strings.ToUpper(src.Text)}}, nil
}

func (l *language) Incomplete(src string) bool { return strings.HasSuffix(strings.TrimSpace(src), "{") }

func (l *language) Cursor(src string, offset int) interp.Cursor {
	return interp.Cursor{Kind: interp.CursorIdent, Prefix: src[:offset], Members: []interp.Member{{Name: "alpha", Kind: "var"}}}
}

func (l *language) Resolve(context.Context, interp.Path) (any, error) { return nil, errors.New("no") }
func (l *language) Correct(src string) string                         { return strings.ReplaceAll(src, "filesets", "Filesets") }
func (l *language) Plain(src string) string                           { return src }
func (l *language) Describe(src string) (interp.Description, error) {
	if src != "alpha" {
		return interp.Description{}, errors.New("undefined: " + src)
	}
	return interp.Description{Kind: "value", Type: "Letter", Doc: "Alpha is the first.", Example: "alpha.Next"}, nil
}
func (l *language) Reset()   { l.resets++ }
func (l *language) Abandon() {}

// reader reads lines that are there already; an error stands for the line that it is.
type reader struct {
	lines   []any
	prompts []string
	closed  bool
}

func (r *reader) Read(_ context.Context, p prompt.Prompt) (string, error) {
	r.prompts = append(r.prompts, p.Text)
	if len(r.lines) == 0 {
		return "", io.EOF
	}
	line := r.lines[0]
	r.lines = r.lines[1:]
	if err, ok := line.(error); ok {
		return "", err
	}
	return line.(string), nil
}

func (r *reader) Close() error { r.closed = true; return nil }

// rehearsal is a dry run without anything to rehearse.
type rehearsal struct {
	on   bool
	plan string
	err  error
}

func (d *rehearsal) On() bool { return d.on }

func (d *rehearsal) Set(on bool) error {
	if d.err == nil {
		d.on = on
	}
	return d.err
}

func (d *rehearsal) Plan() string { return d.plan }

func (d *rehearsal) Grouped() string { return d.plan }

func (d *rehearsal) Summary() string { return "1 change" }

func (d *rehearsal) Save(path string) (int, error) {
	return 1, os.WriteFile(path, []byte(d.plan), 0o600)
}

func (d *rehearsal) Apply(context.Context) error {
	d.plan = ""
	return nil
}

type fixture struct {
	*Shell
	lang     *language
	reader   *reader
	dry      *rehearsal
	out, err bytes.Buffer
}

func setup(t *testing.T, lines ...any) *fixture {
	t.Helper()
	f := &fixture{lang: &language{}, reader: &reader{lines: lines}, dry: &rehearsal{}}
	h, _, err := prompt.OpenHistory("")
	require.NoError(t, err)
	f.Shell = New(Options{
		Language: f.lang, Reader: f.reader, Render: &render.Renderer{Out: &f.out, Err: &f.err}, Complete: completer.New(f.lang, completer.Options{}),
		History: h, DryRun: f.dry, Changes: func() int64 { return 0 }, Interactive: true, Simulated: true,
		Cluster: func() string { return "demo.example.org" },
	})
	return f
}

func TestEntries(t *testing.T) {
	f := setup(t, "a", "", "  ", "x := 1", "fail", "b")
	require.NoError(t, f.Run(context.Background()))
	assert.Equal(t, []string{"a", "x := 1", "fail", "b"}, f.lang.entries)
	assert.Equal(t, "A\nB\n", f.out.String())
	assert.Equal(t, "gpfsh: it failed\n", f.err.String())
	assert.Equal(t, []string{"a", "x := 1", "fail", "b"}, f.History.Entries())
	assert.True(t, f.reader.closed)
}

func TestErrorsEndAShellThatNobodySitsAt(t *testing.T) {
	f := setup(t, "a", "fail", "b")
	f.Interactive = false
	assert.EqualError(t, f.Run(context.Background()), "it failed")
	assert.Equal(t, []string{"a", "fail"}, f.lang.entries)
	assert.Empty(t, f.History.Entries())

	f = setup(t, "if {")
	f.Interactive = false
	require.NoError(t, f.Run(context.Background()))
	assert.Equal(t, []string{"if {\n"}, f.lang.entries, "an unfinished entry is run for its error to be seen")
}

func TestSeveralLines(t *testing.T) {
	f := setup(t, "for {", "if {", prompt.ErrInterrupted, "for {", ":dry on }", "if {")
	require.NoError(t, f.Run(context.Background()))
	assert.Equal(t, []string{"for {\n:dry on }"}, f.lang.entries, "what was given up is not run, nor what was not finished")
	assert.Equal(t, []string{
		"demo(sim)> ", "       ... ", "       ... ", "demo(sim)> ", "       ... ", "demo(sim)> ", "       ... ",
	}, f.reader.prompts)
}

func TestPrompt(t *testing.T) {
	f := setup(t)
	assert.Equal(t, "demo(sim)> ", f.prompt("").Text)
	f.dry.on = true
	assert.Equal(t, "demo(sim) dry> ", f.prompt("").Text)
	f.ReadOnly, f.Simulated = true, false
	assert.Equal(t, "demo.example.org dry ro> ", f.prompt("").Text, "a real cluster is shown with its whole name")
	f.Cluster = func() string { return "sim" }
	f.dry.on, f.ReadOnly, f.Simulated = false, false, true
	assert.Equal(t, "sim> ", f.prompt("").Text)
	assert.Equal(t, "x\n", f.prompt("x\n").Before)
}

func TestReaderThatFails(t *testing.T) {
	f := setup(t, "a", errors.New("no terminal"), "never")
	plain := &reader{lines: []any{"b"}}
	f.Plain = func() prompt.LineReader { return plain }
	require.NoError(t, f.Run(context.Background()))
	assert.Equal(t, []string{"a", "b"}, f.lang.entries)
	assert.Contains(t, f.err.String(), "no terminal")
	assert.True(t, f.reader.closed)
	assert.True(t, plain.closed)

	f = setup(t, errors.New("no terminal"))
	assert.EqualError(t, f.Run(context.Background()), "no terminal")
}

func TestSignalsEndTheShell(t *testing.T) {
	ctx, cancel := context.WithCancelCause(context.Background())
	why := &prompt.SignalError{Signal: 15}
	cancel(why)
	f := setup(t, "a", "b")
	assert.ErrorIs(t, f.Run(ctx), why)
	assert.Equal(t, []string{"a"}, f.lang.entries)
}

const planHelp = "A saved plan is carried out by gpfsh apply FILE. It holds what the commands need and what they were based on.\n"

func TestCommands(t *testing.T) {
	for _, tt := range []struct {
		line     string
		out, err string
	}{
		{":plan", "", "nothing is planned\n"},
		{":frob", "", "gpfsh: no command :frob; :help lists them\n"},
		{":dry", "", "gpfsh: say :dry on or :dry off\n"},
		{":dry maybe", "", "gpfsh: say :dry on or :dry off\n"},
		{":output", "\n", ""},
		{":output xml", "", "gpfsh: unknown output format \"xml\": use one of auto, table, wide, json, yaml, csv, name\n"},
		{":help plan", ":plan [save FILE]: show the planned commands, ready for a shell, or save them\n" + planHelp, ""},
		{":help frob", "", "gpfsh: no help on frob: there is :help, :help language, and ? behind any expression\n"},
	} {
		f := setup(t, tt.line)
		require.NoError(t, f.Run(context.Background()))
		assert.Equal(t, tt.out, f.out.String(), tt.line)
		assert.Equal(t, tt.err, f.err.String(), tt.line)
		assert.Empty(t, f.lang.entries)
	}

	f := setup(t, ":dry on", ":pl", ":o json", "a", ":reset", ":q", "never")
	f.dry.plan = "mmx\n"
	require.NoError(t, f.Run(context.Background()))
	assert.Equal(t, "mmx\n\"A\"\n", f.out.String(), "a beginning is enough")
	assert.Equal(t, 1, f.lang.resets)
	assert.Equal(t, []string{"a"}, f.lang.entries)
	assert.Contains(t, f.reader.prompts, "demo(sim) dry> ")

	for _, word := range []string{"exit", "quit", ":exit"} {
		f := setup(t, word, "never")
		require.NoError(t, f.Run(context.Background()))
		assert.Empty(t, f.lang.entries, word)
	}

	f = setup(t, ":dry off")
	f.dry.err = errors.New("it stays")
	require.NoError(t, f.Run(context.Background()))
	assert.Equal(t, "gpfsh: it stays\n", f.err.String())
}

func TestHelpListsEveryCommand(t *testing.T) {
	for _, line := range []string{":help", "help", "?", ":"} {
		f := setup(t, line)
		require.NoError(t, f.Run(context.Background()))
		for _, c := range commands() {
			assert.Contains(t, f.out.String(), ":"+c.name, line)
			assert.Contains(t, f.out.String(), c.help, line)
		}
	}
	f := setup(t, "help language")
	require.NoError(t, f.Run(context.Background()))
	assert.Contains(t, f.out.String(), "Refused, and why\n")
	assert.Contains(t, f.out.String(), "variables: swap\n")
}

func TestHelpOnExpressions(t *testing.T) {
	for _, line := range []string{"alpha?", "?alpha", "alpha ??", ":doc alpha", "help alpha"} {
		f := setup(t, line)
		require.NoError(t, f.Run(context.Background()))
		assert.Equal(t, "alpha  Letter\nAlpha is the first.\nExample  alpha.Next\n", f.out.String(), line)
		assert.Empty(t, f.lang.entries, line)
		entries := f.History.Entries()
		assert.Equal(t, "alpha.Next", entries[len(entries)-1], "the example is one key away")
	}
	for _, line := range []string{`x == "a?"`, "// why?", "`?"} {
		f := setup(t, line)
		require.NoError(t, f.Run(context.Background()))
		assert.Equal(t, []string{line}, f.lang.entries, "an entry with a question mark")
	}
	f := setup(t, "beta?")
	require.NoError(t, f.Run(context.Background()))
	assert.Equal(t, "gpfsh: undefined: beta\n", f.err.String())
}

func TestCorrections(t *testing.T) {
	f := setup(t, "fs.filesets")
	require.NoError(t, f.Run(context.Background()))
	assert.Equal(t, []string{"fs.Filesets"}, f.lang.entries)
	assert.Equal(t, []string{"fs.Filesets"}, f.History.Entries(), "what is recalled is right")
	assert.Equal(t, "fs.Filesets\n", f.err.String(), "and it is said")
}

func TestMmLines(t *testing.T) {
	for _, tt := range []struct{ line, entry, here string }{
		{"mmlsfileset mmfs1 -L", `Mm("mmlsfileset mmfs1 -L")`, "mmfs1.Filesets"},
		{"mmlsfileset mmfs1 home", `Mm("mmlsfileset mmfs1 home")`, `mmfs1.Filesets["home"]`},
		{"/usr/lpp/mmfs/bin/mmlscluster", `Mm("mmlscluster")`, "cluster.Info()"},
		{"sudo mmlssnapshot my-fs", `Mm("mmlssnapshot my-fs")`, `cluster.Filesystems["my-fs"].AllSnapshots`},
		{"mmgetstate -a", `Mm("mmgetstate -a")`, "cluster.Nodes.States()"},
		{"mmlsconfig pagepool", `Mm("mmlsconfig pagepool")`, `cluster.Config["pagepool"]`},
		{"mmdiag --waiters", `Mm("mmdiag --waiters")`, "cluster.Waiters()"},
		{"mmdiag --iohist", `Mm("mmdiag --iohist")`, ""},
		{"mmx := 3", "mmx := 3", ""},
		{"mmx.Foo()", "mmx.Foo()", ""},
		{"mm + 1", "mm + 1", ""},
	} {
		f := setup(t, tt.line)
		require.NoError(t, f.Run(context.Background()))
		assert.Equal(t, []string{tt.entry}, f.lang.entries, tt.line)
		if tt.here != "" {
			assert.Equal(t, "here: "+tt.here+"\n", f.err.String(), tt.line)
		} else {
			assert.Empty(t, f.err.String(), tt.line)
		}
		assert.Equal(t, []string{tt.line}, f.History.Entries())
	}
}

func TestChangesAreTold(t *testing.T) {
	ran := func(planned bool, n int) func() []connect.Ran {
		var list []connect.Ran
		for i := range n {
			list = append(list, connect.Ran{Time: time.Now().Add(time.Hour), Command: fmt.Sprintf("mmdelsnapshot mmfs1 s%d", i), Planned: planned,
				Class: mmexec.Class{Effect: mmexec.Irreversible, Known: true}})
		}
		return func() []connect.Ran { return list }
	}
	for _, tt := range []struct {
		planned bool
		n       int
		want    string
	}{
		{false, 2, "ran: mmdelsnapshot mmfs1 s0  (0.0 s)\nran: mmdelsnapshot mmfs1 s1  (0.0 s)\n"},
		{true, 1, "planned: mmdelsnapshot mmfs1 s0\n"},
		{true, 12, "12 commands planned; :plan shows them\n"},
		{false, 12, "12 commands changed the cluster; :commands lists them\n"},
		{false, 0, ""},
	} {
		f := setup(t, "x := 1")
		f.Ran = ran(tt.planned, tt.n)
		require.NoError(t, f.Run(context.Background()))
		assert.Equal(t, tt.want, f.err.String())
	}
	assert.Equal(t, "Node n1", objectLine(&model.Node{Name: "n1"}))
	assert.Empty(t, objectLine(&model.Job{}))
	assert.Empty(t, objectLine("text"))
}

func TestHow(t *testing.T) {
	f := setup(t, ":how mmcrsnapshot", ":how mmdelsnapshot gpfs0 old", ":how mmunheardof")
	require.NoError(t, f.Run(context.Background()))
	assert.Equal(t, `Snapshots
  mmcrsnapshot mmfs1 nightly           mmfs1.Snapshots.New("nightly")
  mmcrsnapshot mmfs1 home:nightly      mmfs1.Filesets["home"].Snapshots.New("nightly")
  mmcrsnapshot mmfs1 nightly -j home   mmfs1.Filesets["home"].Snapshots.New("nightly")
gpfs0.Snapshots["old"].Delete()
`, f.out.String())
	entries := f.History.Entries()
	assert.Equal(t, `gpfs0.Snapshots["old"].Delete()`, entries[3], "what was found is one key away")
	assert.Contains(t, f.err.String(), `type the command as it is, or Mm("mmunheardof")`)

	f = setup(t, ":how mmcrsnapshot")
	f.Render.Width = 60
	require.NoError(t, f.Run(context.Background()))
	assert.Contains(t, f.out.String(), "  mmcrsnapshot mmfs1 nightly\n      mmfs1.Snapshots.New(\"nightly\")\n", "in a narrow window one below the other")
}

func TestSaveAndLoad(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "session.go")
	f := setup(t, ":save "+path, "x := 1", "// what it is about", "fail", "a", ":save "+path, ":save "+path)
	require.NoError(t, f.Run(context.Background()))
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Equal(t, "#!/usr/bin/env -S gpfsh run\nx := 1\n// what it is about\nShow(a)\n", string(text))
	assert.Contains(t, f.err.String(), "nothing to save yet")
	assert.Contains(t, f.err.String(), "3 entries saved")
	assert.Contains(t, f.err.String(), "exists", "it overwrites nothing")

	f = setup(t, ":load "+path, ":load "+filepath.Join(dir, "none"))
	require.NoError(t, f.Run(context.Background()))
	assert.Equal(t, []string{"x := 1", "// what it is about", "Show(a)"}, f.lang.entries)
	assert.Contains(t, f.err.String(), "cannot read the entries")
}

// TestSaveNamesTheLastValue: a script has no _, so a saved one keeps the value in a variable.
func TestSaveNamesTheLastValue(t *testing.T) {
	path := filepath.Join(t.TempDir(), "session.go")
	f := setup(t, "a", "x := f(_)", "_, y := g(_)", ":save "+path)
	require.NoError(t, f.Run(context.Background()))
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Equal(t, "#!/usr/bin/env -S gpfsh run\nlast1 := a\nShow(last1)\nx := f(last1)\n_, y := g(last1)\n", string(text))
}

// TestSaveKeepsTheLastError: a script has no _err, so a saved one has the words of the error in a variable; what failed
// is not run again.
func TestSaveKeepsTheLastError(t *testing.T) {
	path := filepath.Join(t.TempDir(), "session.go")
	f := setup(t, "none := _err == nil", "fail", "x := _err", "fmt.Sprint(none, x, _err == x)", "my_err := 1", "fail", "fmt.Sprint(_err.Error(), my_err)", "for _, _err := range []int{7} { print(_err) }", ":save "+path)
	require.NoError(t, f.Run(context.Background()))
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	note := "// What failed here was not saved: this is its error, and of that the words alone.\n"
	assert.Equal(t, "#!/usr/bin/env -S gpfsh run\n"+
		"var failed0 error\nnone := failed0 == nil\n"+
		note+"failed1 := errors.New(\"it failed\")\nx := failed1\nShow(fmt.Sprint(none, x, failed1 == x))\nmy_err := 1\n"+
		note+"failed2 := errors.New(\"it failed\")\nShow(fmt.Sprint(failed2.Error(), my_err))\n"+
		"for _, _err := range []int{7} { print(_err) }\n", string(text))
	assert.Contains(t, f.err.String(), "6 entries saved")
	for src, own := range map[string]bool{"_err := 1": true, "var _err, x = 1, 2": true, "func f(_err int) { _err++ }": false, "x._err = 1": false, "if _err := f(); _err != nil { }": false} {
		with, is := interp.WithError(src, "y")
		assert.Equal(t, src, with)
		assert.Equal(t, own, is, src)
	}

	var out strings.Builder
	s, err := interp.New(interp.Options{Script: script.NewSession(script.Options{}), Stdout: &out, Stderr: &out})
	require.NoError(t, err)
	t.Cleanup(s.Close)
	require.NoError(t, s.Run(context.Background(), []interp.Source{{Name: path, Text: string(text)}}))
	assert.Equal(t, "true it failed true\nit failed1\n7\n", out.String())
}

func TestPlans(t *testing.T) {
	path := filepath.Join(t.TempDir(), "plan")
	f := setup(t, ":apply", ":plan save "+path, ":plan", ":apply", ":plan")
	f.dry.plan = "mmx\n"
	f.dry.on = true
	require.NoError(t, f.Run(context.Background()))
	assert.Equal(t, "", f.dry.plan)
	f = setup(t, ":plan save "+path, ":plan save", ":plan", ":apply", ":plan")
	f.dry.plan = "mmx\n"
	require.NoError(t, f.Run(context.Background()))
	assert.Equal(t, "mmx\n", f.out.String())
	assert.Equal(t, "1 command saved in "+path+"; gpfsh apply "+path+" carries it out\ngpfsh: say where: :plan save FILE\n1 change\nnothing is planned\n", f.err.String())
}

func TestWatch(t *testing.T) {
	f := setup(t)
	f.Ran = func() []connect.Ran {
		return []connect.Ran{{Time: time.Now().Add(time.Hour), Class: mmexec.Class{Cost: mmexec.CostScan}}}
	}
	assert.Equal(t, 10*time.Minute, f.floor(time.Now()), "what costs much is asked seldom")
	f.Ran = func() []connect.Ran { return nil }
	assert.Zero(t, f.floor(time.Now()))

	for _, line := range []string{":watch", ":watch 5s"} {
		f := setup(t, line)
		require.NoError(t, f.Run(context.Background()))
		assert.Contains(t, f.err.String(), "say :watch 5s EXPRESSION")
	}
	f = setup(t, ":watch 1s fail")
	require.NoError(t, f.Run(context.Background()))
	assert.Equal(t, "gpfsh: it failed\n", f.err.String())
	f = setup(t)
	last := f.showLook("x", "A\nB\n", nil, time.Second)
	assert.Equal(t, []string{"A", "B"}, last)
	assert.Equal(t, "A\nB\n", f.out.String())
	f.Render.Styles.On = true
	f.out.Reset()
	f.showLook("x", "A\nC\n", last, time.Second)
	assert.Contains(t, f.out.String(), "A\n\x1b[7mC\x1b[0m\n")
}
