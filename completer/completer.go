// Package completer says what may come next at a cursor: names by static type, and keys of collections as the cluster
// has them.
//
// It runs nothing that changes anything. Keys are learned by commands that only read; what is not answered from the
// configuration is asked only when somebody pressed a key for it, once at a time, and kept for a minute or more. A key
// press never waits long: names that come late are announced.
package completer

import (
	"context"
	"strings"
	"time"

	"gpfsh/interp"
)

// Language is what completion asks of a session.
type Language interface {
	// Cursor describes the place of a cursor and runs nothing.
	Cursor(src string, offset int) interp.Cursor
	// Resolve follows a path to a collection without running the user's code.
	Resolve(ctx context.Context, p interp.Path) (any, error)
}

// Options say how patient completion is. Zero values mean the defaults.
type Options struct {
	// Patience is how long a key press may wait for names: 150 ms.
	Patience time.Duration
	// TTL is how long names are kept before the cluster is asked again: 60 s.
	TTL time.Duration
	// Deadline is how long one question may take: 10 s.
	Deadline time.Duration
	// Max is how many suggestions are made at most: 200.
	Max int
	// Ready is called, from any goroutine, when an answer has come that a key press did not wait for.
	Ready func()
	// Now tells the time; tests set it.
	Now func() time.Time
}

// retryAfter is how long a collection is left alone after a question that failed.
const retryAfter = 5 * time.Second

func (o Options) withDefaults() Options {
	if o.Patience == 0 {
		o.Patience = 150 * time.Millisecond
	}
	if o.TTL == 0 {
		o.TTL = time.Minute
	}
	if o.Deadline == 0 {
		o.Deadline = 10 * time.Second
	}
	if o.Max == 0 {
		o.Max = 200
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	return o
}

// Suggestion is one text that may stand at the cursor.
type Suggestion struct {
	Text string // what takes the place of the word so far
	Kind string // "field", "method", "func", "var", "const", "type", "package", "keyword", "key", "path" … or KindHint
	Type string // the type or signature as the shell shows it
	Doc  string // one line
}

// KindHint is the kind of a suggestion that is help on the call at the cursor and nothing to choose.
const KindHint = "hint"

// Result is what may stand at a cursor.
type Result struct {
	Start       int // offset at which the word to be replaced begins
	Suggestions []Suggestion
	// Pending says that the cluster has been asked and Options.Ready will be called when it has answered.
	Pending bool
	// More says that there is more to show to who asks for it: what costs a question to the cluster.
	More bool
}

// Completer completes the input of one session. Its methods may be called from any goroutine, one at a time.
type Completer struct {
	lang  Language
	opts  Options
	names *names

	objects *objects
}

// New makes a completer for a session.
func New(lang Language, opts Options) *Completer {
	opts = opts.withDefaults()
	return &Completer{
		lang: lang, opts: opts, objects: &objects{opts: opts, lang: lang, known: make(map[string]*object)},
		names: &names{opts: opts, lang: lang, answers: make(map[string]*answer)},
	}
}

// Complete returns what may stand at offset in src. asked says that somebody pressed a key to have it, rather than just
// typed on.
func (c *Completer) Complete(src string, offset int, asked bool) Result {
	cur := c.lang.Cursor(src, offset)
	if cur.Start < 0 || cur.Start > offset || offset > len(src) {
		return Result{Start: offset}
	}
	res := Result{Start: cur.Start}
	switch cur.Kind {
	case interp.CursorIdent:
		// After every blank any name may follow: that is worth showing only to who asks.
		// Inside a call, what the parameter takes is worth showing at once.
		var narrowed bool
		cur.Members, narrowed = fitting(cur)
		if cur.Prefix != "" || asked || narrowed {
			res.Suggestions = c.members(cur, src[offset:])
			if narrowed {
				res.More, res.Pending = c.withPresent(res.Suggestions, cur, asked)
			}
		}
		if len(res.Suggestions) == 0 && cur.Prefix == "" {
			res.Suggestions, res.More = signature(cur), true
		}
	case interp.CursorMember:
		res.Suggestions = c.members(cur, src[offset:])
	case interp.CursorText:
		c.text(&res, cur, src, offset, asked)
	case interp.CursorKey:
		c.keys(&res, src, cur, asked)
	}
	return res
}

// Entered says that an entry was run: what its variables stand for may be something else now. changed says that it
// changed the cluster, so that all names are learned anew.
func (c *Completer) Entered(changed bool) {
	c.names.forget(changed)
	c.objects.forget()
}

func (c *Completer) members(cur interp.Cursor, behind string) []Suggestion {
	found := rank(len(cur.Members), cur.Prefix, func(i int) (string, int) {
		return cur.Members[i].Name, memberRank(cur.Members[i])
	})
	if len(found) == 1 && cur.Members[found[0]].Name == cur.Prefix && !isCallable(cur.Members[found[0]]) {
		return nil // nothing to add
	}
	out := make([]Suggestion, 0, min(len(found), c.opts.Max))
	for _, i := range found[:min(len(found), c.opts.Max)] {
		m := cur.Members[i]
		out = append(out, Suggestion{Text: m.Name + callText(m, behind), Kind: m.Kind, Type: m.Type, Doc: m.Doc})
	}
	return out
}

func isCallable(m interp.Member) bool { return m.Kind == "method" || m.Kind == "func" }

// callText is what a function needs behind its name to be called.
func callText(m interp.Member, behind string) string {
	if !isCallable(m) || strings.HasPrefix(behind, "(") {
		return ""
	}
	params := strings.TrimPrefix(m.Type, "func")
	if strings.HasPrefix(params, "()") {
		return "()"
	}
	return "("
}
