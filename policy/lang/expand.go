package lang

import (
	"fmt"
	"strings"
)

// The policy engine hands a policy to m4 with these quotes and comments.
const (
	m4QuoteOpen    = "["
	m4QuoteClose   = "]"
	m4CommentOpen  = "/*"
	m4CommentClose = "*/"
)

// Limits that a real policy does not reach (an installed policy is at most 1 MB): macros can call themselves.
const (
	maxExpansions   = 1 << 17
	maxExpandedText = 8 << 20
	maxCallDepth    = 512
	maxRescans      = 4096
	maxIncludeDepth = 32
	maxDivert       = 64
	maxCallsShown   = 8
)

// Expansion is what m4 makes of a policy text, with the way back.
type Expansion struct {
	// Text is the text that the rules are read from.
	Text string
	// Findings are the errors and doubts of the macro stage.
	Findings []Finding
	// Macros are the macros that are defined at the end, by name.
	Macros map[string]Macro

	main     *sourceFile
	files    map[string]*sourceFile
	segments []segment
	atoms    []atom
	comments []Span
	macros   map[string][]*macro
}

// Macro is a definition that stands in a policy or was given with -M.
type Macro struct {
	Name string
	// Body is the text that the macro stands for, before its arguments are put in.
	Body string
	// Place is where it was defined.
	Place Place
}

// Call is one macro call on the way from the written text to the expanded one.
type Call struct {
	Macro string `json:"macro"`
	Place Place  `json:"place"`
}

// Expand runs the m4 stage over a policy text. It knows define, undefine, pushdef, popdef, defn, ifdef, ifelse, shift,
// eval, incr, decr, len, index, substr, translit, dnl, changequote, changecom, include, sinclude, divert, undivert and
// errprint; of the rest of m4 it says that it does not run it (commands of the shell are never run).
func Expand(src Source, opts Options) *Expansion {
	x := newExpander(src, opts)
	for _, d := range opts.Defines {
		f := newSourceFile("-M "+d.Name, d.Value)
		x.files[f.name] = f
		x.define(d.Name, []piece{{text: d.Value, file: f}})
	}
	x.run([]piece{{text: src.Text, file: x.main}})
	return x.result()
}

// frame is one macro call: what its expansion shows when asked where it comes from.
type frame struct {
	name   string
	file   *sourceFile
	off    int
	parent *frame
	// rescans is how many calls led to this one.
	rescans int
}

// callsOf lists the calls that a frame stands for, the innermost first.
func callsOf(fr *frame) []Call {
	var calls []Call
	for ; fr != nil && len(calls) < maxCallsShown; fr = fr.parent {
		calls = append(calls, Call{Macro: fr.name, Place: fr.file.place(fr.off)})
	}
	return calls
}

// piece is a run of text with one origin.
type piece struct {
	text string
	file *sourceFile
	off  int
	// fixed says that the text was computed: all of it comes from off.
	fixed bool
	frame *frame
}

func (p piece) slice(from, to int) piece {
	q := p
	q.text = p.text[from:to]
	if !p.fixed {
		q.off = p.off + from
	}
	return q
}

// segment says where the expanded text from start on comes from.
type segment struct {
	start int
	piece
}

// atom is a range of the written text that m4 read as one: a macro call, a quoted text.
type atom struct {
	span Span
	// call is the name of the macro, "" for a quoted text.
	call string
	args []string
}

type macro struct {
	name    string
	body    []piece
	builtin *builtin
	place   Place
}

type expander struct {
	opts     Options
	main     *sourceFile
	files    map[string]*sourceFile
	macros   map[string][]*macro
	in       stream
	out      *[]piece
	bufs     map[int]*[]piece
	divert   int
	findings []Finding
	atoms    []atom
	comments []Span
	open     *atom
	mainPos  int

	quoteOpen, quoteClose     string
	commentOpen, commentClose string

	expansions int
	produced   int
	depth      int
	includes   int
	stopped    bool
}

func newExpander(src Source, opts Options) *expander {
	x := &expander{
		opts: opts, main: newSourceFile(src.Name, src.Text),
		files:  map[string]*sourceFile{},
		macros: map[string][]*macro{}, bufs: map[int]*[]piece{},
		quoteOpen: m4QuoteOpen, quoteClose: m4QuoteClose,
		commentOpen: m4CommentOpen, commentClose: m4CommentClose,
	}
	x.files[src.Name] = x.main
	for i := range builtins {
		b := &builtins[i]
		x.macros[b.name] = []*macro{{name: b.name, builtin: b}}
	}
	x.setDivert(0)
	return x
}

func (x *expander) define(name string, body []piece) {
	m := &macro{name: name, body: body}
	if len(body) > 0 {
		m.place = body[0].file.place(body[0].off)
	}
	if defs := x.macros[name]; len(defs) > 0 {
		x.macros[name] = append(defs[:len(defs)-1:len(defs)-1], m)
		return
	}
	x.macros[name] = []*macro{m}
}

func (x *expander) lookup(name string) *macro {
	defs := x.macros[name]
	if len(defs) == 0 {
		return nil
	}
	return defs[len(defs)-1]
}

func (x *expander) setDivert(n int) {
	x.divert = n
	if x.bufs[n] == nil {
		x.bufs[n] = new([]piece)
	}
	x.out = x.bufs[n]
}

// fail ends the expansion: the text that m4 would not accept.
func (x *expander) fail(p piece, length int, message, hint string) {
	x.report(p, length, Fatal, CodeMacro, message, hint)
	x.stopped = true
}

func (x *expander) report(p piece, length int, sev Severity, code, message, hint string) {
	f := Finding{Severity: sev, Code: code, Message: message, Hint: hint}
	f.Place = p.file.place(p.off)
	if p.fixed {
		length = 1
	}
	f.End = p.file.place(p.off + length)
	f.Source = p.file.line(f.Place.Line)
	f.Calls = callsOf(p.frame)
	x.findings = append(x.findings, f)
}

// run reads the input to its end. Only here is text read that stands outside of all macro calls.
func (x *expander) run(input []piece) {
	x.in.push(input)
	for !x.stopped {
		p, ok := x.in.top()
		if !ok {
			break
		}
		direct := p.frame == nil && p.file == x.main
		if direct && x.open != nil {
			x.open.span.End = p.off
			x.atoms = append(x.atoms, *x.open)
			x.open = nil
		}
		start := p.off
		kind := x.step(x.out)
		if !direct {
			continue
		}
		switch kind {
		case stepComment:
			x.comments = append(x.comments, Span{start, x.mainPos})
		case stepQuote:
			x.atoms = append(x.atoms, atom{span: Span{start, x.mainPos}})
		case stepCall:
			// Closed when the next byte of the written text is read: what a macro expands to may read on.
			if x.open != nil {
				x.open.span.Start = start
			}
		}
	}
	if x.open != nil {
		x.open.span.End = x.mainPos
		x.atoms = append(x.atoms, *x.open)
	}
}

type stepKind int

const (
	stepText stepKind = iota
	stepComment
	stepQuote
	stepCall
)

// step moves one token from the input to out, or expands one macro.
func (x *expander) step(out *[]piece) stepKind {
	switch {
	case x.commentOpen != "" && x.in.hasPrefix(x.commentOpen):
		x.comment(out)
		return stepComment
	case isWordStart(x.in.peek()):
		if x.word(out) {
			return stepCall
		}
	case x.quoteOpen != "" && x.in.hasPrefix(x.quoteOpen):
		x.quoted(out)
		return stepQuote
	default:
		x.plain(out)
	}
	return stepText
}

// take moves n bytes of input to out (nil: drops them) and keeps the reading position of the written text.
func (x *expander) take(n int, out *[]piece) {
	for n > 0 {
		p, ok := x.in.top()
		if !ok {
			return
		}
		k := min(n, len(p.text))
		if out != nil {
			appendPiece(out, p.slice(0, k))
		}
		if p.frame == nil && p.file == x.main {
			x.mainPos = p.off + k
		}
		x.in.advance(k)
		n -= k
	}
}

func (x *expander) comment(out *[]piece) {
	begin, _ := x.in.top()
	x.take(len(x.commentOpen), out)
	end := x.commentClose
	if end == "" {
		end = "\n"
	}
	for {
		if x.in.hasPrefix(end) {
			x.take(len(end), out)
			return
		}
		if x.in.empty() {
			x.fail(begin, len(x.commentOpen), "a comment is not closed", fmt.Sprintf("%s begins a comment even inside a string: write [%s] there", x.commentOpen, x.commentOpen))
			return
		}
		x.take(x.in.runUntil(end[0]), out)
	}
}

func (x *expander) quoted(out *[]piece) {
	begin, _ := x.in.top()
	x.take(len(x.quoteOpen), nil)
	for depth := 1; ; {
		switch {
		case x.in.empty():
			x.fail(begin, len(x.quoteOpen), fmt.Sprintf("a quoted text is not closed: %s and %s are the quotes of m4",
				x.quoteOpen, x.quoteClose), "a lone "+x.quoteOpen+" cannot stand in a policy; in a regular expression put ["+" … ] around the whole pattern")
			return
		case x.in.hasPrefix(x.quoteClose):
			if depth--; depth == 0 {
				x.take(len(x.quoteClose), nil)
				return
			}
			x.take(len(x.quoteClose), out)
		case x.in.hasPrefix(x.quoteOpen):
			depth++
			x.take(len(x.quoteOpen), out)
		default:
			x.take(x.in.runUntil(x.quoteOpen[0], x.quoteClose[0]), out)
		}
	}
}

// plain copies bytes that mean nothing to m4: at least one.
func (x *expander) plain(out *[]piece) {
	p, _ := x.in.top()
	n := 1
	for n < len(p.text) && !x.special(p.text[n]) {
		n++
	}
	x.take(n, out)
}

func (x *expander) special(c byte) bool {
	return isWordStart(c) ||
		x.commentOpen != "" && c == x.commentOpen[0] ||
		x.quoteOpen != "" && c == x.quoteOpen[0] ||
		c == '(' || c == ')' || c == ','
}

func (x *expander) result() *Expansion {
	e := &Expansion{
		Findings: x.findings, main: x.main, files: x.files, atoms: x.atoms, comments: x.comments,
		Macros: map[string]Macro{}, macros: x.macros,
	}
	var text strings.Builder
	add := func(ps []piece) {
		for _, p := range ps {
			e.segments = append(e.segments, segment{start: text.Len(), piece: p})
			text.WriteString(p.text)
		}
	}
	add(*x.bufs[0])
	for n := 1; n <= maxDivert; n++ {
		if b := x.bufs[n]; b != nil {
			add(*b)
		}
	}
	e.Text = text.String()
	for name, defs := range x.macros {
		if m := defs[len(defs)-1]; m.builtin == nil {
			e.Macros[name] = Macro{Name: name, Body: flat(m.body), Place: m.place}
		}
	}
	return e
}
