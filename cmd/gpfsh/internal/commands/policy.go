package commands

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"text/tabwriter"

	"gpfsh/interp/run"
	"gpfsh/policy/engine"
	"gpfsh/policy/lang"
	"gpfsh/policy/scan"
)

const policyUsage = `policy needs to know what to do:
  gpfsh policy check FILE... [--json] [-M NAME=VALUE]…                       find mistakes
  gpfsh policy fmt FILE... [-w]                                              lay it out
  gpfsh policy test FILE --on DIR [--json] [--explain PATH] [--sample N]     which rule takes which files; nothing is changed`

// runPolicy is gpfsh policy: the policy tools that need no cluster.
func runPolicy(ctx context.Context, a *app, args []string) error {
	if len(args) == 0 {
		return &usageError{policyUsage}
	}
	verbs := map[string]func(context.Context, *app, []string) error{"check": policyCheck, "fmt": policyFmt, "test": policyTest}
	verb, ok := verbs[args[0]]
	if !ok {
		return &usageError{fmt.Sprintf("no command %q of policy; there are check, fmt, test", args[0])}
	}
	return verb(ctx, a, args[1:])
}

// defines is the option -M NAME=VALUE of mmapplypolicy.
type defines []lang.Define

func (d *defines) String() string { return "" }

func (d *defines) Set(s string) error {
	name, value, ok := strings.Cut(s, "=")
	if !ok || name == "" {
		return fmt.Errorf("%q is not of the form NAME=VALUE", s)
	}
	*d = append(*d, lang.Define{Name: name, Value: value})
	return nil
}

// policySource reads a policy; include() finds files beside it.
func (a *app) policySource(path string, d defines) (lang.Source, lang.Options, error) {
	src, err := a.read(path)
	if err != nil {
		return lang.Source{}, lang.Options{}, err
	}
	dir := filepath.Dir(path)
	return lang.Source{Name: src.Name, Text: src.Text}, lang.Options{Defines: d, Include: func(name string) (string, error) {
		if !filepath.IsAbs(name) {
			name = filepath.Join(dir, name)
		}
		text, err := os.ReadFile(name)
		return string(text), err
	}}, nil
}

func policyCheck(_ context.Context, a *app, args []string) error {
	fs := flag.NewFlagSet("policy check", flag.ContinueOnError)
	asJSON := fs.Bool("json", false, "")
	var d defines
	fs.Var(&d, "M", "")
	files, err := subFlags(fs, args)
	if err != nil {
		return err
	}
	if len(files) == 0 {
		return &usageError{"policy check needs files: gpfsh policy check FILE..."}
	}
	all := []lang.Finding{}
	status := exitDone
	for _, path := range files {
		src, opts, err := a.policySource(path, d)
		if err != nil {
			return err
		}
		found := lang.Check(src, lang.CheckOptions{Options: opts})
		if p := lang.Parse(src, opts); p.Err() != nil {
			status = exitUsage
		} else if worst, any := lang.Worst(found); any && worst > lang.Note && status == exitDone {
			status = exitFailed // a note is worth reading, and no reason to stop
		}
		all = append(all, found...)
		if !*asJSON {
			for _, f := range found {
				fmt.Fprintln(a.Stdout, strings.TrimRight(f.Render(), "\n"))
			}
		}
	}
	if *asJSON {
		if err := writeJSON(a.Stdout, all); err != nil {
			return err
		}
	}
	if status != exitDone {
		return shown{&run.Exit{Code: status}}
	}
	return nil
}

func writeJSON(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	return enc.Encode(v)
}

func policyFmt(_ context.Context, a *app, args []string) error {
	fs := flag.NewFlagSet("policy fmt", flag.ContinueOnError)
	write := fs.Bool("w", false, "")
	files, err := subFlags(fs, args)
	if err != nil {
		return err
	}
	if len(files) == 0 {
		return &usageError{"policy fmt needs files: gpfsh policy fmt FILE... [-w]"}
	}
	for _, path := range files {
		src, opts, err := a.policySource(path, nil)
		if err != nil {
			return err
		}
		text, err := lang.Format(src, opts)
		if err != nil {
			return err
		}
		if !*write {
			if _, err := io.WriteString(a.Stdout, text); err != nil {
				return err
			}
			continue
		}
		if text != src.Text {
			if err := replaceFile(path, text); err != nil {
				return err
			}
		}
	}
	return nil
}

// replaceFile writes a file so that it is the old one or the new one at any time.
func replaceFile(path, text string) error {
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	tmp, err := os.CreateTemp(filepath.Dir(path), ".gpfsh-*")
	if err != nil {
		return err
	}
	defer os.Remove(tmp.Name())
	_, err = tmp.WriteString(text)
	err = errors.Join(err, tmp.Chmod(info.Mode().Perm()), tmp.Close())
	if err != nil {
		return err
	}
	return os.Rename(tmp.Name(), path)
}

func policyTest(ctx context.Context, a *app, args []string) error {
	fs := flag.NewFlagSet("policy test", flag.ContinueOnError)
	on := fs.String("on", "", "")
	asJSON := fs.Bool("json", false, "")
	explain := fs.String("explain", "", "")
	sample := fs.Int("sample", 5, "")
	level := fs.Int("L", 0, "")
	var d defines
	fs.Var(&d, "M", "")
	files, err := subFlags(fs, args)
	if err != nil {
		return err
	}
	if len(files) != 1 || *on == "" && *explain == "" {
		return &usageError{"policy test needs a policy and a directory: gpfsh policy test FILE --on DIR"}
	}
	src, opts, err := a.policySource(files[0], d)
	if err != nil {
		return err
	}
	pol := lang.Parse(src, opts)
	if err := pol.Err(); err != nil {
		return shownText(a, err)
	}
	eo := engine.Options{Mode: engine.Test, Sample: *sample, Level: *level}
	if *level > 0 {
		eo.Console = a.Stderr
	}
	if *explain != "" {
		return explainPath(a, pol, eo, *explain, *asJSON)
	}
	ctx, stop := interruptible(ctx)
	defer stop()
	report, err := engine.Run(ctx, pol, engine.Directory(*on, scan.Options{}), eo)
	if err != nil {
		return err
	}
	if *asJSON {
		return writeJSON(a.Stdout, report)
	}
	return printReport(a.Stdout, report)
}

// shownText shows an error that is already laid out, and makes it one of code that does not check.
func shownText(a *app, err error) error {
	fmt.Fprintln(a.Stderr, strings.TrimRight(err.Error(), "\n"))
	return shown{&run.Exit{Code: exitUsage}}
}

func explainPath(a *app, pol *lang.Policy, opts engine.Options, path string, asJSON bool) error {
	program, err := engine.Compile(pol, opts)
	if err != nil {
		return shownText(a, err)
	}
	e, err := program.Explain(path)
	if err != nil {
		return err
	}
	if asJSON {
		return writeJSON(a.Stdout, e)
	}
	w := a.Stdout
	fmt.Fprintf(w, "%s (%s)\n", e.Path, e.Type)
	for _, r := range e.Rules {
		verdict := "does not apply"
		if r.Applies {
			verdict = "applies"
		}
		fmt.Fprintf(w, "\nrule %d, line %d: %s\n  %s: %s\n", r.Number, r.Line, r.Text, verdict, r.Reason)
		for _, s := range r.Steps {
			fmt.Fprintf(w, "  %s%s = %s\n", strings.Repeat("  ", s.Depth+1), s.Text, s.Value)
		}
	}
	return nil
}

func printReport(out io.Writer, r *engine.Report) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "RULE\tLINE\tHIT\tKB\tCHOSEN\tKB\tTEXT")
	for _, rule := range r.Rules {
		fmt.Fprintf(w, "%s\t%d\t%d\t%d\t%d\t%d\t%s\n", name(rule), rule.Line, rule.Hit.Files, rule.Hit.KB, rule.Chosen.Files, rule.Chosen.KB, rule.Text)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	for _, rule := range r.Rules {
		pools := make([]string, 0, len(rule.Pools))
		for p := range rule.Pools {
			pools = append(pools, p)
		}
		sort.Strings(pools)
		if len(rule.Sample) == 0 && len(pools) == 0 {
			continue
		}
		fmt.Fprintf(out, "\n%s\n", name(rule))
		for _, p := range pools {
			fmt.Fprintf(out, "  pool %s: %d files, %d KB\n", p, rule.Pools[p].Files, rule.Pools[p].KB)
		}
		for _, path := range rule.Sample {
			fmt.Fprintf(out, "  %s\n", path)
		}
	}
	fmt.Fprintf(out, "\n%d without a rule\n", r.NoRule)
	return nil
}

func name(r engine.RuleReport) string {
	if r.Name != "" {
		return r.Name
	}
	return fmt.Sprintf("rule %d", r.Number)
}
