package engine

import (
	"encoding/hex"
	"math"
	"os"
	"regexp"
	"regexp/syntax"
	"strconv"
	"strings"

	"gpfsh/policy/lang"
)

// call compiles a function call.
func (c *compiler) call(x *lang.CallExpr) code {
	f, ok := lang.LookupFunction(x.Func)
	if !ok {
		c.fail(x, "%s is not a function", x.Func)
		return code{}
	}
	if len(x.Args) < f.Min || len(x.Args) > len(f.Params) {
		c.fail(x, "%s wants %s", f.Name, f.Usage)
		return code{}
	}
	args := make([]code, len(x.Args))
	cost := costCheap
	constant := true
	for i, a := range x.Args {
		args[i] = c.expr(a)
		if c.err != nil {
			return code{}
		}
		switch f.Params[i] {
		case lang.String:
			args[i] = c.str(args[i], a)
		case lang.Int:
			args[i] = c.int(args[i], a)
		case lang.Float:
			args[i] = c.float(args[i], a)
		case lang.Timestamp:
			args[i] = c.time(args[i], a)
		}
		if c.err != nil {
			return code{}
		}
		cost += args[i].cost
		constant = constant && args[i].constant
	}
	out := c.function(f, x, args)
	if c.err != nil {
		return out
	}
	out.typ = f.Result
	out.cost += cost
	switch f.Name {
	case "RAND", "XATTR", "XATTR_INTEGER", "XATTR_FLOAT", "GETXATTRS", "SETXATTR", "SETBGF", "SETWAD", "SETWADFG":
		constant = false
	}
	out.constant = constant
	return out
}

func strOf(f func(e *eval, s string) (string, bool), v code) func(*eval) (string, bool) {
	s := v.s
	return func(e *eval) (string, bool) {
		t, ok := s(e)
		if !ok {
			return "", false
		}
		return f(e, t)
	}
}

func intOf(v code, f func(s string) int64) func(*eval) (int64, bool) {
	s := v.s
	return func(e *eval) (int64, bool) {
		t, ok := s(e)
		if !ok {
			return 0, false
		}
		return f(t), true
	}
}

func (c *compiler) function(f lang.Function, x *lang.CallExpr, args []code) code {
	if part, ok := timeParts[f.Name]; ok {
		t := args[0].i
		return code{i: func(e *eval) (int64, bool) {
			n, ok := t(e)
			if !ok {
				return 0, false
			}
			return part(n), true
		}}
	}
	switch f.Name {
	case "CHAR":
		return c.char(args)
	case "VARCHAR":
		v := c.varchar(args[0])
		if len(args) == 1 {
			return v
		}
		n := args[1].i
		s := v.s
		return code{s: func(e *eval) (string, bool) {
			t, ok := s(e)
			k, ok2 := n(e)
			if ok && ok2 && k >= 0 && k < int64(len(t)) {
				t = t[:k]
			}
			return t, ok && ok2
		}}
	case "CONCAT":
		return c.concat(args[0], args[1])
	case "LOWER", "UPPER":
		up := f.Name == "UPPER"
		return code{cost: 10, s: strOf(func(e *eval, s string) (string, bool) { return e.changeCase(s, up), true }, args[0])}
	case "LENGTH":
		return code{i: intOf(args[0], func(s string) int64 { return int64(len(s)) })}
	case "SUBSTR", "SUBSTRING":
		return substr(args)
	case "COUNTSUBSTR":
		little := args[1].s
		return code{cost: 20, i: func(e *eval) (int64, bool) {
			s, ok := args[0].s(e)
			t, ok2 := little(e)
			if !ok || !ok2 {
				return 0, false
			}
			if t == "" {
				return 0, true
			}
			return int64(strings.Count(s, t)), true
		}}
	case "HASHTOFLOAT":
		s := args[0].s
		return code{cost: 20, f: func(e *eval) (float64, bool) {
			t, ok := s(e)
			return hashToFloat(t), ok
		}}
	case "REGEX":
		return c.regex(x, args)
	case "REGEXREPLACE":
		return c.regexReplace(x, args)
	case "HEX":
		return c.hex(args[0], x)
	case "INT", "INTEGER":
		return c.integer(args[0], x)
	case "DECIMAL", "DOUBLE":
		return c.decimal(args, x)
	case "MOD":
		return code{i: func(e *eval) (int64, bool) {
			a, ok := args[0].f(e)
			b, ok2 := args[1].f(e)
			if !ok || !ok2 || b == 0 {
				return 0, false
			}
			return toInt(math.Mod(a, b)), true
		}}
	case "RAND":
		return code{cost: 10, f: func(e *eval) (float64, bool) { return e.rnd.Float64(), true }}
	case "TIMESTAMP":
		return c.timestamp(args[0], x)
	case "GETENV":
		return c.lookup(args[0], c.prog.opts.Getenv)
	case "GETMMCONFIG":
		return c.lookup(args[0], c.prog.opts.Config)
	case "SNAP_ID":
		return c.snapID(args)
	}
	return c.xattrFunction(f, x, args)
}

func (c *compiler) lookup(v code, get func(string) (string, bool)) code {
	return code{s: strOf(func(_ *eval, s string) (string, bool) {
		if get == nil {
			return "", false
		}
		return get(s)
	}, v)}
}

func (c *compiler) snapID(args []code) code {
	get := c.prog.opts.SnapID
	return code{i: func(e *eval) (int64, bool) {
		var fileset string
		name, ok := args[len(args)-1].s(e)
		if len(args) == 2 {
			fileset, _ = args[0].s(e)
		}
		if !ok || get == nil {
			return 0, false
		}
		return get(fileset, name)
	}}
}

// varchar makes a string of any value.
func (c *compiler) varchar(v code) code {
	out := code{typ: lang.String, constant: v.constant, cost: v.cost + 20}
	switch v.typ {
	case lang.String:
		return v
	case lang.Null:
		return nullCode(lang.String)
	case lang.Bool:
		b := v.b
		out.s = func(e *eval) (string, bool) {
			switch b(e) {
			case isTrue:
				return "TRUE", true
			case isFalse:
				return "FALSE", true
			}
			return "", false
		}
	case lang.Float:
		f := v.f
		out.s = func(e *eval) (string, bool) {
			n, ok := f(e)
			if !ok {
				return "", false
			}
			at := len(e.arena)
			// unverified: how a floating-point number is written.
			e.arena = strconv.AppendFloat(e.arena, n, 'g', 15, 64)
			return e.text(at), true
		}
	case lang.Timestamp:
		i := v.i
		out.s = func(e *eval) (string, bool) {
			n, ok := i(e)
			if !ok {
				return "", false
			}
			at := len(e.arena)
			e.arena = appendTimestamp(e.arena, n, ' ')
			return e.text(at), true
		}
	case lang.Duration:
		i := v.i
		out.s = func(e *eval) (string, bool) {
			n, ok := i(e)
			if !ok {
				return "", false
			}
			at := len(e.arena)
			// unverified: how an interval is written.
			e.arena = strconv.AppendFloat(e.arena, float64(n)/1e6, 'f', 6, 64)
			return e.text(at), true
		}
	default:
		i := v.i
		out.s = func(e *eval) (string, bool) {
			n, ok := i(e)
			if !ok {
				return "", false
			}
			at := len(e.arena)
			e.arena = strconv.AppendInt(e.arena, n, 10)
			return e.text(at), true
		}
	}
	return out
}

// maxChar is the length of the longest CHAR.
const maxChar = 255

func (c *compiler) char(args []code) code {
	s := c.varchar(args[0]).s
	return code{s: func(e *eval) (string, bool) {
		t, ok := s(e)
		if !ok {
			return "", false
		}
		want := len(t)
		if len(args) == 2 {
			n, ok := args[1].i(e)
			if !ok {
				return "", false
			}
			want = int(min(max(n, 0), maxChar))
		}
		want = min(want, maxChar)
		if len(t) >= want {
			return t[:want], true
		}
		at := len(e.arena)
		e.arena = append(e.arena, t...)
		for len(e.arena)-at < want {
			e.arena = append(e.arena, ' ')
		}
		return e.text(at), true
	}}
}

// changeCase folds ASCII letters.
func (e *eval) changeCase(s string, up bool) string {
	at := len(e.arena)
	for i := 0; i < len(s); i++ {
		c := s[i]
		if up && c >= 'a' && c <= 'z' {
			c -= 'a' - 'A'
		} else if !up {
			c = lower(c)
		}
		e.arena = append(e.arena, c)
	}
	return e.text(at)
}

// substr cuts bytes out of a string; the first is number 1. A start before it means the first: scripts in production
// write SUBSTR(x,0,10) for the first ten.
func substr(args []code) code {
	return code{s: func(e *eval) (string, bool) {
		s, ok := args[0].s(e)
		if !ok {
			return "", false
		}
		start, ok := args[1].i(e)
		if !ok {
			return "", false
		}
		from := int(min(max(start, 1)-1, int64(len(s))))
		to := len(s)
		if len(args) == 3 {
			n, ok := args[2].i(e)
			if !ok {
				return "", false
			}
			to = from + int(min(max(n, 0), int64(len(s)-from)))
		}
		return s[from:to], true
	}}
}

// posix compiles a POSIX extended regular expression. Whether it matches does not depend on which match is the longest,
// so the faster machine for the same language is used.
func posix(pattern string) (*regexp.Regexp, error) {
	parsed, err := syntax.Parse(pattern, syntax.POSIX)
	if err != nil {
		return nil, err
	}
	return regexp.Compile(parsed.String())
}

func (c *compiler) regex(x *lang.CallExpr, args []code) code {
	if args[1].constant {
		p, ok := args[1].s(newEval(c.prog, 0))
		if !ok {
			return code{b: func(*eval) truth { return isUnknown }}
		}
		re, err := posix(p)
		if err != nil {
			c.fail(x.Args[1], "bad regular expression: %v", err)
			return code{}
		}
		s := args[0].s
		return code{cost: costRegex, b: func(e *eval) truth {
			t, ok := s(e)
			if !ok {
				return isUnknown
			}
			return truthOf(re.MatchString(t))
		}}
	}
	return code{cost: 10 * costRegex, b: func(e *eval) truth {
		t, ok := args[0].s(e)
		p, ok2 := args[1].s(e)
		if !ok || !ok2 {
			return isUnknown
		}
		re, err := posix(p)
		return truthOf(err == nil && re.MatchString(t))
	}}
}

// regexReplace replaces the first match by a prototype, in which \1 is the first group.
// unverified: that only the first match is replaced.
func (c *compiler) regexReplace(x *lang.CallExpr, args []code) code {
	var re *regexp.Regexp
	if args[1].constant {
		p, _ := args[1].s(newEval(c.prog, 0))
		var err error
		if re, err = regexp.CompilePOSIX(p); err != nil {
			c.fail(x.Args[1], "bad regular expression: %v", err)
			return code{}
		}
	}
	return code{cost: 2 * costRegex, s: func(e *eval) (string, bool) {
		s, ok := args[0].s(e)
		p, ok2 := args[1].s(e)
		proto, ok3 := args[2].s(e)
		if !ok || !ok2 || !ok3 {
			return "", false
		}
		re := re
		if re == nil {
			var err error
			if re, err = regexp.CompilePOSIX(p); err != nil {
				return "", false
			}
		}
		m := re.FindStringSubmatchIndex(s)
		if m == nil {
			return s, true
		}
		at := len(e.arena)
		e.arena = append(e.arena, s[:m[0]]...)
		for i := 0; i < len(proto); i++ {
			if proto[i] != '\\' || i+1 == len(proto) {
				e.arena = append(e.arena, proto[i])
				continue
			}
			i++
			if g := int(proto[i] - '0'); proto[i] >= '0' && proto[i] <= '9' {
				if 2*g+1 < len(m) && m[2*g] >= 0 {
					e.arena = append(e.arena, s[m[2*g]:m[2*g+1]]...)
				}
				continue
			}
			e.arena = append(e.arena, proto[i])
		}
		e.arena = append(e.arena, s[m[1]:]...)
		return e.text(at), true
	}}
}

// hex writes an integer in hexadecimal, and a string byte by byte.
// unverified: small or capital digits.
func (c *compiler) hex(v code, x *lang.CallExpr) code {
	if v.typ == lang.String {
		return code{s: strOf(func(e *eval, s string) (string, bool) {
			at := len(e.arena)
			e.arena = hex.AppendEncode(e.arena, []byte(s))
			return e.text(at), true
		}, v)}
	}
	i := c.int(v, x.Args[0]).i
	return code{s: func(e *eval) (string, bool) {
		n, ok := i(e)
		if !ok {
			return "", false
		}
		at := len(e.arena)
		e.arena = strconv.AppendUint(e.arena, uint64(n), 16)
		return e.text(at), true
	}}
}

// number reads a number that stands in a string.
func (c *compiler) numberOf(v code, x *lang.CallExpr) func(*eval) (float64, bool) {
	switch v.typ {
	case lang.String:
		s := v.s
		return func(e *eval) (float64, bool) {
			t, ok := s(e)
			if !ok {
				return 0, false
			}
			n, err := strconv.ParseFloat(strings.TrimSpace(t), 64)
			return n, err == nil
		}
	case lang.Bool:
		b := v.b
		return func(e *eval) (float64, bool) {
			t := b(e)
			return float64(t & 1), t != isUnknown
		}
	}
	return c.float(v, x.Args[0]).f
}

// integer rounds, halves away from zero.
func (c *compiler) integer(v code, x *lang.CallExpr) code {
	if v.typ == lang.Int {
		return code{i: v.i}
	}
	f := c.numberOf(v, x)
	return code{i: func(e *eval) (int64, bool) {
		n, ok := f(e)
		return toInt(math.Round(n)), ok
	}}
}

func (c *compiler) decimal(args []code, x *lang.CallExpr) code {
	f := c.numberOf(args[0], x)
	if len(args) < 3 {
		return code{f: f}
	}
	return code{f: func(e *eval) (float64, bool) {
		n, ok := f(e)
		scale, ok2 := args[2].i(e)
		p := math.Pow(10, float64(min(max(scale, 0), 18)))
		return math.Trunc(n*p) / p, ok && ok2
	}}
}

func (c *compiler) timestamp(v code, x *lang.CallExpr) code {
	switch v.typ {
	case lang.Timestamp:
		return v
	case lang.String:
		s := v.s
		return code{cost: 200, i: func(e *eval) (int64, bool) {
			t, ok := s(e)
			if !ok {
				return 0, false
			}
			at, ok := lang.ParseTimestamp(t)
			return at.UnixMicro(), ok
		}}
	case lang.Int:
		i := v.i
		return code{i: func(e *eval) (int64, bool) {
			n, ok := i(e)
			return n * 1e6, ok
		}}
	}
	f := c.float(v, x.Args[0]).f
	if c.err != nil {
		return code{}
	}
	return code{i: func(e *eval) (int64, bool) {
		n, ok := f(e)
		return toInt(n * 1e6), ok
	}}
}

func environment(name string) (string, bool) { return os.LookupEnv(name) }
