package filelist

import (
	"fmt"
)

// Format is the form of the records of a list.
type Format int

// The forms of lists.
const (
	// FormatList is what an EXEC script and -f get: inode, generation, snapshot, two blanks, SHOW text, " -- ", path.
	FormatList Format = iota
	// FormatRecord is what -I prepare writes and -r reads: iAggregate:WEIGHT:INODE:…:path-length!PATH_NAME:….
	FormatRecord
	// FormatPaths is one path on each line, as mmapplypolicy -i reads.
	FormatPaths
)

var formatNames = [...]string{"list", "record", "paths"}

// String returns the name of the form.
func (f Format) String() string {
	if f < 0 || int(f) >= len(formatNames) {
		return fmt.Sprintf("Format(%d)", int(f))
	}
	return formatNames[f]
}

// MarshalText writes the name.
func (f Format) MarshalText() ([]byte, error) { return []byte(f.String()), nil }

// UnmarshalText reads the name.
func (f *Format) UnmarshalText(text []byte) error {
	for i, n := range formatNames {
		if n == string(text) {
			*f = Format(i)
			return nil
		}
	}
	return fmt.Errorf("no form of lists is called %q", text)
}

// reading says how lists are to be read.
type reading struct {
	format     Format
	escape     Escape
	layout     Layout
	terminator byte
}

// decoder turns the records of lists into recs. It belongs to one goroutine.
type decoder interface {
	// decode reads one record, without its terminator.
	decode(line []byte, r *rec) reason
}

// newDecoder makes a decoder for what the schema needs. What a list of that kind cannot have is an error.
func newDecoder(rd reading, sc *schema) (decoder, error) {
	switch rd.format {
	case FormatRecord:
		return newRecordDecoder(rd, sc)
	case FormatPaths:
		if rest := sc.ids &^ (1 << idPath); rest != 0 || len(sc.extras) > 0 {
			return nil, missingError(sc, 1<<idPath, nil, "a list of paths has nothing but paths")
		}
		return &pathDecoder{escape: rd.escape}, nil
	}
	return newListDecoder(rd, sc)
}

// missingError names the first attribute that is needed and not there.
func missingError(sc *schema, have set, extras []Attr, why string) error {
	for _, a := range sc.extras {
		if !contains(extras, a) {
			return &AttrError{a, why, ""}
		}
	}
	best := Attr("")
	for name, b := range baseAttrs {
		if sc.ids.has(b.id) && !have.has(b.id) && (best == "" || name < best) && name != User && name != Group {
			best = name
		}
	}
	return &AttrError{best, why, ""}
}

func contains(list []Attr, a Attr) bool {
	for _, b := range list {
		if a == b {
			return true
		}
	}
	return false
}

// pathDecoder reads lists of paths.
type pathDecoder struct {
	escape Escape
	buf    []byte
}

func (d *pathDecoder) decode(line []byte, r *rec) reason {
	r.has = 0
	if len(line) == 0 {
		return rejectEmpty
	}
	path, valid := d.escape.decode(line, &d.buf)
	if !valid {
		return rejectEscape
	}
	r.setText(idPath, path)
	return accepted
}
