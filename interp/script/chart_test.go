package script

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gpfsh/mmexec"
	"gpfsh/mmexec/mmsim"
	"gpfsh/model"
	"gpfsh/policy/filelist"
)

// demo is a session on the demo cluster, with a plan.
func demo(t *testing.T) (*Session, *model.Filesystem) {
	t.Helper()
	t.Setenv("LC_ALL", "C.UTF-8")
	plan := new(mmexec.Plan)
	ex := mmexec.Wrap(mmsim.New(), mmexec.DryRun(plan))
	c, err := model.Connect(t.Context(), ex)
	require.NoError(t, err)
	fs, err := c.Filesystems.Get(t.Context(), "mmfs1")
	require.NoError(t, err)
	return NewSession(Options{Cluster: c, Executor: ex, Plan: plan}), fs
}

func drawn(t *testing.T, s *Session, v any, columns ...string) string {
	t.Helper()
	c, err := s.Chart(t.Context(), v, columns...)
	require.NoError(t, err)
	return c.String()
}

func TestChartOfCollections(t *testing.T) {
	s, fs := demo(t)
	assert.Contains(t, drawn(t, s, fs.Pools), "DATA%, META% of pools\n", "percentages are what is drawn of pools")
	assert.Regexp(t, `(?m)^data +DATA% +65\.8%  █+▊?░+$`, drawn(t, s, fs.Pools))
	assert.Regexp(t, `(?m)^data +75 TiB  █+`, drawn(t, s, fs.Pools, "DataSize"))
	assert.Regexp(t, `(?m)^scratch +-$`, drawn(t, s, fs.Filesets, "UsedInodes"), "what is not asked is no 0")
	assert.Regexp(t, `(?m)^fileset/home +58\.3%  █+.?░+$`, drawn(t, s, fs.Quotas))
	assert.Regexp(t, `(?m)^fileset/scratch +21 TiB`, drawn(t, s, fs.Quotas, "BlockUsage"))

	top := View{value: fs.Filesets}.Top(2, "UsedInodes")
	assert.Regexp(t, `^INODES of filesets\nhome .*\nproj-alpha .*$`, drawn(t, s, top, "UsedInodes"), "a view is drawn as it is ordered and cut")

	mm, err := s.Mm(t.Context(), "mmlsdisk mmfs1")
	require.NoError(t, err)
	assert.Regexp(t, `(?m)^cap01 +120 TiB  █+$`, drawn(t, s, mm), "columns of mm commands say their unit")
}

func TestChartOfFiles(t *testing.T) {
	s, _ := demo(t)
	dir := t.TempDir()
	for name, size := range map[string]int{"a.dat": 10_000, "b.dat": 20_000, "c.txt": 5000, "d.txt": 1} {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), make([]byte, size), 0o600))
	}
	sums, err := filelist.Scan(dir).By(filelist.Ext).Sum(t.Context(), filelist.Size)
	require.NoError(t, err)
	assert.Regexp(t, `^SIZE by EXT\ndat +29\.3 KiB  █+\ntxt +4\.9 KiB  █+.?$`, drawn(t, s, sums))
	assert.Regexp(t, `dat +2  █+`, drawn(t, s, sums, "FILES"))

	classes, err := filelist.Scan(dir).By(filelist.SizeClass(filelist.Size)).Count(t.Context())
	require.NoError(t, err)
	assert.Regexp(t, `1 - 4KiB +1 .*\n4KiB - 16KiB +2 .*\n16KiB - 64KiB +1 `, drawn(t, s, classes), "classes stay in their order")

	tree, err := filelist.Scan(dir).Tree(t.Context(), 0)
	require.NoError(t, err)
	assert.Contains(t, drawn(t, s, tree), filepath.Base(dir))

	_, err = s.Chart(t.Context(), filelist.Scan(dir).By(filelist.Ext))
	assert.ErrorContains(t, err, "nothing is computed yet")
}

func TestChartOfPlainValues(t *testing.T) {
	s, _ := demo(t)
	assert.Regexp(t, `^b +5  █+\na +3  █+.?$`, drawn(t, s, map[string]int{"a": 3, "b": 5}), "the largest first")
	assert.Regexp(t, `^9 +1 .*\n10 +2 .*$`, drawn(t, s, map[int]int64{10: 2, 9: 1}), "numbers in their order")
	assert.Regexp(t, `^x +1m30s  █+$`, drawn(t, s, map[string]time.Duration{"x": 90 * time.Second}))
	assert.Regexp(t, `^a +unlimited\nb +2 TiB  █+$`, drawn(t, s, map[string]model.Bytes{"a": model.Unlimited, "b": 2 * model.TiB}))
	assert.Contains(t, drawn(t, s, []float64{1, 5, 2, 8}), "┤", "numbers without names are a line")
	c, err := s.Chart(t.Context(), []int{1, 1, 1, 9})
	require.NoError(t, err)
	assert.Regexp(t, `(?m)^1 to 2 .*3 `, c.Histogram(8).String())

	for v, want := range map[any]string{
		nil: "there is nothing", "text": "no members", 7: "no members",
	} {
		_, err := s.Chart(t.Context(), v)
		assert.ErrorContains(t, err, want)
	}
	_, err = s.Chart(t.Context(), []string{"a"})
	assert.ErrorContains(t, err, "no column holds numbers")
	_, err = s.Chart(t.Context(), []struct{ A string }{{"x"}}, "B")
	assert.ErrorContains(t, err, "no field B: there are A")
	assert.Equal(t, "no values\nnothing to draw", drawn(t, s, []string{}))
}

func TestChartAsData(t *testing.T) {
	s, _ := demo(t)
	c, err := s.Chart(t.Context(), map[string]model.Bytes{"a": model.Unlimited, "b": 2048})
	require.NoError(t, err)
	data, err := json.Marshal(c)
	require.NoError(t, err)
	assert.JSONEq(t, `[{"label":"a","value":null},{"label":"b","value":2048}]`, string(data))
}

func TestChartWritesAFile(t *testing.T) {
	s, fs := demo(t)
	c, err := s.Chart(t.Context(), fs.Pools)
	require.NoError(t, err)
	path := filepath.Join(t.TempDir(), "pools.svg")

	s.DryRun(true)
	require.NoError(t, c.SVG(path))
	assert.NoFileExists(t, path, "a dry run writes nothing")
	assert.Equal(t, []string{"tee -- " + path}, s.Plan().Commands())
	s.DryRun(false)

	require.NoError(t, c.SVG(path))
	doc, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Contains(t, string(doc), "<svg xmlns=")
	assert.Contains(t, string(doc), "capacity: ")

	assert.ErrorContains(t, c.SVG(""), "say which file")
	assert.ErrorContains(t, c.SVG(filepath.Join(t.TempDir(), "no", "dir.svg")), "cannot write the chart")
}

func TestViewsPrintThemselves(t *testing.T) {
	s, fs := demo(t)
	v := s.Sort(fs.Pools, "-DataUsedPct").Cols("Name", "DataUsedPct")
	assert.Equal(t, "NAME      DATA%\ndata      65.8%\ncapacity  44.6%\nsystem        -", v.String())
	data, err := json.Marshal(s.Largest(fs.Pools, 1, "DataSize").Cols("Name", "DataSize"))
	require.NoError(t, err)
	assert.JSONEq(t, `[{"name":"capacity","dataSize":263882790666240}]`, string(data), "exact numbers for machines")

	mm, err := s.Mm(t.Context(), "mmlsdisk mmfs1")
	require.NoError(t, err)
	assert.Equal(t, "nsdName  diskID\ncap02        11\ncap01        10\ndata05        9", s.Largest(mm, 3, "diskID").Cols("nsdName", "diskID").String(), "ids are ordered as numbers")

	down := s.Filter(mm, `availability == "down" || failureGroup == 2 && diskSizeKB >= 16106127360`)
	assert.Equal(t, "nsdName\ndata03\ndata04\ndata05\ncap02", down.Cols("nsdName").String())
	assert.Equal(t, "NAME  DATA%\ndata  65.8%", s.Filter(fs.Pools, "DataUsedPct > 40 && DataSize < 100*TiB").Cols("Name", "DataUsedPct").String())
	assert.Equal(t, "KEY  VALUE\nb        2", s.Filter(map[string]int{"a": 1, "b": 2}, `Value > 1`).String())
	for condition, want := range map[string]string{
		"nsd == 1": "no field nsd", "nsdName +": "no Go expression", "diskID": "neither true nor false", "f(1)": "only names", "nsdName * 2 == 1": "needs two numbers",
	} {
		assert.Contains(t, s.Filter(mm, condition).String(), want, condition)
	}

	assert.Equal(t, "KEY  VALUE\nb        2\na        1", s.Largest(map[string]int{"a": 1, "b": 2}, 2, "value").String())
}
