package filelist

import (
	"context"
	"sync/atomic"
	"time"

	telling "gpfsh/policy/progress"
)

// Progress is how far a computation is.
type Progress struct {
	Phase   string        // what is being done: "reading", "comparing contents"
	Records int64         // records or objects so far
	Bytes   int64         // of lists read, or of contents compared
	Total   int64         // bytes to be read in all; 0 when nobody knows
	Elapsed time.Duration // since the beginning
}

// Done returns the part that is done, between 0 and 1; -1 when nobody knows.
func (p Progress) Done() float64 {
	if p.Total <= 0 {
		return -1
	}
	return min(float64(p.Bytes)/float64(p.Total), 1)
}

// Rate returns records in a second.
func (p Progress) Rate() float64 {
	if p.Elapsed <= 0 {
		return 0
	}
	return float64(p.Records) / p.Elapsed.Seconds()
}

// progress is what the workers add to.
type progress struct {
	records atomic.Int64
	bytes   atomic.Int64
	total   atomic.Int64
	phase   atomic.Pointer[string]
}

func (p *progress) enter(phase string) { p.phase.Store(&phase) }

// progressInterval is how often a progress function is called.
const progressInterval = 200 * time.Millisecond

// watch calls the function from time to time, and once more at the end, which is when stop is called. Without a function
// whoever listens on the context hears of it; what is the files that are read.
func (p *progress) watch(ctx context.Context, what string, fn func(Progress)) (stop func()) {
	end := func() {}
	if fn == nil {
		work := telling.Begin(ctx)
		if work == nil {
			return end
		}
		end = work.End
		fn = func(now Progress) {
			work.Report(telling.State{Work: what, Phase: now.Phase, Count: now.Records, Noun: "files", Part: now.Done(), Elapsed: now.Elapsed})
		}
	}
	begin := time.Now()
	now := func() Progress {
		phase := "reading"
		if t := p.phase.Load(); t != nil {
			phase = *t
		}
		return Progress{phase, p.records.Load(), p.bytes.Load(), p.total.Load(), time.Since(begin)}
	}
	done, gone := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(gone)
		tick := time.NewTicker(progressInterval)
		defer tick.Stop()
		for {
			select {
			case <-done:
				return
			case <-tick.C:
				fn(now())
			}
		}
	}()
	return func() {
		close(done)
		<-gone
		fn(now())
		end()
	}
}
