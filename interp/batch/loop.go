package batch

import (
	"go/types"
	"reflect"
	"unsafe"

	"gpfsh/policy/filelist"
)

// Loop is a compiled loop over files. It may run several times at once.
type Loop struct {
	// Vars are the variables of the source that the loop works on, in the order in which Run takes their addresses.
	// Accumulator stands for that of a fold.
	Vars []*types.Var

	varTypes []reflect.Type
	body     []stmt
	locals   []reflect.Type
	sites    [][]int // by the number in machine.site
	maps     int
}

// Accumulator is what Vars has in place of the accumulator of a fold, which is no variable of the source.
var Accumulator = types.NewVar(0, nil, "accumulator", nil)

// machine is one run of a Loop.
type machine struct {
	file    unsafe.Pointer   // at hand
	mem     []unsafe.Pointer // addresses of the variables, then of the locals
	site    int              // the statement at hand
	caches  []mapCache
	shadows map[unsafe.Pointer]*shadow
	turns   int // of loops inside
	poll    func()
}

// control says how a statement ended.
type control int

const (
	next     control = iota
	goOn             // continue
	leave            // break
	giveBack         // return from a function
)

// stmt is a compiled statement.
type stmt struct {
	run  func(*machine) control
	site int
}

func runAll(list []stmt, m *machine) control {
	for i := range list {
		s := &list[i]
		m.site = s.site
		if c := s.run(m); c != next {
			return c
		}
	}
	return next
}

// Run goes through the files of a cursor. vars are pointers to the variables, of the types that the interpreter has for
// them; when one does not lie in memory as expected nothing is done, and Run returns false. at becomes the index of the
// file in its batch, for a panic; passed is called with what a panic comes from: the places of the functions that it
// passed, the innermost first, the last one in the function of the loop. poll is called now and then by loops inside; it
// panics to end them.
func (l *Loop) Run(c *filelist.Cursor, at *int, vars []any, passed func(sites []int), poll func()) bool {
	m, ok := l.machine(vars)
	if !ok {
		return false
	}
	m.poll = poll
	whole := false
	defer func() {
		m.flush()
		if !whole && len(l.sites) > 0 {
			passed(l.sites[m.site])
		}
	}()
	m.site = 0
	for batch := c.Next(); batch != nil; batch = c.Next() {
		for i := range batch {
			m.file = unsafe.Pointer(&batch[i])
			*at = i
			if len(m.shadows) > manyShadows {
				m.forget(l.varTypes)
			}
			if runAll(l.body, m) == leave {
				whole = true
				return true
			}
		}
	}
	whole = true
	return true
}

func (l *Loop) machine(vars []any) (*machine, bool) {
	if len(vars) != len(l.varTypes) {
		return nil, false
	}
	m := &machine{
		mem:    make([]unsafe.Pointer, len(l.varTypes)+len(l.locals)),
		caches: make([]mapCache, l.maps), shadows: map[unsafe.Pointer]*shadow{},
	}
	for i, v := range vars {
		p := reflect.ValueOf(v)
		if p.Kind() != reflect.Pointer || p.IsNil() || !sameLayout(p.Type().Elem(), l.varTypes[i]) {
			return nil, false
		}
		m.mem[i] = p.UnsafePointer()
	}
	for i, t := range l.locals {
		m.mem[len(vars)+i] = reflect.New(t).UnsafePointer()
	}
	return m, true
}
