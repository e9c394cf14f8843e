package commands

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"

	"gpfsh/cmd/gpfsh/internal/connect"
	"gpfsh/cmd/gpfsh/internal/style"
	"gpfsh/interp"
	"gpfsh/interp/run"
)

// choose decides which cluster is meant and says so when nobody has chosen.
func (a *app) choose() connect.Choice {
	c := connect.Choose(a.cluster, a.Getenv)
	if c.Implied {
		fmt.Fprintln(a.Stderr, "gpfsh: no Storage Scale on this machine: using the simulated cluster (--cluster chooses another)")
	}
	return c
}

// interruptible returns a context that the first Ctrl-C ends. The second ends the program.
func interruptible(ctx context.Context) (context.Context, func()) {
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM)
	go func() {
		<-ctx.Done()
		stop()
	}()
	return ctx, stop
}

// runCode is gpfsh -e.
func runCode(ctx context.Context, a *app) error {
	a.attended = true
	if strings.HasPrefix(strings.TrimSpace(a.code), ":") {
		return runShell(ctx, a, nil) // a command of the shell
	}
	s, err := a.open(ctx, a.choose(), nil)
	if err != nil {
		return err
	}
	defer s.Close()
	ctx, stop := interruptible(ctx)
	defer stop()
	ctx, end := a.meter.Listen(ctx)
	defer end()
	out, err := s.Eval(ctx, interp.Source{Name: "-e", Text: a.code})
	if err == nil {
		a.measure()
		if err = a.render.Values(ctx, out.Values); ctx.Err() != nil && errors.Is(err, context.Canceled) {
			err = interp.ErrInterrupted
		}
	}
	return a.finish(s, err)
}

// runScript is gpfsh run.
func runScript(ctx context.Context, a *app, args []string) error {
	if len(args) == 0 {
		return &usageError{"run needs a script: gpfsh run FILE [ARG...]; a directory is a script of several files"}
	}
	choice := connect.Choose(a.cluster, a.Getenv)
	if choice.Implied {
		return &usageError{"no Storage Scale on this machine: say --cluster sim to run the script on a simulated cluster, or --cluster " + connect.Forms}
	}
	files, err := a.script(args[0])
	if err != nil {
		return err
	}
	if a.once {
		release, err := a.single("run " + strings.Join(append([]string{choice.Spec}, args...), " "))
		var busy *busyError
		if errors.As(err, &busy) {
			fmt.Fprintf(a.Stderr, "gpfsh: not run: %v\n", err)
			if a.onceOK {
				return nil
			}
			return shown{&run.Exit{Code: 3}}
		}
		if err != nil {
			return err
		}
		defer release()
	}
	s, err := a.open(ctx, choice, args[1:])
	if err != nil {
		return err
	}
	defer s.Close()
	ctx, stop := interruptible(ctx)
	defer stop()
	ctx, end := a.meter.Listen(ctx)
	defer end()
	err = s.Run(ctx, files)
	return a.finish(s, err)
}

// printPlan ends a dry run: the commands that would have run, as a shell would need them typed, and nothing else.
func (a *app) printPlan(s *session) error {
	if !a.dryRun {
		return nil
	}
	_, err := io.WriteString(a.Stdout, a.render.Styles.Code(style.Mm, s.Plan()))
	return err
}

// finish ends a program: it writes the charts and the plan, and tells by the exit status whether there is one where that
// is wanted.
func (a *app) finish(s *session, err error) error {
	err = errors.Join(err, a.writeCharts(err), a.printPlan(s))
	if err == nil && a.dryRun && a.detailedExit && s.Plan() != "" {
		return shown{&run.Exit{Code: exitPlanned}}
	}
	return err
}

// read reads a script; - is standard input.
func (a *app) read(path string) (interp.Source, error) {
	if path == "-" {
		text, err := io.ReadAll(a.Stdin)
		return interp.Source{Name: "stdin", Text: string(text)}, err
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return interp.Source{}, &usageError{fmt.Sprintf("cannot read the script: %v", err)}
	}
	return interp.Source{Name: path, Text: string(text)}, nil
}

// script reads the files of a script: of a directory all its Go files, the tests aside.
func (a *app) script(path string) ([]interp.Source, error) {
	info, err := os.Stat(path)
	if path == "-" || err != nil || !info.IsDir() {
		src, err := a.read(path)
		return []interp.Source{src}, err
	}
	names, err := filepath.Glob(filepath.Join(path, "*.go"))
	if err != nil {
		return nil, &usageError{fmt.Sprintf("cannot read the script: %v", err)}
	}
	var files []interp.Source
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		src, err := a.read(name)
		if err != nil {
			return nil, err
		}
		files = append(files, src)
	}
	if len(files) == 0 {
		return nil, &usageError{fmt.Sprintf("cannot read the script: %s holds no Go files", path)}
	}
	return files, nil
}

// checkOptions are those of check.
func checkOptions() []option {
	return []option{
		{long: "json", help: "write the findings to standard output as JSON, one object a line: file, line, column, end, severity, message, hint", set: func(o *options, _ string) error {
			o.asJSON = true
			return nil
		}},
	}
}

// finding is one line of check --json.
type finding struct {
	File     string `json:"file"`
	Line     int    `json:"line"`     // from 1
	Column   int    `json:"column"`   // from 1, in bytes
	End      int    `json:"end"`      // one past the last column of what is meant, on that line
	Severity string `json:"severity"` // error or warning
	Message  string `json:"message"`
	Hint     string `json:"hint,omitempty"`
}

// findings writes what check has found.
func (a *app) findings(list []interp.Diagnostic) error {
	if !a.asJSON {
		a.render.Diagnostics(list)
		return nil
	}
	enc := json.NewEncoder(a.Stdout)
	enc.SetEscapeHTML(false)
	for _, d := range list {
		f := finding{d.File, d.Line, d.Col, max(d.EndCol, d.Col), "error", d.Message, d.Hint}
		if d.Severity == interp.Warning {
			f.Severity = "warning"
		}
		if err := enc.Encode(f); err != nil {
			return err
		}
	}
	return nil
}

// runCheck is gpfsh check.
func runCheck(_ context.Context, a *app, args []string) error {
	if len(args) == 0 {
		return &usageError{"check needs scripts: gpfsh check FILE..."}
	}
	s, err := a.bare()
	if err != nil {
		return err
	}
	defer s.Close()
	var errs []interp.Diagnostic
	for _, path := range args {
		files, err := a.script(path)
		if err != nil {
			return err
		}
		found := s.Check(files)
		if err := a.findings(found); err != nil {
			return err
		}
		for _, d := range found {
			if d.Severity == interp.Error {
				errs = append(errs, d)
			}
		}
	}
	if len(errs) > 0 {
		return shown{&interp.CheckError{Diagnostics: errs}}
	}
	return nil
}

// runExport is gpfsh export.
func runExport(_ context.Context, a *app, args []string) error {
	if len(args) != 1 {
		return &usageError{"export needs one script: gpfsh export FILE"}
	}
	files, err := a.script(args[0])
	if err != nil {
		return err
	}
	s, err := a.bare()
	if err != nil {
		return err
	}
	defer s.Close()
	program, err := s.Export(files...)
	if err != nil {
		return err
	}
	_, err = io.WriteString(a.Stdout, a.render.Styles.Code(style.Go, string(program)))
	return err
}
