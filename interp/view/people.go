package view

import (
	"fmt"
	"go/ast"
	"go/types"
)

// printers are the packages whose functions print their arguments by what methods they have. The interpreter hands
// values of the user's types to native code without their methods.
var printers = map[string]bool{"fmt": true, "log": true, "errors": true, "print": true}

// forPeople writes an argument that native code prints, with the String or Error of a user's type attached. It returns
// false when there is nothing to attach.
func (l *lowerer) forPeople(pkg string, x *ast.CallExpr, i int, a ast.Expr) bool {
	if !printers[pkg] {
		return false
	}
	if sig, ok := l.typeOf(x.Fun).Underlying().(*types.Signature); ok && pkg != "print" {
		if !types.IsInterface(paramType(sig, i, x.Ellipsis.IsValid())) {
			return false
		}
	}
	t := l.typeOf(unwrapped(a, l.u.wraps))
	if tup, ok := t.(*types.Tuple); ok {
		if tup.Len() == 0 {
			return false
		}
		t = tup.At(0).Type()
	}
	if sl, ok := types.Unalias(t).(*types.Slice); ok {
		how, ok := l.textOf(sl.Elem())
		if !ok {
			return false
		}
		l.helper("show", fmt.Sprintf("(s %s) any { one := func(v %s) any { return %s }; r := make([]any, len(s)); for i := range s { r[i] = one(s[i]) }; return r }", l.typeText(t, a.Pos()), l.typeText(sl.Elem(), a.Pos()), how), l.writable(t))
	} else {
		how, ok := l.textOf(t)
		if !ok {
			return false
		}
		l.helper("show", fmt.Sprintf("(v %s) any { return %s }", l.typeText(t, a.Pos()), how), l.writable(t))
	}
	l.write("(")
	l.emit(a)
	l.write(")")
	return true
}

// textOf returns the expression that attaches the text of v, of a type of the user's, to its value.
func (l *lowerer) textOf(t types.Type) (string, bool) {
	if !l.userType(t) || types.IsInterface(t) {
		return "", false
	}
	has := func(name string) bool {
		o, _, _ := types.LookupFieldOrMethod(t, false, l.u.pkg, name)
		f, ok := o.(*types.Func)
		if !ok {
			return false
		}
		sig := f.Signature()
		return sig.Params().Len() == 0 && sig.Results().Len() == 1 && types.Identical(sig.Results().At(0).Type(), types.Typ[types.String])
	}
	switch {
	case has("Error"):
		// Only a value that is an error already comes out of the interpreter as one.
		return "func() any { var e error = v; return e }()", true
	case has("String"):
		return rt + ".Text(v, func() string { return v.String() })", true
	}
	return "", false
}
