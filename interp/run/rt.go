package run

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"maps"
	"reflect"
	"runtime"
	"slices"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/traefik/yaegi/interp"

	"gpfsh/policy/filelist"
)

// deferBound is how long deferred work may go on after a statement was interrupted.
const deferBound = 30 * time.Second

func newRuntimeState(o Options) *runtimeState {
	r := &runtimeState{boxes: newBoxes(o), stderr: o.Stderr, stop: new(bool), cancelled: map[int64]bool{}, deferring: map[int64][]*deferList{}}
	r.cur.Store(&statement{ctx: context.Background()})
	return r
}

// setFlag writes the flag that lowered loops poll. The readers are interpreted code that reads a word without
// synchronisation, by design: a poll that went through an atomic would cost four times the loop around it. A reader
// that sees the old value polls again.
//
//go:norace
func (r *runtimeState) setFlag(v bool) { *r.stop = v }

// begin makes ctx the context of what runs from now on; the function it returns ends that.
func (r *runtimeState) begin(ctx context.Context) (release func()) {
	s := &statement{ctx: ctx}
	r.mu.Lock()
	r.cancelled = map[int64]bool{}
	r.mu.Unlock()
	r.setFlag(false)
	r.cur.Store(s)
	stop := context.AfterFunc(ctx, func() {
		if !s.ended.Load() {
			s.cancelledAt.Store(time.Now().UnixNano())
			r.setFlag(true)
			s.mu.Lock()
			calls := s.interrupts
			s.mu.Unlock()
			for _, f := range calls {
				go f()
			}
		}
	})
	watch := r.watchStack(s)
	return func() {
		watch()
		stop()
		s.ended.Store(true)
		if ctx.Err() == nil {
			// Goroutines that the statement left behind go on under a context of their own.
			r.cur.CompareAndSwap(s, &statement{ctx: context.Background()})
		}
	}
}

func (r *runtimeState) cancelAll() {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	s := &statement{ctx: ctx}
	s.ended.Store(true)
	r.cur.Store(s)
	r.setFlag(true)
}

func (r *runtimeState) context() context.Context { return r.cur.Load().ctx }

// callContext is the context of a call that is about to be made. After an interrupt there is none: the goroutine
// unwinds, and what is deferred gets a context of its own, with a bound.
func (r *runtimeState) callContext() context.Context {
	ctx := r.context()
	if ctx.Err() == nil {
		return ctx
	}
	r.cancel()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), deferBound)
	_ = cancel // the time-out ends it
	return ctx
}

// cancelPanic unwinds an interrupted goroutine.
type cancelPanic struct{}

// stopPanic carries an error that was not taken, and where.
type stopPanic struct {
	site int
	err  error
}

// exitPanic carries the status of os.Exit.
type exitPanic struct{ code int }

// tracedPanic is a panic on its way out, with the places it passed.
type tracedPanic struct {
	value any
	sites []int
}

// pass notes a place that the panic passes: the first ones, and always the last.
func (t *tracedPanic) pass(site int) {
	if len(t.sites) > maxChain {
		t.sites[len(t.sites)-1] = site
		return
	}
	t.sites = append(t.sites, site)
}

// maxChain bounds the call chain of a panic.
const maxChain = 32

// cancel is called by lowered code that found the flag set. It panics once per goroutine; the deferred calls that run
// while that panic unwinds poll too, and are let through until their time is up.
func (r *runtimeState) cancel() {
	s := r.cur.Load()
	if s.ctx.Err() == nil {
		if s.tooDeep.CompareAndSwap(true, false) {
			r.setFlag(false)
			panic(errTooDeep)
		}
		return
	}
	id := goroutineID()
	r.mu.Lock()
	told := r.cancelled[id]
	r.cancelled[id] = true
	r.mu.Unlock()
	if told && !s.ended.Load() && time.Now().UnixNano()-s.cancelledAt.Load() < int64(deferBound) {
		return
	}
	panic(cancelPanic{})
}

// PanicExit ends the running code with a status, as os.Exit would end a process.
func PanicExit(code int) { panic(exitPanic{code}) }

func goroutineID() int64 {
	var buf [64]byte
	b := buf[:runtime.Stack(buf[:], false)]
	b = bytes.TrimPrefix(b, []byte("goroutine "))
	if i := bytes.IndexByte(b, ' '); i > 0 {
		n, _ := strconv.ParseInt(string(b[:i]), 10, 64)
		return n
	}
	return 0
}

// atRecord says at which file of a loop a panic happened. What ends the source by intent goes through.
func atRecord(c *filelist.Cursor, i int, v any) any {
	switch value := cause(v).(type) {
	case cancelPanic, exitPanic, *filelist.RecordPanic:
		return v
	case stopPanic:
		if p, ok := c.At(i, value.err).(*filelist.RecordPanic); ok {
			return stopPanic{value.site, p.Stopped(value.err)}
		}
		return v
	}
	return c.At(i, inGo(v))
}

// shiftCount is the count of a shift. A negative one panics, as it does in Go.
func shiftCount(n int64) uint {
	_ = 0 << n
	return uint(n)
}

// runLoop runs a compiled loop over files; false means that the interpreter is to run it. at and site are where the
// function of the loop keeps the file and the statement at hand, for a panic.
func runLoop(o Options, n int, c *filelist.Cursor, at, site *int, vars []any, poll func()) bool {
	l := o.Types.Loop(n)
	if l == nil || o.Interpret {
		return false
	}
	var inner []int
	defer func() {
		if len(inner) == 0 {
			return
		}
		if v := recover(); v != nil {
			panic(&tracedPanic{v, inner})
		}
	}()
	return l.Run(c, at, vars, func(sites []int) {
		last := len(sites) - 1
		if site != nil {
			*site = sites[last]
		}
		inner = slices.Clone(sites[:last])
	}, poll)
}

// outcome turns what the interpreter returned into the error of Call.
func (r *runtimeState) outcome(ctx context.Context, err error) error {
	var p interp.Panic
	if err == nil {
		r.mu.Lock()
		cut := len(r.cancelled) > 0
		r.mu.Unlock()
		if cut && ctx.Err() != nil {
			// A goroutine was ended, and whoever waited for it went on before seeing that itself: not all was done.
			return &Stop{Err: ErrCancelled}
		}
		return nil
	}
	if !errors.As(err, &p) {
		return fmt.Errorf("the interpreter failed: %w", err)
	}
	return asError(ctx, p.Value)
}

// asError says what a panic value means.
func asError(ctx context.Context, v any) error {
	v, sites := unwind(v)
	switch v := v.(type) {
	case cancelPanic:
		return &Stop{Sites: sites, Err: ErrCancelled}
	case exitPanic:
		return &Exit{Code: v.code}
	case stopPanic:
		err := v.err
		if ctx.Err() != nil && !errors.Is(err, ErrCancelled) {
			err = fmt.Errorf("%w: %w", ErrCancelled, err) // what was cut short failed with it
		}
		// The statement that the innermost marker names is the one that the site is in.
		return &Stop{Sites: append([]int{v.site}, tail(sites)...), Err: err}
	case reflect.Value:
		if v.IsValid() && v.CanInterface() {
			return asError(ctx, &tracedPanic{v.Interface(), sites})
		}
	case error:
		if err, ok := inGo(v).(error); ok {
			return &Stop{Sites: sites, Err: err, Panic: true}
		}
	case string:
		if err, ok := inGo(v).(error); ok {
			return &Stop{Sites: sites, Err: err, Panic: true}
		}
	}
	return &Stop{Sites: sites, Err: panicValue{v}, Panic: true}
}

func tail(s []int) []int {
	if len(s) == 0 {
		return nil
	}
	return s[1:]
}

// panicValue is the value of a panic that is no error.
type panicValue struct{ v any }

func (p panicValue) Error() string {
	if v, ok := p.v.(reflect.Value); ok && v.IsValid() && v.CanInterface() {
		return fmt.Sprint(v.Interface())
	}
	return fmt.Sprint(p.v)
}

// exports are the helpers that lowered code calls.
func (r *runtimeState) exports(o Options) map[string]reflect.Value {
	m := map[string]any{
		"C":      r.callContext,
		"Done":   func() <-chan struct{} { return r.context().Done() },
		"Cancel": r.cancel,
		"Stop":   func(site int, err error) { panic(stopPanic{site, err}) },
		"Show": func(values ...any) {
			for i, v := range values {
				values[i] = show(v)
			}
			o.Show(values)
		},
		"Print": func(values ...any) {
			for i, v := range values {
				if b, ok := open(v); ok && reflect.ValueOf(b.v).Kind() == reflect.Pointer {
					if p := reflect.ValueOf(b.v); p.IsNil() {
						values[i] = b.v
					}
				}
			}
			if err := o.Print(r.callContext(), values); err != nil {
				panic(err)
			}
		},
		"Re": func(site int, v any) {
			if t, ok := v.(*tracedPanic); ok {
				t.pass(site)
				panic(t)
			}
			panic(&tracedPanic{v, []int{site}})
		},
		// ReAt is Re in a function that loops over files: the panic gets the file at which it happened.
		"ReAt": func(c *filelist.Cursor, i, site int, v any) {
			t, ok := v.(*tracedPanic)
			if !ok {
				t = &tracedPanic{value: v}
			}
			t.pass(site)
			if c != nil {
				t.value = atRecord(c, i, t.value)
				c.Close()
			}
			panic(t)
		},
		"Loop": func(n int, c *filelist.Cursor, at, site *int, vars ...any) bool {
			return runLoop(o, n, c, at, site, vars, r.cancel)
		},
		"Count":   shiftCount,
		"Text":    func(s string) (int, string) { return 0, s },
		"Rune":    func(s string, i int) rune { r, _ := utf8.DecodeRuneInString(s[i:]); return r },
		"Width":   func(s string, i int) int { _, n := utf8.DecodeRuneInString(s[i:]); return n },
		"Defers":  func() *deferList { return &deferList{r: r} },
		"Recover": r.recovered,
		"Box":     r.boxes.make, "Method": r.boxes.register, "As": r.boxes.as, "MustAs": r.boxes.mustAs, "Is": r.boxes.is, "Bind": r.boxes.bind,
		"Conv": func(v, p any) { r.boxes.store(v, reflect.ValueOf(p).Elem()) },
		"Raw":  rawValue,
		"LastError": func() error {
			if o.LastError == nil {
				return nil
			}
			return o.LastError()
		},
		"Printf": func(format string, args ...any) (int, error) {
			format, args = r.boxes.typeVerbs(format, args)
			return fmt.Fprintf(o.Stdout, format, args...)
		},
		"Fprintf": func(w io.Writer, format string, args ...any) (int, error) {
			format, args = r.boxes.typeVerbs(format, args)
			return fmt.Fprintf(w, format, args...)
		},
		"Sprintf": func(format string, args ...any) string {
			format, args = r.boxes.typeVerbs(format, args)
			return fmt.Sprintf(format, args...)
		},
		"Errorf": func(format string, args ...any) error {
			format, args = r.boxes.typeVerbs(format, args)
			return fmt.Errorf(format, args...)
		},
		"Plain":    r.boxes.plainFor,
		"JSONInto": r.boxes.jsonInto,
		"ErrorsAs": r.boxes.errorsAs,
		"Send":     r.send, "Recv": r.receive, "NewSelect": r.newSelect,
		// Lost takes the panic of a goroutine, which nothing else would.
		"Lost": func(site int, v any) {
			switch cause(v).(type) {
			case cancelPanic, exitPanic:
				return
			}
			t, ok := v.(*tracedPanic)
			if !ok {
				t = &tracedPanic{value: v}
			}
			if site >= 0 {
				t.pass(site)
			}
			o.Lost(asError(r.context(), t))
		},
		"Sleep": func(d time.Duration) {
			t := time.NewTimer(d)
			defer t.Stop()
			done, release := r.interrupted()
			defer release()
			select {
			case <-t.C:
			case <-done:
				r.cancel()
			}
		},
		"FlagParse": func() { parseFlags(o) },
		"Exit":      func(code int) { panic(exitPanic{code}) },
		"Fatal": func(a ...any) {
			fmt.Fprint(o.Stderr, append(a, "\n")...)
			panic(exitPanic{1})
		},
		"Fatalf": func(format string, a ...any) {
			fmt.Fprintf(o.Stderr, format+"\n", a...)
			panic(exitPanic{1})
		},
		"Fatalln": func(a ...any) {
			fmt.Fprintln(o.Stderr, a...)
			panic(exitPanic{1})
		},
	}
	held := r.held(o)
	r.boxes.held = held
	maps.Copy(m, held)
	maps.Copy(m, r.blocking(o))
	values := map[string]reflect.Value{"S": reflect.ValueOf(&r.stop).Elem()}
	for name, v := range m {
		values[name] = reflect.ValueOf(v)
	}
	if o.Session != nil {
		sess := reflect.New(reflect.TypeOf(o.Session)).Elem()
		sess.Set(reflect.ValueOf(o.Session))
		values["Sess"] = sess
	}
	return values
}

// parseFlags is flag.Parse for a script: its own arguments, its own way out.
func parseFlags(o Options) {
	name, args := "script", []string(nil)
	if len(o.Args) > 0 {
		name, args = o.Args[0], o.Args[1:]
	}
	flag.CommandLine.Init(name, flag.ContinueOnError)
	flag.CommandLine.SetOutput(o.Stderr)
	if err := flag.CommandLine.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			panic(exitPanic{0})
		}
		panic(exitPanic{2})
	}
}
