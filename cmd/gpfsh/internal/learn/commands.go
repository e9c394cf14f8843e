package learn

import (
	"context"
	"fmt"
	"io"
	"text/tabwriter"
)

// Help lists the commands of a lesson, for the help of the shell: name and explanation.
func (t *Teacher) Help() [][2]string {
	return [][2]string{
		{"goal", "say again what is to be done"},
		{"hint", "help; each time a little more"},
		{"skip", "do the step for me and go on"},
		{"next", "begin the next lesson"},
		{"again", "begin this lesson again"},
	}
}

// Command runs a command of the lesson: a line that begins with a colon. known is false when it is none of them.
func (t *Teacher) Command(ctx context.Context, name string) (known bool, err error) {
	switch name {
	case "goal":
		t.goal()
	case "hint":
		t.hint()
	case "skip":
		err = t.skip(ctx)
	case "next":
		err = t.another(ctx)
	case "again":
		if err = t.restart(ctx, 0); err == nil {
			t.keep(func(m *Mark) { m.Step = 0 })
			t.Begin()
		}
	default:
		return false, nil
	}
	return true, err
}

// hint gives the next hint, and after the last one a way.
func (t *Teacher) hint() {
	if t.Finished() {
		t.goal()
		return
	}
	s := t.lesson.Steps[t.step]
	switch {
	case t.hints < len(s.Hints):
		t.say(fmt.Sprintf("Hint %d: %s", t.hints+1, s.Hints[t.hints]))
		t.hints++
	default:
		t.list("One way: ", s.Way)
	}
}

// skip does a step in one of its ways and goes on.
func (t *Teacher) skip(ctx context.Context) error {
	if t.Finished() {
		t.goal()
		return nil
	}
	s := t.lesson.Steps[t.step]
	if err := t.site.run(ctx, s.Way); err != nil {
		return err
	}
	t.list("One way would have been: ", s.Way)
	ran, _ := t.watch.seen()
	t.told = len(ran)
	t.advance(ran)
	return nil
}

// another begins the next lesson.
func (t *Teacher) another(ctx context.Context) error {
	if t.next == nil {
		return fmt.Errorf("this is the last lesson")
	}
	if err := t.open(ctx, t.next.Name); err != nil {
		return err
	}
	t.Begin()
	return nil
}

// List writes the lessons, and which of them are finished.
func List(w io.Writer, p *Progress) error {
	lessons, err := Lessons()
	if err != nil {
		return err
	}
	tab := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, l := range lessons {
		state := ""
		switch m := p.Lessons[l.Name]; {
		case m.Done:
			state = "done"
		case m.Step > 0:
			state = fmt.Sprintf("step %d of %d", m.Step+1, len(l.Steps))
		}
		fmt.Fprintf(tab, "%s\t%s\t%s\n", l.Name, l.Title, state)
	}
	return tab.Flush()
}
