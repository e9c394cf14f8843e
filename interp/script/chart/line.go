package chart

import (
	"math"
	"strings"

	"github.com/mattn/go-runewidth"

	"gpfsh/interp/script/show"
)

const lineRows = 8

// canvas is a field of dots, two by four in each cell.
type canvas struct {
	cols, rows int
	cells      []uint8
}

// The bits of the dots in a cell of a braille character, by column and row.
var brailleDots = [2][4]uint8{{0x01, 0x02, 0x04, 0x40}, {0x08, 0x10, 0x20, 0x80}}

func (c *canvas) set(x, y int) {
	if x < 0 || y < 0 || x >= 2*c.cols || y >= 4*c.rows {
		return
	}
	c.cells[y/4*c.cols+x/2] |= brailleDots[x%2][y%4]
}

// stroke sets the dots between two points.
func (c *canvas) stroke(x0, y0, x1, y1 int) {
	n := max(abs(x1-x0), abs(y1-y0), 1)
	for i := 0; i <= n; i++ {
		c.set(x0+int(math.Round(float64((x1-x0)*i)/float64(n))), y0+int(math.Round(float64((y1-y0)*i)/float64(n))))
	}
}

func abs(n int) int { return max(n, -n) }

func (c *canvas) row(y int, ascii bool) string {
	var b strings.Builder
	for _, cell := range c.cells[y*c.cols : (y+1)*c.cols] {
		switch {
		case cell == 0:
			b.WriteByte(' ')
		case !ascii:
			b.WriteRune(rune(0x2800) + rune(cell))
		case cell&0xc0 == cell: // only the lowest dots
			b.WriteByte('_')
		case cell&0x09 == cell: // only the highest
			b.WriteByte('\'')
		default:
			b.WriteByte('*')
		}
	}
	return b.String()
}

// line draws values in their order, with the scale at the left and the first and the last label below.
func (c Chart) line(b *strings.Builder, s Series, o Options) {
	sc := lineScale(s)
	axis := make([]string, lineRows)
	width := 0
	for _, y := range []int{0, lineRows / 2, lineRows - 1} {
		v := sc.hi - (sc.hi-sc.lo)*float64(y)/float64(lineRows-1)
		axis[y] = s.Unit.Format(v)
		width = max(width, runewidth.StringWidth(axis[y]))
	}
	mark := "┤"
	edge := "│"
	if o.ASCII {
		mark, edge = "+", "|"
	}
	cv := &canvas{cols: max(o.Width-width-2, 1), rows: lineRows}
	cv.cells = make([]uint8, cv.cols*cv.rows)
	dots := squeeze(s.Values, 2*cv.cols)
	px, py := -1, 0
	for i, v := range dots {
		if !known(v) {
			px = -1
			continue
		}
		x := i
		if len(dots) < 2*cv.cols && len(dots) > 1 {
			x = i * (2*cv.cols - 1) / (len(dots) - 1)
		}
		y := int(math.Round((1 - sc.at(v)) * float64(4*lineRows-1)))
		if px < 0 {
			px, py = x, y
		}
		cv.stroke(px, py, x, y)
		px, py = x, y
	}
	for y := range lineRows {
		m := edge
		if axis[y] != "" {
			m = mark
		}
		line := o.paint(show.Dim, fillLeft(axis[y], width)+" "+m) + cv.row(y, o.ASCII)
		b.WriteString(strings.TrimRight(line, " ") + "\n")
	}
	first, last := show.Printable(c.label(0)), show.Printable(c.label(c.Len()-1))
	room := cv.cols
	first = cut(first, max(room/2-1, 1), o)
	last = cut(last, max(room/2-1, 1), o)
	gap := room - runewidth.StringWidth(first) - runewidth.StringWidth(last)
	if gap < 1 || c.Len() < 2 {
		last, gap = "", 0
	}
	b.WriteString(o.paint(show.Dim, strings.Repeat(" ", width+2)+first+strings.Repeat(" ", gap)+last) + "\n")
}
