package interp

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gpfsh/interp/internal/toy"
)

// interrupted runs an entry that calls ready() when it is under way, and interrupts it then.
func interrupted(t *testing.T, s *Session, text string) error {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	go func() {
		for ctx.Err() == nil {
			for _, c := range toy.Called() {
				if c == "tick" {
					cancel()
					return
				}
			}
			time.Sleep(time.Millisecond)
		}
	}()
	done := make(chan error, 1)
	go func() {
		_, err := s.Eval(ctx, Source{Name: "prompt", Text: text})
		done <- err
	}()
	select {
	case err := <-done:
		return err
	case <-time.After(20 * time.Second):
		require.Fail(t, "the entry did not end")
		return nil
	}
}

func TestInterrupts(t *testing.T) {
	tests := []struct{ name, text string }{
		{"an empty loop", "Tick(); for {}"},
		{"a counting loop", "Tick(); for i := 0; ; i++ { _ = i }"},
		{"recursion through a closure", "Tick(); var f func(); f = func() { for { g() } }; f()\nfunc g() {}"},
		{"a loop without a condition", "Tick(); for ;; { }"},
		{"a sleep", "Tick(); time.Sleep(time.Hour)"},
		{"a receive", "c := make(chan int); Tick(); <-c"},
		{"a send", "c := make(chan int); Tick(); c <- 1"},
		{"a range over a channel", "c := make(chan int); Tick(); for v := range c { print(v) }"},
		{"a select", "c := make(chan int); Tick(); select { case v := <-c: print(v) }"},
		{"a command", `s := FS("mmfs1").Snaps["a"]; Tick(); s.Wait()`},
		{"a taken error", `s := FS("mmfs1").Snaps["a"]; Tick(); for { err := s.Wait(); _ = err }`},
		{"a loop that recovers", "Tick(); for { try() }\nfunc try() { defer func() { recover() }(); for {} }"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s, out := toySession(t)
			play(t, s, out, "k := 40", "keep := func() int { k++; return k }", "func top() int { return 7 }")
			err := interrupted(t, s, tt.text)
			require.ErrorIs(t, err, ErrInterrupted)
			toy.Called()
			assert.Equal(t, "= 41\n= 7\n", play(t, s, out, "keep()", "top()"), "closures and functions of earlier entries")
		})
	}
}

func TestDeferredWorkRunsAfterAnInterrupt(t *testing.T) {
	s, out := toySession(t)
	err := interrupted(t, s, `s := FS("mmfs1").Snaps["a"]
func() {
	defer s.Delete()
	defer func() { FS("mmfs1").Snaps["b"].Delete() }()
	defer func() { for i := 0; i < 3; i++ { print("cleaning", i) } }()
	Tick()
	for {}
}()`)
	require.ErrorIs(t, err, ErrInterrupted)
	assert.Equal(t, "cleaning 0\ncleaning 1\ncleaning 2\n", out.String())
	assert.Subset(t, toy.Called(), []string{"delete b", "delete a"})
}

func TestAnInterruptedEntryKeepsWhatItHad(t *testing.T) {
	s, out := toySession(t)
	err := interrupted(t, s, "a := 1\nTick()\nfor {}\nb := 2")
	require.ErrorIs(t, err, ErrInterrupted)
	assert.Equal(t, "= 1\nerror prompt:1:1: undefined: b\n", play(t, s, out, "a", "b"))
}

// TestOnce counts the calls that reach the cluster: each side effect happens exactly once, whatever form the entry has,
// and none again in later entries.
func TestOnce(t *testing.T) {
	forms := []string{
		"Tick()",
		"x := Tick()",
		"var x = Tick()",
		"var x int = Tick()",
		"x, y := Tick(), 2",
		"if Tick() == 1 { }",
		"for i := Tick(); i < 2; i++ { }",
		"switch Tick() { case 1: }",
		"func() { Tick() }()",
		"(func() { Tick() })()",
		"func() int { return Tick() }()",
		"defer Tick()",
		"defer func() { Tick() }()",
		"go func() { Tick() }(); time.Sleep(50 * time.Millisecond)",
		"{ Tick() }",
		"f := func() int { return Tick() }; f()",
		"m := map[string]int{\"a\": Tick()}",
		"print(Tick())",
		"fmt.Sprint(Tick())",
		"[]int{Tick()}[0]",
		"_ = Tick()",
		"func main() { }; Tick()",
		"func init() { }; Tick()",
		"type T struct{ N int }; t := T{Tick()}",
		"c := make(chan int, 1); c <- Tick()",
		"min(Tick(), 4)",
		"x := Tick() + 1; x",
	}
	for _, form := range forms {
		t.Run(form, func(t *testing.T) {
			s, out := toySession(t)
			got := play(t, s, out, form)
			require.NotContains(t, got, "error", got)
			require.NotContains(t, got, "stop", got)
			require.Contains(t, got, "calls tick\n")
			require.NotContains(t, play(t, s, out, "1", "x9 := 2", "func later() {}", "later()"), "calls")
		})
	}
}
