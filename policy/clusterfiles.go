package policy

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"gpfsh/mmexec"
	"gpfsh/mmexec/lazyregexp"
	"gpfsh/policy/filelist"
	"gpfsh/policy/lang"
)

// Site is what a run has to know of the cluster that it scans. A program on package model gets it from there.
type Site struct {
	Device string // of the file system
	Root   string // the directory that paths begin with: a mount point, a junction
	// Nodes do the work when a run does not say which; none means that it has to.
	Nodes []string
	// Check refuses nodes that must not do such work: the servers of recovery groups.
	Check func(ctx context.Context, nodes []string) error
	// Members are the nodes that names and node classes stand for.
	Members func(ctx context.Context, nodes []string) ([]string, error)
	// Objects is about how many files and directories the scan goes over.
	Objects func(ctx context.Context) (int64, error)
	// SharedDir is a directory in the file system that all nodes see, for what they leave there.
	SharedDir string
	// Program is the path of gpfsh, the same on all nodes, and Version its version: it is what the policy engine starts
	// there. Without it all work is done in one process.
	Program, Version string
	// Real says that a scan costs something: it is no simulated cluster.
	Real bool
}

// ErrPlanned is the error of a computation in a dry run: its command was recorded, nothing was scanned.
var ErrPlanned = fmt.Errorf("%w: nothing was scanned", mmexec.ErrPlanned)

// FilesOn is the files of a file system, a directory or a snapshot as the policy engine knows them. Each computation
// runs mmapplypolicy, on the nodes that the options name, with a rule that lists what the computation needs.
func FilesOn(ex mmexec.Executor, target Target, site Site, options ...RunOption) filelist.Files {
	return filelist.Listed(&clusterFiles{ex: ex, target: target, site: site, options: options}, site.Root)
}

// Matching has the policy engine list only files for which all criteria hold. What it leaves out costs nothing more.
func Matching(criteria ...Criterion) RunOption {
	return RunOption{func(o *runOptions) { o.where = append(o.where, criteria...) }}
}

// InOneProcess does a map-reduce here, on a list, instead of on the nodes.
func InOneProcess() RunOption { return RunOption{func(o *runOptions) { o.direct = true }} }

// OnRecoveryGroupServers allows the work on servers of recovery groups, which have disks to look after.
func OnRecoveryGroupServers() RunOption { return RunOption{func(o *runOptions) { o.forced = true }} }

// clusterFiles are the files of a cluster, as a [filelist.Lister].
type clusterFiles struct {
	ex      mmexec.Executor
	target  Target
	site    Site
	options []RunOption
}

// String says what is listed, and runs nothing.
func (e *clusterFiles) String() string { return "files of " + e.target.object }

// NodesOf returns the nodes that options name.
func NodesOf(options []RunOption) []string {
	o := &runOptions{}
	for _, opt := range options {
		if opt.set != nil {
			opt.set(o)
		}
	}
	return o.nodes
}

func clusterFilesOf(files filelist.Files) (*clusterFiles, bool) {
	l, ok := files.FromCluster()
	if !ok {
		return nil, false
	}
	e, ok := l.(*clusterFiles)
	return e, ok
}

// run is the options of one run, checked.
func (e *clusterFiles) run(ctx context.Context) (*runOptions, []RunOption, error) {
	if e.ex == nil {
		return nil, nil, errors.New("these files belong to no cluster")
	}
	o := &runOptions{}
	for _, opt := range e.options {
		if opt.set != nil {
			opt.set(o)
		}
	}
	options := e.options
	if len(o.nodes) == 0 {
		if len(e.site.Nodes) == 0 {
			return nil, nil, fmt.Errorf("%s: name the nodes that do the work, Nodes(\"…\"), or configure defaultHelperNodes: the policy engine's own choice is all manager nodes", e)
		}
		o.nodes = e.site.Nodes
		options = append([]RunOption{Nodes(o.nodes...)}, options...)
	}
	if err := errors.Join(e.target.err, o.err); err != nil {
		return nil, nil, err
	}
	if !o.forced && e.site.Check != nil {
		if err := e.site.Check(ctx, o.nodes); err != nil {
			return nil, nil, err
		}
	}
	return o, options, nil
}

// announce says what is about to be scanned.
func (e *clusterFiles) announce(ctx context.Context, o *runOptions, name, how string) {
	if !e.site.Real {
		return
	}
	text := fmt.Sprintf("%s: scanning %s on %s", name, e.target.object, strings.Join(o.nodes, ", "))
	if e.site.Objects != nil {
		if n, err := e.site.Objects(ctx); err == nil && n > 0 {
			text += fmt.Sprintf(", about %s inodes", grouped(n))
		}
	}
	notify(ctx, text+", "+how)
}

// grouped writes a number with commas: 1,234,567.
func grouped(n int64) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// listRule is the policy of a run: one list with what a computation needs.
func listRule(name, exec, opts string, r filelist.Request, where []Criterion) (*Policy, error) {
	sql, err := r.Show.SQL()
	if err != nil {
		return nil, err
	}
	external := ExternalList(name, exec).Escape("/")
	if opts != "" {
		external = external.Options(opts)
	}
	rule := List(name, name)
	if r.DirectoriesPlus {
		rule = rule.Directories()
	}
	if sql != "" {
		show, err := parse(sql)
		if err != nil {
			return nil, fmt.Errorf("the SHOW text of %s: %w", name, err)
		}
		rule.rule.Show = &lang.Show{Expr: show}
	}
	if len(where) > 0 {
		rule = rule.Where(where...)
	}
	p, err := New(external, rule)
	if err != nil {
		return nil, err
	}
	for _, f := range p.Check() {
		if f.Severity == lang.Fatal {
			return nil, fmt.Errorf("the rule of %s: %s", name, f.Message)
		}
	}
	return p, nil
}

var listNameForm = lazyregexp.New(`^[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}$`)

// checkListName refuses names that could not be the name of a list, and of the file that it lies in.
func checkListName(name string) error {
	if !listNameForm.MatchString(name) {
		return fmt.Errorf("%q cannot be the name of a list: letters, digits, _, . and -, at most 64", name)
	}
	return nil
}

// List implements [filelist.Lister]: the list is written on the node that runs mmapplypolicy, which has to be this one.
func (e *clusterFiles) List(ctx context.Context, r filelist.Request) (paths []string, remove func(), err error) {
	name := listNameOf(ctx)
	o, options, err := e.run(ctx)
	if err != nil {
		return nil, nil, err
	}
	p, err := listRule(name, "", "", r, o.where)
	if err != nil {
		return nil, nil, err
	}
	dir, err := os.MkdirTemp("", "gpfsh-list-")
	if err != nil {
		return nil, nil, fmt.Errorf("no place for the list: %w", err)
	}
	gone := func() { os.RemoveAll(dir) }
	listed := false
	defer func() {
		if !listed { // a panic as well
			gone()
		}
	}()
	if mmexec.Remote(e.ex) {
		return nil, nil, errors.New("the commands run on another machine, and its lists cannot be read from here: run gpfsh on a node of the cluster")
	}
	e.announce(ctx, o, name, "the list is read here")
	prefix := filepath.Join(dir, "out")
	options = append(options[:len(options):len(options)], ListsTo(prefix), OnProgress(func(p Progress) {
		if r.Progress != nil {
			r.Progress("scanning", p.Count)
		}
	}))
	sum, err := p.Run(ctx, e.ex, e.target, DeferIt, options...)
	switch {
	case err != nil:
		return nil, nil, err
	case sum.Planned:
		return nil, nil, ErrPlanned
	}
	path := prefix + ".list." + name
	if _, err := os.Stat(path); os.IsNotExist(err) {
		if chosen, ok := sum.Rule(name); ok && chosen.Chosen > 0 {
			return nil, nil, fmt.Errorf("mmapplypolicy chose %s files and left no list %s", grouped(chosen.Chosen), path)
		}
		return nil, func() {}, nil // no file: there is no list
	}
	listed = true
	return []string{path}, gone, nil
}
