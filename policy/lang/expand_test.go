package lang

import (
	"bytes"
	"errors"
	"math/rand"
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var m4Cases = []struct{ name, in, want string }{
	{"plain", "RULE 'a' DELETE WHERE NAME LIKE '%.tmp'\n", "RULE 'a' DELETE WHERE NAME LIKE '%.tmp'\n"},
	{"define", "define(age,(DAYS(X)))age > 3", "(DAYS(X)) > 3"},
	{"blanks before arguments go, those behind stay", "define( a ,  b )[a]a/a /", "aa/a /"},
	{"arguments", "define(f,[$1-$2-[$0]-$#])f(x, y )", "x-y -f-2"},
	{"missing and further arguments", "define(f,<$1|$2|$3>)f(x) f() f f(1,2,3,4)", "<x||> <||> <||> <1|2|3>"},
	{"all arguments", "define(f,[$*])define(g,[$@])define(x,Y)f(x,[x],3) g(x,[x])", "Y,Y,3 Y,x"},
	{"ten arguments", "define(f,[$11])f(1,2,3,4,5,6,7,8,9,10,eleven)", "eleven"},
	{"inside strings", "define(POOL,p1@l1)OPTS 'POOL'", "OPTS 'p1@l1'"},
	{"word boundaries", "define(MB,x)MB_A AMB MB1 MB.1 1MB", "MB_A AMB MB1 x.1 1x"},
	{"capitals count", "define(age,x)AGE Age age", "AGE Age x"},
	{"quotes", "define(a,b)[a] [[a]] '[^[a-z]]' ['^[a-z]*$']", "a [a] '^[a-z]' '^[a-z]*$'"},
	{"comments", "define(a,b)/* a [ , ) */a/* it's */", "/* a [ , ) */b/* it's */"},
	{"comment in body", "define(f,(1 /* one, ( */ + 2))f", "(1 /* one, ( */ + 2)"},
	{"a hash is no comment", "define(a,b)# a", "# b"},
	{"parentheses protect commas", "define(l,('a','b'))x IN l", "x IN ('a','b')"},
	{"redefined", "define(a,1)a define([a],2)a", "1 2"},
	{"undefine", "define(a,1)undefine([a])a", "a"},
	{"pushdef", "define(a,1)pushdef([a],2)a popdef([a])a popdef([a])a", "2 1 a"},
	{"defn", "define(a,[x y])define(b,defn([a]))b", "x y"},
	{"ifdef", "define(a,1)ifdef([a],yes,no) ifdef([b],yes,no) ifdef([b],yes)", "yes no "},
	{"ifelse", "ifelse(a,a,same,other) ifelse(a,b,same,other) ifelse(a,b,1,c,c,2,3) ifelse(a,b,1,c,d,2,3) ifelse(a,b,1)", "same other 2 3 "},
	{"eval", "eval(1+2*3) eval((1+2)*3) eval(-7/2) eval(2**3**2) eval(1<2&&3>=3) eval(7%4) eval(0x1f) eval(!0) eval(10,16) eval(5,2,8)", "7 9 -3 512 1 3 31 1 a 00000101"},
	{"incr", "incr(4)decr(-1)", "5-2"},
	{"len", "len() len(abc) len([a,b])", "0 3 3"},
	{"index", "index(abcabc,c) index(abc,x)", "2 -1"},
	{"substr", "substr(abcdef,2) substr(abcdef,2,3) substr(abc,5)", "cdef cde "},
	{"translit", "translit(hello,a-z,A-Z) translit(hello,l) translit(abc,abc,xy)", "HELLO heo xy"},
	{"shift", "define(f,[<$*>])f(shift(1,2,3))", "<2,3>"},
	{"dnl", "a dnl b\nc", "a c"},
	{"changequote", "define(a,b)changequote({,}){a} [a] changequote([,])[a]", "a [b] a"},
	{"long quotes", "define(a,b)changequote({;,:}){;a[:}changequote([,])a", "a[b"},
	{"divert", "a divert(-1)define(x,1)lost divert(0)x divert(1)late divert b", "a 1  blate "},
	{"rescanned with what follows", "define(a,b)define(bc,HIT)a[]c a()c", "bc HIT"},
	{"call completed by what follows", "define(g,<$1>)define(f,[g])f(x) define(h,[[g]])h[](x) define(k,[g(])k y)", "<> g(x) <y>"},
	{"a macro in an argument", "define(x,1)define(f,$1+$1)f(x)", "1+1"},
	{"not expanded twice", "define(x,[y])define(y,z)[x] x", "x z"},
	{"builtins need parentheses", "define len eval substr index", "define len eval substr index"},
	{"empty body", "define(a)<a>", "<>"},
	{"recursion that ends", "define(rep,[ifelse($1,0,,$2 [rep(decr($1),[$2])])])rep(3,ab)", "ab ab ab "},
}

func TestExpand(t *testing.T) {
	for _, c := range m4Cases {
		t.Run(c.name, func(t *testing.T) {
			e := Expand(Source{Name: "x", Text: c.in}, Options{})
			for _, f := range e.Findings {
				assert.NotEqual(t, Fatal, f.Severity, f)
			}
			assert.Equal(t, c.want, e.Text)
		})
	}
}

// realM4 runs the m4 that is installed, with the quotes and comments of the policy engine.
func realM4(t *testing.T, text string) (string, error) {
	t.Helper()
	path, err := exec.LookPath("m4")
	if err != nil {
		t.Skip("m4 is not installed: there is no oracle to ask")
	}
	cmd := exec.Command(path, "-L", "2000")
	cmd.Stdin = strings.NewReader("changequote([,])changecom([/*],[*/])" + text)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil {
		return out.String(), err
	}
	if strings.Contains(errs.String(), "ERROR") {
		return out.String(), errors.New(errs.String())
	}
	return out.String(), nil
}

func TestExpandAgreesWithM4(t *testing.T) {
	for _, c := range m4Cases {
		want, err := realM4(t, c.in)
		require.NoError(t, err, c.name)
		assert.Equal(t, want, c.want, c.name)
	}
}

func TestRealPoliciesExpandAsM4Does(t *testing.T) {
	for _, p := range realPolicies(t) {
		if strings.Contains(p.text, "include(") {
			continue
		}
		want, err := realM4(t, p.text)
		require.NoError(t, err, p.name)
		assert.Equal(t, want, Expand(Source{Name: p.name, Text: p.text}, Options{}).Text, p.name)
	}
}

// Texts put together at random from the pieces that matter to m4 come out as m4 makes them.
func TestRandomTextsExpandAsM4Does(t *testing.T) {
	pieces := []string{"a", "b", "f", "(", ")", ",", " ", "\n", "[", "]", "[a]", "'", "/*", "*/", "/* a */", "define(a,b)", "define(f,[<$1,$2>])", "define([b],[f($1)])",
		"f(", "b(", "ifdef([a],", "ifelse(a,b,", "undefine([a])", "$1", "$", "#", "x1", "9", "dnl ", "len(", "shift(", "pushdef([f],x)", "incr(3)", "divert(1)", "divert(0)", "defn([a])"}
	rnd := rand.New(rand.NewSource(1))
	agreed := 0
	for range 400 {
		var b strings.Builder
		for range 1 + rnd.Intn(14) {
			b.WriteString(pieces[rnd.Intn(len(pieces))])
		}
		text := b.String()
		e := Expand(Source{Name: "x", Text: text}, Options{})
		fatal, endless := false, false
		for _, f := range e.Findings {
			fatal = fatal || f.Severity == Fatal
			endless = endless || strings.Contains(f.Message, "without end")
		}
		if endless {
			// m4 would not stop.
			continue
		}
		want, err := realM4(t, text)
		if err != nil || fatal {
			// m4 stops in the middle of a file that does not end properly, and so do we.
			if !strings.Contains(text, "incr") {
				assert.Equal(t, err != nil, fatal, "%q: m4 says %v, we say %v", text, err, e.Findings)
			}
			continue
		}
		agreed++
		assert.Equal(t, want, e.Text, "%q", text)
	}
	assert.Greater(t, agreed, 100)
}

func TestExpandDefines(t *testing.T) {
	e := Expand(Source{Name: "x", Text: "OPTS 'EEPOOL' FSET"}, Options{Defines: []Define{{"EEPOOL", "pool1@lib1"}, {"FSET", "'a b'"}}})
	assert.Equal(t, "OPTS 'pool1@lib1' 'a b'", e.Text)
	assert.Equal(t, "-M EEPOOL", e.Place(strings.Index(e.Text, "lib1")).File)
}

func TestExpandInclude(t *testing.T) {
	files := map[string]string{
		"/etc/common.inc": "define(old,(DAYS(CURRENT_TIMESTAMP) - DAYS(ACCESS_TIME) > 30))\n",
		"/etc/rule.inc":   "RULE 'inc' DELETE WHERE old\n  AND FILENAME = 'x'\n",
		"/etc/loop.inc":   "include(/etc/loop.inc)",
	}
	opts := Options{Include: func(path string) (string, error) {
		if s, ok := files[path]; ok {
			return s, nil
		}
		return "", errors.New("no such file")
	}}
	p := Parse(Source{Name: "main", Text: "include(/etc/common.inc)include(/etc/rule.inc)"}, opts)
	require.NoError(t, p.Err())
	require.Len(t, p.Rules, 1)
	at := p.Expansion.Place(strings.Index(p.Expansion.Text, "FILENAME"))
	assert.Equal(t, Place{File: "/etc/rule.inc", Line: 2, Col: 7, Offset: 34}, at)

	e := Expand(Source{Name: "main", Text: "include(/etc/nothing)sinclude(/etc/nothing)"}, opts)
	require.Len(t, e.Findings, 1)
	assert.Equal(t, Error, e.Findings[0].Severity)

	e = Expand(Source{Name: "main", Text: "include(/etc/loop.inc)"}, opts)
	require.NotEmpty(t, e.Findings)
	assert.Equal(t, Fatal, e.Findings[0].Severity)
}

func TestExpandPlaces(t *testing.T) {
	text := "define(inner,x + nosuch)\ndefine(outer,(inner))\nRULE 'a' DELETE WHERE outer > 3\n"
	e := Expand(Source{Name: "p.pol", Text: text}, Options{})
	off := strings.Index(e.Text, "nosuch")
	require.Positive(t, off)
	assert.Equal(t, Place{File: "p.pol", Line: 1, Col: 18, Offset: 17}, e.Place(off))
	calls := e.Calls(off)
	require.Len(t, calls, 2)
	assert.Equal(t, "inner", calls[0].Macro)
	assert.Equal(t, 2, calls[0].Place.Line)
	assert.Equal(t, "outer", calls[1].Macro)
	assert.Equal(t, "p.pol:3:23", calls[1].Place.String())
}

func TestExpandStops(t *testing.T) {
	for name, text := range map[string]string{
		"calls itself":         "define(a,a)a",
		"grows":                "define(a,[$1$1])a(a(a(a(a(a(a(a(a(a(a(a(a(a(a(a(a(a(a(a(a(a(a(a(a(a(a(a(xxxxxxxxxx))))))))))))))))))))))))))))",
		"grows by itself":      "define(a,[a a])a",
		"nested":               strings.Repeat("len(", 5000),
		"comment not closed":   "RULE /* x",
		"quote not closed":     "RULE [ x",
		"arguments not closed": "define(a,(x)",
	} {
		t.Run(name, func(t *testing.T) {
			e := Expand(Source{Name: "x", Text: text}, Options{})
			require.NotEmpty(t, e.Findings)
			assert.Equal(t, Fatal, e.Findings[len(e.Findings)-1].Severity)
		})
	}
}

func TestExpandRunsNoCommands(t *testing.T) {
	e := Expand(Source{Name: "x", Text: "syscmd(touch /tmp/x)esyscmd(id)"}, Options{})
	assert.Empty(t, e.Text)
	require.Len(t, e.Findings, 2)
	assert.Contains(t, e.Findings[0].Message, "runs a command")
}

func FuzzExpand(f *testing.F) {
	for _, c := range m4Cases {
		f.Add(c.in)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 4096 {
			return
		}
		e := Expand(Source{Name: "x", Text: text}, Options{Defines: []Define{{"M", text}}})
		for off := 0; off <= len(e.Text); off += 1 + len(e.Text)/50 {
			p := e.Place(off)
			if p.Line < 1 || p.Col < 1 {
				t.Fatalf("%d: %v", off, p)
			}
			e.Calls(off)
		}
		for _, a := range e.atoms {
			if a.span.Start < 0 || a.span.End > len(text) || a.span.Start > a.span.End {
				t.Fatalf("%q: atom %v", text, a)
			}
		}
	})
}
