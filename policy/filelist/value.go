package filelist

import (
	"encoding/json"
	"math"
	"strconv"
	"time"
)

// Value is one cell of a [Table]: a number, bytes, a time or a text, or nothing.
type Value struct {
	kind   Kind
	i      int64
	f      float64
	real   bool // f holds the value
	approx bool
	text   string
}

func intValue(kind Kind, v int64) Value     { return Value{kind: kind, i: v} }
func floatValue(kind Kind, v float64) Value { return Value{kind: kind, f: v, real: true} }
func textValue(s string) Value              { return Value{kind: KindText, text: s} }

// Kind returns what the value is; KindNone when there is none.
func (v Value) Kind() Kind { return v.kind }

// Int returns the value as a whole number: bytes, a count, KiB, microseconds since 1970. 0 for texts.
func (v Value) Int() int64 {
	if v.real {
		switch {
		case v.f >= math.MaxInt64:
			return math.MaxInt64
		case v.f <= math.MinInt64:
			return math.MinInt64
		case v.f != v.f:
			return 0
		}
		return int64(math.Round(v.f))
	}
	return v.i
}

// Float returns the value as a number with a fraction.
func (v Value) Float() float64 {
	if v.real {
		return v.f
	}
	return float64(v.i)
}

// Time returns the value of a time, in UTC; the zero time for everything else.
func (v Value) Time() time.Time {
	if v.kind != KindTime {
		return time.Time{}
	}
	return time.UnixMicro(v.Int()).UTC()
}

// Exact says whether the value is exact; counts of different values are estimated when there are many.
func (v Value) Exact() bool { return !v.approx }

// String returns the value for people: "1.5 TiB", "2026-05-01 12:00:00", "-" when there is none.
func (v Value) String() string {
	s := ""
	switch v.kind {
	case KindNone:
		return "-"
	case KindText:
		return v.text
	case KindBytes:
		s = formatBytes(v.Float())
	case KindKB:
		s = formatBytes(v.Float() * 1024)
	case KindTime:
		s = formatTime(v.Int())
	default:
		if v.real {
			s = strconv.FormatFloat(v.f, 'g', 6, 64)
		} else {
			s = strconv.FormatInt(v.i, 10)
		}
	}
	if v.approx {
		s = "~" + s
	}
	return s
}

// MarshalJSON writes numbers as numbers, times as RFC 3339, nothing as null.
func (v Value) MarshalJSON() ([]byte, error) {
	switch v.kind {
	case KindNone:
		return []byte("null"), nil
	case KindText:
		return json.Marshal(v.text)
	case KindTime:
		return json.Marshal(v.Time())
	}
	if v.real {
		if math.IsNaN(v.f) || math.IsInf(v.f, 0) {
			return []byte("null"), nil
		}
		return json.Marshal(v.f)
	}
	return strconv.AppendInt(nil, v.i, 10), nil
}

// compare orders two values of one column. Nothing is less than anything.
func (v Value) compare(o Value) int {
	switch {
	case v.kind == KindNone || o.kind == KindNone:
		return btoi(v.kind != KindNone) - btoi(o.kind != KindNone)
	case v.kind == KindText:
		return btoi(v.text > o.text) - btoi(v.text < o.text)
	case !v.real && !o.real:
		return btoi(v.i > o.i) - btoi(v.i < o.i)
	}
	a, b := v.Float(), o.Float()
	return btoi(a > b) - btoi(a < b)
}
