package model

import (
	"fmt"
	"strings"
)

// Pages are how answers are read on a screen of 80 columns: the answer first, then what it rests on. The shell breaks
// long lines below their last column; see the methods Page.

// lines returns the checks in columns.
func (c Checks) lines(b *strings.Builder) {
	width := 0
	for _, check := range c {
		width = max(width, len(check.Name))
	}
	for _, check := range c {
		fmt.Fprintf(b, "%-8s  %-*s  %s\n", check.Verdict, width, check.Name, oneLine(check.Finding))
	}
}

// oneLine puts a text on one line without columns.
func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// Page returns the answer as a page for people.
func (e *Explanation) Page() string {
	if e == nil {
		return ""
	}
	var b strings.Builder
	switch cause := e.Cause(); {
	case cause != nil:
		fmt.Fprintf(&b, "%s cannot write to %s: %s\n", e.User, e.Path, oneLine(cause.Finding))
		if cause.Mend != "" {
			fmt.Fprintf(&b, "    %s\n", cause.Mend)
		}
	default:
		fmt.Fprintf(&b, "%s, %s: %s\n", e.Path, e.User, e.Summary())
	}
	var where []string
	for _, x := range [][2]string{{"file system", e.Filesystem}, {"fileset", e.Fileset}, {"pool", e.Pool}} {
		if x[1] != "" {
			where = append(where, x[0]+" "+x[1])
		}
	}
	if len(where) > 0 {
		fmt.Fprintf(&b, "\n%s\n", strings.Join(where, ", "))
	}
	e.Checks.lines(&b)
	return b.String()
}

// Page returns the answer as a page for people.
func (p *Preflight) Page() string {
	if p == nil {
		return ""
	}
	var b strings.Builder
	b.WriteString(p.answer() + "\n")
	for _, c := range p.Checks {
		if c.Mend != "" && c.Verdict == Refuses {
			fmt.Fprintf(&b, "    %s\n", c.Mend)
		}
	}
	b.WriteByte('\n')
	p.Checks.lines(&b)
	return b.String()
}

// Page returns the differences as a page for people: a line for each object, with its attributes below. Those that are
// only measured are counted, unless there are no others.
func (d Differences) Page() string {
	made, measured := d.Configured(), d.Measured()
	var b strings.Builder
	switch {
	case len(d) == 0:
		return "no differences\n"
	case len(made) > 0 && len(measured) > 0:
		d = made
	}
	last := ""
	for _, x := range d {
		object := x.Kind + " " + x.Key
		if x.In != "" {
			object += " of " + x.In
		}
		mark := map[string]string{"added": "+ ", "removed": "- "}[x.Change]
		if mark != "" {
			b.WriteString(mark + object + "\n")
			continue
		}
		if object != last {
			b.WriteString("~ " + object + "\n")
		}
		last = object
		fmt.Fprintf(&b, "    %s: %s → %s\n", x.Attribute, abridged(orNothing(x.Before)), abridged(orNothing(x.After)))
	}
	if len(made) > 0 && len(measured) > 0 {
		fmt.Fprintf(&b, "and %d that are only measured, such as what is used: .Measured()\n", len(measured))
	}
	return b.String()
}

// abridged keeps long values, such as policies, from filling the page.
func abridged(s string) string {
	const most = 200
	s = oneLine(s)
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + fmt.Sprintf("… (%d characters)", len(r))
	}
	return s
}

// Page returns what there is in the state, as a page for people.
func (s *State) Page() string {
	if s == nil {
		return ""
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s at %s\n", s.Cluster, s.Taken.Format("2006-01-02 15:04:05 -0700"))
	counts := make(map[string]int)
	var kinds []string
	for _, o := range s.Objects {
		if counts[o.Kind] == 0 {
			kinds = append(kinds, o.Kind)
		}
		counts[o.Kind]++
	}
	for _, k := range kinds {
		fmt.Fprintf(&b, "%6d  %s\n", counts[k], k)
	}
	for _, u := range s.Unread {
		fmt.Fprintf(&b, "NOT TOLD  %s\n", oneLine(u))
	}
	return b.String()
}

// Page returns how far the upgrade is, as a page for people.
func (u *Upgrade) Page() string {
	if u == nil {
		return ""
	}
	var b strings.Builder
	fmt.Fprintf(&b, "all nodes may use release %s\n", u.Release)
	var levels []string
	at := make(map[string][]string)
	for _, n := range u.Nodes {
		if n.NoAnswer != "" {
			continue
		}
		level := n.Level.String() + ifSo(n.Behind, ", behind others")
		if at[level] == nil {
			levels = append(levels, level)
		}
		at[level] = append(at[level], n.Node)
	}
	for _, level := range levels {
		if nodes := at[level]; len(nodes) == 1 {
			fmt.Fprintf(&b, "node %s has level %s\n", nodes[0], level)
		} else {
			fmt.Fprintf(&b, "%d nodes have level %s\n", len(nodes), level)
		}
	}
	for _, n := range u.Nodes {
		if n.NoAnswer != "" {
			fmt.Fprintf(&b, "node %s does not answer: %s\n", n.Node, n.NoAnswer)
		}
	}
	for _, f := range u.Filesystems {
		fmt.Fprintf(&b, "file system %s has format %s%s\n", f.Filesystem, f.Current, ifSo(f.Behind, ", and could have "+f.Highest.String()))
	}
	if len(u.Steps) == 0 {
		b.WriteString("nothing is left to do\n")
		return b.String()
	}
	b.WriteString("\nleft to do, in this order:\n")
	for i, s := range u.Steps {
		fmt.Fprintf(&b, "%d. %s%s\n", i+1, s.Command, ifSo(s.Irreversible, " (irreversible)"))
		for _, what := range [][2]string{{"opens", strings.Join(s.Opens, "; ")}, {"mind", s.Warning}, {"wait", s.Blocked}} {
			if what[1] != "" {
				fmt.Fprintf(&b, "   %-5s  %s\n", what[0], what[1])
			}
		}
	}
	return b.String()
}

func ifSo(is bool, text string) string {
	if is {
		return text
	}
	return ""
}

// Page returns what was done, as a page for people.
func (r *ProjectReport) Page() string {
	if r == nil {
		return ""
	}
	var b strings.Builder
	fmt.Fprintf(&b, "project %s%s\n", r.Project, ifSo(!r.Changed, ": nothing to do"))
	what, result := 0, 0
	for _, s := range r.Steps {
		what, result = max(what, len(s.What)), max(result, len(s.Result))
	}
	for _, s := range r.Steps {
		fmt.Fprintf(&b, "%-*s  %-*s  %s\n", what, s.What, result, s.Result, oneLine(s.Detail))
	}
	return b.String()
}
