package symbols_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"
)

// BenchmarkTables compares what programs weigh, and how long they take from start to end, with the tables of this package
// and with all of those that come with Yaegi, which are built when a program starts. Both evaluate 1+1.
//
//	go test ./interp/symbols -run '^$' -bench Tables -benchtime 20x
func BenchmarkTables(b *testing.B) {
	goTool, err := exec.LookPath("go")
	if err != nil {
		b.Skip("the go command is not installed")
	}
	root, err := filepath.Abs("../..")
	if err != nil {
		b.Fatal(err)
	}
	for _, v := range []struct{ name, text string }{
		{"bare", `package main

import "github.com/traefik/yaegi/interp"

func main() {
	if _, err := interp.New(interp.Options{}).Eval("1+1"); err != nil {
		panic(err)
	}
}
`},
		{"yaegi", `package main

import (
	"github.com/traefik/yaegi/interp"
	"github.com/traefik/yaegi/stdlib"
)

func main() {
	i := interp.New(interp.Options{})
	if err := i.Use(stdlib.Symbols); err != nil {
		panic(err)
	}
	if _, err := i.Eval("1+1"); err != nil {
		panic(err)
	}
}
`},
		{"curated", `package main

import (
	"gpfsh/interp/symbols"

	"github.com/traefik/yaegi/interp"
)

func main() {
	i := interp.New(interp.Options{})
	p, _ := symbols.Lookup("strings")
	if err := i.Use(interp.Exports{p.Path + "/" + p.Name: p.Values()}); err != nil {
		panic(err)
	}
	if _, err := i.Eval("1+1"); err != nil {
		panic(err)
	}
}
`},
	} {
		b.Run(v.name, func(b *testing.B) {
			dir, err := os.MkdirTemp(root, "_export") // inside the module, where its dependencies are
			if err != nil {
				b.Fatal(err)
			}
			defer os.RemoveAll(dir)
			if err := os.WriteFile(filepath.Join(dir, "main.go"), []byte(v.text), 0o644); err != nil {
				b.Fatal(err)
			}
			program := filepath.Join(dir, "program")
			build := exec.Command(goTool, "build", "-trimpath", "-ldflags=-s -w", "-o", program, "./"+filepath.Base(dir))
			build.Dir = root
			if out, err := build.CombinedOutput(); err != nil {
				b.Fatalf("%v\n%s", err, out)
			}
			info, err := os.Stat(program)
			if err != nil {
				b.Fatal(err)
			}
			var took []time.Duration
			for b.Loop() {
				begin := time.Now()
				if err := exec.Command(program).Run(); err != nil {
					b.Fatal(err)
				}
				took = append(took, time.Since(begin))
			}
			slices.Sort(took)
			b.ReportMetric(float64(info.Size())/(1<<20), "MiB")
			b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "ms/start")
		})
	}
}
