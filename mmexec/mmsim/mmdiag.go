package mmsim

import (
	"fmt"
	"slices"
	"strings"
)

// mmdiag answers for the node that it runs on.
func mmdiag(c *call) int {
	if !c.daemon() {
		return 1
	}
	all := c.has("--all") || len(c.order) == 0 || len(c.order) == 1 && c.has("-Y")
	wants := func(flag string) bool { return all || c.has(flag) }
	if wants("--version") {
		c.diagVersion()
	}
	if wants("--waiters") {
		c.diagWaiters()
	}
	if wants("--config") {
		c.diagConfig()
	}
	if c.has("--deadlock") {
		c.diagDeadlock()
	}
	if wants("--network") && !c.has("-Y") {
		c.diagNetwork()
	}
	return 0
}

func (c *call) diagVersion() {
	local := c.st.node(c.st.LocalNode)
	release := c.st.Release
	if local.Release != "" {
		release = local.Release
	}
	if c.has("-Y") {
		w := c.y()
		w.header("version", "buildBranch", "build") // unverified: names of the fields; the build is in the first one
		w.row("version", release, "Built on Mar 12 2024 at 10:21:17")
		return
	}
	c.printf("\n=== mmdiag: version ===\nCurrent GPFS build: \"%s \".\nBuilt on Mar 12 2024 at 10:21:17\nRunning 35 days 4 hours 12 min 9 secs, pid 4039\n", release)
}

func (c *call) diagWaiters() {
	if c.has("-Y") {
		w := c.y()
		w.header("waiters", "threadId", "threadAddr", "threadName", "waitStartTime", "waitTime", "isMonitored", "condVarAddr", "condVarName",
			"condVarReason", "mutexAddr", "mutexName", "auxReason", "delayTime", "delayReason")
		for i, t := range c.localWaiters() {
			w.row("waiters", 3000+i, fmt.Sprintf("000000000%07X", 0x1f2e30+i), t.Thread, t.Since.In(c.st.location()).Format("2006-01-02_15:04:05-0700"),
				fmt.Sprintf("%.4f", c.now.Sub(t.Since).Seconds()), "monitored", "", "", t.Reason, "", "", "", "", "")
		}
		return
	}
	c.printf("\n=== mmdiag: waiters ===\n")
	for i, t := range c.localWaiters() {
		c.printf("Waiting %.4f sec since %s, monitored, thread %d %s: %s\n", c.now.Sub(t.Since).Seconds(), t.Since.In(c.st.location()).Format("2006-01-02_15:04:05-0700"), 3000+i, t.Thread, t.Reason)
	}
}

func (c *call) localWaiters() []Waiter {
	var list []Waiter
	for _, w := range c.st.Waiters {
		if w.Node == c.st.LocalNode {
			list = append(list, w)
		}
	}
	return list
}

func (c *call) diagConfig() {
	if c.has("-Y") {
		w := c.y()
		w.header("config", "name", "value", "changed")
		for _, e := range c.st.inForce(c.st.LocalNode) {
			w.row("config", e.Name, e.Value, "*")
		}
		return
	}
	c.printf("\n=== mmdiag: config ===\n")
	for _, e := range c.st.inForce(c.st.LocalNode) {
		c.printf(" ! %s %s\n", e.Name, e.Value)
	}
}

// inForce are the attributes that the daemon of a node goes by, as far as they were set: the last scope that the node is
// in wins, and what was set since the daemon began waits.
func (s *State) inForce(number int) []ConfigEntry {
	var list []ConfigEntry
	c := call{parsed: &parsed{}, st: s}
	for _, e := range s.configEntries(nil) {
		if len(e.Scope) > 0 && !slices.ContainsFunc(e.Scope, func(word string) bool {
			numbers, err := c.resolveNode(word)
			return err == nil && slices.Contains(numbers, number)
		}) {
			continue
		}
		if e.Pending && (len(e.Waiting) == 0 || slices.Contains(e.Waiting, number)) {
			if e.Before == "" {
				continue
			}
			e.Value = e.Before
		}
		if i := slices.IndexFunc(list, func(known ConfigEntry) bool { return strings.EqualFold(known.Name, e.Name) }); i >= 0 {
			list[i].Value = e.Value
			continue
		}
		list = append(list, ConfigEntry{Name: e.Name, Value: e.Value})
	}
	return list
}

// diagDeadlock prints each header just before its rows; the section of nodes is missing when there is no deadlock.
func (c *call) diagDeadlock() {
	if !c.has("-Y") {
		c.printf("\n=== mmdiag: deadlock ===\n\nEffective deadlock detection threshold on cluster %s is 3900 seconds\n", c.st.Name) // unverified: wording
		return
	}
	w := c.y()
	w.header("deadlockThread", "threadId", "threadName", "waitStartTime", "waitTime", "condVarAddr", "condVarName", "condVarReason", "mutexAddr",
		"mutexName", "auxReason", "delayTime", "delayReason")
	w.header("deadlockDetectionTimes", "mediumWaiterTime", "shortWaiterTime", "overloadCluster", "overloadIndex", "overloaded")
	w.row("deadlockDetectionTimes", 3900, 480, c.st.Name, "0.00123", 0)
}

func (c *call) diagNetwork() {
	local := c.st.node(c.st.LocalNode)
	c.printf("\n=== mmdiag: network ===\n\nPending messages:\n  (none)\nInter-node communication configuration:\n")
	c.printf("  tscTcpPort      1191\n  my address      %s/24 (ib0) <c0n%d>\n  my node number  %d\nTCP Connections between nodes:\n", local.IP, local.Number-1, local.Number)
	c.printf("    hostname                            node     destination     status     err  sock  sent(MB)  recvd(MB)  ostype\n")
	for i := range c.st.Nodes {
		n := &c.st.Nodes[i]
		if n.Number == local.Number {
			continue
		}
		status := "connected "
		if n.State == NodeDown {
			status = "broken    "
		}
		c.printf("    %s %s %s %s 0    %-5d 0         0          Linux/L\n", pad(shortName(n.DaemonName), 35), pad(fmt.Sprintf("<c0n%d>", n.Number-1), 8), pad(n.IP, 15), status, 30+i)
	}
}
