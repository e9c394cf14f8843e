package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestLittleIsMadeBeforeMain looks at what our packages allocate when the program starts: tables and regular expressions that
// most starts have no use for belong to their first use.
func TestLittleIsMadeBeforeMain(t *testing.T) {
	path, err := exec.LookPath("gpfsh")
	require.NoError(t, err)
	cmd := exec.Command(path, "version")
	cmd.Env = []string{"HOME=" + t.TempDir(), "GODEBUG=inittrace=1"}
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, "%s", out)
	inits := regexp.MustCompile(`(?m)^init gpfsh/.* (\d+) allocs$`).FindAllSubmatch(out, -1)
	require.NotEmpty(t, inits, "%s", out)
	allocs := 0
	for _, in := range inits {
		n, err := strconv.Atoi(string(in[1]))
		require.NoError(t, err)
		allocs += n
	}
	assert.Less(t, allocs, 2000, "%s", out)
}

// python is what the start is compared with: people have a feeling for how long that takes.
const python = "/usr/bin/python3"

// BenchmarkStart is the whole process, from its start to its end: of nothing but an expression, and of one that needs the
// types of the object model. Each run is followed by one of Python that does nothing; x-python is the median of the ratios.
//
//	go test ./cmd/gpfsh -run '^$' -bench Start -benchtime 40x
func BenchmarkStart(b *testing.B) {
	goTool, err := exec.LookPath("go")
	if err != nil {
		b.Skip("the go command is not installed")
	}
	program := filepath.Join(b.TempDir(), "gpfsh")
	if out, err := exec.Command(goTool, "build", "-o", program, ".").CombinedOutput(); err != nil {
		b.Fatalf("%v\n%s", err, out)
	}
	_, err = os.Stat(python)
	compare := err == nil
	for _, code := range []string{"1+1", "Cluster().Filesystems"} {
		b.Run(code, func(b *testing.B) {
			b.Setenv("HOME", b.TempDir())
			run := func(name string, args ...string) time.Duration {
				begin := time.Now()
				if out, err := exec.Command(name, args...).CombinedOutput(); err != nil {
					b.Fatalf("%v\n%s", err, out)
				}
				return time.Since(begin)
			}
			var took []time.Duration
			var ratios []float64
			for b.Loop() {
				d := run(program, "--cluster", "sim", "-e", code)
				took = append(took, d)
				if compare {
					ratios = append(ratios, d.Seconds()/run(python, "-c", "pass").Seconds())
				}
			}
			b.ReportMetric(0, "ns/op") // it would be the sum of both
			slices.Sort(took)
			b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "ms/start")
			if compare {
				slices.Sort(ratios)
				b.ReportMetric(ratios[len(ratios)/2], "x-python")
			}
		})
	}
}
