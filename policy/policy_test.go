package policy

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gpfsh/policy/lang"
)

type bytesOf int64 // a type of sizes, as object models have

func TestCriteria(t *testing.T) {
	at := time.Date(2024, 5, 1, 14, 0, 0, 500e6, time.FixedZone("CEST", 7200))
	for want, c := range map[string]Criterion{
		"NAME = 'a'":                            Name.Is("a"),
		"NAME <> 'it''s'":                       Name.IsNot("it's"),
		"NAME LIKE '%.tmp'":                     Name.Like("*.tmp"),
		`NAME NOT LIKE '100\%\_\\_' ESCAPE '\'`: Name.NotLike(`100%_\\?`),
		`NAME LIKE 'a*b'`:                       Name.Like(`a\*b`),
		"REGEX(NAME,'[^[a-z][^0-9].*\\.c$]')":   Name.Like("[a-z][!0-9]*.c"),
		"NOT REGEX(NAME,'changequote({;,:}){;^[]]x$:}changequote([,])')": Name.NotLike("[]]x"),
		"NAME LIKE 'changequote({;,:}){;a[%:}changequote([,])'":          Name.Like("a[*"),
		"NAME LIKE '%V%'":                                               Name.LikeSQL("%V%"),
		`PATH_NAME LIKE '%50\%%' ESCAPE '\'`:                            Path.Contains("50%"),
		"PATH_NAME LIKE '/fs/a%'":                                       Path.HasPrefix("/fs/a"),
		`PATH_NAME LIKE '%\_x' ESCAPE '\'`:                              Path.HasSuffix("_x"),
		"LOWER(NAME) LIKE '%.mp3'":                                      Name.Lower().Like("*.mp3"),
		"REGEX(NAME,'^a+$')":                                            Name.Matches("^a+$"),
		"POOL_NAME IN ('a','b')":                                        Pool.In("a", "b"),
		"MISC_ATTRIBUTES LIKE '%M%'":                                    Flags.Contains("M"),
		"XATTR('user.a') IS NULL":                                       Xattr("user.a").Missing(),
		"XATTR('it''s') IS NOT NULL":                                    Xattr("it's").Exists(),
		"FILE_SIZE > 10737418240":                                       Size.Over(bytesOf(10 << 30)),
		"FILE_SIZE < 1000000":                                           Size.Under(1e6),
		"FILE_SIZE >= -5":                                               Size.AtLeast(-5),
		"FILE_HEAT <= 0.25":                                             Heat.AtMost(0.25),
		"FILE_HEAT <> -0.5":                                             Heat.IsNot(float32(-0.5)),
		"(KB_ALLOCATED * 1024) > 4096":                                  Allocated.Over(4096),
		"USER_ID BETWEEN 1000 AND 2000":                                 User.Between(1000, uint16(2000)),
		"GROUP_ID IN (1,2)":                                             Group.In(1, int8(2)),
		"NLINK = 18446744073709551615":                                  Links.Is(^uint64(0)),
		"DAYS(CURRENT_TIMESTAMP) - DAYS(ACCESS_TIME) > 90":              Age(Access).Over(90 * day),
		"(CURRENT_TIMESTAMP - MODIFICATION_TIME) <= INTERVAL '6' HOURS": Age(Modification).AtMost(6 * time.Hour),
		"(CURRENT_TIMESTAMP - CHANGE_TIME) < INTERVAL '90' MINUTES":     Age(Change).Under(90 * time.Minute),
		"(CURRENT_TIMESTAMP - CREATION_TIME) >= INTERVAL '1.5' SECONDS": Age(Creation).AtLeast(1500 * time.Millisecond),
		"EXPIRATION_TIME < TIMESTAMP('2024-05-01 12:00:00.500000')":     Expiration.Before(at),
		"ACCESS_TIME > TIMESTAMP('1970-01-01 00:00:00')":                Access.After(time.Unix(0, 0)),
		"NAME = 'a' AND (USER_ID = 1 OR NOT GROUP_ID = 2)":              And(Name.Is("a"), Or(User.Is(1), Not(Group.Is(2)))),
		"(NAME = 'a' OR NAME = 'b') AND NAME = 'c'":                     Name.Is("a").Or(Name.Is("b")).And(Name.Is("c")),
		"is_old AND NAME = 'x' OR my_macro(1,'y')":                      SQL("is_old and name='x' or my_macro(1,'y')"),
		"(a OR b) AND NAME = 'x'":                                       And(SQL("a or b"), Name.Is("x")),
	} {
		got, err := c.Text()
		require.NoError(t, err, want)
		assert.Equal(t, want, got)
		x, err := lang.ParseExpr(lang.Source{Text: got}, lang.Options{})
		require.NoError(t, err, got)
		if !strings.Contains(got, "[") {
			assert.Equal(t, got, lang.ExprString(x))
		}
	}
}

func TestCriteriaThatAreNone(t *testing.T) {
	for name, c := range map[string]Criterion{
		"zero byte":    Name.Is("a\x00"),
		"no number":    Size.Over("10"),
		"nil":          Size.Over(nil),
		"infinite":     Size.Over(1 / zero()),
		"negative age": Age(Access).Over(-day),
		"no SQL":       SQL("a b"),
		"two rules":    SQL("TRUE RULE 'x' DELETE"),
		"open string":  SQL("NAME = 'x"),
		"nothing":      And(),
		"empty":        Not(Criterion{}),
		"in nothing":   Name.In(),
		"no text":      Text("a b").Is("x"),
		"one of many":  Or(Name.Is("a"), SQL("")),
	} {
		_, err := c.Text()
		assert.Error(t, err, name)
		assert.Contains(t, c.String(), "<", name)
		_, err = Delete("x").Where(Name.Is("a"), c).Text()
		assert.Error(t, err, name)
	}
}

func zero() float64 { return 0 }

func TestRules(t *testing.T) {
	for want, r := range map[string]Rule{
		"RULE 'a' SET POOL 'p' LIMIT(90) REPLICATE(2) FOR FILESET('f','g') WHERE NAME LIKE '%.x'": SetPool("p", "a").Where(Name.Like("*.x")).ForFilesets("f", "g").Replicas(2).Limit(90),
		"RULE SET SNAP_POOL 'p'":                                                                  SetSnapPool("p"),
		"RULE 'g' GROUP POOL 'gp' IS 'ssd' LIMIT(90) THEN 'sata'":                                 GroupPool("gp", "g").Then("ssd", 90).Then("sata"),
		"RULE 'd' DELETE DIRECTORIES_PLUS FROM POOL 'x'":                                          Delete("d").From("x").Directories(),
		"RULE 'e' EXCLUDE WHERE NAME = 'x'":                                                       Exclude("e").Where(Name.Is("x")),
		"RULE 'l' LIST 'x' EXCLUDE":                                                               List("x", "l").KeepOff(),
		"RULE 'l' LIST 'x' SHOW('size=' || VARCHAR(FILE_SIZE) || ' ' || VARCHAR(USER_ID) || '!')": List("x", "l").Show("size=", Size, User, "!"),
		"RULE 'r' RESTORE TO POOL 'x'":                                                            Restore("x", "r"),
		"RULE 'p' EXTERNAL POOL 'hsm' EXEC '/bin/x' OPTS '-v' ESCAPE '%/' SIZE 1024":              ExternalPool("hsm", "/bin/x", "p").Options("-v").Escape("/").BatchKB(1024),
		"RULE EXTERNAL LIST 'q' EXEC '' THRESHOLD 'FILESET_QUOTAS'":                               ExternalList("q", "").Resource("FILESET_QUOTAS"),
		"RULE 'E' ENCRYPTION 'e' IS ALGO 'a' COMBINE 'XOR' WRAP 'w' KEYS('k:s','l:s')":            Encryption("e", "a", []string{"k:s", "l:s"}, "E").CombinedWith("XOR").WrappedWith("w"),
		"RULE 'S' SET ENCRYPTION 'e','f' WHERE NAME LIKE '%'":                                     SetEncryption([]string{"e", "f"}, "S").Where(Name.Like("*")),
		"RULE SET ENCRYPTION EXCLUDE FOR FILESET('t')":                                            SetEncryption(nil).ForFilesets("t"),
		"RULE 'k' CHANGE ENCRYPTION KEYS FROM 'a:1' TO 'b:1'":                                     ChangeEncryptionKeys("a:1", "b:1", "k"),
		"RULE 'm' WHEN (DAYOFWEEK(CURRENT_DATE) = 1) MIGRATE COMPRESS('lz4')":                     Migrate("m").When(SQL("DAYOFWEEK(CURRENT_DATE)=1")).Compress("lz4"),
		"RULE 'w' LIST 'x' WEIGHT(-FILE_HEAT) SIZE(FILE_SIZE + KB_ALLOCATED * 1024)":              List("x", "w").Weight(Heat.Value().Negative()).Counts(Size.Value().Plus(Expr("KB_ALLOCATED").Times(1024))),
		"RULE 's' SET POOL 'p' ACTION(SETXATTR('user.a','b'))":                                    SetPool("p", "s").Action(Expr("setxattr('user.a','b')")),
	} {
		got, err := r.Text()
		require.NoError(t, err, want)
		assert.Equal(t, want, got)
	}
	long := Migrate("tier").From("system").To("data").Threshold(90, 80, 70).Weight(Age(Access)).Where(Age(Access).Over(90*day), Name.Like("*.dat"))
	assert.Equal(t, `RULE 'tier' MIGRATE
  FROM POOL 'system'
  THRESHOLD(90,80,70)
  WEIGHT(CURRENT_TIMESTAMP - ACCESS_TIME)
  TO POOL 'data'
  WHERE DAYS(CURRENT_TIMESTAMP) - DAYS(ACCESS_TIME) > 90 AND NAME LIKE '%.dat'`, long.String())
	assert.Equal(t, "RULE 'tier' MIGRATE TO POOL 'x'", Migrate("tier").To("x").String())
}

func TestRulesThatAreNone(t *testing.T) {
	for message, r := range map[string]Rule{
		"DELETE has no TO POOL clause":                      Delete("d").To("x"),
		"a rule with EXCLUDE: EXCLUDE has no WEIGHT clause": Exclude().Weight(Size),
		"MIGRATE needs To":                                  Migrate("m").From("x"),
		"needs pools":                                       GroupPool("g"),
		"LIMIT is a percentage, not 101":                    SetPool("p").Limit(101),
		"1 to 3 replicas":                                   SetPool("p").Replicas(0),
		`"gzip" is no kind`:                                 Migrate("m").Compress("gzip"),
		"the pool has no name":                              SetPool(""),
		"zero byte":                                         List("a\x00"),
		"one name":                                          Delete("a", "b"),
		"SHOW writes attributes":                            List("l").Show(5),
		"SHOW of nothing":                                   List("l").Show(),
		"only an EXTERNAL LIST":                             List("l").Resource("X"),
		"names a resource class":                            ExternalList("l", "").Threshold(1, 2),
		"at most three":                                     Delete("d").From("p").Threshold(3, 2, 1, 0),
		"only scripts get batches":                          List("l").BatchKB(3),
		"a key is wanted":                                   Encryption("e", "a", nil),
		"only a GROUP POOL":                                 Delete("d").Then("x"),
		"an empty rule":                                     {},
	} {
		_, err := r.Text()
		assert.ErrorContains(t, err, message)
	}
}

func TestARuleIsAValue(t *testing.T) {
	base := GroupPool("g").Then("a")
	one, two := base.Then("b"), base.Then("c")
	assert.Equal(t, "RULE GROUP POOL 'g' IS 'a' THEN 'b'", one.String())
	assert.Equal(t, "RULE GROUP POOL 'g' IS 'a' THEN 'c'", two.String())
	assert.Equal(t, "RULE GROUP POOL 'g' IS 'a'", base.String())
	r := Delete("d").Where(Name.Is("a"))
	assert.Equal(t, "RULE 'd' DELETE WHERE NAME = 'a' AND NAME = 'b'", r.AndWhere(Name.Is("b")).String())
	assert.Equal(t, "RULE 'd' DELETE", r.Where().String())
	assert.Equal(t, "RULE 'd' DELETE WHERE NAME = 'a'", r.String())
}

func TestNewPolicy(t *testing.T) {
	p, err := New(
		Remark("tiering */ of proj"),
		Macro("is_old", Age(Access).Over(30*day)),
		Variable("TAPEPOOL", "pool1@lib1"),
		ExternalPool("tape", "/opt/eeadm").Options("-p TAPEPOOL"),
		Migrate("tier").From("system").To("tape").Where(SQL("is_old"), Name.IsNot("is_old")),
		SetPool("data", "default"),
	)
	require.NoError(t, err)
	assert.Equal(t, `/* tiering * / of proj */
define([is_old],[(DAYS(CURRENT_TIMESTAMP) - DAYS(ACCESS_TIME) > 30)])
define([TAPEPOOL],[[pool1@lib1]])
RULE EXTERNAL POOL 'tape' EXEC '/opt/eeadm' OPTS '[-p TAPEPOOL]'
RULE 'tier' MIGRATE FROM POOL 'system' TO POOL 'tape' WHERE is_old AND NAME <> '[is_old]'
RULE 'default' SET POOL 'data'
`, p.Text())
	assert.Empty(t, p.Check())
	tier, err := p.Rule("tier")
	require.NoError(t, err)
	assert.Equal(t, "RULE 'tier' MIGRATE\n  FROM POOL 'system'\n  TO POOL 'tape'\n  WHERE (DAYS(CURRENT_TIMESTAMP) - DAYS(ACCESS_TIME) > 30) AND NAME <> 'is_old'", tier.String())

	for _, bad := range []Part{Macro("1x", Name.Is("a")), Macro("x", SQL("")), Variable("x", "a[b"), Variable("x", "$1"), Include("relative"), Include("/a[b"), Remark("\x00"), Rule{}} {
		_, err := New(SetPool("x"), bad)
		assert.Error(t, err, "%v", bad)
	}
}

const written = `/* keep me */
RULE 'one'
   SET POOL 'gold'   /* fast */
   LIMIT(90)
   WHERE name LIKE '%.hot'

/* RULE 'off' DELETE */
RULE 'two' SET POOL 'silver'
`

func TestPutChangesOnlyWhatDiffers(t *testing.T) {
	p, err := Parse(written)
	require.NoError(t, err)
	r, err := p.Rule("one")
	require.NoError(t, err)
	require.NoError(t, p.Put(r))
	assert.Equal(t, written, p.Text(), "nothing differs")
	require.NoError(t, p.Put(r.Limit(85).ForFilesets("f")))
	assert.Equal(t, strings.Replace(written, "LIMIT(90)", "LIMIT(85)\n   FOR FILESET('f')", 1), p.Text())
	r, err = p.Rule("one")
	require.NoError(t, err)
	require.NoError(t, p.Put(r.Limit(90).ForFilesets()))
	assert.Equal(t, written, p.Text(), "and back again")

	require.NoError(t, p.Enable("off"))
	assert.Len(t, p.Rules(), 3)
	require.NoError(t, p.Disable("off"))
	assert.Equal(t, written, p.Text())
	require.Len(t, p.Disabled(), 1)

	require.NoError(t, p.Insert("two", Exclude("x")))
	assert.Contains(t, p.Text(), "RULE 'x' EXCLUDE\nRULE 'two'")
	require.NoError(t, p.Move("x", ""))
	assert.True(t, strings.HasSuffix(p.Text(), "RULE 'x' EXCLUDE\n"))
	require.NoError(t, p.Remove("x"))
	assert.Equal(t, written, p.Text())
	require.NoError(t, p.Put(Delete("two").Where(Name.Is("a"))))
	assert.Contains(t, p.Text(), "\nRULE 'two' DELETE WHERE NAME = 'a'\n")

	assert.ErrorContains(t, p.Put(Delete("three")), "there is no rule 'three'; there are 'one', 'two'")
	assert.Error(t, p.Remove("nothing"))
	before := p.Text()
	assert.Error(t, p.Add(SetPool("x", "ok"), Delete("bad").To("x")))
	assert.Equal(t, before, p.Text(), "all or nothing")
	require.NoError(t, p.Format())
	assert.Contains(t, p.Text(), "RULE 'one' SET POOL 'gold' /* fast */\n  LIMIT(90)")
}

func TestParseFileReadsIncludes(t *testing.T) {
	dir := t.TempDir()
	inc := filepath.Join(dir, "common.inc")
	require.NoError(t, os.WriteFile(inc, []byte("RULE 'inc' EXCLUDE WHERE NAME = 'x'\n"), 0o600))
	file := filepath.Join(dir, "p.pol")
	require.NoError(t, os.WriteFile(file, []byte("include("+inc+")\nRULE 'own' SET POOL 'a'\n"), 0o600))
	p, err := ParseFile(file)
	require.NoError(t, err)
	require.Len(t, p.Rules(), 2)
	assert.ErrorContains(t, p.Remove("inc"), "included file")
	_, err = ParseFile(filepath.Join(dir, "none"))
	assert.ErrorIs(t, err, os.ErrNotExist)
	_, err = Parse("RULE")
	var se *lang.SyntaxError
	assert.ErrorAs(t, err, &se)
}

var odd = []string{"plain", "it's", "a[b]c", "[", "]", "][", "/* x", "*/", "*/ RULE 'x' DELETE /*", "dnl", "define(is_old,x)", "include(/etc/passwd)", "is_old", "a\nb", "%_\\", "{;", ":}", "'", "' OR 1=1 --",
	"x') RULE 'y' DELETE WHERE NAME IN ('", "\xff\xfe", "$1", "#", "len(x)", " ", "changequote"}

// Whatever is placed in a policy, the policy keeps its structure and the value comes back as it was.
func checkStructure(t *testing.T, s string) {
	t.Helper()
	p, err := New(Macro("is_old", Age(Access).Over(day)), Remark(s), Exclude("guard").Where(Name.Is("[x]")),
		Migrate(s).From(s).To(s).ForFilesets(s, "f").Show(s, Name).Weight(Size).Where(Name.Is(s), Path.Contains(s), Xattr(s).In(s, "b"), Name.LikeSQL(s), SQL("is_old")),
		ExternalList(s, s).Options(s).Escape("/"+s), Encryption(s, s, []string{s}, s), SetPool(s, "last"))
	require.NoError(t, err, "%q", s)
	rules := p.Rules()
	require.Len(t, rules, 5, p.Text())
	m := rules[1].rule
	require.Equal(t, s, m.Name.Value, p.Text())
	require.Equal(t, s, m.From.Value)
	require.Equal(t, s, m.To.Value)
	require.Equal(t, s, m.Filesets[0].Value)
	assert.Equal(t, "RULE 'guard' EXCLUDE WHERE NAME = '[[x]]'", rules[0].String())
	var texts []string
	lang.Walk(m.Where, func(e lang.Expr) bool {
		if l, ok := e.(*lang.StringLit); ok {
			texts = append(texts, l.Value)
		}
		return true
	})
	want := []string{s, "%" + escapeSQL(s) + "%"}
	if strings.Contains(want[1], `\`) {
		want = append(want, `\`)
	}
	want = append(want, s, s, "b", s)
	if strings.Contains(s, `\`) {
		want = append(want, `\`)
	}
	require.Equal(t, want, texts, p.Text())
	require.Equal(t, s, rules[2].rule.Opts.Value)
	require.Equal(t, "%/"+s, rules[2].rule.Escape.Value)
	require.Equal(t, s, rules[3].rule.Keys[0].Value)
	require.Equal(t, s, rules[4].rule.Object.Value)
	require.Equal(t, "last", rules[4].Name())

	r, err := p.Rule("last")
	require.NoError(t, err)
	require.NoError(t, p.Put(r.Where(Name.Is(s))))
	again, err := Parse(p.Text())
	require.NoError(t, err)
	require.Len(t, again.Rules(), 5)
}

func TestValuesKeepTheStructure(t *testing.T) {
	for _, s := range odd {
		checkStructure(t, s)
	}
}

func FuzzValuesKeepTheStructure(f *testing.F) {
	for _, s := range odd {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if s == "" || len(s) > 1000 || !lang.Quotable(s) {
			return
		}
		checkStructure(t, s)
		v, err := New(Variable("V", s), SetPool("V", "a"), SetPool("b", "b"))
		if err == nil {
			require.Len(t, v.Rules(), 2)
		}
	})
}
