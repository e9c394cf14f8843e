package model

import (
	"context"
	"strconv"
	"strings"
	"time"

	"gpfsh/mmexec"
)

// Waiter is a thread of the Storage Scale daemon that waits for something, from mmdiag --waiters.
type Waiter struct {
	Thread string        `json:"thread" col:"THREAD"` // its name
	ID     string        `json:"id" col:"ID,wide"`
	Waits  time.Duration `json:"waits" col:"WAITS"` // for how long; nanoseconds in JSON
	Reason string        `json:"reason" col:"REASON,prose"`
	Detail string        `json:"detail" col:"DETAIL,prose"`
	Since  time.Time     `json:"since,omitzero" col:"-"`
}

// String returns the thread, how long it has waited, and why.
func (w *Waiter) String() string {
	if w == nil {
		return ""
	}
	return w.Thread + " " + w.Waits.String() + " " + w.Reason
}

// WaiterOption says which waiting threads count: [Over].
type WaiterOption interface{ waiters(*waiterSpec) }

type waiterSpec struct{ over time.Duration }

type over time.Duration

func (o over) waiters(s *waiterSpec) { s.over = time.Duration(o) }

// Over leaves out the threads that have waited no longer than d: Over(30*Second).
func Over(d time.Duration) WaiterOption { return over(d) }

func waitersAsked(options []WaiterOption) waiterSpec {
	var s waiterSpec
	for _, o := range options {
		o.waiters(&s)
	}
	return s
}

// Waiters returns the threads that wait, on the node that runs the commands and on no other; NodeWaiters has those of
// all nodes. It runs mmdiag --waiters.
func (c *Cluster) Waiters(ctx context.Context, options ...WaiterOption) ([]*Waiter, error) {
	asked := waitersAsked(options)
	reply, err := c.query(ctx)(arguments("--waiters", "-Y").of("mmdiag", "waiters"))
	if err != nil {
		return nil, err
	}
	list := []*Waiter{}
	for _, row := range reply.Section("waiters") {
		if w := readWaiter(row); w.Waits > asked.over || asked.over == 0 {
			list = append(list, w)
		}
	}
	return list, nil
}

func readWaiter(row mmexec.Row) *Waiter {
	seconds, _ := strconv.ParseFloat(strings.ReplaceAll(row.Get("waitTime"), ",", "."), 64)
	reason := row.Get("condVarReason")
	if reason == "" {
		reason = row.Get("mutexName")
	}
	since, _ := time.Parse("2006-01-02_15:04:05-0700", row.Get("waitStartTime"))
	return &Waiter{
		Thread: row.Get("threadName"), ID: row.Get("threadId"), Waits: time.Duration(seconds * float64(time.Second)),
		Reason: reason, Detail: strings.TrimSpace(row.Get("auxReason") + " " + row.Get("delayReason")), Since: since,
	}
}

// Deadlock is a thread that has waited so long that it may never go on, from mmdiag --deadlock.
type Deadlock struct {
	Thread string        `json:"thread" col:"THREAD"` // its name
	ID     string        `json:"id" col:"ID,wide"`
	Waits  time.Duration `json:"waits" col:"WAITS"` // for how long; nanoseconds in JSON
	Reason string        `json:"reason" col:"REASON,prose"`
	Since  time.Time     `json:"since,omitzero" col:"SINCE"`
	Nodes  []string      `json:"nodes" col:"NODES"` // nodes on which threads wait so long, as far as the node that was asked knows
}

// String returns the thread, how long it has waited, and why.
func (d *Deadlock) String() string {
	if d == nil {
		return ""
	}
	return d.Thread + " " + d.Waits.String() + " " + d.Reason
}

// Deadlocks returns the threads that may never go on, as the node that runs the commands sees them. It runs mmdiag
// --deadlock.
func (c *Cluster) Deadlocks(ctx context.Context) ([]*Deadlock, error) {
	reply, err := c.query(ctx)(arguments("--deadlock", "-Y").of("mmdiag", "deadlocks"))
	if err != nil {
		return nil, err
	}
	nodes := []string{}
	for _, row := range reply.Section("deadlockNodes") {
		nodes = append(nodes, fields(row.Get("nodeList"), ",")...)
	}
	list := []*Deadlock{}
	for _, row := range reply.Section("deadlockThread") {
		w := readWaiter(row)
		d := &Deadlock{Thread: w.Thread, ID: w.ID, Waits: w.Waits, Reason: w.Reason, Since: w.Since, Nodes: nodes}
		if values := row.Values(); d.Reason == "" || len(values) < 12 {
			// Rows leave out what is empty, so that the reason stands anywhere behind the time.
			d.Reason = strings.Join(strings.Fields(strings.Join(values[min(4, len(values)):], " ")), " ")
		}
		list = append(list, d)
	}
	return list, nil
}
