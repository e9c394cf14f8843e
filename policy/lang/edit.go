package lang

import (
	"errors"
	"fmt"
	"strings"
)

// EditError says why an edit was refused. The document is as it was.
type EditError struct {
	// Item is the position of the item that was to be edited.
	Item   int
	Reason string
	// Err is the reason when the text after the edit would not be a policy.
	Err error
}

// Error is the reason.
func (e *EditError) Error() string {
	if e.Err != nil {
		return fmt.Sprintf("the edit is refused: %s: %v", e.Reason, e.Err)
	}
	return "the edit is refused: " + e.Reason
}

// Unwrap is the error that the text after the edit would give.
func (e *EditError) Unwrap() error { return e.Err }

// try reads the text as it would be with span replaced, and takes it over when accept finds nothing wrong and all items
// that span does not touch are as they were.
func (d *Document) try(item int, span Span, text string, accept func(after *Document) string) error {
	old := d.Text()
	src := Source{Name: d.pol.Source.Name, Text: old[:span.Start] + text + old[span.End:]}
	after, err := Load(src, d.opts)
	if err != nil {
		return &EditError{Item: item, Reason: "the text would not be a policy", Err: err}
	}
	reason := accept(after)
	if reason == "" {
		reason = d.otherItems(after, item, span)
	}
	if reason != "" {
		return &EditError{Item: item, Reason: reason}
	}
	*d = *after
	return nil
}

// otherItems compares the items that an edit is not about with what became of them.
func (d *Document) otherItems(after *Document, item int, span Span) string {
	edited := func(i int) bool {
		s := d.items[i].Span
		inside := s.Start < span.Start || s.Start == span.Start && span.Len() > 0
		return i == item && inside && span.End <= s.End || s.Start < span.End && span.Start < s.End
	}
	n := 0
	for n < len(d.items) && !edited(n) && d.items[n].Span.Start < span.Start {
		n++
	}
	first := n
	for n < len(d.items) && edited(n) {
		n++
	}
	rest := d.items[n:]
	if len(after.items) < first+len(rest) {
		return "a comment or macro beside it would be lost"
	}
	tail := after.items[len(after.items)-len(rest):]
	for i, it := range rest {
		if tail[i].Text != it.Text {
			return "what stands behind it would be read differently: " + it.Text
		}
	}
	for i, it := range d.items[:first] {
		if after.items[i].Text != it.Text {
			return "what stands before it would be read differently: " + it.Text
		}
	}
	return ""
}

func texts(rules []*Rule) []string {
	out := make([]string, len(rules))
	for i, r := range rules {
		out[i] = r.String()
	}
	return out
}

// sameAround compares the rules before and after an edit: from position at on, drop rules went and add rules came.
func sameAround(before, after []*Rule, at, drop, add int) string {
	a, b := texts(before), texts(after)
	if len(b) != len(a)-drop+add {
		return fmt.Sprintf("there would be %d rules, not %d", len(b), len(a)-drop+add)
	}
	for i := range a {
		j := i
		switch {
		case i >= at && i < at+drop:
			continue
		case i >= at+drop:
			j = i - drop + add
		}
		if a[i] != b[j] {
			return "another rule would change: " + before[i].Name.Text()
		}
	}
	return ""
}

// ruleIndex is the position of an item's first rule among the rules that hold; for other items, the number of rules
// before it.
func (d *Document) ruleIndex(item int) int {
	n := 0
	for _, it := range d.items[:min(item, len(d.items))] {
		if it.Kind != DisabledItem {
			n += len(it.Rules)
		}
	}
	return n
}

func (d *Document) item(i int) (Item, error) {
	if i < 0 || i >= len(d.items) {
		return Item{}, &EditError{Item: i, Reason: fmt.Sprintf("there is no item %d, the policy has %d", i, len(d.items))}
	}
	return d.items[i], nil
}

// one reads a text that must be a single rule.
func (d *Document) one(item int, text string) (*Rule, error) {
	p := d.parseFragment(text)
	if err := p.Err(); err != nil {
		return nil, &EditError{Item: item, Reason: "this is not a rule", Err: err}
	}
	if len(p.Rules) != 1 {
		return nil, &EditError{Item: item, Reason: fmt.Sprintf("one rule is wanted, this is %d", len(p.Rules))}
	}
	return p.Rules[0], nil
}

// Replace puts a new text in the place of an item. For a rule it must be one rule. A macro may be replaced by anything
// that leaves the text a policy: what the rules that use it say changes with it.
func (d *Document) Replace(item int, text string) error {
	it, err := d.item(item)
	if err != nil {
		return err
	}
	text = strings.TrimSpace(text)
	if it.Kind != RuleItem {
		return d.try(item, it.Span, text, func(after *Document) string {
			if it.Kind == CommentItem || it.Kind == DisabledItem {
				return sameAround(d.Rules(), after.Rules(), 0, 0, 0)
			}
			return ""
		})
	}
	r, err := d.one(item, text)
	if err != nil {
		return err
	}
	at := d.ruleIndex(item)
	return d.try(item, it.Span, text, func(after *Document) string {
		if why := sameAround(d.Rules(), after.Rules(), at, 1, 1); why != "" {
			return why
		}
		if !Equal(after.Rules()[at], r) {
			return "the rule would read differently in its place"
		}
		return ""
	})
}

// Insert puts a text before an item, on lines of its own; after the last one when before is the number of items. The
// text can be a rule, a comment, a macro or several of them. A comment that stands right above the item stays with it.
func (d *Document) Insert(before int, text string) error {
	if before < 0 || before > len(d.items) {
		return &EditError{Item: before, Reason: fmt.Sprintf("there is no item %d, the policy has %d", before, len(d.items))}
	}
	text = strings.TrimSpace(text)
	p := d.parseFragment(text)
	if err := p.Err(); err != nil {
		return &EditError{Item: before, Reason: "this cannot be inserted", Err: err}
	}
	before = d.withComment(before)
	at := d.ruleIndex(before)
	pos, lead, tail := len(d.Text()), "", "\n"
	if before < len(d.items) {
		pos = d.items[before].Span.Start
		if bol := lineStart(d.Text(), pos); strings.TrimSpace(d.Text()[bol:pos]) == "" {
			pos = bol
		} else {
			lead = "\n"
		}
	} else if t := d.Text(); t != "" && !strings.HasSuffix(t, "\n") {
		lead = "\n"
	}
	return d.try(before, Span{pos, pos}, lead+text+tail, func(after *Document) string {
		return sameAround(d.Rules(), after.Rules(), at, 0, len(p.Rules))
	})
}

// withComment goes back over a comment that stands right above a rule.
func (d *Document) withComment(i int) int {
	if i == 0 || i >= len(d.items) || d.items[i].Kind != RuleItem || d.items[i-1].Kind != CommentItem {
		return i
	}
	between := d.Text()[d.items[i-1].Span.End:d.items[i].Span.Start]
	if strings.TrimSpace(between) != "" || strings.Count(between, "\n") != 1 {
		return i
	}
	// A comment behind another rule on its line belongs to that one.
	bol := lineStart(d.Text(), d.items[i-1].Span.Start)
	if strings.TrimSpace(d.Text()[bol:d.items[i-1].Span.Start]) != "" {
		return i
	}
	return i - 1
}

func lineStart(text string, pos int) int { return strings.LastIndexByte(text[:pos], '\n') + 1 }

// Remove takes an item out, with its line when nothing else stands there.
func (d *Document) Remove(item int) error {
	it, err := d.item(item)
	if err != nil {
		return err
	}
	span := d.wholeLines(it.Span)
	at, drop := d.ruleIndex(item), 0
	if it.Kind != DisabledItem {
		drop = len(it.Rules)
	}
	return d.try(item, span, "", func(after *Document) string {
		if it.Kind == MacroItem || it.Kind == DirectiveItem {
			return ""
		}
		return sameAround(d.Rules(), after.Rules(), at, drop, 0)
	})
}

func (d *Document) wholeLines(s Span) Span {
	text := d.Text()
	bol := lineStart(text, s.Start)
	eol := len(text)
	if n := strings.IndexByte(text[s.End:], '\n'); n >= 0 {
		eol = s.End + n + 1
	}
	if strings.TrimSpace(text[bol:s.Start]) == "" && strings.TrimSpace(text[s.End:eol]) == "" {
		return Span{bol, eol}
	}
	return s
}

// Move takes a rule out and puts it before another item.
func (d *Document) Move(item, before int) error {
	it, err := d.item(item)
	if err != nil {
		return err
	}
	if it.Kind != RuleItem && it.Kind != DisabledItem {
		return &EditError{Item: item, Reason: "only rules can be moved"}
	}
	if before == item || before == item+1 {
		return nil
	}
	work := *d
	if err := work.Remove(item); err != nil {
		return err
	}
	if before > item {
		before--
	}
	if err := work.Insert(before, it.Text); err != nil {
		return err
	}
	*d = work
	return nil
}

// Disable makes a comment of a rule. [Document.Enable] brings the same bytes back.
func (d *Document) Disable(item int) error {
	it, err := d.item(item)
	if err != nil {
		return err
	}
	if it.Kind != RuleItem {
		return &EditError{Item: item, Reason: "only a rule that stands in the text can be disabled, this is a " + it.Kind.String()}
	}
	if len(d.Rules()) == 1 {
		return &EditError{Item: item, Reason: "a policy needs at least one rule"}
	}
	at := d.ruleIndex(item)
	return d.try(item, it.Span, m4CommentOpen+" "+disabled(it.Text)+" "+m4CommentClose, func(after *Document) string {
		if now := after.items[min(item, len(after.items)-1)]; now.Kind != DisabledItem || !Equal(now.Rule(), it.Rule()) {
			return "the rule could not be enabled again"
		}
		return sameAround(d.Rules(), after.Rules(), at, 1, 0)
	})
}

// Enable makes rules of a comment that holds them.
func (d *Document) Enable(item int) error {
	it, err := d.item(item)
	if err != nil {
		return err
	}
	if it.Kind != DisabledItem {
		return &EditError{Item: item, Reason: "there is no disabled rule in this " + it.Kind.String()}
	}
	at := d.ruleIndex(item)
	return d.try(item, it.Span, enabled(it.Comment), func(after *Document) string {
		return sameAround(d.Rules(), after.Rules(), at, 0, len(it.Rules))
	})
}

// Rename gives a rule a name.
func (d *Document) Rename(item int, name string) error {
	it, err := d.item(item)
	if err != nil {
		return err
	}
	if it.Kind != RuleItem {
		return &EditError{Item: item, Reason: "only a rule that stands in the text can be renamed"}
	}
	if !Quotable(name) {
		return &EditError{Item: item, Reason: "a name cannot hold a zero byte"}
	}
	r := it.Rule()
	text := Quote(name, d.Macros())
	span := Span{it.Span.Start + len("RULE"), it.Span.Start + len("RULE")}
	if r.Name != nil {
		var direct bool
		if span, direct = d.pol.Expansion.written(r.Name.Span); !direct {
			return &EditError{Item: item, Reason: "the name comes out of a macro"}
		}
	} else {
		text = " " + text
	}
	at := d.ruleIndex(item)
	return d.try(item, span, text, func(after *Document) string {
		if why := sameAround(d.Rules(), after.Rules(), at, 1, 1); why != "" {
			return why
		}
		if after.Rules()[at].Name.Text() != name {
			return "the name would be read as '" + after.Rules()[at].Name.Text() + "'"
		}
		return ""
	})
}

// SetClause changes one clause of a rule and leaves its other clauses as they are written. text is the whole clause,
// such as "FROM POOL 'system'"; "" takes the clause out. A clause that the rule does not have yet goes where the
// documentation puts it. [ClauseVerb] changes what the rule is about: "SET POOL 'data'".
func (d *Document) SetClause(item int, clause Clause, text string) error {
	it, err := d.item(item)
	if err != nil {
		return err
	}
	refuse := func(reason string) error { return &EditError{Item: item, Reason: reason} }
	if it.Kind != RuleItem {
		return refuse("only a rule that stands in the text has clauses to change")
	}
	r := it.Rule()
	parts, ok := d.parts(r)
	if !ok {
		return refuse("the clauses come out of macros; replace the whole rule")
	}
	if !r.Kind.allows(clause) {
		return refuse(fmt.Sprintf("a rule with %s has no %s clause", r.Kind, clause))
	}
	text = strings.TrimSpace(text)
	span, put, err := d.place(parts, r.Kind, clause, text)
	if err != nil {
		return refuse(err.Error())
	}
	want, err := d.clauseAlone(item, r, clause, text)
	if err != nil {
		return err
	}
	at := d.ruleIndex(item)
	var before []string
	for _, c := range r.Kind.Clauses() {
		before = append(before, clauseText(r, c))
	}
	return d.try(item, span, put, func(after *Document) string {
		if why := sameAround(d.Rules(), after.Rules(), at, 1, 1); why != "" {
			return why
		}
		now := after.Rules()[at]
		if now.Kind != r.Kind {
			return fmt.Sprintf("the rule would become %s", now.Kind)
		}
		for i, c := range r.Kind.Clauses() {
			if c != clause && clauseText(now, c) != before[i] {
				return fmt.Sprintf("the %s clause would change, too", c)
			}
		}
		if clauseText(now, clause) != want {
			return "the clause would read differently in its place"
		}
		return ""
	})
}

// clauseAlone reads a clause outside of its rule.
func (d *Document) clauseAlone(item int, r *Rule, clause Clause, text string) (string, error) {
	if text == "" {
		return "", nil
	}
	verb := (&Printer{Macros: d.Macros()}).verb(r)
	alone := "RULE " + verb + " " + text
	switch clause {
	case ClauseWhen:
		alone = "RULE " + text + " " + verb
	case ClauseVerb:
		alone = "RULE " + text
	}
	one, err := d.one(item, alone)
	if err != nil {
		return "", err
	}
	if _, has := one.Part(clause); !has || len(one.Parts) > 2 || clause == ClauseVerb && len(one.Parts) > 1 {
		return "", &EditError{Item: item, Reason: fmt.Sprintf("the text is not one %s clause", clause)}
	}
	return clauseText(one, clause), nil
}

func clauseText(r *Rule, c Clause) string { return (&Printer{}).Clause(r, c) }

// parts are the clauses of a rule in the written text; false when they cannot be told apart there.
func (d *Document) parts(r *Rule) ([]Part, bool) {
	out := make([]Part, 0, len(r.Parts))
	end := -1
	for _, p := range r.Parts {
		s, direct := d.pol.Expansion.written(p.Span)
		if !direct || s.Start < end || s.End <= s.Start {
			return nil, false
		}
		end = s.End
		out = append(out, Part{p.Clause, s})
	}
	return out, true
}

// place says which bytes a clause takes and what goes there.
func (d *Document) place(parts []Part, kind Kind, clause Clause, text string) (Span, string, error) {
	full := d.Text()
	after := 0
	order := map[Clause]int{}
	for i, c := range kind.Clauses() {
		order[c] = i
	}
	for i, p := range parts {
		if p.Clause == clause {
			if text != "" {
				return p.Span, text, nil
			}
			if clause == ClauseVerb {
				return Span{}, "", errors.New("a rule needs its verb")
			}
			s := p.Span
			if i == 0 {
				for s.End < len(full) && isSpace(full[s.End]) {
					s.End++
				}
				return s, "", nil
			}
			for s.Start > 0 && isSpace(full[s.Start-1]) {
				s.Start--
			}
			return s, "", nil
		}
		if order[p.Clause] < order[clause] {
			after = i
		}
	}
	if text == "" {
		return Span{}, "", fmt.Errorf("the rule has no %s clause", clause)
	}
	if clause == ClauseWhen {
		pos := parts[0].Span.Start
		return Span{pos, pos}, text + " ", nil
	}
	sep := " "
	if len(parts) > 1 {
		// The new clause stands as the others do: on a line of its own, or not.
		next := parts[min(after+1, len(parts)-1)].Span.Start
		if bol := lineStart(full, next); strings.TrimSpace(full[bol:next]) == "" {
			sep = "\n" + full[bol:next]
		}
	}
	pos := parts[after].Span.End
	return Span{pos, pos}, sep + text, nil
}
