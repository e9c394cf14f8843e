package filelist

import (
	"math"
	"math/bits"
)

// sketch counts values in classes whose width grows with the value, so that a quantile is right to 0.4 % of its value
// (exactly, below 256). Its size depends on the spread of the values, not on their number, and sketches merge without
// loss.
type sketch struct {
	n        uint64
	min, max int64
	few      []classCount
	pages    [2][]*page // classes of values from 0 up, and of negative ones
}

// classCount is a class with its count, while there are few of them. The class of a negative value is negative, too:
// -1 - class(-value).
type classCount struct {
	class int32
	n     uint64
}

const (
	pageBits   = 7
	pageSize   = 1 << pageBits
	maxFew     = 48
	maxClasses = 59 * pageSize
)

type page [pageSize]uint64

// valueClass returns the class of a value from 0 up.
func valueClass(v uint64) int {
	shift := max(bits.Len64(v)-pageBits-1, 0)
	return shift<<pageBits + int(v>>shift)
}

// classValue returns the middle of a class.
func classValue(c int) float64 {
	if c < 2*pageSize {
		return float64(c)
	}
	shift := c>>pageBits - 1
	low := uint64(c-shift<<pageBits) << shift
	return float64(low) + (float64(uint64(1)<<shift)-1)/2
}

func signedClass(v int64) int32 {
	if v < 0 {
		return -1 - int32(valueClass(uint64(-(v+1))+1))
	}
	return int32(valueClass(uint64(v)))
}

func (s *sketch) add(v int64) {
	if s.n == 0 {
		s.min, s.max = v, v
	}
	s.min, s.max = min(s.min, v), max(s.max, v)
	s.n++
	s.count(signedClass(v), 1)
}

func (s *sketch) count(class int32, n uint64) {
	if s.pages[0] == nil {
		for i := range s.few {
			if s.few[i].class == class {
				s.few[i].n += n
				return
			}
		}
		if len(s.few) < maxFew {
			s.few = append(s.few, classCount{class, n})
			return
		}
		few := s.few
		s.few, s.pages[0] = nil, make([]*page, 0, 8)
		for _, c := range few {
			s.count(c.class, c.n)
		}
	}
	side, at := 0, int(class)
	if class < 0 {
		side, at = 1, int(-1-class)
	}
	p := at >> pageBits
	for p >= len(s.pages[side]) {
		s.pages[side] = append(s.pages[side], nil)
	}
	if s.pages[side][p] == nil {
		s.pages[side][p] = new(page)
	}
	s.pages[side][p][at&(pageSize-1)] += n
}

// each calls the function for every class that is not empty; in the order of the values only when they are on pages.
func (s *sketch) each(fn func(class int32, n uint64)) {
	for _, c := range s.few {
		fn(c.class, c.n)
	}
	for i := len(s.pages[1]) - 1; i >= 0; i-- {
		if p := s.pages[1][i]; p != nil {
			for j := pageSize - 1; j >= 0; j-- {
				if p[j] > 0 {
					fn(-1-int32(i<<pageBits+j), p[j])
				}
			}
		}
	}
	for i, p := range s.pages[0] {
		if p == nil {
			continue
		}
		for j, n := range p {
			if n > 0 {
				fn(int32(i<<pageBits+j), n)
			}
		}
	}
}

func (s *sketch) merge(o *sketch) {
	if o.n == 0 {
		return
	}
	if s.n == 0 {
		s.min, s.max = o.min, o.max
	}
	s.min, s.max = min(s.min, o.min), max(s.max, o.max)
	s.n += o.n
	o.each(s.count)
}

// quantile returns the value below or at which the part q of all values lies. known is false when there are none.
func (s *sketch) quantile(q float64) (v float64, known bool) {
	if s.n == 0 {
		return 0, false
	}
	rank := uint64(math.Ceil(q * float64(s.n)))
	if rank <= 1 {
		return float64(s.min), true
	}
	if rank >= s.n {
		return float64(s.max), true
	}
	classes := make([]classCount, 0, 64)
	s.each(func(c int32, n uint64) { classes = append(classes, classCount{c, n}) })
	sortClasses(classes)
	seen := uint64(0)
	for _, c := range classes {
		if seen += c.n; seen >= rank {
			v = classValue(int(c.class))
			if c.class < 0 {
				v = -classValue(int(-1 - c.class))
			}
			break
		}
	}
	return min(max(v, float64(s.min)), float64(s.max)), true
}

func sortClasses(c []classCount) {
	// Classes are nearly in order, or few.
	for i := 1; i < len(c); i++ {
		for j := i; j > 0 && c[j].class < c[j-1].class; j-- {
			c[j], c[j-1] = c[j-1], c[j]
		}
	}
}

func (s *sketch) encode(e *encoder) {
	classes := 0
	s.each(func(int32, uint64) { classes++ })
	e.uint(uint64(classes))
	if classes == 0 {
		return
	}
	e.int(s.min)
	e.int(s.max)
	s.each(func(c int32, n uint64) {
		e.int(int64(c))
		e.uint(n)
	})
}

func (s *sketch) decode(d *decoding) {
	classes := d.count(2)
	if classes == 0 {
		return
	}
	lo, hi := d.int(), d.int()
	if s.n == 0 {
		s.min, s.max = lo, hi
	}
	s.min, s.max = min(s.min, lo), max(s.max, hi)
	for range classes {
		c, n := d.int(), d.uint()
		if c < -maxClasses-1 || c > maxClasses {
			d.fail()
		}
		if d.err != nil {
			return
		}
		s.n += n
		s.count(int32(c), n)
	}
}
