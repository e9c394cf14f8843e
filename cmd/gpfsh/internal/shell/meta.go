package shell

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"gpfsh/completer"
	"gpfsh/interp/script/show"
)

// command is one of the shell's own commands: a line that begins with a colon.
type command struct {
	name    string
	aliases []string
	args    string   // how the arguments are written: "on|off"
	values  []string // what the argument may be, when that is known
	expr    bool     // the argument is an expression and completed as one
	path    bool     // the argument is a file
	pages   bool     // what it shows may be long
	help    string   // one line
	long    string   // what there is to say besides
	run     func(s *Shell, ctx context.Context, arg string) error
}

// commands returns the table of commands. Help and completion are made of it.
func commands() []command {
	var formats []string
	for _, f := range show.Formats() {
		formats = append(formats, string(f))
	}
	onOff := []string{"on", "off"}
	return []command{
		{name: "help", pages: true, aliases: []string{"h", "?"}, args: "[COMMAND|TOPIC]", help: "list the commands, or explain one; :help language", run: (*Shell).help},
		{name: "doc", pages: true, args: "EXPRESSION", expr: true, help: "tell what an expression is, as EXPRESSION? does", run: (*Shell).doc},
		{name: "methods", pages: true, args: "EXPRESSION", expr: true, help: "list all that can be called on an expression", run: (*Shell).methods},
		{name: "explain", pages: true, args: "EXPRESSION", expr: true, help: "tell which mm commands an expression runs, and their cost",
			long: "Commands that only read and are cheap are run, because the next ones depend on their answers; nothing is\nchanged.", run: (*Shell).explain},
		{name: "how", pages: true, args: "MM-COMMAND|WORD", help: "tell what an mm command is here: :how mmcrsnapshot, :how mmlsfileset mmfs1",
			long: "A whole command line is translated with its names; the Up key then has the expression. Any other word finds\nwhat is about it: :how quota.", run: (*Shell).how},
		{name: "commands", pages: true, args: "[all]", values: []string{"all"}, help: "list the mm commands that ran in this session",
			long: "With all, also those that nobody typed: for completion and the prompt.", run: (*Shell).ran},
		{name: "dry", args: "on|off", values: onOff, help: "rehearse: plan changes instead of making them",
			long: "While it is on, commands that change the cluster are planned instead of run; commands that only\nread still run. Turning it on begins a new plan. The prompt shows that it is on.", run: (*Shell).dry},
		{name: "plan", pages: true, args: "[save FILE]", values: []string{"save"}, help: "show the planned commands, ready for a shell, or save them",
			long: "A saved plan is carried out by gpfsh apply FILE. It holds what the commands need and what they were based on.", run: (*Shell).plan},
		{name: "apply", help: "carry out the plan, after showing it and asking",
			long: "What the plan was based on is read again first: when a snapshot or a fileset of a name is another one by\nnow, nothing is run. The dry run ends with it.", run: (*Shell).apply},
		{name: "confirm", args: "on|off", values: onOff, help: "ask before commands that take something away", run: (*Shell).confirm},
		{name: "output", aliases: []string{"o"}, args: "[" + strings.Join(formats, "|") + "]", values: formats, help: "show values in another format", run: (*Shell).output},
		{name: "wide", args: "EXPRESSION", expr: true, help: "show an expression with all columns", run: (*Shell).wide},
		{name: "time", args: "EXPRESSION", expr: true, help: "run an entry and tell how long it took, and its commands", run: (*Shell).time},
		{name: "watch", aliases: []string{"every"}, args: "[INTERVAL] EXPRESSION", expr: true, help: "show an expression again and again: :watch 5s cluster.Nodes",
			long: "What has changed is marked. Ctrl-C ends it. Expressions whose commands cost much are asked less often: those\nthat ask all nodes once a minute, those that read allocation maps every ten minutes.", run: (*Shell).watch},
		{name: "ls", pages: true, args: "[PLACE]", help: "list what is here, or there: ls mmfs1/filesets", long: lsHelp, run: (*Shell).list},
		{name: "cd", args: "[PLACE|..|-]", help: "go somewhere in the tree of objects: cd mmfs1/filesets/home", long: lsHelp, run: (*Shell).goTo},
		{name: "pwd", help: "say where that is, as an expression", run: (*Shell).whereAmI},
		{name: "history", pages: true, args: "[TEXT]", help: "list what was typed, or what of it holds a text", run: (*Shell).history},
		{name: "paste", help: "take lines as one entry, up to a line with a dot or Ctrl-D", run: (*Shell).paste},
		{name: "clear", help: "clear the screen, as Ctrl-L does", run: (*Shell).clear},
		{name: "save", args: "FILE", path: true, help: "save the entries that worked as a script, with their comments", run: (*Shell).save},
		{name: "load", args: "FILE", path: true, help: "run the entries of a file in this session", run: (*Shell).load},
		{name: "transcript", args: "FILE|off", values: []string{"off"}, path: true, help: "write what is typed and shown to a file, as plain text", run: (*Shell).transcript},
		{name: "config", pages: true, aliases: []string{"set"}, args: "[KEY [VALUE]|save]", help: "list the settings, show one, set it for this session, or save them all", run: (*Shell).config},
		{name: "wtf", pages: true, help: "show the last error with all that is known of it", run: (*Shell).wtf},
		{name: "reset", help: "forget variables, functions and types of the session", run: (*Shell).reset},
		{name: "quit", aliases: []string{"q", "exit"}, help: "leave the shell, as Ctrl-D does", run: (*Shell).leave},
	}
}

// meta splits a command line of the shell; ok is false for entries of the language. The words that everybody tries
// first are understood without a colon.
func (s *Shell) meta(src string) (name, arg string, ok bool) {
	line := strings.TrimSpace(src)
	word, rest, _ := strings.Cut(line, " ")
	switch {
	case line == "clear", line == "cls":
		return "clear", "", true
	case line == "..":
		return "cd", "..", true
	case (word == "ls" || word == "cd" || word == "pwd") && s.isWord(word, rest):
		return word, strings.TrimSpace(rest), true
	case line == "exit", line == "quit", line == "help", line == "?":
		return line, "", true
	case word == "help" && !strings.ContainsAny(rest, ":=.("):
		return "help", rest, true
	}
	rest, ok = strings.CutPrefix(line, ":")
	if !ok || strings.HasPrefix(rest, "=") {
		return "", "", false
	}
	name, arg, _ = strings.Cut(strings.TrimSpace(rest), " ")
	if name == "" {
		return "help", "", true
	}
	return name, strings.TrimSpace(arg), true
}

// UsageError says that a command of the shell was typed wrongly.
type UsageError struct{ Message string }

// Error says what is wrong.
func (e *UsageError) Error() string { return e.Message }

// command runs a command of the shell; errors are shown here.
func (s *Shell) command(ctx context.Context, name, arg string) error {
	known, err := s.companionCommand(ctx, name)
	if !known {
		var c command
		c, err = find(name)
		switch {
		case err != nil:
		case c.pages:
			err = s.paged(ctx, func() error { return c.run(s, ctx, arg) })
		default:
			err = c.run(s, ctx, arg)
		}
	}
	if err != nil {
		s.fail(err)
	}
	return err
}

// find returns the command of a name or of the only beginning of one.
func find(name string) (command, error) {
	var found []command
	for _, c := range commands() {
		for _, n := range append([]string{c.name}, c.aliases...) {
			if n == name {
				return c, nil
			}
		}
		if strings.HasPrefix(c.name, name) {
			found = append(found, c)
		}
	}
	if len(found) == 1 {
		return found[0], nil
	}
	var names []string
	for _, c := range found {
		names = append(names, ":"+c.name)
	}
	if len(names) > 0 {
		return command{}, &UsageError{fmt.Sprintf(":%s may be %s", name, strings.Join(names, ", "))}
	}
	return command{}, &UsageError{fmt.Sprintf("no command :%s; :help lists them", name)}
}

func (c command) usage() string {
	return strings.TrimRight(":"+c.name+" "+c.args, " ")
}

func (s *Shell) dry(_ context.Context, arg string) error {
	on, err := onOff("dry", arg)
	if err != nil {
		return err
	}
	return s.DryRun.Set(on)
}

func onOff(name, arg string) (bool, error) {
	if arg != "on" && arg != "off" {
		return false, &UsageError{fmt.Sprintf("say :%s on or :%s off", name, name)}
	}
	return arg == "on", nil
}

func (s *Shell) confirm(_ context.Context, arg string) error {
	if s.Confirmation == nil {
		return &UsageError{"this session asks nothing"}
	}
	if arg == "" {
		word := "off"
		if s.Confirmation.On() {
			word = "on"
		}
		_, err := fmt.Fprintln(s.Render.Out, word)
		return err
	}
	on, err := onOff("confirm", arg)
	if err != nil {
		return err
	}
	return s.Confirmation.Set(on)
}

func (s *Shell) output(_ context.Context, arg string) error {
	if arg == "" {
		_, err := fmt.Fprintln(s.Render.Out, s.Render.Format)
		return err
	}
	f, err := show.ParseFormat(arg)
	if err != nil {
		return &UsageError{err.Error()}
	}
	s.Render.Format = f
	return nil
}

func (s *Shell) config(_ context.Context, arg string) error {
	if s.Config == nil {
		return &UsageError{"there are no settings here"}
	}
	return s.Config(arg)
}

func (s *Shell) reset(context.Context, string) error {
	s.Language.Reset()
	s.worked, s.failedKept, s.ownError = nil, "", false
	s.Complete.Entered(true)
	return nil
}

func (s *Shell) leave(context.Context, string) error {
	s.quit.Store(true)
	return nil
}

// completeMeta completes a command of the shell and its argument.
func (s *Shell) completeMeta(src string, offset int, asked bool) completer.Result {
	typed := src[1:offset]
	name, arg, hasArg := strings.Cut(typed, " ")
	if !hasArg {
		res := completer.Result{Start: 1}
		for _, c := range commands() {
			if !strings.HasPrefix(c.name, name) || c.name == name {
				continue
			}
			text := c.name
			if c.args != "" {
				text += " "
			}
			res.Suggestions = append(res.Suggestions, completer.Suggestion{Text: text, Type: c.args, Doc: c.help})
		}
		return res
	}
	res := completer.Result{Start: offset - len(arg)}
	c, err := find(name)
	if err != nil {
		return res
	}
	if c.expr {
		return s.completeRest(src, offset, asked)
	}
	if c.name == "cd" || c.name == "ls" {
		return s.completePlace(arg, offset)
	}
	if c.name == "how" {
		begin := offset - len(arg)
		res := s.Complete.MmLine(src[begin:], len(arg), asked)
		res.Start += begin
		return res
	}
	if rest, ok := strings.CutPrefix(arg, "save "); ok && c.name == "plan" {
		return completer.Paths(rest, offset)
	}
	if strings.Contains(arg, " ") {
		return res
	}
	values := c.values
	switch c.name {
	case "help":
		for _, other := range commands() {
			values = append(values, other.name)
		}
		for name := range topics {
			values = append(values, name)
		}
	case "config":
		values = append(slices.Clone(s.ConfigKeys), "save")
	}
	for _, v := range values {
		if strings.HasPrefix(v, arg) && v != arg {
			res.Suggestions = append(res.Suggestions, completer.Suggestion{Text: v})
		}
	}
	if c.path && len(res.Suggestions) == 0 {
		return completer.Paths(arg, offset)
	}
	return res
}

// completeRest completes the expression that is the argument of a command, :watch's behind its interval.
func (s *Shell) completeRest(src string, offset int, asked bool) completer.Result {
	begin := strings.IndexByte(src, ' ') + 1
	if word, _, ok := strings.Cut(src[begin:offset], " "); ok && isInterval(word) {
		begin += len(word) + 1
	}
	res := s.Complete.Complete(src[begin:], offset-begin, asked)
	res.Start += begin
	return res
}
