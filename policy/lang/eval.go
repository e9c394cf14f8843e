package lang

import (
	"errors"
	"fmt"
	"strconv"
)

// evalInt computes an expression of m4's eval: C operators on 32-bit integers.
func evalInt(s string) (int32, error) {
	e := &intEval{s: s}
	v := e.binary(0)
	e.space()
	if e.err == nil && e.i < len(e.s) {
		e.err = fmt.Errorf("bad expression at %q", e.s[e.i:])
	}
	return v, e.err
}

type intEval struct {
	s     string
	i     int
	depth int
	err   error
}

// evalLevels are the binary operators, the loosest first; longer spellings before their prefixes.
var evalLevels = [][]string{
	{"||"}, {"&&"}, {"|"}, {"^"}, {"&"}, {"==", "!="}, {"<=", ">=", "<", ">"}, {"<<", ">>"}, {"+", "-"}, {"*", "/", "%"}, {"**"},
}

func (e *intEval) space() {
	for e.i < len(e.s) && isSpace(e.s[e.i]) {
		e.i++
	}
}

func (e *intEval) operator(level int) string {
	e.space()
	rest := e.s[e.i:]
	for _, op := range evalLevels[level] {
		if len(rest) < len(op) || rest[:len(op)] != op {
			continue
		}
		// A longer operator of another level begins the same way.
		if len(rest) > len(op) {
			switch two := rest[:len(op)+1]; two {
			case "||", "&&", "<<", ">>", "**", "<=", ">=", "==":
				if two != op {
					continue
				}
			}
		}
		return op
	}
	return ""
}

func (e *intEval) binary(level int) int32 {
	if level == len(evalLevels) {
		return e.unary()
	}
	left := e.binary(level + 1)
	for e.err == nil {
		op := e.operator(level)
		if op == "" {
			break
		}
		e.i += len(op)
		var right int32
		if op == "**" {
			right = e.binary(level)
		} else {
			right = e.binary(level + 1)
		}
		left = e.apply(op, left, right)
	}
	return left
}

func (e *intEval) apply(op string, a, b int32) int32 {
	truth := func(t bool) int32 {
		if t {
			return 1
		}
		return 0
	}
	switch op {
	case "||":
		return truth(a != 0 || b != 0)
	case "&&":
		return truth(a != 0 && b != 0)
	case "|":
		return a | b
	case "^":
		return a ^ b
	case "&":
		return a & b
	case "==":
		return truth(a == b)
	case "!=":
		return truth(a != b)
	case "<":
		return truth(a < b)
	case "<=":
		return truth(a <= b)
	case ">":
		return truth(a > b)
	case ">=":
		return truth(a >= b)
	case "<<":
		return a << (uint32(b) & 31)
	case ">>":
		return a >> (uint32(b) & 31)
	case "+":
		return a + b
	case "-":
		return a - b
	case "*":
		return a * b
	case "/", "%":
		if b == 0 {
			e.err = errors.New("division by zero")
			return 0
		}
		if b == -1 {
			if op == "/" {
				return -a
			}
			return 0
		}
		if op == "/" {
			return a / b
		}
		return a % b
	case "**":
		if b < 0 {
			e.err = errors.New("negative exponent")
			return 0
		}
		r := int32(1)
		for ; b > 0; b >>= 1 {
			if b&1 == 1 {
				r *= a
			}
			a *= a
		}
		return r
	}
	return 0
}

func (e *intEval) unary() int32 {
	e.space()
	if e.depth++; e.depth > 200 {
		e.err = errors.New("expression is nested too deeply")
	}
	defer func() { e.depth-- }()
	if e.err != nil || e.i >= len(e.s) {
		e.fail()
		return 0
	}
	c := e.s[e.i]
	switch c {
	case '-', '+', '~', '!':
		e.i++
		v := e.unary()
		switch c {
		case '-':
			return -v
		case '~':
			return ^v
		case '!':
			if v == 0 {
				return 1
			}
			return 0
		}
		return v
	case '(':
		e.i++
		v := e.binary(0)
		e.space()
		if e.i >= len(e.s) || e.s[e.i] != ')' {
			e.fail()
			return 0
		}
		e.i++
		return v
	}
	start := e.i
	for e.i < len(e.s) && isWordPart(e.s[e.i]) {
		e.i++
	}
	n, err := strconv.ParseUint(e.s[start:e.i], 0, 64)
	if err != nil {
		e.fail()
	}
	return int32(n)
}

func (e *intEval) fail() {
	if e.err == nil {
		e.err = errors.New("bad expression")
	}
}
