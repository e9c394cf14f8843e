// Command enginebench runs a policy on a directory tree and tells how long it took and how much memory it used.
//
//	enginebench POLICY DIR [LISTPREFIX]
package main

import (
	"context"
	"fmt"
	"os"
	"runtime/pprof"
	"syscall"
	"time"

	"gpfsh/policy/engine"
	"gpfsh/policy/lang"
	"gpfsh/policy/scan"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) < 2 {
		return fmt.Errorf("usage: enginebench POLICY DIR [LISTPREFIX]")
	}
	text, err := os.ReadFile(args[0])
	if err != nil {
		return err
	}
	pol := lang.Parse(lang.Source{Name: args[0], Text: string(text)}, lang.Options{})
	opts := engine.Options{}
	if len(args) > 2 {
		opts.Mode, opts.ListPrefix = engine.Defer, args[2]
	}
	if file := os.Getenv("CPUPROFILE"); file != "" {
		f, err := os.Create(file)
		if err != nil {
			return err
		}
		if err := pprof.StartCPUProfile(f); err != nil {
			return err
		}
		defer pprof.StopCPUProfile()
	}
	start := time.Now()
	report, err := engine.Run(context.Background(), pol, engine.Directory(args[1], scan.Options{}), opts)
	if err != nil {
		return err
	}
	took := time.Since(start)
	var hits int64
	for _, r := range report.Rules {
		hits += r.Hit.Files
	}
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		return err
	}
	ms := func(t syscall.Timeval) int64 { return time.Duration(t.Nano()).Milliseconds() }
	fmt.Printf("%d objects %d hits %d ms %.2f M objects/s %d user %d kernel peak RSS %d MB\n", report.Scan.Entries, hits, took.Milliseconds(),
		float64(report.Scan.Entries)/took.Seconds()/1e6, ms(usage.Utime), ms(usage.Stime), usage.Maxrss/1024)
	return nil
}
