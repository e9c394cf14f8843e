package filelist

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// Microseconds, the resolution of file lists.
const (
	second = int64(1e6)
	minute = 60 * second
	hour   = 60 * minute
	day    = 24 * hour
	year   = 365 * day
)

var durationUnits = []struct {
	letter string
	micros int64
}{{"y", year}, {"d", day}, {"h", hour}, {"m", minute}, {"s", second}}

// shortDuration writes microseconds with the largest unit that divides them: "90d", "1y".
func shortDuration(us int64) string {
	for _, u := range durationUnits {
		if us != 0 && us%u.micros == 0 {
			return strconv.FormatInt(us/u.micros, 10) + u.letter
		}
	}
	return strconv.FormatFloat(float64(us)/float64(second), 'g', -1, 64) + "s"
}

// parseDuration reads "90d", "1y", "36h" as microseconds.
func parseDuration(s string) (int64, error) {
	for _, u := range durationUnits {
		if number, ok := strings.CutSuffix(s, u.letter); ok {
			n, err := strconv.ParseFloat(number, 64)
			if err != nil || math.IsNaN(n) || math.Abs(n*float64(u.micros)) > math.MaxInt64/2 {
				break
			}
			return int64(n * float64(u.micros)), nil
		}
	}
	return 0, fmt.Errorf("%q is no duration: write 90d, 12h, 30m, 10s or 1y", s)
}

const sizeLetters = "KMGTPE"

// formatBytes writes bytes with binary units, as Storage Scale counts: "1.5 TiB".
func formatBytes(n float64) string {
	sign := ""
	if n < 0 {
		sign, n = "-", -n
	}
	if n < 1024 {
		return sign + strconv.FormatFloat(n, 'f', -1, 64) + " B"
	}
	unit := -1
	for n >= 1024 && unit < len(sizeLetters)-1 {
		n /= 1024
		unit++
	}
	digits := 1
	if n >= 100 {
		digits = 0
	}
	return sign + strconv.FormatFloat(n, 'f', digits, 64) + " " + sizeLetters[unit:unit+1] + "iB"
}

// shortBytes writes a bound of a class of sizes: "4KiB", "1000".
func shortBytes(n int64) string {
	unit := ""
	for i := 0; i < len(sizeLetters) && n != 0 && n%1024 == 0; i++ {
		n, unit = n/1024, sizeLetters[i:i+1]+"iB"
	}
	return strconv.FormatInt(n, 10) + unit
}

// parseBytes reads "4KiB", "1M", "1000": binary units, as everywhere in Storage Scale.
func parseBytes(s string) (int64, error) {
	text := strings.TrimSpace(s)
	shift := 0
	t := strings.TrimSuffix(strings.TrimSuffix(text, "B"), "i")
	if n := len(t); n > 0 {
		if i := strings.IndexByte(sizeLetters, t[n-1]&^0x20); i >= 0 {
			t, shift = strings.TrimSpace(t[:n-1]), 10*(i+1)
		}
	}
	n, err := strconv.ParseInt(t, 10, 64)
	if err != nil || n > math.MaxInt64>>shift || n < math.MinInt64>>shift {
		return 0, fmt.Errorf("%q is no size: write 4096, 4KiB or 1T", s)
	}
	return n << shift, nil
}

// formatTime writes microseconds since 1970 in the form of the policy engine, without what is zero.
func formatTime(us int64) string {
	t := time.UnixMicro(us).UTC()
	if us%second == 0 {
		return t.Format("2006-01-02 15:04:05")
	}
	return t.Format("2006-01-02 15:04:05.000000")
}
