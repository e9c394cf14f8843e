package handlers

import (
	"cmp"
	"slices"
	"strings"

	"gpfsh/mmexec"
)

// Call is one time that Storage Scale ran a handler.
type Call struct {
	Token  string            // of the registration; "" when it was not registered with one
	Values map[string]string // of the variables; one without a value is not there
}

// ParseCall reads the arguments of the registered command: one variable each, key=value. The arguments are split at
// blanks before, so a word without a key goes on with the value before it. Keys have the names of the variables,
// whatever their case.
func ParseCall(args []string) Call {
	c := Call{Values: map[string]string{}}
	last := ""
	for _, a := range args {
		key, value, ok := strings.Cut(a, "=")
		switch {
		case ok && key == "gpfsh":
			c.Token, last = a, ""
		case ok && key == "for":
			last = ""
		case ok && known(key) != "":
			last = known(key)
			if value != mmexec.Undefined && value != "" {
				c.Values[last] = value
			}
		case last != "" && c.Values[last] != "":
			c.Values[last] += " " + a
		}
	}
	return c
}

// known returns the spelling of a variable; "" when there is none of that name.
func known(name string) string {
	if v, ok := mmexec.FindCallbackVariable(name); ok {
		return v.Name
	}
	if i := slices.IndexFunc(HealthVariables(), func(v string) bool { return strings.EqualFold(v, name) }); i >= 0 {
		return HealthVariables()[i]
	}
	return ""
}

// HealthVariables are what mmhealth gives its script, in its order.
func HealthVariables() []string {
	return []string{
		"version", "date", "clockTime", "timezone", "healthEvent", "component", "identifier", "severity", "state", "message", "eventArguments",
	}
}

// ParseHealthCall reads the arguments of the script of mmhealth.
func ParseHealthCall(args []string) Call {
	c := Call{Values: map[string]string{"eventName": HealthEvent}}
	names := HealthVariables()
	for i, a := range args {
		switch {
		case i >= len(names):
			c.Values[names[len(names)-1]] += " " + a
		case a != "":
			c.Values[names[i]] = a
		}
	}
	return c
}

// Key tells events apart that are about different objects: the same key again soon is the same trouble.
func (c Call) Key() string {
	parts := []string{c.Values["eventName"]}
	for _, name := range []string{
		"fsName", "filesetName", "storagePool", "quotaType", "quotaID", "quotaOwnerName", "diskName", "snapshotName", "eventNode", "component", "identifier", "healthEvent",
	} {
		if v := c.Values[name]; v != "" {
			parts = append(parts, name+"="+v)
		}
	}
	return strings.Join(parts, " ")
}

// Args returns the arguments of the external command of a handler with the values put in. One that has no value is
// UNDEFINED, as Storage Scale has it.
func (h *Handler) Args(values map[string]string) []string {
	args := make([]string, len(h.Command))
	for i, a := range h.Command {
		args[i] = expand(a, func(name string) string { return cmp.Or(values[name], mmexec.Undefined) })
	}
	return args
}

// VariablesIn returns the variables that a text names with a percent sign, in their order; other is what looks like one
// and is none.
func VariablesIn(text string) (list []string, other string) {
	expand(text, func(name string) string {
		if v := known(name); v == "" {
			other = cmp.Or(other, name)
		} else if !slices.Contains(list, v) {
			list = append(list, v)
		}
		return ""
	})
	return list, other
}

// expand replaces %name in a text; %% is a percent sign.
func expand(text string, value func(name string) string) string {
	var b strings.Builder
	for {
		before, rest, ok := strings.Cut(text, "%")
		b.WriteString(before)
		if !ok {
			return b.String()
		}
		n := 0
		for n < len(rest) && (rest[n] >= 'a' && rest[n] <= 'z' || rest[n] >= 'A' && rest[n] <= 'Z') {
			n++
		}
		switch {
		case n > 0:
			name := rest[:n]
			b.WriteString(value(cmp.Or(known(name), name)))
		case strings.HasPrefix(rest, "%"):
			b.WriteByte('%')
			n = 1
		default:
			b.WriteByte('%')
		}
		text = rest[n:]
	}
}
