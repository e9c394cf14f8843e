package learn

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"gpfsh/interp"
	"gpfsh/interp/script"
	"gpfsh/mmexec"
	"gpfsh/mmexec/mmsim"
	"gpfsh/model"
)

// site is the simulated cluster of a lesson: in memory, or, for lessons with files, in a directory of its own. It is an
// executor that reaches whichever of them the lesson is taken on.
type site struct {
	sim     *mmsim.Cluster
	dir     string // of a cluster with files; "" for one in memory
	options []model.ConnectOption
	plan    *mmexec.Plan    // of hand
	hand    *interp.Session // does steps for whoever skips them; made when it is needed
}

func newSite() (*site, error) {
	s := &site{sim: mmsim.New()}
	st, err := s.sim.State()
	if err != nil {
		return nil, err
	}
	s.options = []model.ConnectOption{
		model.InZone(time.FixedZone(st.Zone.Name, st.Zone.Offset)),
		model.WithClock(func() time.Time { return st.Now }), // its clock stands still
		model.ResolvingNames(s.sim.People()),
	}
	return s, nil
}

// Run runs a command on the cluster.
func (s *site) Run(ctx context.Context, cmd mmexec.Command) (*mmexec.Result, error) {
	return s.sim.Run(ctx, cmd)
}

// Put writes a file for a command.
func (s *site) Put(ctx context.Context, name string, data []byte) (string, error) {
	return s.sim.Put(ctx, name, data)
}

// Get reads a file that a command has written.
func (s *site) Get(ctx context.Context, path string) ([]byte, error) { return s.sim.Get(ctx, path) }

// Remove removes a file that Put made.
func (s *site) Remove(ctx context.Context, path string) error { return s.sim.Remove(ctx, path) }

// fresh makes the demo cluster anew.
func (s *site) fresh(files bool) error {
	if !files && s.dir == "" {
		return s.sim.Update(func(st *mmsim.State) error {
			*st = *mmsim.DemoState()
			return nil
		})
	}
	if err := s.leave(); err != nil {
		return err
	}
	if !files {
		s.sim = mmsim.New()
		return nil
	}
	dir, err := os.MkdirTemp("", "gpfsh-learn-")
	if err != nil {
		return err
	}
	s.dir = dir
	if err := mmsim.Init(filepath.Join(dir, "site"), mmsim.DemoState(), nil); err != nil {
		return err
	}
	if s.sim, err = mmsim.Open(filepath.Join(dir, "site")); err != nil {
		return err
	}
	// Its files are where the directories are, so that whatever copies files on this machine can be used.
	return s.sim.Update(func(st *mmsim.State) error {
		f := find(st.Filesystems, func(f *mmsim.Filesystem) bool { return f.Name == "mmfs1" })
		f.Attrs.MountPoint = f.Data
		for i := range f.Mounts {
			f.Mounts[i].Point = f.Data
		}
		return nil
	})
}

// leave gives the cluster back, with its directory.
func (s *site) leave() error {
	err := s.sim.Close()
	if s.dir != "" {
		// Directories of snapshots are read only.
		_ = filepath.WalkDir(s.dir, func(path string, d fs.DirEntry, err error) error {
			if err == nil && d.IsDir() {
				_ = os.Chmod(path, 0o700)
			}
			return nil
		})
		err = errors.Join(err, os.RemoveAll(s.dir))
		s.dir = ""
	}
	return err
}

// find returns the first element that is looked for, nil when there is none.
func find[T any](list []T, is func(*T) bool) *T {
	for i := range list {
		if is(&list[i]) {
			return &list[i]
		}
	}
	return nil
}

// reset makes the cluster as it was and sets up a lesson on it.
func (s *site) reset(ctx context.Context, l *Lesson) error {
	err := s.fresh(l.Files)
	for _, line := range l.Setup {
		if err == nil {
			err = s.setup(ctx, line)
		}
	}
	if err != nil {
		return fmt.Errorf("lesson %s cannot be set up: %w", l.Name, err)
	}
	return nil
}

// session starts a session of the language that sees the cluster through an executor.
func (s *site) session(ctx context.Context, ex mmexec.Executor, plan *mmexec.Plan) (*interp.Session, error) {
	ex = mmexec.Wrap(ex, mmexec.DryRun(plan))
	c, err := model.Connect(ctx, ex, s.options...)
	if err != nil {
		return nil, err
	}
	return interp.New(interp.Options{
		Script: script.NewSession(script.Options{Executor: ex, Cluster: c, Plan: plan}), Stdout: io.Discard, Stderr: io.Discard,
	})
}

// run runs entries on the cluster, as if somebody had typed them and nobody had watched.
func (s *site) run(ctx context.Context, entries []string) (err error) {
	if s.hand == nil {
		s.plan = new(mmexec.Plan)
		if s.hand, err = s.session(ctx, s, s.plan); err != nil {
			return err
		}
	}
	s.plan.SetEnabled(false)
	for _, text := range entries {
		if _, err := s.hand.Eval(ctx, interp.Source{Name: "lesson", Text: text}); err != nil {
			return err
		}
	}
	return nil
}

// close gives the cluster back.
func (s *site) close() error {
	if s.hand != nil {
		s.hand.Close()
	}
	return s.leave()
}

// holds tells whether code ends in an expression that is true. A name that is not there makes it false.
func holds(ctx context.Context, lang *interp.Session, code string) (bool, error) {
	out, err := lang.Eval(ctx, interp.Source{Name: "lesson", Text: code})
	var missing *model.NotFoundError
	switch {
	case errors.As(err, &missing):
		return false, nil
	case err != nil:
		return false, err
	case len(out.Values) != 1:
		return false, fmt.Errorf("%s has %d values in place of one", code, len(out.Values))
	}
	yes, ok := out.Values[0].(bool)
	if !ok {
		return false, fmt.Errorf("%s is neither true nor false", code)
	}
	return yes, nil
}
