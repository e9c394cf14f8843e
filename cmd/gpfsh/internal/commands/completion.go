package commands

import (
	"context"
	"fmt"
	"io"
	"strings"
)

// runCompletion is gpfsh completion: a script for the shell of the operating system, made of the tables that the help
// is made of.
func runCompletion(_ context.Context, a *app, args []string) error {
	if len(args) != 1 {
		return &usageError{"completion needs the name of a shell: bash, zsh or fish"}
	}
	write := map[string]func(io.Writer) error{"bash": bashCompletion, "zsh": zshCompletion, "fish": fishCompletion}[args[0]]
	if write == nil {
		return &usageError{fmt.Sprintf("no completion for %s: there are bash, zsh and fish", args[0])}
	}
	return write(a.Stdout)
}

// names returns how an option is written.
func (o option) names() []string {
	var names []string
	if o.short != "" {
		names = append(names, "-"+o.short)
	}
	if o.long != "" {
		names = append(names, "--"+o.long)
	}
	return names
}

// suggested are values that an option may have, as far as a script can know them.
func (o option) suggested() []string {
	if o.long == "cluster" {
		return []string{"local", "ssh://", "sim", "sim:", "state:", "replay:"}
	}
	return o.values
}

func bashCompletion(w io.Writer) error {
	var b strings.Builder
	b.WriteString("# bash completion for gpfsh; source <(gpfsh completion bash)\n_gpfsh() {\n\tlocal cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} cmd= i\n")
	b.WriteString("\tCOMPREPLY=()\n\tcase $prev in\n")
	var words, valued []string
	for _, o := range optionTable() {
		words = append(words, o.names()...)
		if o.arg == "" {
			continue
		}
		valued = append(valued, o.names()...)
		pattern := strings.Join(o.names(), "|")
		switch {
		case o.file:
			fmt.Fprintf(&b, "\t%s) COMPREPLY=($(compgen -f -- \"$cur\")); return ;;\n", pattern)
		case len(o.suggested()) > 0:
			fmt.Fprintf(&b, "\t%s) COMPREPLY=($(compgen -W '%s' -- \"$cur\")); return ;;\n", pattern, strings.Join(o.suggested(), " "))
		default:
			fmt.Fprintf(&b, "\t%s) return ;;\n", pattern)
		}
	}
	b.WriteString("\tesac\n\tfor ((i = 1; i < COMP_CWORD; i++)); do\n\t\tcase ${COMP_WORDS[i]} in\n")
	fmt.Fprintf(&b, "\t\t%s) ((i++)) ;;\n\t\t-*) ;;\n\t\t*) cmd=${COMP_WORDS[i]}; break ;;\n\t\tesac\n\tdone\n", strings.Join(valued, "|"))
	fmt.Fprintf(&b, "\tif [[ $cur == -* ]]; then\n\t\tCOMPREPLY=($(compgen -W '%s' -- \"$cur\"))\n\t\treturn\n\tfi\n\tcase $cmd in\n", strings.Join(words, " "))
	var names []string
	for _, c := range commandTable() {
		names = append(names, c.name)
		switch {
		case len(c.values) > 0:
			fmt.Fprintf(&b, "\t%s) COMPREPLY=($(compgen -W '%s' -- \"$cur\")) ;;\n", c.name, strings.Join(c.values, " "))
		case c.file:
			fmt.Fprintf(&b, "\t%s) COMPREPLY=($(compgen -f -- \"$cur\")) ;;\n", c.name)
		}
	}
	fmt.Fprintf(&b, "\t'') COMPREPLY=($(compgen -W '%s' -- \"$cur\")) ;;\n\tesac\n}\ncomplete -F _gpfsh gpfsh\n", strings.Join(names, " "))
	_, err := io.WriteString(w, b.String())
	return err
}

func zshCompletion(w io.Writer) error {
	var b strings.Builder
	quote := strings.NewReplacer("'", "''", "[", "\\[", "]", "\\]", ":", "\\:")
	b.WriteString("#compdef gpfsh\n# zsh completion for gpfsh; source <(gpfsh completion zsh)\n_gpfsh() {\n\tlocal line state\n\t_arguments -C \\\n")
	for _, o := range optionTable() {
		for _, n := range o.names() {
			fmt.Fprintf(&b, "\t\t'%s[%s]", n, quote.Replace(o.help))
			switch {
			case o.arg == "":
			case o.file:
				fmt.Fprintf(&b, ":%s:_files", o.arg)
			case len(o.suggested()) > 0:
				fmt.Fprintf(&b, ":%s:(%s)", o.arg, quote.Replace(strings.Join(o.suggested(), " ")))
			default:
				fmt.Fprintf(&b, ":%s: ", o.arg)
			}
			b.WriteString("' \\\n")
		}
	}
	b.WriteString("\t\t'1:command:->command' \\\n\t\t'*::argument:->argument'\n\tcase $state in\n\tcommand)\n\t\tlocal -a commands\n\t\tcommands=(\n")
	for _, c := range commandTable() {
		fmt.Fprintf(&b, "\t\t\t'%s:%s'\n", c.name, quote.Replace(c.help))
	}
	b.WriteString("\t\t)\n\t\t_describe command commands\n\t\t;;\n\targument)\n\t\tcase $line[1] in\n")
	for _, c := range commandTable() {
		switch {
		case len(c.values) > 0:
			fmt.Fprintf(&b, "\t\t%s) compadd %s ;;\n", c.name, strings.Join(c.values, " "))
		case c.file:
			fmt.Fprintf(&b, "\t\t%s) _files ;;\n", c.name)
		}
	}
	b.WriteString("\t\tesac\n\t\t;;\n\tesac\n}\nif [ \"$funcstack[1]\" = _gpfsh ]; then _gpfsh \"$@\"; else compdef _gpfsh gpfsh; fi\n")
	_, err := io.WriteString(w, b.String())
	return err
}

func fishCompletion(w io.Writer) error {
	var b strings.Builder
	quote := func(s string) string {
		return "'" + strings.ReplaceAll(strings.ReplaceAll(s, `\`, `\\`), "'", `\'`) + "'"
	}
	b.WriteString("# fish completion for gpfsh; gpfsh completion fish | source\ncomplete -c gpfsh -f\n")
	var names []string
	for _, c := range commandTable() {
		names = append(names, c.name)
	}
	for _, c := range commandTable() {
		fmt.Fprintf(&b, "complete -c gpfsh -n 'not __fish_seen_subcommand_from %s' -a %s -d %s\n", strings.Join(names, " "), c.name, quote(c.help))
		switch {
		case len(c.values) > 0:
			fmt.Fprintf(&b, "complete -c gpfsh -n '__fish_seen_subcommand_from %s' -a %s\n", c.name, quote(strings.Join(c.values, " ")))
		case c.file:
			fmt.Fprintf(&b, "complete -c gpfsh -n '__fish_seen_subcommand_from %s' -F\n", c.name)
		}
	}
	for _, o := range optionTable() {
		b.WriteString("complete -c gpfsh")
		if o.short != "" {
			b.WriteString(" -s " + o.short)
		}
		if o.long != "" {
			b.WriteString(" -l " + o.long)
		}
		switch {
		case o.arg == "":
		case o.file:
			b.WriteString(" -r -F")
		case len(o.suggested()) > 0:
			b.WriteString(" -x -a " + quote(strings.Join(o.suggested(), " ")))
		default:
			b.WriteString(" -x")
		}
		b.WriteString(" -d " + quote(o.help) + "\n")
	}
	_, err := io.WriteString(w, b.String())
	return err
}
