package interp

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strconv"
	"strings"

	"gpfsh/interp/run"
	"gpfsh/interp/script"
	"gpfsh/interp/view"
	"gpfsh/policy"
	"gpfsh/policy/filelist"
)

// LoadNode makes the function of a map-reduce ready on a node: its source has travelled, nothing else of the session has.
// What it prints goes to out.
func LoadNode(source string, out io.Writer) (*policy.Loaded, error) {
	s, err := New(Options{Script: script.NewSession(script.Options{}), Stdin: bytes.NewReader(nil), Stdout: out, Stderr: out})
	if err != nil {
		return nil, err
	}
	if err := s.Load(Source{Name: travelled, Text: source}); err != nil {
		return nil, err
	}
	f, ok := s.function(view.TravelName)
	if !ok || f.NumIn() != 2 || f.NumOut() != 1 || f.In(0) != reflect.TypeFor[filelist.Files]() {
		return nil, errors.New("the source that travelled is none of a map-reduce")
	}
	lines := strings.Split(source, "\n")
	return &policy.Loaded{Acc: f.In(1), Fold: func(ctx context.Context, files filelist.Files, acc any) (any, error) {
		results, err := s.Call(ctx, view.TravelName, files, acc)
		if err != nil {
			return nil, whereWritten(err, lines)
		}
		return results[0], nil
	}}, nil
}

// travelled is the name of a source that has travelled, where messages need one.
const travelled = "travelled.go"

// function returns the type of a declared function.
func (s *Session) function(name string) (reflect.Type, bool) {
	s.running.Lock()
	defer s.running.Unlock()
	s.mu.Lock()
	n := s.scope.Lookup(name)
	s.mu.Unlock()
	if n == nil {
		return nil, false
	}
	v, ok := s.runner.Var(n.Lowered)
	if !ok || v.Kind() != reflect.Func {
		return nil, false
	}
	return v.Type(), true
}

// whereWritten names the place in the source that somebody wrote, for an error in what has travelled.
func whereWritten(err error, lines []string) error {
	var exit *run.Exit
	if errors.As(err, &exit) {
		return fmt.Errorf("the function called os.Exit(%d)", exit.Code)
	}
	var stop *StopError
	if !errors.As(err, &stop) {
		return err
	}
	for i := stop.At.Line - 1; i >= 0 && i < len(lines); i-- {
		at, ok := strings.CutPrefix(lines[i], view.AtComment)
		if !ok {
			continue
		}
		colon := strings.LastIndexByte(at, ':')
		first, aerr := strconv.Atoi(at[colon+1:])
		if colon < 0 || aerr != nil {
			break
		}
		return fmt.Errorf("%s:%d: %s", at[:colon], first+stop.At.Line-1-(i+1), stop.At.Message)
	}
	return err
}
