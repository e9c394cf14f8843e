package filelist

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Agg is one thing to compute for each group of files. The functions below make them.
type Agg struct {
	Op   string    `json:"op"`
	Attr Attr      `json:"attr,omitempty"`
	N    int       `json:"n,omitempty"`
	Q    []float64 `json:"q,omitempty"`
	Also []Attr    `json:"also,omitempty"`
}

// The operations of an [Agg].
const (
	opCount    = "count"
	opSum      = "sum"
	opMin      = "min"
	opMax      = "max"
	opAvg      = "avg"
	opQuantile = "quantile"
	opDistinct = "distinct"
	opTop      = "top"
	opLeast    = "least"
)

// CountFiles counts files.
func CountFiles() Agg { return Agg{Op: opCount} }

// Sum adds up an attribute.
func Sum(a Attr) Agg { return Agg{Op: opSum, Attr: a} }

// Min finds the smallest value, of a time the earliest.
func Min(a Attr) Agg { return Agg{Op: opMin, Attr: a} }

// Max finds the largest value, of a time the latest.
func Max(a Attr) Agg { return Agg{Op: opMax, Attr: a} }

// Avg is the mean of an attribute.
func Avg(a Attr) Agg { return Agg{Op: opAvg, Attr: a} }

// Quantiles finds the values below or at which the given parts of all values lie: 0.5 is the median. They are right to
// 0.4 % of the value, those of times to 0.4 % of the age. Without parts these are 0.5, 0.9 and 0.99.
func Quantiles(a Attr, parts ...float64) Agg { return Agg{Op: opQuantile, Attr: a, Q: parts} }

// Distinct counts the different values of an attribute: exactly up to 4096, then to about 1 %.
func Distinct(a Attr) Agg { return Agg{Op: opDistinct, Attr: a} }

// Top finds the n files with the largest value of an attribute, of a time the latest. The other attributes are shown
// beside the path. It stands alone in a job.
func Top(n int, a Attr, also ...Attr) Agg { return Agg{Op: opTop, Attr: a, N: n, Also: also} }

// Least finds the n files with the smallest value of an attribute, of a time the earliest.
func Least(n int, a Attr, also ...Attr) Agg { return Agg{Op: opLeast, Attr: a, N: n, Also: also} }

// String returns the computation as it is written in Go.
func (a Agg) String() string {
	args := []string{}
	if a.N > 0 {
		args = append(args, strconv.Itoa(a.N))
	}
	if a.Attr != "" {
		args = append(args, string(a.Attr))
	}
	for _, q := range a.Q {
		args = append(args, strconv.FormatFloat(q, 'g', -1, 64))
	}
	for _, b := range a.Also {
		args = append(args, string(b))
	}
	name := a.Op
	switch a.Op {
	case opQuantile:
		name = "quantiles"
	case opCount:
		name = "countFiles"
	}
	if name != "" {
		name = strings.ToUpper(name[:1]) + name[1:]
	}
	return name + "(" + strings.Join(args, ", ") + ")"
}

// maxTop bounds the files that Top and Least keep.
const maxTop = 1 << 20

// compiledAgg is an Agg with its attributes resolved.
type compiledAgg struct {
	Agg
	attr attr
	also []attr
	q    []float64
}

func (s *schema) compileAgg(a Agg) (compiledAgg, error) {
	c := compiledAgg{Agg: a, q: a.Q}
	switch a.Op {
	case opCount:
		return c, nil
	case opSum, opMin, opMax, opAvg, opQuantile, opDistinct, opTop, opLeast:
	default:
		return c, fmt.Errorf("%q is nothing that can be computed; there are %s", a.Op,
			strings.Join([]string{opAvg, opCount, opDistinct, opLeast, opMax, opMin, opQuantile, opSum, opTop}, ", "))
	}
	var err error
	if c.attr, err = s.resolve(a.Attr); err != nil {
		return c, err
	}
	numeric := c.attr.id < numIDs && c.attr.kind != KindText || c.attr.derive == deriveDepth
	if a.Op != opDistinct && !numeric {
		return c, &AttrError{a.Attr, "is no number and no time, so there is no " + a.Op + " of it", ""}
	}
	if a.Op == opSum && c.attr.kind == KindTime {
		return c, &AttrError{a.Attr, "is a time, and times have no sum", ""}
	}
	if a.Op == opQuantile {
		if c.attr.id == idHeat {
			return c, &AttrError{a.Attr, "has a fraction, and quantiles are of whole numbers and times", ""}
		}
		if len(c.q) == 0 {
			c.q = []float64{0.5, 0.9, 0.99}
		}
		for _, q := range c.q {
			if !(q >= 0 && q <= 1) {
				return c, fmt.Errorf("quantile %v is not between 0 and 1", q)
			}
		}
	}
	if a.Op == opTop || a.Op == opLeast {
		if a.N < 1 || a.N > maxTop {
			return c, fmt.Errorf("%s: the number of files must be between 1 and %d", a, maxTop)
		}
		s.ids.add(idPath)
		for _, name := range a.Also {
			other, err := s.resolve(name)
			if err != nil {
				return c, err
			}
			c.also = append(c.also, other)
		}
	}
	return c, nil
}

// columns returns the columns that the result has in a table.
func (c *compiledAgg) columns() []Column {
	kind := c.attr.kind
	attrHead := header(c.attr.name)
	switch c.Op {
	case opCount:
		return []Column{{"FILES", "files", KindCount}}
	case opSum:
		return []Column{{attrHead, jsonName(c.attr.name), kind}}
	case opDistinct:
		return []Column{{attrHead + " VALUES", "distinct_" + jsonName(c.attr.name), KindCount}}
	case opAvg:
		if kind == KindCount {
			kind = KindFloat
		}
	case opQuantile:
		var cols []Column
		for _, q := range c.q {
			p := strconv.FormatFloat(q*100, 'g', 6, 64)
			cols = append(cols, Column{attrHead + " P" + p, jsonName(c.attr.name) + "_p" + strings.ReplaceAll(p, ".", "_"), kind})
		}
		return cols
	case opTop, opLeast:
		cols := []Column{{attrHead, jsonName(c.attr.name), kind}}
		for _, a := range c.also {
			cols = append(cols, Column{header(a.name), jsonName(a.name), shownKind(a)})
		}
		return append(cols, Column{"PATH", "path", KindText})
	}
	return []Column{{strings.ToUpper(c.Op) + " " + attrHead, c.Op + "_" + jsonName(c.attr.name), kind}}
}

// shownKind is the kind of an attribute's value as it is shown.
func shownKind(a attr) Kind {
	switch a.derive {
	case asIs, deriveDepth:
		return a.kind
	}
	return KindText
}

// header returns the header of a column.
func header(a Attr) string {
	name, rest, _ := strings.Cut(string(a), ":")
	switch name {
	case "xattr", "extra":
		return strings.ToUpper(rest)
	case "dir":
		return "DIRECTORY"
	case "kballocated":
		return "ALLOCATED"
	case "ageclass", "sizeclass":
		rest, _, _ = strings.Cut(rest, ":")
		return strings.ToUpper(rest)
	case "year", "month":
		return strings.ToUpper(name)
	}
	return strings.ToUpper(name)
}

func jsonName(a Attr) string {
	name, rest, _ := strings.Cut(string(a), ":")
	switch name {
	case "xattr", "extra":
		return rest
	case "dir":
		return "directory"
	case "kballocated":
		return "kb_allocated"
	case "ageclass", "sizeclass":
		rest, _, _ = strings.Cut(rest, ":")
		return rest + "_class"
	}
	return name
}

// metric returns the function that gives the number to compute with, and whether it is the bits of a float.
func (e *env) metric(a attr) (num func(*rec) int64, isFloat bool) {
	if a.derive == deriveDepth {
		root := e.root
		return func(r *rec) int64 { return depthOf(r.text(idPath), root) }, false
	}
	i := a.id
	return func(r *rec) int64 { return r.num[i] }, i == idHeat
}

// floatOrder maps the bits of a float to an integer of the same order, and back.
func floatOrder(bits int64) int64 {
	if bits < 0 {
		return bits ^ math.MaxInt64
	}
	return bits
}
