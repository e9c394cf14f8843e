package connect

import (
	"fmt"
	"slices"
	"strings"

	"gpfsh/mmexec"
)

// Destructive is what a command takes away, as confirmation and scripts count it.
type Destructive struct {
	Cmd    mmexec.Command
	Effect mmexec.Effect
	// Count is the number of objects that the command names, at least 1.
	Count int
	// Typed says that a single key must not be enough: whole file systems, NSDs, nodes.
	Typed bool
	// Object is the one object of such a command; "" when there are several.
	Object string
}

// Destroys says what a command takes away; ok is false for commands that take nothing away.
func Destroys(cmd mmexec.Command) (d Destructive, ok bool) {
	class := mmexec.ClassifyCommand(cmd)
	if class.Effect < mmexec.StopsUsers {
		return d, false
	}
	d = Destructive{Cmd: cmd, Effect: class.Effect, Count: 1}
	operands := operands(cmd)
	for _, o := range operands {
		n := len(strings.FieldsFunc(o, func(r rune) bool { return r == ',' || r == ';' }))
		d.Count = max(d.Count, n)
	}
	switch cmd.Name {
	case "mmdelfs", "mmdelnsd", "mmdelnode":
		d.Typed = true
		if d.Count == 1 && len(operands) > 0 {
			d.Object = operands[0]
		}
	}
	return d, true
}

// operands returns what a command names. The value of -N or -n is what mmdelnode names.
func operands(cmd mmexec.Command) []string {
	var list []string
	for i := 0; i < len(cmd.Args); i++ {
		a := cmd.Args[i]
		if !strings.HasPrefix(a, "-") {
			list = append(list, a)
			continue
		}
		if a == "-N" && cmd.Name == "mmdelnode" {
			continue // the next one is the node
		}
		if slices.Contains([]string{"-N", "-j", "-p", "--qos", "-F"}, a) {
			i++
		}
	}
	return list
}

// LimitError says that a script would take away more than it was allowed to.
type LimitError struct {
	Cmd   mmexec.Command
	Limit int  // of destructive actions
	Typed bool // the command destroys a file system, an NSD or a node
}

// Error says what to do.
func (e *LimitError) Error() string {
	if e.Typed {
		return fmt.Sprintf("refused: %s: a program may destroy file systems, NSDs and nodes only with --allow-destroy N", e.Cmd)
	}
	return fmt.Sprintf("refused: %s: it is more than %d destructive actions; --allow-destroy N allows N of them", e.Cmd, e.Limit)
}

// DefaultLimit is how many destructive actions a program may do when nobody says more.
const DefaultLimit = 20

// Limit counts the destructive actions of a program and refuses those beyond the limit.
type Limit struct {
	// Allowed is the number that --allow-destroy gives; 0 when it was not given.
	Allowed int
	done    int
}

// Ask is for [mmexec.Confirm]-like use: it returns a [*LimitError] for what is too much. It is not safe for concurrent
// use.
func (l *Limit) Ask(d Destructive) error {
	most := DefaultLimit
	if l.Allowed > 0 {
		most = l.Allowed
	} else if d.Typed {
		return &LimitError{Cmd: d.Cmd, Typed: true}
	}
	if l.done+d.Count > most {
		return &LimitError{Cmd: d.Cmd, Limit: most}
	}
	l.done += d.Count
	return nil
}
