package model

import (
	"bytes"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"gpfsh/policy/spell"
)

// Unlimited and NotAsked are values of [Bytes] and [Count] that are no amounts. They are chosen so that comparisons
// mean what they say: nothing is more than Unlimited, and NotAsked is less than any amount.
const (
	// Unlimited says that there is no limit.
	Unlimited = math.MaxInt64
	// NotAsked says that the command was not asked for this figure, or that the figure has no meaning for this
	// object. It is never 0 and never counted.
	NotAsked = math.MinInt64
)

// Bytes is an amount of storage in bytes. Units are binary, as Storage Scale has them: its K is 1,024 bytes, and so on.
// It may also be [Unlimited] or [NotAsked].
type Bytes int64

// The units of storage: 10*TiB is an amount of [Bytes].
const (
	KiB Bytes = 1 << 10
	MiB Bytes = 1 << 20
	GiB Bytes = 1 << 30
	TiB Bytes = 1 << 40
	PiB Bytes = 1 << 50
	EiB Bytes = 1 << 60
)

var byteUnits = []struct {
	size   Bytes
	long   string
	letter string
}{
	{EiB, "EiB", "E"}, {PiB, "PiB", "P"}, {TiB, "TiB", "T"}, {GiB, "GiB", "G"}, {MiB, "MiB", "M"}, {KiB, "KiB", "K"},
}

// String returns the amount in its largest fitting unit with at most one decimal: "1.5 TiB", "512 B", "unlimited", and
// "-" for NotAsked.
func (b Bytes) String() string {
	if s, special := specialText(int64(b)); special {
		return s
	}
	sign, v := "", b
	if v < 0 {
		sign, v = "-", -v
	}
	for i, u := range byteUnits {
		if v < u.size {
			continue
		}
		s := strconv.FormatFloat(float64(v)/float64(u.size), 'f', 1, 64)
		// 1,023.96 KiB rounds to 1024.0: that is one of the next unit.
		if s == "1024.0" && i > 0 {
			s, u = "1.0", byteUnits[i-1]
		}
		return sign + strings.TrimSuffix(s, ".0") + " " + u.long
	}
	return sign + strconv.FormatInt(int64(v), 10) + " B"
}

// Known reports whether b is an amount: neither NotAsked nor Unlimited.
func (b Bytes) Known() bool { return b != NotAsked && b != Unlimited }

// MarshalJSON writes the number of bytes; null for NotAsked and "unlimited" for Unlimited.
func (b Bytes) MarshalJSON() ([]byte, error) { return marshalSpecial(int64(b)), nil }

// UnmarshalJSON reads what MarshalJSON writes.
func (b *Bytes) UnmarshalJSON(data []byte) error {
	v, err := unmarshalSpecial(data)
	*b = Bytes(v)
	return err
}

// mm returns the amount as mm commands read it: always with a suffix, because a bare number is bytes for one command
// and kilobytes for another. What is no whole number of kilobytes is rounded up. Unlimited is 0, as quotas have it.
func (b Bytes) mm() string {
	switch {
	case b == Unlimited || b == 0:
		return "0"
	case b < 0:
		return strconv.FormatInt(int64(b), 10)
	}
	for _, u := range byteUnits {
		if b%u.size == 0 {
			return strconv.FormatInt(int64(b/u.size), 10) + u.letter
		}
	}
	return strconv.FormatInt(int64(b/KiB)+1, 10) + "K"
}

// ParseBytes reads an amount of storage: "10T", "10TiB", "1.5 TiB", "4096", "unlimited". Units are binary and their
// letters may be of either case. TB and the like are refused: they would mean two things.
func ParseBytes(s string) (Bytes, error) {
	text := strings.TrimSpace(s)
	if v, ok := parseSpecial(text); ok {
		return Bytes(v), nil
	}
	i := strings.IndexFunc(text, func(r rune) bool { return (r < '0' || r > '9') && r != '.' && r != '-' })
	num, unit := text, ""
	if i >= 0 {
		num, unit = text[:i], strings.TrimSpace(text[i:])
	}
	scale := Bytes(1)
	switch u := strings.ToUpper(unit); {
	case u == "" || u == "B":
	case len(u) == 2 && u[1] == 'B' && strings.Contains("KMGTPE", u[:1]):
		return 0, fmt.Errorf("cannot read %q as an amount of storage: %s could be decimal or binary; write %siB", s, unit, u[:1])
	default:
		scale = 0
		for _, k := range byteUnits {
			if u == k.letter || u == strings.ToUpper(k.long) {
				scale = k.size
			}
		}
		if scale == 0 {
			return 0, fmt.Errorf("cannot read %q as an amount of storage: no unit %q; there are K, M, G, T, P and E", s, unit)
		}
	}
	if n, err := strconv.ParseInt(num, 10, 64); err == nil {
		if n > math.MaxInt64/int64(scale) || n < math.MinInt64/int64(scale) {
			return 0, fmt.Errorf("cannot read %q as an amount of storage: it is too large", s)
		}
		return Bytes(n) * scale, nil
	}
	f, err := strconv.ParseFloat(num, 64)
	if err != nil {
		return 0, fmt.Errorf("cannot read %q as an amount of storage: write it like 10T or 1.5 TiB", s)
	}
	if math.Abs(f*float64(scale)) >= math.MaxInt64 {
		return 0, fmt.Errorf("cannot read %q as an amount of storage: it is too large", s)
	}
	return Bytes(math.Round(f * float64(scale))), nil
}

// Count is a number of inodes or files. It may also be [Unlimited] or [NotAsked].
type Count int64

// String returns the number, "unlimited", or "-" for NotAsked.
func (n Count) String() string {
	if s, special := specialText(int64(n)); special {
		return s
	}
	return strconv.FormatInt(int64(n), 10)
}

// Known reports whether n is a number: neither NotAsked nor Unlimited.
func (n Count) Known() bool { return n != NotAsked && n != Unlimited }

// MarshalJSON writes the number; null for NotAsked and "unlimited" for Unlimited.
func (n Count) MarshalJSON() ([]byte, error) { return marshalSpecial(int64(n)), nil }

// UnmarshalJSON reads what MarshalJSON writes.
func (n *Count) UnmarshalJSON(data []byte) error {
	v, err := unmarshalSpecial(data)
	*n = Count(v)
	return err
}

// Percent is a share of a hundred. Where there is nothing to have a share of it is not known.
type Percent float64

// percentOf returns part of whole in percent; not known when either is no amount or whole is 0.
func percentOf(part, whole int64) Percent {
	if part == NotAsked || whole == NotAsked || whole == Unlimited || whole <= 0 {
		return Percent(math.NaN())
	}
	return Percent(100 * float64(part) / float64(whole))
}

// Known reports whether the share is known. Comparisons with a share that is not known are false.
func (p Percent) Known() bool { return !math.IsNaN(float64(p)) }

// String returns the share with at most one decimal, "93.5%", or "-" when it is not known.
func (p Percent) String() string {
	if !p.Known() {
		return "-"
	}
	return strings.TrimSuffix(strconv.FormatFloat(float64(p), 'f', 1, 64), ".0") + "%"
}

// MarshalJSON writes the number, null when it is not known.
func (p Percent) MarshalJSON() ([]byte, error) {
	if !p.Known() {
		return []byte("null"), nil
	}
	return strconv.AppendFloat(nil, float64(p), 'f', -1, 64), nil
}

// UnmarshalJSON reads what MarshalJSON writes.
func (p *Percent) UnmarshalJSON(data []byte) error {
	if string(bytes.TrimSpace(data)) == "null" {
		*p = Percent(math.NaN())
		return nil
	}
	f, err := strconv.ParseFloat(string(data), 64)
	*p = Percent(f)
	return err
}

// The units of time: 30*Day is a [time.Duration]. A day has 24 hours.
const (
	Second = time.Second
	Minute = time.Minute
	Hour   = time.Hour
	Day    = 24 * time.Hour
	Week   = 7 * Day
)

// Grace is the time left to somebody over a soft limit, in nanoseconds. [NoGrace] says that no soft limit is exceeded;
// 0 that the time is over and the soft limit acts as a hard one.
type Grace int64

// NoGrace is the Grace of whoever is not over a soft limit.
const NoGrace Grace = math.MaxInt64

// Running reports whether the soft limit is exceeded and there is time left.
func (g Grace) Running() bool { return g > 0 && g != NoGrace }

// Expired reports whether the soft limit is exceeded and the time is over.
func (g Grace) Expired() bool { return g <= 0 }

// Left returns the time left; 0 when it is over, and the longest time there is when no soft limit is exceeded.
func (g Grace) Left() time.Duration { return time.Duration(max(g, 0)) }

// String returns "none", "expired", or the time left in its largest whole unit: "6 days".
func (g Grace) String() string {
	switch {
	case g == NoGrace:
		return "none"
	case g <= 0:
		return "expired"
	}
	for _, u := range []struct {
		size time.Duration
		name string
	}{{Day, "day"}, {Hour, "hour"}, {Minute, "minute"}} {
		if n := g.Left() / u.size; n > 0 {
			return spell.Count(int64(n), u.name)
		}
	}
	return spell.Count(int64(g.Left()/Second), "second")
}

// MarshalJSON writes the seconds left, 0 when the time is over and null when no soft limit is exceeded.
func (g Grace) MarshalJSON() ([]byte, error) {
	if g == NoGrace {
		return []byte("null"), nil
	}
	return strconv.AppendInt(nil, int64(g.Left()/Second), 10), nil
}

// UnmarshalJSON reads what MarshalJSON writes.
func (g *Grace) UnmarshalJSON(data []byte) error {
	if string(bytes.TrimSpace(data)) == "null" {
		*g = NoGrace
		return nil
	}
	n, err := strconv.ParseInt(string(bytes.TrimSpace(data)), 10, 64)
	*g = Grace(n) * Grace(Second)
	return err
}

// parseGrace reads the grace column of quota reports: "none", "expired", "6 days", "7days", "23hours".
//
// unverified: the words of units shorter than a day, for which the first letter decides, and that a bare number would be
// seconds.
func parseGrace(s string) Grace {
	text := strings.ToLower(strings.TrimSpace(s))
	switch text {
	case "", "none", "-":
		return NoGrace
	case "expired":
		return 0
	}
	i := strings.IndexFunc(text, func(r rune) bool { return r < '0' || r > '9' })
	if i < 0 {
		i, text = len(text), text+"s"
	}
	n, err := strconv.ParseInt(text[:i], 10, 32)
	if err != nil {
		return NoGrace
	}
	unit := strings.TrimSpace(text[i:])
	for _, u := range []struct {
		name string
		size time.Duration
	}{{"w", Week}, {"d", Day}, {"h", Hour}, {"m", Minute}, {"s", Second}} {
		if strings.HasPrefix(unit, u.name) {
			return Grace(n) * Grace(u.size)
		}
	}
	return NoGrace
}

func specialText(v int64) (string, bool) {
	switch v {
	case Unlimited:
		return "unlimited", true
	case NotAsked:
		return "-", true
	}
	return "", false
}

func parseSpecial(s string) (int64, bool) {
	switch strings.ToLower(s) {
	case "unlimited":
		return Unlimited, true
	case "-":
		return NotAsked, true
	}
	return 0, false
}

// marshalSpecial writes "unlimited" as a text because texts sort above all numbers in jq, and null below.
func marshalSpecial(v int64) []byte {
	switch v {
	case Unlimited:
		return []byte(`"unlimited"`)
	case NotAsked:
		return []byte("null")
	}
	return strconv.AppendInt(nil, v, 10)
}

func unmarshalSpecial(data []byte) (int64, error) {
	switch s := string(bytes.TrimSpace(data)); s {
	case "null":
		return NotAsked, nil
	case `"unlimited"`:
		return Unlimited, nil
	default:
		return strconv.ParseInt(s, 10, 64)
	}
}
