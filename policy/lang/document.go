package lang

import (
	"sort"
	"strings"
)

// ItemKind is what an [Item] of a document is.
type ItemKind int

// The kinds of items.
const (
	// RuleItem is a rule that stands in the text.
	RuleItem ItemKind = iota + 1
	// DisabledItem is a comment that holds rules: they are kept, and can be enabled.
	DisabledItem
	// CommentItem is any other comment between rules.
	CommentItem
	// MacroItem is a define(…).
	MacroItem
	// IncludeItem is an include(…).
	IncludeItem
	// DirectiveItem is another call of a macro, or a quoted text, outside of rules.
	DirectiveItem
)

func (k ItemKind) String() string {
	return [...]string{"", "rule", "disabled rule", "comment", "macro", "include", "directive"}[k]
}

// Item is one thing in a policy text: a rule, a disabled rule, a comment, a macro.
type Item struct {
	Kind ItemKind
	// Span is where it stands in the written text, Text what is written there.
	Span Span
	Text string
	// Rules are the rules it holds: one for a rule, those in the comment for a disabled rule, those that come out of an
	// include or a macro call.
	Rules []*Rule
	// Name is the name of the macro that is defined or called, or the path that is included; Body the text of a
	// definition; Comment the text of a comment without its delimiters.
	Name, Body, Comment string
}

// Rule is the first rule of the item, nil when it holds none.
func (it Item) Rule() *Rule {
	if len(it.Rules) == 0 {
		return nil
	}
	return it.Rules[0]
}

// Document is a policy text that can be edited. An edit changes the bytes it is about and no others; an edit after which
// other rules would read differently, or the text would not be a policy, is refused and changes nothing.
type Document struct {
	opts  Options
	pol   *Policy
	items []Item
}

// Load reads a policy text for editing. It fails with a [*SyntaxError] when the text is not a policy.
func Load(src Source, opts Options) (*Document, error) {
	p := Parse(src, opts)
	if err := p.Err(); err != nil {
		return nil, err
	}
	d := &Document{opts: opts, pol: p}
	d.items = d.findItems()
	return d, nil
}

// Text is the policy as it is written now.
func (d *Document) Text() string { return d.pol.Source.Text }

// Policy is the parsed text.
func (d *Document) Policy() *Policy { return d.pol }

// Rules are the rules that hold, in order.
func (d *Document) Rules() []*Rule { return d.pol.Rules }

// Macros are the macros that the text defines or was given.
func (d *Document) Macros() map[string]Macro { return d.pol.Expansion.Macros }

// Items are all things in the text, in order.
func (d *Document) Items() []Item { return append([]Item(nil), d.items...) }

// Find is the position among the items of the first rule of that name, -1 when there is none. Disabled rules are found
// when no other rule has the name.
func (d *Document) Find(rule string) int {
	for _, kind := range []ItemKind{RuleItem, DisabledItem} {
		for i, it := range d.items {
			if it.Kind == kind && it.Rule().Name.Text() == rule && it.Rule().Name != nil {
				return i
			}
		}
	}
	return -1
}

func (d *Document) findItems() []Item {
	x := d.pol.Expansion
	text := d.Text()
	var items []Item
	var foreign []*Rule
	end := 0
	for i, r := range d.pol.Rules {
		span, direct := x.written(r.Span)
		if direct && i+1 < len(d.pol.Rules) {
			next, _ := x.written(d.pol.Rules[i+1].Span)
			direct = next.Start >= span.End
		}
		if !direct || span.Start < end || span.End < span.Start {
			foreign = append(foreign, r)
			continue
		}
		end = span.End
		items = append(items, Item{Kind: RuleItem, Span: span, Text: span.In(text), Rules: []*Rule{r}})
	}
	own := len(items)
	inRule := func(s Span) bool {
		i := sort.Search(own, func(i int) bool { return items[i].Span.End > s.Start })
		return i < own && items[i].Span.Start < s.End
	}
	for _, a := range x.atoms {
		if inRule(a.span) {
			continue
		}
		items = append(items, d.directive(a, foreign))
	}
	for _, s := range x.comments {
		if !inRule(s) && x.atomAt(s.Start) == nil {
			items = append(items, d.comment(s))
		}
	}
	sort.SliceStable(items, func(i, j int) bool { return items[i].Span.Start < items[j].Span.Start })
	return items
}

func (d *Document) directive(a atom, foreign []*Rule) Item {
	it := Item{Kind: DirectiveItem, Span: a.span, Text: a.span.In(d.Text()), Name: a.call}
	arg := func(n int) string {
		if n < len(a.args) {
			return a.args[n]
		}
		return ""
	}
	switch a.call {
	case "define", "pushdef":
		it.Kind, it.Name, it.Body = MacroItem, arg(0), arg(1)
	case "include", "sinclude":
		it.Kind, it.Name = IncludeItem, arg(0)
	}
	for _, r := range foreign {
		if s, _ := d.pol.Expansion.written(r.Span); s.Start >= a.span.Start && s.Start < a.span.End {
			it.Rules = append(it.Rules, r)
		}
	}
	return it
}

func (d *Document) comment(s Span) Item {
	it := Item{Kind: CommentItem, Span: s, Text: s.In(d.Text())}
	inner := strings.TrimSuffix(strings.TrimPrefix(it.Text, m4CommentOpen), m4CommentClose)
	it.Comment = strings.TrimSpace(inner)
	if len(it.Comment) >= 4 && strings.EqualFold(it.Comment[:4], "RULE") {
		if p := d.parseFragment(enabled(it.Comment)); p.Err() == nil && len(p.Rules) > 0 {
			it.Kind, it.Rules = DisabledItem, p.Rules
		}
	}
	return it
}

// parseFragment reads a piece of policy with the macros of this one.
func (d *Document) parseFragment(text string) *Policy {
	src := Source{Name: d.pol.Source.Name, Text: text}
	x := newExpander(src, d.opts)
	for name, defs := range d.pol.Expansion.macros {
		x.macros[name] = append([]*macro(nil), defs...)
	}
	x.run([]piece{{text: text, file: x.main}})
	return parseExpansion(src, x.result())
}

// disabled makes a text fit into a comment: what would end the comment is taken apart, so that [enabled] can undo it.
func disabled(text string) string {
	return rewriteEnds(text, func(slashes int) string { return "*" + strings.Repeat(`\`, slashes+1) + "/" })
}

// enabled undoes [disabled].
func enabled(text string) string {
	return rewriteEnds(text, func(slashes int) string { return "*" + strings.Repeat(`\`, max(0, slashes-1)) + "/" })
}

// rewriteEnds replaces every * \… / by what f says for the number of its backslashes.
func rewriteEnds(text string, f func(slashes int) string) string {
	var b strings.Builder
	for i := 0; i < len(text); {
		if text[i] != '*' {
			b.WriteByte(text[i])
			i++
			continue
		}
		j := i + 1
		for j < len(text) && text[j] == '\\' {
			j++
		}
		if j < len(text) && text[j] == '/' {
			b.WriteString(f(j - i - 1))
			i = j + 1
			continue
		}
		b.WriteByte('*')
		i++
	}
	return b.String()
}
