package filelist

import (
	"bytes"
	"math"
)

// listDecoder reads the list format. Fields that nobody needs are stepped over, not parsed.
type listDecoder struct {
	escape  Escape
	fields  []planField
	last    int  // the last field that is wanted, -1 for none
	sep     byte // between the fields, in the direct way
	sepText []byte
	direct  bool // fields can be read where they stand: nothing in them is escaped, nor is the separator
	blanks  bool // the SHOW text may hold blanks
	pairs   bool
	names   map[string]planField // of pairs
	want    set
	path    bool
	header  bool // the inode, the generation or the snapshot is wanted
	bufs    [2 + maxExtras + strIDs][]byte
}

type planField struct {
	form fieldForm
	want bool
	id   id
}

const (
	pathBuf = iota
	showBuf
	fieldBufs
)

func newListDecoder(rd reading, sc *schema) (*listDecoder, error) {
	d := &listDecoder{escape: rd.escape, last: -1, want: sc.ids, path: sc.ids.has(idPath), pairs: rd.layout.Pairs}
	d.header = sc.ids&(1<<idInode|1<<idGeneration|1<<idSnapID) != 0
	have := set(1<<idInode | 1<<idGeneration | 1<<idSnapID | 1<<idPath)
	if d.pairs {
		d.names = pairNames(sc)
		return d, nil
	}
	fields, err := rd.layout.fields()
	if err != nil {
		return nil, err
	}
	var extras []Attr
	sep := rd.layout.sep()
	d.sep, d.sepText = sep[0], []byte(sep)
	d.direct = len(sep) == 1 && sep != " " && (rd.escape != EscapePercent || unreserved[d.sep] || d.sep == '/')
	d.blanks = rd.escape != EscapePercent
	for i, f := range fields {
		p := planField{form: f.form, id: f.id}
		switch {
		case f.id == idExtra:
			extras = append(extras, f.attr)
			for k, a := range sc.extras {
				if a == f.attr {
					p.want, p.id = true, idExtra+id(k)
				}
			}
		default:
			p.want = sc.ids.has(f.id) || f.id == idMode && sc.ids.has(idType)
			have.add(f.id)
			if f.id == idMode {
				have.add(idType)
			}
		}
		if p.want {
			d.last = i
		}
		// A text may hold blanks, and dashes, unless they are escaped.
		if d.blanks && (f.form == formText || f.form == formCounted) {
			d.direct = false
		}
		d.fields = append(d.fields, p)
	}
	missing := sc.ids&(1<<idExtra-1)&^have != 0
	for _, a := range sc.extras {
		missing = missing || !contains(extras, a)
	}
	if missing {
		return nil, missingError(sc, have, extras, "is not in the layout of the list: add it to its SHOW text, or to Show")
	}
	return d, nil
}

func (d *listDecoder) decode(line []byte, r *rec) reason {
	at := 0
	if d.header {
		var why reason
		if at, why = d.numbers(line, r); why != accepted {
			return why
		}
	} else {
		r.has = 0
		for i := range 3 {
			start := at
			if at = skipUint(line, at); at == start || at >= len(line) || line[at] != ' ' {
				return d.noNumbers(line)
			}
			if i < 2 {
				at++
			}
		}
	}
	if len(line)-at < 2 || line[at] != ' ' || line[at+1] != ' ' {
		return rejectBlanks
	}
	at += 2
	var why reason
	if d.direct {
		if at, why = d.show(line, at, r); why != accepted {
			return why
		}
	} else if at, why = d.decodedShow(line, at, r); why != accepted {
		return why
	}
	return d.finish(line[at:], r)
}

// numbers reads the numbers that a record begins with.
func (d *listDecoder) numbers(line []byte, r *rec) (int, reason) {
	r.has = 1<<idInode | 1<<idGeneration | 1<<idSnapID
	at := 0
	for i, to := range [3]id{idInode, idGeneration, idSnapID} {
		v, end := parseUint(line, at)
		if end == at || end >= len(line) || line[end] != ' ' {
			return at, d.noNumbers(line)
		}
		r.num[to] = int64(v)
		if at = end; i < 2 {
			at++
		}
	}
	return at, accepted
}

func (d *listDecoder) noNumbers(line []byte) reason {
	if len(line) == 0 {
		return rejectEmpty
	}
	return rejectNumbers
}

// finish reads the path.
func (d *listDecoder) finish(path []byte, r *rec) reason {
	if len(path) == 0 || path[0] != '/' && (path[0] != '%' || d.escape != EscapePercent) {
		return rejectPath
	}
	if d.path {
		text, valid := d.escape.decode(path, &d.bufs[pathBuf])
		if !valid {
			return rejectEscape
		}
		if text[0] != '/' {
			return rejectPath
		}
		r.setText(idPath, text)
	}
	return accepted
}

// show reads the fields where they stand, and steps over " -- ".
func (d *listDecoder) show(line []byte, at int, r *rec) (int, reason) {
	for i := 0; i <= d.last; i++ {
		if i > 0 {
			if at >= len(line) || line[at] != d.sep {
				return at, rejectFields
			}
			at++
		}
		f := &d.fields[i]
		if !f.want && f.form == formInt {
			if end := skipUint(line, at); end > at && end < len(line) && (line[end] == d.sep || line[end] == ' ') {
				at = end
				continue
			}
		}
		if !f.want && f.form == formTime {
			// A colon may be the separator, and stands in times as well.
			if _, end := parseTime(line, at); end > at {
				at = end
				continue
			}
		}
		if !f.want && f.form != formCounted {
			for at < len(line) && line[at] != d.sep && line[at] != ' ' {
				at++
			}
			continue
		}
		var why reason
		if at, why = d.field(line, at, f, r, i); why != accepted {
			return at, why
		}
	}
	// What is left of the SHOW text interests nobody.
	if d.blanks && d.last < len(d.fields)-1 || len(d.fields) == 0 && d.blanks {
		i := bytes.Index(line[at:], dashes)
		if i < 0 {
			return at, rejectSeparator
		}
		return at + i + len(dashes), accepted
	}
	if d.last < len(d.fields)-1 || len(d.fields) == 0 {
		if i := bytes.IndexByte(line[at:], ' '); i >= 0 {
			at += i
		}
	}
	if len(line)-at < len(dashes) || string(line[at:at+len(dashes)]) != " -- " {
		return at, d.notTheEnd(line[at:])
	}
	return at + len(dashes), accepted
}

var dashes = []byte(" -- ")

func (d *listDecoder) notTheEnd(rest []byte) reason {
	if bytes.Contains(rest, dashes) {
		return rejectFields
	}
	return rejectSeparator
}

// field reads one field of the direct way.
func (d *listDecoder) field(line []byte, at int, f *planField, r *rec, i int) (int, reason) {
	if at >= len(line) || line[at] == d.sep || line[at] == ' ' {
		if f.form == formCounted {
			return at, rejectField
		}
		if f.form != formText {
			return at, accepted // NULL
		}
	}
	switch f.form {
	case formInt:
		v, end := parseUint(line, at)
		if end == at || end < len(line) && line[end] == '.' || v > math.MaxInt64 {
			var signed int64
			if signed, end = parseInt(line, at); end == at {
				return at, rejectField
			}
			v = uint64(signed)
		}
		r.num[f.id] = int64(v)
		r.has |= 1 << f.id
		return end, accepted
	case formTime:
		v, end := parseTime(line, at)
		if end == at {
			return at, rejectField
		}
		r.setNum(f.id, v)
		return end, accepted
	case formFloat:
		v, end := parseFloat(line, at)
		if end == at {
			return at, rejectField
		}
		r.setNum(f.id, int64(math.Float64bits(v)))
		return end, accepted
	case formCounted:
		return d.counted(line, at, f, r, i)
	}
	end := at
	for end < len(line) && line[end] != d.sep && line[end] != ' ' {
		end++
	}
	text, valid := d.escape.decode(line[at:end], d.buf(i))
	if !valid {
		return at, rejectEscape
	}
	d.setText(f.id, text, r)
	return end, accepted
}

// counted reads a text with its length in front, or the dash that stands for none. The length is that of the text
// before it was escaped.
func (d *listDecoder) counted(line []byte, at int, f *planField, r *rec, i int) (int, reason) {
	if line[at] == '-' {
		return at + 1, accepted
	}
	n, end := parseUint(line, at)
	if end == at || end >= len(line) || line[end] != d.sep {
		return at, rejectField
	}
	at = end + 1
	end = at
	for ; n > 0; n-- {
		if end >= len(line) {
			return at, rejectLength
		}
		if line[end] == '%' && d.escape == EscapePercent {
			end += 2
		}
		end++
	}
	if end > len(line) {
		return at, rejectLength
	}
	if f.want {
		text, valid := d.escape.decode(line[at:end], d.buf(i))
		if !valid {
			return at, rejectEscape
		}
		d.setText(f.id, text, r)
	}
	return end, accepted
}

func (d *listDecoder) setText(i id, text []byte, r *rec) {
	if i == idMode {
		if len(text) > 0 {
			r.setText(idType, text[:1])
		}
		if !d.want.has(idMode) {
			return
		}
	}
	if len(text) > 0 || i >= idExtra {
		r.setText(i, text)
	}
}

func (d *listDecoder) buf(i int) *[]byte { return &d.bufs[fieldBufs+i%(len(d.bufs)-fieldBufs)] }

// decodedShow reads a SHOW text that has to be found and decoded before its fields can be told apart.
func (d *listDecoder) decodedShow(line []byte, at int, r *rec) (int, reason) {
	end := bytes.Index(line[at:], dashes)
	if end < 0 {
		return at, rejectSeparator
	}
	next := at + end + len(dashes)
	if d.last < 0 && !d.pairs {
		return next, accepted
	}
	show, valid := d.escape.decode(line[at:at+end], &d.bufs[showBuf])
	if !valid {
		return at, rejectEscape
	}
	return next, d.showText(show, r)
}

// showText reads the fields of a SHOW text that nothing is escaped in.
func (d *listDecoder) showText(show []byte, r *rec) reason {
	if d.pairs {
		return d.readPairs(show, r)
	}
	for i := 0; i <= d.last; i++ {
		f := &d.fields[i]
		var text []byte
		var why reason
		if text, show, why = d.cutField(show, i); why != accepted {
			return why
		}
		if !f.want {
			continue
		}
		if why := d.parseField(text, f, r); why != accepted {
			return why
		}
	}
	return accepted
}

// cutField takes the i-th field, and the separator behind it, off the text.
func (d *listDecoder) cutField(show []byte, i int) (text, rest []byte, why reason) {
	f := &d.fields[i]
	if f.form == formCounted {
		return d.cutCounted(show)
	}
	if i == len(d.fields)-1 {
		return show, nil, accepted
	}
	k := bytes.Index(show, d.sepText)
	if f.form == formTime && d.sep == ' ' && k > 0 {
		// The blank inside a time separates nothing.
		j := bytes.Index(show[k+1:], d.sepText)
		if j < 0 {
			return nil, nil, rejectFields
		}
		k += 1 + j
	}
	if k < 0 {
		return nil, nil, rejectFields
	}
	return show[:k], show[k+len(d.sepText):], accepted
}

// cutCounted takes a text with its length in front, and the separator behind it, off the text.
func (d *listDecoder) cutCounted(show []byte) (text, rest []byte, why reason) {
	if len(show) > 0 && show[0] == '-' {
		return nil, bytes.TrimPrefix(show[1:], d.sepText), accepted
	}
	n, end := parseUint(show, 0)
	if end == 0 || !bytes.HasPrefix(show[end:], d.sepText) {
		return nil, nil, rejectField
	}
	show = show[end+len(d.sepText):]
	if n > uint64(len(show)) {
		return nil, nil, rejectLength
	}
	return show[:n:n], bytes.TrimPrefix(show[n:], d.sepText), accepted
}

// parseField parses a field that is all of text.
func (d *listDecoder) parseField(text []byte, f *planField, r *rec) reason {
	if len(text) == 0 {
		return accepted // NULL
	}
	end := 0
	switch f.form {
	case formInt:
		var v int64
		if v, end = parseInt(text, 0); end == len(text) {
			r.setNum(f.id, v)
		}
	case formTime:
		var v int64
		if v, end = parseTime(text, 0); end == len(text) {
			r.setNum(f.id, v)
		}
	case formFloat:
		var v float64
		if v, end = parseFloat(text, 0); end == len(text) {
			r.setNum(f.id, int64(math.Float64bits(v)))
		}
	default:
		d.setText(f.id, text, r)
		return accepted
	}
	if end != len(text) {
		return rejectField
	}
	return accepted
}
