package completer

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"gpfsh/interp"
	"gpfsh/mmexec"
)

// text completes a string that is the argument of a call: names of the cluster where the parameter says which, the path
// of a file where it begins as one, or else help on the call.
func (c *Completer) text(res *Result, cur interp.Cursor, src string, offset int, asked bool) {
	if strings.HasPrefix(cur.Prefix, "/") || strings.HasPrefix(cur.Prefix, "./") || strings.HasPrefix(cur.Prefix, "~/") {
		found := Paths(cur.Prefix, offset)
		for i := range found.Suggestions {
			found.Suggestions[i].Text = src[cur.Start:found.Start] + found.Suggestions[i].Text
		}
		if len(found.Suggestions) > 0 {
			res.Suggestions = found.Suggestions
			return
		}
	}
	c.values(res, cur, src, asked)
	if len(res.Suggestions) == 0 && !res.Pending {
		more := res.More
		res.Suggestions = signature(cur)
		res.More = more
	}
}

// collections are the collections that parameters name a member of, by the names of the parameters. The first one that
// the object of the call leads to has the names; the cluster has the rest.
var collections = map[string][]string{
	"pool":       {"Pools"},
	"fileset":    {"Filesets"},
	"filesets":   {"Filesets"},
	"node":       {"Nodes", "NodeClasses"},
	"nodes":      {"Nodes", "NodeClasses"},
	"members":    {"Nodes", "NodeClasses"},
	"servers":    {"Nodes"},
	"nsd":        {"NSDs"},
	"filesystem": {"Filesystems"},
	"device":     {"Filesystems"},
	"snapshot":   {"Snapshots"},
}

// byFunction are parameters of single functions whose names say less.
var byFunction = map[string][]string{
	"Node name":       {"Nodes"},
	"Filesystem name": {"Filesystems"},
	"Confirm name":    {"Filesystems"},
	"ServedBy node":   {"Nodes"},
	"On name":         {"Nodes", "NodeClasses"},
}

// values completes a string of which the cluster knows the possible values.
func (c *Completer) values(res *Result, cur interp.Cursor, src string, asked bool) {
	if cur.Call == nil || cur.Start == 0 {
		return
	}
	quote := src[cur.Start-1]
	suffix := ""
	if !cur.Closed {
		suffix = string(quote)
	}
	name := cur.Call.Name[strings.LastIndexByte(cur.Call.Name, '.')+1:]
	param, _, _ := strings.Cut(cur.Call.Param, " ")
	config := interp.Path{{Root: "Cluster"}, {Field: "Config"}}
	switch {
	case cur.Call.Name == "Settings" && param == "key":
		c.named(res, config, cur.Prefix, quote, suffix, asked, false)
		return
	case cur.Call.Name == "Settings":
		c.presentValue(res, append(config, interp.Step{Key: cur.Call.Key}), cur.Prefix, quote, suffix, asked)
		return
	case param == "events" || param == "event":
		c.events(res, cur.Prefix, suffix)
		return
	case name == "Mm" && param == "line":
		c.mmLine(res, cur.Prefix, asked)
		return
	case len(cur.Call.Fields) > 0:
		c.columns(res, cur, suffix)
		return
	case name == "Match":
		if len(cur.Call.Object) > 0 {
			c.named(res, cur.Call.Object, cur.Prefix, quote, suffix, asked, true)
			slices.SortStableFunc(res.Suggestions, func(a, b Suggestion) int { return kindOrder(a.Kind) - kindOrder(b.Kind) })
		}
		return
	case name == "Delete" && (param == "name" || param == "more"):
		if len(cur.Call.Object) > 0 {
			c.named(res, cur.Call.Object, cur.Prefix, quote, suffix, asked, false)
		}
		return
	case name == "Change" && param == "value":
		c.presentValue(res, cur.Call.Object, cur.Prefix, quote, suffix, asked)
		return
	}
	fields := byFunction[name+" "+param]
	if fields == nil {
		fields = collections[param]
	}
	for _, f := range fields {
		if p := c.collection(cur.Call, f); p != nil {
			c.named(res, p, cur.Prefix, quote, suffix, asked, false)
		}
	}
}

func kindOrder(kind string) int {
	if kind == "pattern" {
		return 0
	}
	return 1
}

// collection finds the collection of a name that the object of a call, or one that it belongs to, has: the pools of the
// file system whose disks are looked at.
func (c *Completer) collection(call *interp.Call, field string) interp.Path {
	ctx, cancel := context.WithTimeout(Unattended(context.Background(), mmexec.CostConfig), c.opts.Patience)
	defer cancel()
	for _, obj := range []interp.Path{call.Object, call.Within, {{Root: "Cluster"}}} {
		for n := len(obj); n > 0; n-- {
			p := append(slices.Clone(obj[:n]), interp.Step{Field: field})
			if v, err := c.lang.Resolve(ctx, p); err == nil {
				if _, ok := v.(named); ok {
					return p
				}
			}
		}
	}
	return nil
}

// presentValue suggests what a parameter of the configuration has now, and the other one where it is yes or no.
func (c *Completer) presentValue(res *Result, p interp.Path, typed string, quote byte, suffix string, asked bool) {
	if len(p) == 0 {
		return
	}
	field, _, pending := c.objects.look(p, asked)
	res.Pending = res.Pending || pending
	now, err := strconv.Unquote(field("Value"))
	if err != nil {
		res.More = res.More || !asked
		return
	}
	values := []string{now}
	switch now {
	case "yes":
		values = append(values, "no")
	case "no":
		values = append(values, "yes")
	}
	for i, text := range values {
		if text == "" || !begins(text, typed) {
			continue
		}
		s := Suggestion{Text: quotedText(text, quote) + suffix, Kind: "value"}
		if i == 0 {
			s.Doc = "what it is now"
		}
		res.Suggestions = append(res.Suggestions, s)
	}
}

// events completes the name of an event that callbacks can be registered for. tiebreakerCheck is left out: a callback for
// it can cost the quorum.
func (c *Completer) events(res *Result, typed, suffix string) {
	events := mmexec.CallbackEvents()
	for _, i := range rank(len(events), typed, func(i int) (string, int) { return events[i].Name, 0 }) {
		if events[i].Name != "tiebreakerCheck" {
			res.Suggestions = append(res.Suggestions, Suggestion{Text: events[i].Name + suffix, Kind: "event"})
		}
	}
}

// columns completes the name of a column; a minus before it, for the order from the largest on, stays.
func (c *Completer) columns(res *Result, cur interp.Cursor, suffix string) {
	typed := strings.TrimPrefix(cur.Prefix, "-")
	minus := cur.Prefix[:len(cur.Prefix)-len(typed)]
	fields := cur.Call.Fields
	for _, i := range rank(len(fields), typed, func(i int) (string, int) { return fields[i], 0 }) {
		res.Suggestions = append(res.Suggestions, Suggestion{Text: minus + fields[i] + suffix, Kind: "field"})
	}
}
