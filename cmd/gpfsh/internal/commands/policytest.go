package commands

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"sort"
	"strconv"
	"strings"
	"time"

	"github.com/mattn/go-runewidth"

	"gpfsh/interp/run"
	"gpfsh/interp/script/show"
	"gpfsh/model"
	"gpfsh/policy/engine"
	"gpfsh/policy/lang"
	"gpfsh/policy/scan"
	"gpfsh/policy/spell"
)

// policyTrial is what gpfsh policy test is asked for.
type policyTrial struct {
	on, explain, inPool string
	asJSON              bool
	sample, level       int
	defines             defines
	pools               knownPools
	filesets            pairs
	at                  policyTime
}

// knownPools is the option --pool NAME=SIZE,P%.
type knownPools []engine.Pool

func (k *knownPools) String() string { return "" }

func (k *knownPools) Set(s string) error {
	name, rest, ok := strings.Cut(s, "=")
	size, full, ok2 := strings.Cut(rest, ",")
	bytes, err := model.ParseBytes(size)
	percent, err2 := strconv.ParseFloat(strings.TrimSuffix(full, "%"), 64)
	if !ok || !ok2 || name == "" || err != nil || err2 != nil || bytes < model.KiB || percent < 0 || percent > 100 {
		return fmt.Errorf("%q is not of the form NAME=SIZE,PERCENT%%: data=1T,95%%", s)
	}
	kb := int64(bytes / model.KiB)
	*k = append(*k, engine.Pool{Name: name, Total: kb, Used: int64(float64(kb) * percent / 100)})
	return nil
}

func (k *knownPools) has(name string) bool {
	return slices.ContainsFunc(*k, func(p engine.Pool) bool { return p.Name == name })
}

// policyTime is the option -D of mmapplypolicy.
type policyTime struct{ time.Time }

func (t *policyTime) String() string { return "" }

func (t *policyTime) Set(s string) (err error) {
	for _, layout := range []string{"2006-01-02", "2006-01-02@15:04", "2006-01-02@15:04:05"} {
		if t.Time, err = time.Parse(layout, s); err == nil {
			return nil
		}
	}
	return fmt.Errorf("%q is not of the form YYYY-MM-DD[@hh:mm[:ss]]", s)
}

// policyTest is gpfsh policy test: a policy run on a directory that changes nothing.
func policyTest(ctx context.Context, a *app, args []string) error {
	t := &policyTrial{filesets: pairs{}}
	fs := flag.NewFlagSet("policy test", flag.ContinueOnError)
	fs.StringVar(&t.on, "on", "", "")
	fs.BoolVar(&t.asJSON, "json", false, "")
	fs.StringVar(&t.explain, "explain", "", "")
	fs.StringVar(&t.inPool, "in-pool", "", "")
	fs.IntVar(&t.sample, "sample", 5, "")
	fs.IntVar(&t.level, "L", 0, "")
	fs.Var(&t.defines, "M", "")
	fs.Var(&t.pools, "pool", "")
	fs.Var(t.filesets, "fileset", "")
	fs.Var(&t.at, "D", "")
	files, err := subFlags(fs, args)
	if err != nil {
		return err
	}
	switch {
	case len(files) != 1 || t.on == "" && t.explain == "":
		return &usageError{"policy test needs a policy and a directory: gpfsh policy test FILE --on DIR"}
	case t.level < 0 || t.level > 6:
		return &usageError{fmt.Sprintf("policy test: -L is 0 to 6, not %d", t.level)}
	}
	src, opts, err := a.policySource(files[0], t.defines)
	if err != nil {
		return err
	}
	pol := lang.Parse(src, opts)
	if err := pol.Err(); err != nil {
		return shownFindings(a, err)
	}
	eo, err := t.options(a)
	if err != nil {
		return err
	}
	program, err := engine.Compile(pol, eo)
	if err != nil {
		return shownFindings(a, err)
	}
	if t.explain != "" {
		return t.explainPath(a, program)
	}
	ctx, stop := interruptible(ctx)
	defer stop()
	ctx, end := a.meter.Listen(ctx)
	report, err := program.Run(ctx, engine.Directory(t.on, scan.Options{}))
	end()
	if err != nil {
		return err
	}
	if t.asJSON {
		return writeJSON(a.Stdout, report)
	}
	return t.print(a.Stdout, pol, report)
}

func (t *policyTrial) options(a *app) (engine.Options, error) {
	site := &engine.PlainSite{Pool: t.inPool}
	for name, dir := range t.filesets {
		abs, err := filepath.Abs(dir)
		if err != nil {
			return engine.Options{}, err
		}
		site.Junctions = append(site.Junctions, engine.Junction{Path: abs, Fileset: name})
	}
	o := engine.Options{Mode: engine.Test, Sample: t.sample, Level: t.level, Site: site, Pools: t.pools, Now: t.at.Time}
	if t.level > 0 {
		o.Console = a.meter.Over(a.Stderr)
	}
	return o, nil
}

// shownFindings shows why a policy cannot be run, with the place, as check does.
func shownFindings(a *app, err error) error {
	var syntax *lang.SyntaxError
	var compile *engine.CompileError
	switch {
	case errors.As(err, &syntax):
		for _, f := range syntax.Findings {
			fmt.Fprintln(a.Stderr, strings.TrimRight(f.Render(), "\n"))
		}
	case errors.As(err, &compile):
		fmt.Fprintln(a.Stderr, strings.TrimRight(compile.Finding.Render(), "\n"))
	default:
		fmt.Fprintln(a.Stderr, err)
	}
	return shown{&run.Exit{Code: exitUsage}}
}

// column is a column of a small table: its head and its cells.
type column struct {
	head  string
	right bool
	cells []string
}

// writeColumns writes columns side by side, as wide as they need.
func writeColumns(w io.Writer, columns []column) {
	for i := range columns[0].cells {
		if i == 0 {
			writeCells(w, columns, func(c column) string { return c.head })
		}
		writeCells(w, columns, func(c column) string { return c.cells[i] })
	}
}

func writeCells(w io.Writer, columns []column, cell func(column) string) {
	var line strings.Builder
	for i, c := range columns {
		width := runewidth.StringWidth(c.head)
		for _, s := range c.cells {
			width = max(width, runewidth.StringWidth(s))
		}
		text := cell(c)
		pad := strings.Repeat(" ", width-runewidth.StringWidth(text))
		if i > 0 {
			line.WriteString("  ")
		}
		if c.right {
			line.WriteString(pad + text)
		} else {
			line.WriteString(text + pad)
		}
	}
	fmt.Fprintln(w, strings.TrimRight(line.String(), " "))
}

func onDisk(kb int64) string { return model.Bytes(kb * int64(model.KiB)).String() }

// does says in few words what a rule does.
func does(r *lang.Rule) string {
	s := strings.ToLower(r.Kind.String())
	switch {
	case r.Kind == lang.List && r.ExcludeFromList:
		s = "keep off " + r.Object.Text()
	case r.Kind == lang.List:
		s += " " + r.Object.Text()
	case r.Kind == lang.Migrate && r.To != nil:
		s += " to " + r.To.Text()
	case r.Kind == lang.Migrate && r.Compress != nil:
		s = "compress " + r.Compress.Text()
	}
	return show.Printable(s)
}

func ruleTitle(name string, number int) string {
	return show.Printable(cmp.Or(name, "rule "+strconv.Itoa(number)))
}

func (t *policyTrial) print(w io.Writer, pol *lang.Policy, r *engine.Report) error {
	columns := []column{{head: "RULE"}, {head: "LINE", right: true}, {head: "DOES"}, {head: "MATCHED", right: true}, {head: "ON DISK", right: true}, {head: "CHOSEN", right: true}, {head: "ON DISK", right: true}}
	for _, rule := range r.Rules {
		src := rule.Rule()
		chosen, kb := strconv.FormatInt(rule.Chosen.Files, 10), onDisk(rule.Chosen.KB)
		if src.Kind == lang.Exclude || src.ExcludeFromList {
			chosen, kb = "-", "-"
		}
		for i, cell := range []string{ruleTitle(rule.Name, rule.Number), strconv.Itoa(rule.Line), does(src), strconv.FormatInt(rule.Hit.Files, 10), onDisk(rule.Hit.KB), chosen, kb} {
			columns[i].cells = append(columns[i].cells, cell)
		}
	}
	if len(r.Rules) > 0 {
		writeColumns(w, columns)
	} else {
		fmt.Fprintln(w, "the policy has no rule that takes files: MIGRATE, DELETE, EXCLUDE or LIST")
	}
	for _, rule := range r.Rules {
		t.printFiles(w, rule)
	}
	if len(r.Predicted) > 0 {
		t.printPools(w, r)
	}
	fmt.Fprintf(w, "\n%s, %s, %s; %d without a rule\n", spell.Count(r.Scan.Files, "file"),
		spell.Count(r.Scan.Dirs, "directory"), spell.Count(r.Scan.Links+r.Scan.Others, "other"), r.NoRule)
	if n := r.Scan.Unreadable + r.Scan.Vanished; n > 0 {
		fmt.Fprintf(w, "%d could not be read\n", n)
		for _, f := range r.Failures {
			fmt.Fprintf(w, "  %s\n", show.Printable(f))
		}
	}
	for _, note := range t.notes(pol, r) {
		fmt.Fprintf(w, "note: %s\n", note)
	}
	return nil
}

// printFiles shows where the files of a rule lie, and some of them.
func (t *policyTrial) printFiles(w io.Writer, rule engine.RuleReport) {
	pools := make([]string, 0, len(rule.Pools))
	for p := range rule.Pools {
		pools = append(pools, p)
	}
	sort.Strings(pools)
	if len(rule.Sample) == 0 && len(pools) == 0 {
		return
	}
	fmt.Fprintf(w, "\n%s\n", ruleTitle(rule.Name, rule.Number))
	for _, p := range pools {
		fmt.Fprintf(w, "  matched in pool %s: %s, %s\n", show.Printable(p), spell.Count(rule.Pools[p].Files, "file"), onDisk(rule.Pools[p].KB))
	}
	for _, path := range rule.Sample {
		fmt.Fprintf(w, "  %s\n", show.Printable(path))
	}
	if more := rule.Chosen.Files - int64(len(rule.Sample)); more > 0 && len(rule.Sample) > 0 {
		fmt.Fprintf(w, "  … and %d more\n", more)
	}
}

// printPools shows how full the pools are and will be.
func (t *policyTrial) printPools(w io.Writer, r *engine.Report) {
	fmt.Fprintln(w)
	columns := []column{{head: "POOL"}, {head: "SIZE", right: true}, {head: "NOW", right: true}, {head: "AFTERWARDS", right: true}}
	for i, p := range r.Predicted {
		for k, cell := range []string{show.Printable(p.Name), onDisk(p.Total), fmt.Sprintf("%.1f %%", r.Before[i].Percent()), fmt.Sprintf("%.1f %%", p.Percent())} {
			columns[k].cells = append(columns[k].cells, cell)
		}
	}
	writeColumns(w, columns)
}

// notes says what a run on a plain directory cannot know.
func (t *policyTrial) notes(pol *lang.Policy, r *engine.Report) []string {
	var notes []string
	here := cmp.Or(t.inPool, "system")
	for _, rule := range r.Rules {
		src := rule.Rule()
		from := src.From.Text()
		title := ruleTitle(rule.Name, rule.Number)
		switch {
		case rule.Skipped && src.Threshold != nil:
			notes = append(notes, fmt.Sprintf("%s takes no part: its THRESHOLD is not reached", title))
		case rule.Skipped:
			notes = append(notes, fmt.Sprintf("%s takes no part: its WHEN is not true", title))
		case from != "" && from != here && rule.Hit.Files == 0 && !external(pol, from):
			notes = append(notes, fmt.Sprintf("%s is for pool %s, all files here count as pool %s: see --in-pool", title, from, here))
		case src.Threshold != nil && src.Threshold.Class == nil && !t.pools.has(cmp.Or(from, here)):
			notes = append(notes, fmt.Sprintf("%s: its THRESHOLD counts as reached; --pool says how full %s is", title, cmp.Or(from, here)))
		}
	}
	placement := int64(0)
	for _, rule := range pol.Rules {
		if rule.Kind == lang.SetPool || rule.Kind == lang.SetSnapPool || rule.Kind == lang.Restore {
			placement++
		}
	}
	if placement > 0 {
		notes = append(notes, fmt.Sprintf("%s for new files, no part of this", spell.Count(placement, "rule is", "rules are")))
	}
	return notes
}

// external says that a pool is an external one, or a group of pools.
func external(pol *lang.Policy, name string) bool {
	return slices.ContainsFunc(pol.Rules, func(r *lang.Rule) bool {
		return (r.Kind == lang.ExternalPool || r.Kind == lang.GroupPool) && r.Object.Text() == name
	})
}

func (t *policyTrial) explainPath(a *app, program *engine.Program) error {
	path, err := filepath.Abs(t.explain)
	if err != nil {
		return err
	}
	e, err := program.Explain(path)
	if err != nil {
		return err
	}
	if t.asJSON {
		return writeJSON(a.Stdout, e)
	}
	w := a.Stdout
	fmt.Fprintf(w, "%s: %s\n", show.Printable(e.Path), e.Type)
	for _, r := range e.Rules {
		verdict := "does not apply"
		if r.Applies {
			verdict = "applies"
		}
		title := "rule " + strconv.Itoa(r.Number)
		if r.Name != "" {
			title = "rule '" + show.Printable(r.Name) + "'"
		}
		fmt.Fprintf(w, "\n%s, line %d, %s: %s\n", title, r.Line, verdict, r.Reason)
		fmt.Fprintf(w, "  %s\n", strings.ReplaceAll((&lang.Printer{}).Layout(r.Rule(), 76), "\n", "\n  "))
		last := ""
		for _, s := range r.Steps {
			clause := ""
			if s.Depth == 0 && s.Clause != last {
				clause, last = s.Clause, s.Clause
			}
			fmt.Fprintf(w, "    %-9s %s%s is %s\n", clause, strings.Repeat("  ", s.Depth), show.Printable(s.Text), show.Printable(s.Value))
		}
	}
	if p := e.Placement; p != nil {
		fmt.Fprintf(w, "\na new file of this name, fileset and owner goes to pool %s%s\n", show.Printable(p.Pool), placedBy(p))
	}
	return nil
}

func placedBy(p *engine.PlacementExplanation) string {
	if p.Rule == "" {
		return ""
	}
	return ": rule '" + show.Printable(p.Rule) + "'"
}
