package mmexec

import (
	"slices"
	"strings"
)

// KnownCommands returns the command words of the catalogue, sorted: mmaddcallback, mmadddisk …
func KnownCommands() []string {
	var names []string
	for _, e := range catalogue {
		word, _, _ := strings.Cut(e.form, " ")
		names = append(names, word)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// KnownOptions returns the options that the catalogue lists for a command line, in its order, and those of them that
// take a value. The list is that of the options that matter to the class of the command: it may be empty.
func KnownOptions(argv []string) (options []string, takesValue map[string]bool) {
	takesValue = make(map[string]bool)
	for _, e := range catalogue {
		if len(argv) == 0 || !e.matches(argv) {
			continue
		}
		for _, o := range strings.Fields(e.options) {
			name, value := strings.CutSuffix(o, ":")
			options = append(options, name)
			takesValue[name] = value
		}
		break
	}
	return options, takesValue
}

// NextWords returns the words that may follow the operands of a command that has verbs: node, cluster, event behind
// mmhealth.
func NextWords(argv []string) []string {
	var next []string
	for _, e := range catalogue {
		form := strings.Fields(e.form)
		if len(form) <= len(argv) || form[len(argv)] == "*" {
			continue
		}
		same := true
		for i, word := range argv {
			same = same && (form[i] == word || form[i] == "*")
		}
		if same && !slices.Contains(next, form[len(argv)]) {
			next = append(next, form[len(argv)])
		}
	}
	return next
}
