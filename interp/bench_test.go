package interp

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gpfsh/interp/script"
)

// BenchmarkEntry is a small entry in a warm session: checked, declared and run. It reports percentiles in milliseconds.
func BenchmarkEntry(b *testing.B) {
	s, _ := toySession(b)
	eval := func(text string) {
		if _, err := s.Eval(context.Background(), Source{Name: "prompt", Text: text}); err != nil {
			b.Fatal(err)
		}
	}
	eval(`f := FS("mmfs1")`)
	for i := range 500 {
		eval(fmt.Sprintf("v%d := %d", i, i))
	}
	var took []time.Duration
	b.ResetTimer()
	for range b.N {
		start := time.Now()
		eval(`f.Snaps["a"].ID`)
		took = append(took, time.Since(start))
	}
	slices.Sort(took)
	b.ReportMetric(ms(took[len(took)/2]), "p50-ms")
	b.ReportMetric(ms(took[len(took)*99/100]), "p99-ms")
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// script2000 is a script of 2,000 lines with a call, a look-up and a loop in every other line.
func script2000() string {
	var b strings.Builder
	for i := 0; i < 400; i++ {
		fmt.Fprintf(&b, "f%d := FS(\"mmfs1\")\nif f%d.Snaps[\"a\"].ID > %d {\n\tprint(len(f%d.Snaps), strconv.Itoa(%d))\n}\nfor n, s := range f%d.Snaps { print(n, s.Name) }\n", i, i, i, i, i, i)
	}
	return b.String()
}

// BenchmarkCheckScript checks a script of 2,000 lines.
func BenchmarkCheckScript(b *testing.B) {
	s, _ := toySession(b)
	text := script2000()
	b.SetBytes(int64(len(text)))
	for range b.N {
		if list := s.Check([]Source{{Name: "x.go", Text: text}}); len(list) > 0 {
			b.Fatal(list[0])
		}
	}
}

// BenchmarkLoop is a turn of an empty loop, BenchmarkCall a call of a native function in one.
func BenchmarkLoop(b *testing.B) {
	s, _ := toySession(b)
	text := fmt.Sprintf("x := 0\nfor i := 0; i < %d; i++ { x += i }", b.N)
	b.ResetTimer()
	if _, err := s.Eval(context.Background(), Source{Name: "x", Text: text}); err != nil {
		b.Fatal(err)
	}
}

// BenchmarkCursor completes a member in a session with many names.
func BenchmarkCursor(b *testing.B) {
	s, _ := toySession(b)
	if _, err := s.Eval(context.Background(), Source{Name: "x", Text: `f := FS("mmfs1")`}); err != nil {
		b.Fatal(err)
	}
	for range b.N {
		if c := s.Cursor(`f.Snaps["a"].De`, 15); len(c.Members) == 0 {
			b.Fatal("no members")
		}
	}
}

// TestASessionMakesWhatIsNamed tells a session that converts the object model for an entry that does not mention it: that
// takes 25,000 allocations.
func TestASessionMakesWhatIsNamed(t *testing.T) {
	allocs := testing.AllocsPerRun(3, func() {
		s, err := New(Options{Script: script.NewSession(script.Options{}), Stdout: io.Discard})
		require.NoError(t, err)
		_, err = s.Eval(context.Background(), Source{Name: "prompt", Text: "1+1"})
		require.NoError(t, err)
	})
	assert.Less(t, allocs, 8000.0)
}

// BenchmarkFirst is what a session costs until its first entry is checked: one that mentions nothing, and one that needs the
// types of the object model.
func BenchmarkFirst(b *testing.B) {
	for _, text := range []string{"1+1", "Cluster().Filesystems"} {
		b.Run(text, func(b *testing.B) {
			for b.Loop() {
				s, err := New(Options{Script: script.NewSession(script.Options{})})
				if err != nil {
					b.Fatal(err)
				}
				if list := s.Check([]Source{{Name: "x.go", Text: "x := " + text + "\nprint(x)"}}); len(list) > 0 {
					b.Fatal(list[0])
				}
			}
		})
	}
}
