package show

import (
	"fmt"
	"io"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/mattn/go-runewidth"
)

const (
	gap = "  " // between columns
	// minColumn is the width below which a column is left out rather than shortened.
	minColumn = 16
	// minProse is the width below which a text is not wrapped.
	minProse = 20
)

// column is one column of a table, with its cells.
type column struct {
	header string
	right  bool // numbers
	state  bool // its words have a colour
	prose  bool // wrapped under its header rather than cut
	rank   rank
	bars   bool // percentages with bars beside them
	cells  []string
	width  int
	least  int // to which it may be shortened
}

// table writes members as a table.
func (r *Writer) table(rows rowSet) error {
	if len(rows.items) == 0 {
		_, err := fmt.Fprintln(r.Err, "no "+rows.noun)
		return err
	}
	wide := r.Format == Wide || rows.wide
	cols := columns(rows, wide)
	if len(cols) == 1 && cols[0].header == "" {
		return r.lines(cols[0].cells)
	}
	if r.Width > 0 && !wide {
		var hidden []string
		cols, hidden = fit(cols, r.Width)
		defer r.notShown(hidden)
		r.addBars(cols)
	}
	return r.writeTable(cols)
}

// lines writes a single column without a header.
func (r *Writer) lines(cells []string) error {
	for _, c := range cells {
		if _, err := fmt.Fprintln(r.Out, c); err != nil {
			return err
		}
	}
	return nil
}

func (r *Writer) notShown(hidden []string) {
	if len(hidden) > 0 {
		r.notice("not shown for want of room: " + strings.Join(hidden, ", ") + " (wide shows all)")
	}
}

// columns makes the columns of a table.
func columns(rows rowSet, wide bool) []column {
	st, ok := elemStruct(rows)
	if !ok && rows.only == nil {
		return scalarColumns(rows)
	}
	var cols []column
	shown := rows.only
	if shown == nil {
		shown = fields(st)
	}
	for _, f := range shown {
		if rows.only == nil && (f.header == "" || f.wide && !wide) {
			continue
		}
		c := column{header: f.header, state: isState(f), prose: f.prose, rank: f.rank}
		for _, it := range rows.items {
			text := nothing
			if v := f.value(it); v.IsValid() {
				text = cellText(v)
			}
			c.cells = append(c.cells, text)
		}
		c.right = isNumeric(f.typ, c.cells)
		cols = append(cols, c)
	}
	if rows.keyed && rows.only == nil && !keysShown(cols, rows.items) {
		for i := range cols {
			if cols[i].header == "NAME" {
				cols[i].rank = minor // the key says it
			}
		}
		cols = slices.Insert(cols, 0, keyColumn(rows))
	}
	for i := range cols {
		cols[i].width = naturalWidth(cols[i])
	}
	return cols
}

// scalarColumns shows members that are no objects: the value, and its key when it has one.
func scalarColumns(rows rowSet) []column {
	values := column{cells: make([]string, len(rows.items))}
	for i, it := range rows.items {
		values.cells[i] = cellText(it.value)
	}
	if !rows.keyed {
		return []column{values}
	}
	values.header, values.right = "VALUE", isNumeric(rows.elem, values.cells)
	cols := []column{keyColumn(rows), values}
	for i := range cols {
		cols[i].width = naturalWidth(cols[i])
	}
	return cols
}

func keyColumn(rows rowSet) column {
	c := column{header: "KEY"}
	for _, it := range rows.items {
		c.cells = append(c.cells, Printable(it.key))
	}
	return c
}

// keysShown says whether one of the columns holds exactly the keys, so that a reader knows what to index with.
func keysShown(cols []column, items []item) bool {
	return slices.ContainsFunc(cols, func(c column) bool {
		for i, it := range items {
			if c.cells[i] != Printable(it.key) {
				return false
			}
		}
		return true
	})
}

// elemStruct returns the struct type that all members have in common.
func elemStruct(rows rowSet) (reflect.Type, bool) {
	var common reflect.Type
	for _, it := range rows.items {
		s, ok := structOf(it.value)
		if !ok {
			if it.value.IsValid() && isNil(it.value) {
				continue
			}
			return nil, false
		}
		if common != nil && common != s.Type() {
			return nil, false
		}
		common = s.Type()
	}
	if common == nil || len(fields(common)) == 0 {
		return nil, false
	}
	if isLeaf(common) {
		if _, tagged := appendFields(nil, common, nil); !tagged {
			return nil, false
		}
	}
	return common, true
}

func naturalWidth(c column) int {
	w := runewidth.StringWidth(c.header)
	for _, cell := range c.cells {
		w = max(w, runewidth.StringWidth(cell))
	}
	return w
}

// isNumeric says whether a column holds numbers: its type is no text and every cell begins with a digit or has no value.
func isNumeric(t reflect.Type, cells []string) bool {
	if t == nil || t.Kind() == reflect.String && t != textCell || t == timeType {
		return false
	}
	numbers := false
	for _, c := range cells {
		if looksNumeric(c) {
			numbers = true
			continue
		}
		if c != nothing && c != "unlimited" && c != "none" {
			return false
		}
	}
	return numbers
}

// looksNumeric accepts a number with a unit: "12", "-3.5", "1.5 TiB", "90%", "0x1f".
func looksNumeric(s string) bool {
	s = strings.TrimPrefix(s, "-")
	num, unit, _ := strings.Cut(s, " ")
	if num == "" || num[0] < '0' || num[0] > '9' || len(unit) > 4 {
		return false
	}
	digits := strings.TrimRight(num, "%KMGTPEZiBs")
	return strings.Trim(digits, "0123456789.,") == "" || strings.HasPrefix(num, "0x")
}

// fit shortens and leaves out columns until a table is no wider than width. The first columns matter most, and the first
// of all is what a reader indexes with: only names beyond the ordinary are shortened. It returns the headers of the
// columns left out.
func fit(cols []column, width int) ([]column, []string) {
	cols = slices.Clone(cols)
	for i := range cols {
		cols[i].least = leastWidth(cols[i])
	}
	cols[0].least = min(cols[0].width, max(width*3/10, minColumn))

	order := slices.Clone(cols)
	var hidden []string
	hide := func(i int) {
		hidden = append(hidden, cols[i].header)
		cols = slices.Delete(cols, i, i+1)
	}
	least := func(c column) int { return c.least }
	for i := len(cols) - 1; i > 0 && total(cols, least) > width; i-- {
		if isEmpty(cols[i]) {
			hide(i)
		}
	}
	for len(cols) > 1 && total(cols, least) > width {
		hide(leastImportant(cols))
	}
	if len(cols) == 1 {
		cols[0].width = min(cols[0].width, width)
	}
	for total(cols, func(c column) int { return c.width }) > width {
		// Prose gives way first: it loses nothing.
		room := func(c column) int {
			if spare := c.width - c.least; c.prose && spare > 0 {
				return spare + width
			}
			return c.width - c.least
		}
		widest := 0
		for i, c := range cols {
			if room(c) > room(cols[widest]) {
				widest = i
			}
		}
		cols[widest].width--
	}
	slices.SortStableFunc(hidden, func(a, b string) int { return placeOf(order, a) - placeOf(order, b) })
	return cols, hidden
}

func placeOf(cols []column, header string) int {
	return slices.IndexFunc(cols, func(c column) bool { return c.header == header })
}

// rank says how soon a column is left out where there is no room.
type rank int

const (
	ordinary rank = iota
	minor         // soonest: what is the same for most, ids, yes and no
	main          // last: states, and how full something is
)

// rankOf returns the rank of a field's column, which the option of its tag says or else what it holds.
func rankOf(f field, opt string) rank {
	switch {
	case opt == "main", opt == "" && (isState(f) && f.typ.Kind() == reflect.String || strings.HasSuffix(f.header, "%")):
		return main
	case opt == "minor", f.typ.Kind() == reflect.Bool, f.header == "ID":
		return minor
	}
	return ordinary
}

// leastImportant returns the index of the column to leave out next: the last of the lowest rank, never the first of all,
// which is what a reader indexes with.
func leastImportant(cols []column) int {
	for _, rank := range []rank{minor, ordinary} {
		for i := len(cols) - 1; i > 0; i-- {
			if cols[i].rank == rank {
				return i
			}
		}
	}
	return len(cols) - 1
}

// barWidth is the width of a bar beside a percentage, with the blank before it.
const barWidth = 11

// addBars puts bars beside percentages where the terminal has room for all of them.
func (r *Writer) addBars(cols []column) {
	need := 0
	for _, c := range cols {
		if isPercent(c) {
			need += barWidth
		}
		if c.width < naturalWidth(c) {
			return
		}
	}
	if need == 0 || total(cols, func(c column) int { return c.width })+need > r.Width {
		return
	}
	solid, empty := "█", "░"
	if r.ASCII {
		solid, empty = "#", "."
	}
	for i, c := range cols {
		if !isPercent(c) {
			continue
		}
		cells := make([]string, len(c.cells))
		for k, cell := range c.cells {
			cells[k] = strings.Repeat(" ", c.width-runewidth.StringWidth(cell)) + cell
			if v, ok := percent(cell); ok {
				n := int(math.Round(min(max(v, 0), 100) / 100 * (barWidth - 1)))
				cells[k] += " " + strings.Repeat(solid, n) + strings.Repeat(empty, barWidth-1-n)
			}
		}
		cols[i].cells, cols[i].bars, cols[i].right = cells, true, false
		cols[i].width += barWidth
	}
}

func percent(cell string) (float64, bool) {
	number, ok := strings.CutSuffix(cell, "%")
	if !ok {
		return 0, false
	}
	v, err := strconv.ParseFloat(number, 64)
	return v, err == nil
}

func isPercent(c column) bool {
	some := false
	for _, cell := range c.cells {
		if _, ok := percent(cell); ok {
			some = true
		} else if cell != nothing {
			return false
		}
	}
	return some && c.right
}

// leastWidth is the width to which a column may be shortened. Numbers and states are never shortened: half of them
// would be wrong.
func leastWidth(c column) int {
	if c.right || c.state {
		return c.width
	}
	if c.prose {
		return min(c.width, minProse)
	}
	return min(c.width, max(minColumn, runewidth.StringWidth(c.header)))
}

func total(cols []column, width func(column) int) int {
	n := len(gap) * (len(cols) - 1)
	for _, c := range cols {
		n += width(c)
	}
	return n
}

func isEmpty(c column) bool {
	return !slices.ContainsFunc(c.cells, func(cell string) bool { return cell != nothing })
}

func (r *Writer) writeTable(cols []column) error {
	if len(cols) == 0 {
		return nil
	}
	mark := "…"
	if r.ASCII {
		mark = "~"
	}
	var b strings.Builder
	line := func(text func(c column) string, look func(c column) Look) {
		ends := 0 // blanks that nothing stands behind
		for i, c := range cols {
			cell := shorten(text(c), c.width, mark)
			pad := c.width - runewidth.StringWidth(cell)
			if i > 0 {
				ends += len(gap)
			}
			if c.right {
				ends, pad = ends+pad, 0
			}
			if cell == "" {
				ends += pad
				continue
			}
			b.WriteString(strings.Repeat(" ", ends) + r.paint(look(c), cell))
			ends = pad
		}
		b.WriteByte('\n')
	}
	line(func(c column) string { return c.header }, func(column) Look { return Header })
	for i := range cols[0].cells {
		parts := map[string][]string{} // of what is wrapped, by header
		lines := 1
		for _, c := range cols {
			if c.prose && c.width >= minColumn {
				parts[c.header] = Wrap(c.cells[i], c.width)
				lines = max(lines, len(parts[c.header]))
			}
		}
		for n := range lines {
			line(func(c column) string {
				switch p := parts[c.header]; {
				case n < len(p):
					return p[n]
				case n > 0:
					return ""
				}
				return c.cells[i]
			}, func(c column) Look { return c.look(i) })
		}
	}
	_, err := io.WriteString(r.Out, b.String())
	return err
}

// shorten cuts a text to a width. A path keeps its end, by which it differs from others.
func shorten(text string, width int, mark string) string {
	if !strings.HasPrefix(text, "/") || runewidth.StringWidth(text) <= width {
		return runewidth.Truncate(text, width, mark)
	}
	return runewidth.TruncateLeft(text, runewidth.StringWidth(text)-width+runewidth.StringWidth(mark), mark)
}

// The percentages from which on something is nearly full, and as good as full.
const (
	nearlyFull = 90
	full       = 97
)

func (c column) look(i int) Look {
	if strings.HasSuffix(c.header, "%") {
		text, _, _ := strings.Cut(strings.TrimSpace(c.cells[i]), " ")
		switch v, ok := percent(text); {
		case ok && v >= full:
			return Bad
		case ok && v >= nearlyFull:
			return Warning
		}
	}
	if !c.state {
		return Plain
	}
	return stateStyle(c.cells[i])
}
