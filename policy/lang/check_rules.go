package lang

import "sort"

// definitions are the EXTERNAL rules of a kind by name; the first definition counts.
func (c *checker) definitions(kind Kind) map[string]*Rule {
	out := map[string]*Rule{}
	for _, r := range c.pol.Rules {
		if r.Kind == kind && out[r.Object.Text()] == nil {
			out[r.Object.Text()] = r
		}
	}
	return out
}

func (c *checker) isExternal(pool string) bool { return c.definitions(ExternalPool)[pool] != nil }

func keys(m map[string]*Rule) []string {
	var out []string
	for k := range m {
		out = append(out, k)
	}
	sort.Strings(out)
	return out
}

// externals joins LIST and MIGRATE rules with the EXTERNAL rules they need.
func (c *checker) externals() {
	lists, pools, groups := c.definitions(ExternalList), c.definitions(ExternalPool), c.definitions(GroupPool)
	used := map[*Rule]bool{}
	told := map[string]bool{}
	for _, r := range c.pol.Rules {
		switch r.Kind {
		case ExternalList, ExternalPool:
			if first := map[Kind]map[string]*Rule{ExternalList: lists, ExternalPool: pools}[r.Kind][r.Object.Text()]; first != r {
				c.addf(r.Object.Span, Warning, CodeRedefined, "the first definition counts", "Attention: RULE '%s' attempts to redefine %s '%s', ignored.", r.Name.Text(), r.Kind, r.Object.Text())
				used[r] = true
			}
		case List:
			name := r.Object.Text()
			if l := lists[name]; l != nil {
				used[l] = true
			} else if !told[name] {
				told[name] = true
				hint := "RULE EXTERNAL LIST '" + name + "' EXEC '' writes the list to a file, with -f"
				if s := closest(name, keys(lists), 2); s != "" {
					hint = "did you mean '" + s + "'?"
				}
				c.addf(r.Object.Span, Warning, CodeNoExternal, hint, "there is no EXTERNAL LIST '%s'", name)
			}
		}
		for _, n := range []*Name{r.From, r.To} {
			if n == nil {
				continue
			}
			if p := pools[n.Value]; p != nil {
				used[p] = true
			}
			c.pool(n, pools, groups)
		}
		if r.Kind == SetPool || r.Kind == SetSnapPool {
			c.pool(r.Object, nil, groups)
		}
		for _, m := range r.Members {
			c.pool(m.Pool, nil, nil)
		}
		for _, f := range r.Filesets {
			c.known(f, c.opts.Filesets, CodeUnknownFset, "fileset")
		}
	}
	for _, r := range c.pol.Rules {
		if (r.Kind == ExternalList || r.Kind == ExternalPool) && !used[r] {
			c.addf(r.Object.Span, Note, CodeUnused, "", "%s '%s' is not used by a rule", r.Kind, r.Object.Text())
		}
	}
}

func (c *checker) pool(n *Name, external, groups map[string]*Rule) {
	if c.opts.Pools == nil || external[n.Text()] != nil || groups[n.Text()] != nil {
		return
	}
	c.known(n, append(append(append([]string(nil), c.opts.Pools...), keys(external)...), keys(groups)...), CodeUnknownPool, "pool")
}

func (c *checker) known(n *Name, known []string, code, what string) {
	if known == nil || n == nil {
		return
	}
	for _, k := range known {
		if k == n.Value {
			return
		}
	}
	hint := ""
	if s := closest(n.Value, known, 2); s != "" {
		hint = "did you mean '" + s + "'?"
	}
	c.addf(n.Span, Error, code, hint, "there is no %s '%s'", what, n.Value)
}

func (c *checker) names() {
	seen := map[string]bool{}
	for _, r := range c.pol.Rules {
		if r.Name == nil {
			continue
		}
		if seen[r.Name.Value] {
			c.addf(r.Name.Span, Note, CodeSameName, "", "an earlier rule has the name '%s', too", r.Name.Value)
		}
		seen[r.Name.Value] = true
	}
}

// placement wants a rule that takes every file: without one a file that no rule matches cannot be created.
func (c *checker) placement() {
	var last *Rule
	for _, r := range c.pol.Rules {
		if r.Kind != SetPool {
			continue
		}
		last = r
		if c.always(r.Where) && len(r.Filesets) == 0 && r.Limit == nil {
			return
		}
	}
	if last != nil {
		c.add(c.head(last), Warning, CodeNoDefault, "no placement rule takes the files that the others leave: creating such a file fails with EINVAL",
			"end with a rule without conditions: RULE 'default' SET POOL '"+last.Object.Text()+"'")
	}
}

func (c *checker) encryption() {
	specs := c.definitions(Encryption)
	for _, r := range c.pol.Rules {
		for _, s := range r.Specs {
			c.known(s, append([]string{}, keys(specs)...), CodeUnknownSpec, "encryption specification")
		}
	}
}

// always says whether a condition holds for every file.
func (c *checker) always(e Expr) bool {
	if e == nil {
		return true
	}
	switch e := Strip(e).(type) {
	case *BoolLit:
		return e.Value
	case *Like:
		x, isAttr := Strip(e.X).(*Attr)
		p, isLit := Strip(e.Pattern).(*StringLit)
		if !isAttr || !isLit || e.Not || p.Value == "" {
			return false
		}
		for _, ch := range p.Value {
			if ch != '%' {
				return false
			}
		}
		a, ok := LookupAttribute(x.Name)
		return ok && !a.Nullable
	}
	return false
}

// reachable finds rules that no file comes to, because an earlier rule takes them all.
func (c *checker) reachable() {
	for j, later := range c.pol.Rules {
		if later.Kind.Moves() || later.Kind == List || later.Kind == SetPool || later.Kind == Restore {
			for _, earlier := range c.pol.Rules[:j] {
				if c.covers(earlier, later) {
					place := c.pol.Expansion.Place(earlier.Span.Start)
					name := "the rule in line " + itoa(place.Line)
					if earlier.Name != nil {
						name = "rule '" + earlier.Name.Value + "' in line " + itoa(place.Line)
					}
					c.addf(c.head(later), Warning, CodeUnreachable, "the first rule that matches holds; put the special rules first",
						"no file comes to this rule: %s takes all that it could match", name)
					break
				}
			}
		}
	}
}

// covers says whether the earlier rule matches every file that the later one could match. When in doubt it says no.
func (c *checker) covers(earlier, later *Rule) bool {
	switch {
	case earlier.Kind.Moves() && later.Kind.Moves():
	case earlier.Kind != later.Kind:
		return false
	case earlier.Kind == List && earlier.Object.Text() != later.Object.Text():
		return false
	}
	if !c.always(earlier.When) || earlier.Threshold != nil {
		return false
	}
	if earlier.Kind == SetPool && earlier.Limit != nil {
		return false
	}
	if later.DirectoriesPlus && !earlier.DirectoriesPlus {
		return false
	}
	if earlier.From != nil && (later.From == nil || later.From.Value != earlier.From.Value) {
		return false
	}
	if len(earlier.Filesets) > 0 {
		if len(later.Filesets) == 0 {
			return false
		}
		has := map[string]bool{}
		for _, f := range earlier.Filesets {
			has[f.Value] = true
		}
		for _, f := range later.Filesets {
			if !has[f.Value] {
				return false
			}
		}
	}
	return c.implies(later.Where, earlier.Where)
}

// implies says whether the first condition can hold only where the second does.
func (c *checker) implies(a, b Expr) bool {
	if c.always(b) {
		return true
	}
	if a == nil {
		return false
	}
	a, b = Strip(a), Strip(b)
	if volatile(b) {
		return false
	}
	if EqualExpr(a, b) {
		return true
	}
	if x, ok := b.(*Binary); ok {
		switch x.Op {
		case "AND":
			return c.implies(a, x.X) && c.implies(a, x.Y)
		case "OR":
			if c.implies(a, x.X) || c.implies(a, x.Y) {
				return true
			}
		}
	}
	if x, ok := a.(*Binary); ok {
		switch x.Op {
		case "AND":
			return c.implies(x.X, b) || c.implies(x.Y, b)
		case "OR":
			return c.implies(x.X, b) && c.implies(x.Y, b)
		}
	}
	return false
}

// volatile says whether the expression can have another value when it is computed again.
func volatile(e Expr) bool {
	found := false
	Walk(e, func(e Expr) bool {
		if call, ok := e.(*CallExpr); ok {
			if f, known := LookupFunction(call.Func); !known || f.Name == "RAND" || f.Changes {
				found = true
			}
		}
		return !found
	})
	return found
}
