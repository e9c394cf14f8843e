package mmsim

import (
	"slices"
	"strconv"
	"strings"
)

func mmaddcallback(c *call) int {
	var callbacks []Callback
	if file := c.get("-S") + c.get("--spec-file"); file != "" {
		data, ok := c.files(file)
		if !ok {
			return c.fail("Cannot read %s.", file) // unverified: wording
		}
		var reason string
		if callbacks, reason = parseCallbackSpec(string(data)); reason != "" {
			return c.fail("%s", reason)
		}
	} else {
		if len(c.operands) != 1 || !c.has("--command") || !c.has("--event") {
			return c.usage("Missing arguments.")
		}
		cb := Callback{
			Name: c.operand(0), Command: c.get("--command"), Events: splitList(c.get("--event")), Priority: c.get("--priority"),
			Sync: c.has("--sync"), OnError: c.get("--onerror"), Nodes: c.get("-N"), Params: c.values["--parms"],
		}
		if t := c.get("--timeout"); t != "" {
			n, err := strconv.Atoi(t)
			if err != nil || n < 0 {
				return c.usage("Incorrect option: --timeout " + t) // unverified: wording
			}
			cb.Timeout = n
		}
		callbacks = []Callback{cb}
	}
	for _, cb := range callbacks {
		if code := c.refuseCallback(cb); code != 0 {
			return code
		}
	}
	for _, cb := range callbacks {
		for i, name := range cb.Events {
			cb.Events[i] = knownEvents()[slices.IndexFunc(knownEvents(), sameFold(name))]
		}
		c.st.Callbacks = append(c.st.Callbacks, cb)
	}
	c.propagate()
	return 0
}

// refuseCallback applies the rules for callbacks. unverified: wording of all refusals.
func (c *call) refuseCallback(cb Callback) int {
	switch {
	case len(cb.Name) > 255 || cb.Name == "" || strings.ContainsAny(cb.Name, ":; \t,"):
		return c.fail("Incorrect callback identifier: %s", cb.Name)
	case strings.HasPrefix(cb.Name, "gpfs") || strings.HasPrefix(cb.Name, "mm"):
		return c.fail("Callback identifiers that start with gpfs or mm are reserved: %s", cb.Name)
	case slices.ContainsFunc(c.st.Callbacks, func(have Callback) bool { return have.Name == cb.Name }):
		return c.fail("Callback identifier %s already exists.", cb.Name)
	case !strings.HasPrefix(cb.Command, "/"):
		return c.fail("%s must be an absolute path name.", cb.Command)
	case len(cb.Events) == 0:
		return c.usage("Missing arguments.")
	case !cb.Sync && (cb.Timeout != 0 || cb.OnError != ""):
		return c.usage("Incorrect option: --timeout and --onerror need --sync")
	}
	for _, name := range cb.Events {
		i := slices.IndexFunc(knownEvents(), sameFold(name))
		if i < 0 {
			return c.fail("Incorrect event name: %s", name)
		}
		lower := strings.ToLower(name)
		if cb.Sync && (strings.HasPrefix(lower, "rg") || strings.HasPrefix(lower, "pd") || strings.HasPrefix(lower, "da")) {
			return c.fail("A callback for event %s cannot be synchronous.", name)
		}
		if sameFold(name)("tiebreakerCheck") && slices.ContainsFunc(c.st.Nodes, func(n Node) bool { return n.State != NodeDown }) {
			return c.fail("GPFS must be stopped on all nodes to change a callback for event tiebreakerCheck.")
		}
		if strings.EqualFold(cb.OnError, "quorumLoss") && !strings.EqualFold(name, "tiebreakerCheck") {
			return c.fail("--onerror quorumLoss is valid only for event tiebreakerCheck.")
		}
	}
	if cb.OnError != "" && !slices.ContainsFunc([]string{"continue", "quorumLoss", "shutdown"}, sameFold(cb.OnError)) {
		return c.usage("Incorrect option: --onerror " + cb.OnError)
	}
	if cb.Nodes != "" {
		if _, err := c.resolveNodes(cb.Nodes); err != nil {
			return c.fail("%s", err)
		}
	}
	return 0
}

// parseCallbackSpec reads a specification file: the form that mmlscallback prints.
func parseCallbackSpec(text string) (callbacks []Callback, reason string) {
	var cb *Callback
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, " \r\n")
		trimmed := strings.TrimSpace(line)
		if trimmed == "" || trimmed[0] == '#' {
			continue
		}
		key, value, ok := strings.Cut(trimmed, "=")
		if !ok {
			callbacks = append(callbacks, Callback{Name: trimmed})
			cb = &callbacks[len(callbacks)-1]
			continue
		}
		if cb == nil {
			return nil, "The specification file has no callback identifier before: " + trimmed // unverified: wording
		}
		value = strings.TrimSpace(value)
		switch strings.ToLower(strings.TrimSpace(key)) {
		case "command":
			cb.Command = value
		case "event":
			cb.Events = splitList(value)
		case "priority":
			cb.Priority = value
		case "sync":
			cb.Sync = value == "true" || value == "yes"
		case "timeout":
			cb.Timeout, _ = strconv.Atoi(value)
		case "onerror":
			cb.OnError = value
		case "node":
			cb.Nodes = value
		case "parms":
			cb.Params = append(cb.Params, value)
		}
	}
	return callbacks, ""
}

func mmdelcallback(c *call) int {
	names := splitList(c.operand(0))
	for _, name := range names {
		if !slices.ContainsFunc(c.st.Callbacks, func(cb Callback) bool { return cb.Name == name }) {
			return c.fail("Callback identifier %q was not found.", name) // unverified: wording
		}
	}
	c.st.Callbacks = slices.DeleteFunc(c.st.Callbacks, func(cb Callback) bool { return slices.Contains(names, cb.Name) })
	c.propagate()
	return 0
}

func mmlscallback(c *call) int {
	var shown []Callback
	for _, cb := range c.st.Callbacks {
		switch want := c.operand(0); want {
		case "", "user":
			if cb.System {
				continue
			}
		case "system":
			if !cb.System {
				continue
			}
		case "all":
		default:
			if !slices.Contains(splitList(want), cb.Name) {
				continue
			}
		}
		shown = append(shown, cb)
	}
	if want := c.operand(0); !slices.Contains([]string{"", "user", "system", "all"}, want) {
		for _, name := range splitList(want) {
			if !slices.ContainsFunc(shown, func(cb Callback) bool { return cb.Name == name }) {
				return c.fail("Callback identifier %q was not found.", name) // unverified: wording
			}
		}
	}
	if c.has("-Y") {
		// unverified: the names of the fields; no -Y form was captured.
		w := c.y()
		w.header("", "callbackName", "command", "event", "priority", "sync", "timeout", "onError", "node", "parms")
		for _, cb := range shown {
			w.row("", cb.Name, cb.Command, strings.Join(cb.Events, ","), cb.Priority, cb.syncWord(), cb.timeout(), cb.OnError, cb.Nodes, strings.Join(cb.Params, " "))
		}
		return 0
	}
	if len(shown) == 0 {
		c.printf("No callback identifiers are defined.\n") // unverified: wording
		return 0
	}
	for _, cb := range shown {
		c.printf("%s\n", cb.Name)
		for _, line := range [][2]string{
			{"command", cb.Command}, {"priority", cb.Priority}, {"sync", cb.syncWord()}, {"timeout", cb.timeout()}, {"onError", cb.OnError},
			{"event", strings.Join(cb.Events, ",")}, {"node", cb.Nodes},
		} {
			if line[1] != "" {
				c.printf("        %s = %s\n", pad(line[0], 13), line[1])
			}
		}
		for _, p := range cb.Params {
			c.printf("        %s = %s\n", pad("parms", 13), p)
		}
		c.printf("\n")
	}
	return 0
}

func (cb *Callback) syncWord() string {
	if cb.Sync {
		return "true"
	}
	return ""
}

func (cb *Callback) timeout() string {
	if cb.Timeout > 0 {
		return itoa(cb.Timeout)
	}
	return ""
}
