package chart

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// Unit is what numbers count.
type Unit int

// The units.
const (
	Number  Unit = iota
	Bytes        // with binary units
	Percent      // of 100
	Seconds      // of a duration
)

// adds says whether amounts of the unit can be added up.
func (u Unit) adds() bool { return u != Percent }

// Format writes an amount for people: "1.5 TiB", "12,345", "12.3 M", "65.8%", "3h20m".
func (u Unit) Format(v float64) string {
	switch {
	case math.IsNaN(v):
		return "-"
	case math.IsInf(v, 1):
		return "unlimited"
	case math.IsInf(v, -1):
		return "-"
	case v < 0:
		return "-" + u.Format(-v)
	}
	switch u {
	case Bytes:
		return formatBytes(v)
	case Percent:
		if v >= 1e6 {
			return strconv.FormatFloat(v, 'g', 3, 64) + "%"
		}
		return strconv.FormatFloat(v, 'f', 1, 64) + "%"
	case Seconds:
		return formatSeconds(v)
	}
	return formatNumber(v)
}

func formatBytes(v float64) string {
	units := []string{"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB", "ZiB", "YiB"}
	i := 0
	// 1,023.96 KiB rounds to 1024.0: that is one of the next unit.
	for ; i < len(units)-1 && math.Round(v*10) >= 10240; i++ {
		v /= 1024
	}
	if v >= 1e6 {
		return strconv.FormatFloat(v, 'g', 3, 64) + " " + units[i]
	}
	return trimZero(strconv.FormatFloat(v, 'f', 1, 64)) + " " + units[i]
}

func formatNumber(v float64) string {
	if v == math.Trunc(v) && v < 1e7 {
		return thousands(strconv.FormatFloat(v, 'f', 0, 64))
	}
	units := []string{"", " k", " M", " G", " T", " P", " E"}
	if v < 1e6 {
		return short(v)
	}
	i := 0
	for ; i < len(units)-1 && v >= 999.5; i++ {
		v /= 1000
	}
	if v >= 1e6 {
		return strconv.FormatFloat(v, 'g', 3, 64) + units[i]
	}
	return short(v) + units[i]
}

// short writes a number with three digits, or those before its point.
func short(v float64) string {
	switch {
	case v == 0:
		return "0"
	case v < 0.001:
		return strconv.FormatFloat(v, 'g', 3, 64)
	}
	digits := max(2-int(math.Floor(math.Log10(v))), 0)
	s := strconv.FormatFloat(v, 'f', digits, 64)
	if strings.Contains(s, ".") {
		s = strings.TrimSuffix(strings.TrimRight(s, "0"), ".")
	}
	return thousands(s)
}

// thousands puts commas between groups of three digits.
func thousands(s string) string {
	digits, rest, _ := strings.Cut(s, ".")
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	if rest != "" {
		digits += "." + rest
	}
	return digits
}

func trimZero(s string) string { return strings.TrimSuffix(s, ".0") }

func formatSeconds(v float64) string {
	if v >= 86400e6 {
		return strconv.FormatFloat(v/86400, 'g', 3, 64) + "d"
	}
	if v >= 86400*2 {
		return short(v/86400) + "d"
	}
	d := time.Duration(v * float64(time.Second))
	switch {
	case d >= time.Minute:
		d = d.Round(time.Second)
	case d >= time.Second:
		d = d.Round(100 * time.Millisecond)
	default:
		d = d.Round(10 * time.Microsecond)
	}
	s := d.String()
	if strings.HasSuffix(s, "m0s") {
		s = strings.TrimSuffix(s, "0s")
	}
	if strings.HasSuffix(s, "h0m") {
		s = strings.TrimSuffix(s, "0m")
	}
	return s
}

// step returns a round step that divides a range into about n parts.
func (u Unit) step(span float64, n int) float64 {
	if span <= 0 || !known(span) {
		return 1
	}
	raw := span / float64(max(n, 1))
	switch u {
	case Bytes:
		unit := 1.0
		for raw/unit >= 512 && unit < 1e24 {
			unit *= 1024
		}
		if raw < 1 {
			return 1
		}
		return nice(raw/unit, []float64{1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024}) * unit
	case Seconds:
		if raw >= 1 {
			return nice(raw, []float64{1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 21600, 43200, 86400})
		}
	}
	decade := math.Pow(10, math.Floor(math.Log10(raw)))
	if decade == 0 || math.IsInf(decade, 0) {
		return raw
	}
	return nice(raw/decade, []float64{1, 2, 5, 10}) * decade
}

// nice returns the first step that is not smaller than raw; multiples of the last where all are.
func nice(raw float64, steps []float64) float64 {
	for _, s := range steps {
		if raw <= s*1.0000001 {
			return s
		}
	}
	last := steps[len(steps)-1]
	return math.Ceil(raw/last) * last
}

// tick writes a value of a scale that goes to hi: all with the same unit where numbers are large, without decimals that
// are always 0.
func (u Unit) tick(v, hi float64) string {
	switch {
	case v == 0:
		v = 0 // which may be negative
	case u == Number && hi >= 1e6:
		scale, unit := 1e6, " M"
		for _, next := range []string{" G", " T", " P", " E"} {
			if hi < scale*1000 {
				break
			}
			scale, unit = scale*1000, next
		}
		return Number.Format(v/scale) + unit
	}
	if u == Percent {
		return strings.Replace(u.Format(v), ".0%", "%", 1)
	}
	return u.Format(v)
}

// ticks returns round values between lo and hi, about n of them.
func (u Unit) ticks(lo, hi float64, n int) []float64 {
	step := u.step(hi-lo, n)
	var list []float64
	for i := math.Ceil(lo / step); i*step <= hi*1.0000001+step*1e-9 && len(list) < 50; i++ {
		list = append(list, i*step)
	}
	return list
}
