package mmexec

import (
	"fmt"
	"strconv"
	"strings"
)

// line is a command in the making. The first thing that is wrong is kept, so that builders stay flat, and a command
// that is not right is never handed out.
type line struct {
	name  string
	args  []string
	files []File
	err   error
}

func newLine(command string) *line { return &line{name: command} }

func (l *line) fail(err error) *line {
	if l.err == nil {
		l.err = err
	}
	return l
}

// refuse fails when something is wrong.
func (l *line) refuse(wrong bool, format string, args ...any) *line {
	if wrong {
		l.fail(&OptionError{l.name, fmt.Sprintf(format, args...)})
	}
	return l
}

// add adds words that need no check.
func (l *line) add(words ...string) *line {
	l.args = append(l.args, words...)
	return l
}

// flag adds words when they are wanted.
func (l *line) flag(wanted bool, words ...string) *line {
	if wanted {
		l.args = append(l.args, words...)
	}
	return l
}

// toggle adds one of two flags unless the switch leaves things as they are.
func (l *line) toggle(s Switch, on, off string) *line {
	return l.flag(s == On, on).flag(s == Off, off)
}

// yesNo adds an option with yes or no unless the switch leaves things as they are.
func (l *line) yesNo(option string, s Switch) *line {
	return l.flag(s != Unchanged, option, s.yesNo())
}

// value adds an option with a value unless that is "". The value must be one of those allowed, when there are any.
func (l *line) value(option, value string, allowed ...string) *line {
	if value == "" {
		return l
	}
	if len(allowed) > 0 {
		if err := oneOf(l.name, option, value, allowed...); err != nil {
			return l.fail(err)
		}
	}
	l.refuse(strings.HasPrefix(value, "-") || strings.ContainsAny(value, "\x00\n\r"), "%s does not take %q", option, value)
	return l.add(option, value)
}

// number adds an option with a number unless that is 0.
func (l *line) number(option string, n, low, high int) *line {
	if n == 0 {
		return l
	}
	l.refuse(n < low || n > high, "%s takes %d to %d, not %d", option, low, high, n)
	return l.add(option, strconv.Itoa(n))
}

// size adds an option with a number of bytes unless that is 0.
func (l *line) size(option string, n uint64) *line {
	return l.flag(n != 0, option, sizeArg(n))
}

func (l *line) device(name string) *line {
	return l.fail(CheckFilesystemName(name)).add(name)
}

// list adds names as one word, joined by what separates them.
func (l *line) list(rule nameRule, separator string, names ...string) *line {
	if err := rule.checkAll(names); err != nil {
		return l.fail(err)
	}
	for _, n := range names {
		l.refuse(len(names) > 1 && strings.Contains(n, separator), "%q cannot stand in a list", n)
	}
	return l.add(strings.Join(names, separator))
}

func (l *line) path(what, p string) *line {
	return l.fail(checkAbsPath(what, p)).add(p)
}

// nodes adds -N and a list or class; "all" for all nodes, nothing for the zero value and for this node.
func (l *line) nodes(on NodeSpec) *line {
	if on.IsZero() {
		return l
	}
	words, err := on.listArgs()
	return l.fail(err).add(words...)
}

// needNodes is nodes for commands that must be told where.
func (l *line) needNodes(on NodeSpec) *line {
	return l.refuse(on.IsZero() || on.local, "say on which nodes").nodes(on)
}

func (l *line) qos(class string) *line { return l.value("--qos", class, "maintenance", "other") }

// file adds an option and a private file for it.
func (l *line) file(option string, f File) *line {
	l.files = append(l.files, f)
	return l.flag(option != "", option).add(f.Ref())
}

// command ends the making.
func (l *line) command(object string) (Command, error) {
	if l.err != nil {
		return Command{}, l.err
	}
	return Command{Name: l.name, Args: l.args, Files: l.files, Object: object}, nil
}
