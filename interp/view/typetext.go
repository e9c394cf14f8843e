package view

import (
	"fmt"
	"go/token"
	"go/types"
	"strings"
)

// typeText prints a type as lowered code must spell it.
func (l *lowerer) typeText(t types.Type, at token.Pos) string {
	if l.dynamic(t) {
		return "interface{}"
	}
	switch t := types.Unalias(t).(type) {
	case *types.Basic:
		switch t.Kind() {
		case types.UntypedNil, types.Invalid:
			return "interface{}"
		case types.UnsafePointer:
			return l.qualified("unsafe", "Pointer")
		}
		return types.Default(t).(*types.Basic).Name()
	case *types.Named:
		return l.namedText(t, at)
	case *types.TypeParam:
		return t.Obj().Name()
	case *types.Pointer:
		return "*" + l.typeText(t.Elem(), at)
	case *types.Slice:
		return "[]" + l.typeText(t.Elem(), at)
	case *types.Array:
		return fmt.Sprintf("[%d]%s", t.Len(), l.typeText(t.Elem(), at))
	case *types.Map:
		return "map[" + l.typeText(t.Key(), at) + "]" + l.typeText(t.Elem(), at)
	case *types.Chan:
		switch t.Dir() {
		case types.SendOnly:
			return "chan<- " + l.typeText(t.Elem(), at)
		case types.RecvOnly:
			return "<-chan " + l.typeText(t.Elem(), at)
		}
		return "chan (" + l.typeText(t.Elem(), at) + ")"
	case *types.Signature:
		return "func" + l.signatureText(t, at)
	case *types.Struct:
		return l.structText(t, at)
	case *types.Interface:
		return l.interfaceText(t, at)
	}
	return t.String()
}

func (l *lowerer) namedText(n *types.Named, at token.Pos) string {
	o := n.Obj()
	if o.Pkg() == nil {
		return o.Name() // error, comparable
	}
	name := o.Name()
	if _, ok := l.w.sources[o.Pkg().Path()]; ok && !l.export {
		return l.typeText(n.Underlying(), at) // types of generic packages are what they stand for
	}
	if o.Pkg().Path() == "main" {
		name = l.objectName(o)
	} else {
		if rt := l.w.native[o]; rt != nil && strings.Contains(rt.Name(), "[") && l.w.aliasOf(rt) == "" {
			f := l.u.fileOf(at)
			l.findings = append(l.findings, f.finding(at, at+1, fmt.Sprintf("the type %s has no name that a variable can be declared with; use its parts", l.u.clean(n.String()))))
		}
		name = l.qualified(o.Pkg().Path(), name)
	}
	if l.w.erased[n.Origin().Obj()] && !l.export {
		return name
	}
	if args := n.TypeArgs(); args.Len() > 0 {
		var list []string
		for t := range args.Types() {
			list = append(list, l.typeText(t, at))
		}
		name += "[" + strings.Join(list, ", ") + "]"
	}
	return name
}

// qualified names an object of a package.
func (l *lowerer) qualified(path, name string) string {
	l.imports[path] = true
	if l.export {
		return l.packageName(path) + "." + name
	}
	return Alias(path) + "." + name
}

// packageName is the name of a package in exported programs.
func (l *lowerer) packageName(path string) string {
	if t, ok := l.w.tables[path]; ok {
		return t.Name
	}
	return path[strings.LastIndexByte(path, '/')+1:]
}

// objectName is the lowered name of an object of the user's: declared here, in an earlier entry, or local.
func (l *lowerer) objectName(o types.Object) string {
	if l.export {
		return strings.TrimPrefix(o.Name(), mark)
	}
	if l.u.declared[o.Name()] == o {
		return l.u.loweredName(o)
	}
	if name, ok := l.u.outer[o]; ok {
		return name
	}
	if name, ok := l.u.scope.objects[o]; ok {
		return name
	}
	if _, isType := types.Universe.Lookup(o.Name()).(*types.TypeName); isType {
		return o.Name() + mark // the interpreter would take it for the type
	}
	return o.Name()
}

func (l *lowerer) signatureText(s *types.Signature, at token.Pos) string {
	var ps, rs []string
	for i := range s.Params().Len() {
		t := s.Params().At(i).Type()
		if s.Variadic() && i == s.Params().Len()-1 {
			if sl, ok := t.(*types.Slice); ok {
				ps = append(ps, "..."+l.typeText(sl.Elem(), at))
				continue
			}
		}
		ps = append(ps, l.typeText(t, at))
	}
	for r := range s.Results().Variables() {
		rs = append(rs, l.typeText(r.Type(), at))
	}
	out := "(" + strings.Join(ps, ", ") + ")"
	switch len(rs) {
	case 0:
	case 1:
		out += " " + rs[0]
	default:
		out += " (" + strings.Join(rs, ", ") + ")"
	}
	return out
}

func (l *lowerer) structText(s *types.Struct, at token.Pos) string {
	var b strings.Builder
	b.WriteString("struct {")
	for i := range s.NumFields() {
		f := s.Field(i)
		if i > 0 {
			b.WriteString("; ")
		}
		if !f.Embedded() || l.dynamic(f.Type()) {
			b.WriteString(l.fieldName(f) + " ")
		}
		b.WriteString(l.typeText(f.Type(), at))
		if tag := s.Tag(i); tag != "" {
			fmt.Fprintf(&b, " %q", tag)
		}
	}
	b.WriteString("}")
	return b.String()
}

func (l *lowerer) interfaceText(t *types.Interface, at token.Pos) string {
	var parts []string
	for m := range t.ExplicitMethods() {
		parts = append(parts, m.Name()+l.signatureText(m.Signature(), at))
	}
	for e := range t.EmbeddedTypes() {
		parts = append(parts, l.typeText(e, at))
	}
	return "interface{" + strings.Join(parts, "; ") + "}"
}

// writable tells whether a type can be spelled outside the function it is used in: it holds neither types that are
// declared inside functions nor type parameters.
func (l *lowerer) writable(t types.Type) bool {
	seen := map[types.Type]bool{}
	var ok func(t types.Type) bool
	ok = func(t types.Type) bool {
		t = types.Unalias(t)
		if seen[t] {
			return true
		}
		seen[t] = true
		switch t := t.(type) {
		case *types.TypeParam:
			return false
		case *types.Named:
			o := t.Obj()
			if o.Pkg() != nil && o.Pkg().Path() != "main" && !l.u.world.has(o.Pkg().Path()) {
				return false // the interpreter has no symbols of it
			}
			if o.Pkg() != nil && o.Pkg().Path() == "main" && o.Parent() != l.u.pkg.Scope() && l.u.declared[o.Name()] != o {
				if _, session := l.u.scope.objects[o]; !session {
					return false
				}
			}
			for a := range t.TypeArgs().Types() {
				if !ok(a) {
					return false
				}
			}
			return true
		case *types.Pointer:
			return ok(t.Elem())
		case *types.Slice:
			return ok(t.Elem())
		case *types.Array:
			return ok(t.Elem())
		case *types.Map:
			return ok(t.Key()) && ok(t.Elem())
		case *types.Chan:
			return ok(t.Elem())
		case *types.Signature:
			for v := range t.Params().Variables() {
				if !ok(v.Type()) {
					return false
				}
			}
			for v := range t.Results().Variables() {
				if !ok(v.Type()) {
					return false
				}
			}
		case *types.Struct:
			for f := range t.Fields() {
				if !ok(f.Type()) {
					return false
				}
			}
		}
		return true
	}
	return ok(t)
}
