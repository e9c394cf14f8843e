package engine

import (
	"context"
	"fmt"
	"math"
	"sync/atomic"
	"time"

	"gpfsh/policy/lang"
	"gpfsh/policy/progress"
	"gpfsh/policy/scan"
)

// Run compiles a policy and runs it on a source.
func Run(ctx context.Context, pol *lang.Policy, src Source, opts Options) (*Report, error) {
	p, err := Compile(pol, opts)
	if err != nil {
		return nil, err
	}
	return p.Run(ctx, src)
}

// phases is one run.
type phases struct {
	prog      *Program
	active    []*rule
	workers   []*worker
	sorter    *sorter
	targets   []target
	lists     *lists
	wantPools bool
	console   *console
	report    *Report
	// seen is how many objects were looked at, in steps.
	seen atomic.Int64
}

// target is where the candidates of a rule go.
type target struct {
	// group is the place of the rule in the order of choosing.
	group uint32
	// straight candidates are chosen as they come: nothing depends on their order.
	straight bool
	// keeps says that somebody wants the files themselves, not only their number.
	keeps bool
	sink  *sink
}

// Groups of candidates: what is chosen first has the smaller number. Lists come after all that moves.
const (
	groupExternal = iota
	groupInternal
	groupPools
	groupLists
)

func (r *phases) target(ru *rule) *target { return &r.targets[ru.number] }

// Run shows every object of the source to the rules and does what they say, as far as the options let it. The error is
// that of a run that could not go on; what failed for single files is in the report.
func (p *Program) Run(ctx context.Context, src Source) (*Report, error) {
	r := &phases{prog: p, report: &Report{Now: p.opts.Now.UTC(), Before: sortPools(p.opts.Pools), Chosen: map[string]Amount{}}}
	r.console = newConsole(p, r.report)
	// The space of what a rule hits is always counted.
	p.mask |= scan.MaskBlocks
	n := src.Workers()
	r.sorter = newSorter(p.opts.WorkDir, p.opts.Memory, n)
	defer r.sorter.close()
	r.lists = newLists(p)
	defer r.lists.close()
	r.plan()
	for i := range n {
		w := &worker{e: newEval(p, i), r: r, done: make([]uint32, len(p.lists)), tallies: make([]tally, len(p.rules)), sorted: r.sorter.buffers[i]}
		w.out = newListBuffer(r.lists)
		r.workers = append(r.workers, w)
	}
	r.console.before()
	if err := r.console.hold(); err != nil {
		return nil, err
	}
	defer func() { _ = r.console.drop() }()
	start := time.Now()
	done, end := r.console.watch(&r.seen), tell(ctx, src, &r.seen)
	var err error
	r.report.Scan, err = src.Each(ctx, func(worker int, o Object) error { return r.workers[worker].object(o) })
	done()
	end()
	if err != nil {
		return nil, err
	}
	for _, w := range r.workers {
		if err := w.out.flush(); err != nil {
			return nil, err
		}
	}
	r.collect()
	r.report.Elapsed[0] = time.Since(start)
	r.console.scanned()
	if err := r.console.release(); err != nil {
		return nil, err
	}
	start = time.Now()
	if err := r.choose(ctx); err != nil {
		return nil, err
	}
	r.report.Spilled = r.sorter.spilled.Load()
	r.report.Elapsed[1] = time.Since(start)
	r.console.summary()
	start = time.Now()
	if err := r.execute(ctx); err != nil {
		return nil, err
	}
	r.report.Elapsed[2] = time.Since(start)
	r.console.after()
	return r.report, nil
}

// tellInterval is how often who listens on the context hears of a scan.
const tellInterval = 200 * time.Millisecond

// tell lets whoever listens on the context hear how far the scan is, until the function that it returns is called.
func tell(ctx context.Context, src Source, seen *atomic.Int64) (end func()) {
	work := progress.Begin(ctx)
	if work == nil {
		return func() {}
	}
	what := "policy"
	if s, ok := src.(fmt.Stringer); ok {
		what = s.String()
	}
	begin := time.Now()
	stop, gone := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(gone)
		ticker := time.NewTicker(tellInterval)
		defer ticker.Stop()
		for {
			work.Report(progress.State{Work: what, Phase: "scanning", Count: seen.Load(), Noun: "objects", Part: -1, Elapsed: time.Since(begin)})
			select {
			case <-stop:
				return
			case <-ticker.C:
			}
		}
	}()
	return func() {
		close(stop)
		<-gone
		work.End()
	}
}

// plan decides for every rule where its candidates go.
func (r *phases) plan() {
	p := r.prog
	acts := p.opts.Mode != Test
	r.targets = make([]target, len(p.rules))
	ordered := map[uint32]bool{}
	for _, ru := range p.rules {
		t := &r.targets[ru.number]
		t.group = r.group(ru)
		if ru.kind == lang.List {
			t.sink = r.lists.list(p.lists[ru.list])
			t.keeps = acts && t.sink.wanted()
		} else {
			t.keeps = acts
		}
		if r.ordered(ru) {
			ordered[t.group] = true
		}
		if ru.src.Kind.Moves() && (ru.from != "" || ru.to != "") || ru.threshold {
			r.wantPools = true
		}
	}
	// What moves is chosen together: the pools are filled and emptied by all of it.
	moves := ordered[groupExternal] || ordered[groupInternal] || ordered[groupPools] || acts
	for _, ru := range p.rules {
		t := &r.targets[ru.number]
		if ru.kind == lang.List {
			t.straight = !ordered[t.group]
		} else {
			t.straight = !moves
		}
		if !ru.skip {
			r.active = append(r.active, ru)
		}
	}
}

func (r *phases) group(ru *rule) uint32 {
	p := r.prog
	switch {
	case ru.kind == lang.List:
		return groupLists + uint32(ru.list)
	case ru.toExtern || ru.fromExternal:
		return groupExternal
	case p.groups[ru.to] != nil:
		return groupPools
	}
	return groupInternal
}

// ordered says whether it matters which candidates of a rule come first.
func (r *phases) ordered(ru *rule) bool {
	p := r.prog
	switch {
	case ru.threshold:
		return true
	case ru.kind == lang.Migrate && !ru.toExtern:
		return p.groups[ru.to] != nil || p.limited(ru.to)
	case ru.kind != lang.List || p.opts.Mode == Test || ru.weight == nil:
		return false
	}
	if l := p.extList[p.lists[ru.list]]; l != nil && l.Size != nil {
		// Its scripts get files up to a sum of sizes.
		return true
	}
	return !isConstant(ru.src.Weight)
}

func isConstant(x lang.Expr) bool {
	constant := true
	lang.Walk(x, func(e lang.Expr) bool {
		switch e.(type) {
		case *lang.Attr, *lang.CallExpr:
			constant = false
		}
		return constant
	})
	return constant
}

// limited says whether a pool is known to have an end.
func (p *Program) limited(pool string) bool {
	for _, q := range p.opts.Pools {
		if q.Name == pool && q.Total > 0 {
			return true
		}
	}
	return false
}

// collect adds up what the workers counted.
func (r *phases) collect() {
	p := r.prog
	for _, ru := range p.rules {
		place := p.pol.Expansion.Place(ru.src.Span.Start)
		rep := RuleReport{Number: ru.number, Name: ru.src.Name.Text(), Text: Summary(ru.src), Line: place.Line, Skipped: ru.skip, rule: ru.src}
		for _, w := range r.workers {
			t := &w.tallies[ru.number]
			rep.Hit.Files += t.hit.Files
			rep.Hit.KB += t.hit.KB
			rep.Chosen.Files += t.chosen.Files
			rep.Chosen.KB += t.chosen.KB
			for name, a := range t.pools {
				if rep.Pools == nil {
					rep.Pools = map[string]Amount{}
				}
				sum := rep.Pools[name]
				sum.Files += a.Files
				sum.KB += a.KB
				rep.Pools[name] = sum
			}
			for _, path := range t.sample {
				if len(rep.Sample) < p.opts.Sample {
					rep.Sample = append(rep.Sample, path)
				}
			}
		}
		r.report.Rules = append(r.report.Rules, rep)
	}
	for _, w := range r.workers {
		r.report.NoRule += w.noRule
		r.report.Errors += w.skipped
	}
	for _, e := range r.report.Scan.Errors {
		r.report.Failures = append(r.report.Failures, e.Error())
	}
}

func infinite(f float64) bool { return math.IsInf(f, 0) }
