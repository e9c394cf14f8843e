package filelist

import (
	"fmt"
	"slices"
	"strings"
)

// Layout says what the SHOW text of a list holds.
type Layout struct {
	// Fields are the attributes in the order of the text.
	Fields []Attr `json:"fields,omitempty"`
	// Sep stands between the fields; "" means "/", which ESCAPE '%/' leaves alone.
	Sep string `json:"sep,omitempty"`
	// Counted says that the fields of free text (extended attributes) have their length in front: "5/value". A field
	// that is NULL is "-". Layouts made by NewLayout are so.
	Counted bool `json:"counted,omitempty"`
	// Pairs says that the text is key=value, with blanks between the pairs. A key that is an attribute's name gives
	// that attribute, others are had with Extra.
	Pairs bool `json:"pairs,omitempty"`
	// Own is the SHOW expression that makes the text when it is the user's own; see SQL.
	Own string `json:"own,omitempty"`
}

// NewLayout returns the layout of a list that has what the attributes need, and nothing else. What every list has (the
// path, the inode, the generation, the snapshot) takes no room.
func NewLayout(attrs ...Attr) (Layout, error) {
	sc := newSchema(nil)
	for _, a := range attrs {
		if _, err := sc.resolve(a); err != nil {
			return Layout{}, err
		}
	}
	return sc.layout()
}

// ParseLayout reads a layout from text: the names of the attributes with what stands between them in the list,
// "user:size:kb", "size nlink", "file_size|access_time"; or "key=value".
func ParseLayout(text string) (Layout, error) {
	if strings.TrimSpace(text) == "key=value" {
		return Layout{Pairs: true}, nil
	}
	var l Layout
	for rest := text; ; {
		end := strings.IndexFunc(rest, func(r rune) bool { return !isNameRune(r) })
		if end < 0 {
			end = len(rest)
		}
		if end == 0 {
			return Layout{}, fmt.Errorf("layout %q: a name is missing before %q; write names with one separator between them: \"user:size:kb\"", text, rest)
		}
		l.Fields = append(l.Fields, Attr(rest[:end]))
		rest = rest[end:]
		if rest == "" {
			break
		}
		n := strings.IndexFunc(rest, isNameRune)
		if n < 0 || l.Sep != "" && rest[:n] != l.Sep {
			return Layout{}, fmt.Errorf("layout %q: one separator stands between all names, not %q and %q", text, l.Sep, rest)
		}
		l.Sep, rest = rest[:n], rest[n:]
	}
	if _, err := l.fields(); err != nil {
		return Layout{}, err
	}
	return l, nil
}

func isNameRune(r rune) bool {
	return r == '_' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9'
}

// String returns the text that ParseLayout reads.
func (l Layout) String() string {
	if l.Pairs {
		return "key=value"
	}
	names := make([]string, len(l.Fields))
	for i, f := range l.Fields {
		names[i] = string(f)
	}
	return strings.Join(names, l.sep())
}

func (l Layout) sep() string {
	if l.Sep == "" {
		return "/"
	}
	return l.Sep
}

// SQL returns the expression that makes the text, for SHOW(…) of a LIST rule whose EXTERNAL LIST rule says ESCAPE '%/'.
// It is "" when the layout holds nothing: the rule then needs no SHOW.
func (l Layout) SQL() (string, error) {
	if l.Own != "" {
		return l.Own, nil
	}
	if l.Pairs {
		return "", fmt.Errorf("a layout of key=value pairs has no SHOW text of its own: give the expression")
	}
	fields, err := l.fields()
	if err != nil {
		return "", err
	}
	terms := make([]string, 0, 2*len(fields))
	for i, f := range fields {
		if i > 0 {
			terms = append(terms, quoteSQL(l.sep()))
		}
		term, err := l.fieldSQL(f)
		if err != nil {
			return "", err
		}
		terms = append(terms, term)
	}
	return strings.Join(terms, " || "), nil
}

func (l Layout) fieldSQL(f layoutField) (string, error) {
	if name, ok := strings.CutPrefix(string(f.attr), "xattr:"); ok {
		// The text goes through m4 and into a string: a name that could change either is refused.
		if strings.IndexFunc(name, func(r rune) bool { return !isNameRune(r) && !strings.ContainsRune(".-:@+", r) }) >= 0 {
			return "", &AttrError{f.attr, "the name has characters that cannot stand in a policy", ""}
		}
		x := "XATTR(" + quoteSQL(name) + ")"
		if !l.Counted {
			return "CASE WHEN " + x + " IS NULL THEN '' ELSE " + x + " END", nil // unverified: CASE in SHOW
		}
		return "CASE WHEN " + x + " IS NULL THEN '-' ELSE VARCHAR(LENGTH(" + x + ")) || " + quoteSQL(l.sep()) + " || " + x + " END", nil // unverified: CASE in SHOW; LENGTH counts bytes
	}
	b := baseAttrs[f.attr]
	if b.ibm == "" {
		return "", &AttrError{f.attr, "the policy language has no such attribute", ""}
	}
	sql := b.ibm
	if b.kind != KindText || b.id < numIDs {
		sql = "VARCHAR(" + sql + ")"
	}
	if b.null {
		// A NULL in any part of a SHOW text makes all of it NULL.
		sql = "CASE WHEN " + b.ibm + " IS NULL THEN '' ELSE " + sql + " END" // unverified: CASE in SHOW
	}
	return sql, nil
}

func quoteSQL(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }

// layoutField is a field of a layout with its meaning resolved.
type layoutField struct {
	attr Attr // canonical
	form fieldForm
	id   id // idExtra when the attribute has no number of its own
}

// fieldForm is how a field is written.
type fieldForm uint8

const (
	formInt fieldForm = iota
	formTime
	formFloat
	formText
	formCounted
)

func (l Layout) fields() ([]layoutField, error) {
	fields := make([]layoutField, len(l.Fields))
	for i, a := range l.Fields {
		f := layoutField{attr: a, form: formText, id: idExtra}
		switch {
		case strings.HasPrefix(string(a), "xattr:"), strings.HasPrefix(string(a), "extra:"):
			if l.Counted {
				f.form = formCounted
			}
		default:
			name, base, err := parseBase(a)
			if err != nil {
				return nil, err
			}
			if base.id == idType || base.id == idPath && base.ibm == "" {
				return nil, &AttrError{a, "is derived from others and stands in no list", ""}
			}
			f.attr, f.id = name, base.id
			switch {
			case base.id == idHeat:
				f.form = formFloat
			case base.kind == KindTime:
				f.form = formTime
			case base.id < numIDs:
				f.form = formInt
			}
		}
		fields[i] = f
	}
	return fields, nil
}

// layout returns the layout for what the schema has been asked for.
func (s *schema) layout() (Layout, error) {
	l := Layout{Counted: true}
	var names []Attr
	for a, b := range baseAttrs {
		if b.ibm == "" || a == User || a == Group || !s.ids.has(b.id) {
			continue
		}
		switch b.id {
		case idPath, idInode, idGeneration, idSnapID:
			continue
		}
		names = append(names, a)
	}
	if s.ids.has(idType) && !s.ids.has(idMode) {
		names = append(names, Mode)
	}
	// unverified: names of filesets, pools and snapshots have no slash in them, which stands between the fields.
	// Numbers first and texts last: fields that a decoder can step over quickly stand in front.
	slices.SortFunc(names, func(a, b Attr) int { return int(baseAttrs[a].id) - int(baseAttrs[b].id) })
	l.Fields = append(names, s.extras...)
	for _, a := range s.extras {
		if strings.HasPrefix(string(a), "extra:") {
			return Layout{}, &AttrError{a, "comes from an own SHOW expression: give one", ""}
		}
	}
	return l, nil
}
