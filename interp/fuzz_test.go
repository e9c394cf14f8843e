package interp

import (
	"context"
	"strings"
	"testing"
	"time"

	"gpfsh/interp/conformance"
)

// FuzzEntry checks and runs whatever text is typed: nothing of it may end the process or hang it.
func FuzzEntry(f *testing.F) {
	for _, row := range conformance.Rows() {
		f.Add(row.Source)
	}
	for _, text := range []string{
		`FS("mmfs1").Snaps["a"].ID`, `for n, s := range FS("mmfs1").Snaps { print(n, s) }`, `x := x`, "func f() { f() }; f()",
		"go func() { panic(1) }()", "defer func() { recover() }(); panic(2)", "var x = func() {}; x()", "type T struct{ *T }", "\x00", "ǃ1(2)", "`", "/*", "#!x",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, word := range []string{"os.", "exec.", "syscall", "signal", "Stdin", "make(", "<<", "Repeat", "1e", "unsafe", "000000"} {
			if strings.Contains(text, word) {
				return // files, programs and memory of the machine are not ours to play with
			}
		}
		s, out := toySession(t)
		ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
		defer cancel()
		done := make(chan struct{})
		go func() {
			defer close(done)
			_, _ = s.Eval(ctx, Source{Name: "fuzz", Text: text})
			_ = s.Incomplete(text)
			_ = s.Cursor(text, len(text)/2)
			_, _ = s.Export(Source{Name: "fuzz", Text: text})
		}()
		select {
		case <-done:
		case <-time.After(20 * time.Second):
			t.Fatalf("it did not end: %q", text)
		}
		_ = out
	})
}
