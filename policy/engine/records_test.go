package engine

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gpfsh/policy/filelist"
	"gpfsh/policy/lang"
)

// execute carries out lists.
func execute(t *testing.T, text string, o Options, lists ...string) *Report {
	t.Helper()
	p, err := Compile(lang.Parse(lang.Source{Text: text}, lang.Options{}), o)
	require.NoError(t, err)
	r, err := p.Execute(t.Context(), lists)
	require.NoError(t, err)
	assert.Equal(t, r.Records.Read, r.Records.Used+r.Records.Rejected)
	return r
}

// What a run prepares, another one carries out as if it had been one.
func TestPreparedListsAreCarriedOut(t *testing.T) {
	const text = `RULE EXTERNAL LIST 'l' EXEC '/list' ESCAPE '%/'
RULE EXTERNAL POOL 'tape' EXEC '/tape' OPTS '-x'
RULE 'out' MIGRATE FROM POOL 'a' THRESHOLD(90,75,60) WEIGHT(KB_ALLOCATED) TO POOL 'tape'
RULE 'back' MIGRATE FROM POOL 'tape' TO POOL 'a' WHERE NAME = 'b'
RULE 'purge' DELETE FROM POOL 'tape' WHERE NAME = 'c'
RULE 'all' LIST 'l' WEIGHT(KB_ALLOCATED) SHOW(NAME || ' x')`
	files := append(tenFiles("a"), file{path: "/f/b", misc: "MV"}, file{path: "/f/c", misc: "MV"}, file{path: "/f/new\nline", kb: 3})
	s := newShelf(files...)
	pools := []Pool{{Name: "a", Total: 100, Used: 95}}
	straight, later := &scripts{}, &scripts{}
	want := s.run(t, text, Options{Mode: Yes, Scripts: straight, Threads: 1, Pools: pools, WorkDir: t.TempDir()})
	require.NotEmpty(t, straight.files["PREMIGRATE"])

	dir := t.TempDir()
	s.run(t, text, Options{Mode: Prepare, ListPrefix: dir, Pools: pools, WorkDir: t.TempDir()})
	lists, err := filepath.Glob(dir + "/list.*")
	require.NoError(t, err)
	require.Len(t, lists, 5)
	work := t.TempDir()
	got := execute(t, text, Options{Mode: Yes, Scripts: later, Threads: 1, WorkDir: work, Now: now}, lists...)
	for _, command := range []string{"LIST", "MIGRATE", "PREMIGRATE", "RECALL", "PURGE"} {
		assert.Equal(t, straight.files[command], later.files[command], command)
	}
	assert.Equal(t, want.Chosen, got.Chosen)
	assert.Equal(t, want.Done, got.Done)
	assert.Equal(t, &RecordsReport{Read: got.Done, Used: got.Done}, got.Records)
	left, err := os.ReadDir(work)
	require.NoError(t, err)
	assert.Empty(t, left)

	var out strings.Builder
	execute(t, text, Options{Mode: Test, Console: &out, Level: 1}, lists...)
	assert.Contains(t, out.String(), fmt.Sprintf("Executing file lists. %d records read, %d used, 0 rejected.", got.Done, got.Done))
	assert.Contains(t, out.String(), "Chose to premigrate")

	again := t.TempDir()
	execute(t, text, Options{Mode: Defer, ListPrefix: again}, lists...)
	b, err := os.ReadFile(filepath.Join(again, "list.l"))
	require.NoError(t, err)
	assert.Equal(t, strings.Join(straight.files["LIST"], "\n")+"\n", string(b), "a list of records becomes one of files")
}

func record(rule uint64, path string) string {
	r := filelist.Record{Rule: rule, Path: []byte(path), Pool: []byte("a"), Inode: 1, Weight: 1, Size: 2}
	return string(r.Append(nil))
}

func TestRecordsThatCannotBeUsed(t *testing.T) {
	const text = "RULE EXTERNAL LIST 'l' EXEC '/x'\nRULE 'l' LIST 'l'\nRULE 'x' EXCLUDE WHERE NAME = 'q'\nRULE 'm' MIGRATE TO POOL 'b'"
	list := filepath.Join(t.TempDir(), "list")
	var b bytes.Buffer
	for _, line := range []string{record(0, "/good"), "", "no record", record(7, "/a"), record(1, "/a"), record(2, "/a"), record(0, "relative"), record(0, "/also good"), strings.TrimSuffix(record(0, "/cut"), "a")} {
		b.WriteString(line + "\n")
	}
	b.WriteString(record(0, "/no end"))
	require.NoError(t, os.WriteFile(list, b.Bytes(), 0o600))
	sc := &scripts{}
	r := execute(t, text, Options{Mode: Yes, Scripts: sc, Threads: 1, WorkDir: t.TempDir()}, list)
	assert.Equal(t, &RecordsReport{Read: 10, Used: 2, Rejected: 8}, r.Records)
	assert.Equal(t, int64(8), r.Errors)
	assert.Equal(t, []string{"1 0 0   -- /good", "1 0 0   -- /also good"}, sc.files["LIST"])
	all := strings.Join(r.Failures, "\n")
	for _, want := range []string{
		"record 3: no record of the record format", "record 4: it names rule 7, and the policy has 3", "record 5: rule 1 excludes files",
		"record 6: rule 2 moves files inside", `record 7: "relative" is not an absolute path`, "record 10: the last record has no end",
	} {
		assert.Contains(t, all, want)
	}
	p, err := Compile(lang.Parse(lang.Source{Text: text}, lang.Options{}), Options{})
	require.NoError(t, err)
	_, err = p.Execute(t.Context(), []string{list + ".none"})
	assert.ErrorIs(t, err, os.ErrNotExist)
	require.NoError(t, os.WriteFile(list, bytes.Repeat([]byte("x"), longestRecord+1<<19), 0o600))
	_, err = p.Execute(t.Context(), []string{list})
	assert.ErrorContains(t, err, "a record has more than")
}

func TestListsOfRecordsInTurns(t *testing.T) {
	dir := t.TempDir()
	var lists []string
	for _, l := range []string{"a", "b"} {
		var b strings.Builder
		for i := range 3 {
			// The records of one of them end with zero bytes, and may have newlines.
			end := map[string]string{"a": "\n", "b": "\x00"}[l]
			b.WriteString(record(0, fmt.Sprintf("/%s%d", l, i)) + end)
		}
		lists = append(lists, filepath.Join(dir, l))
		require.NoError(t, os.WriteFile(filepath.Join(dir, l), []byte(b.String()), 0o600))
	}
	order := func(turns bool) string {
		sc := &scripts{}
		execute(t, "RULE EXTERNAL LIST 'l' EXEC '/x'\nRULE 'l' LIST 'l'", Options{Mode: Yes, Scripts: sc, Threads: 1, Batch: 2, RoundRobin: turns, WorkDir: t.TempDir()}, lists...)
		var names []string
		for _, line := range sc.files["LIST"] {
			names = append(names, line[strings.LastIndex(line, "/")+1:])
		}
		return strings.Join(names, " ")
	}
	assert.Equal(t, "a0 a1 a2 b0 b1 b2", order(false))
	assert.Equal(t, "a0 a1 b0 b1 a2 b2", order(true))
}
