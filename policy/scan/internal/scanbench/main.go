//go:build linux

// Scanbench makes trees for the benchmark of package scan, and walks them. bench.sh beside it runs both against find.
//
//	scanbench make DIR FILES    a tree of so many files, about 40 in a directory
//	scanbench names DIR         count the objects
//	scanbench stat DIR          count them and add up their sizes
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"runtime/pprof"
	"strconv"

	"gpfsh/policy/scan"
)

func main() {
	profile := flag.String("profile", "", "write a CPU profile to this `file`")
	workers := flag.Int("workers", 0, "number of workers; 0 means one per processor")
	repeat := flag.Int("repeat", 1, "walk so many times")
	flag.Parse()
	if err := run(*profile, *workers, *repeat, flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, "scanbench:", err)
		os.Exit(1)
	}
}

func run(profile string, workers, repeat int, args []string) error {
	if profile != "" {
		f, err := os.Create(profile)
		if err != nil {
			return err
		}
		defer f.Close()
		if err := pprof.StartCPUProfile(f); err != nil {
			return err
		}
		defer pprof.StopCPUProfile()
	}
	switch {
	case len(args) == 3 && args[0] == "make":
		files, err := strconv.Atoi(args[2])
		if err != nil {
			return err
		}
		return makeTree(args[1], files)
	case len(args) == 2 && (args[0] == "names" || args[0] == "stat"):
		for range repeat {
			if err := walk(args[1], workers, args[0] == "stat"); err != nil {
				return err
			}
		}
		return nil
	}
	return fmt.Errorf("usage: scanbench [-profile FILE] [-workers N] make DIR FILES | names DIR | stat DIR")
}

func walk(root string, workers int, stat bool) error {
	if workers == 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	type sum struct {
		bytes int64
		_     [56]byte // a cache line of its own
	}
	sums := make([]sum, workers)
	st, err := scan.Scan(context.Background(), root, scan.Options{Workers: workers}, func(e *scan.Entry) error {
		if !stat {
			return nil
		}
		if err := e.Stat(scan.MaskSize); err != nil {
			return nil // counted
		}
		sums[e.Worker].bytes += e.Info.Size
		return nil
	})
	if err != nil {
		return err
	}
	total := int64(0)
	for _, s := range sums {
		total += s.bytes
	}
	fmt.Printf("%d objects, %d files, %d directories, %d bytes\n", st.Entries, st.Files, st.Dirs, total)
	return nil
}

// makeTree makes directories of 40 files below a tree of 20 directories each.
func makeTree(root string, files int) error {
	for i := 0; i < files; i += 40 {
		n := i / 40
		dir := filepath.Join(root, fmt.Sprintf("project%02d", n%20), fmt.Sprintf("run%04d", n/20%400), fmt.Sprintf("part%03d", n/8000))
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return err
		}
		for j := i; j < min(i+40, files); j++ {
			name := fmt.Sprintf("%s/sample-%07d.%s", dir, j, []string{"dat", "tmp", "csv", "h5"}[j%4])
			f, err := os.Create(name)
			if err != nil {
				return err
			}
			if err := f.Truncate(int64(j % 5000)); err != nil {
				return err
			}
			if err := f.Close(); err != nil {
				return err
			}
		}
	}
	return nil
}
