package mmexec

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"iter"
	"strings"
)

// Field is one named value of a row.
type Field struct{ Name, Value string }

// Row is one record of a reply in the -Y form. Its values are decoded when asked for. A Row is a small value that
// shares the text of its reply; copy it freely.
type Row struct {
	h    *header
	line string
	data int // where the data begin in line, behind the six fixed fields
}

// header is one HEADER line: the names of the columns of one section.
type header struct {
	command, section string
	prefix           string         // "mmlsfileset::", to find the header of most rows without a map
	line             string         // the line itself, to recognise a header that is printed again
	columns          []string       // every data column, by position
	index            map[string]int // name as printed and in lower case -> position; the first of a repeated name
	named            []int          // the positions that have a name of their own
}

// fixedFields come before the data of every line: command, section, HEADER or 0, version, and two reserved ones.
const fixedFields = 6

func newHeader(command, section, line string, columns []string) *header {
	h := &header{
		command: command, section: section, prefix: command + ":" + section + ":", line: line,
		columns: columns, index: make(map[string]int, 2*len(columns)),
	}
	for i, name := range columns {
		lower := strings.ToLower(name)
		if _, repeated := h.index[lower]; repeated || lower == "reserved" || lower == "" {
			continue
		}
		h.index[name], h.index[lower] = i, i
		h.named = append(h.named, i)
	}
	return h
}

func (h *header) position(name string) (int, bool) {
	if i, ok := h.index[name]; ok {
		return i, true
	}
	i, ok := h.index[strings.ToLower(name)]
	return i, ok
}

// Command returns the command word of the row. It is the internal one, which is not always the word that was typed:
// "mmcesstate" for mmces state show.
func (r Row) Command() string {
	if r.h == nil {
		return ""
	}
	return r.h.command
}

// Section returns the name of the section that the row belongs to, "" for commands with one kind of record.
func (r Row) Section() string {
	if r.h == nil {
		return ""
	}
	return r.h.section
}

// Get returns the decoded value of a column by its name, in any letter case. It returns "" when the row has no such
// column or no value in it; of a repeated name it returns the first.
func (r Row) Get(name string) string {
	if r.h == nil {
		return ""
	}
	i, ok := r.h.position(name)
	if !ok {
		return ""
	}
	v, _ := r.at(i)
	return decodeValue(v)
}

// Has tells whether the section of the row has a column of this name.
func (r Row) Has(name string) bool {
	if r.h == nil {
		return false
	}
	_, ok := r.h.position(name)
	return ok
}

// Fields returns the named values in the order of the header. Columns called "reserved" and the later ones of a
// repeated name are left out; [Row.Value] reaches them.
func (r Row) Fields() []Field {
	if r.h == nil {
		return nil
	}
	values := r.Values()
	fields := make([]Field, 0, len(r.h.named))
	for _, i := range r.h.named {
		f := Field{Name: r.h.columns[i]}
		if i < len(values) {
			f.Value = values[i]
		}
		fields = append(fields, f)
	}
	return fields
}

// All yields every value by position, decoded, with the name of its column: also those that Fields leaves out, the
// values behind the last column without a name. Nothing is held.
func (r Row) All() iter.Seq2[string, string] {
	return func(yield func(name, value string) bool) {
		i := 0
		for v := range r.each() {
			name := ""
			if r.h != nil && i < len(r.h.columns) {
				name = r.h.columns[i]
			}
			if !yield(name, decodeValue(v)) {
				return
			}
			i++
		}
	}
}

// Len returns the number of values that the row itself has. A row may be shorter or longer than its header.
func (r Row) Len() int {
	data := r.line[r.data:]
	n := strings.Count(data, ":")
	if data != "" && data[len(data)-1] != ':' {
		n++
	}
	return n
}

// Value returns the decoded value at a position, counted from the first column behind the fixed ones.
func (r Row) Value(i int) string {
	v, _ := r.at(i)
	return decodeValue(v)
}

// Values returns all values of the row by position, decoded: also those of columns called "reserved", of repeated
// names, and those behind the last column of the header.
func (r Row) Values() []string {
	values := make([]string, 0, r.Len())
	for v := range r.each() {
		values = append(values, decodeValue(v))
	}
	return values
}

// Surplus returns the values behind the last column of the header: rows of some releases are longer than their header.
func (r Row) Surplus() []string {
	values := r.Values()
	if r.h == nil || len(values) <= len(r.h.columns) {
		return nil
	}
	return values[len(r.h.columns):]
}

// Raw returns the line as it was printed.
func (r Row) Raw() string { return r.line }

// at returns the raw value at a position and whether the row is that long.
func (r Row) at(i int) (string, bool) {
	if i < 0 {
		return "", false
	}
	rest := r.line[r.data:]
	for ; i > 0; i-- {
		c := strings.IndexByte(rest, ':')
		if c < 0 {
			return "", false
		}
		rest = rest[c+1:]
	}
	if c := strings.IndexByte(rest, ':'); c >= 0 {
		return rest[:c], true
	}
	return rest, rest != ""
}

func (r Row) each() iter.Seq[string] {
	return func(yield func(string) bool) {
		rest := r.line[r.data:]
		for rest != "" {
			c := strings.IndexByte(rest, ':')
			if c < 0 {
				yield(rest)
				return
			}
			if !yield(rest[:c]) {
				return
			}
			rest = rest[c+1:]
		}
	}
}

// decodeValue undoes the percent-encoding of one value. A value with a '%' that begins no escape was not encoded: it
// is returned as it is. '+' is a character like any other.
func decodeValue(s string) string {
	at := strings.IndexByte(s, '%')
	if at < 0 {
		return s
	}
	b := make([]byte, 0, len(s))
	b = append(b, s[:at]...)
	for i := at; i < len(s); i++ {
		if s[i] != '%' {
			b = append(b, s[i])
			continue
		}
		if i+2 >= len(s) {
			return s
		}
		hi, lo := unhex(s[i+1]), unhex(s[i+2])
		if hi < 0 || lo < 0 {
			return s
		}
		b = append(b, byte(hi<<4|lo))
		i += 2
	}
	return string(b)
}

func unhex(c byte) int {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0')
	case c >= 'a' && c <= 'f':
		return int(c-'a') + 10
	case c >= 'A' && c <= 'F':
		return int(c-'A') + 10
	}
	return -1
}

// EncodeValue writes a value as a field of the -Y form: everything that could be taken for the form itself, and what
// does not print, is percent-encoded.
func EncodeValue(s string) string {
	if strings.IndexFunc(s, func(r rune) bool { return encoded(r) || r == 0xFFFD }) < 0 {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if encoded(rune(s[i])) {
			fmt.Fprintf(&b, "%%%02X", s[i])
		} else {
			b.WriteByte(s[i])
		}
	}
	return b.String()
}

func encoded(r rune) bool { return r == ':' || r == '/' || r == '%' || r < ' ' || r == 0x7f }

// maxLine bounds one line of a reply. The longest lines of real clusters, lists of the disks of a file system, stay
// far below it.
const maxLine = 16 << 20

// Decoder reads a reply in the -Y form, row by row. It holds the headers and one piece of the reply at a time.
type Decoder struct {
	// Note, when set, is given each line that is neither a header nor a row: titles, sentences, messages.
	Note func(line string)

	r       io.Reader
	cmd     Command // for messages
	headers map[headerKey]*header
	order   []*header
	last    *header

	chunk  string // complete lines that were read and not yet handed out
	buf    []byte
	tail   int // bytes in buf that belong to a line whose end was not read yet
	lineNo int
	ended  bool // the source is at its end
	err    error
}

type headerKey struct{ command, section string }

// NewDecoder returns a decoder for the reply of cmd, which is named in errors only.
func NewDecoder(r io.Reader, cmd Command) *Decoder {
	return &Decoder{r: r, cmd: cmd, headers: make(map[headerKey]*header)}
}

// Next returns the next row, io.EOF behind the last one, or a [FormatError].
func (d *Decoder) Next() (Row, error) {
	for {
		line, whole, err := d.nextLine()
		if err != nil {
			return Row{}, err
		}
		row, kind := d.decode(line)
		switch {
		case kind == rowLine && !whole && d.cut(row):
			d.err = &FormatError{Cmd: d.cmd, Line: d.lineNo, Reason: "the reply ends in the middle of this line, the connection may have been lost: " + shorten(line)}
			return Row{}, d.err
		case kind == rowLine:
			return row, nil
		case kind == noteLine && d.Note != nil && strings.TrimSpace(line) != "":
			d.Note(line)
		}
	}
}

// cut tells whether the last row, which has no line end, lacks part of itself.
func (d *Decoder) cut(row Row) bool {
	return row.Len() < len(row.h.columns) && strings.HasSuffix(row.h.line, ":") && !strings.HasSuffix(row.line, ":")
}

// Headers tells whether any HEADER was read so far.
func (d *Decoder) Headers() bool { return len(d.order) > 0 }

// nextLine returns the next line without its end; whole is false for a last line that has none.
func (d *Decoder) nextLine() (line string, whole bool, err error) {
	for d.chunk == "" {
		if d.err != nil {
			return "", false, d.err
		}
		if err := d.fill(); err != nil {
			d.err = err
			return "", false, err
		}
	}
	d.lineNo++
	end := strings.IndexByte(d.chunk, '\n')
	if end < 0 {
		line, d.chunk = d.chunk, ""
		return trimLineEnd(line), false, nil
	}
	line, d.chunk = d.chunk[:end], d.chunk[end+1:]
	return trimLineEnd(line), true, nil
}

// trimLineEnd removes a carriage return, and blanks that follow the last colon (releases around 4.1 print them).
func trimLineEnd(line string) string {
	if line == "" || line[len(line)-1] > ' ' {
		return line
	}
	line = strings.TrimSuffix(line, "\r")
	if t := strings.TrimRight(line, " \t"); len(t) < len(line) && strings.HasSuffix(t, ":") {
		return t
	}
	return line
}

// fill reads until at least one complete line, or the end of the reply, is in chunk.
func (d *Decoder) fill() error {
	if d.buf == nil {
		d.buf = make([]byte, 64<<10)
	}
	for !d.ended {
		if d.tail == len(d.buf) {
			if len(d.buf) >= maxLine {
				return &FormatError{Cmd: d.cmd, Line: d.lineNo + 1, Reason: fmt.Sprintf("this line is longer than %d MiB", maxLine>>20)}
			}
			d.buf = append(d.buf, make([]byte, len(d.buf))...)
		}
		n, err := d.r.Read(d.buf[d.tail:])
		fresh := d.buf[d.tail : d.tail+n]
		d.tail += n
		if err != nil {
			d.ended = true
			if !errors.Is(err, io.EOF) {
				return err
			}
		}
		if end := bytes.LastIndexByte(fresh, '\n'); end >= 0 {
			end += d.tail - n + 1
			d.chunk = string(d.buf[:end])
			d.tail = copy(d.buf, d.buf[end:d.tail])
			return nil
		}
	}
	if d.tail > 0 {
		d.chunk, d.tail = string(d.buf[:d.tail]), 0
		return nil
	}
	return io.EOF
}

type lineKind int

const (
	noteLine lineKind = iota
	headerLine
	rowLine
)

// decode tells what a line is. A row is a line of a known (command, section); whether its third field is 0 does not
// decide, since mmaudit leaves it empty.
func (d *Decoder) decode(line string) (Row, lineKind) {
	if h := d.last; h != nil && strings.HasPrefix(line, h.prefix) && !strings.HasPrefix(line[len(h.prefix):], "HEADER:") {
		if strings.HasPrefix(line[len(h.prefix):], "0:1:::") { // nearly always
			return Row{h: h, line: line, data: len(h.prefix) + len("0:1:::")}, rowLine
		}
		return Row{h: h, line: line, data: dataStart(line)}, rowLine
	}
	command, rest, ok1 := strings.Cut(line, ":")
	section, rest, ok2 := strings.Cut(rest, ":")
	if !ok1 || !ok2 {
		return Row{}, noteLine
	}
	third, _, _ := strings.Cut(rest, ":")
	if strings.TrimSpace(third) == "HEADER" && commandWord(command) {
		d.header(command, section, line)
		return Row{}, headerLine
	}
	if h := d.headers[headerKey{command, section}]; h != nil {
		d.last = h
		return Row{h: h, line: line, data: dataStart(line)}, rowLine
	}
	// A row without a header: mmlsmount of some releases prints such. Its values have positions but no names.
	if third == "0" && commandWord(command) && fixedPart(rest) {
		h := newHeader(command, section, "", nil)
		d.headers[headerKey{command, section}] = h
		return Row{h: h, line: line, data: dataStart(line)}, rowLine
	}
	return Row{}, noteLine
}

func (d *Decoder) header(command, section, line string) {
	key := headerKey{command, section}
	if h := d.headers[key]; h != nil && h.line == line {
		d.last = h // printed again before the next report
		return
	}
	var columns []string
	if data := line[dataStart(line):]; data != "" {
		columns = strings.Split(strings.TrimSuffix(data, ":"), ":")
		for i := range columns {
			columns[i] = strings.TrimSpace(columns[i])
		}
	}
	h := newHeader(command, section, line, columns)
	d.headers[key], d.last = h, h
	d.order = append(d.order, h)
}

// commandWord keeps sentences with colons in them from being taken for records.
func commandWord(s string) bool {
	if s == "" {
		return false
	}
	for i := 0; i < len(s); i++ {
		if c := s[i]; (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') && c != '_' && c != '-' && c != '.' {
			return false
		}
	}
	return true
}

// fixedPart tells whether text behind command and section goes on as the fixed fields of a row do: 0, a version, and
// two empty fields.
func fixedPart(rest string) bool {
	f := strings.SplitN(rest, ":", 5)
	return len(f) == 5 && f[0] == "0" && f[1] != "" && strings.Trim(f[1], "0123456789") == "" && f[2] == "" && f[3] == ""
}

func dataStart(line string) int {
	at := 0
	for range fixedFields {
		c := strings.IndexByte(line[at:], ':')
		if c < 0 {
			return len(line)
		}
		at += c + 1
	}
	return at
}

func shorten(s string) string {
	const most = 80
	if len(s) <= most {
		return s
	}
	return s[:most] + "..."
}
