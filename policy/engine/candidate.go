package engine

import (
	"encoding/binary"
	"errors"
	"math"
)

// candidate is an object that a rule applied to, on its way from the first phase to the second.
type candidate struct {
	rule       int
	weight     float64
	kb         int64
	inode      uint64
	generation uint32
	snapID     uint64
	// who is the user, group or fileset whose quota the rule is about.
	path, pool, show, who []byte
	hasShow               bool
	// premigrate says that the file was chosen to be copied only; it is set when the candidate goes to its list.
	premigrate bool
}

var errCandidate = errors.New("a candidate that was written cannot be read again")

func (c *candidate) append(dst []byte) []byte {
	dst = binary.AppendUvarint(dst, uint64(c.rule))
	dst = binary.LittleEndian.AppendUint64(dst, math.Float64bits(c.weight))
	dst = binary.AppendVarint(dst, c.kb)
	dst = binary.AppendUvarint(dst, c.inode)
	dst = binary.AppendUvarint(dst, uint64(c.generation))
	dst = binary.AppendUvarint(dst, c.snapID)
	show := uint64(0)
	if c.hasShow {
		show = uint64(len(c.show)) + 1
	}
	dst = binary.AppendUvarint(dst, show)
	dst = append(dst, c.show...)
	for _, t := range [][]byte{c.path, c.pool, c.who} {
		dst = binary.AppendUvarint(dst, uint64(len(t)))
		dst = append(dst, t...)
	}
	return dst
}

func (c *candidate) read(b []byte) error {
	uint := func() uint64 {
		v, n := binary.Uvarint(b)
		if n <= 0 {
			b = nil
			return 0
		}
		b = b[n:]
		return v
	}
	text := func(n uint64) []byte {
		if n > uint64(len(b)) {
			b = nil
			return nil
		}
		t := b[:n:n]
		b = b[n:]
		return t
	}
	c.rule = int(uint())
	if len(b) < 8 {
		return errCandidate
	}
	c.weight = math.Float64frombits(binary.LittleEndian.Uint64(b))
	b = b[8:]
	kb, n := binary.Varint(b)
	if n <= 0 {
		return errCandidate
	}
	b = b[n:]
	c.kb = kb
	c.inode = uint()
	c.generation = uint32(uint())
	c.snapID = uint()
	show := uint()
	c.hasShow = show > 0
	c.show = nil
	if c.hasShow {
		c.show = text(show - 1)
	}
	for _, to := range []*[]byte{&c.path, &c.pool, &c.who} {
		*to = text(uint())
	}
	if b == nil {
		return errCandidate
	}
	return nil
}

// weightKey is a number that is smaller for larger weights, as the record format writes it.
func weightKey(w float64) uint64 {
	bits := math.Float64bits(-w)
	if bits>>63 != 0 {
		return ^bits
	}
	return bits | 1<<63
}
