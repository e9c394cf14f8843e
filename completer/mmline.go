package completer

import (
	"strings"

	"gpfsh/interp"
	"gpfsh/mmexec"
)

// MmLine completes the line of an mm command that ends at offset: the command, its verbs and options, names of file
// systems and nodes.
func (c *Completer) MmLine(line string, offset int, asked bool) Result {
	res := Result{Start: offset}
	typed := line[:offset]
	res.Start -= len(typed) - strings.LastIndexAny(typed, " \t") - 1
	c.mmWord(&res, typed, asked)
	return res
}

// mmLine completes the line inside Mm("…: the suggestions stand for the whole line so far.
func (c *Completer) mmLine(res *Result, typed string, asked bool) {
	before := typed[:strings.LastIndexAny(typed, " \t")+1]
	c.mmWord(res, typed, asked)
	for i := range res.Suggestions {
		res.Suggestions[i].Text = before + res.Suggestions[i].Text
	}
}

// mmWord suggests the last word of an mm command line.
func (c *Completer) mmWord(res *Result, typed string, asked bool) {
	words := strings.Fields(typed)
	word := ""
	if len(words) > 0 && !strings.HasSuffix(typed, " ") {
		word = words[len(words)-1]
		words = words[:len(words)-1]
	}
	add := func(kind, doc string, texts ...string) {
		for _, i := range rank(len(texts), word, func(i int) (string, int) { return texts[i], 0 }) {
			if texts[i] != word {
				res.Suggestions = append(res.Suggestions, Suggestion{Text: texts[i], Kind: kind, Doc: doc})
			}
		}
	}
	if len(words) == 0 {
		names := mmexec.KnownCommands()
		for _, i := range rank(len(names), word, func(i int) (string, int) { return names[i], 0 }) {
			if names[i] != word {
				res.Suggestions = append(res.Suggestions, Suggestion{Text: names[i], Kind: "mm command"})
			}
		}
		return
	}
	options, takesValue := mmexec.KnownOptions(words)
	if strings.HasPrefix(word, "-") {
		add("option", "", options...)
		return
	}
	cluster := interp.Step{Root: "Cluster"}
	last := words[len(words)-1]
	switch {
	case last == "-N":
		c.named(res, interp.Path{cluster, {Field: "Nodes"}}, word, '`', "", asked, false)
		c.named(res, interp.Path{cluster, {Field: "NodeClasses"}}, word, '`', "", asked, false)
		return
	case last == "-j" && takesValue["-j"] && len(words) > 1:
		c.named(res, interp.Path{cluster, {Field: "Filesystems"}, {Key: words[1]}, {Field: "Filesets"}}, word, '`', "", asked, false)
		return
	case takesValue[last]:
		return
	}
	if next := mmexec.NextWords(words); len(next) > 0 {
		add("word", "", next...)
	}
	switch operands := operandsOf(words[1:], takesValue); {
	case operands == 0 && len(res.Suggestions) == 0:
		c.named(res, interp.Path{cluster, {Field: "Filesystems"}}, word, '`', "", asked, false)
	case operands == 1 && words[0] == "mmlsfileset":
		c.named(res, interp.Path{cluster, {Field: "Filesystems"}, {Key: words[1]}, {Field: "Filesets"}}, word, '`', "", asked, false)
	}
}

// operandsOf counts the words that are neither options nor their values.
func operandsOf(words []string, takesValue map[string]bool) int {
	n := 0
	for i := 0; i < len(words); i++ {
		if !strings.HasPrefix(words[i], "-") {
			n++
		} else if takesValue[words[i]] {
			i++
		}
	}
	return n
}
