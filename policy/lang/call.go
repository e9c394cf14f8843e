package lang

import (
	"fmt"
	"strings"
)

// word copies a word, or expands it: then it says true.
func (x *expander) word(out *[]piece) bool {
	first, _ := x.in.top()
	var ps []piece
	for isWordPart(x.in.peek()) && !x.in.empty() {
		p, _ := x.in.top()
		n := 1
		for n < len(p.text) && isWordPart(p.text[n]) {
			n++
		}
		x.take(n, &ps)
	}
	name := flat(ps)
	m := x.lookup(name)
	hasArgs := x.in.peek() == '(' && !x.in.empty()
	if m == nil || m.builtin != nil && m.builtin.needsArgs && !hasArgs {
		for _, p := range ps {
			appendPiece(out, p)
		}
		return false
	}
	fr := &frame{name: name, file: first.file, off: first.off, parent: first.frame}
	if first.frame != nil {
		fr.rescans = first.frame.rescans + 1
	}
	x.expansions++
	if x.expansions > maxExpansions || fr.rescans > maxRescans {
		x.fail(first, len(name), fmt.Sprintf("macro %s calls itself without end", name), "")
		return true
	}
	top := out == x.out && x.depth == 0 && first.frame == nil && first.file == x.main
	if top {
		x.open = &atom{call: name}
	}
	args := [][]piece{ps}
	if hasArgs {
		args = append(args, x.arguments(first, name)...)
	}
	if x.stopped {
		return true
	}
	if top {
		for _, a := range args[1:] {
			x.open.args = append(x.open.args, flat(a))
		}
	}
	var result []piece
	if m.builtin != nil {
		result = m.builtin.run(x, fr, args)
	} else {
		result = substitute(m.body, fr, args, x)
	}
	for i := range result {
		x.produced += len(result[i].text)
		if result[i].frame == nil {
			result[i].frame = fr
		}
	}
	if x.produced > maxExpandedText {
		x.fail(first, len(name), "the macros expand to more text than a policy can hold", "")
		return true
	}
	x.in.push(result)
	return true
}

// arguments reads ( arg, arg … ): white space before an argument is dropped, macros in it are expanded, one level of
// quotes is removed.
func (x *expander) arguments(call piece, name string) [][]piece {
	x.depth++
	defer func() { x.depth-- }()
	if x.depth > maxCallDepth {
		x.fail(call, len(name), "macro calls are nested too deeply", "")
		return nil
	}
	x.take(1, nil)
	var args [][]piece
	for {
		for !x.in.empty() && isSpace(x.in.peek()) {
			x.take(1, nil)
		}
		var arg []piece
		for depth := 0; ; {
			if x.in.empty() {
				x.fail(call, len(name), fmt.Sprintf("the arguments of macro %s are not closed", name),
					"a parenthesis is missing, or one stands alone inside a string: m4 counts those too")
			}
			if x.stopped {
				return args
			}
			c := x.in.peek()
			if depth == 0 && c == ',' {
				x.take(1, nil)
				break
			}
			if c == ')' && depth == 0 {
				x.take(1, nil)
				return append(args, arg)
			}
			switch c {
			case '(':
				depth++
				x.take(1, &arg)
			case ')':
				depth--
				x.take(1, &arg)
			default:
				x.step(&arg)
			}
		}
		args = append(args, arg)
	}
}

// substitute puts the arguments of a call into the body of a macro.
func substitute(body []piece, fr *frame, args [][]piece, x *expander) []piece {
	text := flat(body)
	if !strings.Contains(text, "$") {
		return reframe(body, fr)
	}
	var out []piece
	put := func(ps []piece) {
		for _, p := range ps {
			appendPiece(&out, p)
		}
	}
	call := func(s string) []piece {
		return []piece{{text: s, file: fr.file, off: fr.off, fixed: true, frame: fr}}
	}
	last := 0
	for i := 0; i+1 < len(text) && x.produced <= maxExpandedText; {
		if text[i] != '$' {
			i++
			continue
		}
		c := text[i+1]
		end := i + 2
		var value []piece
		switch {
		case c >= '0' && c <= '9':
			n := 0
			for end = i + 1; end < len(text) && text[end] >= '0' && text[end] <= '9' && n < 1<<20; end++ {
				n = n*10 + int(text[end]-'0')
			}
			if n < len(args) {
				value = reframeEmpty(args[n], fr)
			}
		case c == '#':
			value = call(fmt.Sprint(len(args) - 1))
		case c == '*' || c == '@':
			for k, a := range args[1:] {
				if k > 0 {
					value = append(value, call(",")...)
				}
				if c == '@' {
					value = append(value, call(x.quoteOpen)...)
				}
				value = append(value, reframeEmpty(a, fr)...)
				if c == '@' {
					value = append(value, call(x.quoteClose)...)
				}
			}
		default:
			i++
			continue
		}
		put(reframe(cut(body, last, i), fr))
		put(value)
		for _, p := range value {
			x.produced += len(p.text)
		}
		last, i = end, end
	}
	put(reframe(cut(body, last, len(text)), fr))
	return out
}
