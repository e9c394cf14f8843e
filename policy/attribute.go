package policy

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"gpfsh/policy/lang"
)

// Text is an attribute or expression of the policy language that is a string.
type Text string

// The attributes that are strings.
const (
	// Name is the name of the file without its directories.
	Name Text = "NAME"
	// Path is the absolute path.
	Path Text = "PATH_NAME"
	// Pool is the storage pool of the data.
	Pool Text = "POOL_NAME"
	// Fileset is the fileset of the path.
	Fileset Text = "FILESET_NAME"
	// Mode is type and permissions as ls -l shows them.
	Mode Text = "MODE"
	// Flags are the letters of MISC_ATTRIBUTES: Flags.Contains("M") asks for one.
	Flags Text = "MISC_ATTRIBUTES"
	// Snapshot is the snapshot that is scanned.
	Snapshot Text = "SNAP_NAME"
)

// Number is an attribute or expression of the policy language that is a number.
type Number string

// The attributes that are numbers.
const (
	// Size is the length of the file in bytes.
	Size Number = "FILE_SIZE"
	// Allocated is the space on disk in bytes, replicas included. The language counts it in KB.
	Allocated Number = "(KB_ALLOCATED * 1024)"
	// User and Group are the numbers of the owner.
	User  Number = "USER_ID"
	Group Number = "GROUP_ID"
	// Links is the number of hard links.
	Links Number = "NLINK"
	// Inode is the inode number, Generation tells one use of it from the next.
	Inode      Number = "INODE"
	Generation Number = "GENERATION"
	// Heat is how often the file is read.
	Heat Number = "FILE_HEAT"
	// BlockSize is the block size of the file in bytes.
	BlockSize Number = "BLOCKSIZE"
	// DirectoryHash is a number that the files of one directory share.
	DirectoryHash Number = "DIRECTORY_HASH"
	// ModificationSnapID is the snapshot after which the file last changed.
	ModificationSnapID Number = "MODIFICATION_SNAPID"
	// Random is another number in [0,1) every time.
	Random Number = "RAND()"
)

// Moment is an attribute or expression of the policy language that is a timestamp.
type Moment string

// The timestamps. The language has them in UTC.
const (
	Access       Moment = "ACCESS_TIME"
	Modification Moment = "MODIFICATION_TIME"
	Change       Moment = "CHANGE_TIME"
	Creation     Moment = "CREATION_TIME"
	Expiration   Moment = "EXPIRATION_TIME"
	// Today is the day of the run, CurrentTime its beginning.
	Today       Moment = "CURRENT_DATE"
	CurrentTime Moment = "CURRENT_TIMESTAMP"
)

// Value is the attribute as a value.
func (t Text) Value() Value { return Expr(string(t)) }

// Value is the attribute as a value.
func (n Number) Value() Value { return Expr(string(n)) }

// Value is the attribute as a value.
func (m Moment) Value() Value { return Expr(string(m)) }

// Xattr is an extended attribute of the file. A file without it has NULL, which no comparison finds: see
// [Text.Exists].
func Xattr(name string) Text {
	return Text("XATTR(" + lang.Quote(name, nil) + ")")
}

// Lower is the text in small letters.
func (t Text) Lower() Text { return "LOWER(" + t + ")" }

// compare makes a comparison of two values.
func compare(op string, x, y Value) Criterion {
	v := binary(op, x, y)
	return Criterion(v)
}

// Is finds files whose text is exactly s.
func (t Text) Is(s string) Criterion { return compare("=", t.Value(), literal(s)) }

// IsNot finds files whose text is another one.
func (t Text) IsNot(s string) Criterion { return compare("<>", t.Value(), literal(s)) }

// In finds files whose text is one of those given.
func (t Text) In(texts ...string) Criterion {
	values := make([]Value, len(texts))
	for i, s := range texts {
		values[i] = literal(s)
	}
	return in(t.Value(), values)
}

// Like finds files by a pattern as the shell has it: * is any text, ? one byte; * goes over slashes, too. Lists of
// characters, [a-z], become a regular expression.
func (t Text) Like(pattern string) Criterion { return t.like(pattern, false) }

// NotLike finds the files that Like does not.
func (t Text) NotLike(pattern string) Criterion { return t.like(pattern, true) }

func (t Text) like(pattern string, not bool) Criterion {
	if strings.ContainsRune(pattern, '[') {
		re, ok := globRegexp(pattern)
		if ok {
			c := t.Matches(re)
			if not {
				return Not(c)
			}
			return c
		}
	}
	return likeSQL(t.Value(), globSQL(pattern), not)
}

// LikeSQL finds files by a pattern of the language: % is any text, _ one byte, a backslash takes the meaning from the
// character behind it.
func (t Text) LikeSQL(pattern string) Criterion { return likeSQL(t.Value(), pattern, false) }

// Contains finds files whose text has s in it.
func (t Text) Contains(s string) Criterion { return likeSQL(t.Value(), "%"+escapeSQL(s)+"%", false) }

// HasPrefix finds files whose text begins with s.
func (t Text) HasPrefix(s string) Criterion { return likeSQL(t.Value(), escapeSQL(s)+"%", false) }

// HasSuffix finds files whose text ends with s.
func (t Text) HasSuffix(s string) Criterion { return likeSQL(t.Value(), "%"+escapeSQL(s), false) }

// Matches finds files by a POSIX extended regular expression, which may match anywhere in the text.
func (t Text) Matches(re string) Criterion {
	x, p := t.Value(), literal(re)
	if err := errors.Join(x.err, p.err); err != nil {
		return Criterion{err: err}
	}
	return Criterion{expr: call("REGEX", x.expr, p.expr)}
}

// Missing finds files that do not have the attribute: IS NULL.
func (t Text) Missing() Criterion { return isNull(t.Value(), false) }

// Exists finds files that have the attribute: IS NOT NULL.
func (t Text) Exists() Criterion { return isNull(t.Value(), true) }

// Missing finds files of which the number is not known: IS NULL.
func (n Number) Missing() Criterion { return isNull(n.Value(), false) }

// Exists finds files of which the number is known: IS NOT NULL.
func (n Number) Exists() Criterion { return isNull(n.Value(), true) }

// Missing finds files that have no such timestamp: IS NULL.
func (m Moment) Missing() Criterion { return isNull(m.Value(), false) }

// Exists finds files that have such a timestamp: IS NOT NULL.
func (m Moment) Exists() Criterion { return isNull(m.Value(), true) }

func isNull(v Value, not bool) Criterion {
	if v.err != nil {
		return Criterion{err: v.err}
	}
	return Criterion{expr: &lang.IsNull{X: v.expr, Not: not}}
}

func in(v Value, values []Value) Criterion {
	x := &lang.In{X: v.expr}
	err := v.err
	for _, w := range values {
		err = errors.Join(err, w.err)
		x.List = append(x.List, w.expr)
	}
	if err == nil && len(values) == 0 {
		err = errors.New("IN wants at least one value")
	}
	if err != nil {
		return Criterion{err: err}
	}
	return Criterion{expr: x}
}

func likeSQL(v Value, pattern string, not bool) Criterion {
	p := literal(pattern)
	if err := errors.Join(v.err, p.err); err != nil {
		return Criterion{err: err}
	}
	like := &lang.Like{X: v.expr, Pattern: p.expr, Not: not}
	if strings.Contains(pattern, `\`) {
		like.Escape = &lang.StringLit{Value: `\`}
	}
	return Criterion{expr: like}
}

// escapeSQL takes the meaning from the wildcards of LIKE.
func escapeSQL(s string) string {
	return strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(s)
}

// globSQL is a pattern of the shell as one of LIKE. A backslash takes the meaning from the character behind it.
func globSQL(glob string) string {
	var b strings.Builder
	for i := 0; i < len(glob); i++ {
		switch c := glob[i]; {
		case c == '*':
			b.WriteByte('%')
		case c == '?':
			b.WriteByte('_')
		case c == '\\' && i+1 < len(glob):
			i++
			b.WriteString(escapeSQL(glob[i : i+1]))
		default:
			b.WriteString(escapeSQL(glob[i : i+1]))
		}
	}
	return b.String()
}

// globRegexp is a pattern of the shell with lists of characters as a regular expression; false when a list is not
// closed, and the bracket means itself.
func globRegexp(glob string) (string, bool) {
	var b strings.Builder
	b.WriteByte('^')
	for i := 0; i < len(glob); i++ {
		switch c := glob[i]; {
		case c == '*':
			b.WriteString(".*")
		case c == '?':
			b.WriteByte('.')
		case c == '[':
			end := strings.IndexByte(glob[min(i+2, len(glob)):], ']')
			if end < 0 {
				return "", false
			}
			end += i + 2
			list := glob[i+1 : end]
			if rest, ok := strings.CutPrefix(list, "!"); ok {
				list = "^" + rest
			}
			b.WriteString("[" + list + "]")
			i = end
		default:
			if c == '\\' && i+1 < len(glob) {
				i++
				c = glob[i]
			}
			if strings.IndexByte(`.^$*+?()[]{}|\`, c) >= 0 {
				b.WriteByte('\\')
			}
			b.WriteByte(c)
		}
	}
	b.WriteByte('$')
	return b.String(), true
}

// Is finds files whose number is n. Numbers can be of any Go type of numbers: 5, 10*GiB.
func (n Number) Is(m any) Criterion { return n.compare("=", m) }

// IsNot finds files whose number is another one.
func (n Number) IsNot(m any) Criterion { return n.compare("<>", m) }

// Over finds files whose number is larger than m.
func (n Number) Over(m any) Criterion { return n.compare(">", m) }

// Under finds files whose number is smaller than m.
func (n Number) Under(m any) Criterion { return n.compare("<", m) }

// AtLeast finds files whose number is m or larger.
func (n Number) AtLeast(m any) Criterion { return n.compare(">=", m) }

// AtMost finds files whose number is m or smaller.
func (n Number) AtMost(m any) Criterion { return n.compare("<=", m) }

func (n Number) compare(op string, m any) Criterion { return compare(op, n.Value(), number(m)) }

// Between finds files whose number is one of those from low to high, both included.
func (n Number) Between(low, high any) Criterion {
	return between(n.Value(), number(low), number(high))
}

// In finds files whose number is one of those given.
func (n Number) In(numbers ...any) Criterion {
	values := make([]Value, len(numbers))
	for i, m := range numbers {
		values[i] = number(m)
	}
	return in(n.Value(), values)
}

func between(v, low, high Value) Criterion {
	if err := errors.Join(v.err, low.err, high.err); err != nil {
		return Criterion{err: err}
	}
	return Criterion{expr: &lang.Between{X: v.expr, Low: low.expr, High: high.expr}}
}

// Before finds files whose timestamp lies before t.
func (m Moment) Before(t time.Time) Criterion { return compare("<", m.Value(), timestamp(t)) }

// After finds files whose timestamp lies after t.
func (m Moment) After(t time.Time) Criterion { return compare(">", m.Value(), timestamp(t)) }

// Between finds files whose timestamp lies from one moment to another, both included.
func (m Moment) Between(from, to time.Time) Criterion {
	return between(m.Value(), timestamp(from), timestamp(to))
}

// AgeOf is how long ago something was when the policy runs.
type AgeOf struct {
	of Moment
}

// Age is how long ago a timestamp was: Age(Access).Over(90*Day) finds what was not read for 90 days.
func Age(of Moment) AgeOf { return AgeOf{of} }

// Value is the age in seconds.
func (a AgeOf) Value() Value { return binary("-", CurrentTime.Value(), a.of.Value()) }

const day = 24 * time.Hour

// Over finds files that are older. An age of whole days counts midnights, in UTC, as administrators do: a file of
// yesterday evening is one day old. Any other age is exact.
func (a AgeOf) Over(d time.Duration) Criterion { return a.compare(">", d) }

// Under finds files that are younger.
func (a AgeOf) Under(d time.Duration) Criterion { return a.compare("<", d) }

// AtLeast finds files that are as old, or older.
func (a AgeOf) AtLeast(d time.Duration) Criterion { return a.compare(">=", d) }

// AtMost finds files that are as old, or younger.
func (a AgeOf) AtMost(d time.Duration) Criterion { return a.compare("<=", d) }

func (a AgeOf) compare(op string, d time.Duration) Criterion {
	if d < 0 {
		return Criterion{err: fmt.Errorf("an age cannot be negative: %v", d)}
	}
	of := a.of.Value()
	if of.err != nil {
		return Criterion{err: of.err}
	}
	if d%day == 0 {
		days := func(x lang.Expr) Value { return Value{expr: call("DAYS", x)} }
		return compare(op, binary("-", days(CurrentTime.Value().expr), days(of.expr)), integer(int64(d/day)))
	}
	unit, n := "SECONDS", float64(d)/float64(time.Second)
	switch {
	case d%time.Hour == 0:
		unit, n = "HOURS", float64(d/time.Hour)
	case d%time.Minute == 0:
		unit, n = "MINUTES", float64(d/time.Minute)
	}
	text, err := number(n).Text()
	if err != nil {
		return Criterion{err: err}
	}
	interval := Value{expr: &lang.Interval{Value: &lang.StringLit{Value: text}, Unit: unit}}
	return compare(op, Value{expr: &lang.Paren{X: a.Value().expr}}, interval)
}
