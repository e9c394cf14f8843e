// Package commands is the command line of gpfsh: its options, its commands and their exit statuses.
package commands

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"text/tabwriter"

	"gpfsh/cmd/gpfsh/internal/learn"
	"gpfsh/cmd/gpfsh/internal/meter"
	"gpfsh/cmd/gpfsh/internal/prompt"
	"gpfsh/cmd/gpfsh/internal/render"
	"gpfsh/cmd/gpfsh/internal/shell"
	"gpfsh/interp"
	"gpfsh/interp/run"
)

// The exit statuses, which scripts rely on.
const (
	exitDone        = 0
	exitFailed      = 1   // it failed while running
	exitUsage       = 2   // usage, or code that does not check: nothing was run
	exitPlanned     = 4   // done, and the dry run has planned something: with --detailed-exitcode only
	exitInterrupted = 130 // as a shell says of a program that Ctrl-C has ended
)

// System is what the program has around it.
type System struct {
	Args           []string // without the name of the program
	Stdin          *os.File
	Stdout, Stderr *os.File
	Getenv         func(string) string
	// Program is the path of this program; "" when it is not known.
	Program string
}

// command is one command of the command line.
type command struct {
	name   string
	args   string   // how its arguments are written
	help   string   // one line
	script bool     // what follows its first argument is for the script
	values []string // what its argument may be, when that is known
	file   bool     // its arguments are files
	// options are those that only this command takes; they stand behind it.
	options func() []option
	more    string // what help says of the command besides
	run     func(ctx context.Context, a *app, args []string) error
}

// commandTable returns the commands. Help and completion are made of it.
func commandTable() []command {
	return []command{
		{name: "shell", help: "open the shell; the default", run: runShell},
		{name: "run", args: "FILE [ARG...]", file: true, help: "run a script: a file, a directory of several, or - for standard input", script: true, run: runScript, options: onceOptions},
		{name: "check", args: "FILE...", file: true, help: "type-check scripts and run nothing", run: runCheck, options: checkOptions},
		{name: "export", args: "FILE", file: true, help: "print a script as a Go program for the ordinary toolchain", run: runExport},
		{name: "policy", args: "check|fmt|test FILE", values: []string{"check", "fmt", "test"}, help: "policy tools that need no cluster", script: true, run: runPolicy, more: policyHelp},
		{name: "sim", args: "init|bin|fault|reset DIR", values: []string{"init", "bin", "fault", "reset"}, help: "simulated clusters on disk", script: true, run: runSim, more: verbsOf(simUsage) + "\nWhat can go wrong, behind gpfsh sim fault DIR:\n" + verbsOf(faultUsage) + simInitHelp()},
		{name: "state", args: "save FILE | diff A B", values: []string{"save", "diff"}, file: true, help: "the cluster as a document: save it, compare two", run: runState, options: stateOptions, more: stateHelp},
		{name: "check-health", help: "one line for a monitoring system; the exit status is 0 to 3", run: runCheckHealth, options: healthOptions, more: healthHelp},
		{name: "learn", args: "[LESSON]", help: "lessons on a simulated cluster; without one, list them", run: runLearn},
		{name: "callback", args: "list|show|test|logs|remove|check|sync", values: []string{"list", "show", "test", "logs", "remove", "check", "sync"}, help: "handlers of events, and other callbacks", script: true, run: runCallback, more: verbsOf(callbackUsage)},
		{name: "apply", args: "PLAN", help: "carry out a plan that :plan save has written", file: true, run: runApply},
		{name: "completion", args: "SHELL", values: []string{"bash", "zsh", "fish"}, help: "print completion for a shell: bash, zsh or fish", run: runCompletion},
		{name: "version", help: "print the version", run: runVersion},
		{name: "help", args: "[COMMAND|TOPIC]", help: "print this, how a command is used, or a topic: " + strings.Join(topicNames(), ", "), run: runHelp},
	}
}

// verbsOf is the list in a text that says which verbs a command has.
func verbsOf(usage string) string {
	_, lines, _ := strings.Cut(usage, "\n")
	return strings.TrimRight(lines, "\n") + "\n"
}

func findCommand(name string) *command {
	for _, c := range commandTable() {
		if c.name == name {
			return &c
		}
	}
	return nil
}

// isScript says whether a word is meant as a script: the kernel calls "gpfsh /path/of/script" for a #! line.
func isScript(word string) bool {
	if !strings.ContainsRune(word, filepath.Separator) && filepath.Ext(word) != ".go" {
		return false
	}
	info, err := os.Stat(word)
	return err == nil && info.Mode().IsRegular()
}

func unknownCommand(word string) error {
	var names []string
	for _, c := range commandTable() {
		names = append(names, c.name)
	}
	return &usageError{fmt.Sprintf("unknown command %q: there are %s", word, strings.Join(names, ", "))}
}

// app is one call of the program.
type app struct {
	System
	options
	render     *render.Renderer
	transcript transcript
	charts     charts
	meter      *meter.Meter   // of long work; nil where nobody looks
	teacher    *learn.Teacher // of a lesson; nil else
}

// Main runs the command line and returns the exit status.
func Main(ctx context.Context, sys System) int {
	if len(sys.Args) > 2 && sys.Args[0] == "callback" && sys.Args[1] == "run" {
		return runHandler(ctx, sys, sys.Args[2], sys.Args[3:])
	}
	a := &app{System: sys}
	base, cerr := loadConfig(sys.Getenv)
	o, cmd, rest, err := parse(sys.Args, base)
	a.options = o
	a.render = a.newRenderer()
	if err == nil {
		err = cerr
	}
	if err == nil {
		err = a.dispatch(ctx, cmd, rest)
	}
	return a.exit(err)
}

func (a *app) dispatch(ctx context.Context, cmd *command, rest []string) error {
	switch {
	case a.help && cmd != nil:
		return runHelp(ctx, a, []string{cmd.name})
	case a.help:
		return runHelp(ctx, a, nil)
	case a.version:
		return runVersion(ctx, a, nil)
	case a.hasCode:
		if cmd != nil || len(rest) > 0 {
			return &usageError{"-e takes one piece of code and nothing else"}
		}
		return runCode(ctx, a)
	case cmd == nil:
		return runShell(ctx, a, rest)
	}
	return cmd.run(ctx, a, rest)
}

// shown marks an error that was shown already.
type shown struct{ error }

func (s shown) Unwrap() error { return s.error }

// exit shows an error, unless it was shown, and returns the exit status that says what kind it is.
func (a *app) exit(err error) int {
	var (
		exit    *run.Exit
		use     *usageError
		meta    *shell.UsageError
		check   *interp.CheckError
		signal  *prompt.SignalError
		already shown
	)
	isShown := errors.As(err, &already)
	switch {
	case err == nil:
		return exitDone
	case errors.As(err, &exit):
		return exit.Code
	case errors.As(err, &use):
		fmt.Fprintf(a.Stderr, "gpfsh: %v\nTry: gpfsh help\n", err)
		return exitUsage
	case errors.As(err, &signal):
		return 128 + int(signal.Signal)
	case isShown:
	case errors.Is(err, syscall.EPIPE):
		return exitFailed // whoever read the results has read enough
	default:
		a.render.Error(err)
	}
	switch {
	case errors.As(err, &check), errors.As(err, &meta):
		return exitUsage
	case errors.Is(err, interp.ErrInterrupted), errors.Is(err, context.Canceled):
		return exitInterrupted
	}
	return exitFailed
}

// runHelp prints help to standard output: it was asked for.
func runHelp(_ context.Context, a *app, args []string) error {
	if len(args) > 0 {
		if done, err := helpTopic(a.Stdout, args[0]); done {
			return err
		}
		c := findCommand(args[0])
		if c == nil {
			return unknownCommand(args[0])
		}
		return c.writeHelp(a.Stdout)
	}
	return writeHelp(a.Stdout)
}

// writeHelp says how the command is used.
func (c *command) writeHelp(out io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "Usage: gpfsh [OPTION...] %s\n%s\n", strings.TrimRight(c.name+" "+c.args, " "), capital(c.help))
	if c.options != nil {
		b.WriteString("\nOptions, behind the command:\n")
		w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
		for _, o := range c.options() {
			fmt.Fprintf(w, "  %s\t%s\n", strings.TrimRight(strings.Join(o.names(), ", ")+" "+o.arg, " "), o.help)
		}
		w.Flush()
	}
	if c.more != "" {
		b.WriteString("\n" + c.more)
	}
	_, err := io.WriteString(out, b.String())
	return err
}

func capital(s string) string { return strings.ToUpper(s[:1]) + s[1:] + "." }

func writeHelp(out io.Writer) error {
	var b strings.Builder
	b.WriteString("gpfsh is the object shell of IBM Storage Scale.\n\nUsage:\n")
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	fmt.Fprintf(w, "  gpfsh [OPTION...]\topen the shell\n")
	fmt.Fprintf(w, "  gpfsh [OPTION...] -e CODE\trun code, print its value\n")
	for _, c := range commandTable() {
		fmt.Fprintf(w, "  gpfsh [OPTION...] %s\t%s\n", strings.TrimRight(c.name+" "+c.args, " "), c.help)
	}
	w.Flush()
	b.WriteString("\nOptions:\n")
	for _, o := range optionTable() {
		names := "    --" + o.long
		switch {
		case o.long == "":
			names = "-" + o.short
		case o.short != "":
			names = "-" + o.short + ", --" + o.long
		}
		fmt.Fprintf(w, "  %s\t%s\n", strings.TrimRight(names+" "+o.arg, " "), o.help)
	}
	w.Flush()
	b.WriteString(`
Exit status: 0 done, 1 failed while running, 2 usage or code that does not check, 130 interrupted;
gpfsh help exit-codes says more.

Results go to standard output, everything else to standard error.
`)
	_, err := io.WriteString(out, b.String())
	return err
}
