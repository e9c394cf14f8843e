package filelist

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"math"
	"path"
	"slices"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// oracle groups entries with nothing but maps.
func oracle(list []entry, key func(entry) string) map[string][]entry {
	groups := map[string][]entry{}
	for _, e := range list {
		groups[key(e)] = append(groups[key(e)], e)
	}
	return groups
}

func sumOf(list []entry) (n int64) {
	for _, e := range list {
		n += e.size
	}
	return n
}

func uidName(e entry) string { return fmt.Sprintf("uid:%d", e.uid) }

func extOf(e entry) string {
	name := path.Base(e.path)
	i := strings.LastIndexByte(name, '.')
	if i <= 0 || i == len(name)-1 {
		return "(none)"
	}
	return strings.ToLower(name[i+1:])
}

func dirAt(e entry, n int) string {
	parts := strings.Split(strings.TrimPrefix(path.Dir(e.path), "/"), "/")
	return "/" + strings.Join(parts[:min(n, len(parts))], "/")
}

func TestGroupingAgreesWithMaps(t *testing.T) {
	list := entries(7, 3000)
	data := listOf(list)
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	tests := []struct {
		name string
		by   []Attr
		key  func(entry) string
	}{
		{"user", []Attr{User}, uidName},
		{"user id", []Attr{UserID}, func(e entry) string { return fmt.Sprint(e.uid) }},
		{"pool", []Attr{PoolName}, func(e entry) string { return e.pool }},
		{"extension", []Attr{Ext}, extOf},
		{"directory at depth 3", []Attr{Dir(3)}, func(e entry) string { return dirAt(e, 3) }},
		{"directory", []Attr{Dir(0)}, func(e entry) string { return path.Dir(e.path) }},
		{"depth", []Attr{Depth}, func(e entry) string { return fmt.Sprint(strings.Count(e.path, "/") - 1) }},
		{"year", []Attr{YearOf(Modify)}, func(e entry) string { return fmt.Sprint(e.modify.Year()) }},
		{"month", []Attr{MonthOf(Modify)}, func(e entry) string { return e.modify.Format("2006-01") }},
		{"owner and age", []Attr{User, AgeClass(Modify, 365*24*time.Hour, 3650*24*time.Hour)}, func(e entry) string {
			age := now.Sub(e.modify)
			switch {
			case age < 365*24*time.Hour:
				return uidName(e) + " < 1y"
			case age < 3650*24*time.Hour:
				return uidName(e) + " 1y - 10y"
			}
			return uidName(e) + " >= 10y"
		}},
		{"size class, pool and extension", []Attr{SizeClass(Size, 1<<10, 1<<20), PoolName, Ext}, func(e entry) string {
			class := "< 1KiB"
			if e.size >= 1<<20 {
				class = ">= 1MiB"
			} else if e.size >= 1<<10 {
				class = "1KiB - 1MiB"
			}
			return class + " " + e.pool + " " + extOf(e)
		}},
		{"name", []Attr{Name}, func(e entry) string { return path.Base(e.path) }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			want := map[string]string{}
			for key, group := range oracle(list, tt.key) {
				want[key] = fmt.Sprint(len(group), " ", sumOf(group))
			}
			for _, workers := range []int{1, 3} {
				table, err := query(t, data, 3000).Workers(workers).By(tt.by...).Table(t.Context(), CountFiles(), Sum(Size))
				require.NoError(t, err)
				got := map[string]string{}
				for _, r := range table.Rows {
					got[strings.Join(r.Keys, " ")] = fmt.Sprint(r.Values[0].Int(), " ", r.Values[1].Int())
				}
				require.Len(t, got, len(table.Rows), "keys come once")
				assert.Empty(t, gocmp.Diff(want, got))
			}
		})
	}
}

func TestComputations(t *testing.T) {
	list := entries(8, 2000)
	do := []Agg{
		CountFiles(), Sum(Size), Min(Size), Max(Size), Avg(Size), Min(Modify), Max(Modify), Avg(NLink), Distinct(PoolName), Distinct(Ext), Distinct(UserID),
		Distinct(Path), Sum(KBAllocated), Max(Depth),
	}
	table, err := query(t, listOf(list), 5000).Workers(4).By(User).Table(t.Context(), do...)
	require.NoError(t, err)
	groups := oracle(list, uidName)
	require.Len(t, table.Rows, len(groups))
	for _, r := range table.Rows {
		group := groups[r.Keys[0]]
		distinctOf := func(key func(entry) string) int64 { return int64(len(oracle(group, key))) }
		bySize := func(a, b entry) int { return cmp.Compare(a.size, b.size) }
		byTime := func(a, b entry) int { return a.modify.Compare(b.modify) }
		links, kbs, depth := int64(0), int64(0), 0
		for _, e := range group {
			links += e.nlink
			kbs += e.kb
			depth = max(depth, strings.Count(e.path, "/")-1)
		}
		want := []any{
			int64(len(group)), sumOf(group), slices.MinFunc(group, bySize).size, slices.MaxFunc(group, bySize).size,
			float64(sumOf(group)) / float64(len(group)), slices.MinFunc(group, byTime).modify, slices.MaxFunc(group, byTime).modify,
			float64(links) / float64(len(group)), distinctOf(func(e entry) string { return e.pool }), distinctOf(extOf), int64(1),
			int64(len(group)), kbs, int64(depth),
		}
		for i, v := range r.Values {
			switch w := want[i].(type) {
			case int64:
				assert.Equal(t, w, v.Int(), do[i])
			case float64:
				assert.InEpsilon(t, w, v.Float(), 1e-12, do[i])
			case time.Time:
				assert.Equal(t, w, v.Time(), do[i])
			}
		}
	}
	assert.True(t, slices.IsSortedFunc(table.Rows, func(a, b Row) int { return cmp.Compare(b.Values[0].Int(), a.Values[0].Int()) }))
}

func TestQuantilesAreNearEnough(t *testing.T) {
	list := entries(9, 5000)
	q := query(t, listOf(list), 1<<20)
	sizes := make([]int64, len(list))
	times := make([]time.Time, len(list))
	for i, e := range list {
		sizes[i], times[i] = e.size, e.modify
	}
	slices.Sort(sizes)
	slices.SortFunc(times, time.Time.Compare)
	parts := []float64{0, 0.1, 0.5, 0.9, 0.99, 1}
	values, err := q.Quantiles(t.Context(), Size, parts...)
	require.NoError(t, err)
	moments, err := q.Quantiles(t.Context(), Modify, parts...)
	require.NoError(t, err)
	for i, p := range parts {
		at := max(int(math.Ceil(p*float64(len(list))))-1, 0)
		assert.InDelta(t, float64(sizes[at]), values[i].Float(), 0.005*float64(sizes[at])+1, p)
		age := q.now.Sub(times[at])
		// Counted from the other end, the rank may be off by one.
		assert.InDelta(t, age.Hours(), q.now.Sub(moments[i].Time()).Hours(), 0.005*age.Hours()+math.Abs(times[at].Sub(times[min(at+1, len(times)-1)]).Hours())+1, p)
	}
	byPool, err := q.By(PoolName).Quantiles(t.Context(), Size)
	require.NoError(t, err)
	assert.Equal(t, []string{"POOL", "SIZE P50", "SIZE P90", "SIZE P99", "FILES"}, byPool.Header())
}

func TestTopAndLeast(t *testing.T) {
	list := entries(10, 3000)
	for i := range list {
		list[i].size %= 50 // many ties
	}
	data := listOf(list)
	want := slices.Clone(list)
	slices.SortFunc(want, func(a, b entry) int { return cmp.Or(-cmp.Compare(a.size, b.size), strings.Compare(a.path, b.path)) })
	least := slices.Clone(list)
	slices.SortFunc(least, func(a, b entry) int { return cmp.Or(a.modify.Compare(b.modify), strings.Compare(a.path, b.path)) })
	for _, workers := range []int{1, 4} {
		table, err := query(t, data, 3000).Workers(workers).Top(t.Context(), 100, Size, User, Modify)
		require.NoError(t, err)
		require.Len(t, table.Rows, 100)
		assert.Equal(t, []string{"SIZE", "USER", "MODIFY", "PATH"}, table.Header())
		for i, r := range table.Rows {
			assert.Equal(t, want[i].path, r.Values[3].String())
			assert.Equal(t, want[i].size, r.Values[0].Int())
			assert.Equal(t, uidName(want[i]), r.Values[1].String())
			assert.Equal(t, want[i].modify, r.Values[2].Time())
		}
		oldest, err := query(t, data, 3000).Workers(workers).Least(t.Context(), 7, Modify)
		require.NoError(t, err)
		for i, r := range oldest.Rows {
			assert.Equal(t, least[i].path, oldest.Value(r, "path").String(), i)
		}
	}
	perUser, err := query(t, data, 3000).By(User).Top(t.Context(), 2, Size)
	require.NoError(t, err)
	require.Len(t, perUser.Rows, 14)
	for i, r := range perUser.Rows {
		if i%2 == 1 {
			assert.Equal(t, perUser.Rows[i-1].Keys, r.Keys)
			assert.GreaterOrEqual(t, perUser.Rows[i-1].Values[0].Int(), r.Values[0].Int())
		}
	}
}

func TestSeveralJobsInOnePass(t *testing.T) {
	list := entries(11, 1000)
	r, err := query(t, listOf(list), 2000).Where("Size > 1000").Run(t.Context(),
		Job{Name: "users", By: []Attr{User}, Do: []Agg{Sum(Size)}},
		Job{Name: "tmp", Where: []string{`Ext == "tmp"`}, Do: []Agg{CountFiles()}},
		Job{Name: "big", Do: []Agg{Top(3, Size)}},
		Job{Name: "count"},
	)
	require.NoError(t, err)
	n, tmp := int64(0), int64(0)
	for _, e := range list {
		if e.size > 1000 {
			n++
			if extOf(e) == "tmp" {
				tmp++
			}
		}
	}
	named := func(name string) *Table {
		table, err := r.Table(name)
		require.NoError(t, err)
		return table
	}
	assert.Equal(t, n, named("count").Rows[0].Values[0].Int())
	assert.Equal(t, tmp, named("tmp").Rows[0].Values[0].Int())
	assert.Len(t, named("big").Rows, 3)
	assert.Equal(t, n, r.Report.Used)
	assert.EqualValues(t, len(list)-int(n), r.Report.Skipped)
	_, err = r.Table("other")
	assert.ErrorContains(t, err, `there are ["users" "tmp" "big" "count"]`)
	assert.Contains(t, r.String(), "users\n")

	data, err := json.Marshal(r)
	require.NoError(t, err)
	var back struct {
		Tables []struct {
			Name string
			Rows []map[string]any
		}
		Report Report
	}
	require.NoError(t, json.Unmarshal(data, &back))
	assert.Equal(t, "users", back.Tables[0].Name)
	assert.Contains(t, back.Tables[0].Rows[0], "size")
	assert.Equal(t, r.Report.Used, back.Report.Used)
}

func TestTables(t *testing.T) {
	list := entries(12, 500)
	table, err := query(t, listOf(list), 2000).By(User, PoolName).Table(t.Context(), Sum(Size), CountFiles(), Max(Modify))
	require.NoError(t, err)
	assert.Equal(t, []string{"USER", "POOL", "SIZE", "FILES", "MAX MODIFY"}, table.Header())
	top := table.Top(2)
	require.Equal(t, 2, top.Len())
	assert.Zero(t, table.Top(-1).Len())
	assert.Equal(t, table.Len(), table.Top(1e6).Len())
	row, found := table.Get("uid:1003", "fast pool")
	require.True(t, found)
	assert.Equal(t, row.Values[0], table.Value(row, "SIZE"))
	assert.Equal(t, KindNone, table.Value(row, "no such").Kind())
	_, found = table.Get("nobody")
	assert.False(t, found)
	byCount := table.Sort("files")
	assert.True(t, slices.IsSortedFunc(byCount.Rows, func(a, b Row) int { return cmp.Compare(b.Values[1].Int(), a.Values[1].Int()) }))
	assert.Equal(t, "uid:1000", table.Sort("USER").Rows[0].Keys[0])
	text := top.String()
	assert.Len(t, strings.Split(text, "\n"), 3)

	data, err := json.Marshal(top)
	require.NoError(t, err)
	var rows []map[string]any
	require.NoError(t, json.Unmarshal(data, &rows))
	assert.Equal(t, float64(top.Rows[0].Values[0].Int()), rows[0]["size"])

	records := fmt.Sprintf("%T", top.Records())
	assert.Contains(t, records, `col:\"USER\"`)
	assert.Contains(t, records, "time.Time")
	assert.Empty(t, (*Table)(nil).String())
}

func TestJobsThatCannotBe(t *testing.T) {
	data := listOf(entries(13, 10))
	for name, job := range map[string]Job{
		"no such attribute":       {By: []Attr{"usr"}},
		"stands alone":            {Do: []Agg{Top(5, Size), CountFiles()}},
		"is no number":            {Do: []Agg{Sum(PoolName)}},
		"have no sum":             {Do: []Agg{Sum(Modify)}},
		"not between 0 and 1":     {Do: []Agg{Quantiles(Size, 1.5)}},
		"must be between 1":       {Do: []Agg{Top(0, Size)}},
		"nothing that can be":     {Do: []Agg{{Op: "median", Attr: Size}}},
		"is not in the layout":    {By: []Attr{Access}},
		"column 1":                {Where: []string{"Sise > 1"}},
		"there is no min of it":   {Do: []Agg{Min(User)}},
		`did you mean "user"?`:    {By: []Attr{"usr"}},
		"quantiles are of whole":  {Do: []Agg{Quantiles(Heat, 0.5)}},
		`attribute "": no such`:   {Do: []Agg{Sum("")}},
		"the layout of the list":  {By: []Attr{XAttr("user.x")}},
		"add it to its SHOW text": {Do: []Agg{Max(Access)}},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := query(t, data, 100).Run(t.Context(), job)
			assert.ErrorContains(t, err, name)
		})
	}
	_, err := query(t, data, 100).Run(t.Context())
	assert.Error(t, err)
	_, err = query(t, data, 100).MaxGroups(3).By(Path).Count(t.Context())
	var groups *GroupsError
	require.ErrorAs(t, err, &groups)
	assert.Equal(t, 3, groups.Max)
	_, err = Lists("x").Show("nonsense here").Where("true").Count(t.Context())
	assert.ErrorContains(t, err, "no such attribute")
}

func TestSumsBeyond64Bits(t *testing.T) {
	line := fmt.Sprintf("1 1 0  %d -- /a\n", int64(math.MaxInt64))
	v, err := Lists(writeList(t, bytes.Repeat([]byte(line), 1000))).Show("size").Sum(t.Context(), Size)
	require.NoError(t, err)
	assert.InEpsilon(t, 1000*float64(math.MaxInt64), v.Float(), 1e-9)
	assert.EqualValues(t, math.MaxInt64, v.Int())

	v, err = Lists(writeList(t, []byte("1 1 0  -5 -- /a\n1 1 0  3 -- /a\n"))).Show("size").Sum(t.Context(), Size)
	require.NoError(t, err)
	assert.EqualValues(t, -2, v.Int())
}

func TestUnknownValuesHaveAGroupOfTheirOwn(t *testing.T) {
	data := []byte("1 1 0  size=5 fileheat=1.5 -- /a\n1 1 0  size=7 -- /b\n1 1 0  fileheat=-2 -- /c\n")
	q := Lists(writeList(t, data)).Show("key=value")
	table, err := q.By(Heat).Table(t.Context(), CountFiles(), Sum(Size), Max(Size), Avg(Size))
	require.NoError(t, err)
	require.Len(t, table.Rows, 3)
	row, found := table.Get("(unknown)")
	require.True(t, found)
	assert.EqualValues(t, 7, row.Values[1].Int())
	row, _ = table.Get("-2")
	assert.EqualValues(t, 0, row.Values[1].Int())
	assert.Equal(t, KindNone, row.Values[2].Kind())
	assert.Equal(t, "-", row.Values[3].String())

	heats, err := q.Stats(t.Context(), Min(Heat), Max(Heat), Avg(Heat), Sum(Heat))
	require.NoError(t, err)
	assert.Equal(t, []float64{-2, 1.5, -0.25, -0.5}, []float64{
		heats.Rows[0].Values[2].Float(), heats.Rows[0].Values[3].Float(), heats.Rows[0].Values[4].Float(), heats.Rows[0].Values[5].Float(),
	})
	hot, err := q.Top(t.Context(), 5, Heat)
	require.NoError(t, err)
	require.Len(t, hot.Rows, 2)
	assert.Equal(t, []float64{1.5, -2}, []float64{hot.Rows[0].Values[0].Float(), hot.Rows[1].Values[0].Float()})
}
