package completer

import (
	"context"
	"fmt"

	"gpfsh/mmexec"
)

// limitKey is the key of the context value that marks what nobody has typed.
type limitKey struct{}

// Unattended marks a context: commands run with it were not typed by anybody, so that they may only read, and cost no
// more than max. [Guard] refuses all others.
func Unattended(ctx context.Context, max mmexec.Cost) context.Context {
	return context.WithValue(mmexec.Unattended(ctx, max), limitKey{}, max)
}

// RefusedError says that a command was not run because nobody typed it and it is not harmless enough to be run unasked.
type RefusedError struct {
	Cmd   mmexec.Command
	Class mmexec.Class
}

// Error names the command and what it does and costs.
func (e *RefusedError) Error() string {
	return fmt.Sprintf("not run unasked: %s (it %s and %s)", e.Cmd, e.Class.Effect, e.Class.Cost)
}

// neverUnasked are commands that read and are not cheap enough all the same: a file system may have a hundred thousand
// quotas, and completion runs in many shells.
var neverUnasked = map[string]bool{"mmrepquota": true, "mmlsquota": true}

// Guard makes the middleware that holds [Unattended] to its word. It stands before all others, so that a dry run does
// not plan what nobody typed.
func Guard() mmexec.Middleware {
	return func(next mmexec.Executor) mmexec.Executor { return &guard{next} }
}

type guard struct{ mmexec.Executor }

// Unwrap returns the executor behind it.
func (g *guard) Unwrap() mmexec.Executor { return g.Executor }

// Run runs or refuses a command.
func (g *guard) Run(ctx context.Context, cmd mmexec.Command) (*mmexec.Result, error) {
	if limit, ok := ctx.Value(limitKey{}).(mmexec.Cost); ok {
		c := mmexec.ClassifyCommand(cmd)
		if neverUnasked[cmd.Name] || !c.Known || c.Heavy || c.Effect != mmexec.Reads || c.Cost > limit {
			return nil, &RefusedError{Cmd: cmd, Class: c}
		}
	}
	return g.Executor.Run(ctx, cmd)
}

// Put refuses to leave files on a node unasked.
func (g *guard) Put(ctx context.Context, name string, data []byte) (string, error) {
	if _, ok := ctx.Value(limitKey{}).(mmexec.Cost); ok {
		return "", fmt.Errorf("not written unasked: file %s", name)
	}
	return g.Executor.Put(ctx, name, data)
}

// IsUnattended says whether nobody typed what a context runs.
func IsUnattended(ctx context.Context) bool {
	_, ok := ctx.Value(limitKey{}).(mmexec.Cost)
	return ok
}
