package model

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"gpfsh/mmexec"
	"gpfsh/mmexec/lazyregexp"
)

// Upgrade says how far a cluster has come with an upgrade, and what is left.
type Upgrade struct {
	Release     Release       `json:"release" col:"RELEASE"` // what all nodes may use (minReleaseLevel)
	Nodes       []NodeLevel   `json:"nodes" col:"-"`         // package levels, of the nodes that were asked
	Filesystems []FormatLevel `json:"filesystems" col:"-"`   // formats of the file systems
	Steps       []UpgradeStep `json:"steps" col:"STEPS"`     // what is left, in this order
}

// NodeLevel is the package level of a node, from mmdiag --version.
type NodeLevel struct {
	Node   string  `json:"node" col:"NODE"`
	Level  Release `json:"level" col:"LEVEL"`
	Behind bool    `json:"behind" col:"BEHIND"` // another node that was asked is further
	// NoAnswer is why the level of the node is not known.
	NoAnswer string `json:"noAnswer,omitempty" col:"NO ANSWER"`
}

// FormatLevel is the format of a file system on disk, from mmlsfs -V.
type FormatLevel struct {
	Filesystem string        `json:"filesystem" col:"FILE SYSTEM"`
	Current    FormatVersion `json:"current" col:"CURRENT"`
	Highest    FormatVersion `json:"highest" col:"HIGHEST"` // that the nodes can use
	Behind     bool          `json:"behind" col:"BEHIND"`
}

// UpgradeStep is a step that is left.
type UpgradeStep struct {
	Command      string   `json:"command" col:"COMMAND"`
	Irreversible bool     `json:"irreversible" col:"IRREVERSIBLE"`
	Opens        []string `json:"opens" col:"OPENS"`               // what it makes possible, as far as this program needs it
	Blocked      string   `json:"blocked,omitempty" col:"BLOCKED"` // why it should wait; "" when it can be done
	Warning      string   `json:"warning" col:"WARNING,wide"`
}

// String returns the command.
func (s UpgradeStep) String() string { return s.Command }

// String returns the release and the steps that are left.
func (u *Upgrade) String() string {
	if u == nil {
		return ""
	}
	lines := []string{"release " + u.Release.String()}
	for _, s := range u.Steps {
		text := s.Command
		if s.Irreversible {
			text += " (irreversible)"
		}
		if s.Blocked != "" {
			text += ": wait, " + s.Blocked
		}
		lines = append(lines, text)
	}
	return strings.Join(lines, "\n")
}

var packageLevel = lazyregexp.New(`\d+\.\d+\.\d+(?:\.\d+)?`)

// Upgrade returns how far an upgrade has come: the package level of the node that runs the commands and of others, which
// are the same cluster seen from other nodes ([Cluster.SeenFrom]), for a daemon tells of itself only, a node that does not
// answer with the reason; the release that all may use; the formats
// of the file systems; and the steps that are left, with what they open and what cannot be taken back. It runs mmlsconfig
// minReleaseLevel, mmlsfs for each file system, and on each node mmgetstate and mmdiag --version.
func (c *Cluster) Upgrade(ctx context.Context, others ...*Cluster) (*Upgrade, error) {
	u := &Upgrade{Nodes: []NodeLevel{}, Filesystems: []FormatLevel{}, Steps: []UpgradeStep{}}
	var err error
	if u.Release, err = c.Release(ctx); err != nil {
		return nil, err
	}
	answers, err := askAll(ctx, c, others, func(from *Cluster) (NodeLevel, error) { return from.level(ctx) })
	if err != nil {
		return nil, err
	}
	for _, a := range answers {
		if a.err != nil {
			a.value = NodeLevel{Node: a.name(), NoAnswer: a.why()}
		}
		u.Nodes = append(u.Nodes, a.value)
	}
	highest := u.Nodes[0].Level
	for _, n := range u.Nodes {
		if n.NoAnswer == "" && n.Level.Compare(highest) > 0 {
			highest = n.Level
		}
	}
	var behind []string
	for i := range u.Nodes {
		switch n := &u.Nodes[i]; {
		case n.NoAnswer != "":
			behind = append(behind, n.Node+" does not answer")
		case n.Level.Compare(highest) < 0:
			n.Behind = true
			behind = append(behind, n.Node+" has "+n.Level.String())
		}
	}
	filesystems, err := c.Filesystems.List(ctx)
	if err != nil {
		return nil, err
	}
	for _, fs := range filesystems {
		if fs.Unanswered != nil {
			return nil, fmt.Errorf("the format of %s is not known: %w", fs.Name, fs.Unanswered)
		}
		u.Filesystems = append(u.Filesystems, FormatLevel{
			Filesystem: fs.Name, Current: fs.Version.Current, Highest: fs.Version.Highest,
			Behind: !fs.Version.Highest.Release.IsZero() && fs.Version.Current.Compare(fs.Version.Highest) < 0,
		})
	}
	u.steps(highest, behind)
	return u, nil
}

// level asks the daemon of the node that runs the commands.
//
// unverified: the fields of the reply; the first number with three or four parts in them is taken.
func (c *Cluster) level(ctx context.Context) (NodeLevel, error) {
	name, err := c.here(ctx)
	if err != nil {
		return NodeLevel{}, err
	}
	reply, err := c.query(ctx)(mmexec.MmDiag("version"))
	if err != nil {
		return NodeLevel{}, err
	}
	for _, row := range reply.Rows {
		for _, v := range row.Values() {
			if m := packageLevel.FindString(v); m != "" {
				level, err := mmexec.ParseRelease(m)
				return NodeLevel{Node: name, Level: level}, err
			}
		}
	}
	return NodeLevel{}, fmt.Errorf("mmdiag --version on %s told no package level", name)
}

func (u *Upgrade) steps(highest Release, behind []string) {
	release := func(r Release) Release { r.F = 0; return r } // fixes do not raise the release
	if release(u.Release).Compare(release(highest)) < 0 {
		step := UpgradeStep{
			Command: "mmchconfig release=LATEST", Irreversible: true, Opens: opened(u.Release, highest, false),
			Warning: "nodes with older packages cannot join the cluster any more",
		}
		if len(behind) > 0 {
			step.Blocked = strings.Join(behind, ", ")
		}
		u.Steps = append(u.Steps, step)
	}
	for _, f := range u.Filesystems {
		if !f.Behind {
			continue
		}
		step := UpgradeStep{
			Command: line("mmchfs", f.Filesystem, "-V", "full"), Irreversible: true, Opens: opened(f.Current.Release, f.Highest.Release, true),
			Warning: "clusters of older releases that mount it cannot do so any more; " + line("mmchfs", f.Filesystem, "-V", "compat") + " keeps those of the release before",
		}
		if len(u.Steps) > 0 && u.Steps[0].Command == "mmchconfig release=LATEST" {
			step.Blocked = "mmchconfig release=LATEST comes first"
		}
		u.Steps = append(u.Steps, step)
	}
}

// feature is something that a release brought.
type feature struct {
	since  Release
	format bool // it needs the format of the file system, not the release of the cluster
	text   string
}

// features are those that change what this program does; there are many more.
func features() []feature {
	return []feature{
		{Release{V: 4, R: 2, M: 1}, false, "several snapshots in one command"},
		{Release{V: 5, R: 0, M: 1}, true, "a shared directory and manager nodes for policy runs unless others are named"},
		{Release{V: 5, R: 1, M: 3}, false, "limits of more than 134,217,727 files in quotas"},
	}
}

func opened(from, to Release, format bool) []string {
	list := []string{}
	for _, f := range features() {
		if f.format == format && from.Compare(f.since) < 0 && to.Compare(f.since) >= 0 {
			list = append(list, f.text)
		}
	}
	return slices.Clip(list)
}
