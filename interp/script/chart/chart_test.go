package chart

import (
	"bytes"
	"encoding/xml"
	"errors"
	"flag"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/mattn/go-runewidth"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gpfsh/interp/script/show"
)

var update = flag.Bool("update", false, "write the drawings in testdata again")

func pools() Chart {
	return Chart{Title: "used", Labels: []string{"system", "data", "capacity"}, Series: []Series{{Name: "DATA%", Unit: Percent, Values: []float64{math.NaN(), 65.8, 100}}}}
}

func users() Chart {
	return Chart{
		Title: "SIZE by USER", Labels: []string{"alice", "bob", "日本語の名前", "zoë\x1b[31m", "/gpfs/p42/a/very/long/path/that/does/not/fit/results.h5"},
		Series: []Series{{Name: "SIZE", Unit: Bytes, Values: []float64{3 << 40, 1 << 40, 1500, 0, math.Inf(1)}}},
	}
}

func waves(n int) Chart {
	c := Chart{Form: Line, Series: []Series{{Values: make([]float64, n)}}}
	for i := range n {
		c.Series[0].Values[i] = math.Sin(float64(i)/6) * float64(i)
	}
	return c
}

func TestDrawings(t *testing.T) {
	grouped := pools()
	grouped.Series = []Series{
		{Name: "size", Unit: Bytes, Values: []float64{math.NaN(), 75 << 40, 240 << 40}}, {Name: "free", Unit: Bytes, Values: []float64{math.NaN(), 25 << 40, math.NaN()}},
		{Name: "files", Values: []float64{12, 12345678, 1}},
	}
	signed := Chart{Labels: []string{"up", "down", "same"}, Series: []Series{{Values: []float64{5.5, -11, 0}}}}
	spark := waves(40)
	spark.Form = Spark
	for name, tt := range map[string]struct {
		c Chart
		o Options
	}{
		"percent":      {pools(), Options{Width: 60}},
		"bytes":        {users(), Options{Width: 80}},
		"bytes-narrow": {users(), Options{Width: 40}},
		"bytes-ascii":  {users(), Options{Width: 60, ASCII: true}},
		"top":          {users().Top(2), Options{Width: 60}},
		"grouped":      {grouped, Options{Width: 60}},
		"signed":       {signed, Options{Width: 40}},
		"line":         {waves(100), Options{Width: 60}},
		"line-ascii":   {waves(100), Options{Width: 60, ASCII: true}},
		"histogram":    {waves(100).Bins(0), Options{Width: 60}},
		"spark":        {spark, Options{Width: 60}},
		"empty":        {Chart{Title: "no filesets"}, Options{}},
	} {
		t.Run(name, func(t *testing.T) {
			got := tt.c.Text(tt.o)
			path := filepath.Join("testdata", name+".txt")
			if *update {
				require.NoError(t, os.WriteFile(path, []byte(got), 0o644))
			}
			want, err := os.ReadFile(path)
			require.NoError(t, err)
			assert.Equal(t, string(want), got)
			if tt.o.ASCII {
				drawn := strings.NewReplacer("日本語の名前", "", "日本語", "", "zoë", "").Replace(got)
				assert.Equal(t, -1, strings.IndexFunc(drawn, func(r rune) bool { return r > 0x7f }), "nothing but names is beyond ASCII")
			}
		})
	}
}

// wild are numbers that people do not have and programs do.
var wild = []float64{0, 1, -1, 0.001, 1e-300, 1e300, math.MaxFloat64, -math.MaxFloat64, math.Inf(1), math.Inf(-1), math.NaN(), 1 << 60, 99.9}

func TestNothingBreaksTheWidth(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	labels := []string{"", "a", "日本語の名前", "e\u0301\u0301", "x\ny", strings.Repeat("long", 30), "/a/b/" + strings.Repeat("c/", 60), "\u202eevil"}
	for range 300 {
		c := Chart{Form: Form(rng.IntN(4)), Log: rng.IntN(2) == 0, Title: labels[rng.IntN(len(labels))]}
		n := rng.IntN(6)
		for range n {
			c.Labels = append(c.Labels, labels[rng.IntN(len(labels))])
		}
		for range 1 + rng.IntN(3) {
			s := Series{Name: labels[rng.IntN(len(labels))], Unit: Unit(rng.IntN(4))}
			for range n {
				s.Values = append(s.Values, wild[rng.IntN(len(wild))])
			}
			c.Series = append(c.Series, s)
		}
		width := 40 + rng.IntN(211)
		for _, d := range []Chart{c, c.Sorted(), c.Top(2), c.Bins(0)} {
			text := d.Text(Options{Width: width, ASCII: rng.IntN(2) == 0})
			for line := range strings.Lines(text) {
				line = strings.TrimSuffix(line, "\n")
				require.LessOrEqual(t, runewidth.StringWidth(line), width, "%+v\n%s", d, text)
				require.Equal(t, show.Printable(line), line, "nothing that a terminal acts on")
			}
			wellFormed(t, SVG(d, c))
		}
	}
}

func wellFormed(t *testing.T, doc []byte) {
	t.Helper()
	dec := xml.NewDecoder(bytes.NewReader(doc))
	dec.Strict = true
	for {
		_, err := dec.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatalf("%v in\n%s", err, doc)
		}
	}
	for _, bad := range []string{"NaN", "Inf", "<script", "href"} {
		if bytes.Contains(doc, []byte(bad)) {
			t.Fatalf("%s in\n%s", bad, doc)
		}
	}
}

func TestSVG(t *testing.T) {
	c := users()
	c.Title = `<b>"SIZE" & more</b>`
	doc := string(SVG(c, waves(30), waves(30).Bins(5)))
	wellFormed(t, []byte(doc))
	assert.Contains(t, doc, "&lt;b&gt;&#34;SIZE&#34; &amp; more&lt;/b&gt;")
	assert.NotContains(t, doc, "\x1b", "control characters have no place in XML")
	assert.Contains(t, doc, `zoë\x1b[31m`)
	assert.Contains(t, doc, "alice: 3 TiB", "the values are said in words, too")
	assert.Contains(t, doc, "<polyline")
	assert.Equal(t, doc, string(SVG(c, waves(30), waves(30).Bins(5))), "the same chart is the same file")
}

func TestTopAddsUp(t *testing.T) {
	c := Chart{Labels: []string{"a", "b", "c", "d"}, Series: []Series{{Unit: Bytes, Values: []float64{1, 10, math.NaN(), 4}}, {Values: []float64{1, 1, 1, 1}}}}
	top := c.Top(1)
	assert.Equal(t, []string{"b", "others (3)"}, top.Labels)
	assert.Equal(t, []float64{10, 5}, top.Series[0].Values)
	assert.Equal(t, []float64{1, 3}, top.Series[1].Values)
	assert.Equal(t, []string{"b", "d", "a", "c"}, c.Top(9).Labels, "unknown values are last")

	p := pools().Top(1)
	assert.Equal(t, []string{"capacity"}, p.Labels, "percentages do not add up")
	assert.Equal(t, "2 more", p.Note)
}

func TestBinsCountEveryValue(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	for range 500 {
		s := Series{Unit: Unit(rng.IntN(4))}
		known := 0
		for range rng.IntN(300) {
			v := rng.NormFloat64() * math.Pow(10, float64(rng.IntN(18)-3))
			if rng.IntN(10) == 0 {
				v = math.NaN()
			} else {
				known++
			}
			s.Values = append(s.Values, v)
		}
		n := rng.IntN(30)
		h := Chart{Series: []Series{s}}.Bins(n)
		sum := 0.0
		for _, v := range h.Series[0].Values {
			sum += v
		}
		require.Equal(t, float64(known), sum)
		require.Less(t, h.Len(), 70)
	}
	one := Chart{Series: []Series{{Values: []float64{7, 7, 7}}}}.Bins(0)
	assert.Equal(t, 3.0, one.Series[0].Values[0])
}

func TestPeaksStay(t *testing.T) {
	values := make([]float64, 10_000)
	values[5_000] = 3
	values[7_001] = -9
	small := squeeze(values, 80)
	assert.Len(t, small, 80)
	assert.Contains(t, small, 3.0)
	assert.Contains(t, small, -9.0)
}

func TestFormat(t *testing.T) {
	for _, tt := range []struct {
		u    Unit
		v    float64
		want string
	}{
		{Bytes, 0, "0 B"}, {Bytes, 1023, "1023 B"}, {Bytes, 1024, "1 KiB"}, {Bytes, 1536, "1.5 KiB"}, {Bytes, 1024*1024 - 1, "1 MiB"}, {Bytes, 3 << 60, "3 EiB"},
		{Bytes, -2048, "-2 KiB"}, {Bytes, math.Inf(1), "unlimited"}, {Bytes, math.NaN(), "-"},
		{Number, 0, "0"}, {Number, 999, "999"}, {Number, 12345, "12,345"}, {Number, 9999999, "9,999,999"}, {Number, 12345678, "12.3 M"}, {Number, 0.5, "0.5"},
		{Number, 1234.56, "1,235"}, {Number, 3.14159, "3.14"}, {Number, 1e-9, "1e-09"}, {Number, 1234567.5, "1.23 M"},
		{Percent, 65.84, "65.8%"}, {Seconds, 0.25, "250ms"}, {Seconds, 90, "1m30s"}, {Seconds, 7200, "2h"}, {Seconds, 86400 * 3.5, "3.5d"},
	} {
		assert.Equal(t, tt.want, tt.u.Format(tt.v), "%v %v", tt.u, tt.v)
	}
}

func TestTicksAreRound(t *testing.T) {
	assert.Equal(t, []float64{0, 20, 40, 60, 80, 100}, Percent.ticks(0, 100, 5))
	assert.Equal(t, []float64{0, 64 << 40, 128 << 40, 192 << 40}, Bytes.ticks(0, 240<<40, 5))
	assert.Equal(t, []float64{-20, 0, 20}, Number.ticks(-21, 39, 4))
	assert.Equal(t, "5 M", Number.tick(5e6, 2e7))
	assert.Equal(t, "20%", Percent.tick(20, 100))
	assert.Equal(t, "0", Number.tick(math.Copysign(0, -1), 40))
}
