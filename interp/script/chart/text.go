package chart

import (
	"math"
	"strings"

	"github.com/mattn/go-runewidth"

	"gpfsh/interp/script/show"
)

// Options say where a chart is drawn.
type Options struct {
	Width int  // of the drawing, in columns; 0 is 80
	ASCII bool // draw with the characters of ASCII only
	// Paint gives text its look; nil leaves it plain.
	Paint func(show.Look, string) string
}

const (
	defaultWidth = 80
	minBar       = 4 // below which bars are left out
)

func (o Options) paint(l show.Look, text string) string {
	if o.Paint == nil || text == "" {
		return text
	}
	return o.Paint(l, text)
}

// Text draws the chart for a terminal, in lines no longer than the width.
func (c Chart) Text(o Options) string {
	if o.Width <= 0 {
		o.Width = defaultWidth
	}
	var b strings.Builder
	if c.Title != "" {
		b.WriteString(o.paint(show.Strong, cut(show.Printable(c.Title), o.Width, o)) + "\n")
	}
	if c.Len() == 0 {
		b.WriteString("nothing to draw\n")
		return b.String()
	}
	for i, p := range c.panels() {
		if i > 0 && c.Form != Spark {
			b.WriteByte('\n')
		}
		if p.title != "" && c.Form != Spark {
			b.WriteString(o.paint(show.Header, cut(show.Printable(p.title), o.Width, o)) + "\n")
		}
		switch c.Form {
		case Line:
			c.line(&b, p.series[0], o)
		case Spark:
			c.spark(&b, p.series[0], o)
		default:
			c.bars(&b, p, o)
		}
	}
	if c.Note != "" {
		b.WriteString(o.paint(show.Dim, cut("("+show.Printable(c.Note)+")", o.Width, o)) + "\n")
	}
	return b.String()
}

// cut shortens a text. A path keeps its end, everything else its beginning.
func cut(s string, width int, o Options) string {
	if runewidth.StringWidth(s) <= width {
		return s
	}
	mark := "…"
	if o.ASCII {
		mark = "~"
	}
	if strings.HasPrefix(s, "/") {
		for r := []rune(s); len(r) > 0; r = r[1:] {
			if t := mark + string(r); runewidth.StringWidth(t) <= width {
				return t
			}
		}
	}
	return runewidth.Truncate(s, width, mark)
}

func fill(s string, width int) string {
	return s + strings.Repeat(" ", max(width-runewidth.StringWidth(s), 0))
}

func fillLeft(s string, width int) string {
	return strings.Repeat(" ", max(width-runewidth.StringWidth(s), 0)) + s
}

// bars draws a line for each value: what it is, how much, and a bar.
func (c Chart) bars(b *strings.Builder, p panel, o Options) {
	n := c.Len()
	labels, names := make([]string, n), make([]string, len(p.series))
	values := make([][]string, n)
	labelWidth, nameWidth, valueWidth := 0, 0, 0
	for k, s := range p.series {
		names[k] = show.Printable(s.Name)
		nameWidth = max(nameWidth, runewidth.StringWidth(names[k]))
	}
	if len(p.series) == 1 {
		nameWidth = 0
	}
	for i := range n {
		labels[i] = show.Printable(c.label(i))
		labelWidth = max(labelWidth, runewidth.StringWidth(labels[i]))
		values[i] = make([]string, len(p.series))
		for k, s := range p.series {
			values[i][k] = s.Unit.Format(s.at(i))
			valueWidth = max(valueWidth, runewidth.StringWidth(values[i][k]))
		}
	}
	nameWidth = min(nameWidth, max(o.Width/5, 6))
	labelWidth = min(labelWidth, max(o.Width*2/5, 8), max(o.Width-valueWidth-nameWidth-4, 4))
	room := o.Width - labelWidth - valueWidth - 4
	if nameWidth > 0 {
		room -= nameWidth + 2
	}
	sc := scaleOf(p, c.Log)
	for i := range n {
		label := labels[i]
		for k, s := range p.series {
			if !p.drawn(i, k) {
				continue
			}
			line := fill(cut(label, labelWidth, o), labelWidth) + "  "
			label = ""
			if nameWidth > 0 {
				line += fill(cut(names[k], nameWidth, o), nameWidth) + "  "
			}
			line += fillLeft(values[i][k], valueWidth)
			bar, rest := "", ""
			if room >= minBar {
				bar, rest = drawBar(sc, s.at(i), room, s.Unit == Percent, o)
			}
			if bar+rest != "" {
				line += "  " + bar + o.paint(show.Dim, rest)
			}
			b.WriteString(strings.TrimRight(line, " ") + "\n")
		}
	}
}

var eighths = []string{"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"}

// drawBar returns a bar and, where a whole is known, the part of it that is left.
func drawBar(sc scale, v float64, room int, whole bool, o Options) (bar, rest string) {
	if !known(v) {
		return "", ""
	}
	full, empty := "█", "░"
	if o.ASCII {
		full, empty = "#", "."
	}
	if sc.lo < 0 { // bars on both sides of 0
		zero := min(max(int(math.Round(sc.at(0)*float64(room))), 1), room-1)
		at := int(math.Round(sc.at(v) * float64(room)))
		if v < 0 {
			at = min(at, max(zero-1, 0))
			return strings.Repeat(" ", at) + strings.Repeat(full, zero-at), ""
		}
		if v > 0 {
			at = max(at, zero+1)
		}
		return strings.Repeat(" ", zero) + strings.Repeat(full, max(at-zero, 0)), ""
	}
	length := sc.at(v) * float64(room)
	cells := int(length)
	bar = strings.Repeat(full, cells)
	if o.ASCII {
		if cells == 0 && v > 0 {
			bar = "|"
		}
	} else {
		bar += eighths[min(int((length-float64(cells))*8), 7)]
		if bar == "" && v > 0 {
			bar = eighths[1]
		}
	}
	if whole {
		rest = strings.Repeat(empty, max(room-runewidth.StringWidth(bar), 0))
	}
	return bar, rest
}

// spark draws one row.
func (c Chart) spark(b *strings.Builder, s Series, o Options) {
	steps := []rune("▁▂▃▄▅▆▇█")
	if o.ASCII {
		steps = []rune("_.-~=+*#")
	}
	lead := ""
	if s.Name != "" && len(c.Series) > 1 {
		width := 0
		for _, other := range c.Series {
			width = max(width, runewidth.StringWidth(show.Printable(other.Name)))
		}
		width = min(width, max(o.Width*2/5, 8))
		lead = fill(cut(show.Printable(s.Name), width, o), width) + "  "
	}
	lo, hi := extremes(s)
	tail := "  " + s.Unit.Format(lo) + " to " + s.Unit.Format(hi)
	room := o.Width - runewidth.StringWidth(lead) - runewidth.StringWidth(tail)
	if room < minBar {
		room, tail = o.Width-runewidth.StringWidth(lead), ""
	}
	sc := lineScale(s)
	var row strings.Builder
	for _, v := range squeeze(s.Values, room) {
		if !known(v) {
			row.WriteByte(' ')
			continue
		}
		row.WriteRune(steps[min(int(sc.at(v)*float64(len(steps))), len(steps)-1)])
	}
	b.WriteString(strings.TrimRight(lead+row.String()+tail, " ") + "\n")
}

func extremes(s Series) (lo, hi float64) {
	lo, hi = math.Inf(1), math.Inf(-1)
	for _, v := range s.Values {
		if known(v) {
			lo, hi = min(lo, v), max(hi, v)
		}
	}
	if lo > hi {
		return math.NaN(), math.NaN()
	}
	return lo, hi
}

// squeeze brings values down to n at most. Each is the one of those it stands for that is farthest from 0, so that
// peaks stay.
func squeeze(values []float64, n int) []float64 {
	if n <= 0 || len(values) <= n {
		return values
	}
	out := make([]float64, n)
	for i := range out {
		out[i] = math.NaN()
		for _, v := range values[i*len(values)/n : (i+1)*len(values)/n] {
			if known(v) && (!known(out[i]) || math.Abs(v) > math.Abs(out[i])) {
				out[i] = v
			}
		}
	}
	return out
}
