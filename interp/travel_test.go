package interp

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gpfsh/interp/internal/toy"
)

func TestFunctionsTravelAsSource(t *testing.T) {
	s, out := toySession(t)
	require.NotContains(t, play(t, s, out,
		"const step = 2",
		"type Count struct{ N int }",
		"func (c *Count) Up() int { c.N += step; return c.N }",
		"func twice(n int) int { return n * 2 }",
	), "error")
	got := play(t, s, out, `FS("mmfs1").On("mount", func(e Event) error {
	c := &Count{}
	print(e.Name, twice(c.Up()))
	if e.Name == "bad" { return errors.New("bad event") }
	return nil
})`)
	assert.Equal(t, "out \"mount 4\"\ncalls fs mmfs1; on mount\n", got)

	// The source alone, in another session: nothing of the first is there.
	source := toy.Handled
	other, out2 := toySession(t)
	require.NoError(t, other.Load(Source{Name: "handler", Text: source}), source)
	_, err := other.Call(context.Background(), "handler", toy.Event{Name: "elsewhere"})
	require.NoError(t, err)
	assert.Equal(t, "elsewhere 4\n", out2.String())
	_, err = other.Call(context.Background(), "handler", toy.Event{Name: "bad"})
	require.EqualError(t, err, "bad event")
	_, err = other.Call(context.Background(), "handler")
	require.ErrorContains(t, err, "takes 1 arguments")

	// One that has the name under which functions travel goes once.
	require.NotContains(t, play(t, s, out, "func handler(e Event) error { return nil }", `FS("mmfs1").On("mount", handler)`), "error")
	assert.Equal(t, "func handler(e Event) error { return nil }", toy.Handled)
	require.NotContains(t, play(t, s, out, `FS("mmfs1").On("mount", func(e Event) error { return nil })`), "error")

	// A declared function goes by its name.
	require.NotContains(t, play(t, s, out, "func onMount(e Event) error { print(twice(len(e.Name))); return nil }", `FS("mmfs1").On("mount", onMount)`), "error")
	assert.Equal(t, "func twice(n int) int { return n * 2 }\n\nfunc handler(e Event) error { print(twice(len(e.Name))); return nil }", toy.Handled)
}

func TestFunctionsThatCannotTravel(t *testing.T) {
	tests := []struct {
		entries []string
		want    string
	}{
		{[]string{"x := 1\nFS(\"mmfs1\").On(\"m\", func(e Event) error { print(x); return nil })"},
			"prompt:2:49: the function travels and cannot take the variable x along (declared on line 1): give it a constant, or compute it inside"},
		{[]string{"x := 1", "FS(\"mmfs1\").On(\"m\", func(e Event) error { print(x); return nil })"},
			"prompt:1:49: the function travels and cannot take the variable x along (declared in an earlier entry): give it a constant, or compute it inside"},
		{[]string{"h := func(e Event) error { return nil }", "FS(\"mmfs1\").On(\"m\", h)"},
			"prompt:1:21: a function that travels is written here, or declared with a name: its source goes along, a value cannot"},
		{[]string{"func handler() int { return 1 }", "FS(\"mmfs1\").On(\"m\", func(e Event) error { print(handler()); return nil })"},
			"prompt:1:21: the function travels under the name handler and cannot call another one of that name: give that one another name"},
		{[]string{"x := 1", "func useX() int { return x }", "FS(\"mmfs1\").On(\"m\", func(e Event) error { print(useX()); return nil })"},
			"prompt:1:21: the function travels and calls something that uses the variable x of the session, which cannot go along"},
	}
	for _, tt := range tests {
		s, _ := toySession(t)
		var err error
		for _, e := range tt.entries {
			_, err = s.Eval(context.Background(), Source{Name: "prompt", Text: e})
		}
		require.EqualError(t, err, tt.want)
	}
}

func TestLoadRunsNothing(t *testing.T) {
	s, _ := toySession(t)
	err := s.Load(Source{Name: "h.go", Text: "func handler() {}\nTick()\n"})
	require.EqualError(t, err, "h.go:2:1: only declarations can be loaded: this would run")
	assert.Empty(t, toy.Called())
}
