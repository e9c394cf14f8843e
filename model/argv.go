package model

import (
	"fmt"
	"strconv"
	"strings"

	"gpfsh/mmexec"
)

// argv builds the arguments of commands that package mmexec has no builder for. The first thing that is wrong is kept
// and nothing is run then.
type argv struct {
	args []string
	err  error
}

func arguments(args ...string) *argv { return &argv{args: args} }

// add adds arguments that need no check.
func (a *argv) add(args ...string) *argv {
	a.args = append(a.args, args...)
	return a
}

// flag adds an option when it is wanted.
func (a *argv) flag(wanted bool, option string) *argv {
	if wanted {
		a.args = append(a.args, option)
	}
	return a
}

// value adds an option with its value unless that is "".
func (a *argv) value(option, value string) *argv {
	if value != "" {
		a.args = append(a.args, option, value)
	}
	return a
}

// operand adds names that were checked, joined by what separates a list.
func (a *argv) operand(check func(string) error, separator string, names ...string) *argv {
	if len(names) == 0 {
		return a.fail(fmt.Errorf("there is no name"))
	}
	for _, n := range names {
		a.fail(check(n))
		if len(names) > 1 && strings.Contains(n, separator) {
			a.fail(fmt.Errorf("%q cannot stand in a list: it contains %q", n, separator))
		}
	}
	a.args = append(a.args, strings.Join(names, separator))
	return a
}

// device adds the name of a file system.
func (a *argv) device(name string) *argv { return a.operand(mmexec.CheckFilesystemName, ",", name) }

// nodes adds -N with the nodes that options named; nothing when they named none.
func (a *argv) nodes(t target) *argv {
	switch {
	case t.named:
		a.add("-N").operand(mmexec.CheckNodeName, ",", t.nodes...)
	case t.all:
		a.add("-N", "all")
	}
	return a
}

// qos adds the class of the quality of service.
func (a *argv) qos(class QoSClass) *argv { return a.value("--qos", string(class)) }

// text adds free text, which must not look like an option or break a line.
func (a *argv) text(what, value string) *argv {
	if value == "" || strings.HasPrefix(value, "-") || strings.ContainsAny(value, "\x00\n\r") {
		a.fail(fmt.Errorf("%q cannot be %s", value, what))
	}
	return a.add(value)
}

func (a *argv) fail(err error) *argv {
	if a.err == nil {
		a.err = err
	}
	return a
}

// of makes the command.
func (a *argv) of(name, object string) (mmexec.Command, error) {
	if a.err != nil {
		return mmexec.Command{}, fmt.Errorf("%s: %w", name, a.err)
	}
	return mmexec.Command{Name: name, Args: a.args, Object: object}, nil
}

// identified adds what an object was to the command that changes it, so that a plan that is carried out later can tell
// whether the name still means the same.
func identified(identity ...mmexec.Field) func(mmexec.Command, error) (mmexec.Command, error) {
	return func(cmd mmexec.Command, err error) (mmexec.Command, error) {
		cmd.Identity = append(cmd.Identity, identity...)
		return cmd, err
	}
}

// identity is what a snapshot was when it was read; nothing when only its name is known.
func (s *Snapshot) identity(prefix string) []mmexec.Field {
	if s.Created.IsZero() {
		return nil
	}
	return []mmexec.Field{
		{Name: prefix + "id", Value: strconv.FormatInt(s.ID, 10)},
		{Name: prefix + "created", Value: s.Created.Format("2006-01-02T15:04:05Z07:00")},
	}
}

// identity is what a fileset was when it was read; nothing when only its name is known.
func (f *Fileset) identity() []mmexec.Field {
	if f.Created.IsZero() {
		return nil
	}
	return []mmexec.Field{
		{Name: "id", Value: strconv.FormatInt(f.ID, 10)},
		{Name: "created", Value: f.Created.Format("2006-01-02T15:04:05Z07:00")},
	}
}
