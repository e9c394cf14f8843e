// Package meter shows how far long work is: in one line on standard error, which is gone when the work is done.
package meter

import (
	"context"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/mattn/go-runewidth"

	"gpfsh/interp/script/show"
	"gpfsh/policy/progress"
)

const (
	// patience is how long work goes on before it is shown: what is done at once needs no line.
	patience = 700 * time.Millisecond
	// interval is how often the line is drawn.
	interval = 200 * time.Millisecond
	// settled is how long work goes on before what remains can be told.
	settled = 2 * time.Second
)

// Options say where a meter is drawn.
type Options struct {
	Out   io.Writer
	Width func() int // of the terminal
	ASCII bool
	Now   func() time.Time // nil is the clock
}

// Meter draws the line. It is a listener of package progress. A nil Meter draws nothing.
type Meter struct {
	o Options

	mu    sync.Mutex
	works []*work // in the order in which they began
	drawn bool
	held  int           // by those who ask questions
	ended chan struct{} // of the goroutine that draws; nil when there is none
}

type work struct {
	id    uint64
	begun time.Time
	state progress.State
}

// New returns a meter.
func New(o Options) *Meter {
	if o.Now == nil {
		o.Now = time.Now
	}
	return &Meter{o: o}
}

// Report implements progress.Listener.
func (m *Meter) Report(id uint64, s progress.State) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, w := range m.works {
		if w.id == id {
			w.state = s
			return
		}
	}
	m.works = append(m.works, &work{id: id, begun: m.o.Now().Add(-s.Elapsed), state: s})
	if m.ended == nil {
		m.ended = make(chan struct{})
		go m.run(m.ended)
	}
}

// End implements progress.Listener. The line is gone when the last work has ended.
func (m *Meter) End(id uint64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for i, w := range m.works {
		if w.id == id {
			m.works = append(m.works[:i], m.works[i+1:]...)
			break
		}
	}
	if len(m.works) == 0 {
		m.clear()
		if m.ended != nil {
			close(m.ended)
			m.ended = nil
		}
	}
}

// Hold takes the line away until the function that it returns is called: somebody asks a question.
func (m *Meter) Hold() (release func()) {
	if m == nil {
		return func() {}
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.clear()
	m.held++
	return func() {
		m.mu.Lock()
		defer m.mu.Unlock()
		m.held--
	}
}

// Listen returns a context whose work is shown until end is called. What goes on longer is shown no more.
func (m *Meter) Listen(ctx context.Context) (listening context.Context, end func()) {
	if m == nil {
		return ctx, func() {}
	}
	l := &listener{m: m, works: map[uint64]bool{}}
	return progress.With(ctx, l), l.end
}

// listener is what one entry or script reports to.
type listener struct {
	m     *Meter
	mu    sync.Mutex
	over  bool
	works map[uint64]bool
}

// Report implements progress.Listener.
func (l *listener) Report(id uint64, s progress.State) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.over {
		l.works[id] = true
		l.m.Report(id, s)
	}
}

// End implements progress.Listener.
func (l *listener) End(id uint64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.works, id)
	l.m.End(id)
}

func (l *listener) end() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.over = true
	for id := range l.works {
		l.m.End(id)
	}
}

// run draws from time to time.
func (m *Meter) run(ended chan struct{}) {
	tick := time.NewTicker(interval)
	defer tick.Stop()
	for {
		select {
		case <-ended:
			return
		case <-tick.C:
			m.Draw()
		}
	}
}

// Draw draws the line as things are now.
func (m *Meter) Draw() {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.held > 0 {
		return
	}
	now := m.o.Now()
	for _, w := range m.works {
		if now.Sub(w.begun) < patience {
			continue
		}
		text := m.line(w, now)
		if others := len(m.works) - 1; others > 0 {
			text += fmt.Sprintf("  (+%d)", others)
		}
		// The last column stays free: some terminals go to the next line there.
		text = runewidth.Truncate(text, max(m.o.Width()-1, 1), "")
		fmt.Fprint(m.o.Out, "\r"+text+"\x1b[K")
		m.drawn = true
		return
	}
}

// clear takes the line away.
func (m *Meter) clear() {
	if m.drawn {
		fmt.Fprint(m.o.Out, "\r\x1b[K")
		m.drawn = false
	}
}

// line says what is known of a piece of work, the most important first: a narrow terminal shows the beginning.
func (m *Meter) line(w *work, now time.Time) string {
	s := w.state
	elapsed := now.Sub(w.begun)
	var parts []string
	if s.Part >= 0 && s.Noun+s.Phase != "" || s.Part > 0 {
		parts = append(parts, m.bar(s.Part)+" "+fmt.Sprintf("%3.0f%%", 100*min(s.Part, 1)))
	}
	what := show.Printable(s.Phase)
	if s.Work != "" {
		what = strings.TrimSpace(what + " " + show.Printable(s.Work))
	}
	room := max(m.o.Width()/2, 16)
	if runewidth.StringWidth(what) > room {
		mark := "…"
		if m.o.ASCII {
			mark = "~"
		}
		what = runewidth.Truncate(what, room, mark)
	}
	parts = append(parts, what)
	if s.Noun != "" {
		parts = append(parts, number(s.Count)+" "+s.Noun)
		if elapsed > 0 && s.Count > 0 {
			parts = append(parts, number(int64(float64(s.Count)/elapsed.Seconds()))+"/s")
		}
	}
	if left, ok := remaining(s.Part, elapsed); ok {
		parts = append(parts, clock(left)+" left")
	} else {
		parts = append(parts, clock(elapsed))
	}
	return strings.Join(parts, "  ")
}

const barWidth = 12

func (m *Meter) bar(part float64) string {
	full, empty := "█", "░"
	if m.o.ASCII {
		full, empty = "#", "."
	}
	n := int(math.Round(min(max(part, 0), 1) * barWidth))
	return strings.Repeat(full, n) + strings.Repeat(empty, barWidth-n)
}

// remaining is how long the rest takes if it goes on as it did.
func remaining(part float64, elapsed time.Duration) (time.Duration, bool) {
	if part < 0.01 || part > 1 || elapsed < settled {
		return 0, false
	}
	return time.Duration(float64(elapsed) * (1 - part) / part), true
}

// clock writes a duration as a clock does: 0:07, 3:25, 1:02:03.
func clock(d time.Duration) string {
	s := int64(d.Round(time.Second) / time.Second)
	if s >= 3600 {
		return fmt.Sprintf("%d:%02d:%02d", s/3600, s/60%60, s%60)
	}
	return fmt.Sprintf("%d:%02d", s/60, s%60)
}

// number writes a count shortly: 950, 12.3k, 4.5M.
func number(n int64) string {
	v := float64(n)
	for _, unit := range []string{"", "k", "M", "G", "T"} {
		if v < 999.5 || unit == "T" {
			if unit == "" {
				return strconv.FormatInt(n, 10)
			}
			digits := 1
			if v >= 99.95 {
				digits = 0
			}
			return strconv.FormatFloat(v, 'f', digits, 64) + unit
		}
		v /= 1000
	}
	return strconv.FormatInt(n, 10)
}

// Over returns a writer that takes the line away before it writes: both may share a terminal.
func (m *Meter) Over(w io.Writer) io.Writer {
	if m == nil {
		return w
	}
	return &over{m, w}
}

type over struct {
	m *Meter
	w io.Writer
}

// Write takes the line away and writes.
func (o *over) Write(p []byte) (int, error) {
	o.m.mu.Lock()
	defer o.m.mu.Unlock()
	o.m.clear()
	return o.w.Write(p)
}
