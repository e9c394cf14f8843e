package engine

import "time"

const microsPerDay = 86400e6

// daysBefore1970 are the days from 0001-01-01 to 1970-01-01, both counted.
const daysBefore1970 = 719163

// days counts days since 0001-01-01, which is day 1.
// unverified: that the first day is 1 and not 0; only differences matter to rules.
func days(t int64) int64 { return floorDiv(t, microsPerDay) + daysBefore1970 }

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

func clock(t, unit, n int64) int64 { return floorDiv(t, unit) - n*floorDiv(floorDiv(t, unit), n) }

// timeParts are the functions of a timestamp, in UTC.
var timeParts = map[string]func(t int64) int64{
	"DAYS":      days,
	"HOUR":      func(t int64) int64 { return clock(t, 3600e6, 24) },
	"MINUTE":    func(t int64) int64 { return clock(t, 60e6, 60) },
	"SECOND":    func(t int64) int64 { return clock(t, 1e6, 60) },
	"DAYOFWEEK": func(t int64) int64 { return clock(t+4*microsPerDay, microsPerDay, 7) + 1 },
	"YEAR":      func(t int64) int64 { return int64(utc(t).Year()) },
	"MONTH":     func(t int64) int64 { return int64(utc(t).Month()) },
	"DAY":       func(t int64) int64 { return int64(utc(t).Day()) },
	"QUARTER":   func(t int64) int64 { return (int64(utc(t).Month()) + 2) / 3 },
	"DAYOFYEAR": func(t int64) int64 { return int64(utc(t).YearDay()) },
	"WEEK":      week,
	"DAYSINMONTH": func(t int64) int64 {
		u := utc(t)
		return int64(time.Date(u.Year(), u.Month()+1, 0, 0, 0, 0, 0, time.UTC).Day())
	},
	"DAYSINYEAR": func(t int64) int64 { return int64(time.Date(utc(t).Year(), 12, 31, 0, 0, 0, 0, time.UTC).YearDay()) },
}

func utc(t int64) time.Time { return time.UnixMicro(t).UTC() }

// week counts weeks of the year: they begin on Sunday, and January 1 lies in week 1.
// unverified: the rule by which weeks are counted.
func week(t int64) int64 {
	u := utc(t)
	first := time.Date(u.Year(), 1, 1, 0, 0, 0, 0, time.UTC).Weekday()
	return int64((u.YearDay()-1+int(first))/7 + 1)
}

// appendTimestamp writes YYYY-MM-DD hh:mm:ss.uuuuuu in UTC; sep stands between date and time.
func appendTimestamp(dst []byte, t int64, sep byte) []byte {
	u := utc(t)
	year, month, day := u.Date()
	h, m, s := u.Clock()
	dst = appendDigits(dst, year, 4)
	dst = appendDigits(append(dst, '-'), int(month), 2)
	dst = appendDigits(append(dst, '-'), day, 2)
	dst = appendDigits(append(dst, sep), h, 2)
	dst = appendDigits(append(dst, ':'), m, 2)
	dst = appendDigits(append(dst, ':'), s, 2)
	return appendDigits(append(dst, '.'), u.Nanosecond()/1000, 6)
}

func appendDigits(dst []byte, n, width int) []byte {
	var buf [20]byte
	i := len(buf)
	for n > 0 || width > 0 {
		i--
		buf[i] = byte('0' + n%10)
		n /= 10
		width--
	}
	return append(dst, buf[i:]...)
}
