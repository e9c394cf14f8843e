package commands

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"gpfsh/cmd/gpfsh/internal/connect"
	"gpfsh/interp/run"
	"gpfsh/model"
)

const stateHelp = `save  reads every object of the cluster and writes them as one document: YAML where
      FILE ends in .yaml or .yml, JSON else; - writes to standard output.
diff  says what was added, removed and changed between A and B, each a file that save
      has written or a cluster in the form of --cluster: gpfsh state diff monday.json local
      What changes by itself while people work, such as what is used, is counted only.

Exit status of diff: 0 no differences, 1 differences, 2 A or B cannot be read.
A saved state can be looked at: gpfsh --cluster state:FILE
`

func stateOptions() []option {
	return []option{{long: "all", help: "diff: also what changes by itself while people work", set: func(o *options, _ string) error {
		o.all = true
		return nil
	}}, {long: "json", help: "diff: print the differences as JSON", set: func(o *options, _ string) error {
		o.asJSON = true
		return nil
	}}}
}

// runState is gpfsh state.
func runState(ctx context.Context, a *app, args []string) error {
	ctx, stop := interruptible(ctx)
	defer stop()
	switch {
	case len(args) == 2 && args[0] == "save":
		return a.saveState(ctx, args[1])
	case len(args) == 3 && args[0] == "diff":
		return a.diffStates(ctx, args[1], args[2])
	}
	return &usageError{"state needs to know what to do: gpfsh state save FILE, or gpfsh state diff A B"}
}

func (a *app) saveState(ctx context.Context, path string) error {
	s, err := a.open(ctx, a.choose(), nil)
	if err != nil {
		return err
	}
	defer s.Close()
	state, err := s.cluster.State(ctx)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	save := state.Save
	switch strings.ToLower(filepath.Ext(path)) {
	case ".yaml", ".yml":
		save = state.SaveYAML
	}
	if err := save(&b); err != nil {
		return err
	}
	for _, u := range state.Unread {
		fmt.Fprintf(a.Stderr, "gpfsh: not in the state: %s\n", u)
	}
	if path == "-" {
		_, err = a.Stdout.Write(b.Bytes())
		return err
	}
	if err := writePrivate(path, b.Bytes()); err != nil {
		return fmt.Errorf("the state is not saved: %w", err)
	}
	fmt.Fprintf(a.Stderr, "saved: %s, %d objects, in %s\n", state, len(state.Objects), path)
	return nil
}

// writePrivate writes a file that is either the old one or the new one at every moment. A state holds names of people
// and paths: it is for nobody else.
func writePrivate(path string, data []byte) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".gpfsh-*") // 0600
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		os.Remove(f.Name())
	}
	return err
}

func (a *app) diffStates(ctx context.Context, before, after string) error {
	one, err := a.stateFrom(ctx, before)
	if err != nil {
		return &usageError{err.Error()}
	}
	two, err := a.stateFrom(ctx, after)
	if err != nil {
		return &usageError{err.Error()}
	}
	differences := model.CompareStates(one, two)
	if measured := differences.Measured(); !a.all && len(measured) > 0 {
		differences = differences.Configured()
		defer fmt.Fprintf(a.Stderr, "gpfsh: %d differences that are only measured are not shown: --all shows them\n", len(measured))
	}
	if a.asJSON || !a.render.People() {
		if a.asJSON {
			data, err := json.MarshalIndent(differences, "", "  ")
			if err != nil {
				return err
			}
			if _, err := a.Stdout.Write(append(data, '\n')); err != nil {
				return err
			}
		} else if err := a.render.Value(ctx, differences); err != nil {
			return err
		}
	} else {
		a.measure()
		fmt.Fprintf(a.Stderr, "--- %s\n+++ %s\n", one, two)
		for _, part := range []model.Differences{differences.Configured(), differences.Measured()} {
			if len(part) == 0 && len(differences) > 0 {
				continue
			}
			if err := a.render.Value(ctx, part); err != nil {
				return err
			}
			if len(differences) == 0 {
				break
			}
		}
	}
	if len(differences) > 0 {
		return shown{&run.Exit{Code: 1}}
	}
	return nil
}

// stateFrom reads a saved state, or takes the state of a cluster.
func (a *app) stateFrom(ctx context.Context, from string) (*model.State, error) {
	f, err := os.Open(from)
	if err == nil {
		defer f.Close()
		if info, serr := f.Stat(); serr == nil && info.Mode().IsRegular() {
			state, err := model.LoadState(f)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", from, err)
			}
			return state, nil
		}
	}
	if !connect.IsSpec(from) {
		if err == nil {
			return nil, fmt.Errorf("%s is neither a saved state nor a cluster (%s)", from, connect.Forms)
		}
		return nil, fmt.Errorf("cannot read the state: %w", err)
	}
	s, err := a.open(ctx, connect.Choice{Spec: from}, nil)
	if err != nil {
		return nil, err
	}
	defer s.Close()
	return s.cluster.State(ctx)
}
