package lang

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const sample = `/* tiering of proj
   owner: storage team */
define(is_old, (DAYS(CURRENT_TIMESTAMP) - DAYS(ACCESS_TIME) > 30))
include(/etc/gpfs/common.inc)

/* never touch these */
RULE 'keep' EXCLUDE
     WHERE NAME LIKE '%.keep'   /* asked for */

RULE 'tier' MIGRATE FROM POOL 'system'
  THRESHOLD(90,80)	/* percent */
  TO POOL 'data'
  WHERE is_old
/* RULE 'purge' DELETE WHERE NAME LIKE '%.tmp' */
/* RULE of thumb: measure first */
RULE 'default' SET POOL 'data'`

func load(t *testing.T, text string) *Document {
	t.Helper()
	d, err := Load(Source{Name: "p.pol", Text: text}, Options{Include: func(string) (string, error) {
		return "RULE EXTERNAL LIST 'l' EXEC ''\n", nil
	}})
	require.NoError(t, err)
	return d
}

func kinds(d *Document) []ItemKind {
	var out []ItemKind
	for _, it := range d.Items() {
		out = append(out, it.Kind)
	}
	return out
}

func names(d *Document) []string {
	var out []string
	for _, r := range d.Rules() {
		out = append(out, r.Name.Text())
	}
	return out
}

func TestDocumentItems(t *testing.T) {
	d := load(t, sample)
	assert.Equal(t, sample, d.Text())
	assert.Equal(t, []ItemKind{CommentItem, MacroItem, IncludeItem, CommentItem, RuleItem, CommentItem, RuleItem, DisabledItem, CommentItem, RuleItem}, kinds(d))
	items := d.Items()
	assert.Equal(t, "is_old", items[1].Name)
	assert.Contains(t, items[1].Body, "DAYS(ACCESS_TIME)")
	assert.Equal(t, "/etc/gpfs/common.inc", items[2].Name)
	require.Len(t, items[2].Rules, 1, "the rule that comes out of the include")
	assert.Equal(t, "never touch these", items[3].Comment)
	assert.Equal(t, "purge", items[7].Rule().Name.Value)
	assert.Equal(t, []string{"", "keep", "tier", "default"}, names(d))
	assert.Equal(t, 6, d.Find("tier"))
	assert.Equal(t, 7, d.Find("purge"))
	assert.Equal(t, -1, d.Find("nothing"))
}

func TestSetClause(t *testing.T) {
	for _, c := range []struct {
		name, rule string
		clause     Clause
		text, want string
	}{
		{"change", "RULE 'a' DELETE FROM POOL 'x' /* y */ WHERE TRUE", ClauseFrom, "FROM POOL 'z'", "RULE 'a' DELETE FROM POOL 'z' /* y */ WHERE TRUE"},
		{"add at its place", "RULE 'a' MIGRATE FROM POOL 'x' TO POOL 'y'", ClauseWeight, "WEIGHT(KB_ALLOCATED)", "RULE 'a' MIGRATE FROM POOL 'x' WEIGHT(KB_ALLOCATED) TO POOL 'y'"},
		{"add at the end", "RULE 'a' MIGRATE FROM POOL 'x' TO POOL 'y'", ClauseWhere, "WHERE TRUE", "RULE 'a' MIGRATE FROM POOL 'x' TO POOL 'y' WHERE TRUE"},
		{"add to the verb", "RULE 'a' DELETE", ClauseWhere, "WHERE TRUE", "RULE 'a' DELETE WHERE TRUE"},
		{"add a line", "RULE 'a' MIGRATE\n    FROM POOL 'x'\n    TO POOL 'y'", ClauseLimit, "LIMIT(90)", "RULE 'a' MIGRATE\n    FROM POOL 'x'\n    TO POOL 'y'\n    LIMIT(90)"},
		{"add a line between", "RULE 'a' MIGRATE\n\tFROM POOL 'x'\n\tTO POOL 'y'", ClauseThreshold, "THRESHOLD(90,80)", "RULE 'a' MIGRATE\n\tFROM POOL 'x'\n\tTHRESHOLD(90,80)\n\tTO POOL 'y'"},
		{"remove", "RULE 'a' DELETE\n  FROM POOL 'x'\n  WHERE TRUE", ClauseFrom, "", "RULE 'a' DELETE\n  WHERE TRUE"},
		{"WHEN", "RULE 'a' DELETE", ClauseWhen, "WHEN (DAYOFWEEK(CURRENT_DATE)=1)", "RULE 'a' WHEN (DAYOFWEEK(CURRENT_DATE)=1) DELETE"},
		{"remove WHEN", "RULE 'a' WHEN (DAYOFWEEK(CURRENT_DATE)=1) DELETE", ClauseWhen, "", "RULE 'a' DELETE"},
		{"the verb", "RULE 'a' SET POOL 'x' LIMIT(9)", ClauseVerb, "SET POOL 'y'", "RULE 'a' SET POOL 'y' LIMIT(9)"},
		{"in odd order", "RULE 'a' MIGRATE WHERE TRUE TO POOL 'y'", ClauseFrom, "FROM POOL 'x'", "RULE 'a' MIGRATE FROM POOL 'x' WHERE TRUE TO POOL 'y'"},
		{"with a macro", "define(m,TRUE)RULE 'a' DELETE WHERE m RULE 'b' EXCLUDE", ClauseWhere, "WHERE FALSE", "define(m,TRUE)RULE 'a' DELETE WHERE FALSE RULE 'b' EXCLUDE"},
		{"m4 quotes", "RULE 'a' DELETE WHERE REGEX(NAME,['[a]']) RULE 'b' EXCLUDE", ClauseWhere, "WHERE FALSE", "RULE 'a' DELETE WHERE FALSE RULE 'b' EXCLUDE"},
		{"list", "RULE 'a' LIST 'l' EXCLUDE WHERE TRUE", ClauseExclude, "", "RULE 'a' LIST 'l' WHERE TRUE"},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := load(t, c.rule)
			require.NoError(t, d.SetClause(d.Find("a"), c.clause, c.text))
			assert.Equal(t, c.want, d.Text())
		})
	}
}

func TestEditsThatAreRefused(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		edit func(d *Document) error
	}{
		"a clause that becomes two":     {sample, func(d *Document) error { return d.SetClause(6, ClauseTo, "TO POOL 'x' LIMIT(90)") }},
		"a clause that becomes a rule":  {sample, func(d *Document) error { return d.SetClause(4, ClauseWhere, "WHERE TRUE RULE 'x' DELETE") }},
		"a clause of another name":      {sample, func(d *Document) error { return d.SetClause(6, ClauseTo, "LIMIT(90)") }},
		"a clause that the rule cannot": {sample, func(d *Document) error { return d.SetClause(4, ClauseTo, "TO POOL 'x'") }},
		"an open comment":               {sample, func(d *Document) error { return d.SetClause(4, ClauseWhere, "WHERE TRUE /* x") }},
		"an open quote":                 {sample, func(d *Document) error { return d.SetClause(4, ClauseWhere, "WHERE [TRUE") }},
		"a macro that others use":       {sample, func(d *Document) error { return d.SetClause(4, ClauseWhere, "WHERE TRUE define([is_old],[FALSE])") }},
		"dnl":                           {sample, func(d *Document) error { return d.SetClause(4, ClauseWhere, "WHERE TRUE dnl") }},
		"another verb":                  {sample, func(d *Document) error { return d.SetClause(4, ClauseVerb, "DELETE") }},
		"two rules for one":             {sample, func(d *Document) error { return d.Replace(4, "RULE 'a' DELETE RULE 'b' DELETE") }},
		"no rule":                       {sample, func(d *Document) error { return d.Replace(4, "nothing") }},
		"a comment with an end":         {sample, func(d *Document) error { return d.Replace(0, "/* x */ RULE 'x' DELETE /* */") }},
		"insert what changes the rest":  {sample, func(d *Document) error { return d.Insert(0, "define([RULE],[])") }},
		"remove the last":               {"RULE 'a' DELETE", func(d *Document) error { return d.Disable(0) }},
		"enable what is no rule":        {sample, func(d *Document) error { return d.Enable(8) }},
		"no such item":                  {sample, func(d *Document) error { return d.Remove(99) }},
		"clauses of a macro":            {"define(m,[FROM POOL 'x' WHERE])RULE 'a' DELETE m TRUE", func(d *Document) error { return d.SetClause(d.Find("a"), ClauseWhere, "") }},
		"a zero byte":                   {sample, func(d *Document) error { return d.Rename(4, "a\x00b") }},
	} {
		t.Run(name, func(t *testing.T) {
			d := load(t, c.text)
			before := kinds(d)
			err := c.edit(d)
			var edit *EditError
			require.ErrorAs(t, err, &edit)
			assert.Equal(t, c.text, d.Text(), "a refused edit changes nothing")
			assert.Equal(t, before, kinds(d))
		})
	}
}

func TestInsertRemoveMove(t *testing.T) {
	d := load(t, sample)
	require.NoError(t, d.Insert(d.Find("keep"), "RULE 'first' EXCLUDE WHERE NAME = 'x'"))
	assert.Equal(t, []string{"", "first", "keep", "tier", "default"}, names(d))
	assert.Contains(t, d.Text(), "\n\nRULE 'first' EXCLUDE WHERE NAME = 'x'\n/* never touch these */\nRULE 'keep'", "a comment stays with its rule")
	require.NoError(t, d.Remove(d.Find("first")))
	assert.Equal(t, sample, d.Text())

	require.NoError(t, d.Insert(len(d.Items()), "RULE 'last' SET POOL 'x'"))
	assert.Equal(t, sample+"\nRULE 'last' SET POOL 'x'\n", d.Text())

	d = load(t, sample)
	require.NoError(t, d.Move(d.Find("tier"), d.Find("keep")))
	assert.Equal(t, []string{"", "tier", "keep", "default"}, names(d))
	require.NoError(t, d.Move(d.Find("tier"), len(d.Items())))
	assert.Equal(t, []string{"", "keep", "default", "tier"}, names(d))

	require.NoError(t, d.Enable(d.Find("purge")))
	assert.Equal(t, []string{"", "keep", "purge", "default", "tier"}, names(d))
	require.NoError(t, d.Replace(d.Find("purge"), "RULE 'purge2' DELETE WHERE NAME LIKE '%.tmp2'"))
	assert.Equal(t, []string{"", "keep", "purge2", "default", "tier"}, names(d))
	require.NoError(t, d.Replace(1, "define(is_old, (DAYS(CURRENT_TIMESTAMP) - DAYS(ACCESS_TIME) > 60))"))
	assert.Contains(t, d.Rules()[4].String(), "> 60")
}

// Disabling a rule that holds comments and */ in a string loses nothing.
func TestDisableRoundTrip(t *testing.T) {
	for _, rule := range []string{
		"RULE 'a' DELETE /* c */ WHERE NAME = 'x' /* d */ AND TRUE",
		"RULE '*/_*' DELETE WHERE NAME = '*\\/ *\\\\/'",
		"RULE 'a' DELETE\n  WHERE TRUE\n  AND NAME LIKE '[/*]'",
	} {
		text := "RULE 'x' EXCLUDE\n" + rule + " /* tail */\n"
		d := load(t, text)
		require.NoError(t, d.Disable(1))
		require.Len(t, d.Rules(), 1)
		require.Equal(t, DisabledItem, d.Items()[1].Kind, d.Text())
		require.NoError(t, d.Enable(1))
		assert.Equal(t, text, d.Text())
	}
}

func FuzzDocument(f *testing.F) {
	f.Add(sample, "x", 4)
	f.Add("RULE 'a' DELETE /* RULE 'b' DELETE */", "it's [", 0)
	f.Add("define(a,b)RULE 'a' DELETE WHERE [a] /* x */ RULE 'b' EXCLUDE", "*/ RULE 'c' DELETE", 1)
	// An m4 comment that begins inside a string: quotes of m4 mean nothing in it.
	f.Add("RULE'TE /*R0'DELETE /*RUX0*/", "0]N.dN", 76)
	f.Fuzz(func(t *testing.T, text, value string, item int) {
		if len(text) > 2048 || len(value) > 256 {
			return
		}
		d, err := Load(Source{Name: "x", Text: text}, Options{})
		if err != nil || len(d.Items()) == 0 {
			return
		}
		if item %= len(d.Items()); item < 0 {
			item = -item
		}
		rules := len(d.Rules())
		before := d.Text()
		if d.Rename(item, value) == nil {
			if n := d.Rules()[d.ruleIndex(item)].Name.Text(); n != value || len(d.Rules()) != rules {
				t.Fatalf("renamed to %q, got %q in %q", value, n, d.Text())
			}
		}
		if d.SetClause(item, ClauseWhere, "WHERE NAME = "+Quote(value, d.Macros())) == nil {
			eq, ok := d.Rules()[d.ruleIndex(item)].Where.(*Binary)
			if !ok || eq.Y.(*StringLit).Value != value || len(d.Rules()) != rules {
				t.Fatalf("WHERE NAME = %q became %q", value, d.Text())
			}
		}
		d, _ = Load(Source{Name: "x", Text: before}, Options{})
		if d.Disable(item) == nil && d.Items()[item].Kind == DisabledItem && d.Enable(item) == nil && d.Text() != before {
			t.Fatalf("%q disabled and enabled is %q", before, d.Text())
		}
	})
}

func TestFormatIndentsWhatGoesOn(t *testing.T) {
	in := "rule 'a' delete\nwhere\nNAME LIKE '%.x' and\n   (USER_ID = 1 or\n\n\tUSER_ID = 2)\nrule 'b' delete where NAME = 'two\nlines'\nrule 'c' delete where /* over\nlines */ USER_ID = 3 or\nUSER_ID = 4\n"
	want := "RULE 'a' DELETE\n  WHERE\n    NAME LIKE '%.x' AND\n       (USER_ID = 1 OR\n\n    \tUSER_ID = 2)\nRULE 'b' DELETE\n  WHERE NAME = 'two\nlines'\nRULE 'c' DELETE\n  WHERE /* over\nlines */ USER_ID = 3 OR\nUSER_ID = 4\n"
	got, err := Format(Source{Text: in}, Options{})
	require.NoError(t, err)
	assert.Equal(t, want, got)
	again, err := Format(Source{Text: got}, Options{})
	require.NoError(t, err)
	assert.Equal(t, got, again)
}
