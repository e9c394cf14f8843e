package shell

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"text/tabwriter"

	"gpfsh/cmd/gpfsh/internal/render"
	"gpfsh/completer"
)

// command is one of the shell's own commands: a line that begins with a colon.
type command struct {
	name    string
	aliases []string
	args    string   // how the arguments are written: "on|off"
	values  []string // what the argument may be, when that is known
	help    string   // one line
	long    string   // what there is to say besides
	run     func(s *Shell, ctx context.Context, args []string) error
}

// commands returns the table of commands. Help and completion are made of it.
func commands() []command {
	var formats []string
	for _, f := range render.Formats() {
		formats = append(formats, string(f))
	}
	return []command{
		{name: "help", aliases: []string{"h", "?"}, args: "[COMMAND]", help: "list the commands, or explain one", run: (*Shell).help},
		{name: "dry", args: "on|off", values: []string{"on", "off"}, help: "rehearse: plan changes instead of making them",
			long: "While it is on, commands that change the cluster are planned instead of run; commands that only\nread still run. Turning it on begins a new plan. The prompt shows that it is on.", run: (*Shell).dry},
		{name: "plan", help: "show the planned commands, ready for a shell", run: (*Shell).plan},
		{name: "output", aliases: []string{"o"}, args: "[" + strings.Join(formats, "|") + "]", values: formats, help: "show values in another format", run: (*Shell).output},
		{name: "reset", help: "forget variables, functions and types of the session", run: (*Shell).reset},
		{name: "quit", aliases: []string{"q", "exit"}, help: "leave the shell, as Ctrl-D does", run: (*Shell).leave},
	}
}

// meta splits a command line of the shell; ok is false for entries of the language. The words that everybody tries
// first are understood without a colon.
func meta(src string) (name string, args []string, ok bool) {
	switch line := strings.TrimSpace(src); line {
	case "exit", "quit", "help", "?":
		src = ":" + line
	}
	rest, ok := strings.CutPrefix(strings.TrimSpace(src), ":")
	if !ok || strings.HasPrefix(rest, "=") {
		return "", nil, false
	}
	words := strings.Fields(rest)
	if len(words) == 0 {
		return "help", nil, true
	}
	return words[0], words[1:], true
}

// UsageError says that a command of the shell was typed wrongly.
type UsageError struct{ Message string }

// Error says what is wrong.
func (e *UsageError) Error() string { return e.Message }

// command runs a command of the shell; errors are shown here.
func (s *Shell) command(ctx context.Context, name string, args []string) error {
	known, err := s.companionCommand(ctx, name)
	if !known {
		var c command
		if c, err = find(name); err == nil {
			err = c.run(s, ctx, args)
		}
	}
	if err != nil {
		s.warn(err)
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
	return command{}, &UsageError{fmt.Sprintf("no command :%s; :help lists them", name)}
}

func (c command) usage() string {
	return strings.TrimRight(":"+c.name+" "+c.args, " ")
}

func (s *Shell) help(_ context.Context, args []string) error {
	if len(args) > 0 {
		c, err := find(strings.TrimPrefix(args[0], ":"))
		if err != nil {
			return err
		}
		fmt.Fprintf(s.Render.Out, "%s: %s\n", c.usage(), c.help)
		if c.long != "" {
			fmt.Fprintln(s.Render.Out, c.long)
		}
		return nil
	}
	w := tabwriter.NewWriter(s.Render.Out, 0, 0, 3, ' ', 0)
	for _, c := range commands() {
		fmt.Fprintf(w, "%s\t%s\n", c.usage(), c.help)
	}
	if err := errors.Join(w.Flush(), s.companionHelp(s.Render.Out)); err != nil {
		return err
	}
	_, err := fmt.Fprint(s.Render.Out, `
Everything else is Go: Cluster().Filesystems["mmfs1"].Snapshots
Tab completes names and, inside [" ", keys. Ctrl-C gives up a line or stops what runs; Ctrl-D leaves.
`)
	return err
}

func (s *Shell) dry(_ context.Context, args []string) error {
	if len(args) != 1 || args[0] != "on" && args[0] != "off" {
		return &UsageError{"say :dry on or :dry off"}
	}
	return s.DryRun.Set(args[0] == "on")
}

func (s *Shell) plan(context.Context, []string) error {
	plan := strings.TrimRight(s.DryRun.Plan(), "\n")
	if plan == "" {
		fmt.Fprintln(s.Render.Err, "nothing is planned")
		return nil
	}
	_, err := fmt.Fprintln(s.Render.Out, plan)
	return err
}

func (s *Shell) output(_ context.Context, args []string) error {
	if len(args) == 0 {
		_, err := fmt.Fprintln(s.Render.Out, s.Render.Format)
		return err
	}
	f, err := render.ParseFormat(args[0])
	if err != nil {
		return &UsageError{err.Error()}
	}
	s.Render.Format = f
	return nil
}

func (s *Shell) reset(context.Context, []string) error {
	s.Language.Reset()
	s.Complete.Entered(true)
	return nil
}

func (s *Shell) leave(context.Context, []string) error {
	s.quit.Store(true)
	return nil
}

// completeMeta completes a command of the shell and its argument.
func completeMeta(src string, offset int) completer.Result {
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
	if err != nil || strings.Contains(arg, " ") {
		return res
	}
	values := c.values
	if c.name == "help" {
		for _, other := range commands() {
			values = append(values, other.name)
		}
	}
	for _, v := range values {
		if strings.HasPrefix(v, arg) && v != arg {
			res.Suggestions = append(res.Suggestions, completer.Suggestion{Text: v})
		}
	}
	return res
}
