package show

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/mattn/go-runewidth"
)

// branch is a line of a tree with what is below it.
type branch struct {
	text  string
	look  Look
	below []*branch
}

// inside writes a value as a tree: collections by what their members say of each other, objects by their collections.
func (r *Writer) inside(ctx context.Context, v any) error {
	rv := reflect.ValueOf(v)
	rows, ok, err := members(ctx, rv)
	if err != nil {
		return err
	}
	var top []*branch
	switch {
	case ok && len(rows.items) == 0:
		_, err := fmt.Fprintln(r.Err, "no "+rows.noun)
		return err
	case ok:
		if top = grow(rows); top == nil {
			return r.table(rows)
		}
	case isSheet(rv):
		root, err := objectTree(ctx, rv)
		if err != nil {
			return err
		}
		top = []*branch{root}
	default:
		return r.show(ctx, v)
	}
	var b strings.Builder
	for _, t := range top {
		r.draw(&b, t, "", "")
	}
	_, err = fmt.Fprint(r.Out, b.String())
	return err
}

// draw writes a branch. Lines are for the eye only: without colours, which is where somebody may listen, blanks do.
func (r *Writer) draw(b *strings.Builder, t *branch, lead, rest string) {
	text := t.text
	if room := r.Width - runewidth.StringWidth(lead); r.Width > 0 && runewidth.StringWidth(text) > room {
		mark := "…"
		if r.ASCII {
			mark = "~"
		}
		text = runewidth.Truncate(text, max(room, 8), mark)
	}
	b.WriteString(r.paint(Dim, lead) + r.paint(t.look, text) + "\n")
	mid, last, bar := "├─ ", "└─ ", "│  "
	switch {
	case r.Paint == nil:
		mid, last, bar = "   ", "   ", "   "
	case r.ASCII:
		mid, last, bar = "|- ", "`- ", "|  "
	}
	for i, c := range t.below {
		if i == len(t.below)-1 {
			r.draw(b, c, rest+last, rest+"   ")
			continue
		}
		r.draw(b, c, rest+mid, rest+bar)
	}
}

// objectTree is an object with those of its collections that have a form of their own.
func objectTree(ctx context.Context, v reflect.Value) (*branch, error) {
	root := &branch{text: objectName(v), look: Strong}
	s, _ := structOf(v)
	var others []string
	for _, name := range children(s.Type()) {
		elem, ok := memberType(s.FieldByName(name).Type())
		if !ok || formOf(elem) == formNone {
			others = append(others, name)
			continue
		}
		rows, _, err := members(ctx, s.FieldByName(name))
		if err != nil {
			return nil, err
		}
		root.below = append(root.below, &branch{text: name, look: Header, below: grow(rows)})
	}
	if len(others) > 0 {
		root.below = append(root.below, &branch{text: "has " + strings.Join(others, ", "), look: Dim})
	}
	return root, nil
}

// memberType is the struct type of the members of a collection.
func memberType(t reflect.Type) (reflect.Type, bool) {
	m, ok := t.MethodByName("Items")
	if !ok || m.Type.NumOut() != 2 {
		return nil, false
	}
	f, ok := m.Type.Out(0).Elem().FieldByName("Value")
	if !ok {
		return nil, false
	}
	return declaredStruct(f.Type)
}

// form is how members make a tree.
type form int

const (
	formNone    form = iota
	formParents      // each names the id of the one that it is in: filesets
	formPools        // by storage pool and failure group: disks
	formLists        // each holds names: node classes
)

func formOf(t reflect.Type) form {
	has := func(name string, kind reflect.Kind) bool {
		f, ok := t.FieldByName(name)
		return ok && f.Type.Kind() == kind
	}
	switch {
	case has("ParentID", reflect.Int64) && has("ID", reflect.Int64):
		return formParents
	case has("Pool", reflect.String) && has("FailureGroup", reflect.String):
		return formPools
	case has("Nodes", reflect.Slice) && has("Classes", reflect.Slice):
		return formLists
	}
	return formNone
}

// grow makes the tree of members, nil when they have no form of their own.
func grow(rows rowSet) []*branch {
	st, ok := elemStruct(rows)
	if !ok {
		return nil
	}
	get := func(it item, name string) reflect.Value {
		s, _ := structOf(it.value)
		return s.FieldByName(name)
	}
	switch formOf(st) {
	case formParents:
		return growParents(rows, get)
	case formPools:
		return growPools(rows, get)
	case formLists:
		var top []*branch
		for _, it := range rows.items {
			b := &branch{text: it.key}
			for _, name := range []string{"Classes", "Nodes"} {
				list := get(it, name)
				for i := range list.Len() {
					b.below = append(b.below, &branch{text: cellText(list.Index(i))})
				}
			}
			top = append(top, b)
		}
		return top
	}
	return nil
}

func growParents(rows rowSet, get func(item, string) reflect.Value) []*branch {
	byID := map[int64]*branch{}
	for _, it := range rows.items {
		text := it.key
		if path := get(it, "Path"); path.IsValid() && path.String() != "" {
			text += "  " + path.String()
		}
		if status := get(it, "Status"); status.IsValid() && cellText(status) != "Linked" {
			text += "  " + cellText(status)
		}
		if in := get(it, "Independent"); in.IsValid() && in.Bool() {
			text += "  inode space " + cellText(get(it, "InodeSpace"))
		}
		byID[get(it, "ID").Int()] = &branch{text: Printable(text)}
	}
	var top []*branch
	for _, it := range rows.items {
		id, parent := get(it, "ID").Int(), get(it, "ParentID").Int()
		if p := byID[parent]; p != nil && parent != id {
			p.below = append(p.below, byID[id])
			continue
		}
		top = append(top, byID[id])
	}
	return top
}

func growPools(rows rowSet, get func(item, string) reflect.Value) []*branch {
	var top []*branch
	find := func(list *[]*branch, text string) *branch {
		if i := slices.IndexFunc(*list, func(b *branch) bool { return b.text == text }); i >= 0 {
			return (*list)[i]
		}
		b := &branch{text: text}
		*list = append(*list, b)
		return b
	}
	for _, it := range rows.items {
		pool := find(&top, "pool "+cellText(get(it, "Pool")))
		group := find(&pool.below, "failure group "+cellText(get(it, "FailureGroup")))
		text, look := it.key, Plain
		for _, name := range []string{"Status", "Availability", "Size"} {
			v := get(it, name)
			if !v.IsValid() {
				continue
			}
			text += "  " + cellText(v)
			if st := stateStyle(cellText(v)); st == Bad || st == Warning {
				look = st
			}
		}
		group.below = append(group.below, &branch{text: Printable(text), look: look})
	}
	return top
}
