package script

import (
	"context"
	"fmt"
	"math"
	"os"
	"reflect"

	"gpfsh/interp/script/chart"
	"gpfsh/interp/script/show"
)

// Chart is numbers and how they are drawn. The shell draws it, and print and Show in a script; SVG writes it to a file.
// Its methods return charts that are drawn otherwise.
type Chart struct {
	c chart.Chart
	s *Session
}

// Chart draws what has numbers. That can be the result of a computation over files, a collection or a list of objects,
// the table of Mm, a map, or a list of numbers. Columns say which fields are drawn; without them these are percentages
// where there are any, amounts otherwise. Things with names become bars, classes of sizes and ages a histogram, numbers
// without names a line:
//
//	Chart(Scan("/gpfs/p42").By(User).Sum(Size)).Top(20)
//	Chart(fs.Pools)
//	Chart(fs.Filesets, "UsedInodes").Sort()
//	Chart(map[string]int{"a": 3, "b": 5}).SVG("ab.svg")
func (s *Session) Chart(ctx context.Context, value any, columns ...string) (Chart, error) {
	c, err := chartOf(ctx, value, columns)
	if err != nil {
		return Chart{}, fmt.Errorf("cannot draw a chart of %s: %w", describe(value), err)
	}
	return Chart{c, s}, nil
}

func describe(v any) string {
	if v == nil {
		return "nothing"
	}
	t := reflect.TypeOf(v)
	if m, ok := v.(interface{ Noun() string }); ok {
		return m.Noun()
	}
	return t.String()
}

func (c Chart) with(f func(*chart.Chart)) Chart {
	f(&c.c)
	return c
}

// Title is the chart with a title of its own.
func (c Chart) Title(title string) Chart { return c.with(func(c *chart.Chart) { c.Title = title }) }

// Bars is the chart as a bar for each value.
func (c Chart) Bars() Chart { return c.with(func(c *chart.Chart) { c.Form = chart.Bars }) }

// Line is the chart as a line through the values in their order.
func (c Chart) Line() Chart { return c.with(func(c *chart.Chart) { c.Form = chart.Line }) }

// Spark is the chart as a line that is one row high.
func (c Chart) Spark() Chart { return c.with(func(c *chart.Chart) { c.Form = chart.Spark }) }

// Histogram counts how many values fall into each of a number of classes of equal width, without a number into as many
// as suit the values.
func (c Chart) Histogram(classes ...int) Chart {
	n := 0
	if len(classes) > 0 {
		n = classes[0]
	}
	c.c = c.c.Bins(n)
	return c
}

// Log is the chart on a logarithmic scale, for values of very different size.
func (c Chart) Log() Chart { return c.with(func(c *chart.Chart) { c.Log = true }) }

// Sort is the chart with the largest values first.
func (c Chart) Sort() Chart {
	c.c = c.c.Sorted()
	return c
}

// Top is the chart of the n largest values. The others are added up in one bar.
func (c Chart) Top(n int) Chart {
	c.c = c.c.Top(n)
	return c
}

// Len returns the number of values.
func (c Chart) Len() int { return c.c.Len() }

// Draw draws the chart for people.
func (c Chart) Draw(on show.Canvas) string {
	return c.c.Text(chart.Options{Width: on.Width, ASCII: on.ASCII, Paint: on.Paint})
}

// String draws the chart 80 columns wide.
func (c Chart) String() string {
	text, err := plainly(context.Background(), c, show.Auto)
	if err != nil {
		return err.Error()
	}
	return string(text)
}

// Records returns what is drawn as a list of structs, for machine formats. What is not known is nil.
func (c Chart) Records() any {
	fields := []reflect.StructField{{Name: "C0", Type: reflect.TypeFor[string](), Tag: `name:"Label" col:"LABEL" json:"label"`}}
	for i, s := range c.c.Series {
		name := s.Name
		if name == "" {
			name = "value"
		}
		fields = append(fields, reflect.StructField{
			Name: fmt.Sprintf("C%d", i+1), Type: reflect.TypeFor[*float64](), Tag: reflect.StructTag(fmt.Sprintf("name:%q col:%q json:%q", name, name, name)),
		})
	}
	rows := reflect.MakeSlice(reflect.SliceOf(reflect.StructOf(fields)), c.c.Len(), c.c.Len())
	for i := range c.c.Len() {
		label := fmt.Sprint(i + 1)
		if i < len(c.c.Labels) {
			label = c.c.Labels[i]
		}
		rows.Index(i).Field(0).SetString(label)
		for k, s := range c.c.Series {
			if i < len(s.Values) && !math.IsNaN(s.Values[i]) && !math.IsInf(s.Values[i], 0) {
				v := s.Values[i]
				rows.Index(i).Field(k + 1).Set(reflect.ValueOf(&v))
			}
		}
	}
	return rows.Interface()
}

// MarshalJSON returns what is drawn as a list of objects.
func (c Chart) MarshalJSON() ([]byte, error) { return plainly(context.Background(), c, show.JSON) }

// SVG writes the chart to a file that browsers and documents show: it needs nothing else. An older file of that name is
// replaced. In a dry run it is not written.
func (c Chart) SVG(path string) error {
	if path == "" {
		return fmt.Errorf("cannot write the chart: say which file: SVG(\"chart.svg\")")
	}
	data := chart.SVG(c.c)
	if Hold(c.s, []string{"tee", "--", path}, data) {
		return nil
	}
	if err := os.WriteFile(path, data, 0o644); err != nil {
		return fmt.Errorf("cannot write the chart: %w", err)
	}
	return nil
}

// Document returns charts, one below the other, as one document in the form of SVG. What is no chart is left out.
func Document(drawings []show.Drawing) []byte {
	var list []chart.Chart
	for _, d := range drawings {
		if c, ok := d.(Chart); ok {
			list = append(list, c.c)
		}
	}
	return chart.SVG(list...)
}
