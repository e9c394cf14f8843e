package interp

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"gpfsh/policy/filelist"
)

// benchList writes a list as the policy engine does for a rule that shows size, allocation, owner and time.
func benchList(b *testing.B, records int) string {
	b.Helper()
	path := filepath.Join(b.TempDir(), "list")
	f, err := os.Create(path)
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	w := bufio.NewWriterSize(f, 1<<20)
	rnd := uint64(1)
	for i := range records {
		rnd = rnd*6364136223846793005 + 1442695040888963407
		size := rnd >> 40
		fmt.Fprintf(w, "%d 65537 0  %d/%d/%d/2026-05-01%%2012%%3A%02d%%3A%02d.000000 -- /gpfs/mmfs1/proj/p%03d/run%04d/output-%08d.dat\n",
			100000+i, size, size/1024+1, 1000+rnd>>33%97, i/60%60, i%60, rnd>>20%400, rnd>>30%3000, i)
	}
	if err := w.Flush(); err != nil {
		b.Fatal(err)
	}
	return path
}

// pythonLoop is the same computation as one writes it in Python.
const pythonLoop = `
import sys
n, b = {}, {}
with open(sys.argv[1], 'rb') as f:
    for line in f:
        size, kb, user, when = line.split(b' ', 5)[4].split(b'/')
        n[user] = n.get(user, 0) + 1
        b[user] = b.get(user, 0) + int(size)
`

// BenchmarkUserFunction counts files and bytes per user with functions of the user's, and compares them with a Python
// loop over the same list, where Python is installed: x-python is how many times faster they are.
func BenchmarkUserFunction(b *testing.B) {
	const records = 500_000
	list := benchList(b, records)
	var python spent
	if path, err := exec.LookPath("python3"); err == nil {
		for range 3 {
			cmd := exec.Command(path, "-c", pythonLoop, list)
			begin := time.Now()
			if err := cmd.Run(); err != nil {
				b.Fatal(err)
			}
			python.note(time.Since(begin), cmd.ProcessState.UserTime()+cmd.ProcessState.SystemTime())
		}
	}
	read, err := filelist.Lists(list).Show("size/kb/userid/modify").Escaped(filelist.EscapePercent).Count(b.Context())
	if err != nil || read != records {
		b.Fatal(read, err) // a list that is rejected is read very fast
	}
	source := fmt.Sprintf("files := Lists(%q).Show(\"size/kb/userid/modify\").Escaped(EscapePercent)\n", list)
	const sums = `
ListProcessing("users", func(files Files) map[int64]int64 {
	n, b := map[int64]int{}, map[int64]int64{}
	for f := range files {
		n[f.UserID]++
		b[f.UserID] += f.Size
	}
	return b
}).Run(files)`
	for _, job := range []struct {
		name, text string
		interpret  bool
	}{
		{"ListProcessing", sums, false},
		{"Interpreted", sums, true},
		{"ListProcessingOneMap", `
type Use struct { N int; B int64 }
ListProcessing("users", func(files Files) map[int64]*Use {
	m := map[int64]*Use{}
	for f := range files {
		u := m[f.UserID]
		if u == nil {
			u = &Use{}
			m[f.UserID] = u
		}
		u.N++
		u.B += f.Size
	}
	return m
}).Run(files)`, false},
		{"MapReduce", `
type Use struct { User int64; Size int64 }
MapReduce("users", func(f *File) Use { return Use{f.UserID, f.Size} }, func(acc map[int64]int64, u Use) map[int64]int64 {
	acc[u.User] += u.Size
	return acc
}, func(a, b map[int64]int64) map[int64]int64 { return a }, map[int64]int64{}).Run(files)`, false},
		{"Native", `files.By(UserID).Sum(Size)`, false},
	} {
		b.Run(job.name, func(b *testing.B) {
			var own spent
			for b.Loop() {
				s, err := New(Options{interpret: job.interpret})
				if err != nil {
					b.Fatal(err)
				}
				begin, cpu := time.Now(), cpuTime(b)
				if _, err := s.Eval(b.Context(), Source{Name: "bench", Text: source + job.text}); err != nil {
					b.Fatal(err)
				}
				own.note(time.Since(begin), cpuTime(b)-cpu)
				s.Close()
			}
			b.ReportMetric(float64(own.wall.Nanoseconds())/records, "ns/record")
			b.ReportMetric(float64(own.cpu.Nanoseconds())/records, "cpu-ns/record")
			if python.wall > 0 {
				b.ReportMetric(float64(python.wall)/float64(own.wall), "x-python")
				b.ReportMetric(float64(python.cpu)/float64(own.cpu), "x-python-cpu")
			}
		})
	}
}

// spent is the least of several measurements. Processor time is what other work on the machine disturbs less.
type spent struct{ wall, cpu time.Duration }

func (s *spent) note(wall, cpu time.Duration) {
	if s.wall == 0 || wall < s.wall {
		s.wall = wall
	}
	if s.cpu == 0 || cpu < s.cpu {
		s.cpu = cpu
	}
}

// cpuTime is what this process has spent.
func cpuTime(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
