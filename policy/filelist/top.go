package filelist

import (
	"cmp"
	"math"
	"slices"
	"strings"
)

// topState keeps the first files of each group in the order of a number, ties in the order of their paths.
type topState struct {
	n     int
	least bool
	kind  Kind
	num   func(*rec) int64
	float bool
	has   set
	also  []*keyColumn // of which only the functions are used
	heaps [][]topFile
}

type topFile struct {
	v    int64
	path string
	also []cell
}

func (e *env) topState(c compiledAgg) *topState {
	s := &topState{n: c.N, least: c.Op == opLeast, kind: c.attr.kind, has: 1 << c.attr.id}
	s.num, s.float = e.metric(c.attr)
	for _, a := range c.also {
		s.also = append(s.also, e.keyColumn(a))
	}
	return s
}

// before says whether a file is nearer to the top than another.
func (s *topState) before(v int64, path string, o *topFile) bool {
	if v != o.v {
		return (v > o.v) != s.least
	}
	return path < o.path
}

func (s *topState) add(g uint32, r *rec) {
	heap := at(&s.heaps, g)
	if r.has&s.has == 0 {
		return
	}
	v := s.num(r)
	if s.float {
		v = floatOrder(v)
	}
	path := view(r.text(idPath))
	if len(*heap) == s.n && !s.before(v, path, &(*heap)[0]) {
		return
	}
	f := topFile{v: v, path: strings.Clone(path)}
	for _, k := range s.also {
		f.also = append(f.also, k.of(r))
	}
	s.put(heap, f)
}

// of returns the value of a record's attribute as a cell.
func (k *keyColumn) of(r *rec) cell {
	if !r.has.has(k.attr.id) {
		return cell{num: noValue, text: noText}
	}
	if k.texts != nil {
		return cell{text: string(k.text(r))}
	}
	return cell{num: k.num(r)}
}

// put adds a file to a heap whose first is the one that falls out next.
func (s *topState) put(heap *[]topFile, f topFile) {
	h := *heap
	last := func(i, j int) bool { return s.before(h[j].v, h[j].path, &h[i]) }
	if len(h) < s.n {
		h = append(h, f)
		for i := len(h) - 1; i > 0 && last(i, (i-1)/2); i = (i - 1) / 2 {
			h[i], h[(i-1)/2] = h[(i-1)/2], h[i]
		}
		*heap = h
		return
	}
	h[0] = f
	for i := 0; ; {
		c := 2*i + 1
		if c >= len(h) {
			return
		}
		if c+1 < len(h) && last(c+1, c) {
			c++
		}
		if !last(c, i) {
			return
		}
		h[i], h[c] = h[c], h[i]
		i = c
	}
}

func (s *topState) offer(g uint32, f topFile) {
	heap := at(&s.heaps, g)
	if len(*heap) < s.n || s.before(f.v, f.path, &(*heap)[0]) {
		s.put(heap, f)
	}
}

func (s *topState) merge(g uint32, other state, og uint32) {
	at(&s.heaps, g)
	for _, f := range get(other.(*topState).heaps, og) {
		s.offer(g, f)
	}
}

// sorted returns the files of a group, the topmost first.
func (s *topState) sorted(g uint32) []topFile {
	files := slices.Clone(get(s.heaps, g))
	slices.SortFunc(files, func(a, b topFile) int {
		c := cmp.Compare(b.v, a.v)
		if s.least {
			c = -c
		}
		if c == 0 {
			c = strings.Compare(a.path, b.path)
		}
		return c
	})
	return files
}

// values is not used: a group has many rows. See rows.
func (s *topState) values(_ uint32, to []Value) []Value { return to }

// rows returns a row of cells for each file.
func (s *topState) rows(g uint32, names *Names) [][]Value {
	var rows [][]Value
	for _, f := range s.sorted(g) {
		v := intValue(s.kind, f.v)
		if s.float {
			v = floatValue(s.kind, math.Float64frombits(uint64(floatOrder(f.v))))
		}
		row := []Value{v}
		for i, k := range s.also {
			row = append(row, k.value(f.also[i], names))
		}
		rows = append(rows, append(row, textValue(f.path)))
	}
	return rows
}

// value returns a cell as the value of a column.
func (k *keyColumn) value(c cell, names *Names) Value {
	if k.texts == nil && c.num == noValue || k.texts != nil && c.text == noText {
		return Value{}
	}
	if shownKind(k.attr) == KindText {
		return textValue(k.label(c, names))
	}
	if k.attr.id == idHeat {
		return floatValue(KindFloat, float64frombits(c.num))
	}
	return intValue(k.attr.kind, c.num)
}

func (s *topState) encode(g uint32, e *encoder) {
	files := get(s.heaps, g)
	e.uint(uint64(len(files)))
	for _, f := range files {
		e.int(f.v)
		e.text(f.path)
		for i, k := range s.also {
			k.encode(f.also[i], e)
		}
	}
}

func (s *topState) decode(g uint32, d *decoding) {
	for range d.count(2) {
		f := topFile{v: d.int(), path: d.text()}
		for _, k := range s.also {
			f.also = append(f.also, k.decode(d))
		}
		if d.err != nil {
			return
		}
		s.offer(g, f)
	}
}

func (k *keyColumn) encode(c cell, e *encoder) {
	if k.texts != nil {
		e.text(c.text)
		return
	}
	e.int(c.num)
}

func (k *keyColumn) decode(d *decoding) cell {
	if k.texts != nil {
		return cell{text: d.text()}
	}
	return cell{num: d.int()}
}
