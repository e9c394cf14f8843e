package commands

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"gpfsh/cmd/gpfsh/internal/connect"
	"gpfsh/cmd/gpfsh/internal/style"
	"gpfsh/mmexec"
)

// The plan of the session, as the shell sees it.

func (s *session) planned() []mmexec.Command {
	var cmds []mmexec.Command
	for _, e := range s.plan.Entries() {
		cmds = append(cmds, e.Command())
	}
	return cmds
}

// Summary counts the planned commands by what they do.
func (s *session) Summary() string { return planSummary(s.planned()) }

// Grouped returns the planned commands with comments between those of different kinds.
func (s *session) Grouped() string { return planGrouped(s.planned()) }

// Save writes the plan to a file.
func (s *session) Save(path string) (int, error) {
	entries := s.plan.Entries()
	if len(entries) == 0 {
		return 0, errors.New("nothing is planned")
	}
	for _, e := range entries {
		if spec := e.Command().Cluster; spec != "" {
			return 0, fmt.Errorf("the plan is not saved: %s is for %s, and a saved plan is for one cluster", e.Command(), spec)
		}
	}
	ctx, cancel := context.WithTimeout(context.Background(), 15*time.Second)
	defer cancel()
	info, err := s.cluster.Info(ctx)
	if err != nil {
		return 0, fmt.Errorf("the plan is not saved, because the cluster does not say its name: %w", err)
	}
	s.setName(info.Name)
	return len(entries), newPlanFile(info.Name, entries).save(path)
}

// Apply shows the plan, asks, checks that what it was based on still holds, and carries it out. The plan is empty and
// the dry run over afterwards.
func (s *session) Apply(ctx context.Context) error {
	if s.locked {
		return errors.New("the shell was started with --dry-run: save the plan with :plan save FILE, and apply it with gpfsh apply FILE")
	}
	cmds := s.planned()
	s.plan.SetEnabled(false)
	if err := s.carryOut(ctx, cmds); err != nil {
		s.plan.SetEnabled(true)
		return err
	}
	s.plan.Reset()
	return nil
}

// addressed is a planned command for people, with the cluster that it is for.
func addressed(c mmexec.Command) string {
	if c.Cluster != "" {
		return c.String() + " # on " + c.Cluster
	}
	return c.String()
}

// carryOut shows commands, asks, checks and runs them.
func (s *session) carryOut(ctx context.Context, cmds []mmexec.Command) error {
	for _, c := range cmds {
		fmt.Fprintln(s.app.Stderr, style.Printable(addressed(c)))
	}
	// Before asking: nobody should say yes to what cannot be done any more.
	if err := s.verify(ctx, cmds); err != nil {
		return err
	}
	if err := s.confirmer.confirmPlan(ctx, cmds); err != nil {
		return err
	}
	if err := s.verify(ctx, cmds); err != nil {
		return err
	}
	err := applyPlan(approved(ctx), route{s.executor, s}, cmds, func(n int, cmd mmexec.Command) {
		fmt.Fprintln(s.app.Stderr, s.app.render.ErrStyles.Apply(style.Dim, fmt.Sprintf("%d/%d %s", n+1, len(cmds), style.Printable(addressed(cmd)))))
	})
	if err == nil {
		fmt.Fprintf(s.app.Stderr, "applied: %s\n", planSummary(cmds))
	}
	return err
}

// runApply is gpfsh apply.
func runApply(ctx context.Context, a *app, args []string) error {
	if len(args) != 1 {
		return &usageError{"apply needs one plan: gpfsh apply FILE"}
	}
	choice := connect.Choose(a.cluster, a.Getenv)
	if choice.Implied {
		return &usageError{"no Storage Scale on this machine: say --cluster sim to apply the plan to a simulated cluster, or --cluster " + connect.Forms}
	}
	f, err := os.Open(args[0])
	if err != nil {
		return &usageError{fmt.Sprintf("cannot read the plan: %v", err)}
	}
	defer f.Close()
	p, err := readPlan(f)
	if err != nil {
		return &usageError{err.Error()}
	}
	if a.dryRun {
		for _, e := range p.Entries {
			if _, err := fmt.Fprintln(a.Stdout, e.Command); err != nil {
				return err
			}
		}
		return nil
	}
	s, err := a.open(ctx, choice, nil)
	if err != nil {
		return err
	}
	defer s.Close()
	ctx, stop := interruptible(ctx)
	defer stop()
	info, err := s.cluster.Info(ctx)
	if err != nil {
		return err
	}
	s.setName(info.Name)
	if p.Cluster != "" && info.Name != p.Cluster {
		return fmt.Errorf("nothing was applied: the plan was made for the cluster %s, this is %s", p.Cluster, info.Name)
	}
	return s.carryOut(ctx, p.commands())
}
