package filelist

import (
	"math"
	"math/bits"
)

// distinct counts different values: exactly while there are few, then by a HyperLogLog sketch of 16 KiB that is right
// to about 1 %. Both merge.
type distinct struct {
	hashes *intTable // while exact
	regs   []uint8
}

const (
	distinctBits  = 14
	distinctExact = 4096
)

func (s *distinct) add(hash uint64) {
	if s.regs != nil {
		s.register(hash)
		return
	}
	if s.hashes == nil {
		s.hashes = newIntTable()
	}
	s.hashes.id(int64(hash))
	if len(s.hashes.values) > distinctExact {
		s.approximate()
	}
}

func (s *distinct) approximate() {
	s.regs = make([]uint8, 1<<distinctBits)
	if s.hashes != nil {
		for _, h := range s.hashes.values {
			s.register(uint64(h))
		}
		s.hashes = nil
	}
}

func (s *distinct) register(hash uint64) {
	at := hash >> (64 - distinctBits)
	rank := uint8(bits.LeadingZeros64(hash<<distinctBits|1<<(distinctBits-1)) + 1)
	s.regs[at] = max(s.regs[at], rank)
}

func (s *distinct) merge(o *distinct) {
	if o.regs != nil {
		if s.regs == nil {
			s.approximate()
		}
		for i, r := range o.regs {
			s.regs[i] = max(s.regs[i], r)
		}
		return
	}
	if o.hashes != nil {
		for _, h := range o.hashes.values {
			s.add(uint64(h))
		}
	}
}

// estimate returns the number of different values, and whether it is exact. The estimator is Ertl's, which needs no
// corrections for small and large numbers.
func (s *distinct) estimate() (n int64, exact bool) {
	if s.regs == nil {
		if s.hashes == nil {
			return 0, true
		}
		return int64(len(s.hashes.values)), true
	}
	const q = 64 - distinctBits
	var counts [q + 2]int
	for _, r := range s.regs {
		counts[r]++
	}
	m := float64(len(s.regs))
	z := m * tau(1-float64(counts[q+1])/m)
	for k := q; k >= 1; k-- {
		z = 0.5 * (z + float64(counts[k]))
	}
	z += m * sigma(float64(counts[0])/m)
	return int64(math.Round(m * m / (2 * math.Ln2 * z))), false
}

func sigma(x float64) float64 {
	if x == 1 {
		return math.Inf(1)
	}
	y, z := 1.0, x
	for {
		x *= x
		before := z
		z += x * y
		y += y
		if z == before {
			return z
		}
	}
}

func tau(x float64) float64 {
	if x == 0 || x == 1 {
		return 0
	}
	y, z := 1.0, 1-x
	for {
		x = math.Sqrt(x)
		before := z
		y *= 0.5
		z -= (1 - x) * (1 - x) * y
		if z == before {
			return z / 3
		}
	}
}

func (s *distinct) encode(e *encoder) {
	if s.regs != nil {
		e.uint(1)
		e.bytes(s.regs)
		return
	}
	e.uint(0)
	if s.hashes == nil {
		e.uint(0)
		return
	}
	e.uint(uint64(len(s.hashes.values)))
	for _, h := range s.hashes.values {
		e.fixed(uint64(h))
	}
}

func (s *distinct) decode(d *decoding) {
	switch d.uint() {
	case 0:
		for range d.count(8) {
			s.add(d.fixed())
		}
	case 1:
		regs := d.bytes()
		for _, r := range regs {
			if r > 64-distinctBits+1 {
				d.fail()
				return
			}
		}
		if len(regs) != 1<<distinctBits {
			d.fail()
			return
		}
		s.merge(&distinct{regs: regs})
	default:
		d.fail()
	}
}
