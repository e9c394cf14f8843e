package engine

import (
	"context"

	"gpfsh/policy/lang"
)

// poolState is a pool as it will be when all that was chosen is done.
type poolState struct {
	total, used int64
}

func (s *poolState) percent(more int64) float64 {
	if s.total <= 0 {
		return 0
	}
	return 100 * float64(s.used+more) / float64(s.total)
}

// chooser is the second phase.
type chooser struct {
	r     *phases
	pools map[string]*poolState
	// lists have accounts of their own: a list does not change what pools hold. The key is list and pool, or list and
	// owner of a quota.
	accounts map[string]*poolState
	// staged is, by rule, the space that stays in the pool but has a copy outside.
	staged map[int]int64
}

// choose goes through the candidates by weight.
func (r *phases) choose(ctx context.Context) error {
	c := &chooser{r: r, pools: map[string]*poolState{}, accounts: map[string]*poolState{}, staged: map[int]int64{}}
	for _, p := range r.prog.opts.Pools {
		c.pools[p.Name] = &poolState{p.Total, p.Used}
	}
	c.accountStraight()
	c.emptyGroups()
	var cand candidate
	n := 0
	err := r.sorter.each(func(_ sortKey, record []byte) error {
		if n++; n&1023 == 0 {
			if err := ctx.Err(); err != nil {
				return err
			}
		}
		if err := cand.read(record); err != nil {
			return err
		}
		return c.one(&cand)
	})
	if err != nil {
		return err
	}
	for _, p := range sortPools(r.prog.opts.Pools) {
		p.Used = c.pools[p.Name].used
		r.report.Predicted = append(r.report.Predicted, p)
	}
	return r.lists.finish()
}

// accountStraight accounts for what was chosen as it came.
func (c *chooser) accountStraight() {
	for _, ru := range c.r.prog.rules {
		if !c.r.targets[ru.number].straight || ru.exclude || ru.kind == lang.Exclude {
			continue
		}
		rep := &c.r.report.Rules[ru.number]
		verb, _ := c.verb(ru, "")
		sum := c.r.report.Chosen[verb]
		sum.Files += rep.Chosen.Files
		sum.KB += rep.Chosen.KB
		c.r.report.Chosen[verb] = sum
		for pool, a := range rep.Pools {
			c.move(ru, pool, ru.to, a.KB)
		}
	}
}

// emptyGroups takes the files that are going to be placed anew out of the pools of a group: the heaviest then fill the
// first pool, as if the group had been empty.
func (c *chooser) emptyGroups() {
	for _, ru := range c.r.prog.rules {
		g := c.r.prog.groups[ru.to]
		if ru.kind != lang.Migrate || g == nil || ru.skip {
			continue
		}
		for pool, a := range c.r.report.Rules[ru.number].Pools {
			if s := c.pools[pool]; s != nil && memberOf(g, pool) {
				s.used -= a.KB
			}
		}
	}
}

func memberOf(g *lang.Rule, pool string) bool {
	for _, m := range g.Members {
		if m.Pool.Text() == pool {
			return true
		}
	}
	return false
}

// verb says what is done with a file that a rule chose, in the word of the report and that of the script.
func (c *chooser) verb(ru *rule, pool string) (report, command string) {
	switch ru.kind {
	case lang.List:
		return "list", "LIST"
	case lang.Delete:
		if ru.fromExternal {
			return "purge", "PURGE"
		}
		return "delete", "DELETE"
	}
	switch {
	case ru.toExtern:
		return "migrate", "MIGRATE"
	case ru.fromExternal:
		return "recall", "RECALL"
	case ru.src.Compress != nil && (ru.to == "" || ru.to == pool):
		return "compress", "COMPRESS"
	}
	return "migrate", "MIGRATE"
}

// one decides about one candidate.
func (c *chooser) one(cand *candidate) error {
	ru := c.r.prog.rules[cand.rule]
	pool := string(cand.pool)
	report, command := c.verb(ru, pool)
	to := ru.to
	cand.premigrate = false
	if ru.threshold {
		switch c.threshold(ru, cand, pool) {
		case leave:
			c.putBack(ru, pool, cand.kb)
			return nil
		case stage:
			report, command, cand.premigrate = "premigrate", "PREMIGRATE", true
			c.staged[ru.number] += cand.kb
		}
	}
	if ru.kind == lang.Migrate && !ru.toExtern && to != "" {
		var room bool
		if to, room = c.room(ru, pool, cand.kb); !room {
			return nil
		}
	}
	if command != "PREMIGRATE" {
		c.move(ru, pool, to, cand.kb)
	}
	rep := &c.r.report.Rules[ru.number]
	rep.Chosen.add(cand.kb)
	sum := c.r.report.Chosen[report]
	sum.add(cand.kb)
	c.r.report.Chosen[report] = sum
	if len(rep.Sample) < c.r.prog.opts.Sample {
		rep.Sample = append(rep.Sample, string(cand.path))
	}
	if c.r.prog.opts.Level >= 2 {
		c.r.console.chosen(cand, ru, to)
	}
	if !c.r.targets[ru.number].keeps {
		return nil
	}
	s := c.r.targets[ru.number].sink
	if s == nil {
		s = c.r.lists.moves(ru, command, to)
	}
	return s.write(cand, to)
}

type decision int

const (
	take decision = iota
	stage
	leave
)

// threshold says whether a candidate is still needed to bring the pool, or the quota, down to the low mark.
func (c *chooser) threshold(ru *rule, cand *candidate, pool string) decision {
	var s *poolState
	switch {
	case ru.kind == lang.List:
		s = c.account(ru, string(cand.who), pool)
	default:
		s = c.group(ru.from, pool)
	}
	if s == nil || s.total <= 0 {
		// Nobody knows how full the pool is. Only the marks 0 and 100 mean the same for every pool.
		switch {
		case !ru.toExtern || ru.low < 100:
			return take
		case ru.premigrate < 100:
			return stage
		}
		return leave
	}
	if s.percent(0) > ru.low {
		if ru.kind == lang.List {
			s.used -= cand.kb
		}
		return take
	}
	if ru.toExtern && ru.premigrate < ru.low && s.percent(-c.staged[ru.number]) > ru.premigrate {
		return stage
	}
	return leave
}

// account is what a list reckons with: the pool or quota as it will be when the list has been worked off.
func (c *chooser) account(ru *rule, who, pool string) *poolState {
	key := itoa(int64(ru.list)) + "\x00" + ru.class + "\x00"
	if quotaKinds[ru.class] == nil {
		key += ru.from
		if s := c.accounts[key]; s != nil {
			return s
		}
		s := c.group(ru.from, pool)
		if s == nil {
			return nil
		}
		own := *s
		c.accounts[key] = &own
		return &own
	}
	key += who
	if s := c.accounts[key]; s != nil {
		return s
	}
	used, limit, ok := c.r.prog.opts.Quota(ru.class, who)
	if !ok {
		return nil
	}
	s := &poolState{limit, used}
	c.accounts[key] = s
	return s
}

// group is a pool, or all members of a group pool together.
func (c *chooser) group(name, pool string) *poolState {
	g := c.r.prog.groups[name]
	if g == nil {
		if name == "" {
			name = pool
		}
		return c.pools[name]
	}
	var sum poolState
	for _, m := range g.Members {
		if s := c.pools[m.Pool.Text()]; s != nil {
			sum.total += s.total
			sum.used += s.used
		}
	}
	return &sum
}

// room finds the pool that takes a file within its limit.
func (c *chooser) room(ru *rule, from string, kb int64) (string, bool) {
	g := c.r.prog.groups[ru.to]
	if g == nil {
		s := c.pools[ru.to]
		if s == nil || from == ru.to {
			return ru.to, true
		}
		return ru.to, s.total <= 0 || s.percent(kb) <= ru.limit
	}
	for i, m := range g.Members {
		limit := 99.0
		if i == len(g.Members)-1 {
			limit = 100
		}
		if n, ok := literal(m.Limit); ok {
			limit = n
		}
		name := m.Pool.Text()
		s := c.pools[name]
		if s != nil && s.total > 0 && s.percent(kb) > limit {
			continue
		}
		if s != nil && memberOf(g, from) {
			// It was taken out before; wherever it goes, it takes its space again.
			s.used += kb
		}
		return name, name != from
	}
	c.putBack(ru, from, kb)
	return from, false
}

// putBack undoes emptyGroups for a file that stays where it is.
func (c *chooser) putBack(ru *rule, pool string, kb int64) {
	g := c.r.prog.groups[ru.to]
	if s := c.pools[pool]; ru.kind == lang.Migrate && g != nil && s != nil && memberOf(g, pool) {
		s.used += kb
	}
}

func literal(e lang.Expr) (float64, bool) {
	if e == nil {
		return 0, false
	}
	n, ok := lang.Strip(e).(*lang.NumberLit)
	if !ok {
		return 0, false
	}
	return n.Float(), true
}

// move reckons with a file that leaves one pool for another.
func (c *chooser) move(ru *rule, from, to string, kb int64) {
	if ru.kind == lang.List {
		return
	}
	g := c.r.prog.groups[ru.to]
	regrouped := g != nil && memberOf(g, from)
	if s := c.pools[from]; s != nil && !regrouped && !ru.fromExternal && (to != from || ru.kind == lang.Delete) && (to != "" || ru.kind == lang.Delete) {
		s.used -= kb
	}
	if s := c.pools[to]; s != nil && ru.kind == lang.Migrate && !ru.toExtern && !regrouped && (to != from || ru.fromExternal) {
		s.used += kb
	}
}
