package completer

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"sync"
	"time"

	"gpfsh/interp"
	"gpfsh/mmexec"
)

// named is what a collection of the model answers for completion: its keys, by the cheapest command there is.
type named interface {
	Names(ctx context.Context) ([]string, error)
}

// answer is what is known of the names of one collection.
type answer struct {
	names []string
	known bool // names were learned, at some time
	at    time.Time
	// pending is closed when the question that is under way is answered; nil when there is none.
	pending chan struct{}
	// refused says that the names cost more than may be spent unasked.
	refused bool
	failed  time.Time // when the last question failed; zero when it did not
}

// names keeps the keys of collections for a while and asks for each collection one question at a time.
type names struct {
	opts Options
	lang Language

	mu      sync.Mutex
	answers map[string]*answer
	era     int // grows when everything is forgotten, so that a late answer does not come back
}

// look returns the names of a collection. asked says that somebody pressed a key to have them: then they may cost a
// question to the manager of a file system. done is false when the answer is still under way.
func (n *names) look(p interp.Path, asked bool) (keys []string, age time.Duration, done bool) {
	id := pathID(p)
	n.mu.Lock()
	a := n.answers[id]
	if a == nil {
		a = &answer{}
		n.answers[id] = a
	}
	// Only the key press that asks waits; those behind it find the question under way.
	var wait chan struct{}
	if n.due(a, asked) {
		wait = n.ask(id, a, p, asked)
	}
	known := a.known
	n.mu.Unlock()

	if wait != nil && !known {
		patience := time.NewTimer(n.opts.Patience)
		defer patience.Stop()
		select {
		case <-wait:
		case <-patience.C:
		}
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	if a.known {
		age = n.opts.Now().Sub(a.at)
	}
	return a.names, age, a.known || a.pending == nil
}

// due says whether the cluster is to be asked now.
func (n *names) due(a *answer, asked bool) bool {
	now := n.opts.Now()
	switch {
	case a.pending != nil:
		return false
	case !a.failed.IsZero() && now.Sub(a.failed) < retryAfter:
		return false // a cluster that does not answer is not asked with every key
	case !a.failed.IsZero() && !asked:
		return now.Sub(a.failed) >= n.opts.TTL
	case a.known && now.Sub(a.at) < n.opts.TTL:
		return false
	case a.refused && !asked:
		return false
	}
	return true
}

// ask begins a question. The collection is found at once, in the goroutine of the caller, because its variables belong
// to the session; only the question itself goes on behind the prompt.
func (n *names) ask(id string, a *answer, p interp.Path, asked bool) chan struct{} {
	limit := mmexec.CostConfig
	if asked {
		limit = mmexec.CostManager
	}
	ctx := Unattended(context.Background(), limit)
	coll, err := n.resolve(ctx, p)
	if err != nil {
		n.store(id, a, nil, err)
		return nil
	}
	done := make(chan struct{})
	a.pending = done
	era := n.era
	go func() {
		ctx, cancel := context.WithTimeout(ctx, n.opts.Deadline)
		defer cancel()
		keys, err := namesOf(ctx, coll)
		n.mu.Lock()
		if n.era == era {
			n.store(id, a, keys, err)
		}
		a.pending = nil
		n.mu.Unlock()
		close(done)
		if n.opts.Ready != nil {
			n.opts.Ready()
		}
	}()
	return done
}

func (n *names) resolve(ctx context.Context, p interp.Path) (named, error) {
	ctx, cancel := context.WithTimeout(ctx, n.opts.Patience)
	defer cancel()
	v, err := n.lang.Resolve(ctx, p)
	if err != nil {
		return nil, err
	}
	coll, ok := v.(named)
	if !ok {
		return nil, errors.New("not a collection")
	}
	return coll, nil
}

// namesOf asks a collection. A panic of it must not end the shell behind its back.
func namesOf(ctx context.Context, coll named) (keys []string, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = errors.New("the names cannot be read")
		}
	}()
	return coll.Names(ctx)
}

// store keeps an answer; n.mu is held.
func (n *names) store(id string, a *answer, keys []string, err error) {
	var refused *RefusedError
	switch {
	case err == nil:
		a.names, a.known, a.at = keys, true, n.opts.Now()
		a.refused, a.failed = false, time.Time{}
	case errors.As(err, &refused):
		a.refused = true
	default:
		a.failed = n.opts.Now()
	}
	n.answers[id] = a
}

// forget drops the names of collections that were found through variables of the session; all of them when all is set.
func (n *names) forget(all bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.era++
	for id := range n.answers {
		if all || !strings.HasPrefix(id, clusterRoot) {
			delete(n.answers, id)
		}
	}
}

// clusterRoot begins the paths that mean the same whatever the session's variables are.
const clusterRoot = "Cluster\x00"

func pathID(p interp.Path) string {
	var b strings.Builder
	for _, s := range p {
		switch {
		case s.Root != "":
			b.WriteString(s.Root + "\x00")
		case s.Field != "":
			b.WriteString("." + s.Field)
		default:
			b.WriteString("[" + strconv.Quote(s.Key) + "]")
		}
	}
	return b.String()
}
