package engine

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gpfsh/policy/lang"
	"gpfsh/policy/scan"
)

// fakeObject is an object that stands nowhere.
type fakeObject struct {
	path   string
	typ    scan.Type
	info   scan.Info
	xattrs map[string]string
	stats  int
	mask   scan.Mask
	reads  int
}

func (o *fakeObject) Name() []byte           { return []byte(o.path[strings.LastIndexByte(o.path, '/')+1:]) }
func (o *fakeObject) Type() scan.Type        { return o.typ }
func (o *fakeObject) Inode() uint64          { return o.info.Inode }
func (o *fakeObject) Path(buf []byte) []byte { return append(buf, o.path...) }

func (o *fakeObject) Info(mask scan.Mask) (*scan.Info, error) {
	o.stats++
	o.mask |= mask
	return &o.info, nil
}

func (o *fakeObject) Xattr(name string, buf []byte) ([]byte, bool, error) {
	o.reads++
	v, ok := o.xattrs[name]
	return append(buf, v...), ok, nil
}

func (o *fakeObject) Xattrs(buf []byte) ([]byte, error) {
	for _, n := range []string{"user.a", "user.b", "system.posix_acl_access"} {
		if _, ok := o.xattrs[n]; ok {
			buf = append(append(buf, n...), 0)
		}
	}
	return buf, nil
}

// now is Wednesday.
var now = time.Date(2024, 2, 28, 12, 30, 45, 123456000, time.UTC)

func ago(d time.Duration) scan.Time {
	t := now.Add(-d)
	return scan.Time{Sec: t.Unix(), Nsec: uint32(t.Nanosecond())}
}

const day = 24 * time.Hour

func sampleObject() *fakeObject {
	return &fakeObject{path: "/fs/a b/File.TMP", typ: scan.Regular, info: scan.Info{
		Have: scan.MaskAll, Mode: 0o104755, NLink: 2, UID: 1000, GID: 100, Inode: 4711, Size: 5000, Blocks: 16, BlockSize: 4096, Dev: 66, RDev: 7,
		ATime: ago(100 * day), MTime: ago(10 * day), CTime: ago(5 * day), BTime: ago(400 * day),
	}, xattrs: map[string]string{"user.a": "one\ntwo", "user.b": "\x00\x00\x01\x02", "system.posix_acl_access": "x"}}
}

type fakeSite struct{}

func (fakeSite) Describe(_ Object, _ Want, d *Details) error {
	*d = Details{Pool: "silver", Fileset: "proj", Misc: "MX2", Heat: 0.25, Generation: 9, ModSnapID: 3, Expiration: now.UnixMicro(), HasExpiration: true}
	return nil
}

func fakeOptions() Options {
	return Options{Now: now, Site: fakeSite{}, Getenv: func(s string) (string, bool) { return "<" + s + ">", s != "NONE" },
		Config: func(s string) (string, bool) { return "16G", s == "pagepool" },
		SnapID: func(f, s string) (int64, bool) { return int64(len(f) + len(s)), s != "none" }}
}

func value(t *testing.T, expr string) string {
	t.Helper()
	pol := lang.Parse(lang.Source{Name: "x", Text: "RULE EXTERNAL LIST 'l' RULE 'r' LIST 'l' WEIGHT([" + expr + "])"}, lang.Options{})
	require.NoError(t, pol.Err(), expr)
	p, err := Compile(&lang.Policy{Source: pol.Source, Expansion: pol.Expansion}, fakeOptions())
	require.NoError(t, err)
	c := &compiler{prog: p, rulesrc: pol.Rules[1]}
	c.expr(pol.Rules[1].Weight)
	require.NoError(t, c.err, expr)
	e := newEval(p, 0)
	e.show(sampleObject())
	v := p.valueOf(e, &rule{src: pol.Rules[1]}, pol.Rules[1].Weight)
	require.NoError(t, e.err)
	return v
}

func TestValues(t *testing.T) {
	for _, c := range []struct{ expr, want string }{
		// Attributes.
		{"NAME", "'File.TMP'"}, {"PATH_NAME", "'/fs/a b/File.TMP'"}, {"FILE_SIZE", "5000"}, {"KB_ALLOCATED", "8"}, {"NLINK", "2"},
		{"USER_ID", "1000"}, {"GROUP_ID", "100"}, {"INODE", "4711"}, {"GENERATION", "9"}, {"DEVICE_ID", "66"}, {"RDEVICE_ID", "NULL"}, {"BLOCKSIZE", "4096"},
		{"MODE", "'-rwsr-xr-x'"}, {"MISC_ATTRIBUTES", "'FMX2E+'"}, {"POOL_NAME", "'silver'"}, {"FILESET_NAME", "'proj'"}, {"SNAP_NAME", "NULL"},
		{"MODIFICATION_SNAPID", "3"}, {"FILE_HEAT", "0.25"}, {"CLONE_PARENT_INODE", "NULL"}, {"CLONE_DEPTH", "NULL"},
		{"EXPIRATION_TIME", "2024-02-28 12:30:45.123456"}, {"ACCESS_TIME", "2023-11-20 12:30:45.123456"}, {"CREATION_TIME", "2023-01-24 12:30:45.123456"},
		{"CURRENT_TIMESTAMP", "2024-02-28 12:30:45.123456"}, {"CURRENT_DATE", "2024-02-28 00:00:00.000000"},
		{"DIRECTORY_HASH > 3 AND DIRECTORY_HASH < 4", "TRUE"},
		// Arithmetic.
		{"7/2", "3"}, {"-7/2", "-3"}, {"7/2.0", "3.5"}, {"7%4", "3"}, {"7.5%4", "3.5"}, {"2**10", "1024"}, {"2**0.5 > 1.41", "TRUE"}, {"1/0", "NULL"}, {"1%0", "NULL"},
		{"1+2*3-4", "3"}, {"(1+2)*3", "9"}, {"-(3)", "-3"}, {"- -3", "3"}, {".5+.25", "0.75"}, {"1e3", "1000.0"}, {"MOD(17,5)", "2"}, {"INT(2.5)", "3"}, {"INTEGER(-2.5)", "-3"}, {"INT('12')", "12"},
		{"DECIMAL(10/4)", "2.0"}, {"DECIMAL(2.98765,5,2)", "2.98"}, {"9223372036854775807 + 0", "9223372036854775807"},
		// Strings.
		{"'it''s'", "'it''s'"}, {"LENGTH(NAME)", "8"}, {"LOWER(NAME) || UPPER('x')", "'file.tmpX'"}, {"CONCAT('a','b') || 'c' || 'd'", "'abcd'"},
		{"SUBSTR(NAME,1,4)", "'File'"}, {"SUBSTR(NAME,0,4)", "'File'"}, {"SUBSTR(NAME,6)", "'TMP'"}, {"SUBSTR(NAME,20,3)", "''"}, {"SUBSTR(NAME,7,99)", "'MP'"}, {"SUBSTR(NAME,2,-1)", "''"},
		{"CHAR('ab',4) || '|'", "'ab  |'"}, {"VARCHAR(12)", "'12'"}, {"VARCHAR(NAME,2)", "'Fi'"}, {"VARCHAR(1=1)", "'TRUE'"}, {"VARCHAR(NULL)", "NULL"},
		{"VARCHAR(ACCESS_TIME)", "'2023-11-20 12:30:45.123456'"}, {"HEX(255)", "'ff'"}, {"HEX('AB')", "'4142'"}, {"COUNTSUBSTR(PATH_NAME,'/')", "3"}, {"COUNTSUBSTR(PATH_NAME,'')", "0"},
		{"HASHTOFLOAT('x') = HASHTOFLOAT('x') AND HASHTOFLOAT('x') < 1", "TRUE"}, {"HASHTOFLOAT('x') = HASHTOFLOAT('y')", "FALSE"},
		{"GETENV('HOME')", "'<HOME>'"}, {"GETENV('NONE')", "NULL"}, {"GETMMCONFIG('pagepool')", "'16G'"}, {"SNAP_ID('s')", "1"}, {"SNAP_ID('fs','s')", "3"}, {"SNAP_ID('none')", "NULL"},
		{"REGEX(NAME,'^F.*P$')", "TRUE"}, {"REGEX(NAME,'^f')", "FALSE"}, {"REGEX(NAME,'[[:upper:]]{3}')", "TRUE"}, {"REGEX(XATTR('none'),'x')", "NULL"},
		{"REGEXREPLACE(NAME,'(.*)[.](.*)','\\2-\\1')", "'TMP-File'"}, {"REGEXREPLACE(NAME,'x','y')", "'File.TMP'"},
		// Times, all in UTC.
		{"DAYS(CURRENT_TIMESTAMP) - DAYS(ACCESS_TIME)", "100"}, {"DAYS(TIMESTAMP(0))", "719163"}, {"YEAR(CURRENT_DATE)", "2024"}, {"MONTH(CURRENT_DATE)", "2"}, {"DAY(CURRENT_DATE)", "28"},
		{"HOUR(CURRENT_TIMESTAMP)", "12"}, {"MINUTE(CURRENT_TIMESTAMP)", "30"}, {"SECOND(CURRENT_TIMESTAMP)", "45"}, {"DAYOFWEEK(CURRENT_DATE)", "4"}, {"DAYOFYEAR(CURRENT_DATE)", "59"},
		{"QUARTER(CURRENT_DATE)", "1"}, {"DAYSINMONTH(CURRENT_DATE)", "29"}, {"DAYSINYEAR(CURRENT_DATE)", "366"}, {"WEEK(TIMESTAMP('2024-01-01 00:00:00'))", "1"}, {"WEEK(TIMESTAMP('2024-01-07 00:00:00'))", "2"},
		{"TIMESTAMP('2024-01-02 03:04:05.5')", "2024-01-02 03:04:05.500000"}, {"TIMESTAMP('x')", "NULL"}, {"TIMESTAMP(1.5)", "1970-01-01 00:00:01.500000"}, {"DAYOFWEEK(TIMESTAMP(-1))", "4"}, {"HOUR(TIMESTAMP(-1))", "23"},
		{"CURRENT_TIMESTAMP - ACCESS_TIME", "100.00 days"}, {"(CURRENT_TIMESTAMP - ACCESS_TIME) > INTERVAL '99' DAYS", "TRUE"}, {"(CURRENT_TIMESTAMP - ACCESS_TIME) > 8640001", "FALSE"}, {"(CURRENT_TIMESTAMP - ACCESS_TIME) > 8639999", "TRUE"},
		{"(CURRENT_TIMESTAMP - ACCESS_TIME) DAYS", "100.0"}, {"(CURRENT_TIMESTAMP - ACCESS_TIME) SECONDS(12,6)", "8640000.0"}, {"(CURRENT_TIMESTAMP - ACCESS_TIME) / 2", "4320000.0"},
		{"ACCESS_TIME + INTERVAL '1' DAYS", "2023-11-21 12:30:45.123456"}, {"CURRENT_TIMESTAMP - 86400", "2024-02-27 12:30:45.123456"}, {"ACCESS_TIME < MODIFICATION_TIME", "TRUE"}, {"INTERVAL -'2' HOURS", "-0.08 days"},
		// Comparisons and NULL.
		{"NULL = NULL", "NULL"}, {"XATTR('none') = 'x'", "NULL"}, {"XATTR('none') IS NULL", "TRUE"}, {"XATTR('user.a') IS NOT NULL", "TRUE"}, {"NOT XATTR('none') = 'x'", "NULL"},
		{"XATTR('none') = 'x' AND FALSE", "FALSE"}, {"XATTR('none') = 'x' OR TRUE", "TRUE"}, {"XATTR('none') = 'x' OR FALSE", "NULL"}, {"XATTR('none') = 'x' AND TRUE", "NULL"},
		{"'x' || XATTR('none')", "NULL"}, {"1 + NULL", "NULL"}, {"5 IN (1,5)", "TRUE"}, {"5 IN (1,NULL)", "NULL"}, {"5 NOT IN (1,2)", "TRUE"}, {"5 IN (5,NULL)", "TRUE"}, {"NAME IN ('a','b','c','d','File.TMP')", "TRUE"},
		{"5 BETWEEN 1 AND 5", "TRUE"}, {"5 NOT BETWEEN 1 AND 4", "TRUE"}, {"5 BETWEEN NULL AND 4", "FALSE"}, {"5 BETWEEN 1 AND NULL", "NULL"},
		{"1 = 1.0", "TRUE"}, {"1 <> 2", "TRUE"}, {"1 != 1", "FALSE"}, {"'a' < 'b'", "TRUE"}, {"'a' >= 'b'", "FALSE"}, {"3 <= 3", "TRUE"}, {"TRUE = FALSE", "FALSE"},
		{"CASE WHEN 1=2 THEN 1 WHEN 1=1 THEN 2.5 ELSE 3 END", "2.5"}, {"CASE 5 WHEN 4 THEN 'four' WHEN 5 THEN 'five' END", "'five'"}, {"CASE WHEN NULL = 1 THEN 1 END", "NULL"}, {"CASE WHEN 1=1 THEN NULL ELSE 'x' END", "NULL"},
		// LIKE.
		{"NAME LIKE 'File.TMP'", "TRUE"}, {"NAME LIKE '%.TMP'", "TRUE"}, {"NAME LIKE '%.tmp'", "FALSE"}, {"LOWER(NAME) LIKE '%.tmp'", "TRUE"}, {"LOWER(NAME) LIKE '%.TMP'", "FALSE"}, {"NAME NOT LIKE '%x%'", "TRUE"},
		{"NAME LIKE 'F___.%'", "TRUE"}, {"NAME LIKE 'F__.%'", "FALSE"}, {"'a_b' LIKE 'a!_b' ESCAPE '!'", "TRUE"}, {"'axb' LIKE 'a!_b' ESCAPE '!'", "FALSE"}, {"'a%' LIKE '%!%' ESCAPE '!'", "TRUE"},
		{"'' LIKE '%'", "TRUE"}, {"'' LIKE ''", "TRUE"}, {"'a' LIKE ''", "FALSE"}, {"'abcabc' LIKE '%abc'", "TRUE"}, {"'ab' LIKE 'ab%ab'", "FALSE"}, {"'abab' LIKE 'ab%ab'", "TRUE"}, {"'xaybzc' LIKE '%a%b%c'", "TRUE"}, {"'aXbXc' LIKE 'a%b_c'", "TRUE"},
		{"XATTR('none') LIKE '%'", "NULL"}, {"'abc' LIKE SUBSTR('%bc',1)", "TRUE"}, {"NAME LIKE '%' || SUBSTR(NAME,6)", "TRUE"}, {"'LOW' LIKE LOWER('LOW')", "FALSE"},
		{"MISC_ATTRIBUTES LIKE '%M%'", "TRUE"}, {"MISC_ATTRIBUTES NOT LIKE '%V%'", "TRUE"}, {"MISC_ATTRIBUTES LIKE '%F%' AND MISC_ATTRIBUTES LIKE '%+%'", "TRUE"}, {"MISC_ATTRIBUTES LIKE 'F%2%'", "TRUE"}, {"MISC_ATTRIBUTES LIKE '%D%'", "FALSE"},
		// Extended attributes.
		{"XATTR('user.a')", `'one\ntwo'`}, {"XATTR('user.a',5,2)", "'tw'"}, {"XATTR('none',1,2)", "NULL"}, {"XATTR_INTEGER('user.b',3,2,'BIG_ENDIAN')", "258"}, {"XATTR_INTEGER('user.b',3,2,'LITTLE_ENDIAN')", "513"},
		{"XATTR_INTEGER('user.b',9,2,'BIG_ENDIAN')", "NULL"}, {"XATTR_INTEGER('none',1,2,'BIG_ENDIAN')", "NULL"},
		{"GETXATTRS('user.*')", "'user.a=6f6e650a74776f,user.b=00000102,'"}, {"GETXATTRS('user.a','key^n=value^n,')", "'user.a=one^ntwo,'"}, {"GETXATTRS('user.*','key,')", "'user.a,user.b,'"},
		{"GETXATTRS('none.*')", "''"}, {"SETXATTR('user.z','1')", "TRUE"},
	} {
		assert.Equal(t, c.want, value(t, c.expr), c.expr)
	}
}

func TestRandIsInRange(t *testing.T) {
	assert.Equal(t, "TRUE", value(t, "RAND() >= 0 AND RAND() < 1"))
}

func TestCompileRefuses(t *testing.T) {
	for text, message := range map[string]string{
		"RULE 'a' DELETE WHERE NOSUCH = 1":                          "NOSUCH is neither an attribute nor a macro",
		"RULE 'a' DELETE WHERE NOSUCH(1) = 1":                       "NOSUCH is not a function",
		"RULE 'a' DELETE WHERE FILE_SIZE = 'x'":                     "an integer is compared with a string",
		"RULE 'a' DELETE WHERE FILE_SIZE":                           "a condition is wanted",
		"RULE 'a' DELETE WHERE DAYS(NAME) = 1":                      "a timestamp is wanted",
		"RULE 'a' DELETE WHERE LOWER(INODE) = 'x'":                  "VARCHAR",
		"RULE 'a' DELETE WHERE NAME || 1 = 'x'":                     "a string is wanted",
		"RULE 'a' DELETE WHERE SUBSTR(NAME) = 'x'":                  "SUBSTR wants SUBSTR(text",
		"RULE 'a' DELETE WHERE REGEX(NAME,'a(')":                    "bad regular expression",
		"RULE 'a' WHEN (NAME = 'x') DELETE WHERE TRUE":              "WHEN knows of no file",
		"RULE 'a' MIGRATE TO POOL 'x' LIMIT(FILE_SIZE)":             "the same for all files",
		"RULE 'a' DELETE WHERE ACCESS_TIME + CHANGE_TIME > 1":       "cannot be done",
		"RULE 'a' LIST 'l' WEIGHT(NAME)":                            "a number is wanted",
		"RULE 'a' SET POOL 'p' WHERE XATTR('x') = 'y'":              "before there is one",
		"RULE 'a' DELETE WHERE INTERVAL 'x' DAYS > INTERVAL 1 DAYS": "not the length of an interval",
		"RULE 'a' DELETE":                                           "",
	} {
		pol := lang.Parse(lang.Source{Name: "p.pol", Text: text}, lang.Options{})
		require.NoError(t, pol.Err(), text)
		_, err := Compile(pol, Options{})
		if message == "" {
			assert.NoError(t, err)
			continue
		}
		var ce *CompileError
		if assert.ErrorAs(t, err, &ce, text) {
			assert.Contains(t, err.Error(), message)
			assert.Equal(t, "p.pol", ce.Finding.Place.File)
		}
	}
	_, err := Compile(lang.Parse(lang.Source{Text: "nothing"}, lang.Options{}), Options{})
	var se *lang.SyntaxError
	assert.ErrorAs(t, err, &se)
}

// What names and types decide costs no stat, and a stat asks only for what rules need.
func TestNoStatWhereNamesDecide(t *testing.T) {
	run := func(text string, o *fakeObject) {
		pol := lang.Parse(lang.Source{Text: text}, lang.Options{})
		p, err := Compile(pol, fakeOptions())
		require.NoError(t, err)
		_, err = p.Run(t.Context(), fakeSource{o})
		require.NoError(t, err)
	}
	o := sampleObject()
	run("RULE 'a' LIST 'l' WHERE FILE_SIZE > 10 AND NAME LIKE '%.c' AND XATTR('user.a') = 'x'", o)
	assert.Zero(t, o.stats, "the name is asked first")
	assert.Zero(t, o.reads)

	run("RULE 'a' LIST 'l' WHERE XATTR('user.a') = 'x' AND FILE_SIZE > 10000", o)
	assert.Equal(t, 1, o.stats)
	assert.Equal(t, scan.MaskSize|scan.MaskBlocks, o.mask)
	assert.Zero(t, o.reads, "a stat is cheaper than an extended attribute")

	o = sampleObject()
	o.typ = scan.Directory
	run("RULE 'a' LIST 'l' WHERE FILE_SIZE > 10", o)
	assert.Zero(t, o.stats, "directories matter only to DIRECTORIES_PLUS")
}

type fakeSource []Object

func (fakeSource) Workers() int { return 1 }

func (s fakeSource) Each(_ context.Context, fn func(int, Object) error) (scan.Stats, error) {
	var stats scan.Stats
	for _, o := range s {
		stats.Entries++
		if err := fn(0, o); err != nil {
			return stats, err
		}
	}
	return stats, nil
}

// The rules look at an object without allocating anything.
func TestMatchingAllocatesNothing(t *testing.T) {
	pol := lang.Parse(lang.Source{Text: `
define(age,(DAYS(CURRENT_TIMESTAMP) - DAYS(ACCESS_TIME)))
RULE 'x' EXCLUDE WHERE PATH_NAME LIKE '%/.snapshots/%' OR LOWER(NAME) LIKE '%.bak'
RULE 'm' MIGRATE FROM POOL 'gold' TO POOL 'y' WHERE age > 30 AND FILE_SIZE > 1000 AND MODE LIKE '-rw%'
RULE 'l' LIST 'l' WHERE REGEX(NAME,'^a.*z$') OR VARCHAR(USER_ID) || NAME = 'x' OR SUBSTR(UPPER(NAME),2,3) = 'abc' OR XATTR('user.a') = 'b'
RULE 'k' LIST 'k' WEIGHT(FILE_SIZE) WHERE FILE_SIZE > 10`}, lang.Options{})
	p, err := Compile(pol, fakeOptions())
	require.NoError(t, err)
	r := &phases{prog: p, report: &Report{}, lists: newLists(p)}
	r.plan()
	w := &worker{e: newEval(p, 0), r: r, done: make([]uint32, len(p.lists)), tallies: make([]tally, len(p.rules))}
	r.workers = []*worker{w}
	o := sampleObject()
	p.opts.Sample = 0
	require.NoError(t, w.object(o))
	name := quietObject{o, []byte("File.TMP")}
	assert.Zero(t, testing.AllocsPerRun(100, func() { _ = w.object(&name) }))
}

// quietObject does not make its name anew.
type quietObject struct {
	*fakeObject
	name []byte
}

func (o *quietObject) Name() []byte { return o.name }
