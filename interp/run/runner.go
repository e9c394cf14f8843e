package run

import (
	"context"
	"errors"
	"fmt"
	"go/types"
	"io"
	"reflect"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/traefik/yaegi/interp"

	"gpfsh/interp/batch"
	"gpfsh/interp/view"
)

// Runner runs lowered code.
type Runner interface {
	// Declare evaluates declarations once. Packages are imported under their view.Alias first.
	Declare(imports []string, src string) error
	// Call calls a declared function without parameters and waits for its end, or until the runner is abandoned. The
	// end of the context cancels it: lowered code polls for that, and deferred calls still run.
	Call(ctx context.Context, name string) error
	// Var returns the present value of a declared variable.
	Var(name string) (reflect.Value, bool)
	// Invoke calls a declared function with native arguments, as Call does.
	Invoke(ctx context.Context, name string, args []any) ([]any, error)
	// Abandon makes a Call return though its code goes on. The runner cannot be used afterwards.
	Abandon()
	// Close ends the runner.
	Close()
}

// Options say what lowered code works with.
type Options struct {
	// Table returns the symbol table of a package and the packages whose tables it needs, see symbols.Package.
	Table func(path string) (table map[string]reflect.Value, needs []string, ok bool)
	// Types are the types that lowered code names by number.
	Types Types
	// Session is the value whose methods are the functions of the language.
	Session any
	// Show takes the values of an expression statement.
	Show func(values []any)
	// Print prints values for people, as print and println do.
	Print func(ctx context.Context, values []any) error
	// Hold is asked before a source changes a file or runs a program, as the command that does the same and what that
	// reads: true means that it is recorded, not done.
	Hold func(argv []string, stdin []byte) bool
	// Interpret says that the interpreter is to run loops that have been compiled.
	Interpret bool
	// LastError returns the error of the last source that failed.
	LastError func() error
	// Lost takes the error that ended a goroutine of the user's.
	Lost func(err error)

	// Args are what os.Args holds: the name of the script and its arguments.
	Args           []string
	Stdin          io.Reader
	Stdout, Stderr io.Writer
}

// Types is the table of the types of a session.
type Types interface {
	// Type returns the type of a number, nil when there is none; TypeID the number of a type.
	Type(n int) types.Type
	TypeID(t types.Type) int
	// Tagged returns the struct type that the tag of a lowered struct stands for, nil when there is none.
	Tagged(tag string) types.Type
	// Native returns the type that the view shows for a native one.
	Native(t reflect.Type) types.Type
	// Loop returns a compiled loop over files, nil when there is none of the number.
	Loop(n int) *batch.Loop
}

// Stop is the error of lowered code that an error, or a panic, stopped.
type Stop struct {
	Sites []int // places of the stop, the innermost first; see view.Sites
	Err   error
	Panic bool // a Go panic; Err says which
}

// Error returns the text of the error.
func (s *Stop) Error() string { return s.Err.Error() }

// Unwrap returns the error that stopped the code.
func (s *Stop) Unwrap() error { return s.Err }

// Exit is the error of code that called os.Exit.
type Exit struct{ Code int }

// Error names the status.
func (e *Exit) Error() string { return fmt.Sprintf("exit status %d", e.Code) }

// ErrCancelled is the error of code that ended because its context did.
var ErrCancelled = errors.New("interrupted")

// ErrAbandoned is the error of a Call that was abandoned.
var ErrAbandoned = errors.New("abandoned: it did not end after it was interrupted")

// yaegi is the Runner.
type yaegi struct {
	opts     Options
	it       *interp.Interpreter
	globals  *globals
	imported map[string]bool
	used     map[string]bool

	rt        *runtimeState
	abandoned chan struct{}
	once      sync.Once
}

// New returns a Runner on Yaegi. The interpreter is built when something is declared.
func New(opts Options) Runner {
	return &yaegi{opts: opts, imported: map[string]bool{}, used: map[string]bool{}, rt: newRuntimeState(opts), abandoned: make(chan struct{})}
}

func (y *yaegi) start() {
	if y.it != nil {
		return
	}
	y.it = interp.New(interp.Options{Stdin: y.opts.Stdin, Stdout: y.opts.Stdout, Stderr: io.Discard, Args: y.opts.Args, Unrestricted: true})
	y.globals = newGlobals(y.it)
	_ = y.it.Use(interp.Exports{view.RT + "/rt": y.rt.exports(y.opts)})
}

// base are packages whose tables Yaegi patches with the interpreter's streams, all of them at once.
var base = []string{"fmt", "os", "flag", "log"}

// use gives the interpreter the tables of a package and of all that it needs.
func (y *yaegi) use(path string) error {
	exports := interp.Exports{}
	var collect func(p string) bool
	collect = func(p string) bool {
		if y.used[p] {
			return true
		}
		table, needs, ok := y.opts.Table(p)
		if !ok {
			return false
		}
		y.used[p] = true
		exports[p+"/"+baseName(p)] = table
		if slices.Contains(base, p) {
			needs = append(slices.Clone(needs), base...)
		}
		for _, n := range needs {
			collect(n)
		}
		return true
	}
	if !collect(path) {
		return fmt.Errorf("package %s is not available", path)
	}
	if len(exports) == 0 {
		return nil
	}
	return y.it.Use(exports)
}

func baseName(p string) string {
	for i := len(p) - 1; i >= 0; i-- {
		if p[i] == '/' {
			return p[i+1:]
		}
	}
	return p
}

func (y *yaegi) Declare(imports []string, src string) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("the interpreter cannot run this: %v", r)
		}
	}()
	first := y.it == nil
	y.start()
	text := ""
	if first {
		text = "import ǃrt \"" + view.RT + "\"\n"
	}
	for _, p := range imports {
		if y.imported[p] {
			continue
		}
		y.imported[p] = true
		if err := y.use(p); err != nil {
			return err
		}
		text += "import " + view.Alias(p) + " \"" + p + "\"\n"
	}
	if text != "" {
		if _, err := y.eval(text); err != nil {
			return plain(err)
		}
	}
	if src == "" {
		return nil
	}
	_, err = y.eval(src)
	return plain(err)
}

// plain says what an error of the interpreter itself is.
func plain(err error) error {
	if err == nil {
		return nil
	}
	var p interp.Panic
	if errors.As(err, &p) {
		return fmt.Errorf("the interpreter cannot run this: %v", p.Value)
	}
	return fmt.Errorf("the interpreter cannot run this: %w", err)
}

func (y *yaegi) Call(ctx context.Context, name string) error {
	release := y.rt.begin(ctx)
	done := make(chan error, 1)
	go func() {
		defer release()
		// The context of the statement is not given to the interpreter: see the package comment.
		_, err := y.eval(name + "()")
		done <- err
	}()
	select {
	case err := <-done:
		return y.rt.outcome(ctx, err)
	case <-y.abandoned:
		return ErrAbandoned
	}
}

func (y *yaegi) Var(name string) (v reflect.Value, ok bool) {
	if y.it == nil {
		return reflect.Value{}, false
	}
	defer func() {
		if recover() != nil {
			v, ok = reflect.Value{}, false
		}
	}()
	v, err := y.eval(name)
	return v, err == nil && v.IsValid()
}

func (y *yaegi) Invoke(ctx context.Context, name string, args []any) (results []any, err error) {
	f, ok := y.Var(name)
	if !ok || f.Kind() != reflect.Func {
		return nil, fmt.Errorf("no function %s", name)
	}
	if t := f.Type(); t.NumIn() != len(args) || t.IsVariadic() {
		return nil, fmt.Errorf("%s takes %d arguments, not %d", name, t.NumIn(), len(args))
	}
	in := make([]reflect.Value, len(args))
	for i, a := range args {
		want := f.Type().In(i)
		v := reflect.ValueOf(a)
		if !v.IsValid() {
			v = reflect.Zero(want)
		}
		if !v.Type().AssignableTo(want) {
			return nil, fmt.Errorf("argument %d of %s is a %s, not a %s", i+1, name, v.Type(), want)
		}
		in[i] = v
	}
	defer y.rt.begin(ctx)()
	defer func() {
		if r := recover(); r != nil {
			err = asError(ctx, r)
		}
	}()
	for _, v := range f.Call(in) {
		results = append(results, v.Interface())
	}
	return results, nil
}

func (y *yaegi) Abandon() { y.once.Do(func() { close(y.abandoned) }) }

func (y *yaegi) Close() { y.rt.cancelAll() }

// runtimeState is what lowered code shares with the runner.
type runtimeState struct {
	boxes  *boxes
	stderr io.Writer
	stop   *bool // read by lowered code, see setFlag
	cur    atomic.Pointer[statement]

	mu        sync.Mutex
	cancelled map[int64]bool         // goroutines that were told and are unwinding
	deferring map[int64][]*deferList // by goroutine: functions whose deferred calls run, the innermost last
}

// statement is one Call.
type statement struct {
	ctx         context.Context
	ended       atomic.Bool
	cancelledAt atomic.Int64 // Unix nanoseconds

	mu         sync.Mutex
	interrupts []func() // to be called at an interrupt

	tooDeep atomic.Bool // the stacks of the process grew beyond maxStack
}
