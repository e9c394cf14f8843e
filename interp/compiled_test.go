package interp

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// oddList writes a list of files with few owners, all sizes from nothing on, and names with and without an extension.
func oddList(t *testing.T, n int) string {
	t.Helper()
	var b bytes.Buffer
	exts := []string{".dat", "", ".TMP", ".h5", ".tar.gz"}
	pools := []string{"system", "data", "cold"}
	for i := range n {
		size := (i*i*7919 + i*31) % 100_003
		fmt.Fprintf(&b, "%d 65537 0  %d/%d/%d/%s/2026-%02d-%02d%%2012%%3A%02d%%3A%02d.000000 -- /gpfs/mmfs1/proj/p%03d/run%04d/output-%08d%s\n",
			100+i, size, size/1024+1, 1000+i%7, pools[i%3], 1+i%11, 1+i%27, i/60%60, i%60, i%20, i%300, i, exts[i%5])
	}
	path := filepath.Join(t.TempDir(), "list")
	require.NoError(t, os.WriteFile(path, b.Bytes(), 0o600))
	return path
}

// loops are bodies of loops over files: what stands before the loop, the body, and what is shown after it. Those that
// say so are for the interpreter.
var loops = []struct {
	name, before, body, after string
	interpreted               bool
}{
	{"counts", "n := 0", "n++", "n", false},
	{"no variable", "n := 0", "n += 2", "n", false},
	{"sums", "var n int64; m := 0.5", "n += f.Size; m *= 1.001; m -= float64(f.Size) / 1e6", "fmt.Sprint(n, m)", false},
	{"a map of numbers", "m := map[int64]int{}", "m[f.UserID]++", "m", false},
	{"a map that has some", "m := map[int64]int{1000: 5, 7: 7}", "m[f.UserID] += 2; delete(m, 7)", "m", false},
	{"a map of texts", "m := map[string]int64{}", "m[f.Pool] += f.Size", "m", false},
	{"a map of floats", "m := map[string]float64{}", "m[f.Pool] += float64(f.Size) / 3", "m", false},
	{"a map of structs", "type use struct { n int; b int64 }\nm := map[int64]use{}", "u := m[f.UserID]; u.n++; u.b += f.Size; m[f.UserID] = u", "for k, v := range m { print(k, v.n, v.b) }", false},
	{"a map of pointers", "type use struct { N int; B int64 }\nm := map[int64]*use{}", "u := m[f.UserID]\nif u == nil { u = &use{}; m[f.UserID] = u }\nu.N++; u.B += f.Size", "for k, v := range m { print(k, v.N, v.B) }", false},
	{"a map by structs", "type key struct { User int64; Pool string }\nm := map[key]int{}", "m[key{f.UserID, f.Pool}]++", "for k, n := range m { print(k.User, k.Pool, n) }", false},
	{"a map of maps", "m := map[string]map[int64]int{}", "if m[f.Pool] == nil { m[f.Pool] = map[int64]int{} }\nm[f.Pool][f.UserID]++", "for k, v := range m { for u, n := range v { print(k, u, n) } }", false},
	{"a set", "m := map[int64]bool{}", "m[f.UserID] = true", "m", false},
	{"a set of nothing", "m := map[int64]struct{}{}", "m[f.UserID] = struct{}{}", "len(m)", false},
	{"a map of slices", "m := map[int64][]string{}", "if len(m[f.UserID]) < 3 { m[f.UserID] = append(m[f.UserID], f.Name) }", "m", false},
	{"a struct with a list", "type use struct { Names []string; N int }\nm := map[int64]*use{}", "u := m[f.UserID]; if u == nil { u = &use{}; m[f.UserID] = u }; u.N++; if f.Size > 99_000 { u.Names = append(u.Names, f.Name) }", "for k, u := range m { print(k, u.N, u.Names) }", false},
	{"keys that are printed", "m := map[string]int{}", "m[fmt.Sprintf(\"%d/%s\", f.UserID, f.Pool)]++; m[fmt.Sprint(f.Size % 3, f.Size > 10, f.Pool)]++", "m", false},
	{"parts of a path", "m := map[string]int{}", "p := strings.Split(f.Path, \"/\"); if len(p) > 4 { m[p[4]]++ }; dir, name := path.Split(f.Path); m[dir[:8]] += len(name)", "m", false},
	{"cut texts", "m := map[string]int{}; n := 0", "if _, ext, ok := strings.Cut(f.Name, \".\"); ok { m[ext]++ }; rest, ok := strings.CutPrefix(f.Name, \"output-0000000\"); if ok { n += len(rest) }", "fmt.Sprint(m, n)", false},
	{"attributes by name", "m := map[string]int{}", "m[f.Attr(\"pool\")]++; if f.Has(\"size\") && !f.Has(\"mode\") { m[\"size\"]++ }; m[f.Extra[\"tag\"]]++", "m", false},
	{"a map of each file", "n := 0", "m := map[string]int64{f.Pool: 1}; m[f.Name] = f.Size; o := make(map[string]int64); o[f.Pool]++; n += len(m) + len(o)", "n", false},
	{"maps of each file", "n := 0; kept := map[int64]map[string]int64{}", "m := map[string]int64{}; m[f.Pool]++; m[f.Name] = f.Size; n += len(m); kept[f.UserID] = m", "fmt.Sprint(n, kept)", false},
	{"two names of a map", "m := map[int64]int{}; o := m", "m[f.UserID]++; o[f.UserID]++; o[int64(len(m))]--", "m", false},
	{"a map that is exchanged", "m := map[int64]int{}; o := map[int64]int{}", "m[f.UserID]++; m, o = o, m", "fmt.Sprint(m, o)", false},
	{"a map that is made anew", "m := map[int64]int{}; n := 0", "m[f.UserID]++; if len(m) > 5 { n += len(m); m = map[int64]int{} }", "fmt.Sprint(m, n)", false},
	{"comma ok", "m := map[int64]string{}; n := 0", "if _, ok := m[f.UserID]; !ok { m[f.UserID] = f.Name } else { n++ }", "fmt.Sprint(m, n)", false},
	{"comma ok with a value", "m := map[int64]int64{1001: 3}; var n int64", "v, ok := m[f.UserID]; if ok && v > 0 { n += v; m[f.UserID] = v - 1 }", "fmt.Sprint(m, n)", false},
	{"deleted and set", "m := map[int64]int{}", "m[f.UserID]++\nif f.UserID == 1003 { delete(m, 1002) }", "m", false},
	{"a condition", "n, o := 0, 0", "if f.Size > 50000 && f.Pool != \"cold\" || f.Size == 0 { n++ } else if f.Size < 100 { o++ } else { o += 2 }", "fmt.Sprint(n, o)", false},
	{"continue", "n := 0", "if f.Size%2 == 0 { continue }\nn++", "n", false},
	{"break", "n := 0", "if n == 100 { break }\nn++", "n", false},
	{"a switch", "m := map[string]int{}", "switch { case f.Size == 0: m[\"none\"]++\ncase f.Size < 1<<10: m[\"small\"]++\ncase f.Size < 50_000: m[\"middle\"]++; if f.Size > 40_000 { break }; m[\"more\"]++\ndefault: m[\"large\"]++ }", "m", false},
	{"a switch of a value", "m := map[string]int{}", "switch f.Pool { case \"system\", \"cold\": m[\"a\"]++\ncase \"data\": m[\"b\"]++ }", "m", false},
	{"a switch of a number", "n := 0", "switch k := f.UserID % 3; k { case 0: n++\ncase 1: continue\ndefault: n += 10 }", "n", false},
	{"switch and fallthrough", "n := 0", "switch f.Pool { case \"data\": n++; fallthrough\ndefault: n += 10 }", "n", true},
	{"the largest", "var top int64; name := \"\"", "if f.Size > top { top, name = f.Size, f.Name }", "fmt.Sprint(top, name)", false},
	{"min and max", "low, high := int64(1<<62), int64(-1)", "low, high = min(low, f.Size), max(high, f.Size, 7)", "fmt.Sprint(low, high)", false},
	{"extensions", "m := map[string]int{}", "m[strings.ToLower(strings.TrimPrefix(path.Ext(f.Name), \".\"))]++", "m", false},
	{"suffixes", "n := 0", "if strings.HasSuffix(f.Path, \".dat\") || strings.Contains(f.Name, \"77\") { n++ }", "n", false},
	{"directories", "m := map[string]int64{}", "m[filepath.Dir(path.Dir(f.Path))] += f.KBAllocated", "m", false},
	{"a part of a text", "m := map[string]int{}", "i := strings.Index(f.Name, \"-\"); m[f.Name[i+1:i+3]]++; m[f.Name[:2]]++; if f.Name[0] == 'o' { m[\"o\"]++ }", "m", false},
	{"texts", "s := \"\"", "if len(s) < 200 { s += f.Pool + \",\" }", "s", false},
	{"times", "n := map[string]int{}; limit := time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)", "if f.Modify.Before(limit) { n[\"old\"]++ } else if f.Modify.Year() == 2026 && f.Modify.Month() == time.July { n[\"july\"]++ }\nif f.Modify.Sub(limit).Hours() > 24 { n[\"later\"]++ }", "n", false},
	{"months", "m := map[time.Month]int{}", "m[f.Modify.Month()]++", "m[time.March]", false},
	{"months as texts", "m := map[string]int{}", "m[f.Modify.Format(\"2006-01\")]++", "m", false},
	{"a time kept", "var last time.Time", "if f.Modify.After(last) { last = f.Modify }", "last.Format(time.RFC3339)", false},
	{"a time computed", "var last time.Time", "if t := f.Modify.Add(time.Hour).UTC(); t.After(last) { last = t }", "last.Format(time.RFC3339)", false},
	{"a list", "var l []string", "if f.Size > 99_000 { l = append(l, f.Path) }", "l", false},
	{"a list of structs", "type big struct { Name string; Size int64 }\nvar l []big", "if f.Size > 99_000 { l = append(l, big{Size: f.Size, Name: f.Name}) }", "for _, b := range l { print(b.Name, b.Size) }", false},
	{"elements of a list", "l := make([]int64, 10)", "l[f.Size%10] += f.Size; l[0]++; l[len(l)-1] = l[1]", "l", false},
	{"small numbers", "var a uint8; var b int16; var c uint32; var d uint64 = 1", "a += uint8(f.Size); b = b*3 + int16(f.UserID); c ^= uint32(f.Size) << 5; d = d*2862933555777941757 + uint64(f.Size); d ^= d >> 13; a &^= 4; b %= 1000", "fmt.Sprint(a, b, c, d)", false},
	{"divisions", "var a, b int64; c := uint64(1<<63)", "a += (f.Size - 50_000) / 7; b += (f.Size - 50_000) % 7; c = c/3*3 + uint64(f.Size) % 5", "fmt.Sprint(a, b, c)", false},
	{"unsigned comparisons", "n := 0; big := ^uint64(0)", "if uint64(f.Size) < big { n++ }; if big>>1 < big { n++ }", "n", false},
	{"shifts by variables", "n := 0; k := 3", "n += 1 << k; n ^= int(f.Size) >> uint(k)", "n", false},
	{"a named type", "type bytes int64\ntype user string\nm := map[user]bytes{}", "m[user(f.Pool)] += bytes(f.Size)", "for k, v := range m { print(string(k), int64(v)) }", false},
	{"constants", "const kib = 1 << 10\nn := 0", "const limit = 20 * kib\nif f.Size >= limit { n++ }", "n", false},
	{"variables of the body", "n := 0", "var a, b int64; var s string; a += f.Size; { b := 3; a += int64(b) }; b = a; if s == \"\" { n += int(b % 3) }", "n", false},
	{"nested structs", "type in struct { N int }\ntype out struct { In in; P *in }\no := out{P: &in{}}", "o.In.N++; o.P.N += 2; c := o.In; c.N = 100; if c.N == 100 { o.In = in{o.In.N + 1} }", "fmt.Sprint(o.In.N, o.P.N)", false},
	{"a pointer to a number", "n := 0; p := &n", "*p += 3", "n", false},
	{"not and bits", "n, yes := 0, false", "yes = !yes; if yes && !(f.Size == 3) { n += -int(f.UserID); n = ^n }", "n", false},
	{"floats", "var a float32; b := 0.0", "a += float32(f.Size) / 3; b += math.Sqrt(float64(f.Size)); b -= math.Floor(b)", "fmt.Sprint(a, b)", true},
	{"rounded", "b, n := 0.0, 0", "b += math.Sqrt(float64(f.Size)); n += int(b) % 3", "fmt.Sprint(b, n)", false},
	{"an assignment that reads itself", "type p struct { A, B int }\nx := p{1, 2}", "x = p{x.B, x.A + 1}", "fmt.Sprint(x.A, x.B)", false},
	{"a swap", "a, b := 1, 2", "a, b = b, a+b%7", "fmt.Sprint(a, b)", false},
	{"a call", "n := 0", "if ext(f.Name) == \"dat\" { n += weigh(f) }", "n\nfunc ext(s string) string { i := strings.LastIndexByte(s, '.')\nif i < 0 { return \"\" }\nreturn s[i+1:] }\nfunc weigh(f *File) int { switch { case f.Size > 50_000: return 2\ncase f.Size > 10_000: return 1 }\nreturn half(int(f.UserID)) }\nfunc half(n int) int { return n / 2 }", false},
	{"prints", "n := 0", "n++; if n == 3 { print(f.Name) }", "n", true},
	{"a loop inside", "n := 0", "for i := 0; i < 3; i++ { n += i }", "n", false},
	{"loops", "n := 0", "for i := int64(1); f.Size > i && i < 1<<20; i *= 8 { if i == 64 { continue }; if i > 4096 { break }; n++ }\nfor n%10 != 0 { n-- }\nfor { n++; if n%7 == 0 { break } }", "n", false},
	{"loops over numbers", "n := 0; var l [4]int", "for i := range 4 { l[i] += i; i += 10; n += i }; for range f.UserID % 3 { n++ }; var k int64; for k = range f.Size % 5 { n++ }; n += int(k)", "fmt.Sprint(n, l)", false},
	{"loops over parts", "m := map[string]int{}; n := 0", "for i, p := range strings.Split(f.Path, \"/\") { if i == 2 || p == \"\" { continue }; m[p[:1]]++; if i > 3 { break } }; for _, p := range [3]int{1, 2, 3} { n += p }", "fmt.Sprint(m, n)", false},
	{"loops over a list that grows", "l := []int{1}; n := 0", "for i, v := range l { if len(l) < 50 { l = append(l, v+i) }; n += v; l[i] = v + 1 }", "fmt.Sprint(n, l)", false},
	{"loops over a text", "n, at := 0, 0", "for i, r := range f.Name + \"ä\\xff€\" { n += int(r); at += i }; for range f.Pool { n++ }", "fmt.Sprint(n, at)", false},
	{"loops over a map", "m := map[int64]int{}; n, o := 0, 0", "m[f.UserID]++; for k, v := range m { n += int(k) * v; if v > 3 { delete(m, k) } }; for range m { o++ }; for k := range m { m[k] += 0 }", "fmt.Sprint(n, o, m)", false},
	{"a search in a loop", "n := 0", "n += find(f)", "n\nfunc find(f *File) int { for i, e := range []string{\".dat\", \".TMP\", \".h5\"} { for j := range 3 { if i != j { continue }; if strings.HasSuffix(f.Name, e) { return i + j } } }; return -1 }", false},
	{"arrays", "type bins [8]int\nvar h bins; var g [3]struct { N int; S string }", "h[min(f.Size/16384, 7)]++; i := f.Size % 3; g[i].N++; g[i].S = f.Name; c := h; c[0] = 0; h[7] += c[0] + len(h)", "for i, n := range h { print(i, n) }; print(g[0].N, g[1].S, g[2].N)", false},
	{"a map of arrays", "m := map[string][2]int64{}", "a := m[f.Pool]; a[0]++; a[1] += f.Size; m[f.Pool] = a; if m[f.Pool][0] > 5 { m[f.Pool] = [2]int64{} }", "m", false},
	{"out of an array", "var h [8]int; n := 0", "n++\nh[n/9]++", "h", false},
	{"lists that are written out", "var l [][]string; n := 0", "if f.Size > 99_500 { l = append(l, []string{f.Pool, f.Name}) }; p := []int{1, n, 3}; p = append(p, 4, p[1]); q := append(p, p...); n = len(q)", "fmt.Sprint(l, n)", false},
	{"maps that are written out", "n := 0", "m := map[string]int64{f.Pool: f.Size, \"a\": 2}; m[\"a\"]++; n += len(m) + int(m[\"a\"]) + int(m[f.Pool])", "n", false},
	{"a closure", "n := 0", "func() { n++ }()", "n", true},
	{"files kept", "var l []*File", "l = append(l, f)", "len(l)", true},
	{"an interface", "var v any", "v = f.Size", "fmt.Sprint(v)", true},

	{"a nil map", "var m map[int64]int; n := 0", "n++; if n > 70 { m[f.UserID]++ }", "n", false},
	{"a nil map is read", "var m map[int64]int; n := 0", "n += m[f.UserID] + len(m); if _, ok := m[3]; ok { n++ }; delete(m, 3)", "n", false},
	{"division by zero", "n := 100", "n--\n_ = 5 / n", "n", false},
	{"an element of a map divided", "m := map[int64]int{}; n := 0", "n++\nm[f.UserID]++\nm[7] /= (500 - n)", "n", false},
	{"out of a list", "l := make([]int, 50); n := 0", "l[n]++\nn++", "n", false},
	{"out of a text", "n := 0", "n++\nif f.Name[n] == 'x' { n-- }", "n", false},
	{"a part that is not there", "n := 0", "n++\nif f.Name[n:] == \"x\" { n-- }", "n", false},
	{"a nil pointer", "type p struct { N int }\nvar x *p; n := 0", "n++; if n > 60 {\nx.N++ }", "n", false},
	{"a panic in a call", "n := 0", "n++\nn += twice(n)", "n\nfunc twice(n int) int {\nif n > 300 { return third(n) }\nreturn 0 }\nfunc third(n int) int {\nl := n - 301\nreturn 7 / l }", false},
	{"a negative shift", "n, k := 0, 5", "n += 1 << k\nk--", "n", false},
}

// TestCompiledLoops runs each loop compiled and interpreted: results and errors are the same, the latter with the place
// and the record.
func TestCompiledLoops(t *testing.T) {
	list := oddList(t, 3000)
	for _, tt := range loops {
		t.Run(tt.name, func(t *testing.T) {
			text := fmt.Sprintf("files := filelist.Lists(%q).Show(\"size/kb/userid/poolname/modify\").Escaped(EscapePercent)\n", list)
			after, rest, _ := strings.Cut(tt.after, "\n")
			if !strings.HasPrefix(after, "for") {
				after = "print(" + after + ")"
			}
			variable := "f := "
			if !strings.Contains(tt.body, "f.") && !strings.Contains(tt.body, "f)") {
				variable = ""
			}
			text += "func() {\n" + tt.before + "\ndefer func() { " + after + " }()\nfor " + variable + "range files {\n" + tt.body + "\n}\n}()\n" + rest
			s, got := runLoops(t, false, text)
			_, want := runLoops(t, true, text)
			assert.Equal(t, want, got, text)
			assert.NotContains(t, got, "cannot run")
			assert.Equal(t, tt.interpreted, s.sites.Loop(0) == nil, "who runs it")
		})
	}
}

// folds are computations over files, whose result is shown.
var folds = []struct {
	name, text  string
	interpreted bool
}{
	{"numbers added up", `MapReduce("n", func(f *File) int64 { return f.Size })`, false},
	{"texts put together", `MapReduce("n", func(f *File) string { return f.Pool[:1] })`, false},
	{"maps added up", `MapReduce("n", func(f *File) map[string]int64 { return map[string]int64{f.Pool: f.Size} })`, false},
	{"maps of floats by structs", "type key struct { Pool string; Day int }\n" + `MapReduce("n", func(f *File) map[key]float64 { k := key{f.Pool, f.Modify.Day()}; return map[key]float64{k: float64(f.Size) / 2} }, nil, nil, nil, func(m map[key]float64) []string { var l []string; for k, v := range m { l = append(l, fmt.Sprint(k.Pool, k.Day, v)) }; slices.Sort(l); return l })`, false},
	{"two pairs", `MapReduce("n", func(f *File) map[string]int64 { return map[string]int64{f.Pool: f.Size, "all": 1} })`, false},
	{"pairs with equal keys", `MapReduce("n", func(f *File) map[string]int64 { return map[string]int64{f.Pool: f.Size, "c" + f.Pool[1:]: 1, "d" + f.Pool[1:]: 3} })`, false},
	{"lists by owner", `MapReduce("n", func(f *File) string { return f.Name }, func(acc map[string][]string, s string) map[string][]string { _, k, ok := strings.Cut(s, "."); if ok && len(acc[k]) < 3 { acc[k] = append(acc[k], s) }; return acc }, func(a, b map[string][]string) map[string][]string { return a }, map[string][]string{})`, false},
	{"lists put together", `MapReduce("n", func(f *File) []int64 { return []int64{f.UserID} }, nil, nil, nil, func(l []int64) int { return len(l) })`, false},
	{"lists of structs", "type entry struct { Path string; When time.Time }\n" + `MapReduce("n", func(f *File) []entry { if f.Pool == "data" { return nil }; return []entry{{f.Path, f.Modify}} }, nil, nil, nil, func(l []entry) int { n := 0; for _, e := range l { n += len(e.Path) + e.When.Day() }; return n })`, false},
	{"maps that are filled", `MapReduce("n", func(f *File) map[string]int { m := map[string]int{}; for _, p := range strings.Split(f.Path, "/") { if p != "" { m[p[:2]] = 1 } }; return m })`, false},
	{"a histogram", "func count(h [8]int, n int) [8]int { h[n]++; return h }\nfunc add(a, b [8]int) [8]int { for i := range b { a[i] += b[i] }; return a }\n" + `MapReduce("n", func(f *File) int { n := 0; for limit := int64(64); f.Size >= limit && n < 7; limit *= 8 { n++ }; return n }, count, add, [8]int{})`, false},
	{"the largest", `MapReduce("n", func(f *File) int64 { return f.Size }, func(a, b int64) int64 { if a > b { return a }; return b })`, false},
	{"the smallest of a struct", "type best struct { Name string; Size int64 }\n" + `MapReduce("n", func(f *File) best { return best{f.Name, f.Size} }, func(a, b best) best { if b.Size < a.Size { return b }; return a })`, false},
	{"reduce by name", "func smaller(a, b int64) int64 { return min(a, b) }\n" + `MapReduce("n", func(f *File) int64 { return f.KBAllocated }, smaller)`, false},
	{"combine", "type use struct { User, Size int64 }\n" + `MapReduce("n", func(f *File) use { return use{f.UserID, f.Size} }, func(acc map[int64]int64, u use) map[int64]int64 { acc[u.User] += u.Size; return acc }, func(a, b map[int64]int64) map[int64]int64 { for k, v := range b { a[k] += v }; return a }, map[int64]int64{})`, false},
	{"combine with returns", "type use struct { N int; B int64 }\nfunc size(f *File) int64 { if f.Pool == \"cold\" { return 0 }; return f.Size }\n" + `MapReduce("n", size, func(acc use, n int64) use { if n == 0 { return acc }; acc.N++; acc.B += n; return use{acc.N, acc.B} }, func(a, b use) use { return use{a.N + b.N, a.B + b.B} }, use{}, func(u use) string { return fmt.Sprint(u.N, " ", u.B) })`, false},
	{"combine with a beginning", `MapReduce("n", func(f *File) int { return 1 }, func(a, n int) int { return a + n }, func(a, b int) int { return a + b }, 1000)`, false},
	{"combine with a function of maps", "func merge(a, b map[string]int) map[string]int { for k, v := range b { a[k] += v }; return a }\n" + `MapReduce("n", func(f *File) map[string]int { return map[string]int{f.Pool: 1} }, merge, merge, map[string]int{})`, false},
	{"an accumulator beside a map of each file", `MapReduce("n", func(f *File) map[string]int { m := map[string]int{}; m[f.Name] = 1; m[f.Pool] = 2; return m })`, false},
	{"division by zero", "func inverse(f *File) int64 {\nn := f.Inode - 1200\nreturn 7 / n\n}\n" + `MapReduce("n", inverse)`, false},
	{"a nil map", `MapReduce("n", func(f *File) int64 { return f.Size }, func(acc map[int64]int64, n int64) map[int64]int64 { acc[n] = 1; return acc }, func(a, b map[int64]int64) map[int64]int64 { return a }, nil)`, false},
	{"a list processed", `ListProcessing("n", func(files Files) map[string]int { m := map[string]int{}; for f := range files { m[f.Pool]++ }; return m })`, false},
}

// TestCompiledFolds does the same with the loops of map-reduces.
func TestCompiledFolds(t *testing.T) {
	list := oddList(t, 3000)
	for _, tt := range folds {
		t.Run(tt.name, func(t *testing.T) {
			decls, call, ok := strings.Cut(tt.text, "\nMapReduce(")
			if ok {
				call = "MapReduce(" + call
			} else {
				decls, call = "", tt.text
			}
			text := fmt.Sprintf("%s\nfiles := filelist.Lists(%q).Show(\"size/kb/userid/poolname/modify\").Escaped(EscapePercent)\np := %s\nprint(p.Run(files))\nprint(p.Report())\n", decls, list, call)
			s, got := runLoops(t, false, text)
			_, want := runLoops(t, true, text)
			assert.Equal(t, want, got, text)
			assert.Equal(t, tt.interpreted, s.sites.Loop(0) == nil, "who runs it")
		})
	}
}

// cancelling cancels when something is written.
type cancelling struct{ cancel func() }

func (c cancelling) Write(p []byte) (int, error) { c.cancel(); return len(p), nil }

func TestInterruptOfACompiledLoop(t *testing.T) {
	for name, body := range map[string]string{"a loop without an end": "for { n++ }", "a loop over a number": "for range 1<<62 { n++ }", "a short one that goes on": "for n >= 0 { for range 2 { n++ } }"} {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			s, err := New(Options{Stdout: cancelling{cancel}})
			require.NoError(t, err)
			t.Cleanup(s.Close)
			err = s.Run(ctx, []Source{{Name: "loop.go", Text: fmt.Sprintf("n := 0\nprint(1)\nfor range filelist.Lists(%q).Show(\"size/kb/userid/poolname/modify\").Escaped(EscapePercent) { %s }", oddList(t, 10), body)}})
			require.ErrorIs(t, err, ErrInterrupted)
			assert.NotNil(t, s.sites.Loop(0))
		})
	}
}

// runLoops runs a script and returns what it printed and how it failed.
func runLoops(t *testing.T, interpret bool, text string) (*Session, string) {
	t.Helper()
	var out bytes.Buffer
	s, err := New(Options{Stdout: &out, Stderr: &out, interpret: interpret})
	require.NoError(t, err)
	t.Cleanup(s.Close)
	if err := s.Run(t.Context(), []Source{{Name: "loop.go", Text: text}}); err != nil {
		fmt.Fprintln(&out, "error:", err)
		var stop *StopError
		if assert.ErrorAs(t, err, &stop, text) {
			fmt.Fprintf(&out, "%v\n%v\n", stop.At, stop.Chain)
		}
	}
	// The interpreter does not know which index was out of what.
	lines := strings.Split(regexp.MustCompile(`(out of range) \[[^]]*\]( with (length|capacity) \d+)?`).ReplaceAllString(out.String(), "$1"), "\n")
	slices.Sort(lines) // maps are in no order
	return s, strings.Join(lines, "\n")
}
