package lang

import (
	"fmt"
	"regexp"
	"strings"
)

// typ finds the type of an expression and reports what does not fit together in it.
func (c *checker) typ(e Expr) Type {
	switch e := e.(type) {
	case *StringLit:
		c.bracketsLost(e)
		return String
	case *NumberLit:
		if e.Int() {
			return Int
		}
		return Float
	case *BoolLit:
		return Bool
	case *NullLit:
		return Null
	case *Paren:
		return c.typ(e.X)
	case *Attr:
		return c.attr(e)
	case *CallExpr:
		return c.call(e)
	case *Unary:
		return c.unary(e)
	case *Binary:
		return c.binary(e)
	case *Like:
		c.like(e)
		return Bool
	case *In:
		t := c.typ(e.X)
		for _, x := range e.List {
			c.comparable(e.X, t, x, c.typ(x))
		}
		return Bool
	case *Between:
		t := c.typ(e.X)
		c.comparable(e.X, t, e.Low, c.typ(e.Low))
		c.comparable(e.X, t, e.High, c.typ(e.High))
		return Bool
	case *IsNull:
		c.typ(e.X)
		return Bool
	case *Case:
		return c.caseType(e)
	case *Interval:
		return Duration
	case *Qualified:
		if t := c.typ(e.X); t != Duration && t != Unknown && !t.Number() {
			c.addf(e.X.Bounds(), Error, CodeType, "", "%s wants an interval, but this is %s", e.Unit, t)
		}
		return Float
	}
	return Unknown
}

func (c *checker) attr(e *Attr) Type {
	up := upperASCII(e.Name)
	if t, ok := constants[up]; ok {
		return t
	}
	a, ok := LookupAttribute(up)
	if !ok {
		c.unknownName(e)
		return Unknown
	}
	switch {
	case c.clause == ClauseWhen:
		c.addf(e.Span, Error, CodePlacement, "WHEN is looked at once for the whole run; ask for attributes in WHERE", "%s belongs to a file, WHEN knows of no file", a.Name)
	case c.rule.Kind.Placement() && !a.Placement && c.clause == ClauseWhere:
		c.addf(e.Span, Error, CodePlacement, "a placement rule can ask for NAME, FILESET_NAME, USER_ID and GROUP_ID",
			"%s is not known when the file is created", a.Name)
	}
	return a.Type
}

func (c *checker) unknownName(e *Attr) {
	up := upperASCII(e.Name)
	if c.unknown[up] {
		return
	}
	c.unknown[up] = true
	message := fmt.Sprintf("%s is neither an attribute nor a macro that is defined", e.Name)
	hint, ok := oftenWritten[up]
	if _, isFunc := LookupFunction(up); !ok && isFunc {
		f, _ := LookupFunction(up)
		hint, ok = "a function wants arguments: "+f.Usage, true
	}
	if !ok {
		hint = "a macro is set with define(" + e.Name + ",…) or with -M " + e.Name + "=…"
		if s := c.similar(e.Name); s != "" {
			hint = "did you mean " + s + "?"
		}
	}
	c.add(e.Span, Error, CodeUnknownName, message, hint)
}

func (c *checker) similar(name string) string {
	limit := 1 + len(name)/4
	for m := range c.pol.Expansion.Macros {
		if strings.EqualFold(m, name) {
			return m + " (m4 tells capitals from small letters)"
		}
	}
	var known []string
	for _, a := range attributes {
		known = append(known, a.Name)
	}
	for k := range constants {
		known = append(known, k)
	}
	if s := closest(upperASCII(name), known, limit); s != "" {
		return s
	}
	var macros []string
	for m := range c.pol.Expansion.Macros {
		macros = append(macros, m)
	}
	return closest(name, macros, limit)
}

func (c *checker) call(e *CallExpr) Type {
	f, ok := LookupFunction(e.Func)
	if !ok {
		var known []string
		for _, f := range functions {
			known = append(known, f.Name)
		}
		hint := ""
		if s := closest(upperASCII(e.Func), known, 1+len(e.Func)/4); s != "" {
			hint = "did you mean " + s + "?"
		} else if _, isAttr := LookupAttribute(e.Func); isAttr {
			hint = e.Func + " is an attribute and takes no arguments"
		}
		c.addf(Span{e.Span.Start, e.Span.Start + len(e.Func)}, Error, CodeUnknownFunc, hint, "%s is not a function", e.Func)
		for _, a := range e.Args {
			c.typ(a)
		}
		return Unknown
	}
	name := Span{e.Span.Start, e.Span.Start + len(e.Func)}
	if len(e.Args) < f.Min || len(e.Args) > len(f.Params) {
		c.addf(name, Error, CodeArguments, f.Usage, "%s takes %s, not %d", f.Name, wanted(f.Min, len(f.Params)), len(e.Args))
	}
	if f.Changes && c.clause != ClauseAction {
		c.addf(name, Warning, CodeSideEffect, "put it into ACTION(…), which is done only for files that are chosen in a run that acts",
			"%s changes files while the rule is being tested, even under -I test", f.Name)
	}
	if c.rule.Kind.Placement() && !f.Placement && c.clause == ClauseWhere {
		c.addf(name, Error, CodePlacement, "", "%s looks at a file, and a placement rule acts before there is one", f.Name)
	}
	for i, a := range e.Args {
		t := c.typ(a)
		if i < len(f.Params) {
			c.argument(f, i, a, t)
		}
	}
	c.literals(f, e)
	return f.Result
}

func wanted(lo, hi int) string {
	switch {
	case lo == hi && hi == 0:
		return "no arguments"
	case lo == hi && hi == 1:
		return "1 argument"
	case lo == hi:
		return fmt.Sprintf("%d arguments", hi)
	}
	return fmt.Sprintf("%d to %d arguments", lo, hi)
}

func (c *checker) argument(f Function, i int, a Expr, t Type) {
	want := f.Params[i]
	if want == Unknown || t == Unknown || t == Null || t == want {
		return
	}
	if want.Number() && (t.Number() || t == Duration) || want == Timestamp && f.Name == "DAYS" && t == Duration {
		return
	}
	hint := f.Usage
	if want == String && t != Bool {
		hint = "write VARCHAR(…) around it"
	}
	c.addf(a.Bounds(), Error, CodeType, hint, "%s wants %s here, but this is %s", f.Name, want, t)
}

// literals checks arguments that are written as constants.
func (c *checker) literals(f Function, e *CallExpr) {
	lit := func(i int) (*StringLit, bool) {
		if i >= len(e.Args) {
			return nil, false
		}
		s, ok := Strip(e.Args[i]).(*StringLit)
		return s, ok
	}
	switch f.Name {
	case "REGEX", "REGEXREPLACE":
		if s, ok := lit(1); ok {
			if _, err := regexp.CompilePOSIX(s.Value); err != nil {
				c.addf(s.Span, Error, CodePattern, "a POSIX extended regular expression: no \\d, no \\w, no (?…)", "bad regular expression: %s",
					strings.TrimPrefix(err.Error(), "error parsing regexp: "))
			}
		}
	case "XATTR_INTEGER", "XATTR_FLOAT":
		if s, ok := lit(3); ok {
			known := map[string]bool{"BIG_ENDIAN": true, "LITTLE_ENDIAN": true, "DECIMAL": true}
			if f.Name == "XATTR_FLOAT" {
				// unverified: the names of the floating-point encodings.
				known = map[string]bool{"BIG_ENDIAN_DOUBLE": true, "BIG_ENDIAN_SINGLE": true, "LITTLE_ENDIAN_DOUBLE": true, "LITTLE_ENDIAN_SINGLE": true, "DECIMAL": true}
			}
			if !known[upperASCII(s.Value)] {
				c.addf(s.Span, Error, CodeRange, f.Usage, "%s is not an encoding that %s knows", s.Value, f.Name)
			}
		}
	case "TIMESTAMP":
		if s, ok := lit(0); ok {
			if _, ok := ParseTimestamp(s.Value); !ok {
				c.add(s.Span, Error, CodeRange, "not a timestamp", "YYYY-MM-DD hh:mm:ss, in UTC")
			}
		}
	}
}

func (c *checker) unary(e *Unary) Type {
	t := c.typ(e.X)
	if e.Op == "NOT" {
		c.condition(e.X, t, "NOT")
		return Bool
	}
	if !t.Number() && t != Duration && t != Unknown && t != Null {
		c.addf(e.Span, Error, CodeType, "", "%s wants a number, but this is %s", e.Op, t)
	}
	return t
}

func (c *checker) condition(e Expr, t Type, op string) {
	if t != Bool && t != Unknown && t != Null {
		c.addf(e.Bounds(), Error, CodeType, "", "%s joins conditions, but this is %s", op, t)
	}
}

func (c *checker) binary(e *Binary) Type {
	x, y := c.typ(e.X), c.typ(e.Y)
	switch e.Op {
	case "AND", "OR":
		c.condition(e.X, x, e.Op)
		c.condition(e.Y, y, e.Op)
		return Bool
	case "||":
		for _, o := range []struct {
			e Expr
			t Type
		}{{e.X, x}, {e.Y, y}} {
			if o.t != String && o.t != Unknown && o.t != Null {
				c.addf(o.e.Bounds(), Error, CodeType, "write VARCHAR(…) around it", "|| joins strings, but this is %s", o.t)
			}
		}
		return String
	case "+", "-", "*", "/", "%", "**":
		return c.arithmetic(e, x, y)
	}
	if x == Null || y == Null {
		c.add(e.Span, Warning, CodeNeverMatches, "a comparison with NULL is never true", "write IS NULL or IS NOT NULL")
		return Bool
	}
	c.comparable(e.X, x, e.Y, y)
	c.units(e, x, y)
	return Bool
}

func (c *checker) arithmetic(e *Binary, x, y Type) Type {
	if x == Unknown || y == Unknown || x == Null || y == Null {
		switch {
		case x == Duration || y == Duration:
			return Duration
		case e.Op != "-" && e.Op != "+":
			return Float
		}
		return Unknown
	}
	add := e.Op == "+" || e.Op == "-"
	switch {
	case x.Number() && y.Number():
		if x == Int && y == Int {
			return Int
		}
		return Float
	case x == Timestamp && y == Timestamp && e.Op == "-":
		return Duration
	case x == Timestamp && (y == Duration || y.Number()) && add:
		return Timestamp
	case (x == Duration || x.Number()) && y == Timestamp && e.Op == "+":
		return Timestamp
	case (x == Duration || x.Number()) && (y == Duration || y.Number()):
		return Duration
	}
	hint := ""
	if x == String || y == String {
		hint = "strings are joined by ||"
	}
	c.addf(e.Span, Error, CodeType, hint, "%s cannot be done with %s and %s", e.Op, x, y)
	return Unknown
}

// comparable reports values that cannot be compared.
func (c *checker) comparable(a Expr, x Type, b Expr, y Type) {
	kind := func(t Type) Type {
		if t.Number() || t == Duration {
			return Float
		}
		return t
	}
	if x == Unknown || y == Unknown || x == Null || y == Null || kind(x) == kind(y) {
		return
	}
	hint := ""
	switch {
	case x == Timestamp && y == String || x == String && y == Timestamp:
		hint = "write TIMESTAMP('YYYY-MM-DD hh:mm:ss')"
	case x == String && y.Number() || x.Number() && y == String:
		hint = "numbers stand without quotes; VARCHAR(…) makes a string of a number"
	case x == Timestamp && y.Number() || x.Number() && y == Timestamp:
		hint = "an age in days is DAYS(CURRENT_TIMESTAMP) - DAYS(ACCESS_TIME)"
	}
	c.addf(Span{a.Bounds().Start, max(a.Bounds().End, b.Bounds().End)}, Error, CodeType, hint, "%s is compared with %s", x, y)
}

func (c *checker) caseType(e *Case) Type {
	var operand Type
	if e.Operand != nil {
		operand = c.typ(e.Operand)
	}
	result := Unknown
	merge := func(x Expr, t Type) {
		switch {
		case t == Unknown || t == Null || t == result:
		case result == Unknown:
			result = t
		case result.Number() && t.Number():
			result = Float
		case (result.Number() || result == Duration) && (t.Number() || t == Duration):
			result = Duration
		default:
			c.addf(x.Bounds(), Error, CodeType, "", "one branch of CASE is %s, this one %s", result, t)
		}
	}
	for _, w := range e.Whens {
		t := c.typ(w.Cond)
		if e.Operand != nil {
			c.comparable(e.Operand, operand, w.Cond, t)
		} else {
			c.condition(w.Cond, t, "WHEN")
		}
		merge(w.Then, c.typ(w.Then))
	}
	if e.Else != nil {
		merge(e.Else, c.typ(e.Else))
	}
	return result
}
