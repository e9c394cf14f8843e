package engine

import (
	"math"

	"gpfsh/policy/lang"
	"gpfsh/policy/scan"
)

// worker is one goroutine of the first phase.
type worker struct {
	e *eval
	r *phases
	// done are the lists that have taken the object at hand, by the number of the object.
	done  []uint32
	count uint32

	tallies []tally
	noRule  int64
	skipped int64

	cand   candidate
	record []byte
	sorted *sortBuffer
	out    *listBuffer
}

// tally is what a worker counted for a rule.
type tally struct {
	hit    Amount
	chosen Amount
	pools  map[string]*Amount
	sample []string
}

func (t *tally) pool(name string, kb int64) {
	if t.pools == nil {
		t.pools = map[string]*Amount{}
	}
	a := t.pools[name]
	if a == nil {
		a = &Amount{}
		t.pools[name] = a
	}
	a.add(kb)
}

// seenStep is how many objects a goroutine sees before it tells so: they share the counter.
const seenStep = 1024

// object shows one object to the rules.
func (w *worker) object(o Object) error {
	p := w.r.prog
	w.count++
	if w.count%seenStep == 0 {
		w.r.seen.Add(seenStep)
	}
	typ := o.Type()
	if typ != scan.Regular && !p.others {
		return nil
	}
	e := w.e
	e.show(o)
	moved, applied := false, false
	for _, r := range w.r.active {
		if typ != scan.Regular && !r.plus {
			continue
		}
		if r.list >= 0 {
			if w.done[r.list] == w.count {
				continue
			}
		} else if moved {
			continue
		}
		if !w.applies(r) {
			continue
		}
		if e.err != nil {
			break
		}
		if r.list >= 0 {
			w.done[r.list] = w.count
		} else {
			moved = true
		}
		applied = true
		if err := w.apply(r); err != nil {
			return err
		}
	}
	if e.err != nil {
		// The walk has counted and reported it.
		w.skipped++
		return nil
	}
	if !applied {
		w.noRule++
		if w.r.prog.opts.Level >= 6 {
			w.r.console.object(w, nil, 0)
		}
	}
	return nil
}

func (w *worker) applies(r *rule) bool {
	for i := range r.conds {
		if r.conds[i].b(w.e) != isTrue {
			return false
		}
	}
	return true
}

// apply counts an object for a rule and makes it a candidate.
func (w *worker) apply(r *rule) error {
	e := w.e
	kb := e.kilobytes()
	if r.size != nil {
		n, ok := r.size(e)
		if !ok {
			n = 0
		}
		kb = n
	}
	if e.err != nil {
		return nil
	}
	t := &w.tallies[r.number]
	t.hit.add(kb)
	pools := w.r.wantPools
	if pools {
		t.pool(e.detail(WantPool).Pool, kb)
	}
	level := w.r.prog.opts.Level
	if r.kind == lang.Exclude || r.exclude {
		if level >= 4 {
			w.r.console.object(w, r, math.Inf(1))
		}
		return nil
	}
	weight := math.Inf(1)
	if r.weight != nil {
		weight = r.weight(e)
	}
	if level >= 3 {
		w.r.console.object(w, r, weight)
	}
	to := w.r.target(r)
	if to.straight && !to.keeps {
		// Nobody wants to know more than how many.
		t.chosen.add(kb)
		if len(t.sample) < w.r.prog.opts.Sample {
			t.sample = append(t.sample, string(e.obj.Path(nil)))
		}
		return nil
	}
	c := &w.cand
	*c = candidate{rule: r.number, weight: weight, kb: kb, inode: e.obj.Inode(), path: []byte(nil)}
	c.path = unsafeBytes(e.pathName())
	if to.keeps {
		d := e.detail(WantGeneration | WantSnapshot)
		c.generation, c.snapID = d.Generation, d.SnapID
		if r.show != nil {
			e.acting = w.r.prog.opts.Mode != Test // unverified: that SHOW sets attributes in a run that lists
			if s, ok := r.show(e); ok {
				c.show, c.hasShow = unsafeBytes(s), true
			}
			e.acting = false
		}
	}
	if pools {
		c.pool = unsafeBytes(e.detail(WantPool).Pool)
	}
	if kind := quotaKinds[r.class]; kind != nil {
		c.who = unsafeBytes(kind(e))
	}
	if e.err != nil {
		return nil
	}
	if to.straight {
		t.chosen.add(kb)
		if len(t.sample) < w.r.prog.opts.Sample {
			t.sample = append(t.sample, string(c.path))
		}
		return w.out.add(to.sink, c)
	}
	w.record = c.append(w.record[:0])
	return w.sorted.add(sortKey{to.group, weightKey(weight), c.inode}, w.record)
}
