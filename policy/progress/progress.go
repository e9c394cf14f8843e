// Package progress carries how far long work is from where it is done to whoever shows it. The way is the context: work
// that is begun with a context that nobody listens on costs nothing.
package progress

import (
	"context"
	"sync"
	"sync/atomic"
	"time"
)

// State is how far a piece of work is.
type State struct {
	Work    string        // what is being done: "mmapplypolicy mmfs1", "/gpfs/p42"
	Phase   string        // the part of it that goes on: "reading"
	Count   int64         // how many so far
	Noun    string        // of what is counted: "files"; "" when nothing is
	Part    float64       // that is done, between 0 and 1; negative when nobody knows
	Elapsed time.Duration // since the beginning; 0 leaves it to the listener
}

// Listener hears of pieces of work. It is called from several goroutines.
type Listener interface {
	// Report hears how far a piece of work is; the number tells it from others that go on.
	Report(id uint64, s State)
	// End hears that it is over.
	End(id uint64)
}

type key struct{}

// With returns a context whose work is heard by the listener; by nobody where that is nil.
func With(ctx context.Context, l Listener) context.Context { return context.WithValue(ctx, key{}, l) }

var last atomic.Uint64

// Work is a piece of work that somebody may listen to. The nil Work is one that nobody does.
type Work struct {
	id   uint64
	to   Listener
	once sync.Once
}

// Begin begins a piece of work. Its End must be called.
func Begin(ctx context.Context) *Work {
	l, ok := ctx.Value(key{}).(Listener)
	if !ok || l == nil {
		return nil
	}
	return &Work{id: last.Add(1), to: l}
}

// Report tells how far the work is.
func (w *Work) Report(s State) {
	if w != nil {
		w.to.Report(w.id, s)
	}
}

// End tells that the work is over. It may be called more than once.
func (w *Work) End() {
	if w != nil {
		w.once.Do(func() { w.to.End(w.id) })
	}
}
