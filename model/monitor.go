package model

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"gpfsh/mmexec"
)

// Severity is what a monitoring system makes of a finding; its number is the exit status of a plugin.
type Severity int

// The severities.
const (
	SeverityOK Severity = iota
	SeverityWarning
	SeverityCritical
	SeverityUnknown
)

// String returns the word that monitoring systems know.
func (s Severity) String() string {
	if s < 0 || s > SeverityUnknown {
		return "UNKNOWN"
	}
	return []string{"OK", "WARNING", "CRITICAL", "UNKNOWN"}[s]
}

// worse orders severities: what is not known is worse than a warning and less than what is known to be critical.
func (s Severity) worse(t Severity) bool {
	rank := map[Severity]int{SeverityOK: 0, SeverityWarning: 1, SeverityUnknown: 2, SeverityCritical: 3}
	return rank[s] > rank[t]
}

// HealthLimit says from which value on something is a warning and from which it is critical; a value below 0 never is.
type HealthLimit struct{ Warning, Critical float64 }

func (l HealthLimit) judge(v float64) Severity {
	switch {
	case l.Critical >= 0 && v >= l.Critical:
		return SeverityCritical
	case l.Warning >= 0 && v >= l.Warning:
		return SeverityWarning
	}
	return SeverityOK
}

// Monitor says what [Cluster.CheckHealth] looks at, by name, and from which values on something is wrong.
type Monitor map[string]HealthLimit

// MonitorDefaults returns what is looked at unless somebody says otherwise:
//
//	nodes     nodes that are down or do not answer             1, 3
//	disks     disks that are not ready, of each file system    1, 3
//	pool      percent of a storage pool that is full           90, 97
//	inodes    percent of an inode space that is used           90, 98
//	health    components that mmhealth calls degraded; those that failed are critical   1, never
//	waiters   seconds that a thread waits, the longest         300, 900
//
// A cluster that has no quorum is critical whatever the limits are.
func MonitorDefaults() Monitor {
	return Monitor{
		"nodes": {1, 3}, "disks": {1, 3}, "pool": {90, 97}, "inodes": {90, 98}, "health": {1, -1}, "waiters": {300, 900},
	}
}

// MonitorNames returns what can be looked at, in the order in which it is.
func MonitorNames() []string {
	return []string{"nodes", "health", "disks", "pool", "inodes", "waiters"}
}

// HealthMeasure is one value of a health check, as monitoring systems keep them.
type HealthMeasure struct {
	Name  string      `json:"name" col:"NAME"` // "mmfs1_pool_data"
	Value float64     `json:"value" col:"VALUE"`
	Unit  string      `json:"unit,omitempty" col:"UNIT"` // "%", "s" or nothing
	Limit HealthLimit `json:"limit" col:"-"`
	Most  float64     `json:"most,omitempty" col:"-"` // the largest value that there can be; 0 where there is none
}

// String returns the measure as a plugin prints it behind the bar: 'label'=value[unit];warning;critical;least;most.
func (m HealthMeasure) String() string {
	number := func(v float64) string {
		if v < 0 {
			return ""
		}
		return strings.TrimSuffix(fmt.Sprintf("%.1f", v), ".0")
	}
	most := ""
	if m.Most > 0 {
		most = number(m.Most)
	}
	return strings.TrimRight(fmt.Sprintf("'%s'=%s%s;%s;%s;0;%s", strings.ReplaceAll(m.Name, "'", "''"), number(m.Value), m.Unit, number(m.Limit.Warning), number(m.Limit.Critical), most), ";")
}

// HealthProblem is something that is wrong.
type HealthProblem struct {
	Severity Severity `json:"severity" col:"SEVERITY"`
	Check    string   `json:"check" col:"CHECK"` // one of [MonitorNames]
	Text     string   `json:"text" col:"PROBLEM,prose"`
}

// HealthCheck is what a monitoring system wants to know of a cluster, from [Cluster.CheckHealth].
type HealthCheck struct {
	Cluster  string          `json:"cluster" col:"CLUSTER"`
	Severity Severity        `json:"severity" col:"SEVERITY"` // the worst
	Problems []HealthProblem `json:"problems" col:"-"`        // the worst first
	Measures []HealthMeasure `json:"measures" col:"-"`
}

// String returns the line of a plugin: the severity, what is wrong, and the measures behind a bar.
func (h *HealthCheck) String() string {
	if h == nil {
		return ""
	}
	var texts []string
	for _, p := range h.Problems {
		texts = append(texts, p.Text)
	}
	text := strings.Join(texts, "; ")
	if text == "" {
		text = "all is well"
	}
	line := fmt.Sprintf("STORAGE SCALE %s - %s: %s", h.Severity, h.Cluster, strings.ReplaceAll(oneLine(text), "|", "/"))
	if len(h.Measures) == 0 {
		return line
	}
	values := make([]string, len(h.Measures))
	for i, m := range h.Measures {
		values[i] = m.String()
	}
	return line + " | " + strings.Join(values, " ")
}

// Page returns what is wrong as a page for people.
func (h *HealthCheck) Page() string {
	if h == nil {
		return ""
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s is %s\n", h.Cluster, h.Severity)
	for _, p := range h.Problems {
		fmt.Fprintf(&b, "%-8s  %-7s  %s\n", p.Severity, p.Check, oneLine(p.Text))
	}
	return b.String()
}

// CheckHealth looks at what a monitoring system watches: nodes, components, and of each mounted file system disks,
// storage pools and inode spaces. monitor says which, and from which values on something is wrong; nil stands for
// [MonitorDefaults]. What cannot be learned is unknown and does not keep the rest from being looked at.
//
// It runs mmlscluster for the name; for nodes mmgetstate -a; for health mmhealth cluster show; for the others mmlsmount
// and, for each file system that is mounted somewhere, mmlsdisk, mmlspool and mmlsfileset; for waiters mmlsnode -N
// waiters. File systems that are not mounted are left out: to ask about them would make a manager of some node.
func (c *Cluster) CheckHealth(ctx context.Context, monitor Monitor) (*HealthCheck, error) {
	if c == nil || c.ex == nil {
		return nil, errNil("cluster")
	}
	if monitor == nil {
		monitor = MonitorDefaults()
	}
	for name := range monitor {
		if !slices.Contains(MonitorNames(), name) {
			return nil, fmt.Errorf("%q is nothing that health checks look at: there are %s", name, strings.Join(MonitorNames(), ", "))
		}
	}
	once, err := c.askingOnce(ctx)
	if err != nil {
		return nil, err
	}
	k := &healthChecker{c: once, monitor: monitor, h: &HealthCheck{Cluster: "cluster", Problems: []HealthProblem{}, Measures: []HealthMeasure{}}}
	if info, err := once.Info(ctx); !k.missed("nodes", err) {
		k.h.Cluster = info.Name
	}
	for _, check := range []struct {
		name string
		run  func(context.Context, HealthLimit)
	}{{"nodes", k.nodes}, {"health", k.health}, {"", k.filesystems}, {"waiters", k.waiters}} {
		limit, ok := monitor[check.name]
		if check.name == "" || ok {
			check.run(ctx, limit)
		}
		if err := ctx.Err(); err != nil {
			return nil, err
		}
	}
	slices.SortStableFunc(k.h.Problems, func(a, b HealthProblem) int {
		switch {
		case a.Severity.worse(b.Severity):
			return -1
		case b.Severity.worse(a.Severity):
			return 1
		}
		return 0
	})
	return k.h, nil
}

// healthChecker is a health check under way.
type healthChecker struct {
	c       *Cluster
	monitor Monitor
	h       *HealthCheck
	down    bool // that the daemon does not answer was said
}

func (k *healthChecker) problem(s Severity, check, format string, args ...any) {
	if s.worse(k.h.Severity) {
		k.h.Severity = s
	}
	k.h.Problems = append(k.h.Problems, HealthProblem{s, check, fmt.Sprintf(format, args...)})
}

// missed notes what could not be learned. That the daemon is down, or has no quorum, is the worst there is.
func (k *healthChecker) missed(check string, err error) bool {
	if err == nil {
		return false
	}
	var down *mmexec.DownError
	if !errors.As(err, &down) {
		k.problem(SeverityUnknown, check, "%s: %s", check, cmp.Or(cause(err), err.Error()))
	} else if !k.down {
		k.down = true
		k.problem(SeverityCritical, check, "the daemon does not answer: %s", cmp.Or(cause(err), err.Error()))
	}
	return true
}

func (k *healthChecker) measure(name, unit string, value, most float64, limit HealthLimit) Severity {
	k.h.Measures = append(k.h.Measures, HealthMeasure{name, value, unit, limit, most})
	return limit.judge(value)
}

func (k *healthChecker) nodes(ctx context.Context, limit HealthLimit) {
	list, err := k.c.Nodes.States(ctx)
	if k.missed("nodes", err) {
		return
	}
	nodes, err := k.c.Nodes.Items(ctx)
	if k.missed("nodes", err) {
		return
	}
	quorum := make(map[int]bool)
	for _, it := range nodes {
		quorum[it.Value.Number] = it.Value.Quorum
	}
	var away []string
	votes, up := 0, 0
	for _, s := range list {
		if quorum[s.Number] {
			votes++
		}
		switch {
		case s.State != Active:
			away = append(away, shortName(s.Name)+" "+string(s.State))
		case quorum[s.Number]:
			up++
		}
	}
	if s := k.measure("nodes_away", "", float64(len(away)), float64(len(list)), limit); s != SeverityOK {
		k.problem(s, "nodes", "%d of %d nodes are away: %s", len(away), len(list), few(away))
	}
	tie, _, err := k.c.Config.Lookup(ctx, "tiebreakerDisks")
	if k.missed("nodes", err) {
		return
	}
	if tie != nil && tie.Value != "" && !strings.EqualFold(tie.Value, "no") {
		return // one quorum node with most of the disks is enough
	}
	k.measure("quorum_nodes_up", "", float64(up), float64(votes), HealthLimit{-1, -1})
	switch need := votes/2 + 1; {
	case up < need:
		k.problem(SeverityCritical, "nodes", "%d of %d quorum nodes are up, %d are needed", up, votes, need)
	case up == need && votes > 1:
		k.problem(SeverityWarning, "nodes", "%d of %d quorum nodes are up: the quorum is lost with the next one", up, votes)
	}
}

// few returns the first of some names.
func few(names []string) string {
	const most = 8
	if len(names) > most {
		return strings.Join(names[:most], ", ") + fmt.Sprintf(" and %d more", len(names)-most)
	}
	return strings.Join(names, ", ")
}

func (k *healthChecker) health(ctx context.Context, limit HealthLimit) {
	list, err := k.c.Health(ctx)
	if k.missed("health", err) {
		return
	}
	var failed, degraded []string
	for _, h := range list {
		if h.Failed > 0 {
			failed = append(failed, fmt.Sprintf("%s on %d", h.Component, h.Failed))
		}
		if h.Degraded > 0 {
			degraded = append(degraded, fmt.Sprintf("%s on %d", h.Component, h.Degraded))
		}
	}
	if k.measure("components_failed", "", float64(len(failed)), float64(len(list)), HealthLimit{-1, 1}); len(failed) > 0 {
		k.problem(SeverityCritical, "health", "failed: %s", few(failed))
	}
	if s := k.measure("components_degraded", "", float64(len(degraded)), float64(len(list)), limit); s != SeverityOK {
		k.problem(s, "health", "degraded: %s", few(degraded))
	}
}

func (k *healthChecker) filesystems(ctx context.Context, _ HealthLimit) {
	disks, wantDisks := k.monitor["disks"]
	pool, wantPools := k.monitor["pool"]
	inodes, wantInodes := k.monitor["inodes"]
	if !wantDisks && !wantPools && !wantInodes {
		return
	}
	names, err := k.c.Filesystems.Names(ctx)
	if k.missed("disks", err) {
		return
	}
	mounts, err := k.c.Mounts(ctx)
	if k.missed("disks", err) {
		return
	}
	for _, name := range names {
		if !slices.ContainsFunc(mounts, func(m *Mount) bool { return m.Filesystem == name }) {
			continue
		}
		fs := k.c.Filesystem(name)
		if wantDisks {
			k.disks(ctx, fs, disks)
		}
		if wantPools {
			k.pools(ctx, fs, pool)
		}
		if wantInodes {
			k.inodes(ctx, fs, inodes)
		}
	}
}

func (k *healthChecker) disks(ctx context.Context, fs *Filesystem, limit HealthLimit) {
	list, err := fs.Disks.List(ctx)
	if k.missed("disks", err) {
		return
	}
	var bad []string
	for _, d := range list {
		if !d.NotReady() {
			continue
		}
		state := string(d.Availability)
		if d.Availability == Up {
			state = string(d.Status)
		}
		bad = append(bad, d.Name+" "+state)
	}
	if s := k.measure(fs.Name+"_disks_not_ready", "", float64(len(bad)), float64(len(list)), limit); s != SeverityOK {
		k.problem(s, "disks", "%s: %d of %d disks are not ready: %s", fs.Name, len(bad), len(list), few(bad))
	}
}

func (k *healthChecker) pools(ctx context.Context, fs *Filesystem, limit HealthLimit) {
	list, err := fs.Pools.List(ctx)
	if k.missed("pool", err) {
		return
	}
	for _, p := range list {
		for _, part := range []struct {
			is   bool
			name string
			used Percent
		}{{p.Data && p.DataSize > 0, p.Name, p.DataUsedPct}, {p.Metadata && !p.Data && p.MetaSize > 0, p.Name + " (metadata)", p.MetaUsedPct}} {
			if !part.is || !part.used.Known() {
				continue
			}
			label := fs.Name + "_pool_" + p.Name
			if s := k.measure(label, "%", float64(part.used), 100, limit); s != SeverityOK {
				k.problem(s, "pool", "%s: pool %s is %s full", fs.Name, part.name, part.used)
			}
		}
	}
}

func (k *healthChecker) inodes(ctx context.Context, fs *Filesystem, limit HealthLimit) {
	list, err := fs.Filesets.List(ctx)
	if k.missed("inodes", err) {
		return
	}
	worst, most := Percent(0), ""
	for _, f := range list {
		if !f.Independent || !f.InodesUsedPct.Known() || f.Status == Deleted {
			continue
		}
		if f.InodesUsedPct > worst || most == "" {
			worst, most = f.InodesUsedPct, f.Name
		}
		if s := limit.judge(float64(f.InodesUsedPct)); s != SeverityOK {
			k.problem(s, "inodes", "%s: fileset %s has %s of its inodes used", fs.Name, f.Name, f.InodesUsedPct)
		}
	}
	if most != "" {
		k.measure(fs.Name+"_inodes", "%", float64(worst), 100, limit)
	}
}

func (k *healthChecker) waiters(ctx context.Context, limit HealthLimit) {
	list, err := k.c.nodeWaiters(ctx)
	if k.missed("waiters", err) {
		return
	}
	var longest *NodeWaiter
	for _, w := range list {
		if longest == nil || w.Waits > longest.Waits {
			longest = w
		}
	}
	var seconds float64
	if longest != nil {
		seconds = longest.Waits.Seconds()
	}
	if s := k.measure("longest_waiter", "s", seconds, 0, limit); s != SeverityOK && longest != nil {
		k.problem(s, "waiters", "%s on %s has waited for %s", longest.Thread, shortName(longest.Node), longest.Waits.Round(time.Second))
	}
}
