package model

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"gpfsh/policy/spell"
)

// disks looks at the disks that only the node makes reachable, and at what of each file system would be left.
func (p *Preflight) disks(ctx context.Context, c *Cluster) error {
	lost := make(map[string][]string) // file system, NSDs
	served := 0
	for _, it := range p.facts.nsds {
		mine, others := false, false
		for _, s := range it.Value.Servers {
			switch n := p.facts.find(s); {
			case n == nil:
			case n.Number == p.node.Number:
				mine = true
			case p.facts.active(n):
				others = true
			}
		}
		if !mine {
			continue
		}
		served++
		if !others && it.Value.Filesystem != "" {
			lost[it.Value.Filesystem] = append(lost[it.Value.Filesystem], it.Key)
		}
	}
	if len(lost) == 0 {
		if served > 0 {
			p.Checks.add("NSDs", Passes, fmt.Sprintf("others serve all %s that %s serves", spell.Count(served, "NSD"), p.node.Name), "")
		}
		return nil
	}
	for _, name := range slices.Sorted(maps.Keys(lost)) {
		fs, err := c.readFilesystem(ctx, name)
		if err != nil {
			return err
		}
		disks, err := fs.Disks.List(ctx)
		if err != nil {
			return err
		}
		p.withoutDisks(fs, disks, lost[name])
	}
	return nil
}

// withoutDisks judges what is left of a file system when some of its disks are gone.
//
// unverified: that more than half of the disks with a descriptor have to be left.
func (p *Preflight) withoutDisks(fs *Filesystem, disks []*Disk, lost []string) {
	gone := strings.Join(lost, ", ")
	only := fmt.Sprintf("%s is the only way to %s of %s", p.node.Name, gone, fs.Name)
	groups := make(map[string]bool)  // failure groups that lose disks now
	broken := make(map[string]bool)  // failure groups that have lost disks before
	whole := make(map[string]string) // failure groups that keep disks, and what these hold
	descriptors, descriptorsLeft := 0, 0
	data, metadata := false, false
	for _, d := range disks {
		up := d.Availability == Up && !slices.Contains(lost, d.Name)
		if d.Descriptor {
			descriptors++
			if up {
				descriptorsLeft++
			}
		}
		switch {
		case slices.Contains(lost, d.Name):
			groups[d.FailureGroup] = true
			data, metadata = data || d.Data, metadata || d.Metadata
		case !up:
			broken[d.FailureGroup] = true
		default:
			if d.Data {
				whole[d.FailureGroup] += "d"
			}
			if d.Metadata {
				whole[d.FailureGroup] += "m"
			}
		}
	}
	left := func(of string) int {
		n := 0
		for group, holds := range whole {
			if !groups[group] && strings.Contains(holds, of) {
				n++
			}
		}
		return n
	}
	elsewhere := slices.DeleteFunc(slices.Sorted(maps.Keys(broken)), func(g string) bool { return groups[g] })
	restart := line("mmchdisk", fs.Name, "start", "-a")
	switch {
	case data && fs.Replication.Data < 2:
		p.Checks.add("NSDs", Refuses, only+", and data are kept once only: files on it could not be read", "")
	case metadata && fs.Replication.Metadata < 2:
		p.Checks.add("NSDs", Refuses, only+", and metadata are kept once only: the file system would be lost", "")
	case len(groups) > 1:
		p.Checks.add("NSDs", Refuses, fmt.Sprintf("%s, in %s: both copies of some files would be gone", only, spell.Count(len(groups), "failure group")), "")
	case len(elsewhere) > 0:
		p.Checks.add("failure groups", Refuses, fmt.Sprintf("%s, and disks of failure group %s are down: the other copies are there", only, strings.Join(elsewhere, ", ")), restart)
	case data && left("d") == 0 || metadata && left("m") == 0:
		p.Checks.add("failure groups", Refuses, only+", and no other failure group is left", "")
	case fs.Replication.Strict == ReplicateAlways && (data && left("d") < fs.Replication.Data || metadata && left("m") < fs.Replication.Metadata):
		p.Checks.add("failure groups", Refuses, only+", and with too few failure groups left nothing new can be written (-K always)", "")
	default:
		p.Checks.add("NSDs", Warns, only+": they go down and have to be started afterwards", restart)
	}
	if descriptors > 0 && descriptorsLeft*2 <= descriptors {
		p.Checks.add("descriptors", Refuses, fmt.Sprintf("%d of %d disks that hold a descriptor of %s would be left: it would be lost", descriptorsLeft, descriptors, fs.Name), "")
	}
}
