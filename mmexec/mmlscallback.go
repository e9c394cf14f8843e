package mmexec

import "strings"

// Callback is one callback of mmlscallback.
type Callback struct {
	ID       string
	Command  string
	Events   []string
	Nodes    string // the nodes that run it, as printed; "" for all
	Priority string
	Sync     bool
	Timeout  string // seconds
	OnError  string
	Parms    string
	// All are the attributes as printed, also those that have no field here.
	All []Field
}

// ParseMmLsCallback reads what mmlscallback prints for people: the identifier of each callback, and its attributes
// indented below.
func ParseMmLsCallback(data []byte) ([]Callback, error) {
	var list []Callback
	for n, line := range lines(data) {
		if line == "" {
			continue
		}
		if line[0] != ' ' && line[0] != '\t' {
			if strings.ContainsAny(line, " =") {
				return list, formatError("mmlscallback", n, "want the identifier of a callback, not %q", shorten(line))
			}
			list = append(list, Callback{ID: line})
			continue
		}
		name, value, ok := strings.Cut(strings.TrimSpace(line), "=")
		if !ok || len(list) == 0 {
			return list, formatError("mmlscallback", n, "want an attribute and its value, not %q", shorten(line))
		}
		name, value = strings.TrimSpace(name), strings.TrimSpace(value)
		c := &list[len(list)-1]
		c.All = append(c.All, Field{name, value})
		// unverified: the spelling of the attributes beside command, event and parms.
		switch strings.ToLower(name) {
		case "command":
			c.Command = value
		case "event":
			c.Events = members([]string{value})
		case "node":
			c.Nodes = value
		case "priority":
			c.Priority = value
		case "sync":
			c.Sync = !strings.EqualFold(value, "no") && !strings.EqualFold(value, "false")
		case "timeout":
			c.Timeout = value
		case "onerror":
			c.OnError = value
		case "parms":
			// Several --parms are joined with blanks, as their values are when the callback runs.
			c.Parms = strings.TrimSpace(c.Parms + " " + value)
		}
	}
	return list, nil
}
