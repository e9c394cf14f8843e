package filelist

import (
	"bytes"
	"fmt"
	"math"
	"strconv"
)

// Record is one record of the record format, which mmapplypolicy -I prepare writes and -r reads. Of its fields only
// Aggregate, Weight, Size and Flags may be changed before a list goes back.
type Record struct {
	Aggregate  uint64
	Weight     float64 // files of larger weight come first
	Inode      uint64
	Generation uint64
	Size       uint64 // unverified: KiB, as KB_ALLOCATED or the SIZE clause has it
	Rule       uint64 // the number of the rule that chose the file
	Resource   uint64 // index of the pool, or number of user, group or fileset
	Flags      uint64
	Path       []byte
	Pool       []byte
	Show       []byte
	HasShow    bool
}

// ParseRecord reads one record, without its newline or 0. Its texts are parts of line where nothing in them is escaped.
func ParseRecord(line []byte) (Record, error) {
	var r Record
	var bufs [3][]byte
	if why := parseRecord(line, &r, &bufs); why != accepted {
		return Record{}, fmt.Errorf("no record of the record format: %s: %q", why, line[:min(len(line), rejectText)])
	}
	return r, nil
}

func parseRecord(line []byte, r *Record, bufs *[3][]byte) reason {
	if len(line) == 0 {
		return rejectEmpty
	}
	var weight uint64
	rest := line
	for _, to := range [...]*uint64{&r.Aggregate, &weight, &r.Inode, &r.Generation, &r.Size, &r.Rule, &r.Resource, &r.Flags} {
		i := bytes.IndexByte(rest, ':')
		if i < 0 {
			return rejectFields
		}
		v, valid := parseHex(rest[:i])
		if !valid {
			return rejectField
		}
		*to, rest = v, rest[i+1:]
	}
	r.Weight = decodeWeight(weight)
	var why reason
	if r.Path, rest, why = cutText(rest, &bufs[0]); why != accepted {
		return why
	}
	if len(rest) == 0 || rest[0] != ':' {
		return rejectFields
	}
	if r.Pool, rest, why = cutText(rest[1:], &bufs[1]); why != accepted {
		return why
	}
	r.Show, r.HasShow = nil, len(rest) > 0
	if r.HasShow {
		if rest[0] != ';' {
			return rejectFields
		}
		if r.Show, rest, why = cutText(rest[1:], &bufs[2]); why != accepted {
			return why
		}
		if len(rest) > 0 {
			return rejectLength
		}
	}
	return accepted
}

// cutText takes length!TEXT off. A dash before the length says that the text is escaped: \n and \\.
func cutText(b []byte, buf *[]byte) (text, rest []byte, why reason) {
	escaped := len(b) > 0 && b[0] == '-'
	if escaped {
		b = b[1:]
	}
	n, end := parseUint(b, 0)
	if end == 0 || end >= len(b) || b[end] != '!' {
		return nil, nil, rejectFields
	}
	b = b[end+1:]
	// unverified: the length of an escaped text is that of the text as written.
	if n > uint64(len(b)) {
		return nil, nil, rejectLength
	}
	text, rest = b[:n:n], b[n:]
	if escaped {
		text, _ = EscapeBackslash.decode(text, buf)
	}
	return text, rest, accepted
}

// Append writes the record without a terminator. Texts with a newline are escaped.
func (r *Record) Append(dst []byte) []byte {
	hex := func(v uint64, width int) {
		s := strconv.FormatUint(v, 16)
		for i := len(s); i < width; i++ {
			dst = append(dst, '0')
		}
		dst = append(append(dst, s...), ':')
	}
	hex(r.Aggregate, 0)
	hex(encodeWeight(r.Weight), 16)
	hex(r.Inode, 16)
	hex(r.Generation, 8)
	hex(r.Size, 0)
	hex(r.Rule, 0)
	hex(r.Resource, 0)
	hex(r.Flags, 0)
	dst = appendText(dst, r.Path)
	dst = appendText(append(dst, ':'), r.Pool)
	if r.HasShow {
		dst = appendText(append(dst, ';'), r.Show)
	}
	return dst
}

func appendText(dst, text []byte) []byte {
	if bytes.IndexByte(text, '\n') >= 0 {
		text = EscapeBackslash.Append(nil, text, "")
		dst = append(dst, '-')
	}
	dst = strconv.AppendInt(dst, int64(len(text)), 10)
	return append(append(dst, '!'), text...)
}

// encodeWeight returns the bits of a weight in the order of the text: larger weights first. They are those of -w; all
// inverted when it is negative, with the sign bit set otherwise.
func encodeWeight(w float64) uint64 {
	bits := math.Float64bits(-w)
	if bits>>63 != 0 {
		return ^bits
	}
	return bits | 1<<63
}

func decodeWeight(bits uint64) float64 {
	if bits>>63 != 0 {
		bits &^= 1 << 63
	} else {
		bits = ^bits
	}
	return -math.Float64frombits(bits)
}

// recordDecoder reads the record format.
type recordDecoder struct {
	rec  Record
	bufs [3][]byte
	want set
	show *listDecoder // for the SHOW text
}

func newRecordDecoder(rd reading, sc *schema) (*recordDecoder, error) {
	d := &recordDecoder{want: sc.ids}
	inner := *sc
	inner.ids &^= 1<<idPool | 1<<idKB
	rd.escape = EscapeNone // lengths tell where the text ends
	var err error
	if d.show, err = newListDecoder(rd, &inner); err != nil {
		return nil, err
	}
	return d, nil
}

func (d *recordDecoder) decode(line []byte, r *rec) reason {
	if why := parseRecord(line, &d.rec, &d.bufs); why != accepted {
		return why
	}
	r.has = 1<<idInode | 1<<idGeneration | 1<<idKB
	r.num[idInode], r.num[idGeneration], r.num[idKB] = int64(d.rec.Inode), int64(d.rec.Generation), int64(d.rec.Size)
	r.setNum(idSnapID, 0)
	if d.want.has(idPath) {
		if len(d.rec.Path) == 0 || d.rec.Path[0] != '/' {
			return rejectPath
		}
		r.setText(idPath, d.rec.Path)
	}
	if d.want.has(idPool) {
		r.setText(idPool, d.rec.Pool)
	}
	if d.show.last >= 0 || d.show.pairs {
		return d.show.showText(d.rec.Show, r)
	}
	return accepted
}
