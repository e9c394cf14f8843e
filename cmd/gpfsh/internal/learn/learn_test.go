package learn

import (
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gpfsh/cmd/gpfsh/internal/render"
	"gpfsh/interp"
	"gpfsh/interp/script/show"
	"gpfsh/mmexec"
)

// pupil types at the prompt of a lesson.
type pupil struct {
	*testing.T
	teacher *Teacher
	plan    *mmexec.Plan
	lang    *interp.Session
	said    *bytes.Buffer
}

func begin(t *testing.T, lesson string, p *Progress) *pupil {
	t.Helper()
	said := new(bytes.Buffer)
	teacher, err := NewTeacher(t.Context(), lesson, Options{Out: said, Progress: p})
	require.NoError(t, err)
	t.Cleanup(func() { teacher.Close() })
	me := &pupil{T: t, teacher: teacher, said: said}
	me.sit()
	teacher.Begin()
	return me
}

// sit begins a session at the prompt.
func (p *pupil) sit() {
	p.Helper()
	p.plan = new(mmexec.Plan)
	lang, err := p.teacher.site.session(p.Context(), p.teacher.Executor(), p.plan)
	require.NoError(p, err)
	p.Cleanup(lang.Close)
	p.lang = lang
}

// at stands before a step on a cluster that is as it should be there.
func (p *pupil) at(step int) {
	p.Helper()
	require.NoError(p, p.teacher.restart(p.Context(), step))
	p.plan.SetEnabled(false)
	p.plan.Reset()
	p.said.Reset()
}

// types enters something, as the shell does. What is refused is refused: the teacher looks at the state all the same.
func (p *pupil) types(entries ...string) (err error) {
	for _, text := range entries {
		out, failed := p.lang.Eval(p.Context(), interp.Source{Name: "prompt", Text: text})
		if failed == nil {
			show := &render.Renderer{Out: io.Discard, Err: io.Discard, Format: show.Auto}
			failed = show.Values(p.Context(), out.Values)
		}
		var check *interp.CheckError
		require.NotErrorAs(p, failed, &check, "%s", text)
		if failed != nil {
			err = failed
		}
		p.teacher.Entered(p.Context(), p.plan.String())
	}
	return err
}

func (p *pupil) failed() int { return p.teacher.Progress.Lessons[p.teacher.lesson.Name].Failed }

// TestEveryLessonCanBeFinished plays each lesson to its end, and in each step first what does not reach its goal and what
// is dangerous.
func TestEveryLessonCanBeFinished(t *testing.T) {
	lessons, err := Lessons()
	require.NoError(t, err)
	for _, l := range lessons {
		t.Run(l.Name, func(t *testing.T) {
			t.Parallel()
			me := begin(t, l.Name, nil)
			for i, s := range l.Steps {
				require.NotEmpty(t, s.Way, "step %d has no way", i+1)
				assert.NotEmpty(t, s.Hints, "step %d has no hints", i+1)
				assert.NotEmpty(t, s.Wrong, "step %d is tried in no wrong way", i+1)

				me.at(i)
				me.teacher.Entered(t.Context(), "")
				require.Equal(t, i, me.teacher.step, "step %d is done before anything was: %s", i+1, me.said)
				for _, wrong := range s.Wrong {
					me.at(i)
					_ = me.types(wrong)
					assert.Equal(t, i, me.teacher.step, "step %d is done by %s: %s", i+1, wrong, me.said)
					assert.NotContains(t, me.said.String(), "fails the lesson", wrong)
					assert.NotContains(t, me.said.String(), "cannot see", wrong)
				}
				for _, risky := range s.Risky {
					me.at(i)
					before := me.failed()
					err := me.types(risky)
					assert.Equal(t, before+1, me.failed(), "step %d: %s does not fail the lesson: %v %s", i+1, risky, err, me.said)
					assert.Equal(t, 0, me.teacher.step)
				}
				me.at(i)
				require.NoError(t, me.types(s.Way...), "step %d", i+1)
				require.Equal(t, i+1, me.teacher.step, "step %d is not done by its own way: %s", i+1, me.said)
			}

			me.at(0)
			for _, s := range l.Steps {
				require.NoError(t, me.types(s.Way...))
			}
			assert.True(t, me.teacher.Finished())
			assert.True(t, me.teacher.Progress.Lessons[l.Name].Done)
			assert.Contains(t, me.said.String(), "What would have made it worse")
			assert.NoError(t, me.types("Cluster().Nodes"), "the cluster can be played with")
		})
	}
}

// The state counts, and not the words: an mm command does as well.
func TestAnyWayWillDo(t *testing.T) {
	me := begin(t, "disks-down", nil)
	require.NoError(t, me.types(`Mm("mmlsdisk mmfs1 -e")`, `Mm("mmchdisk mmfs1 start -d 'data01;data03;cap02'")`))
	assert.True(t, me.teacher.Finished(), me.said)
}

func TestWhatIsPlannedOnlyIsNotDone(t *testing.T) {
	me := begin(t, "disks-down", nil)
	require.NoError(t, me.types(`DryRun(true)`, `Cluster().Filesystems["mmfs1"].Disks.Delete("cap02")`))
	assert.Zero(t, me.failed(), "rehearsing something dangerous is what a dry run is for")
}

func TestHintsGoFurther(t *testing.T) {
	ctx := t.Context()
	me := begin(t, "disks-down", nil)
	for _, want := range []string{"Hint 1: ", "Hint 2: ", "One way: ", "One way: "} {
		me.said.Reset()
		known, err := me.teacher.Command(ctx, "hint")
		require.NoError(t, err)
		require.True(t, known)
		assert.Contains(t, me.said.String(), want)
	}
	known, err := me.teacher.Command(ctx, "dry")
	assert.False(t, known)
	assert.NoError(t, err)
}

func TestSkipDoesTheStep(t *testing.T) {
	ctx := t.Context()
	me := begin(t, "filesets", nil)
	for range me.teacher.lesson.Steps {
		_, err := me.teacher.Command(ctx, "skip")
		require.NoError(t, err, me.said)
	}
	assert.True(t, me.teacher.Finished())
	_, err := me.teacher.Command(ctx, "skip")
	assert.NoError(t, err)

	_, err = me.teacher.Command(ctx, "next")
	require.NoError(t, err)
	assert.Equal(t, "quotas", me.teacher.lesson.Name)
	assert.False(t, me.teacher.Finished())
}

func TestProgressIsKept(t *testing.T) {
	path := filepath.Join(t.TempDir(), "state", "gpfsh", "learn.json")
	open := func() *Progress {
		p, err := OpenProgress(path)
		require.NoError(t, err)
		return p
	}
	me := begin(t, "filesets", open())
	require.NoError(t, me.types(me.teacher.lesson.Steps[0].Way...))
	assert.Equal(t, Mark{Step: 1}, open().Lessons["filesets"])

	again := begin(t, "filesets", open())
	assert.Equal(t, 1, again.teacher.step)
	assert.Contains(t, again.said.String(), "You were here before")
	require.NoError(t, again.types(again.teacher.lesson.Steps[1].Way...), "the cluster is as it was left")
	assert.Equal(t, 2, again.teacher.step)

	var list bytes.Buffer
	require.NoError(t, List(&list, open()))
	assert.Regexp(t, `filesets +Filesets +step 3 of 4`, list.String())

	require.NoError(t, os.WriteFile(path, []byte("{"), 0o600))
	p, err := OpenProgress(path)
	assert.ErrorContains(t, err, "cannot be read")
	assert.NotNil(t, p)
}

func TestLessonFilesAreChecked(t *testing.T) {
	const step = "-- step --\ngoal: g\ncheck: true\n"
	for _, c := range []struct{ name, text, want string }{
		{"no title", step, "no title"},
		{"no steps", "title: t\n", "no steps"},
		{"unknown key", "title: t\ntitel: u\n" + step, `unknown key "titel"`},
		{"unknown part", "title: t\n-- stepp --\n" + step, `unknown part "stepp"`},
		{"step without a condition", "title: t\n-- step --\ngoal: g\n", "step 1 needs a goal, and a check"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := Parse("x", []byte(c.text))
			assert.ErrorContains(t, err, c.want)
		})
	}
	l, err := Parse("x", []byte("# a remark\ntitle: t\nkeep: a == 1 => why\n  it matters\nallow: mmx *\nallow: mmy\n"+step))
	require.NoError(t, err)
	assert.Equal(t, []Rule{{"a == 1", "why it matters"}}, l.Keep)
	assert.Equal(t, []string{"mmx *", "mmy"}, l.Allow)

	_, _, err = Find("lesson")
	assert.ErrorContains(t, err, "there are look-around, filesets")
	_, err = NewTeacher(context.Background(), "lesson", Options{})
	assert.Error(t, err)
}

// The lesson that CONTRIBUTING shows is one.
func TestTheLessonInTheDocumentationIsOne(t *testing.T) {
	page, err := os.ReadFile(filepath.Join("..", "..", "..", "..", "CONTRIBUTING.md"))
	require.NoError(t, err)
	_, text, ok := strings.Cut(string(page), "```txtar\n")
	require.True(t, ok)
	text, _, _ = strings.Cut(text, "```")
	l, err := Parse("documentation", []byte(text))
	require.NoError(t, err)
	site, err := newSite()
	require.NoError(t, err)
	t.Cleanup(func() { site.close() })
	require.NoError(t, site.reset(t.Context(), l))
	require.NoError(t, site.run(t.Context(), l.Steps[0].Way))
	judge, err := site.session(t.Context(), site, new(mmexec.Plan))
	require.NoError(t, err)
	t.Cleanup(judge.Close)
	done, err := holds(t.Context(), judge, l.Steps[0].Check)
	require.NoError(t, err)
	assert.True(t, done)
}

func FuzzParse(f *testing.F) {
	f.Add([]byte("title: t\nabout: a\n  b\n-- step --\ngoal: g\ncheck: true\nhint: h\n"))
	f.Add([]byte("keep: a => b\n=> c\n:\n-- step --\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		l, err := Parse("x", data)
		if err == nil {
			assert.NotEmpty(t, l.Steps)
			assert.NotEmpty(t, l.Title)
		}
	})
}
