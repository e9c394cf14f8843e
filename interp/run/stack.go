package run

import (
	"errors"
	"runtime/metrics"
	"time"
)

// errTooDeep is the panic of a recursion that does not end.
var errTooDeep = errors.New("recursion too deep")

// The line is drawn at a few thousand calls: the interpreter unwinds a panic in a time that grows with the square of
// the depth, and Go ends a process whose stack passes 1 GB.
const (
	maxStack     = 6 << 20  // bytes of all stacks
	perGoroutine = 32 << 10 // that each goroutine may have besides
	watchEvery   = 2 * time.Millisecond
)

// watchStack looks at the stacks from time to time while a statement runs, and sets the flag that function entries poll
// when they grow too large. It costs the running code nothing.
func (r *runtimeState) watchStack(s *statement) (stop func()) {
	sample := []metrics.Sample{{Name: "/memory/classes/heap/stacks:bytes"}, {Name: "/sched/goroutines:goroutines"}}
	done := make(chan struct{})
	var timer *time.Timer
	made := make(chan struct{}) // the timer may run before it is assigned
	timer = time.AfterFunc(watchEvery, func() {
		<-made
		select {
		case <-done:
			return
		default:
		}
		metrics.Read(sample)
		if sample[0].Value.Uint64() > maxStack+perGoroutine*sample[1].Value.Uint64() && s.ctx.Err() == nil {
			s.tooDeep.Store(true)
			r.setFlag(true)
		}
		timer.Reset(watchEvery)
	})
	close(made)
	return func() {
		close(done)
		timer.Stop()
	}
}
