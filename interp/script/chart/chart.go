// Package chart draws numbers: as bars, histograms, lines and sparklines for a terminal, and as SVG.
//
// A [Chart] is plain data. Nothing in a drawing is said by colour alone: bars of several series are named where they
// stand, lines are drawn one below the other. Unknown values are NaN and are shown as such, never as 0.
package chart

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// Form is the form of a drawing.
type Form int

// The forms.
const (
	Bars      Form = iota // a bar for each value, for things that have names
	Histogram             // bars side by side, for classes that have an order
	Line                  // values in their order
	Spark                 // a line that is one row high
)

// Series is one row of numbers.
type Series struct {
	Name   string
	Unit   Unit
	Values []float64 // NaN is unknown
}

// Chart is numbers and how they are drawn.
type Chart struct {
	Title  string
	Form   Form
	Labels []string // of the values; none means that they are numbered
	Series []Series
	Log    bool   // lengths are those of the logarithms
	Note   string // what is left out
}

// Len returns the number of values that a series has.
func (c Chart) Len() int {
	n := len(c.Labels)
	for _, s := range c.Series {
		n = max(n, len(s.Values))
	}
	return n
}

// label returns what the value with the index is called.
func (c Chart) label(i int) string {
	if i < len(c.Labels) {
		return c.Labels[i]
	}
	if len(c.Labels) > 0 {
		return ""
	}
	return fmt.Sprint(i + 1)
}

func (s Series) at(i int) float64 {
	if i < len(s.Values) {
		return s.Values[i]
	}
	return math.NaN()
}

func known(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }

// pick returns the chart with the values of the indices.
func (c Chart) pick(at []int) Chart {
	out := c
	out.Labels = make([]string, len(at))
	for n, i := range at {
		out.Labels[n] = c.label(i)
	}
	out.Series = make([]Series, len(c.Series))
	for k, s := range c.Series {
		out.Series[k] = Series{Name: s.Name, Unit: s.Unit, Values: make([]float64, len(at))}
		for n, i := range at {
			out.Series[k].Values[n] = s.at(i)
		}
	}
	return out
}

// ranked returns the indices in the order of the first series, the largest first, what is unknown last.
func (c Chart) ranked() []int {
	at := make([]int, c.Len())
	for i := range at {
		at[i] = i
	}
	if len(c.Series) == 0 {
		return at
	}
	first := c.Series[0]
	slices.SortStableFunc(at, func(i, j int) int {
		a, b := first.at(i), first.at(j)
		switch {
		case math.IsNaN(a) || math.IsNaN(b):
			return boolInt(math.IsNaN(a)) - boolInt(math.IsNaN(b))
		case a > b:
			return -1
		case a < b:
			return 1
		}
		return 0
	})
	return at
}

func boolInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

// Sorted returns the chart with the largest values of its first series first.
func (c Chart) Sorted() Chart { return c.pick(c.ranked()) }

// Top returns the chart with the n largest values of its first series. The others are added up to one bar where amounts
// can be added up; what cannot, percentages, is counted in the note.
func (c Chart) Top(n int) Chart {
	order := c.ranked()
	if n <= 0 || n >= len(order) {
		return c.pick(order)
	}
	out, rest := c.pick(order[:n]), c.pick(order[n:])
	add := true
	for _, s := range c.Series {
		add = add && s.Unit.adds()
	}
	if !add {
		out.Note = strings.TrimPrefix(out.Note+fmt.Sprintf("; %d more", rest.Len()), "; ")
		return out
	}
	out.Labels = append(out.Labels, fmt.Sprintf("others (%d)", rest.Len()))
	for k, s := range rest.Series {
		sum := 0.0
		for _, v := range s.Values {
			if known(v) {
				sum += v
			}
		}
		out.Series[k].Values = append(out.Series[k].Values, sum)
	}
	return out
}

// Bins returns a histogram of the values of each series: how many of them fall into each of n classes of equal width; 0
// leaves the number to the chart. The bounds of the classes are round numbers.
func (c Chart) Bins(n int) Chart {
	out := Chart{Title: c.Title, Form: Histogram, Log: c.Log, Note: c.Note}
	lo, hi, count := math.Inf(1), math.Inf(-1), 0
	for _, s := range c.Series {
		for _, v := range s.Values {
			if known(v) {
				lo, hi, count = min(lo, v), max(hi, v), count+1
			}
		}
	}
	if count == 0 {
		out.Series = []Series{{Name: "values"}}
		return out
	}
	if n = min(n, maxClasses/3); n <= 0 {
		n = min(max(int(math.Ceil(math.Log2(float64(count))))+1, 4), 20) // after Sturges
	}
	lo, hi = min(max(lo, -huge), huge), min(max(hi, -huge), huge)
	unit := c.Series[0].Unit
	step := unit.step(max(hi-lo, math.Abs(hi)*1e-9), n)
	if unit == Number && whole(c.Series) {
		step = max(step, 1)
	}
	first := math.Floor(lo/step) * step
	classes := min(int(math.Floor((hi-first)/step))+1, maxClasses)
	for i := range classes {
		out.Labels = append(out.Labels, unit.Format(first+float64(i)*step)+" to "+unit.Format(first+float64(i+1)*step))
	}
	for _, s := range c.Series {
		name := "values"
		if s.Name != "" {
			name = s.Name
		}
		counts := make([]float64, classes)
		for _, v := range s.Values {
			if known(v) {
				counts[min(max(int(math.Floor((v-first)/step)), 0), classes-1)]++
			}
		}
		out.Series = append(out.Series, Series{Name: name, Unit: Number, Values: counts})
	}
	return out
}

const (
	huge       = 1e300 // beyond which differences have no number
	maxClasses = 200
)

func whole(list []Series) bool {
	for _, s := range list {
		for _, v := range s.Values {
			if known(v) && v != math.Trunc(v) {
				return false
			}
		}
	}
	return true
}

// panel is the series that share a scale.
type panel struct {
	title  string
	series []Series
}

// drawn says whether the value of a series has a bar: one that is not known has none where another series knows its own.
func (p panel) drawn(i, k int) bool {
	if !math.IsNaN(p.series[k].at(i)) {
		return true
	}
	for n, s := range p.series {
		if !math.IsNaN(s.at(i)) {
			return false
		}
		if n < k {
			return false // none is known: the first says so
		}
	}
	return true
}

// panels returns what is drawn one below the other: bars of one unit share a panel, everything else has one of its own.
func (c Chart) panels() []panel {
	var list []panel
	for _, s := range c.Series {
		if n := len(list); n > 0 && c.Form == Bars && list[n-1].series[0].Unit == s.Unit {
			list[n-1].series = append(list[n-1].series, s)
			continue
		}
		list = append(list, panel{series: []Series{s}})
	}
	if len(list) > 1 {
		for i, p := range list {
			names := make([]string, len(p.series))
			for k, s := range p.series {
				names[k] = s.Name
			}
			list[i].title = strings.Join(names, ", ")
		}
	}
	return list
}

// scale maps values to lengths.
type scale struct {
	lo, hi float64
	log    bool
}

// scaleOf returns the scale of bars: it begins at 0, because the length of a bar is its value. Percentages go to 100.
func scaleOf(p panel, log bool) scale {
	sc := scale{log: log}
	for _, s := range p.series {
		if s.Unit == Percent {
			sc.hi = max(sc.hi, 100)
		}
		for _, v := range s.Values {
			if known(v) {
				sc.lo, sc.hi = min(sc.lo, v), max(sc.hi, v)
			}
		}
	}
	if sc.log {
		sc.lo = 0
	}
	return sc
}

// at returns where a value lies between the ends of the scale: 0 to 1.
func (sc scale) at(v float64) float64 {
	if !known(v) || sc.hi <= sc.lo {
		return 0
	}
	if sc.log {
		if v <= 0 {
			return 0
		}
		return min(max(math.Log1p(v)/math.Log1p(sc.hi), 0), 1)
	}
	// Halved, so that the difference of the largest numbers is one.
	return min(max((v/2-sc.lo/2)/(sc.hi/2-sc.lo/2), 0), 1)
}

// lineScale returns the scale of lines: it need not begin at 0 where values differ little from each other.
func lineScale(s Series) scale {
	lo, hi := math.Inf(1), math.Inf(-1)
	for _, v := range s.Values {
		if known(v) {
			lo, hi = min(lo, v), max(hi, v)
		}
	}
	switch {
	case lo > hi:
		return scale{hi: 1}
	case lo >= 0 && lo <= hi/2:
		lo = 0
	case lo == hi:
		lo, hi = lo-math.Abs(lo)/2, hi+math.Abs(hi)/2
	}
	lo, hi = max(lo, -math.MaxFloat64), min(hi, math.MaxFloat64)
	if lo == hi {
		hi = lo + 1
	}
	return scale{lo: lo, hi: hi}
}
