package chart

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/mattn/go-runewidth"

	"gpfsh/interp/script/show"
)

// The measures of a drawing, in pixels. A character is about half as wide as it is high.
const (
	svgWidth   = 760.0
	margin     = 16.0
	charWidth  = 7.0
	titleRow   = 26.0
	barHeight  = 16.0
	barGap     = 3.0
	groupGap   = 6.0
	axisRow    = 22.0
	plotHeight = 220.0
	maxRows    = 60 // values in the description
)

// svgStyle holds for both kinds of background. The bars have one colour: what they are is written beside them.
const svgStyle = `
    .paper { fill: #ffffff }
    text { font: 12px system-ui, "Segoe UI", "Helvetica Neue", "DejaVu Sans", sans-serif; fill: #1f2328 }
    .title { font-size: 15px; font-weight: 600 }
    .panel { font-weight: 600 }
    .dim { fill: #59636e }
    .bar { fill: #0b62a4 }
    .whole { fill: #e3e8ee }
    .grid { stroke: #d1d9e0; stroke-width: 1 }
    .axis { stroke: #818b98; stroke-width: 1 }
    .line { fill: none; stroke: #0b62a4; stroke-width: 2; stroke-linejoin: round }
    .dot { fill: #0b62a4 }
    @media (prefers-color-scheme: dark) {
      .paper { fill: #0d1117 } text { fill: #e6edf3 } .dim { fill: #9198a1 }
      .bar, .dot { fill: #58a6e8 } .line { stroke: #58a6e8 } .whole { fill: #262c36 }
      .grid { stroke: #30363d } .axis { stroke: #6e7681 }
    }
  `

// SVG returns the charts one below the other as one drawing that needs nothing else: no fonts, no scripts, no other
// files.
func SVG(charts ...Chart) []byte {
	d := &drawing{y: margin}
	for i, c := range charts {
		if i > 0 {
			d.y += margin
		}
		d.chart(c)
	}
	height := d.y + margin
	var b bytes.Buffer
	title := "charts"
	var desc []string
	for i, c := range charts {
		if i == 0 && c.Title != "" {
			title = c.Title
		}
		desc = append(desc, c.describe())
	}
	fmt.Fprintf(&b, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n")
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" width="%s" height="%s" viewBox="0 0 %s %s" role="img" aria-labelledby="title desc">`+"\n",
		px(svgWidth), px(height), px(svgWidth), px(height))
	fmt.Fprintf(&b, "  <title id=\"title\">%s</title>\n  <desc id=\"desc\">%s</desc>\n  <style>%s</style>\n", escape(title), escape(strings.Join(desc, " ")), svgStyle)
	fmt.Fprintf(&b, `  <rect class="paper" width="%s" height="%s"/>`+"\n", px(svgWidth), px(height))
	b.Write(d.b.Bytes())
	b.WriteString("</svg>\n")
	return b.Bytes()
}

// describe says the values, for those who cannot see them.
func (c Chart) describe() string {
	var parts []string
	for i := range min(c.Len(), maxRows) {
		var values []string
		for _, s := range c.Series {
			text := s.Unit.Format(s.at(i))
			if len(c.Series) > 1 {
				text = s.Name + " " + text
			}
			values = append(values, text)
		}
		parts = append(parts, c.label(i)+": "+strings.Join(values, ", "))
	}
	text := strings.Join(parts, "; ")
	if more := c.Len() - maxRows; more > 0 {
		text += fmt.Sprintf("; and %d more", more)
	}
	return strings.TrimPrefix(c.Title+". ", ". ") + text + "."
}

// drawing is where the next thing is drawn.
type drawing struct {
	b bytes.Buffer
	y float64
}

func px(v float64) string {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		v = 0
	}
	return strconv.FormatFloat(math.Round(v*10)/10, 'f', -1, 64)
}

// escape returns text for a document. Control characters have no place in XML at all: they are made visible.
func escape(s string) string {
	var b bytes.Buffer
	// A buffer takes all that is written.
	_ = xml.EscapeText(&b, []byte(show.Printable(s)))
	return b.String()
}

func textWidth(s string) float64 {
	return charWidth * float64(runewidth.StringWidth(show.Printable(s)))
}

// text writes a text that ends, begins or has its middle at x. What is cut shows itself whole under the mouse.
func (d *drawing) text(class, anchor string, x, y, room float64, s string, attrs ...string) {
	shown := cut(show.Printable(s), max(int(room/charWidth), 2), Options{})
	more := ""
	if shown != show.Printable(s) {
		more = "<title>" + escape(s) + "</title>"
	}
	if class != "" {
		class = ` class="` + class + `"`
	}
	fmt.Fprintf(&d.b, `  <text%s x="%s" y="%s" text-anchor="%s"%s>%s%s</text>`+"\n", class, px(x), px(y), anchor, strings.Join(attrs, ""), more, escape(shown))
}

func (d *drawing) rect(class string, x, y, w, h float64, title string) {
	fmt.Fprintf(&d.b, `  <rect class="%s" x="%s" y="%s" width="%s" height="%s"><title>%s</title></rect>`+"\n", class, px(x), px(y), px(max(w, 0)), px(max(h, 0)), escape(title))
}

func (d *drawing) rule(class string, x0, y0, x1, y1 float64) {
	fmt.Fprintf(&d.b, `  <line class="%s" x1="%s" y1="%s" x2="%s" y2="%s"/>`+"\n", class, px(x0), px(y0), px(x1), px(y1))
}

func (d *drawing) chart(c Chart) {
	if c.Title != "" {
		d.text("title", "start", margin, d.y+15, svgWidth-2*margin, c.Title)
		d.y += titleRow
	}
	if c.Len() == 0 {
		d.text("dim", "start", margin, d.y+12, svgWidth-2*margin, "nothing to draw")
		d.y += axisRow
		return
	}
	for i, p := range c.panels() {
		if i > 0 {
			d.y += margin / 2
		}
		if p.title != "" {
			d.text("panel", "start", margin, d.y+12, svgWidth-2*margin, p.title)
			d.y += axisRow
		}
		switch c.Form {
		case Histogram:
			d.columns(c, p.series[0])
		case Line, Spark:
			d.line(c, p.series[0])
		default:
			d.bars(c, p)
		}
	}
	if c.Note != "" {
		d.text("dim", "start", margin, d.y+14, svgWidth-2*margin, "("+c.Note+")")
		d.y += axisRow
	}
}

// bars draws horizontal bars, with what they are at the left and how much at their ends.
func (d *drawing) bars(c Chart, p panel) {
	labels, ends := 0.0, 0.0
	end := func(s Series, i int) string {
		text := s.Unit.Format(s.at(i))
		if len(p.series) > 1 && known(s.at(i)) {
			text += "  " + s.Name
		}
		return text
	}
	for i := range c.Len() {
		labels = max(labels, textWidth(c.label(i)))
		for _, s := range p.series {
			ends = max(ends, textWidth(end(s, i)))
		}
	}
	labels, ends = min(labels, svgWidth*0.35), min(ends, svgWidth*0.3)
	x0 := margin + labels + 8
	plot := svgWidth - margin - ends - 8 - x0
	sc := scaleOf(p, c.Log)
	at := func(v float64) float64 { return x0 + sc.at(v)*plot }
	top := d.y
	var body drawing
	body.y = top + 4
	for i := range c.Len() {
		bars := 0
		for k := range p.series {
			bars += boolInt(p.drawn(i, k))
		}
		height := float64(bars)*(barHeight+barGap) - barGap
		body.text("", "end", x0-8, body.y+height/2+4, labels+charWidth, c.label(i))
		for k, s := range p.series {
			if !p.drawn(i, k) {
				continue
			}
			v := s.at(i)
			zero, to := at(max(sc.lo, 0)), at(v)
			if sc.lo < 0 {
				zero = at(0)
			}
			left, w := min(zero, to), math.Abs(to-zero)
			if !known(v) {
				left, w = zero, 0
			} else if v != 0 {
				w = max(w, 1)
			}
			if s.Unit == Percent && known(v) {
				body.rect("whole", zero, body.y, at(100)-zero, barHeight, end(s, i))
			}
			body.rect("bar", left, body.y, w, barHeight, c.label(i)+": "+end(s, i))
			tx := left + w + 6
			if s.Unit == Percent && known(v) {
				tx = max(tx, at(100)+6)
			}
			body.text("dim", "start", tx, body.y+barHeight-4, ends+charWidth, end(s, i))
			body.y += barHeight + barGap
		}
		body.y += groupGap - barGap
	}
	if !c.Log && sc.hi > sc.lo {
		last := -1000.0
		for _, t := range p.series[0].Unit.ticks(sc.lo, sc.hi, 5) {
			x := at(t)
			d.rule("grid", x, top, x, body.y)
			text := p.series[0].Unit.tick(t, sc.hi)
			if x-textWidth(text)/2 > last+6 {
				d.text("dim", "middle", x, body.y+14, 200, text)
				last = x + textWidth(text)/2
			}
		}
	}
	d.b.Write(body.b.Bytes())
	zero := at(max(sc.lo, 0))
	if sc.lo < 0 {
		zero = at(0)
	}
	d.rule("axis", zero, top, zero, body.y)
	d.y = body.y + axisRow
}

// frame draws the scale at the left of a plot and returns where the plot begins, how wide it is, and where values lie.
func (d *drawing) frame(unit Unit, sc scale) (x0, plot float64, at func(float64) float64) {
	ticks := unit.ticks(sc.lo, sc.hi, 5)
	if sc.log {
		ticks = []float64{0, sc.hi}
	}
	left := 0.0
	for _, t := range ticks {
		left = max(left, textWidth(unit.tick(t, sc.hi)))
	}
	x0 = margin + left + 8
	plot = svgWidth - margin - x0
	top := d.y + 16
	at = func(v float64) float64 { return top + (1-sc.at(v))*plotHeight }
	for _, t := range ticks {
		d.rule("grid", x0, at(t), x0+plot, at(t))
		d.text("dim", "end", x0-6, at(t)+4, left+charWidth, unit.tick(t, sc.hi))
	}
	return x0, plot, at
}

// columns draws a histogram.
func (d *drawing) columns(c Chart, s Series) {
	sc := scaleOf(panel{series: []Series{s}}, c.Log)
	if sc.hi == sc.lo {
		sc.hi = sc.lo + 1
	}
	x0, plot, at := d.frame(s.Unit, sc)
	n := c.Len()
	width := plot / float64(n)
	zero := at(max(sc.lo, 0))
	if sc.lo < 0 {
		zero = at(0)
	}
	longest := 0.0
	for i := range n {
		longest = max(longest, textWidth(c.label(i)))
	}
	turned := longest > width-4
	every := 1
	if turned {
		every = max(int(math.Ceil(14/width)), 1)
	}
	for i := range n {
		v := s.at(i)
		x, y := x0+float64(i)*width, at(v)
		text := s.Unit.Format(v)
		if known(v) {
			h := math.Abs(zero - y)
			if v != 0 {
				h = max(h, 1)
			}
			d.rect("bar", x+0.5, min(y, zero), width-1, h, c.label(i)+": "+text)
			if textWidth(text) < width-2 {
				d.text("dim", "middle", x+width/2, min(y, zero)-4, width, text)
			}
		}
		if i%every != 0 {
			continue
		}
		if turned {
			tx, ty := x+width/2+4, zero+14
			d.text("dim", "end", tx, ty, 110, c.label(i), fmt.Sprintf(` transform="rotate(-40 %s %s)"`, px(tx), px(ty)))
			continue
		}
		d.text("dim", "middle", x+width/2, zero+16, width, c.label(i))
	}
	d.rule("axis", x0, zero, x0+plot, zero)
	d.y += 16 + plotHeight + axisRow
	if turned {
		d.y += min(longest, 110) * 0.64
	}
}

// line draws values in their order.
func (d *drawing) line(c Chart, s Series) {
	sc := lineScale(s)
	x0, plot, at := d.frame(s.Unit, sc)
	bottom := at(sc.lo)
	n := max(len(s.Values), 1)
	x := func(i int) float64 {
		if n == 1 {
			return x0 + plot/2
		}
		return x0 + plot*float64(i)/float64(n-1)
	}
	var points []string
	flush := func() {
		if len(points) > 1 {
			fmt.Fprintf(&d.b, `  <polyline class="line" points="%s"/>`+"\n", strings.Join(points, " "))
		}
		points = nil
	}
	for i, v := range s.Values {
		if !known(v) {
			flush()
			continue
		}
		points = append(points, px(x(i))+","+px(at(v)))
		if n <= 60 {
			fmt.Fprintf(&d.b, `  <circle class="dot" cx="%s" cy="%s" r="2.5"><title>%s</title></circle>`+"\n", px(x(i)), px(at(v)), escape(c.label(i)+": "+s.Unit.Format(v)))
		}
	}
	flush()
	d.rule("axis", x0, bottom, x0+plot, bottom)
	last := -1000.0
	for k := range 6 {
		i := k * (n - 1) / 5
		text, anchor, tx := c.label(i), "middle", x(i)
		w := textWidth(text)
		lo := tx - w/2
		switch {
		case k == 0 && n > 1:
			anchor, lo = "start", tx
		case k == 5 && n > 1:
			anchor, lo = "end", tx-w
		}
		if lo > last+8 {
			d.text("dim", anchor, tx, bottom+16, plot/2, text)
			last = lo + w
		}
	}
	d.y += 16 + plotHeight + axisRow
}
