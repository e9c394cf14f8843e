package model

import (
	"context"
	"slices"
	"strings"
	"time"

	"gpfsh/mmexec"
	"gpfsh/mmexec/lazyregexp"
)

// LogLine is a line of the log of the Storage Scale daemon on some node.
type LogLine struct {
	Node     string    `json:"node" col:"NODE"`
	Time     time.Time `json:"time,omitzero" col:"TIME"`
	Severity string    `json:"severity" col:"SEVERITY"` // I, N, W, E, X, A; "" where there is none
	Text     string    `json:"text" col:"TEXT,prose"`
}

// String returns the line.
func (l *LogLine) String() string {
	if l == nil {
		return ""
	}
	return l.Time.Format("2006-01-02 15:04:05") + " " + l.Node + " " + l.Severity + " " + l.Text
}

// logFile is where the daemon of a node writes.
//
// unverified: the place and the form of its lines in all releases; read from memory of the manual.
const logFile = "/var/adm/ras/mmfs.log.latest"

// logTime is the time at the beginning of a line: 2024-05-14_09:30:07.123+0200, before release 4.2 in the form of ctime.
var logTime = lazyregexp.New(`^(\d{4}-\d\d-\d\d_\d\d:\d\d:\d\d(?:\.\d+)?[+-]\d{4}|\w{3} \w{3} [ \d]\d \d\d:\d\d:\d\d(?:\.\d+)? \d{4}):?\s*(?:\[([A-Z])(?::\d+)?\]\s*)?(.*)$`)

// Log returns the last lines of the log of the daemon, of the node that runs the commands; with others, which are the
// same cluster seen from other nodes ([Cluster.SeenFrom]), theirs as well, in the order of time; behind them stands a line
// for each node that does not answer, with the reason. It reads /var/adm/ras/mmfs.log.latest and
// runs mmgetstate for the name of each node.
func (c *Cluster) Log(ctx context.Context, most int, others ...*Cluster) ([]*LogLine, error) {
	answers, err := askAll(ctx, c, others, func(from *Cluster) ([]*LogLine, error) {
		data, err := from.ex.Get(ctx, logFile)
		if err != nil {
			return nil, err
		}
		node, err := from.here(ctx)
		if err != nil {
			return nil, err
		}
		lines := from.logLines(string(data), node)
		return lines[max(0, len(lines)-most):], nil
	})
	if err != nil {
		return nil, err
	}
	all, silent := []*LogLine{}, []*LogLine{}
	for _, a := range answers {
		if a.err != nil {
			silent = append(silent, &LogLine{Node: a.name(), Time: c.Clock(), Severity: "E", Text: "no answer: " + a.why()})
		}
		all = append(all, a.value...)
	}
	slices.SortStableFunc(all, func(a, b *LogLine) int { return a.Time.Compare(b.Time) })
	return append(all[max(0, len(all)-most):], silent...), nil
}

func (c *Cluster) logLines(text, node string) []*LogLine {
	var list []*LogLine
	var last time.Time
	for line := range strings.Lines(text) {
		l := &LogLine{Node: node, Time: last, Text: strings.TrimRight(line, "\r\n")}
		if m := logTime.FindStringSubmatch(l.Text); m != nil {
			t, err := time.Parse("2006-01-02_15:04:05-0700", m[1])
			if err != nil {
				t, err = time.ParseInLocation("Mon Jan _2 15:04:05 2006", m[1], c.zone)
			}
			if err == nil {
				last = t
			}
			l.Time, l.Severity, l.Text = last, m[2], m[3]
		}
		list = append(list, l)
	}
	return list
}

// here returns the name of the node that runs the commands. It runs mmgetstate.
func (c *Cluster) here(ctx context.Context) (string, error) {
	reply, err := c.query(ctx)(mmexec.MmGetState(mmexec.ThisNode()))
	if err != nil {
		return "", err
	}
	for _, row := range reply.Rows {
		return row.Get("nodeName"), nil
	}
	return "", nil
}
