package engine

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"math"
	"path"
	"strconv"
	"strings"

	"gpfsh/policy/lang"
)

// xattrFunction compiles the functions of extended attributes, and those that change files.
func (c *compiler) xattrFunction(f lang.Function, x *lang.CallExpr, args []code) code {
	if c.rulesrc.Kind.Placement() && c.clause == lang.ClauseWhere {
		c.fail(x, "%s looks at a file, and a placement rule acts before there is one", f.Name)
		return code{}
	}
	switch f.Name {
	case "XATTR":
		value := func(e *eval) (string, bool) {
			name, ok := args[0].s(e)
			if !ok {
				return "", false
			}
			return e.xattr(name)
		}
		if len(args) == 1 {
			return code{cost: costXattr, s: value}
		}
		cut := append([]code{{s: value}}, args[1:]...)
		out := substr(cut)
		out.cost = costXattr
		return out
	case "XATTR_INTEGER":
		return code{cost: costXattr, i: func(e *eval) (int64, bool) {
			b, enc, ok := xattrBytes(e, args)
			if !ok {
				return 0, false
			}
			return decodeInt(b, enc)
		}}
	case "XATTR_FLOAT":
		return code{cost: costXattr, f: func(e *eval) (float64, bool) {
			b, enc, ok := xattrBytes(e, args)
			if !ok {
				return 0, false
			}
			return decodeFloat(b, enc)
		}}
	case "GETXATTRS":
		return c.getXattrs(args)
	}
	// SETXATTR, SETBGF, SETWAD, SETWADFG.
	set := c.prog.opts.Act
	name := f.Name
	return code{cost: costXattr, b: func(e *eval) truth {
		call := Action{Func: name}
		for i, a := range args {
			switch f.Params[i] {
			case lang.String:
				s, ok := a.s(e)
				if !ok {
					return isUnknown
				}
				call.Args = append(call.Args, strings.Clone(s))
			default:
				n, ok := a.i(e)
				if !ok {
					return isUnknown
				}
				call.Args = append(call.Args, itoa(n))
			}
		}
		if !e.acting || set == nil {
			return isTrue
		}
		return truthOf(set(strings.Clone(e.pathName()), call) == nil)
	}}
}

// xattrBytes are the bytes that XATTR_INTEGER and XATTR_FLOAT decode.
func xattrBytes(e *eval, args []code) (b []byte, encoding string, ok bool) {
	name, ok1 := args[0].s(e)
	start, ok2 := args[1].i(e)
	length, ok3 := args[2].i(e)
	encoding, ok4 := args[3].s(e)
	if !ok1 || !ok2 || !ok3 || !ok4 || start < 1 || length < 1 {
		return nil, "", false
	}
	s, ok := e.xattr(name)
	if !ok || start > int64(len(s)) {
		return nil, "", false
	}
	s = s[start-1:]
	s = s[:min(length, int64(len(s)))]
	return []byte(s), strings.ToUpper(encoding), true
}

// decodeInt reads an integer of up to 8 bytes.
// unverified: that integers are unsigned up to 8 bytes.
func decodeInt(b []byte, encoding string) (int64, bool) {
	switch encoding {
	case "DECIMAL":
		n, err := strconv.ParseInt(strings.TrimSpace(string(bytes.TrimRight(b, "\x00"))), 10, 64)
		return n, err == nil
	case "BIG_ENDIAN", "LITTLE_ENDIAN":
		if len(b) > 8 {
			return 0, false
		}
		var n uint64
		for i := range b {
			c := b[i]
			if encoding == "LITTLE_ENDIAN" {
				c = b[len(b)-1-i]
			}
			n = n<<8 | uint64(c)
		}
		return int64(n), true
	}
	return 0, false
}

// unverified: the names of the encodings of XATTR_FLOAT.
func decodeFloat(b []byte, encoding string) (float64, bool) {
	var order binary.ByteOrder = binary.BigEndian
	if strings.HasPrefix(encoding, "LITTLE_ENDIAN") {
		order = binary.LittleEndian
	}
	switch {
	case encoding == "DECIMAL":
		f, err := strconv.ParseFloat(strings.TrimSpace(string(bytes.TrimRight(b, "\x00"))), 64)
		return f, err == nil
	case strings.HasSuffix(encoding, "_DOUBLE") && len(b) == 8:
		return math.Float64frombits(order.Uint64(b)), true
	case strings.HasSuffix(encoding, "_SINGLE") && len(b) == 4:
		return float64(math.Float32frombits(order.Uint32(b))), true
	}
	return 0, false
}

// prototypePart is a piece of the prototype of GETXATTRS.
type prototypePart struct {
	// what is "key", "hexkey", "value", "hexvalue", or "" for a literal text.
	what, literal string
	// escape stands before a newline (as n), before itself and before the characters of the literals; 0 for none.
	escape byte
}

// defaultPrototype is the form of GETXATTRS without one.
const defaultPrototype = "key^n=hexvalue,"

// parsePrototype reads a prototype such as key^n=hexvalue, where ^n says how newlines are written.
func parsePrototype(s string) []prototypePart {
	var out []prototypePart
	for s != "" {
		found := ""
		for _, w := range []string{"hexkey", "key", "hexvalue", "value"} {
			if strings.HasPrefix(s, w) {
				found = w
				break
			}
		}
		if found == "" {
			if n := len(out); n > 0 && out[n-1].what == "" {
				out[n-1].literal += s[:1]
			} else {
				out = append(out, prototypePart{literal: s[:1]})
			}
			s = s[1:]
			continue
		}
		p := prototypePart{what: found}
		s = s[len(found):]
		if len(s) >= 2 && s[1] == 'n' && strings.IndexByte(`^~\`, s[0]) >= 0 {
			p.escape = s[0]
			s = s[2:]
		}
		out = append(out, p)
	}
	return out
}

// getXattrs writes all extended attributes that a shell pattern names into one string.
// unverified: the kind of the pattern, and what exactly is escaped.
func (c *compiler) getXattrs(args []code) code {
	arg := func(i int, def string) func(*eval) (string, bool) {
		if i < len(args) {
			return args[i].s
		}
		return func(*eval) (string, bool) { return def, true }
	}
	pattern, prototype := arg(0, "*"), arg(1, defaultPrototype)
	return code{cost: 3 * costXattr, s: func(e *eval) (string, bool) {
		pat, ok := pattern(e)
		proto, ok2 := prototype(e)
		if !ok || !ok2 {
			return "", false
		}
		parts := parsePrototype(proto)
		var special string
		for _, p := range parts {
			special += p.literal
		}
		names, err := e.obj.Xattrs(e.xbuf[:0])
		if err != nil {
			return "", false
		}
		e.xbuf = names
		var out []byte
		for _, n := range bytes.Split(bytes.TrimRight(names, "\x00"), []byte{0}) {
			name := string(n)
			if match, err := path.Match(pat, name); name == "" || err != nil || !match {
				continue
			}
			value, ok := e.xattr(name)
			if !ok {
				continue
			}
			for _, p := range parts {
				switch p.what {
				case "key":
					out = appendEscaped(out, name, p.escape, special)
				case "value":
					out = appendEscaped(out, value, p.escape, special)
				case "hexkey":
					out = hex.AppendEncode(out, []byte(name))
				case "hexvalue":
					out = hex.AppendEncode(out, []byte(value))
				default:
					out = append(out, p.literal...)
				}
			}
		}
		at := len(e.arena)
		e.arena = append(e.arena, out...)
		return e.text(at), true
	}}
}

func appendEscaped(dst []byte, s string, escape byte, special string) []byte {
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case escape == 0:
			dst = append(dst, c)
		case c == '\n':
			dst = append(dst, escape, 'n')
		case c == escape || strings.IndexByte(special, c) >= 0:
			dst = append(dst, escape, c)
		default:
			dst = append(dst, c)
		}
	}
	return dst
}
