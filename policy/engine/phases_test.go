package engine

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gpfsh/policy/filelist"
	"gpfsh/policy/lang"
	"gpfsh/policy/progress"
	"gpfsh/policy/scan"
)

// file is a file for the tests of the phases: kb on disk, in a pool and fileset, with flags.
type file struct {
	path, pool, fileset, misc string
	kb                        int64
	age                       int // days since it was read
	uid                       uint32
}

// shelf is a source and a site of such files.
type shelf struct {
	files []file
	by    map[string]*file
}

func newShelf(files ...file) *shelf {
	s := &shelf{files: files, by: map[string]*file{}}
	for i := range files {
		if files[i].pool == "" {
			files[i].pool = "system"
		}
		s.by[files[i].path] = &files[i]
	}
	return s
}

func (s *shelf) Workers() int { return 1 }

func (s *shelf) Each(_ context.Context, fn func(int, Object) error) (scan.Stats, error) {
	var stats scan.Stats
	for i, f := range s.files {
		stats.Entries++
		stats.Files++
		typ := scan.Regular
		if strings.Contains(f.misc, "D") {
			typ = scan.Directory
		}
		o := &fakeObject{path: f.path, typ: typ, info: scan.Info{Have: scan.MaskAll, Blocks: f.kb * 2, Size: f.kb * 1024, Inode: uint64(100 + i), UID: f.uid, ATime: ago(day * time.Duration(f.age))}}
		if err := fn(0, o); err != nil {
			return stats, err
		}
	}
	return stats, nil
}

func (s *shelf) Describe(o Object, _ Want, d *Details) error {
	f := s.by[string(o.Path(nil))]
	*d = Details{Pool: f.pool, Fileset: f.fileset, Misc: f.misc, Heat: float64(1000 - f.age), Generation: 7}
	return nil
}

func (s *shelf) run(t *testing.T, text string, o Options) *Report {
	t.Helper()
	o.Now = now
	o.Site = s
	if o.Sample == 0 {
		o.Sample = 100
	}
	return mustRun(t, text, s, o)
}

// chosen are the names of the files that a rule chose, in order.
func chosen(r *Report, rule int) string {
	var out []string
	for _, p := range r.Rules[rule].Sample {
		out = append(out, filepath.Base(p))
	}
	return strings.Join(out, " ")
}

func TestFirstMatchHolds(t *testing.T) {
	s := newShelf(file{path: "/f/a.tmp"}, file{path: "/f/a.save"}, file{path: "/f/b.save"}, file{path: "/f/c"}, file{path: "/f/dir", misc: "D"})
	r := s.run(t, `
RULE 'keep' EXCLUDE WHERE NAME LIKE '%.save'
RULE 'del' DELETE WHERE NAME LIKE 'a.%'
RULE 'mig' MIGRATE TO POOL 'x'
RULE 'rest' DELETE
RULE 'off' LIST 'l' EXCLUDE WHERE NAME = 'c'
RULE 'one' LIST 'l' DIRECTORIES_PLUS
RULE 'two' LIST 'l' DIRECTORIES_PLUS
RULE 'other' LIST 'm' WHERE NAME = 'c'`, Options{})
	assert.Equal(t, Amount{Files: 2}, r.Rules[0].Hit)
	assert.Equal(t, Amount{}, r.Rules[0].Chosen, "an EXCLUDE chooses nothing")
	assert.Equal(t, "a.tmp", chosen(r, 1), "EXCLUDE comes first")
	assert.Equal(t, "c", chosen(r, 2))
	assert.Empty(t, chosen(r, 3), "MIGRATE has taken all that was left")
	assert.Equal(t, int64(1), r.Rules[4].Hit.Files)
	assert.Equal(t, "a.tmp a.save b.save dir", chosen(r, 5), "lists know nothing of EXCLUDE, and c was kept off")
	assert.Empty(t, chosen(r, 6))
	assert.Equal(t, "c", chosen(r, 7), "another list is another matter")
	assert.Zero(t, r.NoRule)
}

func TestWhenPoolFilesetAndDirectories(t *testing.T) {
	s := newShelf(file{path: "/f/a", pool: "gold", fileset: "p"}, file{path: "/f/b", pool: "silver", fileset: "q"}, file{path: "/f/c", pool: "bronze"}, file{path: "/f/m", misc: "MV"})
	r := s.run(t, `
RULE 'g' GROUP POOL 'metal' IS 'gold' THEN 'silver'
RULE EXTERNAL POOL 'tape' EXEC '/x'
RULE 'never' WHEN (DAYOFWEEK(CURRENT_DATE) = 1) LIST '1'
RULE 'wednesday' WHEN (DAYOFWEEK(CURRENT_DATE) = 4) LIST '2'
RULE 'pool' LIST '3' FROM POOL 'bronze'
RULE 'group' LIST '4' FROM POOL 'metal'
RULE 'fileset' LIST '5' FOR FILESET('q','r')
RULE 'recall' LIST '6' FROM POOL 'tape'`, Options{})
	assert.True(t, r.Rules[0].Skipped)
	assert.Equal(t, int64(4), r.Rules[1].Hit.Files)
	assert.Equal(t, "c", chosen(r, 2))
	assert.Equal(t, "a b", chosen(r, 3))
	assert.Equal(t, "b", chosen(r, 4))
	assert.Equal(t, "m", chosen(r, 5))
}

func tenFiles(pool string) []file {
	var files []file
	for i := range 10 {
		files = append(files, file{path: fmt.Sprintf("/f/%d", i), pool: pool, kb: 10, age: 10 * i, fileset: []string{"p", "q"}[i%2], uid: uint32(i % 2)})
	}
	return files
}

func TestThresholdTakesTheHeaviestUntilLow(t *testing.T) {
	const rule = "RULE 'm' MIGRATE FROM POOL 'a' THRESHOLD(90,65) WEIGHT(CURRENT_TIMESTAMP - ACCESS_TIME) TO POOL 'b'"
	s := newShelf(tenFiles("a")...)
	r := s.run(t, rule, Options{Pools: []Pool{{Name: "a", Total: 100, Used: 100}, {Name: "b", Total: 1000}}})
	assert.Equal(t, "9 8 7 6", chosen(r, 0), "the oldest first, until 65 % are left")
	assert.Equal(t, Amount{10, 100}, r.Rules[0].Hit)
	assert.Equal(t, []Pool{{Name: "a", Total: 100, Used: 60}, {Name: "b", Total: 1000, Used: 40}}, r.Predicted)

	r = s.run(t, rule, Options{Pools: []Pool{{Name: "a", Total: 1000, Used: 100}, {Name: "b", Total: 1000}}})
	assert.True(t, r.Rules[0].Skipped, "the pool is not full enough")
	assert.Zero(t, r.Rules[0].Hit.Files)

	r = s.run(t, rule, Options{})
	assert.Equal(t, int64(10), r.Rules[0].Chosen.Files, "nobody knows how full the pool is: all of them")
}

func TestPremigration(t *testing.T) {
	s := newShelf(tenFiles("a")...)
	pools := []Pool{{Name: "a", Total: 100, Used: 100}}
	ext := "RULE EXTERNAL POOL 'tape' EXEC '/x'\n"
	r := s.run(t, ext+"RULE 'm' MIGRATE FROM POOL 'a' THRESHOLD(90,80,50) WEIGHT(CURRENT_TIMESTAMP - ACCESS_TIME) TO POOL 'tape'", Options{Pools: pools})
	assert.Equal(t, map[string]Amount{"migrate": {2, 20}, "premigrate": {3, 30}}, r.Chosen)
	assert.Equal(t, int64(80), r.Predicted[0].Used, "a premigrated file keeps its space")

	for _, pools := range [][]Pool{pools, nil} {
		r = s.run(t, ext+"RULE 'm' MIGRATE FROM POOL 'a' THRESHOLD(0,100,0) TO POOL 'tape'", Options{Pools: pools})
		assert.Equal(t, map[string]Amount{"premigrate": {10, 100}}, r.Chosen, "premigrate all")
		r = s.run(t, ext+"RULE 'm' MIGRATE FROM POOL 'a' THRESHOLD(0,0,0) TO POOL 'tape'", Options{Pools: pools})
		assert.Equal(t, map[string]Amount{"migrate": {10, 100}}, r.Chosen, "migrate all")
	}
}

func TestLimitKeepsRoom(t *testing.T) {
	s := newShelf(tenFiles("a")...)
	pools := []Pool{{Name: "a", Total: 1000, Used: 100}, {Name: "b", Total: 100, Used: 45}}
	r := s.run(t, "RULE 'm' MIGRATE FROM POOL 'a' WEIGHT(FILE_HEAT) TO POOL 'b' LIMIT(80)", Options{Pools: pools})
	assert.Equal(t, "0 1 2", chosen(r, 0))
	assert.Equal(t, int64(75), r.Predicted[1].Used)
	r = s.run(t, "RULE 'm' MIGRATE FROM POOL 'a' TO POOL 'b'", Options{Pools: pools})
	assert.Equal(t, int64(5), r.Rules[0].Chosen.Files, "99 % is the limit where none is written")
}

// Repacking fills the first pool of a group with the hottest files, the next with the next.
func TestGroupPoolRepacks(t *testing.T) {
	files := tenFiles("sata")
	for i := 5; i < 10; i++ {
		files[i].pool = "ssd" // the coldest lie in the fastest pool
	}
	s := newShelf(files...)
	r := s.run(t, `RULE 'g' GROUP POOL 'gp' IS 'ssd' LIMIT(60) THEN 'fast' LIMIT(20) THEN 'sata'
RULE 'repack' MIGRATE FROM POOL 'gp' TO POOL 'gp' WEIGHT(FILE_HEAT)`, Options{Pools: []Pool{{Name: "ssd", Total: 50, Used: 50}, {Name: "fast", Total: 100}, {Name: "sata", Total: 1000, Used: 50}}})
	assert.Equal(t, []Pool{{Name: "fast", Total: 100, Used: 20}, {Name: "sata", Total: 1000, Used: 50}, {Name: "ssd", Total: 50, Used: 30}}, r.Predicted)
	assert.Equal(t, "0 1 2 3 4 5 6 7 8 9", chosen(r, 0), "all lie in the wrong pool")
}

func TestDeletesAndExternalMigrationsComeInOrder(t *testing.T) {
	s := newShelf(file{path: "/f/d", pool: "b", kb: 50, age: 1}, file{path: "/f/m", pool: "a", kb: 50, age: 1}, file{path: "/f/e", pool: "b", kb: 30, age: 1})
	r := s.run(t, `RULE EXTERNAL POOL 'tape' EXEC ''
RULE 'm' MIGRATE FROM POOL 'a' TO POOL 'b' LIMIT(90) WHERE NAME = 'm'
RULE 'e' MIGRATE FROM POOL 'b' TO POOL 'tape' WHERE NAME = 'e'`, Options{Pools: []Pool{{Name: "a", Total: 100, Used: 50}, {Name: "b", Total: 100, Used: 70}}})
	assert.Equal(t, int64(1), r.Rules[0].Chosen.Files, "the external migration makes room before")
	assert.Equal(t, int64(90), r.Predicted[1].Used)
}

func TestQuotaThresholds(t *testing.T) {
	s := newShelf(tenFiles("a")...)
	quota := func(class, who string) (int64, int64, bool) {
		switch class + " " + who {
		case "FILESET_QUOTA_SOFT p":
			return 95, 100, true
		case "FILESET_QUOTA_SOFT q", "USER_QUOTAS 1":
			return 50, 100, true
		case "USER_QUOTAS 0":
			return 100, 100, true
		}
		return 0, 0, false
	}
	r := s.run(t, `RULE EXTERNAL LIST 'l' THRESHOLD 'FILESET_QUOTA_SOFT'
RULE EXTERNAL LIST 'u' THRESHOLD 'USER_QUOTAS'
RULE 'l' LIST 'l' THRESHOLD(90,80) WEIGHT(CURRENT_TIMESTAMP - ACCESS_TIME)
RULE 'u' LIST 'u' THRESHOLD(90,85)`, Options{Quota: quota})
	assert.Equal(t, "8 6", chosen(r, 0), "only fileset p is over its quota; 75 is below 80")
	assert.Equal(t, int64(5), r.Rules[0].Hit.Files)
	assert.Equal(t, int64(2), r.Rules[1].Chosen.Files)
}

func TestListsAreWritten(t *testing.T) {
	s := newShelf(file{path: "/f/plain", kb: 4}, file{path: "/f/with space -- and\nnewline\\", kb: 8})
	dir := t.TempDir()
	r := s.run(t, `RULE EXTERNAL LIST 'a' EXEC ''
RULE EXTERNAL LIST 'b' EXEC '' ESCAPE '%/ '
RULE EXTERNAL LIST 'c' EXEC ''
RULE 'a' LIST 'a' SHOW(VARCHAR(KB_ALLOCATED) || ' -- x')
RULE 'b' LIST 'b' SHOW('size=' VARCHAR(KB_ALLOCATED))
RULE 'c' LIST 'c' WHERE FALSE
RULE 'd' LIST 'd' SHOW(XATTR('none'))`, Options{Mode: Defer, ListPrefix: dir})
	read := func(name string) string {
		b, err := os.ReadFile(filepath.Join(dir, name))
		require.NoError(t, err)
		return string(b)
	}
	assert.Equal(t, "100 7 0  4 -- x -- /f/plain\n101 7 0  8 -- x -- /f/with space -- and\\nnewline\\\\\n", read("list.a"))
	assert.Equal(t, "100 7 0  size%3D4 -- /f/plain\n101 7 0  size%3D8 -- /f/with space -- and%0Anewline%5C\n", read("list.b"))
	assert.Equal(t, "100 7 0   -- /f/plain\n101 7 0   -- /f/with space -- and\\nnewline\\\\\n", read("list.d"), "a SHOW that is NULL is none")
	assert.NoFileExists(t, filepath.Join(dir, "list.c"), "a list without files is not there")
	assert.Equal(t, Amount{2, 12}, r.Chosen["list"].half(3))

	prefix := filepath.Join(dir, "pre")
	s.run(t, "RULE EXTERNAL LIST 'a' EXEC ''\nRULE 'a' LIST 'a' WEIGHT(KB_ALLOCATED) SHOW(NAME)", Options{Mode: Prepare, ListPrefix: prefix})
	lines := strings.Split(strings.TrimSpace(read("pre.list.a")), "\n")
	require.Len(t, lines, 2)
	rec, err := filelist.ParseRecord([]byte(lines[0]))
	require.NoError(t, err)
	assert.Equal(t, "/f/with space -- and\nnewline\\", string(rec.Path), "the heavier first")
	assert.InDelta(t, 8, rec.Weight, 0)
}

// half divides what several lists counted together.
func (a Amount) half(n int64) Amount { return Amount{a.Files / n, a.KB / n} }

func TestWeightsOrderListsEvenOnDisk(t *testing.T) {
	var files []file
	for i := range 3000 {
		files = append(files, file{path: fmt.Sprintf("/f/%04d", i), kb: int64(i*7919%3000) + 1})
	}
	dir := t.TempDir()
	s := newShelf(files...)
	r := s.run(t, "RULE EXTERNAL LIST 'a' EXEC ''\nRULE 'a' LIST 'a' WEIGHT(KB_ALLOCATED) SHOW(VARCHAR(KB_ALLOCATED))", Options{Mode: Defer, ListPrefix: dir, Memory: 1 << 10, WorkDir: dir})
	assert.Positive(t, r.Spilled)
	b, err := os.ReadFile(filepath.Join(dir, "list.a"))
	require.NoError(t, err)
	lines := strings.Split(strings.TrimSpace(string(b)), "\n")
	require.Len(t, lines, 3000)
	for i, line := range lines {
		require.Equal(t, fmt.Sprint(3000-i), strings.Fields(line)[3])
	}
	left, err := os.ReadDir(dir)
	require.NoError(t, err)
	assert.Len(t, left, 1, "nothing but the list is left behind")
}

// scripts remembers what it was asked.
type scripts struct {
	mu    sync.Mutex
	calls []string
	files map[string][]string
	exit  func(node, command string, n int) int
}

func (s *scripts) Run(_ context.Context, node string, argv []string, out io.Writer) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := 0
	if argv[1] != "TEST" {
		b, err := os.ReadFile(argv[2])
		if err != nil {
			return 0, err
		}
		lines := strings.Split(strings.TrimSuffix(string(b), "\n"), "\n")
		n = len(lines)
		if s.files == nil {
			s.files = map[string][]string{}
		}
		s.files[argv[1]] = append(s.files[argv[1]], lines...)
	}
	s.calls = append(s.calls, fmt.Sprint(node, ":", argv[1], ":", n, ":", strings.Join(argv[3:], "|")))
	fmt.Fprintf(out, "ran %s\nno end", argv[1])
	if s.exit != nil {
		return s.exit(node, argv[1], len(s.calls)), nil
	}
	return 0, nil
}

func TestScripts(t *testing.T) {
	s := newShelf(tenFiles("a")...)
	sc := &scripts{}
	work := t.TempDir()
	var out strings.Builder
	r := s.run(t, `RULE EXTERNAL LIST 'l' EXEC '/x' OPTS '-a b'
RULE 'l' LIST 'l' WHERE NAME < '7'`, Options{Mode: Yes, Scripts: sc, Batch: 3, Threads: 1, WorkDir: work, Console: &out, Level: 0})
	assert.Equal(t, []string{":TEST:0:-a b", ":LIST:3:-a b", ":LIST:3:-a b", ":LIST:1:-a b"}, sc.calls)
	assert.Len(t, sc.files["LIST"], 7)
	assert.Equal(t, int64(7), r.Done)
	assert.Equal(t, []ListReport{{Name: "l", Chosen: Amount{7, 70}, Calls: 3}}, r.Lists)
	assert.Contains(t, out.String(), "ran LIST\nno end\n")
	left, err := os.ReadDir(work)
	require.NoError(t, err)
	assert.Empty(t, left)
}

func TestScriptsGetBatchesBySize(t *testing.T) {
	s := newShelf(tenFiles("a")...)
	sc := &scripts{}
	s.run(t, `RULE EXTERNAL POOL 'tape' EXEC '/x' SIZE 35
RULE 'm' MIGRATE FROM POOL 'a' TO POOL 'tape'`, Options{Mode: Yes, Scripts: sc, Threads: 1, WorkDir: t.TempDir()})
	assert.Equal(t, []string{":TEST:0:", ":MIGRATE:3:", ":MIGRATE:3:", ":MIGRATE:3:", ":MIGRATE:1:"}, sc.calls)
}

func TestBatchesEndWhereTheWeightChanges(t *testing.T) {
	s := newShelf(file{path: "/f/a", kb: 3}, file{path: "/f/b", kb: 3}, file{path: "/f/c", kb: 3}, file{path: "/f/d", kb: 2}, file{path: "/f/e", kb: 1})
	sc := &scripts{}
	s.run(t, "RULE EXTERNAL LIST 'l' EXEC '/x'\nRULE 'l' LIST 'l' WEIGHT(KB_ALLOCATED)", Options{Mode: Yes, Scripts: sc, Threads: 1, Batch: 2, SplitByWeight: true, WorkDir: t.TempDir()})
	assert.Equal(t, []string{":TEST:0:", ":LIST:2:", ":LIST:1:", ":LIST:1:", ":LIST:1:"}, sc.calls)
}

// A file that has come in the place of a chosen one is not deleted in its stead.
func TestOtherFilesInThePlaceAreLeftAlone(t *testing.T) {
	dir := t.TempDir()
	for _, n := range []string{"a", "b"} {
		require.NoError(t, os.WriteFile(filepath.Join(dir, n), nil, 0o600))
	}
	src := &swapping{Source: Directory(dir, scan.Options{}), after: func() {
		require.NoError(t, os.WriteFile(filepath.Join(dir, "new"), []byte("precious"), 0o600))
		require.NoError(t, os.Rename(filepath.Join(dir, "new"), filepath.Join(dir, "a")))
	}}
	m := &mover{}
	r := mustRun(t, "RULE 'd' DELETE", src, Options{Mode: Yes, Mover: m, WorkDir: t.TempDir()})
	assert.Equal(t, []string{"delete " + filepath.Join(dir, "b")}, m.did)
	assert.Equal(t, int64(1), r.Errors)
	assert.Contains(t, r.Failures[0], "another file has come in its place")
}

// swapping does something when the scan is over.
type swapping struct {
	Source
	after func()
}

func (s *swapping) Each(ctx context.Context, fn func(int, Object) error) (scan.Stats, error) {
	st, err := s.Source.Each(ctx, fn)
	s.after()
	return st, err
}

func TestConsoleTellsHowFarTheScanIs(t *testing.T) {
	said := &waiting{want: "Directory entries scanned: 2048.", came: make(chan struct{})}
	src := &endless{until: said.came}
	mustRun(t, "RULE 'l' LIST 'l'", src, Options{Console: said, Level: 1, Every: time.Millisecond})
	assert.Equal(t, int64(2050), src.shown)
}

func TestWhoListensHearsOfTheScan(t *testing.T) {
	heard := &hearing{came: make(chan struct{})}
	pol := lang.Parse(lang.Source{Text: "RULE 'l' LIST 'l'"}, lang.Options{})
	_, err := Run(progress.With(t.Context(), heard), pol, &endless{until: heard.came}, Options{})
	require.NoError(t, err)
	assert.True(t, heard.ended)
}

// hearing waits until it hears that 2048 objects were seen.
type hearing struct {
	mu    sync.Mutex
	came  chan struct{}
	once  sync.Once
	ended bool
}

func (h *hearing) Report(_ uint64, s progress.State) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if s.Count == 2048 && s.Phase == "scanning" {
		h.once.Do(func() { close(h.came) })
	}
}

func (h *hearing) End(uint64) { h.ended = true }

// waiting is a console that waits for a line.
type waiting struct {
	mu   sync.Mutex
	text strings.Builder
	want string
	came chan struct{}
	once sync.Once
}

func (w *waiting) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.text.Write(p)
	if strings.Contains(w.text.String(), w.want) {
		w.once.Do(func() { close(w.came) })
	}
	return len(p), nil
}

// endless shows 2050 objects and waits for the console to tell of them.
type endless struct {
	until chan struct{}
	shown int64
}

func (s *endless) Workers() int { return 1 }

func (s *endless) Each(ctx context.Context, fn func(int, Object) error) (scan.Stats, error) {
	for range 2050 {
		if err := fn(0, &fakeObject{path: "/f/x", typ: scan.Regular, info: scan.Info{Have: scan.MaskAll}}); err != nil {
			return scan.Stats{}, err
		}
		s.shown++
	}
	<-s.until
	return scan.Stats{Entries: s.shown, Files: s.shown}, nil
}

func TestExternalPoolCommands(t *testing.T) {
	s := newShelf(file{path: "/f/a", pool: "a", kb: 1}, file{path: "/f/b", misc: "MV"}, file{path: "/f/c", misc: "MV"})
	sc := &scripts{}
	r := s.run(t, `RULE EXTERNAL POOL 'tape' EXEC '/x'
RULE 'out' MIGRATE FROM POOL 'a' THRESHOLD(0,100,0) TO POOL 'tape'
RULE 'back' MIGRATE FROM POOL 'tape' TO POOL 'a' WHERE NAME = 'b'
RULE 'purge' DELETE FROM POOL 'tape' WHERE NAME = 'c'`, Options{Mode: Yes, Scripts: sc, Threads: 1, WorkDir: t.TempDir()})
	assert.Len(t, sc.files["PREMIGRATE"], 1)
	assert.Contains(t, sc.files["RECALL"][0], "/f/b")
	assert.Contains(t, sc.files["PURGE"][0], "/f/c")
	assert.Equal(t, int64(3), r.Done)
}

// A node on which TEST fails takes no part; one on which a batch fails gets no more work.
func TestScriptsThatFail(t *testing.T) {
	s := newShelf(tenFiles("a")...)
	sc := &scripts{exit: func(node, command string, _ int) int {
		switch {
		case command == "TEST" && node == "bad":
			return 1
		case command == "LIST" && node == "weak":
			return 2
		}
		return 0
	}}
	r := s.run(t, "RULE EXTERNAL LIST 'l' EXEC '/x'\nRULE 'l' LIST 'l'", Options{Mode: Yes, Scripts: sc, Batch: 1, Threads: 1, Nodes: []string{"bad", "weak", "good"}, WorkDir: t.TempDir()})
	counts := map[string]int{}
	for _, c := range sc.calls {
		counts[strings.Join(strings.Split(c, ":")[:2], " ")]++
	}
	assert.Equal(t, 1, counts["bad TEST"])
	assert.Zero(t, counts["bad LIST"])
	assert.LessOrEqual(t, counts["weak LIST"], 1)
	assert.Equal(t, 10, counts["weak LIST"]+counts["good LIST"])
	assert.Equal(t, int64(counts["good LIST"]), r.Done)
	assert.Equal(t, int64(1+counts["weak LIST"]), r.Errors)

	sc = &scripts{exit: func(string, string, int) int { return 1 }}
	r = s.run(t, "RULE EXTERNAL LIST 'l' EXEC '/x'\nRULE 'l' LIST 'l'", Options{Mode: Yes, Scripts: sc, WorkDir: t.TempDir()})
	assert.Zero(t, r.Done)
	assert.Len(t, sc.calls, 1)
	assert.Contains(t, strings.Join(r.Failures, "\n"), "can be run on no node")
}

// mover remembers what it was told.
type mover struct{ did []string }

func (m *mover) Migrate(path, pool string, replicas int, compress string, deferred bool) error {
	m.did = append(m.did, fmt.Sprint("migrate ", path, " ", pool, " ", replicas, " ", compress, " ", deferred))
	return nil
}

func (m *mover) Delete(path string) error {
	m.did = append(m.did, "delete "+path)
	if strings.HasSuffix(path, "c") {
		return os.ErrPermission
	}
	return nil
}

func TestMover(t *testing.T) {
	s := newShelf(file{path: "/f/a"}, file{path: "/f/b\nx"}, file{path: "/f/c"}, file{path: "/f/z"})
	const text = "RULE 'm' MIGRATE TO POOL 'a pool' REPLICATE(2) WHERE NAME = 'a'\nRULE 'z' MIGRATE COMPRESS('lz4') WHERE NAME = 'z'\nRULE 'd' DELETE"
	m := &mover{}
	r := s.run(t, text, Options{Mode: Yes, Mover: m, WorkDir: t.TempDir()})
	sort.Strings(m.did)
	assert.Equal(t, []string{"delete /f/b\nx", "delete /f/c", "migrate /f/a a pool 2  false", "migrate /f/z  0 lz4 false"}, m.did)
	assert.Equal(t, int64(3), r.Done)
	assert.Equal(t, int64(1), r.Errors)

	m = &mover{}
	s.run(t, text, Options{Mode: Defer, Mover: m, WorkDir: t.TempDir()})
	sort.Strings(m.did)
	assert.Equal(t, []string{"migrate /f/a a pool 2  true", "migrate /f/z  0 lz4 true"}, m.did, "nothing is deleted, no data move")

	m = &mover{}
	s.run(t, text, Options{Mode: Test, Mover: m})
	assert.Empty(t, m.did)
}

func TestActionsActOnlyInARun(t *testing.T) {
	dir := t.TempDir()
	p := filepath.Join(dir, "x")
	require.NoError(t, os.WriteFile(p, nil, 0o600))
	var did []string
	o := Options{Now: now, Act: func(path string, a Action) error {
		did = append(did, path+" "+a.Func+" "+strings.Join(a.Args, "="))
		return nil
	}, WorkDir: t.TempDir()}
	const text = "RULE 'm' MIGRATE TO POOL 'x' ACTION(SETXATTR('user.a','b' || NAME)) WHERE SETXATTR('user.no','no')"
	mustRun(t, text, Directory(dir, scan.Options{}), o)
	assert.Empty(t, did, "a test changes nothing")
	o.Mode = Yes
	mustRun(t, text, Directory(dir, scan.Options{}), o)
	assert.Equal(t, []string{p + " SETXATTR user.a=bx"}, did)
}

func TestConsole(t *testing.T) {
	s := newShelf(file{path: "/fs1/file1.save", pool: "sp1", kb: 16, fileset: "root"}, file{path: "/fs1/file.tmp1", pool: "sp1", fileset: "root"}, file{path: "/fs1/file1", pool: "sp1", kb: 16, fileset: "root"}, file{path: "/fs1/none", pool: "x", fileset: "root"})
	const text = `/* Exclusion rule */
RULE 'exclude *.save files' EXCLUDE WHERE NAME LIKE '%.save'
RULE 'delete' DELETE FROM POOL 'sp1' WHERE NAME LIKE '%tmp%'
RULE 'migration to system pool' MIGRATE FROM POOL 'sp1' TO POOL 'system' WHERE NAME LIKE '%file%'
RULE EXTERNAL LIST 'tmpfiles' EXEC '/tmp/exec.list'
RULE 'all' LIST 'tmpfiles' WEIGHT(KB_ALLOCATED) where name like '%tmp%'`
	out := func(level int) string {
		var b strings.Builder
		s.run(t, text, Options{Console: &b, Level: level, Name: "policyfile", Pools: []Pool{{Name: "sp1", Total: 19531264, Used: 5120}, {Name: "system", Total: 0, Used: 0, NoUserData: true}}, InodesUsed: 3, InodesTotal: 12})
		return b.String()
	}
	assert.Empty(t, out(0))
	five := out(5)
	assert.Less(t, strings.Index(five, "[I] Directories scan:"), strings.Index(five, "/fs1/file1.save\t["), "files are told of after the scan")
	one := out(1)
	for _, want := range []string{
		"[I] GPFS Current Data Pool Utilization in KB and %\nPool_Name                   KB_Occupied        KB_Total  Percent_Occupied\nsp1                                5120        19531264      0.026214381%\nsystem                                0               0      0.000000000% (no user data)\n",
		"[I] 3 of 12 inodes used: 25.000000%.\n", "[I] Loaded policy rules from policyfile.\n", "CURRENT_TIMESTAMP = 2024-02-28@12:30:45 UTC\n",
		"parsed 0 Placement Rules, 0 Restore Rules, 3 Migrate/Delete/Exclude Rules,\n\t1 List Rules, 1 External Pool/List Rules\n", text + "\n",
		"[I] Directories scan: 4 files, 0 directories, 0 other objects, 0 'skipped' files and/or errors.\n",
		"[I] Summary of Rule Applicability and File Choices:\n Rule#      Hit_Cnt          KB_Hit          Chosen       KB_Chosen          KB_Ill     Rule\n",
		"     0            1              16               0               0               0     RULE 'exclude *.save files' EXCLUDE WHERE(.)\n",
		"     2            1              16               1              16               0     RULE 'migration to system pool' MIGRATE FROM POOL 'sp1' TO POOL 'system' WHERE(.)\n",
		"     3            1               0               1               0               0     RULE 'all' LIST 'tmpfiles' WEIGHT(.) WHERE(.)\n",
	} {
		assert.Contains(t, one, want)
	}
	assert.NotContains(t, one, "/fs1/file1\t")
	three := out(3)
	assert.Contains(t, three, "/fs1/file.tmp1\t RULE 'delete' DELETE FROM POOL 'sp1' WEIGHT(INF)\n")
	assert.Contains(t, three, "/fs1/file.tmp1\t RULE 'all' LIST 'tmpfiles' WEIGHT(0.000000)\n")
	assert.NotContains(t, three, "file1.save\t")
	five = out(5)
	assert.Contains(t, five, "/fs1/file1.save\t[1970-01-01@00:00:00 0 0 16384 sp1 2024-02-28@12:30:45 16 root] RULE 'exclude *.save files' EXCLUDE\n")
	assert.NotContains(t, five, "/fs1/none\t")
	assert.Contains(t, out(6), "/fs1/none\t[")
}

func TestSummaryOfARule(t *testing.T) {
	pol := lang.Parse(lang.Source{Text: "RULE 'OldStuff' MIGRATE FROM POOL 'gpfs23data' TO POOL 'gpfs23capacity' LIMIT(98) THRESHOLD(90,80) FOR FILESET('a','b') SHOW(NAME) WHERE TRUE RULE 'x' LIST 'y' DIRECTORIES_PLUS EXCLUDE"}, lang.Options{})
	require.NoError(t, pol.Err())
	assert.Equal(t, "RULE 'OldStuff' MIGRATE FROM POOL 'gpfs23data' THRESHOLD(90.000000,80.000000) TO POOL 'gpfs23capacity' LIMIT(98.000000) FOR FILESET(.) SHOW(.) WHERE(.)", Summary(pol.Rules[0]))
	assert.Equal(t, "RULE 'x' LIST 'y' EXCLUDE DIRECTORIES_PLUS", Summary(pol.Rules[1]))
}

func TestExplain(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a.tmp")
	require.NoError(t, os.WriteFile(path, make([]byte, 5000), 0o640))
	pol := lang.Parse(lang.Source{Name: "p", Text: `define(big,(FILE_SIZE > 1000))
RULE 'w' WHEN (1=2) DELETE
RULE 'p' MIGRATE FROM POOL 'gold' TO POOL 'x'
RULE 'f' MIGRATE TO POOL 'x' FOR FILESET('other')
RULE 'n' DELETE WHERE NAME LIKE '%.log' AND big
RULE 'u' DELETE WHERE XATTR('user.none') = 'x'
RULE 'y' DELETE WHERE NAME LIKE '%.tmp' AND big
RULE 'z' DELETE WHERE NAME LIKE '%.tmp'
RULE 'l' LIST 'l' WHERE USER_ID >= 0
RULE 'k' LIST 'l'`}, lang.Options{})
	p, err := Compile(pol, Options{Now: now})
	require.NoError(t, err)
	x, err := p.Explain(path)
	require.NoError(t, err)
	var got []string
	for _, r := range x.Rules {
		got = append(got, fmt.Sprint(r.Name, " ", r.Applies, " ", r.Reason))
	}
	assert.Equal(t, []string{
		"w false WHEN is not true",
		"p false it lies in pool system, not in gold",
		"f false it belongs to fileset root",
		"n false WHERE is false",
		"u false WHERE is NULL: something that it asks for is not known of the object",
		"y true a candidate for deletion",
		"z false rule 'y' has taken it before",
		"l true a candidate of list 'l'",
		"k false rule 'l' has taken it for the list before",
	}, got)
	assert.Contains(t, x.Rules[3].Steps, Step{Clause: "WHERE", Depth: 1, Text: "NAME LIKE '%.log'", Value: "FALSE"})
	assert.Contains(t, x.Rules[3].Steps, Step{Clause: "WHERE", Depth: 1, Text: "FILE_SIZE > 1000", Value: "TRUE"})
	assert.Contains(t, x.Rules[3].Steps, Step{Clause: "WHERE", Depth: 2, Text: "FILE_SIZE", Value: "5000"})
	_, err = p.Explain(filepath.Join(dir, "none"))
	assert.ErrorIs(t, err, os.ErrNotExist)
}

func TestPlainSite(t *testing.T) {
	s := &PlainSite{Junctions: []Junction{{"/fs/p", "p"}, {"/fs/p/q/", "q"}}}
	for path, want := range map[string]string{"/fs/x": "root", "/fs/p": "p", "/fs/px": "root", "/fs/p/a": "p", "/fs/p/q": "q", "/fs/p/q/r": "q", "/fs/p/qq": "p"} {
		var d Details
		require.NoError(t, s.Describe(&fakeObject{path: path, typ: scan.Regular}, WantFileset|WantPool, &d))
		assert.Equal(t, want, d.Fileset, path)
		assert.Equal(t, "system", d.Pool)
	}
	var d Details
	s = &PlainSite{Attributes: true, Pool: "data"}
	require.NoError(t, s.Describe(&fakeObject{path: "/a", typ: scan.Regular, xattrs: map[string]string{"user.gpfs.pool": "gold", "user.gpfs.immutable": "yes"}}, WantPool|WantMisc, &d))
	assert.Equal(t, "gold", d.Pool)
	assert.Equal(t, "X", d.Misc)
}
