package commands

import (
	"context"
	"errors"
	"fmt"

	"gpfsh/cmd/gpfsh/internal/connect"
	"gpfsh/cmd/gpfsh/internal/learn"
	"gpfsh/cmd/gpfsh/internal/shell"
)

// runLearn is gpfsh learn: the shell on a simulated cluster of its own, with a teacher.
func runLearn(ctx context.Context, a *app, args []string) error {
	switch {
	case len(args) > 1:
		return &usageError{"learn takes one lesson: gpfsh learn [LESSON]"}
	case a.cluster != "" && a.cluster != "sim":
		return &usageError{"lessons are taken on a simulated cluster of their own: leave --cluster out"}
	case a.dryRun || a.readOnly:
		return &usageError{"in a lesson, what is done is done: leave --dry-run and --readonly out"}
	}
	progress, err := learn.OpenProgress(learn.ProgressPath(a.Getenv))
	if err != nil {
		fmt.Fprintf(a.Stderr, "gpfsh: %v\n", err)
	}
	if len(args) == 0 {
		if err := learn.List(a.Stdout, progress); err != nil {
			return err
		}
		fmt.Fprintln(a.Stderr, "gpfsh learn LESSON begins one, or goes on with it.")
		return nil
	}
	if _, _, err := learn.Find(args[0]); err != nil {
		return &usageError{err.Error()}
	}
	a.teacher, err = learn.NewTeacher(ctx, args[0], learn.Options{
		Out: a.Stderr, Styles: a.render.ErrStyles, Progress: progress, Width: func() int {
			a.measure()
			return a.render.Width
		},
	})
	if err != nil {
		return err
	}
	defer a.teacher.Close()
	a.cluster = "sim" // whatever the environment says
	err = runShell(ctx, a, nil)
	if err == nil && !isTerminal(a.Stdin) && !a.teacher.Finished() {
		return errors.New("the lesson is not finished")
	}
	return err
}

// reach opens the cluster that was chosen, or that of the lesson.
func (a *app) reach(choice connect.Choice) (*connect.Target, error) {
	if a.teacher == nil {
		return connect.Open(choice.Spec, connect.Settings{Timeout: a.timeout, Spool: a.Getenv("GPFSH_SPOOL"), Program: a.Program, NodeProgram: a.nodeProgram})
	}
	return &connect.Target{
		Name: choice.Spec, Simulated: true, Executor: a.teacher.Executor(), Options: a.teacher.ConnectOptions(),
	}, nil
}

// companion is who goes along with the shell, nil for nobody.
func (a *app) companion() shell.Companion {
	if a.teacher == nil {
		return nil
	}
	return a.teacher
}
