package model

import (
	"context"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"

	"gpfsh/mmexec"
	"gpfsh/policy/spell"
)

// Collection is the shape that all collections have in common: a map from names to objects that holds nothing. Each
// question is answered by the cluster, by one command whatever the number of members; the type of the collection says
// by which.
//
// A Collection is a value and cannot be nil. One that was not taken from a [Cluster] or an object answers with an error.
type Collection[V any] struct{ src *source[V] }

// Item is one member of a collection with its key.
type Item[V any] struct {
	Key   string `json:"key"`
	Value V      `json:"value"`
}

// source says how one collection is asked.
type source[V any] struct {
	c    *Cluster
	kind string // what the members are: "snapshot"
	of   string // where they are: "mmfs1"; "" for those of the cluster
	// ready says why the collection cannot be asked: its parent is planned only, or was made by hand.
	ready func() error

	list func(context.Context) ([]Item[V], error)
	// names is set where names cost less than members.
	names func(context.Context) ([]string, error)
	// one is set where the command can ask for one member. It answers with a NotFoundError where the cluster's words
	// leave no doubt; after any other refusal the names are looked through.
	one func(ctx context.Context, key string) (V, error)
	// find is set where a member has more names than its key.
	find   func(items []Item[V], key string) (V, bool, error)
	handle func(key string) (V, bool)

	patterns []string // of keys; a key matches all of them
	filters  []filter[V]
	err      error // of making the view
}

// filter makes the test of a view. What the test needs of the cluster is asked once for each question.
type filter[V any] func(context.Context) (func(V) bool, error)

// Get returns the member of that name. A name that is not there is a [*NotFoundError] with the names there are.
func (c Collection[V]) Get(ctx context.Context, key string) (V, error) {
	v, found, refusal, err := c.seek(ctx, key)
	if err != nil || found {
		return v, err
	}
	var none V
	return none, c.missing(ctx, key, refusal)
}

// Lookup returns the member of that name and whether there is one. The error is that of asking; a name that is not
// there is none.
func (c Collection[V]) Lookup(ctx context.Context, key string) (V, bool, error) {
	v, found, _, err := c.seek(ctx, key)
	return v, found && err == nil, err
}

// List returns the members in the order of the command.
func (c Collection[V]) List(ctx context.Context) ([]V, error) {
	items, err := c.Items(ctx)
	if err != nil {
		return nil, err
	}
	list := make([]V, len(items))
	for i, it := range items {
		list[i] = it.Value
	}
	return list, nil
}

// Items returns the members with their keys in the order of the command.
func (c Collection[V]) Items(ctx context.Context) ([]Item[V], error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	items, err := c.src.list(ctx)
	if err != nil {
		return nil, err
	}
	for _, it := range items {
		c.src.stamp(it.Value)
	}
	if len(c.src.patterns) > 0 {
		items = slices.DeleteFunc(items, func(it Item[V]) bool { return !c.src.matches(it.Key) })
	}
	return c.src.keep(ctx, items)
}

// Names returns the keys in the order of the command.
func (c Collection[V]) Names(ctx context.Context) ([]string, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	if c.src.names != nil && len(c.src.filters) == 0 {
		names, err := c.src.names(ctx)
		if err != nil {
			return nil, err
		}
		return slices.DeleteFunc(names, func(n string) bool { return !c.src.matches(n) }), nil
	}
	items, err := c.Items(ctx)
	if err != nil {
		return nil, err
	}
	names := make([]string, len(items))
	for i, it := range items {
		names[i] = it.Key
	}
	return names, nil
}

// Len returns the number of members.
func (c Collection[V]) Len(ctx context.Context) (int, error) {
	names, err := c.Names(ctx)
	return len(names), err
}

// Map returns the members by their keys.
func (c Collection[V]) Map(ctx context.Context) (map[string]V, error) {
	items, err := c.Items(ctx)
	if err != nil {
		return nil, err
	}
	m := make(map[string]V, len(items))
	for _, it := range items {
		m[it.Key] = it.Value
	}
	return m, nil
}

// Handle returns an object of that name without asking whether there is one. Its data fields are empty; its methods and
// its collections work. It is false where there can be none of that name, and for objects that are nothing but data.
func (c Collection[V]) Handle(key string) (V, bool) {
	if c.check() != nil || c.src.handle == nil {
		var none V
		return none, false
	}
	return c.src.handle(key)
}

func (c Collection[V]) check() error {
	if c.src == nil {
		return errors.New("this collection belongs to no cluster: take it from Cluster() or from an object, do not make it")
	}
	if c.src.ready != nil {
		if err := c.src.ready(); err != nil {
			return err
		}
	}
	return c.src.err
}

// seek finds a member. What the cluster said when it refused to tell of a member that is not there is the refusal.
func (c Collection[V]) seek(ctx context.Context, key string) (v V, found bool, refusal, err error) {
	if err = c.check(); err != nil {
		return v, false, nil, err
	}
	if c.src.one == nil {
		v, found, err = c.seekInList(ctx, key)
		return v, found, nil, err
	}
	v, err = c.src.one(ctx, key)
	var missing *NotFoundError
	var unspeakable *mmexec.NameError
	switch {
	case errors.As(err, &unspeakable) && c.src.names != nil:
		return v, false, nil, nil // a name that there cannot be is not worth asking every member for
	case errors.As(err, &unspeakable):
		v, found, err = c.seekInList(ctx, key)
		return v, found, nil, err
	case err == nil:
		c.src.stamp(v)
		found, err = c.holds(ctx, key, v)
		return v, found, nil, err
	case errors.As(err, &missing) && missing.Kind == c.src.kind:
		return v, false, missing.Err, nil
	case !refused(err):
		return v, false, nil, err
	}
	// The words of a refusal differ from release to release: only a name that is not listed is not there.
	names, lerr := c.Names(ctx)
	if lerr != nil || slices.Contains(names, key) {
		return v, false, nil, err
	}
	return v, false, err, nil
}

func (c Collection[V]) seekInList(ctx context.Context, key string) (v V, found bool, err error) {
	items, err := c.Items(ctx)
	if err != nil {
		return v, false, err
	}
	if c.src.find != nil {
		return c.src.find(items, key)
	}
	for _, it := range items {
		if it.Key == key {
			return it.Value, true, nil
		}
	}
	return v, false, nil
}

// holds reports whether a member that the cluster has is in this view of them.
func (c Collection[V]) holds(ctx context.Context, key string, v V) (bool, error) {
	if !c.src.matches(key) {
		return false, nil
	}
	kept, err := c.src.keep(ctx, []Item[V]{{key, v}})
	return len(kept) == 1, err
}

func (c Collection[V]) missing(ctx context.Context, key string, refusal error) error {
	e := &NotFoundError{Kind: c.src.kind, Name: key, In: c.src.of, Err: refusal}
	e.Names, e.Unlisted = c.Names(ctx)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return e
}

func (s *source[V]) matches(key string) bool {
	for _, p := range s.patterns {
		if ok, _ := path.Match(flat(p), flat(key)); !ok {
			return false
		}
	}
	return true
}

// flat keeps a slash in a key from meaning a directory: * stands for any text.
func flat(s string) string { return strings.ReplaceAll(s, "/", "\x00") }

func (s *source[V]) keep(ctx context.Context, items []Item[V]) ([]Item[V], error) {
	for _, f := range s.filters {
		test, err := f(ctx)
		if err != nil {
			return nil, err
		}
		kept := make([]Item[V], 0, len(items))
		for _, it := range items {
			if test(it.Value) {
				kept = append(kept, it)
			}
			// A test that was cancelled answers anything; its answer must not count.
			if err := ctx.Err(); err != nil {
				return nil, err
			}
		}
		items = kept
	}
	return items, nil
}

// filtered reports whether this is a view of some members rather than the collection itself.
func (c Collection[V]) filtered() bool {
	return c.src != nil && len(c.src.patterns)+len(c.src.filters) > 0
}

func (c Collection[V]) where(keep func(V) bool) Collection[V] {
	if keep == nil {
		return c.with(func(s *source[V]) { s.err = errors.New("Where needs a function that says which members to keep") })
	}
	return c.whereAsking(func(context.Context) (func(V) bool, error) { return keep, nil })
}

func (c Collection[V]) whereAsking(f filter[V]) Collection[V] {
	return c.with(func(s *source[V]) { s.filters = append(slices.Clip(s.filters), f) })
}

func (c Collection[V]) match(pattern string) Collection[V] {
	return c.with(func(s *source[V]) {
		if _, err := path.Match(pattern, ""); err != nil {
			s.err = fmt.Errorf("cannot match names with %q: %w (use * for any text, ? for one character)", pattern, err)
		}
		s.patterns = append(slices.Clip(s.patterns), pattern)
	})
}

// with returns a view: a changed copy of how the collection is asked.
func (c Collection[V]) with(change func(*source[V])) Collection[V] {
	if c.src == nil {
		return c
	}
	s := *c.src
	change(&s)
	return Collection[V]{&s}
}

// members returns the members of a view to which something is to be done. A collection that is no view is refused: it
// must be said which.
func (c Collection[V]) members(ctx context.Context, what string) ([]Item[V], error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	if !c.filtered() {
		return nil, fmt.Errorf("refused to %s all %s: say which with Where or Match first", what, spell.Plural(c.src.kind))
	}
	return c.Items(ctx)
}
