package filelist

import (
	"bytes"
	"hash/maphash"
	"math/bits"
)

// intTable numbers integers in the order of their first appearance. Neighbouring records often have the same value, so
// the last one is remembered.
type intTable struct {
	values []int64
	slots  []intSlot
	shift  uint8
	last   intSlot
}

type intSlot struct {
	v  int64
	id uint32 // number + 1; 0 is empty
}

func newIntTable() *intTable { return &intTable{slots: make([]intSlot, 64), shift: 58} }

func (t *intTable) id(v int64) uint32 {
	if v == t.last.v && t.last.id != 0 {
		return t.last.id - 1
	}
	at := t.slot(v)
	for {
		s := t.slots[at]
		if s.id == 0 {
			break
		}
		if s.v == v {
			t.last = s
			return s.id - 1
		}
		at = (at + 1) & (len(t.slots) - 1)
	}
	t.values = append(t.values, v)
	t.last = intSlot{v, uint32(len(t.values))}
	t.slots[at] = t.last
	if len(t.values)*2 > len(t.slots) {
		t.grow()
	}
	return t.last.id - 1
}

// slot spreads by the golden ratio; the high bits are the good ones.
func (t *intTable) slot(v int64) int { return int(uint64(v) * 0x9e3779b97f4a7c15 >> t.shift) }

func (t *intTable) grow() {
	old := t.slots
	t.slots = make([]intSlot, 2*len(old))
	t.shift--
	for _, s := range old {
		if s.id == 0 {
			continue
		}
		at := t.slot(s.v)
		for t.slots[at].id != 0 {
			at = (at + 1) & (len(t.slots) - 1)
		}
		t.slots[at] = s
	}
}

// textTable numbers texts in the order of their first appearance. They lie in one piece of memory. The hash has a seed
// of its own, so that no choice of file names can make the table slow.
type textTable struct {
	seed   maphash.Seed
	arena  []byte
	ends   []int // text i is arena[ends[i]:ends[i+1]]
	slots  []textSlot
	lastID uint32
}

type textSlot struct {
	hash uint32
	id   uint32 // number + 1; 0 is empty
}

func newTextTable() *textTable {
	return &textTable{seed: maphash.MakeSeed(), slots: make([]textSlot, 64), ends: []int{0}}
}

func (t *textTable) len() int { return len(t.ends) - 1 }

func (t *textTable) text(id uint32) []byte { return t.arena[t.ends[id]:t.ends[id+1]] }

func (t *textTable) id(b []byte) uint32 {
	if t.len() > 0 && bytes.Equal(b, t.text(t.lastID)) {
		return t.lastID
	}
	h := uint32(maphash.Bytes(t.seed, b))
	mask := len(t.slots) - 1
	at := int(h) & mask
	for {
		s := t.slots[at]
		if s.id == 0 {
			break
		}
		if s.hash == h && bytes.Equal(b, t.text(s.id-1)) {
			t.lastID = s.id - 1
			return s.id - 1
		}
		at = (at + 1) & mask
	}
	t.arena = append(t.arena, b...)
	t.ends = append(t.ends, len(t.arena))
	id := uint32(t.len() - 1)
	t.slots[at] = textSlot{h, id + 1}
	t.lastID = id
	if t.len()*2 > len(t.slots) {
		t.grow()
	}
	return id
}

func (t *textTable) grow() {
	old := t.slots
	t.slots = make([]textSlot, 2*len(old))
	mask := len(t.slots) - 1
	for _, s := range old {
		if s.id == 0 {
			continue
		}
		at := int(s.hash) & mask
		for t.slots[at].id != 0 {
			at = (at + 1) & mask
		}
		t.slots[at] = s
	}
}

const (
	hashKey0 = 0xa0761d6478bd642f
	hashKey1 = 0xe7037ed1a0b428db
)

// stableHash is the same on every node and in every release, which that of maphash is not: sketches of distinct values
// are merged by it.
func stableHash(b []byte) uint64 {
	h := stableHashInt(int64(len(b)))
	for len(b) >= 8 {
		h = mix(h^le64(b), hashKey0)
		b = b[8:]
	}
	if len(b) > 0 {
		var tail [8]byte
		copy(tail[:], b)
		h = mix(h^le64(tail[:]), hashKey1)
	}
	return mix(h^hashKey0, hashKey1)
}

func stableHashInt(v int64) uint64 {
	return mix(mix(uint64(v)^hashKey0, hashKey1)^hashKey1, hashKey0)
}

func mix(a, b uint64) uint64 {
	hi, lo := bits.Mul64(a, b)
	return hi ^ lo
}

func le64(b []byte) uint64 {
	_ = b[7]
	return uint64(b[0]) | uint64(b[1])<<8 | uint64(b[2])<<16 | uint64(b[3])<<24 |
		uint64(b[4])<<32 | uint64(b[5])<<40 | uint64(b[6])<<48 | uint64(b[7])<<56
}
