package filelist

import (
	"math/bits"
)

// state is what one computation knows of all groups of one worker.
type state interface {
	// add adds a record to a group.
	add(g uint32, r *rec)
	// merge adds a group of another state of the same kind to a group.
	merge(g uint32, other state, og uint32)
	// values appends the cells of a group's row.
	values(g uint32, to []Value) []Value
	encode(g uint32, e *encoder)
	// decode adds what encode has written to a group.
	decode(g uint32, d *decoding)
}

// at returns the element of a group, making room for it.
func at[T any](s *[]T, g uint32) *T {
	for int(g) >= len(*s) {
		var zero T
		*s = append(*s, zero)
	}
	return &(*s)[g]
}

// get returns the element of a group, the zero value when it has none.
func get[T any](s []T, g uint32) T {
	if int(g) < len(s) {
		return s[g]
	}
	var zero T
	return zero
}

func (e *env) state(c compiledAgg) state {
	switch c.Op {
	case opCount:
		return &countState{}
	case opDistinct:
		return e.distinctState(c.attr)
	case opTop, opLeast:
		return e.topState(c)
	}
	if c.attr.id == idHeat {
		return &floatState{op: c.Op}
	}
	num, _ := e.metric(c.attr)
	kind := c.attr.kind
	has := set(1 << c.attr.id)
	switch c.Op {
	case opMin, opMax:
		return &extremeState{max: c.Op == opMax, kind: kind, num: num, has: has}
	case opQuantile:
		s := &quantileState{q: c.q, kind: kind, num: num, has: has}
		if kind == KindTime {
			// The width of a class grows with the value, so it is the age that is sorted into classes, not the time.
			now := e.now
			s.now = now
			s.num = func(r *rec) int64 { return now - num(r) }
		}
		return s
	}
	if c.Op == opSum && c.attr.derive == asIs {
		return &sumState{id: c.attr.id, kind: kind}
	}
	return &avgState{avg: c.Op == opAvg, kind: kind, num: num, has: has}
}

type countState struct{ n []int64 }

func (s *countState) add(g uint32, _ *rec) {
	if int(g) < len(s.n) {
		s.n[g]++
		return
	}
	*at(&s.n, g) = 1
}

func (s *countState) merge(g uint32, other state, og uint32) {
	*at(&s.n, g) += get(other.(*countState).n, og)
}
func (s *countState) values(g uint32, to []Value) []Value {
	return append(to, intValue(KindCount, get(s.n, g)))
}
func (s *countState) encode(g uint32, e *encoder)  { e.int(get(s.n, g)) }
func (s *countState) decode(g uint32, d *decoding) { *at(&s.n, g) += d.int() }

// total is a sum of 128 bits: sparse files are large, and there are many of them.
type total struct {
	lo uint64
	hi int64
}

func (t *total) add(v int64) {
	lo, carry := bits.Add64(t.lo, uint64(v), 0)
	t.lo = lo
	t.hi += v>>63 + int64(carry)
}

func (t *total) merge(o total) {
	lo, carry := bits.Add64(t.lo, o.lo, 0)
	t.lo = lo
	t.hi += o.hi + int64(carry)
}

func (t total) float() float64 { return float64(t.hi)*(1<<64) + float64(t.lo) }

func (t total) value(kind Kind) Value {
	if t.hi == int64(t.lo)>>63 {
		return intValue(kind, int64(t.lo))
	}
	return floatValue(kind, t.float())
}

// sumState adds up a number of the record.
type sumState struct {
	id   id
	kind Kind
	sums []total
}

func (s *sumState) add(g uint32, r *rec) {
	if !r.has.has(s.id) {
		at(&s.sums, g)
		return
	}
	if int(g) < len(s.sums) {
		s.sums[g].add(r.num[s.id])
		return
	}
	at(&s.sums, g).add(r.num[s.id])
}

func (s *sumState) merge(g uint32, other state, og uint32) {
	at(&s.sums, g).merge(get(other.(*sumState).sums, og))
}
func (s *sumState) values(g uint32, to []Value) []Value {
	return append(to, get(s.sums, g).value(s.kind))
}
func (s *sumState) encode(g uint32, e *encoder) {
	t := get(s.sums, g)
	e.fixed(t.lo)
	e.int(t.hi)
}
func (s *sumState) decode(g uint32, d *decoding) {
	t := total{lo: d.fixed(), hi: d.int()}
	at(&s.sums, g).merge(t)
}

// avgState adds up and counts; it also adds up what no attribute holds as it is.
type avgState struct {
	avg  bool
	kind Kind
	num  func(*rec) int64
	has  set
	sums []meanOf
}

type meanOf struct {
	total
	n int64
}

func (s *avgState) add(g uint32, r *rec) {
	m := at(&s.sums, g)
	if r.has&s.has != 0 {
		m.add(s.num(r))
		m.n++
	}
}

func (s *avgState) merge(g uint32, other state, og uint32) {
	m, o := at(&s.sums, g), get(other.(*avgState).sums, og)
	m.total.merge(o.total)
	m.n += o.n
}

func (s *avgState) values(g uint32, to []Value) []Value {
	m := get(s.sums, g)
	switch {
	case !s.avg:
		return append(to, m.value(s.kind))
	case m.n == 0:
		return append(to, Value{})
	}
	kind := s.kind
	if kind == KindCount {
		kind = KindFloat
	}
	return append(to, floatValue(kind, m.float()/float64(m.n)))
}

func (s *avgState) encode(g uint32, e *encoder) {
	m := get(s.sums, g)
	e.fixed(m.lo)
	e.int(m.hi)
	e.int(m.n)
}

func (s *avgState) decode(g uint32, d *decoding) {
	o := meanOf{total{lo: d.fixed(), hi: d.int()}, d.int()}
	m := at(&s.sums, g)
	m.total.merge(o.total)
	m.n += o.n
}

// extremeState keeps the smallest or the largest value.
type extremeState struct {
	max  bool
	kind Kind
	num  func(*rec) int64
	has  set
	vals []extreme
}

type extreme struct {
	v     int64
	known bool
}

func (s *extremeState) put(g uint32, v int64) {
	x := at(&s.vals, g)
	if !x.known || s.max == (v > x.v) {
		*x = extreme{v, true}
	}
}

func (s *extremeState) add(g uint32, r *rec) {
	if r.has&s.has == 0 {
		at(&s.vals, g)
		return
	}
	s.put(g, s.num(r))
}

func (s *extremeState) merge(g uint32, other state, og uint32) {
	if o := get(other.(*extremeState).vals, og); o.known {
		s.put(g, o.v)
	}
}

func (s *extremeState) values(g uint32, to []Value) []Value {
	x := get(s.vals, g)
	if !x.known {
		return append(to, Value{})
	}
	return append(to, intValue(s.kind, x.v))
}

func (s *extremeState) encode(g uint32, e *encoder) {
	x := get(s.vals, g)
	e.uint(uint64(btoi(x.known)))
	if x.known {
		e.int(x.v)
	}
}

func (s *extremeState) decode(g uint32, d *decoding) {
	if d.uint() != 0 {
		if v := d.int(); d.err == nil {
			s.put(g, v)
		}
	}
}

// floatState is all of the above for the one attribute with a fraction, FILE_HEAT.
type floatState struct {
	op   string
	vals []floatSum
}

type floatSum struct {
	n             int64
	sum, min, max float64
}

func (f *floatSum) merge(o floatSum) {
	if o.n == 0 {
		return
	}
	if f.n == 0 {
		f.min, f.max = o.min, o.max
	}
	f.n += o.n
	f.sum += o.sum
	f.min, f.max = min(f.min, o.min), max(f.max, o.max)
}

func (s *floatState) add(g uint32, r *rec) {
	f := at(&s.vals, g)
	if r.has.has(idHeat) {
		v := float64frombits(r.num[idHeat])
		f.merge(floatSum{1, v, v, v})
	}
}

func (s *floatState) merge(g uint32, other state, og uint32) {
	at(&s.vals, g).merge(get(other.(*floatState).vals, og))
}

func (s *floatState) values(g uint32, to []Value) []Value {
	f := get(s.vals, g)
	v := map[string]float64{opSum: f.sum, opMin: f.min, opMax: f.max, opAvg: f.sum / float64(f.n)}[s.op]
	if f.n == 0 && s.op != opSum {
		return append(to, Value{})
	}
	return append(to, floatValue(KindFloat, v))
}

func (s *floatState) encode(g uint32, e *encoder) {
	f := get(s.vals, g)
	e.int(f.n)
	e.float(f.sum)
	e.float(f.min)
	e.float(f.max)
}

func (s *floatState) decode(g uint32, d *decoding) {
	at(&s.vals, g).merge(floatSum{d.int(), d.float(), d.float(), d.float()})
}

// quantileState keeps a sketch for each group.
type quantileState struct {
	q    []float64
	kind Kind
	now  int64 // for times, of which the age is kept
	num  func(*rec) int64
	has  set
	s    []sketch
}

func (s *quantileState) add(g uint32, r *rec) {
	k := at(&s.s, g)
	if r.has&s.has != 0 {
		k.add(s.num(r))
	}
}

func (s *quantileState) merge(g uint32, other state, og uint32) {
	if o := other.(*quantileState); int(og) < len(o.s) {
		at(&s.s, g).merge(&o.s[og])
	}
}

func (s *quantileState) values(g uint32, to []Value) []Value {
	k := get(s.s, g)
	for _, q := range s.q {
		if s.kind == KindTime {
			q = 1 - q // the oldest are the earliest
		}
		v, known := k.quantile(q)
		switch {
		case !known:
			to = append(to, Value{})
		case s.kind == KindTime:
			to = append(to, intValue(KindTime, s.now-int64(v)))
		default:
			to = append(to, intValue(s.kind, clampInt(v)))
		}
	}
	return to
}

// clampInt rounds; the largest integers are no floats.
func clampInt(v float64) int64 { return floatValue(KindCount, v).Int() }

func (s *quantileState) encode(g uint32, e *encoder) {
	k := get(s.s, g)
	k.encode(e)
}
func (s *quantileState) decode(g uint32, d *decoding) { at(&s.s, g).decode(d) }

// distinctState keeps a count of different values for each group.
type distinctState struct {
	hash func(*rec) uint64
	has  set
	d    []distinct
}

func (e *env) distinctState(a attr) *distinctState {
	s := &distinctState{has: 1 << a.id}
	k := e.keyColumn(a)
	if k.texts != nil {
		s.hash = func(r *rec) uint64 { return stableHash(k.text(r)) }
	} else {
		s.hash = func(r *rec) uint64 { return stableHashInt(k.num(r)) }
	}
	return s
}

func (s *distinctState) add(g uint32, r *rec) {
	d := at(&s.d, g)
	if r.has&s.has != 0 {
		d.add(s.hash(r))
	}
}

func (s *distinctState) merge(g uint32, other state, og uint32) {
	if o := other.(*distinctState); int(og) < len(o.d) {
		at(&s.d, g).merge(&o.d[og])
	}
}

func (s *distinctState) values(g uint32, to []Value) []Value {
	if int(g) >= len(s.d) {
		return append(to, intValue(KindCount, 0))
	}
	n, exact := s.d[g].estimate()
	v := intValue(KindCount, n)
	v.approx = !exact
	return append(to, v)
}

func (s *distinctState) encode(g uint32, e *encoder) {
	d := get(s.d, g)
	d.encode(e)
}
func (s *distinctState) decode(g uint32, d *decoding) { at(&s.d, g).decode(d) }
