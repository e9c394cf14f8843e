package shell

import (
	"context"
	"fmt"
	"strings"
	"text/tabwriter"
	"time"

	"gpfsh/cmd/gpfsh/internal/connect"
	"gpfsh/cmd/gpfsh/internal/style"
	"gpfsh/mmexec"
	"gpfsh/policy/spell"
)

// plan shows the planned commands, or saves them.
func (s *Shell) plan(_ context.Context, arg string) error {
	if path, ok := strings.CutPrefix(arg, "save"); ok && (path == "" || path[0] == ' ') {
		path = strings.TrimSpace(path)
		if path == "" {
			return &UsageError{"say where: :plan save FILE"}
		}
		n, err := s.DryRun.Save(path)
		if err == nil {
			fmt.Fprintf(s.Render.Err, "%s saved in %s; gpfsh apply %s carries it out\n", spell.Count(n, "command"), path, path)
		}
		return err
	}
	if arg != "" {
		return &UsageError{"say :plan or :plan save FILE"}
	}
	plan := strings.TrimRight(s.DryRun.Grouped(), "\n")
	if plan == "" {
		fmt.Fprintln(s.Render.Err, "nothing is planned")
		return nil
	}
	if _, err := fmt.Fprintln(s.Render.Out, s.Render.Styles.Code(style.Mm, plan)); err != nil {
		return err
	}
	s.tell(s.DryRun.Summary())
	return nil
}

// apply carries out the plan.
func (s *Shell) apply(ctx context.Context, _ string) error {
	if strings.TrimSpace(s.DryRun.Plan()) == "" {
		fmt.Fprintln(s.Render.Err, "nothing is planned")
		return nil
	}
	err := s.interruptible(ctx, s.DryRun.Apply)
	s.Complete.Entered(true)
	return err
}

// ran lists the commands of the session.
func (s *Shell) ran(_ context.Context, arg string) error {
	if arg != "" && arg != "all" {
		return &UsageError{"say :commands or :commands all"}
	}
	w := tabwriter.NewWriter(s.Render.Out, 0, 0, 2, ' ', 0)
	n := 0
	for _, r := range s.Ran() {
		if r.Unasked && arg != "all" {
			continue
		}
		n++
		fmt.Fprintf(w, "%s\t%.3fs\t%s\t%s\t%s\n", r.Time.Format(time.TimeOnly), r.Took.Seconds(), r.Class.Effect, style.Printable(r.Command), r.Outcome())
	}
	if n == 0 {
		fmt.Fprintln(s.Render.Err, "no command has run yet")
	}
	return w.Flush()
}

// explain tells which commands an expression would run.
func (s *Shell) explain(ctx context.Context, expr string) error {
	if expr == "" {
		return &UsageError{"of what? say :explain EXPRESSION"}
	}
	expr = s.Language.Correct(expr)
	var found *connect.Explained
	out, failed := s.Render.Out, s.Render.Err
	err := s.interruptible(ctx, func(ctx context.Context) error {
		ctx, found = connect.Explain(ctx)
		s.Render.Out, s.Render.Err = discard, discard
		defer func() { s.Render.Out, s.Render.Err = out, failed }()
		return s.evaluate(ctx, expr)
	})
	list := found.Commands()
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	for _, c := range list {
		what := c.Class.Effect.String()
		if c.Class.Since != (mmexec.Release{}) {
			what += fmt.Sprintf(", since release %v", c.Class.Since)
		}
		fmt.Fprintf(w, "%s\t%s\t%s\n", style.Printable(c.Command), what, c.Class.Cost)
	}
	if werr := w.Flush(); werr != nil {
		return werr
	}
	switch {
	case len(list) == 0 && err == nil:
		fmt.Fprintln(failed, "no command: everything is known already")
	case err != nil && len(list) > 0 && !list[len(list)-1].Asked:
		fmt.Fprintln(failed, "what comes behind it depends on its answer")
		return nil
	}
	return err
}
