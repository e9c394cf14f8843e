// Package phrasebook says what the mm commands are called in the language: the table for whoever has typed mm commands
// for years. The shell answers :how from it and shows the expression for a command line that was typed; the
// documentation prints it.
package phrasebook

import (
	"go/token"
	"slices"
	"strconv"
	"strings"
)

// Phrase is one way to call a command and what it is in the language. What stands in angle brackets is an example: any
// other name may take its place, on both sides.
type Phrase struct {
	Group string // what it is about: "Snapshots"
	line  string // with a ! behind an option that has no value although an example follows
	expr  string
	// Runs is the command that the expression runs, when it is another one: the names of the file systems come from the
	// configuration, not from mmlsfs.
	Runs string
	// Note says what is different, in a few words; "" when nothing is.
	Note string
}

// Line returns the command line as it is typed in a shell: mmcrsnapshot mmfs1 nightly.
func (p Phrase) Line() string { return unmarked(p.line) }

// Expr returns the expression: mmfs1.Snapshots.New("nightly").
func (p Phrase) Expr() string { return unmarked(p.expr) }

// Command returns the word that the line begins with: mmcrsnapshot.
func (p Phrase) Command() string {
	word, _, _ := strings.Cut(p.line, " ")
	return word
}

func unmarked(s string) string { return strings.NewReplacer("<", "", ">", "", "! ", " ").Replace(s) }

// All returns the phrases, those about the same thing together.
func All() []Phrase { return slices.Clone(phrases) }

// Of returns the phrases of a command, or of all commands with the word in their name, line or expression when no
// command is called so.
func Of(word string) []Phrase {
	var found []Phrase
	for _, p := range phrases {
		if p.Command() == word {
			found = append(found, p)
		}
	}
	if len(found) > 0 || word == "" {
		return found
	}
	low := strings.ToLower(word)
	for _, p := range phrases {
		if strings.Contains(strings.ToLower(p.Group+" "+p.Line()+" "+p.Expr()), low) {
			found = append(found, p)
		}
	}
	return found
}

// Translate returns the expression for a command line, "" when the table has none that says exactly as much.
func Translate(argv []string) string {
	if len(argv) == 0 {
		return ""
	}
	for _, p := range phrases {
		if p.Command() != argv[0] {
			continue
		}
		if values, ok := matches(strings.Fields(p.line)[1:], argv[1:]); ok {
			return fill(p.expr, values)
		}
	}
	return ""
}

// harmless are options that change how an answer looks and not what it is.
var harmless = map[string]bool{"-Y": true, "-L": true}

// matches compares the words of a line with those of a phrase and returns what stands for its examples. Options may
// stand in any order.
func matches(pattern, args []string) (values map[string]string, ok bool) {
	values = make(map[string]string)
	wantOptions, wantOperands := split(pattern, nil)
	options, operands := split(args, wantOptions)
	if len(operands) != len(wantOperands) {
		return nil, false
	}
	for name, want := range wantOptions {
		got, given := options[name]
		if !given || !matchWord(want, got, values) {
			return nil, false
		}
	}
	for name := range options {
		if _, wanted := wantOptions[name]; !wanted && !harmless[name] {
			return nil, false
		}
	}
	for i, want := range wantOperands {
		if !matchWord(want, operands[i], values) {
			return nil, false
		}
	}
	return values, true
}

// split takes options and operands apart. An option of a phrase has a value when the word behind it is marked as an
// example; an option of a line when it has one in the phrase.
func split(words []string, like map[string]string) (options map[string]string, operands []string) {
	options = make(map[string]string)
	for i := 0; i < len(words); i++ {
		w := words[i]
		if len(w) < 2 || w[0] != '-' {
			operands = append(operands, w)
			continue
		}
		hasValue := like[w] != ""
		if like == nil {
			hasValue = i+1 < len(words) && strings.HasPrefix(words[i+1], "<") && !strings.HasSuffix(w, "!")
		}
		if hasValue && i+1 < len(words) {
			i++
			options[w] = words[i]
			continue
		}
		options[strings.TrimSuffix(w, "!")] = ""
	}
	return options, operands
}

// matchWord compares one word with one of a phrase: mmfs1 with <mmfs1>, home:nightly with <home>:<nightly>.
func matchWord(want, got string, values map[string]string) bool {
	for {
		fixed, rest, marked := strings.Cut(want, "<")
		if !strings.HasPrefix(got, fixed) {
			return false
		}
		got = got[len(fixed):]
		if !marked {
			return got == ""
		}
		name, behind, _ := strings.Cut(rest, ">")
		value := got
		if behind != "" {
			next, _, _ := strings.Cut(behind, "<")
			i := strings.Index(got, next)
			if i < 0 {
				return false
			}
			value = got[:i]
		}
		if value == "" || strings.HasPrefix(value, "-") {
			return false
		}
		if behind == "" && strings.ContainsAny(value, ":=,") && !strings.ContainsAny(name, ":=,") {
			return false // it holds more than the phrase speaks of: a snapshot of a fileset, a list
		}
		values[name] = value
		want, got = behind, got[len(value):]
	}
}

// fill puts values in the place of the examples. A name that stands alone for a file system must be one that Go
// can have.
func fill(expr string, values map[string]string) string {
	var b strings.Builder
	for {
		fixed, rest, marked := strings.Cut(expr, "<")
		b.WriteString(fixed)
		if !marked {
			return b.String()
		}
		name, behind, _ := strings.Cut(rest, ">")
		value := values[name]
		switch {
		case strings.HasSuffix(b.String(), `"`):
			quoted := strconv.Quote(value)
			b.WriteString(quoted[1 : len(quoted)-1])
		case !token.IsIdentifier(value) && name == exampleFS:
			b.WriteString("cluster.Filesystems[" + strconv.Quote(value) + "]")
		default:
			b.WriteString(value)
		}
		expr = behind
	}
}

// exampleFS is the file system of the examples.
const exampleFS = "mmfs1"
