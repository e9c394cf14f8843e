package mmsim

import (
	"fmt"
	"strconv"
	"strings"
)

// yWriter prints records in the -Y form of one command.
type yWriter struct {
	c       *call
	command string // the word in the first field
	line    []byte // reused from row to row
}

func (c *call) y() *yWriter { return &yWriter{c: c, command: c.cmd.word()} }

// header prints the HEADER line of a section; fields are the names after the fixed ones, as the release spells them.
func (w *yWriter) header(section string, fields ...string) {
	fmt.Fprintf(&w.c.out, "%s:%s:HEADER:version:reserved:reserved:%s:\n", w.command, section, strings.Join(fields, ":"))
}

// row prints one record. Values of type string are encoded for a plain field; raw and encoded strings go through as
// they are.
func (w *yWriter) row(section string, values ...any) {
	// There can be 100,000 rows: they are put together without a formatter.
	b := w.line[:0]
	b = append(append(append(append(b, w.command...), ':'), section...), ":0:1:::"...)
	for _, v := range values {
		switch v := v.(type) {
		case string:
			b = append(b, yPlain(v)...)
		case encoded:
			b = append(b, v...)
		case int:
			b = strconv.AppendInt(b, int64(v), 10)
		case int64:
			b = strconv.AppendInt(b, v, 10)
		default:
			b = fmt.Append(b, v)
		}
		b = append(b, ':')
	}
	w.line = append(b, '\n')
	w.c.out.Write(w.line)
}

// encoded is a value that is already in the encoding of its field.
type encoded string

// yPlain encodes what no field may hold: the separator, the escape character and line ends. Blanks, commas, parentheses,
// semicolons and slashes stay plain in most fields.
func yPlain(s string) string {
	if !strings.ContainsAny(s, ":%\n\r") {
		return s
	}
	return yEscape(s, func(c byte) bool { return c == ':' || c == '%' || c == '\n' || c == '\r' })
}

// ySlash is for fields in which slashes are encoded too: the mount point of mmlsfs.
func ySlash(s string) encoded {
	return encoded(yEscape(s, func(c byte) bool { return strings.IndexByte(":%/\n\r", c) >= 0 }))
}

// yPath is for the junction path of mmlsfileset, where everything but letters, digits and dots is encoded: captured are
// %2F, %5F and, for a fileset that is not linked, %2D%2D.
func yPath(s string) encoded {
	return encoded(yEscape(s, func(c byte) bool {
		alnum := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
		return !alnum && c != '.' // unverified: whether a dot is encoded
	}))
}

func yEscape(s string, special func(byte) bool) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if special(s[i]) {
			fmt.Fprintf(&b, "%%%02X", s[i])
		} else {
			b.WriteByte(s[i])
		}
	}
	return b.String()
}

// yesNo is the spelling of booleans in most -Y fields.
func yesNo(b bool) string {
	if b {
		return "Yes"
	}
	return "No"
}

// lowerYesNo is the spelling in human forms of current releases.
func lowerYesNo(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}

// oneZero is the spelling of a few other fields.
func oneZero(b bool) int {
	if b {
		return 1
	}
	return 0
}

// orNone is a list with semicolons, "none" when it is empty.
func orNone(list []string) string {
	if len(list) == 0 {
		return "none"
	}
	return strings.Join(list, ";")
}
