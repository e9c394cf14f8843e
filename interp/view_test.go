package interp

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"gpfsh/interp/internal/toy"
	"gpfsh/interp/run"
	"gpfsh/interp/symbols"
	"gpfsh/interp/view"
)

// output is what sources print; goroutines that they leave behind may still write to it.
type output struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.b.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.b.String()
}

func (o *output) Len() int { return len(o.String()) }

func (o *output) Reset() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.b.Reset()
}

// toySession is a session on the toy model.
func toySession(t testing.TB) (*Session, *output) {
	t.Helper()
	toy.Reset()
	out := &output{}
	tables := append([]symbols.Package{toy.Table()}, symbols.All()...)
	s := &Session{
		opts:  Options{Stdout: out, Stderr: out},
		world: view.NewWorld(tables, []string{toy.Table().Path}, reflect.TypeFor[*toy.Session]()),
		scope: view.NewScope(), generic: map[string]bool{}, libs: map[string]*library{}, named: map[string]*library{},
	}
	s.newRunner = func() run.Runner {
		return run.New(run.Options{
			Table: func(path string) (map[string]reflect.Value, []string, bool) {
				for _, p := range tables {
					if p.Path == path {
						return p.Values(), p.Needs, true
					}
				}
				return nil, nil, false
			},
			Types:     sessionTypes{&s.sites, s.world},
			LastError: func() error { return s.failed },
			Session:   &toy.Session{},
			Show:      func(v []any) { s.values = v },
			Print:     s.print,
			Lost:      func(err error) { fmt.Fprintf(out, "lost: %v\n", s.place(err)) },
			Stdout:    out, Stderr: out,
		})
	}
	s.runner = s.newRunner()
	t.Cleanup(s.Close)
	return s, out
}

// play runs entries one after the other and returns what they left: values, calls, output, errors.
func play(t *testing.T, s *Session, out *output, entries ...string) string {
	t.Helper()
	var b strings.Builder
	for _, e := range entries {
		out.Reset()
		o, err := s.Eval(context.Background(), Source{Name: "prompt", Text: e})
		if out.Len() > 0 {
			fmt.Fprintf(&b, "out %q\n", strings.TrimRight(out.String(), "\n"))
		}
		if c := toy.Called(); len(c) > 0 {
			fmt.Fprintf(&b, "calls %s\n", strings.Join(c, "; "))
		}
		var stop *StopError
		switch {
		case errors.As(err, &stop):
			fmt.Fprintf(&b, "stop %s\n", stop.At)
			for _, c := range stop.Chain {
				fmt.Fprintf(&b, "  at %d:%d\n", c.Line, c.Col)
			}
		case err != nil:
			fmt.Fprintf(&b, "error %v\n", err)
		case o.Values != nil:
			fmt.Fprintf(&b, "= %s\n", strings.Trim(fmt.Sprintf("%v", o.Values), "[]"))
		}
	}
	return b.String()
}

func TestEntries(t *testing.T) {
	tests := []struct {
		name    string
		entries []string
		want    string
	}{
		{"a constant", []string{"1+1"}, "= 2\n"},
		{"nothing to show", []string{"x := 1"}, ""},
		{"a variable of an earlier entry", []string{"x := 1", "x + 41"}, "= 42\n"},
		{"a semicolon silences", []string{"1+1;", `FS("mmfs1").Snaps["a"];`, "x := 1; x"}, "calls fs mmfs1; snaps.get a\n= 1\n"},
		{"a function of the language that is a type too", []string{`FS("mmfs1").Name`}, "calls fs mmfs1\n= mmfs1\n"},
		{"the type of that name", []string{"var f *FS", `f = FS("mmfs1")`, "f.Name"}, "calls fs mmfs1\n= mmfs1\n"},
		{"index", []string{`f := FS("mmfs1")`, `f.Snaps["a"].ID`}, "calls fs mmfs1\ncalls snaps.get a\n= 2\n"},
		{"missing key", []string{`FS("mmfs1").Snaps["q"].ID`}, "calls fs mmfs1; snaps.get q\nstop prompt:1:1: no \"q\"; there are b, a, c\n"},
		{"range in the order of the command", []string{`for n, s := range FS("mmfs1").Snaps { print(n, s.ID) }`}, "out \"b 1\\na 2\\nc 3\"\ncalls fs mmfs1; snaps.list\n"},
		{"comma ok", []string{`s, ok := FS("mmfs1").Snaps["a"]`, "ok", `if _, ok := FS("mmfs1").Snaps["q"]; !ok { print("none") }`}, "calls fs mmfs1; snaps.get a\n= true\nout \"none\"\ncalls fs mmfs1; snaps.get q\n"},
		{"len", []string{`len(FS("mmfs1").Snaps)`}, "calls fs mmfs1; snaps.len\n= 3\n"},
		{"a taken error", []string{`s, err := FS("mmfs1").Snaps.New("a")`, "err"}, "calls fs mmfs1; new a\n= snapshot \"a\" exists\n"},
		{"an error that stops", []string{`s := FS("mmfs1").Snaps.New("a")`, "s"}, "calls fs mmfs1; new a\nstop prompt:1:6: snapshot \"a\" exists\nerror prompt:1:1: undefined: s\n"},
		{"an error that is the only value", []string{`err := FS("mmfs1").Snaps["a"].Delete()`, "err == nil"}, "calls fs mmfs1; snaps.get a; delete a\n= true\n"},
		{"a statement that stops", []string{`FS("mmfs1").Snaps["a"].Delete()`, `FS("mmfs1").Snaps["a"].Delete()`}, "calls fs mmfs1; snaps.get a; delete a\ncalls fs mmfs1; snaps.get a\nstop prompt:1:1: no \"a\"; there are b, c\n"},
		{"two values and an error", []string{`u, n := FS("mmfs1").Snaps["a"].Usage()`, "u + Bytes(n)"}, "calls fs mmfs1; snaps.get a; usage a\n= 7171 B\n"},
		{"shown values of a call", []string{`FS("mmfs1").Snaps["a"].Usage()`}, "calls fs mmfs1; snaps.get a; usage a\n= 7168 B 3\n"},
		{"a function of the user", []string{"func last(f *FS) (*Snap, error) { return f.Snaps[\"c\"], nil }", `last(FS("mmfs1")).Name`}, "calls fs mmfs1; snaps.get c\n= c\n"},
		{"an error of the user's function", []string{"func last(f *FS) (*Snap, error) { return f.Snaps.New(\"a\") }", `q, err := last(FS("mmfs1"))`, "err"}, "calls fs mmfs1; new a\n= snapshot \"a\" exists\n"},
		{"a new value from the old", []string{"x := 1", "x := x + 1", "x := \"a\" + fmt.Sprint(x)", "x"}, "= a2\n"},
		{"variables redeclared in part", []string{`s, err := FS("mmfs1").Snaps.New("n"); q, err := FS("mmfs1").Snaps.New("n")`, "s.Name", "err"}, "calls fs mmfs1; new n; fs mmfs1; new n\n= n\n= snapshot \"n\" exists\n"},
		{"the standard library has the same rule", []string{`strconv.Atoi("5") + 1`, `n, err := strconv.Atoi("x")`, "err"}, "= 6\n= strconv.Atoi: parsing \"x\": invalid syntax\n"},
		{"a filter", []string{`FS("mmfs1").Snaps.Where(func(s *Snap) bool { return s.ID > 1 })`, `print(FS("mmfs1").Snaps.Where(func(s *Snap) bool { return s.ID > 1 }))`}, ""},
		{"a callback without its context", []string{`FS("mmfs1").Snaps.Each(func(s *Snap) error { print(s.Name); return nil })`}, "out \"b\\na\\nc\"\ncalls fs mmfs1\n"},
		{"options", []string{`FS("mmfs1").Snaps.New("n", Comment("hello")).Comment`}, "calls fs mmfs1; new n\n= hello\n"},
		{"a method value", []string{`d := FS("mmfs1").Snaps["a"].Delete`, "d()", "err := d()", "err != nil"}, "calls fs mmfs1; snaps.get a\ncalls delete a\ncalls delete a\n= true\n"},
		{"a type of the user", []string{"type Job struct { F *FS; N int }", `j := Job{FS("mmfs1"), 2}`, "func (j *Job) Twice() int { return j.N * 2 }", "j.Twice()"}, "calls fs mmfs1\n= 4\n"},
		{"defer", []string{`func f() { defer print("deferred"); print("body") }`, "f()"}, "out \"body\\ndeferred\"\n"},
		{"defer of a call with an error", []string{`func f() { defer FS("mmfs1").Snaps["a"].Delete(); print("body") }`, "f()"}, "out \"body\"\ncalls fs mmfs1; snaps.get a; delete a\n"},
		{"panic with its place and chain", []string{"func div(a, b int) int {\n\tx := 1\n\tx++\n\treturn a / b\n}", "y := 0\nprint(div(1, y))"}, "stop prompt:4:2: panic: runtime error: integer divide by zero\n  at 2:1\n"},
		{"a stop in a function with its chain", []string{"func del(n string) {\n\tFS(\"mmfs1\").Snaps[n].Delete()\n\tprint(n)\n}", "for _, n := range []string{\"a\", \"q\"} {\n\tdel(n)\n}"}, "out \"a\"\ncalls fs mmfs1; snaps.get a; delete a; fs mmfs1; snaps.get q\nstop prompt:2:2: no \"q\"; there are b, c\n  at 2:2\n"},
		{"recover gives the error of a stop", []string{"func try() (msg string) { defer func() { if r := recover(); r != nil { msg = fmt.Sprint(r) } }(); FS(\"x\"); return \"\" }", "try()"}, "calls fs x\n= no \"x\"; there are mmfs1\n"},
		{"range over an integer", []string{"n := 0; for i := range 3 { n += i }; print(n)", "for range 2 { print(1) }"}, "out \"3\"\nout \"1\\n1\"\n"},
		{"min and max", []string{"min(3, 1, 2) + max(4, 5)", "a := 2.5; min(a, 1.5)"}, "= 6\n= 1.5\n"},
		{"a loop variable per turn", []string{"var fs []func() int\nfor i := 0; i < 3; i++ { fs = append(fs, func() int { return i }) }\nfor _, f := range fs { print(f()) }"}, "out \"0\\n1\\n2\"\n"},
		{"generics", []string{"func apply[T, U any](list []T, f func(T) U) []U { var r []U; for _, v := range list { r = append(r, f(v)) }; return r }", `apply([]int{1, 2}, func(i int) string { return fmt.Sprint(i * 2) })`}, "= 2 4\n"},
		{"a statement first, its function below", []string{"print(twice(4))\nfunc twice(n int) int { return 2 * n }"}, "out \"8\"\n"},
		{"functions see variables of the text", []string{"x := 3\nfunc get() int { return x }\nprint(get())"}, "out \"3\"\n"},
		{"channels and goroutines", []string{"c := make(chan int)\ngo func() { c <- 42 }()\nprint(<-c)"}, "out \"42\"\n"},
		{"spread", []string{"func add(b Bytes, n int) int { return int(b) + n }", `add(FS("mmfs1").Snaps["a"].Usage())`}, "calls fs mmfs1; snaps.get a; usage a\n= 7171\n"},
		{"fmt with a spread", []string{`fmt.Println(FS("mmfs1").Snaps["a"].Usage())`}, "out \"7168 B 3\"\ncalls fs mmfs1; snaps.get a; usage a\n"},
		{"closures live on", []string{"k := 40\nf := func() int { k++; return k }", "f()", "f() + k"}, "= 41\n= 84\n"},
		{"a function declared again is the one that earlier functions call", []string{"func b() int { return 1 }", "func a() int { return b() }", "a()", "func b() int { return 2 }", "a()", "func b() string { return \"s\" }", "a()", "b()"}, "= 1\n= 2\n= 2\n= s\n"},
		{"recursion without end", []string{"func down(n int) int { return down(n+1) + 1 }", "down(0)", "1"}, "stop prompt:1:1: panic: recursion too deep\n"},
		{"a type declared again", []string{"type T struct{ A int }", "t := T{1}", "type T struct{ B string }", "T{\"x\"}.B", "t.A"}, "= x\n= 1\n"},
		{"a panic in a goroutine", []string{"done := make(chan bool)\ngo func() {\n\tdefer close(done)\n\tpanic(1)\n}()\nfor { if _, ok := <-done; !ok { break } }", "time.Sleep(20 * time.Millisecond)", "2"}, ""},
		{"switch", []string{"switch x := 3; { case x > 2: print(\"big\"); default: print(\"small\") }"}, "out \"big\"\n"},
		{"type switch", []string{"var v any = 3\nswitch v.(type) { case string: print(\"s\"); case int: print(\"i\") }"}, "out \"i\"\n"},
		{"labels", []string{"outer:\nfor i := 0; i < 3; i++ { for { if i == 1 { break outer }; print(i); continue outer } }"}, "out \"0\"\n"},
		{"select", []string{"c := make(chan int, 1); c <- 7\nselect { case v := <-c: print(v); default: print(\"none\") }"}, "out \"7\"\n"},
		{"the last value", []string{"1 + 1", "_ * 21", `_ + _`, `x := 5`, "_", `FS("mmfs1").Name`, "strings.ToUpper(_)", "_, err := strconv.Atoi(_); err", "for _, r := range _ { _ = r }"}, "= 2\n= 42\n= 84\n= 84\ncalls fs mmfs1\n= mmfs1\n= MMFS1\n= strconv.Atoi: parsing \"MMFS1\": invalid syntax\nerror prompt:1:19: cannot range over _ (variable of interface type error)\n"},
		{"the last error", []string{"_err == nil", `FS("x")`, "_err", `1`, "_err.Error()"}, "= true\ncalls fs x\nstop prompt:1:1: no \"x\"; there are mmfs1\n= no \"x\"; there are mmfs1\n= 1\n= no \"x\"; there are mmfs1\n"},
		{"a package under a name of one's own", []string{`import str "strings"`, `str.ToUpper("a")`, "str := 3", "str"}, "= A\n= 3\n"},
		{"a literal without field names of an earlier type", []string{"type J struct { name string; n int }", `J{"y", 4}.n`, `J{"y", "z"}`}, "= 4\nerror prompt:1:8: cannot use \"z\" (of type untyped string) as int value in struct literal\n"},
		{"a method declared again", []string{"type J struct{ n int }\nfunc (j J) Get() int { return j.n }", "func (j J) Get() int { return 5 }", "J{3}.Get()", "func (j J) n() {}"}, "error prompt:1:12: J has a method Get already; declare the type again to give it another one\n= 3\nerror prompt:1:12: J has a field n already; declare the type again to give it another one\n"},
		{"no last value", []string{"_"}, "error prompt:1:1: there is no last value: nothing was shown yet\n"},
		{"a semicolon keeps the last value", []string{"7", "8;", "_"}, "= 7\n= 7\n"},
		{"maps of the user", []string{`m := map[string]int{"a": 1}; m["b"] = 2; delete(m, "a"); len(m)`}, "= 1\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s, out := toySession(t)
			got := play(t, s, out, tt.entries...)
			if i := strings.Index(got, "recursion too deep\n"); i > 0 {
				got = got[:i] + "recursion too deep\n" // the chain is long
			}
			if tt.want == "" && strings.Contains(got, "stop") {
				t.Fatal(got)
			}
			if tt.want != "" {
				require.Equal(t, tt.want, got)
			}
		})
	}
}

func TestFindings(t *testing.T) {
	tests := []struct{ name, src, want string }{
		{"unknown member", `FS("mmfs1").Snap`, "prompt:1:13: FS(\"mmfs1\").Snap undefined (type *FS has no field or method Snap); did you mean Snaps?"},
		{"unknown name", `snap`, "prompt:1:1: undefined: snap; did you mean Snap?"},
		{"assigning to a collection", `f := FS("mmfs1"); f.Snaps["x"] = nil`, "prompt:1:19: a collection is read-only: assigning would change nothing on the cluster; use its New, or Change of the object"},
		{"delete", `delete(FS("mmfs1").Snaps, "a")`, "prompt:1:1: a collection is read-only: delete would change nothing on the cluster; use its Delete, or Delete of the object"},
		{"a plain map", `var m map[string]*Snap = FS("mmfs1").Snaps`, "prompt:1:26: FS(\"mmfs1\").Snaps is a live collection, not a plain map; use .Map() for a copy of it"},
		{"arity", `a, b := strings.ToUpper("x")`, "prompt:1:9: assignment mismatch: 2 variables but strings.ToUpper returns 1 value"},
		{"wrong type", `FS(3)`, "prompt:1:4: cannot use 3 (untyped int constant) as string value in argument to FS"},
		{"an interface of the user's", "type D interface{ Delete() error }\nvar d D = FS(\"mmfs1\").Snaps[\"a\"]", "prompt:2:11: FS(\"mmfs1\").Snaps[\"a\"] cannot stand for the interface D: its method Delete asks the cluster; give a function literal instead"},
		{"use before the declaration", "print(x)\nx := 1", "prompt:1:7: undefined: x; x is declared below, on line 2"},
		{"nothing new", "x := 1; x := 2", "prompt:1:9: no new variables on left side of :="},
		{"syntax", "x := := 1", "prompt:1:6: expected operand, found ':='"},
		{"not enough results of a user's function", "func f() (int, int) { return 1, 2 }\nx := f()", "prompt:2:6: multiple-value f() (value of type (int, int)) in single-value context"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s, _ := toySession(t)
			_, err := s.Eval(context.Background(), Source{Name: "prompt", Text: tt.src})
			var ce *CheckError
			require.ErrorAs(t, err, &ce)
			require.Equal(t, tt.want, err.Error())
			require.Empty(t, toy.Called(), "something was run")
		})
	}
}
