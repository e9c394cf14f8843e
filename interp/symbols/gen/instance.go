package main

import (
	"fmt"
	"go/types"
	"maps"
	"slices"
	"strings"
)

// instances returns the instances of a package's generic types that its API hands out and that have no name of their
// own: Item[*Snapshot]. The interpreter can write down the type of a variable only by a name in a table.
func instances(p *types.Package) []*types.Named {
	aliases := exportedAliases(p)
	found := map[string]*types.Named{}
	visit := func(t types.Type) bool {
		obj := nameOf(t)
		if obj.Pkg() != p {
			return false
		}
		n, ok := t.(*types.Named)
		if ok && n.TypeArgs().Len() > 0 && obj.Exported() && !hasAlias(aliases, n) && namesOnly(n) {
			found[types.TypeString(n, nil)] = n
		}
		return true
	}
	for _, name := range p.Scope().Names() {
		if obj := p.Scope().Lookup(name); obj.Exported() && !unusable(obj) {
			walk(obj.Type(), visit)
		}
	}
	list := make([]*types.Named, 0, len(found))
	for _, key := range slices.Sorted(maps.Keys(found)) {
		list = append(list, found[key])
	}
	return list
}

// namesOnly reports whether an instance can be written outside: its arguments are exported types and no type
// parameters.
func namesOnly(n *types.Named) bool {
	ok := true
	for a := range n.TypeArgs().Types() {
		if hasTypeParam(a) {
			return false
		}
		walk(a, func(t types.Type) bool {
			if obj := nameOf(t); obj.Pkg() != nil && !obj.Exported() {
				ok = false
			}
			return false
		})
	}
	return ok
}

func hasTypeParam(t types.Type) bool {
	switch t := t.(type) {
	case *types.TypeParam:
		return true
	case *types.Pointer:
		return hasTypeParam(t.Elem())
	case *types.Slice:
		return hasTypeParam(t.Elem())
	case *types.Map:
		return hasTypeParam(t.Key()) || hasTypeParam(t.Elem())
	case *types.Named:
		for a := range t.TypeArgs().Types() {
			if hasTypeParam(a) {
				return true
			}
		}
	}
	return false
}

// instanceName returns the name of an instance in the table: Item_Snapshot for Item[*Snapshot].
func instanceName(n *types.Named, taken map[string]bool) string {
	words := []string{n.Obj().Name()}
	for a := range n.TypeArgs().Types() {
		text := types.TypeString(a, func(*types.Package) string { return "" })
		words = append(words, strings.Map(func(r rune) rune {
			if r == '_' || '0' <= r && r <= '9' || 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' {
				return r
			}
			return -1
		}, strings.NewReplacer("[]", "Slice", "map[", "Map").Replace(text)))
	}
	base := strings.Join(words, "_")
	name := base
	for i := 2; taken[name]; i++ {
		name = fmt.Sprintf("%s_%d", base, i)
	}
	taken[name] = true
	return name
}

// exportedAliases returns what the exported aliases of a package stand for.
func exportedAliases(p *types.Package) []types.Type {
	var list []types.Type
	for _, name := range p.Scope().Names() {
		if tn, ok := p.Scope().Lookup(name).(*types.TypeName); ok && tn.Exported() && tn.IsAlias() && !unusable(tn) {
			list = append(list, types.Unalias(tn.Type()))
		}
	}
	return list
}

func hasAlias(aliases []types.Type, n *types.Named) bool {
	return slices.ContainsFunc(aliases, func(a types.Type) bool { return types.Identical(a, n) })
}
