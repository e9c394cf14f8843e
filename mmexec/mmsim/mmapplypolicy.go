package mmsim

import (
	"cmp"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"gpfsh/mmexec"
	"gpfsh/policy/engine"
	"gpfsh/policy/lang"
)

// policyRun is one run of mmapplypolicy.
type policyRun struct {
	*call
	cluster *Cluster
	out     io.Writer
	policyTarget
	mode engine.Mode
	pol  *lang.Policy
	opts engine.Options
	// list is -i: the paths to look at, as users see them; nil for a scan. records is -r: lists to carry out instead.
	list    []engine.InputPath
	records []string
	work    *policyWork
}

// mmapplypolicy runs the rules of a policy on the files of a file system, as far as there is a real directory behind it.
// A file system without one has no files: its rules are read and checked, and choose nothing.
func mmapplypolicy(ctx context.Context, c *Cluster, k *call, out io.Writer) (int, error) {
	r := &policyRun{call: k, cluster: c, out: out}
	for _, step := range []func() int{r.readOptions, r.findTarget, r.readPolicy, r.findNodes, r.findPlaces} {
		if code := step(); code != 0 {
			return code, nil
		}
	}
	unlock, alone := r.claim()
	if !alone {
		// unverified: wording and exit status; the pages only say that the command does nothing and ends.
		return k.fail("Another instance of mmapplypolicy with the --single-instance option is running on file system %s.", r.fs.Name), nil
	}
	defer unlock()
	return r.run(ctx)
}

// run compiles the policy, runs it, and tells the cluster what became of its pools.
func (r *policyRun) run(ctx context.Context) (int, error) {
	tmp, err := os.MkdirTemp(r.opts.WorkDir, "mmPolicy.")
	if err != nil {
		return r.failDaemon(2, "%s", err), nil
	}
	defer os.RemoveAll(tmp)
	r.opts.WorkDir = tmp
	r.work = &policyWork{run: r, moved: map[string]int64{}}
	r.opts.Mover, r.opts.Act, r.opts.Scripts, r.opts.Locate = r.work, r.work.act, r.work, r.work.locate
	r.opts.Frozen = r.snapshot != nil
	prog, err := engine.Compile(r.pol, r.opts)
	if err != nil {
		var bad *engine.CompileError
		if errors.As(err, &bad) {
			return r.refusePolicy(bad.Finding), nil
		}
		return r.failDaemon(1, "%s", err), nil
	}
	report, err := r.carryOut(ctx, prog, filepath.Base(tmp))
	if settled := r.work.settle(); settled != nil && err == nil {
		err = settled
	}
	switch {
	case ctx.Err() != nil && err != nil && r.work.acted.Load():
		return 0, &mmexec.UnknownOutcomeError{Node: shortName(r.st.localName()), Err: ctx.Err()}
	case ctx.Err() != nil && err != nil:
		return 0, ctx.Err()
	case err != nil:
		return r.failDaemon(1, "%s", err), nil
	case report.Errors > 0:
		r.failed() // unverified: that single files which failed make the command fail
		return 1, nil
	}
	return 0, nil
}

// readOptions reads what does not depend on the cluster. unverified: wording of its refusals.
// carryOut scans, or carries out what another run has prepared.
func (r *policyRun) carryOut(ctx context.Context, prog *engine.Program, own string) (*engine.Report, error) {
	if r.records != nil {
		return prog.Execute(ctx, r.records)
	}
	return prog.Run(ctx, r.source(own))
}

func (r *policyRun) readOptions() int {
	wrong := func(option string) int { return r.usage("Incorrect option: " + option + " " + r.get(option)) }
	r.mode = engine.Yes
	if r.has("-I") {
		var err error
		if r.mode, err = engine.ParseMode(r.get("-I")); err != nil {
			return wrong("-I")
		}
	}
	numbers := map[string]int{}
	for _, option := range []string{"-A", "-a", "-B", "-m", "-n", "-L", "--maxdepth", "--max-merge-files", "--max-sort-bytes"} {
		if !r.has(option) {
			continue
		}
		n, err := strconv.Atoi(r.get(option))
		if err != nil || n < 0 || n == 0 && option != "-L" || option == "-L" && n > 6 {
			return wrong(option)
		}
		numbers[option] = n
	}
	for option, allowed := range map[string][]string{
		"--choice-algorithm": {"best", "exact", "fast"}, "--scope": {"filesystem", "inodespace", "fileset"}, "--qos": {"maintenance", "other"},
	} {
		if r.has(option) && !slices.Contains(allowed, r.get(option)) {
			return wrong(option)
		}
	}
	for _, option := range []string{"--allow-scan-on-remote", "--silent-on-delete"} {
		if r.has(option) && !r.st.atLeast(6, 0, 0) {
			return r.usage("Incorrect option: " + option)
		}
	}
	if r.has("-r") && (r.has("-i") || r.mode == engine.Prepare) {
		return r.usage("Option -r excludes -i and -I prepare.") // unverified: what cannot stand together, and the wording
	}
	for _, def := range r.values["-M"] {
		if name, _, ok := strings.Cut(def, "="); !ok || name == "" {
			return r.usage("Incorrect option: -M " + def)
		}
	}
	r.opts = engine.Options{Mode: r.mode, Level: 1, Console: r.out, Batch: numbers["-B"], Threads: numbers["-m"],
		SplitByWeight: r.has("--split-filelists-by-weight"), RoundRobin: r.has("-q")}
	if n, ok := numbers["-L"]; ok {
		r.opts.Level = n
	}
	r.depth, r.scope = numbers["--maxdepth"], r.get("--scope")
	if r.has("-D") {
		at, ok := policyDate(r.get("-D"))
		if !ok {
			return wrong("-D")
		}
		r.opts.Now = at
	}
	return 0
}

// policyDate reads a date of -D, with or without a time of the day.
func policyDate(text string) (time.Time, bool) {
	for _, layout := range []string{"2006-01-02@15:04:05", "2006-01-02@15:04", "2006-01-02"} {
		if t, err := time.Parse(layout, text); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}

// readPolicy reads the policy of -P, else the installed one, and what the cluster tells its rules.
func (r *policyRun) readPolicy() int {
	src := lang.Source{Name: r.fs.Policy.Name, Text: r.fs.Policy.Text}
	if file := r.get("-P"); r.has("-P") {
		data, ok := r.files(r.onMachine(file))
		if !ok {
			return r.failDaemon(2, "%s: No such file or directory", file) // unverified: wording
		}
		src = lang.Source{Name: file, Text: string(data)}
	} else if src.Text == "" {
		return r.failDaemon(2, "No policy file was installed for file system '%s'.", r.fs.Name) // unverified: wording and exit status
	}
	opts := lang.CheckOptions{Pools: r.fs.poolNames()}
	opts.Include = func(path string) (string, error) {
		data, ok := r.files(r.onMachine(path))
		if !ok {
			return "", errors.New("no such file")
		}
		return string(data), nil
	}
	for _, def := range r.values["-M"] {
		name, value, _ := strings.Cut(def, "=")
		opts.Defines = append(opts.Defines, lang.Define{Name: name, Value: value})
	}
	r.pol = lang.Parse(src, opts.Options)
	for _, finding := range lang.CheckPolicy(r.pol, opts) {
		if finding.Severity == lang.Fatal || finding.Code == lang.CodeUnknownPool {
			return r.refusePolicy(finding)
		}
	}
	if r.opts.Now.IsZero() {
		r.opts.Now = r.now
		if r.real != "" && r.cluster.clock == nil {
			// The files have the times of this machine, and ages are what rules ask for.
			r.opts.Now = time.Now()
		}
	}
	r.opts.Site, r.opts.Pools, r.opts.Quota = r.site(), r.pools(), r.quota()
	r.opts.Config, r.opts.SnapID = r.config, r.snapID
	r.opts.InodesUsed, _, r.opts.InodesTotal = r.fs.inodes()
	return 0
}

// refusePolicy says why a policy is none. unverified: wording and exit status.
func (r *policyRun) refusePolicy(f lang.Finding) int {
	r.errorf("[E:-1] Error while loading policy rules.\nPCSQLERR: '%s', line %d, column %d: %s\n", f.Place.File, f.Place.Line, f.Place.Col, f.Message)
	r.failed()
	return 1
}

// findNodes decides which nodes run the scripts of EXEC clauses.
func (r *policyRun) findNodes() int {
	var numbers []int
	var err error
	spec := r.get("-N")
	switch {
	case strings.EqualFold(spec, "mount"):
		for _, m := range r.fs.Mounts {
			numbers = append(numbers, m.Node)
		}
	case r.has("-N"):
		if numbers, err = r.resolveNodes(spec); err != nil {
			return r.fail("%s", err)
		}
	default:
		numbers = r.helperNodes()
	}
	for _, number := range numbers {
		n := r.st.node(number)
		if n == nil {
			continue
		}
		if n.State == NodeActive && !n.Unreachable && r.fs.mountedAt(number) != nil {
			r.opts.Nodes = append(r.opts.Nodes, shortName(n.AdminName))
		} else if r.has("-N") && r.opts.Level > 0 {
			_, _ = io.WriteString(r.out, "[W] Node "+shortName(n.AdminName)+" does not take part: file system "+r.fs.Name+" is not mounted there.\n") // unverified: wording
		}
	}
	if len(r.opts.Nodes) == 0 {
		if r.has("-N") {
			return r.fail("File system %s is not mounted on any of the nodes specified.", r.fs.Name) // unverified: wording
		}
		r.opts.Nodes = []string{shortName(r.st.localName())}
	}
	return 0
}

// helperNodes are the nodes that do the work when nobody says which.
func (r *policyRun) helperNodes() []int {
	if spec, ok := r.config("defaultHelperNodes"); ok && spec != "" {
		if numbers, err := r.resolveNodes(spec); err == nil {
			return numbers
		}
	}
	_, format, _ := strings.Cut(r.fs.Attrs.Version, "(")
	n := releaseNumbers(strings.TrimSuffix(format, ")"))
	if slices.Compare(n[:3], []int{5, 0, 1}) >= 0 {
		numbers, _ := r.st.classMembers("managerNodes")
		return numbers
	}
	return []int{r.st.LocalNode}
}

// findPlaces finds the working directories, where lists are kept, and the list of -i.
func (r *policyRun) findPlaces() int {
	for _, option := range []string{"-g", "-s"} {
		if dir := r.get(option); r.has(option) && !isDir(r.onMachine(dir)) {
			return r.failDaemon(2, "%s: No such file or directory", dir) // unverified: wording
		}
	}
	r.opts.WorkDir = cmp.Or(r.onMachine(r.get("-s")), os.TempDir())
	prefix := r.get("-f")
	if prefix == "" && (r.mode == engine.Defer || r.mode == engine.Prepare) {
		prefix = r.opts.WorkDir
	}
	if prefix != "" {
		given := prefix
		if prefix = r.onMachine(prefix); !isDir(prefix) && !isDir(filepath.Dir(prefix)) {
			return r.failDaemon(2, "%s: No such file or directory", given) // unverified: wording
		}
	}
	r.opts.ListPrefix = prefix
	for _, list := range r.values["-r"] {
		at := r.onMachine(list)
		if _, err := os.Stat(at); err != nil {
			return r.failDaemon(2, "%s: No such file or directory", list) // unverified: wording
		}
		r.records = append(r.records, at)
	}
	if !r.has("-i") {
		return 0
	}
	data, ok := r.files(r.onMachine(r.get("-i")))
	if !ok {
		return r.failDaemon(2, "%s: No such file or directory", r.get("-i")) // unverified: wording
	}
	list, err := engine.ParsePaths(data)
	if err != nil {
		return r.failDaemon(22, "%s: %s.", r.get("-i"), err) // unverified: wording
	}
	r.list = append([]engine.InputPath{}, list...)
	return 0
}

func isDir(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

// claim makes sure that a run with --single-instance is the only one of its kind on the file system. The kernel gives
// back what a killed process held.
func (r *policyRun) claim() (unlock func(), alone bool) {
	if !r.has("--single-instance") || r.fs.Data == "" {
		return func() {}, true
	}
	if err := os.MkdirAll(r.fs.side(), 0o755); err != nil {
		return func() {}, true // a tree that cannot be written to: nothing can be changed either
	}
	f, err := os.OpenFile(r.fs.side("mmapplypolicy.lock"), os.O_RDWR|os.O_CREATE|unix.O_CLOEXEC, 0o600)
	if err != nil {
		return func() {}, true
	}
	if unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB) != nil {
		f.Close()
		return nil, false
	}
	return func() { f.Close() }, true
}
