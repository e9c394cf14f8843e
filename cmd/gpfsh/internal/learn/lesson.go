package learn

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/tools/txtar"
)

// Lesson is one lesson.
type Lesson struct {
	Name  string
	Title string   // one line
	About string   // what it is about, read before it begins
	Files bool     // it is taken on a cluster with real files
	Setup []string // what has happened before it begins; see happenings
	// Allow are patterns of commands that this lesson needs although they stop users or cannot be undone. All others of
	// that kind fail it.
	Allow []string
	// Danger are patterns of further commands that fail the lesson.
	Danger []Rule
	// Keep are expressions that must hold after every command.
	Keep  []Rule
	Steps []Step
	Worse string // what would have made it worse, read at the end
}

// Rule is something that must not happen, and why.
type Rule struct {
	What   string
	Reason string
}

// Step is one step of a lesson. It is done when all of its conditions hold.
type Step struct {
	Goal string
	// Check is code of the language whose last expression is true when the step is done.
	Check string
	// Asked are patterns of commands that must have been run: for steps that leave no trace in the cluster.
	Asked []string
	// Planned are patterns of commands that must have been rehearsed.
	Planned []string
	Hints   []string // each goes further than the one before
	Way     []string // entries that reach the goal: one way among others
	Wrong   []string // entries that do not, for the tests
	Risky   []string // entries that fail the lesson, for the tests
}

// Parse reads a lesson. It is a txtar archive: the comment is the lesson, each file called "step" a step. Both are lines
// of the form "key: text"; lines that begin with a blank go on with the text, and a key that comes again is one more
// value. Rules are "what => reason". The keys are the fields of [Lesson] and [Step] in small letters; hint, way, wrong
// and risky are singular.
func Parse(name string, data []byte) (*Lesson, error) {
	archive := txtar.Parse(data)
	l := &Lesson{Name: name}
	err := fields(string(archive.Comment), map[string]func(string){
		"title": set(&l.Title), "about": prose(&l.About), "worse": prose(&l.Worse), "files": func(v string) { l.Files = v == "yes" },
		"setup": add(&l.Setup), "allow": add(&l.Allow), "danger": rule(&l.Danger), "keep": rule(&l.Keep),
	})
	for i, f := range archive.Files {
		var s Step
		if f.Name != "step" {
			err = errors.Join(err, fmt.Errorf("unknown part %q: there are only steps", f.Name))
			continue
		}
		err = errors.Join(err, fields(string(f.Data), map[string]func(string){
			"goal": prose(&s.Goal), "check": set(&s.Check), "asked": add(&s.Asked), "planned": add(&s.Planned),
			"hint": func(v string) { s.Hints = append(s.Hints, flow(v)) }, "way": add(&s.Way), "wrong": add(&s.Wrong), "risky": add(&s.Risky),
		}))
		if s.Goal == "" || s.Check == "" && len(s.Asked) == 0 && len(s.Planned) == 0 {
			err = errors.Join(err, fmt.Errorf("step %d needs a goal, and a check or what has to be asked or planned", i+1))
		}
		l.Steps = append(l.Steps, s)
	}
	switch {
	case err != nil:
	case l.Title == "":
		err = errors.New("it has no title")
	case len(l.Steps) == 0:
		err = errors.New("it has no steps")
	}
	if err != nil {
		return nil, fmt.Errorf("lesson %s: %w", name, err)
	}
	return l, nil
}

func set(to *string) func(string)   { return func(s string) { *to = s } }
func prose(to *string) func(string) { return func(s string) { *to = flow(s) } }
func add(to *[]string) func(string) { return func(s string) { *to = append(*to, s) } }

// flow joins the lines of each paragraph: whoever reads it has a terminal of some width.
func flow(s string) string {
	paragraphs := strings.Split(s, "\n\n")
	for i, p := range paragraphs {
		paragraphs[i] = strings.Join(strings.Fields(p), " ")
	}
	return strings.Join(paragraphs, "\n")
}

func rule(to *[]Rule) func(string) {
	return func(s string) {
		what, reason, _ := strings.Cut(s, " => ")
		*to = append(*to, Rule{strings.TrimSpace(what), flow(reason)})
	}
}

// fields reads lines of the form "key: text" and hands each value to the function of its key.
func fields(text string, keys map[string]func(string)) error {
	var (
		err   error
		key   string
		value []string
	)
	end := func() {
		if key == "" {
			return
		}
		if take := keys[key]; take != nil {
			take(strings.TrimSpace(strings.Join(value, "\n")))
		} else {
			err = errors.Join(err, fmt.Errorf("unknown key %q", key))
		}
	}
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\n")
		switch {
		case strings.HasPrefix(line, "#"):
		case line == "" || line[0] == ' ' || line[0] == '\t':
			value = append(value, strings.TrimSpace(line))
		default:
			end()
			var first string
			key, first, _ = strings.Cut(line, ":")
			value = []string{strings.TrimSpace(first)}
		}
	}
	end()
	return err
}

// matches tells whether a command line matches one of some patterns, in which * stands for any text.
func matches(patterns []string, line string) bool {
	return slices.ContainsFunc(patterns, func(p string) bool { return matchesOne(p, line) })
}

func matchesOne(pattern, line string) bool {
	expr := "^" + strings.ReplaceAll(regexp.QuoteMeta(pattern), `\*`, ".*") + "$"
	ok, err := regexp.MatchString(expr, line)
	return err == nil && ok
}
