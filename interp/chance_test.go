package interp

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// A program by chance: statements over a few types, whose variables are captured, pointed to, copied and assigned in all
// ways that Go has. What it prints in Go is what it has to print here.

const chanceDecls = `
type N int
type Q struct { X int; L []int }
type P struct { A int; B string; In Q }
type E struct { P; N }
type I interface { M(int) int }
func (n N) M(k int) int { return int(n) + k }
func (q *Q) M(k int) int { q.X += k; return q.X }
func (p P) M(k int) int { p.A += k; return p.A + len(p.B) }
func (p *P) Set(k int) *P { p.A = k; p.In.X++; return p }
func (p P) With(s string) P { p.B = cut(p.B + s); p.In.L = append(p.In.L, len(s)); return p }
func two(a int, b string) (int, string) { return a + 1, b + "!" }
func named(a int) (r int, err error) { defer func() { if r > 5 { err = fmt.Errorf("r is %d", r); r = -r } }(); r = a; if a%2 == 0 { return a * 2, nil }; return }
func cut(s string) string { if len(s) > 30 { return s[:30] }; return s }
func sum(l ...int) (n int) { for _, v := range l { n += v }; return }
func apply[T any](v T, f func(T) T) T { return f(f(v)) }
func safe(name string, f func()) { defer func() { if r := recover(); r != nil { print(name, "panics", r) } }(); f() }
`

var chanceTypes = []string{"int", "string", "bool", "P", "*P", "[]int", "map[string]int", "[3]int", "func(int) int", "map[string]P", "[]P", "I", "N", "Q", "E", "any"}

type variable struct{ name, typ string }

type chance struct {
	*rand.Rand
	scope   []variable
	names   int
	literal int // nested literals: they call no function variables, which could be themselves
	depth   int // of the expression
	nested  int // statements
	inFn    bool
	loops   int
}

func (c *chance) of(list ...string) string { return list[c.IntN(len(list))] }

// vars are the variables of a type that can be seen.
func (c *chance) vars(typ string) []string {
	var names []string
	if typ == "func(int) int" && c.literal > 0 {
		return nil
	}
	hidden := map[string]bool{}
	for i := len(c.scope) - 1; i >= 0; i-- {
		if v := c.scope[i]; !hidden[v.name] {
			hidden[v.name] = true
			if v.typ == typ {
				names = append(names, v.name)
			}
		}
	}
	return names
}

// name is a variable of a type, "" when there is none.
func (c *chance) name(typ string) string {
	if n := c.vars(typ); len(n) > 0 {
		return n[c.IntN(len(n))]
	}
	return ""
}

func (c *chance) fresh(typ string) string {
	c.names++
	n := fmt.Sprintf("v%d", c.names)
	c.scope = append(c.scope, variable{n, typ})
	return n
}

// expr is an expression of a type.
func (c *chance) expr(typ string) string {
	c.depth++
	defer func() { c.depth-- }()
	if n := c.name(typ); n != "" && (c.depth > 3 || c.IntN(3) > 0) {
		return n
	}
	deep := c.depth > 3
	switch typ {
	case "int":
		if deep {
			return c.of("0", "1", "2", "7", "-3")
		}
		switch c.IntN(14) {
		case 0:
			return "len(" + c.expr(c.of("string", "[]int", "map[string]int", "[]P")) + ")"
		case 1:
			return c.expr("P") + ".A"
		case 2:
			return c.expr("map[string]int") + "[" + c.expr("string") + "]"
		case 3:
			return "int(" + c.expr("N") + ")"
		case 4:
			if c.IntN(4) == 0 {
				return "(" + c.expr("int") + c.of("%", "/") + "(" + c.expr("int") + "|1))"
			}
			return "(" + c.expr("int") + c.of("+", "-", "*", "&", "|", "^") + c.expr("int") + ")"
		case 5:
			return "sum(" + c.of(c.expr("int")+", "+c.expr("int"), c.expr("[]int")+"...", "") + ")"
		case 6:
			return c.expr("[3]int") + "[" + c.of("0", "1", "2") + "]"
		case 7:
			return c.expr("func(int) int") + "(" + c.expr("int") + ")"
		case 8:
			return c.expr("I") + ".M(" + c.expr("int") + ")"
		case 9:
			return c.expr("*P") + ".In.X"
		case 10:
			return c.of("min", "max") + "(" + c.expr("int") + ", " + c.expr("int") + ")"
		case 11:
			if n := c.name("E"); n != "" {
				return c.of(n+".A", n+".In.X", "int("+n+".N)")
			}
		case 12:
			return "apply(" + c.expr("int") + ", func(x int) int { return x + 1 })"
		}
		return c.of("0", "1", "2", "7", "-3")
	case "string":
		if deep {
			return c.of(`"a"`, `""`, `"xyz"`)
		}
		switch c.IntN(6) {
		case 0:
			return c.expr("P") + ".B"
		case 1:
			return "cut(" + c.expr("string") + " + " + c.expr("string") + ")"
		case 2:
			return "fmt.Sprint(" + c.expr(c.of("int", "bool", "[]int", "string", "N", "[3]int")) + ")"
		case 3:
			return "strings.ToUpper(" + c.expr("string") + ")"
		}
		return c.of(`"a"`, `""`, `"xyz"`)
	case "bool":
		if deep {
			return c.of("true", "false")
		}
		switch c.IntN(5) {
		case 0:
			return "(" + c.expr("int") + c.of("<", "==", "!=", ">=") + c.expr("int") + ")"
		case 1:
			return "(" + c.expr("string") + c.of("<", "==", "!=") + c.expr("string") + ")"
		case 2:
			return "(" + c.expr("bool") + c.of("&&", "||") + c.expr("bool") + ")"
		case 3:
			return "!" + c.expr("bool")
		}
		return "(" + c.expr("[3]int") + " == " + c.expr("[3]int") + ")"
	case "P":
		if deep {
			return "(P{})"
		}
		switch c.IntN(6) {
		case 0:
			return "(P{" + c.expr("int") + ", " + c.expr("string") + ", " + c.expr("Q") + "})"
		case 1:
			return "(*" + c.expr("*P") + ")"
		case 2:
			return c.expr("map[string]P") + "[" + c.expr("string") + "]"
		case 3:
			if n := c.name("P"); n != "" {
				return n + ".With(" + c.expr("string") + ")"
			}
		case 4:
			if n := c.name("E"); n != "" {
				return n + ".P"
			}
		}
		return "(P{A: " + c.expr("int") + "})"
	case "*P":
		if n := c.name("P"); n != "" && c.IntN(2) == 0 {
			return "(&" + n + ")"
		}
		if n := c.name("E"); n != "" && c.IntN(2) == 0 {
			return "(&" + n + ".P)"
		}
		if !deep && c.IntN(3) == 0 {
			return c.expr("*P") + ".Set(" + c.expr("int") + ")"
		}
		return "(&P{B: " + c.expr("string") + "})"
	case "Q":
		if n := c.name("P"); n != "" && c.IntN(2) == 0 {
			return n + ".In"
		}
		return "(Q{X: " + c.expr("int") + "})"
	case "E":
		return "(E{" + c.expr("P") + ", " + c.expr("N") + "})"
	case "N":
		return "N(" + c.expr("int") + ")"
	case "[]int":
		if deep {
			return "([]int{1, 2})"
		}
		switch c.IntN(4) {
		case 0:
			return "append(" + c.expr("[]int") + ", " + c.expr("int") + ")"
		case 1:
			return c.expr("Q") + ".L"
		case 2:
			return "([]int{" + c.expr("int") + ", " + c.expr("int") + "})"
		}
		if n := c.name("[3]int"); n != "" {
			return n + c.of("[:]", "[1:]", "[:2]")
		}
		return "make([]int, 2)"
	case "map[string]int":
		return c.of("(map[string]int{"+c.expr("string")+": 1})", `(map[string]int{"a": 3, "xyz": 4})`)
	case "map[string]P":
		return "(map[string]P{\"a\": " + c.expr("P") + "})"
	case "[]P":
		return "([]P{" + c.expr("P") + ", {A: " + c.expr("int") + "}})"
	case "[3]int":
		return "([3]int{" + c.expr("int") + ", " + c.expr("int") + "})"
	case "func(int) int":
		deep = deep || c.nested > 2 || c.IntN(3) > 0
		if !deep && c.IntN(4) == 0 {
			return c.expr("I") + ".M"
		}
		c.names++
		p := fmt.Sprintf("v%d", c.names)
		mark := len(c.scope)
		c.scope = append(c.scope, variable{p, "int"})
		fn, loops := c.inFn, c.loops
		c.inFn, c.loops = true, 0
		c.literal++
		body := ""
		if !deep {
			body = c.statements(2)
		}
		text := "func(" + p + " int) int { " + body + "return " + c.expr("int") + " }"
		c.inFn, c.loops = fn, loops
		c.literal--
		c.scope = c.scope[:mark]
		return text
	case "I":
		switch c.IntN(4) {
		case 0:
			return "I(" + c.expr("N") + ")"
		case 1:
			return "I(" + c.expr("P") + ")"
		case 2:
			if n := c.name("Q"); n != "" {
				return "I(&" + n + ")"
			}
		}
		return "I(&Q{X: " + c.expr("int") + "})"
	case "any":
		return "any(" + c.expr(c.of("int", "string", "P", "*P", "N", "[]int", "I")) + ")"
	}
	panic(typ)
}

func (c *chance) statements(n int) string {
	mark := len(c.scope)
	var b strings.Builder
	for range 1 + c.IntN(n) {
		b.WriteString(c.statement() + "\n")
	}
	// What is declared is used.
	for _, v := range c.scope[mark:] {
		b.WriteString("_ = " + v.name + "\n")
	}
	c.scope = c.scope[:mark]
	return b.String()
}

// show prints a variable of a type.
func show(name, typ string) string {
	switch typ {
	case "func(int) int":
		return name + "(1)"
	case "I":
		return name + ".M(0)"
	case "*P":
		return name + ".A, " + name + ".B, " + name + ".In.X"
	case "P":
		return name + ".A, " + name + ".B, " + name + ".In.X, " + name + ".In.L"
	case "Q":
		return name + ".X, " + name + ".L"
	case "E":
		return name + ".A, " + name + ".B, " + name + ".N"
	case "map[string]P":
		return "len(" + name + "), " + name + "[\"a\"].A"
	case "[]P":
		return "len(" + name + "), " + name + "[0].A"
	case "any":
		return "fmt.Sprintf(\"%T\", " + name + ")"
	}
	return name
}

func (c *chance) statement() string {
	c.nested++
	depth := c.depth
	c.depth = 0
	defer func() { c.nested--; c.depth = depth }()
	deep := c.nested > 4
	typ := chanceTypes[c.IntN(len(chanceTypes))]
	switch k := c.IntN(30); {
	case k < 5:
		e := c.expr(typ)
		return c.fresh(typ) + " := " + e
	case k < 6:
		return "var " + c.fresh(typ) + " " + typ + zero(typ)
	case k < 9:
		if n := c.name(typ); n != "" {
			return n + " = " + c.expr(typ)
		}
	case k < 10:
		if n := c.name(typ); n != "" { // a definition that assigns
			a, b := c.expr(typ), c.expr("int")
			return n + ", " + c.fresh("int") + " := " + a + ", " + b
		}
	case k < 11:
		a, b := c.name(typ), c.name(typ)
		if a != "" && a != b {
			return a + ", " + b + " = " + b + ", " + a
		}
	case k < 12:
		if n := c.name("int"); n != "" {
			return n + " " + c.of("+=", "-=", "*=", "|=") + " " + c.expr("int")
		}
	case k < 13:
		if n := c.name("map[string]int"); n != "" {
			return n + "[" + c.expr("string") + "] " + c.of("=", "+=") + " " + c.expr("int")
		}
	case k < 14:
		if n := c.name("P"); n != "" {
			return c.of(n+".A = "+c.expr("int"), n+".In.X++", n+".In = "+c.expr("Q"), n+".Set("+c.expr("int")+")", n+".In.L = append("+n+".In.L, "+c.expr("int")+")")
		}
	case k < 15:
		if n := c.name("*P"); n != "" {
			return c.of(n+".A = "+c.expr("int"), "*"+n+" = "+c.expr("P"), n+".B = cut("+n+".B + "+c.expr("string")+")")
		}
	case k < 16:
		if n := c.name("[3]int"); n != "" {
			return c.of(n+"["+c.of("0", "1", "2")+"] = "+c.expr("int"), n+"[1], "+n+"[2] = "+n+"[2], "+n+"[0]")
		}
		if n := c.name("[]P"); n != "" {
			return c.of(n+"[0].A = "+c.expr("int"), n+"[0] = "+c.expr("P"), n+" = append("+n+", "+c.expr("P")+")")
		}
	case k < 17:
		if n := c.name("map[string]P"); n != "" {
			return n + "[" + c.expr("string") + "] = " + c.expr("P")
		}
	case k < 18:
		a := c.expr("int") + ", " + c.expr("string")
		return c.fresh("int") + ", " + c.fresh("string") + " := two(" + a + ")"
	case k < 20:
		if !deep {
			if c.IntN(2) == 0 {
				return "if " + c.expr("bool") + " {\n" + c.statements(3) + "} else {\n" + c.statements(2) + "}"
			}
			mark := len(c.scope)
			e := c.expr("int")
			n := c.fresh("int")
			s := "if " + n + " := " + e + "; " + n + " > 1 {\n" + c.statements(3) + "}"
			c.scope = c.scope[:mark]
			return s
		}
	case k < 22:
		if !deep {
			mark := len(c.scope)
			defer func() { c.scope = c.scope[:mark] }()
			c.loops++
			defer func() { c.loops-- }()
			switch c.IntN(4) {
			case 0:
				n := c.fresh("int")
				c.names++
				return fmt.Sprintf("for w%d := 0; w%d < 3; w%d++ {\n%s := w%d\n", c.names, c.names, c.names, n, c.names) + c.statements(3) + "}"
			case 1:
				l := c.expr("[]int")
				return "for " + c.fresh("int") + ", " + c.fresh("int") + " := range " + l + " {\n" + c.statements(3) + "break\n}"
			case 2:
				return "for " + c.fresh("int") + " := range 3 {\n" + c.statements(3) + "}"
			}
			l := c.expr("[]P")
			c.names++
			n := c.fresh("P")
			return "for _, " + n + " := range " + l + " {\n" + c.statements(3) + "}"
		}
	case k < 23:
		if !deep {
			return "switch " + c.expr("int") + " {\ncase 0, 1:\n" + c.statements(2) + "case " + c.expr("int") + " + 100:\n" + c.statements(2) + c.of("", "fallthrough\n") + "default:\n" + c.statements(2) + "}"
		}
	case k < 24:
		if n := c.name("any"); n != "" && !deep {
			mark := len(c.scope)
			c.names++
			v := fmt.Sprintf("v%d", c.names)
			var b strings.Builder
			b.WriteString("switch " + v + " := " + n + ".(type) {\n")
			for _, t := range []string{"int", "P", "*P", "N", "string"} {
				c.scope = append(c.scope[:mark], variable{v, t})
				b.WriteString("case " + t + ":\nprint(" + show(v, t) + ")\n" + c.statements(2))
			}
			c.scope = c.scope[:mark]
			b.WriteString("default:\n_ = " + v + "\n" + c.statements(1) + "}")
			return b.String()
		}
	case k < 25:
		if c.inFn && !deep && c.loops == 0 {
			return "defer func() {\n" + c.statements(2) + "}()"
		}
		if n := c.name("I"); n != "" {
			mark := len(c.scope)
			t := c.of("N", "P")
			v := c.fresh(t)
			c.names++
			s := fmt.Sprintf("if %s, ok%d := %s.(%s); ok%d {\nprint(%s)\n%s}", v, c.names, n, t, c.names, show(v, t), c.statements(2))
			c.scope = c.scope[:mark]
			return s
		}
	case k < 26:
		if c.loops > 0 {
			return "if " + c.expr("bool") + " { " + c.of("continue", "break") + " }"
		}
		return "func() {\n" + c.closure() + "}()"
	case k < 27:
		return "{\n" + c.statements(3) + "}"
	case k < 28:
		a := c.expr("int")
		return c.fresh("int") + ", _ := named(" + a + ")"
	}
	if n := c.name(typ); n != "" {
		return "print(\"" + n + "\", " + show(n, typ) + ")"
	}
	return "print(" + show(c.expr("int"), "int") + ")"
}

func (c *chance) closure() string {
	fn, loops := c.inFn, c.loops
	c.inFn, c.loops = true, 0
	defer func() { c.inFn, c.loops = fn, loops }()
	return c.statements(6)
}

func zero(typ string) string {
	switch typ {
	case "*P":
		return " = &P{}"
	case "func(int) int":
		return " = func(int) int { return 0 }"
	case "I":
		return " = N(0)"
	case "map[string]int", "map[string]P":
		return " = " + typ + "{}"
	case "[]P":
		return " = []P{{}}"
	}
	return ""
}

// chanceProgram is a snippet.
func chanceProgram(seed uint64) string {
	c := &chance{Rand: rand.New(rand.NewPCG(seed, 7))}
	var b strings.Builder
	b.WriteString(chanceDecls)
	for i := range 4 {
		mark := len(c.scope)
		var first strings.Builder
		for _, t := range chanceTypes {
			if c.IntN(2) == 0 {
				e := c.expr(t)
				n := c.fresh(t)
				first.WriteString(n + " := " + e + "\n_ = " + n + "\n")
			}
		}
		body := c.closure() + c.closure()
		for _, v := range c.scope[mark:] {
			body += "print(\"" + v.name + "\", " + show(v.name, v.typ) + ")\n"
		}
		c.scope = c.scope[:mark]
		fmt.Fprintf(&b, "safe(\"part %d\", func() {\n%s%s})\n", i, first.String(), body)
	}
	return b.String()
}
