package commands

import (
	"context"
	"fmt"
	"io"
	"strings"

	"gpfsh/cmd/gpfsh/internal/learn"
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

// allOptions returns the options of the command line and those of single commands, none twice.
func allOptions() []option {
	list := optionTable()
	seen := map[string]bool{}
	for _, o := range list {
		seen[o.long] = true
	}
	for _, c := range commandTable() {
		if c.options == nil {
			continue
		}
		for _, o := range c.options() {
			if !seen[o.long] {
				seen[o.long] = true
				list = append(list, o)
			}
		}
	}
	return list
}

// firstWords are what the first argument of a command may be, as far as a script can know it.
func (c command) firstWords() []string {
	switch c.name {
	case "learn":
		lessons, err := learn.Lessons()
		if err != nil {
			return nil
		}
		var names []string
		for _, l := range lessons {
			names = append(names, l.Name)
		}
		return names
	case "help":
		var names []string
		for _, other := range commandTable() {
			names = append(names, other.name)
		}
		return append(names, topicNames()...)
	}
	return c.values
}

// takesFiles tells whether files may follow the first argument of a command.
func (c command) takesFiles() bool {
	return c.file || c.name == "policy" || c.name == "sim"
}

func bashCompletion(w io.Writer) error {
	var b strings.Builder
	b.WriteString(`# bash completion for gpfsh; source <(gpfsh completion bash)
_gpfsh_words() { mapfile -t COMPREPLY < <(compgen -W "$1" -- "$cur"); }
_gpfsh_files() {
	mapfile -t COMPREPLY < <(compgen -f -- "$cur")
	compopt -o filenames 2>/dev/null
}
_gpfsh() {
	local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} cmd= n=0 i
	COMPREPLY=()
	# What stands behind a = or a colon is a word of its own to bash.
	if [[ $cur == = ]]; then
		cur=
	elif [[ $prev == = ]]; then
		prev=${COMP_WORDS[COMP_CWORD-2]}
	fi
	if [[ $cur == : && $prev == @(sim|state|replay|local) ]]; then
		cur=
		_gpfsh_files
		return
	elif [[ $prev == : ]]; then
		_gpfsh_files
		return
	fi
	case $prev in
`)
	var words, valued []string
	for _, o := range allOptions() {
		words = append(words, o.names()...)
		if o.arg == "" {
			continue
		}
		valued = append(valued, o.names()...)
		pattern := strings.Join(o.names(), "|")
		switch {
		case o.file:
			fmt.Fprintf(&b, "\t%s) _gpfsh_files; return ;;\n", pattern)
		case len(o.suggested()) > 0:
			fmt.Fprintf(&b, "\t%s) _gpfsh_words '%s'; [[ ${COMPREPLY[0]} == *: ]] && compopt -o nospace 2>/dev/null; return ;;\n", pattern, strings.Join(o.suggested(), " "))
		default:
			fmt.Fprintf(&b, "\t%s) return ;;\n", pattern)
		}
	}
	fmt.Fprintf(&b, `	esac
	for ((i = 1; i < COMP_CWORD; i++)); do
		case ${COMP_WORDS[i]} in
		%s)
			((i++))
			while [[ ${COMP_WORDS[i]} == = || ${COMP_WORDS[i+1]} == : ]]; do ((i++)); done
			;;
		-* | = | :) ;;
		*) if [[ -z $cmd ]]; then cmd=${COMP_WORDS[i]}; else ((n++)); fi ;;
		esac
	done
	if [[ $cur == -* ]]; then
		_gpfsh_words '%s'
		return
	fi
	case $cmd in
`, strings.Join(valued, " | "), strings.Join(words, " "))
	var names []string
	for _, c := range commandTable() {
		names = append(names, c.name)
		first := c.firstWords()
		switch {
		case len(first) > 0 && c.takesFiles():
			fmt.Fprintf(&b, "\t%s) if ((n == 0)); then _gpfsh_words '%s'; else _gpfsh_files; fi ;;\n", c.name, strings.Join(first, " "))
		case len(first) > 0:
			fmt.Fprintf(&b, "\t%s) ((n == 0)) && _gpfsh_words '%s' ;;\n", c.name, strings.Join(first, " "))
		case c.takesFiles():
			fmt.Fprintf(&b, "\t%s) _gpfsh_files ;;\n", c.name)
		}
	}
	fmt.Fprintf(&b, `	'')
		_gpfsh_words '%s'
		if ((${#COMPREPLY[@]} == 0)); then _gpfsh_files; fi
		;;
	esac
}
complete -F _gpfsh gpfsh
`, strings.Join(names, " "))
	_, err := io.WriteString(w, b.String())
	return err
}

func zshCompletion(w io.Writer) error {
	var b strings.Builder
	quote := strings.NewReplacer("'", "''", "[", "\\[", "]", "\\]", ":", "\\:")
	b.WriteString("#compdef gpfsh\n# zsh completion for gpfsh; source <(gpfsh completion zsh)\n_gpfsh() {\n\tlocal line state\n\t_arguments -C \\\n")
	var optionNames []string
	for _, o := range allOptions() {
		optionNames = append(optionNames, o.names()...)
		for _, n := range o.names() {
			sep := ""
			if o.arg != "" && strings.HasPrefix(n, "--") {
				sep = "=" // --output json and --output=json
			}
			fmt.Fprintf(&b, "\t\t'%s%s[%s]", n, sep, quote.Replace(o.help))
			switch {
			case o.arg == "":
			case o.file:
				fmt.Fprintf(&b, ":%s:_files", o.arg)
			case o.long == "cluster":
				b.WriteString(":CLUSTER:_gpfsh_cluster")
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
	fmt.Fprintf(&b, "\t\t)\n\t\t_describe command commands || _files\n\t\t;;\n\targument)\n\t\tif [[ $words[CURRENT] == -* ]]; then\n\t\t\tcompadd -- %s\n\t\t\treturn\n\t\tfi\n\t\tcase $line[1] in\n",
		strings.Join(optionNames, " "))
	for _, c := range commandTable() {
		first := c.firstWords()
		switch {
		case len(first) > 0 && c.takesFiles():
			fmt.Fprintf(&b, "\t\t%s) if ((CURRENT == 2)); then compadd %s; else _files; fi ;;\n", c.name, strings.Join(first, " "))
		case len(first) > 0:
			fmt.Fprintf(&b, "\t\t%s) ((CURRENT == 2)) && compadd %s ;;\n", c.name, strings.Join(first, " "))
		case c.takesFiles():
			fmt.Fprintf(&b, "\t\t%s) _files ;;\n", c.name)
		}
	}
	b.WriteString(`		esac
		;;
	esac
}
_gpfsh_cluster() {
	if compset -P '(sim|state|replay|local):'; then _files; else compadd -S '' local ssh:// sim sim: state: replay:; fi
}
if [ "$funcstack[1]" = _gpfsh ]; then _gpfsh "$@"; else compdef _gpfsh gpfsh; fi
`)
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
	none := "not __fish_seen_subcommand_from " + strings.Join(names, " ")
	fmt.Fprintf(&b, "complete -c gpfsh -n '%s' -a '(__fish_complete_suffix .go)'\n", none)
	for _, c := range commandTable() {
		fmt.Fprintf(&b, "complete -c gpfsh -n '%s' -a %s -d %s\n", none, c.name, quote(c.help))
		seen := "__fish_seen_subcommand_from " + c.name
		first := strings.Join(c.firstWords(), " ")
		switch {
		case first != "" && c.name == "help": // its words are those of the commands
			fmt.Fprintf(&b, "complete -c gpfsh -n '%s' -a %s\n", seen, quote(first))
		case first != "":
			fmt.Fprintf(&b, "complete -c gpfsh -n '%s; and not __fish_seen_subcommand_from %s' -a %s\n", seen, first, quote(first))
			if c.takesFiles() {
				fmt.Fprintf(&b, "complete -c gpfsh -n '%s; and __fish_seen_subcommand_from %s' -F\n", seen, first)
			}
		case c.takesFiles():
			fmt.Fprintf(&b, "complete -c gpfsh -n '%s' -F\n", seen)
		}
	}
	for _, o := range allOptions() {
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
