package learn

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"

	"gpfsh/completer"
	"gpfsh/mmexec"
	"gpfsh/mmexec/mmsim"
)

// watch is an executor that remembers which commands took effect, and notices the dangerous ones.
type watch struct {
	mmexec.Executor
	site *site // what it reaches
	// keeps says which rule no longer holds; "" for none.
	keeps func(ctx context.Context) string

	mu     sync.Mutex
	lesson *Lesson
	ran    []string // in their order, without those that nobody asked for
	fault  string   // what was dangerous, and why
}

// begin forgets what was and watches a lesson.
func (w *watch) begin(l *Lesson) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.lesson, w.ran, w.fault = l, nil, ""
}

// Run runs a command.
func (w *watch) Run(ctx context.Context, cmd mmexec.Command) (*mmexec.Result, error) {
	effect := mmexec.ClassifyCommand(cmd).Effect
	before := w.look(effect)
	res, err := w.Executor.Run(ctx, cmd)
	if err != nil || completer.IsUnattended(ctx) {
		return res, err
	}
	line := plain(cmd)
	// A command that fails can have done half of its work.
	took := res.ExitCode == 0 || effect != mmexec.Reads && !reflect.DeepEqual(before, w.look(effect))
	w.mu.Lock()
	lesson := w.lesson
	if took {
		w.ran = append(w.ran, line)
	}
	w.mu.Unlock()
	reason := lesson.danger(line)
	if reason == "" && took {
		reason = lesson.unasked(line, effect)
	}
	if reason == "" && took && effect != mmexec.Reads {
		reason = w.keeps(ctx)
	}
	if reason != "" {
		w.mu.Lock()
		if w.fault == "" {
			w.fault = line + "\n" + reason
		}
		w.mu.Unlock()
	}
	return res, nil
}

// look returns the state of the cluster for commands that may change it.
func (w *watch) look(effect mmexec.Effect) *mmsim.State {
	if effect == mmexec.Reads {
		return nil
	}
	st, err := w.site.sim.State()
	if err != nil {
		return nil // the command will say so
	}
	return st
}

// seen returns the commands that ran so far, and what was dangerous.
func (w *watch) seen() (ran []string, fault string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.ran), w.fault
}

// plain is a command as somebody would type it: without the option that makes its answer easy to read for programs.
func plain(cmd mmexec.Command) string {
	cmd.Args = slices.DeleteFunc(slices.Clone(cmd.Args), func(arg string) bool { return arg == "-Y" })
	return cmd.String()
}

// danger says why a command fails the lesson, even when it is refused: it was tried. It is "" when it does not.
func (l *Lesson) danger(line string) string {
	for _, d := range l.Danger {
		if matchesOne(d.What, line) {
			return d.Reason
		}
	}
	return ""
}

// unasked says why a command fails the lesson that stops users or cannot be undone; "" for all others, and for those that
// the lesson needs.
func (l *Lesson) unasked(line string, effect mmexec.Effect) string {
	if matches(l.Allow, line) {
		return ""
	}
	word, _, _ := strings.Cut(line, " ")
	switch effect {
	case mmexec.StopsUsers:
		return fmt.Sprintf("%s takes something away from people who work, and nobody asked for that here.", word)
	case mmexec.Irreversible:
		return fmt.Sprintf("%s cannot be undone, and nobody asked for that here.", word)
	}
	return ""
}
