package engine

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"sort"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"gpfsh/policy/lang"
)

// console prints what mmapplypolicy prints.
type console struct {
	p      *Program
	report *Report
	mu     sync.Mutex
	w      io.Writer
	level  int
	// spool holds what is said of single objects during the scan: it is printed when the scan has ended.
	spool *bufio.Writer
	file  *os.File
}

func newConsole(p *Program, r *Report) *console {
	return &console{p: p, report: r, w: p.opts.Console, level: p.opts.Level}
}

func (c *console) printf(format string, args ...any) {
	c.mu.Lock()
	defer c.mu.Unlock()
	fmt.Fprintf(c.w, format, args...)
}

func stamp(t time.Time) string { return t.UTC().Format("2006-01-02@15:04:05") }

func poolTable(pools []Pool) string {
	var b strings.Builder
	b.WriteString("Pool_Name                   KB_Occupied        KB_Total  Percent_Occupied\n")
	for _, p := range pools {
		fmt.Fprintf(&b, "%-23s%16d%16d%17.9f%%", p.Name, p.Used, p.Total, p.Percent())
		if p.NoUserData {
			b.WriteString(" (no user data)")
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// hold keeps what is said of objects in a file without a name, until release.
func (c *console) hold() error {
	if c.level < 3 {
		return nil
	}
	f, err := os.CreateTemp(c.p.opts.WorkDir, "policy.console.*")
	if err != nil {
		return err
	}
	c.file, c.spool = f, bufio.NewWriterSize(f, 1<<16)
	return os.Remove(f.Name())
}

// release prints what was held.
func (c *console) release() error {
	if c.file == nil {
		return nil
	}
	if err := c.spool.Flush(); err != nil {
		return err
	}
	if _, err := c.file.Seek(0, io.SeekStart); err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	_, err := io.Copy(c.w, c.file)
	return errors.Join(err, c.drop())
}

// drop forgets what was held.
func (c *console) drop() error {
	if c.file == nil {
		return nil
	}
	f := c.file
	c.file, c.spool = nil, nil
	return f.Close()
}

// before prints what is known before the walk.
func (c *console) before() {
	if c.level < 1 {
		return
	}
	o := &c.p.opts
	if len(c.report.Before) > 0 {
		c.printf("[I] GPFS Current Data Pool Utilization in KB and %%\n%s", poolTable(c.report.Before))
	}
	if o.InodesTotal > 0 {
		c.printf("[I] %d of %d inodes used: %f%%.\n", o.InodesUsed, o.InodesTotal, 100*float64(o.InodesUsed)/float64(o.InodesTotal))
	}
	name := o.Name
	if name == "" {
		name = c.p.pol.Source.Name
	}
	c.printf("[I] Loaded policy rules from %s.\n", name)
	c.printf("Evaluating MIGRATE/DELETE/EXCLUDE rules with CURRENT_TIMESTAMP = %s UTC\n", stamp(o.Now))
	counts := map[string]int{}
	for _, r := range c.p.pol.Rules {
		switch {
		case r.Kind == lang.SetPool || r.Kind == lang.SetSnapPool:
			counts["placement"]++
		case r.Kind == lang.Restore:
			counts["restore"]++
		case r.Kind.Moves():
			counts["moves"]++
		case r.Kind == lang.List:
			counts["list"]++
		case r.Kind == lang.ExternalList || r.Kind == lang.ExternalPool:
			counts["external"]++
		}
	}
	c.printf("parsed %d Placement Rules, %d Restore Rules, %d Migrate/Delete/Exclude Rules,\n\t%d List Rules, %d External Pool/List Rules\n",
		counts["placement"], counts["restore"], counts["moves"], counts["list"], counts["external"])
	text := c.p.pol.Source.Text
	if !strings.HasSuffix(text, "\n") {
		text += "\n"
	}
	c.printf("%s", text)
}

// progress prints a line with the time, to the millisecond.
func (c *console) progress(format string, args ...any) {
	if c.level >= 1 {
		c.printf("[I] %s %s\n", time.Now().UTC().Format("2006-01-02@15:04:05.000"), fmt.Sprintf(format, args...))
	}
}

// watch tells now and then how far the scan is, until the function that it returns is called.
func (c *console) watch(seen *atomic.Int64) (done func()) {
	if c.level < 1 {
		return func() {}
	}
	stop, gone := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(gone)
		ticker := time.NewTicker(c.p.opts.Every)
		defer ticker.Stop()
		for {
			select {
			case <-stop:
				return
			case <-ticker.C:
				c.progress("Directory entries scanned: %d.", seen.Load())
			}
		}
	}()
	return func() {
		close(stop)
		<-gone
	}
}

func (c *console) scanned() {
	s := &c.report.Scan
	c.progress("Directory entries scanned: %d.", s.Entries)
	if c.level >= 1 {
		c.printf("[I] Directories scan: %d files, %d directories, %d other objects, %d 'skipped' files and/or errors.\n",
			s.Files, s.Dirs, s.Links+s.Others, s.Vanished+s.Unreadable)
	}
}

// object prints a candidate, an excluded object or, without a rule, one that no rule took.
func (c *console) object(w *worker, r *rule, weight float64) {
	var b bytes.Buffer
	b.WriteString(visiblePath(w.e.pathName()))
	b.WriteByte('\t')
	if c.level >= 5 {
		e := w.e
		info := e.stat()
		d := e.detail(WantPool | WantFileset)
		fmt.Fprintf(&b, "[%s %d %d %d %s %s %d %s]", stamp(utc(micros(info.MTime))), info.UID, info.GID, info.Size, d.Pool, stamp(utc(micros(info.ATime))), e.kilobytes(), d.Fileset)
	}
	if r != nil {
		b.WriteByte(' ')
		b.WriteString(ruleLine(r, weight, ""))
	}
	b.WriteByte('\n')
	c.mu.Lock()
	defer c.mu.Unlock()
	_, _ = b.WriteTo(c.spool) // an error stays with the writer, and release tells it
}

// quoted is a name as rules have it.
// unverified: how a name that holds a quote is printed.
func quoted(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }

// ruleLine is a rule as candidates show it: what it does, without conditions.
func ruleLine(r *rule, weight float64, to string) string {
	var b strings.Builder
	b.WriteString("RULE")
	if r.src.Name != nil {
		b.WriteString(" " + quoted(r.src.Name.Value))
	}
	b.WriteString(" " + r.kind.String())
	if r.kind == lang.List {
		b.WriteString(" " + quoted(r.src.Object.Text()))
		if r.exclude {
			b.WriteString(" EXCLUDE")
		}
	}
	if r.from != "" {
		b.WriteString(" FROM POOL " + quoted(r.from))
	}
	if to == "" {
		to = r.to
	}
	if to != "" {
		b.WriteString(" TO POOL " + quoted(to))
	}
	if r.kind == lang.Exclude || r.exclude {
		return b.String()
	}
	if infinite(weight) && weight > 0 {
		b.WriteString(" WEIGHT(INF)")
	} else {
		fmt.Fprintf(&b, " WEIGHT(%f)", weight)
	}
	return b.String()
}

// chosen prints a file that was chosen.
func (c *console) chosen(cand *candidate, r *rule, to string) {
	show := ""
	if cand.hasShow {
		show = " SHOW(" + visiblePath(string(cand.show)) + ")"
	}
	c.printf("%s\t %s%s\n", visiblePath(string(cand.path)), ruleLine(r, cand.weight, to), show)
}

// visiblePath writes a path so that it stays in its line.
func visiblePath(p string) string {
	return strings.ReplaceAll(strings.ReplaceAll(p, `\`, `\\`), "\n", `\n`)
}

// Summary is a rule as the summary of a run shows it: expressions are left out.
func Summary(r *lang.Rule) string {
	var b strings.Builder
	b.WriteString("RULE")
	if r.Name != nil {
		b.WriteString(" " + quoted(r.Name.Value))
	}
	b.WriteString(" " + r.Kind.String())
	if r.Object != nil {
		b.WriteString(" " + quoted(r.Object.Value))
	}
	num := func(e lang.Expr) string {
		if n, ok := literal(e); ok {
			return strconv.FormatFloat(n, 'f', 6, 64)
		}
		return "."
	}
	for _, cl := range r.Kind.Clauses() {
		switch {
		case cl == lang.ClauseExclude && r.ExcludeFromList:
			b.WriteString(" EXCLUDE")
		case cl == lang.ClauseDirectoriesPlus && r.DirectoriesPlus:
			b.WriteString(" DIRECTORIES_PLUS")
		case cl == lang.ClauseCompress && r.Compress != nil:
			b.WriteString(" COMPRESS(" + r.Compress.Value + ")")
		case cl == lang.ClauseFrom && r.From != nil:
			b.WriteString(" FROM POOL " + quoted(r.From.Value))
		case cl == lang.ClauseTo && r.To != nil:
			b.WriteString(" TO POOL " + quoted(r.To.Value))
		case cl == lang.ClauseThreshold && r.Threshold != nil:
			var args []string
			for _, a := range r.Threshold.Args {
				args = append(args, num(a))
			}
			b.WriteString(" THRESHOLD(" + strings.Join(args, ",") + ")")
		case cl == lang.ClauseLimit && r.Limit != nil:
			b.WriteString(" LIMIT(" + num(r.Limit) + ")")
		case cl == lang.ClauseReplicate && r.Replicate != nil:
			b.WriteString(" REPLICATE(" + num(r.Replicate) + ")")
		case cl == lang.ClauseFileset && len(r.Filesets) > 0:
			b.WriteString(" FOR FILESET(.)")
		case cl == lang.ClauseWeight && r.Weight != nil, cl == lang.ClauseShow && r.Show != nil, cl == lang.ClauseSize && r.Size != nil,
			cl == lang.ClauseAction && r.Action != nil, cl == lang.ClauseWhere && r.Where != nil:
			b.WriteString(" " + cl.String() + "(.)")
		}
	}
	return b.String()
}

// summary prints what was chosen.
func (c *console) summary() {
	if c.level < 1 {
		return
	}
	var hits, chosen Amount
	for i := range c.report.Rules {
		hits.Files += c.report.Rules[i].Hit.Files
		hits.KB += c.report.Rules[i].Hit.KB
		chosen.Files += c.report.Rules[i].Chosen.Files
		chosen.KB += c.report.Rules[i].Chosen.KB
	}
	if rec := c.report.Records; rec != nil {
		c.progress("Executing file lists. %d records read, %d used, %d rejected.", rec.Read, rec.Used, rec.Rejected) // unverified: wording
	} else {
		c.progress("Parallel-piped sort and policy evaluation. %d files scanned.", c.report.Scan.Entries)
		c.progress("Piped sorting and candidate file choosing. %d records scanned.", hits.Files)
	}
	var b strings.Builder
	b.WriteString("[I] Summary of Rule Applicability and File Choices:\n Rule#      Hit_Cnt          KB_Hit          Chosen       KB_Chosen          KB_Ill     Rule\n")
	for _, r := range c.report.Rules {
		fmt.Fprintf(&b, "%6d%13d%16d%16d%16d%16d     %s\n", r.Number, r.Hit.Files, r.Hit.KB, r.Chosen.Files, r.Chosen.KB, r.KBIll, r.Text)
	}
	fmt.Fprintf(&b, "\n[I] Filesystem objects with no applicable rules: %d.\n", c.report.NoRule)
	b.WriteString("\n[I] GPFS Policy Decisions and File Choice Totals:\n")
	var verbs []string
	for v := range c.report.Chosen {
		verbs = append(verbs, v)
	}
	sort.Strings(verbs)
	for _, v := range verbs {
		// unverified: the words of these lines.
		a := c.report.Chosen[v]
		fmt.Fprintf(&b, " Chose to %s %dKB: %d of %d candidates;\n", v, a.KB, a.Files, max(hits.Files, chosen.Files))
	}
	if len(c.report.Predicted) > 0 {
		b.WriteString("Predicted Data Pool Utilization in KB and %:\n" + poolTable(c.report.Predicted))
	}
	c.printf("%s", b.String())
}

// after prints what was done.
func (c *console) after() {
	c.progress("Policy execution. %d files dispatched.", c.report.Done)
	if c.level >= 1 && c.p.opts.Mode == Yes {
		c.printf("[I] A total of %d files have been migrated, deleted or processed by an EXTERNAL EXEC/script;\n        %d 'skipped' files and/or errors.\n",
			c.report.Done, c.report.Errors)
	}
}

func (c *console) failure(text string) { c.printf("[E] %s\n", text) }

// node is where a script writes to: lines of several scripts are not mixed.
func (c *console) node() *lineWriter { return &lineWriter{c: c} }

type lineWriter struct {
	c    *console
	mu   sync.Mutex
	rest []byte
}

// Write implements io.Writer.
func (w *lineWriter) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.rest = append(w.rest, p...)
	if i := bytes.LastIndexByte(w.rest, '\n'); i >= 0 {
		w.c.printf("%s", w.rest[:i+1])
		w.rest = append(w.rest[:0], w.rest[i+1:]...)
	}
	return len(p), nil
}

// flush writes a last line that has no end.
func (w *lineWriter) flush() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.rest) > 0 {
		w.c.printf("%s\n", w.rest)
		w.rest = nil
	}
}
