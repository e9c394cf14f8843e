package mmsim

import (
	"slices"
	"strconv"
	"strings"
)

// diskStanzas reads the disks of a command: a stanza file, or names joined by semicolons.
func (c *call) diskStanzas(operand int) ([]stanza, int) {
	if c.has("-F") {
		data, ok := c.files(c.get("-F"))
		if !ok {
			return nil, c.fail("Cannot read %s.", c.get("-F")) // unverified: wording
		}
		stanzas := parseStanzas(string(data), "nsd")
		if len(stanzas) == 0 {
			for line := range strings.Lines(string(data)) {
				if name := strings.TrimSpace(line); name != "" && name[0] != '#' {
					stanzas = append(stanzas, stanza{"nsd": name})
				}
			}
		}
		return stanzas, 0
	}
	var stanzas []stanza
	for _, name := range strings.FieldsFunc(c.operand(operand), func(r rune) bool { return r == ';' }) {
		if strings.Contains(name, ":") {
			return nil, c.fail("Incorrect disk descriptor: %s", name) // unverified: wording; the old descriptors are gone
		}
		stanzas = append(stanzas, stanza{"nsd": name})
	}
	if len(stanzas) == 0 {
		return nil, c.usage("Missing arguments.")
	}
	return stanzas, 0
}

// newDisks makes disks of free NSDs. What a stanza leaves out is what the NSD was made with.
func (c *call) newDisks(f *Filesystem, stanzas []stanza) ([]Disk, int) {
	var disks []Disk
	for _, s := range stanzas {
		n := c.st.nsd(s["nsd"])
		if n == nil {
			return nil, c.fail("Disk %s is not known to the GPFS cluster.", s["nsd"]) // unverified: wording
		}
		if user := c.st.nsdUser(n.Name); user != nil {
			return nil, c.fail("Disk %s belongs to file system %s.", n.Name, user.Name) // unverified: wording
		}
		d := Disk{NSD: n.Name, ID: f.NextDiskID + len(disks), FailureGroup: n.FailureGroup, Status: "ready", Availability: "up", Pool: n.Pool, SizeKB: n.SizeKB}
		if p := s["pool"]; p != "" {
			d.Pool = p
		}
		if d.Pool == "" {
			d.Pool = "system"
		}
		if g, err := strconv.Atoi(s["failuregroup"]); err == nil {
			d.FailureGroup = g
		}
		usage := n.Usage
		if u := s["usage"]; u != "" {
			usage = u
		}
		d.Metadata, d.Data = !sameFold(usage)("dataOnly"), !sameFold(usage)("metadataOnly")
		if d.Pool != "system" && d.Metadata {
			return nil, c.fail("Disk %s: metadata disks must be in the system pool.", d.NSD) // unverified: wording
		}
		d.FreeKB, d.FragmentKB = d.SizeKB-d.SizeKB/512, d.SizeKB/8192
		disks = append(disks, d)
	}
	return disks, 0
}

func mmadddisk(c *call) int {
	f, code := c.managed()
	if code != 0 {
		return code
	}
	stanzas, code := c.diskStanzas(1)
	if code != 0 {
		return code
	}
	disks, code := c.newDisks(f, stanzas)
	if code != 0 {
		return code
	}
	c.printf("The following disks of %s will be formatted on node %s:\n", f.Name, shortName(c.st.localName()))
	for _, d := range disks {
		c.printf("    %s: size %d MB\n", d.NSD, d.SizeKB/1024)
	}
	c.printf("Extending Allocation Map\n")
	for _, d := range disks {
		if f.pool(d.Pool) == nil {
			f.Pools = append(f.Pools, Pool{Name: d.Pool, ID: f.nextPoolID(), BlockSize: f.Attrs.BlockSize, MaxDiskKB: d.SizeKB * 9})
			c.printf("Creating Allocation Map for storage pool %s\nFlushing Allocation Map for storage pool %s\n", d.Pool, d.Pool)
			c.printf("Disks up to size %s can be added to storage pool %s.\n", diskSize(d.SizeKB*9), d.Pool)
		}
	}
	f.Disks = append(f.Disks, disks...)
	f.NextDiskID += len(disks)
	var checked []string
	for _, d := range disks {
		if !slices.Contains(checked, d.Pool) {
			checked = append(checked, d.Pool)
			c.printf("Checking Allocation Map for storage pool %s\n", d.Pool)
		}
	}
	c.printf("Completed adding disks to file system %s.\n", f.Name)
	c.propagate()
	if c.has("-r") {
		c.restripeProgress(f)
	}
	return 0
}

// nextPoolID continues the ids of the pools that are not the system pool.
func (f *Filesystem) nextPoolID() int {
	id := 65536
	for i := range f.Pools {
		id = max(id, f.Pools[i].ID)
	}
	return id + 1
}

func mmdeldisk(c *call) int {
	f, code := c.managed()
	if code != 0 {
		return code
	}
	stanzas, code := c.diskStanzas(1)
	if code != 0 {
		return code
	}
	gone := map[string]bool{}
	var freed, room int64
	for _, s := range stanzas {
		i := slices.IndexFunc(f.Disks, func(d Disk) bool { return d.NSD == s["nsd"] })
		if i < 0 {
			return c.fail("%s not found in file system %s", s["nsd"], f.Name)
		}
		d := &f.Disks[i]
		if d.Availability != "up" && !c.has("-p") && !c.has("-c") {
			return c.failDaemon(5, "Disk %s is not available. It cannot be emptied.", d.NSD) // unverified: wording
		}
		gone[d.NSD] = true
		freed += d.SizeKB - d.FreeKB
	}
	for i := range f.Disks {
		if !gone[f.Disks[i].NSD] {
			room += f.Disks[i].FreeKB
		}
	}
	if len(gone) == len(f.Disks) {
		return c.failDaemon(22, "All disks of file system %s would be deleted. Use mmdelfs instead.", f.Name) // unverified: wording
	}
	if freed > room {
		return c.failDaemon(28, "There is not enough space on the remaining disks of file system %s.", f.Name) // unverified: wording
	}
	if groups := f.failureGroups(gone); groups < f.Attrs.DataReplicas || groups < f.Attrs.MetadataReplicas {
		c.errorf("Attention: A disk being removed reduces the number of failure groups to %d, which is below the number required for replication: %d.\n",
			groups, max(f.Attrs.DataReplicas, f.Attrs.MetadataReplicas))
	}
	c.printf("Deleting disks ...\n")
	c.restripeProgress(f)
	for _, p := range f.Pools {
		c.printf("Checking Allocation Map for storage pool %s\n", p.Name)
	}
	f.Disks = slices.DeleteFunc(f.Disks, func(d Disk) bool { return gone[d.NSD] })
	f.Pools = slices.DeleteFunc(f.Pools, func(p Pool) bool {
		return p.Name != "system" && !slices.ContainsFunc(f.Disks, func(d Disk) bool { return d.Pool == p.Name })
	})
	c.printf("tsdeldisk completed.\n")
	c.propagate()
	return 0
}

// failureGroups counts the failure groups that stay without some disks.
func (f *Filesystem) failureGroups(gone map[string]bool) int {
	groups := map[int]bool{}
	for i := range f.Disks {
		if !gone[f.Disks[i].NSD] {
			groups[f.Disks[i].FailureGroup] = true
		}
	}
	return len(groups)
}

// restripeProgress prints the lines of a command that moves data.
func (c *call) restripeProgress(f *Filesystem) {
	used, _, _ := f.inodes()
	var mb int64
	for i := range f.Filesets {
		mb += f.Filesets[i].DataKB / 1024
	}
	for phase := 1; phase <= 4; phase++ {
		c.printf("Scanning file system metadata, phase %d ... \nScan completed successfully.\n", phase)
	}
	c.printf("Scanning user file metadata ...\n 100.00 %% complete on %s  (%10d inodes with total %10d MB data processed)\nScan completed successfully.\n", c.st.ctime(c.now), used, mb)
}

func mmrestripefs(c *call) int {
	f, code := c.managed()
	if code != 0 {
		return code
	}
	if !c.any("-m", "-r", "-b", "-R", "-c", "-p", "-z") {
		return c.usage("Missing arguments.")
	}
	if p := c.get("-P"); p != "" && f.pool(p) == nil {
		return c.failDaemon(2, "Storage pool %s not found.", p) // unverified: wording and exit status
	}
	c.restripeProgress(f)
	if c.any("-r", "-m", "-b") {
		for i := range f.Disks {
			if f.Disks[i].Status == "being emptied" {
				f.Disks[i].Status, f.Disks[i].FreeKB = "emptied", f.Disks[i].SizeKB
			}
		}
	}
	return 0
}
