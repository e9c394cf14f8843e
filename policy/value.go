package policy

import (
	"errors"
	"fmt"
	"math"
	"reflect"
	"strconv"
	"strings"
	"time"

	"gpfsh/policy/lang"
)

// Value is something that a rule computes for a file: what WEIGHT orders by, what SHOW writes.
type Value struct {
	expr lang.Expr
	err  error
}

// Valued is what can stand where a value is wanted: attributes, ages and values themselves.
type Valued interface {
	Value() Value
}

// Value is the value itself.
func (v Value) Value() Value { return v }

// Text is the value as policy text.
func (v Value) Text() (string, error) {
	if v.err != nil || v.expr == nil {
		return "", v.problem()
	}
	return lang.ExprString(v.expr), nil
}

// String is the value as policy text, or what is wrong with it.
func (v Value) String() string { return show(v.Text()) }

func (v Value) problem() error {
	if v.err != nil {
		return v.err
	}
	return errors.New("an empty value: make one with an attribute or policy.Expr")
}

func show(text string, err error) string {
	if err != nil {
		return "<" + err.Error() + ">"
	}
	return text
}

// Expr is a value written in the policy language. Words that are no attributes are taken for macros of the policy that
// the value will stand in.
func Expr(sql string) Value {
	x, err := parse(sql)
	return Value{x, err}
}

func parse(sql string) (lang.Expr, error) {
	if !lang.Quotable(sql) {
		return nil, errZero
	}
	x, err := lang.ParseExpr(lang.Source{Name: sql, Text: sql}, lang.Options{})
	if err != nil {
		return nil, fmt.Errorf("not an expression of the policy language: %w", err)
	}
	return x, nil
}

var errZero = errors.New("a zero byte cannot stand in a policy")

func literal(s string) Value {
	if !lang.Quotable(s) {
		return Value{err: errZero}
	}
	return Value{expr: &lang.StringLit{Value: s}}
}

// number makes a number of any Go number: sizes and counts come in types of their own.
func number(n any) Value {
	v := reflect.ValueOf(n)
	switch {
	case !v.IsValid():
	case v.CanInt():
		return integer(v.Int())
	case v.CanUint():
		return Value{expr: &lang.NumberLit{Text: strconv.FormatUint(v.Uint(), 10)}}
	case v.CanFloat():
		f := v.Float()
		switch {
		case math.IsNaN(f) || math.IsInf(f, 0):
			return Value{err: fmt.Errorf("%v is not a number that a policy can hold", f)}
		case f == math.Trunc(f) && math.Abs(f) < 1<<53:
			return integer(int64(f))
		}
		text := strconv.FormatFloat(math.Abs(f), 'f', -1, 64)
		return Value{expr: signed(f < 0, &lang.NumberLit{Text: text})}
	}
	return Value{err: fmt.Errorf("a number is wanted, not %T", n)}
}

func integer(n int64) Value {
	text := strconv.FormatInt(n, 10)
	return Value{expr: signed(n < 0, &lang.NumberLit{Text: strings.TrimPrefix(text, "-")})}
}

func signed(negative bool, x lang.Expr) lang.Expr {
	if negative {
		return &lang.Unary{Op: "-", X: x}
	}
	return x
}

// timestamp is a moment as the language writes it, in UTC.
func timestamp(t time.Time) Value {
	text := t.UTC().Format("2006-01-02 15:04:05.000000")
	text = strings.TrimSuffix(text, ".000000")
	return Value{expr: call("TIMESTAMP", &lang.StringLit{Value: text})}
}

func call(name string, args ...lang.Expr) lang.Expr { return &lang.CallExpr{Func: name, Args: args} }

func binary(op string, x, y Value) Value {
	if err := errors.Join(x.err, y.err); err != nil {
		return Value{err: err}
	}
	return Value{expr: &lang.Binary{Op: op, X: x.expr, Y: y.expr}}
}

// Plus is the sum of two values.
func (v Value) Plus(w Valued) Value { return binary("+", v, w.Value()) }

// Minus is the difference of two values.
func (v Value) Minus(w Valued) Value { return binary("-", v, w.Value()) }

// Times is the product of the value and a number.
func (v Value) Times(n any) Value { return binary("*", v, number(n)) }

// Negative is the value with the other sign: WEIGHT takes the largest first.
func (v Value) Negative() Value {
	if v.err != nil || v.expr == nil {
		return Value{err: v.problem()}
	}
	return Value{expr: &lang.Unary{Op: "-", X: v.expr}}
}
