package interp

import (
	"context"
	"errors"
	"fmt"
	"reflect"

	"gpfsh/interp/view"
)

// Cursor says what may stand at an offset of a source that is being typed. It runs nothing.
func (s *Session) Cursor(src string, offset int) Cursor {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.world.At(s.scope, src, offset)
	out := Cursor{Kind: CursorKind(c.Kind), Start: c.Start, Prefix: c.Prefix, Closed: c.Closed}
	for _, m := range c.Members {
		out.Members = append(out.Members, Member(m))
	}
	out.Path = pathOf(c.Path)
	if c.Call != nil {
		out.Call = &Call{Name: c.Call.Name, Type: c.Call.Type, Doc: c.Call.Doc, Param: c.Call.Param, Object: pathOf(c.Call.Object),
			Within: pathOf(c.Call.Within), Fields: c.Call.Fields, Key: c.Call.Key}
	}
	return out
}

// Warm prepares what the first completion needs. It takes some 20 ms, and may run beside everything else.
func (s *Session) Warm() { s.world.Warm() }

func pathOf(steps []view.Step) Path {
	var p Path
	for _, s := range steps {
		p = append(p, Step(s))
	}
	return p
}

// errBusy is the error of Resolve while a source runs.
var errBusy = errors.New("a source is running")

// Resolve follows a path to the value that it stands for, natively: fields are read, members of collections are taken
// by their Handle, which asks nothing of the cluster.
func (s *Session) Resolve(ctx context.Context, p Path) (any, error) {
	if len(p) == 0 {
		return nil, errors.New("the expression cannot be followed without running it")
	}
	v, err := s.root(p[0].Root)
	if err != nil {
		return nil, err
	}
	for _, step := range p[1:] {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if v, err = follow(v, step); err != nil {
			return nil, err
		}
	}
	if !v.CanInterface() {
		return nil, errors.New("the value cannot be read")
	}
	return v.Interface(), nil
}

func (s *Session) root(name string) (reflect.Value, error) {
	if s.opts.Script != nil {
		if m := reflect.ValueOf(s.opts.Script).MethodByName(name); m.IsValid() && m.Type().NumIn() == 0 && m.Type().NumOut() > 0 {
			return m.Call(nil)[0], nil
		}
	}
	s.mu.Lock()
	n := s.scope.Lookup(name)
	s.mu.Unlock()
	if n == nil {
		return reflect.Value{}, fmt.Errorf("no variable %s", name)
	}
	if !s.running.TryLock() {
		return reflect.Value{}, errBusy
	}
	defer s.running.Unlock()
	v, ok := s.runner.Var(n.Lowered)
	if !ok {
		return reflect.Value{}, fmt.Errorf("no value of %s", name)
	}
	return v, nil
}

func follow(v reflect.Value, step Step) (reflect.Value, error) {
	for v.Kind() == reflect.Interface || v.Kind() == reflect.Pointer && step.Key == "" {
		if v.IsNil() {
			return v, errors.New("nothing there")
		}
		v = v.Elem()
	}
	if step.Field != "" {
		if v.Kind() != reflect.Struct {
			return v, fmt.Errorf("no field %s", step.Field)
		}
		f := v.FieldByName(step.Field)
		if !f.IsValid() {
			return v, fmt.Errorf("no field %s", step.Field)
		}
		return f, nil
	}
	m := v.MethodByName("Handle")
	if !m.IsValid() || m.Type().NumIn() != 1 || m.Type().NumOut() != 2 {
		return v, errors.New("its members cannot be reached without asking the cluster")
	}
	out := m.Call([]reflect.Value{reflect.ValueOf(step.Key)})
	if !out[1].Bool() {
		return v, fmt.Errorf("no member %s without asking the cluster", step.Key)
	}
	return out[0], nil
}
