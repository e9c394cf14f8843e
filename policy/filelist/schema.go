package filelist

import (
	"slices"
	"strconv"
	"strings"
)

// schema collects what jobs need of a record, and numbers the attributes that have no number of their own.
type schema struct {
	ids    set
	extras []Attr // "xattr:…" and "extra:…", by number from idExtra
	names  *Names

	userNames, groupNames bool // names are wanted, not only numbers
}

// maxExtras bounds the attributes without a number of their own: as many as a set has room for.
const maxExtras = 32

func newSchema(names *Names) *schema { return &schema{names: names} }

// attr is a resolved attribute: where it lies in a record and how it is derived from there.
type attr struct {
	name   Attr // canonical
	id     id
	kind   Kind
	derive derivation
	n      int     // depth of a directory
	bounds []int64 // of a class, ascending
	scale  int64   // what the number is multiplied with before it is put in a class
}

// derivation is how a value comes from what a record holds.
type derivation uint8

const (
	asIs derivation = iota
	deriveName
	deriveExt
	deriveDepth
	deriveDir
	deriveUser  // the number is shown as a name
	deriveGroup // the number is shown as a name
	deriveAge
	deriveClass
	deriveYear
	deriveMonth
	deriveType
)

// resolve parses the text of an attribute and adds what it needs to the schema.
func (s *schema) resolve(text Attr) (attr, error) {
	a, err := parseAttr(text)
	if err != nil {
		return attr{}, err
	}
	if a.id == idExtra {
		i := slices.Index(s.extras, a.name)
		if i < 0 {
			if i = len(s.extras); i == maxExtras {
				return attr{}, &AttrError{text, "too many extended attributes at once", ""}
			}
			s.extras = append(s.extras, a.name)
		}
		a.id += id(i)
	}
	s.ids.add(a.id)
	s.userNames = s.userNames || a.derive == deriveUser
	s.groupNames = s.groupNames || a.derive == deriveGroup
	return a, nil
}

var derivedAttrs = map[Attr]derivation{
	Name: deriveName, Ext: deriveExt, Depth: deriveDepth, User: deriveUser, Group: deriveGroup, Type: deriveType,
}

func parseAttr(text Attr) (attr, error) {
	head, args, _ := strings.Cut(string(text), ":")
	switch kind := squash(head); kind {
	case "xattr", "extra":
		if args == "" {
			return attr{}, &AttrError{text, "the name is missing", ""}
		}
		return attr{name: Attr(kind + ":" + args), id: idExtra, kind: KindText}, nil
	case "dir", "directory":
		return parseDir(text, args)
	case "ageclass", "sizeclass", "year", "month":
		return parseDerived(text, kind, args)
	}
	name, b, err := parseBase(text)
	if err != nil {
		return attr{}, err
	}
	return attr{name: name, id: b.id, kind: b.kind, derive: derivedAttrs[name]}, nil
}

func parseDir(text Attr, args string) (attr, error) {
	n := 0
	if args != "" {
		var err error
		if n, err = strconv.Atoi(args); err != nil || n < 0 || n > 1<<20 {
			return attr{}, &AttrError{text, "the depth is no number", ""}
		}
	}
	return attr{name: Dir(n), id: idPath, kind: KindText, derive: deriveDir, n: n}, nil
}

func parseDerived(text Attr, kind, args string) (attr, error) {
	of, list, _ := strings.Cut(args, ":")
	if of == "" {
		of = map[string]string{"ageclass": "access", "sizeclass": "size", "year": "modify", "month": "modify"}[kind]
	}
	name, b, err := parseBase(Attr(of))
	if err != nil {
		return attr{}, err
	}
	a := attr{id: b.id, kind: KindText, name: Attr(kind) + ":" + name, scale: 1}
	switch kind {
	case "sizeclass":
		if b.id >= numIDs || b.kind == KindTime || b.kind == KindFloat {
			return attr{}, &AttrError{text, "is no size and no count", ""}
		}
		if b.kind == KindKB {
			a.scale = 1024
		}
		a.derive = deriveClass
		a.bounds, err = parseBounds(list, parseBytes)
		if list == "" {
			a.bounds = defaultSizes
			if b.kind == KindCount {
				a.bounds = defaultCounts
			}
		}
		a.name += boundsText(list, a.bounds, shortBytes)
	default:
		if b.kind != KindTime {
			return attr{}, &AttrError{text, "is no time", ""}
		}
		switch kind {
		case "year":
			a.derive = deriveYear
		case "month":
			a.derive = deriveMonth
		default:
			a.derive = deriveAge
			a.bounds, err = parseBounds(list, parseDuration)
			if list == "" {
				a.bounds = defaultAges
			}
			a.name += boundsText(list, a.bounds, shortDuration)
		}
	}
	if err != nil {
		return attr{}, &AttrError{text, err.Error(), ""}
	}
	return a, nil
}

var (
	defaultAges   = []int64{day, 7 * day, 30 * day, 90 * day, 180 * day, year, 2 * year, 5 * year}
	defaultSizes  = powers(1, 4<<10, 4, 18)
	defaultCounts = powers(1, 10, 10, 12)
)

// powers returns first, start, start*factor …: n bounds in all.
func powers(first, start, factor int64, n int) []int64 {
	p := []int64{first}
	for v := start; len(p) < n; v *= factor {
		p = append(p, v)
	}
	return p
}

func boundsText(list string, bounds []int64, text func(int64) string) Attr {
	if list == "" {
		return ""
	}
	parts := make([]string, len(bounds))
	for i, b := range bounds {
		parts[i] = text(b)
	}
	return Attr(":" + strings.Join(parts, ","))
}

func parseBounds(list string, parse func(string) (int64, error)) ([]int64, error) {
	if list == "" {
		return nil, nil
	}
	var bounds []int64
	for _, text := range strings.Split(list, ",") {
		b, err := parse(strings.TrimSpace(text))
		if err != nil {
			return nil, err
		}
		bounds = append(bounds, b)
	}
	slices.Sort(bounds)
	return slices.Compact(bounds), nil
}

// classLabel returns the text of the i-th class of an attribute.
func (a *attr) classLabel(i int64) string {
	text := shortBytes
	if a.derive == deriveAge {
		text = shortDuration
	}
	switch {
	case len(a.bounds) == 0:
		return "all"
	case i <= 0:
		return "< " + text(a.bounds[0])
	case int(i) >= len(a.bounds):
		return ">= " + text(a.bounds[len(a.bounds)-1])
	}
	return text(a.bounds[i-1]) + " - " + text(a.bounds[i])
}

// ordered says whether the values of an attribute have an order of their own: classes, times, numbers.
func (a *attr) ordered() bool {
	switch a.derive {
	case deriveAge, deriveClass, deriveYear, deriveMonth, deriveDepth:
		return true
	}
	return a.kind == KindTime
}
