package interp

import (
	"context"
	"fmt"
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
		{"a timer", "Tick(); <-time.After(time.Hour)"},
		{"a select with a timer", "c := make(chan int); Tick(); select { case <-c: case c <- 1: case <-time.NewTimer(time.Hour).C: }"},
		{"a nil channel", "var c chan int; Tick(); <-c"},
		{"an empty select", "Tick(); select {}"},
		{"a wait group", "var wg sync.WaitGroup; wg.Add(1); Tick(); wg.Wait()"},
		{"a mutex", "var mu sync.Mutex; mu.Lock(); Tick(); mu.Lock()"},
		{"a mutex to read", "var mu sync.RWMutex; mu.Lock(); Tick(); mu.RLock()"},
		{"a condition", "var mu sync.Mutex; c := sync.NewCond(&mu)\nfunc() { mu.Lock(); defer mu.Unlock(); Tick(); for { c.Wait() } }()"},
		{"an embedded mutex", "type R struct { sync.Mutex; n int }\nr := &R{}; r.Lock(); Tick(); r.Lock()"},
		{"a context", "c, cancel := context.WithCancel(context.Background()); defer cancel(); Tick(); <-c.Done()"},
		{"a pipe", "r, w := io.Pipe(); defer w.Close(); Tick(); io.ReadAll(r)"},
		{"a pipe of the system", "r, w, err := os.Pipe(); defer w.Close(); Tick(); b := make([]byte, 1); for { _, err = r.Read(b) }"},
		{"a scanner", "r, w, _ := os.Pipe(); defer w.Close(); Tick(); sc := bufio.NewScanner(r); for sc.Scan() { print(sc.Text()) }; for {}"},
		{"a program", `c := exec.Command("sleep", "600"); Tick(); c.Run()`},
		{"the output of a program", `Tick(); out, err := exec.Command("sleep", "600").Output(); print(out, err)`},
		{"a started program", `c := exec.Command("sleep", "600"); c.Start(); Tick(); err := c.Wait(); print(err)`},
		{"the pipe of a program", `c := exec.Command("sleep", "600"); p, _ := c.StdoutPipe(); c.Start(); Tick(); b, err := io.ReadAll(p); print(b, err); for {}`},
		{"a yield", "func seq(yield func(int) bool) { for yield(1) {} }\nTick(); for range seq {}"},
		{"goto", "Tick()\nagain:\ngoto again"},
		{"a sort", "l := []int{3, 2, 1}; Tick(); for { sort.Slice(l, func(i, j int) bool { return l[i] < l[j] }) }"},
		{"work in a goroutine", "var wg sync.WaitGroup; wg.Add(1); go func() { defer wg.Done(); for {} }(); Tick(); wg.Wait()"},
		{"a method of an interface", "type I interface { Go() }\ntype A struct{}\nfunc (A) Go() { for {} }\nvar i I = A{}; Tick(); i.Go()"},
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

// TestWorkInTheBackground declares variables while a goroutine of an earlier entry reads those that were there: nothing
// races that the user did not write.
func TestWorkInTheBackground(t *testing.T) {
	s, out := toySession(t)
	play(t, s, out, "k := 40", "func top() int { return k }", "end, done := make(chan bool), make(chan int)",
		"go func() { n := 0; for { select { case <-end: done <- n; return; default: n += top() - k + 1 } } }()")
	for i := range 50 {
		name := fmt.Sprintf("later%d", i)
		require.Equal(t, fmt.Sprintf("= %d\n", i), play(t, s, out, fmt.Sprintf("%s := %d", name, i), name))
	}
	assert.Equal(t, "= true\n", play(t, s, out, "close(end)", "<-done > 0"))
}

// TestAnInterruptNamesItsPlace: a loop in which nothing can fail has no marker of its own.
func TestAnInterruptNamesItsPlace(t *testing.T) {
	s, out := toySession(t)
	play(t, s, out, "k := 40", "x := FS(\"mmfs1\").Snaps[\"a\"]")
	play(t, s, out, "func spin() {\n\tn := 1\n\tfor { n++ }\n}")
	err := interrupted(t, s, "Tick(); spin()")
	var stop *StopError
	require.ErrorAs(t, err, &stop)
	assert.Equal(t, "\tn := 1", stop.At.Source)
}
