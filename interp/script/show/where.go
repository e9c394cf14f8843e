package show

import (
	"fmt"
	"go/ast"
	"go/constant"
	"go/parser"
	"go/token"
	"reflect"
	"strings"
	"time"
)

// condition is a Go expression over the fields of members: Status == "down" && Size > 1*TiB.
type condition struct {
	text string
	expr ast.Expr
	rows rowSet
}

// ConditionError says what is wrong with a condition.
type ConditionError struct {
	Condition string
	Reason    string
}

// Error says what is wrong with it.
func (e *ConditionError) Error() string {
	return fmt.Sprintf("the condition %q: %s", e.Condition, e.Reason)
}

// keep leaves the members for which all conditions hold. What compares something unknown does not hold.
func keep(rows rowSet, conditions []string) (rowSet, error) {
	for _, text := range conditions {
		expr, err := parser.ParseExpr(text)
		if err != nil {
			return rows, &ConditionError{text, "it is no Go expression"}
		}
		c := condition{text, expr, rows}
		var left []item
		for _, it := range rows.items {
			v, err := c.eval(c.expr, it)
			if err != nil {
				return rows, err
			}
			ok := v.Kind() == constant.Bool && constant.BoolVal(v)
			if v.Kind() != constant.Bool && v.Kind() != constant.Unknown {
				return rows, &ConditionError{text, "it is neither true nor false"}
			}
			if ok {
				left = append(left, it)
			}
		}
		rows.items = left
	}
	return rows, nil
}

// factors are the units that a condition can name, as the model and the lists of files do.
var factors = map[string]int64{
	"KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30, "TiB": 1 << 40, "PiB": 1 << 50, "EiB": 1 << 60,
	"Second": int64(time.Second), "Minute": int64(time.Minute), "Hour": int64(time.Hour), "Day": int64(24 * time.Hour),
}

func (c condition) fail(format string, args ...any) (constant.Value, error) {
	return nil, &ConditionError{c.text, fmt.Sprintf(format, args...)}
}

func (c condition) eval(e ast.Expr, it item) (constant.Value, error) {
	switch e := e.(type) {
	case *ast.ParenExpr:
		return c.eval(e.X, it)
	case *ast.BasicLit:
		return constant.MakeFromLiteral(e.Value, e.Kind, 0), nil
	case *ast.Ident, *ast.SelectorExpr:
		return c.name(e, it)
	case *ast.UnaryExpr:
		x, err := c.eval(e.X, it)
		if err != nil || x.Kind() == constant.Unknown {
			return x, err
		}
		if e.Op == token.NOT && x.Kind() != constant.Bool || e.Op == token.SUB && !isNum(x) || e.Op != token.NOT && e.Op != token.SUB {
			return c.fail("%s does not fit %s", e.Op, x)
		}
		return constant.UnaryOp(e.Op, x, 0), nil
	case *ast.BinaryExpr:
		return c.binary(e, it)
	}
	return c.fail("only names, numbers, texts, comparisons, && and || can be written in it")
}

func isNum(v constant.Value) bool { return v.Kind() == constant.Int || v.Kind() == constant.Float }

func (c condition) name(e ast.Expr, it item) (constant.Value, error) {
	name := ""
	switch e := e.(type) {
	case *ast.Ident:
		name = e.Name
	case *ast.SelectorExpr:
		outer, ok := e.X.(*ast.Ident)
		if !ok {
			return c.fail("a name is a field, or a field of a field")
		}
		name = outer.Name + "." + e.Sel.Name
	}
	f, err := c.rows.fieldNamed(name)
	if err == nil {
		return valueOf(f.value(it)), nil
	}
	switch name {
	case "true", "false":
		return constant.MakeBool(name == "true"), nil
	}
	if n, ok := factors[name]; ok {
		return constant.MakeInt64(n), nil
	}
	return c.fail("%v", err)
}

// valueOf is a field as a constant: numbers as they are, everything else as it is shown. What is not known is Unknown.
func valueOf(v reflect.Value) constant.Value {
	for v.IsValid() && (v.Kind() == reflect.Pointer || v.Kind() == reflect.Interface) && !v.IsNil() {
		v = v.Elem()
	}
	if !v.IsValid() || isUnknown(v) && v.Kind() != reflect.String {
		return constant.MakeUnknown()
	}
	if v.CanInterface() {
		switch x := v.Interface().(type) {
		case Text:
			if n, ok := textNumber(string(x)); ok {
				return constant.ToInt(constant.MakeFloat64(n))
			}
			return constant.MakeString(string(x))
		case interface{ Float() float64 }:
			if _, isText := v.Interface().(fmt.Stringer); !isText || looksNumeric(valueText(v)) {
				return constant.ToInt(constant.MakeFloat64(x.Float()))
			}
			return constant.MakeString(valueText(v))
		}
	}
	switch {
	case v.Kind() == reflect.Bool:
		return constant.MakeBool(v.Bool())
	case v.CanInt():
		return constant.MakeInt64(v.Int())
	case v.CanUint():
		return constant.MakeUint64(v.Uint())
	case v.CanFloat():
		return constant.MakeFloat64(v.Float())
	}
	return constant.MakeString(valueText(v))
}

func (c condition) binary(e *ast.BinaryExpr, it item) (constant.Value, error) {
	x, err := c.eval(e.X, it)
	if err != nil {
		return nil, err
	}
	y, err := c.eval(e.Y, it)
	if err != nil {
		return nil, err
	}
	truth := func(v constant.Value) bool { return v.Kind() == constant.Bool && constant.BoolVal(v) }
	switch e.Op {
	case token.LAND:
		return constant.MakeBool(truth(x) && truth(y)), nil
	case token.LOR:
		return constant.MakeBool(truth(x) || truth(y)), nil
	}
	if x.Kind() == constant.Unknown || y.Kind() == constant.Unknown {
		return constant.MakeUnknown(), nil
	}
	// A column of texts may be compared with a number as it reads: id == 7.
	if x.Kind() != y.Kind() && !(isNum(x) && isNum(y)) {
		x, y = constant.MakeString(asText(x)), constant.MakeString(asText(y))
	}
	switch e.Op {
	case token.EQL, token.NEQ, token.LSS, token.LEQ, token.GTR, token.GEQ:
		if x.Kind() == constant.Bool && e.Op != token.EQL && e.Op != token.NEQ {
			return c.fail("true and false have no order")
		}
		return constant.MakeBool(constant.Compare(x, e.Op, y)), nil
	case token.ADD, token.SUB, token.MUL, token.QUO:
		if !isNum(x) || !isNum(y) || e.Op == token.QUO && constant.Sign(y) == 0 {
			return c.fail("%s needs two numbers", e.Op)
		}
		return constant.BinaryOp(x, e.Op, y), nil
	}
	return c.fail("%s cannot be written in it", e.Op)
}

func asText(v constant.Value) string {
	if v.Kind() == constant.String {
		return constant.StringVal(v)
	}
	return strings.Trim(v.ExactString(), `"`)
}
