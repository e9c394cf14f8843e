package mmexec

import (
	"context"
	"strings"
	"sync"
	"time"
)

// ReadCache keeps the answers of reading commands while one expression is evaluated, so that the same question is asked
// once. Any changing command empties it. It is safe for concurrent use; the zero value is empty and ready.
type ReadCache struct {
	// Keep is how long an answer is good for, so that whoever waits for something by asking again and again sees it
	// come; 0 means until Clear.
	Keep time.Duration

	mu      sync.Mutex
	answers map[string]*answer
}

// answer is a reply that is there, or on its way when done is not closed yet.
type answer struct {
	done chan struct{}
	res  *Result
	err  error
	at   time.Time // when it came
}

// Clear forgets everything: at the beginning of each expression.
func (c *ReadCache) Clear() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.answers = nil
}

// Cache makes a middleware that answers repeated reading commands from c. Commands that stream their output are not
// kept, and neither are failures.
func Cache(c *ReadCache) Middleware {
	return func(next Executor) Executor { return &cached{next, c} }
}

type cached struct {
	Executor
	cache *ReadCache
}

// Unwrap returns the executor behind it.
func (x *cached) Unwrap() Executor { return x.Executor }

// Run answers from the cache or runs the command.
func (x *cached) Run(ctx context.Context, cmd Command) (*Result, error) {
	if ClassifyCommand(cmd).Effect != Reads {
		// Before, so that nothing that was read earlier outlives the change; after, for what was read meanwhile.
		x.cache.Clear()
		defer x.cache.Clear()
		return x.Executor.Run(ctx, cmd)
	}
	if cmd.Stdout != nil {
		return x.Executor.Run(ctx, cmd)
	}
	key := cacheKey(cmd)
	for {
		x.cache.mu.Lock()
		a := x.cache.answers[key]
		if a == nil {
			a = &answer{done: make(chan struct{})}
			if x.cache.answers == nil {
				x.cache.answers = make(map[string]*answer)
			}
			x.cache.answers[key] = a
			x.cache.mu.Unlock()
			return x.ask(ctx, cmd, key, a)
		}
		x.cache.mu.Unlock()
		select {
		case <-a.done:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
		if a.err == nil && x.cache.Keep > 0 && time.Since(a.at) > x.cache.Keep {
			x.forget(key, a)
			continue
		}
		if a.err == nil {
			res := *a.res
			return &res, nil
		}
		// Whoever asked first may have been interrupted; this caller was not. Its own failure it gets itself.
	}
}

func (x *cached) ask(ctx context.Context, cmd Command, key string, a *answer) (*Result, error) {
	a.res, a.err = x.Executor.Run(ctx, cmd)
	a.at = time.Now()
	keep := a.err == nil && a.res.ExitCode == 0 && a.res.Signal == "" && !a.res.Planned
	if !keep {
		x.forget(key, a)
	}
	close(a.done)
	if a.err != nil {
		return nil, a.err
	}
	res := *a.res
	return &res, nil
}

func (x *cached) forget(key string, a *answer) {
	x.cache.mu.Lock()
	defer x.cache.mu.Unlock()
	if x.cache.answers[key] == a {
		delete(x.cache.answers, key)
	}
}

func cacheKey(cmd Command) string {
	var b strings.Builder
	b.WriteString(cmd.String())
	for _, f := range cmd.Files {
		b.WriteString("\x00" + f.Name + "\x00" + string(f.Data))
	}
	b.WriteString("\x00" + string(cmd.Stdin))
	return b.String()
}
