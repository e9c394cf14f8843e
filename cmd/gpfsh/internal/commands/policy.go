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
	"strings"

	"gpfsh/interp/run"
	"gpfsh/policy/lang"
)

const policyHelp = `check FILE...  finds mistakes
       --json               as JSON
       -M NAME=VALUE        a macro, as mmapplypolicy has it
fmt FILE...    lays it out: clauses in their order, keywords in capitals
       -w                   writes it back to the file
test FILE --on DIR  says which rule takes which files; nothing is changed
       --explain PATH       for one file: why each rule takes it or not
       --in-pool NAME       the pool that all files lie in (system)
       --pool NAME=SIZE,P%  how large and how full a pool is: data=1T,95%
       --fileset NAME=DIR   where a fileset begins
       -D DATE              the time that ages count from: YYYY-MM-DD[@hh:mm[:ss]]
       --sample N           how many paths of each rule are shown (5)
       -L N                 also what mmapplypolicy prints at that level, on stderr
       --json, -M           as above

FILE may be - for standard input. Exit status of check: 0 clean, 1 findings,
2 not a policy. Files of include() are looked for beside FILE.
`

const policyUsage = `policy needs to know what to do: check FILE..., fmt FILE... or test FILE --on DIR`

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
		return lang.Source{}, lang.Options{}, &usageError{strings.Replace(err.Error(), "the script", "the policy", 1)}
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
		var bad *lang.SyntaxError
		if errors.As(err, &bad) {
			return shownFindings(a, err)
		}
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
