package lang

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func mustParse(t *testing.T, text string) *Policy {
	t.Helper()
	p := Parse(Source{Name: "p.pol", Text: text}, Options{})
	require.NoError(t, p.Err(), text)
	return p
}

// Every kind of rule with every clause, in an odd order and odd letters; printed in the documented order.
func TestParseAndPrint(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"rule 'a' set pool 'x' where name like '%.a' for fileset('f','g') replicate(2) limit(90) action(setxattr('user.a','b'))",
			"RULE 'a' SET POOL 'x' LIMIT(90) REPLICATE(2) FOR FILESET('f','g') ACTION(SETXATTR('user.a','b')) WHERE NAME LIKE '%.a'"},
		{"RULE SET SNAP_POOL snaps", "RULE SET SNAP_POOL 'snaps'"},
		{"RULE 'g' GROUP POOL 'gp' IS 'ssd' LIMIT(90) THEN fast LIMIT(85) THEN 'sata'",
			"RULE 'g' GROUP POOL 'gp' IS 'ssd' LIMIT(90) THEN 'fast' LIMIT(85) THEN 'sata'"},
		{"RULE 'm' WHEN (DAYOFWEEK(CURRENT_DATE) = 1) MIGRATE WHERE TRUE SIZE(1) SHOW('x=' VARCHAR(INODE)) FOR FILESET(f) REPLICATE(1) LIMIT(80) TO POOL 'b' WEIGHT(FILE_HEAT) THRESHOLD(90,80,70) FROM POOL('a') COMPRESS('lz4')",
			"RULE 'm' WHEN (DAYOFWEEK(CURRENT_DATE) = 1) MIGRATE COMPRESS('lz4') FROM POOL 'a' THRESHOLD(90,80,70) WEIGHT(FILE_HEAT) TO POOL 'b' LIMIT(80) REPLICATE(1) FOR FILESET('f') SHOW('x=' VARCHAR(INODE)) SIZE(1) WHERE TRUE"},
		{"RULE DELETE WHERE NAME='x' DIRECTORIES_PLUS FROM POOL x THRESHOLD(10) WEIGHT(1)", "RULE DELETE DIRECTORIES_PLUS FROM POOL 'x' THRESHOLD(10) WEIGHT(1) WHERE NAME = 'x'"},
		{"RULE 'e' EXCLUDE FROM POOL 'p' WHERE 1=1", "RULE 'e' EXCLUDE FROM POOL 'p' WHERE 1 = 1"},
		{"RULE'l'LIST'x'EXCLUDE DIRECTORIES_PLUS SHOW('a' || NAME)WEIGHT(0)", "RULE 'l' LIST 'x' EXCLUDE DIRECTORIES_PLUS WEIGHT(0) SHOW('a' || NAME)"},
		{"RULE 'r' RESTORE WHERE NAME LIKE 'x%' TO POOL 'data' LIMIT(90)", "RULE 'r' RESTORE TO POOL 'data' LIMIT(90) WHERE NAME LIKE 'x%'"},
		{"RULE 'xp' EXTERNAL POOL 'hsm' OPTS '-v' EXEC '/bin/x' SIZE 100 ESCAPE '%/'", "RULE 'xp' EXTERNAL POOL 'hsm' EXEC '/bin/x' OPTS '-v' ESCAPE '%/' SIZE 100"},
		{"RULE EXTERNAL LIST 'q' THRESHOLD 'FILESET_QUOTAS' SIZE(2*3)", "RULE EXTERNAL LIST 'q' THRESHOLD 'FILESET_QUOTAS' SIZE(2 * 3)"},
		{"RULE 'E' ENCRYPTION 'e1' IS ALGO 'AES:256:XTS:FEK:HMACSHA512' COMBINE 'XOR' WRAP 'AES:KWRAP' KEYS('a:b','c:d')",
			"RULE 'E' ENCRYPTION 'e1' IS ALGO 'AES:256:XTS:FEK:HMACSHA512' COMBINE 'XOR' WRAP 'AES:KWRAP' KEYS('a:b','c:d')"},
		{"RULE SET ENCRYPTION 'a', 'b' WHERE NAME LIKE '%'", "RULE SET ENCRYPTION 'a','b' WHERE NAME LIKE '%'"},
		{"RULE SET ENCRYPTION EXCLUDE FOR FILESET('f')", "RULE SET ENCRYPTION EXCLUDE FOR FILESET('f')"},
		{"RULE 'k' CHANGE ENCRYPTION KEYS FROM 'a:1' TO 'b:1' FROM POOL 'p' WHERE TRUE", "RULE 'k' CHANGE ENCRYPTION KEYS FROM 'a:1' TO 'b:1' FROM POOL 'p' WHERE TRUE"},
		{"RULE delete DELETE WHERE NAME = 'x'", "RULE 'delete' DELETE WHERE NAME = 'x'"},
		{"RULE 3month-old MIGRATE TO POOL pool_ZZ-1.a", "RULE '3month-old' MIGRATE TO POOL 'pool_ZZ-1.a'"},
		{"RULE 'it''s' DELETE WHERE NAME = '[[a]]' OR NAME = '[/*]'", "RULE 'it''s' DELETE WHERE NAME = '[[a]]' OR NAME = '[/*]'"},
		{"RULE 'x' DELETE WHERE NOT a AND (b OR NOT c) OR d IS NOT NULL AND e NOT LIKE 'x' ESCAPE '\\' AND f NOT BETWEEN 1 AND 2 AND g NOT IN (1,'a',NULL)",
			"RULE 'x' DELETE WHERE NOT a AND (b OR NOT c) OR d IS NOT NULL AND e NOT LIKE 'x' ESCAPE '\\' AND f NOT BETWEEN 1 AND 2 AND g NOT IN (1,'a',NULL)"},
		{"RULE 'x' DELETE WHERE 1+2*3-4/5%6**7 || 'a' <> - - -.5 AND x == 1 AND y != 2e-3",
			"RULE 'x' DELETE WHERE 1 + 2 * 3 - 4 / 5 % 6 ** 7 || 'a' <> - - -.5 AND x == 1 AND y != 2e-3"},
		{"RULE 'x' LIST 'l' WEIGHT(CASE WHEN a THEN 1 ELSE CASE b WHEN 1 THEN 2 END END)", "RULE 'x' LIST 'l' WEIGHT(CASE WHEN a THEN 1 ELSE CASE b WHEN 1 THEN 2 END END)"},
		{"RULE 'x' DELETE WHERE CURRENT_TIMESTAMP - access_time > INTERVAL '7' DAYS AND ((change_time - timestamp(0)) seconds(12,6)) > 1",
			"RULE 'x' DELETE WHERE CURRENT_TIMESTAMP - ACCESS_TIME > INTERVAL '7' DAYS AND ((CHANGE_TIME - TIMESTAMP(0)) SECONDS(12,6)) > 1"},
		{"; RULE 'x' DELETE; ;", "RULE 'x' DELETE"},
	} {
		p := mustParse(t, c.in)
		require.Len(t, p.Rules, 1, c.in)
		assert.Equal(t, c.want, p.Rules[0].String())
		again := mustParse(t, c.want)
		assert.Empty(t, cmp.Diff(p.Rules, again.Rules, sameTree), c.in)
	}
}

// Trees that no text gave are printed with the parentheses they need.
func TestPrintParenthesises(t *testing.T) {
	attr := func(s string) Expr { return &Attr{Name: s} }
	or := &Binary{Op: "OR", X: attr("a"), Y: attr("b")}
	for want, e := range map[string]Expr{
		"(a OR b) AND c":              &Binary{Op: "AND", X: or, Y: attr("c")},
		"NOT (a OR b)":                &Unary{Op: "NOT", X: or},
		"x - (y - z)":                 &Binary{Op: "-", X: attr("x"), Y: &Binary{Op: "-", X: attr("y"), Y: attr("z")}},
		"-(x + y)":                    &Unary{Op: "-", X: &Binary{Op: "+", X: attr("x"), Y: attr("y")}},
		"(a OR b) IS NULL":            &IsNull{X: or},
		"(x = y) || z":                &Binary{Op: "||", X: &Binary{Op: "=", X: attr("x"), Y: attr("y")}, Y: attr("z")},
		"(NOT a) = b":                 &Binary{Op: "=", X: &Unary{Op: "NOT", X: attr("a")}, Y: attr("b")},
		"(x - y) DAYS":                &Qualified{X: &Binary{Op: "-", X: attr("x"), Y: attr("y")}, Unit: "DAYS"},
		"x LIKE (a OR b) ESCAPE '!'":  &Like{X: attr("x"), Pattern: or, Escape: &StringLit{Value: "!"}},
		"x BETWEEN (a OR b) AND c":    &Between{X: attr("x"), Low: or, High: attr("c")},
		"x IN (a OR b)":               &In{X: attr("x"), List: []Expr{or}},
		"CASE WHEN a OR b THEN x END": &Case{Whens: []When{{or, attr("x")}}},
	} {
		assert.Equal(t, want, ExprString(e))
		again := mustParse(t, "RULE DELETE WHERE "+want).Rules[0].Where
		assert.Equal(t, want, ExprString(again))
	}
	show := &Rule{Kind: List, Object: &Name{Value: "l"}, Show: &Show{Prefix: &Name{Value: "x"}, Expr: &Unary{Op: "-", X: attr("a")}}}
	assert.Equal(t, "RULE LIST 'l' SHOW('x' (-a))", show.String())
}

func TestSyntaxErrors(t *testing.T) {
	for _, c := range []struct{ text, code, place, message, hint string }{
		{"RULE 'a' DELETE WHERE", CodeSyntax, "p.pol:1:22", "an expression is expected", "ends in the middle"},
		{"RULE 'a' DELETE\nWHERE NAME LIKE 'x' 'y'", CodeSyntax, "p.pol:2:21", "a clause or the next RULE is expected", ""},
		{"RULE 'a' DELTE WHERE TRUE", CodeSyntax, "p.pol:1:10", "what the rule does", "did you mean DELETE?"},
		{"RULE 'a' MIGRATE FORM POOL 'x'", CodeSyntax, "p.pol:1:18", "a clause or the next RULE", "did you mean FROM?"},
		{"RULE 'a' DELETE FROM POOL 'x' FROM POOL 'y'", CodeDuplicate, "p.pol:1:31", "Keyword 'FROM' begins a second FROM POOL clause - only one is allowed.", ""},
		{"RULE 'a' DELETE TO POOL 'x'", CodeClause, "p.pol:1:17", "has no TO POOL clause", "it can have"},
		{"RULE 'a' DELETE WHERE NAME = 'x", CodeSyntax, "p.pol:1:30", "a string is not closed", "doubled"},
		{"RULE 'a' DELETE WHERE NAME = \"x\"", CodeBadCharacter, "p.pol:1:30", "double quote", "single quotes"},
		{"/* x", CodeMacro, "p.pol:1:1", "a comment is not closed", ""},
		{"RULE 'a' DELETE WHERE NAME LIKE '/fs/*'", CodeMacro, "p.pol:1:37", "a comment is not closed", "even inside a string"},
		{"RULE 'a' DELETE WHERE NAME IN ('a' 'b')", CodeSyntax, "p.pol:1:36", "“)” is expected", ""},
		{"RULE 'a' DELETE WHERE (NAME = 'x'", CodeSyntax, "p.pol:1:34", "“)” is expected", ""},
		{"RULES 'a' DELETE", CodeSyntax, "p.pol:1:1", "a rule is expected", "did you mean RULE?"},
		{"RULE 'a' SET PULL 'x'", CodeSyntax, "p.pol:1:14", "POOL, SNAP_POOL or ENCRYPTION", ""},
		{"RULE 'a' MIGRATE TO POOL", CodeSyntax, "p.pol:1:25", "the name of a pool", "single quotes"},
		{"RULE 'a' DELETE WHERE {x}", CodeBadCharacter, "p.pol:1:23", "not part of the language", "template"},
		{"RULE 'a' DELETE WHERE CASE END", CodeSyntax, "p.pol:1:28", "an expression", ""},
		{"RULE 'a' DELETE WHERE INTERVAL '1' WEEKS > 3", CodeSyntax, "p.pol:1:36", "SECONDS, MINUTES, HOURS or DAYS", ""},
		{"define(bad,NAME LIKE)\nRULE 'a' DELETE WHERE bad", CodeSyntax, "p.pol:1:20", "an expression is expected", ""},
		{"define(bad,(NAME LIKE LIKE 'x'))\nRULE 'a' DELETE WHERE bad", CodeSyntax, "p.pol:1:23", "an expression is expected", ""},
	} {
		t.Run(c.text, func(t *testing.T) {
			p := Parse(Source{Name: "p.pol", Text: c.text}, Options{})
			err := p.Err()
			require.Error(t, err)
			var se *SyntaxError
			require.ErrorAs(t, err, &se)
			f := se.Findings[0]
			assert.Equal(t, c.code, f.Code)
			assert.Equal(t, c.place, f.Place.String())
			assert.Contains(t, f.Message, c.message)
			assert.Contains(t, f.Hint, c.hint)
		})
	}
}

func TestParserGoesOnAfterAnError(t *testing.T) {
	p := Parse(Source{Name: "p.pol", Text: "RULE 'a' DELTE\nRULE 'b' DELETE WHERE NAME = 'x'\nRULE 'c' MIGRATE TO\nRULE 'd' DELETE"}, Options{})
	require.Error(t, p.Err())
	require.Len(t, p.Findings, 2)
	assert.Equal(t, 1, p.Findings[0].Place.Line)
	assert.Equal(t, 4, p.Findings[1].Place.Line, "POOL is missed where the next rule begins")
	require.Len(t, p.Rules, 2)
	assert.Equal(t, "b", p.Rules[0].Name.Value)
}

func TestRenderPointsAtBothPlaces(t *testing.T) {
	text := "define(is_old,\n\t(DAYS(CURRENT_TIMESTAMP) – DAYS(ACCESS_TIME) > 30))\nRULE 'a' DELETE WHERE is_old\n"
	p := Parse(Source{Name: "p.pol", Text: text}, Options{})
	require.Len(t, p.Findings, 1)
	want := strings.Join([]string{
		`p.pol:2:27: not a policy: an en dash (U+2013) stands where ASCII "-" belongs`,
		"    \t(DAYS(CURRENT_TIMESTAMP) – DAYS(ACCESS_TIME) > 30))",
		"    \t                         ^",
		"    in macro is_old, used at p.pol:3:23",
		"    hint: text copied from a manual or a mail; type it again on the keyboard",
		"",
	}, "\n")
	assert.Equal(t, want, p.Findings[0].Render())
}

func TestGarbageIsToldShortly(t *testing.T) {
	p := Parse(Source{Name: "x", Text: "RULE 'a' DELETE " + strings.Repeat("\xc6", 5000) + strings.Repeat(" $", 5000)}, Options{})
	assert.LessOrEqual(t, len(p.Findings), maxFindings)
	for _, f := range p.Findings {
		assert.Less(t, len(f.Render()), 1500)
		assert.Contains(t, f.Render(), "^")
	}
}

func TestDeepNestingIsRefused(t *testing.T) {
	for _, text := range []string{
		"RULE DELETE WHERE " + strings.Repeat("(", 10000),
		"RULE DELETE WHERE " + strings.Repeat("NOT ", 10000),
		"RULE DELETE WHERE " + strings.Repeat("- ", 10000),
		"RULE DELETE WHERE " + strings.Repeat("CASE WHEN ", 10000),
		"RULE DELETE FROM POOL " + strings.Repeat("(", 100000),
	} {
		require.Error(t, Parse(Source{Text: text}, Options{}).Err())
	}
}

func FuzzParse(f *testing.F) {
	f.Add("RULE 'a' MIGRATE FROM POOL 'x' THRESHOLD(90,80) WEIGHT(-FILE_HEAT) TO POOL 'y' WHERE NAME LIKE '%x_' ESCAPE '\\' /* c */")
	f.Add("RULE EXTERNAL LIST a EXEC '' OPTS 'x' ESCAPE '%/' SIZE 10 RULE LIST a SHOW('x' || VARCHAR(INODE)) WHERE a NOT IN (1,2) OR b IS NOT NULL")
	f.Add("RULE 'g' GROUP POOL g IS a LIMIT(1) THEN b rule set encryption 'a','b' RULE ENCRYPTION e IS ALGO 'x' KEYS('a')")
	f.Add("RULE 3month-old DELETE WHERE (a - b) SECONDS(12,6) > INTERVAL '1' DAYS AND CASE WHEN x THEN 1 ELSE 2 END ** 2 = .5e3")
	f.Add("RULE ‘a’ DELETE WHERE x – y # z\nRULE … `a` ’")
	f.Add("define(x,[NAME LIKE '$1'])RULE WHEN (x(a)) DELETE WHERE [[x]]")
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 4096 {
			return
		}
		p := Parse(Source{Name: "x", Text: text}, Options{})
		for _, x := range CheckPolicy(p, CheckOptions{Pools: []string{"a"}, Filesets: []string{"b"}}) {
			x.Render()
		}
		if p.Err() != nil {
			return
		}
		for _, r := range p.Rules {
			printed := r.String()
			again := Parse(Source{Text: printed}, Options{})
			if err := again.Err(); err != nil {
				t.Fatalf("%q: printed %q: %v", text, printed, err)
			}
			if len(again.Rules) != 1 || again.Rules[0].String() != printed {
				t.Fatalf("%q: printed %q, read again as %v", text, printed, again.Rules)
			}
			if d := cmp.Diff(r, again.Rules[0], sameTree); d != "" {
				t.Fatalf("%q: printed %q: %s", text, printed, d)
			}
		}
		if out, err := Format(Source{Text: text}, Options{}); err == nil {
			if q := Parse(Source{Text: out}, Options{}); len(q.Rules) != len(p.Rules) || q.Err() != nil {
				t.Fatalf("%q formatted as %q", text, out)
			}
		}
	})
}

func FuzzLexer(f *testing.F) {
	f.Add("RULE 'a''b' 1.5e-3 .5 <> || ** /* c */ ‘x’ – \u00a0 \xff")
	f.Add("'unclosed")
	f.Add("/* unclosed")
	f.Fuzz(func(t *testing.T, text string) {
		end := 0
		for _, tok := range scan(text, func(s Span, _ Severity, _, _, _ string) {
			if s.Start < 0 || s.End > len(text) || s.Start > s.End {
				t.Fatalf("%q: finding at %v", text, s)
			}
		}) {
			if tok.span.Start < end || tok.span.End > len(text) || tok.span.End <= tok.span.Start && tok.kind != tokEOF {
				t.Fatalf("%q: token %v", text, tok)
			}
			end = tok.span.End
		}
	})
}

func TestParseExpr(t *testing.T) {
	x, err := ParseExpr(Source{Name: "where", Text: "is_old and name like '%.tmp' or f(1,'x') > 2"}, Options{})
	require.NoError(t, err)
	assert.Equal(t, "is_old AND NAME LIKE '%.tmp' OR f(1,'x') > 2", ExprString(x))
	for _, text := range []string{"", "a b", "a RULE 'x' DELETE", "'", "/* x", "a)", "a WHERE b"} {
		_, err := ParseExpr(Source{Name: "where", Text: text}, Options{})
		var se *SyntaxError
		assert.ErrorAs(t, err, &se, text)
	}
}
