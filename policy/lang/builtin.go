package lang

import (
	"fmt"
	"strconv"
	"strings"
)

// builtin is a macro that m4 brings along.
type builtin struct {
	name string
	// needsArgs says that the bare word is left alone: only name( is a call.
	needsArgs bool
	run       func(x *expander, fr *frame, args [][]piece) []piece
}

// builtins is a table, never written to.
var builtins = []builtin{
	{"define", true, biDefine},
	{"undefine", true, biUndefine},
	{"pushdef", true, biPushdef},
	{"popdef", true, biPopdef},
	{"defn", true, biDefn},
	{"ifdef", true, biIfdef},
	{"ifelse", true, biIfelse},
	{"shift", true, biShift},
	{"eval", true, biEval},
	{"incr", true, biIncr},
	{"decr", true, biDecr},
	{"len", true, biLen},
	{"index", true, biIndex},
	{"substr", true, biSubstr},
	{"translit", true, biTranslit},
	{"dnl", false, biDnl},
	{"changequote", false, biChangequote},
	{"changecom", false, biChangecom},
	{"include", true, biInclude},
	{"sinclude", true, biInclude},
	{"divert", false, biDivert},
	{"undivert", false, biUndivert},
	{"divnum", false, biDivnum},
	{"errprint", true, biNothing},
	{"__file__", false, biFile},
	{"__line__", false, biLine},
	{"__gnu__", false, biNothing},
	{"__unix__", false, biNothing},
	{"traceon", false, biNothing},
	{"traceoff", false, biNothing},
	{"debugmode", false, biNothing},
	{"debugfile", false, biNothing},
	{"dumpdef", false, biNothing},
	{"m4exit", false, biExit},
	{"syscmd", true, biRefused},
	{"esyscmd", true, biRefused},
	{"sysval", false, biRefused},
	{"maketemp", true, biRefused},
	{"mkstemp", true, biRefused},
	{"m4wrap", true, biUnknown},
	{"format", true, biUnknown},
	{"regexp", true, biUnknown},
	{"patsubst", true, biUnknown},
	{"builtin", true, biUnknown},
	{"indir", true, biUnknown},
}

// isM4Builtin says whether m4 itself defines the word, and whether it is a call even without parentheses.
func isM4Builtin(word string) (is, bare bool) {
	for i := range builtins {
		if builtins[i].name == word {
			return true, !builtins[i].needsArgs
		}
	}
	return false, false
}

func arg(args [][]piece, n int) string {
	if n >= len(args) {
		return ""
	}
	return flat(args[n])
}

func at(fr *frame) piece { return piece{file: fr.file, off: fr.off, frame: fr.parent} }

// computed is a result that stands nowhere in the written text.
func computed(fr *frame, s string) []piece {
	if s == "" {
		return nil
	}
	return []piece{{text: s, file: fr.file, off: fr.off, fixed: true, frame: fr}}
}

func biNothing(*expander, *frame, [][]piece) []piece { return nil }

func biDefine(x *expander, fr *frame, args [][]piece) []piece {
	x.define(arg(args, 1), bodyOf(fr, args))
	return nil
}

// bodyOf is the second argument; an empty one keeps the place of the definition.
func bodyOf(fr *frame, args [][]piece) []piece {
	if len(args) > 2 && len(args[2]) > 0 {
		return args[2]
	}
	return []piece{{file: fr.file, off: fr.off, frame: fr}}
}

func biUndefine(x *expander, _ *frame, args [][]piece) []piece {
	for i := 1; i < len(args); i++ {
		delete(x.macros, flat(args[i]))
	}
	return nil
}

func biPushdef(x *expander, fr *frame, args [][]piece) []piece {
	name := arg(args, 1)
	body := bodyOf(fr, args)
	m := &macro{name: name, body: body, place: body[0].file.place(body[0].off)}
	x.macros[name] = append(x.macros[name], m)
	return nil
}

func biPopdef(x *expander, _ *frame, args [][]piece) []piece {
	for i := 1; i < len(args); i++ {
		name := flat(args[i])
		if defs := x.macros[name]; len(defs) > 1 {
			x.macros[name] = defs[:len(defs)-1]
		} else {
			delete(x.macros, name)
		}
	}
	return nil
}

func biDefn(x *expander, fr *frame, args [][]piece) []piece {
	var out []piece
	for i := 1; i < len(args); i++ {
		m := x.lookup(flat(args[i]))
		switch {
		case m == nil:
		case m.builtin != nil:
			x.report(at(fr), len(fr.name), Warning, CodeMacro, "defn of a macro of m4 itself is not supported", "")
		default:
			out = append(out, computed(fr, x.quoteOpen)...)
			out = append(out, m.body...)
			out = append(out, computed(fr, x.quoteClose)...)
		}
	}
	return out
}

func biIfdef(x *expander, _ *frame, args [][]piece) []piece {
	n := 3
	if x.lookup(arg(args, 1)) != nil {
		n = 2
	}
	if n >= len(args) {
		return nil
	}
	return args[n]
}

func biIfelse(_ *expander, _ *frame, args [][]piece) []piece {
	a := args[1:]
	for len(a) >= 3 {
		if flat(a[0]) == flat(a[1]) {
			return a[2]
		}
		a = a[3:]
	}
	// What is left after the pairs that differ: one argument is the else branch, two are nothing.
	if len(args) > 4 && len(a) == 1 {
		return a[0]
	}
	return nil
}

func biShift(x *expander, fr *frame, args [][]piece) []piece {
	var out []piece
	for i := 2; i < len(args); i++ {
		if i > 2 {
			out = append(out, computed(fr, ",")...)
		}
		out = append(out, computed(fr, x.quoteOpen)...)
		out = append(out, args[i]...)
		out = append(out, computed(fr, x.quoteClose)...)
	}
	return out
}

func biEval(x *expander, fr *frame, args [][]piece) []piece {
	v, err := evalInt(arg(args, 1))
	if err != nil {
		x.report(at(fr), len(fr.name), Warning, CodeMacro, "eval: "+err.Error(), "")
		return nil
	}
	radix := 10
	if s := arg(args, 2); s != "" {
		if n, err := strconv.Atoi(strings.TrimSpace(s)); err == nil && n >= 2 && n <= 36 {
			radix = n
		}
	}
	text := strconv.FormatInt(int64(v), radix)
	if width, _ := strconv.Atoi(strings.TrimSpace(arg(args, 3))); width > 0 && width < 100 {
		digits := strings.TrimPrefix(text, "-")
		pad := strings.Repeat("0", max(0, width-len(digits)))
		text = strings.TrimSuffix(text, digits) + pad + digits
	}
	return computed(fr, text)
}

func biStep(x *expander, fr *frame, args [][]piece, by int32) []piece {
	n, err := strconv.ParseInt(strings.TrimSpace(arg(args, 1)), 10, 32)
	if err != nil {
		x.report(at(fr), len(fr.name), Warning, CodeMacro, fr.name+" wants a number", "")
		return nil
	}
	return computed(fr, strconv.Itoa(int(int32(n)+by)))
}

func biIncr(x *expander, fr *frame, args [][]piece) []piece { return biStep(x, fr, args, 1) }
func biDecr(x *expander, fr *frame, args [][]piece) []piece { return biStep(x, fr, args, -1) }

func biLen(_ *expander, fr *frame, args [][]piece) []piece {
	return computed(fr, strconv.Itoa(len(arg(args, 1))))
}

func biIndex(_ *expander, fr *frame, args [][]piece) []piece {
	return computed(fr, strconv.Itoa(strings.Index(arg(args, 1), arg(args, 2))))
}

func biSubstr(x *expander, fr *frame, args [][]piece) []piece {
	x.report(at(fr), len(fr.name), Warning, CodeMacro, "substr( is m4's own here, it cuts the text of the policy",
		"write SUBSTR in capitals for the function of the policy language")
	if len(args) < 3 {
		if len(args) == 2 {
			return args[1]
		}
		return nil
	}
	s := arg(args, 1)
	from, err := strconv.Atoi(strings.TrimSpace(arg(args, 2)))
	if err != nil || from < 0 || from >= len(s) {
		return nil
	}
	to := len(s)
	if len(args) > 3 {
		n, err := strconv.Atoi(strings.TrimSpace(arg(args, 3)))
		if err != nil || n <= 0 {
			return nil
		}
		if n < to-from {
			to = from + n
		}
	}
	return cut(args[1], from, to)
}

// biTranslit maps characters; a range a-z stands for all characters between.
func biTranslit(_ *expander, fr *frame, args [][]piece) []piece {
	from, to := expandRange(arg(args, 2)), expandRange(arg(args, 3))
	var b strings.Builder
	s := arg(args, 1)
	for i := 0; i < len(s); i++ {
		switch k := strings.IndexByte(from, s[i]); {
		case k < 0:
			b.WriteByte(s[i])
		case k < len(to):
			b.WriteByte(to[k])
		}
	}
	return computed(fr, b.String())
}

func expandRange(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] != '-' || i == 0 || i == len(s)-1 {
			b.WriteByte(s[i])
			continue
		}
		lo, hi := int(s[i-1]), int(s[i+1])
		for c := lo + 1; c < hi; c++ {
			b.WriteByte(byte(c))
		}
		for c := lo - 1; c > hi; c-- {
			b.WriteByte(byte(c))
		}
	}
	return b.String()
}

func biDnl(x *expander, _ *frame, _ [][]piece) []piece {
	for !x.in.empty() {
		if x.in.peek() == '\n' {
			x.take(1, nil)
			return nil
		}
		x.take(x.in.runUntil('\n'), nil)
	}
	return nil
}

func biChangequote(x *expander, _ *frame, args [][]piece) []piece {
	x.quoteOpen, x.quoteClose = "`", "'"
	if len(args) > 1 {
		x.quoteOpen, x.quoteClose = arg(args, 1), arg(args, 2)
		if x.quoteOpen != "" && x.quoteClose == "" {
			x.quoteClose = "'"
		}
	}
	return nil
}

func biChangecom(x *expander, _ *frame, args [][]piece) []piece {
	x.commentOpen, x.commentClose = "", ""
	if len(args) > 1 {
		x.commentOpen, x.commentClose = arg(args, 1), arg(args, 2)
	}
	return nil
}

func biInclude(x *expander, fr *frame, args [][]piece) []piece {
	path := arg(args, 1)
	if x.opts.Include == nil {
		x.report(at(fr), len(fr.name), Note, CodeInclude, fmt.Sprintf("%s is not read here", path), "")
		return nil
	}
	x.includes++
	if x.includes > maxIncludeDepth*maxIncludeDepth {
		x.fail(at(fr), len(fr.name), "a file includes itself without end", "")
		return nil
	}
	text, err := x.opts.Include(path)
	if err != nil {
		if fr.name == "include" {
			x.report(at(fr), len(fr.name), Error, CodeInclude, fmt.Sprintf("cannot include %s: %v", path, err), "")
		}
		return nil
	}
	f := newSourceFile(path, text)
	x.files[path] = f
	return []piece{{text: text, file: f, frame: fr}}
}

func biDivert(x *expander, fr *frame, args [][]piece) []piece {
	n, err := strconv.Atoi(strings.TrimSpace(arg(args, 1)))
	if err != nil && arg(args, 1) != "" || n > maxDivert {
		x.report(at(fr), len(fr.name), Warning, CodeMacro, "divert wants a small number", "")
		return nil
	}
	x.setDivert(max(n, -1))
	return nil
}

func biUndivert(x *expander, _ *frame, args [][]piece) []piece {
	bring := func(n int) {
		if b := x.bufs[n]; b != nil && n > 0 && n != x.divert {
			*x.out = append(*x.out, *b...)
			*b = nil
		}
	}
	if len(args) == 1 {
		for n := 1; n <= maxDivert; n++ {
			bring(n)
		}
	}
	for i := 1; i < len(args); i++ {
		if n, err := strconv.Atoi(strings.TrimSpace(flat(args[i]))); err == nil {
			bring(n)
		}
	}
	return nil
}

func biDivnum(x *expander, fr *frame, _ [][]piece) []piece {
	return computed(fr, strconv.Itoa(x.divert))
}

func biFile(_ *expander, fr *frame, _ [][]piece) []piece { return computed(fr, fr.file.name) }

func biLine(_ *expander, fr *frame, _ [][]piece) []piece {
	return computed(fr, strconv.Itoa(fr.file.place(fr.off).Line))
}

func biExit(x *expander, _ *frame, _ [][]piece) []piece {
	x.in.stack = nil
	return nil
}

func biRefused(x *expander, fr *frame, _ [][]piece) []piece {
	x.report(at(fr), len(fr.name), Error, CodeMacro, fr.name+" runs a command of the shell while the policy is read",
		"such a policy can change things even under -I test; it is not run here")
	return nil
}

func biUnknown(x *expander, fr *frame, _ [][]piece) []piece {
	x.report(at(fr), len(fr.name), Error, CodeMacro, fr.name+" of m4 is not supported here", "")
	return nil
}
