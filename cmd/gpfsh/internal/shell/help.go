package shell

import (
	"context"
	"fmt"
	"strings"
	"time"

	"gpfsh/cmd/gpfsh/internal/style"
	"gpfsh/interp"
	"gpfsh/interp/conformance"
	"gpfsh/interp/script/show"
)

// asksHelp recognises a question mark before or behind an expression: fs?, ?fs.Change.
func asksHelp(src string) (expr string, ok bool) {
	line := strings.TrimSpace(src)
	if strings.ContainsRune(line, '\n') || len(line) < 2 {
		return "", false
	}
	before := strings.TrimLeft(line, "?")
	expr = strings.TrimSpace(strings.TrimRight(before, "?"))
	// Inside a string or a comment a question mark at the end is text.
	if len(before) == len(line) && (!strings.HasSuffix(line, "?") || strings.Count(line, `"`)%2 == 1 || strings.Count(line, "`")%2 == 1 || strings.Contains(line, "//")) {
		return "", false
	}
	return expr, expr != ""
}

// helpCommand explains a command of the shell, a topic, or lists the commands.
func (s *Shell) help(ctx context.Context, text string) error {
	text = strings.TrimPrefix(strings.TrimSpace(text), ":")
	if text == "" {
		return s.helpAll()
	}
	if t, ok := topics[text]; ok {
		return t.write(s)
	}
	if c, err := find(text); err == nil {
		text := fmt.Sprintf("%s: %s\n", c.usage(), c.help)
		if len(c.aliases) > 0 {
			text += "Also :" + strings.Join(c.aliases, ", :") + ".\n"
		}
		if c.long != "" {
			text += strings.ReplaceAll(c.long, "\n", " ") + "\n"
		}
		_, err := fmt.Fprint(s.Render.Out, s.wrapped(text))
		return err
	}
	if err := s.doc(ctx, text); err == nil {
		return nil
	}
	return &UsageError{fmt.Sprintf("no help on %s: there is :help, :help language, and ? behind any expression", text)}
}

func (s *Shell) helpAll() error {
	var rows [][2]string
	for _, c := range commands() {
		usage := c.usage()
		if len(usage) > 28 {
			usage = ":" + c.name + " ..."
		}
		rows = append(rows, [2]string{usage, c.help})
	}
	text := s.inTwo(rows)
	if s.Companion != nil {
		rows = nil
		for _, c := range s.Companion.Help() {
			rows = append(rows, [2]string{":" + c[0], c[1]})
		}
		text += "\nIn this lesson:\n" + s.inTwo(rows)
	}
	_, err := fmt.Fprint(s.Render.Out, text+"\n"+s.wrapped(generalHelp))
	return err
}

const generalHelp = `Everything else is Go: cluster.Filesystems["mmfs1"].Snapshots
A file system's name stands for it: mmfs1.Snapshots, mmfs1.Filesets.Where("InodesUsedPct > 90"). A key with * is a pattern: mmfs1.Filesets["proj-*"]
Before or behind an expression, ? tells what it is: mmfs1.Change?
mm commands run as they are: mmlsfileset mmfs1. What they are here, :how tells: :how mmcrsnapshot
cd mmfs1/filesets/home, ls, pwd and .. go about in the objects; .Snapshots goes on from there.

Keys: Tab completes; Up, and Ctrl-R with a part of it, bring back what was typed; Ctrl-X Ctrl-E opens $EDITOR; Ctrl-_ undoes; Ctrl-Y puts back what Ctrl-K, Ctrl-U and Ctrl-W took; Alt-B and Alt-F move by words; Ctrl-L clears the screen; Ctrl-C gives up a line or stops what runs; Ctrl-D leaves. An entry that begins with a blank is not kept in the history.

Topics: :help language, :help environment, :help formatting
`

// wrapped breaks the lines of a text where the terminal ends.
func (s *Shell) wrapped(text string) string {
	if s.Render.Width == 0 {
		return text
	}
	var b strings.Builder
	for line := range strings.Lines(text) {
		for _, part := range show.Wrap(strings.TrimRight(line, "\n"), s.Render.Width) {
			b.WriteString(part + "\n")
		}
	}
	return b.String()
}

// inTwo lays out names and explanations side by side, the explanations broken where the terminal ends, or one below the
// other where it is too narrow for that.
func (s *Shell) inTwo(rows [][2]string) string {
	left := 0
	for _, r := range rows {
		left = max(left, len(r[0]))
	}
	const gap, least = 3, 30
	width := s.Render.Width
	var b strings.Builder
	for _, r := range rows {
		lines := []string{r[1]}
		switch {
		case width == 0:
		case width-left-gap < least:
			b.WriteString(r[0] + "\n")
			for _, l := range show.Wrap(r[1], max(1, width-4)) {
				b.WriteString("    " + l + "\n")
			}
			continue
		default:
			lines = show.Wrap(r[1], width-left-gap)
		}
		for i, l := range lines {
			name := r[0]
			if i > 0 {
				name = ""
			}
			b.WriteString(strings.TrimRight(fmt.Sprintf("%-*s%*s%s", left, name, gap, "", l), " ") + "\n")
		}
	}
	return b.String()
}

// topic is a text of help that is about no command.
type topic struct {
	help  string
	write func(s *Shell) error
}

var topics = map[string]topic{
	"language": {"what of Go works here", (*Shell).helpLanguage},
	"environment": {"the variables that gpfsh reads", func(s *Shell) error {
		_, err := fmt.Fprint(s.Render.Out, EnvironmentHelp)
		return err
	}},
	"formatting": {"how values are shown", func(s *Shell) error {
		_, err := fmt.Fprint(s.Render.Out, FormattingHelp)
		return err
	}},
}

// FormattingHelp says how values are shown.
const FormattingHelp = `auto   for people: tables, property sheets, trees; what does not fit the terminal is left out and named
table  as auto, with tables for lists of text as well
wide   all columns
json   one document for each value; sizes in bytes, times in RFC 3339; :watch writes one for each look
yaml   the same as YAML
csv    tables with the names of the fields above them
name   keys of collections, names of objects: one a line
svg=FILE  charts go to a file, one below the other; everything else as with auto

-o FORMAT and the setting output choose one; in the shell :output does, and :wide EXPRESSION for one value.
Cols(fs.Filesets, "Name", "Path") names columns, Sort(fs.Quotas, "-BlockUsage") orders, Largest(fs.Filesets, 5, "UsedInodes")
cuts, Filter(Mm("mmlsdisk mmfs1"), "failureGroup == 2") chooses, Chart(fs.Pools) draws. In a script Show(value) shows what the
prompt would show.
json and csv have the same names. Numbers are exact there: bytes, counts, percentages with all digits. In the tables of Mm they
are the texts of the command. What is not known is null, and nothing in csv.
Where the output is no terminal there are no colours, nothing is shortened and nothing is paged.
`

// EnvironmentHelp lists the variables of the environment.
const EnvironmentHelp = `GPFSH_CLUSTER    the cluster, as --cluster says it
GPFSH_SPOOL      where a node keeps jobs, /var/tmp/gpfsh-jobs-UID else
GPFSH_PAGER      what shows long output; PAGER where it is not set; none when it is "cat"
VISUAL, EDITOR   what Ctrl-X Ctrl-E opens
NO_COLOR         no colours; CLICOLOR_FORCE=1 colours even where there is no terminal
GPFSH_THEME      dark, light, any or basic: the background that colours are for; COLORFGBG says it where it is not set
LANG             charts and trees are drawn with ASCII where it, LC_CTYPE and LC_ALL do not say UTF-8
TERM             "dumb" turns line editing and colours off
XDG_CONFIG_HOME  where gpfsh/config.toml is, ~/.config else
XDG_STATE_HOME   where gpfsh/history is, ~/.local/state else
`

// helpLanguage writes the table of the language: constructs and what becomes of them.
func (s *Shell) helpLanguage() error {
	var b strings.Builder
	for _, group := range []struct{ status, title string }{
		{"refused", "Refused, and why"},
		{"lowered", "Works, by a detour that nobody sees"},
		{"works", "Works as in Go"},
	} {
		var names []string
		for _, row := range conformance.Rows() {
			if row.Status != group.status {
				continue
			}
			name := row.Name
			if row.Check != "" {
				name += ": " + strings.ReplaceAll(row.Check, "\n", "; ")
			}
			names = append(names, name)
		}
		if len(names) == 0 {
			continue
		}
		b.WriteString(s.Render.Styles.Apply(style.Header, group.title) + "\n")
		for _, n := range names {
			b.WriteString("  " + n + "\n")
		}
	}
	_, err := fmt.Fprint(s.Render.Out, b.String())
	return err
}

// doc tells what an expression is.
func (s *Shell) doc(ctx context.Context, expr string) error { return s.describe(ctx, expr, false) }

// methods lists what can be called on an expression.
func (s *Shell) methods(ctx context.Context, expr string) error { return s.describe(ctx, expr, true) }

func (s *Shell) describe(ctx context.Context, expr string, methods bool) error {
	expr = strings.TrimSpace(expr)
	if expr == "" {
		return &UsageError{"of what? say :doc EXPRESSION"}
	}
	expr = s.Language.Correct(expr)
	d, err := s.Language.Describe(expr)
	if err != nil {
		return err
	}
	var value any
	if len(d.Path) > 0 && d.Key == "" {
		ctx, cancel := context.WithTimeout(ctx, time.Second)
		defer cancel()
		value, _ = s.Language.Resolve(ctx, d.Path) // without it the help has no values, and that is all
	}
	d.Children = foldEvents(d.Children)
	if err := s.Render.Describe(expr, d, value, methods); err != nil {
		return err
	}
	if d.Example != "" && !methods {
		s.offer(d.Example)
	}
	return nil
}

// foldEvents makes one line of the collections that hold the handlers of single events.
func foldEvents(list []interp.Member) []interp.Member {
	var out []interp.Member
	var events []string
	for _, m := range list {
		if isEvent(m.Name) {
			events = append(events, m.Name)
			continue
		}
		out = append(out, m)
	}
	if len(events) > 0 {
		out = append(out, interp.Member{Name: "On...", Doc: fmt.Sprintf("handlers of one event each: %s and %d more", events[0], len(events)-1)})
	}
	return out
}

// offer puts an example where the first press of the Up key finds it, for this session only.
func (s *Shell) offer(example string) {
	if s.History != nil && s.Interactive {
		s.History.Offer(example)
	}
}

// CommandHelp returns how each command is written and what it does, for the manual.
func CommandHelp() [][2]string {
	var list [][2]string
	for _, c := range commands() {
		list = append(list, [2]string{c.usage(), c.help})
	}
	return list
}
