package learn

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"

	"github.com/mattn/go-runewidth"

	"gpfsh/cmd/gpfsh/internal/style"
	"gpfsh/interp"
	"gpfsh/mmexec"
	"gpfsh/mmexec/lazyregexp"
	"gpfsh/model"
)

// Options say how a teacher talks.
type Options struct {
	Out      io.Writer  // where the teacher talks
	Width    func() int // of the terminal; nil or 0 for 80 columns
	Styles   style.Styles
	Progress *Progress
}

// Teacher goes through a lesson with somebody at the prompt.
type Teacher struct {
	Options
	site  *site
	watch *watch

	mu    sync.Mutex
	judge *interp.Session // looks at the cluster, past the watch

	lesson *Lesson
	next   *Lesson
	step   int // the step that is to be done
	hints  int // hints given for it
	told   int // commands that were shown already
}

// NewTeacher begins a lesson on a cluster of its own: where it was left, unless it was finished. Nothing is said yet.
func NewTeacher(ctx context.Context, lesson string, o Options) (*Teacher, error) {
	site, err := newSite()
	if err != nil {
		return nil, err
	}
	t := &Teacher{Options: o, site: site}
	if t.Progress == nil {
		t.Progress, _ = OpenProgress("")
	}
	t.watch = &watch{Executor: site, site: site, keeps: t.keeps}
	if t.judge, err = site.session(ctx, site, new(mmexec.Plan)); err != nil {
		return nil, err
	}
	if err := t.open(ctx, lesson); err != nil {
		t.Close()
		return nil, err
	}
	return t, nil
}

// Close ends the lesson.
func (t *Teacher) Close() error {
	t.judge.Close()
	return t.site.close()
}

// Executor reaches the cluster of the lesson, watched by the teacher.
func (t *Teacher) Executor() mmexec.Executor { return t.watch }

// ConnectOptions are what the object model has to know of the cluster.
func (t *Teacher) ConnectOptions() []model.ConnectOption { return t.site.options }

// Finished reports whether all steps are done.
func (t *Teacher) Finished() bool { return t.step >= len(t.lesson.Steps) }

// open takes a lesson up where it was left.
func (t *Teacher) open(ctx context.Context, name string) (err error) {
	if t.lesson, t.next, err = Find(name); err != nil {
		return err
	}
	return t.restart(ctx, t.Progress.Lessons[name].Step)
}

// restart makes the cluster anew, does what the steps before a step want, and begins there.
func (t *Teacher) restart(ctx context.Context, step int) error {
	t.watch.begin(t.lesson)
	if err := t.site.reset(ctx, t.lesson); err != nil {
		return err
	}
	if step < 0 || step >= len(t.lesson.Steps) {
		step = 0
	}
	for _, s := range t.lesson.Steps[:step] {
		if err := t.site.run(ctx, s.Way); err != nil {
			return err
		}
	}
	t.step, t.hints, t.told = step, 0, 0
	return nil
}

// Begin is called before the first entry: it says what the lesson is about.
func (t *Teacher) Begin() {
	title := t.lesson.Title
	if !strings.HasPrefix(title, "Ticket: ") {
		title = "Lesson: " + title
	}
	t.say(t.strong("%s", title))
	if t.lesson.About != "" {
		t.say(t.lesson.About)
	}
	if t.step > 0 {
		t.say(fmt.Sprintf("You were here before: the first %s done.", countOf(t.step, "step is", "steps are")))
	}
	t.say("The cluster is simulated. :goal says again what is to be done, :hint helps, :skip goes on, Ctrl-D leaves.")
	t.goal()
}

// Entered is called after each entry, with the plan of the dry run: it sees how far the cluster is.
func (t *Teacher) Entered(ctx context.Context, plan string) {
	ran, fault := t.watch.seen()
	if fault != "" {
		t.fail(ctx, fault)
		return
	}
	for !t.Finished() {
		done, err := t.done(ctx, t.lesson.Steps[t.step], ran, plan)
		if err != nil {
			t.say(fmt.Sprintf("The teacher cannot see whether the step is done: %v", err))
			return
		}
		if !done {
			return
		}
		t.advance(ran)
	}
}

// done tells whether all conditions of a step hold.
func (t *Teacher) done(ctx context.Context, s Step, ran []string, plan string) (bool, error) {
	for _, p := range s.Asked {
		if !slices.ContainsFunc(ran, func(line string) bool { return matchesOne(p, line) }) {
			return false, nil
		}
	}
	for _, p := range s.Planned {
		if !slices.ContainsFunc(strings.Split(plan, "\n"), func(line string) bool { return matchesOne(p, line) }) {
			return false, nil
		}
	}
	if s.Check == "" {
		return true, nil
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	return holds(ctx, t.judge, s.Check)
}

// keeps says which of the rules of the lesson no longer holds.
func (t *Teacher) keeps(ctx context.Context) string {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, k := range t.lesson.Keep {
		if ok, err := holds(context.WithoutCancel(ctx), t.judge, k.What); err == nil && !ok {
			return k.Reason
		}
	}
	return ""
}

// advance goes to the next step, or ends the lesson.
func (t *Teacher) advance(ran []string) {
	t.step, t.hints = t.step+1, 0
	t.say(t.strong("Done: step %d of %d.", t.step, len(t.lesson.Steps)))
	t.behind(ran)
	if t.Finished() {
		t.finish()
		return
	}
	t.keep(func(m *Mark) { m.Step = t.step })
	t.goal()
}

// behind shows the commands that ran since the last time.
func (t *Teacher) behind(ran []string) {
	var fresh []string
	for _, line := range ran[min(t.told, len(ran)):] {
		if !slices.Contains(fresh, line) {
			fresh = append(fresh, line)
		}
	}
	t.told = len(ran)
	if len(fresh) > 0 {
		t.list("Behind it: ", fresh)
	}
}

func (t *Teacher) finish() {
	t.keep(func(m *Mark) { m.Step, m.Done = 0, true })
	t.say(t.strong("The lesson is finished."))
	if t.lesson.Worse != "" {
		t.say("What would have made it worse: " + t.lesson.Worse)
	}
	if t.next != nil {
		t.say(fmt.Sprintf("The cluster is yours to play with. :next begins the next lesson: %s", t.next.Title))
	} else {
		t.say("The cluster is yours to play with. This was the last lesson.")
	}
}

// fail ends an attempt at a lesson in which something dangerous was done, and begins it again.
func (t *Teacher) fail(ctx context.Context, fault string) {
	line, reason, _ := strings.Cut(fault, "\n")
	t.keep(func(m *Mark) { m.Step, m.Failed = 0, m.Failed+1 })
	t.say(t.strong("That fails the lesson: %s", line), reason)
	if err := t.restart(ctx, 0); err != nil {
		t.say(err.Error())
		return
	}
	t.say("The cluster is as it was in the beginning; variables of the session still hold what they held (:reset).")
	t.goal()
}

func (t *Teacher) keep(change func(*Mark)) {
	m := t.Progress.Lessons[t.lesson.Name]
	change(&m)
	if err := t.Progress.Set(t.lesson.Name, m); err != nil {
		t.say(err.Error())
	}
}

func (t *Teacher) goal() {
	if t.Finished() {
		t.say("The lesson is finished; :next begins the next one.")
		return
	}
	fmt.Fprintln(t.Out)
	t.say(t.strong("Step %d of %d:", t.step+1, len(t.lesson.Steps)) + " " + t.lesson.Steps[t.step].Goal)
}

// say writes paragraphs, in lines that the terminal holds.
func (t *Teacher) say(paragraphs ...string) {
	width := 0
	if t.Width != nil {
		width = t.Width()
	}
	for _, p := range paragraphs {
		if p != "" {
			fmt.Fprintln(t.Out, wrap(p, cmp.Or(width, 80)))
		}
	}
}

// wrap breaks a text into lines of a width, at blanks.
func wrap(text string, width int) string {
	var b strings.Builder
	for i, paragraph := range strings.Split(text, "\n") {
		if i > 0 {
			b.WriteByte('\n')
		}
		at := 0
		for _, word := range strings.Fields(paragraph) {
			n := runewidth.StringWidth(escape.ReplaceAllString(word, ""))
			switch {
			case at == 0:
			case at+1+n < width:
				b.WriteByte(' ')
				at++
			default:
				b.WriteByte('\n')
				at = 0
			}
			b.WriteString(word)
			at += n
		}
	}
	return b.String()
}

// escape is what makes text bold and takes no room.
var escape = lazyregexp.New("\x1b\\[[0-9;]*m")

// list writes a label and lines of code, which are not broken: they can be copied.
func (t *Teacher) list(label string, lines []string) {
	for i, line := range lines {
		if i > 0 {
			label = strings.Repeat(" ", len(label))
		}
		fmt.Fprintln(t.Out, label+line)
	}
}

func (t *Teacher) strong(format string, args ...any) string {
	return t.Styles.Apply(style.Strong, fmt.Sprintf(format, args...))
}

func countOf(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return fmt.Sprintf("%d %s", n, many)
}
