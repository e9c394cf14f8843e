package model

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// nearlyFull is the share of a limit from which on it is worth a word, in percent.
const nearlyFull = 95

func (q *inquiry) findFileset(ctx context.Context) error {
	if q.fs.Remote {
		q.e.Checks.add("fileset", Untold, (&NotLocalError{Filesystem: q.fs.Name, Owner: q.fs.Owner}).Error(), "")
		return nil
	}
	filesets, err := q.fs.Filesets.List(ctx)
	if err != nil {
		return q.told(ctx, "fileset", err)
	}
	name := q.e.Fileset
	if name == "" {
		// No attributes were told: the fileset with the longest junction above the path is the one.
		longest := ""
		for _, f := range filesets {
			if f.Status == Linked && below(q.path, f.Path) && len(f.Path) > len(longest) {
				name, longest = f.Name, f.Path
			}
		}
		q.e.Fileset = name
	}
	i := slices.IndexFunc(filesets, func(f *Fileset) bool { return f.Name == name && f.Status != Deleted })
	if i < 0 {
		q.e.Checks.add("fileset", Untold, fmt.Sprintf("fileset %q of the path is not among those of %s", name, q.fs.Name), "")
		return nil
	}
	q.fileset = filesets[i]
	if mode := strings.ToLower(q.fileset.IAMMode); mode != "" && mode != "off" {
		q.e.Checks.add("archive mode", Warns, fmt.Sprintf("fileset %s is in archive mode %s: files that are immutable stay so", name, mode), "")
	}
	q.inodes(filesets)
	return q.cache(ctx)
}

// inodes looks at the inode space, which a dependent fileset shares with others.
func (q *inquiry) inodes(filesets []*Fileset) {
	owner := q.fileset
	if i := slices.IndexFunc(filesets, func(f *Fileset) bool { return f.Independent && f.InodeSpace == q.fileset.InodeSpace }); !owner.Independent && i >= 0 {
		owner = filesets[i]
	}
	if !owner.UsedInodes.Known() || !owner.MaxInodes.Known() || owner.MaxInodes == 0 {
		q.e.Checks.add("inode space", Untold, "the inodes of fileset "+owner.Name+" are not told", "")
		return
	}
	finding := fmt.Sprintf("%d of %d inodes of fileset %s are used (%s)", owner.UsedInodes, owner.MaxInodes, owner.Name, owner.InodesUsedPct)
	mend := line("mmchfileset", q.fs.Name, owner.Name, "--inode-limit", strconv.FormatInt(int64(owner.MaxInodes)+int64(owner.MaxInodes)/5, 10))
	switch {
	case owner.UsedInodes >= owner.MaxInodes && q.create:
		q.e.Checks.add("inode space", Refuses, finding, mend)
	case owner.InodesUsedPct >= nearlyFull:
		q.e.Checks.add("inode space", Warns, finding, mend)
	default:
		q.e.Checks.add("inode space", Passes, finding, "")
	}
}

func (q *inquiry) cache(ctx context.Context) error {
	if q.fileset.AFM == nil {
		return nil
	}
	mode := strings.ToLower(q.fileset.AFM.Mode)
	switch {
	case mode == string(ReadOnlyCache) || strings.HasPrefix(mode, "read-only"):
		q.e.Checks.add("cache", Refuses, fmt.Sprintf("fileset %s is a read-only cache of %s: write there", q.fileset.Name, q.fileset.AFM.Target), "")
	case mode == string(AFMSecondary):
		q.e.Checks.add("cache", Refuses, fmt.Sprintf("fileset %s is the secondary of a disaster recovery: only its primary is written to", q.fileset.Name), "")
	}
	state, err := q.fileset.AFMState(ctx)
	if err != nil {
		return q.told(ctx, "cache", err)
	}
	finding := fmt.Sprintf("the cache %s is %s", q.fileset.Name, state.State)
	act := func(verb string) string { return line("mmafmctl", q.fs.Name, verb, "-j", q.fileset.Name) }
	switch strings.ToLower(state.State) {
	case "expired":
		q.e.Checks.add("cache", Refuses, finding+": it was away from its home for too long", act("unexpire"))
	case "stopped":
		q.e.Checks.add("cache", Warns, finding+": changes are not carried over", act("start"))
	case "needsresync":
		q.e.Checks.add("cache", Warns, finding+": changes were lost on the way", act("resync"))
	case "disconnected", "unmounted":
		q.e.Checks.add("cache", Warns, finding+": what is not in the cache cannot be read or written until its home answers", act("getstate"))
	case "dropped":
		q.e.Checks.add("cache", Refuses, finding+": its home has no place for changes", act("getstate"))
	default:
		q.e.Checks.add("cache", Passes, finding, "")
	}
	return nil
}

func (q *inquiry) findPool(ctx context.Context) error {
	if q.fs.Remote {
		return nil
	}
	pools, err := q.fs.Pools.List(ctx)
	if err != nil {
		return q.told(ctx, "storage pool", err)
	}
	open, shown := false, Passes
	for _, p := range pools {
		if p.Metadata && p.MetaFree <= 0 && p.MetaSize > 0 {
			q.e.Checks.add("storage pool", Refuses, fmt.Sprintf("pool %s has no space for metadata left of %s", p.Name, p.MetaSize),
				line("mmadddisk", q.fs.Name, "-F", "STANZAFILE"))
			shown = Refuses
		}
		if !p.Data || !p.DataSize.Known() {
			continue
		}
		// New files go to the pool that the placement policy says; which that is depends on the file.
		concerned := !q.create && p.Name == q.e.Pool
		switch {
		case p.DataFree > 0:
			open = true
			if concerned && p.DataUsedPct >= nearlyFull {
				q.e.Checks.add("storage pool", Warns, fmt.Sprintf("pool %s is %s full, %s are free", p.Name, p.DataUsedPct, p.DataFree), "")
				shown = Warns
			}
		case concerned:
			q.e.Checks.add("storage pool", Refuses, fmt.Sprintf("pool %s, which the file is in, has no space left of %s", p.Name, p.DataSize),
				line("mmadddisk", q.fs.Name, "-F", "STANZAFILE"))
			shown = Refuses
		default:
			q.e.Checks.add("storage pool", Warns, fmt.Sprintf("pool %s has no space left of %s; files that the placement policy puts there cannot be written", p.Name, p.DataSize),
				line("mmlspolicy", q.fs.Name, "-L"))
			shown = Warns
		}
	}
	switch {
	case !open && len(pools) > 0:
		q.e.Checks.add("storage pool", Refuses, "no storage pool of "+q.fs.Name+" has space for data left", line("mmadddisk", q.fs.Name, "-F", "STANZAFILE"))
	case shown == Passes:
		q.e.Checks.add("storage pool", Passes, "the storage pools of "+q.fs.Name+" have space left", "")
	}
	return nil
}
