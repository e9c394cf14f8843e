package filelist

import (
	"strconv"
	"time"
)

// keyColumn numbers the values of one attribute by which records are grouped. A record that has no value belongs to
// the group of those without.
type keyColumn struct {
	attr  attr
	ints  *intTable
	texts *textTable
	num   func(*rec) int64
	text  func(*rec) []byte
}

// noValue is the number that stands for an unknown value. No attribute has it.
const noValue = -1 << 63

// noText stands for an unknown text.
const noText = "\x00none"

func (e *env) keyColumn(a attr) *keyColumn {
	k := &keyColumn{attr: a}
	if a.kind == KindText && a.derive != deriveUser && a.derive != deriveGroup && a.derive != deriveAge &&
		a.derive != deriveClass && a.derive != deriveYear && a.derive != deriveMonth {
		k.texts, k.text = newTextTable(), e.textOf(a)
		return k
	}
	k.ints, k.num = newIntTable(), e.keyNumber(a)
	return k
}

// keyNumber returns the function that gives the number by which an attribute is grouped.
func (e *env) keyNumber(a attr) func(*rec) int64 {
	i, bounds := a.id, a.bounds
	switch a.derive {
	case deriveDepth:
		root := e.root
		return func(r *rec) int64 { return depthOf(r.text(idPath), root) }
	case deriveAge:
		now := e.now
		return func(r *rec) int64 { return class(bounds, now-r.num[i]) }
	case deriveClass:
		scale := a.scale
		return func(r *rec) int64 { return class(bounds, r.num[i]*scale) }
	case deriveYear:
		return func(r *rec) int64 { return yearOf(r.num[i]) }
	case deriveMonth:
		return func(r *rec) int64 {
			y, m, _ := time.UnixMicro(r.num[i]).UTC().Date()
			return int64(y)*12 + int64(m) - 1
		}
	}
	return func(r *rec) int64 { return r.num[i] }
}

// class returns how many of the bounds a value has reached.
func class(bounds []int64, v int64) int64 {
	lo, hi := 0, len(bounds)
	for lo < hi {
		if mid := (lo + hi) / 2; v < bounds[mid] {
			hi = mid
		} else {
			lo = mid + 1
		}
	}
	return int64(lo)
}

// id returns the number of a record's value.
func (k *keyColumn) id(r *rec) uint32 {
	known := r.has.has(k.attr.id)
	if k.texts != nil {
		if !known {
			return k.texts.id([]byte(noText))
		}
		return k.texts.id(k.text(r))
	}
	if !known {
		return k.ints.id(noValue)
	}
	return k.ints.id(k.num(r))
}

// cell is the value of a key, apart from any table.
type cell struct {
	num  int64
	text string
}

func (k *keyColumn) cell(id uint32) cell {
	if k.texts != nil {
		return cell{text: string(k.texts.text(id))}
	}
	return cell{num: k.ints.values[id]}
}

func (k *keyColumn) intern(c cell) uint32 {
	if k.texts != nil {
		return k.texts.id([]byte(c.text))
	}
	return k.ints.id(c.num)
}

// label returns how people read the value of a key.
func (k *keyColumn) label(c cell, names *Names) string {
	if k.texts != nil {
		if c.text == noText {
			return "(unknown)"
		}
		if c.text == "" {
			return "(none)"
		}
		if k.attr.id == idType {
			return c.text
		}
		return c.text
	}
	if c.num == noValue {
		return "(unknown)"
	}
	switch k.attr.derive {
	case deriveUser:
		return names.user(c.num)
	case deriveGroup:
		return names.group(c.num)
	case deriveAge, deriveClass:
		return k.attr.classLabel(c.num)
	case deriveMonth:
		return time.Date(int(floorDiv(c.num, 12)), time.Month(c.num-12*floorDiv(c.num, 12)+1), 1, 0, 0, 0, 0, time.UTC).Format("2006-01")
	}
	if k.attr.kind == KindTime {
		return formatTime(c.num)
	}
	if k.attr.id == idHeat {
		return strconv.FormatFloat(float64frombits(c.num), 'g', -1, 64)
	}
	return strconv.FormatInt(c.num, 10)
}

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

// grouping numbers the groups of a job: the combinations of the values of its keys.
type grouping struct {
	keys  []*keyColumn
	pairs []*intTable // pairs[i] numbers (combination of the keys up to i, value of key i+1)
	any   bool        // without keys: whether there was a record
}

func (e *env) grouping(attrs []attr) *grouping {
	g := &grouping{}
	for i, a := range attrs {
		g.keys = append(g.keys, e.keyColumn(a))
		if i > 0 {
			g.pairs = append(g.pairs, newIntTable())
		}
	}
	return g
}

// id returns the number of the group that a record belongs to.
func (g *grouping) id(r *rec) uint32 {
	if len(g.keys) == 0 {
		g.any = true
		return 0
	}
	id := g.keys[0].id(r)
	for i, p := range g.pairs {
		id = p.id(int64(id)<<32 | int64(g.keys[i+1].id(r)))
	}
	return id
}

// len returns the number of groups.
func (g *grouping) len() int {
	switch {
	case len(g.keys) == 0:
		return 1 // a sum over nothing is a sum
	case len(g.pairs) > 0:
		return len(g.pairs[len(g.pairs)-1].values)
	case g.keys[0].texts != nil:
		return g.keys[0].texts.len()
	}
	return len(g.keys[0].ints.values)
}

// cells returns the values of the keys of a group.
func (g *grouping) cells(id uint32, to []cell) []cell {
	to = to[:0]
	for range g.keys {
		to = append(to, cell{})
	}
	for i := len(g.keys) - 1; i >= 0; i-- {
		own := id
		if i > 0 {
			pair := uint64(g.pairs[i-1].values[id])
			own, id = uint32(pair), uint32(pair>>32)
		}
		to[i] = g.keys[i].cell(own)
	}
	return to
}

// intern returns the number of the group with these values.
func (g *grouping) intern(cells []cell) uint32 {
	if len(g.keys) == 0 {
		return 0
	}
	id := g.keys[0].intern(cells[0])
	for i, p := range g.pairs {
		id = p.id(int64(id)<<32 | int64(g.keys[i+1].intern(cells[i+1])))
	}
	return id
}
