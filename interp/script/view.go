package script

import (
	"context"
	"slices"

	"gpfsh/interp/script/show"
)

// View is a value and how it is to be shown: which columns, in which order, how many rows. It is made by [Session.Cols],
// [Session.Sort], [Session.Largest], [Session.Tree] and [Session.Wide]. The shell
// shows it, and print and Show in a script.
type View struct {
	value   any
	where   []string
	columns []string
	order   []string
	top     int
	tree    bool
	wide    bool
}

func viewOf(v any) View {
	if w, ok := v.(View); ok {
		return w
	}
	return View{value: v}
}

// Cols shows a collection, a list or an object with the columns named: Cols(fs.Filesets, "Name", "Path"). The names are
// those of the fields.
func (s *Session) Cols(value any, columns ...string) View { return viewOf(value).Cols(columns...) }

// Sort shows a collection or a list ordered by fields; a field with a minus before it begins with the largest:
// Sort(fs.Filesets, "-InodesUsedPct", "Name").
func (s *Session) Sort(value any, fields ...string) View { return viewOf(value).Sort(fields...) }

// Filter shows the members of a collection, a list or a table for which a condition holds, a Go expression over the
// fields or columns: Filter(Mm("mmlsdisk mmfs1"), "availability == \"down\" || diskSizeKB > 1*GiB"). What is not known
// fulfils nothing.
func (s *Session) Filter(value any, condition string) View {
	return viewOf(value).Filter(condition)
}

// Largest shows the n members of a collection or a list whose field is largest: Largest(fs.Filesets, 5, "UsedInodes").
func (s *Session) Largest(value any, n int, field string) View { return viewOf(value).Top(n, field) }

// Tree shows an object, or a collection, with what is inside it: the filesets of a file system by their junctions, its
// disks by storage pool and failure group, the nodes of node classes.
func (s *Session) Tree(value any) View {
	v := viewOf(value)
	v.tree = true
	return v
}

// Wide shows a collection or a list with all columns, however long the lines become.
func (s *Session) Wide(value any) View { return viewOf(value).Wide() }

// Cols is the view with the columns named.
func (v View) Cols(columns ...string) View {
	v.columns = slices.Clone(columns)
	return v
}

// Sort is the view ordered by fields; a minus before a field begins with the largest.
func (v View) Sort(fields ...string) View {
	v.order = slices.Clone(fields)
	return v
}

// Filter is the view of the members for which a condition holds as well.
func (v View) Filter(condition string) View {
	v.where = append(slices.Clone(v.where), condition)
	return v
}

// Top is the view of the n members whose field is largest.
func (v View) Top(n int, field string) View {
	v.top = n
	return v.Sort("-" + field)
}

// Wide is the view with all columns.
func (v View) Wide() View {
	v.wide = true
	return v
}

// Value returns what is shown.
func (v View) Value() any { return v.value }

// Conditions returns what members must fulfil.
func (v View) Conditions() []string { return slices.Clone(v.where) }

// Columns returns the fields to show; none means those that matter.
func (v View) Columns() []string { return slices.Clone(v.columns) }

// Order returns the fields to order by; a minus stands before those that begin with the largest.
func (v View) Order() []string { return slices.Clone(v.order) }

// Limit returns how many members are shown; 0 means all.
func (v View) Limit() int { return v.top }

// IsTree reports whether the value is shown with what is inside it.
func (v View) IsTree() bool { return v.tree }

// IsWide reports whether all columns are shown.
func (v View) IsWide() bool { return v.wide }

// String returns what is shown as text. A collection is asked for its members.
func (v View) String() string {
	text, err := plainly(context.Background(), v, show.Auto)
	if err != nil {
		return err.Error()
	}
	return string(text)
}

// MarshalJSON returns the members with the columns of the view. A collection is asked for its members.
func (v View) MarshalJSON() ([]byte, error) { return plainly(context.Background(), v, show.JSON) }
