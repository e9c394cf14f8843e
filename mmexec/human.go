package mmexec

import (
	"fmt"
	"iter"
	"strconv"
	"strings"
	"time"
)

// Readers for replies that commands print for people, where there is no -Y form or a release lacks it. Columns
// overflow in that form, so lines are read by words and known tails, never by position.

// lines yields the lines of a reply, numbered from 1, without line ends and trailing blanks.
func lines(data []byte) iter.Seq2[int, string] {
	return func(yield func(int, string) bool) {
		n := 0
		for line := range strings.Lines(string(data)) {
			n++
			if !yield(n, strings.TrimRight(line, " \t\r\n")) {
				return
			}
		}
	}
}

// formatError is the error of line n of a reply of a command.
func formatError(command string, n int, format string, args ...any) error {
	return &FormatError{Cmd: Command{Name: command}, Line: n, Reason: fmt.Sprintf(format, args...)}
}

// rule tells whether a line only separates: dashes, equal signs and blanks.
func rule(line string) bool {
	return strings.Trim(line, "-= ") == "" && strings.ContainsAny(line, "-=")
}

// yes reads the truth values of Storage Scale, whose letter case differs by release and platform.
func yes(word string) bool { return strings.EqualFold(word, "yes") }

func isYesNo(word string) bool { return yes(word) || strings.EqualFold(word, "no") }

// percent reads "18%", with or without the parentheses around it.
func percent(word string) (int, error) {
	return strconv.Atoi(strings.Trim(word, "()% "))
}

// size reads a number of a unit as printed in tables ("8 MB", "256 KB", "16M"): binary units, a decimal comma counts
// as a point.
func size(number, unit string) (uint64, error) {
	f, err := strconv.ParseFloat(strings.ReplaceAll(number, ",", "."), 64)
	if err != nil || f < 0 {
		return 0, fmt.Errorf("%q is not a size", number)
	}
	unit = strings.ToUpper(strings.TrimSuffix(strings.TrimSuffix(strings.ToUpper(unit), "B"), "I"))
	for _, u := range []string{"", "K", "M", "G", "T", "P", "E"} {
		if unit == u {
			return uint64(f), nil
		}
		f *= 1024
	}
	return 0, fmt.Errorf("%q is not a unit of sizes", unit)
}

// times are the forms in which commands print points in time. Those without a zone are in the zone of the node that
// ran the command.
var times = []string{
	time.ANSIC, // Tue Dec  5 10:41:35 2023
	time.UnixDate,
	"2006-01-02_15:04:05-0700",
	"2006-01-02_15:04:05.999999-0700",
	"2006-01-02 15:04:05.999999 MST",
	"2006-01-02 15:04:05.999999",
	"2006-01-02@15:04:05",
	"2006-01-02-15:04:05",
	"2006-01-02-15:04",
}

// ParseTime reads a point in time as commands print it. Most forms have no zone: loc is the zone of the cluster. A zone
// that is printed by its letters alone (EST) is taken for loc too when loc knows it.
func ParseTime(s string, loc *time.Location) (time.Time, error) {
	s = strings.TrimSpace(s)
	for _, form := range times {
		if t, err := time.ParseInLocation(form, s, loc); err == nil {
			return t, nil
		}
	}
	return time.Time{}, fmt.Errorf("%q is not a point in time as Storage Scale prints it", s)
}

// fields reads the words of one line; it keeps the first error, so that callers stay flat.
type fields struct {
	words []string
	err   error
}

func (f *fields) keep(err error) {
	if f.err == nil {
		f.err = err
	}
}

func (f *fields) number(i int) int {
	n, err := strconv.Atoi(f.words[i])
	f.keep(err)
	return n
}

func (f *fields) count(i int) uint64 {
	n, err := strconv.ParseUint(f.words[i], 10, 64)
	f.keep(err)
	return n
}

func (f *fields) percent(i int) int {
	n, err := percent(f.words[i])
	f.keep(err)
	return n
}

func (f *fields) yesNo(i int) bool {
	if !isYesNo(f.words[i]) {
		f.keep(fmt.Errorf("%q is neither yes nor no", f.words[i]))
	}
	return yes(f.words[i])
}

// size reads the two words of a size.
func (f *fields) size(i int) uint64 {
	n, err := size(f.words[i], f.words[i+1])
	f.keep(err)
	return n
}
