package model

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"gpfsh/mmexec"
	"gpfsh/mmexec/lazyregexp"
)

// NodeWaiter is a thread that waits on some node, with what it waits for as far as its words tell.
type NodeWaiter struct {
	Node       string        `json:"node" col:"NODE"`
	Waits      time.Duration `json:"waits" col:"WAITS"` // for how long; nanoseconds in JSON
	Thread     string        `json:"thread" col:"THREAD"`
	Reason     string        `json:"reason" col:"REASON,prose"`
	NSD        string        `json:"nsd,omitempty" col:"NSD"`                // that the words name
	Filesystem string        `json:"filesystem,omitempty" col:"FILE SYSTEM"` // that the words name, or that the NSD is of
	For        string        `json:"for,omitempty" col:"FOR NODE"`           // node that the words name: the one that is waited for
}

// String returns the node, the thread, how long it has waited, and why.
func (w *NodeWaiter) String() string {
	if w == nil {
		return ""
	}
	return w.Node + " " + w.Thread + " " + w.Waits.String() + " " + w.Reason
}

// waiterLine is a line of mmlsnode -N waiters -L.
//
// unverified: its form. Older releases print an address and "waiting 0.15 seconds, Thread: why", newer ones what mmdiag
// --waiters prints; the name of the node stands in front.
var waiterLine = lazyregexp.New(`^\s*(?:(\S+?):\s+)?(?:0x[0-9A-Fa-f]+\s+)?[Ww]aiting\s+([\d.,]+)\s+sec(?:onds)?(?:\s+since\s+[^,]+)?,\s*(?:(?:not )?monitored,\s*|ignored,\s*)?(?:thread\s+\d+\s+)?(.*)$`)

// NodeWaiters returns the threads that wait on any node, the longest first, joined with the NSD, the file system and the
// node that their words name. It runs mmlsnode -N waiters -L, which asks all nodes, and for the names mmlscluster,
// mmlsnsd and mmlsfs.
func (c *Cluster) NodeWaiters(ctx context.Context, options ...WaiterOption) ([]*NodeWaiter, error) {
	list, err := c.nodeWaiters(ctx)
	if asked := waitersAsked(options); asked.over > 0 {
		list = slices.DeleteFunc(list, func(w *NodeWaiter) bool { return w.Waits <= asked.over })
	}
	if err != nil || len(list) == 0 {
		return list, err
	}
	nodes, err := c.Nodes.Items(ctx)
	if err != nil {
		return nil, err
	}
	nsds, err := c.NSDs.Map(ctx)
	if err != nil {
		return nil, err
	}
	filesystems, err := c.AllFilesystems.Names(ctx)
	if err != nil {
		return nil, err
	}
	for _, w := range list {
		for _, word := range strings.FieldsFunc(w.Reason, func(r rune) bool { return strings.ContainsRune(" ,;:()<>'\"", r) }) {
			word = strings.TrimRight(word, ".")
			if nsd := nsds[word]; nsd != nil {
				w.NSD = word
				if w.Filesystem == "" {
					w.Filesystem = nsd.Filesystem
				}
			}
			if name := trimDevice(word); slices.Contains(filesystems, name) {
				w.Filesystem = name
			}
			// A bare number is a node number only to us.
			if n, found, err := findNode(nodes, word); err == nil && found && strings.Trim(word, "0123456789") != "" {
				w.For = n.Name
			}
		}
		if n, found, err := findNode(nodes, w.Node); err == nil && found {
			w.Node = n.Name
		}
	}
	return list, nil
}

func (c *Cluster) nodeWaiters(ctx context.Context) ([]*NodeWaiter, error) {
	res, err := c.run(ctx)(mmexec.MmLsWaiters())
	if err != nil {
		return nil, err
	}
	list := []*NodeWaiter{}
	node := ""
	for text := range strings.Lines(string(res.Stdout)) {
		text = strings.TrimRight(text, " \r\n")
		m := waiterLine.FindStringSubmatch(text)
		if m == nil {
			// The name of a node above its waiters.
			if name, ok := strings.CutSuffix(strings.TrimSpace(text), ":"); ok && !strings.Contains(name, " ") {
				node = name
			}
			continue
		}
		w := &NodeWaiter{Node: m[1]}
		if w.Node == "" {
			w.Node = node
		}
		seconds, _ := strconv.ParseFloat(strings.ReplaceAll(m[2], ",", "."), 64)
		w.Waits = time.Duration(seconds * float64(time.Second))
		w.Thread, w.Reason, _ = strings.Cut(m[3], ": ")
		list = append(list, w)
	}
	slices.SortStableFunc(list, func(a, b *NodeWaiter) int { return int(max(min(b.Waits-a.Waits, 1), -1)) })
	return list, nil
}

// Expelled is a node that the cluster keeps out, from mmexpelnode.
type Expelled struct {
	Node string `json:"node" col:"NODE"`
	IP   string `json:"ip" col:"IP"`
}

// String returns the name of the node.
func (e *Expelled) String() string {
	if e == nil {
		return ""
	}
	return e.Node
}

// expelledLine is a line of mmexpelnode --list: 10.0.0.5 (node5).
//
// unverified: the table; read from memory of the manual.
var expelledLine = lazyregexp.New(`^\s*([0-9A-Fa-f.:]+)\s+\((\S+)\)`)

// Expelled returns the nodes that the cluster keeps out until they are let in again by mmexpelnode -r. It runs
// mmexpelnode --list.
func (c *Cluster) Expelled(ctx context.Context) ([]*Expelled, error) {
	res, err := c.run(ctx)(arguments("--list").of("mmexpelnode", "expelled nodes"))
	if err != nil {
		return nil, err
	}
	list := []*Expelled{}
	for text := range strings.Lines(string(res.Stdout)) {
		if m := expelledLine.FindStringSubmatch(text); m != nil {
			list = append(list, &Expelled{Node: m[2], IP: m[1]})
		}
	}
	return list, nil
}
