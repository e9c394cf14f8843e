package filelist

import (
	"bytes"
	"strings"
)

// pairNames maps the squashed keys of pairs to what they fill.
func pairNames(sc *schema) map[string]planField {
	m := map[string]planField{}
	for spelling, name := range canonical {
		b := baseAttrs[name]
		if b.ibm == "" || !sc.ids.has(b.id) && (b.id != idMode || !sc.ids.has(idType)) {
			continue
		}
		p := planField{id: b.id, want: true, form: formText}
		switch {
		case b.id == idHeat:
			p.form = formFloat
		case b.kind == KindTime:
			p.form = formTime
		case b.id < numIDs:
			p.form = formInt
		}
		m[spelling] = p
	}
	for i, a := range sc.extras {
		if key, ok := strings.CutPrefix(string(a), "extra:"); ok {
			m[squash(key)] = planField{id: idExtra + id(i), want: true, form: formText}
		}
	}
	return m
}

// readPairs reads key=value pairs. A value goes on until the next blank behind which a key and a "=" stand, so that
// times and texts with blanks are whole.
func (d *listDecoder) readPairs(show []byte, r *rec) reason {
	key, rest := cutKey(bytes.TrimLeft(show, " "))
	for key != nil {
		next := -1
		for i := range rest {
			if rest[i] != ' ' {
				continue
			}
			if k, _ := cutKey(rest[i+1:]); k != nil {
				next = i
				break
			}
		}
		value := rest
		if next >= 0 {
			value = rest[:next]
		}
		if f, known := d.names[squash(string(key))]; known {
			if why := d.parseField(bytes.TrimRight(value, " "), &f, r); why != accepted {
				return why
			}
		}
		if next < 0 {
			return accepted
		}
		key, rest = cutKey(rest[next+1:])
	}
	return accepted
}

// cutKey returns the key at the beginning of a text and what follows its "="; a nil key when there is none.
func cutKey(b []byte) (key, rest []byte) {
	i := 0
	for i < len(b) && (isNameRune(rune(b[i])) || i > 0 && (b[i] == '.' || b[i] == '-')) {
		i++
	}
	if i == 0 || i == len(b) || b[i] != '=' {
		return nil, nil
	}
	return b[:i], b[i+1:]
}
