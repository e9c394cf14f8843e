package filelist

import (
	"math"
	"sort"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestRecordFormat(t *testing.T) {
	r := Record{
		Aggregate: 1, Weight: 12.5, Inode: 0xa0001, Generation: 0x2b0304c2, Size: 0x2000, Rule: 2, Resource: 3, Flags: 0x11,
		Path: []byte("/gpfs/a:b!c;d"), Pool: []byte("data"), Show: []byte("user=x"), HasShow: true,
	}
	line := r.Append(nil)
	assert.Equal(t, "1:3fd6ffffffffffff:00000000000a0001:2b0304c2:2000:2:3:11:13!/gpfs/a:b!c;d:4!data;6!user=x", string(line))
	back, err := ParseRecord(line)
	require.NoError(t, err)
	assert.Empty(t, cmp.Diff(r, back))

	r.Path, r.HasShow, r.Show = []byte("/two\nlines\\"), false, nil
	line = r.Append(nil)
	assert.NotContains(t, string(line), "\n")
	back, err = ParseRecord(line)
	require.NoError(t, err)
	assert.Empty(t, cmp.Diff(r, back))
}

func TestWeightsSortAsText(t *testing.T) {
	weights := []float64{math.Inf(1), 1e300, 100, 5, 0.5, 0, -0.5, -1, -1e300, math.Inf(-1)}
	var texts []string
	for _, w := range weights {
		r := Record{Weight: w, Path: []byte("/a"), Pool: []byte("p")}
		texts = append(texts, string(r.Append(nil)))
		back, err := ParseRecord(r.Append(nil))
		require.NoError(t, err)
		assert.Equal(t, w, back.Weight)
	}
	assert.True(t, sort.StringsAreSorted(texts))
}

func TestBrokenRecords(t *testing.T) {
	const good = "0:000fffffffffffff:00000000000a0001:2b0304c2:0:1:0:1:"
	for _, line := range []string{
		"", "0:1", good, good + "11!/gpfs", good + "x!/a:1!p", good + "2!/a", good + "2!/a:1!p;", good + "2!/a:1!p;9!x",
		good + "2!/a:1!px", good + "2!/a:1!p;1!xy", "g" + good[1:] + "2!/a:1!p", good + "99999999999999999999!/a:1!p",
	} {
		_, err := ParseRecord([]byte(line))
		assert.Error(t, err, "%q", line)
	}
}

func FuzzRecord(f *testing.F) {
	f.Add([]byte("0:3fa6ffffffffffff:00000000000a0002:2b0304c1:700:0:0:1:13!/gpfs/fs7/y z:6!system;2!ab"))
	f.Add([]byte(`0:3fa6ffffffffffff:1:1:1:0:0:1:-5!/a\nb:1!x`))
	f.Fuzz(func(t *testing.T, line []byte) {
		r, err := ParseRecord(line)
		if err != nil {
			return
		}
		again, err := ParseRecord(r.Append(nil))
		require.NoError(t, err)
		if math.IsNaN(r.Weight) {
			r.Weight, again.Weight = 0, 0
		}
		require.Empty(t, cmp.Diff(r, again))
	})
}
