package shell

import (
	"context"
	"slices"
	"strings"

	"gpfsh/completer"
)

// Companion goes along with a session: the teacher of a lesson.
type Companion interface {
	// Begin is called before the first entry.
	Begin()
	// Entered is called after each entry, whether or not it failed, with the plan of the dry run.
	Entered(ctx context.Context, plan string)
	// Command runs a line that begins with a colon; known is false when it is none of the companion's own.
	Command(ctx context.Context, name string) (known bool, err error)
	// Help lists the companion's commands: names and explanations.
	Help() [][2]string
}

// accompany lets the companion see what an entry has left behind.
func (s *Shell) accompany(ctx context.Context) {
	if s.Companion == nil {
		return
	}
	s.Companion.Entered(ctx, s.DryRun.Plan())
	s.Complete.Entered(true) // it may have put the cluster back
}

// companionCommand runs a command of the companion; known is false when it has none of the name.
func (s *Shell) companionCommand(ctx context.Context, name string) (known bool, err error) {
	if s.Companion == nil {
		return false, nil
	}
	known, err = s.Companion.Command(ctx, name)
	if known {
		s.Complete.Entered(true)
	}
	return known, err
}

// completeCompanion adds the companion's commands to what may stand behind a colon.
func (s *Shell) completeCompanion(res completer.Result, src string, offset int) completer.Result {
	typed := src[1:offset]
	if s.Companion == nil || strings.Contains(typed, " ") {
		return res
	}
	for _, c := range s.Companion.Help() {
		if strings.HasPrefix(c[0], typed) && c[0] != typed {
			res.Suggestions = append(res.Suggestions, completer.Suggestion{Text: c[0], Doc: c[1]})
		}
	}
	slices.SortFunc(res.Suggestions, func(a, b completer.Suggestion) int { return strings.Compare(a.Text, b.Text) })
	return res
}
