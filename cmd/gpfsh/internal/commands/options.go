package commands

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"gpfsh/cmd/gpfsh/internal/connect"
	"gpfsh/cmd/gpfsh/internal/style"
	"gpfsh/interp/script/show"
)

// options are the settings of one call.
type options struct {
	code    string // of -e
	hasCode bool
	cluster string
	dryRun  bool
	output  show.Format
	svg     string // the file that charts are written to
	trace   bool
	color   style.Mode
	theme   string // "" leaves it to the terminal
	record  string
	timeout time.Duration
	// allowDestroy is how many destructive actions a program may do; 0 leaves it to the default.
	allowDestroy int
	detailedExit bool   // a dry run that has planned something ends with a status of its own
	confirm      string // on, off, or "" for on at a real cluster
	pager        string
	nodeProgram  string // gpfsh on the nodes of a cluster that ssh reaches
	yes          bool
	attended     bool // somebody may be there to answer
	once         bool // leave at once when the same is running already
	onceOK       bool // and call that a success
	limits       map[string][2]string
	only         []string
	asJSON, all  bool
	readOnly,
	help,
	version bool
}

// option is one option of the command line.
type option struct {
	short, long string
	arg         string   // what its value is called; "" for options without one
	values      []string // what the value may be, when that is known
	file        bool     // the value is a file
	help        string
	set         func(o *options, value string) error
}

// optionTable returns the options. Help and completion are made of it.
func optionTable() []option {
	return []option{
		{short: "e", arg: "CODE", help: "run CODE, print its value and exit", set: func(o *options, v string) error {
			if o.hasCode {
				return &usageError{"-e was given twice"}
			}
			o.code, o.hasCode = v, true
			return nil
		}},
		{long: "cluster", arg: "CLUSTER", help: "the cluster: " + connect.Forms + " ($" + connect.Variable + ")", set: func(o *options, v string) error {
			o.cluster = v
			return nil
		}},
		{short: "n", long: "dry-run", help: "plan changes instead of making them; print the plan at the end", set: func(o *options, _ string) error {
			o.dryRun = true
			return nil
		}},
		{short: "o", long: "output", arg: "FORMAT", values: formatNames(), help: "how values are shown: " + formatList() + "; svg=FILE writes charts to a file", set: setOutput},
		{long: "trace", help: "show each mm command that runs, and how long it took", set: func(o *options, _ string) error {
			o.trace = true
			return nil
		}},
		{long: "readonly", help: "refuse every command that changes something", set: func(o *options, _ string) error {
			o.readOnly = true
			return nil
		}},
		{long: "yes", help: "do not ask before commands that take something away", set: func(o *options, _ string) error {
			o.yes = true
			return nil
		}},
		{long: "allow-destroy", arg: "N", help: "let a program do N destructive actions, deleting file systems, NSDs and nodes among them", set: func(o *options, v string) error {
			n, err := strconv.Atoi(v)
			if err != nil || n <= 0 {
				return &usageError{fmt.Sprintf("unknown number %q: write how many destructive actions are allowed", v)}
			}
			o.allowDestroy = n
			return nil
		}},
		{long: "timeout", arg: "DURATION", help: "how long a command that only reads may take: 30s, 2m", set: func(o *options, v string) error {
			d, err := time.ParseDuration(v)
			if err != nil || d <= 0 {
				return &usageError{fmt.Sprintf("unknown duration %q: write it like 30s or 2m", v)}
			}
			o.timeout = d
			return nil
		}},
		{long: "detailed-exitcode", help: "with -n: end with 4 when something is planned, 0 when there is nothing to do", set: func(o *options, _ string) error {
			o.detailedExit = true
			return nil
		}},
		{long: "record", arg: "FILE", file: true, help: "write what each command answers to FILE, for --cluster replay:FILE", set: func(o *options, v string) error {
			o.record = v
			return nil
		}},
		{long: "color", arg: "WHEN", values: []string{"auto", "always", "never"}, help: "auto, always or never", set: func(o *options, v string) (err error) {
			o.color, err = style.ParseMode(v)
			return usage(err)
		}},
		{long: "version", help: "print the version and exit", set: func(o *options, _ string) error {
			o.version = true
			return nil
		}},
		{short: "h", long: "help", help: "print help and exit", set: func(o *options, _ string) error {
			o.help = true
			return nil
		}},
	}
}

// setOutput reads --output: a format, or the file for charts.
func setOutput(o *options, v string) (err error) {
	if path, ok := strings.CutPrefix(v, "svg="); ok || v == "svg" {
		if path == "" || v == "svg" {
			return &usageError{"svg needs a file: --output svg=FILE"}
		}
		o.svg = path
		return nil
	}
	o.output, err = show.ParseFormat(v)
	return usage(err)
}

func formatList() string { return strings.Join(formatNames(), ", ") }

func formatNames() []string {
	var names []string
	for _, f := range show.Formats() {
		names = append(names, string(f))
	}
	return names
}

// usageError is an error of whoever typed the command line.
type usageError struct{ message string }

// Error says what is wrong with it.
func (e *usageError) Error() string { return e.message }

func usage(err error) error {
	if err == nil {
		return nil
	}
	return &usageError{err.Error()}
}

func defaults() options { return options{output: show.Auto, color: style.Auto} }

// parse reads the command line over what the settings say: options before and after the command, its arguments, and, once a command has its script,
// nothing more, because the rest is for the script.
func parse(args []string, base options) (o options, cmd *command, rest []string, err error) {
	o = base
	for len(args) > 0 {
		word := args[0]
		args = args[1:]
		switch {
		case word == "--":
			rest, args = append(rest, args...), nil
		case len(word) > 1 && word[0] == '-':
			if args, err = o.take(word, args, cmd); err != nil {
				return o, cmd, nil, err
			}
		case cmd == nil && !o.hasCode:
			if cmd = findCommand(word); cmd == nil {
				if !isScript(word) {
					return o, nil, nil, unknownCommand(word)
				}
				cmd = findCommand("run")
				rest, args = append(rest, word), append([]string{"--"}, args...)
			}
		default:
			rest = append(rest, word)
			if cmd != nil && cmd.script {
				if cmd.name == "run" {
					args = o.takeSVG(args)
				}
				args = append([]string{"--"}, args...)
			}
		}
	}
	return o, cmd, rest, nil
}

// takeSVG takes the file for charts out of what stands behind a script, where it reads best: run sizes.go -o svg=FILE.
// The rest is for the script.
func (o *options) takeSVG(args []string) []string {
	for i := 0; i+1 < len(args) && args[i] != "--"; i++ {
		if path, ok := strings.CutPrefix(args[i+1], "svg="); ok && path != "" && (args[i] == "-o" || args[i] == "--output") {
			o.svg = path
			return append(append([]string(nil), args[:i]...), args[i+2:]...)
		}
	}
	return args
}

// take reads one option, with its value when it has one, and returns the arguments behind it. Behind a command its own
// options count as well.
func (o *options) take(word string, args []string, cmd *command) ([]string, error) {
	name, value, hasValue := strings.Cut(word, "=")
	table := optionTable()
	if cmd != nil && cmd.options != nil {
		table = append(cmd.options(), table...)
	}
	for _, opt := range table {
		long := opt.long != "" && name == "--"+opt.long
		short := opt.short != "" && strings.HasPrefix(word, "-"+opt.short)
		switch {
		case long:
		case short && word == "-"+opt.short:
			hasValue = false
		case short && opt.arg != "":
			value, hasValue = strings.TrimPrefix(word[2:], "="), true
		default:
			continue
		}
		if opt.arg == "" {
			if hasValue {
				return nil, &usageError{fmt.Sprintf("%s takes no value", name)}
			}
			return args, opt.set(o, "")
		}
		if !hasValue {
			if len(args) == 0 {
				return nil, &usageError{fmt.Sprintf("%s needs a value: %s %s", name, name, opt.arg)}
			}
			value, args = args[0], args[1:]
		}
		return args, opt.set(o, value)
	}
	return nil, &usageError{fmt.Sprintf("unknown option %s", name)}
}
