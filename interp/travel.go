package interp

import (
	"context"
	"fmt"

	"gpfsh/interp/view"
)

// Load checks a source and declares what it declares, and runs nothing of it: statements are refused. It is how a
// function that travelled as source is made ready in another process.
func (s *Session) Load(src Source) error {
	s.running.Lock()
	defer s.running.Unlock()
	u, _, failed := s.check(view.Entry, []Source{src})
	if failed != nil {
		return failed
	}
	if !u.OK() {
		return &CheckError{Diagnostics: diagnostics(u.Findings), Incomplete: u.Incomplete}
	}
	if d, ok := u.FirstStatement(); ok {
		d.Msg = "only declarations can be loaded: this would run"
		return &CheckError{Diagnostics: diagnostics([]view.Finding{d})}
	}
	return s.executeUnit(context.Background(), u, src.Name)
}

// Call calls a declared function with native arguments and returns its results; a trailing error of the function is
// returned as the error.
func (s *Session) Call(ctx context.Context, name string, args ...any) ([]any, error) {
	s.running.Lock()
	defer s.running.Unlock()
	s.mu.Lock()
	n := s.scope.Lookup(name)
	s.mu.Unlock()
	if n == nil {
		return nil, fmt.Errorf("no function %s", name)
	}
	results, err := s.runner.Invoke(ctx, n.Lowered, args)
	if err != nil {
		return nil, s.place(err)
	}
	if len(results) > 0 {
		if failed, ok := results[len(results)-1].(error); ok {
			return results[:len(results)-1], failed
		}
	}
	return results, nil
}
