package view

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"gpfsh/mmexec/lazyregexp"
)

// report turns the errors of go/types into findings: in the words of the source, at the expression meant, with a
// suggestion where a name is nearly right.
func (u *Unit) report(errs []types.Error) {
	for _, e := range errs {
		f := u.fileOf(e.Pos)
		switch {
		case strings.HasPrefix(e.Msg, "declared and not used"), strings.HasSuffix(e.Msg, " declared and not used"):
			u.markUnused(e.Pos)
			if u.mode == Script {
				fd := f.finding(e.Pos, u.endOf(e.Pos, e.Msg), u.clean(e.Msg))
				fd.Warning = true
				u.Findings = append(u.Findings, fd)
			}
			continue
		case notUsed.MatchString(e.Msg):
			if u.mode == Script {
				fd := f.finding(e.Pos, u.endOf(e.Pos, e.Msg), u.clean(e.Msg))
				fd.Warning = true
				u.Findings = append(u.Findings, fd)
			}
			continue
		case strings.HasPrefix(e.Msg, "implicit assignment to unexported field") && strings.Contains(e.Msg, " of type main."):
			u.implicit(f, e.Pos)
			continue
		case strings.Contains(e.Msg, "initialization cycle"), strings.HasPrefix(e.Msg, "\t"):
			continue // the order of a snippet is checked by tooEarly
		}
		if e.Msg == "undefined: "+lastName {
			u.Findings = append(u.Findings, f.finding(e.Pos, e.Pos+1, "there is no last value: nothing was shown yet"))
			continue
		}
		fd := f.finding(e.Pos, u.endOf(e.Pos, e.Msg), u.asTyped(f, e.Pos, u.clean(e.Msg)))
		fd.Hint = u.suggest(e)
		u.Findings = append(u.Findings, fd)
	}
}

func (u *Unit) markUnused(p token.Pos) {
	u.unusedAt[p] = true
	for id, o := range u.info.Defs {
		if o != nil && id.Pos() == p {
			u.unused[o] = true
		}
	}
}

// endOf finds the end of the expression that a message at a position is about: the longest one that the message quotes,
// or else the shortest one that begins there.
func (u *Unit) endOf(pos token.Pos, msg string) token.Pos {
	msg = u.clean(msg)
	var quoted, short token.Pos
	for _, f := range u.files {
		if !f.has(pos) {
			continue
		}
		look := func(n ast.Node) {
			ast.Inspect(n, func(n ast.Node) bool {
				if n == nil || n.Pos() > pos || n.End() < pos {
					return false
				}
				e, ok := n.(ast.Expr)
				if !ok || e.Pos() != pos {
					return true
				}
				end := e.End()
				if short == 0 || end < short {
					short = end
				}
				if s := u.clean(types.ExprString(e)); len(s) > 1 && strings.Contains(msg, s) && end > quoted {
					quoted = end
				}
				return true
			})
		}
		f.each(look)
	}
	switch {
	case quoted != 0:
		return quoted
	case short != 0:
		return short
	}
	return pos + 1
}

var (
	viewPkgs = lazyregexp.New(`\b\w+\.[A-Z]\w*`)
	tmpVar   = lazyregexp.New(mark + `t\d+ \(variable of `)
)

// clean removes the traces of the wrappers from a message, and the qualifiers of packages whose names need none.
func (u *Unit) clean(msg string) string {
	msg = strings.ReplaceAll(msg, lastName, "_")
	msg = tmpVar.ReplaceAllString(msg, "value (of ")
	for {
		i := strings.Index(msg, mark)
		if i < 0 {
			break
		}
		j := i + len(mark)
		k := j
		for k < len(msg) && msg[k] >= '0' && msg[k] <= '9' {
			k++
		}
		if k == j { // a marked name
			msg = msg[:i] + msg[j:]
			continue
		}
		if k >= len(msg) || msg[k] != '(' {
			msg = msg[:i] + "this call" + msg[k:]
			continue
		}
		end := matching(msg, k)
		if end < 0 {
			msg = msg[:i] + msg[k+1:]
			continue
		}
		msg = msg[:i] + msg[k+1:end] + msg[end+1:]
	}
	return viewPkgs.ReplaceAllStringFunc(msg, func(q string) string {
		pkg, name, _ := strings.Cut(q, ".")
		if pkg == "main" || pkg == "script" || u.world.unqualified(pkg, name) {
			return name
		}
		return q
	})
}

// asTyped puts a message in the words of whoever typed the source: it quotes mmfs1.Filesetz, and not the expression that
// mmfs1 stands for. Where short and long have both been typed, what is at the position counts.
func (u *Unit) asTyped(f *file, pos token.Pos, msg string) string {
	if f.from == nil {
		return msg
	}
	type quote struct {
		long, typed string
		here        bool
	}
	var quotes []quote
	f.each(func(root ast.Node) {
		ast.Inspect(root, func(n ast.Node) bool {
			x, ok := n.(ast.Expr)
			if !ok || !f.has(x.Pos()) {
				return true
			}
			long := u.clean(types.ExprString(x))
			if !strings.Contains(msg, long) {
				return true
			}
			start, end := f.offset(x.Pos()), f.offset(x.End())
			text, from := f.typed(start)
			_, to := f.typed(end)
			if from >= to || strings.Contains(text[from:to], "\n") || strings.Contains(long, " literal)") {
				return true
			}
			if typed := text[from:to]; typed != f.text[start:end] {
				quotes = append(quotes, quote{long, typed, x.Pos() <= pos && pos <= x.End()})
			} else {
				quotes = append(quotes, quote{long, long, x.Pos() <= pos && pos <= x.End()})
			}
			return true
		})
	})
	slices.SortStableFunc(quotes, func(a, b quote) int {
		switch {
		case len(a.long) != len(b.long):
			return len(b.long) - len(a.long)
		case a.here != b.here && a.here:
			return -1
		case a.here != b.here:
			return 1
		}
		return 0
	})
	var pairs []string
	for _, q := range quotes {
		pairs = append(pairs, q.long, q.typed) // of two that replace the same, the first counts
	}
	return strings.NewReplacer(pairs...).Replace(msg)
}

// unqualified tells whether a name of a package is what it stands for without the qualifier.
func (w *World) unqualified(pkg, name string) bool {
	for _, p := range w.dot {
		if _, ok := w.table(p)[name]; ok {
			return w.pkg(p).Name() == pkg
		}
	}
	return false
}

// matching returns the index of the parenthesis that closes the one at i, or -1.
func matching(s string, i int) int {
	depth := 0
	for ; i < len(s); i++ {
		switch s[i] {
		case '(':
			depth++
		case ')':
			depth--
			if depth == 0 {
				return i
			}
		}
	}
	return -1
}

// aboutWrapper tells whether an error lies in a call that is wrapped and speaks of the wrapper itself.
func (u *Unit) aboutWrapper(e types.Error) bool {
	for w := range u.wraps {
		if w.Pos() <= e.Pos && e.Pos <= w.End() {
			return true
		}
	}
	return false
}

// plainErrors replaces the errors that speak of a wrapper by those of a check without wrappers at the same calls: they
// have the words that Go has for a wrong number of values.
func (u *Unit) plainErrors(errs []types.Error, texts []Text) []types.Error {
	var bad [][2]token.Pos
	var keep []types.Error
	for _, e := range errs {
		if !strings.Contains(u.clean(e.Msg), "this call") && !arity.MatchString(e.Msg) {
			keep = append(keep, e)
			continue
		}
		best := [2]token.Pos{}
		for w := range u.wraps {
			if w.Pos() <= e.Pos && e.Pos <= w.End() && (best[0] == 0 || w.End()-w.Pos() < best[1]-best[0]) {
				best = [2]token.Pos{w.Pos(), w.End()}
			}
		}
		if best[0] == 0 {
			keep = append(keep, e)
			continue
		}
		bad = append(bad, best)
	}
	if len(bad) == 0 {
		return errs
	}
	plain := u.world.parse(u.scope, u.id, u.mode, texts)
	found := false
	for _, e := range plain.typecheck(nil, false) {
		for _, b := range bad {
			// The statement may begin before the call: a, b := f() is told at a.
			line := u.fset.Position(b[0]).Line
			if (b[0] <= e.Pos && e.Pos < b[1]) || (u.fset.Position(e.Pos).Line == line && strings.Contains(e.Msg, "assignment mismatch")) {
				keep = append(keep, e)
				found = true
				break
			}
		}
	}
	if !found {
		return errs
	}
	return keep
}

// implicit checks an element of a literal without field names whose type an earlier entry declared: to go/types that is
// another package, whose unexported fields cannot be set so.
func (u *Unit) implicit(f *file, pos token.Pos) {
	f.each(func(root ast.Node) {
		ast.Inspect(root, func(n ast.Node) bool {
			lit, ok := n.(*ast.CompositeLit)
			if !ok {
				return true
			}
			st, ok := under(u.typeOf(lit)).(*types.Struct)
			for i, e := range lit.Elts {
				if !ok || e.Pos() != pos || i >= st.NumFields() {
					continue
				}
				tv := u.info.Types[e]
				if tv.Type == nil || u.fits(tv, st.Field(i).Type()) {
					continue
				}
				u.Findings = append(u.Findings, f.finding(e.Pos(), e.End(), fmt.Sprintf("cannot use %s (of type %s) as %s value in struct literal",
					u.clean(types.ExprString(u.plain(e))), u.typeShown(tv.Type), u.typeShown(st.Field(i).Type()))))
			}
			return true
		})
	})
}

// fits tells whether a value can be assigned to a type.
func (u *Unit) fits(tv types.TypeAndValue, to types.Type) bool {
	if b, ok := tv.Type.(*types.Basic); ok && b.Info()&types.IsUntyped != 0 {
		if tv.IsNil() || types.IsInterface(to) {
			return types.AssignableTo(tv.Type, to)
		}
		t, ok := to.Underlying().(*types.Basic)
		if !ok {
			return false
		}
		const numeric = types.IsNumeric
		return b.Info()&numeric != 0 && t.Info()&numeric != 0 || b.Info()&^types.IsUntyped&t.Info() != 0
	}
	return types.AssignableTo(tv.Type, to)
}

var notUsed = lazyregexp.New(` imported (as .+ )?and not used$`)

var arity = lazyregexp.New(`(?:not enough|too many) arguments in call to ` + mark + `\d|(?:in argument to|as error value in argument to) ` + mark + `\d|^multiple-value .* in single-value context`)

// spreads finds calls f(g()) in which g has more values than one, and how many of them f wants.
func (u *Unit) spreads() map[token.Pos]int {
	counts := map[token.Pos]int{}
	for w, want := range u.wraps {
		if want != 1 {
			continue
		}
		inner, ok := ast.Unparen(w.Args[0]).(*ast.CallExpr)
		if !ok {
			continue
		}
		tup, ok := u.info.Types[inner].Type.(*types.Tuple)
		if !ok || tup.Len() < 2 {
			continue
		}
		call := u.spreadCall(w)
		if call == nil {
			continue
		}
		n := tup.Len()
		trailing := types.Identical(tup.At(n-1).Type(), errorType)
		if n == 2 && trailing {
			if sig, ok := under(u.info.Types[call.Fun].Type).(*types.Signature); !ok || printBuiltin(call) || sig.Variadic() || sig.Params().Len() != 2 {
				continue
			}
		}
		k := n
		if trailing {
			k = n - 1
			if sig, ok := under(u.info.Types[call.Fun].Type).(*types.Signature); ok && !printBuiltin(call) && !sig.Variadic() && sig.Params().Len() == n {
				k = n
			}
		}
		if k != 1 {
			counts[inner.Rparen] = k
		}
	}
	return counts
}

// printBuiltin tells print and println, which take any number of values here.
func printBuiltin(c *ast.CallExpr) bool {
	id, ok := ast.Unparen(c.Fun).(*ast.Ident)
	return ok && (id.Name == "print" || id.Name == "println")
}

// spreadCall returns the call whose only argument a wrapper is.
func (u *Unit) spreadCall(w *ast.CallExpr) *ast.CallExpr {
	c := u.only[w]
	if c == nil {
		return nil
	}
	tv, ok := u.info.Types[c.Fun]
	if !ok || tv.Type == nil && !tv.IsBuiltin() || tv.IsType() || tv.IsBuiltin() && !printBuiltin(c) {
		return nil
	}
	return c
}

// tooEarly finds uses of a snippet's variables above the place that declares them; the check itself sees all of them
// at once.
func (u *Unit) tooEarly() {
	decl := map[types.Object]token.Pos{}
	for id, s := range u.moved {
		if o := u.info.Defs[id]; o != nil {
			decl[o] = s.End()
		}
	}
	if len(decl) == 0 {
		return
	}
	for _, f := range u.files {
		for _, s := range f.stmts {
			ast.Inspect(s, func(n ast.Node) bool {
				id, ok := n.(*ast.Ident)
				if !ok {
					return true
				}
				o := u.info.Uses[id]
				if end, ok := decl[o]; ok && f.has(end) && id.Pos() < end && !u.assigns(s, id) {
					line, _ := f.place(f.offset(o.Pos()))
					fd := f.finding(id.Pos(), id.End(), "undefined: "+id.Name)
					if at, _ := f.place(f.offset(id.Pos())); line != at {
						fd.Hint = fmt.Sprintf("%s is declared below, on line %d", id.Name, line)
					}
					u.Findings = append(u.Findings, fd)
				}
				return true
			})
		}
	}
}

func (u *Unit) assigns(s ast.Stmt, id *ast.Ident) bool {
	a, ok := s.(*ast.AssignStmt)
	return ok && a.Tok == token.DEFINE && slices.ContainsFunc(a.Lhs, func(e ast.Expr) bool { return e == ast.Expr(id) })
}
