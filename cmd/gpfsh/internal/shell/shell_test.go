package shell

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gpfsh/cmd/gpfsh/internal/prompt"
	"gpfsh/cmd/gpfsh/internal/render"
	"gpfsh/completer"
	"gpfsh/interp"
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
func (l *language) Reset()                                            { l.resets++ }
func (l *language) Abandon()                                          {}

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
		{":help plan", ":plan: show the planned commands, ready for a shell\n", ""},
		{":help frob", "", "gpfsh: no command :frob; :help lists them\n"},
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
			assert.Contains(t, f.out.String(), c.usage(), line)
			assert.NotEmpty(t, c.help)
		}
	}
}

func TestCompletions(t *testing.T) {
	f := setup(t)
	for src, want := range map[string]string{
		":d": "1 [dry ]", ":": "1 [help  dry  plan output  reset quit]", ":dry ": "5 [on off]", ":dry o": "5 [on off]", ":dry of": "5 [off]",
		":output j": "8 [json]", ":o j": "3 [json]", ":help p": "6 [plan]", ":frob x": "6 []", ":dry on x": "5 []", ":dry on": "5 []", "al": "0 [alpha]",
	} {
		r := f.Completions(src, len(src), false)
		var texts []string
		for _, s := range r.Suggestions {
			texts = append(texts, s.Text)
		}
		assert.Equal(t, want, fmt.Sprint(r.Start, " ", texts), src)
	}
}
