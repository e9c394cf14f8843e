package engine

import (
	"math/rand/v2"
	"unsafe"

	"gpfsh/policy/lang"
	"gpfsh/policy/scan"
)

// truth is a truth value of SQL.
type truth uint8

const (
	isFalse truth = iota
	isTrue
	isUnknown
)

func truthOf(b bool) truth {
	if b {
		return isTrue
	}
	return isFalse
}

// code is a compiled expression: the function that fits its type is set. The second result of i, f and s is false for
// NULL. Timestamps and intervals are microseconds in i.
type code struct {
	typ lang.Type
	b   func(*eval) truth
	i   func(*eval) (int64, bool)
	f   func(*eval) (float64, bool)
	s   func(*eval) (string, bool)
	// constant says that the value does not depend on the object.
	constant bool
	// cost is what it takes to find the value, in rough nanoseconds.
	cost int
}

// What things cost, relative to each other.
const (
	costName  = 2
	costCheap = 4
	costPath  = 60
	costRegex = 400
	costStat  = 800
	costSite  = 1500
	costXattr = 1600
)

// eval is the state of one goroutine while it shows objects to the rules. Texts that expressions make lie in arena until
// the next object.
type eval struct {
	prog *Program
	obj  Object
	typ  scan.Type
	name string

	info    *scan.Info
	noInfo  scan.Info
	path    string
	hasPath bool
	details Details
	have    Want
	arena   []byte
	xbuf    []byte
	rnd     *rand.Rand
	slots   []slot
	// err is the first thing that could not be read of the object: its values are then not to be trusted.
	err error
	// acting says that SETXATTR and the like may act.
	acting bool
}

// slot keeps a value that an expression uses more than once.
type slot struct {
	b  truth
	i  int64
	f  float64
	s  string
	ok bool
}

// once makes of a value one that is computed by load and read as often as wanted after that.
func (c *compiler) once(v code) (load func(*eval), ref code) {
	k := c.slots
	c.slots++
	at := func(e *eval) *slot {
		for len(e.slots) <= k {
			e.slots = append(e.slots, slot{})
		}
		return &e.slots[k]
	}
	ref = code{typ: v.typ, cost: v.cost,
		b: func(e *eval) truth { return e.slots[k].b },
		i: func(e *eval) (int64, bool) { return e.slots[k].i, e.slots[k].ok },
		f: func(e *eval) (float64, bool) { return e.slots[k].f, e.slots[k].ok },
		s: func(e *eval) (string, bool) { return e.slots[k].s, e.slots[k].ok },
	}
	// The value is computed before the slot is looked up: it can have slots of its own.
	switch v.typ {
	case lang.Bool:
		return func(e *eval) { x := v.b(e); at(e).b = x }, ref
	case lang.Float:
		return func(e *eval) { x, ok := v.f(e); s := at(e); s.f, s.ok = x, ok }, ref
	case lang.String:
		return func(e *eval) { x, ok := v.s(e); s := at(e); s.s, s.ok = x, ok }, ref
	case lang.Null:
		return func(*eval) {}, nullCode(lang.Null)
	}
	return func(e *eval) { x, ok := v.i(e); s := at(e); s.i, s.ok = x, ok }, ref
}

// loaded evaluates load before the condition.
func loaded(load func(*eval), v code, constant bool) code {
	b := v.b
	v.constant = constant
	v.b = func(e *eval) truth {
		load(e)
		return b(e)
	}
	return v
}

func newEval(p *Program, worker int) *eval {
	return &eval{prog: p, rnd: rand.New(rand.NewPCG(p.opts.Seed, uint64(worker)))}
}

// show makes o the object that expressions are about.
func (e *eval) show(o Object) {
	e.obj = o
	e.typ = o.Type()
	e.name = view(o.Name())
	e.info = nil
	e.hasPath = false
	e.have = 0
	e.arena = e.arena[:0]
	e.err = nil
}

// view is the bytes as a string, without a copy.
func view(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }

// unsafeBytes is a string as bytes, without a copy. They must not be written to.
func unsafeBytes(s string) []byte { return unsafe.Slice(unsafe.StringData(s), len(s)) }

// stat reads all attributes that the policy needs, once. After a failure all of them are zero and err says why.
func (e *eval) stat() *scan.Info {
	if e.info == nil {
		info, err := e.obj.Info(e.prog.mask)
		if err != nil {
			if e.err == nil {
				e.err = err
			}
			info = &e.noInfo
		}
		e.info = info
	}
	return e.info
}

func (e *eval) pathName() string {
	if !e.hasPath {
		at := len(e.arena)
		e.arena = e.obj.Path(e.arena)
		e.path = view(e.arena[at:])
		e.hasPath = true
	}
	return e.path
}

func (e *eval) detail(want Want) *Details {
	if missing := want &^ e.have; missing != 0 {
		if err := e.prog.opts.Site.Describe(e.obj, missing, &e.details); err != nil && e.err == nil {
			e.err = err
		}
		e.have |= want
	}
	return &e.details
}

// text keeps bytes that were appended to the arena from at on.
func (e *eval) text(at int) string { return view(e.arena[at:]) }

// xattr reads an extended attribute into the arena. The value of a file that cannot be read is NULL.
func (e *eval) xattr(name string) (string, bool) {
	at := len(e.arena)
	value, found, err := e.obj.Xattr(name, e.arena)
	if err != nil {
		// A special file, or no permission: as if there were none.
		return "", false
	}
	e.arena = value
	if !found {
		e.arena = e.arena[:at]
		return "", false
	}
	return e.text(at), true
}

// micros is a time stamp of the scan in microseconds.
func micros(t scan.Time) int64 { return t.Micro() }

// kilobytes is the space of the object on disk.
func (e *eval) kilobytes() int64 { return (e.stat().Blocks + 1) / 2 }
