package filelist

import (
	"context"
	"fmt"
	"strings"
	"time"
)

// Job is one computation: which files, grouped by what, and what of each group. It is plain data and can be written
// down as JSON. Without Do it counts files.
type Job struct {
	Name  string   `json:"name,omitempty"`
	Where []string `json:"where,omitempty"` // conditions that must all hold, beside those of the query
	By    []Attr   `json:"by,omitempty"`
	Do    []Agg    `json:"do,omitempty"`
}

// String returns the job as it reads in Go.
func (j Job) String() string {
	s := j.Name
	if s != "" {
		s += ": "
	}
	for _, w := range j.Where {
		s += "where " + w + " "
	}
	if len(j.By) > 0 {
		names := make([]string, len(j.By))
		for i, a := range j.By {
			names[i] = string(a)
		}
		s += "by " + strings.Join(names, ", ") + " "
	}
	terms := make([]string, len(j.Do))
	for i, a := range j.Do {
		terms[i] = a.String()
	}
	return s + strings.Join(terms, ", ")
}

// compiledJob is a job with its attributes resolved.
type compiledJob struct {
	Job
	by  []attr
	do  []compiledAgg
	top bool // the rows are files
}

func (s *schema) compileJob(j Job) (*compiledJob, error) {
	c := &compiledJob{Job: j}
	if len(j.Do) == 0 {
		j.Do = []Agg{CountFiles()}
	}
	for _, name := range j.By {
		a, err := s.resolve(name)
		if err != nil {
			return nil, err
		}
		c.by = append(c.by, a)
	}
	for _, do := range j.Do {
		a, err := s.compileAgg(do)
		if err != nil {
			return nil, err
		}
		c.do = append(c.do, a)
		c.top = c.top || do.Op == opTop || do.Op == opLeast
	}
	if c.top && len(c.do) > 1 {
		return nil, fmt.Errorf("a list of files stands alone: give %s a job of its own", j.Do[0])
	}
	// A trial run finds what is wrong with the conditions, and what they need.
	if _, err := (&env{sc: s}).compileWhere(j.Where); err != nil {
		return nil, err
	}
	return c, nil
}

// jobState is what one worker, or a partial result, knows of a job.
type jobState struct {
	job    *compiledJob
	where  filter
	groups *grouping
	states []state
}

func (e *env) jobState(j *compiledJob) (*jobState, error) {
	where, err := e.compileWhere(j.Where)
	if err != nil {
		return nil, err
	}
	s := &jobState{job: j, where: where, groups: e.grouping(j.by)}
	for _, do := range j.do {
		s.states = append(s.states, e.state(do))
	}
	return s, nil
}

func (s *jobState) add(r *rec) bool {
	if s.where != nil && !s.where(r) {
		return false
	}
	g := s.groups.id(r)
	for _, st := range s.states {
		st.add(g, r)
	}
	return true
}

func (s *jobState) merge(o *jobState) {
	cells := make([]cell, 0, len(s.groups.keys))
	if !o.groups.any && len(o.groups.keys) == 0 {
		return
	}
	s.groups.any = true
	for og := range uint32(o.groups.len()) {
		cells = o.groups.cells(og, cells)
		g := s.groups.intern(cells)
		for i, st := range s.states {
			st.merge(g, o.states[i], og)
		}
	}
}

// table makes the result of a job.
func (s *jobState) table(names *Names) *Table {
	t := &Table{Name: s.job.Name, keys: len(s.job.by)}
	for _, k := range s.groups.keys {
		t.Columns = append(t.Columns, Column{header(k.attr.name), jsonName(k.attr.name), KindText})
	}
	for i := range s.job.do {
		t.Columns = append(t.Columns, s.job.do[i].columns()...)
	}
	for g := range uint32(s.groups.len()) {
		cells := s.groups.cells(g, nil)
		keys := make([]string, len(cells))
		for i, k := range s.groups.keys {
			keys[i] = k.label(cells[i], names)
		}
		if top, isTop := s.states[0].(*topState); isTop {
			for _, values := range top.rows(g, names) {
				t.Rows = append(t.Rows, Row{Keys: keys, Values: values, order: cells})
			}
			continue
		}
		var values []Value
		for _, st := range s.states {
			values = st.values(g, values)
		}
		t.Rows = append(t.Rows, Row{Keys: keys, Values: values, order: cells})
	}
	if s.job.top {
		t.sortGroups()
	} else {
		t.sort(s.groups.keys)
	}
	return t
}

// DefaultMaxGroups is how many groups a job may have before it fails.
const DefaultMaxGroups = 10_000_000

// GroupsError says that a job has more groups than memory should hold.
type GroupsError struct {
	Job Job
	Max int
}

// Error says what to do.
func (e *GroupsError) Error() string {
	return fmt.Sprintf("more than %d groups by %v: group by less, or raise the bound with MaxGroups", e.Max, e.Job.By)
}

// pass is one reading of an input for several jobs.
type pass struct {
	jobs  []*compiledJob
	env   env
	where []string
	max   int
	match []func(*File) bool
	links *linkSet
}

// passWorker is the consumer of one worker.
type passWorker struct {
	where  filter
	match  *matcher
	links  *linkSet
	states []*jobState
	max    int
}

func (p *pass) worker() (*passWorker, error) {
	env := p.env
	where, err := env.compileWhere(p.where)
	if err != nil {
		return nil, err
	}
	w := &passWorker{where: where, match: newMatcher(p.match, &env), links: p.links, max: p.max}
	for _, j := range p.jobs {
		s, err := env.jobState(j)
		if err != nil {
			return nil, err
		}
		w.states = append(w.states, s)
	}
	return w, nil
}

func (w *passWorker) take(r *rec) (bool, error) {
	if w.where != nil && !w.where(r) {
		return false, nil
	}
	if w.match != nil && !w.match.matches(r) {
		return false, nil
	}
	if w.links != nil && w.links.seen(r) {
		return false, nil
	}
	used := false
	for _, s := range w.states {
		if s.add(r) {
			used = true
		}
	}
	return used, nil
}

func (w *passWorker) flush(int64) error {
	for _, s := range w.states {
		if s.groups.len() > w.max {
			return &GroupsError{s.job.Job, w.max}
		}
	}
	return nil
}

// run reads the input once. The states of the workers are merged in their order.
func (p *pass) run(ctx context.Context, in input, o options) (*Partial, error) {
	sc := p.env.sc
	if err := in.prepare(sc); err != nil {
		return nil, err
	}
	workers := make([]*passWorker, o.workers)
	for i := range workers {
		w, err := p.worker()
		if err != nil {
			return nil, err
		}
		workers[i] = w
	}
	begin := time.Now()
	var prog progress
	stop := prog.watch(ctx, in.String(), o.progress)
	report, err := in.read(ctx, &intake{
		sc: sc, workers: o.workers, progress: &prog, plus: o.plus,
		consumer: func(i int) consumer { return workers[i] },
	})
	stop()
	part := &Partial{Report: report, Elapsed: time.Since(begin), states: workers[0].states, names: p.env.names}
	for _, w := range workers[1:] {
		for i, s := range w.states {
			part.states[i].merge(s)
		}
	}
	if err == nil {
		err = workers[0].flush(0) // together they may have too many groups
	}
	return part, err
}
