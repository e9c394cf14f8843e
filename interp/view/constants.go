package view

import (
	"go/ast"
	"go/constant"
	"go/types"
	"strings"
)

// constants writes a declaration of constants with the value of each: the interpreter loses count where iota stands in
// several places. It returns false where the source says it better.
func (l *lowerer) constants(d *ast.GenDecl) bool {
	if l.export {
		return false
	}
	var lines []string
	for _, s := range d.Specs {
		for _, id := range s.(*ast.ValueSpec).Names {
			c, ok := l.u.info.Defs[id].(*types.Const)
			if id.Name == "_" {
				continue
			}
			if !ok {
				return false
			}
			text, ok := constLiteral(c.Val())
			if !ok {
				return false
			}
			typ := ""
			if b, basic := c.Type().(*types.Basic); !basic || b.Info()&types.IsUntyped == 0 {
				typ = " " + l.typeText(c.Type(), id.Pos())
			} else if b.Kind() == types.UntypedRune || b.Kind() == types.UntypedFloat {
				return false
			}
			lines = append(lines, l.identText(id, c)+typ+" = "+text)
		}
	}
	if len(lines) > 0 {
		l.write("const (" + strings.Join(lines, "; ") + ")")
	}
	return true
}

// constLiteral is the text of a constant; ok is false where it has none that every type takes.
func constLiteral(v constant.Value) (text string, ok bool) {
	switch v.Kind() {
	case constant.Int:
		_, exact := constant.Int64Val(v)
		return v.ExactString(), exact
	case constant.String, constant.Bool:
		return v.ExactString(), true
	}
	return "", false
}
