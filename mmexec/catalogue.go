package mmexec

import (
	"path"
	"slices"
	"strings"
)

// Effect is what a command does to the cluster and to its users.
type Effect int

// The effects, in the order of their weight.
const (
	Reads        Effect = iota // changes nothing
	Changes                    // changes the cluster
	StopsUsers                 // takes something away from users while it lasts: mounts, disks, daemons, creates
	Irreversible               // cannot be taken back
)

// String returns the effect as a word for plans and messages.
func (e Effect) String() string {
	switch e {
	case Reads:
		return "reads"
	case Changes:
		return "changes"
	case StopsUsers:
		return "stops users"
	case Irreversible:
		return "irreversible"
	}
	return "unknown effect"
}

// Cost is how much of the cluster has to work for an answer.
type Cost int

// The costs, from the cheapest on.
const (
	CostConfig   Cost = iota // answered from the configuration of the node
	CostManager              // asks the manager of a file system or of the cluster
	CostAllNodes             // asks all nodes
	CostScan                 // reads allocation maps, inodes or directories: minutes to hours
)

// String returns the cost as words for messages.
func (c Cost) String() string {
	switch c {
	case CostConfig:
		return "configuration"
	case CostManager:
		return "file system manager"
	case CostAllNodes:
		return "all nodes"
	case CostScan:
		return "scan"
	}
	return "unknown cost"
}

// YForm tells where -Y stands in the arguments of a command.
type YForm int

// The places of -Y.
const (
	YNone  YForm = iota // the command has no -Y form
	YLast               // behind everything else
	YFirst              // before the operands
)

// Class is what the catalogue knows of one command line.
type Class struct {
	Effect Effect
	Cost   Cost
	// Known is false when the command, or one of its options, is not in the catalogue. Such a line counts as changing.
	Known bool
	// Heavy commands change nothing but cost so much that nothing runs them unasked, not even a dry run.
	Heavy bool
	// Since is the release that brought the command, zero when it is older than any release in use.
	Since Release
	// Y and YSince tell where -Y stands and which release brought it.
	Y      YForm
	YSince Release
}

// entry is one line of the catalogue.
type entry struct {
	// form is the command word and the operands that decide; * stands for any one operand: "mmafmctl * getstate".
	form   string
	effect Effect
	cost   Cost
	// options are all options of the form, a colon marks those that take a value: "-L -N: --fqdn". A form that changes
	// the cluster needs them only where a case makes it read, or where the value of an option decides.
	options string
	// configOnly are options that the configuration alone answers, as long as no other one stands with them.
	configOnly string
	y          YForm
	cases      []optionCase
	heavy      bool
	since      Release
	ySince     Release
}

// optionCase is an option, or an option and its value, or an operand, that decides the effect or cost. A * in it
// stands for any text.
type optionCase struct {
	when   string
	effect Effect
	cost   Cost
}

// keep in an optionCase leaves the cost or effect as it is.
const (
	keepEffect Effect = -1
	keepCost   Cost   = -1
)

// Classify tells what a command line does and costs, by its command word, its verbs and its options. What it does not
// know counts as changing.
func Classify(argv []string) Class {
	unknown := Class{Effect: Changes, Cost: CostScan}
	if len(argv) == 0 {
		return unknown
	}
	argv = append([]string{commandName(argv[0])}, argv[1:]...)
	switch argv[0] {
	case "mmdsh":
		return classifyMmdsh(argv)
	case remoteShell:
		return classifyRemote(argv)
	}
	for _, e := range catalogue {
		if e.matches(argv) {
			return e.classify(argv)
		}
	}
	return unknown
}

// ClassifyCommand is Classify with the contents of the command's files taken into account: a policy may change the
// cluster in ways that the options of mmapplypolicy do not show.
func ClassifyCommand(cmd Command) Class {
	c := Classify(append([]string{cmd.Name}, cmd.Args...))
	if cmd.Name == "mmapplypolicy" {
		c.Effect = policyEffect(cmd, c.Effect)
	}
	return c
}

// commandName takes the directory of Storage Scale off a command word. A command of another directory is not ours.
func commandName(word string) string {
	if dir, name := path.Split(word); dir == DefaultBinDir+"/" {
		return name
	}
	return word
}

func (e *entry) matches(argv []string) bool {
	form := strings.Fields(e.form)
	if len(argv) < len(form) {
		return false
	}
	for i, word := range form {
		if word != argv[i] && (word != "*" || strings.HasPrefix(argv[i], "-")) {
			return false
		}
	}
	return true
}

func (e *entry) classify(argv []string) Class {
	args := argv[len(strings.Fields(e.form)):]
	c := Class{Effect: e.effect, Cost: e.cost, Known: true, Heavy: e.heavy, Since: e.since, Y: e.y, YSince: e.ySince}
	words, known := parseOptions(args, e.options)
	for _, oc := range e.cases {
		n := oc.count(words)
		if n == 0 {
			continue
		}
		switch {
		case oc.effect == Reads && n == 1 && known && !repeats(words, strings.Fields(oc.when)[0]):
			c.Effect = Reads
		case oc.effect > c.Effect:
			c.Effect = oc.effect
		}
		c.Cost = max(c.Cost, oc.cost)
	}
	if !known && (e.effect == Reads || e.options != "") {
		c.Known = false
		c.Effect = max(c.Effect, Changes)
	}
	if e.configOnly != "" && onlyOptions(words, e.configOnly) {
		c.Cost = CostConfig
	}
	return c
}

// onlyOptions tells whether there are options besides -Y, and all of them are in the list.
func onlyOptions(words []word, list string) bool {
	n := 0
	for _, w := range words {
		switch {
		case w.option == "" || w.option == "-Y":
		case slices.Contains(strings.Fields(list), w.option):
			n++
		default:
			return false
		}
	}
	return n > 0
}

// word is one option with its value, or one operand.
type word struct{ option, value string }

// parseOptions splits arguments by the options of a form and tells whether all of them are known. Flags of one letter
// may be written together (-av), a long option may carry its value behind "=".
func parseOptions(args []string, options string) (words []word, known bool) {
	takesValue := make(map[string]bool)
	for _, o := range strings.Fields(options) {
		name, isValue := strings.CutSuffix(o, ":")
		takesValue[name] = isValue
	}
	known = true
	for i := 0; i < len(args); i++ {
		a := args[i]
		if len(a) < 2 || a[0] != '-' {
			words = append(words, word{value: a})
			continue
		}
		name, value, attached := strings.Cut(a, "=")
		if !strings.HasPrefix(a, "--") {
			name, value, attached = a, "", false
		}
		needs, ok := takesValue[name]
		switch {
		case ok && needs && attached:
			words = append(words, word{name, value})
		case ok && needs && i+1 < len(args):
			i++
			words = append(words, word{name, args[i]})
		case ok && !needs && !attached:
			words = append(words, word{option: name})
		default:
			letters, all := flagLetters(a, takesValue)
			if !all {
				known = false
				words = append(words, word{option: a})
				// The value of an option that is not known may look like a word that decides; it is shown as one, and
				// cannot make the line read because known is false.
				continue
			}
			words = append(words, letters...)
		}
	}
	return words, known
}

// flagLetters takes flags that are written together apart: -Lsa.
func flagLetters(a string, takesValue map[string]bool) ([]word, bool) {
	if strings.HasPrefix(a, "--") {
		return nil, false
	}
	var words []word
	for _, c := range a[1:] {
		name := "-" + string(c)
		if needs, ok := takesValue[name]; !ok || needs {
			return nil, false
		}
		words = append(words, word{option: name})
	}
	return words, true
}

func (oc optionCase) count(words []word) int {
	want := strings.Fields(oc.when)
	n := 0
	for i, w := range words {
		text := w.option
		if text == "" {
			text = w.value
		}
		if !glob(want[0], text) {
			continue
		}
		if len(want) == 2 {
			value := w.value
			if w.option != "" && value == "" && i+1 < len(words) && words[i+1].option == "" {
				value = words[i+1].value
			}
			if !glob(want[1], value) {
				continue
			}
		}
		n++
	}
	return n
}

func repeats(words []word, option string) bool {
	n := 0
	for _, w := range words {
		if w.option == option {
			n++
		}
	}
	return n > 1
}

// glob matches text with a pattern in which each * stands for any text.
func glob(pattern, text string) bool {
	parts := strings.Split(pattern, "*")
	if len(parts) == 1 {
		return pattern == text
	}
	if !strings.HasPrefix(text, parts[0]) {
		return false
	}
	text = text[len(parts[0]):]
	for _, p := range parts[1 : len(parts)-1] {
		i := strings.Index(text, p)
		if i < 0 {
			return false
		}
		text = text[i+len(p):]
	}
	return strings.HasSuffix(text, parts[len(parts)-1])
}

// classifyMmdsh judges mmdsh by the command that it runs on the nodes. That command is a line for a remote shell, so
// only a line of plain words can be judged at all.
func classifyMmdsh(argv []string) Class {
	c := Class{Effect: Changes, Cost: CostAllNodes, Known: true}
	const options = "-N: -l: -i -s -r: -v -R: -f:"
	args := argv[1:]
	for len(args) > 0 && strings.HasPrefix(args[0], "-") {
		words, known := parseOptions(args[:min(2, len(args))], options)
		if !known || len(words) == 0 {
			c.Known = false
			return c
		}
		n := 1
		if words[0].value != "" && words[0].option != "" {
			n = 2
		}
		args = args[n:]
	}
	line := strings.Join(args, " ")
	for i := 0; i < len(line); i++ {
		if line[i] != ' ' && !plain(line[i]) {
			return c
		}
	}
	inner := strings.Fields(line)
	if len(inner) == 0 || inner[0] == "mmdsh" {
		return c
	}
	in := Classify(inner)
	c.Effect = max(in.Effect, Reads)
	c.Known = in.Known
	if in.Known {
		c.Cost = max(in.Cost, CostAllNodes)
	}
	return c
}
