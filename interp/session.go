package interp

import (
	"context"
	"errors"
	"fmt"
	"go/token"
	"go/types"
	"maps"
	"os"
	"reflect"
	"strings"
	"sync"

	"gpfsh/interp/run"
	"gpfsh/interp/script"
	"gpfsh/interp/symbols"
	"gpfsh/interp/view"
	"gpfsh/policy/filelist"
)

// dot are the packages whose names need no qualifier in a source. Where two have a name, the first one's stands; the
// other's needs its qualifier.
var dot = []string{"gpfsh/model", "gpfsh/policy/filelist", "gpfsh/policy"}

// preferred are the names that mean those of one package where several have them: the files that functions of the user's go
// over; a call of Nodes means the option of policy runs.
var preferred = map[string]string{"Nodes": "gpfsh/model", "File": "gpfsh/policy/filelist", "Files": "gpfsh/policy/filelist"}

// Session checks and runs sources one after the other; what one declares is there in the next. Its methods may be
// called from several goroutines; one source runs at a time.
type Session struct {
	opts   Options
	world  *view.World
	sites  view.Sites
	runner run.Runner

	newRunner func() run.Runner

	running sync.Mutex // held while a source runs
	failed  error      // of the last entry that failed; guarded by running
	mu      sync.Mutex // guards what follows
	scope   *view.Scope
	entries int
	values  []any
	generic map[string]bool     // generic packages that the runner has
	libs    map[string]*library // libraries that the runner has, by path
	named   map[string]*library // libraries that messages may speak of
}

// New returns a session. Nothing runs before the first Eval or Run.
func New(o Options) (*Session, error) {
	if o.Stdin == nil {
		o.Stdin = os.Stdin
	}
	if o.Stdout == nil {
		o.Stdout = os.Stdout
	}
	if o.Stderr == nil {
		o.Stderr = os.Stderr
	}
	script.WriteTo(o.Script, o.Stdout)
	if o.Args == nil && o.Script != nil {
		o.Args = append([]string{"gpfsh"}, o.Script.Args()...)
	}
	s := &Session{
		opts:  o,
		world: view.NewWorld(symbols.All(), dot, reflect.TypeFor[*script.Session]()),
		scope: view.NewScope(), generic: map[string]bool{}, libs: map[string]*library{}, named: map[string]*library{},
	}
	s.world.Prefer(preferred)
	s.world.SetShorthands(view.Shorthands{Filesystems: o.Filesystems})
	s.newRunner = s.yaegi
	s.runner = s.newRunner()
	return s, nil
}

func (s *Session) yaegi() run.Runner {
	return run.New(run.Options{
		Table: func(path string) (map[string]reflect.Value, []string, bool) {
			p, ok := symbols.Lookup(path)
			if !ok {
				return nil, nil, false
			}
			if path == "gpfsh/policy" {
				return withProcessing(p.Values()), p.Needs, true
			}
			return p.Values(), p.Needs, true
		},
		Types:     sessionTypes{&s.sites, s.world},
		Interpret: s.opts.interpret,
		LastError: func() error { return s.failed },
		Session:   s.opts.Script,
		Show:      func(values []any) { s.values = values },
		Print:     s.print,
		Hold:      func(argv []string, stdin []byte) bool { return script.Hold(s.opts.Script, argv, stdin) },
		Lost:      func(err error) { fmt.Fprintf(s.opts.Stderr, "gpfsh: a goroutine stopped: %v\n", s.place(err)) },
		Args:      s.opts.Args,
		Stdin:     s.opts.Stdin, Stdout: s.opts.Stdout, Stderr: s.opts.Stderr,
	})
}

// sessionTypes is the table of types of a session, for the runner.
type sessionTypes struct {
	*view.Sites
	world *view.World
}

// Native returns the type that the view shows for a native one.
func (t sessionTypes) Native(rt reflect.Type) types.Type { return t.world.Native(rt) }

// Close ends the session and the goroutines that its sources left behind.
func (s *Session) Close() { s.runner.Close() }

// Abandon makes a running Eval or Run return though its code goes on. Functions and variables of the session are gone
// afterwards.
func (s *Session) Abandon() { s.runner.Abandon() }

// Eval checks and runs one entry. The error is a *CheckError when nothing was run, a *StopError when the entry stopped
// on its way, a *run.Exit when it called os.Exit.
func (s *Session) Eval(ctx context.Context, src Source) (*Outcome, error) {
	s.running.Lock()
	defer s.running.Unlock()
	if err := s.execute(ctx, view.Entry, []Source{src}); err != nil {
		s.failed = err
		var stop *StopError
		if errors.As(err, &stop) && stop.Err != nil {
			s.failed = stop.Err
		}
		return nil, err
	}
	return &Outcome{Values: s.values}, nil
}

// Run checks and runs a script of one or more files. Nothing runs when one of them does not check.
func (s *Session) Run(ctx context.Context, files []Source) error {
	s.running.Lock()
	defer s.running.Unlock()
	return s.execute(ctx, view.Script, files)
}

// Check returns all findings about a script, in the order of its files.
func (s *Session) Check(files []Source) []Diagnostic {
	u, _, err := s.check(view.Script, files)
	if err != nil {
		return err.Diagnostics
	}
	var sites view.Sites
	list := s.diagnostics(u.Findings)
	if u.OK() {
		_, refused := u.Lower(&sites)
		list = append(list, s.diagnostics(refused)...)
	}
	return list
}

// Incomplete tells whether a source ends too early: more lines could make it whole.
func (s *Session) Incomplete(src string) bool {
	u, _, err := s.check(view.Entry, []Source{{Name: "prompt", Text: src}})
	return err == nil && u.Incomplete
}

// Export returns a script of one or more files as a program for the ordinary toolchain. The error is a *CheckError when
// it does not check.
func (s *Session) Export(files ...Source) ([]byte, error) {
	u, _, failed := s.check(view.Script, files)
	if failed != nil {
		return nil, failed
	}
	if !u.OK() {
		return nil, &CheckError{Diagnostics: s.diagnostics(u.Findings), Incomplete: u.Incomplete}
	}
	out, refused := u.Export()
	if len(refused) > 0 {
		return nil, &CheckError{Diagnostics: s.diagnostics(refused)}
	}
	return out, nil
}

// check checks files with the libraries that they import, and returns those that the session does not have yet. The
// error is that of a library that cannot be used.
func (s *Session) check(mode view.Mode, files []Source) (*view.Unit, map[string]*library, *CheckError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	texts, libs, err := s.withLibraries(files, s.libs)
	if err != nil {
		var failed *libraryError
		if errors.As(err, &failed) {
			return nil, nil, &CheckError{Diagnostics: []Diagnostic{failed.diagnostic()}}
		}
		return nil, nil, &CheckError{Diagnostics: []Diagnostic{{File: files[0].Name, Line: 1, Col: 1, Message: err.Error()}}}
	}
	for path, l := range libs {
		s.named[path] = l
	}
	return s.world.Check(s.scope, s.entries+1, mode, texts...), libs, nil
}

// execute runs files that s.running guards.
func (s *Session) execute(ctx context.Context, mode view.Mode, files []Source) error {
	s.values = nil
	u, libs, failed := s.check(mode, files)
	if failed != nil {
		return failed
	}
	if !u.OK() {
		return &CheckError{Diagnostics: s.diagnostics(u.Findings), Incomplete: u.Incomplete}
	}
	err := s.executeUnit(ctx, u, files[0].Name)
	var check *CheckError
	if !errors.As(err, &check) {
		s.mu.Lock()
		defer s.mu.Unlock()
		maps.Copy(s.libs, libs) // declared, whether or not the rest ran to its end
	}
	return err
}

// executeUnit runs what was checked; s.running is held.
func (s *Session) executeUnit(ctx context.Context, u *view.Unit, name string) error {
	low, refused := u.Lower(&s.sites)
	if len(refused) > 0 {
		s.sites.Undo()
		return &CheckError{Diagnostics: s.diagnostics(refused)}
	}
	s.mu.Lock()
	s.entries++
	s.mu.Unlock()
	without := map[string]bool{}
	defer func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		u.Commit(s.scope, without)
	}()
	if err := s.declare(low); err != nil {
		s.sites.Undo()
		for _, name := range u.Declared() {
			without[name] = true
		}
		return &CheckError{Diagnostics: []Diagnostic{{File: name, Line: 1, Col: 1, Message: err.Error()}}}
	}
	for _, call := range low.Calls {
		if err := s.runner.Call(ctx, call); err != nil {
			if errors.Is(err, run.ErrAbandoned) {
				s.reset()
				return &StopError{Err: fmt.Errorf("%w: %w; functions and variables of the session are gone", ErrInterrupted, err), At: Diagnostic{File: name, Line: 1, Col: 1, Message: "interrupted and abandoned"}}
			}
			placed := s.place(err)
			var stop *StopError
			if errors.As(placed, &stop) {
				without = u.Unreached(stop.top.File, stop.top.Offset)
			}
			return placed
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	u.KeepLast(s.scope)
	return nil
}

// declare declares what a unit needs and what it is.
func (s *Session) declare(low *view.Lowered) error {
	for _, g := range low.Generic {
		if s.generic[g.Path] {
			continue
		}
		if err := s.runner.Declare(g.Imports, g.Decls); err != nil {
			return fmt.Errorf("package %s: %w", g.Path, err)
		}
		s.generic[g.Path] = true
	}
	return s.runner.Declare(low.Imports, low.Decls)
}

// reset makes the session as new.
func (s *Session) reset() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.scope = view.NewScope()
	s.generic = map[string]bool{}
	s.libs = map[string]*library{}
	s.sites.ForgetMethods()
	s.runner = s.newRunner()
}

// Reset forgets everything that was declared.
func (s *Session) Reset() {
	s.running.Lock()
	defer s.running.Unlock()
	s.runner.Close()
	s.reset()
}

// place gives an error of the runner the place in the source that it stands for.
func (s *Session) place(err error) error {
	var stop *run.Stop
	if !errors.As(err, &stop) {
		return err
	}
	e := &StopError{Err: stop.Err, Panic: stop.Panic}
	if errors.Is(stop.Err, run.ErrCancelled) {
		e.Err = ErrInterrupted
	}
	msg, atRecord := stop.Err.Error(), false
	if stop.Panic {
		var at *filelist.RecordPanic
		if atRecord = errors.As(stop.Err, &at); !atRecord { // which says so itself
			msg = "panic: " + msg
		}
		e.Err = errors.New(msg)
		if stop.Err != nil {
			e.Err = fmt.Errorf("panic: %w", stop.Err)
		}
	}
	for i, n := range stop.Sites {
		site, ok := s.sites.At(n)
		if !ok {
			continue
		}
		if i == 0 && atRecord && hasName(site) {
			msg = "in " + site.Func + ": " + msg
		}
		d := Diagnostic{File: site.File, Line: site.Line, Col: site.Col, EndCol: site.EndCol, Source: site.Source}
		if i == 0 {
			d.Message = msg
			e.At = d
		} else {
			d.Message = "called here"
			e.Chain = append(e.Chain, d)
		}
		e.top = site
	}
	if e.At.File == "" {
		e.At = Diagnostic{Message: msg}
	}
	return e
}

// hasName tells whether a place is in a function that the user has named: no literal, nor one that travelled under ours.
func hasName(site view.Site) bool {
	ours := site.File == travelled && strings.HasPrefix(site.Func, view.TravelName)
	return !ours && token.IsIdentifier(site.Func[strings.LastIndexByte(site.Func, '.')+1:])
}

// print is what print and println do.
func (s *Session) print(ctx context.Context, values []any) error {
	return script.Fprint(ctx, s.opts.Script, s.opts.Stdout, values...)
}

// diagnostics returns findings in the words of the source.
func (s *Session) diagnostics(list []view.Finding) []Diagnostic {
	out := diagnostics(list)
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := range out {
		out[i].Message, out[i].Hint = plainNames(out[i].Message, s.named), plainNames(out[i].Hint, s.named)
	}
	return out
}

func diagnostics(list []view.Finding) []Diagnostic {
	out := make([]Diagnostic, len(list))
	for i, f := range list {
		out[i] = Diagnostic{File: f.File, Line: f.Line, Col: f.Col, EndCol: f.EndCol, Message: f.Msg, Hint: f.Hint, Source: f.Source}
		if f.Warning {
			out[i].Severity = Warning
		}
	}
	return out
}
