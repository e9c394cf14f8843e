package filelist

import (
	"context"
	"strings"
)

// Grouped is files that are grouped by attributes. Its methods read the files and return a table with a row for each
// group, the largest first; [Table.Top] cuts it.
type Grouped struct {
	files Files
	by    []Attr
}

// String says what is grouped by what; it reads nothing.
func (g Grouped) String() string {
	names := make([]string, len(g.by))
	for i, a := range g.by {
		names[i] = string(a)
	}
	return g.files.String() + " by " + strings.Join(names, ", ")
}

// Table computes several things of each group.
func (g Grouped) Table(ctx context.Context, do ...Agg) (*Table, error) {
	return g.files.table(ctx, Job{By: g.by, Do: do})
}

// Count counts the files of each group.
func (g Grouped) Count(ctx context.Context) (*Table, error) { return g.Table(ctx, CountFiles()) }

// Sum adds up an attribute in each group, and counts the files.
func (g Grouped) Sum(ctx context.Context, a Attr) (*Table, error) {
	return g.Table(ctx, Sum(a), CountFiles())
}

// Min finds the smallest value in each group, of a time the earliest, and counts the files.
func (g Grouped) Min(ctx context.Context, a Attr) (*Table, error) {
	return g.Table(ctx, Min(a), CountFiles())
}

// Max finds the largest value in each group, of a time the latest, and counts the files.
func (g Grouped) Max(ctx context.Context, a Attr) (*Table, error) {
	return g.Table(ctx, Max(a), CountFiles())
}

// Avg is the mean of an attribute in each group, with the number of files.
func (g Grouped) Avg(ctx context.Context, a Attr) (*Table, error) {
	return g.Table(ctx, Avg(a), CountFiles())
}

// Distinct counts the different values of an attribute in each group, and the files.
func (g Grouped) Distinct(ctx context.Context, a Attr) (*Table, error) {
	return g.Table(ctx, Distinct(a), CountFiles())
}

// Quantiles finds the values below or at which the given parts of a group's values lie; see the function of that name.
func (g Grouped) Quantiles(ctx context.Context, a Attr, parts ...float64) (*Table, error) {
	return g.Table(ctx, Quantiles(a, parts...), CountFiles())
}

// Top finds the n files of each group with the largest value of an attribute.
func (g Grouped) Top(ctx context.Context, n int, a Attr, also ...Attr) (*Table, error) {
	return g.Table(ctx, Top(n, a, also...))
}

// Least finds the n files of each group with the smallest value of an attribute, of a time the earliest.
func (g Grouped) Least(ctx context.Context, n int, a Attr, also ...Attr) (*Table, error) {
	return g.Table(ctx, Least(n, a, also...))
}
