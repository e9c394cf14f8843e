package policy

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"time"

	"gpfsh/mmexec"
	"gpfsh/mmexec/lazyregexp"
	"gpfsh/policy/filelist"
	"gpfsh/policy/progress"
	"gpfsh/policy/spell"
)

// defaultBatch is how many files one call on a node gets. The 100 of the command would start gpfsh 100,000 times for
// ten million files.
const defaultBatch = 100_000

// lookEvery is how often the directory of a run is looked at.
const lookEvery = 300 * time.Millisecond

// spreads tells whether the work is done on the nodes.
func (e *clusterFiles) spreads(w *work) bool {
	o := &runOptions{}
	for _, opt := range e.options {
		if opt.set != nil {
			opt.set(o)
		}
	}
	return !o.direct && w.origin.Source != "" && e.site.Program != "" && e.sharedDir(o) != ""
}

// sharedDir is the directory that the nodes share: that of the options, or of the site.
func (e *clusterFiles) sharedDir(o *runOptions) string {
	for _, words := range o.args {
		if words[0] == "-g" {
			return words[1]
		}
	}
	return e.site.SharedDir
}

var plainPath = lazyregexp.New(`^/[A-Za-z0-9_./+,:@=~-]*$`)

// spreadRun is one run on the nodes.
type spreadRun struct {
	e       *clusterFiles
	w       *work
	o       *runOptions
	options []RunOption
	nodes   []string // by their names, node classes resolved

	shared string // directory that all nodes see
	dir    string // of the run, in it
	sum    string // of the task
	task   *nodeTask
	rule   func(preflight bool) (*Policy, error)

	parts map[string]partHead // by their names
	begin time.Time
}

// spread runs the work on the nodes and puts together what they leave.
func (e *clusterFiles) spread(ctx context.Context, w *work, files filelist.Files, total *filelist.Tally) (any, error) {
	o, options, err := e.run(ctx)
	if err != nil {
		return nil, err
	}
	s := &spreadRun{e: e, w: w, o: o, options: options, parts: map[string]partHead{}, begin: time.Now()}
	if err := s.prepare(ctx, files); err != nil {
		return nil, err
	}
	policyNow, err := s.rule(false)
	if err != nil {
		return nil, err
	}
	if planned, err := s.planned(ctx, policyNow); err != nil || planned {
		if err == nil {
			err = ErrPlanned
		}
		return nil, err
	}
	if err := s.makeDir(); err != nil {
		return nil, err
	}
	// Whatever happens, a panic too, nothing stays behind: a script that still runs somewhere finds no task, and ends.
	defer os.RemoveAll(s.dir)
	if err := s.preflight(ctx); err != nil {
		return nil, err
	}
	e.announce(ctx, o, w.name, "the work is done there")
	sum, runErr := s.runPolicy(ctx, policyNow)
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	acc, err := s.collect(ctx, sum, runErr, total)
	if err != nil {
		return nil, err
	}
	for _, line := range s.summary() {
		notify(ctx, w.name+": "+line)
	}
	return acc, nil
}

// prepare makes the task. Nothing is written yet.
func (s *spreadRun) prepare(ctx context.Context, files filelist.Files) error {
	id := make([]byte, 8)
	_, _ = rand.Read(id) // never fails
	site := &s.e.site
	s.shared = s.e.sharedDir(s.o)
	s.dir = filepath.Join(s.shared, runDirPrefix+hex.EncodeToString(id))
	for _, p := range []string{s.dir, site.Program} {
		if !plainPath.MatchString(p) {
			return fmt.Errorf("the path %q has characters that cannot stand in a policy; choose another one", p)
		}
	}
	initial, err := EncodeValue(s.w.initial())
	if err != nil {
		return fmt.Errorf("the initial value: %w", err)
	}
	query, err := files.Task(hex.EncodeToString(id))
	if err != nil {
		return err
	}
	s.task = &nodeTask{
		Form: nodeForm, Run: query.Run, Version: site.Version, Program: site.Program, Arch: arch(), Name: s.w.name,
		Query: query, Source: s.w.origin.Source, Initial: initial,
	}
	data, err := json.Marshal(s.task)
	if err != nil {
		return err
	}
	h := sha256.Sum256(data)
	s.sum = hex.EncodeToString(h[:])
	// The directory of the run lies in the file system, and is none of its files.
	where := append(slices.Clip(s.o.where), Not(Path.LikeSQL("%/"+filepath.Base(s.dir)+"%")))
	s.rule = func(preflight bool) (*Policy, error) {
		return listRule(s.w.name, site.Program, makeOpts(s.dir, s.sum, preflight), files.Request(query), where)
	}
	s.nodes = s.o.nodes
	if site.Members != nil {
		if s.nodes, err = site.Members(ctx, s.o.nodes); err != nil {
			return err
		}
	}
	return nil
}

// runOptions are the options given, with what these runs need before them.
func (s *spreadRun) runOptions(more ...RunOption) []RunOption {
	base := []RunOption{BatchFiles(defaultBatch), SharedDir(s.shared), {func(o *runOptions) { o.stop = true }}}
	return append(append(base, s.options...), more...)
}

// planned records the command in a dry run, and tells whether it is one.
func (s *spreadRun) planned(ctx context.Context, p *Policy) (bool, error) {
	if !mmexec.Rehearsing(s.e.ex) {
		return false, nil
	}
	sum, err := p.Run(ctx, s.e.ex, s.e.target, DoIt, s.runOptions()...)
	if err != nil {
		return false, err
	}
	return sum.Planned, nil
}

// makeDir makes the directory of the run with the task in it.
func (s *spreadRun) makeDir() error {
	if err := os.MkdirAll(s.shared, 0o700); err != nil {
		return fmt.Errorf("no directory that all nodes share: %w; name one with SharedDir", err)
	}
	if err := os.Mkdir(s.dir, 0o700); err != nil {
		return fmt.Errorf("cannot make a directory for the run: %w", err)
	}
	data, err := json.Marshal(s.task)
	if err == nil {
		err = writeWhole(s.dir, taskFile, data)
	}
	if err == nil {
		err = mmexec.CheckOwned(filepath.Join(s.dir, taskFile))
	}
	if err != nil {
		os.RemoveAll(s.dir)
		return fmt.Errorf("cannot leave the task for the nodes: %w", err)
	}
	return nil
}

// preflight asks every node whether it can do the work, before anything is scanned: a run on one file alone.
// unverified: that -i with one file scans nothing, and that TEST is sent to every node for it
func (s *spreadRun) preflight(ctx context.Context) error {
	p, err := s.rule(true)
	if err != nil {
		return err
	}
	for _, r := range p.Rules() { // the file has to be chosen whatever the run is about
		if r.Kind() == "LIST" {
			r = List(s.w.name, s.w.name)
			if err := p.Put(r); err != nil {
				return err
			}
		}
	}
	list := filepath.Join(s.dir, "preflight.list")
	if err := os.WriteFile(list, []byte(filepath.Join(s.dir, taskFile)+"\n"), 0o600); err != nil {
		return fmt.Errorf("cannot write to the shared directory: %w", err)
	}
	sum, runErr := p.Run(ctx, s.e.ex, OnFilesystem(s.e.site.Device), DoIt, s.runOptions(InputFrom(list))...)
	if sum != nil && sum.Planned {
		return ErrPlanned
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	answered, unfit, err := s.nodeReports("node.")
	if err != nil {
		return err
	}
	if len(unfit) > 0 {
		return fmt.Errorf("not all nodes can do the work:\n%s", strings.Join(unfit, "\n"))
	}
	if len(answered) == 0 {
		why := "no node answered"
		if sum != nil && len(sum.Errors) > 0 {
			why += ": " + sum.Errors[0]
		}
		return errors.Join(fmt.Errorf("%s is not started on the nodes: %s; is it there, at this path?", s.e.site.Program, why), runErr)
	}
	if runErr != nil {
		return runErr
	}
	if missing := len(s.nodes) - len(answered); missing > 0 {
		notify(ctx, fmt.Sprintf("%s: %d of %d nodes take part: %s", s.w.name, len(answered), len(s.nodes), strings.Join(answered, ", ")))
	}
	return nil
}

// nodeReports reads what nodes say of themselves.
func (s *spreadRun) nodeReports(prefix string) (nodes, problems []string, err error) {
	entries, err := os.ReadDir(s.dir)
	if err != nil {
		return nil, nil, fmt.Errorf("cannot read the shared directory: %w", err)
	}
	for _, ent := range entries {
		if !strings.HasPrefix(ent.Name(), prefix) {
			continue
		}
		data, err := os.ReadFile(filepath.Join(s.dir, ent.Name()))
		if err != nil {
			continue
		}
		var r nodeReport
		if err := json.Unmarshal(data, &r); err != nil {
			problems = append(problems, fmt.Sprintf("%s: %v", ent.Name(), err))
			continue
		}
		if r.Error != "" {
			problems = append(problems, fmt.Sprintf("on %s: %s", r.Node, r.Error))
			continue
		}
		if !slices.Contains(nodes, r.Node) {
			nodes = append(nodes, r.Node)
		}
	}
	slices.Sort(nodes)
	return nodes, problems, nil
}

// runPolicy runs the policy and watches what the nodes leave. A function that fails on one node ends all.
func (s *spreadRun) runPolicy(ctx context.Context, p *Policy) (*Summary, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	watched := make(chan struct{})
	told := progress.Begin(ctx)
	defer told.End()
	go func() {
		defer close(watched)
		tick := time.NewTicker(lookEvery)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
			}
			if done := s.look(); done > 0 {
				told.Report(progress.State{Work: s.w.name, Phase: strings.Join(s.summary(), "; "), Count: done, Noun: "files", Part: -1, Elapsed: time.Since(s.begin)})
			}
			if _, failed, err := s.nodeReports("error."); err == nil && len(failed) > 0 {
				cancel()
				return
			}
		}
	}()
	sum, err := p.Run(ctx, s.e.ex, s.e.target, DoIt, s.runOptions()...)
	cancel()
	<-watched
	if _, failed, ferr := s.nodeReports("error."); ferr == nil && len(failed) > 0 {
		return sum, errors.New(failed[0])
	}
	return sum, err
}

// look reads the heads of parts that are new, and returns how many records all parts have.
func (s *spreadRun) look() int64 {
	var n int64
	entries, err := os.ReadDir(s.dir)
	if err != nil {
		return 0
	}
	for _, ent := range entries {
		name, isPart := strings.CutPrefix(ent.Name(), "part.")
		if !isPart {
			continue
		}
		if _, known := s.parts[name]; known {
			continue
		}
		if head, _, err := s.readPart(name); err == nil {
			s.parts[name] = head
		}
	}
	for _, head := range s.parts {
		n += head.Report.Read
	}
	return n
}

func (s *spreadRun) readPart(name string) (partHead, []byte, error) {
	data, err := os.ReadFile(filepath.Join(s.dir, "part."+name))
	if err != nil {
		return partHead{}, nil, err
	}
	head, value, err := decodePart(data, s.task.Run, s.sum)
	if err == nil && head.Part != name {
		err = fmt.Errorf("%w: it is part %s", filelist.ErrDamaged, head.Part)
	}
	if err != nil {
		return head, nil, fmt.Errorf("part %.12s: %w", name, err)
	}
	return head, value, nil
}

// summary says how far each node is.
func (s *spreadRun) summary() []string {
	type sum struct {
		parts   int
		records int64
		longest time.Duration
	}
	byNode := map[string]sum{}
	for _, head := range s.parts {
		n := byNode[head.Node]
		n.parts++
		n.records += head.Report.Read
		n.longest = max(n.longest, head.Elapsed)
		byNode[head.Node] = n
	}
	var lines []string
	for _, node := range slices.Sorted(maps.Keys(byNode)) {
		n := byNode[node]
		lines = append(lines, fmt.Sprintf("%s: %s in %s", node, grouped(n.records)+" "+spell.Of(n.records, "record"), spell.Count(n.parts, "part")))
	}
	return lines
}

// collect puts the parts together. Lists that a node has left undone are done here; what is missing even so is an error.
func (s *spreadRun) collect(ctx context.Context, sum *Summary, runErr error, total *filelist.Tally) (any, error) {
	if _, failed, err := s.nodeReports("error."); err == nil && len(failed) > 0 {
		return nil, errors.New(failed[0])
	}
	if err := s.redo(ctx); err != nil {
		return nil, err
	}
	acc, err := s.w.fresh()
	if err != nil {
		return nil, err
	}
	entries, err := os.ReadDir(s.dir)
	if err != nil {
		return nil, fmt.Errorf("cannot read the shared directory: %w", err)
	}
	first := true
	for _, ent := range entries {
		name, isPart := strings.CutPrefix(ent.Name(), "part.")
		if !isPart {
			continue
		}
		head, value, err := s.readPart(name)
		if err != nil {
			return nil, err
		}
		v, err := DecodeValue(value, reflect.TypeOf(acc))
		if err != nil {
			return nil, fmt.Errorf("part %.12s of %s: %w", name, head.Node, err)
		}
		s.parts[name] = head
		total.Add(head.Report)
		if first {
			acc, first = v, false
			continue
		}
		acc = s.w.reduce(acc, v)
	}
	return acc, s.complete(ctx, sum, runErr, total.Report())
}

// redo does the lists that were begun on a node and not finished anywhere.
func (s *spreadRun) redo(ctx context.Context) error {
	entries, err := os.ReadDir(s.dir)
	if err != nil {
		return fmt.Errorf("cannot read the shared directory: %w", err)
	}
	for _, ent := range entries {
		rest, isTodo := strings.CutPrefix(ent.Name(), "todo.")
		if !isTodo {
			continue
		}
		name, node, _ := strings.Cut(rest, ".")
		if _, err := os.Stat(filepath.Join(s.dir, "part."+name)); err == nil {
			continue // done, there or elsewhere
		}
		notify(ctx, fmt.Sprintf("%s: node %s has not finished a list: it is done here", s.w.name, node))
		if err := s.do(ctx, filepath.Join(s.dir, ent.Name()), name); err != nil {
			return err
		}
	}
	return nil
}

// do does one list in this process.
func (s *spreadRun) do(ctx context.Context, list, name string) error {
	begin := time.Now()
	files, err := s.task.Query.Files(list)
	if err != nil {
		return err
	}
	acc, err := s.w.fresh()
	if err != nil {
		return err
	}
	tally := &filelist.Tally{}
	if acc, err = s.w.fold(ctx, files.Tallied(tally), acc); err != nil {
		return err
	}
	value, err := EncodeValue(acc)
	if err != nil {
		return err
	}
	head := partHead{Run: s.task.Run, Task: s.sum, Part: name, Node: "here", Report: tally.Report(), Elapsed: time.Since(begin)}
	data, err := encodePart(head, value)
	if err == nil {
		err = writeWhole(s.dir, "part."+name, data)
	}
	return err
}

// complete compares what the parts have read with what the policy engine has chosen.
func (s *spreadRun) complete(ctx context.Context, sum *Summary, runErr error, read filelist.Report) error {
	chosen, ok := RuleUse{}, false
	if sum != nil {
		chosen, ok = sum.Rule(s.w.name)
	}
	switch {
	case !ok && runErr != nil:
		return runErr
	case !ok:
		notify(ctx, s.w.name+": mmapplypolicy does not say how many files it chose: the parts cannot be compared with that")
	case chosen.Chosen > read.Read:
		return errors.Join(fmt.Errorf("%s of %s files came to no node that finished them: the result would be too small", grouped(chosen.Chosen-read.Read), grouped(chosen.Chosen)), runErr)
	case chosen.Chosen < read.Read:
		return fmt.Errorf("the nodes have read %s records and mmapplypolicy has chosen %s files: some would count twice", grouped(read.Read), grouped(chosen.Chosen))
	case runErr != nil:
		// All files were counted: a node that failed was made up for.
		notify(ctx, fmt.Sprintf("%s: all files are counted, though mmapplypolicy reports: %v", s.w.name, runErr))
	}
	return nil
}
