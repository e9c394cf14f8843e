package ptytest

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/mattn/go-runewidth"
)

// Screen is what a terminal shows: enough of one to follow a line editor. It is not safe for concurrent use.
type Screen struct {
	cols, rows int
	cells      [][]rune // a wide character is followed by a 0
	row, col   int
	wrap       bool // the cursor stands behind the last column
	pending    []byte
}

// NewScreen makes an empty screen.
func NewScreen(cols, rows int) *Screen {
	s := &Screen{cols: cols, rows: rows}
	for range rows {
		s.cells = append(s.cells, blank(cols))
	}
	return s
}

func blank(n int) []rune {
	line := make([]rune, n)
	for i := range line {
		line[i] = ' '
	}
	return line
}

// String returns the lines of the screen without the blanks at their ends, up to the last one that shows something.
func (s *Screen) String() string {
	lines := make([]string, s.rows)
	for i, cells := range s.cells {
		var b strings.Builder
		for _, r := range cells {
			if r != 0 {
				b.WriteRune(r)
			}
		}
		lines[i] = strings.TrimRight(b.String(), " ")
	}
	return strings.TrimRight(strings.Join(lines, "\n"), "\n")
}

// Cursor returns where the cursor stands, from 0.
func (s *Screen) Cursor() (row, col int) { return s.row, s.col }

// Write shows what a program writes.
func (s *Screen) Write(data []byte) (int, error) {
	in := append(s.pending, data...)
	for len(in) > 0 {
		n := s.step(in)
		if n == 0 {
			break
		}
		in = in[n:]
	}
	s.pending = append([]byte(nil), in...)
	return len(data), nil
}

// step takes one character or sequence and returns its length, 0 when its end has not come yet.
func (s *Screen) step(in []byte) int {
	switch c := in[0]; {
	case c == 0x1b:
		return s.escape(in)
	case c < ' ' || c == 0x7f:
		s.control(c)
		return 1
	}
	if !utf8.FullRune(in) {
		return 0
	}
	r, n := utf8.DecodeRune(in)
	s.put(r)
	return n
}

func (s *Screen) control(c byte) {
	switch c {
	case '\r':
		s.col, s.wrap = 0, false
	case '\n':
		s.down()
		s.wrap = false
	case '\b':
		s.col, s.wrap = max(0, s.col-1), false
	case '\t':
		s.col = min(s.cols-1, s.col/8*8+8)
	}
}

func (s *Screen) put(r rune) {
	w := runewidth.RuneWidth(r)
	if w == 0 {
		return
	}
	if s.wrap || s.col+w > s.cols {
		s.col, s.wrap = 0, false
		s.down()
	}
	s.cells[s.row][s.col] = r
	if w == 2 {
		s.cells[s.row][s.col+1] = 0
	}
	s.col += w
	if s.col >= s.cols {
		s.col, s.wrap = s.cols-1, true
	}
}

func (s *Screen) down() {
	if s.row < s.rows-1 {
		s.row++
		return
	}
	s.cells = append(s.cells[1:], blank(s.cols))
}

func (s *Screen) up() {
	if s.row > 0 {
		s.row--
		return
	}
	s.cells = append([][]rune{blank(s.cols)}, s.cells[:s.rows-1]...)
}

func (s *Screen) escape(in []byte) int {
	if len(in) < 2 {
		return 0
	}
	switch in[1] {
	case '[':
		for i := 2; i < len(in); i++ {
			if in[i] >= 0x40 && in[i] <= 0x7e {
				s.csi(string(in[2:i]), in[i])
				return i + 1
			}
		}
		return 0
	case ']': // titles
		for i := 2; i < len(in); i++ {
			if in[i] == 0x07 {
				return i + 1
			}
		}
		return 0
	case 'D':
		s.down()
	case 'M':
		s.up()
	}
	return 2
}

func (s *Screen) csi(params string, final byte) {
	n, err := strconv.Atoi(params)
	if err != nil || n == 0 {
		n = 1
	}
	switch final {
	case 'A':
		s.row = max(0, s.row-n)
	case 'B':
		s.row = min(s.rows-1, s.row+n)
	case 'C':
		s.col = min(s.cols-1, s.col+n)
	case 'D':
		s.col = max(0, s.col-n)
	case 'H':
		s.row, s.col = 0, 0
		if r, c, ok := strings.Cut(params, ";"); ok {
			row, _ := strconv.Atoi(r)
			col, _ := strconv.Atoi(c)
			s.row, s.col = min(s.rows, max(1, row))-1, min(s.cols, max(1, col))-1
		}
	case 'J':
		s.erase(params)
		return
	case 'K':
		if params == "" || params == "0" {
			copy(s.cells[s.row][s.col:], blank(s.cols-s.col))
		}
		return
	default:
		return
	}
	s.wrap = false
}

func (s *Screen) erase(params string) {
	switch params {
	case "", "0":
		copy(s.cells[s.row][s.col:], blank(s.cols-s.col))
		for i := s.row + 1; i < s.rows; i++ {
			s.cells[i] = blank(s.cols)
		}
	case "2":
		for i := range s.cells {
			s.cells[i] = blank(s.cols)
		}
	}
}

// resize gives the screen another size; lines keep what fits.
func (s *Screen) resize(cols, rows int) {
	old := *s
	*s = *NewScreen(cols, rows)
	from := max(0, old.row-rows+1)
	for i := from; i < old.rows && i-from < rows; i++ {
		copy(s.cells[i-from], old.cells[i])
	}
	s.row, s.col = old.row-from, min(old.col, cols-1)
}
