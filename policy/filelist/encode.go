package filelist

import (
	"encoding/binary"
	"errors"
	"math"
)

// encoder writes the numbers and texts of partial results.
type encoder struct{ buf []byte }

func (e *encoder) uint(v uint64)   { e.buf = binary.AppendUvarint(e.buf, v) }
func (e *encoder) int(v int64)     { e.buf = binary.AppendVarint(e.buf, v) }
func (e *encoder) fixed(v uint64)  { e.buf = binary.LittleEndian.AppendUint64(e.buf, v) }
func (e *encoder) bytes(b []byte)  { e.uint(uint64(len(b))); e.buf = append(e.buf, b...) }
func (e *encoder) text(s string)   { e.uint(uint64(len(s))); e.buf = append(e.buf, s...) }
func (e *encoder) float(v float64) { e.fixed(math.Float64bits(v)) }

// decoding reads them again. After the first error all that it returns is zero.
type decoding struct {
	buf []byte
	err error
}

var errDamaged = errors.New("the content is damaged")

func (d *decoding) fail() {
	d.err = errDamaged
	d.buf = nil
}

func (d *decoding) uint() uint64 {
	v, n := binary.Uvarint(d.buf)
	if n <= 0 {
		d.fail()
		return 0
	}
	d.buf = d.buf[n:]
	return v
}

func (d *decoding) int() int64 {
	v, n := binary.Varint(d.buf)
	if n <= 0 {
		d.fail()
		return 0
	}
	d.buf = d.buf[n:]
	return v
}

func (d *decoding) fixed() uint64 {
	if len(d.buf) < 8 {
		d.fail()
		return 0
	}
	v := binary.LittleEndian.Uint64(d.buf)
	d.buf = d.buf[8:]
	return v
}

func (d *decoding) float() float64 { return math.Float64frombits(d.fixed()) }

func (d *decoding) bytes() []byte {
	n := d.uint()
	if n > uint64(len(d.buf)) {
		d.fail()
		return nil
	}
	b := d.buf[:n:n]
	d.buf = d.buf[n:]
	return b
}

func (d *decoding) text() string { return string(d.bytes()) }

// count reads how many things follow, each of at least so many bytes: damaged content must not make memory explode.
func (d *decoding) count(least int) int {
	n := d.uint()
	if n > uint64(len(d.buf)/max(least, 1)) {
		d.fail()
		return 0
	}
	return int(n)
}
