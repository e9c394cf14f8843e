package meter

import (
	"bytes"
	"context"
	"strings"
	"testing"
	"time"

	"github.com/mattn/go-runewidth"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gpfsh/policy/progress"
)

// bench is a meter on a clock that the test turns.
type bench struct {
	*Meter
	out bytes.Buffer
	now time.Time
}

func newBench(width int, ascii bool) *bench {
	b := &bench{now: time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)}
	b.Meter = New(Options{Out: &b.out, Width: func() int { return width }, ASCII: ascii, Now: func() time.Time { return b.now }})
	b.ended = make(chan struct{}) // nothing draws but the test
	return b
}

// screen is what a terminal shows after what was written.
func (b *bench) screen() string {
	text := b.out.String()
	line := text[strings.LastIndexByte(text, '\r')+1:]
	return strings.TrimSuffix(line, "\x1b[K")
}

func (b *bench) after(d time.Duration) string {
	b.now = b.now.Add(d)
	b.Draw()
	return b.screen()
}

func TestTheLine(t *testing.T) {
	b := newBench(100, false)
	b.Report(1, progress.State{Work: "files below /gpfs/p42", Phase: "reading", Count: 10, Noun: "files", Part: -1})
	b.Draw()
	assert.Empty(t, b.out.String(), "what may be done at once is not shown")

	assert.Equal(t, "reading files below /gpfs/p42  10 files  10/s  0:01", b.after(time.Second))
	b.Report(1, progress.State{Work: "files below /gpfs/p42", Phase: "reading", Count: 1_234_567, Noun: "files", Part: 0.25})
	assert.Equal(t, "███░░░░░░░░░  25%  reading files below /gpfs/p42  1.2M files  123k/s  0:30 left", b.after(9*time.Second))

	b.Report(2, progress.State{Work: "mmlsfileset mmfs1", Phase: "waiting for", Part: -1})
	assert.True(t, strings.HasSuffix(b.after(0), "left  (+1)"), "other work is counted")
	b.End(1)
	assert.Equal(t, "waiting for mmlsfileset mmfs1  1:05", b.after(65*time.Second))
	b.End(2)
	assert.Empty(t, b.screen(), "the line is gone when all is done")
}

func TestTheLineFits(t *testing.T) {
	for width := 10; width < 120; width++ {
		b := newBench(width, width%2 == 0)
		b.Report(1, progress.State{Work: "mmapplypolicy 日本語\x1b[31m" + strings.Repeat("x", 70), Phase: "Directory entries scanned", Count: 5, Noun: "files", Part: 0.5})
		line := b.after(time.Hour)
		assert.Less(t, runewidth.StringWidth(line), width)
		assert.NotContains(t, line, "\x1b", "names are not obeyed")
	}
}

func TestWritingTakesTheLineAway(t *testing.T) {
	b := newBench(80, true)
	b.Report(1, progress.State{Work: "x", Phase: "reading", Part: -1})
	b.after(time.Minute)
	var elsewhere bytes.Buffer
	_, err := b.Over(&elsewhere).Write([]byte("text\n"))
	require.NoError(t, err)
	assert.Equal(t, "text\n", elsewhere.String())
	assert.Empty(t, b.screen())
	assert.NotEmpty(t, b.after(time.Second), "the next drawing shows it again")

	release := b.Hold()
	assert.Empty(t, b.after(time.Second), "nothing is drawn over a question")
	release()
	assert.NotEmpty(t, b.after(time.Second))

	var none *Meter
	assert.Same(t, &elsewhere, none.Over(&elsewhere))
	none.Hold()()
}

func TestWorkThatOutlivesItsEntryIsShownNoMore(t *testing.T) {
	b := newBench(80, true)
	ctx, end := b.Listen(context.Background())
	work := progress.Begin(ctx)
	work.Report(progress.State{Work: "mmrestripefs mmfs1", Part: -1})
	assert.Contains(t, b.after(time.Second), "mmrestripefs")
	b.ended = nil // End must not close what the test has made
	end()
	assert.Empty(t, b.screen())
	work.Report(progress.State{Work: "mmrestripefs mmfs1", Part: 0.5})
	assert.Empty(t, b.after(time.Second))
	work.End()
	work.End()

	assert.Nil(t, progress.Begin(context.Background()))
	assert.Nil(t, progress.Begin(progress.With(ctx, nil)))
	var nobody *progress.Work
	nobody.Report(progress.State{})
	nobody.End()
}

func TestWords(t *testing.T) {
	for n, want := range map[int64]string{0: "0", 999: "999", 1000: "1.0k", 12345: "12.3k", 999_499: "999k", 999_999: "1.0M", 123_456_789: "123M", 5e12: "5.0T"} {
		assert.Equal(t, want, number(n))
	}
	for d, want := range map[time.Duration]string{0: "0:00", 7 * time.Second: "0:07", 205 * time.Second: "3:25", 3723 * time.Second: "1:02:03"} {
		assert.Equal(t, want, clock(d))
	}
	_, ok := remaining(0.001, time.Hour)
	assert.False(t, ok, "too early to tell")
	left, ok := remaining(0.75, time.Minute)
	assert.True(t, ok)
	assert.Equal(t, 20*time.Second, left)
}
