package lang

import "strings"

// formatWidth is how long a rule in one line can be.
const formatWidth = 100

// Format lays a policy text out: every rule on lines of its own, clauses in the documented order, keywords in capitals,
// no blanks at line ends. Comments, macros and the line breaks inside a clause stay. What the rules say does not change.
func Format(src Source, opts Options) (string, error) {
	d, err := Load(src, opts)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	pos := 0
	for i, it := range d.items {
		if it.Span.Start < pos {
			continue
		}
		b.WriteString(d.gap(Span{pos, it.Span.Start}, i == 0, it))
		text := it.Text
		if it.Kind == RuleItem {
			text = d.formatRule(it)
			if p := d.parseFragment(text); p.Err() != nil || len(p.Rules) != 1 || !Equal(p.Rules[0], it.Rule()) {
				text = it.Text
			}
		}
		b.WriteString(trimLines(text))
		pos = it.Span.End
	}
	b.WriteString(d.gap(Span{pos, len(d.Text())}, false, Item{}))
	out := strings.TrimRight(b.String(), " \t\n") + "\n"
	after, err := Load(Source{Name: src.Name, Text: out}, opts)
	if err != nil || sameAround(d.Rules(), after.Rules(), 0, 0, 0) != "" {
		// Better no layout than another meaning.
		return src.Text, nil
	}
	return out, nil
}

// gap is what stands between two items: blank lines, and whatever is no item.
func (d *Document) gap(s Span, first bool, next Item) string {
	text := trimLines(s.In(d.Text()))
	if strings.TrimSpace(text) != "" {
		return text
	}
	lines := strings.Count(text, "\n")
	switch {
	case first:
		return ""
	case lines > 2:
		lines = 2
	case lines == 0 && next.Kind == RuleItem:
		lines = 1
	case lines == 0 && text != "":
		return " "
	}
	return strings.Repeat("\n", lines)
}

// trimLines removes blanks at line ends, except inside strings.
func trimLines(text string) string {
	var b strings.Builder
	inString, inComment := false, false
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case inComment:
			if strings.HasPrefix(text[i:], "*/") {
				inComment = false
			}
		case inString:
			inString = c != '\''
		case c == '\'':
			inString = true
		case strings.HasPrefix(text[i:], "/*"):
			inComment = true
		}
		if c := text[i]; !inString && (c == ' ' || c == '\t' || c == '\r') {
			j := i
			for j < len(text) && (text[j] == ' ' || text[j] == '\t' || text[j] == '\r') {
				j++
			}
			if j < len(text) && text[j] == '\n' {
				i = j - 1
				continue
			}
		}
		b.WriteByte(text[i])
	}
	return b.String()
}

// formatRule lays out one rule; a rule whose clauses come out of macros stays as it is.
func (d *Document) formatRule(it Item) string {
	r := it.Rule()
	parts, ok := d.parts(r)
	if !ok {
		return it.Text
	}
	names := d.bareNames(r)
	head := d.capitals(Span{it.Span.Start, parts[0].Span.Start}, names)
	type block struct {
		text, comment string
		ownLine       bool
	}
	blocks := map[Clause]block{}
	plain := !strings.Contains(head, "/*")
	for i, p := range parts {
		end := it.Span.End
		if i+1 < len(parts) {
			end = parts[i+1].Span.Start
		}
		between := Span{p.Span.End, end}.In(d.Text())
		bl := block{text: indentRest(d.capitals(p.Span, names)), comment: strings.TrimSpace(between)}
		if n := strings.Index(between, "/*"); n >= 0 {
			bl.ownLine = strings.Contains(between[:n], "\n")
		}
		if bl.comment != "" || strings.Contains(bl.text, "\n") {
			plain = false
		}
		blocks[p.Clause] = bl
	}
	line := strings.Join(strings.Fields(head), " ")
	if strings.Contains(head, "/*") || strings.Contains(head, "'") {
		line = strings.TrimSpace(head)
	}
	var lines []string
	heads := 0
	for _, c := range r.Kind.Clauses() {
		bl, has := blocks[c]
		if !has {
			continue
		}
		text := bl.text
		if bl.comment != "" {
			sep := " "
			if bl.ownLine {
				sep = "\n  "
			}
			text += sep + bl.comment
		}
		lines = append(lines, text)
		if c == ClauseWhen || c == ClauseVerb {
			heads = len(lines)
		}
	}
	// WHEN and the verb stand in the line of the name.
	line += " " + strings.Join(lines[:heads], " ")
	lines = lines[heads:]
	if one := line + " " + strings.Join(lines, " "); plain && len(one) <= formatWidth || len(lines) == 0 {
		return strings.TrimSpace(one)
	}
	return line + "\n  " + strings.Join(lines, "\n  ")
}

// indentRest puts the lines of a clause behind the first four blanks in, and keeps how they stand to each other. A clause
// with a string or a comment over several lines stays.
func indentRest(text string) string {
	lines := strings.Split(text, "\n")
	if len(lines) == 1 {
		return text
	}
	whole := true
	for _, t := range scan(text, func(Span, Severity, string, string, string) {}) {
		whole = whole && !strings.Contains(t.span.In(text), "\n")
	}
	for rest := text; whole; {
		_, after, found := strings.Cut(rest, "/*")
		if !found {
			break
		}
		comment, after, _ := strings.Cut(after, "*/")
		rest, whole = after, !strings.Contains(comment, "\n")
	}
	if !whole {
		return text
	}
	common, known := "", false
	for _, l := range lines[1:] {
		if strings.TrimSpace(l) == "" {
			continue
		}
		lead := l[:len(l)-len(strings.TrimLeft(l, " \t"))]
		if !known {
			common, known = lead, true
		}
		for !strings.HasPrefix(lead, common) {
			common = common[:len(common)-1]
		}
	}
	for i, l := range lines[1:] {
		if strings.TrimSpace(l) != "" {
			lines[i+1] = "    " + l[len(common):]
		}
	}
	return strings.Join(lines, "\n")
}

// bareNames are the names in a rule: they can be written without quotes, and a pool can be called like a keyword.
func (d *Document) bareNames(r *Rule) []Span {
	names := []*Name{r.Name, r.Object, r.From, r.To}
	names = append(append(names, r.Filesets...), r.Specs...)
	for _, m := range r.Members {
		names = append(names, m.Pool)
	}
	var out []Span
	for _, n := range names {
		if n != nil {
			s, _ := d.pol.Expansion.written(n.Span)
			out = append(out, s)
		}
	}
	return out
}

// capitals is a part of the written text with its keywords, attributes and functions in capitals. Words that are macros
// or names, and all that stands in strings and comments, stay.
func (d *Document) capitals(s Span, names []Span) string {
	text := s.In(d.Text())
	s.Start += len(text) - len(strings.TrimLeft(text, " \t\r\n\v\f"))
	text = strings.TrimSpace(text)
	isName := func(t token) bool {
		for _, n := range names {
			if n.Start <= s.Start+t.span.Start && s.Start+t.span.End <= n.End {
				return true
			}
		}
		return false
	}
	var b strings.Builder
	last := 0
	for _, t := range scan(text, func(Span, Severity, string, string, string) {}) {
		if t.kind != tokWord || !known(t.upper) || isName(t) {
			continue
		}
		if _, isMacro := d.pol.Expansion.macros[t.text]; isMacro {
			continue
		}
		b.WriteString(text[last:t.span.Start] + t.upper)
		last = t.span.End
	}
	return b.String() + text[last:]
}

// known says whether a word is one of the language.
func known(upper string) bool {
	if reserved[upper] || intervalUnits[upper] != "" {
		return true
	}
	switch upper {
	case "SET", "POOL", "SNAP_POOL", "GROUP", "MIGRATE", "DELETE", "EXCLUDE", "LIST", "RESTORE", "EXTERNAL", "ENCRYPTION", "CHANGE", "KEYS",
		"DIRECTORIES_PLUS", "COMPRESS", "REPLICATE", "FILESET", "SIZE", "ACTION", "EXEC", "OPTS", "ALGO", "COMBINE", "WRAP":
		return true
	}
	if _, ok := constants[upper]; ok {
		return true
	}
	if _, ok := LookupAttribute(upper); ok {
		return true
	}
	_, ok := LookupFunction(upper)
	return ok
}
