package filelist

import (
	"context"
	"fmt"
	"slices"
	"strings"
)

// DirUsage is what a directory holds, with all that is below it, as du counts.
type DirUsage struct {
	Path      string `col:"DIRECTORY" json:"path"`
	Depth     int    `col:"-" json:"depth"` // 0 for the root
	Files     int64  `col:"FILES" json:"files"`
	Size      Value  `col:"SIZE" json:"size"`           // bytes
	Allocated Value  `col:"ALLOCATED" json:"allocated"` // KiB; nothing when the list does not have it
}

// Tree adds up the files below every directory down to a depth, as du -d does: each row includes the rows below it. The
// rows are in the order of the paths, the root first.
func (f Files) Tree(ctx context.Context, depth int) ([]DirUsage, error) {
	if depth < 0 {
		return nil, fmt.Errorf("the depth of a tree is 0 or more, not %d", depth)
	}
	job := Job{By: []Attr{Dir(max(depth, 1))}, Do: []Agg{CountFiles()}}
	sizes, kbs := f.knows(Size), f.knows(KBAllocated)
	if sizes {
		job.Do = append(job.Do, Sum(Size))
	}
	if kbs {
		job.Do = append(job.Do, Sum(KBAllocated))
	}
	t, err := f.table(ctx, job)
	if err != nil {
		return nil, err
	}
	return rollUp(t, f.root, depth, sizes, kbs), nil
}

// knows says whether the input has an attribute.
func (f Files) knows(a Attr) bool {
	sc := newSchema(nil)
	if _, err := sc.resolve(a); err != nil {
		return false
	}
	in, err := f.input()
	return err == nil && in.prepare(sc) == nil
}

// rollUp adds the row of each directory to those above it.
func rollUp(t *Table, root string, depth int, sizes, kbs bool) []DirUsage {
	root = strings.TrimRight(root, "/")
	type sums struct {
		files      int64
		bytes, kbs total
	}
	dirs := map[string]*sums{}
	for _, r := range t.Rows {
		for path := r.Keys[0]; ; path = parent(path, root) {
			if depthBelow(path, root) <= depth {
				s := dirs[path]
				if s == nil {
					s = &sums{}
					dirs[path] = s
				}
				s.files += r.Values[0].Int()
				at := 1
				if sizes {
					s.bytes.addValue(r.Values[at])
					at++
				}
				if kbs {
					s.kbs.addValue(r.Values[at])
				}
			}
			if depthBelow(path, root) <= 0 {
				break
			}
		}
	}
	out := make([]DirUsage, 0, len(dirs))
	for path, s := range dirs {
		u := DirUsage{Path: path, Depth: depthBelow(path, root), Files: s.files}
		if sizes {
			u.Size = s.bytes.value(KindBytes)
		}
		if kbs {
			u.Allocated = s.kbs.value(KindKB)
		}
		out = append(out, u)
	}
	slices.SortFunc(out, func(a, b DirUsage) int {
		return strings.Compare(strings.ReplaceAll(a.Path, "/", "\x00"), strings.ReplaceAll(b.Path, "/", "\x00"))
	})
	return out
}

func (t *total) addValue(v Value) {
	if v.real { // beyond 64 bits
		hi := v.f / (1 << 64)
		t.hi += int64(hi)
		return
	}
	t.add(v.i)
}

// depthBelow counts the levels between the root and a directory; 0 for the root and for what does not lie below it.
func depthBelow(path, root string) int {
	rel, below := strings.CutPrefix(path, root+"/")
	if !below || rel == "" {
		return 0
	}
	return 1 + strings.Count(rel, "/")
}

func parent(path, root string) string {
	i := strings.LastIndexByte(path, '/')
	switch {
	case i > len(root):
		return path[:i]
	case root == "":
		return "/"
	}
	return root
}

// Bin is one class of a histogram.
type Bin struct {
	Class string `col:"CLASS" json:"class"` // "4KiB - 16KiB", "< 1d"
	Files int64  `col:"FILES" json:"files"`
	Size  Value  `col:"SIZE" json:"size"` // the bytes of these files; nothing when the list does not have them
}

// Histogram counts the files in classes of a size, of a count, or of the age of a time. Bounds are texts, "4KiB" or
// "30d"; without any they are those of SizeClass and AgeClass. Classes between the first and the last that have files
// are all there, also when they are empty.
func (f Files) Histogram(ctx context.Context, a Attr, bounds ...string) ([]Bin, error) {
	at, err := parseAttr(a)
	if err != nil {
		return nil, err
	}
	class := "sizeclass:" + a
	if at.kind == KindTime {
		class = "ageclass:" + a
	}
	if len(bounds) > 0 {
		class += Attr(":" + strings.Join(bounds, ","))
	}
	if at, err = parseAttr(class); err != nil {
		return nil, err
	}
	job := Job{By: []Attr{class}, Do: []Agg{CountFiles()}}
	sizes := f.knows(Size)
	if sizes {
		job.Do = append(job.Do, Sum(Size))
	}
	t, err := f.table(ctx, job)
	if err != nil {
		return nil, err
	}
	var bins []Bin
	next := int64(-1) // the class behind the last one that was seen
	for _, r := range t.Rows {
		class := r.order[0].num
		for ; next >= 0 && next < class; next++ {
			empty := Bin{Class: at.classLabel(next)}
			if sizes {
				empty.Size = intValue(KindBytes, 0)
			}
			bins = append(bins, empty)
		}
		b := Bin{Class: r.Keys[0], Files: r.Values[0].Int()}
		if sizes {
			b.Size = r.Values[1]
		}
		bins = append(bins, b)
		if class >= 0 { // not that of files whose value is unknown
			next = class + 1
		}
	}
	return bins, nil
}
