// Package toy is an object model of a few lines for the tests of the language: every shape that the shell view knows,
// and a count of the calls that reach it.
package toy

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"
	"time"

	"gpfsh/interp/symbols"
)

// Calls counts what reached the cluster, in order. It is a variable of the package because sources reach functions of
// packages; tests that use it do not run in parallel.
var calls struct {
	sync.Mutex
	list []string
}

// Called returns the calls since the last time it was asked.
func Called() []string {
	calls.Lock()
	defer calls.Unlock()
	list := calls.list
	calls.list = nil
	return list
}

func called(format string, args ...any) {
	calls.Lock()
	defer calls.Unlock()
	calls.list = append(calls.list, fmt.Sprintf(format, args...))
}

// Item is one member of a collection with its key.
type Item[V any] struct {
	Key   string
	Value V
}

type core[V any] struct {
	name  string
	items []Item[V]
}

// Collection is the generic shape.
type Collection[V any] struct{ core *core[V] }

var errZero = errors.New("this collection belongs to no object")

// NotFoundError lists what there is.
type NotFoundError struct {
	Key  string
	Have []string
}

func (e *NotFoundError) Error() string {
	return fmt.Sprintf("no %q; there are %s", e.Key, strings.Join(e.Have, ", "))
}

func (c Collection[V]) Get(ctx context.Context, key string) (V, error) {
	v, ok, err := c.Lookup(ctx, key)
	if err == nil && !ok {
		err = &NotFoundError{key, c.keys()}
	}
	return v, err
}

func (c Collection[V]) keys() []string {
	var keys []string
	for _, i := range c.core.items {
		keys = append(keys, i.Key)
	}
	return keys
}

func (c Collection[V]) Lookup(ctx context.Context, key string) (V, bool, error) {
	var zero V
	if c.core == nil {
		return zero, false, errZero
	}
	if err := ctx.Err(); err != nil {
		return zero, false, err
	}
	called("%s.get %s", c.core.name, key)
	for _, i := range c.core.items {
		if i.Key == key {
			return i.Value, true, nil
		}
	}
	return zero, false, nil
}

func (c Collection[V]) Items(ctx context.Context) ([]Item[V], error) {
	if c.core == nil {
		return nil, errZero
	}
	called("%s.list", c.core.name)
	return slices.Clone(c.core.items), ctx.Err()
}

func (c Collection[V]) List(ctx context.Context) ([]V, error) {
	items, err := c.Items(ctx)
	var list []V
	for _, i := range items {
		list = append(list, i.Value)
	}
	return list, err
}

func (c Collection[V]) Names(ctx context.Context) ([]string, error) {
	if c.core == nil {
		return nil, errZero
	}
	called("%s.names", c.core.name)
	return c.keys(), ctx.Err()
}

func (c Collection[V]) Len(ctx context.Context) (int, error) {
	if c.core == nil {
		return 0, errZero
	}
	called("%s.len", c.core.name)
	return len(c.core.items), ctx.Err()
}

func (c Collection[V]) Map(ctx context.Context) (map[string]V, error) {
	items, err := c.Items(ctx)
	m := map[string]V{}
	for _, i := range items {
		m[i.Key] = i.Value
	}
	return m, err
}

// Handle returns a member without asking.
func (c Collection[V]) Handle(key string) (V, bool) {
	var zero V
	for _, i := range c.core.items {
		if i.Key == key {
			return i.Value, true
		}
	}
	return zero, false
}

// Snaps are the snapshots of a file system.
type Snaps struct{ Collection[*Snap] }

// New makes a snapshot.
func (s Snaps) New(ctx context.Context, name string, opts ...SnapOption) (*Snap, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	called("new %s", name)
	for _, k := range s.keys() {
		if k == name {
			return nil, fmt.Errorf("snapshot %q exists", name)
		}
	}
	n := &Snap{Name: name, ID: len(s.core.items) + 1, in: s.core}
	for _, o := range opts {
		o.snap(n)
	}
	s.core.items = append(s.core.items, Item[*Snap]{name, n})
	return n, nil
}

// Where is a view of some.
func (s Snaps) Where(f func(*Snap) bool) Snaps {
	c := &core[*Snap]{name: s.core.name}
	for _, i := range s.core.items {
		if f(i.Value) {
			c.items = append(c.items, i)
		}
	}
	return Snaps{Collection[*Snap]{c}}
}

// Each calls f for each snapshot with the context.
func (s Snaps) Each(ctx context.Context, f func(context.Context, *Snap) error) error {
	for _, i := range s.core.items {
		if err := f(ctx, i.Value); err != nil {
			return fmt.Errorf("each: %w", err)
		}
	}
	return nil
}

// Snap is a snapshot.
type Snap struct {
	Name    string
	ID      int
	Comment string
	in      *core[*Snap]
}

func (s *Snap) String() string { return "snap " + s.Name }

// Delete deletes it.
func (s *Snap) Delete(ctx context.Context) error {
	if s == nil {
		return errors.New("no snapshot")
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	called("delete %s", s.Name)
	for i, it := range s.in.items {
		if it.Key == s.Name {
			s.in.items = slices.Delete(s.in.items, i, i+1)
			return nil
		}
	}
	return &NotFoundError{Key: s.Name}
}

// Usage has two values and an error.
func (s *Snap) Usage(ctx context.Context) (Bytes, int, error) {
	called("usage %s", s.Name)
	return 7 * KiB, 3, ctx.Err()
}

// Wait waits until the context ends.
func (s *Snap) Wait(ctx context.Context) error {
	called("wait %s", s.Name)
	<-ctx.Done()
	return ctx.Err()
}

// Bytes is an amount.
type Bytes int64

// Amounts.
const (
	KiB Bytes = 1024
	MiB       = 1024 * KiB
)

func (b Bytes) String() string { return fmt.Sprintf("%d B", int64(b)) }

// SnapOption is an option of New.
type SnapOption interface{ snap(*Snap) }

type comment string

func (c comment) snap(s *Snap) { s.Comment = string(c) }

// CommentOption is what Comment returns.
type CommentOption struct{ comment }

// Comment sets the comment.
func Comment(text string) CommentOption { return CommentOption{comment(text)} }

// Event is what a handler hears of.
type Event struct{ Name string }

// Handler is a function with its source.
type Handler struct {
	Name   string
	Source string
	Local  func(ctx context.Context, e Event) error
}

// Handled is the source of the last handler.
var Handled string

// On registers a handler and calls it once, here.
func (f *FS) On(ctx context.Context, name string, h Handler) error {
	called("on %s", name)
	Handled = h.Source
	return h.Local(ctx, Event{name})
}

// FS is a file system.
type FS struct {
	Name  string
	Snaps Snaps
}

// Get returns a file system; only mmfs1 is there.
func Get(ctx context.Context, name string) (*FS, error) {
	called("fs %s", name)
	if name != "mmfs1" {
		return nil, &NotFoundError{name, []string{"mmfs1"}}
	}
	return demo, ctx.Err()
}

var demo = NewFS()

// NewFS makes a file system with the snapshots b, a and c.
func NewFS() *FS {
	f := &FS{Name: "mmfs1"}
	c := &core[*Snap]{name: "snaps"}
	for i, n := range []string{"b", "a", "c"} {
		c.items = append(c.items, Item[*Snap]{n, &Snap{Name: n, ID: i + 1, in: c}})
	}
	f.Snaps = Snaps{Collection[*Snap]{c}}
	return f
}

// Reset makes the file system as new.
func Reset() {
	demo = NewFS()
	Called()
}

// Tick is a plain function with a count.
func Tick() int { called("tick"); return 1 }

// Boom panics for want of a map.
func Boom() { panic("boom") }

// Deadline is a duration.
const Deadline = 3 * time.Second

// Session has the functions of the language.
type Session struct{}

// FS shares its name with a type.
func (*Session) FS(ctx context.Context, name string) (*FS, error) { return Get(ctx, name) }

// Args are the arguments.
func (*Session) Args() []string { return []string{"one", "two"} }

// Table is the symbol table of this package.
func Table() symbols.Package {
	return symbols.Package{
		Path: "gpfsh/interp/internal/toy", Name: "toy",
		Values: func() map[string]reflect.Value {
			return map[string]reflect.Value{
				"Snap": reflect.ValueOf((*Snap)(nil)), "Snaps": reflect.ValueOf((*Snaps)(nil)), "FS": reflect.ValueOf((*FS)(nil)),
				"SnapOption": reflect.ValueOf((*SnapOption)(nil)), "CommentOption": reflect.ValueOf((*CommentOption)(nil)),
				"Event": reflect.ValueOf((*Event)(nil)), "Handler": reflect.ValueOf((*Handler)(nil)), "NotFoundError": reflect.ValueOf((*NotFoundError)(nil)), "Bytes": reflect.ValueOf((*Bytes)(nil)),
				"KiB": reflect.ValueOf(KiB), "MiB": reflect.ValueOf(MiB), "Deadline": reflect.ValueOf(Deadline),
				"Get": reflect.ValueOf(Get), "Comment": reflect.ValueOf(Comment), "Tick": reflect.ValueOf(Tick), "Boom": reflect.ValueOf(Boom),
			}
		},
		Docs: func() map[string]symbols.Doc {
			return map[string]symbols.Doc{"Snap.Delete": {Text: "Delete deletes it."}, "FS.Snaps": {Text: "Snaps are the snapshots."}}
		},
	}
}
