package filelist

import (
	"bytes"
	"math"
	"math/bits"
	"strconv"
)

// parseUint reads the decimal number at b[at:]. It returns the position behind it; at itself when there is none, or
// when it does not fit into 64 bits. The number of digits is as good as random, so a loop over them would be predicted
// wrongly at each end: eight bytes are taken at once.
func parseUint(b []byte, at int) (uint64, int) {
	if len(b)-at < 16 {
		return parseUintSlowly(b, at)
	}
	v, n := eightDigits(le64(b[at:]))
	if n < 8 {
		return v, at + n
	}
	w, m := eightDigits(le64(b[at+8:]))
	if m == 8 {
		return parseUintSlowly(b, at)
	}
	return v*pow10[m] + w, at + 8 + m
}

var pow10 = [8]uint64{1, 10, 100, 1e3, 1e4, 1e5, 1e6, 1e7}

// eightDigits returns the number that up to eight bytes begin with, the first in the lowest byte, and its length.
func eightDigits(w uint64) (v uint64, n int) {
	w ^= 0x3030303030303030 // digits become 0 to 9
	// A byte of 10 and more carries into its highest bit; what that does to the bytes behind it does not matter.
	n = bits.TrailingZeros64((w+0x7676767676767676|w)&0x8080808080808080) >> 3
	if n == 0 {
		return 0, 0
	}
	w <<= uint(8-n) << 3 // zeros in front
	w = (w * (1 + (10 << 8)) >> 8) & 0x00ff00ff00ff00ff
	w = (w * (1 + (100 << 16)) >> 16) & 0x0000ffff0000ffff
	return w * (1 + (10000 << 32)) >> 32, n
}

// skipUint steps over a decimal number.
func skipUint(b []byte, at int) int {
	for len(b)-at >= 8 {
		w := le64(b[at:]) ^ 0x3030303030303030
		n := bits.TrailingZeros64((w+0x7676767676767676|w)&0x8080808080808080) >> 3
		at += n
		if n < 8 {
			return at
		}
	}
	for at < len(b) && b[at]-'0' <= 9 {
		at++
	}
	return at
}

func parseUintSlowly(b []byte, at int) (uint64, int) {
	v := uint64(0)
	i := at
	for ; i < len(b); i++ {
		c := b[i] - '0'
		if c > 9 {
			break
		}
		if i-at >= 19 && (v > math.MaxUint64/10 || v*10 > math.MaxUint64-uint64(c)) {
			return 0, at
		}
		v = v*10 + uint64(c)
	}
	return v, i
}

// parseInt reads a number that may be negative. A fraction behind it is dropped: the engine writes some integers so.
func parseInt(b []byte, at int) (int64, int) {
	start := at
	negative := at < len(b) && b[at] == '-'
	if negative {
		at++
	}
	v, end := parseUint(b, at)
	if end == at || v > math.MaxInt64 {
		return 0, start
	}
	if end < len(b) && b[end] == '.' {
		for end++; end < len(b) && b[end]-'0' <= 9; end++ {
		}
	}
	if negative {
		return -int64(v), end
	}
	return int64(v), end
}

// parseHex reads a hexadecimal number of at most 16 digits that fills b.
func parseHex(b []byte) (uint64, bool) {
	if len(b) == 0 || len(b) > 16 {
		return 0, false
	}
	v := uint64(0)
	for _, c := range b {
		d := unhex[c]
		if d > 15 {
			return 0, false
		}
		v = v<<4 | uint64(d)
	}
	return v, true
}

// parseTime reads YYYY-MM-DD hh:mm:ss[.uuuuuu] as microseconds since 1970. The blank and the colons may be
// percent-encoded; the date may stand alone. It returns the position behind; at itself when there is no time.
func parseTime(b []byte, at int) (int64, int) {
	if len(b)-at < 10 || b[at+4] != '-' || b[at+7] != '-' {
		return 0, at
	}
	y, ok1 := digits(b[at:], 4)
	m, ok2 := digits(b[at+5:], 2)
	d, ok3 := digits(b[at+8:], 2)
	if !ok1 || !ok2 || !ok3 || m < 1 || m > 12 || d < 1 || d > 31 {
		return 0, at
	}
	us := daysSince1970(y, m, d) * day
	i := at + 10
	for k, unit := range [3]int64{hour, minute, second} {
		next := skipMark(b, i, "  ::"[k+1], k == 0)
		if next < 0 {
			if k == 0 {
				return us, i
			}
			return 0, at
		}
		v, okay := digits(b[next:], 2)
		if !okay || v > 60 {
			return 0, at
		}
		us += v * unit
		i = next + 2
	}
	if i < len(b) && b[i] == '.' {
		unit := second
		for i++; i < len(b) && b[i]-'0' <= 9; i++ {
			unit /= 10
			us += int64(b[i]-'0') * unit
		}
	}
	return us, i
}

// skipMark steps over the blank or colon at b[i:], plain or as %20, %3A; -1 when none is there. The blank may be a T or
// an @, as in other writings of the engine.
func skipMark(b []byte, i int, mark byte, blank bool) int {
	if i >= len(b) {
		return -1
	}
	switch {
	case b[i] == mark, blank && (b[i] == 'T' || b[i] == '@'):
		return i + 1
	case b[i] == '%' && i+2 < len(b):
		if hi, lo := unhex[b[i+1]], unhex[b[i+2]]; hi|lo <= 15 && hi<<4|lo == mark {
			return i + 3
		}
	}
	return -1
}

func digits(b []byte, n int) (int64, bool) {
	if len(b) < n {
		return 0, false
	}
	v := int64(0)
	for _, c := range b[:n] {
		c -= '0'
		if c > 9 {
			return 0, false
		}
		v = v*10 + int64(c)
	}
	return v, true
}

// daysSince1970 counts the days of the proleptic Gregorian calendar. Years begin in March, so that the leap day is the
// last.
func daysSince1970(y, m, d int64) int64 {
	if m <= 2 {
		y--
		m += 12
	}
	era := y / 400
	if y < 0 {
		era = (y - 399) / 400
	}
	yoe := y - era*400
	doy := (153*(m-3)+2)/5 + d - 1
	doe := yoe*365 + yoe/4 - yoe/100 + doy
	return era*146097 + doe - 719468
}

// parseFloat reads a number with a fraction that ends at one of the separators or at the end.
func parseFloat(b []byte, at int) (float64, int) {
	end := at
	for end < len(b) && (b[end]-'0' <= 9 || bytes.IndexByte([]byte("+-.eEinfINFa"), b[end]) >= 0) {
		end++
	}
	v, err := strconv.ParseFloat(view(b[at:end]), 64)
	if err != nil {
		return 0, at
	}
	return v, end
}
