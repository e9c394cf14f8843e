package commands

import (
	"fmt"
	"io"
	"strings"

	"gpfsh/cmd/gpfsh/internal/shell"
	"gpfsh/interp/conformance"
)

// helpTopic writes help that is about no command; done is false when there is no such topic.
func helpTopic(out io.Writer, name string) (done bool, err error) {
	switch name {
	case "environment":
		_, err = io.WriteString(out, shell.EnvironmentHelp)
	case "language":
		for _, row := range conformance.Rows() {
			if _, err = fmt.Fprintf(out, "%-8s %s\n", row.Status, row.Name); err != nil {
				break
			}
			if row.Check != "" {
				if _, err = fmt.Fprintf(out, "         %s\n", strings.ReplaceAll(row.Check, "\n", "\n         ")); err != nil {
					break
				}
			}
		}
	case "formatting":
		_, err = io.WriteString(out, shell.FormattingHelp)
	case "exit-codes":
		_, err = io.WriteString(out, exitHelp)
	case "man":
		err = manPage(out)
	default:
		return false, nil
	}
	return true, err
}

// topicNames are the topics of help.
func topicNames() []string {
	return []string{"language", "environment", "formatting", "exit-codes", "man"}
}

// exitHelp says what exit statuses mean.
const exitHelp = `0    done
1    failed while running
2    usage, or code that does not check; nothing was run
3    with --once: not run, because another one runs
4    with -n --detailed-exitcode: done, and there is something in the plan
130  interrupted
128+N  ended by signal N

check-health has statuses of its own, as monitoring systems want them: gpfsh help check-health.
`

// manPage writes the manual page, made of the tables that help is made of.
func manPage(out io.Writer) error {
	var b strings.Builder
	escape := func(s string) string {
		s = strings.NewReplacer(`\`, `\e`, "-", `\-`, "…", "...").Replace(s)
		if strings.HasPrefix(s, ".") || strings.HasPrefix(s, "'") {
			s = `\&` + s
		}
		return s
	}
	section := func(name string) { fmt.Fprintf(&b, ".SH %s\n", name) }
	item := func(tag, text string) { fmt.Fprintf(&b, ".TP\n.B %s\n%s\n", escape(tag), escape(text)) }
	b.WriteString(".TH GPFSH 1\n")
	section("NAME")
	b.WriteString("gpfsh \\- the object shell of IBM Storage Scale\n")
	section("SYNOPSIS")
	b.WriteString(".B gpfsh\n[\\fIOPTION\\fR...] [\\fICOMMAND\\fR [\\fIARGUMENT\\fR...]]\n")
	section("COMMANDS")
	for _, c := range commandTable() {
		item(strings.TrimRight(c.name+" "+c.args, " "), capital(c.help))
		if c.options == nil && c.more == "" {
			continue
		}
		b.WriteString(".RS\n")
		if c.options != nil {
			for _, o := range c.options() {
				item(strings.TrimRight(strings.Join(o.names(), ", ")+" "+o.arg, " "), capital(o.help))
			}
		}
		if c.more != "" {
			b.WriteString(".PP\n.nf\n")
			for line := range strings.Lines(c.more) {
				b.WriteString(escape(line))
			}
			b.WriteString(".fi\n")
		}
		b.WriteString(".RE\n")
	}
	section("OPTIONS")
	for _, o := range optionTable() {
		item(strings.TrimRight(strings.Join(o.names(), ", ")+" "+o.arg, " "), capital(o.help))
	}
	section("COMMANDS OF THE SHELL")
	for _, c := range shell.CommandHelp() {
		item(c[0], capital(c[1]))
	}
	section("SETTINGS")
	b.WriteString("They are keys of the file \\fI~/.config/gpfsh/config.toml\\fR. The entries of \\fIstartup.go\\fR beside it run when the shell opens. Scripts import what is in the folder \\fIlib\\fR as \\fB\"lib/NAME\"\\fR. Nobody else may write to any of them.\n")
	for _, s := range settings() {
		item(s.key+" = "+s.kind, capital(s.help))
	}
	section("ENVIRONMENT")
	for line := range strings.Lines(shell.EnvironmentHelp) {
		name, text, _ := strings.Cut(strings.TrimSpace(line), "  ")
		item(name, capital(strings.TrimSpace(text)))
	}
	section("EXIT STATUS")
	for line := range strings.Lines(exitHelp) {
		if status, text, ok := strings.Cut(strings.TrimSpace(line), "  "); ok {
			item(status, capital(strings.TrimSpace(text)))
		}
	}
	_, err := io.WriteString(out, b.String())
	return err
}
