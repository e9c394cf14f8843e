package mmexec

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// AddCallbackOptions are the options of mmaddcallback.
type AddCallbackOptions struct {
	Command  string   // the absolute path of what runs, on the local disk of every node that may have the event
	Events   []string // lowDiskSpace, ...
	Priority *float64 // those without one run last
	// Sync makes the daemon wait for the end of what runs, at most Timeout (1 to 10 s): nothing else moves meanwhile.
	Sync    bool
	Timeout time.Duration
	OnError string   // continue or shutdown, with Sync
	Nodes   NodeSpec // -N: the zero value means all
	Parms   []string // variables and words; each stands for itself, so that blanks in a value shift nothing
}

// MmAddCallback makes a callback: mmaddcallback id --command path --event events options.
func MmAddCallback(id string, o AddCallbackOptions) (Command, error) {
	l := newLine("mmaddcallback").fail(CheckNewCallbackName(id)).add(id, "--command").path("program", o.Command)
	l.refuse(len(o.Events) == 0, "say for which events")
	for _, e := range o.Events {
		l.fail(attributeRule.check(e))
		l.refuse(strings.EqualFold(e, "tiebreakerCheck"), "tiebreakerCheck needs the daemon stopped on all nodes and can cost the quorum: add it by hand")
		l.refuse(strings.EqualFold(e, "healthEvent"), "health events run /var/mmfs/etc/eventsCallback, they are no events of callbacks")
		l.refuse(o.Sync && raidEvent(e), "the daemon must not wait at %s", e)
	}
	l.add("--event", strings.Join(o.Events, ","))
	if o.Priority != nil {
		l.refuse(!(*o.Priority >= 0 && *o.Priority <= 10), "the priority %v is not between 0 and 10", *o.Priority)
		l.add("--priority", strconv.FormatFloat(*o.Priority, 'g', -1, 64))
	}
	if o.Sync {
		l.refuse(o.Timeout < time.Second || o.Timeout > 10*time.Second, "a callback that the daemon waits for needs a time limit of 1 to 10 s")
		l.add("--sync", "--timeout", strconv.Itoa(int(o.Timeout/time.Second))).value("--onerror", o.OnError, "continue", "shutdown")
	} else {
		l.refuse(o.OnError != "" || o.Timeout != 0, "a time limit and what follows an error go with a callback that the daemon waits for").add("--async")
	}
	l.nodes(o.Nodes)
	for _, p := range o.Parms {
		l.value("--parms", p)
	}
	return l.command("callback " + id)
}

// raidEvent tells by the name whether an event is one of Storage Scale RAID, also one that the table does not have.
func raidEvent(name string) bool {
	if e, ok := FindCallbackEvent(name); ok {
		return e.RAID
	}
	for _, prefix := range []string{"rg", "pd", "da"} {
		rest, ok := strings.CutPrefix(name, prefix)
		if ok && rest != "" && rest[0] >= 'A' && rest[0] <= 'Z' {
			return true
		}
	}
	return false
}

// MmDelCallback deletes callbacks: mmdelcallback id,...
func MmDelCallback(ids ...string) (Command, error) {
	return newLine("mmdelcallback").list(callbackRule, ",", ids...).command("callbacks " + strings.Join(slices.Clone(ids), ","))
}

// MmLsCallback lists callbacks of users, those named, or "system" or "all": mmlscallback [id,...]. [ParseMmLsCallback]
// reads the reply.
func MmLsCallback(ids ...string) (Command, error) {
	l := newLine("mmlscallback")
	switch {
	case len(ids) == 1 && (ids[0] == "all" || ids[0] == "system"):
		l.add(ids[0])
	case len(ids) > 0:
		l.list(callbackRule, ",", ids...)
	}
	return l.command("callbacks")
}
