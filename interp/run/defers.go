package run

import "reflect"

// deferList holds the deferred calls of one running function. The interpreter's own list keeps arguments where they
// stand and loses what is behind a deferred call that panics.
type deferList struct {
	r     *runtimeState
	calls []func()

	panicking any
}

// Add defers a call.
func (d *deferList) Add(f func()) { d.calls = append(d.calls, f) }

// Run runs the deferred calls, the last one first, and returns the panic that goes on after them: the one that unwinds
// the function, unless a deferred call recovered it or panicked itself.
func (d *deferList) Run(unwinding any) any {
	if _, exits := cause(unwinding).(exitPanic); exits {
		return unwinding // a process that exits runs nothing more
	}
	d.panicking = unwinding
	id := goroutineID()
	d.r.mu.Lock()
	d.r.deferring[id] = append(d.r.deferring[id], d)
	d.r.mu.Unlock()
	defer func() {
		d.r.mu.Lock()
		defer d.r.mu.Unlock()
		stack := d.r.deferring[id]
		if d.r.deferring[id] = stack[:len(stack)-1]; len(stack) == 1 {
			delete(d.r.deferring, id)
		}
	}()
	for i := len(d.calls) - 1; i >= 0; i-- {
		d.call(d.calls[i])
	}
	return d.panicking
}

func (d *deferList) call(f func()) {
	defer func() {
		if p := recover(); p != nil {
			d.panicking = p
		}
	}()
	f()
}

// recovered is what recover means in lowered code: the panic of the function whose deferred calls run, by its value;
// of a stop the error. An interrupt and an exit are nobody's to recover.
func (r *runtimeState) recovered() any {
	id := goroutineID()
	r.mu.Lock()
	stack := r.deferring[id]
	r.mu.Unlock()
	if len(stack) == 0 {
		return nil
	}
	d := stack[len(stack)-1]
	v := cause(d.panicking)
	switch x := v.(type) {
	case nil:
		return nil
	case cancelPanic, exitPanic:
		return nil
	case stopPanic:
		v = x.err
	case reflect.Value:
		v = nil
		if x.IsValid() && x.CanInterface() {
			v = x.Interface()
		}
	}
	v = inGo(v)
	d.panicking = nil
	return v
}

// cause returns the value that a panic began with.
func cause(v any) any {
	v, _ = unwind(v)
	return v
}

// unwind returns the value that a panic began with, and the places that it passed, the innermost first. Native code that
// calls functions of the user's may have wrapped it on the way, to say at which of many records it happened: what ends
// or interrupts the source goes through that, an ordinary panic keeps it.
func unwind(v any) (value any, sites []int) {
	if t, ok := v.(*tracedPanic); ok {
		value, inner := unwind(t.value)
		return value, append(inner, t.sites...)
	}
	if w, ok := v.(interface{ PanicValue() any }); ok {
		value, inner := unwind(w.PanicValue())
		switch value.(type) {
		case cancelPanic, exitPanic, stopPanic:
			return value, inner
		}
		return v, inner
	}
	return v, nil
}
