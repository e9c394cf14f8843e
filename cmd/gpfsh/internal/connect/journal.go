package connect

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"gpfsh/completer"
	"gpfsh/mmexec"
)

// Ran is one command of a session.
type Ran struct {
	Time    time.Time
	Command string
	Class   mmexec.Class
	Took    time.Duration
	Planned bool // recorded in the plan and not run
	Failed  bool // not run, or an exit status that is not 0
	Unasked bool // for completion or the prompt: nobody typed it
}

// Outcome says what became of the command, in a word; "" when it ran well.
func (r Ran) Outcome() string {
	switch {
	case r.Planned:
		return "planned"
	case r.Failed:
		return "failed"
	case r.Unasked:
		return "for completion"
	}
	return ""
}

// journalMax is how many commands are remembered.
const journalMax = 2000

// Journal remembers which commands a session has run. It is safe for concurrent use.
type Journal struct {
	mu    sync.Mutex
	list  []Ran
	asked int
}

// Entries returns the commands, oldest first.
func (j *Journal) Entries() []Ran {
	j.mu.Lock()
	defer j.mu.Unlock()
	return append([]Ran(nil), j.list...)
}

// Asked counts the commands that somebody typed.
func (j *Journal) Asked() int {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.asked
}

func (j *Journal) add(r Ran) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if !r.Unasked {
		j.asked++
	}
	if len(j.list) >= journalMax {
		j.list = append(j.list[:0], j.list[len(j.list)-journalMax/2:]...)
	}
	j.list = append(j.list, r)
}

func (j *Journal) middleware(next mmexec.Executor) mmexec.Executor {
	return &onRun{next, func(ctx context.Context, cmd mmexec.Command) (*mmexec.Result, error) {
		line := cmd.String()
		if cmd.Cluster != "" {
			line += " # on " + cmd.Cluster
		}
		r := Ran{Time: time.Now(), Command: line, Class: mmexec.ClassifyCommand(cmd), Unasked: completer.IsUnattended(ctx)}
		res, err := next.Run(ctx, cmd)
		r.Took = time.Since(r.Time)
		r.Failed = err != nil || res.ExitCode != 0
		r.Planned = err == nil && res.Planned
		j.add(r)
		return res, err
	}}
}

// ErrExplained is the error of a command that would take long and was not run, because its entry is only explained.
var ErrExplained = errors.New("not run: the entry is only explained")

type explainKey struct{}

// Explained is what the explanation of an entry has found.
type Explained struct {
	mu   sync.Mutex
	list []ExplainedCommand
}

// ExplainedCommand is a command that an entry would run.
type ExplainedCommand struct {
	Command string
	Class   mmexec.Class
	Asked   bool // it only reads and was run, because what follows depends on it
}

// Commands returns the commands in their order.
func (x *Explained) Commands() []ExplainedCommand {
	x.mu.Lock()
	defer x.mu.Unlock()
	return append([]ExplainedCommand(nil), x.list...)
}

// Explain marks a context: of the commands run with it only cheap ones that read are run, all others are noted.
func Explain(ctx context.Context) (context.Context, *Explained) {
	x := &Explained{}
	return context.WithValue(ctx, explainKey{}, x), x
}

func explain(next mmexec.Executor) mmexec.Executor {
	return &onRun{next, func(ctx context.Context, cmd mmexec.Command) (*mmexec.Result, error) {
		x, ok := ctx.Value(explainKey{}).(*Explained)
		if !ok {
			return next.Run(ctx, cmd)
		}
		c := mmexec.ClassifyCommand(cmd)
		run := c.Known && c.Effect == mmexec.Reads && !c.Heavy && c.Cost <= mmexec.CostManager
		x.mu.Lock()
		x.list = append(x.list, ExplainedCommand{Command: cmd.String(), Class: c, Asked: run})
		x.mu.Unlock()
		switch {
		case run:
			return next.Run(ctx, cmd)
		case c.Effect != mmexec.Reads:
			return &mmexec.Result{Planned: true}, nil
		}
		return nil, fmt.Errorf("%s: %w", cmd, ErrExplained)
	}}
}
