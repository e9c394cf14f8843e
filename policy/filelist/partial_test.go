package filelist

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"math/rand/v2"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func spreadJobs() []Job {
	return []Job{
		{Name: "users", By: []Attr{User}, Do: []Agg{Sum(Size), CountFiles(), Avg(Size), Min(Modify), Max(Size)}},
		{Name: "sizes", By: []Attr{SizeClass(Size), PoolName}},
		{Name: "top", Do: []Agg{Top(50, Size, User, PoolName)}},
		{Name: "quantiles", By: []Attr{PoolName}, Do: []Agg{Quantiles(Size, 0.1, 0.5, 0.99), Quantiles(Modify)}},
		{Name: "distinct", Do: []Agg{Distinct(Ext), Distinct(Path), Distinct(UserID)}},
		{Name: "none", Where: []string{"Size < 0"}, Do: []Agg{Sum(Size), Max(Size)}},
		{Name: "none by user", Where: []string{"Size < 0"}, By: []Attr{User}},
	}
}

// shown is what is compared of results.
func shown(t *testing.T, r *Results) []string {
	t.Helper()
	var out []string
	for _, table := range r.Tables {
		data, err := json.Marshal(table)
		require.NoError(t, err)
		out = append(out, table.Name+" "+string(data))
	}
	return out
}

func TestASpreadTaskGivesTheSame(t *testing.T) {
	list := entries(20, 12_000)
	whole := query(t, listOf(list), 1<<20)
	want, err := whole.Run(t.Context(), spreadJobs()...)
	require.NoError(t, err)

	task, err := whole.Task("run-1", spreadJobs()...)
	require.NoError(t, err)
	data, err := json.Marshal(task)
	require.NoError(t, err)
	dir := t.TempDir()
	order := rand.New(rand.NewPCG(3, 3)).Perm(7)
	for _, i := range order { // seven lists, each reduced by a node that has the task as text only
		var onNode Task
		require.NoError(t, json.Unmarshal(data, &onNode))
		p, err := onNode.Reduce(t.Context(), "", writeList(t, listOf(list[len(list)*i/7:len(list)*(i+1)/7])))
		require.NoError(t, err)
		require.NoError(t, p.WriteFile(filepath.Join(dir, p.Parts[0])))
		// The list is handed out again after a failure: the same part.
		again, err := onNode.Reduce(t.Context(), "", writeList(t, listOf(list[len(list)*i/7:len(list)*(i+1)/7])))
		require.NoError(t, err)
		assert.Equal(t, p.Parts, again.Parts)
	}
	total, err := task.Empty()
	require.NoError(t, err)
	total.Resolve(noNames())
	files, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Len(t, files, 7, "nothing else is left there")
	for _, f := range files {
		p, err := task.ReadFile(filepath.Join(dir, f.Name()))
		require.NoError(t, err)
		require.NoError(t, total.Merge(p))
		assert.ErrorIs(t, total.Merge(p), ErrSamePart, "a part counts once")
	}
	got := total.Results()
	assert.Empty(t, cmp.Diff(shown(t, want), shown(t, got)))
	assert.Equal(t, want.Report.Read, got.Report.Read)
	assert.Equal(t, want.Report.Used, got.Report.Used)
	assert.Len(t, total.Parts, 7)
}

func TestTasksSayWhatTheyNeed(t *testing.T) {
	task, err := Scan("/gpfs/p42").Where("Age(Access) > 90*Day").Task("r", Job{By: []Attr{User, Dir(1)}, Do: []Agg{Sum(KBAllocated)}})
	require.NoError(t, err)
	assert.Equal(t, []Attr{KBAllocated, UserID, Access}, task.Layout.Fields)
	assert.Equal(t, "/gpfs/p42", task.Root)
	assert.Equal(t, EscapePercent, task.Escape)
	sql, err := task.Layout.SQL()
	require.NoError(t, err)
	assert.Contains(t, sql, "ACCESS_TIME")

	_, err = Scan("/x").Match(func(*File) bool { return true }).Task("r", Job{})
	assert.ErrorContains(t, err, "does not travel")
	_, err = Scan("/x").LinksOnce().Task("r", Job{})
	assert.ErrorContains(t, err, "cannot be spread")
	_, err = Lists().Show("size").Task("r", Job{By: []Attr{User}})
	assert.ErrorContains(t, err, "not in the layout")

	task.Version++
	_, err = task.Reduce(t.Context(), "x")
	assert.ErrorIs(t, err, ErrVersion)
}

func TestPartialResultsThatDoNotFit(t *testing.T) {
	data := listOf(entries(21, 100))
	task, err := query(t, data, 1000).Task("run-1", spreadJobs()...)
	require.NoError(t, err)
	p, err := task.Reduce(t.Context(), "part-1", writeList(t, data))
	require.NoError(t, err)
	good, err := p.MarshalBinary()
	require.NoError(t, err)
	_, err = task.Read(good)
	require.NoError(t, err)

	t.Run("of another run", func(t *testing.T) {
		other := task
		other.Run = "run-2"
		_, err := other.Read(good)
		assert.ErrorIs(t, err, ErrOtherRun)
		q, err := other.Empty()
		require.NoError(t, err)
		assert.ErrorIs(t, q.Merge(p), ErrOtherRun)
	})
	t.Run("of other jobs", func(t *testing.T) {
		other := task
		other.Jobs = other.Jobs[:2]
		_, err := other.Read(good)
		assert.ErrorIs(t, err, ErrOtherRun)
	})
	t.Run("of another version", func(t *testing.T) {
		_, err := task.Read([]byte(strings.Replace(string(good), "partial 1", "partial 2", 1)))
		assert.ErrorIs(t, err, ErrVersion)
	})
	t.Run("damaged", func(t *testing.T) {
		for _, n := range []int{0, 5, len(partialMagic), len(partialMagic) + 10, len(good) / 2, len(good) - 1} {
			_, err := task.Read(good[:n])
			assert.ErrorIs(t, err, ErrDamaged, n)
		}
		for at := len(partialMagic); at < len(good); at += 97 {
			bad := bytes.Clone(good)
			bad[at] ^= 0x10
			_, err := task.Read(bad)
			assert.ErrorIs(t, err, ErrDamaged, at)
		}
		_, err := task.Read(append(bytes.Clone(good), 0))
		assert.ErrorIs(t, err, ErrDamaged)
	})
	t.Run("no file", func(t *testing.T) {
		_, err := task.ReadFile("/no such file")
		assert.ErrorIs(t, err, os.ErrNotExist)
		_, err = task.Reduce(t.Context(), "", "/no such list")
		assert.ErrorIs(t, err, os.ErrNotExist)
	})
}

func TestAFullDiskLeavesNothing(t *testing.T) {
	task, err := query(t, nil, 1).Task("r", Job{By: []Attr{Path}})
	require.NoError(t, err)
	p, err := task.Reduce(t.Context(), "x", writeList(t, listOf(entries(22, 5000))))
	require.NoError(t, err)
	assert.Error(t, p.WriteFile(filepath.Join(t.TempDir(), "no such directory", "x")))

	// A limit on the size of files is the nearest to a full disk that a test can have.
	dir := t.TempDir()
	signal.Ignore(syscall.SIGXFSZ)
	defer signal.Reset(syscall.SIGXFSZ)
	var old syscall.Rlimit
	require.NoError(t, syscall.Getrlimit(syscall.RLIMIT_FSIZE, &old))
	require.NoError(t, syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: 4096, Max: old.Max}))
	err = p.WriteFile(filepath.Join(dir, "x"))
	require.NoError(t, syscall.Setrlimit(syscall.RLIMIT_FSIZE, &old))
	assert.ErrorIs(t, err, syscall.EFBIG)
	left, err := os.ReadDir(dir)
	require.NoError(t, err)
	assert.Empty(t, left)
	require.NoError(t, p.WriteFile(filepath.Join(dir, "x")))
}

func FuzzPartial(f *testing.F) {
	q := Lists().Show(entryLayout).Escaped(EscapePercent)
	task, err := q.Task("run-1", spreadJobs()...)
	require.NoError(f, err)
	p, err := task.ReduceFiles(f.Context(), "x", Stream(bytes.NewReader(listOf(entries(23, 50)))).Show(entryLayout).Escaped(EscapePercent))
	require.NoError(f, err)
	good, err := p.MarshalBinary()
	require.NoError(f, err)
	f.Add(good[:len(good)-sha256.Size])
	f.Add([]byte(partialMagic))
	f.Fuzz(func(t *testing.T, data []byte) {
		// With a good checksum, so that what is behind it is reached.
		sum := sha256.Sum256(data)
		p, err := task.Read(append(bytes.Clone(data), sum[:]...))
		if err != nil {
			return
		}
		p.names = noNames()
		_ = p.Results().String()
		again, err := p.MarshalBinary()
		require.NoError(t, err)
		_, err = task.Read(again)
		require.NoError(t, err)
	})
}
