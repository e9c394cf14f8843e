package commands

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"gpfsh/mmexec/mmsim"
)

const simUsage = `sim needs to know what to do:
  gpfsh sim init DIR [--profile NAME] [--seed N] [--data FS=PATH]…   make a simulated cluster in a directory
  gpfsh sim bin DIR --into BIN                                        mm* entries for programs that run them
  gpfsh sim fault DIR [FAULT]                                         make something go wrong; none lists them
  gpfsh sim realistic DIR on|off                                      as slow as a real one
  gpfsh sim work DIR DURATION                                         how long restripes and other jobs take
  gpfsh sim reset DIR                                                 make it as it was in the beginning
  gpfsh sim about                                                     which of its texts no source confirms`

// runSim is gpfsh sim: simulated clusters on disk.
func runSim(ctx context.Context, a *app, args []string) error {
	if len(args) == 0 {
		return &usageError{simUsage}
	}
	verbs := map[string]func(context.Context, *app, []string) error{
		"init": simInit, "bin": simBin, "fault": simFault, "realistic": simRealistic, "reset": simReset, "work": simWork,
		"about": simAbout,
	}
	verb, ok := verbs[args[0]]
	if !ok {
		return &usageError{fmt.Sprintf("no command %q of sim; there are about, bin, fault, init, realistic, reset, work", args[0])}
	}
	return verb(ctx, a, args[1:])
}

// subFlags parses the options of a subcommand, which may stand before and behind its operands.
func subFlags(fs *flag.FlagSet, args []string) (operands []string, err error) {
	fs.SetOutput(discard{})
	fs.Usage = func() {}
	for {
		if err := fs.Parse(args); err != nil {
			return nil, &usageError{fs.Name() + ": " + err.Error()}
		}
		if fs.NArg() == 0 {
			return operands, nil
		}
		operands, args = append(operands, fs.Arg(0)), fs.Args()[1:]
	}
}

type discard struct{}

func (discard) Write(p []byte) (int, error) { return len(p), nil }

// pairs is an option of the form NAME=VALUE that may be given several times.
type pairs map[string]string

func (p pairs) String() string { return "" }

func (p pairs) Set(s string) error {
	name, value, ok := strings.Cut(s, "=")
	if !ok || name == "" || value == "" {
		return fmt.Errorf("%q is not of the form NAME=PATH", s)
	}
	p[name] = value
	return nil
}

func simInitOptions() string {
	return "[--profile " + strings.Join(mmsim.Profiles(), "|") + "] [--release R] [--seed N] [--nodes N] [--filesystems N] [--filesets N] [--snapshots N] [--users N] [--data FS=PATH]…"
}

// simInitHelp says what kinds of clusters there are.
func simInitHelp() string {
	var b strings.Builder
	b.WriteString("\nOptions of init:\n")
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	for _, o := range [][2]string{
		{"--profile NAME", "what stands in it: " + strings.Join(mmsim.Profiles(), ", ")},
		{"--release R", "the release of Storage Scale that it is like"},
		{"--seed N", "another number makes other contents"},
		{"--nodes, --filesystems, --filesets, --snapshots, --users N", "how many there are"},
		{"--data FS=PATH", "the directory that the files of a file system are in"},
	} {
		fmt.Fprintf(w, "  %s\t%s\n", o[0], o[1])
	}
	w.Flush()
	return b.String()
}

func simInit(_ context.Context, a *app, args []string) error {
	fs := flag.NewFlagSet("sim init", flag.ContinueOnError)
	var p mmsim.Profile
	data := pairs{}
	fs.StringVar(&p.Name, "profile", "demo", "")
	fs.StringVar(&p.Release, "release", "", "")
	fs.Uint64Var(&p.Seed, "seed", 0, "")
	fs.IntVar(&p.Nodes, "nodes", 0, "")
	fs.IntVar(&p.Filesystems, "filesystems", 0, "")
	fs.IntVar(&p.Filesets, "filesets", 0, "")
	fs.IntVar(&p.Snapshots, "snapshots", 0, "")
	fs.IntVar(&p.QuotaUsers, "users", 0, "")
	fs.Var(data, "data", "")
	dirs, err := subFlags(fs, args)
	if err != nil {
		return err
	}
	if len(dirs) != 1 {
		return &usageError{"sim init takes one directory: gpfsh sim init DIR " + simInitOptions()}
	}
	if _, err := mmsim.NewState(p); err != nil {
		return &usageError{err.Error()}
	}
	if err := mmsim.InitProfile(dirs[0], p, data); err != nil {
		return err
	}
	fmt.Fprintf(a.Stderr, "gpfsh: a simulated cluster is in %s; use it with --cluster sim:%s\n", dirs[0], dirs[0])
	return nil
}

func simBin(_ context.Context, a *app, args []string) error {
	fs := flag.NewFlagSet("sim bin", flag.ContinueOnError)
	into := fs.String("into", "", "")
	dirs, err := subFlags(fs, args)
	if err != nil {
		return err
	}
	if len(dirs) != 1 || *into == "" {
		return &usageError{"sim bin takes the directory of a simulated cluster and where to put the entries: gpfsh sim bin DIR --into BIN"}
	}
	dir, err := filepath.Abs(dirs[0])
	if err != nil {
		return err
	}
	if _, err := mmsim.Open(dir); err != nil {
		return fmt.Errorf("cannot open the simulated cluster in %s: %w", dir, err)
	}
	program, err := os.Executable()
	if err != nil {
		return err
	}
	if err := mmsim.InstallEntries(*into, program, dir); err != nil {
		return err
	}
	fmt.Fprintf(a.Stderr, "gpfsh: %d commands are in %s; put it first in PATH, or use it with --cluster local:%s\n", len(mmsim.Commands()), *into, *into)
	return nil
}

const faultUsage = `sim fault takes a directory and what goes wrong:
  slow CMD DELAY          commands of a pattern (mmls*) take longer
  hang CMD                they do not end
  fail CMD EXIT MESSAGE   they fail with a status and a message
  locked CMD              the configuration is locked by another
  dropped CMD             the connection is lost
  none                    takes all of these away again
  node NODE down|unreachable|back
  disk FS DISK
  full FS POOL PERCENT`

func simFault(_ context.Context, a *app, args []string) error {
	if len(args) == 0 {
		return &usageError{faultUsage}
	}
	c, err := mmsim.Open(args[0])
	if err != nil {
		return fmt.Errorf("cannot open the simulated cluster in %s: %w", args[0], err)
	}
	defer c.Close()
	if len(args) == 1 {
		return listFaults(a, c)
	}
	kind, rest := args[1], args[2:]
	bad := &usageError{faultUsage}
	switch {
	case kind == "none" && len(rest) == 0:
		return clearFaults(c)
	case kind == "node" && len(rest) == 2 && rest[1] == "back":
		return c.NodeBack(rest[0])
	case kind == "node" && len(rest) == 2 && (rest[1] == "down" || rest[1] == "unreachable"):
		return c.NodeDown(rest[0], rest[1] == "unreachable")
	case kind == "disk" && len(rest) == 2:
		return c.DiskDown(rest[0], rest[1])
	case kind == "full" && len(rest) == 3:
		percent, err := strconv.Atoi(strings.TrimSuffix(rest[2], "%"))
		if err != nil {
			return bad
		}
		return c.FillPool(rest[0], rest[1], percent)
	}
	if len(rest) == 0 {
		return bad
	}
	f := mmsim.Fault{Command: rest[0], Kind: mmsim.FaultKind(kind)}
	switch {
	case kind == string(mmsim.FaultSlow) && len(rest) == 2:
		if f.Delay, err = time.ParseDuration(rest[1]); err != nil {
			return &usageError{fmt.Sprintf("%q is no duration such as 3s", rest[1])}
		}
	case kind == "fail" && len(rest) >= 3:
		if f.Exit, err = strconv.Atoi(rest[1]); err != nil {
			return bad
		}
		f.Stderr = strings.Join(rest[2:], " ") + "\n"
	case len(rest) != 1:
		return bad
	}
	id, err := c.AddFault(f)
	if err != nil {
		return &usageError{err.Error()}
	}
	fmt.Fprintf(a.Stderr, "gpfsh: fault %d: %s\n", id, f)
	return nil
}

func listFaults(a *app, c *mmsim.Cluster) error {
	faults, err := c.Faults()
	if err != nil {
		return err
	}
	w := tabwriter.NewWriter(a.Stdout, 0, 0, 2, ' ', 0)
	for _, f := range faults {
		fmt.Fprintf(w, "%d\t%s\n", f.ID, f)
	}
	return w.Flush()
}

func simRealistic(_ context.Context, _ *app, args []string) error {
	if len(args) != 2 || args[1] != "on" && args[1] != "off" {
		return &usageError{"sim realistic takes a directory, and on or off"}
	}
	c, err := mmsim.Open(args[0])
	if err != nil {
		return fmt.Errorf("cannot open the simulated cluster in %s: %w", args[0], err)
	}
	defer c.Close()
	return c.SetRealistic(args[1] == "on")
}

func simWork(_ context.Context, _ *app, args []string) error {
	var lasts time.Duration
	err := errors.New("none")
	if len(args) == 2 {
		lasts, err = time.ParseDuration(args[1])
	}
	if err != nil || lasts < 0 {
		return &usageError{"sim work takes a directory, and how long a job takes: 90s, 2h, 0s"}
	}
	c, err := mmsim.Open(args[0])
	if err != nil {
		return fmt.Errorf("cannot open the simulated cluster in %s: %w", args[0], err)
	}
	defer c.Close()
	return c.SetLongWork(lasts)
}

func simReset(_ context.Context, _ *app, args []string) error {
	if len(args) != 1 {
		return &usageError{"sim reset takes one directory"}
	}
	return mmsim.Reset(args[0])
}

func clearFaults(c *mmsim.Cluster) error {
	faults, err := c.Faults()
	if err != nil {
		return err
	}
	var errs []error
	for _, f := range faults {
		errs = append(errs, c.ClearFault(f.ID))
	}
	return errors.Join(errs...)
}

// simAbout lists the texts of the simulator that rest on no readable source.
func simAbout(_ context.Context, a *app, args []string) error {
	if len(args) > 0 {
		return &usageError{"sim about takes no arguments"}
	}
	w := tabwriter.NewWriter(a.Stdout, 0, 0, 2, ' ', 0)
	for _, u := range mmsim.About() {
		fmt.Fprintf(w, "%s\t%s\t%s\n", u.Command, u.What, u.Text)
	}
	return w.Flush()
}

// Entry runs one of the mm* entries that sim bin installed, when the program was called as one.
func Entry(ctx context.Context, argv []string, sys System) (status int, ok bool) {
	if len(argv) == 0 {
		return 0, false
	}
	dir, name, ok := mmsim.EntryPoint(argv[0])
	if !ok {
		return 0, false
	}
	return mmsim.Process(ctx, dir, name, argv[1:], sys.Stdin, sys.Stdout, sys.Stderr), true
}
