package engine

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"io/fs"
	"math/rand"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"sort"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"

	"gpfsh/policy/lang"
	"gpfsh/policy/scan"
)

const oracleRules = 200

// question is a condition in three languages. find and sql are empty where they cannot say it.
type question struct {
	policy string
	find   []string
	sql    string
}

func leaf(policy, sql string, find ...string) question { return question{policy, find, sql} }

func quoteSQL(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }

// globOf is a LIKE pattern as a pattern of find.
func globOf(like string) string {
	r := strings.NewReplacer("*", `\*`, "?", `\?`, "[", `\[`, `\`, `\\`, "%", "*", "_", "?")
	return r.Replace(like)
}

// randomLeaf makes a condition on one attribute.
func randomLeaf(rnd *rand.Rand) question {
	ops := []string{"<", ">", "<=", ">=", "=", "<>"}
	op := ops[rnd.Intn(len(ops))]
	cmp := func(n int64, test string, suffix string) []string {
		// find has only more, less and equal.
		w := strconv.FormatInt(n, 10) + suffix
		switch op {
		case "<":
			return []string{test, "-" + w}
		case ">":
			return []string{test, "+" + w}
		case "=":
			return []string{test, w}
		case "<>":
			return []string{"!", test, w}
		case "<=":
			return []string{"!", test, "+" + w}
		}
		return []string{"!", test, "-" + w}
	}
	switch rnd.Intn(9) {
	case 0:
		n := rnd.Int63n(30000)
		return leaf(fmt.Sprintf("FILE_SIZE %s %d", op, n), fmt.Sprintf("size %s %d", op, n), cmp(n, "-size", "c")...)
	case 1:
		n := rnd.Int63n(4)
		return leaf(fmt.Sprintf("NLINK %s %d", op, n), fmt.Sprintf("nlink %s %d", op, n), cmp(n, "-links", "")...)
	case 2:
		n := rnd.Int63n(3) * 500
		return leaf(fmt.Sprintf("USER_ID %s %d", op, n), fmt.Sprintf("uid %s %d", op, n), cmp(n, "-uid", "")...)
	case 3, 4:
		// A name with % and _ and letters that names have.
		pats := []string{"%" + suffixes[1+rnd.Intn(len(suffixes)-1)], "f%", "%" + string(byte('0'+rnd.Intn(10))) + "%", "f_1%", "%_.___", "%[%", "%*%", "%\\%", "% %", "f" + string(byte('0'+rnd.Intn(10))) + "%.%", "%\n%", "%--%", "%'%"}
		p := pats[rnd.Intn(len(pats))]
		q := question{policy: "NAME LIKE " + lang.Quote(p, nil), find: []string{"-name", globOf(p)}}
		if !strings.Contains(p, "_") {
			q.sql = "name LIKE " + quoteSQL(p)
		}
		return q
	case 5:
		p := []string{"%/f1%", "%/deep/deep/%", "%a%b%", "%/%/%/f%"}[rnd.Intn(4)]
		return leaf("PATH_NAME LIKE "+lang.Quote(p, nil), "path LIKE "+quoteSQL(p), "-path", globOf(p))
	case 6:
		at := now.Add(-time.Duration(rnd.Int63n(int64(500 * day)))).Truncate(time.Second)
		stamp := at.Format("2006-01-02 15:04:05")
		attr, col, test := "MODIFICATION_TIME", "mtime", "-newermt"
		if rnd.Intn(2) == 0 {
			attr, col, test = "ACCESS_TIME", "atime", "-newerat"
		}
		return leaf(attr+" > TIMESTAMP('"+stamp+"')", fmt.Sprintf("%s > %d", col, at.UnixMicro()), test, stamp+" UTC")
	case 7:
		bit := rnd.Intn(9)
		pat := []byte("_________")
		pat[bit] = "rwxrwxrwx"[bit]
		return leaf("MODE LIKE '_"+string(pat)+"'", fmt.Sprintf("(mode & %d) <> 0", 1<<(8-bit)), "-perm", fmt.Sprintf("-%o", 1<<(8-bit)))
	}
	kind := []struct{ mode, find, sql string }{{"-", "f", "32768"}, {"d", "d", "16384"}, {"l", "l", "40960"}, {"p", "p", "4096"}}[rnd.Intn(4)]
	return leaf("MODE LIKE '"+kind.mode+"%'", "(mode & 61440) = "+kind.sql, "-type", kind.find)
}

// randomSum is a condition that find cannot say.
func randomSum(rnd *rand.Rand) question {
	n := rnd.Int63n(20000)
	m := 1 + rnd.Int63n(17)
	for {
		q := []question{
			{policy: fmt.Sprintf("MOD(FILE_SIZE,%d) = %d", m, n%m), sql: fmt.Sprintf("size %% %d = %d", m, n%m)},
			{policy: fmt.Sprintf("FILE_SIZE * %d + USER_ID > %d * NLINK - 7", m, n), sql: fmt.Sprintf("size * %d + uid > %d * nlink - 7", m, n)},
			{policy: fmt.Sprintf("FILE_SIZE / %d >= KB_ALLOCATED", 1000*m), sql: fmt.Sprintf("size / %d >= (blocks+1)/2", 1000*m)},
			{policy: fmt.Sprintf("FILE_SIZE / %d.0 > KB_ALLOCATED", 1000*m), sql: fmt.Sprintf("size / %d.0 > (blocks+1)/2", 1000*m)},
			{policy: fmt.Sprintf("DAYS(CURRENT_TIMESTAMP) - DAYS(ACCESS_TIME) > %d", n%500), sql: fmt.Sprintf("(%d / 86400000000) - (atime / 86400000000) > %d", now.UnixMicro(), n%500)},
			{policy: fmt.Sprintf("(CURRENT_TIMESTAMP - MODIFICATION_TIME) > INTERVAL '%d' HOURS", n), sql: fmt.Sprintf("%d - mtime > %d * 3600000000", now.UnixMicro(), n)},
			{policy: "ACCESS_TIME < MODIFICATION_TIME", sql: "atime < mtime"},
			{policy: fmt.Sprintf("LENGTH(NAME) BETWEEN %d AND %d", m, m+3), sql: fmt.Sprintf("length(CAST(name AS BLOB)) BETWEEN %d AND %d", m, m+3)},
			{policy: "LOWER(NAME) LIKE '%.tmp'", sql: "lower(name) LIKE '%.tmp'"},
			{policy: fmt.Sprintf("SUBSTR(NAME,1,2) = 'f%d'", n%10), sql: fmt.Sprintf("substr(CAST(name AS BLOB),1,2) = CAST('f%d' AS BLOB)", n%10)},
			{policy: fmt.Sprintf("USER_ID IN (%d,%d,1000) OR NLINK NOT IN (1,2)", m, n), sql: fmt.Sprintf("uid IN (%d,%d,1000) OR nlink NOT IN (1,2)", m, n)},
			{policy: fmt.Sprintf("CASE WHEN FILE_SIZE > %d THEN NLINK WHEN NAME LIKE 'f%%' THEN 7 END > 1", n), sql: fmt.Sprintf("CASE WHEN size > %d THEN nlink WHEN name LIKE 'f%%' THEN 7 END > 1", n)},
			{policy: fmt.Sprintf("(CASE WHEN FILE_SIZE > %d THEN NLINK END) IS NULL", n), sql: fmt.Sprintf("(CASE WHEN size > %d THEN nlink END) IS NULL", n)},
			{policy: fmt.Sprintf("NOT (CASE WHEN FILE_SIZE > %d THEN NLINK END) = 1 OR NLINK = 2", n), sql: fmt.Sprintf("NOT (CASE WHEN size > %d THEN nlink END) = 1 OR nlink = 2", n)},
			{policy: fmt.Sprintf("NLINK / (NLINK - 1) > %d", n%3), sql: fmt.Sprintf("nlink / (nlink - 1) > %d", n%3)},
			{policy: fmt.Sprintf("NAME || '/' || VARCHAR(NLINK) LIKE 'f%%%d/1'", n%10), sql: fmt.Sprintf("name || '/' || nlink LIKE 'f%%%d/1'", n%10)},
			{policy: fmt.Sprintf("HOUR(ACCESS_TIME) = %d AND DAYOFWEEK(ACCESS_TIME) = %d", n%24, 1+m%7), sql: fmt.Sprintf("CAST(strftime('%%H',atime/1000000,'unixepoch') AS INT) = %d AND CAST(strftime('%%w',atime/1000000,'unixepoch') AS INT) = %d", n%24, m%7)},
			{policy: fmt.Sprintf("MONTH(MODIFICATION_TIME) = %d OR DAYOFYEAR(MODIFICATION_TIME) < %d", 1+m%12, n%366), sql: fmt.Sprintf("CAST(strftime('%%m',mtime/1000000,'unixepoch') AS INT) = %d OR CAST(strftime('%%j',mtime/1000000,'unixepoch') AS INT) < %d", 1+m%12, n%366)},
		}[rnd.Intn(18)]
		return q
	}
}

// random joins conditions with AND, OR and NOT.
func random(rnd *rand.Rand, depth int, leaf func(*rand.Rand) question) question {
	if depth == 0 || rnd.Intn(4) == 0 {
		return leaf(rnd)
	}
	a := random(rnd, depth-1, leaf)
	if rnd.Intn(4) == 0 {
		return question{policy: "NOT (" + a.policy + ")", find: append(append([]string{"!", "("}, a.find...), ")"), sql: wrap("NOT (%s)", a.sql)}
	}
	b := random(rnd, depth-1, leaf)
	op, flag := "AND", "-a"
	if rnd.Intn(2) == 0 {
		op, flag = "OR", "-o"
	}
	q := question{policy: "(" + a.policy + ") " + op + " (" + b.policy + ")"}
	q.find = append(append(append([]string{"("}, a.find...), ")", flag, "("), append(b.find, ")")...)
	if a.sql != "" && b.sql != "" {
		q.sql = "(" + a.sql + ") " + op + " (" + b.sql + ")"
	}
	return q
}

func wrap(format, s string) string {
	if s == "" {
		return ""
	}
	return fmt.Sprintf(format, s)
}

// engineAnswers runs one policy with a list for each question and reads the lists that it writes.
func engineAnswers(t *testing.T, root string, qs []question) []map[string]bool {
	t.Helper()
	var text strings.Builder
	for i, q := range qs {
		fmt.Fprintf(&text, "RULE EXTERNAL LIST 'l%d' EXEC '' ESCAPE '%%'\nRULE 'r%d' LIST 'l%d' DIRECTORIES_PLUS WHERE %s\n", i, i, i, q.policy)
	}
	prefix := filepath.Join(t.TempDir(), "out")
	report := mustRun(t, text.String(), Directory(root, scan.Options{}), Options{Now: now, Mode: Defer, ListPrefix: prefix})
	out := make([]map[string]bool, len(qs))
	for i := range qs {
		out[i] = readList(t, fmt.Sprintf("%s.list.l%d", prefix, i))
		require.Equal(t, report.Rules[i].Hit.Files, int64(len(out[i])))
		require.Equal(t, report.Rules[i].Chosen, report.Rules[i].Hit)
	}
	return out
}

// readList reads the paths of a list with ESCAPE '%'.
func readList(t *testing.T, file string) map[string]bool {
	t.Helper()
	out := map[string]bool{}
	data, err := os.ReadFile(file)
	if os.IsNotExist(err) {
		return out
	}
	require.NoError(t, err)
	for _, line := range strings.Split(strings.TrimSuffix(string(data), "\n"), "\n") {
		_, path, ok := strings.Cut(line, " -- ")
		require.True(t, ok, line)
		path, err := url.PathUnescape(path)
		require.NoError(t, err)
		require.False(t, out[path], "listed twice: %q", path)
		out[path] = true
	}
	return out
}

func mustRun(t *testing.T, text string, src Source, opts Options) *Report {
	t.Helper()
	pol := lang.Parse(lang.Source{Name: "test.pol", Text: text}, lang.Options{})
	require.NoError(t, pol.Err(), text)
	report, err := Run(t.Context(), pol, src, opts)
	require.NoError(t, err, text)
	return report
}

func sameSet(t *testing.T, q question, want, got map[string]bool) {
	t.Helper()
	var missing, extra []string
	for p := range want {
		if !got[p] {
			missing = append(missing, p)
		}
	}
	for p := range got {
		if !want[p] {
			extra = append(extra, p)
		}
	}
	if len(missing)+len(extra) > 0 {
		sort.Strings(missing)
		sort.Strings(extra)
		t.Errorf("WHERE %s\nfind %q\nsql %s\nmissing %d: %.3q\ntoo many %d: %.3q", q.policy, q.find, q.sql, len(missing), missing, len(extra), extra)
	}
}

// Find answers 200 random questions about a tree as the engine does.
func TestEngineAgreesWithFind(t *testing.T) {
	find, err := exec.LookPath("find")
	if err != nil {
		t.Skip("find is not installed: there is no oracle to ask")
	}
	if out, err := exec.Command(find, "--version").Output(); err != nil || !bytes.Contains(out, []byte("GNU")) {
		t.Skip("find is not that of GNU: it does not know all that is asked")
	}
	root := t.TempDir()
	makeTree(t, root, oracleFiles, 1)
	rnd := rand.New(rand.NewSource(2))
	var qs []question
	args := []string{root}
	for i := range oracleRules {
		q := random(rnd, 3, randomLeaf)
		qs = append(qs, q)
		if i > 0 {
			args = append(args, ",")
		}
		args = append(append(args, "("), q.find...)
		args = append(args, ")", "-printf", fmt.Sprintf(`%d %%p\0`, i))
	}
	got := engineAnswers(t, root, qs)
	cmd := exec.Command(find, args...)
	cmd.Env = append(os.Environ(), "LC_ALL=C")
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	require.NoError(t, err)
	want := make([]map[string]bool, len(qs))
	for i := range want {
		want[i] = map[string]bool{}
	}
	for _, rec := range strings.Split(strings.TrimSuffix(string(out), "\x00"), "\x00") {
		n, path, ok := strings.Cut(rec, " ")
		require.True(t, ok)
		i, err := strconv.Atoi(n)
		require.NoError(t, err)
		want[i][path] = true
	}
	some := 0
	for i, q := range qs {
		sameSet(t, q, want[i], got[i])
		if len(want[i]) > 0 && len(want[i]) < oracleFiles {
			some++
		}
	}
	require.Greater(t, some, oracleRules/2, "the questions must tell files apart")
}

// SQLite answers questions with arithmetic, times and NULL as the engine does.
func TestEngineAgreesWithSQLite(t *testing.T) {
	sqlite, err := exec.LookPath("sqlite3")
	if err != nil {
		t.Skip("sqlite3 is not installed: there is no oracle to ask")
	}
	root := t.TempDir()
	makeTree(t, root, oracleFiles/4, 3)
	rnd := rand.New(rand.NewSource(4))
	both := func(r *rand.Rand) question {
		if r.Intn(3) > 0 {
			return randomSum(r)
		}
		for {
			if q := randomLeaf(r); q.sql != "" {
				return q
			}
		}
	}
	var qs []question
	for range oracleRules {
		qs = append(qs, random(rnd, 2, both))
	}
	// Directories are read by the walk: what it changes in them is not asked again.
	got := engineAnswers(t, root, qs)

	var script bytes.Buffer
	script.WriteString("PRAGMA case_sensitive_like=ON;\nCREATE TABLE f(path,name,size,atime,mtime,uid,nlink,mode,blocks);\nBEGIN;\n")
	require.NoError(t, filepath.WalkDir(root, func(p string, _ fs.DirEntry, err error) error {
		require.NoError(t, err)
		var st unix.Stat_t
		require.NoError(t, unix.Lstat(p, &st))
		fmt.Fprintf(&script, "INSERT INTO f VALUES(CAST(x'%s' AS TEXT),CAST(x'%s' AS TEXT),%d,%d,%d,%d,%d,%d,%d);\n", hex.EncodeToString([]byte(p)),
			hex.EncodeToString([]byte(filepath.Base(p))), st.Size, st.Atim.Nano()/1000, st.Mtim.Nano()/1000, st.Uid, st.Nlink, st.Mode, st.Blocks)
		return nil
	}))
	script.WriteString("COMMIT;\n")
	for i, q := range qs {
		fmt.Fprintf(&script, "SELECT %d, hex(path) FROM f WHERE %s;\n", i, q.sql)
	}
	cmd := exec.Command(sqlite, "-batch", "-bail")
	cmd.Stdin = &script
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	require.NoError(t, err)
	want := make([]map[string]bool, len(qs))
	for i := range want {
		want[i] = map[string]bool{}
	}
	for _, line := range strings.Split(strings.TrimSpace(string(out)), "\n") {
		n, path, ok := strings.Cut(line, "|")
		require.True(t, ok, line)
		i, err := strconv.Atoi(n)
		require.NoError(t, err)
		b, err := hex.DecodeString(path)
		require.NoError(t, err)
		want[i][string(b)] = true
	}
	for i, q := range qs {
		sameSet(t, q, want[i], got[i])
	}
}
