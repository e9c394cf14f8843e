package engine

import (
	"fmt"
	"sort"
	"time"

	"gpfsh/policy/lang"
	"gpfsh/policy/scan"
)

// CompileError says why a policy that is one cannot be run.
type CompileError struct {
	Finding lang.Finding
}

// Error is the finding in one line.
func (e *CompileError) Error() string { return e.Finding.String() }

// Program is a policy that is ready to run.
type Program struct {
	pol  *lang.Policy
	opts Options
	// now is CURRENT_TIMESTAMP in microseconds, today the midnight before it.
	now, today int64

	rules []*rule
	// lists are the names of all lists, in the order of their first rule.
	lists     []string
	external  map[string]*lang.Rule
	extList   map[string]*lang.Rule
	groups    map[string]*lang.Rule
	placement []*rule

	mask scan.Mask
	// others says that objects that are not regular files matter to a rule.
	others bool
	names  map[string]bool
}

// rule is a rule that takes part in the first phase.
type rule struct {
	number int
	src    *lang.Rule
	kind   lang.Kind
	list   int
	// conds must all be true; the cheapest is asked first.
	conds   []cond
	weight  func(*eval) float64
	show    func(*eval) (string, bool)
	size    func(*eval) (int64, bool)
	action  *code
	plus    bool
	exclude bool
	skip    bool
	// from and to are the pools, external tells that they are external ones.
	from, to               string
	fromExternal, toExtern bool
	high, low, premigrate  float64
	threshold              bool
	class                  string
	limit                  float64
	hasLimit               bool
	replicas               int
}

type cond struct {
	clause lang.Clause
	cost   int
	b      func(*eval) truth
}

// Compile makes a program of a policy. It fails with a [*lang.SyntaxError] when the text is not a policy, and with a
// [*CompileError] when an expression makes no sense: an attribute that does not exist, a number compared with a string.
func Compile(pol *lang.Policy, opts Options) (*Program, error) {
	if err := pol.Err(); err != nil {
		return nil, err
	}
	opts.fill()
	p := &Program{
		pol: pol, opts: opts, now: opts.Now.UnixMicro(), external: map[string]*lang.Rule{}, extList: map[string]*lang.Rule{},
		groups: map[string]*lang.Rule{}, names: map[string]bool{},
	}
	p.today = opts.Now.UTC().Truncate(24 * time.Hour).UnixMicro()
	for _, r := range pol.Rules {
		switch r.Kind {
		case lang.ExternalPool:
			define(p.external, r)
		case lang.ExternalList:
			define(p.extList, r)
		case lang.GroupPool:
			define(p.groups, r)
		}
	}
	c := &compiler{prog: p}
	for i, r := range pol.Rules {
		switch {
		case r.Kind == lang.SetPool || r.Kind == lang.SetSnapPool || r.Kind == lang.Restore:
			p.placement = append(p.placement, c.rule(len(p.placement), r))
		case r.Kind.Moves() || r.Kind == lang.List:
			p.rules = append(p.rules, c.rule(len(p.rules), r))
		}
		if c.err != nil {
			return nil, c.err
		}
		_ = i
	}
	p.prune()
	return p, nil
}

// define keeps the first definition of a name: later ones are ignored.
func define(m map[string]*lang.Rule, r *lang.Rule) {
	if name := r.Object.Text(); m[name] == nil {
		m[name] = r
	}
}

// prune leaves out what cannot happen in this run, and finds out what has to be looked at.
func (p *Program) prune() {
	for _, r := range p.rules {
		if r.skip {
			continue
		}
		p.others = p.others || r.plus
	}
}

type compiler struct {
	prog *Program
	err  error
	// rule is the rule at hand, clause the clause.
	rulesrc *lang.Rule
	clause  lang.Clause
	// slots is how many values are kept.
	slots int
}

func (c *compiler) fail(e lang.Expr, format string, args ...any) {
	if c.err == nil {
		c.err = &CompileError{c.prog.pol.Finding(e.Bounds(), lang.Error, lang.CodeType, fmt.Sprintf(format, args...), "")}
	}
}

func (c *compiler) rule(number int, src *lang.Rule) *rule {
	p := c.prog
	c.rulesrc = src
	r := &rule{number: number, src: src, kind: src.Kind, list: -1, plus: src.DirectoriesPlus, exclude: src.ExcludeFromList, limit: 99}
	if src.Kind == lang.List {
		r.list = p.listNumber(src.Object.Text())
	}
	r.from, r.to = src.From.Text(), src.To.Text()
	if src.Kind == lang.SetPool {
		r.to = src.Object.Text()
	}
	r.fromExternal = p.external[r.from] != nil
	r.toExtern = p.external[r.to] != nil
	if src.When != nil {
		c.clause = lang.ClauseWhen
		w := c.condition(src.When)
		if c.err == nil && w(newEval(p, 0)) != isTrue {
			r.skip = true
		}
	}
	c.thresholds(r)
	if src.Limit != nil {
		c.clause = lang.ClauseLimit
		if f := c.number(src.Limit); c.err == nil {
			r.limit, r.hasLimit = f, true
		}
	}
	if src.Replicate != nil {
		c.clause = lang.ClauseReplicate
		r.replicas = int(c.number(src.Replicate))
	}
	c.fileset(r)
	c.fromPool(r)
	if src.Where != nil {
		c.clause = lang.ClauseWhere
		c.where(r, src.Where)
	}
	sort.SliceStable(r.conds, func(i, j int) bool { return r.conds[i].cost < r.conds[j].cost })
	c.values(r)
	return r
}

func (p *Program) listNumber(name string) int {
	for i, n := range p.lists {
		if n == name {
			return i
		}
	}
	p.lists = append(p.lists, name)
	return len(p.lists) - 1
}

// number is the value of an expression that does not depend on files.
func (c *compiler) number(x lang.Expr) float64 {
	v := c.float(c.expr(x), x)
	if c.err != nil {
		return 0
	}
	if !v.constant {
		c.fail(x, "%s wants a number that is the same for all files", c.clause)
		return 0
	}
	f, _ := v.f(newEval(c.prog, 0))
	return f
}

// where takes the terms of an AND apart: each is a condition of its own.
func (c *compiler) where(r *rule, x lang.Expr) {
	if b, ok := lang.Strip(x).(*lang.Binary); ok && b.Op == "AND" {
		c.where(r, b.X)
		c.where(r, b.Y)
		return
	}
	v := c.expr(x)
	if c.err != nil {
		return
	}
	b := c.bool(v, x)
	if c.err == nil {
		r.conds = append(r.conds, cond{lang.ClauseWhere, v.cost, b})
	}
}

func (c *compiler) condition(x lang.Expr) func(*eval) truth {
	v := c.expr(x)
	if c.err != nil {
		return nil
	}
	return c.bool(v, x)
}

func (c *compiler) fileset(r *rule) {
	if len(r.src.Filesets) == 0 {
		return
	}
	names := make([]string, len(r.src.Filesets))
	for i, n := range r.src.Filesets {
		names[i] = n.Value
	}
	r.conds = append(r.conds, cond{lang.ClauseFileset, costSite, func(e *eval) truth {
		have := e.detail(WantFileset).Fileset
		for _, n := range names {
			if n == have {
				return isTrue
			}
		}
		return isFalse
	}})
}

// fromPool makes the condition of FROM POOL. Data that were migrated to an external pool are in it, by their letter V.
func (c *compiler) fromPool(r *rule) {
	if r.src.From == nil {
		return
	}
	pool := r.from
	if r.fromExternal {
		r.conds = append(r.conds, cond{lang.ClauseFrom, costSite, func(e *eval) truth {
			return truthOf(e.hasMisc('V') || e.hasMisc('M'))
		}})
		return
	}
	members := []string{pool}
	if g := c.prog.groups[pool]; g != nil {
		for _, m := range g.Members {
			members = append(members, m.Pool.Text())
		}
	}
	r.conds = append(r.conds, cond{lang.ClauseFrom, costSite, func(e *eval) truth {
		have := e.detail(WantPool).Pool
		for _, m := range members {
			if m == have {
				return isTrue
			}
		}
		return isFalse
	}})
}

// values compiles what a rule computes of the files that it takes.
func (c *compiler) values(r *rule) {
	if c.err != nil {
		return
	}
	src := r.src
	if src.Weight != nil {
		c.clause = lang.ClauseWeight
		v := c.expr(src.Weight)
		if c.err == nil {
			r.weight = c.weight(v, src.Weight)
		}
	}
	if src.Show != nil {
		c.clause = lang.ClauseShow
		c.show(r, src.Show)
	}
	if src.Size != nil {
		c.clause = lang.ClauseSize
		if v := c.expr(src.Size); c.err == nil {
			f := c.float(v, src.Size)
			if c.err == nil {
				r.size = func(e *eval) (int64, bool) {
					n, ok := f.f(e)
					return int64(n), ok
				}
			}
		}
	}
	if src.Action != nil {
		c.clause = lang.ClauseAction
		v := c.expr(src.Action)
		r.action = &v
	}
}

// weight makes a weight of a value: a number as it is, TRUE as 1, an interval in seconds. NULL is the least.
func (c *compiler) weight(v code, x lang.Expr) func(*eval) float64 {
	if v.typ == lang.Timestamp {
		return func(e *eval) float64 {
			n, ok := v.i(e)
			if !ok {
				return minusInf
			}
			return float64(n) / 1e6
		}
	}
	if v.typ == lang.Bool {
		return func(e *eval) float64 {
			if v.b(e) == isTrue {
				return 1
			}
			return 0
		}
	}
	f := c.float(v, x)
	if c.err != nil {
		return nil
	}
	if f.constant {
		// Nothing to compute, and nothing to sort by.
		w, _ := f.f(newEval(c.prog, 0))
		return func(*eval) float64 { return w }
	}
	return func(e *eval) float64 {
		n, ok := f.f(e)
		if !ok {
			return minusInf
		}
		return n
	}
}

func (c *compiler) show(r *rule, s *lang.Show) {
	v := c.expr(s.Expr)
	if c.err != nil {
		return
	}
	v = c.varchar(v)
	if s.Prefix == nil {
		r.show = v.s
		return
	}
	prefix := s.Prefix.Value
	r.show = func(e *eval) (string, bool) {
		t, ok := v.s(e)
		if !ok {
			return "", false
		}
		at := len(e.arena)
		e.arena = append(append(e.arena, prefix...), t...)
		return e.text(at), true
	}
}

// thresholds reads THRESHOLD. Of a pool it is decided once whether the rule applies; of a quota for each file.
func (c *compiler) thresholds(r *rule) {
	t := r.src.Threshold
	if t == nil || len(t.Args) == 0 {
		return
	}
	c.clause = lang.ClauseThreshold
	n := make([]float64, 0, 3)
	for _, a := range t.Args {
		n = append(n, c.number(a))
	}
	if c.err != nil {
		return
	}
	r.threshold = true
	// unverified: without a low threshold, files are chosen until occupancy is below the high one.
	r.high, r.low = n[0], n[0]
	if len(n) > 1 {
		r.low = n[1]
	}
	r.premigrate = r.low
	if len(n) > 2 {
		r.premigrate = n[2]
	}
	r.class = "POOL_CAPACITIES"
	if l := c.prog.extList[r.src.Object.Text()]; r.kind == lang.List && l != nil && l.Threshold != nil && l.Threshold.Class != nil {
		r.class = l.Threshold.Class.Value
	}
	if r.class == "POOL_CAPACITIES" {
		if use, known := c.prog.poolUse(r.from); known && use < r.high {
			r.skip = true
		}
		return
	}
	kind, ok := quotaKinds[r.class]
	if !ok || c.prog.opts.Quota == nil {
		r.skip = true
		return
	}
	high := r.high
	quota := c.prog.opts.Quota
	class := r.class
	r.conds = append(r.conds, cond{lang.ClauseThreshold, costSite + 1, func(e *eval) truth {
		used, limit, ok := quota(class, kind(e))
		return truthOf(ok && limit > 0 && 100*float64(used)/float64(limit) >= high)
	}})
}

// quotaKinds say of a resource class whose quota is meant.
var quotaKinds = map[string]func(*eval) string{
	"FILESET_QUOTAS":     func(e *eval) string { return e.detail(WantFileset).Fileset },
	"FILESET_QUOTA_SOFT": func(e *eval) string { return e.detail(WantFileset).Fileset },
	"USER_QUOTAS":        func(e *eval) string { return itoa(int64(e.stat().UID)) },
	"USER_QUOTA_SOFT":    func(e *eval) string { return itoa(int64(e.stat().UID)) },
	"GROUP_QUOTAS":       func(e *eval) string { return itoa(int64(e.stat().GID)) },
	"GROUP_QUOTA_SOFT":   func(e *eval) string { return itoa(int64(e.stat().GID)) },
}

// poolUse is how full a pool is, in percent; of a group pool, all its members together.
func (p *Program) poolUse(name string) (percent float64, known bool) {
	members := map[string]bool{name: true}
	if g := p.groups[name]; g != nil {
		for _, m := range g.Members {
			members[m.Pool.Text()] = true
		}
	}
	var total, used int64
	for _, pool := range p.opts.Pools {
		if members[pool.Name] {
			total += pool.Total
			used += pool.Used
		}
	}
	if total == 0 {
		return 0, false
	}
	return 100 * float64(used) / float64(total), true
}
