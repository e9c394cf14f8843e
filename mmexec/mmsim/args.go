package mmsim

import (
	"slices"
	"strings"
)

// options says which options a command knows: option -> whether it takes a value.
type options map[string]bool

// parseOptions reads a list like "-Y -d -s: --qos:"; a colon means that the option takes a value.
func parseOptions(list string) options {
	known := options{}
	for _, word := range strings.Fields(list) {
		name, takes := strings.CutSuffix(word, ":")
		known[name] = takes
	}
	return known
}

// parsed is a command line taken apart: the values of each option in the order given, the order of the options, and the
// operands.
type parsed struct {
	values   map[string][]string
	order    []string
	operands []string
}

// argError is a command line that does not fit the synopsis.
type argError struct{ text string }

func (e *argError) Error() string { return e.text }

// parse takes a command line apart. Options and operands may come in any order; short options may be bundled.
func (known options) parse(args []string) (*parsed, error) {
	p := &parsed{values: map[string][]string{}}
	for i := 0; i < len(args); i++ {
		arg := args[i]
		if arg == "--" {
			p.operands = append(p.operands, args[i+1:]...)
			break
		}
		if len(arg) < 2 || arg[0] != '-' {
			p.operands = append(p.operands, arg)
			continue
		}
		name, value, inline := arg, "", false
		if strings.HasPrefix(arg, "--") {
			name, value, inline = strings.Cut(arg, "=")
		}
		takes, ok := known[name]
		if !ok && !strings.HasPrefix(arg, "--") {
			// A bundle: flags, the last of which may take the rest or the next argument as its value.
			bundle, rest, err := known.unbundle(arg)
			if err != nil {
				return nil, err
			}
			for _, f := range bundle[:len(bundle)-1] {
				p.add(f, "")
			}
			name, value, inline = bundle[len(bundle)-1], rest, rest != ""
			takes, ok = known[name], true
		}
		switch {
		case !ok:
			return nil, &argError{"Incorrect option: " + name}
		case !takes && inline:
			return nil, &argError{"Incorrect option: " + arg}
		case takes && !inline:
			if i+1 >= len(args) {
				// unverified: wording of a missing option value.
				return nil, &argError{"Missing argument after " + name + " flag."}
			}
			i++
			value = args[i]
		}
		p.add(name, value)
	}
	return p, nil
}

// unbundle splits -aLv into its flags; rest is the value glued to the last one.
func (known options) unbundle(arg string) (flags []string, rest string, err error) {
	for j := 1; j < len(arg); j++ {
		name := "-" + arg[j:j+1]
		takes, ok := known[name]
		if !ok {
			return nil, "", &argError{"Incorrect option: " + arg}
		}
		flags = append(flags, name)
		if takes {
			return flags, arg[j+1:], nil
		}
	}
	return flags, "", nil
}

func (p *parsed) add(name, value string) {
	if _, seen := p.values[name]; !seen {
		p.order = append(p.order, name)
	}
	p.values[name] = append(p.values[name], value)
}

func (p *parsed) has(name string) bool { _, ok := p.values[name]; return ok }

// get returns the value given last.
func (p *parsed) get(name string) string {
	v := p.values[name]
	if len(v) == 0 {
		return ""
	}
	return v[len(v)-1]
}

// any tells whether one of the options was given.
func (p *parsed) any(names ...string) bool { return slices.ContainsFunc(names, p.has) }

// operand returns the i-th operand, "" when there are fewer.
func (p *parsed) operand(i int) string {
	if i < len(p.operands) {
		return p.operands[i]
	}
	return ""
}
