package script

import (
	"context"
	"errors"
	"fmt"
	"os"

	"gpfsh/model"
)

// File returns the file or directory with an absolute path, as Cluster().File(path) does. It asks nobody.
func (s *Session) File(path string) *model.File { return s.opts.Cluster.File(path) }

// Jobs returns the long operations that were begun, in this session or an earlier one, as Cluster().Jobs() does.
func (s *Session) Jobs(ctx context.Context) ([]*model.Job, error) { return s.opts.Cluster.Jobs(ctx) }

// Stamp returns the time in the zone of the cluster in a form of package time: Stamp("nightly-20060102").
func (s *Session) Stamp(form string) string { return s.opts.Cluster.Clock().Format(form) }

// State reads a state that was saved on this machine: by gpfsh state save, or by State.Save.
func (s *Session) State(path string) (*model.State, error) { return readState(path) }

func readState(path string) (*model.State, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("cannot read the state: %w", err)
	}
	defer f.Close()
	state, err := model.LoadState(f)
	if err != nil {
		return nil, fmt.Errorf("cannot read the state %s: %w", path, err)
	}
	return state, nil
}

// Diff says what is not the same before and after: two states of a cluster, a state and the cluster as it is now, two
// clusters, or two nodes. A cluster is read as State does: Diff(State("yesterday.json"), Cluster()).
func (s *Session) Diff(ctx context.Context, before, after any) (model.Differences, error) {
	one, isNode := before.(*model.Node)
	if two, ok := after.(*model.Node); ok || isNode {
		if !ok || !isNode {
			return nil, errors.New("a node can only be compared with a node")
		}
		return one.Diff(ctx, two)
	}
	old, err := stateOf(ctx, before)
	if err != nil {
		return nil, err
	}
	fresh, err := stateOf(ctx, after)
	if err != nil {
		return nil, err
	}
	return model.CompareStates(old, fresh), nil
}

// stateOf returns what can be compared.
func stateOf(ctx context.Context, v any) (*model.State, error) {
	switch x := v.(type) {
	case *model.State:
		if x != nil {
			return x, nil
		}
	case *model.Cluster:
		if x != nil {
			return x.State(ctx)
		}
	case string:
		return nil, fmt.Errorf("%q is only a text: State(%q) reads the state in that file", x, x)
	}
	return nil, fmt.Errorf("states, clusters and nodes can be compared, not %T", v)
}
