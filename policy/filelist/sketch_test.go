package filelist

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestClassesAreContiguousAndNarrow(t *testing.T) {
	last := -1
	for _, v := range []uint64{0, 1, 255, 256, 257, 511, 512, 1 << 20, 1<<62 - 1, 1 << 62, math.MaxInt64, 1 << 63} {
		c := valueClass(v)
		assert.GreaterOrEqual(t, c, last)
		assert.Less(t, c, maxClasses)
		last = c
		if v > 0 {
			assert.InEpsilon(t, float64(v), classValue(c), 1.0/256, v)
		}
	}
	for v := range uint64(100_000) {
		if valueClass(v+1)-valueClass(v) > 1 {
			t.Fatalf("a gap behind %d", v)
		}
	}
}

func TestSketch(t *testing.T) {
	rnd := rand.New(rand.NewPCG(5, 6))
	shapes := map[string]func() int64{
		"few":      func() int64 { return rnd.Int64N(3) },
		"uniform":  func() int64 { return rnd.Int64N(1e12) },
		"skewed":   func() int64 { return rnd.Int64N(1 << (1 + rnd.IntN(60))) },
		"negative": func() int64 { return rnd.Int64N(2e9) - 1e9 },
		"extremes": func() int64 { return []int64{math.MinInt64, math.MaxInt64, 0, -1}[rnd.IntN(4)] },
	}
	for name, shape := range shapes {
		t.Run(name, func(t *testing.T) {
			var parts [3]sketch
			values := make([]int64, 0, 30_000)
			for i := range 30_000 {
				v := shape()
				values = append(values, v)
				parts[i%3].add(v)
			}
			slices.Sort(values)
			var whole sketch
			for i := range parts {
				e := &encoder{}
				parts[i].encode(e)
				d := &decoding{buf: e.buf}
				var back sketch
				back.decode(d)
				require.NoError(t, d.err)
				require.Empty(t, d.buf)
				whole.merge(&back)
			}
			require.EqualValues(t, len(values), whole.n)
			for _, q := range []float64{0, 0.001, 0.25, 0.5, 0.75, 0.999, 1} {
				want := float64(values[max(int(math.Ceil(q*float64(len(values))))-1, 0)])
				got, known := whole.quantile(q)
				require.True(t, known)
				assert.InDelta(t, want, got, math.Abs(want)/256+0.5, q)
			}
		})
	}
	_, known := (&sketch{}).quantile(0.5)
	assert.False(t, known)
}

func TestDistinct(t *testing.T) {
	for _, n := range []int{0, 1, 100, distinctExact, distinctExact + 1, 20_000, 300_000} {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			var parts [2]distinct
			for i := range n {
				h := stableHash(fmt.Appendf(nil, "value %d", i))
				parts[i%2].add(h)
				parts[0].add(h) // again
			}
			var whole distinct
			for i := range parts {
				e := &encoder{}
				parts[i].encode(e)
				d := &decoding{buf: e.buf}
				var back distinct
				back.decode(d)
				require.NoError(t, d.err)
				whole.merge(&back)
			}
			got, exact := whole.estimate()
			assert.Equal(t, n <= distinctExact, exact)
			assert.InDelta(t, n, got, 0.03*float64(n))
			if exact {
				assert.EqualValues(t, n, got)
			}
		})
	}
	var ints distinct
	for i := range int64(100_000) {
		ints.add(stableHashInt(i * 4096))
	}
	got, _ := ints.estimate()
	assert.InDelta(t, 100_000, got, 3000)
}

func TestTables64And128(t *testing.T) {
	var sum total
	for range 10 {
		sum.add(math.MaxInt64)
	}
	for range 10 {
		sum.add(math.MinInt64)
	}
	assert.EqualValues(t, -10, sum.value(KindCount).Int())
	assert.True(t, sum.value(KindCount).Exact())

	ints, texts := newIntTable(), newTextTable()
	for i := range int64(10_000) {
		if ints.id(i*7-500) != uint32(i) || texts.id(fmt.Append(nil, i)) != uint32(i) {
			t.Fatalf("value %d has another number", i)
		}
	}
	for i := range int64(10_000) {
		if ints.id(i*7-500) != uint32(i) || texts.id(fmt.Append(nil, i)) != uint32(i) || string(texts.text(uint32(i))) != fmt.Sprint(i) {
			t.Fatalf("value %d has another number the second time", i)
		}
	}
	assert.EqualValues(t, 10_000, texts.id(nil), "the empty text is a text")
}
