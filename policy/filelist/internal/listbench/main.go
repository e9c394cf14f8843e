// Listbench makes file lists for the benchmark of package filelist, and runs its jobs on them. bench.sh beside the
// package compares it with mawk, wc and Python on the same list.
//
//	listbench gen FILE RECORDS    a list of so many records, about 115 bytes each, the same for the same number
//	listbench JOB FILE...         one of: users, top, histogram, ext, all, dups, each, match
//	listbench measure N COMMAND   shortest wall time and least processor time of so many runs
package main

import (
	"bufio"
	"context"
	"flag"
	"fmt"
	"os"
	"runtime"
	"runtime/pprof"
	"strconv"
	"strings"

	"gpfsh/policy/filelist"
)

func main() {
	profile := flag.String("profile", "", "write a CPU profile to this `file`")
	workers := flag.Int("workers", 0, "number of goroutines; 0 means one for each processor")
	repeat := flag.Int("repeat", 1, "run the job so many times, for a profile")
	rss := flag.Bool("rss", false, "print the peak of the memory in use on stderr")
	flag.Parse()
	err := run(*profile, *workers, *repeat, flag.Args())
	if *rss {
		fmt.Fprintln(os.Stderr, peak())
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "listbench:", err)
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
	if len(args) < 2 {
		return fmt.Errorf("usage: listbench [-profile FILE] gen FILE RECORDS | JOB FILE")
	}
	if args[0] == "measure" {
		return measure(args[1:])
	}
	if args[0] == "gen" {
		n, err := strconv.Atoi(args[len(args)-1])
		if err != nil {
			return err
		}
		return generate(args[1], n)
	}
	for range repeat {
		if err := job(args[0], workers, args[1:]); err != nil {
			return err
		}
	}
	return nil
}

func job(name string, workers int, lists []string) error {
	ctx := context.Background()
	files := filelist.Lists(lists...).Show("size/kb/userid/modify").Escaped(filelist.EscapePercent).Workers(workers)
	users := filelist.Job{Name: "users", By: []filelist.Attr{filelist.UserID}, Do: []filelist.Agg{filelist.CountFiles(), filelist.Sum(filelist.Size)}}
	top := filelist.Job{Name: "top", Do: []filelist.Agg{filelist.Top(100, filelist.Size)}}
	histogram := filelist.Job{Name: "sizes", By: []filelist.Attr{filelist.SizeClass(filelist.Size)}}
	ext := filelist.Job{Name: "extensions", By: []filelist.Attr{filelist.Ext}, Do: []filelist.Agg{filelist.Sum(filelist.Size)}}
	jobs := map[string][]filelist.Job{
		"users": {users}, "top": {top}, "histogram": {histogram}, "ext": {ext}, "all": {users, top, histogram, ext},
	}
	switch name {
	case "each":
		var bytes, n int64
		report, err := files.Attrs(filelist.Size, filelist.UserID).Batches(ctx, func(batch []filelist.File) error {
			for i := range batch {
				bytes += batch[i].Size
				n++
			}
			return nil
		})
		fmt.Println(n, bytes, report)
		return err
	case "dups":
		d, err := files.Duplicates(ctx, filelist.DuplicateOptions{SizeOnly: true})
		if err == nil {
			fmt.Println(d)
		}
		return err
	case "match":
		n, err := files.Attrs(filelist.Size).Match(func(f *filelist.File) bool { return f.Size > 1<<20 }).Count(ctx)
		fmt.Println(n)
		return err
	}
	if jobs[name] == nil {
		return fmt.Errorf("no job %q", name)
	}
	r, err := files.Run(ctx, jobs[name]...)
	if err != nil {
		return err
	}
	for _, t := range r.Tables {
		fmt.Println(t.Top(5))
	}
	fmt.Println(r.Report)
	return nil
}

// generate writes a list as a rule with SHOW (size/kb/user/modification time) and ESCAPE '%/' has it.
func generate(path string, n int) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer f.Close()
	w := bufio.NewWriterSize(f, 1<<20)
	extensions := [...]string{"dat", "tmp", "csv", "h5", "txt", "bam", "nc", "py", "log", "tar.gz"}
	state := uint64(42)
	random := func() uint64 { // xorshift: the same list everywhere
		state ^= state << 13
		state ^= state >> 7
		state ^= state << 17
		return state
	}
	for i := range n {
		r := random()
		size := random() >> (24 + r%40)
		user := 1000 + random()%200*random()%200
		ext := extensions[random()%uint64(len(extensions))]
		when := random()
		fmt.Fprintf(w, "%d %d 0  %d/%d/%d/%04d-%02d-%02d%%20%02d%%3A%02d%%3A%02d.%06d -- /gpfs/fs1/proj%02d/run%04d/s%07d.%s\n",
			5100200300+i, r>>33, size, (size+1023)/1024, user, 2015+when%11, 1+when>>8%12, 1+when>>16%28, when>>24%24, when>>32%60,
			when>>40%60, when>>44%1000000, r%40, i/400%10000, i, ext)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	return f.Close()
}

// peak returns the largest resident set of this process.
func peak() string {
	data, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return runtime.GOOS
	}
	for line := range strings.Lines(string(data)) {
		if len(line) > 6 && line[:6] == "VmHWM:" {
			return strings.TrimSpace(line[6:])
		}
	}
	return "unknown"
}
