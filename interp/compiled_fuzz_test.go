package interp

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// writer makes bodies of loops by chance.
type writer struct {
	*rand.Rand
	depth int
}

func (w *writer) pick(of ...string) string { return of[w.IntN(len(of))] }

// number is an expression of type int64.
func (w *writer) number() string {
	if w.depth++; w.depth > 4 {
		w.depth--
		return w.pick("f.Size", "n", "7", "f.UserID")
	}
	defer func() { w.depth-- }()
	switch w.IntN(12) {
	case 0:
		return "f.Size"
	case 1:
		return w.pick("f.UserID", "f.KBAllocated", "f.Inode", "u.A")
	case 2:
		return w.pick("n", "k", "int64(b)", "int64(c)", "int64(len(s))", "int64(len(m))")
	case 3:
		return w.pick("0", "1", "-3", "1000", "1<<40")
	case 4:
		return "m[" + w.number() + "%9]"
	case 5:
		return "t[" + w.text() + "].A"
	case 6:
		return "int64(" + w.pick("uint8", "int16", "uint32", "int8") + "(" + w.number() + "))"
	case 7:
		return w.pick("min", "max") + "(" + w.number() + ", " + w.number() + ")"
	case 8:
		return "int64(uint64(" + w.number() + ") " + w.pick("/", "%", ">>") + " " + w.pick("3", "5", "63") + ")"
	default:
		return "(" + w.number() + " " + w.pick("+", "-", "*", "&", "|", "^", "&^", "/", "%") + " " + w.number() + ")"
	}
}

// text is an expression of type string.
func (w *writer) text() string {
	if w.depth++; w.depth > 4 {
		w.depth--
		return w.pick("f.Pool", "\"x\"")
	}
	defer func() { w.depth-- }()
	switch w.IntN(7) {
	case 0:
		return w.pick("f.Pool", "f.Name", "path.Ext(f.Name)", "u.S", "s2")
	case 1:
		return w.pick("s", "\"a\"", "\"\"")
	case 2:
		return "strings." + w.pick("ToUpper", "TrimSpace") + "(" + w.text() + ")"
	case 3:
		return "fmt.Sprint(" + w.number() + " % 5)"
	case 4:
		return "(" + w.text() + " + " + w.pick("\"-\"", "f.Pool[:1]") + ")"
	case 5:
		return "t[" + w.text() + "].S"
	}
	return w.pick("f.Pool", "f.Modify.Format(\"Jan\")")
}

func (w *writer) condition() string {
	switch w.IntN(7) {
	case 0:
		return w.text() + " " + w.pick("==", "!=", "<", ">=") + " " + w.text()
	case 1:
		return "!(" + w.number() + " > " + w.number() + ")"
	case 2:
		return "(" + w.number() + " < " + w.number() + ") " + w.pick("&&", "||") + " int16(b) > c"
	case 3:
		return "f.Modify.Before(day)"
	}
	return w.number() + " " + w.pick("==", "!=", "<", "<=", ">", ">=") + " " + w.number()
}

func (w *writer) statements(n int) string {
	var b strings.Builder
	for range 1 + w.IntN(n) {
		b.WriteString(w.statement() + "\n")
	}
	return b.String()
}

func (w *writer) statement() string {
	if w.depth++; w.depth > 3 {
		w.depth--
		return "n++"
	}
	defer func() { w.depth-- }()
	op := w.pick("+=", "-=", "*=", "^=", "|=", "=")
	switch w.IntN(21) {
	case 0:
		return w.pick("n", "k", "u.A") + " " + op + " " + w.number()
	case 1:
		return "m[" + w.number() + "%7] " + w.pick("+=", "-=", "=", "/=", "%=") + " " + w.number()
	case 2:
		return "t[" + w.text() + "] = U{" + w.number() + ", " + w.text() + "}"
	case 3:
		return "if " + w.condition() + " {\n" + w.statements(3) + "} else {\n" + w.statements(2) + "}"
	case 4:
		return "if v, ok := m[" + w.number() + "%7]; ok && v " + w.pick("<", "!=") + " " + w.number() + " {\n" + w.statements(2) + "}"
	case 5:
		return "if len(s) < 40 { s += " + w.text() + " }"
	case 6:
		return w.pick("b", "c") + w.pick("++", "--")
	case 7:
		return "switch {\ncase " + w.condition() + ":\n" + w.statements(2) + "case " + w.condition() + ":\n" + w.statements(2) + "default:\n" + w.statements(1) + "}"
	case 8:
		return "delete(m, " + w.number() + "%7)"
	case 9:
		return "u = U{A: " + w.number() + "}"
	case 10:
		return "n, k = k, " + w.number()
	case 11:
		return "c " + w.pick("+=", "-=", "^=") + " int16(" + w.number() + ")"
	case 12:
		return "if len(l) < 20 { l = append(l, " + w.text() + ") }"
	case 13:
		return "if " + w.condition() + " { " + w.pick("continue", "break") + " }"
	case 14:
		return "for i := int64(0); i < " + w.pick("3", "f.UserID%4") + "; i++ {\nk += i\n" + w.statements(2) + "}"
	case 15:
		return "for i, p := range strings.Split(f.Path, \"/\") {\nk += int64(i)\ns2 = p\n" + w.statements(2) + "}"
	case 16:
		return "h[uint64(" + w.number() + ")%4] " + op + " " + w.number()
	case 17:
		return "for i, v := range h {\nh[3-i] " + w.pick("=", "+=") + " v\n" + w.statements(2) + "}"
	case 18:
		return "n += g(" + w.number() + ", " + w.text() + ")"
	case 19:
		return "for key, v := range m {\nk ^= key + v\n}" // in any order
	}
	return "{\nx := " + w.number() + "\nm[x%3] ^= x\n}"
}

func compareLoop(t *testing.T, list string, seed uint64) {
	w := &writer{Rand: rand.New(rand.NewPCG(seed, 1))}
	text := fmt.Sprintf(`type U struct { A int64; S string }
files := filelist.Lists(%q).Show("size/kb/userid/poolname/modify").Escaped(EscapePercent)
func() {
	var n, k int64 = 1, 2
	var b uint8; var c int16; var s, s2 string; var u U; var l []string; var h [4]int64
	m, t := map[int64]int64{}, map[string]U{}
	day := time.Date(2026, 5, 5, 0, 0, 0, 0, time.UTC)
	defer func() { print(n, k, b, c, s, s2, h, u.A, u.S, l, day.Year()); print(m); for key, v := range t { print(key, v.A, v.S) } }()
	for f := range files {
		n++
%s	}
}()
func g(n int64, s string) int64 {
	for i, r := range s {
		if i > 5 { break }
		n = n*31 + int64(r)
	}
	if n < 0 { return -n/2 }
	return n
}
`, list, w.statements(6))
	probe, err := New(Options{})
	require.NoError(t, err)
	defer probe.Close()
	for _, d := range probe.Check([]Source{{Name: "loop.go", Text: text}}) {
		if d.Severity == Error {
			return // constants that overflow, divisions by a constant zero
		}
	}
	s, got := runLoops(t, false, text)
	_, want := runLoops(t, true, text)
	assert.Equal(t, want, got, text)
	assert.NotNil(t, s.sites.Loop(0), text)
}

func TestCompiledLoopsByChance(t *testing.T) {
	list := oddList(t, 300)
	for seed := range uint64(60) {
		compareLoop(t, list, seed)
	}
}

func FuzzCompiledLoop(f *testing.F) {
	for seed := range uint64(8) {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, seed uint64) { compareLoop(t, oddList(t, 100), seed) })
}
