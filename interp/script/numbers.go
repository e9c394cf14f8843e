package script

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"gpfsh/interp/script/chart"
	"gpfsh/interp/script/show"
	"gpfsh/model"
	"gpfsh/policy/filelist"
)

// chartOf finds the numbers in a value.
func chartOf(ctx context.Context, value any, columns []string) (chart.Chart, error) {
	switch x := value.(type) {
	case nil:
		return chart.Chart{}, errors.New("there is nothing")
	case Chart:
		return x.c, nil
	case *filelist.Results:
		if x == nil || len(x.Tables) != 1 {
			return chart.Chart{}, errors.New("it holds several tables: draw one, Chart(results.Table(\"name\"))")
		}
		return tableChart(x.Tables[0], columns)
	case *filelist.Table:
		if x == nil {
			return chart.Chart{}, errors.New("there is nothing")
		}
		return tableChart(x, columns)
	case filelist.Files, filelist.Grouped:
		return chart.Chart{}, errors.New("nothing is computed yet: say what of the files, Count() or Sum(Size)")
	}
	v := reflect.ValueOf(value)
	if v.Kind() == reflect.Map && len(columns) == 0 {
		if c, ok := mapChart(v); ok {
			return c, nil
		}
	}
	if (v.Kind() == reflect.Slice || v.Kind() == reflect.Array) && len(columns) == 0 {
		if c, ok := listChart(v); ok {
			return c, nil
		}
	}
	m, ok, err := show.MembersOf(ctx, value)
	if err != nil {
		return chart.Chart{}, err
	}
	if !ok {
		return chart.Chart{}, errors.New("it has no members: give a collection, a table, a map or a list")
	}
	return membersChart(m, columns)
}

// mapChart draws a map of numbers: by key where keys have an order of their own, the largest first otherwise.
func mapChart(v reflect.Value) (chart.Chart, bool) {
	type pair struct {
		key   reflect.Value
		value float64
	}
	var pairs []pair
	unit := chart.Number
	for iter := v.MapRange(); iter.Next(); {
		n, u, ok := amount(iter.Value(), "")
		if !ok {
			return chart.Chart{}, false
		}
		unit = u
		pairs = append(pairs, pair{iter.Key(), n})
	}
	ordered := isNumber(v.Type().Key()) || v.Type().Key() == reflect.TypeFor[time.Time]()
	slices.SortFunc(pairs, func(a, b pair) int {
		if ordered {
			return compareKeys(a.key, b.key)
		}
		if c := cmp.Compare(b.value, a.value); c != 0 {
			return c
		}
		return strings.Compare(fmt.Sprint(a.key), fmt.Sprint(b.key))
	})
	c := chart.Chart{Series: []chart.Series{{Unit: unit}}}
	if ordered {
		c.Form = chart.Histogram
	}
	for _, p := range pairs {
		c.Labels = append(c.Labels, keyText(p.key))
		c.Series[0].Values = append(c.Series[0].Values, p.value)
	}
	return c, true
}

func keyText(v reflect.Value) string {
	if t, ok := v.Interface().(time.Time); ok {
		return t.Format("2006-01-02 15:04")
	}
	return fmt.Sprint(v.Interface())
}

func compareKeys(a, b reflect.Value) int {
	switch {
	case a.CanInt():
		return cmp.Compare(a.Int(), b.Int())
	case a.CanUint():
		return cmp.Compare(a.Uint(), b.Uint())
	case a.CanFloat():
		return cmp.Compare(a.Float(), b.Float())
	}
	return a.Interface().(time.Time).Compare(b.Interface().(time.Time))
}

func isNumber(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64,
		reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Float32, reflect.Float64:
		return true
	}
	return false
}

// listChart draws a list of numbers as a line.
func listChart(v reflect.Value) (chart.Chart, bool) {
	c := chart.Chart{Form: chart.Line, Series: []chart.Series{{}}}
	s := &c.Series[0]
	for i := range v.Len() {
		n, u, ok := amount(v.Index(i), "")
		if !ok {
			return c, false
		}
		s.Unit = u
		s.Values = append(s.Values, n)
	}
	if v.Len() < 3 {
		c.Form = chart.Bars
	}
	return c, v.Len() > 0 || isNumber(v.Type().Elem())
}

// tableChart draws what was computed over files.
func tableChart(t *filelist.Table, columns []string) (chart.Chart, error) {
	m, ok, err := show.MembersOf(context.Background(), t)
	if err != nil || !ok {
		return chart.Chart{}, fmt.Errorf("the table has no rows that can be read: %w", err)
	}
	c, err := membersChart(m, columns)
	if err != nil {
		return c, err
	}
	if t.Ordered() {
		c.Form = chart.Histogram
	}
	if t.Name != "" {
		c.Title = t.Name
	}
	if n := t.Notice(); n != "" {
		c.Note = n
	}
	return c, nil
}

// membersChart draws fields of members.
func membersChart(m *show.Members, columns []string) (chart.Chart, error) {
	if m.Len() == 0 {
		return chart.Chart{Title: "no " + m.Noun()}, nil
	}
	var shown []show.Field
	for _, name := range columns {
		f, err := m.Field(name)
		if err != nil {
			return chart.Chart{}, err
		}
		shown = append(shown, f)
	}
	if len(columns) == 0 {
		shown = measures(m)
	}
	var c chart.Chart
	if len(shown) == 0 {
		return c, fmt.Errorf("no column holds numbers: the columns are %s", strings.Join(fieldNames(m), ", "))
	}
	for _, f := range shown {
		s := chart.Series{Name: f.Header}
		if s.Name == "" {
			s.Name = f.Name
		}
		some := false
		for i := range m.Len() {
			n, unit, ok := amount(reflect.ValueOf(m.In(f, i)), f.Name)
			if ok {
				s.Unit, some = unit, true
			} else {
				n = math.NaN()
			}
			s.Values = append(s.Values, n)
		}
		if !some {
			return c, fmt.Errorf("column %s holds no numbers", f.Name)
		}
		c.Series = append(c.Series, s)
	}
	label := labels(m, shown)
	for i := range m.Len() {
		c.Labels = append(c.Labels, label(i))
	}
	c.Title = title(c.Series, m)
	return c, nil
}

func title(list []chart.Series, m *show.Members) string {
	var names []string
	for _, s := range list {
		names = append(names, s.Name)
	}
	text := strings.Join(names, ", ")
	if noun := m.Noun(); noun != "rows" && noun != "values" && noun != "entries" {
		return text + " of " + noun
	}
	var keys []string
	for _, f := range m.Fields() {
		if f.Type == reflect.TypeFor[string]() && f.Header != "" && !slices.Contains(names, f.Header) {
			keys = append(keys, f.Header)
		}
	}
	if len(keys) > 0 && len(keys) <= 3 {
		return text + " by " + strings.Join(keys, ", ")
	}
	return text
}

func fieldNames(m *show.Members) []string {
	var list []string
	for _, f := range m.Fields() {
		list = append(list, f.Name)
	}
	return list
}

// labels returns what a member is called: its key, its path or name, the keys of its group.
func labels(m *show.Members, shown []show.Field) func(i int) string {
	if m.Keyed() {
		return m.Key
	}
	var texts []show.Field
	for _, f := range m.Fields() {
		if f.Type.Kind() != reflect.String || slices.ContainsFunc(shown, func(s show.Field) bool { return s.Name == f.Name }) {
			continue
		}
		if n := strings.ToLower(f.Name); n == "name" || n == "path" || strings.EqualFold(f.Header, "path") || strings.HasSuffix(n, "name") {
			return func(i int) string { return textOf(m.In(f, i)) }
		}
		texts = append(texts, f)
	}
	if len(texts) == 0 || len(texts) > 4 {
		return m.Key
	}
	return func(i int) string {
		parts := make([]string, len(texts))
		for k, f := range texts {
			parts[k] = textOf(m.In(f, i))
		}
		return strings.Join(parts, " / ")
	}
}

func textOf(v any) string {
	if s := fmt.Sprint(v); v != nil && s != "" {
		return s
	}
	return "-"
}

// measures chooses the fields to draw: all percentages among the columns, else the first column that holds an amount.
func measures(m *show.Members) []show.Field {
	var percents, amounts, numbers []show.Field
	for _, f := range m.Fields() {
		if f.Header == "" {
			continue
		}
		unit, known := chart.Number, false
		for i := range m.Len() {
			n, u, ok := amount(reflect.ValueOf(m.In(f, i)), f.Name)
			if ok && !math.IsNaN(n) {
				unit, known = u, true
				break
			}
		}
		plain := isNumber(f.Type) && f.Type.PkgPath() == ""
		switch {
		case !known, isIdentity(f.Name):
		case unit == chart.Percent:
			percents = append(percents, f)
		case plain || f.Type == reflect.TypeFor[show.Text]() && unit == chart.Number:
			numbers = append(numbers, f)
		default:
			amounts = append(amounts, f)
		}
	}
	switch {
	case len(percents) > 0:
		return percents
	case len(amounts) > 0:
		return amounts[:1]
	case len(numbers) > 0:
		return numbers[:1]
	}
	return nil
}

// isIdentity says whether a number is a name rather than an amount.
func isIdentity(name string) bool {
	n := strings.ToLower(name)
	for _, s := range []string{"id", "number", "port", "group", "space", "inode", "priority", "version", "sectorsize", "blocksize"} {
		if strings.HasSuffix(n, s) {
			return true
		}
	}
	return false
}

// amount returns a value as a number with its unit; NaN for one that is not known. The names of the columns of mm
// commands say their unit: diskSizeKB, freeDataPct.
func amount(v reflect.Value, name string) (n float64, unit chart.Unit, ok bool) {
	for v.IsValid() && (v.Kind() == reflect.Interface || v.Kind() == reflect.Pointer) {
		v = v.Elem()
	}
	if !v.IsValid() || !v.CanInterface() {
		return math.NaN(), chart.Number, false
	}
	switch x := v.Interface().(type) {
	case model.Bytes:
		return special(int64(x)), chart.Bytes, true
	case model.Count:
		return special(int64(x)), chart.Number, true
	case model.Percent:
		return float64(x), chart.Percent, true
	case model.Grace:
		return x.Left().Seconds(), chart.Seconds, x.Running()
	case time.Duration:
		return x.Seconds(), chart.Seconds, true
	case filelist.Value:
		return cell(x)
	case show.Text:
		f, err := strconv.ParseFloat(string(x), 64)
		switch low := strings.ToLower(name); {
		case err != nil:
			return math.NaN(), chart.Number, false
		case strings.HasSuffix(low, "kb"):
			return f * 1024, chart.Bytes, true
		case strings.HasSuffix(low, "pct"), strings.HasSuffix(low, "percent"):
			return f, chart.Percent, true
		}
		return f, chart.Number, true
	}
	switch {
	case v.CanInt():
		return float64(v.Int()), chart.Number, true
	case v.CanUint():
		return float64(v.Uint()), chart.Number, true
	case v.CanFloat():
		return v.Float(), chart.Number, true
	}
	return math.NaN(), chart.Number, false
}

func cell(x filelist.Value) (float64, chart.Unit, bool) {
	switch x.Kind() {
	case filelist.KindBytes:
		return x.Float(), chart.Bytes, true
	case filelist.KindKB:
		return x.Float() * 1024, chart.Bytes, true
	case filelist.KindCount, filelist.KindFloat:
		return x.Float(), chart.Number, true
	}
	return math.NaN(), chart.Number, false
}

// special is an amount of the model: what has no limit is endless, what was not asked is not known.
func special(v int64) float64 {
	switch v {
	case model.Unlimited:
		return math.Inf(1)
	case model.NotAsked:
		return math.NaN()
	}
	return float64(v)
}
