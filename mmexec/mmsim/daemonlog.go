package mmsim

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
)

// daemonLogPath is where the daemon of a node writes its log.
const daemonLogPath = "/var/adm/ras/mmfs.log.latest"

// daemonLog is the log of the daemon of a node, as far as the state tells what happened: its start, what the health
// monitor holds against it, long waiters, and on the cluster manager the nodes that were lost.
//
// unverified: the sentences.
func (s *State) daemonLog(node *Node, now time.Time) []byte {
	if node == nil {
		return nil
	}
	type entry struct {
		at   time.Time
		text string
	}
	log := []entry{{now.AddDate(0, 0, -35), "[I] This node (" + node.IP + " (" + shortName(node.DaemonName) + ")) has joined cluster " + s.Name + "."}}
	for _, e := range s.HealthEvents {
		if e.Node == node.Number {
			log = append(log, entry{e.Since, "[W] " + e.Component + " " + e.Entity + ": " + e.Message})
		}
	}
	for _, w := range s.Waiters {
		if w.Node == node.Number && now.Sub(w.Since) > 5*time.Minute {
			log = append(log, entry{w.Since.Add(5 * time.Minute), "[W] Unexpected long waiter: " + w.Thread + ": " + w.Reason})
		}
	}
	if node.Number == s.ClusterManager {
		for i := range s.Nodes {
			lost := &s.Nodes[i]
			name := lost.IP + " (" + shortName(lost.DaemonName) + ")"
			switch at := now.Add(-90 * time.Minute); {
			case lost.Expelled:
				log = append(log, entry{at, "[E] Node " + name + " is being expelled by the administrator."})
			case lost.Unreachable:
				log = append(log, entry{at, "[N] Node " + name + " lease renewal is overdue. Pinging to check if it is alive"},
					entry{at.Add(30 * time.Second), "[E] Node " + name + " is being expelled because of an expired lease."})
			}
		}
	}
	slices.SortStableFunc(log, func(a, b entry) int { return cmp.Compare(a.at.UnixNano(), b.at.UnixNano()) })
	var b strings.Builder
	for _, e := range log {
		fmt.Fprintf(&b, "%s: %s\n", e.at.In(s.location()).Format("2006-01-02_15:04:05.000-0700"), e.text)
	}
	return []byte(b.String())
}
