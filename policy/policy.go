package policy

import (
	"fmt"
	"os"
	"strings"

	"gpfsh/policy/lang"
)

// Part is what a policy is made of: a [Rule], or a macro, an include or a remark.
type Part interface {
	// part is the text where certain macros are defined.
	part(p *lang.Printer) (string, error)
}

func (r Rule) part(p *lang.Printer) (string, error) { return r.print(p) }

// Item is a part of a policy that is not a rule.
type Item struct {
	text string
	err  error
}

func (i Item) part(*lang.Printer) (string, error) { return i.text, i.err }

// String is the item as policy text, or what is wrong with it.
func (i Item) String() string { return show(i.text, i.err) }

// Macro defines a macro for an expression: Macro("is_old", policy.Age(policy.Access).Over(30*Day)) stands for it wherever
// the word is_old is written. Its text is put into parentheses, so that it holds together.
func Macro(name string, c Criterion) Item {
	text, err := c.Text()
	return define(name, "("+text+")", err)
}

// Variable defines a word that stands for a text inside of strings: after Variable("TAPEPOOL", "pool1@lib1"), OPTS
// '-p TAPEPOOL' is OPTS '-p pool1@lib1'.
func Variable(name, text string) Item {
	return define(name, "["+strings.ReplaceAll(text, "'", "''")+"]", nil)
}

func define(name, text string, err error) Item {
	switch {
	case err != nil:
	case !isWord(name):
		err = fmt.Errorf("%q cannot be the name of a macro: letters, digits and _, no digit first", name)
	case !lang.Quotable(text):
		err = errZero
	case !balanced(text):
		err = fmt.Errorf("the text of macro %s has brackets without their partners: %q", name, text)
	case strings.Contains(text, "$"):
		// $1 would be an argument.
		err = fmt.Errorf("the text of macro %s holds a dollar sign, which m4 takes for an argument: %q", name, text)
	}
	if err != nil {
		return Item{err: err}
	}
	return Item{text: "define([" + name + "],[" + text + "])"}
}

func isWord(s string) bool {
	for i := 0; i < len(s); i++ {
		c := s[i]
		letter := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_'
		if !letter && (i == 0 || c < '0' || c > '9') {
			return false
		}
	}
	return s != ""
}

func balanced(s string) bool {
	depth := 0
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '[':
			depth++
		case ']':
			if depth--; depth < 0 {
				return false
			}
		}
	}
	return depth == 0
}

// Include reads another file, by its absolute path. It must not lie in the file system whose policy includes it: when that
// is mounted, the file cannot be read yet.
func Include(path string) Item {
	if !strings.HasPrefix(path, "/") || !lang.Quotable(path) || !balanced(path) {
		return Item{err: fmt.Errorf("%q cannot be included: an absolute path is wanted", path)}
	}
	return Item{text: "include([" + path + "])"}
}

// Remark is a comment.
func Remark(text string) Item {
	if !lang.Quotable(text) {
		return Item{err: errZero}
	}
	return Item{text: lang.Comment(text)}
}

// Policy is a policy text with its rules. What is not edited stays as it was written: comments, macros, layout, and rules
// that are disabled, which are comments.
type Policy struct {
	doc  *lang.Document
	name string
	opts lang.Options
}

// New makes a policy of its parts, each on lines of its own.
func New(parts ...Part) (*Policy, error) {
	p, err := Parse("")
	if err != nil {
		return nil, err
	}
	return p, p.Add(parts...)
}

// Parse reads a policy text. Files that it includes are not read; [ParseFile] reads them.
func Parse(text string) (*Policy, error) { return load("policy", text, lang.Options{}) }

// ParseFile reads a policy file, and the files that it includes.
func ParseFile(path string) (*Policy, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	return load(path, string(b), lang.Options{Include: readFile})
}

func readFile(path string) (string, error) {
	b, err := os.ReadFile(path)
	return string(b), err
}

func load(name, text string, opts lang.Options) (*Policy, error) {
	doc, err := lang.Load(lang.Source{Name: name, Text: text}, opts)
	if err != nil {
		return nil, err
	}
	return &Policy{doc: doc, name: name, opts: opts}, nil
}

// Text is the policy as it is written now.
func (p *Policy) Text() string { return p.doc.Text() }

// String is the text.
func (p *Policy) String() string { return p.Text() }

// Check finds what is wrong or doubtful in the policy.
func (p *Policy) Check() []lang.Finding {
	return lang.CheckPolicy(p.doc.Policy(), lang.CheckOptions{Options: p.opts})
}

// Rules are the rules that hold, in order, those of included files too.
func (p *Policy) Rules() []Rule {
	var out []Rule
	for _, r := range p.doc.Rules() {
		out = append(out, Rule{rule: *r})
	}
	return out
}

// Disabled are the rules that are kept in comments.
func (p *Policy) Disabled() []Rule {
	var out []Rule
	for _, it := range p.doc.Items() {
		if it.Kind == lang.DisabledItem {
			for _, r := range it.Rules {
				out = append(out, Rule{rule: *r})
			}
		}
	}
	return out
}

// Rule finds the first rule of that name.
func (p *Policy) Rule(name string) (Rule, error) {
	for _, r := range p.doc.Rules() {
		if r.Name != nil && r.Name.Value == name {
			return Rule{rule: *r}, nil
		}
	}
	return Rule{}, p.noRule(name)
}

func (p *Policy) noRule(name string) error {
	var have []string
	for _, r := range p.doc.Rules() {
		if r.Name != nil {
			have = append(have, "'"+r.Name.Value+"'")
		}
	}
	if len(have) == 0 {
		return fmt.Errorf("there is no rule '%s': the rules of the policy have no names", name)
	}
	return fmt.Errorf("there is no rule '%s'; there are %s", name, strings.Join(have, ", "))
}

func (p *Policy) find(name string) (int, error) {
	i := p.doc.Find(name)
	if i < 0 {
		if r, err := p.Rule(name); err == nil {
			return 0, fmt.Errorf("rule '%s' comes out of an included file or a macro and cannot be edited here", r.Name())
		}
		return 0, p.noRule(name)
	}
	return i, nil
}

func (p *Policy) printer() *lang.Printer { return &lang.Printer{Macros: p.doc.Macros()} }

// Add puts parts at the end.
func (p *Policy) Add(parts ...Part) error {
	return p.edit(func(d *lang.Document) error {
		for _, part := range parts {
			text, err := part.part(&lang.Printer{Macros: d.Macros()})
			if err != nil {
				return err
			}
			if err := d.Insert(len(d.Items()), text); err != nil {
				return err
			}
		}
		return nil
	})
}

// Insert puts parts before the rule of that name.
func (p *Policy) Insert(before string, parts ...Part) error {
	return p.edit(func(d *lang.Document) error {
		for _, part := range parts {
			i := d.Find(before)
			if i < 0 {
				return p.noRule(before)
			}
			text, err := part.part(&lang.Printer{Macros: d.Macros()})
			if err != nil {
				return err
			}
			if err := d.Insert(i, text); err != nil {
				return err
			}
		}
		return nil
	})
}

// edit does several edits, or none of them.
func (p *Policy) edit(f func(d *lang.Document) error) error {
	work := *p.doc
	if err := f(&work); err != nil {
		return err
	}
	p.doc = &work
	return nil
}

// Put replaces the rule of the same name. Only the clauses that differ are written anew.
func (p *Policy) Put(r Rule) error {
	i, err := p.find(r.Name())
	if err != nil {
		return err
	}
	whole, err := r.print(p.printer())
	if err != nil {
		return err
	}
	old := p.doc.Items()[i].Rule()
	if old.Kind != r.rule.Kind {
		return p.doc.Replace(i, whole)
	}
	return p.edit(func(d *lang.Document) error {
		pr := &lang.Printer{Macros: d.Macros()}
		plain := &lang.Printer{}
		for _, c := range r.rule.Kind.Clauses() {
			if plain.Clause(old, c) == plain.Clause(&r.rule, c) {
				continue
			}
			if err := d.SetClause(i, c, pr.Clause(&r.rule, c)); err != nil {
				// A rule whose clauses come out of macros is written anew as a whole.
				return d.Replace(i, whole)
			}
		}
		return nil
	})
}

// Remove takes the rule of that name out.
func (p *Policy) Remove(name string) error {
	i, err := p.find(name)
	if err != nil {
		return err
	}
	return p.doc.Remove(i)
}

// Move puts a rule before another one; "" is the end.
func (p *Policy) Move(name, before string) error {
	i, err := p.find(name)
	if err != nil {
		return err
	}
	to := len(p.doc.Items())
	if before != "" {
		if to, err = p.find(before); err != nil {
			return err
		}
	}
	return p.doc.Move(i, to)
}

// Disable makes a comment of a rule. Enable brings it back as it was.
func (p *Policy) Disable(name string) error {
	i, err := p.find(name)
	if err != nil {
		return err
	}
	return p.doc.Disable(i)
}

// Enable makes a rule of a comment that holds it.
func (p *Policy) Enable(name string) error {
	i, err := p.find(name)
	if err != nil {
		return err
	}
	return p.doc.Enable(i)
}

// Format lays the text out anew: every clause in its place, keywords in capitals.
func (p *Policy) Format() error {
	text, err := lang.Format(p.doc.Policy().Source, p.opts)
	if err != nil {
		return err
	}
	q, err := load(p.name, text, p.opts)
	if err != nil {
		return err
	}
	p.doc = q.doc
	return nil
}
