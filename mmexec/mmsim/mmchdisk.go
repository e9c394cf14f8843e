package mmsim

import (
	"slices"
	"strings"
)

func mmchdisk(c *call) int {
	f, code := c.managed()
	if code != 0 {
		return code
	}
	verb := c.operand(1)
	if !slices.Contains([]string{"suspend", "empty", "resume", "stop", "start", "change"}, verb) {
		return c.usage("Incorrect option: " + verb)
	}
	if c.has("-a") && verb != "resume" && verb != "start" {
		return c.usage("Incorrect option: -a") // unverified: wording
	}
	var disks []*Disk
	var stanzas []stanza
	switch {
	case c.has("-a"):
		for i := range f.Disks {
			disks = append(disks, &f.Disks[i])
			stanzas = append(stanzas, stanza{})
		}
	case c.has("-d"):
		for _, desc := range strings.FieldsFunc(c.get("-d"), func(r rune) bool { return r == ';' }) {
			name, _, _ := strings.Cut(desc, ":")
			stanzas = append(stanzas, stanza{"nsd": name})
		}
	default:
		var code int
		if stanzas, code = c.diskStanzas(2); code != 0 {
			return code
		}
	}
	if !c.has("-a") {
		for _, s := range stanzas {
			i := slices.IndexFunc(f.Disks, func(d Disk) bool { return d.NSD == s["nsd"] })
			if i < 0 {
				return c.fail("%s not found in file system %s", s["nsd"], f.Name)
			}
			disks = append(disks, &f.Disks[i])
		}
	}
	if verb == "start" {
		if code := c.unreachableDisks(f, disks); code != 0 {
			return code
		}
	}
	for i, d := range disks {
		c.changeDisk(f, d, verb, stanzas[i])
	}
	if verb == "start" {
		c.printf("mmnsddiscover:  Attempting to rediscover the disks.  This may take a while ...\nmmnsddiscover:  Finished.\n") // unverified: wording
		c.restripeProgress(f)
	}
	if verb == "suspend" || verb == "stop" || verb == "change" || verb == "empty" {
		c.errorf("Attention: Disks may have been changed. Run mmrestripefs to move data if needed.\n") // unverified: wording
	}
	return 0
}

// unreachableDisks refuses to start disks of which no server runs.
func (c *call) unreachableDisks(f *Filesystem, disks []*Disk) int {
	for _, d := range disks {
		n := c.st.nsd(d.NSD)
		if n == nil || len(n.Servers) == 0 || c.ioServer(n) != "" {
			continue
		}
		return c.failDaemon(5, "Failed to open %s.\nNo server of disk %s is active.", f.Name, d.NSD) // unverified: wording
	}
	return 0
}

// ioServer is the first server of an NSD whose daemon runs, "" if none does.
func (c *call) ioServer(n *NSD) string {
	for _, server := range n.Servers {
		if node := c.st.nodeNamed(server); node != nil && node.State == NodeActive {
			return node.AdminName
		}
	}
	return ""
}

func (c *call) changeDisk(f *Filesystem, d *Disk, verb string, s stanza) {
	switch verb {
	case "suspend":
		d.Status = "suspended"
	case "empty":
		d.Status = "to be emptied"
	case "resume":
		d.Status = "ready"
	case "start":
		d.Availability = "up"
	case "stop":
		d.Availability = "down"
		c.raise("diskFailure", f.Manager, "diskName", d.NSD, "fsName", f.Name)
	case "change":
		if u := s["usage"]; u != "" {
			d.Metadata, d.Data = !sameFold(u)("dataOnly"), !sameFold(u)("metadataOnly")
		}
		if g := s["failuregroup"]; g != "" {
			n, err := parseSize(g)
			if err == nil {
				d.FailureGroup = int(n)
			}
		}
	}
}

func mmrpldisk(c *call) int {
	f, code := c.managed()
	if code != 0 {
		return code
	}
	old := c.operand(1)
	i := slices.IndexFunc(f.Disks, func(d Disk) bool { return d.NSD == old })
	switch {
	case i < 0:
		return c.fail("%s not found in file system %s", old, f.Name)
	case f.Disks[i].Availability != "up":
		return c.failDaemon(5, "Disk %s is stopped and cannot be replaced.", old) // unverified: wording
	case len(f.Disks) == 1:
		return c.failDaemon(22, "The only disk of file system %s cannot be replaced.", f.Name) // unverified: wording
	}
	stanzas, code := c.diskStanzas(2)
	if code != 0 {
		return code
	}
	if len(stanzas) != 1 {
		return c.usage("Missing arguments.")
	}
	disks, code := c.newDisks(f, stanzas)
	if code != 0 {
		return code
	}
	d := disks[0]
	was := f.Disks[i]
	d.Metadata, d.Data, d.Pool, d.FailureGroup, d.Descriptor = was.Metadata, was.Data, was.Pool, was.FailureGroup, was.Descriptor
	d.FreeKB = max(d.SizeKB-(was.SizeKB-was.FreeKB), 0)
	c.printf("Replacing %s ...\n\nThe following disks of %s will be formatted on node %s:\n    %s: size %d MB\n", old, f.Name, shortName(c.st.localName()), d.NSD, d.SizeKB/1024)
	c.printf("Extending Allocation Map\nChecking Allocation Map for storage pool %s\nDone\n", d.Pool) // unverified: wording
	c.restripeProgress(f)
	f.Disks[i] = d
	f.NextDiskID++
	c.propagate()
	return 0
}
