package view

import (
	"go/ast"
	"go/types"
	"slices"
	"strings"

	"gpfsh/policy/spell"
)

// suggest looks for the name that was meant where one is undefined.
func (u *Unit) suggest(e types.Error) string {
	msg := u.clean(e.Msg)
	if name, ok := strings.CutPrefix(msg, "undefined: "); ok {
		if pkg, sel, found := strings.Cut(name, "."); found {
			if p, ok := u.world.byPackageName(pkg); ok {
				return didYouMean(nearest(sel, u.world.fill(p).Scope().Names()))
			}
			return ""
		}
		return didYouMean(nearest(name, u.candidates()))
	}
	if strings.HasPrefix(msg, "not enough arguments in call to ") {
		return u.suggestAll(e)
	}
	i := strings.Index(msg, " undefined (type ")
	if i < 0 {
		return ""
	}
	sel := u.selectorAt(e)
	if sel == nil {
		return ""
	}
	tv, ok := u.info.Types[sel.X]
	if !ok || tv.Type == nil {
		return ""
	}
	names := make([]string, 0, 16)
	for _, m := range u.world.members(tv.Type) {
		names = append(names, m.Name())
	}
	if n := nearest(sel.Sel.Name, names); n != "" {
		return didYouMean(n)
	}
	return ""
}

// suggestAll tells those who call a method for certain members with none of the method that is for all: Delete, DeleteAll.
func (u *Unit) suggestAll(e types.Error) string {
	hint := ""
	look := func(n ast.Node) {
		ast.Inspect(n, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok || call.Rparen != e.Pos || len(call.Args) > 0 {
				return true
			}
			if sel, ok := ast.Unparen(unwrapped(call.Fun, u.wraps)).(*ast.SelectorExpr); ok {
				if tv, ok := u.info.Types[sel.X]; ok && tv.Type != nil {
					all := sel.Sel.Name + "All"
					if slices.ContainsFunc(u.world.members(tv.Type), func(o types.Object) bool { return o.Name() == all }) {
						hint = all + " is for all of them"
					}
				}
			}
			return true
		})
	}
	for _, f := range u.files {
		f.each(look)
	}
	return hint
}

func didYouMean(name string) string {
	if name == "" {
		return ""
	}
	return "did you mean " + name + "?"
}

// candidates are the names that may stand alone.
func (u *Unit) candidates() []string {
	names := append(u.scope.Names(), u.world.predeclaredNames()...)
	for n := range u.declared {
		names = append(names, n)
	}
	for _, p := range u.world.order {
		names = append(names, u.world.tables[p].Name)
	}
	return names
}

func (u *Unit) selectorAt(e types.Error) *ast.SelectorExpr {
	var found *ast.SelectorExpr
	look := func(n ast.Node) {
		ast.Inspect(n, func(n ast.Node) bool {
			if s, ok := n.(*ast.SelectorExpr); ok && s.Sel.Pos() == e.Pos {
				found = s
			}
			return found == nil
		})
	}
	for _, f := range u.files {
		f.each(look)
	}
	return found
}

// members returns the fields and methods that a dot behind a value of the type reaches, in order of their names.
func (w *World) members(t types.Type) []types.Object {
	var list []types.Object
	seen := map[string]bool{}
	add := func(o types.Object) {
		if o.Exported() && !seen[o.Name()] || o.Pkg() != nil && o.Pkg().Path() == "main" && !seen[o.Name()] {
			seen[o.Name()] = true
			list = append(list, o)
		}
	}
	var fields func(t types.Type, depth int)
	fields = func(t types.Type, depth int) {
		if p, ok := types.Unalias(t).Underlying().(*types.Pointer); ok {
			t = p.Elem()
		}
		s, ok := types.Unalias(t).Underlying().(*types.Struct)
		if !ok || depth > 4 {
			return
		}
		for f := range s.Fields() {
			add(f)
			if f.Embedded() {
				fields(f.Type(), depth+1)
			}
		}
	}
	fields(t, 0)
	ms := types.NewMethodSet(t)
	for i := range ms.Len() {
		add(ms.At(i).Obj())
	}
	if _, ok := types.Unalias(t).(*types.Pointer); !ok && !types.IsInterface(t) {
		ms := types.NewMethodSet(types.NewPointer(t))
		for i := range ms.Len() {
			add(ms.At(i).Obj())
		}
	}
	slices.SortFunc(list, func(a, b types.Object) int { return strings.Compare(a.Name(), b.Name()) })
	return list
}

// nearest returns the name that differs least from what was typed, or "" when none is near.
func nearest(name string, names []string) string {
	best, bestCost := "", 1000
	limit := max(1, len(name)/3)
	for _, n := range names {
		if n == name {
			continue
		}
		cost := spell.Distance(strings.ToLower(name), strings.ToLower(n))*2 + spell.Distance(name, n)
		if strings.HasPrefix(strings.ToLower(n), strings.ToLower(name)) && len(name) >= 3 {
			cost = min(cost, 3)
		}
		if cost < bestCost || cost == bestCost && n < best {
			best, bestCost = n, cost
		}
	}
	if bestCost > limit*3 || len(name) < 3 && !strings.EqualFold(name, best) {
		return ""
	}
	return best
}
