package learn

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"gpfsh/interp"
	"gpfsh/interp/script"
	"gpfsh/mmexec"
	"gpfsh/mmexec/mmsim"
	"gpfsh/model"
)

// site is the simulated cluster of a lesson.
type site struct {
	sim     *mmsim.Cluster
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
		model.ResolvingNames(owners(st)),
	}
	return s, nil
}

// reset makes the cluster as it was and sets up a lesson on it.
func (s *site) reset(ctx context.Context, l *Lesson) error {
	err := s.sim.Update(func(st *mmsim.State) error {
		*st = *mmsim.DemoState()
		return nil
	})
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

// setup lets one thing happen: an mm command, or what no command does.
func (s *site) setup(ctx context.Context, line string) error {
	words := strings.Fields(line)
	switch {
	case strings.HasPrefix(line, "mm"):
		cmd, err := mmexec.Raw(line)
		if err == nil {
			_, err = mmexec.Do(ctx, s.sim, cmd)
		}
		return err
	case len(words) == 3 && words[0] == "disk-down":
		return s.sim.DiskDown(words[1], words[2])
	case len(words) == 2 && words[0] == "node-down":
		return s.sim.NodeDown(words[1], false)
	case len(words) == 4 && words[0] == "fill-pool":
		percent, err := strconv.Atoi(words[3])
		if err != nil {
			return err
		}
		return s.sim.FillPool(words[1], words[2], percent)
	}
	return fmt.Errorf("%q is neither an mm command nor disk-down, node-down or fill-pool", line)
}

// session starts a session of the language that sees the cluster through an executor.
func (s *site) session(ctx context.Context, ex mmexec.Executor, plan *mmexec.Plan) (*interp.Session, error) {
	ex = mmexec.Wrap(ex, mmexec.DryRun(plan))
	c, err := model.Connect(ctx, ex, s.options...)
	if err != nil {
		return nil, err
	}
	return interp.New(interp.Options{Script: script.NewSession(script.Options{Executor: ex, Cluster: c, Plan: plan})})
}

// run runs entries on the cluster, as if somebody had typed them and nobody had watched.
func (s *site) run(ctx context.Context, entries []string) (err error) {
	if s.hand == nil {
		s.plan = new(mmexec.Plan)
		if s.hand, err = s.session(ctx, s.sim, s.plan); err != nil {
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
	return s.sim.Close()
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

// names are the users and groups of the simulated site: this machine does not know them.
type names struct{ users, groups map[int64]string }

func owners(st *mmsim.State) names {
	n := names{map[int64]string{}, map[int64]string{}}
	for _, fs := range st.Filesystems {
		for _, q := range fs.Quotas {
			switch {
			case q.Name == "":
			case q.Type == mmsim.QuotaUser:
				n.users[q.ID] = q.Name
			case q.Type == mmsim.QuotaGroup:
				n.groups[q.ID] = q.Name
			}
		}
	}
	return n
}

// UserNames returns the names of users.
func (n names) UserNames(_ context.Context, ids []int64) (map[int64]string, error) {
	return pick(n.users, ids), nil
}

// GroupNames returns the names of groups.
func (n names) GroupNames(_ context.Context, ids []int64) (map[int64]string, error) {
	return pick(n.groups, ids), nil
}

func pick(from map[int64]string, ids []int64) map[int64]string {
	found := map[int64]string{}
	for _, id := range ids {
		if name, ok := from[id]; ok {
			found[id] = name
		}
	}
	return found
}
