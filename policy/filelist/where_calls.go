package filelist

import (
	"bytes"
	"go/ast"
	"regexp"
	"sort"
	"strings"
)

// exprFunc is a function of expressions.
type exprFunc struct {
	usage   string
	args    []exprKind // noExpr takes any
	more    bool       // the last argument may come again
	compile func(c *compiler, n *ast.CallExpr, args []expr) (expr, error)
}

// exprFuncs returns the functions of expressions by name. Those that take the name of an attribute as it is written
// (Dir, XAttr, Extra) are in call.
func exprFuncs() map[string]exprFunc {
	text2 := []exprKind{textExpr, textExpr}
	return map[string]exprFunc{
		"Age":       {"Age(Access)", []exprKind{timeExpr}, false, compileAge},
		"Date":      {`Date("2026-05-01")`, []exprKind{textExpr}, false, compileDate},
		"Now":       {"Now()", nil, false, compileNow},
		"Like":      {`Like(Name, "*.tmp")`, text2, false, compileLike},
		"Match":     {"Match(Name, `^run[0-9]+`)", text2, false, compileMatch},
		"Contains":  {`Contains(Path, "/tmp/")`, text2, false, compileText(bytes.Contains)},
		"HasPrefix": {`HasPrefix(Path, "/gpfs/p42/")`, text2, false, compileText(bytes.HasPrefix)},
		"HasSuffix": {`HasSuffix(Name, ".tmp")`, text2, false, compileText(bytes.HasSuffix)},
		"Lower":     {"Lower(Name)", []exprKind{textExpr}, false, compileLower},
		"Len":       {"Len(Name)", []exprKind{textExpr}, false, compileLen},
		"In":        {`In(User, "alice", "bob")`, []exprKind{noExpr, noExpr}, true, compileIn},
		"Year":      {"Year(Modify)", []exprKind{timeExpr}, false, compileYear},
		"Known":     {`Known(XAttr("user.project"))`, []exprKind{noExpr}, false, compileKnown},
	}
}

func (c *compiler) call(n *ast.CallExpr) (expr, error) {
	name, isIdent := n.Fun.(*ast.Ident)
	if !isIdent {
		return expr{}, c.errorf(n, "only functions can be called: %s", funcNames())
	}
	switch name.Name {
	case "Dir", "XAttr", "Extra":
		if len(n.Args) != 1 {
			return expr{}, c.errorf(n, "%s takes one argument", name.Name)
		}
		arg, err := c.expr(n.Args[0])
		if err != nil {
			return expr{}, err
		}
		switch {
		case name.Name == "Dir" && arg.constant && arg.kind == intExpr && arg.ci >= 0 && arg.ci < 1<<20:
			return c.attribute(n, Dir(int(arg.ci)))
		case name.Name == "XAttr" && arg.constant && arg.kind == textExpr:
			return c.attribute(n, XAttr(arg.cs))
		case name.Name == "Extra" && arg.constant && arg.kind == textExpr:
			return c.attribute(n, Extra(arg.cs))
		}
		return expr{}, c.errorf(n.Args[0], `write Dir(2), XAttr("user.project"), Extra("key")`)
	}
	f, found := exprFuncs()[name.Name]
	if !found {
		return expr{}, c.errorf(n, "no function %s; there are %s", name.Name, funcNames())
	}
	if len(n.Args) < len(f.args) || len(n.Args) > len(f.args) && !f.more {
		return expr{}, c.errorf(n, "write %s", f.usage)
	}
	args := make([]expr, len(n.Args))
	for i, a := range n.Args {
		x, err := c.expr(a)
		if err != nil {
			return expr{}, err
		}
		if want := f.args[min(i, len(f.args)-1)]; want != noExpr && x.kind != want {
			return expr{}, c.errorf(a, "this is %s, not %s: write %s", x.kind, want, f.usage)
		}
		args[i] = x
	}
	return f.compile(c, n, args)
}

func funcNames() string {
	names := []string{"Dir", "XAttr", "Extra"}
	for n := range exprFuncs() {
		names = append(names, n)
	}
	sort.Strings(names)
	return strings.Join(names, ", ")
}

func compileAge(c *compiler, _ *ast.CallExpr, args []expr) (expr, error) {
	now, t := c.now, args[0].i
	return expr{kind: durationExpr, needs: args[0].needs, i: func(r *rec) int64 { return now - t(r) }}, nil
}

func compileDate(c *compiler, n *ast.CallExpr, args []expr) (expr, error) {
	if !args[0].constant {
		return expr{}, c.errorf(n, "Date takes a text in quotes")
	}
	return c.date(n.Args[0], args[0].cs)
}

func compileNow(c *compiler, _ *ast.CallExpr, _ []expr) (expr, error) {
	return intConst(timeExpr, c.now), nil
}

func compileText(test func(s, part []byte) bool) func(*compiler, *ast.CallExpr, []expr) (expr, error) {
	return func(_ *compiler, _ *ast.CallExpr, args []expr) (expr, error) {
		a, b, needs := args[0].s, args[1].s, args[0].needs|args[1].needs
		return condition(needs, func(r *rec) bool { return test(a(r), b(r)) }), nil
	}
}

// compileLike compiles a pattern of the shell. Unlike in the shell, * and ? match a slash as well: the pattern is for
// the whole text, be it a name or a path.
func compileLike(c *compiler, n *ast.CallExpr, args []expr) (expr, error) {
	if !args[1].constant {
		return expr{}, c.errorf(n.Args[1], "Like takes a pattern in quotes")
	}
	match, err := compileGlob(args[1].cs)
	if err != nil {
		return expr{}, c.errorf(n.Args[1], "%v", err)
	}
	s, needs := args[0].s, args[0].needs
	return condition(needs, func(r *rec) bool { return match(s(r)) }), nil
}

func compileMatch(c *compiler, n *ast.CallExpr, args []expr) (expr, error) {
	if !args[1].constant {
		return expr{}, c.errorf(n.Args[1], "Match takes a regular expression in quotes")
	}
	re, err := regexp.Compile(args[1].cs)
	if err != nil {
		return expr{}, c.errorf(n.Args[1], "%v", err)
	}
	s, needs := args[0].s, args[0].needs
	return condition(needs, func(r *rec) bool { return re.Match(s(r)) }), nil
}

func compileLower(_ *compiler, _ *ast.CallExpr, args []expr) (expr, error) {
	s := args[0].s
	var buf []byte
	return expr{kind: textExpr, needs: args[0].needs, s: func(r *rec) []byte {
		buf = appendLower(buf[:0], s(r))
		return buf
	}}, nil
}

func compileLen(_ *compiler, _ *ast.CallExpr, args []expr) (expr, error) {
	s := args[0].s
	return expr{kind: intExpr, needs: args[0].needs, i: func(r *rec) int64 { return int64(len(s(r))) }}, nil
}

func compileYear(_ *compiler, _ *ast.CallExpr, args []expr) (expr, error) {
	t := args[0].i
	return expr{kind: intExpr, needs: args[0].needs, i: func(r *rec) int64 { return yearOf(t(r)) }}, nil
}

func compileKnown(_ *compiler, _ *ast.CallExpr, args []expr) (expr, error) {
	needs := args[0].needs
	return condition(0, func(r *rec) bool { return r.has&needs == needs }), nil
}

func compileIn(c *compiler, n *ast.CallExpr, args []expr) (expr, error) {
	x, needs := args[0], args[0].needs
	texts, numbers := map[string]bool{}, map[int64]bool{}
	for i, a := range args[1:] {
		if !a.constant || a.kind != x.kind {
			return expr{}, c.errorf(n.Args[i+1], "In compares with constants of one type: write %s", exprFuncs()["In"].usage)
		}
		texts[a.cs], numbers[a.ci] = true, true
	}
	switch {
	case x.kind == textExpr:
		return condition(needs, func(r *rec) bool { return texts[string(x.s(r))] }), nil
	case x.kind.integer():
		return condition(needs, func(r *rec) bool { return numbers[x.i(r)] }), nil
	}
	return expr{}, c.errorf(n, "In takes texts or whole numbers")
}
