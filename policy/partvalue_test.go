package policy

import (
	"math"
	"reflect"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

type visit struct {
	Path  string
	Sizes []int64
	Seen  map[string]struct{}
	Last  time.Time
}

type tree struct {
	Name string
	Kids []tree
}

func TestValuesComeBackAsTheyWere(t *testing.T) {
	at := time.Date(2026, 5, 1, 12, 0, 0, 123, time.UTC)
	for _, v := range []any{
		true, -7, uint8(255), 2.5, math.Inf(-1), complex(1, -2), "", "\xff not UTF-8 \n", []string(nil), []string{}, [3]int{1, 2, 3},
		map[string]int{"a": 1, "\xfe": 2}, map[[2]string]bool{{"a", "b"}: true}, map[string]struct{}{"x": {}}, map[string]map[string]int64{"u": {"v": 9}},
		visit{"/a", []int64{1, 2}, map[string]struct{}{"q": {}}, at}, []visit{{Path: "/b"}}, tree{"root", []tree{{"kid", nil}}}, time.Hour,
		make([]struct{}, 5),
	} {
		data, err := EncodeValue(v)
		require.NoError(t, err, "%#v", v)
		again, err := EncodeValue(v)
		require.NoError(t, err)
		assert.Equal(t, data, again, "the same value is the same bytes")
		got, err := DecodeValue(data, reflect.TypeOf(v))
		require.NoError(t, err, "%#v", v)
		assert.Empty(t, cmp.Diff(v, got), "%#v", v)
		for n := range data { // cut off anywhere, it is damaged, never something else
			_, err := DecodeValue(data[:n], reflect.TypeOf(v))
			assert.Error(t, err, "%#v cut off at %d", v, n)
		}
	}
}

func TestValuesThatCannotTravel(t *testing.T) {
	for want, v := range map[string]any{
		"holds a function (func())":               func() {},
		"holds a channel (chan int)":              map[string]chan int{},
		"holds a pointer (*int)":                  []*int{},
		"an interface, which could hold anything": map[string]any{},
		"has the field secret":                    struct{ secret int }{1},
		"there is no value":                       nil,
	} {
		_, err := EncodeValue(v)
		require.ErrorContains(t, err, want)
	}
	data, err := EncodeValue(map[string]int{"a": 1})
	require.NoError(t, err)
	_, err = DecodeValue(data, reflect.TypeFor[map[string]string]())
	require.EqualError(t, err, "a value of another type: map[string]int, wanted is map[string]string")
	_, err = DecodeValue(append(data, 0), reflect.TypeFor[map[string]int]())
	require.ErrorContains(t, err, "something is behind")
}

func FuzzDecodeValue(f *testing.F) {
	for _, v := range []any{visit{Path: "/a", Sizes: []int64{1}}, visit{Seen: map[string]struct{}{"x": {}}}} {
		data, err := EncodeValue(v)
		require.NoError(f, err)
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		v, err := DecodeValue(data, reflect.TypeFor[visit]())
		if err != nil {
			return
		}
		again, err := EncodeValue(v)
		require.NoError(t, err)
		_, err = DecodeValue(again, reflect.TypeFor[visit]())
		require.NoError(t, err)
	})
}

func TestAdd(t *testing.T) {
	assert.Equal(t, 3, Add(1, 2))
	assert.Equal(t, "ab", Add("a", "b"))
	assert.Equal(t, []int{1, 2}, Add([]int{1}, []int{2}))
	assert.Equal(t, [2]float64{4, 6}, Add([2]float64{1, 2}, [2]float64{3, 4}))
	assert.Equal(t, map[string]int{"a": 1, "b": 5}, Add(map[string]int{"a": 1, "b": 2}, map[string]int{"b": 3}))
	assert.Equal(t, map[string][]string{"a": {"x", "y"}}, Add(map[string][]string{"a": {"x"}}, map[string][]string{"a": {"y"}}))
	assert.Equal(t, map[string]int{"a": 1}, Add(nil, map[string]int{"a": 1}))
}
